/*
 * base/identifier.c: codes of large organisations that anybody can look up, made-up codes with
 * right check digits, and every kind of wrong one.
 */
#include "mou_test.h"

static enum mou_id_check uscc(const char *code)
{
    return mou_id_check_uscc(mou_text_of(code));
}

static enum mou_id_check resident(const char *number)
{
    return mou_id_check_resident(mou_text_of(number));
}

static const char *const valid_codes[] = {
    "9144030071526726XG",
    "91440300708461136T",
    "91330100716105852F",
    "91110108717743469K",
    "91110000802100433B",
    "911100001000044477",
    "911100001000054748",
    "911000001000013428",
    "9131000010000595XD",
    "91110000100010433L",
    "91110000710925462X",
    "91110000710926094P",
    "911100007109250324",
    "91110000100017707H",
    "91440300192181490G",
    "91440300100012316L",
    "91440606722473344C",
    "911000000000192465",
    "91110000710935003U",
    "91110000710935150D",
    "91310000736239890T",
    "91310000132260250X",
    "91350900587527783P",
    "91330000733796106P",
    "9132070070404786XB",
    "12100000400002259P",
    "12100000470095016Q",
    "12100000707137123P",
    "12100000441626842D",
    "12100000485001086E",
    "91230500MA1B3N1N2M",
    "11230500001755309F",
    "11420800011236211P",
    /* made up */
    "91445202MA5K2P3Q56",
    "92445203MA7H8J9K1K",
    "93445222MA6N7P8Q9C",
    "11445200007000011Y",
    "12445200456000025T",
    "51445200503000037F",
    "53445200503000053Y",
};

static void credit_codes_that_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof valid_codes / sizeof valid_codes[0]; i++) {
        if (uscc(valid_codes[i]) != MOU_ID_VALID) {
            fail_msg("%s was refused", valid_codes[i]);
        }
    }
}

static void credit_codes_with_a_wrong_check(void **state)
{
    static const char
        *const rows[] =
            {
                "914403001922038217", "91110108717809965C", "91110000800088421P",
                "9133010057462616XH", "914403001870826678", "91330000MA27Q2XQ2G",
                "91350203M0001QAY9B", /* issued like that: an officer may confirm it */
                "00000000000000000X", /* in use for an authority without a code */
            };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (uscc(rows[i]) != MOU_ID_BAD_CHECK) {
            fail_msg("%s was not told apart", rows[i]);
        }
    }
}

/**
 * One character exchanged is always found: both sums have a prime modulus or a factor that keeps
 * differences apart.
 */
static void every_single_typing_error_is_found(void **state)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    (void)state;
    for (size_t i = 0; i < sizeof valid_codes / sizeof valid_codes[0]; i++) {
        for (size_t at = 0; at < 18; at++) {
            for (const char *other = alphabet; *other != '\0'; other++) {
                char code[19];
                memcpy(code, valid_codes[i], sizeof code);
                if (code[at] == *other) {
                    continue;
                }
                code[at] = *other;
                assert_i64_equal(uscc(code), MOU_ID_BAD_CHECK);
            }
        }
    }
}

static void credit_codes_of_another_shape(void **state)
{
    (void)state;
    assert_i64_equal(uscc(""), MOU_ID_BAD_LENGTH);
    assert_i64_equal(uscc("9144030071526726X"), MOU_ID_BAD_LENGTH);
    assert_i64_equal(uscc("9144030071526726XG0"), MOU_ID_BAD_LENGTH);
    assert_i64_equal(uscc("440301103097413"),
                     MOU_ID_BAD_LENGTH); /* registration number before the code */
    assert_i64_equal(mou_id_check_uscc((struct mou_text){NULL, 0}), MOU_ID_BAD_LENGTH);
    static const char excluded[] = "IOSVZ";
    for (size_t i = 0; i < 5; i++) {
        char code[] = "9144030071526726XG";
        code[8] = excluded[i];
        assert_i64_equal(uscc(code), MOU_ID_BAD_CHARACTER);
    }
    assert_i64_equal(uscc("9144030071526726xg"), MOU_ID_BAD_CHARACTER);
    assert_i64_equal(uscc("9144030071526726X "), MOU_ID_BAD_CHARACTER);
    assert_i64_equal(mou_id_check_uscc((struct mou_text){"9144030071526726X\0", 18}),
                     MOU_ID_BAD_CHARACTER);
    assert_i64_equal(uscc("914403007152６"), MOU_ID_BAD_LENGTH);
    assert_i64_equal(uscc("914403007152672６"),
                     MOU_ID_BAD_CHARACTER); /* 18 bytes, one of them full-width */
}

static void resident_numbers_that_hold(void **state)
{
    static const char *const rows[] = {
        "11010519491231002X", "440524188001010014", /* examples of the standard */
        "440300200002290019", "445200198512310023", "445200201001010031",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (resident(rows[i]) != MOU_ID_VALID) {
            fail_msg("%s was refused", rows[i]);
        }
    }
}

static void resident_numbers_that_do_not(void **state)
{
    (void)state;
    assert_i64_equal(resident("110105194912310021"), MOU_ID_BAD_CHECK);
    assert_i64_equal(resident("110105194912310029"), MOU_ID_BAD_CHECK);
    assert_i64_equal(resident("445200198512310032"), MOU_ID_BAD_CHECK); /* digits exchanged */
    assert_i64_equal(resident("44030020010229001X"), MOU_ID_BAD_DATE);
    assert_i64_equal(resident("445200198513310023"), MOU_ID_BAD_DATE);
    assert_i64_equal(resident("445200179912310023"), MOU_ID_BAD_DATE);
    assert_i64_equal(resident("445200220001010023"), MOU_ID_BAD_DATE);
    assert_i64_equal(resident("445200198500000023"), MOU_ID_BAD_DATE);
    assert_i64_equal(resident("11010519491231002x"), MOU_ID_BAD_CHARACTER);
    assert_i64_equal(resident("1101051949123100 X"), MOU_ID_BAD_CHARACTER);
    assert_i64_equal(resident("X1010519491231002X"), MOU_ID_BAD_CHARACTER);
    assert_i64_equal(resident("445200      310023"), MOU_ID_BAD_CHARACTER);
    assert_i64_equal(resident("110105491231002"), MOU_ID_BAD_LENGTH); /* of the first generation */
    assert_i64_equal(resident(""), MOU_ID_BAD_LENGTH);
    assert_i64_equal(mou_id_check_resident((struct mou_text){NULL, 0}), MOU_ID_BAD_LENGTH);
}

static void each_number_has_one_check_character(void **state)
{
    static const char checks[] = "0123456789X";
    (void)state;
    for (int serial = 0; serial < 1000; serial++) {
        int valid = 0;
        for (size_t i = 0; i < 11; i++) {
            char number[32];
            snprintf(number, sizeof number, "44520019851231%03d%c", serial, checks[i]);
            valid += resident(number) == MOU_ID_VALID;
        }
        assert_i64_equal(valid, 1);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(credit_codes_that_hold),
    cmocka_unit_test(credit_codes_with_a_wrong_check),
    cmocka_unit_test(every_single_typing_error_is_found),
    cmocka_unit_test(credit_codes_of_another_shape),
    cmocka_unit_test(resident_numbers_that_hold),
    cmocka_unit_test(resident_numbers_that_do_not),
    cmocka_unit_test(each_number_has_one_check_character),
};

MOU_TEST_MAIN(tests)
