/*
 * A reduction at work: the frame below the result's, and the rows that count. Shared by kernels_reduce.c and
 * kernels_streak.c.
 */
#ifndef MOU_VM_REDUCE_H
#define MOU_VM_REDUCE_H

#include "kernels.h"

struct mou_reduction {
    uint32_t child;                /**< frame of the rows */
    const struct mou_frame *frame; /**< the same, filled */
    uint32_t rows;
    size_t words;
    uint64_t *yes;   /**< rows with presence and condition */
    uint64_t *maybe; /**< the same, or unknown */
};

/** Finds the child frame and takes the two bitmaps; their content is undefined. */
bool mou_reduction_begin(struct mou_kernel *kernel, struct mou_reduction *reduction);
/** The same with the bitmaps filled. */
bool mou_reduction_combined(struct mou_kernel *kernel, struct mou_reduction *reduction);
/** Sets the range of every row of the result to nothing. */
void mou_reduction_clear(struct mou_kernel *kernel);
/** Largest number of rows below one parent row. */
uint32_t mou_reduction_longest(const struct mou_reduction *reduction, uint32_t parents);
/** Known values of the rows of `parent` with a bit, into `out`; how many. */
uint32_t mou_reduction_collect(const struct mou_reduction *reduction, const uint64_t *bits,
                               const struct mou_value_view *values, uint32_t parent, int64_t *out);

#endif
