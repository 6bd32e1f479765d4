/*
 * The forms of comparing a column with one value, and the choice among them. The choice is made anew at each call that asks for it and kept by the machine: there
 * is no state here. Called by the kernels.
 */
#include "column_compare.h"

#include <assert.h>
#include <string.h>

#if defined(__SSE2__)
#    include <emmintrin.h>
#endif

#define BLOCK 64u

/* Bytes of all ones or none to bits. Inlined into each form, and so compiled for its processor. */
static inline uint64_t pack_bytes(const uint8_t *bytes)
{
    uint64_t bits = 0;
#if defined(__SSE2__)
    for (unsigned group = 0; group < BLOCK / 16; group++) {
        const __m128i sixteen = _mm_load_si128((const __m128i *)(const void *)(bytes + (size_t)group * 16));
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(sixteen) << (group * 16);
    }
#else
    for (unsigned group = 0; group < BLOCK / 8; group++) { /* the multiplication gathers the bits in the top byte */
        uint64_t eight = 0;
        memcpy(&eight, bytes + (size_t)group * 8, sizeof eight);
        bits |= (((eight & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080)) >> 56) << (group * 8);
    }
#endif
    return bits;
}

#define FORM_NAME(relation, type) relation##_##type##_plain
#define FORM_TARGET
#include "column_compare_form.h"

#if defined(__x86_64__)
#    define FORM_NAME(relation, type) relation##_##type##_avx2
#    define FORM_TARGET               __attribute__((target("avx2")))
#    include "column_compare_form.h"
#    define FORM_NAME(relation, type) relation##_##type##_avx512
#    define FORM_TARGET               __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#    include "column_compare_form.h"
#endif

#define WIDTHS(relation, form) {relation##_int8_t_##form, relation##_int16_t_##form, relation##_int32_t_##form, relation##_int64_t_##form}
#define FORM(form) {#form, {WIDTHS(equal, form), WIDTHS(less, form), WIDTHS(greater, form)}}

static const struct mou_compare_form forms[] = {
    FORM(plain), /* on 64-bit ARM, too, where NEON is part of every processor */
#if defined(__x86_64__)
    FORM(avx2),
    FORM(avx512),
#endif
};
#define FORM_COUNT (sizeof forms / sizeof forms[0])

static unsigned form_count(void)
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2")) {
        return 1;
    }
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq");
    return wide ? 3 : 2;
#else
    return 1;
#endif
}

const struct mou_compare_form *mou_compare_form(unsigned index)
{
    return index < form_count() ? &forms[index] : NULL;
}

const struct mou_compare_form *mou_compare_form_best(void)
{
    assert(form_count() <= FORM_COUNT);
    return &forms[form_count() - 1];
}

static void fill(uint64_t *bits, uint32_t rows, bool holds)
{
    const size_t words = ((size_t)rows + BLOCK - 1) / BLOCK;
    memset(bits, holds ? 0xff : 0, words * sizeof *bits);
    if (holds && rows % BLOCK != 0) {
        bits[words - 1] = (UINT64_C(1) << (rows % BLOCK)) - 1;
    }
}

void mou_column_compare(const struct mou_compare_form *form, enum mou_relation relation, uint32_t width, const void *values, int64_t value, uint32_t rows,
                        uint64_t *bits)
{
    assert(form != NULL && values != NULL && bits != NULL && relation < MOU_RELATION_COUNT);
    const unsigned log = width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : 3;
    assert(width == 1u << log);
    const int64_t largest = INT64_MAX >> (64 - 8 * width);
    if (value > largest || value < -largest - 1) { /* no cell can be as large, or as small */
        fill(bits, rows, relation == (value > largest ? MOU_RELATION_LESS : MOU_RELATION_GREATER));
        return;
    }
    form->rows[relation][log](values, value, rows, bits);
}
