/*
 * Runs one test that stands beside the rules, against the same machine that decides over the database: its world, each of its dates, every
 * expectation. Tests never depend on today. Used by cmd_test.c and mutate.c.
 */
#include "test_run.h"

#define WORD_BYTES_MAX ((size_t)1024 * 1024)
#define TRACE_BYTES_MAX ((size_t)1024 * 1024 * 1024)

static const char *outcome_word(const struct mou_cli *cli, int outcome)
{
    static const char *const zh[] = {"生效", "暂停", "待核实", "未生效"};
    static const char *const en[] = {"in force", "suspended", "to verify", "pending"};
    return mou_say(cli, zh[outcome], en[outcome]);
}

void mou_test_put_date(struct mou_buf *out, mou_date date)
{
    if (date == MOU_DATE_NONE) {
        mou_buf_text(out, "—");
    } else {
        mou_date_format(date, out);
    }
}

void mou_test_begin_problem(struct mou_test_run *run, const struct mou_expected *expected)
{
    mou_buf_text(&run->problems, "    ");
    mou_test_put_date(&run->problems, expected->on);
    mou_buf_printf(&run->problems, " %.*s %.*s%s", (int)expected->subject.len, expected->subject.bytes, (int)expected->rule.len, expected->rule.bytes,
                   mou_say(run->cli, "：", ": "));
}

static void wrong_date(struct mou_test_run *run, const struct mou_expected *expected, const char *zh, const char *en, mou_date wanted, mou_date got)
{
    mou_test_begin_problem(run, expected);
    mou_buf_text(&run->problems, mou_say(run->cli, zh, en));
    mou_buf_text(&run->problems, mou_say(run->cli, "应为 ", " should be "));
    mou_test_put_date(&run->problems, wanted);
    mou_buf_text(&run->problems, mou_say(run->cli, "，实为 ", ", is "));
    mou_test_put_date(&run->problems, got);
    mou_buf_char(&run->problems, '\n');
}

static void lacks(struct mou_test_run *run, const struct mou_expected *expected, const char *zh, const char *en, struct mou_text what)
{
    mou_test_begin_problem(run, expected);
    mou_buf_printf(&run->problems, "%s “%.*s”\n", mou_say(run->cli, zh, en), (int)what.len, what.bytes);
}

static bool has_key(const struct mou_decision *decision, struct mou_text key)
{
    for (uint32_t i = 0; i < decision->ground_count; i++) {
        if (mou_text_equal(decision->grounds[i].key, key)) {
            return true;
        }
    }
    return false;
}

static bool misses(const struct mou_decision *decision, struct mou_text field)
{
    for (uint32_t i = 0; i < decision->missing_count; i++) {
        if (decision->missing[i].field.bytes != NULL && mou_text_equal(decision->missing[i].field, field)) {
            return true;
        }
    }
    return false;
}

static bool came_through(const struct mou_decision *decision, const struct mou_expected *expected)
{
    for (uint32_t i = 0; i < decision->ground_count; i++) {
        const struct mou_ground_ref *ground = &decision->grounds[i];
        for (uint32_t k = 0; k < ground->via_count; k++) {
            bool from = expected->via_subject.len == 0 || mou_text_equal(ground->subject, expected->via_subject);
            if (from && mou_text_equal(ground->via[k], expected->via_relation)) {
                return true;
            }
        }
    }
    return false;
}

static void compare_details(struct mou_test_run *run, const struct mou_expected *expected, const struct mou_decision *decision)
{
    if (expected->has_from && expected->from != decision->from) {
        wrong_date(run, expected, "起始日期", "the beginning", expected->from, decision->from);
    }
    if ((expected->has_until || expected->until_open) && expected->until != decision->until) {
        wrong_date(run, expected, "终止日期", "the end", expected->until, decision->until);
    }
    for (uint32_t i = 0; i < expected->key_count; i++) {
        if (!has_key(decision, expected->keys[i])) {
            lacks(run, expected, "没有凭", "does not rest on", expected->keys[i]);
        }
    }
    for (uint32_t i = 0; i < expected->missing_count; i++) {
        if (!misses(decision, expected->missing[i])) {
            lacks(run, expected, "所缺的字段里没有", "does not miss", expected->missing[i]);
        }
    }
    if (expected->via_relation.len > 0 && !came_through(decision, expected)) {
        lacks(run, expected, "没有经过关系", "did not come through", expected->via_relation);
    }
}

static void compare(struct mou_test_run *run, const struct mou_expected *expected, const struct mou_decision *decision)
{
    if (expected->refuted && expected->outcome_stated && expected->outcome != (int)decision->outcome) {
        return;
    }
    if (expected->refuted) {
        mou_test_begin_problem(run, expected);
        mou_buf_printf(&run->problems, "%s%s\n", mou_say(run->cli, "应当没有，实为", "there should be none, is "), outcome_word(run->cli, (int)decision->outcome));
        return;
    }
    if (expected->outcome != (int)decision->outcome) {
        mou_test_begin_problem(run, expected);
        mou_buf_printf(&run->problems, mou_say(run->cli, "应为%s，实为%s\n", "should be %s, is %s\n"), outcome_word(run->cli, expected->outcome),
                       outcome_word(run->cli, (int)decision->outcome));
    }
    compare_details(run, expected, decision);
}

/** Whether the decision is what the expectation speaks of. */
static bool speaks_of(const struct mou_test_run *run, const struct mou_expected *expected, const struct mou_decision *decision)
{
    struct mou_text rule;
    struct mou_text name;
    struct mou_text ignored;
    uint32_t memorandum = 0;
    uint32_t kind = 0;
    if (expected->sort != MOU_EXPECT_DECISION || expected->on != run->on || expected->is_finding != decision->is_finding || !mou_text_equal(expected->subject, decision->subject)) {
        return false;
    }
    if (decision->is_finding) {
        mou_pack_finding(run->pack, decision->rule, &rule, &memorandum, &ignored);
    } else {
        mou_pack_measure(run->pack, decision->rule, &rule, &memorandum, &kind, &ignored, &ignored);
    }
    mou_pack_memorandum(run->pack, memorandum, &name, &ignored, &ignored, &ignored);
    return mou_text_equal(expected->rule, rule) && mou_text_equal(expected->memorandum, name);
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct mou_test_run *run = state;
    if (run->coverage != NULL) {
        mou_coverage_decision(run->coverage, decision);
    }
    for (uint32_t i = 0; i < run->test->expected_count; i++) {
        if (speaks_of(run, &run->test->expected[i], decision)) {
            const size_t before = run->problems.len;
            run->seen[i] = true;
            compare(run, &run->test->expected[i], decision);
            run->wrong[i] = run->problems.len > before;
        }
    }
    return run->problems.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

/** Why the decision is what it is, or why there is none, by the machine's own explanation. */
static void explain_decision(struct mou_test_run *run, const struct mou_batch *batch, const struct mou_expected *expected)
{
    struct mou_explain_options options = {.lang = run->cli->lang, .why_not = true};
    uint32_t rules = expected->is_finding ? mou_pack_finding_count(run->pack) : mou_pack_measure_count(run->pack);
    for (uint32_t subject = 0; subject < batch->core_count; subject++) {
        if (!mou_text_equal(batch->subject_id[subject], expected->subject)) {
            continue;
        }
        for (uint32_t rule = 0; rule < rules; rule++) {
            struct mou_decision probe = {.subject = expected->subject, .is_finding = expected->is_finding, .rule = rule};
            if (speaks_of(run, expected, &probe) &&
                mou_machine_explain(run->machine, subject, rule, expected->is_finding, &options, &run->problems) != MOU_OK) {
                run->problems.failed = true;
            }
        }
    }
}

/** Whether the test speaks of rules of that sort: the others need not be asked. */
static bool expects(const struct mou_test_case *test, enum mou_expected_sort sort)
{
    for (uint32_t i = 0; i < test->expected_count; i++) {
        if (test->expected[i].sort == sort) {
            return true;
        }
    }
    return false;
}

/** What is still to be said of an expectation once all results of its date are in. */
static void close_expectation(struct mou_test_run *run, const struct mou_batch *batch, uint32_t i)
{
    const struct mou_expected *expected = &run->test->expected[i];
    const bool unmet = !expected->refuted && !run->seen[i];
    if (expected->sort != MOU_EXPECT_DECISION) {
        if (unmet) {
            mou_test_other_unmet(run, i);
        } else if (run->wrong[i]) {
            mou_test_other_reasons(run, i);
        }
        return;
    }
    if (unmet) {
        mou_test_begin_problem(run, expected);
        mou_buf_printf(&run->problems, mou_say(run->cli, "应为%s，实际没有\n", "should be %s, there is none\n"), outcome_word(run->cli, expected->outcome));
    }
    if ((unmet || run->wrong[i]) && !run->brief) {
        explain_decision(run, batch, expected);
    }
}

static struct mou_run_options options_on(const struct mou_test_run *run, mou_date on)
{
    struct mou_run_options options = {.as_of = on, .findings = true, .assertions = run->part != MOU_TEST_EXPECTATIONS, .focus = run->focus};
    if (run->part != MOU_TEST_ASSERTIONS) {
        options.duties = expects(run->test, MOU_EXPECT_DUTY);
        options.repairs = expects(run->test, MOU_EXPECT_REPAIR);
        options.matters = expects(run->test, MOU_EXPECT_MATTER);
    }
    return options;
}

static enum mou_status run_on(struct mou_test_run *run, const struct mou_batch *batch, mou_date on)
{
    const struct mou_run_options options = options_on(run, on);
    struct mou_decision_sink sink = {.state = run, .decision = take_decision, .duty = mou_test_take_duty, .repair = mou_test_take_repair, .matter = mou_test_take_matter,
                                     .refuted = mou_test_take_refutation};
    const bool expecting = run->part != MOU_TEST_ASSERTIONS;
    run->on = on;
    run->batch = batch;
    sink.decision = expecting ? sink.decision : NULL;
    enum mou_status status = mou_machine_run(run->machine, batch, &options, &sink);
    if (status == MOU_OK && run->coverage != NULL) {
        status = mou_coverage_observe(run->coverage, run->machine, run->traced ? &run->trace : NULL);
    }
    for (uint32_t i = 0; status == MOU_OK && expecting && i < run->test->expected_count; i++) {
        if (run->test->expected[i].on == on) {
            close_expectation(run, batch, i);
        }
    }
    return status == MOU_OK && run->problems.failed ? MOU_ERROR_MEMORY : status;
}

bool mou_test_date_done(const struct mou_test_case *test, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (test->expected[i].on == test->expected[index].on) {
            return true;
        }
    }
    return false;
}

static enum mou_status begin(struct mou_test_run *run, const struct mou_test_case *test)
{
    run->test = test;
    mou_buf_clear(&run->problems);
    mou_arena_reset(run->arena);
    run->seen = MOU_NEW_ARRAY(run->arena, test->expected_count + 1, bool);
    run->wrong = MOU_NEW_ARRAY(run->arena, test->expected_count + 1, bool);
    run->got = MOU_NEW_ARRAY(run->arena, test->expected_count + 1, struct mou_buf);
    if (run->seen == NULL || run->wrong == NULL || run->got == NULL) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < test->expected_count; i++) {
        mou_buf_init(&run->got[i], NULL, WORD_BYTES_MAX);
    }
    return MOU_OK;
}

static void end(struct mou_test_run *run)
{
    for (uint32_t i = 0; i < run->test->expected_count; i++) {
        mou_buf_free(&run->got[i]);
    }
}

enum mou_status mou_test_run_dates(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch)
{
    enum mou_status status = begin(run, test);
    if (status != MOU_OK) {
        return status;
    }
    for (uint32_t i = 0; status == MOU_OK && i < test->expected_count; i++) {
        if (!mou_test_date_done(test, i)) {
            status = run_on(run, batch, test->expected[i].on);
        }
    }
    end(run);
    return status;
}

enum mou_status mou_test_run_date(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch, mou_date on)
{
    enum mou_status status = begin(run, test);
    if (status == MOU_OK) {
        status = run_on(run, batch, on);
        end(run);
    }
    return status;
}

enum mou_status mou_test_run_on(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch)
{
    if (run->coverage != NULL) {
        mou_coverage_begin_test(run->coverage);
    }
    for (uint32_t i = 0; run->coverage != NULL && i < test->expected_count; i++) {
        mou_coverage_expect(run->coverage, test->expected[i].memorandum, test->expected[i].rule);
    }
    if (run->traced) {
        mou_buf_text(&run->trace, "{\"test\": ");
        mou_buf_json_text(&run->trace, test->name.bytes, test->name.len);
        mou_buf_text(&run->trace, "}\n");
    }
    enum mou_status status = mou_test_run_dates(run, test, batch);
    if (status == MOU_OK && run->coverage != NULL && run->problems.len == 0) {
        status = mou_test_turn_conditions(run, test, batch);
    }
    return status;
}

/* Reading worlds goes through libraries and messages that are not made for several threads. */
static void hold(const struct mou_test_run *run)
{
    if (run->lock != NULL) {
        (void)pthread_mutex_lock(run->lock);
    }
}

static void let_go(const struct mou_test_run *run)
{
    if (run->lock != NULL) {
        (void)pthread_mutex_unlock(run->lock);
    }
}

enum mou_status mou_test_run_case(struct mou_test_run *run, const struct mou_test_case *test)
{
    struct mou_world world;
    const struct mou_batch *batch = NULL;
    hold(run);
    enum mou_status status = mou_world_open(&world, run->cli, run->pack, test->world);
    if (status == MOU_OK) {
        status = mou_world_batch(&world, 0, (uint32_t)world.subjects.count, run->builder, &batch);
    }
    let_go(run);
    if (status == MOU_OK) {
        status = mou_test_run_on(run, test, batch);
    }
    hold(run);
    mou_world_close(&world);
    let_go(run);
    return status;
}

enum mou_status mou_test_run_open(struct mou_test_run *run, struct mou_cli *cli, const struct mou_pack *pack)
{
    *run = (struct mou_test_run){.cli = cli, .pack = pack};
    mou_buf_init(&run->problems, NULL, WORD_BYTES_MAX);
    mou_buf_init(&run->trace, NULL, TRACE_BYTES_MAX);
    run->arena = mou_arena_new(NULL);
    run->builder = run->arena != NULL ? mou_batch_builder_new(pack, NULL) : NULL;
    return run->builder != NULL ? mou_machine_new(pack, NULL, &run->machine) : MOU_ERROR_MEMORY;
}

bool mou_test_run_cover(struct mou_test_run *run)
{
    run->coverage = mou_coverage_new(run->pack, NULL);
    if (run->coverage != NULL) {
        mou_coverage_trace_head(run->coverage, &run->trace);
    }
    return run->coverage != NULL;
}

void mou_test_run_fresh_problems(struct mou_test_run *run)
{
    mou_buf_init(&run->problems, NULL, WORD_BYTES_MAX);
}

void mou_test_run_close(struct mou_test_run *run)
{
    mou_coverage_free(run->coverage);
    mou_machine_free(run->machine);
    mou_batch_builder_free(run->builder);
    mou_arena_free(run->arena);
    mou_buf_free(&run->problems);
    mou_buf_free(&run->trace);
}
