/*
 * Rows of a sheet. A first pass over the part finds merged cells, which the format puts behind the rows, and how many rows there are; a second one gives row
 * after row: the parser is suspended at the end of each. Titles, headers and merged cells are made plain here.
 */
#include <stdio.h>
#include <string.h>

#include "sheet_internal.h"

#define MERGES_MAX 65536u
#define HEADER_ROWS_MAX 8u
#define NUMBER_BYTES_MAX 128u

/** A cell of the row at hand: its text is a piece of the row's, which moves while it grows. */
struct cell {
    size_t begin, len;
    enum mou_cell_state state;
};

struct sheet_rows {
    struct mou_workbook *book;
    struct sheet_xml xml;
    struct sheet_merges merges;
    struct mou_buf text;          /**< of the row at hand */
    struct cell *cells;           /**< MOU_CELLS_MAX of them */
    struct mou_table_cell *given; /**< the same as the user sees them */
    uint32_t count;               /**< cells of the row at hand */
    uint32_t row;                 /**< its number */
    uint32_t seen;                /**< first pass: rows with cells */
    uint32_t column;              /**< of the cell at hand */
    char type[12];                /**< of the cell at hand */
    uint64_t style;
    bool has_formula, has_value, in_value, in_text, whole_row;
    int phonetic;
    size_t begin;                 /**< of the cell's text */
    unsigned header_row;          /**< 0: not said */
    bool headed;                  /**< the header has been given */
    bool waiting;                 /**< a row is at hand that has not been given */
};

static enum mou_status wrong_place(struct sheet_rows *rows, const char *zh, const char *en)
{
    struct mou_buf place;
    mou_buf_init(&place, NULL, 64);
    mou_buf_printf(&place, rows->book->lang == MOU_LANG_ZH ? "第 %u 行第 %u 列" : "row %u, column %u", rows->row, rows->column);
    enum mou_status status = sheet_fail(rows->book, MOU_ERROR_DATA, "工作表 %s：%s", "sheet, %s: %s", place.len > 0 ? place.data : "", rows->book->lang == MOU_LANG_ZH ? zh : en);
    mou_buf_free(&place);
    return status;
}

static void stop(struct sheet_rows *rows, const char *zh, const char *en)
{
    sheet_xml_stop(&rows->xml, wrong_place(rows, zh, en));
}

/* ------------------------------------------------------------------ cells */

static void begin_row(struct sheet_rows *rows, const char **attributes)
{
    const char *number = sheet_attribute(attributes, "r", false);
    uint64_t row = (uint64_t)rows->row + 1;
    rows->column = 0;
    if (number != NULL && !sheet_number_whole(number, SHEET_ROWS_MAX, &row)) {
        stop(rows, "行号不对", "a wrong row number");
        return;
    }
    if (row <= rows->row || row > SHEET_ROWS_MAX) {
        stop(rows, "行的次序不对，或者行太多", "rows out of order, or too many");
        return;
    }
    rows->row = (uint32_t)row;
    rows->count = 0;
    mou_buf_clear(&rows->text);
}

static void begin_cell(struct sheet_rows *rows, const char **attributes)
{
    const char *place = sheet_attribute(attributes, "r", false);
    const char *type = sheet_attribute(attributes, "t", false);
    const char *style = sheet_attribute(attributes, "s", false);
    uint32_t row = rows->row;
    uint32_t column = rows->column + 1;
    if ((place != NULL && !sheet_reference(place, &row, &column)) || column > MOU_CELLS_MAX) {
        stop(rows, "单元格在表格之外（最多到 XFD 列、第 1048576 行）", "a cell outside the sheet (the last is XFD1048576)");
        return;
    }
    if (row != rows->row || column <= rows->column) {
        stop(rows, "单元格次序不对，或者有两个同一位置的单元格", "cells out of order, or two in one place");
        return;
    }
    for (uint32_t i = rows->count; i < column; i++) {
        rows->cells[i] = (struct cell){rows->text.len, 0, MOU_CELL_WHOLE};
    }
    rows->count = column;
    rows->column = column;
    rows->style = 0;
    if (style != NULL && !sheet_number_whole(style, UINT32_MAX, &rows->style)) {
        stop(rows, "样式编号不对", "a wrong style number");
        return;
    }
    (void)snprintf(rows->type, sizeof rows->type, "%s", type != NULL ? type : "n");
    rows->has_formula = false;
    rows->has_value = false;
    rows->begin = rows->text.len;
}

/** Replaces what was read of the cell at hand. */
static void replace(struct sheet_rows *rows, struct mou_text text)
{
    rows->text.len = rows->begin;
    mou_buf_append(&rows->text, text.bytes, text.len);
}

static void end_number(struct sheet_rows *rows, struct cell *cell, const char *bytes, size_t len)
{
    static const struct sheet_style plain = {SHEET_PLAIN, 0};
    char number[NUMBER_BYTES_MAX];
    if (len >= sizeof number) {
        stop(rows, "数字太长", "too long a number");
        return;
    }
    memcpy(number, bytes, len);
    rows->text.len = rows->begin;
    const struct sheet_style *style = rows->style < rows->book->styles.count ? &rows->book->styles.items[rows->style] : &plain;
    switch (sheet_number_write((struct mou_text){number, len}, style, rows->book->days_from_1904, &rows->text)) {
    case SHEET_NUMBER_LOST:
        cell->state = MOU_CELL_DIGITS_LOST;
        break;
    case SHEET_NUMBER_WRONG:
        stop(rows, "不是数字", "not a number");
        break;
    case SHEET_NUMBER_WHOLE:
        break;
    }
}

static void end_shared(struct sheet_rows *rows, const char *bytes, size_t len)
{
    char digits[24];
    uint64_t index = 0;
    struct mou_text text = {"", 0};
    const size_t kept = len < sizeof digits - 1 ? len : sizeof digits - 1;
    memcpy(digits, bytes, kept);
    digits[kept] = '\0';
    if (kept != len || !sheet_number_whole(digits, UINT32_MAX, &index) || !sheet_strings_get(rows->book, index, &text)) {
        stop(rows, "所指的共享文字不存在；文件残缺，请重新保存", "it refers to a shared text that is not there; the file is damaged, save it again");
        return;
    }
    replace(rows, text);
}

/** Makes of what was read what the cell says. */
static void end_cell(struct sheet_rows *rows)
{
    struct cell *cell = &rows->cells[rows->column - 1];
    const char *bytes = rows->text.len > 0 ? rows->text.data + rows->begin : "";
    const size_t len = rows->text.len - rows->begin;
    const struct mou_text yes_or_no = len == 1 && *bytes == '1' ? MOU_TEXT("是") : MOU_TEXT("否");
    cell->begin = rows->begin;
    if (strcmp(rows->type, "e") == 0 || (rows->has_formula && !rows->has_value)) {
        cell->state = MOU_CELL_ERROR;
    } else if (len == 0) {
        cell->state = MOU_CELL_WHOLE;
    } else if (strcmp(rows->type, "s") == 0) {
        end_shared(rows, bytes, len);
    } else if (strcmp(rows->type, "b") == 0) {
        replace(rows, yes_or_no);
    } else if (strcmp(rows->type, "n") == 0) {
        end_number(rows, cell, bytes, len);
    } else if (strcmp(rows->type, "str") == 0 || strcmp(rows->type, "inlineStr") == 0) {
        sheet_unescape(&rows->text, rows->begin);
    } else if (strcmp(rows->type, "d") != 0) {
        stop(rows, "单元格的类型不明", "a cell of unknown type");
    }
    cell->len = rows->text.len - rows->begin;
    if (rows->text.failed) {
        stop(rows, "一行超过 16 MB", "the row is longer than 16 MB");
    }
}

/* ------------------------------------------------------------------ elements */

static void begin_element(struct sheet_xml *xml, const char *name, const char **attributes)
{
    struct sheet_rows *rows = xml->state;
    if (strcmp(name, "row") == 0) {
        begin_row(rows, attributes);
    } else if (strcmp(name, "c") == 0) {
        begin_cell(rows, attributes);
    } else if (rows->column == 0) {
        return;
    } else if (strcmp(name, "v") == 0) {
        rows->has_value = true;
        rows->in_value = true;
    } else if (strcmp(name, "f") == 0) {
        rows->has_formula = true;
    } else if (strcmp(name, "rPh") == 0) {
        rows->phonetic++;
    } else if (strcmp(name, "t") == 0) {
        rows->in_text = rows->phonetic == 0;
    }
}

static void end_element(struct sheet_xml *xml, const char *name)
{
    struct sheet_rows *rows = xml->state;
    if (strcmp(name, "v") == 0) {
        rows->in_value = false;
    } else if (strcmp(name, "t") == 0) {
        rows->in_text = false;
    } else if (strcmp(name, "rPh") == 0) {
        rows->phonetic -= rows->phonetic > 0;
    } else if (strcmp(name, "c") == 0 && rows->column > 0) {
        end_cell(rows);
    } else if (strcmp(name, "row") == 0) {
        rows->column = 0;
        rows->whole_row = true;
        (void)XML_StopParser(xml->parser, XML_TRUE);
    }
}

static void take_text(struct sheet_xml *xml, const char *bytes, size_t len)
{
    struct sheet_rows *rows = xml->state;
    const bool inline_text = strcmp(rows->type, "inlineStr") == 0;
    if (rows->column > 0 && (inline_text ? rows->in_text : rows->in_value)) {
        mou_buf_append(&rows->text, bytes, len);
        if (rows->text.failed) {
            stop(rows, "一行超过 16 MB", "the row is longer than 16 MB");
        }
    }
}

/* ------------------------------------------------------------------ first pass */

static void survey_element(struct sheet_xml *xml, const char *name, const char **attributes)
{
    struct sheet_rows *rows = xml->state;
    struct sheet_merge merge;
    if (strcmp(name, "row") == 0) {
        rows->seen += rows->seen < UINT32_MAX;
    }
    if (strcmp(name, "mergeCell") != 0) {
        return;
    }
    const char *reference = sheet_attribute(attributes, "ref", false);
    if (reference == NULL || !sheet_merge_parse(reference, &merge)) {
        sheet_xml_stop(xml, sheet_fail(rows->book, MOU_ERROR_DATA, "工作表的合并单元格写得不对", "a merged range of the sheet is wrong"));
    } else if (rows->merges.all.count >= MERGES_MAX) {
        sheet_xml_stop(xml, sheet_fail(rows->book, MOU_ERROR_DATA, "合并单元格太多；请取消合并后再导入", "too many merged cells; unmerge them and import again"));
    } else if (!MOU_VEC_PUSH(rows->book->arena, &rows->merges.all, merge)) {
        sheet_xml_stop(xml, sheet_out_of_memory(rows->book));
    }
}

static enum mou_status survey(struct sheet_rows *rows, const struct sheet_part *part)
{
    struct sheet_xml xml = {.book = rows->book, .part = part, .begin = survey_element, .state = rows};
    enum mou_status status = sheet_xml_read(&xml);
    sheet_merges_order(&rows->merges);
    return status;
}

/* ------------------------------------------------------------------ rows */

static bool is_filled(const struct sheet_rows *rows, uint32_t column)
{
    return column <= rows->count && (rows->cells[column - 1].len > 0 || rows->cells[column - 1].state != MOU_CELL_WHOLE);
}

/** Drops empty cells at the end; the count of filled ones. */
static uint32_t trim_row(struct sheet_rows *rows)
{
    uint32_t filled = 0;
    while (rows->count > 0 && !is_filled(rows, rows->count)) {
        rows->count--;
    }
    for (uint32_t i = 1; i <= rows->count; i++) {
        filled += is_filled(rows, i);
    }
    return filled;
}

/** The next row in which there is something; *filled cells, 0 at the end. */
static enum mou_status next_filled(struct sheet_rows *rows, uint32_t *filled)
{
    *filled = 0;
    if (rows->waiting) {
        rows->waiting = false;
        *filled = trim_row(rows);
        return MOU_OK;
    }
    while (*filled == 0 && !rows->xml.ended) {
        rows->whole_row = false;
        enum mou_status status = sheet_xml_go_on(&rows->xml);
        if (status != MOU_OK) {
            return status;
        }
        if (rows->whole_row) {
            *filled = trim_row(rows);
        }
    }
    if (*filled > 0 && !sheet_merges_move(&rows->merges, rows->row)) {
        return sheet_fail(rows->book, MOU_ERROR_DATA, "合并单元格太多；请取消合并后再导入", "too many merged cells; unmerge them and import again");
    }
    return MOU_OK;
}

/** Marks cells that a merged one covers: what they would say is not known. */
static void mark_merged(struct sheet_rows *rows)
{
    for (uint32_t i = 0; i < rows->merges.active_count; i++) {
        const struct sheet_merge *merge = &rows->merges.active[i];
        const uint32_t last = merge->right < rows->count ? merge->right : rows->count;
        for (uint32_t column = merge->left; column <= last; column++) {
            struct cell *cell = &rows->cells[column - 1];
            if (cell->len == 0 && cell->state == MOU_CELL_WHOLE && (rows->row > merge->top || column > merge->left)) {
                cell->state = MOU_CELL_MERGED;
            }
        }
    }
}

static void give(struct sheet_rows *rows, struct mou_table_row *row)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct cell *cell = &rows->cells[i];
        rows->given[i] = (struct mou_table_cell){{cell->len > 0 ? rows->text.data + cell->begin : "", cell->len}, cell->state};
    }
    *row = (struct mou_table_row){.line = rows->row, .cells = rows->given, .count = rows->count};
}

/* ------------------------------------------------------------------ header */

/** Texts of the header's rows, from top to bottom, by column. */
struct header {
    struct mou_text (*names)[HEADER_ROWS_MAX];
    uint32_t depth;
    uint32_t width;
};

/** A title: one cell that is merged over its neighbours, and nothing else in the row. */
static bool is_title(const struct sheet_rows *rows, uint32_t filled)
{
    const struct sheet_merge *merge = filled == 1 ? sheet_merges_at(&rows->merges, rows->row, rows->count) : NULL;
    return merge != NULL && merge->right > merge->left;
}

/** The last row of the header that begins in the row at hand: as far down as a cell of it is merged. */
static uint32_t header_bottom(const struct sheet_rows *rows)
{
    uint32_t bottom = rows->row;
    for (uint32_t i = 0; i < rows->merges.active_count; i++) {
        const struct sheet_merge *merge = &rows->merges.active[i];
        bottom = merge->top == rows->row && merge->bottom > bottom ? merge->bottom : bottom;
    }
    return bottom;
}

/** Notes the texts of a row; a merged cell's text stands in all its columns, below its first row nothing new. */
static bool note_names(struct sheet_rows *rows, struct header *header)
{
    struct mou_arena *arena = rows->book->arena;
    for (uint32_t column = 1; column <= MOU_CELLS_MAX; column++) {
        const struct sheet_merge *merge = sheet_merges_at(&rows->merges, rows->row, column);
        const uint32_t from = merge != NULL && merge->top == rows->row ? merge->left : column;
        struct mou_text *name = &header->names[column - 1][header->depth];
        *name = MOU_TEXT("");
        if (from <= rows->count && rows->cells[from - 1].len > 0) {
            const struct cell *cell = &rows->cells[from - 1];
            *name = (struct mou_text){mou_arena_copy(arena, rows->text.data + cell->begin, cell->len), cell->len};
            header->width = column > header->width ? column : header->width;
            if (name->bytes == NULL) {
                return false;
            }
        } else if (merge == NULL && column > rows->count && rows->merges.active_count == 0) {
            break;
        }
    }
    header->depth++;
    return true;
}

static struct mou_text lowest_name(const struct header *header, uint32_t column)
{
    for (uint32_t i = header->depth; i > 0; i--) {
        if (header->names[column][i - 1].len > 0) {
            return header->names[column][i - 1];
        }
    }
    return MOU_TEXT("");
}

/** Names of one column from top to bottom, joined by a stroke. */
static struct mou_text joined_name(struct sheet_rows *rows, const struct header *header, uint32_t column)
{
    struct mou_buf joined;
    mou_buf_init(&joined, NULL, MOU_CELLS_BYTES_MAX);
    for (uint32_t i = 0; i < header->depth; i++) {
        const struct mou_text name = header->names[column][i];
        if (name.len > 0) {
            mou_buf_text(&joined, joined.len > 0 ? "/" : "");
            mou_buf_append(&joined, name.bytes, name.len);
        }
    }
    return mou_buf_into_arena(&joined, rows->book->arena);
}

/** One name for each column: its lowest, and where two columns would have the same, all its names. */
static void give_header(struct sheet_rows *rows, const struct header *header, uint32_t line, struct mou_table_row *row)
{
    for (uint32_t i = 0; i < header->width; i++) {
        rows->given[i] = (struct mou_table_cell){lowest_name(header, i), MOU_CELL_WHOLE};
    }
    for (uint32_t i = 0; header->depth > 1 && header->width <= 1024 && i < header->width; i++) {
        bool twice = false;
        for (uint32_t k = 0; k < header->width; k++) {
            const struct mou_text lowest = lowest_name(header, i);
            twice = twice || (k != i && lowest.len > 0 && mou_text_equal(lowest, lowest_name(header, k)));
        }
        if (twice) {
            rows->given[i].text = joined_name(rows, header, i);
        }
    }
    *row = (struct mou_table_row){.line = line, .cells = rows->given, .count = header->width};
}

static enum mou_status next_header(struct sheet_rows *rows, struct mou_table_row *row, bool *more)
{
    struct header header = {.names = mou_arena_array(rows->book->arena, MOU_CELLS_MAX, sizeof *header.names)};
    uint32_t filled = 0;
    enum mou_status status = next_filled(rows, &filled);
    while (status == MOU_OK && filled > 0 && (rows->header_row > 0 ? rows->row < rows->header_row : is_title(rows, filled))) {
        status = next_filled(rows, &filled);
    }
    *more = filled > 0 && (rows->header_row == 0 || rows->row == rows->header_row);
    if (status != MOU_OK || !*more) {
        return status;
    }
    const uint32_t line = rows->row;
    const uint32_t bottom = header_bottom(rows);
    if (header.names == NULL || bottom - line >= HEADER_ROWS_MAX) {
        return header.names == NULL ? sheet_out_of_memory(rows->book) : sheet_fail(rows->book, MOU_ERROR_DATA, "表头超过 8 行", "the header has more than 8 rows");
    }
    while (status == MOU_OK && filled > 0 && rows->row <= bottom) {
        if (!note_names(rows, &header)) {
            return sheet_out_of_memory(rows->book);
        }
        status = next_filled(rows, &filled);
    }
    rows->waiting = status == MOU_OK && filled > 0;
    rows->headed = true;
    give_header(rows, &header, line, row);
    return status == MOU_OK && mou_arena_failed(rows->book->arena) ? sheet_out_of_memory(rows->book) : status;
}

/* ------------------------------------------------------------------ the table */

static enum mou_status begin_table(void *state, unsigned header_row)
{
    struct sheet_rows *rows = state;
    rows->header_row = header_row;
    return MOU_OK;
}

static enum mou_status next_row(void *state, struct mou_table_row *row, bool *more)
{
    struct sheet_rows *rows = state;
    uint32_t filled = 0;
    if (!rows->headed) {
        return next_header(rows, row, more);
    }
    enum mou_status status = next_filled(rows, &filled);
    *more = filled > 0;
    if (status == MOU_OK && *more) {
        mark_merged(rows);
        give(rows, row);
    }
    return status;
}

static const char *message(void *state)
{
    const struct sheet_rows *rows = state;
    return mou_workbook_message(rows->book);
}

enum mou_status sheet_rows_open(struct mou_workbook *book, const struct sheet_part *part, struct mou_table *table)
{
    struct sheet_rows *rows = MOU_NEW(book->arena, struct sheet_rows);
    if (rows == NULL) {
        return sheet_out_of_memory(book);
    }
    *rows = (struct sheet_rows){.book = book, .cells = MOU_NEW_ARRAY(book->arena, MOU_CELLS_MAX, struct cell),
                                .given = MOU_NEW_ARRAY(book->arena, MOU_CELLS_MAX, struct mou_table_cell)};
    mou_buf_init(&rows->text, NULL, MOU_CELLS_BYTES_MAX);
    book->rows = rows;
    if (rows->cells == NULL || rows->given == NULL) {
        return sheet_out_of_memory(book);
    }
    enum mou_status status = survey(rows, part);
    rows->xml = (struct sheet_xml){.book = book, .part = part, .begin = begin_element, .end = end_element, .text = take_text, .state = rows};
    status = status == MOU_OK ? sheet_xml_begin(&rows->xml) : status;
    table->rows = rows->seen;
    table->begin = begin_table;
    table->next = next_row;
    table->message = message;
    table->state = rows;
    return status;
}

void sheet_rows_close(struct mou_workbook *book)
{
    if (book->rows != NULL) {
        sheet_xml_free(&book->rows->xml);
        mou_buf_free(&book->rows->text);
        book->rows = NULL;
    }
}
