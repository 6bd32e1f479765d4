/*
 * Rows in order: cells as they were read into columns of the narrowest width, in the order of a stable sort by digits. Asks no database. Used by snapshot_place.c.
 */
#include <assert.h>
#include <string.h>

#include "snapshot.h"

#define DIGIT_BITS 11u
#define DIGITS (1u << DIGIT_BITS)
#define NUMBERED_TEXTS_MAX 16384u /**< different texts of a snapshot that get numbers */
#define NUMBERED_PROBE 8192u      /**< a column more than half of whose first texts differ gets none */

struct keyed { uint32_t key, entry; };

static void sort_by_digit(const struct keyed *from, struct keyed *into, uint32_t count, uint32_t shift)
{
    uint32_t begins[DIGITS + 1] = {0};
    for (uint32_t i = 0; i < count; i++) {
        begins[((from[i].key >> shift) & (DIGITS - 1)) + 1]++;
    }
    for (uint32_t digit = 1; digit < DIGITS; digit++) {
        begins[digit] += begins[digit - 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        into[begins[(from[i].key >> shift) & (DIGITS - 1)]++] = from[i];
    }
}

static bool sort_entries(const uint32_t *keys, uint32_t count, uint32_t greatest, uint32_t *order, uint32_t *row_count)
{
    struct mou_arena *scratch = mou_arena_new(NULL);
    struct keyed *entries = scratch != NULL ? MOU_NEW_ARRAY(scratch, count, struct keyed) : NULL;
    struct keyed *spare = entries != NULL ? MOU_NEW_ARRAY(scratch, count, struct keyed) : NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; spare != NULL && i < count; i++) {
        if (keys[i] != MOU_SNAPSHOT_DROPPED) {
            entries[kept++] = (struct keyed){keys[i], i};
        }
    }
    for (uint32_t shift = 0; spare != NULL && shift < 32 && greatest >> shift > 0; shift += DIGIT_BITS) {
        sort_by_digit(entries, spare, kept, shift);
        struct keyed *swapped = entries;
        entries = spare;
        spare = swapped;
    }
    for (uint32_t i = 0; spare != NULL && i < kept; i++) {
        order[i] = entries[i].entry;
    }
    *row_count = kept;
    mou_arena_free(scratch);
    return spare != NULL;
}

bool mou_snapshot_sort(struct mou_arena *arena, const uint32_t *keys, uint32_t count, const uint32_t **order, uint32_t *row_count)
{
    uint32_t greatest = 0;
    bool in_order = true;
    for (uint32_t i = 0; i < count; i++) {
        in_order = in_order && keys[i] != MOU_SNAPSHOT_DROPPED && (i == 0 || keys[i - 1] <= keys[i]);
        greatest = keys[i] != MOU_SNAPSHOT_DROPPED && keys[i] > greatest ? keys[i] : greatest;
    }
    *order = NULL;
    *row_count = count;
    if (in_order) {
        return true;
    }
    uint32_t *made = MOU_NEW_ARRAY(arena, count, uint32_t);
    *order = made;
    return made != NULL && sort_entries(keys, count, greatest, made, row_count);
}

const uint32_t *mou_snapshot_places(struct mou_arena *arena, const uint32_t *order, uint32_t row_count, uint32_t count)
{
    uint32_t *place = MOU_NEW_ARRAY(arena, count, uint32_t);
    if (place == NULL) {
        return NULL;
    }
    memset(place, 0xff, count * sizeof *place);
    for (uint32_t row = 0; row < row_count; row++) {
        place[order == NULL ? row : order[row]] = row;
    }
    return place;
}

const uint32_t *mou_snapshot_first(struct mou_arena *arena, const uint32_t *sorted_keys, uint32_t row_count, uint32_t key_count)
{
    uint32_t *first = MOU_NEW_ARRAY(arena, (size_t)key_count + 1, uint32_t);
    for (uint32_t row = 0; first != NULL && row < row_count; row++) {
        assert(sorted_keys[row] < key_count);
        first[sorted_keys[row] + 1]++;
    }
    for (uint32_t key = 0; first != NULL && key < key_count; key++) {
        first[key + 1] += first[key];
    }
    return first;
}

bool mou_snapshot_mark(struct mou_arena *arena, const uint32_t *sorted_keys, uint32_t row_count, uint32_t key_count, const uint64_t **ends, const uint64_t **some)
{
    uint64_t *last = MOU_NEW_ARRAY(arena, (size_t)row_count / 64 + 1, uint64_t);
    uint64_t *any = MOU_NEW_ARRAY(arena, (size_t)key_count / 64 + 1, uint64_t);
    for (uint32_t row = 0; last != NULL && any != NULL && row < row_count; row++) {
        if (row + 1 == row_count || sorted_keys[row + 1] != sorted_keys[row]) {
            last[row / 64] |= UINT64_C(1) << (row % 64);
            any[sorted_keys[row] / 64] |= UINT64_C(1) << (sorted_keys[row] % 64);
        }
    }
    *ends = last;
    *some = any;
    return last != NULL && any != NULL;
}

/* ---------------------------------------------------------- columns */

static uint32_t cell_of(const struct mou_snapshot_fill *fill, uint32_t row)
{
    return fill->order == NULL ? row : fill->order[row];
}

static bool has_cell(const struct mou_snapshot_fill *fill, uint32_t row)
{
    const uint32_t cell = cell_of(fill, row);
    return cell != MOU_SNAPSHOT_DROPPED && !mou_scan_is_unknown(fill->cells, cell);
}

/** Bits of the rows that are known. */
static bool fill_known(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column, uint32_t *known)
{
    uint64_t *bits = MOU_NEW_ARRAY(arena, ((size_t)fill->row_count + 63) / 64, uint64_t);
    *known = 0;
    for (uint32_t row = 0; bits != NULL && row < fill->row_count; row++) {
        const uint64_t bit = has_cell(fill, row) ? 1 : 0;
        bits[row / 64] |= bit << (row % 64);
        *known += (uint32_t)bit;
    }
    column->known = bits;
    return bits != NULL;
}

/** Numbers in the order of the rows; what is not known becomes `filler`, which fits. */
#define GATHER(type)                                                                                       \
    static void gather_##type(const struct mou_snapshot_fill *fill, int64_t filler, void *values)          \
    {                                                                                                      \
        const type *from = (const void *)fill->cells->numbers.data;                                        \
        type *into = values;                                                                               \
        for (uint32_t row = 0; row < fill->row_count; row++) {                                             \
            const uint32_t cell = cell_of(fill, row);                                                      \
            into[row] = cell != MOU_SNAPSHOT_DROPPED ? from[cell] : (type)filler;                          \
        }                                                                                                  \
        for (uint32_t row = 0; fill->cells->gaps && row < fill->row_count; row++) {                        \
            into[row] = has_cell(fill, row) ? into[row] : (type)filler;                                    \
        }                                                                                                  \
    }

GATHER(int8_t)
GATHER(int16_t)
GATHER(int32_t)
GATHER(int64_t)

static uint32_t width_of(int64_t value)
{
    if (value >= INT8_MIN && value <= INT8_MAX) {
        return 1;
    }
    if (value >= INT16_MIN && value <= INT16_MAX) {
        return 2;
    }
    return value >= INT32_MIN && value <= INT32_MAX ? 4 : 8;
}

/** A filler that needs more room than the cells: rare, so one by one. */
static bool gather_wide(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column)
{
    int64_t *values = MOU_NEW_ARRAY(arena, fill->row_count, int64_t);
    for (uint32_t row = 0; values != NULL && row < fill->row_count; row++) {
        values[row] = has_cell(fill, row) ? mou_scan_number(fill->cells, cell_of(fill, row)) : fill->default_value;
    }
    column->values = values;
    column->width = 8;
    return values != NULL;
}

static bool gather_numbers(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column)
{
    const struct mou_scan_cells *cells = fill->cells;
    const int64_t filler = fill->has_default ? fill->default_value : 0;
    if (width_of(filler) > cells->width) {
        return gather_wide(arena, fill, column);
    }
    void *values = mou_arena_array(arena, fill->row_count, cells->width);
    column->values = values;
    column->width = cells->width;
    if (values == NULL) {
        return false;
    }
    if (fill->order == NULL && !(cells->gaps && fill->has_default)) {
        memcpy(values, cells->numbers.data, (size_t)fill->row_count * cells->width);
        return true;
    }
    switch (cells->width) {
    case 1: gather_int8_t(fill, filler, values); break;
    case 2: gather_int16_t(fill, filler, values); break;
    case 4: gather_int32_t(fill, filler, values); break;
    default: gather_int64_t(fill, filler, values); break;
    }
    return true;
}

/* ---------------------------------------------------------- texts */

/** Whether the column has few different texts, by the first ones. */
static bool few_texts(struct mou_arena *scratch, const struct mou_snapshot_fill *fill)
{
    struct mou_intern *seen = mou_intern_new(scratch);
    uint64_t begin = 0;
    uint32_t told = 0;
    const uint32_t cells = (uint32_t)(fill->cells->numbers.len / fill->cells->width);
    for (uint32_t i = 0; seen != NULL && i < cells && told < NUMBERED_PROBE; i++) {
        const uint64_t len = (uint64_t)mou_scan_number(fill->cells, i);
        if (!mou_scan_is_unknown(fill->cells, i)) {
            told++;
            if (mou_intern_add(seen, mou_scan_text(fill->cells, begin, len)) == MOU_INTERN_NONE) {
                return false;
            }
        }
        begin += len;
    }
    return seen != NULL && (told < 64 || mou_intern_count(seen) <= told / 2);
}

/** Numbers of the cells' texts, as they came; *numbered is false where they turn out to be too many. */
static bool number_cells(struct mou_arena *scratch, const struct mou_snapshot_fill *fill, struct mou_scan_rows *numbers, bool *numbered)
{
    const bool no_text = false;
    const struct mou_scan_cells *cells = fill->cells;
    uint64_t begin = 0;
    *numbered = false;
    if (!mou_scan_rows_init(numbers, scratch, 1, &no_text)) {
        return false;
    }
    const uint32_t count = (uint32_t)(cells->numbers.len / cells->width);
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t len = (uint64_t)mou_scan_number(cells, i);
        if (mou_scan_is_unknown(cells, i)) {
            mou_scan_put_unknown(numbers, 0);
        } else {
            const uint32_t number = mou_intern_add(fill->texts, mou_scan_text(cells, begin, len));
            if (number == MOU_INTERN_NONE) {
                return false;
            }
            mou_scan_put_number(numbers, 0, number);
        }
        mou_scan_row_done(numbers);
        begin += len;
        if (mou_intern_count(fill->texts) > NUMBERED_TEXTS_MAX) {
            return true;
        }
    }
    mou_scan_flush(numbers);
    *numbered = true;
    return !numbers->failed;
}

/** Numbered texts are numbers like others. */
static bool fill_numbered(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column, bool *numbered)
{
    struct mou_arena *scratch = mou_arena_new(NULL);
    struct mou_scan_rows numbers = {.column_count = 0};
    *numbered = false;
    bool made = scratch != NULL;
    if (made && few_texts(scratch, fill)) {
        made = number_cells(scratch, fill, &numbers, numbered);
    }
    if (made && *numbered) {
        struct mou_snapshot_fill as_numbers = *fill;
        as_numbers.cells = &numbers.cells[0];
        if (fill->has_default) {
            const uint32_t number = mou_intern_add(fill->texts, fill->default_text);
            as_numbers.default_value = number;
            made = number != MOU_INTERN_NONE;
        }
        made = made && gather_numbers(arena, &as_numbers, column);
    }
    mou_scan_rows_free(&numbers);
    mou_arena_free(scratch);
    return made;
}

/** Texts lie in the order of their rows, so that neighbouring rows are neighbours in memory. */
static bool fill_texts(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column)
{
    const struct mou_scan_cells *cells = fill->cells;
    const uint32_t count = (uint32_t)(cells->numbers.len / cells->width);
    struct mou_arena *scratch = mou_arena_new(NULL);
    uint64_t *begins = scratch != NULL ? MOU_NEW_ARRAY(scratch, (size_t)count + 1, uint64_t) : NULL;
    uint64_t *offsets = MOU_NEW_ARRAY(arena, (size_t)fill->row_count + 1, uint64_t);
    if (begins == NULL || offsets == NULL) {
        mou_arena_free(scratch);
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        begins[i + 1] = begins[i] + (uint64_t)mou_scan_number(cells, i);
    }
    for (uint32_t row = 0; row < fill->row_count; row++) {
        const uint32_t cell = cell_of(fill, row);
        const uint64_t missing = fill->has_default ? fill->default_text.len : 0;
        offsets[row + 1] = offsets[row] + (has_cell(fill, row) ? begins[cell + 1] - begins[cell] : missing);
    }
    char *bytes = (char *)mou_arena_alloc(arena, offsets[fill->row_count]);
    for (uint32_t row = 0; bytes != NULL && row < fill->row_count; row++) {
        const size_t len = (size_t)(offsets[row + 1] - offsets[row]);
        if (len > 0) {
            memcpy(bytes + offsets[row], has_cell(fill, row) ? cells->bytes.data + begins[cell_of(fill, row)] : fill->default_text.bytes, len);
        }
    }
    column->offsets = offsets;
    column->bytes = bytes;
    mou_arena_free(scratch);
    return bytes != NULL;
}

bool mou_snapshot_fill_column(struct mou_arena *arena, const struct mou_snapshot_fill *fill, struct mou_snapshot_column *column)
{
    uint32_t known = fill->row_count;
    bool numbered = false;
    *column = (struct mou_snapshot_column){0};
    if (fill->row_count == 0) {
        return true;
    }
    const bool whole = fill->has_default || (!fill->sparse && !fill->cells->gaps);
    if (!whole && !fill_known(arena, fill, column, &known)) {
        return false;
    }
    if (known == 0) {
        column->known = NULL;
        return true;
    }
    column->known = known == fill->row_count ? NULL : column->known;
    if (!fill->cells->is_text) {
        return gather_numbers(arena, fill, column);
    }
    return fill_numbered(arena, fill, column, &numbered) && (numbered || fill_texts(arena, fill, column));
}
