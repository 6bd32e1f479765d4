/*
 * Making and opening stores: schema version, installed pack, vocabulary tables.
 */
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

static struct mou_store *allocate(enum mou_lang lang)
{
    const struct mou_allocator *allocator = mou_allocator_default();
    struct mou_store *store = allocator->resize(allocator->state, NULL, 0, sizeof *store);
    if (store != NULL) {
        memset(store, 0, sizeof *store);
        store->lang = lang;
    }
    return store;
}

static enum mou_status check_version(struct mou_store *store)
{
    struct mou_text version;
    enum mou_status status = mou_store_meta_get(store, "schema_version", &version);
    if (status != MOU_OK) {
        mou_buf_clear(&store->message);
        return mou_store_fail(store, MOU_ERROR_IO, "%s",
                              mou_store_say(store, "这不是 Mou 的数据库；请先运行 mou init", "this is no store of Mou; run mou init first"));
    }
    long number = version.len > 0 ? strtol(version.bytes, NULL, 10) : 0;
    if (number != MOU_STORE_SCHEMA_VERSION) {
        return mou_store_fail(store, MOU_ERROR_IO,
                              mou_store_say(store, "数据库是第 %ld 版格式，本程序只认第 %d 版；请升级程序", "the database has format %ld, this program knows %d; upgrade the program"), number,
                              MOU_STORE_SCHEMA_VERSION);
    }
    return MOU_OK;
}

/** Takes a copy of the pack's bytes into the store's arena and opens it. */
static enum mou_status adopt_pack(struct mou_store *store, const void *bytes, size_t len)
{
    struct mou_buf message;
    unsigned char *copy = mou_arena_alloc(store->arena, len);
    if (copy == NULL) {
        return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
    }
    if (len > 0) {
        memcpy(copy, bytes, len);
    }
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = mou_pack_open(copy, len, NULL, &store->pack, &message);
    if (status != MOU_OK) {
        mou_store_fail(store, status, mou_store_say(store, "规则包无效：%s", "the pack is invalid: %s"), message.len > 0 ? message.data : "");
    }
    mou_buf_free(&message);
    store->pack_bytes = copy;
    return status;
}

static enum mou_status load_installed_pack(struct mou_store *store)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_GET);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status != MOU_OK) {
        return status;
    }
    if (!row) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "数据库里没有规则包；请运行 mou init", "the database holds no pack; run mou init"));
    }
    status = adopt_pack(store, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
    sqlite3_reset(statement);
    return status;
}

static enum mou_status install_pack(struct mou_store *store, const unsigned char *bytes, size_t len, mou_time now)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_ADD);
    struct mou_buf body;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_blob(statement, 1, mou_pack_hash(store->pack), 32, SQLITE_STATIC);
    sqlite3_bind_blob64(statement, 2, bytes, (sqlite3_uint64)len, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, now);
    enum mou_status status = mou_store_step_done(store, statement);
    if (status != MOU_OK) {
        return status;
    }
    mou_buf_init(&body, NULL, 4096);
    mou_buf_text(&body, "{\"pack\": \"");
    for (int i = 0; i < 32; i++) {
        mou_buf_printf(&body, "%02x", mou_pack_hash(store->pack)[i]);
    }
    mou_buf_text(&body, "\"}");
    status = body.failed ? MOU_ERROR_MEMORY : mou_ledger_append(store, now, "pack", (struct mou_text){body.data, body.len});
    mou_buf_free(&body);
    return status;
}

static void hand_over_message(struct mou_store *store, struct mou_buf *message)
{
    if (message != NULL) {
        mou_buf_text(message, mou_store_message(store));
    }
}

static enum mou_status create_schema(struct mou_store *store, const unsigned char *pack_bytes, size_t pack_len, mou_time now)
{
    enum mou_status status = mou_store_begin(store);
    if (status == MOU_OK) {
        status = mou_schema_create(store, store->pack);
    }
    if (status == MOU_OK) {
        status = install_pack(store, pack_bytes, pack_len, now);
    }
    if (status == MOU_OK) {
        status = mou_store_commit(store);
    }
    if (status != MOU_OK) {
        mou_store_rollback(store);
    }
    return status;
}

enum mou_status mou_store_init(const char *path, const unsigned char *pack_bytes, size_t pack_len, mou_time now, enum mou_lang lang,
                               struct mou_buf *message)
{
    struct mou_store *store = allocate(lang);
    if (store == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = mou_store_connect(store, path, true);
    if (status == MOU_OK) {
        status = adopt_pack(store, pack_bytes, pack_len);
    }
    if (status == MOU_OK) {
        status = create_schema(store, pack_bytes, pack_len, now);
    }
    hand_over_message(store, message);
    mou_store_close(store);
    return status;
}

enum mou_status mou_store_open(const char *path, enum mou_lang lang, struct mou_store **out, struct mou_buf *message)
{
    struct mou_store *store = allocate(lang);
    *out = NULL;
    if (store == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = mou_store_connect(store, path, false);
    if (status == MOU_OK) {
        status = check_version(store);
    }
    if (status == MOU_OK) {
        status = load_installed_pack(store);
    }
    if (status == MOU_OK) {
        status = mou_schema_prepare(store);
    }
    if (status != MOU_OK) {
        hand_over_message(store, message);
        mou_store_close(store);
        return status;
    }
    *out = store;
    return MOU_OK;
}
