/*
 * Unions of intervals: touching, nesting, open ends, emptiness; and against a union counted day by day.
 */
#include "mou_test.h"

#include "intervals.h"

#define OPEN_FROM  MOU_INTERVAL_OPEN_FROM
#define OPEN_UNTIL MOU_INTERVAL_OPEN_UNTIL

static void assert_interval(const struct mou_interval *interval, mou_date from, mou_date until)
{
    assert_non_null(interval);
    assert_i64_equal(interval->from, from);
    assert_i64_equal(interval->until, until);
}

static void touching_connect(void **state)
{
    (void)state;
    struct mou_interval items[] = {{20, 30}, {10, 20}, {31, 40}};
    const size_t count = mou_intervals_join(items, 3);
    assert_i64_equal(count, 2);
    assert_interval(&items[0], 10, 30);
    assert_interval(&items[1], 31, 40);
}

static void nested_and_equal(void **state)
{
    (void)state;
    struct mou_interval items[] = {{10, 50}, {10, 20}, {15, 18}, {10, 50}};
    assert_i64_equal(mou_intervals_join(items, 4), 1);
    assert_interval(&items[0], 10, 50);
}

static void empty_ones_vanish(void **state)
{
    (void)state;
    struct mou_interval items[] = {{10, 10}, {30, 20}, {5, 6}};
    assert_i64_equal(mou_intervals_join(items, 3), 1);
    assert_interval(&items[0], 5, 6);
    assert_i64_equal(mou_intervals_join(NULL, 0), 0);
    struct mou_interval gap[] = {{5, 6}, {7, 7}, {8, 9}}; /* an empty one joins nothing */
    assert_i64_equal(mou_intervals_join(gap, 3), 2);
}

static void open_ends(void **state)
{
    (void)state;
    struct mou_interval items[] = {{100, OPEN_UNTIL}, {OPEN_FROM, 50}, {60, 100}};
    assert_i64_equal(mou_intervals_join(items, 3), 2);
    assert_interval(&items[0], OPEN_FROM, 50);
    assert_interval(&items[1], 60, OPEN_UNTIL);
    assert_interval(mou_intervals_at(items, 2, MOU_DATE_MIN), OPEN_FROM, 50);
    assert_interval(mou_intervals_at(items, 2, MOU_DATE_MAX), 60, OPEN_UNTIL);
    assert_null(mou_intervals_at(items, 2, 50));
    assert_null(mou_intervals_at(items, 2, 59));
}

static void pieces_ahead(void **state)
{
    (void)state;
    const struct mou_interval pieces[] = {{10, 20}, {30, 40}, {50, 60}};
    assert_interval(mou_intervals_after(pieces, 3, 5), 10, 20);
    assert_interval(mou_intervals_after(pieces, 3, 10), 30, 40);
    assert_interval(mou_intervals_after(pieces, 3, 49), 50, 60);
    assert_null(mou_intervals_after(pieces, 3, 50));
    assert_null(mou_intervals_after(NULL, 0, 50));
    assert_null(mou_intervals_at(NULL, 0, 50));
}

static void cuts(void **state)
{
    (void)state;
    struct mou_interval cut = mou_interval_cut((struct mou_interval){10, 20}, (struct mou_interval){15, OPEN_UNTIL});
    assert_interval(&cut, 15, 20);
    cut = mou_interval_cut((struct mou_interval){10, 20}, (struct mou_interval){20, 30});
    assert_true(mou_interval_empty(cut));
    assert_true(mou_interval_contains((struct mou_interval){10, 20}, 10));
    assert_false(mou_interval_contains((struct mou_interval){10, 20}, 20));
}

#define DAYS 64

/* A small generator of its own: the same sequence everywhere. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void agrees_with_counting(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (unsigned round = 0; round < 2000; round++) {
        struct mou_interval items[12];
        bool covered[DAYS] = {false};
        const size_t count = next_random(&seed) % 12;
        for (size_t i = 0; i < count; i++) {
            items[i].from = (mou_date)(next_random(&seed) % DAYS);
            items[i].until = (mou_date)(next_random(&seed) % DAYS);
            for (mou_date day = items[i].from; day < items[i].until; day++) {
                covered[day] = true;
            }
        }
        const size_t pieces = mou_intervals_join(items, count);
        for (size_t i = 1; i < pieces; i++) {
            assert_true(items[i - 1].until < items[i].from);
        }
        for (mou_date day = 0; day < DAYS; day++) {
            const struct mou_interval *piece = mou_intervals_at(items, pieces, day);
            assert_int_equal(piece != NULL, covered[day]);
            const bool begins = piece != NULL && piece->from == day;
            assert_int_equal(begins, covered[day] && (day == 0 || !covered[day - 1]));
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(touching_connect),     cmocka_unit_test(nested_and_equal),
    cmocka_unit_test(empty_ones_vanish),    cmocka_unit_test(open_ends),
    cmocka_unit_test(pieces_ahead),         cmocka_unit_test(cuts),
    cmocka_unit_test(agrees_with_counting),
};

MOU_TEST_MAIN(tests)
