/*
 * Text of unknown content as people may safely see it: what cannot be seen, moves the cursor or
 * turns the direction of writing is named (U+202E) instead of printed, tabs are spaces, bytes that
 * are no UTF-8 are U+FFFD. For diagnostic.c and render.c.
 */
#ifndef MOU_BASE_VISIBLE_H
#define MOU_BASE_VISIBLE_H

#include "mou/base.h"

/** True for controls, format characters and line separators. */
bool mou_code_point_hidden(uint32_t code_point);
/**
 * Bytes of the character at `at` < text.len, 1 for an ill-formed byte; *cells receives the cells of
 * its visible form.
 */
size_t mou_visible_step(struct mou_text text, size_t at, size_t *cells);
/** Cells of the visible form of the whole text. */
size_t mou_visible_width(struct mou_text text);
/** Appends the visible form. */
void mou_visible_append(struct mou_text text, struct mou_buf *out);
/** The longest beginning of `text` whose visible form takes at most `cells` cells, in bytes. */
size_t mou_visible_fitting(struct mou_text text, size_t cells);

#endif
