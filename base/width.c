/*
 * Terminal cells and visibility of code points, from a table generated out of Unicode's data: the
 * same on every machine whatever its locale, which the C library's wcwidth is not.
 */
#include <assert.h>

#include "mou/base.h"
#include "visible.h"
#include "width_table.h"

#define LENGTH(table)   (sizeof(table) / sizeof((table)[0]))
#define FIRST_COMBINING 0x300u

static bool in_ranges(const struct code_point_range *ranges, size_t count, uint32_t code_point)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (code_point > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && code_point >= ranges[low].first;
}

unsigned mou_display_width(uint32_t code_point)
{
    if (code_point < FIRST_COMBINING) {
        return 1;
    }
    if (in_ranges(zero_width, LENGTH(zero_width), code_point)) {
        return 0;
    }
    return in_ranges(wide, LENGTH(wide), code_point) ? 2 : 1;
}

size_t mou_text_width(struct mou_text text)
{
    size_t width = 0;
    assert(text.bytes != NULL || text.len == 0);
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0xFFFD;
        const size_t step = mou_utf8_decode(text.bytes + at, text.len - at, &code_point);
        width += mou_display_width(code_point);
        at += step > 0 ? step : 1;
    }
    return width;
}

bool mou_code_point_hidden(uint32_t code_point)
{
    return in_ranges(hidden, LENGTH(hidden), code_point);
}
