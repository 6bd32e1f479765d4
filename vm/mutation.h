/*
 * What mutation.c, which finds mutations, and mutant.c, which makes them, have to agree on.
 */
#ifndef MOU_VM_MUTATION_H
#define MOU_VM_MUTATION_H

#include "machine.h"
#include "mou/mutation.h"

/** `part` of a dropped guard: 仅当, 除非, then what is asked of the rows of each reach. */
enum { MOU_FIRST_REACH_PART = 2 };

/** `part` of a parameter's value: from another day on; never, as the one before it stays; each on the other's date. */
enum { MOU_DATE_MOVED, MOU_DATE_NEVER, MOU_DATES_SWAPPED };

/** How a machine over the pack is to take the words of a mutation (mou_machine_turn); MOU_TURN_NONE: something else is changed. */
enum mou_turn mou_mutation_turn(const struct mou_mutation *mutation);
/** The instructions that give something else by the mutation; none where it changes how a measure or memorandum is read. */
const uint32_t *mou_mutations_changed(const struct mou_mutations *mutations, size_t index, size_t *count);
/** The entries of the pack's table that it changes: instructions, or the one entry that it names. */
const uint32_t *mou_mutations_entries(const struct mou_mutations *mutations, size_t index, size_t *count);

#endif
