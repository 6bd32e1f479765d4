/*
 * The run of consecutive years (S13): `a` is the presence of a row, `b` its condition, `c` its
 * year. The last year is given, or the latest one not after this year in which any row may be
 * present; the run counts back from it. Called by kernels_run.c.
 */
#include "reduce.h"
#include "sort.h"

/* Length of the run that ends in `last`, of `count` ascending years. */
static int64_t run_length(const int64_t *years, uint32_t count, int64_t last)
{
    int64_t length = 0;
    int64_t expected = last;
    for (uint32_t i = count; i > 0; i--) {
        const int64_t year = years[i - 1];
        if (year > expected) {
            continue; /* later than the last year, or counted already */
        }
        if (year < expected) {
            break;
        }
        length++;
        if (expected == INT64_MIN) {
            break;
        }
        expected--;
    }
    return length;
}

struct streak {
    struct mou_reduction reduction;
    struct mou_value_view years;
    uint64_t *present; /* rows whose presence is yes or unknown */
    int64_t *scratch;
};

static bool streak_begin(struct mou_kernel *kernel, struct streak *streak)
{
    struct mou_reduction *reduction = &streak->reduction;
    if (!mou_kernel_take_range(kernel) || !mou_reduction_combined(kernel, reduction)) {
        return false;
    }
    struct mou_slab *slab = kernel->slab;
    streak->years = mou_value_view(kernel, kernel->instruction->c, reduction->child);
    streak->present = MOU_SLAB_ARRAY(slab, reduction->words, uint64_t);
    streak->scratch = MOU_SLAB_ARRAY(slab, mou_reduction_longest(reduction, kernel->rows), int64_t);
    if (slab->failed) {
        return false;
    }
    const struct mou_condition_view a =
        mou_condition_view(kernel, kernel->instruction->a, reduction->child);
    for (size_t w = 0; w < reduction->words; w++) {
        streak->present[w] = mou_view_word(a.maybe, w) & mou_word_mask(reduction->rows, w);
    }
    return true;
}

/* The latest year not after `cap` in which a row may be present; false where there is none. */
static bool latest_year(const struct streak *streak, uint32_t parent, int64_t cap, int64_t *last)
{
    const uint32_t count = mou_reduction_collect(&streak->reduction, streak->present,
                                                 &streak->years, parent, streak->scratch);
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        if (streak->scratch[i] <= cap && (!found || streak->scratch[i] > *last)) {
            *last = streak->scratch[i];
            found = true;
        }
    }
    return found;
}

static int64_t run_of(const struct streak *streak, const uint64_t *bits, uint32_t parent,
                      int64_t last)
{
    const uint32_t count =
        mou_reduction_collect(&streak->reduction, bits, &streak->years, parent, streak->scratch);
    mou_sort_values(streak->scratch, count);
    return run_length(streak->scratch, count, last);
}

/* Whether no row of `parent` is doubtful, as mostly. */
static bool is_certain(const struct mou_reduction *reduction, uint32_t parent)
{
    const uint32_t begin = reduction->frame->first[parent];
    const uint32_t end = reduction->frame->first[parent + 1];
    return mou_bits_count(reduction->yes, begin, end) == mou_bits_count(reduction->maybe, begin, end);
}

static void store_run(struct mou_kernel *kernel, const struct streak *streak, uint32_t parent,
                      int64_t last)
{
    const int64_t longest = run_of(streak, streak->reduction.maybe, parent, last);
    kernel->out->high[parent] = longest;
    kernel->out->value[parent] = is_certain(&streak->reduction, parent)
                                     ? longest
                                     : run_of(streak, streak->reduction.yes, parent, last);
}

bool mou_kernel_streak(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    struct streak streak;
    if (!streak_begin(kernel, &streak)) {
        return false;
    }
    mou_reduction_clear(kernel);
    const struct mou_reduction *reduction = &streak.reduction;
    if (in->opcode == MOU_OP_CODE_STREAK) {
        const int64_t this_year = mou_date_to_civil(kernel->machine->options.as_of).year;
        mou_bits_set_all(kernel->out->known, kernel->rows);
        uint32_t row = mou_bits_next(reduction->maybe, 0, reduction->rows);
        while (row < reduction->rows) { /* without a row that may count there is no run */
            const uint32_t parent = reduction->frame->up[row];
            int64_t last = 0;
            if (latest_year(&streak, parent, this_year, &last)) {
                store_run(kernel, &streak, parent, last);
            }
            row = mou_bits_next(reduction->maybe, reduction->frame->first[parent + 1], reduction->rows);
        }
        return true;
    }
    const struct mou_value_view until = mou_value_view(kernel, (uint32_t)in->imm, in->frame);
    if (!mou_kernel_dominance(kernel, &until, &until)) {
        return false;
    }
    uint32_t row = mou_bits_next(reduction->maybe, 0, reduction->rows);
    while (row < reduction->rows) {
        const uint32_t parent = reduction->frame->up[row];
        if (mou_bit(kernel->out->known, parent)) {
            store_run(kernel, &streak, parent, until.value[parent * until.stride]);
        }
        row = mou_bits_next(reduction->maybe, reduction->frame->first[parent + 1], reduction->rows);
    }
    return true;
}
