/*
 * A run: every subject through the machine in batches, the difference to the decisions that were open stored in one transaction with next dates
 * and a receipt. A run that is stopped, or fails, leaves the store as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "count.h"

/** One run under way. */
struct running {
    struct mou_store *store;
    const struct mou_pack *pack;
    const struct mou_run_request *request;
    struct mou_run_result *result;
    struct mou_arena *arena;  /**< lives with the run */
    struct mou_buf line;      /**< JSON of the decision at hand */
    struct mou_buf rule_key;
    struct mou_buf digest_chain; /**< running hash of all decisions, 32 bytes, then the new line */
    int64_t current_subject;
    MOU_VEC(int64_t) kept;    /**< open decisions of the current subject that still stand */
};

static enum mou_status out_of_memory(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
}

static const char *outcome_word(enum mou_decision_outcome outcome)
{
    static const char *const words[] = {"in_force", "suspended", "to_verify", "pending"};
    return words[outcome];
}

static enum mou_status find_subject_id(struct mou_store *store, struct mou_text identifier, int64_t *id)
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
static void extend_result_hash(struct running *running)
{
    unsigned char hash[32];
    running->digest_chain.len = 32;
    mou_buf_append(&running->digest_chain, running->line.data, running->line.len);
    mou_sha256(running->digest_chain.data, running->digest_chain.len, hash);
    memcpy(running->digest_chain.data, hash, sizeof hash);
}

/** *known is the open decision of this subject and rule, 0 if there is none; *equal whether it says the same. */
static enum mou_status find_open(struct running *running, const unsigned char digest[32], int64_t *known, bool *equal)
{
    struct mou_store *store = running->store;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_DECISION_OPEN);
    bool row = true;
    enum mou_status status = MOU_OK;
    *known = 0;
    *equal = false;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, running->current_subject);
    while (status == MOU_OK && row && *known == 0) {
        status = mou_store_step_row(store, statement, &row);
        struct mou_text key = {running->rule_key.data, running->rule_key.len};
        if (status == MOU_OK && row && mou_text_equal(mou_store_column_text(statement, 2), key)) {
            *known = sqlite3_column_int64(statement, 0);
            *equal = sqlite3_column_bytes(statement, 3) == 32 && memcmp(sqlite3_column_blob(statement, 3), digest, 32) == 0;
        }
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status close_decision(struct running *running, int64_t decision)
{
    sqlite3_stmt *statement = mou_store_statement(running->store, MOU_SQL_DECISION_CLOSE);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, decision);
    sqlite3_bind_int64(statement, 2, running->result->run_id);
    return mou_store_step_done(running->store, statement);
}

static void bind_date(sqlite3_stmt *statement, int index, mou_date date)
{
    if (date == MOU_DATE_NONE) {
        sqlite3_bind_null(statement, index);
    } else {
        sqlite3_bind_int64(statement, index, date);
    }
}

/** Names of a decision's rule in the pack. */
struct rule_names {
    struct mou_text memorandum, rule, item;
    const char *kind;
};

static struct rule_names names_of(const struct mou_pack *pack, const struct mou_decision *decision)
{
    struct rule_names names = {.item = {"", 0}};
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

static enum mou_status add_decision(struct running *running, const struct mou_decision *decision, const struct rule_names *names,
                                    const unsigned char digest[32])
{
    sqlite3_stmt *statement = mou_store_statement(running->store, MOU_SQL_DECISION_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, running->current_subject);
    mou_store_bind_text(statement, 2, (struct mou_text){running->rule_key.data, running->rule_key.len});
    mou_store_bind_text(statement, 3, names->memorandum);
    mou_store_bind_text(statement, 4, names->rule);
    mou_store_bind_text(statement, 5, mou_text_of(names->kind));
    mou_store_bind_text(statement, 6, names->item);
    mou_store_bind_text(statement, 7, mou_text_of(outcome_word(decision->outcome)));
    bind_date(statement, 8, decision->from);
    bind_date(statement, 9, decision->until);
    mou_store_bind_text(statement, 10, (struct mou_text){running->line.data, running->line.len > 0 ? running->line.len - 1 : 0});
    sqlite3_bind_blob(statement, 11, digest, 32, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 12, running->result->run_id);
    enum mou_status status = mou_store_step_done(running->store, statement);
    int64_t id = sqlite3_last_insert_rowid(running->store->database);
    if (status == MOU_OK && !MOU_VEC_PUSH(running->arena, &running->kept, id)) {
        status = out_of_memory(running->store);
    }
    return status;
}

static enum mou_status store_decision(struct running *running, const struct mou_decision *decision)
{
    unsigned char digest[32];
    int64_t known = 0;
    bool equal = false;
    struct rule_names names = names_of(running->pack, decision);
    mou_buf_clear(&running->rule_key);
    mou_buf_append(&running->rule_key, names.memorandum.bytes, names.memorandum.len);
    mou_buf_char(&running->rule_key, '.');
    mou_buf_append(&running->rule_key, names.rule.bytes, names.rule.len);
    if (running->rule_key.failed) {
        return out_of_memory(running->store);
    }
    mou_sha256(running->line.data, running->line.len, digest);
    enum mou_status status = find_open(running, digest, &known, &equal);
    if (status == MOU_OK && known != 0 && equal) {
        return MOU_VEC_PUSH(running->arena, &running->kept, known) ? MOU_OK : out_of_memory(running->store);
    }
    if (status == MOU_OK && known != 0) {
        status = close_decision(running, known);
    }
    if (status == MOU_OK) {
        status = add_decision(running, decision, &names, digest);
    }
    running->result->changed += known != 0;
    running->result->opened += known == 0;
    return status;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct running *running = state;
    count_decision(running, decision);
    mou_buf_clear(&running->line);
    mou_decision_json(running->pack, decision, &running->line);
    if (running->line.failed) {
        return out_of_memory(running->store);
    }
    extend_result_hash(running);
    if (running->request->decision != NULL) {
        enum mou_status status = running->request->decision(running->request->decision_state, running->pack, decision);
        if (status != MOU_OK) {
            return status;
        }
    }
    if (!running->request->store_results) {
        return MOU_OK;
    }
    if (running->current_subject == 0) {
        enum mou_status status = find_subject_id(running->store, decision->subject, &running->current_subject);
        if (status != MOU_OK) {
            return status;
        }
    }
    return store_decision(running, decision);
}

typedef MOU_VEC(int64_t) id_list;

/** Closes the open decisions of the subject at hand that this run did not find again. */
static enum mou_status close_rest(struct running *running)
{
    struct mou_store *store = running->store;
    id_list gone = {0};
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_DECISION_OPEN);
    enum mou_status status = MOU_OK;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, running->current_subject);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        bool stands = false;
        for (size_t i = 0; row && i < running->kept.count; i++) {
            stands = stands || running->kept.items[i] == sqlite3_column_int64(statement, 0);
        }
        if (status == MOU_OK && row && !stands && !MOU_VEC_PUSH(running->arena, &gone, sqlite3_column_int64(statement, 0))) {
            status = out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    for (size_t i = 0; status == MOU_OK && i < gone.count; i++) {
        running->result->closed++;
        status = close_decision(running, gone.items[i]);
    }
    return status;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct running *running = state;
    (void)number;
    if (!running->request->store_results) {
        return MOU_OK;
    }
    enum mou_status status = running->current_subject != 0 ? MOU_OK : find_subject_id(running->store, subject, &running->current_subject);
    if (status == MOU_OK) {
        status = close_rest(running);
    }
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(running->store, MOU_SQL_NEXT_SET) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, running->current_subject);
    bind_date(statement, 2, next);
    running->current_subject = 0;
    running->kept.count = 0;
    return mou_store_step_done(running->store, statement);
}

/** A run of which nobody sees the decisions needs their outcomes only. */
static bool only_counts(const struct running *running)
{
    return !running->request->store_results && running->request->decision == NULL;
}

static enum mou_status decide_batch(struct running *running, struct mou_machine *machine, const struct mou_batch *batch)
{
    struct mou_run_options options = {.as_of = running->request->as_of};
    struct mou_decision_sink sink = {.state = running, .decision = take_decision, .next = take_next};
    return mou_machine_run(machine, batch, &options, &sink);
}

static enum mou_status stopped(const struct running *running)
{
    return mou_store_fail(running->store, MOU_ERROR_IO, "%s", mou_store_say(running->store, "已中止，数据库保持原状", "stopped; the database is as before"));
}

static enum mou_status run_batches(struct running *running, struct mou_machine *machine, const struct mou_snapshot *snapshot, struct mou_snapshot_cutter *cutter)
{
    const struct mou_run_request *request = running->request;
    const uint32_t total = snapshot->subject_count;
    enum mou_status status = MOU_OK;
    for (uint32_t first = 0; status == MOU_OK && first < total; first += MOU_BATCH_SUBJECTS) {
        const uint32_t count = total - first < MOU_BATCH_SUBJECTS ? total - first : MOU_BATCH_SUBJECTS;
        const struct mou_batch *batch = mou_snapshot_cut(cutter, first, count);
        status = batch != NULL ? decide_batch(running, machine, batch) : MOU_ERROR_MEMORY;
        running->result->subjects += count;
        if (status == MOU_ERROR_MEMORY) {
            status = out_of_memory(running->store);
        }
        if (status == MOU_OK && request->progress != NULL && !request->progress(request->progress_state, running->result->subjects, total)) {
            status = stopped(running);
        }
    }
    return status;
}

/** Every subject's decisions, in order. */
static enum mou_status decide_all(struct running *running, const struct mou_snapshot *snapshot)
{
    struct mou_machine *machine = NULL;
    struct mou_snapshot_cutter *cutter = mou_snapshot_cutter_new(snapshot);
    enum mou_status status = MOU_ERROR_MEMORY;
    if (cutter != NULL && mou_machine_new(running->pack, NULL, &machine) == MOU_OK) {
        status = run_batches(running, machine, snapshot, cutter);
    } else {
        status = out_of_memory(running->store);
    }
    mou_machine_free(machine);
    mou_snapshot_cutter_free(cutter);
    return status;
}

static enum mou_status count_all(struct running *running, const struct mou_snapshot *snapshot)
{
    const struct mou_run_request *request = running->request;
    const uint32_t threads = request->threads == 0 ? 1 : request->threads;
    const struct mou_count_request count = {.as_of = request->as_of, .threads = threads < MOU_COUNT_THREADS_MAX ? threads : MOU_COUNT_THREADS_MAX,
                                            .progress = request->progress, .progress_state = request->progress_state};
    const enum mou_status status = mou_count_outcomes(snapshot, &count, running->result);
    if (status == MOU_ERROR_MEMORY) {
        return out_of_memory(running->store);
    }
    return status == MOU_ERROR_IO ? stopped(running) : status;
}

static enum mou_status open_run(struct running *running)
{
    const struct mou_run_request *request = running->request;
    sqlite3_stmt *statement = mou_store_statement(running->store, MOU_SQL_RUN_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, request->as_of);
    sqlite3_bind_int64(statement, 2, request->known_at);
    sqlite3_bind_int64(statement, 3, request->now);
    enum mou_status status = mou_store_step_done(running->store, statement);
    running->result->run_id = sqlite3_last_insert_rowid(running->store->database);
    return status;
}

static enum mou_status write_receipt(struct running *running)
{
    const struct mou_run_result *result = running->result;
    struct mou_buf body;
    mou_buf_init(&body, NULL, 65536);
    mou_buf_printf(&body, "{\"run\": %lld, \"as_of\": \"", (long long)result->run_id);
    mou_date_format(running->request->as_of, &body);
    mou_buf_text(&body, "\", \"pack\": \"");
    for (int i = 0; i < 32; i++) {
        mou_buf_printf(&body, "%02x", mou_pack_hash(running->pack)[i]);
    }
    mou_buf_printf(&body, "\", \"subjects\": %llu, \"decisions\": %llu, \"opened\": %llu, \"changed\": %llu, \"closed\": %llu, \"result\": \"",
                   (unsigned long long)result->subjects, (unsigned long long)result->decisions, (unsigned long long)result->opened,
                   (unsigned long long)result->changed, (unsigned long long)result->closed);
    for (int i = 0; i < 32; i++) {
        mou_buf_printf(&body, "%02x", (unsigned char)running->digest_chain.data[i]);
    }
    mou_buf_text(&body, "\"}");
    enum mou_status status = body.failed ? out_of_memory(running->store)
                                         : mou_ledger_append(running->store, running->request->now, "run", (struct mou_text){body.data, body.len});
    mou_buf_free(&body);
    return status;
}

static enum mou_status close_run(struct running *running)
{
    const struct mou_run_result *result = running->result;
    sqlite3_stmt *statement = mou_store_statement(running->store, MOU_SQL_RUN_DONE);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    const uint64_t counts[5] = {result->subjects, result->decisions, result->opened, result->changed, result->closed};
    sqlite3_bind_int64(statement, 1, result->run_id);
    for (int i = 0; i < 5; i++) {
        sqlite3_bind_int64(statement, i + 2, (sqlite3_int64)counts[i]);
    }
    sqlite3_bind_blob(statement, 7, running->digest_chain.data, 32, SQLITE_STATIC);
    enum mou_status status = mou_store_step_done(running->store, statement);
    return status == MOU_OK ? write_receipt(running) : status;
}

static enum mou_status evaluate(struct running *running)
{
    struct mou_snapshot *snapshot = NULL;
    const bool counts = only_counts(running);
    enum mou_status status = mou_snapshot_read(running->store, running->request->known_at, counts ? MOU_SNAPSHOT_COUNT : MOU_SNAPSHOT_CITE, &snapshot);
    if (status == MOU_OK) {
        status = counts ? count_all(running, snapshot) : decide_all(running, snapshot);
    }
    mou_snapshot_free(snapshot);
    return status;
}

/** One read transaction for a run that stores nothing, one write transaction for a run that does. */
static enum mou_status run_in_transaction(struct running *running)
{
    struct mou_store *store = running->store;
    bool stores = running->request->store_results;
    enum mou_status status = stores ? mou_store_begin(store) : mou_store_execute(store, "BEGIN");
    if (status == MOU_OK && stores) {
        status = open_run(running);
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

enum mou_status mou_store_run(struct mou_store *store, const struct mou_run_request *request, struct mou_run_result *result)
{
    static const unsigned char zeros[32] = {0};
    struct running running = {.store = store, .pack = store->pack, .request = request, .result = result};
    mou_store_begin_call(store);
    *result = (struct mou_run_result){.count_len = mou_pack_measure_count(store->pack)};
    store->counts = MOU_NEW_ARRAY(store->arena, result->count_len + 1, struct mou_run_count);
    running.arena = mou_arena_new(NULL);
    if (store->counts == NULL || running.arena == NULL) {
        mou_arena_free(running.arena);
        return out_of_memory(store);
    }
    for (uint32_t i = 0; i < result->count_len; i++) {
        store->counts[i].measure = i;
    }
    result->counts = store->counts;
    mou_buf_init(&running.line, NULL, (size_t)256 * 1024 * 1024);
    mou_buf_init(&running.rule_key, NULL, 65536);
    mou_buf_init(&running.digest_chain, NULL, (size_t)256 * 1024 * 1024);
    mou_buf_append(&running.digest_chain, zeros, sizeof zeros);
    enum mou_status status = running.digest_chain.failed ? out_of_memory(store) : run_in_transaction(&running);
    mou_buf_free(&running.line);
    mou_buf_free(&running.rule_key);
    mou_buf_free(&running.digest_chain);
    mou_arena_free(running.arena);
    return status;
}
