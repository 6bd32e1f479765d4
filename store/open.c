/*
 * Making, bringing up and opening stores.
 */
#include <string.h>

#include "store_internal.h"

struct mou_store *mou_store_new(enum mou_lang lang)
{
    const struct mou_allocator *allocator = mou_allocator_default();
    struct mou_store *store = allocator->resize(allocator->state, NULL, 0, sizeof *store);
    if (store != NULL) {
        memset(store, 0, sizeof *store);
        store->lang = lang;
    }
    return store;
}

static void hand_over_message(struct mou_store *store, struct mou_buf *message)
{
    if (message != NULL) {
        mou_buf_text(message, mou_store_message(store));
    }
}

/** A new store takes its first pack with nobody's approval: nothing has been decided by it yet. */
static enum mou_status found(struct mou_store *store, const unsigned char *bytes, size_t len, mou_time now)
{
    int64_t pack = 0;
    enum mou_status status = mou_schema_create(store, store->pack);
    if (status == MOU_OK) {
        status = mou_pack_add(store, bytes, len, mou_pack_hash(store->pack), now, &pack);
    }
    if (status == MOU_OK) {
        const struct mou_pack_act act = {pack, "found", {"", 0}, now, 0, 0};
        status = mou_pack_act(store, &act);
    }
    return status;
}

/** An existing store keeps its packs: another one is for two persons to put in force. */
static enum mou_status demand_known_pack(struct mou_store *store, const unsigned char hash[32])
{
    bool known = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_KNOWN);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_blob(statement, 1, hash, 32, SQLITE_STATIC);
    enum mou_status status = mou_store_step_single(store, statement, &known);
    if (status == MOU_OK && !known) {
        status = mou_store_fail(store, MOU_ERROR_AUTHORITY, "%s",
                                mou_store_say(store, "数据库已有规则包；换用另一个，须由两人以 mou pack install 提议、批准",
                                              "the store has a pack; another one takes two persons, who propose and approve it with mou pack install"));
    }
    return status;
}

static enum mou_status make_or_bring_up(struct mou_store *store, const unsigned char *pack_bytes, size_t pack_len, mou_time now)
{
    int version = 0;
    enum mou_status status = mou_migrate_version(store, &version);
    if (status == MOU_OK && version == 0 && pack_bytes == NULL) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s",
                              mou_store_say(store, "新数据库需要规则包（--pack）：表依规则包的词表而定", "a new store needs a pack (--pack): its tables follow the pack's vocabulary"));
    }
    if (status == MOU_OK && version == 0) {
        status = mou_migrate_demand_empty(store);
    }
    if (status == MOU_OK) {
        status = mou_migrate(store, now);
    }
    if (status == MOU_OK && version == 0) {
        status = found(store, pack_bytes, pack_len, now);
    } else if (status == MOU_OK && pack_bytes != NULL) {
        status = demand_known_pack(store, mou_pack_hash(store->pack));
    }
    return status == MOU_OK && version != MOU_STORE_SCHEMA_VERSION ? mou_receipt_schema(store, now) : status;
}

static enum mou_status init_in_transaction(struct mou_store *store, const unsigned char *pack_bytes, size_t pack_len, mou_time now)
{
    enum mou_status status = mou_store_begin(store);
    if (status == MOU_OK) {
        status = make_or_bring_up(store, pack_bytes, pack_len, now);
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
    struct mou_store *store = mou_store_new(lang);
    if (store == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = mou_store_connect(store, path, pack_bytes != NULL);
    if (status == MOU_OK && pack_bytes != NULL) {
        status = mou_store_adopt(store, pack_bytes, pack_len);
    }
    if (status == MOU_OK) {
        status = init_in_transaction(store, pack_bytes, pack_len, now);
    }
    hand_over_message(store, message);
    mou_store_close(store);
    return status;
}

static enum mou_status open_store(const char *path, enum mou_lang lang, bool with_pack, struct mou_store **out, struct mou_buf *message)
{
    struct mou_store *store = mou_store_new(lang);
    *out = NULL;
    if (store == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = mou_store_connect(store, path, false);
    if (status == MOU_OK) {
        status = mou_migrate_demand(store);
    }
    if (status == MOU_OK && with_pack) {
        status = mou_store_adopt_newest(store);
    }
    if (status != MOU_OK) {
        hand_over_message(store, message);
        mou_store_close(store);
        return status;
    }
    *out = store;
    return MOU_OK;
}

enum mou_status mou_store_open(const char *path, enum mou_lang lang, struct mou_store **store, struct mou_buf *message)
{
    return open_store(path, lang, true, store, message);
}

enum mou_status mou_store_open_bare(const char *path, enum mou_lang lang, struct mou_store **store, struct mou_buf *message)
{
    return open_store(path, lang, false, store, message);
}
