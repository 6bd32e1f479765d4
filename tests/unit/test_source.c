/*
 * base/source.c: places and lines, also where the text ends without a line break or holds bytes
 * that are no text.
 */
#include "mou_test.h"

static struct mou_source source_of(const char *bytes)
{
    return (struct mou_source){"试.mou", bytes, strlen(bytes)};
}

static void assert_place(const char *bytes, size_t offset, uint32_t line, uint32_t column)
{
    const struct mou_source source = source_of(bytes);
    const struct mou_place place = mou_source_place(&source, offset);
    if (place.line != line || place.column != column) {
        fail_msg("offset %zu of “%s”: %u:%u, wanted %u:%u", offset, bytes, place.line, place.column,
                 line, column);
    }
}

static void assert_line(const char *bytes, size_t offset, const char *line, size_t line_begin)
{
    const struct mou_source source = source_of(bytes);
    size_t begin = 999;
    assert_bytes_equal(mou_source_line(&source, offset, &begin), line);
    assert_i64_equal(begin, line_begin);
}

static void columns_count_characters(void **state)
{
    (void)state;
    assert_place("", 0, 1, 1);
    assert_place("abc", 0, 1, 1);
    assert_place("abc", 2, 1, 3);
    assert_place("abc", 3, 1, 4);
    assert_place("失信a", 3, 1, 2);
    assert_place("失信a", 6, 1, 3);
    assert_place("失信a", 99, 1, 4);
    assert_place("\t\tx", 2, 1, 3);
}

static void an_offset_inside_a_character_is_that_character(void **state)
{
    (void)state;
    assert_place("失信", 1, 1, 1);
    assert_place("失信", 2, 1, 1);
    assert_place("失信", 4, 1, 2);
}

static void lines_count_line_feeds(void **state)
{
    (void)state;
    assert_place("a\nb\n", 1, 1, 2);
    assert_place("a\nb\n", 2, 2, 1);
    assert_place("a\nb\n", 4, 3, 1);
    assert_place("a\r\nb", 3, 2, 1);
    assert_place("a\rb", 2, 2, 1);
    assert_place("a\rb\r\nc", 3, 2, 2);
    assert_place("a\rb\r\nc", 5, 3, 1);
    assert_place("a\r\r\nb", 2, 2, 1);
    assert_place("a\r\r\nb", 4, 3, 1);
    assert_place("\n\n\n", 3, 4, 1);
}

static void ill_formed_bytes_are_characters(void **state)
{
    (void)state;
    assert_place("\xFF\xE5x", 2, 1, 3);
    assert_line("\xFF\nx", 0, "\xFF", 0);
}

static void a_byte_order_mark_is_not_text(void **state)
{
    (void)state;
    assert_place("\xEF\xBB\xBF甲", 0, 1, 1);
    assert_place("\xEF\xBB\xBF甲", 2, 1, 1);
    assert_place("\xEF\xBB\xBF甲", 3, 1, 1);
    assert_place("\xEF\xBB\xBF甲\n乙", 7, 2, 1);
    assert_line("\xEF\xBB\xBF甲\n乙", 0, "甲", 3);
    assert_line("\xEF\xBB\xBF甲\n乙", 8, "乙", 7);
}

static void lines_come_without_their_ends(void **state)
{
    (void)state;
    assert_line("", 0, "", 0);
    assert_line("one\ntwo\r\nthree", 0, "one", 0);
    assert_line("one\ntwo\r\nthree", 3, "one", 0);
    assert_line("one\ntwo\r\nthree", 4, "two", 4);
    assert_line("one\ntwo\r\nthree", 8, "two", 4);
    assert_line("one\ntwo\r\nthree", 9, "three", 9);
    assert_line("one\ntwo\r\nthree", 14, "three", 9);
    assert_line("one\ntwo\r\nthree", 99, "three", 9);
    assert_line("one\n", 4, "", 4);
    assert_line("\r\n", 0, "", 0);
    assert_line("one\rtwo\r\nthree\r", 5, "two", 4);
    assert_line("one\rtwo\r\nthree\r", 0, "one", 0);
    assert_line("one\rtwo\r\nthree\r", 15, "", 15);
}

static void no_text_may_be_null(void **state)
{
    const struct mou_source source = {"x", NULL, 0};
    size_t begin = 9;
    (void)state;
    assert_i64_equal(mou_source_place(&source, 5).column, 1);
    assert_i64_equal(mou_source_line(&source, 5, &begin).len, 0);
    assert_i64_equal(begin, 0);
}

static void spans_are_equal_in_source_and_ends(void **state)
{
    (void)state;
    const struct mou_span span = {1, 2, 3};
    assert_true(mou_span_equal(span, (struct mou_span){1, 2, 3}));
    assert_false(mou_span_equal(span, (struct mou_span){0, 2, 3}));
    assert_false(mou_span_equal(span, (struct mou_span){1, 1, 3}));
    assert_false(mou_span_equal(span, (struct mou_span){1, 2, 4}));
    assert_true(mou_span_equal(MOU_NO_SPAN, MOU_NO_SPAN));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(spans_are_equal_in_source_and_ends),
    cmocka_unit_test(columns_count_characters),
    cmocka_unit_test(an_offset_inside_a_character_is_that_character),
    cmocka_unit_test(lines_count_line_feeds),
    cmocka_unit_test(ill_formed_bytes_are_characters),
    cmocka_unit_test(a_byte_order_mark_is_not_text),
    cmocka_unit_test(lines_come_without_their_ends),
    cmocka_unit_test(no_text_may_be_null),
};

MOU_TEST_MAIN(tests)
