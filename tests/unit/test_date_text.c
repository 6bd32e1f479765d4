/*
 * base/date_text.c: ways of writing a day, and what is no day.
 */
#include "dates.h"

static void ways_of_writing(void **state)
{
    static const char *const rows[] = {
        "2024-02-29",     "2024/2/29",          "2024.2.29",         "20240229",
        "2024年2月29日",  "2024-2-29",          " 2024-02-29 ",      "\t2024-02-29\r\n",
        "2024年02月29日", "2024 年 2 月 29 日", "　2024年2月29日　", "2024年\302\2402月29日",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_date date = MOU_DATE_NONE;
        if (!mou_date_parse(mou_text_of(rows[i]), &date) || date != day_of("2024-02-29")) {
            fail_msg("“%s” was not read", rows[i]);
        }
    }
}

static void no_days(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "2024",
        "2024-02",
        "2024年2月",
        "2023-02-29",
        "2024-02-30",
        "24-02-29",
        "2024-02/29",
        "2024/02-29",
        "2024.02-29",
        "2024-002-29",
        "2024-02-029",
        "02024-02-29",
        "202402291",
        "2024229",
        "2024-02-29x",
        "x2024-02-29",
        "2024-02-29T00",
        "2024--29",
        "2024-02-",
        "-2024-02-29",
        "2024-+2-29",
        "2024年2月29",
        "2024年2-29",
        "2024月2年29日",
        "二〇二四年二月二十九日",
        "1899-12-31",
        "2200-01-01",
        "0000-00-00",
        "9999-99-99",
        "2024 - 02 - 29",
        "２０２４-02-29",
        "2024年2月29日。",
        "2024-00-10",
        "2024-01-00",
        "20241301",
        "2024\0-01-01",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_date date = MOU_DATE_NONE;
        if (mou_date_parse(mou_text_of(rows[i]), &date)) {
            fail_msg("“%s” was read", rows[i]);
        }
    }
    mou_date date = MOU_DATE_NONE;
    assert_false(mou_date_parse((struct mou_text){NULL, 0}, &date));
    assert_false(mou_date_parse((struct mou_text){"2024-02-29\0", 11}, &date));
}

/** Reading stops at the length given, whatever follows in memory. */
static void the_length_counts(void **state)
{
    mou_date date = MOU_DATE_NONE;
    (void)state;
    assert_true(mou_date_parse((struct mou_text){"2024-02-2999", 10}, &date));
    assert_date_equal(date, "2024-02-29");
    assert_true(mou_date_parse((struct mou_text){"2024-02-29", 9}, &date));
    assert_date_equal(date, "2024-02-02");
    assert_false(mou_date_parse((struct mou_text){"2024年2月29日", 15}, &date)); /* cut inside 日 */
}

static void every_day_written_and_read(void **state)
{
    (void)state;
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, 100);
    for (mou_date day = MOU_DATE_MIN; day <= MOU_DATE_MAX; day++) {
        mou_date back = MOU_DATE_NONE;
        mou_buf_clear(&buf);
        mou_date_format(day, &buf);
        assert_i64_equal(buf.len, 10);
        assert_true(mou_date_parse((struct mou_text){buf.data, buf.len}, &back));
        assert_i64_equal(back, day);
    }
    assert_buf_equal(&buf, "2199-12-31");
    mou_buf_free(&buf);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ways_of_writing),
    cmocka_unit_test(no_days),
    cmocka_unit_test(the_length_counts),
    cmocka_unit_test(every_day_written_and_read),
};

MOU_TEST_MAIN(tests)
