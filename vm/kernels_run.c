/*
 * Runs the instructions of a pack over the frames of a batch, first in the world with all records,
 * then, where a record is contested, in the one without. There only the instructions are computed
 * again that reach a contested row; the others share their register. Trusts the verifier. Called by
 * machine.c.
 */
#include "kernels.h"

#include "opcodes.h"

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
    default: break;
    }
    assert(false);
    return false;
}

static bool run_instruction(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    struct mou_kernel kernel = {
        .machine = machine,
        .instruction = in,
        .registers = machine->registers[world],
        .out = &machine->registers[world][index],
        .world = world,
        .rows = machine->frames[in->frame].row_count,
        .words = mou_words(machine->frames[in->frame].row_count),
    };
    *kernel.out = (struct mou_register){.frame = in->frame};
    return dispatch(&kernel);
}

static bool run_world(struct mou_machine *machine, enum mou_world world)
{
    const uint32_t count = machine->pack->instructions_count;
    machine->registers[world] = MOU_SLAB_ARRAY(&machine->slab, count, struct mou_register);
    if (machine->registers[world] == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (world == MOU_WORLD_UNCONTESTED && machine->differs[i] == 0) {
            machine->registers[world][i] = machine->registers[MOU_WORLD_ALL][i];
        } else if (!run_instruction(machine, world, i)) {
            return false;
        }
    }
    return true;
}

enum mou_status mou_kernels_run(struct mou_machine *machine)
{
    assert(machine != NULL && machine->frames != NULL);
    if (!run_world(machine, MOU_WORLD_ALL)) {
        return MOU_ERROR_MEMORY;
    }
    machine->registers[MOU_WORLD_UNCONTESTED] = machine->registers[MOU_WORLD_ALL];
    if (machine->two_worlds) {
        find_differences(machine);
        if (!run_world(machine, MOU_WORLD_UNCONTESTED)) {
            return MOU_ERROR_MEMORY;
        }
    }
    return MOU_OK;
}
