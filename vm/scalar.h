/*
 * The operations on known values, one cell at a time: the definitions that the value kernels map over columns
 * and that the evaluation for another day applies to single rows. Dates are checked here: a register may hold
 * any number, and a number outside the calendar's range is a fault, never an index.
 */
#ifndef MOU_VM_SCALAR_H
#define MOU_VM_SCALAR_H

#include "kernels.h"

static inline struct mou_scalar_result mou_scalar_known(int64_t value)
{
    return (struct mou_scalar_result){value, MOU_FAULT_NONE};
}

static inline struct mou_scalar_result mou_scalar_failed(enum mou_fault fault)
{
    return (struct mou_scalar_result){0, fault};
}

static inline bool mou_scalar_is_date(int64_t value)
{
    return value >= MOU_DATE_MIN && value <= MOU_DATE_MAX;
}

/* The result of a date function, whose fault counts. */
static inline struct mou_scalar_result mou_scalar_of_date(enum mou_fault fault, mou_date date)
{
    return fault == MOU_FAULT_NONE ? mou_scalar_known(date) : mou_scalar_failed(fault);
}

static inline struct mou_scalar_result mou_scalar_add(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? mou_scalar_failed(MOU_FAULT_OVERFLOW) : mou_scalar_known(sum);
}

static inline struct mou_scalar_result mou_scalar_sub(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    int64_t difference = 0;
    return __builtin_sub_overflow(a, b, &difference) ? mou_scalar_failed(MOU_FAULT_OVERFLOW)
                                                     : mou_scalar_known(difference);
}

static inline struct mou_scalar_result mou_scalar_mul(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    int64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? mou_scalar_failed(MOU_FAULT_OVERFLOW) : mou_scalar_known(product);
}

static inline struct mou_scalar_result mou_scalar_negate(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)b;
    return mou_scalar_sub(machine, 0, a);
}

static inline struct mou_scalar_result mou_scalar_min(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    return mou_scalar_known(a < b ? a : b);
}

static inline struct mou_scalar_result mou_scalar_max(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    return mou_scalar_known(a > b ? a : b);
}

static inline struct mou_scalar_result mou_scalar_add_months(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    mou_date date = 0;
    if (!mou_scalar_is_date(a)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    const enum mou_fault fault = mou_date_add_months((mou_date)a, b, &date);
    return mou_scalar_of_date(fault, date);
}

static inline struct mou_scalar_result mou_scalar_add_days(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    int64_t sum = 0;
    if (!mou_scalar_is_date(a) || __builtin_add_overflow(a, b, &sum) || !mou_scalar_is_date(sum)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    return mou_scalar_known(sum);
}

static inline struct mou_scalar_result mou_scalar_add_workdays(const struct mou_machine *machine, int64_t a, int64_t b)
{
    mou_date date = 0;
    if (!mou_scalar_is_date(a)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    const enum mou_fault fault = mou_calendar_add_workdays(&machine->calendar, (mou_date)a, b, &date);
    return mou_scalar_of_date(fault, date);
}

static inline struct mou_scalar_result mou_scalar_year(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    (void)b;
    return mou_scalar_is_date(a) ? mou_scalar_known(mou_date_to_civil((mou_date)a).year)
                                 : mou_scalar_failed(MOU_FAULT_DATE_RANGE);
}

static inline struct mou_scalar_result mou_scalar_month_start(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    (void)b;
    mou_date date = 0;
    if (!mou_scalar_is_date(a)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    const enum mou_fault fault = mou_date_month_start((mou_date)a, &date);
    return mou_scalar_of_date(fault, date);
}

static inline struct mou_scalar_result mou_scalar_next_month_day(const struct mou_machine *machine, int64_t a,
                                                                 int64_t b)
{
    (void)machine;
    mou_date date = 0;
    if (!mou_scalar_is_date(a)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    const enum mou_fault fault = mou_date_next_month_day((mou_date)a, b, &date);
    return mou_scalar_of_date(fault, date);
}

static inline struct mou_scalar_result mou_scalar_roll_forward(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)b;
    mou_date date = 0;
    if (!mou_scalar_is_date(a)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    const enum mou_fault fault = mou_calendar_roll_forward(&machine->calendar, (mou_date)a, &date);
    return mou_scalar_of_date(fault, date);
}

static inline struct mou_scalar_result mou_scalar_first_workday(const struct mou_machine *machine, int64_t a, int64_t b)
{
    const struct mou_scalar_result start = mou_scalar_month_start(machine, a, b);
    return start.fault == MOU_FAULT_NONE ? mou_scalar_roll_forward(machine, start.value, b) : start;
}

static inline struct mou_scalar_result mou_scalar_age(const struct mou_machine *machine, int64_t a, int64_t b)
{
    (void)machine;
    if (!mou_scalar_is_date(a) || !mou_scalar_is_date(b)) {
        return mou_scalar_failed(MOU_FAULT_DATE_RANGE);
    }
    return mou_scalar_known(mou_date_age((mou_date)a, (mou_date)b));
}

#endif
