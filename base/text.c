/*
 * Texts: comparison, UTF-8, display width, edit distance, interning, SHA-256. Widths come from Unicode's East Asian Width, the
 * same on every machine whatever its locale.
 */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "mou/base.h"
#include "width_table.h"

bool mou_text_equal(struct mou_text a, struct mou_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

int mou_text_compare(struct mou_text a, struct mou_text b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared > 0 ? memcmp(a.bytes, b.bytes, shared) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct mou_text mou_text_of(const char *nul_terminated)
{
    return (struct mou_text){nul_terminated, nul_terminated != NULL ? strlen(nul_terminated) : 0};
}

static bool continuation(const char *bytes, size_t at)
{
    return ((unsigned char)bytes[at] & 0xC0) == 0x80;
}

size_t mou_utf8_decode(const char *bytes, size_t len, uint32_t *code_point)
{
    if (len == 0) {
        return 0;
    }
    uint32_t lead = (unsigned char)bytes[0];
    if (lead < 0x80) {
        *code_point = lead;
        return 1;
    }
    size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || len < size) {
        return 0;
    }
    uint32_t value = lead & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if (!continuation(bytes, i)) {
            return 0;
        }
        value = value << 6 | ((unsigned char)bytes[i] & 0x3Fu);
    }
    if (value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *code_point = value;
    return size;
}

bool mou_utf8_valid(const char *bytes, size_t len)
{
    uint32_t code_point = 0;
    for (size_t at = 0; at < len;) {
        size_t step = mou_utf8_decode(bytes + at, len - at, &code_point);
        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}

size_t mou_utf8_encode(uint32_t code_point, char *out)
{
    assert(code_point <= 0x10FFFF);
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char leads[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (code_point & 0x3Fu));
        code_point >>= 6;
    }
    out[0] = (char)(leads[size] | code_point);
    return size;
}

static bool in_ranges(const struct mou_width_range *ranges, size_t count, uint32_t code_point)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code_point > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && code_point >= ranges[low].first;
}

unsigned mou_display_width(uint32_t code_point)
{
    if (code_point < 0x300) {
        return code_point == 0xAD ? 0 : 1;
    }
    if (in_ranges(mou_width_zero, sizeof mou_width_zero / sizeof mou_width_zero[0], code_point)) {
        return 0;
    }
    return in_ranges(mou_width_wide, sizeof mou_width_wide / sizeof mou_width_wide[0], code_point) ? 2 : 1;
}

size_t mou_text_width(struct mou_text text)
{
    size_t width = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0xFFFD;
        size_t step = mou_utf8_decode(text.bytes + at, text.len - at, &code_point);
        width += mou_display_width(code_point);
        at += step > 0 ? step : 1;
    }
    return width;
}

size_t mou_text_characters(struct mou_text text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        uint32_t code_point = 0;
        size_t step = mou_utf8_decode(text.bytes + at, text.len - at, &code_point);
        at += step > 0 ? step : 1;
    }
    return count;
}

#define DISTANCE_CHARACTERS_MAX 64

static size_t characters_of(struct mou_text text, uint32_t out[DISTANCE_CHARACTERS_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < text.len && count < DISTANCE_CHARACTERS_MAX; count++) {
        out[count] = 0;
        size_t step = mou_utf8_decode(text.bytes + at, text.len - at, &out[count]);
        at += step > 0 ? step : 1;
    }
    return count;
}

unsigned mou_text_distance(struct mou_text a, struct mou_text b, unsigned limit)
{
    uint32_t left[DISTANCE_CHARACTERS_MAX];
    uint32_t right[DISTANCE_CHARACTERS_MAX];
    unsigned row[DISTANCE_CHARACTERS_MAX + 1];
    size_t left_count = characters_of(a, left);
    size_t right_count = characters_of(b, right);
    for (unsigned k = 0; k <= right_count; k++) {
        row[k] = k;
    }
    for (size_t i = 0; i < left_count; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t k = 0; k < right_count; k++) {
            unsigned replaced = diagonal + (left[i] != right[k]);
            unsigned shorter = row[k] + 1;
            diagonal = row[k + 1];
            unsigned longer = diagonal + 1;
            unsigned best = replaced < shorter ? replaced : shorter;
            row[k + 1] = best < longer ? best : longer;
        }
    }
    return row[right_count] > limit ? limit + 1 : row[right_count];
}

/* ------------------------------------------------------------------ interning */

struct mou_intern {
    struct mou_arena *arena;
    MOU_VEC(struct mou_text) texts;
    uint32_t *slots; /**< id + 1, 0 empty; a power of two of them */
    size_t slot_count;
};

static uint64_t hash_text(struct mou_text text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001b3u;
    }
    return hash ^ hash >> 29;
}

struct mou_intern *mou_intern_new(struct mou_arena *arena)
{
    struct mou_intern *table = MOU_NEW(arena, struct mou_intern);
    if (table == NULL) {
        return NULL;
    }
    table->arena = arena;
    table->slot_count = 64;
    table->slots = MOU_NEW_ARRAY(arena, table->slot_count, uint32_t);
    return table->slots != NULL ? table : NULL;
}

/** Slot that holds `text`, or the empty one where it belongs. */
static size_t find_slot(const struct mou_intern *table, struct mou_text text)
{
    size_t slot = (size_t)hash_text(text) & (table->slot_count - 1);
    while (table->slots[slot] != 0 && !mou_text_equal(table->texts.items[table->slots[slot] - 1], text)) {
        slot = (slot + 1) & (table->slot_count - 1);
    }
    return slot;
}

static bool grow_slots(struct mou_intern *table)
{
    uint32_t *slots = MOU_NEW_ARRAY(table->arena, table->slot_count * 2, uint32_t);
    if (slots == NULL) {
        return false;
    }
    table->slots = slots;
    table->slot_count *= 2;
    for (uint32_t id = 0; id < table->texts.count; id++) {
        table->slots[find_slot(table, table->texts.items[id])] = id + 1;
    }
    return true;
}

uint32_t mou_intern_find(const struct mou_intern *table, struct mou_text text)
{
    uint32_t entry = table->slots[find_slot(table, text)];
    return entry != 0 ? entry - 1 : MOU_INTERN_NONE;
}

uint32_t mou_intern_add(struct mou_intern *table, struct mou_text text)
{
    uint32_t known = mou_intern_find(table, text);
    if (known != MOU_INTERN_NONE) {
        return known;
    }
    if (table->texts.count >= UINT32_MAX - 2 || (table->texts.count * 2 >= table->slot_count && !grow_slots(table))) {
        return MOU_INTERN_NONE;
    }
    struct mou_text copy = {mou_arena_copy(table->arena, text.bytes, text.len), text.len};
    if (copy.bytes == NULL || !MOU_VEC_PUSH(table->arena, &table->texts, copy)) {
        return MOU_INTERN_NONE;
    }
    table->slots[find_slot(table, copy)] = (uint32_t)table->texts.count;
    return (uint32_t)table->texts.count - 1;
}

struct mou_text mou_intern_text(const struct mou_intern *table, uint32_t id)
{
    assert(id < table->texts.count);
    return table->texts.items[id];
}

uint32_t mou_intern_count(const struct mou_intern *table)
{
    return (uint32_t)table->texts.count;
}

void mou_sha256(const void *bytes, size_t len, unsigned char out[32])
{
    crypto_hash_sha256(out, bytes != NULL ? bytes : (const void *)"", len);
}

const char *mou_version(void)
{
    return MOU_VERSION_TEXT;
}
