/*
 * Mutation: holds every mutant of a pack against the tests until one notices, and reports who survived. Each test is run once over the
 * rules as they are, narrowed to what it expects; a mutant is run there only where the words changed give something else than they gave
 * in that run, since otherwise nothing can be different. Mutants are made in place. A survivor is looked at again over worlds a little
 * different from those of the tests: where one tells it from the rules it is shown, so that a test can be written; where none does, the
 * mutant says the same by all that was tried.
 */
#include "mutate.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "suggest.h"
#include "test_run.h"

#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)

enum verdict { INVALID, KILLED, SURVIVED, VERDICT_COUNT };

/** A test with its world as a batch, and the rules that it speaks of. */
struct prepared_test {
    const struct mou_test_case *test;
    struct mou_batch_builder *builder;
    const struct mou_batch *batch;
    struct mou_focus *focus;
    bool reasons; /**< it also expects grounds, ways or what is missing */
};

struct campaign;
struct worker;
/** A piece of work, numbered. */
typedef enum mou_status (*mou_piece)(struct worker *worker, size_t number);

struct campaign {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    const struct mou_source *sources;
    struct prepared_test *tests;
    size_t test_count;
    struct mou_mutations *mutations;
    size_t mutation_count;
    size_t given_count;
    struct mou_focus *assertions;   /**< all of the pack */
    struct mou_focus **assertion;   /**< each by itself */
    uint32_t assertion_count;
    mou_piece piece;                /**< what the workers do */
    size_t piece_count;
    atomic_size_t next;             /**< piece */
    _Atomic(unsigned char) *verdicts; /**< per mutation */
    size_t counts[MOU_MUTATE_KIND_COUNT][VERDICT_COUNT];
    struct mou_survivor *survivors; /**< with --suggest */
    size_t survivor_count;
};

/** Does one piece of work after the other, until none is left. */
struct worker {
    struct campaign *campaign;
    pthread_t thread;
    struct mou_mutant *mutant;
    struct mou_test_run run; /**< over the mutant's pack */
    uint32_t *concerned;     /**< mutations that can matter to the test at hand */
    size_t concerned_count;
    uint32_t *moved;         /**< those of them that do on the date at hand */
    enum mou_status status;
};

/* ------------------------------------------------------------------ preparing */

static bool expects_reasons(const struct mou_test_case *test)
{
    for (uint32_t i = 0; i < test->expected_count; i++) {
        const struct mou_expected *expected = &test->expected[i];
        if (expected->key_count > 0 || expected->missing_count > 0 || expected->via_relation.len > 0) {
            return true;
        }
    }
    return false;
}

static struct mou_focus *focus_of(struct campaign *campaign, const struct mou_test_case *test)
{
    struct mou_rule_name *rules = MOU_NEW_ARRAY(campaign->cli->arena, test->expected_count, struct mou_rule_name);
    for (uint32_t i = 0; rules != NULL && i < test->expected_count; i++) {
        rules[i] = (struct mou_rule_name){test->expected[i].memorandum, test->expected[i].rule};
    }
    return rules == NULL ? NULL : mou_focus_new(campaign->pack, rules, test->expected_count, NULL);
}

static enum mou_status prepare_test(struct campaign *campaign, const struct mou_test_case *test)
{
    struct prepared_test *prepared = &campaign->tests[campaign->test_count++];
    struct mou_world world;
    *prepared = (struct prepared_test){.test = test, .builder = mou_batch_builder_new(campaign->pack, NULL), .reasons = expects_reasons(test)};
    prepared->focus = focus_of(campaign, test);
    if (prepared->builder == NULL || prepared->focus == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = mou_world_open(&world, campaign->cli, campaign->pack, test->world);
    if (status == MOU_OK) {
        status = mou_world_batch(&world, 0, (uint32_t)world.subjects.count, prepared->builder, &prepared->batch);
    }
    mou_world_close(&world);
    return status;
}

static bool prepare_assertions(struct campaign *campaign)
{
    const uint32_t count = mou_pack_assertion_count(campaign->pack);
    campaign->assertion_count = count;
    campaign->assertion = MOU_NEW_ARRAY(campaign->cli->arena, count, struct mou_focus *);
    campaign->assertions = mou_focus_assertions(campaign->pack, 0, count, NULL);
    bool good = campaign->assertion != NULL && campaign->assertions != NULL;
    for (uint32_t i = 0; i < count && good; i++) {
        campaign->assertion[i] = mou_focus_assertions(campaign->pack, i, 1, NULL);
        good = campaign->assertion[i] != NULL;
    }
    return good;
}

static enum mou_status prepare(struct campaign *campaign, const struct mou_test_list *tests)
{
    enum mou_status status = MOU_OK;
    struct mou_arena *arena = campaign->cli->arena;
    campaign->tests = MOU_NEW_ARRAY(arena, tests->count, struct prepared_test);
    campaign->mutations = mou_mutations_new(campaign->pack, NULL);
    if (campaign->tests == NULL || campaign->mutations == NULL) {
        return MOU_ERROR_MEMORY;
    }
    campaign->mutation_count = mou_mutations_count(campaign->mutations);
    campaign->verdicts = MOU_NEW_ARRAY(arena, campaign->mutation_count, _Atomic(unsigned char));
    if (campaign->verdicts == NULL || !prepare_assertions(campaign)) {
        return MOU_ERROR_MEMORY;
    }
    for (size_t i = 0; i < tests->count && status == MOU_OK; i++) {
        status = prepare_test(campaign, tests->items[i]);
    }
    return status;
}

static void release(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->test_count; i++) {
        mou_focus_free(campaign->tests[i].focus);
        mou_batch_builder_free(campaign->tests[i].builder);
    }
    for (uint32_t i = 0; campaign->assertion != NULL && i < campaign->assertion_count; i++) {
        mou_focus_free(campaign->assertion[i]);
    }
    mou_focus_free(campaign->assertions);
    mou_mutations_free(campaign->mutations);
}

/* ------------------------------------------------------------------ mutants */

static enum verdict verdict_of(const struct campaign *campaign, size_t mutation)
{
    return (enum verdict)atomic_load_explicit(&campaign->verdicts[mutation], memory_order_relaxed);
}

static void judge(struct campaign *campaign, size_t mutation, enum verdict verdict)
{
    atomic_store_explicit(&campaign->verdicts[mutation], (unsigned char)verdict, memory_order_relaxed);
}

static bool is_given(const struct campaign *campaign, size_t mutation)
{
    return mou_mutations_get(campaign->mutations, mutation)->span.source < campaign->given_count;
}

/* A piece of work: whether the verifier takes the mutant for a pack. Until a test notices it survives. */
static enum mou_status check_mutant(struct worker *worker, size_t number)
{
    if (!is_given(worker->campaign, number)) {
        return MOU_OK;
    }
    const enum mou_status status = mou_mutant_check(worker->mutant, number);
    judge(worker->campaign, number, status == MOU_OK ? SURVIVED : INVALID);
    return status == MOU_ERROR_PACK ? MOU_OK : status;
}

/* Those who are left and can matter to a focus. */
static void list_concerned(struct worker *worker, const struct mou_focus *focus)
{
    const struct campaign *campaign = worker->campaign;
    worker->concerned_count = 0;
    for (size_t i = 0; i < campaign->mutation_count; i++) {
        if (verdict_of(campaign, i) == SURVIVED && is_given(campaign, i) && mou_mutation_concerns(campaign->mutations, i, focus)) {
            worker->concerned[worker->concerned_count++] = (uint32_t)i;
        }
    }
}

/* Of those, who would give something else than the run just done. */
static size_t list_moved(struct worker *worker, bool reasons)
{
    size_t count = 0;
    for (size_t i = 0; i < worker->concerned_count; i++) {
        const uint32_t mutation = worker->concerned[i];
        if (verdict_of(worker->campaign, mutation) == SURVIVED) {
            mou_mutant_become(worker->mutant, worker->run.machine, mutation);
            if (mou_mutant_moves(worker->mutant, worker->run.machine, mutation, reasons)) {
                worker->moved[count++] = mutation;
            }
            mou_mutant_return(worker->mutant, worker->run.machine);
        }
    }
    return count;
}

static enum mou_status try_mutant(struct worker *worker, const struct prepared_test *prepared, size_t mutation, mou_date on)
{
    mou_mutant_become(worker->mutant, worker->run.machine, mutation);
    const enum mou_status status = mou_test_run_date(&worker->run, prepared->test, prepared->batch, on);
    mou_mutant_return(worker->mutant, worker->run.machine);
    if (worker->run.problems.len > 0) {
        judge(worker->campaign, mutation, KILLED);
    }
    return status;
}

/* ------------------------------------------------------------------ against what tests expect */

static enum mou_status expect_on(struct worker *worker, const struct prepared_test *prepared, mou_date on)
{
    enum mou_status status = mou_test_run_date(&worker->run, prepared->test, prepared->batch, on);
    assert(status != MOU_OK || worker->run.problems.len == 0); /* the tests pass, and narrowed runs say the same */
    const size_t moved = status == MOU_OK ? list_moved(worker, prepared->reasons) : 0;
    for (size_t i = 0; i < moved && status == MOU_OK; i++) {
        if (verdict_of(worker->campaign, worker->moved[i]) == SURVIVED) {
            status = try_mutant(worker, prepared, worker->moved[i], on);
        }
    }
    return status;
}

/* A piece of work: a test on each of its dates. */
static enum mou_status ask_expectations(struct worker *worker, size_t number)
{
    const struct prepared_test *prepared = &worker->campaign->tests[number];
    enum mou_status status = MOU_OK;
    worker->run.part = MOU_TEST_EXPECTATIONS;
    worker->run.focus = prepared->focus;
    list_concerned(worker, prepared->focus);
    for (uint32_t i = 0; i < prepared->test->expected_count && status == MOU_OK && worker->concerned_count > 0; i++) {
        if (!mou_test_date_done(prepared->test, i)) {
            status = expect_on(worker, prepared, prepared->test->expected[i].on);
        }
    }
    return status;
}

/* ------------------------------------------------------------------ against assertions */

/* The assertions that can notice, each by itself. */
static enum mou_status assert_mutant(struct worker *worker, const struct prepared_test *prepared, size_t mutation, mou_date on)
{
    const struct campaign *campaign = worker->campaign;
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; i < campaign->assertion_count && status == MOU_OK && verdict_of(campaign, mutation) == SURVIVED; i++) {
        if (mou_mutation_concerns(campaign->mutations, mutation, campaign->assertion[i])) {
            worker->run.focus = campaign->assertion[i];
            status = try_mutant(worker, prepared, mutation, on);
        }
    }
    return status;
}

static enum mou_status assert_on(struct worker *worker, const struct prepared_test *prepared, mou_date on)
{
    worker->run.focus = worker->campaign->assertions;
    enum mou_status status = mou_test_run_date(&worker->run, prepared->test, prepared->batch, on);
    assert(status != MOU_OK || worker->run.problems.len == 0);
    const size_t moved = status == MOU_OK ? list_moved(worker, false) : 0;
    for (size_t i = 0; i < moved && status == MOU_OK; i++) {
        status = assert_mutant(worker, prepared, worker->moved[i], on);
    }
    return status;
}

/* A piece of work: the assertions of the memoranda in a test's world, on each of its dates. */
static enum mou_status ask_assertions(struct worker *worker, size_t number)
{
    const struct prepared_test *prepared = &worker->campaign->tests[number];
    enum mou_status status = MOU_OK;
    worker->run.part = MOU_TEST_ASSERTIONS;
    list_concerned(worker, worker->campaign->assertions);
    for (uint32_t i = 0; i < prepared->test->expected_count && status == MOU_OK && worker->concerned_count > 0; i++) {
        if (!mou_test_date_done(prepared->test, i)) {
            status = assert_on(worker, prepared, prepared->test->expected[i].on);
        }
    }
    return status;
}

/* ------------------------------------------------------------------ workers */

static void *work(void *state)
{
    struct worker *worker = state;
    struct campaign *campaign = worker->campaign;
    for (size_t i = atomic_fetch_add(&campaign->next, 1); i < campaign->piece_count && worker->status == MOU_OK;
         i = atomic_fetch_add(&campaign->next, 1)) {
        worker->status = campaign->piece(worker, i);
    }
    return NULL;
}

static enum mou_status open_worker(struct worker *worker, struct campaign *campaign)
{
    worker->campaign = campaign;
    worker->concerned = MOU_NEW_ARRAY(campaign->cli->arena, campaign->mutation_count, uint32_t);
    worker->moved = MOU_NEW_ARRAY(campaign->cli->arena, campaign->mutation_count, uint32_t);
    worker->mutant = mou_mutant_new(campaign->pack, campaign->mutations, NULL);
    if (worker->concerned == NULL || worker->moved == NULL || worker->mutant == NULL) {
        return MOU_ERROR_MEMORY;
    }
    const enum mou_status status = mou_test_run_open(&worker->run, campaign->cli, mou_mutant_pack(worker->mutant));
    worker->run.brief = true;
    return status;
}

static void close_worker(struct worker *worker)
{
    if (worker->mutant != NULL) {
        mou_test_run_close(&worker->run);
    }
    mou_mutant_free(worker->mutant);
}

/* Several pieces at a time; who does which changes nothing of the verdicts. */
static enum mou_status do_pieces(struct campaign *campaign, struct worker *workers, long jobs, mou_piece piece, size_t count)
{
    long started = 1;
    campaign->piece = piece;
    campaign->piece_count = count;
    atomic_store(&campaign->next, 0);
    while (started < jobs && pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) {
        started++;
    }
    (void)work(&workers[0]); /* this thread works, too */
    enum mou_status status = workers[0].status;
    for (long i = 1; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        status = status == MOU_OK ? workers[i].status : status;
    }
    return status;
}

static void count_verdicts(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->mutation_count; i++) {
        if (is_given(campaign, i)) {
            campaign->counts[mou_mutations_get(campaign->mutations, i)->kind][verdict_of(campaign, i)]++;
        }
    }
}

static enum mou_status try_all(struct campaign *campaign, long jobs)
{
    struct worker *workers = MOU_NEW_ARRAY(campaign->cli->arena, (size_t)jobs, struct worker);
    enum mou_status status = workers == NULL ? MOU_ERROR_MEMORY : MOU_OK;
    for (long i = 0; i < jobs && status == MOU_OK; i++) {
        status = open_worker(&workers[i], campaign);
    }
    if (status == MOU_OK) {
        status = do_pieces(campaign, workers, jobs, check_mutant, campaign->mutation_count);
    }
    if (status == MOU_OK) {
        status = do_pieces(campaign, workers, jobs, ask_expectations, campaign->test_count);
    }
    if (status == MOU_OK) {
        status = do_pieces(campaign, workers, jobs, ask_assertions, campaign->test_count);
    }
    for (long i = 0; workers != NULL && i < jobs; i++) {
        close_worker(&workers[i]);
    }
    count_verdicts(campaign);
    return status;
}

/* ------------------------------------------------------------------ survivors */

static enum mou_status keep_survivors(struct campaign *campaign)
{
    campaign->survivors = MOU_NEW_ARRAY(campaign->cli->arena, campaign->mutation_count, struct mou_survivor);
    for (size_t i = 0; campaign->survivors != NULL && i < campaign->mutation_count; i++) {
        if (is_given(campaign, i) && verdict_of(campaign, i) == SURVIVED) {
            campaign->survivors[campaign->survivor_count++] =
                (struct mou_survivor){.mutation = mou_mutations_get(campaign->mutations, i), .number = i};
        }
    }
    return campaign->survivors == NULL ? MOU_ERROR_MEMORY : MOU_OK;
}

/* ------------------------------------------------------------------ reporting */

static const char *kind_words(const struct mou_cli *cli, const struct mou_mutation *mutation)
{
    static const char *const zh[] = {
        "界限含与不含对调", "等于与不等于对调",     "数额、期限或日期差一个单位",
        "且与或对调",       "去掉一个条件",         "去掉非",
        "条件取反",         "条件当作总是成立",     "条件当作总不成立",
        "去掉除非或仅当",
        "任一与每个对调",       "工作日当作日历日",
        "参数值差一个单位",
        "参数改值的日期",   "去掉一类受措施的主体", "任职时点",
        "异议是否停止执行", "裁量表的界限或结果",
        "不明当作不成立"};
    static const char *const en[] = {"bound exchanged",       "equality exchanged",
                                     "one unit more or less", "and/or exchanged",
                                     "a condition dropped",   "a negation dropped",
                                     "a condition as its opposite", "a condition as always so",
                                     "a condition as never so", "a guard dropped",
                                     "any/every exchanged",   "working days as days",
                                     "parameter by one unit", "parameter's change of date",
                                     "a target dropped",      "date of holding office",
                                     "objections' stay",      "decision table",
                                     "unknown as no"};
    return mou_say(cli, zh[mutation->kind], en[mutation->kind]);
}

static void put_figures(const struct campaign *campaign, struct mou_buf *out)
{
    size_t killed = 0;
    size_t survived = 0;
    for (unsigned kind = 0; kind < MOU_MUTATE_KIND_COUNT; kind++) {
        const size_t *counts = campaign->counts[kind];
        const struct mou_mutation named = {.kind = (enum mou_mutation_kind)kind};
        killed += counts[KILLED];
        survived += counts[SURVIVED];
        if (counts[KILLED] + counts[SURVIVED] > 0) {
            mou_buf_printf(out, "  %zu/%zu  %s\n", counts[KILLED],
                           counts[KILLED] + counts[SURVIVED], kind_words(campaign->cli, &named));
        }
    }
    mou_buf_printf(out,
                   mou_say(campaign->cli, "变异 %zu 处，测试发现 %zu 处（%zu%%），未发现 %zu 处\n",
                           "%zu mutants, %zu noticed by tests (%zu%%), %zu not\n"),
                   killed + survived, killed,
                   killed + survived == 0 ? 100 : killed * 100 / (killed + survived), survived);
}

/* Each file's score: a library is held to a bar memorandum by memorandum. */
static void put_files(const struct campaign *campaign, size_t given_count, struct mou_buf *out)
{
    for (size_t source = 0; source < given_count; source++) {
        size_t counts[VERDICT_COUNT] = {0};
        for (size_t i = 0; i < campaign->mutation_count; i++) {
            const struct mou_mutation *mutation = mou_mutations_get(campaign->mutations, i);
            if (mutation->span.source == source) {
                counts[verdict_of(campaign, i)]++;
            }
        }
        if (counts[KILLED] + counts[SURVIVED] > 0) {
            mou_buf_printf(out, "  %s  %zu/%zu\n", campaign->sources[source].path, counts[KILLED],
                           counts[KILLED] + counts[SURVIVED]);
        }
    }
}

static void put_survivor(const struct campaign *campaign, const struct mou_mutation *mutation,
                         struct mou_buf *out)
{
    const struct mou_source *source = &campaign->sources[mutation->span.source];
    const struct mou_place place = mou_source_place(source, mutation->span.begin);
    const size_t end = mutation->span.end < source->len ? mutation->span.end : source->len;
    mou_buf_printf(out, "  %s:%u:%u %s", source->path, place.line, place.column,
                   kind_words(campaign->cli, mutation));
    if (mutation->delta != 0) {
        mou_buf_printf(out, " (%+d)", mutation->delta > 0 ? 1 : -1);
    }
    mou_buf_text(out, mou_say(campaign->cli, "：", ": "));
    for (size_t i = mutation->span.begin; i < end && source->bytes[i] != '\n'; i++) {
        mou_buf_char(out, source->bytes[i]);
    }
    mou_buf_char(out, '\n');
}

static void put_survivors(const struct campaign *campaign, struct mou_buf *out)
{
    bool first = true;
    for (size_t i = 0; i < campaign->mutation_count; i++) {
        if (is_given(campaign, i) && verdict_of(campaign, i) == SURVIVED) {
            mou_buf_text(
                out, !first ? "" : mou_say(campaign->cli, "测试没有发现的：\n", "not noticed:\n"));
            first = false;
            put_survivor(campaign, mou_mutations_get(campaign->mutations, i), out);
        }
    }
}

/* Those with a world that tells them from the rules, each with its test; then the others. */
static void put_suggestions(const struct campaign *campaign, struct mou_buf *out)
{
    size_t same = 0;
    for (size_t i = 0; i < campaign->survivor_count; i++) {
        const struct mou_survivor *survivor = &campaign->survivors[i];
        same += !survivor->told_apart;
        if (survivor->told_apart) {
            put_survivor(campaign, survivor->mutation, out);
            mou_buf_append(out, survivor->test.bytes, survivor->test.len);
            mou_buf_char(out, '\n');
        }
    }
    mou_buf_printf(out,
                   mou_say(campaign->cli, "另有 %zu 处，试过的主体上都与现行规则没有差别：\n",
                           "%zu more that no subject tried tells from the rules:\n"),
                   same);
    for (size_t i = 0; i < campaign->survivor_count; i++) {
        if (!campaign->survivors[i].told_apart) {
            put_survivor(campaign, campaign->survivors[i].mutation, out);
        }
    }
}

static enum mou_exit report(const struct campaign *campaign, size_t given_count)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, REPORT_BYTES_MAX);
    put_figures(campaign, &text);
    put_files(campaign, given_count, &text);
    if (campaign->survivors != NULL) {
        put_suggestions(campaign, &text);
    } else {
        put_survivors(campaign, &text);
    }
    mou_buf_char(&text, '\n');
    const enum mou_exit code =
        text.failed ? mou_out_of_memory(campaign->cli) : mou_output(campaign->cli, &text);
    mou_buf_free(&text);
    return code;
}

enum mou_exit mou_mutate(struct mou_cli *cli, const struct mou_pack *pack,
                         const struct mou_compilation *compilation, size_t given_count,
                         const struct mou_test_list *tests, long jobs)
{
    struct campaign campaign = {.cli = cli, .pack = pack, .given_count = given_count};
    size_t source_count = 0;
    campaign.sources = mou_compilation_sources(compilation, &source_count);
    enum mou_status status = prepare(&campaign, tests);
    if (status == MOU_OK) {
        status = try_all(&campaign, jobs);
    }
    if (status == MOU_OK && mou_option_given(cli, "suggest")) {
        status = keep_survivors(&campaign);
    }
    enum mou_exit code = status == MOU_ERROR_MEMORY ? mou_out_of_memory(cli) : mou_exit_of(status);
    if (status == MOU_OK && campaign.survivors != NULL) {
        code = mou_suggest_for_survivors(cli, pack, campaign.mutations, tests, campaign.survivors, campaign.survivor_count);
    }
    code = code == MOU_EXIT_DONE ? report(&campaign, given_count) : code;
    release(&campaign);
    return code;
}
