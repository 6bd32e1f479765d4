/*
 * CSV (RFC 4180, with the liberties that offices take: LF or CRLF, blank lines, a last line without end). Every row keeps its line, and what cannot
 * be taken its bytes. The header tells which column is which field.
 */
#include <assert.h>
#include <string.h>

#include "relation_fields.h"

#define COLUMNS_MAX 4096

/** Where the reader stands. */
struct csv_reader {
    const char *at;
    const char *end;
    uint64_t line; /**< of the next row */
};

/** One row: its cells, its bytes, its first line. */
struct csv_row {
    struct mou_text cells[COLUMNS_MAX];
    uint32_t count;
    struct mou_text raw;
    uint64_t line;
    bool unclosed; /**< a quote was never closed */
    bool too_many;
};

/** What a column holds. */
enum csv_role { CSV_SKIP, CSV_FIELD, CSV_SUBJECT, CSV_KIND, CSV_PLACE };

struct csv_column {
    enum csv_role role;
    uint32_t field; /**< CSV_FIELD: field number; CSV_PLACE: place in a fixed list */
    int64_t unit_fen;
    struct mou_text header;
};

/** The header, resolved. Attributes differ by kind, so for subjects `fields` is resolved per kind. */
struct csv_plan {
    struct csv_column columns[COLUMNS_MAX];
    uint32_t column_count;
    uint32_t *attribute; /**< [kind][column]: attribute number or UINT32_MAX */
};

/** Reads a quoted cell behind its opening quote; doubled quotes become one. */
static struct mou_text quoted_cell(struct csv_reader *reader, struct csv_row *row, struct mou_arena *arena)
{
    const char *begin = ++reader->at;
    size_t doubled = 0;
    while (reader->at < reader->end && (*reader->at != '"' || (reader->at + 1 < reader->end && reader->at[1] == '"'))) {
        doubled += *reader->at == '"';
        reader->at += *reader->at == '"';
        reader->line += *reader->at == '\n';
        reader->at++;
    }
    size_t len = (size_t)(reader->at - begin);
    row->unclosed = row->unclosed || reader->at >= reader->end;
    reader->at += reader->at < reader->end;
    while (reader->at < reader->end && *reader->at != ',' && *reader->at != '\n' && *reader->at != '\r') {
        reader->at++;
    }
    if (doubled == 0) {
        return (struct mou_text){begin, len};
    }
    char *out = mou_arena_alloc(arena, len + 1);
    size_t kept = 0;
    for (size_t i = 0; out != NULL && i < len; i++) {
        out[kept++] = begin[i];
        i += begin[i] == '"';
    }
    return (struct mou_text){out != NULL ? out : "", kept};
}

static struct mou_text plain_cell(struct csv_reader *reader)
{
    const char *begin = reader->at;
    while (reader->at < reader->end && *reader->at != ',' && *reader->at != '\n' && *reader->at != '\r') {
        reader->at++;
    }
    return (struct mou_text){begin, (size_t)(reader->at - begin)};
}

static void skip_line_end(struct csv_reader *reader)
{
    if (reader->at < reader->end && *reader->at == '\r') {
        reader->at++;
    }
    if (reader->at < reader->end && *reader->at == '\n') {
        reader->at++;
    }
    reader->line++;
}

/** False at the end of the content. */
static bool next_row(struct csv_reader *reader, struct csv_row *row, struct mou_arena *arena)
{
    const char *begin = reader->at;
    if (reader->at >= reader->end) {
        return false;
    }
    row->count = 0;
    row->line = reader->line;
    row->unclosed = false;
    row->too_many = false;
    for (;;) {
        struct mou_text cell = reader->at < reader->end && *reader->at == '"' ? quoted_cell(reader, row, arena) : plain_cell(reader);
        if (row->count < COLUMNS_MAX) {
            row->cells[row->count++] = cell;
        } else {
            row->too_many = true;
        }
        if (reader->at >= reader->end || *reader->at != ',') {
            break;
        }
        reader->at++;
    }
    row->raw = (struct mou_text){begin, (size_t)(reader->at - begin)};
    skip_line_end(reader);
    return true;
}

static bool blank(const struct csv_row *row)
{
    return row->count == 1 && row->cells[0].len == 0;
}

/* ------------------------------------------------------------------ header */

static bool word_in(struct mou_text text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (mou_text_equal(text, mou_text_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/** Takes "（万元）" or "(元)" off a header. */
static struct mou_text header_unit(struct mou_text header, int64_t *unit_fen)
{
    static const struct {
        const char *suffix;
        int64_t unit_fen;
    } units[] = {{"(万元)", 1000000}, {"（万元）", 1000000}, {"(元)", 100}, {"（元）", 100}};
    *unit_fen = 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t len = strlen(units[i].suffix);
        if (header.len > len && memcmp(header.bytes + header.len - len, units[i].suffix, len) == 0) {
            *unit_fen = units[i].unit_fen;
            return (struct mou_text){header.bytes, header.len - len};
        }
    }
    return header;
}

static uint32_t field_number(const struct mou_pack *pack, uint32_t record, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_record(pack, record).field_count; i++) {
        if (mou_text_equal(mou_pack_field(pack, record, i).name, name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static enum mou_status unknown_column(struct mou_intake *intake, struct mou_text header)
{
    return mou_store_fail(intake->store, MOU_ERROR_DATA,
                          mou_store_say(intake->store, "表头的“%.*s”不是这种记录的字段；请改表头，或删去这一列", "the header's “%.*s” is no field of this record type; rename or remove the column"),
                          (int)header.len, header.bytes);
}

static enum mou_status plan_record_column(struct mou_intake *intake, struct csv_column *column)
{
    static const char *const subject_words[] = {"主体", "subject", "主体标识"};
    bool national = intake->options->layout == MOU_LAYOUT_NATIONAL;
    if (word_in(column->header, subject_words, 3) || (national && mou_layout_is_identifier(column->header))) {
        column->role = CSV_SUBJECT;
        return MOU_OK;
    }
    struct mou_text name = national ? mou_layout_field(column->header) : column->header;
    column->field = field_number(intake->store->pack, intake->record, name);
    if (column->field != UINT32_MAX) {
        column->role = CSV_FIELD;
        /* The national layout states amounts in units of ten thousand yuan. */
        if (national && column->unit_fen == 0 && mou_pack_field(intake->store->pack, intake->record, column->field).type == MOU_VALUE_MONEY) {
            column->unit_fen = 1000000;
        }
        return MOU_OK;
    }
    if (national) {
        column->role = CSV_SKIP; /* columns of the layout that the vocabulary does not keep */
        return MOU_OK;
    }
    return unknown_column(intake, column->header);
}

static enum mou_status plan_subject_column(struct mou_intake *intake, struct csv_plan *plan, struct csv_column *column, uint32_t index)
{
    static const char *const identifier_words[] = {"标识", "id", "主体", "统一社会信用代码", "居民身份证号"};
    static const char *const kind_words[] = {"主体类别", "kind", "类别"};
    const struct mou_pack *pack = intake->store->pack;
    bool attribute = false;
    for (uint32_t kind = 0; kind < mou_pack_kind_count(pack); kind++) {
        plan->attribute[kind * COLUMNS_MAX + index] = UINT32_MAX;
        for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
            if (mou_text_equal(mou_pack_attribute(pack, kind, i).name, column->header)) {
                plan->attribute[kind * COLUMNS_MAX + index] = i;
                attribute = true;
            }
        }
    }
    column->role = attribute                                  ? CSV_FIELD
                   : word_in(column->header, identifier_words, 5) ? CSV_SUBJECT
                   : word_in(column->header, kind_words, 3)       ? CSV_KIND
                                                                  : CSV_SKIP;
    return column->role != CSV_SKIP ? MOU_OK : unknown_column(intake, column->header);
}

static enum mou_status plan_fixed_column(struct mou_intake *intake, struct csv_column *column)
{
    const struct mou_fixed_list *list = mou_intake_fixed_list(intake->options->target);
    for (uint32_t i = 0; i < list->count; i++) {
        if (word_in(column->header, list->words[i], 3)) {
            column->role = CSV_PLACE;
            column->field = i;
            return MOU_OK;
        }
    }
    if (intake->options->target == MOU_IMPORT_RELATIONS && mou_relation_field_known(intake->store->pack, column->header)) {
        column->role = CSV_FIELD;
        return MOU_OK;
    }
    return unknown_column(intake, column->header);
}

static enum mou_status plan_column(struct mou_intake *intake, struct csv_plan *plan, uint32_t index, struct mou_text header)
{
    struct csv_column *column = &plan->columns[index];
    struct mou_text clean = mou_value_clean(intake->file_arena, header);
    column->header = header_unit(clean, &column->unit_fen);
    switch (intake->options->target) {
    case MOU_IMPORT_SUBJECTS:
        return plan_subject_column(intake, plan, column, index);
    case MOU_IMPORT_RELATIONS:
    case MOU_IMPORT_OBJECTIONS:
    case MOU_IMPORT_WITHDRAWALS:
        return plan_fixed_column(intake, column);
    case MOU_IMPORT_RECORDS:
        break;
    }
    return plan_record_column(intake, column);
}

static bool has_role(const struct csv_plan *plan, enum csv_role role, uint32_t field)
{
    for (uint32_t i = 0; i < plan->column_count; i++) {
        if (plan->columns[i].role == role && (role != CSV_PLACE || plan->columns[i].field == field)) {
            return true;
        }
    }
    return false;
}

static enum mou_status check_plan(struct mou_intake *intake, const struct csv_plan *plan)
{
    enum mou_import_target target = intake->options->target;
    bool complete = has_role(plan, CSV_SUBJECT, 0) && (target != MOU_IMPORT_SUBJECTS || has_role(plan, CSV_KIND, 0));
    const struct mou_fixed_list *list = mou_intake_fixed_list(target);
    for (uint32_t i = 0; list != NULL && i < list->needed; i++) {
        complete = (complete || i == 0) && has_role(plan, CSV_PLACE, i);
    }
    if (complete) {
        return MOU_OK;
    }
    return mou_store_fail(intake->store, MOU_ERROR_DATA, "%s",
                          mou_store_say(intake->store, "表头缺少必要的列：主体表要有“标识”和“主体类别”，记录表要有“主体”，关系表要有“关系、从、到”，异议表要有“主体、记录、键、提出”，撤回表要有“主体、记录、键”",
                                        "the header lacks a needed column: subjects need 标识 and 主体类别, records 主体, relations 关系, 从, 到, objections 主体, 记录, 键, 提出, withdrawals 主体, 记录, 键"));
}

static enum mou_status make_plan(struct mou_intake *intake, const struct csv_row *header, struct csv_plan *plan)
{
    plan->column_count = header->count;
    plan->attribute = MOU_NEW_ARRAY(intake->file_arena, (size_t)mou_pack_kind_count(intake->store->pack) * COLUMNS_MAX + 1, uint32_t);
    if (plan->attribute == NULL) {
        return mou_store_fail(intake->store, MOU_ERROR_MEMORY, "%s", mou_store_say(intake->store, "内存不足", "out of memory"));
    }
    for (uint32_t i = 0; i < header->count; i++) {
        enum mou_status status = plan_column(intake, plan, i, header->cells[i]);
        if (status != MOU_OK) {
            return status;
        }
    }
    return check_plan(intake, plan);
}

/* ------------------------------------------------------------------ rows */

static struct mou_offered offered_cell(const struct csv_plan *plan, const struct csv_row *row, uint32_t column)
{
    return (struct mou_offered){row->cells[column], column + 1, plan->columns[column].unit_fen};
}

/** First cell of a role; without bytes if the plan has none. */
static struct mou_offered offered_role(const struct csv_plan *plan, const struct csv_row *row, enum csv_role role)
{
    struct mou_offered first = {{NULL, 0}, 0, 0};
    for (uint32_t i = 0; i < plan->column_count; i++) {
        if (plan->columns[i].role == role && (first.text.bytes == NULL || first.text.len == 0)) {
            first = offered_cell(plan, row, i);
        }
    }
    return first;
}

static uint32_t find_kind(struct mou_intake *intake, struct mou_text name)
{
    for (uint32_t i = 0; i < mou_pack_kind_count(intake->store->pack); i++) {
        if (mou_text_equal(mou_pack_kind_name(intake->store->pack, i), name)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static enum mou_status take_subject(struct mou_intake *intake, const struct csv_plan *plan, const struct csv_row *row)
{
    struct mou_offered_row offered = {.subject = offered_role(plan, row, CSV_SUBJECT), .kind = offered_role(plan, row, CSV_KIND)};
    uint32_t kind = find_kind(intake, mou_value_clean(intake->row_arena, offered.kind.text));
    if (kind == UINT32_MAX) {
        return mou_intake_refuse(intake, offered.kind.column, MOU_TEXT("主体类别"), "词表里没有这个主体类别", "no such subject kind in the vocabulary");
    }
    offered.fields = MOU_NEW_ARRAY(intake->row_arena, mou_pack_attribute_count(intake->store->pack, kind) + 1, struct mou_offered);
    for (uint32_t i = 0; offered.fields != NULL && i < plan->column_count; i++) {
        uint32_t attribute = plan->columns[i].role == CSV_FIELD ? plan->attribute[kind * COLUMNS_MAX + i] : UINT32_MAX;
        if (attribute != UINT32_MAX) {
            offered.fields[attribute] = offered_cell(plan, row, i);
        }
    }
    return mou_intake_subject(intake, kind, &offered);
}

static enum mou_status take_record(struct mou_intake *intake, const struct csv_plan *plan, const struct csv_row *row)
{
    struct mou_offered_row offered = {.subject = offered_role(plan, row, CSV_SUBJECT)};
    offered.fields = MOU_NEW_ARRAY(intake->row_arena, mou_pack_record(intake->store->pack, intake->record).field_count + 1, struct mou_offered);
    for (uint32_t i = 0; offered.fields != NULL && i < plan->column_count; i++) {
        if (plan->columns[i].role == CSV_FIELD) {
            offered.fields[plan->columns[i].field] = offered_cell(plan, row, i);
        }
    }
    return mou_intake_record(intake, &offered);
}

static enum mou_status take_fixed(struct mou_intake *intake, const struct csv_plan *plan, const struct csv_row *row)
{
    struct mou_offered fields[5] = {{{NULL, 0}, 0, 0}, {{NULL, 0}, 0, 0}, {{NULL, 0}, 0, 0}, {{NULL, 0}, 0, 0}, {{NULL, 0}, 0, 0}};
    struct mou_named_cell *named = MOU_NEW_ARRAY(intake->row_arena, (size_t)plan->column_count + 1, struct mou_named_cell);
    struct mou_named_cells more = {named, 0};
    for (uint32_t i = 0; named != NULL && i < plan->column_count; i++) {
        if (plan->columns[i].role == CSV_FIELD) {
            named[more.count++] = (struct mou_named_cell){plan->columns[i].header, offered_cell(plan, row, i)};
        } else {
            fields[plan->columns[i].field] = offered_cell(plan, row, i);
        }
    }
    return named != NULL ? mou_intake_fixed(intake, fields, &more) : mou_store_out_of_memory(intake->store);
}

static enum mou_status take_row(struct mou_intake *intake, const struct csv_plan *plan, const struct csv_row *row)
{
    intake->line = row->line;
    intake->raw = row->raw;
    intake->result->rows++;
    if (row->unclosed) {
        return mou_intake_refuse(intake, row->count, MOU_TEXT(""), "引号没有闭合", "a quote is not closed");
    }
    if (row->count != plan->column_count || row->too_many) {
        return mou_intake_refuse(intake, row->count, MOU_TEXT(""), "列数与表头不同", "the number of columns differs from the header");
    }
    switch (intake->options->target) {
    case MOU_IMPORT_SUBJECTS:
        return take_subject(intake, plan, row);
    case MOU_IMPORT_RELATIONS:
    case MOU_IMPORT_OBJECTIONS:
    case MOU_IMPORT_WITHDRAWALS:
        return take_fixed(intake, plan, row);
    case MOU_IMPORT_RECORDS:
        break;
    }
    return take_record(intake, plan, row);
}

static enum mou_status take_rows(struct mou_intake *intake, struct csv_reader *reader, const struct csv_plan *plan, struct csv_row *row, const char *begin)
{
    const struct mou_import_options *options = intake->options;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && next_row(reader, row, intake->row_arena)) {
        if (!blank(row)) {
            status = take_row(intake, plan, row);
        }
        status = mou_intake_end_row(intake, status);
        if (status == MOU_OK && options->progress != NULL && intake->result->rows % 4096 == 0 &&
            !options->progress(options->progress_state, (size_t)(reader->at - begin), (size_t)(reader->end - begin))) {
            status = mou_store_fail(intake->store, MOU_ERROR_IO, "%s", mou_store_say(intake->store, "已中止，没有写入任何数据", "stopped; nothing was stored"));
        }
    }
    return status;
}

enum mou_status mou_csv_import(struct mou_intake *intake, struct mou_text content)
{
    struct csv_reader reader = {content.bytes, content.bytes + content.len, 1};
    struct csv_row *row = MOU_NEW(intake->file_arena, struct csv_row);
    struct csv_plan *plan = MOU_NEW(intake->file_arena, struct csv_plan);
    if (row == NULL || plan == NULL) {
        return mou_store_fail(intake->store, MOU_ERROR_MEMORY, "%s", mou_store_say(intake->store, "内存不足", "out of memory"));
    }
    if (!next_row(&reader, row, intake->file_arena) || blank(row)) {
        return mou_store_fail(intake->store, MOU_ERROR_DATA, "%s", mou_store_say(intake->store, "文件是空的，或者没有表头", "the file is empty or has no header"));
    }
    intake->header = row->raw;
    enum mou_status status = make_plan(intake, row, plan);
    return status == MOU_OK ? take_rows(intake, &reader, plan, row, content.bytes) : status;
}
