/*
 * The SQLite connection: settings that make commits durable, prepared statements, transactions, messages. Every other file of the store goes
 * through these calls. Text from outside only ever reaches the database as a bound value.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rows.h"
#include "store_internal.h"
#include "waiting.h"

#define MESSAGE_BYTES_MAX 65536
#define BUSY_MILLISECONDS 10000
#define SOON_MILLISECONDS 100

static const char *const statement_texts[MOU_SQL_COUNT] = {
#define MOU_STATEMENT(id, sql) sql,
#include "statements.def"
#undef MOU_STATEMENT
};

const char *mou_store_say(const struct mou_store *store, const char *zh, const char *en)
{
    return store->lang == MOU_LANG_EN ? en : zh;
}

const char *mou_store_message(const struct mou_store *store)
{
    return store->message.len > 0 ? store->message.data : "";
}

const struct mou_pack *mou_store_pack(const struct mou_store *store)
{
    return store->pack;
}

void mou_store_begin_call(struct mou_store *store)
{
    mou_buf_clear(&store->message);
    mou_arena_reset(store->work_arena);
}

void mou_store_put_readable(const char *text, struct mou_buf *out)
{
    const size_t len = strlen(text);
    uint32_t code_point = 0;
    for (size_t at = 0; at < len;) {
        const size_t step = mou_utf8_decode(text + at, len - at, &code_point);
        mou_buf_append(out, step > 0 ? text + at : "?", step > 0 ? step : 1);
        at += step > 0 ? step : 1;
    }
}

enum mou_status mou_store_fail(struct mou_store *store, enum mou_status status, const char *format, ...)
{
    if (store->message.len == 0) {
        char text[1024];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        mou_store_put_readable(text, &store->message);
    }
    return status;
}

enum mou_status mou_store_sql_failed(struct mou_store *store)
{
    int code = store->database != NULL ? sqlite3_extended_errcode(store->database) : SQLITE_NOMEM;
    if ((code & 0xff) == SQLITE_NOMEM) {
        return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
    }
    if ((code & 0xff) == SQLITE_FULL) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "磁盘已满，数据库保持原状", "the disk is full; the database is as before"));
    }
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "数据库正被另一个程序使用，请稍后再试", "the database is in use by another program; try again later"));
    }
    if ((code & 0xff) == SQLITE_NOTADB) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s",
                              mou_store_say(store, "这个文件不是数据库，或者开头已经损坏；请核对文件名，损坏的用备份恢复",
                                            "this file is no database, or its beginning is damaged; check the name, and restore a damaged one from a backup"));
    }
    return mou_store_fail(store, MOU_ERROR_IO, "%s%s", mou_store_say(store, "数据库：", "database: "), sqlite3_errmsg(store->database));
}

enum mou_status mou_store_execute(struct mou_store *store, const char *sql)
{
    sqlite3_stmt *statement = mou_store_prepare(store, sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    int code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? MOU_OK : mou_store_sql_failed(store);
}

/** Reads back a setting that must hold. */
static enum mou_status demand_setting(struct mou_store *store, const char *sql, const char *wanted)
{
    sqlite3_stmt *statement = mou_store_prepare(store, sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    const bool row = sqlite3_step(statement) == SQLITE_ROW;
    const bool holds = row && mou_text_equal(mou_store_column_text(statement, 0), mou_text_of(wanted));
    const bool failed = sqlite3_errcode(store->database) == SQLITE_NOMEM;
    sqlite3_finalize(statement);
    if (holds) {
        return MOU_OK;
    }
    if (!row || failed) {
        return mou_store_sql_failed(store);
    }
    return mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "数据库不能设为 %s", "the database refuses %s"), sql);
}

static enum mou_status apply_settings(struct mou_store *store)
{
    static const char *const settings[] = {"PRAGMA foreign_keys = ON", "PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON",
                                           "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -65536"};
    sqlite3_busy_timeout(store->database, BUSY_MILLISECONDS);
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    enum mou_status status = demand_setting(store, "PRAGMA journal_mode = WAL", "wal");
    for (size_t i = 0; status == MOU_OK && i < sizeof settings / sizeof settings[0]; i++) {
        status = mou_store_execute(store, settings[i]);
    }
    if (status == MOU_OK) {
        status = mou_store_execute(store, "PRAGMA synchronous = FULL");
    }
    status = status == MOU_OK ? demand_setting(store, "PRAGMA synchronous", "2") : status;
    status = status == MOU_OK ? mou_rows_register(store) : status;
    return status == MOU_OK ? mou_scan_register(store) : status;
}

bool mou_store_make_private(const char *path)
{
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return file >= 0 ? close(file) == 0 : errno == EEXIST;
}

enum mou_status mou_store_connect(struct mou_store *store, const char *path, bool create)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    mou_buf_init(&store->message, NULL, MESSAGE_BYTES_MAX);
    store->arena = mou_arena_new(NULL);
    store->work_arena = mou_arena_new(NULL);
    if (store->arena == NULL || store->work_arena == NULL) {
        return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
    }
    if (create && !mou_store_make_private(path)) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s%s", mou_store_say(store, "不能新建数据库 ", "cannot make the database "), path);
    }
    if (sqlite3_open_v2(path, &store->database, flags, NULL) != SQLITE_OK) {
        const int number = store->database != NULL ? sqlite3_system_errno(store->database) : 0;
        return mou_store_fail(store, MOU_ERROR_IO, "%s%s：%s", mou_store_say(store, "不能打开数据库 ", "cannot open the database "), path,
                              number != 0 ? mou_os_error(number, store->lang).text : store->database != NULL ? sqlite3_errmsg(store->database) : "");
    }
    return apply_settings(store);
}

/* Most statements are kept: they must not use up the small memory that the database has for those that come and go. */
sqlite3_stmt *mou_store_prepare(struct mou_store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        mou_store_sql_failed(store);
        return NULL;
    }
    return statement;
}

sqlite3_stmt *mou_store_statement(struct mou_store *store, enum mou_statement id)
{
    assert(id < MOU_SQL_COUNT);
    if (store->statements[id] == NULL) {
        store->statements[id] = mou_store_prepare(store, statement_texts[id]);
    } else {
        sqlite3_reset(store->statements[id]);
        sqlite3_clear_bindings(store->statements[id]);
    }
    return store->statements[id];
}

enum mou_status mou_store_step_done(struct mou_store *store, sqlite3_stmt *statement)
{
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    int code = sqlite3_step(statement);
    enum mou_status status = code == SQLITE_DONE ? MOU_OK : mou_store_sql_failed(store);
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_step_row(struct mou_store *store, sqlite3_stmt *statement, bool *row)
{
    *row = false;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *row = true;
        return MOU_OK;
    }
    enum mou_status status = code == SQLITE_DONE ? MOU_OK : mou_store_sql_failed(store);
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_step_single(struct mou_store *store, sqlite3_stmt *statement, bool *truth)
{
    bool row = false;
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *truth = row && sqlite3_column_int(statement, 0) != 0;
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_out_of_memory(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
}

enum mou_status mou_store_begin(struct mou_store *store)
{
    return mou_store_execute(store, "BEGIN IMMEDIATE");
}

bool mou_store_begin_soon(struct mou_store *store, enum mou_status *status)
{
    sqlite3_busy_timeout(store->database, SOON_MILLISECONDS);
    *status = mou_store_begin(store);
    const bool busy = *status != MOU_OK && (sqlite3_errcode(store->database) & 0xff) == SQLITE_BUSY;
    sqlite3_busy_timeout(store->database, BUSY_MILLISECONDS);
    return !busy;
}

enum mou_status mou_store_commit(struct mou_store *store)
{
    enum mou_status status = mou_waiting_take(store);
    status = status == MOU_OK ? mou_store_execute(store, "COMMIT") : status;
    if (status == MOU_OK) {
        mou_waiting_done(store);
    }
    return status;
}

void mou_store_rollback(struct mou_store *store)
{
    for (size_t i = 0; i < MOU_SQL_COUNT; i++) {
        if (store->statements[i] != NULL) {
            sqlite3_reset(store->statements[i]);
        }
    }
    if (!sqlite3_get_autocommit(store->database)) {
        sqlite3_stmt *statement = NULL;
        if (sqlite3_prepare_v2(store->database, "ROLLBACK", -1, &statement, NULL) == SQLITE_OK) {
            (void)sqlite3_step(statement);
        }
        sqlite3_finalize(statement);
    }
}

void mou_store_bind_text(sqlite3_stmt *statement, int index, struct mou_text text)
{
    sqlite3_bind_text64(statement, index, text.bytes != NULL ? text.bytes : "", (sqlite3_uint64)text.len, SQLITE_STATIC, SQLITE_UTF8);
}

struct mou_text mou_store_column_text(sqlite3_stmt *statement, int index)
{
    const char *bytes = (const char *)sqlite3_column_text(statement, index);
    return (struct mou_text){bytes != NULL ? bytes : "", (size_t)sqlite3_column_bytes(statement, index)};
}

mou_date mou_store_column_date(sqlite3_stmt *statement, int index)
{
    return sqlite3_column_type(statement, index) == SQLITE_NULL ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, index);
}

static void finalize_tables(struct mou_store_table *tables, uint32_t count)
{
    for (uint32_t i = 0; tables != NULL && i < count; i++) {
        sqlite3_finalize(tables[i].read[0]);
        sqlite3_finalize(tables[i].read[1]);
        sqlite3_finalize(tables[i].current);
        sqlite3_finalize(tables[i].version);
        sqlite3_finalize(tables[i].add);
        sqlite3_finalize(tables[i].end);
    }
}

void mou_store_leave_pack(struct mou_store *store)
{
    if (store->pack != NULL) {
        finalize_tables(store->kinds, mou_pack_kind_count(store->pack));
        finalize_tables(store->records, mou_pack_record_count(store->pack));
    }
    store->pack = NULL;
    store->measure_keys = NULL;
    store->kinds = NULL;
    store->records = NULL;
    store->type_records = NULL;
    store->type_count = 0;
}

void mou_store_drop_pack(struct mou_store *store)
{
    struct mou_pack *pack = store->pack;
    mou_store_leave_pack(store);
    mou_pack_close(pack);
    mou_arena_free(store->pack_arena);
    store->pack_arena = NULL;
}

void mou_store_close(struct mou_store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < MOU_SQL_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
    }
    mou_store_drop_pack(store);
    mou_change_free(store);
    sqlite3_close(store->database);
    mou_buf_free(&store->message);
    mou_arena_free(store->work_arena);
    struct mou_arena *arena = store->arena;
    mou_arena_free(arena);
    const struct mou_allocator *allocator = mou_allocator_default();
    (void)allocator->resize(allocator->state, store, sizeof *store, 0);
}
