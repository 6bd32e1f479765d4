/*
 * Past runs, repeated: every run is evaluated again in full, with its own pack, date and state of knowledge, and compared byte by byte with the decisions that
 * stood after it. So an incremental run is held to the full one, and every run to what was stored then. Reads only.
 */
#include <stdio.h>
#include <string.h>

#include "replay.h"

#define SQL_BYTES_MAX ((size_t)65536)

/** One run repeated. */
struct replaying {
    struct mou_store *store;
    int64_t run;
    bool newest;             /**< next dates are stored for the newest run only */
    struct mou_arena *arena; /**< reset for every subject */
    MOU_VEC(struct mou_text) stored; /**< the subject's decisions as stored */
    size_t at;
    bool begun;
    bool blank; /**< what the run saw of the subject, or of those near it, has been erased since: nothing to compare with */
    int64_t subject;
    struct mou_buf line;
    uint64_t decisions;
    uint64_t differences;
    char first[200]; /**< the first subject that differs */
};

static enum mou_status begin_subject(struct replaying *replaying, struct mou_text identifier)
{
    struct mou_store *store = replaying->store;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_STATUS_OF_RUN);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    mou_arena_reset(replaying->arena);
    memset(&replaying->stored, 0, sizeof replaying->stored);
    replaying->at = 0;
    replaying->begun = true;
    if (statement != NULL) {
        mou_store_bind_text(statement, 1, identifier);
        sqlite3_bind_int64(statement, 2, replaying->run);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_text text = mou_store_column_text(statement, 0);
            const struct mou_text line = {mou_arena_copy(replaying->arena, text.bytes, text.len), text.len};
            status = line.bytes != NULL && MOU_VEC_PUSH(replaying->arena, &replaying->stored, line) ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    sqlite3_stmt *blank = status == MOU_OK ? mou_store_statement(store, MOU_SQL_BLANK_KNOWN) : NULL;
    if (blank == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    mou_store_bind_text(blank, 1, identifier);
    return mou_store_step_single(store, blank, &replaying->blank);
}

static void differs(struct replaying *replaying, struct mou_text subject)
{
    if (replaying->differences == 0) {
        (void)snprintf(replaying->first, sizeof replaying->first, "%.*s", (int)subject.len, subject.bytes);
    }
    replaying->differences++;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct replaying *replaying = state;
    enum mou_status status = replaying->begun ? MOU_OK : begin_subject(replaying, decision->subject);
    mou_buf_clear(&replaying->line);
    mou_decision_json(replaying->store->pack, decision, &replaying->line);
    if (replaying->line.failed) {
        return mou_store_out_of_memory(replaying->store);
    }
    const struct mou_text line = {replaying->line.data, replaying->line.len - 1};
    const bool same = replaying->at < replaying->stored.count && mou_text_equal(replaying->stored.items[replaying->at], line);
    if (status == MOU_OK && !same && !replaying->blank) {
        differs(replaying, decision->subject);
    }
    replaying->at++;
    replaying->decisions += !replaying->blank;
    return status;
}

/** A stored next date may lie before the one found now, which costs one evaluation; behind it, a change would be missed. */
static enum mou_status check_next(struct replaying *replaying, struct mou_text subject, mou_date next)
{
    bool late = false;
    sqlite3_stmt *statement = mou_store_statement(replaying->store, MOU_SQL_NEXT_LATE);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, subject);
    sqlite3_bind_int64(statement, 2, next);
    enum mou_status status = mou_store_step_single(replaying->store, statement, &late);
    if (status == MOU_OK && late) {
        differs(replaying, subject);
    }
    return status;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct replaying *replaying = state;
    (void)number;
    enum mou_status status = replaying->begun ? MOU_OK : begin_subject(replaying, subject);
    if (status == MOU_OK && replaying->at < replaying->stored.count && !replaying->blank) {
        differs(replaying, subject);
    }
    replaying->decisions += replaying->blank ? replaying->stored.count : 0;
    if (status == MOU_OK && replaying->newest && next != MOU_DATE_NONE) {
        status = check_next(replaying, subject, next);
    }
    replaying->begun = false;
    return status;
}

/** Decisions of nobody who was evaluated. */
static enum mou_status check_count(struct replaying *replaying)
{
    bool same = false;
    sqlite3_stmt *statement = mou_store_statement(replaying->store, MOU_SQL_STATUS_COUNT_OF_RUN);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, replaying->run);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)replaying->decisions);
    enum mou_status status = mou_store_step_single(replaying->store, statement, &same);
    if (status == MOU_OK && !same) {
        differs(replaying, MOU_TEXT(""));
    }
    return status;
}

/** Subjects whose rows were erased, and those around them as far as a decision can look. */
static enum mou_status list_blank(struct mou_store *store)
{
    sqlite3_stmt *tables = mou_store_statement(store, MOU_SQL_VOCABULARY_TABLES);
    struct mou_buf sql;
    bool row = tables != NULL;
    enum mou_status status = tables != NULL ? mou_store_execute(store, "CREATE TEMP TABLE IF NOT EXISTS blank(subject INTEGER PRIMARY KEY, ring INTEGER NOT NULL)") : MOU_ERROR_IO;
    status = status == MOU_OK ? mou_store_execute(store, "DELETE FROM temp.blank") : status;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, tables, &row);
        if (status == MOU_OK && row) {
            mou_buf_text(&sql, "INSERT OR IGNORE INTO temp.blank(subject, ring) SELECT \"#subject\", 0 FROM ");
            mou_schema_put_name(&sql, MOU_TEXT(""), mou_store_column_text(tables, 0));
            mou_buf_text(&sql, " WHERE \"#erased\" IS NOT NULL");
            status = mou_schema_run_text(store, &sql);
        }
    }
    sqlite3_reset(tables);
    mou_buf_free(&sql);
    return status == MOU_OK ? mou_store_step_done(store, mou_store_statement(store, MOU_SQL_BLANK_RELATED)) : status;
}

/** As far as this run's pack looks. */
static enum mou_status widen_blank(struct mou_store *store)
{
    const uint32_t depth = mou_pack_closure_depth(store->pack);
    enum mou_status status = mou_store_execute(store, "DELETE FROM temp.blank WHERE ring > 0");
    for (uint32_t ring = 0; status == MOU_OK && ring < depth; ring++) {
        sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_BLANK_RING);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, ring);
        status = mou_store_step_done(store, statement);
    }
    return status;
}

static enum mou_status replay_run(struct replaying *replaying, const struct mou_last_run *run, const struct mou_replay_request *request)
{
    const struct mou_decision_sink sink = {.state = replaying, .decision = take_decision, .next = take_next};
    struct mou_pass pass = {.store = replaying->store, .sink = &sink, .as_of = run->as_of, .known_at = run->known_at};
    enum mou_status status = mou_store_adopt_number(replaying->store, run->pack);
    if (status == MOU_ERROR_PACK) {
        request->differs(request->state, run->id, 0, mou_store_message(replaying->store));
        mou_buf_clear(&replaying->store->message);
        return MOU_OK;
    }
    if (status == MOU_OK) {
        status = widen_blank(replaying->store);
    }
    if (status == MOU_OK) {
        status = mou_run_pass(&pass);
    }
    if (status == MOU_OK) {
        status = check_count(replaying);
    }
    if (status == MOU_OK && replaying->differences > 0) {
        request->differs(request->state, run->id, replaying->differences, replaying->first);
    }
    return status;
}

static enum mou_status next_run(struct mou_store *store, int64_t after, struct mou_last_run *run, bool *row)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RUN_AFTER);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, after);
    enum mou_status status = mou_store_step_row(store, statement, row);
    if (*row) {
        *run = (struct mou_last_run){sqlite3_column_int64(statement, 0), (mou_date)sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2),
                                     sqlite3_column_int64(statement, 3), (uint64_t)sqlite3_column_int64(statement, 4)};
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_replay_runs(struct mou_store *store, const struct mou_replay_request *request, uint64_t *runs)
{
    struct mou_last_run newest;
    struct mou_last_run run = {.id = 0};
    struct mou_arena *arena = mou_arena_new(NULL);
    bool row = true;
    enum mou_status status = arena != NULL ? mou_due_last_run(store, &newest) : mou_store_out_of_memory(store);
    status = status == MOU_OK ? list_blank(store) : status;
    *runs = 0;
    while (status == MOU_OK && row) {
        struct replaying replaying = {.store = store, .arena = arena};
        status = next_run(store, run.id, &run, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        replaying.run = run.id;
        replaying.newest = run.id == newest.id;
        mou_buf_init(&replaying.line, NULL, (size_t)256 * 1024 * 1024);
        status = replay_run(&replaying, &run, request);
        mou_buf_free(&replaying.line);
        ++*runs;
        if (status == MOU_OK && request->progress != NULL && !request->progress(request->progress_state, (uint64_t)run.id, (uint64_t)newest.id)) {
            status = mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "已中止", "stopped"));
        }
    }
    mou_arena_free(arena);
    return status;
}
