/*
 * Whole blocks of SHA-256, fast. Used by hash.c alone.
 */
#ifndef MOU_BASE_SHA256_BLOCKS_H
#define MOU_BASE_SHA256_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Whether this machine can; if not, the other function must not be called. */
bool mou_sha256_blocks_fast(void);
/** Takes `count` blocks of 64 bytes into the state. */
void mou_sha256_blocks(uint32_t state[8], const unsigned char *bytes, size_t count);

#endif
