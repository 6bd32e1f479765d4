/*
 * Days on which somebody is looked at, put in the order of their table before they are written: a first run comes to them by subject, all over the table, and a page would be
 * written for nearly each of them. So many are kept at a time that memory does not grow with the store. Used by delta.c.
 */
#include <stdlib.h>

#include "run_internal.h"

#define WAKES_MAX 4096u

struct mou_wake {
    mou_date date;
    int64_t subject;
};

static int compare_wakes(const void *a, const void *b)
{
    const struct mou_wake *left = a;
    const struct mou_wake *right = b;
    if (left->date != right->date) {
        return left->date < right->date ? -1 : 1;
    }
    return left->subject < right->subject ? -1 : left->subject > right->subject;
}

static enum mou_status write_some(struct mou_wakes *wakes, struct mou_store *store, struct mou_arena *arena, size_t first, size_t end)
{
    wakes->rows.count = 0;
    for (size_t i = first; i < end; i++) {
        struct mou_rows_cell *row = mou_rows_add(&wakes->rows, arena);
        if (row == NULL) {
            return mou_store_out_of_memory(store);
        }
        row[0] = mou_cell_number(wakes->items[i].subject);
        row[4] = mou_cell_date(wakes->items[i].date);
    }
    return mou_rows_write(store, mou_store_statement(store, MOU_SQL_WAKE_ADD), &wakes->rows);
}

enum mou_status mou_wakes_write(struct mou_wakes *wakes, struct mou_store *store, struct mou_arena *arena)
{
    enum mou_status status = MOU_OK;
    if (wakes->count > 0) {
        qsort(wakes->items, wakes->count, sizeof *wakes->items, compare_wakes);
    }
    for (size_t i = 0; status == MOU_OK && i < wakes->count; i += MOU_ROWS_MAX) {
        status = write_some(wakes, store, arena, i, wakes->count - i < MOU_ROWS_MAX ? wakes->count : i + MOU_ROWS_MAX);
    }
    wakes->count = 0;
    return status;
}

enum mou_status mou_wakes_gather(struct mou_wakes *wakes, struct mou_store *store, struct mou_arena *arena, const struct mou_rows *lasting)
{
    enum mou_status status = WAKES_MAX - wakes->count < lasting->count ? mou_wakes_write(wakes, store, arena) : MOU_OK;
    if (wakes->items == NULL) {
        wakes->items = MOU_NEW_ARRAY(arena, WAKES_MAX, struct mou_wake);
    }
    if (status != MOU_OK || wakes->items == NULL) {
        return status != MOU_OK ? status : mou_store_out_of_memory(store);
    }
    for (size_t i = 0; i < lasting->count; i++) {
        const struct mou_rows_cell *row = &lasting->cells[i * MOU_ROWS_COLUMNS];
        if (row[4].type == SQLITE_INTEGER) {
            wakes->items[wakes->count++] = (struct mou_wake){(mou_date)row[4].number, row[0].number};
        }
    }
    return MOU_OK;
}
