/*
 * Mapping files: how the columns of another layout become fields. Used by the import; what a mapping may say is told in the manual.
 */
#ifndef MOU_STORE_MAPPING_H
#define MOU_STORE_MAPPING_H

#include "intake.h"

/** One line `列`: a column of the file and the field that it becomes; or `常量`: a field that is the same in every row. */
struct mou_mapped {
    struct mou_text column; /**< NULL bytes: a constant */
    struct mou_text field;
    struct mou_offered form; /**< unit, form of dates, translations; the text of a constant */
    unsigned line;           /**< of the mapping file */
    bool found;              /**< the table has the column */
};

struct mou_mapping {
    struct mou_text record;       /**< empty: not said */
    unsigned header_row;          /**< 0: the first row that is not blank */
    bool skips_rest;              /**< columns that it does not name are left out */
    MOU_VEC(struct mou_mapped) mapped;
    MOU_VEC(struct mou_text) skipped;
};

/** Reads options->mapping into the file's arena; NULL with the failure noted, with file, line and column. */
struct mou_mapping *mou_mapping_read(struct mou_intake *intake);
/** The line for a column of the table, or NULL. */
struct mou_mapped *mou_mapping_find(const struct mou_mapping *mapping, struct mou_text column);
bool mou_mapping_skips(const struct mou_mapping *mapping, struct mou_text column);
/** Notes what is wrong with a line of the mapping file. */
enum mou_status mou_mapping_refuse(struct mou_intake *intake, unsigned line, unsigned column, const char *zh, const char *en, struct mou_text text);

#endif
