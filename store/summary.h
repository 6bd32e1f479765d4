/*
 * Outcomes of everybody counted, out of the stored snapshot where there is one. Used by run.c. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_SUMMARY_H
#define MOU_STORE_SUMMARY_H

#include "count.h"

/**
 * Inside a transaction that reads. Adds to `result` as mou_count_outcomes does; says there how many subjects came out of a stored snapshot. A stored snapshot that is too
 * old, or cannot be used, is made anew; that this is not possible is no failure.
 */
enum mou_status mou_summary(struct mou_store *store, mou_time known_at, const struct mou_count_request *request, struct mou_run_result *result) MOU_MUST_USE;

#endif
