/*
 * Memory of one run, see slab.h. Chunks double in total size, so a machine that has seen its
 * largest batch allocates no more. May not hand out memory beyond the bound, and never frees before
 * mou_slab_free. Called by machine.c, frames.c and the kernels.
 */
#include "slab.h"

#include <assert.h>
#include <string.h>

#include "vm_limits.h"

#define SLAB_ALIGN ((size_t)64)

struct mou_slab_chunk {
    struct mou_slab_chunk *next;
    size_t whole_bytes; /* with this head */
    size_t used;
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
    slab->current = NULL;
    slab->chunk_bytes = 0;
}

void mou_slab_reset(struct mou_slab *slab)
{
    assert(slab != NULL);
    for (struct mou_slab_chunk *chunk = slab->first; chunk != NULL; chunk = chunk->next) {
        chunk->used = 0;
    }
    slab->current = slab->first;
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
    const size_t whole = sizeof(struct mou_slab_chunk) + SLAB_ALIGN + capacity;
    struct mou_slab_chunk *chunk = slab->allocator->resize(slab->allocator->state, NULL, 0, whole);
    if (chunk == NULL) {
        return NULL;
    }
    unsigned char *data = (unsigned char *)(chunk + 1);
    data += (SLAB_ALIGN - (uintptr_t)data % SLAB_ALIGN) % SLAB_ALIGN;
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

void *mou_slab_take(struct mou_slab *slab, size_t count, size_t size)
{
    assert(slab != NULL && size > 0);
    if (slab->failed || count > (slab->max_bytes - slab->used_bytes) / size) {
        slab->failed = true;
        return NULL;
    }
    const size_t bytes = (count * size + SLAB_ALIGN - 1) / SLAB_ALIGN * SLAB_ALIGN;
    if (bytes > slab->max_bytes - slab->used_bytes) {
        slab->failed = true;
        return NULL;
    }
    struct mou_slab_chunk *chunk = slab->current;
    while (chunk != NULL && chunk->capacity - chunk->used < bytes) {
        chunk = chunk->next;
    }
    if (chunk == NULL) {
        chunk = chunk_add(slab, bytes);
        if (chunk == NULL) {
            slab->failed = true;
            return NULL;
        }
    }
    slab->current = chunk;
    void *result = chunk->data + chunk->used;
    chunk->used += bytes;
    slab->used_bytes += bytes;
    return result;
}

void *mou_slab_take_zeroed(struct mou_slab *slab, size_t count, size_t size)
{
    void *memory = mou_slab_take(slab, count, size);
    if (memory != NULL) {
        memset(memory, 0, count * size);
    }
    return memory;
}
