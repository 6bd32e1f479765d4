/*
 * On which day a single time comparison changes its truth. The common shapes have a closed form;
 * the others are bisected, since by the language today moves each operand one way. Faults are
 * unknown and count as a change. Reads registers only. Called by next.c.
 */
#include <assert.h>

#include "next.h"
#include "opcodes.h"

/* ------------------------------------------------------------------ shapes */

static bool counts_workdays(uint32_t opcode)
{
    return opcode == MOU_OP_CODE_DATE_ADD_WORKDAYS || opcode == MOU_OP_CODE_ROLL_FORWARD ||
           opcode == MOU_OP_CODE_FIRST_WORKDAY;
}

bool mou_time_counts_workdays(const struct mou_machine *machine, const uint8_t *counting,
                              uint32_t index)
{
    assert(machine != NULL && counting != NULL && index < machine->pack->instructions_count);
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    bool counts = counts_workdays(in->opcode);
    if (machine->follows_today[index] == 0) {
        return false;
    }
    uint32_t operand = mou_instruction_reads(machine->pack, in, 0);
    for (uint32_t n = 1; !counts && operand != MOU_PACK_NONE; n++) {
        counts = counting[operand] != 0;
        operand = mou_instruction_reads(machine->pack, in, n);
    }
    return counts;
}

static int64_t mirrored(int64_t compare)
{
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_LT:
        return MOU_COMPARE_GT;
    case MOU_COMPARE_LE:
        return MOU_COMPARE_GE;
    case MOU_COMPARE_GT:
        return MOU_COMPARE_LT;
    case MOU_COMPARE_GE:
        return MOU_COMPARE_LE;
    case MOU_COMPARE_EQ:
    case MOU_COMPARE_NE:
    case MOU_COMPARE_COUNT:
        break;
    }
    return compare;
}

/* The shape of the side that follows today, where the other does not. */
static enum mou_time_shape side_shape(const struct mou_machine *machine, uint32_t side,
                                      uint32_t *operand)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[side];
    if (in->opcode == MOU_OP_CODE_TODAY) {
        return MOU_TIME_PLAIN;
    }
    if (in->opcode == MOU_OP_CODE_DATE_ADD_MONTHS && machine->follows_today[in->b] == 0 &&
        machine->pack->instructions[in->a].opcode == MOU_OP_CODE_TODAY) {
        *operand = in->b;
        return MOU_TIME_SHIFTED;
    }
    if (in->opcode == MOU_OP_CODE_AGE && machine->follows_today[in->a] == 0 &&
        machine->pack->instructions[in->b].opcode == MOU_OP_CODE_TODAY) {
        *operand = in->a;
        return MOU_TIME_AGE;
    }
    return MOU_TIME_OTHER;
}

static bool is_comparison(uint32_t opcode)
{
    return opcode == MOU_OP_CODE_COMPARE || opcode == MOU_OP_CODE_COMPARE_RANGE ||
           opcode == MOU_OP_CODE_COMPARE_FRACTION;
}

struct mou_time_comparison mou_time_comparison_of(const struct mou_machine *machine,
                                                  const uint8_t *counting, uint32_t instruction)
{
    assert(machine != NULL && counting != NULL && instruction < machine->pack->instructions_count);
    const struct mou_pack_instruction *in = &machine->pack->instructions[instruction];
    struct mou_time_comparison comparison = {MOU_TIME_NONE, instruction, in->imm, in->b,
                                             MOU_PACK_NONE};
    if (!is_comparison(in->opcode)) {
        return comparison;
    }
    const bool left = machine->follows_today[in->a] != 0;
    const bool right = machine->follows_today[in->b] != 0;
    if (!left && !right) {
        return comparison;
    }
    comparison.shape = MOU_TIME_OTHER;
    if (in->opcode == MOU_OP_CODE_COMPARE && left != right) {
        comparison.shape = side_shape(machine, left ? in->a : in->b, &comparison.operand);
        comparison.against = left ? in->b : in->a;
        comparison.compare = left ? in->imm : mirrored(in->imm);
    }
    if (comparison.shape == MOU_TIME_OTHER && (counting[in->a] != 0 || counting[in->b] != 0)) {
        comparison.shape = MOU_TIME_CALENDAR;
    }
    return comparison;
}

/* ------------------------------------------------------------------ closed forms */

/*
 * A side that rises with the days reaches the other side's value on `reached` and passes it on
 * `passed` (either may never come): the next of the two after today that matters to the comparison.
 */
static mou_date threshold(int64_t compare, mou_date today, int64_t reached, int64_t passed)
{
    const mou_date at = mou_next_after(reached, today);
    const mou_date behind = mou_next_after(passed, today);
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_LT:
    case MOU_COMPARE_GE:
        return at;
    case MOU_COMPARE_LE:
    case MOU_COMPARE_GT:
        return behind;
    case MOU_COMPARE_EQ:
    case MOU_COMPARE_NE:
        return at == behind ? MOU_NEXT_NEVER : mou_next_least(at, behind);
    case MOU_COMPARE_COUNT:
        break;
    }
    return MOU_NEXT_NEVER;
}

/* The first day whose shift by `months` is on or after `date`; beyond the calendar where there is
 * none. */
static int64_t first_shifted(int64_t months, int64_t date)
{
    mou_date guess = 0;
    if (date > MOU_DATE_MAX) {
        return MOU_NEXT_NEVER;
    }
    if (date < MOU_DATE_MIN ||
        mou_date_add_months((mou_date)date, -months, &guess) != MOU_FAULT_NONE) {
        if (date < MOU_DATE_MIN || months > 0) {
            guess = MOU_DATE_MIN;
        } else {
            guess = MOU_DATE_MAX - 8; /* near the end of the calendar, or behind it */
        }
    }
    /* month ends: the shift back may miss the day by up to three either way */
    mou_date day = guess - 4 < MOU_DATE_MIN ? MOU_DATE_MIN : guess - 4;
    for (; day <= MOU_DATE_MAX; day++) {
        mou_date shifted = 0;
        if (mou_date_add_months(day, months, &shifted) != MOU_FAULT_NONE) {
            if (months > 0) {
                return day; /* beyond the calendar: the comparison becomes unknown here */
            }
            continue;
        }
        if (shifted >= date) {
            return day;
        }
    }
    return MOU_NEXT_NEVER;
}

/* The first day after today on which today plus months leaves the calendar. */
static mou_date first_beyond(int64_t months, mou_date today)
{
    mou_date last = 0;
    if (months <= 0) {
        return MOU_NEXT_NEVER;
    }
    if (mou_date_add_months(MOU_DATE_MAX, -months, &last) != MOU_FAULT_NONE) {
        return MOU_NEXT_NEVER; /* it lies beyond on every day */
    }
    mou_date shifted = 0;
    for (last = last - 4 < MOU_DATE_MIN ? MOU_DATE_MIN : last - 4; last <= MOU_DATE_MAX; last++) {
        if (mou_date_add_months(last, months, &shifted) != MOU_FAULT_NONE) {
            return mou_next_after(last, today);
        }
    }
    return MOU_NEXT_NEVER;
}

/* The first day on which someone born on `birth` is `age` years old; beyond the calendar where
 * there is none. */
static int64_t first_aged(mou_date birth, int64_t age)
{
    mou_date day = birth;
    if (age < 0) {
        return MOU_DATE_MIN; /* everyone is, also before birth */
    }
    if (age > 400 || mou_date_add_months(birth, age * 12, &day) != MOU_FAULT_NONE) {
        return MOU_NEXT_NEVER;
    }
    return day;
}

/* ------------------------------------------------------------------ by bisection */

struct probe {
    const struct mou_machine *machine;
    enum mou_world world;
    uint32_t instruction;
    uint32_t row;
};

static enum mou_truth truth_on(const struct probe *probe, mou_date day)
{
    return mou_kernel_compare_on(probe->machine, probe->world, probe->instruction, probe->row, day);
}

static bool known_on(const struct probe *probe, mou_date day, int *position)
{
    return mou_kernel_position_on(probe->machine, probe->world, probe->instruction, probe->row, day,
                                  position) == MOU_CELL_KNOWN;
}

/* The first day in (low, high] that is unlike `low` (known there, at `position`); the caller knows
 * that `high` is. */
static mou_date first_unlike(const struct probe *probe, mou_date low, mou_date high, int position)
{
    while (high - low > 1) {
        const mou_date middle = low + (high - low) / 2;
        int there = 0;
        if (known_on(probe, middle, &there) && there == position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/*
 * From a day on which both sides are known: known days come without a gap, and over them the sides
 * move against each other one way, so that every other position or the first fault is found by
 * bisection.
 */
static mou_date change_of_known(const struct probe *probe, mou_date day, int position,
                                mou_date last)
{
    const enum mou_truth truth = truth_on(probe, day);
    for (;;) {
        int there = 0;
        if (day == last || (known_on(probe, last, &there) && there == position)) {
            return MOU_NEXT_NEVER;
        }
        day = first_unlike(probe, day, last, position);
        if (!known_on(probe, day, &position) || truth_on(probe, day) != truth) {
            return day;
        }
    }
}

/* From a day with a fault: by years to one without, then back to the first such day. */
static mou_date change_of_unknown(const struct probe *probe, mou_date day)
{
    const mou_date year = 365;
    int position = 0;
    while (day < MOU_DATE_MAX) {
        const mou_date later = MOU_DATE_MAX - day < year ? MOU_DATE_MAX : day + year;
        if (!known_on(probe, later, &position)) {
            day = later;
            continue;
        }
        mou_date high = later;
        while (high - day > 1) {
            const mou_date middle = day + (high - day) / 2;
            if (known_on(probe, middle, &position)) {
                high = middle;
            } else {
                day = middle;
            }
        }
        return high;
    }
    return MOU_NEXT_NEVER;
}

static mou_date change_by_bisection(const struct probe *probe, mou_date day)
{
    int position = 0;
    switch (mou_kernel_position_on(probe->machine, probe->world, probe->instruction, probe->row,
                                   day, &position)) {
    case MOU_CELL_KNOWN:
        return change_of_known(probe, day, position, MOU_DATE_MAX);
    case MOU_CELL_UNKNOWN:
        return change_of_unknown(probe, day);
    case MOU_CELL_INAPPLICABLE:
        break;
    }
    return MOU_NEXT_NEVER;
}

/* Years without a calendar lie anywhere: day by day to the end of the last year that has one, and
 * of the next. */
static mou_date change_by_days(const struct probe *probe, mou_date today)
{
    const struct mou_calendar *calendar = &probe->machine->calendar;
    const enum mou_truth truth = truth_on(probe, today);
    mou_date last = today;
    if (calendar->count > 0) {
        const int year = calendar->years[calendar->count - 1].year + 1;
        if (!mou_date_from_civil((struct mou_civil){year, 12, 31}, &last)) {
            last = MOU_DATE_MAX;
        }
    }
    for (mou_date day = today + 1; day <= last; day++) {
        if (truth_on(probe, day) != truth) {
            return day;
        }
    }
    return change_by_bisection(probe, last > today ? last : today);
}

/* ------------------------------------------------------------------ one cell */

static bool known_value(const struct mou_machine *machine, enum mou_world world, uint32_t index,
                        uint32_t row, int64_t *value)
{
    if (mou_register_cell(machine, world, index, row) != MOU_CELL_KNOWN) {
        return false;
    }
    *value = mou_register_value(machine, world, index, row);
    return true;
}

static mou_date shifted_change(const struct probe *probe, int64_t compare, int64_t months,
                               int64_t date)
{
    const mou_date today = probe->machine->options.as_of;
    mou_date shifted = 0;
    if (mou_date_add_months(today, months, &shifted) != MOU_FAULT_NONE) {
        return change_by_bisection(probe, today);
    }
    const mou_date change =
        threshold(compare, today, first_shifted(months, date), first_shifted(months, date + 1));
    return mou_next_least(change, first_beyond(months, today));
}

mou_date mou_time_change(const struct mou_machine *machine, enum mou_world world,
                         const struct mou_time_comparison *comparison, uint32_t row)
{
    assert(machine != NULL && comparison != NULL);
    const struct probe probe = {machine, world, comparison->instruction, row};
    const mou_date today = machine->options.as_of;
    int64_t against = 0;
    int64_t operand = 0;
    assert(comparison->shape != MOU_TIME_NONE);
    if (comparison->shape == MOU_TIME_CALENDAR) {
        return change_by_days(&probe, today);
    }
    if (comparison->shape == MOU_TIME_OTHER) {
        return change_by_bisection(&probe, today);
    }
    if (!known_value(machine, world, comparison->against, row, &against) ||
        (comparison->operand != MOU_PACK_NONE &&
         !known_value(machine, world, comparison->operand, row, &operand))) {
        return MOU_NEXT_NEVER;
    }
    if (comparison->shape == MOU_TIME_AGE && (operand < MOU_DATE_MIN || operand > MOU_DATE_MAX)) {
        return MOU_NEXT_NEVER; /* no date: a fault on every day */
    }
    if (comparison->shape !=
        MOU_TIME_AGE) { /* a number beyond the calendar compares with every date as its edge does */
        against = against < MOU_DATE_MIN - 1   ? MOU_DATE_MIN - 1
                  : against > MOU_DATE_MAX + 1 ? MOU_DATE_MAX + 1
                                               : against;
    }
    switch (comparison->shape) {
    case MOU_TIME_PLAIN:
        return threshold(comparison->compare, today, against, against + 1);
    case MOU_TIME_SHIFTED:
        return shifted_change(&probe, comparison->compare, operand, against);
    case MOU_TIME_AGE:
        return against < -2 || against > 400
                   ? MOU_NEXT_NEVER
                   : threshold(comparison->compare, today, first_aged((mou_date)operand, against),
                               first_aged((mou_date)operand, against + 1));
    case MOU_TIME_NONE:
    case MOU_TIME_CALENDAR:
    case MOU_TIME_OTHER:
        break;
    }
    return MOU_NEXT_NEVER;
}
