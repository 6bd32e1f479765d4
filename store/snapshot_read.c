/*
 * A snapshot out of the tables: each table once, in the order in which it lies on disk, only the columns that the pack's rules look at. Rows of
 * subjects or parent rows that are not known at the time asked for are left out, as in read.c. Used by run.c.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relation_fields.h"
#include "snapshot.h"

#define TEXT_BYTES_MAX ((size_t)8 * 1024 * 1024 * 1024)
#define NO_NUMBER UINT32_MAX

/** One snapshot being read. */
struct filling {
    struct mou_store *store;
    struct mou_snapshot *snapshot;
    enum mou_snapshot_purpose purpose;
    mou_time known_at;
    struct mou_arena *table_arena; /**< lives with one table */
    struct mou_arena *row_arena;   /**< what later tables ask of earlier ones */
    uint32_t *number_of;           /**< database id -> subject, NO_NUMBER where unknown */
    int64_t id_max;
    struct read_versions {
        int64_t *versions; /**< in the order read: ascending */
        uint32_t *place;   /**< in the order read -> row */
        uint32_t count;
    } *versions;           /**< per record type */
};

static enum mou_status out_of_memory(const struct filling *filling)
{
    return mou_store_fail(filling->store, MOU_ERROR_MEMORY, "%s", mou_store_say(filling->store, "内存不足", "out of memory"));
}

static uint32_t subject_of(const struct filling *filling, int64_t id)
{
    return id >= 0 && id <= filling->id_max ? filling->number_of[id] : NO_NUMBER;
}

/* ---------------------------------------------------------- cells */

/** The fields of a table that are kept, and where their cells gather. */
struct gathering {
    uint32_t field_count;
    struct mou_snapshot_cells *cells; /**< per field */
    const bool *kept;
    const struct mou_field_info *fields;
};

static bool gathering_start(struct filling *filling, struct gathering *gathering, uint32_t field_count, const bool *kept, const struct mou_field_info *fields)
{
    *gathering = (struct gathering){.field_count = field_count, .kept = kept, .fields = fields};
    gathering->cells = MOU_NEW_ARRAY(filling->table_arena, (size_t)field_count + 1, struct mou_snapshot_cells);
    for (uint32_t i = 0; gathering->cells != NULL && i < field_count; i++) {
        if (kept[i] && fields[i].type == MOU_VALUE_TEXT) {
            gathering->cells[i].bytes = MOU_NEW(filling->table_arena, struct mou_buf);
            if (gathering->cells[i].bytes == NULL) {
                return false;
            }
            mou_buf_init(gathering->cells[i].bytes, NULL, TEXT_BYTES_MAX);
        }
    }
    return gathering->cells != NULL;
}

static void gathering_end(struct gathering *gathering)
{
    for (uint32_t i = 0; gathering->cells != NULL && i < gathering->field_count; i++) {
        if (gathering->cells[i].bytes != NULL) {
            mou_buf_free(gathering->cells[i].bytes);
        }
    }
}

static bool push_text(struct filling *filling, struct mou_snapshot_cells *cells, struct mou_text text)
{
    const int64_t begin = (int64_t)cells->bytes->len;
    mou_buf_append(cells->bytes, text.bytes, text.len);
    return !cells->bytes->failed && text.len <= UINT32_MAX && MOU_VEC_PUSH(filling->table_arena, &cells->values, begin) &&
           MOU_VEC_PUSH(filling->table_arena, &cells->lengths, (uint32_t)text.len) && MOU_VEC_PUSH(filling->table_arena, &cells->known, 1);
}

/** The cell that stands where none was delivered: the field's default, or an unknown one. */
static bool push_absent(struct filling *filling, struct mou_snapshot_cells *cells, const struct mou_field_info *field)
{
    if (field->has_default && field->type == MOU_VALUE_TEXT) {
        return push_text(filling, cells, field->default_text);
    }
    const uint8_t known = field->has_default ? 1 : 0;
    return MOU_VEC_PUSH(filling->table_arena, &cells->values, field->has_default ? field->default_value : 0) &&
           (cells->bytes == NULL || MOU_VEC_PUSH(filling->table_arena, &cells->lengths, 0)) && MOU_VEC_PUSH(filling->table_arena, &cells->known, known);
}

static bool push_cell(struct filling *filling, struct mou_snapshot_cells *cells, const struct mou_field_info *field, sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        return push_absent(filling, cells, field);
    }
    if (field->type == MOU_VALUE_TEXT) {
        return push_text(filling, cells, mou_store_column_text(statement, column));
    }
    return MOU_VEC_PUSH(filling->table_arena, &cells->values, sqlite3_column_int64(statement, column)) &&
           MOU_VEC_PUSH(filling->table_arena, &cells->known, 1);
}

/** The kept fields of the row at hand, which stand from `column` on. */
static bool gather_row(struct filling *filling, struct gathering *gathering, sqlite3_stmt *statement, int column)
{
    for (uint32_t i = 0; i < gathering->field_count; i++) {
        if (gathering->kept[i] && !push_cell(filling, &gathering->cells[i], &gathering->fields[i], statement, column++)) {
            return false;
        }
    }
    return true;
}

static bool place_gathered(struct filling *filling, const struct gathering *gathering, const uint32_t *place, uint32_t row_count,
                           struct mou_snapshot_column **columns)
{
    struct mou_arena *arena = filling->snapshot->arena;
    *columns = MOU_NEW_ARRAY(arena, (size_t)gathering->field_count + 1, struct mou_snapshot_column);
    for (uint32_t i = 0; *columns != NULL && i < gathering->field_count; i++) {
        if (gathering->kept[i] && !mou_snapshot_place(arena, &gathering->cells[i], place, row_count, &(*columns)[i])) {
            return false;
        }
    }
    return *columns != NULL;
}

/* ---------------------------------------------------------- subjects */

struct read_subject {
    int64_t id;
    uint64_t begin;
    uint64_t head, next; /**< the first sixteen bytes as numbers in byte order, so that most comparisons need no text */
    uint32_t len;
    uint32_t kind;
};

/** Eight bytes of an identifier from `at` on as a number that orders as they do; missing ones are zero. */
static uint64_t bytes_at(struct mou_text text, size_t at)
{
    uint64_t number = 0;
    for (size_t i = at; i < at + 8; i++) {
        number = number << 8 | (i < text.len ? (unsigned char)text.bytes[i] : 0u);
    }
    return number;
}

static const char *subjects_bytes(const struct read_subject *subject, const char *bytes)
{
    return bytes + subject->begin;
}

static bool comes_before(const struct read_subject *a, const struct read_subject *b, const char *bytes)
{
    if (a->head != b->head) {
        return a->head < b->head;
    }
    if (a->next != b->next) {
        return a->next < b->next;
    }
    return mou_text_compare((struct mou_text){subjects_bytes(a, bytes), a->len}, (struct mou_text){subjects_bytes(b, bytes), b->len}) < 0;
}

/** Merge sort from the bottom up: the order of a comparison with context, which qsort has no place for, and one pass where all is in order. */
static bool sort_subjects(struct mou_arena *arena, struct read_subject **subjects, uint32_t count, const char *bytes)
{
    struct read_subject *from = *subjects;
    struct read_subject *into = MOU_NEW_ARRAY(arena, count, struct read_subject);
    if (into == NULL) {
        return false;
    }
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            const size_t middle = low + width < count ? low + width : count;
            const size_t high = low + 2 * width < count ? low + 2 * width : count;
            size_t left = low;
            size_t right = middle;
            for (size_t out = low; out < high; out++) {
                const bool take_left = left < middle && (right >= high || !comes_before(&from[right], &from[left], bytes));
                into[out] = take_left ? from[left++] : from[right++];
            }
        }
        struct read_subject *spare = from;
        from = into;
        into = spare;
    }
    *subjects = from;
    return true;
}

static bool in_order(const struct read_subject *subjects, uint32_t count, const char *bytes)
{
    for (uint32_t i = 1; i < count; i++) {
        if (comes_before(&subjects[i], &subjects[i - 1], bytes)) {
            return false;
        }
    }
    return true;
}

static uint32_t kind_of(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_kind_count(pack); i++) {
        if (mou_text_equal(mou_pack_kind_name(pack, i), name)) {
            return i;
        }
    }
    return NO_NUMBER;
}

typedef MOU_VEC(struct read_subject) subject_list;

static enum mou_status gather_subject(struct filling *filling, sqlite3_stmt *statement, subject_list *list, struct mou_buf *bytes)
{
    struct mou_text identifier = mou_store_column_text(statement, 1);
    struct mou_text kind = mou_store_column_text(statement, 2);
    struct read_subject subject = {.id = sqlite3_column_int64(statement, 0), .begin = bytes->len, .len = (uint32_t)identifier.len,
                                   .head = bytes_at(identifier, 0), .next = bytes_at(identifier, 8), .kind = kind_of(filling->store->pack, kind)};
    if (subject.kind == NO_NUMBER) {
        return mou_store_fail(filling->store, MOU_ERROR_PACK, mou_store_say(filling->store, "规则包没有主体类别 %.*s", "the pack has no subject kind %.*s"), (int)kind.len,
                              kind.bytes);
    }
    mou_buf_append(bytes, identifier.bytes, identifier.len);
    filling->id_max = subject.id > filling->id_max ? subject.id : filling->id_max;
    return !bytes->failed && list->count < UINT32_MAX - 64 && MOU_VEC_PUSH(filling->table_arena, list, subject) ? MOU_OK : out_of_memory(filling);
}

/** Sorted subjects into the snapshot, and the way from their database ids. */
static bool place_subjects(struct filling *filling, const struct read_subject *subjects, uint32_t count, const struct mou_buf *bytes)
{
    struct mou_snapshot *snapshot = filling->snapshot;
    snapshot->subject_count = count;
    snapshot->id_offsets = MOU_NEW_ARRAY(snapshot->arena, (size_t)count + 1, uint64_t);
    snapshot->ids = (char *)mou_arena_alloc(snapshot->arena, bytes->len);
    snapshot->kinds = MOU_NEW_ARRAY(snapshot->arena, count, uint32_t);
    snapshot->types = MOU_NEW_ARRAY(snapshot->arena, count, uint64_t);
    filling->number_of = MOU_NEW_ARRAY(filling->row_arena, (size_t)filling->id_max + 1, uint32_t);
    if (snapshot->id_offsets == NULL || snapshot->ids == NULL || snapshot->kinds == NULL || snapshot->types == NULL ||
        filling->number_of == NULL) {
        return false;
    }
    memset(filling->number_of, 0xff, ((size_t)filling->id_max + 1) * sizeof *filling->number_of);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(snapshot->ids + snapshot->id_offsets[i], subjects_bytes(&subjects[i], bytes->data), subjects[i].len);
        snapshot->id_offsets[i + 1] = snapshot->id_offsets[i] + subjects[i].len;
        snapshot->kinds[i] = subjects[i].kind;
        filling->number_of[subjects[i].id] = i;
    }
    return true;
}

static enum mou_status read_subjects(struct filling *filling)
{
    subject_list list = {0};
    struct mou_buf bytes;
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(filling->store, MOU_SQL_SUBJECTS_ALL);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_buf_init(&bytes, NULL, TEXT_BYTES_MAX);
    sqlite3_bind_int64(statement, 1, filling->known_at);
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row) {
        status = mou_store_step_row(filling->store, statement, &row);
        if (status == MOU_OK && row) {
            status = gather_subject(filling, statement, &list, &bytes);
        }
    }
    sqlite3_reset(statement);
    const uint32_t count = (uint32_t)list.count;
    if (status == MOU_OK && !in_order(list.items, count, bytes.data) && !sort_subjects(filling->table_arena, &list.items, count, bytes.data)) {
        status = out_of_memory(filling);
    }
    if (status == MOU_OK && !place_subjects(filling, list.items, count, &bytes)) {
        status = out_of_memory(filling);
    }
    mou_buf_free(&bytes);
    return status;
}

/* ---------------------------------------------------------- attributes */

/** Subjects of the kind of which no row was delivered get the defaults alone. */
static bool gather_undelivered(struct filling *filling, struct gathering *gathering, uint32_t kind, uint8_t *seen, uint32_t *place, uint32_t *count)
{
    for (uint32_t s = 0; s < filling->snapshot->subject_count; s++) {
        if (filling->snapshot->kinds[s] != kind || seen[s] != 0) {
            continue;
        }
        for (uint32_t i = 0; i < gathering->field_count; i++) {
            if (gathering->kept[i] && !push_absent(filling, &gathering->cells[i], &gathering->fields[i])) {
                return false;
            }
        }
        place[(*count)++] = s;
    }
    return true;
}

static enum mou_status gather_attributes(struct filling *filling, uint32_t kind, struct gathering *gathering, uint8_t *seen, uint32_t *place,
                                         uint32_t *count)
{
    struct mou_store *store = filling->store;
    sqlite3_stmt *statement = mou_schema_scan(store, kind, gathering->kept);
    bool row = true;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_PACK;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, filling->known_at);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        const uint32_t subject = subject_of(filling, sqlite3_column_int64(statement, 1));
        if (subject == NO_NUMBER || filling->snapshot->kinds[subject] != kind || seen[subject] != 0) {
            continue;
        }
        seen[subject] = 1;
        place[(*count)++] = subject;
        status = gather_row(filling, gathering, statement, 3) ? MOU_OK : out_of_memory(filling);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum mou_status read_attributes(struct filling *filling, uint32_t kind)
{
    const struct mou_pack *pack = filling->store->pack;
    const uint32_t field_count = mou_pack_attribute_count(pack, kind);
    const uint32_t subjects = filling->snapshot->subject_count;
    bool *kept = MOU_NEW_ARRAY(filling->table_arena, (size_t)field_count + 1, bool);
    struct mou_field_info *fields = MOU_NEW_ARRAY(filling->table_arena, (size_t)field_count + 1, struct mou_field_info);
    uint8_t *seen = MOU_NEW_ARRAY(filling->table_arena, subjects, uint8_t);
    uint32_t *place = MOU_NEW_ARRAY(filling->table_arena, subjects, uint32_t);
    uint32_t count = 0;
    struct gathering gathering;
    if (kept == NULL || fields == NULL || seen == NULL || place == NULL) {
        return out_of_memory(filling);
    }
    bool any = false;
    for (uint32_t i = 0; i < field_count; i++) {
        fields[i] = mou_pack_attribute(pack, kind, i);
        kept[i] = mou_pack_reads_attribute(pack, kind, i);
        any = any || kept[i];
    }
    enum mou_status status = gathering_start(filling, &gathering, field_count, kept, fields) ? MOU_OK : out_of_memory(filling);
    if (status == MOU_OK && any) {
        status = gather_attributes(filling, kind, &gathering, seen, place, &count);
    }
    if (status == MOU_OK && any && !gather_undelivered(filling, &gathering, kind, seen, place, &count)) {
        status = out_of_memory(filling);
    }
    if (status == MOU_OK && !place_gathered(filling, &gathering, place, subjects, &filling->snapshot->attributes[kind])) {
        status = out_of_memory(filling);
    }
    gathering_end(&gathering);
    return status;
}

/* ---------------------------------------------------------- records */

/** Rows of one record type as they are read. */
struct reading_rows {
    uint32_t record;
    uint32_t parent_type; /**< NO_NUMBER at top level */
    struct gathering gathering;
    MOU_VEC(uint32_t) keys; /**< subject, or row of the parent type */
    MOU_VEC(int64_t) versions;
};

static uint32_t row_of_version(const struct read_versions *versions, int64_t version)
{
    uint32_t low = 0;
    uint32_t high = versions->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (versions->versions[middle] < version) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < versions->count && versions->versions[low] == version ? versions->place[low] : NO_NUMBER;
}

/** First row of the parent type that lies behind subject `subject`. */
static bool parent_belongs(const struct filling *filling, uint32_t parent_type, uint32_t parent, uint32_t subject)
{
    const uint32_t *first = filling->snapshot->records[parent_type].first;
    return first[subject] <= parent && parent < first[subject + 1];
}

static enum mou_status gather_record_row(struct filling *filling, struct reading_rows *rows, sqlite3_stmt *statement)
{
    const int64_t version = sqlite3_column_int64(statement, 0);
    const uint32_t subject = subject_of(filling, sqlite3_column_int64(statement, 1));
    uint32_t key = subject;
    if (subject != NO_NUMBER && rows->parent_type != NO_NUMBER) {
        key = row_of_version(&filling->versions[rows->parent_type], sqlite3_column_int64(statement, 2));
        key = key != NO_NUMBER && parent_belongs(filling, rows->parent_type, key, subject) ? key : NO_NUMBER;
    }
    if (key == NO_NUMBER) {
        return MOU_OK; /* the subject or the parent row is not known at this time, and neither is the row */
    }
    const bool kept = rows->keys.count < UINT32_MAX - 64 && MOU_VEC_PUSH(filling->row_arena, &rows->versions, version) &&
                      MOU_VEC_PUSH(filling->table_arena, &rows->keys, key) && gather_row(filling, &rows->gathering, statement, 3);
    return kept ? MOU_OK : out_of_memory(filling);
}

static enum mou_status gather_record(struct filling *filling, struct reading_rows *rows)
{
    struct mou_store *store = filling->store;
    sqlite3_stmt *statement = mou_schema_scan(store, mou_pack_kind_count(store->pack) + rows->record, rows->gathering.kept);
    bool row = true;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_PACK;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, filling->known_at);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            status = gather_record_row(filling, rows, statement);
        }
    }
    sqlite3_finalize(statement);
    return status;
}

/** Row -> subject-wise offsets, from the parents' ones where the type is nested. */
static bool place_parents(struct filling *filling, const struct reading_rows *rows, const uint32_t *place, uint32_t *first_by_parent)
{
    struct mou_snapshot *snapshot = filling->snapshot;
    struct mou_snapshot_record *record = &snapshot->records[rows->record];
    if (rows->parent_type == NO_NUMBER) {
        record->first = first_by_parent;
        return true;
    }
    record->first = MOU_NEW_ARRAY(snapshot->arena, (size_t)snapshot->subject_count + 1, uint32_t);
    record->parent = MOU_NEW_ARRAY(snapshot->arena, record->row_count, uint32_t);
    if (record->first == NULL || record->parent == NULL) {
        return false;
    }
    for (uint32_t s = 0; s <= snapshot->subject_count; s++) {
        record->first[s] = first_by_parent[snapshot->records[rows->parent_type].first[s]];
    }
    for (uint32_t i = 0; i < record->row_count; i++) {
        record->parent[place[i]] = rows->keys.items[i];
    }
    return true;
}

static void mark_type(struct mou_snapshot *snapshot, uint32_t type)
{
    const uint32_t *first = snapshot->records[type].first;
    for (uint32_t s = 0; snapshot->records[type].row_count > 0 && s < snapshot->subject_count; s++) {
        snapshot->types[s] |= first[s] < first[s + 1] ? UINT64_C(1) << (type % 64) : 0;
    }
}

static bool place_record(struct filling *filling, struct reading_rows *rows)
{
    struct mou_snapshot *snapshot = filling->snapshot;
    struct mou_snapshot_record *record = &snapshot->records[rows->record];
    const uint32_t keys = rows->parent_type == NO_NUMBER ? snapshot->subject_count : snapshot->records[rows->parent_type].row_count;
    uint32_t *place = NULL;
    uint32_t *first = NULL;
    record->row_count = (uint32_t)rows->keys.count;
    if (!mou_snapshot_sort(snapshot->arena, rows->keys.items, record->row_count, keys, &place, &first)) {
        return false;
    }
    filling->versions[rows->record] = (struct read_versions){rows->versions.items, place, record->row_count};
    if (!place_parents(filling, rows, place, first)) {
        return false;
    }
    mark_type(snapshot, rows->record);
    return place_gathered(filling, &rows->gathering, place, record->row_count, &record->fields);
}

static enum mou_status read_record(struct filling *filling, uint32_t index)
{
    const struct mou_pack *pack = filling->store->pack;
    const struct mou_record_info info = mou_pack_record(pack, index);
    bool *kept = MOU_NEW_ARRAY(filling->table_arena, (size_t)info.field_count + 1, bool);
    struct mou_field_info *fields = MOU_NEW_ARRAY(filling->table_arena, (size_t)info.field_count + 1, struct mou_field_info);
    struct reading_rows rows = {.record = index, .parent_type = info.parent};
    if (kept == NULL || fields == NULL) {
        return out_of_memory(filling);
    }
    for (uint32_t i = 0; i < info.field_count; i++) {
        fields[i] = mou_pack_field(pack, index, i);
        kept[i] = mou_pack_reads_field(pack, index, i) || (filling->purpose == MOU_SNAPSHOT_CITE && (i == info.key || i == info.number));
    }
    enum mou_status status = gathering_start(filling, &rows.gathering, info.field_count, kept, fields) ? MOU_OK : out_of_memory(filling);
    if (status == MOU_OK && mou_pack_reads_record(pack, index)) {
        status = gather_record(filling, &rows);
    }
    if (status == MOU_OK && !place_record(filling, &rows)) {
        status = out_of_memory(filling);
    }
    gathering_end(&rows.gathering);
    return status;
}

/** Each record type after its parent type. */
static enum mou_status read_records(struct filling *filling)
{
    const uint32_t count = mou_pack_record_count(filling->store->pack);
    bool *done = MOU_NEW_ARRAY(filling->row_arena, (size_t)count + 1, bool);
    filling->versions = MOU_NEW_ARRAY(filling->row_arena, (size_t)count + 1, struct read_versions);
    if (done == NULL || filling->versions == NULL) {
        return out_of_memory(filling);
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t parent = mou_pack_record(filling->store->pack, i).parent;
            if (done[i] || (parent != NO_NUMBER && !done[parent])) {
                continue;
            }
            mou_arena_reset(filling->table_arena);
            const enum mou_status status = read_record(filling, i);
            if (status != MOU_OK) {
                return status;
            }
            done[i] = true;
            moved = true;
        }
    }
    return MOU_OK;
}

/* ---------------------------------------------------------- relations */

/** Rows of one relation as they are read. */
struct relation_rows {
    struct mou_text name;
    bool read;
    MOU_VEC(uint32_t) from;
    MOU_VEC(uint32_t) to;
    struct mou_snapshot_cells since, until;
    struct gathering fields;
    struct mou_checked *cells; /**< of the row at hand, one per field */
};

static bool push_date(struct filling *filling, struct mou_snapshot_cells *cells, sqlite3_stmt *statement, int column)
{
    const uint8_t known = sqlite3_column_type(statement, column) == SQLITE_NULL ? 0 : 1;
    return MOU_VEC_PUSH(filling->table_arena, &cells->values, sqlite3_column_int64(statement, column)) &&
           MOU_VEC_PUSH(filling->table_arena, &cells->known, known);
}

/** The row's own fields; those that were not delivered as in other tables. */
static enum mou_status gather_relation_fields(struct filling *filling, struct relation_rows *rows, uint32_t relation, sqlite3_stmt *statement)
{
    const bool kept = sqlite3_column_type(statement, 5) != SQLITE_NULL;
    const struct mou_text text = kept ? mou_store_column_text(statement, 5) : (struct mou_text){"", 0};
    if (rows->fields.field_count > 0 && !mou_relation_fields_read(filling->store->pack, relation, text, filling->table_arena, rows->cells)) {
        return mou_relation_fields_damaged(filling->store);
    }
    for (uint32_t i = 0; i < rows->fields.field_count; i++) {
        const struct mou_checked *cell = &rows->cells[i];
        struct mou_snapshot_cells *cells = &rows->fields.cells[i];
        const bool pushed = !cell->known    ? push_absent(filling, cells, &rows->fields.fields[i])
                            : cell->is_text ? push_text(filling, cells, cell->text)
                                            : MOU_VEC_PUSH(filling->table_arena, &cells->values, cell->number) && MOU_VEC_PUSH(filling->table_arena, &cells->known, 1);
        if (!pushed) {
            return out_of_memory(filling);
        }
    }
    return MOU_OK;
}

static enum mou_status gather_relation(struct filling *filling, struct relation_rows *relations, uint32_t count, sqlite3_stmt *statement)
{
    const struct mou_text name = mou_store_column_text(statement, 0);
    const uint32_t from = subject_of(filling, sqlite3_column_int64(statement, 1));
    const uint32_t to = subject_of(filling, sqlite3_column_int64(statement, 2));
    uint32_t number = 0;
    while (number < count && !mou_text_equal(relations[number].name, name)) {
        number++;
    }
    struct relation_rows *rows = number < count ? &relations[number] : NULL;
    if (rows == NULL || !rows->read || from == NO_NUMBER || to == NO_NUMBER) {
        return MOU_OK;
    }
    const bool kept = rows->from.count < UINT32_MAX - 64 && MOU_VEC_PUSH(filling->table_arena, &rows->from, from) &&
                      MOU_VEC_PUSH(filling->table_arena, &rows->to, to) && push_date(filling, &rows->since, statement, 3) &&
                      push_date(filling, &rows->until, statement, 4);
    return kept ? gather_relation_fields(filling, rows, number, statement) : out_of_memory(filling);
}

/** Name and fields of a relation, and where its rows gather. */
static bool start_relation(struct filling *filling, uint32_t relation, struct relation_rows *rows)
{
    const struct mou_pack *pack = filling->store->pack;
    const uint32_t count = mou_pack_relation_field_count(pack, relation);
    struct mou_field_info *fields = MOU_NEW_ARRAY(filling->table_arena, (size_t)count + 1, struct mou_field_info);
    bool *kept = MOU_NEW_ARRAY(filling->table_arena, (size_t)count + 1, bool);
    struct mou_text inverse;
    uint32_t from = 0;
    uint32_t to = 0;
    mou_pack_relation(pack, relation, &rows->name, &inverse, &from, &to);
    rows->read = mou_pack_reads_relation(pack, relation);
    rows->cells = MOU_NEW_ARRAY(filling->table_arena, (size_t)count + 1, struct mou_checked);
    for (uint32_t i = 0; fields != NULL && kept != NULL && i < count; i++) {
        fields[i] = mou_pack_relation_field(pack, relation, i);
        kept[i] = true;
    }
    return fields != NULL && kept != NULL && rows->cells != NULL && gathering_start(filling, &rows->fields, count, kept, fields);
}

static bool place_relation(struct filling *filling, const struct relation_rows *rows, uint32_t index)
{
    struct mou_snapshot_relation *relation = &filling->snapshot->relations[index];
    struct mou_arena *arena = filling->snapshot->arena;
    uint32_t *place = NULL;
    relation->row_count = (uint32_t)rows->from.count;
    relation->from = MOU_NEW_ARRAY(arena, relation->row_count, uint32_t);
    relation->to = MOU_NEW_ARRAY(arena, relation->row_count, uint32_t);
    if (relation->from == NULL || relation->to == NULL ||
        !mou_snapshot_sort(arena, rows->from.items, relation->row_count, filling->snapshot->subject_count, &place, &relation->first)) {
        return false;
    }
    for (uint32_t i = 0; i < relation->row_count; i++) {
        relation->from[place[i]] = rows->from.items[i];
        relation->to[place[i]] = rows->to.items[i];
    }
    return mou_snapshot_place(arena, &rows->since, place, relation->row_count, &relation->since) &&
           mou_snapshot_place(arena, &rows->until, place, relation->row_count, &relation->until) &&
           place_gathered(filling, &rows->fields, place, relation->row_count, &relation->fields);
}

/** Who is related to whom, whatever the relation and its direction. */
static bool place_neighbours(struct mou_snapshot *snapshot)
{
    const uint32_t relations = mou_pack_relation_count(snapshot->pack);
    const uint32_t subjects = snapshot->subject_count;
    uint64_t total = 0;
    for (uint32_t i = 0; i < relations; i++) {
        total += 2 * (uint64_t)snapshot->relations[i].row_count;
    }
    snapshot->neighbour_first = MOU_NEW_ARRAY(snapshot->arena, (size_t)subjects + 2, uint32_t);
    snapshot->neighbours = total < UINT32_MAX - 64 ? MOU_NEW_ARRAY(snapshot->arena, (size_t)total, uint32_t) : NULL;
    uint32_t *first = snapshot->neighbour_first;
    if (first == NULL || snapshot->neighbours == NULL) {
        return false;
    }
    /* Counted one place further on, so that filling moves every begin to where it belongs. */
    for (uint32_t i = 0; i < relations; i++) {
        const struct mou_snapshot_relation *rows = &snapshot->relations[i];
        for (uint32_t row = 0; row < rows->row_count; row++) {
            first[rows->from[row] + 2]++;
            first[rows->to[row] + 2]++;
        }
    }
    for (uint32_t s = 0; s < subjects; s++) {
        first[s + 2] += first[s + 1];
    }
    for (uint32_t i = 0; i < relations; i++) {
        const struct mou_snapshot_relation *rows = &snapshot->relations[i];
        for (uint32_t row = 0; row < rows->row_count; row++) {
            snapshot->neighbours[first[rows->from[row] + 1]++] = rows->to[row];
            snapshot->neighbours[first[rows->to[row] + 1]++] = rows->from[row];
        }
    }
    return true;
}

static enum mou_status read_relations(struct filling *filling)
{
    struct mou_store *store = filling->store;
    const uint32_t count = mou_pack_relation_count(store->pack);
    struct relation_rows *relations = MOU_NEW_ARRAY(filling->table_arena, (size_t)count + 1, struct relation_rows);
    sqlite3_stmt *statement = relations != NULL ? mou_store_statement(store, MOU_SQL_RELATIONS_ALL) : NULL;
    bool row = true;
    enum mou_status status = MOU_OK;
    if (statement == NULL) {
        return relations == NULL ? out_of_memory(filling) : MOU_ERROR_IO;
    }
    for (uint32_t i = 0; status == MOU_OK && i < count; i++) {
        status = start_relation(filling, i, &relations[i]) ? MOU_OK : out_of_memory(filling);
    }
    sqlite3_bind_int64(statement, 1, filling->known_at);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            status = gather_relation(filling, relations, count, statement);
        }
    }
    sqlite3_reset(statement);
    for (uint32_t i = 0; status == MOU_OK && i < count; i++) {
        status = place_relation(filling, &relations[i], i) ? MOU_OK : out_of_memory(filling);
    }
    for (uint32_t i = 0; i < count; i++) {
        gathering_end(&relations[i].fields);
    }
    return status != MOU_OK || place_neighbours(filling->snapshot) ? status : out_of_memory(filling);
}

/* ---------------------------------------------------------- objections */

typedef MOU_VEC(struct mou_snapshot_objection) objection_list;

/** One objection as it was read. */
struct read_objection {
    int64_t subject_id;
    uint32_t subject;
    uint32_t record;
    struct mou_text key;
    mou_date lodged, closed;
};
typedef MOU_VEC(struct read_objection) read_objection_list;

static enum mou_status gather_objection(struct filling *filling, sqlite3_stmt *statement, read_objection_list *list)
{
    const struct mou_pack *pack = filling->store->pack;
    const struct mou_text type = mou_store_column_text(statement, 1);
    const struct mou_text key = mou_store_column_text(statement, 2);
    struct read_objection objection = {.subject_id = sqlite3_column_int64(statement, 0), .record = NO_NUMBER,
                                       .lodged = (mou_date)sqlite3_column_int64(statement, 3)};
    objection.subject = subject_of(filling, objection.subject_id);
    objection.closed = sqlite3_column_type(statement, 4) == SQLITE_NULL ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, 4);
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info info = mou_pack_record(pack, i);
        objection.record = info.key != NO_NUMBER && mou_text_equal(info.name, type) ? i : objection.record;
    }
    if (objection.subject == NO_NUMBER || objection.record == NO_NUMBER) {
        return MOU_OK;
    }
    objection.key = (struct mou_text){mou_arena_copy(filling->table_arena, key.bytes, key.len), key.len};
    return objection.key.bytes != NULL && MOU_VEC_PUSH(filling->table_arena, list, objection) ? MOU_OK : out_of_memory(filling);
}

/** The rows that an objection is about. */
static enum mou_status find_contested(struct filling *filling, const struct read_objection *objection, objection_list *list)
{
    struct mou_store *store = filling->store;
    sqlite3_stmt *statement = mou_schema_versions(store, objection->record);
    bool row = true;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_PACK;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, filling->known_at);
        sqlite3_bind_int64(statement, 2, objection->subject_id);
        mou_store_bind_text(statement, 3, objection->key);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        const uint32_t place = status == MOU_OK && row ? row_of_version(&filling->versions[objection->record], sqlite3_column_int64(statement, 0)) : NO_NUMBER;
        const struct mou_snapshot_objection found = {objection->subject, objection->record, place, objection->lodged, objection->closed};
        if (place != NO_NUMBER && !MOU_VEC_PUSH(filling->table_arena, list, found)) {
            status = out_of_memory(filling);
        }
    }
    sqlite3_finalize(statement);
    return status;
}

static bool place_objections(struct filling *filling, const objection_list *list)
{
    struct mou_snapshot *snapshot = filling->snapshot;
    uint32_t *keys = MOU_NEW_ARRAY(filling->table_arena, list->count, uint32_t);
    uint32_t *place = NULL;
    snapshot->objections = MOU_NEW_ARRAY(snapshot->arena, list->count, struct mou_snapshot_objection);
    for (size_t i = 0; keys != NULL && i < list->count; i++) {
        keys[i] = list->items[i].subject;
    }
    if (keys == NULL || snapshot->objections == NULL ||
        !mou_snapshot_sort(snapshot->arena, keys, (uint32_t)list->count, snapshot->subject_count, &place, &snapshot->objection_first)) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        snapshot->objections[place[i]] = list->items[i];
    }
    return true;
}

static enum mou_status read_objections(struct filling *filling)
{
    struct mou_store *store = filling->store;
    read_objection_list read = {0};
    objection_list found = {0};
    bool row = true;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_OBJECTIONS_ALL);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, filling->known_at);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            status = gather_objection(filling, statement, &read);
        }
    }
    sqlite3_reset(statement);
    for (size_t i = 0; status == MOU_OK && i < read.count; i++) {
        status = find_contested(filling, &read.items[i], &found);
    }
    return status != MOU_OK || place_objections(filling, &found) ? status : out_of_memory(filling);
}

/* ---------------------------------------------------------- the whole */

static enum mou_status fill(struct filling *filling)
{
    const struct mou_pack *pack = filling->store->pack;
    struct mou_snapshot *snapshot = filling->snapshot;
    snapshot->attributes = MOU_NEW_ARRAY(snapshot->arena, (size_t)mou_pack_kind_count(pack) + 1, struct mou_snapshot_column *);
    snapshot->records = MOU_NEW_ARRAY(snapshot->arena, (size_t)mou_pack_record_count(pack) + 1, struct mou_snapshot_record);
    snapshot->relations = MOU_NEW_ARRAY(snapshot->arena, (size_t)mou_pack_relation_count(pack) + 1, struct mou_snapshot_relation);
    if (snapshot->attributes == NULL || snapshot->records == NULL || snapshot->relations == NULL) {
        return out_of_memory(filling);
    }
    enum mou_status status = read_subjects(filling);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(pack); i++) {
        mou_arena_reset(filling->table_arena);
        status = read_attributes(filling, i);
    }
    if (status == MOU_OK) {
        status = read_records(filling);
    }
    if (status == MOU_OK) {
        mou_arena_reset(filling->table_arena);
        status = read_relations(filling);
    }
    if (status == MOU_OK) {
        mou_arena_reset(filling->table_arena);
        status = read_objections(filling);
    }
    return status;
}

enum mou_status mou_snapshot_read(struct mou_store *store, mou_time known_at, enum mou_snapshot_purpose purpose, struct mou_snapshot **snapshot)
{
    assert(store != NULL && snapshot != NULL);
    struct mou_arena *arena = mou_arena_new(NULL);
    struct filling filling = {.store = store, .known_at = known_at, .purpose = purpose, .table_arena = mou_arena_new(NULL), .row_arena = mou_arena_new(NULL)};
    filling.snapshot = arena != NULL ? MOU_NEW(arena, struct mou_snapshot) : NULL;
    enum mou_status status = MOU_ERROR_MEMORY;
    if (filling.snapshot != NULL && filling.table_arena != NULL && filling.row_arena != NULL) {
        filling.snapshot->arena = arena;
        filling.snapshot->pack = store->pack;
        status = fill(&filling);
    } else {
        status = out_of_memory(&filling);
    }
    *snapshot = status == MOU_OK ? filling.snapshot : NULL;
    mou_arena_free(filling.table_arena);
    mou_arena_free(filling.row_arena);
    if (status != MOU_OK) {
        mou_arena_free(arena);
    }
    return status;
}

void mou_snapshot_free(struct mou_snapshot *snapshot)
{
    if (snapshot != NULL) {
        mou_arena_free(snapshot->arena);
    }
}
