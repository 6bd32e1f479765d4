/*
 * What the kernels share: the instruction at work, its result register, and views of operand registers that hide
 * whether an operand has a cell per row or, at frame 0, one cell for all rows. A kernel fills every cell of its
 * register and keeps bits past the end at zero. Included by kernels_*.c, and by those who look at many cells at a time; kernels_run.c dispatches.
 */
#ifndef MOU_VM_KERNELS_H
#define MOU_VM_KERNELS_H

#include <assert.h>
#include <string.h>

#include "bits.h"
#include "vm_limits.h"
#include "machine.h"

__extension__ typedef __int128 mou_wide;

struct mou_kernel {
    struct mou_machine *machine;
    const struct mou_pack_instruction *instruction;
    const struct mou_register *registers; /**< of the world at work */
    struct mou_register *out;
    struct mou_slab *slab; /**< memory of the result */
    enum mou_world world;
    uint32_t rows; /**< of the result's frame */
    size_t words;
};

/* ---------------------------------------------------------- operand views */

/** One word per 64 rows; a single word of all zeros or ones, read again and again, for an operand at frame 0. */
struct mou_bits_view {
    const uint64_t *bits; /**< NULL: `fill` throughout */
    uint64_t fill;
};

static inline uint64_t mou_view_word(struct mou_bits_view view, size_t word)
{
    return view.bits == NULL ? view.fill : view.bits[word];
}

static inline struct mou_bits_view mou_bits_view(const uint64_t *bits, bool constant)
{
    if (bits == NULL) {
        return (struct mou_bits_view){NULL, 0};
    }
    return constant ? (struct mou_bits_view){NULL, (bits[0] & 1) != 0 ? UINT64_MAX : 0}
                    : (struct mou_bits_view){bits, 0};
}

struct mou_condition_view {
    struct mou_bits_view yes;
    struct mou_bits_view maybe;
};

/** Values, ranges and fractions: cell of row r at index r x stride. */
struct mou_value_view {
    const int64_t *value;
    const int64_t *high;
    const struct mou_ratio *fraction;
    size_t stride;
    struct mou_bits_view known;
    struct mou_bits_view inapplicable;
};

/** Whether register `index`, read from rows of `frame`, is one cell for all rows. */
static inline bool mou_kernel_constant(const struct mou_kernel *kernel, uint32_t index, uint32_t frame)
{
    return kernel->registers[index].frame == 0 && frame != 0;
}

static inline struct mou_condition_view mou_condition_view(const struct mou_kernel *kernel, uint32_t index,
                                                           uint32_t frame)
{
    const struct mou_register *source = &kernel->registers[index];
    assert(source->form == MOU_FORM_CONDITION);
    const bool constant = mou_kernel_constant(kernel, index, frame);
    return (struct mou_condition_view){mou_bits_view(source->yes, constant), mou_bits_view(source->maybe, constant)};
}

static inline struct mou_value_view mou_value_view(const struct mou_kernel *kernel, uint32_t index, uint32_t frame)
{
    const struct mou_register *source = &kernel->registers[index];
    assert(source->form != MOU_FORM_CONDITION);
    const bool constant = mou_kernel_constant(kernel, index, frame);
    return (struct mou_value_view){
        .value = source->value,
        .high = source->high,
        .fraction = source->fraction,
        .stride = constant ? 0 : 1,
        .known = mou_bits_view(source->known, constant),
        .inapplicable = mou_bits_view(source->inapplicable, constant),
    };
}

/* ---------------------------------------------------------- results */

/**
 * Storage of the result; false when memory ran out. Bitmaps of conditions and `known` are not zeroed: kernels write
 * every word.
 */
bool mou_kernel_take_condition(struct mou_kernel *kernel);
bool mou_kernel_take_value(struct mou_kernel *kernel);
bool mou_kernel_take_range(struct mou_kernel *kernel);
bool mou_kernel_take_fraction(struct mou_kernel *kernel);
/** Inapplicable bitmap of the result, zeroed at its first use; NULL when memory ran out. */
uint64_t *mou_kernel_take_inapplicable(struct mou_kernel *kernel);
/** Notes a fault of the operation itself at `row` and makes the cell unknown. False when memory ran out. */
bool mou_kernel_fault(struct mou_kernel *kernel, uint32_t row, enum mou_fault fault);

/** Mask of the rows in word `word` of the result. */
static inline uint64_t mou_kernel_mask(const struct mou_kernel *kernel, size_t word)
{
    return mou_word_mask(kernel->rows, word);
}

/** Rows in word `word`: 64, fewer in the last. */
static inline uint32_t mou_kernel_rows(const struct mou_kernel *kernel, size_t word)
{
    const uint32_t base = (uint32_t)(word * 64);
    return kernel->rows - base < 64 ? kernel->rows - base : 64;
}

/**
 * Known and inapplicable of an operation on two operands by the dominance rule (S4): inapplicable wins over unknown,
 * unknown over known. `b` may be the same view as `a`. False when memory ran out.
 */
bool mou_kernel_dominance(struct mou_kernel *kernel, const struct mou_value_view *a, const struct mou_value_view *b);

/** The result is another register as it is (same frame, nothing to compute). */
void mou_kernel_alias(struct mou_kernel *kernel, const struct mou_register *source);

/* ---------------------------------------------------------- families: each computes the whole register */

bool mou_kernel_constant_value(struct mou_kernel *kernel); /**< CONST … TODAY, PARAMETER */
bool mou_kernel_parameter_at(struct mou_kernel *kernel);
bool mou_kernel_column(struct mou_kernel *kernel);
bool mou_kernel_exists(struct mou_kernel *kernel);
/** states.c: decides what is asked for. */
bool mou_kernel_measure_state(struct mou_kernel *kernel);
bool mou_kernel_up(struct mou_kernel *kernel); /**< UP_* */
bool mou_kernel_at(struct mou_kernel *kernel);
bool mou_kernel_parent(struct mou_kernel *kernel); /**< PARENT_CONDITION */
bool mou_kernel_logic(struct mou_kernel *kernel);  /**< AND, OR, NOT, CHOICE_CONDITION */
bool mou_kernel_written(struct mou_kernel *kernel);
bool mou_kernel_compare(struct mou_kernel *kernel);
bool mou_kernel_compare_range(struct mou_kernel *kernel);
bool mou_kernel_compare_fraction(struct mou_kernel *kernel);
bool mou_kernel_filled(struct mou_kernel *kernel); /**< FILLED, FILLED_FRACTION */
bool mou_kernel_truth(struct mou_kernel *kernel);
bool mou_kernel_as_value(struct mou_kernel *kernel);
bool mou_kernel_choice(struct mou_kernel *kernel);     /**< CHOICE_VALUE, CHOICE_FRACTION */
bool mou_kernel_or_default(struct mou_kernel *kernel); /**< OR_DEFAULT, OR_DEFAULT_FRACTION */
bool mou_kernel_arithmetic(struct mou_kernel *kernel); /**< ADD, SUB, MUL, NEGATE, MIN, MAX */
bool mou_kernel_date(struct mou_kernel *kernel);       /**< DATE_* … AGE */
bool mou_kernel_fraction(struct mou_kernel *kernel);   /**< TO_FRACTION … ROUND */
bool mou_kernel_range(struct mou_kernel *kernel);      /**< RANGE_OF, RANGE_VALUE, TALLY */
bool mou_kernel_table(struct mou_kernel *kernel);
bool mou_kernel_quantifier(struct mou_kernel *kernel); /**< ANY, EVERY */
bool mou_kernel_count(struct mou_kernel *kernel);
bool mou_kernel_count_distinct(struct mou_kernel *kernel);
bool mou_kernel_aggregate(struct mou_kernel *kernel); /**< SUM, LARGEST, SMALLEST */
bool mou_kernel_streak(struct mou_kernel *kernel);    /**< STREAK, STREAK_UNTIL */

/* ---------------------------------------------------------- scalar operations, shared with the evaluation for another day */

/** Result of one operation on known operands. */
struct mou_scalar_result {
    int64_t value;
    enum mou_fault fault;
};
/** ADD … AGE on known operands; unary ones ignore `b`. */
struct mou_scalar_result mou_scalar_value(const struct mou_machine *machine, uint32_t opcode, int64_t a, int64_t b);
/** TO_FRACTION excluded: FRACTION_ADD … FRACTION_DIV. */
enum mou_fault mou_scalar_fraction(uint32_t opcode, struct mou_ratio a, struct mou_ratio b, struct mou_ratio *out);
/** A comparison of ranges over all choices. */
enum mou_truth mou_scalar_compare_range(int64_t compare, int64_t a_low, int64_t a_high, int64_t b_low, int64_t b_high);
/** Whether a comparison holds for operands that compare as `sign` says. */
bool mou_scalar_compare(int64_t compare, int sign);
/** Result of a decision table for one row of known arguments; false where no row fits. */
bool mou_scalar_table(const struct mou_machine *machine, const struct mou_pack_table *table, const int64_t *values,
                      const struct mou_ratio *fractions, int64_t *result);
/** The first row that fits known arguments, MOU_PACK_NONE where none does. */
uint32_t mou_scalar_table_row(const struct mou_machine *machine, const struct mou_pack_table *table,
                              const int64_t *values, const struct mou_ratio *fractions);
/** Value in force on a date; false before the first. */
bool mou_parameter_on(const struct mou_machine *machine, uint32_t parameter, int64_t date, int64_t *value);

#endif
