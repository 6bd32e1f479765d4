/*
 * One time comparison at one row as if today were another day, for next dates. Walks from the
 * comparison down to TODAY through value instructions; every register off that way keeps its value.
 * The verifier bounds the depth and the steps of the walk. Called by next.c.
 */
#include "opcodes.h"
#include "scalar.h"

/* A cell of any form but condition. */
struct cell {
    enum mou_cell state;
    int64_t value;
    int64_t high;
    struct mou_ratio fraction;
};

struct walk {
    const struct mou_machine *machine;
    const struct mou_register *registers;
    mou_date today;
    enum mou_world world;
};

static const struct cell unknown_cell = {.state = MOU_CELL_UNKNOWN, .fraction = {0, 1}};
static const struct cell inapplicable_cell = {.state = MOU_CELL_INAPPLICABLE, .fraction = {0, 1}};

static struct cell known_cell(int64_t value)
{
    return (struct cell){MOU_CELL_KNOWN, value, value, {0, 1}};
}

static struct cell fraction_cell(enum mou_fault fault, struct mou_ratio fraction)
{
    return fault == MOU_FAULT_NONE ? (struct cell){MOU_CELL_KNOWN, 0, 0, fraction} : unknown_cell;
}

static struct cell result_cell(struct mou_scalar_result result)
{
    return result.fault == MOU_FAULT_NONE ? known_cell(result.value) : unknown_cell;
}

/* The register's own cell. */
static struct cell register_cell(const struct walk *walk, uint32_t index, uint32_t row)
{
    const struct mou_register *from = &walk->registers[index];
    const size_t at = from->frame == 0 ? 0 : row;
    if (from->inapplicable != NULL && mou_bit(from->inapplicable, at)) {
        return inapplicable_cell;
    }
    if (!mou_bit(from->known, at)) {
        return unknown_cell;
    }
    if (from->form == MOU_FORM_FRACTION) {
        return fraction_cell(MOU_FAULT_NONE, from->fraction[at]);
    }
    return (struct cell){
        MOU_CELL_KNOWN, from->value[at], from->form == MOU_FORM_RANGE ? from->high[at] : 0, {0, 1}};
}

static struct cell evaluate(const struct walk *walk, uint32_t index, uint32_t row, unsigned depth);

/* Row of the operands of an instruction by its frame rule. */
static uint32_t operand_row(const struct mou_machine *machine,
                            const struct mou_pack_instruction *in, uint32_t row)
{
    switch (mou_opcode_info(in->opcode)->rule) {
    case MOU_RULE_UP: return machine->frames[in->frame].up[row];
    case MOU_RULE_AT: return mou_frame_entity(machine, in->frame, row);
    case MOU_RULE_UNIT:
    case MOU_RULE_SELF:
    case MOU_RULE_SAME:
    case MOU_RULE_PARENT: /* carries conditions only, which keep the value that they have */
    case MOU_RULE_DOWN: break;
    }
    return row;
}

static struct cell choose(const struct walk *walk, const struct mou_pack_instruction *in,
                          uint32_t row, unsigned depth)
{
    switch (mou_register_truth(walk->machine, walk->world, in->a, row)) {
    case MOU_YES: return evaluate(walk, in->b, row, depth);
    case MOU_NO: return evaluate(walk, in->c, row, depth);
    case MOU_UNKNOWN: break;
    }
    return unknown_cell;
}

/* The worse of two states by dominance. */
static enum mou_cell dominant(enum mou_cell a, enum mou_cell b)
{
    if (a == MOU_CELL_INAPPLICABLE || b == MOU_CELL_INAPPLICABLE) {
        return MOU_CELL_INAPPLICABLE;
    }
    return a == MOU_CELL_UNKNOWN || b == MOU_CELL_UNKNOWN ? MOU_CELL_UNKNOWN : MOU_CELL_KNOWN;
}

static struct cell table_cell(const struct walk *walk, const struct mou_pack_instruction *in,
                              uint32_t row, unsigned depth)
{
    const struct mou_pack *pack = walk->machine->pack;
    int64_t values[MOU_TABLE_COLUMNS_MAX] = {0};
    struct mou_ratio fractions[MOU_TABLE_COLUMNS_MAX] = {{0, 1}};
    enum mou_cell state = MOU_CELL_KNOWN;
    for (uint32_t i = 0; i < in->c; i++) {
        const struct cell argument = evaluate(walk, pack->lists[in->b + i], row, depth);
        state = dominant(state, argument.state);
        values[i] = argument.value;
        fractions[i] = argument.fraction;
    }
    int64_t result = 0;
    if (state != MOU_CELL_KNOWN) {
        return state == MOU_CELL_INAPPLICABLE ? inapplicable_cell : unknown_cell;
    }
    return mou_scalar_table(walk->machine, &pack->tables[in->a], values, fractions, &result)
               ? known_cell(result)
               : unknown_cell;
}

/* An operation on one known cell. */
static struct cell apply_unary(const struct walk *walk, const struct mou_pack_instruction *in,
                               struct cell a)
{
    struct mou_ratio fraction = {0, 1};
    int64_t rounded = 0;
    enum mou_fault fault = MOU_FAULT_NONE;
    switch (in->opcode) {
    case MOU_OP_CODE_UP_VALUE:
    case MOU_OP_CODE_UP_RANGE:
    case MOU_OP_CODE_UP_FRACTION:
    case MOU_OP_CODE_AT_VALUE:
    case MOU_OP_CODE_AT_RANGE:
    case MOU_OP_CODE_AT_FRACTION: return a;
    case MOU_OP_CODE_RANGE_OF: return known_cell(a.value);
    case MOU_OP_CODE_RANGE_VALUE: return a.value == a.high ? known_cell(a.value) : unknown_cell;
    case MOU_OP_CODE_TO_FRACTION:
        fault = mou_ratio_make(a.value, in->imm, &fraction);
        return fraction_cell(fault, fraction);
    case MOU_OP_CODE_ROUND:
        fault = mou_ratio_round(a.fraction, (enum mou_rounding)in->imm, &rounded);
        return result_cell((struct mou_scalar_result){rounded, fault});
    default: return result_cell(mou_scalar_value(walk->machine, in->opcode, a.value, 0));
    }
}

static struct cell apply_binary(const struct walk *walk, const struct mou_pack_instruction *in,
                                struct cell a, struct cell b)
{
    if (mou_opcode_result(in->opcode) != MOU_FORM_FRACTION) {
        return result_cell(mou_scalar_value(walk->machine, in->opcode, a.value, b.value));
    }
    struct mou_ratio fraction = {0, 1};
    const enum mou_fault fault = mou_scalar_fraction(in->opcode, a.fraction, b.fraction, &fraction);
    return fraction_cell(fault, fraction);
}

static struct cell operation(const struct walk *walk, const struct mou_pack_instruction *in,
                             uint32_t row, unsigned depth)
{
    const struct cell a = evaluate(walk, in->a, operand_row(walk->machine, in, row), depth);
    const bool binary = mou_opcode_operand(in->opcode, 1) != MOU_OPERAND_NONE;
    if (in->opcode == MOU_OP_CODE_OR_DEFAULT || in->opcode == MOU_OP_CODE_OR_DEFAULT_FRACTION) {
        return a.state == MOU_CELL_KNOWN ? a : evaluate(walk, in->b, row, depth);
    }
    const struct cell b = binary ? evaluate(walk, in->b, row, depth) : a;
    switch (dominant(a.state, b.state)) {
    case MOU_CELL_INAPPLICABLE: return inapplicable_cell;
    case MOU_CELL_UNKNOWN: return unknown_cell;
    case MOU_CELL_KNOWN: break;
    }
    return binary ? apply_binary(walk, in, a, b) : apply_unary(walk, in, a);
}

/* Recursion follows operands, which are lower registers, at most MOU_TIME_DEPTH_MAX deep. */
static struct cell evaluate(const struct walk *walk, uint32_t index, uint32_t row, unsigned depth)
{
    if (walk->machine->follows_today[index] == 0) {
        return register_cell(walk, index, row);
    }
    assert(depth < MOU_TIME_DEPTH_MAX);
    const struct mou_pack_instruction *in = &walk->machine->pack->instructions[index];
    switch (in->opcode) {
    case MOU_OP_CODE_TODAY: return known_cell(walk->today);
    case MOU_OP_CODE_CHOICE_VALUE:
    case MOU_OP_CODE_CHOICE_FRACTION: return choose(walk, in, row, depth + 1);
    case MOU_OP_CODE_TABLE: return table_cell(walk, in, row, depth + 1);
    default: return operation(walk, in, row, depth + 1);
    }
}

static enum mou_truth compare_cells(const struct mou_pack_instruction *in, const struct cell *a,
                                    const struct cell *b)
{
    switch (dominant(a->state, b->state)) {
    case MOU_CELL_INAPPLICABLE: return MOU_NO;
    case MOU_CELL_UNKNOWN: return MOU_UNKNOWN;
    case MOU_CELL_KNOWN: break;
    }
    if (in->opcode == MOU_OP_CODE_COMPARE_RANGE) {
        return mou_scalar_compare_range(in->imm, a->value, a->high, b->value, b->high);
    }
    const int sign = in->opcode == MOU_OP_CODE_COMPARE
                         ? (a->value > b->value) - (a->value < b->value)
                         : mou_ratio_compare(a->fraction, b->fraction);
    return mou_scalar_compare(in->imm, sign) ? MOU_YES : MOU_NO;
}

enum mou_truth mou_kernel_compare_on(const struct mou_machine *machine, enum mou_world world,
                                     uint32_t instruction, uint32_t row, mou_date today)
{
    assert(machine != NULL && instruction < machine->pack->instructions_count);
    const struct mou_pack_instruction *in = &machine->pack->instructions[instruction];
    assert(in->opcode == MOU_OP_CODE_COMPARE || in->opcode == MOU_OP_CODE_COMPARE_RANGE ||
           in->opcode == MOU_OP_CODE_COMPARE_FRACTION);
    const struct walk walk = {machine, machine->registers[world], today, world};
    const struct cell a = evaluate(&walk, in->a, row, 0);
    const struct cell b = evaluate(&walk, in->b, row, 0);
    return compare_cells(in, &a, &b);
}

static int sign_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

enum mou_cell mou_kernel_position_on(const struct mou_machine *machine, enum mou_world world,
                                     uint32_t instruction, uint32_t row, mou_date today,
                                     int *position)
{
    assert(machine != NULL && instruction < machine->pack->instructions_count && position != NULL);
    const struct mou_pack_instruction *in = &machine->pack->instructions[instruction];
    const struct walk walk = {machine, machine->registers[world], today, world};
    const struct cell a = evaluate(&walk, in->a, row, 0);
    const struct cell b = evaluate(&walk, in->b, row, 0);
    if (in->opcode == MOU_OP_CODE_COMPARE_FRACTION) {
        *position = mou_ratio_compare(a.fraction, b.fraction);
    } else if (in->opcode == MOU_OP_CODE_COMPARE) {
        *position = sign_of(a.value, b.value);
    } else {
        /* each term moves the same way with the days, so that equal sums are equal terms */
        *position = sign_of(a.value, b.value) + sign_of(a.value, b.high) +
                    sign_of(a.high, b.value) + sign_of(a.high, b.high);
    }
    return dominant(a.state, b.state);
}
