/*
 * The static cost bound of a pack's code, in one place because two need it: the compiler's emit stage writes it into the header and the
 * verifier recomputes it and refuses a pack that states another. It may not look at anything but the tables given, so that both agree.
 */
#ifndef MOU_VM_PACK_COST_H
#define MOU_VM_PACK_COST_H

#include "pack_format.h"

/** a + b, or the largest number where that does not fit. */
static inline uint64_t mou_cost_add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/** Kernel steps of one instruction per row: 1; a list of n registers counts 1 + n, a decision table 1 + its columns x rows. */
static inline uint64_t mou_instruction_cost(const struct mou_pack_instruction *instruction,
                                            const struct mou_pack_table *tables, uint32_t table_count)
{
    if (instruction->opcode == MOU_OP_CODE_TALLY) {
        return 1 + (uint64_t)instruction->b;
    }
    if (instruction->opcode == MOU_OP_CODE_TABLE && instruction->a < table_count) {
        return mou_cost_add(1, (uint64_t)tables[instruction->a].column_count * tables[instruction->a].row_count);
    }
    return 1;
}

/** The header's cost_per_row: the sum over all instructions. */
static inline uint64_t mou_pack_cost(const struct mou_pack_instruction *instructions, uint32_t count,
                                     const struct mou_pack_table *tables, uint32_t table_count)
{
    uint64_t cost = 0;
    for (uint32_t i = 0; i < count; i++) {
        cost = mou_cost_add(cost, mou_instruction_cost(&instructions[i], tables, table_count));
    }
    return cost;
}

#endif
