/*
 * CSV as officers' programs read and write it: rows of quoted cells out, a small reviewed list in.
 */
#ifndef MOU_CLI_CSV_TEXT_H
#define MOU_CLI_CSV_TEXT_H

#include "cli.h"

/** Appends a text in quotation marks, as it is: for the store to read. */
void mou_csv_quoted(struct mou_buf *out, struct mou_text text);
/** Appends a quoted cell, behind a comma unless it is the row's first. What a spreadsheet would take for a formula gets an apostrophe in front. */
void mou_csv_cell(struct mou_buf *out, struct mou_text text, bool first);
void mou_csv_word(struct mou_buf *out, const char *word);

/** A list read back: rows of cells, the first one the header. */
struct mou_csv_row {
    uint32_t line; /**< from 1 */
    struct mou_text *cells;
    uint32_t count;
};
struct mou_csv_list {
    struct mou_csv_row *items;
    size_t count;
    size_t capacity;
};
/** Reads UTF-8 (with or without a byte order mark) or GB 18030 into the invocation's arena; apostrophes before formulas are taken off. Complains on failure. */
bool mou_csv_read(struct mou_cli *cli, const char *path, struct mou_csv_list *list);
/** Column whose header is one of the two words, UINT32_MAX if there is none. */
uint32_t mou_csv_column(const struct mou_csv_list *list, const char *zh, const char *en);
/** The cell without white space round it, empty where the row is short or the column is UINT32_MAX. */
struct mou_text mou_csv_value(const struct mou_csv_row *row, uint32_t column);

#endif
