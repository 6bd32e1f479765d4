/*
 * vm/column_compare.c: every form that this processor has gives, bit for bit, what a comparison cell by cell gives, for all widths, relations, numbers of rows, and
 * values inside and outside the range of the width.
 */
#include "mou_test.h"

#include "column_compare.h"

enum { ROWS = 300, WORDS = (ROWS + 63) / 64, ROUNDS = 40 };

static uint64_t step(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 16;
}

static int64_t cell(const void *values, uint32_t width, uint32_t row)
{
    switch (width) {
    case 1: return ((const int8_t *)values)[row];
    case 2: return ((const int16_t *)values)[row];
    case 4: return ((const int32_t *)values)[row];
    default: return ((const int64_t *)values)[row];
    }
}

/* Values close to each other, so that all relations occur, and the ends of the width. */
static int64_t some_value(uint64_t *seed, uint32_t width)
{
    const int64_t largest = INT64_MAX >> (64 - 8 * width);
    switch (step(seed) % 8) {
    case 0: return largest;
    case 1: return -largest - 1;
    case 2: return (int64_t)(step(seed) << 20 ^ step(seed)) >> (64 - 8 * width);
    default: return (int64_t)(step(seed) % 9) - 4;
    }
}

static void fill(uint64_t *seed, uint32_t width, void *values)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        const int64_t value = some_value(seed, width);
        switch (width) {
        case 1: ((int8_t *)values)[row] = (int8_t)value; break;
        case 2: ((int16_t *)values)[row] = (int16_t)value; break;
        case 4: ((int32_t *)values)[row] = (int32_t)value; break;
        default: ((int64_t *)values)[row] = value; break;
        }
    }
}

static bool holds(enum mou_relation relation, int64_t a, int64_t b)
{
    return relation == MOU_RELATION_EQUAL ? a == b : relation == MOU_RELATION_LESS ? a < b : a > b;
}

static void check(const struct mou_compare_form *form, uint32_t width, const void *values, int64_t value, uint32_t rows)
{
    for (int relation = 0; relation < MOU_RELATION_COUNT; relation++) {
        uint64_t bits[WORDS + 1];
        memset(bits, 0xa5, sizeof bits);
        mou_column_compare(form, (enum mou_relation)relation, width, values, value, rows, bits);
        for (uint32_t row = 0; row < (rows + 63) / 64 * 64; row++) {
            const bool wanted = row < rows && holds((enum mou_relation)relation, cell(values, width, row), value);
            if (((bits[row / 64] >> (row % 64)) & 1u) != wanted) {
                fail_msg("%s, relation %d, width %u, row %u of %u", form->name, relation, width, row, rows);
            }
        }
        assert_true(bits[(rows + 63) / 64] == UINT64_C(0xa5a5a5a5a5a5a5a5)); /* nothing behind the last word is written */
    }
}

static void all_forms_agree(void **state)
{
    (void)state;
    static const uint32_t some_rows[] = {0, 1, 63, 64, 65, 127, 128, 200, ROWS};
    uint64_t seed = 5;
    static int64_t values[ROWS + 1];
    for (unsigned index = 0; mou_compare_form(index) != NULL; index++) {
        for (uint32_t round = 0; round < ROUNDS; round++) {
            const uint32_t width = 1u << (round % 4);
            char *begin = (char *)values + (round / 4 % 2) * width; /* not always aligned to a vector */
            fill(&seed, width, begin);
            for (size_t i = 0; i < sizeof some_rows / sizeof some_rows[0]; i++) {
                const uint32_t rows = some_rows[i] - (some_rows[i] == ROWS ? 1 : 0);
                check(mou_compare_form(index), width, begin, some_value(&seed, width), rows);
                check(mou_compare_form(index), width, begin, some_value(&seed, 8), rows);
            }
        }
    }
}

static void the_best_form_is_the_last(void **state)
{
    (void)state;
    unsigned count = 0;
    while (mou_compare_form(count) != NULL) {
        count++;
    }
    assert_i64_between(count, 1, 8);
    assert_ptr_equal(mou_compare_form_best(), mou_compare_form(count - 1));
    assert_string_equal(mou_compare_form(0)->name, "plain");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_forms_agree),
    cmocka_unit_test(the_best_form_is_the_last),
};

MOU_TEST_MAIN(tests)
