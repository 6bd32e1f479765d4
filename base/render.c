/*
 * A diagnostic for people: message, place, excerpt with carets under it (by display width, so that
 * they align under Chinese text), the second place, suggestion, help, legal basis. Writes into a
 * buffer; whether there is a terminal is the caller's knowledge.
 */
#include <assert.h>
#include <string.h>

#include "diagnostic_entry.h"
#include "visible.h"

/** Longest excerpt in cells; longer lines are cut to a window round the span. */
#define EXCERPT_CELLS_MAX 120u
/** Cells shown ahead of the span in a window. */
#define LEAD_CELLS_MAX 60u
#define LEAD_BYTES_MAX 2048u

#define COLOUR_OFF    "\033[0m"
#define COLOUR_GUTTER "\033[1;34m"

static const char *const severity_words[][2] = {
    {"错误", "error"}, {"警告", "warning"}, {"说明", "note"}};
static const char *const severity_colours[] = {"\033[1;31m", "\033[1;33m", "\033[1;36m"};
_Static_assert(sizeof severity_words / sizeof severity_words[0] == MOU_SEVERITY_NOTE + 1,
               "a word per severity");

/** How the excerpts of one diagnostic are laid out. */
struct page {
    struct mou_buf *out;
    size_t gutter; /**< cells of the largest line number */
    bool colour;
};

/** One line of an excerpt: bytes [first, last) of `line` are marked. */
struct marked_line {
    struct mou_text line;
    uint32_t number;
    size_t first;
    size_t last;
};

static void append_repeated(struct mou_buf *out, char c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mou_buf_char(out, c);
    }
}

static size_t digits_of(uint32_t number)
{
    size_t digits = 1;
    for (; number >= 10; number /= 10) {
        digits++;
    }
    return digits;
}

/** The gutter with `number`, or empty for 0; leaves the cursor behind the bar. */
static void append_gutter(const struct page *page, uint32_t number)
{
    mou_buf_text(page->out, page->colour ? COLOUR_GUTTER : "");
    if (number > 0) {
        mou_buf_printf(page->out, "%*u |", (int)page->gutter, (unsigned)number);
    } else {
        append_repeated(page->out, ' ', page->gutter);
        mou_buf_text(page->out, " |");
    }
    mou_buf_text(page->out, page->colour ? COLOUR_OFF : "");
}

/**
 * The begin of a window that shows at most LEAD_CELLS_MAX cells ahead of `focus`; looks backwards,
 * for lines may be huge.
 */
static size_t window_begin(struct mou_text line, size_t focus)
{
    size_t begin = focus;
    size_t used = 0;
    while (begin > 0 && focus - begin < LEAD_BYTES_MAX) {
        size_t step = 1;
        size_t cells = 0;
        while (step < 4 && step < begin &&
               ((unsigned char)line.bytes[begin - step] & 0xC0u) == 0x80) {
            step++;
        }
        if (mou_visible_step((struct mou_text){line.bytes, begin}, begin - step, &cells) != step) {
            step = 1;
            cells = 1; /* ill-formed: byte by byte */
        }
        used += cells;
        if (used > LEAD_CELLS_MAX) {
            break;
        }
        begin -= step;
    }
    return begin;
}

/** A source line and carets (or another mark) under its marked part, at least one. */
static void append_line(const struct page *page, const struct marked_line *marked, char mark,
                        const char *colour)
{
    const struct mou_text line = marked->line;
    assert(marked->first <= marked->last && marked->last <= line.len);
    const bool whole = mou_visible_fitting(line, EXCERPT_CELLS_MAX) == line.len;
    const size_t begin = whole ? 0 : window_begin(line, marked->first);
    const struct mou_text rest = {line.bytes + begin, line.len - begin};
    const size_t end = begin + mou_visible_fitting(rest, EXCERPT_CELLS_MAX);
    const size_t first = marked->first < end ? marked->first : end;
    const size_t last = marked->last < end ? marked->last : end;
    const size_t carets = mou_visible_width((struct mou_text){line.bytes + first, last - first});
    append_gutter(page, marked->number);
    mou_buf_text(page->out, begin > 0 ? " …" : end > begin ? " " : "");
    mou_visible_append((struct mou_text){line.bytes + begin, end - begin}, page->out);
    mou_buf_text(page->out, end < line.len ? "…\n" : "\n");
    append_gutter(page, 0);
    mou_buf_text(page->out, begin > 0 ? "  " : " ");
    append_repeated(page->out, ' ',
                    mou_visible_width((struct mou_text){line.bytes + begin, first - begin}));
    mou_buf_text(page->out, page->colour ? colour : "");
    append_repeated(page->out, mark, carets > 0 ? carets : 1);
    mou_buf_text(page->out, page->colour ? COLOUR_OFF "\n" : "\n");
}

static size_t indent_of(struct mou_text line)
{
    size_t indent = 0;
    while (indent < line.len && (line.bytes[indent] == ' ' || line.bytes[indent] == '\t')) {
        indent++;
    }
    return indent;
}

static size_t clip(size_t value, size_t most)
{
    return value < most ? value : most;
}

/** What is said of a file as a whole has no line of it: the file may be no text. */
static bool is_of_file(struct mou_span span)
{
    return span.begin == 0 && span.end == 0;
}

static void append_path(const struct page *page, const struct mou_source *source)
{
    append_repeated(page->out, ' ', page->gutter);
    mou_buf_text(page->out, "--> ");
    mou_visible_append(mou_text_of(source->path), page->out);
}

/**
 * The place's name, an empty line, the line where the span begins and, if it is another, the one
 * where it ends.
 */
static void append_excerpt(const struct page *page, const struct mou_source *source,
                           struct mou_span span, char mark, const char *colour)
{
    size_t begin = 0;
    size_t end_begin = 0;
    const size_t last_byte = span.end > span.begin ? span.end - 1 : span.begin;
    const struct mou_place place = mou_source_place(source, span.begin);
    const uint32_t end_number = mou_source_place(source, last_byte).line;
    struct marked_line marked = {.line = mou_source_line(source, span.begin, &begin),
                                 .number = place.line};
    const struct mou_text end_line = mou_source_line(source, last_byte, &end_begin);
    append_path(page, source);
    mou_buf_printf(page->out, ":%u:%u\n", (unsigned)place.line, (unsigned)place.column);
    append_gutter(page, 0);
    mou_buf_char(page->out, '\n');
    marked.first = clip(span.begin > begin ? span.begin - begin : 0, marked.line.len);
    marked.last = end_number > place.line
                      ? marked.line.len
                      : clip(span.end > begin ? span.end - begin : 0, marked.line.len);
    marked.last = marked.last < marked.first ? marked.first : marked.last;
    append_line(page, &marked, mark, colour);
    if (end_number > place.line) {
        if (end_number > place.line + 1) {
            mou_buf_text(page->out, "...\n");
        }
        const size_t last = clip(span.end - end_begin, end_line.len);
        const struct marked_line tail = {end_line, end_number, clip(indent_of(end_line), last),
                                         last};
        append_line(page, &tail, mark, colour);
    }
}

/** Cells of the largest line number that the diagnostic shows. */
static size_t gutter_of(const struct mou_diagnostic *diagnostic, const struct mou_source *sources,
                        size_t source_count)
{
    const struct mou_span spans[2] = {diagnostic->span, diagnostic->second};
    uint32_t largest = 1;
    for (size_t i = 0; i < 2 + (size_t)diagnostic->further_count; i++) {
        const struct mou_span span = i < 2 ? spans[i] : diagnostic->further[i - 2];
        if (span.source < source_count) {
            const uint32_t line = mou_source_place(&sources[span.source], span.end).line;
            largest = line > largest ? line : largest;
        }
    }
    return digits_of(largest);
}

static void append_note(const struct page *page, const char *label)
{
    append_repeated(page->out, ' ', page->gutter + 1);
    mou_buf_text(page->out, "= ");
    mou_buf_text(page->out, label);
}

static void append_labelled(const struct page *page, const char *label, const char *text,
                            const struct mou_diagnostic *diagnostic, enum mou_lang lang)
{
    if (*text != '\0') {
        append_note(page, label);
        mou_diagnostic_fill(diagnostic, text, lang, page->out);
        mou_buf_char(page->out, '\n');
    }
}

static bool is_blank(struct mou_text text)
{
    return text.len == 0 || (text.len == 1 && text.bytes[0] == ' ');
}

/** The nearest name, or else what a correction would write. */
static void append_suggestion(const struct page *page, const struct mou_diagnostic *diagnostic,
                              enum mou_lang lang)
{
    static const char *const words[2][2][2] = {
        /* by language, then by whether it is a name */
        {{"改为“", "”\n"}, {"是否应为“", "”？\n"}},
        {{"write “", "”\n"}, {"did you mean “", "”?\n"}},
    };
    const bool named = diagnostic->suggestion.len > 0;
    const struct mou_text text = named ? diagnostic->suggestion : diagnostic->fixit.text;
    if (diagnostic->has_fixit && is_blank(diagnostic->fixit.text)) {
        append_note(page, lang == MOU_LANG_EN ? "remove it\n" : "删去它\n");
        return;
    }
    if (text.len == 0 || (!named && !diagnostic->has_fixit)) {
        return;
    }
    const size_t shown = mou_visible_fitting(text, EXCERPT_CELLS_MAX);
    append_note(page, words[lang][named][0]);
    mou_visible_append((struct mou_text){text.bytes, shown}, page->out);
    mou_buf_text(page->out, shown < text.len ? "…" : "");
    mou_buf_text(page->out, words[lang][named][1]);
}

static void append_headline(const struct page *page, const struct mou_diagnostic *diagnostic,
                            enum mou_lang lang)
{
    const struct mou_diagnostic_entry *entry = mou_diagnostic_entry_of(diagnostic->code);
    mou_buf_text(page->out, page->colour ? severity_colours[entry->severity] : "");
    mou_buf_printf(page->out, "%s[%s]", severity_words[entry->severity][lang], entry->code);
    mou_buf_text(page->out, page->colour ? COLOUR_OFF : "");
    mou_buf_text(page->out, lang == MOU_LANG_EN ? ": " : "：");
    mou_diagnostic_message(diagnostic, lang, page->out);
    mou_buf_char(page->out, '\n');
}

void mou_diagnostic_render(const struct mou_diagnostic *diagnostic,
                           const struct mou_source *sources, size_t source_count,
                           enum mou_lang lang, bool colour, struct mou_buf *out)
{
    assert(diagnostic != NULL && out != NULL && (sources != NULL || source_count == 0));
    const struct mou_diagnostic_entry *entry = mou_diagnostic_entry_of(diagnostic->code);
    const struct page page = {out, gutter_of(diagnostic, sources, source_count), colour};
    append_headline(&page, diagnostic, lang);
    if (diagnostic->span.source < source_count && is_of_file(diagnostic->span)) {
        append_path(&page, &sources[diagnostic->span.source]);
        mou_buf_char(out, '\n');
    } else if (diagnostic->span.source < source_count) {
        append_excerpt(&page, &sources[diagnostic->span.source], diagnostic->span, '^',
                       severity_colours[entry->severity]);
    }
    if (diagnostic->second.source < source_count) {
        append_note(&page, lang == MOU_LANG_EN ? "the other place:\n" : "另一处：\n");
        append_excerpt(&page, &sources[diagnostic->second.source], diagnostic->second, '-',
                       COLOUR_GUTTER);
    }
    for (uint32_t i = 0; i < diagnostic->further_count; i++) {
        if (diagnostic->further[i].source < source_count) {
            append_excerpt(&page, &sources[diagnostic->further[i].source], diagnostic->further[i], '-', COLOUR_GUTTER);
        }
    }
    append_suggestion(&page, diagnostic, lang);
    append_labelled(&page, lang == MOU_LANG_EN ? "help: " : "建议：", entry->help[lang],
                    diagnostic, lang);
    append_labelled(&page, lang == MOU_LANG_EN ? "legal basis: " : "依据：", entry->basis,
                    diagnostic, lang);
}
