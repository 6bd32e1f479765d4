/*
 * base/date.c against a walk through all days of the calendar that knows only the lengths of
 * months, and the month-end rule against known cases.
 */
#include "dates.h"

/** A day-by-day walk, by the rule as it is taught. */
struct walk {
    struct mou_civil civil;
    mou_date date;
    int weekday;
};

static int taught_month_length(int year, int month)
{
    if (month == 2) {
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static struct walk first_day(void)
{
    return (struct walk){{1900, 1, 1}, 0, 1};
}

/** False behind the last day. */
static bool step(struct walk *walk)
{
    walk->date++;
    walk->weekday = walk->weekday % 7 + 1;
    if (++walk->civil.day > taught_month_length(walk->civil.year, walk->civil.month)) {
        walk->civil.day = 1;
        if (++walk->civil.month > 12) {
            walk->civil.month = 1;
            walk->civil.year++;
        }
    }
    return walk->civil.year < 2200;
}

static bool same_civil(struct mou_civil a, struct mou_civil b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void every_day_there_and_back(void **state)
{
    (void)state;
    struct walk walk = first_day();
    do {
        mou_date date = MOU_DATE_NONE;
        if (!mou_date_from_civil(walk.civil, &date) || date != walk.date ||
            !same_civil(mou_date_to_civil(date), walk.civil) ||
            mou_date_weekday(date) != walk.weekday) {
            fail_msg("%d-%02d-%02d", walk.civil.year, walk.civil.month, walk.civil.day);
        }
    } while (step(&walk));
    assert_i64_equal(walk.date, MOU_DATE_MAX + 1);
}

static void no_such_days(void **state)
{
    static const struct mou_civil rows[] = {
        {1899, 12, 31}, {2200, 1, 1},  {2023, 2, 29}, {1900, 2, 29}, {2100, 2, 29}, {2024, 2, 30},
        {2024, 4, 31},  {2024, 13, 1}, {2024, 0, 1},  {2024, 1, 0},  {2024, 1, 32}, {2024, -1, 1},
        {2024, 1, -1},  {0, 0, 0},     {-2024, 1, 1}, {99999, 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_date date = MOU_DATE_NONE;
        assert_false(mou_date_from_civil(rows[i], &date));
        assert_i64_equal(date, MOU_DATE_NONE);
    }
}

static void first_and_last_day(void **state)
{
    mou_date date = 5;
    (void)state;
    assert_date_equal(MOU_DATE_MIN, "1900-01-01");
    assert_date_equal(MOU_DATE_MAX, "2199-12-31");
    assert_i64_equal(mou_date_add_days(MOU_DATE_MAX, 1, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_days(MOU_DATE_MIN, -1, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_days(MOU_DATE_MIN, MOU_DATE_MAX, &date), MOU_FAULT_NONE);
    assert_i64_equal(date, MOU_DATE_MAX);
    assert_i64_equal(mou_date_add_days(MOU_DATE_MAX, -(int64_t)MOU_DATE_MAX, &date),
                     MOU_FAULT_NONE);
    assert_i64_equal(date, MOU_DATE_MIN);
    assert_i64_equal(mou_date_add_days(MOU_DATE_MAX, INT64_MAX, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_days(MOU_DATE_MAX, INT64_MIN, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_months(MOU_DATE_MAX, 1, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_months(MOU_DATE_MIN, -1, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_months(MOU_DATE_MIN, INT64_MAX, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_months(MOU_DATE_MIN, INT64_MIN, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_add_months(MOU_DATE_MIN, 12 * 300 - 1, &date), MOU_FAULT_NONE);
    assert_date_equal(date, "2199-12-01");
    assert_i64_equal(mou_date_next_month_day(MOU_DATE_MAX, 1, &date), MOU_FAULT_DATE_RANGE);
}

static void months_keep_the_day_or_take_the_last(void **state)
{
    static const struct {
        const char *from;
        int64_t months;
        const char *to;
    } rows[] = {
        {"2024-02-29", 12, "2025-02-28"},  {"2024-02-29", 36, "2027-02-28"},
        {"2024-02-29", 48, "2028-02-29"},  {"2023-08-31", 6, "2024-02-29"},
        {"2024-08-31", 6, "2025-02-28"},   {"2025-11-30", 3, "2026-02-28"},
        {"2025-07-01", 3, "2025-10-01"},   {"2024-01-31", 1, "2024-02-29"},
        {"2023-01-31", 1, "2023-02-28"},   {"2024-03-31", -1, "2024-02-29"},
        {"2024-02-29", -12, "2023-02-28"}, {"2024-05-31", 1, "2024-06-30"},
        {"2024-12-31", 2, "2025-02-28"},   {"2024-12-15", 1, "2025-01-15"},
        {"2024-01-15", -1, "2023-12-15"},  {"2000-02-29", 1200, "2100-02-28"},
        {"2024-06-30", 0, "2024-06-30"},   {"1900-01-31", 1, "1900-02-28"},
        {"2016-03-01", 24, "2018-03-01"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_date date = MOU_DATE_NONE;
        assert_i64_equal(mou_date_add_months(day_of(rows[i].from), rows[i].months, &date),
                         MOU_FAULT_NONE);
        assert_date_equal(date, rows[i].to);
    }
}

/**
 * From every day by many distances: right month, right day, faults exactly outside the calendar.
 */
static void months_from_every_day(void **state)
{
    static const int distances[] = {0,  1,  -1, 2,   3,    6,     11,   12,   -12,   24,
                                    36, 48, 60, 120, 1200, -1200, 2399, 3599, -3599, 3601};
    (void)state;
    struct walk walk = first_day();
    do {
        for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
            mou_date date = MOU_DATE_NONE;
            const int months = walk.civil.year * 12 + walk.civil.month - 1 + distances[i];
            struct mou_civil wanted = {months / 12, months % 12 + 1, walk.civil.day};
            const enum mou_fault fault = mou_date_add_months(walk.date, distances[i], &date);
            if (wanted.year < 1900 || wanted.year > 2199) {
                assert_i64_equal(fault, MOU_FAULT_DATE_RANGE);
                continue;
            }
            const int length = taught_month_length(wanted.year, wanted.month);
            wanted.day = wanted.day > length ? length : wanted.day;
            if (fault != MOU_FAULT_NONE || !same_civil(mou_date_to_civil(date), wanted)) {
                fail_msg("%d-%02d-%02d + %d months", walk.civil.year, walk.civil.month,
                         walk.civil.day, distances[i]);
            }
        }
    } while (step(&walk));
}

static void month_starts_and_next_months(void **state)
{
    (void)state;
    struct walk walk = first_day();
    mou_date start = 0;
    do {
        mou_date got = MOU_DATE_NONE;
        start = walk.civil.day == 1 ? walk.date : start;
        assert_i64_equal(mou_date_month_start(walk.date, &got), MOU_FAULT_NONE);
        assert_i64_equal(got, start);
    } while (step(&walk));
    mou_date date = MOU_DATE_NONE;
    assert_i64_equal(mou_date_next_month_day(day_of("2024-01-31"), 15, &date), MOU_FAULT_NONE);
    assert_date_equal(date, "2024-02-15");
    assert_i64_equal(mou_date_next_month_day(day_of("2024-01-01"), 31, &date), MOU_FAULT_NONE);
    assert_date_equal(date, "2024-02-29");
    assert_i64_equal(mou_date_next_month_day(day_of("2023-12-10"), 15, &date), MOU_FAULT_NONE);
    assert_date_equal(date, "2024-01-15");
    assert_i64_equal(mou_date_next_month_day(day_of("2023-01-10"), INT64_MAX, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2023-02-28");
    assert_i64_equal(mou_date_next_month_day(day_of("2023-01-10"), 0, &date), MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_date_next_month_day(day_of("2023-01-10"), INT64_MIN, &date),
                     MOU_FAULT_DATE_RANGE);
}

static void days_of_a_term(void **state)
{
    mou_date date = MOU_DATE_NONE;
    (void)state;
    /*
     * 180 days of which 2018-06-13 is the first: the last is 2018-12-09, the day after it is the
     * first one free.
     */
    assert_i64_equal(mou_date_add_days(day_of("2018-06-12"), 180, &date), MOU_FAULT_NONE);
    assert_date_equal(date, "2018-12-09");
    assert_i64_equal(mou_date_add_days(day_of("2018-06-13"), 180, &date), MOU_FAULT_NONE);
    assert_date_equal(date, "2018-12-10");
}

/** The definition: the largest n such that birth + n years is not after today. */
static int64_t age_by_definition(mou_date birth, mou_date today)
{
    int64_t age = -1;
    mou_date anniversary = MOU_DATE_NONE;
    while (mou_date_add_months(birth, (age + 1) * 12, &anniversary) == MOU_FAULT_NONE &&
           anniversary <= today) {
        age++;
    }
    return age;
}

static void ages(void **state)
{
    (void)state;
    assert_i64_equal(mou_date_age(day_of("2004-02-29"), day_of("2022-02-27")), 17);
    assert_i64_equal(mou_date_age(day_of("2004-02-29"), day_of("2022-02-28")), 18);
    assert_i64_equal(mou_date_age(day_of("2002-01-01"), day_of("2019-12-31")), 17);
    assert_i64_equal(mou_date_age(day_of("2002-01-01"), day_of("2020-01-01")), 18);
    assert_i64_equal(mou_date_age(day_of("2002-01-01"), day_of("2002-01-01")), 0);
    assert_i64_equal(mou_date_age(day_of("2002-01-02"), day_of("2002-01-01")), -1);
    for (mou_date birth = MOU_DATE_MIN; birth <= MOU_DATE_MAX; birth += 97) {
        for (mou_date today = birth - birth % 31; today <= MOU_DATE_MAX; today += 3001) {
            assert_i64_equal(mou_date_age(birth, today), age_by_definition(birth, today));
        }
    }
    for (mou_date today = day_of("2019-12-01"); today < day_of("2022-04-01"); today++) {
        assert_i64_equal(mou_date_age(day_of("2004-02-29"), today),
                         age_by_definition(day_of("2004-02-29"), today));
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_day_there_and_back),
    cmocka_unit_test(no_such_days),
    cmocka_unit_test(first_and_last_day),
    cmocka_unit_test(months_keep_the_day_or_take_the_last),
    cmocka_unit_test(months_from_every_day),
    cmocka_unit_test(month_starts_and_next_months),
    cmocka_unit_test(days_of_a_term),
    cmocka_unit_test(ages),
};

MOU_TEST_MAIN(tests)
