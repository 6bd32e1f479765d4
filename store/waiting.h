/*
 * Receipts that wait until the store can be written. Made by waiting.c; used where notes are recorded, where transactions are committed, and where a store is verified and copied.
 */
#ifndef MOU_STORE_WAITING_H
#define MOU_STORE_WAITING_H

#include "store_internal.h"

/** Keeps a receipt, safe on disk, beside a store that somebody else is writing to. */
enum mou_status mou_waiting_add(struct mou_store *store, mou_time at, const char *kind, struct mou_text body) MOU_MUST_USE;
/** Within a transaction that writes, before its commit: takes what waits into the ledger, each once. */
enum mou_status mou_waiting_take(struct mou_store *store) MOU_MUST_USE;
/** After the commit: what was taken need not be kept. What cannot be deleted now is not taken again, and goes with the next. */
void mou_waiting_done(struct mou_store *store);

/** What waits, as the transaction under way sees it. */
struct mou_waiting_look {
    uint64_t count; /**< receipts that were not taken yet */
    bool damaged;   /**< the file is no such database, or not whole any more */
    bool foreign;   /**< it is another store's, or was not made here */
};
/** Looks without touching anything; also where there is no such file. */
enum mou_status mou_waiting_look(struct mou_store *store, struct mou_waiting_look *look) MOU_MUST_USE;
/** Copies what waits to a new private file; *copied is false where nothing does. Fails where the file is damaged. */
enum mou_status mou_waiting_copy(struct mou_store *store, const char *path, bool *copied) MOU_MUST_USE;

#endif
