/*
 * One record by its type, subject and key. Reads only; what is made of it goes in by import like everything else.
 */
#include <stdio.h>
#include <string.h>

#include "mou/measures.h"
#include "record_rows.h"

uint32_t mou_record_type(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info info = mou_pack_record(pack, i);
        if (mou_text_equal(info.name, name) && info.key != UINT32_MAX && info.parent == UINT32_MAX) {
            return i;
        }
    }
    return UINT32_MAX;
}

static enum mou_status find_subject(struct mou_store *store, struct mou_text identifier, int64_t *subject)
{
    bool row = false;
    sqlite3_stmt *find = mou_store_statement(store, MOU_SQL_SUBJECT_FIND);
    if (find == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(find, 1, identifier);
    const enum mou_status status = mou_store_step_row(store, find, &row);
    *subject = row ? sqlite3_column_int64(find, 0) : 0;
    sqlite3_reset(find);
    return status;
}

enum mou_status mou_record_version(struct mou_store *store, const struct mou_record_name *name, mou_time known_at, int64_t *version)
{
    bool row = true;
    int64_t subject = 0;
    const uint32_t type = mou_record_type(store->pack, name->record);
    *version = 0;
    if (type == UINT32_MAX) {
        return mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "词表里没有有文号的记录“%.*s”", "the vocabulary has no record type with a key “%.*s”"), (int)name->record.len,
                              name->record.bytes);
    }
    enum mou_status status = find_subject(store, name->subject, &subject);
    sqlite3_stmt *statement = status == MOU_OK ? mou_schema_versions(store, type) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, subject);
    sqlite3_bind_int64(statement, 2, known_at);
    mou_store_bind_text(statement, 3, name->key);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        *version = row ? sqlite3_column_int64(statement, 0) : *version;
    }
    sqlite3_finalize(statement);
    return status;
}

void mou_record_put_cell(struct mou_buf *out, struct mou_text text)
{
    mou_buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        mou_buf_text(out, text.bytes[i] == '"' ? "\"" : "");
        mou_buf_char(out, text.bytes[i]);
    }
    mou_buf_char(out, '"');
}

/** A stored value as an importer reads it. */
static void put_value(struct mou_buf *out, enum mou_value_type type, int64_t value)
{
    switch (type) {
    case MOU_VALUE_MONEY:
        mou_money_format(value, out);
        return;
    case MOU_VALUE_RATIO:
        mou_ratio_format(value, out);
        return;
    case MOU_VALUE_DATE:
        mou_date_format((mou_date)value, out);
        return;
    case MOU_VALUE_YES_NO:
        mou_buf_text(out, value != 0 ? "是" : "否");
        return;
    case MOU_VALUE_MONTHS:
    case MOU_VALUE_DAYS:
    case MOU_VALUE_WORKDAYS:
        mou_buf_int(out, value);
        mou_buf_text(out, type == MOU_VALUE_MONTHS ? "个月" : type == MOU_VALUE_DAYS ? "日" : "个工作日");
        return;
    case MOU_VALUE_TEXT:
    case MOU_VALUE_INTEGER:
    case MOU_VALUE_CODE:
        break;
    }
    mou_buf_int(out, value);
}

static const struct mou_record_change *change_of(const struct mou_record_change *changes, size_t count, struct mou_text field)
{
    for (size_t i = 0; i < count; i++) {
        if (mou_text_equal(changes[i].field, field)) {
            return &changes[i];
        }
    }
    return NULL;
}

static int column_called(sqlite3_stmt *statement, struct mou_text name)
{
    int column = sqlite3_column_count(statement) - 1;
    while (column >= 0 && !mou_text_equal(mou_text_of(sqlite3_column_name(statement, column)), name)) {
        column--;
    }
    return column;
}

static void put_field(struct mou_buf *out, sqlite3_stmt *statement, const struct mou_field_info *field, const struct mou_record_change *change)
{
    const int column = column_called(statement, field->name);
    mou_buf_char(out, ',');
    if (change != NULL) {
        mou_record_put_cell(out, change->value);
    } else if (column >= 0 && sqlite3_column_type(statement, column) == SQLITE_TEXT) {
        mou_record_put_cell(out, mou_store_column_text(statement, column));
    } else if (column >= 0 && sqlite3_column_type(statement, column) == SQLITE_INTEGER) {
        put_value(out, field->type, sqlite3_column_int64(statement, column));
    }
}

static enum mou_status check_changes(struct mou_store *store, uint32_t type, const struct mou_record_change *changes, size_t count)
{
    const struct mou_record_info info = mou_pack_record(store->pack, type);
    for (size_t i = 0; i < count; i++) {
        uint32_t field = 0;
        while (field < info.field_count && !mou_text_equal(mou_pack_field(store->pack, type, field).name, changes[i].field)) {
            field++;
        }
        if (field == info.field_count || field == info.key) {
            return mou_store_fail(store, MOU_ERROR_DATA,
                                  field == info.key ? mou_store_say(store, "“%.*s”是主键，不能更正；请撤回原记录，另行导入", "“%.*s” is the key: withdraw the record and import another one")
                                                    : mou_store_say(store, "记录没有字段“%.*s”", "the record has no field “%.*s”"),
                                  (int)changes[i].field.len, changes[i].field.bytes);
        }
    }
    for (uint32_t other = 0; other < mou_pack_record_count(store->pack); other++) {
        if (mou_pack_record(store->pack, other).parent == type) {
            return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                                  mou_store_say(store, "这种记录带有下级记录，请以文件（NDJSON）更正", "records of this type have nested ones: correct them with a file (NDJSON)"));
        }
    }
    return MOU_OK;
}

enum mou_status mou_record_put_row(struct mou_store *store, const struct mou_record_name *name, int64_t version, const struct mou_record_change *changes, size_t count,
                                   struct mou_buf *out)
{
    const uint32_t type = mou_record_type(store->pack, name->record);
    const struct mou_record_info info = mou_pack_record(store->pack, type);
    struct mou_buf sql;
    bool row = false;
    enum mou_status status = check_changes(store, type, changes, count);
    if (status != MOU_OK) {
        return status;
    }
    mou_buf_init(&sql, NULL, 1024 * 1024);
    mou_buf_text(&sql, "SELECT * FROM ");
    mou_schema_put_name(&sql, MOU_TEXT("记录_"), info.name);
    mou_buf_text(&sql, " WHERE \"#version\" = ?1");
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, version);
    status = mou_store_step_row(store, statement, &row);
    mou_record_put_cell(out, MOU_TEXT("主体"));
    for (uint32_t i = 0; i < info.field_count; i++) {
        mou_buf_char(out, ',');
        mou_record_put_cell(out, mou_pack_field(store->pack, type, i).name);
    }
    mou_buf_char(out, '\n');
    mou_record_put_cell(out, name->subject);
    for (uint32_t i = 0; row && i < info.field_count; i++) {
        const struct mou_field_info field = mou_pack_field(store->pack, type, i);
        put_field(out, statement, &field, change_of(changes, count, field.name));
    }
    mou_buf_char(out, '\n');
    sqlite3_finalize(statement);
    return status == MOU_OK && out->failed ? mou_store_out_of_memory(store) : status;
}

/* ------------------------------------------------------------------ what a subject is called */

/** The attribute by which subjects of the kind are called, UINT32_MAX if they have none. */
static uint32_t naming_attribute(const struct mou_pack *pack, uint32_t kind)
{
    static const char *const names[] = {"名称", "姓名", "name"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
            const struct mou_field_info info = mou_pack_attribute(pack, kind, i);
            if (info.type == MOU_VALUE_TEXT && mou_text_equal(info.name, mou_text_of(names[n]))) {
                return i;
            }
        }
    }
    return UINT32_MAX;
}

static enum mou_status read_name(struct mou_store *store, int64_t subject, uint32_t kind, struct mou_text attribute, struct mou_text *name)
{
    struct mou_buf sql;
    bool row = false;
    mou_buf_init(&sql, NULL, 1024 * 1024);
    mou_buf_text(&sql, "SELECT ");
    mou_schema_put_name(&sql, MOU_TEXT(""), attribute);
    mou_buf_text(&sql, " FROM ");
    mou_schema_put_name(&sql, MOU_TEXT("主体_"), mou_pack_kind_name(store->pack, kind));
    mou_buf_text(&sql, " WHERE \"#subject\" = ?1 AND \"#known_until\" IS NULL");
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    mou_buf_free(&sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, subject);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    if (status == MOU_OK && row) {
        const struct mou_text text = mou_store_column_text(statement, 0);
        *name = (struct mou_text){mou_arena_copy(store->work_arena, text.bytes, text.len), text.len};
        status = name->bytes != NULL ? MOU_OK : mou_store_out_of_memory(store);
    }
    sqlite3_finalize(statement);
    return status;
}

enum mou_status mou_store_subject_name(struct mou_store *store, struct mou_text subject, uint32_t *kind, struct mou_text *name, bool *confidential, bool *found)
{
    int64_t number = 0;
    mou_store_begin_call(store);
    *name = MOU_TEXT("");
    *confidential = false;
    sqlite3_stmt *find = mou_store_statement(store, MOU_SQL_SUBJECT_FIND);
    if (find == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(find, 1, subject);
    enum mou_status status = mou_store_step_row(store, find, found);
    *kind = 0;
    while (status == MOU_OK && *found && *kind < mou_pack_kind_count(store->pack) && !mou_text_equal(mou_pack_kind_name(store->pack, *kind), mou_store_column_text(find, 1))) {
        ++*kind;
    }
    number = *found ? sqlite3_column_int64(find, 0) : 0;
    sqlite3_reset(find);
    *found = *found && *kind < mou_pack_kind_count(store->pack);
    const uint32_t attribute = status == MOU_OK && *found ? naming_attribute(store->pack, *kind) : UINT32_MAX;
    if (attribute == UINT32_MAX) {
        return status;
    }
    const struct mou_field_info info = mou_pack_attribute(store->pack, *kind, attribute);
    *confidential = info.confidential;
    return read_name(store, number, *kind, info.name, name);
}
