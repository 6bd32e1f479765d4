/*
 * What a run changes: decisions that are new are opened, those that say something else get a new status, those that are gone are closed. Every row names
 * the run that opened it, a decision also the one that closed it; nothing is overwritten. With what it finds, or no longer finds, a run moves the measures that it is about.
 */
#include <string.h>

#include "run_internal.h"

/** The number of the subject that the run has come to: it takes subjects in the order of their identifiers, and so does the statement that walks along. */
static enum mou_status find_subject(struct mou_delta *delta, struct mou_text identifier)
{
    int order = -1;
    bool row = true;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && row && order < 0) {
        status = mou_store_step_row(delta->store, delta->subjects, &row);
        order = status == MOU_OK && row ? mou_text_compare(mou_store_column_text(delta->subjects, 1), identifier) : order;
    }
    delta->subject = order == 0 ? sqlite3_column_int64(delta->subjects, 0) : 0;
    return status == MOU_OK && order != 0 ? MOU_ERROR_INTERNAL : status;
}

static bool copy(struct mou_arena *arena, struct mou_text text, struct mou_text *out)
{
    *out = (struct mou_text){mou_arena_copy(arena, text.bytes, text.len), text.len};
    return out->bytes != NULL;
}

/* ------------------------------------------------------------------ rows gathered */

/** Bytes of texts that are gathered at most before they are written. */
#define TEXT_BYTES_MAX ((size_t)1024 * 1024)

enum mou_status mou_delta_open(struct mou_delta *delta, bool due_only)
{
    struct mou_store *store = delta->store;
    bool any = false;
    bool row = false;
    delta->kept = mou_arena_new(NULL);
    delta->texts = mou_arena_new(NULL);
    delta->arena = mou_arena_new(NULL);
    if (delta->kept == NULL || delta->texts == NULL || delta->arena == NULL) {
        return mou_store_out_of_memory(store);
    }
    delta->act.gathering = delta->kept;
    delta->subjects = due_only ? NULL : mou_store_statement(store, MOU_SQL_SUBJECTS_ALL);
    if (delta->subjects == NULL && !due_only) {
        return MOU_ERROR_IO;
    }
    enum mou_status status = mou_store_step_single(store, mou_store_statement(store, MOU_SQL_DECISION_ANY), &any);
    delta->none_before = !any;
    delta->first = !any && !due_only;
    mou_refer_at_once(store, !delta->first);
    sqlite3_stmt *last = status == MOU_OK ? mou_store_statement(store, MOU_SQL_NUMBERS_LAST) : NULL;
    status = status == MOU_OK ? mou_store_step_row(store, last, &row) : status;
    delta->last = row ? sqlite3_column_int64(last, 0) : 0;
    delta->last_status = row ? sqlite3_column_int64(last, 1) : 0;
    delta->act.last = row ? sqlite3_column_int64(last, 2) : 0;
    sqlite3_reset(last);
    return status == MOU_OK ? mou_counts_open(&delta->counts, store, delta->kept) : status;
}

void mou_delta_free(struct mou_delta *delta)
{
    sqlite3_reset(delta->subjects);
    mou_refer_at_once(delta->store, true);
    mou_arena_free(delta->kept);
    mou_arena_free(delta->texts);
    mou_arena_free(delta->arena);
}

/** Writes rows with the run as ?2. */
static enum mou_status write_rows(struct mou_delta *delta, enum mou_statement id, struct mou_rows *rows)
{
    if (rows->count == 0) {
        return MOU_OK;
    }
    sqlite3_stmt *statement = mou_store_statement(delta->store, id);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 2, delta->run);
    }
    const enum mou_status status = mou_rows_write(delta->store, statement, rows);
    rows->count = 0;
    return status;
}

/** What opened and when to look again, with the days for it. */
static enum mou_status write_lasting(struct mou_delta *delta)
{
    struct mou_store *store = delta->store;
    enum mou_status status = MOU_OK;
    if (delta->lasting.count > 0) {
        status = mou_rows_write(store, mou_store_statement(store, MOU_SQL_LASTING_SET), &delta->lasting);
        if (status == MOU_OK && delta->first) {
            status = mou_wakes_gather(&delta->wakes, store, delta->kept, &delta->lasting);
        } else if (status == MOU_OK) {
            status = mou_rows_write(store, mou_store_statement(store, MOU_SQL_WAKE_ADD), &delta->lasting);
        }
    }
    delta->lasting.count = 0;
    return status;
}

static enum mou_status flush_rows(struct mou_delta *delta)
{
    const struct mou_referring referring = mou_referring_of(delta);
    enum mou_status status = write_rows(delta, MOU_SQL_DECISION_CLOSE, &delta->closed_decisions);
    status = status == MOU_OK ? write_rows(delta, MOU_SQL_DECISION_ADD, &delta->decisions) : status;
    status = status == MOU_OK ? write_lasting(delta) : status;
    status = status == MOU_OK ? write_rows(delta, MOU_SQL_STATUS_ADD, &delta->statuses) : status;
    status = status == MOU_OK ? mou_act_flush(&delta->act) : status;
    status = status == MOU_OK && delta->first ? mou_refer_check(delta, &referring) : status;
    mou_arena_reset(delta->texts);
    delta->text_bytes = 0;
    return status;
}

enum mou_status mou_delta_close(struct mou_delta *delta)
{
    sqlite3_reset(delta->subjects);
    enum mou_status status = flush_rows(delta);
    status = status == MOU_OK ? mou_wakes_write(&delta->wakes, delta->store, delta->kept) : status;
    delta->first = false;
    mou_refer_at_once(delta->store, true);
    return status;
}

/** One more row of each sort has room. */
static enum mou_status make_room(struct mou_delta *delta)
{
    const bool full = delta->decisions.count == MOU_ROWS_MAX || delta->statuses.count == MOU_ROWS_MAX || delta->act.rows.count == MOU_ROWS_MAX ||
                      delta->closed_decisions.count == MOU_ROWS_MAX || delta->lasting.count == MOU_ROWS_MAX ||
                      delta->text_bytes > TEXT_BYTES_MAX;
    return full ? flush_rows(delta) : MOU_OK;
}

/* ------------------------------------------------------------------ one subject */

/** The row of a statement that asks what stands. */
static enum mou_status keep_row(struct mou_store *store, sqlite3_stmt *statement, struct mou_arena *arena, struct mou_subject_stand *stand)
{
    if (sqlite3_column_type(statement, 0) == SQLITE_NULL) { /* no decision: the next date */
        stand->next = mou_store_column_date(statement, 10);
        stand->has_next = true;
        return MOU_OK;
    }
    struct mou_open_decision open = {.decision = sqlite3_column_int64(statement, 0), .ends = mou_store_column_date(statement, 2)};
    open.stand = (struct mou_stand){open.decision, sqlite3_column_int64(statement, 5), mou_measure_state_of(mou_store_column_text(statement, 6)),
                                    mou_text_equal(mou_store_column_text(statement, 4), MOU_TEXT("incentive")), mou_store_column_date(statement, 7)};
    const bool kept = copy(arena, mou_store_column_text(statement, 1), &open.body) && copy(arena, mou_store_column_text(statement, 3), &open.memorandum) &&
                      copy(arena, mou_store_column_text(statement, 8), &open.rule) && copy(arena, mou_store_column_text(statement, 9), &open.outcome) &&
                      MOU_VEC_PUSH(arena, &stand->open, open);
    return kept ? MOU_OK : mou_store_out_of_memory(store);
}

enum mou_status mou_stands_read(struct mou_store *store, const mou_listed *list, struct mou_arena *arena, struct mou_subject_stand *stands)
{
    const struct mou_rows rows = {.cells = MOU_NEW_ARRAY(arena, list->count * MOU_ROWS_COLUMNS + 1, struct mou_rows_cell), .count = list->count};
    bool row = true;
    for (size_t i = 0; rows.cells != NULL && i < list->count; i++) {
        rows.cells[i * MOU_ROWS_COLUMNS] = mou_cell_number(list->items[i].id);
        rows.cells[i * MOU_ROWS_COLUMNS + 1] = mou_cell_number((int64_t)i);
    }
    sqlite3_stmt *statement = rows.cells != NULL ? mou_store_statement(store, MOU_SQL_DECISION_OPEN_SEVERAL) : NULL;
    if (statement == NULL) {
        return rows.cells != NULL ? MOU_ERROR_IO : mou_store_out_of_memory(store);
    }
    enum mou_status status = mou_rows_bind(store, statement, 1, &rows);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        status = status == MOU_OK && row ? keep_row(store, statement, arena, &stands[sqlite3_column_int64(statement, 11)]) : status;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return status;
}

void mou_delta_listed(struct mou_delta *delta, const mou_listed *list, struct mou_subject_stand *stands)
{
    delta->listed = list;
    delta->stands = stands;
    delta->listed_at = 0;
}

/** The run comes to listed subjects in their order. */
static enum mou_status begin_listed(struct mou_delta *delta, struct mou_text subject)
{
    const mou_listed *list = delta->listed;
    while (delta->listed_at < list->count && !mou_text_equal(list->items[delta->listed_at].identifier, subject)) {
        delta->listed_at++;
    }
    if (delta->listed_at == list->count) {
        return MOU_ERROR_INTERNAL;
    }
    delta->subject = list->items[delta->listed_at].id;
    delta->stand = delta->stands[delta->listed_at];
    return MOU_OK;
}

enum mou_status mou_delta_begin(struct mou_delta *delta, struct mou_text subject)
{
    struct mou_store *store = delta->store;
    bool row = true;
    if (delta->listed != NULL) {
        return begin_listed(delta, subject);
    }
    enum mou_status status = find_subject(delta, subject);
    mou_arena_reset(delta->arena);
    delta->stand = (struct mou_subject_stand){.has_next = false};
    if (status != MOU_OK || delta->none_before) {
        return status;
    }
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_DECISION_OPEN);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_int64(statement, 1, delta->subject);
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        status = status == MOU_OK && row ? keep_row(store, statement, delta->arena, &delta->stand) : status;
    }
    sqlite3_reset(statement);
    return status;
}

/** A new decision's row; NULL when memory ran out. */
static struct mou_rows_cell *open_decision(struct mou_delta *delta, const struct mou_rule_names *names)
{
    struct mou_rows_cell *row = mou_rows_add(&delta->decisions, delta->kept);
    struct mou_rows_cell *lasting = mou_rows_add(&delta->lasting, delta->kept);
    if (row == NULL || lasting == NULL) {
        return NULL;
    }
    row[0] = mou_cell_number(++delta->last);
    row[1] = mou_cell_number(delta->subject);
    row[2] = mou_cell_text(names->memorandum);
    row[3] = mou_cell_text(names->rule);
    row[4] = mou_cell_text(mou_text_of(names->kind));
    row[5] = mou_cell_text(names->item);
    row[6] = mou_cell_number(delta->last_status + 1);
    lasting[0] = row[1];
    lasting[1] = row[2];
    lasting[2] = row[3];
    lasting[3] = row[0];
    return row;
}

static enum mou_status add_status(struct mou_delta *delta, int64_t id, bool first, const struct mou_decision *decision, struct mou_text line)
{
    struct mou_text body;
    struct mou_rows_cell *row = mou_rows_add(&delta->statuses, delta->kept);
    if (row == NULL || !copy(delta->texts, line, &body)) {
        return mou_store_out_of_memory(delta->store);
    }
    mou_counts_opened(&delta->counts, decision->rule, decision->outcome);
    delta->text_bytes += line.len;
    row[0] = mou_cell_number(++delta->last_status);
    row[1] = mou_cell_number(id);
    row[2] = mou_cell_text(mou_text_of(mou_outcome_word(decision->outcome)));
    row[3] = mou_cell_date(decision->from);
    row[4] = mou_cell_date(decision->until);
    row[5] = mou_cell_text(body);
    row[6] = first ? mou_cell_number(1) : row[6];
    return MOU_OK;
}

static struct mou_open_decision *find_open(struct mou_delta *delta, const struct mou_rule_names *names)
{
    for (size_t i = 0; i < delta->stand.open.count; i++) {
        if (mou_text_equal(delta->stand.open.items[i].rule, names->rule) && mou_text_equal(delta->stand.open.items[i].memorandum, names->memorandum)) {
            return &delta->stand.open.items[i];
        }
    }
    return NULL;
}

/** A decision that was open already. */
static enum mou_status keep_decision(struct mou_delta *delta, struct mou_open_decision *open, const struct mou_rule_names *names, const struct mou_decision *decision, struct mou_text line)
{
    enum mou_status status = MOU_OK;
    open->stands = true;
    if (!mou_text_equal(open->body, line)) {
        delta->changed++;
        mou_counts_closed(&delta->counts, open->memorandum, open->rule, open->outcome);
        status = add_status(delta, open->decision, false, decision, line);
    }
    /* Also where nothing else changed: an objection may have moved the measure since the run before. */
    return status == MOU_OK ? mou_act_step_found(&delta->act, &open->stand, decision, names->memorandum) : status;
}

/** A new decision, which names its first status and its first step. */
static enum mou_status add_decision(struct mou_delta *delta, const struct mou_rule_names *names, const struct mou_decision *decision, struct mou_text line)
{
    const int64_t steps = delta->act.last;
    struct mou_rows_cell *row = open_decision(delta, names);
    if (row == NULL) {
        return mou_store_out_of_memory(delta->store);
    }
    const struct mou_stand stand = {.decision = delta->last, .incentive = strcmp(names->kind, "incentive") == 0, .due = MOU_DATE_NONE};
    delta->opened++;
    enum mou_status status = add_status(delta, stand.decision, true, decision, line);
    status = status == MOU_OK ? mou_act_step_found(&delta->act, &stand, decision, names->memorandum) : status;
    row[7] = delta->act.last > steps ? mou_cell_number(delta->act.last) : row[7];
    return status;
}

enum mou_status mou_delta_decision(struct mou_delta *delta, const struct mou_rule_names *names, const struct mou_decision *decision, struct mou_text line)
{
    struct mou_open_decision *open = find_open(delta, names);
    const enum mou_status status = make_room(delta);
    if (status != MOU_OK) {
        return status;
    }
    return open != NULL ? keep_decision(delta, open, names, decision, line) : add_decision(delta, names, decision, line);
}

/** What was not found again is over, or its ground is gone. */
static enum mou_status close_decision(struct mou_delta *delta, const struct mou_open_decision *open)
{
    const bool over = open->ends != MOU_DATE_NONE && open->ends <= delta->act.day;
    bool stepped = false;
    delta->closed++;
    enum mou_status status = make_room(delta);
    struct mou_rows_cell *row = status == MOU_OK ? mou_rows_add(&delta->closed_decisions, delta->kept) : NULL;
    if (row == NULL) {
        return status != MOU_OK ? status : mou_store_out_of_memory(delta->store);
    }
    row[0] = mou_cell_number(open->decision);
    mou_counts_closed(&delta->counts, open->memorandum, open->rule, open->outcome);
    return status == MOU_OK ? mou_act_step(&delta->act, &open->stand, over ? MOU_MEASURE_BY_OVER : MOU_MEASURE_BY_GONE, open->memorandum, MOU_TEXT(""), &stepped) : status;
}

enum mou_status mou_delta_end(struct mou_delta *delta, mou_date next)
{
    enum mou_status status = MOU_OK;
    for (size_t i = 0; status == MOU_OK && i < delta->stand.open.count; i++) {
        const struct mou_open_decision *open = &delta->stand.open.items[i];
        status = open->stands ? MOU_OK : close_decision(delta, open);
    }
    if (status == MOU_OK && !(delta->stand.has_next && delta->stand.next == next)) {
        status = make_room(delta);
        struct mou_rows_cell *row = status == MOU_OK ? mou_rows_add(&delta->lasting, delta->kept) : NULL;
        if (row == NULL) {
            return status != MOU_OK ? status : mou_store_out_of_memory(delta->store);
        }
        row[0] = mou_cell_number(delta->subject);
        row[4] = mou_cell_date(next);
    }
    delta->subject = 0;
    return status;
}
