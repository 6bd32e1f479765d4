/*
 * Receipts that wait until the store can be written. Made by waiting.c; used where notes are recorded and where transactions are committed.
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

#endif
