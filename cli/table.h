/*
 * Rows of cells as a file that other programs take: CSV, XLSX, JSON, or XML in the shapes of the platforms. A file is private to its owner, and only gets its
 * name when it is whole and its receipt is written.
 */
#ifndef MOU_CLI_TABLE_H
#define MOU_CLI_TABLE_H

#include "cli.h"

#define MOU_TABLE_COLUMNS_MAX 24

enum mou_table_format { MOU_TABLE_CSV, MOU_TABLE_XLSX, MOU_TABLE_JSON, MOU_TABLE_XML };

/** `name` is the member in JSON and the element in XML; the others are heads. */
struct mou_table_column {
    const char *name;
    const char *zh;
    const char *en;
};

/** What a file is about. */
struct mou_table_head {
    const char *what;  /**< lists, decisions, … */
    const char *title; /**< for people */
    const char *sender, *receiver, *operator_name;
    const char *number; /**< of the message */
    bool masked;
    bool raw; /**< the file is what mou_table_raw is given */
    mou_date as_of;
    const struct mou_table_column *columns;
    size_t column_count;
};

struct mou_table;
/** Begins the file that is to be called `path`; NULL, with a complaint, where it cannot be written. */
struct mou_table *mou_table_begin(struct mou_cli *cli, const char *path, enum mou_table_format format, const struct mou_table_head *head);
/** Adds a row of as many cells as there are columns. Failures are told at the end. */
void mou_table_row(struct mou_table *table, const struct mou_text *cells);
/** Adds bytes to a raw file, which stand for so many rows. */
void mou_table_raw(struct mou_table *table, const struct mou_buf *bytes, uint64_t rows);
uint64_t mou_table_rows(const struct mou_table *table);
/** Completes the file, still under another name, and gives its SHA-256. */
enum mou_exit mou_table_finish(struct mou_table *table, unsigned char hash[32]);
/** Gives the file its name. */
enum mou_exit mou_table_publish(struct mou_table *table);
/** Releases everything; a file that was not published is gone. NULL is fine. */
void mou_table_free(struct mou_table *table);

/** --format, or by the ending of the file's name. Complains and returns false. */
bool mou_table_choose(const struct mou_cli *cli, const char *path, enum mou_table_format *format);
const char *mou_table_format_word(enum mou_table_format format);

#endif
