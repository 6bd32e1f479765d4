/*
 * What the store's files share: the connection, prepared statements, the vocabulary's tables, messages. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_INTERNAL_H
#define MOU_STORE_INTERNAL_H

#include <sqlite3.h>

#include "mou/store.h"

#define MOU_STORE_SCHEMA_VERSION 1

enum mou_statement {
#define MOU_STATEMENT(id, sql) MOU_SQL_##id,
#include "statements.def"
#undef MOU_STATEMENT
    MOU_SQL_COUNT
};

/** Prepared statements of one vocabulary table (attributes of a kind, or a record type); NULL before they are first needed. */
struct mou_store_table {
    uint32_t field_count;
    sqlite3_stmt *read;    /**< rows of the batch's subjects */
    sqlite3_stmt *current; /**< current version by subject (and key) */
    sqlite3_stmt *add;
    sqlite3_stmt *end;
};

struct mou_store {
    sqlite3 *database;
    enum mou_lang lang;
    struct mou_arena *arena;      /**< lives with the store */
    struct mou_arena *work_arena; /**< reset at the start of each public call */
    struct mou_buf message;
    struct mou_pack *pack;
    const unsigned char *pack_bytes;
    sqlite3_stmt *statements[MOU_SQL_COUNT];
    struct mou_store_table *kinds;
    struct mou_store_table *records;
    struct mou_run_count *counts;
    uint32_t *row_parents; /**< read.c: scratch */
};

/** The text in the store's language. */
const char *mou_store_say(const struct mou_store *store, const char *zh, const char *en);
/** Notes a failure of the database and gives MOU_ERROR_IO (or MOU_ERROR_MEMORY). */
enum mou_status mou_store_sql_failed(struct mou_store *store);
/** Notes a failure in words. */
enum mou_status mou_store_fail(struct mou_store *store, enum mou_status status, const char *format, ...) MOU_PRINTF(3, 4);
void mou_store_begin_call(struct mou_store *store);

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
enum mou_status mou_store_begin(struct mou_store *store) MOU_MUST_USE;
enum mou_status mou_store_commit(struct mou_store *store) MOU_MUST_USE;
/** After a failure: rolls back, keeps the message. */
void mou_store_rollback(struct mou_store *store);
/** Binds without a copy, as every text and blob is bound: there is nothing that could fail. The bytes live until the statement is reset. */
void mou_store_bind_text(sqlite3_stmt *statement, int index, struct mou_text text);
/** Text of a column, valid until the next step. */
struct mou_text mou_store_column_text(sqlite3_stmt *statement, int index);

/* ---- schema.c */
enum mou_status mou_schema_create(struct mou_store *store, const struct mou_pack *pack) MOU_MUST_USE;
/** What reading needs for the store's pack. The statements of its tables are made when first asked for, so that a look-up does not wait for them. */
enum mou_status mou_schema_prepare(struct mou_store *store) MOU_MUST_USE;
/** Rows of the batch's subjects, reset; NULL with the failure noted if the database lacks the table or a field. */
sqlite3_stmt *mou_schema_read_attributes(struct mou_store *store, uint32_t kind);
sqlite3_stmt *mou_schema_read_records(struct mou_store *store, uint32_t record);
/**
 * All rows of a table (subject kinds, then record types) known at ?1 in the order of their versions: version, subject, parent, then the fields for which `kept`
 * says so. The caller finalizes it; NULL with the failure noted.
 */
sqlite3_stmt *mou_schema_scan(struct mou_store *store, uint32_t index, const bool *kept) MOU_MUST_USE;
/** Versions, in order, of the rows of subject ?2 with key ?3 known at ?1. The caller finalizes it; NULL with the failure noted. */
sqlite3_stmt *mou_schema_versions(struct mou_store *store, uint32_t record) MOU_MUST_USE;
/** Makes the statements that add and end rows; MOU_ERROR_PACK if the database lacks one of the pack's tables or fields. */
enum mou_status mou_schema_prepare_intake(struct mou_store *store) MOU_MUST_USE;
enum mou_status mou_store_meta_get(struct mou_store *store, const char *name, struct mou_text *value) MOU_MUST_USE;
enum mou_status mou_store_meta_set(struct mou_store *store, const char *name, const char *value) MOU_MUST_USE;

/* ---- ledger.c */
/** Appends a receipt chained to the one before by hash. */
enum mou_status mou_ledger_append(struct mou_store *store, mou_time at, const char *kind, struct mou_text body) MOU_MUST_USE;

#endif
