/*
 * One form of the comparisons, for the processor that FORM_TARGET names: a block of 64 rows becomes 64 bytes of all ones or none without a branch, which the
 * compiler vectorises, and the bytes one word. Included by column_compare.c once for each form, with FORM_NAME(relation, type) and FORM_TARGET set.
 */
#define FORM_ROWS(relation, op, type)                                                                     \
    FORM_TARGET static void FORM_NAME(relation, type)(const void *values, int64_t given, uint32_t rows,   \
                                                      uint64_t *bits)                                     \
    {                                                                                                     \
        const type *cells = values;                                                                       \
        const type value = (type)given;                                                                   \
        uint32_t row = 0;                                                                                 \
        for (; rows - row >= BLOCK; row += BLOCK) {                                                       \
            const type *block = cells + row;                                                              \
            _Alignas(BLOCK) uint8_t bytes[BLOCK];                                                         \
            for (uint32_t i = 0; i < BLOCK; i++) {                                                        \
                bytes[i] = block[i] op value ? 0xff : 0;                                                  \
            }                                                                                             \
            bits[row / BLOCK] = pack_bytes(bytes);                                                        \
        }                                                                                                 \
        if (row < rows) {                                                                                 \
            uint64_t word = 0;                                                                            \
            for (uint32_t i = 0; i < rows - row; i++) {                                                   \
                word |= (cells[row + i] op value ? UINT64_C(1) : 0) << i;                                 \
            }                                                                                             \
            bits[row / BLOCK] = word;                                                                     \
        }                                                                                                 \
    }
#define FORM_RELATION(relation, op)       \
    FORM_ROWS(relation, op, int8_t)       \
    FORM_ROWS(relation, op, int16_t)      \
    FORM_ROWS(relation, op, int32_t)      \
    FORM_ROWS(relation, op, int64_t)

FORM_RELATION(equal, ==)
FORM_RELATION(less, <)
FORM_RELATION(greater, >)

#undef FORM_ROWS
#undef FORM_RELATION
#undef FORM_NAME
#undef FORM_TARGET
