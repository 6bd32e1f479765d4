/*
 * What a run is narrowed to: some rules, everything that deciding them reads, and nothing else. Filled by focus.c once, read by the
 * files of a run. Nobody outside vm/ includes it.
 */
#ifndef MOU_VM_FOCUS_H
#define MOU_VM_FOCUS_H

#include "machine.h"

struct mou_focus {
    struct mou_arena *arena;
    const struct mou_pack *pack;
    uint8_t *wanted;   /**< per instruction: 1 where it is run */
    uint32_t *order;   /**< those instructions, ascending */
    uint32_t count;    /**< entries of `order` */
    uint32_t decided;  /**< entries of `order` that decisions need: before the pack's `first_other` */
    /* per rule: 1 where it is decided */
    uint8_t *findings, *measures, *duties, *repairs, *matters, *assertions;
    /* per rule: 1 where its registers are there to be read */
    uint8_t *read_findings, *read_measures;
};

/** Whether something is in a run's focus; without one everything is. */
#define MOU_IN_FOCUS(focus, member, index) ((focus) == NULL || (focus)->member[index] != 0)

#endif
