/*
 * The canonical layout: lines with their comments and blank lines, and the order of declarations.
 * The only file that ends a line, so that a comment is written exactly once and where it was:
 * own-line comments before what they stand before, trailing ones behind the line that they trail.
 * Called by the compiler's mou_format_source and the tests.
 */
#include "format.h"

#include <assert.h>
#include <string.h>

#define LINE_BYTES_MAX  (64u * 1024 * 1024)
#define BLANK_LINES_MAX 2

/* ------------------------------------------------------------------ lines */

static void blanks(struct mou_buf *out, size_t count)
{
    static const char spaces[] = "                                ";
    while (count > 0) {
        size_t some = count < sizeof(spaces) - 1 ? count : sizeof(spaces) - 1;
        mou_buf_append(out, spaces, some);
        count -= some;
    }
}

void mou_layout_clear(struct mou_layout *layout, struct mou_buf *buf)
{
    assert(layout != NULL && buf != NULL);
    layout->failed = layout->failed || buf->failed;
    mou_buf_clear(buf);
}

/* Lines only grow, so that what was measured need not be measured again. */
size_t mou_layout_column(struct mou_layout *layout)
{
    assert(layout != NULL && layout->measured_len <= layout->line.len);
    if (layout->measured_len < layout->line.len) {
        struct mou_text more = {layout->line.data + layout->measured_len,
                                layout->line.len - layout->measured_len};
        layout->measured_width += mou_text_width(more);
        layout->measured_len = layout->line.len;
    }
    return layout->measured_width;
}

void mou_layout_pad(struct mou_layout *layout, size_t column)
{
    size_t now = mou_layout_column(layout);
    blanks(&layout->line, now < column ? column - now : 1);
}

void mou_layout_wrote(struct mou_layout *layout, struct mou_span span)
{
    assert(layout != NULL);
    if (span.source != UINT32_MAX && span.end > layout->last_end) {
        layout->last_end = span.end;
    }
}

static const struct mou_comment *next_comment(const struct mou_layout *layout, uint32_t before)
{
    if (layout->comment >= layout->tree->comments.count) {
        return NULL;
    }
    const struct mou_comment *comment = &layout->tree->comments.items[layout->comment];
    return comment->span.begin < before ? comment : NULL;
}

bool mou_layout_comment_before(const struct mou_layout *layout, uint32_t end)
{
    assert(layout != NULL);
    return next_comment(layout, end) != NULL;
}

/* The comment's text without blanks at its end. */
static void write_comment(struct mou_layout *layout, const struct mou_comment *comment)
{
    struct mou_text text = mou_word_slice(layout, comment->span);
    while (text.len > 0 && (text.bytes[text.len - 1] == ' ' || text.bytes[text.len - 1] == '\t')) {
        text.len--;
    }
    mou_buf_append(layout->out, text.bytes, text.len);
    mou_layout_wrote(layout, comment->span);
    layout->comment++;
}

/* Ends the open line, with the comment that trails it if that comes before `begin`. */
static void end_line(struct mou_layout *layout, uint32_t begin)
{
    if (!layout->line_open) {
        return;
    }
    while (layout->line.len > 0 && layout->line.data[layout->line.len - 1] == ' ') {
        layout->line.len--;
    }
    size_t line = layout->out->len;
    mou_buf_append(layout->out, layout->line.data, layout->line.len);
    const struct mou_comment *comment = next_comment(layout, begin);
    if (comment != NULL && !comment->own_line) {
        struct mou_trail trail = {line, layout->out->len};
        layout->failed = !MOU_VEC_PUSH(layout->arena, &layout->trails, trail) || layout->failed;
        write_comment(layout, comment);
    }
    mou_buf_char(layout->out, '\n');
    mou_layout_clear(layout, &layout->line);
    layout->measured_len = 0;
    layout->measured_width = 0;
    layout->line_open = false;
}

/* Blank lines of the source between what was written last and `begin`. */
static size_t blank_lines_before(const struct mou_layout *layout, uint32_t begin)
{
    size_t breaks = 0;
    size_t most = 0;
    for (uint32_t at = layout->last_end; at < begin; at++) {
        char c = layout->source->bytes[at];
        if (c == '\n') {
            breaks++;
            most = breaks > most ? breaks : most;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            breaks = 0;
        }
    }
    size_t lines = most > 0 ? most - 1 : 0;
    return lines < BLANK_LINES_MAX ? lines : BLANK_LINES_MAX;
}

/* 0 at the margin; how far from it does not matter. */
static size_t column_of(const struct mou_layout *layout, uint32_t at)
{
    size_t column = 0;
    while (at > 0 && column < 2 && layout->source->bytes[at - 1] != '\n') {
        at--;
        column++;
    }
    return column;
}

/*
 * A comment at the end of a declaration stays inside it: it was indented, and only a declaration
 * follows.
 */
static size_t comment_indent(const struct mou_layout *layout, const struct mou_comment *comment,
                             size_t indent)
{
    return indent == 0 && comment->own_line && column_of(layout, comment->span.begin) > 0 &&
                   layout->out->len > 0
               ? MOU_INDENT
               : indent;
}

static void write_blank_lines(struct mou_layout *layout, size_t count)
{
    for (size_t i = 0; i < count && layout->out->len > 0; i++) {
        mou_buf_char(layout->out, '\n');
    }
}

/*
 * Comments before `begin` on lines of their own. Returns true if they part it from what stands
 * before by a blank line.
 */
static bool write_comments(struct mou_layout *layout, size_t indent, uint32_t begin,
                           enum mou_blanks wanted)
{
    bool blank = false;
    bool to_part = wanted == MOU_BLANKS_AT_LEAST_ONE && blank_lines_before(layout, begin) == 0;
    const struct mou_comment *comment;
    while ((comment = next_comment(layout, begin)) != NULL) {
        size_t column = comment_indent(layout, comment, indent);
        size_t lines = blank_lines_before(layout, comment->span.begin);
        /* The blank line that parts declarations stands behind comments of the one before. */
        if (to_part && column == indent && lines == 0 && !blank) {
            lines = 1;
        }
        write_blank_lines(layout, lines);
        blank = column == indent && (blank || lines > 0);
        blanks(layout->out, column);
        write_comment(layout, comment);
        mou_buf_char(layout->out, '\n');
    }
    return blank;
}

void mou_layout_line(struct mou_layout *layout, size_t indent, uint32_t begin,
                     enum mou_blanks wanted)
{
    assert(layout != NULL);
    end_line(layout, begin);
    bool blank = write_comments(layout, indent, begin, wanted);
    size_t lines = wanted == MOU_BLANKS_NONE ? 0 : blank_lines_before(layout, begin);
    if (wanted == MOU_BLANKS_AT_LEAST_ONE && lines == 0 && !blank) {
        lines = 1;
    }
    write_blank_lines(layout, lines);
    if (begin > layout->last_end) {
        layout->last_end = begin;
    }
    blanks(&layout->line, indent);
    layout->line_open = true;
}

void mou_layout_fill(struct mou_layout *layout, size_t indent, bool first, const char *separator,
                     struct mou_span span, mou_item_fn write, const void *item)
{
    mou_layout_fill_to(layout, MOU_WIDTH_LIST, indent, first, separator, span, write, item);
}

void mou_layout_fill_to(struct mou_layout *layout, size_t width_max, size_t indent, bool first,
                        const char *separator, struct mou_span span, mou_item_fn write,
                        const void *item)
{
    assert(layout != NULL && separator != NULL && write != NULL);
    if (!first) {
        mou_buf_text(&layout->line, separator);
    }
    mou_layout_clear(layout, &layout->scratch);
    write(layout, item, &layout->scratch);
    size_t width = mou_text_width((struct mou_text){layout->scratch.data, layout->scratch.len});
    if (!first && (mou_layout_column(layout) + width + 1 > width_max ||
                   mou_layout_comment_before(layout, span.begin))) {
        mou_layout_line(layout, indent, span.begin, MOU_BLANKS_NONE);
    }
    mou_buf_append(&layout->line, layout->scratch.data, layout->scratch.len);
    mou_layout_wrote(layout, span);
}

/* ------------------------------------------------------------------ trailing comments */

static size_t trail_width(const struct mou_layout *layout, const struct mou_trail *trail)
{
    return mou_text_width(
        (struct mou_text){layout->out->data + trail->line, trail->comment - trail->line});
}

/*
 * True if only whole lines of text, none of them blank or a comment, lie between two lines with
 * trailing comments.
 */
static bool same_block(const struct mou_layout *layout, const struct mou_trail *a,
                       const struct mou_trail *b)
{
    bool line_empty = false;
    for (size_t at = a->comment; at < b->line; at++) {
        char c = layout->out->data[at];
        if (c == '\n') {
            if (line_empty) {
                return false;
            }
            line_empty = true;
        } else if (c != ' ') {
            if (line_empty && c == '#') {
                return false;
            }
            line_empty = false;
        }
    }
    return true;
}

/* Copies the text to `out`, with the trailing comments of each block of lines under each other. */
static void align_trails(const struct mou_layout *layout, struct mou_buf *out)
{
    size_t written = 0;
    for (size_t begin = 0; begin < layout->trails.count;) {
        size_t end = begin + 1;
        size_t widest = trail_width(layout, &layout->trails.items[begin]);
        while (end < layout->trails.count &&
               same_block(layout, &layout->trails.items[end - 1], &layout->trails.items[end])) {
            size_t width = trail_width(layout, &layout->trails.items[end]);
            widest = width > widest ? width : widest;
            end++;
        }
        for (; begin < end; begin++) {
            const struct mou_trail *trail = &layout->trails.items[begin];
            mou_buf_append(out, layout->out->data + written, trail->comment - written);
            blanks(out, widest - trail_width(layout, trail) + 2);
            written = trail->comment;
        }
    }
    if (layout->out->len > written) {
        mou_buf_append(out, layout->out->data + written, layout->out->len - written);
    }
}

/* ------------------------------------------------------------------ the door */

static void write_all(struct mou_layout *layout)
{
    const struct mou_decl *before = NULL;
    for (const struct mou_decl *decl = layout->tree->declarations; decl != NULL;
         decl = decl->next) {
        mou_layout_declaration(layout, decl, before);
        before = decl;
    }
    end_line(layout, UINT32_MAX);
    (void)write_comments(layout, 0, UINT32_MAX, MOU_BLANKS_KEPT);
}

enum mou_status mou_format(const struct mou_tree *tree, const struct mou_source *source,
                           enum mou_keywords keywords, struct mou_buf *out)
{
    assert(tree != NULL && source != NULL && out != NULL);
    if (tree->broken) {
        return MOU_ERROR_SOURCE;
    }
    struct mou_arena *arena = mou_arena_new(out->allocator);
    struct mou_keyword_table *table = arena != NULL ? mou_keyword_table_new(arena) : NULL;
    if (table == NULL) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    /* Lines are collected in a buffer of their own: `out` may hold other text already. */
    struct mou_buf result;
    mou_buf_init(&result, out->allocator, out->max_bytes);
    struct mou_layout layout = {.tree = tree,
                                .source = source,
                                .mode = keywords,
                                .arena = arena,
                                .keywords = table,
                                .out = &result};
    mou_buf_init(&layout.line, out->allocator, LINE_BYTES_MAX);
    mou_buf_init(&layout.scratch, out->allocator, LINE_BYTES_MAX);
    write_all(&layout);
    align_trails(&layout, out);
    bool failed = layout.failed || out->failed || result.failed || layout.line.failed ||
                  layout.scratch.failed || mou_arena_failed(arena);
    mou_buf_free(&result);
    mou_buf_free(&layout.line);
    mou_buf_free(&layout.scratch);
    mou_arena_free(arena);
    return failed ? MOU_ERROR_MEMORY : MOU_OK;
}
