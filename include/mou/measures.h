/*
 * What becomes of a decision: the states of a measure from proposal to end, the acts of officers on it, objections, corrections, repairs, and what is due. What a run finds is a
 * proposal; the database's own triggers refuse every way round notice, hearing and confirmation. Same thread rule as store.h; no clock is read.
 */
#ifndef MOU_MEASURES_H
#define MOU_MEASURES_H

#include "mou/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ states and events, from measure_states.def */

enum mou_measure_state {
    MOU_MEASURE_NONE, /**< no state yet */
#define MOU_MEASURE_STATE(id, word, zh, en, effect, held, final, parameter, workdays) MOU_MEASURE_##id,
#include "mou/measure_states.def"
#undef MOU_MEASURE_STATE
    MOU_MEASURE_STATE_COUNT
};
enum mou_measure_event {
#define MOU_MEASURE_EVENT(id, word, zh, en, officer, reason, other_than, after) MOU_MEASURE_BY_##id,
#include "mou/measure_states.def"
#undef MOU_MEASURE_EVENT
    MOU_MEASURE_EVENT_COUNT
};

/** Periods beside those of the states. */
enum mou_measure_period {
#define MOU_MEASURE_PERIOD(id, parameter, workdays) MOU_PERIOD_##id,
#include "mou/measure_states.def"
#undef MOU_MEASURE_PERIOD
    MOU_PERIOD_COUNT
};
struct mou_measure_period_info {
    const char *parameter;
    int workdays; /**< where no pack has the parameter */
};

struct mou_measure_state_info {
    const char *word, *zh, *en;
    bool effect, held, final;
    const char *parameter; /**< says by when the next step is due; "": nothing is due */
    int workdays;          /**< where no pack has the parameter */
};
struct mou_measure_event_info {
    const char *word, *zh, *en;
    bool officer, reason;
    const char *other_than, *after; /**< events, or "" */
};
/** Static; MOU_MEASURE_NONE has empty words. */
MOU_API const struct mou_measure_state_info *mou_measure_state_info(enum mou_measure_state state);
MOU_API const struct mou_measure_event_info *mou_measure_event_info(enum mou_measure_event event);
MOU_API const struct mou_measure_period_info *mou_measure_period_info(enum mou_measure_period period);
/** By its word, or its Chinese one; MOU_MEASURE_STATE_COUNT and MOU_MEASURE_EVENT_COUNT where there is none. */
MOU_API enum mou_measure_state mou_measure_state_of(struct mou_text word);
MOU_API enum mou_measure_event mou_measure_event_of(struct mou_text word);
/** Whether the event leads on from `from`, and where. */
MOU_API bool mou_measure_next(enum mou_measure_state from, enum mou_measure_event event, bool incentive, enum mou_measure_state *to);

/** The value that makes an incentive take effect at once: 给予 免申即享 = 是. */
#define MOU_GRANT_AT_ONCE "免申即享"

/* ------------------------------------------------------------------ officers */

/** Who acts, why, and when: part of every request for an act. The name is needed always, the reason where the act says so; `day`, on which it was done, is not after `today`. */
struct mou_officer {
    struct mou_text actor, department, reason;
    mou_date day, today;
    mou_time now;
};

/* ------------------------------------------------------------------ measures */

/** A decision with its newest status and the step that it stands at. Texts live until the callback returns. */
struct mou_measure {
    int64_t decision;
    int64_t step; /**< changes with every step: what an officer saw */
    struct mou_text subject, memorandum, rule, kind, item, outcome, authority;
    struct mou_text body; /**< the decision's JSON line */
    mou_date from, until; /**< MOU_DATE_NONE where open */
    enum mou_measure_state state;
    enum mou_measure_event event;
    mou_date day, due;    /**< of the step; `due`: last day for the next one, MOU_DATE_NONE without */
    struct mou_text note, actor, reason;
    bool stands;          /**< the newest run still found it */
};
/** Empty members fit everything. */
struct mou_measure_filter {
    int64_t decision;
    struct mou_text subject, memorandum, rule;
    enum mou_measure_state state; /**< MOU_MEASURE_NONE: any */
    bool held;                    /**< suspended ones only */
    bool unfinished;              /**< only those that are not at an end */
};
/** Measures by number, until `take` returns false. */
MOU_API enum mou_status mou_store_measures(struct mou_store *store, const struct mou_measure_filter *filter, bool (*take)(void *state, const struct mou_measure *measure),
                                           void *state) MOU_MUST_USE;
/** Who is looked up, on which day, by what was known when (MOU_TIME_NOW: everything). */
struct mou_look_up {
    struct mou_text subject;
    mou_date day;
    mou_time known_at;
};
/**
 * Where each measure of the pack at hand stands for the subject on that day, by the steps known then: an entry for each measure of the pack. Handed to the machine
 * (mou_run_options.standings), it makes a matter answer by what is in effect, and not by what the rules propose. Words are static.
 */
MOU_API enum mou_status mou_store_standings(struct mou_store *store, const struct mou_look_up *asked, struct mou_standing *standings) MOU_MUST_USE;
/**
 * mou_store_read_subject and mou_store_standings in one read transaction, so that both are of one state. *found is false if there is no such subject.
 */
MOU_API enum mou_status mou_store_look_up(struct mou_store *store, const struct mou_look_up *asked, struct mou_batch_builder *builder, const struct mou_batch **batch,
                                          struct mou_standing *standings, bool *found) MOU_MUST_USE;
/** Every step of one measure, oldest first; status and body are the newest ones. */
MOU_API enum mou_status mou_store_measure_steps(struct mou_store *store, int64_t decision, bool (*take)(void *state, const struct mou_measure *measure), void *state) MOU_MUST_USE;

/** One measure of an officer's act. */
struct mou_measure_item {
    int64_t decision;
    int64_t step;           /**< the step that the officer saw; 0: whichever it stands at */
    struct mou_text note;   /**< number of the document, way of service, … */
    struct mou_text reason; /**< of this one; empty: that of the request */
};
struct mou_measure_request {
    enum mou_measure_event event;
    const struct mou_measure_item *items;
    size_t count;
    struct mou_officer by;
};
/**
 * One event for all the items in one transaction with a receipt, or for none. MOU_ERROR_DATA if a measure has moved since the officer saw it; MOU_ERROR_USAGE if
 * the event does not lead on from where it stands, the period for statements is not over, or a reason is missing; MOU_ERROR_AUTHORITY if it takes another person.
 * The message names the measure. *act receives the number of the act.
 */
MOU_API enum mou_status mou_store_decide(struct mou_store *store, const struct mou_measure_request *request, int64_t *act) MOU_MUST_USE;

/* ------------------------------------------------------------------ notices and their service */

/**
 * Takes the pack by which the newest run that said something new of the decision found it, and tells that run's date and state of knowledge: evaluated so, the decision
 * can be explained as it was found. MOU_ERROR_USAGE if there is no such decision.
 */
MOU_API enum mou_status mou_store_use_decision(struct mou_store *store, int64_t decision, mou_date *as_of, mou_time *known_at) MOU_MUST_USE;

/**
 * A subject's kind by its number in the pack, and the text of the first of the attributes 名称, 姓名, name that it has (empty if none is known); `confidential` tells whether the vocabulary hides
 * it. The text lives until the store's next call. *found is false if there is no such subject.
 */
MOU_API enum mou_status mou_store_subject_name(struct mou_store *store, struct mou_text subject, uint32_t *kind, struct mou_text *name, bool *confidential, bool *found) MOU_MUST_USE;

struct mou_service_request {
    int64_t decision;
    struct mou_text document; /**< number of what is served */
    struct mou_text way;      /**< 直接送达, 留置送达, 公告送达, … */
    struct mou_officer by;
};
/**
 * Records that a notice was served: a notified measure is taken further, its period for statements begins; for one that is at an end, the notice of its end. MOU_ERROR_USAGE where there is
 * nothing to serve.
 */
MOU_API enum mou_status mou_store_serve(struct mou_store *store, const struct mou_service_request *request, int64_t *act) MOU_MUST_USE;

struct mou_service_entry {
    int64_t number;
    int64_t decision;
    struct mou_text subject, memorandum, rule;
    enum mou_measure_state state; /**< of the step that was served */
    struct mou_text document, way, actor;
    mou_date day;
};
/** Services by number, of one decision or (0) of all, until `take` returns false. */
MOU_API enum mou_status mou_store_services(struct mou_store *store, int64_t decision, bool (*take)(void *state, const struct mou_service_entry *entry), void *state) MOU_MUST_USE;

/* ------------------------------------------------------------------ objections */

enum mou_objection_outcome {
    MOU_OBJECTION_OPEN,      /**< not closed yet */
    MOU_OBJECTION_UPHELD,    /**< the record was wrong: it has been corrected or withdrawn */
    MOU_OBJECTION_PARTLY,    /**< likewise, in part */
    MOU_OBJECTION_REJECTED,  /**< the record is right */
    MOU_OBJECTION_WITHDRAWN, /**< by who raised it */
    MOU_OBJECTION_OUTCOME_COUNT
};
/** "upheld"; "" for one that is open. */
MOU_API const char *mou_objection_word(enum mou_objection_outcome outcome);

struct mou_objection_request {
    struct mou_text subject, record, key;
    struct mou_text applicant;             /**< who objects; empty: the subject */
    enum mou_objection_outcome outcome;    /**< MOU_OBJECTION_OPEN opens one, else the open one is closed */
    struct mou_officer by;                 /**< on the day on which it was raised or answered */
};
struct mou_objection_result {
    int64_t number;   /**< of the opening or closing */
    int64_t act;
    int64_t import;   /**< that brought it into the records */
    mou_date due;     /**< by when an opened one is to be answered; MOU_DATE_NONE where the calendar is not published */
    uint64_t moved;   /**< measures that were suspended or taken up again */
};
/**
 * Opens or closes an objection in one transaction, and suspends or takes up again at once what rests on the record. MOU_ERROR_DATA: there is no such record, one is
 * open already or none is, or what was upheld has not been corrected or withdrawn since; MOU_ERROR_USAGE: actor or reason missing, a date that does not fit.
 */
MOU_API enum mou_status mou_store_object(struct mou_store *store, const struct mou_objection_request *request, struct mou_objection_result *result) MOU_MUST_USE;

struct mou_objection_entry {
    int64_t number;
    struct mou_text subject, record, key, applicant;
    mou_date opened, due, closed; /**< MOU_DATE_NONE where not known, or open */
    enum mou_objection_outcome outcome;
    struct mou_text actor, department, reason;
    struct mou_text closed_by, answer; /**< empty while it is open */
};
/** Objections that officers opened, by number, until `take` returns false. */
MOU_API enum mou_status mou_store_objections(struct mou_store *store, bool open_only, bool (*take)(void *state, const struct mou_objection_entry *entry), void *state) MOU_MUST_USE;

/* ------------------------------------------------------------------ corrections */

/** A field of a record and what it is to be. */
struct mou_field_change {
    struct mou_text field, value;
};
struct mou_correction_request {
    struct mou_text record, subject, key;
    const struct mou_field_change *changes; /**< other fields stay as they are */
    size_t change_count;
    bool withdraw;                          /**< the record is taken back, instead */
    const char *file;                       /**< rows of `record` as a file has them, instead: subject, key and changes are in it */
    size_t file_len;
    enum mou_import_format format;
    struct mou_text file_name;
    struct mou_officer by;
};
struct mou_correction_result {
    int64_t act;
    int64_t import;
    uint64_t decisions; /**< past decisions that it changes */
    uint64_t runs;      /**< past runs that were looked at */
};
/**
 * Corrects or withdraws a record in one transaction, and finds out which past decisions would have been others, had that been known: every past run is evaluated for
 * those whom the record can concern, as it was known before and as it is known now. The difference is kept. MOU_ERROR_DATA: no such record, nothing changes, or a value
 * that cannot be taken.
 */
MOU_API enum mou_status mou_store_correct(struct mou_store *store, const struct mou_correction_request *request, struct mou_correction_result *result) MOU_MUST_USE;

/** A past decision that a correction changes. Texts live until the callback returns. */
struct mou_correction_entry {
    int64_t act;
    int64_t decision;
    struct mou_text subject, memorandum, rule, kind, item;
    struct mou_text authority;     /**< who carried it out: to be told */
    struct mou_text body;          /**< the decision's newest line, for where it was published or shared */
    struct mou_text before, after; /**< outcomes; `after` empty: there would have been none */
    mou_date since, until;         /**< first and one past the last day on which it was wrong */
    int64_t days, days_in_effect;
    struct mou_text actor, reason;
    mou_date day;
};
/** The past decisions that one correction (0: any) changes, until `take` returns false. */
MOU_API enum mou_status mou_store_corrections(struct mou_store *store, int64_t act, bool (*take)(void *state, const struct mou_correction_entry *entry), void *state) MOU_MUST_USE;

/* ------------------------------------------------------------------ repairs */

/** How the repairs of one subject stand on a day, by the machine. *found is false if there is no such subject. The status of `take` is passed on. */
MOU_API enum mou_status mou_store_repairs(struct mou_store *store, struct mou_text subject, mou_date as_of,
                                          enum mou_status (*take)(void *state, const struct mou_repair_state *repair), void *state, bool *found) MOU_MUST_USE;

struct mou_repair_request {
    struct mou_text subject, rule, key; /**< of an application; the rule alone or behind its memorandum's name and a dot */
    int64_t application;                /**< that is decided; 0: one is taken */
    bool grant;                         /**< of a decision */
    struct mou_officer by;
};
struct mou_repair_result {
    int64_t number; /**< of the application or decision */
    int64_t act;
    mou_date due;   /**< by when the application is to be decided, by the steps of the rule */
    uint64_t lifted; /**< measures that rest on the record alone, and were lifted with the grant */
};
/**
 * Takes an application, if the machine finds it possible on the day, or decides one. MOU_ERROR_DATA: not possible (the message says from when), applied for already, no such
 * application; MOU_ERROR_AUTHORITY: decided by who took the application.
 */
MOU_API enum mou_status mou_store_repair(struct mou_store *store, const struct mou_repair_request *request, struct mou_repair_result *result) MOU_MUST_USE;

struct mou_repair_entry {
    int64_t number;
    struct mou_text subject, memorandum, rule, record, key;
    mou_date applied, due, decided; /**< MOU_DATE_NONE where not known, or undecided */
    struct mou_text actor, department, reason;
    struct mou_text decision;       /**< "grant", "refuse", or empty */
    struct mou_text decided_by, answer;
};
/** Applications by number, until `take` returns false. */
MOU_API enum mou_status mou_store_repair_list(struct mou_store *store, bool open_only, bool (*take)(void *state, const struct mou_repair_entry *entry), void *state) MOU_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
