/*
 * Comparisons. An inapplicable operand gives no, else an unknown one unknown. Values are compared
 * whether they are known or not, a word of 64 rows at a time; the cells that are not known are masked
 * out afterwards. Called by kernels_run.c.
 */
#include "column_compare.h"
#include "kernels.h"

#define BLOCK 64

/* One relation between two columns; with one value for all rows it is column_compare.c's. `n` is 64 but for the last block. */
#define COMPARE_BLOCKS(name, op)                                                                   \
    static uint64_t name##_columns(const int64_t *a, const int64_t *b, uint32_t n)                 \
    {                                                                                              \
        uint64_t bits = 0;                                                                         \
        for (uint32_t i = 0; i < n; i++) {                                                         \
            bits |= (uint64_t)(a[i] op b[i]) << i;                                                 \
        }                                                                                          \
        return bits;                                                                               \
    }

COMPARE_BLOCKS(equal, ==)
COMPARE_BLOCKS(less, <)
COMPARE_BLOCKS(greater, >)

struct comparison {
    enum mou_relation relation;
    uint64_t invert; /* all ones for the complement */
};

static struct comparison comparison_of(int64_t compare)
{
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_EQ: return (struct comparison){MOU_RELATION_EQUAL, 0};
    case MOU_COMPARE_NE: return (struct comparison){MOU_RELATION_EQUAL, UINT64_MAX};
    case MOU_COMPARE_LT: return (struct comparison){MOU_RELATION_LESS, 0};
    case MOU_COMPARE_LE: return (struct comparison){MOU_RELATION_GREATER, UINT64_MAX};
    case MOU_COMPARE_GT: return (struct comparison){MOU_RELATION_GREATER, 0};
    case MOU_COMPARE_GE: return (struct comparison){MOU_RELATION_LESS, UINT64_MAX};
    case MOU_COMPARE_COUNT: break;
    }
    assert(false);
    return (struct comparison){MOU_RELATION_EQUAL, 0};
}

/* The words of the relation between the operands' values; those of cells that are not known mean nothing. */
static void compare_columns(const struct mou_kernel *kernel, enum mou_relation relation,
                            const struct mou_value_view *a, const struct mou_value_view *b,
                            uint64_t *bits)
{
    for (size_t w = 0; w < kernel->words; w++) {
        const int64_t *left = a->value + w * BLOCK;
        const int64_t *right = b->value + w * BLOCK;
        const uint32_t n = mou_kernel_rows(kernel, w);
        switch (relation) {
        case MOU_RELATION_EQUAL: bits[w] = equal_columns(left, right, n); break;
        case MOU_RELATION_LESS: bits[w] = less_columns(left, right, n); break;
        case MOU_RELATION_GREATER: bits[w] = greater_columns(left, right, n); break;
        case MOU_RELATION_COUNT: break;
        }
    }
}

static void compare_fixed(const struct mou_kernel *kernel, enum mou_relation relation,
                          const int64_t *values, int64_t value, uint64_t *bits)
{
    mou_column_compare(kernel->machine->compare, relation, sizeof *values, values, value,
                       kernel->rows, bits);
}

/* Both operands are one value for all rows: compared once. */
static void compare_once(const struct mou_kernel *kernel, enum mou_relation relation, int64_t a,
                         int64_t b, uint64_t *bits)
{
    const bool holds = relation == MOU_RELATION_EQUAL  ? a == b
                       : relation == MOU_RELATION_LESS ? a < b
                                                       : a > b;
    memset(bits, holds ? 0xff : 0, kernel->words * sizeof *bits);
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
        comparison.relation = comparison.relation == MOU_RELATION_LESS      ? MOU_RELATION_GREATER
                              : comparison.relation == MOU_RELATION_GREATER ? MOU_RELATION_LESS
                                                                            : MOU_RELATION_EQUAL;
    }
    uint64_t *bits = kernel->out->yes;
    if (a.stride == 0) {
        compare_once(kernel, comparison.relation, a.value[0], b.value[0], bits);
    } else if (b.stride == 0) {
        compare_fixed(kernel, comparison.relation, a.value, b.value[0], bits);
    } else {
        compare_columns(kernel, comparison.relation, &a, &b, bits);
    }
    for (size_t w = 0; w < kernel->words; w++) {
        store(kernel, w, bits[w] ^ comparison.invert, &a, &b);
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
    uint64_t *bits = kernel->out->yes;
    if (a.stride == 0) {
        compare_once(kernel, MOU_RELATION_EQUAL, a.value[0], 1, bits);
    } else {
        compare_fixed(kernel, MOU_RELATION_EQUAL, a.value, 1, bits);
    }
    for (size_t w = 0; w < kernel->words; w++) {
        store(kernel, w, bits[w], &a, &a);
    }
    return true;
}

/* ---------------------------------------------------------- ranges and fractions */

/* Ranges by rows against one known range, in order: yes and maybe by one end each. */
static void compare_ends(struct mou_kernel *kernel, const struct mou_value_view *a,
                         const struct mou_value_view *b)
{
    const struct comparison comparison = comparison_of(kernel->instruction->imm);
    const bool less = comparison.relation == MOU_RELATION_LESS;
    const bool low_first = less == (comparison.invert != 0); /* >= and >: yes by the lower end */
    uint64_t *yes = kernel->out->yes;
    uint64_t *maybe = kernel->out->maybe;
    compare_fixed(kernel, comparison.relation, low_first ? a->value : a->high,
                  low_first ? b->high[0] : b->value[0], yes);
    compare_fixed(kernel, comparison.relation, low_first ? a->high : a->value,
                  low_first ? b->value[0] : b->high[0], maybe);
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t mask = mou_kernel_mask(kernel, w);
        const uint64_t known = mou_view_word(a->known, w);
        const uint64_t none = mou_view_word(a->inapplicable, w);
        yes[w] = (yes[w] ^ comparison.invert) & known & mask;
        maybe[w] = (((maybe[w] ^ comparison.invert) & known) | ~(known | none)) & mask;
    }
}

bool mou_kernel_compare_range(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    const bool in_order = in->imm != MOU_COMPARE_EQ && in->imm != MOU_COMPARE_NE;
    if (in_order && a.stride == 1 && b.stride == 0 && mou_view_word(b.known, 0) != 0) {
        compare_ends(kernel, &a, &b);
        return true;
    }
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
