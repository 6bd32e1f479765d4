/*
 * Any bytes as a rule file, up to its raw tokens: tokens and comments follow each other without overlap, and between them lies
 * nothing but white space. What was refused has a message, and messages lie inside the source.
 */
#include <stdlib.h>
#include <string.h>

#include "scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* White space as the language has it, blanked-out bytes included. */
static bool is_white(const char *text, size_t begin, size_t end)
{
    static const char *const blanks[] = {" ", "\t", "\n", "\r", "\f", "\v", "　", "\xC2\xA0"};
    while (begin < end) {
        size_t step = 0;
        for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
            size_t len = strlen(blanks[i]);
            if (end - begin >= len && memcmp(text + begin, blanks[i], len) == 0) {
                step = len;
            }
        }
        if (step == 0) {
            return false;
        }
        begin += step;
    }
    return true;
}

/* The comment that begins at or behind `at` is skipped if it lies before `end`. */
static size_t skip_comments(const struct mou_parse *parse, size_t at, size_t end, size_t *comment)
{
    while (*comment < parse->tree->comments.count && parse->tree->comments.items[*comment].span.begin < end) {
        struct mou_span span = parse->tree->comments.items[*comment].span;
        require(span.begin >= at && span.end <= end);
        require(is_white(parse->text, at, span.begin));
        at = span.end;
        (*comment)++;
    }
    return at;
}

static void check_tokens(struct mou_parse *parse)
{
    size_t at = 0;
    size_t comment = 0;
    struct mou_raw raw;
    do {
        (void)mou_raw_lex(&raw, parse->scanner);
        require(raw.begin >= at && raw.begin <= raw.end && raw.end <= parse->len && raw.line_begin <= raw.begin);
        at = skip_comments(parse, at, raw.begin, &comment);
        require(is_white(parse->text, at, raw.begin));
        require(raw.kind == MOU_RAW_END || raw.end > raw.begin);
        at = raw.end;
    } while (raw.kind != MOU_RAW_END);
    require(at == parse->len && comment == parse->tree->comments.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    char *copy = arena != NULL ? mou_arena_copy(arena, (const char *)data, size) : NULL;
    if (copy == NULL) {
        mou_arena_free(arena);
        return 0;
    }
    struct mou_source source = {"fuzz", copy, size};
    struct mou_diagnostics diagnostics;
    mou_diagnostics_init(&diagnostics, arena);
    struct mou_tree tree = {0};
    struct mou_parse *parse = mou_parse_begin(arena, NULL, &source, 0, &diagnostics, &tree);
    require(parse != NULL);
    check_tokens(parse);
    for (size_t i = 0; i < diagnostics.list.count; i++) {
        struct mou_span span = diagnostics.list.items[i].span;
        require(span.begin <= span.end && span.end <= size);
    }
    mou_scanner_close(parse);
    mou_arena_free(arena);
    return 0;
}
