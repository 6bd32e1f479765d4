/*
 * Borrowed texts: comparison, length in characters, edit distance. Order is the order of bytes,
 * which for UTF-8 is that of the code points and the same under every locale.
 */
#include <assert.h>
#include <string.h>

#include "mou/base.h"

#define DISTANCE_CHARACTERS_MAX 64u

bool mou_text_equal(struct mou_text a, struct mou_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

char mou_text_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

bool mou_text_equal_letters(struct mou_text a, struct mou_text b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++) {
        same = mou_text_lower(a.bytes[i]) == mou_text_lower(b.bytes[i]);
    }
    return same;
}

int mou_text_compare(struct mou_text a, struct mou_text b)
{
    assert((a.bytes != NULL || a.len == 0) && (b.bytes != NULL || b.len == 0));
    const size_t shared = a.len < b.len ? a.len : b.len;
    const int order = shared > 0 ? memcmp(a.bytes, b.bytes, shared) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct mou_text mou_text_of(const char *nul_terminated)
{
    return (struct mou_text){nul_terminated, nul_terminated != NULL ? strlen(nul_terminated) : 0};
}

/** Bytes of the character at `at`; an ill-formed byte is a character of its own. */
static size_t step_at(struct mou_text text, size_t at, uint32_t *code_point)
{
    assert(at < text.len);
    const size_t step = mou_utf8_decode(text.bytes + at, text.len - at, code_point);
    if (step == 0) {
        *code_point = 0x110000u + (unsigned char)text.bytes[at]; /* equal to no character */
        return 1;
    }
    return step;
}

size_t mou_text_characters(struct mou_text text)
{
    size_t count = 0;
    uint32_t code_point = 0;
    for (size_t at = 0; at < text.len; count++) {
        at += step_at(text, at, &code_point);
    }
    return count;
}

/** The text without its first character. */
static struct mou_text rest_of(struct mou_text text, uint32_t *first)
{
    const size_t step = step_at(text, 0, first);
    return (struct mou_text){text.bytes + step, text.len - step};
}

/** Cuts off the beginning that both share; it adds nothing to their distance. */
static void skip_shared(struct mou_text *a, struct mou_text *b)
{
    while (a->len > 0 && b->len > 0) {
        uint32_t left = 0;
        uint32_t right = 0;
        const struct mou_text a_rest = rest_of(*a, &left);
        const struct mou_text b_rest = rest_of(*b, &right);
        if (left != right) {
            return;
        }
        *a = a_rest;
        *b = b_rest;
    }
}

/** Stores the characters of `text`; DISTANCE_CHARACTERS_MAX + 1 if there are too many. */
static size_t characters_of(struct mou_text text, uint32_t out[DISTANCE_CHARACTERS_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < text.len;) {
        if (count == DISTANCE_CHARACTERS_MAX) {
            return DISTANCE_CHARACTERS_MAX + 1;
        }
        at += step_at(text, at, &out[count++]);
    }
    return count;
}

static unsigned smallest_of(unsigned a, unsigned b, unsigned c)
{
    const unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

unsigned mou_text_distance(struct mou_text a, struct mou_text b, unsigned limit)
{
    uint32_t left[DISTANCE_CHARACTERS_MAX];
    uint32_t right[DISTANCE_CHARACTERS_MAX];
    unsigned row[DISTANCE_CHARACTERS_MAX + 1]; /* distances from left[0..i] to right[0..k] */
    const unsigned beyond = limit < UINT32_MAX ? limit + 1 : limit;
    skip_shared(&a, &b);
    const size_t left_count = characters_of(a, left);
    const size_t right_count = characters_of(b, right);
    if (left_count > DISTANCE_CHARACTERS_MAX || right_count > DISTANCE_CHARACTERS_MAX) {
        return beyond;
    }
    for (unsigned k = 0; k <= right_count; k++) {
        row[k] = k;
    }
    for (size_t i = 0; i < left_count; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t k = 0; k < right_count; k++) {
            const unsigned replaced = diagonal + (left[i] != right[k]);
            diagonal = row[k + 1];
            row[k + 1] = smallest_of(replaced, row[k] + 1, diagonal + 1);
        }
    }
    return row[right_count] > limit ? beyond : row[right_count];
}
