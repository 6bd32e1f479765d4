/*
 * SHA-256 by libsodium; the only place that knows which library does it.
 */
#include <assert.h>
#include <sodium.h>

#include "mou/base.h"

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

void mou_sha256(const void *bytes, size_t len, unsigned char out[32])
{
    static const unsigned char nothing[1] = {0};
    assert(out != NULL && (bytes != NULL || len == 0));
    crypto_hash_sha256(out, bytes != NULL ? bytes : nothing, len);
    MOU_WRITTEN(out, crypto_hash_sha256_BYTES);
}

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

void mou_sha256_add(struct mou_sha256_pieces *pieces, const void *bytes, size_t len)
{
    assert(pieces != NULL && (bytes != NULL || len == 0));
    if (len > 0) {
        crypto_hash_sha256_update(state_of(pieces), bytes, len);
        MOU_WRITTEN(pieces, sizeof *pieces);
    }
}

void mou_sha256_end(struct mou_sha256_pieces *pieces, unsigned char out[32])
{
    assert(pieces != NULL && out != NULL);
    crypto_hash_sha256_final(state_of(pieces), out);
    MOU_WRITTEN(out, crypto_hash_sha256_BYTES);
}
