/*
 * Randomness and ed25519 signatures by libsodium; the only place of the store that knows which library does it.
 */
#include <sodium.h>
#include <string.h>

#include "store_internal.h"

_Static_assert(crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SEEDBYTES == 32 && crypto_sign_BYTES == 64, "the contract's sizes");

enum mou_status mou_random(struct mou_store *store, void *bytes, size_t len)
{
    if (sodium_init() < 0) {
        return mou_store_fail(store, MOU_ERROR_INTERNAL, "%s", mou_store_say(store, "没有随机数", "no randomness"));
    }
    randombytes_buf(bytes, len);
    return MOU_OK;
}

enum mou_status mou_key_make(struct mou_key *key)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    if (sodium_init() < 0) {
        return MOU_ERROR_INTERNAL;
    }
    randombytes_buf(key->seed, sizeof key->seed);
    (void)crypto_sign_seed_keypair(key->public_key, secret, key->seed);
    sodium_memzero(secret, sizeof secret);
    return MOU_OK;
}

enum mou_status mou_key_sign(const struct mou_key *key, const void *bytes, size_t len, unsigned char signature[64])
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    unsigned char public_key[32];
    if (sodium_init() < 0) {
        return MOU_ERROR_INTERNAL;
    }
    (void)crypto_sign_seed_keypair(public_key, secret, key->seed);
    (void)crypto_sign_detached(signature, NULL, bytes, len, secret);
    sodium_memzero(secret, sizeof secret);
    return memcmp(public_key, key->public_key, sizeof public_key) == 0 ? MOU_OK : MOU_ERROR_AUTHORITY;
}

bool mou_key_verify(const unsigned char public_key[32], const void *bytes, size_t len, const unsigned char signature[64])
{
    return sodium_init() >= 0 && crypto_sign_verify_detached(signature, bytes, len, public_key) == 0;
}

void mou_key_forget(struct mou_key *key)
{
    sodium_memzero(key, sizeof *key);
}
