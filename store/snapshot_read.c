/*
 * A snapshot out of the tables: each table once, in the order in which it lies on disk, only the columns that the pack's rules look at. One thread reads the tables;
 * what it has read, another one makes into columns meanwhile, if there is one. Used by run.c.
 */
#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "relation_fields.h"
#include "snapshot.h"

#define TABLE_COLUMNS_FIXED 4u /**< version, subject, parent, key */

/** Tables on their way from one thread to the other. */
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    struct mou_placed_table **tables; /**< one after the other; the reader owns the list, the maker the tables in it */
    uint32_t count, taken;
    bool closed, failed;
    struct mou_placing *placing;
};

/** One snapshot being read. */
struct filling {
    struct mou_store *store;
    struct mou_snapshot *snapshot;
    const struct mou_snapshot_request *request;
    struct mou_scan scan;
    struct mou_arena *arena; /**< lives until all is read */
    struct mou_placing placing;
    struct queue queue;
    bool threaded;
    pthread_t maker;
};

/* ---------------------------------------------------------- from the reader to the maker */

static void free_table(struct mou_placed_table *table)
{
    struct mou_arena *arena = table->arena; /* which holds the table itself */
    mou_scan_rows_free(&table->rows);
    mou_arena_free(arena);
}

static void *make_columns(void *state)
{
    struct queue *queue = state;
    (void)pthread_mutex_lock(&queue->mutex);
    while (true) {
        while (queue->taken == queue->count && !queue->closed) {
            (void)pthread_cond_wait(&queue->moved, &queue->mutex);
        }
        if (queue->taken == queue->count) {
            break;
        }
        struct mou_placed_table *table = queue->tables[queue->taken++];
        const bool wanted = !queue->failed;
        (void)pthread_mutex_unlock(&queue->mutex);
        const bool placed = wanted && mou_place_table(queue->placing, table);
        free_table(table);
        (void)pthread_mutex_lock(&queue->mutex);
        queue->failed = queue->failed || !placed;
    }
    (void)pthread_mutex_unlock(&queue->mutex);
    return NULL;
}

/** The table's columns are made here or on the other thread. */
static void hand_over(struct filling *filling, struct mou_placed_table *table)
{
    struct queue *queue = &filling->queue;
    if (filling->threaded) {
        (void)pthread_mutex_lock(&queue->mutex);
        queue->tables[queue->count++] = table;
        (void)pthread_cond_signal(&queue->moved);
        (void)pthread_mutex_unlock(&queue->mutex);
        return;
    }
    queue->failed = queue->failed || !mou_place_table(&filling->placing, table);
    free_table(table);
}

static bool start_maker(struct filling *filling, uint32_t tables)
{
    struct queue *queue = &filling->queue;
    queue->placing = &filling->placing;
    queue->tables = MOU_NEW_ARRAY(filling->arena, tables, struct mou_placed_table *);
    if (queue->tables == NULL || pthread_mutex_init(&queue->mutex, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&queue->moved, NULL) != 0) {
        (void)pthread_mutex_destroy(&queue->mutex);
        return false;
    }
    filling->threaded = filling->request->second_thread && pthread_create(&filling->maker, NULL, make_columns, queue) == 0;
    return true;
}

/** Waits until all columns are made. */
static enum mou_status end_maker(struct filling *filling, enum mou_status status)
{
    struct queue *queue = &filling->queue;
    if (filling->threaded) {
        (void)pthread_mutex_lock(&queue->mutex);
        queue->closed = true;
        queue->failed = queue->failed || status != MOU_OK;
        (void)pthread_cond_signal(&queue->moved);
        (void)pthread_mutex_unlock(&queue->mutex);
        (void)pthread_join(filling->maker, NULL);
    }
    (void)pthread_cond_destroy(&queue->moved);
    (void)pthread_mutex_destroy(&queue->mutex);
    if (status != MOU_OK || !queue->failed) {
        return status;
    }
    struct mou_store *store = filling->store;
    const struct mou_text kind = filling->placing.strange_kind;
    if (kind.bytes != NULL) {
        return mou_store_fail(store, MOU_ERROR_PACK, mou_store_say(store, "规则包没有主体类别 %.*s", "the pack has no subject kind %.*s"), (int)kind.len, kind.bytes);
    }
    return filling->placing.damaged ? mou_relation_fields_damaged(store) : mou_store_out_of_memory(store);
}

/* ---------------------------------------------------------- tables */

/** A table to be read, with room for `columns` columns. */
struct reading {
    struct mou_placed_table *table;
    const struct mou_text *names; /**< of a column of names; NULL: there is none */
    uint32_t name_count, name_column;
    const struct mou_scan_set *concerned; /**< the subjects of whose rows the key is kept; NULL: of all, or of none */
    struct mou_scan_column *columns;
    bool *is_text;
    uint32_t *fields;
    uint32_t count;
};

static bool reading_start(struct reading *reading, enum mou_placed kind, uint32_t index, uint32_t columns)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    *reading = (struct reading){.table = arena != NULL ? MOU_NEW(arena, struct mou_placed_table) : NULL};
    if (reading->table == NULL) {
        mou_arena_free(arena);
        return false;
    }
    reading->table->arena = arena;
    reading->table->kind = kind;
    reading->table->index = index;
    reading->columns = MOU_NEW_ARRAY(arena, (size_t)columns + 1, struct mou_scan_column);
    reading->is_text = MOU_NEW_ARRAY(arena, (size_t)columns + 1, bool);
    reading->fields = MOU_NEW_ARRAY(arena, (size_t)columns + 1, uint32_t);
    reading->table->fields = reading->fields;
    return reading->columns != NULL && reading->is_text != NULL && reading->fields != NULL;
}

static void reading_add(struct reading *reading, struct mou_text name, bool is_text)
{
    reading->columns[reading->count] = (struct mou_scan_column){name, is_text};
    reading->is_text[reading->count++] = is_text;
}

static void reading_add_field(struct reading *reading, uint32_t number, struct mou_field_info field)
{
    reading->fields[reading->count - reading->table->first_field] = number;
    reading_add(reading, field.name, field.type == MOU_VALUE_TEXT);
}

/** A column whose texts are names of the pack: subject kinds, relations. */
static bool reading_add_names(struct reading *reading, struct mou_text column, const struct mou_pack *pack, bool kinds)
{
    const uint32_t count = kinds ? mou_pack_kind_count(pack) : mou_pack_relation_count(pack);
    struct mou_text *names = MOU_NEW_ARRAY(reading->table->arena, (size_t)count + 1, struct mou_text);
    for (uint32_t i = 0; names != NULL && i < count; i++) {
        names[i] = kinds ? mou_pack_kind_name(pack, i) : mou_pack_relation(pack, i).name;
    }
    reading->names = names;
    reading->name_count = count;
    reading->name_column = reading->count;
    reading_add(reading, column, true);
    return names != NULL;
}

/** Reads the table and hands it over. */
static enum mou_status reading_finish(struct filling *filling, struct reading *reading, struct mou_text prefix, struct mou_text name, const char *known_from,
                                      const char *known_until)
{
    struct mou_placed_table *table = reading->table;
    struct mou_buf full_name;
    mou_buf_init(&full_name, NULL, 65536);
    mou_buf_append(&full_name, prefix.bytes, prefix.len);
    mou_buf_append(&full_name, name.bytes, name.len);
    const bool ready = !full_name.failed && mou_scan_rows_init(&table->rows, table->arena, reading->count, reading->is_text);
    if (ready && reading->names != NULL) {
        mou_scan_expect_names(&table->rows, reading->name_column, reading->names, reading->name_count);
    }
    if (ready && reading->concerned != NULL) {
        mou_scan_expect_some(&table->rows, table->key_column, table->subject_column, reading->concerned);
    }
    const struct mou_scan_table scan_table = {{full_name.data, full_name.len}, reading->columns, reading->count, known_from, known_until};
    enum mou_status status = ready ? mou_scan_read(&filling->scan, &scan_table, table->arena, &table->rows) : mou_store_out_of_memory(filling->store);
    mou_buf_free(&full_name);
    if (status == MOU_OK) {
        hand_over(filling, table);
    } else {
        free_table(table);
    }
    return status;
}

/** After a failed start. */
static enum mou_status reading_fail(struct filling *filling, struct reading *reading)
{
    if (reading->table != NULL) {
        free_table(reading->table);
    }
    return mou_store_out_of_memory(filling->store);
}

static enum mou_status read_subjects(struct filling *filling)
{
    struct reading reading;
    if (!reading_start(&reading, MOU_PLACED_SUBJECTS, 0, 3)) {
        return reading_fail(filling, &reading);
    }
    reading_add(&reading, MOU_TEXT("id"), false);
    reading_add(&reading, MOU_TEXT("identifier"), true);
    if (!reading_add_names(&reading, MOU_TEXT("kind"), filling->store->pack, true)) {
        return reading_fail(filling, &reading);
    }
    reading.table->first_field = reading.count;
    return reading_finish(filling, &reading, MOU_TEXT(""), MOU_TEXT("subject"), "known_from", NULL);
}

static enum mou_status read_attributes(struct filling *filling, uint32_t kind)
{
    const struct mou_pack *pack = filling->store->pack;
    const uint32_t field_count = mou_pack_attribute_count(pack, kind);
    struct reading reading;
    bool any = false;
    for (uint32_t i = 0; i < field_count; i++) {
        any = any || mou_pack_reads_attribute(pack, kind, i);
    }
    if (!any) {
        return MOU_OK;
    }
    if (!reading_start(&reading, MOU_PLACED_ATTRIBUTES, kind, field_count + 1)) {
        return reading_fail(filling, &reading);
    }
    reading_add(&reading, MOU_TEXT("#subject"), false);
    reading.table->first_field = reading.count;
    for (uint32_t i = 0; i < field_count; i++) {
        if (mou_pack_reads_attribute(pack, kind, i)) {
            reading_add_field(&reading, i, mou_pack_attribute(pack, kind, i));
        }
    }
    return reading_finish(filling, &reading, MOU_TEXT("主体_"), mou_pack_kind_name(pack, kind), "#known_from", "#known_until");
}

/** Whether rows of the type are looked for by their versions: rows nested in them name these. */
static bool needs_versions(const struct filling *filling, uint32_t record)
{
    const struct mou_pack *pack = filling->store->pack;
    bool needed = false;
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        needed = needed || (mou_pack_record(pack, i).parent == record && mou_pack_reads_record(pack, i));
    }
    return needed;
}

static bool keeps_field(const struct filling *filling, uint32_t record, uint32_t field)
{
    const struct mou_record_info info = mou_pack_record(filling->store->pack, record);
    const bool cited = filling->request->purpose == MOU_SNAPSHOT_CITE && (field == info.key || field == info.number);
    return cited || mou_pack_reads_field(filling->store->pack, record, field);
}

/** The key of rows that may be under objection, where it is not a field that is kept of every row. */
static void add_contested_keys(const struct filling *filling, uint32_t record, struct reading *reading)
{
    const struct mou_pack *pack = filling->store->pack;
    const struct mou_objected *objected = &filling->placing.objected[record];
    const uint32_t key = mou_pack_record(pack, record).key;
    if (objected->told.count == 0 || keeps_field(filling, record, key)) {
        return;
    }
    const struct mou_field_info field = mou_pack_field(pack, record, key);
    const bool is_text = field.type == MOU_VALUE_TEXT;
    reading->table->key_column = reading->count;
    reading->concerned = is_text ? &objected->subjects : NULL;
    reading_add(reading, field.name, is_text);
}

static enum mou_status read_record(struct filling *filling, uint32_t index)
{
    const struct mou_pack *pack = filling->store->pack;
    const struct mou_record_info info = mou_pack_record(pack, index);
    struct reading reading;
    if (!mou_pack_reads_record(pack, index)) {
        return MOU_OK;
    }
    if (!reading_start(&reading, MOU_PLACED_RECORDS, index, info.field_count + TABLE_COLUMNS_FIXED)) {
        return reading_fail(filling, &reading);
    }
    reading.table->versions = needs_versions(filling, index);
    if (reading.table->versions) {
        reading_add(&reading, MOU_TEXT("#version"), false);
    }
    reading.table->subject_column = reading.count;
    reading_add(&reading, MOU_TEXT("#subject"), false);
    if (info.parent != UINT32_MAX) {
        reading_add(&reading, MOU_TEXT("#parent"), false);
    }
    add_contested_keys(filling, index, &reading);
    reading.table->first_field = reading.count;
    for (uint32_t i = 0; i < info.field_count; i++) {
        if (keeps_field(filling, index, i)) {
            reading.table->key_column = i == info.key ? reading.count : reading.table->key_column;
            reading_add_field(&reading, i, mou_pack_field(pack, index, i));
        }
    }
    return reading_finish(filling, &reading, MOU_TEXT("记录_"), info.name, "#known_from", "#known_until");
}

/** Each record type after its parent type. */
static enum mou_status read_records(struct filling *filling)
{
    const uint32_t count = mou_pack_record_count(filling->store->pack);
    bool *done = MOU_NEW_ARRAY(filling->arena, (size_t)count + 1, bool);
    enum mou_status status = done != NULL ? MOU_OK : mou_store_out_of_memory(filling->store);
    for (bool moved = true; moved && status == MOU_OK;) {
        moved = false;
        for (uint32_t i = 0; i < count && status == MOU_OK; i++) {
            const uint32_t parent = mou_pack_record(filling->store->pack, i).parent;
            if (!done[i] && (parent == UINT32_MAX || done[parent])) {
                status = read_record(filling, i);
                done[i] = true;
                moved = true;
            }
        }
    }
    return status;
}

static enum mou_status read_relations(struct filling *filling)
{
    const struct mou_pack *pack = filling->store->pack;
    struct reading reading;
    const uint32_t count = mou_pack_relation_count(pack);
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        any = any || mou_pack_reads_relation(pack, i);
    }
    if (!any) {
        return MOU_OK;
    }
    if (!reading_start(&reading, MOU_PLACED_RELATIONS, 0, 6)) {
        return reading_fail(filling, &reading);
    }
    if (!reading_add_names(&reading, MOU_TEXT("relation"), pack, false)) {
        return reading_fail(filling, &reading);
    }
    reading_add(&reading, MOU_TEXT("from_subject"), false);
    reading_add(&reading, MOU_TEXT("to_subject"), false);
    reading_add(&reading, MOU_TEXT("since"), false);
    reading_add(&reading, MOU_TEXT("until"), false);
    reading_add(&reading, MOU_TEXT("fields"), true);
    reading.table->first_field = reading.count;
    return reading_finish(filling, &reading, MOU_TEXT(""), MOU_TEXT("relation"), "known_from", "known_until");
}

/* ---------------------------------------------------------- the whole */

bool mou_snapshot_make_room(struct mou_snapshot *snapshot)
{
    const struct mou_pack *pack = snapshot->pack;
    struct mou_arena *arena = snapshot->arena;
    const uint32_t kinds = mou_pack_kind_count(pack);
    const uint32_t records = mou_pack_record_count(pack);
    const uint32_t relations = mou_pack_relation_count(pack);
    snapshot->texts = mou_intern_new_over(arena, mou_pack_texts(pack));
    snapshot->attributes = MOU_NEW_ARRAY(arena, (size_t)kinds + 1, struct mou_snapshot_column *);
    snapshot->records = MOU_NEW_ARRAY(arena, (size_t)records + 1, struct mou_snapshot_record);
    snapshot->relations = MOU_NEW_ARRAY(arena, (size_t)relations + 1, struct mou_snapshot_relation);
    if (snapshot->texts == NULL || snapshot->attributes == NULL || snapshot->records == NULL || snapshot->relations == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < kinds; i++) {
        snapshot->attributes[i] = MOU_NEW_ARRAY(arena, (size_t)mou_pack_attribute_count(pack, i) + 1, struct mou_snapshot_column);
    }
    for (uint32_t i = 0; i < records; i++) {
        snapshot->records[i].fields = MOU_NEW_ARRAY(arena, (size_t)mou_pack_record(pack, i).field_count + 1, struct mou_snapshot_column);
    }
    for (uint32_t i = 0; i < relations; i++) {
        snapshot->relations[i].fields = MOU_NEW_ARRAY(arena, (size_t)mou_pack_relation(pack, i).field_count + 1, struct mou_snapshot_column);
    }
    return !mou_arena_failed(arena);
}

static enum mou_status read_tables(struct filling *filling)
{
    enum mou_status status = read_subjects(filling);
    for (uint32_t i = 0; status == MOU_OK && i < mou_pack_kind_count(filling->store->pack); i++) {
        status = read_attributes(filling, i);
    }
    status = status == MOU_OK ? read_records(filling) : status;
    return status == MOU_OK ? read_relations(filling) : status;
}

static enum mou_status fill(struct filling *filling)
{
    const struct mou_pack *pack = filling->store->pack;
    const uint32_t tables = mou_pack_kind_count(pack) + mou_pack_record_count(pack) + 2;
    filling->placing = (struct mou_placing){.snapshot = filling->snapshot, .arena = mou_arena_new(NULL), .id_max = -1};
    if (filling->placing.arena == NULL || !mou_snapshot_make_room(filling->snapshot)) {
        return mou_store_out_of_memory(filling->store);
    }
    filling->placing.versions = MOU_NEW_ARRAY(filling->placing.arena, (size_t)mou_pack_record_count(pack) + 1, struct mou_placed_versions);
    if (filling->placing.versions == NULL) {
        return mou_store_out_of_memory(filling->store);
    }
    enum mou_status status = mou_objected_read(filling->store, filling->request->known_at, filling->arena, &filling->placing.objected);
    mou_scan_begin(&filling->scan, filling->store, filling->request->known_at, filling->request->way);
    if (status == MOU_OK && !start_maker(filling, tables)) {
        return mou_store_out_of_memory(filling->store);
    }
    if (status == MOU_OK) {
        status = end_maker(filling, read_tables(filling));
    }
    return status != MOU_OK || mou_place_objections(&filling->placing, filling->arena) ? status : mou_store_out_of_memory(filling->store);
}

enum mou_status mou_snapshot_read(struct mou_store *store, const struct mou_snapshot_request *request, struct mou_snapshot **snapshot)
{
    assert(store != NULL && request != NULL && snapshot != NULL);
    struct mou_arena *arena = mou_arena_new(NULL);
    struct filling filling = {.store = store, .request = request, .arena = mou_arena_new(NULL)};
    filling.snapshot = arena != NULL ? MOU_NEW(arena, struct mou_snapshot) : NULL;
    enum mou_status status = MOU_OK;
    if (filling.snapshot != NULL && filling.arena != NULL) {
        filling.snapshot->arena = arena;
        filling.snapshot->pack = store->pack;
        status = fill(&filling);
        filling.snapshot->tables_by_pages = filling.scan.by_pages;
        filling.snapshot->tables_by_statements = filling.scan.by_statements;
        mou_scan_end(&filling.scan);
    } else {
        status = mou_store_out_of_memory(store);
    }
    *snapshot = status == MOU_OK ? filling.snapshot : NULL;
    mou_arena_free(filling.placing.arena);
    mou_arena_free(filling.arena);
    if (status != MOU_OK) {
        mou_arena_free(arena);
    }
    return status;
}

void mou_snapshot_free(struct mou_snapshot *snapshot)
{
    if (snapshot != NULL) {
        if (snapshot->mapping != NULL) {
            (void)munmap(snapshot->mapping, snapshot->mapping_bytes);
        }
        mou_arena_free(snapshot->arena);
    }
}
