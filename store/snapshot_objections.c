/*
 * Objections, and the rows that they are about. They are read first, so that of the records' keys only those of the subjects concerned need be kept while the tables go
 * by: to look each row up by subject and key, wherever it lies, had taken a sixth of the reading of a whole store. Used by snapshot_read.c and snapshot_place.c.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

/* ---------------------------------------------------------- what was lodged */

/** The record type of that name which the rules look at; UINT32_MAX: none. */
static uint32_t record_named(const struct mou_pack *pack, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info info = mou_pack_record(pack, i);
        if (info.key != UINT32_MAX && mou_text_equal(info.name, name)) {
            return mou_pack_reads_record(pack, i) ? i : UINT32_MAX;
        }
    }
    return UINT32_MAX;
}

static enum mou_status gather_objection(struct mou_store *store, sqlite3_stmt *statement, struct mou_arena *arena, uint32_t number, struct mou_objected *objected)
{
    const uint32_t record = record_named(store->pack, mou_store_column_text(statement, 1));
    const struct mou_text key = mou_store_column_text(statement, 2);
    if (record == UINT32_MAX) {
        return MOU_OK;
    }
    const bool open = sqlite3_column_type(statement, 4) == SQLITE_NULL;
    const struct mou_told_objection told = {
        .subject_id = sqlite3_column_int64(statement, 0),
        .number = number,
        .key = {mou_arena_copy(arena, key.bytes, key.len), key.len},
        .lodged = (mou_date)sqlite3_column_int64(statement, 3),
        .closed = open ? MOU_DATE_NONE : (mou_date)sqlite3_column_int64(statement, 4),
    };
    return told.key.bytes != NULL && MOU_VEC_PUSH(arena, &objected[record].told, told) ? MOU_OK : mou_store_out_of_memory(store);
}

static int by_subject(const void *left, const void *right)
{
    const struct mou_told_objection *a = left;
    const struct mou_told_objection *b = right;
    if (a->subject_id != b->subject_id) {
        return a->subject_id < b->subject_id ? -1 : 1;
    }
    return a->number < b->number ? -1 : a->number > b->number;
}

/** Sorts them, and marks the subjects concerned. */
static bool arrange(struct mou_objected *objected, struct mou_arena *arena)
{
    const size_t count = objected->told.count;
    if (count == 0) {
        return true;
    }
    qsort(objected->told.items, count, sizeof *objected->told.items, by_subject);
    const int64_t greatest = objected->told.items[count - 1].subject_id;
    if (objected->told.items[0].subject_id < 0 || greatest >= UINT32_MAX) {
        return false; /* more subjects than a snapshot holds */
    }
    uint64_t *bits = MOU_NEW_ARRAY(arena, (size_t)greatest / 64 + 1, uint64_t);
    for (size_t i = 0; bits != NULL && i < count; i++) {
        const uint64_t subject = (uint64_t)objected->told.items[i].subject_id;
        bits[subject / 64] |= UINT64_C(1) << (subject % 64);
    }
    objected->subjects = (struct mou_scan_set){bits, (uint64_t)greatest};
    return bits != NULL;
}

enum mou_status mou_objected_read(struct mou_store *store, mou_time known_at, struct mou_arena *arena, struct mou_objected **objected)
{
    const uint32_t records = mou_pack_record_count(store->pack);
    struct mou_objected *made = MOU_NEW_ARRAY(arena, (size_t)records + 1, struct mou_objected);
    sqlite3_stmt *statement = made != NULL ? mou_store_statement(store, MOU_SQL_OBJECTIONS_ALL) : NULL;
    bool row = true;
    *objected = made;
    if (statement == NULL) {
        return made == NULL ? mou_store_out_of_memory(store) : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, known_at);
    enum mou_status status = MOU_OK;
    for (uint32_t number = 0; status == MOU_OK && row; number++) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row) {
            status = gather_objection(store, statement, arena, number, made);
        }
    }
    sqlite3_reset(statement);
    for (uint32_t i = 0; status == MOU_OK && i < records; i++) {
        status = arrange(&made[i], arena) ? MOU_OK : mou_store_out_of_memory(store);
    }
    return status;
}

/* ---------------------------------------------------------- the rows */

static size_t first_of_subject(const struct mou_objected *objected, int64_t subject_id)
{
    size_t low = 0;
    size_t high = objected->told.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (objected->told.items[middle].subject_id < subject_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** The next row from `row` on whose key is known: most are not where only those of some subjects were kept. */
static uint32_t next_known(const struct mou_scan_cells *keys, uint32_t row, uint32_t count)
{
    if (!keys->gaps || row >= count) {
        return row;
    }
    const char *at = (const char *)memchr(keys->unknown.data + row, 0, count - row);
    return at != NULL ? (uint32_t)(at - keys->unknown.data) : count;
}

/** A key that is no text is compared as the text that it would be. */
static bool same_key(const struct mou_scan_cells *keys, uint32_t row, uint64_t begin, struct mou_text key)
{
    char digits[24];
    if (keys->is_text) {
        return mou_text_equal(mou_scan_text(keys, begin, (uint64_t)mou_scan_number(keys, row)), key);
    }
    const int len = snprintf(digits, sizeof digits, "%" PRId64, mou_scan_number(keys, row));
    return len > 0 && mou_text_equal((struct mou_text){digits, (size_t)len}, key);
}

bool mou_place_contested(struct mou_placing *placing, const struct mou_placed_table *table, const uint32_t *order, uint32_t row_count)
{
    const struct mou_objected *objected = &placing->objected[table->index];
    const uint32_t count = table->rows.count;
    if (objected->told.count == 0 || count == 0) {
        return true;
    }
    const struct mou_scan_cells *keys = &table->rows.cells[table->key_column];
    const struct mou_scan_cells *subjects = &table->rows.cells[table->subject_column];
    const uint32_t *place = mou_snapshot_places(table->arena, order, row_count, count);
    uint64_t begin = 0;
    bool sound = place != NULL;
    for (uint32_t row = next_known(keys, 0, count); sound && row < count; row = next_known(keys, row + 1, count)) {
        const int64_t subject = mou_scan_number(subjects, row);
        const bool concerned = place[row] != MOU_SNAPSHOT_DROPPED && mou_scan_in_set(&objected->subjects, subject);
        for (size_t i = concerned ? first_of_subject(objected, subject) : objected->told.count; sound && i < objected->told.count; i++) {
            const struct mou_told_objection *told = &objected->told.items[i];
            if (told->subject_id != subject) {
                break;
            }
            if (same_key(keys, row, begin, told->key)) {
                const struct mou_contested_row found = {told->number, {mou_place_subject(placing, subject), table->index, place[row], told->lodged, told->closed}};
                sound = MOU_VEC_PUSH(placing->arena, &placing->contested, found);
            }
        }
        begin += keys->is_text ? (uint64_t)mou_scan_number(keys, row) : 0;
    }
    return sound;
}

/* ---------------------------------------------------------- the whole */

/** Those of one subject as they were lodged, and of one objection the older version first. */
static bool in_order(const struct mou_placing *placing, struct mou_arena *arena, const uint32_t **order)
{
    const uint32_t count = (uint32_t)placing->contested.count;
    uint32_t *keys = MOU_NEW_ARRAY(arena, count, uint32_t);
    const uint32_t *lodged = NULL;
    const uint32_t *owned = NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; keys != NULL && i < count; i++) {
        keys[i] = placing->contested.items[i].number;
    }
    if (keys == NULL || !mou_snapshot_sort(arena, keys, count, &lodged, &kept)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = placing->contested.items[lodged == NULL ? i : lodged[i]].found.subject;
    }
    uint32_t *both = MOU_NEW_ARRAY(arena, count, uint32_t);
    if (both == NULL || !mou_snapshot_sort(arena, keys, count, &owned, &kept)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t second = owned == NULL ? i : owned[i];
        both[i] = lodged == NULL ? second : lodged[second];
    }
    *order = both;
    return true;
}

bool mou_place_objections(const struct mou_placing *placing, struct mou_arena *scratch)
{
    struct mou_snapshot *snapshot = placing->snapshot;
    const uint32_t count = (uint32_t)placing->contested.count;
    const uint32_t *order = NULL;
    if (count == 0) {
        return true;
    }
    uint32_t *subjects = MOU_NEW_ARRAY(scratch, count, uint32_t);
    struct mou_snapshot_objection *sorted = MOU_NEW_ARRAY(snapshot->arena, count, struct mou_snapshot_objection);
    if (subjects == NULL || sorted == NULL || !in_order(placing, scratch, &order)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = placing->contested.items[order[i]].found;
        subjects[i] = sorted[i].subject;
    }
    snapshot->objections = sorted;
    snapshot->objection_count = count;
    snapshot->objection_first = mou_snapshot_first(snapshot->arena, subjects, count, snapshot->subject_count);
    return snapshot->objection_first != NULL;
}
