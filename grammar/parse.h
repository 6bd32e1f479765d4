/*
 * The door of the grammar folder: text to tree, and tree to text. Used by the compiler and the formatter's command.
 */
#ifndef MOU_GRAMMAR_PARSE_H
#define MOU_GRAMMAR_PARSE_H

#include "tree.h"

/** Most bytes of one source. */
#define MOU_SOURCE_BYTES_MAX (16u * 1024 * 1024)
/** Deepest nesting of expressions; more is a diagnostic, never a crash. */
#define MOU_NESTING_MAX 200

/**
 * Parses source number `source_index` of the compilation. The tree and everything in it lives in `arena`; syntax errors go to `diagnostics`
 * and the tree holds what could be read. Returns MOU_OK (also with errors in the source) or MOU_ERROR_MEMORY.
 */
enum mou_status mou_parse(struct mou_arena *arena, const struct mou_source *source, uint32_t source_index,
                          struct mou_diagnostics *diagnostics, struct mou_tree **tree) MOU_MUST_USE;

enum mou_keywords { MOU_KEYWORDS_AS_WRITTEN, MOU_KEYWORDS_ZH, MOU_KEYWORDS_EN };

/** Appends the canonical layout of an unbroken tree, comments kept. Idempotent. */
enum mou_status mou_format(const struct mou_tree *tree, const struct mou_source *source, enum mou_keywords keywords,
                           struct mou_buf *out) MOU_MUST_USE;

#endif
