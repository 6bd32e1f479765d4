/*
 * store/json_line.c: whole lines are taken, whatever escapes and numbers they hold; ill-formed ones are told apart.
 */
#include "json_line.h"
#include "mou_test.h"

static void whole_lines(void **state)
{
    static const char *const rows[] = {
        "{}",
        "[]",
        " { \"主体\" : \"91445202MA5K2P3Q56\" } ",
        "{\"a\": [1, -2, 0, -0, 9223372036854775807, -9223372036854775808, {\"b\": null}]}",
        "{\"a\": true, \"b\": false, \"c\": 1.50, \"d\": 1e3, \"e\": -1.5E-7, \"f\": 12}",
        "{\"\\u4e3b\\u4f53\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u0041\\uD83D\\uDE00\"}",
        "{\"quote\\\"in\\\\name\": \"12\", \"\": \"\"}",
        "{\"长\": \"罚款金额罚款金额罚款金额罚款金额罚款金额罚款金额罚款金额罚款金额\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *value = NULL;
        uint32_t column = 0;
        assert_i64_equal(mou_json_line(mou_text_of(rows[i]), &value, &column), MOU_OK);
        if (value == NULL) {
            fail_msg("row %zu was not taken", i);
        }
        json_decref(value);
    }
}

static void ill_formed_lines(void **state)
{
    static const char *const rows[] = {"",
                                       "{",
                                       "{\"a\": }",
                                       "{\"a\": 1, \"a\": 2}",
                                       "{\"a\": \"\xFF\"}",
                                       "1",
                                       "\"a\"",
                                       "{} x",
                                       "{\"a\": 9223372036854775808}",
                                       "{\"a\": \"\\u0000\", \"\\u0000\": 1}"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *value = NULL;
        uint32_t column = 0;
        assert_i64_equal(mou_json_line(mou_text_of(rows[i]), &value, &column), MOU_OK);
        assert_null(value);
    }
}

static void the_column_says_where(void **state)
{
    json_t *value = NULL;
    uint32_t column = 0;
    (void)state;
    assert_i64_equal(mou_json_line(MOU_TEXT("{\"a\": 1 \"b\"}"), &value, &column), MOU_OK);
    assert_null(value);
    assert_true(column >= 8);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(whole_lines),
    cmocka_unit_test(ill_formed_lines),
    cmocka_unit_test(the_column_says_where),
};

MOU_TEST_MAIN(tests)
