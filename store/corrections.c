/*
 * Corrections and what they change of the past (article 21 of the plan: who was treated wrongly is to be restored). Every past run is evaluated again for those whom the record can concern, with
 * its own pack and date, as it was known just before the correction and just after; where the two differ, a decision that stood then was wrong, until the next run.
 */
#include <string.h>

#include "record_rows.h"
#include "run_internal.h"

/** A decision as an evaluation found it. */
struct found {
    struct mou_text subject, rule_key;
    enum mou_decision_outcome outcome;
    mou_date from, until;
};
typedef MOU_VEC(struct found) found_list;

/** A past decision that was wrong, over all runs so far. */
struct wrong {
    int64_t decision;
    enum mou_decision_outcome before;
    int after; /**< outcome, or -1 for none */
    mou_date since, until;
    int64_t days, days_in_effect;
};

struct correcting {
    struct mou_store *store;
    const struct mou_correction_request *request;
    struct mou_correction_result *result;
    struct mou_act act;
    struct mou_arena *arena;     /**< lives as long as the act */
    struct mou_arena *run_arena; /**< reset for every run */
    found_list *taking;
    found_list before, after;
    MOU_VEC(struct wrong) wrongs;
};

static const char *const outcome_words[] = {"in_force", "suspended", "to_verify", "pending"};

/* ------------------------------------------------------------------ what a past run would have found */

static bool keep(struct mou_arena *arena, struct mou_text text, struct mou_text *out)
{
    *out = (struct mou_text){mou_arena_copy(arena, text.bytes, text.len), text.len};
    return out->bytes != NULL;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct correcting *correcting = state;
    const struct mou_rule_names names = mou_run_names(correcting->store->pack, decision);
    struct found found = {.outcome = decision->outcome, .from = decision->from, .until = decision->until};
    struct mou_buf key;
    mou_buf_init(&key, NULL, 65536);
    mou_buf_printf(&key, "%.*s.%.*s", (int)names.memorandum.len, names.memorandum.bytes, (int)names.rule.len, names.rule.bytes);
    const bool kept = !key.failed && keep(correcting->run_arena, (struct mou_text){key.data, key.len}, &found.rule_key) &&
                      keep(correcting->run_arena, decision->subject, &found.subject) && MOU_VEC_PUSH(correcting->run_arena, correcting->taking, found);
    mou_buf_free(&key);
    return kept ? MOU_OK : mou_store_out_of_memory(correcting->store);
}

static enum mou_status evaluate(struct correcting *correcting, mou_date as_of, mou_time known_at, found_list *taking)
{
    const struct mou_decision_sink sink = {.state = correcting, .decision = take_decision};
    struct mou_pass pass = {.store = correcting->store, .sink = &sink, .as_of = as_of, .known_at = known_at, .due_only = true};
    correcting->taking = taking;
    return mou_run_pass(&pass);
}

static const struct found *find(const found_list *list, const struct found *like)
{
    for (size_t i = 0; i < list->count; i++) {
        if (mou_text_equal(list->items[i].rule_key, like->rule_key) && mou_text_equal(list->items[i].subject, like->subject)) {
            return &list->items[i];
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ what that makes wrong */

/** A number that a statement gives, bound to three others. */
static enum mou_status number_of(struct correcting *correcting, enum mou_statement id, const int64_t bound[3], bool *row, int64_t *number)
{
    sqlite3_stmt *statement = mou_store_statement(correcting->store, id);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    for (int i = 0; i < sqlite3_bind_parameter_count(statement) && i < 3; i++) {
        sqlite3_bind_int64(statement, i + 1, bound[i]);
    }
    const enum mou_status status = mou_store_step_row(correcting->store, statement, row);
    *number = *row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}

/** The decision of that rule that stood after the run, 0 for none. */
static enum mou_status find_stood(struct correcting *correcting, int64_t run, const struct found *found, int64_t *decision)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(correcting->store, MOU_SQL_DECISION_STOOD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, found->subject);
    mou_store_bind_text(statement, 2, found->rule_key);
    sqlite3_bind_int64(statement, 3, run);
    const enum mou_status status = mou_store_step_row(correcting->store, statement, &row);
    *decision = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}

static struct wrong *wrong_of(struct correcting *correcting, int64_t decision, enum mou_decision_outcome before, int after, mou_date since)
{
    for (size_t i = 0; i < correcting->wrongs.count; i++) {
        struct wrong *wrong = &correcting->wrongs.items[i];
        if (wrong->decision == decision && wrong->before == before && wrong->after == after) {
            return wrong;
        }
    }
    const struct wrong fresh = {.decision = decision, .before = before, .after = after, .since = since, .until = since};
    return MOU_VEC_PUSH(correcting->arena, &correcting->wrongs, fresh) ? &correcting->wrongs.items[correcting->wrongs.count - 1] : NULL;
}

/** Adds the days from the run to the next one to a decision that was wrong then. */
static enum mou_status add_days(struct correcting *correcting, const struct found *before, const struct found *after, int64_t run, mou_date from, mou_date until)
{
    int64_t decision = 0;
    int64_t in_effect = 0;
    bool row = false;
    enum mou_status status = find_stood(correcting, run, before, &decision);
    if (status != MOU_OK || decision == 0) {
        return status;
    }
    const int64_t bound[3] = {decision, from, until};
    status = number_of(correcting, MOU_SQL_DAYS_IN_EFFECT, bound, &row, &in_effect);
    struct wrong *wrong = status == MOU_OK ? wrong_of(correcting, decision, before->outcome, after != NULL ? (int)after->outcome : -1, from) : NULL;
    if (wrong == NULL) {
        return status != MOU_OK ? status : mou_store_out_of_memory(correcting->store);
    }
    wrong->since = from < wrong->since ? from : wrong->since;
    wrong->until = until > wrong->until ? until : wrong->until;
    wrong->days += until > from ? until - from : 0;
    wrong->days_in_effect += in_effect;
    return MOU_OK;
}

static enum mou_status look_at_run(struct correcting *correcting, const struct mou_last_run *run)
{
    struct mou_store *store = correcting->store;
    const int64_t bound[3] = {run->id, 0, 0};
    int64_t next = 0;
    mou_time known_at = 0;
    bool row = false;
    mou_arena_reset(correcting->run_arena);
    memset(&correcting->before, 0, sizeof correcting->before);
    memset(&correcting->after, 0, sizeof correcting->after);
    enum mou_status status = mou_store_adopt_number(store, run->pack);
    status = status == MOU_OK ? mou_due_list_import(store, correcting->act.import, &known_at) : status;
    status = status == MOU_OK ? evaluate(correcting, run->as_of, known_at - 1, &correcting->before) : status;
    status = status == MOU_OK ? evaluate(correcting, run->as_of, known_at, &correcting->after) : status;
    status = status == MOU_OK ? number_of(correcting, MOU_SQL_RUN_NEXT_DATE, bound, &row, &next) : status;
    const mou_date until = row ? (mou_date)next : correcting->request->by.day;
    for (size_t i = 0; status == MOU_OK && i < correcting->before.count; i++) {
        const struct found *before = &correcting->before.items[i];
        const struct found *after = find(&correcting->after, before);
        if (after == NULL || after->outcome != before->outcome || after->from != before->from || after->until != before->until) {
            status = add_days(correcting, before, after, run->id, run->as_of, until > run->as_of ? until : run->as_of);
        }
    }
    correcting->result->runs++;
    return status;
}

static enum mou_status look_at_all_runs(struct correcting *correcting)
{
    struct mou_store *store = correcting->store;
    const int64_t pack = store->pack_id;
    struct mou_last_run run = {.id = 0};
    bool row = true;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RUN_AFTER);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, run.id);
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            run = (struct mou_last_run){sqlite3_column_int64(statement, 0), (mou_date)sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2),
                                        sqlite3_column_int64(statement, 3), (uint64_t)sqlite3_column_int64(statement, 4)};
            sqlite3_reset(statement);
            status = look_at_run(correcting, &run);
        }
    }
    return status == MOU_OK ? mou_store_adopt_number(store, pack) : status;
}

static enum mou_status store_wrongs(struct correcting *correcting)
{
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < correcting->wrongs.count; i++) {
        const struct wrong *wrong = &correcting->wrongs.items[i];
        sqlite3_stmt *statement = mou_store_statement(correcting->store, MOU_SQL_CORRECTION_ADD);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, wrong->decision);
        mou_store_bind_text(statement, 2, mou_text_of(outcome_words[wrong->before]));
        mou_store_bind_text(statement, 3, wrong->after >= 0 ? mou_text_of(outcome_words[wrong->after]) : MOU_TEXT(""));
        sqlite3_bind_int64(statement, 4, wrong->since);
        sqlite3_bind_int64(statement, 5, wrong->until);
        sqlite3_bind_int64(statement, 6, wrong->days);
        sqlite3_bind_int64(statement, 7, wrong->days_in_effect);
        sqlite3_bind_int64(statement, 8, correcting->act.id);
        status = mou_store_step_done(correcting->store, statement);
    }
    correcting->result->decisions = correcting->wrongs.count;
    return status;
}

/* ------------------------------------------------------------------ the correction itself */

/** What goes in, as a file: the one given, the record taken back, or its row with the changes. */
static enum mou_status make_file(struct correcting *correcting, struct mou_import_options *options, struct mou_buf *rows)
{
    const struct mou_correction_request *request = correcting->request;
    const struct mou_record_name name = {request->record, request->subject, request->key};
    struct mou_store *store = correcting->store;
    int64_t version = 0;
    if (request->file != NULL) {
        mou_buf_append(rows, request->file, request->file_len);
        options->format = request->format;
        options->file_name = request->file_name;
        return rows->failed ? mou_store_out_of_memory(store) : MOU_OK;
    }
    enum mou_status status = mou_record_version(store, &name, MOU_TIME_NOW - 1, &version);
    if (status == MOU_OK && version == 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "主体没有文号为“%.*s”的现行记录", "the subject has no current record with the key “%.*s”"), (int)request->key.len, request->key.bytes);
    }
    if (status == MOU_OK && request->withdraw) {
        options->target = MOU_IMPORT_WITHDRAWALS;
        mou_buf_text(rows, "主体,记录,键\n");
        mou_record_put_cell(rows, request->subject);
        mou_buf_char(rows, ',');
        mou_record_put_cell(rows, request->record);
        mou_buf_char(rows, ',');
        mou_record_put_cell(rows, request->key);
        mou_buf_char(rows, '\n');
        return rows->failed ? mou_store_out_of_memory(store) : MOU_OK;
    }
    struct mou_record_change *changes = MOU_NEW_ARRAY(correcting->arena, request->change_count + 1, struct mou_record_change);
    for (size_t i = 0; changes != NULL && i < request->change_count; i++) {
        changes[i] = (struct mou_record_change){request->changes[i].field, request->changes[i].value};
    }
    status = status == MOU_OK && changes == NULL ? mou_store_out_of_memory(store) : status;
    return status == MOU_OK ? mou_record_put_row(store, &name, version, changes, request->change_count, rows) : status;
}

static enum mou_status import_file(struct correcting *correcting)
{
    const struct mou_correction_request *request = correcting->request;
    struct mou_store *store = correcting->store;
    struct mou_import_options options = {.target = MOU_IMPORT_RECORDS, .record = request->record, .format = MOU_IMPORT_CSV, .encoding = MOU_ENCODING_UTF8, .file_name = MOU_TEXT("（更正）"),
                                         .source = request->by.department, .known_at = MOU_TIME_NOW, .typed = true};
    struct mou_import_result result;
    struct mou_buf rows;
    mou_time clock = 0;
    mou_buf_init(&rows, NULL, (size_t)1024 * 1024 * 1024);
    enum mou_status status = make_file(correcting, &options, &rows);
    status = status == MOU_OK ? mou_clock_read(store, 0, &clock) : status;
    options.now = request->by.now > clock ? request->by.now : clock + 1; /* behind everything else that is known, so that before and after differ by this alone */
    status = status == MOU_OK ? mou_import_here(store, rows.data, rows.len, &options, &result) : status;
    mou_buf_free(&rows);
    if (status == MOU_OK && result.quarantined > 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "更正的内容有不能采用的行", "a row of the correction cannot be taken"));
    }
    if (status == MOU_OK && result.corrected == 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "没有改变任何现行记录", "no current record is changed"));
    }
    correcting->act.import = status == MOU_OK ? result.import_id : 0;
    correcting->act.at = options.now;
    return status;
}

static enum mou_status correct(struct correcting *correcting)
{
    const struct mou_correction_request *request = correcting->request;
    correcting->act = mou_act_of(correcting->store, "correct", &request->by);
    enum mou_status status = import_file(correcting);
    status = status == MOU_OK ? mou_act_open(&correcting->act) : status;
    status = status == MOU_OK ? look_at_all_runs(correcting) : status;
    status = status == MOU_OK ? store_wrongs(correcting) : status;
    correcting->result->act = correcting->act.id;
    correcting->result->import = correcting->act.import;
    return status == MOU_OK ? mou_act_close(&correcting->act) : status;
}

enum mou_status mou_store_correct(struct mou_store *store, const struct mou_correction_request *request, struct mou_correction_result *result)
{
    struct correcting correcting = {.store = store, .request = request, .result = result, .arena = mou_arena_new(NULL), .run_arena = mou_arena_new(NULL)};
    *result = (struct mou_correction_result){.act = 0};
    mou_store_begin_call(store);
    enum mou_status status = MOU_OK;
    if (correcting.arena == NULL || correcting.run_arena == NULL) {
        status = mou_store_out_of_memory(store);
    } else {
        status = mou_act_check(store, &request->by, true);
    }
    status = status == MOU_OK ? mou_store_begin(store) : status;
    status = status == MOU_OK ? correct(&correcting) : status;
    status = status == MOU_OK ? mou_store_commit(store) : status;
    mou_store_rollback(store);
    mou_arena_free(correcting.arena);
    mou_arena_free(correcting.run_arena);
    return status;
}

enum mou_status mou_store_corrections(struct mou_store *store, int64_t act, bool (*take)(void *state, const struct mou_correction_entry *entry), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_CORRECTION_LIST);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, act);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_correction_entry entry = {
                .act = sqlite3_column_int64(statement, 0), .decision = sqlite3_column_int64(statement, 1), .subject = mou_store_column_text(statement, 2),
                .memorandum = mou_store_column_text(statement, 3), .rule = mou_store_column_text(statement, 4), .kind = mou_store_column_text(statement, 5),
                .item = mou_store_column_text(statement, 6), .authority = mou_store_column_text(statement, 7), .body = mou_store_column_text(statement, 8),
                .before = mou_store_column_text(statement, 9), .after = mou_store_column_text(statement, 10), .since = (mou_date)sqlite3_column_int64(statement, 11),
                .until = (mou_date)sqlite3_column_int64(statement, 12), .days = sqlite3_column_int64(statement, 13), .days_in_effect = sqlite3_column_int64(statement, 14),
                .actor = mou_store_column_text(statement, 15), .reason = mou_store_column_text(statement, 16), .day = (mou_date)sqlite3_column_int64(statement, 17)};
            row = take(state, &entry);
        }
    }
    sqlite3_reset(statement);
    return status;
}
