/*
 * What was decided upon a subject by a measure, asked for while a run goes on. Used by states.c, matters.c and the explanations.
 */
#ifndef MOU_VM_STATES_H
#define MOU_VM_STATES_H

#include "machine.h"

/** 0: nothing was decided; else MOU_STATE_DECIDED + enum mou_decision_outcome, with the bit where a cited record is under objection. */
enum { MOU_STATE_DECIDED = 1, MOU_STATE_CONTESTED_BIT = 0x80 };

/** Where the measure stands with the host, NULL where the run was not told. */
const struct mou_standing *mou_standing_at(const struct mou_machine *machine, uint32_t measure, uint32_t subject);

/** One entry per core subject; NULL when memory ran out. Lives as long as the run. */
const uint8_t *mou_states_of(struct mou_machine *machine, uint32_t measure);

#endif
