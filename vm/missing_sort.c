/*
 * The order of what is missing (S31): by subject, record, key, field, code and place, null before
 * text, each once. Knows no machine. Called by decide.c.
 */
#include <assert.h>
#include <stdlib.h>

#include "decide.h"

static int compare_text_or_null(struct mou_text a, struct mou_text b)
{
    if (a.bytes == NULL || b.bytes == NULL) {
        return (a.bytes != NULL) - (b.bytes != NULL);
    }
    return mou_text_compare(a, b);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* The text "file:line:column" without making it. */
struct span_text {
    struct mou_text file;
    char tail[24];
    size_t tail_len;
};

static size_t put_number(char *out, uint32_t number)
{
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (size_t i = 0; i < count; i++) {
        out[i] = digits[count - 1 - i];
    }
    return count;
}

static struct span_text span_text_of(const struct mou_missing_ref *entry)
{
    struct span_text text = {.file = entry->source};
    text.tail[text.tail_len++] = ':';
    text.tail_len += put_number(text.tail + text.tail_len, entry->place.line);
    text.tail[text.tail_len++] = ':';
    text.tail_len += put_number(text.tail + text.tail_len, entry->place.column);
    return text;
}

static int span_byte(const struct span_text *text, size_t position)
{
    if (position < text->file.len) {
        return (unsigned char)text->file.bytes[position];
    }
    position -= text->file.len;
    return position < text->tail_len ? (unsigned char)text->tail[position] : -1;
}

static int compare_spans(const struct mou_missing_ref *a, const struct mou_missing_ref *b)
{
    if (a->fault == MOU_FAULT_NONE) {
        return 0;
    }
    const struct span_text left = span_text_of(a);
    const struct span_text right = span_text_of(b);
    for (size_t i = 0;; i++) {
        const int order = span_byte(&left, i) - span_byte(&right, i);
        if (order != 0 || span_byte(&left, i) < 0) {
            return order;
        }
    }
}

static int compare_missing(const void *left, const void *right)
{
    const struct mou_missing_ref *a = left;
    const struct mou_missing_ref *b = right;
    int order = compare_text_or_null(a->subject, b->subject);
    order = order != 0 ? order : compare_text_or_null(a->record, b->record);
    order = order != 0 ? order : compare_text_or_null(a->key, b->key);
    order = order != 0 ? order : compare_text_or_null(a->field, b->field);
    order = order != 0 ? order : compare_numbers((uint32_t)a->fault, (uint32_t)b->fault);
    return order != 0 ? order : compare_spans(a, b);
}

void mou_missing_sort(struct mou_decide_work *work)
{
    assert(work != NULL);
    struct mou_missing_ref *items = work->missing.items;
    const size_t count = work->missing.count;
    if (count < 2) {
        return;
    }
    qsort(items, count, sizeof(*items), compare_missing);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (compare_missing(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    work->missing.count = kept;
}
