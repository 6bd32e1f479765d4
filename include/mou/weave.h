/*
 * The weaver: a compilation as a folder of pages for readers of the law: every memorandum's text beside its rules, with indexes. No input or
 * output: the caller writes the pages.
 */
#ifndef MOU_WEAVE_H
#define MOU_WEAVE_H

#include "mou/base.h"
#include "mou/compiler.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Takes one page. `name` is a file name without folder, NUL-terminated; bytes and name are valid during the call only. Anything but MOU_OK ends the
 * weaving.
 */
typedef enum mou_status (*mou_page_fn)(void *state, const char *name, const void *bytes, size_t len);

/**
 * Hands every page of a compilation without errors to `take`, in an order that depends on the sources alone, the style sheet first. The pages refer
 * to each other and to nothing else. Same sources (and base names), same language: same bytes. `lang` is the language of the frame's words; rules
 * and texts stay as written. Returns what `take` returned, or MOU_ERROR_MEMORY. `allocator`: where the pages are made, NULL: default. Thread rule: as the compilation's.
 */
MOU_API enum mou_status mou_weave(const struct mou_compilation *compilation, enum mou_lang lang, const struct mou_allocator *allocator, mou_page_fn take,
                                  void *state) MOU_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
