/*
 * base/width.c and base/visible.c: cells of characters that rules and records hold, and that
 * nothing invisible gets through.
 */
#include "mou_test.h"
#include "visible.h"

static void cells_of_single_characters(void **state)
{
    static const struct {
        uint32_t code_point;
        unsigned cells;
    } rows[] = {
        {'a', 1},    {' ', 1},     {0xE9, 1},   {0x300, 0},    {0x4E00, 2}, {0x9FFF, 2},
        {0x3400, 2}, {0x3002, 2},  {0xFF0C, 2}, {0xFF10, 2},   {0xFF61, 1}, {0x3000, 2},
        {0x2014, 1}, {0x201C, 1},  {0x2026, 1}, {0xD7, 1},     {0x2460, 1}, {0x300A, 2},
        {0xAC00, 2}, {0x1160, 0},  {0x200B, 0}, {0x202E, 0},   {0xFE0F, 0}, {0x20000, 2},
        {0x3007, 2}, {0x1F600, 2}, {0xFFFD, 1}, {0x10FFFF, 1}, {0xFEFF, 0}, {0x302A, 0},
        {0x309A, 0}, {0xE000, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (mou_display_width(rows[i].code_point) != rows[i].cells) {
            fail_msg("U+%04X: %u cells", rows[i].code_point, mou_display_width(rows[i].code_point));
        }
    }
}

static void han_is_two_cells_throughout(void **state)
{
    (void)state;
    for (uint32_t code_point = 0x4E00; code_point <= 0x9FFF; code_point++) {
        assert_i64_equal(mou_display_width(code_point), 2);
    }
}

static void widths_of_texts(void **state)
{
    (void)state;
    assert_i64_equal(mou_text_width(MOU_TEXT("当 失信情形")), 2 + 1 + 8);
    assert_i64_equal(mou_text_width(MOU_TEXT("")), 0);
    assert_i64_equal(mou_text_width(MOU_TEXT("a\xFFz")), 3);
    assert_i64_equal(mou_text_width(MOU_TEXT("e\xCC\x81")), 1);
}

static void what_is_hidden(void **state)
{
    static const uint32_t hidden[] = {0,      0x1B,   '\n',   0x7F,   0x80,   0x9B,
                                      0xAD,   0x61C,  0x200B, 0x200E, 0x2028, 0x2029,
                                      0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xE0001};
    static const uint32_t shown[] = {' ', 'a', 0xA0, 0xE9, 0x4E00, 0x3000, 0x600, 0xFFFD, 0x1F600};
    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (!mou_code_point_hidden(hidden[i])) {
            fail_msg("U+%04X is printed as it is", hidden[i]);
        }
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        if (mou_code_point_hidden(shown[i])) {
            fail_msg("U+%04X is not printed", shown[i]);
        }
    }
}

static void visible_forms(void **state)
{
    static const struct {
        const char *text, *visible;
    } rows[] = {
        {"平常 text", "平常 text"},      {"a\tb", "a    b"},
        {"\x1B[31m", "U+001B[31m"},      {"甲\xE2\x80\xAE乙", "甲U+202E乙"},
        {"\xC2\x9B", "U+009B"},          {"\xFF\xE5", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xF3\xA0\x80\x81", "U+E0001"}, {"line\r\n", "lineU+000DU+000A"},
    };

    (void)state;
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_buf_clear(&buf);
        mou_visible_append(mou_text_of(rows[i].text), &buf);
        assert_buf_equal(&buf, rows[i].visible);
        assert_i64_equal(mou_visible_width(mou_text_of(rows[i].text)),
                         mou_text_width(mou_text_of(rows[i].visible)));
    }
    mou_buf_free(&buf);
}

static void cuts_fall_between_characters(void **state)
{
    const struct mou_text text = MOU_TEXT("甲乙a丙");
    static const size_t bytes[] = {0, 0, 3, 3, 6, 7, 7, 10, 10};
    (void)state;
    for (size_t cells = 0; cells < sizeof bytes / sizeof bytes[0]; cells++) {
        assert_i64_equal(mou_visible_fitting(text, cells), bytes[cells]);
    }
}

static void characters_without_width_do_not_go_on_for_ever(void **state)
{
    static char marks[20000];
    (void)state;
    for (size_t i = 0; i < sizeof marks; i += 2) {
        memcpy(marks + i, "\xCC\x81", 2);
    }
    const size_t fitting = mou_visible_fitting((struct mou_text){marks, sizeof marks}, 10);
    assert_true(fitting < 4096 && fitting % 2 == 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(cells_of_single_characters),
    cmocka_unit_test(han_is_two_cells_throughout),
    cmocka_unit_test(widths_of_texts),
    cmocka_unit_test(what_is_hidden),
    cmocka_unit_test(visible_forms),
    cmocka_unit_test(cuts_fall_between_characters),
    cmocka_unit_test(characters_without_width_do_not_go_on_for_ever),
};

MOU_TEST_MAIN(tests)
