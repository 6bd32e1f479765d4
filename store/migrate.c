/*
 * The schema's versions: a new store takes every step of schema.sql.def, an older one those behind its version; a newer one is refused. What a step has
 * to do to the vocabulary's tables and to the ledger is done here, so that it happens in the same transaction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"

#define SQL_BYTES_MAX ((size_t)1024 * 1024)

struct schema_step {
    int version;
    const char *sql;
};

static const struct schema_step schema_steps[] = {
#define MOU_SCHEMA(version, sql) {version, sql},
#include "schema.sql.def"
#undef MOU_SCHEMA
};

/** *exists: the database has a table of that name. */
static enum mou_status has_table(struct mou_store *store, const char *name, bool *exists)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_TABLE_EXISTS);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, mou_text_of(name));
    return mou_store_step_single(store, statement, exists);
}

enum mou_status mou_migrate_version(struct mou_store *store, int *version)
{
    struct mou_text text;
    bool exists = false;
    *version = 0;
    enum mou_status status = has_table(store, "meta", &exists);
    if (status != MOU_OK || !exists) {
        return status;
    }
    status = mou_store_meta_get(store, "schema_version", &text);
    if (status == MOU_OK) {
        const long number = text.len > 0 ? strtol(text.bytes, NULL, 10) : 0;
        *version = number > 0 && number < 1000000 ? (int)number : 0;
    }
    return status;
}

enum mou_status mou_migrate_demand_empty(struct mou_store *store)
{
    bool found = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_ANY_OBJECT);
    enum mou_status status = statement != NULL ? mou_store_step_single(store, statement, &found) : MOU_ERROR_IO;
    if (status == MOU_OK && found) {
        status = mou_store_fail(store, MOU_ERROR_IO, "%s",
                                mou_store_say(store, "这是别的程序的数据库，里面已有内容；请另写一个文件名", "this is another program's database and not empty; give another file name"));
    }
    return status;
}

enum mou_status mou_migrate_demand(struct mou_store *store)
{
    int version = 0;
    enum mou_status status = mou_migrate_version(store, &version);
    if (status != MOU_OK) {
        mou_buf_clear(&store->message);
    }
    if (status != MOU_OK || version == 0) {
        return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "这不是 Mou 的数据库；请核对文件名，新建用 mou init", "this is no store of Mou; check the file name, or make one with mou init"));
    }
    if (version > MOU_STORE_SCHEMA_VERSION) {
        return mou_store_fail(store, MOU_ERROR_IO,
                              mou_store_say(store, "数据库是第 %d 版格式，本程序只认到第 %d 版；请升级程序", "the database has format %d, this program knows formats up to %d; upgrade the program"),
                              version, MOU_STORE_SCHEMA_VERSION);
    }
    if (version < MOU_STORE_SCHEMA_VERSION) {
        return mou_store_fail(store, MOU_ERROR_IO,
                              mou_store_say(store, "数据库是第 %d 版格式，本程序用第 %d 版；请先备份，再运行 mou init 升级",
                                            "the database has format %d, this program uses format %d; make a backup, then run mou init to bring it up"),
                              version, MOU_STORE_SCHEMA_VERSION);
    }
    return MOU_OK;
}

/* ------------------------------------------------------------------ version 1 to 2 */

/** Names of the vocabulary's tables, in the work arena. */
typedef MOU_VEC(struct mou_text) name_list;

static enum mou_status list_names(struct mou_store *store, enum mou_statement of, name_list *names)
{
    sqlite3_stmt *statement = mou_store_statement(store, of);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_text found = mou_store_column_text(statement, 0);
            const struct mou_text name = {mou_arena_copy(store->work_arena, found.bytes, found.len), found.len};
            status = name.bytes != NULL && MOU_VEC_PUSH(store->work_arena, names, name) ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** The import that ended a version is the first from its own on whose time is that of the end: a file may correct its own rows. */
static enum mou_status name_ends(struct mou_store *store, struct mou_text table, struct mou_buf *sql)
{
    static const char *const texts[] = {
        "ALTER TABLE ", " ADD COLUMN \"#ended_by\" INTEGER REFERENCES import(id)", "UPDATE ",
        " AS r SET \"#ended_by\" = (SELECT min(i.id) FROM import i WHERE i.known_at = r.\"#known_until\" AND i.id >= r.\"#import\") WHERE \"#known_until\" IS NOT NULL"};
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < sizeof texts / sizeof texts[0]; i += 2) {
        mou_buf_text(sql, texts[i]);
        mou_schema_put_name(sql, MOU_TEXT(""), table);
        mou_buf_text(sql, texts[i + 1]);
        status = mou_schema_run_text(store, sql);
    }
    return status;
}

static enum mou_status name_all_ends(struct mou_store *store)
{
    name_list names = {0};
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    enum mou_status status = list_names(store, MOU_SQL_VOCABULARY_TABLES, &names);
    for (size_t i = 0; status == MOU_OK && i < names.count; i++) {
        status = name_ends(store, names.items[i], &sql);
    }
    mou_buf_free(&sql);
    return status;
}

/** The hash of an entry of the former chain over the one before it. */
static bool chain_link(unsigned char chain[32], int64_t at, struct mou_text kind, struct mou_text body)
{
    struct mou_buf sealed;
    mou_buf_init(&sealed, NULL, body.len + kind.len + 4096);
    mou_buf_append(&sealed, chain, 32);
    mou_buf_printf(&sealed, "%lld ", (long long)at);
    mou_buf_append(&sealed, kind.bytes, kind.len);
    mou_buf_char(&sealed, ' ');
    mou_buf_append(&sealed, body.bytes, body.len);
    const bool whole = !sealed.failed;
    if (whole) {
        mou_sha256(sealed.data, sealed.len, chain);
    }
    mou_buf_free(&sealed);
    return whole;
}

enum mou_status mou_migrate_former_chain(struct mou_store *store, int64_t entries, unsigned char chain[32])
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_LEDGER_FIRST);
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    memset(chain, 0, 32);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, entries);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const bool linked = chain_link(chain, sqlite3_column_int64(statement, 0), mou_store_column_text(statement, 1), mou_store_column_text(statement, 2));
            status = linked ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** Takes one entry of the former ledger over, if its chain holds up to here. */
static enum mou_status take_over(struct mou_store *store, sqlite3_stmt *former, unsigned char chain[32])
{
    const int64_t at = sqlite3_column_int64(former, 0);
    const struct mou_text kind = mou_store_column_text(former, 1);
    const struct mou_text body = mou_store_column_text(former, 2);
    if (!chain_link(chain, at, kind, body)) {
        return mou_store_out_of_memory(store);
    }
    if (sqlite3_column_bytes(former, 3) != 32 || memcmp(sqlite3_column_blob(former, 3), chain, 32) != 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              mou_store_say(store, "原账本的链条断裂，不能升级；请从备份恢复", "the former ledger's chain is broken, so the store is not brought up; restore a backup"));
    }
    struct mou_buf name;
    mou_buf_init(&name, NULL, 4096);
    mou_buf_append(&name, kind.bytes, kind.len);
    enum mou_status status = name.failed ? mou_store_out_of_memory(store) : mou_ledger_append(store, at, name.data, 0, body);
    mou_buf_free(&name);
    return status;
}

/** New receipts for the events of one kind. */
static enum mou_status receive(struct mou_store *store, enum mou_statement ids, enum mou_status (*write)(struct mou_store *store, int64_t id))
{
    int64_t id = 0;
    bool row = true;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        sqlite3_stmt *statement = mou_store_statement(store, ids);
        if (statement == NULL) {
            return MOU_ERROR_IO;
        }
        sqlite3_bind_int64(statement, 1, id);
        status = mou_store_step_row(store, statement, &row);
        id = row ? sqlite3_column_int64(statement, 0) : id;
        sqlite3_reset(statement);
        if (status == MOU_OK && row) {
            status = write(store, id);
        }
    }
    return status;
}

/** New receipts, with the hashes of their rows, for the imports, runs and packs that are there. */
static enum mou_status receive_again(struct mou_store *store)
{
    enum mou_status status = mou_seal_all(store);
    status = status == MOU_OK ? receive(store, MOU_SQL_PACK_ACT_IDS, mou_receipt_pack_act) : status;
    status = status == MOU_OK ? receive(store, MOU_SQL_IMPORT_IDS, mou_receipt_import) : status;
    return status == MOU_OK ? receive(store, MOU_SQL_RUN_IDS, mou_receipt_run) : status;
}

/** Rows of records are sealed in another order since format 3, and in two parts since format 4, rows in quarantine since format 6, of relations since format 7: what fits the receipts of before gets new ones. */
static enum mou_status seal_records_again(struct mou_store *store, int from)
{
    bool fit = false;
    store->former_seals = from;
    enum mou_status status = mou_verify_imports(store, &fit);
    store->former_seals = 0;
    if (status == MOU_OK && !fit) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              mou_store_say(store, "有导入的行与账本不符，不能升级；请从备份恢复", "rows of an import do not fit the ledger, so the store is not brought up; restore a backup"));
    }
    status = status == MOU_OK ? mou_seal_all(store) : status;
    return status == MOU_OK ? receive(store, MOU_SQL_IMPORT_IDS, mou_receipt_import) : status;
}

static enum mou_status move_ledger(struct mou_store *store, int from, mou_time now)
{
    unsigned char chain[32] = {0};
    int64_t entries = 0;
    bool row = true;
    sqlite3_stmt *former = mou_store_prepare(store, "SELECT at, kind, body, hash FROM ledger_before ORDER BY id");
    enum mou_status status = former != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, former, &row);
        if (status == MOU_OK && row) {
            status = take_over(store, former, chain);
            entries++;
        }
    }
    sqlite3_finalize(former);
    if (status == MOU_OK) {
        status = mou_store_execute(store, "DROP TABLE ledger_before");
    }
    if (status != MOU_OK || from == 0) {
        return status;
    }
    struct mou_buf body;
    mou_buf_init(&body, NULL, 4096);
    mou_buf_printf(&body, "{\"from\": %d, \"to\": 2, \"entries\": %lld, \"chain\": \"", from, (long long)entries);
    mou_buf_hex(&body, chain, sizeof chain);
    mou_buf_text(&body, "\"}");
    status = body.failed ? mou_store_out_of_memory(store) : mou_ledger_append(store, now, "migration", entries, (struct mou_text){body.data, body.len});
    mou_buf_free(&body);
    return status;
}

/* ------------------------------------------------------------------ version 2 to 3 */

/** Runs a statement over all decisions under the act. */
static enum mou_status step_all(struct mou_store *store, enum mou_statement id, int64_t act)
{
    sqlite3_stmt *statement = mou_store_statement(store, id);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, act);
    return mou_store_step_done(store, statement);
}

/** Decisions of the runs so far become proposals, or what was one: nothing is in effect that nobody confirmed. */
static enum mou_status give_states(struct mou_store *store, mou_time now)
{
    struct mou_act act = {.store = store, .word = "migration"};
    bool row = false;
    enum mou_status status = mou_states_create(store);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_MIGRATED_RUN) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    status = mou_store_step_row(store, statement, &row);
    act.day = row ? (mou_date)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    if (status != MOU_OK || !row) {
        return status;
    }
    status = mou_clock_read(store, now, &act.at);
    status = status == MOU_OK ? mou_act_open(&act) : status;
    status = status == MOU_OK ? step_all(store, MOU_SQL_MIGRATED_FIRST_STEPS, act.id) : status;
    status = status == MOU_OK ? step_all(store, MOU_SQL_MIGRATED_LAST_STEPS, act.id) : status;
    return status == MOU_OK ? mou_act_close(&act) : status;
}

/* ------------------------------------------------------------------ version 3 to 4 */

/** Every vocabulary table gets the mark of erased rows, and triggers that know it. */
static enum mou_status make_erasable(struct mou_store *store)
{
    name_list names = {0};
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    enum mou_status status = list_names(store, MOU_SQL_VOCABULARY_TABLES, &names);
    for (size_t i = 0; status == MOU_OK && i < names.count; i++) {
        mou_buf_text(&sql, "ALTER TABLE ");
        mou_schema_put_name(&sql, MOU_TEXT(""), names.items[i]);
        mou_buf_text(&sql, " ADD COLUMN \"#erased\" BLOB");
        status = mou_schema_run_text(store, &sql);
        status = status == MOU_OK ? mou_schema_guard_table(store, names.items[i], &sql) : status;
    }
    mou_buf_free(&sql);
    return status;
}

/** Drops what the statement lists: "DROP …" name. */
static enum mou_status drop_all(struct mou_store *store, enum mou_statement of, const char *drop)
{
    name_list names = {0};
    struct mou_buf sql;
    enum mou_status status = list_names(store, of, &names);
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (size_t i = 0; status == MOU_OK && i < names.count; i++) {
        mou_buf_text(&sql, drop);
        mou_schema_put_name(&sql, MOU_TEXT(""), names.items[i]);
        status = mou_schema_run_text(store, &sql);
    }
    mou_buf_free(&sql);
    return status;
}

/** What guards the states of measures is made anew, as measure_states.def says it now. */
static enum mou_status guard_states_again(struct mou_store *store)
{
    enum mou_status status = drop_all(store, MOU_SQL_STATE_VIEWS, "DROP VIEW ");
    status = status == MOU_OK ? drop_all(store, MOU_SQL_STATE_TRIGGERS, "DROP TRIGGER ") : status;
    return status == MOU_OK ? mou_states_create(store) : status;
}

/* ------------------------------------------------------------------ version 8 to 9 */

/** Rows of all record types get entries in the common index, which takes the place of an index for each type. A type that is called as a kind of subjects is had none: the kind keeps its own. */
static enum mou_status enter_records(struct mou_store *store)
{
    const enum mou_status status = mou_record_of_make(store);
    return status == MOU_OK ? drop_all(store, MOU_SQL_FORMER_INDEXES, "DROP INDEX ") : status;
}

/* ------------------------------------------------------------------ all steps */

static enum mou_status run_steps(struct mou_store *store, int version)
{
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < sizeof schema_steps / sizeof schema_steps[0]; i++) {
        if (schema_steps[i].version == version) {
            status = mou_store_execute(store, schema_steps[i].sql);
        }
    }
    return status;
}

enum mou_status mou_migrate(struct mou_store *store, mou_time now)
{
    int from = 0;
    char reached[16];
    enum mou_status status = mou_migrate_version(store, &from);
    if (status != MOU_OK || from == MOU_STORE_SCHEMA_VERSION) {
        return status;
    }
    if (from > MOU_STORE_SCHEMA_VERSION) {
        return mou_migrate_demand(store);
    }
    for (int version = from + 1; status == MOU_OK && version <= MOU_STORE_SCHEMA_VERSION; version++) {
        status = run_steps(store, version);
        if (status == MOU_OK && version == 2) {
            status = name_all_ends(store);
            status = status == MOU_OK ? move_ledger(store, from, now) : status;
        }
        if (status == MOU_OK && version == 4) {
            status = make_erasable(store);
        }
        if (status == MOU_OK && version == 9) {
            status = enter_records(store);
        }
    }
    if (status == MOU_OK) { /* views and triggers over steps know the tables as they are at the end */
        status = from < 3 ? give_states(store, now) : guard_states_again(store);
    }
    if (status == MOU_OK && from == 1) { /* what a receipt says is read from the tables as they are at the end */
        status = receive_again(store);
    }
    if (status == MOU_OK && from >= 2) {
        status = seal_records_again(store, from);
    }
    (void)snprintf(reached, sizeof reached, "%d", MOU_STORE_SCHEMA_VERSION);
    return status == MOU_OK ? mou_store_meta_set(store, "schema_version", reached) : status;
}
