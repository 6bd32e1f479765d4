/*
 * The bitmaps of subjects that decide.c and states.c look at. Used by them only.
 */
#ifndef MOU_VM_DECIDE_FILTER_H
#define MOU_VM_DECIDE_FILTER_H

#include "decide.h"

/** Per rule of the plan a bitmap over subjects, of which those of the core count; NULL when memory ran out. Lives in
 * the batch arena. */
uint64_t **mou_decide_filter(struct mou_machine *machine, const struct mou_decide_plan *plan);
/** The same for one measure. */
const uint64_t *mou_decide_targets(struct mou_machine *machine, const struct mou_decide_plan *plan, uint32_t measure);

#endif
