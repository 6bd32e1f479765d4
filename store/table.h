/*
 * Rows of cells, from whatever they were read, on their way into the store. Used by the readers of CSV and of foreign tables.
 */
#ifndef MOU_STORE_TABLE_H
#define MOU_STORE_TABLE_H

#include "intake.h"

/** One row: its cells, its bytes, its first line. */
struct mou_row {
    struct mou_table_cell *cells; /**< MOU_CELLS_MAX of them */
    uint32_t count;
    struct mou_text raw;
    uint64_t line;
    bool unclosed; /**< a quote was never closed */
    bool too_many; /**< more cells than a row may have */
    bool ragged;   /**< cells behind the last one are empty, not missing */
};

/** What gives the rows. */
struct mou_row_reader {
    /** Called once, first: number of the header's row, 0 where nobody says which. The next row is the header. NULL: the reader gives every row. */
    enum mou_status (*begin)(void *state, unsigned header_row);
    /** *more is false behind the last row. What the row points to lives until the next one, or in the arena. */
    enum mou_status (*next)(void *state, struct mou_row *row, struct mou_arena *arena, bool *more);
    /** How far it has come. */
    void (*position)(void *state, uint64_t *done, uint64_t *total);
    /** From now on rows are read for that intake, on whatever thread. NULL: they stay with the thread that began. */
    void (*move)(void *state, struct mou_intake *intake);
    void *state;
};

/** Reads the header, then takes row by row. */
enum mou_status mou_table_import(struct mou_intake *intake, const struct mou_row_reader *reader) MOU_MUST_USE;

#endif
