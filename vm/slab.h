/*
 * Memory of one run: frames and registers. A bump allocator over chunks that stay with the machine, so that batch after
 * batch works in memory that is already there; not zeroed unless asked. Sticky failure, with a bound on the bytes
 * handed out. Used by the machine only.
 */
#ifndef MOU_VM_SLAB_H
#define MOU_VM_SLAB_H

#include <string.h>

#include "mou/base.h"

struct mou_slab_chunk;

struct mou_slab {
    const struct mou_allocator *allocator;
    struct mou_slab_chunk *first;   /**< all chunks in the order of their making */
    struct mou_slab_chunk *current; /**< the one that is being filled */
    unsigned char *free;            /**< of the current chunk: where it goes on */
    unsigned char *end;
    size_t used_bytes; /**< of the run so far, with padding */
    size_t max_bytes;
    size_t chunk_bytes; /**< of all chunks */
    bool failed;
};

void mou_slab_init(struct mou_slab *slab, const struct mou_allocator *allocator, size_t max_bytes);
void mou_slab_free(struct mou_slab *slab);
/** Forgets what was handed out and the failure, keeps the chunks. */
void mou_slab_reset(struct mou_slab *slab);
/** The same as mou_slab_take, for what the current chunk does not hold, and for failures. */
void *mou_slab_take_more(struct mou_slab *slab, size_t count, size_t size) MOU_MUST_USE;

enum { MOU_SLAB_ALIGN = 64, MOU_SLAB_SMALL_ALIGN = 16 };

/**
 * `count` elements of `size` bytes, content undefined; aligned to 64, the small ones, of which a single subject's run is
 * made, to 16. NULL and sticky failure beyond the bound. Count 0 gives a valid pointer.
 */
static inline void *mou_slab_take(struct mou_slab *slab, size_t count, size_t size)
{
    if (count > SIZE_MAX / 4 / size) {
        return mou_slab_take_more(slab, count, size);
    }
    const size_t bytes = (count * size + MOU_SLAB_SMALL_ALIGN - 1) & ~(size_t)(MOU_SLAB_SMALL_ALIGN - 1);
    const size_t padding = bytes < MOU_SLAB_ALIGN ? 0 : -(uintptr_t)slab->free & (MOU_SLAB_ALIGN - 1);
    if (padding + bytes >= (size_t)(slab->end - slab->free) ||
        padding + bytes > slab->max_bytes - slab->used_bytes || slab->failed) {
        return mou_slab_take_more(slab, count, size);
    }
    unsigned char *result = slab->free + padding; /* always a multiple of the small alignment */
    slab->free = result + bytes;
    slab->used_bytes += padding + bytes;
    return result;
}

/** The same, zeroed. */
static inline void *mou_slab_take_zeroed(struct mou_slab *slab, size_t count, size_t size)
{
    void *memory = mou_slab_take(slab, count, size);
    if (memory != NULL) {
        memset(memory, 0, count * size);
    }
    return memory;
}

#define MOU_SLAB_ARRAY(slab, count, type)  ((type *)mou_slab_take((slab), (count), sizeof(type)))
#define MOU_SLAB_ZEROED(slab, count, type) ((type *)mou_slab_take_zeroed((slab), (count), sizeof(type)))

#endif
