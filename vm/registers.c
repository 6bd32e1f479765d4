/*
 * Single cells of registers, for decisions, missing fields and explanations. Reads only, but for registers that are computed when first asked for.
 */
#include <assert.h>

#include "lean.h"
#include "walk.h"

static const struct mou_register *register_at(const struct mou_machine *machine,
                                              enum mou_world world, uint32_t index, uint32_t *row)
{
    assert(machine != NULL && world < MOU_WORLD_COUNT && index < machine->pack->instructions_count);
    const struct mou_register *found = &machine->registers[world][index];
    if (found->late && !mou_register_wake(machine->self, world, index)) {
        return NULL;
    }
    if (found->frame == 0) {
        *row = 0;
    }
    assert(*row < machine->frames[found->frame].row_count);
    return found;
}

enum mou_truth mou_register_truth(const struct mou_machine *machine, enum mou_world world,
                                  uint32_t index, uint32_t row)
{
    const struct mou_register *from = register_at(machine, world, index, &row);
    if (from == NULL) {
        return MOU_UNKNOWN; /* the run fails: the slab remembers */
    }
    assert(from->form == MOU_FORM_CONDITION);
    if (mou_bit(from->yes, row)) {
        return MOU_YES;
    }
    return mou_bit(from->maybe, row) ? MOU_UNKNOWN : MOU_NO;
}

enum mou_cell mou_register_cell(const struct mou_machine *machine, enum mou_world world,
                                uint32_t index, uint32_t row)
{
    const struct mou_register *from = register_at(machine, world, index, &row);
    if (from == NULL) {
        return MOU_CELL_UNKNOWN;
    }
    assert(from->form != MOU_FORM_CONDITION);
    if (mou_bit(from->known, row)) {
        return MOU_CELL_KNOWN;
    }
    return from->inapplicable != NULL && mou_bit(from->inapplicable, row) ? MOU_CELL_INAPPLICABLE
                                                                          : MOU_CELL_UNKNOWN;
}

int64_t mou_register_value(const struct mou_machine *machine, enum mou_world world, uint32_t index,
                           uint32_t row)
{
    const struct mou_register *from = register_at(machine, world, index, &row);
    if (from == NULL) {
        return 0;
    }
    assert(from->form == MOU_FORM_VALUE && mou_bit(from->known, row));
    return from->value[row];
}

/* A cell of which no other is needed. */
struct lone_cell {
    int64_t value;
    bool known;
};

#define LONE_DEPTH_MAX 4u

/* False where the whole register must be computed: also where the operation fails, so that the fault is noted. */
static bool find_alone(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t row, unsigned depth, struct lone_cell *cell)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    const struct mou_register *from = &machine->registers[world][index];
    struct lone_cell a;
    struct lone_cell b;
    if (!from->late) {
        const size_t at = from->frame == 0 ? 0 : row;
        *cell = (struct lone_cell){from->value[at], mou_bit(from->known, at)};
        return true;
    }
    if (in->opcode == MOU_OP_CODE_COLUMN) {
        const struct mou_column *column = in->frame > 1 ? mou_column_as_it_is(machine, index) : NULL;
        cell->known = column != NULL && mou_cell_read(column, row, &cell->value);
        return column != NULL;
    }
    if ((in->opcode != MOU_OP_CODE_DATE_ADD_MONTHS && in->opcode != MOU_OP_CODE_DATE_ADD_DAYS) || depth == LONE_DEPTH_MAX ||
        !find_alone(machine, world, in->a, row, depth + 1, &a) || !find_alone(machine, world, in->b, row, depth + 1, &b)) {
        return false;
    }
    *cell = (struct lone_cell){.known = a.known && b.known};
    const struct mou_scalar_result result = cell->known ? mou_scalar_value(machine, in->opcode, a.value, b.value) : (struct mou_scalar_result){0};
    cell->value = result.value;
    return result.fault == MOU_FAULT_NONE;
}

bool mou_register_known(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t row, int64_t *value)
{
    assert(machine != NULL && value != NULL && index < machine->pack->instructions_count);
    struct lone_cell cell;
    if (find_alone(machine, world, index, row, 0, &cell)) {
        *value = cell.known ? cell.value : 0;
        return cell.known;
    }
    const bool known = mou_register_cell(machine, world, index, row) == MOU_CELL_KNOWN;
    *value = known ? mou_register_value(machine, world, index, row) : 0;
    return known;
}

/* ------------------------------------------------------------------ whole registers */

static uint64_t word_or_none(const uint64_t *bits, size_t word)
{
    return bits == NULL ? 0 : bits[word];
}

static bool same_value(const struct mou_register *a, const struct mou_register *b, uint32_t row)
{
    if (a->fraction != NULL) {
        return a->fraction[row].num == b->fraction[row].num && a->fraction[row].den == b->fraction[row].den;
    }
    return a->value[row] == b->value[row] && (a->high == NULL || a->high[row] == b->high[row]);
}

static bool same_fault(const struct mou_register *a, const struct mou_register *b, uint32_t row)
{
    return (a->fault == NULL ? 0 : a->fault[row]) == (b->fault == NULL ? 0 : b->fault[row]);
}

static bool same_cells(const struct mou_register *a, const struct mou_register *b, uint32_t rows)
{
    for (size_t w = 0; w < mou_words(rows); w++) {
        const uint64_t mask = mou_word_mask(rows, w);
        if (((a->known[w] ^ b->known[w]) & mask) != 0 ||
            ((word_or_none(a->inapplicable, w) ^ word_or_none(b->inapplicable, w)) & mask) != 0) {
            return false;
        }
    }
    for (uint32_t row = 0; row < rows; row++) {
        if ((mou_bit(a->known, row) && !same_value(a, b, row)) || !same_fault(a, b, row)) {
            return false;
        }
    }
    return true;
}

bool mou_register_same(const struct mou_register *a, const struct mou_register *b, uint32_t rows)
{
    assert(a != NULL && b != NULL && a->form == b->form && !a->late && !b->late);
    if (a->form != MOU_FORM_CONDITION) {
        return same_cells(a, b, rows);
    }
    for (size_t w = 0; w < mou_words(rows); w++) {
        if (((a->yes[w] ^ b->yes[w]) & mou_word_mask(rows, w)) != 0 ||
            ((a->maybe[w] ^ b->maybe[w]) & mou_word_mask(rows, w)) != 0) {
            return false;
        }
    }
    return true;
}
