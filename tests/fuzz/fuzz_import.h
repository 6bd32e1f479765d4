/*
 * Any bytes as a delivered file, into a store that is the same before every input. The file is taken, or refused as a whole with a message
 * and without a trace; every row is added, a correction, known, or in quarantine with its own bytes; the same rows a second time change
 * nothing; and what was taken can be run.
 *
 * The first byte of an input chooses what the file holds and how it is read.
 */
#ifndef MOU_TESTS_FUZZ_IMPORT_H
#define MOU_TESTS_FUZZ_IMPORT_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_rules.h"
#include "store_internal.h"

#define FUZZ_DAY  45292         /* 2024-01-02 */
#define FUZZ_TIME 1704153600000 /* the same in milliseconds since 1970 */

/** The store, and what it is brought back to. */
struct fuzz_store {
    char path[64];
    struct mou_store *store;
    sqlite3 *base;
};

static struct fuzz_store fuzz_store;

static inline void fuzz_close_store(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    mou_store_close(fuzz_store.store);
    (void)sqlite3_close(fuzz_store.base);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "%s%s", fuzz_store.path, suffixes[i]);
        (void)unlink(name);
    }
}

static inline void fuzz_copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    fuzz_require(backup != NULL && sqlite3_backup_step(backup, -1) == SQLITE_DONE);
    fuzz_require(sqlite3_backup_finish(backup) == SQLITE_OK);
}

/** Subjects that rows can belong to. */
static inline void fuzz_add_subjects(void)
{
    static const char subjects[] = "标识,主体类别\n91445202MA5K2P3Q56,单位\n92445203MA7H8J9K1K,"
                                   "单位\n445202199001010019,自然人\n";
    const struct mou_import_options options = {.target = MOU_IMPORT_SUBJECTS,
                                               .format = MOU_IMPORT_CSV,
                                               .file_name = MOU_TEXT("base.csv"),
                                               .known_at = FUZZ_TIME - 1, .now = FUZZ_TIME,
                                               .accept_check_digit = true};
    struct mou_import_result result;
    fuzz_require(mou_store_import(fuzz_store.store, subjects, sizeof subjects - 1, &options,
                                  &result) == MOU_OK);
    fuzz_require(result.added == 3);
}

static inline void fuzz_open_store(void)
{
    const struct mou_text pack = fuzz_pack_bytes();
    const char *folder = getenv("TMPDIR");
    (void)snprintf(fuzz_store.path, sizeof fuzz_store.path, "%s/mou-fuzz-XXXXXX",
                   folder != NULL ? folder : "/tmp");
    const int file = mkstemp(fuzz_store.path);
    fuzz_require(file >= 0 && close(file) == 0 && atexit(fuzz_close_store) == 0);
    fuzz_require(mou_store_init(fuzz_store.path, (const unsigned char *)pack.bytes, pack.len,
                                FUZZ_TIME - 2, MOU_LANG_ZH, NULL) == MOU_OK);
    fuzz_require(mou_store_open(fuzz_store.path, MOU_LANG_ZH, &fuzz_store.store, NULL) == MOU_OK);
    fuzz_add_subjects();
    fuzz_require(sqlite3_open(":memory:", &fuzz_store.base) == SQLITE_OK);
    fuzz_copy(fuzz_store.base, fuzz_store.store->database);
}

/** Rows of all tables together. */
static inline int64_t fuzz_row_count(void)
{
    static const char count[] = "SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM "
                                "quarantine) + (SELECT count(*) FROM subject) + "
                                "(SELECT count(*) FROM relation) + (SELECT count(*) FROM "
                                "objection) + (SELECT count(*) FROM \"记录_案\") + "
                                "(SELECT count(*) FROM \"记录_分项\") + (SELECT count(*) FROM "
                                "\"主体_单位\") + (SELECT count(*) FROM ledger)";
    sqlite3_stmt *statement = NULL;
    fuzz_require(sqlite3_prepare_v2(fuzz_store.store->database, count, -1, &statement, NULL) ==
                 SQLITE_OK);
    fuzz_require(sqlite3_step(statement) == SQLITE_ROW);
    const int64_t rows = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return rows;
}

static inline struct mou_import_options fuzz_options(uint8_t choice, enum mou_import_format format)
{
    return (struct mou_import_options){.target = (enum mou_import_target)(choice & 3),
                                       .record = MOU_TEXT("案"),
                                       .format = format,
                                       .layout = (choice & 4) != 0 ? MOU_LAYOUT_NATIONAL
                                                                   : MOU_LAYOUT_PLAIN,
                                       .file_name = MOU_TEXT("fuzz"),
                                       .source = MOU_TEXT("甲局"),
                                       .known_at = FUZZ_TIME, .now = FUZZ_TIME + 100,
                                       .accept_check_digit = (choice & 8) != 0};
}

struct fuzz_refused {
    uint64_t count;
    const char *bytes;
    size_t len;
    bool converted; /**< from another encoding: the bytes are not the file's */
};

static inline bool fuzz_contains(const char *bytes, size_t len, struct mou_text part)
{
    for (size_t at = 0; at + part.len <= len; at++) {
        if (memcmp(bytes + at, part.bytes, part.len) == 0) {
            return true;
        }
    }
    return false;
}

static inline bool fuzz_take_refused(void *state, const struct mou_quarantine_row *row)
{
    struct fuzz_refused *refused = state;
    refused->count++;
    fuzz_require(row->reason.len > 0 && row->line > 0);
    fuzz_require(row->raw.len == 0 || refused->converted ||
                 fuzz_contains(refused->bytes, refused->len, row->raw));
    return true;
}

/** One import; true if it was taken. */
static inline bool fuzz_import_once(const char *bytes, size_t len,
                                    const struct mou_import_options *options,
                                    struct mou_import_result *result)
{
    const int64_t before = fuzz_row_count();
    const enum mou_status status = mou_store_import(fuzz_store.store, bytes, len, options, result);
    fuzz_require(status == MOU_OK || status == MOU_ERROR_DATA);
    if (status != MOU_OK) {
        fuzz_require(mou_store_message(fuzz_store.store)[0] != '\0' && fuzz_row_count() == before);
        return false;
    }
    fuzz_require(result->rows ==
                 result->added + result->corrected + result->unchanged + result->quarantined);
    struct fuzz_refused refused = {
        .bytes = bytes, .len = len, .converted = !mou_utf8_valid(bytes, len)};
    fuzz_require(mou_store_quarantine(fuzz_store.store, result->import_id, fuzz_take_refused,
                                      &refused) == MOU_OK);
    fuzz_require(refused.count == result->quarantined);
    return true;
}

static inline void fuzz_run(void)
{
    const struct mou_run_request request = {
        .as_of = FUZZ_DAY, .known_at = MOU_TIME_NOW, .now = FUZZ_TIME + 2};
    struct mou_run_result result;
    fuzz_require(mou_store_run(fuzz_store.store, &request, &result) == MOU_OK);
}

/** `bytes` have room for one byte more. */
static inline void fuzz_import_twice(char *bytes, size_t len, struct mou_import_options *options)
{
    struct mou_import_result result;
    if (!fuzz_import_once(bytes, len, options, &result)) {
        return;
    }
    fuzz_run();
    bytes[len] = '\n'; /* the same rows in another file */
    options->known_at++;
    const bool again = fuzz_import_once(bytes, len + 1, options, &result);
    fuzz_require(again);
    /* Records have keys, and of two rows with one key the file's first counts. In the other lists the last does. */
    fuzz_require(options->target != MOU_IMPORT_RECORDS ||
                 (result.added == 0 && result.corrected == 0));
}

static inline void fuzz_import(const uint8_t *data, size_t size, enum mou_import_format format)
{
    if (size == 0) {
        return;
    }
    if (fuzz_store.store == NULL) {
        fuzz_open_store();
    }
    struct mou_import_options options = fuzz_options(data[0], format);
    char *bytes = malloc(size);
    fuzz_require(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    fuzz_import_twice(bytes, size - 1, &options);
    free(bytes);
    fuzz_copy(fuzz_store.store->database, fuzz_store.base);
}

#endif
