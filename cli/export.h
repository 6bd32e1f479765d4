/*
 * What the kinds of export share.
 */
#ifndef MOU_CLI_EXPORT_H
#define MOU_CLI_EXPORT_H

#include <jansson.h>

#include "masking.h"
#include "notes.h"
#include "pass.h"
#include "table.h"

struct mou_exporting;
struct mou_red_black;
struct mou_published;
struct mou_published_list { struct mou_published *items; size_t count, capacity; };

/** One kind of export: its columns, and what fills them. */
struct mou_export_kind {
    const char *word, *zh; /**< as it is asked for */
    const char *title;
    const struct mou_table_column *columns;
    size_t column_count;
    enum mou_status (*fill)(struct mou_exporting *exporting);
};

/** One export under way. */
struct mou_exporting {
    struct mou_cli *cli;
    struct mou_store *store;
    const struct mou_pack *pack;
    const struct mou_export_kind *kind;
    struct mou_table *table;
    struct mou_red_black *red_black; /**< NULL unless lists go out in the platform's shape */
    struct mou_masking masking;
    struct mou_subject_names *names; /**< of those whom a pass evaluates */
    mou_date as_of;
    mou_time known_at;
    const char *number;
    const struct mou_subject_pass *pass; /**< under way */
    struct mou_published_list *published;
    json_t *in_effect; /**< "subject TAB memorandum TAB rule" of the measures in effect on the day of the pass */
    struct mou_buf cells[MOU_TABLE_COLUMNS_MAX]; /**< the row at hand */
    size_t cell_count;
    struct mou_buf line, shown;
    json_t *pushed; /**< "department TAB memorandum.rule": how many */
    uint64_t listed, left_out;
    bool failed; /**< memory ran out */
};

/** The row at hand, cell by cell, then the row. */
void mou_export_cell(struct mou_exporting *exporting, struct mou_text text);
void mou_export_word(struct mou_exporting *exporting, const char *word);
void mou_export_identifier(struct mou_exporting *exporting, const char *identifier);
void mou_export_number(struct mou_exporting *exporting, uint64_t number);
void mou_export_row(struct mou_exporting *exporting);
/** Text of a member, "" without it. */
const char *mou_export_member(const json_t *object, const char *name);

/* export_monthly.c */
enum { MOU_MONTHLY_COLUMNS = 6 };
extern const struct mou_table_column mou_monthly_columns[MOU_MONTHLY_COLUMNS];
enum mou_status mou_fill_monthly(struct mou_exporting *exporting);

#endif
