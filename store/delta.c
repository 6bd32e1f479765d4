/*
 * What a run changes: decisions that are new are opened, those that say something else get a new status, those that are gone are closed. Every row names
 * the run that opened and the one that closed it; nothing is overwritten. With what it finds, or no longer finds, a run moves the measures that it is about.
 */
#include <string.h>

#include "run_internal.h"

static enum mou_status find_subject(struct mou_store *store, struct mou_text identifier, int64_t *id)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_SUBJECT_FIND);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, identifier);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *id = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}

static bool copy(struct mou_arena *arena, struct mou_text text, struct mou_text *out)
{
    *out = (struct mou_text){mou_arena_copy(arena, text.bytes, text.len), text.len};
    return out->bytes != NULL;
}

enum mou_status mou_delta_begin(struct mou_delta *delta, struct mou_text subject)
{
    struct mou_store *store = delta->store;
    bool row = true;
    enum mou_status status = find_subject(store, subject, &delta->subject);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_DECISION_OPEN) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    mou_arena_reset(delta->arena);
    memset(&delta->open, 0, sizeof delta->open);
    sqlite3_bind_int64(statement, 1, delta->subject);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            struct mou_open_decision open = {.decision = sqlite3_column_int64(statement, 0), .status = sqlite3_column_int64(statement, 1), .ends = mou_store_column_date(statement, 4)};
            open.stand = (struct mou_stand){open.decision, sqlite3_column_int64(statement, 7), mou_measure_state_of(mou_store_column_text(statement, 8)),
                                            mou_text_equal(mou_store_column_text(statement, 6), MOU_TEXT("incentive")), mou_store_column_date(statement, 9)};
            const bool kept = copy(delta->arena, mou_store_column_text(statement, 2), &open.rule_key) && copy(delta->arena, mou_store_column_text(statement, 5), &open.memorandum) &&
                              copy(delta->arena, mou_store_column_text(statement, 3), &open.body) && MOU_VEC_PUSH(delta->arena, &delta->open, open);
            status = kept ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    return status;
}

static void bind_date(sqlite3_stmt *statement, int index, mou_date date)
{
    if (date == MOU_DATE_NONE) {
        sqlite3_bind_null(statement, index);
    } else {
        sqlite3_bind_int64(statement, index, date);
    }
}

/** Closes a decision, or one status of it. */
static enum mou_status close_row(struct mou_delta *delta, enum mou_statement id, int64_t row)
{
    sqlite3_stmt *statement = mou_store_statement(delta->store, id);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, row);
    sqlite3_bind_int64(statement, 2, delta->run);
    return mou_store_step_done(delta->store, statement);
}

static enum mou_status open_decision(struct mou_delta *delta, const struct mou_rule_names *names, int64_t *id)
{
    sqlite3_stmt *statement = mou_store_statement(delta->store, MOU_SQL_DECISION_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, delta->subject);
    mou_store_bind_text(statement, 2, (struct mou_text){delta->rule_key.data, delta->rule_key.len});
    mou_store_bind_text(statement, 3, names->memorandum);
    mou_store_bind_text(statement, 4, names->rule);
    mou_store_bind_text(statement, 5, mou_text_of(names->kind));
    mou_store_bind_text(statement, 6, names->item);
    sqlite3_bind_int64(statement, 7, delta->run);
    enum mou_status status = mou_store_step_done(delta->store, statement);
    *id = sqlite3_last_insert_rowid(delta->store->database);
    return status;
}

static enum mou_status add_status(struct mou_delta *delta, int64_t id, const struct mou_decision *decision, struct mou_text line)
{
    static const char *const words[] = {"in_force", "suspended", "to_verify", "pending"};
    sqlite3_stmt *statement = mou_store_statement(delta->store, MOU_SQL_STATUS_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, id);
    mou_store_bind_text(statement, 2, mou_text_of(words[decision->outcome]));
    bind_date(statement, 3, decision->from);
    bind_date(statement, 4, decision->until);
    mou_store_bind_text(statement, 5, line);
    sqlite3_bind_int64(statement, 6, delta->run);
    return mou_store_step_done(delta->store, statement);
}

static struct mou_open_decision *find_open(struct mou_delta *delta)
{
    const struct mou_text key = {delta->rule_key.data, delta->rule_key.len};
    for (size_t i = 0; i < delta->open.count; i++) {
        if (mou_text_equal(delta->open.items[i].rule_key, key)) {
            return &delta->open.items[i];
        }
    }
    return NULL;
}

enum mou_status mou_delta_decision(struct mou_delta *delta, const struct mou_rule_names *names, const struct mou_decision *decision, struct mou_text line)
{
    mou_buf_clear(&delta->rule_key);
    mou_buf_append(&delta->rule_key, names->memorandum.bytes, names->memorandum.len);
    mou_buf_char(&delta->rule_key, '.');
    mou_buf_append(&delta->rule_key, names->rule.bytes, names->rule.len);
    if (delta->rule_key.failed) {
        return mou_store_out_of_memory(delta->store);
    }
    struct mou_open_decision *open = find_open(delta);
    struct mou_stand stand = {.incentive = strcmp(names->kind, "incentive") == 0, .due = MOU_DATE_NONE};
    bool stepped = false;
    enum mou_status status = MOU_OK;
    if (open != NULL) {
        open->stands = true;
        stand = open->stand;
    }
    if (open == NULL || !mou_text_equal(open->body, line)) {
        int64_t id = stand.decision;
        status = open != NULL ? close_row(delta, MOU_SQL_STATUS_CLOSE, open->status) : open_decision(delta, names, &id);
        stand.decision = id;
        delta->changed += open != NULL;
        delta->opened += open == NULL;
        status = status == MOU_OK ? add_status(delta, id, decision, line) : status;
    }
    /* Also where nothing else changed: an objection may have moved the measure since the run before. */
    return status == MOU_OK ? mou_act_step(&delta->act, &stand, mou_act_event_of(decision), names->memorandum, MOU_TEXT(""), &stepped) : status;
}

/** What was not found again is over, or its ground is gone. */
static enum mou_status close_decision(struct mou_delta *delta, const struct mou_open_decision *open)
{
    const bool over = open->ends != MOU_DATE_NONE && open->ends <= delta->act.day;
    bool stepped = false;
    delta->closed++;
    enum mou_status status = close_row(delta, MOU_SQL_STATUS_CLOSE, open->status);
    if (status == MOU_OK) {
        status = close_row(delta, MOU_SQL_DECISION_CLOSE, open->decision);
    }
    return status == MOU_OK ? mou_act_step(&delta->act, &open->stand, over ? MOU_MEASURE_BY_OVER : MOU_MEASURE_BY_GONE, open->memorandum, MOU_TEXT(""), &stepped) : status;
}

enum mou_status mou_delta_end(struct mou_delta *delta, mou_date next)
{
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < delta->open.count; i++) {
        const struct mou_open_decision *open = &delta->open.items[i];
        status = open->stands ? MOU_OK : close_decision(delta, open);
    }
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(delta->store, MOU_SQL_NEXT_SET) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, delta->subject);
    bind_date(statement, 2, next);
    delta->subject = 0;
    return mou_store_step_done(delta->store, statement);
}
