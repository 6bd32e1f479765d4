/*
 * The record store: subjects, records, relations and objections with the time at which they were known, imports with quarantine, runs and
 * their decisions, receipts. One SQLite file in WAL mode with synchronous=FULL. A store belongs to one thread at a time. The library reads no clock:
 * the caller says what time it is.
 */
#ifndef MOU_STORE_H
#define MOU_STORE_H

#include "mou/base.h"
#include "mou/table.h"
#include "mou/vm.h"
#include "mou/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mou_store;

/** Milliseconds since 1970-01-01 UTC. */
typedef int64_t mou_time;

/**
 * Makes a store at `path`, private to its owner, for the vocabulary of `pack`, which becomes its first pack; or brings an existing one up to this program's format.
 * `pack_bytes` may be NULL for an existing store; a pack that the store does not know is refused there (MOU_ERROR_AUTHORITY). `message` receives what went
 * wrong, in `lang`.
 */
MOU_API enum mou_status mou_store_init(const char *path, const unsigned char *pack_bytes, size_t pack_len, mou_time now, enum mou_lang lang,
                                       struct mou_buf *message) MOU_MUST_USE;
/** Opens an existing store and its newest approved pack. MOU_ERROR_IO if it cannot be opened, is no store, or is of an older or newer format. */
MOU_API enum mou_status mou_store_open(const char *path, enum mou_lang lang, struct mou_store **store, struct mou_buf *message) MOU_MUST_USE;
/** The same without opening any pack: for packs, ledger, verification and backup. */
MOU_API enum mou_status mou_store_open_bare(const char *path, enum mou_lang lang, struct mou_store **store, struct mou_buf *message) MOU_MUST_USE;
MOU_API void mou_store_close(struct mou_store *store);
/** The pack at hand; belongs to the store and lives until another one is taken or the store is closed. */
MOU_API const struct mou_pack *mou_store_pack(const struct mou_store *store);
/** Why the last call failed; valid until the next call. */
MOU_API const char *mou_store_message(const struct mou_store *store);

/** State of knowledge: everything that is known now. */
#define MOU_TIME_NOW INT64_MAX

/* ------------------------------------------------------------------ import */

enum mou_import_target { MOU_IMPORT_SUBJECTS, MOU_IMPORT_RELATIONS, MOU_IMPORT_OBJECTIONS, MOU_IMPORT_RECORDS, MOU_IMPORT_WITHDRAWALS /* 撤回 */ };
enum mou_import_format { MOU_IMPORT_CSV, MOU_IMPORT_NDJSON, MOU_IMPORT_CSV_1904 /* days count from 1904, as in some spreadsheets */ };
enum mou_import_layout { MOU_LAYOUT_PLAIN, MOU_LAYOUT_NATIONAL /* 双公示 */ };
enum mou_import_encoding { MOU_ENCODING_DETECT, MOU_ENCODING_UTF8, MOU_ENCODING_GB18030 };

/** The bytes of a delivered file, which must stay as they are while the import lasts. */
struct mou_import_source {
    uint64_t size;
    /** Fills `bytes` with the `len` bytes from `offset` on, all within the size; false if they cannot be read. Called by one thread at a time, of a large file not always by the caller's. */
    bool (*read)(void *state, uint64_t offset, void *bytes, size_t len);
    /** Asked before anything is committed: whether the bytes are still what they were. NULL: they are. */
    bool (*unchanged)(void *state);
    void *state; /**< of the two */
    const struct mou_table *table; /**< the rows that a reader finds in those bytes (a spreadsheet's); NULL: the bytes are text of the options' format */
};

/** Quarantined rows that somebody takes again. */
struct mou_settled_rows {
    const int64_t *rows;
    size_t count;
    struct mou_text actor;
    bool fixed; /**< put right by hand, not taken as they came */
};

struct mou_quarantine_row;

struct mou_import_options {
    enum mou_import_target target;
    struct mou_text record; /**< record type's name, for MOU_IMPORT_RECORDS */
    enum mou_import_format format;
    enum mou_import_layout layout;
    enum mou_import_encoding encoding;
    struct mou_text file_name; /**< for the receipt */
    struct mou_text source;    /**< department that the data comes from, may be empty */
    struct mou_text actor, department; /**< who imports, for the receipt; may be empty */
    struct mou_text mapping;   /**< text of a mapping file, which tells what the columns are; empty: the headers do */
    struct mou_text mapping_name; /**< for messages */
    unsigned header_row;          /**< row that has the headers, where the mapping does not say; 0: the first */
    mou_time now;
    mou_time known_at;         /**< MOU_TIME_NOW: from now on; else at or after what the store recorded last, and not after `now` */
    bool dry_run;
    bool erase;                /**< MOU_IMPORT_WITHDRAWALS: also erase for good what all versions of the records say */
    bool typed;                /**< rows of a command, not of a file: taken again each time, and refused as a whole where a file's row would go to quarantine */
    const struct mou_settled_rows *settles; /**< quarantined rows that this import takes again; NULL: none */
    bool accept_check_digit; /**< identifiers whose check digit is wrong have been confirmed by an officer */
    bool (*progress)(void *state, uint64_t done, uint64_t total); /**< NULL; bytes, or rows of a table; false stops the import, nothing is stored */
    void *progress_state;
    void (*refused)(void *state, const struct mou_quarantine_row *row); /**< NULL; every row that goes to quarantine */
    void *refused_state;
};

struct mou_import_result {
    int64_t import_id;
    uint64_t rows;        /**< rows read */
    uint64_t added;
    uint64_t corrected;   /**< a newer version of a known row, or a row withdrawn */
    uint64_t unchanged;
    uint64_t quarantined;
    uint64_t warnings;    /**< wrong check digits taken */
    bool seen_before;     /**< the same file was imported before: nothing was done */
};

/**
 * Takes a whole file's bytes in one transaction; rows that cannot be taken go verbatim to quarantine with reason, line and column.
 * MOU_ERROR_DATA: the file as a whole cannot be taken (no header, unknown column, wrong encoding); the store is as before.
 */
MOU_API enum mou_status mou_store_import(struct mou_store *store, const char *bytes, size_t len, const struct mou_import_options *options,
                                         struct mou_import_result *result) MOU_MUST_USE;
/** The same of a file that is read piece by piece, twice: no more of it is in memory than a row and a block, whatever its size. */
MOU_API enum mou_status mou_store_import_source(struct mou_store *store, const struct mou_import_source *source, const struct mou_import_options *options,
                                                struct mou_import_result *result) MOU_MUST_USE;

/** One quarantined row. */
struct mou_quarantine_row {
    int64_t id;
    int64_t import_id;
    uint64_t line;
    uint32_t column; /**< from 1; 0: the row as a whole */
    struct mou_text field, reason, raw, file;
    struct mou_text target; /**< what was imported: a record type, 主体, 关系, 异议 or 撤回 */
    struct mou_text header; /**< the file's first row where it has one; empty where it was not kept */
    enum mou_import_format format;
    enum mou_import_layout layout;
    struct mou_text sheet; /**< of a spreadsheet, where raw is its row as CSV; empty: the file is text */
    bool mapped;           /**< a mapping told what the columns are: the header does not */
};
/** Appends a place of a sheet: 表!C5. */
MOU_API void mou_table_place(struct mou_text sheet, uint64_t line, uint32_t column, struct mou_buf *out);
/** Calls `row` for the rows of an import (0: of all) that wait in quarantine, oldest first, until it returns false. */
MOU_API enum mou_status mou_store_quarantine(struct mou_store *store, int64_t import_id, bool (*row)(void *state, const struct mou_quarantine_row *row),
                                             void *state) MOU_MUST_USE;

struct mou_quarantine_request {
    int64_t import_id;   /**< whose waiting rows are taken again */
    int64_t row_id;      /**< only this one; 0: all */
    struct mou_text row; /**< the row put right; NULL bytes: as it came */
    struct mou_text actor;
    mou_time now;
    bool accept_check_digit;
};
/**
 * Takes waiting rows again, as an import of their own, in one transaction; what is refused again waits under that import. A row that is put right must be taken
 * (MOU_ERROR_DATA). result->import_id 0: there was nothing to do.
 */
MOU_API enum mou_status mou_store_quarantine_replay(struct mou_store *store, const struct mou_quarantine_request *request, struct mou_import_result *result) MOU_MUST_USE;

/**
 * Records of a type with a key, by subject and key, whose newest date of making lies on or before `made` (without one: which were last delivered until `known`), that are
 * not erased and that no objection stands against, until `take` returns false. Nested types and those without a key have none.
 */
MOU_API enum mou_status mou_store_records_until(struct mou_store *store, uint32_t record, mou_date made, mou_time known,
                                                bool (*take)(void *state, struct mou_text subject, struct mou_text key, mou_date made, mou_time known), void *state) MOU_MUST_USE;

/* ------------------------------------------------------------------ packs */

/** Takes the pack that is in force on `as_of` by what had been approved at `known_at`. MOU_ERROR_PACK if there is none. */
MOU_API enum mou_status mou_store_use_pack(struct mou_store *store, mou_date as_of, mou_time known_at) MOU_MUST_USE;
/** Whether that pack is the one at hand. What was made for another one (machines, builders) must be freed before it is taken. */
MOU_API enum mou_status mou_store_pack_fits(struct mou_store *store, mou_date as_of, mou_time known_at, bool *fits) MOU_MUST_USE;
/** Takes a pack that is only tried: nothing that it decides can be stored. */
MOU_API enum mou_status mou_store_try_pack(struct mou_store *store, const unsigned char *bytes, size_t len) MOU_MUST_USE;

/** An act of one person on a pack; what one proposes another one approves. */
struct mou_pack_request {
    const unsigned char *bytes; /**< proposals of a new pack only */
    size_t len;
    unsigned char hash[32];
    bool approve; /**< the newest open proposal */
    bool retire;  /**< out of force, instead of in force */
    struct mou_text actor;
    mou_date effective; /**< first day in, or out of, force; proposals only */
    mou_time now;
};
/** MOU_ERROR_AUTHORITY if the same person proposed it; MOU_ERROR_USAGE if there is nothing to approve or retire. */
MOU_API enum mou_status mou_store_pack_act(struct mou_store *store, const struct mou_pack_request *request) MOU_MUST_USE;

struct mou_pack_entry {
    int64_t number;
    unsigned char hash[32];
    struct mou_text act; /**< found, propose, approve, propose_retirement, approve_retirement */
    struct mou_text actor;
    mou_time at;
    mou_date effective;
    bool approved; /**< a proposal that was approved */
};
/** All acts, oldest first, until `take` returns false. */
MOU_API enum mou_status mou_store_packs(struct mou_store *store, bool (*take)(void *state, const struct mou_pack_entry *entry), void *state) MOU_MUST_USE;

/* ------------------------------------------------------------------ keys */

/** An ed25519 key pair. */
struct mou_key {
    unsigned char seed[32]; /**< secret */
    unsigned char public_key[32];
};
MOU_API enum mou_status mou_key_make(struct mou_key *key) MOU_MUST_USE;
/** MOU_ERROR_AUTHORITY if the key's halves do not belong together. */
MOU_API enum mou_status mou_key_sign(const struct mou_key *key, const void *bytes, size_t len, unsigned char signature[64]) MOU_MUST_USE;
MOU_API bool mou_key_verify(const unsigned char public_key[32], const void *bytes, size_t len, const unsigned char signature[64]);
/** Overwrites the secret. */
MOU_API void mou_key_forget(struct mou_key *key);

/* ------------------------------------------------------------------ reading */

/** Number of subjects known at `known_at`. */
MOU_API enum mou_status mou_store_subject_count(struct mou_store *store, mou_time known_at, uint64_t *count) MOU_MUST_USE;
/**
 * Fills `builder` (of the installed pack) with up to `limit` subjects whose identifiers come after `after` in byte order, as core, and with what is related to them within the pack's
 * closure depth. *count receives the number of core subjects, 0 at the end.
 */
MOU_API enum mou_status mou_store_read_batch(struct mou_store *store, mou_time known_at, struct mou_text after, uint32_t limit,
                                             struct mou_batch_builder *builder, const struct mou_batch **batch, uint32_t *count) MOU_MUST_USE;
/** The same for one subject. *found is false if there is none. */
MOU_API enum mou_status mou_store_read_subject(struct mou_store *store, mou_time known_at, struct mou_text identifier, struct mou_batch_builder *builder,
                                               const struct mou_batch **batch, bool *found) MOU_MUST_USE;

/* ------------------------------------------------------------------ runs */

struct mou_run_request {
    mou_date as_of;
    mou_date today;    /**< where it is not 0: once officers have acted on measures, a run that stores results lies neither after it nor before the last run's day */
    mou_time known_at; /**< MOU_TIME_NOW: everything */
    mou_time now;
    struct mou_text actor, department; /**< who runs it, for the receipt; may be empty */
    bool full;          /**< look at every subject, also where less would do */
    bool store_results; /**< false: every subject, only counts and `decision` */
    uint32_t threads;   /**< so many threads may work (0: one); what comes of it is the same for any number. `decision` is called on the caller's */
    enum mou_status (*decision)(void *state, const struct mou_pack *pack, const struct mou_decision *decision); /**< may be NULL */
    void *decision_state;
    struct mou_profile *profile; /**< NULL; receives where the time went, of all threads together. Of the pack at hand (mou_store_pack) */
    bool (*progress)(void *state, uint64_t subjects_done, uint64_t subjects_total); /**< NULL; false stops the run, nothing is stored */
    void *progress_state;
};

/** Decisions of one measure by outcome. */
struct mou_run_count { uint32_t measure; uint64_t outcomes[4]; /**< by enum mou_decision_outcome */ };

struct mou_run_result {
    int64_t run_id;
    bool incremental;   /**< it built on the run before */
    uint64_t subjects;  /**< known ones */
    uint64_t evaluated; /**< those that were looked at */
    uint64_t decisions; /**< that stand after it, of all subjects */
    uint64_t opened, changed, closed; /**< against the decisions that were open before */
    uint64_t faults;    /**< in the decisions of those that were looked at */
    bool stored_snapshot; /**< a run that only counts used the stored snapshot */
    bool renewed_snapshot; /**< it made the stored snapshot anew */
    uint64_t reread;      /**< and read so many subjects from the tables, as they had changed since */
    uint64_t idle_blocks; /**< and did not look at a table's rows in so many blocks of subjects, as by the zones stored none can matter */
    struct mou_run_count *counts; /**< one per measure of the pack; in the store's memory until the next run or close */
    uint32_t count_len;
};

/**
 * Evaluates the subjects whose decisions can have changed since the run before (all of them where that cannot be said: the first run, another pack, an earlier
 * date, `full`) and stores the difference to the open decisions, next dates and a receipt in one transaction. The pack is the one at hand; it must be in force
 * on `as_of` (MOU_ERROR_AUTHORITY for one that is only tried). MOU_ERROR_USAGE for a day out of order (see `today`).
 */
MOU_API enum mou_status mou_store_run(struct mou_store *store, const struct mou_run_request *request, struct mou_run_result *result) MOU_MUST_USE;
struct mou_evaluate_request {
    mou_date as_of;
    mou_time known_at;       /**< MOU_TIME_NOW: everything */
    bool findings;           /**< also findings as decisions */
    bool outcomes_only;      /**< no grounds, missing fields or intervals */
    uint32_t threads;        /**< so many may work (0: one); the sink is called on the caller's, in the same order for any number */
    uint32_t batch_subjects; /**< of a batch; 0: as many as usual. Never shows in a result */
};
/**
 * Decisions of all subjects by the pack at hand, in byte order of their identifiers, to the sink's `decision`, and to its `next` where it is there; duties and what
 * else a sink can take are not among them. Nothing is stored. The sink's own status is passed on.
 */
MOU_API enum mou_status mou_store_evaluate(struct mou_store *store, const struct mou_evaluate_request *request, const struct mou_decision_sink *sink) MOU_MUST_USE;
/** The decisions that stand, as JSON lines without line break, by subject and rule, until `take` returns false. */
MOU_API enum mou_status mou_store_decisions(struct mou_store *store, bool (*take)(void *state, struct mou_text line), void *state) MOU_MUST_USE;

/** A decision that stands, with the subject's name as it is known now. Texts live until the function that takes it returns. */
struct mou_standing_decision {
    int64_t number;            /**< the same for as long as it lasts */
    struct mou_text subject, kind;
    struct mou_text name;      /**< by the attribute 名称, 姓名 or name; empty where it is not known */
    bool person;               /**< that attribute is 姓名 */
    struct mou_text line;      /**< what it says, as a JSON line without line break */
    mou_date since;            /**< date of the run that found it */
    struct mou_text state;     /**< where the measure stands, a word of measure_states.def */
};
/** The decisions that stand, by subject and rule, until `take` returns false. */
MOU_API enum mou_status mou_store_standing_decisions(struct mou_store *store, bool (*take)(void *state, const struct mou_standing_decision *decision), void *state) MOU_MUST_USE;
enum mou_statistic {
    MOU_STATISTIC_FOUND,      /**< decisions found by a run of the period: month, kind */
    MOU_STATISTIC_ENDED,      /**< decisions that a run of the period no longer found: month, kind */
    MOU_STATISTIC_STEPS,      /**< officers' acts of the period on measures: month, event */
    MOU_STATISTIC_OBJECTIONS, /**< lodged in the period: outcome, or open or closed */
    MOU_STATISTIC_REPAIRS,    /**< of the period: memorandum.rule; apply, grant, refuse */
    MOU_STATISTIC_CORRECTIONS /**< decisions that corrections of the period changed: whether their measure was in effect */
};
/** Counts of one sort between two days, both included: two labels and a number, until `take` returns false. Labels live until it returns. */
MOU_API enum mou_status mou_store_statistic(struct mou_store *store, enum mou_statistic statistic, mou_date from, mou_date until,
                                            bool (*take)(void *state, struct mou_text first, struct mou_text second, uint64_t count), void *state) MOU_MUST_USE;

/** Names of subjects by identifier. */
struct mou_subject_names;
/** *names must be closed before the store is. */
MOU_API enum mou_status mou_store_names_open(struct mou_store *store, struct mou_subject_names **names) MOU_MUST_USE;
MOU_API void mou_store_names_close(struct mou_subject_names *names); /**< NULL is fine */
/**
 * The subject's name as it is known now, by the attribute 名称, 姓名 or name; empty where it is not known. *person: it is a natural person's. Lives until the next
 * name is asked for.
 */
MOU_API enum mou_status mou_store_name_of(struct mou_subject_names *names, struct mou_text identifier, struct mou_text *name, bool *person) MOU_MUST_USE;

/* ------------------------------------------------------------------ stored snapshot */

struct mou_store_snapshot_result {
    bool kept;         /**< there was one of all that is known now */
    uint64_t subjects;
    uint64_t bytes;    /**< of the file */
};
/**
 * Stores, in a private file beside the database (its name and "-snapshot"), what the rules of the store's pack look at, as columns: runs that only count
 * read them from there. Never trusted over the database: a run uses it as far as the database says that nothing changed, reads who changed since from the tables, and
 * makes it anew where it does not fit, is damaged or too old. It may be deleted at any time. MOU_ERROR_IO if it cannot be written.
 */
MOU_API enum mou_status mou_store_snapshot(struct mou_store *store, mou_time now, struct mou_store_snapshot_result *result) MOU_MUST_USE;
/** Deletes it; fine if there is none. */
MOU_API enum mou_status mou_store_snapshot_remove(struct mou_store *store) MOU_MUST_USE;

/* ------------------------------------------------------------------ ledger and verification */

/** Head of the ledger's Merkle tree: how many receipts, and the root over them. */
struct mou_tree_head {
    int64_t size;
    unsigned char root[32];
};
MOU_API enum mou_status mou_store_head(struct mou_store *store, struct mou_tree_head *head) MOU_MUST_USE;

struct mou_verify_request {
    const struct mou_tree_head *heads; /**< published ones that the ledger must continue; their signatures have been checked */
    size_t head_count;
    bool repeat_runs; /**< evaluate every past run again, in full, and compare with what was stored then */
    bool (*progress)(void *state, uint64_t done, uint64_t total); /**< of repeated runs; NULL; false stops */
    void *progress_state;
    void (*problem)(void *state, const char *text); /**< every finding, in the store's language; may be NULL */
    void *state;
};
struct mou_verify_result {
    int64_t entries;
    uint64_t erased;   /**< receipts whose text and salt were erased */
    uint64_t nodes;
    uint64_t runs;     /**< runs that were repeated */
    uint64_t events;   /**< imports, runs and acts on packs with all their rows */
    uint64_t waiting;  /**< receipts of look-ups that are kept beside the store and not in the ledger yet */
    uint64_t problems;
    unsigned char root[32];
};
/** MOU_OK when everything could be looked at, whatever was found. */
MOU_API enum mou_status mou_store_verify(struct mou_store *store, const struct mou_verify_request *request, struct mou_verify_result *result) MOU_MUST_USE;

/**
 * A copy of the store as it is now, made while others go on using it, at `path`, which must not exist (MOU_ERROR_USAGE); private to its owner, and verified:
 * MOU_ERROR_DATA, and no file, if it does not hold. `go_on` may be NULL; it is asked from time to time, after the pages were copied and while they are verified, and false stops the backup (MOU_ERROR_IO), without a file. Receipts that wait beside the store are copied to `path` and "-waiting", which must not exist then; there is no such file where none waits.
 */
MOU_API enum mou_status mou_store_backup(struct mou_store *store, const char *path, bool (*go_on)(void *state), void *state, struct mou_verify_result *result) MOU_MUST_USE;

/** What convinces somebody without the database that a receipt is in the ledger. Texts live until the store's next call. */
#define MOU_PROOF_HASHES_MAX 64
struct mou_entry_proof {
    int64_t number; /**< from 1 */
    mou_time at;
    int64_t event;
    struct mou_text kind, body;
    unsigned char previous[32], salt[32];
    unsigned char path[MOU_PROOF_HASHES_MAX][32]; /**< from the leaf upwards */
    uint32_t path_count;
    struct mou_tree_head head;
};
/** MOU_ERROR_USAGE if there is no such receipt, or it was erased. */
MOU_API enum mou_status mou_store_prove_entry(struct mou_store *store, int64_t number, struct mou_entry_proof *proof) MOU_MUST_USE;
/** Whether entry and path lead to the proof's root (RFC 9162, 2.1.3.2). Needs no store. */
MOU_API bool mou_entry_proof_holds(const struct mou_entry_proof *proof);

/** Appends a receipt of something that changes no rows: a look-up, an export. *number receives its number. */
MOU_API enum mou_status mou_store_note(struct mou_store *store, mou_time now, const char *kind, struct mou_text body, int64_t *number) MOU_MUST_USE;
/**
 * The same for what must not wait for a writer: where another program has held the store for more than a moment, the receipt is kept beside it, safe on disk, and goes into the ledger with that
 * program's commit, or the next one; *number is then 0.
 */
MOU_API enum mou_status mou_store_note_soon(struct mou_store *store, mou_time now, const char *kind, struct mou_text body, int64_t *number) MOU_MUST_USE;
/** A receipt as it can be read. Texts live until the function that takes it returns. */
struct mou_ledger_receipt {
    int64_t number;
    mou_time at;
    struct mou_text body;
};
/** The receipts of a kind that were written in [from, until) and not erased, oldest first, until `take` returns false. */
MOU_API enum mou_status mou_store_receipts(struct mou_store *store, const char *kind, mou_time from, mou_time until,
                                           bool (*take)(void *state, const struct mou_ledger_receipt *receipt), void *state) MOU_MUST_USE;
/** Erases text and salt of a receipt of a look-up or an export, for good; the tree stays as it is. Leaves a receipt of its own. */
MOU_API enum mou_status mou_store_erase_entry(struct mou_store *store, mou_time now, int64_t number, struct mou_text actor, struct mou_text reason) MOU_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
