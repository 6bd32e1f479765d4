/*
 * Operations on single known cells by opcode, see scalar.h; comparisons of ranges; parameters by
 * date; rows of decision tables. Reads the pack and the calendar, never a register. Called by the
 * kernels and by kernel_scalar.c.
 */
#include "scalar.h"

struct mou_scalar_result mou_scalar_value(const struct mou_machine *machine, uint32_t opcode,
                                          int64_t a, int64_t b)
{
    assert(machine != NULL);
#define CASE(name, function)                                                                       \
    if (opcode == MOU_OP_CODE_##name) {                                                            \
        return function(machine, a, b);                                                            \
    }
    CASE(ADD, mou_scalar_add)
    CASE(SUB, mou_scalar_sub)
    CASE(MUL, mou_scalar_mul)
    CASE(NEGATE, mou_scalar_negate)
    CASE(MIN, mou_scalar_min)
    CASE(MAX, mou_scalar_max)
    CASE(DATE_ADD_MONTHS, mou_scalar_add_months)
    CASE(DATE_ADD_DAYS, mou_scalar_add_days)
    CASE(DATE_ADD_WORKDAYS, mou_scalar_add_workdays)
    CASE(DATE_DIFFERENCE, mou_scalar_sub)
    CASE(YEAR, mou_scalar_year)
    CASE(MONTH_START, mou_scalar_month_start)
    CASE(NEXT_MONTH_DAY, mou_scalar_next_month_day)
    CASE(ROLL_FORWARD, mou_scalar_roll_forward)
    CASE(FIRST_WORKDAY, mou_scalar_first_workday)
    CASE(AGE, mou_scalar_age)
#undef CASE
    assert(false);
    return mou_scalar_failed(MOU_FAULT_OVERFLOW);
}

enum mou_fault mou_scalar_fraction(uint32_t opcode, struct mou_ratio a, struct mou_ratio b,
                                   struct mou_ratio *out)
{
    assert(out != NULL && a.den > 0 && b.den > 0);
    const mou_wide num_a = a.num;
    const mou_wide num_b = b.num;
    switch (opcode) {
    case MOU_OP_CODE_FRACTION_ADD:
        return mou_ratio_make(num_a * b.den + num_b * a.den, (mou_wide)a.den * b.den, out);
    case MOU_OP_CODE_FRACTION_SUB:
        return mou_ratio_make(num_a * b.den - num_b * a.den, (mou_wide)a.den * b.den, out);
    case MOU_OP_CODE_FRACTION_MUL:
        return mou_ratio_make(num_a * num_b, (mou_wide)a.den * b.den, out);
    default:
        assert(opcode == MOU_OP_CODE_FRACTION_DIV);
        return num_b == 0 ? MOU_FAULT_DIVIDE_ZERO
                          : mou_ratio_make(num_a * b.den, a.den * num_b, out);
    }
}

bool mou_scalar_compare(int64_t compare, int sign)
{
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_EQ: return sign == 0;
    case MOU_COMPARE_NE: return sign != 0;
    case MOU_COMPARE_LT: return sign < 0;
    case MOU_COMPARE_LE: return sign <= 0;
    case MOU_COMPARE_GT: return sign > 0;
    case MOU_COMPARE_GE: return sign >= 0;
    case MOU_COMPARE_COUNT: break;
    }
    assert(false);
    return false;
}

static enum mou_truth negate(enum mou_truth truth)
{
    return truth == MOU_UNKNOWN ? MOU_UNKNOWN : truth == MOU_YES ? MOU_NO : MOU_YES;
}

/* Yes where all choices satisfy it, no where none does. */
static enum mou_truth decided(bool all, bool none)
{
    return all ? MOU_YES : none ? MOU_NO : MOU_UNKNOWN;
}

enum mou_truth mou_scalar_compare_range(int64_t compare, int64_t a_low, int64_t a_high,
                                        int64_t b_low, int64_t b_high)
{
    assert(a_low <= a_high && b_low <= b_high);
    const bool same = a_low == a_high && b_low == b_high && a_low == b_low;
    const bool apart = a_high < b_low || b_high < a_low;
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_EQ: return decided(same, apart);
    case MOU_COMPARE_NE: return negate(decided(same, apart));
    case MOU_COMPARE_LT: return decided(a_high < b_low, a_low >= b_high);
    case MOU_COMPARE_LE: return decided(a_high <= b_low, a_low > b_high);
    case MOU_COMPARE_GT: return decided(a_low > b_high, a_high <= b_low);
    case MOU_COMPARE_GE: return decided(a_low >= b_high, a_high < b_low);
    case MOU_COMPARE_COUNT: break;
    }
    assert(false);
    return MOU_UNKNOWN;
}

bool mou_parameter_on(const struct mou_machine *machine, uint32_t parameter, int64_t date,
                      int64_t *value)
{
    assert(machine != NULL && value != NULL && parameter < machine->pack->parameters_count);
    const struct mou_pack_parameter *entry = &machine->pack->parameters[parameter];
    const struct mou_pack_parameter_value *values =
        &machine->pack->parameter_values[entry->first_value];
    uint32_t count = 0;
    while (count < entry->value_count && values[count].from <= date) {
        count++;
    }
    if (count == 0) {
        return false;
    }
    *value = values[count - 1].value;
    if (entry->type == MOU_PACK_TEXT_FIELD) {
        *value = machine->text_numbers[*value];
    }
    return true;
}

/* Whether a cell of a decision table takes an argument. */
static bool cell_takes(const struct mou_machine *machine, const struct mou_pack_cell *cell,
                       bool is_fraction, int64_t value, struct mou_ratio fraction)
{
    if (cell->op == MOU_PACK_NONE) {
        return true;
    }
    if (is_fraction) {
        const struct mou_pack_fraction *bound = &machine->pack->fractions[cell->value];
        return mou_scalar_compare(
            cell->op, mou_ratio_compare(fraction, (struct mou_ratio){bound->num, bound->den}));
    }
    const int64_t bound = cell->is_text != 0 ? machine->text_numbers[cell->value] : cell->value;
    return mou_scalar_compare(cell->op, (value > bound) - (value < bound));
}

uint32_t mou_scalar_table_row(const struct mou_machine *machine, const struct mou_pack_table *table,
                              const int64_t *values, const struct mou_ratio *fractions)
{
    assert(machine != NULL && table != NULL);
    const struct mou_pack_cell *cell = &machine->pack->cells[table->first_cell];
    for (uint32_t row = 0; row < table->row_count; row++, cell += table->column_count + 1) {
        bool fits = true;
        for (uint32_t column = 0; column < table->column_count && fits; column++) {
            const bool is_fraction = (table->columns_are_fractions >> column & 1u) != 0;
            fits =
                cell_takes(machine, &cell[column], is_fraction, values[column], fractions[column]);
        }
        if (fits) {
            return row;
        }
    }
    return MOU_PACK_NONE;
}

bool mou_scalar_table(const struct mou_machine *machine, const struct mou_pack_table *table,
                      const int64_t *values, const struct mou_ratio *fractions, int64_t *result)
{
    assert(result != NULL);
    const uint32_t row = mou_scalar_table_row(machine, table, values, fractions);
    if (row == MOU_PACK_NONE) {
        return false;
    }
    const struct mou_pack_cell *answer =
        &machine->pack->cells[table->first_cell + (size_t)row * (table->column_count + 1) +
                              table->column_count];
    *result = answer->is_text != 0 ? machine->text_numbers[answer->value] : answer->value;
    return true;
}
