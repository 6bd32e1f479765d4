/*
 * A table read through a statement, row by row; by its pages where that can be had, and through the statement after all where a page was not as expected. Used by
 * snapshot_read.c.
 */
#include <assert.h>

#include "table_scan.h"

void mou_scan_begin(struct mou_scan *scan, struct mou_store *store, mou_time known_at, enum mou_scan_way way)
{
    assert(scan != NULL && store != NULL);
    *scan = (struct mou_scan){.store = store, .known_at = known_at};
    if (way == MOU_SCAN_FASTEST) {
        scan->pages = mou_pages_open(store);
    }
}

void mou_scan_end(struct mou_scan *scan)
{
    mou_pages_close(scan->pages);
    scan->pages = NULL;
}

/* The connection has no mutex and one thread, so that values need no protection; a text taken as bytes is not copied to end it with a NUL. */
static inline void take_cell(struct mou_scan_rows *rows, uint32_t column, sqlite3_value *value)
{
    if (sqlite3_value_type(value) == SQLITE_NULL) {
        mou_scan_put_unknown(rows, column);
    } else if (rows->cells[column].is_text) {
        const void *bytes = sqlite3_value_blob(value);
        mou_scan_put_text(rows, column, bytes, (size_t)sqlite3_value_bytes(value));
    } else {
        mou_scan_put_number(rows, column, sqlite3_value_int64(value));
    }
}

static enum mou_status read_by_statement(struct mou_scan *scan, const struct mou_scan_plan *plan, struct mou_scan_rows *rows)
{
    struct mou_store *store = scan->store;
    sqlite3_stmt *statement = mou_scan_statement(store, plan);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, scan->known_at);
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW && !rows->failed; code = sqlite3_step(statement)) {
        for (uint32_t i = 0; i < rows->column_count; i++) {
            take_cell(rows, i, sqlite3_column_value(statement, (int)i));
        }
        mou_scan_row_done(rows);
    }
    enum mou_status status = code == SQLITE_DONE || code == SQLITE_ROW ? MOU_OK : mou_store_sql_failed(store);
    sqlite3_finalize(statement);
    return status;
}

enum mou_status mou_scan_read(struct mou_scan *scan, const struct mou_scan_table *table, struct mou_arena *arena, struct mou_scan_rows *rows)
{
    struct mou_scan_plan plan;
    assert(rows->column_count == table->column_count && rows->count == 0 && rows->staged == 0);
    enum mou_status status = mou_scan_plan_make(scan->store, table, arena, &plan);
    if (status != MOU_OK || !plan.exists) {
        return status;
    }
    const bool by_pages = scan->pages != NULL && plan.plain && mou_pages_read(scan->pages, &plan, scan->known_at, rows);
    if (by_pages) {
        scan->by_pages++;
    } else {
        mou_scan_rows_clear(rows);
        scan->by_statements++;
        status = read_by_statement(scan, &plan, rows);
    }
    mou_scan_flush(rows);
    return status == MOU_OK && rows->failed ? mou_store_out_of_memory(scan->store) : status;
}
