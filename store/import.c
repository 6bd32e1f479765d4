/*
 * One import: a file's bytes in one transaction, with its hash, its counts and a receipt. The same file a second time changes nothing.
 */
#include <string.h>

#include "acts.h"
#include "stream.h"

#define LARGE_BYTES ((uint64_t)16 * 1024 * 1024)
#define AHEAD_BYTES ((uint64_t)512 * 1024) /* smaller files are not worth a thread */

static struct mou_text target_name(const struct mou_import_options *options)
{
    switch (options->target) {
    case MOU_IMPORT_SUBJECTS:
        return MOU_TEXT("主体");
    case MOU_IMPORT_RELATIONS:
        return MOU_TEXT("关系");
    case MOU_IMPORT_OBJECTIONS:
        return MOU_TEXT("异议");
    case MOU_IMPORT_WITHDRAWALS:
        return options->erase ? MOU_TEXT("清除") : MOU_TEXT("撤回");
    case MOU_IMPORT_RECORDS:
        break;
    }
    return options->record;
}

static enum mou_status find_record_type(struct mou_intake *intake)
{
    const struct mou_pack *pack = intake->store->pack;
    struct mou_text name = intake->options->record;
    if (intake->options->target != MOU_IMPORT_RECORDS) {
        return MOU_OK;
    }
    for (uint32_t i = 0; i < mou_pack_record_count(pack); i++) {
        struct mou_record_info info = mou_pack_record(pack, i);
        if (mou_text_equal(info.name, name) && info.parent == UINT32_MAX) {
            intake->record = i;
            return MOU_OK;
        }
    }
    return mou_store_fail(intake->store, MOU_ERROR_DATA,
                          mou_store_say(intake->store, "词表里没有记录类型“%.*s”（下级记录随上级以 NDJSON 导入）",
                                        "the vocabulary has no record type “%.*s” (nested types come with their parent as NDJSON)"),
                          (int)name.len, name.bytes);
}

/** *import_id is that of an earlier import of the same bytes, sheet and mapping, or 0. */
static enum mou_status find_earlier(struct mou_intake *intake, const unsigned char hash[32], int64_t *import_id)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_IMPORT_FIND);
    *import_id = 0;
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    sqlite3_bind_blob(statement, 1, hash, 32, SQLITE_STATIC);
    mou_store_bind_text(statement, 2, target_name(intake->options));
    mou_store_bind_text(statement, 3, intake->sheet);
    mou_store_bind_text(statement, 4, intake->options->mapping);
    enum mou_status status = mou_store_step_row(intake->store, statement, &row);
    if (status == MOU_OK && row) {
        *import_id = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return status;
}

static enum mou_status open_import(struct mou_intake *intake, const unsigned char hash[32])
{
    const struct mou_import_options *options = intake->options;
    unsigned char salt[32];
    enum mou_status status = mou_random(intake->store, salt, sizeof salt);
    sqlite3_stmt *statement = status == MOU_OK ? mou_store_statement(intake->store, MOU_SQL_IMPORT_ADD) : NULL;
    if (statement == NULL) {
        return status != MOU_OK ? status : MOU_ERROR_IO;
    }
    mou_store_bind_text(statement, 1, options->file_name);
    sqlite3_bind_blob(statement, 2, hash, 32, SQLITE_STATIC);
    mou_store_bind_text(statement, 3, target_name(options));
    mou_store_bind_text(statement, 4, options->source);
    sqlite3_bind_int64(statement, 5, options->known_at);
    sqlite3_bind_blob(statement, 6, salt, sizeof salt, SQLITE_STATIC);
    if (options->actor.len > 0) {
        mou_store_bind_text(statement, 7, options->actor);
    }
    if (options->department.len > 0) {
        mou_store_bind_text(statement, 8, options->department);
    }
    status = mou_store_step_done(intake->store, statement);
    intake->result->import_id = sqlite3_last_insert_rowid(intake->store->database);
    return status;
}

/**
 * Every row that an import brings refers to the import and to a subject, which is noted as changed by it. So where rows were stored without looking up both for
 * each of them, it suffices that the import and its changed subjects are there.
 */
static enum mou_status check_references(struct mou_intake *intake)
{
    bool fit = false;
    sqlite3_stmt *statement = intake->refers_at_end ? mou_store_statement(intake->store, MOU_SQL_CHANGES_FIT) : NULL;
    if (statement == NULL) {
        return intake->refers_at_end ? MOU_ERROR_IO : MOU_OK;
    }
    sqlite3_bind_int64(statement, 1, intake->result->import_id);
    const enum mou_status status = mou_store_step_single(intake->store, statement, &fit);
    return status != MOU_OK || fit ? status : mou_store_fail(intake->store, MOU_ERROR_INTERNAL, "%s", mou_store_say(intake->store, "有记录的主体不存在，没有写入任何数据",
                                                                                                                   "a record has no subject; nothing was stored"));
}

/** Counts, changed subjects, seals, receipt. */
static enum mou_status close_import(struct mou_intake *intake)
{
    const struct mou_import_result *result = intake->result;
    sqlite3_stmt *statement = mou_store_statement(intake->store, MOU_SQL_IMPORT_DONE);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    const uint64_t counts[5] = {result->rows, result->added, result->corrected, result->unchanged, result->quarantined};
    sqlite3_bind_int64(statement, 1, result->import_id);
    for (int i = 0; i < 5; i++) {
        sqlite3_bind_int64(statement, i + 2, (sqlite3_int64)counts[i]);
    }
    sqlite3_bind_int64(statement, 7, intake->options->format);
    sqlite3_bind_int64(statement, 8, intake->options->layout);
    mou_store_bind_text(statement, 9, intake->header);
    if (intake->sheet.len > 0) {
        mou_store_bind_text(statement, 10, intake->sheet);
    }
    if (intake->options->mapping.len > 0) {
        mou_store_bind_text(statement, 11, intake->options->mapping);
    }
    enum mou_status status = mou_store_step_done(intake->store, statement);
    if (status == MOU_OK) {
        status = mou_quarantine_settle(intake);
    }
    if (status == MOU_OK) {
        status = mou_change_store(intake->store, result->import_id);
    }
    if (status == MOU_OK) {
        status = check_references(intake);
    }
    if (status == MOU_OK) {
        status = mou_seal_event(intake->store, MOU_EVENT_IMPORT, result->import_id);
    }
    if (status == MOU_OK) {
        status = mou_receipt_import(intake->store, result->import_id);
    }
    return status == MOU_OK ? mou_clock_advance(intake->store, intake->options->known_at) : status;
}

static enum mou_status read_text(struct mou_intake *intake, const struct mou_import_source *source, const struct mou_survey *survey)
{
    struct mou_stream stream;
    enum mou_status status = mou_stream_open(intake, source, survey, &stream);
    if (status == MOU_OK) {
        status = intake->options->format == MOU_IMPORT_NDJSON ? mou_ndjson_import(intake, &stream) : mou_csv_import(intake, &stream);
    }
    mou_stream_close(&stream);
    return status;
}

static bool make_keys(struct mou_intake *intake)
{
    intake->keys_seen = mou_seen_new(intake->file_arena);
    intake->rows_seen = mou_seen_new(intake->file_arena);
    intake->keys_before = mou_seen_new(intake->file_arena);
    return intake->keys_seen != NULL && intake->rows_seen != NULL && intake->keys_before != NULL;
}

static void free_keys(struct mou_intake *intake)
{
    mou_seen_free(intake->keys_seen);
    mou_seen_free(intake->rows_seen);
    mou_seen_free(intake->keys_before);
}

/** Rows of a large file go behind one another into an empty table, and nothing of it is looked for meanwhile: what is written can go to the file at any time. */
static bool fills_table(const struct mou_intake *intake, const struct mou_import_source *source)
{
    return intake->options->target == MOU_IMPORT_RECORDS && source->size >= LARGE_BYTES && intake->store->records[intake->record].last_version == 0 &&
           mou_pack_record(intake->store->pack, intake->record).key != UINT32_MAX; /* rows without a key are looked for by their subject */
}

static enum mou_status take_content(struct mou_intake *intake, const struct mou_import_source *source, const struct mou_survey *survey)
{
    intake->fills_table = fills_table(intake, source);
    enum mou_status status = open_import(intake, survey->hash);
    if (status == MOU_OK) {
        status = source->table != NULL ? mou_sheet_import(intake, source->table) : read_text(intake, source, survey);
    }
    if (status == MOU_OK && source->unchanged != NULL && !source->unchanged(source->state)) {
        status = mou_store_fail(intake->store, MOU_ERROR_IO, "%s",
                                mou_store_say(intake->store, "文件在导入时被改动，没有写入任何数据；请等它写完再导入",
                                              "the file was changed while it was imported; nothing was stored; wait until it is complete"));
    }
    free_keys(intake); /* sorting what is entered takes memory of its own */
    status = status == MOU_OK ? mou_record_of_fill(intake->store) : status;
    return status == MOU_OK ? close_import(intake) : status;
}

/**
 * From when the data is known: never from a time of which the store has told already what was known then, and not from a time to come.
 */
static enum mou_status settle_time(struct mou_store *store, const struct mou_import_options *options, struct mou_import_options *settled)
{
    mou_time now = 0;
    enum mou_status status = mou_clock_read(store, options->now, &now);
    mou_time clock = 0;
    if (status == MOU_OK) {
        status = mou_clock_read(store, 0, &clock);
    }
    if (status == MOU_OK && options->known_at != MOU_TIME_NOW && (options->known_at < clock || options->known_at > now)) {
        return mou_store_fail(store, MOU_ERROR_DATA, "%s",
                              options->known_at > now
                                  ? mou_store_say(store, "获知时间不能晚于现在", "the time from which the data is known lies ahead")
                                  : mou_store_say(store, "获知时间早于数据库最近一次导入或运行；已经记下的历史不再改动",
                                                  "the time from which the data is known lies before the store's latest import or run; recorded history is not changed"));
    }
    settled->known_at = options->known_at != MOU_TIME_NOW ? options->known_at : now;
    return status;
}

static enum mou_status import_rows(struct mou_intake *intake, struct mou_import_options *settled, const struct mou_import_source *source, const struct mou_survey *survey)
{
    int64_t earlier = 0;
    enum mou_status status = mou_schema_begin_intake(intake->store);
    if (status == MOU_OK && !settled->typed && settled->settles == NULL) {
        status = find_earlier(intake, survey->hash, &earlier);
    }
    if (status == MOU_OK && earlier == 0) {
        status = settle_time(intake->store, intake->options, settled);
    }
    if (status == MOU_OK && earlier != 0) {
        intake->result->import_id = earlier;
        intake->result->seen_before = true;
    } else if (status == MOU_OK) {
        status = take_content(intake, source, survey);
    }
    return status;
}

/** Objections suspend at once what they are about, also those that come as a file. */
static enum mou_status contest(struct mou_store *store, const struct mou_import_options *options, const struct mou_import_result *result)
{
    struct mou_act act = {.store = store, .word = "objections", .day = mou_act_day_of(options->now), .import = result->import_id};
    enum mou_status status = mou_clock_read(store, options->now, &act.at);
    status = status == MOU_OK ? mou_contest(&act, false) : status;
    return status == MOU_OK ? mou_act_close(&act) : status;
}

static enum mou_status import_in_transaction(struct mou_intake *intake, struct mou_import_options *settled, const struct mou_import_source *source,
                                             const struct mou_survey *survey)
{
    struct mou_store *store = intake->store;
    enum mou_status status = mou_store_begin(store);
    if (status == MOU_OK) {
        status = import_rows(intake, settled, source, survey);
    }
    const bool kept = status == MOU_OK && !settled->dry_run && !intake->result->seen_before;
    if (kept && settled->target == MOU_IMPORT_OBJECTIONS) {
        status = contest(store, settled, intake->result);
    }
    if (status == MOU_OK && kept) {
        status = mou_store_commit(store);
    }
    mou_store_rollback(store); /* after a commit there is nothing left to roll back */
    return status;
}

/** Large files touch pages all over the indexes; a cache that holds those keeps them from being written again and again. */
static enum mou_status set_cache(struct mou_store *store, const struct mou_import_source *source, bool large)
{
    return source->size < LARGE_BYTES ? MOU_OK : mou_store_execute(store, large ? "PRAGMA cache_size = -262144" : "PRAGMA cache_size = -65536");
}

/** What is erased is overwritten in the file, too: freed space is filled with zeros, and the log that held the pages before is emptied. */
static enum mou_status begin_wiping(struct mou_intake *intake)
{
    return intake->options->erase ? mou_store_execute(intake->store, "PRAGMA secure_delete = ON") : MOU_OK;
}

static enum mou_status end_wiping(struct mou_intake *intake, enum mou_status imported)
{
    if (!intake->options->erase) {
        return imported;
    }
    enum mou_status status = mou_store_execute(intake->store, "PRAGMA secure_delete = OFF");
    status = status == MOU_OK && imported == MOU_OK ? mou_store_execute(intake->store, "PRAGMA wal_checkpoint(TRUNCATE)") : status;
    return imported != MOU_OK ? imported : status;
}

static enum mou_status survey_and_import(struct mou_intake *intake, struct mou_import_options *settled, const struct mou_import_source *source, bool alone)
{
    struct mou_survey survey;
    enum mou_status status = mou_stream_survey(intake->store, source, settled, &survey);
    status = status == MOU_OK ? find_record_type(intake) : status;
    status = status == MOU_OK ? mou_schema_prepare_intake(intake->store) : status;
    status = status == MOU_OK ? set_cache(intake->store, source, true) : status;
    if (status != MOU_OK) {
        return status;
    }
    status = begin_wiping(intake);
    if (status == MOU_OK) {
        intake->refers_at_end = alone && settled->target == MOU_IMPORT_RECORDS && source->size >= AHEAD_BYTES;
        mou_refer_at_once(intake->store, !intake->refers_at_end);
        const enum mou_status imported = (alone ? import_in_transaction : import_rows)(intake, settled, source, &survey);
        mou_refer_at_once(intake->store, true);
        status = end_wiping(intake, imported);
    }
    return status == MOU_OK ? set_cache(intake->store, source, false) : status;
}

/** `alone`: in a transaction of its own, else in the caller's. */
static enum mou_status import_source(struct mou_store *store, const struct mou_import_source *source, const struct mou_import_options *options, struct mou_import_result *result, bool alone)
{
    struct mou_import_options settled = *options;
    struct mou_intake intake = {.store = store, .options = &settled, .result = result};
    mou_change_forget(store);
    *result = (struct mou_import_result){0};
    intake.row_arena = mou_arena_new(NULL);
    intake.file_arena = mou_arena_new(NULL);
    const bool keys = intake.file_arena != NULL && make_keys(&intake);
    intake.sheet = source->table != NULL ? source->table->name : (struct mou_text){"", 0};
    intake.subjects = source->size >= LARGE_BYTES && keys ? mou_found_new(intake.file_arena) : NULL;
    intake.reads_ahead = source->size >= AHEAD_BYTES && !options->typed && options->settles == NULL;
    const bool whole = intake.row_arena != NULL && keys && (intake.subjects != NULL || source->size < LARGE_BYTES);
    enum mou_status status = whole ? survey_and_import(&intake, &settled, source, alone) : mou_store_out_of_memory(store);
    free_keys(&intake);
    mou_found_free(intake.subjects);
    mou_arena_free(intake.row_arena);
    mou_arena_free(intake.file_arena);
    return status == MOU_OK && options->erase && !options->dry_run ? mou_store_snapshot_remove(store) : status; /* which holds what was erased */
}

enum mou_status mou_store_import_source(struct mou_store *store, const struct mou_import_source *source, const struct mou_import_options *options,
                                        struct mou_import_result *result)
{
    mou_store_begin_call(store);
    return import_source(store, source, options, result, true);
}

static bool read_bytes(void *state, uint64_t offset, void *bytes, size_t len)
{
    memcpy(bytes, (const char *)state + offset, len);
    return true;
}

enum mou_status mou_store_import(struct mou_store *store, const char *bytes, size_t len, const struct mou_import_options *options,
                                 struct mou_import_result *result)
{
    const struct mou_import_source source = {.size = len, .read = read_bytes, .state = (void *)(uintptr_t)bytes /* only read through */};
    return mou_store_import_source(store, &source, options, result);
}

enum mou_status mou_import_here(struct mou_store *store, const char *bytes, size_t len, const struct mou_import_options *options, struct mou_import_result *result)
{
    const struct mou_import_source source = {.size = len, .read = read_bytes, .state = (void *)(uintptr_t)bytes /* only read through */};
    return import_source(store, &source, options, result, false);
}
