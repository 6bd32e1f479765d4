/*
 * What a subject had before the file of which so many rows are the subject's that it pays to go through that once, and not for every row: it may be as much again.
 * Used by intake.c.
 */
#include <assert.h>

#include "intake.h"

#define ROWS_OF_ONE_SUBJECT 64

/** The place of a key; numbers and texts cannot be taken for one another, as all keys of a type are one or the other. */
static int64_t *place_of(struct mou_intake *intake, int64_t subject, const struct mou_checked *key)
{
    const struct mou_text none = {"", 0};
    return key->is_text ? mou_seen_add(intake->keys_before, subject, 0, key->text) : mou_seen_add(intake->keys_before, subject, key->number, none);
}

static enum mou_status gather(struct mou_intake *intake, int64_t subject, bool is_text)
{
    struct mou_store *store = intake->store;
    sqlite3_stmt *statement = mou_schema_current_keys(store, intake->record);
    bool row = true;
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (status == MOU_OK) {
        sqlite3_bind_int64(statement, 1, subject);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status == MOU_OK && row && sqlite3_column_type(statement, 1) != SQLITE_NULL) {
            const struct mou_checked key = {.known = true, .is_text = is_text, .number = is_text ? 0 : sqlite3_column_int64(statement, 1),
                                            .text = is_text ? mou_store_column_text(statement, 1) : (struct mou_text){"", 0}};
            int64_t *version = place_of(intake, subject, &key);
            if (version == NULL) {
                status = mou_store_out_of_memory(store);
                break;
            }
            *version = sqlite3_column_int64(statement, 0);
        }
    }
    sqlite3_finalize(statement);
    return status;
}

enum mou_status mou_earlier_find(struct mou_intake *intake, int64_t subject, const struct mou_checked *key, int64_t *version, bool *gathered)
{
    assert(intake != NULL && key != NULL && key->known);
    int64_t *rows = mou_seen_add(intake->rows_seen, subject, 0, (struct mou_text){"", 0});
    *gathered = false;
    *version = 0;
    if (rows == NULL) {
        return mou_store_out_of_memory(intake->store);
    }
    const bool first = *rows == ROWS_OF_ONE_SUBJECT;
    if (*rows < ROWS_OF_ONE_SUBJECT) {
        ++*rows;
        return MOU_OK;
    }
    *rows = ROWS_OF_ONE_SUBJECT + 1;
    const enum mou_status status = first ? gather(intake, subject, key->is_text) : MOU_OK;
    const int64_t *found = status == MOU_OK ? place_of(intake, subject, key) : NULL;
    if (found == NULL) {
        return status != MOU_OK ? status : mou_store_out_of_memory(intake->store);
    }
    *gathered = true;
    *version = *found;
    return MOU_OK;
}
