/*
 * Growing byte buffer with a mandatory maximum. A failure is remembered; what was written before
 * stays, whole. It writes to memory only; who wants a file writes the bytes himself.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mou/base.h"

#define FIRST_CAPACITY 64u

void mou_buf_init(struct mou_buf *buf, const struct mou_allocator *allocator, size_t max_bytes)
{
    assert(buf != NULL && max_bytes < SIZE_MAX / 2);
    *buf = (struct mou_buf){
        .max_bytes = max_bytes,
        .allocator = allocator != NULL ? allocator : mou_allocator_default(),
    };
}

void mou_buf_free(struct mou_buf *buf)
{
    assert(buf != NULL);
    if (buf->data != NULL) {
        buf->allocator->resize(buf->allocator->state, buf->data, buf->capacity, 0);
    }
    mou_buf_init(buf, buf->allocator, buf->max_bytes);
}

void mou_buf_clear(struct mou_buf *buf)
{
    assert(buf != NULL);
    buf->len = 0;
    buf->failed = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

/** Makes room for `more` bytes and the closing NUL. */
static bool reserve(struct mou_buf *buf, size_t more)
{
    assert(buf->len <= buf->max_bytes && (buf->data == NULL || buf->len < buf->capacity));
    if (buf->failed || more > buf->max_bytes - buf->len) {
        buf->failed = true;
        return false;
    }
    const size_t needed = buf->len + more + 1;
    if (needed <= buf->capacity) {
        return true;
    }
    size_t wanted = buf->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : buf->capacity * 2;
    wanted = wanted > buf->max_bytes + 1 ? buf->max_bytes + 1 : wanted;
    wanted = wanted < needed ? needed : wanted;
    char *grown = buf->allocator->resize(buf->allocator->state, buf->data, buf->capacity, wanted);
    if (grown == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = grown;
    buf->capacity = wanted;
    return true;
}

void mou_buf_reserve(struct mou_buf *buf, size_t more)
{
    assert(buf != NULL);
    (void)reserve(buf, more);
}

void mou_buf_append(struct mou_buf *buf, const void *bytes, size_t len)
{
    assert(buf != NULL && (bytes != NULL || len == 0));
    if (reserve(buf, len)) {
        if (len > 0) {
            memcpy(buf->data + buf->len, bytes, len);
        }
        buf->len += len;
        buf->data[buf->len] = '\0';
    }
}

struct mou_text mou_buf_into_arena(struct mou_buf *buf, struct mou_arena *arena)
{
    struct mou_text text = {"", 0};
    assert(buf != NULL && arena != NULL);
    if (buf->failed) {
        mou_arena_fail(arena);
    }
    const char *copy =
        buf->failed || buf->len == 0 ? NULL : mou_arena_copy(arena, buf->data, buf->len);
    if (copy != NULL) {
        text = (struct mou_text){copy, buf->len};
    }
    mou_buf_free(buf);
    return text;
}

void mou_buf_text(struct mou_buf *buf, const char *text)
{
    assert(text != NULL);
    mou_buf_append(buf, text, strlen(text));
}

void mou_buf_char(struct mou_buf *buf, char c)
{
    assert(buf != NULL);
    if (reserve(buf, 1)) {
        buf->data[buf->len++] = c;
        buf->data[buf->len] = '\0';
    }
}

void mou_buf_int(struct mou_buf *buf, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t magnitude = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    mou_buf_append(buf, digits + at, sizeof digits - at);
}

void mou_buf_printf(struct mou_buf *buf, const char *format, ...)
{
    assert(buf != NULL && format != NULL);
    va_list arguments;
    va_start(arguments, format);
    const int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0 || !reserve(buf, (size_t)len)) {
        buf->failed = true;
        return;
    }
    va_start(arguments, format);
    const int written = vsnprintf(buf->data + buf->len, (size_t)len + 1, format, arguments);
    va_end(arguments);
    assert(written == len);
    buf->len += (size_t)written;
}

/** What a character that cannot stand in a JSON string is written as. */
static void append_escape(struct mou_buf *buf, unsigned char c)
{
    static const char shorts[][2] = {
        {'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\b', 'b'}, {'\f', 'f'},
    };
    for (size_t i = 0; i < sizeof shorts / sizeof shorts[0]; i++) {
        if (c == (unsigned char)shorts[i][0]) {
            const char escape[2] = {'\\', shorts[i][1]};
            mou_buf_append(buf, escape, sizeof escape);
            return;
        }
    }
    mou_buf_printf(buf, "\\u%04x", (unsigned)c);
}

void mou_buf_json_text(struct mou_buf *buf, const char *bytes, size_t len)
{
    assert(bytes != NULL || len == 0);
    size_t plain = 0; /* begin of what can be copied as it is */
    mou_buf_char(buf, '"');
    for (size_t at = 0; at < len;) {
        const unsigned char c = (unsigned char)bytes[at];
        uint32_t code_point = 0;
        const size_t step = c < 0x80 ? 1 : mou_utf8_decode(bytes + at, len - at, &code_point);
        if (step > 0 && c >= 0x20 && c != '"' && c != '\\') {
            at += step;
            continue;
        }
        mou_buf_append(buf, bytes + plain, at - plain);
        if (step == 0) {
            mou_buf_text(buf,
                         "\xEF\xBF\xBD"); /* U+FFFD: the result is well-formed whatever came in */
        } else {
            append_escape(buf, c);
        }
        plain = ++at;
    }
    if (len > plain) {
        mou_buf_append(buf, bytes + plain, len - plain);
    }
    mou_buf_char(buf, '"');
}

void mou_buf_hex(struct mou_buf *buf, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = bytes;
    assert(buf != NULL && (bytes != NULL || len == 0));
    for (size_t i = 0; i < len; i++) {
        const char pair[2] = {digits[at[i] >> 4], digits[at[i] & 15]};
        mou_buf_append(buf, pair, sizeof pair);
    }
}

void mou_buf_markup(struct mou_buf *buf, struct mou_text text)
{
    assert(buf != NULL);
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.bytes[i];
        switch (byte) {
        case '<': mou_buf_text(buf, "&lt;"); break;
        case '>': mou_buf_text(buf, "&gt;"); break;
        case '&': mou_buf_text(buf, "&amp;"); break;
        case '"': mou_buf_text(buf, "&quot;"); break;
        default:
            if (((unsigned char)byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t') {
                mou_buf_char(buf, byte);
            }
            break;
        }
    }
}
