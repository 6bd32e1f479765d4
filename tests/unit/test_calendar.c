/*
 * base/calendar.c: official calendars of 2017 to 2026, dates reached by counting working days as
 * published by others, and every count against a naive walk.
 */
#include <stdlib.h>

#include "dates.h"

/**
 * One year as published: days off and days worked, other than by the week. Ranges are "FIRST" or
 * "FIRST~LAST".
 */
struct published_year {
    int year;
    int working_days;
    const char *off[10];
    const char *worked[10];
};

static const struct published_year published[] = {
    {2017,
     249,
     {"2017-01-01~2017-01-02", "2017-01-27~2017-02-02", "2017-04-02~2017-04-04",
      "2017-04-29~2017-05-01", "2017-05-28~2017-05-30", "2017-10-01~2017-10-08"},
     {"2017-01-22", "2017-02-04", "2017-04-01", "2017-05-27", "2017-09-30"}},
    {2018,
     250,
     {"2018-01-01", "2018-02-15~2018-02-21", "2018-04-05~2018-04-07", "2018-04-29~2018-05-01",
      "2018-06-18", "2018-09-24", "2018-10-01~2018-10-07", "2018-12-30~2018-12-31"},
     {"2018-02-11", "2018-02-24", "2018-04-08", "2018-04-28", "2018-09-29", "2018-09-30",
      "2018-12-29"}},
    {2019,
     250,
     {"2019-01-01", "2019-02-04~2019-02-10", "2019-04-05~2019-04-07", "2019-05-01~2019-05-04",
      "2019-06-07~2019-06-09", "2019-09-13~2019-09-15", "2019-10-01~2019-10-07"},
     {"2019-02-02", "2019-02-03", "2019-04-28", "2019-05-05", "2019-09-29", "2019-10-12"}},
    {2020,
     249,
     {"2020-01-01", "2020-01-24~2020-02-02", "2020-04-04~2020-04-06", "2020-05-01~2020-05-05",
      "2020-06-25~2020-06-27", "2020-10-01~2020-10-08"},
     {"2020-01-19", "2020-04-26", "2020-05-09", "2020-06-28", "2020-09-27", "2020-10-10"}},
    {2021,
     250,
     {"2021-01-01~2021-01-03", "2021-02-11~2021-02-17", "2021-04-03~2021-04-05",
      "2021-05-01~2021-05-05", "2021-06-12~2021-06-14", "2021-09-19~2021-09-21",
      "2021-10-01~2021-10-07"},
     {"2021-02-07", "2021-02-20", "2021-04-25", "2021-05-08", "2021-09-18", "2021-09-26",
      "2021-10-09"}},
    {2022,
     249,
     {"2022-01-01~2022-01-03", "2022-01-31~2022-02-06", "2022-04-03~2022-04-05",
      "2022-04-30~2022-05-04", "2022-06-03~2022-06-05", "2022-09-10~2022-09-12",
      "2022-10-01~2022-10-07", "2022-12-31"},
     {"2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24", "2022-05-07", "2022-10-08",
      "2022-10-09"}},
    {2023,
     249,
     {"2023-01-01~2023-01-02", "2023-01-21~2023-01-27", "2023-04-05", "2023-04-29~2023-05-03",
      "2023-06-22~2023-06-24", "2023-09-29~2023-10-06"},
     {"2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07",
      "2023-10-08"}},
    {2024,
     251,
     {"2024-01-01", "2024-02-10~2024-02-17", "2024-04-04~2024-04-06", "2024-05-01~2024-05-05",
      "2024-06-10", "2024-09-15~2024-09-17", "2024-10-01~2024-10-07"},
     {"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
      "2024-09-29", "2024-10-12"}},
    {2025,
     248,
     {"2025-01-01", "2025-01-28~2025-02-04", "2025-04-04~2025-04-06", "2025-05-01~2025-05-05",
      "2025-05-31~2025-06-02", "2025-10-01~2025-10-08"},
     {"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"}},
    {2026,
     248,
     {"2026-01-01~2026-01-03", "2026-02-15~2026-02-23", "2026-04-04~2026-04-06",
      "2026-05-01~2026-05-05", "2026-06-19~2026-06-21", "2026-09-25~2026-09-27",
      "2026-10-01~2026-10-07"},
     {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}},
};
#define YEARS (sizeof published / sizeof published[0])

static void set_days(struct mou_calendar_year *year, const char *const ranges[10], bool rest)
{
    for (size_t i = 0; i < 10 && ranges[i] != NULL; i++) {
        char first[16];
        memcpy(first, ranges[i], 10);
        first[10] = '\0';
        const mou_date last = day_of(ranges[i] + (ranges[i][10] == '~' ? 11 : 0));
        for (mou_date day = day_of(first); day <= last; day++) {
            mou_calendar_year_set(year, day, rest);
        }
    }
}

static int setup(void **state)
{
    static struct mou_calendar_year years[YEARS];
    static struct mou_calendar calendar;
    for (size_t i = 0; i < YEARS; i++) {
        mou_calendar_year_init(&years[i], published[i].year);
        set_days(&years[i], published[i].off, true);
        set_days(&years[i], published[i].worked, false);
    }
    calendar = (struct mou_calendar){years, YEARS};
    *state = &calendar;
    return 0;
}

static void the_week_without_holidays(void **state)
{
    (void)state;
    for (int number = 1900; number <= 2199; number++) {
        struct mou_calendar_year year;
        mou_calendar_year_init(&year, number);
        const struct mou_calendar calendar = {&year, 1};
        mou_date day = MOU_DATE_NONE;
        assert_true(mou_date_from_civil((struct mou_civil){number, 1, 1}, &day));
        for (; day <= MOU_DATE_MAX && mou_date_to_civil(day).year == number; day++) {
            bool workday = false;
            assert_i64_equal(mou_calendar_is_workday(&calendar, day, &workday), MOU_FAULT_NONE);
            assert_i64_equal(workday, mou_date_weekday(day) <= 5);
        }
    }
}

static void working_days_of_each_year(void **state)
{
    for (size_t i = 0; i < YEARS; i++) {
        int count = 0;
        mou_date day = MOU_DATE_NONE;
        assert_true(mou_date_from_civil((struct mou_civil){published[i].year, 1, 1}, &day));
        for (; mou_date_to_civil(day).year == published[i].year; day++) {
            bool workday = false;
            assert_i64_equal(mou_calendar_is_workday(*state, day, &workday), MOU_FAULT_NONE);
            count += workday;
        }
        assert_i64_equal(count, published[i].working_days);
    }
}

static void dates_reached(void **state)
{
    static const struct {
        const char *from;
        int64_t n;
        const char *to;
    } rows[] = {
        {"2017-07-07", 7, "2017-07-18"},
        {"2018-02-09", 7, "2018-02-24"},
        {"2018-12-28", 7, "2019-01-09"},
        {"2020-01-20", 10, "2020-02-11"},
        {"2021-09-17", 7, "2021-09-28"},
        {"2023-09-26", 7, "2023-10-11"},
        {"2024-04-26", 3, "2024-04-30"},
        {"2025-04-30", 5, "2025-05-12"},
        {"2025-09-26", 7, "2025-10-13"},
        {"2026-02-13", 15, "2026-03-12"},
        {"2026-09-23", 7, "2026-10-10"},
        /* backwards, the first day not counted either */
        {"2017-07-18", -7, "2017-07-07"},
        {"2026-10-10", -7, "2026-09-23"},
        {"2025-10-09", -1, "2025-09-30"},
        /* from a day off */
        {"2025-10-03", 1, "2025-10-09"},
        {"2025-10-03", -1, "2025-09-30"},
        {"2025-10-03", 0, "2025-10-03"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_date date = MOU_DATE_NONE;
        assert_i64_equal(mou_calendar_add_workdays(*state, day_of(rows[i].from), rows[i].n, &date),
                         MOU_FAULT_NONE);
        assert_date_equal(date, rows[i].to);
    }
}

static void days_rolled_forward(void **state)
{
    static const char *const rows[][2] = {
        {"2025-10-01", "2025-10-09"}, {"2025-10-09", "2025-10-09"}, {"2025-10-11", "2025-10-11"},
        {"2025-10-12", "2025-10-13"}, {"2024-12-29", "2024-12-30"}, {"2022-12-31", "2023-01-03"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_date date = MOU_DATE_NONE;
        assert_i64_equal(mou_calendar_roll_forward(*state, day_of(rows[i][0]), &date),
                         MOU_FAULT_NONE);
        assert_date_equal(date, rows[i][1]);
    }
}

/**
 * Which years a count needs: from the year of the next day up to the year of the result, no other.
 */
static void years_that_are_needed(void **state)
{
    mou_date date = 77;
    bool workday = false;
    /* the last working day of 2026 is 12-31, a Thursday */
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2026-12-30"), 1, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2026-12-31");
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2026-12-31"), 0, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2026-12-31");
    date = 77;
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2026-12-31"), 1, &date),
                     MOU_FAULT_NO_CALENDAR);
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2026-12-01"), INT64_MAX, &date),
                     MOU_FAULT_NO_CALENDAR);
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2030-05-01"), 1, &date),
                     MOU_FAULT_NO_CALENDAR);
    assert_i64_equal(date, 77);
    /* the year of the first day itself is not needed when the next one begins */
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2016-12-31"), 1, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2017-01-03");
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2016-12-30"), 1, &date),
                     MOU_FAULT_NO_CALENDAR);
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2027-01-01"), -1, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2026-12-31");
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2027-01-02"), -1, &date),
                     MOU_FAULT_NO_CALENDAR);
    /* zero days are the day itself and need nothing */
    assert_i64_equal(mou_calendar_add_workdays(*state, day_of("2190-05-01"), 0, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2190-05-01");
    assert_i64_equal(mou_calendar_is_workday(*state, day_of("2027-01-01"), &workday),
                     MOU_FAULT_NO_CALENDAR);
    assert_i64_equal(mou_calendar_roll_forward(*state, day_of("2027-01-01"), &date),
                     MOU_FAULT_NO_CALENDAR);
    const struct mou_calendar nothing = {NULL, 0};
    assert_i64_equal(mou_calendar_add_workdays(&nothing, 0, 1, &date), MOU_FAULT_NO_CALENDAR);
}

static void a_gap_between_years(void **state)
{
    struct mou_calendar_year years[2];
    mou_date date = MOU_DATE_NONE;
    (void)state;
    mou_calendar_year_init(&years[0], 2020);
    mou_calendar_year_init(&years[1], 2022);
    const struct mou_calendar calendar = {years, 2};
    assert_i64_equal(mou_calendar_add_workdays(&calendar, day_of("2020-12-30"), 1, &date),
                     MOU_FAULT_NONE);
    assert_i64_equal(mou_calendar_add_workdays(&calendar, day_of("2020-12-30"), 2, &date),
                     MOU_FAULT_NO_CALENDAR);
    assert_i64_equal(mou_calendar_add_workdays(&calendar, day_of("2021-12-31"), 1, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2022-01-03");
}

static void the_ends_of_the_calendar_of_dates(void **state)
{
    struct mou_calendar_year years[2];
    mou_date date = MOU_DATE_NONE;
    (void)state;
    mou_calendar_year_init(&years[0], 1900);
    mou_calendar_year_init(&years[1], 2199);
    const struct mou_calendar calendar = {years, 2};
    assert_i64_equal(mou_calendar_add_workdays(&calendar, MOU_DATE_MAX, 1, &date),
                     MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_calendar_add_workdays(&calendar, MOU_DATE_MIN, -1, &date),
                     MOU_FAULT_DATE_RANGE);
    assert_i64_equal(mou_calendar_add_workdays(&calendar, MOU_DATE_MAX - 1, 1, &date),
                     MOU_FAULT_NONE);
    assert_date_equal(date, "2199-12-31"); /* a Tuesday */
    mou_calendar_year_set(&years[1], MOU_DATE_MAX, true);
    assert_i64_equal(mou_calendar_roll_forward(&calendar, MOU_DATE_MAX, &date),
                     MOU_FAULT_DATE_RANGE);
}

static void days_of_other_years_change_nothing(void **state)
{
    struct mou_calendar_year year;
    (void)state;
    mou_calendar_year_init(&year, 2023);
    const struct mou_calendar_year before = year;
    mou_calendar_year_set(&year, day_of("2022-12-31"), false);
    mou_calendar_year_set(&year, day_of("2024-01-01"), true);
    mou_calendar_year_set(&year, day_of("1900-01-01"), true);
    assert_memory_equal(&year, &before, sizeof year);
}

/** Every start and distance within the ten years, against counting day by day. */
static void every_count_by_a_naive_walk(void **state)
{
    const struct mou_calendar *calendar = *state;
    for (mou_date from = day_of("2017-06-01"); from <= day_of("2026-06-01"); from++) {
        mou_date day = from;
        for (int64_t n = 1; n <= 60; n++) {
            bool workday = false;
            while (!workday) {
                assert_i64_equal(mou_calendar_is_workday(calendar, ++day, &workday),
                                 MOU_FAULT_NONE);
            }
            if (n % 10 == from % 10 || n < 3) {
                mou_date got = MOU_DATE_NONE;
                assert_i64_equal(mou_calendar_add_workdays(calendar, from, n, &got),
                                 MOU_FAULT_NONE);
                assert_i64_equal(got, day);
            }
        }
    }
}

#define CASE(name) cmocka_unit_test_setup(name, setup)
static const struct CMUnitTest tests[] = {
    CASE(the_week_without_holidays),
    CASE(working_days_of_each_year),
    CASE(dates_reached),
    CASE(days_rolled_forward),
    CASE(years_that_are_needed),
    CASE(a_gap_between_years),
    CASE(the_ends_of_the_calendar_of_dates),
    CASE(days_of_other_years_change_nothing),
    CASE(every_count_by_a_naive_walk),
};

MOU_TEST_MAIN(tests)
