/*
 * mou test: compiles rules, runs the tests beside them and reports: outcomes, coverage, mutants that no test notices.
 */
#include <regex.h>
#include <string.h>
#include <unistd.h>

#include "coverage.h"
#include "mutate.h"
#include "suggest.h"
#include "test_jobs.h"
#include "test_report.h"
#include "test_run.h"

/** What one invocation works on. */
struct test_command {
    struct mou_cli *cli;
    struct mou_compilation *compilation;
    struct mou_pack *pack;
    struct mou_test_report report;
    regex_t filter;
    bool filtered;
    bool none_chosen; /**< the filter left no test: nothing was shown, which is not success */
    long jobs;
};

/* ------------------------------------------------------------------ filter */

static bool open_filter(struct test_command *command)
{
    const char *pattern = mou_option_value(command->cli, "filter", NULL);
    if (pattern == NULL) {
        return true;
    }
    char reason[256];
    const int code = regcomp(&command->filter, pattern, REG_EXTENDED | REG_NOSUB);
    command->filtered = code == 0;
    if (code != 0) {
        regerror(code, &command->filter, reason, sizeof reason);
        mou_complain(command->cli,
                     mou_say(command->cli, "--filter 的“%s”不是正则表达式：%s",
                             "--filter: “%s” is no regular expression: %s"),
                     pattern, reason);
    }
    return command->filtered;
}

/* Tests of files that are only used are not this run's business. Names are parts of a source: they end at no NUL. */
static bool choose(const struct test_command *command, const struct mou_test_case *test, bool *chosen)
{
    *chosen = test->span.source < command->report.given_count;
    if (!*chosen || !command->filtered) {
        return true;
    }
    const char *name = mou_arena_copy(command->cli->arena, test->name.bytes, test->name.len);
    *chosen = name != NULL && regexec(&command->filter, name, 0, NULL, 0) == 0;
    return name != NULL;
}

static bool choose_tests(struct test_command *command, struct mou_test_list *tests)
{
    const size_t count = mou_compilation_test_count(command->compilation);
    tests->items = MOU_NEW_ARRAY(command->cli->arena, count, const struct mou_test_case *);
    tests->count = 0;
    bool good = tests->items != NULL;
    for (size_t i = 0; good && i < count; i++) {
        const struct mou_test_case *test = mou_compilation_test(command->compilation, i);
        bool chosen = false;
        good = choose(command, test, &chosen);
        if (chosen) {
            tests->items[tests->count++] = test;
        }
    }
    command->none_chosen = good && command->filtered && tests->count == 0;
    if (command->none_chosen) {
        mou_complain(command->cli, "%s", mou_say(command->cli, "没有一个测试的名称合乎 --filter", "no test has a name that --filter describes"));
    }
    return good;
}

/* ------------------------------------------------------------------ running */

/* Several at a time; reported in order. */
static enum mou_exit run_tests(struct test_command *command, struct mou_test_run *run,
                               const struct mou_test_list *tests)
{
    size_t source_count = 0;
    const struct mou_source *sources = mou_compilation_sources(command->compilation, &source_count);
    struct mou_test_result *results =
        mou_test_jobs_run(run, tests->items, tests->count, run->traced ? 1 : command->jobs);
    enum mou_exit code = results != NULL ? MOU_EXIT_DONE : mou_out_of_memory(command->cli);
    for (size_t i = 0; results != NULL && i < tests->count; i++) {
        if (code == MOU_EXIT_DONE && results[i].status != MOU_OK) {
            code = results[i].status == MOU_ERROR_MEMORY ? mou_out_of_memory(command->cli)
                                                         : mou_exit_of(results[i].status);
        }
        if (code == MOU_EXIT_DONE) {
            mou_test_report_add(&command->report, tests->items[i],
                                &sources[tests->items[i]->span.source], &results[i].problems);
        }
        mou_buf_free(&results[i].problems);
    }
    return code;
}

static enum mou_exit report_coverage(struct test_command *command, const struct mou_test_run *run,
                                     const struct mou_test_list *tests)
{
    struct mou_cli *cli = command->cli;
    const char *path = mou_option_value(cli, "coverage-trace", NULL);
    if (path != NULL && !mou_write_file(cli, path, run->trace.data, run->trace.len)) {
        return MOU_EXIT_IO;
    }
    enum mou_exit code = mou_coverage_report(cli, run->pack, command->compilation,
                                             command->report.given_count, run->coverage);
    if (code == MOU_EXIT_DONE && mou_option_given(cli, "suggest") &&
        !mou_option_given(cli, "mutate")) {
        code = mou_suggest_for_coverage(cli, run->pack, command->compilation,
                                        command->report.given_count, tests, run->coverage);
    }
    return code;
}

static enum mou_exit report_mutants(struct test_command *command, const struct mou_test_list *tests)
{
    if (command->report.failed > 0) {
        mou_complain(command->cli, "%s",
                     mou_say(command->cli, "有测试不通过，不能做变异测试；请先改正",
                             "tests fail: put them right before mutants are tried"));
        return MOU_EXIT_NEGATIVE;
    }
    return mou_mutate(command->cli, command->pack, command->compilation,
                      command->report.given_count, tests, command->jobs);
}

static enum mou_exit test_pack(struct test_command *command)
{
    struct mou_test_run run;
    struct mou_test_list tests;
    enum mou_status status = mou_test_run_open(&run, command->cli, command->pack);
    run.traced = mou_option_given(command->cli, "coverage-trace"); /* a record in one order */
    if (status == MOU_OK && (!choose_tests(command, &tests) ||
                             (mou_coverage_wanted(command->cli) && !mou_test_run_cover(&run)))) {
        status = MOU_ERROR_MEMORY;
    }
    enum mou_exit code = status == MOU_OK ? run_tests(command, &run, &tests)
                                          : mou_out_of_memory(command->cli);
    if (code == MOU_EXIT_DONE && run.coverage != NULL && !command->none_chosen) {
        code = report_coverage(command, &run, &tests);
    }
    mou_test_run_close(&run);
    if (code == MOU_EXIT_DONE && !command->none_chosen && mou_option_given(command->cli, "mutate")) {
        code = report_mutants(command, &tests);
    }
    return code;
}

static enum mou_exit test_compilation(struct test_command *command)
{
    size_t len = 0;
    struct mou_buf message;
    const unsigned char *bytes = mou_compilation_pack(command->compilation, &len);
    mou_buf_init(&message, NULL, 4096);
    const enum mou_status status = mou_pack_open(bytes, len, NULL, &command->pack, &message);
    enum mou_exit code = mou_exit_of(status);
    if (status == MOU_ERROR_PACK) {
        mou_complain(command->cli, "%s", message.len > 0 ? message.data : "");
    } else if (status == MOU_ERROR_MEMORY) {
        code = mou_out_of_memory(command->cli);
    } else if (status == MOU_OK) {
        code = test_pack(command);
        mou_pack_close(command->pack);
    }
    mou_buf_free(&message);
    return code;
}

static void compile_round(struct mou_test_round *round)
{
    round->compiled = true;
    round->code = MOU_EXIT_IO;
    if (mou_rules_load(&round->cli, round->cli.arguments, round->cli.argument_count, &round->files)) {
        round->code = mou_rules_compile(&round->cli, &round->files, false, &round->compilation);
    }
    round->code = round->code == MOU_EXIT_NEGATIVE ? MOU_EXIT_PACK : round->code;
}

static enum mou_exit run_command(struct test_command *command, struct mou_test_round *round)
{
    if (!round->compiled) {
        compile_round(round);
    }
    command->report.given_count = round->files.count;
    command->compilation = round->compilation;
    enum mou_exit code = round->code;
    if (code == MOU_EXIT_DONE) {
        code = test_compilation(command);
    }
    if (code == MOU_EXIT_DONE ||
        code ==
            MOU_EXIT_NEGATIVE) { /* negative: below a threshold; the outcomes are reported all the same */
        const enum mou_exit closing = mou_test_report_close(&command->report);
        code = closing != MOU_EXIT_DONE ? closing : code;
        code = code == MOU_EXIT_DONE && command->none_chosen ? MOU_EXIT_USAGE : code;
    }
    return code;
}

static enum mou_exit test_once(struct mou_test_round *round)
{
    struct mou_cli *cli = &round->cli;
    struct test_command command = {.cli = cli};
    enum mou_exit code = MOU_EXIT_USAGE;
    if (mou_coverage_options_fit(cli) && mou_test_jobs_option(cli, &command.jobs) && mou_test_report_open(&command.report, cli)) {
        if (open_filter(&command)) {
            code = run_command(&command, round);
        }
        mou_test_report_free(&command.report);
    }
    if (command.filtered) {
        regfree(&command.filter);
    }
    return code;
}

enum mou_exit mou_cmd_test(struct mou_cli *cli)
{
    static const struct mou_test_steps steps = {compile_round, test_once};
    if (mou_option_given(cli, "watch")) {
        return mou_test_watch(cli, &steps);
    }
    struct mou_test_round round = {.cli = *cli};
    const enum mou_exit code = test_once(&round);
    if (round.compilation != NULL) {
        mou_compilation_free(round.compilation);
    }
    return code;
}
