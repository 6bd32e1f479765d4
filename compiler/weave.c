/*
 * mou_weave: drives the making of the pages. What every page needs is found once, then each is written into one buffer and handed out.
 */
#include "weave.h"

#include <assert.h>

#include "weave_style.h"

/** Most bytes of one page. */
#define PAGE_BYTES_MAX ((size_t)256 * 1024 * 1024)

static enum mou_status cut_pieces(struct mou_weaver *weaver)
{
    const struct mou_compilation *compilation = weaver->compilation;
    weaver->pieces = MOU_NEW_ARRAY(weaver->arena, compilation->sources.count + 1, mou_pieces);
    enum mou_status status = weaver->pieces != NULL ? MOU_OK : MOU_ERROR_MEMORY;
    for (size_t i = 0; status == MOU_OK && i < compilation->sources.count; i++) {
        status = mou_parse_pieces(weaver->arena, &compilation->sources.items[i], &weaver->pieces[i]);
    }
    return status;
}

static void write_pages(struct mou_weaver *weaver)
{
    static void (*const writers[])(struct mou_weaver *) = {
        mou_weave_home,          mou_weave_memoranda,       mou_weave_tests,         mou_weave_measure_index,
        mou_weave_authority_index, mou_weave_article_index, mou_weave_vocabulary_page, mou_weave_calendar_page, mou_weave_name_index,
    };
    for (size_t i = 0; weaver->status == MOU_OK && i < sizeof writers / sizeof writers[0]; i++) {
        writers[i](weaver);
    }
}

enum mou_status mou_weave(const struct mou_compilation *compilation, enum mou_lang lang, const struct mou_allocator *allocator, mou_page_fn take, void *state)
{
    assert(compilation != NULL && compilation->diagnostics.error_count == 0 && take != NULL);
    struct mou_weaver weaver = {.compilation = compilation, .program = &compilation->program, .lang = lang, .take = take, .state = state};
    weaver.arena = mou_arena_new(allocator);
    if (weaver.arena == NULL) {
        return MOU_ERROR_MEMORY;
    }
    mou_buf_init(&weaver.page, allocator, PAGE_BYTES_MAX);
    weaver.status = cut_pieces(&weaver);
    if (weaver.status == MOU_OK) {
        mou_weave_find_links(&weaver);
        mou_weave_find_citations(&weaver);
        weaver.status = mou_arena_failed(weaver.arena) ? MOU_ERROR_MEMORY : take(state, "style.css", mou_style_sheet, sizeof mou_style_sheet);
    }
    write_pages(&weaver);
    mou_buf_free(&weaver.page);
    mou_arena_free(weaver.arena);
    return weaver.status;
}
