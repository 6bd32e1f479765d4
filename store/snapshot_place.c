/*
 * Tables as they were read into the snapshot's columns: subjects sorted, rows under them, relations by their ends. Rows of subjects or parent rows that are not known
 * are left out, as in read.c. Asks no database, so that it may work on a thread of its own. Used by snapshot_read.c.
 */
#include <assert.h>
#include <string.h>

#include "relation_fields.h"
#include "snapshot.h"

uint32_t mou_place_subject(const struct mou_placing *placing, int64_t id)
{
    return id >= 0 && id <= placing->id_max ? placing->number_of[id] : MOU_SNAPSHOT_DROPPED;
}

static uint32_t place_of_version(const struct mou_placed_versions *versions, int64_t version)
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
    return low < versions->count && versions->versions[low] == version ? versions->place[low] : MOU_SNAPSHOT_DROPPED;
}

static struct mou_field_info field_of(const struct mou_placing *placing, const struct mou_placed_table *table, uint32_t field)
{
    const struct mou_pack *pack = placing->snapshot->pack;
    return table->kind == MOU_PLACED_ATTRIBUTES ? mou_pack_attribute(pack, table->index, field) : mou_pack_field(pack, table->index, field);
}

/** The table's fields as columns of `row_count` rows. */
static bool place_fields(struct mou_placing *placing, const struct mou_placed_table *table, struct mou_snapshot_fill fill, struct mou_snapshot_column *columns)
{
    for (uint32_t i = table->first_field; i < table->rows.column_count; i++) {
        const uint32_t number = table->fields[i - table->first_field];
        const struct mou_field_info field = field_of(placing, table, number);
        fill.cells = &table->rows.cells[i];
        fill.has_default = field.has_default;
        fill.default_value = field.default_value;
        fill.default_text = field.default_text;
        if (!mou_snapshot_fill_column(placing->snapshot->arena, &fill, &columns[number])) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- attributes */

static bool place_attributes(struct mou_placing *placing, const struct mou_placed_table *table)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    const uint32_t subjects = snapshot->subject_count;
    uint32_t *order = MOU_NEW_ARRAY(table->arena, subjects, uint32_t);
    if (order == NULL) {
        return false;
    }
    memset(order, 0xff, subjects * sizeof *order);
    for (uint32_t i = 0; i < table->rows.count; i++) {
        const uint32_t subject = mou_place_subject(placing, mou_scan_number(&table->rows.cells[0], i));
        if (subject != MOU_SNAPSHOT_DROPPED && snapshot->kinds[subject] == table->index && order[subject] == MOU_SNAPSHOT_DROPPED) {
            order[subject] = i;
        }
    }
    const struct mou_snapshot_fill fill = {.order = order, .sparse = true, .row_count = subjects, .texts = snapshot->texts};
    return place_fields(placing, table, fill, snapshot->attributes[table->index]);
}

/** Defaults are those of the kind's own subjects: for others the cells, which nobody asks for, are unknown. */
static bool forget_others(struct mou_placing *placing, const struct mou_placed_table *table)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    for (uint32_t i = table->first_field; i < table->rows.column_count; i++) {
        const uint32_t number = table->fields[i - table->first_field];
        if (!field_of(placing, table, number).has_default || snapshot->subject_count == 0) {
            continue;
        }
        uint64_t *known = MOU_NEW_ARRAY(snapshot->arena, ((size_t)snapshot->subject_count + 63) / 64, uint64_t);
        for (uint32_t s = 0; known != NULL && s < snapshot->subject_count; s++) {
            known[s / 64] |= (uint64_t)(snapshot->kinds[s] == table->index) << (s % 64);
        }
        snapshot->attributes[table->index][number].known = known;
        if (known == NULL) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- records */

/** The subject of each row, or the row of its parent, as they were read. */
static uint32_t *read_keys(struct mou_placing *placing, const struct mou_placed_table *table, const struct mou_placed_versions *parents)
{
    const struct mou_scan_cells *subjects = &table->rows.cells[table->subject_column];
    uint32_t *keys = MOU_NEW_ARRAY(table->arena, (size_t)table->rows.count + 1, uint32_t);
    for (uint32_t i = 0; keys != NULL && i < table->rows.count; i++) {
        keys[i] = mou_place_subject(placing, mou_scan_number(subjects, i));
        if (keys[i] != MOU_SNAPSHOT_DROPPED && parents != NULL) {
            const uint32_t parent = place_of_version(parents, mou_scan_number(&table->rows.cells[table->subject_column + 1], i));
            keys[i] = parent != MOU_SNAPSHOT_DROPPED && parents->subject[parent] == keys[i] ? parent : MOU_SNAPSHOT_DROPPED;
        }
    }
    return keys;
}

/** Later tables look for rows by their versions. */
static bool keep_versions(struct mou_placing *placing, const struct mou_placed_table *table, const uint32_t *order, const uint32_t *subject)
{
    const uint32_t count = table->rows.count;
    const uint32_t row_count = placing->snapshot->records[table->index].row_count;
    int64_t *versions = MOU_NEW_ARRAY(placing->arena, count, int64_t);
    uint32_t *owners = MOU_NEW_ARRAY(placing->arena, row_count, uint32_t);
    const uint32_t *place = mou_snapshot_places(placing->arena, order, row_count, count);
    for (uint32_t i = 0; versions != NULL && i < count; i++) {
        versions[i] = mou_scan_number(&table->rows.cells[0], i);
    }
    for (uint32_t row = 0; owners != NULL && row < row_count; row++) {
        owners[row] = subject[row];
    }
    placing->versions[table->index] = (struct mou_placed_versions){versions, place, owners, count};
    return versions != NULL && place != NULL && owners != NULL;
}

/** Subject of each row in its order; of nested rows their parents, too. */
static uint32_t *place_owners(struct mou_placing *placing, const struct mou_placed_table *table, const uint32_t *keys, const uint32_t *order,
                              const struct mou_placed_versions *parents)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    struct mou_snapshot_record *record = &snapshot->records[table->index];
    uint32_t *subject = MOU_NEW_ARRAY(table->arena, (size_t)record->row_count + 1, uint32_t);
    uint32_t *parent = parents != NULL ? MOU_NEW_ARRAY(snapshot->arena, record->row_count, uint32_t) : NULL;
    if (subject == NULL || (parent == NULL && parents != NULL)) {
        return NULL;
    }
    for (uint32_t row = 0; row < record->row_count; row++) {
        const uint32_t key = keys[order == NULL ? row : order[row]];
        subject[row] = parents == NULL ? key : parents->subject[key];
        if (parents != NULL) {
            parent[row] = key;
        }
        placing->types[subject[row]] |= UINT64_C(1) << (table->index % 64);
    }
    record->parent = parent;
    return subject;
}

static bool place_record(struct mou_placing *placing, const struct mou_placed_table *table)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    struct mou_snapshot_record *record = &snapshot->records[table->index];
    const uint32_t parent_type = mou_pack_record(snapshot->pack, table->index).parent;
    const struct mou_placed_versions *parents = parent_type != UINT32_MAX ? &placing->versions[parent_type] : NULL;
    const uint32_t *keys = read_keys(placing, table, parents);
    const uint32_t *order = NULL;
    if (keys == NULL || !mou_snapshot_sort(table->arena, keys, table->rows.count, &order, &record->row_count)) {
        return false;
    }
    const uint32_t *subject = place_owners(placing, table, keys, order, parents);
    if (subject == NULL || (table->versions && !keep_versions(placing, table, order, subject)) || !mou_place_contested(placing, table, order, record->row_count)) {
        return false;
    }
    record->first = record->row_count > 0 ? mou_snapshot_first(snapshot->arena, subject, record->row_count, snapshot->subject_count) : NULL;
    if (record->row_count > 0 && record->first == NULL) {
        return false;
    }
    if (record->row_count > 0 && parents == NULL &&
        !mou_snapshot_mark(snapshot->arena, subject, record->row_count, snapshot->subject_count, &record->ends, &record->some)) {
        return false;
    }
    const struct mou_snapshot_fill fill = {.order = order, .row_count = record->row_count, .texts = snapshot->texts};
    return place_fields(placing, table, fill, record->fields);
}

/* ---------------------------------------------------------- relations */

/** Columns of the relation table as they are asked for. */
enum { RELATION_NAME, RELATION_FROM, RELATION_TO, RELATION_SINCE, RELATION_UNTIL, RELATION_FIELDS };

/** Rows of one relation as they are found in the table. */
struct relation_rows {
    bool read;
    MOU_VEC(uint32_t) rows; /**< of the table */
    MOU_VEC(uint32_t) from; /**< subjects at their ends */
    MOU_VEC(uint32_t) to;
    struct mou_scan_rows fields;
    struct mou_checked *cells; /**< of the row at hand, one per field */
};

/** The row's own fields; those that were not delivered stay unknown, or become defaults later. */
static bool take_fields(struct mou_placing *placing, const struct mou_placed_table *table, uint32_t relation, struct relation_rows *rows, struct mou_text text)
{
    if (rows->fields.column_count > 0 && !mou_relation_fields_read(placing->snapshot->pack, relation, text, table->arena, rows->cells)) {
        placing->damaged = true;
        return false;
    }
    for (uint32_t i = 0; i < rows->fields.column_count; i++) {
        const struct mou_checked *cell = &rows->cells[i];
        if (!cell->known) {
            mou_scan_put_unknown(&rows->fields, i);
        } else if (cell->is_text) {
            mou_scan_put_text(&rows->fields, i, cell->text.bytes, cell->text.len);
        } else {
            mou_scan_put_number(&rows->fields, i, cell->number);
        }
    }
    mou_scan_row_done(&rows->fields);
    return !rows->fields.failed;
}

static bool start_relation(const struct mou_placing *placing, const struct mou_placed_table *table, uint32_t relation, struct relation_rows *rows)
{
    const struct mou_pack *pack = placing->snapshot->pack;
    const uint32_t count = mou_pack_relation(pack, relation).field_count;
    bool *is_text = MOU_NEW_ARRAY(table->arena, (size_t)count + 1, bool);
    rows->read = mou_pack_reads_relation(pack, relation);
    rows->cells = MOU_NEW_ARRAY(table->arena, (size_t)count + 1, struct mou_checked);
    for (uint32_t i = 0; is_text != NULL && i < count; i++) {
        is_text[i] = mou_pack_relation_field(pack, relation, i).type == MOU_VALUE_TEXT;
    }
    return is_text != NULL && rows->cells != NULL && mou_scan_rows_init(&rows->fields, table->arena, count, is_text);
}

/** Takes a row of the table for its relation. */
static bool deal_row(struct mou_placing *placing, const struct mou_placed_table *table, uint32_t row, uint32_t number, struct relation_rows *rows, struct mou_text fields)
{
    const uint32_t from = mou_place_subject(placing, mou_scan_number(&table->rows.cells[RELATION_FROM], row));
    const uint32_t to = mou_place_subject(placing, mou_scan_number(&table->rows.cells[RELATION_TO], row));
    if (from == MOU_SNAPSHOT_DROPPED || to == MOU_SNAPSHOT_DROPPED) {
        return true;
    }
    return MOU_VEC_PUSH(table->arena, &rows->rows, row) && MOU_VEC_PUSH(table->arena, &rows->from, from) && MOU_VEC_PUSH(table->arena, &rows->to, to) &&
           take_fields(placing, table, number, rows, fields);
}

/** Deals the table's rows out to their relations. */
static bool deal_rows(struct mou_placing *placing, const struct mou_placed_table *table, struct relation_rows *relations)
{
    const struct mou_scan_cells *objects = &table->rows.cells[RELATION_FIELDS];
    const uint32_t count = mou_pack_relation_count(placing->snapshot->pack);
    uint64_t object_begin = 0;
    for (uint32_t i = 0; i < table->rows.count; i++) {
        const struct mou_text object = mou_scan_text(objects, object_begin, (uint64_t)mou_scan_number(objects, i));
        const uint32_t number = (uint32_t)mou_scan_number(&table->rows.cells[RELATION_NAME], i); /* the reader numbered them */
        object_begin += object.len;
        if (number < count && relations[number].read && !deal_row(placing, table, i, number, &relations[number], object)) {
            return false;
        }
    }
    return true;
}

/** since, until and fields: the table's cells for the first two, the relation's own for the others. */
static bool fill_relation(struct mou_placing *placing, const struct mou_placed_table *table, uint32_t index, const struct relation_rows *rows, const uint32_t *order)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    struct mou_snapshot_relation *relation = &snapshot->relations[index];
    uint32_t *source = MOU_NEW_ARRAY(table->arena, (size_t)relation->row_count + 1, uint32_t);
    struct mou_snapshot_fill fill = {.order = source, .row_count = relation->row_count, .texts = snapshot->texts};
    if (source == NULL) {
        return false;
    }
    for (uint32_t row = 0; row < relation->row_count; row++) {
        source[row] = rows->rows.items[order == NULL ? row : order[row]];
    }
    fill.cells = &table->rows.cells[RELATION_SINCE];
    if (!mou_snapshot_fill_column(snapshot->arena, &fill, &relation->since)) {
        return false;
    }
    fill.cells = &table->rows.cells[RELATION_UNTIL];
    if (!mou_snapshot_fill_column(snapshot->arena, &fill, &relation->until)) {
        return false;
    }
    fill.order = order;
    for (uint32_t i = 0; i < rows->fields.column_count; i++) {
        const struct mou_field_info field = mou_pack_relation_field(snapshot->pack, index, i);
        fill.cells = &rows->fields.cells[i];
        fill.has_default = field.has_default;
        fill.default_value = field.default_value;
        fill.default_text = field.default_text;
        if (!mou_snapshot_fill_column(snapshot->arena, &fill, &relation->fields[i])) {
            return false;
        }
    }
    return true;
}

static bool place_relation(struct mou_placing *placing, const struct mou_placed_table *table, uint32_t index, struct relation_rows *rows)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    struct mou_snapshot_relation *relation = &snapshot->relations[index];
    const uint32_t count = (uint32_t)rows->rows.count;
    const uint32_t *order = NULL;
    uint32_t *from = MOU_NEW_ARRAY(snapshot->arena, count, uint32_t);
    uint32_t *to = MOU_NEW_ARRAY(snapshot->arena, count, uint32_t);
    mou_scan_flush(&rows->fields);
    if (count == 0) {
        return !rows->fields.failed;
    }
    if (rows->fields.failed || from == NULL || to == NULL || !mou_snapshot_sort(table->arena, rows->from.items, count, &order, &relation->row_count)) {
        return false;
    }
    for (uint32_t row = 0; row < count; row++) {
        const uint32_t entry = order == NULL ? row : order[row];
        from[row] = rows->from.items[entry];
        to[row] = rows->to.items[entry];
    }
    relation->from = from;
    relation->to = to;
    relation->first = mou_snapshot_first(snapshot->arena, from, count, snapshot->subject_count);
    return relation->first != NULL && fill_relation(placing, table, index, rows, order);
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
    uint32_t *first = MOU_NEW_ARRAY(snapshot->arena, (size_t)subjects + 2, uint32_t);
    uint32_t *neighbours = total < UINT32_MAX - 64 ? MOU_NEW_ARRAY(snapshot->arena, (size_t)total, uint32_t) : NULL;
    if (first == NULL || neighbours == NULL) {
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
            neighbours[first[rows->from[row] + 1]++] = rows->to[row];
            neighbours[first[rows->to[row] + 1]++] = rows->from[row];
        }
    }
    snapshot->neighbour_first = first;
    snapshot->neighbours = neighbours;
    return true;
}

static bool place_relations(struct mou_placing *placing, const struct mou_placed_table *table)
{
    const uint32_t count = mou_pack_relation_count(placing->snapshot->pack);
    struct relation_rows *relations = MOU_NEW_ARRAY(table->arena, (size_t)count + 1, struct relation_rows);
    bool placed = relations != NULL;
    for (uint32_t i = 0; placed && i < count; i++) {
        placed = start_relation(placing, table, i, &relations[i]);
    }
    placed = placed && deal_rows(placing, table, relations);
    for (uint32_t i = 0; placed && i < count; i++) {
        placed = place_relation(placing, table, i, &relations[i]);
    }
    for (uint32_t i = 0; relations != NULL && i < count; i++) {
        mou_scan_rows_free(&relations[i].fields);
    }
    return placed && place_neighbours(placing->snapshot);
}

bool mou_place_table(struct mou_placing *placing, const struct mou_placed_table *table)
{
    assert(placing != NULL && table != NULL);
    switch (table->kind) {
    case MOU_PLACED_SUBJECTS: return mou_place_subjects(placing, table);
    case MOU_PLACED_ATTRIBUTES: return place_attributes(placing, table) && forget_others(placing, table);
    case MOU_PLACED_RECORDS: return place_record(placing, table);
    case MOU_PLACED_RELATIONS: return place_relations(placing, table);
    default: return false;
    }
}
