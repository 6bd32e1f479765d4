/*
 * Power losses: SQLite runs on a file system in memory that remembers what was written since the last sync. At a random write, sync, truncation or deletion the
 * power goes: of what was not synced some writes are lost, they take effect in any order, and each may be torn at 512 bytes; a new file may be gone and a
 * deleted one back. After every loss the store must open, verify, and hold every import that was acknowledged, and every receipt of a look-up, once: in its ledger or, where
 * the look-up came while another program wrote, waiting beside it.
 *
 *     power_loss RULES LOSSES [SEED [lie]]      with "lie" syncs do nothing: it passes where commits get lost then
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mou/compiler.h"
#include "mou/store.h"

#define FILES_MAX 16
#define NAME_MAX_BYTES 256
#define SECTOR 512u
#define LOSSES_PER_STORE 25u

/* ------------------------------------------------------------------ files in memory */

struct bytes {
    unsigned char *data;
    size_t len, capacity;
};

/** A change that was not synced yet: a write, or with NULL data a truncation to `offset`. */
struct pending {
    size_t offset, len;
    unsigned char *data;
};

struct file {
    char name[NAME_MAX_BYTES];
    bool exists, durable; /**< there now; there after a loss for certain */
    bool vanishing;       /**< deleted, but not for certain */
    struct bytes now, synced;
    struct pending *pending;
    size_t pending_count, pending_capacity;
    void *regions[64]; /**< shared memory of the write-ahead log's index */
};

static struct disk {
    struct file files[FILES_MAX];
    uint64_t random;
    unsigned long until_loss; /**< changes until the power goes; 0: it stays */
    bool dead;
    bool lies;
    bool held; /**< another program is writing to the store */
} disk;

struct handle {
    sqlite3_file base;
    struct file *file;
    bool forget; /**< deleted on close */
};

static uint64_t next_random(void)
{
    uint64_t z = disk.random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "power_loss: %s\n", what);
        exit(2);
    }
}

static void grow(struct bytes *bytes, size_t len)
{
    if (len > bytes->capacity) {
        const size_t capacity = len * 2 + 4096;
        unsigned char *more = realloc(bytes->data, capacity);
        must(more != NULL, "out of memory");
        bytes->data = more;
        bytes->capacity = capacity;
    }
    if (len > bytes->len) {
        memset(bytes->data + bytes->len, 0, len - bytes->len);
        bytes->len = len;
    }
}

static void put(struct bytes *bytes, size_t offset, const unsigned char *data, size_t len)
{
    if (len > 0) {
        grow(bytes, offset + len);
        memcpy(bytes->data + offset, data, len);
    }
}

static void forget_pending(struct file *file)
{
    for (size_t i = 0; i < file->pending_count; i++) {
        free(file->pending[i].data);
    }
    file->pending_count = 0;
}

static void note(struct file *file, size_t offset, const unsigned char *data, size_t len)
{
    if (file->pending_count == file->pending_capacity) {
        const size_t capacity = file->pending_capacity * 2 + 16;
        struct pending *more = realloc(file->pending, capacity * sizeof *more);
        must(more != NULL, "out of memory");
        file->pending = more;
        file->pending_capacity = capacity;
    }
    struct pending pending = {.offset = offset, .len = len};
    if (data != NULL) {
        pending.data = malloc(len + 1);
        must(pending.data != NULL, "out of memory");
        memcpy(pending.data, data, len);
    }
    file->pending[file->pending_count++] = pending;
}

/** A write that was under way: each sector of it arrived or not. */
static void tear(struct bytes *bytes, const struct pending *pending)
{
    const bool torn = next_random() % 3 == 0;
    for (size_t at = 0; at < pending->len;) {
        const size_t left = SECTOR - (pending->offset + at) % SECTOR;
        const size_t len = left < pending->len - at ? left : pending->len - at;
        if (!torn || next_random() % 2 == 0) {
            put(bytes, pending->offset + at, pending->data + at, len);
        }
        at += len;
    }
}

static void lose(struct file *file)
{
    for (size_t i = file->pending_count; i > 1; i--) { /* any order */
        const size_t k = (size_t)(next_random() % i);
        const struct pending other = file->pending[i - 1];
        file->pending[i - 1] = file->pending[k];
        file->pending[k] = other;
    }
    for (size_t i = 0; i < file->pending_count; i++) {
        const struct pending *pending = &file->pending[i];
        if (next_random() % 2 == 0) {
            continue;
        }
        if (pending->data != NULL) {
            tear(&file->synced, pending);
        } else if (pending->offset < file->synced.len) {
            file->synced.len = pending->offset;
        }
    }
    forget_pending(file);
    if (file->vanishing) {
        file->exists = next_random() % 2 == 0;
    } else if (!file->durable && file->exists) {
        file->exists = next_random() % 2 == 0;
    }
    file->vanishing = false;
    file->durable = file->exists;
    file->now.len = 0;
    put(&file->now, 0, file->synced.data != NULL ? file->synced.data : (const unsigned char *)"", file->synced.len);
}

/** Counts a change; true if the power is gone. What the disk holds is settled at that moment. */
static bool dies(void)
{
    if (!disk.dead && disk.until_loss > 0 && --disk.until_loss == 0) {
        for (size_t i = 0; i < FILES_MAX; i++) {
            lose(&disk.files[i]);
        }
        disk.dead = true;
    }
    return disk.dead;
}

/* ------------------------------------------------------------------ SQLite's view */

static struct file *file_of(sqlite3_file *base)
{
    return ((struct handle *)(void *)base)->file;
}

static int close_file(sqlite3_file *base)
{
    struct handle *handle = (struct handle *)(void *)base;
    if (handle->forget) {
        handle->file->exists = false;
        forget_pending(handle->file);
    }
    return SQLITE_OK;
}

static int read_file(sqlite3_file *base, void *out, int len, sqlite3_int64 offset)
{
    const struct file *file = file_of(base);
    const size_t begin = (size_t)offset;
    const size_t have = begin < file->now.len ? file->now.len - begin : 0;
    const size_t count = have < (size_t)len ? have : (size_t)len;
    if (disk.dead) {
        return SQLITE_IOERR_READ;
    }
    memset(out, 0, (size_t)len);
    if (count > 0) {
        memcpy(out, file->now.data + begin, count);
    }
    return count == (size_t)len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *base, const void *data, int len, sqlite3_int64 offset)
{
    struct file *file = file_of(base);
    if (!disk.dead) {
        put(&file->now, (size_t)offset, data, (size_t)len);
        note(file, (size_t)offset, data, (size_t)len);
    }
    return dies() ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *file = file_of(base);
    if (!disk.dead) {
        file->now.len = (size_t)size < file->now.len ? (size_t)size : file->now.len;
        note(file, (size_t)size, NULL, 0);
    }
    return dies() ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

/** Names made and deleted are so for certain. */
static void sync_folder(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        disk.files[i].durable = disk.files[i].exists;
        disk.files[i].vanishing = false;
    }
}

static int sync_file(sqlite3_file *base, int flags)
{
    struct file *file = file_of(base);
    (void)flags;
    if (dies()) {
        return SQLITE_IOERR_FSYNC;
    }
    if (!disk.lies) {
        forget_pending(file);
        file->synced.len = 0;
        put(&file->synced, 0, file->now.data != NULL ? file->now.data : (const unsigned char *)"", file->now.len);
        if (!file->durable) { /* the first sync of a new file syncs its folder, too, as SQLite's own file system does */
            sync_folder();
        }
    }
    return SQLITE_OK;
}

static int size_file(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)file_of(base)->now.len;
    return disk.dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int lock_file(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int check_lock(sqlite3_file *base, int *reserved)
{
    (void)base;
    *reserved = 0;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base)
{
    (void)base;
    return (int)SECTOR;
}

static int characteristics(sqlite3_file *base)
{
    (void)base;
    return 0;
}

static int map_region(sqlite3_file *base, int region, int size, int extend, void volatile **out)
{
    struct file *file = file_of(base);
    must(region < 64, "too many regions");
    if (file->regions[region] == NULL && extend != 0) {
        file->regions[region] = calloc(1, (size_t)size);
        must(file->regions[region] != NULL, "out of memory");
    }
    *out = file->regions[region];
    return SQLITE_OK;
}

/** The first of the locks is the writer's. */
static int lock_region(sqlite3_file *base, int offset, int count, int flags)
{
    (void)base;
    (void)count;
    return disk.held && offset == 0 && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE) ? SQLITE_BUSY : SQLITE_OK;
}

static void barrier(sqlite3_file *base)
{
    (void)base;
}

static int unmap_regions(sqlite3_file *base, int forget)
{
    struct file *file = file_of(base);
    (void)forget;
    for (size_t i = 0; i < 64; i++) {
        free(file->regions[i]);
        file->regions[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {2, close_file, read_file, write_file, truncate_file, sync_file, size_file, lock_file, lock_file, check_lock, control_file,
                                           sector_size, characteristics, map_region, lock_region, barrier, unmap_regions, NULL, NULL};

static struct file *find_file(const char *name, bool make)
{
    struct file *free_one = NULL;
    for (size_t i = 0; i < FILES_MAX; i++) {
        struct file *file = &disk.files[i];
        if (strcmp(file->name, name) == 0) {
            return file;
        }
        free_one = free_one == NULL && file->name[0] == '\0' ? file : free_one;
    }
    must(!make || free_one != NULL, "too many files");
    if (make) {
        (void)snprintf(free_one->name, sizeof free_one->name, "%s", name);
    }
    return make ? free_one : NULL;
}

/** Receipts that wait are kept in a file that the store makes by itself, so that nobody else may read it, before SQLite opens it. */
static bool is_made_before(const char *name)
{
    const size_t len = strlen(name);
    return len > strlen("-waiting") && strcmp(name + len - strlen("-waiting"), "-waiting") == 0;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
    struct handle *handle = (struct handle *)(void *)base;
    (void)vfs;
    handle->base.pMethods = NULL;
    if (disk.dead) {
        return SQLITE_CANTOPEN;
    }
    struct file *file = find_file(name != NULL ? name : "(temporary)", true);
    if (!file->exists) {
        if ((flags & SQLITE_OPEN_CREATE) == 0 && !is_made_before(file->name)) {
            return SQLITE_CANTOPEN;
        }
        file->exists = true;
        file->durable = false;
        file->vanishing = false;
        file->now.len = 0;
        file->synced.len = 0;
        forget_pending(file);
    }
    *handle = (struct handle){.base = {&methods}, .file = file, .forget = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0};
    if (out_flags != NULL) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int certain)
{
    struct file *file = find_file(name, false);
    (void)vfs;
    if (file == NULL || !file->exists) {
        return disk.dead ? SQLITE_IOERR_DELETE : SQLITE_IOERR_DELETE_NOENT;
    }
    if (dies()) {
        return SQLITE_IOERR_DELETE;
    }
    file->exists = false;
    file->vanishing = file->durable;
    if (certain != 0 && !disk.lies) {
        sync_folder();
    }
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    const struct file *file = find_file(name, false);
    (void)vfs;
    (void)flags;
    *result = file != NULL && file->exists;
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    (void)snprintf(out, (size_t)size, "%s", name);
    return SQLITE_OK;
}

/** Nobody is waited for. */
static int pass_time(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static void install_disk(void)
{
    static sqlite3_vfs vfs;
    const sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    vfs = *real;
    vfs.szOsFile = (int)sizeof(struct handle);
    vfs.zName = "power";
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_name;
    vfs.xSleep = pass_time;
    must(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "the file system is refused");
}

static void clear_disk(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        struct file *file = &disk.files[i];
        forget_pending(file);
        file->exists = file->durable = file->vanishing = false;
        file->now.len = file->synced.len = 0;
    }
}

/* ------------------------------------------------------------------ the store on it */

struct trial {
    struct mou_text pack;
    char path[NAME_MAX_BYTES];
    struct mou_store *store;
    mou_time now;
    unsigned long acknowledged; /**< imports */
    unsigned long noted;        /**< acknowledged look-ups */
    unsigned long look_ups, waited;
    unsigned long losses, imports, long_imports, lost, broken;
};

#define LONG_BYTES 560000u /* large enough that a thread of its own reads it */
#define LONG_KEY 27000

/** Rows with very long keys. */
static void put_long_rows(char rows[LONG_BYTES], unsigned long number)
{
    int len = snprintf(rows, LONG_BYTES, "主体,文号,作出日,款额\n");
    for (unsigned long i = 0; i < 20; i++) {
        len += snprintf(rows + len, LONG_BYTES - (size_t)len, "U%lu,%0*lu,2021-0%lu-01,%lu\n", i % 2, LONG_KEY, number * 20 + i, 1 + i % 9, i % 4 * 60);
    }
}

static bool import(struct trial *trial, unsigned long number)
{
    static char rows[LONG_BYTES];
    const bool first = number == 0;
    const bool long_one = !first && next_random() % 12 == 0;
    if (long_one) {
        put_long_rows(rows, number);
    }
    (void)snprintf(rows, long_one ? 0 : sizeof rows, first ? "标识,主体类别\nU0,单位\nU1,单位\nP2,自然人\n" : "主体,文号,作出日,款额\nU%lu,k%lu,2021-0%lu-01,%lu\n", number % 2, number / 3, 1 + number % 9,
                   number % 4 * 60);
    const struct mou_import_options options = {.target = first ? MOU_IMPORT_SUBJECTS : MOU_IMPORT_RECORDS, .record = MOU_TEXT("案"), .format = MOU_IMPORT_CSV,
                                               .encoding = MOU_ENCODING_UTF8, .file_name = MOU_TEXT("f"), .source = MOU_TEXT("s"), .now = ++trial->now,
                                               .known_at = MOU_TIME_NOW, .typed = !long_one};
    struct mou_import_result result;
    const bool done = mou_store_import(trial->store, rows, strlen(rows), &options, &result) == MOU_OK;
    trial->long_imports += done && long_one;
    return done;
}

static bool run(struct trial *trial)
{
    const struct mou_run_request request = {.as_of = (mou_date)(44300 + trial->imports % 200), .known_at = MOU_TIME_NOW, .now = ++trial->now, .store_results = true};
    struct mou_run_result result;
    return mou_store_run(trial->store, &request, &result) == MOU_OK;
}

/** A look-up, half of them while another program writes. */
static void look_up(struct trial *trial)
{
    char body[40];
    int64_t number = 0;
    (void)snprintf(body, sizeof body, "{\"lookup\": %lu}", ++trial->look_ups);
    disk.held = next_random() % 2 == 0;
    const bool done = mou_store_note_soon(trial->store, ++trial->now, "lookup", mou_text_of(body), &number) == MOU_OK;
    must(!done || (number == 0) == disk.held, "a look-up waits only while another program writes");
    disk.held = false;
    trial->noted += done;
    trial->waited += done && number == 0;
}

/** Works until the power goes; closing and opening move what is in the log into the database. */
static void work(struct trial *trial)
{
    while (!disk.dead && trial->store != NULL) {
        if (next_random() % 6 == 0) {
            mou_store_close(trial->store);
            trial->store = NULL;
            must(mou_store_open(trial->path, MOU_LANG_EN, &trial->store, NULL) == MOU_OK || disk.dead || disk.lies, "the store does not open again");
        } else if (next_random() % 4 == 0 && trial->acknowledged > 0) {
            (void)run(trial);
        } else if (next_random() % 3 == 0) {
            look_up(trial);
        } else if (import(trial, trial->acknowledged)) {
            trial->acknowledged++;
            trial->imports++;
        }
    }
}

/** The statement's one number. */
static unsigned long count(const struct trial *trial, const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    unsigned long number = 0;
    if (sqlite3_open_v2(trial->path, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK && sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        number = (unsigned long)sqlite3_column_int64(statement, 0);
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(database);
    return number;
}

static void print_problem(void *state, const char *text)
{
    (void)state;
    (void)fprintf(stderr, "  %s\n", text);
}

/** The power comes back and goes again, at times while the log is being recovered. */
static void flicker(struct trial *trial)
{
    while (next_random() % 3 == 0) {
        disk.dead = false;
        disk.until_loss = 1 + next_random() % 30;
        must(mou_store_open(trial->path, MOU_LANG_EN, &trial->store, NULL) == MOU_OK || disk.dead || disk.lies, "the store does not open again");
        mou_store_close(trial->store);
        trial->store = NULL;
    }
    disk.until_loss = 0;
}

/** The power is back: what does the store say? False if there is no store to go on with. */
static bool inspect(struct trial *trial)
{
    const struct mou_verify_request verify = {.problem = disk.lies ? NULL : print_problem};
    struct mou_verify_result verified = {.problems = 0};
    mou_store_close(trial->store);
    trial->store = NULL;
    flicker(trial);
    disk.dead = false;
    trial->losses++;
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    const bool opens = mou_store_open(trial->path, MOU_LANG_EN, &trial->store, &message) == MOU_OK;
    if (!opens && !disk.lies) {
        print_problem(NULL, message.len > 0 ? message.data : "the store does not open");
    }
    mou_buf_free(&message);
    const bool verifies = opens && mou_store_verify(trial->store, &verify, &verified) == MOU_OK && verified.problems == 0;
    mou_store_close(trial->store);
    trial->store = NULL;
    const unsigned long there = opens ? count(trial, "SELECT count(*) FROM import") : 0;
    const unsigned long in_ledger = opens ? count(trial, "SELECT count(DISTINCT body) FROM ledger WHERE kind = 'lookup'") : 0;
    const unsigned long noted = in_ledger + (unsigned long)verified.waiting;
    const bool twice = opens && (noted > trial->noted + 1 || in_ledger != count(trial, "SELECT count(*) FROM ledger WHERE kind = 'lookup'"));
    trial->broken += !verifies || twice;
    trial->lost += there < trial->acknowledged || noted < trial->noted;
    trial->acknowledged = there; /* one may be there that was not acknowledged */
    trial->noted = noted;
    return verifies && mou_store_open(trial->path, MOU_LANG_EN, &trial->store, NULL) == MOU_OK;
}

static void run_store(struct trial *trial, unsigned long losses)
{
    clear_disk();
    disk.until_loss = 0;
    trial->acknowledged = 0;
    trial->noted = 0;
    must(mou_store_init(trial->path, (const unsigned char *)trial->pack.bytes, trial->pack.len, trial->now, MOU_LANG_EN, NULL) == MOU_OK, "init");
    must(mou_store_open(trial->path, MOU_LANG_EN, &trial->store, NULL) == MOU_OK, "open");
    for (unsigned long i = 0; i < losses; i++) {
        disk.until_loss = 1 + next_random() % (i % 5 == 0 ? 1500 : 200); /* enough for a long import to be done, at times */
        work(trial);
        disk.until_loss = 0;
        if (!inspect(trial)) {
            break;
        }
    }
    mou_store_close(trial->store);
    trial->store = NULL;
}

static struct mou_text compile(const char *path, struct mou_compilation **compilation)
{
    static char text[65536];
    FILE *file = fopen(path, "rb");
    const size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    const struct mou_source source = {"histories.mou", text, len};
    size_t pack_len = 0;
    must(len > 0 && mou_compile(&source, 1, NULL, compilation) == MOU_OK, "the rules do not compile");
    const unsigned char *pack = mou_compilation_pack(*compilation, &pack_len);
    return (struct mou_text){(const char *)pack, pack_len};
}

int main(int argc, char **argv)
{
    struct mou_compilation *compilation = NULL;
    must(argc >= 3, "usage: power_loss RULES LOSSES [SEED [lie]]");
    const unsigned long losses = strtoul(argv[2], NULL, 10);
    struct trial trial = {.pack = compile(argv[1], &compilation), .now = INT64_C(1609459200000)};
    disk.random = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    disk.lies = argc > 4;
    const char *folder = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
    (void)snprintf(trial.path, sizeof trial.path, "%.200s/mou-power-%ld.db", folder, (long)getpid());
    install_disk();
    while (trial.losses < losses) {
        run_store(&trial, losses - trial.losses < LOSSES_PER_STORE ? losses - trial.losses : LOSSES_PER_STORE);
    }
    (void)unlink(trial.path); /* the names were made on the real disk, too, so that nobody else could read the store */
    char waiting[NAME_MAX_BYTES + 16];
    (void)snprintf(waiting, sizeof waiting, "%s-waiting", trial.path);
    (void)unlink(waiting);
    (void)printf("%lu losses, %lu imports acknowledged, %lu of them of large files; %lu look-ups, %lu of them while another program wrote; %lu times one was lost, %lu stores did not open or verify\n",
                 trial.losses, trial.imports, trial.long_imports, trial.look_ups, trial.waited, trial.lost, trial.broken);
    mou_compilation_free(compilation);
    for (size_t i = 0; i < FILES_MAX; i++) {
        forget_pending(&disk.files[i]);
        free(disk.files[i].pending);
        free(disk.files[i].now.data);
        free(disk.files[i].synced.data);
    }
    if (disk.lies) {
        const bool noticed = trial.lost > 0 && trial.broken > 0;
        (void)printf("%d passed, %d failed\n", noticed ? 1 : 0, noticed ? 0 : 1);
        return noticed ? 0 : 1;
    }
    const bool good = trial.lost == 0 && trial.broken == 0;
    (void)printf("%lu passed, %lu failed\n", good ? trial.losses : 0, good ? 0 : trial.lost + trial.broken);
    return good ? 0 : 1;
}
