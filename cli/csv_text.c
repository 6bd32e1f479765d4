/*
 * CSV as officers' programs read and write it. Lists of this size are read whole; files of records are the store's to import.
 */
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "csv_text.h"

#define LIST_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define LIST_COLUMNS_MAX 64u

/** Signs that make a spreadsheet take a text for a formula, their full-width forms too. */
static bool looks_like_formula(struct mou_text text)
{
    static const char *const signs[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        const size_t len = strlen(signs[i]);
        if (text.len >= len && memcmp(text.bytes, signs[i], len) == 0) {
            return true;
        }
    }
    return false;
}

static void put_inner(struct mou_buf *out, struct mou_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        mou_buf_text(out, text.bytes[i] == '"' ? "\"" : "");
        mou_buf_char(out, text.bytes[i]);
    }
    mou_buf_char(out, '"');
}

void mou_csv_quoted(struct mou_buf *out, struct mou_text text)
{
    mou_buf_char(out, '"');
    put_inner(out, text);
}

void mou_csv_cell(struct mou_buf *out, struct mou_text text, bool first)
{
    mou_buf_text(out, first ? "" : ",");
    mou_buf_text(out, looks_like_formula(text) ? "\"'" : "\"");
    put_inner(out, text);
}

void mou_csv_word(struct mou_buf *out, const char *word)
{
    mou_csv_cell(out, mou_text_of(word), false);
}

/* ------------------------------------------------------------------ reading */

/** The text being read. */
struct reading {
    struct mou_cli *cli;
    const char *path;
    const char *at;
    const char *end;
    uint32_t line;
};

static bool refuse(const struct reading *reading, const char *zh, const char *en)
{
    mou_complain(reading->cli, mou_say(reading->cli, "%s 第 %u 行：%s", "%s line %u: %s"), reading->path, reading->line, mou_say(reading->cli, zh, en));
    return false;
}

static bool read_quoted(struct reading *reading, struct mou_buf *cell)
{
    for (reading->at++; reading->at < reading->end; reading->at++) {
        if (*reading->at == '"' && (reading->at + 1 == reading->end || reading->at[1] != '"')) {
            reading->at++;
            return true;
        }
        reading->at += *reading->at == '"';
        reading->line += *reading->at == '\n';
        mou_buf_char(cell, *reading->at);
    }
    return refuse(reading, "引号没有闭合", "a quotation mark is not closed");
}

/** One cell up to the comma or the end of the line. */
static bool read_cell(struct reading *reading, struct mou_text *text)
{
    struct mou_buf cell;
    mou_buf_init(&cell, NULL, LIST_BYTES_MAX);
    bool read = reading->at == reading->end || *reading->at != '"' || read_quoted(reading, &cell);
    while (read && reading->at < reading->end && *reading->at != ',' && *reading->at != '\n') {
        if (*reading->at != '\r') {
            mou_buf_char(&cell, *reading->at);
        }
        reading->at++;
    }
    *text = mou_buf_into_arena(&cell, reading->cli->arena);
    if (text->len > 1 && text->bytes[0] == '\'' && looks_like_formula((struct mou_text){text->bytes + 1, text->len - 1})) {
        *text = (struct mou_text){text->bytes + 1, text->len - 1};
    }
    return read;
}

static bool read_row(struct reading *reading, struct mou_csv_row *row)
{
    struct mou_text cells[LIST_COLUMNS_MAX];
    bool more = true;
    *row = (struct mou_csv_row){.line = reading->line};
    while (more) {
        if (row->count == LIST_COLUMNS_MAX) {
            return refuse(reading, "列太多", "too many columns");
        }
        if (!read_cell(reading, &cells[row->count++])) {
            return false;
        }
        more = reading->at < reading->end && *reading->at == ',';
        reading->line += reading->at < reading->end && *reading->at == '\n';
        reading->at += reading->at < reading->end;
    }
    row->cells = MOU_NEW_ARRAY(reading->cli->arena, row->count, struct mou_text);
    if (row->cells != NULL) {
        memcpy(row->cells, cells, row->count * sizeof *cells);
    }
    return row->cells != NULL;
}

/** Office programs of this country save CSV as GB 18030: the text as UTF-8, in the invocation's arena. */
static bool convert(struct mou_cli *cli, struct mou_text *text)
{
    const size_t room = text->len * 2 + 4; /* two bytes become three, four become four */
    char *converted = mou_arena_alloc(cli->arena, room);
    iconv_t converter = converted != NULL ? iconv_open("UTF-8", "GB18030") : (iconv_t)-1;
    if (converter == (iconv_t)-1) {
        return false;
    }
    char *in = (char *)(uintptr_t)text->bytes; /* only read through */
    char *out = converted;
    size_t left = text->len;
    size_t free_bytes = room;
    const bool whole = iconv(converter, &in, &left, &out, &free_bytes) != (size_t)-1 && left == 0;
    iconv_close(converter);
    *text = (struct mou_text){converted, room - free_bytes};
    return whole;
}

bool mou_csv_read(struct mou_cli *cli, const char *path, struct mou_csv_list *list)
{
    struct mou_text text;
    *list = (struct mou_csv_list){.count = 0};
    if (!mou_read_file(cli, path, LIST_BYTES_MAX, &text)) {
        return false;
    }
    struct reading reading = {.cli = cli, .path = path, .line = 1};
    if (!mou_utf8_valid(text.bytes, text.len) && !convert(cli, &text)) {
        return refuse(&reading, "既不是 UTF-8，也不是 GB 18030", "neither UTF-8 nor GB 18030");
    }
    reading.at = text.bytes;
    reading.end = text.bytes + text.len;
    reading.at += text.len >= 3 && memcmp(text.bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (reading.at < reading.end) {
        struct mou_csv_row row;
        if (!read_row(&reading, &row)) {
            return mou_arena_failed(cli->arena) ? (void)mou_out_of_memory(cli), false : false;
        }
        if (row.count == 1 && mou_csv_value(&row, 0).len == 0) {
            continue; /* an empty line */
        }
        if (!MOU_VEC_PUSH(cli->arena, list, row)) {
            (void)mou_out_of_memory(cli);
            return false;
        }
    }
    return list->count > 0 || refuse(&reading, "没有表头", "there is no header");
}

uint32_t mou_csv_column(const struct mou_csv_list *list, const char *zh, const char *en)
{
    for (uint32_t i = 0; list->count > 0 && i < list->items[0].count; i++) {
        const struct mou_text header = mou_csv_value(&list->items[0], i);
        if (mou_text_equal(header, mou_text_of(zh)) || mou_text_equal(header, mou_text_of(en))) {
            return i;
        }
    }
    return UINT32_MAX;
}

struct mou_text mou_csv_value(const struct mou_csv_row *row, uint32_t column)
{
    struct mou_text text = column < row->count ? row->cells[column] : (struct mou_text){"", 0};
    for (; text.len > 0 && (*text.bytes == ' ' || *text.bytes == '\t'); text.bytes++) {
        text.len--;
    }
    for (; text.len > 0 && (text.bytes[text.len - 1] == ' ' || text.bytes[text.len - 1] == '\t'); text.len--) {
    }
    return text;
}
