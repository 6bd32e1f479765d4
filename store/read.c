/*
 * Subjects and what is related to them, from the tables into the machine's batch builder, as known at a point in time.
 */
#include <stdlib.h>
#include <string.h>

#include "relation_fields.h"
#include "run_internal.h"

/** One row of a record type, as it was read. */
struct read_row {
    int64_t version;
    uint32_t subject; /**< its number in the batch */
    uint32_t row;     /**< its number in the builder */
    struct mou_text key;
};

/** Rows of one record type of the batch, in the order read: by subject number, then by version. */
struct read_rows {
    MOU_VEC(struct read_row) list;
    struct read_row *by_key; /**< the same by subject and key, once an objection asks for it */
};

/** One batch being read. */
struct reading {
    struct mou_store *store;
    struct mou_batch_builder *builder;
    mou_time known_at;
    uint32_t subject_count;
    struct read_rows *records;
};

static enum mou_status out_of_memory(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
}

static uint32_t kind_of(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_kind_count(pack); i++) {
        if (mou_text_equal(mou_pack_kind_name(pack, i), name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static enum mou_status add_subject(struct reading *reading, int64_t id, struct mou_text identifier, struct mou_text kind_name, bool core)
{
    struct mou_store *store = reading->store;
    uint32_t kind = kind_of(store->pack, kind_name);
    if (kind == UINT32_MAX) {
        return mou_store_fail(store, MOU_ERROR_PACK, mou_store_say(store, "规则包没有主体类别 %.*s", "the pack has no subject kind %.*s"), (int)kind_name.len,
                              kind_name.bytes);
    }
    uint32_t number = mou_batch_add_subject(reading->builder, identifier, kind, core);
    sqlite3_stmt *add = mou_store_statement(store, MOU_SQL_BATCH_ADD);
    if (number == UINT32_MAX || add == NULL) {
        return out_of_memory(store);
    }
    sqlite3_bind_int64(add, 1, id);
    sqlite3_bind_int64(add, 2, number);
    reading->subject_count++;
    return mou_store_step_done(store, add);
}

static enum mou_status add_related_subject(struct reading *reading, int64_t id)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(reading->store, MOU_SQL_SUBJECT_BY_ID);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, id);
    enum mou_status status = mou_store_step_row(reading->store, statement, &row);
    if (status == MOU_OK && row) {
        status = add_subject(reading, id, mou_store_column_text(statement, 0), mou_store_column_text(statement, 1), false);
        sqlite3_reset(statement);
    }
    return status;
}

typedef MOU_VEC(int64_t) id_list;

/** Adds the subjects at the other end of the relations of batch members numbered `ring` and up. */
static enum mou_status add_ring(struct reading *reading, enum mou_statement query, uint32_t ring)
{
    struct mou_store *store = reading->store;
    id_list found = {0};
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, query);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, ring);
    sqlite3_bind_int64(statement, 2, reading->known_at);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row && !MOU_VEC_PUSH(store->work_arena, &found, sqlite3_column_int64(statement, 0))) {
            status = out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    for (size_t i = 0; status == MOU_OK && i < found.count; i++) {
        status = add_related_subject(reading, found.items[i]);
    }
    return status;
}

static enum mou_status add_related(struct reading *reading)
{
    uint32_t ring = 0;
    enum mou_status status = MOU_OK;
    for (uint32_t depth = 0; status == MOU_OK && depth < mou_pack_closure_depth(reading->store->pack); depth++) {
        uint32_t end = reading->subject_count;
        status = add_ring(reading, MOU_SQL_BATCH_RING_FORWARD, ring);
        if (status == MOU_OK) {
            status = add_ring(reading, MOU_SQL_BATCH_RING_BACK, ring);
        }
        ring = end;
    }
    return status;
}

static int64_t cell_of(struct reading *reading, sqlite3_stmt *statement, int column, enum mou_value_type type)
{
    return type == MOU_VALUE_TEXT ? mou_batch_text(reading->builder, mou_store_column_text(statement, column)) : sqlite3_column_int64(statement, column);
}

static enum mou_status read_attributes(struct reading *reading, uint32_t kind)
{
    struct mou_store *store = reading->store;
    sqlite3_stmt *statement = mou_schema_read_attributes(store, kind);
    bool row = true;
    enum mou_status status = MOU_OK;
    if (statement == NULL) {
        return MOU_ERROR_PACK;
    }
    sqlite3_bind_int64(statement, 1, reading->known_at);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        uint32_t subject = (uint32_t)sqlite3_column_int64(statement, 0);
        for (uint32_t i = 0; i < store->kinds[kind].field_count; i++) {
            int column = (int)i + 3;
            if (sqlite3_column_type(statement, column) != SQLITE_NULL) {
                struct mou_field_info field = mou_pack_attribute(store->pack, kind, i);
                mou_batch_set_attribute(reading->builder, subject, i, cell_of(reading, statement, column, field.type));
            }
        }
    }
    return status;
}

/** Row of the parent type that has `version`; versions rise with the row within one subject. */
static uint32_t parent_row(const struct read_rows *parents, int64_t version, uint32_t subject)
{
    size_t low = 0;
    size_t high = parents->list.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct read_row *row = &parents->list.items[middle];
        bool before = row->subject != subject ? row->subject < subject : row->version < version;
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < parents->list.count && parents->list.items[low].subject == subject && parents->list.items[low].version == version;
    return found ? parents->list.items[low].row : UINT32_MAX;
}

static enum mou_status read_row(struct reading *reading, uint32_t record, const struct mou_record_info *info, sqlite3_stmt *statement)
{
    struct mou_store *store = reading->store;
    struct read_rows *rows = &reading->records[record];
    uint32_t subject = (uint32_t)sqlite3_column_int64(statement, 0);
    int64_t version = sqlite3_column_int64(statement, 1);
    uint32_t parent = UINT32_MAX;
    struct mou_text key = {"", 0};
    if (info->parent != UINT32_MAX) {
        parent = parent_row(&reading->records[info->parent], sqlite3_column_int64(statement, 2), subject);
        if (parent == UINT32_MAX) {
            return MOU_OK; /* the parent is not known at this time, and neither is the row */
        }
    }
    uint32_t row = mou_batch_add_row(reading->builder, record, subject, parent);
    for (uint32_t i = 0; i < info->field_count; i++) {
        int column = (int)i + 3;
        if (sqlite3_column_type(statement, column) != SQLITE_NULL) {
            mou_batch_set_field(reading->builder, record, row, i, cell_of(reading, statement, column, mou_pack_field(store->pack, record, i).type));
        }
    }
    if (info->key != UINT32_MAX) {
        struct mou_text text = mou_store_column_text(statement, (int)info->key + 3);
        key.bytes = mou_arena_copy(store->work_arena, text.bytes, text.len);
        key.len = text.len;
    }
    struct read_row entry = {version, subject, row, key};
    bool kept = row != UINT32_MAX && key.bytes != NULL && MOU_VEC_PUSH(store->work_arena, &rows->list, entry);
    return kept ? MOU_OK : out_of_memory(store);
}

static enum mou_status read_record(struct reading *reading, uint32_t record)
{
    struct mou_store *store = reading->store;
    struct mou_record_info info = mou_pack_record(store->pack, record);
    sqlite3_stmt *statement = mou_schema_read_records(store, record);
    bool row = true;
    enum mou_status status = MOU_OK;
    if (statement == NULL) {
        return MOU_ERROR_PACK;
    }
    sqlite3_bind_int64(statement, 1, reading->known_at);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            status = read_row(reading, record, &info, statement);
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** Reads the record types, each after its parent type. */
static enum mou_status read_records(struct reading *reading)
{
    struct mou_store *store = reading->store;
    uint32_t count = mou_pack_record_count(store->pack);
    bool *done = MOU_NEW_ARRAY(store->work_arena, count + 1, bool);
    reading->records = MOU_NEW_ARRAY(store->work_arena, count + 1, struct read_rows);
    if (done == NULL || reading->records == NULL) {
        return out_of_memory(store);
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t parent = mou_pack_record(store->pack, i).parent;
            if (done[i] || (parent != UINT32_MAX && !done[parent])) {
                continue;
            }
            enum mou_status status = read_record(reading, i);
            if (status != MOU_OK) {
                return status;
            }
            done[i] = true;
            moved = true;
        }
    }
    return MOU_OK;
}

/** The relation row's own fields, column 5 of the statement. */
static enum mou_status read_relation_fields(struct reading *reading, uint32_t relation, uint32_t number, struct mou_text kept)
{
    struct mou_store *store = reading->store;
    const uint32_t count = mou_pack_relation_field_count(store->pack, relation);
    struct mou_checked *cells = MOU_NEW_ARRAY(store->work_arena, (size_t)count + 1, struct mou_checked);
    if (cells == NULL || !mou_relation_fields_read(store->pack, relation, kept, store->work_arena, cells)) {
        return cells == NULL ? out_of_memory(store) : mou_relation_fields_damaged(store);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (cells[i].known) {
            mou_batch_set_relation_field(reading->builder, relation, number, i,
                                         cells[i].is_text ? mou_batch_text(reading->builder, cells[i].text) : cells[i].number);
        }
    }
    return MOU_OK;
}

static enum mou_status read_relations(struct reading *reading)
{
    struct mou_store *store = reading->store;
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_BATCH_RELATIONS);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, reading->known_at);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            mou_date since = sqlite3_column_type(statement, 3) == SQLITE_NULL ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, 3);
            mou_date until = sqlite3_column_type(statement, 4) == SQLITE_NULL ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, 4);
            const uint32_t relation = (uint32_t)sqlite3_column_int64(statement, 0);
            uint32_t number = mou_batch_add_relation(reading->builder, relation, (uint32_t)sqlite3_column_int64(statement, 1),
                                                     (uint32_t)sqlite3_column_int64(statement, 2), since, until);
            status = number != UINT32_MAX ? MOU_OK : out_of_memory(store);
            if (status == MOU_OK && sqlite3_column_type(statement, 5) != SQLITE_NULL) {
                status = read_relation_fields(reading, relation, number, mou_store_column_text(statement, 5));
            }
        }
    }
    sqlite3_reset(statement);
    return status;
}

static int by_subject_and_key(const void *a, const void *b)
{
    const struct read_row *first = a;
    const struct read_row *second = b;
    if (first->subject != second->subject) {
        return first->subject < second->subject ? -1 : 1;
    }
    return mou_text_compare(first->key, second->key);
}

/** Puts the rows of a type into the order in which objections find them. */
static bool sort_by_key(struct reading *reading, struct read_rows *rows)
{
    if (rows->by_key != NULL || rows->list.count == 0) {
        return true;
    }
    rows->by_key = MOU_NEW_ARRAY(reading->store->work_arena, rows->list.count, struct read_row);
    if (rows->by_key == NULL) {
        return false;
    }
    memcpy(rows->by_key, rows->list.items, rows->list.count * sizeof *rows->by_key);
    qsort(rows->by_key, rows->list.count, sizeof *rows->by_key, by_subject_and_key);
    return true;
}

static bool contest_rows(struct reading *reading, uint32_t record, uint32_t subject, struct mou_text key, mou_date lodged, mou_date closed)
{
    struct read_rows *rows = &reading->records[record];
    struct read_row wanted = {.subject = subject, .key = key};
    size_t low = 0;
    size_t high = rows->list.count;
    if (!sort_by_key(reading, rows)) {
        return false;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_subject_and_key(&rows->by_key[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < rows->list.count && by_subject_and_key(&rows->by_key[low], &wanted) == 0; low++) {
        mou_batch_add_objection(reading->builder, record, rows->by_key[low].row, lodged, closed);
    }
    return true;
}

static enum mou_status read_objections(struct reading *reading)
{
    struct mou_store *store = reading->store;
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_BATCH_OBJECTIONS);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, reading->known_at);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        for (uint32_t i = 0; status == MOU_OK && row && i < mou_pack_record_count(store->pack); i++) {
            struct mou_record_info info = mou_pack_record(store->pack, i);
            if (info.key != UINT32_MAX && mou_text_equal(info.name, mou_store_column_text(statement, 1))) {
                mou_date closed = sqlite3_column_type(statement, 4) == SQLITE_NULL ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, 4);
                bool contested = contest_rows(reading, i, (uint32_t)sqlite3_column_int64(statement, 0), mou_store_column_text(statement, 2),
                                              (mou_date)sqlite3_column_int64(statement, 3), closed);
                status = contested ? MOU_OK : out_of_memory(store);
            }
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** Fills the builder once the core subjects are in. */
static enum mou_status read_rest(struct reading *reading, const struct mou_batch **batch)
{
    struct mou_store *store = reading->store;
    enum mou_status status = add_related(reading);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(store->pack); i++) {
        status = read_attributes(reading, i);
    }
    if (status == MOU_OK) {
        status = read_records(reading);
    }
    if (status == MOU_OK) {
        status = read_relations(reading);
    }
    if (status == MOU_OK) {
        status = read_objections(reading);
    }
    if (status == MOU_OK && mou_batch_finish(reading->builder, batch) != MOU_OK) {
        status = out_of_memory(store);
    }
    return status;
}

static enum mou_status start_reading(struct reading *reading)
{
    mou_arena_reset(reading->store->work_arena);
    mou_batch_builder_reset(reading->builder);
    return mou_store_step_done(reading->store, mou_store_statement(reading->store, MOU_SQL_BATCH_CLEAR));
}

/** A subject of the page being read. */
struct page_entry {
    int64_t id;
    struct mou_text identifier;
    struct mou_text kind;
};
typedef MOU_VEC(struct page_entry) page_list;

static enum mou_status read_page(struct reading *reading, enum mou_statement source, struct mou_text after, uint32_t limit, page_list *page)
{
    struct mou_store *store = reading->store;
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, source);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, after);
    sqlite3_bind_int64(statement, 2, reading->known_at);
    sqlite3_bind_int64(statement, 3, limit);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            struct mou_text identifier = mou_store_column_text(statement, 1);
            struct mou_text kind = mou_store_column_text(statement, 2);
            struct page_entry entry = {sqlite3_column_int64(statement, 0), {mou_arena_copy(store->work_arena, identifier.bytes, identifier.len), identifier.len},
                                       {mou_arena_copy(store->work_arena, kind.bytes, kind.len), kind.len}};
            status = entry.identifier.bytes != NULL && entry.kind.bytes != NULL && MOU_VEC_PUSH(store->work_arena, page, entry) ? MOU_OK : out_of_memory(store);
        }
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status read_batch(struct mou_store *store, enum mou_statement source, mou_time known_at, struct mou_text after, uint32_t limit,
                                  struct mou_batch_builder *builder, const struct mou_batch **batch, uint32_t *count)
{
    struct reading reading = {.store = store, .builder = builder, .known_at = known_at};
    page_list page = {0};
    mou_buf_clear(&store->message);
    enum mou_status status = start_reading(&reading);
    if (status == MOU_OK) {
        status = read_page(&reading, source, after, limit, &page);
    }
    for (size_t i = 0; status == MOU_OK && i < page.count; i++) {
        status = add_subject(&reading, page.items[i].id, page.items[i].identifier, page.items[i].kind, true);
    }
    *count = (uint32_t)page.count;
    return status == MOU_OK && page.count > 0 ? read_rest(&reading, batch) : status;
}

enum mou_status mou_store_read_batch(struct mou_store *store, mou_time known_at, struct mou_text after, uint32_t limit, struct mou_batch_builder *builder,
                                     const struct mou_batch **batch, uint32_t *count)
{
    return read_batch(store, MOU_SQL_SUBJECTS_AFTER, known_at, after, limit, builder, batch, count);
}

enum mou_status mou_read_due_batch(struct mou_store *store, mou_time known_at, struct mou_text after, uint32_t limit, struct mou_batch_builder *builder,
                                   const struct mou_batch **batch, uint32_t *count)
{
    return read_batch(store, MOU_SQL_DUE_AFTER, known_at, after, limit, builder, batch, count);
}

static enum mou_status read_subject(struct mou_store *store, mou_time known_at, struct mou_text identifier, struct mou_batch_builder *builder,
                                    const struct mou_batch **batch, bool *found)
{
    struct reading reading = {.store = store, .builder = builder, .known_at = known_at};
    enum mou_status status = start_reading(&reading);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(store, MOU_SQL_SUBJECT_KNOWN) : NULL;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, identifier);
    sqlite3_bind_int64(statement, 2, known_at);
    status = mou_store_step_row(store, statement, found);
    if (status == MOU_OK && *found) {
        int64_t id = sqlite3_column_int64(statement, 0);
        status = add_subject(&reading, id, identifier, mou_store_column_text(statement, 1), true);
        sqlite3_reset(statement);
    }
    return status == MOU_OK && *found ? read_rest(&reading, batch) : status;
}

/* In one read transaction: all rows are of one state, and the file is locked once. */
enum mou_status mou_store_read_subject(struct mou_store *store, mou_time known_at, struct mou_text identifier, struct mou_batch_builder *builder,
                                       const struct mou_batch **batch, bool *found)
{
    const bool alone = sqlite3_get_autocommit(store->database) != 0;
    mou_buf_clear(&store->message);
    *found = false;
    sqlite3_stmt *begin = alone ? mou_store_statement(store, MOU_SQL_BEGIN_READING) : NULL;
    enum mou_status status = alone ? mou_store_step_done(store, begin) : MOU_OK;
    if (status == MOU_OK) {
        status = read_subject(store, known_at, identifier, builder, batch, found);
    }
    if (alone && status == MOU_OK) {
        status = mou_store_step_done(store, mou_store_statement(store, MOU_SQL_END_READING));
    }
    if (alone && status != MOU_OK) {
        mou_store_rollback(store);
    }
    return status;
}

enum mou_status mou_store_subject_count(struct mou_store *store, mou_time known_at, uint64_t *count)
{
    bool row = false;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_SUBJECT_COUNT);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, known_at);
    enum mou_status status = mou_store_step_row(store, statement, &row);
    *count = row ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return status;
}
