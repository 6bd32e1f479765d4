/*
 * The instructions once more, one cell at a time and as plainly as the language states them: what the kernels are
 * compared with. Reads the batch, the frames and the pack, never a register of the machine. Slow on purpose; shares no
 * code with vm/ but the civil dates, fractions and calendars of base.
 */
#ifndef MOU_TESTS_KERNEL_ORACLE_H
#define MOU_TESTS_KERNEL_ORACLE_H

#include "bits.h"
#include "pack_builder.h"

__extension__ typedef __int128 oracle_wide;

/** Any cell: a condition has `truth`, the others `state`. */
struct ocell {
    enum mou_truth truth;
    enum mou_cell state;
    int64_t low, high;
    struct mou_ratio fraction;
    enum mou_fault fault;
};

struct oracle {
    const struct mou_machine *machine; /* frames, batch, pack, date */
    struct ocell **cells;              /* [instruction][row] */
    bool without_contested;
};

static inline struct ocell o_truth(enum mou_truth truth)
{
    return (struct ocell){.truth = truth, .fraction = {0, 1}};
}

static inline struct ocell o_known(int64_t value)
{
    return (struct ocell){.state = MOU_CELL_KNOWN, .low = value, .high = value, .fraction = {0, 1}};
}

static inline struct ocell o_range(int64_t low, int64_t high)
{
    return (struct ocell){.state = MOU_CELL_KNOWN, .low = low, .high = high, .fraction = {0, 1}};
}

static inline struct ocell o_fraction(struct mou_ratio fraction)
{
    return (struct ocell){.state = MOU_CELL_KNOWN, .fraction = fraction};
}

static inline struct ocell o_state(enum mou_cell state)
{
    return (struct ocell){.state = state, .fraction = {0, 1}};
}

static inline struct ocell o_fault(enum mou_fault fault)
{
    return (struct ocell){.state = MOU_CELL_UNKNOWN, .fault = fault, .fraction = {0, 1}};
}

static inline struct ocell o_date(enum mou_fault fault, mou_date date)
{
    return fault == MOU_FAULT_NONE ? o_known(date) : o_fault(fault);
}

static inline enum mou_truth o_and(enum mou_truth a, enum mou_truth b)
{
    return a == MOU_NO || b == MOU_NO ? MOU_NO : a == MOU_YES && b == MOU_YES ? MOU_YES : MOU_UNKNOWN;
}

static inline enum mou_truth o_not(enum mou_truth a)
{
    return a == MOU_UNKNOWN ? MOU_UNKNOWN : a == MOU_YES ? MOU_NO : MOU_YES;
}

static inline enum mou_truth o_or(enum mou_truth a, enum mou_truth b)
{
    return o_not(o_and(o_not(a), o_not(b)));
}

/** An operand as the row sees it: a register at frame 0 has one cell for all. */
static inline struct ocell o_read(const struct oracle *o, uint32_t index, uint32_t row)
{
    return o->cells[index][o->machine->pack->instructions[index].frame == 0 ? 0 : row];
}

/* ---------------------------------------------------------- columns */

static inline bool o_column(const struct mou_column *column, uint32_t row, int64_t *value)
{
    if (column->width == 0 || (column->known != NULL && !mou_bit(column->known, row))) {
        return false;
    }
    *value = column->width == 4 ? ((const int32_t *)column->values)[row] : ((const int64_t *)column->values)[row];
    return true;
}

static inline struct ocell o_load(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t row)
{
    const struct mou_batch *batch = o->machine->batch;
    const struct mou_pack_frame *frame = &o->machine->pack->frames[in->frame];
    const struct mou_frame *rows = &o->machine->frames[in->frame];
    int64_t value = 0;
    bool known = false;
    if (frame->kind == MOU_FRAME_SUBJECT) {
        if (batch->subject_kind[row] != (uint32_t)in->imm) {
            return o_state(MOU_CELL_INAPPLICABLE);
        }
        known = o_column(&batch->attributes[in->imm][in->a], row, &value);
    } else if (frame->kind == MOU_FRAME_RELATION) {
        const struct mou_relation_columns *relation = &batch->relations[frame->type];
        const uint32_t at = rows->relation_row[row];
        if (in->a == MOU_COLUMN_RELATION_FROM) {
            known = o_column(&relation->since, at, &value);
        } else if (in->a == MOU_COLUMN_RELATION_UNTIL) {
            if (!o_column(&relation->until, at, &value)) {
                return o_known(MOU_DATE_MAX + 1);
            }
            known = true;
        } else {
            known = o_column(&relation->fields[in->a], at, &value);
        }
    } else {
        known =
            o_column(&batch->records[frame->type].fields[in->a], mou_frame_entity(o->machine, in->frame, row), &value);
    }
    return known ? o_known(value) : o_state(MOU_CELL_UNKNOWN);
}

static inline struct ocell o_exists(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t row)
{
    const uint32_t record = mou_frame_record(o->machine->pack, in->frame);
    const uint64_t *contested = record == NONE ? NULL : o->machine->contested[record];
    const bool gone =
        o->without_contested && contested != NULL && mou_bit(contested, mou_frame_entity(o->machine, in->frame, row));
    return o_truth(gone ? MOU_NO : MOU_YES);
}

static inline struct ocell o_parameter(const struct oracle *o, uint32_t parameter, int64_t date)
{
    const struct mou_pack *pack = o->machine->pack;
    struct ocell found = o_state(MOU_CELL_UNKNOWN);
    for (uint32_t i = 0; i < pack->parameters[parameter].value_count; i++) {
        const struct mou_pack_parameter_value *value =
            &pack->parameter_values[pack->parameters[parameter].first_value + i];
        if (value->from <= date) {
            found = o_known(value->value);
        }
    }
    return found;
}

/* ---------------------------------------------------------- comparisons */

static inline bool o_holds(int64_t compare, int sign)
{
    const bool answers[MOU_COMPARE_COUNT] = {sign == 0, sign != 0, sign<0, sign <= 0, sign> 0, sign >= 0};
    return answers[compare];
}

/* S10 read literally: try the ends and the meeting points of the two ranges. */
static inline enum mou_truth o_compare_range(int64_t compare, const struct ocell *a, const struct ocell *b)
{
    const int64_t left[4] = {a->low, a->high, b->low, b->high};
    bool some = false;
    bool every = true;
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
            const int64_t x = left[i];
            const int64_t y = left[k];
            if (x < a->low || x > a->high || y < b->low || y > b->high) {
                continue;
            }
            const bool holds = o_holds(compare, (x > y) - (x < y));
            some = some || holds;
            every = every && holds;
        }
    }
    return every ? MOU_YES : some ? MOU_UNKNOWN : MOU_NO;
}

static inline struct ocell o_compare(const struct mou_pack_instruction *in, const struct ocell *a,
                                     const struct ocell *b)
{
    if (a->state == MOU_CELL_INAPPLICABLE || b->state == MOU_CELL_INAPPLICABLE) {
        return o_truth(MOU_NO);
    }
    if (a->state == MOU_CELL_UNKNOWN || b->state == MOU_CELL_UNKNOWN) {
        return o_truth(MOU_UNKNOWN);
    }
    if (in->opcode == OP(COMPARE_RANGE)) {
        return o_truth(o_compare_range(in->imm, a, b));
    }
    const oracle_wide x = in->opcode == OP(COMPARE) ? a->low : (oracle_wide)a->fraction.num * b->fraction.den;
    const oracle_wide y = in->opcode == OP(COMPARE) ? b->low : (oracle_wide)b->fraction.num * a->fraction.den;
    return o_truth(o_holds(in->imm, (x > y) - (x < y)) ? MOU_YES : MOU_NO);
}

/* ---------------------------------------------------------- operations on known values */

static inline bool o_is_date(int64_t value)
{
    return value >= MOU_DATE_MIN && value <= MOU_DATE_MAX;
}

static inline struct ocell o_whole(oracle_wide value)
{
    return value >= INT64_MIN && value <= INT64_MAX ? o_known((int64_t)value) : o_fault(MOU_FAULT_OVERFLOW);
}

static inline struct ocell o_on_date(const struct oracle *o, uint32_t opcode, int64_t a, int64_t b)
{
    const struct mou_calendar *calendar = &o->machine->calendar;
    mou_date date = 0;
    if (!o_is_date(a) || (opcode == OP(AGE) && !o_is_date(b))) {
        return o_fault(MOU_FAULT_DATE_RANGE);
    }
    const mou_date from = (mou_date)a;
    enum mou_fault fault = MOU_FAULT_NONE;
    switch (opcode) {
    case OP(DATE_ADD_MONTHS): fault = mou_date_add_months(from, b, &date); break;
    case OP(DATE_ADD_DAYS): fault = mou_date_add_days(from, b, &date); break;
    case OP(DATE_ADD_WORKDAYS): fault = mou_calendar_add_workdays(calendar, from, b, &date); break;
    case OP(MONTH_START): fault = mou_date_month_start(from, &date); break;
    case OP(NEXT_MONTH_DAY): fault = mou_date_next_month_day(from, b, &date); break;
    case OP(ROLL_FORWARD): fault = mou_calendar_roll_forward(calendar, from, &date); break;
    case OP(FIRST_WORKDAY):
        fault = mou_date_month_start(from, &date);
        fault = fault == MOU_FAULT_NONE ? mou_calendar_roll_forward(calendar, date, &date) : fault;
        break;
    case OP(YEAR): return o_known(mou_date_to_civil(from).year);
    default: return o_known(mou_date_age(from, (mou_date)b));
    }
    return o_date(fault, date);
}

static inline struct ocell o_fractions(uint32_t opcode, struct mou_ratio a, struct mou_ratio b)
{
    struct mou_ratio result = {0, 1};
    oracle_wide num = (oracle_wide)a.num * b.num;
    oracle_wide den = (oracle_wide)a.den * b.den;
    if (opcode == OP(FRACTION_ADD)) {
        num = (oracle_wide)a.num * b.den + (oracle_wide)b.num * a.den;
    } else if (opcode == OP(FRACTION_SUB)) {
        num = (oracle_wide)a.num * b.den - (oracle_wide)b.num * a.den;
    } else if (opcode == OP(FRACTION_DIV)) {
        num = (oracle_wide)a.num * b.den;
        den = (oracle_wide)a.den * b.num;
    }
    const enum mou_fault fault = mou_ratio_make(num, den, &result);
    return fault == MOU_FAULT_NONE ? o_fraction(result) : o_fault(fault);
}

static inline struct ocell o_range_sum(const struct ocell *a, const struct ocell *b)
{
    const struct ocell low = o_whole((oracle_wide)a->low + b->low);
    const struct ocell high = o_whole((oracle_wide)a->high + b->high);
    return low.fault != MOU_FAULT_NONE ? low : high.fault != MOU_FAULT_NONE ? high : o_range(low.low, high.low);
}

static inline struct ocell o_operate(const struct oracle *o, const struct mou_pack_instruction *in,
                                     const struct ocell *a, const struct ocell *b)
{
    int64_t rounded = 0;
    enum mou_fault fault = MOU_FAULT_NONE;
    switch (in->opcode) {
    case OP(ADD): return o_whole((oracle_wide)a->low + b->low);
    case OP(DATE_DIFFERENCE):
    case OP(SUB): return o_whole((oracle_wide)a->low - b->low);
    case OP(MUL): return o_whole((oracle_wide)a->low * b->low);
    case OP(NEGATE): return o_whole(-(oracle_wide)a->low);
    case OP(MIN): return o_known(a->low < b->low ? a->low : b->low);
    case OP(MAX): return o_known(a->low < b->low ? b->low : a->low);
    case OP(RANGE_OF): return o_known(a->low);
    case OP(RANGE_ADD): return o_range_sum(a, b);
    case OP(RANGE_VALUE): return a->low == a->high ? o_known(a->low) : o_state(MOU_CELL_UNKNOWN);
    case OP(TO_FRACTION):
        return o_fractions(OP(FRACTION_MUL), (struct mou_ratio){a->low, 1}, (struct mou_ratio){1, in->imm});
    case OP(ROUND):
        fault = mou_ratio_round(a->fraction, (enum mou_rounding)in->imm, &rounded);
        return fault == MOU_FAULT_NONE ? o_known(rounded) : o_fault(fault);
    case OP(FRACTION_ADD):
    case OP(FRACTION_SUB):
    case OP(FRACTION_MUL):
    case OP(FRACTION_DIV): return o_fractions(in->opcode, a->fraction, b->fraction);
    case OP(PARAMETER_AT): return o_parameter(o, in->a, b->low);
    default: return o_on_date(o, in->opcode, a->low, b->low);
    }
}

/** The dominance rule, then the operation. */
static inline struct ocell o_strict(const struct oracle *o, const struct mou_pack_instruction *in,
                                    const struct ocell *a, const struct ocell *b)
{
    if (a->state == MOU_CELL_INAPPLICABLE || b->state == MOU_CELL_INAPPLICABLE) {
        return o_state(MOU_CELL_INAPPLICABLE);
    }
    if (a->state == MOU_CELL_UNKNOWN || b->state == MOU_CELL_UNKNOWN) {
        return o_state(MOU_CELL_UNKNOWN);
    }
    return o_operate(o, in, a, b);
}

/* ---------------------------------------------------------- decision tables */

static inline struct ocell o_table(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t row)
{
    const struct mou_pack *pack = o->machine->pack;
    const struct mou_pack_table *table = &pack->tables[in->a];
    struct ocell arguments[8];
    bool unknown = false;
    bool inapplicable = false;
    for (uint32_t i = 0; i < in->c; i++) {
        arguments[i] = o_read(o, pack->lists[in->b + i], row);
        unknown = unknown || arguments[i].state == MOU_CELL_UNKNOWN;
        inapplicable = inapplicable || arguments[i].state == MOU_CELL_INAPPLICABLE;
    }
    if (inapplicable || unknown) {
        return o_state(inapplicable ? MOU_CELL_INAPPLICABLE : MOU_CELL_UNKNOWN);
    }
    for (uint32_t r = 0; r < table->row_count; r++) {
        const struct mou_pack_cell *cells = &pack->cells[table->first_cell + r * (table->column_count + 1)];
        bool fits = true;
        for (uint32_t i = 0; i < table->column_count; i++) {
            if (cells[i].op == NONE) {
                continue;
            }
            struct ocell bound = o_known(cells[i].value);
            struct mou_pack_instruction compare = {.opcode = OP(COMPARE), .imm = cells[i].op};
            if ((table->columns_are_fractions >> i & 1u) != 0) {
                const struct mou_pack_fraction *pooled = &pack->fractions[cells[i].value];
                bound = o_fraction((struct mou_ratio){pooled->num, pooled->den});
                compare.opcode = OP(COMPARE_FRACTION);
            }
            fits = fits && o_compare(&compare, &arguments[i], &bound).truth == MOU_YES;
        }
        if (fits) {
            return o_known(cells[table->column_count].value);
        }
    }
    return o_state(MOU_CELL_UNKNOWN);
}

/* ---------------------------------------------------------- rows of a parent */

/* What a reduction sees of one row. */
struct orow {
    enum mou_truth present, part; /* presence; presence and condition */
    struct ocell value;
};

static inline uint32_t o_rows(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t parent,
                              struct orow *out, bool every)
{
    const uint32_t operands[3] = {in->a, in->b, mou_opcode_operand(in->opcode, 2) == MOU_OPERAND_NONE ? in->a : in->c};
    uint32_t child = 0;
    for (int i = 0; i < 3; i++) {
        const uint32_t frame = o->machine->pack->instructions[operands[i]].frame;
        child = frame != 0 ? frame : child;
    }
    uint32_t count = 0;
    for (uint32_t row = 0; row < o->machine->frames[child].row_count; row++) {
        if (o->machine->frames[child].up[row] != parent) {
            continue;
        }
        const enum mou_truth a = o_read(o, operands[0], row).truth;
        const enum mou_truth b = o_read(o, operands[1], row).truth;
        out[count++] = (struct orow){a, every ? o_or(o_not(a), b) : o_and(a, b), o_read(o, operands[2], row)};
    }
    return count;
}

static inline bool o_seen(const struct orow *rows, uint32_t count, uint32_t i, bool sure)
{
    for (uint32_t k = 0; k < i && k < count; k++) {
        const bool counts = sure ? rows[k].part == MOU_YES : rows[k].part != MOU_NO;
        if (counts && rows[k].value.state == MOU_CELL_KNOWN && rows[k].value.low == rows[i].value.low) {
            return true;
        }
    }
    return false;
}

/* S11. */
static inline struct ocell o_distinct(const struct orow *rows, uint32_t count)
{
    int64_t low = 0;
    int64_t high = 0;
    bool sure_without_value = false;
    for (uint32_t i = 0; i < count; i++) {
        const bool known = rows[i].value.state == MOU_CELL_KNOWN;
        if (rows[i].part == MOU_YES) {
            low += known && !o_seen(rows, count, i, true) ? 1 : 0;
            sure_without_value = sure_without_value || !known;
        }
        if (rows[i].part != MOU_NO) {
            high += !known || !o_seen(rows, count, i, false) ? 1 : 0;
        }
    }
    return o_range(low == 0 && sure_without_value ? 1 : low, high);
}

/* S12. */
static inline struct ocell o_aggregate(uint32_t opcode, const struct orow *rows, uint32_t count)
{
    oracle_wide sum = 0;
    int64_t extreme = 0;
    uint32_t taken = 0;
    bool unknown = false;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].part == MOU_NO) {
            continue;
        }
        unknown = unknown || rows[i].part == MOU_UNKNOWN || rows[i].value.state != MOU_CELL_KNOWN;
        const int64_t value = rows[i].value.low;
        extreme = taken == 0 || (opcode == OP(LARGEST) ? value > extreme : value < extreme) ? value : extreme;
        sum += value;
        taken++;
    }
    if (unknown) {
        return o_state(MOU_CELL_UNKNOWN);
    }
    if (opcode == OP(SUM)) {
        return o_whole(sum);
    }
    return taken == 0 ? o_state(MOU_CELL_INAPPLICABLE) : o_known(extreme);
}

static inline bool o_has_year(const struct orow *rows, uint32_t count, int64_t year, bool sure)
{
    for (uint32_t i = 0; i < count; i++) {
        const bool counts = sure ? rows[i].part == MOU_YES : rows[i].part != MOU_NO;
        if (counts && rows[i].value.state == MOU_CELL_KNOWN && rows[i].value.low == year) {
            return true;
        }
    }
    return false;
}

/* S13, counting back year by year. */
static inline struct ocell o_streak_to(const struct orow *rows, uint32_t count, int64_t last)
{
    int64_t runs[2] = {0, 0};
    for (int sure = 0; sure < 2; sure++) {
        int64_t year = last;
        while (o_has_year(rows, count, year, sure != 0)) {
            runs[sure]++;
            if (year == INT64_MIN) {
                break;
            }
            year--;
        }
    }
    return o_range(runs[1], runs[0]);
}

static inline struct ocell o_streak(const struct oracle *o, const struct mou_pack_instruction *in,
                                    const struct orow *rows, uint32_t count, uint32_t parent)
{
    if (in->opcode == OP(STREAK_UNTIL)) {
        const struct ocell until = o_read(o, (uint32_t)in->imm, parent);
        return until.state == MOU_CELL_KNOWN ? o_streak_to(rows, count, until.low) : o_state(until.state);
    }
    const int64_t this_year = mou_date_to_civil(o->machine->options.as_of).year;
    bool found = false;
    int64_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct ocell *year = &rows[i].value;
        if (rows[i].present != MOU_NO && year->state == MOU_CELL_KNOWN && year->low <= this_year &&
            (!found || year->low > last)) {
            last = year->low;
            found = true;
        }
    }
    return found ? o_streak_to(rows, count, last) : o_range(0, 0);
}

static inline struct ocell o_reduce(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t parent,
                                    struct orow *rows)
{
    const uint32_t count = o_rows(o, in, parent, rows, in->opcode == OP(EVERY));
    enum mou_truth some = MOU_NO;
    enum mou_truth every = MOU_YES;
    int64_t low = 0;
    int64_t high = 0;
    for (uint32_t i = 0; i < count; i++) {
        some = o_or(some, rows[i].part);
        every = o_and(every, rows[i].part);
        low += rows[i].part == MOU_YES ? 1 : 0;
        high += rows[i].part != MOU_NO ? 1 : 0;
    }
    switch (in->opcode) {
    case OP(ANY): return o_truth(some);
    case OP(EVERY): return o_truth(every);
    case OP(COUNT): return o_range(low, high);
    case OP(COUNT_DISTINCT): return o_distinct(rows, count);
    case OP(STREAK):
    case OP(STREAK_UNTIL): return o_streak(o, in, rows, count, parent);
    default: return o_aggregate(in->opcode, rows, count);
    }
}

/* ---------------------------------------------------------- one cell of any instruction */

static inline struct ocell o_constant(const struct oracle *o, const struct mou_pack_instruction *in)
{
    switch (in->opcode) {
    case OP(CONST_CONDITION): return o_truth((enum mou_truth)in->imm);
    case OP(CONST): return o_known(in->imm);
    case OP(CONST_TEXT): return o_known(o->machine->text_numbers[in->a]);
    case OP(CONST_FRACTION):
        return o_fraction(
            (struct mou_ratio){o->machine->pack->fractions[in->a].num, o->machine->pack->fractions[in->a].den});
    case OP(TODAY): return o_known(o->machine->options.as_of);
    case OP(PARAMETER): return o_parameter(o, in->a, o->machine->options.as_of);
    default: return o_state(MOU_CELL_INAPPLICABLE);
    }
}

static inline struct ocell o_tally(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t row)
{
    struct ocell range = o_range(0, 0);
    for (uint32_t i = 0; i < in->b; i++) {
        const enum mou_truth truth = o_read(o, o->machine->pack->lists[in->a + i], row).truth;
        range.low += truth == MOU_YES ? 1 : 0;
        range.high += truth != MOU_NO ? 1 : 0;
    }
    return range;
}

static inline struct ocell o_on_conditions(const struct oracle *o, const struct mou_pack_instruction *in, uint32_t row)
{
    const enum mou_truth a = o_read(o, in->a, row).truth;
    struct ocell chosen = o_state(MOU_CELL_UNKNOWN);
    switch (in->opcode) {
    case OP(NOT): return o_truth(o_not(a));
    case OP(WRITTEN): return o_truth(a);
    case OP(AND): return o_truth(o_and(a, o_read(o, in->b, row).truth));
    case OP(OR): return o_truth(o_or(a, o_read(o, in->b, row).truth));
    case OP(AS_VALUE): return a == MOU_UNKNOWN ? chosen : o_known(a == MOU_YES ? 1 : 0);
    default: break;
    }
    if (a == MOU_UNKNOWN) {
        return in->opcode == OP(CHOICE_CONDITION) ? o_truth(MOU_UNKNOWN) : chosen;
    }
    chosen = o_read(o, a == MOU_YES ? in->b : in->c, row);
    chosen.fault = MOU_FAULT_NONE;
    return chosen;
}

static inline struct ocell o_evaluate(const struct oracle *o, uint32_t index, uint32_t row, struct orow *scratch)
{
    const struct mou_pack_instruction *in = &o->machine->pack->instructions[index];
    const struct mou_opcode_info *info = mou_opcode_info(in->opcode);
    struct ocell a = {0};
    if (info->rule == MOU_RULE_UNIT) {
        return o_constant(o, in);
    }
    if (info->rule == MOU_RULE_DOWN) {
        return o_reduce(o, in, row, scratch);
    }
    if (info->rule == MOU_RULE_PARENT) {
        return o_read(o, in->a, o->machine->batch->records[in->frame - 2].parent[row]);
    }
    if (info->rule == MOU_RULE_UP || info->rule == MOU_RULE_AT) {
        a = o_read(o, in->a,
                   info->rule == MOU_RULE_UP ? o->machine->frames[in->frame].up[row]
                                             : mou_frame_entity(o->machine, in->frame, row));
        a.fault = MOU_FAULT_NONE;
        return a;
    }
    switch (in->opcode) {
    case OP(COLUMN): return o_load(o, in, row);
    case OP(EXISTS): return o_exists(o, in, row);
    case OP(TABLE): return o_table(o, in, row);
    case OP(TALLY): return o_tally(o, in, row);
    default: break;
    }
    if (mou_opcode_operand(in->opcode, 0) == MOU_OPERAND_CONDITION) {
        return o_on_conditions(o, in, row);
    }
    a = o_read(o, in->opcode == OP(PARAMETER_AT) ? in->b : in->a, row);
    const bool binary = mou_opcode_operand(in->opcode, 1) != MOU_OPERAND_NONE;
    const struct ocell b = binary ? o_read(o, in->b, row) : a;
    switch (in->opcode) {
    case OP(COMPARE):
    case OP(COMPARE_RANGE):
    case OP(COMPARE_FRACTION): return o_compare(in, &a, &b);
    case OP(FILLED):
    case OP(FILLED_FRACTION): return o_truth(a.state == MOU_CELL_KNOWN ? MOU_YES : MOU_NO);
    case OP(TRUTH):
        if (a.state != MOU_CELL_KNOWN) {
            return o_truth(a.state == MOU_CELL_UNKNOWN ? MOU_UNKNOWN : MOU_NO);
        }
        return o_truth(a.low == 1 ? MOU_YES : MOU_NO);
    case OP(OR_DEFAULT):
    case OP(OR_DEFAULT_FRACTION): {
        struct ocell either = a.state == MOU_CELL_KNOWN ? a : b;
        either.fault = MOU_FAULT_NONE;
        return either;
    }
    default: return o_strict(o, in, &a, &b);
    }
}

/* ---------------------------------------------------------- comparison with the machine */

/** Whether register `index` of the machine has the oracle's cell at `row`. */
static inline bool o_agrees(const struct oracle *o, enum mou_world world, uint32_t index, uint32_t row)
{
    const struct mou_register *got = &o->machine->registers[world][index];
    const struct ocell *wanted = &o->cells[index][row];
    if (got->form == MOU_FORM_CONDITION) {
        return mou_register_truth(o->machine, world, index, row) == wanted->truth;
    }
    const enum mou_fault fault = got->fault == NULL ? MOU_FAULT_NONE : (enum mou_fault)got->fault[row];
    if (mou_register_cell(o->machine, world, index, row) != wanted->state || fault != wanted->fault) {
        return false;
    }
    if (wanted->state != MOU_CELL_KNOWN) {
        return true;
    }
    if (got->form == MOU_FORM_FRACTION) {
        return got->fraction[row].num == wanted->fraction.num && got->fraction[row].den == wanted->fraction.den;
    }
    return got->value[row] == wanted->low && (got->form == MOU_FORM_VALUE || got->high[row] == wanted->high);
}

#endif
