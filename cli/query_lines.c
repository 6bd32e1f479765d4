/*
 * Decisions in brief, read off their JSON lines: rule, outcome, state of the measure, interval or what
 * is missing, the first article and the memorandum, in columns. Shows no key of a record and no granted value, so
 * that nothing confidential can stand here. Used by cmd_query.c.
 */
#include "query_lines.h"

#include <jansson.h>
#include <string.h>

#include "measure_text.h"

#define DECISIONS_MAX 4096u
enum { RULE, OUTCOME, STATE, INTERVAL, BASIS, COLUMN_COUNT };

struct lines {
    const struct mou_cli *cli;
    MOU_VEC(struct mou_text) cells; /**< COLUMN_COUNT per decision */
    size_t widths[COLUMN_COUNT];
    bool failed;
};

static const char *string_of(const json_t *line, const char *name)
{
    const char *value = json_string_value(json_object_get(line, name));
    return value != NULL ? value : "";
}

static const char *outcome_word(const struct mou_cli *cli, const char *outcome)
{
    static const char *const words[][3] = {{"in_force", "生效", "in force"},
                                           {"suspended", "暂停", "suspended"},
                                           {"to_verify", "待核实", "to verify"},
                                           {"pending", "未生效", "pending"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i][0], outcome) == 0) {
            return mou_say(cli, words[i][1], words[i][2]);
        }
    }
    return outcome;
}

/* The fields that are missing, each once. */
static void put_missing(const struct mou_cli *cli, const json_t *missing, struct mou_buf *out)
{
    size_t index = 0;
    const json_t *entry = NULL;
    const char *before = "";
    json_array_foreach(missing, index, entry)
    {
        const char *field = string_of(entry, "field");
        if (field[0] != '\0' && strcmp(field, before) != 0) {
            mou_buf_printf(out, "%s%s",
                           before[0] == '\0' ? mou_say(cli, "缺 ", "lacks ") : mou_say(cli, "、", ", "),
                           field);
            before = field;
        }
    }
}

/* "P1Y6M", "P30D", "P30WD" as 1年6个月, 30日, 30个工作日. */
static void put_term(const struct mou_cli *cli, const char *term, struct mou_buf *out)
{
    for (const char *at = term[0] == 'P' ? term + 1 : term; *at != '\0';) {
        const size_t digits = strspn(at, "0123456789");
        const bool one = digits == 1 && *at == '1';
        const char *unit = at + digits;
        mou_buf_text(out, at > term + 1 ? mou_say(cli, "", " ") : "");
        mou_buf_append(out, at, digits);
        mou_buf_text(out, *unit == 'Y'   ? mou_say(cli, "年", " year")
                          : *unit == 'M' ? mou_say(cli, "个月", " month")
                          : *unit == 'W' ? mou_say(cli, "个工作日", " working day")
                                         : mou_say(cli, "日", " day"));
        mou_buf_text(out, one ? "" : mou_say(cli, "", "s"));
        at = unit + strspn(unit, "YMWD");
    }
}

static void put_interval(const struct mou_cli *cli, const json_t *line, struct mou_buf *out)
{
    const char *from = string_of(line, "from");
    const char *until = string_of(line, "until");
    if (json_array_size(json_object_get(line, "missing")) > 0) {
        put_missing(cli, json_object_get(line, "missing"), out);
        return;
    }
    if (from[0] != '\0') {
        mou_buf_printf(out, mou_say(cli, "自 %s ", "from %s "), from);
    }
    if (until[0] != '\0') {
        mou_buf_printf(out, mou_say(cli, "至 %s", "until %s"), until);
    } else {
        mou_buf_text(out, from[0] != '\0' ? mou_say(cli, "长期", "open-ended") : "");
    }
    if (from[0] == '\0' && until[0] == '\0' && string_of(line, "term")[0] == 'P') { /* runs from the day it takes effect */
        mou_buf_text(out, mou_say(cli, "期限 ", "for "));
        put_term(cli, string_of(line, "term"), out);
    }
}

/* The first article, told short where there are more; of a finding its list. */
static void put_basis(const struct mou_cli *cli, const json_t *line, struct mou_buf *out)
{
    const json_t *basis = json_object_get(line, "basis");
    const char *first = json_string_value(json_array_get(basis, 0));
    mou_buf_text(out, first != NULL ? first : string_of(line, "list"));
    if (json_array_size(basis) > 1) {
        mou_buf_text(out, mou_say(cli, " 等", " and others"));
    }
    mou_buf_printf(out, mou_say(cli, "（%s）", " (%s)"), string_of(line, "memorandum"));
}

/* Nothing of a finding, which is no measure, and of what no run has found yet. */
static void put_state(const struct lines *lines, const json_t *line, struct mou_buf *out)
{
    const char *word = string_of(line, "state");
    const enum mou_measure_state state = mou_measure_state_of(mou_text_of(word));
    if (*word != '\0' && state < MOU_MEASURE_STATE_COUNT) {
        mou_buf_printf(out, mou_say(lines->cli, "状态：%s", "state: %s"), mou_say_state(lines->cli, state));
    }
}

static void add_cell(struct lines *lines, unsigned column, struct mou_buf *text)
{
    const struct mou_text cell = mou_buf_into_arena(text, lines->cli->arena);
    const size_t width = mou_text_width(cell);
    lines->widths[column] = width > lines->widths[column] ? width : lines->widths[column];
    lines->failed = lines->failed || mou_arena_failed(lines->cli->arena) ||
                    !MOU_VEC_PUSH(lines->cli->arena, &lines->cells, cell);
}

static void add_decision(struct lines *lines, const json_t *line)
{
    for (unsigned column = 0; column < COLUMN_COUNT; column++) {
        struct mou_buf text;
        mou_buf_init(&text, NULL, 64 * 1024);
        switch (column) {
        case RULE: mou_buf_text(&text, string_of(line, "rule")); break;
        case OUTCOME:
            mou_buf_text(&text, outcome_word(lines->cli, string_of(line, "outcome")));
            break;
        case STATE:
            put_state(lines, line, &text);
            break;
        case INTERVAL: put_interval(lines->cli, line, &text); break;
        default: put_basis(lines->cli, line, &text); break;
        }
        add_cell(lines, column, &text);
    }
}

static void read_decisions(struct lines *lines, struct mou_text rest)
{
    for (size_t i = 0; rest.len > 0 && i < DECISIONS_MAX && !lines->failed; i++) {
        const char *end = memchr(rest.bytes, '\n', rest.len);
        const size_t len = end != NULL ? (size_t)(end - rest.bytes) + 1 : rest.len;
        json_t *line = json_loadb(rest.bytes, len, 0, NULL);
        lines->failed = line == NULL;
        if (line != NULL) {
            add_decision(lines, line);
        }
        json_decref(line);
        rest.bytes += len;
        rest.len -= len;
    }
}

bool mou_query_lines(const struct mou_cli *cli, struct mou_text decisions, struct mou_buf *out)
{
    struct lines lines = {.cli = cli};
    read_decisions(&lines, decisions);
    for (size_t i = 0; i < lines.cells.count && !lines.failed; i++) {
        const struct mou_text cell = lines.cells.items[i];
        const unsigned column = (unsigned)(i % COLUMN_COUNT);
        mou_buf_append(out, cell.bytes, cell.len);
        for (size_t k = mou_text_width(cell); column != BASIS && k < lines.widths[column] + 2; k++) {
            mou_buf_char(out, ' ');
        }
        if (column == BASIS) {
            mou_buf_char(out, '\n');
        }
    }
    return !lines.failed && !out->failed;
}
