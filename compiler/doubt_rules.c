/*
 * The doubt stage: goes through the rules and asks of each condition whether it can hold, of each branch whether it is reached, of each ground whether another
 * covers it. Reports one message a mistake: where a part of a condition is at fault, nothing is said of the whole.
 */
#include <string.h>

#include "doubt.h"
#include "stages.h"

/** Premises under which a part is looked at. */
struct context {
    struct mou_premise premises[MOU_PREMISES_MAX];
    uint32_t count;
};

static bool add(struct context *context, const struct mou_texpr *expr, const struct mou_view *view, enum mou_demand demand)
{
    if (expr == NULL || context->count == MOU_PREMISES_MAX) {
        return false;
    }
    context->premises[context->count++] = (struct mou_premise){expr, view, demand};
    return true;
}

static bool possible(struct mou_doubt *doubt, const struct context *context)
{
    return mou_doubt_possible(doubt, context->premises, context->count);
}

/** Whether the context and one more condition can hold. */
static bool possible_and(struct mou_doubt *doubt, struct context *context, const struct mou_texpr *expr, enum mou_demand demand)
{
    bool added = add(context, expr, NULL, demand);
    bool answer = possible(doubt, context);
    context->count -= added;
    return answer;
}

/** Whether a definition that the condition uses has a message already: what is wrong with the condition follows from it. */
static bool rests_on_fault(const struct mou_doubt *doubt, const struct mou_texpr *expr, unsigned depth)
{
    if (expr == NULL || depth > 60) {
        return false;
    }
    bool found = expr->kind == MOU_TX_DEFINITION && mou_front_faulty(doubt->front, doubt->program->definitions.items[expr->index].decl->span);
    for (uint32_t i = 0; !found && i < expr->argument_count; i++) {
        found = rests_on_fault(doubt, expr->arguments[i], depth + 1);
    }
    return found;
}

static void report(struct mou_doubt *doubt, enum mou_diag_code code, struct mou_span span, struct mou_span second)
{
    const struct mou_text obstacle = doubt->obstacle.len > 0 ? doubt->obstacle : mou_front_source_text(doubt->front, span);
    mou_front_report(doubt->front, code, span, obstacle, MOU_NO_TEXT, MOU_NO_TEXT)->second = second;
}

/* ------------------------------------------------------------------ parts of a condition */

static bool look(struct mou_doubt *doubt, struct context *context, const struct mou_texpr *expr, unsigned depth);

/** The conditions of quantifiers and aggregates, and of choices, anywhere below. */
static bool look_inside(struct mou_doubt *doubt, struct context *context, const struct mou_texpr *expr, unsigned depth)
{
    bool reported = false;
    if (expr == NULL || depth > 60) {
        return false;
    }
    mou_doubt_workdays(doubt, context->premises, context->count, expr);
    if (expr->kind == MOU_TX_QUANTIFIER || expr->kind == MOU_TX_AGGREGATE) {
        if (!possible_and(doubt, context, expr->arguments[0], MOU_DEMAND_YES)) {
            report(doubt, MOU_DIAG_NEVER, expr->arguments[0]->span, MOU_NO_SPAN);
            return true;
        }
        return look(doubt, context, expr->arguments[0], depth + 1);
    }
    if (expr->kind == MOU_TX_CHOICE && expr->span.source != UINT32_MAX) { /* one that somebody wrote */
        if (!possible_and(doubt, context, expr->arguments[0], MOU_DEMAND_YES)) {
            report(doubt, MOU_DIAG_BRANCH_NEVER, expr->arguments[0]->span, MOU_NO_SPAN);
            return true;
        }
        if (!possible_and(doubt, context, expr->arguments[0], MOU_DEMAND_NOT_YES)) {
            report(doubt, MOU_DIAG_BRANCH_NEVER, expr->arguments[2]->span, expr->arguments[0]->span);
            return true;
        }
        for (uint32_t side = 1; side < 3; side++) {
            bool added = add(context, expr->arguments[0], NULL, side == 1 ? MOU_DEMAND_YES : MOU_DEMAND_NO);
            reported = look_inside(doubt, context, expr->arguments[side], depth + 1) || reported;
            context->count -= added;
        }
        return reported;
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        reported = look_inside(doubt, context, expr->arguments[i], depth + 1) || reported;
    }
    return reported;
}

/** One side of an AND is looked at where the other holds; one of an OR must be possible. */
static bool look(struct mou_doubt *doubt, struct context *context, const struct mou_texpr *expr, unsigned depth)
{
    bool reported = false;
    if (expr == NULL || depth > 60) {
        return false;
    }
    if (expr->kind != MOU_TX_AND && expr->kind != MOU_TX_OR) {
        return look_inside(doubt, context, expr, depth);
    }
    for (uint32_t side = 0; side < 2; side++) {
        const struct mou_texpr *part = expr->arguments[side];
        if (expr->kind == MOU_TX_OR && part->kind != MOU_TX_OR && !possible_and(doubt, context, part, MOU_DEMAND_YES)) {
            report(doubt, MOU_DIAG_BRANCH_NEVER, part->span, MOU_NO_SPAN);
            reported = true;
            continue;
        }
        bool added = expr->kind == MOU_TX_AND && add(context, expr->arguments[1 - side], NULL, MOU_DEMAND_YES);
        reported = look(doubt, context, part, depth + 1) || reported;
        context->count -= added;
    }
    return reported;
}

/** A condition that a rule needs, and one that must not hold: both together must be possible. */
static bool look_at_pair(struct mou_doubt *doubt, struct context *context, const struct mou_texpr *when, const struct mou_texpr *unless)
{
    if (rests_on_fault(doubt, when, 0) || rests_on_fault(doubt, unless, 0)) {
        return true;
    }
    if (when != NULL && !possible_and(doubt, context, when, MOU_DEMAND_YES)) {
        report(doubt, MOU_DIAG_NEVER, when->span, MOU_NO_SPAN);
        return true;
    }
    bool added = add(context, when, NULL, MOU_DEMAND_YES);
    if (unless != NULL && !possible_and(doubt, context, unless, MOU_DEMAND_NO)) {
        report(doubt, MOU_DIAG_NEVER_UNLESS, unless->span, when != NULL ? when->span : MOU_NO_SPAN);
        return true;
    }
    if (unless != NULL && !possible_and(doubt, context, unless, MOU_DEMAND_YES)) { /* an exception for nobody */
        report(doubt, MOU_DIAG_BRANCH_NEVER, unless->span, when != NULL ? when->span : MOU_NO_SPAN);
        return true;
    }
    context->count -= added;
    bool reported = look(doubt, context, when, 0);
    (void)add(context, when, NULL, MOU_DEMAND_YES);
    reported = look(doubt, context, unless, 0) || reported;
    (void)add(context, unless, NULL, MOU_DEMAND_NO);
    return reported;
}

/* ------------------------------------------------------------------ findings */

/** A term of no length, or an end before the beginning. */
static bool look_at_interval(struct mou_doubt *doubt, struct context *context, const struct mou_section *section)
{
    const struct mou_texpr *values[] = {section->from, section->until, section->term};
    bool reported = false;
    const struct mou_texpr *term = section->term;
    if (term != NULL && term->kind == MOU_TX_CONSTANT && term->type.kind != MOU_TYPE_ERROR && term->integer <= 0) {
        report(doubt, MOU_DIAG_TERM_EMPTY, term->span, MOU_NO_SPAN);
        return true;
    }
    if (section->from != NULL && section->until != NULL && section->from->type.kind == MOU_TYPE_DATE && section->until->type.kind == MOU_TYPE_DATE) {
        struct mou_texpr before = {.kind = MOU_TX_COMPARE, .type = {MOU_TYPE_CONDITION, MOU_NO_INDEX}, .span = section->until->span, .op = MOU_OP_LT, .argument_count = 2};
        struct mou_texpr *arguments[2] = {section->from, section->until};
        before.arguments = arguments;
        if (!possible_and(doubt, context, &before, MOU_DEMAND_YES)) {
            report(doubt, MOU_DIAG_TERM_EMPTY, section->until->span, section->from->span);
            return true;
        }
    }
    for (size_t i = 0; i < 3; i++) {
        reported = look_inside(doubt, context, values[i], 0) || reported;
    }
    return reported;
}

static bool look_at_section(struct mou_doubt *doubt, const struct mou_finding *finding, const struct mou_section *section)
{
    struct context context = {.count = 0};
    (void)add(&context, finding->unless, NULL, MOU_DEMAND_NO);
    return look_at_pair(doubt, &context, section->when, section->unless) || look_at_interval(doubt, &context, section);
}

static bool same_value(const struct mou_texpr *a, const struct mou_texpr *b, const struct mou_view *b_view)
{
    return mou_same_expr(a, NULL, b, b_view);
}

static bool same_endings(const struct mou_section *narrow, const struct mou_section *wide, const struct mou_view *view)
{
    bool same = narrow->ending_count >= wide->ending_count; /* an ending that only the narrow one has makes it narrower still */
    for (uint32_t i = 0; same && i < wide->ending_count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < narrow->ending_count; k++) {
            found = found || (same_value(narrow->endings[k].happened, wide->endings[i].happened, view) &&
                              same_value(narrow->endings[k].date, wide->endings[i].date, view));
        }
        same = found;
    }
    return same;
}

/** Whether `unlikely`, read in the other rule's row, never keeps away what the context lets in. */
static bool never(struct mou_doubt *doubt, struct context *context, const struct mou_texpr *unlikely, const struct mou_view *view, enum mou_demand demand)
{
    bool added = add(context, unlikely, view, demand);
    bool answer = !added || !possible(doubt, context);
    context->count -= added;
    return answer;
}

bool mou_doubt_covers(struct mou_doubt *doubt, const struct mou_finding *narrow_of, const struct mou_section *narrow, const struct mou_finding *wide_of,
                      const struct mou_section *wide)
{
    const struct mou_view view = {{wide->scope, wide_of->scope}, {narrow->scope, narrow_of->scope}, NULL, false};
    struct context context = {.count = 0};
    if (narrow->record != wide->record || !same_value(narrow->from, wide->from, &view) || !same_value(narrow->until, wide->until, &view) ||
        !same_value(narrow->term, wide->term, &view) || !same_endings(narrow, wide, &view)) {
        return false;
    }
    (void)add(&context, narrow->when, NULL, MOU_DEMAND_YES);
    (void)add(&context, narrow->unless, NULL, MOU_DEMAND_NO);
    (void)add(&context, narrow_of->unless, NULL, MOU_DEMAND_NO);
    bool same_when = same_value(narrow->when, wide->when, &view); /* whatever it says */
    bool same_unless = same_value(narrow->unless, wide->unless, &view);
    return (same_when || never(doubt, &context, wide->when, &view, MOU_DEMAND_NOT_YES)) &&
           (same_unless || never(doubt, &context, wide->unless, &view, MOU_DEMAND_NOT_NO)) &&
           (wide_of == narrow_of || never(doubt, &context, wide_of->unless, &view, MOU_DEMAND_NOT_NO));
}

static void look_for_covered(struct mou_doubt *doubt, const struct mou_finding *finding)
{
    for (uint32_t i = 1; i < finding->section_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            const struct mou_section *later = &finding->sections[i];
            const struct mou_section *earlier = &finding->sections[k];
            bool later_covered = mou_doubt_covers(doubt, finding, later, finding, earlier);
            if (later_covered || mou_doubt_covers(doubt, finding, earlier, finding, later)) {
                const struct mou_section *needless = later_covered ? later : earlier;
                mou_front_report(doubt->front, MOU_DIAG_COVERED, needless->span, mou_front_source_text(doubt->front, needless->span), finding->name, MOU_NO_TEXT)->second =
                    later_covered ? earlier->span : later->span;
                break;
            }
        }
    }
}

static void look_at_finding(struct mou_doubt *doubt, const struct mou_finding *finding)
{
    bool reported = false;
    doubt->memorandum = finding->memorandum;
    for (uint32_t i = 0; i < finding->section_count; i++) {
        reported = look_at_section(doubt, finding, &finding->sections[i]) || reported;
    }
    if (finding->section_count == 0) {
        struct context context = {.count = 0};
        (void)look_at_pair(doubt, &context, finding->when, finding->unless);
    } else if (!reported) {
        look_for_covered(doubt, finding);
    }
}

/* ------------------------------------------------------------------ measures and other rules */

/** A guard is judged where one of the findings holds: with its list, for the finding's subject. */
static void look_at_measure(struct mou_doubt *doubt, const struct mou_measure *measure)
{
    struct context context = {.count = 0};
    struct mou_term holding[2];
    uint32_t count = 0;
    doubt->memorandum = measure->memorandum;
    if (measure->because_count == 1) {
        const struct mou_finding *finding = &doubt->program->findings.items[measure->because[0]];
        holding[count++] = (struct mou_term){.kind = MOU_TX_FINDING, .index = measure->because[0], .subject = measure->scope};
        holding[count] = (struct mou_term){.kind = MOU_TX_LIST, .index = finding->list_kind, .subject = measure->scope};
        count += finding->list_kind != MOU_NO_INDEX;
    }
    const struct mou_premise guards[2] = {{measure->only_if, NULL, MOU_DEMAND_YES}, {measure->unless, NULL, MOU_DEMAND_NO}};
    if (!mou_doubt_possible_with(doubt, guards, 1, holding, count)) {
        report(doubt, MOU_DIAG_NEVER, measure->only_if->span, MOU_NO_SPAN);
    } else if (!mou_doubt_possible_with(doubt, guards, 2, holding, count)) {
        report(doubt, MOU_DIAG_NEVER_UNLESS, measure->unless->span, measure->only_if != NULL ? measure->only_if->span : MOU_NO_SPAN);
    } else {
        (void)look_at_pair(doubt, &context, measure->only_if, measure->unless);
    }
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        context.count = 0;
        (void)look_at_pair(doubt, &context, measure->reaches[i].condition, NULL);
    }
}

static bool has_index(const uint32_t *list, uint32_t count, uint32_t wanted)
{
    for (uint32_t i = 0; i < count; i++) {
        if (list[i] == wanted) {
            return true;
        }
    }
    return false;
}

static bool has_reach(const struct mou_measure *measure, const struct mou_reach *wanted)
{
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        const struct mou_reach *reach = &measure->reaches[i];
        if (reach->kind == wanted->kind && reach->relation == wanted->relation && reach->inverse == wanted->inverse && reach->condition == NULL) {
            return true;
        }
    }
    return false;
}

/** Everything but whom and on what ground: the same measure by the same authority on the same basis, for as long. */
static bool same_terms(const struct mou_measure *narrow, const struct mou_measure *wide, const struct mou_view *view)
{
    bool same = narrow->memorandum == wide->memorandum && narrow->kind == wide->kind && narrow->item != MOU_NO_INDEX && narrow->item == wide->item &&
                narrow->degree == wide->degree && narrow->holding == wide->holding && mou_text_equal(narrow->authority, wide->authority) &&
                mou_text_equal(narrow->authority_field, wide->authority_field) && narrow->basis.count == wide->basis.count && narrow->grant_count == 0 &&
                same_value(narrow->term, wide->term, view) && same_value(narrow->until, wide->until, view) && narrow->open_ended == wide->open_ended;
    for (uint32_t i = 0; same && i < narrow->basis.count; i++) {
        same = mou_text_equal(narrow->basis.items[i], wide->basis.items[i]);
    }
    return same;
}

/** Whether `narrow` falls on nobody on whom `wide` does not fall anyway. */
static bool is_needless(struct mou_doubt *doubt, const struct mou_measure *narrow, const struct mou_measure *wide)
{
    const struct mou_view view = {{wide->scope, NULL}, {narrow->scope, NULL}, NULL, false};
    struct context context = {.count = 0};
    if (narrow->because_count == 0 || narrow->reach_count == 0 || !same_terms(narrow, wide, &view)) {
        return false;
    }
    for (uint32_t i = 0; i < narrow->because_count; i++) {
        if (!has_index(wide->because, wide->because_count, narrow->because[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < narrow->reach_count; i++) {
        if (!has_reach(wide, &narrow->reaches[i])) {
            return false;
        }
    }
    (void)add(&context, narrow->only_if, NULL, MOU_DEMAND_YES);
    (void)add(&context, narrow->unless, NULL, MOU_DEMAND_NO);
    return never(doubt, &context, wide->only_if, &view, MOU_DEMAND_NOT_YES) && never(doubt, &context, wide->unless, &view, MOU_DEMAND_NOT_NO);
}

/** Notes the earliest measure of the same memorandum that makes `later` needless, or that it makes needless. */
static void look_for_needless_pair(struct mou_doubt *doubt, const struct mou_measure *later, uint32_t first, const uint32_t *next)
{
    const struct mou_measure *measures = doubt->program->measures.items;
    doubt->memorandum = later->memorandum;
    if (mou_front_faulty(doubt->front, later->decl->span)) {
        return;
    }
    for (uint32_t k = first; k != MOU_NO_INDEX && &measures[k] != later; k = next[k]) {
        const struct mou_measure *earlier = &measures[k];
        const bool faulty = mou_front_faulty(doubt->front, earlier->decl->span);
        const bool later_needless = !faulty && is_needless(doubt, later, earlier);
        if (later_needless || (!faulty && is_needless(doubt, earlier, later))) {
            const struct mou_measure *needless = later_needless ? later : earlier;
            const struct mou_measure *enough = later_needless ? earlier : later;
            mou_front_report(doubt->front, MOU_DIAG_RULE_COVERED, needless->decl->name.span, needless->name, enough->name, MOU_NO_TEXT)->second =
                enough->decl->name.span;
            return;
        }
    }
}

/** Only measures of one memorandum are held against each other: these are strung together, so that a thousand memoranda take a thousand times one. */
static enum mou_status look_for_needless(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    const size_t count = program->measures.count;
    uint32_t *next = MOU_NEW_ARRAY(program->arena, count + 1, uint32_t);
    uint32_t *first = MOU_NEW_ARRAY(program->arena, program->memoranda.count + 1, uint32_t);
    uint32_t *last = MOU_NEW_ARRAY(program->arena, program->memoranda.count + 1, uint32_t);
    if (next == NULL || first == NULL || last == NULL) {
        return MOU_ERROR_MEMORY;
    }
    for (size_t i = 0; i < program->memoranda.count; i++) {
        first[i] = MOU_NO_INDEX;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t memorandum = program->measures.items[i].memorandum;
        next[i] = MOU_NO_INDEX;
        if (memorandum >= program->memoranda.count || !mou_front_turn_of(doubt->front, memorandum)) {
            continue;
        }
        if (first[memorandum] == MOU_NO_INDEX) {
            first[memorandum] = i;
        } else {
            next[last[memorandum]] = i;
        }
        last[memorandum] = i;
        look_for_needless_pair(doubt, &program->measures.items[i], first[memorandum], next);
    }
    return MOU_OK;
}

static void look_at_other_rules(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t i = 0; i < program->repairs.count; i++) {
        struct context context = {.count = 0};
        doubt->memorandum = program->repairs.items[i].memorandum;
        if (!mou_front_turn(doubt->front, program->repairs.items[i].decl)) {
            continue;
        }
        (void)look_at_pair(doubt, &context, program->repairs.items[i].eligible, program->repairs.items[i].refused);
    }
    for (size_t i = 0; i < program->duties.count; i++) {
        const struct mou_duty *duty = &program->duties.items[i];
        struct context context = {.count = 0};
        doubt->memorandum = duty->memorandum;
        if (!mou_front_turn(doubt->front, duty->decl)) {
            continue;
        }
        (void)look_at_pair(doubt, &context, duty->when, NULL);
        for (uint32_t k = 0; k < duty->done_count; k++) {
            context.count = 0;
            (void)look_at_pair(doubt, &context, duty->done[k], NULL);
        }
    }
    for (size_t i = 0; i < program->matters.count; i++) {
        struct context context = {.count = 0};
        doubt->memorandum = program->matters.items[i].memorandum;
        if (!mou_front_turn(doubt->front, program->matters.items[i].decl)) {
            continue;
        }
        (void)look_at_pair(doubt, &context, program->matters.items[i].prohibit, NULL);
        context.count = 0;
        (void)look_at_pair(doubt, &context, program->matters.items[i].advise, NULL);
    }
}

static void look_at_definitions(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t i = 0; i < program->definitions.count; i++) {
        const struct mou_definition *definition = &program->definitions.items[i];
        struct context context = {.count = 0};
        doubt->memorandum = definition->memorandum;
        if (!mou_front_turn(doubt->front, definition->decl) || mou_front_faulty(doubt->front, definition->decl->span) || definition->body == NULL) {
            continue;
        }
        if (definition->body->type.kind == MOU_TYPE_CONDITION) {
            (void)look_at_pair(doubt, &context, definition->body, NULL);
        } else {
            (void)look_inside(doubt, &context, definition->body, 0);
        }
    }
}

enum mou_status mou_doubt_check(struct mou_program *program, struct mou_diagnostics *diagnostics, uint32_t given_count,
                                const struct mou_compile_options *options)
{
    struct mou_front front = mou_front_of(program, diagnostics);
    struct mou_doubt doubt = {.front = &front, .program = program, .memorandum = MOU_NO_INDEX, .levels = MOU_NEW_ARRAY(program->arena, MOU_LEVELS_MAX, struct mou_case)};
    if (doubt.levels == NULL) {
        return MOU_ERROR_MEMORY;
    }
    look_at_definitions(&doubt);
    look_at_other_rules(&doubt);
    for (size_t i = 0; i < program->findings.count; i++) {
        if (mou_front_turn_of(&front, program->findings.items[i].memorandum) && !mou_front_faulty(&front, program->findings.items[i].decl->span)) {
            look_at_finding(&doubt, &program->findings.items[i]);
        }
    }
    for (size_t i = 0; i < program->measures.count; i++) {
        if (mou_front_turn_of(&front, program->measures.items[i].memorandum) && !mou_front_faulty(&front, program->measures.items[i].decl->span)) {
            look_at_measure(&doubt, &program->measures.items[i]);
        }
    }
    if (look_for_needless(&doubt) != MOU_OK) {
        return MOU_ERROR_MEMORY;
    }
    mou_doubt_periods(&doubt);
    mou_doubt_calendars(&doubt);
    front.owner = MOU_TOLD_OF_ALL;
    if (diagnostics->error_count == 0) { /* what is not used, or meets, may be so because of a mistake elsewhere */
        mou_doubt_meetings(&doubt);
        mou_doubt_unused(&doubt, given_count, options);
    }
    return mou_arena_failed(program->arena) ? MOU_ERROR_MEMORY : MOU_OK;
}
