/*
 * Working days by the official calendar. A year without calendar is a fault, never a guess from
 * weekdays: make-up days are only known when they have been published. The first day is not counted
 * (Civil Code art. 201).
 */
#include <assert.h>

#include "civil.h"

#define BITS 32

static int year_length(int year)
{
    return mou_civil_leap(year) ? 366 : 365;
}

static bool rest_bit(const struct mou_calendar_year *year, int day)
{
    assert(day >= 0 && day < 366);
    return (year->rest[day / BITS] >> (day % BITS) & 1u) != 0;
}

static void put_rest_bit(struct mou_calendar_year *year, int day, bool rest)
{
    const uint32_t bit = (uint32_t)1 << (day % BITS);
    year->rest[day / BITS] = rest ? year->rest[day / BITS] | bit : year->rest[day / BITS] & ~bit;
}

void mou_calendar_year_init(struct mou_calendar_year *calendar_year, int year)
{
    assert(calendar_year != NULL);
    *calendar_year = (struct mou_calendar_year){.year = year};
    const mou_date begin = mou_civil_year_begin(year);
    for (int day = 0; day < year_length(year); day++) {
        put_rest_bit(calendar_year, day, mou_date_weekday(begin + day) >= 6);
    }
}

void mou_calendar_year_set(struct mou_calendar_year *calendar_year, mou_date date, bool rest)
{
    assert(calendar_year != NULL);
    const int day = date - mou_civil_year_begin(calendar_year->year);
    if (day >= 0 && day < year_length(calendar_year->year)) {
        put_rest_bit(calendar_year, day, rest);
    }
}

/** The year's calendar, NULL if there is none. */
static const struct mou_calendar_year *find_year(const struct mou_calendar *calendar, int year)
{
    size_t low = 0;
    size_t high = calendar->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (calendar->years[middle].year < year) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < calendar->count && calendar->years[low].year == year ? &calendar->years[low]
                                                                      : NULL;
}

/** A day walked over, with its year at hand, so that only a change of year needs a search. */
struct walker {
    const struct mou_calendar *calendar;
    const struct mou_calendar_year *year; /**< NULL ahead of the first day */
    mou_date begin;                       /**< of that year */
    int days;
};

static enum mou_fault walk_to(struct walker *walker, mou_date date, bool *workday)
{
    if (walker->year == NULL || date < walker->begin || date >= walker->begin + walker->days) {
        const int year = mou_date_to_civil(date).year;
        walker->year = find_year(walker->calendar, year);
        walker->begin = mou_civil_year_begin(year);
        walker->days = year_length(year);
    }
    if (walker->year == NULL) {
        return MOU_FAULT_NO_CALENDAR;
    }
    *workday = !rest_bit(walker->year, date - walker->begin);
    return MOU_FAULT_NONE;
}

enum mou_fault mou_calendar_is_workday(const struct mou_calendar *calendar, mou_date date,
                                       bool *out)
{
    assert(calendar != NULL && out != NULL);
    struct walker walker = {.calendar = calendar};
    return walk_to(&walker, date, out);
}

enum mou_fault mou_calendar_add_workdays(const struct mou_calendar *calendar, mou_date date,
                                         int64_t n, mou_date *out)
{
    const int step = n < 0 ? -1 : 1;
    struct walker walker = {.calendar = calendar};
    mou_date day = date;
    assert(calendar != NULL && out != NULL);
    while (n != 0) { /* ends at the latest where the calendar of dates ends */
        bool workday = false;
        enum mou_fault fault = mou_date_add_days(day, step, &day);
        if (fault == MOU_FAULT_NONE) {
            fault = walk_to(&walker, day, &workday);
        }
        if (fault != MOU_FAULT_NONE) {
            return fault;
        }
        n -= workday ? step : 0;
    }
    *out = day;
    return MOU_FAULT_NONE;
}

enum mou_fault mou_calendar_roll_forward(const struct mou_calendar *calendar, mou_date date,
                                         mou_date *out)
{
    struct walker walker = {.calendar = calendar};
    mou_date day = date;
    assert(calendar != NULL && out != NULL);
    for (;;) {
        bool workday = false;
        enum mou_fault fault = walk_to(&walker, day, &workday);
        if (fault == MOU_FAULT_NONE && workday) {
            *out = day;
            return MOU_FAULT_NONE;
        }
        if (fault == MOU_FAULT_NONE) {
            fault = mou_date_add_days(day, 1, &day);
        }
        if (fault != MOU_FAULT_NONE) {
            return fault;
        }
    }
}
