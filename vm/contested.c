/*
 * What the as-of date and the objections make of a batch before any instruction runs: the
 * working-day calendar as then published, subjects by kind, and the record rows under objection
 * with everything below them. Called by frames.c.
 */
#include <assert.h>

#include "bits.h"
#include "column_compare.h"
#include "frames.h"

/*
 * Years are sorted by year, then publication: among equal years the last one published by the as-of
 * date counts.
 */
void mou_calendar_in_force(struct mou_machine *machine)
{
    assert(machine != NULL);
    if (machine->calendar_date != machine->options.as_of) {
        machine->calendar = mou_pack_calendar(machine->pack, machine->options.as_of, machine->calendar_years);
        machine->calendar_date = machine->options.as_of;
    }
}

bool mou_kinds_fill(struct mou_machine *machine)
{
    assert(machine != NULL);
    const struct mou_batch *batch = machine->batch;
    const uint32_t kind_count = machine->pack->kinds_count;
    machine->kind_bits = MOU_SLAB_ZEROED(&machine->slab, kind_count, uint64_t *);
    if (machine->kind_bits == NULL) {
        return false;
    }
    for (uint32_t kind = 0; kind < kind_count; kind++) {
        uint64_t *bits = MOU_SLAB_ZEROED(&machine->slab, mou_words(batch->subject_count), uint64_t);
        if (bits == NULL) {
            return false;
        }
        if (batch->subject_count > 0) {
            mou_column_compare(machine->compare, MOU_RELATION_EQUAL, sizeof *batch->subject_kind, batch->subject_kind, kind, batch->subject_count, bits);
        }
        const uint32_t count = mou_bits_count(bits, 0, batch->subject_count);
        machine->kind_bits[kind] = count == batch->subject_count ? NULL : bits;
    }
    return true;
}

/* ---------------------------------------------------------- objections */

static uint64_t *bits_of(struct mou_machine *machine, uint64_t **table, uint32_t record)
{
    if (table[record] == NULL) {
        table[record] = MOU_SLAB_ZEROED(
            &machine->slab, mou_words(machine->batch->records[record].row_count), uint64_t);
    }
    return table[record];
}

/*
 * An objection names a row by its key, or its instrument's number; a type with neither cannot be
 * contested.
 */
static bool contestable(const struct mou_pack_record *type)
{
    return type->key != MOU_PACK_NONE || type->number != MOU_PACK_NONE;
}

/* Rows named by an objection that is open on the as-of date. */
static bool contested_by_name(struct mou_machine *machine, uint64_t **named)
{
    for (uint32_t i = 0; i < machine->batch->objection_count; i++) {
        const struct mou_objection *objection = &machine->batch->objections[i];
        const mou_date today = machine->options.as_of;
        const bool open = objection->lodged <= today &&
                          (objection->closed == MOU_DATE_NONE || today < objection->closed);
        if (!open || !contestable(&machine->pack->records[objection->record])) {
            continue;
        }
        uint64_t *bits = bits_of(machine, named, objection->record);
        if (bits == NULL) {
            return false;
        }
        mou_bit_set(bits, objection->row);
    }
    return true;
}

/* Adds to `type` the rows below the contested rows of its ancestor (or itself) `ancestor`. */
static bool contest_below(struct mou_machine *machine, const struct mou_offsets *offsets,
                          const uint64_t *named, uint32_t ancestor, uint32_t type)
{
    const uint32_t rows = machine->batch->records[ancestor].row_count;
    for (uint32_t row = mou_bits_next(named, 0, rows); row < rows;
         row = mou_bits_next(named, row + 1, rows)) {
        const struct mou_row_range range =
            mou_offsets_children(machine->pack, offsets, ancestor, row, type);
        if (range.begin == range.end) {
            continue;
        }
        uint64_t *bits = bits_of(machine, machine->contested, type);
        if (bits == NULL) {
            return false;
        }
        mou_bits_fill(bits, range.begin, range.end);
    }
    return true;
}

bool mou_contested_fill(struct mou_machine *machine, const struct mou_offsets *offsets)
{
    assert(machine != NULL && offsets != NULL);
    const struct mou_pack *pack = machine->pack;
    machine->two_worlds = false;
    machine->contested = offsets->uncontested;
    if (machine->batch->objection_count == 0) {
        return true;
    }
    uint64_t **named = MOU_SLAB_ZEROED(&machine->slab, pack->records_count, uint64_t *);
    machine->contested = MOU_SLAB_ZEROED(&machine->slab, pack->records_count, uint64_t *);
    if (machine->slab.failed || !contested_by_name(machine, named)) {
        return false;
    }
    for (uint32_t type = 0; type < pack->records_count; type++) {
        for (uint32_t above = type; above != MOU_PACK_NONE; above = pack->records[above].parent) {
            if (named[above] != NULL &&
                !contest_below(machine, offsets, named[above], above, type)) {
                return false;
            }
        }
        machine->two_worlds = machine->two_worlds || machine->contested[type] != NULL;
    }
    return true;
}
