/*
 * UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF. Knows bytes and code
 * points, not what they mean.
 */
#include <assert.h>

#include "mou/base.h"

#define CODE_POINT_MAX  0x10FFFFu
#define SURROGATE_FIRST 0xD800u
#define SURROGATE_LAST  0xDFFFu

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0u) == 0x80;
}

size_t mou_utf8_decode(const char *bytes, size_t len, uint32_t *code_point)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    assert(code_point != NULL && (bytes != NULL || len == 0));
    if (len == 0) {
        return 0;
    }
    const unsigned char lead = (unsigned char)bytes[0];
    if (lead < 0x80) {
        *code_point = lead;
        return 1;
    }
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || len < size) {
        return 0;
    }
    uint32_t value = lead & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if (!is_continuation((unsigned char)bytes[i])) {
            return 0;
        }
        value = value << 6 | ((unsigned char)bytes[i] & 0x3Fu);
    }
    if (value < smallest[size] || value > CODE_POINT_MAX ||
        (value >= SURROGATE_FIRST && value <= SURROGATE_LAST)) {
        return 0;
    }
    *code_point = value;
    return size;
}

/**
 * Length of the commonest characters where they are well-formed: ASCII, and three bytes with a lead
 * that allows every continuation, which is almost all of Chinese. 0: ask the decoder.
 */
static size_t common_step(const char *bytes, size_t len)
{
    const unsigned char lead = (unsigned char)bytes[0];
    if (lead < 0x80) {
        return 1;
    }
    const bool common = lead > 0xE0 && lead < 0xF0 && lead != 0xED && len >= 3;
    return common && is_continuation((unsigned char)bytes[1]) &&
                   is_continuation((unsigned char)bytes[2])
               ? 3
               : 0;
}

bool mou_utf8_valid(const char *bytes, size_t len)
{
    uint32_t code_point = 0;
    for (size_t at = 0; at < len;) {
        size_t step = common_step(bytes + at, len - at);
        step = step != 0 ? step : mou_utf8_decode(bytes + at, len - at, &code_point);
        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}

size_t mou_utf8_encode(uint32_t code_point, char *out)
{
    static const unsigned char leads[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    assert(code_point <= CODE_POINT_MAX);
    assert(code_point < SURROGATE_FIRST || code_point > SURROGATE_LAST);
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    const size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (code_point & 0x3Fu));
        code_point >>= 6;
    }
    out[0] = (char)(leads[size] | code_point);
    return size;
}
