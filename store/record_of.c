/*
 * The index over the rows of all record types by their subject: record_of has subject, number of the type, version. So it is asked once for a subject, and then only
 * the tables that have rows. It follows from those tables, which are never read to see whether it is whole: an import that adds rows enters them before it ends, the
 * database lets no entry be changed or deleted, and mou verify compares both. Used by schema.c, packs.c, intake.c, import.c and migrate.c.
 */
#include <assert.h>

#include "store_internal.h"

#define SQL_BYTES_MAX ((size_t)1024 * 1024)
#define TYPES_MAX 1000000

enum mou_status mou_record_type_add(struct mou_store *store, struct mou_text name)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RECORD_TYPE_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, name);
    return mou_store_step_done(store, statement);
}

static enum mou_status refuse_number(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "数据库损坏：记录类型的编号不对；请用 mou verify 查验", "the database is damaged: a record type has an impossible number; see mou verify"));
}

/** Room for numbers up to `greatest`. */
static enum mou_status make_room(struct mou_store *store, int64_t greatest)
{
    if (greatest <= 0 || greatest > TYPES_MAX) {
        return refuse_number(store);
    }
    store->type_count = (uint32_t)greatest + 1;
    store->type_records = MOU_NEW_ARRAY(store->pack_arena, store->type_count, uint32_t);
    if (store->type_records == NULL) {
        store->type_count = 0;
        return mou_store_out_of_memory(store);
    }
    for (uint32_t i = 0; i < store->type_count; i++) {
        store->type_records[i] = UINT32_MAX;
    }
    return MOU_OK;
}

/** The greatest number comes first: another one that is greater tells of a damaged page. */
static enum mou_status note_type(struct mou_store *store, int64_t number, struct mou_text name)
{
    const enum mou_status status = store->type_count == 0 ? make_room(store, number) : MOU_OK;
    if (status != MOU_OK || number <= 0 || number >= store->type_count) {
        return status != MOU_OK ? status : refuse_number(store);
    }
    const uint32_t type = (uint32_t)number;
    for (uint32_t i = 0; i < mou_pack_record_count(store->pack); i++) {
        const struct mou_record_info info = mou_pack_record(store->pack, i);
        if (mou_text_equal(info.name, name)) {
            store->records[i].type = type;
            store->records[i].at_once = info.key == UINT32_MAX && info.parent == UINT32_MAX; /* a row without a key is compared with all of its subject, those of its file, too */
            store->type_records[type] = i;
        }
    }
    return MOU_OK;
}

enum mou_status mou_record_types_load(struct mou_store *store)
{
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RECORD_TYPES);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    store->type_count = 0;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            status = note_type(store, sqlite3_column_int64(statement, 0), mou_store_column_text(statement, 1));
        }
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status enter(struct mou_store *store, const struct mou_store_table *table, int64_t subject, int64_t version)
{
    assert(table->type != 0);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RECORD_OF_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, subject);
    sqlite3_bind_int64(statement, 2, table->type);
    sqlite3_bind_int64(statement, 3, version);
    return mou_store_step_done(store, statement);
}

enum mou_status mou_record_of_note(struct mou_store *store, struct mou_store_table *table, int64_t subject, int64_t version)
{
    table->disordered = table->disordered || subject < table->last_subject;
    table->last_subject = subject;
    return table->at_once ? enter(store, table, subject, version) : MOU_OK;
}

/** Enters the rows behind `version` in the order of the entries, so that each page of the index is met once. Sorting takes a third of it, and is left out where the rows lie in that order. */
static enum mou_status fill(struct mou_store *store, struct mou_text name, int64_t type, int64_t version, bool sort, struct mou_buf *sql)
{
    mou_buf_printf(sql, "INSERT INTO record_of(subject, type, version) SELECT \"#subject\", %lld, \"#version\" FROM ", (long long)type);
    mou_schema_put_name(sql, MOU_TEXT("记录_"), name);
    mou_buf_printf(sql, " WHERE \"#version\" > %lld%s", (long long)version, sort ? " ORDER BY 1, 3" : "");
    return mou_schema_run_text(store, sql);
}

enum mou_status mou_record_of_fill(struct mou_store *store)
{
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_record_count(store->pack); i++) {
        const struct mou_store_table *table = &store->records[i];
        if (table->seal != NULL && !table->at_once) { /* which every added row goes into */
            status = table->type != 0 ? fill(store, mou_pack_record(store->pack, i).name, table->type, table->last_version, table->disordered, &sql) : refuse_number(store);
        }
    }
    mou_buf_free(&sql);
    return status;
}

/** A record type as the database has it. */
struct named_type {
    int64_t type;
    struct mou_text name;
};

typedef MOU_VEC(struct named_type) named_types;

static enum mou_status list_types(struct mou_store *store, named_types *list)
{
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_RECORD_TYPES);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_text name = mou_store_column_text(statement, 1);
            const struct named_type type = {sqlite3_column_int64(statement, 0), {mou_arena_copy(store->work_arena, name.bytes, name.len), name.len}};
            status = type.name.bytes != NULL && MOU_VEC_PUSH(store->work_arena, list, type) ? MOU_OK : mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_record_of_make(struct mou_store *store)
{
    struct mou_buf sql;
    named_types types = {0};
    enum mou_status status = list_types(store, &types);
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (size_t i = 0; status == MOU_OK && i < types.count; i++) {
        status = fill(store, types.items[i].name, types.items[i].type, 0, true, &sql);
    }
    mou_buf_free(&sql);
    return status;
}
