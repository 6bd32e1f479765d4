/*
 * Storage of result registers, and what all kernels on values have in common: which cells are
 * known, which inapplicable, which failed. Knows no operation. Called by the other kernels_*.c.
 */
#include "kernels.h"

bool mou_kernel_take_condition(struct mou_kernel *kernel)
{
    uint64_t *both = MOU_SLAB_ARRAY(kernel->slab, 2 * kernel->words, uint64_t);
    kernel->out->form = MOU_FORM_CONDITION;
    kernel->out->yes = both;
    kernel->out->maybe = both == NULL ? NULL : both + kernel->words;
    return both != NULL;
}

static bool take_known(struct mou_kernel *kernel, enum mou_form form)
{
    kernel->out->form = form;
    kernel->out->known = MOU_SLAB_ARRAY(kernel->slab, kernel->words, uint64_t);
    return kernel->out->known != NULL;
}

bool mou_kernel_take_value(struct mou_kernel *kernel)
{
    kernel->out->value = MOU_SLAB_ARRAY(kernel->slab, kernel->rows, int64_t);
    return kernel->out->value != NULL && take_known(kernel, MOU_FORM_VALUE);
}

bool mou_kernel_take_range(struct mou_kernel *kernel)
{
    kernel->out->high = MOU_SLAB_ARRAY(kernel->slab, kernel->rows, int64_t);
    kernel->out->value = MOU_SLAB_ARRAY(kernel->slab, kernel->rows, int64_t);
    return kernel->out->high != NULL && kernel->out->value != NULL &&
           take_known(kernel, MOU_FORM_RANGE);
}

bool mou_kernel_take_fraction(struct mou_kernel *kernel)
{
    kernel->out->fraction = MOU_SLAB_ARRAY(kernel->slab, kernel->rows, struct mou_ratio);
    return kernel->out->fraction != NULL && take_known(kernel, MOU_FORM_FRACTION);
}

uint64_t *mou_kernel_take_inapplicable(struct mou_kernel *kernel)
{
    if (kernel->out->inapplicable == NULL) {
        kernel->out->inapplicable = MOU_SLAB_ZEROED(kernel->slab, kernel->words, uint64_t);
    }
    return kernel->out->inapplicable;
}

bool mou_kernel_fault(struct mou_kernel *kernel, uint32_t row, enum mou_fault fault)
{
    assert(row < kernel->rows && fault != MOU_FAULT_NONE);
    if (kernel->out->fault == NULL) {
        kernel->out->fault = MOU_SLAB_ZEROED(kernel->slab, kernel->rows, uint8_t);
        if (kernel->out->fault == NULL) {
            return false;
        }
    }
    kernel->out->fault[row] = (uint8_t)fault;
    mou_bit_clear(kernel->out->known, row);
    return true;
}

bool mou_kernel_dominance(struct mou_kernel *kernel, const struct mou_value_view *a,
                          const struct mou_value_view *b)
{
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t known = mou_view_word(a->known, w) & mou_view_word(b->known, w);
        kernel->out->known[w] = known & mou_kernel_mask(kernel, w);
        const uint64_t none = mou_view_word(a->inapplicable, w) | mou_view_word(b->inapplicable, w);
        if (none != 0) {
            uint64_t *inapplicable = mou_kernel_take_inapplicable(kernel);
            if (inapplicable == NULL) {
                return false;
            }
            inapplicable[w] = none & mou_kernel_mask(kernel, w);
        }
    }
    return true;
}

void mou_kernel_alias(struct mou_kernel *kernel, const struct mou_register *source)
{
    const uint32_t frame = kernel->out->frame;
    *kernel->out = *source;
    kernel->out->frame = frame;
    kernel->out->fault = NULL; /* a fault belongs to the operation that failed */
}
