/*
 * An allocator for tests: counts bytes and calls, checks the sizes that callers state, and fails
 * the n-th call on purpose.
 */
#ifndef MOU_TESTS_FAILING_ALLOCATOR_H
#define MOU_TESTS_FAILING_ALLOCATOR_H

#include <stdlib.h>

#include "mou_test.h"

struct failing_allocator {
    struct mou_allocator allocator; /**< to be handed out */
    size_t calls;                   /**< that asked for memory */
    size_t fail_at;                 /**< number of the call that fails, from 1; 0: none */
    bool sticky;                    /**< later ones fail, too */
    size_t live_bytes;
    bool wrong_size; /**< a caller stated another size than it had asked for */
};

/** Precedes each piece. */
struct failing_piece {
    size_t size;
    size_t padding;
};

static inline void *failing_resize(void *state, void *old, size_t old_size, size_t new_size)
{
    struct failing_allocator *self = state;
    struct failing_piece *piece = old != NULL ? (struct failing_piece *)old - 1 : NULL;
    self->wrong_size = self->wrong_size || (piece != NULL && piece->size != old_size);
    if (new_size == 0) {
        self->live_bytes -= piece != NULL ? piece->size : 0;
        free(piece);
        return NULL;
    }
    self->calls++;
    if (self->fail_at != 0 &&
        (self->calls == self->fail_at || (self->sticky && self->calls > self->fail_at))) {
        return NULL;
    }
    const size_t before = piece != NULL ? piece->size : 0;
    piece = realloc(piece, sizeof *piece + new_size);
    assert_non_null(piece);
    piece->size = new_size;
    self->live_bytes = self->live_bytes - before + new_size;
    return piece + 1;
}

/** `self` must stay where it is as long as anything allocated with it lives. */
static inline void failing_allocator_init(struct failing_allocator *self, size_t fail_at)
{
    *self = (struct failing_allocator){.allocator = {failing_resize, self}, .fail_at = fail_at};
}

#endif
