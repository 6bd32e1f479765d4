/*
 * The machine's public face: load a pack, hand over columns of subjects, receive decisions. No input or output, no global state.
 * A pack is immutable and may be shared by threads; a machine belongs to one thread at a time.
 */
#ifndef MOU_VM_H
#define MOU_VM_H

#include "mou/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ packs */

struct mou_pack;

/**
 * Verifies `len` bytes and makes them usable. The bytes are borrowed and must be 8-byte aligned and stay valid and unchanged until mou_pack_close.
 * On MOU_ERROR_PACK `message` (may be NULL) receives what is wrong and where.
 */
MOU_API enum mou_status mou_pack_open(const unsigned char *bytes, size_t len, const struct mou_allocator *allocator, struct mou_pack **pack,
                                      struct mou_buf *message) MOU_MUST_USE;
MOU_API void mou_pack_close(struct mou_pack *pack);
/** Content hash, 32 bytes. */
MOU_API const unsigned char *mou_pack_hash(const struct mou_pack *pack);
/** Appends the disassembly: sections, vocabulary, frames, instructions with spans, rules, cost bound. */
MOU_API void mou_pack_dump(const struct mou_pack *pack, struct mou_buf *out);

/* Vocabulary of a pack, for importers and stores. Indexes are those of the columns below. */
enum mou_value_type {
    MOU_VALUE_TEXT, MOU_VALUE_INTEGER, MOU_VALUE_MONEY, MOU_VALUE_RATIO, MOU_VALUE_DATE, MOU_VALUE_MONTHS, MOU_VALUE_DAYS, MOU_VALUE_WORKDAYS,
    MOU_VALUE_YES_NO, MOU_VALUE_CODE
};
struct mou_field_info {
    struct mou_text name;
    enum mou_value_type type;
    uint32_t code_table; /**< MOU_VALUE_CODE only, else UINT32_MAX */
    bool required, key, confidential, has_default;
    int64_t default_value;
    struct mou_text default_text;
};
struct mou_record_info {
    struct mou_text name, display;
    uint32_t parent;                      /**< UINT32_MAX at top level */
    uint32_t number, made, served, act, key; /**< field numbers or UINT32_MAX */
    uint32_t field_count;
};
struct mou_relation_info {
    struct mou_text name, inverse; /**< as seen from either end; the inverse may be empty */
    uint32_t from_kind, to_kind;
    uint32_t field_count;
};
MOU_API uint32_t mou_pack_kind_count(const struct mou_pack *pack);
MOU_API struct mou_text mou_pack_kind_name(const struct mou_pack *pack, uint32_t kind);
MOU_API struct mou_text mou_pack_kind_identifier(const struct mou_pack *pack, uint32_t kind); /**< what it is identified by */
MOU_API uint32_t mou_pack_attribute_count(const struct mou_pack *pack, uint32_t kind);
MOU_API struct mou_field_info mou_pack_attribute(const struct mou_pack *pack, uint32_t kind, uint32_t attribute);
MOU_API uint32_t mou_pack_record_count(const struct mou_pack *pack);
MOU_API struct mou_record_info mou_pack_record(const struct mou_pack *pack, uint32_t record);
MOU_API struct mou_field_info mou_pack_field(const struct mou_pack *pack, uint32_t record, uint32_t field);
MOU_API uint32_t mou_pack_relation_count(const struct mou_pack *pack);
MOU_API struct mou_relation_info mou_pack_relation(const struct mou_pack *pack, uint32_t relation);
MOU_API struct mou_field_info mou_pack_relation_field(const struct mou_pack *pack, uint32_t relation, uint32_t field);
MOU_API uint32_t mou_pack_code_table_count(const struct mou_pack *pack);
MOU_API struct mou_text mou_pack_code_table_name(const struct mou_pack *pack, uint32_t table);
MOU_API uint32_t mou_pack_code_count(const struct mou_pack *pack, uint32_t table);
MOU_API void mou_pack_code(const struct mou_pack *pack, uint32_t table, uint32_t index, struct mou_text *name, int64_t *value);
MOU_API uint32_t mou_pack_memorandum_count(const struct mou_pack *pack);
MOU_API void mou_pack_memorandum(const struct mou_pack *pack, uint32_t memorandum, struct mou_text *name, struct mou_text *title,
                                 struct mou_text *number, struct mou_text *version);
MOU_API uint32_t mou_pack_measure_count(const struct mou_pack *pack);
/** `kind` 0 sanction, 1 incentive. */
MOU_API void mou_pack_measure(const struct mou_pack *pack, uint32_t measure, struct mou_text *name, uint32_t *memorandum, uint32_t *kind,
                              struct mou_text *item, struct mou_text *authority);
/** What a measure grants (给予), and whether its value is, or was reckoned from, a confidential field. */
MOU_API uint32_t mou_pack_grant_count(const struct mou_pack *pack, uint32_t measure);
MOU_API void mou_pack_grant(const struct mou_pack *pack, uint32_t measure, uint32_t grant, struct mou_text *name, bool *confidential);
/** Whether the field by which records of the type with that name are cited is confidential. */
MOU_API bool mou_pack_hides_key(const struct mou_pack *pack, struct mou_text record);
MOU_API uint32_t mou_pack_finding_count(const struct mou_pack *pack);
MOU_API void mou_pack_finding(const struct mou_pack *pack, uint32_t finding, struct mou_text *name, uint32_t *memorandum, struct mou_text *list_kind);
/**
 * What the pack's rules look at: a run decides the same without the rows, cells and relations of which these say no, except that decisions cite records by their
 * keys. A type counts as read where one nested in it is.
 */
MOU_API bool mou_pack_reads_record(const struct mou_pack *pack, uint32_t record);
MOU_API bool mou_pack_reads_field(const struct mou_pack *pack, uint32_t record, uint32_t field);
MOU_API bool mou_pack_reads_attribute(const struct mou_pack *pack, uint32_t kind, uint32_t attribute);
MOU_API bool mou_pack_reads_relation(const struct mou_pack *pack, uint32_t relation);
/**
 * Marks in `types`, an entry per record type, those of which a related subject must have rows of at least one to matter for the outcomes of others: without any, nothing that
 * is found of it can fall on them. *all: nothing of the kind can be said, every related subject may matter. Outcomes only: explanations, missing fields and next dates look further.
 */
MOU_API enum mou_status mou_pack_related_types(const struct mou_pack *pack, bool *types, bool *all) MOU_MUST_USE;
/** Marks in `types`, an entry per record type, those whose rows mou_machine_count looks at as bits alone: a batch for it best tells whose they are by bits, too. */
MOU_API enum mou_status mou_pack_rows_by_bits(const struct mou_pack *pack, bool *types) MOU_MUST_USE;
/** From which end of a relation's rows rules look along it. */
enum { MOU_SEEN_FROM = 1, MOU_SEEN_TO = 2 };
/** Where mou_pack_mark_reads leaves its marks; all are there, cleared, and belong to the caller. */
struct mou_read_marks {
    bool **attributes;  /**< [kind][attribute] */
    bool *records;      /**< [record]; also those only duties and repairs are about */
    bool *related;      /**< [record]; also of subjects that others are related to */
    bool **fields;      /**< [record][field]; also those that cite a marked record: number, key and dates of its document */
    uint8_t *relations; /**< [relation]: MOU_SEEN_FROM, MOU_SEEN_TO */
};
/** Marks all that evaluating and explaining any rule of the pack looks at, in one pass over it. False when memory ran out. */
MOU_API bool mou_pack_mark_reads(const struct mou_pack *pack, const struct mou_allocator *allocator, const struct mou_read_marks *marks) MOU_MUST_USE;
/** The pack's own texts, as a base for those of batches (mou_intern_new_over): batches that stand on it need no numbering of them. */
MOU_API const struct mou_intern *mou_pack_texts(const struct mou_pack *pack);
/** Relation steps from a subject within which everything lies that its decisions can depend on. */
MOU_API uint32_t mou_pack_closure_depth(const struct mou_pack *pack);
/**
 * The parameter of that name on a day: the memorandum's own, else the first that any memorandum of the pack has then. false where there is none. Texts and
 * ratios are given as the pack holds them.
 */
MOU_API bool mou_pack_parameter_on(const struct mou_pack *pack, struct mou_text memorandum, struct mou_text name, mou_date day, enum mou_value_type *type,
                                   int64_t *value);
/** Most years that mou_pack_calendar can give. */
MOU_API uint32_t mou_pack_calendar_year_count(const struct mou_pack *pack);
/** Official working days as they had been published by `day`. `years` is the caller's, with room for as many as there can be; the calendar borrows it. */
MOU_API struct mou_calendar mou_pack_calendar(const struct mou_pack *pack, mou_date day, struct mou_calendar_year *years);
/** When decisions can change by the mere passing of time. */
enum mou_rhythm {
    MOU_RHYTHM_NEXT_DATES, /**< on a subject's next date */
    MOU_RHYTHM_YEARLY,     /**< there, and on any 1 January: the pack counts consecutive years */
    MOU_RHYTHM_DAILY       /**< on any day: the pack shows, or adds up, values that go with the day */
};
MOU_API enum mou_status mou_pack_rhythm(const struct mou_pack *pack, enum mou_rhythm *rhythm) MOU_MUST_USE;

/* ------------------------------------------------------------------ columns */

/** One column of values. Row i is known where bit i of `known` is set (NULL: all rows are). `width` bytes per value, signed. */
struct mou_column {
    const void *values;
    const uint64_t *known;
    uint32_t width; /**< 1, 2, 4 or 8; 0: no row is known */
};

/** Rows of one record type, ordered by subject, then by parent row. Whose they are is told row by row, or, at top level, by two bitmaps. */
struct mou_record_columns {
    uint32_t row_count;
    const uint32_t *subject;         /**< subject number of each row; NULL: `ends` and `some` tell */
    const uint32_t *parent;          /**< row number in the parent type; NULL at top level */
    const struct mou_column *fields; /**< one per field of the type */
    const uint32_t *first;           /**< subject -> its first row, subject_count + 1 entries; NULL: the machine counts them itself */
    const uint64_t *ends;            /**< where `subject` is NULL: bit of each row that is its subject's last; bits past the end are zero, also in `some` */
    const uint64_t *some;            /**< bit of each subject that has rows */
};

/** Rows of one relation, in any order. Dates as columns; an unknown `until` is open. */
struct mou_relation_columns {
    uint32_t row_count;
    const uint32_t *from_subject;
    const uint32_t *to_subject;
    struct mou_column since;
    struct mou_column until;
    const struct mou_column *fields;
};

/** An objection against one record row, open on [lodged, closed). */
struct mou_objection {
    uint32_t record; /**< type */
    uint32_t row;
    mou_date lodged;
    mou_date closed; /**< MOU_DATE_NONE while open */
};

/**
 * A batch: subjects, the first `core_count` of which are decided upon; the others are there because they are related. Text
 * values are numbers of `texts`. All memory is borrowed. Codes are their declared values, dates days since 1900, money fen,
 * ratios 10^-8, durations counts of their unit, yes-no 0 and 1.
 */
struct mou_batch {
    uint32_t subject_count;
    uint32_t core_count;
    const struct mou_text *subject_id; /**< may be NULL for mou_machine_count, which names nobody */
    const uint32_t *subject_kind;
    const struct mou_column *const *attributes; /**< [kind][attribute], columns over all subjects */
    const struct mou_record_columns *records;   /**< one per record type of the pack */
    const struct mou_relation_columns *relations;
    const struct mou_objection *objections;
    uint32_t objection_count;
    struct mou_intern *texts; /**< the machine adds the pack's own text literals */
};

/**
 * Row-wise builder of a batch, for JSON, tests and stores without column snapshots. Subjects must be added before their rows and relations; rows may come in
 * any order and are sorted at the end. Numbers handed out stay valid for later calls. Failures are sticky and told by mou_batch_finish.
 */
struct mou_batch_builder;
MOU_API struct mou_batch_builder *mou_batch_builder_new(const struct mou_pack *pack, const struct mou_allocator *allocator) MOU_MUST_USE;
MOU_API void mou_batch_builder_free(struct mou_batch_builder *builder);
/** Forgets all rows and texts, keeps memory. */
MOU_API void mou_batch_builder_reset(struct mou_batch_builder *builder);
/** Core subjects first. Returns the subject's number, UINT32_MAX on failure. */
MOU_API uint32_t mou_batch_add_subject(struct mou_batch_builder *builder, struct mou_text id, uint32_t kind, bool core);
/** The subject is only pointed at by relations: everything about it is unknown, also what has a default. */
MOU_API void mou_batch_set_pointed_at(struct mou_batch_builder *builder, uint32_t subject);
MOU_API void mou_batch_set_attribute(struct mou_batch_builder *builder, uint32_t subject, uint32_t attribute, int64_t value);
/** Text value for text fields. */
MOU_API int64_t mou_batch_text(struct mou_batch_builder *builder, struct mou_text text);
/** `parent` is the number handed out for the parent row, UINT32_MAX at top level. Unset fields are unknown, or their default. */
MOU_API uint32_t mou_batch_add_row(struct mou_batch_builder *builder, uint32_t record, uint32_t subject, uint32_t parent);
MOU_API void mou_batch_set_field(struct mou_batch_builder *builder, uint32_t record, uint32_t row, uint32_t field, int64_t value);
/** `since`, `until` may be MOU_DATE_NONE (unknown, open). */
MOU_API uint32_t mou_batch_add_relation(struct mou_batch_builder *builder, uint32_t relation, uint32_t from_subject, uint32_t to_subject,
                                        mou_date since, mou_date until);
MOU_API void mou_batch_set_relation_field(struct mou_batch_builder *builder, uint32_t relation, uint32_t row, uint32_t field, int64_t value);
MOU_API void mou_batch_add_objection(struct mou_batch_builder *builder, uint32_t record, uint32_t row, mou_date lodged, mou_date closed);
/**
 * Sorts, fills defaults and gives the batch, which lives until reset or free. Tells what failed before: MOU_ERROR_MEMORY, or MOU_ERROR_USAGE
 * for numbers that were never handed out, a child under another subject's row, a core subject behind others.
 */
MOU_API enum mou_status mou_batch_finish(struct mou_batch_builder *builder, const struct mou_batch **batch) MOU_MUST_USE;

/* ------------------------------------------------------------------ decisions */

enum mou_decision_outcome { MOU_IN_FORCE, MOU_SUSPENDED, MOU_TO_VERIFY, MOU_PENDING };

struct mou_ground_ref {
    struct mou_text subject;
    struct mou_text record;
    struct mou_text key;
    const struct mou_text *via; /**< relation names from the ground's subject to the target */
    uint32_t via_count;
};

struct mou_missing_ref {
    struct mou_text subject, record, key, field; /**< empty bytes pointer (NULL) where null */
    enum mou_fault fault;                        /**< MOU_FAULT_NONE for a plain missing field */
    struct mou_text source;                      /**< file base name, faults only */
    struct mou_place place;
};

struct mou_grant_value {
    struct mou_text name;
    enum mou_value_type type;
    bool known;
    int64_t value;
    struct mou_text text; /**< for texts and code names */
};

/** Where a decision is published or shared, how often, and from when until when it stands there: apart from the measure's own term. */
struct mou_publication_value {
    bool share;                    /**< 共享, else 公示 */
    const struct mou_text *places;
    uint32_t place_count;
    bool has_every, has_lasting;
    int64_t every, lasting;        /**< in units of their types: MOU_VALUE_MONTHS or MOU_VALUE_DAYS */
    enum mou_value_type every_type, lasting_type;
    mou_date from, until;          /**< to be withdrawn on `until`; MOU_DATE_NONE where open, or where the decision has no interval */
};

/** One decision; everything in it is borrowed until the sink returns. */
struct mou_decision {
    struct mou_text subject;
    uint32_t subject_number;
    bool is_finding;
    uint32_t rule; /**< measure or finding number of the pack */
    enum mou_decision_outcome outcome;
    mou_date from, until; /**< MOU_DATE_NONE where open or without interval */
    bool has_term;
    int64_t term;
    enum mou_value_type term_type;
    struct mou_text authority; /**< who acts, several joined with 、; empty for findings and where it is not known */
    const struct mou_grant_value *grants;
    uint32_t grant_count;
    const struct mou_publication_value *publications; /**< of a decision in force only: nothing is published while it is suspended or to verify */
    uint32_t publication_count;
    const struct mou_ground_ref *grounds;
    uint32_t ground_count;
    const struct mou_missing_ref *missing;
    uint32_t missing_count;
};

/* ------------------------------------------------------------------ duties, repairs, matters, assertions */

/** A record by its type and key; the key's bytes are NULL where it has none. */
struct mou_record_ref { struct mou_text record, key; };

enum mou_duty_outcome {
    MOU_DUTY_IS_DUE,      /**< begun, the last day is not over, not done */
    MOU_DUTY_IS_DONE,
    MOU_DUTY_IS_OVERDUE,  /**< the last day is over and it is not done */
    MOU_DUTY_IS_PENDING,  /**< its beginning lies ahead */
    MOU_DUTY_IS_TO_VERIFY /**< unknown whether there is a duty, whether it is done or until when it had to be */
};

/**
 * A duty (职责) that a record row of a subject brings. Duties see raw records: also those that are not served yet, and those under objection. The
 * deadline is the last day (Civil Code 201: the first day is not counted; 203: 顺延). Everything is borrowed until the sink returns.
 */
struct mou_duty_state {
    struct mou_text subject;
    uint32_t subject_number;
    uint32_t rule;              /**< duty number of the pack */
    uint32_t row;               /**< row of the batch's columns of the duty's record type */
    struct mou_record_ref about;
    enum mou_duty_outcome outcome;
    struct mou_text authority;  /**< declared, or as the row names it; NULL bytes where that is not known */
    mou_date from, deadline;    /**< MOU_DATE_NONE where not known */
    const struct mou_record_ref *done_by; /**< records that show that it is done, sorted; none where the row itself says so */
    uint32_t done_by_count;
    mou_date done_on;           /**< the first of their dates of making, MOU_DATE_NONE without one */
    const struct mou_missing_ref *missing; /**< to verify only */
    uint32_t missing_count;
};

enum mou_repair_outcome {
    MOU_REPAIR_IS_ELIGIBLE,     /**< may be applied for and nothing stands against it */
    MOU_REPAIR_IS_REFUSED,      /**< 不予 holds */
    MOU_REPAIR_IS_NOT_ELIGIBLE, /**< 可申请 does not hold */
    MOU_REPAIR_IS_TO_VERIFY
};

/** A step of 办理 (`granted` false) or a consequence of 准予后. */
struct mou_repair_step_info {
    struct mou_text name, object; /**< object empty without one */
    bool granted, timed;
    enum mou_value_type type;     /**< of `within`: MONTHS, DAYS or WORKDAYS */
    int64_t within;
    struct mou_text parameter;    /**< that says how long; empty where the rule does. Without a value on the day it is not `timed`. */
};

/** How a repair (修复) stands for a record row. Borrowed until the sink returns. */
struct mou_repair_state {
    struct mou_text subject;
    uint32_t subject_number;
    uint32_t rule; /**< repair number of the pack */
    uint32_t row;
    struct mou_record_ref about;
    enum mou_repair_outcome outcome;
    /** The as-of date where it is eligible, else the first later day on which it would be by the mere passing of time; MOU_DATE_NONE: never by time alone. */
    mou_date earliest;
    mou_date on; /**< the as-of date: what the steps of 办理 take is said as of it */
    const struct mou_missing_ref *missing; /**< to verify only */
    uint32_t missing_count;
};

enum mou_matter_outcome {
    MOU_MATTER_IS_ALLOWED, MOU_MATTER_IS_DENIED, MOU_MATTER_IS_ADVISED,
    MOU_MATTER_IS_TO_VERIFY /**< a condition is unknown: never a denial */
};
/** What one clause of a matter says. SUSPENDED: yes only with records under objection, which stay it. */
enum mou_answer { MOU_ANSWER_NONE, MOU_ANSWER_NO, MOU_ANSWER_YES, MOU_ANSWER_UNKNOWN, MOU_ANSWER_SUSPENDED };

/** Where a measure stands with a host that puts into effect what the machine only proposes. */
struct mou_standing {
    bool in_effect;
    struct mou_text word; /**< what the host calls its state, for programs; NULL bytes: it has none */
    struct mou_text said; /**< the same for people */
};

/** A measure that a matter looked up. */
struct mou_looked_up {
    uint32_t measure;
    bool decided;                      /**< false: it has no outcome for the subject */
    enum mou_decision_outcome outcome;
    mou_date from, until;
    bool decisive;                     /**< it is why a clause says what it says */
    const struct mou_standing *standing; /**< NULL where the run was not told */
};

/** What a matter (事项) comes to for a subject. Borrowed until the sink returns. */
struct mou_matter_state {
    struct mou_text subject;
    uint32_t subject_number;
    uint32_t rule; /**< matter number of the pack */
    enum mou_matter_outcome outcome;
    enum mou_answer prohibit, advise;
    const struct mou_looked_up *looked_up; /**< in the order of 查, then others that the clauses ask for */
    uint32_t looked_up_count;
    const struct mou_missing_ref *missing; /**< to verify only */
    uint32_t missing_count;
};

/** An assertion (断言) that a subject refutes: its condition is a definite no with and without the records under objection. */
struct mou_refutation {
    struct mou_text subject;
    uint32_t subject_number;
    uint32_t rule;            /**< assertion number of the pack */
    const uint32_t *measures; /**< measures whose states refute it */
    uint32_t measure_count;
};

MOU_API uint32_t mou_pack_duty_count(const struct mou_pack *pack);
/** `record` is the type that the duty is about. */
MOU_API void mou_pack_duty(const struct mou_pack *pack, uint32_t duty, struct mou_text *name, uint32_t *memorandum, uint32_t *record);
MOU_API uint32_t mou_pack_repair_count(const struct mou_pack *pack);
MOU_API void mou_pack_repair(const struct mou_pack *pack, uint32_t repair, struct mou_text *name, uint32_t *memorandum, uint32_t *record);
MOU_API uint32_t mou_pack_repair_step_count(const struct mou_pack *pack, uint32_t repair);
/** `day` chooses the values of parameters. */
MOU_API struct mou_repair_step_info mou_pack_repair_step(const struct mou_pack *pack, uint32_t repair, uint32_t step, mou_date day);
MOU_API uint32_t mou_pack_matter_count(const struct mou_pack *pack);
MOU_API void mou_pack_matter(const struct mou_pack *pack, uint32_t matter, struct mou_text *name, uint32_t *memorandum);
/** Instructions of the pack's code. */
MOU_API uint32_t mou_pack_instruction_count(const struct mou_pack *pack);
MOU_API uint32_t mou_pack_assertion_count(const struct mou_pack *pack);
MOU_API void mou_pack_assertion(const struct mou_pack *pack, uint32_t assertion, struct mou_text *text, uint32_t *memorandum);

/**
 * Receives results in order: a core subject's decisions sorted by rule and memorandum, then its duties, repairs and matters, each sorted by rule, memorandum
 * and the record's key, then the assertions that it refutes, then its next date. Core subjects in the order of the batch. Functions that are not wanted may be NULL.
 */
struct mou_decision_sink {
    void *state;
    enum mou_status (*decision)(void *state, const struct mou_decision *decision);
    /** `next` MOU_DATE_NONE: nothing changes by time alone. May be NULL when not wanted. */
    enum mou_status (*next)(void *state, struct mou_text subject, uint32_t subject_number, mou_date next);
    /* those that the options ask for */
    enum mou_status (*duty)(void *state, const struct mou_duty_state *duty);
    enum mou_status (*repair)(void *state, const struct mou_repair_state *repair);
    enum mou_status (*matter)(void *state, const struct mou_matter_state *matter);
    enum mou_status (*refuted)(void *state, const struct mou_refutation *refutation);
};

/** A rule by its name and that of its memorandum. */
struct mou_rule_name {
    struct mou_text memorandum, rule;
};

/** Some rules of a pack and what they rest on; never changes, so that several threads may use one. */
struct mou_focus;
/** Of all findings, measures, duties, repairs and matters of these names. NULL when memory ran out. */
MOU_API struct mou_focus *mou_focus_new(const struct mou_pack *pack, const struct mou_rule_name *rules, size_t count, const struct mou_allocator *allocator) MOU_MUST_USE;
/** Of `count` assertions from number `first`. NULL when memory ran out. */
MOU_API struct mou_focus *mou_focus_assertions(const struct mou_pack *pack, uint32_t first, uint32_t count, const struct mou_allocator *allocator) MOU_MUST_USE;
MOU_API void mou_focus_free(struct mou_focus *focus);

struct mou_run_options {
    mou_date as_of;
    bool findings;      /**< also findings as decisions */
    bool count_only;    /**< outcomes only: no grounds, missing, intervals; nothing may be explained from within the sink */
    bool duties, repairs, matters, assertions; /**< also these; next dates then cover them too */
    /**
     * NULL: matters ask what the rules say. Else an entry for each measure of the pack, core subject by core subject: a matter's condition on a measure is then no where the
     * measure is not in effect. Borrowed until the last explanation of the run.
     */
    const struct mou_standing *standings;
    /** Decides these rules only, as a run would that decides all; NULL: all. Not with count_only or next dates, and nothing may be explained afterwards. */
    const struct mou_focus *focus;
};

struct mou_machine;
/** A machine for one pack; keeps its memory between runs. */
MOU_API enum mou_status mou_machine_new(const struct mou_pack *pack, const struct mou_allocator *allocator, struct mou_machine **machine) MOU_MUST_USE;
MOU_API void mou_machine_free(struct mou_machine *machine);
/** Evaluates the batch as of a date. Status of the sink is passed on. */
MOU_API enum mou_status mou_machine_run(struct mou_machine *machine, const struct mou_batch *batch, const struct mou_run_options *options,
                                        const struct mou_decision_sink *sink) MOU_MUST_USE;

/** Outcomes of one measure, by enum mou_decision_outcome. */
struct mou_outcome_counts {
    uint64_t of[4];
};
/**
 * Adds to counts[measure] what the measures come to for the batch's core subjects but for those with a bit in `passed_over` (NULL: nobody): the same numbers as by
 * the decisions of a run, without making them. Status as of mou_machine_run; numbers mean nothing where it is not MOU_OK.
 */
MOU_API enum mou_status mou_machine_count(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, const uint64_t *passed_over,
                                          struct mou_outcome_counts *counts) MOU_MUST_USE;

/** What the cells of a column in neighbouring rows are at the most: values of the known ones lie in between, and are of those seen. */
struct mou_zone {
    int64_t least, greatest; /**< of the known ones; least > greatest: none is known */
    uint64_t seen;           /**< bit (value mod 64) of each of these */
    uint64_t gaps;           /**< not 0: some are not known */
};
/**
 * Finds record types of a batch to come no row of which can matter for what mou_machine_count counts on `as_of`: the same comes of it where it has no rows of these. For batches without
 * objections. zones[type][field] is about all of the type's rows in the batch; NULL: nothing is known of the type. idle[type] receives the answers; nothing is idle before the machine
 * has counted a batch, perhaps an empty one, on that date. True where any is.
 */
MOU_API bool mou_machine_find_idle(struct mou_machine *machine, mou_date as_of, const struct mou_zone *const *zones, bool *idle);

/** Whether an operation failed in the last run (overflow, a year without a calendar): only then can a decision name a fault. */
MOU_API bool mou_machine_faulted(const struct mou_machine *machine);
/**
 * Adds the faults that the decisions of the batch's core subjects name, but for those with a bit in `passed_over`: for a batch that was counted and faulted, with
 * its identifiers. Decides it in full. Status as of mou_machine_run.
 */
MOU_API enum mou_status mou_machine_count_faults(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, const uint64_t *passed_over,
                                                 uint64_t *faults) MOU_MUST_USE;

/** A decision that outlives the sink: a copy with all that it points to, in `arena`. */
MOU_API enum mou_status mou_decision_copy(const struct mou_decision *from, struct mou_arena *arena, struct mou_decision *to) MOU_MUST_USE;

/** Appends one decision as a JSON line (with line break) in the documented shape. */
MOU_API void mou_decision_json(const struct mou_pack *pack, const struct mou_decision *decision, struct mou_buf *out);
/** Puts where its measure stands into the decision's line, which was appended last, as the members `state` and `in_effect`. */
MOU_API void mou_standing_json(const struct mou_decision *decision, const struct mou_standing *standing, struct mou_buf *line);
/** The same line up to the outcome, which is all that a run with `count_only` finds out. */
MOU_API void mou_outcome_json(const struct mou_pack *pack, const struct mou_decision *decision, struct mou_buf *out);
/** Appends `{"subject": …, "next": …}`. */
MOU_API void mou_next_json(struct mou_text subject, mou_date next, struct mou_buf *out);

/** The same for duties, repairs, matters and refuted assertions. */
MOU_API void mou_duty_json(const struct mou_pack *pack, const struct mou_duty_state *duty, struct mou_buf *out);
MOU_API void mou_repair_json(const struct mou_pack *pack, const struct mou_repair_state *repair, struct mou_buf *out);
MOU_API void mou_matter_json(const struct mou_pack *pack, const struct mou_matter_state *matter, struct mou_buf *out);
MOU_API void mou_refutation_json(const struct mou_pack *pack, const struct mou_refutation *refutation, struct mou_buf *out);

/**
 * After mou_machine_run on the same batch: appends why `measure` (or, is_finding, the finding) has the outcome it has for core subject `subject`, or why it has
 * none, down to the clause, each step with value, record, article and source line; as indented text in `lang` or as JSON.
 */
struct mou_explain_options {
    enum mou_lang lang;
    bool json;
    bool why_not; /**< also what does not apply */
    bool unmask;  /**< show the values of confidential fields, which else are masked */
};
MOU_API enum mou_status mou_machine_explain(struct mou_machine *machine, uint32_t subject, uint32_t rule, bool is_finding,
                                            const struct mou_explain_options *options, struct mou_buf *out) MOU_MUST_USE;

/** Rules that are no decisions. */
enum mou_rule_sort { MOU_RULE_DUTY, MOU_RULE_REPAIR, MOU_RULE_MATTER, MOU_RULE_ASSERTION };
/**
 * After a mou_machine_run that asked for such rules, on the same batch: appends why rule `rule` of that sort stands as it does for core subject
 * `subject`, and of duties and repairs for row `row` of the record type that they are about; as indented text or as JSON. MOU_ERROR_USAGE where
 * that run did not ask for them, or a number is out of range.
 */
MOU_API enum mou_status mou_machine_explain_rule(struct mou_machine *machine, uint32_t subject, enum mou_rule_sort sort, uint32_t rule, uint32_t row,
                                                 const struct mou_explain_options *options, struct mou_buf *out) MOU_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
