/*
 * base/arena.c: alignment, zeroing, sticky failure, reset, and that everything goes back to the
 * allocator.
 */
#include "failing_allocator.h"

static int setup(void **state)
{
    *state = mou_arena_new(NULL);
    return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    mou_arena_free(*state);
    return 0;
}

static void pieces_are_zero_aligned_and_apart(void **state)
{
    struct mou_arena *arena = *state;
    unsigned char *before = NULL;
    for (size_t size = 0; size < 300; size++) {
        unsigned char *piece = mou_arena_alloc(arena, size);
        assert_non_null(piece);
        assert_i64_equal((uintptr_t)piece % 16, 0);
        assert_true(piece != before);
        for (size_t i = 0; i < size; i++) {
            assert_i64_equal(piece[i], 0);
        }
        memset(piece, 0xA5, size);
        before = piece;
    }
}

/* A buffer in an arena grows, keeps what it holds, and leaves with the arena. */
static void a_buffer_may_live_in_it(void **state)
{
    struct mou_arena *arena = *state;
    const struct mou_allocator room = mou_arena_allocator(arena);
    struct mou_buf text;
    mou_buf_init(&text, &room, 1000);
    mou_buf_reserve(&text, 10);
    const char *first = text.data;
    for (int i = 0; i < 500; i++) {
        mou_buf_char(&text, (char)('a' + i % 26));
    }
    assert_false(text.failed);
    assert_ptr_not_equal(text.data, first);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(text.data[i], 'a' + i % 26);
    }
    mou_buf_reserve(&text, 501);
    assert_true(text.failed);
    mou_buf_free(&text);
    assert_true(mou_arena_used_bytes(arena) > 500);
    mou_arena_fail(arena);
    mou_buf_text(&text, "nothing");
    assert_true(text.failed);
}

static void a_piece_may_be_larger_than_any_chunk(void **state)
{
    struct mou_arena *arena = *state;
    const size_t size = (size_t)20 * 1024 * 1024;
    unsigned char *piece = mou_arena_alloc(arena, size);
    assert_non_null(piece);
    piece[0] = 1;
    piece[size - 1] = 1;
    assert_non_null(mou_arena_alloc(arena, 1));
}

static void copies_end_with_nul(void **state)
{
    const char *copy = mou_arena_copy(*state, "主体xyz", 6);
    assert_text_equal(copy, "主体");
    assert_text_equal(mou_arena_copy(*state, NULL, 0), "");
}

static void used_bytes_grow_and_reset_forgets(void **state)
{
    struct mou_arena *arena = *state;
    assert_i64_equal(mou_arena_used_bytes(arena), 0);
    assert_non_null(mou_arena_alloc(arena, 100));
    assert_i64_equal(mou_arena_used_bytes(arena), 112);
    assert_non_null(mou_arena_alloc(arena, 100000));
    mou_arena_reset(arena);
    assert_i64_equal(mou_arena_used_bytes(arena), 0);
    const unsigned char *again = mou_arena_alloc(arena, 64);
    assert_non_null(again);
    assert_i64_equal(again[63], 0);
}

static void impossible_sizes_fail_for_good(void **state)
{
    struct mou_arena *arena = *state;
    assert_null(mou_arena_alloc(arena, SIZE_MAX));
    assert_true(mou_arena_failed(arena));
    assert_null(mou_arena_alloc(arena, 1));
    mou_arena_reset(arena);
    assert_false(mou_arena_failed(arena));
    assert_null(mou_arena_array(arena, SIZE_MAX / 2, 4));
    assert_true(mou_arena_failed(arena));
    mou_arena_reset(arena);
    assert_null(mou_arena_copy(arena, "x", SIZE_MAX));
    assert_true(mou_arena_failed(arena));
}

static void arrays_of_nothing_are_pieces(void **state)
{
    assert_non_null(mou_arena_array(*state, 0, 8));
    assert_non_null(mou_arena_array(*state, 8, 0));
}

/**
 * The same work under every single failed allocation: NULL is told, later calls fail, nothing is
 * lost.
 */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t fail_at = 1;; fail_at++) {
        struct failing_allocator failing;
        failing_allocator_init(&failing, fail_at);
        struct mou_arena *arena = mou_arena_new(&failing.allocator);
        for (size_t i = 0; arena != NULL && i < 200; i++) {
            void *piece = mou_arena_alloc(arena, i * 7);
            assert_i64_equal(piece == NULL, mou_arena_failed(arena));
        }
        const bool failed = arena == NULL || mou_arena_failed(arena);
        mou_arena_free(arena);
        assert_i64_equal(failing.live_bytes, 0);
        assert_false(failing.wrong_size);
        assert_i64_equal(failed, failing.calls >= fail_at);
        if (!failed) {
            assert_true(fail_at > 2);
            return;
        }
    }
}

static void reset_keeps_the_largest_chunk_only(void **state)
{
    (void)state;
    struct failing_allocator failing;
    failing_allocator_init(&failing, 0);
    struct mou_arena *arena = mou_arena_new(&failing.allocator);
    assert_non_null(mou_arena_alloc(arena, 16));
    const size_t first = failing.live_bytes;
    assert_non_null(mou_arena_alloc(arena, 1000000));
    const size_t both = failing.live_bytes;
    assert_true(both > first);
    mou_arena_reset(arena);
    assert_true(failing.live_bytes > 1000000 && failing.live_bytes < both);
    const size_t calls = failing.calls;
    assert_non_null(mou_arena_alloc(arena, 1000000));
    assert_i64_equal(failing.calls, calls);
    assert_non_null(mou_arena_alloc(arena, 1000000)); /* as large as the one that stays */
    mou_arena_reset(arena);
    assert_non_null(mou_arena_alloc(arena, 16));
    mou_arena_free(arena);
    assert_i64_equal(failing.live_bytes, 0);
}

static void rewind_keeps_what_was_used(void **state)
{
    (void)state;
    struct failing_allocator failing;
    failing_allocator_init(&failing, 0);
    struct mou_arena *arena = mou_arena_new(&failing.allocator);
    size_t live = 0;
    for (int round = 0; round < 3; round++) {
        const size_t calls = failing.calls;
        for (size_t i = 0; i < 500; i++) {
            unsigned char *piece = mou_arena_alloc(arena, 100 * (i % 7) + 1);
            assert_non_null(piece);
            assert_int_equal(piece[100 * (i % 7)], 0);
            memset(piece, 0xff, 100 * (i % 7) + 1);
        }
        assert_true(round == 0 || (failing.calls == calls && failing.live_bytes == live));
        live = failing.live_bytes;
        mou_arena_rewind(arena);
        assert_i64_equal(mou_arena_used_bytes(arena), 0);
    }
    assert_non_null(mou_arena_alloc(arena, 16));
    assert_non_null(mou_arena_alloc(arena, 50 * 1000 * 1000)); /* before chunks that are too small for it */
    assert_non_null(mou_arena_alloc(arena, 1000 * 1000));
    failing.fail_at = failing.calls + 1;
    assert_null(mou_arena_alloc(arena, 60 * 1000 * 1000));
    assert_true(mou_arena_failed(arena));
    mou_arena_rewind(arena);
    assert_false(mou_arena_failed(arena));
    assert_non_null(mou_arena_alloc(arena, 16));
    mou_arena_rewind(arena);
    assert_true(failing.live_bytes < 1000 * 1000);
    assert_non_null(mou_arena_alloc(arena, 16));
    mou_arena_free(arena);
    assert_i64_equal(failing.live_bytes, 0);
}

/* A piece that is a little larger each time: room is left for it. */
static void rewinding_soon_asks_for_nothing(void **state)
{
    (void)state;
    struct failing_allocator failing;
    failing_allocator_init(&failing, 0);
    struct mou_arena *arena = mou_arena_new(&failing.allocator);
    const size_t large = 10 * 1000 * 1000;
    for (size_t round = 0; round < 20; round++) {
        const size_t calls = failing.calls;
        assert_non_null(mou_arena_alloc(arena, 100));
        assert_non_null(mou_arena_alloc(arena, large + round * 1000));
        assert_true(round == 0 || failing.calls == calls);
        mou_arena_rewind(arena);
    }
    assert_true(failing.live_bytes < 2 * large);
    mou_arena_free(arena);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    mou_arena_free(NULL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
    CASE(pieces_are_zero_aligned_and_apart),
    CASE(a_piece_may_be_larger_than_any_chunk),
    CASE(copies_end_with_nul),
    CASE(used_bytes_grow_and_reset_forgets),
    CASE(impossible_sizes_fail_for_good),
    CASE(arrays_of_nothing_are_pieces),
    CASE(a_buffer_may_live_in_it),
    cmocka_unit_test(every_allocation_may_fail),
    cmocka_unit_test(reset_keeps_the_largest_chunk_only),
    cmocka_unit_test(rewind_keeps_what_was_used),
    cmocka_unit_test(rewinding_soon_asks_for_nothing),
    cmocka_unit_test(freeing_nothing_is_fine),
};

MOU_TEST_MAIN(tests)
