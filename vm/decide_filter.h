/*
 * The bitmaps of subjects that decide.c, states.c and tally.c look at. Used by them only.
 */
#ifndef MOU_VM_DECIDE_FILTER_H
#define MOU_VM_DECIDE_FILTER_H

#include "decide.h"

/** Per rule of the plan a bitmap over subjects, of which those of the core count; NULL when memory ran out. Lives in
 * the batch arena. */
uint64_t **mou_decide_filter(struct mou_machine *machine, const struct mou_decide_plan *plan);
/** The same for one measure. */
const uint64_t *mou_decide_targets(struct mou_machine *machine, const struct mou_decide_plan *plan, uint32_t measure);

/** Rows of a ground that begin after today, where the beginning is a column as it is; NULL where it is not, and they are asked one by one. In the slab. */
const uint64_t *mou_decide_rows_ahead(struct mou_machine *machine, const struct mou_pack_ground *section);
/** Rows of word `word`, but for the `settled` ones, that nothing but time holds back: their condition is yes, and their beginning or service lies ahead. */
uint64_t mou_decide_pending_word(const struct mou_machine *machine, const struct mou_pack_ground *section, const uint64_t *ahead, size_t word, uint64_t settled);

#endif
