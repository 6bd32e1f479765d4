/*
 * vm/row_runs.c: every form of the processor at hand says of random stretches of rows what a look at each row says; bitmaps that do not fit each other are found.
 */
#include "mou_test.h"

#include "bits.h"
#include "random_batch.h"
#include "row_runs.h"

#define ROWS_MAX    1000u
#define PARENTS_MAX 700u
#define WORDS       (ROWS_MAX / 64 + 1)
#define RUNS        2000u

struct drawn {
    uint64_t ends[WORDS], some[WORDS], bits[WORDS];
    uint32_t parent[ROWS_MAX];
    struct mou_row_runs runs;
};

/* Up to `longest` rows of one in `odds` parents, now and then very many; a row has a bit once in `bit_odds`. */
static void draw(struct rng *rng, struct drawn *drawn)
{
    const uint32_t parents = 1 + rng_below(rng, PARENTS_MAX);
    const uint32_t odds = 1 + rng_below(rng, 4);
    const uint32_t bit_odds = 1 + rng_below(rng, 6);
    uint32_t rows = 0;
    *drawn = (struct drawn){.parent = {0}};
    for (uint32_t p = 0; p < parents; p++) {
        uint32_t own = rng_once_in(rng, odds) ? 1 + rng_below(rng, rng_once_in(rng, 50) ? 200 : 4) : 0;
        own = own < ROWS_MAX - rows ? own : ROWS_MAX - rows;
        for (uint32_t i = 0; i < own; i++, rows++) {
            drawn->parent[rows] = p;
            if (rng_once_in(rng, bit_odds)) {
                mou_bit_set(drawn->bits, rows);
            }
        }
        if (own > 0) {
            mou_bit_set(drawn->some, p);
            mou_bit_set(drawn->ends, rows - 1);
        }
    }
    drawn->runs = (struct mou_row_runs){drawn->ends, drawn->some, rows, parents};
}

static void every_form_counts_rows_of_parents(void **state)
{
    struct rng rng = {5};
    uint32_t full = 0;
    (void)state;
    for (uint32_t run = 0; run < RUNS; run++) {
        struct drawn drawn;
        uint32_t counts[PARENTS_MAX] = {0};
        draw(&rng, &drawn);
        for (uint32_t row = 0; row < drawn.runs.row_count; row++) {
            counts[drawn.parent[row]] += mou_bit(drawn.bits, row) ? 1 : 0;
        }
        for (unsigned f = 0; mou_row_runs_form(f) != NULL && drawn.runs.row_count > 0; f++) {
            const struct mou_row_runs_form *form = mou_row_runs_form(f);
            uint64_t scratch[3 * WORDS];
            uint64_t found[WORDS];
            assert_true(mou_row_runs_sound(form, &drawn.runs));
            for (uint32_t least = 1; least <= 5; least++) {
                uint64_t wanted[WORDS] = {0};
                for (uint32_t p = 0; p < drawn.runs.parent_count; p++) {
                    if (counts[p] >= least) {
                        mou_bit_set(wanted, p);
                    }
                }
                mou_row_runs_at_least(form, &drawn.runs, drawn.bits, least, scratch, found);
                assert_memory_equal(found, wanted, mou_words(drawn.runs.parent_count) * sizeof *found);
                if (least == 1) {
                    mou_row_runs_any(form, &drawn.runs, drawn.bits, scratch, found);
                    assert_memory_equal(found, wanted, mou_words(drawn.runs.parent_count) * sizeof *found);
                }
                full += form->count(wanted, WORDS) > 0 ? 1 : 0;
            }
        }
    }
    assert_i64_between(full, RUNS, INT64_MAX);
}

static void bitmaps_that_do_not_fit_are_found(void **state)
{
    const struct mou_row_runs_form *form = mou_row_runs_form_best();
    uint64_t ends[2] = {UINT64_C(0x8000000000000012), 1};
    uint64_t some[1] = {UINT64_C(0x3c)};
    const struct mou_row_runs runs = {ends, some, 65, 6};
    (void)state;
    assert_true(mou_row_runs_sound(form, &runs));
    some[0] = UINT64_C(0x7c); /* a parent past the end */
    assert_false(mou_row_runs_sound(form, &runs));
    some[0] = UINT64_C(0x1c); /* one parent too few */
    assert_false(mou_row_runs_sound(form, &runs));
    some[0] = UINT64_C(0x3c);
    ends[1] = 3; /* an end past the rows */
    assert_false(mou_row_runs_sound(form, &runs));
    ends[1] = 0;
    ends[0] |= 1; /* the last row ends nothing */
    assert_false(mou_row_runs_sound(form, &runs));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_form_counts_rows_of_parents),
    cmocka_unit_test(bitmaps_that_do_not_fit_are_found),
};

MOU_TEST_MAIN(tests)
