/*
 * Text within pages: escaped, dated, and rule text with its colours, links and comments. Used by the weaver alone.
 */
#include <string.h>

#include "weave.h"

/** Columns by which the rest of a long line stands further in, and the most at all. */
#define HANG 4
#define HANG_MAX 40

const char *mou_weave_say(const struct mou_weaver *weaver, const char *zh, const char *en)
{
    return weaver->lang == MOU_LANG_EN ? en : zh;
}

void mou_weave_raw(struct mou_weaver *weaver, const char *markup)
{
    mou_buf_text(&weaver->page, markup);
}

void mou_weave_text(struct mou_weaver *weaver, struct mou_text text)
{
    mou_buf_markup(&weaver->page, text);
}

void mou_weave_words(struct mou_weaver *weaver, const char *zh, const char *en)
{
    mou_weave_text(weaver, mou_text_of(mou_weave_say(weaver, zh, en)));
}

void mou_weave_date(struct mou_weaver *weaver, mou_date date)
{
    struct mou_civil civil = mou_date_to_civil(date);
    if (weaver->lang == MOU_LANG_EN) {
        mou_date_format(date, &weaver->page);
        return;
    }
    mou_buf_printf(&weaver->page, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

struct mou_text mou_weave_file_name(const struct mou_weaver *weaver, uint32_t source)
{
    const char *path = weaver->program->sources[source].path;
    const char *slash = strrchr(path, '/');
    return mou_text_of(slash != NULL ? slash + 1 : path);
}

/* ------------------------------------------------------------------ rule text */

/** Where the writing of rule text stands. */
struct code_writer {
    struct mou_weaver *weaver;
    const struct mou_source *source;
    uint32_t number;   /**< of the source */
    uint32_t position; /**< written up to here */
    bool one_line;     /**< white space becomes one blank; comments and colours are left out */
    bool blank_due;
    bool written;
};

static size_t piece_at(const mou_pieces *pieces, uint32_t offset)
{
    size_t low = 0;
    size_t high = pieces->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pieces->items[middle].begin < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** The column at which a line that is too long goes on: behind the clause's keyword, else a step further in. */
static size_t hanging_column(const struct code_writer *writer, uint32_t begin)
{
    const mou_pieces *pieces = &writer->weaver->pieces[writer->number];
    const char *bytes = writer->source->bytes;
    uint32_t at = begin;
    while (at < writer->source->len && bytes[at] == ' ') {
        at++;
    }
    const size_t first = piece_at(pieces, at);
    size_t column = at - begin + HANG;
    if (first + 1 < pieces->count && pieces->items[first].begin == at && pieces->items[first].piece_class == MOU_PIECE_CLAUSE) {
        const uint32_t next = pieces->items[first + 1].begin;
        const bool same_line = memchr(bytes + at, '\n', next - at) == NULL;
        column = same_line ? mou_text_width((struct mou_text){bytes + begin, next - begin}) : column;
    }
    return column < HANG_MAX ? column : HANG_MAX;
}

/** Every line of rule text is a block of its own, so that what does not fit goes on where it belongs. Nothing that has a colour goes over a line's end. */
static void open_line(struct code_writer *writer, uint32_t begin)
{
    mou_buf_printf(&writer->weaver->page, "<span class=\"l h%zu\">", hanging_column(writer, begin));
}

/** Source bytes up to `end`; on one line every run of white space is one blank. */
static void put_source(struct code_writer *writer, uint32_t end)
{
    for (; writer->position < end; writer->position++) {
        const char byte = writer->source->bytes[writer->position];
        const bool white = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
        if (writer->one_line && white) {
            writer->blank_due = true;
            continue;
        }
        if (writer->blank_due && writer->written) {
            mou_buf_char(&writer->weaver->page, ' ');
        }
        writer->blank_due = false;
        writer->written = true;
        if (byte == '\n') {
            mou_weave_raw(writer->weaver, "\n</span>");
            open_line(writer, writer->position + 1);
        } else if (byte != '\r') {
            mou_buf_markup(&writer->weaver->page, (struct mou_text){&byte, 1});
        }
    }
}

static void put_blank_due(struct code_writer *writer)
{
    if (writer->blank_due && writer->written) {
        mou_buf_char(&writer->weaver->page, ' ');
    }
    writer->blank_due = false;
}

static const char *style_of(enum mou_piece_class piece_class)
{
    static const char *const styles[] = {[MOU_PIECE_MARK] = NULL,    [MOU_PIECE_DECLARATION] = "kd", [MOU_PIECE_CLAUSE] = "kc", [MOU_PIECE_KEYWORD] = "kw",
                                         [MOU_PIECE_NAME] = NULL,    [MOU_PIECE_VALUE] = "va",       [MOU_PIECE_TEXT] = "tx",   [MOU_PIECE_LAW] = "lw"};
    return styles[piece_class];
}

static void put_styled(struct code_writer *writer, const char *style, uint32_t end)
{
    put_blank_due(writer);
    mou_buf_printf(&writer->weaver->page, "<span class=\"%s\">", style);
    put_source(writer, end);
    mou_weave_raw(writer->weaver, "</span>");
}

static void put_linked(struct code_writer *writer, const struct mou_link *link)
{
    put_blank_due(writer);
    mou_weave_raw(writer->weaver, "<a href=\"");
    mou_thing_address(writer->weaver, link->thing, &writer->weaver->page);
    mou_weave_raw(writer->weaver, "\">");
    put_source(writer, link->span.end);
    mou_weave_raw(writer->weaver, "</a>");
}

static size_t comment_at(const struct mou_tree *tree, uint32_t offset)
{
    size_t at = 0;
    while (at < tree->comments.count && tree->comments.items[at].span.begin < offset) {
        at++;
    }
    return at;
}

/** Writes [position, end). Links win over colours, since a soft keyword may serve as a name. */
static void put_code(struct code_writer *writer, uint32_t end)
{
    const struct mou_weaver *weaver = writer->weaver;
    const mou_pieces *pieces = &weaver->pieces[writer->number];
    const struct mou_tree *tree = weaver->compilation->trees.items[writer->number];
    size_t piece = piece_at(pieces, writer->position);
    size_t comment = comment_at(tree, writer->position);
    size_t link = mou_weave_link_at(weaver, writer->number, writer->position);
    while (writer->position < end) {
        const uint32_t next_piece = piece < pieces->count ? pieces->items[piece].begin : UINT32_MAX;
        const bool link_here = link < weaver->links.count && weaver->links.items[link].span.source == writer->number;
        const uint32_t next_link = link_here ? weaver->links.items[link].span.begin : UINT32_MAX;
        const uint32_t next_comment = comment < tree->comments.count ? tree->comments.items[comment].span.begin : UINT32_MAX;
        uint32_t next = next_piece < next_link ? next_piece : next_link;
        next = next < next_comment ? next : next_comment;
        if (next >= end) {
            put_source(writer, end);
        } else if (next == next_comment) {
            put_source(writer, next);
            if (writer->one_line) {
                writer->position = tree->comments.items[comment].span.end;
            } else {
                put_styled(writer, "cm", tree->comments.items[comment].span.end);
            }
            comment++;
        } else if (next == next_link) {
            put_source(writer, next);
            put_linked(writer, &weaver->links.items[link++]);
        } else {
            const char *style = writer->one_line ? NULL : style_of(pieces->items[piece].piece_class);
            put_source(writer, next);
            if (style != NULL) {
                put_styled(writer, style, pieces->items[piece].end);
            } else {
                put_source(writer, pieces->items[piece].end);
            }
        }
        while (piece < pieces->count && pieces->items[piece].begin < writer->position) {
            piece++;
        }
    }
}

struct mou_span mou_weave_extent(const struct mou_weaver *weaver, const struct mou_decl *decl)
{
    const mou_pieces *pieces = &weaver->pieces[decl->span.source];
    const size_t behind = decl->next != NULL ? piece_at(pieces, decl->next->span.begin) : pieces->count;
    struct mou_span extent = decl->span;
    if (behind > 0 && pieces->items[behind - 1].end > extent.end) {
        extent.end = pieces->items[behind - 1].end;
    }
    return extent;
}

/** Begin of the line on which a clause stands, if nothing else stands before it there. */
static uint32_t line_before(const struct mou_source *source, uint32_t begin)
{
    uint32_t at = begin;
    while (at > 0 && (source->bytes[at - 1] == ' ' || source->bytes[at - 1] == '\t')) {
        at--;
    }
    return at > 0 && source->bytes[at - 1] == '\n' ? at - 1 : begin;
}

void mou_weave_code(struct mou_weaver *weaver, const struct mou_decl *decl, enum mou_clause_kind without)
{
    struct code_writer writer = {.weaver = weaver, .source = &weaver->program->sources[decl->span.source], .number = decl->span.source, .position = decl->span.begin};
    mou_weave_raw(weaver, "<pre class=\"code\"><code>");
    open_line(&writer, writer.position);
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == without) {
            put_code(&writer, line_before(writer.source, clause->span.begin));
            writer.position = clause->span.end;
        }
    }
    put_code(&writer, mou_weave_extent(weaver, decl).end);
    mou_weave_raw(weaver, "</span></code></pre>\n");
}

void mou_weave_inline(struct mou_weaver *weaver, struct mou_span span)
{
    struct code_writer writer = {.weaver = weaver, .source = &weaver->program->sources[span.source], .number = span.source, .position = span.begin, .one_line = true};
    put_code(&writer, span.end);
}

void mou_weave_clause_body(struct mou_weaver *weaver, const struct mou_clause *clause)
{
    struct mou_span body = clause->span;
    body.begin = clause->keyword.end;
    mou_weave_inline(weaver, body);
}

/* ------------------------------------------------------------------ comments */

/** A comment without its mark and the blanks round it. */
static struct mou_text comment_words(const struct mou_source *source, const struct mou_comment *comment)
{
    struct mou_text words = {source->bytes + comment->span.begin, comment->span.end - comment->span.begin};
    const bool hash = words.len > 0 && words.bytes[0] == '#';
    const size_t mark = hash ? 1 : sizeof "注：" - 1;
    words.bytes += mark < words.len ? mark : words.len;
    words.len -= mark < words.len ? mark : words.len;
    while (words.len > 0 && (*words.bytes == ' ' || *words.bytes == '\t')) {
        words.bytes++;
        words.len--;
    }
    while (words.len > 0 && (words.bytes[words.len - 1] == ' ' || words.bytes[words.len - 1] == '\r' || words.bytes[words.len - 1] == '\t')) {
        words.len--;
    }
    return words;
}

/** The words of a rule line `# ------- 三、…`: empty for a line of dashes alone, NULL bytes for any other comment. */
static struct mou_text heading_words(struct mou_text words)
{
    size_t dashes = 0;
    while (dashes < words.len && words.bytes[dashes] == '-') {
        dashes++;
    }
    if (dashes < 4) {
        return (struct mou_text){NULL, 0};
    }
    words.bytes += dashes;
    words.len -= dashes;
    while (words.len > 0 && (*words.bytes == ' ' || *words.bytes == '-')) {
        words.bytes++;
        words.len--;
    }
    return words;
}

struct mou_text mou_weave_heading_before(const struct mou_weaver *weaver, const struct mou_decl *decl, const struct mou_decl *before)
{
    const struct mou_tree *tree = weaver->compilation->trees.items[decl->span.source];
    const struct mou_source *source = &weaver->program->sources[decl->span.source];
    struct mou_text found = MOU_TEXT("");
    for (size_t i = comment_at(tree, before != NULL ? before->span.end : 0); i < tree->comments.count && tree->comments.items[i].span.begin < decl->span.begin; i++) {
        struct mou_text words = heading_words(comment_words(source, &tree->comments.items[i]));
        found = words.len > 0 ? words : found;
    }
    return found;
}

/** Whether nothing but blanks stands between two places of the source, and at most one line break. */
static bool adjoin(const struct mou_source *source, uint32_t end, uint32_t begin)
{
    unsigned breaks = 0;
    for (uint32_t at = end; at < begin; at++) {
        breaks += source->bytes[at] == '\n';
        if (source->bytes[at] != '\n' && source->bytes[at] != '\r' && source->bytes[at] != ' ' && source->bytes[at] != '\t') {
            return false;
        }
    }
    return breaks <= 1;
}

void mou_weave_notes(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    const struct mou_tree *tree = weaver->compilation->trees.items[decl->span.source];
    const struct mou_source *source = &weaver->program->sources[decl->span.source];
    const size_t end = comment_at(tree, decl->span.begin);
    size_t begin = end;
    uint32_t below = decl->span.begin;
    while (begin > 0 && tree->comments.items[begin - 1].own_line && adjoin(source, tree->comments.items[begin - 1].span.end, below) &&
           heading_words(comment_words(source, &tree->comments.items[begin - 1])).bytes == NULL) {
        begin--;
        below = tree->comments.items[begin].span.begin;
    }
    if (begin == end) {
        return;
    }
    mou_weave_raw(weaver, "<p class=\"note\"><span class=\"label\">");
    mou_weave_words(weaver, "编者注", "Note");
    mou_weave_raw(weaver, "</span> ");
    for (size_t i = begin; i < end; i++) {
        struct mou_text words = comment_words(source, &tree->comments.items[i]);
        const bool apart = i > begin && words.len > 0 && ((unsigned char)weaver->page.data[weaver->page.len - 1] < 0x80 || (unsigned char)*words.bytes < 0x80);
        mou_weave_raw(weaver, apart ? " " : "");
        mou_weave_text(weaver, words);
    }
    mou_weave_raw(weaver, "</p>\n");
}
