/*
 * mou_parse: sets up scanner, stream and parser for one source and takes the tree from them, or the
 * pieces that the stream cut. The only file that sees all three.
 */
#include "parse.h"

#include <assert.h>
#include <string.h>

#include "amend.h"
#include "parser.h"

/* Each reading finds the mistakes that the ones before hid; nobody hides that many behind another. */
#define READINGS_MAX 8

/*
 * A copy of the source that the scanner may read in place: refused bytes blanked, two NUL bytes
 * behind.
 */
static bool copy_source(struct mou_parse *parse)
{
    parse->len = parse->source->len;
    parse->text = mou_arena_alloc(parse->arena, parse->len + 2);
    if (parse->text == NULL) {
        return false;
    }
    if (parse->len != 0) {
        memcpy(parse->text, parse->source->bytes, parse->len);
    }
    return true;
}

struct mou_parse *mou_parse_begin(struct mou_arena *arena, const struct mou_keyword_table *keywords,
                                  const struct mou_source *source, uint32_t source_index,
                                  struct mou_diagnostics *diagnostics, struct mou_tree *tree)
{
    assert(arena != NULL && source != NULL && source->len <= MOU_SOURCE_BYTES_MAX);
    struct mou_parse *parse = MOU_NEW(arena, struct mou_parse);
    if (parse == NULL) {
        return NULL;
    }
    *parse = (struct mou_parse){.arena = arena,
                                .source = source,
                                .source_index = source_index,
                                .diagnostics = diagnostics,
                                .tree = tree,
                                .line_empty = true,
                                .synced_at = UINT32_MAX,
                                .skipped_line = UINT32_MAX,
                                .nesting_reported_at = UINT32_MAX};
    parse->keywords = keywords != NULL ? keywords : mou_keyword_table_new(arena);
    if (parse->keywords == NULL || !copy_source(parse)) {
        return NULL;
    }
    mou_scan_refuse(parse);
    return mou_scanner_open(parse) ? parse : NULL;
}

/*
 * Reads the source, and again as long as a mistake was found whose meaning is known and not yet
 * followed.
 */
static enum mou_status read_until_settled(struct mou_arena *arena,
                                          const struct mou_keyword_table *keywords,
                                          const struct mou_source *source, uint32_t source_index,
                                          struct mou_diagnostics *diagnostics,
                                          struct mou_tree *tree)
{
    struct mou_amendments *amendments = NULL;
    const struct mou_diagnostics before = *diagnostics;
    for (unsigned reading = 0; reading < READINGS_MAX; reading++) {
        *tree = (struct mou_tree){0};
        struct mou_parse *parse =
            mou_parse_begin(arena, keywords, source, source_index, diagnostics, tree);
        if (parse == NULL) {
            return MOU_ERROR_MEMORY;
        }
        parse->amendments = amendments;
        /* Its result says no more than the diagnostics and the arena do. */
        (void)mou_yyparse(parse);
        mou_scanner_close(parse);
        tree->declarations = parse->declarations.first;
        amendments = parse->amendments;
        bool last = amendments == NULL || reading + 1 == READINGS_MAX;
        if (last || !mou_amend_again(amendments, diagnostics, &before)) {
            break;
        }
    }
    return MOU_OK;
}

enum mou_status mou_parse(struct mou_arena *arena, const struct mou_keyword_table *keywords,
                          const struct mou_source *source, uint32_t source_index,
                          struct mou_diagnostics *diagnostics, struct mou_tree **tree)
{
    assert(arena != NULL && source != NULL && diagnostics != NULL && tree != NULL);
    *tree = MOU_NEW(arena, struct mou_tree);
    if (*tree == NULL) {
        return MOU_ERROR_MEMORY;
    }
    size_t errors_before = diagnostics->error_count;
    if (source->len > MOU_SOURCE_BYTES_MAX) {
        struct mou_text none = MOU_TEXT("");
        mou_diagnose(diagnostics, MOU_DIAG_SOURCE_TOO_LARGE, (struct mou_span){source_index, 0, 0},
                     none, none, none);
        (*tree)->broken = true;
        return MOU_OK;
    }
    enum mou_status status = read_until_settled(arena, keywords, source, source_index, diagnostics, *tree);
    if (status != MOU_OK) {
        return status;
    }
    (*tree)->broken = diagnostics->error_count != errors_before;
    return mou_arena_failed(arena) ? MOU_ERROR_MEMORY : MOU_OK;
}

enum mou_status mou_parse_pieces(struct mou_arena *arena, const struct mou_source *source,
                                 mou_pieces *pieces)
{
    assert(arena != NULL && source != NULL && pieces != NULL);
    struct mou_diagnostics diagnostics;
    struct mou_tree *tree = MOU_NEW(arena, struct mou_tree);
    mou_diagnostics_init(&diagnostics, arena);
    struct mou_parse *parse =
        tree != NULL ? mou_parse_begin(arena, NULL, source, 0, &diagnostics, tree) : NULL;
    if (parse == NULL) {
        return MOU_ERROR_MEMORY;
    }
    parse->pieces = pieces;
    (void)mou_yyparse(parse);
    mou_scanner_close(parse);
    assert(mou_arena_failed(arena) || diagnostics.error_count == 0);
    return mou_arena_failed(arena) ? MOU_ERROR_MEMORY : MOU_OK;
}
