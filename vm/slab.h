/*
 * Memory of one run: frames and registers. A bump allocator over chunks that stay with the machine, so that batch after
 * batch works in memory that is already there; not zeroed unless asked. Sticky failure, with a bound on the bytes
 * handed out. Used by the machine only.
 */
#ifndef MOU_VM_SLAB_H
#define MOU_VM_SLAB_H

#include "mou/base.h"

struct mou_slab_chunk;

struct mou_slab {
    const struct mou_allocator *allocator;
    struct mou_slab_chunk *first;   /**< all chunks in the order of their making */
    struct mou_slab_chunk *current; /**< the one that is being filled */
    size_t used_bytes;              /**< of the run so far, with padding */
    size_t max_bytes;
    size_t chunk_bytes; /**< of all chunks */
    bool failed;
};

void mou_slab_init(struct mou_slab *slab, const struct mou_allocator *allocator, size_t max_bytes);
void mou_slab_free(struct mou_slab *slab);
/** Forgets what was handed out and the failure, keeps the chunks. */
void mou_slab_reset(struct mou_slab *slab);
/**
 * `count` elements of `size` bytes, aligned to 64, content undefined; NULL and sticky failure beyond the bound. Count 0
 * gives a valid pointer.
 */
void *mou_slab_take(struct mou_slab *slab, size_t count, size_t size) MOU_MUST_USE;
/** The same, zeroed. */
void *mou_slab_take_zeroed(struct mou_slab *slab, size_t count, size_t size) MOU_MUST_USE;
#define MOU_SLAB_ARRAY(slab, count, type)  ((type *)mou_slab_take((slab), (count), sizeof(type)))
#define MOU_SLAB_ZEROED(slab, count, type) ((type *)mou_slab_take_zeroed((slab), (count), sizeof(type)))

#endif
