/*
 * The bitmaps of subjects that decide.c looks at. Used by decide.c only.
 */
#ifndef MOU_VM_DECIDE_FILTER_H
#define MOU_VM_DECIDE_FILTER_H

#include "decide.h"

/** Per rule of the plan a bitmap over subjects, of which those of the core count; NULL when memory ran out. Lives in
 * the batch arena. */
uint64_t **mou_decide_filter(struct mou_machine *machine, const struct mou_decide_plan *plan);

#endif
