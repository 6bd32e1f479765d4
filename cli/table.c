/*
 * Files of rows: CSV and JSON and XML as text, XLSX by libxlsxwriter with a row in memory at a time. Text from outside is never a formula: CSV cells that
 * would be one are led by an apostrophe, XLSX cells are strings. Used by mou export and mou report.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "csv_text.h"
#include "table.h"

#define PENDING_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define FLUSH_BYTES ((size_t)65536)
#define CELL_BYTES_MAX ((size_t)1024 * 1024)
#define SHEET_ROWS_MAX 1048576u
#define DAYS_1900_TO_1970 25567
#define SECONDS_PER_DAY 86400

struct mou_table {
    struct mou_cli *cli;
    struct mou_table_head head;
    enum mou_table_format format;
    const char *path;
    struct mou_buf temporary; /**< the file's name until it is published */
    int descriptor;
    struct mou_buf pending;
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    uint64_t rows;
    bool failed, made, published;
    int error; /**< errno of the first failure, 0 where it was memory or the library */
};

/* ------------------------------------------------------------------ cells */

static const char *column_head(const struct mou_table *table, size_t column)
{
    return mou_say(table->cli, table->head.columns[column].zh, table->head.columns[column].en);
}

/* ------------------------------------------------------------------ text */

static void note_failure(struct mou_table *table, int error)
{
    table->error = table->failed ? table->error : error;
    table->failed = true;
}

static void flush(struct mou_table *table, size_t at_least)
{
    size_t done = 0;
    if (table->pending.failed) {
        note_failure(table, ENOMEM);
    }
    if (table->failed || table->pending.len < at_least) {
        return;
    }
    while (done < table->pending.len) {
        const ssize_t written = write(table->descriptor, table->pending.data + done, table->pending.len - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            note_failure(table, errno);
            return;
        }
        done += (size_t)written;
    }
    mou_buf_clear(&table->pending);
}

static void put_element(struct mou_buf *out, const char *name, struct mou_text text)
{
    mou_buf_printf(out, "<%s>", name);
    mou_buf_markup(out, text);
    mou_buf_printf(out, "</%s>", name);
}

static void put_xml_head(struct mou_table *table)
{
    struct mou_buf *out = &table->pending;
    mou_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ExchangeMessage>\n<Header>");
    put_element(out, "sender", mou_text_of(table->head.sender));
    put_element(out, "receiver", mou_text_of(table->head.receiver));
    put_element(out, "flow", mou_text_of(table->head.what));
    put_element(out, "item", mou_text_of(table->head.title));
    put_element(out, "sn", mou_text_of(table->head.number));
    put_element(out, "securityType", mou_text_of(table->head.masked ? "masked" : "plain"));
    put_element(out, "operator", mou_text_of(table->head.operator_name));
    mou_buf_text(out, "</Header>\n<Body>\n");
}

static void put_member(struct mou_buf *out, const char *name, const char *text)
{
    mou_buf_printf(out, ", \"%s\": ", name);
    mou_buf_json_text(out, text, strlen(text));
}

static void put_json_head(struct mou_table *table)
{
    struct mou_buf *out = &table->pending;
    mou_buf_printf(out, "{\"schema\": \"mou/export/1\", \"what\": \"%s\", \"as_of\": \"", table->head.what);
    mou_date_format(table->head.as_of, out);
    mou_buf_char(out, '"');
    put_member(out, "sender", table->head.sender);
    put_member(out, "receiver", table->head.receiver);
    put_member(out, "number", table->head.number);
    mou_buf_printf(out, ", \"masked\": %s, \"rows\": [", table->head.masked ? "true" : "false");
}

static void put_csv_head(struct mou_table *table)
{
    mou_buf_text(&table->pending, "\xEF\xBB\xBF");
    for (size_t i = 0; i < table->head.column_count; i++) {
        mou_csv_cell(&table->pending, mou_text_of(column_head(table, i)), i == 0);
    }
    mou_buf_text(&table->pending, "\r\n");
}

static void put_json_row(struct mou_table *table, const struct mou_text *cells)
{
    struct mou_buf *out = &table->pending;
    mou_buf_text(out, table->rows == 0 ? "\n{" : ",\n{");
    for (size_t i = 0; i < table->head.column_count; i++) {
        mou_buf_printf(out, "%s\"%s\": ", i == 0 ? "" : ", ", table->head.columns[i].name);
        mou_buf_json_text(out, cells[i].len > 0 ? cells[i].bytes : "", cells[i].len);
    }
    mou_buf_char(out, '}');
}

static void put_xml_row(struct mou_table *table, const struct mou_text *cells)
{
    mou_buf_text(&table->pending, "<fields>");
    for (size_t i = 0; i < table->head.column_count; i++) {
        put_element(&table->pending, table->head.columns[i].name, cells[i]);
    }
    mou_buf_text(&table->pending, "</fields>\n");
}

/* ------------------------------------------------------------------ workbook */

static void write_cell(struct mou_table *table, lxw_row_t row, size_t column, struct mou_text cell)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, CELL_BYTES_MAX);
    mou_buf_append(&text, cell.bytes, cell.len);
    if (text.failed || (cell.len > 0 && worksheet_write_string(table->sheet, row, (lxw_col_t)column, text.data, NULL) != LXW_NO_ERROR)) {
        note_failure(table, 0);
    }
    mou_buf_free(&text);
}

/** The day of the content is the day that the file bears, so that the same content makes the same file. */
static void begin_workbook(struct mou_table *table)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    char *title = mou_arena_copy(table->cli->arena, table->head.title, strlen(table->head.title));
    lxw_doc_properties properties = {.title = title, .created = ((time_t)table->head.as_of - DAYS_1900_TO_1970) * SECONDS_PER_DAY};
    table->workbook = workbook_new_opt(table->temporary.data, &options);
    table->sheet = table->workbook != NULL ? workbook_add_worksheet(table->workbook, NULL) : NULL;
    if (table->sheet == NULL || workbook_set_properties(table->workbook, &properties) != LXW_NO_ERROR) {
        note_failure(table, ENOMEM);
        return;
    }
    for (size_t i = 0; i < table->head.column_count; i++) {
        write_cell(table, 0, i, mou_text_of(column_head(table, i)));
    }
    worksheet_freeze_panes(table->sheet, 1, 0);
}

static void write_sheet_row(struct mou_table *table, const struct mou_text *cells)
{
    if (table->rows + 2 > SHEET_ROWS_MAX) {
        note_failure(table, EFBIG);
        return;
    }
    for (size_t i = 0; i < table->head.column_count; i++) {
        write_cell(table, (lxw_row_t)(table->rows + 1), i, cells[i]);
    }
}

/* ------------------------------------------------------------------ the file */

static enum mou_exit complain(const struct mou_table *table)
{
    mou_complain(table->cli, mou_say(table->cli, "不能写文件 %s：%s", "cannot write file %s: %s"), table->path,
                 table->error == EFBIG  ? mou_say(table->cli, "行数超过一张工作表，请改用 CSV", "more rows than a sheet holds; use CSV")
                 : table->error != 0    ? mou_os_error(table->error, table->cli->lang).text
                                        : mou_say(table->cli, "电子表格不能写出", "the spreadsheet could not be written"));
    return MOU_EXIT_IO;
}

/** Makes the file, private, under its passing name. */
static void open_file(struct mou_table *table)
{
    mou_buf_printf(&table->temporary, "%s.%ld.tmp", table->path, (long)getpid());
    if (table->temporary.failed) {
        note_failure(table, ENOMEM);
        return;
    }
    table->descriptor = open(table->temporary.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (table->descriptor < 0) {
        note_failure(table, errno);
    }
    table->made = table->descriptor >= 0;
}

struct mou_table *mou_table_begin(struct mou_cli *cli, const char *path, enum mou_table_format format, const struct mou_table_head *head)
{
    struct mou_table *table = MOU_NEW(cli->arena, struct mou_table);
    if (table == NULL || head->column_count > MOU_TABLE_COLUMNS_MAX) {
        (void)mou_out_of_memory(cli);
        return NULL;
    }
    *table = (struct mou_table){.cli = cli, .head = *head, .format = format, .path = path, .descriptor = -1};
    mou_buf_init(&table->temporary, NULL, CELL_BYTES_MAX);
    mou_buf_init(&table->pending, NULL, PENDING_BYTES_MAX);
    open_file(table);
    if (!table->failed && !head->raw) {
        switch (format) {
        case MOU_TABLE_CSV: put_csv_head(table); break;
        case MOU_TABLE_XLSX: begin_workbook(table); break;
        case MOU_TABLE_JSON: put_json_head(table); break;
        case MOU_TABLE_XML: put_xml_head(table); break;
        }
    }
    if (table->failed) {
        (void)complain(table);
        mou_table_free(table);
        return NULL;
    }
    return table;
}

void mou_table_row(struct mou_table *table, const struct mou_text *cells)
{
    if (table->failed) {
        return;
    }
    switch (table->format) {
    case MOU_TABLE_CSV:
        for (size_t i = 0; i < table->head.column_count; i++) {
            mou_csv_cell(&table->pending, cells[i], i == 0);
        }
        mou_buf_text(&table->pending, "\r\n");
        break;
    case MOU_TABLE_XLSX: write_sheet_row(table, cells); break;
    case MOU_TABLE_JSON: put_json_row(table, cells); break;
    case MOU_TABLE_XML: put_xml_row(table, cells); break;
    }
    flush(table, FLUSH_BYTES);
    table->rows++;
}

void mou_table_raw(struct mou_table *table, const struct mou_buf *bytes, uint64_t rows)
{
    mou_buf_append(&table->pending, bytes->len > 0 ? bytes->data : "", bytes->len);
    table->pending.failed = table->pending.failed || bytes->failed;
    table->rows += rows;
}

uint64_t mou_table_rows(const struct mou_table *table)
{
    return table->rows;
}

/** Reads the whole file again: what the receipt names is what is there. */
static void hash_file(struct mou_table *table, unsigned char hash[32])
{
    struct mou_sha256_pieces pieces;
    char block[65536];
    ssize_t got = 1;
    mou_sha256_begin(&pieces);
    if (lseek(table->descriptor, 0, SEEK_SET) != 0) {
        note_failure(table, errno);
    }
    while (!table->failed && got != 0) {
        got = read(table->descriptor, block, sizeof block);
        if (got < 0 && errno != EINTR) {
            note_failure(table, errno);
        }
        mou_sha256_add(&pieces, block, got > 0 ? (size_t)got : 0);
    }
    mou_sha256_end(&pieces, hash);
}

enum mou_exit mou_table_finish(struct mou_table *table, unsigned char hash[32])
{
    if (table->head.raw) {
        flush(table, 1);
    } else if (table->format == MOU_TABLE_JSON) {
        mou_buf_text(&table->pending, table->rows > 0 ? "\n]}\n" : "]}\n");
    } else if (table->format == MOU_TABLE_XML) {
        mou_buf_text(&table->pending, "</Body>\n</ExchangeMessage>\n");
    }
    flush(table, 1);
    if (table->workbook != NULL) {
        if (workbook_close(table->workbook) != LXW_NO_ERROR) {
            note_failure(table, 0);
        }
        table->workbook = NULL;
    }
    hash_file(table, hash);
    if (!table->failed && fsync(table->descriptor) != 0) {
        note_failure(table, errno);
    }
    return table->failed ? complain(table) : MOU_EXIT_DONE;
}

enum mou_exit mou_table_publish(struct mou_table *table)
{
    if (!table->failed && rename(table->temporary.data, table->path) != 0) {
        note_failure(table, errno);
    }
    table->published = !table->failed;
    return table->published ? MOU_EXIT_DONE : complain(table);
}

void mou_table_free(struct mou_table *table)
{
    if (table == NULL) {
        return;
    }
    if (table->workbook != NULL) {
        const lxw_error ignored = workbook_close(table->workbook); /* the only way to release it; the file goes */
        (void)ignored;
    }
    if (table->descriptor >= 0) {
        close(table->descriptor);
    }
    if (table->made && !table->published) {
        unlink(table->temporary.data);
    }
    mou_buf_free(&table->pending);
    mou_buf_free(&table->temporary);
}

/* ------------------------------------------------------------------ choice */

static const char *const format_words[] = {"csv", "xlsx", "json", "xml"};

const char *mou_table_format_word(enum mou_table_format format)
{
    return format_words[format];
}

bool mou_table_choose(const struct mou_cli *cli, const char *path, enum mou_table_format *format)
{
    const char *ending = strrchr(path, '.');
    const char *word = mou_option_value(cli, "format", ending != NULL ? ending + 1 : "");
    for (size_t i = 0; i < sizeof format_words / sizeof format_words[0]; i++) {
        if (strcmp(word, format_words[i]) == 0) {
            *format = (enum mou_table_format)i;
            return true;
        }
    }
    mou_complain(cli, "%s", mou_say(cli, "不知道写成哪种文件：用 --format csv、xlsx、json 或 xml，或者以此作文件名的结尾", "which kind of file is not known: use --format csv, xlsx, json or xml, or end the name so"));
    return false;
}
