/*
 * Text of unknown content as people may safely see it, see visible.h. Rule files and records come
 * from outside: a control character in a name must not reach anybody's terminal.
 */
#include <assert.h>

#include "visible.h"

#define TAB_CELLS   4u
#define REPLACEMENT "\xEF\xBF\xBD"
/** Characters without width could otherwise fill a line without end. */
#define FITTING_BYTES_MAX 2048u

/** How a character is shown. */
enum look { LOOK_PLAIN, LOOK_TAB, LOOK_NAMED, LOOK_REPLACED };

static size_t character_at(struct mou_text text, size_t at, uint32_t *code_point, enum look *look)
{
    assert(at < text.len);
    const size_t step = mou_utf8_decode(text.bytes + at, text.len - at, code_point);
    if (step == 0) {
        *look = LOOK_REPLACED;
        return 1;
    }
    *look = *code_point == '\t'                  ? LOOK_TAB
            : mou_code_point_hidden(*code_point) ? LOOK_NAMED
                                                 : LOOK_PLAIN;
    return step;
}

static size_t cells_of(uint32_t code_point, enum look look)
{
    switch (look) {
    case LOOK_PLAIN:
        return mou_display_width(code_point);
    case LOOK_TAB:
        return TAB_CELLS;
    case LOOK_NAMED: /* U+ and at least four digits */
        return code_point > 0xFFFFF ? 8 : code_point > 0xFFFF ? 7 : 6;
    case LOOK_REPLACED:
        return 1;
    }
    return 1;
}

size_t mou_visible_step(struct mou_text text, size_t at, size_t *cells)
{
    uint32_t code_point = 0;
    enum look look = LOOK_PLAIN;
    const size_t step = character_at(text, at, &code_point, &look);
    *cells = cells_of(code_point, look);
    return step;
}

size_t mou_visible_width(struct mou_text text)
{
    size_t width = 0;
    for (size_t at = 0; at < text.len;) {
        size_t cells = 0;
        at += mou_visible_step(text, at, &cells);
        width += cells;
    }
    return width;
}

size_t mou_visible_fitting(struct mou_text text, size_t cells)
{
    size_t end = 0;
    size_t used = 0;
    while (end < text.len && end < FITTING_BYTES_MAX) {
        size_t more = 0;
        const size_t step = mou_visible_step(text, end, &more);
        if (used + more > cells) {
            break;
        }
        used += more;
        end += step;
    }
    return end;
}

void mou_visible_append(struct mou_text text, struct mou_buf *out)
{
    assert(out != NULL && (text.bytes != NULL || text.len == 0));
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0;
        enum look look = LOOK_PLAIN;
        const size_t step = character_at(text, at, &code_point, &look);
        switch (look) {
        case LOOK_PLAIN:
            mou_buf_append(out, text.bytes + at, step);
            break;
        case LOOK_TAB:
            mou_buf_append(out, "    ", TAB_CELLS);
            break;
        case LOOK_NAMED:
            mou_buf_printf(out, "U+%04X", (unsigned)code_point);
            break;
        case LOOK_REPLACED:
            mou_buf_text(out, REPLACEMENT);
            break;
        }
        at += step;
    }
}
