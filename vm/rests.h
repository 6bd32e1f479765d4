/*
 * What a rule rests on: the registers that it is read from, and everything below them. Shared by
 * decide_plan.c and coverage.c; reads the pack only.
 */
#ifndef MOU_VM_RESTS_H
#define MOU_VM_RESTS_H

#include "machine.h"

/* Each sets used[instruction] of the registers that a rule is read from; `used` has an entry per instruction. */
void mou_rests_finding(const struct mou_pack *pack, uint32_t index, uint8_t *used);
/** Of a measure itself; the findings that it rests on are marked by mou_rests_because. */
void mou_rests_measure(const struct mou_pack *pack, uint32_t index, uint8_t *used);
void mou_rests_because(const struct mou_pack *pack, uint32_t measure, uint8_t *used);
void mou_rests_duty(const struct mou_pack *pack, uint32_t index, uint8_t *used);
void mou_rests_repair(const struct mou_pack *pack, uint32_t index, uint8_t *used);
void mou_rests_matter(const struct mou_pack *pack, uint32_t index, uint8_t *used);
/** Goes on to everything that the marked registers are computed from, and to the measures whose state is asked for. */
void mou_rests_spread(const struct mou_pack *pack, uint8_t *used);

#endif
