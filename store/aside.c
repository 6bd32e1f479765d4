/*
 * Bytes handed to another thread, which takes them in order: the hash over what a run found, and seals of many rows, cost the thread that has the database no time. Pieces are gathered in
 * blocks, few of which are under way at a time: memory does not grow with what is handed over. Knows neither hashes nor the database. Used by run.c and seal.c.
 */
#include "aside.h"

#include <pthread.h>
#include <string.h>

#define BLOCKS 4u
#define BLOCK_BYTES ((size_t)256 * 1024)

/** Pieces, each behind its length. */
struct block {
    char *bytes;
    size_t used;
};

struct mou_aside {
    void (*take)(void *state, struct mou_text piece);
    void *state;
    struct mou_arena *arena;
    struct block blocks[BLOCKS]; /**< number n in entry n mod BLOCKS */
    pthread_t thread;
    pthread_mutex_t lock; /**< of what follows */
    pthread_cond_t moved;
    uint64_t filled, taken; /**< so many blocks */
    bool ended;             /**< no more are filled */
};

static void take_block(const struct mou_aside *aside, const struct block *block)
{
    size_t len = 0;
    for (size_t at = 0; at < block->used; at += len) {
        memcpy(&len, block->bytes + at, sizeof len);
        at += sizeof len;
        aside->take(aside->state, (struct mou_text){block->bytes + at, len});
    }
}

static void *run_thread(void *state)
{
    struct mou_aside *aside = state;
    pthread_mutex_lock(&aside->lock);
    while (aside->taken < aside->filled || !aside->ended) {
        if (aside->taken == aside->filled) {
            pthread_cond_wait(&aside->moved, &aside->lock);
            continue;
        }
        const struct block *block = &aside->blocks[aside->taken % BLOCKS];
        pthread_mutex_unlock(&aside->lock);
        take_block(aside, block);
        pthread_mutex_lock(&aside->lock);
        aside->taken++;
        pthread_cond_broadcast(&aside->moved);
    }
    pthread_mutex_unlock(&aside->lock);
    return NULL;
}

/** The block being filled goes to the thread; waits until at most `behind` are not taken yet. */
static void hand_over(struct mou_aside *aside, uint64_t behind)
{
    pthread_mutex_lock(&aside->lock);
    aside->filled++;
    pthread_cond_broadcast(&aside->moved);
    while (aside->filled - aside->taken > behind) {
        pthread_cond_wait(&aside->moved, &aside->lock);
    }
    pthread_mutex_unlock(&aside->lock);
    aside->blocks[aside->filled % BLOCKS].used = 0;
}

static bool start(struct mou_aside *aside)
{
    if (pthread_mutex_init(&aside->lock, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&aside->moved, NULL) != 0) {
        pthread_mutex_destroy(&aside->lock);
        return false;
    }
    if (pthread_create(&aside->thread, NULL, run_thread, aside) != 0) {
        pthread_cond_destroy(&aside->moved);
        pthread_mutex_destroy(&aside->lock);
        return false;
    }
    return true;
}

struct mou_aside *mou_aside_new(void (*take)(void *state, struct mou_text piece), void *state)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_aside *aside = arena != NULL ? MOU_NEW(arena, struct mou_aside) : NULL;
    bool whole = aside != NULL;
    for (uint32_t i = 0; whole && i < BLOCKS; i++) {
        aside->blocks[i].bytes = MOU_NEW_ARRAY(arena, BLOCK_BYTES, char);
        whole = aside->blocks[i].bytes != NULL;
    }
    if (whole) {
        aside->take = take;
        aside->state = state;
        aside->arena = arena;
        whole = start(aside);
    }
    if (!whole) {
        mou_arena_free(arena);
    }
    return whole ? aside : NULL;
}

void mou_aside_add(struct mou_aside *aside, struct mou_text piece)
{
    struct block *block = &aside->blocks[aside->filled % BLOCKS];
    if (block->used + sizeof piece.len + piece.len > BLOCK_BYTES && block->used > 0) {
        hand_over(aside, BLOCKS - 1);
        block = &aside->blocks[aside->filled % BLOCKS];
    }
    if (sizeof piece.len + piece.len > BLOCK_BYTES) { /* longer than a block: once those before it have been taken, here */
        hand_over(aside, 0);
        aside->take(aside->state, piece);
        return;
    }
    memcpy(block->bytes + block->used, &piece.len, sizeof piece.len);
    memcpy(block->bytes + block->used + sizeof piece.len, piece.bytes, piece.len);
    block->used += sizeof piece.len + piece.len;
}

void mou_aside_end(struct mou_aside *aside)
{
    if (aside == NULL) {
        return;
    }
    hand_over(aside, 0);
    pthread_mutex_lock(&aside->lock);
    aside->ended = true;
    pthread_cond_broadcast(&aside->moved);
    pthread_mutex_unlock(&aside->lock);
    (void)pthread_join(aside->thread, NULL);
    pthread_cond_destroy(&aside->moved);
    pthread_mutex_destroy(&aside->lock);
    struct mou_arena *arena = aside->arena;
    mou_arena_free(arena);
}
