/*
 * The opcode table, made from format/opcodes.def, and the names of the format's enumerations. Data
 * only; may not decide anything about a pack. Read by the verifier, the disassembler, the kernels
 * and the next dates.
 */
#include "opcodes.h"

#include <assert.h>

static const struct mou_opcode_info opcode_table[] = {
#define MOU_OPCODE(name, result, a, b, c, frames, english)                                         \
    {#name, english, #result, {#a, #b, #c}, MOU_RULE_##frames},
#include "format/opcodes.def"
#undef MOU_OPCODE
};
_Static_assert(sizeof opcode_table / sizeof opcode_table[0] == MOU_OPCODE_COUNT,
               "one row per opcode");

const struct mou_opcode_info *mou_opcode_info(uint32_t opcode)
{
    assert(opcode < MOU_OPCODE_COUNT);
    return &opcode_table[opcode];
}

static enum mou_operand operand_of(char letter)
{
    switch (letter) {
    case 'C': return MOU_OPERAND_CONDITION;
    case 'V': return MOU_OPERAND_VALUE;
    case 'R': return MOU_OPERAND_RANGE;
    case 'F': return MOU_OPERAND_FRACTION;
    case 'P': return MOU_OPERAND_PARAMETER;
    case 'M': return MOU_OPERAND_MEASURE;
    case 'K': return MOU_OPERAND_COLUMN;
    case 'T': return MOU_OPERAND_TABLE;
    case 'L': return MOU_OPERAND_LIST;
    case 'N': return MOU_OPERAND_COUNT;
    case 'I': return MOU_OPERAND_TEXT;
    case 'Q': return MOU_OPERAND_POOL;
    default: assert(letter == '-'); return MOU_OPERAND_NONE;
    }
}

enum mou_operand mou_opcode_operand(uint32_t opcode, unsigned index)
{
    assert(opcode < MOU_OPCODE_COUNT && index < 3);
    return operand_of(opcode_table[opcode].operands[index][0]);
}

bool mou_operand_form(enum mou_operand operand, enum mou_form *form)
{
    assert(form != NULL);
    switch (operand) {
    case MOU_OPERAND_CONDITION: *form = MOU_FORM_CONDITION; return true;
    case MOU_OPERAND_VALUE: *form = MOU_FORM_VALUE; return true;
    case MOU_OPERAND_RANGE: *form = MOU_FORM_RANGE; return true;
    case MOU_OPERAND_FRACTION: *form = MOU_FORM_FRACTION; return true;
    case MOU_OPERAND_NONE:
    case MOU_OPERAND_PARAMETER:
    case MOU_OPERAND_MEASURE:
    case MOU_OPERAND_COLUMN:
    case MOU_OPERAND_TABLE:
    case MOU_OPERAND_LIST:
    case MOU_OPERAND_COUNT:
    case MOU_OPERAND_TEXT:
    case MOU_OPERAND_POOL: break;
    }
    return false;
}

enum mou_form mou_opcode_result(uint32_t opcode)
{
    assert(opcode < MOU_OPCODE_COUNT);
    enum mou_form form = MOU_FORM_CONDITION;
    const bool is_register = mou_operand_form(operand_of(opcode_table[opcode].result[0]), &form);
    assert(is_register);
    (void)is_register;
    return form;
}

uint32_t mou_instruction_reads(const struct mou_pack *pack,
                               const struct mou_pack_instruction *instruction, uint32_t n)
{
    assert(pack != NULL && instruction != NULL);
    for (unsigned i = 0; i < 3; i++) {
        const enum mou_operand operand = mou_opcode_operand(instruction->opcode, i);
        enum mou_form form = MOU_FORM_CONDITION;
        if (operand == MOU_OPERAND_LIST) {
            const uint32_t count = mou_instruction_operand(instruction, i + 1);
            return n < count ? pack->lists[mou_instruction_operand(instruction, i) + n]
                             : MOU_PACK_NONE;
        }
        if (mou_operand_form(operand, &form) && n-- == 0) {
            return mou_instruction_operand(instruction, i);
        }
    }
    return instruction->opcode == MOU_OP_CODE_STREAK_UNTIL && n == 0 ? (uint32_t)instruction->imm
                                                                     : MOU_PACK_NONE;
}

bool mou_opcode_follows_time(uint32_t opcode)
{
    assert(opcode < MOU_OPCODE_COUNT);
    if (opcode == MOU_OP_CODE_TODAY) {
        return true;
    }
    if (mou_opcode_result(opcode) == MOU_FORM_CONDITION || opcode == MOU_OP_CODE_PARAMETER_AT ||
        opcode == MOU_OP_CODE_TALLY || opcode == MOU_OP_CODE_RANGE_ADD) {
        return false;
    }
    switch (opcode_table[opcode].rule) {
    case MOU_RULE_SAME:
    case MOU_RULE_UP:
    case MOU_RULE_AT: return true;
    case MOU_RULE_UNIT:
    case MOU_RULE_SELF:
    case MOU_RULE_PARENT:
    case MOU_RULE_DOWN: break;
    }
    return false;
}

const char *mou_frame_kind_name(uint32_t kind)
{
    static const char *const names[] = {"UNIT",     "SUBJECT",  "RECORDS",
                                        "CHILDREN", "SIBLINGS", "RELATION"};
    _Static_assert(sizeof names / sizeof names[0] == MOU_FRAME_KIND_COUNT,
                   "one name per frame kind");
    return kind < MOU_FRAME_KIND_COUNT ? names[kind] : "?";
}

const char *mou_field_type_name(uint32_t type)
{
    static const char *const names[] = {"text",   "integer", "money",    "ratio",  "date",
                                        "months", "days",    "workdays", "yes-no", "code"};
    _Static_assert(sizeof names / sizeof names[0] == MOU_PACK_FIELD_TYPE_COUNT,
                   "one name per type");
    return type < MOU_PACK_FIELD_TYPE_COUNT ? names[type] : "?";
}

const char *mou_section_name(uint32_t section)
{
    static const char *const names[] = {"strings",
                                        "sources",
                                        "kinds",
                                        "fields",
                                        "records",
                                        "relations",
                                        "list kinds",
                                        "code tables",
                                        "codes",
                                        "items",
                                        "memoranda",
                                        "parameters",
                                        "parameter values",
                                        "calendar",
                                        "frames",
                                        "instructions",
                                        "spans",
                                        "fractions",
                                        "lists",
                                        "texts",
                                        "findings",
                                        "grounds",
                                        "measures",
                                        "reaches",
                                        "grants", "publications",
                                        "tables",
                                        "cells",
                                        "rule notes",
                                        "repairs",
                                        "steps",
                                        "duties",
                                        "matters",
                                        "assertions"};
    _Static_assert(sizeof names / sizeof names[0] == MOU_SECTION_COUNT, "one name per section");
    return section < MOU_SECTION_COUNT ? names[section] : "?";
}

const char *mou_compare_name(int64_t compare)
{
    static const char *const names[] = {"=", "!=", "<", "<=", ">", ">="};
    _Static_assert(sizeof names / sizeof names[0] == MOU_COMPARE_COUNT, "one name per comparison");
    return compare >= 0 && compare < MOU_COMPARE_COUNT ? names[compare] : "?";
}

const char *mou_form_name(enum mou_form form)
{
    switch (form) {
    case MOU_FORM_CONDITION: return "condition";
    case MOU_FORM_VALUE: return "value";
    case MOU_FORM_RANGE: return "range";
    case MOU_FORM_FRACTION: return "fraction";
    }
    return "?";
}
