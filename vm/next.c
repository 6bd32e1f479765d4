/*
 * Next dates (fine print 12, S32). For every instruction and subject the least date after the as-of date on which something in the
 * instruction's cone changes by time alone, over all rows and both worlds, without short circuits; then the minimum over the cones of all
 * rules, and of the measures that reach a subject from another. Reads registers, writes only next_dates. Called by run.c and decide.c.
 *
 * A list of dates has one entry per subject, or a single one for an instruction at frame 0. Lists are shared where nothing is added to them.
 */
#include "next.h"

#include <assert.h>

#include "bits.h"
#include "opcodes.h"

struct next_run {
    struct mou_machine *machine;
    const struct mou_decide_plan *plan;
    uint32_t subject_count;
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
    mou_date *items = MOU_NEW_ARRAY(run->machine->batch_arena, count, mou_date);
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

static uint32_t root_of(const struct mou_frame *frame, uint32_t row)
{
    return frame->root == NULL ? row : frame->root[row];
}

/* A date of frame 0 counts for every subject that the frame has a row of. */
static void merge_unit(struct next_run *run, struct dates *dates, uint32_t frame, mou_date date)
{
    const struct mou_frame *rows = &run->machine->frames[frame];
    if (date == MOU_NEXT_NEVER || rows->row_count == 0 || !own(run, dates, run->subject_count)) {
        return;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        lower(&dates->items[root_of(rows, row)], date);
    }
}

/* Dates of the subject that each row's parent, record or related subject belongs to. */
static void merge_rows(struct next_run *run, struct dates *dates, uint32_t frame, bool at_home, const mou_date *other)
{
    const struct mou_machine *machine = run->machine;
    const struct mou_frame *rows = &machine->frames[frame];
    const uint32_t record = mou_frame_record(machine->pack, frame);
    if (rows->row_count == 0 || !own(run, dates, run->subject_count)) {
        return;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        const uint32_t root = root_of(rows, row);
        uint32_t subject = root;
        if (at_home) {
            subject = mou_frame_entity(machine, frame, row);
            subject = record == MOU_PACK_NONE ? subject : machine->batch->records[record].subject[subject];
        }
        lower(&dates->items[root], other[subject]);
    }
}

/* The frame in whose rows an instruction reads its operands: for reductions that of the rows reduced. */
static uint32_t reading_frame(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    if (mou_opcode_info(in->opcode)->rule != MOU_RULE_DOWN) {
        return in->frame;
    }
    for (uint32_t n = 0; n < 3; n++) {
        const uint32_t operand = mou_instruction_reads(pack, in, n);
        if (operand != MOU_PACK_NONE && pack->instructions[operand].frame != 0) {
            return pack->instructions[operand].frame;
        }
    }
    return in->frame;
}

static void merge_operand(struct next_run *run, struct dates *dates, const struct mou_pack_instruction *in,
                          uint32_t operand)
{
    const struct mou_machine *machine = run->machine;
    mou_date *other = machine->next_dates[operand];
    if (other == NULL) {
        return;
    }
    const bool from_unit = machine->pack->instructions[operand].frame == 0;
    if (in->frame == 0) {
        merge(run, dates, from_unit ? other : NULL, 1);
    } else if (from_unit) {
        merge_unit(run, dates, reading_frame(machine->pack, in), other[0]);
    } else if (mou_opcode_info(in->opcode)->rule == MOU_RULE_UP) {
        merge_rows(run, dates, in->frame, false, other);
    } else if (mou_opcode_info(in->opcode)->rule == MOU_RULE_AT) {
        merge_rows(run, dates, in->frame, true, other);
    } else {
        merge(run, dates, other, run->subject_count);
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
    const struct mou_frame *rows = &machine->frames[machine->pack->instructions[instruction].frame];
    const bool unit = machine->pack->instructions[instruction].frame == 0;
    const bool twice = reads_differ(machine, instruction);
    if (rows->row_count == 0 || !own(run, dates, unit ? 1 : run->subject_count)) {
        return;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        mou_date *item = &dates->items[unit ? 0 : root_of(rows, row)];
        lower(item, mou_time_change(machine, MOU_WORLD_ALL, comparison, row));
        if (twice) {
            lower(item, mou_time_change(machine, MOU_WORLD_UNCONTESTED, comparison, row));
        }
    }
}

static void add_parameter(struct next_run *run, struct dates *dates, uint32_t parameter)
{
    const struct mou_pack *pack = run->machine->pack;
    const struct mou_pack_parameter *entry = &pack->parameters[parameter];
    mou_date least = MOU_NEXT_NEVER;
    for (uint32_t i = 0; i < entry->value_count; i++) {
        const mou_date from = pack->parameter_values[entry->first_value + i].from;
        least = mou_next_least(least, mou_next_after(from, run->machine->options.as_of));
    }
    if (least != MOU_NEXT_NEVER && own(run, dates, 1)) {
        lower(&dates->items[0], least);
    }
}

/* Objections open and close against the rows that an EXISTS asks for. */
static void add_exists(struct next_run *run, struct dates *dates, uint32_t frame)
{
    const uint32_t record = mou_frame_record(run->machine->pack, frame);
    if (record == MOU_PACK_NONE || run->machine->batch->objection_count == 0) {
        return;
    }
    const mou_date *objections = mou_next_of_objections(run->machine, record, &run->failed);
    if (objections != NULL) {
        merge_rows(run, dates, frame, true, objections);
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
    } else if (in->opcode == MOU_OP_CODE_PARAMETER) {
        add_parameter(run, &dates, in->a);
    } else if (in->opcode == MOU_OP_CODE_EXISTS) {
        add_exists(run, &dates, in->frame);
    }
    run->machine->next_dates[index] = dates.items;
}

enum mou_status mou_next_compute(struct mou_machine *machine)
{
    assert(machine != NULL && machine->batch != NULL);
    struct next_run run = {
        .machine = machine,
        .plan = mou_decide_plan_get(machine),
        .subject_count = machine->batch->subject_count,
    };
    machine->next_dates = MOU_NEW_ARRAY(machine->batch_arena, machine->pack->instructions_count, mou_date *);
    if (run.plan == NULL || machine->next_dates == NULL) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < machine->pack->instructions_count && !run.failed; i++) {
        compute(&run, i);
    }
    return run.failed ? MOU_ERROR_MEMORY : MOU_OK;
}
