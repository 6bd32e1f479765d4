/*
 * Where the columns of a table stand, and the statement that reads them. Names come from a verified pack or from this program, and are quoted. Used by table_scan.c.
 */
#include <assert.h>
#include <string.h>

#include "table_scan.h"

#define SQL_BYTES_MAX ((size_t)1024 * 1024)

/** One column of the table in the database. */
static void place_column(struct mou_scan_plan *plan, uint32_t number, struct mou_text name, struct mou_text type, bool row_number)
{
    const struct mou_scan_table *table = plan->table;
    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct mou_text wanted = table->columns[i].is_text ? MOU_TEXT("TEXT") : MOU_TEXT("INTEGER");
        if (mou_text_equal(name, table->columns[i].name) && mou_text_equal(type, wanted)) {
            plan->at[i] = row_number ? MOU_SCAN_ROW_NUMBER : number;
        }
    }
    if (mou_text_equal(name, mou_text_of(table->known_from))) {
        plan->known_from = number;
    }
    if (table->known_until != NULL && mou_text_equal(name, mou_text_of(table->known_until))) {
        plan->known_until = number;
    }
}

/** Rows (number, name, type, not null, default, key, hidden) for the columns of the table. Not the function of that name, which keeps failures to itself. */
static sqlite3_stmt *columns_of(struct mou_store *store, struct mou_text table)
{
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "PRAGMA table_xinfo(");
    mou_schema_put_name(&sql, MOU_TEXT(""), table);
    mou_buf_char(&sql, ')');
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    return statement;
}

static enum mou_status place_columns(struct mou_store *store, struct mou_scan_plan *plan)
{
    sqlite3_stmt *statement = columns_of(store, plan->table->name);
    bool row = statement != NULL;
    uint32_t keys = 0;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        const struct mou_text type = mou_store_column_text(statement, 2);
        const bool key = sqlite3_column_int(statement, 5) != 0;
        plan->plain = plan->plain && sqlite3_column_type(statement, 4) == SQLITE_NULL && sqlite3_column_int(statement, 6) == 0;
        keys += key ? 1 : 0;
        place_column(plan, (uint32_t)sqlite3_column_int(statement, 0), mou_store_column_text(statement, 1), type, key && mou_text_equal(type, MOU_TEXT("INTEGER")));
    }
    sqlite3_finalize(statement);
    plan->plain = plan->plain && keys == 1 && plan->known_from != MOU_SCAN_NOWHERE && (plan->table->known_until == NULL || plan->known_until != MOU_SCAN_NOWHERE);
    return status;
}

enum mou_status mou_scan_plan_make(struct mou_store *store, const struct mou_scan_table *table, struct mou_arena *arena, struct mou_scan_plan *plan)
{
    bool row = false;
    *plan = (struct mou_scan_plan){.table = table, .at = MOU_NEW_ARRAY(arena, (size_t)table->column_count + 1, uint32_t), .known_from = MOU_SCAN_NOWHERE,
                                   .known_until = MOU_SCAN_NOWHERE, .plain = true};
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_TABLE_ROOT);
    if (plan->at == NULL || statement == NULL) {
        return plan->at == NULL ? mou_store_out_of_memory(store) : MOU_ERROR_IO;
    }
    for (uint32_t i = 0; i < table->column_count; i++) {
        plan->at[i] = MOU_SCAN_NOWHERE;
    }
    mou_store_bind_text(statement, 1, table->name);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    plan->exists = status == MOU_OK && row;
    plan->root = plan->exists ? (uint32_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return plan->exists ? place_columns(store, plan) : status;
}

static void put_name(struct mou_buf *sql, struct mou_text name)
{
    mou_buf_text(sql, "r."); /* a quoted name alone would pass for a text where there is no such column */
    mou_schema_put_name(sql, MOU_TEXT(""), name);
}

static void put_columns(struct mou_buf *sql, const struct mou_scan_plan *plan)
{
    for (uint32_t i = 0; i < plan->table->column_count; i++) {
        mou_buf_text(sql, i == 0 ? "" : ", ");
        if (plan->at[i] == MOU_SCAN_NOWHERE) {
            mou_buf_text(sql, "NULL");
        } else {
            put_name(sql, plan->table->columns[i].name);
        }
    }
}

/** Which rows were known at ?1. */
static void put_known(struct mou_buf *sql, const struct mou_scan_plan *plan)
{
    const struct mou_scan_table *table = plan->table;
    mou_buf_text(sql, plan->newest ? " WHERE ?1 IS NOT NULL" : " WHERE ");
    if (!plan->newest) {
        put_name(sql, mou_text_of(table->known_from));
        mou_buf_text(sql, " <= ?1");
    }
    if (table->known_until != NULL) {
        mou_buf_text(sql, " AND (");
        put_name(sql, mou_text_of(table->known_until));
        mou_buf_text(sql, " IS NULL");
        if (!plan->newest) {
            mou_buf_text(sql, " OR ");
            put_name(sql, mou_text_of(table->known_until));
            mou_buf_text(sql, " > ?1");
        }
        mou_buf_char(sql, ')');
    }
}

sqlite3_stmt *mou_scan_statement(struct mou_store *store, const struct mou_scan_plan *plan, bool gathered)
{
    struct mou_buf sql;
    assert(plan->exists);
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, gathered ? "SELECT mou_scan_gather(" : "SELECT ");
    put_columns(&sql, plan);
    mou_buf_text(&sql, gathered ? ") FROM " : " FROM ");
    mou_schema_put_name(&sql, MOU_TEXT(""), plan->table->name);
    mou_buf_text(&sql, " r NOT INDEXED"); /* read in the order of row numbers then, which ORDER BY could not name: a field may be called rowid */
    put_known(&sql, plan);
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    return statement;
}
