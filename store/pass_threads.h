/*
 * A pass over a snapshot on several threads, its results handed over on one, in order. Used by run.c.
 */
#ifndef MOU_STORE_PASS_THREADS_H
#define MOU_STORE_PASS_THREADS_H

#include "run_internal.h"
#include "snapshot.h"

/**
 * Every subject of the snapshot through the machine; decisions and next dates go to the pass's sink on the caller's thread, in the order of the subjects, whatever
 * the number of threads. On failure the store's message says why.
 */
enum mou_status mou_pass_snapshot(struct mou_pass *pass, const struct mou_snapshot *snapshot) MOU_MUST_USE;

#endif
