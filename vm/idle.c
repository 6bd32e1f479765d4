/*
 * Record types of a batch no row of which can matter for what is counted. The conditions of the type's rows are asked of zones in place of cells: a comparison with one
 * value is no for every row, or yes, or nothing is said; logic follows. Where no reduction to subjects then finds a row, nor a ground one that lies ahead, rows of the type
 * are as good as none. Types of which more is asked than that are never idle. Reads no cell. Called by count.c of the store, through vm.h.
 */
#include "idle.h"

#include "lean.h"
#include "opcodes.h"
#include "rests.h"

/* ------------------------------------------------------------------ which types may be idle */

/* The record type at whose rows the instruction stands; MOU_PACK_NONE: at others. */
static uint32_t type_of(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    return in->frame >= 2 && in->frame < 2 + pack->records_count ? in->frame - 2 : MOU_PACK_NONE;
}

/* What is said of the result follows from what is said of operands; and it cannot fail. */
static bool is_logic(uint32_t opcode)
{
    return opcode == MOU_OP_CODE_AND || opcode == MOU_OP_CODE_OR || opcode == MOU_OP_CODE_NOT || opcode == MOU_OP_CODE_EXISTS;
}

/* The reduction of a type's rows that a counting run makes there, which may be a count that is only compared; else MOU_PACK_NONE. */
static uint32_t reduction_at(const struct mou_machine *machine, uint32_t index)
{
    const struct mou_lean_plan *plan = machine->lean_plan;
    const uint32_t opcode = machine->pack->instructions[index].opcode;
    if (plan->count_of[index] != MOU_PACK_NONE) {
        return plan->late[index] != 0 ? MOU_PACK_NONE : plan->count_of[index];
    }
    return (opcode == MOU_OP_CODE_ANY || opcode == MOU_OP_CODE_EVERY) && plan->late[index] == 0 ? index : MOU_PACK_NONE;
}

/* The type whose rows are reduced. */
static uint32_t reduced_type(const struct mou_pack *pack, const struct mou_pack_instruction *reduction)
{
    const uint32_t type = type_of(pack, &pack->instructions[reduction->a]);
    return type != MOU_PACK_NONE ? type : type_of(pack, &pack->instructions[reduction->b]);
}

static void watch(const struct mou_machine *machine, struct mou_idle_plan *plan, uint32_t index)
{
    const struct mou_lean_plan *lean = machine->lean_plan;
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    const uint32_t type = type_of(machine->pack, in);
    if (type != MOU_PACK_NONE && lean->late[index] == 0) {
        plan->may_be[type] = plan->may_be[type] != 0 && (lean->direct_of[index] != MOU_PACK_NONE || is_logic(in->opcode)) ? 1 : 0;
        plan->watched[plan->watched_count++] = index;
        return;
    }
    const uint32_t reduction = type == MOU_PACK_NONE ? reduction_at(machine, index) : MOU_PACK_NONE;
    if (reduction != MOU_PACK_NONE && reduced_type(machine->pack, &machine->pack->instructions[reduction]) != MOU_PACK_NONE) {
        plan->watched[plan->watched_count++] = index;
    }
}

/* Late instructions are computed after all for measures that are judged subject by subject: for ends of their own, for what they ask of related subjects. Zones are not asked for these. */
static void rule_out_late(const struct mou_machine *machine, struct mou_idle_plan *plan, uint8_t *asked)
{
    const struct mou_pack *pack = machine->pack;
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        mou_rests_measure(pack, i, asked);
    }
    for (uint32_t i = pack->header->first_other; i-- > 0;) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        uint32_t operand = asked[i] != 0 && machine->lean_plan->late[i] != 0 ? mou_instruction_reads(pack, in, 0) : MOU_PACK_NONE;
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            const uint32_t type = type_of(pack, &pack->instructions[operand]);
            if (type != MOU_PACK_NONE && type != type_of(pack, in)) {
                plan->may_be[type] = 0;
            }
            asked[operand] = 1;
            operand = mou_instruction_reads(pack, in, n);
        }
    }
}

static struct mou_idle_plan *make_plan(const struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    struct mou_arena *arena = machine->pack_arena;
    struct mou_idle_plan *plan = MOU_NEW(arena, struct mou_idle_plan);
    if (plan == NULL) {
        return NULL;
    }
    plan->may_be = MOU_NEW_ARRAY(arena, (size_t)pack->records_count + 1, uint8_t);
    plan->watched = MOU_NEW_ARRAY(arena, (size_t)pack->instructions_count + 1, uint32_t);
    plan->said = MOU_NEW_ARRAY(arena, (size_t)pack->instructions_count + 1, uint8_t);
    uint8_t *asked = MOU_NEW_ARRAY(arena, (size_t)pack->instructions_count + 1, uint8_t);
    if (plan->may_be == NULL || plan->watched == NULL || plan->said == NULL || asked == NULL) {
        return NULL;
    }
    memcpy(plan->may_be, machine->lean_plan->as_bits, pack->records_count);
    for (uint32_t i = 0; i < pack->header->first_other; i++) {
        watch(machine, plan, i);
    }
    rule_out_late(machine, plan, asked);
    return plan;
}

/* ------------------------------------------------------------------ what zones say */

/* Of a comparison of every known cell, and of there being a known one. */
static unsigned compared(const struct mou_zone *zone, enum mou_relation relation, int64_t value)
{
    bool never = false;
    bool always = false;
    switch (relation) {
    case MOU_RELATION_LESS:
        never = zone->least >= value;
        always = zone->greatest < value;
        break;
    case MOU_RELATION_GREATER:
        never = zone->greatest <= value;
        always = zone->least > value;
        break;
    case MOU_RELATION_EQUAL:
        never = value < zone->least || value > zone->greatest || ((zone->seen >> ((uint64_t)value % 64)) & 1u) == 0;
        always = zone->least == value && zone->greatest == value;
        break;
    case MOU_RELATION_COUNT:
        break;
    }
    return (never ? (unsigned)MOU_SAID_NEVER : 0) | (always ? (unsigned)MOU_SAID_ALWAYS : 0);
}

static unsigned opposite(unsigned said)
{
    return ((said & MOU_SAID_NEVER) != 0 ? (unsigned)MOU_SAID_ALWAYS : 0) | ((said & MOU_SAID_ALWAYS) != 0 ? (unsigned)MOU_SAID_NEVER : 0);
}

/* Of a condition that reads its column directly. *sound: false where it might have to be run as it stands, and fail. */
static unsigned said_of_direct(struct mou_machine *machine, uint32_t index, const struct mou_zone *zone, bool *sound)
{
    const bool none = zone->least > zone->greatest;
    if (machine->pack->instructions[index].opcode == MOU_OP_CODE_FILLED) {
        return none ? (unsigned)MOU_SAID_NEVER : zone->gaps != 0 ? 0 : (unsigned)MOU_SAID_ALWAYS;
    }
    const struct mou_bound *bound = mou_lean_bound(machine, index);
    *sound = *sound && bound->there && (none || (zone->least >= bound->least && zone->greatest <= bound->greatest));
    if (!bound->there || none || zone->gaps != 0) {
        return 0; /* unknown, for some at least */
    }
    const unsigned said = compared(zone, bound->relation, bound->value);
    return bound->invert != 0 ? opposite(said) : said;
}

/* Of an operand, which may be one cell for all rows. */
static unsigned said_of(const struct mou_machine *machine, uint32_t index)
{
    if (machine->pack->instructions[index].frame != 0) {
        return machine->idle_plan->said[index];
    }
    const struct mou_register *cell = &machine->registers[MOU_WORLD_ALL][index];
    return (cell->maybe[0] & 1u) == 0 ? (unsigned)MOU_SAID_NEVER : (cell->yes[0] & 1u) != 0 ? (unsigned)MOU_SAID_ALWAYS : 0;
}

static unsigned said_of_logic(const struct mou_machine *machine, const struct mou_pack_instruction *in)
{
    if (in->opcode == MOU_OP_CODE_EXISTS) {
        return MOU_SAID_ALWAYS; /* where there are no objections */
    }
    const unsigned a = said_of(machine, in->a);
    if (in->opcode == MOU_OP_CODE_NOT) {
        return opposite(a);
    }
    const unsigned b = said_of(machine, in->b);
    return in->opcode == MOU_OP_CODE_AND ? ((a | b) & MOU_SAID_NEVER) | (a & b & MOU_SAID_ALWAYS) : ((a | b) & MOU_SAID_ALWAYS) | (a & b & MOU_SAID_NEVER);
}

/* Whether the reduction comes to the same as without rows. */
static bool finds_nothing(const struct mou_machine *machine, const struct mou_pack_instruction *reduction)
{
    const unsigned a = said_of(machine, reduction->a);
    const unsigned b = said_of(machine, reduction->b);
    const unsigned harmless = reduction->opcode == MOU_OP_CODE_EVERY ? MOU_SAID_ALWAYS : MOU_SAID_NEVER;
    return (a & MOU_SAID_NEVER) != 0 || (b & harmless) != 0;
}

/* Whether no row of the ground lies ahead: what mou_decide_pending_word finds. */
static bool nothing_ahead(const struct mou_machine *machine, const struct mou_pack_ground *ground, const struct mou_zone *fields)
{
    if ((said_of(machine, ground->condition) & MOU_SAID_NEVER) != 0) {
        return true;
    }
    if ((said_of(machine, ground->presence) & MOU_SAID_ALWAYS) == 0) {
        return false;
    }
    if (ground->from == MOU_PACK_NONE) {
        return true;
    }
    const struct mou_pack_instruction *from = &machine->pack->instructions[ground->from];
    return from->opcode == MOU_OP_CODE_COLUMN && from->frame == ground->frame && fields[from->a].greatest <= machine->unit_date;
}

/* ------------------------------------------------------------------ the batch at hand */

static void ask_instruction(struct mou_machine *machine, const struct mou_zone *const *zones, uint32_t index, bool *idle)
{
    const struct mou_pack *pack = machine->pack;
    const struct mou_pack_instruction *in = &pack->instructions[index];
    const struct mou_lean_plan *lean = machine->lean_plan;
    const uint32_t type = type_of(pack, in);
    unsigned said = 0;
    if (type == MOU_PACK_NONE) {
        const struct mou_pack_instruction *reduction = &pack->instructions[reduction_at(machine, index)];
        const uint32_t reduced = reduced_type(pack, reduction);
        idle[reduced] = idle[reduced] && finds_nothing(machine, reduction);
        return;
    }
    if (idle[type] && lean->direct_of[index] != MOU_PACK_NONE) {
        const struct mou_pack_instruction *column = &pack->instructions[lean->directs[lean->direct_of[index]].column];
        said = said_of_direct(machine, index, &zones[type][column->a], &idle[type]);
    } else if (idle[type]) {
        said = said_of_logic(machine, in);
    }
    machine->idle_plan->said[index] = (uint8_t)said;
}

bool mou_machine_find_idle(struct mou_machine *machine, mou_date as_of, const struct mou_zone *const *zones, bool *idle)
{
    assert(machine != NULL && zones != NULL && idle != NULL);
    const struct mou_pack *pack = machine->pack;
    const bool ready = machine->lean_plan != NULL && machine->unit_date == as_of && machine->registers[MOU_WORLD_ALL] != NULL && machine->turn == MOU_TURN_NONE;
    if (ready && machine->idle_plan == NULL) {
        machine->idle_plan = make_plan(machine);
    }
    const struct mou_idle_plan *plan = ready ? machine->idle_plan : NULL;
    bool any = false;
    for (uint32_t i = 0; i < pack->records_count; i++) {
        idle[i] = plan != NULL && zones[i] != NULL && plan->may_be[i] != 0;
        any = any || idle[i];
    }
    for (uint32_t i = 0; any && i < plan->watched_count; i++) {
        ask_instruction(machine, zones, plan->watched[i], idle);
    }
    for (uint32_t i = 0; any && i < pack->grounds_count; i++) {
        const uint32_t record = pack->grounds[i].record;
        idle[record] = idle[record] && nothing_ahead(machine, &pack->grounds[i], zones[record]);
    }
    any = false;
    for (uint32_t i = 0; i < pack->records_count; i++) {
        any = any || idle[i];
    }
    return any;
}
