/*
 * Batches cut out of a snapshot: a run of neighbouring subjects, their rows copied as blocks, and behind them the subjects that they are related to.
 * Writes nothing into the snapshot, so that several threads may cut at once. Used by run.c.
 */
#include <assert.h>
#include <string.h>

#include "snapshot.h"

#define NOT_IN_BATCH UINT32_MAX

struct mou_snapshot_cutter {
    const struct mou_snapshot *snapshot;
    struct mou_arena *arena;       /**< the cutter itself */
    struct mou_arena *batch_arena; /**< the batch at hand */
    uint32_t *number_of;           /**< subject -> its number in the batch, or NOT_IN_BATCH */
    MOU_VEC(uint32_t) members;     /**< number in the batch -> subject; in the cutter's arena, kept from batch to batch */
    uint32_t first, core;          /**< members [0, core) are subjects [first, first + core) */
    struct mou_batch batch;
};

struct mou_snapshot_cutter *mou_snapshot_cutter_new(const struct mou_snapshot *snapshot)
{
    assert(snapshot != NULL);
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_snapshot_cutter *cutter = arena != NULL ? MOU_NEW(arena, struct mou_snapshot_cutter) : NULL;
    if (cutter == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    cutter->snapshot = snapshot;
    cutter->arena = arena;
    cutter->batch_arena = mou_arena_new(NULL);
    cutter->number_of = MOU_NEW_ARRAY(arena, snapshot->subject_count, uint32_t);
    if (cutter->batch_arena == NULL || cutter->number_of == NULL) {
        mou_snapshot_cutter_free(cutter);
        return NULL;
    }
    memset(cutter->number_of, 0xff, snapshot->subject_count * sizeof *cutter->number_of);
    return cutter;
}

void mou_snapshot_cutter_free(struct mou_snapshot_cutter *cutter)
{
    if (cutter != NULL) {
        mou_arena_free(cutter->batch_arena);
        mou_arena_free(cutter->arena);
    }
}

/* ---------------------------------------------------------- members */

static bool add_member(struct mou_snapshot_cutter *cutter, uint32_t subject)
{
    if (cutter->number_of[subject] != NOT_IN_BATCH) {
        return true;
    }
    cutter->number_of[subject] = (uint32_t)cutter->members.count;
    return MOU_VEC_PUSH(cutter->arena, &cutter->members, subject);
}

static bool choose_members(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    for (size_t i = 0; i < cutter->members.count; i++) {
        cutter->number_of[cutter->members.items[i]] = NOT_IN_BATCH;
    }
    cutter->members.count = 0;
    for (uint32_t i = 0; i < cutter->core; i++) {
        if (!add_member(cutter, cutter->first + i)) {
            return false;
        }
    }
    size_t ring = 0;
    for (uint32_t depth = 0; depth < mou_pack_closure_depth(snapshot->pack); depth++) {
        const size_t end = cutter->members.count;
        for (size_t i = ring; i < end; i++) {
            const uint32_t subject = cutter->members.items[i];
            for (uint32_t n = snapshot->neighbour_first[subject]; n < snapshot->neighbour_first[subject + 1]; n++) {
                if (!add_member(cutter, snapshot->neighbours[n])) {
                    return false;
                }
            }
        }
        ring = end;
    }
    return true;
}

/* ---------------------------------------------------------- rows */

/** Rows [from, from + count) of the snapshot, which stand from `to` on in the batch. */
struct row_block {
    uint32_t from, count, to;
};
/** The rows of one record type: one block for the core, one for each related subject that has any. */
typedef MOU_VEC(struct row_block) block_list;

static bool copy_bits(struct mou_arena *arena, const uint64_t *from, const block_list *blocks, uint32_t row_count, uint64_t **to)
{
    uint64_t *bits = MOU_NEW_ARRAY(arena, ((size_t)row_count + 63) / 64, uint64_t);
    *to = bits;
    for (size_t b = 0; bits != NULL && b < blocks->count; b++) {
        const struct row_block *block = &blocks->items[b];
        uint32_t done = 0;
        while (done < block->count) {
            const uint32_t source = block->from + done;
            const uint32_t target = block->to + done;
            uint32_t step = 64 - (source % 64 > target % 64 ? source % 64 : target % 64);
            step = step < block->count - done ? step : block->count - done;
            const uint64_t mask = step == 64 ? UINT64_MAX : (UINT64_C(1) << step) - 1;
            bits[target / 64] |= ((from[source / 64] >> (source % 64)) & mask) << (target % 64);
            done += step;
        }
    }
    return bits != NULL;
}

static bool number_texts(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *column, const block_list *blocks, int64_t *values)
{
    for (size_t b = 0; b < blocks->count; b++) {
        const struct row_block *block = &blocks->items[b];
        for (uint32_t i = 0; i < block->count; i++) {
            const uint64_t begin = column->offsets[block->from + i];
            const struct mou_text text = {column->bytes + begin, column->offsets[block->from + i + 1] - begin};
            const uint32_t number = mou_intern_add(cutter->batch.texts, text);
            if (number == MOU_INTERN_NONE) {
                return false;
            }
            values[block->to + i] = number;
        }
    }
    return true;
}

/** Copies the cells of the blocks; a column that nobody reads, or of which nothing is known, stays one of width 0. */
static bool cut_column(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *from, const block_list *blocks, uint32_t row_count,
                       struct mou_column *column)
{
    const uint32_t width = from->offsets != NULL ? (uint32_t)sizeof(int64_t) : from->width;
    uint64_t *known = NULL;
    *column = (struct mou_column){0};
    if (width == 0 || row_count == 0) {
        return true;
    }
    char *values = mou_arena_array(cutter->batch_arena, row_count, width);
    if (values == NULL || (from->known != NULL && !copy_bits(cutter->batch_arena, from->known, blocks, row_count, &known))) {
        return false;
    }
    *column = (struct mou_column){values, known, width};
    if (from->offsets != NULL) {
        return number_texts(cutter, from, blocks, (int64_t *)(void *)values);
    }
    for (size_t b = 0; b < blocks->count; b++) {
        const struct row_block *block = &blocks->items[b];
        memcpy(values + (size_t)block->to * width, (const char *)from->values + (size_t)block->from * width, (size_t)block->count * width);
    }
    return true;
}

static struct mou_column *cut_columns(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *from, uint32_t field_count,
                                      const block_list *blocks, uint32_t row_count)
{
    struct mou_column *columns = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)field_count + 1, struct mou_column);
    for (uint32_t i = 0; columns != NULL && i < field_count; i++) {
        if (!cut_column(cutter, &from[i], blocks, row_count, &columns[i])) {
            return NULL;
        }
    }
    return columns;
}

/* ---------------------------------------------------------- subjects */

/** The members as blocks of subjects. */
static bool member_blocks(struct mou_snapshot_cutter *cutter, block_list *blocks)
{
    const struct row_block core = {cutter->first, cutter->core, 0};
    if (!MOU_VEC_PUSH(cutter->batch_arena, blocks, core)) {
        return false;
    }
    for (uint32_t i = cutter->core; i < cutter->members.count; i++) {
        const struct row_block one = {cutter->members.items[i], 1, i};
        if (!MOU_VEC_PUSH(cutter->batch_arena, blocks, one)) {
            return false;
        }
    }
    return true;
}

static bool cut_subjects(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t count = (uint32_t)cutter->members.count;
    const uint32_t kind_count = mou_pack_kind_count(snapshot->pack);
    struct mou_text *ids = MOU_NEW_ARRAY(cutter->batch_arena, count, struct mou_text);
    uint32_t *kinds = MOU_NEW_ARRAY(cutter->batch_arena, count, uint32_t);
    const struct mou_column **attributes = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)kind_count + 1, const struct mou_column *);
    block_list blocks = {0};
    if (ids == NULL || kinds == NULL || attributes == NULL || !member_blocks(cutter, &blocks)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t subject = cutter->members.items[i];
        const uint64_t begin = snapshot->id_offsets[subject];
        ids[i] = (struct mou_text){snapshot->ids + begin, snapshot->id_offsets[subject + 1] - begin};
        kinds[i] = snapshot->kinds[subject];
    }
    for (uint32_t k = 0; k < kind_count; k++) {
        attributes[k] = cut_columns(cutter, snapshot->attributes[k], mou_pack_attribute_count(snapshot->pack, k), &blocks, count);
        if (attributes[k] == NULL) {
            return false;
        }
    }
    cutter->batch.subject_id = ids;
    cutter->batch.subject_kind = kinds;
    cutter->batch.attributes = attributes;
    return true;
}

/* ---------------------------------------------------------- records */

/** The members' rows of a type; starts[m] is the batch row of member m's first one. */
static bool record_blocks(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_record *record, block_list *blocks, uint32_t *starts,
                          uint32_t *row_count)
{
    const uint32_t begin = record->first[cutter->first];
    const struct row_block core = {begin, record->first[cutter->first + cutter->core] - begin, 0};
    uint32_t rows = core.count;
    if (rows > 0 && !MOU_VEC_PUSH(cutter->batch_arena, blocks, core)) {
        return false;
    }
    for (uint32_t i = 0; i < cutter->core; i++) {
        starts[i] = record->first[cutter->first + i] - begin;
    }
    for (uint32_t i = cutter->core; i < cutter->members.count; i++) {
        const uint32_t subject = cutter->members.items[i];
        const struct row_block one = {record->first[subject], record->first[subject + 1] - record->first[subject], rows};
        starts[i] = rows;
        rows += one.count;
        if (one.count > 0 && !MOU_VEC_PUSH(cutter->batch_arena, blocks, one)) {
            return false;
        }
    }
    *row_count = rows;
    return true;
}

/** Subject and parent row of every row. */
static bool cut_heads(struct mou_snapshot_cutter *cutter, uint32_t type, uint32_t *const *starts, struct mou_record_columns *out)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const struct mou_snapshot_record *record = &snapshot->records[type];
    const uint32_t parent_type = mou_pack_record(snapshot->pack, type).parent;
    uint32_t *subject = MOU_NEW_ARRAY(cutter->batch_arena, out->row_count, uint32_t);
    uint32_t *parent = record->parent != NULL ? MOU_NEW_ARRAY(cutter->batch_arena, out->row_count, uint32_t) : NULL;
    if (subject == NULL || (record->parent != NULL && parent == NULL)) {
        return false;
    }
    for (uint32_t member = 0; member < cutter->members.count; member++) {
        const uint32_t first = record->first[cutter->members.items[member]];
        const uint32_t count = record->first[cutter->members.items[member] + 1] - first;
        for (uint32_t i = 0; i < count; i++) {
            subject[starts[type][member] + i] = member;
        }
        for (uint32_t i = 0; parent != NULL && i < count; i++) {
            const uint32_t first_parent = snapshot->records[parent_type].first[cutter->members.items[member]];
            parent[starts[type][member] + i] = starts[parent_type][member] + record->parent[first + i] - first_parent;
        }
    }
    out->subject = subject;
    out->parent = parent;
    return true;
}

static bool cut_records(struct mou_snapshot_cutter *cutter, uint32_t **starts)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t count = mou_pack_record_count(snapshot->pack);
    struct mou_record_columns *records = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)count + 1, struct mou_record_columns);
    cutter->batch.records = records;
    if (records == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        block_list blocks = {0};
        if (snapshot->records[i].row_count == 0) {
            continue;
        }
        starts[i] = MOU_NEW_ARRAY(cutter->batch_arena, cutter->members.count, uint32_t);
        if (starts[i] == NULL || !record_blocks(cutter, &snapshot->records[i], &blocks, starts[i], &records[i].row_count)) {
            return false;
        }
        records[i].fields = cut_columns(cutter, snapshot->records[i].fields, mou_pack_record(snapshot->pack, i).field_count, &blocks, records[i].row_count);
        if (records[i].fields == NULL) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (records[i].row_count > 0 && !cut_heads(cutter, i, starts, &records[i])) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- relations */

/** Rows of a relation both of whose ends are members, one block each. */
static bool relation_blocks(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_relation *relation, block_list *blocks)
{
    for (uint32_t member = 0; member < cutter->members.count; member++) {
        const uint32_t subject = cutter->members.items[member];
        for (uint32_t row = relation->first[subject]; row < relation->first[subject + 1]; row++) {
            const struct row_block one = {row, 1, (uint32_t)blocks->count};
            if (cutter->number_of[relation->to[row]] != NOT_IN_BATCH && !MOU_VEC_PUSH(cutter->batch_arena, blocks, one)) {
                return false;
            }
        }
    }
    return true;
}

static bool cut_relation(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_relation *relation, uint32_t field_count,
                         struct mou_relation_columns *out)
{
    block_list blocks = {0};
    if (relation->row_count == 0) {
        return true;
    }
    if (!relation_blocks(cutter, relation, &blocks)) {
        return false;
    }
    const uint32_t count = (uint32_t)blocks.count;
    uint32_t *from = MOU_NEW_ARRAY(cutter->batch_arena, count, uint32_t);
    uint32_t *to = MOU_NEW_ARRAY(cutter->batch_arena, count, uint32_t);
    if (from == NULL || to == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        from[i] = cutter->number_of[relation->from[blocks.items[i].from]];
        to[i] = cutter->number_of[relation->to[blocks.items[i].from]];
    }
    out->row_count = count;
    out->from_subject = from;
    out->to_subject = to;
    out->fields = cut_columns(cutter, relation->fields, field_count, &blocks, count);
    return out->fields != NULL && cut_column(cutter, &relation->since, &blocks, count, &out->since) &&
           cut_column(cutter, &relation->until, &blocks, count, &out->until);
}

static bool cut_relations(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t count = mou_pack_relation_count(snapshot->pack);
    struct mou_relation_columns *relations = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)count + 1, struct mou_relation_columns);
    cutter->batch.relations = relations;
    for (uint32_t i = 0; relations != NULL && i < count; i++) {
        if (!cut_relation(cutter, &snapshot->relations[i], mou_pack_relation_field_count(snapshot->pack, i), &relations[i])) {
            return false;
        }
    }
    return relations != NULL;
}

/* ---------------------------------------------------------- objections */

typedef MOU_VEC(struct mou_objection) objection_list;

static bool cut_objections(struct mou_snapshot_cutter *cutter, uint32_t *const *starts)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    objection_list list = {0};
    for (uint32_t member = 0; member < cutter->members.count; member++) {
        const uint32_t subject = cutter->members.items[member];
        for (uint32_t i = snapshot->objection_first[subject]; i < snapshot->objection_first[subject + 1]; i++) {
            const struct mou_snapshot_objection *objection = &snapshot->objections[i];
            const uint32_t row = starts[objection->record][member] + objection->row - snapshot->records[objection->record].first[subject];
            const struct mou_objection cut = {objection->record, row, objection->lodged, objection->closed};
            if (!MOU_VEC_PUSH(cutter->batch_arena, &list, cut)) {
                return false;
            }
        }
    }
    cutter->batch.objections = list.items;
    cutter->batch.objection_count = (uint32_t)list.count;
    return true;
}

const struct mou_batch *mou_snapshot_cut(struct mou_snapshot_cutter *cutter, uint32_t first, uint32_t count)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    assert(first <= snapshot->subject_count && count <= snapshot->subject_count - first);
    mou_arena_reset(cutter->batch_arena);
    cutter->first = first;
    cutter->core = count;
    cutter->batch = (struct mou_batch){.core_count = count, .texts = mou_intern_new_over(cutter->batch_arena, mou_pack_texts(snapshot->pack))};
    uint32_t **starts = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)mou_pack_record_count(snapshot->pack) + 1, uint32_t *);
    const bool cut = cutter->batch.texts != NULL && starts != NULL && choose_members(cutter) && cut_subjects(cutter) && cut_records(cutter, starts) &&
                     cut_relations(cutter) && cut_objections(cutter, starts);
    cutter->batch.subject_count = (uint32_t)cutter->members.count;
    return cut ? &cutter->batch : NULL;
}
