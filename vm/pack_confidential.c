/*
 * What would give a confidential field (保密) away: values read from one or reckoned from one. Explanations and whoever prints decisions ask this; the machine
 * itself decides the same either way. Reads a verified pack only.
 */
#include <assert.h>

#include "explain.h"
#include "opcodes.h"

/* Deeper than this no rule that a person writes goes: rather hidden than shown. */
#define CONFIDENTIAL_DEPTH_MAX 64u

static bool is_confidential(const struct mou_pack *pack, uint32_t index, unsigned depth)
{
    const struct mou_pack_instruction *instruction = &pack->instructions[index];
    if (instruction->opcode == MOU_OP_CODE_COLUMN) {
        const uint32_t field = mou_explain_field(pack, instruction);
        return field != MOU_PACK_NONE && (pack->fields[field].flags & MOU_PACK_FIELD_CONFIDENTIAL) != 0;
    }
    if (depth > CONFIDENTIAL_DEPTH_MAX || mou_opcode_result(instruction->opcode) == MOU_FORM_CONDITION) {
        return depth > CONFIDENTIAL_DEPTH_MAX;
    }
    uint32_t operand = mou_instruction_reads(pack, instruction, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        if (is_confidential(pack, operand, depth + 1)) {
            return true;
        }
        operand = mou_instruction_reads(pack, instruction, n);
    }
    return false;
}

bool mou_instruction_confidential(const struct mou_pack *pack, uint32_t index)
{
    assert(pack != NULL && index < pack->instructions_count);
    return is_confidential(pack, index, 0);
}

uint32_t mou_pack_grant_count(const struct mou_pack *pack, uint32_t measure)
{
    assert(pack != NULL && measure < pack->measures_count);
    return pack->measures[measure].grant_count;
}

void mou_pack_grant(const struct mou_pack *pack, uint32_t measure, uint32_t grant, struct mou_text *name, bool *confidential)
{
    assert(pack != NULL && measure < pack->measures_count && grant < pack->measures[measure].grant_count);
    const struct mou_pack_grant *entry = &pack->grants[pack->measures[measure].first_grant + grant];
    *name = mou_pack_string(pack, entry->name);
    *confidential = mou_instruction_confidential(pack, entry->value);
}

bool mou_pack_hides_key(const struct mou_pack *pack, struct mou_text record)
{
    assert(pack != NULL);
    for (uint32_t i = 0; i < pack->records_count; i++) {
        if (mou_text_equal(mou_pack_string(pack, pack->records[i].name), record)) {
            const uint32_t field = mou_record_key_field(pack, i);
            return field != MOU_PACK_NONE && (pack->fields[pack->records[i].first_field + field].flags & MOU_PACK_FIELD_CONFIDENTIAL) != 0;
        }
    }
    return false;
}
