/*
 * What the tests of the grammar share: a text parsed into an arena of its own, its messages as one
 * text, and files read whole.
 */
#ifndef MOU_TESTS_GRAMMAR_SUPPORT_H
#define MOU_TESTS_GRAMMAR_SUPPORT_H

#include <dirent.h>
#include <stdlib.h>

#include "dump.h"
#include "mou_test.h"
#include "parse.h"

#define TEXT_BYTES_MAX (64u * 1024 * 1024)

/** One parsed text and all that came of it. */
struct parsed {
    struct mou_arena *arena;
    struct mou_source source;
    struct mou_diagnostics diagnostics;
    struct mou_tree *tree;
};

static inline struct parsed parse_bytes(const char *bytes, size_t len)
{
    struct parsed parsed = {.arena = mou_arena_new(NULL)};
    assert_non_null(parsed.arena);
    parsed.source = (struct mou_source){"test.mou", bytes, len};
    mou_diagnostics_init(&parsed.diagnostics, parsed.arena);
    assert_status(mou_parse(parsed.arena, NULL, &parsed.source, 0, &parsed.diagnostics, &parsed.tree),
                  MOU_OK);
    mou_diagnostics_sort(&parsed.diagnostics);
    return parsed;
}

static inline struct parsed parse_text(const char *text)
{
    return parse_bytes(text, strlen(text));
}

static inline void free_parsed(struct parsed *parsed)
{
    mou_arena_free(parsed->arena);
}

/** Every message as `LINE:COLUMN CODE text`, one a line. */
static inline void write_messages(const struct parsed *parsed, enum mou_lang lang,
                                  struct mou_buf *out)
{
    for (size_t i = 0; i < parsed->diagnostics.list.count; i++) {
        const struct mou_diagnostic *diagnostic = &parsed->diagnostics.list.items[i];
        struct mou_place place = mou_source_place(&parsed->source, diagnostic->span.begin);
        mou_buf_printf(out, "%u:%u %s ", (unsigned)place.line, (unsigned)place.column,
                       mou_diag_code_text(diagnostic->code));
        mou_diagnostic_message(diagnostic, lang, out);
        if (diagnostic->suggestion.len != 0) {
            mou_buf_text(out, " -> ");
            mou_buf_append(out, diagnostic->suggestion.bytes, diagnostic->suggestion.len);
        }
        mou_buf_char(out, '\n');
    }
}

/** The layout of a text; fails the test where the text has mistakes. */
static inline char *format_text(const char *text, enum mou_keywords keywords)
{
    struct parsed parsed = parse_text(text);
    struct mou_buf out;
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    if (parsed.tree->broken) {
        write_messages(&parsed, MOU_LANG_EN, &out);
        fail_msg("does not parse:\n%s\n%s", out.data, text);
    }
    assert_status(mou_format(parsed.tree, &parsed.source, keywords, &out), MOU_OK);
    free_parsed(&parsed);
    return out.data != NULL ? out.data : calloc(1, 1);
}

/** The tree of a text as a dump. */
static inline char *dump_text(const char *text)
{
    struct parsed parsed = parse_text(text);
    struct mou_buf out;
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    mou_dump_tree(parsed.tree, &out);
    free_parsed(&parsed);
    return out.data != NULL ? out.data : calloc(1, 1);
}

/** A whole file, NUL-terminated; the test fails if it cannot be read. */
static inline char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("cannot read %s", path);
        return NULL;
    }
    struct mou_buf out;
    mou_buf_init(&out, NULL, TEXT_BYTES_MAX);
    char block[4096];
    size_t got;
    while ((got = fread(block, 1, sizeof(block), file)) > 0) {
        mou_buf_append(&out, block, got);
    }
    (void)fclose(file);
    return out.data != NULL ? out.data : calloc(1, 1);
}

typedef void (*file_fn)(const char *path, const char *text);

/** Visits every rule file of a folder; there must be one. */
static inline void each_file(const char *folder, file_fn visit)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t count = 0;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && strcmp(entry->d_name + len - 4, ".mou") == 0) {
            char path[1000];
            (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
            char *text = read_file(path);
            visit(path, text);
            free(text);
            count++;
        }
    }
    (void)closedir(dir);
    assert_true(count > 0);
}

#endif
