/*
 * Whom an incremental run must look at: subjects that changed since the run before, and those whose next date has come; with everyone whose decisions can
 * depend on them, along relations in both directions to the pack's depth. A relation that was ended is a change of both its ends, so that what is related
 * now suffices.
 */
#include "run_internal.h"

enum mou_status mou_due_last_run(struct mou_store *store, struct mou_last_run *last)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RUN_LAST);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *last = (struct mou_last_run){.id = 0};
    if (status == MOU_OK && row) {
        *last = (struct mou_last_run){sqlite3_column_int64(statement, 0), (mou_date)sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2),
                                      sqlite3_column_int64(statement, 3), (uint64_t)sqlite3_column_int64(statement, 4)};
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_due_judge(struct mou_store *store, const struct mou_last_run *last, mou_date as_of, mou_time known_at, bool *whole)
{
    enum mou_rhythm rhythm = MOU_RHYTHM_DAILY;
    enum mou_status status = mou_pack_rhythm(store->pack, &rhythm);
    if (status != MOU_OK) {
        return mou_store_out_of_memory(store);
    }
    *whole = last->id == 0 || last->pack != store->pack_id || as_of < last->as_of || known_at < last->known_at;
    if (!*whole && as_of != last->as_of) {
        const bool new_year = mou_date_to_civil(as_of).year != mou_date_to_civil(last->as_of).year;
        *whole = rhythm == MOU_RHYTHM_DAILY || (rhythm == MOU_RHYTHM_YEARLY && new_year);
    }
    return MOU_OK;
}

/** Runs a statement with the numbers that it asks for. */
static enum mou_status run_with(struct mou_store *store, enum mou_statement id, int64_t first, int64_t second)
{
    sqlite3_stmt *statement = mou_store_statement(store, id);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, first);
    sqlite3_bind_int64(statement, 2, second);
    return mou_store_step_done(store, statement);
}

static enum mou_status clear_lists(struct mou_store *store)
{
    enum mou_status status = mou_store_execute(store, "CREATE TEMP TABLE IF NOT EXISTS due(subject INTEGER PRIMARY KEY, ring INTEGER NOT NULL)");
    if (status == MOU_OK) {
        status = mou_store_execute(store, "CREATE TEMP TABLE IF NOT EXISTS due_order(identifier TEXT PRIMARY KEY, subject INTEGER NOT NULL, kind TEXT NOT NULL) WITHOUT ROWID");
    }
    status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_CLEAR, 0, 0) : status;
    return status == MOU_OK ? run_with(store, MOU_SQL_DUE_ORDER_CLEAR, 0, 0) : status;
}

/** Everybody whom the listed ones can concern. */
static enum mou_status add_rings(struct mou_store *store, mou_time known_at)
{
    enum mou_status status = MOU_OK;
    for (uint32_t ring = 0; status == MOU_OK && ring < mou_pack_closure_depth(store->pack); ring++) {
        status = run_with(store, MOU_SQL_DUE_RING_FORWARD, ring, known_at);
        status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_RING_BACK, ring, known_at) : status;
    }
    return status;
}

static enum mou_status order_list(struct mou_store *store, mou_time known_at, uint64_t *count)
{
    const enum mou_status status = run_with(store, MOU_SQL_DUE_ORDER, known_at, 0);
    *count = status == MOU_OK ? (uint64_t)sqlite3_changes64(store->database) : 0;
    return status;
}

enum mou_status mou_due_list(struct mou_store *store, const struct mou_last_run *last, mou_date as_of, mou_time known_at, uint64_t *count)
{
    enum mou_status status = clear_lists(store);
    status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_CHANGED, last->known_at, known_at) : status;
    status = status == MOU_OK ? add_rings(store, known_at) : status;
    status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_DATES, as_of, 0) : status;
    return status == MOU_OK ? order_list(store, known_at, count) : status;
}

enum mou_status mou_due_subjects(struct mou_store *store, const struct mou_last_run *last, mou_time known_at, uint64_t *subjects)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_DUE_NEW);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, last->known_at);
    sqlite3_bind_int64(statement, 2, known_at);
    const enum mou_status status = mou_store_step_row(store, statement, &row);
    *subjects = last->subjects + (row ? (uint64_t)sqlite3_column_int64(statement, 0) : 0);
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_due_list_since(struct mou_store *store, int64_t import, mou_time known_at, uint64_t *count)
{
    enum mou_status status = clear_lists(store);
    status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_CHANGED_SINCE, import, 0) : status;
    status = status == MOU_OK ? add_rings(store, known_at) : status;
    return status == MOU_OK ? order_list(store, known_at, count) : status;
}

enum mou_status mou_due_list_import(struct mou_store *store, int64_t import, mou_time *known_at)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_IMPORT_TIME);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, import);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *known_at = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    status = status == MOU_OK ? clear_lists(store) : status;
    status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_OF_IMPORT, import, 0) : status;
    status = status == MOU_OK ? add_rings(store, *known_at) : status;
    return status == MOU_OK ? run_with(store, MOU_SQL_DUE_ORDER, *known_at, 0) : status;
}

enum mou_status mou_due_list_subject(struct mou_store *store, int64_t subject, mou_time known_at)
{
    enum mou_status status = clear_lists(store);
    status = status == MOU_OK ? run_with(store, MOU_SQL_DUE_OF_SUBJECT, subject, 0) : status;
    return status == MOU_OK ? add_rings(store, known_at) : status;
}

enum mou_status mou_due_done(struct mou_store *store, mou_date as_of)
{
    return run_with(store, MOU_SQL_WAKE_DONE, as_of, 0);
}
