/*
 * What deciding needs to know of a pack, found out once per machine: rules in the order of their
 * decisions, which registers are findings, which relations measures come through. Reads the pack
 * only. Called by decide.c, next.c and the explanations.
 */
#include <assert.h>
#include <stdlib.h>

#include "decide.h"
#include "next.h"
#include "opcodes.h"
#include "rests.h"
#include "vm_limits.h"

/* ------------------------------------------------------------------ order of the rules */

struct named_rule {
    struct mou_text name;
    struct mou_text memorandum;
    struct mou_rule_ref rule;
};

static int compare_rules(const void *left, const void *right)
{
    const struct named_rule *a = left;
    const struct named_rule *b = right;
    int order = mou_text_compare(a->name, b->name);
    order = order != 0 ? order : mou_text_compare(a->memorandum, b->memorandum);
    order = order != 0 ? order : (int)a->rule.is_finding - (int)b->rule.is_finding;
    return order != 0 ? order : (a->rule.index > b->rule.index) - (a->rule.index < b->rule.index);
}

static struct mou_text memorandum_name(const struct mou_pack *pack, uint32_t memorandum)
{
    return mou_pack_string(pack, pack->memoranda[memorandum].name);
}

static bool order_rules(const struct mou_pack *pack, struct mou_arena *arena,
                        struct mou_decide_plan *plan)
{
    plan->rule_count = pack->findings_count + pack->measures_count;
    struct named_rule *named = MOU_NEW_ARRAY(arena, plan->rule_count, struct named_rule);
    plan->rules = MOU_NEW_ARRAY(arena, plan->rule_count, struct mou_rule_ref);
    if (named == NULL || plan->rules == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        named[i] = (struct named_rule){mou_pack_string(pack, pack->findings[i].name),
                                       memorandum_name(pack, pack->findings[i].memorandum),
                                       {i, true}};
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        named[pack->findings_count + i] =
            (struct named_rule){mou_pack_string(pack, pack->measures[i].name),
                                memorandum_name(pack, pack->measures[i].memorandum),
                                {i, false}};
    }
    qsort(named, plan->rule_count, sizeof(*named), compare_rules);
    for (uint32_t i = 0; i < plan->rule_count; i++) {
        plan->rules[i] = named[i].rule;
    }
    return true;
}

/* ------------------------------------------------------------------ who can say anything */

/* After the places of the rules were counted: list[first[key]] is where the next entry of `key` goes. */
static void begin_lists(uint32_t *first, uint32_t keys)
{
    for (uint32_t key = 0; key < keys; key++) {
        first[key + 2] += first[key + 1];
    }
}

static void list_measures(const struct mou_pack *pack, struct mou_decide_plan *plan)
{
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        for (uint32_t n = 0; n < pack->measures[i].because_count; n++) {
            plan->first_measure[pack->lists[pack->measures[i].because + n] + 2]++;
        }
    }
    begin_lists(plan->first_measure, pack->findings_count);
    for (uint32_t place = 0; place < plan->rule_count; place++) {
        const struct mou_rule_ref rule = plan->rules[place];
        if (rule.is_finding) {
            plan->finding_rule[rule.index] = place;
            continue;
        }
        const struct mou_pack_measure *measure = &pack->measures[rule.index];
        for (uint32_t n = 0; n < measure->because_count; n++) {
            plan->measures_of[plan->first_measure[pack->lists[measure->because + n] + 1]++] = place;
        }
    }
}

static void list_sections(const struct mou_pack *pack, struct mou_decide_plan *plan)
{
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[i];
        if (finding->ground_count == 0) {
            plan->bare[plan->bare_count++] = i;
        }
        for (uint32_t n = 0; n < finding->ground_count; n++) {
            plan->first_section[pack->grounds[finding->first_ground + n].frame + 2]++;
        }
    }
    begin_lists(plan->first_section, pack->frames_count);
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[i];
        for (uint32_t ground = finding->first_ground; ground < finding->first_ground + finding->ground_count; ground++) {
            plan->sections_at[plan->first_section[pack->grounds[ground].frame + 1]++] = (struct mou_section){i, ground};
        }
    }
}

/* Which findings rows of a frame can make, and which measures these. */
static bool note_lists(const struct mou_pack *pack, struct mou_arena *arena, struct mou_decide_plan *plan)
{
    size_t named = 0;
    size_t sections = 0;
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        named += pack->measures[i].because_count;
    }
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        sections += pack->findings[i].ground_count;
    }
    if (named > MOU_PLAN_ENTRIES_MAX || sections > MOU_PLAN_ENTRIES_MAX) {
        return false;
    }
    plan->finding_rule = MOU_NEW_ARRAY(arena, pack->findings_count, uint32_t);
    plan->measures_of = MOU_NEW_ARRAY(arena, named, uint32_t);
    plan->first_measure = MOU_NEW_ARRAY(arena, (size_t)pack->findings_count + 2, uint32_t);
    plan->sections_at = MOU_NEW_ARRAY(arena, sections, struct mou_section);
    plan->first_section = MOU_NEW_ARRAY(arena, (size_t)pack->frames_count + 2, uint32_t);
    plan->bare = MOU_NEW_ARRAY(arena, pack->findings_count, uint32_t);
    if (mou_arena_failed(arena)) {
        return false;
    }
    list_measures(pack, plan);
    list_sections(pack, plan);
    return true;
}

/* ------------------------------------------------------------------ registers of findings */

static bool note_findings(const struct mou_pack *pack, struct mou_arena *arena,
                          struct mou_decide_plan *plan)
{
    plan->finding_of = MOU_NEW_ARRAY(arena, pack->instructions_count, uint32_t);
    plan->same_holds = MOU_NEW_ARRAY(arena, pack->findings_count, uint32_t);
    plan->is_guard = MOU_NEW_ARRAY(arena, pack->instructions_count, bool);
    if (plan->finding_of == NULL || plan->same_holds == NULL || plan->is_guard == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        plan->finding_of[i] = MOU_PACK_NONE;
    }
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        uint32_t *first = &plan->finding_of[pack->findings[i].holds];
        plan->same_holds[i] = *first;
        *first = i;
        if (pack->findings[i].unless != MOU_PACK_NONE) {
            plan->is_guard[pack->findings[i].unless] = true;
        }
    }
    return true;
}

/* ------------------------------------------------------------------ relations of reaches */

static uint32_t slot_for(struct mou_decide_plan *plan, const struct mou_pack_reach *reach)
{
    const struct mou_reach_slot wanted = {reach->relation, reach->inverse != 0};
    uint32_t slot = 0;
    while (slot < plan->slot_count && (plan->slots[slot].relation != wanted.relation ||
                                       plan->slots[slot].inverse != wanted.inverse)) {
        slot++;
    }
    if (slot == plan->slot_count) {
        plan->slots[plan->slot_count++] = wanted;
    }
    return slot;
}

static void number_slots(const struct mou_pack *pack, struct mou_decide_plan *plan)
{
    for (uint32_t i = 0; i < pack->reaches_count; i++) {
        const struct mou_pack_reach *reach = &pack->reaches[i];
        plan->slot_of[i] = reach->relation == MOU_PACK_NONE ? MOU_PACK_NONE : slot_for(plan, reach);
    }
}

static bool note_reaches(const struct mou_pack *pack, struct mou_arena *arena,
                         struct mou_decide_plan *plan)
{
    plan->slot_of = MOU_NEW_ARRAY(arena, pack->reaches_count, uint32_t);
    plan->slots = MOU_NEW_ARRAY(arena, (size_t)pack->relations_count * 2, struct mou_reach_slot);
    if (plan->slot_of == NULL || plan->slots == NULL) {
        return false;
    }
    number_slots(pack, plan);
    return true;
}

void mou_decide_plan_ways(struct mou_machine *machine)
{
    assert(machine != NULL);
    if (machine->decide_plan != NULL) {
        machine->decide_plan->slot_count = 0;
        number_slots(machine->pack, machine->decide_plan);
    }
}

/* ------------------------------------------------------------------ time comparisons */

static bool note_times(const struct mou_machine *machine, struct mou_arena *arena,
                       struct mou_decide_plan *plan)
{
    const uint32_t count = machine->pack->instructions_count;
    uint8_t *counting = MOU_NEW_ARRAY(arena, count, uint8_t);
    plan->times = MOU_NEW_ARRAY(arena, count, struct mou_time_comparison);
    if (counting == NULL || plan->times == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        counting[i] = mou_time_counts_workdays(machine, counting, i) ? 1 : 0;
        plan->times[i] = mou_time_comparison_of(machine, counting, i);
    }
    return true;
}

/* ------------------------------------------------------------------ parameters */

void mou_decide_mark_rule(const struct mou_pack *pack, struct mou_rule_ref rule, uint8_t *used)
{
    assert(pack != NULL && used != NULL);
    if (rule.is_finding) {
        mou_rests_finding(pack, rule.index, used);
    } else {
        mou_rests_measure(pack, rule.index, used);
    }
}

/* Registers that findings and measures are read from, and everything below them; duties, repairs
 * and matters have no next date. */
static void mark_used(const struct mou_pack *pack, uint8_t *used)
{
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        mou_rests_finding(pack, i, used);
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        mou_rests_measure(pack, i, used);
    }
    mou_rests_spread(pack, used);
}

static bool note_parameters(const struct mou_pack *pack, struct mou_arena *arena,
                            struct mou_decide_plan *plan)
{
    uint8_t *used = MOU_NEW_ARRAY(arena, pack->instructions_count, uint8_t);
    uint8_t *noted = MOU_NEW_ARRAY(arena, pack->parameters_count, uint8_t);
    plan->parameters = MOU_NEW_ARRAY(arena, pack->parameters_count, uint32_t);
    if (used == NULL || noted == NULL || plan->parameters == NULL) {
        return false;
    }
    mark_used(pack, used);
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (used[i] != 0 && in->opcode == MOU_OP_CODE_PARAMETER && noted[in->a] == 0) {
            noted[in->a] = 1;
            plan->parameters[plan->parameter_count++] = in->a;
        }
    }
    return true;
}

const struct mou_decide_plan *mou_decide_plan_get(struct mou_machine *machine)
{
    assert(machine != NULL && machine->pack_arena != NULL);
    if (machine->decide_plan == NULL) {
        struct mou_decide_plan *plan = MOU_NEW(machine->pack_arena, struct mou_decide_plan);
        if (plan == NULL || !order_rules(machine->pack, machine->pack_arena, plan) ||
            !note_lists(machine->pack, machine->pack_arena, plan) ||
            !note_findings(machine->pack, machine->pack_arena, plan) ||
            !note_reaches(machine->pack, machine->pack_arena, plan) ||
            !note_times(machine, machine->pack_arena, plan) ||
            !note_parameters(machine->pack, machine->pack_arena, plan)) {
            return NULL;
        }
        machine->decide_plan = plan;
    }
    return machine->decide_plan;
}
