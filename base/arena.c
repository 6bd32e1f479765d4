/*
 * Chunked bump allocator over a caller's allocator. Everything taken from it is released at once;
 * the first failure is remembered. It never hands memory back one piece at a time and knows nothing
 * of what it holds. Used by every part.
 *
 * Under AddressSanitizer each piece is followed by a poisoned red zone, and what was reset is
 * poisoned, so that an access behind a piece is found although the heap knows only the chunks.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arena_poison.h"
#include "mou/base.h"

#define ALIGNMENT       16u
#define CHUNK_BYTES_MAX ((size_t)8 * 1024 * 1024)

/* Test builds make it tiny, so that every boundary between chunks is met. */
#ifndef MOU_ARENA_CHUNK_BYTES
#    define MOU_ARENA_CHUNK_BYTES 8192u
#endif

/** Header of a chunk; its bytes follow, aligned. */
struct chunk {
    struct chunk *next;
    size_t size; /**< usable bytes */
    size_t used;
    size_t padding;
};

_Static_assert(sizeof(struct chunk) % ALIGNMENT == 0, "chunk content is aligned");
_Static_assert(MOU_ARENA_CHUNK_BYTES % ALIGNMENT == 0, "pieces are aligned to the end of a chunk");

struct mou_arena {
    struct mou_allocator allocator;
    struct chunk *first;
    struct chunk *current;
    size_t used_bytes;
    bool failed;
};

static void *heap_resize(void *state, void *old, size_t old_size, size_t new_size)
{
    (void)state;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

const struct mou_allocator *mou_allocator_default(void)
{
    static const struct mou_allocator heap = {heap_resize, NULL};
    return &heap;
}

static unsigned char *chunk_bytes(struct chunk *chunk)
{
    return (unsigned char *)(chunk + 1);
}

struct mou_arena *mou_arena_new(const struct mou_allocator *allocator)
{
    const struct mou_allocator *used = allocator != NULL ? allocator : mou_allocator_default();
    assert(used->resize != NULL);
    struct mou_arena *arena = used->resize(used->state, NULL, 0, sizeof *arena);
    if (arena != NULL) {
        *arena = (struct mou_arena){.allocator = *used};
    }
    return arena;
}

static void free_chunks(struct mou_arena *arena, struct chunk *chunk)
{
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        MOU_UNPOISON(chunk_bytes(chunk), chunk->size);
        arena->allocator.resize(arena->allocator.state, chunk, sizeof *chunk + chunk->size, 0);
        chunk = next;
    }
}

void mou_arena_free(struct mou_arena *arena)
{
    if (arena == NULL) {
        return;
    }
    free_chunks(arena, arena->first);
    const struct mou_allocator allocator = arena->allocator;
    allocator.resize(allocator.state, arena, sizeof *arena, 0);
}

/**
 * The largest chunk stays, so that work of the same size, again and again, soon asks the allocator for nothing; the others would
 * be filled before it.
 */
void mou_arena_reset(struct mou_arena *arena)
{
    assert(arena != NULL);
    struct chunk *kept = arena->first;
    for (struct chunk *chunk = kept; chunk != NULL; chunk = chunk->next) {
        kept = chunk->size > kept->size ? chunk : kept;
    }
    struct chunk *chunk = arena->first;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        chunk->next = NULL;
        if (chunk != kept) {
            free_chunks(arena, chunk);
        }
        chunk = next;
    }
    if (kept != NULL) {
        kept->used = 0;
        MOU_POISON(chunk_bytes(kept), kept->size);
    }
    arena->first = kept;
    arena->current = kept;
    arena->used_bytes = 0;
    arena->failed = false;
}

/**
 * Chunks that nothing was taken from since the last time go back to the allocator: there is no end to them where each time something is a
 * little larger.
 */
void mou_arena_rewind(struct mou_arena *arena)
{
    assert(arena != NULL);
    struct chunk **link = &arena->first;
    while (*link != NULL) {
        struct chunk *chunk = *link;
        if (chunk->used == 0) {
            *link = chunk->next;
            chunk->next = NULL;
            free_chunks(arena, chunk);
            continue;
        }
        chunk->used = 0;
        MOU_POISON(chunk_bytes(chunk), chunk->size);
        link = &chunk->next;
    }
    arena->current = arena->first;
    arena->used_bytes = 0;
    arena->failed = false;
}

/**
 * A chunk that holds at least `size` bytes becomes the current one: one that was kept behind it, or
 * a new one. Sizes double, so that few chunks hold much.
 */
static bool add_chunk(struct mou_arena *arena, size_t size)
{
    struct chunk *kept = arena->current != NULL ? arena->current->next : NULL;
    if (kept != NULL && kept->size >= size) {
        arena->current = kept;
        return true;
    }
    size_t wanted = arena->current == NULL ? MOU_ARENA_CHUNK_BYTES : arena->current->size * 2;
    wanted = wanted > CHUNK_BYTES_MAX ? CHUNK_BYTES_MAX : wanted;
    if (wanted < size) {
        wanted = (size + size / 4 + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1); /* it may be larger the next time */
    }
    struct chunk *chunk =
        arena->allocator.resize(arena->allocator.state, NULL, 0, sizeof *chunk + wanted);
    if (chunk == NULL) {
        return false;
    }
    *chunk = (struct chunk){.next = kept, .size = wanted, .used = 0};
    MOU_POISON(chunk_bytes(chunk), wanted);
    if (arena->current == NULL) {
        arena->first = chunk;
    } else {
        arena->current->next = chunk;
    }
    arena->current = chunk;
    return true;
}

/** A piece with whatever was there before. */
static void *take(struct mou_arena *arena, size_t size)
{
    if (arena->failed || size > SIZE_MAX / 4) {
        arena->failed = true;
        return NULL;
    }
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    rounded = (rounded == 0 ? ALIGNMENT : rounded) + MOU_RED_ZONE_BYTES;
    if (arena->current == NULL || arena->current->size - arena->current->used < rounded) {
        if (!add_chunk(arena, rounded)) {
            arena->failed = true;
            return NULL;
        }
    }
    unsigned char *bytes = chunk_bytes(arena->current) + arena->current->used;
    assert((uintptr_t)bytes % ALIGNMENT == 0);
    arena->current->used += rounded;
    arena->used_bytes += rounded - MOU_RED_ZONE_BYTES;
    MOU_UNPOISON(bytes, size);
    return bytes;
}

void *mou_arena_alloc(struct mou_arena *arena, size_t size)
{
    assert(arena != NULL);
    void *piece = take(arena, size);
    if (piece != NULL) {
        memset(piece, 0, size);
    }
    return piece;
}

void *mou_arena_array(struct mou_arena *arena, size_t count, size_t size)
{
    assert(arena != NULL);
    if (size != 0 && count > SIZE_MAX / size) {
        arena->failed = true;
        return NULL;
    }
    return mou_arena_alloc(arena, count * size);
}

static void *arena_resize(void *state, void *old, size_t old_size, size_t new_size)
{
    void *grown = new_size > old_size ? take(state, new_size) : NULL;
    if (new_size > 0 && new_size <= old_size) {
        return old;
    }
    if (grown != NULL && old_size > 0) {
        memcpy(grown, old, old_size);
    }
    if (old_size > 0 && (grown != NULL || new_size == 0)) {
        MOU_POISON(old, old_size);
    }
    return grown;
}

struct mou_allocator mou_arena_allocator(struct mou_arena *arena)
{
    assert(arena != NULL);
    return (struct mou_allocator){arena_resize, arena};
}

char *mou_arena_copy(struct mou_arena *arena, const char *bytes, size_t len)
{
    assert(bytes != NULL || len == 0);
    if (len == SIZE_MAX) {
        arena->failed = true;
        return NULL;
    }
    assert(arena != NULL);
    char *copy = take(arena, len + 1);
    if (copy != NULL) {
        if (len > 0) {
            memcpy(copy, bytes, len);
        }
        copy[len] = '\0';
    }
    return copy;
}

bool mou_arena_failed(const struct mou_arena *arena)
{
    assert(arena != NULL);
    return arena->failed;
}

void mou_arena_fail(struct mou_arena *arena)
{
    assert(arena != NULL);
    arena->failed = true;
}

size_t mou_arena_used_bytes(const struct mou_arena *arena)
{
    assert(arena != NULL);
    return arena->used_bytes;
}
