/*
 * Lays out what tests should show of a pack: its decisions as trees over conditions, its choices,
 * tables and bounds, and the goals of each. Reads the pack only. Used by coverage.c.
 */
#include <assert.h>

#include "coverage.h"
#include "opcodes.h"
#include "walk.h"

/* ------------------------------------------------------------------ goals */

static bool encloses(struct mou_span outer, struct mou_span inner)
{
    return outer.source == inner.source && outer.begin <= inner.begin && inner.end <= outer.end;
}

static struct mou_span note_span(const struct mou_pack *pack, uint32_t note)
{
    if (note >= pack->notes_count) {
        return MOU_NO_SPAN;
    }
    const struct mou_pack_span span = pack->notes[note].span;
    return (struct mou_span){span.source, span.begin, span.end};
}

/* The memorandum that a source file holds, where it holds one only. */
static uint32_t memorandum_of_source(const struct mou_pack *pack, uint32_t source)
{
    uint32_t found = MOU_PACK_NONE;
    for (uint32_t i = 0; i < pack->memoranda_count; i++) {
        if (pack->memoranda[i].source == source) {
            if (found != MOU_PACK_NONE) {
                return MOU_PACK_NONE;
            }
            found = i;
        }
    }
    return found;
}

/* The memorandum of a duty, repair or matter whose words they are; goals name findings and measures only. */
static void name_other_owner(const struct mou_pack *pack, struct mou_goal *goal)
{
    for (uint32_t i = 0; i < pack->duties_count; i++) {
        if (encloses(note_span(pack, pack->duties[i].note), goal->span)) {
            goal->memorandum = pack->duties[i].memorandum;
        }
    }
    for (uint32_t i = 0; i < pack->repairs_count; i++) {
        if (encloses(note_span(pack, pack->repairs[i].note), goal->span)) {
            goal->memorandum = pack->repairs[i].memorandum;
        }
    }
    for (uint32_t i = 0; i < pack->matters_count; i++) {
        if (encloses(note_span(pack, pack->matters[i].note), goal->span)) {
            goal->memorandum = pack->matters[i].memorandum;
        }
    }
}

/* Whose words they are. */
static void name_owner(const struct mou_pack *pack, struct mou_goal *goal)
{
    goal->rule = MOU_PACK_NONE;
    goal->memorandum = memorandum_of_source(pack, goal->span.source);
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        if (encloses(note_span(pack, pack->findings[i].note), goal->span)) {
            goal->rule = i;
            goal->is_finding = true;
            goal->memorandum = pack->findings[i].memorandum;
            return;
        }
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        if (encloses(note_span(pack, pack->measures[i].note), goal->span)) {
            goal->rule = i;
            goal->memorandum = pack->measures[i].memorandum;
            return;
        }
    }
    name_other_owner(pack, goal);
}

static uint32_t add_goal(struct mou_coverage *coverage, enum mou_goal_kind kind,
                         enum mou_goal_want want, struct mou_span span)
{
    struct mou_goal goal = {
        .kind = kind, .want = want, .span = span, .condition = MOU_PACK_NONE};
    name_owner(coverage->pack, &goal);
    const uint32_t number = (uint32_t)coverage->goals.count;
    if (!MOU_VEC_PUSH(coverage->arena, &coverage->goals, goal)) {
        coverage->failed = true;
    }
    return number;
}

/* ------------------------------------------------------------------ conditions */

static bool same_words(struct mou_span a, struct mou_span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

/* The four goals of a condition. */
static void add_condition(struct mou_coverage *coverage, uint32_t instruction)
{
    static const enum mou_goal_want wants[] = {MOU_WANT_YES, MOU_WANT_NO, MOU_WANT_DECIDES_YES,
                                               MOU_WANT_DECIDES_NO};
    const struct mou_cover_condition condition = {
        .instruction = instruction, .first_goal = (uint32_t)coverage->goals.count};
    const struct mou_span words = mou_spot_span(coverage->pack, instruction);
    for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++) {
        const uint32_t goal =
            add_goal(coverage, i < 2 ? MOU_GOAL_CONDITION : MOU_GOAL_MCDC, wants[i], words);
        if (!coverage->failed) {
            coverage->goals.items[goal].condition = (uint32_t)coverage->conditions.count;
        }
    }
    if (!MOU_VEC_PUSH(coverage->arena, &coverage->conditions, condition)) {
        coverage->failed = true;
    }
}

static void add_twin(struct mou_coverage *coverage, struct mou_cover_condition *condition,
                     uint32_t instruction)
{
    for (uint32_t i = condition->instruction; i != MOU_PACK_NONE; i = coverage->twin[i]) {
        if (i == instruction) {
            return;
        }
    }
    coverage->twin[instruction] = condition->instruction;
    condition->instruction = instruction;
}

/* The number of the condition that an instruction stands for; MOU_PACK_NONE where nobody wrote one. */
static uint32_t condition_number(struct mou_coverage *coverage, uint32_t instruction)
{
    const struct mou_pack *pack = coverage->pack;
    const struct mou_span words = mou_spot_span(pack, instruction);
    if (pack->instructions[instruction].opcode != MOU_OP_CODE_WRITTEN ||
        words.source == UINT32_MAX) {
        return MOU_PACK_NONE;
    }
    for (uint32_t i = 0; i < coverage->conditions.count; i++) {
        struct mou_cover_condition *known = &coverage->conditions.items[i];
        if (same_words(mou_spot_span(pack, known->instruction), words)) {
            add_twin(coverage, known, instruction);
            return i;
        }
    }
    add_condition(coverage, instruction);
    return (uint32_t)coverage->conditions.count - 1;
}

/* ------------------------------------------------------------------ trees */

/* How many operands of an instruction belong to the tree; 0 for a condition. */
static unsigned branches(uint32_t opcode)
{
    switch (opcode) {
    case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR:
        return 2;
    case MOU_OP_CODE_CHOICE_CONDITION:
        return 3;
    case MOU_OP_CODE_NOT:
    case MOU_OP_CODE_UP_CONDITION:
    case MOU_OP_CODE_AT_CONDITION:
        return 1;
    default:
        return 0;
    }
}

/* Without the moves between frames. */
static uint32_t without_moves(const struct mou_pack *pack, uint32_t instruction)
{
    const struct mou_pack_instruction *in = &pack->instructions[instruction];
    while (in->opcode == MOU_OP_CODE_UP_CONDITION || in->opcode == MOU_OP_CODE_AT_CONDITION) {
        instruction = in->a;
        in = &pack->instructions[instruction];
    }
    return instruction;
}

/* Notes a decision to be laid out. */
static void ask_for(struct mou_coverage *coverage, uint32_t root, uint32_t presence)
{
    if (root == MOU_PACK_NONE || coverage->is_root[root] != 0) {
        return;
    }
    coverage->is_root[root] = 1;
    const struct mou_cover_request request = {root, presence};
    if (!MOU_VEC_PUSH(coverage->arena, &coverage->requests, request)) {
        coverage->failed = true;
    }
}

/* What stands below a written condition is a decision of its own, where it is not a finding's
 * answer: the words of a definition. */
static void ask_below(struct mou_coverage *coverage, uint32_t written)
{
    const uint32_t bare = without_moves(coverage->pack, coverage->pack->instructions[written].a);
    const uint32_t opcode = coverage->pack->instructions[bare].opcode;
    if (coverage->is_finding[bare] == 0 && (branches(opcode) > 0 || opcode == MOU_OP_CODE_WRITTEN)) {
        ask_for(coverage, bare, MOU_PACK_NONE);
    }
}

/* Whether a node is taken apart. */
static bool is_inner(const struct mou_coverage *coverage, const struct mou_cover_node *node)
{
    const uint32_t bare = without_moves(coverage->pack, node->instruction);
    return coverage->is_finding[bare] == 0 &&
           branches(coverage->pack->instructions[node->instruction].opcode) > 0;
}

static uint32_t add_node(struct mou_coverage *coverage, struct mou_cover_decision *decision,
                         uint32_t instruction, uint32_t parent)
{
    const struct mou_cover_node node = {
        instruction, parent, {MOU_PACK_NONE, MOU_PACK_NONE, MOU_PACK_NONE}, MOU_PACK_NONE};
    if (!MOU_VEC_PUSH(coverage->arena, &coverage->nodes, node)) {
        coverage->failed = true;
    }
    return decision->node_count++;
}

static void add_children(struct mou_coverage *coverage, struct mou_cover_decision *decision,
                         uint32_t number)
{
    const uint32_t at = decision->first_node + number;
    const struct mou_pack_instruction *in =
        &coverage->pack->instructions[coverage->nodes.items[at].instruction];
    for (unsigned i = 0; i < branches(in->opcode) && !coverage->failed; i++) {
        const uint32_t child = add_node(coverage, decision, mou_instruction_operand(in, i), number);
        if (!coverage->failed) {
            coverage->nodes.items[at].children[i] = child;
        }
    }
}

/* Numbers a leaf's condition; true where it is one that somebody wrote. */
static bool add_leaf(struct mou_coverage *coverage, uint32_t node)
{
    const uint32_t instruction = coverage->nodes.items[node].instruction;
    const uint32_t number = condition_number(coverage, instruction);
    coverage->nodes.items[node].condition = number;
    if (number != MOU_PACK_NONE) {
        ask_below(coverage, instruction);
    }
    return number != MOU_PACK_NONE;
}

static void lay_out_decision(struct mou_coverage *coverage, struct mou_cover_request request)
{
    struct mou_cover_decision decision = {
        .root = request.root,
        .presence = request.presence,
        .first_node = (uint32_t)coverage->nodes.count,
    };
    bool any = false;
    add_node(coverage, &decision, request.root, MOU_PACK_NONE);
    for (uint32_t i = 0; i < decision.node_count && !coverage->failed; i++) {
        const struct mou_cover_node node = coverage->nodes.items[decision.first_node + i];
        if (decision.node_count + 3 <= MOU_COVER_NODES_MAX && is_inner(coverage, &node)) {
            add_children(coverage, &decision, i);
        } else {
            any = add_leaf(coverage, decision.first_node + i) || any;
        }
    }
    if (!any) {
        coverage->nodes.count = decision.first_node; /* nothing of it can be shown */
    } else if (!MOU_VEC_PUSH(coverage->arena, &coverage->decisions, decision)) {
        coverage->failed = true;
    }
}

/* ------------------------------------------------------------------ rules */

static void lay_out_findings(struct mou_coverage *coverage)
{
    const struct mou_pack *pack = coverage->pack;
    for (uint32_t i = 0; i < pack->findings_count && !coverage->failed; i++) {
        const struct mou_pack_finding *finding = &pack->findings[i];
        const struct mou_span words = note_span(pack, finding->note);
        coverage->finding_goal[i] = add_goal(coverage, MOU_GOAL_RULE, MOU_WANT_IN_FORCE, words);
        ask_for(coverage, finding->when, MOU_PACK_NONE);
        ask_for(coverage, finding->unless, MOU_PACK_NONE);
        for (uint32_t k = 0; k < finding->ground_count; k++) {
            const struct mou_pack_ground *ground = &pack->grounds[finding->first_ground + k];
            ask_for(coverage, ground->condition, ground->presence);
            ask_for(coverage, ground->ended, ground->presence);
        }
    }
}

static void lay_out_measures(struct mou_coverage *coverage)
{
    const struct mou_pack *pack = coverage->pack;
    for (uint32_t i = 0; i < pack->measures_count && !coverage->failed; i++) {
        const struct mou_pack_measure *measure = &pack->measures[i];
        const struct mou_span words = note_span(pack, measure->note);
        coverage->measure_goal[i] = add_goal(coverage, MOU_GOAL_RULE, MOU_WANT_IN_FORCE, words);
        ask_for(coverage, measure->only_if, MOU_PACK_NONE);
        ask_for(coverage, measure->unless, MOU_PACK_NONE);
        for (uint32_t k = 0; k < measure->reach_count; k++) {
            ask_for(coverage, pack->reaches[measure->first_reach + k].condition, MOU_PACK_NONE);
        }
    }
}

/* Of duties, repairs and matters that they took effect, and the conditions; their days are bounds
 * like any other. */
static void lay_out_others(struct mou_coverage *coverage)
{
    const struct mou_pack *pack = coverage->pack;
    for (uint32_t i = 0; i < pack->duties_count && !coverage->failed; i++) {
        const struct mou_pack_duty *duty = &pack->duties[i];
        coverage->other_goal[MOU_RULE_DUTY][i] =
            add_goal(coverage, MOU_GOAL_RULE, MOU_WANT_IN_FORCE, note_span(pack, duty->note));
        ask_for(coverage, duty->condition, MOU_PACK_NONE);
        ask_for(coverage, duty->done, MOU_PACK_NONE);
    }
    for (uint32_t i = 0; i < pack->repairs_count && !coverage->failed; i++) {
        const struct mou_pack_repair *repair = &pack->repairs[i];
        coverage->other_goal[MOU_RULE_REPAIR][i] =
            add_goal(coverage, MOU_GOAL_RULE, MOU_WANT_IN_FORCE, note_span(pack, repair->note));
        ask_for(coverage, repair->eligible, MOU_PACK_NONE);
        ask_for(coverage, repair->refused, MOU_PACK_NONE);
    }
    for (uint32_t i = 0; i < pack->matters_count && !coverage->failed; i++) {
        const struct mou_pack_matter *matter = &pack->matters[i];
        coverage->other_goal[MOU_RULE_MATTER][i] =
            add_goal(coverage, MOU_GOAL_RULE, MOU_WANT_IN_FORCE, note_span(pack, matter->note));
        ask_for(coverage, matter->prohibit, MOU_PACK_NONE);
        ask_for(coverage, matter->advise, MOU_PACK_NONE);
    }
}

/* ------------------------------------------------------------------ sites */

static void add_site(struct mou_coverage *coverage, uint32_t instruction, uint32_t first_goal)
{
    const struct mou_cover_site site = {instruction, first_goal,
                                        (uint32_t)coverage->goals.count - first_goal};
    if (!MOU_VEC_PUSH(coverage->arena, &coverage->sites, site)) {
        coverage->failed = true;
    }
}

static void add_choice(struct mou_coverage *coverage, uint32_t instruction, struct mou_span words)
{
    const uint32_t first = add_goal(coverage, MOU_GOAL_BRANCH, MOU_WANT_YES, words);
    add_goal(coverage, MOU_GOAL_BRANCH, MOU_WANT_NO, words);
    add_site(coverage, instruction, first);
}

static void add_table(struct mou_coverage *coverage, uint32_t instruction, struct mou_span words)
{
    const struct mou_pack *pack = coverage->pack;
    const struct mou_pack_table *table = &pack->tables[pack->instructions[instruction].a];
    const uint32_t first = (uint32_t)coverage->goals.count;
    for (uint32_t row = 0; row < table->row_count && !coverage->failed; row++) {
        const uint32_t goal = add_goal(coverage, MOU_GOAL_BRANCH, MOU_WANT_TABLE_ROW, words);
        if (!coverage->failed) {
            coverage->goals.items[goal].table_row = row;
            coverage->goals.items[goal].table = mou_pack_string(pack, table->name);
        }
    }
    add_site(coverage, instruction, first);
}

/* Whether a comparison has a bound: an order between numbers or dates, of one row. */
static bool has_bound(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    if (in->frame == 0 || in->imm == MOU_COMPARE_EQ || in->imm == MOU_COMPARE_NE) {
        return false;
    }
    switch (in->opcode) {
    case MOU_OP_CODE_COMPARE: {
        const uint32_t type = pack->instructions[in->a].type;
        return type != MOU_PACK_TEXT_FIELD && type != MOU_PACK_CODE && type != MOU_PACK_YES_NO;
    }
    case MOU_OP_CODE_COMPARE_RANGE:
    case MOU_OP_CODE_COMPARE_FRACTION:
        return true;
    default:
        return false;
    }
}

/* The truth turns between the bound and one unit beyond it; of fractions only the bound is known. */
static void add_bound(struct mou_coverage *coverage, uint32_t instruction, struct mou_span words)
{
    const struct mou_pack_instruction *in = &coverage->pack->instructions[instruction];
    const struct mou_span right = mou_spot_span(coverage->pack, in->b);
    if (coverage->pack->instructions[in->a].opcode == MOU_OP_CODE_TODAY &&
        right.source != UINT32_MAX && !encloses(words, right)) {
        words = right; /* nobody wrote that today is before the end: the end's own words */
    }
    const bool below = in->imm == MOU_COMPARE_LT || in->imm == MOU_COMPARE_GE;
    const uint32_t first = add_goal(coverage, MOU_GOAL_BOUNDARY, MOU_WANT_EQUAL, words);
    if (in->opcode != MOU_OP_CODE_COMPARE_FRACTION) {
        add_goal(coverage, MOU_GOAL_BOUNDARY, below ? MOU_WANT_ONE_BELOW : MOU_WANT_ONE_ABOVE,
                 words);
    }
    add_site(coverage, instruction, first);
}

/* Whether a reduction is the answer of a ground, which has been laid out with its finding. */
static bool *answers_of_grounds(struct mou_coverage *coverage)
{
    const struct mou_pack *pack = coverage->pack;
    bool *answers = MOU_NEW_ARRAY(coverage->arena, pack->instructions_count, bool);
    for (uint32_t i = 0; answers != NULL && i < pack->grounds_count; i++) {
        answers[pack->grounds[i].holds] = true;
    }
    coverage->failed = coverage->failed || answers == NULL;
    return answers;
}

/* What is asked of the findings that are counted. */
static void ask_for_counted(struct mou_coverage *coverage, const struct mou_pack_instruction *in)
{
    for (uint32_t i = 0; i < in->b; i++) {
        ask_for(coverage, without_moves(coverage->pack, coverage->pack->lists[in->a + i]),
                MOU_PACK_NONE);
    }
}

static void lay_out_sites(struct mou_coverage *coverage)
{
    const struct mou_pack *pack = coverage->pack;
    const bool *answers = answers_of_grounds(coverage);
    for (uint32_t i = 0; i < pack->instructions_count && !coverage->failed; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        const struct mou_span words = mou_spot_span(pack, i);
        if (words.source == UINT32_MAX) {
            continue;
        }
        if (in->opcode == MOU_OP_CODE_CHOICE_CONDITION || in->opcode == MOU_OP_CODE_CHOICE_VALUE ||
            in->opcode == MOU_OP_CODE_CHOICE_FRACTION) {
            add_choice(coverage, i, words);
            if (in->opcode != MOU_OP_CODE_CHOICE_CONDITION) { /* that one is part of a decision */
                ask_for(coverage, in->a, MOU_PACK_NONE);
            }
        } else if (in->opcode == MOU_OP_CODE_TABLE) {
            add_table(coverage, i, words);
        } else if (has_bound(pack, in)) {
            add_bound(coverage, i, words);
        } else if (mou_opcode_info(in->opcode)->rule == MOU_RULE_DOWN && !answers[in->b]) {
            ask_for(coverage, in->b, in->a);
        } else if (in->opcode == MOU_OP_CODE_AS_VALUE) {
            ask_for(coverage, in->a, MOU_PACK_NONE);
        } else if (in->opcode == MOU_OP_CODE_TALLY) {
            ask_for_counted(coverage, in);
        }
    }
}

/* ------------------------------------------------------------------ the whole */

static bool prepare_others(struct mou_coverage *coverage)
{
    const uint32_t counts[] = {[MOU_RULE_DUTY] = coverage->pack->duties_count,
                               [MOU_RULE_REPAIR] = coverage->pack->repairs_count,
                               [MOU_RULE_MATTER] = coverage->pack->matters_count};
    bool ready = true;
    for (unsigned sort = 0; sort < MOU_RULE_ASSERTION; sort++) {
        coverage->other_goal[sort] = MOU_NEW_ARRAY(coverage->arena, counts[sort] + 1, uint32_t);
        ready = ready && coverage->other_goal[sort] != NULL;
    }
    return ready;
}

static bool prepare(struct mou_coverage *coverage)
{
    const struct mou_pack *pack = coverage->pack;
    coverage->finding_goal = MOU_NEW_ARRAY(coverage->arena, pack->findings_count, uint32_t);
    coverage->measure_goal = MOU_NEW_ARRAY(coverage->arena, pack->measures_count, uint32_t);
    coverage->is_finding = MOU_NEW_ARRAY(coverage->arena, pack->instructions_count, uint8_t);
    coverage->is_root = MOU_NEW_ARRAY(coverage->arena, pack->instructions_count, uint8_t);
    coverage->twin = MOU_NEW_ARRAY(coverage->arena, pack->instructions_count, uint32_t);
    if (coverage->twin == NULL || coverage->finding_goal == NULL || coverage->measure_goal == NULL ||
        coverage->is_finding == NULL || coverage->is_root == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        coverage->twin[i] = MOU_PACK_NONE;
    }
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        coverage->is_finding[pack->findings[i].holds] = 1;
    }
    return true;
}

void mou_coverage_lay_out(struct mou_coverage *coverage)
{
    assert(coverage != NULL && coverage->pack != NULL);
    if (!prepare(coverage) || !prepare_others(coverage)) {
        coverage->failed = true;
        return;
    }
    lay_out_findings(coverage);
    lay_out_measures(coverage);
    lay_out_others(coverage);
    lay_out_sites(coverage);
    for (size_t i = 0; i < coverage->requests.count && !coverage->failed; i++) {
        lay_out_decision(coverage, coverage->requests.items[i]);
    }
}
