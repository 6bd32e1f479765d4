/*
 * Values of literals, exact or refused: numbers with their units, ratios, dates, Chinese numerals,
 * and the canonical forms of articles, titles and document numbers. A refused literal still gives a
 * token of its kind, so that nothing else is said about it. Used by the token stream.
 */
#include "scan.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

/* A decimal number: digits * 10^-scale, in lowest scale. */
struct decimal {
    int64_t digits;
    unsigned scale;
    bool overflow;
};

static const int64_t powers_of_ten[] = {1,
                                        10,
                                        100,
                                        1000,
                                        10000,
                                        100000,
                                        1000000,
                                        10000000,
                                        100000000,
                                        1000000000,
                                        10000000000,
                                        100000000000,
                                        1000000000000,
                                        10000000000000,
                                        100000000000000,
                                        1000000000000000,
                                        10000000000000000,
                                        100000000000000000,
                                        1000000000000000000};

enum { SCALE_MAX = sizeof(powers_of_ten) / sizeof(powers_of_ten[0]) - 1 };

/* Value of the ASCII or full-width digit at `at`, -1 if it is none; *len its bytes. */
static int digit_at(struct mou_text text, size_t at, size_t *len)
{
    unsigned char c = (unsigned char)text.bytes[at];
    *len = 1;
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c == 0xEF && at + 2 < text.len && (unsigned char)text.bytes[at + 1] == 0xBC) {
        unsigned char last = (unsigned char)text.bytes[at + 2];
        if (last >= 0x90 && last <= 0x99) {
            *len = 3;
            return last - 0x90;
        }
    }
    return -1;
}

static void push_digit(struct decimal *number, int digit, bool decimals)
{
    if (number->digits > (INT64_MAX - digit) / 10 || (decimals && number->scale == SCALE_MAX)) {
        /* More decimals that are zero change nothing. */
        number->overflow = number->overflow || !decimals || digit != 0;
        return;
    }
    number->digits = number->digits * 10 + digit;
    number->scale += decimals;
}

static size_t mark_len(struct mou_text text, size_t at, const char *const *marks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(marks[i]);
        if (at + len <= text.len && memcmp(text.bytes + at, marks[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

static size_t blank_len(struct mou_text text, size_t at)
{
    static const char *const blanks[] = {" ", "\t", "\f", "\v", "　", "\xC2\xA0"};
    return mark_len(text, at, blanks, sizeof blanks / sizeof blanks[0]);
}

/* Bytes of what sets groups of digits off at `at`: _, or the commas of an amount, which are reported, and a blank behind them. */
static size_t group_mark_len(struct mou_text text, size_t at)
{
    static const char *const marks[] = {"_", ",", "，"};
    const size_t len = mark_len(text, at, marks, sizeof marks / sizeof marks[0]);
    return len != 0 ? len : blank_len(text, at);
}

/* Reads digits, group marks and a decimal point; the scanner has seen to the form. */
static struct decimal read_decimal(struct mou_text text)
{
    struct decimal number = {0, 0, false};
    bool decimals = false;
    for (size_t at = 0; at < text.len;) {
        size_t len = 1;
        int digit = digit_at(text, at, &len);
        if (digit >= 0) {
            push_digit(&number, digit, decimals);
        } else if ((len = group_mark_len(text, at)) == 0) {
            decimals = true;
            len = text.bytes[at] == '.' ? 1 : 3;
        }
        at += len;
    }
    while (number.scale > 0 && number.digits % 10 == 0) {
        number.digits /= 10;
        number.scale--;
    }
    return number;
}

static void report_overflow(struct mou_parse *parse, struct mou_span span)
{
    mou_parse_report(parse, MOU_DIAG_NUMBER_OVERFLOW, span.begin, span.end,
                     mou_parse_slice(parse, span.begin, span.end), MOU_TEXT(""));
}

/* ------------------------------------------------------------------ units */

enum unit_kind { UNIT_MONEY, UNIT_DURATION, UNIT_TIMES };

struct unit_word {
    const char *spelling;
    enum unit_kind kind;
    int64_t factor; /* fen, or months or days of one */
    enum mou_unit unit;
};

/* The longest spelling that fits comes first. */
static const struct unit_word unit_words[] = {
    {"个工作日", UNIT_DURATION, 1, MOU_UNIT_WORKDAYS},
    {"工作日", UNIT_DURATION, 1, MOU_UNIT_WORKDAYS},
    {"working days", UNIT_DURATION, 1, MOU_UNIT_WORKDAYS},
    {"working day", UNIT_DURATION, 1, MOU_UNIT_WORKDAYS},
    {"个月", UNIT_DURATION, 1, MOU_UNIT_MONTHS},
    {"months", UNIT_DURATION, 1, MOU_UNIT_MONTHS},
    {"month", UNIT_DURATION, 1, MOU_UNIT_MONTHS},
    {"年", UNIT_DURATION, 12, MOU_UNIT_MONTHS},
    {"years", UNIT_DURATION, 12, MOU_UNIT_MONTHS},
    {"year", UNIT_DURATION, 12, MOU_UNIT_MONTHS},
    {"日", UNIT_DURATION, 1, MOU_UNIT_DAYS},
    {"天", UNIT_DURATION, 1, MOU_UNIT_DAYS},
    {"days", UNIT_DURATION, 1, MOU_UNIT_DAYS},
    {"day", UNIT_DURATION, 1, MOU_UNIT_DAYS},
    {"亿元", UNIT_MONEY, 10000000000, MOU_UNIT_DAYS},
    {"yi yuan", UNIT_MONEY, 10000000000, MOU_UNIT_DAYS},
    {"万元", UNIT_MONEY, 1000000, MOU_UNIT_DAYS},
    {"wan yuan", UNIT_MONEY, 1000000, MOU_UNIT_DAYS},
    {"元", UNIT_MONEY, 100, MOU_UNIT_DAYS},
    {"yuan", UNIT_MONEY, 100, MOU_UNIT_DAYS},
    {"次", UNIT_TIMES, 1, MOU_UNIT_DAYS},
    {"times", UNIT_TIMES, 1, MOU_UNIT_DAYS},
};

enum { UNIT_COUNT = sizeof(unit_words) / sizeof(unit_words[0]) };

size_t mou_literal_unit_len(struct mou_text word)
{
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        size_t len = strlen(unit_words[i].spelling);
        if (word.len >= len && memcmp(word.bytes, unit_words[i].spelling, len) == 0) {
            return len;
        }
    }
    return 0;
}

static const struct unit_word *find_unit(struct mou_text unit)
{
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (mou_text_equal(unit, mou_text_of(unit_words[i].spelling))) {
            return &unit_words[i];
        }
    }
    return NULL;
}

static void money(struct mou_parse *parse, struct decimal number, const struct unit_word *unit,
                  struct mou_span span, struct mou_cooked *out)
{
    struct mou_ratio fen = {0, 1};
    out->token = TOK_MONEY;
    if (number.overflow || mou_ratio_make((mou_wide)number.digits * unit->factor,
                                          powers_of_ten[number.scale], &fen) != MOU_FAULT_NONE) {
        report_overflow(parse, span);
    } else if (fen.den != 1) {
        mou_parse_report(parse, MOU_DIAG_MONEY_PRECISION, span.begin, span.end,
                         mou_parse_slice(parse, span.begin, span.end), MOU_TEXT(""));
    } else {
        out->value.integer = fen.num;
    }
}

static void whole(struct mou_parse *parse, struct decimal number, int64_t factor,
                  struct mou_span span, struct mou_cooked *out)
{
    if (number.scale != 0 && !number.overflow) {
        enum mou_diag_code code =
            out->token == TOK_DURATION ? MOU_DIAG_DURATION_FRACTION : MOU_DIAG_DECIMAL_WITHOUT_UNIT;
        mou_parse_report(parse, code, span.begin, span.end,
                         mou_parse_slice(parse, span.begin, span.end), MOU_TEXT(""));
    } else if (number.overflow ||
               mou_mul_i64(number.digits, factor, &out->value.integer) != MOU_FAULT_NONE) {
        out->value.integer = 0;
        report_overflow(parse, span);
    }
}

static bool has_commas(struct mou_text number)
{
    static const char *const commas[] = {",", "，"};
    for (size_t at = 0; at < number.len; at++) {
        if (mark_len(number, at, commas, sizeof commas / sizeof commas[0]) != 0) {
            return true;
        }
    }
    return false;
}

/* 200,000元 as 200000元. */
static void report_grouped(struct mou_parse *parse, struct mou_text number, struct mou_text unit, struct mou_span span)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 4096);
    for (size_t at = 0; at < number.len;) {
        const size_t mark = group_mark_len(number, at);
        mou_buf_append(&text, number.bytes + at, mark == 0 ? 1 : 0);
        at += mark != 0 ? mark : 1;
    }
    mou_buf_append(&text, (unsigned char)*unit.bytes < 0x80 ? " " : "", (unsigned char)*unit.bytes < 0x80 ? 1 : 0);
    mou_buf_append(&text, unit.bytes, unit.len);
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_NUMBER_GROUPED, span.begin, span.end, mou_parse_slice(parse, span.begin, span.end), MOU_TEXT(""));
    diagnostic->suggestion = mou_buf_into_arena(&text, parse->arena);
    diagnostic->has_fixit = diagnostic->suggestion.len > 0;
    diagnostic->fixit = (struct mou_fixit){span, diagnostic->suggestion};
}

bool mou_literal_number(struct mou_parse *parse, struct mou_text number, struct mou_text unit,
                        struct mou_span span, struct mou_cooked *out)
{
    assert(parse != NULL && out != NULL);
    struct decimal value = read_decimal(number);
    const struct unit_word *word = unit.len != 0 ? find_unit(unit) : NULL;
    if (unit.len != 0 && word == NULL) {
        return false;
    }
    if (word != NULL && has_commas(number)) {
        report_grouped(parse, number, unit, span);
    }
    if (word != NULL && word->kind == UNIT_MONEY) {
        money(parse, value, word, span, out);
    } else {
        out->token = word != NULL && word->kind == UNIT_DURATION ? TOK_DURATION : TOK_INTEGER;
        out->value.unit = word != NULL ? word->unit : MOU_UNIT_DAYS;
        whole(parse, value, word != NULL ? word->factor : 1, span, out);
    }
    return true;
}

/* ------------------------------------------------------------------ ratios */

static bool ends_with(struct mou_text text, const char *end)
{
    size_t len = strlen(end);
    return text.len >= len && memcmp(text.bytes + text.len - len, end, len) == 0;
}

static bool begins_with(struct mou_text text, const char *begin)
{
    size_t len = strlen(begin);
    return text.len >= len && memcmp(text.bytes, begin, len) == 0;
}

static struct mou_text without_blanks(struct mou_text text)
{
    for (;;) {
        if (text.len > 0 && (text.bytes[text.len - 1] == ' ' || text.bytes[text.len - 1] == '\t')) {
            text.len--;
        } else if (text.len > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
            text.bytes++;
            text.len--;
        } else if (ends_with(text, "　")) {
            text.len -= 3;
        } else if (begins_with(text, "　")) {
            text.bytes += 3;
            text.len -= 3;
        } else {
            return text;
        }
    }
}

/** `10%`, `5‰`, `百分之10`, `百分之十`. */
void mou_literal_ratio(struct mou_parse *parse, struct mou_span span, struct mou_cooked *out)
{
    assert(parse != NULL && out != NULL);
    struct mou_text text = mou_parse_slice(parse, span.begin, span.end);
    struct mou_text percent = MOU_TEXT("百分之");
    int64_t den = 100;
    if (begins_with(text, percent.bytes)) {
        text.bytes += percent.len;
        text.len -= percent.len;
    } else if (ends_with(text, "‰")) {
        den = 1000;
        text.len -= strlen("‰");
    } else {
        text.len -= ends_with(text, "%") ? 1 : strlen("％");
    }
    text = without_blanks(text);
    struct decimal number = {0, 0, false};
    if (!mou_literal_chinese_number(text, &number.digits)) {
        number = read_decimal(text);
    }
    out->token = TOK_RATIO;
    out->value.ratio = (struct mou_ratio){0, 1};
    if (number.overflow ||
        mou_ratio_make(number.digits, (mou_wide)powers_of_ten[number.scale] * den,
                       &out->value.ratio) != MOU_FAULT_NONE) {
        out->value.ratio = (struct mou_ratio){0, 1};
        report_overflow(parse, span);
    }
}

/* ------------------------------------------------------------------ dates */

/* A date in another form than the two of the language, with the same day as its correction. */
static void report_form(struct mou_parse *parse, struct mou_span span, struct mou_text written,
                        const int parts[3])
{
    static const char *const units[] = {"年", "月", "日"};
    struct mou_buf text;
    mou_buf_init(&text, NULL, 4096);
    for (size_t i = 0; i < 3; i++) {
        mou_buf_int(&text, parts[i]);
        mou_buf_text(&text, units[i]);
    }
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_DATE_FORM, span.begin, span.end, written, MOU_TEXT(""));
    diagnostic->suggestion = mou_buf_into_arena(&text, parse->arena);
    diagnostic->has_fixit = diagnostic->suggestion.len > 0;
    diagnostic->fixit = (struct mou_fixit){span, diagnostic->suggestion};
}

static bool has_other_form(struct mou_text date)
{
    static const char *const marks[] = {".", "．", "/", "／"};
    for (size_t at = 0; at < date.len; at++) {
        for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
            size_t len = strlen(marks[i]);
            if (at + len <= date.len && memcmp(date.bytes + at, marks[i], len) == 0) {
                return true;
            }
        }
    }
    return false;
}

void mou_literal_date(struct mou_parse *parse, struct mou_span span, struct mou_cooked *out)
{
    assert(parse != NULL && out != NULL);
    struct mou_text text = mou_parse_slice(parse, span.begin, span.end);
    int parts[3] = {0, 0, 0};
    size_t part = 0;
    bool in_digits = false;
    for (size_t at = 0; at < text.len;) {
        size_t len = 1;
        int digit = digit_at(text, at, &len);
        if (digit >= 0 && part < 3) {
            parts[part] = parts[part] * 10 + digit;
        } else if (in_digits) {
            part++;
        }
        in_digits = digit >= 0;
        at += len;
    }
    out->token = TOK_DATE;
    if (!mou_date_from_civil((struct mou_civil){parts[0], parts[1], parts[2]}, &out->value.date)) {
        out->value.date = MOU_DATE_MIN;
        mou_parse_report(parse, MOU_DIAG_DATE_NOT_IN_CALENDAR, span.begin, span.end, text,
                         MOU_TEXT(""));
    } else if (has_other_form(text)) {
        report_form(parse, span, text, parts);
    }
}

/* ------------------------------------------------------------------ Chinese numerals */

struct numeral {
    const char *sign;
    int64_t value;
    bool is_unit;
};

static const struct numeral numerals[] = {
    {"零", 0, false}, {"〇", 0, false}, {"一", 1, false}, {"二", 2, false},  {"两", 2, false},
    {"三", 3, false}, {"四", 4, false}, {"五", 5, false}, {"六", 6, false},  {"七", 7, false},
    {"八", 8, false}, {"九", 9, false}, {"十", 10, true}, {"百", 100, true}, {"千", 1000, true}};

enum { NUMERAL_COUNT = sizeof(numerals) / sizeof(numerals[0]), NUMERAL_BYTES = 3 };

static const struct numeral *numeral_at(struct mou_text text, size_t at)
{
    for (size_t i = 0; i < NUMERAL_COUNT && at + NUMERAL_BYTES <= text.len; i++) {
        if (memcmp(text.bytes + at, numerals[i].sign, NUMERAL_BYTES) == 0) {
            return &numerals[i];
        }
    }
    return NULL;
}

bool mou_literal_chinese_number(struct mou_text text, int64_t *value)
{
    assert(value != NULL);
    int64_t total = 0;
    int64_t digit = -1;
    int64_t unit_before = 10000;
    if (text.len == 0 || text.len > (size_t)NUMERAL_BYTES * 8) {
        return false;
    }
    for (size_t at = 0; at < text.len; at += NUMERAL_BYTES) {
        const struct numeral *numeral = numeral_at(text, at);
        if (numeral == NULL) {
            return false;
        }
        if (!numeral->is_unit) {
            if (digit > 0) {
                return false; /* 二三 is no number */
            }
            digit = numeral->value;
        } else {
            if (numeral->value >= unit_before || digit == 0 || (digit < 0 && at != 0)) {
                return false;
            }
            total += (digit < 0 ? 1 : digit) * numeral->value;
            unit_before = numeral->value;
            digit = -1;
        }
    }
    *value = total + (digit > 0 ? digit : 0);
    return true;
}

/* Appends 0…9999 in Chinese: 133 is 一百三十三, 12 is 十二, 105 is 一百零五. */
static size_t write_chinese_number(int64_t value, char *out)
{
    static const char *const digits[] = {"零", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const char *const units[] = {"", "十", "百", "千"};
    size_t len = 0;
    bool zero = false;
    bool begun = false;
    for (int place = 3; place >= 0; place--) {
        int digit = (int)(value / powers_of_ten[place] % 10);
        if (digit == 0) {
            zero = begun;
            continue;
        }
        if (zero) {
            memcpy(out + len, digits[0], NUMERAL_BYTES);
            len += NUMERAL_BYTES;
            zero = false;
        }
        if (!(place == 1 && digit == 1 && !begun)) {
            memcpy(out + len, digits[digit], NUMERAL_BYTES);
            len += NUMERAL_BYTES;
        }
        size_t unit = strlen(units[place]);
        memcpy(out + len, units[place], unit);
        len += unit;
        begun = true;
    }
    if (!begun) {
        memcpy(out, digits[0], NUMERAL_BYTES);
        len = NUMERAL_BYTES;
    }
    return len;
}

/*
 * ------------------------------------------------------------------ articles, titles, document
 * numbers
 */

struct writer {
    char *out;
    size_t len;
};

static void put(struct writer *writer, const char *text)
{
    size_t len = strlen(text);
    memcpy(writer->out + writer->len, text, len);
    writer->len += len;
}

/*
 * A run of ASCII or full-width digits at `at` as Chinese numerals (as digits where it is above
 * 9999); returns its bytes.
 */
static size_t put_ordinal(struct writer *writer, struct mou_text text, size_t at)
{
    size_t begin = at;
    int64_t value = 0;
    size_t len = 0;
    while (at < text.len && digit_at(text, at, &len) >= 0) {
        value = value > 9999 ? value : value * 10 + digit_at(text, at, &len);
        at += len;
    }
    if (value <= 9999) {
        writer->len += write_chinese_number(value, writer->out + writer->len);
    } else {
        memcpy(writer->out + writer->len, text.bytes + begin, at - begin);
        writer->len += at - begin;
    }
    return at - begin;
}

/* 第3条第(1)项 as 第三条第（一）项; blanks go. */
static void chinese_article(struct writer *writer, struct mou_text text)
{
    for (size_t at = 0; at < text.len;) {
        size_t len = 1;
        if (digit_at(text, at, &len) >= 0) {
            at += put_ordinal(writer, text, at);
            continue;
        }
        char c = text.bytes[at];
        if (c == '(' || c == ')') {
            put(writer, c == '(' ? "（" : "）");
        } else if (begins_with((struct mou_text){text.bytes + at, text.len - at}, "　") ||
                   begins_with((struct mou_text){text.bytes + at, text.len - at}, "\xC2\xA0")) {
            len = (unsigned char)c == 0xC2 ? 2 : 3;
        } else if (c != ' ' && c != '\t' && c != '\f' && c != '\v') {
            writer->out[writer->len++] = c;
        }
        at += len;
    }
}

/* article 3-1(1)(2)(3) as 第三条之一第一款第（二）项第三目. */
static void english_article(struct writer *writer, struct mou_text text)
{
    static const char *const opening[] = {"第", "第", "第（", "第"};
    static const char *const closing[] = {"条", "款", "）项", "目"};
    size_t level = 0;
    for (size_t at = 0; at < text.len;) {
        size_t len = 1;
        if (digit_at(text, at, &len) < 0) {
            if (text.bytes[at] == '-') {
                put(writer, "之");
                at += 1 + put_ordinal(writer, text, at + 1);
                continue;
            }
            at++;
            continue;
        }
        size_t place = level < 3 ? level : 3;
        put(writer, opening[place]);
        at += put_ordinal(writer, text, at);
        put(writer, closing[place]);
        level++;
    }
}

struct mou_text mou_literal_article(struct mou_parse *parse, struct mou_text written)
{
    assert(parse != NULL);
    /* Three bytes of Chinese for each digit and at most nine for each mark. */
    struct writer writer = {mou_arena_alloc(parse->arena, written.len * 12 + 32), 0};
    if (writer.out == NULL) {
        return written;
    }
    if (begins_with(written, "article")) {
        english_article(&writer, written);
    } else {
        chinese_article(&writer, written);
    }
    return (struct mou_text){writer.out, writer.len};
}

/* The number without its last word. */
static void report_unended(struct mou_parse *parse, struct mou_span span, struct mou_text canonical)
{
    struct mou_diagnostic *diagnostic = mou_parse_report(parse, MOU_DIAG_DOCUMENT_NUMBER, span.begin, span.end,
                                                         mou_parse_slice(parse, span.begin, span.end), MOU_TEXT(""));
    diagnostic->suggestion = canonical;
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){span, canonical};
}

struct mou_text mou_literal_document_number(struct mou_parse *parse, struct mou_span span)
{
    assert(parse != NULL);
    static const char *const opening[] = {"〔", "﹝", "[", "［", "【", "（", "("};
    static const char *const closing[] = {"〕", "﹞", "]", "］", "】", "）", ")"};
    const struct mou_text written = mou_parse_slice(parse, span.begin, span.end);
    struct writer writer = {mou_arena_alloc(parse->arena, written.len * 3 + 8), 0};
    if (writer.out == NULL) {
        return written;
    }
    for (size_t at = 0; at < written.len;) {
        struct mou_text rest = {written.bytes + at, written.len - at};
        size_t len = 1;
        int digit = digit_at(written, at, &len);
        if (digit >= 0) {
            writer.out[writer.len++] = (char)('0' + digit);
            at += len;
            continue;
        }
        size_t bracket = blank_len(written, at); /* blanks go */
        for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]) && bracket == 0; i++) {
            if (begins_with(rest, opening[i]) || begins_with(rest, closing[i])) {
                bracket = strlen(opening[i]);
                put(&writer, begins_with(rest, opening[i]) ? "〔" : "〕");
            }
        }
        if (bracket == 0) {
            writer.out[writer.len++] = written.bytes[at];
        }
        at += bracket != 0 ? bracket : 1;
    }
    if (!ends_with(written, "号")) {
        put(&writer, "号");
        report_unended(parse, span, (struct mou_text){writer.out, writer.len});
    }
    return (struct mou_text){writer.out, writer.len};
}

struct mou_text mou_literal_title(struct mou_parse *parse, uint32_t begin, uint32_t end)
{
    assert(parse != NULL && begin <= end);
    return mou_parse_slice(parse, begin, end);
}

/* ------------------------------------------------------------------ 二〇二〇年一月一日 */

/* The part of `text` from *at to `mark`, as digits one by one (a year) or as a number. */
static bool numeral_part(struct mou_text text, size_t *at, struct mou_text mark, bool digits,
                         int *value)
{
    size_t begin = *at;
    while (*at + mark.len <= text.len && memcmp(text.bytes + *at, mark.bytes, mark.len) != 0) {
        *at += NUMERAL_BYTES;
    }
    if (*at + mark.len > text.len || *at == begin) {
        return false;
    }
    struct mou_text part = {text.bytes + begin, *at - begin};
    int64_t number = 0;
    *at += mark.len;
    for (size_t i = 0; digits && i < part.len; i += NUMERAL_BYTES) {
        const struct numeral *numeral = numeral_at(part, i);
        if (numeral == NULL || numeral->is_unit || number > 9999) {
            return false;
        }
        number = number * 10 + numeral->value;
    }
    if (!digits && !mou_literal_chinese_number(part, &number)) {
        return false;
    }
    *value = (int)number;
    return number <= 9999;
}

bool mou_literal_chinese_date(struct mou_parse *parse, struct mou_text word, struct mou_span span,
                              struct mou_cooked *out)
{
    assert(parse != NULL && out != NULL);
    int parts[3] = {0, 0, 0};
    size_t at = 0;
    mou_date date;
    if (!numeral_part(word, &at, MOU_TEXT("年"), true, &parts[0]) ||
        !numeral_part(word, &at, MOU_TEXT("月"), false, &parts[1]) ||
        !numeral_part(word, &at, MOU_TEXT("日"), false, &parts[2]) || at != word.len ||
        !mou_date_from_civil((struct mou_civil){parts[0], parts[1], parts[2]}, &date)) {
        return false;
    }
    out->token = TOK_DATE;
    out->value.date = date;
    report_form(parse, span, word, parts);
    return true;
}

bool mou_literal_in_digits(struct mou_text word, struct mou_buf *out)
{
    assert(out != NULL);
    for (size_t at = NUMERAL_BYTES; at < word.len; at += NUMERAL_BYTES) {
        struct mou_text number = {word.bytes, at};
        struct mou_text unit = {word.bytes + at, word.len - at};
        int64_t value = 0;
        if (mou_literal_chinese_number(number, &value) && mou_literal_unit_len(unit) == unit.len) {
            mou_buf_int(out, value);
            mou_buf_append(out, unit.bytes, unit.len);
            return true;
        }
    }
    return false;
}

/* The digits at *at as a number, with the mark behind them taken. */
static bool counted_part(struct mou_text text, size_t *at, struct mou_text mark, int64_t *value)
{
    size_t begin = *at;
    *value = 0;
    while (*at < text.len && *at - begin < 3 && text.bytes[*at] >= '0' && text.bytes[*at] <= '9') {
        *value = *value * 10 + (text.bytes[*at] - '0');
        (*at)++;
    }
    bool marked = *at > begin && *at + mark.len <= text.len && memcmp(text.bytes + *at, mark.bytes, mark.len) == 0;
    *at += marked ? mark.len : 0;
    return marked;
}

struct mou_text mou_literal_in_months(struct mou_parse *parse, struct mou_text written)
{
    assert(parse != NULL);
    size_t at = 0;
    int64_t years = 0;
    int64_t months = 0;
    struct mou_buf text;
    if (!counted_part(written, &at, MOU_TEXT("年"), &years) || !counted_part(written, &at, MOU_TEXT("个月"), &months) || at != written.len) {
        return (struct mou_text){"", 0};
    }
    mou_buf_init(&text, NULL, 4096);
    mou_buf_int(&text, years * 12 + months);
    mou_buf_text(&text, "个月");
    return mou_buf_into_arena(&text, parse->arena);
}
