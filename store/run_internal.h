/*
 * What the files of a run share: run.c makes one, due.c says whom it must look at, delta.c stores what changed, replay.c repeats past ones.
 */
#ifndef MOU_STORE_RUN_INTERNAL_H
#define MOU_STORE_RUN_INTERNAL_H

#include "acts.h"
#include "rows.h"

#define MOU_LINE_BYTES_MAX ((size_t)256 * 1024 * 1024) /**< of a decision in words */

/** The run before, as far as the next one builds on it. */
struct mou_last_run {
    int64_t id; /**< 0: there was none */
    mou_date as_of;
    mou_time known_at;
    int64_t pack;
    uint64_t subjects; /**< that it knew */
};

/** One open decision of the subject at hand. */
struct mou_open_decision {
    int64_t decision;
    struct mou_text memorandum, rule, outcome;
    struct mou_text body;
    mou_date ends;
    struct mou_stand stand;
    bool stands;
};

/** A subject that a pass looks at. */
struct mou_listed_subject {
    int64_t id;
    struct mou_text identifier, kind;
};
typedef MOU_VEC(struct mou_listed_subject) mou_listed;

/** What stands of one subject before the run comes to it. */
struct mou_subject_stand {
    mou_date next; /**< as it is stored */
    bool has_next; /**< whether it is */
    MOU_VEC(struct mou_open_decision) open;
};

/** Names of a decision's rule in the pack. */
struct mou_rule_names {
    struct mou_text memorandum, rule, item;
    const char *kind;
};

/** Decisions that stand, counted by measure and outcome. */
struct mou_counts {
    struct mou_store *store;
    struct mou_arena *arena;
    struct mou_measure_key *keys; /**< of the pack's measures, in order */
    uint32_t key_count;
    int64_t *change; /**< measure and outcome -> what the run at hand changed */
    struct mou_rows rows;
};

/** Days on which somebody is looked at, gathered by a first run. */
struct mou_wakes {
    struct mou_wake *items;
    size_t count;
    struct mou_rows rows;
};

/** The difference of one subject's decisions to those that were open. New rows are gathered and written many at a time. */
struct mou_delta {
    struct mou_store *store;
    int64_t run;
    struct mou_act act; /**< moves the measures */
    sqlite3_stmt *subjects;           /**< those that the run looks at, in its order; NULL where they are listed with what stands of them */
    const mou_listed *listed;         /**< subjects of the batch at hand */
    struct mou_subject_stand *stands; /**< of these, in their order */
    size_t listed_at;                 /**< the run has come to that one */
    int64_t subject;                  /**< 0 between subjects */
    struct mou_subject_stand stand;   /**< of that subject */
    uint64_t opened, changed, closed;
    struct mou_arena *arena; /**< of what stands of a subject that is asked for alone; reset for every subject */
    bool none_before; /**< the store had no decisions */
    bool first;       /**< nor is anybody passed over: what rows refer to is looked up for all that are written together, and days to look at somebody are put in order */
    int64_t last;      /**< number of the newest decision */
    int64_t last_status;
    struct mou_arena *kept;  /**< of what lives as long as the run */
    struct mou_arena *texts; /**< of the rows gathered, reset when they are written */
    size_t text_bytes;
    struct mou_rows closed_decisions, decisions, statuses, lasting; /**< in the order in which they are written */
    struct mou_rows referred; /**< subjects of rows that were written together */
    struct mou_wakes wakes;
    struct mou_counts counts;
};

/* ---- due.c */
enum mou_status mou_due_last_run(struct mou_store *store, struct mou_last_run *last) MOU_MUST_USE;
/** *whole: every subject must be looked at; else those whom mou_due_list lists. */
enum mou_status mou_due_judge(struct mou_store *store, const struct mou_last_run *last, mou_date as_of, mou_time known_at, bool *whole) MOU_MUST_USE;
/** Lists the subjects that changed or whose date has come, with all that the pack can relate to them. */
enum mou_status mou_due_list(struct mou_store *store, const struct mou_last_run *last, mou_date as_of, mou_time known_at, uint64_t *count) MOU_MUST_USE;

/** After a run has written its next dates: takes away the days up to `as_of` on which nobody need be looked at any more. */
enum mou_status mou_due_done(struct mou_store *store, mou_date as_of) MOU_MUST_USE;

/** Lists the subjects that the import touched, with all that the pack can relate to them; *known_at is its time. */
enum mou_status mou_due_list_import(struct mou_store *store, int64_t import, mou_time *known_at) MOU_MUST_USE;

/** Lists one subject with all that the pack can relate to it. */
enum mou_status mou_due_list_subject(struct mou_store *store, int64_t subject, mou_time known_at) MOU_MUST_USE;

/** After mou_due_list: how many subjects are known at `known_at`, by those that the run before knew. */
enum mou_status mou_due_subjects(struct mou_store *store, const struct mou_last_run *last, mou_time known_at, uint64_t *subjects) MOU_MUST_USE;

/** Lists the subjects that changed with imports after `import`, with all that the pack can relate to them, whatever the date. */
enum mou_status mou_due_list_since(struct mou_store *store, int64_t import, mou_time known_at, uint64_t *count) MOU_MUST_USE;

/* ---- run_counts.c */
const char *mou_outcome_word(enum mou_decision_outcome outcome);
enum mou_status mou_counts_open(struct mou_counts *counts, struct mou_store *store, struct mou_arena *arena) MOU_MUST_USE;
void mou_counts_opened(struct mou_counts *counts, uint32_t measure, enum mou_decision_outcome outcome);
void mou_counts_closed(struct mou_counts *counts, struct mou_text memorandum, struct mou_text rule, struct mou_text outcome);
/** Stores the counts: with `whole` those that the store's `counts` have; else these are made of what the run before left. */
enum mou_status mou_counts_close(struct mou_counts *counts, bool whole) MOU_MUST_USE;

/* ---- delta.c */
/** Before the first subject of a run that has its row, `due_only` of one that looks at those who are listed as due; to be freed in any case. Subjects come in the order of their identifiers. */
enum mou_status mou_delta_open(struct mou_delta *delta, bool due_only) MOU_MUST_USE;
/** Behind the last subject, before the transaction ends: writes what was gathered; nothing is being read then. */
enum mou_status mou_delta_close(struct mou_delta *delta) MOU_MUST_USE;
void mou_delta_free(struct mou_delta *delta);
/** What stands of the subjects of a list, one after the other; `stands` has room for them and is empty, the texts are the arena's. */
enum mou_status mou_stands_read(struct mou_store *store, const mou_listed *list, struct mou_arena *arena, struct mou_subject_stand *stands) MOU_MUST_USE;
/** The run goes on with these subjects and what stands of them, where they are listed; both must live until it goes on with others. */
void mou_delta_listed(struct mou_delta *delta, const mou_listed *list, struct mou_subject_stand *stands);
enum mou_status mou_delta_begin(struct mou_delta *delta, struct mou_text subject) MOU_MUST_USE;
/** `line` without its line break. */
enum mou_status mou_delta_decision(struct mou_delta *delta, const struct mou_rule_names *names, const struct mou_decision *decision, struct mou_text line) MOU_MUST_USE;
/** Closes what was not found again and notes the next date. */
enum mou_status mou_delta_end(struct mou_delta *delta, mou_date next) MOU_MUST_USE;

/* ---- references.c */
/** How many rows of each sort are written together. */
struct mou_referring {
    size_t decisions, statuses, lasting, steps;
};
struct mou_referring mou_referring_of(const struct mou_delta *delta);
/** Behind their writing, before others are gathered, where the store had no decisions before: whatever the rows refer to is there. */
enum mou_status mou_refer_check(struct mou_delta *delta, const struct mou_referring *referring) MOU_MUST_USE;

/* ---- wakes.c */
/** Keeps the days that rows of `lasting` have, and writes what was kept where that becomes much. Memory is the arena's. */
enum mou_status mou_wakes_gather(struct mou_wakes *wakes, struct mou_store *store, struct mou_arena *arena, const struct mou_rows *lasting) MOU_MUST_USE;
/** Writes those that are left. */
enum mou_status mou_wakes_write(struct mou_wakes *wakes, struct mou_store *store, struct mou_arena *arena) MOU_MUST_USE;

/* ---- read.c */
/** Like mou_store_read_batch, of the subjects that are listed as due. */
enum mou_status mou_read_due_batch(struct mou_store *store, mou_time known_at, struct mou_text after, uint32_t limit, struct mou_batch_builder *builder,
                                   const struct mou_batch **batch, uint32_t *count) MOU_MUST_USE;
/** Adds to the list who is listed as due behind `after`, at most `limit` subjects; the texts are the arena's. */
enum mou_status mou_list_due(struct mou_store *store, struct mou_text after, uint32_t limit, struct mou_arena *arena, mou_listed *list) MOU_MUST_USE;
/** The batch of the subjects of a list. The arena holds what is kept meanwhile. */
enum mou_status mou_read_listed(struct mou_store *store, mou_time known_at, const mou_listed *list, struct mou_arena *arena, struct mou_batch_builder *builder,
                                const struct mou_batch **batch) MOU_MUST_USE;

/* ---- run.c */
struct mou_rule_names mou_run_names(const struct mou_pack *pack, const struct mou_decision *decision);
/** Whom a pass goes through, and what it does with what it finds. */
struct mou_pass {
    struct mou_store *store;
    const struct mou_decision_sink *sink;
    mou_date as_of;
    mou_time known_at;
    bool findings;   /**< also as decisions */
    bool count_only; /**< outcomes only */
    bool due_only;
    uint64_t subjects; /**< receives how many there were */
    uint64_t total;    /**< for progress */
    bool (*progress)(void *state, uint64_t done, uint64_t total);
    void *progress_state;
    struct mou_profile *profile; /**< NULL: nothing is timed */
    uint32_t threads;            /**< 0: one */
    bool worded;                 /**< threads besides the caller's put decisions into words, too */
    struct mou_text line;        /**< JSON of the decision that the sink is given, where that was done; else no bytes */
    uint32_t batch_subjects;     /**< of a batch, where everybody is looked at; 0: as many as usual */
    struct mou_delta *delta;     /**< where those who are listed as due are looked at: what stands of them is read with them for it; NULL: nobody asks */
};
/** Says that somebody stopped the work. */
enum mou_status mou_run_stopped(struct mou_store *store);

/** One pass through the machine, in batches; the caller holds a transaction. */
enum mou_status mou_run_pass(struct mou_pass *pass) MOU_MUST_USE;

/* ---- due_batches.c */
/** A batch of those who are listed as due. */
struct mou_due_batch {
    const struct mou_batch *batch;
    const mou_listed *list;
    struct mou_subject_stand *stands; /**< NULL where nobody asks */
};
struct mou_due_batches;
/** Begins to go through those who are listed as due. To be closed in any case, before the transaction ends. */
enum mou_status mou_due_open(struct mou_pass *pass, struct mou_due_batches **batches) MOU_MUST_USE;
/** The next batch, which lives until the one behind it is asked for; its `batch` is NULL behind the last one. */
enum mou_status mou_due_next(struct mou_due_batches *batches, struct mou_due_batch *batch) MOU_MUST_USE;
void mou_due_close(struct mou_due_batches *batches); /**< NULL is fine */

#endif
