/*
 * Growing byte buffer with a mandatory maximum. A failure is remembered; what was written before stays.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mou/base.h"

void mou_buf_init(struct mou_buf *buf, const struct mou_allocator *allocator, size_t max_bytes)
{
    *buf = (struct mou_buf){.max_bytes = max_bytes, .allocator = allocator != NULL ? allocator : mou_allocator_default()};
}

void mou_buf_free(struct mou_buf *buf)
{
    if (buf->data != NULL) {
        buf->allocator->resize(buf->allocator->state, buf->data, buf->capacity, 0);
    }
    mou_buf_init(buf, buf->allocator, buf->max_bytes);
}

void mou_buf_clear(struct mou_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

/** Makes room for `more` bytes and the closing NUL. */
static bool reserve(struct mou_buf *buf, size_t more)
{
    if (buf->failed || more > buf->max_bytes || buf->len > buf->max_bytes - more) {
        buf->failed = true;
        return false;
    }
    size_t needed = buf->len + more + 1;
    if (needed <= buf->capacity) {
        return true;
    }
    size_t wanted = buf->capacity < 64 ? 64 : buf->capacity * 2;
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

void mou_buf_append(struct mou_buf *buf, const void *bytes, size_t len)
{
    if (reserve(buf, len)) {
        if (len > 0) {
            memcpy(buf->data + buf->len, bytes, len);
        }
        buf->len += len;
        buf->data[buf->len] = '\0';
    }
}

void mou_buf_text(struct mou_buf *buf, const char *text)
{
    mou_buf_append(buf, text, strlen(text));
}

void mou_buf_char(struct mou_buf *buf, char c)
{
    mou_buf_append(buf, &c, 1);
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
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0 || !reserve(buf, (size_t)len)) {
        buf->failed = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, arguments);
    va_end(arguments);
    buf->len += (size_t)len;
}

void mou_buf_json_text(struct mou_buf *buf, const char *bytes, size_t len)
{
    size_t plain = 0;
    mou_buf_char(buf, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            continue;
        }
        mou_buf_append(buf, bytes + plain, i - plain);
        plain = i + 1;
        switch (c) {
        case '"':
            mou_buf_text(buf, "\\\"");
            break;
        case '\\':
            mou_buf_text(buf, "\\\\");
            break;
        case '\n':
            mou_buf_text(buf, "\\n");
            break;
        case '\r':
            mou_buf_text(buf, "\\r");
            break;
        case '\t':
            mou_buf_text(buf, "\\t");
            break;
        case '\b':
            mou_buf_text(buf, "\\b");
            break;
        case '\f':
            mou_buf_text(buf, "\\f");
            break;
        case 0x7f:
            mou_buf_char(buf, (char)c);
            break;
        default:
            mou_buf_printf(buf, "\\u%04x", c);
            break;
        }
    }
    if (len > plain) {
        mou_buf_append(buf, bytes + plain, len - plain);
    }
    mou_buf_char(buf, '"');
}
