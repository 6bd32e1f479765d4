/*
 * Look-ups that nobody waits for. Reading never waits for a writer, but the receipt of a look-up must be written, and an import or a run may hold the store for minutes. While it does,
 * receipts go into a small database beside the store, DB-waiting, private to its owner, each safe on disk before the look-up is answered; whoever commits to the store next takes them into
 * the ledger with its own transaction. A number remembered in the store (meta `waited`) says how far they were taken, so that none is lost and none is taken twice, wherever a program is killed.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waiting.h"

#define PATH_BYTES_MAX ((size_t)65536)
#define BUSY_MILLISECONDS 10000
#define TOKEN_BYTES 16

/** The database beside the store, open. */
struct waiting {
    struct mou_store *store;
    sqlite3 *database;
    sqlite3_stmt *statement; /**< the one at hand */
};

/** What SQLite says of the last request, as a primary code. */
static int last_code(const struct waiting *waiting)
{
    return waiting->database != NULL ? sqlite3_extended_errcode(waiting->database) & 0xff : SQLITE_OK;
}

/** Whether it is the file's bytes that stand in the way, and not memory, the disk or a lock. */
static bool is_damaged(const struct waiting *waiting)
{
    const int code = last_code(waiting);
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_FORMAT || code == SQLITE_MISMATCH || code == SQLITE_ERROR;
}

/** Says what stands in the way, and what can be done about it. */
static enum mou_status fail(struct waiting *waiting)
{
    struct mou_store *store = waiting->store;
    const char *name = waiting->database != NULL ? sqlite3_db_filename(waiting->database, "main") : NULL;
    name = name != NULL ? name : "-waiting";
    if (is_damaged(waiting)) {
        return mou_store_fail(store, MOU_ERROR_IO,
                              mou_store_say(store, "数据库旁的待入账收据 %s 已损坏，读不出来，不能入账；请把它（有 -journal 的，一并）移到别处保全，然后重做",
                                            "the receipts that wait beside the store, %s, are damaged: they cannot be read and taken into the ledger; move the file, and its -journal if there is one, "
                                            "to a place where it is kept, and give the command again"),
                              name);
    }
    if (last_code(waiting) == SQLITE_BUSY) {
        return mou_store_fail(store, MOU_ERROR_IO,
                              mou_store_say(store, "数据库旁的待入账收据 %s 正被另一个程序使用，请稍后再试", "the receipts that wait beside the store, %s, are in use by another program; try again later"), name);
    }
    return mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "数据库旁的待入账收据 %s 读写不了：%s", "the receipts that wait beside the store, %s, cannot be read or written: %s"), name,
                          waiting->database != NULL ? sqlite3_errmsg(waiting->database) : "");
}

static bool put_path(struct mou_store *store, struct mou_buf *path)
{
    const char *name = sqlite3_db_filename(store->database, "main");
    mou_buf_init(path, NULL, PATH_BYTES_MAX);
    mou_buf_text(path, name != NULL ? name : "");
    mou_buf_text(path, "-waiting");
    return !path->failed && path->len > strlen("-waiting");
}

static void end(struct waiting *waiting)
{
    sqlite3_finalize(waiting->statement);
    waiting->statement = NULL;
}

static enum mou_status prepare(struct waiting *waiting, const char *sql)
{
    end(waiting);
    return sqlite3_prepare_v2(waiting->database, sql, -1, &waiting->statement, NULL) == SQLITE_OK ? MOU_OK : fail(waiting);
}

static enum mou_status done(struct waiting *waiting)
{
    const int code = sqlite3_step(waiting->statement);
    const enum mou_status status = code == SQLITE_DONE || code == SQLITE_ROW ? MOU_OK : fail(waiting);
    end(waiting);
    return status;
}

static enum mou_status run(struct waiting *waiting, const char *sql)
{
    const enum mou_status status = prepare(waiting, sql);
    return status == MOU_OK ? done(waiting) : status;
}

static void shut(struct waiting *waiting)
{
    end(waiting);
    sqlite3_close(waiting->database);
    waiting->database = NULL;
}

/** Opens it; *there is false where there is none, and none is to be made. */
static enum mou_status start(struct waiting *waiting, bool make, bool *there)
{
    struct mou_buf path;
    bool good = put_path(waiting->store, &path);
    enum mou_status status = good ? MOU_OK : mou_store_out_of_memory(waiting->store);
    *there = good && access(path.data, F_OK) == 0;
    if (good && make && !*there) {
        *there = mou_store_make_private(path.data);
        if (!*there) {
            status = mou_store_fail(waiting->store, MOU_ERROR_IO, mou_store_say(waiting->store, "不能写 %s：%s", "cannot write %s: %s"), path.data, mou_os_error(errno, waiting->store->lang).text);
        }
    }
    if (status == MOU_OK && *there) {
        const int code = sqlite3_open_v2(path.data, &waiting->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
        status = code == SQLITE_OK ? MOU_OK : fail(waiting);
    }
    if (status == MOU_OK && *there) {
        sqlite3_busy_timeout(waiting->database, BUSY_MILLISECONDS);
        status = run(waiting, "PRAGMA synchronous = EXTRA"); /* a commit is the deletion of the journal: that is made durable, too */
        status = status == MOU_OK ? run(waiting, "PRAGMA secure_delete = ON") : status;
    }
    mou_buf_free(&path);
    return status;
}

/* ------------------------------------------------------------------ keeping */

/** The store's first leaf, which no other store has. Empty where it has none yet. */
static enum mou_status first_leaf(struct mou_store *store, unsigned char leaf[32], bool *there)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_LEDGER_LEAF_FIRST);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    enum mou_status status = mou_store_step_row(store, statement, there);
    *there = status == MOU_OK && *there && sqlite3_column_bytes(statement, 0) == 32;
    if (*there) {
        memcpy(leaf, sqlite3_column_blob(statement, 0), 32);
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status make_tables(struct waiting *waiting, const unsigned char leaf[32])
{
    unsigned char token[TOKEN_BYTES];
    enum mou_status status = mou_random(waiting->store, token, sizeof token);
    status = status == MOU_OK ? run(waiting, "CREATE TABLE IF NOT EXISTS origin(leaf BLOB NOT NULL, token BLOB NOT NULL) STRICT") : status;
    status = status == MOU_OK ? run(waiting, "CREATE TABLE IF NOT EXISTS waiting(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT") : status;
    status = status == MOU_OK ? prepare(waiting, "INSERT INTO origin SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM origin)") : status;
    if (status != MOU_OK) {
        return status;
    }
    sqlite3_bind_blob(waiting->statement, 1, leaf, 32, SQLITE_STATIC);
    sqlite3_bind_blob(waiting->statement, 2, token, sizeof token, SQLITE_STATIC);
    return done(waiting);
}

/** Whether what waits is this store's, and the file's own token, in hexadecimal. A file without tables was just made by somebody who has not gone on, and holds nothing. */
static enum mou_status read_origin(struct waiting *waiting, const unsigned char leaf[32], bool *ours, struct mou_buf *token)
{
    enum mou_status status = prepare(waiting, "SELECT count(*) FROM sqlite_schema WHERE name IN ('origin', 'waiting')");
    const bool made = status == MOU_OK && sqlite3_step(waiting->statement) == SQLITE_ROW && sqlite3_column_int(waiting->statement, 0) == 2;
    *ours = false;
    if (status == MOU_OK && !made) {
        status = sqlite3_errcode(waiting->database) == SQLITE_ROW ? MOU_OK : fail(waiting);
        end(waiting);
        return status;
    }
    status = status == MOU_OK ? prepare(waiting, "SELECT leaf, token FROM origin") : status;
    if (status == MOU_OK) {
        const int code = sqlite3_step(waiting->statement);
        *ours = code == SQLITE_ROW && sqlite3_column_bytes(waiting->statement, 0) == 32 && memcmp(sqlite3_column_blob(waiting->statement, 0), leaf, 32) == 0;
        if (*ours) {
            mou_buf_hex(token, sqlite3_column_blob(waiting->statement, 1), (size_t)sqlite3_column_bytes(waiting->statement, 1));
        }
        status = code == SQLITE_ROW || code == SQLITE_DONE ? MOU_OK : fail(waiting);
    }
    end(waiting);
    return status;
}

static enum mou_status keep(struct waiting *waiting, const unsigned char leaf[32], mou_time at, const char *kind, struct mou_text body)
{
    struct mou_buf token;
    bool ours = false;
    mou_buf_init(&token, NULL, 4096);
    enum mou_status status = run(waiting, "BEGIN IMMEDIATE");
    status = status == MOU_OK ? make_tables(waiting, leaf) : status;
    status = status == MOU_OK ? read_origin(waiting, leaf, &ours, &token) : status;
    mou_buf_free(&token);
    if (status == MOU_OK && !ours) {
        return mou_store_fail(waiting->store, MOU_ERROR_IO, "%s", mou_store_say(waiting->store, "数据库旁的待入账收据（-waiting）属于别的数据库；请先移开",
                                                                                "the receipts that wait beside the store (-waiting) are another store's: move them away first"));
    }
    status = status == MOU_OK ? prepare(waiting, "INSERT INTO waiting(at, kind, body) VALUES(?1, ?2, ?3)") : status;
    if (status != MOU_OK) {
        return status;
    }
    sqlite3_bind_int64(waiting->statement, 1, at);
    mou_store_bind_text(waiting->statement, 2, mou_text_of(kind));
    mou_store_bind_text(waiting->statement, 3, body);
    status = done(waiting);
    return status == MOU_OK ? run(waiting, "COMMIT") : status;
}

enum mou_status mou_waiting_add(struct mou_store *store, mou_time at, const char *kind, struct mou_text body)
{
    assert(store != NULL && kind != NULL);
    struct waiting waiting = {.store = store};
    unsigned char leaf[32];
    bool there = false;
    enum mou_status status = first_leaf(store, leaf, &there);
    if (status == MOU_OK && !there) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "账本没有第一条", "the ledger has no first entry"));
    }
    status = status == MOU_OK ? start(&waiting, true, &there) : status;
    status = status == MOU_OK ? keep(&waiting, leaf, at, kind, body) : status;
    shut(&waiting);
    return status;
}

/* ------------------------------------------------------------------ taking */

/** The last one that was taken of the file with that token. */
static enum mou_status last_taken(struct mou_store *store, const struct mou_buf *token, int64_t *last)
{
    struct mou_text text;
    const enum mou_status status = mou_store_meta_get(store, "waited", &text);
    const bool fits = status == MOU_OK && text.len > token->len + 1 && memcmp(text.bytes, token->data, token->len) == 0 && text.bytes[token->len] == ' ';
    *last = fits ? strtoll(text.bytes + token->len + 1, NULL, 10) : 0;
    return status;
}

static enum mou_status take_rows(struct waiting *waiting, int64_t *last)
{
    struct mou_store *store = waiting->store;
    enum mou_status status = prepare(waiting, "SELECT id, at, kind, body FROM waiting WHERE id > ?1 ORDER BY id");
    int code = SQLITE_ROW;
    if (status == MOU_OK) {
        sqlite3_bind_int64(waiting->statement, 1, *last);
    }
    while (status == MOU_OK && (code = sqlite3_step(waiting->statement)) == SQLITE_ROW) {
        *last = sqlite3_column_int64(waiting->statement, 0);
        status = mou_ledger_append(store, sqlite3_column_int64(waiting->statement, 1), (const char *)sqlite3_column_text(waiting->statement, 2), 0, mou_store_column_text(waiting->statement, 3));
    }
    status = status == MOU_OK && code != SQLITE_DONE ? fail(waiting) : status;
    end(waiting);
    return status;
}

static enum mou_status take(struct waiting *waiting, const unsigned char leaf[32])
{
    struct mou_store *store = waiting->store;
    struct mou_buf token;
    int64_t before = 0;
    bool ours = false;
    mou_buf_init(&token, NULL, 4096);
    enum mou_status status = read_origin(waiting, leaf, &ours, &token);
    if (status == MOU_OK && ours) {
        status = last_taken(store, &token, &before);
        store->waited = before;
        status = status == MOU_OK ? take_rows(waiting, &store->waited) : status;
        mou_buf_printf(&token, " %lld", (long long)store->waited);
        status = status == MOU_OK && token.failed ? mou_store_out_of_memory(store) : status;
        status = status == MOU_OK && store->waited > before ? mou_store_meta_set(store, "waited", token.data) : status;
    }
    mou_buf_free(&token);
    return status;
}

enum mou_status mou_waiting_take(struct mou_store *store)
{
    assert(store != NULL);
    struct waiting waiting = {.store = store};
    unsigned char leaf[32];
    bool there = false;
    bool begun = false;
    store->waited = 0;
    enum mou_status status = start(&waiting, false, &there);
    if (status == MOU_OK && there) {
        status = first_leaf(store, leaf, &begun);
        status = status == MOU_OK && begun ? take(&waiting, leaf) : status;
    }
    shut(&waiting);
    return status;
}

void mou_waiting_done(struct mou_store *store)
{
    assert(store != NULL);
    struct waiting waiting = {.store = store};
    bool there = false;
    if (store->waited > 0 && start(&waiting, false, &there) == MOU_OK && there && prepare(&waiting, "DELETE FROM waiting WHERE id <= ?1") == MOU_OK) {
        sqlite3_bind_int64(waiting.statement, 1, store->waited);
        (void)done(&waiting);
    }
    shut(&waiting);
    store->waited = 0;
}

/* ------------------------------------------------------------------ looking, copying */

/** The statement's one number; ?1, where it has one, is `above`. */
static enum mou_status read_number(struct waiting *waiting, const char *sql, int64_t above, int64_t *number)
{
    enum mou_status status = prepare(waiting, sql);
    if (status != MOU_OK) {
        return status;
    }
    if (sqlite3_bind_parameter_count(waiting->statement) > 0) {
        sqlite3_bind_int64(waiting->statement, 1, above);
    }
    status = sqlite3_step(waiting->statement) == SQLITE_ROW ? MOU_OK : fail(waiting);
    *number = status == MOU_OK ? sqlite3_column_int64(waiting->statement, 0) : 0;
    end(waiting);
    return status;
}

static enum mou_status look_inside(struct waiting *waiting, const unsigned char leaf[32], struct mou_waiting_look *look)
{
    struct mou_buf token;
    int64_t found = 0;
    int64_t last = 0;
    bool ours = false;
    mou_buf_init(&token, NULL, 4096);
    enum mou_status status = read_number(waiting, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", 0, &found);
    look->damaged = found > 0;
    status = status == MOU_OK && !look->damaged ? read_origin(waiting, leaf, &ours, &token) : status;
    if (status == MOU_OK && ours) {
        status = last_taken(waiting->store, &token, &last);
        status = status == MOU_OK ? read_number(waiting, "SELECT count(*) FROM waiting WHERE id > ?1", last, &found) : status;
        look->count = status == MOU_OK ? (uint64_t)found : 0;
    } else if (status == MOU_OK && !look->damaged) { /* without any table it was only just made */
        status = read_number(waiting, "SELECT count(*) FROM sqlite_schema", 0, &found);
        look->foreign = found > 0;
    }
    mou_buf_free(&token);
    return status;
}

/** Leaves the database open, for who wants to copy it. */
static enum mou_status look_at(struct waiting *waiting, struct mou_waiting_look *look)
{
    unsigned char leaf[32];
    bool there = false;
    bool begun = false;
    *look = (struct mou_waiting_look){.count = 0};
    enum mou_status status = first_leaf(waiting->store, leaf, &begun);
    status = status == MOU_OK && begun ? start(waiting, false, &there) : status;
    status = status == MOU_OK && there ? look_inside(waiting, leaf, look) : status;
    if (status != MOU_OK && is_damaged(waiting)) {
        look->damaged = true;
        mou_buf_clear(&waiting->store->message);
        status = MOU_OK;
    }
    return status;
}

enum mou_status mou_waiting_look(struct mou_store *store, struct mou_waiting_look *look)
{
    assert(store != NULL && look != NULL);
    struct waiting waiting = {.store = store};
    const enum mou_status status = look_at(&waiting, look);
    shut(&waiting);
    return status;
}

enum mou_status mou_waiting_copy(struct mou_store *store, const char *path, bool *copied)
{
    assert(store != NULL && path != NULL && copied != NULL);
    struct waiting waiting = {.store = store};
    struct mou_waiting_look look;
    enum mou_status status = look_at(&waiting, &look);
    *copied = status == MOU_OK && look.count > 0;
    if (status == MOU_OK && look.damaged) {
        status = mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "数据库旁的待入账收据（-waiting）已损坏；请对原库运行 mou verify",
                                                                         "the receipts that wait beside the store (-waiting) are damaged; run mou verify on the store"));
    }
    if (*copied) {
        status = mou_store_make_private(path) ? mou_store_copy_pages(store, waiting.database, path)
                                              : mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "不能写 %s：%s", "cannot write %s: %s"), path, mou_os_error(errno, store->lang).text);
    }
    shut(&waiting);
    return status;
}
