/*
 * Record types of a batch no row of which can matter for what is counted, told by zones: what their cells are at the most. Called through vm.h; uses the machine's lean plan.
 */
#ifndef MOU_VM_IDLE_H
#define MOU_VM_IDLE_H

#include "machine.h"

/** What may be said of a condition for all rows of a block at once. */
enum mou_said { MOU_SAID_NEVER = 1, MOU_SAID_ALWAYS = 2 };

struct mou_idle_plan {
    uint8_t *may_be;    /**< per record type: all that is computed of its rows is what zones can be asked about */
    uint32_t *watched;  /**< instructions at the rows of such types, and reductions of these rows to subjects; operands come first */
    uint32_t watched_count;
    uint8_t *said;      /**< per instruction: bits of enum mou_said, of the block at hand */
};

#endif
