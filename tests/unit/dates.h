/*
 * Dates in tests, written as people write them.
 */
#ifndef MOU_TESTS_DATES_H
#define MOU_TESTS_DATES_H

#include "mou_test.h"

/** A day that must exist. */
static inline mou_date day_of(const char *text)
{
    mou_date date = MOU_DATE_NONE;
    if (!mou_date_parse(mou_text_of(text), &date)) {
        fail_msg("%s is no date", text);
    }
    return date;
}

/** The day `got` is `wanted`, both shown as people write them. */
static inline void assert_date_equal(mou_date got, const char *wanted)
{
    if (got != day_of(wanted)) {
        const struct mou_civil civil = mou_date_to_civil(got);
        fail_msg("got %d-%02d-%02d, wanted %s", civil.year, civil.month, civil.day, wanted);
    }
}

#endif
