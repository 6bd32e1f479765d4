/*
 * Small mistakes as changes of a pack: finds the places where one can be made, and which instructions
 * each changes. mutant.c makes them. Used by mou test --mutate.
 */
#include "mou/mutation.h"

#include <assert.h>
#include <stdlib.h>

#include "coverage.h"
#include "opcodes.h"
#include "mutation.h"
#include "walk.h"

struct mou_mutations {
    const struct mou_pack *pack;
    struct mou_arena *arena;
    MOU_VEC(struct mou_mutation) list;
    MOU_VEC(uint32_t) changed; /**< instructions, those of one mutation together */
    uint32_t *first;           /**< per mutation its first place in `changed`; one more for the end */
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
                add(all, MOU_MUTATE_GUARD, words, i, MOU_FIRST_REACH_PART + k, 0);
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

/* ------------------------------------------------------------------ what each changes */

static void note_changed(struct mou_mutations *all, uint32_t instruction)
{
    all->failed = !MOU_VEC_PUSH(all->arena, &all->changed, instruction) || all->failed;
}

/* Instructions of one opcode, or of two, that read entry `entry` of a table. */
static void note_readers(struct mou_mutations *all, uint32_t opcode, uint32_t other, uint32_t entry)
{
    for (uint32_t i = 0; i < all->pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &all->pack->instructions[i];
        if ((in->opcode == opcode || in->opcode == other) && in->a == entry) {
            note_changed(all, i);
        }
    }
}

static uint32_t table_of_cell(const struct mou_pack *pack, uint32_t cell)
{
    uint32_t table = 0;
    while (table + 1 < pack->tables_count && pack->tables[table + 1].first_cell <= cell) {
        table++;
    }
    return table;
}

static uint32_t parameter_of_value(const struct mou_pack *pack, uint32_t value)
{
    for (uint32_t i = 0; i < pack->parameters_count; i++) {
        if (value - pack->parameters[i].first_value < pack->parameters[i].value_count) {
            return i;
        }
    }
    return MOU_PACK_NONE;
}

/* A written condition: an instruction with its words. */
struct written {
    struct mou_span words;
    uint32_t instruction;
};

static int compare_written(const void *left, const void *right)
{
    const struct written *a = left;
    const struct written *b = right;
    const uint32_t of_a[] = {a->words.source, a->words.begin, a->words.end};
    const uint32_t of_b[] = {b->words.source, b->words.begin, b->words.end};
    for (size_t i = 0; i < sizeof of_a / sizeof of_a[0]; i++) {
        if (of_a[i] != of_b[i]) {
            return of_a[i] < of_b[i] ? -1 : 1;
        }
    }
    return (a->instruction > b->instruction) - (a->instruction < b->instruction);
}

/* Every written condition, those of the same words together. */
static struct written *sort_written(struct mou_mutations *all, size_t *count)
{
    const struct mou_pack *pack = all->pack;
    struct written *written = MOU_NEW_ARRAY(all->arena, pack->instructions_count, struct written);
    *count = 0;
    for (uint32_t i = 0; written != NULL && i < pack->instructions_count; i++) {
        if (pack->instructions[i].opcode == MOU_OP_CODE_WRITTEN) {
            written[(*count)++] = (struct written){mou_spot_span(pack, i), i};
        }
    }
    if (*count > 1) {
        qsort(written, *count, sizeof *written, compare_written);
    }
    return written;
}

static void note_written(struct mou_mutations *all, const struct written *written, size_t count, struct mou_span words)
{
    const struct written sought = {words, 0};
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_written(&written[middle], &sought) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < count && written[low].words.source == words.source && written[low].words.begin == words.begin && written[low].words.end == words.end;
         low++) {
        note_changed(all, written[low].instruction);
    }
}

static void note_changes(struct mou_mutations *all, const struct mou_mutation *mutation)
{
    const struct mou_pack *pack = all->pack;
    switch ((int)mutation->kind) {
    case MOU_MUTATE_GUARD:
    case MOU_MUTATE_TARGET:
    case MOU_MUTATE_HOLDING:
    case MOU_MUTATE_OBJECTION: break; /* no instruction: how a measure or memorandum is read */
    case MOU_MUTATE_PARAMETER:
    case MOU_MUTATE_CHANGE_DATE:
        note_readers(all, MOU_OP_CODE_PARAMETER, MOU_OP_CODE_PARAMETER_AT, parameter_of_value(pack, mutation->entry));
        break;
    case MOU_MUTATE_TABLE: note_readers(all, MOU_OP_CODE_TABLE, MOU_OP_CODE_TABLE, table_of_cell(pack, mutation->entry)); break;
    case MOU_MUTATE_THRESHOLD:
        if (mutation->part == 0) {
            note_changed(all, mutation->entry);
        } else { /* in the pool, which several may share */
            note_readers(all, MOU_OP_CODE_CONST_FRACTION, MOU_OP_CODE_CONST_FRACTION, pack->instructions[mutation->entry].a);
        }
        break;
    default: note_changed(all, mutation->entry); break;
    }
}

static void note_all_changes(struct mou_mutations *all)
{
    size_t count = 0;
    const struct written *written = sort_written(all, &count);
    all->first = MOU_NEW_ARRAY(all->arena, all->list.count + 1, uint32_t);
    all->failed = all->failed || written == NULL || all->first == NULL;
    for (size_t i = 0; i < all->list.count && !all->failed; i++) {
        const struct mou_mutation *mutation = &all->list.items[i];
        all->first[i] = (uint32_t)all->changed.count;
        if (mou_mutation_turn(mutation) != MOU_TURN_NONE) {
            note_written(all, written, count, mutation->span);
        } else {
            note_changes(all, mutation);
        }
        all->first[i + 1] = (uint32_t)all->changed.count;
    }
}

/* ------------------------------------------------------------------ a pack's mutations */

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
        note_all_changes(all);
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

const uint32_t *mou_mutations_changed(const struct mou_mutations *mutations, size_t index, size_t *count)
{
    assert(mutations != NULL && index < mutations->list.count && count != NULL);
    *count = mutations->first[index + 1] - mutations->first[index];
    return mutations->changed.items + mutations->first[index];
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
