/*
 * Memory of one run, see slab.h. Chunks double in total size, so a machine that has seen its
 * largest batch allocates no more. May not hand out memory beyond the bound, and never frees before
 * mou_slab_free. Called by machine.c, frames.c and the kernels.
 */
#include "slab.h"

#include <assert.h>

#include "vm_limits.h"

struct mou_slab_chunk {
    struct mou_slab_chunk *next;
    size_t whole_bytes; /* with this head */
    size_t capacity;
    unsigned char *data;
};

void mou_slab_init(struct mou_slab *slab, const struct mou_allocator *allocator, size_t max_bytes)
{
    assert(slab != NULL && allocator != NULL);
    *slab = (struct mou_slab){.allocator = allocator, .max_bytes = max_bytes};
}

void mou_slab_free(struct mou_slab *slab)
{
    assert(slab != NULL);
    struct mou_slab_chunk *chunk = slab->first;
    while (chunk != NULL) {
        struct mou_slab_chunk *next = chunk->next;
        (void)slab->allocator->resize(slab->allocator->state, chunk, chunk->whole_bytes, 0);
        chunk = next;
    }
    slab->first = NULL;
    slab->chunk_bytes = 0;
    mou_slab_reset(slab);
}

void mou_slab_reset(struct mou_slab *slab)
{
    assert(slab != NULL);
    slab->current = slab->first;
    slab->free = slab->first == NULL ? NULL : slab->first->data;
    slab->end = slab->first == NULL ? NULL : slab->first->data + slab->first->capacity;
    slab->used_bytes = 0;
    slab->failed = false;
}

/* Appends a chunk that holds at least `bytes` and as much as all chunks before it. */
static struct mou_slab_chunk *chunk_add(struct mou_slab *slab, size_t bytes)
{
    size_t capacity =
        slab->chunk_bytes > MOU_SLAB_FIRST_BYTES ? slab->chunk_bytes : MOU_SLAB_FIRST_BYTES;
    if (capacity > slab->max_bytes) {
        capacity = slab->max_bytes;
    }
    if (capacity < bytes) {
        capacity = bytes;
    }
    const size_t whole = sizeof(struct mou_slab_chunk) + MOU_SLAB_ALIGN + capacity;
    struct mou_slab_chunk *chunk = slab->allocator->resize(slab->allocator->state, NULL, 0, whole);
    if (chunk == NULL) {
        return NULL;
    }
    unsigned char *data = (unsigned char *)(chunk + 1);
    data += (MOU_SLAB_ALIGN - (uintptr_t)data % MOU_SLAB_ALIGN) % MOU_SLAB_ALIGN;
    *chunk = (struct mou_slab_chunk){.whole_bytes = whole, .capacity = capacity, .data = data};
    if (slab->first == NULL) {
        slab->first = chunk;
    } else {
        struct mou_slab_chunk *last = slab->current;
        while (last->next != NULL) {
            last = last->next;
        }
        last->next = chunk;
    }
    slab->chunk_bytes += capacity;
    return chunk;
}

/* Goes on in the first chunk behind the current one that holds `bytes`, or in a new one. */
static bool go_on(struct mou_slab *slab, size_t bytes)
{
    struct mou_slab_chunk *chunk = slab->current == NULL ? slab->first : slab->current->next;
    while (chunk != NULL && chunk->capacity < bytes) {
        chunk = chunk->next;
    }
    if (chunk == NULL) {
        chunk = chunk_add(slab, bytes);
    }
    if (chunk == NULL) {
        return false;
    }
    slab->current = chunk;
    slab->free = chunk->data;
    slab->end = chunk->data + chunk->capacity;
    return true;
}

void *mou_slab_take_more(struct mou_slab *slab, size_t count, size_t size)
{
    assert(slab != NULL && size > 0);
    const size_t left = slab->max_bytes - slab->used_bytes;
    const size_t spare = MOU_SLAB_ALIGN + MOU_SLAB_SMALL_ALIGN;
    if (slab->failed || count > left / size || left - count * size < spare ||
        !go_on(slab, count * size + spare)) {
        slab->failed = true;
        return NULL;
    }
    return mou_slab_take(slab, count, size);
}
