/*
 * Runs a folder of rule files against what stands beside them: `X.mou` and `X.expected`.
 *
 *   grammar_cases [--update] messages|trees|layouts FOLDER
 *
 * messages: every message in both languages. trees: the tree, and no message. layouts: the canonical
 * layout with Chinese and with English keywords. One line for each case, a count at the end.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "parse.h"

#define TEXT_BYTES_MAX (64u * 1024 * 1024)
#define PATH_BYTES_MAX 4096
#define CASES_MAX 1000

enum kind { KIND_MESSAGES, KIND_TREES, KIND_LAYOUTS };

/* ------------------------------------------------------------------ files */

static bool read_file(const char *path, struct mou_buf *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    char block[4096];
    size_t got;
    while ((got = fread(block, 1, sizeof(block), file)) > 0) {
        mou_buf_append(out, block, got);
    }
    (void)fclose(file);
    return !out->failed;
}

static bool write_file(const char *path, const struct mou_buf *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool written = text->len == 0 || fwrite(text->data, 1, text->len, file) == text->len;
    return fclose(file) == 0 && written;
}

static bool same(const struct mou_buf *a, const struct mou_buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* ------------------------------------------------------------------ what a file gives */

static void write_message(const struct mou_source *source, const struct mou_diagnostic *diagnostic,
                          struct mou_buf *out)
{
    struct mou_place place = mou_source_place(source, diagnostic->span.begin);
    mou_buf_printf(out, "%u:%u %s ", (unsigned)place.line, (unsigned)place.column,
                   mou_diag_code_text(diagnostic->code));
    mou_diagnostic_message(diagnostic, MOU_LANG_ZH, out);
    mou_buf_text(out, "\n    ");
    mou_diagnostic_message(diagnostic, MOU_LANG_EN, out);
    mou_buf_char(out, '\n');
    if (diagnostic->has_fixit) {
        mou_buf_text(out, "    -> ");
        mou_buf_append(out, diagnostic->fixit.text.bytes, diagnostic->fixit.text.len);
        mou_buf_char(out, '\n');
    } else if (diagnostic->suggestion.len > 0) { /* a guess */
        mou_buf_text(out, "    ?> ");
        mou_buf_append(out, diagnostic->suggestion.bytes, diagnostic->suggestion.len);
        mou_buf_char(out, '\n');
    }
}

static void write_messages(const struct mou_source *source, struct mou_diagnostics *diagnostics,
                           struct mou_buf *out)
{
    mou_diagnostics_sort(diagnostics);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        write_message(source, &diagnostics->list.items[i], out);
    }
}

static void write_layouts(const struct mou_tree *tree, const struct mou_source *source,
                          struct mou_buf *out)
{
    bool failed = mou_format(tree, source, MOU_KEYWORDS_ZH, out) != MOU_OK;
    mou_buf_text(out, "\n================\n\n");
    failed = mou_format(tree, source, MOU_KEYWORDS_EN, out) != MOU_OK || failed;
    mou_buf_text(out, failed ? "no layout\n" : "");
}

static void run_kind(enum kind kind, const struct mou_buf *text, struct mou_buf *out)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_source source = {"case.mou", text->data != NULL ? text->data : "", text->len};
    struct mou_diagnostics diagnostics;
    struct mou_tree *tree = NULL;
    mou_diagnostics_init(&diagnostics, arena);
    if (arena == NULL || mou_parse(arena, NULL, &source, 0, &diagnostics, &tree) != MOU_OK) {
        mou_buf_text(out, "no tree\n");
    } else {
        write_messages(&source, &diagnostics, out);
        if (kind == KIND_TREES) {
            mou_dump_tree(tree, out);
        } else if (kind == KIND_LAYOUTS) {
            write_layouts(tree, &source, out);
        }
    }
    mou_arena_free(arena);
}

/* ------------------------------------------------------------------ cases */

static bool run_case(enum kind kind, bool update, const char *folder, const char *name)
{
    char path[PATH_BYTES_MAX];
    struct mou_buf text;
    struct mou_buf got;
    struct mou_buf wanted;
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&got, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&wanted, NULL, TEXT_BYTES_MAX);
    (void)snprintf(path, sizeof(path), "%s/%s.mou", folder, name);
    bool passed = read_file(path, &text);
    run_kind(kind, &text, &got);
    (void)snprintf(path, sizeof(path), "%s/%s.expected", folder, name);
    if (update) {
        passed = write_file(path, &got) && passed;
    } else {
        passed = read_file(path, &wanted) && same(&got, &wanted) && passed;
    }
    printf("%s %s\n", passed ? "ok  " : "FAIL", name);
    if (!passed) {
        printf("--- got\n%s", got.data != NULL ? got.data : "");
    }
    mou_buf_free(&text);
    mou_buf_free(&got);
    mou_buf_free(&wanted);
    return passed;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the folder's rule files without their ending, sorted. */
static size_t list_cases(const char *folder, char *names[CASES_MAX])
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir != NULL && count < CASES_MAX && (entry = readdir(dir)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && strcmp(entry->d_name + len - 4, ".mou") == 0) {
            names[count] = malloc(len);
            if (names[count] != NULL) {
                memcpy(names[count], entry->d_name, len - 4);
                names[count][len - 4] = '\0';
                count++;
            }
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    qsort(names, count, sizeof(names[0]), by_name);
    return count;
}

static bool find_kind(const char *word, enum kind *kind)
{
    static const char *const kinds[] = {"messages", "trees", "layouts"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(word, kinds[i]) == 0) {
            *kind = (enum kind)i;
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
    enum kind kind = KIND_MESSAGES;
    int first = update ? 2 : 1;
    if (argc != first + 2 || !find_kind(argv[first], &kind)) {
        (void)fprintf(stderr, "usage: grammar_cases [--update] messages|trees|layouts FOLDER\n");
        return 2;
    }
    static char *names[CASES_MAX];
    size_t count = list_cases(argv[first + 1], names);
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        failed += !run_case(kind, update, argv[first + 1], names[i]);
        free(names[i]);
    }
    printf("%zu cases, %zu failed\n", count, failed);
    return failed != 0 || count == 0;
}
