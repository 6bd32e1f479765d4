/*
 * mou_parse: sets up scanner, stream and parser for one source and takes the tree from them. The only file that sees all three.
 */
#include "parse.h"

#include <assert.h>
#include <string.h>

#include "parser.h"
#include "scan.h"

/* A copy of the source that the scanner may read in place: refused bytes blanked, two NUL bytes behind. */
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

static void run(struct mou_parse *parse)
{
    mou_scan_refuse(parse);
    if (!mou_scanner_open(parse)) {
        return;
    }
    /* Its result says no more than the diagnostics and the arena do. */
    (void)mou_yyparse(parse);
    mou_scanner_close(parse);
}

enum mou_status mou_parse(struct mou_arena *arena, const struct mou_source *source, uint32_t source_index,
                          struct mou_diagnostics *diagnostics, struct mou_tree **tree)
{
    assert(arena != NULL && source != NULL && diagnostics != NULL && tree != NULL);
    struct mou_parse *parse = MOU_NEW(arena, struct mou_parse);
    *tree = MOU_NEW(arena, struct mou_tree);
    if (parse == NULL || *tree == NULL) {
        return MOU_ERROR_MEMORY;
    }
    size_t errors_before = diagnostics->error_count;
    *parse = (struct mou_parse){.arena = arena, .source = source, .source_index = source_index, .diagnostics = diagnostics,
                                .tree = *tree, .line_empty = true, .synced_at = UINT32_MAX, .nesting_reported_at = UINT32_MAX};
    if (source->len > MOU_SOURCE_BYTES_MAX) {
        mou_parse_report(parse, MOU_DIAG_SOURCE_TOO_LARGE, 0, 0, MOU_TEXT(""), MOU_TEXT(""));
        (*tree)->broken = true;
        return MOU_OK;
    }
    parse->keywords = mou_keyword_table_new(arena);
    if (parse->keywords == NULL || !copy_source(parse)) {
        return MOU_ERROR_MEMORY;
    }
    run(parse);
    (*tree)->declarations = parse->declarations.first;
    (*tree)->broken = diagnostics->error_count != errors_before;
    return mou_arena_failed(arena) ? MOU_ERROR_MEMORY : MOU_OK;
}
