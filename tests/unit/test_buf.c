/*
 * base/buf.c: appending, the maximum, sticky failure, numbers, JSON strings.
 */
#include "failing_allocator.h"

#define ROOM 10000

static int setup(void **state)
{
    static struct mou_buf buf;
    mou_buf_init(&buf, NULL, ROOM);
    *state = &buf;
    return 0;
}

static int teardown(void **state)
{
    mou_buf_free(*state);
    return 0;
}

static void pieces_join(void **state)
{
    struct mou_buf *buf = *state;
    mou_buf_text(buf, "认定");
    mou_buf_char(buf, ' ');
    mou_buf_append(buf, "abc", 2);
    mou_buf_append(buf, NULL, 0);
    mou_buf_printf(buf, "-%d-%s", 7, "尾");
    assert_buf_equal(buf, "认定 ab-7-尾");
    assert_i64_equal(buf->len, strlen(buf->data));
    mou_buf_clear(buf);
    assert_buf_equal(buf, "");
    assert_i64_equal(buf->len, 0);
}

static void bytes_may_be_nul(void **state)
{
    struct mou_buf *buf = *state;
    mou_buf_append(buf, "a\0b", 3);
    assert_i64_equal(buf->len, 3);
    assert_memory_equal(buf->data, "a\0b", 4);
}

static void growing_byte_by_byte_keeps_all(void **state)
{
    struct mou_buf *buf = *state;
    for (int i = 0; i < ROOM; i++) {
        mou_buf_char(buf, (char)('a' + i % 26));
    }
    assert_false(buf->failed);
    assert_i64_equal(buf->len, ROOM);
    for (int i = 0; i < ROOM; i++) {
        assert_i64_equal(buf->data[i], 'a' + i % 26);
    }
}

static void the_maximum_holds_and_sticks(void **state)
{
    struct mou_buf *buf = *state;
    mou_buf_free(buf);
    mou_buf_init(buf, NULL, 5);
    mou_buf_text(buf, "12345");
    assert_buf_equal(buf, "12345");
    mou_buf_char(buf, '6');
    assert_true(buf->failed);
    assert_text_equal(buf->data, "12345");
    mou_buf_text(buf, "");
    assert_true(buf->failed);
    mou_buf_clear(buf);
    mou_buf_printf(buf, "%s", "123456");
    assert_true(buf->failed);
    assert_text_equal(buf->data, "");
    mou_buf_clear(buf);
    mou_buf_append(buf, "x", SIZE_MAX);
    assert_true(buf->failed);
    mou_buf_clear(buf);
    mou_buf_text(buf, "ok");
    assert_buf_equal(buf, "ok");
}

static void numbers_of_the_whole_range(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {7, "7"},
        {-7, "-7"},
        {10, "10"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    struct mou_buf *buf = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_buf_clear(buf);
        mou_buf_int(buf, rows[i].value);
        assert_buf_equal(buf, rows[i].text);
    }
}

static void json_strings(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *json;
    } rows[] = {
        {"", 0, "\"\""},
        {"张某", 6, "\"张某\""},
        {"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
        {"\n\r\t\b\f", 5, "\"\\n\\r\\t\\b\\f\""},
        {"\x01\x1f\x7f", 3, "\"\\u0001\\u001f\x7f\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"/", 1, "\"/\""},
        {"\xF0\x9F\x98\x80", 4, "\"\xF0\x9F\x98\x80\""},
        {"\xE5\xBC", 2, "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"x\xFFy\xC0\xAF", 5, "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xED\xA0\x80", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    struct mou_buf *buf = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mou_buf_clear(buf);
        mou_buf_json_text(buf, rows[i].bytes, rows[i].len);
        assert_buf_equal(buf, rows[i].json);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool failed = true;
    for (size_t fail_at = 1; failed; fail_at++) {
        struct failing_allocator failing;
        struct mou_buf buf;
        failing_allocator_init(&failing, fail_at);
        mou_buf_init(&buf, &failing.allocator, ROOM);
        for (int i = 0; i < 100; i++) {
            const size_t len = buf.len;
            mou_buf_printf(&buf, "%d 限制", i);
            assert_true(!buf.failed || buf.len == len);
        }
        failed = buf.failed;
        assert_true(buf.data == NULL || buf.data[buf.len] == '\0');
        mou_buf_free(&buf);
        assert_i64_equal(failing.live_bytes, 0);
        assert_false(failing.wrong_size);
    }
}

static void moved_into_an_arena(void **state)
{
    struct mou_buf *buf = *state;
    struct mou_arena *arena = mou_arena_new(NULL);
    assert_bytes_equal(mou_buf_into_arena(buf, arena), "");
    mou_buf_text(buf, "依据");
    const struct mou_text text = mou_buf_into_arena(buf, arena);
    assert_bytes_equal(text, "依据");
    assert_i64_equal(text.bytes[text.len], 0);
    assert_null(buf->data);
    assert_false(mou_arena_failed(arena));
    mou_buf_text(buf, "cut");
    mou_buf_append(buf, "short", SIZE_MAX);
    assert_bytes_equal(mou_buf_into_arena(buf, arena), "");
    assert_true(mou_arena_failed(arena));
    mou_arena_free(arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
    CASE(pieces_join),
    CASE(bytes_may_be_nul),
    CASE(growing_byte_by_byte_keeps_all),
    CASE(the_maximum_holds_and_sticks),
    CASE(numbers_of_the_whole_range),
    CASE(json_strings),
    CASE(moved_into_an_arena),
    cmocka_unit_test(every_allocation_may_fail),
};

MOU_TEST_MAIN(tests)
