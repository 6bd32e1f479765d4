/*
 * Dates as text: four ways in which documents and tables write a day, one in which it is put out.
 * Never guesses: a two-digit year, a missing part or a day that is not in the calendar is refused.
 */
#include <assert.h>

#include "mou/base.h"

#define DATE_TEXT_BYTES 10

/** What is still to be read. */
struct reader {
    const char *at;
    const char *end;
};

static bool read_word(struct reader *reader, struct mou_text word)
{
    if ((size_t)(reader->end - reader->at) < word.len) {
        return false;
    }
    const struct mou_text found = {reader->at, word.len};
    if (!mou_text_equal(found, word)) {
        return false;
    }
    reader->at += word.len;
    return true;
}

static bool read_space(struct reader *reader)
{
    static const struct mou_text spaces[] = {
        {" ", 1},  {"\t", 1},           {"\r", 1},
        {"\n", 1}, {"\xE3\x80\x80", 3}, {"\xC2\xA0", 2}, /* ideographic, no-break */
    };
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (read_word(reader, spaces[i])) {
            return true;
        }
    }
    return false;
}

static void skip_spaces(struct reader *reader)
{
    bool more = true;
    while (more) {
        more = read_space(reader);
    }
}

static bool is_digit(const struct reader *reader)
{
    return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

/** Between `least` and `most` digits. */
static bool read_number(struct reader *reader, int least, int most, int *number)
{
    int digits = 0;
    *number = 0;
    for (; digits < most && is_digit(reader); digits++) {
        *number = *number * 10 + (*reader->at++ - '0');
    }
    return digits >= least;
}

/** A number, its word, and white space around both. */
static bool read_part(struct reader *reader, struct mou_text word, int *number)
{
    skip_spaces(reader);
    if (!read_number(reader, 1, 2, number)) {
        return false;
    }
    skip_spaces(reader);
    return read_word(reader, word);
}

/** `-M-D`, `/M/D` or `.M.D`: one kind of separator in a date. */
static bool read_separated(struct reader *reader, struct mou_civil *civil)
{
    static const struct mou_text separators[] = {{"-", 1}, {"/", 1}, {".", 1}};
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        if (read_word(reader, separators[i])) {
            return read_number(reader, 1, 2, &civil->month) && read_word(reader, separators[i]) &&
                   read_number(reader, 1, 2, &civil->day);
        }
    }
    return false;
}

/** What follows the four digits of the year. */
static bool read_month_and_day(struct reader *reader, struct mou_civil *civil)
{
    if (is_digit(reader)) {
        return read_number(reader, 2, 2, &civil->month) && read_number(reader, 2, 2, &civil->day);
    }
    struct reader words = *reader;
    skip_spaces(&words);
    if (read_word(&words, MOU_TEXT("年"))) {
        *reader = words;
        return read_part(reader, MOU_TEXT("月"), &civil->month) &&
               read_part(reader, MOU_TEXT("日"), &civil->day);
    }
    return read_separated(reader, civil);
}

bool mou_date_parse(struct mou_text text, mou_date *out)
{
    assert(out != NULL && (text.bytes != NULL || text.len == 0));
    if (text.len == 0) {
        return false;
    }
    struct reader reader = {text.bytes, text.bytes + text.len};
    struct mou_civil civil = {0, 0, 0};
    skip_spaces(&reader);
    if (!read_number(&reader, 4, 4, &civil.year) || !read_month_and_day(&reader, &civil)) {
        return false;
    }
    skip_spaces(&reader);
    return reader.at == reader.end && mou_date_from_civil(civil, out);
}

void mou_date_format(mou_date date, struct mou_buf *out)
{
    assert(out != NULL);
    const struct mou_civil civil = mou_date_to_civil(date);
    char text[DATE_TEXT_BYTES];
    int rest = civil.year * 10000 + civil.month * 100 + civil.day;
    for (int at = DATE_TEXT_BYTES - 1; at >= 0; at--) {
        if (at == 4 || at == 7) {
            text[at] = '-';
        } else {
            text[at] = (char)('0' + rest % 10);
            rest /= 10;
        }
    }
    mou_buf_append(out, text, sizeof text);
}
