/*
 * Checks of a snapshot that was not made in this process. Used by snapshot_file.c.
 */
#include "snapshot_check.h"

/** `count` + 1 beginnings that end at `end`. */
static bool firsts_sound(const uint32_t *first, uint32_t count, uint32_t end)
{
    bool ascending = first != NULL && first[0] == 0 && first[count] == end;
    uint32_t falls = 0;
    for (uint32_t i = 0; ascending && i < count; i++) {
        falls |= first[i] > first[i + 1];
    }
    return ascending && falls == 0;
}

static bool offsets_sound(const uint64_t *offsets, uint32_t count)
{
    uint32_t falls = 0;
    for (uint32_t i = 0; i < count; i++) {
        falls |= offsets[i] > offsets[i + 1];
    }
    return offsets[0] == 0 && falls == 0;
}

static bool all_below(const uint32_t *numbers, uint64_t count, uint32_t limit)
{
    uint32_t greatest = 0;
    if (count > 0 && numbers == NULL) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        greatest = numbers[i] > greatest ? numbers[i] : greatest;
    }
    return count == 0 || greatest < limit;
}

#define TEXTS_BELOW(type)                                                                  \
    static bool texts_below_##type(const void *values, uint32_t count, uint32_t limit)     \
    {                                                                                      \
        const type *numbers = values;                                                      \
        bool below = true;                                                                 \
        for (uint32_t i = 0; i < count; i++) {                                             \
            below = below && numbers[i] >= 0 && (uint64_t)numbers[i] < limit;              \
        }                                                                                  \
        return below;                                                                      \
    }

TEXTS_BELOW(int8_t)
TEXTS_BELOW(int16_t)
TEXTS_BELOW(int32_t)
TEXTS_BELOW(int64_t)

bool mou_snapshot_texts_sound(const struct mou_snapshot *snapshot, uint32_t width, const void *values, uint32_t count)
{
    const uint32_t texts = mou_intern_count(snapshot->texts);
    switch (width) {
    case 1: return texts_below_int8_t(values, count, texts);
    case 2: return texts_below_int16_t(values, count, texts);
    case 4: return texts_below_int32_t(values, count, texts);
    default: return texts_below_int64_t(values, count, texts);
    }
}

static bool column_sound(const struct mou_snapshot *snapshot, const struct mou_snapshot_column *column, uint32_t rows, enum mou_value_type type)
{
    if (column->offsets != NULL) {
        return type == MOU_VALUE_TEXT && column->width == 0 && column->bytes != NULL && offsets_sound(column->offsets, rows) && column->offsets[rows] == column->byte_count;
    }
    if (column->width == 0 || rows == 0) {
        return column->width == 0;
    }
    return column->values != NULL && (type != MOU_VALUE_TEXT || mou_snapshot_texts_sound(snapshot, column->width, column->values, rows));
}

static bool subjects_sound(const struct mou_snapshot *snapshot)
{
    const struct mou_pack *pack = snapshot->pack;
    if (snapshot->id_offsets == NULL || snapshot->ids == NULL || snapshot->types == NULL ||
        !all_below(snapshot->kinds, snapshot->subject_count, mou_pack_kind_count(pack))) {
        return false;
    }
    for (uint32_t i = 0; i < mou_pack_kind_count(pack); i++) {
        for (uint32_t f = 0; f < mou_pack_attribute_count(pack, i); f++) {
            if (!column_sound(snapshot, &snapshot->attributes[i][f], snapshot->subject_count, mou_pack_attribute(pack, i, f).type)) {
                return false;
            }
        }
    }
    return true;
}

/** Arrays that are looked at piece by piece later are there. */
static bool late_record_sound(const struct mou_snapshot *snapshot, uint32_t type)
{
    const struct mou_snapshot_record *record = &snapshot->records[type];
    bool sound = record->first != NULL && record->parent == NULL && record->ends != NULL && record->some != NULL;
    for (uint32_t f = 0; f < mou_pack_record(snapshot->pack, type).field_count; f++) {
        sound = sound && (record->fields[f].width == 0 || record->fields[f].values != NULL);
    }
    return sound;
}

/** Rows stand under subjects, nested rows under a row of their own subject. */
static bool parents_sound(const struct mou_snapshot *snapshot, const struct mou_snapshot_record *record, uint32_t parent_type)
{
    const struct mou_snapshot_record *above = &snapshot->records[parent_type];
    if (record->parent == NULL || above->row_count == 0 || above->first == NULL) {
        return false;
    }
    for (uint32_t s = 0; s < snapshot->subject_count; s++) {
        for (uint32_t row = record->first[s]; row < record->first[s + 1]; row++) {
            if (record->parent[row] < above->first[s] || record->parent[row] >= above->first[s + 1]) {
                return false;
            }
        }
    }
    return true;
}

static bool record_sound(const struct mou_snapshot *snapshot, uint32_t type)
{
    const struct mou_snapshot_record *record = &snapshot->records[type];
    const struct mou_record_info info = mou_pack_record(snapshot->pack, type);
    if (record->row_count == 0) {
        return true; /* nothing of it is looked at */
    }
    if (record->late) {
        return late_record_sound(snapshot, type);
    }
    if (!firsts_sound(record->first, snapshot->subject_count, record->row_count) || (info.parent == UINT32_MAX) != (record->parent == NULL) ||
        (info.parent == UINT32_MAX && (record->ends == NULL || record->some == NULL)) ||
        (info.parent != UINT32_MAX && !parents_sound(snapshot, record, info.parent))) {
        return false;
    }
    for (uint32_t f = 0; f < info.field_count; f++) {
        if (!column_sound(snapshot, &record->fields[f], record->row_count, mou_pack_field(snapshot->pack, type, f).type)) {
            return false;
        }
    }
    return true;
}

static bool relation_sound(const struct mou_snapshot *snapshot, uint32_t index)
{
    const struct mou_snapshot_relation *relation = &snapshot->relations[index];
    const uint32_t rows = relation->row_count;
    if (rows == 0) {
        return true;
    }
    if (!firsts_sound(relation->first, snapshot->subject_count, rows) || !all_below(relation->from, rows, snapshot->subject_count) ||
        !all_below(relation->to, rows, snapshot->subject_count) || !column_sound(snapshot, &relation->since, rows, MOU_VALUE_DATE) ||
        !column_sound(snapshot, &relation->until, rows, MOU_VALUE_DATE)) {
        return false;
    }
    for (uint32_t f = 0; f < mou_pack_relation(snapshot->pack, index).field_count; f++) {
        if (!column_sound(snapshot, &relation->fields[f], rows, mou_pack_relation_field(snapshot->pack, index, f).type)) {
            return false;
        }
    }
    return true;
}

static bool neighbours_sound(const struct mou_snapshot *snapshot)
{
    if (snapshot->neighbours == NULL) {
        return true;
    }
    const uint32_t *first = snapshot->neighbour_first;
    return first != NULL && firsts_sound(first, snapshot->subject_count, first[snapshot->subject_count]) &&
           all_below(snapshot->neighbours, first[snapshot->subject_count], snapshot->subject_count);
}

static bool objections_sound(const struct mou_snapshot *snapshot)
{
    const uint32_t *first = snapshot->objection_first;
    if (snapshot->objection_count == 0) {
        return true;
    }
    if (snapshot->objections == NULL || !firsts_sound(first, snapshot->subject_count, snapshot->objection_count)) {
        return false;
    }
    for (uint32_t i = 0; i < snapshot->objection_count; i++) {
        const struct mou_snapshot_objection *objection = &snapshot->objections[i];
        const uint32_t s = objection->subject;
        const struct mou_snapshot_record *record = objection->record < mou_pack_record_count(snapshot->pack) ? &snapshot->records[objection->record] : NULL;
        if (s >= snapshot->subject_count || i < first[s] || i >= first[s + 1] || record == NULL || record->row_count == 0) {
            return false;
        }
        if (!record->late && (objection->row < record->first[s] || objection->row >= record->first[s + 1])) {
            return false;
        }
    }
    return true;
}

bool mou_snapshot_names_sound(const struct mou_snapshot *snapshot)
{
    return offsets_sound(snapshot->id_offsets, snapshot->subject_count) && snapshot->id_offsets[snapshot->subject_count] == snapshot->id_bytes;
}

bool mou_snapshot_sound(const struct mou_snapshot *snapshot)
{
    bool sound = subjects_sound(snapshot) && neighbours_sound(snapshot);
    for (uint32_t i = 0; sound && i < mou_pack_record_count(snapshot->pack); i++) {
        sound = record_sound(snapshot, i);
    }
    for (uint32_t i = 0; sound && i < mou_pack_relation_count(snapshot->pack); i++) {
        sound = relation_sound(snapshot, i);
    }
    return sound && objections_sound(snapshot);
}
