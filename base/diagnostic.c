/*
 * Diagnostics: the list of codes with its texts, collecting, sorting, and one-line messages. The
 * layout with excerpts is in render.c. It decides nothing about rules; every part that finds
 * something wrong reports here.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostic_entry.h"
#include "visible.h"

/** Longest argument shown in a message, in cells. */
#define ARGUMENT_CELLS_MAX 120u

#define ENTRY(id, code, severity, zh, en, basis, help_zh, help_en)                                 \
    {code, MOU_SEVERITY_##severity, {zh, en}, basis, {help_zh, help_en}},
static const struct mou_diagnostic_entry entries[] = {
#define MOU_DIAGNOSTIC ENTRY
#include "mou/diagnostics.def"
#undef MOU_DIAGNOSTIC
};
_Static_assert(sizeof entries / sizeof entries[0] == MOU_DIAG_COUNT, "one entry per code");

const struct mou_diagnostic_entry *mou_diagnostic_entry_of(enum mou_diag_code code)
{
    assert(code < MOU_DIAG_COUNT);
    return &entries[code];
}

const char *mou_diag_code_text(enum mou_diag_code code)
{
    return mou_diagnostic_entry_of(code)->code;
}

enum mou_severity mou_diag_severity(enum mou_diag_code code)
{
    return mou_diagnostic_entry_of(code)->severity;
}

const char *mou_diag_basis(enum mou_diag_code code)
{
    return mou_diagnostic_entry_of(code)->basis;
}

void mou_diagnostics_init(struct mou_diagnostics *diagnostics, struct mou_arena *arena)
{
    assert(diagnostics != NULL && arena != NULL);
    *diagnostics = (struct mou_diagnostics){.arena = arena};
}

static struct mou_text copy_text(struct mou_arena *arena, struct mou_text text)
{
    const char *copy = text.len > 0 ? mou_arena_copy(arena, text.bytes, text.len) : NULL;
    return (struct mou_text){copy != NULL ? copy : "", copy != NULL ? text.len : 0};
}

/** One that nobody will see, so that callers need not check. */
static struct mou_diagnostic *scrap_of(struct mou_diagnostics *diagnostics)
{
    diagnostics->scrap[0] = (struct mou_diagnostic){.span = MOU_NO_SPAN, .second = MOU_NO_SPAN};
    return &diagnostics->scrap[0];
}

static bool same_arguments(const struct mou_diagnostic *known, const struct mou_text arguments[3])
{
    for (size_t i = 0; i < 3; i++) {
        if (!mou_text_equal(known->arguments[i], arguments[i])) {
            return false;
        }
    }
    return true;
}

/** Whether the same was reported before. What has no place is told apart by what it says. */
static bool is_known(const struct mou_diagnostics *diagnostics, enum mou_diag_code code,
                     struct mou_span span, const struct mou_text arguments[3])
{
    for (size_t i = diagnostics->list.count; i > 0; i--) {
        const struct mou_diagnostic *known = &diagnostics->list.items[i - 1];
        if (known->code == code && known->span.source == span.source &&
            known->span.begin == span.begin &&
            (span.source != UINT32_MAX || same_arguments(known, arguments))) {
            return true;
        }
    }
    return false;
}

struct mou_diagnostic *mou_diagnose(struct mou_diagnostics *diagnostics, enum mou_diag_code code,
                                    struct mou_span span, struct mou_text a0, struct mou_text a1,
                                    struct mou_text a2)
{
    const struct mou_text arguments[3] = {a0, a1, a2};
    assert(diagnostics != NULL && code < MOU_DIAG_COUNT && span.begin <= span.end);
    if (is_known(diagnostics, code, span, arguments)) {
        return scrap_of(diagnostics);
    }
    /*
     * Counted also when it cannot be kept: a compilation with an error must not pass for one
     * without.
     */
    diagnostics->error_count += mou_diag_severity(code) == MOU_SEVERITY_ERROR;
    if (diagnostics->list.count >= MOU_DIAGNOSTICS_MAX) {
        diagnostics->overflowed = true;
        return scrap_of(diagnostics);
    }
    struct mou_diagnostic diagnostic = {.code = code,
                                        .span = span,
                                        .second = MOU_NO_SPAN,
                                        .arguments[3] = {"", 0},
                                        .suggestion = {"", 0}};
    for (size_t i = 0; i < 3; i++) {
        diagnostic.arguments[i] = copy_text(diagnostics->arena, arguments[i]);
    }
    if (!MOU_VEC_PUSH(diagnostics->arena, &diagnostics->list, diagnostic)) {
        return scrap_of(diagnostics);
    }
    return &diagnostics->list.items[diagnostics->list.count - 1];
}

void mou_diagnostics_append(struct mou_diagnostics *diagnostics, const struct mou_diagnostics *from)
{
    size_t uncounted = from->error_count;
    assert(diagnostics != NULL && from != NULL && diagnostics != from);
    for (size_t i = 0; i < from->list.count; i++) {
        const struct mou_diagnostic *one = &from->list.items[i];
        const struct mou_text *arguments = one->arguments;
        uncounted -= mou_diag_severity(one->code) == MOU_SEVERITY_ERROR;
        *mou_diagnose(diagnostics, one->code, one->span, arguments[0], arguments[1], arguments[2]) = *one;
    }
    diagnostics->error_count += uncounted; /* errors that could not be kept there */
    diagnostics->overflowed = diagnostics->overflowed || from->overflowed;
}

static int by_number(uint32_t left, uint32_t right)
{
    return (left > right) - (left < right);
}

/** Order by source, place, code, then by what is said: total, so that sorting gives one result. */
static int by_place(const void *a, const void *b)
{
    const struct mou_diagnostic *left = a;
    const struct mou_diagnostic *right = b;
    int order = by_number(left->span.source, right->span.source);
    order = order != 0 ? order : by_number(left->span.begin, right->span.begin);
    order = order != 0 ? order : by_number((uint32_t)left->code, (uint32_t)right->code);
    for (size_t i = 0; order == 0 && i < 3; i++) {
        order = mou_text_compare(left->arguments[i], right->arguments[i]);
    }
    return order;
}

void mou_diagnostics_sort(struct mou_diagnostics *diagnostics)
{
    assert(diagnostics != NULL && diagnostics->list.count <= MOU_DIAGNOSTICS_MAX);
    if (diagnostics->list.count < 2) {
        return;
    }
    struct mou_diagnostic *items = diagnostics->list.items;
    qsort(items, diagnostics->list.count, sizeof *items, by_place);
    size_t kept = 1;
    for (size_t i = 1; i < diagnostics->list.count; i++) {
        if (by_place(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    diagnostics->list.count = kept;
}

static void append_argument(struct mou_text argument, struct mou_buf *out)
{
    const size_t shown = mou_visible_fitting(argument, ARGUMENT_CELLS_MAX);
    mou_visible_append((struct mou_text){argument.bytes, shown}, out);
    mou_buf_text(out, shown < argument.len ? "…" : "");
}

/** Words of the compiler that stand in messages as arguments. */
static const char *const terms[][2] = {
    {"条件", "a condition"},
    {"是否", "yes or no"},
    {"整数", "an integer"},
    {"计数", "a count"},
    {"金额", "an amount"},
    {"比例", "a ratio"},
    {"金额（未取整）", "an unrounded amount"},
    {"日期", "a date"},
    {"期间", "a duration"},
    {"年月期间", "a duration in months"},
    {"日数期间", "a duration in days"},
    {"工作日期间", "a duration in working days"},
    {"相差日数", "a number of days"},
    {"文本", "a text"},
    {"代码", "a code"},
    {"机关", "authority"},
    {"记录", "record"},
    {"关系", "relation"},
    {"记录或关系", "record or relation"},
    {"代码表", "code table"},
    {"主体类别", "kind of subject"},
    {"名单类别", "kind of list"},
    {"措施目录项", "catalogue item"},
    {"备忘录", "memorandum"},
    {"参数", "parameter"},
    {"集合", "set"},
    {"认定", "finding"},
    {"措施", "measure"},
    {"措施或认定", "measure or finding"},
    {"函数、定义或裁量表", "function, definition or table"},
    {"字段", "field"},
    {"字段、定义、参数或认定", "field, definition, parameter or finding"},
    {"凭 或 当", "on or when"},
    {"数值 自 日期", "VALUE from DATE"},
};

/** The term in `lang`; anything else as it is. */
static struct mou_text term_in(struct mou_text term, enum mou_lang lang)
{
    for (size_t i = 0; lang == MOU_LANG_EN && i < sizeof terms / sizeof terms[0]; i++) {
        if (mou_text_equal(term, mou_text_of(terms[i][0]))) {
            return mou_text_of(terms[i][1]);
        }
    }
    return term;
}

void mou_diagnostic_fill(const struct mou_diagnostic *diagnostic, const char *text,
                         enum mou_lang lang, struct mou_buf *out)
{
    assert(diagnostic != NULL && text != NULL && out != NULL);
    const char *plain = text;
    for (const char *at = text; (at = strchr(at, '{')) != NULL;) {
        const bool numbered = at[1] >= '0' && at[1] <= '3';
        const bool term = numbered && at[2] == 't' && at[3] == '}';
        const bool worded = numbered && at[1] <= '1' && at[2] == 'w' && at[3] == '}';
        if (!term && !worded && !(numbered && at[2] == '}')) {
            at++;
            continue;
        }
        const size_t index = (size_t)(at[1] - '0');
        const struct mou_text argument = diagnostic->arguments[worded ? 3 - index : index];
        mou_buf_append(out, plain, (size_t)(at - plain));
        append_argument(term ? term_in(argument, lang) : argument, out);
        at += term || worded ? 4 : 3;
        plain = at;
    }
    mou_buf_text(out, plain);
}

void mou_diagnostic_message(const struct mou_diagnostic *diagnostic, enum mou_lang lang,
                            struct mou_buf *out)
{
    mou_diagnostic_fill(diagnostic, mou_diagnostic_entry_of(diagnostic->code)->message[lang], lang, out);
}

void mou_diagnostic_help(const struct mou_diagnostic *diagnostic, enum mou_lang lang,
                         struct mou_buf *out)
{
    mou_diagnostic_fill(diagnostic, mou_diagnostic_entry_of(diagnostic->code)->help[lang], lang, out);
}
