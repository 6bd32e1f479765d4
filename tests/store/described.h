/*
 * What a statement gives, as text that two stores can be compared by. Used by tests that run in one process what makes them.
 */
#ifndef MOU_TESTS_STORE_DESCRIBED_H
#define MOU_TESTS_STORE_DESCRIBED_H

#include "store_internal.h"

/** Appends all cells of all rows. False where the store cannot be read. */
static inline bool describe(struct mou_store *store, const char *sql, struct mou_buf *out)
{
    sqlite3_stmt *statement = NULL;
    const bool ready = sqlite3_prepare_v2(store->database, sql, -1, &statement, NULL) == SQLITE_OK;
    int step = ready ? sqlite3_step(statement) : SQLITE_ERROR;
    while (step == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const struct mou_text text = mou_store_column_text(statement, i);
            mou_buf_append(out, text.bytes, text.len);
            mou_buf_char(out, '|');
        }
        step = sqlite3_step(statement);
    }
    (void)sqlite3_finalize(statement);
    return step == SQLITE_DONE;
}

#endif
