/*
 * Finds what a run reads that decides a few rules only: their registers, the findings below them with
 * all their dates, the measures whose state they ask for, and everything that these are computed from.
 * Reads the pack only. Used for tests of rules, which speak of few rules of a large pack.
 */
#include "focus.h"

#include <assert.h>

#include "opcodes.h"
#include "rests.h"

static void mark(uint8_t *wanted, uint32_t index)
{
    if (index != MOU_PACK_NONE) {
        wanted[index] = 1;
    }
}

/* ------------------------------------------------------------------ what rules read */

static void want_finding(struct mou_focus *focus, uint32_t index)
{
    const struct mou_pack_finding *finding = &focus->pack->findings[index];
    focus->read_findings[index] = 1;
    mou_rests_finding(focus->pack, index, focus->wanted);
    mark(focus->wanted, finding->period);
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        const struct mou_pack_ground *ground = &focus->pack->grounds[finding->first_ground + i];
        const uint32_t parts[] = {ground->condition, ground->from, ground->end,  ground->presence,
                                  ground->served,    ground->made, ground->act, ground->ended};
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            mark(focus->wanted, parts[k]);
        }
    }
}

static void want_list(struct mou_focus *focus, uint32_t list, uint32_t count)
{
    for (uint32_t i = 0; list != MOU_PACK_NONE && i < count; i++) {
        mark(focus->wanted, focus->pack->lists[list + i]);
    }
}

/* A measure with its findings. */
static void want_measure(struct mou_focus *focus, uint32_t index)
{
    const struct mou_pack *pack = focus->pack;
    const struct mou_pack_measure *measure = &pack->measures[index];
    uint32_t sections = 0;
    focus->read_measures[index] = 1;
    mou_rests_measure(pack, index, focus->wanted);
    mark(focus->wanted, measure->period);
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const uint32_t finding = pack->lists[measure->because + i];
        sections += pack->findings[finding].ground_count;
        if (focus->read_findings[finding] == 0) {
            want_finding(focus, finding);
        }
    }
    want_list(focus, measure->own_ends, sections);
    want_list(focus, measure->authorities, sections);
}

static void want_duty(struct mou_focus *focus, uint32_t index)
{
    const struct mou_pack_duty *duty = &focus->pack->duties[index];
    focus->duties[index] = 1;
    mou_rests_duty(focus->pack, index, focus->wanted);
    want_list(focus, duty->evidence, duty->evidence_count);
}

static void want_matter(struct mou_focus *focus, uint32_t index)
{
    const struct mou_pack_matter *matter = &focus->pack->matters[index];
    focus->matters[index] = 1;
    mou_rests_matter(focus->pack, index, focus->wanted);
    for (uint32_t i = 0; i < matter->measure_count; i++) {
        want_measure(focus, focus->pack->lists[matter->measures + i]);
    }
}

/* ------------------------------------------------------------------ what these are computed from */

static bool want_operands(struct mou_focus *focus, uint32_t index)
{
    const struct mou_pack *pack = focus->pack;
    const struct mou_pack_instruction *in = &pack->instructions[index];
    bool more = false;
    uint32_t operand = mou_instruction_reads(pack, in, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        focus->wanted[operand] = 1;
        operand = mou_instruction_reads(pack, in, n);
    }
    if (in->opcode == MOU_OP_CODE_MEASURE_STATE && focus->read_measures[in->a] == 0) {
        want_measure(focus, in->a);
        more = true;
    }
    return more;
}

/* Operands stand before their users, so that one pass from the end finds them; findings and measures met on the way may have parts that stand
 * behind, and ask for another pass. */
static void want_all_below(struct mou_focus *focus)
{
    const struct mou_pack *pack = focus->pack;
    bool more = true;
    while (more) {
        more = false;
        for (uint32_t i = pack->instructions_count; i-- > 0;) {
            more = (focus->wanted[i] != 0 && want_operands(focus, i)) || more;
        }
        for (uint32_t i = 0; i < pack->findings_count; i++) {
            if (focus->read_findings[i] == 0 && focus->wanted[pack->findings[i].holds] != 0) {
                want_finding(focus, i);
                more = true;
            }
        }
    }
}

static void put_in_order(struct mou_focus *focus)
{
    for (uint32_t i = 0; i < focus->pack->instructions_count; i++) {
        if (focus->wanted[i] != 0) {
            focus->order[focus->count++] = i;
            focus->decided += i < focus->pack->header->first_other;
        }
    }
}

/* ------------------------------------------------------------------ rules by name */

static bool is_named(const struct mou_pack *pack, uint32_t memorandum, struct mou_pack_text name,
                     const struct mou_rule_name *wanted)
{
    return mou_text_equal(mou_pack_string(pack, name), wanted->rule) &&
           mou_text_equal(mou_pack_string(pack, pack->memoranda[memorandum].name), wanted->memorandum);
}

#define EACH_NAMED(table, action)                                                                  \
    for (uint32_t i = 0; i < pack->table##_count; i++) {                                           \
        if (is_named(pack, pack->table[i].memorandum, pack->table[i].name, name)) {                \
            action;                                                                                \
        }                                                                                          \
    }

static void want_named(struct mou_focus *focus, const struct mou_rule_name *name)
{
    const struct mou_pack *pack = focus->pack;
    EACH_NAMED(findings, focus->findings[i] = 1; want_finding(focus, i))
    EACH_NAMED(measures, focus->measures[i] = 1; want_measure(focus, i))
    EACH_NAMED(duties, want_duty(focus, i))
    EACH_NAMED(repairs, focus->repairs[i] = 1; mou_rests_repair(pack, i, focus->wanted))
    EACH_NAMED(matters, want_matter(focus, i))
}

static bool take_marks(struct mou_focus *focus)
{
    const struct mou_pack *pack = focus->pack;
    struct mou_arena *arena = focus->arena;
    focus->wanted = MOU_NEW_ARRAY(arena, pack->instructions_count, uint8_t);
    focus->order = MOU_NEW_ARRAY(arena, pack->instructions_count, uint32_t);
    focus->findings = MOU_NEW_ARRAY(arena, pack->findings_count, uint8_t);
    focus->read_findings = MOU_NEW_ARRAY(arena, pack->findings_count, uint8_t);
    focus->measures = MOU_NEW_ARRAY(arena, pack->measures_count, uint8_t);
    focus->read_measures = MOU_NEW_ARRAY(arena, pack->measures_count, uint8_t);
    focus->duties = MOU_NEW_ARRAY(arena, pack->duties_count, uint8_t);
    focus->repairs = MOU_NEW_ARRAY(arena, pack->repairs_count, uint8_t);
    focus->matters = MOU_NEW_ARRAY(arena, pack->matters_count, uint8_t);
    focus->assertions = MOU_NEW_ARRAY(arena, pack->assertions_count, uint8_t);
    return !mou_arena_failed(arena);
}

static struct mou_focus *open_focus(const struct mou_pack *pack, const struct mou_allocator *allocator)
{
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_focus *focus = arena == NULL ? NULL : MOU_NEW(arena, struct mou_focus);
    if (focus != NULL) {
        *focus = (struct mou_focus){.arena = arena, .pack = pack};
    }
    if (focus == NULL || !take_marks(focus)) {
        mou_arena_free(arena);
        return NULL;
    }
    return focus;
}

struct mou_focus *mou_focus_new(const struct mou_pack *pack, const struct mou_rule_name *rules,
                                size_t count, const struct mou_allocator *allocator)
{
    assert(pack != NULL && (rules != NULL || count == 0));
    struct mou_focus *focus = open_focus(pack, allocator);
    for (size_t i = 0; focus != NULL && i < count; i++) {
        want_named(focus, &rules[i]);
    }
    if (focus != NULL) {
        want_all_below(focus);
        put_in_order(focus);
    }
    return focus;
}

struct mou_focus *mou_focus_assertions(const struct mou_pack *pack, uint32_t first, uint32_t count,
                                       const struct mou_allocator *allocator)
{
    assert(pack != NULL && first <= pack->assertions_count && count <= pack->assertions_count - first);
    struct mou_focus *focus = open_focus(pack, allocator);
    for (uint32_t i = first; focus != NULL && i < first + count; i++) {
        focus->assertions[i] = 1;
        mark(focus->wanted, pack->assertions[i].holds);
    }
    if (focus != NULL) {
        want_all_below(focus);
        put_in_order(focus);
    }
    return focus;
}

void mou_focus_free(struct mou_focus *focus)
{
    if (focus != NULL) {
        mou_arena_free(focus->arena);
    }
}
