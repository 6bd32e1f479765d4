/*
 * Spreadsheets (.xlsx) as tables: read as a stream, within limits, nothing of them is executed, resolved or written anywhere. A file is hostile input:
 * whatever is in it, it is read, or refused with a message. Knows neither rules nor the record store.
 */
#ifndef MOU_SHEET_H
#define MOU_SHEET_H

#include "mou/base.h"
#include "mou/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mou_workbook;

/** The bytes of a file, which stay as they are while the workbook is open. */
struct mou_sheet_source {
    uint64_t size;
    /** Fills `bytes` with the `len` bytes from `offset` on, all within the size; false if they cannot be read. */
    bool (*read)(void *state, uint64_t offset, void *bytes, size_t len);
    void *state;
};

/** Whether a file that begins with these bytes is to be opened as a workbook. */
MOU_API bool mou_workbook_begins(const void *bytes, size_t len);
/**
 * Opens a workbook. MOU_ERROR_DATA: it is none, is damaged, or goes beyond a limit; MOU_ERROR_IO: it cannot be read; `message` says which, in `lang`. The
 * source is used until the workbook is closed. One thread at a time.
 */
MOU_API enum mou_status mou_workbook_open(const struct mou_sheet_source *source, enum mou_lang lang, struct mou_workbook **book, struct mou_buf *message) MOU_MUST_USE;
MOU_API void mou_workbook_close(struct mou_workbook *book); /**< NULL is fine */
MOU_API uint32_t mou_workbook_sheet_count(const struct mou_workbook *book);
/** Name of a sheet, in the workbook's memory. */
MOU_API struct mou_text mou_workbook_sheet_name(const struct mou_workbook *book, uint32_t sheet);
/** Whether the workbook counts its days from 1904. */
MOU_API bool mou_workbook_days_from_1904(const struct mou_workbook *book);
/**
 * Gives a sheet as a table, in the workbook's memory; one at a time, once. Titles above the header are passed over, a header of several rows with merged
 * cells becomes one row of names; rows with nothing in them are left out. Numbers are written out as decimals, dates as 2024-03-01, yes and no as 是 and 否.
 */
MOU_API enum mou_status mou_workbook_table(struct mou_workbook *book, uint32_t sheet, struct mou_table *table) MOU_MUST_USE;
/** Why the last call failed. */
MOU_API const char *mou_workbook_message(const struct mou_workbook *book);

#ifdef __cplusplus
}
#endif
#endif
