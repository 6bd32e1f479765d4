/*
 * Coverage in files: a page for people, Cobertura and LCOV for CI systems, JSON for scripts. Lines
 * are those of the rule files; a goal belongs to the line on which its words begin. Used by
 * coverage_report.c.
 */
#include <string.h>

#include "coverage.h"

#define FILE_BYTES_MAX ((size_t)256 * 1024 * 1024)

/* ------------------------------------------------------------------ lines */

/** The goals that begin on one line of a source: goals[first … end). */
struct line_goals {
    uint32_t line;
    size_t first, end;
    size_t met;
};

static uint32_t line_of(const struct mou_coverage_view *view, const struct mou_goal *goal)
{
    return mou_source_place(&view->sources[goal->span.source], goal->span.begin).line;
}

/* The next line with goals of `source` at or behind goal `from`; false at the end. */
static bool next_line(const struct mou_coverage_view *view, uint32_t source, size_t from,
                      struct line_goals *line)
{
    while (from < view->count && view->goals[from]->span.source < source) {
        from++;
    }
    if (from == view->count || view->goals[from]->span.source != source) {
        return false;
    }
    *line = (struct line_goals){line_of(view, view->goals[from]), from, from, 0};
    while (line->end < view->count && view->goals[line->end]->span.source == source &&
           line_of(view, view->goals[line->end]) == line->line) {
        line->met += view->goals[line->end]->met;
        line->end++;
    }
    return true;
}

/* ------------------------------------------------------------------ LCOV */

/** What one source, or all together, came to: lines with goals, and the goals. */
struct file_tally {
    size_t lines, lines_hit;
    size_t goals, goals_met;
};

static struct file_tally tally_source(const struct mou_coverage_view *view, uint32_t source)
{
    struct file_tally tally = {0, 0, 0, 0};
    struct line_goals line = {0, 0, 0, 0};
    while (next_line(view, source, line.end, &line)) {
        tally.lines++;
        tally.lines_hit += line.met > 0;
        tally.goals += line.end - line.first;
        tally.goals_met += line.met;
    }
    return tally;
}

static void put_lcov_lines(const struct mou_coverage_view *view, uint32_t source, struct mou_buf *out)
{
    struct line_goals line = {0, 0, 0, 0};
    while (next_line(view, source, line.end, &line)) {
        for (size_t i = line.first; i < line.end; i++) {
            mou_buf_printf(out, "BRDA:%u,0,%zu,%d\n", line.line, i - line.first, view->goals[i]->met ? 1 : 0);
        }
        mou_buf_printf(out, "DA:%u,%d\n", line.line, line.met > 0 ? 1 : 0);
    }
}

/* A file without goals has no section: its figures would be of nothing. */
static void put_lcov(const struct mou_coverage_view *view, struct mou_buf *out)
{
    for (uint32_t source = 0; source < view->source_count; source++) {
        const struct file_tally tally = tally_source(view, source);
        if (tally.lines > 0) {
            mou_buf_printf(out, "TN:mou\nSF:%s\n", view->sources[source].path);
            put_lcov_lines(view, source, out);
            mou_buf_printf(out, "BRF:%zu\nBRH:%zu\nLF:%zu\nLH:%zu\nend_of_record\n", tally.goals, tally.goals_met, tally.lines, tally.lines_hit);
        }
    }
}

/* ------------------------------------------------------------------ Cobertura */

/* A rate with four places, without floating point. */
static void put_rate(struct mou_buf *out, size_t part, size_t whole)
{
    const size_t rate = whole == 0 ? 10000 : part * 10000 / whole;
    mou_buf_printf(out, "%zu.%04zu", rate / 10000, rate % 10000);
}

static void put_rates(struct mou_buf *out, const struct file_tally *tally)
{
    mou_buf_text(out, " line-rate=\"");
    put_rate(out, tally->lines_hit, tally->lines);
    mou_buf_text(out, "\" branch-rate=\"");
    put_rate(out, tally->goals_met, tally->goals);
    mou_buf_char(out, '"');
}

static void put_cobertura_class(const struct mou_coverage_view *view, uint32_t source,
                                const struct file_tally *tally, struct mou_buf *out)
{
    struct line_goals line = {0, 0, 0, 0};
    mou_buf_text(out, "      <class name=\"");
    mou_buf_markup(out, mou_text_of(view->sources[source].path));
    mou_buf_text(out, "\" filename=\"");
    mou_buf_markup(out, mou_text_of(view->sources[source].path));
    mou_buf_char(out, '"');
    put_rates(out, tally);
    mou_buf_text(out, " complexity=\"0\"><methods/><lines>\n");
    while (next_line(view, source, line.end, &line)) {
        const size_t all = line.end - line.first;
        mou_buf_printf(out,
                       "        <line number=\"%u\" hits=\"%d\" branch=\"true\" "
                       "condition-coverage=\"%zu%% (%zu/%zu)\"/>\n",
                       line.line, line.met > 0 ? 1 : 0, line.met * 100 / all, line.met, all);
    }
    mou_buf_text(out, "      </lines></class>\n");
}

/* A line counts as covered where anything on it is; each goal is a branch. */
static void put_cobertura(const struct mou_coverage_view *view, struct mou_buf *out)
{
    struct file_tally all = {0, 0, 0, 0};
    for (uint32_t source = 0; source < view->source_count; source++) {
        const struct file_tally tally = tally_source(view, source);
        all.lines += tally.lines;
        all.lines_hit += tally.lines_hit;
        all.goals += tally.goals;
        all.goals_met += tally.goals_met;
    }
    mou_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<coverage");
    put_rates(out, &all);
    mou_buf_printf(out, " lines-covered=\"%zu\" lines-valid=\"%zu\" branches-covered=\"%zu\" branches-valid=\"%zu\" complexity=\"0\" version=\"1\" timestamp=\"0\">\n",
                   all.lines_hit, all.lines, all.goals_met, all.goals);
    mou_buf_text(out, "  <sources><source>.</source></sources>\n  <packages><package name=\"mou\"");
    put_rates(out, &all);
    mou_buf_text(out, " complexity=\"0\"><classes>\n");
    for (uint32_t source = 0; source < view->source_count; source++) {
        const struct file_tally tally = tally_source(view, source);
        if (tally.lines > 0) {
            put_cobertura_class(view, source, &tally, out);
        }
    }
    mou_buf_text(out, "  </classes></package></packages>\n</coverage>\n");
}

/* ------------------------------------------------------------------ JSON */

static const char *kind_key(enum mou_goal_kind kind)
{
    static const char *const keys[] = {"rule", "branch", "condition", "mcdc", "bound"};
    return keys[kind];
}

static const char *want_key(enum mou_goal_want want)
{
    static const char *const keys[] = {"in_force",    "yes",        "no",
                                       "decides_yes", "decides_no", "equal",
                                       "one_below",   "one_above",  "row"};
    return keys[want];
}

static void put_json_goal(const struct mou_coverage_view *view, const struct mou_goal *goal,
                          struct mou_buf *out)
{
    const struct mou_source *source = &view->sources[goal->span.source];
    const struct mou_place place = mou_source_place(source, goal->span.begin);
    mou_buf_text(out, "{\"file\": ");
    mou_buf_json_text(out, source->path, strlen(source->path));
    mou_buf_printf(out, ", \"line\": %u, \"column\": %u, \"bytes\": [%u, %u], \"kind\": \"%s\", \"want\": \"%s\", ",
                   place.line, place.column, goal->span.begin, goal->span.end, kind_key(goal->kind), want_key(goal->want));
    if (goal->want == MOU_WANT_TABLE_ROW) {
        mou_buf_printf(out, "\"row\": %u, ", goal->table_row + 1);
    }
    if (goal->condition != UINT32_MAX) {
        mou_buf_printf(out, "\"condition\": %u, ", goal->condition);
    }
    mou_buf_printf(out, "\"met\": %s}", goal->met ? "true" : "false");
}

static void put_json(const struct mou_coverage_view *view, struct mou_buf *out)
{
    const struct mou_coverage_tally tally = mou_coverage_count(view, UINT32_MAX);
    mou_buf_text(out, "{\"totals\": {");
    for (unsigned kind = 0; kind < MOU_GOAL_KIND_COUNT; kind++) {
        mou_buf_printf(out, "%s\"%s\": {\"met\": %zu, \"all\": %zu}", kind == 0 ? "" : ", ",
                       kind_key(kind), tally.met[kind], tally.all[kind]);
    }
    mou_buf_text(out, "}, \"goals\": [");
    for (size_t i = 0; i < view->count; i++) {
        mou_buf_text(out, i == 0 ? "\n" : ",\n");
        put_json_goal(view, view->goals[i], out);
    }
    mou_buf_text(out, "\n]}\n");
}

/* ------------------------------------------------------------------ the page */

static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title>\n<style>\n"
    "body{font:15px/1.6 \"Noto Serif CJK SC\",\"Songti SC\",serif;margin:2em auto;max-width:70em;"
    "color:#222}\n"
    "table{border-collapse:collapse}th,td{padding:.2em .8em;border-bottom:1px solid #ddd;"
    "text-align:right}th:first-child,td:first-child{text-align:left}\n"
    ".source{font:13px/1.5 \"Noto Sans Mono CJK SC\",monospace;white-space:pre-wrap;"
    "border:1px solid #ddd;padding:.5em}\n"
    ".line{display:block;padding-left:6em;text-indent:-6em}.line>b{display:inline-block;width:4em;"
    "text-indent:0;"
    "color:#999;font-weight:normal}\n"
    ".met{background:#e8f4e8}.part{background:#fdf3d8}.none{background:#fbe3e0}\n"
    ".gap{display:block;text-indent:0;color:#a02010;font-size:12px}\n"
    "@media print{.source{border:none}}\n</style></head><body>\n<h1>%s</h1>\n";

static void put_page_row(const struct mou_coverage_view *view, struct mou_text name,
                         uint32_t memorandum, struct mou_buf *out)
{
    const struct mou_coverage_tally tally = mou_coverage_count(view, memorandum);
    mou_buf_text(out, "<tr><td>");
    mou_buf_markup(out, name);
    mou_buf_text(out, "</td>");
    for (unsigned kind = 0; kind < MOU_GOAL_KIND_COUNT; kind++) {
        if (tally.all[kind] == 0) {
            mou_buf_text(out, "<td>–</td>");
        } else {
            mou_buf_printf(out, "<td>%zu/%zu&ensp;%zu%%</td>", tally.met[kind], tally.all[kind],
                           tally.met[kind] * 100 / tally.all[kind]);
        }
    }
    mou_buf_text(out, "</tr>\n");
}

static void put_page_table(const struct mou_coverage_view *view, struct mou_buf *out)
{
    mou_buf_printf(out, "<table><tr><th>%s</th>", mou_say(view->cli, "备忘录", "memorandum"));
    for (unsigned kind = 0; kind < MOU_GOAL_KIND_COUNT; kind++) {
        mou_buf_printf(out, "<th>%s</th>", mou_goal_kind_word(view->cli, kind));
    }
    mou_buf_text(out, "</tr>\n");
    for (uint32_t i = 0; i < mou_pack_memorandum_count(view->pack); i++) {
        const struct mou_coverage_tally tally = mou_coverage_count(view, i);
        struct mou_text name;
        struct mou_text ignored;
        mou_pack_memorandum(view->pack, i, &name, &ignored, &ignored, &ignored);
        if (tally.all[MOU_GOAL_RULE] > 0) {
            put_page_row(view, name, i, out);
        }
    }
    put_page_row(view, mou_text_of(mou_say(view->cli, "合计", "all")), UINT32_MAX, out);
    mou_buf_text(out, "</table>\n");
}

static void put_page_gaps(const struct mou_coverage_view *view, const struct line_goals *line,
                          struct mou_buf *out)
{
    for (size_t i = line->first; i < line->end; i++) {
        const struct mou_goal *goal = view->goals[i];
        if (goal->met) {
            continue;
        }
        const struct mou_source *source = &view->sources[goal->span.source];
        const size_t end = goal->span.end < source->len ? goal->span.end : source->len;
        mou_buf_printf(out, "<span class=\"gap\">%s：%s：",
                       mou_goal_kind_word(view->cli, goal->kind),
                       mou_goal_want_word(view->cli, goal->want));
        const char *bytes = source->bytes + goal->span.begin;
        const char *stop = memchr(bytes, '\n', end - goal->span.begin);
        mou_buf_markup(out, (struct mou_text){bytes, stop != NULL ? (size_t)(stop - bytes)
                                                                  : end - goal->span.begin});
        mou_buf_text(out, "</span>");
    }
}

static void put_page_source(const struct mou_coverage_view *view, uint32_t source,
                            struct mou_buf *out)
{
    const struct mou_source *file = &view->sources[source];
    struct line_goals goals = {0, 0, 0, 0};
    bool more = next_line(view, source, 0, &goals);
    size_t offset = 0;
    mou_buf_text(out, "<h2>");
    mou_buf_markup(out, mou_text_of(file->path));
    mou_buf_text(out, "</h2>\n<div class=\"source\">");
    for (uint32_t number = 1; offset < file->len; number++) {
        size_t begin = 0;
        const struct mou_text line = mou_source_line(file, offset, &begin);
        const bool counted = more && goals.line == number;
        const char *state = !counted                               ? ""
                            : goals.met == goals.end - goals.first ? " met"
                            : goals.met > 0                        ? " part"
                                                                   : " none";
        mou_buf_printf(out, "<span class=\"line%s\"><b>%u</b>", state, number);
        mou_buf_markup(out, line);
        if (counted) {
            put_page_gaps(view, &goals, out);
            more = next_line(view, source, goals.end, &goals);
        }
        mou_buf_text(out, "</span>");
        offset = begin + line.len + 1;
    }
    mou_buf_text(out, "</div>\n");
}

static void put_page(const struct mou_coverage_view *view, struct mou_buf *out)
{
    const char *title = mou_say(view->cli, "规则测试的覆盖", "Coverage of the rules by tests");
    mou_buf_printf(out, page_head, mou_say(view->cli, "zh-CN", "en"), title, title);
    put_page_table(view, out);
    for (uint32_t source = 0; source < view->source_count; source++) {
        struct line_goals line;
        if (next_line(view, source, 0, &line)) {
            put_page_source(view, source, out);
        }
    }
    mou_buf_text(out, "</body></html>\n");
}

/* ------------------------------------------------------------------ forms */

static const struct form {
    const char *ending;
    void (*put)(const struct mou_coverage_view *view, struct mou_buf *out);
} forms[] = {
    {".html", put_page}, {".xml", put_cobertura}, {".info", put_lcov}, {".json", put_json}};

static const struct form *form_of(const char *path)
{
    const size_t len = strlen(path);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const size_t ending = strlen(forms[i].ending);
        if (len > ending && strcmp(path + len - ending, forms[i].ending) == 0) {
            return &forms[i];
        }
    }
    return NULL;
}

bool mou_coverage_form_known(const char *path)
{
    return form_of(path) != NULL;
}

enum mou_exit mou_coverage_write(const struct mou_coverage_view *view, const char *path)
{
    struct mou_buf document;
    mou_buf_init(&document, NULL, FILE_BYTES_MAX);
    const struct form *form = form_of(path);
    if (form != NULL) { /* mou_coverage_options_fit has seen to it */
        form->put(view, &document);
    }
    const enum mou_exit code = mou_deliver_file(view->cli, path, &document);
    mou_buf_free(&document);
    return code;
}
