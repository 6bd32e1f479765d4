/*
 * What an objection does at once: whoever it can concern is evaluated on the day, and measures that rest on the contested record are suspended, without waiting for a run. The machine says
 * what rests on it: a measure that other grounds carry goes on, and so does one whose memorandum says that objections do not stay it. Decisions stay as the last run left them.
 */
#include <string.h>

#include "run_internal.h"

/** One evaluation under way. */
struct contesting {
    struct mou_act *act;
    bool resume;
    struct mou_buf rule_key;
};

/** Where the open measure of that rule stands; step 0 where there is none. */
static enum mou_status find_open(struct mou_store *store, struct mou_text subject, struct mou_text rule_key, struct mou_stand *stand)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_MEASURE_OPEN);
    *stand = (struct mou_stand){.step = 0};
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, subject);
    mou_store_bind_text(statement, 2, rule_key);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && row) {
        *stand = (struct mou_stand){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1), mou_measure_state_of(mou_store_column_text(statement, 2)),
                                    mou_text_equal(mou_store_column_text(statement, 3), MOU_TEXT("incentive")),
                                    mou_store_column_date(statement, 4)};
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct contesting *contesting = state;
    struct mou_store *store = contesting->act->store;
    const struct mou_rule_names names = mou_run_names(store->pack, decision);
    const enum mou_measure_event event = mou_act_event_of(decision);
    struct mou_stand stand;
    bool stepped = false;
    mou_buf_clear(&contesting->rule_key);
    mou_buf_append(&contesting->rule_key, names.memorandum.bytes, names.memorandum.len);
    mou_buf_char(&contesting->rule_key, '.');
    mou_buf_append(&contesting->rule_key, names.rule.bytes, names.rule.len);
    if (contesting->rule_key.failed) {
        return mou_store_out_of_memory(store);
    }
    enum mou_status status = find_open(store, decision->subject, (struct mou_text){contesting->rule_key.data, contesting->rule_key.len}, &stand);
    if (status != MOU_OK || stand.step == 0 || stand.state >= MOU_MEASURE_STATE_COUNT) {
        return status;
    }
    const bool held = mou_measure_state_info(stand.state)->held;
    const bool taken_up = contesting->resume && held && (event == MOU_MEASURE_BY_FOUND || event == MOU_MEASURE_BY_GRANTED);
    return event == MOU_MEASURE_BY_CONTESTED || taken_up ? mou_act_step(contesting->act, &stand, event, names.memorandum, MOU_TEXT(""), &stepped) : MOU_OK;
}

enum mou_status mou_contest(struct mou_act *act, bool resume)
{
    struct contesting contesting = {.act = act, .resume = resume};
    const struct mou_decision_sink sink = {.state = &contesting, .decision = take_decision};
    struct mou_pass pass = {.store = act->store, .sink = &sink, .as_of = act->day, .due_only = true};
    if (act->store->pack_id == 0) {
        return MOU_OK; /* a pack that is only tried moves nothing */
    }
    mou_buf_init(&contesting.rule_key, NULL, 65536);
    enum mou_status status = mou_due_list_import(act->store, act->import, &pass.known_at);
    if (status == MOU_OK) {
        status = mou_run_pass(&pass);
    }
    mou_buf_free(&contesting.rule_key);
    return status;
}
