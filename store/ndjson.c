/*
 * NDJSON: one object a line, with the same names as a CSV header; rows of nested types as arrays under the type's name.
 */
#include <jansson.h>
#include <string.h>

#include "json_line.h"
#include "stream.h"

/** The text of a scalar, in the row's arena; false for other kinds of values. */
static bool scalar_text(struct mou_intake *intake, json_t *value, struct mou_text *text)
{
    char number[32];
    if (json_is_null(value)) {
        *text = (struct mou_text){NULL, 0};
        return true;
    }
    if (json_is_string(value)) {
        *text = (struct mou_text){json_string_value(value), json_string_length(value)};
        return true;
    }
    if (json_is_boolean(value)) {
        *text = json_is_true(value) ? MOU_TEXT("是") : MOU_TEXT("否");
        return true;
    }
    if (!json_is_integer(value)) {
        return false;
    }
    int len = snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    text->bytes = mou_arena_copy(intake->row_arena, number, (size_t)len);
    text->len = (size_t)len;
    return text->bytes != NULL;
}

static uint32_t find_field(const struct mou_pack *pack, uint32_t record, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_record(pack, record).field_count; i++) {
        if (mou_text_equal(mou_pack_field(pack, record, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static uint32_t find_nested(const struct mou_pack *pack, uint32_t parent, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        if (mou_pack_record(pack, i).parent == parent && mou_text_equal(mou_pack_record(pack, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

/** What is wrong with a row, so that it can be refused as a whole. */
struct row_problem {
    struct mou_text field;
    const char *zh;
    const char *en;
};

static bool fill_row(struct mou_intake *intake, uint32_t record, json_t *object, bool top, struct mou_offered_row *row, struct row_problem *problem);

static bool fill_children(struct mou_intake *intake, uint32_t record, json_t *array, struct mou_offered_row *row, struct row_problem *problem)
{
    struct mou_offered_children *children = MOU_NEW(intake->row_arena, struct mou_offered_children);
    size_t index = 0;
    json_t *object = NULL;
    if (children == NULL || !json_is_array(array)) {
        *problem = (struct row_problem){mou_pack_record(intake->store->pack, record).name, "应是数组", "must be an array"};
        return false;
    }
    children->record = record;
    children->next = row->children;
    row->children = children;
    struct mou_offered_row **tail = &children->first;
    json_array_foreach(array, index, object)
    {
        struct mou_offered_row *child = MOU_NEW(intake->row_arena, struct mou_offered_row);
        if (child == NULL || !fill_row(intake, record, object, false, child, problem)) {
            return false;
        }
        *tail = child;
        tail = &child->next;
    }
    return true;
}

static bool fill_member(struct mou_intake *intake, uint32_t record, struct mou_text name, json_t *value, bool top, struct mou_offered_row *row,
                        struct row_problem *problem)
{
    const struct mou_pack *pack = intake->store->pack;
    struct mou_offered offered = {.text = {NULL, 0}};
    uint32_t field = find_field(pack, record, name);
    uint32_t nested = field == UINT32_MAX ? find_nested(pack, record, name) : UINT32_MAX;
    if (nested != UINT32_MAX) {
        return fill_children(intake, nested, value, row, problem);
    }
    if (!scalar_text(intake, value, &offered.text)) {
        *problem = (struct row_problem){name, "应是文字、整数、true 或 false；金额请写成文字", "must be a text, a whole number, true or false; write amounts as texts"};
        return false;
    }
    if (field != UINT32_MAX) {
        row->fields[field] = offered;
        return true;
    }
    if (top && (mou_text_equal(name, MOU_TEXT("主体")) || mou_text_equal(name, MOU_TEXT("subject")))) {
        row->subject = offered;
        return true;
    }
    *problem = (struct row_problem){name, "不是这种记录的字段", "is no field of this record type"};
    return false;
}

static bool fill_row(struct mou_intake *intake, uint32_t record, json_t *object, bool top, struct mou_offered_row *row, struct row_problem *problem)
{
    const char *name = NULL;
    json_t *value = NULL;
    row->fields = MOU_NEW_ARRAY(intake->row_arena, mou_pack_record(intake->store->pack, record).field_count + 1, struct mou_offered);
    if (row->fields == NULL || !json_is_object(object)) {
        *problem = (struct row_problem){MOU_TEXT(""), "应是对象", "must be an object"};
        return false;
    }
    json_object_foreach(object, name, value)
    {
        struct mou_text text = {mou_arena_copy(intake->row_arena, name, strlen(name)), strlen(name)};
        if (text.bytes == NULL || !fill_member(intake, record, text, value, top, row, problem)) {
            return false;
        }
    }
    return true;
}

static enum mou_status take_record(struct mou_intake *intake, json_t *object)
{
    struct mou_offered_row row = {.fields = NULL};
    struct row_problem problem = {MOU_TEXT(""), "", ""};
    if (!fill_row(intake, intake->record, object, true, &row, &problem)) {
        return mou_intake_refuse(intake, 0, problem.field, problem.zh, problem.en);
    }
    return mou_intake_record(intake, &row);
}

static enum mou_status take_subject(struct mou_intake *intake, json_t *object)
{
    const struct mou_pack *pack = intake->store->pack;
    struct mou_offered_row row = {.fields = NULL};
    const char *kind_name = json_string_value(json_object_get(object, "主体类别"));
    uint32_t kind = 0;
    kind_name = kind_name != NULL ? kind_name : json_string_value(json_object_get(object, "kind"));
    while (kind < mou_pack_kind_count(pack) && (kind_name == NULL || !mou_text_equal(mou_pack_kind_name(pack, kind), mou_text_of(kind_name)))) {
        kind++;
    }
    json_t *identifier = json_object_get(object, "标识");
    identifier = identifier != NULL ? identifier : json_object_get(object, "id");
    if (kind == mou_pack_kind_count(pack)) {
        return mou_intake_refuse(intake, 0, MOU_TEXT("主体类别"), "词表里没有这个主体类别", "no such subject kind in the vocabulary");
    }
    row.fields = MOU_NEW_ARRAY(intake->row_arena, mou_pack_attribute_count(pack, kind) + 1, struct mou_offered);
    bool fits = row.fields != NULL && (identifier == NULL || scalar_text(intake, identifier, &row.subject.text));
    for (uint32_t i = 0; fits && i < mou_pack_attribute_count(pack, kind); i++) {
        struct mou_text name = mou_pack_attribute(pack, kind, i).name;
        json_t *value = json_object_getn(object, name.bytes, name.len);
        fits = value == NULL || scalar_text(intake, value, &row.fields[i].text);
    }
    return fits ? mou_intake_subject(intake, kind, &row) : mou_intake_refuse(intake, 0, MOU_TEXT(""), "值的形式不对", "a value has the wrong form");
}

static bool in_list(const struct mou_fixed_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(list->words[i][0], name) == 0) {
            return true;
        }
    }
    return false;
}

static enum mou_status take_fixed(struct mou_intake *intake, json_t *object)
{
    const struct mou_fixed_list *list = mou_intake_fixed_list(intake->options->target);
    struct mou_offered fields[5] = {{.text = {NULL, 0}}};
    for (uint32_t i = 0; i < list->count; i++) {
        json_t *value = json_object_get(object, list->words[i][0]);
        if (value != NULL && !scalar_text(intake, value, &fields[i].text)) {
            return mou_intake_refuse(intake, 0, mou_text_of(list->words[i][0]), "应是文字", "must be a text");
        }
    }
    struct mou_named_cell *named = MOU_NEW_ARRAY(intake->row_arena, json_object_size(object) + 1, struct mou_named_cell);
    struct mou_named_cells more = {named, 0};
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(object, name, value)
    {
        if (named == NULL || in_list(list, name)) {
            continue;
        }
        struct mou_named_cell *one = &named[more.count++];
        *one = (struct mou_named_cell){.name = {mou_arena_copy(intake->row_arena, name, strlen(name)), strlen(name)}};
        if (!scalar_text(intake, value, &one->cell.text)) {
            return mou_intake_refuse(intake, 0, mou_text_of(name), "应是文字", "must be a text");
        }
    }
    return named != NULL ? mou_intake_fixed(intake, fields, &more) : mou_store_out_of_memory(intake->store);
}

static enum mou_status take_line(struct mou_intake *intake, struct mou_text line)
{
    json_t *object = NULL;
    uint32_t column = 0;
    intake->raw = line;
    intake->result->rows++;
    enum mou_status status = mou_json_line(line, &object, &column);
    if (status == MOU_OK && !json_is_object(object)) {
        status = mou_intake_refuse(intake, column, MOU_TEXT(""), "不是合格的 JSON 对象", "not a well-formed JSON object");
    } else if (status == MOU_OK) {
        switch (intake->options->target) {
        case MOU_IMPORT_SUBJECTS:
            status = take_subject(intake, object);
            break;
        case MOU_IMPORT_RELATIONS:
        case MOU_IMPORT_OBJECTIONS:
        case MOU_IMPORT_WITHDRAWALS:
            status = take_fixed(intake, object);
            break;
        case MOU_IMPORT_RECORDS:
            status = take_record(intake, object);
            break;
        }
    }
    json_decref(object);
    return status;
}

/** The next line of the window without its end; *more is false at the end of the file. */
static enum mou_status next_line(struct mou_stream *stream, uint64_t number, struct mou_text *line, bool *more)
{
    bool grown = true;
    size_t searched = 0;
    for (;;) {
        const char *begin = stream->window.len > 0 ? stream->window.data + stream->at : "";
        const size_t unread = stream->window.len - stream->at;
        const char *newline = memchr(begin + searched, '\n', unread - searched);
        *more = unread > 0;
        if (newline != NULL || !grown) {
            line->bytes = begin;
            line->len = newline != NULL ? (size_t)(newline - begin) : unread;
            stream->at += line->len + (newline != NULL);
            line->len -= line->len > 0 && begin[line->len - 1] == '\r';
            return MOU_OK;
        }
        searched = unread;
        enum mou_status status = mou_stream_more(stream, number, &grown);
        if (status != MOU_OK) {
            return status;
        }
    }
}

enum mou_status mou_ndjson_import(struct mou_intake *intake, struct mou_stream *stream)
{
    struct mou_text line = {"", 0};
    uint64_t done = 0;
    uint64_t total = 0;
    bool more = true;
    enum mou_status status = MOU_OK;
    intake->line = 0;
    while (status == MOU_OK && more) {
        status = next_line(stream, intake->line + 1, &line, &more);
        if (status != MOU_OK || !more) {
            break;
        }
        intake->line++;
        if (mou_value_clean(intake->row_arena, (struct mou_text){line.bytes, line.len < 64 ? line.len : 64}).len > 0) {
            status = take_line(intake, line);
        }
        status = mou_intake_end_row(intake, status);
        if (status == MOU_OK && intake->line % 1024 == 0) {
            mou_stream_position(stream, &done, &total);
            status = mou_intake_progress(intake, done, total);
        }
    }
    return status;
}
