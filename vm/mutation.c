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

/* Deeper nodes count as places of their own. */
#define NODE_DEPTH_MAX 64u

/* A written condition: an instruction with its words. */
struct written {
    struct mou_span words;
    uint32_t instruction;
};

struct mou_mutations {
    const struct mou_pack *pack;
    struct mou_arena *arena;
    MOU_VEC(struct mou_mutation) list;
    struct mou_mutation *every; /**< as they were found, before those of one slip were joined */
    uint32_t *copies;           /**< of `every`: the next of the same slip, MOU_PACK_NONE: none */
    uint32_t *first_copy;       /**< of `list`: the second of the slip among `every` */
    MOU_VEC(uint32_t) changed; /**< instructions, those of one mutation together */
    struct written *written; /**< sorted by their words */
    size_t written_count;
    uint32_t *first;           /**< per mutation its first place in `changed`; one more for the end */
    bool failed;
};

/* ------------------------------------------------------------------ written conditions */

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
static void sort_written(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    all->written = MOU_NEW_ARRAY(all->arena, pack->instructions_count, struct written);
    for (uint32_t i = 0; all->written != NULL && i < pack->instructions_count; i++) {
        if (pack->instructions[i].opcode == MOU_OP_CODE_WRITTEN) {
            all->written[all->written_count++] = (struct written){mou_spot_span(pack, i), i};
        }
    }
    if (all->written_count > 1) {
        qsort(all->written, all->written_count, sizeof *all->written, compare_written);
    }
    all->failed = all->failed || all->written == NULL;
}

/* The first of the words, or the number of all where there are none. */
static size_t first_written(const struct mou_mutations *all, struct mou_span words)
{
    const struct written sought = {words, 0};
    size_t low = 0;
    size_t high = all->written_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_written(&all->written[middle], &sought) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_written(const struct mou_mutations *all, size_t place, struct mou_span words)
{
    return place < all->written_count && all->written[place].words.source == words.source && all->written[place].words.begin == words.begin &&
           all->written[place].words.end == words.end;
}

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
    if (is_written(all, first_written(all, words), words)) {
        return; /* inside one condition, such as 曾 列入 over the findings of a list: nobody wrote an operator */
    }
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
                add(all, MOU_MUTATE_CHANGE_DATE, words, value, MOU_DATE_MOVED, 1);
                add(all, MOU_MUTATE_CHANGE_DATE, words, value, MOU_DATE_NEVER, 0);
                add(all, MOU_MUTATE_CHANGE_DATE, words, value, MOU_DATES_SWAPPED, 0);
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

/* The first written condition of a source or of one behind it, or the number of all. */
static size_t first_in_source(const struct mou_mutations *all, uint32_t source)
{
    return first_written(all, (struct mou_span){.source = source});
}

/* That what is not known is no ground is the language's, not a word's: one mutant for all conditions of a source, named by its first finding. */
static void find_unknowns(struct mou_mutations *all)
{
    const struct mou_pack *pack = all->pack;
    for (uint32_t i = 0; i < pack->findings_count && !all->failed; i++) {
        const struct mou_span words = note_words(pack, pack->findings[i].note);
        const size_t place = first_in_source(all, words.source);
        bool first = place < all->written_count && all->written[place].words.source == words.source;
        for (uint32_t k = 0; k < i && first; k++) {
            first = note_words(pack, pack->findings[k].note).source != words.source;
        }
        if (first) {
            add(all, MOU_MUTATE_UNKNOWN, words, all->written[place].instruction, 0, 0);
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
    sort_written(all);
    find_in_code(all);
    find_in_decisions(all, coverage);
    find_conditions(all, coverage);
    find_quantifiers(all, coverage);
    find_in_findings(all);
    find_in_measures(all);
    find_in_parameters(all);
    find_in_tables(all);
    find_in_memoranda(all);
    find_unknowns(all);
    mou_coverage_free(coverage);
}

/* ------------------------------------------------------------------ one slip, however often it was lowered */

/* What tells two slips at the same words apart: the ends of 介于, the members of 属于, the levels of a condition. */
struct slip {
    const struct mou_mutation *mutation;
    uint64_t print;
    uint32_t index;
};

static uint64_t mix(uint64_t print, uint64_t more)
{
    print = (print ^ more) * UINT64_C(0x9E3779B97F4A7C15);
    return print ^ (print >> 29);
}

static uint64_t print_of_operand(const struct mou_pack *pack, uint32_t index, uint64_t print)
{
    const struct mou_pack_instruction *in = &pack->instructions[index];
    const bool literal = in->opcode == MOU_OP_CODE_CONST || in->opcode == MOU_OP_CODE_CONST_TEXT || in->opcode == MOU_OP_CODE_CONST_FRACTION ||
                         in->opcode == MOU_OP_CODE_PARAMETER || in->opcode == MOU_OP_CODE_PARAMETER_AT;
    return mix(mix(mix(print, in->opcode), literal ? (uint64_t)in->imm : 0), literal ? in->a : 0);
}

/* The written conditions below a node, in order. */
static uint64_t print_of_node(const struct mou_pack *pack, uint32_t index, uint64_t print, unsigned depth)
{
    const struct mou_pack_instruction *in = &pack->instructions[index];
    const struct mou_span words = mou_spot_span(pack, index);
    if (in->opcode == MOU_OP_CODE_WRITTEN) {
        return mix(mix(print, words.begin), words.end);
    }
    if ((in->opcode != MOU_OP_CODE_AND && in->opcode != MOU_OP_CODE_OR && in->opcode != MOU_OP_CODE_NOT) || depth == NODE_DEPTH_MAX) {
        return mix(print, index); /* nobody wrote it: a place of its own */
    }
    print = print_of_node(pack, in->a, mix(print, in->opcode), depth + 1);
    return in->opcode == MOU_OP_CODE_NOT ? print : print_of_node(pack, in->b, print, depth + 1);
}

static uint64_t print_of_comparison(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    return print_of_operand(pack, in->b, print_of_operand(pack, in->a, mix(in->opcode, (uint64_t)in->imm)));
}

/* `entry` is an instruction only where the kind changes instructions. */
static uint64_t print_of(const struct mou_pack *pack, const struct mou_mutation *mutation)
{
    switch ((int)mutation->kind) {
    case MOU_MUTATE_BOUND:
    case MOU_MUTATE_EQUALITY: return print_of_comparison(pack, &pack->instructions[mutation->entry]);
    case MOU_MUTATE_THRESHOLD: return mutation->part == 0 ? print_of_operand(pack, mutation->entry, 1) : mutation->entry;
    case MOU_MUTATE_CALENDAR: return print_of_operand(pack, pack->instructions[mutation->entry].b, MOU_OP_CODE_DATE_ADD_WORKDAYS);
    case MOU_MUTATE_JUNCTION:
    case MOU_MUTATE_CONDITION:
    case MOU_MUTATE_NEGATION: return print_of_node(pack, mutation->entry, 1, 0);
    case MOU_MUTATE_QUANTIFIER: return pack->instructions[mutation->entry].opcode;
    default: return mutation->entry;
    }
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_prints(const struct slip *a, const struct slip *b)
{
    const struct mou_mutation *of_a = a->mutation;
    const struct mou_mutation *of_b = b->mutation;
    int order = compare_numbers(of_a->kind, of_b->kind);
    order = order != 0 ? order : compare_numbers(of_a->span.source, of_b->span.source);
    order = order != 0 ? order : compare_numbers(of_a->span.begin, of_b->span.begin);
    order = order != 0 ? order : compare_numbers(of_a->span.end, of_b->span.end);
    order = order != 0 ? order : compare_numbers(of_a->part, of_b->part);
    order = order != 0 ? order : compare_numbers(of_a->delta, of_b->delta);
    return order != 0 ? order : (a->print > b->print) - (a->print < b->print);
}

static int compare_slips(const void *left, const void *right)
{
    const struct slip *a = left;
    const struct slip *b = right;
    const int order = compare_prints(a, b);
    return order != 0 ? order : compare_numbers(a->index, b->index);
}

/* Leaves the first of those that are one slip, chained to the others; `kept`: they that stay. */
static void chain(struct mou_mutations *all, struct slip *slips, bool *kept)
{
    for (size_t i = 0; i < all->list.count; i++) {
        const struct mou_mutation *mutation = &all->list.items[i];
        slips[i] = (struct slip){mutation, print_of(all->pack, mutation), (uint32_t)i};
        all->copies[i] = MOU_PACK_NONE;
    }
    if (all->list.count > 1) {
        qsort(slips, all->list.count, sizeof *slips, compare_slips);
    }
    for (size_t i = 0; i < all->list.count; i++) {
        const bool again = i > 0 && compare_prints(&slips[i - 1], &slips[i]) == 0;
        kept[slips[i].index] = !again;
        if (again) {
            all->copies[slips[i - 1].index] = slips[i].index;
        }
    }
}

/* A definition that is lowered for each list, or in two readings, is written once: a slip changes all of it. */
static void join_copies(struct mou_mutations *all)
{
    const size_t count = all->list.count;
    struct slip *slips = MOU_NEW_ARRAY(all->arena, count, struct slip);
    bool *kept = MOU_NEW_ARRAY(all->arena, count, bool);
    struct mou_mutation *every = MOU_NEW_ARRAY(all->arena, count, struct mou_mutation);
    uint32_t *copies = MOU_NEW_ARRAY(all->arena, count, uint32_t);
    all->copies = MOU_NEW_ARRAY(all->arena, count, uint32_t);
    all->every = every;
    if (all->failed || mou_arena_failed(all->arena)) {
        all->failed = true;
        return;
    }
    chain(all, slips, kept);
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        every[i] = all->list.items[i];
        if (kept[i]) {
            copies[left] = all->copies[i];
            all->list.items[left++] = all->list.items[i];
        }
    }
    all->list.count = left;
    all->first_copy = copies;
}

/* ------------------------------------------------------------------ what each changes */

/* Each once among those of the mutation at hand, which begin at `from`. */
static void note_once(struct mou_mutations *all, size_t from, uint32_t instruction)
{
    for (size_t i = from; i < all->changed.count; i++) {
        if (all->changed.items[i] == instruction) {
            return;
        }
    }
    all->failed = !MOU_VEC_PUSH(all->arena, &all->changed, instruction) || all->failed;
}

static void note_changed(struct mou_mutations *all, uint32_t instruction)
{
    all->failed = !MOU_VEC_PUSH(all->arena, &all->changed, instruction) || all->failed;
}

static void note_copies(struct mou_mutations *all, size_t index)
{
    const size_t from = all->changed.count;
    note_once(all, from, all->list.items[index].entry);
    for (uint32_t i = all->first_copy[index]; i != MOU_PACK_NONE; i = all->copies[i]) {
        note_once(all, from, all->every[i].entry);
    }
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

static void note_written(struct mou_mutations *all, struct mou_span words)
{
    for (size_t place = first_written(all, words); is_written(all, place, words); place++) {
        note_changed(all, all->written[place].instruction);
    }
}

static void note_source(struct mou_mutations *all, uint32_t source)
{
    for (size_t place = first_in_source(all, source); place < all->written_count && all->written[place].words.source == source; place++) {
        note_changed(all, all->written[place].instruction);
    }
}

static void note_changes(struct mou_mutations *all, size_t index)
{
    const struct mou_pack *pack = all->pack;
    const struct mou_mutation *mutation = &all->list.items[index];
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
            note_copies(all, index);
        } else { /* in the pool, which several may share */
            note_readers(all, MOU_OP_CODE_CONST_FRACTION, MOU_OP_CODE_CONST_FRACTION, pack->instructions[mutation->entry].a);
        }
        break;
    default: note_copies(all, index); break;
    }
}

static void note_all_changes(struct mou_mutations *all)
{
    all->first = MOU_NEW_ARRAY(all->arena, all->list.count + 1, uint32_t);
    all->failed = all->failed || all->first == NULL;
    for (size_t i = 0; i < all->list.count && !all->failed; i++) {
        const struct mou_mutation *mutation = &all->list.items[i];
        all->first[i] = (uint32_t)all->changed.count;
        if (mutation->kind == MOU_MUTATE_UNKNOWN) {
            note_source(all, mutation->span.source);
        } else if (mou_mutation_turn(mutation) != MOU_TURN_NONE) {
            note_written(all, mutation->span);
        } else {
            note_changes(all, i);
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
        join_copies(all);
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

const uint32_t *mou_mutations_entries(const struct mou_mutations *mutations, size_t index, size_t *count)
{
    const struct mou_mutation *mutation = mou_mutations_get(mutations, index);
    switch ((int)mutation->kind) {
    case MOU_MUTATE_BOUND:
    case MOU_MUTATE_EQUALITY:
    case MOU_MUTATE_JUNCTION:
    case MOU_MUTATE_CONDITION:
    case MOU_MUTATE_NEGATION:
    case MOU_MUTATE_QUANTIFIER:
    case MOU_MUTATE_CALENDAR: return mou_mutations_changed(mutations, index, count);
    case MOU_MUTATE_THRESHOLD:
        if (mutation->part == 0) {
            return mou_mutations_changed(mutations, index, count);
        }
        break;
    default: break;
    }
    *count = 1;
    return &mutation->entry;
}

enum mou_turn mou_mutation_turn(const struct mou_mutation *mutation)
{
    assert(mutation != NULL);
    switch ((int)mutation->kind) {
    case MOU_MUTATE_OPPOSITE: return MOU_TURN_OPPOSITE;
    case MOU_MUTATE_ALWAYS: return MOU_TURN_YES;
    case MOU_MUTATE_NEVER: return MOU_TURN_NO;
    case MOU_MUTATE_UNKNOWN: return MOU_TURN_KNOWN;
    default: return MOU_TURN_NONE;
    }
}
