/*
 * Runs the instructions of a pack over the frames of a batch, first in the world with all records,
 * then, where a record is contested, in the one without. There only the instructions are computed
 * again that reach a contested row; the others share their register. Trusts the verifier. Called by
 * machine.c.
 */
#include "kernels.h"

#include "blank.h"
#include "focus.h"
#include "lean.h"
#include "opcodes.h"
#include "profile.h"

static uint8_t differs(const struct mou_machine *machine, const struct mou_pack_instruction *in)
{
    const struct mou_pack *pack = machine->pack;
    uint8_t differs = 0;
    if (in->opcode == MOU_OP_CODE_EXISTS) {
        const uint32_t record = mou_frame_record(pack, in->frame);
        differs = record != MOU_PACK_NONE && machine->contested[record] != NULL ? 1 : 0;
    }
    uint32_t operand = mou_instruction_reads(pack, in, 0);
    for (uint32_t n = 1; differs == 0 && operand != MOU_PACK_NONE; n++) {
        differs = machine->differs[operand];
        operand = mou_instruction_reads(pack, in, n);
    }
    return (in->flags & MOU_INSTRUCTION_NO_STAY) != 0 ? 0 : differs;
}

/*
 * Which registers differ in the world without contested records: of those that rest on rows, as no others can. Operands come before their users.
 */
static void find_differences(struct mou_machine *machine)
{
    const struct mou_focus *focus = machine->options.focus;
    const uint32_t count = machine->pack->instructions_count;
    const uint64_t *active = machine->blank->active;
    for (uint32_t i = 0; focus != NULL && i < focus->count; i++) {
        machine->differs[focus->order[i]] = differs(machine, &machine->pack->instructions[focus->order[i]]);
    }
    for (uint32_t i = mou_bits_next(active, 0, count); focus == NULL && i < count; i = mou_bits_next(active, i + 1, count)) {
        machine->differs[i] = differs(machine, &machine->pack->instructions[i]);
    }
}

/* One kernel for each opcode. */
static bool (*const kernels[MOU_OPCODE_COUNT])(struct mou_kernel *kernel) = {
    [MOU_OP_CODE_CONST_CONDITION]     = mou_kernel_constant_value,
    [MOU_OP_CODE_CONST]               = mou_kernel_constant_value,
    [MOU_OP_CODE_CONST_TEXT]          = mou_kernel_constant_value,
    [MOU_OP_CODE_CONST_FRACTION]      = mou_kernel_constant_value,
    [MOU_OP_CODE_INAPPLICABLE]        = mou_kernel_constant_value,
    [MOU_OP_CODE_TODAY]               = mou_kernel_constant_value,
    [MOU_OP_CODE_PARAMETER]           = mou_kernel_constant_value,
    [MOU_OP_CODE_PARAMETER_AT]        = mou_kernel_parameter_at,
    [MOU_OP_CODE_COLUMN]              = mou_kernel_column,
    [MOU_OP_CODE_EXISTS]              = mou_kernel_exists,
    [MOU_OP_CODE_UP_CONDITION]        = mou_kernel_up,
    [MOU_OP_CODE_UP_VALUE]            = mou_kernel_up,
    [MOU_OP_CODE_UP_RANGE]            = mou_kernel_up,
    [MOU_OP_CODE_UP_FRACTION]         = mou_kernel_up,
    [MOU_OP_CODE_AT_CONDITION]        = mou_kernel_at,
    [MOU_OP_CODE_AT_VALUE]            = mou_kernel_at,
    [MOU_OP_CODE_AT_RANGE]            = mou_kernel_at,
    [MOU_OP_CODE_AT_FRACTION]         = mou_kernel_at,
    [MOU_OP_CODE_PARENT_CONDITION]    = mou_kernel_parent,
    [MOU_OP_CODE_AND]                 = mou_kernel_logic,
    [MOU_OP_CODE_OR]                  = mou_kernel_logic,
    [MOU_OP_CODE_NOT]                 = mou_kernel_logic,
    [MOU_OP_CODE_CHOICE_CONDITION]    = mou_kernel_logic,
    [MOU_OP_CODE_WRITTEN]             = mou_kernel_written,
    [MOU_OP_CODE_COMPARE]             = mou_kernel_compare,
    [MOU_OP_CODE_COMPARE_RANGE]       = mou_kernel_compare_range,
    [MOU_OP_CODE_COMPARE_FRACTION]    = mou_kernel_compare_fraction,
    [MOU_OP_CODE_FILLED]              = mou_kernel_filled,
    [MOU_OP_CODE_FILLED_FRACTION]     = mou_kernel_filled,
    [MOU_OP_CODE_TRUTH]               = mou_kernel_truth,
    [MOU_OP_CODE_AS_VALUE]            = mou_kernel_as_value,
    [MOU_OP_CODE_CHOICE_VALUE]        = mou_kernel_choice,
    [MOU_OP_CODE_CHOICE_FRACTION]     = mou_kernel_choice,
    [MOU_OP_CODE_OR_DEFAULT]          = mou_kernel_or_default,
    [MOU_OP_CODE_OR_DEFAULT_FRACTION] = mou_kernel_or_default,
    [MOU_OP_CODE_ANY]                 = mou_kernel_quantifier,
    [MOU_OP_CODE_EVERY]               = mou_kernel_quantifier,
    [MOU_OP_CODE_COUNT]               = mou_kernel_count,
    [MOU_OP_CODE_COUNT_DISTINCT]      = mou_kernel_count_distinct,
    [MOU_OP_CODE_SUM]                 = mou_kernel_aggregate,
    [MOU_OP_CODE_LARGEST]             = mou_kernel_aggregate,
    [MOU_OP_CODE_SMALLEST]            = mou_kernel_aggregate,
    [MOU_OP_CODE_STREAK]              = mou_kernel_streak,
    [MOU_OP_CODE_STREAK_UNTIL]        = mou_kernel_streak,
    [MOU_OP_CODE_ADD]                 = mou_kernel_arithmetic,
    [MOU_OP_CODE_SUB]                 = mou_kernel_arithmetic,
    [MOU_OP_CODE_MUL]                 = mou_kernel_arithmetic,
    [MOU_OP_CODE_NEGATE]              = mou_kernel_arithmetic,
    [MOU_OP_CODE_MIN]                 = mou_kernel_arithmetic,
    [MOU_OP_CODE_MAX]                 = mou_kernel_arithmetic,
    [MOU_OP_CODE_TO_FRACTION]         = mou_kernel_fraction,
    [MOU_OP_CODE_FRACTION_ADD]        = mou_kernel_fraction,
    [MOU_OP_CODE_FRACTION_SUB]        = mou_kernel_fraction,
    [MOU_OP_CODE_FRACTION_MUL]        = mou_kernel_fraction,
    [MOU_OP_CODE_FRACTION_DIV]        = mou_kernel_fraction,
    [MOU_OP_CODE_ROUND]               = mou_kernel_fraction,
    [MOU_OP_CODE_TALLY]               = mou_kernel_range,
    [MOU_OP_CODE_RANGE_OF]            = mou_kernel_range,
    [MOU_OP_CODE_RANGE_ADD]           = mou_kernel_range,
    [MOU_OP_CODE_RANGE_VALUE]         = mou_kernel_range,
    [MOU_OP_CODE_DATE_ADD_MONTHS]     = mou_kernel_date,
    [MOU_OP_CODE_DATE_ADD_DAYS]       = mou_kernel_date,
    [MOU_OP_CODE_DATE_ADD_WORKDAYS]   = mou_kernel_date,
    [MOU_OP_CODE_DATE_DIFFERENCE]     = mou_kernel_date,
    [MOU_OP_CODE_YEAR]                = mou_kernel_date,
    [MOU_OP_CODE_MONTH_START]         = mou_kernel_date,
    [MOU_OP_CODE_NEXT_MONTH_DAY]      = mou_kernel_date,
    [MOU_OP_CODE_ROLL_FORWARD]        = mou_kernel_date,
    [MOU_OP_CODE_FIRST_WORKDAY]       = mou_kernel_date,
    [MOU_OP_CODE_AGE]                 = mou_kernel_date,
    [MOU_OP_CODE_TABLE]               = mou_kernel_table,
    [MOU_OP_CODE_MEASURE_STATE]       = mou_kernel_measure_state,
};

static bool dispatch(struct mou_kernel *kernel)
{
    assert(kernel->instruction->opcode < MOU_OPCODE_COUNT && kernels[kernel->instruction->opcode] != NULL);
    return kernels[kernel->instruction->opcode](kernel);
}

/* An instruction of a run that only counts. */
static bool run_lean(struct mou_kernel *kernel, uint32_t index)
{
    const struct mou_lean_plan *plan = kernel->machine->lean_plan;
    bool done = false;
    const bool direct = plan->direct_of[index] != MOU_PACK_NONE;
    const bool counts = plan->count_of[index] != MOU_PACK_NONE;
    if ((direct && !mou_lean_direct(kernel, index, &done)) || (counts && !mou_lean_compare_count(kernel, index, &done))) {
        return false;
    }
    uint32_t operand = done || !(direct || counts) ? MOU_PACK_NONE : mou_instruction_reads(kernel->machine->pack, kernel->instruction, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        if (kernel->registers[operand].late && !mou_register_wake(kernel->machine, kernel->world, operand)) {
            return false;
        }
        operand = mou_instruction_reads(kernel->machine->pack, kernel->instruction, n);
    }
    return done || dispatch(kernel);
}

/* All rows of an operand: those of frame 0 are one cell for everybody. */
static uint64_t whole_word(const struct mou_register *source, const uint64_t *bits)
{
    return source->frame != 0 ? bits[0] : (bits[0] & 1u) != 0 ? UINT64_MAX : 0;
}

/* 且, 或, 非 over up to 64 rows, which half of a single subject's instructions are: mou_kernel_logic without what it does for any number of words. */
static bool run_short_logic(struct mou_machine *machine, enum mou_world world, const struct mou_pack_instruction *in, struct mou_register *out)
{
    const struct mou_register *a = &machine->registers[world][in->a];
    const struct mou_register *b = in->opcode == MOU_OP_CODE_NOT ? a : &machine->registers[world][in->b];
    uint64_t *both = MOU_SLAB_ARRAY(&machine->slab, 2, uint64_t);
    if (both == NULL) {
        return false;
    }
    assert(a->form == MOU_FORM_CONDITION && !a->late && b->form == MOU_FORM_CONDITION && !b->late);
    const uint64_t mask = *machine->frames[in->frame].all;
    const uint64_t yes = whole_word(a, a->yes);
    const uint64_t maybe = whole_word(a, a->maybe);
    if (in->opcode == MOU_OP_CODE_NOT) {
        both[0] = ~maybe & mask;
        both[1] = ~yes & mask;
    } else if (in->opcode == MOU_OP_CODE_AND) {
        both[0] = yes & whole_word(b, b->yes) & mask;
        both[1] = maybe & whole_word(b, b->maybe) & mask;
    } else {
        both[0] = (yes | whole_word(b, b->yes)) & mask;
        both[1] = (maybe | whole_word(b, b->maybe)) & mask;
    }
    *out = (struct mou_register){.form = MOU_FORM_CONDITION, .frame = in->frame, .yes = both, .maybe = both + 1};
    return true;
}

static bool is_short_logic(const struct mou_pack_instruction *in, uint32_t rows)
{
    return rows <= 64 && rows > 0 && in->frame != 0 && (in->opcode == MOU_OP_CODE_AND || in->opcode == MOU_OP_CODE_OR || in->opcode == MOU_OP_CODE_NOT);
}

static bool execute(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    if (is_short_logic(in, machine->frames[in->frame].row_count)) {
        return run_short_logic(machine, world, in, &machine->registers[world][index]);
    }
    struct mou_kernel kernel = {
        .machine = machine,
        .slab = in->frame == 0 ? &machine->unit_slab : &machine->slab,
        .instruction = in,
        .registers = machine->registers[world],
        .out = &machine->registers[world][index],
        .world = world,
        .rows = machine->frames[in->frame].row_count,
        .words = mou_words(machine->frames[in->frame].row_count),
    };
    *kernel.out = (struct mou_register){.frame = in->frame};
    return machine->lean && in->frame != 0 ? run_lean(&kernel, index) : dispatch(&kernel);
}

static bool run_instruction(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    struct mou_profile *profile = machine->profile;
    if (profile == NULL) {
        return execute(machine, world, index);
    }
    const struct mou_profile_mark mark = mou_profile_begin(profile);
    const bool done = execute(machine, world, index);
    mou_profile_note(profile, mark, &profile->instructions[index],
                     machine->frames[machine->pack->instructions[index].frame].row_count);
    return done;
}

/* The register is computed when it is asked for. */
static void put_off(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    machine->registers[world][index] = (struct mou_register){.form = mou_opcode_result(in->opcode), .frame = in->frame, .late = true};
}

static bool is_late(const struct mou_machine *machine, uint32_t index)
{
    return machine->lean && machine->lean_plan->late[index] != 0;
}

static bool wake_one(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    if (world == MOU_WORLD_ALL || machine->differs[index] != 0) {
        return run_instruction(machine, world, index);
    }
    const struct mou_register *all = &machine->registers[MOU_WORLD_ALL][index];
    if (all->late && !mou_register_wake(machine, MOU_WORLD_ALL, index)) { /* which has no other world to go to */
        return false;
    }
    machine->registers[world][index] = *all;
    return true;
}

/* The first operand that is late; MOU_PACK_NONE: none is. */
static uint32_t late_operand(const struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    const struct mou_pack *pack = machine->pack;
    uint32_t operand = mou_instruction_reads(pack, &pack->instructions[index], 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE && !machine->registers[world][operand].late; n++) {
        operand = mou_instruction_reads(pack, &pack->instructions[index], n);
    }
    return operand;
}

/* Operands have lower numbers than those who read them, so that the stack never holds more than all instructions; twice as many where another world is asked for one. */
bool mou_register_wake(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    assert(machine != NULL && machine->lean && machine->registers[world][index].late);
    const uint32_t bottom = machine->wake_depth;
    bool woken = true;
    machine->wake_stack[machine->wake_depth++] = index;
    while (woken && machine->wake_depth > bottom) {
        const uint32_t top = machine->wake_stack[machine->wake_depth - 1];
        const bool asleep = machine->registers[world][top].late;
        const uint32_t operand = asleep ? late_operand(machine, world, top) : MOU_PACK_NONE;
        if (operand != MOU_PACK_NONE) {
            machine->wake_stack[machine->wake_depth++] = operand;
        } else {
            woken = !asleep || wake_one(machine, world, top);
            machine->wake_depth--;
        }
    }
    machine->wake_depth = bottom;
    return woken;
}

bool mou_registers_prepare(struct mou_machine *machine)
{
    assert(machine != NULL && machine->blank == NULL);
    const uint32_t count = machine->pack->instructions_count;
    struct mou_arena *arena = machine->pack_arena;
    machine->cells[MOU_WORLD_ALL] = MOU_NEW_ARRAY(arena, count, struct mou_register);
    machine->cells[MOU_WORLD_UNCONTESTED] = MOU_NEW_ARRAY(arena, count, struct mou_register);
    machine->wake_stack = MOU_NEW_ARRAY(arena, 2 * (size_t)count + 2, uint32_t);
    machine->nothing =
        MOU_NEW_ARRAY(arena, sizeof(struct mou_ratio) / sizeof(uint64_t) + 1, uint64_t);
    machine->blank = machine->nothing != NULL ? mou_blank_new(machine, arena) : NULL;
    for (uint32_t i = 0; machine->blank != NULL && !mou_arena_failed(arena) && i < count; i++) {
        mou_blank_put(machine, i);
    }
    return machine->blank != NULL && !mou_arena_failed(arena);
}

/* An instruction that rests on rows of the batch. */
static bool run_active(struct mou_machine *machine, uint32_t index)
{
    if (machine->frames[machine->pack->instructions[index].frame].row_count == 0) {
        mou_blank_put(machine, index);
        return true;
    }
    if (!is_late(machine, index)) {
        return run_instruction(machine, MOU_WORLD_ALL, index);
    }
    if (!machine->cells[MOU_WORLD_ALL][index].late) {
        put_off(machine, MOU_WORLD_ALL, index);
    }
    return true;
}

/* One that rests on none: for this run and those to come. */
static bool settle(struct mou_machine *machine, uint32_t index)
{
    const bool lean = machine->lean;
    machine->lean = false; /* what it reads is settled, too, and never late */
    const bool ran = run_instruction(machine, MOU_WORLD_ALL, index);
    machine->lean = lean;
    return ran && mou_blank_settle(machine, index);
}

/* Bits of a word of instructions from `begin` to `end`. */
static uint64_t range_of(size_t word, uint32_t begin, uint32_t end)
{
    const uint32_t first = (uint32_t)(word * 64);
    const uint32_t from = begin > first ? begin - first : 0;
    const uint32_t to = end - first < 64 ? end - first : 64;
    return mou_word_range(from, to);
}

/* Those of a word's instructions that have a bit in `left`. */
static bool run_word(struct mou_machine *machine, size_t word, uint64_t left)
{
    const uint64_t active = machine->blank->active[word];
    bool ran = true;
    for (; ran && left != 0; left &= left - 1) {
        const uint32_t index = (uint32_t)(word * 64) + mou_lowest_bit(left);
        ran = (active & (left & -left)) != 0 ? run_active(machine, index) : settle(machine, index);
    }
    return ran;
}

/*
 * All records, instructions from `begin` to `end`. Registers that rest on no row stay as they are from run to run.
 */
static bool run_all(struct mou_machine *machine, uint32_t begin, uint32_t end)
{
    machine->registers[MOU_WORLD_ALL] = machine->cells[MOU_WORLD_ALL];
    const struct mou_blank *blank = machine->blank;
    const uint64_t all = machine->batch->subject_count > 0 ? UINT64_MAX : 0;
    bool ran = true;
    for (size_t word = begin / 64; ran && begin < end && word < mou_words(end); word++) {
        const uint64_t wanted = blank->active[word] | mou_blank_unsettled(blank, word, all);
        ran = wanted == 0 || run_word(machine, word, wanted & range_of(word, begin, end));
    }
    return ran;
}

static bool run_uncontested(struct mou_machine *machine, uint32_t begin, uint32_t end)
{
    const struct mou_pack *pack = machine->pack;
    const uint64_t *active = machine->blank->active;
    machine->registers[MOU_WORLD_UNCONTESTED] = machine->cells[MOU_WORLD_UNCONTESTED];
    for (uint32_t i = mou_bits_next(active, begin, end); i < end; i = mou_bits_next(active, i + 1, end)) {
        const uint32_t rows = machine->frames[pack->instructions[i].frame].row_count;
        if (machine->differs[i] == 0 || rows == 0) {
            machine->cells[MOU_WORLD_UNCONTESTED][i] = machine->cells[MOU_WORLD_ALL][i];
        } else if (is_late(machine, i)) {
            put_off(machine, MOU_WORLD_UNCONTESTED, i);
        } else if (!run_instruction(machine, MOU_WORLD_UNCONTESTED, i)) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------ some rules only */

/* Of a frame without rows no cell is ever read: whatever an earlier run left there stays, but for what is asked of the register as a whole. */
static bool run_one(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    if (machine->frames[machine->pack->instructions[index].frame].row_count == 0) {
        machine->registers[world][index].fault = NULL;
        machine->registers[world][index].late = false;
        return true;
    }
    return run_instruction(machine, world, index);
}

/* Entries of the focus from `begin` to `end`. Whatever runs kept for one another is forgotten: other registers are left behind. */
static bool run_focused(struct mou_machine *machine, uint32_t begin, uint32_t end)
{
    const struct mou_focus *focus = machine->options.focus;
    for (uint32_t i = begin; i < end; i++) {
        if (!run_one(machine, MOU_WORLD_ALL, focus->order[i])) {
            return false;
        }
    }
    for (uint32_t i = begin; machine->two_worlds && i < end; i++) {
        const uint32_t index = focus->order[i];
        if (machine->differs[index] == 0) {
            machine->cells[MOU_WORLD_UNCONTESTED][index] = machine->cells[MOU_WORLD_ALL][index];
        } else if (!run_one(machine, MOU_WORLD_UNCONTESTED, index)) {
            return false;
        }
    }
    return true;
}

static enum mou_status run_focus(struct mou_machine *machine)
{
    const struct mou_focus *focus = machine->options.focus;
    mou_slab_reset(&machine->unit_slab);
    machine->unit_date = MOU_DATE_NONE;
    mou_blank_forget(machine);
    machine->registers[MOU_WORLD_ALL] = machine->cells[MOU_WORLD_ALL];
    machine->registers[MOU_WORLD_UNCONTESTED] = machine->cells[machine->two_worlds ? MOU_WORLD_UNCONTESTED : MOU_WORLD_ALL];
    if (machine->two_worlds) {
        find_differences(machine);
    }
    machine->ran = machine->pack->header->first_other;
    if (!run_focused(machine, 0, focus->decided)) {
        return MOU_ERROR_MEMORY;
    }
    if (mou_machine_wants_others(machine)) {
        machine->ran = machine->pack->instructions_count;
        return run_focused(machine, focus->decided, focus->count) ? MOU_OK : MOU_ERROR_MEMORY;
    }
    return MOU_OK;
}

bool mou_kernels_again(struct mou_machine *machine, enum mou_world world, uint32_t index, struct mou_register *again)
{
    assert(machine != NULL && again != NULL);
    const struct mou_register kept = machine->registers[world][index];
    const bool ran = run_one(machine, world, index);
    *again = machine->registers[world][index];
    machine->registers[world][index] = kept;
    return ran;
}

/* ------------------------------------------------------------------ all rules */

/* What decisions need; registers at frame 0 in the batch's numbers of texts. */
static bool run_decided(struct mou_machine *machine)
{
    const bool own = machine->text_numbers == machine->pack->own_numbers;
    const bool there = own && machine->unit_date == machine->options.as_of;
    if (!there) {
        mou_slab_reset(&machine->unit_slab);
        mou_lean_forget(machine);
        machine->unit_date = MOU_DATE_NONE;
        mou_blank_forget(machine);
    }
    machine->ran = machine->pack->header->first_other;
    mou_blank_find_active(machine);
    mou_blank_put_back(machine);
    if (!run_all(machine, 0, machine->ran)) {
        return false;
    }
    machine->unit_date = own ? machine->options.as_of : MOU_DATE_NONE;
    machine->registers[MOU_WORLD_UNCONTESTED] = machine->registers[MOU_WORLD_ALL];
    if (machine->two_worlds) {
        find_differences(machine);
        return run_uncontested(machine, 0, machine->ran);
    }
    return true;
}

/* The others, which may ask what was decided. */
static bool run_others(struct mou_machine *machine)
{
    const uint32_t begin = machine->ran;
    const uint32_t end = machine->pack->instructions_count;
    if (!run_all(machine, begin, end)) {
        return false;
    }
    machine->ran = end;
    return !machine->two_worlds || run_uncontested(machine, begin, end);
}

enum mou_status mou_kernels_run(struct mou_machine *machine)
{
    assert(machine != NULL && machine->frames != NULL);
    if (machine->options.focus != NULL) {
        return run_focus(machine);
    }
    const bool ran =
        run_decided(machine) && (!mou_machine_wants_others(machine) || run_others(machine));
    return ran ? MOU_OK : MOU_ERROR_MEMORY;
}

bool mou_kernels_run_marked(struct mou_machine *machine, const uint8_t *wanted)
{
    assert(machine != NULL && wanted != NULL && !machine->two_worlds);
    for (uint32_t i = 0; i < machine->pack->instructions_count; i++) {
        const uint32_t frame = machine->pack->instructions[i].frame;
        if (wanted[i] == 0) {
            continue;
        }
        if (machine->frames[frame].row_count == 0) {
            machine->registers[MOU_WORLD_ALL][i] = machine->blank->cells[i];
        } else if (!run_instruction(machine, MOU_WORLD_ALL, i)) {
            return false;
        }
    }
    return true;
}
