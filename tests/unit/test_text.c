/*
 * base/text.c: order, equality, length and distance, the latter against the textbook definition.
 */
#include <errno.h>
#include <stdlib.h>

#include "mou_test.h"

static void equality_is_by_bytes(void **state)
{
    (void)state;
    assert_true(mou_text_equal(MOU_TEXT("认定"), MOU_TEXT("认定")));
    assert_false(mou_text_equal(MOU_TEXT("认定"), MOU_TEXT("认可")));
    assert_false(mou_text_equal(MOU_TEXT("认定"), MOU_TEXT("认")));
    assert_true(mou_text_equal((struct mou_text){NULL, 0}, MOU_TEXT("")));
    assert_true(mou_text_equal((struct mou_text){"a\0b", 3}, (struct mou_text){"a\0b", 3}));
}

static void equality_but_for_case_is_of_ascii_letters(void **state)
{
    (void)state;
    assert_true(mou_text_equal_letters(MOU_TEXT("记录 Case@Z["), MOU_TEXT("记录 cASE@z[")));
    assert_false(mou_text_equal_letters(MOU_TEXT("@["), MOU_TEXT("`{"))); /* a bit apart, as letters are, but none */
    assert_false(mou_text_equal_letters(MOU_TEXT("É"), MOU_TEXT("é")));
    assert_false(mou_text_equal_letters(MOU_TEXT("Case"), MOU_TEXT("cas")));
    assert_true(mou_text_equal_letters((struct mou_text){NULL, 0}, MOU_TEXT("")));
}

static void order_is_by_bytes_then_length(void **state)
{
    (void)state;
    assert_true(mou_text_compare(MOU_TEXT("a"), MOU_TEXT("b")) < 0);
    assert_true(mou_text_compare(MOU_TEXT("ab"), MOU_TEXT("a")) > 0);
    assert_true(mou_text_compare(MOU_TEXT("a"), MOU_TEXT("ab")) < 0);
    assert_i64_equal(mou_text_compare(MOU_TEXT("同"), MOU_TEXT("同")), 0);
    assert_i64_equal(mou_text_compare((struct mou_text){NULL, 0}, MOU_TEXT("")), 0);
    assert_true(mou_text_compare(MOU_TEXT("z"), MOU_TEXT("中")) < 0); /* bytes are unsigned */
}

static void markup_is_text(void **state)
{
    (void)state;
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, 1024);
    mou_buf_markup(&buf, MOU_TEXT("<a href=\"x\">&\x01\x7F\n认定</a>"));
    assert_string_equal(buf.data, "&lt;a href=&quot;x&quot;&gt;&amp;\n认定&lt;/a&gt;");
    mou_buf_free(&buf);
}

static void system_errors_in_words(void **state)
{
    (void)state;
    assert_string_equal(mou_os_error(ENOENT, MOU_LANG_ZH).text, "没有这个文件或文件夹");
    assert_string_equal(mou_os_error(ENOENT, MOU_LANG_EN).text, "no such file or folder");
    assert_string_equal(mou_os_error(9999, MOU_LANG_ZH).text, "系统错误 9999");
    for (int number = 1; number < 200; number++) { /* nothing is cut off within a character */
        const struct mou_os_words zh = mou_os_error(number, MOU_LANG_ZH);
        assert_true(mou_utf8_valid(zh.text, strlen(zh.text)));
        assert_true(strlen(zh.text) + 1 < sizeof zh.text);
    }
}

static void texts_of_strings(void **state)
{
    (void)state;
    assert_i64_equal(mou_text_of("措施").len, 6);
    assert_i64_equal(mou_text_of(NULL).len, 0);
}

static void characters_are_code_points(void **state)
{
    (void)state;
    assert_i64_equal(mou_text_characters(MOU_TEXT("")), 0);
    assert_i64_equal(mou_text_characters(MOU_TEXT("失信a")), 3);
    assert_i64_equal(mou_text_characters(MOU_TEXT("\xF0\xA0\x80\x80")), 1);
    assert_i64_equal(mou_text_characters(MOU_TEXT("\xE5\xBC x")), 4); /* two stray bytes */
}

static void distances_that_are_known(void **state)
{
    static const struct {
        const char *a, *b;
        unsigned limit, distance;
    } rows[] = {
        {"", "", 3, 0},
        {"失信情形", "失信情型", 3, 1},
        {"失信情形", "失信的情形", 3, 1},
        {"kitten", "sitting", 9, 3},
        {"kitten", "sitting", 2, 3},
        {"abc", "", 9, 3},
        {"", "限制高消费", 9, 5},
        {"法定代表人", "代表人", 9, 2},
        {"ab", "ba", 9, 2},
        {"ab", "ab", UINT32_MAX, 0},
        {"ab", "cd", UINT32_MAX, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct mou_text a = mou_text_of(rows[i].a);
        const struct mou_text b = mou_text_of(rows[i].b);
        assert_i64_equal(mou_text_distance(a, b, rows[i].limit), rows[i].distance);
        assert_i64_equal(mou_text_distance(b, a, rows[i].limit), rows[i].distance);
    }
}

/** By the definition, over bytes, exponential. */
static unsigned naive_distance(const char *a, const char *b)
{
    if (*a == '\0' || *b == '\0') {
        return (unsigned)(strlen(a) + strlen(b));
    }
    const unsigned replaced = naive_distance(a + 1, b + 1) + (*a != *b);
    const unsigned shorter = naive_distance(a + 1, b) + 1;
    const unsigned longer = naive_distance(a, b + 1) + 1;
    const unsigned least = replaced < shorter ? replaced : shorter;
    return least < longer ? least : longer;
}

/** All pairs of words of up to four letters out of two. */
static void distance_is_the_textbook_one(void **state)
{
    (void)state;
    for (unsigned left = 0; left < 31; left++) {
        for (unsigned right = 0; right < 31; right++) {
            char words[2][8] = {"", ""};
            const unsigned numbers[2] = {left + 1, right + 1};
            for (int w = 0; w < 2; w++) {
                size_t len = 0;
                for (unsigned n = numbers[w]; n > 1; n /= 2) {
                    words[w][len++] = n % 2 != 0 ? 'b' : 'a';
                }
            }
            assert_i64_equal(mou_text_distance(mou_text_of(words[0]), mou_text_of(words[1]), 100),
                             naive_distance(words[0], words[1]));
        }
    }
}

static void long_texts_are_far_unless_they_begin_alike(void **state)
{
    (void)state;
    char a[400];
    char b[400];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    assert_i64_equal(mou_text_distance((struct mou_text){a, 400}, (struct mou_text){b, 400}, 5), 6);
    memset(b, 'a', sizeof b);
    assert_i64_equal(mou_text_distance((struct mou_text){a, 400}, (struct mou_text){b, 400}, 5), 0);
    b[399] = 'x';
    assert_i64_equal(mou_text_distance((struct mou_text){a, 400}, (struct mou_text){b, 400}, 5), 1);
    b[100] = 'x'; /* the first difference is far from the end */
    assert_i64_equal(mou_text_distance((struct mou_text){a, 400}, (struct mou_text){b, 400}, 5), 6);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(equality_is_by_bytes),
    cmocka_unit_test(equality_but_for_case_is_of_ascii_letters),
    cmocka_unit_test(order_is_by_bytes_then_length),
    cmocka_unit_test(markup_is_text),
        cmocka_unit_test(system_errors_in_words),
        cmocka_unit_test(texts_of_strings),
    cmocka_unit_test(characters_are_code_points),
    cmocka_unit_test(distances_that_are_known),
    cmocka_unit_test(distance_is_the_textbook_one),
    cmocka_unit_test(long_texts_are_far_unless_they_begin_alike),
};

MOU_TEST_MAIN(tests)
