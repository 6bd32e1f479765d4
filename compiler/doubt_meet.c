/*
 * Sanctions and incentives that the catalogue marks as incompatible and that can fall on one subject on one day. Told with an example subject. Only where both
 * fall on the finding's own subject: guards are judged on that subject, so that nothing can be said of measures that reach somebody through a relation.
 */
#include "doubt.h"

/** Most findings and lists that are taken to hold. */
#define HOLDING_MAX 24

/** A measure with one way of meeting it. */
struct way {
    const struct mou_measure *measure;
    const struct mou_finding *finding;
    const struct mou_section *section; /**< NULL: a finding over the whole subject */
    struct mou_view finding_view;      /**< the finding's subject stands for the common one */
    struct mou_view measure_view;
};

static struct way way_of(const struct mou_measure *measure, const struct mou_finding *finding, const struct mou_section *section, const struct mou_binding *common)
{
    return (struct way){measure, finding, section, {{finding->scope, NULL}, {common, NULL}, NULL, false}, {{measure->scope, NULL}, {common, NULL}, NULL, false}};
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
static uint32_t add_holding(struct mou_doubt *doubt, const struct way *way, const struct mou_binding *common, struct mou_term *holding, uint32_t count)
{
    const struct mou_program *program = doubt->program;
    for (uint32_t i = 0; i < program->findings.count && count + 2 <= HOLDING_MAX; i++) {
        const struct mou_finding *finding = &program->findings.items[i];
        bool holds = finding == way->finding;
        for (uint32_t k = 0; !holds && way->section != NULL && finding->list_kind != MOU_NO_INDEX && k < finding->section_count; k++) {
            holds = finding->sections[k].record == way->section->record && mou_doubt_covers(doubt, way->finding, way->section, finding, &finding->sections[k]);
        }
        if (holds) {
            holding[count++] = (struct mou_term){.kind = MOU_TX_FINDING, .index = i, .subject = common};
            holding[count] = (struct mou_term){.kind = MOU_TX_LIST, .index = finding->list_kind, .subject = common};
            count += finding->list_kind != MOU_NO_INDEX;
        }
    }
    return count;
}

/** Whether both ways can be met at once. */
static bool can_meet(struct mou_doubt *doubt, const struct way *a, const struct way *b, const struct mou_binding *common)
{
    struct mou_premise premises[10];
    struct mou_term holding[HOLDING_MAX];
    uint32_t count = add_premises(b, premises, add_premises(a, premises, 0));
    uint32_t holding_count = add_holding(doubt, b, common, holding, add_holding(doubt, a, common, holding, 0));
    if (!mou_doubt_possible_with(doubt, premises, count, holding, holding_count)) {
        return false;
    }
    doubt->example = mou_case_describe(doubt, doubt->found); /* while the views live in which the case is read */
    return true;
}

typedef bool (*visit_way)(struct mou_doubt *doubt, const struct way *way, const void *state);

/** Every way to the measure, until one visit gives true. */
static bool any_way(struct mou_doubt *doubt, const struct mou_measure *measure, const struct mou_binding *common, visit_way visit, const void *state)
{
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &doubt->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const struct way way = way_of(measure, finding, &finding->sections[k], common);
            if (visit(doubt, &way, state)) {
                return true;
            }
        }
        const struct way whole = way_of(measure, finding, NULL, common);
        if (finding->section_count == 0 && visit(doubt, &whole, state)) {
            return true;
        }
    }
    return false;
}

/** What the inner loop knows of the outer one. */
struct meeting { const struct way *sanction; const struct mou_measure *incentive; const struct mou_binding *common; };

static bool meets_incentive(struct mou_doubt *doubt, const struct way *incentive, const void *state)
{
    const struct meeting *meeting = state;
    return can_meet(doubt, meeting->sanction, incentive, meeting->common);
}

static bool meets_sanction(struct mou_doubt *doubt, const struct way *sanction, const void *state)
{
    const struct meeting *known = state;
    const struct meeting meeting = {sanction, known->incentive, known->common};
    return any_way(doubt, known->incentive, known->common, meets_incentive, &meeting);
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

static void look_at_two(struct mou_doubt *doubt, const struct mou_measure *sanction, const struct mou_measure *incentive)
{
    const uint32_t kind = common_kind(sanction, incentive);
    struct mou_binding common = {.kind = MOU_BINDING_SUBJECT, .type = kind};
    const struct meeting meeting = {NULL, incentive, &common};
    if (kind == MOU_NO_INDEX || !periods_overlap(doubt->program, sanction, incentive) || mou_front_faulty(doubt->front, sanction->decl->span) ||
        mou_front_faulty(doubt->front, incentive->decl->span)) {
        return;
    }
    doubt->memorandum = incentive->memorandum;
    if (any_way(doubt, sanction, &common, meets_sanction, &meeting)) {
        mou_front_report(doubt->front, MOU_DIAG_CAN_MEET, incentive->decl->name.span, incentive->name, sanction->name, doubt->example)->second = sanction->decl->name.span;
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
