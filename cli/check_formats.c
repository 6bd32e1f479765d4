/*
 * Diagnostics for programs: JSON of our own, SARIF 2.1.0 for code reviews, annotations that build servers show beside a change. Columns count characters
 * (code points) from 1. Writes into buffers only; used by cmd_check.c.
 */
#include <string.h>

#include "check.h"

static const char *const levels[] = {"error", "warning", "note"};

/** A compilation's diagnostics with the sources that they speak of. */
struct listing {
    const struct mou_cli *cli;
    const struct mou_diagnostics *diagnostics;
    const struct mou_source *sources;
    size_t source_count;
};

static struct listing listing_of(const struct mou_cli *cli, const struct mou_compilation *compilation)
{
    struct listing listing = {.cli = cli, .diagnostics = mou_compilation_diagnostics(compilation)};
    listing.sources = mou_compilation_sources(compilation, &listing.source_count);
    return listing;
}

static void append_message(const struct listing *listing, const struct mou_diagnostic *diagnostic, bool help, struct mou_buf *out)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 65536);
    if (help) {
        mou_diagnostic_help(diagnostic, listing->cli->lang, &text);
    } else {
        mou_diagnostic_message(diagnostic, listing->cli->lang, &text);
    }
    mou_buf_json_text(out, text.len > 0 ? text.data : "", text.len);
    out->failed = out->failed || text.failed;
    mou_buf_free(&text);
}

/* ------------------------------------------------------------------ JSON */

static void append_place(const struct listing *listing, struct mou_span span, struct mou_buf *out)
{
    if (span.source >= listing->source_count) {
        mou_buf_text(out, "null");
        return;
    }
    const struct mou_source *source = &listing->sources[span.source];
    struct mou_place begin = mou_source_place(source, span.begin);
    struct mou_place end = mou_source_place(source, span.end);
    mou_buf_text(out, "{\"path\": ");
    mou_buf_json_text(out, source->path, strlen(source->path));
    mou_buf_printf(out, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u, \"begin\": %u, \"end\": %u}", begin.line, begin.column, end.line,
                   end.column, span.begin, span.end);
}

static void append_json_one(const struct listing *listing, const struct mou_diagnostic *diagnostic, struct mou_buf *out)
{
    mou_buf_printf(out, "{\"code\": \"%s\", \"severity\": \"%s\", \"message\": ", mou_diag_code_text(diagnostic->code), levels[mou_diag_severity(diagnostic->code)]);
    append_message(listing, diagnostic, false, out);
    mou_buf_text(out, ", \"place\": ");
    append_place(listing, diagnostic->span, out);
    mou_buf_text(out, ", \"second\": ");
    append_place(listing, diagnostic->second, out);
    mou_buf_text(out, ", \"further\": [");
    for (uint32_t i = 0; i < diagnostic->further_count; i++) {
        mou_buf_text(out, i > 0 ? ", " : "");
        append_place(listing, diagnostic->further[i], out);
    }
    mou_buf_text(out, "], \"suggestion\": ");
    mou_buf_json_text(out, diagnostic->suggestion.bytes, diagnostic->suggestion.len);
    mou_buf_text(out, ", \"help\": ");
    append_message(listing, diagnostic, true, out);
    mou_buf_text(out, ", \"fix\": ");
    if (diagnostic->has_fixit) {
        mou_buf_text(out, "{\"place\": ");
        append_place(listing, diagnostic->fixit.span, out);
        mou_buf_text(out, ", \"text\": ");
        mou_buf_json_text(out, diagnostic->fixit.text.bytes, diagnostic->fixit.text.len);
        mou_buf_text(out, "}}");
    } else {
        mou_buf_text(out, "null}");
    }
}

void mou_check_append_json(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out)
{
    const struct listing listing = listing_of(cli, compilation);
    bool any = false;
    mou_buf_text(out, "{\"schema\": \"mou/diag/1\", \"diagnostics\": [");
    for (size_t i = 0; i < listing.diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &listing.diagnostics->list.items[i];
        if (mou_rules_shown(cli, diagnostic)) {
            mou_buf_text(out, any ? ",\n  " : "\n  ");
            append_json_one(&listing, diagnostic, out);
            any = true;
        }
    }
    mou_buf_text(out, any ? "\n]}\n" : "]}\n");
}

/* ------------------------------------------------------------------ SARIF */

/** A path as a relative URI reference: what is not plain is percent-encoded byte by byte. */
static void append_uri(const char *path, struct mou_buf *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    mou_buf_char(out, '"');
    mou_buf_text(out, path[0] == '/' ? "file://" : "");
    for (const char *at = path; *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL) {
            mou_buf_char(out, *at);
        } else {
            mou_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*at);
        }
    }
    mou_buf_char(out, '"');
}

static void append_region(const struct mou_source *source, struct mou_span span, struct mou_buf *out)
{
    struct mou_place begin = mou_source_place(source, span.begin);
    struct mou_place end = mou_source_place(source, span.end);
    mou_buf_printf(out, "{\"startLine\": %u, \"startColumn\": %u, \"endLine\": %u, \"endColumn\": %u}", begin.line, begin.column, end.line, end.column);
}

static void append_location(const struct listing *listing, struct mou_span span, struct mou_buf *out)
{
    mou_buf_text(out, "{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
    append_uri(listing->sources[span.source].path, out);
    mou_buf_text(out, "}, \"region\": ");
    append_region(&listing->sources[span.source], span, out);
    mou_buf_text(out, "}}");
}

static void append_related(const struct listing *listing, const struct mou_diagnostic *diagnostic, struct mou_buf *out)
{
    if (diagnostic->second.source >= listing->source_count) {
        return;
    }
    mou_buf_text(out, ", \"relatedLocations\": [");
    append_location(listing, diagnostic->second, out);
    for (uint32_t i = 0; i < diagnostic->further_count; i++) {
        mou_buf_text(out, ", ");
        append_location(listing, diagnostic->further[i], out);
    }
    mou_buf_text(out, "]");
}

static void append_fix(const struct listing *listing, const struct mou_diagnostic *diagnostic, struct mou_buf *out)
{
    const struct mou_span span = diagnostic->fixit.span;
    if (!diagnostic->has_fixit || span.source >= listing->source_count) {
        return;
    }
    mou_buf_text(out, ", \"fixes\": [{\"artifactChanges\": [{\"artifactLocation\": {\"uri\": ");
    append_uri(listing->sources[span.source].path, out);
    mou_buf_text(out, "}, \"replacements\": [{\"deletedRegion\": ");
    append_region(&listing->sources[span.source], span, out);
    mou_buf_text(out, ", \"insertedContent\": {\"text\": ");
    mou_buf_json_text(out, diagnostic->fixit.text.bytes, diagnostic->fixit.text.len);
    mou_buf_text(out, "}}]}]}]");
}

static void append_result(const struct listing *listing, const struct mou_diagnostic *diagnostic, unsigned rule, struct mou_buf *out)
{
    mou_buf_printf(out, "{\"ruleId\": \"%s\", \"ruleIndex\": %u, \"level\": \"%s\", \"message\": {\"text\": ", mou_diag_code_text(diagnostic->code), rule,
                   levels[mou_diag_severity(diagnostic->code)]);
    append_message(listing, diagnostic, false, out);
    mou_buf_text(out, "}");
    if (diagnostic->span.source < listing->source_count) {
        mou_buf_text(out, ", \"locations\": [");
        append_location(listing, diagnostic->span, out);
        mou_buf_text(out, "]");
    }
    append_related(listing, diagnostic, out);
    append_fix(listing, diagnostic, out);
    mou_buf_text(out, "}");
}

/** The rules that the results name, each once; `numbers` receives each one's index, by code. */
static void append_rules(const struct listing *listing, unsigned numbers[MOU_DIAG_COUNT], struct mou_buf *out)
{
    unsigned count = 0;
    bool seen[MOU_DIAG_COUNT] = {false};
    for (size_t i = 0; i < listing->diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &listing->diagnostics->list.items[i];
        if (seen[diagnostic->code] || !mou_rules_shown(listing->cli, diagnostic)) {
            continue;
        }
        seen[diagnostic->code] = true;
        numbers[diagnostic->code] = count;
        mou_buf_printf(out, "%s\n        {\"id\": \"%s\", \"defaultConfiguration\": {\"level\": \"%s\"}, \"help\": {\"text\": ", count > 0 ? "," : "",
                       mou_diag_code_text(diagnostic->code), levels[mou_diag_severity(diagnostic->code)]);
        append_message(listing, diagnostic, true, out);
        mou_buf_text(out, "}}");
        count++;
    }
}

void mou_check_append_sarif(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out)
{
    const struct listing listing = listing_of(cli, compilation);
    unsigned numbers[MOU_DIAG_COUNT] = {0};
    bool any = false;
    mou_buf_text(out, "{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n  \"version\": \"2.1.0\",\n  \"runs\": [{\n"
                      "    \"tool\": {\"driver\": {\"name\": \"mou\", \"version\": \"");
    mou_buf_text(out, mou_version());
    mou_buf_printf(out, "\", \"language\": \"%s\", \"rules\": [", cli->lang == MOU_LANG_EN ? "en" : "zh");
    append_rules(&listing, numbers, out);
    mou_buf_text(out, "]}},\n    \"columnKind\": \"unicodeCodePoints\",\n    \"results\": [");
    for (size_t i = 0; i < listing.diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &listing.diagnostics->list.items[i];
        if (mou_rules_shown(cli, diagnostic)) {
            mou_buf_text(out, any ? ",\n      " : "\n      ");
            append_result(&listing, diagnostic, numbers[diagnostic->code], out);
            any = true;
        }
    }
    mou_buf_text(out, "]\n  }]\n}\n");
}

/* ------------------------------------------------------------------ annotations */

/** Text of an annotation; in properties colons and commas are escaped too. */
static void append_escaped(const char *bytes, size_t len, bool property, struct mou_buf *out)
{
    for (size_t i = 0; i < len; i++) {
        const char c = bytes[i];
        bool escaped = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        if (escaped) {
            mou_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
        } else {
            mou_buf_char(out, c);
        }
    }
}

void mou_check_append_github(const struct mou_cli *cli, const struct mou_compilation *compilation, struct mou_buf *out)
{
    static const char *const words[] = {"error", "warning", "notice"};
    const struct listing listing = listing_of(cli, compilation);
    for (size_t i = 0; i < listing.diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &listing.diagnostics->list.items[i];
        if (!mou_rules_shown(cli, diagnostic)) {
            continue;
        }
        mou_buf_printf(out, "::%s ", words[mou_diag_severity(diagnostic->code)]);
        if (diagnostic->span.source < listing.source_count) {
            const struct mou_source *source = &listing.sources[diagnostic->span.source];
            struct mou_place begin = mou_source_place(source, diagnostic->span.begin);
            struct mou_place end = mou_source_place(source, diagnostic->span.end);
            mou_buf_text(out, "file=");
            append_escaped(source->path, strlen(source->path), true, out);
            mou_buf_printf(out, ",line=%u,col=%u,", begin.line, begin.column);
            if (end.line == begin.line && end.column > begin.column) {
                mou_buf_printf(out, "endColumn=%u,", end.column - 1);
            }
        }
        struct mou_buf text;
        mou_buf_init(&text, NULL, 65536);
        mou_diagnostic_message(diagnostic, cli->lang, &text);
        mou_buf_printf(out, "title=%s::", mou_diag_code_text(diagnostic->code));
        append_escaped(text.len > 0 ? text.data : "", text.len, false, out);
        mou_buf_char(out, '\n');
        out->failed = out->failed || text.failed;
        mou_buf_free(&text);
    }
}
