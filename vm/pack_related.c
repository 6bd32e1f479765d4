/*
 * Which related subjects can matter for the outcomes of others: a measure that comes through a relation falls on its target only by what is found of the subject at
 * the other end, and most subjects have no record of which anything could be found. Judged from the instructions alone: what a finding's condition says of a subject
 * without any rows. One subject too many costs time, one too few a decision. Called through vm.h.
 */
#include <assert.h>

#include "kernels.h"
#include "opcodes.h"

/* What is known of a register for a subject that has no rows of any record type. */
enum bare_state { BARE_OPEN, BARE_NO, BARE_YES, BARE_NUMBER };

struct bare {
    enum bare_state state;
    int64_t number; /* of BARE_NUMBER: the value, or both ends of the range */
};

struct judgement {
    const struct mou_pack *pack;
    struct bare *bare;   /* per instruction that decisions need */
    uint8_t *in_cone;    /* of the finding at hand */
    bool through_rows;   /* a rule asks for relation rows in its own words */
};

static bool reduces(uint32_t opcode)
{
    return mou_opcode_info(opcode)->rule == MOU_RULE_DOWN;
}

/* Frame of the rows that a reduction looks at. */
static uint32_t frame_below(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    uint32_t frame = 0;
    uint32_t operand = mou_instruction_reads(pack, in, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE && frame == 0; n++) {
        frame = pack->instructions[operand].frame == in->frame ? 0 : pack->instructions[operand].frame;
        operand = mou_instruction_reads(pack, in, n);
    }
    return frame;
}

/* Over no rows. */
static struct bare bare_reduction(uint32_t opcode)
{
    switch (opcode) {
    case MOU_OP_CODE_ANY: return (struct bare){.state = BARE_NO};
    case MOU_OP_CODE_EVERY: return (struct bare){.state = BARE_YES};
    case MOU_OP_CODE_COUNT:
    case MOU_OP_CODE_COUNT_DISTINCT:
    case MOU_OP_CODE_SUM:
    case MOU_OP_CODE_STREAK: return (struct bare){.state = BARE_NUMBER, .number = 0};
    default: return (struct bare){.state = BARE_OPEN};
    }
}

static struct bare bare_truth(bool holds)
{
    return (struct bare){.state = holds ? BARE_YES : BARE_NO};
}

static struct bare bare_logic(const struct mou_pack_instruction *in, struct bare a, struct bare b)
{
    const enum bare_state decisive = in->opcode == MOU_OP_CODE_AND ? BARE_NO : BARE_YES;
    if (a.state == decisive || b.state == decisive) {
        return (struct bare){.state = decisive};
    }
    return a.state == b.state ? a : (struct bare){.state = BARE_OPEN};
}

static struct bare bare_comparison(const struct mou_pack_instruction *in, struct bare a, struct bare b)
{
    if (a.state != BARE_NUMBER || b.state != BARE_NUMBER) {
        return (struct bare){.state = BARE_OPEN};
    }
    return bare_truth(mou_scalar_compare(in->imm, (a.number > b.number) - (a.number < b.number)));
}

static struct bare bare_sum(struct bare a, struct bare b)
{
    struct bare sum = {.state = BARE_NUMBER};
    const bool numbers = a.state == BARE_NUMBER && b.state == BARE_NUMBER;
    return numbers && !__builtin_add_overflow(a.number, b.number, &sum.number)
               ? sum
               : (struct bare){.state = BARE_OPEN};
}

static struct bare bare_of(const struct judgement *judgement, const struct mou_pack_instruction *in)
{
    const struct bare *bare = judgement->bare;
    if (in->frame > 1) {
        return (struct bare){.state = BARE_OPEN};
    }
    if (reduces(in->opcode)) {
        return mou_frame_record(judgement->pack, frame_below(judgement->pack, in)) == MOU_PACK_NONE ? (struct bare){.state = BARE_OPEN}
                                                                                                   : bare_reduction(in->opcode);
    }
    switch (in->opcode) {
    case MOU_OP_CODE_CONST_CONDITION: return in->imm == MOU_UNKNOWN ? (struct bare){.state = BARE_OPEN} : bare_truth(in->imm == MOU_YES);
    case MOU_OP_CODE_CONST: return (struct bare){.state = BARE_NUMBER, .number = in->imm};
    case MOU_OP_CODE_RANGE_OF:
    case MOU_OP_CODE_RANGE_VALUE: return bare[in->a];
    case MOU_OP_CODE_RANGE_ADD: return bare_sum(bare[in->a], bare[in->b]);
    case MOU_OP_CODE_COMPARE:
    case MOU_OP_CODE_COMPARE_RANGE: return bare_comparison(in, bare[in->a], bare[in->b]);
    case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR: return bare_logic(in, bare[in->a], bare[in->b]);
    case MOU_OP_CODE_NOT: return bare[in->a].state == BARE_OPEN ? bare[in->a] : bare_truth(bare[in->a].state == BARE_NO);
    default: return (struct bare){.state = BARE_OPEN};
    }
}

static bool judge_all(struct judgement *judgement, struct mou_arena *arena)
{
    const struct mou_pack *pack = judgement->pack;
    const uint32_t count = pack->header->first_other;
    judgement->bare = MOU_NEW_ARRAY(arena, count, struct bare);
    judgement->in_cone = MOU_NEW_ARRAY(arena, count, uint8_t);
    if (judgement->bare == NULL || judgement->in_cone == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        judgement->bare[i] = bare_of(judgement, in);
        judgement->through_rows = judgement->through_rows ||
                                  (reduces(in->opcode) && pack->frames[frame_below(pack, in)].kind == MOU_FRAME_RELATION);
    }
    return true;
}

/* The record types in the cone of a register. */
static void mark_cone(struct judgement *judgement, uint32_t root, bool *types)
{
    const struct mou_pack *pack = judgement->pack;
    memset(judgement->in_cone, 0, pack->header->first_other);
    judgement->in_cone[root] = 1;
    for (uint32_t i = root + 1; i-- > 0;) {
        if (judgement->in_cone[i] == 0) {
            continue;
        }
        const uint32_t type = mou_frame_record(pack, pack->instructions[i].frame);
        if (type != MOU_PACK_NONE) {
            types[type] = true;
        }
        uint32_t operand = mou_instruction_reads(pack, &pack->instructions[i], 0);
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            judgement->in_cone[operand] = 1;
            operand = mou_instruction_reads(pack, &pack->instructions[i], n);
        }
    }
}

/* False where the finding may hold of a subject without rows. */
static bool add_finding(struct judgement *judgement, const struct mou_pack_finding *finding, bool *types)
{
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        types[judgement->pack->grounds[finding->first_ground + i].record] = true;
    }
    if (finding->ground_count == 0) {
        mark_cone(judgement, finding->holds, types);
    }
    return finding->ground_count > 0 || judgement->bare[finding->holds].state == BARE_NO;
}

static bool comes_through_relation(const struct mou_pack *pack, const struct mou_pack_measure *measure)
{
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        if (pack->reaches[measure->first_reach + i].relation != MOU_PACK_NONE) {
            return true;
        }
    }
    return false;
}

enum mou_status mou_pack_related_types(const struct mou_pack *pack, bool *types, bool *all)
{
    assert(pack != NULL && types != NULL && all != NULL);
    struct mou_arena *arena = mou_arena_new(pack->allocator);
    struct judgement judgement = {.pack = pack};
    memset(types, 0, pack->records_count * sizeof *types);
    *all = true;
    if (arena == NULL || !judge_all(&judgement, arena)) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    bool some = judgement.through_rows;
    for (uint32_t m = 0; m < pack->measures_count; m++) {
        const struct mou_pack_measure *measure = &pack->measures[m];
        for (uint32_t i = 0; comes_through_relation(pack, measure) && i < measure->because_count; i++) {
            some = !add_finding(&judgement, &pack->findings[pack->lists[measure->because + i]], types) || some;
        }
    }
    *all = some;
    mou_arena_free(arena);
    return MOU_OK;
}
