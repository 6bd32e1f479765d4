/*
 * Objections that officers open and close: into the records, from which every evaluation knows them; as an act with a deadline; and with what they do at once to measures. All in one
 * transaction, or nothing.
 */
#include <string.h>

#include "acts.h"
#include "record_rows.h"

static const char *const words[MOU_OBJECTION_OUTCOME_COUNT] = {"", "upheld", "partly", "rejected", "withdrawn"};

const char *mou_objection_word(enum mou_objection_outcome outcome)
{
    return outcome < MOU_OBJECTION_OUTCOME_COUNT ? words[outcome] : "";
}

/** The opening that a closing is about. */
struct opening {
    int64_t number; /**< 0: none */
    mou_date day;
    mou_time known_at;
};

struct objecting {
    struct mou_store *store;
    const struct mou_objection_request *request;
    struct mou_objection_result *result;
    struct opening opening;
    struct mou_act act;
};

static enum mou_status find_opening(struct objecting *objecting)
{
    const struct mou_objection_request *request = objecting->request;
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(objecting->store, MOU_SQL_OBJECTION_OPENING);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, request->subject);
    mou_store_bind_text(statement, 2, request->record);
    mou_store_bind_text(statement, 3, request->key);
    enum mou_status status = mou_store_step_row(objecting->store, statement, &row);
    if (row) {
        objecting->opening = (struct opening){sqlite3_column_int64(statement, 0), mou_store_column_date(statement, 1), sqlite3_column_int64(statement, 2)};
    }
    sqlite3_reset(statement);
    return status;
}

static enum mou_status check_open(struct objecting *objecting)
{
    struct mou_store *store = objecting->store;
    const struct mou_objection_request *request = objecting->request;
    const struct mou_record_name record = {request->record, request->subject, request->key};
    int64_t version = 0;
    enum mou_status status = mou_record_version(store, &record, MOU_TIME_NOW - 1, &version);
    if (status == MOU_OK && version == 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "主体没有文号为“%.*s”的现行记录", "the subject has no current record with the key “%.*s”"), (int)request->key.len, request->key.bytes);
    }
    if (status == MOU_OK && objecting->opening.number != 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "对这条记录已有第 %lld 号异议没有办结", "objection %lld to this record is still open"), (long long)objecting->opening.number);
    }
    return status;
}

/** An objection that was upheld is not closed while the record stands as it was: measures would be taken up again on what is known to be wrong. */
static enum mou_status check_close(struct objecting *objecting)
{
    struct mou_store *store = objecting->store;
    const struct mou_objection_request *request = objecting->request;
    const struct mou_record_name record = {request->record, request->subject, request->key};
    const bool upheld = request->outcome == MOU_OBJECTION_UPHELD || request->outcome == MOU_OBJECTION_PARTLY;
    int64_t now = 0;
    int64_t then = 0;
    if (objecting->opening.number == 0) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s", mou_store_say(store, "对这条记录没有未办结的异议", "no objection to this record is open"));
    }
    if (request->by.day < objecting->opening.day) {
        return mou_store_fail(store, MOU_ERROR_USAGE, "%s", mou_store_say(store, "办结日期早于提出日期", "it cannot be closed before it was raised"));
    }
    enum mou_status status = upheld ? mou_record_version(store, &record, MOU_TIME_NOW - 1, &now) : MOU_OK;
    status = status == MOU_OK && upheld ? mou_record_version(store, &record, objecting->opening.known_at, &then) : status;
    if (status == MOU_OK && upheld && now == then) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              mou_store_say(store, "异议成立的，须先用 mou correct 更正或撤回记录，再办结", "correct or withdraw the record with mou correct before an objection is closed as upheld"));
    }
    return status;
}

/** Brings it into the records, as a file of one line would. */
static enum mou_status import_row(struct objecting *objecting)
{
    const struct mou_objection_request *request = objecting->request;
    const bool opens = request->outcome == MOU_OBJECTION_OPEN;
    struct mou_import_options options = {.target = MOU_IMPORT_OBJECTIONS, .format = MOU_IMPORT_CSV, .encoding = MOU_ENCODING_UTF8,
                                         .file_name = opens ? MOU_TEXT("（异议受理）") : MOU_TEXT("（异议办结）"), .source = request->by.department, .now = request->by.now,
                                         .known_at = MOU_TIME_NOW, .typed = true};
    const struct mou_text cells[3] = {request->subject, request->record, request->key};
    struct mou_import_result result;
    struct mou_buf rows;
    mou_buf_init(&rows, NULL, 1024 * 1024);
    mou_buf_text(&rows, "主体,记录,键,提出,办结\n");
    for (size_t i = 0; i < 3; i++) {
        mou_record_put_cell(&rows, cells[i]);
        mou_buf_char(&rows, ',');
    }
    mou_date_format(opens ? request->by.day : objecting->opening.day, &rows);
    mou_buf_char(&rows, ',');
    if (!opens) {
        mou_date_format(request->by.day, &rows);
    }
    mou_buf_char(&rows, '\n');
    enum mou_status status = rows.failed ? mou_store_out_of_memory(objecting->store) : mou_import_here(objecting->store, rows.data, rows.len, &options, &result);
    objecting->result->import = status == MOU_OK ? result.import_id : 0;
    mou_buf_free(&rows);
    return status;
}

static enum mou_status add_row(struct objecting *objecting)
{
    const struct mou_objection_request *request = objecting->request;
    const bool opens = request->outcome == MOU_OBJECTION_OPEN;
    sqlite3_stmt *statement = mou_store_statement(objecting->store, MOU_SQL_OBJECTION_ACT_ADD);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, opens ? MOU_TEXT("open") : MOU_TEXT("close"));
    if (!opens) {
        sqlite3_bind_int64(statement, 2, objecting->opening.number);
        mou_store_bind_text(statement, 7, mou_text_of(words[request->outcome]));
    }
    mou_store_bind_text(statement, 3, request->subject);
    mou_store_bind_text(statement, 4, request->record);
    mou_store_bind_text(statement, 5, request->key);
    mou_store_bind_text(statement, 6, request->applicant);
    if (opens && objecting->result->due != MOU_DATE_NONE) {
        sqlite3_bind_int64(statement, 8, objecting->result->due);
    }
    sqlite3_bind_int64(statement, 9, objecting->result->import);
    sqlite3_bind_int64(statement, 10, objecting->act.id);
    const enum mou_status status = mou_store_step_done(objecting->store, statement);
    objecting->result->number = sqlite3_last_insert_rowid(objecting->store->database);
    return status;
}

static enum mou_status object(struct objecting *objecting)
{
    const struct mou_objection_request *request = objecting->request;
    struct mou_store *store = objecting->store;
    const bool opens = request->outcome == MOU_OBJECTION_OPEN;
    enum mou_status status = find_opening(objecting);
    status = status == MOU_OK ? (opens ? check_open : check_close)(objecting) : status;
    status = status == MOU_OK ? import_row(objecting) : status;
    objecting->act = mou_act_of(store, opens ? "object_open" : "object_close", &request->by);
    objecting->act.import = objecting->result->import;
    status = status == MOU_OK ? mou_clock_read(store, request->by.now, &objecting->act.at) : status;
    status = status == MOU_OK ? mou_act_open(&objecting->act) : status;
    if (status == MOU_OK && opens) {
        const struct mou_measure_period_info *checking = mou_measure_period_info(MOU_PERIOD_CHECKING);
        status = mou_act_deadline(&objecting->act, MOU_TEXT(""), checking->parameter, checking->workdays, &objecting->result->due);
    }
    status = status == MOU_OK ? add_row(objecting) : status;
    status = status == MOU_OK ? mou_contest(&objecting->act, !opens) : status;
    objecting->result->moved = objecting->act.steps;
    objecting->result->act = objecting->act.id;
    return status == MOU_OK ? mou_act_close(&objecting->act) : status;
}

enum mou_status mou_store_object(struct mou_store *store, const struct mou_objection_request *request, struct mou_objection_result *result)
{
    struct objecting objecting = {.store = store, .request = request, .result = result};
    *result = (struct mou_objection_result){.due = MOU_DATE_NONE};
    mou_store_begin_call(store);
    enum mou_status status = mou_act_check(store, &request->by, true);
    status = status == MOU_OK ? mou_store_begin(store) : status;
    status = status == MOU_OK ? object(&objecting) : status;
    status = status == MOU_OK ? mou_store_commit(store) : status;
    mou_store_rollback(store);
    return status;
}

enum mou_status mou_store_objections(struct mou_store *store, bool open_only, bool (*take)(void *state, const struct mou_objection_entry *entry), void *state)
{
    bool row = true;
    mou_store_begin_call(store);
    sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_OBJECTION_LIST);
    enum mou_status status = statement != NULL ? MOU_OK : MOU_ERROR_IO;
    if (statement != NULL) {
        sqlite3_bind_int(statement, 1, open_only);
    }
    while (status == MOU_OK && row) {
        status = mou_store_step_row(store, statement, &row);
        if (status != MOU_OK || !row) {
            break;
        }
        struct mou_objection_entry entry = {.number = sqlite3_column_int64(statement, 0), .subject = mou_store_column_text(statement, 1), .record = mou_store_column_text(statement, 2),
                                            .key = mou_store_column_text(statement, 3), .applicant = mou_store_column_text(statement, 4), .opened = mou_store_column_date(statement, 5),
                                            .actor = mou_store_column_text(statement, 6), .department = mou_store_column_text(statement, 7), .reason = mou_store_column_text(statement, 8),
                                            .due = mou_store_column_date(statement, 9), .closed = mou_store_column_date(statement, 11), .closed_by = mou_store_column_text(statement, 12),
                                            .answer = mou_store_column_text(statement, 13)};
        for (int i = MOU_OBJECTION_UPHELD; i < MOU_OBJECTION_OUTCOME_COUNT; i++) {
            entry.outcome = mou_text_equal(mou_store_column_text(statement, 10), mou_text_of(words[i])) ? (enum mou_objection_outcome)i : entry.outcome;
        }
        row = take(state, &entry);
    }
    sqlite3_reset(statement);
    return status;
}
