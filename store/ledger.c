/*
 * Receipts of everything that changed the store, each chained to the one before by its hash.
 */
#include <string.h>

#include "store_internal.h"

enum mou_status mou_ledger_append(struct mou_store *store, mou_time at, const char *kind, struct mou_text body)
{
    unsigned char previous[32] = {0};
    unsigned char hash[32];
    bool row = false;
    struct mou_buf sealed;
    sqlite3_stmt *last = mou_store_statement(store, MOU_SQL_LEDGER_LAST);
    enum mou_status status = mou_store_step_row(store, last, &row);
    if (status != MOU_OK) {
        return status;
    }
    if (row) {
        if (sqlite3_column_bytes(last, 0) == (int)sizeof previous) {
            memcpy(previous, sqlite3_column_blob(last, 0), sizeof previous);
        }
        sqlite3_reset(last);
    }
    mou_buf_init(&sealed, NULL, body.len + 4096);
    mou_buf_append(&sealed, previous, sizeof previous);
    mou_buf_printf(&sealed, "%lld %s ", (long long)at, kind);
    mou_buf_append(&sealed, body.bytes, body.len);
    sqlite3_stmt *add = mou_store_statement(store, MOU_SQL_LEDGER_ADD);
    if (sealed.failed || add == NULL) {
        mou_buf_free(&sealed);
        return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
    }
    mou_sha256(sealed.data, sealed.len, hash);
    mou_buf_free(&sealed);
    sqlite3_bind_int64(add, 1, at);
    mou_store_bind_text(add, 2, mou_text_of(kind));
    mou_store_bind_text(add, 3, body);
    sqlite3_bind_blob(add, 4, previous, sizeof previous, SQLITE_STATIC);
    sqlite3_bind_blob(add, 5, hash, sizeof hash, SQLITE_STATIC);
    return mou_store_step_done(store, add);
}
