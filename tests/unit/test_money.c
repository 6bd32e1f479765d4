/*
 * base/money.c: amounts and ratios as text, there and back; what is not exact is refused.
 */
#include "mou_test.h"

#define WAN_YUAN INT64_C(1000000)
#define YI_YUAN  INT64_C(10000000000)
#define REFUSED  INT64_C(-987654321)

/** The value read, or REFUSED, which no row uses. */
static int64_t money(const char *text)
{
    int64_t fen = 0;
    return mou_money_parse(mou_text_of(text), &fen) ? fen : REFUSED;
}

static int64_t money_in(const char *text, int64_t unit_fen)
{
    int64_t fen = 0;
    return mou_money_parse_unit(mou_text_of(text), unit_fen, &fen) ? fen : REFUSED;
}

static int64_t ratio(const char *text)
{
    int64_t scaled = 0;
    return mou_ratio_parse(mou_text_of(text), &scaled) ? scaled : REFUSED;
}

static void yuan(void **state)
{
    (void)state;
    assert_i64_equal(money("1000000.00"), 100000000);
    assert_i64_equal(money("999999.99"), 99999999);
    assert_i64_equal(money("-3.5"), -350);
    assert_i64_equal(money("0"), 0);
    assert_i64_equal(money("-0.00"), 0);
    assert_i64_equal(money("007.1"), 710);
    assert_i64_equal(money("92233720368547758.07"), INT64_MAX);
    assert_i64_equal(money("-92233720368547758.08"), INT64_MIN);
}

static void no_yuan(void **state)
{
    static const char *const rows[] = {
        "",
        "-",
        ".",
        ".5",
        "5.",
        "1.234",
        "1.000",
        "+1",
        "1,000",
        " 1",
        "1 ",
        "1e3",
        "0x10",
        "--1",
        "1.2.3",
        "1-",
        "１",
        "nan",
        "1.-2",
        "壹",
        "92233720368547758.08",
        "-92233720368547758.09",
        "99999999999999999999999999999999999999999999",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (money(rows[i]) != REFUSED) {
            fail_msg("“%s” was taken", rows[i]);
        }
    }
    int64_t fen = 7;
    assert_false(mou_money_parse((struct mou_text){"1\0", 2}, &fen));
    assert_false(mou_money_parse((struct mou_text){NULL, 0}, &fen));
    assert_i64_equal(fen, 7);
}

static void other_units(void **state)
{
    (void)state;
    assert_i64_equal(money_in("100", WAN_YUAN), 100000000);
    assert_i64_equal(money_in("0.2", WAN_YUAN), 200000); /* 2,000 yuan */
    assert_i64_equal(money_in("0.000001", WAN_YUAN), 1);
    assert_i64_equal(money_in("0.5", YI_YUAN), 5000000000);
    assert_i64_equal(money_in("-1.5", YI_YUAN), -15000000000);
    assert_i64_equal(money_in("0.000001", 100), REFUSED); /* below a fen */
    assert_i64_equal(money_in("0.010000", 100), 1);
    assert_i64_equal(money_in("0.015", 100), REFUSED);
    assert_i64_equal(money_in("0.0000001", WAN_YUAN), REFUSED);
    assert_i64_equal(money_in("9223372036854.775807", WAN_YUAN), INT64_MAX);
    assert_i64_equal(money_in("-9223372036854.775808", WAN_YUAN), INT64_MIN);
    assert_i64_equal(money_in("9223372036854.775808", WAN_YUAN), REFUSED);
    assert_i64_equal(money_in("922337203.685477", YI_YUAN), 9223372036854770000);
    assert_i64_equal(money_in("922337204", YI_YUAN), REFUSED);
    assert_i64_equal(money_in("99999999999999999999999999", INT64_MAX), REFUSED);
    assert_i64_equal(money_in("1", INT64_MAX), INT64_MAX);
    assert_i64_equal(money_in("2", INT64_MAX), REFUSED);
}

static void ratios(void **state)
{
    (void)state;
    assert_i64_equal(ratio("0.1"), 10000000);
    assert_i64_equal(ratio("10%"), 10000000);
    assert_i64_equal(ratio("5‰"), 500000);
    assert_i64_equal(ratio("9.999%"), 9999000);
    assert_i64_equal(ratio("1"), MOU_RATIO_SCALE);
    assert_i64_equal(ratio("-0.5"), -50000000);
    assert_i64_equal(ratio("-0.5%"), -500000);
    assert_i64_equal(ratio("0.00000001"), 1);
    assert_i64_equal(ratio("0.000001%"), 1);
    assert_i64_equal(ratio("0.00001‰"), 1);
    assert_i64_equal(ratio("12.5%"), 12500000);
    assert_i64_equal(ratio("92233720368.54775807"), INT64_MAX);
}

static void no_ratios(void **state)
{
    static const char *const rows[] = {
        "",          "%",   "‰",   "0.000000001", "0.0000001%",
        "0.000001‰", "1%%", "1 %", "1％",         "92233720368.54775808",
        "1/2",       ".5",  "5.",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ratio(rows[i]) != REFUSED) {
            fail_msg("“%s” was taken", rows[i]);
        }
    }
}

static void written(void **state)
{
    static const struct {
        int64_t value;
        const char *money, *ratio;
    } rows[] = {
        {0, "0.00", "0"},
        {1, "0.01", "0.00000001"},
        {-1, "-0.01", "-0.00000001"},
        {100, "1.00", "0.000001"},
        {-350, "-3.50", "-0.0000035"},
        {10000000, "100000.00", "0.1"},
        {100000000, "1000000.00", "1"},
        {123456789, "1234567.89", "1.23456789"},
        {INT64_MAX, "92233720368547758.07", "92233720368.54775807"},
        {INT64_MIN, "-92233720368547758.08", "-92233720368.54775808"},
    };

    (void)state;
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_buf_clear(&buf);
        mou_money_format(rows[i].value, &buf);
        assert_buf_equal(&buf, rows[i].money);
        assert_i64_equal(money(buf.data), rows[i].value);
        mou_buf_clear(&buf);
        mou_ratio_format(rows[i].value, &buf);
        assert_buf_equal(&buf, rows[i].ratio);
        assert_i64_equal(ratio(buf.data), rows[i].value);
    }
    mou_buf_free(&buf);
}

static void there_and_back(void **state)
{
    uint64_t seed = 88172645463325252u;
    (void)state;
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, 100);
    for (int i = 0; i < 20000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        const int64_t value = (int64_t)(seed >> (i % 60)) * (i % 2 != 0 ? -1 : 1);
        mou_buf_clear(&buf);
        mou_money_format(value, &buf);
        assert_i64_equal(money(buf.data), value);
        mou_buf_clear(&buf);
        mou_ratio_format(value, &buf);
        assert_i64_equal(ratio(buf.data), value);
    }
    mou_buf_free(&buf);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(yuan),           cmocka_unit_test(no_yuan),   cmocka_unit_test(other_units),
    cmocka_unit_test(ratios),         cmocka_unit_test(no_ratios), cmocka_unit_test(written),
    cmocka_unit_test(there_and_back),
};

MOU_TEST_MAIN(tests)
