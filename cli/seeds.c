/*
 * Makes worlds from the vocabulary: one subject with one record, every field filled with a plain value
 * of its type. What matters beyond that is found by changing them (neighbours.c). Used by suggest.c.
 */
#include "seeds.h"

/* Days before `on` on which documents are made, and long before which everything else began. */
enum { MADE_DAYS_AGO = 20, BEGUN_DAYS_AGO = 4000, TEXT_BYTES_MAX = 256 };

struct sowing {
    const struct mou_pack *pack;
    mou_date on;
};

static json_t *text_value(struct mou_text text)
{
    return json_stringn(text.bytes, text.len);
}

static json_t *date_value(mou_date date)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, TEXT_BYTES_MAX);
    mou_date_format(date, &text);
    json_t *value = text.failed ? NULL : json_stringn(text.data, text.len);
    mou_buf_free(&text);
    return value;
}

static json_t *code_value(const struct sowing *sowing, uint32_t table)
{
    struct mou_text ignored;
    int64_t number = 0;
    if (mou_pack_code_count(sowing->pack, table) == 0) {
        return json_null();
    }
    mou_pack_code(sowing->pack, table, 0, &ignored, &number);
    return json_integer(number);
}

static json_t *plain_value(const struct sowing *sowing, const struct mou_field_info *field)
{
    switch (field->type) {
    case MOU_VALUE_TEXT: return text_value(field->name);
    case MOU_VALUE_INTEGER: return json_integer(1);
    case MOU_VALUE_MONEY: return json_string("1000.00");
    case MOU_VALUE_RATIO: return json_string("10%");
    case MOU_VALUE_DATE: return date_value((mou_date)(sowing->on - MADE_DAYS_AGO));
    case MOU_VALUE_MONTHS: return json_string("P12M");
    case MOU_VALUE_DAYS: return json_string("P30D");
    case MOU_VALUE_WORKDAYS: return json_string("P5WD");
    case MOU_VALUE_YES_NO: return json_true();
    case MOU_VALUE_CODE: return code_value(sowing, field->code_table);
    }
    return NULL;
}

static bool put(json_t *object, struct mou_text name, json_t *value)
{
    return value != NULL && json_object_setn_new(object, name.bytes, name.len, value) == 0;
}

/* A row of a type with the rows below it. NULL when memory ran out. */
static json_t *row_of(const struct sowing *sowing, uint32_t record)
{
    const struct mou_record_info info = mou_pack_record(sowing->pack, record);
    json_t *row = json_object();
    bool good = row != NULL;
    for (uint32_t i = 0; i < info.field_count && good; i++) {
        const struct mou_field_info field = mou_pack_field(sowing->pack, record, i);
        if (field.required || i == info.key || i == info.number || mou_pack_reads_field(sowing->pack, record, i)) {
            good = put(row, field.name, plain_value(sowing, &field));
        }
    }
    for (uint32_t child = record + 1; child < mou_pack_record_count(sowing->pack) && good; child++) {
        const struct mou_record_info below = mou_pack_record(sowing->pack, child); /* types stand behind those that they are part of */
        if (below.parent == record && mou_pack_reads_record(sowing->pack, child)) {
            json_t *inner = row_of(sowing, child);
            good = inner != NULL && put(row, below.name, json_pack("[o]", inner));
        }
    }
    if (!good) {
        json_decref(row);
    }
    return good ? row : NULL;
}

/* A subject without records; its attributes as rules look at them. */
static json_t *subject_of(const struct sowing *sowing, uint32_t kind, const char *id)
{
    const struct mou_text name = mou_pack_kind_name(sowing->pack, kind);
    json_t *attributes = json_object();
    bool good = attributes != NULL;
    for (uint32_t i = 0; i < mou_pack_attribute_count(sowing->pack, kind) && good; i++) {
        const struct mou_field_info field = mou_pack_attribute(sowing->pack, kind, i);
        const bool begun = field.type == MOU_VALUE_DATE;
        good = !mou_pack_reads_attribute(sowing->pack, kind, i) ||
               put(attributes, field.name, begun ? date_value((mou_date)(sowing->on - 2 * BEGUN_DAYS_AGO)) : plain_value(sowing, &field));
    }
    return good ? json_pack("{s:s, s:s%, s:o, s:{}, s:{}, s:[]}", "id", id, "kind", name.bytes, name.len, "attributes", attributes, "records", "relations", "objections")
                : NULL;
}

static json_t *tie(const struct sowing *sowing, uint32_t relation, const char *to)
{
    json_t *row = json_pack("{s:s, s:o}", "to", to, "from", date_value((mou_date)(sowing->on - BEGUN_DAYS_AGO)));
    for (uint32_t i = 0; row != NULL && i < mou_pack_relation(sowing->pack, relation).field_count; i++) {
        const struct mou_field_info field = mou_pack_relation_field(sowing->pack, relation, i);
        if (!put(row, field.name, plain_value(sowing, &field))) {
            json_decref(row);
            return NULL;
        }
    }
    return row;
}

/* Somebody at the other end of each relation that the subject can have. */
static bool add_ties(const struct sowing *sowing, json_t *subjects, json_t *subject, uint32_t kind)
{
    bool good = true;
    for (uint32_t i = 0; i < mou_pack_relation_count(sowing->pack) && good; i++) {
        const struct mou_relation_info relation = mou_pack_relation(sowing->pack, i);
        const struct mou_text name = relation.name;
        const uint32_t ends[2] = {relation.from_kind, relation.to_kind};
        char id[TEXT_BYTES_MAX];
        for (unsigned end = 0; end < 2 && good && mou_pack_reads_relation(sowing->pack, i); end++) {
            if (ends[end] != kind) {
                continue;
            }
            snprintf(id, sizeof id, "%.*s%s", (int)(name.len < 100 ? name.len : 0), name.bytes, end == 0 ? "乙" : "丙");
            json_t *other = subject_of(sowing, ends[1 - end], id);
            json_t *holder = end == 0 ? subject : other;
            good = other != NULL && json_array_append_new(subjects, other) == 0 &&
                   put(json_object_get(holder, "relations"), name, json_pack("[o]", tie(sowing, i, end == 0 ? id : json_string_value(json_object_get(subject, "id")))));
        }
    }
    return good;
}

static json_t *world_of(const struct sowing *sowing, uint32_t kind, uint32_t record)
{
    json_t *subject = subject_of(sowing, kind, "补充甲");
    json_t *subjects = subject == NULL ? NULL : json_pack("[o]", subject);
    json_t *row = subjects == NULL ? NULL : row_of(sowing, record);
    const bool good = row != NULL && put(json_object_get(subject, "records"), mou_pack_record(sowing->pack, record).name, json_pack("[o]", row)) &&
                      add_ties(sowing, subjects, subject, kind);
    json_t *world = good ? json_pack("{s:O}", "subjects", subjects) : NULL;
    json_decref(subjects);
    return world;
}

json_t *mou_seeds_make(const struct mou_pack *pack, mou_date on)
{
    const struct sowing sowing = {pack, on};
    json_t *worlds = json_array();
    bool good = worlds != NULL;
    for (uint32_t record = 0; record < mou_pack_record_count(pack) && good; record++) {
        if (mou_pack_record(pack, record).parent != UINT32_MAX || !mou_pack_reads_record(pack, record)) {
            continue;
        }
        for (uint32_t kind = 0; kind < mou_pack_kind_count(pack) && good; kind++) {
            json_t *world = world_of(&sowing, kind, record);
            good = world != NULL && json_array_append_new(worlds, world) == 0;
        }
    }
    if (!good) {
        json_decref(worlds);
    }
    return good ? worlds : NULL;
}
