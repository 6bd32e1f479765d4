/*
 * Reads mapping files. A line is a statement of words; a word with spaces or signs stands in quotation marks, `#` begins a comment:
 *
 *     记录 行政处罚
 *     表头 3
 *     列 "罚没款(万)" = 罚款金额 单位 万元
 *     列 处罚日期 = 处罚决定日期 日期 日月年
 *     列 种类 = 处罚种类 代码 罚=罚款 警=警告
 *     常量 处罚机关 = 揭阳市市场监督管理局
 *     不取 序号 备注
 *     不取其余
 *
 * What a statement says is checked against the vocabulary before a row is read: a wrong mapping is refused with its place. Knows no file format.
 */
#include <string.h>

#include "mapping.h"
#include "relation_fields.h"

#define WORDS_MAX 512u
#define STATEMENTS_MAX 10000u

/** One word of a line. */
struct word {
    struct mou_text text;
    unsigned column; /**< characters, from 1 */
    bool quoted;
};

struct line {
    struct word words[WORDS_MAX];
    uint32_t count;
    unsigned number;
};

struct reading {
    struct mou_intake *intake;
    struct mou_mapping *mapping;
    struct line *line;
    enum mou_status status;
};

enum mou_status mou_mapping_refuse(struct mou_intake *intake, unsigned line, unsigned column, const char *zh, const char *en, struct mou_text text)
{
    struct mou_store *store = intake->store;
    const struct mou_text file = intake->options->mapping_name;
    struct mou_buf what;
    mou_buf_init(&what, NULL, 65536);
    mou_buf_printf(&what, mou_store_say(store, zh, en), (int)text.len, text.bytes);
    enum mou_status status = mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "映射文件 %.*s 第 %u 行第 %u 列：%s", "mapping file %.*s, line %u, column %u: %s"), (int)file.len,
                                            file.bytes != NULL ? file.bytes : "", line, column, what.len > 0 ? what.data : "");
    mou_buf_free(&what);
    return status;
}

/** Notes the first thing that is wrong, at a word of the line (behind its last one where there are fewer). */
static void refuse(struct reading *reading, uint32_t at, const char *zh, const char *en)
{
    const struct line *line = reading->line;
    const struct word *last = line->count > 0 ? &line->words[line->count - 1] : NULL;
    struct word end = {MOU_TEXT(""), last != NULL ? last->column : 1, false};
    for (size_t i = 0; last != NULL && i < last->text.len; i++) {
        end.column += ((unsigned char)last->text.bytes[i] & 0xC0u) != 0x80;
    }
    const struct word *word = at < line->count ? &line->words[at] : &end;
    if (reading->status == MOU_OK) {
        reading->status = mou_mapping_refuse(reading->intake, line->number, word->column, zh, en, word->text);
    }
}

/* ------------------------------------------------------------------ words */

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '=' || c == '"' || c == '#';
}

/** Reads a word in quotation marks, of which a doubled one stands for one. False where the closing one is missing. */
static bool quoted_word(struct mou_arena *arena, struct mou_text line, size_t *at, struct mou_text *word)
{
    char *out = mou_arena_alloc(arena, line.len + 1);
    size_t len = 0;
    for (size_t i = *at + 1; out != NULL && i < line.len; i++) {
        const bool mark = line.bytes[i] == '"';
        if (mark && (i + 1 == line.len || line.bytes[i + 1] != '"')) {
            *word = (struct mou_text){out, len};
            *at = i + 1;
            return true;
        }
        out[len++] = line.bytes[i];
        i += mark;
    }
    *word = (struct mou_text){line.bytes + *at, line.len - *at};
    *at = line.len;
    return false;
}

/** Cuts a line into words; `=` is one of its own. */
static void cut_line(struct reading *reading, struct mou_text text)
{
    struct line *line = reading->line;
    size_t at = 0;
    unsigned column = 1;
    size_t counted = 0;
    line->count = 0;
    while (at < text.len && text.bytes[at] != '#' && reading->status == MOU_OK) {
        for (; counted < at; counted++) {
            column += ((unsigned char)text.bytes[counted] & 0xC0u) != 0x80;
        }
        if (text.bytes[at] == ' ' || text.bytes[at] == '\t' || text.bytes[at] == '\r') {
            at++;
            continue;
        }
        if (line->count == WORDS_MAX) {
            refuse(reading, WORDS_MAX - 1, "这一行太长", "the line is too long");
            return;
        }
        struct word *word = &line->words[line->count++];
        *word = (struct word){.column = column, .quoted = text.bytes[at] == '"'};
        if (word->quoted) {
            if (!quoted_word(reading->intake->file_arena, text, &at, &word->text)) {
                refuse(reading, line->count - 1, "引号没有闭合", "a quotation mark is not closed");
            }
            continue;
        }
        const size_t begin = at++;
        while (text.bytes[begin] != '=' && at < text.len && !ends_word(text.bytes[at]) && text.bytes[at] != '\r') {
            at++;
        }
        word->text = (struct mou_text){text.bytes + begin, at - begin};
    }
}

/** Whether the word at the place is, without quotation marks, one of the two. */
static bool is_word(const struct reading *reading, uint32_t at, const char *zh, const char *en)
{
    const struct word *word = at < reading->line->count ? &reading->line->words[at] : NULL;
    return word != NULL && !word->quoted && (mou_text_equal(word->text, mou_text_of(zh)) || mou_text_equal(word->text, mou_text_of(en)));
}

static bool is_name(const struct reading *reading, uint32_t at)
{
    return at < reading->line->count && reading->line->words[at].text.len > 0 && !is_word(reading, at, "=", "=");
}

/* ------------------------------------------------------------------ what a field is */

/** The field of that name, as the target knows it; false if there is none. Places of fixed lists are texts or dates. */
static bool find_field(struct mou_intake *intake, struct mou_text name, struct mou_field_info *field)
{
    const struct mou_pack *pack = intake->store->pack;
    const struct mou_fixed_list *list = mou_intake_fixed_list(intake->options->target);
    static const char *const own[] = {"主体", "subject", "主体标识", "标识", "id", "主体类别", "kind", "类别"};
    *field = (struct mou_field_info){.name = name, .type = MOU_VALUE_TEXT};
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (mou_text_equal(name, mou_text_of(list->words[i][0])) || mou_text_equal(name, mou_text_of(list->words[i][1]))) {
            field->type = i >= 3 ? MOU_VALUE_DATE : MOU_VALUE_TEXT;
            return true;
        }
    }
    for (uint32_t i = 0; intake->options->target == MOU_IMPORT_RECORDS && i < mou_pack_record(pack, intake->record).field_count; i++) {
        if (mou_text_equal(name, mou_pack_field(pack, intake->record, i).name)) {
            *field = mou_pack_field(pack, intake->record, i);
            return true;
        }
    }
    for (uint32_t kind = 0; intake->options->target == MOU_IMPORT_SUBJECTS && kind < mou_pack_kind_count(pack); kind++) {
        for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
            if (mou_text_equal(name, mou_pack_attribute(pack, kind, i).name)) {
                *field = mou_pack_attribute(pack, kind, i);
                return true;
            }
        }
    }
    for (size_t i = 0; list == NULL && i < sizeof own / sizeof own[0]; i++) {
        if (mou_text_equal(name, mou_text_of(own[i]))) {
            return (i < 3) == (intake->options->target == MOU_IMPORT_RECORDS);
        }
    }
    return intake->options->target == MOU_IMPORT_RELATIONS && mou_relation_field_known(pack, name);
}

static bool is_code(const struct mou_pack *pack, uint32_t table, struct mou_text text)
{
    for (uint32_t i = 0; i < mou_pack_code_count(pack, table); i++) {
        struct mou_text name;
        int64_t value = 0;
        mou_pack_code(pack, table, i, &name, &value);
        if (mou_text_equal(name, text)) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ statements */

static void read_unit(struct reading *reading, uint32_t at, const struct mou_field_info *field, struct mou_offered *form)
{
    static const struct {
        const char *zh, *en;
        int64_t fen;
    } units[] = {{"元", "yuan", 100}, {"万元", "wan", 1000000}, {"亿元", "yi", 10000000000}, {"分", "fen", 1}};
    if (field->type != MOU_VALUE_MONEY) {
        refuse(reading, at - 1, "只有金额才有单位", "only amounts of money have a unit");
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (is_word(reading, at, units[i].zh, units[i].en)) {
            form->unit_fen = units[i].fen;
            return;
        }
    }
    refuse(reading, at, "单位应是 元、万元、亿元 或 分，不是“%.*s”", "a unit is yuan, wan, yi or fen, not “%.*s”");
}

static void read_dates(struct reading *reading, uint32_t at, const struct mou_field_info *field, struct mou_offered *form)
{
    if (field->type != MOU_VALUE_DATE) {
        refuse(reading, at - 1, "这个字段不是日期", "this field is no date");
    }
    if (is_word(reading, at, "年月日", "ymd")) {
        form->dates = MOU_DATES_COMMON;
    } else if (is_word(reading, at, "日月年", "dmy")) {
        form->dates = MOU_DATES_DAY_FIRST;
    } else if (is_word(reading, at, "月日年", "mdy")) {
        form->dates = MOU_DATES_MONTH_FIRST;
    } else {
        refuse(reading, at, "日期的写法应是 年月日、日月年 或 月日年，不是“%.*s”", "dates are ymd, dmy or mdy, not “%.*s”");
    }
}

/** Pairs 甲=乙 to the line's end. */
static void read_codes(struct reading *reading, uint32_t at, const struct mou_field_info *field, struct mou_offered *form)
{
    const struct line *line = reading->line;
    const struct mou_pack *pack = reading->intake->store->pack;
    for (; at + 2 < line->count && reading->status == MOU_OK; at += 3) {
        struct mou_translation *pair = MOU_NEW(reading->intake->file_arena, struct mou_translation);
        if (!is_name(reading, at) || !is_word(reading, at + 1, "=", "=") || !is_name(reading, at + 2)) {
            break;
        }
        if (field->type == MOU_VALUE_CODE && !is_code(pack, field->code_table, line->words[at + 2].text)) {
            refuse(reading, at + 2, "代码表里没有“%.*s”", "the code table has no “%.*s”");
        }
        for (const struct mou_translation *other = form->translation; other != NULL; other = other->next) {
            if (mou_text_equal(other->from, line->words[at].text)) {
                refuse(reading, at, "“%.*s”写了两遍", "“%.*s” stands here twice");
            }
        }
        if (pair == NULL) {
            reading->status = mou_store_out_of_memory(reading->intake->store);
            return;
        }
        *pair = (struct mou_translation){line->words[at].text, line->words[at + 2].text, form->translation};
        form->translation = pair;
    }
    if (at < line->count || form->translation == NULL) {
        refuse(reading, at, "代码应写成 甲=乙（左边是文件里的写法，右边是词表里的）", "write codes as A=B, what the file has on the left, what the vocabulary has on the right");
    }
}

static void push_mapped(struct reading *reading, const struct mou_mapped *mapped, uint32_t at)
{
    struct mou_mapping *mapping = reading->mapping;
    for (size_t i = 0; i < mapping->mapped.count; i++) {
        const struct mou_mapped *other = &mapping->mapped.items[i];
        if (mapped->column.bytes != NULL && other->column.bytes != NULL && mou_text_equal(mapped->column, other->column)) {
            refuse(reading, at, "列“%.*s”前面已经写过", "column “%.*s” has been mapped above");
        }
    }
    if (mapping->mapped.count >= STATEMENTS_MAX || !MOU_VEC_PUSH(reading->intake->file_arena, &mapping->mapped, *mapped)) {
        reading->status = reading->status == MOU_OK ? mou_store_out_of_memory(reading->intake->store) : reading->status;
    }
}

static void read_column(struct reading *reading)
{
    const struct line *line = reading->line;
    struct mou_field_info field;
    struct mou_mapped mapped = {.line = line->number};
    if (!is_name(reading, 1) || !is_word(reading, 2, "=", "=") || !is_name(reading, 3)) {
        refuse(reading, is_name(reading, 1) ? (is_word(reading, 2, "=", "=") ? 3 : 2) : 1, "应写成：列 表头 = 字段", "write: column HEADER = FIELD");
        return;
    }
    mapped.column = mou_value_clean(reading->intake->file_arena, line->words[1].text);
    mapped.field = line->words[3].text;
    if (!find_field(reading->intake, mapped.field, &field)) {
        refuse(reading, 3, "词表里没有字段“%.*s”", "the vocabulary has no field “%.*s” here");
        return;
    }
    if (is_word(reading, 4, "单位", "unit")) {
        read_unit(reading, 5, &field, &mapped.form);
    } else if (is_word(reading, 4, "日期", "dates")) {
        read_dates(reading, 5, &field, &mapped.form);
    } else if (is_word(reading, 4, "代码", "codes")) {
        read_codes(reading, 5, &field, &mapped.form);
    } else if (line->count > 4) {
        refuse(reading, 4, "“%.*s”应是 单位、日期 或 代码", "“%.*s” must be unit, dates or codes");
    }
    if (line->count > 6 && mapped.form.translation == NULL) {
        refuse(reading, 6, "多出“%.*s”", "“%.*s” is too much");
    }
    push_mapped(reading, &mapped, 1);
}

static void read_constant(struct reading *reading)
{
    const struct line *line = reading->line;
    struct mou_field_info field;
    struct mou_mapped mapped = {.line = line->number};
    if (!is_name(reading, 1) || !is_word(reading, 2, "=", "=") || line->count != 4) {
        refuse(reading, line->count > 4 ? 4 : line->count, "应写成：常量 字段 = 值", "write: constant FIELD = VALUE");
        return;
    }
    mapped.field = line->words[1].text;
    if (!find_field(reading->intake, mapped.field, &field)) {
        refuse(reading, 1, "词表里没有字段“%.*s”", "the vocabulary has no field “%.*s” here");
        return;
    }
    mapped.form.text = line->words[3].text;
    const char *reason[2] = {"", ""};
    struct mou_checked checked;
    if (mapped.form.text.len == 0 || !mou_value_check(reading->intake->store->pack, &field, &mapped.form, reading->intake->file_arena, &checked, reason)) {
        refuse(reading, 3, "“%.*s”不是这个字段的值", "“%.*s” is no value of this field");
    }
    push_mapped(reading, &mapped, 1);
}

static void read_skipped(struct reading *reading)
{
    const struct line *line = reading->line;
    if (line->count < 2) {
        refuse(reading, 1, "应写成：不取 表头 …", "write: skip HEADER …");
    }
    for (uint32_t i = 1; i < line->count && reading->status == MOU_OK; i++) {
        const struct mou_text name = mou_value_clean(reading->intake->file_arena, line->words[i].text);
        if (!MOU_VEC_PUSH(reading->intake->file_arena, &reading->mapping->skipped, name)) {
            reading->status = mou_store_out_of_memory(reading->intake->store);
        }
    }
}

static void read_header_row(struct reading *reading)
{
    const struct mou_text text = reading->line->count == 2 ? reading->line->words[1].text : MOU_TEXT("");
    unsigned number = 0;
    for (size_t i = 0; i < text.len && i < 6; i++) {
        number = text.bytes[i] >= '0' && text.bytes[i] <= '9' ? number * 10 + (unsigned)(text.bytes[i] - '0') : 1000000;
    }
    if (number == 0 || number > 1000) {
        refuse(reading, 1, "应写成：表头 行号（1 至 1000）", "write: header ROW (1 to 1000)");
    }
    reading->mapping->header_row = number;
}

static void read_record(struct reading *reading)
{
    const struct mou_import_options *options = reading->intake->options;
    const struct mou_text name = reading->line->count == 2 ? reading->line->words[1].text : MOU_TEXT("");
    if (options->target != MOU_IMPORT_RECORDS || !mou_text_equal(name, options->record)) {
        refuse(reading, 1, "这个映射是给“%.*s”的，与 --as 不同", "this mapping is for “%.*s”, which is not what --as says");
    }
}

static void read_line(struct reading *reading)
{
    static const struct {
        const char *zh, *en;
        void (*read)(struct reading *reading);
    } statements[] = {{"列", "column", read_column},        {"常量", "constant", read_constant}, {"不取", "skip", read_skipped},
                      {"表头", "header", read_header_row}, {"记录", "record", read_record}};
    if (reading->line->count == 0) {
        return;
    }
    if (is_word(reading, 0, "不取其余", "skip-rest") && reading->line->count == 1) {
        reading->mapping->skips_rest = true;
        return;
    }
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        if (is_word(reading, 0, statements[i].zh, statements[i].en)) {
            statements[i].read(reading);
            return;
        }
    }
    refuse(reading, 0, "“%.*s”不是映射的语句；可写 记录、表头、列、常量、不取、不取其余", "“%.*s” is no statement; there are record, header, column, constant, skip, skip-rest");
}

struct mou_mapping *mou_mapping_read(struct mou_intake *intake)
{
    struct mou_text rest = intake->options->mapping;
    struct reading reading = {.intake = intake, .mapping = MOU_NEW(intake->file_arena, struct mou_mapping), .line = MOU_NEW(intake->file_arena, struct line)};
    if (reading.mapping == NULL || reading.line == NULL) {
        (void)mou_store_out_of_memory(intake->store);
        return NULL;
    }
    if (rest.len >= 3 && memcmp(rest.bytes, "\xEF\xBB\xBF", 3) == 0) {
        rest = (struct mou_text){rest.bytes + 3, rest.len - 3};
    }
    if (!mou_utf8_valid(rest.bytes, rest.len)) {
        (void)mou_mapping_refuse(intake, 1, 1, "不是合格的 UTF-8%.*s", "not well-formed UTF-8%.*s", MOU_TEXT(""));
        return NULL;
    }
    reading.line->number = 0;
    while (rest.len > 0 && reading.status == MOU_OK) {
        const char *end = memchr(rest.bytes, '\n', rest.len);
        const size_t len = end != NULL ? (size_t)(end - rest.bytes) : rest.len;
        reading.line->number++;
        cut_line(&reading, (struct mou_text){rest.bytes, len});
        if (reading.status == MOU_OK) {
            read_line(&reading);
        }
        rest.bytes += len + (end != NULL);
        rest.len -= len + (end != NULL);
    }
    return reading.status == MOU_OK ? reading.mapping : NULL;
}

struct mou_mapped *mou_mapping_find(const struct mou_mapping *mapping, struct mou_text column)
{
    for (size_t i = 0; i < mapping->mapped.count; i++) {
        if (mapping->mapped.items[i].column.bytes != NULL && mou_text_equal(mapping->mapped.items[i].column, column)) {
            return &mapping->mapped.items[i];
        }
    }
    return NULL;
}

bool mou_mapping_skips(const struct mou_mapping *mapping, struct mou_text column)
{
    for (size_t i = 0; i < mapping->skipped.count; i++) {
        if (mou_text_equal(mapping->skipped.items[i], column)) {
            return true;
        }
    }
    return false;
}
