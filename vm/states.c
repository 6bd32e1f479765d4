/*
 * What was decided, as conditions: matters and assertions ask whether a measure is in force. A measure is judged once per run for
 * all subjects decided upon, by the same code as decisions; the registers that it needs come before. Called by kernels_run.c and by
 * those who show what was looked up.
 */
#include <assert.h>

#include "bits.h"
#include "decide.h"
#include "decide_filter.h"
#include "kernels.h"
#include "states.h"

/* Fills `states` for the subjects of which the measure may say anything. */
static bool judge_measure(struct mou_decide_work *work, uint32_t measure, uint8_t *states)
{
    const struct mou_batch *batch = work->machine->batch;
    const uint64_t *targets = mou_decide_targets(work->machine, work->plan, measure);
    if (targets == NULL) {
        return false;
    }
    for (uint32_t s = mou_bits_next(targets, 0, batch->core_count); s < batch->core_count && !work->failed;
         s = mou_bits_next(targets, s + 1, batch->core_count)) {
        struct mou_case judged;
        mou_case_judge(work, (struct mou_rule_ref){measure, false}, s, &judged);
        if (judged.decided) {
            states[s] = (uint8_t)(MOU_STATE_DECIDED + (unsigned)judged.outcome);
            states[s] |= mou_case_contested(work, &judged) ? MOU_STATE_CONTESTED_BIT : 0;
        }
        mou_decide_work_rewind(work);
    }
    return !work->failed;
}

const uint8_t *mou_states_of(struct mou_machine *machine, uint32_t measure)
{
    assert(machine != NULL && machine->batch != NULL && measure < machine->pack->measures_count);
    if (machine->states == NULL) {
        machine->states = MOU_SLAB_ZEROED(&machine->slab, machine->pack->measures_count, uint8_t *);
    }
    if (machine->states == NULL || machine->states[measure] != NULL) {
        return machine->states == NULL ? NULL : machine->states[measure];
    }
    struct mou_decide_work work;
    uint8_t *states = MOU_SLAB_ZEROED(&machine->slab, machine->batch->core_count, uint8_t);
    const bool judged = mou_decide_work_init(machine, &work) && states != NULL && judge_measure(&work, measure, states);
    mou_decide_work_free(&work);
    machine->states[measure] = judged ? states : NULL;
    return machine->states[measure];
}

const struct mou_standing *mou_standing_at(const struct mou_machine *machine, uint32_t measure, uint32_t subject)
{
    const struct mou_standing *standings = machine->options.standings;
    return standings != NULL ? &standings[(size_t)subject * machine->pack->measures_count + measure] : NULL;
}

/* What matters ask: a measure that the host has not put into effect decides nothing, whatever the rules make of it. */
static uint8_t counted(const struct mou_machine *machine, const struct mou_pack_instruction *asked, uint32_t subject, uint8_t state)
{
    const struct mou_standing *standing = mou_standing_at(machine, asked->a, subject);
    return asked->imm == MOU_PACK_STATE_IN_FORCE_IF_KNOWN && standing != NULL && !standing->in_effect ? 0 : state;
}

/* A decision as an answer to what is asked. */
static enum mou_truth answer(uint8_t state, int64_t asked)
{
    const unsigned outcome = state & ~(unsigned)MOU_STATE_CONTESTED_BIT;
    if (asked == MOU_PACK_STATE_CONTESTED) {
        return (state & MOU_STATE_CONTESTED_BIT) != 0 ? MOU_YES : MOU_NO;
    }
    if (asked == MOU_PACK_STATE_IN_FORCE_IF_KNOWN) {
        return outcome == MOU_STATE_DECIDED + MOU_TO_VERIFY  ? MOU_UNKNOWN
               : outcome == MOU_STATE_DECIDED + MOU_IN_FORCE ? MOU_YES
                                                             : MOU_NO;
    }
    return outcome == MOU_STATE_DECIDED + (unsigned)asked ? MOU_YES : MOU_NO;
}

bool mou_kernel_measure_state(struct mou_kernel *kernel)
{
    _Static_assert((int)MOU_PACK_STATE_IN_FORCE == (int)MOU_IN_FORCE && (int)MOU_PACK_STATE_PENDING == (int)MOU_PENDING,
                   "states are numbered like outcomes");
    struct mou_machine *machine = kernel->machine;
    const uint8_t *states = mou_states_of(machine, kernel->instruction->a);
    if (states == NULL || !mou_kernel_take_condition(kernel)) {
        return false;
    }
    for (size_t w = 0; w < kernel->words; w++) {
        kernel->out->yes[w] = 0;
        kernel->out->maybe[w] = 0;
    }
    for (uint32_t s = 0; s < machine->batch->core_count; s++) {
        const enum mou_truth truth = answer(counted(machine, kernel->instruction, s, states[s]), kernel->instruction->imm);
        if (truth != MOU_NO) {
            mou_bit_set(kernel->out->maybe, s);
        }
        if (truth == MOU_YES) {
            mou_bit_set(kernel->out->yes, s);
        }
    }
    return true;
}
