/*
 * Choices between values: by a condition, by whether a value is known, by a decision table; and
 * ranges from and to values and from a tally of conditions. Called by kernels_run.c.
 */
#include "scalar.h"

/* Copies cell `row` of a view to the result: value, or numerator and denominator. */
static inline void copy_cell(struct mou_register *out, const struct mou_value_view *from,
                             size_t row)
{
    if (out->form == MOU_FORM_FRACTION) {
        out->fraction[row] = from->fraction[row * from->stride];
    } else {
        out->value[row] = from->value[row * from->stride];
    }
}

/* The cell of `b` where the bit is set, else that of `c`. */
static void select_cells(struct mou_kernel *kernel, size_t w, uint64_t bits,
                         const struct mou_value_view *b, const struct mou_value_view *c)
{
    const uint32_t count = mou_kernel_rows(kernel, w);
    for (uint32_t j = 0; j < count; j++) {
        copy_cell(kernel->out, (bits >> j & 1u) != 0 ? b : c, w * 64 + j);
    }
}

static bool take_result(struct mou_kernel *kernel, bool fraction)
{
    return fraction ? mou_kernel_take_fraction(kernel) : mou_kernel_take_value(kernel);
}

static bool store_inapplicable(struct mou_kernel *kernel, size_t w, uint64_t bits)
{
    if ((bits & mou_kernel_mask(kernel, w)) == 0) {
        return true;
    }
    uint64_t *inapplicable = mou_kernel_take_inapplicable(kernel);
    if (inapplicable != NULL) {
        inapplicable[w] = bits & mou_kernel_mask(kernel, w);
    }
    return inapplicable != NULL;
}

bool mou_kernel_choice(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!take_result(kernel, in->opcode == MOU_OP_CODE_CHOICE_FRACTION)) {
        return false;
    }
    const struct mou_condition_view a = mou_condition_view(kernel, in->a, in->frame);
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    const struct mou_value_view c = mou_value_view(kernel, in->c, in->frame);
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t yes = mou_view_word(a.yes, w);
        const uint64_t no = ~mou_view_word(a.maybe, w);
        const uint64_t known = (yes & mou_view_word(b.known, w)) | (no & mou_view_word(c.known, w));
        const uint64_t none =
            (yes & mou_view_word(b.inapplicable, w)) | (no & mou_view_word(c.inapplicable, w));
        kernel->out->known[w] = known & mou_kernel_mask(kernel, w);
        select_cells(kernel, w, yes, &b, &c);
        if (!store_inapplicable(kernel, w, none)) {
            return false;
        }
    }
    return true;
}

bool mou_kernel_or_default(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!take_result(kernel, in->opcode == MOU_OP_CODE_OR_DEFAULT_FRACTION)) {
        return false;
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t filled = mou_view_word(a.known, w);
        kernel->out->known[w] = (filled | mou_view_word(b.known, w)) & mou_kernel_mask(kernel, w);
        select_cells(kernel, w, filled, &a, &b);
        if (!store_inapplicable(kernel, w, ~filled & mou_view_word(b.inapplicable, w))) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- ranges */

static bool range_of(struct mou_kernel *kernel, const struct mou_value_view *a)
{
    if (!mou_kernel_take_range(kernel) || !mou_kernel_dominance(kernel, a, a)) {
        return false;
    }
    for (uint32_t row = 0; row < kernel->rows; row++) {
        kernel->out->value[row] = a->value[row * a->stride];
        kernel->out->high[row] = a->value[row * a->stride];
    }
    return true;
}

/* Bounds are added by themselves; one that does not fit fails the cell. */
static bool range_add(struct mou_kernel *kernel, const struct mou_value_view *a)
{
    const struct mou_value_view b =
        mou_value_view(kernel, kernel->instruction->b, kernel->instruction->frame);
    if (!mou_kernel_take_range(kernel) || !mou_kernel_dominance(kernel, a, &b)) {
        return false;
    }
    for (uint32_t row = 0; row < kernel->rows; row++) {
        const size_t i = row * a->stride;
        const size_t k = row * b.stride;
        int64_t *low = &kernel->out->value[row];
        int64_t *high = &kernel->out->high[row];
        *low = 0;
        *high = 0;
        if (mou_bit(kernel->out->known, row) &&
            (__builtin_add_overflow(a->value[i], b.value[k], low) ||
             __builtin_add_overflow(a->high[i], b.high[k], high)) &&
            !mou_kernel_fault(kernel, row, MOU_FAULT_OVERFLOW)) {
            return false;
        }
    }
    return true;
}

static bool range_value(struct mou_kernel *kernel, const struct mou_value_view *a)
{
    if (!mou_kernel_take_value(kernel) || !mou_kernel_dominance(kernel, a, a)) {
        return false;
    }
    for (uint32_t row = 0; row < kernel->rows; row++) {
        kernel->out->value[row] = a->value[row * a->stride];
        if (a->value[row * a->stride] != a->high[row * a->stride]) {
            mou_bit_clear(kernel->out->known, row);
        }
    }
    return true;
}

/* How many of the listed conditions hold: one pass over the rows per condition. */
static bool tally(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_range(kernel)) {
        return false;
    }
    int64_t *low = kernel->out->value;
    int64_t *high = kernel->out->high;
    memset(low, 0, kernel->rows * sizeof *low);
    memset(high, 0, kernel->rows * sizeof *high);
    mou_bits_set_all(kernel->out->known, kernel->rows);
    for (uint32_t i = 0; i < in->b; i++) {
        const uint32_t listed = kernel->machine->pack->lists[in->a + i];
        const struct mou_condition_view c = mou_condition_view(kernel, listed, in->frame);
        for (size_t w = 0; w < kernel->words; w++) {
            const uint64_t yes = mou_view_word(c.yes, w);
            for (uint64_t left = mou_view_word(c.maybe, w) & mou_kernel_mask(kernel, w); left != 0;
                 left &= left - 1) {
                const unsigned j = mou_lowest_bit(left);
                low[w * 64 + j] += (int64_t)(yes >> j & 1u);
                high[w * 64 + j]++;
            }
        }
    }
    return true;
}

bool mou_kernel_range(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (in->opcode == MOU_OP_CODE_TALLY) {
        return tally(kernel);
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    switch (in->opcode) {
    case MOU_OP_CODE_RANGE_OF: return range_of(kernel, &a);
    case MOU_OP_CODE_RANGE_ADD: return range_add(kernel, &a);
    default: return range_value(kernel, &a);
    }
}

/* ---------------------------------------------------------- decision tables */

/* Known and inapplicable over all arguments, by dominance. */
static bool table_states(struct mou_kernel *kernel, const struct mou_value_view *arguments,
                         uint32_t count)
{
    for (size_t w = 0; w < kernel->words; w++) {
        uint64_t known = mou_kernel_mask(kernel, w);
        uint64_t none = 0;
        for (uint32_t i = 0; i < count; i++) {
            known &= mou_view_word(arguments[i].known, w);
            none |= mou_view_word(arguments[i].inapplicable, w);
        }
        kernel->out->known[w] = known;
        if (!store_inapplicable(kernel, w, none)) {
            return false;
        }
    }
    return true;
}

/* One row of known arguments through the table; no fitting row leaves the cell unknown. */
static void table_row(struct mou_kernel *kernel, const struct mou_pack_table *table,
                      const struct mou_value_view *arguments, uint32_t row)
{
    int64_t values[MOU_TABLE_COLUMNS_MAX] = {0};
    struct mou_ratio fractions[MOU_TABLE_COLUMNS_MAX] = {{0, 1}};
    for (uint32_t i = 0; i < table->column_count; i++) {
        const size_t cell = row * arguments[i].stride;
        if ((table->columns_are_fractions >> i & 1u) != 0) {
            fractions[i] = arguments[i].fraction[cell];
        } else {
            values[i] = arguments[i].value[cell];
        }
    }
    int64_t result = 0;
    if (!mou_scalar_table(kernel->machine, table, values, fractions, &result)) {
        mou_bit_clear(kernel->out->known, row);
    }
    kernel->out->value[row] = result;
}

bool mou_kernel_table(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const struct mou_pack *pack = kernel->machine->pack;
    const struct mou_pack_table *table = &pack->tables[in->a];
    assert(table->column_count <= MOU_TABLE_COLUMNS_MAX && table->column_count == in->c);
    struct mou_value_view arguments[MOU_TABLE_COLUMNS_MAX];
    for (uint32_t i = 0; i < table->column_count; i++) {
        arguments[i] = mou_value_view(kernel, pack->lists[in->b + i], in->frame);
    }
    if (!mou_kernel_take_value(kernel) || !table_states(kernel, arguments, table->column_count)) {
        return false;
    }
    memset(kernel->out->value, 0, kernel->rows * sizeof *kernel->out->value);
    for (size_t w = 0; w < kernel->words; w++) {
        for (uint64_t left = kernel->out->known[w]; left != 0; left &= left - 1) {
            table_row(kernel, table, arguments, (uint32_t)(w * 64 + mou_lowest_bit(left)));
        }
    }
    return true;
}
