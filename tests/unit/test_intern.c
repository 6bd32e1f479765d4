/*
 * base/intern.c: equal texts one number, numbers in order of first sight, growth, failing memory.
 */
#include <inttypes.h>

#include "failing_allocator.h"

static struct mou_text numbered(char *room, size_t size, uint32_t number)
{
    const int len = snprintf(room, size, "主体%" PRIu32, number);
    return (struct mou_text){room, (size_t)len};
}

static void numbers_in_order_of_first_sight(void **state)
{
    (void)state;
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_intern *table = mou_intern_new(arena);
    assert_non_null(table);
    assert_i64_equal(mou_intern_count(table), 0);
    assert_i64_equal(mou_intern_add(table, MOU_TEXT("乙")), 0);
    assert_i64_equal(mou_intern_add(table, MOU_TEXT("甲")), 1);
    assert_i64_equal(mou_intern_add(table, MOU_TEXT("乙")), 0);
    assert_i64_equal(mou_intern_add(table, MOU_TEXT("")), 2);
    assert_i64_equal(mou_intern_add(table, (struct mou_text){NULL, 0}), 2);
    assert_i64_equal(mou_intern_find(table, MOU_TEXT("丙")), MOU_INTERN_NONE);
    assert_i64_equal(mou_intern_find(table, MOU_TEXT("甲")), 1);
    assert_bytes_equal(mou_intern_text(table, 1), "甲");
    assert_i64_equal(mou_intern_count(table), 3);
    mou_arena_free(arena);
}

static void texts_are_copied_and_end_with_nul(void **state)
{
    (void)state;
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_intern *table = mou_intern_new(arena);
    char room[] = "记录x";
    const uint32_t id = mou_intern_add(table, (struct mou_text){room, 6});
    memset(room, '?', sizeof room);
    assert_bytes_equal(mou_intern_text(table, id), "记录");
    assert_i64_equal(mou_intern_text(table, id).bytes[6], 0);
    mou_arena_free(arena);
}

static void many_texts(void **state)
{
    (void)state;
    char room[32];
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_intern *table = mou_intern_new(arena);
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < 20000; i++) {
            assert_i64_equal(mou_intern_add(table, numbered(room, sizeof room, i)), i);
        }
    }
    assert_i64_equal(mou_intern_count(table), 20000);
    for (uint32_t i = 0; i < 20000; i++) {
        assert_true(mou_text_equal(mou_intern_text(table, i), numbered(room, sizeof room, i)));
        assert_i64_equal(mou_intern_find(table, numbered(room, sizeof room, i)), i);
    }
    mou_arena_free(arena);
}

/** After a failure the table still knows what it knew. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool failed = true;
    for (size_t fail_at = 1; failed; fail_at++) {
        char room[32];
        struct failing_allocator failing;
        failing_allocator_init(&failing, fail_at);
        struct mou_arena *arena = mou_arena_new(&failing.allocator);
        struct mou_intern *table = arena != NULL ? mou_intern_new(arena) : NULL;
        uint32_t added = 0;
        failed = table == NULL;
        while (!failed && added < 3000) {
            failed = mou_intern_add(table, numbered(room, sizeof room, added)) == MOU_INTERN_NONE;
            added += failed ? 0 : 1;
        }
        for (uint32_t i = 0; i < added; i++) {
            assert_i64_equal(mou_intern_find(table, numbered(room, sizeof room, i)), i);
        }
        mou_arena_free(arena);
        assert_i64_equal(failing.live_bytes, 0);
    }
}

static void a_table_over_another(void **state)
{
    (void)state;
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_intern *base = mou_intern_new(arena);
    assert_i64_equal(mou_intern_add(base, MOU_TEXT("甲")), 0);
    assert_i64_equal(mou_intern_add(base, MOU_TEXT("乙")), 1);
    struct mou_intern *table = mou_intern_new_over(arena, base);
    assert_ptr_equal(mou_intern_base(table), base);
    assert_null(mou_intern_base(base));
    assert_i64_equal(mou_intern_count(table), 2);
    assert_i64_equal(mou_intern_add(table, MOU_TEXT("丙")), 2);
    assert_i64_equal(mou_intern_add(table, MOU_TEXT("乙")), 1);
    for (uint32_t i = 0; i < 500; i++) { /* through growth */
        char room[32];
        assert_i64_equal(mou_intern_add(table, numbered(room, sizeof room, i)), 3 + i);
    }
    assert_i64_equal(mou_intern_find(table, MOU_TEXT("甲")), 0);
    assert_i64_equal(mou_intern_find(table, MOU_TEXT("丙")), 2);
    assert_i64_equal(mou_intern_find(table, MOU_TEXT("丁")), MOU_INTERN_NONE);
    assert_bytes_equal(mou_intern_text(table, 1), "乙");
    assert_bytes_equal(mou_intern_text(table, 2), "丙");
    assert_i64_equal(mou_intern_count(table), 503);
    assert_i64_equal(mou_intern_count(base), 2);
    mou_arena_free(arena);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_table_over_another),
    cmocka_unit_test(numbers_in_order_of_first_sight),
    cmocka_unit_test(texts_are_copied_and_end_with_nul),
    cmocka_unit_test(many_texts),
    cmocka_unit_test(every_allocation_may_fail),
};

MOU_TEST_MAIN(tests)
