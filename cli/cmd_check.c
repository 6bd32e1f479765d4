/*
 * mou check: diagnostics of rule files as text, JSON, SARIF or review annotations; --fix carries out what is certain.
 */
#include <string.h>

#include "check.h"

static size_t warning_count(const struct mou_diagnostics *diagnostics)
{
    size_t warnings = 0;
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        warnings += mou_diag_severity(diagnostics->list.items[i].code) == MOU_SEVERITY_WARNING;
    }
    return warnings;
}

/** One closing line for people: how many errors and warnings. */
static void narrate_counts(const struct mou_cli *cli, const struct mou_diagnostics *diagnostics)
{
    const size_t warnings = warning_count(diagnostics);
    if (diagnostics->error_count + warnings > 0) {
        mou_narrate(cli, mou_say(cli, "共 %zu 处错误、%zu 处警告", "%zu errors, %zu warnings"), diagnostics->error_count, warnings);
    }
}

static enum mou_exit report(struct mou_cli *cli, const struct mou_compilation *compilation, const char *format)
{
    if (strcmp(format, "human") == 0) {
        const enum mou_exit code = mou_rules_print_diagnostics(cli, compilation);
        narrate_counts(cli, mou_compilation_diagnostics(compilation));
        return code;
    }
    struct mou_buf out;
    mou_buf_init(&out, NULL, (size_t)64 * 1024 * 1024);
    if (strcmp(format, "json") == 0) {
        mou_check_append_json(cli, compilation, &out);
    } else if (strcmp(format, "sarif") == 0) {
        mou_check_append_sarif(cli, compilation, &out);
    } else {
        mou_check_append_github(cli, compilation, &out);
    }
    enum mou_exit code = mou_output(cli, &out);
    mou_buf_free(&out);
    return code;
}

enum mou_exit mou_cmd_check(struct mou_cli *cli)
{
    const char *format = mou_option_value(cli, "format", cli->json ? "json" : "human");
    struct mou_rule_files files = {0};
    struct mou_compilation *compilation = NULL;
    if (strcmp(format, "human") != 0 && strcmp(format, "json") != 0 && strcmp(format, "sarif") != 0 && strcmp(format, "github") != 0) {
        mou_complain(cli, mou_say(cli, "--format 不能是“%s”", "--format cannot be “%s”"), format);
        return MOU_EXIT_USAGE;
    }
    if (!mou_rules_load(cli, cli->arguments, cli->argument_count, &files)) {
        return MOU_EXIT_IO;
    }
    enum mou_exit code = mou_option_given(cli, "fix") ? mou_check_fix(cli, &files) : MOU_EXIT_DONE;
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_rules_compile(cli, &files, true, &compilation);
    if (compilation == NULL) {
        return code;
    }
    enum mou_exit reported = report(cli, compilation, format);
    if (code == MOU_EXIT_DONE && mou_option_given(cli, "warnings-as-errors") && warning_count(mou_compilation_diagnostics(compilation)) > 0) {
        code = MOU_EXIT_NEGATIVE;
    }
    mou_compilation_free(compilation);
    return reported != MOU_EXIT_DONE ? reported : code;
}
