/*
 * Civil dates of the proleptic Gregorian calendar, 1900 to 2199, as days since 1900-01-01; the
 * month-end rule of Civil Code art. 202. Knows no clock, no time zone, no locale, no holidays. What
 * would leave the range is a fault, never a wrong day.
 */
#include <assert.h>

#include "civil.h"

#define DAYS_TO_1900 693901 /* from 0000-03-01 to 1900-01-01 */
#define DAYS_PER_ERA 146097 /* of 400 years */
#define MONTHS_MAX   ((int64_t)12 * (MOU_YEAR_MAX - MOU_YEAR_MIN + 1))

/** Days from 0000-03-01: with the leap day at a year's end, months have one pattern. */
static int32_t days_from_march(int year, int month, int day)
{
    year -= month <= 2;
    const int32_t era = year / 400;
    const int32_t year_of_era = year - era * 400;
    const int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_of_year;
}

bool mou_civil_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

mou_date mou_civil_year_begin(int year)
{
    assert(year >= MOU_YEAR_MIN && year <= MOU_YEAR_MAX);
    return days_from_march(year, 1, 1) - DAYS_TO_1900;
}

int mou_civil_month_length(int year, int month)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return lengths[month - 1] + (month == 2 && mou_civil_leap(year));
}

static bool in_range(mou_date date)
{
    return date >= MOU_DATE_MIN && date <= MOU_DATE_MAX;
}

bool mou_date_from_civil(struct mou_civil civil, mou_date *out)
{
    assert(out != NULL);
    if (civil.year < MOU_YEAR_MIN || civil.year > MOU_YEAR_MAX || civil.month < 1 ||
        civil.month > 12 || civil.day < 1 ||
        civil.day > mou_civil_month_length(civil.year, civil.month)) {
        return false;
    }
    *out = days_from_march(civil.year, civil.month, civil.day) - DAYS_TO_1900;
    assert(in_range(*out));
    return true;
}

/**
 * Centuries, years and months by multiplication and shift, after Neri and Schneider, Euclidean affine functions and their application to calendar algorithms (2023):
 * years begin in March, months are numbered 3 to 14.
 */
struct mou_civil mou_date_to_civil(mou_date date)
{
    assert(in_range(date));
    const uint32_t quarters = 4 * ((uint32_t)date + DAYS_TO_1900) + 3;
    const uint32_t century = quarters / DAYS_PER_ERA;
    const uint32_t century_quarters = quarters % DAYS_PER_ERA | 3;
    const uint64_t years = UINT64_C(2939745) * century_quarters; /* 2^32 to a year of 365.25 days */
    const uint32_t day_of_year = (uint32_t)years / 2939745 / 4;
    const uint32_t months = 2141 * day_of_year + 197913; /* 2^16 to a month of 30.6 days */
    const bool next_year = day_of_year >= 306;           /* January, February */
    return (struct mou_civil){
        .year = (int)(100 * century + (uint32_t)(years >> 32)) + next_year,
        .month = (int)(months >> 16) - (next_year ? 12 : 0),
        .day = (int)((months & 0xffff) / 2141) + 1,
    };
}

int mou_date_weekday(mou_date date)
{
    assert(in_range(date));
    return date % 7 + 1; /* 1900-01-01 was a Monday */
}

enum mou_fault mou_date_add_days(mou_date date, int64_t days, mou_date *out)
{
    assert(in_range(date) && out != NULL);
    if (days > MOU_DATE_MAX || days < -MOU_DATE_MAX) {
        return MOU_FAULT_DATE_RANGE;
    }
    const mou_date sum = date + (mou_date)days;
    if (!in_range(sum)) {
        return MOU_FAULT_DATE_RANGE;
    }
    *out = sum;
    return MOU_FAULT_NONE;
}

/** Day `day` of a month, or the month's last where it is shorter. */
static enum mou_fault day_of_month(int year, int month, int64_t day, mou_date *out)
{
    if (year < MOU_YEAR_MIN || year > MOU_YEAR_MAX) {
        return MOU_FAULT_DATE_RANGE;
    }
    const int last = mou_civil_month_length(year, month);
    const struct mou_civil civil = {year, month, day > last ? last : (int)day};
    return mou_date_from_civil(civil, out) ? MOU_FAULT_NONE : MOU_FAULT_DATE_RANGE;
}

enum mou_fault mou_date_add_months(mou_date date, int64_t months, mou_date *out)
{
    if (months > MONTHS_MAX || months < -MONTHS_MAX) {
        return MOU_FAULT_DATE_RANGE;
    }
    const struct mou_civil civil = mou_date_to_civil(date);
    const int total = civil.year * 12 + civil.month - 1 + (int)months;
    assert(total > 0);
    return day_of_month(total / 12, total % 12 + 1, civil.day, out);
}

enum mou_fault mou_date_month_start(mou_date date, mou_date *out)
{
    assert(out != NULL);
    *out = date - mou_date_to_civil(date).day + 1;
    return MOU_FAULT_NONE;
}

enum mou_fault mou_date_next_month_day(mou_date date, int64_t day, mou_date *out)
{
    const struct mou_civil civil = mou_date_to_civil(date);
    if (day < 1) {
        return MOU_FAULT_DATE_RANGE;
    }
    return day_of_month(civil.year + civil.month / 12, civil.month % 12 + 1, day, out);
}

int64_t mou_date_age(mou_date birth, mou_date today)
{
    if (birth > today) {
        return -1;
    }
    const struct mou_civil from = mou_date_to_civil(birth);
    const struct mou_civil to = mou_date_to_civil(today);
    const int last = mou_civil_month_length(to.year, from.month);
    const int day = from.day > last ? last : from.day; /* the anniversary of 29 February */
    const bool reached = to.month > from.month || (to.month == from.month && to.day >= day);
    return to.year - from.year - (reached ? 0 : 1);
}
