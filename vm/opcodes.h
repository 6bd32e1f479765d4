/*
 * What format/opcodes.def says about each instruction, as a table: the verifier, the disassembler and the machine read
 * operand kinds from here instead of knowing opcodes. No code of its own beyond the look-up.
 */
#ifndef MOU_VM_OPCODES_H
#define MOU_VM_OPCODES_H

#include "format/pack_format.h"
#include "machine.h"

/** Operand kinds, the letters of opcodes.def. */
enum mou_operand {
    MOU_OPERAND_NONE,
    MOU_OPERAND_CONDITION, /**< C */
    MOU_OPERAND_VALUE,     /**< V */
    MOU_OPERAND_RANGE,     /**< R */
    MOU_OPERAND_FRACTION,  /**< F */
    MOU_OPERAND_PARAMETER, /**< P */
    MOU_OPERAND_MEASURE,   /**< M */
    MOU_OPERAND_COLUMN,    /**< K */
    MOU_OPERAND_TABLE,     /**< T */
    MOU_OPERAND_LIST,      /**< L: offset of registers in LISTS, the count is in the next operand */
    MOU_OPERAND_COUNT,     /**< N: the count of the list before it */
    MOU_OPERAND_TEXT,      /**< I */
    MOU_OPERAND_POOL       /**< Q */
};

enum mou_frame_rule {
    MOU_RULE_UNIT,
    MOU_RULE_SELF,
    MOU_RULE_SAME,
    MOU_RULE_UP,
    MOU_RULE_AT,
    MOU_RULE_PARENT,
    MOU_RULE_DOWN
};

struct mou_opcode_info {
    const char *name;
    const char *english;
    const char *result;      /**< one letter */
    const char *operands[3]; /**< one letter each */
    enum mou_frame_rule rule;
};

/** `opcode` < MOU_OPCODE_COUNT. */
const struct mou_opcode_info *mou_opcode_info(uint32_t opcode);
enum mou_form mou_opcode_result(uint32_t opcode);
/** Kind of operand `index` (0 to 2). */
enum mou_operand mou_opcode_operand(uint32_t opcode, unsigned index);
/** Whether `operand` is a register, and of which form. */
bool mou_operand_form(enum mou_operand operand, enum mou_form *form);
/** Operand `index` (0 to 2) of an instruction. */
static inline uint32_t mou_instruction_operand(const struct mou_pack_instruction *instruction, unsigned index)
{
    return index == 0 ? instruction->a : index == 1 ? instruction->b : instruction->c;
}

/**
 * The `n`-th register that an instruction reads, lists and the register in imm included; MOU_PACK_NONE behind the last.
 */
uint32_t mou_instruction_reads(const struct mou_pack *pack, const struct mou_pack_instruction *instruction, uint32_t n);

/**
 * How the value of an instruction follows the as-of date through an operand, for time comparisons: the operand is read
 * again for another day where the instruction is made of values alone; conditions, aggregates and parameters keep the
 * value that they have.
 */
bool mou_opcode_follows_time(uint32_t opcode);

/** Short names for messages and the disassembly. */
const char *mou_frame_kind_name(uint32_t kind);
const char *mou_field_type_name(uint32_t type);
const char *mou_section_name(uint32_t section);
const char *mou_compare_name(int64_t compare);
const char *mou_form_name(enum mou_form form);

#endif
