/*
 * From rows to columns: the end of the batch builder. Record rows are sorted by subject, then
 * parent row, then order of insertion, by counting; unset cells take their default; a column
 * without a gap carries no bitmap. Writes nothing but the builder's batch.
 */
#include <assert.h>
#include <string.h>

#include "batch_builder.h"
#include "bits.h"

/* ---------------------------------------------------------- order of the rows */

/*
 * The batch row of every record row, by counting over `key` (subject, or parent's batch row:
 * parents are ordered by subject already, so their order carries the subjects'). Returns false when
 * memory ran out.
 */
static bool place_rows(struct mou_arena *arena, struct mou_builder_rows *rows,
                       const uint32_t *parent_place, uint32_t key_count)
{
    const struct mou_builder_row *heads = rows->heads.data;
    rows->place = MOU_NEW_ARRAY(arena, rows->count, uint32_t);
    uint32_t *next = MOU_NEW_ARRAY(arena, (size_t)key_count + 1, uint32_t);
    if (rows->place == NULL || next == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        const uint32_t key = parent_place == NULL ? heads[i].subject : parent_place[heads[i].other];
        assert(key < key_count);
        next[key + 1]++;
    }
    for (uint32_t key = 0; key < key_count; key++) {
        next[key + 1] += next[key];
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        const uint32_t key = parent_place == NULL ? heads[i].subject : parent_place[heads[i].other];
        rows->place[i] = next[key]++;
    }
    return true;
}

/* A row's parent was added before it, so that types stand behind those that they lie in. */
static bool place_records(struct mou_batch_builder *builder)
{
    for (uint32_t i = 0; i < builder->present_count; i++) {
        const uint32_t record = builder->present[i];
        const uint32_t parent = builder->pack->records[record].parent;
        const uint32_t *above = parent == MOU_PACK_NONE ? NULL : builder->records[parent].place;
        const uint32_t keys = parent == MOU_PACK_NONE ? builder->subject_count : builder->records[parent].count;
        if (!place_rows(builder->batch_arena, &builder->records[record], above, keys)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- columns */

/* The default of a field, as a cell value. */
static bool field_default(struct mou_batch_builder *builder, uint32_t index, int64_t *value)
{
    const struct mou_pack_field *field = &builder->pack->fields[index];
    if ((field->flags & MOU_PACK_FIELD_DEFAULT) == 0) {
        return false;
    }
    *value = field->type == MOU_PACK_TEXT_FIELD
                 ? mou_batch_text(builder, mou_pack_string(builder->pack, field->default_text))
                 : field->default_value;
    return true;
}

/* Cells of one field, `stride` apart, scattered to their places (NULL: in order). */
struct cell_source {
    const int64_t *values;
    const uint8_t *set;
    size_t stride;
    const uint32_t *place;
};

/* Memory of a column: a value for each row, and bitmap words, zero. */
struct column_space {
    int64_t *values;
    uint64_t *known;
};

static bool make_column(struct mou_batch_builder *builder, struct cell_source source, struct column_space space,
                        uint32_t count, uint32_t field, struct mou_column *column)
{
    int64_t filler = 0;
    const bool fills = field_default(builder, field, &filler);
    uint32_t known_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t row = source.place == NULL ? i : source.place[i];
        const bool set = source.set[i * source.stride] != 0;
        space.values[row] = set ? source.values[i * source.stride] : filler;
        if (set || fills) {
            mou_bit_set(space.known, row);
            known_count++;
        }
    }
    *column = (struct mou_column){space.values, known_count == count ? NULL : space.known, 8};
    return builder->status == MOU_OK;
}

/* Whether any row has a cell of the field, its own or the default. */
static bool has_cells(const struct mou_batch_builder *builder, const struct mou_builder_rows *rows, uint32_t first_field, uint32_t field)
{
    return ((const uint8_t *)rows->used.data)[field] != 0 || (builder->pack->fields[first_field + field].flags & MOU_PACK_FIELD_DEFAULT) != 0;
}

/* Fields of which no row has a cell keep empty columns. */
static struct mou_column *make_columns(struct mou_batch_builder *builder, const struct mou_builder_rows *rows, const uint32_t *place, uint32_t first_field,
                                       uint32_t field_count)
{
    const size_t words = mou_words(rows->count);
    size_t made = 0;
    for (uint32_t f = 0; f < field_count; f++) {
        made += has_cells(builder, rows, first_field, f) ? 1 : 0;
    }
    struct mou_column *columns = MOU_NEW_ARRAY(builder->batch_arena, field_count, struct mou_column);
    int64_t *values = MOU_NEW_ARRAY(builder->batch_arena, made * rows->count, int64_t);
    uint64_t *known = MOU_NEW_ARRAY(builder->batch_arena, made * words, uint64_t);
    if (columns == NULL || values == NULL || known == NULL) {
        return NULL;
    }
    for (uint32_t f = 0; f < field_count; f++) {
        const struct cell_source source = {(const int64_t *)rows->cells.values.data + f, (const uint8_t *)rows->cells.set.data + f, field_count, place};
        if (!has_cells(builder, rows, first_field, f)) {
            continue;
        }
        if (!make_column(builder, source, (struct column_space){values, known}, rows->count, first_field + f, &columns[f])) {
            return NULL;
        }
        values += rows->count;
        known += words;
    }
    return columns;
}

static bool make_record(struct mou_batch_builder *builder, uint32_t record,
                        struct mou_record_columns *out)
{
    const struct mou_pack_record *type = &builder->pack->records[record];
    const struct mou_builder_rows *rows = &builder->records[record];
    const struct mou_builder_row *heads = rows->heads.data;
    uint32_t *subject = MOU_NEW_ARRAY(builder->batch_arena, rows->count, uint32_t);
    uint32_t *parent = type->parent == MOU_PACK_NONE
                           ? NULL
                           : MOU_NEW_ARRAY(builder->batch_arena, rows->count, uint32_t);
    struct mou_column *fields =
        make_columns(builder, rows, rows->place, type->first_field, type->field_count);
    if (mou_arena_failed(builder->batch_arena) || subject == NULL || fields == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        subject[rows->place[i]] = heads[i].subject;
        if (parent != NULL) {
            parent[rows->place[i]] = builder->records[type->parent].place[heads[i].other];
        }
    }
    *out = (struct mou_record_columns){
        .row_count = rows->count, .subject = subject, .parent = parent, .fields = fields};
    return true;
}

/* Bounds as columns; MOU_DATE_NONE is unknown (or open, for `until`). */
static bool make_bounds(struct mou_batch_builder *builder, const struct mou_builder_rows *rows,
                        struct mou_column *since, struct mou_column *until)
{
    const struct mou_builder_row *heads = rows->heads.data;
    int32_t *begin = MOU_NEW_ARRAY(builder->batch_arena, rows->count, int32_t);
    int32_t *end = MOU_NEW_ARRAY(builder->batch_arena, rows->count, int32_t);
    uint64_t *begin_known = MOU_NEW_ARRAY(builder->batch_arena, mou_words(rows->count), uint64_t);
    uint64_t *end_known = MOU_NEW_ARRAY(builder->batch_arena, mou_words(rows->count), uint64_t);
    if (begin == NULL || end == NULL || begin_known == NULL || end_known == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        if (heads[i].since != MOU_DATE_NONE) {
            begin[i] = heads[i].since;
            mou_bit_set(begin_known, i);
        }
        if (heads[i].until != MOU_DATE_NONE) {
            end[i] = heads[i].until;
            mou_bit_set(end_known, i);
        }
    }
    *since = (struct mou_column){begin, begin_known, 4};
    *until = (struct mou_column){end, end_known, 4};
    return true;
}

static bool make_relation(struct mou_batch_builder *builder, uint32_t relation,
                          struct mou_relation_columns *out)
{
    if (builder->relations[relation].count == 0) {
        return true;
    }
    const struct mou_pack_relation *type = &builder->pack->relations[relation];
    const struct mou_builder_rows *rows = &builder->relations[relation];
    const struct mou_builder_row *heads = rows->heads.data;
    uint32_t *from = MOU_NEW_ARRAY(builder->batch_arena, rows->count, uint32_t);
    uint32_t *to = MOU_NEW_ARRAY(builder->batch_arena, rows->count, uint32_t);
    struct mou_column *fields =
        make_columns(builder, rows, NULL, type->first_field, type->field_count);
    if (from == NULL || to == NULL || fields == NULL ||
        !make_bounds(builder, rows, &out->since, &out->until)) {
        return false;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        from[i] = heads[i].subject;
        to[i] = heads[i].other;
    }
    out->row_count = rows->count;
    out->from_subject = from;
    out->to_subject = to;
    out->fields = fields;
    return true;
}

/* ---------------------------------------------------------- subjects */

/* Whether the attribute is known of the subject, and its value. */
static bool attribute_of(const struct mou_batch_builder *builder, uint32_t subject,
                         uint32_t attribute, bool fills, int64_t *value)
{
    const struct mou_builder_subject *subjects = builder->subjects.data;
    const size_t cell = subjects[subject].first_cell + attribute;
    if (((const uint8_t *)builder->attributes.set.data)[cell] != 0) {
        *value = ((const int64_t *)builder->attributes.values.data)[cell];
        return true;
    }
    return fills && !subjects[subject].pointed_at;
}

/*
 * One attribute of one kind over all subjects; the others' rows stay unknown. An attribute that is
 * known of nobody keeps an empty column.
 */
static bool make_attribute(struct mou_batch_builder *builder, uint32_t kind, uint32_t attribute,
                           struct mou_column *column)
{
    const struct mou_builder_subject *subjects = builder->subjects.data;
    int64_t *values = NULL;
    uint64_t *known = NULL;
    int64_t filler = 0;
    const bool fills =
        field_default(builder, builder->pack->kinds[kind].first_field + attribute, &filler);
    if (!fills && builder->attributes_used[kind][attribute] == 0) {
        return true;
    }
    for (uint32_t s = 0; s < builder->subject_count; s++) {
        int64_t value = filler;
        if (subjects[s].kind != kind || !attribute_of(builder, s, attribute, fills, &value)) {
            continue;
        }
        if (known == NULL) {
            values = MOU_NEW_ARRAY(builder->batch_arena, builder->subject_count, int64_t);
            known =
                MOU_NEW_ARRAY(builder->batch_arena, mou_words(builder->subject_count), uint64_t);
        }
        if (values == NULL || known == NULL) {
            return false;
        }
        values[s] = value;
        mou_bit_set(known, s);
    }
    *column = (struct mou_column){values, known, values != NULL ? 8 : 0};
    return true;
}

static const struct mou_column *const *make_attributes(struct mou_batch_builder *builder)
{
    const struct mou_pack *pack = builder->pack;
    const struct mou_column **kinds =
        MOU_NEW_ARRAY(builder->batch_arena, pack->kinds_count, const struct mou_column *);
    if (kinds == NULL) {
        return NULL;
    }
    for (uint32_t k = 0; k < pack->kinds_count; k++) {
        struct mou_column *columns =
            MOU_NEW_ARRAY(builder->batch_arena, pack->kinds[k].field_count, struct mou_column);
        if (columns == NULL) {
            return NULL;
        }
        for (uint32_t a = 0; a < pack->kinds[k].field_count; a++) {
            if (!make_attribute(builder, k, a, &columns[a])) {
                return NULL;
            }
        }
        kinds[k] = columns;
    }
    return kinds;
}

static bool make_subjects(struct mou_batch_builder *builder, struct mou_batch *batch)
{
    const struct mou_builder_subject *subjects = builder->subjects.data;
    struct mou_text *ids =
        MOU_NEW_ARRAY(builder->batch_arena, builder->subject_count, struct mou_text);
    uint32_t *kinds = MOU_NEW_ARRAY(builder->batch_arena, builder->subject_count, uint32_t);
    if (ids == NULL || kinds == NULL) {
        return false;
    }
    for (uint32_t s = 0; s < builder->subject_count; s++) {
        ids[s] = subjects[s].id;
        kinds[s] = subjects[s].kind;
    }
    batch->subject_id = ids;
    batch->subject_kind = kinds;
    batch->attributes = make_attributes(builder);
    return batch->attributes != NULL;
}

/* ---------------------------------------------------------- the batch */

static bool make_objections(struct mou_batch_builder *builder, struct mou_batch *batch)
{
    const struct mou_objection *given = builder->objections.data;
    struct mou_objection *objections =
        MOU_NEW_ARRAY(builder->batch_arena, builder->objection_count, struct mou_objection);
    if (objections == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < builder->objection_count; i++) {
        objections[i] = given[i];
        objections[i].row = builder->records[given[i].record].place[given[i].row];
    }
    batch->objections = objections;
    batch->objection_count = builder->objection_count;
    return true;
}

static bool make_batch(struct mou_batch_builder *builder, struct mou_batch *batch)
{
    const struct mou_pack *pack = builder->pack;
    if (!place_records(builder) || !make_subjects(builder, batch)) {
        return false;
    }
    for (uint32_t i = 0; i < builder->present_count; i++) {
        if (!make_record(builder, builder->present[i], &builder->record_columns[builder->present[i]])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < pack->relations_count; i++) {
        if (!make_relation(builder, i, &builder->relation_columns[i])) {
            return false;
        }
    }
    batch->subject_count = builder->subject_count;
    batch->core_count = builder->core_count;
    batch->records = builder->record_columns;
    batch->relations = builder->relation_columns;
    batch->texts = builder->texts;
    return make_objections(builder, batch);
}

enum mou_status mou_batch_finish(struct mou_batch_builder *builder, const struct mou_batch **batch)
{
    assert(builder != NULL && batch != NULL);
    *batch = NULL;
    if (builder->status != MOU_OK) {
        return builder->status;
    }
    builder->batch = (struct mou_batch){0};
    if (!make_batch(builder, &builder->batch) || builder->status != MOU_OK) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
        return builder->status;
    }
    *batch = &builder->batch;
    return MOU_OK;
}
