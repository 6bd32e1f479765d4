/*
 * CSV (RFC 4180, with the liberties that offices take: LF or CRLF, blank lines, a last line without end). Every row keeps its line, and what cannot
 * be taken its bytes. Knows no columns: what the cells mean is for table.c.
 */
#include <string.h>

#include "stream.h"
#include "table.h"

/** Where the reader stands, in the stream's window. */
struct csv_reader {
    struct mou_stream *stream;
    const char *at;
    const char *end;
    uint64_t line; /**< of the next row */
};

static void add_cell(struct mou_row *row, struct mou_text cell)
{
    if (row->count < MOU_CELLS_MAX) {
        row->cells[row->count++] = (struct mou_table_cell){cell, MOU_CELL_WHOLE};
    } else {
        row->too_many = true;
    }
}

static struct mou_text plain_cell(struct csv_reader *reader)
{
    const char *begin = reader->at;
    const char *at = begin;
    while (at < reader->end && *at != ',' && *at != '\n' && *at != '\r') {
        at++;
    }
    reader->at = at;
    return (struct mou_text){begin, (size_t)(at - begin)};
}

/** Reads a quoted cell behind its opening quote; doubled quotes become one. */
static struct mou_text quoted_cell(struct csv_reader *reader, struct mou_row *row, struct mou_arena *arena)
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
    (void)plain_cell(reader); /* what stands behind the closing quote */
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

/** One row of the window. False if it may go on behind the window's end. */
static bool scan_row(struct csv_reader *reader, struct mou_row *row, struct mou_arena *arena)
{
    const char *begin = reader->at;
    row->count = 0;
    row->line = reader->line;
    row->unclosed = false;
    row->too_many = false;
    for (;;) {
        add_cell(row, reader->at < reader->end && *reader->at == '"' ? quoted_cell(reader, row, arena) : plain_cell(reader));
        if (reader->at >= reader->end || *reader->at != ',') {
            break;
        }
        reader->at++;
    }
    row->raw = (struct mou_text){begin, (size_t)(reader->at - begin)};
    skip_line_end(reader);
    return reader->at < reader->end;
}

static void take_window(struct csv_reader *reader)
{
    const struct mou_buf *window = &reader->stream->window;
    reader->at = window->len > 0 ? window->data + reader->stream->at : "";
    reader->end = window->len > 0 ? window->data + window->len : reader->at;
}

/** A row that ends with the window is read again with more behind it: a line end, or a quote that closes, may still come. */
static enum mou_status next_row(void *state, struct mou_row *row, struct mou_arena *arena, bool *more)
{
    struct csv_reader *reader = state;
    bool grown = true;
    for (;;) {
        const uint64_t line = reader->line;
        *more = reader->at < reader->end;
        if (*more ? scan_row(reader, row, arena) || !grown : !grown) {
            reader->stream->at = *more ? (size_t)(reader->at - reader->stream->window.data) : reader->stream->at;
            return MOU_OK;
        }
        enum mou_status status = mou_stream_more(reader->stream, line, &grown);
        if (status != MOU_OK) {
            return status;
        }
        reader->line = line;
        take_window(reader);
    }
}

static void position(void *state, uint64_t *done, uint64_t *total)
{
    const struct csv_reader *reader = state;
    mou_stream_position(reader->stream, done, total);
}

static void move(void *state, struct mou_intake *intake)
{
    const struct csv_reader *reader = state;
    reader->stream->intake = intake;
}

enum mou_status mou_csv_import(struct mou_intake *intake, struct mou_stream *stream)
{
    struct csv_reader reader = {.stream = stream, .line = 1};
    const struct mou_row_reader rows = {NULL, next_row, position, move, &reader};
    take_window(&reader);
    return mou_table_import(intake, &rows);
}
