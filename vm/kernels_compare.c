/*
 * Comparisons. An inapplicable operand gives no, else an unknown one unknown. Values are compared
 * 64 rows at a time into bytes without a branch, which the compiler vectorises, and the bytes
 * packed into one word; the cells that are not known are masked out afterwards. Called by
 * kernels_run.c.
 */
#include "kernels.h"

#define BLOCK 64

/* Bytes of 0 and 1 to bits: the multiplication gathers bit 0 of eight bytes in the top byte. */
static inline uint64_t pack_bytes(const uint8_t *bytes)
{
    uint64_t bits = 0;
    for (unsigned group = 0; group < BLOCK / 8; group++) {
        uint64_t eight = 0;
        memcpy(&eight, bytes + (size_t)group * 8, sizeof eight);
        bits |= ((eight * UINT64_C(0x0102040810204080)) >> 56) << (group * 8);
    }
    return bits;
}

/*
 * One relation in two forms: both operands a column, and the second one value for all rows. `n` is
 * 64 but for the last block; the constant bound in the first branch lets the loop be unrolled and
 * vectorised.
 */
#define COMPARE_BLOCKS(name, op)                                                                   \
    static uint64_t name##_columns(const int64_t *a, const int64_t *b, uint32_t n)                 \
    {                                                                                              \
        uint8_t bytes[BLOCK] = {0};                                                                \
        if (n == BLOCK) {                                                                          \
            for (uint32_t i = 0; i < BLOCK; i++) {                                                 \
                bytes[i] = (uint8_t)(a[i] op b[i]);                                                \
            }                                                                                      \
        } else {                                                                                   \
            for (uint32_t i = 0; i < n; i++) {                                                     \
                bytes[i] = (uint8_t)(a[i] op b[i]);                                                \
            }                                                                                      \
        }                                                                                          \
        return pack_bytes(bytes);                                                                  \
    }                                                                                              \
    static uint64_t name##_fixed(const int64_t *a, int64_t b, uint32_t n)                          \
    {                                                                                              \
        uint8_t bytes[BLOCK] = {0};                                                                \
        if (n == BLOCK) {                                                                          \
            for (uint32_t i = 0; i < BLOCK; i++) {                                                 \
                bytes[i] = (uint8_t)(a[i] op b);                                                   \
            }                                                                                      \
        } else {                                                                                   \
            for (uint32_t i = 0; i < n; i++) {                                                     \
                bytes[i] = (uint8_t)(a[i] op b);                                                   \
            }                                                                                      \
        }                                                                                          \
        return pack_bytes(bytes);                                                                  \
    }

COMPARE_BLOCKS(equal, ==)
COMPARE_BLOCKS(less, <)
COMPARE_BLOCKS(greater, >)

/* The six comparisons are three and their complements. */
enum relation { RELATION_EQUAL, RELATION_LESS, RELATION_GREATER };

struct comparison {
    enum relation relation;
    uint64_t invert; /* all ones for the complement */
};

static struct comparison comparison_of(int64_t compare)
{
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_EQ: return (struct comparison){RELATION_EQUAL, 0};
    case MOU_COMPARE_NE: return (struct comparison){RELATION_EQUAL, UINT64_MAX};
    case MOU_COMPARE_LT: return (struct comparison){RELATION_LESS, 0};
    case MOU_COMPARE_LE: return (struct comparison){RELATION_GREATER, UINT64_MAX};
    case MOU_COMPARE_GT: return (struct comparison){RELATION_GREATER, 0};
    case MOU_COMPARE_GE: return (struct comparison){RELATION_LESS, UINT64_MAX};
    case MOU_COMPARE_COUNT: break;
    }
    assert(false);
    return (struct comparison){RELATION_EQUAL, 0};
}

static uint64_t compare_block(struct comparison comparison, const struct mou_value_view *a,
                              const struct mou_value_view *b, size_t base, uint32_t n)
{
    const int64_t *left = a->value + base * a->stride;
    const int64_t *right = b->value + base * b->stride;
    uint64_t bits = 0;
    switch (comparison.relation) {
    case RELATION_EQUAL:
        bits = b->stride == 0 ? equal_fixed(left, *right, n) : equal_columns(left, right, n);
        break;
    case RELATION_LESS:
        bits = b->stride == 0 ? less_fixed(left, *right, n) : less_columns(left, right, n);
        break;
    case RELATION_GREATER:
        bits = b->stride == 0 ? greater_fixed(left, *right, n) : greater_columns(left, right, n);
        break;
    }
    return bits ^ comparison.invert;
}

/* Both operands are one value for all rows: compared once. */
static uint64_t compare_once(struct comparison comparison, int64_t a, int64_t b)
{
    const uint64_t bit = comparison.relation == RELATION_EQUAL  ? (uint64_t)(a == b)
                         : comparison.relation == RELATION_LESS ? (uint64_t)(a < b)
                                                                : (uint64_t)(a > b);
    return (UINT64_C(0) - bit) ^ comparison.invert;
}

/* Writes the result from the bits of the comparison and the states of the operands. */
static void store(struct mou_kernel *kernel, size_t w, uint64_t bits,
                  const struct mou_value_view *a, const struct mou_value_view *b)
{
    const uint64_t known = mou_view_word(a->known, w) & mou_view_word(b->known, w);
    const uint64_t none = mou_view_word(a->inapplicable, w) | mou_view_word(b->inapplicable, w);
    const uint64_t mask = mou_kernel_mask(kernel, w);
    kernel->out->yes[w] = bits & known & mask;
    kernel->out->maybe[w] = ((bits & known) | ~(known | none)) & mask;
}

bool mou_kernel_compare(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    struct comparison comparison = comparison_of(in->imm);
    struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    if (a.stride == 0 &&
        b.stride != 0) { /* the column first: mirrored, equality is its own mirror */
        const struct mou_value_view swapped = a;
        a = b;
        b = swapped;
        comparison.relation = comparison.relation == RELATION_LESS      ? RELATION_GREATER
                              : comparison.relation == RELATION_GREATER ? RELATION_LESS
                                                                        : RELATION_EQUAL;
    }
    const bool once = a.stride == 0;
    const uint64_t all =
        once && kernel->words > 0 ? compare_once(comparison, a.value[0], b.value[0]) : 0;
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t bits =
            once ? all : compare_block(comparison, &a, &b, w * 64, mou_kernel_rows(kernel, w));
        store(kernel, w, bits, &a, &b);
    }
    return true;
}

/* The value is 1; an inapplicable one gives no. */
bool mou_kernel_truth(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct comparison comparison = {RELATION_EQUAL, 0};
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t bits = a.stride == 0
                                  ? compare_once(comparison, a.value[0], 1)
                                  : equal_fixed(a.value + w * 64, 1, mou_kernel_rows(kernel, w));
        store(kernel, w, bits, &a, &a);
    }
    return true;
}

/* ---------------------------------------------------------- ranges and fractions */

bool mou_kernel_compare_range(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t known = mou_view_word(a.known, w) & mou_view_word(b.known, w);
        const uint64_t none = mou_view_word(a.inapplicable, w) | mou_view_word(b.inapplicable, w);
        uint64_t yes = 0;
        uint64_t no = 0;
        for (uint64_t left = known & mou_kernel_mask(kernel, w); left != 0; left &= left - 1) {
            const unsigned j = mou_lowest_bit(left);
            const size_t i = (w * 64 + j) * a.stride;
            const size_t k = (w * 64 + j) * b.stride;
            const enum mou_truth truth =
                mou_scalar_compare_range(in->imm, a.value[i], a.high[i], b.value[k], b.high[k]);
            yes |= (uint64_t)(truth == MOU_YES) << j;
            no |= (uint64_t)(truth == MOU_NO) << j;
        }
        kernel->out->yes[w] = yes;
        kernel->out->maybe[w] = ~(no | none) & mou_kernel_mask(kernel, w);
    }
    return true;
}

bool mou_kernel_compare_fraction(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t known = mou_view_word(a.known, w) & mou_view_word(b.known, w);
        uint64_t bits = 0;
        for (uint64_t left = known & mou_kernel_mask(kernel, w); left != 0; left &= left - 1) {
            const unsigned j = mou_lowest_bit(left);
            const int sign = mou_ratio_compare(a.fraction[(w * 64 + j) * a.stride],
                                               b.fraction[(w * 64 + j) * b.stride]);
            bits |= (mou_scalar_compare(in->imm, sign) ? UINT64_C(1) : 0) << j;
        }
        store(kernel, w, bits, &a, &b);
    }
    return true;
}
