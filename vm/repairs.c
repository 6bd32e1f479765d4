/*
 * Repairs: of each record row of a subject, whether the repair may be applied for, is refused, and when it would be possible by the passing
 * of time. Reads registers in the world with all records. Called by others.c and the explanations.
 */
#include <assert.h>

#include "others.h"

enum mou_repair_outcome mou_repair_judge(const struct mou_machine *machine, const struct mou_pack_repair *repair, uint32_t row)
{
    assert(machine != NULL && repair != NULL);
    const enum mou_truth eligible = mou_others_truth(machine, repair->eligible, row, MOU_YES);
    const enum mou_truth refused = mou_others_truth(machine, repair->refused, row, MOU_NO);
    if (refused == MOU_YES) {
        return MOU_REPAIR_IS_REFUSED;
    }
    if (eligible == MOU_NO) {
        return MOU_REPAIR_IS_NOT_ELIGIBLE;
    }
    return eligible == MOU_UNKNOWN || refused == MOU_UNKNOWN ? MOU_REPAIR_IS_TO_VERIFY : MOU_REPAIR_IS_ELIGIBLE;
}

static void add_missing(struct mou_decide_work *work, const struct mou_pack_repair *repair, uint32_t row)
{
    const uint32_t parts[] = {repair->eligible, repair->refused};
    mou_others_missing(work, repair->note, parts, sizeof parts / sizeof parts[0], repair->frame, row);
}

enum mou_status mou_repair_of_subject(struct mou_others *others, uint32_t repair, uint32_t subject)
{
    struct mou_decide_work *work = others->work;
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_repair *entry = &machine->pack->repairs[repair];
    enum mou_status status = mou_others_rows(others, entry->record, subject) ? MOU_OK : MOU_ERROR_MEMORY;
    for (size_t i = 0; status == MOU_OK && i < others->rows.count; i++) {
        const uint32_t row = others->rows.items[i];
        struct mou_repair_state state = {.subject = machine->batch->subject_id[subject], .subject_number = subject, .rule = repair, .row = row, .on = machine->options.as_of};
        state.about = mou_others_ref(others, entry->record, row);
        state.outcome = mou_repair_judge(machine, entry, row);
        state.earliest = others->earliest[repair][row];
        work->missing.count = 0;
        if (state.outcome == MOU_REPAIR_IS_TO_VERIFY) {
            add_missing(work, entry, row);
        }
        state.missing = work->missing.items;
        state.missing_count = (uint32_t)work->missing.count;
        status = work->failed ? MOU_ERROR_MEMORY : others->sink->repair(others->sink->state, &state);
    }
    return status;
}
