/*
 * Identity numbers and names of persons in texts, masked. Used by all that prints what a store knows.
 */
#ifndef MOU_CLI_PERSONS_H
#define MOU_CLI_PERSONS_H

#include "mou/base.h"

/** Leaves of every identity number in the text its first three and last four characters. */
void mou_mask_in_place(char *bytes, size_t len);
/** Appends a text with every identity number in it masked. */
void mou_mask_text(struct mou_text text, struct mou_buf *out);
/** Appends a person's name with its first character only. */
void mou_mask_name(struct mou_text name, struct mou_buf *out);

#endif
