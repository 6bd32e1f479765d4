/*
 * Any bytes as a rule file, written in the canonical layout if nothing is wrong with it. That layout reads as the same tree, keeps every
 * comment in its order, is its own layout, and comes back from English keywords as it went.
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

/* One text, its tree as a dump, its comments, and its layout. */
struct version {
    struct mou_buf dump;
    struct mou_buf comments;
    struct mou_buf layout;
    bool broken;
};

/* The words of all comments: what lies between them is white space. */
static void copy_comments(const struct mou_tree *tree, const char *bytes, struct mou_buf *out)
{
    for (size_t i = 0; i < tree->comments.count; i++) {
        for (size_t at = tree->comments.items[i].span.begin; at < tree->comments.items[i].span.end;
             at++) {
            if (strchr(" \t\r\n\f\v", bytes[at]) == NULL) {
                mou_buf_char(out, bytes[at]);
            }
        }
        mou_buf_char(out, '\n');
    }
}

static struct version read_version(const char *bytes, size_t len, enum mou_keywords keywords)
{
    struct version version;
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_source source = {"fuzz", bytes, len};
    struct mou_diagnostics diagnostics;
    struct mou_tree *tree = NULL;
    require(arena != NULL);
    mou_diagnostics_init(&diagnostics, arena);
    mou_buf_init(&version.dump, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&version.comments, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&version.layout, NULL, TEXT_BYTES_MAX);
    require(mou_parse(arena, NULL, &source, 0, &diagnostics, &tree) == MOU_OK);
    version.broken = tree->broken;
    copy_comments(tree, bytes, &version.comments);
    mou_dump_tree(tree, &version.dump);
    enum mou_status status = mou_format(tree, &source, keywords, &version.layout);
    require(status == (tree->broken ? MOU_ERROR_SOURCE : MOU_OK));
    mou_arena_free(arena);
    return version;
}

static void free_version(struct version *version)
{
    mou_buf_free(&version->dump);
    mou_buf_free(&version->comments);
    mou_buf_free(&version->layout);
}

static bool same(const struct mou_buf *a, const struct mou_buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* The layout of `first`, read and laid out again. */
static struct version again(const struct version *first, enum mou_keywords keywords)
{
    struct version second = read_version(first->layout.data != NULL ? first->layout.data : "",
                                         first->layout.len, keywords);
    require(!second.broken);
    return second;
}

static void check_as_written(const char *bytes, size_t len)
{
    struct version first = read_version(bytes, len, MOU_KEYWORDS_AS_WRITTEN);
    if (!first.broken) {
        struct version second = again(&first, MOU_KEYWORDS_AS_WRITTEN);
        require(same(&first.dump, &second.dump));
        require(same(&first.comments, &second.comments));
        require(same(&first.layout, &second.layout));
        free_version(&second);
    }
    free_version(&first);
}

static void check_languages(const char *bytes, size_t len)
{
    struct version first = read_version(bytes, len, MOU_KEYWORDS_ZH);
    if (!first.broken) {
        struct version chinese = again(&first, MOU_KEYWORDS_EN);
        struct version english = again(&chinese, MOU_KEYWORDS_ZH);
        require(same(&first.layout, &english.layout));
        struct version back = again(&english, MOU_KEYWORDS_ZH);
        require(same(&chinese.dump, &back.dump));
        free_version(&back);
        free_version(&english);
        free_version(&chinese);
    }
    free_version(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size + 1);
    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, data, size);
    bytes[size] = '\0';
    check_as_written(bytes, size);
    check_languages(bytes, size);
    free(bytes);
    return 0;
}
