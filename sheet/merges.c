/*
 * Merged cells: which range covers a cell, while rows go by from top to bottom.
 */
#include <stdlib.h>
#include <string.h>

#include "sheet_internal.h"

#define ACTIVE_MAX (sizeof((struct sheet_merges *)0)->active / sizeof(struct sheet_merge))

bool sheet_reference(const char *text, uint32_t *row, uint32_t *column)
{
    uint64_t number = 0;
    uint32_t letters = 0;
    size_t i = 0;
    for (; text[i] >= 'A' && text[i] <= 'Z' && i < 4; i++) {
        letters = letters * 26 + (uint32_t)(text[i] - 'A') + 1;
    }
    if (i == 0 || letters > MOU_CELLS_MAX || !sheet_number_whole(text + i, SHEET_ROWS_MAX, &number) || number == 0) {
        return false;
    }
    *row = (uint32_t)number;
    *column = letters;
    return true;
}

bool sheet_merge_parse(const char *text, struct sheet_merge *merge)
{
    char first[16];
    const char *colon = strchr(text, ':');
    const size_t len = colon != NULL ? (size_t)(colon - text) : sizeof first;
    if (len >= sizeof first) {
        return false;
    }
    memcpy(first, text, len);
    first[len] = '\0';
    return sheet_reference(first, &merge->top, &merge->left) && sheet_reference(colon + 1, &merge->bottom, &merge->right) && merge->top <= merge->bottom &&
           merge->left <= merge->right;
}

static int compare_tops(const void *a, const void *b)
{
    const struct sheet_merge *first = a;
    const struct sheet_merge *second = b;
    const uint32_t one = first->top != second->top ? first->top : first->left;
    const uint32_t other = first->top != second->top ? second->top : second->left;
    return (one > other) - (one < other);
}

void sheet_merges_order(struct sheet_merges *merges)
{
    if (merges->all.count > 1) {
        qsort(merges->all.items, merges->all.count, sizeof merges->all.items[0], compare_tops);
    }
}

bool sheet_merges_move(struct sheet_merges *merges, uint32_t row)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < merges->active_count; i++) {
        if (merges->active[i].bottom >= row) {
            merges->active[kept++] = merges->active[i];
        }
    }
    merges->active_count = kept;
    for (; merges->next < merges->all.count && merges->all.items[merges->next].top <= row; merges->next++) {
        if (merges->all.items[merges->next].bottom < row) {
            continue;
        }
        if (merges->active_count == ACTIVE_MAX) {
            return false;
        }
        merges->active[merges->active_count++] = merges->all.items[merges->next];
    }
    return true;
}

const struct sheet_merge *sheet_merges_at(const struct sheet_merges *merges, uint32_t row, uint32_t column)
{
    for (uint32_t i = 0; i < merges->active_count; i++) {
        const struct sheet_merge *merge = &merges->active[i];
        if (merge->left <= column && column <= merge->right && merge->top <= row && row <= merge->bottom) {
            return merge;
        }
    }
    return NULL;
}
