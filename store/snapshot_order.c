/*
 * Rows in order: cells as they were read into columns of the narrowest width, by counting sort. Asks no database. Used by snapshot_read.c.
 */
#include <assert.h>
#include <string.h>

#include "snapshot.h"

bool mou_snapshot_sort(struct mou_arena *arena, const uint32_t *keys, uint32_t count, uint32_t key_count, uint32_t **place, uint32_t **first)
{
    uint32_t *begins = MOU_NEW_ARRAY(arena, (size_t)key_count + 1, uint32_t);
    uint32_t *next = MOU_NEW_ARRAY(arena, (size_t)key_count + 1, uint32_t);
    uint32_t *rows = MOU_NEW_ARRAY(arena, count, uint32_t);
    if (begins == NULL || next == NULL || rows == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        assert(keys[i] < key_count);
        begins[keys[i] + 1]++;
    }
    for (uint32_t key = 0; key < key_count; key++) {
        begins[key + 1] += begins[key];
    }
    memcpy(next, begins, ((size_t)key_count + 1) * sizeof *next);
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = next[keys[i]]++;
    }
    *place = rows;
    *first = begins;
    return true;
}

static uint32_t width_of(int64_t least, int64_t greatest)
{
    if (least >= INT8_MIN && greatest <= INT8_MAX) {
        return 1;
    }
    if (least >= INT16_MIN && greatest <= INT16_MAX) {
        return 2;
    }
    return least >= INT32_MIN && greatest <= INT32_MAX ? 4 : 8;
}

/** Scatters the known cells of `cells` into `type`. */
#define SCATTER(type)                                                                          \
    static void scatter_##type(const struct mou_snapshot_cells *cells, const uint32_t *place, \
                               void *values)                                                  \
    {                                                                                         \
        type *out = values;                                                                   \
        for (size_t i = 0; i < cells->values.count; i++) {                                    \
            if (cells->known.items[i] != 0) {                                                 \
                out[place == NULL ? i : place[i]] = (type)cells->values.items[i];             \
            }                                                                                 \
        }                                                                                     \
    }

SCATTER(int8_t)
SCATTER(int16_t)
SCATTER(int32_t)
SCATTER(int64_t)

static bool place_numbers(struct mou_arena *arena, const struct mou_snapshot_cells *cells, const uint32_t *place, uint32_t row_count,
                          struct mou_snapshot_column *column)
{
    int64_t least = 0;
    int64_t greatest = 0;
    for (size_t i = 0; i < cells->values.count; i++) {
        const int64_t value = cells->known.items[i] != 0 ? cells->values.items[i] : 0;
        least = value < least ? value : least;
        greatest = value > greatest ? value : greatest;
    }
    column->width = width_of(least, greatest);
    column->values = mou_arena_array(arena, row_count, column->width);
    if (column->values == NULL) {
        return false;
    }
    switch (column->width) {
    case 1: scatter_int8_t(cells, place, column->values); break;
    case 2: scatter_int16_t(cells, place, column->values); break;
    case 4: scatter_int32_t(cells, place, column->values); break;
    default: scatter_int64_t(cells, place, column->values); break;
    }
    return true;
}

/** Texts lie in the order of their rows, so that neighbouring rows are neighbours in memory. */
static bool place_texts(struct mou_arena *arena, const struct mou_snapshot_cells *cells, const uint32_t *place, uint32_t row_count,
                        struct mou_snapshot_column *column)
{
    column->offsets = MOU_NEW_ARRAY(arena, (size_t)row_count + 1, uint64_t);
    column->bytes = (char *)mou_arena_alloc(arena, cells->bytes->len);
    if (column->offsets == NULL || column->bytes == NULL) {
        return false;
    }
    for (size_t i = 0; i < cells->values.count; i++) {
        column->offsets[(place == NULL ? i : place[i]) + 1] = cells->known.items[i] != 0 ? cells->lengths.items[i] : 0;
    }
    for (uint32_t row = 0; row < row_count; row++) {
        column->offsets[row + 1] += column->offsets[row];
    }
    for (size_t i = 0; i < cells->values.count; i++) {
        if (cells->known.items[i] != 0 && cells->lengths.items[i] > 0) {
            memcpy(column->bytes + column->offsets[place == NULL ? i : place[i]], cells->bytes->data + cells->values.items[i], cells->lengths.items[i]);
        }
    }
    return true;
}

bool mou_snapshot_place(struct mou_arena *arena, const struct mou_snapshot_cells *cells, const uint32_t *place, uint32_t row_count,
                        struct mou_snapshot_column *column)
{
    assert(cells->values.count == cells->known.count && cells->values.count <= row_count);
    *column = (struct mou_snapshot_column){0};
    uint32_t known = 0;
    uint64_t *bits = MOU_NEW_ARRAY(arena, ((size_t)row_count + 63) / 64, uint64_t);
    if (bits == NULL) {
        return false;
    }
    for (size_t i = 0; i < cells->known.count; i++) {
        const size_t row = place == NULL ? i : place[i];
        if (cells->known.items[i] != 0 && ((bits[row / 64] >> (row % 64)) & 1u) == 0) {
            bits[row / 64] |= UINT64_C(1) << (row % 64);
            known++;
        }
    }
    if (known == 0) {
        return true;
    }
    column->known = known == row_count ? NULL : bits;
    return cells->bytes != NULL ? place_texts(arena, cells, place, row_count, column) : place_numbers(arena, cells, place, row_count, column);
}
