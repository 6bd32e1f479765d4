/*
 * A table read through a statement, row by row; by its pages where that can be had, and through the statement after all where a page was not as expected. Used by
 * snapshot_read.c.
 */
#include <assert.h>

#include "table_scan.h"

/** Nothing was recorded later than at that time, and nothing is erased, which would be known no more. */
static bool nothing_later(struct mou_store *store, mou_time known_at)
{
    mou_time clock = 0;
    bool erased = true;
    enum mou_status status = mou_clock_read(store, 0, &clock);
    status = status == MOU_OK ? mou_store_step_single(store, mou_store_statement(store, MOU_SQL_ERASED_ANY), &erased) : status;
    return status == MOU_OK && !erased && known_at >= clock; /* a failure shows itself again where the tables are read */
}

void mou_scan_begin(struct mou_scan *scan, struct mou_store *store, mou_time known_at, enum mou_scan_way way)
{
    assert(scan != NULL && store != NULL);
    *scan = (struct mou_scan){.store = store, .known_at = known_at, .newest = nothing_later(store, known_at)};
    if (way == MOU_SCAN_FASTEST) {
        scan->pages = mou_pages_open(store);
    }
}

void mou_scan_end(struct mou_scan *scan)
{
    mou_pages_close(scan->pages);
    scan->pages = NULL;
}

/*
 * The connection has no mutex and one thread, so that values need no protection; a text taken as bytes is not copied to end it with a NUL. What is not known is 0, and of no
 * length: the type is only asked for then.
 */
static inline void take_cell(struct mou_scan_rows *rows, uint32_t column, sqlite3_value *value)
{
    if (rows->cells[column].is_text) {
        const void *bytes = sqlite3_value_blob(value);
        if (bytes == NULL && sqlite3_value_type(value) == SQLITE_NULL) {
            mou_scan_put_unknown(rows, column);
        } else {
            mou_scan_put_text(rows, column, bytes, bytes != NULL ? (size_t)sqlite3_value_bytes(value) : 0);
        }
        return;
    }
    const int64_t number = sqlite3_value_int64(value);
    if (number == 0 && sqlite3_value_type(value) == SQLITE_NULL) {
        mou_scan_put_unknown(rows, column);
    } else {
        mou_scan_put_number(rows, column, number);
    }
}

/** A row as arguments of a function: the database calls it for every row within one step, which is cheaper than to come back with each. */
static void gather_row(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct mou_scan_rows *rows = *(struct mou_scan_rows **)sqlite3_user_data(context);
    if (rows == NULL || rows->failed || (uint32_t)count != rows->column_count) {
        sqlite3_result_error_nomem(context);
        return;
    }
    for (uint32_t i = 0; i < rows->column_count; i++) {
        take_cell(rows, i, values[i]);
    }
    mou_scan_row_done(rows);
}

static void gathered_all(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

enum mou_status mou_scan_register(struct mou_store *store)
{
    const int code = sqlite3_create_function_v2(store->database, "mou_scan_gather", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, (void *)&store->gathering, NULL, gather_row,
                                                gathered_all, NULL);
    return code == SQLITE_OK ? MOU_OK : mou_store_sql_failed(store);
}

/** More columns than a function takes come row by row. */
static enum mou_status step_rows(struct mou_scan *scan, sqlite3_stmt *statement, struct mou_scan_rows *rows)
{
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW && !rows->failed; code = sqlite3_step(statement)) {
        for (uint32_t i = 0; i < rows->column_count; i++) {
            take_cell(rows, i, sqlite3_column_value(statement, (int)i));
        }
        mou_scan_row_done(rows);
    }
    return code == SQLITE_DONE || code == SQLITE_ROW ? MOU_OK : mou_store_sql_failed(scan->store);
}

static enum mou_status gather_rows(struct mou_scan *scan, sqlite3_stmt *statement, struct mou_scan_rows *rows)
{
    scan->store->gathering = rows;
    const int code = sqlite3_step(statement);
    scan->store->gathering = NULL;
    return code == SQLITE_ROW ? MOU_OK : mou_store_sql_failed(scan->store);
}

static enum mou_status read_by_statement(struct mou_scan *scan, const struct mou_scan_plan *plan, struct mou_scan_rows *rows)
{
    const bool gathered = rows->column_count <= (uint32_t)sqlite3_limit(scan->store->database, SQLITE_LIMIT_FUNCTION_ARG, -1);
    sqlite3_stmt *statement = mou_scan_statement(scan->store, plan, gathered);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, scan->known_at);
    const enum mou_status status = gathered ? gather_rows(scan, statement, rows) : step_rows(scan, statement, rows);
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
    plan.newest = scan->newest;
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
