/*
 * Offset lists of a batch and what else is filled with them: the calendar in force, subjects by kind, contested rows.
 * Shared by frames.c and contested.c.
 */
#ifndef MOU_VM_FRAMES_H
#define MOU_VM_FRAMES_H

#include "machine.h"

struct mou_row_range {
    uint32_t begin;
    uint32_t end;
};

/** Rows of a relation seen from one side. */
struct mou_relation_list {
    const uint32_t *first; /**< subject -> first place in `order`; subject_count + 1 entries; NULL: not built */
    const uint32_t *order; /**< place -> row of the columns */
    const uint32_t *other; /**< row of the columns -> subject at the other end */
};

struct mou_offsets {
    const uint32_t **up;                 /**< per record type: row -> subject; NULL where rows are looked at as bits alone, as is by_subject then */
    const uint32_t **by_subject;         /**< per record type: subject -> first row, subject_count + 1 entries */
    const uint32_t **by_parent;          /**< per record type: parent row -> first row; NULL at top level */
    struct mou_row_runs *runs;           /**< per record type: its rows as bits; without `ends` where they are told by lists */
    const uint32_t *none;                /**< offsets of frames without rows: `none_count` zeros */
    uint32_t none_count;
    struct mou_relation_list *relations; /**< 2 x relation + (1 for the inverse direction) */
};

/** Rows of `type` below row `row` of its ancestor type `ancestor` (or the row itself). */
struct mou_row_range mou_offsets_children(const struct mou_pack *pack, const struct mou_offsets *offsets,
                                          uint32_t ancestor, uint32_t row, uint32_t type);
/** The calendar as published on the as-of date. */
void mou_calendar_in_force(struct mou_machine *machine);
/** kind_bits. */
bool mou_kinds_fill(struct mou_machine *machine);
/** contested. */
bool mou_contested_fill(struct mou_machine *machine, const struct mou_offsets *offsets);

#endif
