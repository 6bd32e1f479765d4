/*
 * The vocabulary's tables: one STRICT table per subject kind and record type, and the statements over it. Tables and columns are only ever added.
 * Names come from a verified pack and are quoted; columns of our own start with '#', which no field's name may. SQLite does not tell names apart by the case
 * of ASCII letters: names that differ in nothing else are refused here, be they of one pack, which the compiler would not have made, or of the store and a pack.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

#define SQL_BYTES_MAX ((size_t)1024 * 1024)

/** One vocabulary table while its texts are made. */
struct table_shape {
    struct mou_text prefix; /**< 主体_ or 记录_ */
    struct mou_text name;
    bool nested;
    bool record;
    uint32_t key; /**< field number or UINT32_MAX */
    uint32_t field_count;
    const struct mou_pack *pack;
    uint32_t index; /**< kind or record type */
};

static struct mou_field_info field_of(const struct table_shape *shape, uint32_t field)
{
    return shape->record ? mou_pack_field(shape->pack, shape->index, field) : mou_pack_attribute(shape->pack, shape->index, field);
}

static struct table_shape kind_shape(const struct mou_pack *pack, uint32_t kind)
{
    return (struct table_shape){.prefix = MOU_TEXT("主体_"), .name = mou_pack_kind_name(pack, kind), .key = UINT32_MAX,
                                .field_count = mou_pack_attribute_count(pack, kind), .pack = pack, .index = kind};
}

static struct table_shape record_shape(const struct mou_pack *pack, uint32_t record)
{
    struct mou_record_info info = mou_pack_record(pack, record);
    return (struct table_shape){.prefix = MOU_TEXT("记录_"), .name = info.name, .nested = info.parent != UINT32_MAX, .record = true, .key = info.key,
                                .field_count = info.field_count, .pack = pack, .index = record};
}

void mou_schema_put_name(struct mou_buf *sql, struct mou_text prefix, struct mou_text name)
{
    mou_buf_char(sql, '"');
    mou_buf_append(sql, prefix.bytes, prefix.len);
    for (size_t i = 0; i < name.len; i++) {
        if (name.bytes[i] == '"') {
            mou_buf_char(sql, '"');
        }
        mou_buf_char(sql, name.bytes[i]);
    }
    mou_buf_char(sql, '"');
}

static void put_table(struct mou_buf *sql, const struct table_shape *shape)
{
    mou_schema_put_name(sql, shape->prefix, shape->name);
}

static void put_field(struct mou_buf *sql, const struct table_shape *shape, uint32_t field)
{
    mou_schema_put_name(sql, MOU_TEXT(""), field_of(shape, field).name);
}

static const char *sql_type(enum mou_value_type type)
{
    return type == MOU_VALUE_TEXT ? "TEXT" : "INTEGER";
}

enum mou_status mou_schema_run_text(struct mou_store *store, struct mou_buf *sql)
{
    enum mou_status status = sql->failed ? mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"))
                                         : mou_store_execute(store, sql->data);
    mou_buf_clear(sql);
    return status;
}

/** Attributes are found by an index of their own; rows of record types by the one that is common to all of them (record_of.c). */
static enum mou_status index_subjects(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    if (shape->record) {
        return mou_record_type_add(store, shape->name);
    }
    mou_buf_text(sql, "CREATE INDEX IF NOT EXISTS ");
    mou_schema_put_name(sql, MOU_TEXT("#subject_"), shape->name);
    mou_buf_text(sql, " ON ");
    put_table(sql, shape);
    mou_buf_text(sql, "(\"#subject\")");
    return mou_schema_run_text(store, sql);
}

static enum mou_status refuse_letters(struct mou_store *store, enum mou_status status, struct mou_text known, struct mou_text name)
{
    const char *zh = status == MOU_ERROR_PACK ? "规则包的词表里，“%.*s”与“%.*s”同名，或者只差字母大小写，记录库分不开"
                                              : "数据库里已有“%.*s”，规则包里的“%.*s”与它只差字母大小写；请照数据库里的写法，或者改用另一个名称";
    const char *en = status == MOU_ERROR_PACK ? "the pack's vocabulary has “%.*s” and “%.*s”, which differ in upper and lower case at most; the store cannot tell them apart"
                                              : "the database has “%.*s”, and “%.*s” of the pack differs from it in upper and lower case only; spell it as the database does, or use another name";
    return mou_store_fail(store, status, mou_store_say(store, zh, en), (int)known.len, known.bytes, (int)name.len, name.bytes);
}

/** Refuses the table's name where an earlier pack, or this one, has it in another spelling. */
static enum mou_status check_table_name(struct mou_store *store, const struct mou_pack *pack, const struct table_shape *shape)
{
    for (uint32_t i = 0; i < shape->index; i++) {
        const struct mou_text earlier = shape->record ? mou_pack_record(pack, i).name : mou_pack_kind_name(pack, i);
        if (mou_text_equal_letters(earlier, shape->name)) {
            return refuse_letters(store, MOU_ERROR_PACK, earlier, shape->name);
        }
    }
    sqlite3_stmt *statement = mou_store_prepare(store, "SELECT substr(name, 4) FROM sqlite_schema WHERE type = 'table' AND name COLLATE NOCASE = ?1 || ?2 AND name <> ?1 || ?2");
    bool row = false;
    enum mou_status status = MOU_ERROR_IO;
    if (statement != NULL) {
        mou_store_bind_text(statement, 1, shape->prefix);
        mou_store_bind_text(statement, 2, shape->name);
        status = mou_store_step_row(store, statement, &row);
    }
    if (status == MOU_OK && row) {
        status = refuse_letters(store, MOU_ERROR_DATA, mou_store_column_text(statement, 0), shape->name);
    }
    sqlite3_finalize(statement);
    return status;
}

/** Refuses a field's name that a column of our own has or may have, or that an earlier field has. */
static enum mou_status check_field_name(struct mou_store *store, const struct table_shape *shape, uint32_t field)
{
    const struct mou_text name = field_of(shape, field).name;
    if (name.len == 0 || name.bytes[0] == '#') {
        return mou_store_fail(store, MOU_ERROR_PACK, mou_store_say(store, "规则包的词表里，“%.*s”有字段名为空或者以“#”开头", "“%.*s” of the pack's vocabulary has a field whose name is empty or begins with “#”"),
                              (int)shape->name.len, shape->name.bytes);
    }
    for (uint32_t i = 0; i < field; i++) {
        const struct mou_text earlier = field_of(shape, i).name;
        if (mou_text_equal_letters(earlier, name)) {
            return refuse_letters(store, MOU_ERROR_PACK, earlier, name);
        }
    }
    return MOU_OK;
}

static enum mou_status create_table(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    mou_buf_text(sql, "CREATE TABLE IF NOT EXISTS ");
    put_table(sql, shape);
    mou_buf_text(sql, "(\"#version\" INTEGER PRIMARY KEY, \"#subject\" INTEGER NOT NULL REFERENCES subject(id), \"#parent\" INTEGER, \"#known_from\" INTEGER NOT NULL, "
                      "\"#known_until\" INTEGER, \"#import\" INTEGER NOT NULL REFERENCES import(id), \"#ended_by\" INTEGER REFERENCES import(id)) STRICT");
    enum mou_status status = mou_schema_run_text(store, sql);
    if (status != MOU_OK) {
        return status;
    }
    status = index_subjects(store, shape, sql);
    if (status != MOU_OK || !shape->nested) {
        return status;
    }
    mou_buf_text(sql, "CREATE INDEX IF NOT EXISTS ");
    mou_schema_put_name(sql, MOU_TEXT("#parent_"), shape->name);
    mou_buf_text(sql, " ON ");
    put_table(sql, shape);
    mou_buf_text(sql, "(\"#parent\")");
    return mou_schema_run_text(store, sql);
}

/** *type receives the declared type of a column, empty if the table has no such column; one of that name in another spelling is refused. */
static enum mou_status column_type(struct mou_store *store, const struct table_shape *shape, struct mou_text column, char type[16])
{
    sqlite3_stmt *statement = mou_store_prepare(store, "SELECT type, name FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE");
    struct mou_buf table;
    enum mou_status status = MOU_ERROR_IO;
    type[0] = '\0';
    mou_buf_init(&table, NULL, SQL_BYTES_MAX);
    mou_buf_append(&table, shape->prefix.bytes, shape->prefix.len);
    mou_buf_append(&table, shape->name.bytes, shape->name.len);
    if (statement != NULL && !table.failed) {
        mou_store_bind_text(statement, 1, (struct mou_text){table.data, table.len});
        mou_store_bind_text(statement, 2, column);
        int code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            struct mou_text found = mou_store_column_text(statement, 0);
            size_t len = found.len < 15 ? found.len : 15;
            memcpy(type, found.bytes, len);
            type[len] = '\0';
        }
        status = code == SQLITE_ROW || code == SQLITE_DONE ? MOU_OK : mou_store_sql_failed(store);
        const struct mou_text spelt = code == SQLITE_ROW ? mou_store_column_text(statement, 1) : column;
        status = status == MOU_OK && !mou_text_equal(spelt, column) ? refuse_letters(store, MOU_ERROR_DATA, spelt, column) : status;
    }
    sqlite3_finalize(statement);
    mou_buf_free(&table);
    return status;
}

/** The mark that stands for what a row said, once it is erased. */
static enum mou_status add_mark(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    char type[16];
    const enum mou_status status = column_type(store, shape, MOU_TEXT("#erased"), type);
    if (status != MOU_OK || type[0] != '\0') {
        return status;
    }
    mou_buf_text(sql, "ALTER TABLE ");
    put_table(sql, shape);
    mou_buf_text(sql, " ADD COLUMN \"#erased\" BLOB");
    return mou_schema_run_text(store, sql);
}

static enum mou_status add_columns(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        struct mou_field_info field = field_of(shape, i);
        char type[16];
        enum mou_status status = check_field_name(store, shape, i);
        status = status == MOU_OK ? column_type(store, shape, field.name, type) : status;
        if (status != MOU_OK) {
            return status;
        }
        if (type[0] != '\0' && strcmp(type, sql_type(field.type)) != 0) {
            return mou_store_fail(store, MOU_ERROR_DATA,
                                  mou_store_say(store, "数据库里 %.*s 的 %.*s 是另一种类型；请改用新字段名", "%.*s of the database has %.*s with another type; use a new field name"),
                                  (int)shape->name.len, shape->name.bytes, (int)field.name.len, field.name.bytes);
        }
        if (type[0] == '\0') {
            mou_buf_text(sql, "ALTER TABLE ");
            put_table(sql, shape);
            mou_buf_text(sql, " ADD COLUMN ");
            put_field(sql, shape, i);
            mou_buf_printf(sql, " %s", sql_type(field.type));
            status = mou_schema_run_text(store, sql);
        }
        if (status != MOU_OK) {
            return status;
        }
    }
    return MOU_OK;
}

/** "before" table "between" table "after", run. */
static enum mou_status run_on_table(struct mou_store *store, struct mou_text table, const char *before, const char *between, const char *after, struct mou_buf *sql)
{
    mou_buf_text(sql, before);
    mou_schema_put_name(sql, MOU_TEXT("#"), table);
    sql->len -= sql->len > 0; /* the name goes on behind its last quote */
    mou_buf_text(sql, between);
    mou_schema_put_name(sql, MOU_TEXT(""), table);
    mou_buf_text(sql, after);
    return mou_schema_run_text(store, sql);
}

sqlite3_stmt *mou_schema_columns(struct mou_store *store, struct mou_text table)
{
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "PRAGMA table_info(");
    mou_schema_put_name(&sql, MOU_TEXT(""), table);
    mou_buf_char(&sql, ')');
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    return statement;
}

/** The columns that no update may name: all but those that a version's end fills. */
static enum mou_status put_kept_columns(struct mou_store *store, struct mou_text table, struct mou_buf *out)
{
    sqlite3_stmt *statement = mou_schema_columns(store, table);
    const char *between = "";
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        const struct mou_text name = row ? mou_store_column_text(statement, 1) : MOU_TEXT("");
        if (status == MOU_OK && row && !mou_text_equal(name, MOU_TEXT("#known_until")) && !mou_text_equal(name, MOU_TEXT("#ended_by"))) {
            mou_buf_text(out, between);
            mou_schema_put_name(out, MOU_TEXT(""), name);
            between = ", ";
        }
    }
    sqlite3_finalize(statement);
    return status;
}

#define NULLS_AT_ONCE 100 /* a function takes 127 arguments at most */

/** "coalesce(NEW.…) IS NULL" over all fields: an erased row says nothing. */
static enum mou_status put_nothing_said(struct mou_store *store, struct mou_text table, struct mou_buf *out)
{
    sqlite3_stmt *statement = mou_schema_columns(store, table);
    bool row = statement != NULL;
    int count = 0;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        const struct mou_text name = row ? mou_store_column_text(statement, 1) : MOU_TEXT("#");
        if (status == MOU_OK && name.len > 0 && *name.bytes != '#') {
            mou_buf_text(out, count % NULLS_AT_ONCE == 0 ? (count == 0 ? " AND coalesce(NULL, NULL" : ") IS NULL AND coalesce(NULL, NULL") : "");
            mou_buf_text(out, ", NEW.");
            mou_schema_put_name(out, MOU_TEXT(""), name);
            count++;
        }
    }
    mou_buf_text(out, count > 0 ? ") IS NULL" : "");
    sqlite3_finalize(statement);
    return status;
}

/** A row is erased once, when it has ended, as a row of erased_row says; nothing of it stays but whose it was, by which imports, and the mark. */
static enum mou_status guard_erasure(struct mou_store *store, struct mou_text table, struct mou_buf *sql)
{
    struct mou_buf after;
    mou_buf_init(&after, NULL, SQL_BYTES_MAX);
    mou_buf_text(&after, " WHEN NEW.\"#erased\" IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM erased_row e WHERE e.name = '");
    for (size_t i = 0; i < table.len; i++) {
        mou_buf_text(&after, table.bytes[i] == '\'' ? "'" : "");
        mou_buf_char(&after, table.bytes[i]);
    }
    mou_buf_text(&after, "' AND e.version = NEW.\"#version\") AND NEW.\"#version\" IS OLD.\"#version\" AND NEW.\"#subject\" IS OLD.\"#subject\" AND NEW.\"#parent\" IS OLD.\"#parent\" "
                         "AND NEW.\"#import\" IS OLD.\"#import\" AND OLD.\"#known_until\" IS NOT NULL AND NEW.\"#known_until\" IS OLD.\"#known_until\" AND NEW.\"#ended_by\" IS OLD.\"#ended_by\" "
                         "AND NEW.\"#known_from\" = 9223372036854775807");
    enum mou_status status = put_nothing_said(store, table, &after);
    mou_buf_text(&after, ") BEGIN SELECT RAISE(ABORT, 'a row is erased whole, and only by an import that erases'); END");
    if (status == MOU_OK) {
        status = after.failed ? mou_store_out_of_memory(store) : run_on_table(store, table, "CREATE TRIGGER ", "_erased\" BEFORE UPDATE ON ", after.data, sql);
    }
    mou_buf_free(&after);
    return status;
}

enum mou_status mou_schema_guard_table(struct mou_store *store, struct mou_text table, struct mou_buf *sql)
{
    struct mou_buf after;
    mou_buf_init(&after, NULL, SQL_BYTES_MAX);
    enum mou_status status = run_on_table(store, table, "CREATE INDEX IF NOT EXISTS ", "_ended\" ON ", "(\"#ended_by\") WHERE \"#ended_by\" IS NOT NULL", sql);
    static const char *const names[] = {"_kept", "_once", "_stays", "_erased"};
    for (size_t i = 0; status == MOU_OK && i < sizeof names / sizeof names[0]; i++) {
        mou_buf_text(sql, "DROP TRIGGER IF EXISTS ");
        mou_schema_put_name(sql, MOU_TEXT("#"), table);
        sql->len -= sql->len > 0;
        mou_buf_printf(sql, "%s\"", names[i]);
        status = mou_schema_run_text(store, sql);
    }
    if (status == MOU_OK) {
        status = run_on_table(store, table, "CREATE TRIGGER ", "_once\" BEFORE UPDATE ON ",
                              " WHEN (OLD.\"#known_until\" IS NOT NULL OR OLD.\"#ended_by\" IS NOT NULL) AND NOT (OLD.\"#erased\" IS NULL AND NEW.\"#erased\" IS NOT NULL) "
                              "BEGIN SELECT RAISE(ABORT, 'a version is ended once'); END", sql);
    }
    if (status == MOU_OK) {
        status = run_on_table(store, table, "CREATE TRIGGER ", "_stays\" BEFORE DELETE ON ", " BEGIN SELECT RAISE(ABORT, 'a version is not deleted'); END", sql);
    }
    if (status == MOU_OK) {
        mou_buf_text(&after, "_kept\" BEFORE UPDATE OF ");
        status = put_kept_columns(store, table, &after);
        mou_buf_text(&after, " ON ");
    }
    if (status == MOU_OK) {
        status = after.failed ? mou_store_out_of_memory(store)
                              : run_on_table(store, table, "CREATE TRIGGER ", after.data,
                                             " WHEN NEW.\"#erased\" IS NULL OR OLD.\"#erased\" IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a version is not changed'); END", sql);
    }
    mou_buf_free(&after);
    return status == MOU_OK ? guard_erasure(store, table, sql) : status;
}

/** Index and triggers, once table and columns are there. */
static enum mou_status guard(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    struct mou_buf name;
    mou_buf_init(&name, NULL, SQL_BYTES_MAX);
    mou_buf_append(&name, shape->prefix.bytes, shape->prefix.len);
    mou_buf_append(&name, shape->name.bytes, shape->name.len);
    enum mou_status status = name.failed ? mou_store_out_of_memory(store) : mou_schema_guard_table(store, (struct mou_text){name.data, name.len}, sql);
    mou_buf_free(&name);
    return status;
}

enum mou_status mou_schema_create(struct mou_store *store, const struct mou_pack *pack)
{
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(pack) + mou_pack_record_count(pack); i++) {
        uint32_t kinds = mou_pack_kind_count(pack);
        struct table_shape shape = i < kinds ? kind_shape(pack, i) : record_shape(pack, i - kinds);
        status = check_table_name(store, pack, &shape);
        if (status == MOU_OK) {
            status = create_table(store, &shape, &sql);
        }
        if (status == MOU_OK) {
            status = add_columns(store, &shape, &sql);
        }
        if (status == MOU_OK) {
            status = add_mark(store, &shape, &sql);
        }
        if (status == MOU_OK) {
            status = guard(store, &shape, &sql);
        }
    }
    mou_buf_free(&sql);
    return status;
}

/* ------------------------------------------------------------------ statements of the vocabulary's tables */

static void put_fields(struct mou_buf *sql, const struct table_shape *shape, const char *before)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        mou_buf_text(sql, before);
        put_field(sql, shape, i);
    }
}

sqlite3_stmt *mou_schema_prepare_text(struct mou_store *store, struct mou_buf *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sql->failed) {
        mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
    } else {
        statement = mou_store_prepare(store, sql->data);
    }
    mou_buf_clear(sql);
    return statement;
}

static const char no_rows[] = "(SELECT NULL AS \"#version\", NULL AS \"#parent\", NULL AS \"#subject\", NULL AS \"#known_from\", NULL AS \"#known_until\" WHERE 0)";

/** Whether a statement was refused because a pack that is only tried knows more than the database. */
static bool lacks_vocabulary(const struct mou_store *store, const sqlite3_stmt *statement)
{
    return statement == NULL && store->pack_id == 0 && sqlite3_extended_errcode(store->database) == SQLITE_ERROR;
}

/** Begins " WHERE …" over a type's rows `r` of subject ?1: where they are is asked of the common index first, which is not trusted to change what is somebody else's. */
static void put_entries(struct mou_buf *sql, const struct table_shape *shape, uint32_t type)
{
    mou_buf_text(sql, " FROM record_of o CROSS JOIN ");
    put_table(sql, shape);
    mou_buf_printf(sql, " r WHERE o.subject = ?1 AND o.type = %u AND r.\"#version\" = o.version AND r.\"#subject\" = ?1", type);
}

/** SELECT version, fields of what is current under subject (or, nested, parent row) ?1, and with the key ?2 where the type has one. */
static sqlite3_stmt *prepare_current(struct mou_store *store, const struct table_shape *shape, uint32_t type, struct mou_buf *sql)
{
    const bool by_entries = shape->record && !shape->nested;
    mou_buf_text(sql, "SELECT \"#version\"");
    put_fields(sql, shape, ", r.");
    if (by_entries) {
        put_entries(sql, shape, type);
    } else {
        mou_buf_text(sql, " FROM ");
        put_table(sql, shape);
        mou_buf_printf(sql, " r WHERE \"%s\" = ?1", shape->nested ? "#parent" : "#subject");
    }
    mou_buf_text(sql, " AND \"#known_until\" IS NULL");
    if (shape->key != UINT32_MAX && !shape->nested) {
        mou_buf_text(sql, " AND r.");
        put_field(sql, shape, shape->key);
        mou_buf_text(sql, " IS ?2");
    }
    mou_buf_text(sql, by_entries ? " ORDER BY o.version" : " ORDER BY \"#version\"");
    return mou_schema_prepare_text(store, sql);
}

/** The same of version ?1. */
static sqlite3_stmt *prepare_version(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    mou_buf_text(sql, "SELECT \"#version\"");
    put_fields(sql, shape, ", ");
    mou_buf_text(sql, " FROM ");
    put_table(sql, shape);
    mou_buf_text(sql, " WHERE \"#version\" = ?1");
    return mou_schema_prepare_text(store, sql);
}

/** INSERT with subject ?1, parent ?2, known_from ?3, import ?4, fields from ?5 on. */
static sqlite3_stmt *prepare_add(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    mou_buf_text(sql, "INSERT INTO ");
    put_table(sql, shape);
    mou_buf_text(sql, "(\"#subject\", \"#parent\", \"#known_from\", \"#import\"");
    put_fields(sql, shape, ", ");
    mou_buf_text(sql, ") VALUES(?1, ?2, ?3, ?4");
    for (uint32_t i = 0; i < shape->field_count; i++) {
        mou_buf_printf(sql, ", ?%u", i + 5);
    }
    mou_buf_char(sql, ')');
    return mou_schema_prepare_text(store, sql);
}

static sqlite3_stmt *prepare_end(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql)
{
    mou_buf_text(sql, "UPDATE ");
    put_table(sql, shape);
    mou_buf_text(sql, " SET \"#known_until\" = ?2, \"#ended_by\" = ?3 WHERE \"#version\" = ?1");
    return mou_schema_prepare_text(store, sql);
}

static enum mou_status refuse_vocabulary(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_PACK, "%s", mou_store_say(store, "规则包的词表与数据库不符", "the pack's vocabulary does not fit the database"));
}

static enum mou_status prepare_intake(struct mou_store *store, const struct table_shape *shape, struct mou_store_table *table, struct mou_buf *sql)
{
    if (table->end != NULL) {
        return MOU_OK;
    }
    table->fields = MOU_NEW_ARRAY(store->pack_arena, (size_t)shape->field_count + 1, struct mou_field_info);
    if (table->fields == NULL) {
        return mou_store_out_of_memory(store);
    }
    for (uint32_t i = 0; i < shape->field_count; i++) {
        table->fields[i] = field_of(shape, i);
    }
    table->current = table->current != NULL ? table->current : prepare_current(store, shape, table->type, sql);
    table->version = table->version != NULL || table->current == NULL ? table->version : prepare_version(store, shape, sql);
    table->add = table->add != NULL || table->version == NULL ? table->add : prepare_add(store, shape, sql);
    table->end = table->add != NULL ? prepare_end(store, shape, sql) : NULL;
    return table->end != NULL ? MOU_OK : refuse_vocabulary(store);
}

/** Shape and statements of a table: the subject kinds, then the record types. */
static struct mou_store_table *table_at(struct mou_store *store, uint32_t index, struct table_shape *shape)
{
    const uint32_t kinds = mou_pack_kind_count(store->pack);
    *shape = index < kinds ? kind_shape(store->pack, index) : record_shape(store->pack, index - kinds);
    return index < kinds ? &store->kinds[index] : &store->records[index - kinds];
}

static const char of_subject[] = " AND r.\"#subject\" = ?2";
static const char of_subjects[] = " AND r.\"#subject\" = m.a";
static const char from_rows[] = "mou_rows(?2) m CROSS JOIN "; /* which also says that those rows come first */
static const char known_condition[] = " WHERE \"#known_from\" <= ?1 AND (\"#known_until\" IS NULL OR \"#known_until\" > ?1)";

/** The kept fields; `lacking`: NULL for those that the database does not have. *any: it has the table. */
static enum mou_status put_kept_fields(struct mou_store *store, const struct table_shape *shape, const bool *kept, bool lacking, struct mou_buf *sql, bool *any)
{
    char type[16] = "";
    enum mou_status status = lacking ? column_type(store, shape, MOU_TEXT("#version"), type) : MOU_OK;
    *any = !lacking || type[0] != '\0';
    for (uint32_t i = 0; status == MOU_OK && i < shape->field_count; i++) {
        if (!kept[i]) {
            continue;
        }
        status = lacking ? column_type(store, shape, field_of(shape, i).name, type) : MOU_OK;
        mou_buf_text(sql, ", ");
        if (*any && (!lacking || strcmp(type, sql_type(field_of(shape, i).type)) == 0)) {
            mou_buf_text(sql, "r."); /* a quoted name alone would pass for a text where there is no such column */
            put_field(sql, shape, i);
        } else {
            mou_buf_text(sql, "NULL");
        }
    }
    return status;
}

/** A table as `r`, or no rows where there is none. */
static void put_source(const struct table_shape *shape, bool any, struct mou_buf *sql)
{
    if (any) {
        put_table(sql, shape);
    } else {
        mou_buf_text(sql, no_rows);
    }
    mou_buf_text(sql, " r");
}

static sqlite3_stmt *prepare_attributes(struct mou_store *store, const struct table_shape *shape, const bool *kept, bool several, bool lacking, struct mou_buf *sql)
{
    bool any = true;
    mou_buf_text(sql, "SELECT r.\"#version\", r.\"#subject\", r.\"#parent\"");
    if (put_kept_fields(store, shape, kept, lacking, sql, &any) != MOU_OK) {
        return NULL;
    }
    mou_buf_text(sql, " FROM ");
    mou_buf_text(sql, several ? from_rows : "");
    put_source(shape, any, sql);
    if (any) {
        mou_buf_text(sql, " INDEXED BY "); /* whose entries are in the order of the versions */
        mou_schema_put_name(sql, MOU_TEXT("#subject_"), shape->name);
    }
    mou_buf_text(sql, known_condition);
    mou_buf_text(sql, several ? of_subjects : of_subject);
    return mou_schema_prepare_text(store, sql);
}

/** NULL with the failure noted. */
static sqlite3_stmt *read_attributes(struct mou_store *store, const struct table_shape *shape, const bool *kept, bool several)
{
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    sqlite3_stmt *statement = prepare_attributes(store, shape, kept, several, false, &sql);
    if (lacks_vocabulary(store, statement)) {
        mou_buf_clear(&store->message);
        statement = prepare_attributes(store, shape, kept, several, true, &sql);
    }
    mou_buf_free(&sql);
    if (statement == NULL) {
        (void)refuse_vocabulary(store);
    }
    return statement;
}

/** Which fields of a table are among its `columns`; NULL when memory ran out. */
static bool *kept_fields(struct mou_store *store, const struct mou_store_table *table)
{
    bool *kept = MOU_NEW_ARRAY(store->work_arena, (size_t)table->field_count + 1, bool);
    for (uint32_t i = 0; kept != NULL && i < table->column_count; i++) {
        kept[table->columns[i].field] = true;
    }
    return kept;
}

sqlite3_stmt *mou_schema_read_attributes(struct mou_store *store, uint32_t kind, bool several)
{
    struct table_shape shape;
    struct mou_store_table *table = table_at(store, kind, &shape);
    sqlite3_stmt **statement = &table->read[several ? 1 : 0];
    if (*statement == NULL) {
        const bool *kept = kept_fields(store, table);
        *statement = kept != NULL ? read_attributes(store, &shape, kept, several) : NULL;
    }
    return *statement;
}

static sqlite3_stmt *prepare_rows(struct mou_store *store, uint32_t record, bool lacking)
{
    struct mou_buf sql;
    struct table_shape shape;
    bool any = true;
    const struct mou_store_table *table = table_at(store, mou_pack_kind_count(store->pack) + record, &shape);
    const bool *kept = kept_fields(store, table);
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "SELECT r.\"#version\", r.\"#subject\", r.\"#parent\"");
    enum mou_status status = kept != NULL ? put_kept_fields(store, &shape, kept, lacking, &sql, &any) : mou_store_out_of_memory(store);
    mou_buf_text(&sql, " FROM ");
    put_source(&shape, any, &sql);
    mou_buf_text(&sql, known_condition);
    mou_buf_text(&sql, " AND r.\"#version\" BETWEEN ?2 AND ?3 ORDER BY r.\"#version\"");
    sqlite3_stmt *statement = status == MOU_OK ? mou_schema_prepare_text(store, &sql) : NULL;
    mou_buf_free(&sql);
    return statement;
}

sqlite3_stmt *mou_schema_read_rows(struct mou_store *store, uint32_t record)
{
    sqlite3_stmt **statement = &store->records[record].read[0];
    if (*statement == NULL) {
        *statement = prepare_rows(store, record, false);
        if (lacks_vocabulary(store, *statement)) {
            mou_buf_clear(&store->message);
            *statement = prepare_rows(store, record, true);
        }
    }
    if (*statement == NULL) {
        (void)refuse_vocabulary(store);
    }
    return *statement;
}

sqlite3_stmt *mou_schema_versions(struct mou_store *store, uint32_t record)
{
    struct table_shape shape;
    struct mou_buf sql;
    const struct mou_store_table *table = table_at(store, mou_pack_kind_count(store->pack) + record, &shape);
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "SELECT o.version");
    put_entries(&sql, &shape, table->type);
    mou_buf_text(&sql, " AND \"#known_from\" <= ?2 AND (\"#known_until\" IS NULL OR \"#known_until\" > ?2) AND CAST(r.");
    put_field(&sql, &shape, shape.key);
    mou_buf_text(&sql, " AS TEXT) = ?3 ORDER BY o.version");
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    if (statement == NULL) {
        (void)refuse_vocabulary(store);
    }
    return statement;
}

sqlite3_stmt *mou_schema_current_keys(struct mou_store *store, uint32_t record)
{
    struct table_shape shape;
    struct mou_buf sql;
    const struct mou_store_table *table = table_at(store, mou_pack_kind_count(store->pack) + record, &shape);
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "SELECT o.version, r.");
    put_field(&sql, &shape, shape.key);
    put_entries(&sql, &shape, table->type);
    mou_buf_text(&sql, " AND \"#known_until\" IS NULL ORDER BY o.version");
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    return statement;
}

enum mou_status mou_schema_prepare_intake(struct mou_store *store)
{
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(store->pack) + mou_pack_record_count(store->pack); i++) {
        struct table_shape shape;
        struct mou_store_table *table = table_at(store, i, &shape);
        status = prepare_intake(store, &shape, table, &sql);
    }
    mou_buf_free(&sql);
    return status;
}

/** *version is that of the table's last row, 0 if it has none. */
static enum mou_status find_last(struct mou_store *store, const struct table_shape *shape, struct mou_buf *sql, int64_t *version)
{
    bool row = false;
    mou_buf_text(sql, "SELECT coalesce(max(\"#version\"), 0) FROM ");
    put_table(sql, shape);
    sqlite3_stmt *statement = mou_schema_prepare_text(store, sql);
    enum mou_status status = statement != NULL ? mou_store_step_row(store, statement, &row) : MOU_ERROR_IO;
    *version = status == MOU_OK && row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return status;
}

enum mou_status mou_schema_begin_intake(struct mou_store *store)
{
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(store->pack) + mou_pack_record_count(store->pack); i++) {
        struct table_shape shape;
        struct mou_store_table *table = table_at(store, i, &shape);
        table->seal = NULL;
        table->last_subject = 0;
        table->disordered = false;
        status = find_last(store, &shape, &sql, &table->last_version);
    }
    mou_buf_free(&sql);
    return status;
}

void mou_schema_put_of_subject(struct mou_store *store, uint32_t index, struct mou_buf *sql)
{
    struct table_shape shape;
    const struct mou_store_table *table = table_at(store, index, &shape);
    if (shape.record) {
        mou_buf_printf(sql, " WHERE \"#version\" IN (SELECT version FROM record_of WHERE subject = ?1 AND type = %u) AND \"#subject\" = ?1", table->type);
    } else {
        mou_buf_text(sql, " WHERE \"#subject\" = ?1");
    }
}

void mou_schema_table_name(struct mou_store *store, uint32_t index, struct mou_buf *name)
{
    struct table_shape shape;
    (void)table_at(store, index, &shape);
    mou_buf_append(name, shape.prefix.bytes, shape.prefix.len);
    mou_buf_append(name, shape.name.bytes, shape.name.len);
}

/* ------------------------------------------------------------------ what reading brings */

/** Arrays for the pack's marks, in the work arena; false when memory ran out. */
static bool make_marks(struct mou_store *store, struct mou_read_marks *marks)
{
    const uint32_t kinds = mou_pack_kind_count(store->pack);
    const uint32_t records = mou_pack_record_count(store->pack);
    bool made = true;
    marks->attributes = MOU_NEW_ARRAY(store->work_arena, (size_t)kinds + 1, bool *);
    marks->records = MOU_NEW_ARRAY(store->work_arena, (size_t)records + 1, bool);
    marks->related = MOU_NEW_ARRAY(store->work_arena, (size_t)records + 1, bool);
    marks->fields = MOU_NEW_ARRAY(store->work_arena, (size_t)records + 1, bool *);
    marks->relations = store->seen_relations;
    if (marks->attributes == NULL || marks->records == NULL || marks->related == NULL || marks->fields == NULL || marks->relations == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < kinds + records; i++) {
        bool **cells = i < kinds ? &marks->attributes[i] : &marks->fields[i - kinds];
        *cells = MOU_NEW_ARRAY(store->work_arena, (size_t)(i < kinds ? store->kinds[i] : store->records[i - kinds]).field_count + 1, bool);
        made = made && *cells != NULL;
    }
    return made;
}

/** The table's columns that are marked. */
static bool choose_columns(struct mou_store *store, const struct table_shape *shape, struct mou_store_table *table, const bool *marked)
{
    table->columns = MOU_NEW_ARRAY(store->pack_arena, (size_t)shape->field_count + 1, struct mou_store_column);
    for (uint32_t i = 0; table->columns != NULL && i < shape->field_count; i++) {
        if (marked[i]) {
            table->columns[table->column_count++] = (struct mou_store_column){i, field_of(shape, i).type == MOU_VALUE_TEXT, i == shape->key};
        }
    }
    return table->columns != NULL;
}

/** From which ends of relations each kind of subject looks. */
static void choose_relations(struct mou_store *store)
{
    const uint32_t kinds = mou_pack_kind_count(store->pack);
    for (uint32_t i = 0; i < mou_pack_relation_count(store->pack); i++) {
        const struct mou_relation_info relation = mou_pack_relation(store->pack, i);
        for (uint32_t kind = 0; kind < kinds; kind++) {
            const uint8_t ends = (uint8_t)((relation.from_kind == kind ? MOU_SEEN_FROM : 0) | (relation.to_kind == kind ? MOU_SEEN_TO : 0));
            store->kinds[kind].seen |= ends & store->seen_relations[i];
        }
    }
}

/** Marked record types, each after its parent type: chains are acyclic, and a nested type's parents are marked with it. */
static void order_records(struct mou_store *store, const bool *marked, bool *placed)
{
    store->read_count = 0;
    store->related_count = 0;
    const uint32_t count = mou_pack_record_count(store->pack);
    for (uint32_t i = 0; i < count; i++) {
        store->records[i].place = UINT32_MAX;
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t parent = store->records[i].parent;
            if (marked[i] && !placed[i] && (parent == UINT32_MAX || placed[parent])) {
                store->records[i].place = store->read_count;
                store->read_order[store->read_count++] = i;
                store->related_count += store->records[i].related;
                placed[i] = true;
                moved = true;
            }
        }
    }
}

enum mou_status mou_schema_prepare(struct mou_store *store)
{
    const uint32_t kinds = mou_pack_kind_count(store->pack);
    const uint32_t records = mou_pack_record_count(store->pack);
    struct mou_read_marks marks;
    store->kinds = MOU_NEW_ARRAY(store->pack_arena, (size_t)kinds + 1, struct mou_store_table);
    store->records = MOU_NEW_ARRAY(store->pack_arena, (size_t)records + 1, struct mou_store_table);
    store->read_order = MOU_NEW_ARRAY(store->pack_arena, (size_t)records + 1, uint32_t);
    store->seen_relations = MOU_NEW_ARRAY(store->pack_arena, (size_t)mou_pack_relation_count(store->pack) + 1, uint8_t);
    bool *placed = MOU_NEW_ARRAY(store->work_arena, (size_t)records + 1, bool);
    if (store->kinds == NULL || store->records == NULL || store->read_order == NULL || placed == NULL) {
        return mou_store_out_of_memory(store);
    }
    for (uint32_t i = 0; i < kinds + records; i++) {
        struct table_shape shape;
        struct mou_store_table *table = table_at(store, i, &shape);
        table->field_count = shape.field_count;
        table->parent = i < kinds ? UINT32_MAX : mou_pack_record(store->pack, i - kinds).parent;
        table->index = i;
    }
    if (!make_marks(store, &marks) || !mou_pack_mark_reads(store->pack, NULL, &marks)) {
        return mou_store_out_of_memory(store);
    }
    for (uint32_t i = 0; i < kinds + records; i++) {
        struct table_shape shape;
        struct mou_store_table *table = table_at(store, i, &shape);
        if (!choose_columns(store, &shape, table, i < kinds ? marks.attributes[i] : marks.fields[i - kinds])) {
            return mou_store_out_of_memory(store);
        }
        table->related = i >= kinds && marks.related[i - kinds];
    }
    choose_relations(store);
    order_records(store, marks.records, placed);
    return mou_record_types_load(store);
}

enum mou_status mou_store_meta_get(struct mou_store *store, const char *name, struct mou_text *value)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_META_GET);
    *value = (struct mou_text){"", 0};
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, mou_text_of(name));
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && row) {
        struct mou_text found = mou_store_column_text(statement, 0);
        value->bytes = mou_arena_copy(store->work_arena, found.bytes, found.len);
        value->len = value->bytes != NULL ? found.len : 0;
        sqlite3_reset(statement);
    }
    return status;
}

enum mou_status mou_store_meta_set(struct mou_store *store, const char *name, const char *value)
{
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_META_SET);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, mou_text_of(name));
    mou_store_bind_text(statement, 2, mou_text_of(value));
    return mou_store_step_done(store, statement);
}
