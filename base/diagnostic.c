/*
 * Diagnostics: the list of codes with its texts, collecting, sorting, and one-line messages. The layout with excerpts is in render.c.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mou/base.h"
#include "diagnostic_entry.h"

static const struct mou_diagnostic_entry entries[MOU_DIAG_COUNT] = {
#define MOU_DIAGNOSTIC(id, code, severity, zh, en, basis, help_zh, help_en) {code, MOU_SEVERITY_##severity, {zh, en}, basis, {help_zh, help_en}},
#include "mou/diagnostics.def"
#undef MOU_DIAGNOSTIC
};

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

void mou_diagnostics_init(struct mou_diagnostics *diagnostics, struct mou_arena *arena)
{
    *diagnostics = (struct mou_diagnostics){.arena = arena};
}

static struct mou_text copy_text(struct mou_arena *arena, struct mou_text text)
{
    char *copy = text.len > 0 ? mou_arena_copy(arena, text.bytes, text.len) : NULL;
    return (struct mou_text){copy != NULL ? copy : "", copy != NULL ? text.len : 0};
}

/** One that nobody will see, so that callers need not check. */
static struct mou_diagnostic *scrap(struct mou_diagnostics *diagnostics)
{
    struct mou_diagnostic *diagnostic = diagnostics->scrap;
    *diagnostic = (struct mou_diagnostic){.span = MOU_NO_SPAN, .second = MOU_NO_SPAN};
    return diagnostic;
}

static struct mou_diagnostic *find_same(struct mou_diagnostics *diagnostics, enum mou_diag_code code, struct mou_span span)
{
    for (size_t i = diagnostics->list.count; i > 0; i--) {
        struct mou_diagnostic *known = &diagnostics->list.items[i - 1];
        if (known->code == code && known->span.source == span.source && known->span.begin == span.begin) {
            return known;
        }
    }
    return NULL;
}

struct mou_diagnostic *mou_diagnose(struct mou_diagnostics *diagnostics, enum mou_diag_code code, struct mou_span span, struct mou_text a0,
                                    struct mou_text a1, struct mou_text a2)
{
    if (mou_diag_severity(code) == MOU_SEVERITY_ERROR) {
        diagnostics->error_count++;
    }
    if (diagnostics->list.count >= MOU_DIAGNOSTICS_MAX) {
        diagnostics->overflowed = true;
        return scrap(diagnostics);
    }
    if (find_same(diagnostics, code, span) != NULL) {
        return scrap(diagnostics);
    }
    struct mou_diagnostic diagnostic = {.code = code, .span = span, .second = MOU_NO_SPAN, .suggestion = {"", 0}};
    diagnostic.arguments[0] = copy_text(diagnostics->arena, a0);
    diagnostic.arguments[1] = copy_text(diagnostics->arena, a1);
    diagnostic.arguments[2] = copy_text(diagnostics->arena, a2);
    diagnostic.arguments[3] = (struct mou_text){"", 0};
    if (!MOU_VEC_PUSH(diagnostics->arena, &diagnostics->list, diagnostic)) {
        return scrap(diagnostics);
    }
    return &diagnostics->list.items[diagnostics->list.count - 1];
}

static int by_place(const void *a, const void *b)
{
    const struct mou_diagnostic *left = a;
    const struct mou_diagnostic *right = b;
    if (left->span.source != right->span.source) {
        return left->span.source < right->span.source ? -1 : 1;
    }
    if (left->span.begin != right->span.begin) {
        return left->span.begin < right->span.begin ? -1 : 1;
    }
    return (left->code > right->code) - (left->code < right->code);
}

void mou_diagnostics_sort(struct mou_diagnostics *diagnostics)
{
    if (diagnostics->list.count > 1) {
        qsort(diagnostics->list.items, diagnostics->list.count, sizeof *diagnostics->list.items, by_place);
    }
}

void mou_diagnostic_fill(const struct mou_diagnostic *diagnostic, const char *text, struct mou_buf *out)
{
    while (*text != '\0') {
        if (text[0] == '{' && text[1] >= '0' && text[1] <= '3' && text[2] == '}') {
            struct mou_text argument = diagnostic->arguments[text[1] - '0'];
            mou_buf_append(out, argument.bytes, argument.len);
            text += 3;
        } else {
            mou_buf_char(out, *text++);
        }
    }
}

void mou_diagnostic_message(const struct mou_diagnostic *diagnostic, enum mou_lang lang, struct mou_buf *out)
{
    mou_diagnostic_fill(diagnostic, mou_diagnostic_entry_of(diagnostic->code)->message[lang], out);
}
