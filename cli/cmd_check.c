/*
 * mou check: diagnostics of rule files as text, JSON or review annotations.
 */
#include <string.h>

#include "cli.h"

static void append_place(const struct mou_source *sources, size_t source_count, struct mou_span span, struct mou_buf *out)
{
    if (span.source >= source_count) {
        mou_buf_text(out, "null");
        return;
    }
    struct mou_place begin = mou_source_place(&sources[span.source], span.begin);
    struct mou_place end = mou_source_place(&sources[span.source], span.end);
    mou_buf_text(out, "{\"path\": ");
    mou_buf_json_text(out, sources[span.source].path, strlen(sources[span.source].path));
    mou_buf_printf(out, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u, \"begin\": %u, \"end\": %u}", begin.line, begin.column, end.line,
                   end.column, span.begin, span.end);
}

static void append_json(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out)
{
    static const char *const severities[] = {"error", "warning", "note"};
    const struct mou_diagnostics *diagnostics = mou_compilation_diagnostics(compilation);
    size_t source_count = 0;
    const struct mou_source *sources = mou_compilation_sources(compilation, &source_count);
    mou_buf_text(out, "{\"schema\": \"mou/diag/1\", \"diagnostics\": [");
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &diagnostics->list.items[i];
        struct mou_buf message;
        mou_buf_init(&message, NULL, 65536);
        mou_diagnostic_message(diagnostic, cli->lang, &message);
        mou_buf_printf(out, "%s\n  {\"code\": \"%s\", \"severity\": \"%s\", \"message\": ", i > 0 ? "," : "", mou_diag_code_text(diagnostic->code),
                       severities[mou_diag_severity(diagnostic->code)]);
        mou_buf_json_text(out, message.data, message.len);
        mou_buf_text(out, ", \"place\": ");
        append_place(sources, source_count, diagnostic->span, out);
        mou_buf_text(out, ", \"second\": ");
        append_place(sources, source_count, diagnostic->second, out);
        mou_buf_text(out, ", \"suggestion\": ");
        mou_buf_json_text(out, diagnostic->suggestion.bytes, diagnostic->suggestion.len);
        mou_buf_text(out, "}");
        out->failed = out->failed || message.failed;
        mou_buf_free(&message);
    }
    mou_buf_text(out, diagnostics->list.count > 0 ? "\n]}\n" : "]}\n");
}

static void append_github(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out)
{
    const struct mou_diagnostics *diagnostics = mou_compilation_diagnostics(compilation);
    size_t source_count = 0;
    const struct mou_source *sources = mou_compilation_sources(compilation, &source_count);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &diagnostics->list.items[i];
        mou_buf_printf(out, "::%s ", mou_diag_severity(diagnostic->code) == MOU_SEVERITY_ERROR ? "error" : "warning");
        if (diagnostic->span.source < source_count) {
            const struct mou_source *source = &sources[diagnostic->span.source];
            struct mou_place place = mou_source_place(source, diagnostic->span.begin);
            mou_buf_printf(out, "file=%s,line=%u,col=%u,", source->path, place.line, place.column);
        }
        mou_buf_printf(out, "title=%s::", mou_diag_code_text(diagnostic->code));
        mou_diagnostic_message(diagnostic, cli->lang, out);
        mou_buf_char(out, '\n');
    }
}

/** One closing line for people: how many errors and warnings. */
static void narrate_counts(const struct mou_cli *cli, const struct mou_diagnostics *diagnostics)
{
    size_t warnings = 0;
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        warnings += mou_diag_severity(diagnostics->list.items[i].code) == MOU_SEVERITY_WARNING;
    }
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
        append_json(cli, compilation, &out);
    } else {
        append_github(cli, compilation, &out);
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
    if (strcmp(format, "human") != 0 && strcmp(format, "json") != 0 && strcmp(format, "github") != 0) {
        mou_complain(cli, mou_say(cli, "--format 不能是“%s”", "--format cannot be “%s”"), format);
        return MOU_EXIT_USAGE;
    }
    if (!mou_rules_load(cli, cli->arguments, cli->argument_count, &files)) {
        return MOU_EXIT_IO;
    }
    enum mou_exit code = mou_rules_compile(cli, &files, true, &compilation);
    if (compilation == NULL) {
        return code;
    }
    enum mou_exit reported = report(cli, compilation, format);
    if (code == MOU_EXIT_DONE && mou_option_given(cli, "warnings-as-errors") && mou_compilation_diagnostics(compilation)->list.count > 0) {
        code = MOU_EXIT_NEGATIVE;
    }
    mou_compilation_free(compilation);
    return reported != MOU_EXIT_DONE ? reported : code;
}
