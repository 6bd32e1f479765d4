/*
 * Writes a JSON world in the words of a test: subjects with attributes, rows with the rows below
 * them, relations, objections. The world is one that was accepted before. Used by suggest.c.
 */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16u

static bool same(struct mou_text text, const char *name)
{
    return strlen(name) == text.len && memcmp(text.bytes, name, text.len) == 0;
}

/* ------------------------------------------------------------------ fields */

static uint32_t find_record(const struct mou_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        if (same(mou_pack_record(pack, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static bool find_attribute(const struct mou_pack *pack, const char *kind, const char *name,
                           struct mou_field_info *field)
{
    for (uint32_t i = 0; i < mou_pack_kind_count(pack); i++) {
        const uint32_t count =
            same(mou_pack_kind_name(pack, i), kind) ? mou_pack_attribute_count(pack, i) : 0;
        for (uint32_t k = 0; k < count; k++) {
            *field = mou_pack_attribute(pack, i, k);
            if (same(field->name, name)) {
                return true;
            }
        }
    }
    return false;
}

bool mou_scenario_field(const struct mou_pack *pack, const char *owner, const char *name,
                        struct mou_field_info *field)
{
    const uint32_t record = find_record(pack, owner);
    if (record == UINT32_MAX) {
        return find_attribute(pack, owner, name, field);
    }
    for (uint32_t i = 0; i < mou_pack_record(pack, record).field_count; i++) {
        *field = mou_pack_field(pack, record, i);
        if (same(field->name, name)) {
            return true;
        }
    }
    return false;
}

bool mou_scenario_relation_field(const struct mou_pack *pack, const char *relation, const char *name, struct mou_field_info *field)
{
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        const struct mou_relation_info info = mou_pack_relation(pack, i);
        for (uint32_t k = 0; same(info.name, relation) && k < info.field_count; k++) {
            *field = mou_pack_relation_field(pack, i, k);
            if (same(field->name, name)) {
                return true;
            }
        }
    }
    return false;
}

/* ------------------------------------------------------------------ values */

static void put_text(const char *text, struct mou_buf *out)
{
    mou_buf_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\t') {
            mou_buf_text(out, *text == '\n' ? "\\n" : "\\t");
            continue;
        }
        if (*text == '"' || *text == '\\') {
            mou_buf_char(out, '\\');
        }
        mou_buf_char(out, *text);
    }
    mou_buf_char(out, '"');
}

static void put_code(const struct mou_pack *pack, uint32_t table, json_t *value,
                     struct mou_buf *out)
{
    for (uint32_t i = 0; i < mou_pack_code_count(pack, table); i++) {
        struct mou_text name;
        int64_t number = 0;
        mou_pack_code(pack, table, i, &name, &number);
        if (json_is_integer(value) && json_integer_value(value) == number) {
            mou_buf_append(out, name.bytes, name.len);
            return;
        }
    }
    mou_buf_text(out, json_string_value(value));
}

/* "P6M" as 6个月, "P30D" as 30日, of working days 30个工作日. */
static void put_duration(enum mou_value_type type, const char *text, struct mou_buf *out)
{
    const char *unit = type == MOU_VALUE_MONTHS ? "个月"
                       : type == MOU_VALUE_DAYS ? "日"
                                                : "个工作日";
    char *end = NULL;
    long count = strtol(text + 1, &end, 10);
    if (type == MOU_VALUE_MONTHS && *end == 'Y') {
        count *= 12;
    }
    mou_buf_printf(out, "%ld%s", count, unit);
}

static void put_ratio(const char *text, struct mou_buf *out)
{
    int64_t scaled = 0;
    if (mou_ratio_parse(mou_text_of(text), &scaled)) {
        mou_buf_printf(out, "%lld", (long long)(scaled / 1000000));
        if (scaled % 1000000 != 0) {
            mou_buf_printf(out, ".%06lld", (long long)(scaled % 1000000));
        }
        mou_buf_char(out, '%');
    }
}

static void put_value(const struct mou_pack *pack, const struct mou_field_info *field,
                      json_t *value, struct mou_buf *out)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    switch (field->type) {
    case MOU_VALUE_TEXT:
        put_text(text, out);
        break;
    case MOU_VALUE_INTEGER:
        mou_buf_printf(out, "%lld", (long long)json_integer_value(value));
        break;
    case MOU_VALUE_MONEY:
        mou_buf_printf(out, "%s元", text);
        break;
    case MOU_VALUE_RATIO:
        put_ratio(text, out);
        break;
    case MOU_VALUE_DATE:
        mou_buf_text(out, text);
        break;
    case MOU_VALUE_MONTHS:
    case MOU_VALUE_DAYS:
    case MOU_VALUE_WORKDAYS:
        put_duration(field->type, text, out);
        break;
    case MOU_VALUE_YES_NO:
        mou_buf_text(out, json_is_true(value) ? "是" : "否");
        break;
    case MOU_VALUE_CODE:
        put_code(pack, field->code_table, value, out);
        break;
    }
}

/* The members that are fields, one after the other. */
static void put_fields(const struct mou_pack *pack, const char *owner, json_t *object,
                       struct mou_buf *out)
{
    const char *name = NULL;
    json_t *value = NULL;
    const char *between = "";
    json_object_foreach(object, name, value)
    {
        struct mou_field_info field;
        if (mou_scenario_field(pack, owner, name, &field)) {
            mou_buf_printf(out, "%s%s ", between, name);
            put_value(pack, &field, value, out);
            between = "、";
        }
    }
}

/* ------------------------------------------------------------------ rows */

/* The rows of each type, each followed by the rows below it. */
static void put_rows(const struct mou_pack *pack, json_t *records, unsigned depth,
                     struct mou_buf *out)
{
    const char *type = NULL;
    json_t *rows = NULL;
    json_object_foreach(records, type, rows)
    {
        size_t index = 0;
        json_t *row = NULL;
        if (find_record(pack, type) == UINT32_MAX || depth > DEPTH_MAX) {
            continue;
        }
        json_array_foreach(rows, index, row)
        {
            mou_buf_printf(out, "        %s： ", type);
            put_fields(pack, type, row, out);
            mou_buf_char(out, '\n');
            put_rows(pack, row, depth + 1, out);
        }
    }
}

static void put_bound(const char *word, json_t *date, struct mou_buf *out)
{
    if (json_is_string(date)) {
        mou_buf_printf(out, " %s %s", word, json_string_value(date));
    }
}

static void put_relation_fields(const struct mou_pack *pack, const char *relation, json_t *row, struct mou_buf *out)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(row, name, value)
    {
        struct mou_field_info field;
        if (!json_is_null(value) && mou_scenario_relation_field(pack, relation, name, &field)) {
            mou_buf_printf(out, "、%s ", name);
            put_value(pack, &field, value, out);
        }
    }
}

static void put_relations(const struct mou_pack *pack, json_t *relations, struct mou_buf *out)
{
    const char *name = NULL;
    json_t *rows = NULL;
    json_object_foreach(relations, name, rows)
    {
        size_t index = 0;
        json_t *row = NULL;
        json_array_foreach(rows, index, row)
        {
            mou_buf_printf(out, "        %s %s", name,
                           json_string_value(json_object_get(row, "to")));
            put_bound("自", json_object_get(row, "from"), out);
            put_bound("至", json_object_get(row, "until"), out);
            put_relation_fields(pack, name, row, out);
            mou_buf_char(out, '\n');
        }
    }
}

static void put_objections(json_t *subject, struct mou_buf *out)
{
    size_t index = 0;
    json_t *objection = NULL;
    json_array_foreach(json_object_get(subject, "objections"), index, objection)
    {
        mou_buf_printf(out, "    异议 %s \"%s\"",
                       json_string_value(json_object_get(objection, "record")),
                       json_string_value(json_object_get(objection, "key")));
        put_bound("提出", json_object_get(objection, "lodged"), out);
        put_bound("办结", json_object_get(objection, "closed"), out);
        mou_buf_printf(out, " 对 %s\n", json_string_value(json_object_get(subject, "id")));
    }
}

void mou_scenario_put(const struct mou_pack *pack, json_t *document, struct mou_buf *out)
{
    size_t index = 0;
    json_t *subject = NULL;
    json_t *subjects = json_object_get(document, "subjects");
    json_array_foreach(subjects, index, subject)
    {
        const char *kind = json_string_value(json_object_get(subject, "kind"));
        json_t *attributes = json_object_get(subject, "attributes");
        mou_buf_printf(out, "    主体 %s %s\n", kind,
                       json_string_value(json_object_get(subject, "id")));
        if (json_object_size(attributes) > 0) {
            mou_buf_text(out, "        ");
            put_fields(pack, kind, attributes, out);
            mou_buf_char(out, '\n');
        }
        put_rows(pack, json_object_get(subject, "records"), 0, out);
        put_relations(pack, json_object_get(subject, "relations"), out);
    }
    json_array_foreach(subjects, index, subject)
    {
        put_objections(subject, out);
    }
}
