/*
 * What the store's files share: the connection, prepared statements, the vocabulary's tables, messages. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_INTERNAL_H
#define MOU_STORE_INTERNAL_H

#include <sqlite3.h>

#include "mou/store.h"

#define MOU_STORE_SCHEMA_VERSION 9

/*
 * Parts of SQL texts, about the decision `d`. It names its first status and its first step, which every decision has; what came later is found by an index over what is no first row. So the
 * index is as large as what changed, and a run that changes little does not touch its pages all over.
 */
#define MOU_LATEST_STATUS "coalesce((SELECT max(l.id) FROM decision_status l WHERE l.decision = d.id AND l.is_first IS NULL), d.first_status)"
#define MOU_STATUS_AFTER_RUN(run) "coalesce((SELECT max(l.id) FROM decision_status l WHERE l.decision = d.id AND l.is_first IS NULL AND l.opened_run <= " run "), d.first_status)"
#define MOU_LATEST_STEP "coalesce((SELECT max(l.id) FROM decision_step l WHERE l.decision = d.id AND l.is_first IS NULL), d.first_step)"
/** Whether the step of that alias is one of the decision's. */
#define MOU_STEP_OF_DECISION(alias) "(" alias ".id = d.first_step OR (" alias ".decision = d.id AND " alias ".is_first IS NULL))"

enum mou_statement {
#define MOU_STATEMENT(id, sql) MOU_SQL_##id,
#include "statements.def"
#undef MOU_STATEMENT
    MOU_SQL_COUNT
};

/** A column that reading brings. */
struct mou_store_column {
    uint32_t field;
    bool text, key;
};

/** Prepared statements of one vocabulary table (attributes of a kind, or a record type); NULL before they are first needed. */
struct mou_store_table {
    uint32_t field_count;
    uint32_t parent;       /**< record types: that of the rows that its rows lie in, or UINT32_MAX */
    uint32_t place;        /**< record types: their place in the store's read_order, or UINT32_MAX: rules do not look at them */
    bool related;          /**< record types: rules ask for its rows of related subjects, too */
    uint8_t seen;          /**< kinds: ends (MOU_SEEN_…) from which rules look along some relation of theirs */
    uint32_t column_count; /**< of those that rules look at, in the statement's order */
    struct mou_store_column *columns;
    uint32_t type;         /**< record types: the database's number of it; 0: it has none */
    bool at_once;          /**< record types: rows are entered in record_of as they are added; else when the import has added all */
    sqlite3_stmt *read[2]; /**< kinds: attributes of one subject, of several; record types: rows by their versions */
    sqlite3_stmt *current; /**< current version by subject (and key) */
    sqlite3_stmt *version; /**< the same row by its version */
    sqlite3_stmt *add;
    sqlite3_stmt *end;
    uint32_t index;              /**< subject kinds, then record types */
    struct mou_field_info *fields;
    int64_t last_version;        /**< at the beginning of the import at hand */
    int64_t last_subject;        /**< of the newest row of the import at hand */
    bool disordered;             /**< its rows do not come by subject */
    struct mou_row_seal *seal;   /**< of what the import at hand has brought; NULL: nothing yet */
};

struct mou_store {
    sqlite3 *database;
    enum mou_lang lang;
    struct mou_arena *arena;      /**< lives with the store */
    struct mou_arena *pack_arena; /**< lives as long as the pack at hand, and holds it */
    struct mou_arena *work_arena; /**< reset at the start of each public call */
    struct mou_buf message;
    struct mou_pack *pack;
    struct mou_intern *measure_keys; /**< effect.c: "memorandum.rule" of the pack's measures, by their numbers; NULL before it is needed */
    int64_t pack_id; /**< of the store's own pack; 0: one that is only tried */
    sqlite3_stmt *statements[MOU_SQL_COUNT];
    struct mou_store_table *kinds;
    struct mou_store_table *records;
    uint32_t *read_order; /**< record types that rules look at, each after the one that it lies in */
    uint32_t read_count, related_count;
    uint32_t *type_records; /**< the database's number of a record type -> the pack's, or UINT32_MAX */
    uint32_t type_count;
    uint8_t *seen_relations; /**< relation -> ends from which rules look along it */
    struct mou_run_count *counts;
    struct mou_scan_rows *gathering; /**< table_scan.c: the rows that mou_scan_gather fills at the moment */
    struct mou_buf changed; /**< changes.c: bit n is set where subject n changed */
    int64_t waited;         /**< waiting.c: the last receipt beside the store that the transaction under way took; 0: none */
    bool hashes_aside;      /**< seals of many rows may be made with the help of another thread */
    int former_seals;       /**< while a store of a former format is brought up, that format: rows of records were sealed newest first, or as a whole, and rows in quarantine; else 0 */
};

/** The text in the store's language. */
const char *mou_store_say(const struct mou_store *store, const char *zh, const char *en);
/** Notes a failure of the database and gives MOU_ERROR_IO (or MOU_ERROR_MEMORY). */
enum mou_status mou_store_sql_failed(struct mou_store *store);
/** Appends a text of which a part may come from a damaged database, or be cut: what is not UTF-8 becomes a question mark. */
void mou_store_put_readable(const char *text, struct mou_buf *out);
/** Notes a failure in words. */
enum mou_status mou_store_fail(struct mou_store *store, enum mou_status status, const char *format, ...) MOU_PRINTF(3, 4);
void mou_store_begin_call(struct mou_store *store);

/* ---- open.c */
/** A store that is connected to nothing yet; NULL when memory ran out. mou_store_close lets go of it. */
struct mou_store *mou_store_new(enum mou_lang lang) MOU_MUST_USE;

/* ---- packs.c */
/** Takes a copy of the bytes as the pack at hand, without what reading needs. */
enum mou_status mou_store_adopt(struct mou_store *store, const void *bytes, size_t len) MOU_MUST_USE;
/** Makes the newest approved pack, or the one of that number, the one at hand. */
enum mou_status mou_store_adopt_newest(struct mou_store *store) MOU_MUST_USE;
enum mou_status mou_store_adopt_number(struct mou_store *store, int64_t id) MOU_MUST_USE;
enum mou_status mou_pack_add(struct mou_store *store, const unsigned char *bytes, size_t len, const unsigned char hash[32], mou_time now, int64_t *id) MOU_MUST_USE;
struct mou_pack_act {
    int64_t pack;
    const char *word;
    struct mou_text actor;
    mou_time at;
    int64_t effective;
    int64_t proposal; /**< 0: none */
};
/** Adds an act with its receipt. */
enum mou_status mou_pack_act(struct mou_store *store, const struct mou_pack_act *act) MOU_MUST_USE;

/* ---- connection.c */
enum mou_status mou_store_connect(struct mou_store *store, const char *path, bool create) MOU_MUST_USE;
enum mou_status mou_store_execute(struct mou_store *store, const char *sql) MOU_MUST_USE;
/** The fixed statement, reset and ready; NULL with the failure noted. */
sqlite3_stmt *mou_store_statement(struct mou_store *store, enum mou_statement id);
sqlite3_stmt *mou_store_prepare(struct mou_store *store, const char *sql);
/** Steps a statement that gives no rows and resets it. */
enum mou_status mou_store_step_done(struct mou_store *store, sqlite3_stmt *statement) MOU_MUST_USE;
/** Steps; *row tells whether there is a row. Resets at the end. */
enum mou_status mou_store_step_row(struct mou_store *store, sqlite3_stmt *statement, bool *row) MOU_MUST_USE;
/** Copies a database's pages into the file at `path`, all in one step: of one state, however much is written meanwhile. backup.c. */
enum mou_status mou_store_copy_pages(struct mou_store *store, sqlite3 *source, const char *path) MOU_MUST_USE;
/** Makes the file, if there is none, so that only its owner may read it; the database's other files take over its mode. */
bool mou_store_make_private(const char *path);
enum mou_status mou_store_begin(struct mou_store *store) MOU_MUST_USE;
/** Likewise, but waits a moment only: false where another program is writing. */
bool mou_store_begin_soon(struct mou_store *store, enum mou_status *status) MOU_MUST_USE;
enum mou_status mou_store_commit(struct mou_store *store) MOU_MUST_USE;
/** After a failure: rolls back, keeps the message. */
void mou_store_rollback(struct mou_store *store);
/** Whether the database looks up what a row refers to as soon as it comes; where it does not, the caller looks up all of it before the transaction ends, and puts it back. */
void mou_refer_at_once(struct mou_store *store, bool at_once);
/** Closes the pack at hand with its statements. */
void mou_store_drop_pack(struct mou_store *store);
/** Lets go of a pack that another store holds: only the statements are closed. */
void mou_store_leave_pack(struct mou_store *store);
/** Binds without a copy, as every text and blob is bound: there is nothing that could fail. The bytes live until the statement is reset. */
void mou_store_bind_text(sqlite3_stmt *statement, int index, struct mou_text text);
/** Text of a column, valid until the next step. */
struct mou_text mou_store_column_text(sqlite3_stmt *statement, int index);
/** Date of a column, MOU_DATE_NONE for NULL. */
mou_date mou_store_column_date(sqlite3_stmt *statement, int index);

/** Steps a statement whose only cell is a truth value, and resets it. */
enum mou_status mou_store_step_single(struct mou_store *store, sqlite3_stmt *statement, bool *truth) MOU_MUST_USE;
enum mou_status mou_store_out_of_memory(struct mou_store *store);

/* ---- table_scan.c */
/** Makes the function by which rows are gathered known to the connection. */
enum mou_status mou_scan_register(struct mou_store *store) MOU_MUST_USE;

/* ---- migrate.c */
/** The version of the database's schema; 0: it has none yet. */
enum mou_status mou_migrate_version(struct mou_store *store, int *version) MOU_MUST_USE;
/** Complains of a file that is no store of Mou and holds something: another program's database is not written into. */
enum mou_status mou_migrate_demand_empty(struct mou_store *store) MOU_MUST_USE;
/** MOU_ERROR_IO with a message unless the database has this program's version. */
enum mou_status mou_migrate_demand(struct mou_store *store) MOU_MUST_USE;
/** Brings a new or older database to this program's version, within the caller's transaction. */
enum mou_status mou_migrate(struct mou_store *store, mou_time now) MOU_MUST_USE;
/** Head of the chain over the ledger's first `entries` receipts as format 1 made it. */
enum mou_status mou_migrate_former_chain(struct mou_store *store, int64_t entries, unsigned char chain[32]) MOU_MUST_USE;

/* ---- schema.c */
/** Tables and columns for the pack's vocabulary. */
enum mou_status mou_schema_create(struct mou_store *store, const struct mou_pack *pack) MOU_MUST_USE;
/** Appends prefix and name as one quoted identifier. */
void mou_schema_put_name(struct mou_buf *sql, struct mou_text prefix, struct mou_text name);
/** Runs, or prepares, the text gathered in `sql` and empties it. */
enum mou_status mou_schema_run_text(struct mou_store *store, struct mou_buf *sql) MOU_MUST_USE;
sqlite3_stmt *mou_schema_prepare_text(struct mou_store *store, struct mou_buf *sql);
/** Rows (number, name, …) for the columns of a table, in order. The caller finalizes it; NULL with the failure noted. */
sqlite3_stmt *mou_schema_columns(struct mou_store *store, struct mou_text table) MOU_MUST_USE;
/** Index and triggers of a vocabulary table: a version is ended once, by an import, and not changed otherwise. */
enum mou_status mou_schema_guard_table(struct mou_store *store, struct mou_text table, struct mou_buf *sql) MOU_MUST_USE;
/** What reading needs to know of the store's pack. The statements of its tables are made when first asked for, so that a look-up does not wait for all of them. */
enum mou_status mou_schema_prepare(struct mou_store *store) MOU_MUST_USE;
/**
 * Attributes known at ?1 of subject ?2, or of `several` ones, where ?2 are rows (mou_rows_bind) with their ids; the rows of a record type with versions
 * from ?2 to ?3 that are known at ?1, in order: version, subject, parent, then the `columns` of the kind or type. The caller leaves the statement reset. NULL with the failure noted. What the database lacks of a pack that is
 * only tried is read as unknown.
 */
#define MOU_SCHEMA_FIRST_FIELD 3
sqlite3_stmt *mou_schema_read_attributes(struct mou_store *store, uint32_t kind, bool several);
sqlite3_stmt *mou_schema_read_rows(struct mou_store *store, uint32_t record);
/** Versions, in order, of the rows of subject ?1 with key ?3 known at ?2. The caller finalizes it; NULL with the failure noted. */
sqlite3_stmt *mou_schema_versions(struct mou_store *store, uint32_t record) MOU_MUST_USE;
/** Versions, in order, and keys of the current rows of subject ?1. The same. */
sqlite3_stmt *mou_schema_current_keys(struct mou_store *store, uint32_t record) MOU_MUST_USE;
/** Makes the statements that add and end rows; MOU_ERROR_PACK if the database lacks one of the pack's tables or fields. */
enum mou_status mou_schema_prepare_intake(struct mou_store *store) MOU_MUST_USE;
/** Notes, within the import's transaction, where the tables end. */
enum mou_status mou_schema_begin_intake(struct mou_store *store) MOU_MUST_USE;
/** Appends " WHERE …": the rows of subject ?1 in a table of the vocabulary, by its number. */
void mou_schema_put_of_subject(struct mou_store *store, uint32_t index, struct mou_buf *sql);
/** Appends the name of a table of the vocabulary. */
void mou_schema_table_name(struct mou_store *store, uint32_t index, struct mou_buf *name);
enum mou_status mou_store_meta_get(struct mou_store *store, const char *name, struct mou_text *value) MOU_MUST_USE;
enum mou_status mou_store_meta_set(struct mou_store *store, const char *name, const char *value) MOU_MUST_USE;

/* ---- record_of.c */
/** Gives a record type of the vocabulary a number in the database, if it has none. */
enum mou_status mou_record_type_add(struct mou_store *store, struct mou_text name) MOU_MUST_USE;
/** Reads which numbers the pack's record types have. */
enum mou_status mou_record_types_load(struct mou_store *store) MOU_MUST_USE;
/** Takes note of a row that an import adds, and enters it where rows of its table are entered at once. */
enum mou_status mou_record_of_note(struct mou_store *store, struct mou_store_table *table, int64_t subject, int64_t version) MOU_MUST_USE;
/** Enters all other rows that the import at hand has added. In between they are not found by their subject. */
enum mou_status mou_record_of_fill(struct mou_store *store) MOU_MUST_USE;
/** Enters the rows of all record types, of which none is entered yet. */
enum mou_status mou_record_of_make(struct mou_store *store) MOU_MUST_USE;

/* ---- import.c */
/** mou_store_import within the caller's transaction, which decides what becomes of it. */
enum mou_status mou_import_here(struct mou_store *store, const char *bytes, size_t len, const struct mou_import_options *options,
                                struct mou_import_result *result) MOU_MUST_USE;

/* ---- changes.c */
/** Notes that something about the subject changed with the import at hand. */
enum mou_status mou_change_note(struct mou_store *store, int64_t subject) MOU_MUST_USE;
/** Stores what was noted, as changed by this import. */
enum mou_status mou_change_store(struct mou_store *store, int64_t import) MOU_MUST_USE;
/** Forgets what was noted, and at the store's end the memory for it. */
void mou_change_free(struct mou_store *store);
void mou_change_forget(struct mou_store *store);
/** The store's clock: at or after `wanted` and every time of knowledge that was recorded or read before. */
enum mou_status mou_clock_read(struct mou_store *store, mou_time wanted, mou_time *now) MOU_MUST_USE;
/** No time of knowledge before `time` can be recorded from here on. */
enum mou_status mou_clock_advance(struct mou_store *store, mou_time time) MOU_MUST_USE;

/* ---- seal.c */
enum mou_event_kind { MOU_EVENT_IMPORT, MOU_EVENT_RUN, MOU_EVENT_PACK_ACT, MOU_EVENT_ACT };
struct mou_checked;
/** A row of the vocabulary's tables as it was added. */
struct mou_added_row {
    struct mou_store_table *table;
    int64_t version, subject;
    int64_t parent; /**< 0: none */
    int64_t known_from, import;
    const struct mou_checked *cells;
    const unsigned char *content; /**< mou_seal_content of the cells where it has been made, else NULL */
};
/** Prepares the seal of a table for the import at hand, which lives in the arena; where nobody did, the first row does. */
enum mou_status mou_seal_begin_rows(struct mou_store *store, struct mou_arena *arena, struct mou_store_table *table, int64_t import) MOU_MUST_USE;
/** The hash of what a row says, under the salt of the import that the table's seal was prepared for. Any thread may make it, in an arena of its own; false without memory. */
bool mou_seal_content(const struct mou_store_table *table, const struct mou_checked *cells, struct mou_arena *arena, unsigned char hash[32]) MOU_MUST_USE;
/** Adds the row to the seal of its table for the import at hand, which lives in the arena. */
enum mou_status mou_seal_row(struct mou_store *store, struct mou_arena *arena, const struct mou_added_row *row) MOU_MUST_USE;
/** Seals of the newest event, which is the one at hand; rows of the vocabulary's tables have been added to theirs one by one. */
enum mou_status mou_seal_event(struct mou_store *store, enum mou_event_kind kind, int64_t event) MOU_MUST_USE;
/** What is kept of a row that is erased: the hash of what it says over its event's salt, then from when it was known. */
enum { MOU_SALT_BYTES = 32, MOU_ERASED_MARK_BYTES = 40 };
/** The mark for a version of a vocabulary table that is not erased yet. */
enum mou_status mou_seal_mark(struct mou_store *store, struct mou_arena *arena, struct mou_text name, int64_t version, unsigned char mark[MOU_ERASED_MARK_BYTES]) MOU_MUST_USE;
/** Seals of all events. */
enum mou_status mou_seal_all(struct mou_store *store) MOU_MUST_USE;
/** Appends the seals made before of one event. */
enum mou_status mou_seal_json(struct mou_store *store, enum mou_event_kind kind, int64_t event, struct mou_buf *out) MOU_MUST_USE;

/* ---- receipts.c */
/** The word for the kind in the ledger. */
const char *mou_receipt_kind(enum mou_event_kind kind);
/** Appends what the receipt of an event must say; its seals have been made. *at is the event's time. */
enum mou_status mou_receipt_body(struct mou_store *store, enum mou_event_kind kind, int64_t id, int64_t *at, struct mou_buf *out) MOU_MUST_USE;
/** Write the receipt of an event whose seals have been made. */
enum mou_status mou_receipt_import(struct mou_store *store, int64_t id) MOU_MUST_USE;
enum mou_status mou_receipt_run(struct mou_store *store, int64_t id) MOU_MUST_USE;
enum mou_status mou_receipt_pack_act(struct mou_store *store, int64_t id) MOU_MUST_USE;
enum mou_status mou_receipt_act(struct mou_store *store, int64_t id) MOU_MUST_USE;
/** The receipt over the database's tables, indexes and triggers. */
enum mou_status mou_receipt_schema_body(struct mou_store *store, struct mou_buf *out) MOU_MUST_USE;
enum mou_status mou_receipt_schema(struct mou_store *store, mou_time now) MOU_MUST_USE;

/* ---- verify.c */
/** Whether every import still fits its newest receipt. */
enum mou_status mou_verify_imports(struct mou_store *store, bool *fit) MOU_MUST_USE;

/* ---- ledger.c */
struct mou_ledger_entry {
    int64_t number; /**< from 1 */
    mou_time at;
    struct mou_text kind;
    int64_t event;
    unsigned char previous[32]; /**< root of the tree before it */
    unsigned char salt[32];
    struct mou_text body;
};
#define MOU_LEDGER_HEAD_TEXT 100
/** "SIZE ROOT", as the table meta holds it. */
void mou_ledger_head_text(int64_t size, const unsigned char root[32], char text[MOU_LEDGER_HEAD_TEXT]);
void mou_ledger_leaf(const struct mou_ledger_entry *entry, unsigned char leaf[32]);
/** Hash of an inner node; `out` may be one of the others. */
void mou_ledger_join(const unsigned char left[32], const unsigned char right[32], unsigned char out[32]);
enum mou_status mou_ledger_append(struct mou_store *store, mou_time at, const char *kind, int64_t event, struct mou_text body) MOU_MUST_USE;
enum mou_status mou_ledger_size(struct mou_store *store, int64_t *size) MOU_MUST_USE;
/** Root of the first `size` receipts. */
enum mou_status mou_ledger_root(struct mou_store *store, int64_t size, unsigned char root[32]) MOU_MUST_USE;
/** Hashes that lead from leaf number `leaf` (from 0) to the root of the first `size`; `path` holds MOU_PROOF_HASHES_MAX. */
enum mou_status mou_ledger_path(struct mou_store *store, int64_t leaf, int64_t size, unsigned char (*path)[32], uint32_t *count) MOU_MUST_USE;

/* ---- keys.c */
/** Bytes that nobody can guess. */
enum mou_status mou_random(struct mou_store *store, void *bytes, size_t len) MOU_MUST_USE;

#endif
