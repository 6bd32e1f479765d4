/*
 * A run: the subjects that it must look at go through the machine in batches, and the difference to the decisions that were open is stored in one
 * transaction with next dates and a receipt. A run that is stopped, or fails, leaves the store as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "aside.h"
#include "pass_threads.h"
#include "run_internal.h"
#include "summary.h"

/** One run under way. */
struct running {
    struct mou_store *store;
    const struct mou_run_request *request;
    struct mou_run_result *result;
    mou_time known_at;           /**< what the request's comes to */
    struct mou_last_run last;    /**< id 0 for a run that looks at everybody */
    struct mou_pass pass;
    struct mou_buf line;         /**< JSON of a decision that the pass has not put into words */
    unsigned char chain[32];     /**< hash over all lines so far */
    struct mou_aside *chaining;  /**< where it is made on another thread; else NULL */
    struct mou_delta delta;
};

static void count_decision(struct running *running, const struct mou_decision *decision)
{
    running->result->decisions++;
    for (uint32_t i = 0; i < decision->missing_count; i++) {
        running->result->faults += decision->missing[i].fault != MOU_FAULT_NONE;
    }
    if (!decision->is_finding) {
        running->store->counts[decision->rule].outcomes[decision->outcome]++;
    }
}

/** Chains the line's hash to that of all lines before it, so that the run's result has one hash. */
static void extend_chain(void *state, struct mou_text line)
{
    unsigned char *chain = state;
    struct mou_sha256_pieces pieces;
    mou_sha256_begin(&pieces);
    mou_sha256_add(&pieces, chain, 32);
    mou_sha256_add(&pieces, line.bytes, line.len);
    mou_sha256_end(&pieces, chain);
}

static void extend_result_hash(struct running *running, struct mou_text line)
{
    if (running->chaining != NULL) {
        mou_aside_add(running->chaining, line);
    } else {
        extend_chain(running->chain, line);
    }
}

struct mou_rule_names mou_run_names(const struct mou_pack *pack, const struct mou_decision *decision)
{
    struct mou_rule_names names = {.item = {"", 0}};
    struct mou_text ignored;
    uint32_t memorandum = 0;
    uint32_t kind = 0;
    if (decision->is_finding) {
        mou_pack_finding(pack, decision->rule, &names.rule, &memorandum, &ignored);
        names.kind = "finding";
    } else {
        mou_pack_measure(pack, decision->rule, &names.rule, &memorandum, &kind, &names.item, &ignored);
        names.kind = kind == 0 ? "sanction" : "incentive";
    }
    mou_pack_memorandum(pack, memorandum, &names.memorandum, &ignored, &ignored, &ignored);
    return names;
}

/** The decision as a line of JSON, with its end; no bytes when memory ran out. */
static struct mou_text line_of(struct running *running, const struct mou_decision *decision)
{
    if (running->pass.line.bytes != NULL) {
        return running->pass.line;
    }
    mou_buf_clear(&running->line);
    mou_decision_json(running->store->pack, decision, &running->line);
    return running->line.failed ? (struct mou_text){0} : (struct mou_text){running->line.data, running->line.len};
}

static enum mou_status keep_decision(struct running *running, const struct mou_decision *decision)
{
    const struct mou_pack *pack = running->store->pack;
    const struct mou_text line = line_of(running, decision);
    enum mou_status status = MOU_OK;
    count_decision(running, decision);
    if (line.bytes == NULL) {
        return mou_store_out_of_memory(running->store);
    }
    extend_result_hash(running, line);
    if (running->request->decision != NULL) {
        status = running->request->decision(running->request->decision_state, pack, decision);
    }
    if (status != MOU_OK || !running->request->store_results) {
        return status;
    }
    if (running->delta.subject == 0) {
        status = mou_delta_begin(&running->delta, decision->subject);
    }
    const struct mou_rule_names names = mou_run_names(pack, decision);
    const struct mou_text body = {line.bytes, line.len - 1};
    return status == MOU_OK ? mou_delta_decision(&running->delta, &names, decision, body) : status;
}

static enum mou_status keep_next(struct running *running, struct mou_text subject, mou_date next)
{
    if (!running->request->store_results) {
        return MOU_OK;
    }
    const enum mou_status status = running->delta.subject != 0 ? MOU_OK : mou_delta_begin(&running->delta, subject);
    return status == MOU_OK ? mou_delta_end(&running->delta, next) : status;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct running *running = state;
    const struct mou_profile_mark mark = mou_profile_begin(running->request->profile);
    const enum mou_status status = keep_decision(running, decision);
    mou_profile_end(running->request->profile, mark, MOU_STEP_WRITE, 1);
    return status;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct running *running = state;
    (void)number;
    const struct mou_profile_mark mark = mou_profile_begin(running->request->profile);
    const enum mou_status status = keep_next(running, subject, next);
    mou_profile_end(running->request->profile, mark, MOU_STEP_WRITE, 0);
    return status;
}

/* ------------------------------------------------------------------ one pass */

enum mou_status mou_run_stopped(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "已中止，数据库保持原状", "stopped; the database is as before"));
}

static enum mou_status run_batch(struct mou_pass *pass, struct mou_machine *machine, const struct mou_batch *batch)
{
    const struct mou_run_options options = {.as_of = pass->as_of};
    enum mou_status status = batch != NULL ? mou_machine_run(machine, batch, &options, pass->sink) : MOU_ERROR_MEMORY;
    if (status == MOU_ERROR_MEMORY) {
        status = mou_store_out_of_memory(pass->store);
    }
    if (status == MOU_OK && pass->progress != NULL && !pass->progress(pass->progress_state, pass->subjects, pass->total)) {
        status = mou_run_stopped(pass->store);
    }
    return status;
}

/** Everybody: each table is read once. */
static enum mou_status pass_all(struct mou_pass *pass)
{
    const struct mou_snapshot_request wanted = {.known_at = pass->known_at, .purpose = pass->count_only ? MOU_SNAPSHOT_COUNT : MOU_SNAPSHOT_CITE,
                                                .second_thread = pass->threads > 1};
    struct mou_snapshot *snapshot = NULL;
    const struct mou_profile_mark mark = mou_profile_begin(pass->profile);
    enum mou_status status = mou_snapshot_read(pass->store, &wanted, &snapshot);
    mou_profile_end(pass->profile, mark, MOU_STEP_READ, status == MOU_OK ? snapshot->subject_count : 0);
    pass->total = status == MOU_OK ? snapshot->subject_count : 0;
    status = status == MOU_OK ? mou_pass_snapshot(pass, snapshot) : status;
    mou_snapshot_free(snapshot);
    return status;
}

/** Those who are listed as due: looked up one batch after the other. */
static enum mou_status pass_due(struct mou_pass *pass, struct mou_machine *machine)
{
    struct mou_due_batches *batches = NULL;
    struct mou_due_batch due = {.batch = NULL};
    enum mou_status status = mou_due_open(pass, &batches);
    while (status == MOU_OK) {
        status = mou_due_next(batches, &due);
        if (status != MOU_OK || due.batch == NULL) {
            break;
        }
        if (pass->delta != NULL) {
            mou_delta_listed(pass->delta, due.list, due.stands);
        }
        pass->subjects += due.list->count;
        status = run_batch(pass, machine, due.batch);
    }
    mou_due_close(batches);
    return status;
}

enum mou_status mou_run_pass(struct mou_pass *pass)
{
    struct mou_machine *machine = NULL;
    if (!pass->due_only) {
        return pass_all(pass);
    }
    if (mou_machine_new(pass->store->pack, NULL, &machine) != MOU_OK) {
        return mou_store_out_of_memory(pass->store);
    }
    mou_machine_set_profile(machine, pass->profile);
    const enum mou_status status = pass_due(pass, machine);
    mou_machine_free(machine);
    return status;
}

/* ------------------------------------------------------------------ a run */

/** Whether the run can build on the one before, and whom it looks at then. */
static enum mou_status choose_subjects(struct running *running, struct mou_pass *pass)
{
    struct mou_store *store = running->store;
    bool whole = true;
    enum mou_status status = MOU_OK;
    if (running->request->store_results && !running->request->full) {
        status = mou_due_last_run(store, &running->last);
        status = status == MOU_OK ? mou_due_judge(store, &running->last, pass->as_of, pass->known_at, &whole) : status;
    }
    if (whole) {
        running->last.id = 0;
    }
    pass->due_only = !whole;
    if (status == MOU_OK && !whole) {
        status = mou_due_list(store, &running->last, pass->as_of, pass->known_at, &pass->total);
    }
    return status;
}

static enum mou_status open_run(struct running *running)
{
    const struct mou_run_request *request = running->request;
    unsigned char salt[32];
    mou_time now = 0;
    enum mou_status status = mou_clock_read(running->store, request->now, &now);
    status = status == MOU_OK ? mou_random(running->store, salt, sizeof salt) : status;
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(running->store, MOU_SQL_RUN_ADD) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, request->as_of);
    sqlite3_bind_int64(statement, 2, running->known_at);
    sqlite3_bind_int64(statement, 3, now);
    sqlite3_bind_int64(statement, 4, running->store->pack_id);
    if (running->last.id != 0) {
        sqlite3_bind_int64(statement, 5, running->last.id);
    }
    sqlite3_bind_blob(statement, 6, salt, sizeof salt, SQLITE_STATIC);
    if (request->actor.len > 0) {
        mou_store_bind_text(statement, 7, request->actor);
    }
    if (request->department.len > 0) {
        mou_store_bind_text(statement, 8, request->department);
    }
    status = mou_store_step_done(running->store, statement);
    running->result->run_id = sqlite3_last_insert_rowid(running->store->database);
    running->delta.run = running->result->run_id;
    running->delta.act = (struct mou_act){.store = running->store, .word = "run", .at = now, .day = request->as_of, .run = running->result->run_id};
    return status;
}

static enum mou_status count_all(struct running *running)
{
    const struct mou_run_request *request = running->request;
    const uint32_t threads = request->threads == 0 ? 1 : request->threads;
    const struct mou_count_request count = {.as_of = request->as_of, .threads = threads < MOU_COUNT_THREADS_MAX ? threads : MOU_COUNT_THREADS_MAX,
                                            .progress = request->progress, .progress_state = request->progress_state, .profile = request->profile};
    const enum mou_status status = mou_summary(running->store, running->known_at, &count, running->result);
    running->result->evaluated = running->result->subjects;
    return status == MOU_ERROR_IO ? mou_run_stopped(running->store) : status;
}

static enum mou_status evaluate(struct running *running)
{
    const struct mou_run_request *request = running->request;
    const struct mou_decision_sink sink = {.state = running, .decision = take_decision, .next = take_next};
    struct mou_pass *pass = &running->pass;
    *pass = (struct mou_pass){.store = running->store, .sink = &sink, .as_of = request->as_of, .known_at = running->known_at, .progress = request->progress,
                              .progress_state = request->progress_state, .profile = request->profile, .threads = request->threads, .worded = true};
    if (!request->store_results && request->decision == NULL) {
        return count_all(running); /* nobody sees the decisions */
    }
    enum mou_status status = choose_subjects(running, pass);
    if (status == MOU_OK && request->store_results) {
        status = open_run(running);
        status = status == MOU_OK ? mou_delta_open(&running->delta, pass->due_only) : status;
        pass->delta = &running->delta;
    }
    running->store->hashes_aside = !pass->due_only && pass->threads > 1;
    running->chaining = status == MOU_OK && running->store->hashes_aside ? mou_aside_new(extend_chain, running->chain) : NULL;
    if (status == MOU_OK) {
        status = mou_run_pass(pass);
    }
    mou_aside_end(running->chaining); /* the hash is whole then */
    running->chaining = NULL;
    running->result->evaluated = pass->subjects;
    running->result->subjects = pass->subjects;
    running->result->incremental = pass->due_only;
    return status;
}

/** What stands of all subjects, kept for the next run; after an incremental one, as a full run counts it. */
static enum mou_status keep_counts(struct running *running)
{
    struct mou_store *store = running->store;
    struct mou_run_result *result = running->result;
    const bool whole = running->last.id == 0;
    enum mou_status status = mou_counts_close(&running->delta.counts, whole);
    if (status != MOU_OK || whole) {
        return status;
    }
    result->decisions = 0;
    for (uint32_t i = 0; i < result->count_len; i++) {
        for (int k = 0; k < 4; k++) {
            result->decisions += store->counts[i].outcomes[k];
        }
    }
    return mou_due_subjects(store, &running->last, running->known_at, &result->subjects);
}

/** Counts, seals, receipt. */
static enum mou_status close_run(struct running *running)
{
    struct mou_run_result *result = running->result;
    enum mou_status status = mou_delta_close(&running->delta);
    status = status == MOU_OK ? mou_due_done(running->store, running->request->as_of) : status;
    status = status == MOU_OK ? keep_counts(running) : status;
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(running->store, MOU_SQL_RUN_DONE) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    result->opened = running->delta.opened;
    result->changed = running->delta.changed;
    result->closed = running->delta.closed;
    const uint64_t counts[6] = {result->subjects, result->decisions, result->opened, result->changed, result->closed, result->evaluated};
    sqlite3_bind_int64(statement, 1, result->run_id);
    for (int i = 0; i < 6; i++) {
        sqlite3_bind_int64(statement, i + 2, (sqlite3_int64)counts[i]);
    }
    sqlite3_bind_blob(statement, 8, running->chain, sizeof running->chain, SQLITE_STATIC);
    status = mou_store_step_done(running->store, statement);
    if (status == MOU_OK) {
        status = mou_seal_event(running->store, MOU_EVENT_RUN, result->run_id);
    }
    if (status == MOU_OK) {
        status = mou_receipt_run(running->store, result->run_id);
    }
    status = status == MOU_OK ? mou_act_lapse(&running->delta.act) : status;
    status = status == MOU_OK ? mou_act_close(&running->delta.act) : status;
    /* What was known then is told now: nothing can be added to it any more. */
    return status == MOU_OK ? mou_clock_advance(running->store, running->known_at + 1) : status;
}

/**
 * Once officers have acted on measures, runs go forward and not beyond today: a slip in the year would end at one stroke what was notified, confirmed and
 * carried out, and nothing brings it back but doing all of it again.
 */
static enum mou_status demand_order(struct running *running)
{
    const struct mou_run_request *request = running->request;
    struct mou_store *store = running->store;
    struct mou_last_run last;
    bool handled = false;
    if (request->today == 0) {
        return MOU_OK; /* the caller has an order of his own */
    }
    enum mou_status status = mou_due_last_run(store, &last);
    const bool ahead = request->as_of > request->today;
    const bool back = status == MOU_OK && last.id != 0 && request->as_of < last.as_of;
    if (status != MOU_OK || (!ahead && !back)) {
        return status;
    }
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_MEASURES_HANDLED);
    status = statement != NULL ? mou_store_step_single(store, statement, &handled) : MOU_ERROR_IO;
    if (status != MOU_OK || !handled) {
        return status;
    }
    return mou_store_fail(store, MOU_ERROR_USAGE, "%s",
                          ahead ? mou_store_say(store, "评价日在今天之后：已有经办的措施，将来的变化不能先登记；只看结果的加 --summary",
                                                "the day lies ahead: measures are being handled, and what changes later cannot be recorded now; --summary only shows it")
                                : mou_store_say(store, "评价日早于上一次运行的：已有经办的措施，不能退回从前的状态；只看结果的加 --summary",
                                                "the day lies before that of the last run: measures are being handled and cannot go back to an earlier state; --summary only shows it"));
}

/** One read transaction for a run that stores nothing, one write transaction for a run that does. */
static enum mou_status run_in_transaction(struct running *running)
{
    struct mou_store *store = running->store;
    const bool stores = running->request->store_results;
    mou_time now = 0;
    enum mou_status status = stores ? mou_store_begin(store) : mou_store_execute(store, "BEGIN");
    if (status == MOU_OK) {
        status = mou_clock_read(store, running->request->now, &now);
    }
    running->known_at = running->request->known_at < now ? running->request->known_at : now;
    if (status == MOU_OK && stores) {
        status = demand_order(running);
    }
    if (status == MOU_OK) {
        status = evaluate(running);
    }
    if (status == MOU_OK && stores) {
        status = close_run(running);
    }
    if (status == MOU_OK && stores) {
        status = mou_store_commit(store);
    }
    mou_store_rollback(store);
    return status;
}

static enum mou_status start(struct running *running)
{
    struct mou_store *store = running->store;
    struct mou_run_result *result = running->result;
    *result = (struct mou_run_result){.count_len = mou_pack_measure_count(store->pack)};
    store->counts = MOU_NEW_ARRAY(store->arena, result->count_len + 1, struct mou_run_count);
    if (store->counts == NULL) {
        return mou_store_out_of_memory(store);
    }
    for (uint32_t i = 0; i < result->count_len; i++) {
        store->counts[i].measure = i;
    }
    result->counts = store->counts;
    return MOU_OK;
}

enum mou_status mou_store_run(struct mou_store *store, const struct mou_run_request *request, struct mou_run_result *result)
{
    struct running running = {.store = store, .request = request, .result = result, .delta = {.store = store}};
    mou_store_begin_call(store);
    if (request->store_results && store->pack_id == 0) {
        return mou_store_fail(store, MOU_ERROR_AUTHORITY, "%s",
                              mou_store_say(store, "未批准的规则包只能试算", "a pack that was not approved can only be tried"));
    }
    mou_buf_init(&running.line, NULL, MOU_LINE_BYTES_MAX);
    enum mou_status status = start(&running);
    if (status == MOU_OK) {
        status = run_in_transaction(&running);
        store->hashes_aside = false;
    }
    mou_buf_free(&running.line);
    mou_delta_free(&running.delta);
    return status;
}

enum mou_status mou_store_decisions(struct mou_store *store, bool (*take)(void *state, struct mou_text line), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_STATUS_LINES);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        row = status == MOU_OK && row && take(state, mou_store_column_text(statement, 0));
    }
    sqlite3_reset(statement);
    return status;
}
