/*
 * One form of what row_runs.c does a word at a time, for the processor that FORM_TARGET names. Included by row_runs.c once for each form, with FORM_NAME(name),
 * FORM_TARGET, PACK_WORD(bits, mask) and SPREAD_WORD(bits, mask) set.
 */
FORM_TARGET static uint64_t FORM_NAME(count)(const uint64_t *bits, size_t words)
{
    uint64_t count = 0;
    for (size_t w = 0; w < words; w++) {
        count += (uint64_t)__builtin_popcountll(bits[w]);
    }
    return count;
}

FORM_TARGET static void FORM_NAME(pack)(const uint64_t *rows, const uint64_t *ends, size_t words, uint64_t *packed)
{
    uint64_t held = 0; /* bits that do not fill a word yet */
    unsigned filled = 0;
    for (size_t w = 0; w < words; w++) {
        const uint64_t bits = PACK_WORD(rows[w], ends[w]);
        const unsigned count = (unsigned)__builtin_popcountll(ends[w]);
        held |= bits << filled;
        if (filled + count >= BITS) {
            *packed++ = held;
            held = filled > 0 ? bits >> (BITS - filled) : 0;
            filled += count - BITS;
        } else {
            filled += count;
        }
    }
    if (filled > 0) {
        *packed = held;
    }
}

FORM_TARGET static void FORM_NAME(spread)(const uint64_t *packed, const uint64_t *some, size_t words, uint64_t *parents)
{
    size_t at = 0;
    for (size_t w = 0; w < words; w++) {
        const unsigned count = (unsigned)__builtin_popcountll(some[w]);
        const unsigned shift = at % BITS;
        uint64_t bits = 0;
        if (count > 0) {
            bits = packed[at / BITS] >> shift;
            bits |= shift + count > BITS ? packed[at / BITS + 1] << (BITS - shift) : 0;
        }
        parents[w] = SPREAD_WORD(bits, some[w]);
        at += count;
    }
}

#undef FORM_NAME
#undef FORM_TARGET
#undef PACK_WORD
#undef SPREAD_WORD
