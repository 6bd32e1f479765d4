/*
 * The least date on which anything could change by the passing of time alone (fine print 12, S32). Shared by next*.c;
 * decide.c asks for the dates of the core subjects.
 */
#ifndef MOU_VM_NEXT_H
#define MOU_VM_NEXT_H

#include "decide.h"

/** Behind every date: nothing changes. Minima are taken over it; the sink receives MOU_DATE_NONE instead. */
#define MOU_NEXT_NEVER INT32_MAX

/** `date` if it lies after `today` and in the calendar, else MOU_NEXT_NEVER. */
static inline mou_date mou_next_after(int64_t date, mou_date today)
{
    return date > today && date <= MOU_DATE_MAX ? (mou_date)date : MOU_NEXT_NEVER;
}

static inline mou_date mou_next_least(mou_date a, mou_date b)
{
    return a < b ? a : b;
}

/** Whether the value of a register counts working days between itself and TODAY; `counting` says so of the lower ones.
 */
bool mou_time_counts_workdays(const struct mou_machine *machine, const uint8_t *counting, uint32_t index);
/** What kind of time comparison an instruction is, MOU_TIME_NONE for none. */
struct mou_time_comparison mou_time_comparison_of(const struct mou_machine *machine, const uint8_t *counting,
                                                  uint32_t instruction);
/** The least day after the as-of date on which the truth at `row` is another; MOU_NEXT_NEVER: none. */
mou_date mou_time_change(const struct mou_machine *machine, enum mou_world world,
                         const struct mou_time_comparison *comparison, uint32_t row);

/**
 * Dates per row that the objections against records of one type, or of those that they are part of, bring; NULL where
 * there are none or memory ran out (then *failed).
 */
mou_date *mou_next_of_objections(struct mou_machine *machine, uint32_t record, bool *failed);

/** Next dates of the core subjects, MOU_DATE_NONE where nothing changes; mou_next_compute must have run. Lives in the
 * batch arena. */
enum mou_status mou_next_of_subjects(struct mou_decide_work *work, const mou_date **next) MOU_MUST_USE;

#endif
