/*
 * Packs in the store: which one is in force on a day, and the acts that put one in force or take it out. Both need two persons, which the database's own
 * triggers demand as well. Acts are only ever added.
 */
#include <string.h>

#include "store_internal.h"

/** Opens the pack in the bytes, which must outlive it. */
static enum mou_status open_pack(struct mou_store *store, const unsigned char *bytes, size_t len, struct mou_pack **pack)
{
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    const enum mou_status status = mou_pack_open(bytes, len, NULL, pack, &message);
    if (status != MOU_OK) {
        mou_store_fail(store, status, mou_store_say(store, "规则包无效：%s（由别的版本编译的规则包，请用本程序的 mou build 重新编译）",
                                                    "the pack is invalid: %s (build it again with this program if another version made it)"), message.len > 0 ? message.data : "");
    }
    mou_buf_free(&message);
    return status;
}

/** Takes the bytes, which lie in the arena, and the arena with them, as the pack at hand; the arena is freed where they are no pack. */
static enum mou_status adopt(struct mou_store *store, struct mou_arena *arena, const unsigned char *bytes, size_t len)
{
    struct mou_pack *pack = NULL;
    const enum mou_status status = open_pack(store, bytes, len, &pack);
    if (status == MOU_OK) {
        mou_store_drop_pack(store);
        store->pack = pack;
        store->pack_arena = arena;
        store->pack_id = 0;
    } else {
        mou_arena_free(arena);
    }
    return status;
}

/** A copy of the bytes in an arena of its own, as a pack wants them; NULL when memory ran out. */
static unsigned char *copy_bytes(const void *bytes, size_t len, struct mou_arena **arena)
{
    *arena = mou_arena_new(NULL);
    unsigned char *copy = *arena != NULL ? mou_arena_alloc(*arena, len) : NULL;
    if (copy != NULL && len > 0) {
        memcpy(copy, bytes, len);
    }
    return copy;
}

enum mou_status mou_store_adopt(struct mou_store *store, const void *bytes, size_t len)
{
    struct mou_arena *arena = NULL;
    const unsigned char *copy = copy_bytes(bytes, len, &arena);
    if (copy == NULL) {
        mou_arena_free(arena);
        return mou_store_out_of_memory(store);
    }
    return adopt(store, arena, copy, len);
}

static enum mou_status refuse_none(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_PACK, "%s", mou_store_say(store, "这一天没有生效的规则包；见 mou pack list", "no pack is in force on this date; see mou pack list"));
}

/** Takes the blob's bytes, without another copy of them in between: a pack has megabytes, and who looks up one subject waits for it. */
static enum mou_status adopt_blob(struct mou_store *store, sqlite3_blob *blob)
{
    const int len = sqlite3_blob_bytes(blob);
    struct mou_arena *arena = mou_arena_new(NULL);
    unsigned char *bytes = arena != NULL ? mou_arena_alloc(arena, (size_t)len) : NULL;
    enum mou_status status = bytes != NULL ? MOU_OK : mou_store_out_of_memory(store);
    if (bytes != NULL && sqlite3_blob_read(blob, bytes, len, 0) != SQLITE_OK) {
        status = mou_store_sql_failed(store);
    }
    if (status != MOU_OK) {
        mou_arena_free(arena);
        return status;
    }
    return adopt(store, arena, bytes, (size_t)len);
}

enum mou_status mou_store_adopt_number(struct mou_store *store, int64_t id)
{
    sqlite3_blob *blob = NULL;
    if (id == store->pack_id && store->pack != NULL) {
        return MOU_OK;
    }
    enum mou_status status = sqlite3_blob_open(store->database, "main", "pack", "bytes", id, 0, &blob) == SQLITE_OK ? MOU_OK : mou_store_sql_failed(store);
    status = status == MOU_OK ? adopt_blob(store, blob) : status;
    sqlite3_blob_close(blob);
    if (status == MOU_OK) {
        store->pack_id = id;
        status = mou_schema_prepare(store);
        store->pack_id = status == MOU_OK ? id : 0; /* the next one who asks for it gets it anew, or the same refusal */
    }
    return status;
}

/** The number that the statement's row gives; MOU_ERROR_PACK where there is none. */
static enum mou_status step_number(struct mou_store *store, sqlite3_stmt *statement, int64_t *id)
{
    bool row = false;
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *id = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status == MOU_OK && !row ? refuse_none(store) : status;
}

enum mou_status mou_store_adopt_newest(struct mou_store *store)
{
    int64_t id = 0;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_NEWEST);
    const enum mou_status status = statement != NULL ? step_number(store, statement, &id) : MOU_ERROR_IO;
    return status == MOU_OK ? mou_store_adopt_number(store, id) : status;
}

/** The number of the pack in force on that day; MOU_ERROR_PACK where there is none. */
static enum mou_status find_in_force(struct mou_store *store, mou_date as_of, mou_time known_at, int64_t *id)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_IN_FORCE);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, as_of);
    sqlite3_bind_int64(statement, 2, known_at);
    return step_number(store, statement, id);
}

enum mou_status mou_store_use_pack(struct mou_store *store, mou_date as_of, mou_time known_at)
{
    int64_t id = 0;
    mou_store_begin_call(store);
    const enum mou_status status = find_in_force(store, as_of, known_at, &id);
    return status != MOU_OK || id == store->pack_id ? status : mou_store_adopt_number(store, id);
}

enum mou_status mou_store_pack_fits(struct mou_store *store, mou_date as_of, mou_time known_at, bool *fits)
{
    int64_t id = 0;
    mou_store_begin_call(store);
    const enum mou_status status = find_in_force(store, as_of, known_at, &id);
    *fits = status == MOU_OK && store->pack != NULL && id == store->pack_id;
    return status;
}

enum mou_status mou_store_try_pack(struct mou_store *store, const unsigned char *bytes, size_t len)
{
    mou_store_begin_call(store);
    enum mou_status status = mou_store_adopt(store, bytes, len);
    return status == MOU_OK ? mou_schema_prepare(store) : status;
}

/* ------------------------------------------------------------------ acts */

enum mou_status mou_pack_add(struct mou_store *store, const unsigned char *bytes, size_t len, const unsigned char hash[32], mou_time now, int64_t *id)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_blob(statement, 1, hash, 32, SQLITE_STATIC);
    sqlite3_bind_blob64(statement, 2, bytes, (sqlite3_uint64)len, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, now);
    enum mou_status status = mou_store_step_done(store, statement);
    *id = sqlite3_last_insert_rowid(store->database);
    return status;
}

enum mou_status mou_pack_act(struct mou_store *store, const struct mou_pack_act *act)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_ACT_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, act->pack);
    mou_store_bind_text(statement, 2, mou_text_of(act->word));
    mou_store_bind_text(statement, 3, act->actor);
    sqlite3_bind_int64(statement, 4, act->at);
    sqlite3_bind_int64(statement, 5, act->effective);
    if (act->proposal != 0) {
        sqlite3_bind_int64(statement, 6, act->proposal);
    }
    enum mou_status status = mou_store_step_done(store, statement);
    return status == MOU_OK ? mou_receipt_pack_act(store, sqlite3_last_insert_rowid(store->database)) : status;
}

/** The pack with this hash; *id 0 if there is none. */
static enum mou_status find_pack(struct mou_store *store, const unsigned char hash[32], int64_t *id)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_FIND);
    *id = 0;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_blob(statement, 1, hash, 32, SQLITE_STATIC);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *id = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}

/** The newest proposal of the kind, if it is not approved yet: one that came before it is superseded. */
static enum mou_status find_proposal(struct mou_store *store, int64_t pack, const char *word, int64_t *proposal, int64_t *effective, bool *same_actor,
                                     struct mou_text actor)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_PROPOSAL);
    *proposal = 0;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, pack);
    mou_store_bind_text(statement, 2, mou_text_of(word));
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && row) {
        *proposal = sqlite3_column_int64(statement, 0);
        *effective = sqlite3_column_int64(statement, 1);
        *same_actor = mou_text_equal(mou_store_column_text(statement, 2), actor);
    }
    sqlite3_reset(statement);
    return status;
}

/** Makes room for the pack's vocabulary and takes it back: what could not be put in force is not proposed. The pack at hand stays. */
static enum mou_status try_room(struct mou_store *store, const struct mou_pack_request *request)
{
    struct mou_arena *arena = NULL;
    struct mou_pack *pack = NULL;
    const unsigned char *copy = copy_bytes(request->bytes, request->len, &arena);
    enum mou_status status = copy != NULL ? open_pack(store, copy, request->len, &pack) : mou_store_out_of_memory(store);
    status = status == MOU_OK ? mou_store_execute(store, "SAVEPOINT room") : status;
    status = status == MOU_OK ? mou_schema_create(store, pack) : status;
    status = status == MOU_OK ? mou_store_execute(store, "ROLLBACK TO room") : status;
    status = status == MOU_OK ? mou_store_execute(store, "RELEASE room") : status; /* where anything failed the caller takes all of it back */
    mou_pack_close(pack);
    mou_arena_free(arena);
    return status;
}

/** What is proposed already, for the same day, waits for another person and is not proposed again: *again where the same person says it once more, which changes nothing. */
static enum mou_status look_back(struct mou_store *store, const struct mou_pack_request *request, int64_t pack, const char *word, bool *again)
{
    int64_t proposal = 0;
    int64_t effective = 0;
    bool same_actor = false;
    const enum mou_status status = find_proposal(store, pack, word, &proposal, &effective, &same_actor, request->actor);
    const bool same = status == MOU_OK && proposal != 0 && effective == request->effective;
    *again = same && same_actor;
    return same && !same_actor
               ? mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "同样的提议已在等待批准；批准请加 --approve", "the same is proposed already and waits; to approve it add --approve"))
               : status;
}

static enum mou_status propose(struct mou_store *store, const struct mou_pack_request *request, int64_t pack, struct mou_pack_act *act, bool *again)
{
    const char *word = request->retire ? "propose_retirement" : "propose";
    mou_time now = 0;
    bool in_force = false;
    if (request->retire) {
        sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_APPROVED);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, pack);
        enum mou_status status = mou_store_step_single(store, statement, &in_force);
        if (status == MOU_OK && !in_force) {
            return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "这个规则包没有施行，谈不上停用", "the pack was not put in force, so it cannot be retired"));
        }
    }
    enum mou_status status = look_back(store, request, pack, word, again);
    status = status == MOU_OK ? mou_clock_read(store, request->now, &now) : status;
    *act = (struct mou_pack_act){pack, word, request->actor, now, request->effective, 0};
    return status;
}

static enum mou_status approve(struct mou_store *store, const struct mou_pack_request *request, int64_t pack, struct mou_pack_act *act)
{
    int64_t proposal = 0;
    int64_t effective = 0;
    mou_time now = 0;
    bool same_actor = false;
    enum mou_status status = find_proposal(store, pack, request->retire ? "propose_retirement" : "propose", &proposal, &effective, &same_actor, request->actor);
    if (status == MOU_OK && proposal == 0) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "这个规则包没有待批准的提议", "nothing is proposed for this pack"));
    }
    if (status == MOU_OK && same_actor) {
        return mou_store_fail(store, MOU_ERROR_AUTHORITY, "%s", mou_store_say(store, "批准的人不能是提议的人", "who proposed it cannot approve it"));
    }
    if (status == MOU_OK) {
        status = mou_clock_read(store, request->now, &now);
    }
    *act = (struct mou_pack_act){pack, request->retire ? "approve_retirement" : "approve", request->actor, now, effective, proposal};
    return status;
}

/** What an approved pack brings: tables and columns for its vocabulary. */
static enum mou_status make_room(struct mou_store *store, int64_t pack, mou_time now)
{
    enum mou_status status = mou_store_adopt_number(store, pack);
    if (status == MOU_OK) {
        status = mou_schema_create(store, store->pack);
    }
    status = status == MOU_OK ? mou_record_types_load(store) : status;
    return status == MOU_OK ? mou_receipt_schema(store, now) : status;
}

static enum mou_status act_in_transaction(struct mou_store *store, const struct mou_pack_request *request)
{
    struct mou_pack_act act;
    int64_t pack = 0;
    bool again = false;
    enum mou_status status = find_pack(store, request->hash, &pack);
    if (status == MOU_OK && pack == 0 && (request->retire || request->approve)) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "数据库里没有这个规则包", "the store does not hold this pack"));
    }
    if (status == MOU_OK && pack == 0) {
        status = try_room(store, request);
    }
    if (status == MOU_OK && pack == 0) {
        status = mou_pack_add(store, request->bytes, request->len, request->hash, request->now, &pack);
    }
    if (status == MOU_OK) {
        status = request->approve ? approve(store, request, pack, &act) : propose(store, request, pack, &act, &again);
    }
    if (status == MOU_OK && !again) {
        status = mou_pack_act(store, &act);
    }
    if (status == MOU_OK && request->approve) {
        status = mou_clock_advance(store, act.at);
    }
    return status == MOU_OK && request->approve && !request->retire ? make_room(store, pack, act.at) : status;
}

enum mou_status mou_store_pack_act(struct mou_store *store, const struct mou_pack_request *request)
{
    mou_store_begin_call(store);
    enum mou_status status = mou_store_begin(store);
    if (status == MOU_OK) {
        status = act_in_transaction(store, request);
    }
    if (status == MOU_OK) {
        status = mou_store_commit(store);
    }
    mou_store_rollback(store);
    return status;
}

enum mou_status mou_store_packs(struct mou_store *store, bool (*take)(void *state, const struct mou_pack_entry *entry), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_PACK_LIST);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            struct mou_pack_entry entry = {.number = sqlite3_column_int64(statement, 0), .act = mou_store_column_text(statement, 2),
                                           .actor = mou_store_column_text(statement, 3), .at = sqlite3_column_int64(statement, 4),
                                           .effective = (mou_date)sqlite3_column_int64(statement, 5), .approved = sqlite3_column_int(statement, 6) != 0};
            if (sqlite3_column_bytes(statement, 1) == 32) {
                memcpy(entry.hash, sqlite3_column_blob(statement, 1), 32);
            }
            row = take(state, &entry);
        }
    }
    sqlite3_reset(statement);
    return status;
}
