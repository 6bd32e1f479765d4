/*
 * The twelve rules of twelve.mou judged by hand: three-valued conditions, with and without the records under objection, and the outcome that
 * follows. Reads the structs that hand_read.c filled. Called by lookup.c.
 */
#include <string.h>

#include "hand.h"

/** What is being judged. */
struct world {
    const struct hand_subject *subject;
    mou_date today;
    bool all; /* with the records under objection */
};

/** Truth of a rule; `ahead`: only its beginning lies in the future. */
struct verdict {
    enum hand_truth truth;
    bool ahead;
};

static enum hand_truth truth_of(bool known, bool holds)
{
    return !known ? HAND_UNKNOWN_TRUTH : holds ? HAND_YES : HAND_NO;
}

static enum hand_truth both(enum hand_truth a, enum hand_truth b)
{
    return a < b ? a : b;
}

static enum hand_truth either(enum hand_truth a, enum hand_truth b)
{
    return a > b ? a : b;
}

static enum hand_truth negated(enum hand_truth a)
{
    return (enum hand_truth)(HAND_YES - a);
}

static enum hand_truth equals(int64_t cell, int64_t wanted)
{
    return truth_of(cell != HAND_UNKNOWN, cell == wanted);
}

static enum hand_truth at_least(int64_t cell, int64_t bound)
{
    return truth_of(cell != HAND_UNKNOWN, cell >= bound);
}

static enum hand_truth not_after(int64_t date, mou_date today)
{
    return truth_of(date != HAND_UNKNOWN, date <= today);
}

/** Whether today lies before `date` plus `months`. */
static enum hand_truth within_months(int64_t date, int64_t months, mou_date today)
{
    mou_date end = 0;
    if (date == HAND_UNKNOWN ||
        mou_date_add_months((mou_date)date, months, &end) != MOU_FAULT_NONE) {
        return HAND_UNKNOWN_TRUTH;
    }
    return truth_of(true, today < end);
}

static bool seen(const struct world *world, const struct hand_row *row)
{
    return world->all || !row->contested;
}

/** Adds a ground to a finding's verdict: its condition, and its time. */
static void add_ground(struct verdict *verdict, const struct world *world,
                       enum hand_truth condition, int64_t from, enum hand_truth before_end)
{
    enum hand_truth begun = not_after(from, world->today);
    verdict->truth = either(verdict->truth, both(condition, both(begun, before_end)));
    if (condition == HAND_YES && begun == HAND_NO && before_end == HAND_YES) {
        verdict->ahead = true;
    }
}

/* ------------------------------------------------------------------ findings */

static struct verdict judge_cases(const struct world *world, const struct hand_rows *cases,
                                  const struct hand_post *post)
{
    struct verdict verdict = {HAND_NO, false};
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct hand_row *row = &cases->rows[i];
        if (seen(world, row)) {
            enum hand_truth condition =
                both(negated(equals(row->cell[0], 1)), negated(equals(row->cell[1], 1)));
            if (post != NULL) {
                int64_t listed = row->cell[2];
                enum hand_truth since = truth_of(
                    post->since != HAND_UNKNOWN && listed != HAND_UNKNOWN, post->since <= listed);
                enum hand_truth until = truth_of(
                    listed != HAND_UNKNOWN, post->until == HAND_UNKNOWN || listed < post->until);
                condition = both(condition, both(since, until));
            }
            add_ground(&verdict, world, condition, row->cell[2],
                       within_months(row->cell[2], 24, world->today));
        }
    }
    return verdict;
}

static struct verdict judgment_defaulter(const struct world *world)
{
    const struct hand_subject *subject = world->subject;
    struct verdict verdict = judge_cases(world, &subject->tables[HAND_CASES], NULL);
    if (subject->person && (verdict.truth != HAND_NO || verdict.ahead)) {
        bool known = subject->born != HAND_UNKNOWN;
        enum hand_truth minor =
            truth_of(known, known && mou_date_age((mou_date)subject->born, world->today) < 18);
        verdict.truth = both(verdict.truth, negated(minor));
        verdict.ahead = verdict.ahead && minor == HAND_NO;
    }
    return verdict;
}

/** The person's own listing, or that of an organisation whose legal representative they were when it was listed. */
static struct verdict restricted_from_office(const struct world *world)
{
    struct verdict verdict = {HAND_NO, false};
    if (!world->subject->person) {
        return verdict;
    }
    verdict = judgment_defaulter(world);
    for (uint32_t i = 0; i < world->subject->post_count; i++) {
        const struct hand_post *post = &world->subject->posts[i];
        struct verdict through = judge_cases(world, &post->cases, post);
        verdict.truth = either(verdict.truth, through.truth);
        verdict.ahead = verdict.ahead || through.ahead;
    }
    return verdict;
}

static struct verdict consumption_restricted(const struct world *world)
{
    struct verdict verdict = {HAND_NO, false};
    const struct hand_rows *orders = &world->subject->tables[HAND_ORDERS];
    for (uint32_t i = 0; i < orders->count; i++) {
        const struct hand_row *row = &orders->rows[i];
        if (seen(world, row)) {
            add_ground(&verdict, world, row->cell[1] == HAND_UNKNOWN ? HAND_YES : HAND_NO,
                       row->cell[0], HAND_YES);
        }
    }
    return verdict;
}

static enum hand_truth grave_kind(int64_t kind)
{
    return truth_of(kind != HAND_UNKNOWN, kind == 8 || kind == 10 || kind == 11 || kind == 12);
}

static struct verdict gravely_penalised(const struct world *world)
{
    struct verdict verdict = {HAND_NO, false};
    const struct hand_rows *penalties = &world->subject->tables[HAND_PENALTIES];
    for (uint32_t i = 0; i < penalties->count; i++) {
        const struct hand_row *row = &penalties->rows[i];
        if (seen(world, row)) {
            add_ground(&verdict, world,
                       either(grave_kind(row->cell[0]), at_least(row->cell[1], 10000000)),
                       row->cell[2], within_months(row->cell[2], 36, world->today));
        }
    }
    return verdict;
}

static struct verdict often_penalised(const struct world *world)
{
    const struct hand_rows *penalties = &world->subject->tables[HAND_PENALTIES];
    mou_date begin = 0;
    uint32_t low = 0;
    uint32_t high = 0;
    if (mou_date_add_months(world->today, -24, &begin) != MOU_FAULT_NONE) {
        return (struct verdict){HAND_UNKNOWN_TRUTH, false};
    }
    for (uint32_t i = 0; i < penalties->count; i++) {
        const struct hand_row *row = &penalties->rows[i];
        int64_t date = row->cell[2];
        bool recent = date != HAND_UNKNOWN && date > begin && date <= world->today;
        if (seen(world, row)) {
            low += recent ? 1 : 0;
            high += recent || date == HAND_UNKNOWN ? 1 : 0;
        }
    }
    return (struct verdict){low >= 2 ? HAND_YES : high >= 2 ? HAND_UNKNOWN_TRUTH : HAND_NO, false};
}

/** Some order to pay of that number, served, of ten persons or thirty thousand yuan. */
static enum hand_truth has_wage_order(const struct world *world, const char *number)
{
    const struct hand_rows *wages = &world->subject->tables[HAND_WAGES];
    enum hand_truth some = HAND_NO;
    for (uint32_t i = 0; i < wages->count; i++) {
        const struct hand_row *row = &wages->rows[i];
        if (seen(world, row) && strcmp(row->key, number) == 0) {
            enum hand_truth enough =
                either(at_least(row->cell[1], 10), at_least(row->cell[2], 3000000));
            some = either(some, both(not_after(row->cell[0], world->today), enough));
        }
    }
    return some;
}

static struct verdict wage_defaulter(const struct world *world)
{
    struct verdict verdict = {HAND_NO, false};
    const struct hand_rows *listings = &world->subject->tables[HAND_LISTINGS];
    for (uint32_t i = 0; i < listings->count; i++) {
        const struct hand_row *row = &listings->rows[i];
        if (seen(world, row)) {
            int64_t from = row->cell[1] == HAND_UNKNOWN || row->cell[1] > row->cell[0]
                               ? row->cell[1]
                               : row->cell[0];
            add_ground(&verdict, world, has_wage_order(world, row->other), from,
                       within_months(row->cell[0], 36, world->today));
        }
    }
    return verdict;
}

static struct verdict tax_offender(const struct world *world)
{
    struct verdict verdict = {HAND_NO, false};
    const struct hand_rows *tax = &world->subject->tables[HAND_TAX];
    for (uint32_t i = 0; i < tax->count; i++) {
        const struct hand_row *row = &tax->rows[i];
        if (seen(world, row)) {
            enum hand_truth condition =
                both(negated(equals(row->cell[0], 8)), at_least(row->cell[1], 100000000));
            int64_t from = row->cell[3] == HAND_UNKNOWN || row->cell[3] > row->cell[2]
                               ? row->cell[3]
                               : row->cell[2];
            add_ground(&verdict, world, condition, from,
                       within_months(row->cell[2], 36, world->today));
        }
    }
    return verdict;
}

/** The grade of a year; *rated tells whether there is one. */
static enum hand_truth rated_a(const struct world *world, int64_t year, bool *rated)
{
    const struct hand_rows *ratings = &world->subject->tables[HAND_RATINGS];
    enum hand_truth some = HAND_NO;
    *rated = false;
    for (uint32_t i = 0; i < ratings->count; i++) {
        if (seen(world, &ratings->rows[i]) && ratings->rows[i].cell[0] == year) {
            *rated = true;
            some = either(some, equals(ratings->rows[i].cell[1], 1));
        }
    }
    return some;
}

/** At least three years in a row, up to the last one that was rated. */
static struct verdict long_rated_a(const struct world *world)
{
    const struct hand_rows *ratings = &world->subject->tables[HAND_RATINGS];
    int64_t last = HAND_UNKNOWN;
    for (uint32_t i = 0; i < ratings->count; i++) {
        int64_t year = ratings->rows[i].cell[0];
        if (seen(world, &ratings->rows[i]) && year <= mou_date_to_civil(world->today).year &&
            year > last) {
            last = year;
        }
    }
    if (last == HAND_UNKNOWN) {
        return (struct verdict){HAND_NO, false};
    }
    enum hand_truth all = HAND_YES;
    for (int64_t year = last; year > last - 3; year--) {
        bool rated = false;
        enum hand_truth a = rated_a(world, year, &rated);
        all = both(all, rated ? a : HAND_NO);
    }
    return (struct verdict){all, false};
}

/** Honoured less than `months` ago: a measure's own term may be shorter than the finding. */
static struct verdict honoured(const struct world *world, int64_t months)
{
    struct verdict verdict = {HAND_NO, false};
    const struct hand_rows *honours = &world->subject->tables[HAND_HONOURS];
    for (uint32_t i = 0; i < honours->count; i++) {
        const struct hand_row *row = &honours->rows[i];
        add_ground(&verdict, world, row->cell[1] == HAND_UNKNOWN ? HAND_YES : HAND_NO, row->cell[0],
                   within_months(row->cell[0], months, world->today));
    }
    return verdict;
}

static enum hand_truth starred_volunteer(const struct world *world)
{
    const struct hand_rows *volunteers = &world->subject->tables[HAND_VOLUNTEERS];
    enum hand_truth some = HAND_NO;
    for (uint32_t i = 0; i < volunteers->count; i++) {
        const struct hand_row *row = &volunteers->rows[i];
        enum hand_truth starred =
            truth_of(row->cell[0] != HAND_UNKNOWN, row->cell[0] == 4 || row->cell[0] == 5);
        some = either(some, either(starred, equals(row->cell[1], 1)));
    }
    return some;
}

static enum hand_truth keeps_commitments(const struct world *world)
{
    const struct hand_rows *commitments = &world->subject->tables[HAND_COMMITMENTS];
    enum hand_truth kept = HAND_NO;
    enum hand_truth broken = HAND_NO;
    for (uint32_t i = 0; i < commitments->count; i++) {
        kept = either(kept, equals(commitments->rows[i].cell[0], 2));
        broken = either(broken, equals(commitments->rows[i].cell[0], 4));
    }
    return both(kept, negated(broken));
}

/* ------------------------------------------------------------------ outcomes */

/** Verdicts of the twelve rules in one world. */
static void judge(const struct world *world, struct verdict verdicts[HAND_DECISIONS])
{
    bool person = world->subject->person;
    struct verdict defaulter = judgment_defaulter(world);
    struct verdict grave = gravely_penalised(world);
    struct verdict often = often_penalised(world);
    struct verdict wages = wage_defaulter(world);
    struct verdict tax = tax_offender(world);
    struct verdict rated = long_rated_a(world);
    struct verdict honour = honoured(world, 36);
    struct verdict fresh = honoured(world, 12);
    enum hand_truth unlisted = negated(either(defaulter.truth, either(wages.truth, tax.truth)));
    enum hand_truth clean = both(unlisted, negated(either(grave.truth, often.truth)));
    const struct verdict all[HAND_DECISIONS] = {
        defaulter,
        restricted_from_office(world),
        consumption_restricted(world),
        grave,
        often,
        wages,
        tax,
        {both(rated.truth, clean), false},
        {both(either(rated.truth, fresh.truth), unlisted), fresh.ahead && unlisted == HAND_YES},
        {both(honour.truth, unlisted), honour.ahead && unlisted == HAND_YES},
        {person ? both(starred_volunteer(world), unlisted) : HAND_NO, false},
        {person ? HAND_NO : both(keeps_commitments(world), clean), false},
    };
    memcpy(verdicts, all, sizeof all);
}

static enum hand_outcome sanction(struct verdict all, struct verdict rest)
{
    if (all.truth == HAND_YES) {
        return rest.truth == HAND_YES ? HAND_IN_FORCE : HAND_SUSPENDED;
    }
    return all.truth == HAND_UNKNOWN_TRUTH ? HAND_TO_VERIFY : all.ahead ? HAND_PENDING : HAND_NONE;
}

static enum hand_outcome incentive(struct verdict all, struct verdict rest)
{
    if (all.truth == HAND_YES || rest.truth == HAND_YES) {
        return HAND_IN_FORCE;
    }
    bool unknown = all.truth == HAND_UNKNOWN_TRUTH || rest.truth == HAND_UNKNOWN_TRUTH;
    return unknown ? HAND_TO_VERIFY : all.ahead ? HAND_PENDING : HAND_NONE;
}

void hand_decide(const struct hand_subject *subject, mou_date today,
                 enum hand_outcome outcomes[HAND_DECISIONS])
{
    struct verdict all[HAND_DECISIONS];
    struct verdict rest[HAND_DECISIONS];
    judge(&(struct world){subject, today, true}, all);
    judge(&(struct world){subject, today, false}, rest);
    for (int i = 0; i < HAND_DECISIONS; i++) {
        outcomes[i] = i < 7 ? sanction(all[i], rest[i]) : incentive(all[i], rest[i]);
    }
}
