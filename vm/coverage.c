/*
 * Holds the goals of a pack against the registers of a run: which conditions were seen and which of
 * them decided, which branches were taken, which bounds were tried. Reads registers, writes none.
 * Used by mou test.
 */
#include "coverage.h"

#include <assert.h>
#include <string.h>

#include "decide.h"
#include "kernels.h"
#include "opcodes.h"
#include "rests.h"
#include "vm_limits.h"
#include "walk.h"

/* ------------------------------------------------------------------ life */

struct mou_coverage *mou_coverage_new(const struct mou_pack *pack,
                                      const struct mou_allocator *allocator)
{
    assert(pack != NULL);
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_coverage *coverage = arena != NULL ? MOU_NEW(arena, struct mou_coverage) : NULL;
    if (coverage != NULL) {
        coverage->pack = pack;
        coverage->arena = arena;
        coverage->spots = MOU_NEW_ARRAY(arena, MOU_COVER_NODES_MAX, struct mou_spot);
        coverage->truths = MOU_NEW_ARRAY(arena, MOU_COVER_NODES_MAX, enum mou_truth);
        coverage->rests = MOU_NEW_ARRAY(arena, pack->instructions_count + 1, uint8_t);
        coverage->failed =
            coverage->spots == NULL || coverage->truths == NULL || coverage->rests == NULL;
        mou_coverage_lay_out(coverage);
    }
    if (coverage == NULL || coverage->failed) {
        mou_arena_free(arena);
        return NULL;
    }
    return coverage;
}

void mou_coverage_free(struct mou_coverage *coverage)
{
    if (coverage != NULL) {
        mou_arena_free(coverage->arena);
    }
}

size_t mou_coverage_goal_count(const struct mou_coverage *coverage)
{
    assert(coverage != NULL);
    return coverage->goals.count;
}

const struct mou_goal *mou_coverage_goal(const struct mou_coverage *coverage, size_t index)
{
    assert(coverage != NULL && index < coverage->goals.count);
    return &coverage->goals.items[index];
}

static void meet(struct mou_coverage *coverage, uint32_t goal)
{
    coverage->goals.items[goal].met = true;
}

void mou_coverage_decision(struct mou_coverage *coverage, const struct mou_decision *decision)
{
    assert(coverage != NULL && decision != NULL);
    if (decision->outcome == MOU_IN_FORCE) {
        meet(coverage, decision->is_finding ? coverage->finding_goal[decision->rule]
                                            : coverage->measure_goal[decision->rule]);
    }
}

void mou_coverage_rule(struct mou_coverage *coverage, enum mou_rule_sort sort, uint32_t rule)
{
    assert(coverage != NULL && sort < MOU_RULE_ASSERTION);
    meet(coverage, coverage->other_goal[sort][rule]);
}

/* ------------------------------------------------------------------ test by test */

void mou_coverage_begin_test(struct mou_coverage *coverage)
{
    assert(coverage != NULL);
    for (size_t i = 0; i < coverage->conditions.count; i++) {
        coverage->conditions.items[i].decided[0] = false;
        coverage->conditions.items[i].decided[1] = false;
    }
    memset(coverage->rests, 0, coverage->pack->instructions_count);
    coverage->spread = false;
}

static bool is_rule(const struct mou_pack *pack, uint32_t memorandum, struct mou_pack_text name,
                    const struct mou_text wanted[2])
{
    return mou_text_equal(mou_pack_string(pack, name), wanted[1]) &&
           mou_text_equal(mou_pack_string(pack, pack->memoranda[memorandum].name), wanted[0]);
}

void mou_coverage_expect(struct mou_coverage *coverage, struct mou_text memorandum,
                         struct mou_text rule)
{
    assert(coverage != NULL);
    const struct mou_pack *pack = coverage->pack;
    const struct mou_text wanted[2] = {memorandum, rule};
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        if (is_rule(pack, pack->findings[i].memorandum, pack->findings[i].name, wanted)) {
            mou_rests_finding(pack, i, coverage->rests);
        }
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        if (is_rule(pack, pack->measures[i].memorandum, pack->measures[i].name, wanted)) {
            mou_rests_measure(pack, i, coverage->rests);
            mou_rests_because(pack, i, coverage->rests);
        }
    }
    for (uint32_t i = 0; i < pack->duties_count; i++) {
        if (is_rule(pack, pack->duties[i].memorandum, pack->duties[i].name, wanted)) {
            mou_rests_duty(pack, i, coverage->rests);
        }
    }
    for (uint32_t i = 0; i < pack->repairs_count; i++) {
        if (is_rule(pack, pack->repairs[i].memorandum, pack->repairs[i].name, wanted)) {
            mou_rests_repair(pack, i, coverage->rests);
        }
    }
    for (uint32_t i = 0; i < pack->matters_count; i++) {
        if (is_rule(pack, pack->matters[i].memorandum, pack->matters[i].name, wanted)) {
            mou_rests_matter(pack, i, coverage->rests);
        }
    }
}

void mou_coverage_expect_all(struct mou_coverage *coverage)
{
    assert(coverage != NULL);
    memset(coverage->rests, 1, coverage->pack->instructions_count);
    coverage->spread = true;
}

bool mou_coverage_rests(struct mou_coverage *coverage, uint32_t instruction)
{
    assert(coverage != NULL && instruction < coverage->pack->instructions_count);
    if (!coverage->spread) {
        mou_rests_spread(coverage->pack, coverage->rests);
        coverage->spread = true;
    }
    return coverage->rests[instruction] != 0;
}

/* Whether what the test expects rests on a condition, at any place where it was lowered. */
static bool matters_here(struct mou_coverage *coverage, uint32_t condition)
{
    const struct mou_cover_condition *wanted = &coverage->conditions.items[condition];
    bool matters = false;
    for (uint32_t i = wanted->instruction; i != MOU_PACK_NONE && !matters; i = coverage->twin[i]) {
        matters = mou_coverage_rests(coverage, i);
    }
    return matters;
}

uint32_t mou_coverage_condition_count(const struct mou_coverage *coverage)
{
    assert(coverage != NULL);
    return (uint32_t)coverage->conditions.count;
}

struct mou_span mou_coverage_condition_words(const struct mou_coverage *coverage,
                                             uint32_t condition)
{
    assert(coverage != NULL && condition < coverage->conditions.count);
    return mou_spot_span(coverage->pack, coverage->conditions.items[condition].instruction);
}

bool mou_coverage_wants(struct mou_coverage *coverage, uint32_t condition, enum mou_turn turn)
{
    assert(coverage != NULL && condition < coverage->conditions.count);
    const struct mou_cover_condition *wanted = &coverage->conditions.items[condition];
    const bool changes = (turn != MOU_TURN_YES && wanted->decided[0]) ||
                         (turn != MOU_TURN_NO && wanted->decided[1]);
    return changes && !wanted->noticed[turn] && matters_here(coverage, condition);
}

/* Meets the goals of MC/DC of a condition by what tests have noticed. */
static void judge(struct mou_coverage *coverage, const struct mou_cover_condition *condition)
{
    if (condition->noticed[MOU_TURN_OPPOSITE] && condition->noticed[MOU_TURN_NO]) {
        meet(coverage, condition->first_goal + 2);
    }
    if (condition->noticed[MOU_TURN_OPPOSITE] && condition->noticed[MOU_TURN_YES]) {
        meet(coverage, condition->first_goal + 3);
    }
}

void mou_coverage_noticed(struct mou_coverage *coverage, uint32_t condition, enum mou_turn turn)
{
    assert(coverage != NULL && condition < coverage->conditions.count && turn < MOU_TURN_COUNT);
    coverage->conditions.items[condition].noticed[turn] = true;
    judge(coverage, &coverage->conditions.items[condition]);
}

void mou_coverage_merge(struct mou_coverage *coverage, const struct mou_coverage *other)
{
    assert(coverage != NULL && other != NULL && coverage->goals.count == other->goals.count);
    for (size_t i = 0; i < coverage->goals.count; i++) {
        coverage->goals.items[i].met = coverage->goals.items[i].met || other->goals.items[i].met;
    }
    for (size_t i = 0; i < coverage->conditions.count; i++) {
        struct mou_cover_condition *condition = &coverage->conditions.items[i];
        for (unsigned turn = 0; turn < MOU_TURN_COUNT; turn++) {
            condition->noticed[turn] =
                condition->noticed[turn] || other->conditions.items[i].noticed[turn];
        }
        judge(coverage, condition);
    }
}

/* ------------------------------------------------------------------ one evaluation of a decision */

/** A decision at a row of a world, its nodes' cells and truths in the coverage's scratch arrays. */
struct view {
    struct mou_coverage *coverage;
    const struct mou_machine *machine;
    const struct mou_cover_decision *decision;
    const struct mou_cover_node *nodes;
};

static bool is_leaf(const struct mou_cover_node *node)
{
    return node->children[0] == MOU_PACK_NONE;
}

static enum mou_truth truth_of(const struct view *view, const struct mou_cover_node *node,
                               const enum mou_truth *truths)
{
    const struct mou_pack_instruction *in = &view->machine->pack->instructions[node->instruction];
    const enum mou_truth a = truths[node->children[0]];
    switch (in->opcode) {
    case MOU_OP_CODE_AND:
        return mou_truth_and(a, truths[node->children[1]]);
    case MOU_OP_CODE_OR:
        return mou_truth_or(a, truths[node->children[1]]);
    case MOU_OP_CODE_NOT:
        return mou_truth_not(a);
    case MOU_OP_CODE_CHOICE_CONDITION:
        return a == MOU_UNKNOWN ? MOU_UNKNOWN : truths[node->children[a == MOU_YES ? 1 : 2]];
    default:
        return a; /* moves */
    }
}

/* The truth of the whole; `turned`: a condition that counts as its opposite wherever it stands, or
 * MOU_PACK_NONE. */
static enum mou_truth evaluate(const struct view *view, uint32_t turned)
{
    enum mou_truth *truths = view->coverage->truths;
    const struct mou_spot *spots = view->coverage->spots;
    for (uint32_t i = view->decision->node_count; i-- > 0;) {
        const struct mou_cover_node *node = &view->nodes[i];
        if (!is_leaf(node)) {
            truths[i] = truth_of(view, node, truths);
            continue;
        }
        truths[i] = mou_spot_truth(view->machine, spots[i]);
        if (node->condition != MOU_PACK_NONE && node->condition == turned) {
            truths[i] = mou_truth_not(truths[i]);
        }
    }
    return truths[0];
}

static void find_spots(const struct view *view, struct mou_spot root)
{
    struct mou_spot *spots = view->coverage->spots;
    spots[0] = root;
    for (uint32_t i = 1; i < view->decision->node_count; i++) {
        const struct mou_cover_node *node = &view->nodes[i];
        spots[i] = mou_spot_operand(view->machine, spots[node->parent], node->instruction);
    }
}

/* Seen as it is; and decides, where the whole would not stay what it is: of three truths the third,
 * unknown, is an outcome of its own. `X present and X < d` with X absent is no because of the first. */
static void hold_condition(const struct view *view, uint32_t node, enum mou_truth whole)
{
    struct mou_cover_condition *condition =
        &view->coverage->conditions.items[view->nodes[node].condition];
    const enum mou_truth truth = mou_spot_truth(view->machine, view->coverage->spots[node]);
    if (truth == MOU_UNKNOWN) {
        return;
    }
    const uint32_t side = truth == MOU_YES ? 0 : 1;
    meet(view->coverage, condition->first_goal + side);
    if (!condition->decided[side] && whole != MOU_UNKNOWN &&
        evaluate(view, view->nodes[node].condition) != whole) {
        condition->decided[side] = true;
    }
}

static char truth_letter(enum mou_truth truth)
{
    return truth == MOU_YES ? 'Y' : truth == MOU_NO ? 'N' : '?';
}

/* Truths of the leaves in the order of the tree's text (mou_coverage_trace_head). */
static void trace_evaluation(const struct view *view, uint32_t number, enum mou_truth whole,
                             struct mou_buf *trace)
{
    mou_buf_printf(trace, "{\"decision\": %u, \"leaves\": \"", number);
    for (uint32_t i = 0; i < view->decision->node_count; i++) {
        if (is_leaf(&view->nodes[i])) {
            mou_buf_char(trace,
                         truth_letter(mou_spot_truth(view->machine, view->coverage->spots[i])));
        }
    }
    mou_buf_printf(trace, "\", \"whole\": \"%c\"}\n", truth_letter(whole));
}

static void hold_row(const struct view *view, uint32_t number, struct mou_spot root,
                     struct mou_buf *trace)
{
    find_spots(view, root);
    const enum mou_truth whole = evaluate(view, MOU_PACK_NONE);
    for (uint32_t i = 0; i < view->decision->node_count; i++) {
        if (view->nodes[i].condition != MOU_PACK_NONE) {
            hold_condition(view, i, whole);
        }
    }
    if (trace != NULL) {
        trace_evaluation(view, number, whole, trace);
    }
}

static void hold_decision(struct mou_coverage *coverage, const struct mou_machine *machine,
                          enum mou_world world, uint32_t number, struct mou_buf *trace)
{
    const struct mou_cover_decision *decision = &coverage->decisions.items[number];
    const struct view view = {coverage, machine, decision,
                              &coverage->nodes.items[decision->first_node]};
    const struct mou_pack_instruction *root = &machine->pack->instructions[decision->root];
    const uint32_t frame = decision->presence != MOU_PACK_NONE && root->frame == 0
                               ? machine->pack->instructions[decision->presence].frame
                               : root->frame;
    for (uint32_t row = 0; row < machine->frames[frame].row_count; row++) {
        if (decision->presence == MOU_PACK_NONE ||
            mou_register_truth(machine, world, decision->presence, row) != MOU_NO) {
            hold_row(&view, number, mou_spot_at(machine, world, decision->root, frame, row), trace);
        }
    }
}

/* ------------------------------------------------------------------ choices, tables, bounds */

/** A site's instruction at one row. */
struct cell_view {
    struct mou_coverage *coverage;
    const struct mou_machine *machine;
    const struct mou_cover_site *site;
    struct mou_spot spot;
};

static struct mou_spot operand(const struct cell_view *view, uint32_t index)
{
    return mou_spot_operand(view->machine, view->spot, index);
}

static void hold_choice(const struct cell_view *view, const struct mou_pack_instruction *in)
{
    const enum mou_truth truth = mou_spot_truth(view->machine, operand(view, in->a));
    if (truth != MOU_UNKNOWN) {
        meet(view->coverage, view->site->first_goal + (truth == MOU_YES ? 0 : 1));
    }
}

/* A known number, also of a range that is one. */
static bool number_at(const struct mou_machine *machine, struct mou_spot spot, int64_t *number)
{
    const struct mou_register *cells = &machine->registers[spot.world][spot.instruction];
    if (mou_register_cell(machine, spot.world, spot.instruction, spot.row) != MOU_CELL_KNOWN ||
        (cells->form == MOU_FORM_RANGE && cells->value[spot.row] != cells->high[spot.row])) {
        return false;
    }
    *number = cells->value[spot.row];
    return true;
}

static bool fraction_at(const struct mou_machine *machine, struct mou_spot spot,
                        struct mou_ratio *fraction)
{
    if (mou_register_cell(machine, spot.world, spot.instruction, spot.row) != MOU_CELL_KNOWN) {
        return false;
    }
    *fraction = machine->registers[spot.world][spot.instruction].fraction[spot.row];
    return true;
}

static void hold_bound(const struct cell_view *view, const struct mou_pack_instruction *in)
{
    int64_t left = 0;
    int64_t right = 0;
    int64_t apart = 0;
    if (!number_at(view->machine, operand(view, in->a), &left) ||
        !number_at(view->machine, operand(view, in->b), &right) ||
        __builtin_sub_overflow(left, right, &apart)) {
        return;
    }
    const bool below = in->imm == MOU_COMPARE_LT || in->imm == MOU_COMPARE_GE;
    if (apart == 0) {
        meet(view->coverage, view->site->first_goal);
    } else if (apart == (below ? -1 : 1)) {
        meet(view->coverage, view->site->first_goal + 1);
    }
}

static void hold_fraction_bound(const struct cell_view *view, const struct mou_pack_instruction *in)
{
    struct mou_ratio left;
    struct mou_ratio right;
    if (fraction_at(view->machine, operand(view, in->a), &left) &&
        fraction_at(view->machine, operand(view, in->b), &right) &&
        mou_ratio_compare(left, right) == 0) {
        meet(view->coverage, view->site->first_goal);
    }
}

static void hold_table(const struct cell_view *view, const struct mou_pack_instruction *in)
{
    const struct mou_pack *pack = view->machine->pack;
    const struct mou_pack_table *table = &pack->tables[in->a];
    int64_t values[MOU_TABLE_COLUMNS_MAX] = {0};
    struct mou_ratio fractions[MOU_TABLE_COLUMNS_MAX] = {{0, 1}};
    for (uint32_t i = 0; i < table->column_count; i++) {
        const struct mou_spot argument = operand(view, pack->lists[in->b + i]);
        const bool known = (table->columns_are_fractions >> i & 1u) != 0
                               ? fraction_at(view->machine, argument, &fractions[i])
                               : number_at(view->machine, argument, &values[i]);
        if (!known) {
            return;
        }
    }
    const uint32_t row = mou_scalar_table_row(view->machine, table, values, fractions);
    if (row != MOU_PACK_NONE) {
        meet(view->coverage, view->site->first_goal + row);
    }
}

static void hold_site(struct mou_coverage *coverage, const struct mou_machine *machine,
                      enum mou_world world, const struct mou_cover_site *site)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[site->instruction];
    for (uint32_t row = 0; row < machine->frames[in->frame].row_count; row++) {
        const struct cell_view view = {
            coverage, machine, site,
            mou_spot_at(machine, world, site->instruction, in->frame, row)};
        switch (in->opcode) {
        case MOU_OP_CODE_COMPARE:
        case MOU_OP_CODE_COMPARE_RANGE:
            hold_bound(&view, in);
            break;
        case MOU_OP_CODE_COMPARE_FRACTION:
            hold_fraction_bound(&view, in);
            break;
        case MOU_OP_CODE_TABLE:
            hold_table(&view, in);
            break;
        default:
            hold_choice(&view, in);
            break;
        }
    }
}

enum mou_status mou_coverage_observe(struct mou_coverage *coverage,
                                     const struct mou_machine *machine, struct mou_buf *trace)
{
    assert(coverage != NULL && machine != NULL && machine->pack == coverage->pack);
    const unsigned worlds = machine->two_worlds ? MOU_WORLD_COUNT : 1;
    if (machine->ran < coverage->pack->instructions_count) {
        return MOU_ERROR_USAGE; /* not all that the pack says was run */
    }
    for (unsigned world = 0; world < worlds; world++) {
        for (uint32_t i = 0; i < coverage->decisions.count; i++) {
            hold_decision(coverage, machine, (enum mou_world)world, i, trace);
        }
        for (size_t i = 0; i < coverage->sites.count; i++) {
            hold_site(coverage, machine, (enum mou_world)world, &coverage->sites.items[i]);
        }
    }
    return trace != NULL && trace->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

/* ------------------------------------------------------------------ traces */

static const char *node_name(const struct mou_pack *pack, const struct mou_cover_node *node)
{
    if (is_leaf(node)) {
        return node->condition != MOU_PACK_NONE ? "condition" : "given";
    }
    switch (pack->instructions[node->instruction].opcode) {
    case MOU_OP_CODE_AND:
        return "and";
    case MOU_OP_CODE_OR:
        return "or";
    case MOU_OP_CODE_NOT:
        return "not";
    case MOU_OP_CODE_CHOICE_CONDITION:
        return "if";
    default:
        return "same";
    }
}

void mou_coverage_trace_head(const struct mou_coverage *coverage, struct mou_buf *trace)
{
    assert(coverage != NULL && trace != NULL);
    for (uint32_t d = 0; d < coverage->decisions.count; d++) {
        const struct mou_cover_decision *decision = &coverage->decisions.items[d];
        const char *between = "";
        mou_buf_printf(trace, "{\"decision\": %u, \"nodes\": [", d);
        for (uint32_t i = 0; i < decision->node_count; i++) {
            const struct mou_cover_node *node = &coverage->nodes.items[decision->first_node + i];
            mou_buf_printf(trace, "%s[\"%s\"", between, node_name(coverage->pack, node));
            for (unsigned k = 0; k < 3 && node->children[k] != MOU_PACK_NONE; k++) {
                mou_buf_printf(trace, ", %u", node->children[k]);
            }
            if (node->condition != MOU_PACK_NONE) {
                mou_buf_printf(trace, ", %u", node->condition);
            }
            mou_buf_char(trace, ']');
            between = ", ";
        }
        mou_buf_text(trace, "]}\n");
    }
}
