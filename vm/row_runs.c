/*
 * Stretches of rows by sums of whole words. A carry that starts at a row with a bit runs through all rows behind it that are not the last of their stretch, and stops
 * there: one addition tells for 64 rows whether their stretches have a bit. Where the processor can gather the bits at given places, that is chosen; there is no state
 * here. Called by the kernels.
 */
#include "row_runs.h"

#include <assert.h>
#include <string.h>

#if defined(__x86_64__)
#    include <immintrin.h>
#endif

#define BITS 64u

/* Bits of `bits` at the places of `mask`, side by side. */
static inline uint64_t pack_plain(uint64_t bits, uint64_t mask)
{
    uint64_t packed = 0;
    for (uint64_t left = bits & mask; left != 0; left &= left - 1) {
        const uint64_t below = (left & (~left + 1)) - 1;
        packed |= UINT64_C(1) << __builtin_popcountll(mask & below);
    }
    return packed;
}

/* The other way round. */
static inline uint64_t spread_plain(uint64_t bits, uint64_t mask)
{
    uint64_t spread = 0;
    for (uint64_t left = mask; left != 0 && bits != 0; left &= left - 1, bits >>= 1) {
        spread |= (bits & 1u) != 0 ? left & (~left + 1) : 0;
    }
    return spread;
}

#define FORM_NAME(name)         name##_by_plain
#define FORM_TARGET
#define PACK_WORD(bits, mask)   pack_plain(bits, mask)
#define SPREAD_WORD(bits, mask) spread_plain(bits, mask)
#include "row_runs_form.h"

#if defined(__x86_64__)
#    define FORM_NAME(name)         name##_by_bmi2
#    define FORM_TARGET             __attribute__((target("bmi2,popcnt")))
#    define PACK_WORD(bits, mask)   _pext_u64(bits, mask)
#    define SPREAD_WORD(bits, mask) _pdep_u64(bits, mask)
#    include "row_runs_form.h"
#endif

static const struct mou_row_runs_form forms[] = {
    {"plain", count_by_plain, pack_by_plain, spread_by_plain},
#if defined(__x86_64__)
    {"bmi2", count_by_bmi2, pack_by_bmi2, spread_by_bmi2},
#endif
};

static unsigned form_count(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") ? 2 : 1;
#else
    return 1;
#endif
}

const struct mou_row_runs_form *mou_row_runs_form(unsigned index)
{
    return index < form_count() ? &forms[index] : NULL;
}

const struct mou_row_runs_form *mou_row_runs_form_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_is("znver1") || __builtin_cpu_is("znver2")) {
        return &forms[0]; /* they have the instructions, but slow ones */
    }
#endif
    return &forms[form_count() - 1];
}

static size_t words_of(uint32_t bits)
{
    return ((size_t)bits + BITS - 1) / BITS;
}

static bool is_clear_behind(const uint64_t *bits, uint32_t count)
{
    return count % BITS == 0 || bits[count / BITS] >> (count % BITS) == 0;
}

bool mou_row_runs_sound(const struct mou_row_runs_form *form, const struct mou_row_runs *runs)
{
    assert(form != NULL && runs != NULL && runs->row_count > 0);
    const uint32_t last = runs->row_count - 1;
    return ((runs->ends[last / BITS] >> (last % BITS)) & 1u) != 0 && is_clear_behind(runs->ends, runs->row_count) &&
           is_clear_behind(runs->some, runs->parent_count) &&
           form->count(runs->ends, words_of(runs->row_count)) == form->count(runs->some, words_of(runs->parent_count));
}

/* Ends of the stretches that have a bit. */
static void find_ends(const struct mou_row_runs *runs, const uint64_t *bits, uint64_t *found)
{
    uint64_t carry = 0;
    for (size_t w = 0; w < words_of(runs->row_count); w++) {
        const uint64_t inner = ~runs->ends[w];
        const uint64_t half = (bits[w] & inner) + inner;
        const uint64_t sum = half + carry;
        carry = (uint64_t)(half < inner) | (uint64_t)(sum < half);
        found[w] = (sum | bits[w]) & runs->ends[w];
    }
}

/*
 * `bits` without the first of each stretch: where a stretch has none, its end is lent one, so that taking one away at the beginning of a stretch never borrows
 * from the next. `found`: ends of the stretches that have a bit.
 */
static void drop_first(const struct mou_row_runs *runs, const uint64_t *bits, const uint64_t *found, uint64_t *fewer)
{
    uint64_t borrow = 0;
    uint64_t ended = 1; /* a stretch begins behind an end, and with the first row */
    for (size_t w = 0; w < words_of(runs->row_count); w++) {
        const uint64_t begins = runs->ends[w] << 1 | ended;
        const uint64_t lent = bits[w] | (runs->ends[w] & ~found[w]);
        const uint64_t half = lent - begins;
        const uint64_t rest = half - borrow;
        borrow = (uint64_t)(half > lent) | (uint64_t)(rest > half);
        ended = runs->ends[w] >> (BITS - 1);
        fewer[w] = bits[w] & rest;
    }
}

static void name_parents(const struct mou_row_runs_form *form, const struct mou_row_runs *runs, const uint64_t *found, uint64_t *packed, uint64_t *parents)
{
    form->pack(found, runs->ends, words_of(runs->row_count), packed);
    form->spread(packed, runs->some, words_of(runs->parent_count), parents);
}

void mou_row_runs_any(const struct mou_row_runs_form *form, const struct mou_row_runs *runs, const uint64_t *bits, uint64_t *scratch, uint64_t *parents)
{
    assert(form != NULL && runs != NULL && bits != NULL && scratch != NULL && parents != NULL);
    find_ends(runs, bits, scratch);
    name_parents(form, runs, scratch, scratch + words_of(runs->row_count), parents);
}

void mou_row_runs_at_least(const struct mou_row_runs_form *form, const struct mou_row_runs *runs, const uint64_t *bits, uint32_t least, uint64_t *scratch,
                           uint64_t *parents)
{
    assert(form != NULL && runs != NULL && bits != NULL && least >= 1 && scratch != NULL && parents != NULL);
    const size_t words = words_of(runs->row_count);
    uint64_t *left = scratch + 2 * words;
    find_ends(runs, bits, scratch);
    for (uint32_t i = 1; i < least; i++) {
        drop_first(runs, i == 1 ? bits : left, scratch, left);
        find_ends(runs, left, scratch);
    }
    name_parents(form, runs, scratch, scratch + words, parents);
}
