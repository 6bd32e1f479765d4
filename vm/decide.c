/*
 * Outcomes (language section 6, S22 to S26): for each core subject and rule in order, what its
 * triples come to, the interval shown, the grounds, what is missing, the term and what is granted;
 * and each subject's next date. Reads registers, writes none; results go to the sink and live until
 * it returns. Called by machine.c; explain_*.c judges single cases with it.
 */
#include "decide.h"

#include <assert.h>

#include "bits.h"
#include "decide_filter.h"
#include "next.h"
#include "others.h"
#include "profile.h"

/* Longest key that is not a text: a date, an amount, a code's name. */
#define NAMING_BYTES_MAX ((size_t)1 << 16)

/* `kind` of struct mou_pack_measure */
enum { MEASURE_INCENTIVE = 1 };

bool mou_decide_work_init(struct mou_machine *machine, struct mou_decide_work *work)
{
    assert(machine != NULL && work != NULL);
    *work = (struct mou_decide_work){.machine = machine, .arena = machine->batch_arena};
    work->naming.machine = machine;
    mou_buf_init(&work->naming.buf, machine->allocator, NAMING_BYTES_MAX);
    work->naming.arena = mou_arena_new(machine->allocator);
    work->plan = mou_decide_plan_get(machine);
    work->reach = work->plan == NULL ? NULL : mou_reach_fill(machine, work->plan);
    return work->naming.arena != NULL && work->reach != NULL;
}

void mou_decide_work_free(struct mou_decide_work *work)
{
    assert(work != NULL);
    mou_buf_free(&work->naming.buf);
    mou_arena_free(work->naming.arena);
    *work = (struct mou_decide_work){0};
}

void mou_decide_work_rewind(struct mou_decide_work *work)
{
    assert(work != NULL);
    if (mou_arena_used_bytes(work->naming.arena) > 0) {
        mou_arena_reset(work->naming.arena);
    }
}

void mou_walk_push(struct mou_decide_work *work, struct mou_walk_item item, uint64_t what, uint64_t where)
{
    const enum mou_seen seen = mou_visits_add(work->arena, &work->visits, what, where);
    if (seen == MOU_SEEN_FAILED || (seen == MOU_SEEN_FIRST && !MOU_VEC_PUSH(work->arena, &work->stack, item))) {
        work->failed = true;
    }
}

/* ------------------------------------------------------------------ outcomes */

static const struct mou_pack_measure *measure_of(const struct mou_decide_work *work,
                                                 struct mou_rule_ref rule)
{
    return rule.is_finding ? NULL : &work->machine->pack->measures[rule.index];
}

static enum mou_truth judge_world(struct mou_decide_work *work, struct mou_rule_ref rule,
                                  uint32_t target, enum mou_world world)
{
    return rule.is_finding ? mou_triples_of_finding(work, rule.index, target, world)
                           : mou_triples_of_measure(work, rule.index, target, world);
}

static void conclude(struct mou_case *judged, enum mou_decision_outcome outcome,
                     enum mou_world world)
{
    judged->decided = true;
    judged->outcome = outcome;
    judged->world = world;
}

/* A sanction needs both worlds; an incentive, the benefit of the doubt, one. */
static void choose_outcome(struct mou_case *judged, bool incentive)
{
    const enum mou_truth all = judged->truth[MOU_WORLD_ALL];
    const enum mou_truth rest = judged->truth[MOU_WORLD_UNCONTESTED];
    if (incentive) {
        if (all == MOU_YES || rest == MOU_YES) {
            conclude(judged, MOU_IN_FORCE, all == MOU_YES ? MOU_WORLD_ALL : MOU_WORLD_UNCONTESTED);
        } else if (all == MOU_UNKNOWN || rest == MOU_UNKNOWN) {
            conclude(judged, MOU_TO_VERIFY,
                     all == MOU_UNKNOWN ? MOU_WORLD_ALL : MOU_WORLD_UNCONTESTED);
        }
    } else if (all == MOU_YES) {
        const bool both = rest == MOU_YES;
        conclude(judged, both ? MOU_IN_FORCE : MOU_SUSPENDED,
                 both ? MOU_WORLD_UNCONTESTED : MOU_WORLD_ALL);
    } else if (all == MOU_UNKNOWN) {
        conclude(judged, MOU_TO_VERIFY, MOU_WORLD_ALL);
    }
}

/* ------------------------------------------------------------------ intervals */

/* work->pieces: the union of the timely triples' intervals, of those that begin after `after`. */
static void join_intervals(struct mou_decide_work *work, const mou_triples *triples, mou_date after)
{
    work->pieces.count = 0;
    for (size_t i = 0; i < triples->count; i++) {
        const struct mou_triple *triple = &triples->items[i];
        if (triple->timely && (after == MOU_DATE_NONE || triple->interval.from > after) &&
            !MOU_VEC_PUSH(work->arena, &work->pieces, triple->interval)) {
            work->failed = true;
            return;
        }
    }
    work->pieces.count = mou_intervals_join(work->pieces.items, work->pieces.count);
}

/* Pending is judged with all records (S24): the earliest piece ahead, if the period leaves anything
 * of it. */
static void choose_pending(struct mou_decide_work *work, struct mou_case *judged)
{
    const mou_date today = work->machine->options.as_of;
    const struct mou_interval period = mou_period_of_rule(work->machine->pack, judged->rule);
    if (!mou_interval_contains(period, today)) {
        return;
    }
    join_intervals(work, &work->triples[MOU_WORLD_ALL], today);
    if (work->pieces.count == 0) {
        return;
    }
    const struct mou_interval shown = mou_interval_cut(work->pieces.items[0], period);
    if (!mou_interval_empty(shown)) {
        conclude(judged, MOU_PENDING, MOU_WORLD_ALL);
        judged->interval = shown;
        judged->has_interval = true;
    }
}

/* The connected piece that contains today; none where the decision also rests on a finding without
 * interval (S26). */
static void choose_interval(struct mou_decide_work *work, struct mou_case *judged)
{
    const mou_triples *triples = &work->triples[judged->world];
    for (size_t i = 0; i < triples->count; i++) {
        if (triples->items[i].truth == MOU_YES && triples->items[i].section == MOU_PACK_NONE) {
            return;
        }
    }
    join_intervals(work, triples, MOU_DATE_NONE);
    const struct mou_interval *piece =
        mou_intervals_at(work->pieces.items, work->pieces.count, work->machine->options.as_of);
    if (piece != NULL) {
        judged->interval =
            mou_interval_cut(*piece, mou_period_of_rule(work->machine->pack, judged->rule));
        judged->has_interval = true;
    }
}

/* Where only outcomes count: what registers alone decide. What they do not may still be pending. */
static bool judge_outcome(struct mou_decide_work *work, struct mou_case *out, bool incentive)
{
    enum mou_truth *truth = out->truth;
    if (!mou_truth_of_rule(work, out->rule, out->target, MOU_WORLD_ALL, &truth[MOU_WORLD_ALL])) {
        return false;
    }
    truth[MOU_WORLD_UNCONTESTED] = truth[MOU_WORLD_ALL];
    if (work->machine->two_worlds &&
        !mou_truth_of_rule(work, out->rule, out->target, MOU_WORLD_UNCONTESTED, &truth[MOU_WORLD_UNCONTESTED])) {
        return false;
    }
    choose_outcome(out, incentive);
    return out->decided;
}

void mou_case_judge(struct mou_decide_work *work, struct mou_rule_ref rule, uint32_t target,
                    struct mou_case *out)
{
    assert(work != NULL && out != NULL && target < work->machine->batch->subject_count);
    *out = (struct mou_case){
        .rule = rule,
        .target = target,
        .interval = {MOU_INTERVAL_OPEN_FROM, MOU_INTERVAL_OPEN_UNTIL},
    };
    const struct mou_pack_measure *measure = measure_of(work, rule);
    const bool incentive = measure != NULL && measure->kind == MEASURE_INCENTIVE;
    if (work->machine->lean && judge_outcome(work, out, incentive)) {
        return;
    }
    out->truth[MOU_WORLD_ALL] = judge_world(work, rule, target, MOU_WORLD_ALL);
    out->truth[MOU_WORLD_UNCONTESTED] = out->truth[MOU_WORLD_ALL];
    out->two_worlds = work->machine->two_worlds;
    if (out->two_worlds) {
        out->truth[MOU_WORLD_UNCONTESTED] = judge_world(work, rule, target, MOU_WORLD_UNCONTESTED);
    }
    choose_outcome(out, incentive);
    if (out->decided && !out->two_worlds) {
        out->world = MOU_WORLD_ALL; /* the only one that was collected */
    }
    if (!out->decided) {
        choose_pending(work, out);
    } else if (out->outcome != MOU_TO_VERIFY && !work->machine->options.count_only) {
        choose_interval(work, out);
    }
}

bool mou_case_cites(const struct mou_case *judged, const struct mou_triple *triple)
{
    assert(judged != NULL && triple != NULL);
    if (!judged->decided) {
        return false;
    }
    switch (judged->outcome) {
    case MOU_IN_FORCE:
    case MOU_SUSPENDED:
        return triple->truth == MOU_YES;
    case MOU_TO_VERIFY:
        return triple->truth == MOU_UNKNOWN;
    case MOU_PENDING:
        return triple->timely && triple->interval.from == judged->interval.from;
    }
    return false;
}

/* ------------------------------------------------------------------ what a decision carries */

static void cite_grounds(struct mou_decide_work *work, const struct mou_case *judged)
{
    const mou_triples *triples = &work->triples[judged->world];
    work->grounds.count = 0;
    for (size_t i = 0; i < triples->count; i++) {
        if (mou_case_cites(judged, &triples->items[i])) {
            mou_grounds_cite(work, &triples->items[i]);
        }
    }
    mou_grounds_sort(work);
}

bool mou_case_contested(struct mou_decide_work *work, const struct mou_case *judged)
{
    assert(work != NULL && judged != NULL && judged->decided);
    work->cites_contested = false;
    if (work->machine->two_worlds) {
        cite_grounds(work, judged);
    }
    return work->cites_contested;
}

/*
 * The subject on which a measure's own term is read: that of the finding without interval, and of
 * several the first by id, so that neither the order of relation rows nor the batch matters.
 */
static uint32_t source_of(const struct mou_decide_work *work, const struct mou_case *judged)
{
    const struct mou_machine *machine = work->machine;
    const mou_triples *triples = &work->triples[judged->world];
    uint32_t source = MOU_PACK_NONE;
    for (size_t i = 0; i < triples->count; i++) {
        const struct mou_triple *triple = &triples->items[i];
        if (!mou_case_cites(judged, triple) || triple->section != MOU_PACK_NONE) {
            continue;
        }
        if (source == MOU_PACK_NONE || mou_text_compare(machine->batch->subject_id[triple->source],
                                                        machine->batch->subject_id[source]) < 0) {
            source = triple->source;
        }
    }
    return source;
}

/* The own term where a decision rests on a finding without interval. */
static void add_term(const struct mou_decide_work *work, const struct mou_case *judged,
                     const struct mou_pack_measure *measure, struct mou_decision *decision)
{
    if (judged->outcome != MOU_IN_FORCE && judged->outcome != MOU_SUSPENDED) {
        return;
    }
    const uint32_t source = source_of(work, judged);
    if (source == MOU_PACK_NONE || measure->term == MOU_PACK_NONE ||
        mou_register_cell(work->machine, judged->world, measure->term, source) != MOU_CELL_KNOWN) {
        return;
    }
    decision->has_term = true;
    decision->term = mou_register_value(work->machine, judged->world, measure->term, source);
    decision->term_type = (enum mou_value_type)measure->term_type;
}

static struct mou_text grant_text(const struct mou_machine *machine,
                                  const struct mou_pack_grant *grant, int64_t value)
{
    if (grant->type == MOU_PACK_CODE) {
        return mou_code_name(machine->pack, grant->code_table, value);
    }
    if (grant->type == MOU_PACK_TEXT_FIELD && value >= 0 &&
        value < (int64_t)mou_intern_count(machine->batch->texts)) {
        return mou_intern_text(machine->batch->texts, (uint32_t)value);
    }
    return (struct mou_text){"", 0};
}

static void add_grants(struct mou_decide_work *work, const struct mou_case *judged,
                       const struct mou_pack_measure *measure)
{
    const struct mou_machine *machine = work->machine;
    const uint32_t target = judged->target; /* what is given is reckoned for whom it is given to */
    work->grants.count = 0;
    for (uint32_t i = 0; i < measure->grant_count; i++) {
        const struct mou_pack_grant *grant = &machine->pack->grants[measure->first_grant + i];
        struct mou_grant_value value = {
            .name = mou_pack_string(machine->pack, grant->name),
            .type = (enum mou_value_type)grant->type,
            .known =
                mou_register_cell(machine, judged->world, grant->value, target) == MOU_CELL_KNOWN,
        };
        if (value.known) {
            value.value = mou_register_value(machine, judged->world, grant->value, target);
            value.text = grant_text(machine, grant, value.value);
        }
        if (!MOU_VEC_PUSH(work->arena, &work->grants, value)) {
            work->failed = true;
        }
    }
}

void mou_case_decision(struct mou_decide_work *work, const struct mou_case *judged,
                       struct mou_decision *decision)
{
    assert(work != NULL && judged != NULL && judged->decided && decision != NULL);
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_measure *measure = measure_of(work, judged->rule);
    *decision = (struct mou_decision){
        .subject = machine->batch->subject_id[judged->target],
        .subject_number = judged->target,
        .is_finding = judged->rule.is_finding,
        .rule = judged->rule.index,
        .outcome = judged->outcome,
        .from = MOU_DATE_NONE,
        .until = MOU_DATE_NONE,
    };
    if (machine->options.count_only) {
        return;
    }
    if (judged->has_interval) {
        decision->from = judged->interval.from;
        decision->until = judged->interval.until == MOU_INTERVAL_OPEN_UNTIL
                              ? MOU_DATE_NONE
                              : judged->interval.until;
    }
    cite_grounds(work, judged);
    work->missing.count = 0;
    if (judged->outcome == MOU_TO_VERIFY) {
        mou_missing_collect(work, measure, &work->triples[judged->world]);
        mou_missing_sort(work);
    }
    if (measure != NULL) {
        add_term(work, judged, measure, decision);
        add_grants(work, judged, measure);
        decision->authority = mou_carry_authority(work, judged, measure);
        decision->grants = work->grants.items;
        decision->grant_count = (uint32_t)work->grants.count;
    }
    mou_carry_publications(work, judged, decision);
    decision->publications = work->publications.items;
    decision->publication_count = (uint32_t)work->publications.count;
    decision->grounds = work->grounds.items;
    decision->ground_count = (uint32_t)work->grounds.count;
    decision->missing = work->missing.items;
    decision->missing_count = (uint32_t)work->missing.count;
}

/* ------------------------------------------------------------------ the run */

static enum mou_status decide_rule(struct mou_decide_work *work, struct mou_rule_ref rule,
                                   uint32_t subject, const struct mou_decision_sink *sink)
{
    struct mou_case judged;
    struct mou_decision decision;
    mou_case_judge(work, rule, subject, &judged);
    if (judged.decided && !work->failed) {
        mou_case_decision(work, &judged, &decision);
    }
    if (work->failed) {
        return MOU_ERROR_MEMORY;
    }
    return judged.decided && sink->decision != NULL ? sink->decision(sink->state, &decision)
                                                    : MOU_OK;
}

static enum mou_status decide_subject(struct mou_decide_work *work, const struct mou_targets *targets,
                                      uint32_t subject, const struct mou_decision_sink *sink)
{
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; i < targets->count && status == MOU_OK; i++) {
        if (mou_bit(targets->rules[i].bits, subject)) {
            const struct mou_rule_ref rule = work->plan->rules[targets->rules[i].place];
            struct mou_profile *profile = work->machine->profile;
            const struct mou_profile_mark mark = mou_profile_begin(profile);
            status = decide_rule(work, rule, subject, sink);
            if (profile != NULL) {
                const uint32_t findings = work->machine->pack->findings_count;
                mou_profile_note(profile, mark, &profile->rules[rule.is_finding ? rule.index : findings + rule.index], 1);
            }
        }
    }
    mou_decide_work_rewind(work);
    return status;
}

static enum mou_status decide_all(struct mou_decide_work *work, const mou_date *next,
                                  struct mou_others *others, const struct mou_decision_sink *sink)
{
    const struct mou_batch *batch = work->machine->batch;
    struct mou_targets targets;
    const struct mou_profile_mark mark = mou_profile_begin(work->machine->profile);
    const bool filtered = mou_decide_filter(work->machine, work->plan, &targets);
    mou_profile_end(work->machine->profile, mark, MOU_STEP_FILTER, batch->core_count);
    if (!filtered) {
        return MOU_ERROR_MEMORY;
    }
    const bool each = others != NULL || next != NULL;
    uint32_t subject = each ? 0 : mou_bits_next(targets.any, 0, batch->core_count);
    for (; subject < batch->core_count; subject = each ? subject + 1 : mou_bits_next(targets.any, subject + 1, batch->core_count)) {
        enum mou_status status = MOU_OK;
        if (mou_bit(targets.any, subject)) {
            status = decide_subject(work, &targets, subject, sink);
        }
        if (status == MOU_OK && others != NULL) {
            status = mou_others_of_subject(others, subject);
        }
        if (status == MOU_OK && next != NULL) {
            status = sink->next(sink->state, batch->subject_id[subject], subject, next[subject]);
        }
        if (status != MOU_OK) {
            return status;
        }
    }
    return MOU_OK;
}

enum mou_status mou_decide(struct mou_machine *machine, const struct mou_decision_sink *sink)
{
    assert(machine != NULL && sink != NULL && machine->batch != NULL);
    const mou_date *next = NULL;
    struct mou_decide_work work;
    enum mou_status status = mou_decide_work_init(machine, &work) ? MOU_OK : MOU_ERROR_MEMORY;
    if (status == MOU_OK && sink->next != NULL) {
        const struct mou_profile_mark mark = mou_profile_begin(machine->profile);
        status = mou_next_of_subjects(&work, &next);
        mou_profile_end(machine->profile, mark, MOU_STEP_NEXT, 0);
    }
    struct mou_others others;
    const bool wanted = mou_machine_wants_others(machine);
    if (status == MOU_OK && wanted) {
        status = mou_others_init(&others, &work, sink);
    }
    if (status == MOU_OK) {
        machine->deciding = true;
        status = decide_all(&work, next, wanted ? &others : NULL, sink);
        machine->deciding = false;
    }
    mou_decide_work_free(&work);
    return status == MOU_OK && machine->slab.failed ? MOU_ERROR_MEMORY : status;
}
