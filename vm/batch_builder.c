/*
 * The row-wise builder of a batch. Rows are appended as they come, one line of cells per row; at
 * the end columns.c sorts and turns them into columns. Wrong numbers and failed allocations are
 * remembered and told by mou_batch_finish; nothing is taken half. Used by the JSON reader, by tests
 * and by stores without column snapshots.
 */
#include "batch_builder.h"

#include <assert.h>
#include <string.h>

/* ---------------------------------------------------------- growing arrays */

/*
 * Room for `count` elements of `size` bytes; amortised by doubling. False and sticky when memory
 * ran out.
 */
static bool grow(struct mou_batch_builder *builder, struct mou_growing *array, size_t count,
                 size_t size)
{
    if (count <= array->capacity) {
        return true;
    }
    size_t capacity = array->capacity < 32 ? 32 : array->capacity * 2;
    if (capacity < count) {
        capacity = count;
    }
    if (capacity > SIZE_MAX / 2 / size) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
        return false;
    }
    void *data = builder->allocator->resize(builder->allocator->state, array->data,
                                            array->capacity * size, capacity * size);
    if (data == NULL) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
        return false;
    }
    array->data = data;
    array->capacity = capacity;
    return true;
}

static void release(struct mou_batch_builder *builder, struct mou_growing *array, size_t size)
{
    if (array->data != NULL) {
        (void)builder->allocator->resize(builder->allocator->state, array->data,
                                         array->capacity * size, 0);
    }
    array->data = NULL;
    array->capacity = 0;
}

void mou_builder_fail(struct mou_batch_builder *builder, enum mou_status status)
{
    if (builder->status == MOU_OK) {
        builder->status = status;
    }
}

/* ---------------------------------------------------------- rows of cells */

/* Appends `count` unset cells behind the `used` ones. */
static bool cells_extend(struct mou_batch_builder *builder, struct mou_cells *cells, size_t used,
                         size_t count)
{
    if (count > SIZE_MAX - used || !grow(builder, &cells->values, used + count, sizeof(int64_t)) ||
        !grow(builder, &cells->set, used + count, sizeof(uint8_t))) {
        return false;
    }
    if (count > 0) {
        memset((int64_t *)cells->values.data + used, 0, count * sizeof(int64_t));
        memset((uint8_t *)cells->set.data + used, 0, count);
    }
    return true;
}

static void cells_set(struct mou_cells *cells, size_t index, int64_t value)
{
    ((int64_t *)cells->values.data)[index] = value;
    ((uint8_t *)cells->set.data)[index] = 1;
}

static void cells_release(struct mou_batch_builder *builder, struct mou_cells *cells)
{
    release(builder, &cells->values, sizeof(int64_t));
    release(builder, &cells->set, sizeof(uint8_t));
}

/* ---------------------------------------------------------- life */

struct mou_batch_builder *mou_batch_builder_new(const struct mou_pack *pack,
                                                const struct mou_allocator *allocator)
{
    assert(pack != NULL);
    if (allocator == NULL) {
        allocator = mou_allocator_default();
    }
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_batch_builder *builder =
        arena == NULL ? NULL : MOU_NEW(arena, struct mou_batch_builder);
    if (builder == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    builder->pack = pack;
    builder->allocator = allocator;
    builder->own_arena = arena;
    builder->records = MOU_NEW_ARRAY(arena, pack->records_count, struct mou_builder_rows);
    builder->relations = MOU_NEW_ARRAY(arena, pack->relations_count, struct mou_builder_rows);
    builder->present = MOU_NEW_ARRAY(arena, pack->records_count, uint32_t);
    builder->record_columns = MOU_NEW_ARRAY(arena, pack->records_count, struct mou_record_columns);
    builder->relation_columns = MOU_NEW_ARRAY(arena, pack->relations_count, struct mou_relation_columns);
    builder->attributes_used = MOU_NEW_ARRAY(arena, pack->kinds_count, uint8_t *);
    for (uint32_t i = 0; builder->attributes_used != NULL && i < pack->kinds_count; i++) {
        builder->attributes_used[i] = MOU_NEW_ARRAY(arena, pack->kinds[i].field_count, uint8_t);
    }
    builder->batch_arena = mou_arena_new(allocator);
    if (mou_arena_failed(arena) || builder->batch_arena == NULL) {
        mou_arena_free(builder->batch_arena);
        mou_arena_free(arena);
        return NULL;
    }
    mou_batch_builder_reset(builder);
    if (builder->status != MOU_OK) {
        mou_batch_builder_free(builder);
        return NULL;
    }
    return builder;
}

static void rows_release(struct mou_batch_builder *builder, struct mou_builder_rows *rows)
{
    release(builder, &rows->heads, sizeof(struct mou_builder_row));
    cells_release(builder, &rows->cells);
    release(builder, &rows->used, sizeof(uint8_t));
}

void mou_batch_builder_free(struct mou_batch_builder *builder)
{
    if (builder == NULL) {
        return;
    }
    for (uint32_t i = 0; i < builder->pack->records_count; i++) {
        rows_release(builder, &builder->records[i]);
    }
    for (uint32_t i = 0; i < builder->pack->relations_count; i++) {
        rows_release(builder, &builder->relations[i]);
    }
    release(builder, &builder->subjects, sizeof(struct mou_builder_subject));
    release(builder, &builder->objections, sizeof(struct mou_objection));
    cells_release(builder, &builder->attributes);
    mou_arena_free(builder->batch_arena);
    mou_arena_free(builder->own_arena);
}

void mou_batch_builder_reset(struct mou_batch_builder *builder)
{
    assert(builder != NULL);
    for (uint32_t i = 0; i < builder->present_count; i++) {
        builder->records[builder->present[i]].count = 0;
        builder->record_columns[builder->present[i]] = (struct mou_record_columns){0};
    }
    builder->present_count = 0;
    for (uint32_t i = 0; i < builder->pack->relations_count; i++) {
        if (builder->relations[i].count > 0) {
            builder->relations[i].count = 0;
            builder->relation_columns[i] = (struct mou_relation_columns){0};
        }
    }
    for (uint32_t i = 0; i < builder->pack->kinds_count; i++) {
        memset(builder->attributes_used[i], 0, builder->pack->kinds[i].field_count);
    }
    builder->subject_count = 0;
    builder->core_count = 0;
    builder->attribute_cells = 0;
    builder->objection_count = 0;
    builder->status = MOU_OK;
    mou_arena_reset(builder->batch_arena);
    builder->texts = mou_intern_new_over(builder->batch_arena, builder->pack->own_texts);
    if (builder->texts == NULL) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
    }
}

/* ---------------------------------------------------------- subjects */

uint32_t mou_batch_add_subject(struct mou_batch_builder *builder, struct mou_text id, uint32_t kind,
                               bool core)
{
    assert(builder != NULL);
    const bool core_after_others = core && builder->core_count != builder->subject_count;
    if (kind >= builder->pack->kinds_count || core_after_others ||
        builder->subject_count == UINT32_MAX - 1) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return UINT32_MAX;
    }
    const uint32_t number = builder->subject_count;
    const uint32_t attribute_count = builder->pack->kinds[kind].field_count;
    if (builder->status != MOU_OK ||
        !grow(builder, &builder->subjects, (size_t)number + 1,
              sizeof(struct mou_builder_subject)) ||
        !cells_extend(builder, &builder->attributes, builder->attribute_cells, attribute_count)) {
        return UINT32_MAX;
    }
    const char *copy = mou_arena_copy(builder->batch_arena, id.bytes, id.len);
    if (copy == NULL) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
        return UINT32_MAX;
    }
    struct mou_builder_subject *subjects = builder->subjects.data;
    subjects[number] =
        (struct mou_builder_subject){{copy, id.len}, kind, builder->attribute_cells, false};
    builder->attribute_cells += attribute_count;
    builder->subject_count++;
    builder->core_count += core ? 1 : 0;
    return number;
}

void mou_batch_set_pointed_at(struct mou_batch_builder *builder, uint32_t subject)
{
    assert(builder != NULL);
    if (subject >= builder->subject_count) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return;
    }
    struct mou_builder_subject *subjects = builder->subjects.data;
    subjects[subject].pointed_at = true;
}

void mou_batch_set_attribute(struct mou_batch_builder *builder, uint32_t subject,
                             uint32_t attribute, int64_t value)
{
    assert(builder != NULL);
    const struct mou_builder_subject *subjects = builder->subjects.data;
    if (subject >= builder->subject_count ||
        attribute >= builder->pack->kinds[subjects[subject].kind].field_count) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return;
    }
    cells_set(&builder->attributes, subjects[subject].first_cell + attribute, value);
    builder->attributes_used[subjects[subject].kind][attribute] = 1;
}

int64_t mou_batch_text(struct mou_batch_builder *builder, struct mou_text text)
{
    assert(builder != NULL);
    const uint32_t number =
        builder->texts == NULL ? MOU_INTERN_NONE : mou_intern_add(builder->texts, text);
    if (number == MOU_INTERN_NONE) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
        return 0;
    }
    return number;
}

/* ---------------------------------------------------------- records and relations */

static uint32_t row_add(struct mou_batch_builder *builder, struct mou_builder_rows *rows,
                        uint32_t field_count, struct mou_builder_row row)
{
    if (builder->status != MOU_OK) {
        return UINT32_MAX;
    }
    if (rows->count == UINT32_MAX - 1) {
        mou_builder_fail(builder, MOU_ERROR_MEMORY);
        return UINT32_MAX;
    }
    if (rows->count == 0 && field_count > 0) {
        if (!grow(builder, &rows->used, field_count, sizeof(uint8_t))) {
            return UINT32_MAX;
        }
        memset(rows->used.data, 0, field_count);
    }
    if (!grow(builder, &rows->heads, (size_t)rows->count + 1, sizeof(struct mou_builder_row)) ||
        !cells_extend(builder, &rows->cells, (size_t)rows->count * field_count, field_count)) {
        return UINT32_MAX;
    }
    ((struct mou_builder_row *)rows->heads.data)[rows->count] = row;
    return rows->count++;
}

uint32_t mou_batch_add_row(struct mou_batch_builder *builder, uint32_t record, uint32_t subject,
                           uint32_t parent)
{
    assert(builder != NULL);
    const struct mou_pack *pack = builder->pack;
    bool wrong = record >= pack->records_count || subject >= builder->subject_count;
    if (!wrong) {
        const uint32_t above = pack->records[record].parent;
        if (above == MOU_PACK_NONE) {
            wrong = parent != UINT32_MAX;
        } else {
            const struct mou_builder_row *heads = builder->records[above].heads.data;
            wrong = parent >= builder->records[above].count || heads[parent].subject != subject;
        }
    }
    if (wrong) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return UINT32_MAX;
    }
    const uint32_t row = row_add(builder, &builder->records[record], pack->records[record].field_count,
                                 (struct mou_builder_row){.subject = subject, .other = parent});
    if (row == 0) {
        builder->present[builder->present_count++] = record;
    }
    return row;
}

void mou_batch_set_field(struct mou_batch_builder *builder, uint32_t record, uint32_t row,
                         uint32_t field, int64_t value)
{
    assert(builder != NULL);
    if (record >= builder->pack->records_count || row >= builder->records[record].count ||
        field >= builder->pack->records[record].field_count) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return;
    }
    const size_t cell = (size_t)row * builder->pack->records[record].field_count + field;
    cells_set(&builder->records[record].cells, cell, value);
    ((uint8_t *)builder->records[record].used.data)[field] = 1;
}

uint32_t mou_batch_add_relation(struct mou_batch_builder *builder, uint32_t relation,
                                uint32_t from_subject, uint32_t to_subject, mou_date since,
                                mou_date until)
{
    assert(builder != NULL);
    if (relation >= builder->pack->relations_count || from_subject >= builder->subject_count ||
        to_subject >= builder->subject_count) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return UINT32_MAX;
    }
    return row_add(builder, &builder->relations[relation],
                   builder->pack->relations[relation].field_count,
                   (struct mou_builder_row){from_subject, to_subject, since, until});
}

void mou_batch_set_relation_field(struct mou_batch_builder *builder, uint32_t relation,
                                  uint32_t row, uint32_t field, int64_t value)
{
    assert(builder != NULL);
    if (relation >= builder->pack->relations_count || row >= builder->relations[relation].count ||
        field >= builder->pack->relations[relation].field_count) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return;
    }
    const size_t cell = (size_t)row * builder->pack->relations[relation].field_count + field;
    cells_set(&builder->relations[relation].cells, cell, value);
    ((uint8_t *)builder->relations[relation].used.data)[field] = 1;
}

void mou_batch_add_objection(struct mou_batch_builder *builder, uint32_t record, uint32_t row,
                             mou_date lodged, mou_date closed)
{
    assert(builder != NULL);
    if (record >= builder->pack->records_count || row >= builder->records[record].count) {
        mou_builder_fail(builder, MOU_ERROR_USAGE);
        return;
    }
    if (grow(builder, &builder->objections, (size_t)builder->objection_count + 1,
             sizeof(struct mou_objection))) {
        struct mou_objection *objections = builder->objections.data;
        objections[builder->objection_count++] =
            (struct mou_objection){record, row, lodged, closed};
    }
}
