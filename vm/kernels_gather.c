/*
 * What enters a frame from elsewhere: constants and parameters at frame 0, columns of the batch,
 * the parent row's register (UP) and the home frame's (AT). Columns are widened to 64 bits on the
 * way; the batch is never written. Called by kernels_run.c.
 */
#include "scalar.h"

/* ---------------------------------------------------------- one row for all */

static bool constant_condition(struct mou_kernel *kernel)
{
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const int64_t truth = kernel->instruction->imm;
    kernel->out->yes[0] = truth == MOU_YES ? 1 : 0;
    kernel->out->maybe[0] = truth == MOU_NO ? 0 : 1;
    return true;
}

static bool constant_fraction(struct mou_kernel *kernel)
{
    if (!mou_kernel_take_fraction(kernel)) {
        return false;
    }
    const struct mou_pack_fraction *given =
        &kernel->machine->pack->fractions[kernel->instruction->a];
    kernel->out->fraction[0] = (struct mou_ratio){given->num, given->den};
    kernel->out->known[0] = 1;
    return true;
}

static bool inapplicable(struct mou_kernel *kernel)
{
    uint64_t *bits = mou_kernel_take_inapplicable(kernel);
    if (bits == NULL) {
        return false;
    }
    bits[0] = 1;
    kernel->out->known[0] = 0;
    return true;
}

bool mou_kernel_constant_value(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (in->opcode == MOU_OP_CODE_CONST_CONDITION) {
        return constant_condition(kernel);
    }
    if (in->opcode == MOU_OP_CODE_CONST_FRACTION) {
        return constant_fraction(kernel);
    }
    if (!mou_kernel_take_value(kernel)) {
        return false;
    }
    int64_t value = 0;
    bool known = true;
    switch (in->opcode) {
    case MOU_OP_CODE_CONST: value = in->imm; break;
    case MOU_OP_CODE_CONST_TEXT: value = kernel->machine->text_numbers[in->a]; break;
    case MOU_OP_CODE_TODAY: value = kernel->machine->options.as_of; break;
    case MOU_OP_CODE_PARAMETER:
        known = mou_parameter_on(kernel->machine, in->a, kernel->machine->options.as_of, &value);
        break;
    default:
        assert(in->opcode == MOU_OP_CODE_INAPPLICABLE);
        kernel->out->value[0] = 0;
        return inapplicable(kernel);
    }
    kernel->out->value[0] = value;
    kernel->out->known[0] = known ? 1 : 0;
    return true;
}

bool mou_kernel_parameter_at(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const struct mou_value_view b = mou_value_view(kernel, in->b, in->frame);
    if (!mou_kernel_take_value(kernel) || !mou_kernel_dominance(kernel, &b, &b)) {
        return false;
    }
    memset(kernel->out->value, 0, kernel->rows * sizeof *kernel->out->value);
    for (size_t w = 0; w < kernel->words; w++) {
        for (uint64_t left = kernel->out->known[w]; left != 0; left &= left - 1) {
            const size_t row = w * 64 + mou_lowest_bit(left);
            if (!mou_parameter_on(kernel->machine, in->a, b.value[row * b.stride],
                                  &kernel->out->value[row])) {
                mou_bit_clear(kernel->out->known, row);
            }
        }
    }
    return true;
}

/* ---------------------------------------------------------- columns */

/* Widened copy, in order or by `places`. */
#define WIDEN(type)                                                                                \
    static void widen_##type(int64_t *out, const void *values, const uint32_t *places,             \
                             uint32_t rows)                                                        \
    {                                                                                              \
        const type *from = values;                                                                 \
        if (places == NULL) {                                                                      \
            for (uint32_t row = 0; row < rows; row++) {                                            \
                out[row] = from[row];                                                              \
            }                                                                                      \
        } else {                                                                                   \
            for (uint32_t row = 0; row < rows; row++) {                                            \
                out[row] = from[places[row]];                                                      \
            }                                                                                      \
        }                                                                                          \
    }

WIDEN(int8_t)
WIDEN(int16_t)
WIDEN(int32_t)
WIDEN(int64_t)

static void widen(int64_t *out, const struct mou_column *column, const uint32_t *places,
                  uint32_t rows)
{
    switch (column->width) {
    case 1: widen_int8_t(out, column->values, places, rows); break;
    case 2: widen_int16_t(out, column->values, places, rows); break;
    case 4: widen_int32_t(out, column->values, places, rows); break;
    default:
        assert(column->width == 8);
        widen_int64_t(out, column->values, places, rows);
        break;
    }
}

/* Bits of `from` by `places` (NULL: in order); NULL `from` is all ones. */
static void gather_bits(const struct mou_kernel *kernel, uint64_t *out, const uint64_t *from,
                        const uint32_t *places)
{
    for (size_t w = 0; w < kernel->words; w++) {
        uint64_t bits = 0;
        if (from == NULL) {
            bits = UINT64_MAX;
        } else if (places == NULL) {
            bits = from[w];
        } else {
            for (uint32_t j = 0; j < mou_kernel_rows(kernel, w); j++) {
                bits |= mou_bit_word(from, places[w * 64 + j]) << j;
            }
        }
        out[w] = bits & mou_kernel_mask(kernel, w);
    }
}

/* A register with the values of a batch column, row r from row places[r] (NULL: r). */
static bool load(struct mou_kernel *kernel, const struct mou_column *column, const uint32_t *places)
{
    struct mou_register *out = kernel->out;
    out->form = MOU_FORM_VALUE;
    out->known = MOU_SLAB_ARRAY(kernel->slab, kernel->words, uint64_t);
    out->value = MOU_SLAB_ARRAY(kernel->slab, kernel->rows, int64_t);
    if (out->known == NULL || out->value == NULL) {
        return false;
    }
    if (column->width == 0) {
        memset(out->value, 0, kernel->rows * sizeof *out->value);
        memset(out->known, 0, kernel->words * sizeof *out->known);
        return true;
    }
    widen(out->value, column, places, kernel->rows);
    gather_bits(kernel, out->known, column->known, places);
    return true;
}

/* An absent end of a relation is the day after the last date: open. */
static void open_ends(struct mou_kernel *kernel)
{
    for (uint32_t row = 0; row < kernel->rows; row++) {
        if (!mou_bit(kernel->out->known, row)) {
            kernel->out->value[row] = (int64_t)MOU_DATE_MAX + 1;
        }
    }
    mou_bits_set_all(kernel->out->known, kernel->rows);
}

static bool load_attribute(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const uint64_t *of_kind = kernel->machine->kind_bits[in->imm];
    if (!load(kernel, &kernel->machine->batch->attributes[in->imm][in->a], NULL)) {
        return false;
    }
    if (of_kind == NULL) {
        return true;
    }
    uint64_t *none = mou_kernel_take_inapplicable(kernel);
    if (none == NULL) {
        return false;
    }
    for (size_t w = 0; w < kernel->words; w++) {
        kernel->out->known[w] &= of_kind[w];
        none[w] = ~of_kind[w] & mou_kernel_mask(kernel, w);
    }
    return true;
}

bool mou_kernel_column(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const struct mou_pack_frame *frame = &kernel->machine->pack->frames[in->frame];
    const struct mou_frame *rows = &kernel->machine->frames[in->frame];
    if (frame->kind == MOU_FRAME_SUBJECT) {
        return load_attribute(kernel);
    }
    if (frame->kind != MOU_FRAME_RELATION) {
        return load(kernel, &kernel->machine->batch->records[frame->type].fields[in->a],
                    rows->entity);
    }
    const struct mou_relation_columns *relation = &kernel->machine->batch->relations[frame->type];
    if (in->a == MOU_COLUMN_RELATION_FROM) {
        return load(kernel, &relation->since, rows->relation_row);
    }
    if (in->a == MOU_COLUMN_RELATION_UNTIL) {
        if (!load(kernel, &relation->until, rows->relation_row)) {
            return false;
        }
        open_ends(kernel);
        return true;
    }
    return load(kernel, &relation->fields[in->a], rows->relation_row);
}

/* ---------------------------------------------------------- registers of other frames */

static bool take_like(struct mou_kernel *kernel, const struct mou_register *source)
{
    switch (source->form) {
    case MOU_FORM_CONDITION: return mou_kernel_take_condition(kernel);
    case MOU_FORM_VALUE: return mou_kernel_take_value(kernel);
    case MOU_FORM_RANGE: return mou_kernel_take_range(kernel);
    case MOU_FORM_FRACTION: return mou_kernel_take_fraction(kernel);
    }
    return false;
}

/* Row r of the result is row places[r] of `source`. */
static bool gather(struct mou_kernel *kernel, const struct mou_register *source,
                   const uint32_t *places)
{
    struct mou_register *out = kernel->out;
    if (!take_like(kernel, source)) {
        return false;
    }
    if (source->form == MOU_FORM_CONDITION) {
        gather_bits(kernel, out->yes, source->yes, places);
        gather_bits(kernel, out->maybe, source->maybe, places);
        return true;
    }
    gather_bits(kernel, out->known, source->known, places);
    if (source->inapplicable != NULL) {
        uint64_t *none = mou_kernel_take_inapplicable(kernel);
        if (none == NULL) {
            return false;
        }
        gather_bits(kernel, none, source->inapplicable, places);
    }
    if (source->form == MOU_FORM_FRACTION) {
        for (uint32_t row = 0; row < kernel->rows; row++) {
            out->fraction[row] = source->fraction[places[row]];
        }
        return true;
    }
    widen_int64_t(out->value, source->value, places, kernel->rows);
    if (source->form == MOU_FORM_RANGE) {
        widen_int64_t(out->high, source->high, places, kernel->rows);
    }
    return true;
}

bool mou_kernel_up(struct mou_kernel *kernel)
{
    const struct mou_frame *frame = &kernel->machine->frames[kernel->instruction->frame];
    return gather(kernel, &kernel->registers[kernel->instruction->a], frame->up);
}

bool mou_kernel_at(struct mou_kernel *kernel)
{
    const struct mou_frame *frame = &kernel->machine->frames[kernel->instruction->frame];
    const struct mou_register *source = &kernel->registers[kernel->instruction->a];
    if (frame->entity == NULL) {
        mou_kernel_alias(kernel, source);
        return true;
    }
    return gather(kernel, source, frame->entity);
}

bool mou_kernel_parent(struct mou_kernel *kernel)
{
    const struct mou_machine *machine = kernel->machine;
    const uint32_t type = machine->pack->frames[kernel->instruction->frame].type;
    return gather(kernel, &kernel->registers[kernel->instruction->a],
                  machine->batch->records[type].parent);
}
