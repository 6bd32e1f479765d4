/*
 * Taking rows into the store: what the readers (CSV, NDJSON) share. A row is offered as texts by field; it is checked as a whole, then
 * added, recognised as known, or quarantined verbatim with the reason and the place.
 */
#ifndef MOU_STORE_INTAKE_H
#define MOU_STORE_INTAKE_H

#include "mou/table.h"
#include "store_internal.h"

/** How dates are written. */
enum mou_date_form {
    MOU_DATES_COMMON,      /**< year first, in the usual spellings, or days as spreadsheets count them from 1900 */
    MOU_DATES_DAY_FIRST,   /**< 31/12/2024 */
    MOU_DATES_MONTH_FIRST, /**< 12/31/2024 */
    MOU_DATES_FROM_1904    /**< as COMMON, but days count from 1904 */
};

/** What a mapping says of one value. */
struct mou_translation {
    struct mou_text from, to;
    const struct mou_translation *next;
};

/** One cell as offered: NULL bytes where the source has nothing. */
struct mou_offered {
    struct mou_text text;
    uint32_t column; /**< position in the source row, from 1, for messages */
    int64_t unit_fen; /**< money: 0 plain yuan, else fen per unit (万元: 1000000) */
    enum mou_date_form dates;
    uint32_t characters_max;                   /**< 0: no limit of its own */
    const struct mou_translation *translation; /**< NULL: values stand as they are; else every value must be among them */
};

/** Cells by the name of their field. */
struct mou_named_cell {
    struct mou_text name;
    struct mou_offered cell;
};
struct mou_named_cells {
    const struct mou_named_cell *items;
    size_t count;
};

struct mou_offered_row;
/** Rows of a nested type under an offered row. */
struct mou_offered_children {
    uint32_t record;
    struct mou_offered_row *first;
    struct mou_offered_children *next;
};

/** A row as offered. `fields` has one entry per field of the table. */
struct mou_offered_row {
    struct mou_offered subject; /**< identifier */
    struct mou_offered kind;    /**< MOU_IMPORT_SUBJECTS */
    struct mou_offered *fields;
    struct mou_offered_children *children;
    struct mou_offered_row *next;
};

/** One import under way. */
struct mou_intake {
    struct mou_store *store;
    const struct mou_import_options *options;
    struct mou_import_result *result;
    struct mou_arena *row_arena; /**< reset for every row */
    uint32_t record;             /**< record type of MOU_IMPORT_RECORDS */
    uint64_t line;               /**< of the row at hand, from 1 */
    struct mou_text raw;         /**< the row verbatim */
    struct mou_text header;      /**< of a table: the first row verbatim, to read quarantined rows by */
    struct mou_text sheet;       /**< of a spreadsheet, else empty */
    struct mou_seen *keys_seen;  /**< subject and key of the rows of this file */
    struct mou_seen *rows_seen;  /**< subject -> how many rows of this file were looked for among what it had before */
    struct mou_seen *keys_before; /**< subject and key -> version, of what subjects of many rows had before */
    bool fills_table;            /**< rows go behind one another into a table that was empty */
    struct mou_found *subjects;  /**< those that rows of this file had; NULL: the file is small */
    struct mou_arena *file_arena;
    bool refers_at_end;          /**< the subjects of its rows are looked up together at its end */
    bool reads_ahead;            /**< rows may be read and checked on a thread of their own */
    struct mou_ahead *ahead;     /**< of that thread's own intake: where its rows go; else NULL */
};

/** A checked cell, ready to be bound. */
struct mou_checked {
    bool known;
    bool is_text;
    int64_t number;
    struct mou_text text;
};

/** A record whose cells fit the vocabulary, on its way into its table. */
struct mou_checked_record {
    struct mou_text identifier; /**< clean */
    uint32_t subject_column, key_column;
    const struct mou_checked *cells;
    const struct mou_offered_row *row; /**< for what is nested in it */
    const unsigned char *content;      /**< see mou_added_row */
};
/** Stores it, or refuses it for what the store knows. */
enum mou_status mou_intake_checked(struct mou_intake *intake, const struct mou_checked_record *record) MOU_MUST_USE;

/**
 * earlier.c: *gathered: the subject has many rows in the file, and *version is that of its current row of the key from before the file, 0 where there is none; else the
 * database is to be asked.
 */
enum mou_status mou_earlier_find(struct mou_intake *intake, int64_t subject, const struct mou_checked *key, int64_t *version, bool *gathered) MOU_MUST_USE;

/** Whole rows. */
enum mou_status mou_intake_subject(struct mou_intake *intake, uint32_t kind, const struct mou_offered_row *row) MOU_MUST_USE;
enum mou_status mou_intake_record(struct mou_intake *intake, const struct mou_offered_row *row) MOU_MUST_USE;
/** After every row: makes room for the next one; MOU_ERROR_MEMORY where memory ran out on the row, whatever was made of it. */
enum mou_status mou_intake_end_row(struct mou_intake *intake, enum mou_status status) MOU_MUST_USE;
/** The columns of a list that is the same for every vocabulary: names and other names of each, those that are needed first. */
struct mou_fixed_list {
    uint32_t count;
    uint32_t needed;
    const char *words[5][3];
};
/** NULL for subjects and records. */
const struct mou_fixed_list *mou_intake_fixed_list(enum mou_import_target target);
/** A row of such a list, its fields in the list's order; `more`: what a relation row has beyond them. */
enum mou_status mou_intake_fixed(struct mou_intake *intake, const struct mou_offered fields[5], const struct mou_named_cells *more) MOU_MUST_USE;
/** Puts the row at hand into quarantine. */
enum mou_status mou_intake_refuse(struct mou_intake *intake, uint32_t column, struct mou_text field, const char *zh, const char *en) MOU_MUST_USE;

/** erase.c: erases what all versions of a record with that key say, and those nested under them; *erased receives how many. None of them is current. */
enum mou_status mou_erase_record(struct mou_intake *intake, uint32_t record, int64_t subject, const struct mou_checked *key, uint64_t *erased) MOU_MUST_USE;
/** All records, attributes and rows in quarantine that tell of the subject; its relations end. *erased counts the rows. */
enum mou_status mou_erase_subject(struct mou_intake *intake, int64_t subject, uint32_t kind, struct mou_text identifier, uint64_t *erased) MOU_MUST_USE;
/** Rows in quarantine, settled ones too: that of the number (0: any) in which the identifier (empty: any) stands. Adds their count to *erased. */
enum mou_status mou_erase_quarantine(struct mou_intake *intake, int64_t number, struct mou_text identifier, uint64_t *erased) MOU_MUST_USE;
/** quarantine.c: notes which quarantined rows the import at hand settles. */
enum mou_status mou_quarantine_settle(struct mou_intake *intake) MOU_MUST_USE;

/* ---- values.c */
/** White space round it taken off, full-width letters and digits made half-width; in the row's arena. */
struct mou_text mou_value_clean(struct mou_arena *arena, struct mou_text text);
/** The cell as a word of the vocabulary: translated where the mapping says how, and cleaned. */
struct mou_text mou_value_word(struct mou_arena *arena, const struct mou_offered *offered);
/** Only white space round it taken off: texts are kept as delivered. */
struct mou_text mou_value_trim(struct mou_text text);
/**
 * Whether an identifier (empty: any) stands in a text, full or half width, in capital or small letters; not within a longer row of digits, and not with letters at both ends. As the text is of
 * a row that fits no table, its form alone tells.
 */
bool mou_value_names(struct mou_text text, struct mou_text identifier);
/** Checks one cell against its field; *reason tells in two languages what is wrong. */
bool mou_value_check(const struct mou_pack *pack, const struct mou_field_info *field, const struct mou_offered *offered, struct mou_arena *arena,
                     struct mou_checked *checked, const char *reason[2]);
bool mou_value_date(struct mou_text text, enum mou_date_form form, mou_date *date);

/* ---- readers */
struct mou_stream;
enum mou_status mou_csv_import(struct mou_intake *intake, struct mou_stream *stream) MOU_MUST_USE;
enum mou_status mou_ndjson_import(struct mou_intake *intake, struct mou_stream *stream) MOU_MUST_USE;
enum mou_status mou_sheet_import(struct mou_intake *intake, const struct mou_table *table) MOU_MUST_USE;

/** Tells the import's caller how far it has come; MOU_ERROR_IO if the work is to stop. */
enum mou_status mou_intake_progress(struct mou_intake *intake, uint64_t done, uint64_t total) MOU_MUST_USE;

/* ---- ahead.c */
/** Rows that can be read on another thread than the one that began. */
struct mou_ahead_rows {
    /** From now on rows are read for that intake. */
    void (*move)(void *state, struct mou_intake *intake);
    /** Reads the next row and takes or refuses it; *more is false behind the last one. */
    enum mou_status (*next)(void *state, struct mou_intake *intake, bool *more);
    /** How far it has come. */
    void (*position)(void *state, uint64_t *done, uint64_t *total);
    void *state;
};
/**
 * Reads and checks rows on a thread of its own, some hundred at a time, and stores them in their order on the caller's. *started is false, and nothing was
 * read, where the system gives no thread or no memory for it.
 */
enum mou_status mou_read_ahead(struct mou_intake *intake, const struct mou_ahead_rows *rows, bool *started) MOU_MUST_USE;
/** On the reading thread: a record, or a refused row, for the other one. */
enum mou_status mou_ahead_take(struct mou_intake *intake, const struct mou_checked_record *record) MOU_MUST_USE;
enum mou_status mou_ahead_refuse(struct mou_intake *intake, uint32_t column, struct mou_text field, const char *zh, const char *en) MOU_MUST_USE;

/* ---- seen.c */
/** Keys that came before, by a keyed hash of 128 bits each, so that millions take little memory. */
struct mou_seen;
/** NULL without memory or randomness. */
struct mou_seen *mou_seen_new(struct mou_arena *arena);
void mou_seen_free(struct mou_seen *seen); /**< NULL is fine */
/** Remembers the subjects that a large file names again and again: direct-mapped, so that it never grows. NULL without memory or randomness. */
struct mou_found;
struct mou_found *mou_found_new(struct mou_arena *arena);
void mou_found_free(struct mou_found *found); /**< NULL is fine */
/** The subject's number; 0: it is not remembered. `found` may be NULL. */
int64_t mou_found_get(const struct mou_found *found, struct mou_text identifier);
void mou_found_put(struct mou_found *found, struct mou_text identifier, int64_t subject);
/** The place of subject and key; its *version is 0 where they had not been added before. It holds until the next one is asked for. NULL without memory. */
int64_t *mou_seen_add(struct mou_seen *seen, int64_t subject, int64_t number, struct mou_text text) MOU_MUST_USE;

/* ---- layout.c */
/** The vocabulary's field name for a header of the national 双公示 layout (code or Chinese name); the header itself where it is none of it. */
struct mou_text mou_layout_field(struct mou_text header);
/** How many characters the layout allows in the column; 0: it does not say. */
uint32_t mou_layout_length(struct mou_text header);
/** Whether it is a column of the layout. */
bool mou_layout_has(struct mou_text header);
/** Whether the header names the subject's identifier in that layout. */
bool mou_layout_is_identifier(struct mou_text header);

#endif
