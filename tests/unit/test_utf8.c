/*
 * base/utf8.c: every code point there and back, every kind of ill-formed sequence refused.
 */
#include "mou_test.h"

static bool is_scalar(uint32_t code_point)
{
    return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

static void every_scalar_value_there_and_back(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        if (!is_scalar(code_point)) {
            continue;
        }
        char bytes[4];
        uint32_t back = 0;
        const size_t len = mou_utf8_encode(code_point, bytes);
        if (mou_utf8_decode(bytes, len, &back) != len || back != code_point) {
            fail_msg("U+%04X came back as U+%04X", code_point, back);
        }
        for (size_t cut = 0; cut < len; cut++) {
            if (mou_utf8_decode(bytes, cut, &back) != 0) {
                fail_msg("U+%04X cut to %zu bytes was taken", code_point, cut);
            }
        }
    }
}

/**
 * Decoding is the inverse of encoding and of nothing else: whatever is taken encodes to the same
 * bytes.
 */
static void nothing_else_is_taken(void **state)
{
    (void)state;
    size_t taken = 0;
    for (uint32_t lead = 0x80; lead <= 0xFF; lead++) {
        for (uint32_t rest = 0; rest <= 0xFFFF; rest++) {
            const char bytes[4] = {(char)lead, (char)(rest >> 8), (char)(rest & 0xFF), (char)0x80};
            char again[4];
            uint32_t code_point = 0;
            const size_t len = mou_utf8_decode(bytes, 4, &code_point);
            if (len == 0) {
                continue;
            }
            taken++;
            if (!is_scalar(code_point) || mou_utf8_encode(code_point, again) != len ||
                memcmp(bytes, again, len) != 0) {
                fail_msg("lead %02X rest %04X taken as U+%04X", lead, rest, code_point);
            }
        }
    }
    assert_true(taken > 0);
}

static void ill_formed_texts(void **state)
{
    static const char *const rows[] = {
        "\x80",             /* continuation alone */
        "\xC0\x80",         /* overlong NUL */
        "\xC1\xBF",         /* overlong */
        "\xE0\x80\xAF",     /* overlong slash */
        "\xF0\x80\x80\xAF", /* overlong slash */
        "\xED\xA0\x80",     /* surrogate */
        "\xED\xBF\xBF",     /* surrogate */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xE5\xBC",     /* cut */
        "\xE5\xBC\x41", /* letter where a continuation belongs */
        "好\xE5",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (mou_utf8_valid(rows[i], strlen(rows[i]))) {
            fail_msg("row %zu was taken", i);
        }
    }
}

static void well_formed_texts(void **state)
{
    (void)state;
    assert_true(mou_utf8_valid("", 0));
    assert_true(mou_utf8_valid(NULL, 0));
    assert_true(mou_utf8_valid("a\0b", 3));
    assert_true(mou_utf8_valid("失信被执行人", 18));
    assert_true(mou_utf8_valid("\xF4\x8F\xBF\xBF", 4));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_scalar_value_there_and_back),
    cmocka_unit_test(nothing_else_is_taken),
    cmocka_unit_test(ill_formed_texts),
    cmocka_unit_test(well_formed_texts),
};

MOU_TEST_MAIN(tests)
