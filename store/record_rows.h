/*
 * One record by its type, subject and key, for acts that are about it: which version is known, and its row as a file would have it.
 */
#ifndef MOU_STORE_RECORD_ROWS_H
#define MOU_STORE_RECORD_ROWS_H

#include "store_internal.h"

struct mou_record_name {
    struct mou_text record, subject, key;
};

/** The record type of that name that has a key and lies at top level, UINT32_MAX if the vocabulary has none. */
uint32_t mou_record_type(const struct mou_pack *pack, struct mou_text name);
/** The newest version that was known at that time, 0 for none. MOU_ERROR_DATA for a type that has no key. */
enum mou_status mou_record_version(struct mou_store *store, const struct mou_record_name *name, mou_time known_at, int64_t *version) MOU_MUST_USE;
/** A field and what it is to be. */
struct mou_record_change {
    struct mou_text field, value;
};
/** Appends header and row of a CSV file that says what the version says, but for the changes. MOU_ERROR_DATA for a field that the type does not have. */
enum mou_status mou_record_put_row(struct mou_store *store, const struct mou_record_name *name, int64_t version, const struct mou_record_change *changes, size_t count,
                                   struct mou_buf *out) MOU_MUST_USE;
/** Appends a text in quotation marks. */
void mou_record_put_cell(struct mou_buf *out, struct mou_text text);

#endif
