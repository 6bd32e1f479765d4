/*
 * Whether a set of conditions can hold together: what is certain narrows the case first, alternatives are tried one after another. The search is bounded; where
 * it is cut short the answer is “possible”.
 */
#include <string.h>

#include "doubt.h"

static bool push(struct mou_case *at, const struct mou_texpr *expr, const struct mou_view *view, enum mou_demand demand)
{
    if (expr == NULL) {
        return true;
    }
    if (at->todo_count == MOU_TODO_MAX) {
        return false;
    }
    at->todo[at->todo_count++] = (struct mou_premise){expr, view, demand};
    return true;
}

/** An AND or OR that leaves a choice. */
static bool is_open(const struct mou_premise *premise)
{
    bool all = premise->demand == MOU_DEMAND_YES || premise->demand == MOU_DEMAND_NOT_NO;
    return premise->expr->kind == (all ? MOU_TX_OR : MOU_TX_AND);
}

/** The premise to look at next: last those that need the values of all fields, before them alternatives, first what is certain. */
static uint32_t next_of(const struct mou_case *at)
{
    uint32_t best = 0;
    int best_rank = 9;
    for (uint32_t i = 0; i < at->todo_count; i++) {
        const struct mou_premise *premise = &at->todo[i];
        bool weak = premise->demand == MOU_DEMAND_NOT_YES || premise->demand == MOU_DEMAND_NOT_NO;
        const int rank = (weak ? 2 : 0) + is_open(premise);
        if (rank < best_rank) {
            best_rank = rank;
            best = i;
        }
    }
    return best;
}

static enum mou_demand opposite(enum mou_demand demand)
{
    static const enum mou_demand opposites[] = {MOU_DEMAND_NO, MOU_DEMAND_YES, MOU_DEMAND_NOT_NO, MOU_DEMAND_NOT_YES};
    return opposites[demand];
}

static struct mou_term rule_term(enum mou_texpr_kind kind, uint32_t index, const struct mou_binding *subject)
{
    return (struct mou_term){.kind = kind, .index = index, .subject = subject};
}

/** What follows from a finding that holds: its conditions, and those of its only ground, for an imagined row. */
static void take_conditions(struct mou_doubt *doubt, struct mou_case *at, const struct mou_finding *finding, const struct mou_binding *subject)
{
    const struct mou_section *section = finding->section_count == 1 ? &finding->sections[0] : NULL;
    struct mou_view *view = MOU_NEW(doubt->front->arena, struct mou_view);
    struct mou_binding *row = MOU_NEW(doubt->front->arena, struct mou_binding);
    if (view == NULL || row == NULL) {
        return;
    }
    *row = (struct mou_binding){.kind = MOU_BINDING_RECORD, .type = section != NULL ? section->record : MOU_NO_INDEX, .range = MOU_RANGE_GIVEN};
    *view = (struct mou_view){{finding->scope, section != NULL ? section->scope : NULL}, {subject, row}, NULL, false};
    (void)push(at, finding->unless, view, MOU_DEMAND_NO);
    (void)push(at, section != NULL ? section->when : finding->when, view, MOU_DEMAND_YES);
    (void)push(at, section != NULL ? section->unless : NULL, view, MOU_DEMAND_NO);
}

/** A finding that holds puts its subject on its list. */
static bool take_finding(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise)
{
    const struct mou_texpr *expr = premise->expr;
    const struct mou_binding *subject = mou_view_resolve(premise->view, expr->binding);
    const uint32_t list = doubt->program->findings.items[expr->index].list_kind;
    if (!mou_case_truth(doubt, at, rule_term(MOU_TX_FINDING, expr->index, subject), premise->demand)) {
        return false;
    }
    if (premise->demand == MOU_DEMAND_YES) {
        take_conditions(doubt, at, &doubt->program->findings.items[expr->index], subject);
    }
    return premise->demand != MOU_DEMAND_YES || list == MOU_NO_INDEX || mou_case_truth(doubt, at, rule_term(MOU_TX_LIST, list, subject), MOU_DEMAND_YES);
}

static bool take_opaque(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise)
{
    const struct mou_term term = {.kind = premise->expr->kind, .expr = premise->expr, .view = premise->view};
    return mou_case_truth(doubt, at, term, premise->demand);
}

/** Some row meets the condition: one is imagined, its own for each time the condition is read. */
static void take_witness(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise)
{
    struct mou_binding *row = MOU_NEW(doubt->front->arena, struct mou_binding);
    struct mou_view *view = MOU_NEW(doubt->front->arena, struct mou_view);
    if (row == NULL || view == NULL || premise->expr->range == NULL) {
        return;
    }
    const struct mou_binding *owner = mou_view_resolve(premise->view, premise->expr->range->owner);
    *row = *premise->expr->range;
    row->owner = (struct mou_binding *)(uintptr_t)owner;
    *view = (struct mou_view){{premise->expr->range, NULL}, {row, NULL}, premise->view, true};
    (void)push(at, premise->expr->arguments[0], view, MOU_DEMAND_YES);
}

static void take_definition(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise)
{
    const struct mou_view *inner = NULL;
    const struct mou_texpr *body = mou_view_enter(doubt, premise->expr, premise->view, &inner);
    if (body != NULL && (body->type.kind == MOU_TYPE_CONDITION || body->type.kind == MOU_TYPE_YES_NO)) {
        (void)push(at, body, inner, premise->demand);
    }
}

/** Whether a condition that a constant decides can be as demanded. */
static bool fits_constant(const struct mou_premise *premise)
{
    bool yes = premise->expr->integer != 0;
    bool wants_yes = premise->demand == MOU_DEMAND_YES || premise->demand == MOU_DEMAND_NOT_NO;
    return yes == wants_yes;
}

/** Looks at one premise that leaves no choice; false: impossible. */
static bool take(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise)
{
    const struct mou_texpr *expr = premise->expr;
    if (expr->type.kind == MOU_TYPE_ERROR) {
        return true;
    }
    switch ((int)expr->kind) {
    case MOU_TX_CONSTANT:
        return fits_constant(premise);
    case MOU_TX_NOT:
        (void)push(at, expr->arguments[0], premise->view, opposite(premise->demand));
        return true;
    case MOU_TX_AND: case MOU_TX_OR:
        (void)push(at, expr->arguments[0], premise->view, premise->demand);
        (void)push(at, expr->arguments[1], premise->view, premise->demand);
        return true;
    case MOU_TX_COMPARE:
        return mou_case_compare(doubt, at, premise);
    case MOU_TX_FILLED:
        return mou_case_filled(doubt, at, expr->arguments[0], premise->view, premise->demand == MOU_DEMAND_YES || premise->demand == MOU_DEMAND_NOT_NO);
    case MOU_TX_TRUTH: case MOU_TX_AS_YES_NO:
        (void)push(at, expr->arguments[0], premise->view, premise->demand);
        return true;
    case MOU_TX_FIELD: case MOU_TX_ATTRIBUTE:
        return take_opaque(doubt, at, premise) && (premise->demand != MOU_DEMAND_YES || mou_case_filled(doubt, at, expr, premise->view, true));
    case MOU_TX_DEFINITION:
        take_definition(doubt, at, premise);
        return true;
    case MOU_TX_FINDING:
        return take_finding(doubt, at, premise);
    case MOU_TX_LIST:
        return mou_case_truth(doubt, at, rule_term(MOU_TX_LIST, expr->index, mou_view_resolve(premise->view, expr->binding)), premise->demand);
    case MOU_TX_QUANTIFIER:
        if (expr->quantifier == MOU_SOME && premise->demand == MOU_DEMAND_YES) {
            take_witness(doubt, at, premise);
        }
        return take_opaque(doubt, at, premise);
    default:
        return expr->type.kind == MOU_TYPE_CONDITION || expr->type.kind == MOU_TYPE_YES_NO ? take_opaque(doubt, at, premise) : true;
    }
}

static bool search(struct mou_doubt *doubt, uint32_t level);

/** Tries the two sides of an open premise. */
static bool branch(struct mou_doubt *doubt, uint32_t level, const struct mou_premise *premise)
{
    if (level + 1 == MOU_LEVELS_MAX) {
        return true;
    }
    for (uint32_t side = 0; side < 2; side++) {
        struct mou_case *next = &doubt->levels[level + 1];
        *next = doubt->levels[level];
        (void)push(next, premise->expr->arguments[side], premise->view, premise->demand);
        if (search(doubt, level + 1)) {
            return true;
        }
    }
    return false;
}

static bool search(struct mou_doubt *doubt, uint32_t level)
{
    struct mou_case *at = &doubt->levels[level];
    while (at->todo_count > 0) {
        if (++doubt->steps > MOU_STEPS_MAX) {
            return true;
        }
        const uint32_t index = next_of(at);
        const struct mou_premise premise = at->todo[index];
        at->todo[index] = at->todo[--at->todo_count];
        if (!is_open(&premise)) {
            if (!take(doubt, at, &premise)) {
                return false;
            }
            continue;
        }
        bool fits = false;
        if (premise.expr->kind == MOU_TX_OR && premise.demand == MOU_DEMAND_YES && !mou_case_one_of(doubt, at, premise.expr, premise.view, &fits)) {
            return false;
        }
        if (!fits) {
            return branch(doubt, level, &premise);
        }
    }
    doubt->found = at;
    return true;
}

bool mou_doubt_possible_with(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count, const struct mou_term *holding, uint32_t holding_count)
{
    struct mou_case *first = &doubt->levels[0];
    first->fact_count = 0;
    first->pair_count = 0;
    first->todo_count = 0;
    doubt->steps = 0;
    doubt->found = first;
    doubt->obstacle = MOU_NO_TEXT;
    for (uint32_t i = 0; i < holding_count; i++) {
        if (!mou_case_truth(doubt, first, holding[i], MOU_DEMAND_YES)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        (void)push(first, premises[i].expr, premises[i].view, premises[i].demand);
    }
    return search(doubt, 0);
}

bool mou_doubt_possible(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count)
{
    return mou_doubt_possible_with(doubt, premises, count, NULL, 0);
}
