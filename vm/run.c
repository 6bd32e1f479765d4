/*
 * A run: registers, next dates, decisions. Called through vm.h.
 */
#include <assert.h>

#include "profile.h"

enum mou_status mou_machine_run(struct mou_machine *machine, const struct mou_batch *batch,
                                const struct mou_run_options *options,
                                const struct mou_decision_sink *sink)
{
    assert(machine != NULL && batch != NULL && options != NULL && sink != NULL);
    const bool others = options->duties || options->repairs || options->matters || options->assertions;
    const bool lean = options->count_only && sink->next == NULL && !others;
    const enum mou_status evaluated = lean ? mou_machine_evaluate_lean(machine, batch, options) : mou_machine_evaluate(machine, batch, options);
    if (evaluated != MOU_OK) {
        return evaluated;
    }
    if (sink->next != NULL) {
        const struct mou_profile_mark mark = mou_profile_begin(machine->profile);
        const enum mou_status computed = mou_next_compute(machine);
        mou_profile_end(machine->profile, mark, MOU_STEP_NEXT, batch->core_count);
        if (computed != MOU_OK) {
            return computed;
        }
    }
    return mou_decide(machine, sink);
}

bool mou_machine_faulted(const struct mou_machine *machine)
{
    assert(machine != NULL && machine->registers[MOU_WORLD_ALL] != NULL);
    for (uint32_t i = 0; i < machine->pack->instructions_count; i++) {
        for (unsigned world = 0; world < MOU_WORLD_COUNT; world++) {
            if (machine->registers[world][i].fault != NULL) {
                return true;
            }
        }
    }
    return false;
}
