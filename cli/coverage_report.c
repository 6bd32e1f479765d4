/*
 * The report of coverage on the terminal: per memorandum how much of its rules, branches,
 * conditions, MC/DC and bounds tests have shown, and what is left, each with its place. Decides
 * whether the threshold is kept. Used by cmd_test.c.
 */
#include "coverage.h"

#include <stdlib.h>
#include <string.h>

#define GAPS_SHOWN_MAX   200u
#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)

const char *mou_goal_kind_word(const struct mou_cli *cli, enum mou_goal_kind kind)
{
    static const char *const zh[] = {"规则", "分支", "条件", "MC/DC", "边界"};
    static const char *const en[] = {"rules", "branches", "conditions", "MC/DC", "bounds"};
    return mou_say(cli, zh[kind], en[kind]);
}

const char *mou_goal_want_word(const struct mou_cli *cli, enum mou_goal_want want)
{
    static const char *const zh[] = {"从未生效",
                                     "从未成立",
                                     "从未不成立",
                                     "成立时起决定作用，没有测试看得出",
                                     "不成立时起决定作用，没有测试看得出",
                                     "没有取到界限本身",
                                     "没有取到界限以下一个单位",
                                     "没有取到界限以上一个单位",
                                     "裁量表的这一行从未选中"};
    static const char *const en[] = {"never took effect",
                                     "never held",
                                     "never failed to hold",
                                     "no test shows that it decides when it holds",
                                     "no test shows that it decides when it does not hold",
                                     "the bound itself was not tried",
                                     "one unit below the bound was not tried",
                                     "one unit above the bound was not tried",
                                     "this row of the table was never chosen"};
    return mou_say(cli, zh[want], en[want]);
}

/* ------------------------------------------------------------------ the goals in order */

static int by_place(const void *left, const void *right)
{
    const struct mou_goal *a = *(const struct mou_goal *const *)left;
    const struct mou_goal *b = *(const struct mou_goal *const *)right;
    const uint32_t keys[][2] = {{a->span.source, b->span.source}, {a->span.begin, b->span.begin},
                                {a->span.end, b->span.end},       {a->kind, b->kind},
                                {a->table_row, b->table_row},     {a->want, b->want}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i][0] != keys[i][1]) {
            return keys[i][0] < keys[i][1] ? -1 : 1;
        }
    }
    return 0;
}

static bool open_view(struct mou_coverage_view *view, const struct mou_coverage *coverage)
{
    const size_t count = mou_coverage_goal_count(coverage);
    view->goals = MOU_NEW_ARRAY(view->cli->arena, count, const struct mou_goal *);
    if (view->goals == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct mou_goal *goal = mou_coverage_goal(coverage, i);
        if (goal->span.source < view->source_count) {
            view->goals[view->count++] = goal;
        }
    }
    qsort(view->goals, view->count, sizeof *view->goals, by_place);
    return true;
}

struct mou_coverage_tally mou_coverage_count(const struct mou_coverage_view *view,
                                             uint32_t memorandum)
{
    struct mou_coverage_tally tally = {{0}, {0}};
    for (size_t i = 0; i < view->count; i++) {
        const struct mou_goal *goal = view->goals[i];
        if (memorandum == UINT32_MAX || goal->memorandum == memorandum) {
            tally.all[goal->kind]++;
            tally.met[goal->kind] += goal->met;
        }
    }
    return tally;
}

/* ------------------------------------------------------------------ the table */

static void put_padded(struct mou_buf *out, struct mou_text text, size_t columns)
{
    mou_buf_append(out, text.bytes, text.len);
    for (size_t i = mou_text_width(text); i < columns; i++) {
        mou_buf_char(out, ' ');
    }
}

static void put_row(const struct mou_coverage_view *view, struct mou_text name, size_t columns,
                    uint32_t memorandum, struct mou_buf *out)
{
    const struct mou_coverage_tally tally = mou_coverage_count(view, memorandum);
    put_padded(out, name, columns);
    for (unsigned kind = 0; kind < MOU_GOAL_KIND_COUNT; kind++) {
        if (tally.all[kind] == 0) {
            mou_buf_printf(out, "  %16s", "-");
        } else {
            char figure[32];
            snprintf(figure, sizeof figure, "%zu/%zu %zu%%", tally.met[kind], tally.all[kind],
                     tally.met[kind] * 100 / tally.all[kind]);
            mou_buf_printf(out, "  %16s", figure);
        }
    }
    mou_buf_char(out, '\n');
}

static struct mou_text memorandum_name(const struct mou_pack *pack, uint32_t memorandum)
{
    struct mou_text name;
    struct mou_text ignored;
    mou_pack_memorandum(pack, memorandum, &name, &ignored, &ignored, &ignored);
    return name;
}

static bool has_goals(const struct mou_coverage_view *view, uint32_t memorandum)
{
    for (size_t i = 0; i < view->count; i++) {
        if (view->goals[i]->memorandum == memorandum) {
            return true;
        }
    }
    return false;
}

static void put_table(const struct mou_coverage_view *view, struct mou_buf *out)
{
    const struct mou_text all = mou_text_of(mou_say(view->cli, "合计", "all"));
    const struct mou_text head = mou_text_of(mou_say(view->cli, "备忘录", "memorandum"));
    size_t columns = mou_text_width(head);
    for (uint32_t i = 0; i < mou_pack_memorandum_count(view->pack); i++) {
        const size_t width = mou_text_width(memorandum_name(view->pack, i));
        columns = has_goals(view, i) && width > columns ? width : columns;
    }
    put_padded(out, head, columns);
    for (unsigned kind = 0; kind < MOU_GOAL_KIND_COUNT; kind++) {
        const struct mou_text word = mou_text_of(mou_goal_kind_word(view->cli, kind));
        mou_buf_printf(out, "%*s", (int)(18 - mou_text_width(word)), "");
        mou_buf_append(out, word.bytes, word.len);
    }
    mou_buf_char(out, '\n');
    for (uint32_t i = 0; i < mou_pack_memorandum_count(view->pack); i++) {
        if (has_goals(view, i)) {
            put_row(view, memorandum_name(view->pack, i), columns, i, out);
        }
    }
    put_row(view, all, columns, UINT32_MAX, out);
}

/* ------------------------------------------------------------------ what is left */

static void put_words(const struct mou_source *source, struct mou_span span, struct mou_buf *out)
{
    const size_t end = span.end < source->len ? span.end : source->len;
    for (size_t i = span.begin; i < end && source->bytes[i] != '\n'; i++) {
        mou_buf_char(out, source->bytes[i]);
    }
}

static void put_gap(const struct mou_coverage_view *view, const struct mou_goal *goal,
                    struct mou_buf *out)
{
    const struct mou_source *source = &view->sources[goal->span.source];
    const struct mou_place place = mou_source_place(source, goal->span.begin);
    mou_buf_printf(out, "  %s:%u:%u %s：", source->path, place.line, place.column,
                   mou_goal_want_word(view->cli, goal->want));
    put_words(&view->sources[goal->span.source], goal->span, out);
    if (goal->want == MOU_WANT_TABLE_ROW) {
        mou_buf_printf(out, mou_say(view->cli, "（第 %u 行）", " (row %u)"), goal->table_row + 1);
    }
    mou_buf_char(out, '\n');
}

/* Not met, and not the same words with the same wish as the goal before: one form of words may
 * stand for two comparisons. */
static bool is_gap(const struct mou_coverage_view *view, size_t index)
{
    const struct mou_goal *goal = view->goals[index];
    return !goal->met && (index == 0 || view->goals[index - 1]->met ||
                          by_place(&goal, &view->goals[index - 1]) != 0);
}

static void put_gaps(const struct mou_coverage_view *view, struct mou_buf *out)
{
    size_t left = 0;
    for (size_t i = 0; i < view->count; i++) {
        left += is_gap(view, i);
    }
    if (left == 0) {
        return;
    }
    mou_buf_printf(out,
                   mou_say(view->cli, "\n测试还没有做到的 %zu 处：\n",
                           "\n%zu things that no test has shown:\n"),
                   left);
    size_t shown = 0;
    for (size_t i = 0; i < view->count && shown < GAPS_SHOWN_MAX; i++) {
        if (is_gap(view, i)) {
            put_gap(view, view->goals[i], out);
            shown++;
        }
    }
    if (left > shown) {
        mou_buf_printf(out,
                       mou_say(view->cli, "  另有 %zu 处，用 --coverage=文件.html 写出全部\n",
                               "  and %zu more; --coverage=FILE.html writes all\n"),
                       left - shown);
    }
}

/* ------------------------------------------------------------------ options, files, threshold */

bool mou_coverage_wanted(const struct mou_cli *cli)
{
    return mou_option_given(cli, "coverage") || mou_option_given(cli, "threshold") ||
           mou_option_given(cli, "coverage-trace");
}

bool mou_coverage_options_fit(struct mou_cli *cli)
{
    long threshold = 0;
    for (int i = 0; i < cli->given_count; i++) {
        const char *value = cli->given[i].value;
        if (strcmp(cli->given[i].option->name, "coverage") == 0 && value != NULL &&
            !mou_coverage_form_known(value)) {
            mou_complain(
                cli,
                mou_say(cli, "--coverage 的文件“%s”应以 .html、.xml、.info 或 .json 结尾",
                        "--coverage: the file “%s” must end in .html, .xml, .info or .json"),
                value);
            return false;
        }
    }
    return mou_option_number(cli, "threshold", 0, 100, 0, &threshold);
}

static enum mou_exit write_files(const struct mou_coverage_view *view)
{
    enum mou_exit code = MOU_EXIT_DONE;
    for (int i = 0; i < view->cli->given_count && code == MOU_EXIT_DONE; i++) {
        const struct mou_given_option *given = &view->cli->given[i];
        if (strcmp(given->option->name, "coverage") == 0 && given->value != NULL) {
            code = mou_coverage_write(view, given->value);
        }
    }
    return code;
}

/* The threshold is of every memorandum and of rules, branches, conditions and MC/DC. */
static enum mou_exit hold_threshold(const struct mou_coverage_view *view)
{
    long threshold = 0;
    enum mou_exit code = MOU_EXIT_DONE;
    if (!mou_option_number(view->cli, "threshold", 0, 100, 0, &threshold)) {
        return MOU_EXIT_USAGE;
    }
    for (uint32_t i = 0; i < mou_pack_memorandum_count(view->pack); i++) {
        const struct mou_coverage_tally tally = mou_coverage_count(view, i);
        for (unsigned kind = MOU_GOAL_RULE; kind <= MOU_GOAL_MCDC; kind++) {
            if (tally.met[kind] * 100 < tally.all[kind] * (size_t)threshold) {
                const struct mou_text name = memorandum_name(view->pack, i);
                mou_complain(view->cli,
                             mou_say(view->cli, "备忘录“%.*s”的%s只做到 %zu%%，要求 %ld%%",
                                     "memorandum “%.*s”: %s at %zu%%, %ld%% is asked for"),
                             (int)name.len, name.bytes, mou_goal_kind_word(view->cli, kind),
                             tally.met[kind] * 100 / tally.all[kind], threshold);
                code = MOU_EXIT_NEGATIVE;
            }
        }
    }
    return code;
}

enum mou_exit mou_coverage_report(struct mou_cli *cli, const struct mou_pack *pack,
                                  const struct mou_compilation *compilation, size_t given_count,
                                  const struct mou_coverage *coverage)
{
    struct mou_coverage_view view = {.cli = cli, .pack = pack, .source_count = given_count};
    struct mou_buf text;
    size_t source_count = 0;
    view.sources = mou_compilation_sources(compilation, &source_count);
    if (!open_view(&view, coverage)) {
        return mou_out_of_memory(cli);
    }
    mou_buf_init(&text, NULL, REPORT_BYTES_MAX);
    put_table(&view, &text);
    if (!cli->quiet) {
        put_gaps(&view, &text);
    }
    mou_buf_char(&text, '\n');
    enum mou_exit code = text.failed ? mou_out_of_memory(cli) : mou_output(cli, &text);
    mou_buf_free(&text);
    code = code == MOU_EXIT_DONE ? write_files(&view) : code;
    return code == MOU_EXIT_DONE ? hold_threshold(&view) : code;
}
