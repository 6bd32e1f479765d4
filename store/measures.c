/*
 * Measures for officers: listing them with where they stand, and acts on one or many of them, all or none. What may follow what is measure_states.def's to say; here it is said in words
 * before the database's triggers would refuse it.
 */
#include <string.h>

#include "acts.h"

static struct mou_measure read_measure(sqlite3_stmt *statement)
{
    struct mou_measure measure = {.decision = sqlite3_column_int64(statement, 0), .step = sqlite3_column_int64(statement, 1), .subject = mou_store_column_text(statement, 2),
                                  .memorandum = mou_store_column_text(statement, 3), .rule = mou_store_column_text(statement, 4), .kind = mou_store_column_text(statement, 5),
                                  .item = mou_store_column_text(statement, 6), .outcome = mou_store_column_text(statement, 7), .body = mou_store_column_text(statement, 8),
                                  .from = mou_store_column_date(statement, 9), .until = mou_store_column_date(statement, 10), .state = mou_measure_state_of(mou_store_column_text(statement, 11)),
                                  .event = mou_measure_event_of(mou_store_column_text(statement, 12)), .day = mou_store_column_date(statement, 13), .due = mou_store_column_date(statement, 14),
                                  .note = mou_store_column_text(statement, 15), .actor = mou_store_column_text(statement, 16), .reason = mou_store_column_text(statement, 17),
                                  .stands = sqlite3_column_int(statement, 18) != 0, .authority = mou_store_column_text(statement, 19)};
    return measure;
}

/** Hands the rows of a statement over. */
static enum mou_status take_measures(struct mou_store *store, sqlite3_stmt *statement, bool (*take)(void *state, const struct mou_measure *measure), void *state)
{
    bool row = true;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_measure measure = read_measure(statement);
            const bool known = measure.state < MOU_MEASURE_STATE_COUNT && measure.event < MOU_MEASURE_EVENT_COUNT;
            status = known ? MOU_OK : mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "第 %lld 号决定的状态不明", "decision %lld stands where it cannot stand"),
                                                     (long long)measure.decision);
            row = known && take(state, &measure);
        }
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_measures(struct mou_store *store, const struct mou_measure_filter *filter, bool (*take)(void *state, const struct mou_measure *measure), void *state)
{
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, filter->subject.len > 0 ? MOU_SQL_MEASURES_OF_SUBJECT : MOU_SQL_MEASURES);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, filter->decision);
    mou_store_bind_text(statement, 2, filter->subject);
    mou_store_bind_text(statement, 3, filter->memorandum);
    mou_store_bind_text(statement, 4, filter->rule);
    mou_store_bind_text(statement, 5, mou_text_of(mou_measure_state_info(filter->state)->word));
    sqlite3_bind_int(statement, 6, filter->held);
    sqlite3_bind_int(statement, 7, filter->unfinished);
    return take_measures(store, statement, take, state);
}

enum mou_status mou_store_measure_steps(struct mou_store *store, int64_t decision, bool (*take)(void *state, const struct mou_measure *measure), void *state)
{
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_MEASURE_STEPS);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    return take_measures(store, statement, take, state);
}

/* ------------------------------------------------------------------ acts of officers */

/** One act under way. */
struct deciding {
    struct mou_store *store;
    const struct mou_measure_request *request;
    struct mou_act act;
};

/** Where the measure stands, and for whose periods; the memorandum's name lives in the work arena. */
static enum mou_status find_stand(struct deciding *deciding, int64_t decision, struct mou_stand *stand, struct mou_text *memorandum, mou_date *day)
{
    struct mou_store *store = deciding->store;
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_MEASURE_STAND);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && !row) {
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "没有第 %lld 号决定", "there is no decision %lld"), (long long)decision);
    }
    if (status == MOU_OK) {
        const struct mou_text name = mou_store_column_text(statement, 4);
        *stand = (struct mou_stand){decision, sqlite3_column_int64(statement, 0), mou_measure_state_of(mou_store_column_text(statement, 1)),
                                    mou_text_equal(mou_store_column_text(statement, 2), MOU_TEXT("incentive")), mou_store_column_date(statement, 3)};
        *memorandum = (struct mou_text){mou_arena_copy(store->work_arena, name.bytes, name.len), name.len};
        *day = mou_store_column_date(statement, 5);
        status = memorandum->bytes != NULL ? MOU_OK : mou_store_out_of_memory(store);
    }
    sqlite3_reset(statement);
    return status;
}

/** The newest step of that event: its deadline, and whether the same officer took it. *found is false if there is none. */
static enum mou_status find_event(struct deciding *deciding, int64_t decision, const char *event, bool *found, mou_date *due, bool *same_actor)
{
    sqlite3_stmt *statement = mou_store_statement(deciding->store, MOU_SQL_STEP_OF_EVENT);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    mou_store_bind_text(statement, 2, mou_text_of(event));
    enum mou_status status = mou_store_step_row(deciding->store, statement, found);
    if (status == MOU_OK && *found) {
        *due = mou_store_column_date(statement, 0);
        *same_actor = mou_text_equal(mou_store_column_text(statement, 1), deciding->request->by.actor);
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status refuse_period(struct mou_store *store, int64_t decision, mou_date due)
{
    struct mou_buf date;
    enum mou_status status = MOU_ERROR_USAGE;
    if (due == MOU_DATE_NONE) {
        return mou_store_fail(store, status, mou_store_say(store, "第 %lld 号决定：工作日历没有公布到期满之年，陈述申辩期还算不出来；换用新规则包后再次登记送达",
                                                           "decision %lld: the calendar of the year in which the period for statements ends is not published; serve again once the pack has it"),
                              (long long)decision);
    }
    mou_buf_init(&date, NULL, 64);
    mou_date_format(due, &date);
    status = mou_store_fail(store, status, mou_store_say(store, "第 %lld 号决定：陈述申辩期到 %s，期满以后才能确认", "decision %lld: the period for statements lasts until %s and must be over"),
                            (long long)decision, date.len > 0 ? date.data : "");
    mou_buf_free(&date);
    return status;
}

/** What the event demands beyond the state: another person, a period that is over. */
static enum mou_status check_demands(struct deciding *deciding, int64_t decision)
{
    const struct mou_measure_event_info *event = mou_measure_event_info(deciding->request->event);
    struct mou_store *store = deciding->store;
    bool found = false;
    bool same_actor = false;
    mou_date due = MOU_DATE_NONE;
    enum mou_status status = *event->other_than != '\0' ? find_event(deciding, decision, event->other_than, &found, &due, &same_actor) : MOU_OK;
    if (status == MOU_OK && found && same_actor) {
        return mou_store_fail(store, MOU_ERROR_AUTHORITY, mou_store_say(store, "第 %lld 号决定：确认的人不能是告知的人", "decision %lld: who put it forward cannot confirm it"), (long long)decision);
    }
    found = false;
    status = status == MOU_OK && *event->after != '\0' ? find_event(deciding, decision, event->after, &found, &due, &same_actor) : status;
    return status == MOU_OK && found && (due == MOU_DATE_NONE || due >= deciding->request->by.day) ? refuse_period(store, decision, due) : status;
}

static enum mou_status check_item(struct deciding *deciding, const struct mou_measure_item *item, const struct mou_stand *stand, mou_date day)
{
    const struct mou_measure_request *request = deciding->request;
    const struct mou_measure_event_info *event = mou_measure_event_info(request->event);
    struct mou_store *store = deciding->store;
    enum mou_measure_state to = MOU_MEASURE_NONE;
    if (item->step != 0 && item->step != stand->step) {
        return mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "第 %lld 号决定在列表之后已有变动，现为“%s”；请重新列出、审阅", "decision %lld has moved since it was listed, and is now “%s”; list and review it again"),
                              (long long)item->decision, mou_store_say(store, mou_measure_state_info(stand->state)->zh, mou_measure_state_info(stand->state)->en));
    }
    if (stand->state == MOU_MEASURE_STATE_COUNT || !mou_measure_next(stand->state, request->event, stand->incentive, &to)) {
        const enum mou_measure_state state = stand->state == MOU_MEASURE_STATE_COUNT ? MOU_MEASURE_NONE : stand->state;
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "第 %lld 号决定现为“%s”，不能“%s”", "decision %lld is “%s”: it cannot be taken further by “%s”"), (long long)item->decision,
                              mou_store_say(store, mou_measure_state_info(state)->zh, mou_measure_state_info(state)->en), mou_store_say(store, event->zh, event->en));
    }
    if (event->reason && item->reason.len == 0 && request->by.reason.len == 0) {
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "第 %lld 号决定：“%s”须写明理由", "decision %lld: “%s” needs a reason"), (long long)item->decision,
                              mou_store_say(store, event->zh, event->en));
    }
    if (request->by.day < day) {
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "第 %lld 号决定：日期早于它的上一步", "decision %lld: the date lies before the step that it follows"), (long long)item->decision);
    }
    return check_demands(deciding, item->decision);
}

/** Notes the service of what the measure stands at. */
static enum mou_status add_service(struct deciding *deciding, int64_t decision, struct mou_text document, struct mou_text way)
{
    sqlite3_stmt *statement = mou_store_statement(deciding->store, MOU_SQL_SERVICE_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    mou_store_bind_text(statement, 2, document);
    mou_store_bind_text(statement, 3, way);
    sqlite3_bind_int64(statement, 4, deciding->act.day);
    sqlite3_bind_int64(statement, 5, deciding->act.id);
    return mou_store_step_done(deciding->store, statement);
}

static enum mou_status decide_item(struct deciding *deciding, const struct mou_measure_item *item)
{
    struct mou_stand stand;
    struct mou_text memorandum;
    mou_date day = MOU_DATE_NONE;
    bool stepped = false;
    enum mou_status status = find_stand(deciding, item->decision, &stand, &memorandum, &day);
    status = status == MOU_OK ? check_item(deciding, item, &stand, day) : status;
    if (status != MOU_OK) {
        return status;
    }
    status = mou_act_step(&deciding->act, &stand, deciding->request->event, memorandum, item->reason.len > 0 ? item->reason : item->note, &stepped);
    return status == MOU_OK && deciding->request->event == MOU_MEASURE_BY_SERVE ? add_service(deciding, item->decision, MOU_TEXT(""), item->note) : status;
}

static enum mou_status decide_all(struct deciding *deciding)
{
    const struct mou_measure_request *request = deciding->request;
    struct mou_store *store = deciding->store;
    if (request->count == 0 || !mou_measure_event_info(request->event)->officer) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "须写明要处理的决定", "name the decisions"));
    }
    enum mou_status status = mou_act_check(store, &request->by, false);
    deciding->act = mou_act_of(store, mou_measure_event_info(request->event)->word, &request->by);
    status = status == MOU_OK ? mou_clock_read(store, request->by.now, &deciding->act.at) : status;
    for (size_t i = 0; status == MOU_OK && i < request->count; i++) {
        status = decide_item(deciding, &request->items[i]);
    }
    return status == MOU_OK ? mou_act_close(&deciding->act) : status;
}

enum mou_status mou_store_decide(struct mou_store *store, const struct mou_measure_request *request, int64_t *act)
{
    struct deciding deciding = {.store = store, .request = request};
    mou_store_begin_call(store);
    enum mou_status status = mou_store_begin(store);
    if (status == MOU_OK) {
        status = decide_all(&deciding);
    }
    if (status == MOU_OK) {
        status = mou_store_commit(store);
    }
    mou_store_rollback(store);
    *act = deciding.act.id;
    return status;
}

/* ------------------------------------------------------------------ notices */

enum mou_status mou_store_use_decision(struct mou_store *store, int64_t decision, mou_date *as_of, mou_time *known_at)
{
    bool row = false;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_MEASURE_RUN);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    const int64_t pack = row ? sqlite3_column_int64(statement, 0) : 0;
    *as_of = row ? (mou_date)sqlite3_column_int64(statement, 1) : 0;
    *known_at = row ? sqlite3_column_int64(statement, 2) : 0;
    sqlite3_reset(statement);
    if (status == MOU_OK && !row) {
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "没有第 %lld 号决定", "there is no decision %lld"), (long long)decision);
    }
    return status == MOU_OK ? mou_store_adopt_number(store, pack) : status;
}

/** A notice of the end of a measure that was in effect, or was to be: nothing moves. */
static enum mou_status serve_end(struct deciding *deciding, const struct mou_service_request *request)
{
    const enum mou_status status = mou_act_open(&deciding->act);
    return status == MOU_OK ? add_service(deciding, request->decision, request->document, request->way) : status;
}

static enum mou_status serve_notice(struct deciding *deciding, const struct mou_service_request *request, const struct mou_stand *stand, struct mou_text memorandum, mou_date day)
{
    const struct mou_measure_item item = {.decision = request->decision, .note = request->way};
    bool stepped = false;
    enum mou_status status = check_item(deciding, &item, stand, day);
    status = status == MOU_OK ? mou_act_step(&deciding->act, stand, MOU_MEASURE_BY_SERVE, memorandum, request->way, &stepped) : status;
    return status == MOU_OK ? add_service(deciding, request->decision, request->document, request->way) : status;
}

static enum mou_status serve(struct deciding *deciding, const struct mou_service_request *request)
{
    struct mou_store *store = deciding->store;
    struct mou_stand stand;
    struct mou_text memorandum;
    mou_date day = MOU_DATE_NONE;
    enum mou_status status = find_stand(deciding, request->decision, &stand, &memorandum, &day);
    status = status == MOU_OK ? mou_clock_read(store, request->by.now, &deciding->act.at) : status;
    if (status == MOU_OK && stand.state < MOU_MEASURE_STATE_COUNT && mou_measure_state_info(stand.state)->final) {
        status = serve_end(deciding, request);
    } else if (status == MOU_OK) {
        status = serve_notice(deciding, request, &stand, memorandum, day);
    }
    return status == MOU_OK ? mou_act_close(&deciding->act) : status;
}

enum mou_status mou_store_serve(struct mou_store *store, const struct mou_service_request *request, int64_t *act)
{
    const struct mou_measure_request as_event = {.event = MOU_MEASURE_BY_SERVE, .by = request->by};
    struct deciding deciding = {.store = store, .request = &as_event};
    deciding.act = mou_act_of(store, "serve", &request->by);
    mou_store_begin_call(store);
    *act = 0;
    enum mou_status status = mou_act_check(store, &request->by, false);
    status = status == MOU_OK ? mou_store_begin(store) : status;
    status = status == MOU_OK ? serve(&deciding, request) : status;
    status = status == MOU_OK ? mou_store_commit(store) : status;
    mou_store_rollback(store);
    *act = deciding.act.id;
    return status;
}

enum mou_status mou_store_services(struct mou_store *store, int64_t decision, bool (*take)(void *state, const struct mou_service_entry *entry), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_SERVICE_LIST);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, decision);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const enum mou_measure_state at = mou_measure_state_of(mou_store_column_text(statement, 5));
            const struct mou_service_entry entry = {.number = sqlite3_column_int64(statement, 0), .decision = sqlite3_column_int64(statement, 1), .subject = mou_store_column_text(statement, 2),
                                                    .memorandum = mou_store_column_text(statement, 3), .rule = mou_store_column_text(statement, 4),
                                                    .state = at < MOU_MEASURE_STATE_COUNT ? at : MOU_MEASURE_NONE, .document = mou_store_column_text(statement, 6),
                                                    .way = mou_store_column_text(statement, 7), .actor = mou_store_column_text(statement, 8), .day = mou_store_column_date(statement, 9)};
            row = take(state, &entry);
        }
    }
    sqlite3_reset(statement);
    return status;
}
