/*
 * On which days a pack's decisions can change without any change of the data: an incremental run must look at a subject on these days. Looks
 * at the program only.
 */
#include <assert.h>

#include "machine.h"
#include "opcodes.h"

static bool is_comparison(uint32_t opcode)
{
    return opcode == MOU_OP_CODE_COMPARE || opcode == MOU_OP_CODE_COMPARE_RANGE || opcode == MOU_OP_CODE_COMPARE_FRACTION;
}

static bool marked(const bool *daily, uint32_t reg)
{
    return reg != MOU_PACK_NONE && daily[reg];
}

static bool reads_marked(const struct mou_pack *pack, const struct mou_pack_instruction *instruction, const bool *daily)
{
    for (uint32_t n = 0;; n++) {
        const uint32_t reg = mou_instruction_reads(pack, instruction, n);
        if (reg == MOU_PACK_NONE) {
            return false;
        }
        if (daily[reg]) {
            return true;
        }
    }
}

/** Marks the values that go with the day. False if such a value is used otherwise than in comparisons that next dates follow. */
static bool mark_values(const struct mou_pack *pack, bool *daily, bool *yearly)
{
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *instruction = &pack->instructions[i];
        const uint32_t opcode = instruction->opcode;
        const bool reads = reads_marked(pack, instruction, daily);
        *yearly = *yearly || opcode == MOU_OP_CODE_STREAK || opcode == MOU_OP_CODE_STREAK_UNTIL;
        daily[i] = opcode == MOU_OP_CODE_TODAY || (reads && mou_opcode_follows_time(opcode));
        if (reads && !daily[i] && !(is_comparison(opcode) && (instruction->flags & MOU_INSTRUCTION_TIME) != 0)) {
            return false;
        }
    }
    return true;
}

static bool own_ends_marked(const struct mou_pack *pack, const struct mou_pack_measure *measure, const bool *daily)
{
    uint32_t at = measure->own_ends;
    for (uint32_t i = 0; measure->own_ends != MOU_PACK_NONE && i < measure->because_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[pack->lists[measure->because + i]];
        for (uint32_t k = 0; k < finding->ground_count; k++) {
            if (marked(daily, pack->lists[at++])) {
                return true;
            }
        }
    }
    return false;
}

/** Whether a date, a term or a grant that decisions show goes with the day. */
static bool shows_marked(const struct mou_pack *pack, const bool *daily)
{
    for (uint32_t i = 0; i < pack->grounds_count; i++) {
        const struct mou_pack_ground *ground = &pack->grounds[i];
        if (marked(daily, ground->from) || marked(daily, ground->end) || marked(daily, ground->served) || marked(daily, ground->made) || marked(daily, ground->act)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        if (marked(daily, pack->measures[i].term) || own_ends_marked(pack, &pack->measures[i], daily)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < pack->grants_count; i++) {
        if (marked(daily, pack->grants[i].value)) {
            return true;
        }
    }
    return false;
}

enum mou_status mou_pack_rhythm(const struct mou_pack *pack, enum mou_rhythm *rhythm)
{
    assert(pack != NULL && rhythm != NULL);
    struct mou_arena *arena = mou_arena_new(pack->allocator);
    bool *daily = arena != NULL ? MOU_NEW_ARRAY(arena, (size_t)pack->instructions_count + 1, bool) : NULL;
    bool yearly = false;
    *rhythm = MOU_RHYTHM_DAILY;
    if (daily == NULL) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    if (mark_values(pack, daily, &yearly) && !shows_marked(pack, daily)) {
        *rhythm = yearly ? MOU_RHYTHM_YEARLY : MOU_RHYTHM_NEXT_DATES;
    }
    mou_arena_free(arena);
    return MOU_OK;
}
