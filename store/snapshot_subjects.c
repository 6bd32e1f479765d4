/*
 * Subjects in byte order of their identifiers. Most identifiers differ within few positions of a small alphabet: so many of these as fit become one number, by
 * whose digits they are sorted; what is equal by that is compared in full. Asks no database. Used by snapshot_place.c.
 */
#include <assert.h>
#include <string.h>

#include "snapshot.h"

#define POSITIONS_MAX 32u
#define DIGIT_BITS 11u
#define DIGITS (1u << DIGIT_BITS)

static const uint64_t *begins_of(const struct mou_placed_table *table)
{
    const uint32_t count = table->rows.count;
    uint64_t *begins = MOU_NEW_ARRAY(table->arena, (size_t)count + 1, uint64_t);
    for (uint32_t i = 0; begins != NULL && i < count; i++) {
        begins[i + 1] = begins[i] + (uint64_t)mou_scan_number(&table->rows.cells[1], i);
    }
    return begins;
}

/** Which bytes stand at the first positions, as ranks from 1; 0 is for a text that ends before. */
struct alphabets {
    uint16_t rank[POSITIONS_MAX][256];
    uint16_t size[POSITIONS_MAX]; /**< with the end */
    uint32_t positions;           /**< so many fit into a number */
    uint64_t greatest;
};

struct numbered {
    uint64_t number;
    uint32_t row;
};

static void find_alphabets(const char *bytes, const uint64_t *begins, uint32_t count, struct alphabets *alphabets)
{
    memset(alphabets, 0, sizeof *alphabets);
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *text = (const unsigned char *)bytes + begins[i];
        const uint64_t len = begins[i + 1] - begins[i] < POSITIONS_MAX ? begins[i + 1] - begins[i] : POSITIONS_MAX;
        for (uint32_t at = 0; at < len; at++) {
            alphabets->rank[at][text[at]] = 1;
        }
    }
    alphabets->greatest = 0;
    for (uint32_t at = 0; at < POSITIONS_MAX; at++) {
        uint16_t size = 1;
        for (uint32_t byte = 0; byte < 256; byte++) {
            alphabets->rank[at][byte] = alphabets->rank[at][byte] != 0 ? size++ : 0;
        }
        if (size == 1 || alphabets->greatest > (UINT64_MAX - size) / size) {
            break;
        }
        alphabets->size[at] = size;
        alphabets->greatest = alphabets->greatest * size + size - 1u;
        alphabets->positions = at + 1;
    }
}

static void sort_by_digit(const struct numbered *from, struct numbered *into, uint32_t count, uint32_t shift)
{
    uint32_t begins[DIGITS + 1] = {0};
    for (uint32_t i = 0; i < count; i++) {
        begins[((from[i].number >> shift) & (DIGITS - 1)) + 1]++;
    }
    for (uint32_t digit = 1; digit < DIGITS; digit++) {
        begins[digit] += begins[digit - 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        into[begins[(from[i].number >> shift) & (DIGITS - 1)]++] = from[i];
    }
}

static int compare_rows(const char *bytes, const uint64_t *begins, uint32_t a, uint32_t b)
{
    return mou_text_compare((struct mou_text){bytes + begins[a], begins[a + 1] - begins[a]}, (struct mou_text){bytes + begins[b], begins[b + 1] - begins[b]});
}

/** Heap sort of texts whose numbers are equal: there may be many of them, and nothing is known about them. */
static void sift(const char *bytes, const uint64_t *begins, uint32_t *rows, uint32_t root, uint32_t count)
{
    for (uint32_t child = 2 * root + 1; child < count; root = child, child = 2 * root + 1) {
        child += child + 1 < count && compare_rows(bytes, begins, rows[child], rows[child + 1]) < 0 ? 1 : 0;
        if (compare_rows(bytes, begins, rows[root], rows[child]) >= 0) {
            return;
        }
        const uint32_t row = rows[root];
        rows[root] = rows[child];
        rows[child] = row;
    }
}

static void sort_equal(const char *bytes, const uint64_t *begins, uint32_t *rows, uint32_t count)
{
    for (uint32_t root = count / 2; root > 0; root--) {
        sift(bytes, begins, rows, root - 1, count);
    }
    for (uint32_t last = count; last > 1; last--) {
        const uint32_t row = rows[0];
        rows[0] = rows[last - 1];
        rows[last - 1] = row;
        sift(bytes, begins, rows, 0, last - 1);
    }
}

/** Sorts by the numbers, then runs of equal ones in full. */
static void sort_numbered(struct numbered *entries, struct numbered *spare, uint32_t count, const struct alphabets *alphabets, const char *bytes, const uint64_t *begins,
                          uint32_t *order)
{
    for (uint32_t shift = 0; shift < 64 && alphabets->greatest >> shift > 0; shift += DIGIT_BITS) {
        sort_by_digit(entries, spare, count, shift);
        struct numbered *swapped = entries;
        entries = spare;
        spare = swapped;
    }
    for (uint32_t i = 0; i < count; i++) {
        order[i] = entries[i].row;
    }
    for (uint32_t begin = 0, end = 0; begin < count; begin = end) {
        for (end = begin + 1; end < count && entries[end].number == entries[begin].number; end++) {
        }
        if (end - begin > 1) {
            sort_equal(bytes, begins, order + begin, end - begin);
        }
    }
}

/** Rows as they were read in the order of their identifiers. */
static const uint32_t *sort_identifiers(const struct mou_placed_table *table, const uint64_t *begins)
{
    const uint32_t count = table->rows.count;
    const char *bytes = table->rows.cells[1].bytes.data != NULL ? table->rows.cells[1].bytes.data : "";
    uint32_t *order = MOU_NEW_ARRAY(table->arena, (size_t)count + 1, uint32_t);
    struct alphabets *alphabets = MOU_NEW(table->arena, struct alphabets);
    bool in_order = true;
    for (uint32_t i = 0; order != NULL && i < count; i++) {
        order[i] = i;
        in_order = in_order && (i == 0 || compare_rows(bytes, begins, i - 1, i) < 0);
    }
    if (in_order || order == NULL || alphabets == NULL) {
        return alphabets != NULL ? order : NULL;
    }
    struct numbered *entries = MOU_NEW_ARRAY(table->arena, count, struct numbered);
    struct numbered *spare = MOU_NEW_ARRAY(table->arena, count, struct numbered);
    if (entries == NULL || spare == NULL) {
        return NULL;
    }
    find_alphabets(bytes, begins, count, alphabets);
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *text = (const unsigned char *)bytes + begins[i];
        const uint64_t len = begins[i + 1] - begins[i];
        uint64_t number = 0;
        for (uint32_t at = 0; at < alphabets->positions; at++) {
            number = number * alphabets->size[at] + (at < len ? alphabets->rank[at][text[at]] : 0u);
        }
        entries[i] = (struct numbered){number, i};
    }
    sort_numbered(entries, spare, count, alphabets, bytes, begins, order);
    return order;
}

/** Subject kinds of all rows, which the reader numbered; false where the pack has not all of them. */
static bool kinds_known(struct mou_placing *placing, const struct mou_placed_table *table)
{
    const struct mou_scan_cells *kinds = &table->rows.cells[2];
    const uint32_t count = mou_pack_kind_count(placing->snapshot->pack);
    bool known = true;
    for (uint32_t i = 0; i < table->rows.count; i++) {
        known = known && mou_scan_number(kinds, i) < count;
    }
    if (!known) {
        const struct mou_text strange = mou_scan_text(kinds, 0, kinds->bytes.len);
        placing->strange_kind = (struct mou_text){mou_arena_copy(placing->arena, strange.bytes, strange.len), strange.len};
    }
    return known;
}

bool mou_place_subjects(struct mou_placing *placing, const struct mou_placed_table *table)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    const struct mou_scan_rows *rows = &table->rows;
    const uint32_t count = rows->count;
    const uint64_t *begins = begins_of(table);
    const uint32_t *order = begins != NULL ? sort_identifiers(table, begins) : NULL;
    uint64_t *offsets = MOU_NEW_ARRAY(snapshot->arena, (size_t)count + 1, uint64_t);
    char *ids = (char *)mou_arena_alloc(snapshot->arena, rows->cells[1].bytes.len);
    uint32_t *kinds = MOU_NEW_ARRAY(snapshot->arena, count, uint32_t);
    placing->types = MOU_NEW_ARRAY(snapshot->arena, count, uint64_t);
    snapshot->types = placing->types;
    placing->id_max = count > 0 ? mou_scan_number(&rows->cells[0], count - 1) : -1; /* the last row's number is the greatest */
    if (placing->id_max >= UINT32_MAX) {
        return false;
    }
    uint32_t *number_of = MOU_NEW_ARRAY(placing->arena, (size_t)(placing->id_max + 1), uint32_t);
    if (order == NULL || offsets == NULL || ids == NULL || kinds == NULL || snapshot->types == NULL || number_of == NULL ||
        !kinds_known(placing, table)) {
        return false;
    }
    memset(number_of, 0xff, (size_t)(placing->id_max + 1) * sizeof *number_of);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t row = order[i];
        const int64_t id = mou_scan_number(&rows->cells[0], row);
        const size_t len = (size_t)(begins[row + 1] - begins[row]);
        const struct mou_text identifier = mou_scan_text(&rows->cells[1], begins[row], len);
        memcpy(ids + offsets[i], identifier.bytes, len);
        offsets[i + 1] = offsets[i] + len;
        kinds[i] = (uint32_t)mou_scan_number(&rows->cells[2], row);
        if (id >= 0) {
            number_of[id] = i;
        }
    }
    snapshot->subject_count = count;
    snapshot->id_offsets = offsets;
    snapshot->ids = ids;
    snapshot->kinds = kinds;
    placing->number_of = number_of;
    return true;
}
