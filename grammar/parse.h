/*
 * The door of the grammar folder: text to tree, and tree to text. Used by the compiler and the formatter's command.
 */
#ifndef MOU_GRAMMAR_PARSE_H
#define MOU_GRAMMAR_PARSE_H

#include "tree.h"

struct mou_keyword_table; /* keywords.h */

/** Most bytes of one source. */
#define MOU_SOURCE_BYTES_MAX (16u * 1024 * 1024)
/** Deepest nesting of expressions; more is a diagnostic, never a crash. */
#define MOU_NESTING_MAX 200

/**
 * Parses source number `source_index` of the compilation. The tree and everything in it lives in `arena`; syntax errors go to `diagnostics`
 * and the tree holds what could be read. `keywords` serves any number of parses and no tree refers to it; NULL: the parse makes a table of its own. Returns MOU_OK (also with errors in the source) or MOU_ERROR_MEMORY.
 */
enum mou_status mou_parse(struct mou_arena *arena, const struct mou_keyword_table *keywords, const struct mou_source *source,
                          uint32_t source_index, struct mou_diagnostics *diagnostics, struct mou_tree **tree) MOU_MUST_USE;

/** What a piece of rule text is, for those who show it. */
enum mou_piece_class {
    MOU_PIECE_MARK,        /**< punctuation and operators in signs */
    MOU_PIECE_DECLARATION, /**< a keyword that opens a declaration */
    MOU_PIECE_CLAUSE,      /**< a keyword that opens a clause */
    MOU_PIECE_KEYWORD,     /**< any other keyword */
    MOU_PIECE_NAME,
    MOU_PIECE_VALUE,       /**< numbers, money, ratios, dates, durations */
    MOU_PIECE_TEXT,
    MOU_PIECE_LAW          /**< 《…》, a document number, an article */
};

/** Bytes [begin, end) of the source. */
struct mou_piece {
    uint32_t begin;
    uint32_t end;
    enum mou_piece_class piece_class;
};
typedef MOU_VEC(struct mou_piece) mou_pieces;

/** Cuts a source that parses without errors into its pieces, in order and without comments (the tree has those). */
enum mou_status mou_parse_pieces(struct mou_arena *arena, const struct mou_source *source, mou_pieces *pieces) MOU_MUST_USE;

enum mou_keywords { MOU_KEYWORDS_AS_WRITTEN, MOU_KEYWORDS_ZH, MOU_KEYWORDS_EN };

/** Appends the canonical layout of an unbroken tree, comments kept. Idempotent. */
enum mou_status mou_format(const struct mou_tree *tree, const struct mou_source *source, enum mou_keywords keywords,
                           struct mou_buf *out) MOU_MUST_USE;

#endif
