/*
 * Erasure of what records say: the row stays, with whose it was and which imports brought and ended it, and a mark in place of its content. The mark fits the
 * seal of the import that brought the row, so that every other row is still proved by the receipt of then. An erasure is itself an import, of withdrawals. One record, all that is
 * said of a subject, fields of its relations too, or a row in quarantine.
 * Used by intake.c; which records are old enough is told here, too.
 */
#include <string.h>

#include "intake.h"

#define SQL_BYTES_MAX ((size_t)1024 * 1024)
#define NESTING_MAX 16u

typedef MOU_VEC(int64_t) version_list;

static enum mou_status list_versions(struct mou_intake *intake, sqlite3_stmt *statement, version_list *versions)
{
    bool row = statement != NULL;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(intake->store, statement, &row);
        if (status == MOU_OK && row && !MOU_VEC_PUSH(intake->row_arena, versions, sqlite3_column_int64(statement, 0))) {
            status = mou_store_out_of_memory(intake->store);
        }
    }
    sqlite3_finalize(statement);
    return status;
}

/** Begins "SELECT "#version" FROM table", */
static void begin_versions(struct mou_buf *sql, struct mou_text table)
{
    mou_buf_init(sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(sql, "SELECT \"#version\" FROM ");
    mou_schema_put_name(sql, MOU_TEXT(""), table);
}

/** and makes a statement of it, behind " WHERE …": what is not erased, in order. */
static sqlite3_stmt *end_versions(struct mou_store *store, struct mou_buf *sql)
{
    mou_buf_text(sql, " AND \"#erased\" IS NULL ORDER BY \"#version\"");
    sqlite3_stmt *statement = mou_schema_prepare_text(store, sql);
    mou_buf_free(sql);
    return statement;
}

/** The rows of a record type that lie in a row of another one. */
static sqlite3_stmt *prepare_children(struct mou_store *store, struct mou_text table)
{
    struct mou_buf sql;
    begin_versions(&sql, table);
    mou_buf_text(&sql, " WHERE \"#parent\" = ?1");
    return end_versions(store, &sql);
}

/** The subject's rows of a table, by its number among the vocabulary's; of those, where there is a key, the ones that have it. */
static sqlite3_stmt *prepare_versions(struct mou_store *store, struct mou_text table, uint32_t number, struct mou_text key)
{
    struct mou_buf sql;
    begin_versions(&sql, table);
    mou_schema_put_of_subject(store, number, &sql);
    if (key.len > 0) {
        mou_buf_text(&sql, " AND ");
        mou_schema_put_name(&sql, MOU_TEXT(""), key);
        mou_buf_text(&sql, " = ?2");
    }
    return end_versions(store, &sql);
}

static enum mou_status note_erased(struct mou_intake *intake, struct mou_text table, int64_t version)
{
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_ERASED_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, table);
    sqlite3_bind_int64(statement, 2, version);
    sqlite3_bind_int64(statement, 3, intake->result->import_id);
    return mou_store_step_done(intake->store, statement);
}

/** Nothing is left of the fields; nobody knows the row from any time on. */
static enum mou_status overwrite(struct mou_intake *intake, struct mou_text table, int64_t version, const unsigned char *mark)
{
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "UPDATE ");
    mou_schema_put_name(&sql, MOU_TEXT(""), table);
    mou_buf_text(&sql, " SET \"#erased\" = ?2, \"#known_from\" = 9223372036854775807");
    sqlite3_stmt *columns = mou_schema_columns(intake->store, table);
    bool row = columns != NULL;
    enum mou_status status = columns != NULL ? MOU_OK : MOU_ERROR_IO;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(intake->store, columns, &row);
        const struct mou_text name = row ? mou_store_column_text(columns, 1) : MOU_TEXT("#");
        if (status == MOU_OK && name.len > 0 && *name.bytes != '#') {
            mou_buf_text(&sql, ", ");
            mou_schema_put_name(&sql, MOU_TEXT(""), name);
            mou_buf_text(&sql, " = NULL");
        }
    }
    sqlite3_finalize(columns);
    mou_buf_text(&sql, " WHERE \"#version\" = ?1");
    sqlite3_stmt *statement = status == MOU_OK ? mou_schema_prepare_text(intake->store, &sql) : NULL;
    mou_buf_free(&sql);
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, version);
    sqlite3_bind_blob(statement, 2, mark, MOU_ERASED_MARK_BYTES, SQLITE_STATIC);
    status = mou_store_step_done(intake->store, statement);
    sqlite3_finalize(statement);
    return status;
}

static enum mou_status erase_versions(struct mou_intake *intake, uint32_t record, struct mou_text table, const version_list *versions, unsigned depth);

/** The rows nested under a version. */
static enum mou_status erase_children(struct mou_intake *intake, uint32_t record, int64_t parent, unsigned depth)
{
    struct mou_store *store = intake->store;
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_record_count(store->pack); i++) {
        struct mou_buf name;
        version_list versions = {0};
        if (mou_pack_record(store->pack, i).parent != record) {
            continue;
        }
        mou_buf_init(&name, NULL, SQL_BYTES_MAX);
        mou_schema_table_name(store, mou_pack_kind_count(store->pack) + i, &name);
        const struct mou_text table = mou_buf_into_arena(&name, intake->row_arena);
        sqlite3_stmt *statement = prepare_children(store, table);
        if (statement != NULL) {
            sqlite3_bind_int64(statement, 1, parent);
        }
        status = list_versions(intake, statement, &versions);
        status = status == MOU_OK ? erase_versions(intake, i, table, &versions, depth + 1) : status;
    }
    return status;
}

static enum mou_status erase_version(struct mou_intake *intake, struct mou_text table, int64_t version)
{
    unsigned char mark[MOU_ERASED_MARK_BYTES];
    enum mou_status status = mou_seal_mark(intake->store, intake->row_arena, table, version, mark);
    status = status == MOU_OK ? note_erased(intake, table, version) : status;
    return status == MOU_OK ? overwrite(intake, table, version, mark) : status;
}

static enum mou_status erase_versions(struct mou_intake *intake, uint32_t record, struct mou_text table, const version_list *versions, unsigned depth)
{
    enum mou_status status = depth < NESTING_MAX ? MOU_OK : MOU_ERROR_INTERNAL;
    for (size_t i = 0; status == MOU_OK && i < versions->count; i++) {
        const int64_t version = versions->items[i];
        status = erase_children(intake, record, version, depth);
        status = status == MOU_OK ? erase_version(intake, table, version) : status;
    }
    return status;
}

enum mou_status mou_erase_record(struct mou_intake *intake, uint32_t record, int64_t subject, const struct mou_checked *key, uint64_t *erased)
{
    struct mou_store *store = intake->store;
    struct mou_buf name;
    version_list versions = {0};
    const struct mou_field_info field = mou_pack_field(store->pack, record, mou_pack_record(store->pack, record).key);
    mou_buf_init(&name, NULL, SQL_BYTES_MAX);
    mou_schema_table_name(store, mou_pack_kind_count(store->pack) + record, &name);
    const struct mou_text table = mou_buf_into_arena(&name, intake->row_arena);
    sqlite3_stmt *statement = prepare_versions(store, table, mou_pack_kind_count(store->pack) + record, field.name);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, subject);
        if (key->is_text) {
            mou_store_bind_text(statement, 2, key->text);
        } else {
            sqlite3_bind_int64(statement, 2, key->number);
        }
    }
    enum mou_status status = list_versions(intake, statement, &versions);
    *erased = versions.count;
    return status == MOU_OK ? erase_versions(intake, record, table, &versions, 0) : status;
}

/* ------------------------------------------------------------------ a subject as a whole */

/** Ends what is current of the subject in a table of the vocabulary. */
static enum mou_status end_current(struct mou_intake *intake, struct mou_text table, uint32_t number, int64_t subject)
{
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "UPDATE ");
    mou_schema_put_name(&sql, MOU_TEXT(""), table);
    mou_buf_text(&sql, " SET \"#known_until\" = ?2, \"#ended_by\" = ?3");
    mou_schema_put_of_subject(intake->store, number, &sql);
    mou_buf_text(&sql, " AND \"#known_until\" IS NULL");
    sqlite3_stmt *statement = mou_schema_prepare_text(intake->store, &sql);
    mou_buf_free(&sql);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, subject);
    sqlite3_bind_int64(statement, 2, intake->options->known_at);
    sqlite3_bind_int64(statement, 3, intake->result->import_id);
    const enum mou_status status = mou_store_step_done(intake->store, statement);
    sqlite3_finalize(statement);
    return status;
}

/** All that a table of the vocabulary, by its number among them, ever said of the subject. */
static enum mou_status erase_table(struct mou_intake *intake, uint32_t number, int64_t subject, uint64_t *erased)
{
    struct mou_buf name;
    version_list versions = {0};
    mou_buf_init(&name, NULL, SQL_BYTES_MAX);
    mou_schema_table_name(intake->store, number, &name);
    const struct mou_text table = mou_buf_into_arena(&name, intake->row_arena);
    enum mou_status status = end_current(intake, table, number, subject);
    sqlite3_stmt *statement = status == MOU_OK ? prepare_versions(intake->store, table, number, MOU_TEXT("")) : NULL;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, subject);
    }
    status = status == MOU_OK ? list_versions(intake, statement, &versions) : status;
    for (size_t i = 0; status == MOU_OK && i < versions.count; i++) {
        status = erase_version(intake, table, versions.items[i]);
    }
    *erased += versions.count;
    return status;
}

/** Ends the subject's relations; whoever was related to him is looked at by the next run, too. */
static enum mou_status end_relations(struct mou_intake *intake, int64_t subject)
{
    struct mou_store *store = intake->store;
    sqlite3_stmt *others = mou_store_statement(store, MOU_SQL_RELATED_TO);
    bool row = others != NULL;
    enum mou_status status = others != NULL ? MOU_OK : MOU_ERROR_IO;
    if (others != NULL) {
        sqlite3_bind_int64(others, 1, subject);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, others, &row);
        status = status == MOU_OK && row ? mou_change_note(store, sqlite3_column_int64(others, 0)) : status;
    }
    sqlite3_reset(others);
    sqlite3_stmt *end = status == MOU_OK ? mou_store_statement(store, MOU_SQL_RELATIONS_END) : NULL;
    if (end == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(end, 1, subject);
    sqlite3_bind_int64(end, 2, intake->options->known_at);
    sqlite3_bind_int64(end, 3, intake->result->import_id);
    return mou_store_step_done(store, end);
}

/** Erases rows of a table that is not the vocabulary's, a mark in place of what each says: those listed with what they say in which the identifier (empty: any) stands. */
static enum mou_status erase_fixed(struct mou_intake *intake, struct mou_text table, sqlite3_stmt *listing, struct mou_text identifier, enum mou_statement erasing, uint64_t *erased)
{
    struct mou_store *store = intake->store;
    version_list rows = {0};
    bool row = true;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, listing, &row);
        const bool named = status == MOU_OK && row && mou_value_names(mou_store_column_text(listing, 1), identifier);
        if (named && !MOU_VEC_PUSH(intake->row_arena, &rows, sqlite3_column_int64(listing, 0))) {
            status = mou_store_out_of_memory(store);
        }
    }
    sqlite3_reset(listing);
    for (size_t i = 0; status == MOU_OK && i < rows.count; i++) {
        unsigned char mark[MOU_ERASED_MARK_BYTES];
        status = mou_seal_mark(store, intake->row_arena, table, rows.items[i], mark);
        status = status == MOU_OK ? note_erased(intake, table, rows.items[i]) : status;
        sqlite3_stmt *erase = status == MOU_OK ? mou_store_statement(store, erasing) : NULL;
        if (erase == NULL) {
            return status != MOU_OK ? status : MOU_ERROR_IO;
        }
        sqlite3_bind_int64(erase, 1, rows.items[i]);
        sqlite3_bind_blob(erase, 2, mark, sizeof mark, SQLITE_STATIC);
        status = mou_store_step_done(store, erase);
    }
    *erased += rows.count;
    return status;
}

/** What rows of the subject's relations say in fields of their own, at whichever end it stands. */
static enum mou_status erase_relations(struct mou_intake *intake, int64_t subject, uint64_t *erased)
{
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_RELATIONS_SAYING);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, subject);
    return erase_fixed(intake, MOU_TEXT("relation"), statement, MOU_TEXT(""), MOU_SQL_RELATION_ERASE, erased);
}

enum mou_status mou_erase_quarantine(struct mou_intake *intake, int64_t number, struct mou_text identifier, uint64_t *erased)
{
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_QUARANTINE_KEPT);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, number);
    return erase_fixed(intake, MOU_TEXT("quarantine"), statement, identifier, MOU_SQL_QUARANTINE_ERASE, erased);
}

enum mou_status mou_erase_subject(struct mou_intake *intake, int64_t subject, uint32_t kind, struct mou_text identifier, uint64_t *erased)
{
    const struct mou_pack *pack = intake->store->pack;
    const uint32_t kinds = mou_pack_kind_count(pack);
    enum mou_status status = MOU_OK;
    *erased = 0;
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_record_count(pack); i++) {
        status = erase_table(intake, kinds + i, subject, erased);
    }
    status = status == MOU_OK && kind < kinds ? erase_table(intake, kind, subject, erased) : status;
    status = status == MOU_OK ? end_relations(intake, subject) : status;
    status = status == MOU_OK ? erase_relations(intake, subject, erased) : status;
    return status == MOU_OK ? mou_erase_quarantine(intake, 0, identifier, erased) : status;
}

/* ------------------------------------------------------------------ what is old */

enum mou_status mou_store_records_until(struct mou_store *store, uint32_t record, mou_date made, mou_time known,
                                        bool (*take)(void *state, struct mou_text subject, struct mou_text key, mou_date made, mou_time known), void *state)
{
    const struct mou_record_info info = mou_pack_record(store->pack, record);
    struct mou_buf sql;
    bool row = true;
    mou_store_begin_call(store);
    if (info.key == UINT32_MAX || info.parent != UINT32_MAX) {
        return MOU_OK;
    }
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    mou_buf_text(&sql, "SELECT u.identifier, k, max(m), max(f) FROM (SELECT \"#subject\" AS s, ");
    mou_schema_put_name(&sql, MOU_TEXT(""), mou_pack_field(store->pack, record, info.key).name);
    mou_buf_text(&sql, " AS k, \"#known_from\" AS f, ");
    if (info.made != UINT32_MAX) {
        mou_schema_put_name(&sql, MOU_TEXT(""), mou_pack_field(store->pack, record, info.made).name);
    } else {
        mou_buf_text(&sql, "NULL");
    }
    mou_buf_text(&sql, " AS m FROM ");
    mou_schema_put_name(&sql, MOU_TEXT("记录_"), info.name);
    mou_buf_text(&sql, " WHERE \"#erased\" IS NULL) r JOIN subject u ON u.id = r.s WHERE NOT EXISTS (SELECT 1 FROM objection o WHERE o.subject = u.id AND o.record = ?3 AND o.key = k AND "
                       "o.closed IS NULL AND o.known_until IS NULL) GROUP BY u.identifier, k HAVING CASE WHEN max(m) IS NULL THEN max(f) <= ?2 ELSE max(m) <= ?1 END ORDER BY u.identifier, k");
    sqlite3_stmt *statement = mou_schema_prepare_text(store, &sql);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    mou_buf_free(&sql);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, made);
        sqlite3_bind_int64(statement, 2, known);
        mou_store_bind_text(statement, 3, info.name);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const int64_t day = sqlite3_column_int64(statement, 2);
            const bool dated = sqlite3_column_type(statement, 2) != SQLITE_NULL;
            row = take(state, mou_store_column_text(statement, 0), mou_store_column_text(statement, 1), dated ? (mou_date)day : MOU_DATE_NONE, sqlite3_column_int64(statement, 3));
        }
    }
    sqlite3_finalize(statement);
    return status;
}
