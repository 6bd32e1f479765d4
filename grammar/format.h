/*
 * The formatter's parts. format.c owns lines, comments and blank lines; format_words.c spells
 * keywords, names and literals; format_expr.c lays out expressions, format_clause.c clauses,
 * format_test.c fixtures and expectations, format_decl.c declarations. All of them read the tree
 * and the source, and write through struct mou_layout. Private to the grammar folder.
 */
#ifndef MOU_GRAMMAR_FORMAT_H
#define MOU_GRAMMAR_FORMAT_H

#include "keywords.h"

/** Columns of indentation of clauses; twice that for what is known of a subject. */
#define MOU_INDENT 4
/** A condition of several terms that is wider than this is broken before each 且 or 或. */
#define MOU_WIDTH_CONDITION 56
/** Columns stand this far apart where a name is followed by text. */
#define MOU_GAP 3
/** Lists are filled to this width. */
#define MOU_WIDTH_LIST 100
/** A single term is broken only beyond this. */
#define MOU_WIDTH_TERM 120

/** A comment that trails a line, to be aligned with its neighbours at the end. */
struct mou_trail {
    size_t line;    /**< offset of its line in the text */
    size_t comment; /**< offset of the comment, which follows the line's content at once */
};

struct mou_layout {
    const struct mou_tree *tree;
    const struct mou_source *source;
    enum mou_keywords mode;
    bool
        english; /**< language of words that stand for themselves: of the clause or declaration being written */
    struct mou_arena *arena;
    struct mou_keyword_table *keywords;
    struct mou_buf *out;
    struct mou_buf line;    /**< the line being written, without its end */
    struct mou_buf scratch; /**< for measuring; never held across a call */
    bool failed;            /**< a buffer ran out of room */
    bool line_open;
    size_t measured_len; /**< bytes of the line whose width is known */
    size_t measured_width;
    size_t value_column;    /**< of the values of the declaration's clauses, 0: behind keywords */
    size_t parameter_width; /**< of the values of a parameter */
    size_t run_name;    /**< widest name of the run of one-line declarations */
    size_t run_display; /**< and its widest text */
    size_t comment;     /**< next one to be written */
    MOU_VEC(struct mou_trail) trails;
    uint32_t last_end; /**< how far the source has been written */
};

/* ---- format.c: lines */

enum mou_blanks {
    MOU_BLANKS_NONE, /**< a continuation: no blank line before it */
    MOU_BLANKS_KEPT, /**< as many as the source has, at most two */
    MOU_BLANKS_AT_LEAST_ONE
};

/**
 * Ends the line before and begins one for what stands at `begin` in the source, behind the comments
 * that come before it.
 */
void mou_layout_line(struct mou_layout *layout, size_t indent, uint32_t begin,
                     enum mou_blanks blanks);
/** Tells that the source has been written up to `end`. */
void mou_layout_wrote(struct mou_layout *layout, struct mou_span span);
/** Display width of the line so far. */
size_t mou_layout_column(struct mou_layout *layout);
/** True if a comment that is not yet written begins before `end`. */
bool mou_layout_comment_before(const struct mou_layout *layout, uint32_t end);
/** Blanks up to `column`, at least one. */
void mou_layout_pad(struct mou_layout *layout, size_t column);

/** Writes one item of a filled list into `out`. */
typedef void (*mou_item_fn)(struct mou_layout *layout, const void *item, struct mou_buf *out);
/**
 * Writes the next item of a list that is filled to MOU_WIDTH_LIST; continuation lines begin at
 * `indent`.
 */
void mou_layout_fill(struct mou_layout *layout, size_t indent, bool first, const char *separator,
                     struct mou_span span, mou_item_fn write, const void *item);
/** The same for a list that is filled to `width`. */
void mou_layout_fill_to(struct mou_layout *layout, size_t width, size_t indent, bool first,
                        const char *separator, struct mou_span span, mou_item_fn write,
                        const void *item);

/** Empties a buffer, remembering whether it had failed. */
void mou_layout_clear(struct mou_layout *layout, struct mou_buf *buf);

/* ---- format_words.c */

/**
 * The words that stand for themselves from here on are in the language of the word at `span` (or of
 * the mode).
 */
void mou_word_language(struct mou_layout *layout, struct mou_span span);
struct mou_text mou_word_slice(const struct mou_layout *layout, struct mou_span span);
bool mou_word_is_english(const struct mou_layout *layout, struct mou_span span);
/**
 * The keyword written at `span`, in the language of the mode; as it is written where the mode keeps
 * it.
 */
void mou_word_keyword(struct mou_layout *layout, struct mou_span span, struct mou_buf *out);
/** The canonical spelling of `token` in the language at hand. */
void mou_word_token(const struct mou_layout *layout, int token, struct mou_buf *out);
const struct mou_keyword *mou_word_find(const struct mou_layout *layout, struct mou_span span);
void mou_word_name(const struct mou_layout *layout, const struct mou_name *name,
                   struct mou_buf *out);
/** A name that may be a keyword with two spellings (a degree, 解除 惩戒). */
void mou_word_either(struct mou_layout *layout, const struct mou_name *name, struct mou_buf *out);
void mou_word_ref(struct mou_layout *layout, const struct mou_name_ref *ref, struct mou_buf *out);
void mou_word_text(struct mou_text text, struct mou_buf *out);
void mou_word_literal(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out);
void mou_word_date(const struct mou_layout *layout, mou_date date, struct mou_buf *out);
/** One legal reference; only its article if `before` has the same instrument. */
void mou_word_legal(struct mou_layout *layout, const struct mou_legal_ref *ref,
                    const struct mou_legal_ref *before, struct mou_buf *out);
const char *mou_word_comma(const struct mou_layout *layout);
bool mou_word_is_document_number(struct mou_text text);

/* ---- format_expr.c */

/** One expression on one line. */
void mou_layout_expr_flat(struct mou_layout *layout, const struct mou_expr *expr,
                          struct mou_buf *out);
/** An expression from the current column on, over several lines where it is long. */
void mou_layout_expr(struct mou_layout *layout, const struct mou_expr *expr);

/* ---- format_clause.c, format_test.c, format_decl.c */

/** Finds the columns of the clauses of `decl`. */
void mou_layout_measure_clauses(struct mou_layout *layout, const struct mou_decl *decl);
/**
 * Writes `clause` and those behind it, up to the one that begins at or behind `until`; returns that
 * one. The declaration that they belong to was measured.
 */
const struct mou_clause *mou_layout_clauses(struct mou_layout *layout,
                                            const struct mou_clause *clause, uint32_t until);
void mou_layout_refs(struct mou_layout *layout, const struct mou_name_ref *refs);
void mou_layout_legal(struct mou_layout *layout, const struct mou_legal_ref *refs);
void mou_layout_subject(struct mou_layout *layout, const struct mou_clause *clause);
void mou_layout_objection(struct mou_layout *layout, const struct mou_clause *clause);
void mou_layout_expectation(struct mou_layout *layout, const struct mou_clause *clause);
void mou_layout_declaration(struct mou_layout *layout, const struct mou_decl *decl,
                            const struct mou_decl *before);

#endif
