/*
 * Cells gathered column by column: a stage of fixed size, which stays in the cache, and behind it each column in the narrowest width that held all of its numbers so
 * far. Asks no database. Used by table_scan.c and table_pages.c.
 */
#include <assert.h>
#include <string.h>

#include "table_scan.h"

#define COLUMN_BYTES_MAX ((size_t)32 * 1024 * 1024 * 1024)

bool mou_scan_rows_init(struct mou_scan_rows *rows, struct mou_arena *arena, uint32_t column_count, const bool *is_text)
{
    *rows = (struct mou_scan_rows){.cells = MOU_NEW_ARRAY(arena, (size_t)column_count + 1, struct mou_scan_cells)};
    if (rows->cells == NULL) {
        return false;
    }
    rows->column_count = column_count;
    for (uint32_t i = 0; i < column_count; i++) {
        struct mou_scan_cells *cells = &rows->cells[i];
        cells->is_text = is_text[i];
        cells->width = 1;
        mou_buf_init(&cells->numbers, NULL, COLUMN_BYTES_MAX);
        mou_buf_init(&cells->bytes, NULL, COLUMN_BYTES_MAX);
        mou_buf_init(&cells->unknown, NULL, COLUMN_BYTES_MAX);
    }
    return true;
}

void mou_scan_rows_free(struct mou_scan_rows *rows)
{
    for (uint32_t i = 0; i < rows->column_count; i++) {
        mou_buf_free(&rows->cells[i].numbers);
        mou_buf_free(&rows->cells[i].bytes);
        mou_buf_free(&rows->cells[i].unknown);
    }
    rows->column_count = 0;
}

void mou_scan_rows_clear(struct mou_scan_rows *rows)
{
    for (uint32_t i = 0; i < rows->column_count; i++) {
        struct mou_scan_cells *cells = &rows->cells[i];
        cells->gaps = false;
        cells->width = 1;
        mou_buf_clear(&cells->numbers);
        mou_buf_clear(&cells->bytes);
        mou_buf_clear(&cells->unknown);
    }
    rows->count = 0;
    rows->staged = 0;
    rows->failed = false;
}

void mou_scan_expect_names(struct mou_scan_rows *rows, uint32_t column, const struct mou_text *names, uint32_t name_count)
{
    assert(rows->cells[column].is_text && rows->count == 0 && rows->staged == 0);
    rows->cells[column].names = names;
    rows->cells[column].name_count = name_count;
}

void mou_scan_expect_some(struct mou_scan_rows *rows, uint32_t column, uint32_t by, const struct mou_scan_set *some)
{
    assert(rows->cells[column].is_text && by < column && rows->count == 0 && rows->staged == 0);
    rows->cells[column].some = some;
    rows->cells[column].some_by = by;
}

uint32_t mou_scan_find_name(struct mou_scan_cells *cells, struct mou_text text)
{
    if (cells->last_name < cells->name_count && mou_text_equal(cells->names[cells->last_name], text)) {
        return cells->last_name;
    }
    for (uint32_t i = 0; i < cells->name_count; i++) {
        if (mou_text_equal(cells->names[i], text)) {
            cells->last_name = i;
            return i;
        }
    }
    if (cells->bytes.len == 0) {
        mou_buf_append(&cells->bytes, text.bytes, text.len);
    }
    return cells->name_count;
}

static uint32_t width_for(const int64_t *values, uint32_t count)
{
    uint64_t bits = 0; /* of all values, the sign folded away */
    for (uint32_t i = 0; i < count; i++) {
        bits |= (uint64_t)values[i] ^ (uint64_t)(values[i] >> 63);
    }
    if (bits <= INT16_MAX) {
        return bits <= INT8_MAX ? 1 : 2;
    }
    return bits <= INT32_MAX ? 4 : 8;
}

/** Appends numbers in the column's width. */
#define APPEND(type)                                                                                     \
    static void append_##type(struct mou_buf *to, const int64_t *values, uint32_t count)                 \
    {                                                                                                    \
        type narrow[MOU_SCAN_STAGE];                                                                     \
        assert(count <= MOU_SCAN_STAGE);                                                                 \
        for (uint32_t i = 0; i < count; i++) {                                                           \
            narrow[i] = (type)values[i];                                                                 \
        }                                                                                                \
        mou_buf_append(to, narrow, count * sizeof(type));                                                \
    }

APPEND(int8_t)
APPEND(int16_t)
APPEND(int32_t)

static void append(struct mou_buf *to, uint32_t width, const int64_t *values, uint32_t count)
{
    switch (width) {
    case 1: append_int8_t(to, values, count); break;
    case 2: append_int16_t(to, values, count); break;
    case 4: append_int32_t(to, values, count); break;
    default: mou_buf_append(to, values, count * sizeof *values); break;
    }
}

/** Moves what the column has into a wider one: at most three times in its life. */
static bool widen(struct mou_scan_cells *cells, uint32_t width, uint32_t count)
{
    struct mou_buf wide;
    int64_t values[MOU_SCAN_STAGE];
    mou_buf_init(&wide, NULL, COLUMN_BYTES_MAX);
    for (uint32_t begin = 0; begin < count; begin += MOU_SCAN_STAGE) {
        const uint32_t part = count - begin < MOU_SCAN_STAGE ? count - begin : MOU_SCAN_STAGE;
        for (uint32_t i = 0; i < part; i++) {
            values[i] = mou_scan_number(cells, begin + i);
        }
        append(&wide, width, values, part);
    }
    if (wide.failed) {
        mou_buf_free(&wide);
        return false;
    }
    mou_buf_free(&cells->numbers);
    cells->numbers = wide;
    cells->width = width;
    return true;
}

/** A column has a byte per row from its first gap on. */
static void flush_unknown(struct mou_scan_cells *cells, uint32_t count, uint32_t staged)
{
    if (!cells->gaps && memchr(cells->stage_unknown, 1, staged) == NULL) {
        return;
    }
    static const uint8_t none[MOU_SCAN_STAGE];
    for (uint32_t left = cells->gaps ? 0 : count; left > 0;) {
        const uint32_t part = left < MOU_SCAN_STAGE ? left : MOU_SCAN_STAGE;
        mou_buf_append(&cells->unknown, none, part);
        left -= part;
    }
    cells->gaps = true;
    mou_buf_append(&cells->unknown, cells->stage_unknown, staged);
}

void mou_scan_flush(struct mou_scan_rows *rows)
{
    const uint32_t staged = rows->staged;
    rows->staged = 0;
    for (uint32_t i = 0; !rows->failed && i < rows->column_count; i++) {
        struct mou_scan_cells *cells = &rows->cells[i];
        const uint32_t width = width_for(cells->stage, staged);
        if (width > cells->width && !widen(cells, width, rows->count)) {
            rows->failed = true;
            return;
        }
        append(&cells->numbers, cells->width, cells->stage, staged);
        flush_unknown(cells, rows->count, staged);
        rows->failed = cells->numbers.failed || cells->bytes.failed || cells->unknown.failed;
    }
    rows->failed = rows->failed || rows->count >= UINT32_MAX - 64 - MOU_SCAN_STAGE;
    rows->count += rows->failed ? 0 : staged;
}
