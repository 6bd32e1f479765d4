/*
 * Cells of delivered files as values of the vocabulary: dates in the usual spellings and as serial numbers of spreadsheets, amounts with thousands
 * separators and units, codes by name or number. Nothing is guessed: what does not fit is refused with a reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake.h"

/** Spreadsheets count days from 1899-12-30. */
#define SHEET_SERIAL_OF_1900_01_01 2
#define SHEET_SERIAL_MIN 10000
#define SHEET_SERIAL_MAX 80000
#define SHEET_DAYS_TO_1904 1462

/** More than any cell of a spreadsheet can hold. */
#define TEXT_BYTES_MAX ((size_t)128 * 1024)

/** Half-width form of a full-width letter, digit or sign; others as they are. */
static uint32_t half_width(uint32_t code_point)
{
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) {
        return code_point - 0xFF01 + 0x21;
    }
    return code_point == 0x3000 || code_point == 0xA0 ? ' ' : code_point;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool begins_with_wide_space(struct mou_text text)
{
    return text.len >= 3 && memcmp(text.bytes, "\xE3\x80\x80", 3) == 0;
}

static bool ends_with_wide_space(struct mou_text text)
{
    return text.len >= 3 && memcmp(text.bytes + text.len - 3, "\xE3\x80\x80", 3) == 0;
}

struct mou_text mou_value_trim(struct mou_text text)
{
    while (text.len > 0 && (is_space(text.bytes[0]) || begins_with_wide_space(text))) {
        size_t step = is_space(text.bytes[0]) ? 1 : 3;
        text.bytes += step;
        text.len -= step;
    }
    while (text.len > 0 && (is_space(text.bytes[text.len - 1]) || ends_with_wide_space(text))) {
        text.len -= is_space(text.bytes[text.len - 1]) ? 1 : 3;
    }
    return text;
}

static bool is_ascii(struct mou_text text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.len; i++) {
        all |= (unsigned char)text.bytes[i];
    }
    return all < 0x80;
}

struct mou_text mou_value_clean(struct mou_arena *arena, struct mou_text text)
{
    if (is_ascii(text)) {
        return mou_value_trim(text);
    }
    char *out = mou_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    if (out == NULL) {
        return (struct mou_text){"", 0};
    }
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = 0;
        size_t step = mou_utf8_decode(text.bytes + at, text.len - at, &code_point);
        if (step == 0) {
            out[len++] = text.bytes[at++];
            continue;
        }
        len += mou_utf8_encode(half_width(code_point), out + len);
        at += step;
    }
    return mou_value_trim((struct mou_text){out, len});
}

/* ------------------------------------------------------------------ identifiers within texts */

/** The next character, half-width and as a capital; a byte that is none as it is. */
static uint32_t next_plain(struct mou_text text, size_t *at)
{
    uint32_t code_point = 0;
    const size_t step = mou_utf8_decode(text.bytes + *at, text.len - *at, &code_point);
    code_point = step > 0 ? half_width(code_point) : (unsigned char)text.bytes[*at];
    *at += step > 0 ? step : 1;
    return code_point >= 'a' && code_point <= 'z' ? code_point - 'a' + 'A' : code_point;
}

static bool is_plain_digit(uint32_t code_point)
{
    return code_point >= '0' && code_point <= '9';
}

static bool is_plain_letter(uint32_t code_point)
{
    return code_point >= 'A' && code_point <= 'Z';
}

/** Whether the identifier stands at `at`, where `before` is the character before. */
static bool stands_at(struct mou_text text, size_t at, uint32_t before, struct mou_text identifier)
{
    for (size_t i = 0; i < identifier.len;) {
        if (at == text.len || next_plain(text, &at) != next_plain(identifier, &i)) {
            return false;
        }
    }
    const uint32_t after = at < text.len ? next_plain(text, &at) : ' ';
    return !is_plain_digit(before) && !is_plain_digit(after) && !(is_plain_letter(before) && is_plain_letter(after));
}

bool mou_value_names(struct mou_text text, struct mou_text identifier)
{
    bool found = identifier.len == 0;
    uint32_t before = ' ';
    for (size_t at = 0; !found && at < text.len;) {
        found = stands_at(text, at, before, identifier);
        before = next_plain(text, &at);
    }
    return found;
}

/* ------------------------------------------------------------------ numbers and dates */

static bool whole_number(struct mou_text text, int64_t *number)
{
    char digits[24];
    char *end = NULL;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] != ',' && len < sizeof digits - 1) {
            digits[len++] = text.bytes[i];
        }
    }
    digits[len] = '\0';
    if (len == 0 || len >= 20 || strspn(digits, "-0123456789") != len || (digits[0] == '-' && len == 1)) {
        return false;
    }
    long long value = strtoll(digits, &end, 10);
    *number = value;
    return *end == '\0';
}

/** Day, month and year in this or the American order, the year with four digits. */
static bool year_last(struct mou_text text, bool month_first, mou_date *date)
{
    int parts[3] = {0, 0, 0};
    size_t lengths[3] = {0, 0, 0};
    int part = 0;
    char written[16];
    for (size_t i = 0; i < text.len && text.bytes[i] != ' '; i++) {
        const char c = text.bytes[i];
        if ((c == '/' || c == '.' || c == '-') && part < 2 && lengths[part] > 0) {
            part++;
        } else if (c >= '0' && c <= '9' && lengths[part] < 4) {
            parts[part] = parts[part] * 10 + (c - '0');
            lengths[part]++;
        } else {
            return false;
        }
    }
    if (part != 2 || lengths[0] > 2 || lengths[1] > 2 || lengths[2] != 4) {
        return false;
    }
    const int len = snprintf(written, sizeof written, "%04d-%02d-%02d", parts[2], parts[month_first ? 0 : 1], parts[month_first ? 1 : 0]);
    return len == 10 && mou_date_parse((struct mou_text){written, 10}, date);
}

/** 2024-03-01, which most dates are: the other spellings take longer to tell apart. */
static bool iso_date(struct mou_text text, mou_date *date)
{
    int parts[3] = {0, 0, 0};
    int part = 0;
    if (text.len != 10 || text.bytes[4] != '-' || text.bytes[7] != '-') {
        return false;
    }
    for (int i = 0; i < 10; i++) {
        const char c = text.bytes[i];
        part += i == 4 || i == 7;
        if (i != 4 && i != 7) {
            if (c < '0' || c > '9') {
                return false;
            }
            parts[part] = parts[part] * 10 + (c - '0');
        }
    }
    return mou_date_from_civil((struct mou_civil){parts[0], parts[1], parts[2]}, date);
}

bool mou_value_date(struct mou_text text, enum mou_date_form form, mou_date *date)
{
    int64_t serial = 0;
    if (form == MOU_DATES_DAY_FIRST || form == MOU_DATES_MONTH_FIRST) {
        return year_last(text, form == MOU_DATES_MONTH_FIRST, date);
    }
    if (text.len == 5 && whole_number(text, &serial) && serial >= SHEET_SERIAL_MIN && serial <= SHEET_SERIAL_MAX) {
        *date = (mou_date)(serial - SHEET_SERIAL_OF_1900_01_01 + (form == MOU_DATES_FROM_1904 ? SHEET_DAYS_TO_1904 : 0));
        return true;
    }
    if (iso_date(text, date)) {
        return true;
    }
    if (text.len > 10 && (text.bytes[10] == ' ' || text.bytes[10] == 'T')) {
        text.len = 10; /* a time of day behind the date */
    }
    return mou_date_parse(text, date);
}

static bool ends_with(struct mou_text text, const char *suffix, struct mou_text *rest)
{
    size_t len = strlen(suffix);
    if (text.len < len || memcmp(text.bytes + text.len - len, suffix, len) != 0) {
        return false;
    }
    *rest = mou_value_trim((struct mou_text){text.bytes, text.len - len});
    return true;
}

static bool money(struct mou_text text, int64_t unit_fen, struct mou_arena *arena, int64_t *fen)
{
    struct mou_text number = text;
    char *digits = mou_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    if (ends_with(text, "亿元", &number)) {
        unit_fen = 10000000000;
    } else if (ends_with(text, "万元", &number)) {
        unit_fen = 1000000;
    } else if (ends_with(text, "元", &number)) {
        unit_fen = 100;
    }
    for (size_t i = 0; digits != NULL && i < number.len; i++) {
        if (number.bytes[i] != ',') {
            digits[len++] = number.bytes[i];
        }
    }
    struct mou_text plain = {digits, len};
    return digits != NULL && (unit_fen == 0 || unit_fen == 100 ? mou_money_parse(plain, fen) : mou_money_parse_unit(plain, unit_fen, fen));
}

static bool duration(struct mou_text text, enum mou_value_type type, int64_t *count)
{
    struct mou_text number = text;
    int64_t factor = 1;
    bool known_unit = false;
    if (type == MOU_VALUE_MONTHS) {
        bool years = ends_with(text, "年", &number) || (text.len > 1 && text.bytes[0] == 'P' && ends_with(text, "Y", &number));
        factor = years ? 12 : 1;
        known_unit = years || ends_with(text, "个月", &number) || ends_with(text, "月", &number) || ends_with(text, "M", &number);
    } else if (type == MOU_VALUE_DAYS) {
        known_unit = ends_with(text, "天", &number) || ends_with(text, "日", &number) || ends_with(text, "D", &number);
    } else {
        known_unit = ends_with(text, "个工作日", &number) || ends_with(text, "WD", &number);
    }
    if (number.len > 1 && number.bytes[0] == 'P') {
        number.bytes++;
        number.len--;
    }
    if (!known_unit || !whole_number(number, count) || *count < 0 || *count > 100000) {
        return false;
    }
    *count *= factor;
    return true;
}

static bool yes_no(struct mou_text text, int64_t *value)
{
    static const char *const words[] = {"否", "是", "0", "1", "false", "true", "no", "yes"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mou_text_equal(text, mou_text_of(words[i]))) {
            *value = (int64_t)(i % 2);
            return true;
        }
    }
    return false;
}

static bool code(const struct mou_pack *pack, uint32_t table, struct mou_text text, int64_t *value)
{
    int64_t given = 0;
    bool numeric = whole_number(text, &given);
    for (uint32_t i = 0; i < mou_pack_code_count(pack, table); i++) {
        struct mou_text name;
        mou_pack_code(pack, table, i, &name, value);
        if (mou_text_equal(name, text) || (numeric && *value == given)) {
            return true;
        }
    }
    return false;
}

static bool convert(const struct mou_pack *pack, const struct mou_field_info *field, const struct mou_offered *offered, struct mou_text text,
                    struct mou_arena *arena, struct mou_checked *checked)
{
    mou_date date = 0;
    switch (field->type) {
    case MOU_VALUE_TEXT:
        checked->is_text = true;
        checked->text = text;
        return true;
    case MOU_VALUE_INTEGER:
        return whole_number(text, &checked->number);
    case MOU_VALUE_MONEY:
        return money(text, offered->unit_fen, arena, &checked->number);
    case MOU_VALUE_RATIO:
        return mou_ratio_parse(text, &checked->number);
    case MOU_VALUE_DATE:
        if (!mou_value_date(text, offered->dates, &date)) {
            return false;
        }
        checked->number = date;
        return true;
    case MOU_VALUE_MONTHS:
    case MOU_VALUE_DAYS:
    case MOU_VALUE_WORKDAYS:
        return duration(text, field->type, &checked->number);
    case MOU_VALUE_YES_NO:
        return yes_no(text, &checked->number);
    case MOU_VALUE_CODE:
        return code(pack, field->code_table, text, &checked->number);
    }
    return false;
}

/** The text that the mapping has for this one; false if it has none. */
static bool translate(const struct mou_offered *offered, struct mou_text *text)
{
    for (const struct mou_translation *one = offered->translation; one != NULL; one = one->next) {
        if (mou_text_equal(one->from, *text)) {
            *text = one->to;
            return true;
        }
    }
    return offered->translation == NULL;
}

struct mou_text mou_value_word(struct mou_arena *arena, const struct mou_offered *offered)
{
    struct mou_text text = offered->text.bytes != NULL ? mou_value_clean(arena, offered->text) : (struct mou_text){"", 0};
    return text.len == 0 || translate(offered, &text) ? text : (struct mou_text){"", 0};
}

static uint32_t character_count(struct mou_text text)
{
    uint32_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.bytes[i] & 0xC0u) != 0x80;
    }
    return count;
}

/** NUL and other signs that no text has but files of a wrong kind do. */
static bool has_control(struct mou_text text)
{
    bool found = false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        found |= byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    }
    return found;
}

static bool fits_text(const struct mou_offered *offered, struct mou_text text, const char *reason[2])
{
    if (has_control(text)) {
        reason[0] = "有控制字符（例如 NUL）";
        reason[1] = "there are control characters (NUL, for instance)";
        return false;
    }
    if (text.len > TEXT_BYTES_MAX || (offered->characters_max > 0 && text.len > offered->characters_max && character_count(text) > offered->characters_max)) {
        reason[0] = text.len > TEXT_BYTES_MAX ? "文字太长" : "超过双公示标准规定的长度";
        reason[1] = text.len > TEXT_BYTES_MAX ? "the text is too long" : "longer than the national layout allows";
        return false;
    }
    return true;
}

bool mou_value_check(const struct mou_pack *pack, const struct mou_field_info *field, const struct mou_offered *offered, struct mou_arena *arena,
                     struct mou_checked *checked, const char *reason[2])
{
    static const char *const wrong[][2] = {
        {"文字不合格", "not a text"},
        {"不是整数", "not a whole number"},
        {"不是金额", "not an amount of money"},
        {"不是比例", "not a ratio"},
        {"不是日历上的日期", "not a date of the calendar"},
        {"不是年月期间", "not a duration in years or months"},
        {"不是日数期间", "not a duration in days"},
        {"不是工作日期间", "not a duration in working days"},
        {"应为“是”或“否”", "must be yes or no"},
        {"不在代码表里", "not in the code table"},
    };
    *checked = (struct mou_checked){0};
    struct mou_text text = {"", 0};
    if (offered->text.bytes != NULL) { /* the words of a text are kept as delivered */
        text = field->type == MOU_VALUE_TEXT ? mou_value_trim(offered->text) : mou_value_clean(arena, offered->text);
    }
    if (text.len == 0) {
        reason[0] = "必填项为空";
        reason[1] = "a required field is empty";
        return !field->required || field->has_default;
    }
    if (!translate(offered, &text)) {
        reason[0] = "映射的代码里没有这个值";
        reason[1] = "the mapping has no translation of this value";
        return false;
    }
    if (field->type == MOU_VALUE_TEXT && !fits_text(offered, text, reason)) {
        return false;
    }
    if (!convert(pack, field, offered, text, arena, checked)) {
        reason[0] = wrong[field->type][0];
        reason[1] = wrong[field->type][1];
        return false;
    }
    checked->known = true;
    return true;
}
