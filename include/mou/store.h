/*
 * The record store: subjects, records, relations and objections with the time at which they were known, imports with quarantine, runs and
 * their decisions, receipts. One SQLite file in WAL mode with synchronous=FULL. A store belongs to one thread at a time. The library reads no clock:
 * the caller says what time it is.
 */
#ifndef MOU_STORE_H
#define MOU_STORE_H

#include "mou/base.h"
#include "mou/vm.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mou_store;

/** Milliseconds since 1970-01-01 UTC. */
typedef int64_t mou_time;

/**
 * Makes a store at `path` for the vocabulary of `pack`, or brings an existing one up to it (record types and fields are only ever added). The pack becomes the
 * installed one. `message` receives what went wrong, in `lang`.
 */
MOU_API enum mou_status mou_store_init(const char *path, const unsigned char *pack_bytes, size_t pack_len, mou_time now, enum mou_lang lang,
                                       struct mou_buf *message) MOU_MUST_USE;
/** Opens an existing store and its installed pack. MOU_ERROR_IO if it cannot be opened, is no store, or was made by a newer version. */
MOU_API enum mou_status mou_store_open(const char *path, enum mou_lang lang, struct mou_store **store, struct mou_buf *message) MOU_MUST_USE;
MOU_API void mou_store_close(struct mou_store *store);
/** The installed pack; belongs to the store. */
MOU_API const struct mou_pack *mou_store_pack(const struct mou_store *store);
/** Why the last call failed; valid until the next call. */
MOU_API const char *mou_store_message(const struct mou_store *store);

/* ------------------------------------------------------------------ import */

enum mou_import_target { MOU_IMPORT_SUBJECTS, MOU_IMPORT_RELATIONS, MOU_IMPORT_OBJECTIONS, MOU_IMPORT_RECORDS };
enum mou_import_format { MOU_IMPORT_CSV, MOU_IMPORT_NDJSON };
enum mou_import_layout { MOU_LAYOUT_PLAIN, MOU_LAYOUT_NATIONAL /* 双公示 */ };
enum mou_import_encoding { MOU_ENCODING_DETECT, MOU_ENCODING_UTF8, MOU_ENCODING_GB18030 };

struct mou_import_options {
    enum mou_import_target target;
    struct mou_text record; /**< record type's name, for MOU_IMPORT_RECORDS */
    enum mou_import_format format;
    enum mou_import_layout layout;
    enum mou_import_encoding encoding;
    struct mou_text file_name; /**< for the receipt */
    struct mou_text source;    /**< department, may be empty */
    mou_time known_at;
    bool dry_run;
    bool accept_check_digit; /**< identifiers whose check digit is wrong have been confirmed by an officer */
    bool (*progress)(void *state, size_t bytes_done, size_t bytes_total); /**< NULL; false stops the import, nothing is stored */
    void *progress_state;
};

struct mou_import_result {
    int64_t import_id;
    uint64_t rows;        /**< rows read */
    uint64_t added;
    uint64_t corrected;   /**< a newer version of a known row */
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

/** One quarantined row. */
struct mou_quarantine_row {
    int64_t import_id;
    uint64_t line;
    uint32_t column;
    struct mou_text field, reason, raw, file;
};
/** Calls `row` for the quarantined rows of an import (0: of all), oldest first. */
MOU_API enum mou_status mou_store_quarantine(struct mou_store *store, int64_t import_id, bool (*row)(void *state, const struct mou_quarantine_row *row),
                                             void *state) MOU_MUST_USE;

/* ------------------------------------------------------------------ reading */

/** State of knowledge that is read: rows known at that time. */
#define MOU_TIME_NOW INT64_MAX

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
    mou_time known_at; /**< MOU_TIME_NOW: everything */
    mou_time now;
    const unsigned char *pack_bytes; /**< a pack to install with this run; NULL: the installed one */
    size_t pack_len;
    bool store_results; /**< false: only counts and `decision` */
    uint32_t threads;   /**< a run that only counts may use so many threads (0: one); the numbers are the same for any */
    enum mou_status (*decision)(void *state, const struct mou_pack *pack, const struct mou_decision *decision); /**< may be NULL */
    void *decision_state;
    bool (*progress)(void *state, uint64_t subjects_done, uint64_t subjects_total); /**< NULL; false stops the run, nothing is stored */
    void *progress_state;
};

/** Decisions of one measure by outcome. */
struct mou_run_count { uint32_t measure; uint64_t outcomes[4]; /**< by enum mou_decision_outcome */ };

struct mou_run_result {
    int64_t run_id;
    uint64_t subjects;
    uint64_t decisions;
    uint64_t opened, changed, closed; /**< against the decisions that were open before */
    uint64_t faults;
    struct mou_run_count *counts; /**< one per measure of the pack; in the store's memory until the next run or close */
    uint32_t count_len;
};

/** Evaluates all subjects and stores the difference to the open decisions, next dates and a receipt in one transaction. */
MOU_API enum mou_status mou_store_run(struct mou_store *store, const struct mou_run_request *request, struct mou_run_result *result) MOU_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
