/*
 * Bitmaps of 64-bit words, one bit per row, row 0 in the lowest bit of word 0. Bits past the last row are zero. Inline,
 * without memory of their own; used by frames, kernels and the batch builder.
 */
#ifndef MOU_VM_BITS_H
#define MOU_VM_BITS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t mou_words(uint32_t rows)
{
    return ((size_t)rows + 63) / 64;
}

/** Mask of the rows that word `word` of a bitmap of `rows` rows holds. */
static inline uint64_t mou_word_mask(uint32_t rows, size_t word)
{
    const size_t begin = word * 64;
    assert(begin < rows);
    return rows - begin >= 64 ? UINT64_MAX : (UINT64_C(1) << (rows - begin)) - 1;
}

static inline bool mou_bit(const uint64_t *bits, size_t row)
{
    return (bits[row / 64] >> (row % 64)) & 1u;
}

/** The bit as 0 or 1 of a word, for shifting. */
static inline uint64_t mou_bit_word(const uint64_t *bits, size_t row)
{
    return (bits[row / 64] >> (row % 64)) & 1u;
}

static inline void mou_bit_set(uint64_t *bits, size_t row)
{
    bits[row / 64] |= UINT64_C(1) << (row % 64);
}

static inline void mou_bit_clear(uint64_t *bits, size_t row)
{
    bits[row / 64] &= ~(UINT64_C(1) << (row % 64));
}

static inline unsigned mou_lowest_bit(uint64_t word)
{
    assert(word != 0);
    return (unsigned)__builtin_ctzll(word);
}

static inline unsigned mou_bit_count(uint64_t word)
{
    return (unsigned)__builtin_popcountll(word);
}

/** Bits [from, to) of one word, 0 <= from < to <= 64. */
static inline uint64_t mou_word_range(unsigned from, unsigned to)
{
    assert(from < to && to <= 64);
    return (UINT64_MAX >> (64 - (to - from))) << from;
}

/** Sets bits [from, to). */
static inline void mou_bits_fill(uint64_t *bits, uint32_t from, uint32_t to)
{
    while (from < to) {
        const uint32_t end = to - from > 64 - from % 64 ? from + (64 - from % 64) : to;
        bits[from / 64] |= mou_word_range(from % 64, from % 64 + (end - from));
        from = end;
    }
}

/** Number of bits set in [from, to). */
static inline uint32_t mou_bits_count(const uint64_t *bits, uint32_t from, uint32_t to)
{
    uint32_t count = 0;
    while (from < to) {
        const uint32_t end = to - from > 64 - from % 64 ? from + (64 - from % 64) : to;
        count += mou_bit_count(bits[from / 64] & mou_word_range(from % 64, from % 64 + (end - from)));
        from = end;
    }
    return count;
}

/** First set bit in [from, to), or `to`. */
static inline uint32_t mou_bits_next(const uint64_t *bits, uint32_t from, uint32_t to)
{
    while (from < to) {
        const uint64_t word = bits[from / 64] >> (from % 64);
        if (word != 0) {
            const uint32_t row = from + mou_lowest_bit(word);
            return row < to ? row : to;
        }
        const uint32_t step = 64 - from % 64;
        from = to - from > step ? from + step : to;
    }
    return to;
}

/** Sets all of `rows` bits. */
static inline void mou_bits_set_all(uint64_t *bits, uint32_t rows)
{
    const size_t words = mou_words(rows);
    for (size_t w = 0; w < words; w++) {
        bits[w] = mou_word_mask(rows, w);
    }
}

#endif
