/*
 * Reads a JSON world: subjects and relations are indexed first, then batches are cut from it. A subject that is only pointed at exists with
 * everything unknown. Whatever the vocabulary does not know is refused with its path.
 */
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define PATH_MAX_BYTES 1024

static bool same(struct mou_text text, const char *name)
{
    return strlen(name) == text.len && memcmp(text.bytes, name, text.len) == 0;
}

static uint32_t find_kind(const struct mou_pack *pack, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < mou_pack_kind_count(pack); i++) {
        if (same(mou_pack_kind_name(pack, i), name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static uint32_t find_record(const struct mou_pack *pack, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < mou_pack_record_count(pack); i++) {
        if (same(mou_pack_record(pack, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static uint32_t find_relation(const struct mou_pack *pack, const char *name, bool *inverse)
{
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        const struct mou_relation_info relation = mou_pack_relation(pack, i);
        if (same(relation.name, name) || same(relation.inverse, name)) {
            *inverse = !same(relation.name, name);
            return i;
        }
    }
    return UINT32_MAX;
}

/** Whether a member speaks of the field: by its name, or as NAME_fen for money, then *fen is set. */
static bool names_field(const struct mou_field_info *field, const char *name, bool *fen)
{
    size_t len = strlen(name);
    *fen = field->type == MOU_VALUE_MONEY && len == field->name.len + 4 && memcmp(name, field->name.bytes, field->name.len) == 0 &&
           strcmp(name + field->name.len, "_fen") == 0;
    return *fen || same(field->name, name);
}

static uint32_t find_attribute(const struct mou_pack *pack, uint32_t kind, const char *name, bool *fen)
{
    for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
        struct mou_field_info field = mou_pack_attribute(pack, kind, i);
        if (names_field(&field, name, fen)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static uint32_t find_field(const struct mou_pack *pack, uint32_t record, const char *name, bool *fen)
{
    for (uint32_t i = 0; i < mou_pack_record(pack, record).field_count; i++) {
        struct mou_field_info field = mou_pack_field(pack, record, i);
        if (names_field(&field, name, fen)) {
            return i;
        }
    }
    return UINT32_MAX;
}

/** One cell, in the field's own form or as a whole number of fen. */
static bool take_cell(struct mou_world *world, struct mou_batch_builder *builder, const struct mou_field_info *field, json_t *value, bool fen, const char *path,
                      int64_t *cell)
{
    if (!fen) {
        return mou_world_value(world, builder, field, value, path, cell);
    }
    *cell = json_integer_value(value);
    return json_is_integer(value) || mou_world_refuse(world, path, "应是整数（分）", "must be a whole number of fen");
}

/* ------------------------------------------------------------------ index */

static uint32_t add_subject(struct mou_world *world, struct mou_text id, uint32_t kind, json_t *json)
{
    uint32_t number = mou_intern_add(world->ids, id);
    struct mou_world_subject subject = {.kind = kind, .json = json};
    if (number == MOU_INTERN_NONE) {
        return UINT32_MAX;
    }
    if (number == world->subjects.count) {
        subject.id = mou_intern_text(world->ids, number);
        return MOU_VEC_PUSH(world->arena, &world->subjects, subject) ? number : UINT32_MAX;
    }
    return number;
}

static bool index_subject(struct mou_world *world, json_t *json, size_t index)
{
    char path[PATH_MAX_BYTES];
    snprintf(path, sizeof path, "subjects[%zu]", index);
    json_t *id = json_object_get(json, "id");
    if (!json_is_object(json) || !json_is_string(id) || json_string_length(id) == 0) {
        return mou_world_refuse(world, path, "缺少标识 id", "needs an id");
    }
    uint32_t kind = find_kind(world->pack, json_string_value(json_object_get(json, "kind")));
    if (kind == UINT32_MAX) {
        return mou_world_refuse(world, path, "缺少 kind，或者词表里没有这个主体类别", "needs a kind that the vocabulary declares");
    }
    uint32_t before = (uint32_t)world->subjects.count;
    uint32_t number = add_subject(world, (struct mou_text){json_string_value(id), json_string_length(id)}, kind, json);
    if (number != UINT32_MAX && number != before) {
        return mou_world_refuse(world, path, "标识重复", "the id is given twice");
    }
    return number != UINT32_MAX;
}

/** The other end of a relation row, made up where the world does not hold it. */
static uint32_t other_end(struct mou_world *world, json_t *row, uint32_t kind, const char *path)
{
    json_t *to = json_object_get(row, "to");
    if (!json_is_object(row) || !json_is_string(to) || json_string_length(to) == 0) {
        mou_world_refuse(world, path, "缺少 to", "needs a to");
        return UINT32_MAX;
    }
    return add_subject(world, (struct mou_text){json_string_value(to), json_string_length(to)}, kind, NULL);
}

static bool index_relation(struct mou_world *world, uint32_t subject, const char *name, json_t *rows)
{
    char path[PATH_MAX_BYTES];
    bool inverse = false;
    struct mou_text id = world->subjects.items[subject].id;
    uint32_t relation = find_relation(world->pack, name, &inverse);
    snprintf(path, sizeof path, "%.*s.relations.%s", (int)id.len, id.bytes, name);
    if (relation == UINT32_MAX || !json_is_array(rows)) {
        return mou_world_refuse(world, path, "词表里没有这个关系，或者不是数组", "is no relation of the vocabulary, or not an array");
    }
    const struct mou_relation_info info = mou_pack_relation(world->pack, relation);
    if (world->subjects.items[subject].kind != (inverse ? info.to_kind : info.from_kind)) {
        return mou_world_refuse(world, path, "这类主体没有这个关系", "subjects of this kind do not have this relation");
    }
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        uint32_t other = other_end(world, row, inverse ? info.from_kind : info.to_kind, path);
        struct mou_world_edge edge = {relation, inverse ? other : subject, inverse ? subject : other, row};
        if (other == UINT32_MAX || !MOU_VEC_PUSH(world->arena, &world->edges, edge)) {
            return false;
        }
        if (world->subjects.items[other].kind != (inverse ? info.from_kind : info.to_kind)) {
            return mou_world_refuse(world, path, "另一端的主体类别不对", "the subject at the other end is of another kind");
        }
    }
    return true;
}

static bool index_relations(struct mou_world *world)
{
    size_t given = world->subjects.count;
    for (uint32_t i = 0; i < given; i++) {
        const char *name = NULL;
        json_t *rows = NULL;
        json_t *relations = json_object_get(world->subjects.items[i].json, "relations");
        json_object_foreach(relations, name, rows)
        {
            if (!index_relation(world, i, name, rows)) {
                return false;
            }
        }
    }
    return true;
}

/** Fills, for every subject, the list of edges that touch it. */
static bool index_edges(struct mou_world *world)
{
    uint32_t total = 0;
    world->edge_index = MOU_NEW_ARRAY(world->arena, world->edges.count * 2 + 1, uint32_t);
    uint32_t *filled = MOU_NEW_ARRAY(world->arena, world->subjects.count + 1, uint32_t);
    if (world->edge_index == NULL || filled == NULL) {
        return false;
    }
    for (size_t i = 0; i < world->edges.count; i++) {
        world->subjects.items[world->edges.items[i].from].edge_count++;
        world->subjects.items[world->edges.items[i].to].edge_count++;
    }
    for (size_t i = 0; i < world->subjects.count; i++) {
        world->subjects.items[i].first_edge = total;
        total += world->subjects.items[i].edge_count;
    }
    for (uint32_t i = 0; i < world->edges.count; i++) {
        const uint32_t ends[2] = {world->edges.items[i].from, world->edges.items[i].to};
        for (int k = 0; k < 2; k++) {
            world->edge_index[world->subjects.items[ends[k]].first_edge + filled[ends[k]]++] = i;
        }
    }
    return true;
}

struct order_entry {
    struct mou_text id;
    uint32_t number;
};

static int by_id(const void *a, const void *b)
{
    return mou_text_compare(((const struct order_entry *)a)->id, ((const struct order_entry *)b)->id);
}

static bool sort_subjects(struct mou_world *world)
{
    struct order_entry *entries = MOU_NEW_ARRAY(world->arena, world->subjects.count + 1, struct order_entry);
    world->order = MOU_NEW_ARRAY(world->arena, world->subjects.count + 1, uint32_t);
    if (entries == NULL || world->order == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < world->subjects.count; i++) {
        entries[i] = (struct order_entry){world->subjects.items[i].id, i};
    }
    if (world->subjects.count > 0) {
        qsort(entries, world->subjects.count, sizeof *entries, by_id);
    }
    for (uint32_t i = 0; i < world->subjects.count; i++) {
        world->order[i] = entries[i].number;
    }
    return true;
}

static bool index_world(struct mou_world *world)
{
    json_t *subjects = json_object_get(world->document, "subjects");
    if (!json_is_array(subjects)) {
        return mou_world_refuse(world, "subjects", "应是数组", "must be an array");
    }
    for (size_t i = 0; i < json_array_size(subjects); i++) {
        if (!index_subject(world, json_array_get(subjects, i), i)) {
            return false;
        }
    }
    return index_relations(world) && index_edges(world) && sort_subjects(world);
}

static enum mou_status outcome_of(struct mou_world *world, bool done)
{
    if (done) {
        return MOU_OK;
    }
    if (world->problem.len == 0) {
        mou_out_of_memory(world->cli);
        return MOU_ERROR_MEMORY;
    }
    mou_complain(world->cli, mou_say(world->cli, "主体数据不能接受：%s", "the subject data cannot be taken: %s"), world->problem.data);
    return MOU_ERROR_DATA;
}

/* jansson's scanner goes on when a string cannot grow and drops a character: a subject would be taken for another one. */
static bool json_memory_failed;

static void *json_allocate(size_t size)
{
    void *bytes = malloc(size);
    json_memory_failed = json_memory_failed || bytes == NULL;
    return bytes;
}

/** Parses, or NULL with `error`; *whole is false where memory ran out, whatever the result. */
static json_t *load_json(struct mou_text text, json_error_t *error, bool *whole)
{
    json_set_alloc_funcs(json_allocate, free);
    json_memory_failed = false;
    json_t *document = json_loadb(text.bytes, text.len, JSON_REJECT_DUPLICATES, error);
    *whole = !json_memory_failed;
    return document;
}

enum mou_status mou_world_open(struct mou_world *world, struct mou_cli *cli, const struct mou_pack *pack, struct mou_text json)
{
    json_error_t error;
    *world = (struct mou_world){.cli = cli, .pack = pack};
    mou_buf_init(&world->problem, NULL, 65536);
    world->arena = mou_arena_new(NULL);
    world->ids = world->arena != NULL ? mou_intern_new(world->arena) : NULL;
    if (world->ids == NULL) {
        return outcome_of(world, false);
    }
    bool whole = false;
    world->document = load_json(json, &error, &whole);
    if (!whole) {
        return outcome_of(world, false);
    }
    if (world->document == NULL) {
        mou_complain(cli, mou_say(cli, "不是合格的 JSON：第 %d 行第 %d 列：%s", "not well-formed JSON: line %d, column %d: %s"), error.line, error.column, error.text);
        return MOU_ERROR_DATA;
    }
    return outcome_of(world, index_world(world));
}

void mou_world_close(struct mou_world *world)
{
    json_decref(world->document);
    mou_buf_free(&world->problem);
    if (world->arena != NULL) {
        mou_arena_free(world->arena);
    }
    *world = (struct mou_world){0};
}

/* ------------------------------------------------------------------ batches */

/** What is being filled: the builder, and the numbers that subjects got in the batch. */
struct filling {
    struct mou_world *world;
    struct mou_batch_builder *builder;
    uint32_t *number; /**< world subject -> batch subject, UINT32_MAX: not in the batch */
    MOU_VEC(uint32_t) members;
    struct mou_arena *arena;
};

static bool put_attributes(struct filling *filling, const struct mou_world_subject *subject, uint32_t number)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_t *attributes = json_object_get(subject->json, "attributes");
    json_object_foreach(attributes, name, value)
    {
        char path[PATH_MAX_BYTES];
        int64_t cell = 0;
        bool fen = false;
        uint32_t attribute = find_attribute(filling->world->pack, subject->kind, name, &fen);
        snprintf(path, sizeof path, "%.*s.attributes.%s", (int)subject->id.len, subject->id.bytes, name);
        if (attribute == UINT32_MAX) {
            return mou_world_refuse(filling->world, path, "词表里没有这个属性", "is no attribute of the vocabulary");
        }
        struct mou_field_info field = mou_pack_attribute(filling->world->pack, subject->kind, attribute);
        if (json_is_null(value)) {
            continue;
        }
        if (!take_cell(filling->world, filling->builder, &field, value, fen, path, &cell)) {
            return false;
        }
        mou_batch_set_attribute(filling->builder, number, attribute, cell);
    }
    return true;
}

static bool put_rows(struct filling *filling, uint32_t record, json_t *rows, uint32_t subject, uint32_t parent, const char *path, json_t *objections);

/** One member of a record row: a field, or the rows of a nested type. */
static bool put_member(struct filling *filling, uint32_t record, uint32_t row, uint32_t subject, const char *name, json_t *value, const char *path,
                       json_t *objections)
{
    char inner[PATH_MAX_BYTES];
    bool fen = false;
    int64_t cell = 0;
    const struct mou_pack *pack = filling->world->pack;
    if (snprintf(inner, sizeof inner, "%s.%s", path, name) >= (int)sizeof inner) {
        return mou_world_refuse(filling->world, path, "嵌套太深", "is nested too deeply");
    }
    uint32_t index = find_field(pack, record, name, &fen);
    if (index == UINT32_MAX) {
        uint32_t nested = find_record(pack, name);
        if (nested == UINT32_MAX || mou_pack_record(pack, nested).parent != record) {
            return mou_world_refuse(filling->world, inner, "词表里没有这个字段", "is no field of the vocabulary");
        }
        return put_rows(filling, nested, value, subject, row, inner, objections);
    }
    if (json_is_null(value)) {
        return true;
    }
    struct mou_field_info field = mou_pack_field(pack, record, index);
    if (!take_cell(filling->world, filling->builder, &field, value, fen, inner, &cell)) {
        return false;
    }
    mou_batch_set_field(filling->builder, record, row, index, cell);
    return true;
}

/** Passes on the objections whose record and key are this row's; marks them as used. */
static bool put_objections(struct filling *filling, uint32_t record, uint32_t row, json_t *json, json_t *objections, const char *path)
{
    struct mou_record_info info = mou_pack_record(filling->world->pack, record);
    if (info.key == UINT32_MAX) {
        return true;
    }
    struct mou_field_info key = mou_pack_field(filling->world->pack, record, info.key);
    json_t *own = json_object_getn(json, key.name.bytes, key.name.len);
    size_t index = 0;
    json_t *objection = NULL;
    json_array_foreach(objections, index, objection)
    {
        const char *type = json_string_value(json_object_get(objection, "record"));
        mou_date lodged = 0;
        mou_date closed = 0;
        if (type == NULL || !same(info.name, type) || own == NULL || !json_equal(own, json_object_get(objection, "key"))) {
            continue;
        }
        if (!mou_world_date(filling->world, objection, "lodged", path, &lodged) || !mou_world_date(filling->world, objection, "closed", path, &closed)) {
            return false;
        }
        if (lodged == MOU_DATE_NONE) {
            return mou_world_refuse(filling->world, path, "异议缺少提出日期 lodged", "an objection needs a date lodged");
        }
        mou_batch_add_objection(filling->builder, record, row, lodged, closed);
    }
    return true;
}

static bool put_rows(struct filling *filling, uint32_t record, json_t *rows, uint32_t subject, uint32_t parent, const char *path, json_t *objections)
{
    size_t index = 0;
    json_t *json = NULL;
    if (!json_is_array(rows)) {
        return mou_world_refuse(filling->world, path, "应是数组", "must be an array");
    }
    json_array_foreach(rows, index, json)
    {
        char inner[PATH_MAX_BYTES];
        const char *name = NULL;
        json_t *value = NULL;
        if (snprintf(inner, sizeof inner, "%s[%zu]", path, index) >= (int)sizeof inner) {
            return mou_world_refuse(filling->world, path, "嵌套太深", "is nested too deeply");
        }
        if (!json_is_object(json)) {
            return mou_world_refuse(filling->world, inner, "应是对象", "must be an object");
        }
        uint32_t row = mou_batch_add_row(filling->builder, record, subject, parent);
        if (row == UINT32_MAX) {
            return false;
        }
        json_object_foreach(json, name, value)
        {
            if (!put_member(filling, record, row, subject, name, value, inner, objections)) {
                return false;
            }
        }
        if (!put_objections(filling, record, row, json, objections, inner)) {
            return false;
        }
    }
    return true;
}

static bool put_records(struct filling *filling, const struct mou_world_subject *subject, uint32_t number)
{
    const char *name = NULL;
    json_t *rows = NULL;
    json_t *records = json_object_get(subject->json, "records");
    json_object_foreach(records, name, rows)
    {
        char path[PATH_MAX_BYTES];
        uint32_t record = find_record(filling->world->pack, name);
        snprintf(path, sizeof path, "%.*s.records.%s", (int)subject->id.len, subject->id.bytes, name);
        if (record == UINT32_MAX || mou_pack_record(filling->world->pack, record).parent != UINT32_MAX) {
            return mou_world_refuse(filling->world, path, "词表里没有这种记录", "is no record type of the vocabulary");
        }
        if (!put_rows(filling, record, rows, number, UINT32_MAX, path, json_object_get(subject->json, "objections"))) {
            return false;
        }
    }
    return true;
}

/** Adds a subject once. */
static bool put_subject(struct filling *filling, uint32_t subject, bool core)
{
    const struct mou_world_subject *member = &filling->world->subjects.items[subject];
    if (filling->number[subject] != UINT32_MAX) {
        return true;
    }
    uint32_t number = mou_batch_add_subject(filling->builder, member->id, member->kind, core);
    filling->number[subject] = number;
    if (member->json == NULL && number != UINT32_MAX) {
        mou_batch_set_pointed_at(filling->builder, number);
    }
    return number != UINT32_MAX && MOU_VEC_PUSH(filling->arena, &filling->members, subject) && put_attributes(filling, member, number) &&
           put_records(filling, member, number);
}

/** Adds everyone within the pack's closure depth of the core. */
static bool put_related(struct filling *filling)
{
    size_t ring = 0;
    for (uint32_t depth = 0; depth < mou_pack_closure_depth(filling->world->pack); depth++) {
        size_t end = filling->members.count;
        for (; ring < end; ring++) {
            const struct mou_world_subject *member = &filling->world->subjects.items[filling->members.items[ring]];
            for (uint32_t i = 0; i < member->edge_count; i++) {
                const struct mou_world_edge *edge = &filling->world->edges.items[filling->world->edge_index[member->first_edge + i]];
                if (!put_subject(filling, edge->from, false) || !put_subject(filling, edge->to, false)) {
                    return false;
                }
            }
        }
    }
    return true;
}

static bool put_relation_fields(struct filling *filling, const struct mou_world_edge *edge, uint32_t row)
{
    for (uint32_t i = 0; i < mou_pack_relation(filling->world->pack, edge->relation).field_count; i++) {
        struct mou_field_info field = mou_pack_relation_field(filling->world->pack, edge->relation, i);
        json_t *value = json_object_getn(edge->row, field.name.bytes, field.name.len);
        int64_t cell = 0;
        if (value == NULL || json_is_null(value)) {
            continue;
        }
        if (!mou_world_value(filling->world, filling->builder, &field, value, "relations", &cell)) {
            return false;
        }
        mou_batch_set_relation_field(filling->builder, edge->relation, row, i, cell);
    }
    return true;
}

/** Adds the edges with both ends in the batch, each once: with its `from` end. */
static bool put_edges(struct filling *filling)
{
    struct mou_world *world = filling->world;
    for (size_t i = 0; i < filling->members.count; i++) {
        const struct mou_world_subject *member = &world->subjects.items[filling->members.items[i]];
        for (uint32_t k = 0; k < member->edge_count; k++) {
            const struct mou_world_edge *edge = &world->edges.items[world->edge_index[member->first_edge + k]];
            mou_date since = 0;
            mou_date until = 0;
            bool repeated = edge->from == edge->to && k > 0 && world->edge_index[member->first_edge + k] == world->edge_index[member->first_edge + k - 1];
            if (edge->from != filling->members.items[i] || filling->number[edge->to] == UINT32_MAX || repeated) {
                continue;
            }
            if (!mou_world_date(world, edge->row, "from", "relations", &since) || !mou_world_date(world, edge->row, "until", "relations", &until)) {
                return false;
            }
            uint32_t row = mou_batch_add_relation(filling->builder, edge->relation, filling->number[edge->from], filling->number[edge->to], since, until);
            if (row == UINT32_MAX || !put_relation_fields(filling, edge, row)) {
                return false;
            }
        }
    }
    return true;
}

static bool fill(struct filling *filling, uint32_t first, uint32_t count)
{
    struct mou_world *world = filling->world;
    filling->number = MOU_NEW_ARRAY(filling->arena, world->subjects.count + 1, uint32_t);
    if (filling->number == NULL) {
        return false;
    }
    memset(filling->number, 0xff, (world->subjects.count + 1) * sizeof *filling->number);
    for (uint32_t i = 0; i < count; i++) {
        if (!put_subject(filling, world->order[first + i], true)) {
            return false;
        }
    }
    return put_related(filling) && put_edges(filling);
}

enum mou_status mou_world_batch(struct mou_world *world, uint32_t first, uint32_t count, struct mou_batch_builder *builder,
                                const struct mou_batch **batch)
{
    struct filling filling = {.world = world, .builder = builder, .arena = mou_arena_new(NULL)};
    mou_batch_builder_reset(builder);
    bool filled = filling.arena != NULL && fill(&filling, first, count);
    mou_arena_free(filling.arena);
    if (!filled) {
        return outcome_of(world, false);
    }
    enum mou_status status = mou_batch_finish(builder, batch);
    if (status != MOU_OK) {
        mou_out_of_memory(world->cli);
    }
    return status;
}
