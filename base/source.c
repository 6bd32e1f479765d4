/*
 * Places in sources: a byte offset as line and column, and the line that holds it. Computed when a
 * message is made, so that trees and code carry offsets only. A byte order mark at the beginning
 * counts neither as a character nor as part of a line.
 */
#include <assert.h>
#include <string.h>

#include "mou/base.h"

static size_t text_begin(const struct mou_source *source)
{
    static const char mark[3] = {'\xEF', '\xBB', '\xBF'};
    assert(source != NULL && (source->bytes != NULL || source->len == 0));
    return source->len >= sizeof mark && memcmp(source->bytes, mark, sizeof mark) == 0 ? sizeof mark
                                                                                       : 0;
}

/** Whether a line ends with the byte at `at`: a line feed, or a carriage return that none follows (no rule file may hold one, but people count its lines). */
static bool ends_line(const struct mou_source *source, size_t at)
{
    const char c = source->bytes[at];
    return c == '\n' || (c == '\r' && (at + 1 >= source->len || source->bytes[at + 1] != '\n'));
}

/** Where the next line begins behind `from`, or SIZE_MAX if it would be behind `end`. */
static size_t next_line(const struct mou_source *source, size_t from, size_t end)
{
    const char *newline = from < end ? memchr(source->bytes + from, '\n', end - from) : NULL;
    const size_t stop = newline != NULL ? (size_t)(newline - source->bytes) : end;
    const char *carriage_return = from < stop ? memchr(source->bytes + from, '\r', stop - from) : NULL;
    if (carriage_return != NULL && ends_line(source, (size_t)(carriage_return - source->bytes))) {
        return (size_t)(carriage_return - source->bytes) + 1;
    }
    return newline != NULL ? stop + 1 : SIZE_MAX;
}

bool mou_span_equal(struct mou_span a, struct mou_span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

struct mou_place mou_source_place(const struct mou_source *source, size_t offset)
{
    struct mou_place place = {1, 1};
    size_t line_begin = text_begin(source);
    const size_t end = offset < source->len ? offset : source->len;
    for (size_t next = 0; (next = next_line(source, line_begin, end)) != SIZE_MAX;
         line_begin = next) {
        place.line++;
    }
    /* An offset inside a character has the column of the character. */
    for (size_t at = line_begin; at < end; place.column++) {
        uint32_t code_point = 0;
        const size_t step = mou_utf8_decode(source->bytes + at, source->len - at, &code_point);
        at += step > 0 ? step : 1;
        if (at > end) {
            break;
        }
    }
    return place;
}

struct mou_text mou_source_line(const struct mou_source *source, size_t offset, size_t *line_begin)
{
    const size_t text = text_begin(source);
    assert(line_begin != NULL);
    size_t begin = offset < source->len ? offset : source->len;
    begin = begin < text ? text : begin;
    while (begin > text && !ends_line(source, begin - 1)) {
        begin--;
    }
    const size_t next = next_line(source, begin, source->len);
    size_t end = next != SIZE_MAX ? next - 1 : source->len;
    if (end > begin && source->bytes[end - 1] == '\r') {
        end--;
    }
    *line_begin = begin;
    return (struct mou_text){source->bytes != NULL ? source->bytes + begin : "", end - begin};
}
