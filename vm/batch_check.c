/*
 * Checks that a batch keeps the rules of struct mou_batch before the machine relies on them:
 * numbers in range, rows ordered by subject and parent, children under their parent's subject.
 * Linear in the rows and without memory. Called by frames.c.
 */
#include "batch_check.h"
#include "row_runs.h"

#include <assert.h>

static bool column_sound(const struct mou_column *column, uint32_t row_count)
{
    if (column->width == 0 || row_count == 0) {
        return true;
    }
    const bool width_known =
        column->width == 1 || column->width == 2 || column->width == 4 || column->width == 8;
    return width_known && column->values != NULL;
}

static bool columns_sound(const struct mou_column *columns, uint32_t column_count,
                          uint32_t row_count)
{
    if (column_count > 0 && columns == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < column_count; i++) {
        if (!column_sound(&columns[i], row_count)) {
            return false;
        }
    }
    return true;
}

static bool kinds_sound(const uint32_t *kinds, uint32_t count, uint32_t limit)
{
    uint32_t greatest = 0;
    for (uint32_t s = 0; s < count; s++) {
        greatest = kinds[s] > greatest ? kinds[s] : greatest;
    }
    return count == 0 || greatest < limit;
}

static bool subjects_sound(const struct mou_pack *pack, const struct mou_batch *batch, bool named)
{
    if (batch->core_count > batch->subject_count || batch->subject_count >= UINT32_MAX - 64) {
        return false;
    }
    if (batch->subject_count > 0 &&
        (batch->subject_kind == NULL || (named && batch->subject_id == NULL) || !kinds_sound(batch->subject_kind, batch->subject_count, pack->kinds_count))) {
        return false;
    }
    if (pack->kinds_count > 0 && batch->attributes == NULL) {
        return false;
    }
    for (uint32_t k = 0; k < pack->kinds_count; k++) {
        if (!columns_sound(batch->attributes[k], pack->kinds[k].field_count,
                           batch->subject_count)) {
            return false;
        }
    }
    return true;
}

/* Without a branch for each, so that the compiler compares many at once. */
static bool ascending(const uint32_t *numbers, uint32_t count)
{
    uint32_t falls = 0;
    for (uint32_t i = 1; i < count; i++) {
        falls |= numbers[i] < numbers[i - 1] ? 1u : 0u;
    }
    return falls == 0;
}

/* The first rows of the subjects, where the batch brings them, say the same as the rows' subjects, which are in range. */
static bool first_sound(const struct mou_batch *batch, const struct mou_record_columns *rows)
{
    if (rows->first == NULL) {
        return true;
    }
    if (rows->first[0] != 0 || rows->first[batch->subject_count] != rows->row_count) {
        return false;
    }
    if (!ascending(rows->first, batch->subject_count + 1) || rows->first[rows->subject[0]] != 0) {
        return false;
    }
    bool same = true;
    for (uint32_t i = 1; i < rows->row_count; i++) { /* where one subject's rows end, those of the next with any begin */
        if (rows->subject[i] != rows->subject[i - 1]) {
            same = same && rows->first[rows->subject[i]] == i && rows->first[rows->subject[i - 1] + 1] == i;
        }
    }
    return same && rows->first[rows->subject[rows->row_count - 1] + 1] == rows->row_count;
}

/* Only rows at top level can be told by bits. */
static bool bits_sound(const struct mou_batch *batch, const struct mou_record_columns *rows)
{
    const struct mou_row_runs runs = {rows->ends, rows->some, rows->row_count, batch->subject_count};
    return rows->ends != NULL && rows->some != NULL && mou_row_runs_sound(mou_row_runs_form_best(), &runs);
}

static bool record_sound(const struct mou_pack *pack, const struct mou_batch *batch, uint32_t type)
{
    const struct mou_record_columns *rows = &batch->records[type];
    const uint32_t parent_type = pack->records[type].parent;
    if (rows->row_count == 0) {
        return true; /* nothing of it is read */
    }
    if (rows->row_count >= UINT32_MAX - 64 ||
        !columns_sound(rows->fields, pack->records[type].field_count, rows->row_count)) {
        return false;
    }
    if (rows->subject == NULL) {
        return parent_type == MOU_PACK_NONE && bits_sound(batch, rows);
    }
    if (parent_type != MOU_PACK_NONE && (rows->parent == NULL || batch->records[parent_type].subject == NULL)) {
        return false;
    }
    if (!ascending(rows->subject, rows->row_count) ||
        rows->subject[rows->row_count - 1] >= batch->subject_count) {
        return false;
    }
    for (uint32_t i = 0; parent_type != MOU_PACK_NONE && i < rows->row_count; i++) {
        const struct mou_record_columns *parents = &batch->records[parent_type];
        if (rows->parent[i] >= parents->row_count ||
            (i > 0 && rows->parent[i] < rows->parent[i - 1]) ||
            parents->subject[rows->parent[i]] != rows->subject[i]) {
            return false;
        }
    }
    return first_sound(batch, rows);
}

static bool relation_sound(const struct mou_pack *pack, const struct mou_batch *batch,
                           uint32_t relation)
{
    const struct mou_relation_columns *rows = &batch->relations[relation];
    if (rows->row_count == 0) {
        return true;
    }
    if (rows->row_count >= UINT32_MAX - 64 || !column_sound(&rows->since, rows->row_count) ||
        !column_sound(&rows->until, rows->row_count) ||
        !columns_sound(rows->fields, pack->relations[relation].field_count, rows->row_count)) {
        return false;
    }
    if (rows->from_subject == NULL || rows->to_subject == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < rows->row_count; i++) {
        if (rows->from_subject[i] >= batch->subject_count ||
            rows->to_subject[i] >= batch->subject_count) {
            return false;
        }
    }
    return true;
}

bool mou_batch_sound(const struct mou_pack *pack, const struct mou_batch *batch, bool named)
{
    assert(pack != NULL && batch != NULL);
    if (batch->texts == NULL || !subjects_sound(pack, batch, named)) {
        return false;
    }
    if ((pack->records_count > 0 && batch->records == NULL) ||
        (pack->relations_count > 0 && batch->relations == NULL) ||
        (batch->objection_count > 0 && batch->objections == NULL)) {
        return false;
    }
    for (uint32_t i = 0; i < pack->records_count; i++) {
        if (!record_sound(pack, batch, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < pack->relations_count; i++) {
        if (!relation_sound(pack, batch, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < batch->objection_count; i++) {
        const struct mou_objection *objection = &batch->objections[i];
        if (objection->record >= pack->records_count ||
            objection->row >= batch->records[objection->record].row_count) {
            return false;
        }
    }
    return true;
}
