/*
 * Small mistakes as changes of a pack: finds the places where one can be made, and makes one in a
 * copy of the bytes. What comes out is opened like any pack, so the verifier has the last word.
 * Used by mou test --mutate.
 */
#include "mou/mutation.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "coverage.h"
#include "opcodes.h"
#include "walk.h"

struct mou_mutations {
    const struct mou_pack *pack;
    struct mou_arena *arena;
    MOU_VEC(struct mou_mutation) list;
    bool failed;
};

/* ------------------------------------------------------------------ finding them */

static void add(struct mou_mutations *all, enum mou_mutation_kind kind, struct mou_span span,
                uint32_t entry, uint32_t part, int64_t delta)
{
    const struct mou_mutation mutation = {kind, span, entry, part, delta};
    if (span.source != UINT32_MAX && !MOU_VEC_PUSH(all->arena, &all->list, mutation)) {
        all->failed = true;
    }
}

/* One unit more and one less. */
static void add_both_ways(struct mou_mutations *all, enum mou_mutation_kind kind,
                          struct mou_span span, uint32_t entry, uint32_t part)
{
    add(all, kind, span, entry, part, 1);
    add(all, kind, span, entry, part, -1);
}

static struct mou_span note_words(const struct mou_pack *pack, uint32_t note)
{
    if (note >= pack->notes_count) {
        return MOU_NO_SPAN;
    }
    const struct mou_pack_span *span = &pack->notes[note].span;
    return (struct mou_span){span->source, span->begin, span->end};
}

static bool is_number(uint32_t type)
{
    return type != MOU_PACK_TEXT_FIELD && type != MOU_PACK_CODE && type != MOU_PACK_YES_NO;
}

static void find_in_comparison(struct mou_mutations *all, uint32_t index)
{
    const struct mou_pack *pack = all->pack;
    const struct mou_pack_instruction *in = &pack->instructions[index];
    const struct mou_span words = mou_spot_span(pack, index);
    const uint32_t operands[] = {in->a, in->b};
    if (in->frame == 0) {
        return;
    }
    add(all,
        in->imm == MOU_COMPARE_EQ || in->imm == MOU_COMPARE_NE ? MOU_MUTATE_EQUALITY
                                                               : MOU_MUTATE_BOUND,
        words, index, 0, 0);
    for (unsigned i = 0; i < 2; i++) {
        const struct mou_pack_instruction *operand = &pack->instructions[operands[i]];
        const uint32_t number = operand->opcode == MOU_OP_CODE_RANGE_OF ? operand->a : operands[i];
        operand = &pack->instructions[number];
        if (operand->opcode == MOU_OP_CODE_CONST && is_number(operand->type)) {
            add_both_ways(all, MOU_MUTATE_THRESHOLD, words, number, 0);
        } else if (operand->opcode == MOU_OP_CODE_CONST_FRACTION) {
            add_both_ways(all, MOU_MUTATE_THRESHOLD, words, number, 1);
        }
    }
}

static void find_in_code(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = 0; i < pack->instructions_count && !all->failed; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        switch (in->opcode) {
        case MOU_OP_CODE_COMPARE:
        case MOU_OP_CODE_COMPARE_RANGE:
        case MOU_OP_CODE_COMPARE_FRACTION:
            find_in_comparison(all, i);
            break;
        case MOU_OP_CODE_DATE_ADD_WORKDAYS:
            add(all, MOU_MUTATE_CALENDAR, mou_spot_span(pack, i), i, 0, 0);
            break;
        default:
            break;
        }
    }
}

static void find_in_node(struct mou_mutations *all, uint32_t instruction)
{
    const struct mou_span words = mou_spot_span(all->pack, instruction);
    switch (all->pack->instructions[instruction].opcode) {
    case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR:
        add(all, MOU_MUTATE_JUNCTION, words, instruction, 0, 0);
        add(all, MOU_MUTATE_CONDITION, words, instruction, 0, 0);
        add(all, MOU_MUTATE_CONDITION, words, instruction, 1, 0);
        break;
    case MOU_OP_CODE_NOT:
        add(all, MOU_MUTATE_NEGATION, words, instruction, 0, 0);
        break;
    default:
        break;
    }
}

/* Operators as they are written: inner nodes of decisions, each instruction once. */
static void find_in_decisions(struct mou_mutations *all, const struct mou_coverage *coverage)
{
    const struct mou_pack *pack = all->pack;
    bool *done = MOU_NEW_ARRAY(all->arena, pack->instructions_count, bool);
    if (done == NULL) {
        all->failed = true;
        return;
    }
    for (size_t i = 0; i < coverage->nodes.count && !all->failed; i++) {
        const struct mou_cover_node *node = &coverage->nodes.items[i];
        if (node->children[0] != MOU_PACK_NONE && !done[node->instruction]) {
            done[node->instruction] = true;
            find_in_node(all, node->instruction);
        }
    }
}

/* Each condition by itself. */
static void find_conditions(struct mou_mutations *all, const struct mou_coverage *coverage)
{
    for (size_t i = 0; i < coverage->conditions.count && !all->failed; i++) {
        const uint32_t instruction = coverage->conditions.items[i].instruction;
        const struct mou_span words = mou_spot_span(all->pack, instruction);
        add(all, MOU_MUTATE_OPPOSITE, words, instruction, 0, 0);
        add(all, MOU_MUTATE_ALWAYS, words, instruction, 0, 0);
        add(all, MOU_MUTATE_NEVER, words, instruction, 0, 0);
    }
}

/* The instruction that a written condition is made from, behind what only moves it. */
static uint32_t made_from(const struct mou_pack *pack, uint32_t instruction)
{
    const struct mou_pack_instruction *in = &pack->instructions[instruction];
    while (in->opcode == MOU_OP_CODE_WRITTEN || in->opcode == MOU_OP_CODE_UP_CONDITION ||
           in->opcode == MOU_OP_CODE_AT_CONDITION || in->opcode == MOU_OP_CODE_NOT) {
        instruction = in->a;
        in = &pack->instructions[instruction];
    }
    return instruction;
}

/* Quantifiers that somebody wrote: not the answers of grounds. */
static void find_quantifiers(struct mou_mutations *all, const struct mou_coverage *coverage)
{
    for (size_t i = 0; i < coverage->conditions.count && !all->failed; i++) {
        const uint32_t instruction =
            made_from(all->pack, coverage->conditions.items[i].instruction);
        const uint32_t opcode = all->pack->instructions[instruction].opcode;
        if ((opcode == MOU_OP_CODE_ANY || opcode == MOU_OP_CODE_EVERY) &&
            coverage->is_finding[instruction] == 0) {
            add(all, MOU_MUTATE_QUANTIFIER, mou_spot_span(all->pack, instruction), instruction, 0,
                0);
        }
    }
}

static bool is_not_of(const struct mou_pack *pack, uint32_t instruction, uint32_t guard)
{
    const struct mou_pack_instruction *in = &pack->instructions[instruction];
    while (in->opcode == MOU_OP_CODE_UP_CONDITION || in->opcode == MOU_OP_CODE_WRITTEN) {
        in = &pack->instructions[in->a];
    }
    return in->opcode == MOU_OP_CODE_NOT && in->a == guard;
}

/* The 除非 of a finding without grounds stands in its answer, not in a decision. */
static void find_finding_guard(struct mou_mutations *all, const struct mou_pack_finding *finding)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = finding->unless; i <= finding->holds; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (in->opcode == MOU_OP_CODE_AND && in->frame == 1) {
            for (uint32_t side = 0; side < 2; side++) {
                if (is_not_of(pack, side == 0 ? in->a : in->b, finding->unless)) {
                    add(all, MOU_MUTATE_CONDITION, note_words(pack, finding->note), i, side, 0);
                }
            }
        }
    }
}

static void find_in_findings(struct mou_mutations *all)
{
    for (uint32_t i = 0; i < all->pack->findings_count && !all->failed; i++) {
        const struct mou_pack_finding *finding = &all->pack->findings[i];
        if (finding->unless != MOU_PACK_NONE && finding->ground_count == 0) {
            find_finding_guard(all, finding);
        }
    }
}

/* Parts of a dropped guard: 仅当, 除非, then what is asked of the rows of each reach. */
enum { FIRST_REACH_PART = 2 };

static void find_in_measures(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = 0; i < pack->measures_count && !all->failed; i++) {
        const struct mou_pack_measure *measure = &pack->measures[i];
        const struct mou_span words = note_words(pack, measure->note);
        if (measure->only_if != MOU_PACK_NONE) {
            add(all, MOU_MUTATE_GUARD, words, i, 0, 0);
        }
        if (measure->unless != MOU_PACK_NONE) {
            add(all, MOU_MUTATE_GUARD, words, i, 1, 0);
        }
        bool by_relation = false;
        for (uint32_t k = 0; k < measure->reach_count; k++) {
            by_relation =
                by_relation || pack->reaches[measure->first_reach + k].relation != MOU_PACK_NONE;
            add(all, MOU_MUTATE_TARGET, words, i, k, 0);
            if (pack->reaches[measure->first_reach + k].condition != MOU_PACK_NONE) {
                add(all, MOU_MUTATE_GUARD, words, i, FIRST_REACH_PART + k, 0);
            }
        }
        if (by_relation) {
            add(all, MOU_MUTATE_HOLDING, words, i, (measure->holding + 1) % 3, 0);
            add(all, MOU_MUTATE_HOLDING, words, i, (measure->holding + 2) % 3, 0);
        }
    }
}

/* The words of a parameter are those of the first instruction that asks for it. */
static struct mou_span parameter_words(const struct mou_pack *pack, uint32_t parameter)
{
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if ((in->opcode == MOU_OP_CODE_PARAMETER || in->opcode == MOU_OP_CODE_PARAMETER_AT) &&
            in->a == parameter) {
            return mou_spot_span(pack, i);
        }
    }
    return MOU_NO_SPAN;
}

static void find_in_parameters(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = 0; i < pack->parameters_count && !all->failed; i++) {
        const struct mou_pack_parameter *parameter = &pack->parameters[i];
        const struct mou_span words = parameter_words(pack, i);
        for (uint32_t k = 0; k < parameter->value_count; k++) {
            const uint32_t value = parameter->first_value + k;
            if (is_number(parameter->type)) {
                add_both_ways(all, MOU_MUTATE_PARAMETER, words, value, 0);
            }
            if (k > 0) {
                add(all, MOU_MUTATE_CHANGE_DATE, words, value, 0, 1);
                add(all, MOU_MUTATE_CHANGE_DATE, words, value, 1, 0);
            }
        }
    }
}

static struct mou_span table_words(const struct mou_pack *pack, uint32_t table)
{
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        if (pack->instructions[i].opcode == MOU_OP_CODE_TABLE && pack->instructions[i].a == table) {
            return mou_spot_span(pack, i);
        }
    }
    return MOU_NO_SPAN;
}

static bool is_order(uint32_t compare)
{
    return compare >= MOU_COMPARE_LT && compare <= MOU_COMPARE_GE;
}

static void find_in_tables(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = 0; i < pack->tables_count && !all->failed; i++) {
        const struct mou_pack_table *table = &pack->tables[i];
        const uint32_t width = table->column_count + 1;
        for (uint32_t k = 0; k < width * table->row_count; k++) {
            const uint32_t cell = table->first_cell + k;
            if (k % width != table->column_count && is_order(pack->cells[cell].op)) {
                add(all, MOU_MUTATE_TABLE, table_words(pack, i), cell, 0, 0);
            } else if (k % width == table->column_count && k + width < width * table->row_count) {
                add(all, MOU_MUTATE_TABLE, table_words(pack, i), cell, 1, (int64_t)width);
            }
        }
    }
}

static void find_in_memoranda(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = 0; i < pack->measures_count && !all->failed; i++) {
        bool first = true;
        for (uint32_t k = 0; k < i; k++) {
            first = first && pack->measures[k].memorandum != pack->measures[i].memorandum;
        }
        if (first) {
            add(all, MOU_MUTATE_OBJECTION, note_words(pack, pack->measures[i].note),
                pack->measures[i].memorandum, 0, 0);
        }
    }
}

static void find_all(struct mou_mutations *all)
{
    struct mou_coverage *coverage = mou_coverage_new(all->pack, all->pack->allocator);
    if (coverage == NULL) {
        all->failed = true;
        return;
    }
    find_in_code(all);
    find_in_decisions(all, coverage);
    find_conditions(all, coverage);
    find_quantifiers(all, coverage);
    find_in_findings(all);
    find_in_measures(all);
    find_in_parameters(all);
    find_in_tables(all);
    find_in_memoranda(all);
    mou_coverage_free(coverage);
}

struct mou_mutations *mou_mutations_new(const struct mou_pack *pack,
                                        const struct mou_allocator *allocator)
{
    assert(pack != NULL);
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_mutations *all = arena != NULL ? MOU_NEW(arena, struct mou_mutations) : NULL;
    if (all != NULL) {
        all->pack = pack;
        all->arena = arena;
        find_all(all);
    }
    if (all == NULL || all->failed) {
        mou_arena_free(arena);
        return NULL;
    }
    return all;
}

void mou_mutations_free(struct mou_mutations *mutations)
{
    if (mutations != NULL) {
        mou_arena_free(mutations->arena);
    }
}

size_t mou_mutations_count(const struct mou_mutations *mutations)
{
    assert(mutations != NULL);
    return mutations->list.count;
}

const struct mou_mutation *mou_mutations_get(const struct mou_mutations *mutations, size_t index)
{
    assert(mutations != NULL && index < mutations->list.count);
    return &mutations->list.items[index];
}

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
    if (mutation->part >= FIRST_REACH_PART) {
        const uint32_t reach = measure->first_reach + (uint32_t)mutation->part - FIRST_REACH_PART;
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
    if (mutation->part == 0) {
        value->from += (int32_t)mutation->delta;
    } else { /* the value before it stays in force */
        value->value = pack->parameter_values[mutation->entry - 1].value;
    }
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
};
_Static_assert(sizeof changes / sizeof changes[0] == MOU_MUTATE_KIND_COUNT, "one per kind");

static void seal(unsigned char *bytes, size_t len)
{
    unsigned char hash[32] = {0};
    unsigned char *at = bytes + offsetof(struct mou_pack_header, content_hash);
    memcpy(at, hash, sizeof hash);
    mou_sha256(bytes, len, hash);
    memcpy(at, hash, sizeof hash);
}

uint32_t mou_mutation_instruction(const struct mou_mutation *mutation)
{
    assert(mutation != NULL);
    switch ((int)mutation->kind) {
    case MOU_MUTATE_BOUND:
    case MOU_MUTATE_EQUALITY:
    case MOU_MUTATE_THRESHOLD:
    case MOU_MUTATE_JUNCTION:
    case MOU_MUTATE_CONDITION:
    case MOU_MUTATE_NEGATION:
    case MOU_MUTATE_QUANTIFIER:
    case MOU_MUTATE_CALENDAR: return mutation->entry;
    default: return UINT32_MAX;
    }
}

enum mou_turn mou_mutation_turn(const struct mou_mutation *mutation)
{
    assert(mutation != NULL);
    switch ((int)mutation->kind) {
    case MOU_MUTATE_OPPOSITE: return MOU_TURN_OPPOSITE;
    case MOU_MUTATE_ALWAYS: return MOU_TURN_YES;
    case MOU_MUTATE_NEVER: return MOU_TURN_NO;
    default: return MOU_TURN_NONE;
    }
}

void mou_mutation_apply(const struct mou_pack *pack, const struct mou_mutation *mutation,
                        unsigned char *bytes, size_t len)
{
    assert(pack != NULL && mutation != NULL && bytes != NULL && len == pack->len);
    changes[mutation->kind](pack, mutation, bytes);
    seal(bytes, len);
}
