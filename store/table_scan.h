/*
 * One table read from end to end into cells, column by column, in the order of its row numbers: the fast way for a pass over everything. table_cells.c gathers
 * cells, table_plan.c finds out where they stand and makes the statement, table_scan.c steps through it, table_pages.c decodes the table's pages, which gives the same cells sooner
 * where it can be done. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_TABLE_SCAN_H
#define MOU_STORE_TABLE_SCAN_H

#include "store_internal.h"

/* ---- table_cells.c */

#define MOU_SCAN_STAGE 1024u

/** Numbers from 0 to `greatest`, a bit for each. */
struct mou_scan_set {
    const uint64_t *bits;
    uint64_t greatest;
};
static inline bool mou_scan_in_set(const struct mou_scan_set *set, int64_t number)
{
    return (uint64_t)number <= set->greatest && (set->bits[(uint64_t)number / 64] >> ((uint64_t)number % 64) & 1) != 0;
}

/** Cells of one column: numbers in the narrowest width that held them so far, or texts. */
struct mou_scan_cells {
    bool is_text;
    const struct mou_text *names; /**< texts are gathered as numbers in this list, others as `name_count` with the first of them in `bytes`; NULL: as they are */
    uint32_t name_count;
    uint32_t last_name;    /**< rows of one name often follow one another */
    const struct mou_scan_set *some; /**< texts are gathered only of rows whose number in column `some_by` is in the set, others are as if unknown; NULL: of all */
    uint32_t some_by;
    bool gaps;             /**< some cell is unknown */
    uint32_t width;        /**< of `numbers`: 1, 2, 4 or 8, signed */
    struct mou_buf numbers; /**< numbers, or lengths of texts; 0 where unknown */
    struct mou_buf bytes;   /**< texts one behind the other */
    struct mou_buf unknown; /**< byte per row where there are gaps, else empty */
    int64_t stage[MOU_SCAN_STAGE];
    uint8_t stage_unknown[MOU_SCAN_STAGE];
};

/** Rows being gathered. Cells of the row at hand stand at `staged`. */
struct mou_scan_rows {
    uint32_t column_count;
    struct mou_scan_cells *cells;
    uint32_t count; /**< rows behind the stage */
    uint32_t staged;
    bool failed;    /**< memory ran out, or there are too many rows */
};

/** False when memory ran out. To be freed in any case. */
bool mou_scan_rows_init(struct mou_scan_rows *rows, struct mou_arena *arena, uint32_t column_count, const bool *is_text) MOU_MUST_USE;
void mou_scan_rows_free(struct mou_scan_rows *rows);
/** Forgets all rows. */
void mou_scan_rows_clear(struct mou_scan_rows *rows);
/** From the first row on, the column's texts are of this list, which must outlive the rows. */
void mou_scan_expect_names(struct mou_scan_rows *rows, uint32_t column, const struct mou_text *names, uint32_t name_count);
/** From the first row on, the column's texts are gathered of those rows only whose number in column `by`, which comes first in a row, is in the set, which must outlive the rows. */
void mou_scan_expect_some(struct mou_scan_rows *rows, uint32_t column, uint32_t by, const struct mou_scan_set *some);
/** Number of a text in the column's list. */
uint32_t mou_scan_find_name(struct mou_scan_cells *cells, struct mou_text text);
/** Takes the row at hand. */
static inline void mou_scan_row_done(struct mou_scan_rows *rows);
/** Moves the stage behind the other rows: once more at the end. */
void mou_scan_flush(struct mou_scan_rows *rows);

static inline void mou_scan_put_number(struct mou_scan_rows *rows, uint32_t column, int64_t value)
{
    rows->cells[column].stage[rows->staged] = value;
    rows->cells[column].stage_unknown[rows->staged] = 0;
}
static inline void mou_scan_put_unknown(struct mou_scan_rows *rows, uint32_t column)
{
    rows->cells[column].stage[rows->staged] = 0;
    rows->cells[column].stage_unknown[rows->staged] = 1;
}
static inline void mou_scan_put_text(struct mou_scan_rows *rows, uint32_t column, const void *bytes, size_t len)
{
    struct mou_scan_cells *cells = &rows->cells[column];
    if (cells->some != NULL && !mou_scan_in_set(cells->some, rows->cells[cells->some_by].stage[rows->staged])) {
        mou_scan_put_unknown(rows, column);
        return;
    }
    if (cells->names != NULL) {
        mou_scan_put_number(rows, column, mou_scan_find_name(cells, (struct mou_text){bytes, len}));
        return;
    }
    mou_scan_put_number(rows, column, (int64_t)len);
    mou_buf_append(&cells->bytes, bytes, len);
}
static inline void mou_scan_row_done(struct mou_scan_rows *rows)
{
    if (++rows->staged == MOU_SCAN_STAGE) {
        mou_scan_flush(rows);
    }
}

/** The numbers of a column, row by row, whatever their width. */
static inline int64_t mou_scan_number(const struct mou_scan_cells *cells, uint32_t row)
{
    const char *at = cells->numbers.data;
    switch (cells->width) {
    case 1: return ((const int8_t *)at)[row];
    case 2: return ((const int16_t *)(const void *)at)[row];
    case 4: return ((const int32_t *)(const void *)at)[row];
    default: return ((const int64_t *)(const void *)at)[row];
    }
}
/** A column's text that begins at `begin` of all its bytes. */
static inline struct mou_text mou_scan_text(const struct mou_scan_cells *cells, uint64_t begin, uint64_t len)
{
    return (struct mou_text){len > 0 ? cells->bytes.data + begin : "", len};
}
static inline bool mou_scan_is_unknown(const struct mou_scan_cells *cells, uint32_t row)
{
    return cells->gaps && cells->unknown.data[row] != 0;
}

/* ---- table_plan.c */

/** A column to be read; one that the database has not, or has as another type, is unknown in every row. */
struct mou_scan_column {
    struct mou_text name;
    bool is_text;
};

/** A table to be read: rows known at `known_at`, of the subject table without `known_until`. */
struct mou_scan_table {
    struct mou_text name;
    const struct mou_scan_column *columns;
    uint32_t column_count;
    const char *known_from, *known_until; /**< names of these columns; `known_until` NULL: there is none */
};

#define MOU_SCAN_NOWHERE UINT32_MAX
#define MOU_SCAN_ROW_NUMBER (UINT32_MAX - 1)

/** Where the columns stand in the table's rows. */
struct mou_scan_plan {
    const struct mou_scan_table *table;
    bool exists;
    uint32_t *at;                     /**< column -> its number in the table, MOU_SCAN_ROW_NUMBER or MOU_SCAN_NOWHERE */
    uint32_t known_from, known_until; /**< MOU_SCAN_NOWHERE: there is none */
    uint32_t root;                    /**< page */
    bool plain;                       /**< nothing but what table_pages.c understands: a rowid table without defaults */
    bool newest;                      /**< all that was ever recorded was known at the time asked for: rows that have not ended are those that are known */
};

enum mou_status mou_scan_plan_make(struct mou_store *store, const struct mou_scan_table *table, struct mou_arena *arena, struct mou_scan_plan *plan) MOU_MUST_USE;
/** SELECT of the planned columns, known at ?1, in the order of row numbers; with `gathered` handed to the function mou_scan_gather. The caller finalizes it; NULL with the failure noted. */
sqlite3_stmt *mou_scan_statement(struct mou_store *store, const struct mou_scan_plan *plan, bool gathered) MOU_MUST_USE;

/* ---- table_scan.c */

/** How tables are read. */
enum mou_scan_way { MOU_SCAN_FASTEST, MOU_SCAN_STATEMENTS };

struct mou_pages;

struct mou_scan {
    struct mou_store *store;
    mou_time known_at;
    bool newest;             /**< as in a plan */
    struct mou_pages *pages; /**< NULL: through statements */
    uint32_t by_pages, by_statements; /**< tables read in each way */
};

/** Inside the caller's transaction, in which something was read already. */
void mou_scan_begin(struct mou_scan *scan, struct mou_store *store, mou_time known_at, enum mou_scan_way way);
void mou_scan_end(struct mou_scan *scan);
/** Reads the table into `rows`, which are empty and of the table's columns. */
enum mou_status mou_scan_read(struct mou_scan *scan, const struct mou_scan_table *table, struct mou_arena *arena, struct mou_scan_rows *rows) MOU_MUST_USE;

/* ---- table_pages.c */

/** The database's pages as the transaction at hand sees them; NULL where that cannot be had (or memory ran out): then statements must do. */
struct mou_pages *mou_pages_open(struct mou_store *store) MOU_MUST_USE;
void mou_pages_close(struct mou_pages *pages); /**< NULL is fine */
/** False where anything was not as expected: what was gathered is then worth nothing. */
bool mou_pages_read(struct mou_pages *pages, const struct mou_scan_plan *plan, mou_time known_at, struct mou_scan_rows *rows) MOU_MUST_USE;

#endif
