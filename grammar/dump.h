/*
 * The raw tree as an s-expression: what was understood, without spans, parentheses and comments.
 * For golden tests, for comparing two trees, and for people who debug the grammar.
 */
#ifndef MOU_GRAMMAR_DUMP_H
#define MOU_GRAMMAR_DUMP_H

#include "tree.h"

/** Appends one line for each declaration and each of its parts. */
void mou_dump_tree(const struct mou_tree *tree, struct mou_buf *out);
/** Appends one expression on one line. */
void mou_dump_expr(const struct mou_expr *expr, struct mou_buf *out);
/** Name of an operator in a dump. */
const char *mou_dump_op(enum mou_op op);

#endif
