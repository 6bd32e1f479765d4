/*
 * Repairs (信用修复): whether one is possible is the machine's to say; applications and decisions are recorded, the decision by another person; a grant that lifts sanctions ends those that
 * rest on the repaired record and on nothing else.
 */
#include <string.h>

#include "run_internal.h"

/* ------------------------------------------------------------------ what is possible */

struct adapting {
    enum mou_status (*take)(void *state, const struct mou_repair_state *repair);
    void *state;
};

static enum mou_status take_repair(void *state, const struct mou_repair_state *repair)
{
    const struct adapting *adapting = state;
    return adapting->take(adapting->state, repair);
}

static enum mou_status evaluate(struct mou_store *store, struct mou_text subject, mou_date as_of, const struct mou_decision_sink *sink, bool *found)
{
    const struct mou_run_options options = {.as_of = as_of, .repairs = true};
    const struct mou_batch *batch = NULL;
    struct mou_machine *machine = NULL;
    struct mou_batch_builder *builder = mou_batch_builder_new(store->pack, NULL);
    enum mou_status status = builder != NULL ? mou_store_read_subject(store, MOU_TIME_NOW - 1, subject, builder, &batch, found) : mou_store_out_of_memory(store);
    if (status == MOU_OK && *found) {
        status = mou_machine_new(store->pack, NULL, &machine);
        status = status == MOU_OK ? mou_machine_run(machine, batch, &options, sink) : status;
        status = status == MOU_ERROR_MEMORY ? mou_store_out_of_memory(store) : status;
    }
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    return status;
}

enum mou_status mou_store_repairs(struct mou_store *store, struct mou_text subject, mou_date as_of, enum mou_status (*take)(void *state, const struct mou_repair_state *repair), void *state,
                                  bool *found)
{
    struct adapting adapting = {take, state};
    const struct mou_decision_sink sink = {.state = &adapting, .repair = take_repair};
    mou_store_begin_call(store);
    *found = false;
    return evaluate(store, subject, as_of, &sink, found);
}

/* ------------------------------------------------------------------ applications */

/** A repair by its names; texts live in the work arena. */
struct named {
    int64_t subject; /**< its number */
    struct mou_text identifier, memorandum, rule, record, key;
};

struct repairing {
    struct mou_store *store;
    const struct mou_repair_request *request;
    struct mou_repair_result *result;
    struct mou_act act;
    struct named named;
    /* the machine's answer to an application */
    uint32_t matches;
    uint32_t rule;
    enum mou_repair_outcome outcome;
    mou_date earliest;
};

static bool keep(struct mou_store *store, struct mou_text text, struct mou_text *out)
{
    *out = (struct mou_text){mou_arena_copy(store->work_arena, text.bytes != NULL ? text.bytes : "", text.len), text.len};
    return out->bytes != NULL;
}

static bool is_called(struct mou_text wanted, struct mou_text memorandum, struct mou_text rule)
{
    return mou_text_equal(wanted, rule) || (wanted.len == memorandum.len + 1 + rule.len && memcmp(wanted.bytes, memorandum.bytes, memorandum.len) == 0 && wanted.bytes[memorandum.len] == '.' &&
                                            memcmp(wanted.bytes + memorandum.len + 1, rule.bytes, rule.len) == 0);
}

static enum mou_status match_repair(void *state, const struct mou_repair_state *repair)
{
    struct repairing *repairing = state;
    struct mou_store *store = repairing->store;
    const struct mou_repair_request *request = repairing->request;
    struct mou_text rule;
    struct mou_text memorandum;
    struct mou_text ignored;
    uint32_t number = 0;
    uint32_t record = 0;
    mou_pack_repair(store->pack, repair->rule, &rule, &number, &record);
    mou_pack_memorandum(store->pack, number, &memorandum, &ignored, &ignored, &ignored);
    if (!is_called(request->rule, memorandum, rule) || repair->about.key.bytes == NULL || !mou_text_equal(repair->about.key, request->key)) {
        return MOU_OK;
    }
    repairing->matches++;
    repairing->rule = repair->rule;
    repairing->outcome = repair->outcome;
    repairing->earliest = repair->earliest;
    const bool kept = keep(store, memorandum, &repairing->named.memorandum) && keep(store, rule, &repairing->named.rule) && keep(store, repair->about.record, &repairing->named.record) &&
                      keep(store, repair->about.key, &repairing->named.key) && keep(store, request->subject, &repairing->named.identifier);
    return kept ? MOU_OK : mou_store_out_of_memory(store);
}

static enum mou_status refuse_application(struct repairing *repairing)
{
    struct mou_store *store = repairing->store;
    struct mou_buf date;
    if (repairing->matches != 1) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              repairing->matches == 0 ? mou_store_say(store, "这条记录没有这项修复", "there is no such repair for this record")
                                                      : mou_store_say(store, "不止一项修复叫这个名字；请写 备忘录.修复", "more than one repair has that name: write MEMORANDUM.REPAIR"));
    }
    if (repairing->outcome == MOU_REPAIR_IS_REFUSED) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "依规则不予修复", "the rules refuse this repair"));
    }
    if (repairing->outcome == MOU_REPAIR_IS_TO_VERIFY) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "事实不全，能否修复待核实；见 mou repair check", "facts are missing: see mou repair check"));
    }
    mou_buf_init(&date, NULL, 64);
    if (repairing->earliest != MOU_DATE_NONE) {
        mou_date_format(repairing->earliest, &date);
    }
    const enum mou_status status =
        date.len > 0 ? mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "还不能申请，最早 %s", "not yet: the earliest day is %s"), date.data)
                     : mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "条件不具备，不能申请", "the conditions are not fulfilled"));
    mou_buf_free(&date);
    return status;
}

/** The steps of 办理 one after the other. */
static enum mou_status handling_ends(struct repairing *repairing, mou_date *due)
{
    const struct mou_pack *pack = repairing->store->pack;
    enum mou_status status = MOU_OK;
    bool timed = false;
    *due = repairing->act.day;
    for (uint32_t i = 0; status == MOU_OK && *due != MOU_DATE_NONE && i < mou_pack_repair_step_count(pack, repairing->rule); i++) {
        const struct mou_repair_step_info step = mou_pack_repair_step(pack, repairing->rule, i, repairing->act.day);
        if (!step.granted && step.timed) {
            timed = true;
            status = mou_act_after(&repairing->act, *due, step.type, step.within, due);
        }
    }
    *due = timed ? *due : MOU_DATE_NONE;
    return status;
}

static enum mou_status add_row(struct repairing *repairing, const char *word)
{
    const struct named *named = &repairing->named;
    sqlite3_stmt *statement = mou_store_statement(repairing->store, MOU_SQL_REPAIR_ACT_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, mou_text_of(word));
    if (repairing->request->application != 0) {
        sqlite3_bind_int64(statement, 2, repairing->request->application);
    }
    sqlite3_bind_int64(statement, 3, named->subject);
    mou_store_bind_text(statement, 4, named->memorandum);
    mou_store_bind_text(statement, 5, named->rule);
    mou_store_bind_text(statement, 6, named->record);
    mou_store_bind_text(statement, 7, named->key);
    if (repairing->result->due != MOU_DATE_NONE) {
        sqlite3_bind_int64(statement, 8, repairing->result->due);
    }
    sqlite3_bind_int64(statement, 9, repairing->act.id);
    const enum mou_status status = mou_store_step_done(repairing->store, statement);
    repairing->result->number = sqlite3_last_insert_rowid(repairing->store->database);
    return status;
}

/** Finds the subject's number, and whether the same repair waits for a decision already. */
static enum mou_status check_pending(struct repairing *repairing)
{
    struct mou_store *store = repairing->store;
    const struct named *named = &repairing->named;
    bool row = false;
    sqlite3_stmt *find = mou_store_statement(store, MOU_SQL_SUBJECT_FIND);
    sqlite3_stmt *pending = find != NULL ? mou_store_statement(store, MOU_SQL_REPAIR_PENDING) : NULL;
    if (pending == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(find, 1, named->identifier);
    enum mou_status status = mou_store_step_row(store, find, &row);
    repairing->named.subject = row ? sqlite3_column_int64(find, 0) : 0;
    sqlite3_reset(find);
    const struct mou_text texts[] = {named->identifier, named->memorandum, named->rule, named->record, named->key};
    for (int i = 0; i < 5; i++) {
        mou_store_bind_text(pending, i + 1, texts[i]);
    }
    status = status == MOU_OK ? mou_store_step_row(store, pending, &row) : status;
    const int64_t number = status == MOU_OK && row ? sqlite3_column_int64(pending, 0) : 0;
    sqlite3_reset(pending);
    return number != 0 ? mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "第 %lld 号申请还没有作出决定", "application %lld is not decided yet"), (long long)number) : status;
}

static enum mou_status apply(struct repairing *repairing)
{
    struct adapting adapting = {match_repair, repairing};
    const struct mou_decision_sink sink = {.state = &adapting, .repair = take_repair};
    bool found = false;
    enum mou_status status = evaluate(repairing->store, repairing->request->subject, repairing->request->by.day, &sink, &found);
    if (status == MOU_OK && (repairing->matches != 1 || repairing->outcome != MOU_REPAIR_IS_ELIGIBLE)) {
        return refuse_application(repairing);
    }
    status = status == MOU_OK ? check_pending(repairing) : status;
    status = status == MOU_OK ? mou_act_open(&repairing->act) : status;
    status = status == MOU_OK ? handling_ends(repairing, &repairing->result->due) : status;
    return status == MOU_OK ? add_row(repairing, "apply") : status;
}

/* ------------------------------------------------------------------ decisions */

static enum mou_status read_application(struct repairing *repairing)
{
    struct mou_store *store = repairing->store;
    const struct mou_repair_request *request = repairing->request;
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_REPAIR_APPLICATION);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, request->application);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && (!row || sqlite3_column_int(statement, 8) != 0)) {
        status = mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "没有待决定的第 %lld 号申请", "no application %lld waits for a decision"), (long long)request->application);
    } else if (status == MOU_OK && mou_text_equal(mou_store_column_text(statement, 6), request->by.actor)) {
        status = mou_store_fail(store, MOU_ERROR_AUTHORITY, "%s", mou_store_say(store, "作出决定的人不能是受理的人", "who took the application cannot decide it"));
    } else if (status == MOU_OK && request->by.day < (mou_date)sqlite3_column_int64(statement, 7)) {
        status = mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "决定日期早于申请日期", "it cannot be decided before it was applied for"));
    } else if (status == MOU_OK) {
        struct mou_text *const texts[] = {&repairing->named.identifier, &repairing->named.memorandum, &repairing->named.rule, &repairing->named.record, &repairing->named.key};
        bool kept = true;
        repairing->named.subject = sqlite3_column_int64(statement, 0);
        for (int i = 0; i < 5; i++) {
            kept = keep(store, mou_store_column_text(statement, i + 1), texts[i]) && kept;
        }
        status = kept ? MOU_OK : mou_store_out_of_memory(store);
    }
    sqlite3_reset(statement);
    return status;
}

/** Whether 准予后 says that sanctions are lifted (解除 惩戒). A rule that the pack has no more lifts nothing. */
static bool grant_lifts(const struct repairing *repairing)
{
    const struct mou_pack *pack = repairing->store->pack;
    bool lifts = false;
    for (uint32_t i = 0; i < mou_pack_repair_count(pack); i++) {
        struct mou_text rule;
        struct mou_text memorandum;
        struct mou_text ignored;
        uint32_t number = 0;
        uint32_t record = 0;
        mou_pack_repair(pack, i, &rule, &number, &record);
        mou_pack_memorandum(pack, number, &memorandum, &ignored, &ignored, &ignored);
        for (uint32_t step = 0; mou_text_equal(rule, repairing->named.rule) && mou_text_equal(memorandum, repairing->named.memorandum) && step < mou_pack_repair_step_count(pack, i); step++) {
            const struct mou_repair_step_info info = mou_pack_repair_step(pack, i, step, repairing->act.day);
            lifts = lifts || (info.granted && (mou_text_equal(info.name, MOU_TEXT("解除")) || mou_text_equal(info.name, MOU_TEXT("lift"))));
        }
    }
    return lifts;
}

typedef MOU_VEC(struct mou_stand) stand_list;

static enum mou_status lift_resting(struct repairing *repairing)
{
    struct mou_store *store = repairing->store;
    const struct named *named = &repairing->named;
    stand_list found = {0};
    bool row = true;
    enum mou_status status = mou_due_list_subject(store, named->subject, MOU_TIME_NOW - 1);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_MEASURES_RESTING) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, named->identifier);
    mou_store_bind_text(statement, 2, named->record);
    mou_store_bind_text(statement, 3, named->key);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_stand stand = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1), mou_measure_state_of(mou_store_column_text(statement, 2)), false, MOU_DATE_NONE};
            status = MOU_VEC_PUSH(store->work_arena, &found, stand) ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    for (size_t i = 0; status == MOU_OK && i < found.count; i++) {
        bool stepped = false;
        status = mou_act_step(&repairing->act, &found.items[i], MOU_MEASURE_BY_LIFT, named->memorandum, repairing->request->by.reason, &stepped);
        if (status == MOU_OK && !stepped) { /* not in effect yet: it will not be */
            status = mou_act_step(&repairing->act, &found.items[i], MOU_MEASURE_BY_REJECT, named->memorandum, repairing->request->by.reason, &stepped);
        }
    }
    repairing->result->lifted = repairing->act.steps;
    return status;
}

static enum mou_status decide(struct repairing *repairing)
{
    enum mou_status status = read_application(repairing);
    status = status == MOU_OK ? mou_act_open(&repairing->act) : status;
    status = status == MOU_OK ? add_row(repairing, repairing->request->grant ? "grant" : "refuse") : status;
    return status == MOU_OK && repairing->request->grant && grant_lifts(repairing) ? lift_resting(repairing) : status;
}

static enum mou_status repair(struct repairing *repairing)
{
    const struct mou_repair_request *request = repairing->request;
    repairing->act = mou_act_of(repairing->store, request->application == 0 ? "repair_apply" : "repair_decide", &request->by);
    enum mou_status status = mou_clock_read(repairing->store, request->by.now, &repairing->act.at);
    status = status == MOU_OK ? (request->application == 0 ? apply : decide)(repairing) : status;
    repairing->result->act = repairing->act.id;
    return status == MOU_OK ? mou_act_close(&repairing->act) : status;
}

enum mou_status mou_store_repair(struct mou_store *store, const struct mou_repair_request *request, struct mou_repair_result *result)
{
    struct repairing repairing = {.store = store, .request = request, .result = result};
    *result = (struct mou_repair_result){.due = MOU_DATE_NONE};
    mou_store_begin_call(store);
    enum mou_status status = mou_act_check(store, &request->by, true);
    status = status == MOU_OK ? mou_store_begin(store) : status;
    status = status == MOU_OK ? repair(&repairing) : status;
    status = status == MOU_OK ? mou_store_commit(store) : status;
    mou_store_rollback(store);
    return status;
}

enum mou_status mou_store_repair_list(struct mou_store *store, bool open_only, bool (*take)(void *state, const struct mou_repair_entry *entry), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_REPAIR_LIST);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int(statement, 1, open_only);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_repair_entry entry = {.number = sqlite3_column_int64(statement, 0), .subject = mou_store_column_text(statement, 1), .memorandum = mou_store_column_text(statement, 2),
                                                   .rule = mou_store_column_text(statement, 3), .record = mou_store_column_text(statement, 4), .key = mou_store_column_text(statement, 5),
                                                   .applied = mou_store_column_date(statement, 6), .actor = mou_store_column_text(statement, 7), .department = mou_store_column_text(statement, 8),
                                                   .reason = mou_store_column_text(statement, 9), .due = mou_store_column_date(statement, 10), .decision = mou_store_column_text(statement, 11),
                                                   .decided = mou_store_column_date(statement, 12), .decided_by = mou_store_column_text(statement, 13), .answer = mou_store_column_text(statement, 14)};
            row = take(state, &entry);
        }
    }
    sqlite3_reset(statement);
    return status;
}
