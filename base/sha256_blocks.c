/*
 * Whole blocks of SHA-256 by the processor's own instructions, where it has them. Knows no padding and no lengths: hash.c does that with the library's
 * state, and does without this file on other machines.
 */
#include "sha256_blocks.h"

/* The compiler's own table of what the processor has is asked: asking the processor itself takes longer than a block on a virtual machine. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#    define BUILT_IN
#    define PROCESSOR_HAS_IT (__builtin_cpu_supports("sha") != 0 && __builtin_cpu_supports("sse4.1") != 0)
#elif defined(__SHA__) && defined(__SSE4_1__)
#    define BUILT_IN
#    define PROCESSOR_HAS_IT true
#endif

#ifdef BUILT_IN

#    include <immintrin.h>

bool mou_sha256_blocks_fast(void)
{
    return PROCESSOR_HAS_IT;
}

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
    0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
    0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
    0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/** The state as the instructions want it: A, B, E, F and C, D, G, H; the last sixteen words of the message, four to a register. */
struct rounds {
    __m128i abef, cdgh;
    __m128i words[4];
};

/** Four rounds, number 4 * quad and on; prepares the words of later ones as far as there are any. */
__attribute__((target("sha,sse4.1"), always_inline)) static inline void four_rounds(struct rounds *r, int quad)
{
    const int now = quad & 3;
    const int next = (quad + 1) & 3;
    const int before = (quad + 3) & 3;
    __m128i sum = _mm_add_epi32(r->words[now], _mm_loadu_si128((const __m128i *)(const void *)(constants + 4 * quad)));
    r->cdgh = _mm_sha256rnds2_epu32(r->cdgh, r->abef, sum);
    if (quad >= 3 && quad < 15) {
        const __m128i shifted = _mm_alignr_epi8(r->words[now], r->words[before], 4);
        r->words[next] = _mm_sha256msg2_epu32(_mm_add_epi32(r->words[next], shifted), r->words[now]);
    }
    sum = _mm_shuffle_epi32(sum, 0x0E);
    r->abef = _mm_sha256rnds2_epu32(r->abef, r->cdgh, sum);
    if (quad >= 1 && quad < 13) {
        r->words[before] = _mm_sha256msg1_epu32(r->words[before], r->words[now]);
    }
}

__attribute__((target("sha,sse4.1"))) static void one_block(struct rounds *r, const unsigned char *block)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    const __m128i abef = r->abef;
    const __m128i cdgh = r->cdgh;
    for (int i = 0; i < 4; i++) {
        r->words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), big_endian);
    }
    four_rounds(r, 0);
    four_rounds(r, 1);
    four_rounds(r, 2);
    four_rounds(r, 3);
    four_rounds(r, 4);
    four_rounds(r, 5);
    four_rounds(r, 6);
    four_rounds(r, 7);
    four_rounds(r, 8);
    four_rounds(r, 9);
    four_rounds(r, 10);
    four_rounds(r, 11);
    four_rounds(r, 12);
    four_rounds(r, 13);
    four_rounds(r, 14);
    four_rounds(r, 15);
    r->abef = _mm_add_epi32(r->abef, abef);
    r->cdgh = _mm_add_epi32(r->cdgh, cdgh);
}

__attribute__((target("sha,sse4.1"))) void mou_sha256_blocks(uint32_t state[8], const unsigned char *bytes, size_t count)
{
    struct rounds r;
    const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)state), 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)(state + 4)), 0x1B);
    r.abef = _mm_alignr_epi8(cdab, efgh, 8);
    r.cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (size_t i = 0; i < count; i++) {
        one_block(&r, bytes + 64 * i);
    }
    const __m128i feba = _mm_shuffle_epi32(r.abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(r.cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool mou_sha256_blocks_fast(void)
{
    return false;
}

void mou_sha256_blocks(uint32_t state[8], const unsigned char *bytes, size_t count)
{
    (void)state;
    (void)bytes;
    (void)count;
}

#endif
