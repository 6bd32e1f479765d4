/*
 * Exact fractions: making, calculating and rounding them, cell by cell over the known ones.
 * Overflow and division by zero are faults of their cell. Called by kernels_run.c.
 */
#include "scalar.h"

static const struct mou_ratio zero = {0, 1};

/*
 * Cells that are not known read 0/1, so that every fraction in memory has a positive denominator.
 */
static void blank(struct mou_kernel *kernel, size_t w)
{
    if (kernel->out->known[w] != mou_kernel_mask(kernel, w)) {
        for (uint32_t j = 0; j < mou_kernel_rows(kernel, w); j++) {
            kernel->out->fraction[w * 64 + j] = zero;
        }
    }
}

static bool from_value(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    if (!mou_kernel_take_fraction(kernel) || !mou_kernel_dominance(kernel, &a, &a)) {
        return false;
    }
    for (size_t w = 0; w < kernel->words; w++) {
        blank(kernel, w);
        for (uint64_t left = kernel->out->known[w]; left != 0; left &= left - 1) {
            const size_t row = w * 64 + mou_lowest_bit(left);
            struct mou_ratio result = zero;
            const enum mou_fault fault = mou_ratio_make(a.value[row * a.stride], in->imm, &result);
            kernel->out->fraction[row] = fault == MOU_FAULT_NONE ? result : zero;
            if (fault != MOU_FAULT_NONE && !mou_kernel_fault(kernel, (uint32_t)row, fault)) {
                return false;
            }
        }
    }
    return true;
}

static bool calculate(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    if (!mou_kernel_take_fraction(kernel) || !mou_kernel_dominance(kernel, &a, &b)) {
        return false;
    }
    for (size_t w = 0; w < kernel->words; w++) {
        blank(kernel, w);
        for (uint64_t left = kernel->out->known[w]; left != 0; left &= left - 1) {
            const size_t row = w * 64 + mou_lowest_bit(left);
            struct mou_ratio result = zero;
            const enum mou_fault fault = mou_scalar_fraction(in->opcode, a.fraction[row * a.stride],
                                                             b.fraction[row * b.stride], &result);
            kernel->out->fraction[row] = fault == MOU_FAULT_NONE ? result : zero;
            if (fault != MOU_FAULT_NONE && !mou_kernel_fault(kernel, (uint32_t)row, fault)) {
                return false;
            }
        }
    }
    return true;
}

static bool round_cells(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    if (!mou_kernel_take_value(kernel) || !mou_kernel_dominance(kernel, &a, &a)) {
        return false;
    }
    memset(kernel->out->value, 0, kernel->rows * sizeof *kernel->out->value);
    for (size_t w = 0; w < kernel->words; w++) {
        for (uint64_t left = kernel->out->known[w]; left != 0; left &= left - 1) {
            const size_t row = w * 64 + mou_lowest_bit(left);
            int64_t result = 0;
            const enum mou_fault fault =
                mou_ratio_round(a.fraction[row * a.stride], (enum mou_rounding)in->imm, &result);
            kernel->out->value[row] = fault == MOU_FAULT_NONE ? result : 0;
            if (fault != MOU_FAULT_NONE && !mou_kernel_fault(kernel, (uint32_t)row, fault)) {
                return false;
            }
        }
    }
    return true;
}

bool mou_kernel_fraction(struct mou_kernel *kernel)
{
    if (kernel->instruction->opcode == MOU_OP_CODE_TO_FRACTION) {
        return from_value(kernel);
    }
    return kernel->instruction->opcode == MOU_OP_CODE_ROUND ? round_cells(kernel)
                                                            : calculate(kernel);
}
