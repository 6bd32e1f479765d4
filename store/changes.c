/*
 * What changed, and when it was known: the subjects that an import touched, for runs that look at nobody else; and the store's clock, which makes the
 * past one that nobody can add to: no time of knowledge is recorded that lies before one that was recorded or read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

#define CHANGED_BYTES_MAX ((size_t)1 << 30)

enum mou_status mou_change_note(struct mou_store *store, int64_t subject)
{
    static const unsigned char nothing[4096];
    struct mou_buf *changed = &store->changed;
    const size_t byte = (size_t)subject / 8;
    if (changed->max_bytes == 0) {
        mou_buf_init(changed, NULL, CHANGED_BYTES_MAX);
    }
    while (byte >= changed->len && !changed->failed) {
        mou_buf_append(changed, nothing, sizeof nothing);
    }
    if (changed->failed) {
        return mou_store_out_of_memory(store);
    }
    changed->data[byte] = (char)((unsigned char)changed->data[byte] | (1u << (subject % 8)));
    return MOU_OK;
}

static enum mou_status add_change(struct mou_store *store, int64_t import, int64_t subject)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_CHANGE_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, import);
    sqlite3_bind_int64(statement, 2, subject);
    return mou_store_step_done(store, statement);
}

enum mou_status mou_change_store(struct mou_store *store, int64_t import)
{
    const struct mou_buf *changed = &store->changed;
    enum mou_status status = MOU_OK;
    for (size_t byte = 0; status == MOU_OK && byte < changed->len; byte++) {
        for (int bit = 0; status == MOU_OK && changed->data[byte] != 0 && bit < 8; bit++) {
            if (((unsigned char)changed->data[byte] >> bit & 1) != 0) {
                status = add_change(store, import, (int64_t)byte * 8 + bit);
            }
        }
    }
    mou_change_forget(store);
    return status;
}

void mou_change_forget(struct mou_store *store)
{
    if (store->changed.data != NULL) {
        mou_buf_clear(&store->changed);
    }
}

void mou_change_free(struct mou_store *store)
{
    if (store->changed.data != NULL) {
        mou_buf_free(&store->changed);
    }
}

/* ------------------------------------------------------------------ clock */

enum mou_status mou_clock_read(struct mou_store *store, mou_time wanted, mou_time *now)
{
    struct mou_text text;
    enum mou_status status = mou_store_meta_get(store, "clock", &text);
    const mou_time clock = status == MOU_OK && text.len > 0 ? strtoll(text.bytes, NULL, 10) : 0;
    *now = wanted > clock ? wanted : clock;
    return status;
}

enum mou_status mou_clock_advance(struct mou_store *store, mou_time time)
{
    char text[32];
    mou_time before = 0;
    enum mou_status status = mou_clock_read(store, 0, &before);
    (void)snprintf(text, sizeof text, "%lld", (long long)time);
    return status == MOU_OK && time > before ? mou_store_meta_set(store, "clock", text) : status;
}
