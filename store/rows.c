/*
 * The table-valued function mou_rows: what the caller holds in memory, bound by pointer under a name that SQL cannot make. Reads only, keeps nothing. Used by read.c, and by delta.c, acts.c and run_counts.c.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "rows.h"

#define POINTER_NAME "mou_rows"

struct rows_cursor {
    sqlite3_vtab_cursor base;
    const struct mou_rows *rows;
    size_t row;
};

static int connect_rows(sqlite3 *database, void *state, int count, const char *const *words, sqlite3_vtab **table, char **message)
{
    (void)state;
    (void)count;
    (void)words;
    (void)message;
    int code = sqlite3_declare_vtab(database, "CREATE TABLE x(a, b, c, d, e, f, g, h, rows HIDDEN)");
    *table = code == SQLITE_OK ? sqlite3_malloc(sizeof **table) : NULL;
    if (*table != NULL) {
        memset(*table, 0, sizeof **table);
    }
    return code == SQLITE_OK && *table == NULL ? SQLITE_NOMEM : code;
}

static int disconnect_rows(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/** There is one way to use the table: with its rows given. */
static int plan_rows(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn == MOU_ROWS_COLUMNS && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ && info->aConstraint[i].usable) {
            info->aConstraintUsage[i].argvIndex = 1;
            info->aConstraintUsage[i].omit = 1;
            info->estimatedCost = 1000;
            info->estimatedRows = 1000;
            return SQLITE_OK;
        }
    }
    return SQLITE_CONSTRAINT;
}

static int open_rows(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    (void)table;
    struct rows_cursor *made = sqlite3_malloc(sizeof *made);
    if (made == NULL) {
        return SQLITE_NOMEM;
    }
    memset(made, 0, sizeof *made);
    *cursor = &made->base;
    return SQLITE_OK;
}

static int close_rows(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int begin_rows(sqlite3_vtab_cursor *cursor, int number, const char *text, int count, sqlite3_value **values)
{
    struct rows_cursor *self = (struct rows_cursor *)(void *)cursor;
    (void)number;
    (void)text;
    self->rows = count == 1 ? sqlite3_value_pointer(values[0], POINTER_NAME) : NULL;
    self->row = 0;
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *cursor)
{
    ((struct rows_cursor *)(void *)cursor)->row++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
    const struct rows_cursor *self = (const struct rows_cursor *)(const void *)cursor;
    return self->rows == NULL || self->row >= self->rows->count;
}

static int give_cell(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const struct rows_cursor *self = (const struct rows_cursor *)(const void *)cursor;
    if (column >= MOU_ROWS_COLUMNS) {
        return SQLITE_OK;
    }
    const struct mou_rows_cell *cell = &self->rows->cells[self->row * MOU_ROWS_COLUMNS + (size_t)column];
    if (cell->type == SQLITE_INTEGER) {
        sqlite3_result_int64(context, cell->number);
    } else if (cell->type == SQLITE_TEXT) {
        sqlite3_result_text64(context, cell->text.bytes != NULL ? cell->text.bytes : "", (sqlite3_uint64)cell->text.len, SQLITE_STATIC, SQLITE_UTF8);
    }
    return SQLITE_OK;
}

static int give_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
    *number = (sqlite3_int64)((const struct rows_cursor *)(const void *)cursor)->row;
    return SQLITE_OK;
}

static const sqlite3_module rows_module = {
    .xConnect = connect_rows, .xBestIndex = plan_rows, .xDisconnect = disconnect_rows, .xOpen = open_rows, .xClose = close_rows, .xFilter = begin_rows,
    .xNext = next_row, .xEof = at_end, .xColumn = give_cell, .xRowid = give_number,
};

enum mou_status mou_rows_register(struct mou_store *store)
{
    return sqlite3_create_module_v2(store->database, "mou_rows", &rows_module, NULL, NULL) == SQLITE_OK ? MOU_OK : mou_store_sql_failed(store);
}

struct mou_rows_cell *mou_rows_add(struct mou_rows *rows, struct mou_arena *arena)
{
    static const struct mou_rows_cell none = {.type = SQLITE_NULL};
    assert(rows->count < MOU_ROWS_MAX);
    if (rows->cells == NULL) {
        rows->cells = MOU_NEW_ARRAY(arena, (size_t)MOU_ROWS_MAX * MOU_ROWS_COLUMNS, struct mou_rows_cell);
    }
    if (rows->cells == NULL) {
        return NULL;
    }
    struct mou_rows_cell *row = &rows->cells[rows->count++ * MOU_ROWS_COLUMNS];
    for (size_t i = 0; i < MOU_ROWS_COLUMNS; i++) {
        row[i] = none;
    }
    return row;
}

enum mou_status mou_rows_bind(struct mou_store *store, sqlite3_stmt *statement, int parameter, const struct mou_rows *rows)
{
    return sqlite3_bind_pointer(statement, parameter, (void *)(uintptr_t)rows, POINTER_NAME, NULL) == SQLITE_OK ? MOU_OK : mou_store_sql_failed(store);
}

enum mou_status mou_rows_write(struct mou_store *store, sqlite3_stmt *statement, const struct mou_rows *rows)
{
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    enum mou_status status = MOU_OK;
    if (rows->count > 0) {
        status = mou_rows_bind(store, statement, 1, rows);
        status = status == MOU_OK ? mou_store_step_done(store, statement) : status;
    }
    sqlite3_clear_bindings(statement);
    return status;
}
