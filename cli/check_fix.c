/*
 * mou check --fix: carries out what diagnostics offer as certain corrections (blanks round a keyword, a word of prose for the keyword it means, a needless
 * colon, an invisible character). Compiles again after each round, since one mistake may hide another; writes a file once, at the end, by a rename. A round
 * that makes more errors of reading than there were is not taken.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define ROUNDS_MAX 50
#define FIXED_BYTES_MAX ((size_t)64 * 1024 * 1024)

/** Corrections of one source, in order. */
struct corrections {
    struct mou_fixit *items;
    size_t count;
};

static int by_place(const void *a, const void *b)
{
    const struct mou_fixit *left = a;
    const struct mou_fixit *right = b;
    return (left->span.begin > right->span.begin) - (left->span.begin < right->span.begin);
}

/** The source is text that can be read at all. */
static bool is_understood(const struct mou_diagnostics *diagnostics, uint32_t source)
{
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const struct mou_diagnostic *diagnostic = &diagnostics->list.items[i];
        bool unreadable = diagnostic->code == MOU_DIAG_BAD_UTF8 || diagnostic->code == MOU_DIAG_WRONG_ENCODING || diagnostic->code == MOU_DIAG_NOT_A_TEXT ||
                          diagnostic->code == MOU_DIAG_NUL_BYTE || diagnostic->code == MOU_DIAG_LONE_CR || diagnostic->code == MOU_DIAG_SOURCE_TOO_LARGE ||
                          diagnostic->code == MOU_DIAG_INTERNAL;
        if (unreadable && diagnostic->span.source == source) {
            return false;
        }
    }
    return !diagnostics->overflowed;
}

static bool gather(struct mou_cli *cli, const struct mou_diagnostics *diagnostics, uint32_t source, struct corrections *out)
{
    out->items = MOU_NEW_ARRAY(cli->arena, diagnostics->list.count + 1, struct mou_fixit);
    out->count = 0;
    if (out->items == NULL) {
        return false;
    }
    for (size_t i = 0; i < diagnostics->list.count && is_understood(diagnostics, source); i++) {
        const struct mou_diagnostic *diagnostic = &diagnostics->list.items[i];
        if (diagnostic->has_fixit && diagnostic->fixit.span.source == source && mou_rules_shown(cli, diagnostic)) {
            out->items[out->count++] = diagnostic->fixit;
        }
    }
    if (out->count > 1) {
        qsort(out->items, out->count, sizeof *out->items, by_place);
    }
    return true;
}

/** The source with its corrections carried out, those that overlap an earlier one left for the next round. */
static bool apply(struct mou_cli *cli, const struct mou_source *source, const struct corrections *corrections, struct mou_source *fixed)
{
    struct mou_buf text;
    uint32_t at = 0;
    mou_buf_init(&text, NULL, FIXED_BYTES_MAX);
    for (size_t i = 0; i < corrections->count; i++) {
        const struct mou_fixit *fixit = &corrections->items[i];
        if (fixit->span.begin >= at && fixit->span.end >= fixit->span.begin && fixit->span.end <= source->len) {
            mou_buf_append(&text, source->bytes + at, fixit->span.begin - at);
            mou_buf_append(&text, fixit->text.bytes, fixit->text.len);
            at = fixit->span.end;
        }
    }
    mou_buf_append(&text, source->bytes + at, source->len - at);
    *fixed = (struct mou_source){source->path, mou_arena_copy(cli->arena, text.len > 0 ? text.data : "", text.len), text.len};
    bool done = !text.failed && fixed->bytes != NULL;
    mou_buf_free(&text);
    return done;
}

/** Errors of lexing and grammar in one source. */
static size_t reading_errors(const struct mou_diagnostics *diagnostics, uint32_t source)
{
    size_t count = 0;
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const char *code = mou_diag_code_text(diagnostics->list.items[i].code);
        count += diagnostics->list.items[i].span.source == source && code[0] == 'E' && code[1] == '0' && (code[2] == '1' || code[2] == '2');
    }
    return count;
}

/** What a round finds, and whether it changed anything. */
struct round {
    size_t *errors;  /**< of reading, per source, before the last change */
    struct mou_source *before;
    bool *given_up;
    bool changed;
};

static enum mou_exit fix_once(struct mou_cli *cli, struct mou_rule_files *files, struct round *round)
{
    struct mou_compilation *compilation = NULL;
    enum mou_exit code = mou_rules_compile(cli, files, true, &compilation);
    round->changed = false;
    if (compilation == NULL) {
        return code;
    }
    const struct mou_diagnostics *diagnostics = mou_compilation_diagnostics(compilation);
    for (uint32_t i = 0; code != MOU_EXIT_IO && i < files->count; i++) {
        struct corrections corrections;
        struct mou_source fixed;
        const size_t errors = reading_errors(diagnostics, i);
        if (errors > round->errors[i]) {
            files->sources[i] = round->before[i];
            round->given_up[i] = true;
            round->changed = true;
        }
        if (round->given_up[i] || strcmp(files->sources[i].path, "-") == 0) {
            continue;
        }
        if (!gather(cli, diagnostics, i, &corrections) || !apply(cli, &files->sources[i], &corrections, &fixed)) {
            code = mou_out_of_memory(cli);
        } else if (corrections.count > 0) {
            round->errors[i] = errors;
            round->before[i] = files->sources[i];
            files->sources[i] = fixed;
            round->changed = true;
        }
    }
    mou_compilation_free(compilation);
    return code == MOU_EXIT_NEGATIVE ? MOU_EXIT_DONE : code;
}

static enum mou_exit write_changed(struct mou_cli *cli, const struct mou_rule_files *files, const struct mou_source *originals)
{
    size_t count = 0;
    for (size_t i = 0; i < files->count; i++) {
        const struct mou_source *now = &files->sources[i];
        bool same = now->len == originals[i].len && memcmp(now->bytes, originals[i].bytes, now->len) == 0;
        if (!same && !mou_write_file(cli, now->path, now->bytes, now->len)) {
            return MOU_EXIT_IO;
        }
        count += !same;
    }
    if (count > 0) {
        mou_narrate(cli, mou_say(cli, "改正了 %zu 个文件", "%zu files corrected"), count);
    }
    return MOU_EXIT_DONE;
}

enum mou_exit mou_check_fix(struct mou_cli *cli, struct mou_rule_files *files)
{
    struct mou_source *originals = MOU_NEW_ARRAY(cli->arena, files->count + 1, struct mou_source);
    struct round round = {.errors = MOU_NEW_ARRAY(cli->arena, files->count + 1, size_t),
                          .before = MOU_NEW_ARRAY(cli->arena, files->count + 1, struct mou_source),
                          .given_up = MOU_NEW_ARRAY(cli->arena, files->count + 1, bool),
                          .changed = true};
    enum mou_exit code = MOU_EXIT_DONE;
    if (originals == NULL || round.errors == NULL || round.before == NULL || round.given_up == NULL) {
        return mou_out_of_memory(cli);
    }
    for (size_t i = 0; i < files->count; i++) {
        originals[i] = files->sources[i];
        round.errors[i] = SIZE_MAX;
    }
    for (unsigned rounds = 0; code == MOU_EXIT_DONE && round.changed && rounds < ROUNDS_MAX; rounds++) {
        code = fix_once(cli, files, &round);
    }
    return code == MOU_EXIT_DONE ? write_changed(cli, files, originals) : code;
}
