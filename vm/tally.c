/*
 * Outcomes counted for whole batches, without a decision for each. What a measure comes to for its findings' own subjects is read off bitmaps, 64 subjects at a
 * time; measures that come through relations, have an end of their own or ask who acts are judged subject by subject, as decide.c does it. The numbers
 * are those of the decisions. Called through vm.h.
 */
#include <assert.h>

#include "decide_filter.h"
#include "kernels.h"
#include "profile.h"

/* `kind` of struct mou_pack_measure */
enum { MEASURE_INCENTIVE = 1 };

struct tally {
    struct mou_machine *machine;
    struct mou_decide_work work; /**< for measures that are judged subject by subject */
    const uint64_t *counted;     /**< subjects: of the core, and not passed over */
    uint64_t **ahead;            /**< finding -> subjects with a ground that lies ahead; NULL: not yet asked for */
    size_t words;
};

/** What a measure comes to in one world, subject by subject. */
struct truths {
    uint64_t *yes, *maybe;
};

/* ------------------------------------------------------------------ words of all subjects */

#define JOIN(name, op)                                                                    \
    static void name(uint64_t *out, struct mou_bits_view in, size_t words)                \
    {                                                                                     \
        for (size_t w = 0; w < words; w++) {                                              \
            out[w] op mou_view_word(in, w);                                               \
        }                                                                                 \
    }

JOIN(add, |=)
JOIN(keep, &=)
JOIN(drop, &= ~)

static struct mou_condition_view view_of(const struct tally *tally, enum mou_world world, uint32_t index)
{
    const struct mou_register *cells = &tally->machine->registers[world][index];
    assert(cells->form == MOU_FORM_CONDITION && !cells->late);
    return (struct mou_condition_view){mou_bits_view(cells->yes, cells->frame == 0), mou_bits_view(cells->maybe, cells->frame == 0)};
}

static uint64_t *take_words(const struct tally *tally)
{
    return MOU_NEW_ARRAY(tally->machine->batch_arena, tally->words, uint64_t);
}

/* ------------------------------------------------------------------ truths */

static bool in_period(const struct mou_machine *machine, uint32_t finding)
{
    return mou_interval_contains(mou_period_of(machine->pack, machine->pack->findings[finding].memorandum), machine->options.as_of);
}

static void guard(const struct tally *tally, const struct mou_pack_measure *measure, enum mou_world world, struct truths *truths)
{
    if (measure->only_if != MOU_PACK_NONE) {
        const struct mou_condition_view only = view_of(tally, world, measure->only_if);
        keep(truths->yes, only.yes, tally->words);
        keep(truths->maybe, only.maybe, tally->words);
    }
    if (measure->unless != MOU_PACK_NONE) {
        const struct mou_condition_view unless = view_of(tally, world, measure->unless);
        drop(truths->yes, unless.maybe, tally->words);
        drop(truths->maybe, unless.yes, tally->words);
    }
}

/* False when memory ran out. */
static bool find_truths(const struct tally *tally, const struct mou_pack_measure *measure, enum mou_world world, struct truths *truths)
{
    const struct mou_machine *machine = tally->machine;
    const enum mou_world own = mou_world_of(machine, measure->memorandum, world);
    *truths = (struct truths){take_words(tally), take_words(tally)};
    if (truths->yes == NULL || truths->maybe == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const uint32_t index = machine->pack->lists[measure->because + i];
        const struct mou_pack_finding *finding = &machine->pack->findings[index];
        if (in_period(machine, index)) {
            const struct mou_condition_view holds = view_of(tally, mou_world_of(machine, finding->memorandum, own), finding->holds);
            add(truths->yes, holds.yes, tally->words);
            add(truths->maybe, holds.maybe, tally->words);
        }
    }
    guard(tally, measure, own, truths);
    return true;
}

/* ------------------------------------------------------------------ what lies ahead */

/* Rows of a ground that begin after today and hold back nothing else; NULL when memory ran out. */
static uint64_t *find_rows_ahead(struct tally *tally, const struct mou_pack_ground *section)
{
    struct mou_machine *machine = tally->machine;
    const uint32_t rows = machine->frames[section->frame].row_count;
    const uint64_t *ahead = mou_decide_rows_ahead(machine, section);
    uint64_t *found = MOU_SLAB_ARRAY(&machine->slab, mou_words(rows), uint64_t);
    for (size_t word = 0; found != NULL && word < mou_words(rows); word++) {
        found[word] = mou_decide_pending_word(machine, section, ahead, word, ~mou_word_mask(rows, word));
        for (uint64_t left = found[word]; left != 0; left &= left - 1) {
            struct mou_interval interval;
            const uint32_t row = (uint32_t)(word * 64) + mou_lowest_bit(left);
            if (!mou_ground_interval(machine, MOU_WORLD_ALL, section, row, &interval) || interval.from <= machine->options.as_of) {
                mou_bit_clear(found, row);
            }
        }
    }
    return found;
}

/* False when memory ran out. */
static bool add_section_ahead(struct tally *tally, const struct mou_pack_ground *section, uint64_t *subjects)
{
    struct mou_machine *machine = tally->machine;
    const struct mou_frame *frame = &machine->frames[section->frame];
    if (frame->row_count == 0) {
        return true;
    }
    const uint64_t *rows = find_rows_ahead(tally, section);
    uint64_t *scratch = MOU_SLAB_ARRAY(&machine->slab, 2 * mou_words(frame->row_count), uint64_t);
    uint64_t *parents = MOU_SLAB_ARRAY(&machine->slab, mou_words(machine->batch->subject_count), uint64_t);
    if (machine->slab.failed) {
        return false;
    }
    if (frame->runs.ends != NULL) {
        mou_row_runs_any(machine->runs, &frame->runs, rows, scratch, parents);
        add(subjects, mou_bits_view(parents, false), tally->words);
        return true;
    }
    for (uint32_t row = mou_bits_next(rows, 0, frame->row_count); row < frame->row_count; row = mou_bits_next(rows, row + 1, frame->row_count)) {
        if (frame->root[row] < machine->batch->core_count) {
            mou_bit_set(subjects, frame->root[row]);
        }
    }
    return true;
}

/* Subjects with a ground of the finding that begins after today; NULL when memory ran out. */
static const uint64_t *find_ahead(struct tally *tally, uint32_t index)
{
    if (tally->ahead[index] == NULL) {
        const struct mou_pack_finding *finding = &tally->machine->pack->findings[index];
        uint64_t *subjects = take_words(tally);
        for (uint32_t i = 0; subjects != NULL && in_period(tally->machine, index) && i < finding->ground_count; i++) {
            if (!add_section_ahead(tally, &tally->machine->pack->grounds[finding->first_ground + i], subjects)) {
                return NULL;
            }
        }
        tally->ahead[index] = subjects;
    }
    return tally->ahead[index];
}

/* Subjects for whom the measure waits for a day to come, as far as its own period lasts: nothing but time holds it back. NULL when memory ran out. */
static uint64_t *find_waiting(struct tally *tally, const struct mou_pack_measure *measure)
{
    struct truths waiting = {take_words(tally), take_words(tally)};
    if (waiting.yes == NULL || waiting.maybe == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const uint64_t *ahead = find_ahead(tally, tally->machine->pack->lists[measure->because + i]);
        if (ahead == NULL) {
            return NULL;
        }
        add(waiting.yes, mou_bits_view(ahead, false), tally->words);
    }
    guard(tally, measure, mou_world_of(tally->machine, measure->memorandum, MOU_WORLD_ALL), &waiting);
    return waiting.yes;
}

/* ------------------------------------------------------------------ counting */

static bool count_subject(struct tally *tally, uint32_t measure, uint32_t subject, struct mou_outcome_counts *counts)
{
    struct mou_case judged;
    mou_case_judge(&tally->work, (struct mou_rule_ref){.index = measure}, subject, &judged);
    if (judged.decided) {
        counts->of[judged.outcome]++;
    }
    return !tally->work.failed;
}

/* The subjects with a bit, one by one. False when memory ran out. */
static bool count_one_by_one(struct tally *tally, uint32_t measure, const uint64_t *subjects, struct mou_outcome_counts *counts)
{
    bool done = subjects != NULL;
    for (size_t w = 0; done && w < tally->words; w++) {
        for (uint64_t left = subjects[w] & tally->counted[w]; done && left != 0; left &= left - 1) {
            done = count_subject(tally, measure, (uint32_t)(w * 64) + mou_lowest_bit(left), counts);
        }
    }
    return done;
}

/* Subjects that are counted and that the measure can fall on. */
static void find_reached(const struct tally *tally, const struct mou_pack_measure *measure, uint64_t *reached)
{
    const struct mou_machine *machine = tally->machine;
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        const struct mou_pack_reach *reach = &machine->pack->reaches[measure->first_reach + i];
        const uint64_t *kind = machine->kind_bits[reach->kind];
        add(reached, kind != NULL ? mou_bits_view(kind, false) : (struct mou_bits_view){NULL, UINT64_MAX}, tally->words);
    }
    keep(reached, mou_bits_view(tally->counted, false), tally->words);
}

/* A sanction needs both worlds; an incentive, the benefit of the doubt, one (see choose_outcome of decide.c). `rest` receives the subjects without an outcome. */
static void count_decided(const struct truths truths[MOU_WORLD_COUNT], const uint64_t *reached, size_t words, bool incentive, uint64_t *rest,
                          struct mou_outcome_counts *counts)
{
    const struct truths *all = &truths[MOU_WORLD_ALL];
    const struct truths *without = &truths[MOU_WORLD_UNCONTESTED];
    for (size_t w = 0; w < words; w++) {
        const uint64_t yes = incentive ? all->yes[w] | without->yes[w] : all->yes[w];
        const uint64_t maybe = incentive ? all->maybe[w] | without->maybe[w] : all->maybe[w];
        const uint64_t stays = incentive ? UINT64_MAX : without->yes[w];
        counts->of[MOU_IN_FORCE] += mou_bit_count(yes & stays & reached[w]);
        counts->of[MOU_SUSPENDED] += mou_bit_count(yes & ~stays & reached[w]);
        counts->of[MOU_TO_VERIFY] += mou_bit_count(maybe & ~yes & reached[w]);
        rest[w] = reached[w] & ~maybe;
    }
}

static bool count_pending(struct tally *tally, uint32_t index, uint64_t *rest, struct mou_outcome_counts *counts)
{
    const struct mou_pack_measure *measure = &tally->machine->pack->measures[index];
    const uint64_t *waiting = find_waiting(tally, measure);
    if (waiting == NULL) {
        return false;
    }
    keep(rest, mou_bits_view(waiting, false), tally->words);
    if (mou_period_of_measure(tally->machine->pack, measure).until != MOU_INTERVAL_OPEN_UNTIL) {
        return count_one_by_one(tally, index, rest, counts); /* it may end before that day */
    }
    for (size_t w = 0; w < tally->words; w++) {
        counts->of[MOU_PENDING] += mou_bit_count(rest[w]);
    }
    return true;
}

/* False when memory ran out. */
static bool count_measure(struct tally *tally, uint32_t index, struct mou_outcome_counts *counts)
{
    struct mou_machine *machine = tally->machine;
    const struct mou_pack_measure *measure = &machine->pack->measures[index];
    struct truths truths[MOU_WORLD_COUNT];
    uint64_t *reached = take_words(tally);
    uint64_t *rest = take_words(tally);
    if (!mou_interval_contains(mou_period_of_measure(machine->pack, measure), machine->options.as_of)) {
        return true;
    }
    if (!mou_measure_by_registers(machine->pack, measure)) {
        return count_one_by_one(tally, index, mou_decide_targets(machine, tally->work.plan, index), counts);
    }
    if (reached == NULL || rest == NULL) {
        return false;
    }
    find_reached(tally, measure, reached);
    if (!find_truths(tally, measure, MOU_WORLD_ALL, &truths[MOU_WORLD_ALL])) {
        return false;
    }
    truths[MOU_WORLD_UNCONTESTED] = truths[MOU_WORLD_ALL];
    if (machine->two_worlds && !find_truths(tally, measure, MOU_WORLD_UNCONTESTED, &truths[MOU_WORLD_UNCONTESTED])) {
        return false;
    }
    count_decided(truths, reached, tally->words, measure->kind == MEASURE_INCENTIVE, rest, counts);
    return count_pending(tally, index, rest, counts);
}

static bool prepare(struct tally *tally, struct mou_machine *machine, const uint64_t *passed_over)
{
    *tally = (struct tally){.machine = machine, .words = mou_words(machine->batch->core_count)};
    uint64_t *counted = take_words(tally);
    tally->counted = counted;
    tally->ahead = MOU_NEW_ARRAY(machine->batch_arena, (size_t)machine->pack->findings_count + 1, uint64_t *);
    if (!mou_decide_work_init(machine, &tally->work) || counted == NULL || tally->ahead == NULL) {
        return false;
    }
    mou_bits_set_all(counted, machine->batch->core_count);
    for (size_t w = 0; passed_over != NULL && w < tally->words; w++) {
        counted[w] &= ~passed_over[w];
    }
    return true;
}

static bool count_all(struct tally *tally, struct mou_outcome_counts *counts)
{
    struct mou_profile *profile = tally->machine->profile;
    bool done = true;
    for (uint32_t i = 0; done && i < tally->machine->pack->measures_count; i++) {
        const struct mou_profile_mark mark = mou_profile_begin(profile);
        done = count_measure(tally, i, &counts[i]);
        if (profile != NULL) {
            mou_profile_note(profile, mark, &profile->rules[tally->machine->pack->findings_count + i], tally->machine->batch->core_count);
        }
    }
    return done && !tally->machine->slab.failed;
}

enum mou_status mou_machine_count(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, const uint64_t *passed_over,
                                  struct mou_outcome_counts *counts)
{
    assert(machine != NULL && batch != NULL && counts != NULL);
    const enum mou_status status = mou_machine_evaluate_counting(machine, batch, as_of);
    struct tally tally;
    if (status != MOU_OK) {
        return status;
    }
    const bool done = prepare(&tally, machine, passed_over) && count_all(&tally, counts);
    mou_decide_work_free(&tally.work);
    return done ? MOU_OK : MOU_ERROR_MEMORY;
}

/* ------------------------------------------------------------------ faults */

struct fault_count {
    const uint64_t *passed_over;
    uint64_t faults;
};

static enum mou_status take_faults(void *state, const struct mou_decision *decision)
{
    struct fault_count *count = state;
    const bool counts = count->passed_over == NULL || !mou_bit(count->passed_over, decision->subject_number);
    for (uint32_t i = 0; counts && i < decision->missing_count; i++) {
        count->faults += decision->missing[i].fault != MOU_FAULT_NONE;
    }
    return MOU_OK;
}

enum mou_status mou_machine_count_faults(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, const uint64_t *passed_over, uint64_t *faults)
{
    assert(machine != NULL && batch != NULL && faults != NULL);
    struct fault_count count = {.passed_over = passed_over};
    const struct mou_run_options options = {.as_of = as_of};
    const struct mou_decision_sink sink = {.state = &count, .decision = take_faults};
    const enum mou_status status = mou_machine_run(machine, batch, &options, &sink);
    *faults += count.faults;
    return status;
}
