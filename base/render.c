/*
 * A diagnostic for people: message, place, excerpt with carets under it (by display width, so that they align under Chinese text), the second place,
 * help, legal basis and suggestion.
 */
#include <assert.h>
#include <string.h>

#include "diagnostic_entry.h"

#define TAB_CELLS 4
/** Longest excerpt in cells; longer lines are cut to a window round the span. */
#define EXCERPT_CELLS_MAX 120

struct mou_place mou_source_place(const struct mou_source *source, size_t offset)
{
    struct mou_place place = {1, 1};
    size_t line_begin = 0;
    size_t end = offset < source->len ? offset : source->len;
    for (const char *at = source->bytes; (at = memchr(at, '\n', (size_t)(source->bytes + end - at))) != NULL; at++) {
        place.line++;
        line_begin = (size_t)(at - source->bytes) + 1;
    }
    place.column = (uint32_t)mou_text_characters((struct mou_text){source->bytes + line_begin, end - line_begin}) + 1;
    return place;
}

struct mou_text mou_source_line(const struct mou_source *source, size_t offset, size_t *line_begin)
{
    size_t begin = offset < source->len ? offset : source->len;
    while (begin > 0 && source->bytes[begin - 1] != '\n') {
        begin--;
    }
    const char *newline = memchr(source->bytes + begin, '\n', source->len - begin);
    size_t end = newline != NULL ? (size_t)(newline - source->bytes) : source->len;
    if (end > begin && source->bytes[end - 1] == '\r') {
        end--;
    }
    *line_begin = begin;
    return (struct mou_text){source->bytes + begin, end - begin};
}

static size_t step_at(struct mou_text line, size_t at, uint32_t *code_point)
{
    size_t step = mou_utf8_decode(line.bytes + at, line.len - at, code_point);
    if (step == 0) {
        *code_point = 0xFFFD;
        step = 1;
    }
    return step;
}

static size_t cells_of(uint32_t code_point)
{
    return code_point == '\t' ? TAB_CELLS : code_point < 0x20 || code_point == 0x7F ? 6 : mou_display_width(code_point);
}

static size_t width_of(struct mou_text text)
{
    size_t cells = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0;
        at += step_at(text, at, &code_point);
        cells += cells_of(code_point);
    }
    return cells;
}

static void append_spaces(struct mou_buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mou_buf_char(out, ' ');
    }
}

static void append_visible(struct mou_text text, struct mou_buf *out)
{
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0;
        size_t step = step_at(text, at, &code_point);
        if (code_point == '\t') {
            append_spaces(out, TAB_CELLS);
        } else if (code_point < 0x20 || code_point == 0x7F) {
            mou_buf_printf(out, "U+%04X", code_point);
        } else if (code_point == 0xFFFD) {
            mou_buf_text(out, "\xEF\xBF\xBD");
        } else {
            mou_buf_append(out, text.bytes + at, step);
        }
        at += step;
    }
}

/** Moves `begin` forward by whole characters until [begin, focus) takes at most `cells` cells. */
static size_t window_begin(struct mou_text line, size_t focus, size_t cells)
{
    size_t begin = 0;
    uint32_t code_point = 0;
    while (begin < focus && width_of((struct mou_text){line.bytes + begin, focus - begin}) > cells) {
        begin += step_at(line, begin, &code_point);
    }
    return begin;
}

static size_t window_end(struct mou_text line, size_t begin, size_t cells)
{
    size_t end = begin;
    size_t used = 0;
    while (end < line.len) {
        uint32_t code_point = 0;
        size_t step = step_at(line, end, &code_point);
        used += cells_of(code_point);
        if (used > cells) {
            break;
        }
        end += step;
    }
    return end;
}

static size_t number_width(uint32_t number)
{
    size_t width = 1;
    while (number >= 10) {
        number /= 10;
        width++;
    }
    return width;
}

/** ` --> path:line:column` and the line with carets. */
static void append_excerpt(const struct mou_source *source, struct mou_span span, char mark, bool colour, struct mou_buf *out)
{
    size_t line_begin = 0;
    struct mou_place place = mou_source_place(source, span.begin);
    struct mou_text line = mou_source_line(source, span.begin, &line_begin);
    size_t first = span.begin - line_begin < line.len ? span.begin - line_begin : line.len;
    size_t last = span.end > span.begin && span.end - line_begin < line.len ? span.end - line_begin : span.end > span.begin ? line.len : first;
    size_t begin = window_begin(line, first, EXCERPT_CELLS_MAX / 2);
    size_t end = window_end(line, begin, EXCERPT_CELLS_MAX);
    last = last > end ? end : last;
    size_t gutter = number_width(place.line);
    append_spaces(out, gutter);
    mou_buf_printf(out, "--> %s:%u:%u\n", source->path, place.line, place.column);
    append_spaces(out, gutter);
    mou_buf_printf(out, " |\n%u | %s", place.line, begin > 0 ? "…" : "");
    append_visible((struct mou_text){line.bytes + begin, end - begin}, out);
    mou_buf_text(out, end < line.len ? "…\n" : "\n");
    append_spaces(out, gutter);
    mou_buf_text(out, begin > 0 ? " |  " : " | ");
    append_spaces(out, width_of((struct mou_text){line.bytes + begin, first - begin}));
    size_t carets = last > first ? width_of((struct mou_text){line.bytes + first, last - first}) : 1;
    mou_buf_text(out, colour ? "\033[1;31m" : "");
    for (size_t i = 0; i < (carets > 0 ? carets : 1); i++) {
        mou_buf_char(out, mark);
    }
    mou_buf_text(out, colour ? "\033[0m\n" : "\n");
}

static void append_labelled(const char *label, const char *text, const struct mou_diagnostic *diagnostic, struct mou_buf *out)
{
    if (*text != '\0') {
        mou_buf_printf(out, "  = %s", label);
        mou_diagnostic_fill(diagnostic, text, out);
        mou_buf_char(out, '\n');
    }
}

void mou_diagnostic_render(const struct mou_diagnostic *diagnostic, const struct mou_source *sources, size_t source_count, enum mou_lang lang, bool colour,
                           struct mou_buf *out)
{
    static const char *const severities[3][2] = {{"错误", "error"}, {"警告", "warning"}, {"说明", "note"}};
    static const char *const colours[3] = {"\033[1;31m", "\033[1;33m", "\033[1;36m"};
    const struct mou_diagnostic_entry *entry = mou_diagnostic_entry_of(diagnostic->code);
    mou_buf_printf(out, "%s%s[%s]%s%s", colour ? colours[entry->severity] : "", severities[entry->severity][lang], entry->code, colour ? "\033[0m" : "",
                   lang == MOU_LANG_ZH ? "：" : ": ");
    mou_diagnostic_message(diagnostic, lang, out);
    mou_buf_char(out, '\n');
    if (diagnostic->span.source < source_count) {
        append_excerpt(&sources[diagnostic->span.source], diagnostic->span, '^', colour, out);
    }
    if (diagnostic->second.source < source_count) {
        mou_buf_text(out, lang == MOU_LANG_ZH ? "  另一处：\n" : "  the other place:\n");
        append_excerpt(&sources[diagnostic->second.source], diagnostic->second, '-', colour, out);
    }
    if (diagnostic->suggestion.len > 0) {
        mou_buf_text(out, lang == MOU_LANG_ZH ? "  = 是否应为“" : "  = did you mean “");
        mou_buf_append(out, diagnostic->suggestion.bytes, diagnostic->suggestion.len);
        mou_buf_text(out, lang == MOU_LANG_ZH ? "”？\n" : "”?\n");
    }
    append_labelled(lang == MOU_LANG_ZH ? "建议：" : "help: ", entry->help[lang], diagnostic, out);
    append_labelled(lang == MOU_LANG_ZH ? "依据：" : "legal basis: ", entry->basis, diagnostic, out);
}
