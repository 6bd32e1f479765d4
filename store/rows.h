/*
 * Rows in memory that a statement can select from: INSERT … SELECT a, b FROM mou_rows(?1) writes a thousand of them at the cost of one statement, and … FROM mou_rows(?2) m
 * CROSS JOIN … reads what belongs to a thousand. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_ROWS_H
#define MOU_STORE_ROWS_H

#include "store_internal.h"

/** Columns of every row, named a to h in statements. */
#define MOU_ROWS_COLUMNS 8

struct mou_rows_cell {
    int type; /**< SQLITE_INTEGER, SQLITE_TEXT or SQLITE_NULL */
    int64_t number;
    struct mou_text text;
};

/** Rows of one write. */
#define MOU_ROWS_MAX 1024u

/** Rows gathered for a statement. */
struct mou_rows {
    struct mou_rows_cell *cells; /**< for MOU_ROWS_MAX rows; NULL before the first */
    size_t count;
};

/** Makes mou_rows(?) known to the connection. */
enum mou_status mou_rows_register(struct mou_store *store) MOU_MUST_USE;
/** The next row, every cell NULL, where there are less than MOU_ROWS_MAX; NULL when memory ran out. The cells' memory is the arena's. */
struct mou_rows_cell *mou_rows_add(struct mou_rows *rows, struct mou_arena *arena) MOU_MUST_USE;
/** Gives the statement the rows as parameter `parameter`; they must live until its bindings are cleared. */
enum mou_status mou_rows_bind(struct mou_store *store, sqlite3_stmt *statement, int parameter, const struct mou_rows *rows) MOU_MUST_USE;
/** Runs the statement over the rows, which it takes as ?1; the others are bound. NULL for the statement: its failure is noted. */
enum mou_status mou_rows_write(struct mou_store *store, sqlite3_stmt *statement, const struct mou_rows *rows) MOU_MUST_USE;

static inline struct mou_rows_cell mou_cell_number(int64_t number)
{
    return (struct mou_rows_cell){.type = SQLITE_INTEGER, .number = number};
}
/** The text must live until the rows are written. */
static inline struct mou_rows_cell mou_cell_text(struct mou_text text)
{
    return (struct mou_rows_cell){.type = SQLITE_TEXT, .text = text};
}
static inline struct mou_rows_cell mou_cell_date(mou_date date)
{
    return date == MOU_DATE_NONE ? (struct mou_rows_cell){.type = SQLITE_NULL} : mou_cell_number(date);
}

#endif
