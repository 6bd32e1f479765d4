/*
 * Next dates: every shape of time comparison against a count day by day, and what counts for whom.
 */
#include "mou_test.h"

#include "next.h"
#include "rule_pack.h"

/* ------------------------------------------------------------------ one comparison, by days */

/* Days that are looked at one by one behind the as-of date, and before the date given. */
#define DAYS_CLOSE 150
/* And further off, a step that meets every part of the year. */
#define DAYS_STEP 601

static bool differs(const struct rp *rp, uint32_t comparison, uint32_t row, enum mou_truth truth, mou_date day)
{
    return mou_kernel_compare_on(rp->machine, MOU_WORLD_ALL, comparison, row, day) != truth;
}

/* Whether `got` is the first day after the as-of date on which the comparison has another truth, as far as days are
 * looked at. */
static bool is_first_change(const struct rp *rp, uint32_t comparison, uint32_t row, mou_date got)
{
    const mou_date today = rp->options.as_of;
    const enum mou_truth truth = mou_kernel_compare_on(rp->machine, MOU_WORLD_ALL, comparison, row, today);
    const mou_date end = got == MOU_NEXT_NEVER ? MOU_DATE_MAX + 1 : got;
    if (got != MOU_NEXT_NEVER && (got <= today || got > MOU_DATE_MAX || !differs(rp, comparison, row, truth, got))) {
        return false;
    }
    for (mou_date day = today + 1; day < end;) {
        if (differs(rp, comparison, row, truth, day)) {
            return false;
        }
        day += day - today > DAYS_CLOSE && end - day > DAYS_CLOSE ? DAYS_STEP : 1;
    }
    return true;
}

#define SHAPES_MAX 64

struct shapes {
    uint32_t items[SHAPES_MAX];
    uint32_t count;
};

/* A comparison with every operator, from both sides. */
static void add_shapes(struct rp *rp, struct shapes *shapes, uint32_t moving, uint32_t fixed)
{
    for (int64_t compare = 0; compare < MOU_COMPARE_COUNT; compare++) {
        assert_true(shapes->count + 2 <= SHAPES_MAX);
        shapes->items[shapes->count++] = pb_op(&rp->pb, OP(COMPARE), 2, moving, fixed, NONE, compare);
        shapes->items[shapes->count++] = pb_op(&rp->pb, OP(COMPARE), 2, fixed, moving, NONE, compare);
    }
}

/* Cases whose dates lie round the as-of date, its anniversaries and the ends of months and of the calendar. */
static uint32_t fill_dates(struct rp *rp)
{
    static const int years[] = {1900, 2017, 2020, 2021, 2022, 2196, 2199};
    static const int days[][2] = {{1, 1}, {1, 31}, {2, 27}, {2, 28}, {3, 1}, {3, 31}, {5, 31}, {11, 30}, {12, 31}};
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    uint32_t rows = 0;
    for (size_t y = 0; y < sizeof years / sizeof years[0]; y++) {
        for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
            (void)rp_case(rp, p, "k", rp_day(years[y], days[d][0], days[d][1]), (int64_t)(y % 5) * 7 - 9);
            rows++;
        }
    }
    (void)rp_case(rp, p, "unknown", MOU_DATE_NONE, 1);
    return rows + 1;
}

/* On the first `date_count` of the as-of dates; the last two lie near the ends of the calendar. */
static void compare_all(struct rp *rp, const struct shapes *shapes, uint32_t rows, size_t date_count)
{
    static const int dates[][3] = {{2020, 2, 29}, {2021, 12, 30}, {1903, 5, 31}, {2197, 12, 31}};
    assert_true(date_count <= sizeof dates / sizeof dates[0]);
    for (size_t i = 0; i < date_count; i++) {
        rp->options.as_of = rp_day(dates[i][0], dates[i][1], dates[i][2]);
        (void)rp_run(rp, false);
        const struct mou_decide_plan *plan = mou_decide_plan_get(rp->machine);
        assert_non_null(plan);
        for (uint32_t s = 0; s < shapes->count; s++) {
            for (uint32_t row = 0; row < rows; row++) {
                const mou_date got = mou_time_change(rp->machine, MOU_WORLD_ALL, &plan->times[shapes->items[s]], row);
                if (!is_first_change(rp, shapes->items[s], row, got)) {
                    fail_msg("shape %u (%d), row %u, date %zu: %d is not the first change", s,
                             (int)plan->times[shapes->items[s]].shape, row, i, got);
                }
            }
        }
    }
}

static void today_against_a_date(void **state)
{
    struct rp *rp = *state;
    struct shapes shapes = {.count = 0};
    add_shapes(rp, &shapes, rp->r.today, rp->r.made);
    rp_open(rp, 2020, 6, 1);
    compare_all(rp, &shapes, fill_dates(rp), 4);
}

static void today_shifted_by_months(void **state)
{
    struct rp *rp = *state;
    struct shapes shapes = {.count = 0};
    const uint32_t back = pb_typed(&rp->pb, OP(CONST), MOU_PACK_MONTHS, 0, NONE, NONE, NONE, -36);
    const uint32_t ahead = pb_typed(&rp->pb, OP(CONST), MOU_PACK_MONTHS, 0, NONE, NONE, NONE, 25);
    const uint32_t past = pb_typed(&rp->pb, OP(DATE_ADD_MONTHS), MOU_PACK_DATE, 0, rp->r.today, back, NONE, 0);
    const uint32_t future = pb_typed(&rp->pb, OP(DATE_ADD_MONTHS), MOU_PACK_DATE, 0, rp->r.today, ahead, NONE, 0);
    const uint32_t own = pb_typed(&rp->pb, OP(DATE_ADD_MONTHS), MOU_PACK_DATE, 2, rp->r.today, rp->r.term, NONE, 0);
    add_shapes(rp, &shapes, past, rp->r.made);
    add_shapes(rp, &shapes, future, rp->r.made);
    add_shapes(rp, &shapes, own, rp->r.served);
    rp_open(rp, 2020, 6, 1);
    compare_all(rp, &shapes, fill_dates(rp), 4);
}

static void ages(void **state)
{
    struct rp *rp = *state;
    struct shapes shapes = {.count = 0};
    const uint32_t age = pb_op(&rp->pb, OP(AGE), 2, rp->r.made, rp->r.today, NONE, 0);
    for (int64_t years = -2; years <= 18; years += 4) {
        const uint32_t number = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, years);
        for (int64_t compare = 0; compare < MOU_COMPARE_COUNT; compare++) {
            shapes.items[shapes.count++] = pb_op(&rp->pb, OP(COMPARE), 2, age, number, NONE, compare);
        }
    }
    rp_open(rp, 2020, 6, 1);
    compare_all(rp, &shapes, fill_dates(rp), 4);
}

static void everything_else_by_bisection(void **state)
{
    struct rp *rp = *state;
    struct shapes shapes = {.count = 0};
    const uint32_t since = pb_op(&rp->pb, OP(DATE_DIFFERENCE), 2, rp->r.today, rp->r.made, NONE, 0);
    const uint32_t month = pb_typed(&rp->pb, OP(MONTH_START), MOU_PACK_DATE, 0, rp->r.today, NONE, NONE, 0);
    const uint32_t ninety = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, 90);
    const uint32_t later = pb_typed(&rp->pb, OP(DATE_ADD_DAYS), MOU_PACK_DATE, 0, rp->r.today, ninety, NONE, 0);
    add_shapes(rp, &shapes, since, ninety);
    add_shapes(rp, &shapes, month, rp->r.made);
    add_shapes(rp, &shapes, later, rp->r.made);
    const uint32_t range = pb_op(&rp->pb, OP(RANGE_OF), 2, since, NONE, NONE, 0);
    const uint32_t fixed = pb_op(&rp->pb, OP(RANGE_OF), 0, ninety, NONE, NONE, 0);
    for (int64_t compare = 0; compare < MOU_COMPARE_COUNT; compare++) {
        shapes.items[shapes.count++] = pb_op(&rp->pb, OP(COMPARE_RANGE), 2, range, fixed, NONE, compare);
    }
    rp_open(rp, 2020, 6, 1);
    compare_all(rp, &shapes, fill_dates(rp), 4);
}

/* A calendar with a hole: 2019, 2020 and 2022. */
static void working_days_stop_with_the_calendar(void **state)
{
    struct rp *rp = *state;
    struct shapes shapes = {.count = 0};
    static const int years[] = {2019, 2020, 2022};
    for (size_t i = 0; i < 3; i++) {
        struct mou_calendar_year year;
        mou_calendar_year_init(&year, years[i]);
        struct mou_pack_calendar_year entry = {.year = years[i], .published = INT32_MIN};
        memcpy(entry.rest, year.rest, sizeof entry.rest);
        (void)pb_append(&rp->pb, MOU_SECTION_CALENDAR, &entry, 1);
    }
    const uint32_t seven = pb_typed(&rp->pb, OP(CONST), MOU_PACK_WORKDAYS, 0, NONE, NONE, NONE, 7);
    const uint32_t due = pb_typed(&rp->pb, OP(DATE_ADD_WORKDAYS), MOU_PACK_DATE, 0, rp->r.today, seven, NONE, 0);
    add_shapes(rp, &shapes, due, rp->r.made);
    rp_open(rp, 2020, 6, 1);
    compare_all(rp, &shapes, fill_dates(rp), 2);
}

/* ------------------------------------------------------------------ subjects */

static void beginnings_and_ends(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    (void)rp_subject(rp, "r", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    const uint32_t paid = rp_case(rp, q, "b", rp_day(2020, 5, 1), 2); /* no short circuit: paid counts too */
    mou_batch_set_field(rp->builder, RP_CASE, paid, RP_PAID, 1);
    const char *lines = rp_run(rp, true);
    assert_contains(lines, "{\"subject\": \"p\", \"next\": \"2021-01-15\"}\n");
    assert_contains(lines, "{\"subject\": \"q\", \"next\": \"2020-07-01\"}\n");
    assert_contains(lines, "{\"subject\": \"r\", \"next\": null}\n");
}

static void a_related_subjects_dates(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    (void)rp_case(rp, u, "a", rp_day(2020, 1, 15), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, p, rp_day(2019, 1, 1), rp_day(2020, 7, 1));
    assert_contains(rp_run(rp, true), "{\"subject\": \"p\", \"next\": \"2021-01-15\"}\n");
}

static void bounds_count_where_they_are_tested_today(void **state)
{
    struct rp *rp = *state;
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->holding = MOU_PACK_CURRENT;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    (void)rp_case(rp, u, "a", rp_day(2020, 1, 15), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, p, rp_day(2019, 1, 1), rp_day(2020, 7, 1));
    assert_contains(rp_run(rp, true), "{\"subject\": \"p\", \"next\": \"2020-07-01\"}\n");
}

static void objections_open_and_close(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    const uint32_t a = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    const uint32_t b = rp_case(rp, q, "b", rp_day(2020, 1, 15), 12);
    mou_batch_add_objection(rp->builder, RP_CASE, a, rp_day(2020, 5, 1), rp_day(2020, 6, 20));
    mou_batch_add_objection(rp->builder, RP_CASE, b, rp_day(2020, 6, 10), MOU_DATE_NONE);
    const char *lines = rp_run(rp, true);
    assert_contains(lines, "{\"subject\": \"p\", \"next\": \"2020-06-20\"}\n");
    assert_contains(lines, "{\"subject\": \"q\", \"next\": \"2020-06-10\"}\n");
}

/* A parameter that changes, asked for in a guard. */
static void parameters_change(void **state)
{
    struct rp *rp = *state;
    const struct mou_pack_parameter parameter = {
        .name = pb_text(&rp->pb, "门槛"), .type = MOU_PACK_INTEGER, .value_count = 3};
    (void)pb_append(&rp->pb, MOU_SECTION_PARAMETERS, &parameter, 1);
    const struct mou_pack_parameter_value values[] = {
        {1, rp_day(2010, 1, 1), 0}, {2, rp_day(2020, 8, 1), 0}, {3, rp_day(2021, 1, 1), 0}};
    (void)pb_append(&rp->pb, MOU_SECTION_PARAMETER_VALUES, values, 3);
    const uint32_t value = pb_op(&rp->pb, OP(PARAMETER), 0, 0, NONE, NONE, 0);
    const uint32_t one = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, 1);
    const uint32_t guard = pb_op(&rp->pb, OP(COMPARE), 0, value, one, NONE, MOU_COMPARE_EQ);
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->only_if = guard;
    rp_open(rp, 2020, 6, 1);
    (void)rp_subject(rp, "p", RP_PERSON);
    assert_contains(rp_run(rp, true), "{\"subject\": \"p\", \"next\": \"2020-08-01\"}\n");
}

static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, rp_setup, rp_teardown)
    CASE(today_against_a_date),
    CASE(today_shifted_by_months),
    CASE(ages),
    CASE(everything_else_by_bisection),
    CASE(working_days_stop_with_the_calendar),
    CASE(beginnings_and_ends),
    CASE(a_related_subjects_dates),
    CASE(bounds_count_where_they_are_tested_today),
    CASE(objections_open_and_close),
    CASE(parameters_change),
#undef CASE
};

MOU_TEST_MAIN(tests)
