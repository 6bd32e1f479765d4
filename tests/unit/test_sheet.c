/*
 * sheet/: numbers as a spreadsheet means them, references of cells, merged ranges, targets of relationships. Whole workbooks: tests/record/sheets.py.
 */
#include "mou_test.h"

#include <string.h>

#include "sheet_internal.h"

static void assert_written(const char *number, struct sheet_style style, bool from_1904, enum sheet_number outcome, const char *text)
{
    struct mou_buf out;
    mou_buf_init(&out, NULL, 1024);
    assert_int_equal(sheet_number_write(mou_text_of(number), &style, from_1904, &out), outcome);
    if (outcome != SHEET_NUMBER_WRONG) {
        assert_string_equal(out.data, text);
    }
    mou_buf_free(&out);
}

static void numbers_are_decimals_of_fifteen_digits(void **state)
{
    static const struct sheet_style plain = {SHEET_PLAIN, 0};
    static const char *const cases[][2] = {
        {"0", "0"}, {"-0", "0"}, {"0.0", "0"}, {"12.50", "12.5"}, {"1E3", "1000"}, {"1.5e+3", "1500"}, {"-2.5E-3", "-0.0025"}, {"+7", "7"}, {".5", "0.5"},
        {"0.30000000000000004", "0.3"}, {"0.1000000000000000055511151231257827", "0.1"}, {"999999999999999", "999999999999999"}, {"123456789012345.5", "123456789012346"},
        {"99999999999999.95", "100000000000000"}, {"1E-40", "0"}, {"4.3500000000000005", "4.35"}, {"1234567.8899999999", "1234567.89"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_written(cases[i][0], plain, false, SHEET_NUMBER_WHOLE, cases[i][1]);
    }
}

static void codes_that_lost_their_digits_are_told(void **state)
{
    static const struct sheet_style plain = {SHEET_PLAIN, 0};
    static const char *const lost[] = {"9.14E+17", "1000000000000000", "914452025000000000", "999999999999999.9", "-1E15", "1e308"};
    static const char *const wrong[] = {"", "-", ".", "E5", "1E", "1E+", "1,5", "0x10", "NaN", "1.2.3", "1E99999999999", "INF", " 1", "1 ",
                                        "1111111111111111111111111111111111111111111111111111111111111111111111111"};
    (void)state;
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        assert_written(lost[i], plain, false, SHEET_NUMBER_LOST, lost[i]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_written(wrong[i], plain, false, SHEET_NUMBER_WRONG, "");
    }
}

static void styles_make_dates_and_zeros(void **state)
{
    static const struct sheet_style date = {SHEET_DATE, 0};
    static const struct sheet_style zeros = {SHEET_ZEROS, 6};
    (void)state;
    assert_written("1", date, false, SHEET_NUMBER_WHOLE, "1900-01-01");
    assert_written("59", date, false, SHEET_NUMBER_WHOLE, "1900-02-28");
    assert_written("60", date, false, SHEET_NUMBER_WHOLE, "60"); /* a 29 February that never was */
    assert_written("61", date, false, SHEET_NUMBER_WHOLE, "1900-03-01");
    assert_written("45292", date, false, SHEET_NUMBER_WHOLE, "2024-01-01");
    assert_written("45292.5", date, false, SHEET_NUMBER_WHOLE, "2024-01-01 12:00:00");
    assert_written("45292.999999", date, false, SHEET_NUMBER_WHOLE, "2024-01-02");
    assert_written("0", date, true, SHEET_NUMBER_WHOLE, "1904-01-01");
    assert_written("43830", date, true, SHEET_NUMBER_WHOLE, "2024-01-01");
    assert_written("109574", date, false, SHEET_NUMBER_WHOLE, "2199-12-31");
    assert_written("109575", date, false, SHEET_NUMBER_WHOLE, "109575");
    assert_written("-1", date, false, SHEET_NUMBER_WHOLE, "-1");
    assert_written("42", zeros, false, SHEET_NUMBER_WHOLE, "000042");
    assert_written("0", zeros, false, SHEET_NUMBER_WHOLE, "000000");
    assert_written("1234567", zeros, false, SHEET_NUMBER_WHOLE, "1234567");
}

static void references_end_at_xfd(void **state)
{
    uint32_t row = 0;
    uint32_t column = 0;
    struct sheet_merge merge;
    static const char *const wrong[] = {"", "A", "1", "A0", "XFE1", "AAAA1", "A1048577", "a1", "A1:", "A-1", "A1B", "A99999999999999999999"};
    (void)state;
    assert_true(sheet_reference("XFD1048576", &row, &column));
    assert_int_equal(row, 1048576);
    assert_int_equal(column, 16384);
    assert_true(sheet_reference("AB7", &row, &column) && row == 7 && column == 28);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(sheet_reference(wrong[i], &row, &column));
    }
    assert_true(sheet_merge_parse("B2:D9", &merge) && merge.top == 2 && merge.bottom == 9 && merge.left == 2 && merge.right == 4);
    assert_false(sheet_merge_parse("D9:B2", &merge) || sheet_merge_parse("B2", &merge) || sheet_merge_parse("B2:XFE9", &merge));
}

static void merges_cover_cells_while_rows_go_by(void **state)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct sheet_merges *merges = MOU_NEW(arena, struct sheet_merges);
    static const struct sheet_merge all[] = {{5, 6, 1, 1}, {2, 4, 2, 3}, {2, 2, 5, 9}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_true(MOU_VEC_PUSH(arena, &merges->all, all[i]));
    }
    sheet_merges_order(merges);
    assert_true(sheet_merges_move(merges, 2));
    assert_int_equal(sheet_merges_at(merges, 2, 3)->bottom, 4);
    assert_int_equal(sheet_merges_at(merges, 2, 7)->left, 5);
    assert_null(sheet_merges_at(merges, 2, 4));
    assert_true(sheet_merges_move(merges, 4));
    assert_non_null(sheet_merges_at(merges, 4, 2));
    assert_null(sheet_merges_at(merges, 4, 7));
    assert_true(sheet_merges_move(merges, 100));
    assert_int_equal(merges->active_count, 0);
    mou_arena_free(arena);
}

static void targets_stay_within_the_package(void **state)
{
    struct mou_workbook book = {.arena = mou_arena_new(NULL)};
    static const char *const cases[][3] = {{"xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"}, {"xl/workbook.xml", "/x/styles.xml", "x/styles.xml"},
                                           {"xl/a/b.xml", "../c.xml", "xl/c.xml"}, {"xl/a/b.xml", "./../../c.xml", "c.xml"}, {"xl/b.xml", "../../c.xml", ""}, {"", "../x", ""},
                                           {"", "a//b", "a//b"}, {"x/y", "", "x/"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct mou_text found = sheet_package_resolve(&book, mou_text_of(cases[i][0]), mou_text_of(cases[i][1]));
        assert_true(mou_text_equal(found, mou_text_of(cases[i][2])));
    }
    mou_arena_free(book.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_decimals_of_fifteen_digits), cmocka_unit_test(codes_that_lost_their_digits_are_told), cmocka_unit_test(styles_make_dates_and_zeros),
        cmocka_unit_test(references_end_at_xfd),                  cmocka_unit_test(merges_cover_cells_while_rows_go_by),   cmocka_unit_test(targets_stay_within_the_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
