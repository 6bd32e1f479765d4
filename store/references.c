/*
 * What rows refer to, looked up for many of them at once. Into a store without decisions a run writes rows that refer to nothing but its own act and run, the decisions that are
 * written with them, and the subjects that it goes through: one statement finds all of these for a thousand rows, where the database would look for each reference of each row.
 * Writes nothing. Used by delta.c; import.c sees to its own references.
 */
#include "run_internal.h"

/* Nothing here can fail; no statement that writes is under way. */
void mou_refer_at_once(struct mou_store *store, bool at_once)
{
    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_ENABLE_FKEY, at_once ? 1 : 0, (int *)NULL);
}

static const struct mou_rows_cell *row_of(const struct mou_rows *rows, size_t row)
{
    return &rows->cells[row * MOU_ROWS_COLUMNS];
}

/** Decisions first to last are those that were written with the rows. */
struct written {
    const struct mou_delta *delta;
    struct mou_referring count;
    int64_t first, last;
};

struct mou_referring mou_referring_of(const struct mou_delta *delta)
{
    return (struct mou_referring){delta->decisions.count, delta->statuses.count, delta->lasting.count, delta->act.rows.count};
}

static bool is_written(const struct written *written, const struct mou_rows_cell *decision)
{
    return decision->type == SQLITE_INTEGER && decision->number >= written->first && decision->number <= written->last;
}

/** Statuses and steps belong to decisions written with them, and no step to one before. */
static bool follow_decisions(const struct written *written)
{
    bool fit = true;
    for (size_t i = 0; fit && i < written->count.statuses; i++) {
        fit = is_written(written, &row_of(&written->delta->statuses, i)[1]);
    }
    for (size_t i = 0; fit && i < written->count.steps; i++) {
        const struct mou_rows_cell *step = row_of(&written->delta->act.rows, i);
        fit = is_written(written, &step[1]) && step[2].type == SQLITE_NULL;
    }
    return fit;
}

/** Each decision has the row in `lasting` that tells how long it lasts, of the same subject: no other decision is referred to there, and no other subject in `decision`. */
static bool last_with_decisions(const struct written *written)
{
    size_t decisions = 0;
    for (size_t i = 0; i < written->count.lasting; i++) {
        const struct mou_rows_cell *lasting = row_of(&written->delta->lasting, i);
        if (lasting[3].type == SQLITE_NULL) {
            continue;
        }
        const struct mou_rows_cell *decision = decisions < written->count.decisions ? row_of(&written->delta->decisions, decisions) : NULL;
        decisions++;
        if (decision == NULL || lasting[3].number != decision[0].number || lasting[0].number != decision[1].number) {
            return false;
        }
    }
    return decisions == written->count.decisions;
}

/** The subjects of `lasting`, each once: a subject's rows lie together. */
static bool list_subjects(struct mou_delta *delta, size_t lasting)
{
    int64_t before = 0;
    delta->referred.count = 0;
    for (size_t i = 0; i < lasting; i++) {
        const int64_t subject = row_of(&delta->lasting, i)[0].number;
        struct mou_rows_cell *row = i == 0 || subject != before ? mou_rows_add(&delta->referred, delta->kept) : NULL;
        if (row != NULL) {
            row[0] = mou_cell_number(subject);
        } else if (i == 0 || subject != before) {
            return false;
        }
        before = subject;
    }
    return true;
}

/** What they refer to is in the database. */
static enum mou_status look_up(struct mou_delta *delta, const struct written *written, bool *fit)
{
    struct mou_store *store = delta->store;
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_REFERENCES_HOLD);
    enum mou_status status = list_subjects(delta, written->count.lasting) ? MOU_OK : mou_store_out_of_memory(store);
    if (status != MOU_OK || statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 2, written->first);
    sqlite3_bind_int64(statement, 3, written->last);
    sqlite3_bind_int64(statement, 4, delta->run);
    sqlite3_bind_int64(statement, 5, delta->act.id);
    status = mou_rows_bind(store, statement, 1, &delta->referred);
    status = status == MOU_OK ? mou_store_step_single(store, statement, fit) : status;
    sqlite3_clear_bindings(statement);
    return status;
}

enum mou_status mou_refer_check(struct mou_delta *delta, const struct mou_referring *referring)
{
    const struct written written = {.delta = delta, .count = *referring, .first = delta->last - (int64_t)referring->decisions + 1, .last = delta->last};
    bool fit = false;
    enum mou_status status = MOU_OK;
    if (follow_decisions(&written) && last_with_decisions(&written)) {
        status = look_up(delta, &written, &fit);
    }
    return status != MOU_OK || fit ? status
                                   : mou_store_fail(delta->store, MOU_ERROR_INTERNAL, "%s",
                                                    mou_store_say(delta->store, "写入的行所指的主体、决定或运行不存在，数据库保持原状",
                                                                  "rows refer to a subject, a decision or a run that is not there; the database is as before"));
}
