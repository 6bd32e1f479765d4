/*
 * One line of JSON as a tree, whole or not at all.
 *
 * jansson's scanner goes on when the buffer of a string or number cannot grow and drops the
 * character that it has no room for: a record would be stored for another subject. Replacing its
 * allocator to see failures would change the host program's, too. So what was parsed is counted
 * against what was written: bytes of strings, digits of integers.
 */
#include "json_line.h"

#include <assert.h>

#define DEPTH_MAX 2048 /* jansson's own */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint32_t hex_value(const char *digits)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = digits[i];
        value = value * 16 + (uint32_t)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

/**
 * Bytes that the escape at `at` (its backslash) stands for; *at moves behind it. The text is known
 * to be well-formed.
 */
static size_t escaped_bytes(const char *text, size_t *at)
{
    if (text[*at + 1] != 'u') {
        *at += 2;
        return 1;
    }
    const uint32_t unit = hex_value(text + *at + 2);
    *at += 6;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        *at += 6; /* the other half */
        return 4;
    }
    return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
}

/** Bytes of the string whose opening quote is at `at`; *at moves behind the closing one. */
static size_t string_bytes(const char *text, size_t *at)
{
    size_t bytes = 0;
    (*at)++;
    while (text[*at] != '"') {
        if (text[*at] == '\\') {
            bytes += escaped_bytes(text, at);
        } else {
            bytes++;
            (*at)++;
        }
    }
    (*at)++;
    return bytes;
}

/**
 * Digits of the number at `at` if it is an integer, else 0: others are refused anyway. *at moves
 * behind it.
 */
static size_t integer_digits(struct mou_text text, size_t *at)
{
    size_t digits = 0;
    bool integer = true;
    for (; *at < text.len; (*at)++) {
        const char c = text.bytes[*at];
        if (is_digit(c)) {
            digits++;
        } else if (c == '.' || c == 'e' || c == 'E') {
            integer = false;
        } else if (c != '-' && c != '+') {
            break;
        }
    }
    return integer ? digits : 0;
}

/** Bytes of strings and digits of integers in a well-formed text. */
static size_t written(struct mou_text text)
{
    size_t total = 0;
    for (size_t at = 0; at < text.len;) {
        const char c = text.bytes[at];
        if (c == '"') {
            total += string_bytes(text.bytes, &at);
        } else if (is_digit(c) || c == '-') {
            total += integer_digits(text, &at);
        } else {
            at++;
        }
    }
    return total;
}

static size_t digits_of(json_int_t value)
{
    size_t digits = 1;
    for (; value <= -10 || value >= 10; value /= 10) {
        digits++;
    }
    return digits;
}

/** The same of a tree. */
static size_t parsed(json_t *value, int depth)
{
    size_t total = 0;
    assert(depth <= DEPTH_MAX);
    if (json_is_string(value)) {
        return json_string_length(value);
    }
    if (json_is_integer(value)) {
        return digits_of(json_integer_value(value));
    }
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            total += parsed(json_array_get(value, i), depth + 1);
        }
    }
    if (json_is_object(value)) {
        const char *key = NULL;
        json_t *member = NULL;
        json_object_foreach(value, key, member)
        {
            total += mou_text_of(key).len + parsed(member, depth + 1);
        }
    }
    return total;
}

enum mou_status mou_json_line(struct mou_text line, json_t **value, uint32_t *column)
{
    json_error_t error;
    assert(value != NULL && column != NULL);
    *column = 0;
    *value = json_loadb(line.bytes, line.len, JSON_REJECT_DUPLICATES, &error);
    if (*value == NULL) {
        /* Most failed allocations are reported as a mistake of the text; one that is there will be there again. */
        *value = json_loadb(line.bytes, line.len, JSON_REJECT_DUPLICATES, &error);
    }
    if (*value == NULL) {
        *column = error.column > 0 ? (uint32_t)error.column : 0;
        return json_error_code(&error) == json_error_out_of_memory ? MOU_ERROR_MEMORY : MOU_OK;
    }
    if (parsed(*value, 0) != written(line)) {
        json_decref(*value);
        *value = NULL;
        return MOU_ERROR_MEMORY;
    }
    return MOU_OK;
}
