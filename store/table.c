/*
 * A table on its way into the store: the header, or a mapping, tells which column is which field; every row is offered as a whole. Nothing is guessed: a
 * header that is no field, a field that comes twice, a cell under no header are refused with their place.
 */
#include <string.h>

#include "mapping.h"
#include "relation_fields.h"
#include "table.h"

/** What a column holds. */
enum column_role { COLUMN_SKIP, COLUMN_BLANK /* no header: must be empty */, COLUMN_FIELD, COLUMN_SUBJECT, COLUMN_KIND, COLUMN_PLACE };

struct column {
    enum column_role role;
    uint32_t field;         /**< COLUMN_FIELD: field number; COLUMN_PLACE: place in a fixed list */
    struct mou_text header; /**< the field's name */
    struct mou_offered form; /**< how its cells are read; its text is that of a constant */
};

/** The header, resolved. Attributes differ by kind, so for subjects `attribute` is resolved per kind. */
struct plan {
    struct column *columns;
    uint32_t column_count; /**< of the table */
    uint32_t all_count;    /**< with the mapping's constants behind them */
    uint32_t *attribute;   /**< [kind][column]: attribute number or UINT32_MAX */
    const struct mou_mapping *mapping;
};

static bool blank(const struct mou_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (row->cells[i].text.len > 0 || row->cells[i].state != MOU_CELL_WHOLE) {
            return false;
        }
    }
    return row->count <= 1 || row->ragged;
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

/** The mark between the columns of a file whose only column has a header of several words: it is no table with commas. Empty if there is none. */
static struct mou_text other_separator(struct mou_text header)
{
    static const char *const marks[] = {";", "\t", "，", "；", "|", "、"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const struct mou_text mark = mou_text_of(marks[i]);
        for (size_t at = 1; at + mark.len < header.len; at++) {
            if (memcmp(header.bytes + at, mark.bytes, mark.len) == 0) {
                return mark;
            }
        }
    }
    return MOU_TEXT("");
}

static enum mou_status refuse_separator(struct mou_intake *intake, struct mou_text mark)
{
    const bool tab = *mark.bytes == '\t';
    const struct mou_text shown = tab ? mou_text_of(mou_store_say(intake->store, "制表符", "tabs")) : mark;
    return mou_store_fail(intake->store, MOU_ERROR_DATA,
                          mou_store_say(intake->store, "只有一列，表头像是用“%.*s”分隔的；CSV 的各列用英文逗号“,”分隔：请在表格软件里另存为“CSV UTF-8（逗号分隔）”，或者直接交 .xlsx 文件",
                                        "there is one column only, and its header seems to be separated by “%.*s”; columns of CSV are separated by “,”: save the table as CSV with commas, or hand in the .xlsx file itself"),
                          (int)shown.len, shown.bytes);
}

static enum mou_status unknown_column(struct mou_intake *intake, const struct column *column)
{
    const char *zh = intake->options->layout == MOU_LAYOUT_NATIONAL
                         ? "第 %u 列的表头“%.*s”不在双公示的栏目里，也不是这种记录的字段；请改表头，或删去这一列"
                         : "第 %u 列的表头“%.*s”不是这里的字段；请改表头，删去这一列，或用 --mapping 写明它是哪个字段";
    const char *en = intake->options->layout == MOU_LAYOUT_NATIONAL
                         ? "column %u: the header “%.*s” is neither of the national layout nor a field of the record type; rename or remove the column"
                         : "column %u: the header “%.*s” is no field here; rename or remove the column, or say with --mapping which field it is";
    return mou_store_fail(intake->store, MOU_ERROR_DATA, mou_store_say(intake->store, zh, en), column->form.column, (int)column->header.len, column->header.bytes);
}

static enum mou_status plan_record_column(struct mou_intake *intake, struct column *column)
{
    static const char *const subject_words[] = {"主体", "subject", "主体标识"};
    bool national = intake->options->layout == MOU_LAYOUT_NATIONAL;
    if (word_in(column->header, subject_words, 3) || (national && mou_layout_is_identifier(column->header))) {
        column->role = COLUMN_SUBJECT;
        return MOU_OK;
    }
    struct mou_text name = national ? mou_layout_field(column->header) : column->header;
    column->field = field_number(intake->store->pack, intake->record, name);
    if (column->field != UINT32_MAX) {
        column->role = COLUMN_FIELD;
        column->form.characters_max = national ? mou_layout_length(column->header) : 0;
        /* The national layout states amounts in units of ten thousand yuan. */
        if (national && column->form.unit_fen == 0 && mou_pack_field(intake->store->pack, intake->record, column->field).type == MOU_VALUE_MONEY) {
            column->form.unit_fen = 1000000;
        }
        return MOU_OK;
    }
    column->role = COLUMN_SKIP; /* a column of the layout that the vocabulary does not keep */
    return national && mou_layout_has(column->header) ? MOU_OK : unknown_column(intake, column);
}

static enum mou_status plan_subject_column(struct mou_intake *intake, struct plan *plan, struct column *column, uint32_t index)
{
    static const char *const identifier_words[] = {"标识", "id", "主体", "统一社会信用代码", "居民身份证号"};
    static const char *const kind_words[] = {"主体类别", "kind", "类别"};
    const struct mou_pack *pack = intake->store->pack;
    bool attribute = false;
    for (uint32_t kind = 0; kind < mou_pack_kind_count(pack); kind++) {
        plan->attribute[kind * plan->all_count + index] = UINT32_MAX;
        for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
            if (mou_text_equal(mou_pack_attribute(pack, kind, i).name, column->header)) {
                plan->attribute[kind * plan->all_count + index] = i;
                attribute = true;
            }
        }
    }
    column->role = attribute                                      ? COLUMN_FIELD
                   : word_in(column->header, identifier_words, 5) ? COLUMN_SUBJECT
                   : word_in(column->header, kind_words, 3)       ? COLUMN_KIND
                                                                  : COLUMN_SKIP;
    return column->role != COLUMN_SKIP ? MOU_OK : unknown_column(intake, column);
}

static enum mou_status plan_fixed_column(struct mou_intake *intake, struct column *column)
{
    const struct mou_fixed_list *list = mou_intake_fixed_list(intake->options->target);
    for (uint32_t i = 0; i < list->count; i++) {
        if (word_in(column->header, list->words[i], 3)) {
            column->role = COLUMN_PLACE;
            column->field = i;
            return MOU_OK;
        }
    }
    if (intake->options->target == MOU_IMPORT_RELATIONS && mou_relation_field_known(intake->store->pack, column->header)) {
        column->role = COLUMN_FIELD;
        return MOU_OK;
    }
    return unknown_column(intake, column);
}

/** The column's field by its name in column->header. */
static enum mou_status plan_named(struct mou_intake *intake, struct plan *plan, uint32_t index)
{
    struct column *column = &plan->columns[index];
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

/** By the mapping: a column that it names, leaves out, or should have named. */
static enum mou_status plan_mapped(struct mou_intake *intake, struct plan *plan, uint32_t index, struct mou_text header)
{
    struct column *column = &plan->columns[index];
    struct mou_mapped *mapped = mou_mapping_find(plan->mapping, header);
    if (mapped == NULL && (plan->mapping->skips_rest || mou_mapping_skips(plan->mapping, header))) {
        column->role = COLUMN_SKIP;
        return MOU_OK;
    }
    if (mapped == NULL) {
        return mou_store_fail(intake->store, MOU_ERROR_DATA,
                              mou_store_say(intake->store, "映射没有提到第 %u 列“%.*s”；请在映射文件里加一行“列 \"%.*s\" = 字段”，或者“不取 \"%.*s\"”",
                                            "the mapping does not speak of column %u, “%.*s”; add a line: column \"%.*s\" = FIELD, or: skip \"%.*s\""),
                              index + 1, (int)header.len, header.bytes, (int)header.len, header.bytes, (int)header.len, header.bytes);
    }
    if (mapped->found) {
        return mou_store_fail(intake->store, MOU_ERROR_DATA, mou_store_say(intake->store, "有两列的表头都是“%.*s”", "two columns have the header “%.*s”"), (int)header.len, header.bytes);
    }
    mapped->found = true;
    column->header = mapped->field;
    const enum mou_date_form dates = column->form.dates;
    column->form = mapped->form;
    column->form.column = index + 1;
    column->form.dates = mapped->form.dates == MOU_DATES_COMMON ? dates : mapped->form.dates;
    return plan_named(intake, plan, index);
}

static enum mou_status plan_column(struct mou_intake *intake, struct plan *plan, uint32_t index, struct mou_text header)
{
    struct column *column = &plan->columns[index];
    struct mou_text clean = mou_value_clean(intake->file_arena, header);
    const enum mou_date_form dates = intake->options->format == MOU_IMPORT_CSV_1904 ? MOU_DATES_FROM_1904 : MOU_DATES_COMMON;
    *column = (struct column){.header = clean, .form = {.column = index + 1, .dates = dates}};
    if (clean.len == 0) {
        column->role = COLUMN_BLANK;
        return MOU_OK;
    }
    if (plan->mapping != NULL) {
        return plan_mapped(intake, plan, index, clean);
    }
    column->header = header_unit(clean, &column->form.unit_fen);
    return plan_named(intake, plan, index);
}

/** Fields of the mapping's own: the same in every row. */
static enum mou_status plan_constants(struct mou_intake *intake, struct plan *plan)
{
    enum mou_status status = MOU_OK;
    uint32_t index = plan->column_count;
    for (size_t i = 0; status == MOU_OK && plan->mapping != NULL && i < plan->mapping->mapped.count; i++) {
        const struct mou_mapped *mapped = &plan->mapping->mapped.items[i];
        if (mapped->column.bytes == NULL) {
            plan->columns[index] = (struct column){.header = mapped->field, .form = mapped->form};
            status = plan_named(intake, plan, index++);
        } else if (!mapped->found) {
            status = mou_mapping_refuse(intake, mapped->line, 1, "文件里没有列“%.*s”；请核对表头（表头不在第一行的，写“表头 行号”）",
                                        "the file has no column “%.*s”; check its header (if that is not in the first row: header NUMBER)", mapped->column);
        }
    }
    return status;
}

static bool has_role(const struct plan *plan, enum column_role role, uint32_t field)
{
    for (uint32_t i = 0; i < plan->all_count; i++) {
        if (plan->columns[i].role == role && (role != COLUMN_PLACE || plan->columns[i].field == field)) {
            return true;
        }
    }
    return false;
}

/** A field can come once; the subject may be in one of several columns. */
static enum mou_status check_once(struct mou_intake *intake, const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->all_count; i++) {
        const struct column *one = &plan->columns[i];
        for (uint32_t k = 0; (one->role == COLUMN_FIELD || one->role == COLUMN_PLACE) && k < i; k++) {
            const struct column *other = &plan->columns[k];
            const bool by_name = one->role == COLUMN_FIELD && intake->options->target != MOU_IMPORT_RECORDS;
            if (other->role == one->role && (by_name ? mou_text_equal(one->header, other->header) : one->field == other->field)) {
                return mou_store_fail(intake->store, MOU_ERROR_DATA,
                                      mou_store_say(intake->store, "第 %u 列和第 %u 列是同一个字段（%.*s）", "columns %u and %u are the same field (%.*s)"), k + 1, i + 1,
                                      (int)one->header.len, one->header.bytes);
            }
        }
    }
    return MOU_OK;
}

static enum mou_status check_plan(struct mou_intake *intake, const struct plan *plan)
{
    enum mou_import_target target = intake->options->target;
    bool complete = has_role(plan, COLUMN_SUBJECT, 0) && (target != MOU_IMPORT_SUBJECTS || has_role(plan, COLUMN_KIND, 0));
    const struct mou_fixed_list *list = mou_intake_fixed_list(target);
    for (uint32_t i = 0; list != NULL && i < list->needed; i++) {
        complete = (complete || i == 0) && has_role(plan, COLUMN_PLACE, i);
    }
    if (complete) {
        return check_once(intake, plan);
    }
    return mou_store_fail(intake->store, MOU_ERROR_DATA, "%s",
                          mou_store_say(intake->store, "表头缺少必要的列：主体表要有“标识”和“主体类别”，记录表要有“主体”，关系表要有“关系、从、到”，异议表要有“主体、记录、键、提出”，撤回表要有“主体、记录、键”",
                                        "the header lacks a needed column: subjects need 标识 and 主体类别, records 主体, relations 关系, 从, 到, objections 主体, 记录, 键, 提出, withdrawals 主体, 记录, 键"));
}

static enum mou_status make_plan(struct mou_intake *intake, const struct mou_row *header, struct plan *plan)
{
    const size_t constants = plan->mapping != NULL ? plan->mapping->mapped.count : 0;
    const struct mou_text first = header->count > 0 ? mou_value_trim(header->cells[0].text) : MOU_TEXT("");
    if (first.len > 0 && (*first.bytes == '{' || *first.bytes == '[')) {
        return mou_store_fail(intake->store, MOU_ERROR_DATA, "%s",
                              mou_store_say(intake->store, "这像是 JSON 文件，而是当作 CSV 读的；JSON 要每行写一个对象，文件名以 .ndjson 或者 .jsonl 结尾",
                                            "this seems to be JSON, but was read as CSV; write one object a line and let the name end with .ndjson or .jsonl"));
    }
    const struct mou_text mark = header->count == 1 && plan->mapping == NULL ? other_separator(header->cells[0].text) : MOU_TEXT("");
    if (mark.len > 0) {
        return refuse_separator(intake, mark);
    }
    plan->column_count = header->count;
    plan->all_count = header->count;
    for (size_t i = 0; i < constants; i++) {
        plan->all_count += plan->mapping->mapped.items[i].column.bytes == NULL;
    }
    plan->columns = MOU_NEW_ARRAY(intake->file_arena, (size_t)plan->all_count + 1, struct column);
    plan->attribute = MOU_NEW_ARRAY(intake->file_arena, (size_t)mou_pack_kind_count(intake->store->pack) * plan->all_count + 1, uint32_t);
    if (plan->columns == NULL || plan->attribute == NULL) {
        return mou_store_out_of_memory(intake->store);
    }
    enum mou_status status = MOU_OK;
    for (uint32_t i = 0; status == MOU_OK && i < header->count; i++) {
        status = plan_column(intake, plan, i, header->cells[i].text);
    }
    status = status == MOU_OK ? plan_constants(intake, plan) : status;
    return status == MOU_OK ? check_plan(intake, plan) : status;
}

/* ------------------------------------------------------------------ rows */

static struct mou_offered offered_cell(const struct plan *plan, const struct mou_row *row, uint32_t column)
{
    struct mou_offered offered = plan->columns[column].form;
    if (column < plan->column_count) {
        offered.text = column < row->count ? row->cells[column].text : MOU_TEXT("");
    }
    return offered;
}

/** First cell of a role that is filled; without bytes if the plan has none. */
static struct mou_offered offered_role(const struct plan *plan, const struct mou_row *row, enum column_role role)
{
    struct mou_offered first = {.text = {NULL, 0}};
    for (uint32_t i = 0; i < plan->all_count; i++) {
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

static enum mou_status take_subject(struct mou_intake *intake, const struct plan *plan, const struct mou_row *row)
{
    struct mou_offered_row offered = {.subject = offered_role(plan, row, COLUMN_SUBJECT), .kind = offered_role(plan, row, COLUMN_KIND)};
    uint32_t kind = find_kind(intake, mou_value_word(intake->row_arena, &offered.kind));
    if (kind == UINT32_MAX) {
        return mou_intake_refuse(intake, offered.kind.column, MOU_TEXT("主体类别"), "词表里没有这个主体类别", "no such subject kind in the vocabulary");
    }
    offered.fields = MOU_NEW_ARRAY(intake->row_arena, mou_pack_attribute_count(intake->store->pack, kind) + 1, struct mou_offered);
    for (uint32_t i = 0; offered.fields != NULL && i < plan->all_count; i++) {
        uint32_t attribute = plan->columns[i].role == COLUMN_FIELD ? plan->attribute[kind * plan->all_count + i] : UINT32_MAX;
        if (attribute != UINT32_MAX) {
            offered.fields[attribute] = offered_cell(plan, row, i);
        }
    }
    return mou_intake_subject(intake, kind, &offered);
}

static enum mou_status take_record(struct mou_intake *intake, const struct plan *plan, const struct mou_row *row)
{
    struct mou_offered_row offered = {.subject = offered_role(plan, row, COLUMN_SUBJECT)};
    offered.fields = MOU_NEW_ARRAY(intake->row_arena, mou_pack_record(intake->store->pack, intake->record).field_count + 1, struct mou_offered);
    for (uint32_t i = 0; offered.fields != NULL && i < plan->all_count; i++) {
        if (plan->columns[i].role == COLUMN_FIELD) {
            offered.fields[plan->columns[i].field] = offered_cell(plan, row, i);
        }
    }
    return mou_intake_record(intake, &offered);
}

static enum mou_status take_fixed(struct mou_intake *intake, const struct plan *plan, const struct mou_row *row)
{
    struct mou_offered fields[5] = {{.text = {NULL, 0}}};
    struct mou_named_cell *named = MOU_NEW_ARRAY(intake->row_arena, (size_t)plan->all_count + 1, struct mou_named_cell);
    struct mou_named_cells more = {named, 0};
    for (uint32_t i = 0; named != NULL && i < plan->all_count; i++) {
        if (plan->columns[i].role == COLUMN_FIELD) {
            named[more.count++] = (struct mou_named_cell){plan->columns[i].header, offered_cell(plan, row, i)};
        } else if (plan->columns[i].role == COLUMN_PLACE) {
            fields[plan->columns[i].field] = offered_cell(plan, row, i);
        }
    }
    return named != NULL ? mou_intake_fixed(intake, fields, &more) : mou_store_out_of_memory(intake->store);
}

/** The first filled cell that no header stands over; 0: there is none. */
static uint32_t stray_cell(const struct plan *plan, const struct mou_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if ((i >= plan->column_count || plan->columns[i].role == COLUMN_BLANK) && mou_value_trim(row->cells[i].text).len > 0) {
            return i + 1;
        }
    }
    return 0;
}

/** Refuses a row with a cell that does not say what was entered; *fits is false then. */
static enum mou_status refuse_unwhole(struct mou_intake *intake, const struct plan *plan, const struct mou_row *row, bool *fits)
{
    static const char *const reasons[][2] = {
        {"", ""},
        {"表格软件把代码当成了数字，十五位以后的数字已经丢失，无法还原；请把这一列设为文本格式后重新填写",
         "the spreadsheet took a code for a number and lost its digits behind the fifteenth; format the column as text and enter it again"},
        {"公式出错，或者没有算出结果", "a formula gave an error, or has no result"},
        {"单元格是上面合并单元格的一部分；请取消合并，逐行填写", "the cell is part of a merged one that begins above; unmerge it and fill in every row"},
    };
    for (uint32_t i = 0; i < row->count && i < plan->column_count; i++) {
        const enum mou_cell_state state = row->cells[i].state;
        if (state != MOU_CELL_WHOLE && plan->columns[i].role != COLUMN_SKIP) {
            *fits = false;
            return mou_intake_refuse(intake, i + 1, plan->columns[i].header, reasons[state][0], reasons[state][1]);
        }
    }
    return MOU_OK;
}

static enum mou_status take_row(struct mou_intake *intake, const struct plan *plan, const struct mou_row *row)
{
    intake->line = row->line;
    intake->raw = row->raw;
    intake->result->rows++;
    if (row->unclosed) {
        return mou_intake_refuse(intake, row->count, MOU_TEXT(""), "引号没有闭合", "a quote is not closed");
    }
    if ((row->count != plan->column_count && !row->ragged) || row->too_many) {
        return mou_intake_refuse(intake, row->count, MOU_TEXT(""), "列数与表头不同", "the number of columns differs from the header");
    }
    const uint32_t stray = stray_cell(plan, row);
    if (stray != 0) {
        return mou_intake_refuse(intake, stray, MOU_TEXT(""), "没有表头的列里有内容", "there is something in a column without header");
    }
    bool fits = true;
    enum mou_status status = refuse_unwhole(intake, plan, row, &fits);
    if (status != MOU_OK || !fits) {
        return status;
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

/** The rows behind the header. */
struct reading {
    const struct mou_row_reader *reader;
    const struct plan *plan;
    struct mou_row *row;
};

static enum mou_status take_next(void *state, struct mou_intake *intake, bool *more)
{
    const struct reading *reading = state;
    enum mou_status status = reading->reader->next(reading->reader->state, reading->row, intake->row_arena, more);
    return status == MOU_OK && *more && !blank(reading->row) ? take_row(intake, reading->plan, reading->row) : status;
}

static void position(void *state, uint64_t *done, uint64_t *total)
{
    const struct reading *reading = state;
    reading->reader->position(reading->reader->state, done, total);
}

static void move(void *state, struct mou_intake *intake)
{
    const struct reading *reading = state;
    reading->reader->move(reading->reader->state, intake);
}

static enum mou_status take_here(struct mou_intake *intake, struct reading *reading)
{
    enum mou_status status = MOU_OK;
    uint64_t done = 0;
    uint64_t total = 0;
    bool more = true;
    while (status == MOU_OK && more) {
        status = mou_intake_end_row(intake, take_next(reading, intake, &more));
        if (status == MOU_OK && intake->result->rows % 1024 == 0) {
            position(reading, &done, &total);
            status = mou_intake_progress(intake, done, total);
        }
    }
    return status;
}

static enum mou_status take_rows(struct mou_intake *intake, struct reading *reading)
{
    const struct mou_ahead_rows rows = {move, take_next, position, reading};
    bool started = false;
    enum mou_status status = MOU_OK;
    if (intake->reads_ahead && reading->reader->move != NULL && intake->options->target == MOU_IMPORT_RECORDS) {
        status = mou_read_ahead(intake, &rows, &started);
    }
    return status == MOU_OK && !started ? take_here(intake, reading) : status;
}

/** Reads to the row that the mapping says, or the first one. */
static enum mou_status find_header(struct mou_intake *intake, const struct mou_row_reader *reader, const struct mou_mapping *mapping, struct mou_row *row)
{
    /* Rows from quarantine come with their header before them. */
    const unsigned said = mapping != NULL && mapping->header_row > 0 ? mapping->header_row : intake->options->header_row;
    const unsigned wanted = intake->options->settles == NULL ? said : 0;
    enum mou_status status = reader->begin != NULL ? reader->begin(reader->state, wanted) : MOU_OK;
    const unsigned count = reader->begin != NULL || wanted == 0 ? 1 : wanted;
    bool more = true;
    for (unsigned number = 1; status == MOU_OK && more && number <= count; number++) {
        status = reader->next(reader->state, row, intake->file_arena, &more);
    }
    if (status == MOU_OK && (!more || blank(row))) {
        status = mou_store_fail(intake->store, MOU_ERROR_DATA, "%s", mou_store_say(intake->store, "文件是空的，或者没有表头", "the file is empty or has no header"));
    }
    return status;
}

enum mou_status mou_table_import(struct mou_intake *intake, const struct mou_row_reader *reader)
{
    struct mou_row row = {.cells = MOU_NEW_ARRAY(intake->file_arena, MOU_CELLS_MAX, struct mou_table_cell)};
    struct plan plan = {.columns = NULL};
    if (row.cells == NULL) {
        return mou_store_out_of_memory(intake->store);
    }
    if (intake->options->mapping.len > 0) {
        if (intake->options->layout == MOU_LAYOUT_NATIONAL) {
            return mou_store_fail(intake->store, MOU_ERROR_USAGE, "%s",
                                  mou_store_say(intake->store, "--mapping 和 --layout 双公示 只能用一个", "--mapping and --layout 双公示 exclude each other"));
        }
        plan.mapping = mou_mapping_read(intake);
        if (plan.mapping == NULL) {
            return MOU_ERROR_DATA;
        }
    }
    enum mou_status status = find_header(intake, reader, plan.mapping, &row);
    if (status == MOU_OK) {
        intake->header = (struct mou_text){mou_arena_copy(intake->file_arena, row.raw.bytes, row.raw.len), row.raw.len};
        status = intake->header.bytes != NULL ? make_plan(intake, &row, &plan) : mou_store_out_of_memory(intake->store);
    }
    struct reading reading = {reader, &plan, &row};
    return status == MOU_OK ? take_rows(intake, &reading) : status;
}
