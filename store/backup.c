/*
 * Copies of a store while it is in use: SQLite's online backup into a new private file, which gets its name only when it was verified as a whole. Receipts of look-ups that wait beside the store
 * are copied beside the copy, and before it: one that goes into the ledger meanwhile is in both copies then, and the ledger's own says that it was taken.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "waiting.h"

static enum mou_status file_failed(struct mou_store *store, const char *path)
{
    return mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "不能写 %s：%s", "cannot write %s: %s"), path, mou_os_error(errno, store->lang).text);
}

enum mou_status mou_store_copy_pages(struct mou_store *store, sqlite3 *source, const char *path)
{
    sqlite3 *copy = NULL;
    if (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        sqlite3_close(copy);
        return mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "不能写 %s", "cannot write %s"), path);
    }
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", source, "main");
    const int code = backup != NULL ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
    const int finished = backup != NULL ? sqlite3_backup_finish(backup) : SQLITE_ERROR;
    const bool whole = code == SQLITE_DONE && finished == SQLITE_OK;
    enum mou_status status = MOU_OK;
    if (!whole) {
        status = mou_store_fail(store, MOU_ERROR_IO, mou_store_say(store, "备份未完成：%s", "the backup was not completed: %s"), sqlite3_errmsg(copy));
    }
    return sqlite3_close(copy) == SQLITE_OK ? status : mou_store_fail(store, MOU_ERROR_IO, "%s", path);
}

#define STEPS_BETWEEN_QUESTIONS 100000

/** Whom a backup asks whether it is to go on. */
struct asked {
    bool (*go_on)(void *state);
    void *state;
};

static bool is_stopped(const struct asked *asked)
{
    return asked->go_on != NULL && !asked->go_on(asked->state);
}

static int stop_statement(void *state)
{
    return is_stopped(state);
}

static enum mou_status stopped(struct mou_store *store)
{
    return mou_store_fail(store, MOU_ERROR_IO, "%s", mou_store_say(store, "已中止，没有留下备份", "stopped; no copy was left"));
}

/** Opens the copy as a store and verifies it. */
static enum mou_status check_copy(struct mou_store *store, const char *path, struct asked *asked, struct mou_verify_result *result)
{
    const struct mou_verify_request request = {.heads = NULL};
    struct mou_store *copy = NULL;
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = mou_store_open_bare(path, store->lang, &copy, &message);
    if (status == MOU_OK) {
        sqlite3_progress_handler(copy->database, STEPS_BETWEEN_QUESTIONS, stop_statement, asked);
        status = mou_store_verify(copy, &request, result);
        if (status != MOU_OK) {
            mou_buf_text(&message, mou_store_message(copy));
        }
        mou_store_close(copy);
    }
    if (is_stopped(asked)) {
        status = stopped(store);
    } else if (status == MOU_OK && result->problems > 0) {
        status = mou_store_fail(store, MOU_ERROR_DATA, mou_store_say(store, "备份没有通过核对（%llu 处问题）；请对原库运行 mou verify", "the copy does not verify (%llu problems); run mou verify on the store"),
                                (unsigned long long)result->problems);
    } else if (status != MOU_OK) {
        mou_store_fail(store, status, "%s", message.len > 0 ? message.data : mou_store_say(store, "内存不足", "out of memory"));
    }
    mou_buf_free(&message);
    return status;
}

/** Makes the name durable. */
static enum mou_status sync_folder(struct mou_store *store, const char *path, struct mou_buf *name)
{
    const char *slash = strrchr(path, '/');
    mou_buf_clear(name);
    mou_buf_append(name, slash != NULL ? path : ".", slash != NULL ? (size_t)(slash - path) + 1 : 1);
    const int file = name->failed ? -1 : open(name->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = file >= 0 && fsync(file) == 0;
    if (file >= 0) {
        (void)close(file);
    }
    return synced ? MOU_OK : file_failed(store, path);
}

static void remove_copy(const char *path, struct mou_buf *name)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", "-waiting", "-waiting-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        mou_buf_clear(name);
        mou_buf_printf(name, "%s%s", path, endings[i]);
        if (!name->failed) {
            (void)unlink(name->data);
        }
    }
}

/** Names round a copy, written before there are files: nothing is asked of memory once there are. */
struct copy_names {
    const char *path;
    struct mou_buf unfinished;
    struct mou_buf waiting;            /**< beside it */
    struct mou_buf unfinished_waiting; /**< beside the unfinished one */
    struct mou_buf scratch;            /**< with room for any of them */
};

/** Both files get their names, the receipts first: a copy that has its name has them, too. A link, not a new name, so that a file that came up meanwhile is not replaced. */
static enum mou_status give_names(struct mou_store *store, const struct copy_names *names, bool waits)
{
    if (waits && link(names->unfinished_waiting.data, names->waiting.data) != 0) {
        return file_failed(store, names->waiting.data);
    }
    if (link(names->unfinished.data, names->path) != 0) {
        const enum mou_status status = file_failed(store, names->path);
        if (waits) {
            (void)unlink(names->waiting.data);
        }
        return status;
    }
    return MOU_OK;
}

static enum mou_status copy_to(struct mou_store *store, struct copy_names *names, struct asked *asked, struct mou_verify_result *result)
{
    const char *unfinished = names->unfinished.data;
    const int file = open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool waits = false;
    if (file < 0 || close(file) != 0) {
        return file_failed(store, unfinished);
    }
    enum mou_status status = mou_waiting_copy(store, names->unfinished_waiting.data, &waits);
    status = status == MOU_OK ? mou_store_copy_pages(store, store->database, unfinished) : status;
    status = status == MOU_OK && is_stopped(asked) ? stopped(store) : status;
    status = status == MOU_OK ? check_copy(store, unfinished, asked, result) : status;
    status = status == MOU_OK ? give_names(store, names, waits && result->waiting > 0) : status;
    return status == MOU_OK ? sync_folder(store, names->path, &names->scratch) : status;
}

static bool make_names(struct copy_names *names, const char *path)
{
    *names = (struct copy_names){.path = path};
    static const char *const endings[] = {"", "-waiting", "-waiting", "-waiting-journal"};
    struct mou_buf *const all[] = {&names->unfinished, &names->waiting, &names->unfinished_waiting, &names->scratch};
    bool made = true;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        mou_buf_init(all[i], NULL, 65536);
        mou_buf_text(all[i], path);
        if (all[i] != &names->waiting) {
            mou_buf_printf(all[i], ".%ld.tmp", (long)getpid());
        }
        mou_buf_text(all[i], endings[i]);
        made = made && !all[i]->failed;
    }
    return made;
}

enum mou_status mou_store_backup(struct mou_store *store, const char *path, bool (*go_on)(void *state), void *state, struct mou_verify_result *result)
{
    struct asked asked = {go_on, state};
    struct copy_names names;
    struct stat exists;
    mou_store_begin_call(store);
    *result = (struct mou_verify_result){.entries = 0};
    if (stat(path, &exists) == 0) {
        return mou_store_fail(store, MOU_ERROR_USAGE, mou_store_say(store, "%s 已经存在，不会覆盖", "%s exists and is not replaced"), path);
    }
    const bool ready = make_names(&names, path);
    const enum mou_status status = ready ? copy_to(store, &names, &asked, result) : mou_store_out_of_memory(store);
    if (ready) {
        remove_copy(names.unfinished.data, &names.scratch);
    }
    mou_buf_free(&names.unfinished);
    mou_buf_free(&names.waiting);
    mou_buf_free(&names.unfinished_waiting);
    mou_buf_free(&names.scratch);
    return status;
}
