/*
 * Instructions, decision tables and the cost bound. Operands are checked by their kind and the
 * frame rule of their opcode, both read from opcodes.def; only the few opcodes whose immediate
 * number means something are named here. Called by pack.c.
 */
#include <assert.h>

#include "format/pack_cost.h"
#include "vm_limits.h"
#include "opcodes.h"
#include "verify.h"

#define WHOLE              MOU_PACK_NONE
#define REFUSE(entry, ...) MOU_REFUSE(verifier, MOU_SECTION_INSTRUCTIONS, (entry), __VA_ARGS__)

static const struct mou_pack_instruction *instruction_at(const struct mou_verifier *verifier,
                                                         uint32_t index)
{
    return &verifier->pack->instructions[index];
}

/* ---------------------------------------------------------- frames of registers */

/* The frame of a register operand against the rule of the instruction's opcode. */
static bool operand_frame_sound(struct mou_verifier *verifier, uint32_t index, uint32_t operand)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const uint32_t frame = instruction_at(verifier, operand)->frame;
    uint32_t expected = in->frame;
    switch (mou_opcode_info(in->opcode)->rule) {
    case MOU_RULE_UNIT:
    case MOU_RULE_SELF:
        return REFUSE(index, "%s takes no register", mou_opcode_info(in->opcode)->name);
    case MOU_RULE_SAME:
        if (frame == 0) {
            return true;
        }
        break;
    case MOU_RULE_UP: expected = pack->frames[in->frame].parent; break;
    case MOU_RULE_AT: expected = mou_frame_home(pack, in->frame); break;
    case MOU_RULE_PARENT: expected = 2 + pack->records[pack->frames[in->frame].type].parent; break;
    case MOU_RULE_DOWN:
        if (frame == 0) {
            return true;
        }
        if (frame == 1 || pack->frames[frame].parent != in->frame) {
            return REFUSE(index, "register %u is at frame %u, which is not below frame %u", operand,
                          frame, in->frame);
        }
        return true;
    }
    return frame == expected ||
           REFUSE(index, "register %u is at frame %u instead of %u", operand, frame, expected);
}

static bool register_sound(struct mou_verifier *verifier, uint32_t index, uint32_t operand,
                           enum mou_form form)
{
    if (operand >= index) {
        return REFUSE(index, "register %u is not below its own", operand);
    }
    const enum mou_form found = mou_opcode_result(instruction_at(verifier, operand)->opcode);
    if (found != form) {
        return REFUSE(index, "register %u is a %s, not a %s", operand, mou_form_name(found),
                      mou_form_name(form));
    }
    return operand_frame_sound(verifier, index, operand);
}

/* ---------------------------------------------------------- operands by kind */

static bool column_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const struct mou_pack_frame *frame = &pack->frames[in->frame];
    uint32_t first = 0;
    uint32_t count = 0;
    switch ((enum mou_frame_kind)frame->kind) {
    case MOU_FRAME_SUBJECT:
        if (in->imm < 0 || in->imm >= pack->kinds_count) {
            return REFUSE(index, "kind %lld is not below %u", (long long)in->imm,
                          pack->kinds_count);
        }
        first = pack->kinds[in->imm].first_field;
        count = pack->kinds[in->imm].field_count;
        break;
    case MOU_FRAME_RECORDS:
    case MOU_FRAME_CHILDREN:
    case MOU_FRAME_SIBLINGS:
        first = pack->records[frame->type].first_field;
        count = pack->records[frame->type].field_count;
        break;
    case MOU_FRAME_RELATION:
        if (in->a == MOU_COLUMN_RELATION_FROM || in->a == MOU_COLUMN_RELATION_UNTIL) {
            return in->type == MOU_PACK_DATE || REFUSE(index, "a bound of a relation is a date");
        }
        first = pack->relations[frame->type].first_field;
        count = pack->relations[frame->type].field_count;
        break;
    case MOU_FRAME_UNIT:
    case MOU_FRAME_KIND_COUNT: return REFUSE(index, "frame 0 has no columns");
    }
    if (!mou_verify_index(verifier, MOU_SECTION_INSTRUCTIONS, index, "column", in->a, count,
                          false)) {
        return false;
    }
    const struct mou_pack_field *field = &pack->fields[first + in->a];
    if (field->type != in->type ||
        (in->type == MOU_PACK_CODE && field->code_table != in->code_table)) {
        return REFUSE(index, "the column is of type %s, the instruction says %s",
                      mou_field_type_name(field->type), mou_field_type_name(in->type));
    }
    return true;
}

/*
 * Registers of a TALLY are conditions; those of a TABLE are values or fractions, as its columns
 * say.
 */
static bool list_sound(struct mou_verifier *verifier, uint32_t index, uint32_t first,
                       uint32_t count)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    if (!mou_verify_range(verifier, MOU_SECTION_INSTRUCTIONS, index, "list", first, count,
                          pack->lists_count)) {
        return false;
    }
    uint32_t fractions = 0;
    if (in->opcode == MOU_OP_CODE_TABLE) {
        if (pack->tables[in->a].column_count != count) {
            return REFUSE(index, "%u arguments for the %u columns of table %u", count,
                          pack->tables[in->a].column_count, in->a);
        }
        fractions = pack->tables[in->a].columns_are_fractions;
    }
    for (uint32_t i = 0; i < count; i++) {
        enum mou_form form = MOU_FORM_CONDITION;
        if (in->opcode == MOU_OP_CODE_TABLE) {
            form = (fractions >> i & 1u) != 0 ? MOU_FORM_FRACTION : MOU_FORM_VALUE;
        }
        if (!register_sound(verifier, index, pack->lists[first + i], form)) {
            return false;
        }
    }
    return true;
}

static bool operand_sound(struct mou_verifier *verifier, uint32_t index, unsigned place)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const uint32_t value = mou_instruction_operand(in, place);
    const enum mou_operand kind = mou_opcode_operand(in->opcode, place);
    enum mou_form form = MOU_FORM_CONDITION;
    if (mou_operand_form(kind, &form)) {
        return register_sound(verifier, index, value, form);
    }
    const uint32_t section = MOU_SECTION_INSTRUCTIONS;
    if (kind == MOU_OPERAND_PARAMETER) {
        return mou_verify_index(verifier, section, index, "parameter", value,
                                pack->parameters_count, false);
    }
    if (kind == MOU_OPERAND_MEASURE) {
        return mou_verify_index(verifier, section, index, "measure", value, pack->measures_count,
                                false);
    }
    if (kind == MOU_OPERAND_TABLE) {
        return mou_verify_index(verifier, section, index, "table", value, pack->tables_count,
                                false);
    }
    if (kind == MOU_OPERAND_TEXT) {
        return mou_verify_index(verifier, section, index, "text", value, pack->texts_count, false);
    }
    if (kind == MOU_OPERAND_POOL) {
        return mou_verify_index(verifier, section, index, "fraction", value, pack->fractions_count,
                                false);
    }
    if (kind == MOU_OPERAND_COLUMN) {
        return column_sound(verifier, index);
    }
    if (kind == MOU_OPERAND_LIST) {
        assert(place < 2);
        return list_sound(verifier, index, value, mou_instruction_operand(in, place + 1));
    }
    return true;
}

/* ---------------------------------------------------------- immediate numbers and frames */

static bool between(struct mou_verifier *verifier, uint32_t index, int64_t low, int64_t high)
{
    const int64_t imm = instruction_at(verifier, index)->imm;
    return (imm >= low && imm <= high) || REFUSE(index, "immediate %lld is not from %lld to %lld",
                                                 (long long)imm, (long long)low, (long long)high);
}

static bool immediate_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    switch (in->opcode) {
    case MOU_OP_CODE_CONST_CONDITION: return between(verifier, index, MOU_NO, MOU_UNKNOWN);
    case MOU_OP_CODE_COMPARE:
    case MOU_OP_CODE_COMPARE_RANGE:
    case MOU_OP_CODE_COMPARE_FRACTION: return between(verifier, index, 0, MOU_COMPARE_COUNT - 1);
    case MOU_OP_CODE_TO_FRACTION: return between(verifier, index, 1, INT64_MAX);
    case MOU_OP_CODE_ROUND: return between(verifier, index, MOU_ROUND_HALF_UP, MOU_ROUND_AWAY);
    case MOU_OP_CODE_MEASURE_STATE: return between(verifier, index, 0, MOU_PACK_STATE_COUNT - 1);
    case MOU_OP_CODE_STREAK_UNTIL: {
        if (!between(verifier, index, 0, (int64_t)index - 1)) {
            return false;
        }
        const struct mou_pack_instruction *year = instruction_at(verifier, (uint32_t)in->imm);
        const bool fits = mou_opcode_result(year->opcode) == MOU_FORM_VALUE &&
                          (year->frame == 0 || year->frame == in->frame);
        return fits || REFUSE(index, "the last year, register %lld, is no value at frame %u or 0",
                              (long long)in->imm, in->frame);
    }
    default: return true;
    }
}

/* Decisions are asked for when all that they need is there, and of subjects. */
static bool state_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const uint32_t first = verifier->pack->header->first_other;
    return (in->frame == 1 && index >= first) ||
           REFUSE(index, "a measure's state is asked at frame 1, from register %u on", first);
}

/* Whether the frame can carry the opcode at all, before its operands are looked at. */
static bool frame_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    if (!mou_verify_index(verifier, MOU_SECTION_INSTRUCTIONS, index, "frame", in->frame,
                          verifier->pack->frames_count, false)) {
        return false;
    }
    if (in->opcode == MOU_OP_CODE_MEASURE_STATE) {
        return state_sound(verifier, index);
    }
    switch (mou_opcode_info(in->opcode)->rule) {
    case MOU_RULE_UNIT:
        return in->frame == 0 ||
               REFUSE(index, "%s stands at frame 0 only", mou_opcode_info(in->opcode)->name);
    case MOU_RULE_UP:
    case MOU_RULE_AT:
        return in->frame >= 2 || REFUSE(index, "frame %u has no parent row", in->frame);
    case MOU_RULE_PARENT:
        return (in->frame >= 2 && in->frame - 2 < verifier->pack->records_count &&
                verifier->pack->records[in->frame - 2].parent != MOU_PACK_NONE) ||
               REFUSE(index, "frame %u is not the home frame of a nested record type", in->frame);
    case MOU_RULE_SELF:
    case MOU_RULE_SAME:
    case MOU_RULE_DOWN: break;
    }
    return true;
}

/*
 * Of the operands of a reduction at least one is below the result, and all that are, are at one
 * frame.
 */
static bool reduction_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    uint32_t child = 0;
    for (unsigned place = 0; place < 3; place++) {
        if (mou_opcode_operand(in->opcode, place) == MOU_OPERAND_NONE) {
            continue;
        }
        const uint32_t frame = instruction_at(verifier, mou_instruction_operand(in, place))->frame;
        if (frame != 0 && child != 0 && frame != child) {
            return REFUSE(index, "operands at frames %u and %u", child, frame);
        }
        child = frame != 0 ? frame : child;
    }
    return child != 0 || REFUSE(index, "no operand is below frame %u", in->frame);
}

/* ---------------------------------------------------------- types that are looked up when shown */

/*
 * A register that says it holds texts holds numbers of texts, and one that says it holds dates
 * holds dates: the results are looked up and printed by that. Every other type may be anything.
 */
static bool source_type_sound(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    switch (in->opcode) {
    case MOU_OP_CODE_CONST: /* the day after MOU_DATE_MAX is an open end */
        return in->type == MOU_PACK_DATE && in->imm >= MOU_DATE_MIN && in->imm <= MOU_DATE_MAX + 1;
    case MOU_OP_CODE_CONST_TEXT: return in->type == MOU_PACK_TEXT_FIELD;
    case MOU_OP_CODE_INAPPLICABLE:
    case MOU_OP_CODE_COLUMN: return true;
    case MOU_OP_CODE_PARAMETER:
    case MOU_OP_CODE_PARAMETER_AT: return pack->parameters[in->a].type == in->type;
    case MOU_OP_CODE_TABLE:
        return in->type == MOU_PACK_TEXT_FIELD && pack->tables[in->a].result_is_text != 0;
    case MOU_OP_CODE_TODAY:
    case MOU_OP_CODE_DATE_ADD_MONTHS:
    case MOU_OP_CODE_DATE_ADD_DAYS:
    case MOU_OP_CODE_DATE_ADD_WORKDAYS:
    case MOU_OP_CODE_MONTH_START:
    case MOU_OP_CODE_NEXT_MONTH_DAY:
    case MOU_OP_CODE_ROLL_FORWARD:
    case MOU_OP_CODE_FIRST_WORKDAY: return in->type == MOU_PACK_DATE;
    default: return false;
    }
}

/* Opcodes whose result is one of their values as it is. */
static bool passes_values(uint16_t opcode)
{
    return opcode == MOU_OP_CODE_UP_VALUE || opcode == MOU_OP_CODE_AT_VALUE ||
           opcode == MOU_OP_CODE_CHOICE_VALUE || opcode == MOU_OP_CODE_OR_DEFAULT ||
           opcode == MOU_OP_CODE_MIN || opcode == MOU_OP_CODE_MAX ||
           opcode == MOU_OP_CODE_LARGEST || opcode == MOU_OP_CODE_SMALLEST;
}

static bool type_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const bool looked_up = in->type == MOU_PACK_TEXT_FIELD || in->type == MOU_PACK_DATE;
    if (!looked_up || mou_opcode_result(in->opcode) != MOU_FORM_VALUE) {
        return true;
    }
    if (!passes_values(in->opcode)) {
        return source_type_sound(pack, in) ||
               REFUSE(index, "%s gives no %s", mou_opcode_info(in->opcode)->name,
                      mou_field_type_name(in->type));
    }
    for (unsigned place = 0; place < 3; place++) {
        if (mou_opcode_operand(in->opcode, place) != MOU_OPERAND_VALUE) {
            continue;
        }
        const uint32_t operand = mou_instruction_operand(in, place);
        if (instruction_at(verifier, operand)->type != in->type) {
            return REFUSE(index, "register %u is no %s", operand, mou_field_type_name(in->type));
        }
    }
    return true;
}

/* ---------------------------------------------------------- time */

/* How far a value follows TODAY: 0 steps where it does not. */
struct time_cone {
    uint32_t steps; /* of its evaluation for another day; saturates */
    uint32_t depth;
    bool reaches; /* TODAY also through the date of a parameter, which keeps its value on other days
                   */
};

static struct time_cone cone_of(const struct mou_verifier *verifier, const struct time_cone *cones,
                                uint32_t index)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const bool today = in->opcode == MOU_OP_CODE_TODAY;
    struct time_cone cone = {0, 0, today};
    uint64_t steps = 0;
    uint32_t operand = mou_instruction_reads(verifier->pack, in, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        cone.reaches = cone.reaches || cones[operand].reaches;
        cone.depth = cones[operand].depth > cone.depth ? cones[operand].depth : cone.depth;
        steps += cones[operand].steps;
        operand = mou_instruction_reads(verifier->pack, in, n);
    }
    if (steps > 0 || today) {
        cone.steps = steps < MOU_TIME_STEPS_MAX ? (uint32_t)steps + 1 : MOU_TIME_STEPS_MAX + 1;
        cone.depth++;
    }
    return cone;
}

static bool is_comparison(uint16_t opcode)
{
    return opcode == MOU_OP_CODE_COMPARE || opcode == MOU_OP_CODE_COMPARE_RANGE ||
           opcode == MOU_OP_CODE_COMPARE_FRACTION;
}

static bool time_flag_sound(struct mou_verifier *verifier, uint32_t index,
                            const struct time_cone *cone)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const bool flagged = (in->flags & MOU_INSTRUCTION_TIME) != 0;
    if (!is_comparison(in->opcode)) {
        return !flagged || REFUSE(index, "TIME on %s", mou_opcode_info(in->opcode)->name);
    }
    if (flagged ? !cone->reaches : cone->steps > 0) {
        return REFUSE(index, "TIME is %s although the operands %s the as-of date",
                      flagged ? "set" : "not set", flagged ? "do not follow" : "follow");
    }
    if (cone->steps > MOU_TIME_STEPS_MAX || cone->depth > MOU_TIME_DEPTH_MAX + 1) {
        return REFUSE(index, "the way to the as-of date is longer than %u steps or deeper than %u",
                      MOU_TIME_STEPS_MAX, MOU_TIME_DEPTH_MAX);
    }
    return true;
}

static bool time_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    struct time_cone *cones =
        MOU_NEW_ARRAY(verifier->arena, pack->instructions_count, struct time_cone);
    if (cones == NULL) {
        verifier->out_of_memory = true;
        return false;
    }
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = instruction_at(verifier, i);
        if (is_comparison(in->opcode)) {
            const struct time_cone cone = cone_of(verifier, cones, i);
            if (!time_flag_sound(verifier, i, &cone)) {
                return false;
            }
        } else if (!time_flag_sound(verifier, i, &cones[i])) {
            return false;
        } else if (mou_opcode_follows_time(in->opcode)) {
            cones[i] = cone_of(verifier, cones, i);
        } else if (in->opcode == MOU_OP_CODE_PARAMETER_AT) {
            cones[i].reaches = cones[in->b].reaches;
        }
    }
    return true;
}

/* ---------------------------------------------------------- instructions */

static bool instruction_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack_instruction *in = instruction_at(verifier, index);
    const uint8_t flags = MOU_INSTRUCTION_TIME | MOU_INSTRUCTION_NO_STAY;
    if (in->opcode >= MOU_OPCODE_COUNT) {
        return REFUSE(index, "opcode %u is not known", in->opcode);
    }
    if ((in->flags & ~flags) != 0) {
        return REFUSE(index, "flags %#x are not known", in->flags);
    }
    if (in->type >= MOU_PACK_FIELD_TYPE_COUNT) {
        return REFUSE(index, "type %u is not known", in->type);
    }
    if (in->type == MOU_PACK_CODE &&
        !mou_verify_index(verifier, MOU_SECTION_INSTRUCTIONS, index, "code table", in->code_table,
                          verifier->pack->code_tables_count, false)) {
        return false;
    }
    if (!frame_sound(verifier, index)) {
        return false;
    }
    for (unsigned place = 0; place < 3; place++) {
        if (!operand_sound(verifier, index, place)) {
            return false;
        }
    }
    if (mou_opcode_info(in->opcode)->rule == MOU_RULE_DOWN && !reduction_sound(verifier, index)) {
        return false;
    }
    return immediate_sound(verifier, index) && type_sound(verifier, index);
}

static bool spans_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    if (pack->spans_count != pack->instructions_count) {
        return MOU_REFUSE(verifier, MOU_SECTION_SPANS, WHOLE, "%u spans for %u instructions",
                          pack->spans_count, pack->instructions_count);
    }
    for (uint32_t i = 0; i < pack->spans_count; i++) {
        if (!mou_verify_span(verifier, MOU_SECTION_SPANS, i, pack->spans[i])) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- decision tables */

static bool cell_sound(struct mou_verifier *verifier, uint32_t index,
                       const struct mou_pack_table *table, uint32_t column)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_cell *cell = &pack->cells[index];
    const bool is_result = column == table->column_count;
    const bool is_fraction = !is_result && (table->columns_are_fractions >> column & 1u) != 0;
    if (!is_result && cell->op != MOU_PACK_NONE && cell->op >= MOU_COMPARE_COUNT) {
        return MOU_REFUSE(verifier, MOU_SECTION_CELLS, index, "comparison %u is not known",
                          cell->op);
    }
    if (cell->is_text > 1 || (is_fraction && cell->is_text != 0) ||
        (is_result && cell->is_text != table->result_is_text)) {
        return MOU_REFUSE(verifier, MOU_SECTION_CELLS, index, "is_text %u does not fit",
                          cell->is_text);
    }
    const bool looks_up = cell->is_text != 0 || (is_fraction && cell->op != MOU_PACK_NONE);
    const uint32_t count = cell->is_text != 0 ? pack->texts_count : pack->fractions_count;
    if (looks_up && (cell->value < 0 || cell->value >= count)) {
        return MOU_REFUSE(verifier, MOU_SECTION_CELLS, index, "value %lld is not below %u",
                          (long long)cell->value, count);
    }
    return true;
}

static bool table_sound(struct mou_verifier *verifier, uint32_t index, uint64_t *end)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_table *table = &pack->tables[index];
    if (!mou_verify_text(verifier, MOU_SECTION_TABLES, index, "name", table->name)) {
        return false;
    }
    if (table->column_count > MOU_TABLE_COLUMNS_MAX || table->result_is_text > 1) {
        return MOU_REFUSE(verifier, MOU_SECTION_TABLES, index, "%u columns, result_is_text %u",
                          table->column_count, table->result_is_text);
    }
    const uint64_t cells = (uint64_t)table->row_count * (table->column_count + 1);
    if (table->first_cell < *end || table->first_cell + cells > pack->cells_count) {
        return MOU_REFUSE(verifier, MOU_SECTION_TABLES, index,
                          "cells from %u overlap or run past %u", table->first_cell,
                          pack->cells_count);
    }
    *end = table->first_cell + cells;
    for (uint32_t row = 0; row < table->row_count; row++) {
        for (uint32_t column = 0; column <= table->column_count; column++) {
            const uint32_t cell = table->first_cell + row * (table->column_count + 1) + column;
            if (!cell_sound(verifier, cell, table, column)) {
                return false;
            }
        }
    }
    return true;
}

static bool cost_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    const uint64_t cost = mou_pack_cost(pack->instructions, pack->instructions_count, pack->tables,
                                        pack->tables_count);
    if (cost != pack->header->cost_per_row) {
        return MOU_REFUSE(verifier, MOU_PACK_NONE, WHOLE,
                          "the cost bound is %llu, the pack says %llu", (unsigned long long)cost,
                          (unsigned long long)pack->header->cost_per_row);
    }
    if (cost > MOU_COST_MAX) {
        return MOU_REFUSE(verifier, MOU_PACK_NONE, WHOLE, "the cost bound %llu is above %llu",
                          (unsigned long long)cost, (unsigned long long)MOU_COST_MAX);
    }
    return true;
}

bool mou_verify_code(struct mou_verifier *verifier)
{
    assert(verifier != NULL && verifier->pack->header != NULL);
    uint64_t end = 0;
    if (verifier->pack->header->first_other > verifier->pack->instructions_count) {
        return MOU_REFUSE(verifier, UINT32_MAX, WHOLE, "decisions need %u of %u instructions",
                          verifier->pack->header->first_other, verifier->pack->instructions_count);
    }
    for (uint32_t i = 0; i < verifier->pack->tables_count; i++) {
        if (!table_sound(verifier, i, &end)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < verifier->pack->instructions_count; i++) {
        if (!instruction_sound(verifier, i)) {
            return false;
        }
    }
    return spans_sound(verifier) && cost_sound(verifier) && time_sound(verifier);
}
