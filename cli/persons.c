/*
 * Identity numbers of persons (GB 11643) by their form alone, wherever they stand in a text, and persons' names. Knows neither stores nor options.
 */
#include <string.h>

#include "persons.h"

enum { RESIDENT_LEN = 18, RESIDENT_DIGITS = 17, SHOWN_FIRST = 3, SHOWN_LAST = 4 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/** An identity number by its form alone: a wrong check digit makes it no less personal. */
static bool is_resident(struct mou_text text)
{
    bool fits = text.len == RESIDENT_LEN;
    for (size_t i = 0; fits && i < RESIDENT_LEN; i++) {
        fits = is_digit(text.bytes[i]) || (i == RESIDENT_DIGITS && (text.bytes[i] == 'X' || text.bytes[i] == 'x'));
    }
    const int century = fits ? (text.bytes[6] - '0') * 10 + (text.bytes[7] - '0') : 0;
    return fits && century >= 18 && century <= 21;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/** Whether a number stands at `at`, the first of a row of digits: by itself, not within a longer row, and not with letters at both ends, as digits of a hash may. */
static bool stands_at(struct mou_text text, size_t at)
{
    if (at + RESIDENT_LEN > text.len || !is_resident((struct mou_text){text.bytes + at, RESIDENT_LEN})) {
        return false;
    }
    const bool letter_before = at > 0 && is_letter(text.bytes[at - 1]);
    const char after = at + RESIDENT_LEN < text.len ? text.bytes[at + RESIDENT_LEN] : ' ';
    return !is_digit(after) && !(letter_before && is_letter(after));
}

/** The first digit of the next row of at least RESIDENT_DIGITS digits, from `at`, which lies in no row, on; the text's end if there is none. Most of the text is stepped over in strides. */
static size_t next_row(struct mou_text text, size_t at)
{
    while (at + RESIDENT_LEN <= text.len) {
        size_t last = at + RESIDENT_DIGITS;
        while (last > at && is_digit(text.bytes[last - 1])) {
            last--;
        }
        if (last == at) {
            return at;
        }
        at = last;
    }
    return text.len;
}

/* ------------------------------------------------------------------ full-width */

/** A digit or X in full width takes three bytes of UTF-8, as the star that hides it does. */
#define WIDE_BYTES 3
static const char wide_star[] = "＊";

/** The character of a number at `at`, half-width, and how many bytes it has; NUL where it is none. */
static char number_character(struct mou_text text, size_t at, size_t *size)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes + at;
    const bool wide = text.len - at >= WIDE_BYTES && bytes[0] == 0xEF;
    *size = wide ? WIDE_BYTES : 1;
    if (wide && bytes[1] == 0xBC && bytes[2] >= 0x90 && bytes[2] <= 0x99) {
        return (char)('0' + (bytes[2] - 0x90));
    }
    if (wide) {
        return (bytes[1] == 0xBC && bytes[2] == 0xB8) || (bytes[1] == 0xBD && bytes[2] == 0x98) ? 'X' : '\0';
    }
    return is_digit(text.bytes[at]) || text.bytes[at] == 'X' || text.bytes[at] == 'x' ? text.bytes[at] : '\0';
}

/** Where the row of digits that begins at `at` is an identity number, hides its middle. Returns where the row ends. */
static size_t mask_wide_row(struct mou_text text, char *bytes, size_t at)
{
    char plain[RESIDENT_LEN];
    size_t begins[RESIDENT_LEN];
    size_t count = 0, size = 0, end = at;
    while (end < text.len && count < RESIDENT_LEN) {
        const char character = number_character(text, end, &size);
        if (character == '\0' || (!is_digit(character) && count != RESIDENT_DIGITS)) {
            break;
        }
        plain[count] = character;
        begins[count++] = end;
        end += size;
    }
    const bool longer = end < text.len && is_digit(number_character(text, end, &size));
    if (count == RESIDENT_LEN && !longer && is_resident((struct mou_text){plain, RESIDENT_LEN})) {
        for (size_t i = SHOWN_FIRST; i < RESIDENT_LEN - SHOWN_LAST; i++) {
            const bool wide = begins[i + 1] - begins[i] == WIDE_BYTES;
            memcpy(bytes + begins[i], wide ? wide_star : "*", wide ? WIDE_BYTES : 1);
        }
    }
    while (end < text.len && is_digit(number_character(text, end, &size))) {
        end += size;
    }
    return end;
}

/** Numbers with digits in full width, as forms are filled in; those without are masked already. */
static void mask_wide(char *bytes, size_t len)
{
    const struct mou_text text = {bytes, len};
    size_t row_end = 0;
    for (const char *wide = memchr(bytes, 0xEF, len); wide != NULL; wide = memchr(bytes + row_end, 0xEF, len - row_end)) {
        size_t size = 0;
        size_t at = (size_t)(wide - bytes);
        if (!is_digit(number_character(text, at, &size))) {
            row_end = at + size;
            continue;
        }
        while (at > row_end && is_digit(bytes[at - 1])) {
            at--;
        }
        row_end = mask_wide_row(text, bytes, at);
    }
}

void mou_mask_in_place(char *bytes, size_t len)
{
    const struct mou_text text = {bytes, len};
    size_t at = next_row(text, 0);
    while (at < len) {
        size_t end = at;
        while (end < len && is_digit(bytes[end])) {
            end++;
        }
        if (stands_at(text, at)) {
            memset(bytes + at + SHOWN_FIRST, '*', RESIDENT_LEN - SHOWN_FIRST - SHOWN_LAST);
            end = at + RESIDENT_LEN;
        }
        at = next_row(text, end);
    }
    if (len > 0) {
        mask_wide(bytes, len);
    }
}

void mou_mask_text(struct mou_text text, struct mou_buf *out)
{
    const size_t before = out->len;
    mou_buf_append(out, text.bytes, text.len);
    if (!out->failed && out->len > before) {
        mou_mask_in_place(out->data + before, text.len);
    }
}

void mou_mask_name(struct mou_text name, struct mou_buf *out)
{
    size_t first = name.len > 0;
    while (first < name.len && ((unsigned char)name.bytes[first] & 0xC0) == 0x80) {
        first++;
    }
    mou_buf_append(out, name.bytes, first);
    for (size_t i = 1; i < mou_text_characters(name); i++) {
        mou_buf_char(out, '*');
    }
}
