/*
 * Instructions and frames with one entry for equal ones (operations that can fail: at equal places), and moving a register to the frame where it is needed.
 */
#include <assert.h>
#include <string.h>

#include "lower.h"

#define INSTRUCTIONS_MAX 4000000u
#define FRAMES_MAX 1000000u

uint32_t mou_code_frame(const struct mou_lowering *lowering, uint32_t reg)
{
    return reg < lowering->instructions.count ? lowering->instructions.items[reg].frame : MOU_FRAME_OF_UNIT;
}

static uint64_t hash_instruction(const struct mou_pack_instruction *instruction, uint64_t where)
{
    const uint64_t parts[] = {(uint64_t)instruction->opcode << 16 | (uint64_t)instruction->type << 8 | instruction->flags,
                              (uint64_t)instruction->frame << 32 | instruction->a,
                              (uint64_t)instruction->b << 32 | instruction->c,
                              instruction->code_table,
                              (uint64_t)instruction->imm,
                              where};
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        hash = (hash ^ parts[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool equal(const struct mou_pack_instruction *a, const struct mou_pack_instruction *b)
{
    return a->opcode == b->opcode && a->type == b->type && a->flags == b->flags && a->frame == b->frame && a->a == b->a && a->b == b->b && a->c == b->c &&
           a->code_table == b->code_table && a->imm == b->imm;
}

/** Whether equal operations at different places stay apart: those that can fail, since a fault is reported with its place, and conditions where they are written. */
static bool keeps_place(uint16_t opcode)
{
    switch ((enum mou_opcode)opcode) {
    case MOU_OP_CODE_ADD: case MOU_OP_CODE_SUB: case MOU_OP_CODE_MUL: case MOU_OP_CODE_NEGATE: case MOU_OP_CODE_SUM: case MOU_OP_CODE_TO_FRACTION:
    case MOU_OP_CODE_FRACTION_ADD: case MOU_OP_CODE_FRACTION_SUB: case MOU_OP_CODE_FRACTION_MUL: case MOU_OP_CODE_FRACTION_DIV: case MOU_OP_CODE_ROUND:
    case MOU_OP_CODE_DATE_ADD_MONTHS: case MOU_OP_CODE_DATE_ADD_DAYS: case MOU_OP_CODE_DATE_ADD_WORKDAYS: case MOU_OP_CODE_DATE_DIFFERENCE:
    case MOU_OP_CODE_YEAR: case MOU_OP_CODE_MONTH_START: case MOU_OP_CODE_NEXT_MONTH_DAY: case MOU_OP_CODE_ROLL_FORWARD: case MOU_OP_CODE_FIRST_WORKDAY:
    case MOU_OP_CODE_AGE: case MOU_OP_CODE_WRITTEN:
        return true;
    case MOU_OP_CODE_CONST_CONDITION: case MOU_OP_CODE_CONST: case MOU_OP_CODE_CONST_TEXT: case MOU_OP_CODE_CONST_FRACTION: case MOU_OP_CODE_INAPPLICABLE:
    case MOU_OP_CODE_TODAY: case MOU_OP_CODE_PARAMETER: case MOU_OP_CODE_PARAMETER_AT: case MOU_OP_CODE_COLUMN: case MOU_OP_CODE_EXISTS:
    case MOU_OP_CODE_UP_CONDITION: case MOU_OP_CODE_UP_VALUE: case MOU_OP_CODE_UP_RANGE: case MOU_OP_CODE_UP_FRACTION: case MOU_OP_CODE_AT_CONDITION:
    case MOU_OP_CODE_AT_VALUE: case MOU_OP_CODE_AT_RANGE: case MOU_OP_CODE_AT_FRACTION: case MOU_OP_CODE_PARENT_CONDITION: case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR: case MOU_OP_CODE_NOT: case MOU_OP_CODE_COMPARE: case MOU_OP_CODE_COMPARE_RANGE: case MOU_OP_CODE_COMPARE_FRACTION:
    case MOU_OP_CODE_FILLED: case MOU_OP_CODE_FILLED_FRACTION: case MOU_OP_CODE_TRUTH: case MOU_OP_CODE_AS_VALUE: case MOU_OP_CODE_CHOICE_CONDITION:
    case MOU_OP_CODE_CHOICE_VALUE: case MOU_OP_CODE_CHOICE_FRACTION: case MOU_OP_CODE_OR_DEFAULT: case MOU_OP_CODE_OR_DEFAULT_FRACTION:
    case MOU_OP_CODE_ANY: case MOU_OP_CODE_EVERY: case MOU_OP_CODE_COUNT: case MOU_OP_CODE_COUNT_DISTINCT: case MOU_OP_CODE_LARGEST:
    case MOU_OP_CODE_SMALLEST: case MOU_OP_CODE_STREAK: case MOU_OP_CODE_STREAK_UNTIL: case MOU_OP_CODE_TALLY: case MOU_OP_CODE_MIN: case MOU_OP_CODE_MAX:
    case MOU_OP_CODE_RANGE_OF: case MOU_OP_CODE_RANGE_ADD: case MOU_OP_CODE_RANGE_VALUE: case MOU_OP_CODE_TABLE: case MOU_OP_CODE_MEASURE_STATE: case MOU_OPCODE_COUNT:
        break;
    }
    return false;
}

/** In a measured pack, also what a slip can change (mutation.c): it changes the words at one place, and whatever else is written the same stays. */
static bool is_slip(uint16_t opcode)
{
    return opcode == MOU_OP_CODE_COMPARE || opcode == MOU_OP_CODE_COMPARE_RANGE || opcode == MOU_OP_CODE_COMPARE_FRACTION || opcode == MOU_OP_CODE_CONST ||
           opcode == MOU_OP_CODE_CONST_FRACTION || opcode == MOU_OP_CODE_AND || opcode == MOU_OP_CODE_OR || opcode == MOU_OP_CODE_NOT ||
           opcode == MOU_OP_CODE_ANY || opcode == MOU_OP_CODE_EVERY;
}

static bool same_place(struct mou_pack_span a, struct mou_pack_span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

/** Slot that holds an equal instruction, or the empty one where it belongs; `hash` is its own. */
static size_t find_slot(const struct mou_lowering *lowering, const struct mou_pack_instruction *instruction, struct mou_pack_span place, uint32_t *hash)
{
    assert(lowering->slot_count > 0);
    const bool placed = keeps_place(instruction->opcode) || (lowering->measured && is_slip(instruction->opcode));
    const uint64_t where = placed ? (uint64_t)place.source << 32 | place.begin : 0;
    *hash = (uint32_t)hash_instruction(instruction, where);
    size_t slot = *hash & (lowering->slot_count - 1);
    for (; lowering->slots[slot].next != 0; slot = (slot + 1) & (lowering->slot_count - 1)) {
        const uint32_t known = lowering->slots[slot].next - 1;
        if (lowering->slots[slot].hash == *hash && equal(&lowering->instructions.items[known], instruction) &&
            (!placed || same_place(lowering->spans.items[known], place))) {
            break;
        }
    }
    return slot;
}

static bool grow_slots(struct mou_lowering *lowering)
{
    const size_t wanted = lowering->slot_count == 0 ? 1024 : lowering->slot_count * 2;
    const struct mou_code_slot *old = lowering->slots;
    struct mou_code_slot *slots = MOU_NEW_ARRAY(lowering->arena, wanted, struct mou_code_slot);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < lowering->slot_count; i++) {
        size_t slot = old[i].hash & (wanted - 1);
        while (old[i].next != 0 && slots[slot].next != 0) {
            slot = (slot + 1) & (wanted - 1);
        }
        slots[slot] = old[i].next != 0 ? old[i] : slots[slot];
    }
    lowering->slots = slots;
    lowering->slot_count = wanted;
    return true;
}

/** Whether an operand's way to TODAY goes on through this opcode: values of the same row only. */
static bool passes_today(uint16_t opcode)
{
    switch ((enum mou_opcode)opcode) {
    case MOU_OP_CODE_UP_VALUE: case MOU_OP_CODE_UP_RANGE: case MOU_OP_CODE_UP_FRACTION: case MOU_OP_CODE_AT_VALUE: case MOU_OP_CODE_AT_RANGE:
    case MOU_OP_CODE_AT_FRACTION: case MOU_OP_CODE_CHOICE_VALUE: case MOU_OP_CODE_CHOICE_FRACTION: case MOU_OP_CODE_OR_DEFAULT:
    case MOU_OP_CODE_OR_DEFAULT_FRACTION: case MOU_OP_CODE_ADD: case MOU_OP_CODE_SUB: case MOU_OP_CODE_MUL: case MOU_OP_CODE_NEGATE: case MOU_OP_CODE_MIN:
    case MOU_OP_CODE_MAX: case MOU_OP_CODE_TO_FRACTION: case MOU_OP_CODE_FRACTION_ADD: case MOU_OP_CODE_FRACTION_SUB: case MOU_OP_CODE_FRACTION_MUL:
    case MOU_OP_CODE_FRACTION_DIV: case MOU_OP_CODE_ROUND: case MOU_OP_CODE_RANGE_OF: case MOU_OP_CODE_RANGE_VALUE: case MOU_OP_CODE_DATE_ADD_MONTHS:
    case MOU_OP_CODE_DATE_ADD_DAYS: case MOU_OP_CODE_DATE_ADD_WORKDAYS: case MOU_OP_CODE_DATE_DIFFERENCE: case MOU_OP_CODE_YEAR:
    case MOU_OP_CODE_MONTH_START: case MOU_OP_CODE_NEXT_MONTH_DAY: case MOU_OP_CODE_ROLL_FORWARD: case MOU_OP_CODE_FIRST_WORKDAY: case MOU_OP_CODE_AGE:
        return true;
    case MOU_OP_CODE_CONST_CONDITION: case MOU_OP_CODE_CONST: case MOU_OP_CODE_CONST_TEXT: case MOU_OP_CODE_CONST_FRACTION: case MOU_OP_CODE_INAPPLICABLE:
    case MOU_OP_CODE_TODAY: case MOU_OP_CODE_PARAMETER: case MOU_OP_CODE_PARAMETER_AT: case MOU_OP_CODE_COLUMN: case MOU_OP_CODE_EXISTS:
    case MOU_OP_CODE_UP_CONDITION: case MOU_OP_CODE_AT_CONDITION: case MOU_OP_CODE_PARENT_CONDITION: case MOU_OP_CODE_AND: case MOU_OP_CODE_OR:
    case MOU_OP_CODE_NOT: case MOU_OP_CODE_WRITTEN: case MOU_OP_CODE_COMPARE: case MOU_OP_CODE_COMPARE_RANGE: case MOU_OP_CODE_COMPARE_FRACTION: case MOU_OP_CODE_FILLED:
    case MOU_OP_CODE_FILLED_FRACTION: case MOU_OP_CODE_TRUTH: case MOU_OP_CODE_AS_VALUE: case MOU_OP_CODE_CHOICE_CONDITION: case MOU_OP_CODE_ANY:
    case MOU_OP_CODE_EVERY: case MOU_OP_CODE_COUNT: case MOU_OP_CODE_COUNT_DISTINCT: case MOU_OP_CODE_SUM: case MOU_OP_CODE_LARGEST:
    case MOU_OP_CODE_SMALLEST: case MOU_OP_CODE_STREAK: case MOU_OP_CODE_STREAK_UNTIL: case MOU_OP_CODE_TALLY: case MOU_OP_CODE_RANGE_ADD: case MOU_OP_CODE_TABLE:
    case MOU_OP_CODE_MEASURE_STATE: case MOU_OPCODE_COUNT:
        break;
    }
    return false;
}

static bool reaches_today(const struct mou_lowering *lowering, const struct mou_pack_instruction *instruction)
{
    const uint32_t operands[3] = {instruction->a, instruction->b, instruction->c};
    bool condition_first = instruction->opcode == MOU_OP_CODE_CHOICE_VALUE || instruction->opcode == MOU_OP_CODE_CHOICE_FRACTION;
    if (instruction->opcode == MOU_OP_CODE_TODAY) {
        return true;
    }
    for (uint32_t i = condition_first; passes_today(instruction->opcode) && i < 3; i++) {
        if (operands[i] < lowering->follows_today.count && lowering->follows_today.items[operands[i]]) {
            return true;
        }
    }
    return false;
}

uint32_t mou_code_find(const struct mou_lowering *lowering, const struct mou_pack_instruction *instruction, struct mou_pack_span place)
{
    uint32_t hash = 0;
    const uint32_t next = lowering->slot_count > 0 ? lowering->slots[find_slot(lowering, instruction, place, &hash)].next : 0;
    return next > 0 ? next - 1 : MOU_NO_REGISTER;
}

uint32_t mou_code_append(struct mou_lowering *lowering, const struct mou_pack_instruction *instruction, struct mou_pack_span place, bool follows, uint32_t before)
{
    const uint32_t reg = (uint32_t)lowering->instructions.count;
    if (reg >= INSTRUCTIONS_MAX || !MOU_VEC_PUSH(lowering->arena, &lowering->instructions, *instruction) ||
        !MOU_VEC_PUSH(lowering->arena, &lowering->spans, place) || !MOU_VEC_PUSH(lowering->arena, &lowering->follows_today, follows) ||
        (lowering->again != NULL && !mou_again_number(lowering, reg, before))) {
        lowering->failed = true;
        return MOU_NO_REGISTER;
    }
    return reg;
}

/** The instruction of that kind that is there, or a new one; only those that an earlier compilation does not have are looked for in the lowering's own table. */
static uint32_t find_or_append(struct mou_lowering *lowering, const struct mou_pack_instruction *instruction, struct mou_pack_span place, bool *made)
{
    const uint32_t before = lowering->again != NULL ? mou_again_find(lowering, *instruction, place) : MOU_NO_REGISTER;
    if (before != MOU_NO_REGISTER) {
        const uint32_t known = lowering->again->registers[before];
        return known != MOU_NO_REGISTER ? known : mou_code_append(lowering, instruction, place, reaches_today(lowering, instruction), before);
    }
    if (lowering->slots_used * 2 >= lowering->slot_count && !grow_slots(lowering)) {
        return MOU_NO_REGISTER;
    }
    uint32_t hash = 0;
    const size_t slot = find_slot(lowering, instruction, place, &hash);
    if (lowering->slots[slot].next != 0) {
        return lowering->slots[slot].next - 1;
    }
    *made = true;
    const uint32_t reg = mou_code_append(lowering, instruction, place, reaches_today(lowering, instruction), MOU_NO_REGISTER);
    lowering->slots[slot] = (struct mou_code_slot){reg + 1, hash};
    lowering->slots_used++;
    return reg;
}

uint32_t mou_code_add(struct mou_lowering *lowering, struct mou_pack_instruction instruction, struct mou_span span)
{
    bool placed = span.source != UINT32_MAX;
    struct mou_pack_span place = {placed ? span.source : MOU_PACK_NONE, placed ? span.begin : 0, placed ? span.end : 0};
    bool made = false;
    const uint32_t reg = lowering->failed ? MOU_NO_REGISTER : find_or_append(lowering, &instruction, place, &made);
    if (reg == MOU_NO_REGISTER) {
        lowering->failed = true;
        return 0;
    }
    mou_again_instruction(lowering, reg, made);
    return reg;
}

uint32_t mou_code_frame_find(const struct mou_lowering *lowering, const struct mou_pack_frame *frame)
{
    uint32_t number = 0;
    while (number < lowering->frames.count) {
        const struct mou_pack_frame *known = &lowering->frames.items[number];
        if (known->kind == frame->kind && known->parent == frame->parent && known->owner == frame->owner && known->type == frame->type &&
            known->inverse == frame->inverse) {
            break;
        }
        number++;
    }
    return number;
}

uint32_t mou_code_frame_add(struct mou_lowering *lowering, struct mou_pack_frame frame)
{
    const uint32_t number = mou_code_frame_find(lowering, &frame);
    if (number == lowering->frames.count && (number >= FRAMES_MAX || !MOU_VEC_PUSH(lowering->arena, &lowering->frames, frame) ||
                                             (lowering->again != NULL && !mou_again_number_frame(lowering, &frame, number)))) {
        lowering->failed = true;
        return MOU_FRAME_OF_SUBJECT;
    }
    mou_again_frame(lowering, number);
    return number;
}

static bool is_above(const struct mou_lowering *lowering, uint32_t ancestor, uint32_t frame)
{
    while (frame != ancestor && frame != MOU_FRAME_OF_UNIT) {
        frame = lowering->frames.items[frame].parent;
    }
    return frame == ancestor;
}

uint32_t mou_code_join(const struct mou_lowering *lowering, uint32_t a, uint32_t b)
{
    return is_above(lowering, a, b) ? b : a;
}

/** The opcode of a family (CONDITION, VALUE, RANGE, FRACTION in this order) for a register's form. */
static uint16_t of_form(const struct mou_lowering *lowering, uint32_t reg, enum mou_opcode condition)
{
    static const char forms[] = {
#define MOU_OPCODE(name, result, a, b, c, frames, english) #result[0],
#include "opcodes.def"
#undef MOU_OPCODE
    };
    char form = forms[lowering->instructions.items[reg].opcode];
    int offset = form == 'C' ? 0 : form == 'V' ? 1 : form == 'R' ? 2 : 3;
    return (uint16_t)((int)condition + offset);
}

static uint32_t moved(struct mou_lowering *lowering, uint32_t reg, uint32_t frame, enum mou_opcode family)
{
    const struct mou_pack_instruction *source = &lowering->instructions.items[reg];
    struct mou_pack_span place = lowering->spans.items[reg];
    struct mou_pack_instruction move = {.opcode = of_form(lowering, reg, family), .type = source->type, .frame = frame, .a = reg, .code_table = source->code_table};
    return mou_code_add(lowering, move, (struct mou_span){place.source == MOU_PACK_NONE ? UINT32_MAX : place.source, place.begin, place.end});
}

uint32_t mou_code_bring(struct mou_lowering *lowering, uint32_t reg, uint32_t frame)
{
    uint32_t own = mou_code_frame(lowering, reg);
    if (lowering->failed || own == frame || own == MOU_FRAME_OF_UNIT) {
        return reg;
    }
    assert(is_above(lowering, own, frame));
    uint32_t parent = lowering->frames.items[frame].parent;
    return moved(lowering, mou_code_bring(lowering, reg, parent), frame, MOU_OP_CODE_UP_CONDITION);
}

uint32_t mou_code_at(struct mou_lowering *lowering, uint32_t reg, uint32_t frame, struct mou_span span)
{
    (void)span;
    if (lowering->failed || mou_code_frame(lowering, reg) == frame || mou_code_frame(lowering, reg) == MOU_FRAME_OF_UNIT) {
        return reg;
    }
    return moved(lowering, reg, frame, MOU_OP_CODE_AT_CONDITION);
}

uint32_t mou_code_same(struct mou_lowering *lowering, uint16_t opcode, uint8_t type, uint32_t code_table, uint32_t a, uint32_t b, uint32_t c, int64_t imm,
                       struct mou_span span)
{
    uint32_t operands[3] = {a, b, c};
    uint32_t frame = MOU_FRAME_OF_UNIT;
    for (int i = 0; i < 3; i++) {
        frame = operands[i] != MOU_NO_REGISTER ? mou_code_join(lowering, frame, mou_code_frame(lowering, operands[i])) : frame;
    }
    for (int i = 0; i < 3; i++) {
        operands[i] = operands[i] != MOU_NO_REGISTER ? mou_code_bring(lowering, operands[i], frame) : 0;
    }
    struct mou_pack_instruction instruction = {.opcode = opcode, .type = type, .frame = frame, .a = operands[0], .b = operands[1], .c = operands[2],
                                               .code_table = code_table, .imm = imm};
    bool compares = opcode == MOU_OP_CODE_COMPARE || opcode == MOU_OP_CODE_COMPARE_RANGE || opcode == MOU_OP_CODE_COMPARE_FRACTION;
    if (compares && !lowering->failed && (lowering->follows_today.items[operands[0]] || lowering->follows_today.items[operands[1]])) {
        instruction.flags |= MOU_INSTRUCTION_TIME;
    }
    return mou_code_add(lowering, instruction, span);
}

uint32_t mou_code_constant(struct mou_lowering *lowering, uint8_t type, int64_t value, struct mou_span span)
{
    return mou_code_add(lowering, (struct mou_pack_instruction){.opcode = MOU_OP_CODE_CONST, .type = type, .imm = value}, span);
}

uint32_t mou_code_truth(struct mou_lowering *lowering, int64_t truth, struct mou_span span)
{
    return mou_code_add(lowering, (struct mou_pack_instruction){.opcode = MOU_OP_CODE_CONST_CONDITION, .type = MOU_PACK_YES_NO, .imm = truth}, span);
}

uint32_t mou_code_today(struct mou_lowering *lowering, struct mou_span span)
{
    return mou_code_add(lowering, (struct mou_pack_instruction){.opcode = MOU_OP_CODE_TODAY, .type = MOU_PACK_DATE}, span);
}

uint32_t mou_code_compare(struct mou_lowering *lowering, int64_t compare, uint32_t a, uint32_t b, struct mou_span span)
{
    return mou_code_same(lowering, MOU_OP_CODE_COMPARE, MOU_PACK_YES_NO, 0, a, b, MOU_NO_REGISTER, compare, span);
}

uint32_t mou_code_and(struct mou_lowering *lowering, uint32_t a, uint32_t b, struct mou_span span)
{
    if (a == MOU_NO_REGISTER || b == MOU_NO_REGISTER) {
        return a == MOU_NO_REGISTER ? b : a;
    }
    return mou_code_same(lowering, MOU_OP_CODE_AND, MOU_PACK_YES_NO, 0, a, b, MOU_NO_REGISTER, 0, span);
}

uint32_t mou_code_column(struct mou_lowering *lowering, uint32_t frame, uint32_t column, uint8_t type, uint32_t code_table, int64_t imm, struct mou_span span)
{
    struct mou_pack_instruction load = {.opcode = MOU_OP_CODE_COLUMN, .type = type, .frame = frame, .a = column,
                                        .code_table = type == MOU_PACK_CODE ? code_table : 0, .imm = imm};
    return mou_code_add(lowering, load, span);
}

uint32_t mou_code_text(struct mou_lowering *lowering, struct mou_text text)
{
    assert(lowering->failed || mou_intern_count(lowering->text_numbers) == lowering->texts.count); /* nothing is listed behind them yet */
    uint32_t id = mou_intern_add(lowering->text_numbers, text);
    if (id == MOU_INTERN_NONE || (id == lowering->texts.count && !MOU_VEC_PUSH(lowering->arena, &lowering->texts, mou_intern_text(lowering->text_numbers, id)))) {
        lowering->failed = true;
        return 0;
    }
    return id;
}

uint32_t mou_code_fraction_find(const struct mou_lowering *lowering, struct mou_pack_fraction fraction)
{
    uint32_t number = 0;
    while (number < lowering->fractions.count && (lowering->fractions.items[number].num != fraction.num || lowering->fractions.items[number].den != fraction.den)) {
        number++;
    }
    return number;
}

uint32_t mou_code_fraction(struct mou_lowering *lowering, struct mou_pack_fraction fraction)
{
    const uint32_t number = mou_code_fraction_find(lowering, fraction);
    if (number == lowering->fractions.count && !MOU_VEC_PUSH(lowering->arena, &lowering->fractions, fraction)) {
        lowering->failed = true;
    }
    return number;
}

static uint32_t add_list(struct mou_lowering *lowering, const uint32_t *items, uint32_t count, bool registers)
{
    uint32_t offset = count > 0 ? (uint32_t)lowering->lists.count : 0;
    if (count > 0 && mou_again_has_list(lowering, &offset)) {
        return offset;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!MOU_VEC_PUSH(lowering->arena, &lowering->lists, items[i])) {
            lowering->failed = true;
        }
    }
    mou_again_list(lowering, offset, count, registers);
    return offset;
}

uint32_t mou_code_list(struct mou_lowering *lowering, const uint32_t *registers, uint32_t count)
{
    return add_list(lowering, registers, count, true);
}

uint32_t mou_code_numbers(struct mou_lowering *lowering, const uint32_t *numbers, uint32_t count)
{
    return add_list(lowering, numbers, count, false);
}
