/*
 * Receipts that commands leave in a store's ledger, and who acts in them.
 */
#ifndef MOU_CLI_NOTES_H
#define MOU_CLI_NOTES_H

#include "store_commands.h"

/** Who does something, and for what. Texts are borrowed. */
struct mou_acting {
    const char *actor;
    bool stated; /**< else the process's user */
    const char *department, *purpose; /**< may be empty */
    bool unmask;
};
/** As the invocation says. */
struct mou_acting mou_acting_of(struct mou_cli *cli);
/** Appends `, "name": "text"`. */
void mou_put_member(struct mou_buf *body, const char *name, const char *text);
/** Appends the members that say who acts. */
void mou_put_acting(const struct mou_acting *acting, struct mou_buf *body);
/** Leaves a receipt of this kind; *number, where it is wanted, receives its number in the ledger. Complains on failure. */
enum mou_exit mou_note(struct mou_cli *cli, struct mou_store *store, const char *kind, const struct mou_buf *body, int64_t *number);
/** The same for what is answered at once, also while another program writes: *number is 0 where the receipt waits beside the store for that to be done. */
enum mou_exit mou_note_soon(struct mou_cli *cli, struct mou_store *store, const char *kind, const struct mou_buf *body, int64_t *number);

/** A look-up that is about to be answered. */
struct mou_lookup_note {
    struct mou_acting acting;
    const char *subject; /**< "*": all */
    const char *matter;  /**< NULL: none */
    bool proposals;      /**< matters were answered by what the rules say, not by what is in effect */
    mou_date as_of;
    mou_time known_at;
    const struct mou_pack *pack;
    struct mou_text lines; /**< the answer's JSON lines; NULL bytes where they are not known yet */
};
/** Says in the JSON line about a matter that was appended last that it is what the rules say, binding nobody. */
void mou_mark_proposals(struct mou_buf *line);
enum mou_exit mou_note_lookup(struct mou_cli *cli, struct mou_store *store, const struct mou_lookup_note *lookup, int64_t *number);

#endif
