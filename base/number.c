/*
 * Exact numbers: overflow-checked 64-bit integers, fractions in lowest terms, money in fen, ratio fields in 10^-8. No floating point.
 */
#include <assert.h>

#include "mou/base.h"


const char *mou_fault_code(enum mou_fault fault)
{
    static const char *const codes[] = {"", "F001", "F002", "F003", "F004"};
    assert((size_t)fault < sizeof codes / sizeof codes[0]);
    return codes[fault];
}

static mou_wide magnitude(mou_wide value)
{
    return value < 0 ? -value : value;
}

static mou_wide common_divisor(mou_wide a, mou_wide b)
{
    while (b != 0) {
        mou_wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

enum mou_fault mou_ratio_make(mou_wide num, mou_wide den, struct mou_ratio *out)
{
    if (den == 0) {
        return MOU_FAULT_DIVIDE_ZERO;
    }
    mou_wide divisor = common_divisor(magnitude(num), magnitude(den));
    num /= den < 0 ? -divisor : divisor;
    den = magnitude(den) / divisor;
    if (num > INT64_MAX || num < INT64_MIN || den > INT64_MAX) {
        return MOU_FAULT_OVERFLOW;
    }
    *out = (struct mou_ratio){(int64_t)num, (int64_t)den};
    return MOU_FAULT_NONE;
}

int mou_ratio_compare(struct mou_ratio a, struct mou_ratio b)
{
    assert(a.den > 0 && b.den > 0);
    mou_wide left = (mou_wide)a.num * b.den;
    mou_wide right = (mou_wide)b.num * a.den;
    return (left > right) - (left < right);
}

enum mou_fault mou_ratio_round(struct mou_ratio value, enum mou_rounding mode, int64_t *out)
{
    assert(value.den > 0);
    mou_wide whole = value.num / value.den;
    mou_wide rest = magnitude((mou_wide)value.num % value.den);
    mou_wide away = value.num < 0 ? -1 : 1;
    if ((mode == MOU_ROUND_HALF_UP && rest * 2 >= value.den) || (mode == MOU_ROUND_AWAY && rest > 0)) {
        whole += away;
    }
    if (whole > INT64_MAX || whole < INT64_MIN) {
        return MOU_FAULT_OVERFLOW;
    }
    *out = (int64_t)whole;
    return MOU_FAULT_NONE;
}

enum mou_fault mou_add_i64(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_add_overflow(a, b, out) ? MOU_FAULT_OVERFLOW : MOU_FAULT_NONE;
}

enum mou_fault mou_sub_i64(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_sub_overflow(a, b, out) ? MOU_FAULT_OVERFLOW : MOU_FAULT_NONE;
}

enum mou_fault mou_mul_i64(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_mul_overflow(a, b, out) ? MOU_FAULT_OVERFLOW : MOU_FAULT_NONE;
}

/** Reads [-]digits[.digits] with at most `decimals` decimals as an integer of 10^-decimals. */
static bool read_decimal(struct mou_text text, int decimals, mou_wide *out)
{
    size_t at = 0;
    bool negative = text.len > 0 && text.bytes[0] == '-';
    int seen = -1; /* decimals read, -1 ahead of the point */
    int digits = 0;
    *out = 0;
    for (at = negative; at < text.len; at++) {
        char c = text.bytes[at];
        if (c == '.' && seen < 0 && digits > 0) {
            seen = 0;
            continue;
        }
        if (c < '0' || c > '9' || seen == decimals || ++digits > 30) {
            return false;
        }
        *out = *out * 10 + (c - '0');
        seen += seen >= 0;
    }
    if (digits == 0 || seen == 0) {
        return false;
    }
    for (int i = seen < 0 ? 0 : seen; i < decimals; i++) {
        *out *= 10;
    }
    *out = negative ? -*out : *out;
    return true;
}

static bool narrow(mou_wide value, int64_t *out)
{
    *out = (int64_t)value;
    return value <= INT64_MAX && value >= INT64_MIN;
}

bool mou_money_parse(struct mou_text text, int64_t *fen)
{
    mou_wide value = 0;
    return read_decimal(text, 2, &value) && narrow(value, fen);
}

bool mou_money_parse_unit(struct mou_text text, int64_t unit_fen, int64_t *fen)
{
    mou_wide value = 0;
    const mou_wide millionths = 1000000;
    if (!read_decimal(text, 6, &value) || magnitude(value) > (mou_wide)INT64_MAX * millionths || value * unit_fen % millionths != 0) {
        return false;
    }
    return narrow(value * unit_fen / millionths, fen);
}

void mou_money_format(int64_t fen, struct mou_buf *out)
{
    uint64_t amount = fen < 0 ? (uint64_t)0 - (uint64_t)fen : (uint64_t)fen;
    mou_buf_printf(out, "%s%llu.%02u", fen < 0 ? "-" : "", (unsigned long long)(amount / 100), (unsigned)(amount % 100));
}

bool mou_ratio_parse(struct mou_text text, int64_t *scaled)
{
    mou_wide value = 0;
    int decimals = 8;
    const struct mou_text per_mille = MOU_TEXT("‰");
    if (text.len > 1 && text.bytes[text.len - 1] == '%') {
        text.len -= 1;
        decimals = 6;
    } else if (text.len > per_mille.len &&
               mou_text_equal((struct mou_text){text.bytes + text.len - per_mille.len, per_mille.len}, per_mille)) {
        text.len -= per_mille.len;
        decimals = 5;
    }
    return read_decimal(text, decimals, &value) && narrow(value, scaled);
}

void mou_ratio_format(int64_t scaled, struct mou_buf *out)
{
    uint64_t amount = scaled < 0 ? (uint64_t)0 - (uint64_t)scaled : (uint64_t)scaled;
    unsigned decimals = (unsigned)(amount % MOU_RATIO_SCALE);
    int places = 8;
    mou_buf_printf(out, "%s%llu", scaled < 0 ? "-" : "", (unsigned long long)(amount / MOU_RATIO_SCALE));
    while (decimals != 0 && decimals % 10 == 0) {
        decimals /= 10;
        places--;
    }
    if (decimals != 0) {
        mou_buf_printf(out, ".%0*u", places, decimals);
    }
}
