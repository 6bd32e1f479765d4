/*
 * Acts and the steps that they make: what states.c, acts.c and those who make acts share. A run or an import whose findings move measures, or an officer, makes one act; every step of a
 * measure names its act, and the act has a receipt over all its rows.
 */
#ifndef MOU_STORE_ACTS_H
#define MOU_STORE_ACTS_H

#include "mou/measures.h"
#include "rows.h"

/** One act under way. It gets its row with its first step, so that nothing is recorded where nothing moves. */
struct mou_act {
    struct mou_store *store;
    const char *word;
    struct mou_text actor, department, reason;
    mou_time at;
    mou_date day;
    int64_t run, import; /**< 0: none */
    int64_t id;          /**< 0 until it has a row */
    uint64_t steps;
    struct mou_calendar_year *years; /**< of `calendar`; in the work arena */
    struct mou_calendar calendar;
    struct mou_arena *gathering; /**< NULL: every step is written at once; else steps are gathered in `rows`, whose memory is this arena's, until mou_act_flush */
    int64_t last;                /**< number of the newest step, where they are gathered: the act gives out the next ones */
    struct mou_rows rows;
};

/** Where a measure stands. */
struct mou_stand {
    int64_t decision;
    int64_t step; /**< 0: nowhere yet, and the decision is being opened: it will name its first step */
    enum mou_measure_state state;
    bool incentive;
    mou_date due;
};

/* ---- states.c */
/** Views and triggers over decision_step, from measure_states.def. */
enum mou_status mou_states_create(struct mou_store *store) MOU_MUST_USE;

/* ---- acts.c */
/** MOU_ERROR_USAGE with its message where an act of that officer cannot be recorded (with `reasoned`, also without a reason), or no pack is in use whose periods could count. */
enum mou_status mou_act_check(struct mou_store *store, const struct mou_officer *by, bool reasoned) MOU_MUST_USE;
/** The act of an officer, which has no row and no time yet. */
struct mou_act mou_act_of(struct mou_store *store, const char *word, const struct mou_officer *by);
/** Gives the act its row, if it has none. */
enum mou_status mou_act_open(struct mou_act *act) MOU_MUST_USE;
/** Takes the step if the event leads on from where the measure stands; else nothing happens and *stepped is false. `memorandum` says whose periods count. */
enum mou_status mou_act_step(struct mou_act *act, const struct mou_stand *stand, enum mou_measure_event event, struct mou_text memorandum, struct mou_text note,
                             bool *stepped) MOU_MUST_USE;
/** The same for a decision that the machine has just found and that need not be stored yet. */
enum mou_status mou_act_step_found(struct mou_act *act, const struct mou_stand *stand, const struct mou_decision *decision, struct mou_text memorandum) MOU_MUST_USE;
/** Writes the steps gathered; their decisions are stored. */
enum mou_status mou_act_flush(struct mou_act *act) MOU_MUST_USE;
/** Seals the act and leaves its receipt; nothing where it has no row. */
enum mou_status mou_act_close(struct mou_act *act) MOU_MUST_USE;
/** A number of working days from `day` by the parameter of that name, or else `otherwise`; MOU_DATE_NONE where the calendar of the year is not published. */
enum mou_status mou_act_deadline(struct mou_act *act, struct mou_text memorandum, const char *parameter, int otherwise, mou_date *due) MOU_MUST_USE;
/** The day that lies so many units after `from`; MOU_DATE_NONE where it cannot be said. */
enum mou_status mou_act_after(struct mou_act *act, mou_date from, enum mou_value_type type, int64_t value, mou_date *date) MOU_MUST_USE;
/** Ends the measures whose own term is over on the act's day. */
enum mou_status mou_act_lapse(struct mou_act *act) MOU_MUST_USE;
/** The day in China at that time. */
mou_date mou_act_day_of(mou_time time);
/** The event that a decision of the machine is. */
enum mou_measure_event mou_act_event_of(const struct mou_decision *decision);


/* ---- contest.c */
/**
 * Evaluates whom the act's import touched, and those whom that can concern, on the act's day, and suspends what is contested now; with `resume` also takes up again what is not contested any
 * more. Only a run opens and closes decisions.
 */
enum mou_status mou_contest(struct mou_act *act, bool resume) MOU_MUST_USE;

#endif
