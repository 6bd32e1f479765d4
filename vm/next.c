/*
 * Next dates (fine print 12, S32). For every instruction and row the least date after the as-of
 * date on which something in the cell's cone changes by time alone, in either world and without
 * short circuits: whatever a condition was moved to, or shared with, the dates that a row brings
 * stay the same. Parameters are not in it, they count for everyone (next_subjects.c). Reads
 * registers, writes only next_dates. Called by run.c.
 *
 * A list of dates has one entry per row of the instruction's frame. Lists are shared where nothing
 * is added to them.
 */
#include "next.h"

#include <assert.h>

#include "bits.h"
#include "opcodes.h"

struct next_run {
    struct mou_machine *machine;
    const struct mou_decide_plan *plan;
    bool failed;
};

/** The list of one instruction in the making. */
struct dates {
    mou_date *items; /* NULL: never */
    bool owned;      /* may be written */
};

/* ------------------------------------------------------------------ lists */

static mou_date *new_list(struct next_run *run, size_t count)
{
    mou_date *items = MOU_SLAB_ARRAY(&run->machine->slab, count, mou_date);
    for (size_t i = 0; items != NULL && i < count; i++) {
        items[i] = MOU_NEXT_NEVER;
    }
    run->failed = run->failed || items == NULL;
    return items;
}

/* Makes the list writable; false when memory ran out. */
static bool own(struct next_run *run, struct dates *dates, size_t count)
{
    if (dates->items != NULL && dates->owned) {
        return true;
    }
    mou_date *items = new_list(run, count);
    for (size_t i = 0; items != NULL && dates->items != NULL && i < count; i++) {
        items[i] = dates->items[i];
    }
    *dates = (struct dates){items, true};
    return items != NULL;
}

static void lower(mou_date *item, mou_date date)
{
    *item = mou_next_least(*item, date);
}

/* dates = min(dates, other), entry by entry. */
static void merge(struct next_run *run, struct dates *dates, mou_date *other, size_t count)
{
    if (other == NULL || other == dates->items) {
        return;
    }
    if (dates->items == NULL) {
        *dates = (struct dates){other, false};
        return;
    }
    if (own(run, dates, count)) {
        for (size_t i = 0; i < count; i++) {
            lower(&dates->items[i], other[i]);
        }
    }
}

/* ------------------------------------------------------------------ operands */

/* A date of frame 0 counts in every row that reads it. */
static void merge_unit(struct next_run *run, struct dates *dates, size_t count, mou_date date)
{
    if (date == MOU_NEXT_NEVER || count == 0 || !own(run, dates, count)) {
        return;
    }
    for (size_t row = 0; row < count; row++) {
        lower(&dates->items[row], date);
    }
}

/* dates[row] = min(dates[row], other[from[row]]); `from` NULL: the same row. */
static void merge_from(struct next_run *run, struct dates *dates, size_t count,
                       const uint32_t *from, mou_date *other)
{
    if (from == NULL) {
        merge(run, dates, other, count);
        return;
    }
    if (count == 0 || !own(run, dates, count)) {
        return;
    }
    for (size_t row = 0; row < count; row++) {
        lower(&dates->items[row], other[from[row]]);
    }
}

/* The least over the rows below each row: of `other`, or, where that is NULL, `date` where there
 * are any. */
static void merge_below(struct next_run *run, struct dates *dates, size_t count,
                        const uint32_t *first, const mou_date *other, mou_date date)
{
    if (count == 0 || !own(run, dates, count)) {
        return;
    }
    for (size_t row = 0; row < count; row++) {
        for (uint32_t below = first[row]; below < first[row + 1]; below++) {
            lower(&dates->items[row], other == NULL ? date : other[below]);
        }
    }
}

/* The frame of the rows that a reduction runs over. */
static uint32_t reduced_frame(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    uint32_t frame = in->frame;
    for (uint32_t n = 0; n < 3 && frame == in->frame; n++) {
        const uint32_t operand = mou_instruction_reads(pack, in, n);
        if (operand != MOU_PACK_NONE && pack->instructions[operand].frame != 0) {
            frame = pack->instructions[operand].frame;
        }
    }
    return frame;
}

/* An operand of a reduction; the last year of a streak is read at the result's own rows. */
static void merge_reduced(struct next_run *run, struct dates *dates,
                          const struct mou_pack_instruction *in, uint32_t operand)
{
    const struct mou_machine *machine = run->machine;
    const size_t count = machine->frames[in->frame].row_count;
    const uint32_t frame = reduced_frame(machine->pack, in);
    const uint32_t from = machine->pack->instructions[operand].frame;
    mou_date *other = machine->next_dates[operand];
    if (from == in->frame) {
        merge(run, dates, other, count);
    } else if (frame != in->frame) {
        merge_below(run, dates, count, machine->frames[frame].first, from == 0 ? NULL : other,
                    from == 0 ? other[0] : MOU_NEXT_NEVER);
    }
}

static void merge_operand(struct next_run *run, struct dates *dates,
                          const struct mou_pack_instruction *in, uint32_t operand)
{
    const struct mou_machine *machine = run->machine;
    const struct mou_frame *frame = &machine->frames[in->frame];
    const enum mou_frame_rule rule = mou_opcode_info(in->opcode)->rule;
    mou_date *other = machine->next_dates[operand];
    if (other == NULL) {
        return;
    }
    if (rule == MOU_RULE_DOWN) {
        merge_reduced(run, dates, in, operand);
    } else if (machine->pack->instructions[operand].frame == 0 && in->frame != 0) {
        merge_unit(run, dates, frame->row_count, other[0]);
    } else if (rule == MOU_RULE_UP) {
        merge_from(run, dates, frame->row_count, frame->up, other);
    } else if (rule == MOU_RULE_AT) {
        merge_from(run, dates, frame->row_count, frame->entity, other);
    } else if (rule == MOU_RULE_PARENT) {
        const uint32_t record = mou_frame_record(machine->pack, in->frame);
        merge_from(run, dates, frame->row_count, machine->batch->records[record].parent, other);
    } else {
        merge(run, dates, other, frame->row_count);
    }
}

/* ------------------------------------------------------------------ own dates */

/* Whether a comparison reads other values in the world without contested records. */
static bool reads_differ(const struct mou_machine *machine, uint32_t instruction)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[instruction];
    return machine->two_worlds && (machine->differs[in->a] != 0 || machine->differs[in->b] != 0);
}

static void add_time(struct next_run *run, struct dates *dates, uint32_t instruction)
{
    const struct mou_machine *machine = run->machine;
    const struct mou_time_comparison *comparison = &run->plan->times[instruction];
    const uint32_t count =
        machine->frames[machine->pack->instructions[instruction].frame].row_count;
    const bool twice = reads_differ(machine, instruction);
    if (count == 0 || !own(run, dates, count)) {
        return;
    }
    for (uint32_t row = 0; row < count; row++) {
        lower(&dates->items[row], mou_time_change(machine, MOU_WORLD_ALL, comparison, row));
        if (twice) {
            lower(&dates->items[row],
                  mou_time_change(machine, MOU_WORLD_UNCONTESTED, comparison, row));
        }
    }
}

/* Objections open and close against the rows that an EXISTS asks for. */
static void add_exists(struct next_run *run, struct dates *dates, uint32_t frame)
{
    const struct mou_machine *machine = run->machine;
    const uint32_t record = mou_frame_record(machine->pack, frame);
    if (record == MOU_PACK_NONE || machine->batch->objection_count == 0) {
        return;
    }
    mou_date *objections = mou_next_of_objections(run->machine, record, &run->failed);
    if (objections != NULL) {
        merge_from(run, dates, machine->frames[frame].row_count, machine->frames[frame].entity,
                   objections);
    }
}

/* What a finding asks of a subject apart from its grounds counts for those that refer to it also
 * where it has no grounds for `holds` to pass it on from. */
static void add_finding(struct next_run *run, struct dates *dates, uint32_t index)
{
    const struct mou_machine *machine = run->machine;
    const struct mou_pack *pack = machine->pack;
    const uint32_t frame = pack->instructions[index].frame;
    const size_t count = machine->frames[frame].row_count;
    for (uint32_t f = run->plan->finding_of[index]; f != MOU_PACK_NONE;
         f = run->plan->same_holds[f]) {
        const uint32_t parts[] = {pack->findings[f].unless, pack->findings[f].when};
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            if (parts[i] < index && pack->instructions[parts[i]].frame == frame) {
                merge(run, dates, machine->next_dates[parts[i]], count);
            }
        }
    }
}

static void compute(struct next_run *run, uint32_t index)
{
    const struct mou_pack *pack = run->machine->pack;
    const struct mou_pack_instruction *in = &pack->instructions[index];
    struct dates dates = {NULL, false};
    uint32_t operand = mou_instruction_reads(pack, in, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        merge_operand(run, &dates, in, operand);
        operand = mou_instruction_reads(pack, in, n);
    }
    if (run->plan->times[index].shape != MOU_TIME_NONE) {
        add_time(run, &dates, index);
    } else if (in->opcode == MOU_OP_CODE_EXISTS) {
        add_exists(run, &dates, in->frame);
    }
    add_finding(run, &dates, index);
    run->machine->next_dates[index] = dates.items;
}

enum mou_status mou_next_compute_marked(struct mou_machine *machine, const uint8_t *wanted)
{
    assert(machine != NULL && machine->batch != NULL);
    struct next_run run = {
        .machine = machine,
        .plan = mou_decide_plan_get(machine),
    };
    machine->next_dates =
        MOU_SLAB_ZEROED(&machine->slab, machine->pack->instructions_count, mou_date *);
    if (run.plan == NULL || machine->next_dates == NULL) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < machine->ran && !run.failed; i++) {
        if (wanted == NULL || wanted[i] != 0) {
            compute(&run, i);
        }
    }
    return run.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

enum mou_status mou_next_compute(struct mou_machine *machine)
{
    return mou_next_compute_marked(machine, NULL);
}
