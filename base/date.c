/*
 * Civil dates of the proleptic Gregorian calendar, 1900 to 2199, as days since 1900-01-01; the month-end rule of Civil Code art. 202; working
 * days by the official calendar, the first day not counted (art. 201). Knows no clock, no time zone, no locale.
 */
#include <assert.h>

#include "mou/base.h"

#define DAYS_TO_1900 693901 /* from 0000-03-01 to 1900-01-01 */

/** Days from 0000-03-01, by the usual era arithmetic. */
static int64_t days_from_march(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && leap(year));
}

bool mou_date_from_civil(struct mou_civil civil, mou_date *out)
{
    if (civil.year < 1900 || civil.year > 2199 || civil.month < 1 || civil.month > 12 || civil.day < 1 ||
        civil.day > month_length(civil.year, civil.month)) {
        return false;
    }
    *out = (mou_date)(days_from_march(civil.year, civil.month, civil.day) - DAYS_TO_1900);
    return true;
}

struct mou_civil mou_date_to_civil(mou_date date)
{
    int64_t days = (int64_t)date + DAYS_TO_1900;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    return (struct mou_civil){(int)(year_of_era + era * 400 + (month <= 2)), month, (int)(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

int mou_date_weekday(mou_date date)
{
    return (int)(((int64_t)date % 7 + 7) % 7) + 1; /* 1900-01-01 was a Monday */
}

enum mou_fault mou_date_add_days(mou_date date, int64_t days, mou_date *out)
{
    if (days > MOU_DATE_MAX || days < -(int64_t)MOU_DATE_MAX) {
        return MOU_FAULT_DATE_RANGE;
    }
    int64_t sum = (int64_t)date + days;
    if (sum < MOU_DATE_MIN || sum > MOU_DATE_MAX) {
        return MOU_FAULT_DATE_RANGE;
    }
    *out = (mou_date)sum;
    return MOU_FAULT_NONE;
}

enum mou_fault mou_date_add_months(mou_date date, int64_t months, mou_date *out)
{
    if (months > 12 * 300 || months < -12 * 300) {
        return MOU_FAULT_DATE_RANGE;
    }
    struct mou_civil civil = mou_date_to_civil(date);
    int total = civil.year * 12 + civil.month - 1 + (int)months;
    struct mou_civil moved = {total / 12, total % 12 + 1, civil.day};
    if (moved.year < 1900 || moved.year > 2199) {
        return MOU_FAULT_DATE_RANGE;
    }
    int last = month_length(moved.year, moved.month);
    moved.day = moved.day > last ? last : moved.day;
    return mou_date_from_civil(moved, out) ? MOU_FAULT_NONE : MOU_FAULT_DATE_RANGE;
}

enum mou_fault mou_date_month_start(mou_date date, mou_date *out)
{
    *out = date - mou_date_to_civil(date).day + 1;
    return MOU_FAULT_NONE;
}

enum mou_fault mou_date_next_month_day(mou_date date, int64_t day, mou_date *out)
{
    struct mou_civil civil = mou_date_to_civil(date);
    civil.year += civil.month == 12;
    civil.month = civil.month == 12 ? 1 : civil.month + 1;
    if (day < 1 || civil.year > 2199) {
        return MOU_FAULT_DATE_RANGE;
    }
    int last = month_length(civil.year, civil.month);
    civil.day = day > last ? last : (int)day;
    return mou_date_from_civil(civil, out) ? MOU_FAULT_NONE : MOU_FAULT_DATE_RANGE;
}

int64_t mou_date_age(mou_date birth, mou_date today)
{
    if (birth > today) {
        return -1;
    }
    struct mou_civil from = mou_date_to_civil(birth);
    struct mou_civil to = mou_date_to_civil(today);
    int last = month_length(to.year, from.month);
    int day = from.day > last ? last : from.day; /* the anniversary of 29 February */
    bool reached = to.month > from.month || (to.month == from.month && to.day >= day);
    return to.year - from.year - !reached;
}

/* ------------------------------------------------------------------ text */

/** Where a date is being read. */
struct date_reader {
    const char *at;
    const char *end;
};

static bool read_number(struct date_reader *reader, int digits_max, int *number)
{
    int digits = 0;
    *number = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' && digits < digits_max) {
        *number = *number * 10 + (*reader->at++ - '0');
        digits++;
    }
    return digits > 0;
}

static bool read_word(struct date_reader *reader, struct mou_text word)
{
    if ((size_t)(reader->end - reader->at) < word.len) {
        return false;
    }
    struct mou_text found = {reader->at, word.len};
    if (!mou_text_equal(found, word)) {
        return false;
    }
    reader->at += word.len;
    return true;
}

static void skip_spaces(struct date_reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t')) {
        reader->at++;
    }
}

/** One of the three separators of a date, the same kind for the whole date. */
static bool read_separated(struct date_reader *reader, struct mou_civil *civil)
{
    if (read_word(reader, MOU_TEXT("年"))) {
        skip_spaces(reader);
        bool month = read_number(reader, 2, &civil->month) && read_word(reader, MOU_TEXT("月"));
        skip_spaces(reader);
        return month && read_number(reader, 2, &civil->day) && read_word(reader, MOU_TEXT("日"));
    }
    struct mou_text separator = {reader->at, 1};
    if (reader->at >= reader->end || (*separator.bytes != '-' && *separator.bytes != '/' && *separator.bytes != '.')) {
        return false;
    }
    reader->at++;
    return read_number(reader, 2, &civil->month) && read_word(reader, separator) && read_number(reader, 2, &civil->day);
}

bool mou_date_parse(struct mou_text text, mou_date *out)
{
    struct date_reader reader = {text.bytes, text.bytes + text.len};
    struct mou_civil civil = {0, 0, 0};
    skip_spaces(&reader);
    const char *begin = reader.at;
    if (!read_number(&reader, 4, &civil.year) || reader.at - begin != 4) {
        return false;
    }
    if (reader.end - reader.at >= 4 && *reader.at >= '0' && *reader.at <= '9') {
        int month_day = 0;
        begin = reader.at;
        if (!read_number(&reader, 4, &month_day) || reader.at - begin != 4) {
            return false;
        }
        civil.month = month_day / 100;
        civil.day = month_day % 100;
    } else if (!read_separated(&reader, &civil)) {
        return false;
    }
    skip_spaces(&reader);
    return reader.at == reader.end && mou_date_from_civil(civil, out);
}

void mou_date_format(mou_date date, struct mou_buf *out)
{
    struct mou_civil civil = mou_date_to_civil(date);
    const char text[10] = {(char)('0' + civil.year / 1000), (char)('0' + civil.year / 100 % 10), (char)('0' + civil.year / 10 % 10),
                           (char)('0' + civil.year % 10),   '-',                                 (char)('0' + civil.month / 10),
                           (char)('0' + civil.month % 10),  '-',                                 (char)('0' + civil.day / 10),
                           (char)('0' + civil.day % 10)};
    mou_buf_append(out, text, sizeof text);
}

/* ------------------------------------------------------------------ working days */

static mou_date first_day(int year)
{
    return (mou_date)(days_from_march(year, 1, 1) - DAYS_TO_1900);
}

static bool rest_bit(const struct mou_calendar_year *year, unsigned day)
{
    return year->rest[day / 32] >> day % 32 & 1u;
}

void mou_calendar_year_init(struct mou_calendar_year *calendar_year, int year)
{
    *calendar_year = (struct mou_calendar_year){.year = year};
    mou_date start = first_day(year);
    for (int day = 0; day < 365 + leap(year); day++) {
        if (mou_date_weekday(start + day) >= 6) {
            calendar_year->rest[day / 32] |= 1u << day % 32;
        }
    }
}

void mou_calendar_year_set(struct mou_calendar_year *calendar_year, mou_date date, bool rest)
{
    int day = date - first_day(calendar_year->year);
    assert(day >= 0 && day < 366);
    uint32_t bit = 1u << day % 32;
    calendar_year->rest[day / 32] = rest ? calendar_year->rest[day / 32] | bit : calendar_year->rest[day / 32] & ~bit;
}

enum mou_fault mou_calendar_is_workday(const struct mou_calendar *calendar, mou_date date, bool *out)
{
    int year = mou_date_to_civil(date).year;
    size_t low = 0;
    size_t high = calendar->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->years[middle].year < year) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low >= calendar->count || calendar->years[low].year != year) {
        return MOU_FAULT_NO_CALENDAR;
    }
    *out = !rest_bit(&calendar->years[low], (unsigned)(date - first_day(year)));
    return MOU_FAULT_NONE;
}

enum mou_fault mou_calendar_add_workdays(const struct mou_calendar *calendar, mou_date date, int64_t n, mou_date *out)
{
    int step = n < 0 ? -1 : 1;
    mou_date day = date;
    while (n != 0) {
        bool workday = false;
        enum mou_fault fault = mou_date_add_days(day, step, &day);
        if (fault == MOU_FAULT_NONE) {
            fault = mou_calendar_is_workday(calendar, day, &workday);
        }
        if (fault != MOU_FAULT_NONE) {
            return fault;
        }
        n -= workday ? step : 0;
    }
    *out = day;
    return MOU_FAULT_NONE;
}

enum mou_fault mou_calendar_roll_forward(const struct mou_calendar *calendar, mou_date date, mou_date *out)
{
    bool workday = false;
    mou_date day = date;
    for (;;) {
        enum mou_fault fault = mou_calendar_is_workday(calendar, day, &workday);
        if (fault != MOU_FAULT_NONE) {
            return fault;
        }
        if (workday) {
            *out = day;
            return MOU_FAULT_NONE;
        }
        fault = mou_date_add_days(day, 1, &day);
        if (fault != MOU_FAULT_NONE) {
            return fault;
        }
    }
}
