/*
 * Numbers as a spreadsheet means them. It keeps fifteen significant digits; what a file has beyond them is noise of its binary form and is rounded off, as on
 * the screen. Works on digits, not in floating point.
 */
#include <stdio.h>
#include <string.h>

#include "sheet_internal.h"

#define DIGITS_KEPT 15
#define DIGITS_MAX 64
#define EXPONENT_MAX 400

/** Sign, digits without leading zeros, and how many of them stand before the point (may be negative, or more than there are). */
struct decimal {
    bool negative;
    int count;
    int point;
    char digits[DIGITS_MAX];
};

bool sheet_number_whole(const char *text, uint64_t max, uint64_t *value)
{
    uint64_t found = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9'; i++) {
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (found > (max - digit) / 10) {
            return false;
        }
        found = found * 10 + digit;
    }
    *value = found;
    return i > 0 && text[i] == '\0';
}

static bool read_exponent(struct mou_text text, size_t at, int *exponent)
{
    int value = 0;
    const bool negative = at < text.len && text.bytes[at] == '-';
    at += at < text.len && (text.bytes[at] == '-' || text.bytes[at] == '+');
    if (at >= text.len) {
        return false;
    }
    for (; at < text.len; at++) {
        if (text.bytes[at] < '0' || text.bytes[at] > '9' || value > EXPONENT_MAX) {
            return false;
        }
        value = value * 10 + (text.bytes[at] - '0');
    }
    *exponent = negative ? -value : value;
    return true;
}

static bool read_decimal(struct mou_text text, struct decimal *decimal)
{
    size_t at = 0;
    bool any = false;
    bool point = false;
    int exponent = 0;
    *decimal = (struct decimal){.negative = text.len > 0 && text.bytes[0] == '-'};
    at += text.len > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+');
    for (; at < text.len && text.bytes[at] != 'E' && text.bytes[at] != 'e'; at++) {
        const char c = text.bytes[at];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            any = true;
            if (decimal->count > 0 || c != '0') {
                if (decimal->count == DIGITS_MAX) {
                    return false;
                }
                decimal->digits[decimal->count++] = c;
                decimal->point += !point;
            } else {
                decimal->point -= point;
            }
        } else {
            return false;
        }
    }
    if (!any || (at < text.len && !read_exponent(text, at + 1, &exponent))) {
        return false;
    }
    decimal->point += exponent;
    return true;
}

/** Rounds to the digits that count (halves away from zero) and drops zeros at the end. */
static void round_decimal(struct decimal *decimal)
{
    if (decimal->count > DIGITS_KEPT) {
        bool up = decimal->digits[DIGITS_KEPT] >= '5';
        decimal->count = DIGITS_KEPT;
        for (int i = DIGITS_KEPT - 1; up && i >= 0; i--) {
            up = decimal->digits[i] == '9';
            decimal->digits[i] = up ? '0' : (char)(decimal->digits[i] + 1);
        }
        if (up) {
            decimal->digits[0] = '1';
            decimal->point++;
        }
    }
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == '0') {
        decimal->count--;
    }
    if (decimal->count == 0) {
        decimal->negative = false;
        decimal->point = 0;
    }
}

static char digit_at(const struct decimal *decimal, int place)
{
    return place >= 0 && place < decimal->count ? decimal->digits[place] : '0';
}

static void put_decimal(const struct decimal *decimal, uint32_t zeros, struct mou_buf *out)
{
    const int whole = decimal->point > 0 ? decimal->point : 0;
    if (decimal->negative) {
        mou_buf_char(out, '-');
    }
    for (int i = (int)zeros; i > whole && i > 0; i--) {
        mou_buf_char(out, '0');
    }
    for (int i = 0; i < whole; i++) {
        mou_buf_char(out, digit_at(decimal, i));
    }
    if (whole == 0 && zeros == 0) {
        mou_buf_char(out, '0');
    }
    if (decimal->point < decimal->count) {
        mou_buf_char(out, '.');
        for (int i = decimal->point; i < decimal->count; i++) {
            mou_buf_char(out, digit_at(decimal, i));
        }
    }
}

/** Days and the day's fraction in billionths. False for what no calendar of a spreadsheet has. */
static bool days_of(const struct decimal *decimal, int64_t *days, int64_t *billionths)
{
    *days = 0;
    *billionths = 0;
    if (decimal->negative || decimal->point > 7) {
        return false;
    }
    for (int i = 0; i < decimal->point; i++) {
        *days = *days * 10 + (digit_at(decimal, i) - '0');
    }
    for (int i = 0; i < 9; i++) {
        *billionths = *billionths * 10 + (digit_at(decimal, decimal->point + i) - '0');
    }
    return true;
}

/** Serial 60 of the system of 1900 is a 29 February that never was. */
static bool put_date(const struct decimal *decimal, bool days_from_1904, struct mou_buf *out)
{
    int64_t days = 0;
    int64_t billionths = 0;
    if (!days_of(decimal, &days, &billionths) || (!days_from_1904 && (days < 1 || days == 60))) {
        return false;
    }
    const int64_t seconds = (billionths * 86400 + 500000000) / 1000000000;
    const int64_t since_1900 = (days_from_1904 ? days + 1460 : days > 60 ? days - 2 : days - 1) + seconds / 86400;
    if (since_1900 > MOU_DATE_MAX) {
        return false;
    }
    mou_date_format((mou_date)since_1900, out);
    if (seconds % 86400 > 0) {
        mou_buf_printf(out, " %02d:%02d:%02d", (int)(seconds % 86400 / 3600), (int)(seconds % 3600 / 60), (int)(seconds % 60));
    }
    return true;
}

enum sheet_number sheet_number_write(struct mou_text number, const struct sheet_style *style, bool days_from_1904, struct mou_buf *out)
{
    struct decimal decimal;
    if (!read_decimal(number, &decimal)) {
        return SHEET_NUMBER_WRONG;
    }
    round_decimal(&decimal);
    if (decimal.point > DIGITS_KEPT) {
        mou_buf_append(out, number.bytes, number.len);
        return SHEET_NUMBER_LOST;
    }
    if (decimal.point < -DIGITS_KEPT * 2) {
        decimal = (struct decimal){.count = 0}; /* nothing, at fifteen digits of anything an office counts */
    }
    if (style->form != SHEET_DATE || !put_date(&decimal, days_from_1904, out)) {
        put_decimal(&decimal, style->form == SHEET_ZEROS && decimal.point >= decimal.count ? style->digits : 0, out);
    }
    return SHEET_NUMBER_WHOLE;
}
