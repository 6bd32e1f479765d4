/*
 * Walks over the neighbours of a world by changing one place of its JSON after the other and putting
 * it back. Values come from the field's own type and from what was seen in other worlds. Used by
 * suggest.c.
 */
#include "neighbours.h"

#include <string.h>

#include "scenario.h"

/* Values of one field that are tried besides those next to its own. */
#define VALUES_TRIED_MAX 24u
#define DEPTH_MAX        16u
#define KEY_BYTES_MAX    512u

/** A walk in progress. */
struct walk {
    const struct mou_neighbours *neighbours;
    json_t *document;
    mou_neighbour_fn visit;
    void *state;
    bool going;
};

bool mou_neighbours_open(struct mou_neighbours *neighbours, const struct mou_pack *pack)
{
    *neighbours = (struct mou_neighbours){pack, json_object(), json_object()};
    return neighbours->pool != NULL && neighbours->rows != NULL;
}

void mou_neighbours_close(struct mou_neighbours *neighbours)
{
    json_decref(neighbours->pool);
    json_decref(neighbours->rows);
}

/* ------------------------------------------------------------------ learning */

/* The values seen of a field; made where it is asked for the first time. NULL without memory. */
static json_t *values_of(const struct mou_neighbours *neighbours, const char *owner,
                         const char *field)
{
    json_t *fields = json_object_get(neighbours->pool, owner);
    if (fields == NULL && json_object_set_new(neighbours->pool, owner, json_object()) == 0) {
        fields = json_object_get(neighbours->pool, owner);
    }
    json_t *values = json_object_get(fields, field);
    if (values == NULL && json_object_set_new(fields, field, json_array()) == 0) {
        values = json_object_get(fields, field);
    }
    return values;
}

static void learn_value(const struct mou_neighbours *neighbours, const char *owner,
                        const char *field, json_t *value)
{
    json_t *values = values_of(neighbours, owner, field);
    size_t index = 0;
    json_t *known = NULL;
    json_array_foreach(values, index, known)
    {
        if (json_equal(known, value)) {
            return;
        }
    }
    json_array_append(values, value);
}

static void learn_object(const struct mou_neighbours *neighbours, const char *owner, json_t *object,
                         unsigned depth)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(object, name, value)
    {
        size_t index = 0;
        json_t *row = NULL;
        if (!json_is_array(value)) {
            learn_value(neighbours, owner, name, value);
        } else if (depth < DEPTH_MAX) {
            json_array_foreach(value, index, row)
            {
                learn_object(neighbours, name, row, depth + 1);
            }
        }
    }
}

void mou_neighbours_learn(struct mou_neighbours *neighbours, json_t *document)
{
    size_t index = 0;
    json_t *subject = NULL;
    json_array_foreach(json_object_get(document, "subjects"), index, subject)
    {
        const char *kind = json_string_value(json_object_get(subject, "kind"));
        learn_object(neighbours, kind, json_object_get(subject, "attributes"), 0);
        learn_object(neighbours, kind, json_object_get(subject, "records"), 0);
        learn_object(neighbours, kind, json_object_get(subject, "relations"), 0);
    }
}

void mou_neighbours_offer(struct mou_neighbours *neighbours, json_t *document)
{
    size_t index = 0;
    json_t *subject = NULL;
    json_array_foreach(json_object_get(document, "subjects"), index, subject)
    {
        const char *type = NULL;
        json_t *rows = NULL;
        json_object_foreach(json_object_get(subject, "records"), type, rows)
        {
            if (json_array_size(rows) > 0) {
                json_object_set(neighbours->rows, type, json_array_get(rows, 0));
            }
        }
    }
}

/* ------------------------------------------------------------------ one place */

static void look(struct walk *walk)
{
    walk->going = walk->going && walk->visit(walk->state, walk->document);
}

/* The world with another value in one place; takes over `value`. */
static void with_value(struct walk *walk, json_t *object, const char *name, json_t *value)
{
    json_t *old = json_incref(json_object_get(object, name));
    if (walk->going && value != NULL && (old == NULL || !json_equal(old, value))) {
        json_object_set(object, name, value);
        look(walk);
        if (old != NULL) {
            json_object_set(object, name, old);
        } else {
            json_object_del(object, name);
        }
    }
    json_decref(old);
    json_decref(value);
}

static void without_value(struct walk *walk, json_t *object, const char *name)
{
    json_t *old = json_incref(json_object_get(object, name));
    json_object_del(object, name);
    look(walk);
    json_object_set(object, name, old);
    json_decref(old);
}

/* A number, date or amount moved by `step` units; NULL where it is none of these. */
static json_t *moved(const struct mou_field_info *field, json_t *value, int64_t step)
{
    struct mou_buf text;
    char bytes[64];
    int64_t number = 0;
    mou_date date = 0;
    const struct mou_text old = mou_text_of(json_is_string(value) ? json_string_value(value) : "");
    if (field->type == MOU_VALUE_INTEGER && json_is_integer(value)) {
        return json_integer(json_integer_value(value) + step);
    }
    mou_buf_init(&text, NULL, sizeof bytes);
    if (field->type == MOU_VALUE_DATE && mou_date_parse(old, &date)) {
        mou_date_format((mou_date)(date + step), &text);
    } else if (field->type == MOU_VALUE_MONEY && mou_money_parse(old, &number)) {
        mou_money_format(number + step, &text);
    } else if (field->type == MOU_VALUE_RATIO && mou_ratio_parse(old, &number)) {
        mou_ratio_format(number + step * 1000000, &text);
    }
    json_t *result = text.len > 0 ? json_stringn(text.data, text.len) : NULL;
    mou_buf_free(&text);
    return result;
}

static void try_next_to(struct walk *walk, const struct mou_field_info *field, json_t *object,
                        const char *name, json_t *value)
{
    for (int64_t step = -1; step <= 1; step += 2) {
        with_value(walk, object, name, moved(field, value, step));
    }
}

static void try_codes(struct walk *walk, uint32_t table, json_t *object, const char *name)
{
    const struct mou_pack *pack = walk->neighbours->pack;
    for (uint32_t i = 0; i < mou_pack_code_count(pack, table); i++) {
        struct mou_text ignored;
        int64_t number = 0;
        mou_pack_code(pack, table, i, &ignored, &number);
        with_value(walk, object, name, json_integer(number));
    }
}

/* The key of a row, NULL where it has none. */
static json_t *key_of(const struct mou_pack *pack, const char *type, json_t *row)
{
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        const struct mou_record_info record = mou_pack_record(pack, i);
        const bool named = strlen(type) == record.name.len &&
                           memcmp(type, record.name.bytes, record.name.len) == 0;
        if (named && record.key < record.field_count) {
            const struct mou_text field = mou_pack_field(pack, i, record.key).name;
            return json_object_getn(row, field.bytes, field.len);
        }
    }
    return NULL;
}

/* Keys of all rows that subjects of the world have, each once; NULL when memory ran out. */
static json_t *keys_of(const struct walk *walk)
{
    json_t *keys = json_array();
    json_t *seen = json_object();
    size_t index = 0;
    json_t *subject = NULL;
    json_array_foreach(json_object_get(walk->document, "subjects"), index, subject)
    {
        const char *type = NULL;
        json_t *rows = NULL;
        json_object_foreach(json_object_get(subject, "records"), type, rows)
        {
            size_t place = 0;
            json_t *row = NULL;
            json_array_foreach(rows, place, row)
            {
                json_t *key = key_of(walk->neighbours->pack, type, row);
                if (json_is_string(key) && json_object_get(seen, json_string_value(key)) == NULL) {
                    json_object_set_new(seen, json_string_value(key), json_true());
                    json_array_append(keys, key);
                }
            }
        }
    }
    json_decref(seen);
    return keys;
}

/* The texts by which the rows of the world are called: one document refers to another. */
static void try_references(struct walk *walk, json_t *object, const char *name)
{
    json_t *keys = keys_of(walk);
    size_t index = 0;
    json_t *key = NULL;
    json_array_foreach(keys, index, key)
    {
        with_value(walk, object, name, json_incref(key));
    }
    json_decref(keys);
}

/* A field of the row at hand: other values of its type, those seen elsewhere and their neighbours,
 * none. */
static void try_field(struct walk *walk, const char *owner, const struct mou_field_info *field,
                      json_t *object, const char *name)
{
    json_t *old = json_incref(json_object_get(object, name));
    size_t index = 0;
    json_t *seen = NULL;
    if (old != NULL) {
        try_next_to(walk, field, object, name, old);
        without_value(walk, object, name);
    }
    if (field->type == MOU_VALUE_YES_NO) {
        with_value(walk, object, name, json_true());
        with_value(walk, object, name, json_false());
    } else if (field->type == MOU_VALUE_CODE) {
        try_codes(walk, field->code_table, object, name);
    } else if (!field->key) {
        json_array_foreach(values_of(walk->neighbours, owner, name), index, seen)
        {
            if (walk->going && index < VALUES_TRIED_MAX) {
                with_value(walk, object, name, json_incref(seen));
                try_next_to(walk, field, object, name, seen);
            }
        }
    }
    if (field->type == MOU_VALUE_TEXT && !field->key) {
        try_references(walk, object, name);
    }
    json_decref(old);
}

/* ------------------------------------------------------------------ the whole world */

static void try_rows(struct walk *walk, json_t *records, unsigned depth);

/* Every field of a row, also those that it does not have; then the rows below it. */
static void try_row(struct walk *walk, const char *owner, json_t *row, unsigned depth)
{
    const struct mou_pack *pack = walk->neighbours->pack;
    json_t *known = json_copy(json_object_get(walk->neighbours->pool, owner));
    const char *name = NULL;
    json_t *values = NULL;
    json_object_foreach(known, name, values)
    {
        struct mou_field_info field;
        if (walk->going && mou_scenario_field(pack, owner, name, &field)) {
            try_field(walk, owner, &field, row, name);
        }
    }
    json_decref(known);
    try_rows(walk, row, depth + 1);
}

/* The rows of an object's arrays: each one changed, and each one gone. */
static void try_rows(struct walk *walk, json_t *records, unsigned depth)
{
    json_t *types = json_copy(records);
    const char *type = NULL;
    json_t *rows = NULL;
    json_object_foreach(types, type, rows)
    {
        for (size_t i = 0; depth < DEPTH_MAX && walk->going && i < json_array_size(rows); i++) {
            json_t *row = json_incref(json_array_get(rows, i));
            try_row(walk, type, row, depth);
            json_array_remove(rows, i);
            look(walk);
            json_array_insert(rows, i, row);
            json_decref(row);
        }
    }
    json_decref(types);
}

/* Beginning and end of a relation or objection a day earlier and later, and absent. */
static void try_dates(struct walk *walk, json_t *object)
{
    static const char *const names[] = {"from", "until", "lodged", "closed"};
    const struct mou_field_info date = {.type = MOU_VALUE_DATE};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_t *value = json_incref(json_object_get(object, names[i]));
        if (json_is_string(value)) {
            try_next_to(walk, &date, object, names[i], value);
            if (strcmp(names[i], "lodged") != 0) {
                with_value(walk, object, names[i], json_null());
            }
        }
        json_decref(value);
    }
}

/* An objection against each row that can be named, open since the first day of the calendar's
 * century. */
static void try_objections(struct walk *walk, json_t *subject)
{
    json_t *objections = json_object_get(subject, "objections");
    const char *type = NULL;
    json_t *rows = NULL;
    json_object_foreach(json_object_get(subject, "records"), type, rows)
    {
        size_t index = 0;
        json_t *row = NULL;
        json_array_foreach(rows, index, row)
        {
            json_t *key = key_of(walk->neighbours->pack, type, row);
            if (walk->going && json_is_string(key)) {
                json_array_append_new(objections, json_pack("{s:s, s:O, s:s}", "record", type,
                                                            "key", key, "lodged", "2001-01-01"));
                look(walk);
                json_array_remove(objections, json_array_size(objections) - 1);
            }
        }
    }
}

/* The fields that a relation's row has, or that another one of the relation was seen to have. */
static void try_tie_fields(struct walk *walk, const char *relation, json_t *row)
{
    json_t *known = json_copy(json_object_get(walk->neighbours->pool, relation));
    const char *name = NULL;
    json_t *values = NULL;
    json_object_foreach(known, name, values)
    {
        struct mou_field_info field;
        if (walk->going && mou_scenario_relation_field(walk->neighbours->pack, relation, name, &field)) {
            try_field(walk, relation, &field, row, name);
        }
    }
    json_decref(known);
}

/* The same row once more, by another key where it has one: a day later the second time. */
static void try_again(struct walk *walk, const char *type, json_t *rows, json_t *row)
{
    json_t *again = json_deep_copy(row);
    json_t *key = key_of(walk->neighbours->pack, type, again);
    if (again == NULL || json_array_append_new(rows, again) != 0) {
        walk->going = false;
        return;
    }
    if (json_is_string(key)) {
        char text[KEY_BYTES_MAX];
        const int len = snprintf(text, sizeof text, "%s之%zu", json_string_value(key), json_array_size(rows));
        walk->going = walk->going && json_string_set(key, len < (int)sizeof text ? text : "又") == 0;
    }
    look(walk);
    json_array_remove(rows, json_array_size(rows) - 1);
}

/* A row more: each of the subject's own rows again, then one of each type that it has none of. */
static void try_more_rows(struct walk *walk, json_t *subject)
{
    json_t *records = json_object_get(subject, "records");
    json_t *types = json_copy(records);
    const char *type = NULL;
    json_t *rows = NULL;
    json_t *row = NULL;
    json_object_foreach(types, type, rows)
    {
        for (size_t i = 0, count = json_array_size(rows); walk->going && i < count; i++) {
            try_again(walk, type, rows, json_array_get(rows, i));
        }
    }
    json_object_foreach(walk->neighbours->rows, type, row)
    {
        if (walk->going && json_array_size(json_object_get(records, type)) == 0) {
            with_value(walk, records, type, json_pack("[O]", row));
        }
    }
    json_decref(types);
}

/* Rows of a relation (objections: of none). */
static void try_ties(struct walk *walk, const char *relation, json_t *rows)
{
    for (size_t i = 0; walk->going && i < json_array_size(rows); i++) {
        json_t *row = json_incref(json_array_get(rows, i));
        try_dates(walk, row);
        if (relation != NULL) {
            try_tie_fields(walk, relation, row);
        }
        json_array_remove(rows, i);
        look(walk);
        json_array_insert(rows, i, row);
        json_decref(row);
    }
}

bool mou_neighbours_walk(const struct mou_neighbours *neighbours, json_t *document,
                         mou_neighbour_fn visit, void *state)
{
    struct walk walk = {neighbours, document, visit, state, true};
    size_t index = 0;
    json_t *subject = NULL;
    look(&walk);
    json_array_foreach(json_object_get(document, "subjects"), index, subject)
    {
        const char *kind = json_string_value(json_object_get(subject, "kind"));
        const char *relation = NULL;
        json_t *rows = NULL;
        if (walk.going) {
            try_row(&walk, kind, json_object_get(subject, "attributes"), DEPTH_MAX);
            try_rows(&walk, json_object_get(subject, "records"), 0);
            json_object_foreach(json_object_get(subject, "relations"), relation, rows)
            {
                try_ties(&walk, relation, rows);
            }
            try_ties(&walk, NULL, json_object_get(subject, "objections"));
            try_objections(&walk, subject);
            try_more_rows(&walk, subject);
        }
    }
    return walk.going;
}
