/*
 * Sanctions and incentives that the catalogue marks as incompatible and that can fall on one subject on one day. Told with an example. Guards are judged on the
 * subject of the finding: where both measures fall on that subject itself, the conditions of both are held together; where one reaches it through a relation, each
 * is held by itself, and nothing is said where a condition of either looks along that relation, since it may keep the two apart.
 */
#include "catalogue.h"
#include "doubt.h"

/** Most findings and lists that are taken to hold. */
#define HOLDING_MAX 24
/** How deep definitions and findings are followed when a relation is looked for. */
#define ALONG_DEPTH_MAX 24

/** A measure with one way of meeting it. */
struct way {
    const struct mou_measure *measure;
    const struct mou_finding *finding;
    const struct mou_section *section; /**< NULL: a finding over the whole subject */
    const struct mou_binding *subject; /**< of the finding; the same one for both measures, or one each */
    struct mou_view finding_view;      /**< the finding's subject stands for the common one */
    struct mou_view measure_view;
};

static struct way way_of(const struct mou_measure *measure, const struct mou_finding *finding, const struct mou_section *section, const struct mou_binding *subject)
{
    return (struct way){measure, finding, section, subject, {{finding->scope, NULL}, {subject, NULL}, NULL, false}, {{measure->scope, NULL}, {subject, NULL}, NULL, false}};
}

static uint32_t add_premises(const struct way *way, struct mou_premise *premises, uint32_t count)
{
    const struct mou_texpr *when = way->section != NULL ? way->section->when : way->finding->when;
    const struct mou_texpr *unless = way->section != NULL ? way->section->unless : NULL;
    premises[count++] = (struct mou_premise){when, &way->finding_view, MOU_DEMAND_YES};
    premises[count++] = (struct mou_premise){unless, &way->finding_view, MOU_DEMAND_NO};
    premises[count++] = (struct mou_premise){way->finding->unless, &way->finding_view, MOU_DEMAND_NO};
    premises[count++] = (struct mou_premise){way->measure->only_if, &way->measure_view, MOU_DEMAND_YES};
    premises[count++] = (struct mou_premise){way->measure->unless, &way->measure_view, MOU_DEMAND_NO};
    return count;
}

/** What holds for the subject of a way: its finding, and every finding that covers its ground, with their lists. */
static uint32_t add_holding(struct mou_doubt *doubt, const struct way *way, struct mou_term *holding, uint32_t count)
{
    const struct mou_program *program = doubt->program;
    for (uint32_t i = 0; i < program->findings.count && count + 2 <= HOLDING_MAX; i++) {
        const struct mou_finding *finding = &program->findings.items[i];
        bool holds = finding == way->finding;
        for (uint32_t k = 0; !holds && way->section != NULL && finding->list_kind != MOU_NO_INDEX && k < finding->section_count; k++) {
            holds = finding->sections[k].record == way->section->record && mou_doubt_covers(doubt, way->finding, way->section, finding, &finding->sections[k]);
        }
        if (holds) {
            holding[count++] = (struct mou_term){.kind = MOU_TX_FINDING, .index = i, .subject = way->subject};
            holding[count] = (struct mou_term){.kind = MOU_TX_LIST, .index = finding->list_kind, .subject = way->subject};
            count += finding->list_kind != MOU_NO_INDEX;
        }
    }
    return count;
}

/** Whether both ways can be met at once. */
static bool can_meet(struct mou_doubt *doubt, const struct way *a, const struct way *b)
{
    struct mou_premise premises[10];
    struct mou_term holding[HOLDING_MAX];
    uint32_t count = add_premises(b, premises, add_premises(a, premises, 0));
    uint32_t holding_count = add_holding(doubt, b, holding, add_holding(doubt, a, holding, 0));
    if (!mou_doubt_possible_with(doubt, premises, count, holding, holding_count)) {
        return false;
    }
    doubt->example = mou_case_describe(doubt, doubt->found); /* while the views live in which the case is read */
    return true;
}

typedef bool (*visit_way)(struct mou_doubt *doubt, const struct way *way, const void *state);

/** Every way to the measure, until one visit gives true. */
static bool any_way(struct mou_doubt *doubt, const struct mou_measure *measure, const struct mou_binding *subject, visit_way visit, const void *state)
{
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &doubt->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const struct way way = way_of(measure, finding, &finding->sections[k], subject);
            if (visit(doubt, &way, state)) {
                return true;
            }
        }
        const struct way whole = way_of(measure, finding, NULL, subject);
        if (finding->section_count == 0 && visit(doubt, &whole, state)) {
            return true;
        }
    }
    return false;
}

/** What the inner loop knows of the outer one. */
struct meeting { const struct way *sanction; const struct mou_measure *incentive; const struct mou_binding *subject; };

static bool meets_incentive(struct mou_doubt *doubt, const struct way *incentive, const void *state)
{
    const struct meeting *meeting = state;
    return can_meet(doubt, meeting->sanction, incentive);
}

static bool meets_sanction(struct mou_doubt *doubt, const struct way *sanction, const void *state)
{
    const struct meeting *known = state;
    const struct meeting meeting = {sanction, known->incentive, known->subject};
    return any_way(doubt, known->incentive, known->subject, meets_incentive, &meeting);
}

/** A kind of subject on which both fall directly; MOU_NO_INDEX if there is none. */
static uint32_t common_kind(const struct mou_measure *a, const struct mou_measure *b)
{
    for (uint32_t i = 0; i < a->reach_count; i++) {
        for (uint32_t k = 0; k < b->reach_count; k++) {
            if (a->reaches[i].relation == MOU_NO_INDEX && b->reaches[k].relation == MOU_NO_INDEX && a->reaches[i].kind == b->reaches[k].kind) {
                return a->reaches[i].kind;
            }
        }
    }
    return MOU_NO_INDEX;
}

static bool periods_overlap(const struct mou_program *program, const struct mou_measure *a, const struct mou_measure *b)
{
    const struct mou_memorandum *first = &program->memoranda.items[a->memorandum];
    const struct mou_memorandum *second = &program->memoranda.items[b->memorandum];
    bool before = first->repealed != MOU_DATE_NONE && second->effective != MOU_DATE_NONE && first->repealed <= second->effective;
    bool after = second->repealed != MOU_DATE_NONE && first->effective != MOU_DATE_NONE && second->repealed <= first->effective;
    return !before && !after;
}

/* ------------------------------------------------------------------ through relations */

static bool looks_along(const struct mou_program *program, const struct mou_texpr *expr, uint32_t relation, unsigned depth);

static bool finding_looks_along(const struct mou_program *program, const struct mou_finding *finding, uint32_t relation, unsigned depth)
{
    bool found = looks_along(program, finding->when, relation, depth) || looks_along(program, finding->unless, relation, depth);
    for (uint32_t i = 0; !found && i < finding->section_count; i++) {
        found = looks_along(program, finding->sections[i].when, relation, depth) || looks_along(program, finding->sections[i].unless, relation, depth);
    }
    return found;
}

/** Whether a condition looks at those on the other side of the relation, itself or through what it refers to; true where that cannot be told. */
static bool looks_along(const struct mou_program *program, const struct mou_texpr *expr, uint32_t relation, unsigned depth)
{
    if (expr == NULL || depth > ALONG_DEPTH_MAX) {
        return expr != NULL;
    }
    if (expr->range != NULL && expr->range->kind == MOU_BINDING_RELATION && expr->range->type == relation) {
        return true;
    }
    bool found = expr->kind == MOU_TX_DEFINITION && looks_along(program, program->definitions.items[expr->index].body, relation, depth + 1);
    found = found || (expr->kind == MOU_TX_FINDING && finding_looks_along(program, &program->findings.items[expr->index], relation, depth + 1));
    for (size_t i = 0; !found && expr->kind == MOU_TX_LIST && i < program->findings.count; i++) {
        const struct mou_finding *finding = &program->findings.items[i];
        found = finding->list_kind == expr->index && finding_looks_along(program, finding, relation, depth + 1);
    }
    for (uint32_t i = 0; !found && i < expr->argument_count; i++) {
        found = looks_along(program, expr->arguments[i], relation, depth + 1);
    }
    return found;
}

static bool measure_looks_along(const struct mou_program *program, const struct mou_measure *measure, uint32_t relation)
{
    bool found = looks_along(program, measure->only_if, relation, 0) || looks_along(program, measure->unless, relation, 0);
    for (uint32_t i = 0; !found && i < measure->because_count; i++) {
        found = finding_looks_along(program, &program->findings.items[measure->because[i]], relation, 0);
    }
    return found;
}

/** Whether the two ways to reach somebody end at one kind of subject, one of them at least through a relation that no condition looks along. */
static bool reach_one_kind(const struct mou_program *program, const struct mou_measure *sanction, const struct mou_reach *a, const struct mou_measure *incentive,
                           const struct mou_reach *b)
{
    const uint32_t kind = mou_catalogue_reached(program, a);
    const uint32_t relations[2] = {a->relation, b->relation};
    bool related = a->relation != MOU_NO_INDEX || b->relation != MOU_NO_INDEX;
    if (!related || kind == MOU_NO_INDEX || kind != mou_catalogue_reached(program, b)) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        if (relations[i] != MOU_NO_INDEX && (measure_looks_along(program, sanction, relations[i]) || measure_looks_along(program, incentive, relations[i]))) {
            return false;
        }
    }
    return true;
}

/** The example, and the relations through which the measures come to one subject. */
static struct mou_text through(struct mou_doubt *doubt, const struct mou_reach *a, const struct mou_reach *b)
{
    const struct mou_reach *reaches[2] = {a, b};
    static const char *const words[2] = {"惩戒经", "激励经"};
    struct mou_buf text;
    mou_buf_init(&text, NULL, 8192);
    mou_buf_append(&text, doubt->example.bytes, doubt->example.len);
    for (size_t i = 0; i < 2; i++) {
        if (reaches[i]->relation != MOU_NO_INDEX) {
            const struct mou_text name = doubt->program->relations.items[reaches[i]->relation].name;
            mou_buf_text(&text, "，");
            mou_buf_text(&text, words[i]);
            mou_buf_text(&text, "“");
            mou_buf_append(&text, name.bytes, name.len);
            mou_buf_text(&text, "”落到同一主体");
        }
    }
    return mou_buf_into_arena(&text, doubt->front->arena);
}

/** The measures meet on somebody whom one of them reaches through a relation: each holds for a subject of its own. */
static bool meet_related(struct mou_doubt *doubt, const struct mou_measure *sanction, const struct mou_measure *incentive)
{
    for (uint32_t i = 0; i < sanction->reach_count; i++) {
        for (uint32_t k = 0; k < incentive->reach_count; k++) {
            const struct mou_reach *a = &sanction->reaches[i];
            const struct mou_reach *b = &incentive->reaches[k];
            struct mou_binding sanctioned = {.kind = MOU_BINDING_SUBJECT, .type = a->kind};
            struct mou_binding favoured = {.kind = MOU_BINDING_SUBJECT, .type = b->kind};
            const struct meeting meeting = {NULL, incentive, &favoured};
            if (reach_one_kind(doubt->program, sanction, a, incentive, b) && any_way(doubt, sanction, &sanctioned, meets_sanction, &meeting)) {
                doubt->example = through(doubt, a, b);
                return true;
            }
        }
    }
    return false;
}

static bool meet_directly(struct mou_doubt *doubt, const struct mou_measure *sanction, const struct mou_measure *incentive)
{
    const uint32_t kind = common_kind(sanction, incentive);
    struct mou_binding common = {.kind = MOU_BINDING_SUBJECT, .type = kind};
    const struct meeting meeting = {NULL, incentive, &common};
    return kind != MOU_NO_INDEX && any_way(doubt, sanction, &common, meets_sanction, &meeting);
}

static void look_at_two(struct mou_doubt *doubt, const struct mou_measure *sanction, const struct mou_measure *incentive)
{
    if (!periods_overlap(doubt->program, sanction, incentive) || mou_front_faulty(doubt->front, sanction->decl->span) ||
        mou_front_faulty(doubt->front, incentive->decl->span)) {
        return;
    }
    doubt->memorandum = incentive->memorandum;
    const bool directly = meet_directly(doubt, sanction, incentive);
    if (directly || meet_related(doubt, sanction, incentive)) {
        const enum mou_diag_code code = directly ? MOU_DIAG_CAN_MEET : MOU_DIAG_CAN_MEET_RELATED;
        mou_front_report(doubt->front, code, incentive->decl->name.span, incentive->name, sanction->name, doubt->example)->second = sanction->decl->name.span;
    }
}

void mou_doubt_meetings(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t p = 0; p < program->incompatible.count; p++) {
        const struct mou_incompatible_pair *pair = &program->incompatible.items[p];
        for (size_t i = 0; i < program->measures.count; i++) {
            for (size_t k = 0; k < program->measures.count; k++) {
                const struct mou_measure *sanction = &program->measures.items[i];
                const struct mou_measure *incentive = &program->measures.items[k];
                bool items = (sanction->item == pair->first && incentive->item == pair->second) || (sanction->item == pair->second && incentive->item == pair->first);
                if (items && sanction->kind == MOU_SANCTION && incentive->kind == MOU_INCENTIVE) {
                    look_at_two(doubt, sanction, incentive);
                }
            }
        }
    }
}
