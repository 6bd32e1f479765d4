/*
 * Where the time of a run went, as tables, as folded stacks for programs that draw flame graphs, and as a drawing of its own: memorandum, rule, instruction.
 * Reads profiles only. Used by mou run.
 */
#include <stdlib.h>
#include <string.h>

#include "store_commands.h"

#define REPORT_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define INSTRUCTIONS_SHOWN 40u
#define WORDS_SHOWN 60u
#define LABEL_BYTES_MAX 65536u

enum { TIME_WIDTH = 10, SHARE_WIDTH = 7, ROWS_WIDTH = 12 };
enum { SVG_WIDTH = 1200, SVG_ROW = 18, SVG_LEVELS = 4, SVG_LETTER = 12 };

/** Entries that took time, by memorandum, rule and number, or by time. */
struct report {
    const struct mou_cli *cli;
    struct mou_profile_entry *entries;
    uint32_t count;
    uint64_t total;
    struct mou_buf out;
};

/* ------------------------------------------------------------------ order */

static int compare_texts(struct mou_text a, struct mou_text b)
{
    if (a.bytes == NULL || b.bytes == NULL) {
        return (a.bytes == NULL) - (b.bytes == NULL); /* what is shared comes last */
    }
    return mou_text_compare(a, b);
}

static int by_owner(const void *left, const void *right)
{
    const struct mou_profile_entry *a = left;
    const struct mou_profile_entry *b = right;
    int order = (a->sort == MOU_PROFILE_STEP) - (b->sort == MOU_PROFILE_STEP);
    order = order != 0 ? order : compare_texts(a->memorandum, b->memorandum);
    order = order != 0 ? order : compare_texts(a->rule, b->rule);
    order = order != 0 ? order : (int)a->sort - (int)b->sort;
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static int by_time(const void *left, const void *right)
{
    const struct mou_profile_entry *a = left;
    const struct mou_profile_entry *b = right;
    const int order = (a->nanoseconds < b->nanoseconds) - (a->nanoseconds > b->nanoseconds);
    return order != 0 ? order : by_owner(left, right);
}

static bool same_memorandum(const struct mou_profile_entry *a, const struct mou_profile_entry *b)
{
    return (a->sort == MOU_PROFILE_STEP) == (b->sort == MOU_PROFILE_STEP) && compare_texts(a->memorandum, b->memorandum) == 0;
}

static bool same_rule(const struct mou_profile_entry *a, const struct mou_profile_entry *b)
{
    return same_memorandum(a, b) && compare_texts(a->rule, b->rule) == 0 && (a->sort != MOU_PROFILE_STEP || a->step == b->step);
}

/* ------------------------------------------------------------------ words */

static struct mou_text step_name(const struct mou_cli *cli, enum mou_profile_step step)
{
    static const char *const zh[] = {"核对批次、排行", "挑出可能有决定的主体", "下一日期", "读表成列", "切批", "写决定"};
    static const char *const en[] = {"batches checked, rows ordered", "subjects of rules chosen", "next dates", "tables into columns", "batches cut", "decisions written"};
    _Static_assert(sizeof zh / sizeof zh[0] == MOU_STEP_COUNT, "a name for each step");
    return mou_text_of(mou_say(cli, zh[step], en[step]));
}

static struct mou_text memorandum_name(const struct mou_cli *cli, const struct mou_profile_entry *entry)
{
    if (entry->sort == MOU_PROFILE_STEP) {
        return mou_text_of(mou_say(cli, "（各步骤）", "(steps)"));
    }
    return entry->memorandum.bytes != NULL ? entry->memorandum : mou_text_of(mou_say(cli, "（各备忘录共用）", "(shared by memoranda)"));
}

static struct mou_text rule_name(const struct mou_cli *cli, const struct mou_profile_entry *entry)
{
    if (entry->sort == MOU_PROFILE_STEP) {
        return step_name(cli, entry->step);
    }
    return entry->rule.bytes != NULL ? entry->rule : mou_text_of(mou_say(cli, "（各规则共用）", "(shared by rules)"));
}

/** At most `characters` of a text on one line, without what separates folded stacks. */
static void put_plain(struct mou_buf *out, struct mou_text text, size_t characters)
{
    size_t at = 0;
    for (; at < text.len && characters > 0; characters--) {
        uint32_t code_point = 0;
        const size_t len = mou_utf8_decode(text.bytes + at, text.len - at, &code_point);
        if (len == 0) {
            break;
        }
        if (code_point < 0x20 || code_point == ';') {
            mou_buf_char(out, ' ');
        } else {
            mou_buf_append(out, text.bytes + at, len);
        }
        at += len;
    }
    mou_buf_text(out, at < text.len ? "…" : "");
}

/** Operation, place and words of an instruction; what else an entry is. */
static void put_label(const struct mou_cli *cli, const struct mou_profile_entry *entry, struct mou_buf *out)
{
    if (entry->sort == MOU_PROFILE_RULE) {
        mou_buf_text(out, mou_say(cli, "逐个主体作决定", "decisions, subject by subject"));
        return;
    }
    put_plain(out, entry->operation, WORDS_SHOWN);
    if (entry->file.bytes != NULL) {
        mou_buf_char(out, ' ');
        put_plain(out, entry->file, WORDS_SHOWN);
        mou_buf_printf(out, ":%u:%u ", entry->place.line, entry->place.column);
        put_plain(out, entry->words, WORDS_SHOWN);
    }
}

/* ------------------------------------------------------------------ tables */

static void put_right(struct mou_buf *out, const char *text, int width)
{
    const int shown = (int)mou_text_width(mou_text_of(text));
    mou_buf_printf(out, "%*s%s", shown < width ? width - shown : 0, "", text);
}

static void put_heads(struct report *report, const char *title)
{
    mou_buf_char(&report->out, '\n');
    put_right(&report->out, mou_say(report->cli, "毫秒", "ms"), TIME_WIDTH);
    put_right(&report->out, "%", SHARE_WIDTH);
    put_right(&report->out, mou_say(report->cli, "行", "rows"), ROWS_WIDTH);
    mou_buf_printf(&report->out, "  %s\n", title);
}

static void put_numbers(struct report *report, uint64_t nanoseconds, uint64_t rows)
{
    const uint64_t tenths = (nanoseconds + 50000) / 100000;
    const uint64_t share = report->total > 0 ? (nanoseconds * 1000 + report->total / 2) / report->total : 0;
    mou_buf_printf(&report->out, "%*llu.%llu%*llu.%llu%*llu  ", TIME_WIDTH - 2, (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10), SHARE_WIDTH - 2,
                   (unsigned long long)(share / 10), (unsigned long long)(share % 10), ROWS_WIDTH, (unsigned long long)rows);
}

typedef bool same_group(const struct mou_profile_entry *a, const struct mou_profile_entry *b);

/** The end of the group that begins with `begin`, and what it comes to. */
static uint32_t group_end(const struct report *report, uint32_t begin, same_group *same, uint64_t *nanoseconds, uint64_t *rows)
{
    uint32_t end = begin;
    *nanoseconds = 0;
    *rows = 0;
    for (; end < report->count && same(&report->entries[begin], &report->entries[end]); end++) {
        *nanoseconds += report->entries[end].nanoseconds;
        *rows += report->entries[end].rows;
    }
    return end;
}

/** A memorandum or rule with its numbers. */
struct group {
    const struct mou_profile_entry *entry;
    uint64_t nanoseconds, rows;
};

static int by_group_time(const void *left, const void *right)
{
    const struct group *a = left;
    const struct group *b = right;
    const int order = (a->nanoseconds < b->nanoseconds) - (a->nanoseconds > b->nanoseconds);
    return order != 0 ? order : by_owner(a->entry, b->entry);
}

static void put_groups(struct report *report, same_group *same, bool rules)
{
    struct group *groups = MOU_NEW_ARRAY(report->cli->arena, (size_t)report->count + 1, struct group);
    uint32_t count = 0;
    for (uint32_t begin = 0; groups != NULL && begin < report->count;) {
        struct group *group = &groups[count];
        group->entry = &report->entries[begin];
        begin = group_end(report, begin, same, &group->nanoseconds, &group->rows);
        count += group->entry->sort != MOU_PROFILE_STEP;
    }
    report->out.failed = report->out.failed || groups == NULL;
    if (groups != NULL) {
        qsort(groups, count, sizeof(struct group), by_group_time);
    }
    for (uint32_t i = 0; i < count; i++) {
        put_numbers(report, groups[i].nanoseconds, groups[i].rows);
        put_plain(&report->out, memorandum_name(report->cli, groups[i].entry), WORDS_SHOWN);
        if (rules) {
            mou_buf_text(&report->out, " · ");
            put_plain(&report->out, rule_name(report->cli, groups[i].entry), WORDS_SHOWN);
        }
        mou_buf_char(&report->out, '\n');
    }
}

static void put_steps(struct report *report)
{
    for (uint32_t i = 0; i < report->count; i++) {
        if (report->entries[i].sort == MOU_PROFILE_STEP) {
            put_numbers(report, report->entries[i].nanoseconds, report->entries[i].rows);
            put_plain(&report->out, step_name(report->cli, report->entries[i].step), WORDS_SHOWN);
            mou_buf_char(&report->out, '\n');
        }
    }
}

static void put_instructions(struct report *report)
{
    uint32_t shown = 0;
    qsort(report->entries, report->count, sizeof *report->entries, by_time);
    for (uint32_t i = 0; i < report->count && shown < INSTRUCTIONS_SHOWN; i++) {
        const struct mou_profile_entry *entry = &report->entries[i];
        if (entry->sort != MOU_PROFILE_INSTRUCTION) {
            continue;
        }
        put_numbers(report, entry->nanoseconds, entry->rows);
        mou_buf_printf(&report->out, "r%u ", entry->number);
        put_label(report->cli, entry, &report->out);
        mou_buf_char(&report->out, '\n');
        shown++;
    }
    qsort(report->entries, report->count, sizeof *report->entries, by_owner);
}

static void put_report(struct report *report)
{
    const struct mou_cli *cli = report->cli;
    mou_buf_text(&report->out, mou_say(cli, "用时（各线程合计）：", "Time, of all threads together: "));
    mou_buf_printf(&report->out, mou_say(cli, "%llu 毫秒\n", "%llu ms\n"), (unsigned long long)((report->total + 500000) / 1000000));
    put_heads(report, mou_say(cli, "步骤", "step"));
    put_steps(report);
    put_heads(report, mou_say(cli, "备忘录", "memorandum"));
    put_groups(report, same_memorandum, false);
    put_heads(report, mou_say(cli, "规则", "rule"));
    put_groups(report, same_rule, true);
    put_heads(report, mou_say(cli, "指令，费时最多的", "instructions that took most"));
    put_instructions(report);
}

/* ------------------------------------------------------------------ flame graphs */

static void put_folded(struct report *report)
{
    for (uint32_t i = 0; i < report->count; i++) {
        const struct mou_profile_entry *entry = &report->entries[i];
        put_plain(&report->out, memorandum_name(report->cli, entry), WORDS_SHOWN);
        mou_buf_char(&report->out, ';');
        put_plain(&report->out, rule_name(report->cli, entry), WORDS_SHOWN);
        if (entry->sort != MOU_PROFILE_STEP) {
            mou_buf_char(&report->out, ';');
            put_label(report->cli, entry, &report->out);
        }
        mou_buf_printf(&report->out, " %llu\n", (unsigned long long)entry->nanoseconds);
    }
}

/** A box at `level`, from `begin` on, as wide as its time; in tenths of a unit of the drawing. */
static void put_box(struct report *report, int level, uint64_t begin, uint64_t nanoseconds, struct mou_text label)
{
    const uint64_t scale = (uint64_t)SVG_WIDTH * 10;
    const uint64_t left = begin * scale / report->total;
    const uint64_t width = (begin + nanoseconds) * scale / report->total - left;
    if (width < 2) {
        return; /* too narrow to be seen */
    }
    uint32_t hash = 0;
    for (size_t i = 0; i < label.len; i++) {
        hash = hash * 31 + (unsigned char)label.bytes[i];
    }
    mou_buf_printf(&report->out, "<g><rect x=\"%llu.%llu\" y=\"%d\" width=\"%llu.%llu\" height=\"%d\" fill=\"hsl(%u,70%%,%u%%)\"/><title>", (unsigned long long)(left / 10),
                   (unsigned long long)(left % 10), level * SVG_ROW, (unsigned long long)(width / 10), (unsigned long long)(width % 10), SVG_ROW - 1, 15 + hash % 40,
                   62 + hash / 64 % 18);
    mou_buf_markup(&report->out, label);
    mou_buf_printf(&report->out, mou_say(report->cli, "：%llu 微秒</title>", ": %llu µs</title>"), (unsigned long long)((nanoseconds + 500) / 1000));
    if (width > (uint64_t)SVG_LETTER * 20) {
        mou_buf_printf(&report->out, "<svg x=\"%llu.%llu\" y=\"%d\" width=\"%llu\" height=\"%d\"><text x=\"3\" y=\"13\">", (unsigned long long)(left / 10),
                       (unsigned long long)(left % 10), level * SVG_ROW, (unsigned long long)(width / 10), SVG_ROW);
        mou_buf_markup(&report->out, label);
        mou_buf_text(&report->out, "</text></svg>");
    }
    mou_buf_text(&report->out, "</g>\n");
}

static void put_group_boxes(struct report *report, same_group *same, int level)
{
    uint64_t at = 0;
    uint64_t nanoseconds = 0;
    uint64_t rows = 0;
    for (uint32_t begin = 0; begin < report->count; at += nanoseconds) {
        const struct mou_profile_entry *entry = &report->entries[begin];
        begin = group_end(report, begin, same, &nanoseconds, &rows);
        put_box(report, level, at, nanoseconds, level == 1 ? memorandum_name(report->cli, entry) : rule_name(report->cli, entry));
    }
}

static void put_leaf_boxes(struct report *report)
{
    struct mou_buf label;
    uint64_t at = 0;
    mou_buf_init(&label, NULL, LABEL_BYTES_MAX);
    for (uint32_t i = 0; i < report->count; i++) {
        if (report->entries[i].sort != MOU_PROFILE_STEP) {
            mou_buf_clear(&label);
            put_label(report->cli, &report->entries[i], &label);
            put_box(report, 3, at, report->entries[i].nanoseconds, (struct mou_text){label.data, label.len});
        }
        at += report->entries[i].nanoseconds;
    }
    report->out.failed = report->out.failed || label.failed;
    mou_buf_free(&label);
}

static void put_drawing(struct report *report)
{
    mou_buf_printf(&report->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"%d\">\n", SVG_WIDTH,
                   SVG_LEVELS * SVG_ROW, SVG_LETTER);
    if (report->total > 0) {
        put_box(report, 0, 0, report->total, mou_text_of(mou_say(report->cli, "全部", "all")));
        put_group_boxes(report, same_memorandum, 1);
        put_group_boxes(report, same_rule, 2);
        put_leaf_boxes(report);
    }
    mou_buf_text(&report->out, "</svg>\n");
}

/* ------------------------------------------------------------------ the whole */

static bool collect(struct report *report, const struct mou_profile *profile)
{
    report->entries = MOU_NEW_ARRAY(report->cli->arena, (size_t)mou_profile_count(profile) + 1, struct mou_profile_entry);
    for (uint32_t i = 0; report->entries != NULL && i < mou_profile_count(profile); i++) {
        const struct mou_profile_entry entry = mou_profile_entry(profile, i);
        if (entry.calls > 0) {
            report->entries[report->count++] = entry;
            report->total += entry.nanoseconds;
        }
    }
    if (report->entries != NULL) {
        qsort(report->entries, report->count, sizeof *report->entries, by_owner);
    }
    return report->entries != NULL;
}

static bool ends_in(const char *path, const char *ending)
{
    const size_t len = strlen(path);
    return len >= strlen(ending) && strcmp(path + len - strlen(ending), ending) == 0;
}

static enum mou_exit write_flame(struct report *report, const char *path)
{
    mou_buf_clear(&report->out);
    if (ends_in(path, ".svg")) {
        put_drawing(report);
    } else {
        put_folded(report);
    }
    return mou_deliver_file(report->cli, path, &report->out);
}

enum mou_exit mou_profile_report(struct mou_cli *cli, const struct mou_profile *profile)
{
    const char *flame = mou_option_value(cli, "flame", NULL);
    struct report report = {.cli = cli};
    mou_buf_init(&report.out, NULL, REPORT_BYTES_MAX);
    enum mou_exit code = MOU_EXIT_DONE;
    if (!collect(&report, profile)) {
        code = mou_out_of_memory(cli);
    } else if (mou_option_given(cli, "profile")) {
        put_report(&report);
        code = mou_output(cli, &report.out);
    }
    if (code == MOU_EXIT_DONE && flame != NULL) {
        code = write_flame(&report, flame);
    }
    mou_buf_free(&report.out);
    return code;
}
