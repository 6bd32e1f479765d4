/*
 * Fills the frames of a batch: which rows hang below which. Record rows are ordered by subject and
 * parent, so every record frame is a list of ranges of its home frame; relations get offset lists
 * in the directions that are used. May not look at field values. Called by machine.c before the
 * kernels.
 */
#include "frames.h"

#include <assert.h>

#include "batch_check.h"
#include "bits.h"
#include "lean.h"
#include "vm_limits.h"

/* ---------------------------------------------------------- rows and their places */

uint32_t mou_frame_record(const struct mou_pack *pack, uint32_t frame)
{
    assert(pack != NULL && frame < pack->frames_count);
    switch ((enum mou_frame_kind)pack->frames[frame].kind) {
    case MOU_FRAME_RECORDS:
    case MOU_FRAME_CHILDREN:
    case MOU_FRAME_SIBLINGS:
        return pack->frames[frame].type;
    case MOU_FRAME_UNIT:
    case MOU_FRAME_SUBJECT:
    case MOU_FRAME_RELATION:
    case MOU_FRAME_KIND_COUNT:
        break;
    }
    return MOU_PACK_NONE;
}

uint32_t mou_frame_home(const struct mou_pack *pack, uint32_t frame)
{
    const uint32_t record = mou_frame_record(pack, frame);
    if (record != MOU_PACK_NONE) {
        return 2 + record;
    }
    return frame == 0 ? 0 : 1;
}

uint32_t mou_frame_entity(const struct mou_machine *machine, uint32_t frame, uint32_t row)
{
    assert(machine != NULL && row < machine->frames[frame].row_count);
    const uint32_t *entity = machine->frames[frame].entity;
    return entity == NULL ? row : entity[row];
}

uint32_t mou_frame_subject(const struct mou_machine *machine, uint32_t frame, uint32_t row)
{
    assert(machine != NULL && row < machine->frames[frame].row_count);
    while (frame > 1 && machine->pack->frames[frame].kind != MOU_FRAME_RELATION) {
        row = machine->frames[frame].up[row];
        frame = machine->pack->frames[frame].parent;
    }
    if (frame == 0) {
        return MOU_PACK_NONE;
    }
    return frame == 1 ? row : machine->frames[frame].entity[row];
}

/* Row of frame `owner`, an ancestor of `frame` or itself, that `row` hangs from. */
static uint32_t owner_row(const struct mou_machine *machine, uint32_t frame, uint32_t row,
                          uint32_t owner)
{
    while (frame != owner) {
        assert(frame > 1);
        row = machine->frames[frame].up[row];
        frame = machine->pack->frames[frame].parent;
    }
    return row;
}

/* ---------------------------------------------------------- offset lists */

/*
 * offsets[key] is the first of the `count` ascending keys that is not below `key`; key_count + 1
 * entries.
 */
static uint32_t *offsets_of(struct mou_slab *slab, const uint32_t *keys, uint32_t count,
                            uint32_t key_count)
{
    uint32_t *offsets = MOU_SLAB_ZEROED(slab, (size_t)key_count + 1, uint32_t);
    if (offsets == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        assert(keys[i] < key_count);
        offsets[keys[i] + 1]++;
    }
    for (uint32_t key = 0; key < key_count; key++) {
        offsets[key + 1] += offsets[key];
    }
    return offsets;
}

/* Lists of a type whose rows are told by bits: row -> subject, subject -> its first row. False when memory ran out. */
static bool list_rows(struct mou_machine *machine, const struct mou_record_columns *rows, const uint32_t **up, const uint32_t **by_subject)
{
    const uint32_t subjects = machine->batch->subject_count;
    uint32_t *subject = MOU_SLAB_ARRAY(&machine->slab, rows->row_count, uint32_t);
    uint32_t *first = MOU_SLAB_ARRAY(&machine->slab, (size_t)subjects + 1, uint32_t);
    if (subject == NULL || first == NULL) {
        return false;
    }
    uint32_t row = 0;
    for (uint32_t s = 0; s < subjects; s++) {
        first[s] = row;
        for (bool more = mou_bit(rows->some, s); more; row++) {
            subject[row] = s;
            more = !mou_bit(rows->ends, row);
        }
    }
    first[subjects] = row;
    assert(row == rows->row_count);
    *up = subject;
    *by_subject = first;
    return true;
}

/* Rows of a type that are told by lists, as bits. False when memory ran out. */
static bool mark_rows(struct mou_machine *machine, const struct mou_record_columns *rows, struct mou_row_runs *runs)
{
    uint64_t *ends = MOU_SLAB_ZEROED(&machine->slab, mou_words(rows->row_count), uint64_t);
    uint64_t *some = MOU_SLAB_ZEROED(&machine->slab, mou_words(machine->batch->subject_count), uint64_t);
    if (ends == NULL || some == NULL) {
        return false;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        if (row + 1 == rows->row_count || rows->subject[row + 1] != rows->subject[row]) {
            mou_bit_set(ends, row);
            mou_bit_set(some, rows->subject[row]);
        }
    }
    *runs = (struct mou_row_runs){ends, some, rows->row_count, machine->batch->subject_count};
    return true;
}

/* A run that only counts may look at the rows of a type as bits alone, however the batch tells whose they are. */
static bool needs_lists(const struct mou_machine *machine, uint32_t record)
{
    return !machine->counting || machine->lean_plan->as_bits[record] == 0;
}

static bool fill_subject_offsets(struct mou_machine *machine, struct mou_offsets *offsets, uint32_t record)
{
    const struct mou_record_columns *rows = &machine->batch->records[record];
    const bool lists = needs_lists(machine, record);
    offsets->by_subject[record] = NULL;
    if (rows->subject == NULL) {
        offsets->runs[record] = (struct mou_row_runs){rows->ends, rows->some, rows->row_count, machine->batch->subject_count};
        return !lists || list_rows(machine, rows, &offsets->up[record], &offsets->by_subject[record]);
    }
    offsets->up[record] = rows->subject;
    if (!lists) {
        return mark_rows(machine, rows, &offsets->runs[record]);
    }
    offsets->by_subject[record] =
        rows->first != NULL ? rows->first : offsets_of(&machine->slab, rows->subject, rows->row_count, machine->batch->subject_count);
    return offsets->by_subject[record] != NULL;
}

/* Of a type with rows. */
static bool fill_record_offsets(struct mou_machine *machine, struct mou_offsets *offsets, uint32_t record)
{
    const struct mou_record_columns *rows = &machine->batch->records[record];
    const uint32_t parent = machine->pack->records[record].parent;
    if (!fill_subject_offsets(machine, offsets, record)) {
        return false;
    }
    if (parent != MOU_PACK_NONE) {
        offsets->by_parent[record] = offsets_of(&machine->slab, rows->parent, rows->row_count, machine->batch->records[parent].row_count);
    }
    return !machine->slab.failed;
}

/*
 * Rows of a relation by the subject on one side, rows of one subject in the order of the columns.
 */
static bool fill_relation_list(struct mou_machine *machine, uint32_t relation, bool inverse,
                               struct mou_relation_list *list)
{
    const struct mou_relation_columns *rows = &machine->batch->relations[relation];
    const uint32_t *near_side = inverse ? rows->to_subject : rows->from_subject;
    uint32_t *first =
        offsets_of(&machine->slab, near_side, rows->row_count, machine->batch->subject_count);
    uint32_t *order = MOU_SLAB_ARRAY(&machine->slab, rows->row_count, uint32_t);
    uint32_t *next = MOU_SLAB_ARRAY(&machine->slab, machine->batch->subject_count, uint32_t);
    if (machine->slab.failed) {
        return false;
    }
    for (uint32_t s = 0; s < machine->batch->subject_count; s++) {
        next[s] = first[s];
    }
    for (uint32_t i = 0; i < rows->row_count; i++) {
        order[next[near_side[i]]++] = i;
    }
    *list =
        (struct mou_relation_list){first, order, inverse ? rows->from_subject : rows->to_subject};
    return true;
}

struct mou_row_range mou_offsets_children(const struct mou_pack *pack,
                                          const struct mou_offsets *offsets, uint32_t ancestor,
                                          uint32_t row, uint32_t type)
{
    uint32_t chain[MOU_RECORD_DEPTH_MAX];
    uint32_t depth = 0;
    for (uint32_t t = type; t != ancestor; t = pack->records[t].parent) {
        assert(depth < MOU_RECORD_DEPTH_MAX);
        chain[depth++] = t;
    }
    struct mou_row_range range = {row, row + 1};
    while (depth > 0) {
        const uint32_t *first = offsets->by_parent[chain[--depth]];
        range = (struct mou_row_range){first[range.begin], first[range.end]};
    }
    return range;
}

/* ---------------------------------------------------------- one frame */

/*
 * What a frame's rows under parent row `row` are: a range of its home rows, or of a relation list's
 * order.
 */
static struct mou_row_range range_below(const struct mou_machine *machine,
                                        const struct mou_offsets *offsets,
                                        const struct mou_pack_frame *frame, uint32_t row)
{
    const uint32_t owner = owner_row(machine, frame->parent, row, frame->owner);
    const uint32_t *first = NULL;
    uint32_t key = 0;
    switch ((enum mou_frame_kind)frame->kind) {
    case MOU_FRAME_RECORDS:
        first = offsets->by_subject[frame->type];
        key = mou_frame_subject(machine, frame->owner, owner);
        break;
    case MOU_FRAME_CHILDREN:
        return mou_offsets_children(machine->pack, offsets,
                                    machine->pack->frames[frame->owner].type,
                                    mou_frame_entity(machine, frame->owner, owner), frame->type);
    case MOU_FRAME_SIBLINGS: {
        const uint32_t entity = mou_frame_entity(machine, frame->owner, owner);
        const bool nested = machine->pack->records[frame->type].parent != MOU_PACK_NONE;
        const struct mou_record_columns *rows = &machine->batch->records[frame->type];
        first = nested ? offsets->by_parent[frame->type] : offsets->by_subject[frame->type];
        key = nested ? rows->parent[entity] : machine->frames[2 + frame->type].up[entity];
        break;
    }
    case MOU_FRAME_RELATION:
        first = offsets->relations[2 * frame->type + (frame->inverse != 0 ? 1 : 0)].first;
        key = mou_frame_subject(machine, frame->owner, owner);
        break;
    case MOU_FRAME_UNIT:
    case MOU_FRAME_SUBJECT:
    case MOU_FRAME_KIND_COUNT:
        break;
    }
    assert(first != NULL);
    return (struct mou_row_range){first[key], first[key + 1]};
}

/* first[] of a frame; false beyond the limit of rows. */
static bool count_rows(struct mou_machine *machine, const struct mou_offsets *offsets,
                       uint32_t index)
{
    const struct mou_pack_frame *frame = &machine->pack->frames[index];
    const uint32_t parents = machine->frames[frame->parent].row_count;
    uint32_t *first = MOU_SLAB_ARRAY(&machine->slab, (size_t)parents + 1, uint32_t);
    if (first == NULL) {
        return false;
    }
    uint64_t total = 0;
    for (uint32_t row = 0; row < parents; row++) {
        first[row] = (uint32_t)total;
        const struct mou_row_range range = range_below(machine, offsets, frame, row);
        total += range.end - range.begin;
        if (total > MOU_FRAME_ROWS_MAX) {
            return false;
        }
    }
    first[parents] = (uint32_t)total;
    machine->frames[index].first = first;
    machine->frames[index].row_count = (uint32_t)total;
    return true;
}

/* up, entity and relation_row of a frame whose rows are counted. */
static bool place_rows(struct mou_machine *machine, const struct mou_offsets *offsets,
                       uint32_t index)
{
    const struct mou_pack_frame *frame = &machine->pack->frames[index];
    struct mou_frame *out = &machine->frames[index];
    const struct mou_relation_list *list = NULL;
    uint32_t *up = MOU_SLAB_ARRAY(&machine->slab, out->row_count, uint32_t);
    uint32_t *entity = MOU_SLAB_ARRAY(&machine->slab, out->row_count, uint32_t);
    uint32_t *relation_row = NULL;
    if (frame->kind == MOU_FRAME_RELATION) {
        list = &offsets->relations[2 * frame->type + (frame->inverse != 0 ? 1 : 0)];
        relation_row = MOU_SLAB_ARRAY(&machine->slab, out->row_count, uint32_t);
    }
    if (machine->slab.failed) {
        return false;
    }
    for (uint32_t parent = 0; parent < machine->frames[frame->parent].row_count; parent++) {
        struct mou_row_range range = range_below(machine, offsets, frame, parent);
        for (uint32_t row = out->first[parent]; row < out->first[parent + 1];
             row++, range.begin++) {
            up[row] = parent;
            entity[row] = list == NULL ? range.begin : list->other[list->order[range.begin]];
            if (relation_row != NULL) {
                relation_row[row] = list->order[range.begin];
            }
        }
    }
    out->up = up;
    out->entity = entity;
    out->relation_row = relation_row;
    return true;
}

/* Relation rows below the subjects themselves: the list as it is. */
static bool fill_whole_list(struct mou_machine *machine, const struct mou_relation_list *list, uint32_t index)
{
    const uint32_t subjects = machine->batch->subject_count;
    const uint32_t rows = list->first[subjects];
    uint32_t *up = MOU_SLAB_ARRAY(&machine->slab, rows, uint32_t);
    uint32_t *entity = MOU_SLAB_ARRAY(&machine->slab, rows, uint32_t);
    if (up == NULL || entity == NULL || rows > MOU_FRAME_ROWS_MAX) {
        return false;
    }
    for (uint32_t subject = 0; subject < subjects; subject++) {
        for (uint32_t row = list->first[subject]; row < list->first[subject + 1]; row++) {
            up[row] = subject;
            entity[row] = list->other[list->order[row]];
        }
    }
    machine->frames[index] =
        (struct mou_frame){.row_count = rows, .first = list->first, .up = up, .entity = entity, .relation_row = list->order, .root = up};
    return true;
}

static bool place_roots(struct mou_machine *machine, uint32_t index)
{
    struct mou_frame *frame = &machine->frames[index];
    const struct mou_frame *parent = &machine->frames[machine->pack->frames[index].parent];
    if (parent->root == NULL) {
        frame->root = frame->up;
        return true;
    }
    uint32_t *root = MOU_SLAB_ARRAY(&machine->slab, frame->row_count, uint32_t);
    if (root == NULL) {
        return false;
    }
    for (uint32_t row = 0; row < frame->row_count; row++) {
        root[row] = parent->root[frame->up[row]];
    }
    frame->root = root;
    return true;
}

/* The home frame of a record type is its columns as they are. */
static void fill_home(struct mou_machine *machine, const struct mou_offsets *offsets,
                      uint32_t record)
{
    const struct mou_record_columns *rows = &machine->batch->records[record];
    machine->frames[2 + record] = (struct mou_frame){
        .row_count = rows->row_count,
        .first = offsets->by_subject[record],
        .up = offsets->up[record],
        .root = offsets->up[record],
        .runs = offsets->runs[record],
    };
}

static bool fill_all_bits(struct mou_machine *machine, struct mou_frame *frame)
{
    uint64_t *all = MOU_SLAB_ARRAY(&machine->slab, mou_words(frame->row_count), uint64_t);
    if (all == NULL) {
        return false;
    }
    mou_bits_set_all(all, frame->row_count);
    frame->all = all;
    return true;
}

static bool fill_frame(struct mou_machine *machine, struct mou_offsets *offsets, uint32_t index)
{
    const struct mou_pack_frame *frame = &machine->pack->frames[index];
    if (index < 2 + machine->pack->records_count) {
        fill_home(machine, offsets, index - 2);
        return fill_all_bits(machine, &machine->frames[index]);
    }
    if (frame->kind == MOU_FRAME_RELATION) {
        struct mou_relation_list *list = &offsets->relations[2 * frame->type + (frame->inverse != 0 ? 1 : 0)];
        if (list->first == NULL && !fill_relation_list(machine, frame->type, frame->inverse != 0, list)) {
            return false;
        }
        if (frame->parent == 1 && frame->owner == 1) {
            return fill_whole_list(machine, list, index) && fill_all_bits(machine, &machine->frames[index]);
        }
    }
    return count_rows(machine, offsets, index) && place_rows(machine, offsets, index) && place_roots(machine, index) &&
           fill_all_bits(machine, &machine->frames[index]);
}

/* ------------------------------------------------------------------ frames without rows */

/* What the rows of a frame are: a record type, or behind these a relation; MOU_PACK_NONE of the unit and the subjects. */
static uint32_t type_of(const struct mou_pack *pack, uint32_t frame)
{
    const uint32_t record = mou_frame_record(pack, frame);
    return record == MOU_PACK_NONE && pack->frames[frame].kind == MOU_FRAME_RELATION ? pack->records_count + pack->frames[frame].type : record;
}

static void sort_by_type(const struct mou_pack *pack, struct mou_offsets *offsets)
{
    const uint32_t types = pack->records_count + pack->relations_count;
    for (uint32_t i = 2; i < pack->frames_count; i++) {
        offsets->first_of_type[type_of(pack, i) + 2]++;
    }
    for (uint32_t type = 0; type < types; type++) {
        offsets->first_of_type[type + 2] += offsets->first_of_type[type + 1];
    }
    for (uint32_t i = 2; i < pack->frames_count; i++) {
        offsets->of_type[offsets->first_of_type[type_of(pack, i) + 1]++] = i; /* which then is where the next type begins */
    }
}

bool mou_offsets_prepare(struct mou_machine *machine)
{
    assert(machine != NULL && machine->nothing != NULL);
    const struct mou_pack *pack = machine->pack;
    struct mou_arena *arena = machine->pack_arena;
    const size_t records = (size_t)pack->records_count + 1;
    struct mou_offsets *offsets = MOU_NEW(arena, struct mou_offsets);
    if (offsets == NULL) {
        return false;
    }
    offsets->up = MOU_NEW_ARRAY(arena, records, const uint32_t *);
    offsets->by_subject = MOU_NEW_ARRAY(arena, records, const uint32_t *);
    offsets->by_parent = MOU_NEW_ARRAY(arena, records, const uint32_t *);
    offsets->runs = MOU_NEW_ARRAY(arena, records, struct mou_row_runs);
    offsets->relations = MOU_NEW_ARRAY(arena, (size_t)pack->relations_count * 2 + 1, struct mou_relation_list);
    offsets->frames = MOU_NEW_ARRAY(arena, pack->frames_count, struct mou_frame);
    offsets->filled = MOU_NEW_ARRAY(arena, mou_words(pack->frames_count), uint64_t);
    offsets->of_type = MOU_NEW_ARRAY(arena, pack->frames_count, uint32_t);
    offsets->first_of_type = MOU_NEW_ARRAY(arena, records + pack->relations_count + 2, uint32_t);
    offsets->uncontested = MOU_NEW_ARRAY(arena, records, uint64_t *);
    if (mou_arena_failed(arena)) {
        return false;
    }
    sort_by_type(pack, offsets);
    machine->offsets = offsets;
    return true;
}

void mou_offsets_free(struct mou_machine *machine)
{
    assert(machine != NULL && machine->offsets != NULL);
    struct mou_offsets *offsets = machine->offsets;
    if (offsets->none != NULL) {
        (void)machine->allocator->resize(machine->allocator->state, offsets->none, offsets->none_count * sizeof *offsets->none, 0);
    }
}

static void empty_frame(struct mou_machine *machine, uint32_t index)
{
    struct mou_offsets *offsets = machine->offsets;
    offsets->frames[index] = (struct mou_frame){.first = offsets->none, .all = machine->nothing};
    if (index < 2 + machine->pack->records_count) {
        const uint32_t record = index - 2;
        offsets->up[record] = NULL;
        offsets->by_subject[record] = offsets->none;
        offsets->by_parent[record] = machine->pack->records[record].parent == MOU_PACK_NONE ? NULL : offsets->none;
        offsets->runs[record] = (struct mou_row_runs){0};
    }
}

/* As it was before any run. */
static void empty_frames(struct mou_machine *machine)
{
    struct mou_offsets *offsets = machine->offsets;
    const uint32_t count = machine->pack->frames_count;
    for (uint32_t i = mou_bits_next(offsets->filled, 2, count); i < count; i = mou_bits_next(offsets->filled, i + 1, count)) {
        empty_frame(machine, i);
    }
    memset(offsets->filled, 0, mou_words(count) * sizeof *offsets->filled);
    memset(offsets->relations, 0, (size_t)machine->pack->relations_count * 2 * sizeof *offsets->relations);
}

/* Zeros enough for what hangs below `rows` rows; false when memory ran out. */
static bool widen_none(struct mou_machine *machine, uint32_t rows)
{
    struct mou_offsets *offsets = machine->offsets;
    const struct mou_allocator *allocator = machine->allocator;
    if (rows < offsets->none_count) {
        return true;
    }
    const uint32_t count = rows < 64 ? 128 : rows < UINT32_MAX / 2 ? 2 * rows : UINT32_MAX;
    uint32_t *none = allocator->resize(allocator->state, NULL, 0, count * sizeof *none);
    if (none == NULL) {
        return false;
    }
    memset(none, 0, count * sizeof *none);
    mou_offsets_free(machine);
    offsets->none = none;
    offsets->none_count = count;
    for (uint32_t i = 2; i < machine->pack->frames_count; i++) {
        if (!mou_bit(offsets->filled, i)) {
            empty_frame(machine, i);
        }
    }
    return true;
}

/* ------------------------------------------------------------------ all frames */

static void mark_frames(struct mou_offsets *offsets, uint32_t type)
{
    for (uint32_t i = offsets->first_of_type[type]; i < offsets->first_of_type[type + 1]; i++) {
        mou_bit_set(offsets->filled, offsets->of_type[i]);
    }
}

/* Marks the frames whose rows are of a kind that the batch has, and fills the offsets. */
static bool fill_offsets(struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    const struct mou_batch *batch = machine->batch;
    struct mou_offsets *offsets = machine->offsets;
    uint32_t most = batch->subject_count;
    for (uint32_t i = 0; i < pack->records_count; i++) {
        most = batch->records[i].row_count > most ? batch->records[i].row_count : most;
    }
    if (!widen_none(machine, most)) {
        return false;
    }
    for (uint32_t i = 0; i < pack->records_count; i++) {
        if (batch->records[i].row_count > 0) {
            mark_frames(offsets, i);
            if (!fill_record_offsets(machine, offsets, i)) {
                return false;
            }
        }
    }
    for (uint32_t i = 0; i < pack->relations_count; i++) {
        if (batch->relations[i].row_count > 0) {
            mark_frames(offsets, pack->records_count + i);
        }
    }
    return true;
}

/* The unit and the subjects. */
static bool fill_first_frames(struct mou_machine *machine)
{
    const uint32_t subjects = machine->batch->subject_count;
    machine->frames[0] = (struct mou_frame){.row_count = 1};
    machine->frames[1] = (struct mou_frame){.row_count = subjects};
    if (subjects > 0) {
        mou_bit_set(machine->offsets->filled, 1);
    }
    return fill_all_bits(machine, &machine->frames[0]) && fill_all_bits(machine, &machine->frames[1]);
}

/* Those marked that do hang below a row, parents first. */
static bool fill_marked(struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    struct mou_offsets *offsets = machine->offsets;
    uint32_t most = 0;
    for (uint32_t i = mou_bits_next(offsets->filled, 2, pack->frames_count); i < pack->frames_count; i = mou_bits_next(offsets->filled, i + 1, pack->frames_count)) {
        if (i >= 2 + pack->records_count && machine->frames[pack->frames[i].parent].row_count == 0) {
            mou_bit_clear(offsets->filled, i);
            continue;
        }
        if (!fill_frame(machine, offsets, i)) {
            return false;
        }
        most = machine->frames[i].row_count > most ? machine->frames[i].row_count : most;
    }
    return widen_none(machine, most);
}

enum mou_status mou_frames_fill(struct mou_machine *machine)
{
    assert(machine != NULL && machine->batch != NULL && machine->offsets != NULL);
    if (!mou_batch_sound(machine->pack, machine->batch, !machine->counting)) {
        return MOU_ERROR_DATA;
    }
    empty_frames(machine);
    machine->frames = machine->offsets->frames;
    if (!fill_offsets(machine) || !fill_first_frames(machine) || !fill_marked(machine)) {
        return MOU_ERROR_MEMORY;
    }
    mou_calendar_in_force(machine);
    if (!mou_kinds_fill(machine) || !mou_contested_fill(machine, machine->offsets)) {
        return MOU_ERROR_MEMORY;
    }
    return MOU_OK;
}
