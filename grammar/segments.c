/*
 * The cheapest way to cut a word: keywords of several characters, known names and numbers cost little, keywords of
 * one character more where no known word is beside them (是, 在, 且 stand in many names), unknown stretches most.
 * Looks only; reports nothing.
 */
#include "segments.h"

#include <assert.h>
#include <string.h>

#include "build.h"
#include "keywords.h"
#include "scan.h"

#define COST_WORD      1u
#define COST_CHARACTER 2u /* a keyword of one character */
#define COST_BESIDE    3u /* the same beside an unknown stretch */
#define COST_TWO_NAMES 6u /* no two names stand beside each other */
#define COST_UNKNOWN   4u /* and one for each character */
#define COST_NONE      UINT32_MAX

enum part { PART_KEYWORD, PART_CHARACTER, PART_NAME, PART_NUMBER, PART_UNKNOWN, PART_COUNT };

/** The cheapest cut of the characters before a place whose last part is of a kind. */
struct best {
    uint32_t cost;
    uint8_t from; /**< where the last part begins, in characters */
    uint8_t before; /**< kind of the part before it */
};

struct cutting {
    struct mou_text word;
    size_t starts[MOU_SEGMENT_CHARACTERS_MAX + 1]; /**< bytes */
    size_t count;
    struct best best[MOU_SEGMENT_CHARACTERS_MAX + 1][PART_COUNT];
    mou_is_name is_name;
    void *state;
};

/* Those that stand within a clause: the ones that open it are looked for by the caller. */
static bool is_keyword(struct mou_text text)
{
    size_t count;
    const struct mou_keyword *list = mou_keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (list[i].standing == MOU_STANDING_WORD && mou_text_equal(text, mou_text_of(list[i].zh))) {
            return true;
        }
    }
    return mou_text_equal(text, MOU_TEXT("有效期")) || mou_text_equal(text, MOU_TEXT("并且")) || mou_text_equal(text, MOU_TEXT("或者"));
}

/* 3年, 5万元, 20 */
static bool is_number(struct mou_text text)
{
    size_t digits = 0;
    while (digits < text.len && text.bytes[digits] >= '0' && text.bytes[digits] <= '9') {
        digits++;
    }
    struct mou_text unit = {text.bytes + digits, text.len - digits};
    return digits > 0 && (unit.len == 0 || mou_literal_unit_len(unit) == unit.len);
}

static enum part part_of(const struct cutting *cutting, size_t from, size_t to)
{
    size_t begin = cutting->starts[from];
    size_t len = cutting->starts[to] - begin;
    struct mou_text text = {cutting->word.bytes + begin, len};
    if (len < cutting->word.len && is_keyword(text)) {
        return to - from == 1 ? PART_CHARACTER : PART_KEYWORD;
    }
    if (is_number(text)) {
        return PART_NUMBER;
    }
    bool digit = text.bytes[0] >= '0' && text.bytes[0] <= '9';
    if (!digit && len < cutting->word.len && cutting->is_name(cutting->state, text)) {
        return PART_NAME;
    }
    return PART_UNKNOWN;
}

static bool is_named(enum part part)
{
    return part == PART_NAME || part == PART_UNKNOWN || part == PART_NUMBER;
}

static uint32_t cost_of(enum part part, size_t characters, enum part before, bool first)
{
    uint32_t cost = part == PART_CHARACTER ? COST_CHARACTER : COST_WORD;
    if (part == PART_UNKNOWN) {
        cost = COST_UNKNOWN + (uint32_t)characters;
    }
    if (!first && is_named(part) && is_named(before)) {
        cost += COST_TWO_NAMES;
    }
    if (!first && ((part == PART_CHARACTER && before == PART_UNKNOWN) ||
                   (part == PART_UNKNOWN && before == PART_CHARACTER))) {
        cost += COST_BESIDE;
    }
    return cost;
}

static void consider(struct cutting *cutting, size_t from, size_t to)
{
    enum part part = part_of(cutting, from, to);
    struct best *best = &cutting->best[to][part];
    for (int before = 0; before < PART_COUNT; before++) {
        uint32_t so_far = from == 0 ? 0 : cutting->best[from][before].cost;
        if (so_far == COST_NONE) {
            continue;
        }
        uint32_t cost = so_far + cost_of(part, to - from, (enum part)before, from == 0);
        if (cost < best->cost) {
            *best = (struct best){cost, (uint8_t)from, (uint8_t)before};
        }
        if (from == 0) {
            return;
        }
    }
}

static bool measure(struct cutting *cutting)
{
    size_t at = 0;
    for (cutting->count = 0; at < cutting->word.len; cutting->count++) {
        uint32_t c;
        if (cutting->count >= MOU_SEGMENT_CHARACTERS_MAX) {
            return false;
        }
        cutting->starts[cutting->count] = at;
        size_t len = mou_utf8_decode(cutting->word.bytes + at, cutting->word.len - at, &c);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    cutting->starts[cutting->count] = at;
    for (size_t i = 0; i <= cutting->count; i++) {
        for (int part = 0; part < PART_COUNT; part++) {
            cutting->best[i][part].cost = COST_NONE;
        }
    }
    return cutting->count > 1;
}

/* Walks the cheapest cut from its end: marks where parts begin, and tells the first keyword. */
static bool walk(const struct cutting *cutting, bool begins[MOU_SEGMENT_CHARACTERS_MAX + 1],
                 struct mou_segments *out)
{
    int part = 0;
    size_t at = cutting->count;
    bool found = false;
    for (int other = 1; other < PART_COUNT; other++) {
        part = cutting->best[at][other].cost < cutting->best[at][part].cost ? other : part;
    }
    bool named = false;
    out->whole = true;
    while (at > 0) {
        const struct best *best = &cutting->best[at][part];
        begins[best->from] = true;
        out->whole = out->whole && part != PART_UNKNOWN;
        named = named || is_named((enum part)part);
        char c = cutting->word.bytes[cutting->starts[best->from]];
        out->odd = out->odd || (part == PART_UNKNOWN && c >= '0' && c <= '9');
        if (part == PART_KEYWORD || part == PART_CHARACTER) {
            size_t begin = cutting->starts[best->from];
            out->keyword = (struct mou_text){cutting->word.bytes + begin, cutting->starts[at] - begin};
            found = true;
        }
        at = best->from;
        part = best->before;
    }
    out->whole = out->whole && named;
    return found;
}

/* The word with a blank before every part but the first. */
static struct mou_text spaced(struct mou_arena *arena, const struct cutting *cutting,
                              const bool begins[MOU_SEGMENT_CHARACTERS_MAX + 1])
{
    char bytes[MOU_SEGMENT_CHARACTERS_MAX * 5];
    size_t len = 0;
    for (size_t i = 0; i < cutting->count; i++) {
        size_t size = cutting->starts[i + 1] - cutting->starts[i];
        if (i > 0 && begins[i]) {
            bytes[len++] = ' ';
        }
        memcpy(bytes + len, cutting->word.bytes + cutting->starts[i], size);
        len += size;
    }
    char *copy = mou_arena_copy(arena, bytes, len);
    return copy != NULL ? (struct mou_text){copy, len} : cutting->word;
}

bool mou_segments_find(struct mou_arena *arena, struct mou_text word, mou_is_name is_name, void *state,
                       struct mou_segments *out)
{
    assert(arena != NULL && is_name != NULL && out != NULL);
    struct cutting cutting = {.word = word, .is_name = is_name, .state = state};
    bool begins[MOU_SEGMENT_CHARACTERS_MAX + 1] = {false};
    *out = (struct mou_segments){.split = word, .keyword = {"", 0}};
    if (!measure(&cutting)) {
        return false;
    }
    for (size_t to = 1; to <= cutting.count; to++) {
        for (size_t from = 0; from < to; from++) {
            consider(&cutting, from, to);
        }
    }
    bool found = walk(&cutting, begins, out);
    out->split = spaced(arena, &cutting, begins);
    return found;
}

struct mou_text mou_segments_digits(struct mou_arena *arena, struct mou_text word)
{
    assert(arena != NULL);
    static const char *const formal[] = {"壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "拾", "佰", "仟"};
    static const char *const plain[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千"};
    struct mou_buf text;
    char *copy = mou_arena_copy(arena, word.bytes, word.len);
    mou_buf_init(&text, NULL, 4096);
    for (size_t at = 0; copy != NULL && at + 3 <= word.len; at++) {
        for (size_t i = 0; i < sizeof formal / sizeof formal[0]; i++) {
            if (memcmp(copy + at, formal[i], 3) == 0) {
                memcpy(copy + at, plain[i], 3);
            }
        }
    }
    bool number = copy != NULL && mou_literal_in_digits((struct mou_text){copy, word.len}, &text);
    struct mou_text result = mou_buf_into_arena(&text, arena);
    return number ? result : (struct mou_text){"", 0};
}
