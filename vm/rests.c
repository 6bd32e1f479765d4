/*
 * Marks what rules rest on, as bytes per instruction. Operands stand before their users, so that
 * one pass from the end finds everything below. Used by decide_plan.c and coverage.c.
 */
#include "rests.h"

#include <assert.h>

#include "opcodes.h"

static void mark(uint8_t *used, uint32_t index)
{
    if (index != MOU_PACK_NONE) {
        used[index] = 1;
    }
}

static void mark_list(const struct mou_pack *pack, uint8_t *used, uint32_t list, uint32_t count)
{
    for (uint32_t i = 0; list != MOU_PACK_NONE && i < count; i++) {
        mark(used, pack->lists[list + i]);
    }
}

static void mark_publications(const struct mou_pack *pack, uint32_t first, uint32_t count,
                              uint8_t *used)
{
    for (uint32_t i = first; i < first + count; i++) {
        mark(used, pack->publications[i].every);
        mark(used, pack->publications[i].lasting);
    }
}

void mou_rests_finding(const struct mou_pack *pack, uint32_t index, uint8_t *used)
{
    assert(pack != NULL && index < pack->findings_count && used != NULL);
    const struct mou_pack_finding *finding = &pack->findings[index];
    mark_publications(pack, finding->first_publication, finding->publication_count, used);
    mark(used, finding->holds);
    mark(used, finding->unless);
    mark(used, finding->when);
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        mark(used, pack->grounds[finding->first_ground + i].holds);
    }
}

void mou_rests_measure(const struct mou_pack *pack, uint32_t index, uint8_t *used)
{
    assert(pack != NULL && index < pack->measures_count && used != NULL);
    const struct mou_pack_measure *measure = &pack->measures[index];
    uint32_t sections = 0;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        sections += pack->findings[pack->lists[measure->because + i]].ground_count;
    }
    mark_publications(pack, measure->first_publication, measure->publication_count, used);
    mark(used, measure->only_if);
    mark(used, measure->unless);
    mark(used, measure->term);
    mark_list(pack, used, measure->own_end_tests, sections);
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        mark(used, pack->reaches[measure->first_reach + i].condition);
    }
    for (uint32_t i = 0; i < measure->grant_count; i++) {
        mark(used, pack->grants[measure->first_grant + i].value);
    }
}

void mou_rests_because(const struct mou_pack *pack, uint32_t measure, uint8_t *used)
{
    assert(pack != NULL && measure < pack->measures_count && used != NULL);
    for (uint32_t i = 0; i < pack->measures[measure].because_count; i++) {
        mou_rests_finding(pack, pack->lists[pack->measures[measure].because + i], used);
    }
}

void mou_rests_duty(const struct mou_pack *pack, uint32_t index, uint8_t *used)
{
    assert(pack != NULL && index < pack->duties_count && used != NULL);
    const struct mou_pack_duty *duty = &pack->duties[index];
    mark(used, duty->condition);
    mark(used, duty->start);
    mark(used, duty->deadline);
    mark(used, duty->begun);
    mark(used, duty->over);
    mark(used, duty->done);
    mark(used, duty->authority_of);
}

void mou_rests_repair(const struct mou_pack *pack, uint32_t index, uint8_t *used)
{
    assert(pack != NULL && index < pack->repairs_count && used != NULL);
    mark(used, pack->repairs[index].eligible);
    mark(used, pack->repairs[index].refused);
}

void mou_rests_matter(const struct mou_pack *pack, uint32_t index, uint8_t *used)
{
    assert(pack != NULL && index < pack->matters_count && used != NULL);
    const struct mou_pack_matter *matter = &pack->matters[index];
    mark(used, matter->prohibit);
    mark(used, matter->advise);
    for (uint32_t i = 0; i < matter->measure_count; i++) {
        mou_rests_measure(pack, pack->lists[matter->measures + i], used);
        mou_rests_because(pack, pack->lists[matter->measures + i], used);
    }
}

void mou_rests_spread(const struct mou_pack *pack, uint8_t *used)
{
    assert(pack != NULL && used != NULL);
    for (uint32_t i = pack->instructions_count; i-- > 0;) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (used[i] == 0) {
            continue;
        }
        if (in->opcode == MOU_OP_CODE_MEASURE_STATE) {
            mou_rests_measure(pack, in->a, used);
            mou_rests_because(pack, in->a, used);
        }
        uint32_t operand = mou_instruction_reads(pack, in, 0);
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            used[operand] = 1;
            operand = mou_instruction_reads(pack, in, n);
        }
    }
}
