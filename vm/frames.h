/*
 * Offset lists of a batch and what else is filled with them: the calendar in force, subjects by kind, contested rows.
 * They and the frames stay with the machine: a run fills those of the tables that have rows, and the next one empties these, so that
 * tables without rows cost nothing. Shared by frames.c, contested.c and blank.c.
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
    struct mou_relation_list *relations; /**< 2 x relation + (1 for the inverse direction) */
    uint32_t *none;                      /**< offsets of frames without rows: `none_count` zeros, more than any frame has rows */
    uint32_t none_count;
    struct mou_frame *frames;            /**< those without rows are empty ones, with `none` for offsets */
    uint64_t *filled;                    /**< bitmap: frames that the last run gave rows, that of the subjects among them */
    uint32_t *of_type;                   /**< frames by what their rows are, a record type or behind these a relation; those of type t from first_of_type[t] on */
    uint32_t *first_of_type;
    uint64_t **uncontested;              /**< per record type NULL: of a batch without objections */
};

/** Frames without rows, for the machine's life; false when memory ran out. */
bool mou_offsets_prepare(struct mou_machine *machine) MOU_MUST_USE;
/** Gives back what does not lie in the machine's arena. */
void mou_offsets_free(struct mou_machine *machine);

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
