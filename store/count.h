/*
 * Outcomes of a whole snapshot counted, on several threads. Used by run.c. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_COUNT_H
#define MOU_STORE_COUNT_H

#include "snapshot.h"

#define MOU_COUNT_THREADS_MAX 64u

struct mou_count_request {
    mou_date as_of;
    uint32_t threads; /**< 1 to MOU_COUNT_THREADS_MAX */
    const uint64_t *passed_over; /**< bit per subject of the snapshot that is not counted; NULL: all are */
    bool (*progress)(void *state, uint64_t subjects_done, uint64_t subjects_total); /**< NULL; called on the caller's thread; false stops */
    void *progress_state;
    uint32_t batch_subjects; /**< of a batch; 0: as many as usual */
    struct mou_profile *profile; /**< NULL; receives where the time went */
};

/**
 * Finds the subjects on which outcomes of others may depend, by the record types that they have rows of: a bit per subject, in `arena`; NULL where any may.
 * MOU_ERROR_MEMORY.
 */
enum mou_status mou_count_related(const struct mou_snapshot *snapshot, struct mou_arena *arena, const uint64_t **related) MOU_MUST_USE;
/** Adds the outcomes of a batch's core subjects, and the faults that decisions name. MOU_ERROR_MEMORY. */
enum mou_status mou_count_batch(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, struct mou_outcome_counts *counts,
                                uint64_t *faults) MOU_MUST_USE;
/** Adds what was counted by measure (NULL: nothing was) to counts and decisions of `result`. */
void mou_count_add(const struct mou_outcome_counts *counts, struct mou_run_result *result);
/**
 * Adds to `result` (counts, decisions, subjects, faults; its counts array is there) what all subjects of the snapshot come to: the same numbers for any number of
 * threads. Nothing is added where it fails. MOU_ERROR_MEMORY; MOU_ERROR_IO where `progress` stopped it; MOU_ERROR_DATA for a stored snapshot that is not what it should be.
 */
enum mou_status mou_count_outcomes(const struct mou_snapshot *snapshot, const struct mou_count_request *request, struct mou_run_result *result) MOU_MUST_USE;

#endif
