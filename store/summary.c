/*
 * Counts of everybody, and the snapshot stored beside the database for them. The database says what is true: what a stored snapshot contains is told by the newest import in it,
 * looked up in the same transaction; whoever changed with imports since then, and all who depend on them, are read from the tables, and the snapshot's own
 * subjects of that number are passed over. Used by run.c and the commands.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run_internal.h"
#include "summary.h"

#define PATH_BYTES_MAX ((size_t)65536)
#define CHANGED_PART 8u /**< a snapshot serves as long as no more than one in so many subjects must be read anew, */
#define CHANGED_FEW 64u /**< or no more than so many */

/** Appends the name of the file; false where the database has none. */
static bool put_path(struct mou_store *store, struct mou_buf *path)
{
    const char *database = sqlite3_db_filename(store->database, "main");
    mou_buf_init(path, NULL, PATH_BYTES_MAX);
    if (database == NULL || database[0] == '\0') {
        return false;
    }
    mou_buf_text(path, database);
    mou_buf_text(path, "-snapshot");
    return !path->failed;
}

/** The newest import, or the one of number `import`, with its salt. *found is false where there is none. */
static enum mou_status find_import(struct mou_store *store, enum mou_statement id, int64_t import, struct mou_snapshot_key *key, bool *found)
{
    bool row = false;
    sqlite3_stmt *statement = mou_store_statement(store, id);
    if (statement == NULL) {
        return MOU_ERROR_IO;
    }
    if (id == MOU_SQL_IMPORT_SALT) {
        sqlite3_bind_int64(statement, 1, import);
    }
    const enum mou_status status = mou_store_step_row(store, statement, &row);
    *found = row && sqlite3_column_type(statement, 0) == SQLITE_BLOB && sqlite3_column_bytes(statement, 0) == (int)sizeof key->salt;
    if (*found) {
        memcpy(key->salt, sqlite3_column_blob(statement, 0), sizeof key->salt);
        key->import = id == MOU_SQL_IMPORT_SALT ? import : sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    return status;
}

/** Key of all that is known now. */
static enum mou_status key_now(struct mou_store *store, struct mou_snapshot_key *key)
{
    bool found = false;
    if (!mou_snapshot_key_of_pack(store->pack, key)) {
        return mou_store_out_of_memory(store);
    }
    return find_import(store, MOU_SQL_IMPORT_NEWEST, 0, key, &found);
}

/** A stored snapshot of this database's past, or of now. NULL: there is none. */
static enum mou_status load(struct mou_store *store, const char *path, const struct mou_snapshot_key *now, struct mou_snapshot **snapshot, int64_t *import)
{
    struct mou_snapshot_key key = *now;
    struct mou_snapshot_key known = {.import = 0};
    bool found = false;
    *snapshot = mou_snapshot_load(store->pack, path, &key);
    if (*snapshot == NULL) {
        return MOU_OK;
    }
    enum mou_status status = MOU_OK;
    if (key.import == now->import) {
        known = *now;
        found = true;
    } else if (key.import < now->import) {
        status = find_import(store, MOU_SQL_IMPORT_SALT, key.import, &known, &found);
    }
    *import = key.import;
    if (status != MOU_OK || !found || memcmp(known.salt, key.salt, sizeof key.salt) != 0) {
        mou_snapshot_free(*snapshot);
        *snapshot = NULL;
    }
    return status;
}

/* ---------------------------------------------------------- what changed since */

/** Number of the subject in the snapshot, or its end. */
static uint32_t find_subject(const struct mou_snapshot *snapshot, struct mou_text identifier)
{
    uint32_t low = 0;
    uint32_t high = snapshot->subject_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const struct mou_text text = {snapshot->ids + snapshot->id_offsets[middle], snapshot->id_offsets[middle + 1] - snapshot->id_offsets[middle]};
        const int order = mou_text_compare(text, identifier);
        if (order == 0) {
            return middle;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return snapshot->subject_count;
}

/** Those who are listed as due, counted out of the tables; noted in `passed_over` as far as the snapshot has them. */
struct changed {
    struct mou_store *store;
    const struct mou_snapshot *snapshot;
    struct mou_machine *machine;
    struct mou_batch_builder *builder;
    uint64_t *passed_over;
    struct mou_outcome_counts *counts;
    struct mou_buf after;
};

static void pass_over(struct changed *changed, const struct mou_batch *batch)
{
    for (uint32_t i = 0; i < batch->core_count; i++) {
        const uint32_t subject = find_subject(changed->snapshot, batch->subject_id[i]);
        if (subject < changed->snapshot->subject_count) {
            changed->passed_over[subject / 64] |= UINT64_C(1) << (subject % 64);
        }
    }
    const struct mou_text last = batch->subject_id[batch->core_count - 1];
    mou_buf_clear(&changed->after);
    mou_buf_append(&changed->after, last.bytes, last.len);
}

static enum mou_status count_changed(struct changed *changed, mou_time known_at, mou_date as_of, struct mou_run_result *result)
{
    uint32_t count = 1;
    enum mou_status status = MOU_OK;
    while (status == MOU_OK && count > 0) {
        const struct mou_batch *batch = NULL;
        const struct mou_text after = {changed->after.len > 0 ? changed->after.data : "", changed->after.len};
        status = mou_read_due_batch(changed->store, known_at, after, MOU_BATCH_SUBJECTS, changed->builder, &batch, &count);
        if (status != MOU_OK || count == 0) {
            break;
        }
        pass_over(changed, batch);
        status = changed->after.failed ? MOU_ERROR_MEMORY : mou_count_batch(changed->machine, batch, as_of, changed->counts, &result->faults);
        result->subjects += count;
        status = status == MOU_ERROR_MEMORY ? mou_store_out_of_memory(changed->store) : status;
    }
    return status;
}

/** The snapshot's subjects but for those who changed, and these out of the tables. */
static enum mou_status count_both(struct mou_store *store, const struct mou_snapshot *snapshot, mou_time known_at, const struct mou_count_request *request,
                                  struct mou_run_result *result)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_count_request rest = *request;
    struct changed changed = {.store = store, .snapshot = snapshot, .builder = mou_batch_builder_new(store->pack, NULL)};
    mou_buf_init(&changed.after, NULL, 65536);
    changed.passed_over = arena != NULL ? MOU_NEW_ARRAY(arena, (size_t)snapshot->subject_count / 64 + 1, uint64_t) : NULL;
    changed.counts = arena != NULL ? MOU_NEW_ARRAY(arena, (size_t)mou_pack_measure_count(store->pack) + 1, struct mou_outcome_counts) : NULL;
    enum mou_status status = MOU_ERROR_MEMORY;
    if (changed.passed_over == NULL || changed.counts == NULL || changed.builder == NULL || mou_machine_new(store->pack, NULL, &changed.machine) != MOU_OK) {
        status = mou_store_out_of_memory(store);
    } else {
        const uint64_t before = result->subjects;
        status = count_changed(&changed, known_at, request->as_of, result);
        result->reread = result->subjects - before;
        mou_count_add(changed.counts, result);
    }
    if (status == MOU_OK) {
        rest.passed_over = changed.passed_over;
        status = mou_count_outcomes(snapshot, &rest, result);
        status = status == MOU_ERROR_MEMORY ? mou_store_out_of_memory(store) : status;
    }
    mou_machine_free(changed.machine);
    mou_batch_builder_free(changed.builder);
    mou_buf_free(&changed.after);
    mou_arena_free(arena);
    return status;
}

/* ---------------------------------------------------------- counting */

/** *done is false where too much changed since the snapshot. */
static enum mou_status count_stored(struct mou_store *store, const struct mou_snapshot *snapshot, int64_t import, const struct mou_snapshot_key *now, mou_time known_at,
                                    const struct mou_count_request *request, struct mou_run_result *result, bool *done)
{
    uint64_t due = 0;
    enum mou_status status = import == now->import ? MOU_OK : mou_due_list_since(store, import, known_at, &due);
    *done = status != MOU_OK || due <= CHANGED_FEW || due * CHANGED_PART <= snapshot->subject_count;
    if (status != MOU_OK || !*done) {
        return status;
    }
    const struct mou_run_result before = *result;
    result->stored_snapshot = true;
    if (due > 0) {
        status = mou_snapshot_named(snapshot) ? count_both(store, snapshot, known_at, request, result) : MOU_ERROR_DATA;
    } else {
        status = mou_count_outcomes(snapshot, request, result);
    }
    if (status == MOU_ERROR_DATA) { /* the file is not what it seemed to be: as if there were none */
        *result = before;
        for (uint32_t i = 0; i < result->count_len; i++) {
            memset(result->counts[i].outcomes, 0, sizeof result->counts[i].outcomes);
        }
        *done = false;
        return MOU_OK;
    }
    return status == MOU_ERROR_MEMORY ? mou_store_out_of_memory(store) : status;
}

static enum mou_status read_now(struct mou_store *store, mou_time known_at, bool second_thread, struct mou_snapshot **snapshot)
{
    const struct mou_snapshot_request wanted = {.known_at = known_at, .purpose = MOU_SNAPSHOT_COUNT, .second_thread = second_thread};
    return mou_snapshot_read(store, &wanted, snapshot);
}

static bool is_there(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

/** Counts out of the tables; `path` not NULL: and stores what was read. */
static enum mou_status count_tables(struct mou_store *store, mou_time known_at, const char *path, const struct mou_snapshot_key *now,
                                    const struct mou_count_request *request, struct mou_run_result *result)
{
    struct mou_snapshot *snapshot = NULL;
    const struct mou_profile_mark mark = mou_profile_begin(request->profile);
    enum mou_status status = read_now(store, known_at, request->threads > 1, &snapshot);
    mou_profile_end(request->profile, mark, MOU_STEP_READ, status == MOU_OK ? snapshot->subject_count : 0);
    if (status == MOU_OK) {
        result->renewed_snapshot = path != NULL && mou_snapshot_make_zones(snapshot) && mou_snapshot_save(snapshot, now, path);
        status = mou_count_outcomes(snapshot, request, result);
        status = status == MOU_ERROR_MEMORY ? mou_store_out_of_memory(store) : status;
    }
    mou_snapshot_free(snapshot);
    return status;
}

/** Whether all that was ever recorded is known at `known_at`: only of that is a snapshot stored. */
static enum mou_status knows_all(struct mou_store *store, mou_time known_at, bool *all)
{
    mou_time clock = 0;
    const enum mou_status status = mou_clock_read(store, 0, &clock);
    *all = known_at >= clock;
    return status;
}

enum mou_status mou_summary(struct mou_store *store, mou_time known_at, const struct mou_count_request *request, struct mou_run_result *result)
{
    struct mou_snapshot_key now;
    struct mou_snapshot *snapshot = NULL;
    struct mou_buf path;
    int64_t import = 0;
    bool all = false;
    bool done = false;
    enum mou_status status = knows_all(store, known_at, &all);
    const bool stored = put_path(store, &path) && status == MOU_OK && all && is_there(path.data);
    if (stored) {
        const struct mou_profile_mark mark = mou_profile_begin(request->profile);
        status = key_now(store, &now);
        status = status == MOU_OK ? load(store, path.data, &now, &snapshot, &import) : status;
        mou_profile_end(request->profile, mark, MOU_STEP_READ, snapshot != NULL ? snapshot->subject_count : 0);
    }
    if (snapshot != NULL) {
        status = count_stored(store, snapshot, import, &now, known_at, request, result, &done);
        mou_snapshot_free(snapshot);
    }
    if (status == MOU_OK && !done) {
        const bool renewed = stored && store->pack_id != 0; /* a pack that is only tried leaves no snapshot */
        status = count_tables(store, known_at, renewed ? path.data : NULL, &now, request, result);
    }
    mou_buf_free(&path);
    return status;
}

/* ---------------------------------------------------------- commands */

static enum mou_status make_snapshot(struct mou_store *store, const char *path, mou_time now, struct mou_store_snapshot_result *result)
{
    struct mou_snapshot_key key;
    struct mou_snapshot *snapshot = NULL;
    struct stat about;
    mou_time known_at = 0;
    int64_t import = 0;
    enum mou_status status = mou_clock_read(store, now, &known_at);
    status = status == MOU_OK ? key_now(store, &key) : status;
    status = status == MOU_OK ? load(store, path, &key, &snapshot, &import) : status;
    result->kept = status == MOU_OK && snapshot != NULL && import == key.import && mou_snapshot_whole(snapshot);
    if (status == MOU_OK && !result->kept) {
        mou_snapshot_free(snapshot);
        snapshot = NULL;
        status = read_now(store, known_at, true, &snapshot);
        if (status == MOU_OK && !mou_snapshot_make_zones(snapshot)) {
            status = mou_store_out_of_memory(store);
        }
        if (status == MOU_OK && !mou_snapshot_save(snapshot, &key, path)) {
            status = mou_store_fail(store, MOU_ERROR_IO, "%s%s", mou_store_say(store, "不能写入快照 ", "cannot write the snapshot "), path);
        }
    }
    if (status == MOU_OK) {
        result->subjects = snapshot->subject_count;
        result->bytes = stat(path, &about) == 0 ? (uint64_t)about.st_size : 0;
    }
    mou_snapshot_free(snapshot);
    return status;
}

enum mou_status mou_store_snapshot(struct mou_store *store, mou_time now, struct mou_store_snapshot_result *result)
{
    struct mou_buf path;
    mou_store_begin_call(store);
    *result = (struct mou_store_snapshot_result){.kept = false};
    enum mou_status status = put_path(store, &path) ? mou_store_execute(store, "BEGIN") : mou_store_out_of_memory(store);
    if (status == MOU_OK) {
        status = make_snapshot(store, path.data, now, result);
    }
    mou_store_rollback(store);
    mou_buf_free(&path);
    return status;
}

/* An unfinished one goes, too: it holds the same. */
enum mou_status mou_store_snapshot_remove(struct mou_store *store)
{
    static const char *const endings[] = {"", ".part"};
    struct mou_buf path;
    mou_store_begin_call(store);
    enum mou_status status = put_path(store, &path) ? MOU_OK : mou_store_out_of_memory(store);
    for (size_t i = 0; status == MOU_OK && i < sizeof endings / sizeof endings[0]; i++) {
        mou_buf_text(&path, endings[i]);
        if (path.failed) {
            status = mou_store_out_of_memory(store);
        } else if (unlink(path.data) != 0 && errno != ENOENT) {
            status = mou_store_fail(store, MOU_ERROR_IO, "%s%s", mou_store_say(store, "不能删除快照 ", "cannot remove the snapshot "), path.data);
        }
    }
    mou_buf_free(&path);
    return status;
}
