/*
 * Batches cut out of a snapshot: a run of neighbouring subjects, their rows copied as blocks, and behind them the subjects that they are related to.
 * Writes nothing into the snapshot, so that several threads may cut at once. Used by run.c.
 */
#include <assert.h>
#include <string.h>

#include "snapshot.h"
#include "snapshot_check.h"

#define NOT_IN_BATCH UINT32_MAX

struct mou_snapshot_cutter {
    const struct mou_snapshot *snapshot;
    const uint64_t *related;       /**< bit per subject: whether others need it; NULL: all are */
    struct mou_arena *arena;       /**< the cutter itself */
    struct mou_arena *batch_arena; /**< the batch at hand */
    bool numbers;                  /**< whether there are relations, by which members are looked for */
    uint32_t *ranks;               /**< word of `related` -> bits set before it; NULL where all are */
    uint32_t *number_of;           /**< related subject, by its rank among them -> its number in the batch, or NOT_IN_BATCH */
    uint32_t *number_of_any;       /**< the same of any subject, while those of a batch are chosen one by one; NULL before */
    bool *by_bits;                 /**< record type -> rows of batches that are counted are told by bits */
    struct mou_snapshot_piece piece;
    MOU_VEC(uint32_t) rest;        /**< related subjects in the order of their numbers; in the cutter's arena, kept from batch to batch */
    uint32_t rest_least, rest_end; /**< the subjects of `rest` are of [rest_least, rest_end) */
    bool damaged;                  /**< the stored snapshot is not what it should be */
    uint32_t first, core;          /**< members [0, core) are subjects [first, first + core), then come those of `rest`, first of them those who were chosen */
    struct mou_batch batch;
};

static bool is_set(const uint64_t *bits, uint32_t row)
{
    return ((bits[row / 64] >> (row % 64)) & 1u) != 0;
}

/** Without relations nobody is looked for by number. */
static bool has_relations(const struct mou_snapshot *snapshot)
{
    bool any = snapshot->neighbours != NULL;
    for (uint32_t i = 0; i < mou_pack_relation_count(snapshot->pack); i++) {
        any = any || snapshot->relations[i].row_count > 0;
    }
    return any;
}

/** Few subjects are related to others that need them: numbers are kept for those only. */
static bool take_numbers(struct mou_snapshot_cutter *cutter)
{
    cutter->numbers = has_relations(cutter->snapshot);
    if (!cutter->numbers) {
        return true;
    }
    const uint32_t subjects = cutter->snapshot->subject_count;
    uint32_t count = subjects;
    if (cutter->related != NULL) {
        cutter->ranks = MOU_NEW_ARRAY(cutter->arena, (size_t)subjects / 64 + 1, uint32_t);
        count = 0;
        for (uint32_t word = 0; cutter->ranks != NULL && word <= subjects / 64; word++) {
            cutter->ranks[word] = count;
            count += (uint32_t)__builtin_popcountll(cutter->related[word]);
        }
    }
    cutter->number_of = MOU_NEW_ARRAY(cutter->arena, count, uint32_t);
    if (cutter->number_of == NULL || (cutter->related != NULL && cutter->ranks == NULL)) {
        return false;
    }
    memset(cutter->number_of, 0xff, count * sizeof *cutter->number_of);
    return true;
}

/** Where the number of a related subject is kept. */
static uint32_t *number_of(const struct mou_snapshot_cutter *cutter, uint32_t subject)
{
    if (cutter->piece.chosen != NULL) {
        return &cutter->number_of_any[subject];
    }
    if (cutter->related == NULL) {
        return &cutter->number_of[subject];
    }
    const uint64_t before = cutter->related[subject / 64] & ((UINT64_C(1) << (subject % 64)) - 1);
    return &cutter->number_of[cutter->ranks[subject / 64] + (uint32_t)__builtin_popcountll(before)];
}

struct mou_snapshot_cutter *mou_snapshot_cutter_new(const struct mou_snapshot *snapshot, const uint64_t *related)
{
    assert(snapshot != NULL);
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_snapshot_cutter *cutter = arena != NULL ? MOU_NEW(arena, struct mou_snapshot_cutter) : NULL;
    if (cutter == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    cutter->snapshot = snapshot;
    cutter->related = related;
    cutter->arena = arena;
    cutter->batch_arena = mou_arena_new(NULL);
    cutter->by_bits = MOU_NEW_ARRAY(arena, (size_t)mou_pack_record_count(snapshot->pack) + 1, bool);
    if (cutter->batch_arena == NULL || !take_numbers(cutter) || cutter->by_bits == NULL || mou_pack_rows_by_bits(snapshot->pack, cutter->by_bits) != MOU_OK) {
        mou_snapshot_cutter_free(cutter);
        return NULL;
    }
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

static uint32_t member_count(const struct mou_snapshot_cutter *cutter)
{
    return cutter->core + (uint32_t)cutter->rest.count;
}

static uint32_t subject_of(const struct mou_snapshot_cutter *cutter, uint32_t member)
{
    return member < cutter->core ? cutter->first + member : cutter->rest.items[member - cutter->core];
}

/** The bitmap is asked first: it is small enough to stay in the processor's caches. */
static uint32_t member_of(const struct mou_snapshot_cutter *cutter, uint32_t subject)
{
    if (subject - cutter->first < cutter->core) {
        return subject - cutter->first;
    }
    const bool may_be = cutter->piece.chosen != NULL || cutter->related == NULL || is_set(cutter->related, subject);
    return may_be ? *number_of(cutter, subject) : NOT_IN_BATCH;
}

/** Adds the subjects that are related to [first, end), as far as they are needed. */
static bool add_neighbours(struct mou_snapshot_cutter *cutter, uint32_t first, uint32_t end)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    if (snapshot->neighbours == NULL) {
        return true;
    }
    for (uint32_t n = snapshot->neighbour_first[first]; n < snapshot->neighbour_first[end]; n++) {
        const uint32_t subject = snapshot->neighbours[n];
        if ((cutter->related != NULL && !is_set(cutter->related, subject)) || member_of(cutter, subject) != NOT_IN_BATCH) {
            continue;
        }
        *number_of(cutter, subject) = member_count(cutter);
        if (!MOU_VEC_PUSH(cutter->arena, &cutter->rest, subject)) {
            return false;
        }
    }
    return true;
}

/** The subjects chosen one by one are the first of `rest`. */
static bool add_chosen(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot_piece *piece = &cutter->piece;
    if (piece->chosen != NULL && cutter->numbers && cutter->number_of_any == NULL) {
        cutter->number_of_any = mou_arena_array(cutter->arena, cutter->snapshot->subject_count, sizeof *cutter->number_of_any);
        if (cutter->number_of_any == NULL) {
            return false;
        }
        memset(cutter->number_of_any, 0xff, cutter->snapshot->subject_count * sizeof *cutter->number_of_any);
    }
    for (uint32_t i = 0; piece->chosen != NULL && i < piece->count; i++) {
        if (cutter->numbers) {
            *number_of(cutter, piece->chosen[i]) = member_count(cutter);
        }
        if (!MOU_VEC_PUSH(cutter->arena, &cutter->rest, piece->chosen[i])) {
            return false;
        }
    }
    return true;
}

static bool choose_members(struct mou_snapshot_cutter *cutter)
{
    size_t ring = 0;
    if (!add_chosen(cutter)) {
        return false;
    }
    for (uint32_t depth = 0; depth < mou_pack_closure_depth(cutter->snapshot->pack); depth++) {
        const size_t end = cutter->rest.count;
        if (depth == 0 && !add_neighbours(cutter, cutter->first, cutter->first + cutter->core)) {
            return false;
        }
        for (size_t i = ring; (depth > 0 || cutter->piece.chosen != NULL) && i < end; i++) {
            if (!add_neighbours(cutter, cutter->rest.items[i], cutter->rest.items[i] + 1)) {
                return false;
            }
        }
        ring = end;
    }
    return true;
}

static bool take_members(struct mou_snapshot_cutter *cutter)
{
    const bool chosen = choose_members(cutter);
    cutter->rest_least = cutter->rest.count > 0 ? UINT32_MAX : 0;
    cutter->rest_end = 0;
    for (size_t i = 0; i < cutter->rest.count; i++) {
        const uint32_t subject = cutter->rest.items[i];
        cutter->rest_least = subject < cutter->rest_least ? subject : cutter->rest_least;
        cutter->rest_end = subject >= cutter->rest_end ? subject + 1 : cutter->rest_end;
    }
    return chosen;
}

static void forget_members(struct mou_snapshot_cutter *cutter)
{
    for (size_t i = 0; cutter->numbers && i < cutter->rest.count; i++) {
        *number_of(cutter, cutter->rest.items[i]) = NOT_IN_BATCH;
    }
    cutter->rest.count = 0;
}

/* ---------------------------------------------------------- rows */

/** Rows of the snapshot in the order in which they stand in the batch: a block of neighbours, then rows one by one. */
struct row_choice {
    uint32_t first, count; /**< the block */
    MOU_VEC(uint32_t) rest;
    uint32_t rest_least, rest_end; /**< those of `rest` are of [rest_least, rest_end) */
};

static uint32_t choice_count(const struct row_choice *choice)
{
    return choice->count + (uint32_t)choice->rest.count;
}

/** Notes where it was found out that the file is not what it should be. */
static bool sound(struct mou_snapshot_cutter *cutter, bool found)
{
    cutter->damaged = cutter->damaged || !found;
    return found;
}

/** Whether cells of the chosen rows, of `size` bytes each, are as they were written; size 0: bits. */
static bool cells_intact(struct mou_snapshot_cutter *cutter, const void *cells, const struct row_choice *choice, size_t size)
{
    const struct {
        uint64_t begin, end;
    } parts[] = {{choice->first, (uint64_t)choice->first + choice->count}, {choice->rest_least, choice->rest_end}};
    bool intact = true;
    for (size_t i = 0; intact && i < sizeof parts / sizeof parts[0]; i++) {
        const uint64_t begin = size > 0 ? parts[i].begin * size : parts[i].begin / 64 * sizeof(uint64_t);
        const uint64_t end = size > 0 ? parts[i].end * size : (parts[i].end + 63) / 64 * sizeof(uint64_t);
        intact = parts[i].begin == parts[i].end || mou_snapshot_intact(cutter->snapshot, (const char *)cells + begin, end - begin);
    }
    return sound(cutter, intact);
}

static uint64_t *copy_bits(struct mou_arena *arena, const uint64_t *from, const struct row_choice *choice)
{
    const uint32_t count = choice_count(choice);
    uint64_t *bits = MOU_NEW_ARRAY(arena, ((size_t)count + 63) / 64, uint64_t);
    const uint32_t shift = choice->first % 64;
    for (uint32_t row = 0; bits != NULL && row < choice->count; row += 64) {
        const uint32_t source = choice->first + row;
        uint64_t word = from[source / 64] >> shift;
        if (shift > 0 && choice->count - row > 64 - shift) {
            word |= from[source / 64 + 1] << (64 - shift);
        }
        const uint32_t left = choice->count - row;
        bits[row / 64] = left >= 64 ? word : word & ((UINT64_C(1) << left) - 1);
    }
    for (uint32_t i = 0; bits != NULL && i < choice->rest.count; i++) {
        const uint32_t row = choice->count + i;
        bits[row / 64] |= (is_set(from, choice->rest.items[i]) ? UINT64_C(1) : 0) << (row % 64);
    }
    return bits;
}

static bool number_text(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *column, uint32_t row, int64_t *value)
{
    const uint64_t begin = column->offsets[row];
    const uint32_t number = mou_intern_add(cutter->batch.texts, (struct mou_text){column->bytes + begin, column->offsets[row + 1] - begin});
    *value = number;
    return number != MOU_INTERN_NONE;
}

static bool number_texts(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *column, const struct row_choice *choice, int64_t *values)
{
    for (uint32_t i = 0; i < choice->count; i++) {
        if (!number_text(cutter, column, choice->first + i, &values[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < choice->rest.count; i++) {
        if (!number_text(cutter, column, choice->rest.items[i], &values[choice->count + i])) {
            return false;
        }
    }
    return true;
}

/** Copies the block and gathers the rest. */
#define COPY_CELLS(type)                                                                  \
    static void copy_##type(const void *from, const struct row_choice *choice, void *to)  \
    {                                                                                     \
        const type *cells = from;                                                         \
        type *out = to;                                                                   \
        memcpy(out, cells + choice->first, choice->count * sizeof(type));                 \
        for (uint32_t i = 0; i < choice->rest.count; i++) {                               \
            out[choice->count + i] = cells[choice->rest.items[i]];                        \
        }                                                                                 \
    }

COPY_CELLS(int8_t)
COPY_CELLS(int16_t)
COPY_CELLS(int32_t)
COPY_CELLS(int64_t)

static void copy_cells(const struct mou_snapshot_column *from, const struct row_choice *choice, void *to)
{
    switch (from->width) {
    case 1: copy_int8_t(from->values, choice, to); break;
    case 2: copy_int16_t(from->values, choice, to); break;
    case 4: copy_int32_t(from->values, choice, to); break;
    default: copy_int64_t(from->values, choice, to); break;
    }
}

/** The chosen rows' cells, where they lie in a block as they are; a column that nobody reads, or of which nothing is known, stays one of width 0. */
static bool cut_column(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *from, const struct row_choice *choice,
                       struct mou_column *column)
{
    const uint32_t width = from->offsets != NULL ? (uint32_t)sizeof(int64_t) : from->width;
    *column = (struct mou_column){0};
    if (width == 0 || choice_count(choice) == 0) {
        return true;
    }
    if (from->offsets == NULL && !cells_intact(cutter, from->values, choice, width)) {
        return false;
    }
    if (from->known != NULL && !cells_intact(cutter, from->known, choice, 0)) {
        return false;
    }
    const bool whole = choice->rest.count == 0 && from->offsets == NULL;
    void *values = whole ? NULL : mou_arena_array(cutter->batch_arena, choice_count(choice), width);
    const uint64_t *known = from->known != NULL ? copy_bits(cutter->batch_arena, from->known, choice) : NULL;
    if ((values == NULL && !whole) || (from->known != NULL && known == NULL)) {
        return false;
    }
    *column = (struct mou_column){whole ? (const char *)from->values + (size_t)choice->first * width : values, known, width};
    if (whole) {
        return true;
    }
    if (from->offsets != NULL) {
        return number_texts(cutter, from, choice, values);
    }
    copy_cells(from, choice, values);
    return true;
}

static struct mou_column *cut_columns(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_column *from, uint32_t field_count,
                                      const struct row_choice *choice)
{
    struct mou_column *columns = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)field_count + 1, struct mou_column);
    for (uint32_t i = 0; columns != NULL && i < field_count; i++) {
        if (!cut_column(cutter, &from[i], choice, &columns[i])) {
            return NULL;
        }
    }
    return columns;
}

/* ---------------------------------------------------------- subjects */

/** Identifiers and kinds; a batch that is only counted names nobody, and kinds of neighbours are where they are. */
static bool cut_members(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t count = member_count(cutter);
    const bool named = !cutter->piece.to_count;
    if (!named && cutter->rest.count == 0) {
        cutter->batch.subject_kind = snapshot->kinds + cutter->first;
        return true;
    }
    struct mou_text *ids = named ? MOU_NEW_ARRAY(cutter->batch_arena, count, struct mou_text) : NULL;
    uint32_t *kinds = MOU_NEW_ARRAY(cutter->batch_arena, count, uint32_t);
    if (kinds == NULL || (named && ids == NULL)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t subject = subject_of(cutter, i);
        kinds[i] = snapshot->kinds[subject];
        if (named) {
            const uint64_t begin = snapshot->id_offsets[subject];
            ids[i] = (struct mou_text){snapshot->ids + begin, snapshot->id_offsets[subject + 1] - begin};
        }
    }
    cutter->batch.subject_id = ids;
    cutter->batch.subject_kind = kinds;
    return true;
}

/** The members as rows of the snapshot's columns of subjects. */
static struct row_choice members_as_rows(const struct mou_snapshot_cutter *cutter)
{
    struct row_choice choice = {.first = cutter->first, .count = cutter->core, .rest_least = cutter->rest_least, .rest_end = cutter->rest_end};
    choice.rest.items = cutter->rest.items;
    choice.rest.count = cutter->rest.count;
    return choice;
}

static bool cut_subjects(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t kind_count = mou_pack_kind_count(snapshot->pack);
    const struct mou_column **attributes = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)kind_count + 1, const struct mou_column *);
    const struct row_choice choice = members_as_rows(cutter);
    if (attributes == NULL || !cut_members(cutter)) {
        return false;
    }
    for (uint32_t k = 0; k < kind_count; k++) {
        attributes[k] = cut_columns(cutter, snapshot->attributes[k], mou_pack_attribute_count(snapshot->pack, k), &choice);
        if (attributes[k] == NULL) {
            return false;
        }
    }
    cutter->batch.attributes = attributes;
    return true;
}

/* ---------------------------------------------------------- records */

/** Rows of one record type while they are chosen. */
struct chosen_rows {
    struct row_choice choice;
    uint32_t *first;   /**< member -> its first row in the batch; one more at the end */
    uint32_t *subject; /**< row in the batch -> member; NULL where rows are told by bits */
};

/** Whether the first rows of `count` subjects are as they were written; the last of all has one behind it. */
static bool firsts_intact(struct mou_snapshot_cutter *cutter, uint32_t type, uint32_t subject, uint32_t count)
{
    const uint32_t *first = cutter->snapshot->records[type].first + subject;
    return sound(cutter, mou_snapshot_intact(cutter->snapshot, first, (uint64_t)count * sizeof *first));
}

/** Rows of the members behind the block. */
static bool choose_related_rows(struct mou_snapshot_cutter *cutter, uint32_t type, struct chosen_rows *chosen)
{
    const struct mou_snapshot_record *record = &cutter->snapshot->records[type];
    struct row_choice *choice = &chosen->choice;
    choice->rest_least = cutter->rest.count > 0 ? UINT32_MAX : 0;
    if (cutter->rest.count > 0 && !firsts_intact(cutter, type, cutter->rest_least, cutter->rest_end - cutter->rest_least + 1)) {
        return false;
    }
    for (uint32_t i = 0; i < cutter->rest.count; i++) {
        const uint32_t subject = cutter->rest.items[i];
        const bool any = ((cutter->snapshot->types[subject] >> (type % 64)) & 1u) != 0;
        const uint32_t begin = any ? record->first[subject] : 0;
        const uint32_t end = any ? record->first[subject + 1] : 0;
        if (!sound(cutter, begin <= end && end <= record->row_count)) {
            return false;
        }
        for (uint32_t row = begin; row < end; row++) {
            if (!MOU_VEC_PUSH(cutter->batch_arena, &choice->rest, row)) {
                return false;
            }
        }
        choice->rest_least = begin < end && begin < choice->rest_least ? begin : choice->rest_least;
        choice->rest_end = begin < end && end > choice->rest_end ? end : choice->rest_end;
        chosen->first[cutter->core + i + 1] = choice_count(choice);
    }
    choice->rest_least = choice->rest_end > 0 ? choice->rest_least : 0;
    return true;
}

/** False where they do not ascend. */
static bool shift(const uint32_t *from, uint32_t count, uint32_t *to)
{
    const uint32_t base = from[0];
    uint32_t falls = 0;
    for (uint32_t i = 0; i < count; i++) {
        to[i] = from[i] - base;
    }
    for (uint32_t i = 1; i < count; i++) {
        falls |= from[i] < from[i - 1] ? 1u : 0u;
    }
    return falls == 0;
}

/** Row -> member, from the members' first rows; eight members at a time are passed over where they have no rows, as most have none of most types. */
static void spread(const uint32_t *first, uint32_t members, uint32_t *member_of_row)
{
    for (uint32_t i = 0; i < members; i += 8) {
        const uint32_t end = members - i < 8 ? members : i + 8;
        for (uint32_t member = first[i] < first[end] ? i : end; member < end; member++) {
            for (uint32_t row = first[member]; row < first[member + 1]; row++) {
                member_of_row[row] = member;
            }
        }
    }
}

static bool by_bits(const struct mou_snapshot_cutter *cutter, uint32_t type)
{
    return cutter->piece.to_count && cutter->by_bits[type];
}

/** Where no row need be found by its member, it is enough to know where the block's begin and end. */
static bool needs_first(const struct mou_snapshot_cutter *cutter, uint32_t type)
{
    const bool objections = !cutter->piece.without_objections && cutter->snapshot->objection_count > 0;
    return !by_bits(cutter, type) || cutter->rest.count > 0 || objections;
}

static bool choose_rows(struct mou_snapshot_cutter *cutter, uint32_t type, struct chosen_rows *chosen)
{
    const struct mou_snapshot_record *record = &cutter->snapshot->records[type];
    const uint32_t *first = record->first + cutter->first;
    const bool lists = needs_first(cutter, type);
    if (!firsts_intact(cutter, type, cutter->first, lists ? cutter->core + 1 : 1) || !firsts_intact(cutter, type, cutter->first + cutter->core, 1)) {
        return false;
    }
    if (!sound(cutter, first[0] <= first[cutter->core] && first[cutter->core] <= record->row_count)) {
        return false;
    }
    chosen->choice.first = first[0];
    chosen->choice.count = first[cutter->core] - first[0];
    if (!lists) {
        return true;
    }
    chosen->first = mou_arena_array(cutter->batch_arena, (size_t)member_count(cutter) + 1, sizeof *chosen->first);
    if (chosen->first == NULL) {
        return false;
    }
    if (!sound(cutter, shift(first, cutter->core + 1, chosen->first)) || !choose_related_rows(cutter, type, chosen)) {
        return false;
    }
    if (by_bits(cutter, type)) {
        return true;
    }
    chosen->subject = mou_arena_array(cutter->batch_arena, choice_count(&chosen->choice), sizeof *chosen->subject);
    if (chosen->subject != NULL) {
        spread(chosen->first, member_count(cutter), chosen->subject);
    }
    return chosen->subject != NULL;
}

/** Parent row of every row of a nested type. */
static const uint32_t *cut_parents(struct mou_snapshot_cutter *cutter, uint32_t type, const struct chosen_rows *chosen)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const struct mou_snapshot_record *record = &snapshot->records[type];
    const uint32_t parent_type = mou_pack_record(snapshot->pack, type).parent;
    const struct row_choice *choice = &chosen[type].choice;
    uint32_t *parent = MOU_NEW_ARRAY(cutter->batch_arena, choice_count(choice), uint32_t);
    for (uint32_t row = 0; parent != NULL && row < choice_count(choice); row++) {
        const uint32_t source = row < choice->count ? choice->first + row : choice->rest.items[row - choice->count];
        const uint32_t member = chosen[type].subject[row];
        const uint32_t first = snapshot->records[parent_type].first[subject_of(cutter, member)];
        parent[row] = chosen[parent_type].first[member] + record->parent[source] - first;
    }
    return parent;
}

/** Numbers of texts that were not looked at before. */
static bool late_texts_sound(struct mou_snapshot_cutter *cutter, uint32_t type, const struct mou_record_columns *rows)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    bool found = true;
    for (uint32_t f = 0; found && snapshot->records[type].late && f < mou_pack_record(snapshot->pack, type).field_count; f++) {
        const struct mou_column *column = &rows->fields[f];
        const bool texts = column->width != 0 && mou_pack_field(snapshot->pack, type, f).type == MOU_VALUE_TEXT;
        found = !texts || mou_snapshot_texts_sound(snapshot, column->width, column->values, rows->row_count);
    }
    return sound(cutter, found);
}

/** Which rows are their subject's last, and which members have any. */
static bool cut_marks(struct mou_snapshot_cutter *cutter, uint32_t type, const struct row_choice *rows, struct mou_record_columns *out)
{
    const struct mou_snapshot_record *record = &cutter->snapshot->records[type];
    const struct row_choice members = members_as_rows(cutter);
    if (!cells_intact(cutter, record->ends, rows, 0) || !cells_intact(cutter, record->some, &members, 0)) {
        return false;
    }
    out->ends = copy_bits(cutter->batch_arena, record->ends, rows);
    out->some = copy_bits(cutter->batch_arena, record->some, &members);
    return out->ends != NULL && out->some != NULL;
}

static bool cut_record(struct mou_snapshot_cutter *cutter, uint32_t type, const struct chosen_rows *chosen, struct mou_record_columns *out)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const bool nested = snapshot->records[type].parent != NULL;
    out->row_count = choice_count(&chosen[type].choice);
    out->subject = chosen[type].subject;
    out->first = out->subject != NULL ? chosen[type].first : NULL;
    if (out->subject == NULL && !cut_marks(cutter, type, &chosen[type].choice, out)) {
        return false;
    }
    out->parent = nested ? cut_parents(cutter, type, chosen) : NULL;
    out->fields = cut_columns(cutter, snapshot->records[type].fields, mou_pack_record(snapshot->pack, type).field_count, &chosen[type].choice);
    return out->fields != NULL && (!nested || out->parent != NULL) && late_texts_sound(cutter, type, out);
}

/** Whether rows of the type are left out: nobody behind the block may have any then. */
static bool is_idle(const struct mou_snapshot_cutter *cutter, uint32_t type)
{
    bool idle = cutter->piece.idle != NULL && cutter->piece.idle[type];
    for (uint32_t i = 0; idle && i < cutter->rest.count; i++) {
        idle = ((cutter->snapshot->types[cutter->rest.items[i]] >> (type % 64)) & 1u) == 0;
    }
    return idle;
}

static bool cut_records(struct mou_snapshot_cutter *cutter, struct chosen_rows *chosen)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t count = mou_pack_record_count(snapshot->pack);
    struct mou_record_columns *records = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)count + 1, struct mou_record_columns);
    cutter->batch.records = records;
    for (uint32_t i = 0; records != NULL && i < count; i++) {
        if (snapshot->records[i].row_count > 0 && !is_idle(cutter, i) && !choose_rows(cutter, i, &chosen[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; records != NULL && i < count; i++) {
        if (choice_count(&chosen[i].choice) > 0 && !cut_record(cutter, i, chosen, &records[i])) {
            return false;
        }
    }
    return records != NULL;
}

/* ---------------------------------------------------------- relations */

/** Rows of a relation that begin at subjects [first, end), as far as their other end is a member, too. */
static bool choose_rows_between(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_relation *relation, uint32_t first, uint32_t end,
                                struct row_choice *choice)
{
    for (uint32_t row = relation->first[first]; row < relation->first[end]; row++) {
        if (member_of(cutter, relation->to[row]) != NOT_IN_BATCH && !MOU_VEC_PUSH(cutter->batch_arena, &choice->rest, row)) {
            return false;
        }
    }
    return true;
}

/** Rows of a relation both of whose ends are members. */
static bool choose_relation_rows(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_relation *relation, struct row_choice *choice)
{
    bool chosen = choose_rows_between(cutter, relation, cutter->first, cutter->first + cutter->core, choice);
    for (uint32_t i = 0; chosen && i < cutter->rest.count; i++) {
        chosen = choose_rows_between(cutter, relation, cutter->rest.items[i], cutter->rest.items[i] + 1, choice);
    }
    return chosen;
}

static bool cut_relation(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_relation *relation, uint32_t field_count,
                         struct mou_relation_columns *out)
{
    struct row_choice choice = {0};
    if (relation->row_count == 0) {
        return true;
    }
    if (!choose_relation_rows(cutter, relation, &choice)) {
        return false;
    }
    const uint32_t count = choice_count(&choice);
    uint32_t *from = MOU_NEW_ARRAY(cutter->batch_arena, count, uint32_t);
    uint32_t *to = MOU_NEW_ARRAY(cutter->batch_arena, count, uint32_t);
    if (from == NULL || to == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        from[i] = member_of(cutter, relation->from[choice.rest.items[i]]);
        to[i] = member_of(cutter, relation->to[choice.rest.items[i]]);
    }
    out->row_count = count;
    out->from_subject = from;
    out->to_subject = to;
    out->fields = cut_columns(cutter, relation->fields, field_count, &choice);
    return out->fields != NULL && cut_column(cutter, &relation->since, &choice, &out->since) &&
           cut_column(cutter, &relation->until, &choice, &out->until);
}

static bool cut_relations(struct mou_snapshot_cutter *cutter)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t count = mou_pack_relation_count(snapshot->pack);
    struct mou_relation_columns *relations = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)count + 1, struct mou_relation_columns);
    cutter->batch.relations = relations;
    for (uint32_t i = 0; relations != NULL && i < count; i++) {
        if (!cut_relation(cutter, &snapshot->relations[i], mou_pack_relation(snapshot->pack, i).field_count, &relations[i])) {
            return false;
        }
    }
    return relations != NULL;
}

/* ---------------------------------------------------------- objections */

typedef MOU_VEC(struct mou_objection) objection_list;

/** Whether the row that the objection is about is its subject's. */
static bool objection_sound(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_objection *objection)
{
    const uint32_t *first = cutter->snapshot->records[objection->record].first + objection->subject;
    return firsts_intact(cutter, objection->record, objection->subject, 2) && sound(cutter, objection->row >= first[0] && objection->row < first[1]);
}

/** Those of neighbouring subjects that are neighbouring members, too, the first of them `member`. */
static bool cut_objections_of(struct mou_snapshot_cutter *cutter, const struct chosen_rows *chosen, uint32_t member, uint32_t count, objection_list *list)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    const uint32_t first = subject_of(cutter, member);
    for (uint32_t i = snapshot->objection_first[first]; i < snapshot->objection_first[first + count]; i++) {
        const struct mou_snapshot_objection *objection = &snapshot->objections[i];
        if (!objection_sound(cutter, objection)) {
            return false;
        }
        const uint32_t begin = chosen[objection->record].first[member + objection->subject - first];
        const uint32_t row = begin + objection->row - snapshot->records[objection->record].first[objection->subject];
        const struct mou_objection cut = {objection->record, row, objection->lodged, objection->closed};
        if (!MOU_VEC_PUSH(cutter->batch_arena, list, cut)) {
            return false;
        }
    }
    return true;
}

static bool cut_objections(struct mou_snapshot_cutter *cutter, const struct chosen_rows *chosen)
{
    const bool any = cutter->snapshot->objection_count > 0 && !cutter->piece.without_objections;
    objection_list list = {0};
    if (any && cutter->core > 0 && !cut_objections_of(cutter, chosen, 0, cutter->core, &list)) {
        return false;
    }
    for (uint32_t member = cutter->core; any && member < member_count(cutter); member++) {
        if (!cut_objections_of(cutter, chosen, member, 1, &list)) {
            return false;
        }
    }
    cutter->batch.objections = list.items;
    cutter->batch.objection_count = (uint32_t)list.count;
    return true;
}

const struct mou_batch *mou_snapshot_cut_piece(struct mou_snapshot_cutter *cutter, const struct mou_snapshot_piece *piece)
{
    const struct mou_snapshot *snapshot = cutter->snapshot;
    assert(piece->chosen != NULL || (piece->first <= snapshot->subject_count && piece->count <= snapshot->subject_count - piece->first));
    mou_arena_reset(cutter->batch_arena);
    forget_members(cutter);
    cutter->piece = *piece;
    cutter->damaged = false;
    cutter->first = piece->chosen != NULL ? 0 : piece->first;
    cutter->core = piece->chosen != NULL ? 0 : piece->count;
    cutter->batch = (struct mou_batch){.core_count = piece->count, .texts = mou_intern_new_over(cutter->batch_arena, snapshot->texts)};
    struct chosen_rows *chosen = MOU_NEW_ARRAY(cutter->batch_arena, (size_t)mou_pack_record_count(snapshot->pack) + 1, struct chosen_rows);
    const bool cut = cutter->batch.texts != NULL && chosen != NULL && take_members(cutter) && cut_subjects(cutter) && cut_records(cutter, chosen) &&
                     cut_relations(cutter) && cut_objections(cutter, chosen);
    cutter->batch.subject_count = member_count(cutter);
    return cut ? &cutter->batch : NULL;
}

const struct mou_batch *mou_snapshot_cut(struct mou_snapshot_cutter *cutter, uint32_t first, uint32_t count)
{
    const struct mou_snapshot_piece piece = {.first = first, .count = count};
    return mou_snapshot_cut_piece(cutter, &piece);
}

bool mou_snapshot_cutter_damaged(const struct mou_snapshot_cutter *cutter)
{
    return cutter->damaged;
}
