/*
 * The bitmaps of subjects that decide.c, states.c and tally.c look at. Used by them only.
 */
#ifndef MOU_VM_DECIDE_FILTER_H
#define MOU_VM_DECIDE_FILTER_H

#include "decide.h"

/** A rule that may say something of somebody. */
struct mou_target {
    uint32_t place;         /**< in the plan's rules */
    const uint64_t *bits;   /**< of whom, over subjects; those of the core count */
};

/** Rules that may say something of anybody, in the order of the plan. */
struct mou_targets {
    const struct mou_target *rules;
    uint32_t count;
    const uint64_t *any; /**< subjects of any of them */
};

/** Fills *targets, whose memory is the run's; false when memory ran out. */
bool mou_decide_filter(struct mou_machine *machine, const struct mou_decide_plan *plan, struct mou_targets *targets) MOU_MUST_USE;
/** Subjects of whom one measure may say something; NULL when memory ran out. */
const uint64_t *mou_decide_targets(struct mou_machine *machine, const struct mou_decide_plan *plan, uint32_t measure);

/** Rows of a ground that begin after today, where the beginning is a column as it is; NULL where it is not, and they are asked one by one. In the slab. */
const uint64_t *mou_decide_rows_ahead(struct mou_machine *machine, const struct mou_pack_ground *section);
/** Rows of word `word`, but for the `settled` ones, that nothing but time holds back: their condition is yes, and their beginning or service lies ahead. */
uint64_t mou_decide_pending_word(const struct mou_machine *machine, const struct mou_pack_ground *section, const uint64_t *ahead, size_t word, uint64_t settled);

#endif
