/*
 * Subjects and what is related to them, from the tables into the machine's batch builder, as known at a point in time. Where subjects have records is asked of one
 * index over all types, then those rows of the tables that have some; only the tables and columns that rules look at, and only along relations that they look along.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "effect.h"
#include "relation_fields.h"
#include "rows.h"
#include "run_internal.h"

/** A subject of the batch, by its number there. */
struct member {
    int64_t id;
    uint32_t kind;
    bool has_rows; /**< of some record type, at whatever time: only these can be under objection */
};

/** Where a subject's number is found by its id; number 0: a free place. */
struct member_place {
    int64_t id;
    uint32_t number; /**< plus one */
};

/** One row of a record type, as it was read. */
struct read_row {
    int64_t version;
    uint32_t subject; /**< its number in the batch */
    uint32_t row;     /**< its number in the builder */
    struct mou_text key;
};

/** Where a member has a row of one record type. */
struct found_row {
    int64_t version;
    uint32_t subject; /**< its number in the batch */
};

/** Rows of one record type of the batch, in the order of the subjects' numbers, then of the versions. */
struct read_rows {
    MOU_VEC(struct found_row) found;
    MOU_VEC(struct read_row) list; /**< those of them that are known */
    struct read_row *by_key;       /**< the same by subject and key, once an objection asks for it */
    bool contested;                /**< an objection may be against one: keys are needed */
};

/** An objection as it was read. */
struct read_objection {
    uint32_t place; /**< of the record type among those that are read */
    uint32_t subject; /**< its number in the batch */
    struct mou_text key;
    mou_date lodged, closed;
};

struct relation_row {
    int64_t version;
    uint32_t relation;
    int64_t from, to;
    mou_date since, until;
    struct mou_text fields;
};

/** One batch being read. */
struct reading {
    struct mou_store *store;
    struct mou_batch_builder *builder;
    struct mou_arena *arena; /**< of what is kept while the batch is read */
    mou_time known_at;
    MOU_VEC(struct member) members; /**< those that are decided upon come first */
    uint32_t core_count;
    struct member_place *places;
    size_t place_count; /**< a power of two, at least twice the members */
    MOU_VEC(struct relation_row) relations;
    struct read_rows *records; /**< of the record types that are read, in the order of reading */
    MOU_VEC(struct read_objection) objections;
};

static enum mou_status out_of_memory(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_MEMORY, "%s", mou_store_say(store, "内存不足", "out of memory"));
}

/* ------------------------------------------------------------------ members */

/** The place of that subject, or the free one where it belongs. */
static struct member_place *find_place(const struct reading *reading, int64_t id)
{
    const size_t mask = reading->place_count - 1;
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;
    while (reading->places[at].number != 0 && reading->places[at].id != id) {
        at = (at + 1) & mask;
    }
    return &reading->places[at];
}

/** Makes room for one member more. */
static bool widen_places(struct reading *reading)
{
    if (reading->place_count >= 2 * (reading->members.count + 1)) {
        return true;
    }
    reading->place_count = reading->place_count == 0 ? 64 : 4 * reading->place_count;
    reading->places = MOU_NEW_ARRAY(reading->arena, reading->place_count, struct member_place);
    for (uint32_t i = 0; reading->places != NULL && i < reading->members.count; i++) {
        *find_place(reading, reading->members.items[i].id) = (struct member_place){reading->members.items[i].id, i + 1};
    }
    return reading->places != NULL;
}

static bool is_member(const struct reading *reading, int64_t id)
{
    return find_place(reading, id)->number != 0;
}

static uint32_t number_of(const struct reading *reading, int64_t id)
{
    return find_place(reading, id)->number - 1;
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
    const struct member member = {.id = id, .kind = kind_of(store->pack, kind_name)};
    if (member.kind == UINT32_MAX) {
        return mou_store_fail(store, MOU_ERROR_PACK, mou_store_say(store, "规则包没有主体类别 %.*s", "the pack has no subject kind %.*s"), (int)kind_name.len,
                              kind_name.bytes);
    }
    const uint32_t number = mou_batch_add_subject(reading->builder, identifier, member.kind, core);
    if (number == UINT32_MAX || !widen_places(reading) || !MOU_VEC_PUSH(reading->arena, &reading->members, member)) {
        return out_of_memory(store);
    }
    *find_place(reading, id) = (struct member_place){id, number + 1};
    reading->core_count += core;
    return MOU_OK;
}

/* ------------------------------------------------------------------ statements of one subject or several */

/** A statement under way, as known at ?1: of the subject ?2, or of those in the rows ?2. */
struct asking {
    sqlite3_stmt *statement;
    struct mou_rows rows;
};

/** The ids must be at least one. NULL for the statement: its failure is noted. */
static enum mou_status begin_asking(struct reading *reading, sqlite3_stmt *statement, bool in_rows, const int64_t *ids, size_t count, struct asking *asking)
{
    struct mou_store *store = reading->store;
    *asking = (struct asking){.statement = statement};
    if (statement == NULL) {
        return MOU_ERROR_PACK;
    }
    sqlite3_bind_int64(statement, 1, reading->known_at);
    if (!in_rows) {
        sqlite3_bind_int64(statement, 2, ids[0]);
        return MOU_OK;
    }
    asking->rows = (struct mou_rows){.cells = MOU_NEW_ARRAY(reading->arena, count * MOU_ROWS_COLUMNS, struct mou_rows_cell), .count = count};
    for (size_t i = 0; asking->rows.cells != NULL && i < count; i++) {
        asking->rows.cells[i * MOU_ROWS_COLUMNS] = mou_cell_number(ids[i]);
    }
    return asking->rows.cells != NULL ? mou_rows_bind(store, statement, 2, &asking->rows) : out_of_memory(store);
}

static void end_asking(struct asking *asking)
{
    if (asking->statement != NULL) {
        sqlite3_reset(asking->statement);
        if (asking->rows.count > 0) {
            sqlite3_clear_bindings(asking->statement);
        }
    }
}

/** One of the fixed statements, of which there are two forms. */
static sqlite3_stmt *statement_for(struct reading *reading, enum mou_statement one, enum mou_statement several, size_t count)
{
    return mou_store_statement(reading->store, count > 1 ? several : one);
}

/** Subjects that are there because they are related. */
static enum mou_status add_related_subjects(struct reading *reading, const int64_t *ids, size_t count)
{
    struct asking asking;
    bool row = count > 0;
    if (!row) {
        return MOU_OK;
    }
    enum mou_status status = begin_asking(reading, mou_store_statement(reading->store, MOU_SQL_SUBJECTS_BY_ID), true, ids, count, &asking);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(reading->store, asking.statement, &row);
        if (status == MOU_OK && row) {
            status = add_subject(reading, sqlite3_column_int64(asking.statement, 0), mou_store_column_text(asking.statement, 1),
                                 mou_store_column_text(asking.statement, 2), false);
        }
    }
    end_asking(&asking);
    return status;
}

/* ------------------------------------------------------------------ relations */

static mou_date date_at(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, column);
}

static enum mou_status keep_relation_row(struct reading *reading, sqlite3_stmt *statement, uint32_t relation)
{
    struct mou_store *store = reading->store;
    struct relation_row row = {sqlite3_column_int64(statement, 0), relation, sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 3),
                               date_at(statement, 4), date_at(statement, 5), {NULL, 0}};
    if (sqlite3_column_type(statement, 6) != SQLITE_NULL) {
        const struct mou_text fields = mou_store_column_text(statement, 6);
        row.fields = (struct mou_text){mou_arena_copy(reading->arena, fields.bytes, fields.len), fields.len};
        if (row.fields.bytes == NULL) {
            return out_of_memory(store);
        }
    }
    return MOU_VEC_PUSH(reading->arena, &reading->relations, row) ? MOU_OK : out_of_memory(store);
}

/** Keeps the relation rows of members from `begin` to `end` at their end `seen` (MOU_SEEN_FROM or MOU_SEEN_TO) that rules look along from there. */
static enum mou_status read_relation_end(struct reading *reading, uint32_t begin, uint32_t end, uint8_t seen)
{
    struct mou_store *store = reading->store;
    int64_t *ids = MOU_NEW_ARRAY(reading->arena, (size_t)(end - begin) + 1, int64_t);
    size_t count = 0;
    for (uint32_t i = begin; ids != NULL && i < end; i++) {
        ids[count] = reading->members.items[i].id;
        count += (store->kinds[reading->members.items[i].kind].seen & seen) != 0 ? 1 : 0;
    }
    if (count == 0) {
        return ids != NULL ? MOU_OK : out_of_memory(store);
    }
    sqlite3_stmt *statement = seen == MOU_SEEN_FROM ? statement_for(reading, MOU_SQL_RELATIONS_FROM, MOU_SQL_RELATIONS_FROM_SEVERAL, count)
                                                    : statement_for(reading, MOU_SQL_RELATIONS_TO, MOU_SQL_RELATIONS_TO_SEVERAL, count);
    struct asking asking;
    bool row = true;
    enum mou_status status = begin_asking(reading, statement, count > 1, ids, count, &asking);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        const uint32_t relation = status == MOU_OK && row ? mou_relation_number(store->pack, mou_store_column_text(statement, 1)) : UINT32_MAX;
        if (relation != UINT32_MAX && (store->seen_relations[relation] & seen) != 0) {
            status = keep_relation_row(reading, statement, relation);
        }
    }
    end_asking(&asking);
    return status;
}

static int by_id(const void *a, const void *b)
{
    const int64_t first = *(const int64_t *)a;
    const int64_t second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

/** Adds the subjects at the other ends of the relation rows from `first` on, in the order of their ids. */
static enum mou_status add_other_ends(struct reading *reading, size_t first)
{
    struct mou_store *store = reading->store;
    const size_t count = 2 * (reading->relations.count - first);
    int64_t *ends = MOU_NEW_ARRAY(reading->arena, count + 1, int64_t);
    enum mou_status status = ends != NULL ? MOU_OK : out_of_memory(store);
    for (size_t i = 0; ends != NULL && i < count; i++) {
        const struct relation_row *row = &reading->relations.items[first + i / 2];
        ends[i] = i % 2 == 0 ? row->from : row->to;
    }
    if (ends != NULL && count > 0) {
        qsort(ends, count, sizeof *ends, by_id);
    }
    size_t others = 0;
    for (size_t i = 0; ends != NULL && i < count; i++) {
        if (!is_member(reading, ends[i]) && (others == 0 || ends[others - 1] != ends[i])) {
            ends[others++] = ends[i];
        }
    }
    return status == MOU_OK ? add_related_subjects(reading, ends, others) : status;
}

/** Members and relation rows out to the pack's depth. */
static enum mou_status add_related(struct reading *reading)
{
    uint32_t ring = 0;
    enum mou_status status = MOU_OK;
    for (uint32_t depth = 0; status == MOU_OK && depth < mou_pack_closure_depth(reading->store->pack); depth++) {
        const uint32_t end = (uint32_t)reading->members.count;
        const size_t known = reading->relations.count;
        status = read_relation_end(reading, ring, end, MOU_SEEN_FROM);
        status = status == MOU_OK ? read_relation_end(reading, ring, end, MOU_SEEN_TO) : status;
        status = status == MOU_OK ? add_other_ends(reading, known) : status;
        ring = end;
    }
    return status;
}

/** The relation row's own fields. */
static enum mou_status add_relation_fields(struct reading *reading, const struct relation_row *row, uint32_t number)
{
    struct mou_store *store = reading->store;
    const uint32_t count = mou_pack_relation(store->pack, row->relation).field_count;
    struct mou_checked *cells = MOU_NEW_ARRAY(reading->arena, (size_t)count + 1, struct mou_checked);
    if (cells == NULL || !mou_relation_fields_read(store->pack, row->relation, row->fields, reading->arena, cells)) {
        return cells == NULL ? out_of_memory(store) : mou_relation_fields_damaged(store);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (cells[i].known) {
            mou_batch_set_relation_field(reading->builder, row->relation, number, i,
                                         cells[i].is_text ? mou_batch_text(reading->builder, cells[i].text) : cells[i].number);
        }
    }
    return MOU_OK;
}

static int by_version(const void *a, const void *b)
{
    return by_id(&((const struct relation_row *)a)->version, &((const struct relation_row *)b)->version);
}

/** Puts the relation rows into the batch in the order of their versions; a row between two members may have been read from both. */
static enum mou_status add_relations(struct reading *reading)
{
    const size_t count = reading->relations.count;
    struct relation_row *rows = reading->relations.items;
    enum mou_status status = MOU_OK;
    if (count > 1) {
        qsort(rows, count, sizeof *rows, by_version);
    }
    for (size_t i = 0; status == MOU_OK && i < count; i++) {
        if ((i > 0 && rows[i].version == rows[i - 1].version) || !is_member(reading, rows[i].from) || !is_member(reading, rows[i].to)) {
            continue;
        }
        const uint32_t number = mou_batch_add_relation(reading->builder, rows[i].relation, number_of(reading, rows[i].from), number_of(reading, rows[i].to),
                                                       rows[i].since, rows[i].until);
        status = number != UINT32_MAX ? MOU_OK : out_of_memory(reading->store);
        if (status == MOU_OK && rows[i].fields.bytes != NULL) {
            status = add_relation_fields(reading, &rows[i], number);
        }
    }
    return status;
}

/* ------------------------------------------------------------------ attributes and records */

static int64_t cell_of(struct reading *reading, sqlite3_stmt *statement, int column, bool text)
{
    return text ? mou_batch_text(reading->builder, mou_store_column_text(statement, column)) : sqlite3_column_int64(statement, column);
}

static enum mou_status refuse_index(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "数据库损坏：按主体查到的不是该主体的数据；请用 mou verify 查验", "the database is damaged: what is found by subjects is not theirs; see mou verify"));
}

/** Of a subject that was asked for: in a damaged page others may lie behind those. */
static enum mou_status set_attributes(struct reading *reading, sqlite3_stmt *statement, uint32_t number)
{
    if (number >= reading->members.count) {
        return refuse_index(reading->store);
    }
    const struct mou_store_table *table = &reading->store->kinds[reading->members.items[number].kind];
    for (uint32_t i = 0; i < table->column_count; i++) {
        const int column = (int)i + MOU_SCHEMA_FIRST_FIELD;
        if (sqlite3_column_type(statement, column) != SQLITE_NULL) {
            const struct mou_store_column *field = &table->columns[i];
            mou_batch_set_attribute(reading->builder, number, field->field, cell_of(reading, statement, column, field->text));
        }
    }
    return MOU_OK;
}

/** Attributes of members of one kind. */
static enum mou_status read_attributes(struct reading *reading, uint32_t kind, const int64_t *ids, size_t count)
{
    struct mou_store *store = reading->store;
    struct asking asking;
    bool row = count > 0 && store->kinds[kind].column_count > 0;
    if (!row) {
        return MOU_OK;
    }
    enum mou_status status = begin_asking(reading, mou_schema_read_attributes(store, kind, count > 1), count > 1, ids, count, &asking);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, asking.statement, &row);
        if (status == MOU_OK && row) {
            status = set_attributes(reading, asking.statement, number_of(reading, sqlite3_column_int64(asking.statement, 1)));
        }
    }
    end_asking(&asking);
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

/** The row that was found, which is known. */
static enum mou_status read_row(struct reading *reading, uint32_t record, const struct found_row *found, sqlite3_stmt *statement)
{
    struct mou_store *store = reading->store;
    const struct mou_store_table *table = &store->records[record];
    struct read_rows *rows = &reading->records[table->place];
    struct read_row entry = {.version = found->version, .subject = found->subject, .key = {"", 0}};
    uint32_t parent = UINT32_MAX;
    if (table->parent != UINT32_MAX) {
        parent = parent_row(&reading->records[store->records[table->parent].place], sqlite3_column_int64(statement, 2), found->subject);
        if (parent == UINT32_MAX) {
            return MOU_OK; /* the parent is not known at this time, and neither is the row */
        }
    }
    entry.row = mou_batch_add_row(reading->builder, record, found->subject, parent);
    for (uint32_t i = 0; i < table->column_count; i++) {
        const int column = (int)i + MOU_SCHEMA_FIRST_FIELD;
        const struct mou_store_column *field = &table->columns[i];
        if (sqlite3_column_type(statement, column) != SQLITE_NULL) {
            mou_batch_set_field(reading->builder, record, entry.row, field->field, cell_of(reading, statement, column, field->text));
        }
        if (field->key && rows->contested) {
            const struct mou_text text = mou_store_column_text(statement, column);
            entry.key = (struct mou_text){mou_arena_copy(reading->arena, text.bytes, text.len), text.len};
        }
    }
    const bool kept = entry.row != UINT32_MAX && entry.key.bytes != NULL && MOU_VEC_PUSH(reading->arena, &rows->list, entry);
    return kept ? MOU_OK : out_of_memory(store);
}

/** Keeps the entry, which comes behind those before it: in a damaged page one may come twice, and the row would count twice. */
static enum mou_status keep_entry(struct reading *reading, struct read_rows *rows, struct found_row entry)
{
    const struct found_row *last = rows->found.count > 0 ? &rows->found.items[rows->found.count - 1] : NULL;
    if (last != NULL && (entry.subject < last->subject || (entry.subject == last->subject && entry.version <= last->version))) {
        return refuse_index(reading->store);
    }
    reading->members.items[entry.subject].has_rows = true;
    return MOU_VEC_PUSH(reading->arena, &rows->found, entry) ? MOU_OK : out_of_memory(reading->store);
}

/** Notes where members have rows, by record type; of the related ones, those that rules look at from there. */
static enum mou_status find_rows(struct reading *reading, const int64_t *ids, size_t count)
{
    struct mou_store *store = reading->store;
    struct asking asking;
    bool row = true;
    enum mou_status status = begin_asking(reading, statement_for(reading, MOU_SQL_RECORDS_OF, MOU_SQL_RECORDS_OF_SEVERAL, count), count > 1, ids, count, &asking);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, asking.statement, &row);
        const int64_t type = status == MOU_OK && row ? sqlite3_column_int64(asking.statement, 0) : -1;
        const struct mou_store_table *table = type >= 0 && type < store->type_count && store->type_records[type] != UINT32_MAX ? &store->records[store->type_records[type]] : NULL;
        if (table == NULL || table->place == UINT32_MAX) {
            continue;
        }
        const struct found_row entry = {sqlite3_column_int64(asking.statement, 1), number_of(reading, count > 1 ? sqlite3_column_int64(asking.statement, 2) : ids[0])};
        if (entry.subject < reading->core_count || table->related) {
            status = keep_entry(reading, &reading->records[table->place], entry);
        }
    }
    end_asking(&asking);
    return status;
}

/** Of the members from whom rules look at some record type. */
static enum mou_status find_records(struct reading *reading)
{
    const struct mou_store *store = reading->store;
    const size_t count = store->related_count > 0 ? reading->members.count : reading->core_count;
    if (count == 0 || store->read_count == 0) {
        return MOU_OK;
    }
    int64_t *ids = MOU_NEW_ARRAY(reading->arena, count, int64_t);
    for (size_t i = 0; ids != NULL && i < count; i++) {
        ids[i] = reading->members.items[i].id;
    }
    return ids != NULL ? find_rows(reading, ids, count) : out_of_memory(reading->store);
}

/** Where the run of consecutive versions ends that begins with the found row `begin`: an import gives such to one subject's rows, most often. */
static size_t end_of_run(const struct read_rows *rows, size_t begin)
{
    size_t end = begin + 1;
    while (end < rows->found.count && rows->found.items[end].version > rows->found.items[end - 1].version && rows->found.items[end].version - 1 == rows->found.items[end - 1].version) {
        end++;
    }
    return end;
}

/** Which of the found rows from `begin` to `end`, whose versions are a run, has the version at hand; `end`: none, the table is damaged. */
static size_t found_at(const struct read_rows *rows, size_t begin, size_t end, int64_t version)
{
    const int64_t first = rows->found.items[begin].version;
    return version >= first && version <= rows->found.items[end - 1].version ? begin + (size_t)(version - first) : end;
}

/** Reads those of the found rows from `begin` to `end`, whose versions are a run, that are known. */
static enum mou_status read_run(struct reading *reading, uint32_t record, const struct read_rows *rows, size_t begin, size_t end, sqlite3_stmt *statement)
{
    struct mou_store *store = reading->store;
    enum mou_status status = MOU_OK;
    bool row = true;
    sqlite3_bind_int64(statement, 2, rows->found.items[begin].version);
    sqlite3_bind_int64(statement, 3, rows->found.items[end - 1].version);
    while (status == MOU_OK && row && begin < end) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            const size_t at = found_at(rows, begin, end, sqlite3_column_int64(statement, 0));
            const bool entered = at < end && sqlite3_column_int64(statement, 1) == reading->members.items[rows->found.items[at].subject].id;
            status = entered ? read_row(reading, record, &rows->found.items[at], statement) : refuse_index(store);
            begin = at + 1;
        }
    }
    sqlite3_reset(statement);
    return status;
}

/** Reads those of one record type that are known. */
static enum mou_status read_type(struct reading *reading, uint32_t record, const struct read_rows *rows)
{
    sqlite3_stmt *statement = mou_schema_read_rows(reading->store, record);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_PACK;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, reading->known_at);
    }
    for (size_t i = 0; status == MOU_OK && i < rows->found.count;) {
        const size_t end = end_of_run(rows, i);
        status = read_run(reading, record, rows, i, end, statement);
        i = end;
    }
    return status;
}

/** Those found, of a type after that which it lies in. */
static enum mou_status read_records(struct reading *reading)
{
    const struct mou_store *store = reading->store;
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; status == MOU_OK && i < store->read_count; i++) {
        if (reading->records[i].found.count > 0) {
            status = read_type(reading, store->read_order[i], &reading->records[i]);
        }
    }
    return status;
}

/** Attributes of all members. */
static enum mou_status read_members(struct reading *reading)
{
    struct mou_store *store = reading->store;
    int64_t *ids = MOU_NEW_ARRAY(reading->arena, reading->members.count + 1, int64_t);
    enum mou_status status = ids != NULL ? MOU_OK : out_of_memory(store);
    for (uint32_t kind = 0; status == MOU_OK && kind < mou_pack_kind_count(store->pack); kind++) {
        size_t count = 0;
        for (size_t i = 0; i < reading->members.count; i++) {
            ids[count] = reading->members.items[i].id;
            count += reading->members.items[i].kind == kind ? 1 : 0;
        }
        status = read_attributes(reading, kind, ids, count);
    }
    return status;
}

/* ------------------------------------------------------------------ objections */

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
    rows->by_key = MOU_NEW_ARRAY(reading->arena, rows->list.count, struct read_row);
    if (rows->by_key == NULL) {
        return false;
    }
    memcpy(rows->by_key, rows->list.items, rows->list.count * sizeof *rows->by_key);
    qsort(rows->by_key, rows->list.count, sizeof *rows->by_key, by_subject_and_key);
    return true;
}

/** The rows that the objection is against. */
static bool contest_rows(struct reading *reading, const struct read_objection *objection)
{
    struct read_rows *rows = &reading->records[objection->place];
    const struct read_row wanted = {.subject = objection->subject, .key = objection->key};
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
        mou_batch_add_objection(reading->builder, reading->store->read_order[objection->place], rows->by_key[low].row, objection->lodged, objection->closed);
    }
    return true;
}

/** Once the rows are in. */
static enum mou_status contest_records(struct reading *reading)
{
    bool kept = true;
    for (size_t i = 0; kept && i < reading->objections.count; i++) {
        kept = contest_rows(reading, &reading->objections.items[i]);
    }
    return kept ? MOU_OK : out_of_memory(reading->store);
}

/** Keeps the objection in the statement's row. */
static enum mou_status take_objection(struct reading *reading, sqlite3_stmt *statement)
{
    struct mou_store *store = reading->store;
    const struct mou_text record = mou_store_column_text(statement, 1);
    const struct mou_text key = mou_store_column_text(statement, 2);
    struct read_objection objection = {0, number_of(reading, sqlite3_column_int64(statement, 0)), {mou_arena_copy(reading->arena, key.bytes, key.len), key.len},
                                       date_at(statement, 3), date_at(statement, 4)};
    bool kept = objection.key.bytes != NULL;
    for (; kept && objection.place < store->read_count; objection.place++) {
        const struct mou_record_info info = mou_pack_record(store->pack, store->read_order[objection.place]);
        if (info.key != UINT32_MAX && mou_text_equal(info.name, record)) {
            reading->records[objection.place].contested = true;
            kept = MOU_VEC_PUSH(reading->arena, &reading->objections, objection);
        }
    }
    return kept ? MOU_OK : out_of_memory(store);
}

/** Of the members that have rows. */
static enum mou_status read_objections(struct reading *reading)
{
    struct mou_store *store = reading->store;
    int64_t *ids = MOU_NEW_ARRAY(reading->arena, reading->members.count + 1, int64_t);
    size_t count = 0;
    for (size_t i = 0; ids != NULL && i < reading->members.count; i++) {
        ids[count] = reading->members.items[i].id;
        count += reading->members.items[i].has_rows ? 1 : 0;
    }
    if (count == 0) {
        return ids != NULL ? MOU_OK : out_of_memory(store);
    }
    struct asking asking;
    bool row = true;
    enum mou_status status =
        begin_asking(reading, statement_for(reading, MOU_SQL_OBJECTIONS_OF, MOU_SQL_OBJECTIONS_OF_SEVERAL, count), count > 1, ids, count, &asking);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, asking.statement, &row);
        if (status == MOU_OK && row) {
            status = take_objection(reading, asking.statement);
        }
    }
    end_asking(&asking);
    return status;
}

/* ------------------------------------------------------------------ batches */

/** Fills the builder once the core subjects are in. */
static enum mou_status read_rest(struct reading *reading, const struct mou_batch **batch)
{
    struct mou_store *store = reading->store;
    enum mou_status status = add_related(reading);
    status = status == MOU_OK ? read_members(reading) : status;
    status = status == MOU_OK ? find_records(reading) : status;
    status = status == MOU_OK ? read_objections(reading) : status; /* which say of what records the keys are needed */
    status = status == MOU_OK ? read_records(reading) : status;
    status = status == MOU_OK ? contest_records(reading) : status;
    status = status == MOU_OK ? add_relations(reading) : status;
    if (status == MOU_OK && mou_batch_finish(reading->builder, batch) != MOU_OK) {
        status = out_of_memory(store);
    }
    return status;
}

static enum mou_status start_reading(struct reading *reading)
{
    mou_batch_builder_reset(reading->builder);
    reading->records = MOU_NEW_ARRAY(reading->arena, (size_t)reading->store->read_count + 1, struct read_rows);
    return reading->records != NULL && widen_places(reading) ? MOU_OK : out_of_memory(reading->store);
}

static enum mou_status list_subject(struct mou_store *store, sqlite3_stmt *statement, struct mou_arena *arena, mou_listed *list)
{
    const struct mou_text identifier = mou_store_column_text(statement, 1);
    const struct mou_text kind = mou_store_column_text(statement, 2);
    const struct mou_listed_subject subject = {sqlite3_column_int64(statement, 0), {mou_arena_copy(arena, identifier.bytes, identifier.len), identifier.len},
                                               {mou_arena_copy(arena, kind.bytes, kind.len), kind.len}};
    return subject.identifier.bytes != NULL && subject.kind.bytes != NULL && MOU_VEC_PUSH(arena, list, subject) ? MOU_OK : out_of_memory(store);
}

static enum mou_status list_page(struct mou_store *store, enum mou_statement source, mou_time known_at, struct mou_text after, uint32_t limit, struct mou_arena *arena,
                                 mou_listed *list)
{
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, source);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, after);
    sqlite3_bind_int64(statement, 2, known_at);
    sqlite3_bind_int64(statement, 3, limit);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        status = status == MOU_OK && row ? list_subject(store, statement, arena, list) : status;
    }
    sqlite3_reset(statement);
    return status;
}

enum mou_status mou_list_due(struct mou_store *store, struct mou_text after, uint32_t limit, struct mou_arena *arena, mou_listed *list)
{
    return list_page(store, MOU_SQL_DUE_AFTER, 0, after, limit, arena, list);
}

enum mou_status mou_read_listed(struct mou_store *store, mou_time known_at, const mou_listed *list, struct mou_arena *arena, struct mou_batch_builder *builder,
                                const struct mou_batch **batch)
{
    struct reading reading = {.store = store, .builder = builder, .arena = arena, .known_at = known_at};
    enum mou_status status = start_reading(&reading);
    for (size_t i = 0; status == MOU_OK && i < list->count; i++) {
        status = add_subject(&reading, list->items[i].id, list->items[i].identifier, list->items[i].kind, true);
    }
    return status == MOU_OK ? read_rest(&reading, batch) : status;
}

static enum mou_status read_batch(struct mou_store *store, enum mou_statement source, mou_time known_at, struct mou_text after, uint32_t limit,
                                  struct mou_batch_builder *builder, const struct mou_batch **batch, uint32_t *count)
{
    mou_listed list = {0};
    mou_store_begin_call(store);
    const enum mou_status status = list_page(store, source, known_at, after, limit, store->work_arena, &list);
    *count = (uint32_t)list.count;
    return status == MOU_OK && list.count > 0 ? mou_read_listed(store, known_at, &list, store->work_arena, builder, batch) : status;
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
    struct reading reading = {.store = store, .builder = builder, .arena = store->work_arena, .known_at = known_at};
    mou_arena_reset(store->work_arena);
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
static enum mou_status read_one(struct mou_store *store, const struct mou_look_up *asked, struct mou_batch_builder *builder, const struct mou_batch **batch,
                                struct mou_standing *standings, bool *found)
{
    const bool alone = sqlite3_get_autocommit(store->database) != 0;
    mou_buf_clear(&store->message);
    *found = false;
    sqlite3_stmt *begin = alone ? mou_store_statement(store, MOU_SQL_BEGIN_READING) : NULL;
    enum mou_status status = alone ? mou_store_step_done(store, begin) : MOU_OK;
    if (status == MOU_OK) {
        status = read_subject(store, asked->known_at, asked->subject, builder, batch, found);
    }
    if (status == MOU_OK && *found && standings != NULL) {
        status = mou_standings_read(store, asked, standings);
    }
    if (alone && status == MOU_OK) {
        status = mou_store_step_done(store, mou_store_statement(store, MOU_SQL_END_READING));
    }
    if (alone && status != MOU_OK) {
        mou_store_rollback(store);
    }
    return status;
}

enum mou_status mou_store_read_subject(struct mou_store *store, mou_time known_at, struct mou_text identifier, struct mou_batch_builder *builder,
                                       const struct mou_batch **batch, bool *found)
{
    const struct mou_look_up asked = {.subject = identifier, .known_at = known_at};
    return read_one(store, &asked, builder, batch, NULL, found);
}

enum mou_status mou_store_look_up(struct mou_store *store, const struct mou_look_up *asked, struct mou_batch_builder *builder, const struct mou_batch **batch,
                                  struct mou_standing *standings, bool *found)
{
    assert(store != NULL && asked != NULL && standings != NULL);
    return read_one(store, asked, builder, batch, standings, found);
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
