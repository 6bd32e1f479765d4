/*
 * Arithmetic and dates: scalar definitions (scalar.h) mapped over columns. Sums, differences,
 * minima and maxima have a form without branches for blocks that are known throughout. Inapplicable
 * wins over unknown, unknown over known; a fault makes its cell unknown and is noted. Called by
 * kernels_run.c.
 */
#include "scalar.h"

#define BLOCK 64

/* One operation over the known cells of a block; the others read 0. */
#define MAP_BLOCK(name)                                                                            \
    static bool map_##name(struct mou_kernel *kernel, const struct mou_value_view *a,              \
                           const struct mou_value_view *b, size_t w)                               \
    {                                                                                              \
        int64_t *out = kernel->out->value + w * BLOCK;                                             \
        const uint64_t known = kernel->out->known[w];                                              \
        if (known != mou_kernel_mask(kernel, w)) {                                                 \
            memset(out, 0, mou_kernel_rows(kernel, w) * sizeof *out);                              \
        }                                                                                          \
        for (uint64_t left = known; left != 0; left &= left - 1) {                                 \
            const unsigned j = mou_lowest_bit(left);                                               \
            const size_t row = w * BLOCK + j;                                                      \
            const struct mou_scalar_result result = mou_scalar_##name(                             \
                kernel->machine, a->value[row * a->stride], b->value[row * b->stride]);            \
            out[j] = result.value;                                                                 \
            if (result.fault != MOU_FAULT_NONE &&                                                  \
                !mou_kernel_fault(kernel, (uint32_t)row, result.fault)) {                          \
                return false;                                                                      \
            }                                                                                      \
        }                                                                                          \
        return true;                                                                               \
    }

MAP_BLOCK(add)
MAP_BLOCK(sub)
MAP_BLOCK(mul)
MAP_BLOCK(negate)
MAP_BLOCK(min)
MAP_BLOCK(max)
MAP_BLOCK(add_months)
MAP_BLOCK(add_days)
MAP_BLOCK(add_workdays)
MAP_BLOCK(year)
MAP_BLOCK(month_start)
MAP_BLOCK(next_month_day)
MAP_BLOCK(roll_forward)
MAP_BLOCK(first_workday)
MAP_BLOCK(age)

/*
 * Full blocks of two columns, or a column and one value. The sum wraps in unsigned arithmetic; a
 * wrong sign anywhere sends the block to the careful form. `step` is 0 or 1 and constant in each
 * call.
 */
static inline bool add_block(int64_t *out, const int64_t *a, size_t a_step, const int64_t *b,
                             size_t b_step)
{
    uint64_t wrong = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        const uint64_t x = (uint64_t)a[i * a_step];
        const uint64_t y = (uint64_t)b[i * b_step];
        const uint64_t sum = x + y;
        wrong |= (x ^ sum) & (y ^ sum);
        out[i] = (int64_t)sum;
    }
    return wrong >> 63 == 0;
}

static inline bool sub_block(int64_t *out, const int64_t *a, size_t a_step, const int64_t *b,
                             size_t b_step)
{
    uint64_t wrong = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        const uint64_t x = (uint64_t)a[i * a_step];
        const uint64_t y = (uint64_t)b[i * b_step];
        const uint64_t difference = x - y;
        wrong |= (x ^ y) & (x ^ difference);
        out[i] = (int64_t)difference;
    }
    return wrong >> 63 == 0;
}

static inline bool min_block(int64_t *out, const int64_t *a, size_t a_step, const int64_t *b,
                             size_t b_step)
{
    for (size_t i = 0; i < BLOCK; i++) {
        const int64_t x = a[i * a_step];
        const int64_t y = b[i * b_step];
        out[i] = x < y ? x : y;
    }
    return true;
}

static inline bool max_block(int64_t *out, const int64_t *a, size_t a_step, const int64_t *b,
                             size_t b_step)
{
    for (size_t i = 0; i < BLOCK; i++) {
        const int64_t x = a[i * a_step];
        const int64_t y = b[i * b_step];
        out[i] = x > y ? x : y;
    }
    return true;
}

/* The four ways in which two operands can lie, each with constant steps. */
#define FAST_BLOCK(name)                                                                           \
    static bool fast_##name(struct mou_kernel *kernel, const struct mou_value_view *a,             \
                            const struct mou_value_view *b, size_t w)                              \
    {                                                                                              \
        if (kernel->out->known[w] == UINT64_MAX) {                                                 \
            int64_t *out = kernel->out->value + w * BLOCK;                                         \
            const int64_t *x = a->value + w * BLOCK * a->stride;                                   \
            const int64_t *y = b->value + w * BLOCK * b->stride;                                   \
            const bool done = a->stride != 0 ? (b->stride != 0 ? name##_block(out, x, 1, y, 1)     \
                                                               : name##_block(out, x, 1, y, 0))    \
                                             : (b->stride != 0 ? name##_block(out, x, 0, y, 1)     \
                                                               : name##_block(out, x, 0, y, 0));   \
            if (done) {                                                                            \
                return true;                                                                       \
            }                                                                                      \
        }                                                                                          \
        return map_##name(kernel, a, b, w);                                                        \
    }

FAST_BLOCK(add)
FAST_BLOCK(sub)
FAST_BLOCK(min)
FAST_BLOCK(max)

typedef bool (*block_function)(struct mou_kernel *kernel, const struct mou_value_view *a,
                               const struct mou_value_view *b, size_t w);

static bool map(struct mou_kernel *kernel, block_function function, bool unary)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_value(kernel)) {
        return false;
    }
    const struct mou_value_view a = mou_value_view(kernel, in->a, in->frame);
    const struct mou_value_view b = unary ? a : mou_value_view(kernel, in->b, in->frame);
    if (!mou_kernel_dominance(kernel, &a, &b)) {
        return false;
    }
    for (size_t w = 0; w < kernel->words; w++) {
        if (!function(kernel, &a, &b, w)) {
            return false;
        }
    }
    return true;
}

bool mou_kernel_arithmetic(struct mou_kernel *kernel)
{
    switch (kernel->instruction->opcode) {
    case MOU_OP_CODE_ADD: return map(kernel, fast_add, false);
    case MOU_OP_CODE_SUB: return map(kernel, fast_sub, false);
    case MOU_OP_CODE_MUL: return map(kernel, map_mul, false);
    case MOU_OP_CODE_NEGATE: return map(kernel, map_negate, true);
    case MOU_OP_CODE_MIN: return map(kernel, fast_min, false);
    default:
        assert(kernel->instruction->opcode == MOU_OP_CODE_MAX);
        return map(kernel, fast_max, false);
    }
}

bool mou_kernel_date(struct mou_kernel *kernel)
{
    switch (kernel->instruction->opcode) {
    case MOU_OP_CODE_DATE_ADD_MONTHS: return map(kernel, map_add_months, false);
    case MOU_OP_CODE_DATE_ADD_DAYS: return map(kernel, map_add_days, false);
    case MOU_OP_CODE_DATE_ADD_WORKDAYS: return map(kernel, map_add_workdays, false);
    case MOU_OP_CODE_DATE_DIFFERENCE: return map(kernel, fast_sub, false);
    case MOU_OP_CODE_YEAR: return map(kernel, map_year, true);
    case MOU_OP_CODE_MONTH_START: return map(kernel, map_month_start, true);
    case MOU_OP_CODE_NEXT_MONTH_DAY: return map(kernel, map_next_month_day, false);
    case MOU_OP_CODE_ROLL_FORWARD: return map(kernel, map_roll_forward, true);
    case MOU_OP_CODE_FIRST_WORKDAY: return map(kernel, map_first_workday, true);
    default:
        assert(kernel->instruction->opcode == MOU_OP_CODE_AGE);
        return map(kernel, map_age, false);
    }
}
