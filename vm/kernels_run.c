/*
 * Runs the instructions of a pack over the frames of a batch, first in the world with all records,
 * then, where a record is contested, in the one without. There only the instructions are computed
 * again that reach a contested row; the others share their register. Trusts the verifier. Called by
 * machine.c.
 */
#include "kernels.h"

#include "lean.h"
#include "opcodes.h"
#include "profile.h"

/*
 * Which registers differ in the world without contested records. Operands come before their users.
 */
static void find_differences(struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
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
        machine->differs[i] = (in->flags & MOU_INSTRUCTION_NO_STAY) != 0 ? 0 : differs;
    }
}

/* The dispatch: one line per opcode. */
static bool dispatch(struct mou_kernel *kernel)
{
    switch (kernel->instruction->opcode) {
    case MOU_OP_CODE_CONST_CONDITION:
    case MOU_OP_CODE_CONST:
    case MOU_OP_CODE_CONST_TEXT:
    case MOU_OP_CODE_CONST_FRACTION:
    case MOU_OP_CODE_INAPPLICABLE:
    case MOU_OP_CODE_TODAY:
    case MOU_OP_CODE_PARAMETER: return mou_kernel_constant_value(kernel);
    case MOU_OP_CODE_PARAMETER_AT: return mou_kernel_parameter_at(kernel);
    case MOU_OP_CODE_COLUMN: return mou_kernel_column(kernel);
    case MOU_OP_CODE_EXISTS: return mou_kernel_exists(kernel);
    case MOU_OP_CODE_UP_CONDITION:
    case MOU_OP_CODE_UP_VALUE:
    case MOU_OP_CODE_UP_RANGE:
    case MOU_OP_CODE_UP_FRACTION: return mou_kernel_up(kernel);
    case MOU_OP_CODE_AT_CONDITION:
    case MOU_OP_CODE_AT_VALUE:
    case MOU_OP_CODE_AT_RANGE:
    case MOU_OP_CODE_AT_FRACTION: return mou_kernel_at(kernel);
    case MOU_OP_CODE_PARENT_CONDITION: return mou_kernel_parent(kernel);
    case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR:
    case MOU_OP_CODE_NOT:
    case MOU_OP_CODE_CHOICE_CONDITION: return mou_kernel_logic(kernel);
    case MOU_OP_CODE_WRITTEN: return mou_kernel_written(kernel);
    case MOU_OP_CODE_COMPARE: return mou_kernel_compare(kernel);
    case MOU_OP_CODE_COMPARE_RANGE: return mou_kernel_compare_range(kernel);
    case MOU_OP_CODE_COMPARE_FRACTION: return mou_kernel_compare_fraction(kernel);
    case MOU_OP_CODE_FILLED:
    case MOU_OP_CODE_FILLED_FRACTION: return mou_kernel_filled(kernel);
    case MOU_OP_CODE_TRUTH: return mou_kernel_truth(kernel);
    case MOU_OP_CODE_AS_VALUE: return mou_kernel_as_value(kernel);
    case MOU_OP_CODE_CHOICE_VALUE:
    case MOU_OP_CODE_CHOICE_FRACTION: return mou_kernel_choice(kernel);
    case MOU_OP_CODE_OR_DEFAULT:
    case MOU_OP_CODE_OR_DEFAULT_FRACTION: return mou_kernel_or_default(kernel);
    case MOU_OP_CODE_ANY:
    case MOU_OP_CODE_EVERY: return mou_kernel_quantifier(kernel);
    case MOU_OP_CODE_COUNT: return mou_kernel_count(kernel);
    case MOU_OP_CODE_COUNT_DISTINCT: return mou_kernel_count_distinct(kernel);
    case MOU_OP_CODE_SUM:
    case MOU_OP_CODE_LARGEST:
    case MOU_OP_CODE_SMALLEST: return mou_kernel_aggregate(kernel);
    case MOU_OP_CODE_STREAK:
    case MOU_OP_CODE_STREAK_UNTIL: return mou_kernel_streak(kernel);
    case MOU_OP_CODE_ADD:
    case MOU_OP_CODE_SUB:
    case MOU_OP_CODE_MUL:
    case MOU_OP_CODE_NEGATE:
    case MOU_OP_CODE_MIN:
    case MOU_OP_CODE_MAX: return mou_kernel_arithmetic(kernel);
    case MOU_OP_CODE_TO_FRACTION:
    case MOU_OP_CODE_FRACTION_ADD:
    case MOU_OP_CODE_FRACTION_SUB:
    case MOU_OP_CODE_FRACTION_MUL:
    case MOU_OP_CODE_FRACTION_DIV:
    case MOU_OP_CODE_ROUND: return mou_kernel_fraction(kernel);
    case MOU_OP_CODE_TALLY:
    case MOU_OP_CODE_RANGE_OF:
    case MOU_OP_CODE_RANGE_ADD:
    case MOU_OP_CODE_RANGE_VALUE: return mou_kernel_range(kernel);
    case MOU_OP_CODE_DATE_ADD_MONTHS:
    case MOU_OP_CODE_DATE_ADD_DAYS:
    case MOU_OP_CODE_DATE_ADD_WORKDAYS:
    case MOU_OP_CODE_DATE_DIFFERENCE:
    case MOU_OP_CODE_YEAR:
    case MOU_OP_CODE_MONTH_START:
    case MOU_OP_CODE_NEXT_MONTH_DAY:
    case MOU_OP_CODE_ROLL_FORWARD:
    case MOU_OP_CODE_FIRST_WORKDAY:
    case MOU_OP_CODE_AGE: return mou_kernel_date(kernel);
    case MOU_OP_CODE_TABLE: return mou_kernel_table(kernel);
    case MOU_OP_CODE_MEASURE_STATE: return mou_kernel_measure_state(kernel);
    default: break;
    }
    assert(false);
    return false;
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

static bool execute(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
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

bool mou_register_wake(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    assert(machine != NULL && machine->lean && machine->registers[world][index].late);
    const struct mou_pack *pack = machine->pack;
    uint8_t *wanted = MOU_SLAB_ZEROED(&machine->slab, (size_t)index + 1, uint8_t);
    if (wanted == NULL) {
        return false;
    }
    wanted[index] = 1;
    for (uint32_t i = index + 1; i-- > 0;) {
        uint32_t operand = wanted[i] != 0 ? mou_instruction_reads(pack, &pack->instructions[i], 0) : MOU_PACK_NONE;
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            wanted[operand] = machine->registers[world][operand].late ? 1 : wanted[operand];
            operand = mou_instruction_reads(pack, &pack->instructions[i], n);
        }
    }
    for (uint32_t i = 0; i <= index; i++) {
        if (wanted[i] != 0 && !wake_one(machine, world, i)) {
            return false;
        }
    }
    return true;
}

/* A register of a frame that has no rows. */
static struct mou_register empty_register(const struct mou_machine *machine, uint32_t index)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    struct mou_register made = {.form = mou_opcode_result(in->opcode), .frame = in->frame};
    if (made.form == MOU_FORM_CONDITION) {
        made.yes = machine->nothing;
        made.maybe = machine->nothing;
        return made;
    }
    made.known = machine->nothing;
    made.value = (int64_t *)machine->nothing;
    made.high = made.form == MOU_FORM_RANGE ? made.value : NULL;
    made.fraction = (struct mou_ratio *)machine->nothing;
    return made;
}

static void empty_stretch(struct mou_machine *machine, struct mou_stretch *stretch)
{
    for (uint32_t i = stretch->begin; i < stretch->end; i++) {
        machine->cells[MOU_WORLD_ALL][i] = empty_register(machine, i);
    }
    stretch->empty = true;
}

bool mou_registers_prepare(struct mou_machine *machine)
{
    assert(machine != NULL && machine->stretches == NULL);
    const struct mou_pack *pack = machine->pack;
    const uint32_t count = pack->instructions_count;
    struct mou_arena *arena = machine->pack_arena;
    machine->stretches = MOU_NEW_ARRAY(arena, count, struct mou_stretch);
    machine->cells[MOU_WORLD_ALL] = MOU_NEW_ARRAY(arena, count, struct mou_register);
    machine->cells[MOU_WORLD_UNCONTESTED] = MOU_NEW_ARRAY(arena, count, struct mou_register);
    machine->nothing =
        MOU_NEW_ARRAY(arena, sizeof(struct mou_ratio) / sizeof(uint64_t) + 1, uint64_t);
    if (mou_arena_failed(arena)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t frame = pack->instructions[i].frame;
        if (i == 0 || i == pack->header->first_other || frame != pack->instructions[i - 1].frame) {
            machine->stretches[machine->stretch_count++] = (struct mou_stretch){frame, i, i, false};
        }
        machine->stretches[machine->stretch_count - 1].end = i + 1;
    }
    for (uint32_t i = 0; i < machine->stretch_count; i++) {
        empty_stretch(machine, &machine->stretches[i]);
    }
    return true;
}

static bool run_stretch(struct mou_machine *machine, struct mou_stretch *stretch)
{
    stretch->empty = false;
    for (uint32_t i = stretch->begin; i < stretch->end; i++) {
        if (is_late(machine, i)) {
            put_off(machine, MOU_WORLD_ALL, i);
        } else if (!run_instruction(machine, MOU_WORLD_ALL, i)) {
            return false;
        }
    }
    return true;
}

/*
 * All records, instructions from `begin` to `end`. Registers without rows stay as they are from run to run, and so do those at
 * frame 0 for as long as `units` says.
 */
static bool run_all(struct mou_machine *machine, uint32_t begin, uint32_t end, bool units)
{
    machine->registers[MOU_WORLD_ALL] = machine->cells[MOU_WORLD_ALL];
    for (uint32_t i = 0; i < machine->stretch_count; i++) {
        struct mou_stretch *stretch = &machine->stretches[i];
        if (stretch->begin < begin || stretch->begin >= end || (stretch->frame == 0 && !units)) {
            continue;
        }
        if (machine->frames[stretch->frame].row_count > 0) {
            if (!run_stretch(machine, stretch)) {
                return false;
            }
        } else if (!stretch->empty) {
            empty_stretch(machine, stretch);
        }
    }
    return true;
}

static bool run_uncontested(struct mou_machine *machine, uint32_t begin, uint32_t end)
{
    const struct mou_pack *pack = machine->pack;
    machine->registers[MOU_WORLD_UNCONTESTED] = machine->cells[MOU_WORLD_UNCONTESTED];
    for (uint32_t i = begin; i < end; i++) {
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

/* What decisions need; registers at frame 0 in the batch's numbers of texts. */
static bool run_decided(struct mou_machine *machine)
{
    const bool own = machine->text_numbers == machine->pack->own_numbers;
    const bool there = own && machine->unit_date == machine->options.as_of;
    if (!there) {
        mou_slab_reset(&machine->unit_slab);
        mou_lean_forget(machine);
        machine->unit_date = MOU_DATE_NONE;
        machine->unit_others = false;
    }
    machine->ran = machine->pack->header->first_other;
    if (!run_all(machine, 0, machine->ran, !there)) {
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
    if (!run_all(machine, begin, end, !machine->unit_others)) {
        return false;
    }
    machine->unit_others = machine->unit_date != MOU_DATE_NONE;
    machine->ran = end;
    return !machine->two_worlds || run_uncontested(machine, begin, end);
}

enum mou_status mou_kernels_run(struct mou_machine *machine)
{
    assert(machine != NULL && machine->frames != NULL);
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
            machine->registers[MOU_WORLD_ALL][i] = empty_register(machine, i);
        } else if (!run_instruction(machine, MOU_WORLD_ALL, i)) {
            return false;
        }
    }
    return true;
}
