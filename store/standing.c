/*
 * What a store hands out row by row: the decisions that stand with the subjects' names, and receipts of one kind. Reads only; the command line makes files and
 * statistics of it.
 */
#include <assert.h>

#include "store_internal.h"

#define SQL_BYTES_MAX ((size_t)65536)

uint32_t mou_pack_name_attribute(const struct mou_pack *pack, uint32_t kind, bool *person)
{
    static const char *const names[] = {"名称", "name", "姓名"};
    assert(pack != NULL && person != NULL);
    for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
        const struct mou_field_info field = mou_pack_attribute(pack, kind, i);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            if (field.type == MOU_VALUE_TEXT && mou_text_equal(field.name, mou_text_of(names[k]))) {
                *person = k == 2;
                return i;
            }
        }
    }
    *person = false;
    return UINT32_MAX;
}

/** One statement per kind that has names. */
struct naming {
    sqlite3_stmt **statements;
    bool *persons;
    uint32_t count;
};

static enum mou_status prepare_names(struct mou_store *store, struct naming *naming)
{
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    naming->count = mou_pack_kind_count(store->pack);
    naming->statements = MOU_NEW_ARRAY(store->work_arena, naming->count, sqlite3_stmt *);
    naming->persons = MOU_NEW_ARRAY(store->work_arena, naming->count, bool);
    if (naming->statements == NULL || naming->persons == NULL) {
        naming->count = 0;
        return mou_store_out_of_memory(store);
    }
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (uint32_t i = 0; i < naming->count; i++) {
        const uint32_t attribute = mou_pack_name_attribute(store->pack, i, &naming->persons[i]);
        naming->statements[i] = NULL;
        if (status != MOU_OK || attribute == UINT32_MAX) {
            continue;
        }
        mou_buf_text(&sql, "SELECT ");
        mou_schema_put_name(&sql, MOU_TEXT(""), mou_pack_attribute(store->pack, i, attribute).name);
        mou_buf_text(&sql, " FROM ");
        mou_schema_put_name(&sql, MOU_TEXT("主体_"), mou_pack_kind_name(store->pack, i));
        mou_buf_text(&sql, " WHERE \"#subject\" = ?1 AND \"#known_until\" IS NULL ORDER BY \"#version\" DESC LIMIT 1");
        naming->statements[i] = mou_schema_prepare_text(store, &sql);
        status = naming->statements[i] != NULL ? MOU_OK : MOU_ERROR_IO;
    }
    mou_buf_free(&sql);
    return status;
}

static void release_names(struct naming *naming)
{
    for (uint32_t i = 0; i < naming->count; i++) {
        sqlite3_finalize(naming->statements[i]);
    }
}

/** The subject's name, in the statement's memory until the next one is asked for. */
static enum mou_status find_name(struct mou_store *store, const struct naming *naming, int64_t subject, struct mou_standing_decision *decision)
{
    uint32_t kind = 0;
    bool row = false;
    while (kind < naming->count && !mou_text_equal(mou_pack_kind_name(store->pack, kind), decision->kind)) {
        kind++;
    }
    decision->name = MOU_TEXT("");
    if (kind == naming->count || naming->statements[kind] == NULL) {
        return MOU_OK;
    }
    decision->person = naming->persons[kind];
    sqlite3_reset(naming->statements[kind]);
    sqlite3_bind_int64(naming->statements[kind], 1, subject);
    const enum mou_status status = mou_store_step_row(store, naming->statements[kind], &row);
    if (status == MOU_OK && row) {
        decision->name = mou_store_column_text(naming->statements[kind], 0);
    }
    return status;
}

enum mou_status mou_store_standing_decisions(struct mou_store *store, bool (*take)(void *state, const struct mou_standing_decision *decision), void *state)
{
    struct naming naming = {.count = 0};
    bool row = true;
    mou_store_begin_call(store);
    enum mou_status status = prepare_names(store, &naming);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_STANDING) : NULL;
    status = status == MOU_OK && statement == NULL ? MOU_ERROR_IO : status;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            struct mou_standing_decision decision = {.number = sqlite3_column_int64(statement, 0), .subject = mou_store_column_text(statement, 2),
                                                     .kind = mou_store_column_text(statement, 3), .line = mou_store_column_text(statement, 4)};
            const int64_t since = sqlite3_column_int64(statement, 5);
            decision.since = (mou_date)since;
            status = find_name(store, &naming, sqlite3_column_int64(statement, 1), &decision);
            row = status == MOU_OK && take(state, &decision);
        }
    }
    sqlite3_reset(statement);
    release_names(&naming);
    return status;
}

enum mou_status mou_store_receipts(struct mou_store *store, const char *kind, mou_time from, mou_time until,
                                   bool (*take)(void *state, const struct mou_ledger_receipt *receipt), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_LEDGER_OF_KIND);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        mou_store_bind_text(statement, 1, mou_text_of(kind));
        sqlite3_bind_int64(statement, 2, from);
        sqlite3_bind_int64(statement, 3, until);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const struct mou_ledger_receipt receipt = {.number = sqlite3_column_int64(statement, 0), .at = sqlite3_column_int64(statement, 1),
                                                       .body = mou_store_column_text(statement, 2)};
            row = take(state, &receipt);
        }
    }
    sqlite3_reset(statement);
    return status;
}
