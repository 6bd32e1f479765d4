/*
 * SHA-256 by libsodium, and by the processor's own instructions where it has them; the only place that knows which does it.
 */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "mou/base.h"
#include "sha256_blocks.h"

#if defined(__has_feature)
#    if __has_feature(memory_sanitizer)
#        include <sanitizer/msan_interface.h>
#        define MOU_WRITTEN(bytes, size)                                                           \
            __msan_unpoison((bytes), (size)) /* the library is not instrumented */
#    endif
#endif
#ifndef MOU_WRITTEN
#    define MOU_WRITTEN(bytes, size) ((void)(bytes), (void)(size))
#endif

_Static_assert(crypto_hash_sha256_BYTES == 32, "the contract's size");

_Static_assert(sizeof(struct mou_sha256_pieces) >= sizeof(crypto_hash_sha256_state), "the opaque state holds the library's");

static crypto_hash_sha256_state *state_of(struct mou_sha256_pieces *pieces)
{
    return (crypto_hash_sha256_state *)(void *)pieces->state;
}

void mou_sha256_begin(struct mou_sha256_pieces *pieces)
{
    assert(pieces != NULL);
    crypto_hash_sha256_init(state_of(pieces));
    MOU_WRITTEN(pieces, sizeof *pieces);
}

#define BLOCK_BYTES 64u

/** As the library does it: whole blocks at once, the rest waits in the state for what comes. */
static void add_fast(crypto_hash_sha256_state *state, const unsigned char *bytes, size_t len)
{
    const size_t waiting = (size_t)(state->count / 8) % BLOCK_BYTES;
    state->count += (uint64_t)len * 8;
    if (waiting > 0 && waiting + len >= BLOCK_BYTES) {
        memcpy(state->buf + waiting, bytes, BLOCK_BYTES - waiting);
        mou_sha256_blocks(state->state, state->buf, 1);
        bytes += BLOCK_BYTES - waiting;
        len -= BLOCK_BYTES - waiting;
    } else if (waiting > 0) {
        memcpy(state->buf + waiting, bytes, len);
        return;
    }
    mou_sha256_blocks(state->state, bytes, len / BLOCK_BYTES);
    memcpy(state->buf, bytes + len / BLOCK_BYTES * BLOCK_BYTES, len % BLOCK_BYTES);
}

void mou_sha256_add(struct mou_sha256_pieces *pieces, const void *bytes, size_t len)
{
    assert(pieces != NULL && (bytes != NULL || len == 0));
    if (len == 0) {
        return;
    }
    if (mou_sha256_blocks_fast()) {
        add_fast(state_of(pieces), bytes, len);
    } else {
        crypto_hash_sha256_update(state_of(pieces), bytes, len);
    }
    MOU_WRITTEN(pieces, sizeof *pieces);
}

void mou_sha256_end(struct mou_sha256_pieces *pieces, unsigned char out[32])
{
    assert(pieces != NULL && out != NULL);
    crypto_hash_sha256_final(state_of(pieces), out);
    MOU_WRITTEN(out, crypto_hash_sha256_BYTES);
}

void mou_sha256(const void *bytes, size_t len, unsigned char out[32])
{
    struct mou_sha256_pieces pieces;
    assert(out != NULL && (bytes != NULL || len == 0));
    mou_sha256_begin(&pieces);
    mou_sha256_add(&pieces, bytes, len);
    mou_sha256_end(&pieces, out);
}
