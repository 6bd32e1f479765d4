/*
 * Erasure of what records say.
 */
#ifndef MOU_CLI_RETENTION_H
#define MOU_CLI_RETENTION_H

#include "store_commands.h"

/** Appends a row for mou_erase_rows. */
void mou_erase_add(struct mou_buf *rows, const char *record, struct mou_text subject, struct mou_text key);
/** Erases the records of the rows in one transaction. Complains on failure. */
enum mou_exit mou_erase_rows(struct mou_cli *cli, struct mou_store *store, struct mou_buf *rows, const char *reason, struct mou_import_result *result);
/** Erases one record for good, and says so. */
enum mou_exit mou_erase_one(struct mou_cli *cli, struct mou_store *store, const char *record, const char *subject, const char *key, const char *reason);

#endif
