/*
 * Check digits of the two national identifiers: the unified social credit code (GB 32100-2015, with
 * GB 11714 inside it) and the resident identity number (GB 11643-1999). A wrong check digit is told
 * apart from other defects: registries hold a few codes that were issued with one, and an officer
 * can confirm them.
 */
#include <assert.h>
#include <string.h>

#include "civil.h"

#define CODE_LEN       18
#define BODY_LEN       8 /* of the organisation code inside */
#define BIRTH_YEAR_MIN 1800

/**
 * Value of a character of a credit code, -1 if it may not occur (I, O, S, V, Z are left out of the
 * alphabet).
 */
static int credit_value(char c)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    _Static_assert(sizeof alphabet == 31 + 1, "the sums are modulo 31");
    const char *found = c != '\0' ? strchr(alphabet, c) : NULL;
    return found != NULL ? (int)(found - alphabet) : -1;
}

/** GB 32100: weights are powers of three modulo 31. */
static bool credit_check_holds(const char *code)
{
    int sum = 0;
    int weight = 1;
    for (int i = 0; i < CODE_LEN - 1; i++) {
        sum += credit_value(code[i]) * weight;
        weight = weight * 3 % 31;
    }
    return credit_value(code[CODE_LEN - 1]) == (31 - sum % 31) % 31;
}

/** GB 11714: eight characters and a check character; letters count from A = 10. */
static bool organisation_check_holds(const char *code)
{
    static const int weights[BODY_LEN] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < BODY_LEN; i++) {
        const int value = code[i] >= 'A' ? code[i] - 'A' + 10 : code[i] - '0';
        sum += value * weights[i];
    }
    const int check = 11 - sum % 11;
    assert(check >= 1 && check <= 11);
    return code[BODY_LEN] == " 123456789X0"[check];
}

enum mou_id_check mou_id_check_uscc(struct mou_text code)
{
    assert(code.bytes != NULL || code.len == 0);
    if (code.len != CODE_LEN) {
        return MOU_ID_BAD_LENGTH;
    }
    for (size_t i = 0; i < CODE_LEN; i++) {
        if (credit_value(code.bytes[i]) < 0) {
            return MOU_ID_BAD_CHARACTER;
        }
    }
    const bool holds = credit_check_holds(code.bytes) && organisation_check_holds(code.bytes + 8);
    return holds ? MOU_ID_VALID : MOU_ID_BAD_CHECK;
}

static int digits_value(const char *digits, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

/** YYYYMMDD of the calendar. People were born before the dates begin that rules can speak of. */
static bool birth_date_exists(const char *digits)
{
    const struct mou_civil birth = {digits_value(digits, 4), digits_value(digits + 4, 2),
                                    digits_value(digits + 6, 2)};
    return birth.year >= BIRTH_YEAR_MIN && birth.year <= MOU_YEAR_MAX && birth.month >= 1 &&
           birth.month <= 12 && birth.day >= 1 &&
           birth.day <= mou_civil_month_length(birth.year, birth.month);
}

enum mou_id_check mou_id_check_resident(struct mou_text number)
{
    static const int weights[CODE_LEN - 1] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    static const char checks[] = "10X98765432";
    int sum = 0;
    assert(number.bytes != NULL || number.len == 0);
    if (number.len != CODE_LEN) {
        return MOU_ID_BAD_LENGTH;
    }
    for (size_t i = 0; i < CODE_LEN - 1; i++) {
        if (number.bytes[i] < '0' || number.bytes[i] > '9') {
            return MOU_ID_BAD_CHARACTER;
        }
        sum += (number.bytes[i] - '0') * weights[i];
    }
    const char last = number.bytes[CODE_LEN - 1];
    if ((last < '0' || last > '9') && last != 'X') {
        return MOU_ID_BAD_CHARACTER;
    }
    if (!birth_date_exists(number.bytes + 6)) {
        return MOU_ID_BAD_DATE;
    }
    return checks[sum % 11] == last ? MOU_ID_VALID : MOU_ID_BAD_CHECK;
}
