/*
 * Mutation: makes each mutant of a pack, runs the tests over it until one fails, and reports who
 * survived. Worlds are made into batches once. A survivor is looked at again over worlds a little
 * different from those of the tests: where one tells it from the rules it is shown, so that a test
 * can be written; where none does, the mutant says the same by all that was tried.
 */
#include "mutate.h"

#include <stdatomic.h>
#include <string.h>

#include "suggest.h"
#include "test_run.h"

#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)

enum verdict { INVALID, KILLED, SURVIVED, VERDICT_COUNT };

/** A test with its world as a batch. */
struct prepared_test {
    const struct mou_test_case *test;
    struct mou_batch_builder *builder;
    const struct mou_batch *batch;
    uint64_t *rests; /**< bit per instruction: something that it expects rests on it */
};

struct campaign {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    const struct mou_source *sources;
    const unsigned char *bytes; /**< of the pack */
    size_t len;
    struct prepared_test *tests;
    size_t test_count;
    struct mou_mutations *mutations;
    size_t given_count;
    atomic_size_t next;          /**< mutation */
    enum verdict *verdicts; /**< per mutation */
    size_t counts[MOU_MUTATE_KIND_COUNT][VERDICT_COUNT];
    struct mou_survivor *survivors; /**< with --suggest */
    size_t survivor_count;
};

/** Tries one mutant after the other, until none is left. */
struct worker {
    struct campaign *campaign;
    pthread_t thread;
    unsigned char *copy;         /**< of the pack, to be changed */
    struct mou_test_run turning; /**< over the rules as they are, for conditions that are taken otherwise */
    size_t last_noticed;         /**< the test that noticed a mutant before: it is asked first */
    enum mou_status status;
};

/* ------------------------------------------------------------------ preparing */

static enum mou_status prepare_test(struct campaign *campaign, const struct mou_test_case *test)
{
    struct prepared_test *prepared = &campaign->tests[campaign->test_count++];
    struct mou_world world;
    *prepared = (struct prepared_test){.test = test,
                                       .builder = mou_batch_builder_new(campaign->pack, NULL)};
    if (prepared->builder == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = mou_world_open(&world, campaign->cli, campaign->pack, test->world);
    if (status == MOU_OK) {
        status = mou_world_batch(&world, 0, (uint32_t)world.subjects.count, prepared->builder,
                                 &prepared->batch);
    }
    mou_world_close(&world);
    return status;
}

/* What each test's expectations rest on. */
static bool note_rests(struct campaign *campaign)
{
    const uint32_t count = mou_pack_instruction_count(campaign->pack);
    struct mou_coverage *coverage = mou_coverage_new(campaign->pack, NULL);
    bool good = coverage != NULL;
    for (size_t i = 0; i < campaign->test_count && good; i++) {
        struct prepared_test *prepared = &campaign->tests[i];
        prepared->rests = MOU_NEW_ARRAY(campaign->cli->arena, count / 64 + 1, uint64_t);
        good = prepared->rests != NULL;
        mou_coverage_begin_test(coverage);
        for (uint32_t k = 0; k < prepared->test->expected_count; k++) {
            mou_coverage_expect(coverage, prepared->test->expected[k].memorandum,
                                prepared->test->expected[k].rule);
        }
        for (uint32_t k = 0; k < count && good; k++) {
            prepared->rests[k / 64] |= (mou_coverage_rests(coverage, k) ? UINT64_C(1) : 0) << (k % 64);
        }
    }
    mou_coverage_free(coverage);
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
    campaign->verdicts =
        MOU_NEW_ARRAY(arena, mou_mutations_count(campaign->mutations), enum verdict);
    for (size_t i = 0; i < tests->count && status == MOU_OK; i++) {
        status = prepare_test(campaign, tests->items[i]);
    }
    if (status == MOU_OK && (campaign->verdicts == NULL || !note_rests(campaign))) {
        status = MOU_ERROR_MEMORY;
    }
    return status;
}

static void release(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->survivor_count; i++) {
        struct mou_survivor *survivor = &campaign->survivors[i];
        mou_machine_free(survivor->machine);
        mou_pack_close(survivor->own);
    }
    for (size_t i = 0; i < campaign->test_count; i++) {
        mou_batch_builder_free(campaign->tests[i].builder);
    }
    mou_mutations_free(campaign->mutations);
}

/* ------------------------------------------------------------------ trying */

static enum mou_status ask_test(struct worker *worker, struct mou_test_run *run, size_t index,
                                bool *noticed)
{
    const struct prepared_test *prepared = &worker->campaign->tests[index];
    const enum mou_status status = mou_test_run_on(run, prepared->test, prepared->batch);
    *noticed = run->problems.len > 0;
    worker->last_noticed = *noticed ? index : worker->last_noticed;
    return status;
}

/* Whether what a test expects rests on the mutation; of mutations that change no single instruction
 * it is supposed. */
static bool rests_on(const struct prepared_test *prepared, uint32_t instruction)
{
    return instruction == UINT32_MAX || (prepared->rests[instruction / 64] >> (instruction % 64) & 1u) != 0;
}

/* Asks the tests whose expectations can notice, without the assertions of the memoranda: the one
 * that noticed the mutant before first, since mutants of one place follow one another; then those
 * of the file that was changed. */
static enum mou_status ask_expectations(struct worker *worker, struct mou_test_run *run,
                                        const struct mou_mutation *mutation, bool *noticed)
{
    const struct campaign *campaign = worker->campaign;
    const uint32_t instruction = mou_mutation_instruction(mutation);
    const size_t first = worker->last_noticed;
    enum mou_status status = MOU_OK;
    run->expectations_only = true;
    if (first < campaign->test_count && rests_on(&campaign->tests[first], instruction)) {
        status = ask_test(worker, run, first, noticed);
    }
    for (unsigned others = 0; others < 2; others++) {
        for (size_t i = 0; i < campaign->test_count && status == MOU_OK && !*noticed; i++) {
            const bool other = campaign->tests[i].test->span.source != mutation->span.source;
            if (other == (others == 1) && i != first && rests_on(&campaign->tests[i], instruction)) {
                status = ask_test(worker, run, i, noticed);
            }
        }
    }
    run->expectations_only = false;
    return status;
}

/* Whether a test notices, or an assertion in the world of one: who is left after the likely ones is
 * held against everything. */
static enum mou_status ask_tests(struct worker *worker, struct mou_test_run *run,
                                 const struct mou_mutation *mutation, bool *noticed)
{
    const struct campaign *campaign = worker->campaign;
    *noticed = false;
    enum mou_status status = ask_expectations(worker, run, mutation, noticed);
    for (size_t i = 0; i < campaign->test_count && status == MOU_OK && !*noticed; i++) {
        status = ask_test(worker, run, i, noticed);
    }
    return status;
}

/* A condition that is taken otherwise needs no pack of its own. */
static enum mou_status try_turned(struct worker *worker, const struct mou_mutation *mutation,
                                  enum verdict *verdict)
{
    bool noticed = false;
    mou_machine_turn(worker->turning.machine, mutation->span, mou_mutation_turn(mutation));
    const enum mou_status status = ask_tests(worker, &worker->turning, mutation, &noticed);
    mou_machine_turn(worker->turning.machine, MOU_NO_SPAN, MOU_TURN_NONE);
    *verdict = noticed ? KILLED : SURVIVED;
    return status;
}

static enum mou_status try_mutant(struct worker *worker, const struct mou_mutation *mutation,
                                  enum verdict *verdict)
{
    const struct campaign *campaign = worker->campaign;
    struct mou_pack *mutant = NULL;
    struct mou_test_run run;
    bool noticed = false;
    if (mou_mutation_turn(mutation) != MOU_TURN_NONE) {
        return try_turned(worker, mutation, verdict);
    }
    memcpy(worker->copy, campaign->bytes, campaign->len);
    mou_mutation_apply(campaign->pack, mutation, worker->copy, campaign->len);
    enum mou_status status = mou_pack_open(worker->copy, campaign->len, NULL, &mutant, NULL);
    if (status != MOU_OK) {
        *verdict = INVALID;
        return status == MOU_ERROR_PACK ? MOU_OK : status;
    }
    status = mou_test_run_open(&run, campaign->cli, mutant);
    run.brief = true;
    if (status == MOU_OK) {
        status = ask_tests(worker, &run, mutation, &noticed);
    }
    mou_test_run_close(&run);
    mou_pack_close(mutant);
    *verdict = noticed ? KILLED : SURVIVED;
    return status;
}

static void *work(void *state)
{
    struct worker *worker = state;
    struct campaign *campaign = worker->campaign;
    const size_t count = mou_mutations_count(campaign->mutations);
    for (size_t i = atomic_fetch_add(&campaign->next, 1); i < count && worker->status == MOU_OK;
         i = atomic_fetch_add(&campaign->next, 1)) {
        const struct mou_mutation *mutation = mou_mutations_get(campaign->mutations, i);
        if (mutation->span.source < campaign->given_count) {
            worker->status = try_mutant(worker, mutation, &campaign->verdicts[i]);
        }
    }
    return NULL;
}

static enum mou_status open_worker(struct worker *worker, struct campaign *campaign)
{
    worker->campaign = campaign;
    worker->last_noticed = campaign->test_count;
    worker->copy = MOU_NEW_ARRAY(campaign->cli->arena, campaign->len, unsigned char);
    worker->status = mou_test_run_open(&worker->turning, campaign->cli, campaign->pack);
    worker->turning.brief = true;
    return worker->copy == NULL ? MOU_ERROR_MEMORY : worker->status;
}

static void count_verdicts(struct campaign *campaign)
{
    for (size_t i = 0; i < mou_mutations_count(campaign->mutations); i++) {
        const struct mou_mutation *mutation = mou_mutations_get(campaign->mutations, i);
        if (mutation->span.source < campaign->given_count) {
            campaign->counts[mutation->kind][campaign->verdicts[i]]++;
        }
    }
}

/* Several mutants at a time; which worker tries which changes nothing of the verdicts. */
static enum mou_status try_all(struct campaign *campaign, long jobs)
{
    struct worker *workers = MOU_NEW_ARRAY(campaign->cli->arena, (size_t)jobs, struct worker);
    enum mou_status status = workers == NULL ? MOU_ERROR_MEMORY : open_worker(&workers[0], campaign);
    long started = 1;
    while (status == MOU_OK && started < jobs &&
           open_worker(&workers[started], campaign) == MOU_OK &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) {
        started++;
    }
    if (status == MOU_OK) {
        (void)work(&workers[0]); /* this thread works, too */
        status = workers[0].status;
    }
    for (long i = 1; workers != NULL && i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        status = status == MOU_OK ? workers[i].status : status;
    }
    for (long i = 0; workers != NULL && i < jobs; i++) {
        if (workers[i].campaign != NULL) {
            mou_test_run_close(&workers[i].turning);
        }
    }
    count_verdicts(campaign);
    return status;
}

/* ------------------------------------------------------------------ survivors */

/* Opens a survivor's pack again, to be held against other worlds. */
static enum mou_status keep_survivor(struct campaign *campaign, const struct mou_mutation *mutation)
{
    struct mou_survivor *survivor = &campaign->survivors[campaign->survivor_count++];
    *survivor = (struct mou_survivor){.mutation = mutation, .pack = campaign->pack};
    if (mou_mutation_turn(mutation) != MOU_TURN_NONE) {
        const enum mou_status made = mou_machine_new(campaign->pack, NULL, &survivor->machine);
        if (made == MOU_OK) {
            mou_machine_turn(survivor->machine, mutation->span, mou_mutation_turn(mutation));
        }
        return made;
    }
    unsigned char *bytes = MOU_NEW_ARRAY(campaign->cli->arena, campaign->len, unsigned char);
    if (bytes == NULL) {
        return MOU_ERROR_MEMORY;
    }
    memcpy(bytes, campaign->bytes, campaign->len);
    mou_mutation_apply(campaign->pack, mutation, bytes, campaign->len);
    const enum mou_status status = mou_pack_open(bytes, campaign->len, NULL, &survivor->own, NULL);
    survivor->pack = survivor->own;
    return status == MOU_OK ? mou_machine_new(survivor->pack, NULL, &survivor->machine) : status;
}

static enum mou_status keep_survivors(struct campaign *campaign)
{
    const size_t count = mou_mutations_count(campaign->mutations);
    enum mou_status status = MOU_OK;
    campaign->survivors = MOU_NEW_ARRAY(campaign->cli->arena, count, struct mou_survivor);
    for (size_t i = 0; campaign->survivors != NULL && i < count && status == MOU_OK; i++) {
        if (campaign->verdicts[i] == SURVIVED) {
            status = keep_survivor(campaign, mou_mutations_get(campaign->mutations, i));
        }
    }
    return campaign->survivors == NULL ? MOU_ERROR_MEMORY : status;
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
        "异议是否停止执行", "裁量表的界限或结果"};
    static const char *const en[] = {"bound exchanged",       "equality exchanged",
                                     "one unit more or less", "and/or exchanged",
                                     "a condition dropped",   "a negation dropped",
                                     "a condition as its opposite", "a condition as always so",
                                     "a condition as never so", "a guard dropped",
                                     "any/every exchanged",   "working days as days",
                                     "parameter by one unit", "parameter's change of date",
                                     "a target dropped",      "date of holding office",
                                     "objections' stay",      "decision table"};
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
        for (size_t i = 0; i < mou_mutations_count(campaign->mutations); i++) {
            const struct mou_mutation *mutation = mou_mutations_get(campaign->mutations, i);
            if (mutation->span.source == source) {
                counts[campaign->verdicts[i]]++;
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
    for (size_t i = 0; i < mou_mutations_count(campaign->mutations); i++) {
        if (campaign->verdicts[i] == SURVIVED) {
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
    campaign.bytes = mou_compilation_pack(compilation, &campaign.len);
    enum mou_status status = prepare(&campaign, tests);
    if (status == MOU_OK) {
        status = try_all(&campaign, jobs);
    }
    if (status == MOU_OK && mou_option_given(cli, "suggest")) {
        status = keep_survivors(&campaign);
    }
    enum mou_exit code = status == MOU_ERROR_MEMORY ? mou_out_of_memory(cli) : mou_exit_of(status);
    if (status == MOU_OK && campaign.survivors != NULL) {
        code = mou_suggest_for_survivors(cli, pack, tests, campaign.survivors,
                                         campaign.survivor_count);
    }
    code = code == MOU_EXIT_DONE ? report(&campaign, given_count) : code;
    release(&campaign);
    return code;
}
