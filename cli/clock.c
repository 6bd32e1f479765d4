/*
 * The one place that reads a clock. The calendar day is that of China (UTC+8) whatever the machine's time zone.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store_commands.h"

#define MILLISECONDS_PER_DAY ((int64_t)86400000)
#define CHINA_OFFSET ((int64_t)8 * 3600 * 1000)
#define DAYS_1900_TO_1970 25567

mou_time mou_clock_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return 0;
    }
    return (mou_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t mou_clock_nanoseconds(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

mou_date mou_clock_day(mou_time time)
{
    return (mou_date)((time + CHINA_OFFSET) / MILLISECONDS_PER_DAY + DAYS_1900_TO_1970);
}

mou_time mou_clock_day_end(mou_date day)
{
    return ((int64_t)day - DAYS_1900_TO_1970 + 1) * MILLISECONDS_PER_DAY - CHINA_OFFSET - 1;
}

mou_date mou_clock_today(void)
{
    return mou_clock_day(mou_clock_now());
}

/** "T12:30" or "T12:30:15" behind the date, as milliseconds of the day. */
static bool parse_time_of_day(const char *text, int64_t *milliseconds)
{
    int values[3] = {0, 0, 0};
    const char *at = text;
    for (int i = 0; i < 3 && (i < 2 || *at == ':'); i++) {
        at += i > 0 && *at == ':';
        if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9') {
            return false;
        }
        values[i] = (at[0] - '0') * 10 + (at[1] - '0');
        at += 2;
    }
    *milliseconds = ((int64_t)values[0] * 3600 + values[1] * 60 + values[2]) * 1000;
    return *at == '\0' && values[0] < 24 && values[1] < 60 && values[2] < 60;
}

bool mou_option_time(const struct mou_cli *cli, const char *name, mou_time otherwise, mou_time *result)
{
    const char *value = mou_option_value(cli, name, NULL);
    *result = otherwise;
    if (value == NULL) {
        return true;
    }
    size_t date_len = strcspn(value, "T");
    mou_date date = 0;
    int64_t of_day = MILLISECONDS_PER_DAY - 1; /* a day alone means its end */
    bool fits = mou_date_parse((struct mou_text){value, date_len}, &date) && (value[date_len] == '\0' || parse_time_of_day(value + date_len + 1, &of_day));
    if (!fits) {
        mou_complain(cli, mou_say(cli, "--%s 的“%s”应写成 2024-05-01 或 2024-05-01T12:30:00", "--%s: write “%s” as 2024-05-01 or 2024-05-01T12:30:00"), name, value);
        return false;
    }
    *result = ((int64_t)date - DAYS_1900_TO_1970) * MILLISECONDS_PER_DAY - CHINA_OFFSET + of_day;
    return true;
}
