/*
 * mou test: runs the tests that stand beside the rules, against the same machine that decides over the database. Tests never depend on today.
 */
#include <errno.h>
#include <string.h>

#include "coverage.h"
#include "test_report.h"
#include "world.h"

#define WORD_BYTES_MAX ((size_t)1024 * 1024)
#define TRACE_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/** One test while it runs. */
struct test_run {
    struct mou_cli *cli;
    struct mou_pack *opened;
    const struct mou_pack *pack;
    const struct mou_test_case *test;
    struct mou_machine *machine;
    struct mou_batch_builder *builder;
    mou_date on;
    bool *seen;              /**< per expectation */
    struct mou_buf problems; /**< what failed, a line each */
    struct mou_coverage *coverage; /**< NULL where it is not asked for */
    struct mou_buf trace;
};

static const char *outcome_word(const struct mou_cli *cli, int outcome)
{
    static const char *const zh[] = {"生效", "暂停", "待核实", "未生效"};
    static const char *const en[] = {"in force", "suspended", "to verify", "pending"};
    return mou_say(cli, zh[outcome], en[outcome]);
}

static void put_date(struct mou_buf *out, mou_date date)
{
    if (date == MOU_DATE_NONE) {
        mou_buf_text(out, "—");
    } else {
        mou_date_format(date, out);
    }
}

/** Begins a line about an expectation: date, subject and rule. */
static void begin_problem(struct test_run *run, const struct mou_expected *expected)
{
    mou_buf_text(&run->problems, "    ");
    put_date(&run->problems, expected->on);
    mou_buf_printf(&run->problems, " %.*s %.*s%s", (int)expected->subject.len, expected->subject.bytes, (int)expected->rule.len, expected->rule.bytes,
                   mou_say(run->cli, "：", ": "));
}

static void wrong_date(struct test_run *run, const struct mou_expected *expected, const char *zh, const char *en, mou_date wanted, mou_date got)
{
    begin_problem(run, expected);
    mou_buf_text(&run->problems, mou_say(run->cli, zh, en));
    mou_buf_text(&run->problems, mou_say(run->cli, "应为 ", " should be "));
    put_date(&run->problems, wanted);
    mou_buf_text(&run->problems, mou_say(run->cli, "，实为 ", ", is "));
    put_date(&run->problems, got);
    mou_buf_char(&run->problems, '\n');
}

static void lacks(struct test_run *run, const struct mou_expected *expected, const char *zh, const char *en, struct mou_text what)
{
    begin_problem(run, expected);
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

static void compare_details(struct test_run *run, const struct mou_expected *expected, const struct mou_decision *decision)
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

static void compare(struct test_run *run, const struct mou_expected *expected, const struct mou_decision *decision)
{
    if (expected->refuted) {
        begin_problem(run, expected);
        mou_buf_printf(&run->problems, "%s%s\n", mou_say(run->cli, "应当没有，实为", "there should be none, is "), outcome_word(run->cli, (int)decision->outcome));
        return;
    }
    if (expected->outcome != (int)decision->outcome) {
        begin_problem(run, expected);
        mou_buf_printf(&run->problems, mou_say(run->cli, "应为%s，实为%s\n", "should be %s, is %s\n"), outcome_word(run->cli, expected->outcome),
                       outcome_word(run->cli, (int)decision->outcome));
    }
    compare_details(run, expected, decision);
}

/** Whether the decision is what the expectation speaks of. */
static bool speaks_of(const struct test_run *run, const struct mou_expected *expected, const struct mou_decision *decision)
{
    struct mou_text rule;
    struct mou_text name;
    struct mou_text ignored;
    uint32_t memorandum = 0;
    uint32_t kind = 0;
    if (expected->on != run->on || expected->is_finding != decision->is_finding || !mou_text_equal(expected->subject, decision->subject)) {
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
    struct test_run *run = state;
    if (run->coverage != NULL) {
        mou_coverage_decision(run->coverage, decision);
    }
    for (uint32_t i = 0; i < run->test->expected_count; i++) {
        if (speaks_of(run, &run->test->expected[i], decision)) {
            run->seen[i] = true;
            compare(run, &run->test->expected[i], decision);
        }
    }
    return run->problems.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

/** Why nothing was decided, by the machine's own explanation. */
static void explain_absence(struct test_run *run, const struct mou_batch *batch, const struct mou_expected *expected)
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

static enum mou_status run_on(struct test_run *run, const struct mou_batch *batch, mou_date on)
{
    struct mou_run_options options = {.as_of = on, .findings = true};
    struct mou_decision_sink sink = {.state = run, .decision = take_decision};
    run->on = on;
    enum mou_status status = mou_machine_run(run->machine, batch, &options, &sink);
    if (status == MOU_OK && run->coverage != NULL) {
        status = mou_coverage_observe(run->coverage, run->machine, mou_option_given(run->cli, "coverage-trace") ? &run->trace : NULL);
    }
    for (uint32_t i = 0; status == MOU_OK && i < run->test->expected_count; i++) {
        const struct mou_expected *expected = &run->test->expected[i];
        if (expected->on == on && !expected->refuted && !run->seen[i]) {
            begin_problem(run, expected);
            mou_buf_printf(&run->problems, mou_say(run->cli, "应为%s，实际没有\n", "should be %s, there is none\n"), outcome_word(run->cli, expected->outcome));
            explain_absence(run, batch, expected);
        }
    }
    return status == MOU_OK && run->problems.failed ? MOU_ERROR_MEMORY : status;
}

/** Whether an earlier expectation is of the same date. */
static bool date_done(const struct mou_test_case *test, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (test->expected[i].on == test->expected[index].on) {
            return true;
        }
    }
    return false;
}

static enum mou_status run_test(struct test_run *run)
{
    struct mou_world world;
    const struct mou_batch *batch = NULL;
    enum mou_status status = mou_world_open(&world, run->cli, run->pack, run->test->world);
    if (status == MOU_OK) {
        status = mou_world_batch(&world, 0, (uint32_t)world.subjects.count, run->builder, &batch);
    }
    for (uint32_t i = 0; status == MOU_OK && i < run->test->expected_count; i++) {
        if (!date_done(run->test, i)) {
            status = run_on(run, batch, run->test->expected[i].on);
        }
    }
    mou_world_close(&world);
    return status;
}

static bool chosen(const struct mou_test_case *test, const char *filter)
{
    size_t len = filter != NULL ? strlen(filter) : 0;
    for (size_t i = 0; len > 0 && i + len <= test->name.len; i++) {
        if (memcmp(test->name.bytes + i, filter, len) == 0) {
            return true;
        }
    }
    return len == 0;
}

static enum mou_exit run_all(struct mou_cli *cli, const struct mou_compilation *compilation, struct test_run *run, struct mou_test_report *report)
{
    const char *filter = mou_option_value(cli, "filter", NULL);
    size_t source_count = 0;
    const struct mou_source *sources = mou_compilation_sources(compilation, &source_count);
    for (size_t i = 0; i < mou_compilation_test_count(compilation); i++) {
        run->test = mou_compilation_test(compilation, i);
        if (run->test->span.source >= report->given_count || !chosen(run->test, filter)) {
            continue; /* tests of files that are only used are not this run's business */
        }
        run->seen = MOU_NEW_ARRAY(cli->arena, run->test->expected_count + 1, bool);
        mou_buf_clear(&run->problems);
        enum mou_status status = run->seen != NULL ? run_test(run) : MOU_ERROR_MEMORY;
        if (status != MOU_OK) {
            return status == MOU_ERROR_MEMORY ? mou_out_of_memory(cli) : mou_exit_of(status);
        }
        mou_test_report_add(report, run->test, &sources[run->test->span.source], &run->problems);
    }
    return MOU_EXIT_DONE;
}

static enum mou_exit report_coverage(struct mou_cli *cli, const struct mou_compilation *compilation, const struct test_run *run, const struct mou_test_report *report)
{
    const char *path = mou_option_value(cli, "coverage-trace", NULL);
    if (path != NULL && !mou_write_file(cli, path, run->trace.data, run->trace.len)) {
        return MOU_EXIT_IO;
    }
    return mou_coverage_report(cli, run->pack, compilation, report->given_count, run->coverage);
}

/** Sets up what the tests run on; false when memory ran out. */
static bool open_run(struct test_run *run)
{
    run->builder = mou_batch_builder_new(run->pack, NULL);
    if (mou_coverage_wanted(run->cli)) {
        run->coverage = mou_coverage_new(run->pack, NULL);
        if (run->coverage == NULL) {
            return false;
        }
        mou_coverage_trace_head(run->coverage, &run->trace);
    }
    return run->builder != NULL && mou_machine_new(run->pack, NULL, &run->machine) == MOU_OK;
}

static void close_run(struct test_run *run)
{
    mou_coverage_free(run->coverage);
    mou_machine_free(run->machine);
    mou_batch_builder_free(run->builder);
    if (run->pack != NULL) {
        mou_pack_close(run->opened);
    }
    mou_buf_free(&run->problems);
    mou_buf_free(&run->trace);
}

static enum mou_exit test_compilation(struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_test_report *report)
{
    struct test_run run = {.cli = cli};
    size_t len = 0;
    const unsigned char *bytes = mou_compilation_pack(compilation, &len);
    mou_buf_init(&run.problems, NULL, WORD_BYTES_MAX);
    mou_buf_init(&run.trace, NULL, TRACE_BYTES_MAX);
    enum mou_status status = mou_pack_open(bytes, len, NULL, &run.opened, &run.problems);
    if (status == MOU_ERROR_PACK) {
        mou_complain(cli, "%s", run.problems.len > 0 ? run.problems.data : "");
    }
    run.pack = run.opened;
    enum mou_exit code = mou_exit_of(status);
    if (status == MOU_ERROR_MEMORY || (status == MOU_OK && !open_run(&run))) {
        code = mou_out_of_memory(cli);
    } else if (status == MOU_OK) {
        code = run_all(cli, compilation, &run, report);
    }
    if (code == MOU_EXIT_DONE && run.coverage != NULL) {
        code = report_coverage(cli, compilation, &run, report);
    }
    close_run(&run);
    return code;
}

enum mou_exit mou_cmd_test(struct mou_cli *cli)
{
    struct mou_rule_files files = {0};
    struct mou_compilation *compilation = NULL;
    struct mou_test_report report;
    if (!mou_coverage_options_fit(cli) || !mou_test_report_open(&report, cli)) {
        return MOU_EXIT_USAGE;
    }
    if (!mou_rules_load(cli, cli->arguments, cli->argument_count, &files)) {
        mou_test_report_free(&report);
        return MOU_EXIT_IO;
    }
    report.given_count = files.count;
    enum mou_exit code = mou_rules_compile(cli, &files, false, &compilation);
    code = code == MOU_EXIT_NEGATIVE ? MOU_EXIT_PACK : code;
    if (code == MOU_EXIT_DONE) {
        code = test_compilation(cli, compilation, &report);
    }
    if (code == MOU_EXIT_DONE || code == MOU_EXIT_NEGATIVE) { /* negative: the coverage is below its threshold */
        enum mou_exit closing = mou_test_report_close(&report);
        code = closing != MOU_EXIT_DONE ? closing : code;
    }
    if (compilation != NULL) {
        mou_compilation_free(compilation);
    }
    mou_test_report_free(&report);
    return code;
}
