/*
 * Single cells of registers, for decisions, missing fields and explanations. Reads only, but for registers that are computed when first asked for.
 */
#include <assert.h>

#include "bits.h"
#include "machine.h"

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
