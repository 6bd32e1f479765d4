/*
 * The ways by which a measure falls on others: relation rows seen from the target, and whether a
 * row holds on a date. Reads the batch's relation columns only; knows no grounds. Called by
 * triples.c, decide.c, next.c and the explanations.
 */
#include <assert.h>

#include "decide.h"
#include "frames.h"

/* ------------------------------------------------------------------ index by target */

static const uint32_t *target_side(const struct mou_machine *machine, struct mou_reach_slot slot)
{
    const struct mou_relation_columns *rows = &machine->batch->relations[slot.relation];
    return slot.inverse ? rows->from_subject : rows->to_subject;
}

/* Counting sort of a relation's rows by target. */
static bool fill_slot(struct mou_machine *machine, struct mou_reach_slot slot,
                      struct mou_reach_index *index)
{
    const uint32_t subjects = machine->batch->subject_count;
    const uint32_t count = machine->batch->relations[slot.relation].row_count;
    if (count == 0) {
        *index = (struct mou_reach_index){machine->offsets->none, NULL};
        return true;
    }
    const uint32_t *targets = target_side(machine, slot);
    uint32_t *first = MOU_NEW_ARRAY(machine->batch_arena, (size_t)subjects + 2, uint32_t);
    uint32_t *rows = MOU_NEW_ARRAY(machine->batch_arena, count, uint32_t);
    if (first == NULL || rows == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        first[targets[i] + 2]++;
    }
    for (uint32_t s = 0; s < subjects; s++) {
        first[s + 2] += first[s + 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        rows[first[targets[i] + 1]++] =
            i; /* first[s + 1] moves on to the end of s, which is where s + 1 begins */
    }
    *index = (struct mou_reach_index){first, rows};
    return true;
}

const struct mou_reach_index *mou_reach_fill(struct mou_machine *machine,
                                             const struct mou_decide_plan *plan)
{
    assert(machine != NULL && plan != NULL);
    if (machine->reach_index != NULL) {
        return machine->reach_index;
    }
    struct mou_reach_index *indexes =
        MOU_NEW_ARRAY(machine->batch_arena, plan->slot_count, struct mou_reach_index);
    if (indexes == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < plan->slot_count; i++) {
        if (!fill_slot(machine, plan->slots[i], &indexes[i])) {
            return NULL;
        }
    }
    machine->reach_index = indexes;
    return indexes;
}

uint32_t mou_reach_source(const struct mou_machine *machine, struct mou_reach_slot slot,
                          uint32_t relation_row)
{
    const struct mou_relation_columns *rows = &machine->batch->relations[slot.relation];
    assert(relation_row < rows->row_count);
    return slot.inverse ? rows->to_subject[relation_row] : rows->from_subject[relation_row];
}

/* Rows of a subject stand in the order of the relation's own. */
uint32_t mou_reach_frame_row(const struct mou_machine *machine, const struct mou_pack_reach *reach,
                             uint32_t source, uint32_t relation_row)
{
    const struct mou_frame *frame = &machine->frames[reach->frame];
    assert(reach->condition != MOU_PACK_NONE && frame->relation_row != NULL);
    uint32_t low = frame->first[source];
    uint32_t high = frame->first[source + 1];
    while (low + 1 < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (frame->relation_row[middle] <= relation_row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    assert(frame->relation_row[low] == relation_row);
    return low;
}

uint32_t mou_reach_target(const struct mou_machine *machine, struct mou_reach_slot slot,
                          uint32_t relation_row)
{
    assert(relation_row < machine->batch->relations[slot.relation].row_count);
    return target_side(machine, slot)[relation_row];
}

/* ------------------------------------------------------------------ bounds */

enum mou_truth mou_reach_held(const struct mou_machine *machine, uint32_t relation,
                              uint32_t relation_row, mou_date date)
{
    const struct mou_relation_columns *rows = &machine->batch->relations[relation];
    assert(relation_row < rows->row_count);
    int64_t since = 0;
    int64_t until = 0;
    if (mou_cell_read(&rows->until, relation_row, &until) && date >= until) {
        return MOU_NO;
    }
    if (!mou_cell_read(&rows->since, relation_row, &since)) {
        return MOU_UNKNOWN;
    }
    return since <= date ? MOU_YES : MOU_NO;
}

struct mou_interval mou_reach_bounds(const struct mou_machine *machine, uint32_t relation,
                                     uint32_t relation_row, bool *known)
{
    const struct mou_relation_columns *rows = &machine->batch->relations[relation];
    assert(relation_row < rows->row_count && known != NULL);
    int64_t since = 0;
    int64_t until = 0;
    *known = mou_cell_read(&rows->since, relation_row, &since);
    if (!mou_cell_read(&rows->until, relation_row, &until)) {
        until = MOU_INTERVAL_OPEN_UNTIL;
    }
    return (struct mou_interval){*known ? (mou_date)since : MOU_INTERVAL_OPEN_FROM,
                                 (mou_date)until};
}

struct mou_text mou_relation_step(const struct mou_pack *pack, uint32_t relation, bool against)
{
    assert(pack != NULL && relation < pack->relations_count);
    const struct mou_pack_relation *type = &pack->relations[relation];
    return mou_pack_string(pack, against && type->inverse.len > 0 ? type->inverse : type->name);
}
