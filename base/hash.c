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
