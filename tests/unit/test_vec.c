/*
 * base/vec.c: growth keeps the elements, and a failed growth keeps the array as it was.
 */
#include "failing_allocator.h"

/** An element of an odd size. */
struct item {
    char bytes[5];
};

static void growth_keeps_elements(void **state)
{
    (void)state;
    struct mou_arena *arena = mou_arena_new(NULL);
    MOU_VEC(uint32_t) numbers = {0};
    for (uint32_t i = 0; i < 5000; i++) {
        assert_true(MOU_VEC_PUSH(arena, &numbers, i * 3));
    }
    assert_i64_equal(numbers.count, 5000);
    assert_true(numbers.capacity >= numbers.count);
    for (uint32_t i = 0; i < 5000; i++) {
        assert_i64_equal(numbers.items[i], i * 3);
    }
    mou_arena_free(arena);
}

static void reserve_makes_room_for_one(void **state)
{
    (void)state;
    struct mou_arena *arena = mou_arena_new(NULL);
    MOU_VEC(struct item) items = {0};
    for (size_t i = 0; i < 100; i++) {
        assert_true(MOU_VEC_RESERVE(arena, &items));
        assert_true(items.count < items.capacity);
        memset(items.items[items.count++].bytes, (int)i, 5);
    }
    for (size_t i = 0; i < 100; i++) {
        assert_i64_equal(items.items[i].bytes[4], i);
    }
    mou_arena_free(arena);
}

static void failed_growth_leaves_all_as_it_was(void **state)
{
    (void)state;
    struct failing_allocator failing;
    failing_allocator_init(&failing, 3);
    failing.sticky = true;
    struct mou_arena *arena = mou_arena_new(&failing.allocator);
    MOU_VEC(uint64_t) numbers = {0};
    uint64_t next = 0;
    while (MOU_VEC_PUSH(arena, &numbers, next)) {
        next++;
    }
    assert_true(next > 0);
    assert_i64_equal(numbers.count, next);
    assert_true(mou_arena_failed(arena));
    for (uint64_t i = 0; i < next; i++) {
        assert_i64_equal(numbers.items[i], i);
    }
    mou_arena_free(arena);
    assert_i64_equal(failing.live_bytes, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(growth_keeps_elements),
    cmocka_unit_test(reserve_makes_room_for_one),
    cmocka_unit_test(failed_growth_leaves_all_as_it_was),
};

MOU_TEST_MAIN(tests)
