/*
 * What a store hands out row by row: the decisions that stand with the subjects' names, and receipts of one kind, and counts. Reads only; the command line makes files and
 * statistics of it.
 */
#include "store_internal.h"

#define SQL_BYTES_MAX ((size_t)65536)

/** Which attribute of the kind is a subject's name, UINT32_MAX where none is; *person: it is a natural person's. */
static uint32_t name_attribute(const struct mou_pack *pack, uint32_t kind, bool *person)
{
    static const char *const names[] = {"名称", "name", "姓名"};
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
struct mou_subject_names {
    struct mou_store *store;
    sqlite3_stmt **statements;
    bool *persons;
    uint32_t count;
};

static enum mou_status prepare_names(struct mou_store *store, struct mou_subject_names *names)
{
    struct mou_buf sql;
    enum mou_status status = MOU_OK;
    mou_buf_init(&sql, NULL, SQL_BYTES_MAX);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(store->pack); i++) {
        const uint32_t attribute = name_attribute(store->pack, i, &names->persons[i]);
        names->statements[i] = NULL;
        names->count = i + 1;
        if (attribute == UINT32_MAX) {
            continue;
        }
        mou_buf_text(&sql, "SELECT ");
        mou_schema_put_name(&sql, MOU_TEXT(""), mou_pack_attribute(store->pack, i, attribute).name);
        mou_buf_text(&sql, " FROM ");
        mou_schema_put_name(&sql, MOU_TEXT("主体_"), mou_pack_kind_name(store->pack, i));
        mou_buf_text(&sql, " WHERE \"#subject\" = ?1 AND \"#known_until\" IS NULL ORDER BY \"#version\" DESC LIMIT 1");
        names->statements[i] = mou_schema_prepare_text(store, &sql);
        status = names->statements[i] != NULL ? MOU_OK : MOU_ERROR_IO;
    }
    mou_buf_free(&sql);
    return status;
}

enum mou_status mou_store_names_open(struct mou_store *store, struct mou_subject_names **names)
{
    const uint32_t kinds = mou_pack_kind_count(store->pack);
    struct mou_subject_names *made = MOU_NEW(store->arena, struct mou_subject_names);
    *names = NULL;
    if (made == NULL) {
        return mou_store_out_of_memory(store);
    }
    *made = (struct mou_subject_names){store, MOU_NEW_ARRAY(store->arena, kinds, sqlite3_stmt *), MOU_NEW_ARRAY(store->arena, kinds, bool), 0};
    if (made->statements == NULL || made->persons == NULL) {
        return mou_store_out_of_memory(store);
    }
    const enum mou_status status = prepare_names(store, made);
    if (status != MOU_OK) {
        mou_store_names_close(made);
        return status;
    }
    *names = made;
    return MOU_OK;
}

void mou_store_names_close(struct mou_subject_names *names)
{
    for (uint32_t i = 0; names != NULL && i < names->count; i++) {
        sqlite3_finalize(names->statements[i]);
    }
}

/** The name of subject `id` of that kind. */
static enum mou_status find_name(struct mou_subject_names *names, int64_t id, struct mou_text kind, struct mou_text *name, bool *person)
{
    struct mou_store *store = names->store;
    uint32_t at = 0;
    bool row = false;
    while (at < names->count && !mou_text_equal(mou_pack_kind_name(store->pack, at), kind)) {
        at++;
    }
    *name = MOU_TEXT("");
    *person = at < names->count && names->persons[at];
    if (at == names->count || names->statements[at] == NULL) {
        return MOU_OK;
    }
    sqlite3_reset(names->statements[at]);
    sqlite3_bind_int64(names->statements[at], 1, id);
    const enum mou_status status = mou_store_step_row(store, names->statements[at], &row);
    if (status == MOU_OK && row) {
        *name = mou_store_column_text(names->statements[at], 0);
    }
    return status;
}

enum mou_status mou_store_name_of(struct mou_subject_names *names, struct mou_text identifier, struct mou_text *name, bool *person)
{
    bool row = false;
    *name = MOU_TEXT("");
    *person = false;
    sqlite3_stmt *statement = mou_store_statement(names->store, MOU_SQL_SUBJECT_FIND);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, identifier);
    enum mou_status status = mou_store_step_row(names->store, statement, &row);
    if (status == MOU_OK && row) {
        status = find_name(names, sqlite3_column_int64(statement, 0), mou_store_column_text(statement, 1), name, person);
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_store_standing_decisions(struct mou_store *store, bool (*take)(void *state, const struct mou_standing_decision *decision), void *state)
{
    struct mou_subject_names *names = NULL;
    bool row = true;
    mou_store_begin_call(store);
    enum mou_status status = mou_store_names_open(store, &names);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_STANDING) : NULL;
    status = status == MOU_OK && statement == NULL ? MOU_ERROR_IO : status;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            struct mou_standing_decision decision = {.number = sqlite3_column_int64(statement, 0), .subject = mou_store_column_text(statement, 2),
                                                     .kind = mou_store_column_text(statement, 3), .line = mou_store_column_text(statement, 4),
                                                     .state = mou_store_column_text(statement, 6)};
            const int64_t since = sqlite3_column_int64(statement, 5);
            decision.since = (mou_date)since;
            status = find_name(names, sqlite3_column_int64(statement, 1), decision.kind, &decision.name, &decision.person);
            row = status == MOU_OK && take(state, &decision);
        }
    }
    sqlite3_reset(statement);
    mou_store_names_close(names);
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

enum mou_status mou_store_statistic(struct mou_store *store, enum mou_statistic statistic, mou_date from, mou_date until,
                                    bool (*take)(void *state, struct mou_text first, struct mou_text second, uint64_t count), void *state)
{
    static const enum mou_statement statements[] = {
        [MOU_STATISTIC_FOUND] = MOU_SQL_COUNT_FOUND, [MOU_STATISTIC_ENDED] = MOU_SQL_COUNT_ENDED, [MOU_STATISTIC_STEPS] = MOU_SQL_COUNT_STEPS,
        [MOU_STATISTIC_OBJECTIONS] = MOU_SQL_COUNT_OBJECTIONS, [MOU_STATISTIC_REPAIRS] = MOU_SQL_COUNT_REPAIRS, [MOU_STATISTIC_CORRECTIONS] = MOU_SQL_COUNT_CORRECTIONS};
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, statements[statistic]);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, from);
        sqlite3_bind_int64(statement, 2, until);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            row = take(state, mou_store_column_text(statement, 0), mou_store_column_text(statement, 1), (uint64_t)sqlite3_column_int64(statement, 2));
        }
    }
    sqlite3_reset(statement);
    return status;
}
