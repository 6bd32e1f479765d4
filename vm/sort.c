/*
 * Sorting of plain numbers: insertion for the few that a subject usually has, a heap for the rest,
 * so that the worst case stays n log n. Called by the kernels that count different values.
 */
#include "sort.h"

#include <assert.h>

#define INSERTION_MAX 24

static void insertion_sort(int64_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const int64_t value = values[i];
        size_t j = i;
        while (j > 0 && values[j - 1] > value) {
            values[j] = values[j - 1];
            j--;
        }
        values[j] = value;
    }
}

/* Lets the value at `root` sink into the heap of `count` values. */
static void sink(int64_t *values, size_t root, size_t count)
{
    const int64_t value = values[root];
    size_t child = 2 * root + 1;
    while (child < count) {
        if (child + 1 < count && values[child + 1] > values[child]) {
            child++;
        }
        if (values[child] <= value) {
            break;
        }
        values[root] = values[child];
        root = child;
        child = 2 * root + 1;
    }
    values[root] = value;
}

void mou_sort_values(int64_t *values, size_t count)
{
    assert(values != NULL || count == 0);
    if (count <= INSERTION_MAX) {
        insertion_sort(values, count);
        return;
    }
    for (size_t root = count / 2; root > 0; root--) {
        sink(values, root - 1, count);
    }
    for (size_t end = count - 1; end > 0; end--) {
        const int64_t largest = values[0];
        values[0] = values[end];
        values[end] = largest;
        sink(values, 0, end);
    }
}
