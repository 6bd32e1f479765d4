/*
 * Single values of a JSON world: money as yuan text or fen, dates ISO, durations P2Y P6M P30D P7WD, codes by name or number.
 */
#include <stdlib.h>
#include <string.h>

#include "world.h"

bool mou_world_refuse(struct mou_world *world, const char *path, const char *zh, const char *en)
{
    if (world->problem.len == 0) {
        mou_buf_printf(&world->problem, "%s%s%s", path, mou_say(world->cli, "：", ": "), mou_say(world->cli, zh, en));
    }
    return false;
}

static struct mou_text text_of(json_t *value)
{
    return (struct mou_text){json_string_value(value), json_string_length(value)};
}

/** Digits of text[*at…] as a number; false without digits or beyond nine of them. */
static bool take_number(struct mou_text text, size_t *at, int64_t *number)
{
    size_t begin = *at;
    *number = 0;
    while (*at < text.len && text.bytes[*at] >= '0' && text.bytes[*at] <= '9' && *at - begin < 9) {
        *number = *number * 10 + (text.bytes[*at] - '0');
        ++*at;
    }
    return *at > begin;
}

/** "P2Y", "P6M", "P1Y6M" in months; "P30D" in days; "P7D" or "P7WD" in working days. */
static bool parse_duration(struct mou_text text, enum mou_value_type type, int64_t *count)
{
    size_t at = 1;
    int64_t number = 0;
    *count = 0;
    if (text.len < 3 || text.bytes[0] != 'P') {
        return false;
    }
    while (at < text.len) {
        if (!take_number(text, &at, &number) || at >= text.len) {
            return false;
        }
        char unit = text.bytes[at++];
        bool working = unit == 'W' && at < text.len && text.bytes[at] == 'D';
        at += working;
        if (type == MOU_VALUE_MONTHS && (unit == 'Y' || unit == 'M')) {
            *count += unit == 'Y' ? number * 12 : number;
        } else if ((type == MOU_VALUE_DAYS && unit == 'D') || (type == MOU_VALUE_WORKDAYS && (working || unit == 'D'))) {
            *count += number;
        } else {
            return false;
        }
    }
    return true;
}

static bool parse_code(const struct mou_pack *pack, uint32_t table, json_t *value, int64_t *cell)
{
    uint32_t count = mou_pack_code_count(pack, table);
    for (uint32_t i = 0; i < count; i++) {
        struct mou_text name;
        int64_t number = 0;
        mou_pack_code(pack, table, i, &name, &number);
        if ((json_is_string(value) && mou_text_equal(name, text_of(value))) || (json_is_integer(value) && json_integer_value(value) == number)) {
            *cell = number;
            return true;
        }
    }
    return false;
}

static bool convert(struct mou_world *world, struct mou_batch_builder *builder, const struct mou_field_info *field, json_t *value, int64_t *cell)
{
    mou_date date = 0;
    switch (field->type) {
    case MOU_VALUE_TEXT:
        if (json_is_string(value)) {
            *cell = mou_batch_text(builder, text_of(value));
            return true;
        }
        return false;
    case MOU_VALUE_INTEGER:
        *cell = json_integer_value(value);
        return json_is_integer(value);
    case MOU_VALUE_MONEY:
        return json_is_string(value) && mou_money_parse(text_of(value), cell);
    case MOU_VALUE_RATIO:
        return json_is_string(value) && mou_ratio_parse(text_of(value), cell);
    case MOU_VALUE_DATE:
        if (!json_is_string(value) || !mou_date_parse(text_of(value), &date)) {
            return false;
        }
        *cell = date;
        return true;
    case MOU_VALUE_MONTHS:
    case MOU_VALUE_DAYS:
    case MOU_VALUE_WORKDAYS:
        return json_is_string(value) && parse_duration(text_of(value), field->type, cell);
    case MOU_VALUE_YES_NO:
        *cell = json_is_true(value);
        return json_is_boolean(value);
    case MOU_VALUE_CODE:
        return parse_code(world->pack, field->code_table, value, cell);
    }
    return false;
}

static bool refuse_value(struct mou_world *world, const struct mou_field_info *field, const char *path)
{
    static const char *const zh[] = {"应是文字", "应是整数", "应是以元为单位的文字，如 \"1000000.00\"", "应是比例文字，如 \"10%\" 或 \"0.1\"", "应是日期，如 \"2024-05-01\"",
                                     "应是年月期间，如 \"P2Y\"、\"P6M\"", "应是日数期间，如 \"P30D\"", "应是工作日期间，如 \"P7D\"", "应是 true 或 false", "不在代码表里"};
    static const char *const en[] = {"must be a text", "must be a whole number", "must be a text in yuan such as \"1000000.00\"", "must be a ratio text such as \"10%\" or \"0.1\"",
                                     "must be a date such as \"2024-05-01\"", "must be a duration such as \"P2Y\" or \"P6M\"", "must be a duration such as \"P30D\"",
                                     "must be a duration such as \"P7D\"", "must be true or false", "is not in the code table"};
    return mou_world_refuse(world, path, zh[field->type], en[field->type]);
}

bool mou_world_value(struct mou_world *world, struct mou_batch_builder *builder, const struct mou_field_info *field, json_t *value, const char *path,
                     int64_t *cell)
{
    return convert(world, builder, field, value, cell) || refuse_value(world, field, path);
}

bool mou_world_date(struct mou_world *world, json_t *object, const char *name, const char *path, mou_date *date)
{
    json_t *value = json_object_get(object, name);
    *date = MOU_DATE_NONE;
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (json_is_string(value) && mou_date_parse(text_of(value), date)) {
        return true;
    }
    return mou_world_refuse(world, path, "应是日期，如 \"2024-05-01\"", "must be a date such as \"2024-05-01\"");
}
