/*
 * Quantifiers, counts and sums: rows of a frame reduced to their parent rows. Rows of one parent
 * are contiguous, so "some row" jumps from a found row to the next parent, and a count is a
 * population count over a range of bits. `a` is the presence of a row, `b` its condition. Called by
 * kernels_run.c.
 */
#include "reduce.h"

#include "sort.h"

bool mou_reduction_begin(struct mou_kernel *kernel, struct mou_reduction *reduction)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    uint32_t child = kernel->registers[in->a].frame;
    if (child == 0) {
        child = kernel->registers[in->b].frame;
    }
    if (child == 0) {
        child =
            kernel->registers[in->c].frame; /* the verifier saw to it that one of them is below */
    }
    assert(child != 0 && kernel->machine->pack->frames[child].parent == in->frame);
    const struct mou_frame *frame = &kernel->machine->frames[child];
    reduction->child = child;
    reduction->frame = frame;
    reduction->rows = frame->row_count;
    reduction->words = mou_words(frame->row_count);
    reduction->yes = kernel->machine->nothing;
    reduction->maybe = kernel->machine->nothing;
    if (frame->row_count > 0) {
        reduction->yes = MOU_SLAB_ARRAY(kernel->slab, reduction->words, uint64_t);
        reduction->maybe = MOU_SLAB_ARRAY(kernel->slab, reduction->words, uint64_t);
    }
    return !kernel->slab->failed;
}

/* yes and maybe of (a and b). */
static void combine(struct mou_kernel *kernel, struct mou_reduction *reduction)
{
    const struct mou_condition_view a =
        mou_condition_view(kernel, kernel->instruction->a, reduction->child);
    const struct mou_condition_view b =
        mou_condition_view(kernel, kernel->instruction->b, reduction->child);
    for (size_t w = 0; w < reduction->words; w++) {
        const uint64_t mask = mou_word_mask(reduction->rows, w);
        reduction->yes[w] = mou_view_word(a.yes, w) & mou_view_word(b.yes, w) & mask;
        reduction->maybe[w] = mou_view_word(a.maybe, w) & mou_view_word(b.maybe, w) & mask;
    }
}

bool mou_reduction_combined(struct mou_kernel *kernel, struct mou_reduction *reduction)
{
    if (!mou_reduction_begin(kernel, reduction)) {
        return false;
    }
    combine(kernel, reduction);
    return true;
}

/* The bits of parent rows that have a row with a bit, where rows are told by bits. False when memory ran out. */
static bool name_parents(struct mou_kernel *kernel, const struct mou_reduction *reduction, const uint64_t *bits, uint64_t *parents)
{
    uint64_t *scratch = MOU_SLAB_ARRAY(kernel->slab, 2 * reduction->words, uint64_t);
    if (scratch != NULL) {
        mou_row_runs_any(kernel->machine->runs, &reduction->frame->runs, bits, scratch, parents);
    }
    return scratch != NULL;
}

/* Sets, or clears, the bit of every parent row that has a row with a bit. */
static void mark_parents(const struct mou_reduction *reduction, const uint64_t *bits, uint64_t *out,
                         bool set)
{
    const struct mou_frame *frame = reduction->frame;
    uint32_t row = mou_bits_next(bits, 0, reduction->rows);
    while (row < reduction->rows) {
        const uint32_t parent = frame->up[row];
        if (set) {
            mou_bit_set(out, parent);
        } else {
            mou_bit_clear(out, parent);
        }
        row = mou_bits_next(bits, frame->first[parent + 1], reduction->rows);
    }
}

/* ---------------------------------------------------------- some and every */

/* Rows on which `every` fails for certain, and rows on which it is not certain to hold. */
static void counterexamples(struct mou_kernel *kernel, struct mou_reduction *reduction)
{
    const struct mou_condition_view a =
        mou_condition_view(kernel, kernel->instruction->a, reduction->child);
    const struct mou_condition_view b =
        mou_condition_view(kernel, kernel->instruction->b, reduction->child);
    for (size_t w = 0; w < reduction->words; w++) {
        const uint64_t mask = mou_word_mask(reduction->rows, w);
        reduction->yes[w] = mou_view_word(a.yes, w) & ~mou_view_word(b.maybe, w) & mask;
        reduction->maybe[w] = mou_view_word(a.maybe, w) & ~mou_view_word(b.yes, w) & mask;
    }
}

bool mou_kernel_quantifier(struct mou_kernel *kernel)
{
    struct mou_reduction reduction;
    if (!mou_kernel_take_condition(kernel) || !mou_reduction_begin(kernel, &reduction)) {
        return false;
    }
    if (kernel->instruction->opcode == MOU_OP_CODE_ANY) {
        combine(kernel, &reduction);
        if (reduction.frame->runs.ends != NULL) {
            return name_parents(kernel, &reduction, reduction.yes, kernel->out->yes) && name_parents(kernel, &reduction, reduction.maybe, kernel->out->maybe);
        }
        memset(kernel->out->yes, 0, kernel->words * sizeof(uint64_t));
        memset(kernel->out->maybe, 0, kernel->words * sizeof(uint64_t));
        mark_parents(&reduction, reduction.yes, kernel->out->yes, true);
        mark_parents(&reduction, reduction.maybe, kernel->out->maybe, true);
        return true;
    }
    assert(kernel->instruction->opcode == MOU_OP_CODE_EVERY);
    counterexamples(kernel, &reduction);
    if (reduction.frame->runs.ends != NULL) {
        const bool named = name_parents(kernel, &reduction, reduction.maybe, kernel->out->yes) && name_parents(kernel, &reduction, reduction.yes, kernel->out->maybe);
        for (size_t w = 0; named && w < kernel->words; w++) {
            kernel->out->yes[w] = ~kernel->out->yes[w] & mou_kernel_mask(kernel, w);
            kernel->out->maybe[w] = ~kernel->out->maybe[w] & mou_kernel_mask(kernel, w);
        }
        return named;
    }
    mou_bits_set_all(kernel->out->yes, kernel->rows);
    mou_bits_set_all(kernel->out->maybe, kernel->rows);
    mark_parents(&reduction, reduction.maybe, kernel->out->yes, false);
    mark_parents(&reduction, reduction.yes, kernel->out->maybe, false);
    return true;
}

/* ---------------------------------------------------------- counts */

bool mou_kernel_count(struct mou_kernel *kernel)
{
    struct mou_reduction reduction;
    if (!mou_kernel_take_range(kernel) || !mou_reduction_combined(kernel, &reduction)) {
        return false;
    }
    mou_bits_set_all(kernel->out->known, kernel->rows);
    mou_reduction_clear(kernel);
    const uint32_t *first = reduction.frame->first;
    uint32_t row = mou_bits_next(reduction.maybe, 0, reduction.rows);
    while (row < reduction.rows) {
        const uint32_t parent = reduction.frame->up[row];
        const uint32_t end = first[parent + 1];
        kernel->out->value[parent] = mou_bits_count(reduction.yes, row, end);
        kernel->out->high[parent] = mou_bits_count(reduction.maybe, row, end);
        row = mou_bits_next(reduction.maybe, end, reduction.rows);
    }
    return true;
}

void mou_reduction_clear(struct mou_kernel *kernel)
{
    memset(kernel->out->value, 0, kernel->rows * sizeof *kernel->out->value);
    memset(kernel->out->high, 0, kernel->rows * sizeof *kernel->out->high);
}

uint32_t mou_reduction_longest(const struct mou_reduction *reduction, uint32_t parents)
{
    uint32_t longest = 0;
    for (uint32_t parent = 0; parent < parents; parent++) {
        const uint32_t rows = reduction->frame->first[parent + 1] - reduction->frame->first[parent];
        longest = rows > longest ? rows : longest;
    }
    return longest;
}

uint32_t mou_reduction_collect(const struct mou_reduction *reduction, const uint64_t *bits,
                               const struct mou_value_view *values, uint32_t parent, int64_t *out)
{
    const uint32_t end = reduction->frame->first[parent + 1];
    uint32_t count = 0;
    uint32_t row = mou_bits_next(bits, reduction->frame->first[parent], end);
    for (; row < end; row = mou_bits_next(bits, row + 1, end)) {
        if ((mou_view_word(values->known, row / 64) >> (row % 64) & 1u) != 0) {
            out[count++] = values->value[row * values->stride];
        }
    }
    return count;
}

/*
 * Different values among the rows of `parent` with a bit; *unvalued receives how many of them have
 * no value.
 */
static uint32_t distinct(const struct mou_reduction *reduction, const uint64_t *bits,
                         const struct mou_value_view *values, uint32_t parent, int64_t *scratch,
                         uint32_t *unvalued)
{
    const uint32_t *first = reduction->frame->first;
    const uint32_t count = mou_reduction_collect(reduction, bits, values, parent, scratch);
    *unvalued = mou_bits_count(bits, first[parent], first[parent + 1]) - count;
    mou_sort_values(scratch, count);
    uint32_t different = 0;
    for (uint32_t i = 0; i < count; i++) {
        different += i == 0 || scratch[i] != scratch[i - 1] ? 1 : 0;
    }
    return different;
}

bool mou_kernel_count_distinct(struct mou_kernel *kernel)
{
    struct mou_reduction reduction;
    if (!mou_kernel_take_range(kernel) || !mou_reduction_combined(kernel, &reduction)) {
        return false;
    }
    const struct mou_value_view values =
        mou_value_view(kernel, kernel->instruction->c, reduction.child);
    int64_t *scratch =
        MOU_SLAB_ARRAY(kernel->slab, mou_reduction_longest(&reduction, kernel->rows), int64_t);
    if (scratch == NULL) {
        return false;
    }
    mou_bits_set_all(kernel->out->known, kernel->rows);
    mou_reduction_clear(kernel);
    uint32_t row = mou_bits_next(reduction.maybe, 0, reduction.rows);
    while (row < reduction.rows) {
        const uint32_t parent = reduction.frame->up[row];
        uint32_t unvalued = 0;
        const uint32_t sure =
            distinct(&reduction, reduction.yes, &values, parent, scratch, &unvalued);
        kernel->out->value[parent] = sure == 0 && unvalued > 0 ? 1 : sure;
        const uint32_t possible =
            distinct(&reduction, reduction.maybe, &values, parent, scratch, &unvalued);
        kernel->out->high[parent] = (int64_t)possible + unvalued;
        row = mou_bits_next(reduction.maybe, reduction.frame->first[parent + 1], reduction.rows);
    }
    return true;
}

/* ---------------------------------------------------------- sums and extremes */

/* Which parents have a result: none of their rows is unknown in condition or value. */
static bool aggregate_states(struct mou_kernel *kernel, struct mou_reduction *reduction,
                             const struct mou_value_view *values)
{
    mou_bits_set_all(kernel->out->known, kernel->rows);
    if (kernel->instruction->opcode != MOU_OP_CODE_SUM) { /* over nothing: inapplicable */
        uint64_t *none = mou_kernel_take_inapplicable(kernel);
        if (none == NULL) {
            return false;
        }
        mou_bits_set_all(none, kernel->rows);
        mark_parents(reduction, reduction->maybe, none, false);
        for (size_t w = 0; w < kernel->words; w++) {
            kernel->out->known[w] &= ~none[w];
        }
    }
    for (size_t w = 0; w < reduction->words; w++) { /* from here on: the doubtful rows */
        reduction->maybe[w] &= ~(reduction->yes[w] & mou_view_word(values->known, w));
    }
    mark_parents(reduction, reduction->maybe, kernel->out->known, false);
    return true;
}

/*
 * Sum, largest or smallest of the rows [row, end) that have a bit; false where the sum does not
 * fit.
 */
static bool fold(const struct mou_reduction *reduction, const struct mou_value_view *values,
                 uint16_t opcode, uint32_t row, uint32_t end, int64_t *result)
{
    mou_wide sum = 0;
    int64_t extreme = values->value[row * values->stride];
    for (; row < end; row = mou_bits_next(reduction->yes, row + 1, end)) {
        const int64_t value = values->value[row * values->stride];
        sum += value;
        if (opcode == MOU_OP_CODE_LARGEST ? value > extreme : value < extreme) {
            extreme = value;
        }
    }
    *result = opcode == MOU_OP_CODE_SUM ? (int64_t)sum : extreme;
    return opcode != MOU_OP_CODE_SUM || (sum >= INT64_MIN && sum <= INT64_MAX);
}

bool mou_kernel_aggregate(struct mou_kernel *kernel)
{
    struct mou_reduction reduction;
    if (!mou_kernel_take_value(kernel) || !mou_reduction_combined(kernel, &reduction)) {
        return false;
    }
    const struct mou_value_view values =
        mou_value_view(kernel, kernel->instruction->c, reduction.child);
    memset(kernel->out->value, 0, kernel->rows * sizeof *kernel->out->value);
    if (!aggregate_states(kernel, &reduction, &values)) {
        return false;
    }
    uint32_t row = mou_bits_next(reduction.yes, 0, reduction.rows);
    while (row < reduction.rows) {
        const uint32_t parent = reduction.frame->up[row];
        const uint32_t end = reduction.frame->first[parent + 1];
        int64_t result = 0;
        if (mou_bit(kernel->out->known, parent)) {
            const bool fits =
                fold(&reduction, &values, kernel->instruction->opcode, row, end, &result);
            kernel->out->value[parent] = fits ? result : 0;
            if (!fits && !mou_kernel_fault(kernel, parent, MOU_FAULT_OVERFLOW)) {
                return false;
            }
        }
        row = mou_bits_next(reduction.yes, end, reduction.rows);
    }
    return true;
}
