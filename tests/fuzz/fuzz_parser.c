/*
 * Any bytes as a rule file: parsed to a tree that is broken exactly if there are errors, with messages that lie inside the text. The same
 * bytes give the same tree.
 */
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "parse.h"

#define TEXT_BYTES_MAX (64u * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_diagnostics(const struct mou_diagnostics *diagnostics,
                              const struct mou_source *source)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        struct mou_span span = diagnostics->list.items[i].span;
        require(span.begin <= span.end && span.end <= source->len);
        mou_diagnostic_render(&diagnostics->list.items[i], source, 1, MOU_LANG_ZH, false, &text);
    }
    require(!text.failed);
    mou_buf_free(&text);
}

/* The tree of the text as a dump, which the caller frees. */
static struct mou_buf parse_to_dump(const char *bytes, size_t len)
{
    struct mou_buf dump;
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_source source = {"fuzz", bytes, len};
    struct mou_diagnostics diagnostics;
    struct mou_tree *tree = NULL;
    require(arena != NULL);
    mou_diagnostics_init(&diagnostics, arena);
    mou_buf_init(&dump, NULL, TEXT_BYTES_MAX);
    require(mou_parse(arena, NULL, &source, 0, &diagnostics, &tree) == MOU_OK);
    require(tree->broken == (diagnostics.error_count > 0));
    check_diagnostics(&diagnostics, &source);
    mou_dump_tree(tree, &dump);
    require(!dump.failed);
    mou_arena_free(arena);
    return dump;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size + 1);
    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, data, size);
    bytes[size] = '\0';
    struct mou_buf first = parse_to_dump(bytes, size);
    struct mou_buf second = parse_to_dump(bytes, size);
    require(first.len == second.len &&
            (first.len == 0 || memcmp(first.data, second.data, first.len) == 0));
    mou_buf_free(&first);
    mou_buf_free(&second);
    free(bytes);
    return 0;
}
