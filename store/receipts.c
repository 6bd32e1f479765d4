/*
 * What the receipts of imports, runs and acts on packs say. A receipt's text is made from the rows that the event left and from their seals, and from
 * nothing else, so that it can be made again when the store is verified.
 */
#include <string.h>

#include "store_internal.h"

#define RECEIPT_BYTES_MAX ((size_t)16 * 1024 * 1024)

static void put_text(struct mou_buf *out, const char *name, sqlite3_stmt *statement, int column)
{
    const struct mou_text text = mou_store_column_text(statement, column);
    mou_buf_printf(out, ", \"%s\": ", name);
    mou_buf_json_text(out, text.bytes, text.len);
}

static void put_hash(struct mou_buf *out, const char *name, sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    mou_buf_printf(out, ", \"%s\": \"", name);
    mou_buf_hex(out, bytes != NULL ? bytes : "", (size_t)sqlite3_column_bytes(statement, column));
    mou_buf_char(out, '"');
}

/** A number, or null where the column is. */
static void put_number(struct mou_buf *out, const char *name, sqlite3_stmt *statement, int column)
{
    mou_buf_printf(out, ", \"%s\": ", name);
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        mou_buf_text(out, "null");
    } else {
        mou_buf_int(out, sqlite3_column_int64(statement, column));
    }
}

static void put_date(struct mou_buf *out, const char *name, sqlite3_stmt *statement, int column)
{
    const int64_t date = sqlite3_column_int64(statement, column);
    mou_buf_printf(out, ", \"%s\": ", name);
    if (date >= MOU_DATE_MIN && date <= MOU_DATE_MAX) {
        mou_buf_char(out, '"');
        mou_date_format((mou_date)date, out);
        mou_buf_char(out, '"');
    } else {
        mou_buf_int(out, date);
    }
}

/** Texts that not every event has. */
static void put_some(struct mou_buf *out, const char *const *names, int count, sqlite3_stmt *statement, int first)
{
    for (int i = 0; i < count; i++) {
        if (sqlite3_column_type(statement, first + i) != SQLITE_NULL) {
            put_text(out, names[i], statement, first + i);
        }
    }
}

static void put_import(sqlite3_stmt *statement, struct mou_buf *out)
{
    static const char *const counts[] = {"known_at", "rows", "added", "corrected", "unchanged", "quarantined", "format", "layout"};
    put_text(out, "target", statement, 1);
    put_text(out, "source", statement, 2);
    put_text(out, "file", statement, 3);
    put_hash(out, "sha256", statement, 4);
    for (int i = 0; i < 8; i++) {
        put_number(out, counts[i], statement, 5 + i);
    }
    put_text(out, "header", statement, 13);
    static const char *const some[] = {"sheet", "mapping", "actor", "department"};
    put_some(out, some, 4, statement, 14);
}

static void put_run(sqlite3_stmt *statement, struct mou_buf *out)
{
    static const char *const counts[] = {"known_at", "previous", "subjects", "evaluated", "decisions", "opened", "changed", "closed"};
    put_date(out, "as_of", statement, 1);
    put_number(out, "pack_number", statement, 2);
    put_hash(out, "pack", statement, 3);
    for (int i = 0; i < 8; i++) {
        put_number(out, counts[i], statement, 4 + i);
    }
    put_hash(out, "result", statement, 12);
    static const char *const some[] = {"actor", "department"};
    put_some(out, some, 2, statement, 13);
}

static void put_pack_act(sqlite3_stmt *statement, struct mou_buf *out)
{
    unsigned char hash[32];
    const void *bytes = sqlite3_column_blob(statement, 7);
    put_text(out, "act", statement, 1);
    put_text(out, "actor", statement, 2);
    put_date(out, "effective", statement, 3);
    put_number(out, "proposal", statement, 4);
    put_number(out, "pack_number", statement, 5);
    put_hash(out, "pack", statement, 6);
    put_number(out, "installed_at", statement, 8);
    mou_sha256(bytes, (size_t)sqlite3_column_bytes(statement, 7), hash);
    mou_buf_text(out, ", \"sha256\": \"");
    mou_buf_hex(out, hash, sizeof hash);
    mou_buf_char(out, '"');
}

/** Who and why are in the sealed row: a receipt that is handed out does not say. */
static void put_act(sqlite3_stmt *statement, struct mou_buf *out)
{
    put_text(out, "what", statement, 1);
    put_date(out, "day", statement, 2);
    put_number(out, "run", statement, 3);
    put_number(out, "import", statement, 4);
}

/** What is particular to a kind of event. */
static const struct event_form {
    const char *kind; /**< in the ledger */
    enum mou_statement row;
    void (*put)(sqlite3_stmt *statement, struct mou_buf *out);
    bool sealed;
} forms[] = {
    [MOU_EVENT_IMPORT] = {"import", MOU_SQL_IMPORT_ROW, put_import, true},
    [MOU_EVENT_RUN] = {"run", MOU_SQL_RUN_ROW, put_run, true},
    [MOU_EVENT_PACK_ACT] = {"pack", MOU_SQL_PACK_ACT_ROW, put_pack_act, false},
    [MOU_EVENT_ACT] = {"act", MOU_SQL_ACT_ROW, put_act, true},
};

const char *mou_receipt_kind(enum mou_event_kind kind)
{
    return forms[kind].kind;
}

enum mou_status mou_receipt_body(struct mou_store *store, enum mou_event_kind kind, int64_t id, int64_t *at, struct mou_buf *out)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, forms[kind].row);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, id);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *at = 0;
    if (status != MOU_OK || !row) {
        sqlite3_reset(statement);
        return status == MOU_OK ? mou_store_fail(store, MOU_ERROR_INTERNAL, "%s %lld", forms[kind].kind, (long long)id) : status;
    }
    *at = sqlite3_column_int64(statement, 0);
    mou_buf_printf(out, "{\"%s\": %lld", forms[kind].kind, (long long)id);
    forms[kind].put(statement, out);
    sqlite3_reset(statement);
    if (forms[kind].sealed) {
        mou_buf_text(out, ", \"tables\": ");
        status = mou_seal_json(store, kind, id, out);
    }
    mou_buf_char(out, '}');
    return status == MOU_OK && out->failed ? mou_store_out_of_memory(store) : status;
}

static enum mou_status write(struct mou_store *store, enum mou_event_kind kind, int64_t id)
{
    struct mou_buf body;
    int64_t at = 0;
    mou_buf_init(&body, NULL, RECEIPT_BYTES_MAX);
    enum mou_status status = mou_receipt_body(store, kind, id, &at, &body);
    if (status == MOU_OK) {
        status = mou_ledger_append(store, at, forms[kind].kind, id, (struct mou_text){body.data, body.len});
    }
    mou_buf_free(&body);
    return status;
}

enum mou_status mou_receipt_import(struct mou_store *store, int64_t id)
{
    return write(store, MOU_EVENT_IMPORT, id);
}

enum mou_status mou_receipt_run(struct mou_store *store, int64_t id)
{
    return write(store, MOU_EVENT_RUN, id);
}

enum mou_status mou_receipt_pack_act(struct mou_store *store, int64_t id)
{
    return write(store, MOU_EVENT_PACK_ACT, id);
}

enum mou_status mou_receipt_act(struct mou_store *store, int64_t id)
{
    return write(store, MOU_EVENT_ACT, id);
}

enum mou_status mou_receipt_schema_body(struct mou_store *store, struct mou_buf *out)
{
    struct mou_sha256_pieces hash;
    unsigned char digest[32];
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_SCHEMA_TEXTS);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    mou_sha256_begin(&hash);
    while (status == MOU_OK && row && statement != NULL) {
        status = mou_store_step_row(store, statement, &row);
        for (int i = 0; status == MOU_OK && row && i < 4; i++) {
            const struct mou_text text = mou_store_column_text(statement, i);
            mou_sha256_add(&hash, text.bytes, text.len);
            mou_sha256_add(&hash, "", 1);
        }
    }
    mou_sha256_end(&hash, digest);
    mou_buf_printf(out, "{\"schema\": %d, \"sha256\": \"", MOU_STORE_SCHEMA_VERSION);
    mou_buf_hex(out, digest, sizeof digest);
    mou_buf_text(out, "\"}");
    return status == MOU_OK && out->failed ? mou_store_out_of_memory(store) : status;
}

enum mou_status mou_receipt_schema(struct mou_store *store, mou_time now)
{
    struct mou_buf body;
    mou_buf_init(&body, NULL, RECEIPT_BYTES_MAX);
    enum mou_status status = mou_receipt_schema_body(store, &body);
    if (status == MOU_OK) {
        status = mou_ledger_append(store, now, "schema", 0, (struct mou_text){body.data, body.len});
    }
    mou_buf_free(&body);
    return status;
}
