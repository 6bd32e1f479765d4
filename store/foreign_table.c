/*
 * Rows of a table that somebody else reads (a spreadsheet), on the same way into the store as those of CSV. A row's bytes, for quarantine, are its cells as CSV.
 */
#include <string.h>

#include "table.h"

struct foreign_table {
    struct mou_intake *intake;
    const struct mou_table *table;
    struct mou_buf raw;
    uint32_t width; /**< of the header: rows are told with as many cells */
    uint64_t line;
};

void mou_table_place(struct mou_text sheet, uint64_t line, uint32_t column, struct mou_buf *out)
{
    char letters[8];
    size_t at = sizeof letters;
    for (; column > 0 && at > 0; column = (column - 1) / 26) {
        letters[--at] = (char)('A' + (column - 1) % 26);
    }
    mou_buf_append(out, sheet.bytes, sheet.len);
    mou_buf_char(out, '!');
    mou_buf_append(out, letters + at, sizeof letters - at);
    mou_buf_printf(out, "%llu", (unsigned long long)line);
}

static void put_csv(struct mou_buf *raw, struct mou_text text)
{
    bool plain = true;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.bytes[i];
        plain = plain && c != ',' && c != '"' && c != '\n' && c != '\r';
    }
    if (plain) {
        mou_buf_append(raw, text.bytes, text.len);
        return;
    }
    mou_buf_char(raw, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] == '"') {
            mou_buf_char(raw, '"');
        }
        mou_buf_char(raw, text.bytes[i]);
    }
    mou_buf_char(raw, '"');
}

static enum mou_status told(struct foreign_table *foreign, enum mou_status status)
{
    return status == MOU_OK ? MOU_OK : mou_store_fail(foreign->intake->store, status, "%s", foreign->table->message(foreign->table->state));
}

static enum mou_status begin(void *state, unsigned header_row)
{
    struct foreign_table *foreign = state;
    return told(foreign, foreign->table->begin(foreign->table->state, header_row));
}

static enum mou_status next_row(void *state, struct mou_row *row, struct mou_arena *arena, bool *more)
{
    struct foreign_table *foreign = state;
    struct mou_table_row found = {.count = 0};
    (void)arena;
    enum mou_status status = foreign->table->next(foreign->table->state, &found, more);
    if (status != MOU_OK) {
        return told(foreign, status);
    }
    foreign->width = foreign->intake->header.bytes == NULL ? found.count : foreign->width;
    *row = (struct mou_row){.cells = row->cells, .line = found.line, .ragged = true};
    mou_buf_clear(&foreign->raw);
    for (uint32_t i = 0; *more && i < MOU_CELLS_MAX && (i < found.count || i < foreign->width); i++) {
        if (i > 0) {
            mou_buf_char(&foreign->raw, ',');
        }
        if (i < found.count) {
            row->cells[row->count++] = found.cells[i];
            put_csv(&foreign->raw, found.cells[i].text);
        }
    }
    foreign->line = found.line;
    row->raw = (struct mou_text){foreign->raw.len > 0 ? foreign->raw.data : "", foreign->raw.len};
    return foreign->raw.failed ? mou_store_out_of_memory(foreign->intake->store) : MOU_OK;
}

static void position(void *state, uint64_t *done, uint64_t *total)
{
    const struct foreign_table *foreign = state;
    *done = foreign->line;
    *total = foreign->table->rows;
}

enum mou_status mou_sheet_import(struct mou_intake *intake, const struct mou_table *table)
{
    struct foreign_table foreign = {.intake = intake, .table = table};
    const struct mou_row_reader rows = {begin, next_row, position, NULL, &foreign};
    mou_buf_init(&foreign.raw, NULL, 4 * MOU_CELLS_BYTES_MAX);
    enum mou_status status = mou_table_import(intake, &rows);
    mou_buf_free(&foreign.raw);
    return status;
}
