/*
 * Growth of the typed dynamic arrays of MOU_VEC. The storage before is left to its arena and must
 * not be used any more: under AddressSanitizer it is poisoned, which finds pointers to elements
 * that were kept over a push.
 */
#include <assert.h>
#include <string.h>

#include "arena_poison.h"
#include "mou/base.h"

#define FIRST_CAPACITY 8u

bool mou_vec_grow(struct mou_arena *arena, void **items, size_t *capacity, size_t count,
                  size_t item_size)
{
    assert(count <= *capacity && item_size > 0);
    assert(*capacity == 0 || *items != NULL);
    const size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    void *grown = wanted > *capacity ? mou_arena_array(arena, wanted, item_size) : NULL;
    if (grown == NULL) {
        return false;
    }
    if (count > 0) {
        memcpy(grown, *items, count * item_size);
    }
    if (*capacity > 0) {
        MOU_POISON(*items, *capacity * item_size);
    }
    *items = grown;
    *capacity = wanted;
    return true;
}
