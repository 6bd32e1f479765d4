/*
 * Duties: of each record row of a subject that a duty is about, whether it is due, done or overdue. Reads registers in the world with all
 * records: who has a duty has it whether or not somebody objects. Called by others.c and the explanations.
 */
#include <assert.h>
#include <stdlib.h>

#include "others.h"

bool mou_duty_judge(const struct mou_machine *machine, const struct mou_pack_duty *duty, uint32_t row, enum mou_duty_outcome *outcome)
{
    assert(machine != NULL && duty != NULL && outcome != NULL);
    const enum mou_truth condition = mou_others_truth(machine, duty->condition, row, MOU_YES);
    const enum mou_truth done = mou_others_truth(machine, duty->done, row, MOU_NO);
    const enum mou_truth begun = mou_others_truth(machine, duty->begun, row, MOU_YES);
    const enum mou_truth over = mou_others_truth(machine, duty->over, row, MOU_NO);
    if (condition != MOU_YES) {
        *outcome = MOU_DUTY_IS_TO_VERIFY;
        return condition == MOU_UNKNOWN;
    }
    if (done == MOU_YES) {
        *outcome = MOU_DUTY_IS_DONE;
    } else if (begun == MOU_NO) {
        *outcome = MOU_DUTY_IS_PENDING;
    } else if (done == MOU_UNKNOWN || begun == MOU_UNKNOWN || over == MOU_UNKNOWN) {
        *outcome = MOU_DUTY_IS_TO_VERIFY;
    } else {
        *outcome = over == MOU_YES ? MOU_DUTY_IS_OVERDUE : MOU_DUTY_IS_DUE;
    }
    return true;
}

/* Who has the duty: as declared, or as the row says. */
static struct mou_text authority_of(const struct mou_machine *machine, const struct mou_pack_duty *duty, uint32_t row)
{
    if (duty->authority_of == MOU_PACK_NONE) {
        return mou_pack_string(machine->pack, duty->authority);
    }
    if (mou_register_cell(machine, MOU_WORLD_ALL, duty->authority_of, row) != MOU_CELL_KNOWN) {
        return (struct mou_text){NULL, 0};
    }
    const struct mou_pack_instruction *in = &machine->pack->instructions[duty->authority_of];
    const int64_t value = mou_register_value(machine, MOU_WORLD_ALL, duty->authority_of, row);
    if (in->type == MOU_PACK_CODE) {
        return mou_code_name(machine->pack, in->code_table, value);
    }
    const bool sound = value >= 0 && value < (int64_t)mou_intern_count(machine->batch->texts);
    return sound ? mou_intern_text(machine->batch->texts, (uint32_t)value) : (struct mou_text){NULL, 0};
}

/* ------------------------------------------------------------------ what shows that it is done */

static void add_evidence(struct mou_others *others, uint32_t record, uint32_t row, struct mou_duty_state *state)
{
    const struct mou_machine *machine = others->work->machine;
    const uint32_t made = machine->pack->records[record].made;
    int64_t date = 0;
    if (!MOU_VEC_PUSH(others->work->arena, &others->refs, mou_others_ref(others, record, row))) {
        others->work->failed = true;
    }
    if (made != MOU_PACK_NONE && mou_cell_read(&machine->batch->records[record].fields[made], row, &date) && date >= MOU_DATE_MIN && date <= MOU_DATE_MAX &&
        (state->done_on == MOU_DATE_NONE || date < state->done_on)) {
        state->done_on = (mou_date)date;
    }
}

/* The rows by which one of the quantifiers is yes. */
static void collect_evidence(struct mou_others *others, uint32_t any, uint32_t row, struct mou_duty_state *state)
{
    const struct mou_machine *machine = others->work->machine;
    const struct mou_pack_instruction *in = &machine->pack->instructions[any];
    const uint32_t at = in->frame == 1 ? state->subject_number : row;
    const struct mou_spot spot = mou_spot_at(machine, MOU_WORLD_ALL, any, in->frame, at);
    const struct mou_spot_rows rows = mou_spot_reduced(machine, spot);
    const uint32_t record = mou_frame_record(machine->pack, rows.frame);
    for (uint32_t r = rows.first; record != MOU_PACK_NONE && r < rows.end; r++) {
        if (mou_spot_truth(machine, mou_spot_at(machine, MOU_WORLD_ALL, in->a, rows.frame, r)) == MOU_YES &&
            mou_spot_truth(machine, mou_spot_at(machine, MOU_WORLD_ALL, in->b, rows.frame, r)) == MOU_YES) {
            add_evidence(others, record, mou_frame_entity(machine, rows.frame, r), state);
        }
    }
}

static void add_done(struct mou_others *others, const struct mou_pack_duty *duty, uint32_t row, struct mou_duty_state *state)
{
    others->refs.count = 0;
    for (uint32_t i = 0; i < duty->evidence_count; i++) {
        collect_evidence(others, others->work->machine->pack->lists[duty->evidence + i], row, state);
    }
    if (others->refs.count > 1) {
        qsort(others->refs.items, others->refs.count, sizeof(struct mou_record_ref), mou_others_compare_refs);
    }
    size_t kept = others->refs.count > 0;
    for (size_t i = 1; i < others->refs.count; i++) {
        if (mou_others_compare_refs(&others->refs.items[kept - 1], &others->refs.items[i]) != 0) {
            others->refs.items[kept++] = others->refs.items[i];
        }
    }
    others->refs.count = kept;
    state->done_by = others->refs.items;
    state->done_by_count = (uint32_t)others->refs.count;
}

/* ------------------------------------------------------------------ missing */

static void add_missing(struct mou_others *others, const struct mou_pack_duty *duty, uint32_t row)
{
    const uint32_t parts[] = {duty->condition, duty->done, duty->begun, duty->over};
    mou_others_missing(others->work, duty->note, parts, sizeof parts / sizeof parts[0], duty->frame, row);
}

enum mou_status mou_duty_of_subject(struct mou_others *others, uint32_t duty, uint32_t subject)
{
    struct mou_decide_work *work = others->work;
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_duty *entry = &machine->pack->duties[duty];
    enum mou_status status = mou_others_rows(others, entry->record, subject) ? MOU_OK : MOU_ERROR_MEMORY;
    for (size_t i = 0; status == MOU_OK && i < others->rows.count; i++) {
        const uint32_t row = others->rows.items[i];
        struct mou_duty_state state = {.subject = machine->batch->subject_id[subject], .subject_number = subject, .rule = duty, .row = row, .done_on = MOU_DATE_NONE};
        if (!mou_duty_judge(machine, entry, row, &state.outcome)) {
            continue;
        }
        work->missing.count = 0;
        state.about = mou_others_ref(others, entry->record, row);
        state.authority = authority_of(machine, entry, row);
        state.from = mou_others_date(machine, entry->start, row);
        state.deadline = mou_others_date(machine, entry->deadline, row);
        if (state.outcome == MOU_DUTY_IS_DONE) {
            add_done(others, entry, row, &state);
        } else if (state.outcome == MOU_DUTY_IS_TO_VERIFY) {
            add_missing(others, entry, row);
        }
        state.missing = work->missing.items;
        state.missing_count = (uint32_t)work->missing.count;
        status = work->failed ? MOU_ERROR_MEMORY : others->sink->duty(others->sink->state, &state);
    }
    return status;
}
