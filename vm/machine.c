/*
 * A machine's life, and one batch from columns to registers. Decisions come after, in run.c. Memory
 * of the pack lives with the machine, memory of a batch in the slab and the batch arena, both used
 * again by the next run. Called through vm.h.
 */
#include "machine.h"

#include <assert.h>

#include "frames.h"
#include "lean.h"
#include "opcodes.h"
#include "profile.h"
#include "vm_limits.h"
#include "walk.h"

/* Which values follow TODAY through values alone; see mou_opcode_follows_time. */
static void mark_time(struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (!mou_opcode_follows_time(in->opcode)) {
            continue;
        }
        uint8_t follows = in->opcode == MOU_OP_CODE_TODAY ? 1 : 0;
        uint32_t operand = mou_instruction_reads(pack, in, 0);
        for (uint32_t n = 1; follows == 0 && operand != MOU_PACK_NONE; n++) {
            follows = machine->follows_today[operand];
            operand = mou_instruction_reads(pack, in, n);
        }
        machine->follows_today[i] = follows;
    }
}

enum mou_status mou_machine_new(const struct mou_pack *pack, const struct mou_allocator *allocator,
                                struct mou_machine **machine)
{
    assert(pack != NULL && machine != NULL);
    *machine = NULL;
    if (allocator == NULL) {
        allocator = mou_allocator_default();
    }
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_machine *made = arena == NULL ? NULL : MOU_NEW(arena, struct mou_machine);
    if (made == NULL) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    made->pack = pack;
    made->self = made;
    made->compare = mou_compare_form_best();
    made->runs = mou_row_runs_form_best();
    made->allocator = allocator;
    made->pack_arena = arena;
    made->batch_arena = mou_arena_new(allocator);
    made->unit_date = MOU_DATE_NONE;
    made->calendar_date = MOU_DATE_NONE;
    made->calendar_years = MOU_NEW_ARRAY(arena, pack->calendar_count, struct mou_calendar_year);
    made->differs = MOU_NEW_ARRAY(arena, pack->instructions_count, uint8_t);
    made->follows_today = MOU_NEW_ARRAY(arena, pack->instructions_count, uint8_t);
    if (made->batch_arena == NULL || !mou_registers_prepare(made) || !mou_offsets_prepare(made) || mou_arena_failed(arena)) {
        mou_arena_free(made->batch_arena);
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    mou_slab_init(&made->slab, allocator, MOU_RUN_BYTES_MAX);
    mou_slab_init(&made->unit_slab, allocator, MOU_RUN_BYTES_MAX);
    mark_time(made);
    *machine = made;
    return MOU_OK;
}

void mou_machine_free(struct mou_machine *machine)
{
    if (machine != NULL) {
        mou_offsets_free(machine);
        mou_slab_free(&machine->slab);
        mou_slab_free(&machine->unit_slab);
        mou_arena_free(machine->batch_arena);
        mou_arena_free(machine->pack_arena);
    }
}

static bool stands_on(const struct mou_intern *table, const struct mou_intern *base)
{
    while (table != NULL && table != base) {
        table = mou_intern_base(table);
    }
    return table != NULL;
}

/* Numbers of the pack's texts in the batch's interning table. */
static bool number_texts(struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    if (stands_on(machine->batch->texts, pack->own_texts)) {
        machine->text_numbers = pack->own_numbers;
        return true;
    }
    int64_t *numbers = MOU_SLAB_ARRAY(&machine->slab, pack->texts_count, int64_t);
    if (numbers == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->texts_count; i++) {
        const uint32_t number =
            mou_intern_add(machine->batch->texts, mou_pack_string(pack, pack->texts[i]));
        if (number == MOU_INTERN_NONE) {
            return false;
        }
        numbers[i] = number;
    }
    machine->text_numbers = numbers;
    return true;
}

static void forget_batch(struct mou_machine *machine)
{
    mou_slab_reset(&machine->slab);
    mou_arena_reset(machine->batch_arena);
    machine->batch = NULL;
    machine->frames = NULL;
    machine->contested = NULL;
    machine->kind_bits = NULL;
    machine->text_numbers = NULL;
    machine->next_dates = NULL;
    machine->reach_index = NULL;
    machine->states = NULL;
    machine->finding_bits = NULL;
    machine->two_worlds = false;
    for (unsigned world = 0; world < MOU_WORLD_COUNT; world++) {
        machine->registers[world] = NULL;
    }
}

void mou_machine_turn(struct mou_machine *machine, struct mou_span words, enum mou_turn turn)
{
    assert(machine != NULL);
    machine->turned = words;
    machine->turn = turn;
    machine->unit_date = MOU_DATE_NONE; /* what rests on no row is made anew, too */
}

enum mou_turn mou_machine_turn_of(const struct mou_machine *machine, uint32_t index)
{
    const struct mou_span words =
        machine->turn == MOU_TURN_NONE ? MOU_NO_SPAN : mou_spot_span(machine->pack, index);
    const bool meant = words.source == machine->turned.source &&
                       (machine->turn == MOU_TURN_KNOWN ||
                        (words.begin == machine->turned.begin && words.end == machine->turned.end));
    return meant ? machine->turn : MOU_TURN_NONE;
}

/* What a run is for. */
enum purpose { TO_DECIDE, TO_DECIDE_LEAN, TO_COUNT };

static enum mou_status evaluate(struct mou_machine *machine, const struct mou_batch *batch, const struct mou_run_options *options, enum purpose purpose)
{
    assert(machine != NULL && batch != NULL && options != NULL);
    forget_batch(machine);
    if (options->as_of < MOU_DATE_MIN || options->as_of > MOU_DATE_MAX) {
        return MOU_ERROR_USAGE;
    }
    machine->batch = batch;
    machine->options = *options;
    machine->lean = purpose != TO_DECIDE;
    machine->counting = purpose == TO_COUNT;
    const struct mou_profile_mark mark = mou_profile_begin(machine->profile);
    const enum mou_status filled = mou_frames_fill(machine);
    mou_profile_end(machine->profile, mark, MOU_STEP_ROWS, batch->subject_count);
    if (filled != MOU_OK) {
        return filled;
    }
    return number_texts(machine) ? mou_kernels_run(machine) : MOU_ERROR_MEMORY;
}

enum mou_status mou_machine_evaluate(struct mou_machine *machine, const struct mou_batch *batch,
                                     const struct mou_run_options *options)
{
    return evaluate(machine, batch, options, TO_DECIDE);
}

enum mou_status mou_machine_evaluate_lean(struct mou_machine *machine, const struct mou_batch *batch,
                                          const struct mou_run_options *options)
{
    return mou_lean_prepare(machine) ? evaluate(machine, batch, options, TO_DECIDE_LEAN) : MOU_ERROR_MEMORY;
}

enum mou_status mou_machine_evaluate_counting(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of)
{
    const struct mou_run_options options = {.as_of = as_of, .count_only = true};
    return mou_lean_prepare(machine) ? evaluate(machine, batch, &options, TO_COUNT) : MOU_ERROR_MEMORY;
}

enum mou_status mou_machine_complete(struct mou_machine *machine)
{
    assert(machine != NULL);
    if (!machine->lean || machine->batch == NULL) {
        return MOU_OK;
    }
    if (machine->deciding) {
        return MOU_ERROR_USAGE; /* the decisions under way rest on the registers */
    }
    struct mou_run_options options = machine->options;
    options.count_only = false;
    return evaluate(machine, machine->batch, &options, TO_DECIDE);
}
