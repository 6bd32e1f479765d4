/*
 * Exact integers and fractions: overflow-checked 64-bit arithmetic, fractions in lowest terms with
 * 128-bit intermediates, and the codes of what can go wrong. No floating point anywhere. Used by
 * compiler (constants) and machine.
 */
#include <assert.h>

#include "mou/base.h"

__extension__ typedef unsigned __int128 wide_magnitude;

const char *mou_fault_code(enum mou_fault fault)
{
    static const char *const codes[] = {"", "F001", "F002", "F003", "F004"};
    _Static_assert(sizeof codes / sizeof codes[0] == MOU_FAULT_DATE_RANGE + 1, "a code per fault");
    assert((size_t)fault < sizeof codes / sizeof codes[0]);
    return codes[fault];
}

enum mou_fault mou_add_i64(int64_t a, int64_t b, int64_t *out)
{
    assert(out != NULL);
    return __builtin_add_overflow(a, b, out) ? MOU_FAULT_OVERFLOW : MOU_FAULT_NONE;
}

enum mou_fault mou_sub_i64(int64_t a, int64_t b, int64_t *out)
{
    assert(out != NULL);
    return __builtin_sub_overflow(a, b, out) ? MOU_FAULT_OVERFLOW : MOU_FAULT_NONE;
}

enum mou_fault mou_mul_i64(int64_t a, int64_t b, int64_t *out)
{
    assert(out != NULL);
    return __builtin_mul_overflow(a, b, out) ? MOU_FAULT_OVERFLOW : MOU_FAULT_NONE;
}

/** Also of the least 128-bit number, whose magnitude has no signed form. */
static wide_magnitude magnitude_of(mou_wide value)
{
    return value < 0 ? (wide_magnitude)0 - (wide_magnitude)value : (wide_magnitude)value;
}

/**
 * Greatest common divisor; falls to 64-bit division as soon as both fit, which is several times as
 * fast.
 */
static wide_magnitude common_divisor(wide_magnitude a, wide_magnitude b)
{
    while (b > UINT64_MAX) {
        const wide_magnitude rest = a % b;
        a = b;
        b = rest;
    }
    if (b == 0) {
        return a;
    }
    uint64_t small = (uint64_t)b;
    uint64_t rest = (uint64_t)(a % b);
    while (rest != 0) {
        const uint64_t next = small % rest;
        small = rest;
        rest = next;
    }
    return small;
}

enum mou_fault mou_ratio_make(mou_wide num, mou_wide den, struct mou_ratio *out)
{
    assert(out != NULL);
    if (den == 0) {
        return MOU_FAULT_DIVIDE_ZERO;
    }
    const bool negative = (num < 0) != (den < 0);
    const wide_magnitude divisor = common_divisor(magnitude_of(num), magnitude_of(den));
    const wide_magnitude above = magnitude_of(num) / divisor;
    const wide_magnitude below = magnitude_of(den) / divisor;
    const wide_magnitude most = (wide_magnitude)INT64_MAX + (negative ? 1 : 0);
    if (above > most || below > INT64_MAX) {
        return MOU_FAULT_OVERFLOW;
    }
    out->num = negative ? (int64_t)(-(mou_wide)above) : (int64_t)above;
    out->den = (int64_t)below;
    return MOU_FAULT_NONE;
}

int mou_ratio_compare(struct mou_ratio a, struct mou_ratio b)
{
    assert(a.den > 0 && b.den > 0);
    const mou_wide left = (mou_wide)a.num * b.den;
    const mou_wide right = (mou_wide)b.num * a.den;
    return (left > right) - (left < right);
}

enum mou_fault mou_ratio_round(struct mou_ratio value, enum mou_rounding mode, int64_t *out)
{
    assert(value.den > 0 && out != NULL);
    const int64_t whole = value.num / value.den;
    const mou_wide rest = value.num % value.den; /* of the value's sign */
    const mou_wide distance = rest < 0 ? -rest : rest;
    bool away = false;
    switch (mode) {
    case MOU_ROUND_HALF_UP:
        away = distance * 2 >= value.den;
        break;
    case MOU_ROUND_TOWARD_ZERO:
        break;
    case MOU_ROUND_AWAY:
        away = distance > 0;
        break;
    }
    /*
     * With a rest the denominator is 2 or more, so the next whole number fits; the check costs
     * nothing and says so.
     */
    return mou_add_i64(whole, away ? (value.num < 0 ? -1 : 1) : 0, out);
}
