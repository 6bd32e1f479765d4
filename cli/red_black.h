/*
 * Red and black lists in the platform's XML shape.
 */
#ifndef MOU_CLI_RED_BLACK_H
#define MOU_CLI_RED_BLACK_H

#include "cli.h"

/** One listed subject. */
struct mou_listed {
    struct mou_text list, kind; /**< the finding's name, and the kind of list that it enters */
    struct mou_text memorandum;
    struct mou_text identifier, name, from, until, grounds;
};

struct mou_red_black;
/** Begins a document; NULL where there is no memory. */
struct mou_red_black *mou_red_black_begin(struct mou_cli *cli);
/** Takes a row; false, and nothing taken, for kinds of list that are neither red nor black: the shape has no word for them. */
bool mou_red_black_add(struct mou_red_black *lists, const struct mou_listed *listed);
/** Appends the whole document; measures are those of `pack`. */
void mou_red_black_put(struct mou_red_black *lists, const struct mou_pack *pack, const char *number, struct mou_buf *out);
/** NULL is fine. */
void mou_red_black_free(struct mou_red_black *lists);

/* red_black_read.c */

/** Whether a file that begins so may be such a document. */
bool mou_red_black_begins(const char *bytes, size_t len);
/** Appends one line of JSON for each listed subject, with the fields of the rule library's 交换名单. Complains and returns false where it is no such document. */
bool mou_red_black_read(struct mou_cli *cli, struct mou_text document, struct mou_buf *rows);

#endif
