/*
 * What the instructions of a pack look at, so that a store need not bring the rest. Judged from the instructions alone; said of the whole pack,
 * not of one rule. Called through vm.h.
 */
#include <assert.h>

#include "machine.h"

/* Whether the rows of `type` lie on the way to those of `nested`, or are them. */
static bool leads_to(const struct mou_pack *pack, uint32_t type, uint32_t nested)
{
    while (nested != MOU_PACK_NONE && nested != type) {
        nested = pack->records[nested].parent; /* acyclic: verified */
    }
    return nested == type;
}

bool mou_pack_reads_record(const struct mou_pack *pack, uint32_t record)
{
    assert(pack != NULL && record < pack->records_count);
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const uint32_t type = mou_frame_record(pack, pack->instructions[i].frame);
        if (type != MOU_PACK_NONE && leads_to(pack, record, type)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < pack->grounds_count; i++) {
        if (leads_to(pack, record, pack->grounds[i].record)) {
            return true;
        }
    }
    return false;
}

bool mou_pack_reads_field(const struct mou_pack *pack, uint32_t record, uint32_t field)
{
    assert(pack != NULL && record < pack->records_count && field < pack->records[record].field_count);
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (in->opcode == MOU_OP_CODE_COLUMN && in->a == field && mou_frame_record(pack, in->frame) == record) {
            return true;
        }
    }
    return false;
}

bool mou_pack_reads_attribute(const struct mou_pack *pack, uint32_t kind, uint32_t attribute)
{
    assert(pack != NULL && kind < pack->kinds_count && attribute < pack->kinds[kind].field_count);
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (in->opcode == MOU_OP_CODE_COLUMN && pack->frames[in->frame].kind == MOU_FRAME_SUBJECT && in->imm == (int64_t)kind && in->a == attribute) {
            return true;
        }
    }
    return false;
}

bool mou_pack_reads_relation(const struct mou_pack *pack, uint32_t relation)
{
    assert(pack != NULL && relation < pack->relations_count);
    for (uint32_t i = 0; i < pack->frames_count; i++) {
        if (pack->frames[i].kind == MOU_FRAME_RELATION && pack->frames[i].type == relation) {
            return true;
        }
    }
    for (uint32_t i = 0; i < pack->reaches_count; i++) {
        if (pack->reaches[i].relation == relation) {
            return true;
        }
    }
    return false;
}

const struct mou_intern *mou_pack_texts(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->own_texts;
}
