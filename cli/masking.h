/*
 * Confidential values and personal identifiers in what is printed: hidden unless --unmask says otherwise, which needs a purpose and leaves a receipt.
 */
#ifndef MOU_CLI_MASKING_H
#define MOU_CLI_MASKING_H

#include "persons.h"
#include "store_commands.h"

/** What stands for a hidden value in JSON and tables. */
#define MOU_MASK "***"

struct mou_masking {
    const struct mou_pack *pack;
    bool shown; /**< --unmask */
    bool any;   /**< the pack has keys or grants that are to be hidden in decisions */
};

/** Whether --unmask is in order. Complains and returns false where it has no purpose. */
bool mou_masking_allowed(const struct mou_cli *cli);
/** By the invocation's options, for lines about decisions of this pack. */
void mou_masking_init(struct mou_masking *masking, const struct mou_cli *cli, const struct mou_pack *pack);
/** Appends a JSON line about a decision, duty, repair or matter, with or without its line break, confidential keys and grants hidden, identity numbers of persons masked. */
void mou_mask_line(const struct mou_masking *masking, struct mou_text line, struct mou_buf *out);
/** Leaves the receipt of showing what is confidential, if --unmask asks for that; `what` says where. */
enum mou_exit mou_masking_note(struct mou_cli *cli, struct mou_store *store, const char *what);

#endif
