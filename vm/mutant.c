/*
 * Makes mutations in a copy of a pack, in place and one at a time, so that a machine and the batches
 * made for the pack can go on with it; tells from the registers of a run whether one can matter
 * there. Which there are is found by mutation.c. Used by mou test --mutate.
 */
#include "mutation.h"

#include <assert.h>
#include <string.h>

#include "blank.h"
#include "decide.h"
#include "focus.h"
#include "opcodes.h"
#include "rests.h"

struct mou_mutant {
    const struct mou_pack *origin;
    const struct mou_mutations *mutations;
    struct mou_arena *arena;
    struct mou_pack pack;      /**< over `bytes`; shares the numbers of texts with the origin */
    unsigned char *bytes;
    uint8_t *repairs;                /**< per instruction: 1 where a repair rests on it */
    const struct mou_mutation *made; /**< the mutation that is in the bytes; NULL: none */
    size_t made_index;
};

/* ------------------------------------------------------------------ making one */

/* An entry of a table in the copy, in which it lies where it lies in the pack. */
static void *entry_in(const struct mou_pack *pack, unsigned char *bytes, const void *entry)
{
    return bytes + ((const unsigned char *)entry - pack->bytes);
}

static int64_t other_bound(int64_t compare)
{
    static const int64_t others[] = {MOU_COMPARE_NE, MOU_COMPARE_EQ, MOU_COMPARE_LE,
                                     MOU_COMPARE_LT, MOU_COMPARE_GE, MOU_COMPARE_GT};
    return others[compare];
}

static struct mou_pack_instruction *instruction_in(const struct mou_pack *pack,
                                                   const struct mou_mutation *mutation,
                                                   unsigned char *bytes)
{
    return entry_in(pack, bytes, &pack->instructions[mutation->entry]);
}

static struct mou_pack_measure *
measure_in(const struct mou_pack *pack, const struct mou_mutation *mutation, unsigned char *bytes)
{
    return entry_in(pack, bytes, &pack->measures[mutation->entry]);
}

static struct mou_pack_parameter_value *
value_in(const struct mou_pack *pack, const struct mou_mutation *mutation, unsigned char *bytes)
{
    return entry_in(pack, bytes, &pack->parameter_values[mutation->entry]);
}

static void change_comparison(const struct mou_pack *pack, const struct mou_mutation *mutation,
                              unsigned char *bytes)
{
    struct mou_pack_instruction *in = instruction_in(pack, mutation, bytes);
    in->imm = other_bound(in->imm);
}

static void change_threshold(const struct mou_pack *pack, const struct mou_mutation *mutation,
                             unsigned char *bytes)
{
    struct mou_pack_instruction *in = instruction_in(pack, mutation, bytes);
    if (mutation->part == 0) {
        in->imm += mutation->delta;
    } else {
        struct mou_pack_fraction *fraction = entry_in(pack, bytes, &pack->fractions[in->a]);
        fraction->num += mutation->delta;
    }
}

static void change_junction(const struct mou_pack *pack, const struct mou_mutation *mutation,
                            unsigned char *bytes)
{
    struct mou_pack_instruction *in = instruction_in(pack, mutation, bytes);
    in->opcode = in->opcode == MOU_OP_CODE_AND ? MOU_OP_CODE_OR : MOU_OP_CODE_AND;
}

static void drop_condition(const struct mou_pack *pack, const struct mou_mutation *mutation,
                           unsigned char *bytes)
{
    struct mou_pack_instruction *in = instruction_in(pack, mutation, bytes);
    in->a = mutation->part == 0 ? in->b : in->a;
    in->b = in->a;
}

static void drop_negation(const struct mou_pack *pack, const struct mou_mutation *mutation,
                          unsigned char *bytes)
{
    struct mou_pack_instruction *in = instruction_in(pack, mutation, bytes);
    in->opcode = MOU_OP_CODE_AND; /* of the condition with itself */
    in->b = in->a;
}

/* Taken otherwise by the machine; see mou_mutation_turn. */
static void change_nothing(const struct mou_pack *pack, const struct mou_mutation *mutation,
                           unsigned char *bytes)
{
    (void)pack;
    (void)mutation;
    (void)bytes;
}

static void drop_guard(const struct mou_pack *pack, const struct mou_mutation *mutation,
                       unsigned char *bytes)
{
    struct mou_pack_measure *measure = measure_in(pack, mutation, bytes);
    if (mutation->part >= MOU_FIRST_REACH_PART) {
        const uint32_t reach = measure->first_reach + (uint32_t)mutation->part - MOU_FIRST_REACH_PART;
        struct mou_pack_reach *entry = entry_in(pack, bytes, &pack->reaches[reach]);
        entry->condition = MOU_PACK_NONE;
        entry->frame = 0;
        return;
    }
    *(mutation->part == 0 ? &measure->only_if : &measure->unless) = MOU_PACK_NONE;
}

static void change_quantifier(const struct mou_pack *pack, const struct mou_mutation *mutation,
                              unsigned char *bytes)
{
    struct mou_pack_instruction *in = instruction_in(pack, mutation, bytes);
    in->opcode = in->opcode == MOU_OP_CODE_ANY ? MOU_OP_CODE_EVERY : MOU_OP_CODE_ANY;
}

static void count_days(const struct mou_pack *pack, const struct mou_mutation *mutation,
                       unsigned char *bytes)
{
    instruction_in(pack, mutation, bytes)->opcode = MOU_OP_CODE_DATE_ADD_DAYS;
}

static void change_parameter(const struct mou_pack *pack, const struct mou_mutation *mutation,
                             unsigned char *bytes)
{
    value_in(pack, mutation, bytes)->value += mutation->delta;
}

static void change_change_date(const struct mou_pack *pack, const struct mou_mutation *mutation,
                               unsigned char *bytes)
{
    struct mou_pack_parameter_value *value = value_in(pack, mutation, bytes);
    if (mutation->part == MOU_DATE_MOVED) {
        value->from += (int32_t)mutation->delta;
        return;
    }
    if (mutation->part == MOU_DATES_SWAPPED) {
        value[-1].value = value->value;
    }
    value->value = pack->parameter_values[mutation->entry - 1].value;
}

static void drop_target(const struct mou_pack *pack, const struct mou_mutation *mutation,
                        unsigned char *bytes)
{
    struct mou_pack_measure *measure = measure_in(pack, mutation, bytes);
    struct mou_pack_reach *reaches = entry_in(pack, bytes, &pack->reaches[measure->first_reach]);
    measure->reach_count--;
    reaches[mutation->part] = reaches[measure->reach_count];
}

static void change_holding(const struct mou_pack *pack, const struct mou_mutation *mutation,
                           unsigned char *bytes)
{
    measure_in(pack, mutation, bytes)->holding = mutation->part;
}

static void change_objection(const struct mou_pack *pack, const struct mou_mutation *mutation,
                             unsigned char *bytes)
{
    struct mou_pack_memorandum *memorandum =
        entry_in(pack, bytes, &pack->memoranda[mutation->entry]);
    memorandum->objection_no_stay = memorandum->objection_no_stay == 0;
}

static void change_table(const struct mou_pack *pack, const struct mou_mutation *mutation,
                         unsigned char *bytes)
{
    struct mou_pack_cell *cell = entry_in(pack, bytes, &pack->cells[mutation->entry]);
    if (mutation->part == 0) {
        cell->op = (uint32_t)other_bound(cell->op);
    } else { /* the answer of the next row */
        const struct mou_pack_cell *next = &pack->cells[mutation->entry + mutation->delta];
        cell->is_text = next->is_text;
        cell->value = next->value;
    }
}

static void (*const changes[])(const struct mou_pack *pack, const struct mou_mutation *mutation,
                               unsigned char *bytes) = {
    [MOU_MUTATE_BOUND] = change_comparison,      [MOU_MUTATE_EQUALITY] = change_comparison,
    [MOU_MUTATE_THRESHOLD] = change_threshold,   [MOU_MUTATE_JUNCTION] = change_junction,
    [MOU_MUTATE_CONDITION] = drop_condition,     [MOU_MUTATE_GUARD] = drop_guard,
    [MOU_MUTATE_NEGATION] = drop_negation,       [MOU_MUTATE_OPPOSITE] = change_nothing,
    [MOU_MUTATE_ALWAYS] = change_nothing,        [MOU_MUTATE_NEVER] = change_nothing,
    [MOU_MUTATE_QUANTIFIER] = change_quantifier, [MOU_MUTATE_CALENDAR] = count_days,
    [MOU_MUTATE_PARAMETER] = change_parameter,   [MOU_MUTATE_CHANGE_DATE] = change_change_date,
    [MOU_MUTATE_TARGET] = drop_target,           [MOU_MUTATE_HOLDING] = change_holding,
    [MOU_MUTATE_OBJECTION] = change_objection,   [MOU_MUTATE_TABLE] = change_table,
    [MOU_MUTATE_UNKNOWN] = change_nothing,
};
_Static_assert(sizeof changes / sizeof changes[0] == MOU_MUTATE_KIND_COUNT, "one per kind");

static void make(struct mou_mutant *mutant, size_t index)
{
    size_t count = 0;
    const uint32_t *entries = mou_mutations_entries(mutant->mutations, index, &count);
    struct mou_mutation one = *mou_mutations_get(mutant->mutations, index);
    for (size_t i = 0; i < count; i++) {
        one.entry = entries[i];
        changes[one.kind](mutant->origin, &one, mutant->bytes);
    }
    mutant->made = mou_mutations_get(mutant->mutations, index);
    mutant->made_index = index;
}

/* ------------------------------------------------------------------ taking it back */

static void put_back(struct mou_mutant *mutant, const void *entries, size_t bytes)
{
    memcpy(entry_in(mutant->origin, mutant->bytes, entries), entries, bytes);
}

static void put_back_measure(struct mou_mutant *mutant, uint32_t index)
{
    const struct mou_pack *pack = mutant->origin;
    const struct mou_pack_measure *measure = &pack->measures[index];
    put_back(mutant, measure, sizeof *measure);
    put_back(mutant, &pack->reaches[measure->first_reach], measure->reach_count * sizeof *pack->reaches);
}

static void put_back_instructions(struct mou_mutant *mutant, size_t index)
{
    size_t count = 0;
    const uint32_t *entries = mou_mutations_entries(mutant->mutations, index, &count);
    for (size_t i = 0; i < count; i++) {
        put_back(mutant, &mutant->origin->instructions[entries[i]], sizeof *mutant->origin->instructions);
    }
}

static void take_back(struct mou_mutant *mutant)
{
    const struct mou_pack *pack = mutant->origin;
    const struct mou_mutation *made = mutant->made;
    mutant->made = NULL;
    switch ((int)made->kind) {
    case MOU_MUTATE_GUARD:
    case MOU_MUTATE_TARGET:
    case MOU_MUTATE_HOLDING: put_back_measure(mutant, made->entry); break;
    case MOU_MUTATE_OBJECTION: put_back(mutant, &pack->memoranda[made->entry], sizeof *pack->memoranda); break;
    case MOU_MUTATE_PARAMETER: put_back(mutant, &pack->parameter_values[made->entry], sizeof *pack->parameter_values); break;
    case MOU_MUTATE_CHANGE_DATE: put_back(mutant, &pack->parameter_values[made->entry - 1], 2 * sizeof *pack->parameter_values); break; /* there is one before it */
    case MOU_MUTATE_TABLE: put_back(mutant, &pack->cells[made->entry], sizeof *pack->cells); break;
    case MOU_MUTATE_THRESHOLD:
        if (made->part != 0) {
            put_back(mutant, &pack->fractions[pack->instructions[made->entry].a], sizeof *pack->fractions);
        } else {
            put_back_instructions(mutant, mutant->made_index);
        }
        break;
    default: put_back_instructions(mutant, mutant->made_index); break;
    }
}

/* ------------------------------------------------------------------ life */

struct mou_mutant *mou_mutant_new(const struct mou_pack *pack, const struct mou_mutations *mutations,
                                  const struct mou_allocator *allocator)
{
    assert(pack != NULL && mutations != NULL);
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_mutant *mutant = arena == NULL ? NULL : MOU_NEW(arena, struct mou_mutant);
    unsigned char *bytes = mutant == NULL ? NULL : mou_arena_alloc(arena, pack->len);
    uint8_t *repairs = bytes == NULL ? NULL : MOU_NEW_ARRAY(arena, pack->instructions_count, uint8_t);
    if (repairs == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    memcpy(bytes, pack->bytes, pack->len);
    *mutant = (struct mou_mutant){.origin = pack, .mutations = mutations, .arena = arena, .pack = *pack, .bytes = bytes, .repairs = repairs};
    mutant->pack.bytes = bytes;
    mou_pack_point(&mutant->pack);
    for (uint32_t i = 0; i < pack->repairs_count; i++) {
        mou_rests_repair(pack, i, repairs);
    }
    mou_rests_spread(pack, repairs);
    return mutant;
}

void mou_mutant_free(struct mou_mutant *mutant)
{
    if (mutant != NULL) {
        mou_arena_free(mutant->arena);
    }
}

const struct mou_pack *mou_mutant_pack(const struct mou_mutant *mutant)
{
    assert(mutant != NULL);
    return &mutant->pack;
}

/* ------------------------------------------------------------------ becoming one */

enum mou_status mou_mutant_check(struct mou_mutant *mutant, size_t index)
{
    assert(mutant != NULL && mutant->made == NULL);
    const struct mou_mutation *mutation = mou_mutations_get(mutant->mutations, index);
    if (mou_mutation_turn(mutation) != MOU_TURN_NONE) {
        return MOU_OK; /* the pack stays as it is */
    }
    make(mutant, index);
    const enum mou_status status = mou_pack_check(&mutant->pack);
    take_back(mutant);
    return status;
}

/* Which ways there are is remembered by the machine's plan. */
static bool changes_ways(const struct mou_mutation *mutation)
{
    return mutation->kind == MOU_MUTATE_TARGET;
}

void mou_mutant_become(struct mou_mutant *mutant, struct mou_machine *machine, size_t index)
{
    assert(mutant != NULL && machine != NULL && machine->pack == &mutant->pack && mutant->made == NULL);
    const struct mou_mutation *mutation = mou_mutations_get(mutant->mutations, index);
    const enum mou_turn turn = mou_mutation_turn(mutation);
    mou_machine_turn(machine, mutation->span, turn);
    make(mutant, index);
    machine->blank->whole = true; /* an instruction may read others than it did */
    if (changes_ways(mutation)) {
        mou_decide_plan_ways(machine);
    }
}

void mou_mutant_return(struct mou_mutant *mutant, struct mou_machine *machine)
{
    assert(mutant != NULL && machine != NULL && mutant->made != NULL);
    const struct mou_mutation *mutation = mutant->made;
    mou_machine_turn(machine, MOU_NO_SPAN, MOU_TURN_NONE);
    take_back(mutant);
    machine->blank->whole = false;
    if (changes_ways(mutation)) {
        mou_decide_plan_ways(machine);
    }
}

/* ------------------------------------------------------------------ whether it matters */

static bool reads_memorandum(const struct mou_focus *focus, uint32_t memorandum)
{
    for (uint32_t i = 0; i < focus->pack->findings_count; i++) {
        if (focus->read_findings[i] != 0 && focus->pack->findings[i].memorandum == memorandum) {
            return true;
        }
    }
    for (uint32_t i = 0; i < focus->pack->measures_count; i++) {
        if (focus->read_measures[i] != 0 && focus->pack->measures[i].memorandum == memorandum) {
            return true;
        }
    }
    return false;
}

bool mou_mutation_concerns(const struct mou_mutations *mutations, size_t index, const struct mou_focus *focus)
{
    assert(mutations != NULL && focus != NULL);
    const struct mou_mutation *mutation = mou_mutations_get(mutations, index);
    size_t count = 0;
    const uint32_t *changed = mou_mutations_changed(mutations, index, &count);
    bool concerns = false;
    switch ((int)mutation->kind) {
    case MOU_MUTATE_GUARD:
    case MOU_MUTATE_TARGET:
    case MOU_MUTATE_HOLDING: return focus->read_measures[mutation->entry] != 0;
    case MOU_MUTATE_OBJECTION: return reads_memorandum(focus, mutation->entry);
    default: break;
    }
    for (size_t i = 0; i < count && !concerns; i++) {
        concerns = focus->wanted[changed[i]] != 0;
    }
    return concerns;
}

/* By another operator or operand an unknown or a yes can have other reasons, though it stays what it is. */
static bool changes_reasons(const struct mou_mutation *mutation)
{
    return mutation->kind == MOU_MUTATE_JUNCTION || mutation->kind == MOU_MUTATE_CONDITION || mutation->kind == MOU_MUTATE_NEGATION ||
           mutation->kind == MOU_MUTATE_QUANTIFIER;
}

static bool moves_in(struct mou_machine *machine, enum mou_world world, uint32_t index)
{
    const uint32_t rows = machine->frames[machine->pack->instructions[index].frame].row_count;
    struct mou_register again;
    return !mou_kernels_again(machine, world, index, &again) || /* out of memory: the run itself will say so */
           !mou_register_same(&machine->registers[world][index], &again, rows);
}

/* Over the registers of the run; repairs are asked on other days, too. */
static bool moves_at(const struct mou_mutant *mutant, struct mou_machine *machine, uint32_t index)
{
    return (machine->options.repairs && mutant->repairs[index] != 0) || moves_in(machine, MOU_WORLD_ALL, index) ||
           (machine->two_worlds && machine->differs[index] != 0 && moves_in(machine, MOU_WORLD_UNCONTESTED, index));
}

bool mou_mutant_moves(const struct mou_mutant *mutant, struct mou_machine *machine, size_t index, bool reasons)
{
    assert(mutant != NULL && machine != NULL && mutant->made != NULL);
    const struct mou_mutation *mutation = mutant->made;
    size_t count = 0;
    const uint32_t *changed = mou_mutations_changed(mutant->mutations, index, &count);
    if (count == 0) {
        return mutation->kind != MOU_MUTATE_OBJECTION || machine->two_worlds;
    }
    if (changes_reasons(mutation) && (reasons || machine->two_worlds)) {
        return true;
    }
    bool moves = false;
    for (size_t i = 0; i < count && !moves; i++) {
        moves = MOU_IN_FOCUS(machine->options.focus, wanted, changed[i]) && moves_at(mutant, machine, changed[i]);
    }
    return moves;
}
