/*
 * Rows of cells as texts, as a reader of spreadsheets hands them to the record store without either knowing the other.
 */
#ifndef MOU_TABLE_H
#define MOU_TABLE_H

#include "mou/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Columns of a row at most, as in spreadsheets (A to XFD). */
#define MOU_CELLS_MAX 16384u
/** Bytes of a row's texts together at most. */
#define MOU_CELLS_BYTES_MAX ((size_t)16 * 1024 * 1024)

/** Whether a cell says what was entered. */
enum mou_cell_state {
    MOU_CELL_WHOLE,
    MOU_CELL_DIGITS_LOST, /**< a number of more than fifteen digits, of which a spreadsheet keeps only fifteen */
    MOU_CELL_ERROR,       /**< a formula that gave an error, or has not been calculated */
    MOU_CELL_MERGED       /**< part of a merged cell that began in an earlier row */
};

/** One cell; empty text where there is nothing. */
struct mou_table_cell {
    struct mou_text text;
    enum mou_cell_state state;
};

/** One row; everything lives until the next one is asked for. */
struct mou_table_row {
    uint64_t line; /**< from 1, as the reader's users see it */
    const struct mou_table_cell *cells;
    uint32_t count; /**< cells behind these are empty */
};

/** A table that is read once from top to bottom; the first row that it gives has the headers. */
struct mou_table {
    struct mou_text name; /**< of the sheet */
    uint64_t rows;        /**< how many there are, for progress; 0: not known */
    /** Called once, first: the row that has the headers, 0 where nobody says which. */
    enum mou_status (*begin)(void *state, unsigned header_row);
    /** The next row; *more is false behind the last. Other than MOU_OK: `message` tells what is wrong. */
    enum mou_status (*next)(void *state, struct mou_table_row *row, bool *more);
    /** Why the last call failed. */
    const char *(*message)(void *state);
    void *state; /**< of the three */
};

#ifdef __cplusplus
}
#endif
#endif
