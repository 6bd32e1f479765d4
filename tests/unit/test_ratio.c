/*
 * base/ratio.c: boundaries of 64 and 128 bits, lowest terms, rounding, comparison.
 */
#include "mou_test.h"

#define MAX INT64_MAX
#define MIN INT64_MIN

static void checked_arithmetic(void **state)
{
    int64_t out = 0;
    (void)state;
    assert_i64_equal(mou_add_i64(MAX, 0, &out), MOU_FAULT_NONE);
    assert_i64_equal(out, MAX);
    assert_i64_equal(mou_add_i64(MAX, 1, &out), MOU_FAULT_OVERFLOW);
    assert_i64_equal(mou_add_i64(MIN, -1, &out), MOU_FAULT_OVERFLOW);
    assert_i64_equal(mou_sub_i64(MIN, 0, &out), MOU_FAULT_NONE);
    assert_i64_equal(out, MIN);
    assert_i64_equal(mou_sub_i64(0, MIN, &out), MOU_FAULT_OVERFLOW);
    assert_i64_equal(mou_sub_i64(-1, MAX, &out), MOU_FAULT_NONE);
    assert_i64_equal(out, MIN);
    assert_i64_equal(mou_mul_i64(MIN, -1, &out), MOU_FAULT_OVERFLOW);
    assert_i64_equal(mou_mul_i64(MIN, 1, &out), MOU_FAULT_NONE);
    assert_i64_equal(out, MIN);
    assert_i64_equal(mou_mul_i64(3037000500, 3037000500, &out), MOU_FAULT_OVERFLOW);
    assert_i64_equal(mou_mul_i64(3037000499, 3037000499, &out), MOU_FAULT_NONE);
}

static void codes_of_faults(void **state)
{
    (void)state;
    assert_text_equal(mou_fault_code(MOU_FAULT_NONE), "");
    assert_text_equal(mou_fault_code(MOU_FAULT_OVERFLOW), "F001");
    assert_text_equal(mou_fault_code(MOU_FAULT_NO_CALENDAR), "F002");
    assert_text_equal(mou_fault_code(MOU_FAULT_DIVIDE_ZERO), "F003");
    assert_text_equal(mou_fault_code(MOU_FAULT_DATE_RANGE), "F004");
}

static void lowest_terms(void **state)
{
    const mou_wide most = ((mou_wide)MAX << 64) + UINT64_MAX; /* 2^127 - 1 */
    const mou_wide least = -most - 1;

    const struct {
        mou_wide num, den;
        enum mou_fault fault;
        int64_t num_out, den_out;
    } rows[] = {
        {0, 5, MOU_FAULT_NONE, 0, 1},
        {0, -5, MOU_FAULT_NONE, 0, 1},
        {6, 4, MOU_FAULT_NONE, 3, 2},
        {-6, 4, MOU_FAULT_NONE, -3, 2},
        {6, -4, MOU_FAULT_NONE, -3, 2},
        {-6, -4, MOU_FAULT_NONE, 3, 2},
        {1, 0, MOU_FAULT_DIVIDE_ZERO, 0, 0},
        {0, 0, MOU_FAULT_DIVIDE_ZERO, 0, 0},
        {MAX, 1, MOU_FAULT_NONE, MAX, 1},
        {MIN, 1, MOU_FAULT_NONE, MIN, 1},
        {MIN, -1, MOU_FAULT_OVERFLOW, 0, 0},
        {1, MIN, MOU_FAULT_OVERFLOW, 0, 0},
        {2, MIN, MOU_FAULT_NONE, -1, (int64_t)1 << 62},
        {MAX, MAX, MOU_FAULT_NONE, 1, 1},
        {MIN, MIN, MOU_FAULT_NONE, 1, 1},
        {1, MAX, MOU_FAULT_NONE, 1, MAX},
        {(mou_wide)MAX + 1, 1, MOU_FAULT_OVERFLOW, 0, 0},
        {(mou_wide)MIN - 1, 1, MOU_FAULT_OVERFLOW, 0, 0},
        {(mou_wide)MAX * MAX, MAX, MOU_FAULT_NONE, MAX, 1},
        {(mou_wide)MIN * MIN, MIN, MOU_FAULT_NONE, MIN, 1},
        {(mou_wide)MIN * MAX, (mou_wide)MAX * 2, MOU_FAULT_NONE, MIN / 2, 1},
        {most, 1, MOU_FAULT_OVERFLOW, 0, 0},
        {least, 1, MOU_FAULT_OVERFLOW, 0, 0},
        {1, least, MOU_FAULT_OVERFLOW, 0, 0},
        {least, least, MOU_FAULT_NONE, 1, 1},
        {least, least / 2, MOU_FAULT_NONE, 2, 1},
        {100000000, 1000000000, MOU_FAULT_NONE, 1, 10},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mou_ratio out = {0, 0};
        if (mou_ratio_make(rows[i].num, rows[i].den, &out) != rows[i].fault ||
            out.num != rows[i].num_out || out.den != rows[i].den_out) {
            fail_msg("row %zu: %lld/%lld", i, (long long)out.num, (long long)out.den);
        }
    }
}

/** Every fraction of small numbers against plain reasoning. */
static void small_fractions_exhaustively(void **state)
{
    (void)state;
    for (int64_t num = -60; num <= 60; num++) {
        for (int64_t den = -60; den <= 60; den++) {
            struct mou_ratio out = {0, 0};
            if (den == 0) {
                continue;
            }
            assert_i64_equal(mou_ratio_make(num, den, &out), MOU_FAULT_NONE);
            assert_true(out.den > 0);
            assert_i64_equal(out.num * den, num * out.den);
            for (int64_t factor = 2; factor <= out.den; factor++) {
                assert_false(out.num % factor == 0 && out.den % factor == 0);
            }
        }
    }
}

static void comparison_is_exact(void **state)
{
    static const struct {
        struct mou_ratio a, b;
        int sign;
    } rows[] = {
        {{1, 10}, {1, 10}, 0},
        {{9999, 100000}, {1, 10}, -1},
        {{-1, 2}, {1, 2}, -1},
        {{MAX, MAX - 1}, {MAX - 1, MAX - 2}, -1}, /* a/b below by 10^-37 */
        {{MAX - 1, MAX}, {MAX - 2, MAX - 1}, 1},
        {{MIN, 1}, {MAX, 1}, -1},
        {{MIN, 1}, {MIN, MAX}, -1},
        {{MAX, 1}, {MAX, MAX}, 1},
        {{0, 1}, {0, 7}, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_i64_equal(mou_ratio_compare(rows[i].a, rows[i].b), rows[i].sign);
        assert_i64_equal(mou_ratio_compare(rows[i].b, rows[i].a), -rows[i].sign);
    }
}

static void rounding(void **state)
{
    static const struct {
        struct mou_ratio value;
        int64_t half_up, toward_zero, away;
    } rows[] = {
        {{0, 1}, 0, 0, 0},
        {{1, 2}, 1, 0, 1},
        {{-1, 2}, -1, 0, -1},
        {{1, 3}, 0, 0, 1},
        {{-1, 3}, 0, 0, -1},
        {{2, 3}, 1, 0, 1},
        {{-5, 2}, -3, -2, -3},
        {{5, 2}, 3, 2, 3},
        {{7, 1}, 7, 7, 7},
        {{MAX, 2}, MAX / 2 + 1, MAX / 2, MAX / 2 + 1},
        {{MIN, 3}, MIN / 3 - 1, MIN / 3, MIN / 3 - 1},
        {{MAX, MAX - 1}, 1, 1, 2},
        {{MIN, MAX}, -1, -1, -2},
        {{MAX / 2, MAX}, 0, 0, 1},
        {{MAX / 2 + 1, MAX}, 1, 0, 1},
        {{MAX, 1}, MAX, MAX, MAX},
        {{MIN, 1}, MIN, MIN, MIN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t out = 0;
        assert_i64_equal(mou_ratio_round(rows[i].value, MOU_ROUND_HALF_UP, &out), MOU_FAULT_NONE);
        assert_i64_equal(out, rows[i].half_up);
        assert_i64_equal(mou_ratio_round(rows[i].value, MOU_ROUND_TOWARD_ZERO, &out),
                         MOU_FAULT_NONE);
        assert_i64_equal(out, rows[i].toward_zero);
        assert_i64_equal(mou_ratio_round(rows[i].value, MOU_ROUND_AWAY, &out), MOU_FAULT_NONE);
        assert_i64_equal(out, rows[i].away);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(checked_arithmetic),  cmocka_unit_test(codes_of_faults),
    cmocka_unit_test(lowest_terms),        cmocka_unit_test(small_fractions_exhaustively),
    cmocka_unit_test(comparison_is_exact), cmocka_unit_test(rounding),
};

MOU_TEST_MAIN(tests)
