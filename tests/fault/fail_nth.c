/*
 * Makes the n-th request of a running program fail: preloaded before the C library and SQLite, counted from the program's
 * start. For sweep.sh; never linked into anything.
 *
 *   FAIL_MALLOC=n   the n-th malloc, calloc or realloc returns NULL
 *   FAIL_SQLITE=n   the n-th sqlite3_open_v2, _prepare_v2, _prepare_v3, _step, _exec, _blob_open, _blob_read or _backup_step does nothing and returns FAIL_CODE
 *   FAIL_CODE=c     SQLite's result code, 10 (input/output) unless given
 *   FAIL_WRITE=n    the n-th write to a regular file, sync or truncation does nothing and fails: the disk is full. A write does half of what it should
 *   FAIL_LOCK=n     the n-th lock of a file is not given: the file system has lost its locks
 *   FAIL_READONLY=1 no file is opened for writing from the first such request on: the disk is read-only
 *   FAIL_FROM=1     all later ones fail, too
 *   FAIL_REPORT=f   file that is made when something failed: without it the run was a clean one
 *   FAIL_ABORT=1    stop there with a core dump, to see in a debugger who asked
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's own names for what is replaced here; asking the dynamic linker would allocate. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

/** A kind of request: how many there were, which one fails (0: none). */
struct countdown {
    atomic_ulong seen;
    unsigned long fail_at;
};

static struct countdown allocations;
static struct countdown statements;
static struct countdown writes;
static struct countdown locks;
static struct countdown openings; /**< for writing */
static bool from_there_on;
static bool stop_there;
static int result_code = SQLITE_IOERR;
static const char *report;

static __typeof__(sqlite3_open_v2) *real_open;
static __typeof__(sqlite3_prepare_v2) *real_prepare;
static __typeof__(sqlite3_prepare_v3) *real_prepare_kept;
static __typeof__(sqlite3_step) *real_step;
static __typeof__(sqlite3_exec) *real_exec;
static __typeof__(sqlite3_blob_open) *real_blob_open;
static __typeof__(sqlite3_blob_read) *real_blob_read;
static __typeof__(sqlite3_backup_step) *real_backup_step;

static unsigned long number_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

static void find(const char *name, void *place)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(place, &found, sizeof found);
}

/** Counting begins here, so that the loader's own requests are not among those counted. */
__attribute__((constructor)) static void begin(void)
{
    find("sqlite3_open_v2", &real_open);
    find("sqlite3_prepare_v2", &real_prepare);
    find("sqlite3_prepare_v3", &real_prepare_kept);
    find("sqlite3_step", &real_step);
    find("sqlite3_exec", &real_exec);
    find("sqlite3_blob_open", &real_blob_open);
    find("sqlite3_blob_read", &real_blob_read);
    find("sqlite3_backup_step", &real_backup_step);
    from_there_on = number_of("FAIL_FROM") != 0;
    stop_there = number_of("FAIL_ABORT") != 0;
    result_code = number_of("FAIL_CODE") != 0 ? (int)number_of("FAIL_CODE") : SQLITE_IOERR;
    report = getenv("FAIL_REPORT");
    allocations.fail_at = number_of("FAIL_MALLOC");
    statements.fail_at = number_of("FAIL_SQLITE");
    writes.fail_at = number_of("FAIL_WRITE");
    locks.fail_at = number_of("FAIL_LOCK");
    openings.fail_at = number_of("FAIL_READONLY");
}

/** Leaves a trace by system calls alone: whoever fails must not ask for memory. */
static void tell(const char *what)
{
    const int file = report != NULL ? (int)syscall(SYS_openat, AT_FDCWD, report, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (file >= 0) {
        (void)syscall(SYS_write, file, what, strlen(what));
        (void)syscall(SYS_write, file, "\n", (size_t)1);
        close(file);
    }
    if (stop_there) {
        abort();
    }
}

static bool fails(struct countdown *countdown, const char *what)
{
    if (countdown->fail_at == 0) {
        return false;
    }
    const unsigned long number = atomic_fetch_add(&countdown->seen, 1) + 1; /* of whichever thread */
    const bool hit = number == countdown->fail_at;
    if (hit) {
        tell(what);
    }
    return hit || (from_there_on && number > countdown->fail_at);
}

void *malloc(size_t size)
{
    if (fails(&allocations, "malloc")) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (fails(&allocations, "calloc")) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (size != 0 && fails(&allocations, "realloc")) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(old, size);
}

int sqlite3_open_v2(const char *name, sqlite3 **database, int flags, const char *vfs)
{
    if (fails(&statements, "sqlite3_open_v2")) {
        *database = NULL;
        return SQLITE_CANTOPEN;
    }
    return real_open(name, database, flags, vfs);
}

int sqlite3_prepare_v2(sqlite3 *database, const char *sql, int len, sqlite3_stmt **statement, const char **tail)
{
    if (fails(&statements, "sqlite3_prepare_v2")) {
        *statement = NULL;
        return result_code;
    }
    return real_prepare(database, sql, len, statement, tail);
}

int sqlite3_prepare_v3(sqlite3 *database, const char *sql, int len, unsigned int flags, sqlite3_stmt **statement, const char **tail)
{
    if (fails(&statements, "sqlite3_prepare_v3")) {
        *statement = NULL;
        return result_code;
    }
    return real_prepare_kept(database, sql, len, flags, statement, tail);
}

int sqlite3_blob_open(sqlite3 *database, const char *schema, const char *table, const char *column, sqlite3_int64 row, int writable, sqlite3_blob **blob)
{
    if (fails(&statements, "sqlite3_blob_open")) {
        *blob = NULL;
        return result_code;
    }
    return real_blob_open(database, schema, table, column, row, writable, blob);
}

int sqlite3_blob_read(sqlite3_blob *blob, void *bytes, int len, int offset)
{
    return fails(&statements, "sqlite3_blob_read") ? result_code : real_blob_read(blob, bytes, len, offset);
}

int sqlite3_backup_step(sqlite3_backup *backup, int pages)
{
    return fails(&statements, "sqlite3_backup_step") ? result_code : real_backup_step(backup, pages);
}

int sqlite3_step(sqlite3_stmt *statement)
{
    return fails(&statements, "sqlite3_step") ? result_code : real_step(statement);
}

int sqlite3_exec(sqlite3 *database, const char *sql, int (*row)(void *, int, char **, char **), void *state, char **message)
{
    if (fails(&statements, "sqlite3_exec")) {
        if (message != NULL) {
            *message = NULL;
        }
        return result_code;
    }
    return real_exec(database, sql, row, state, message);
}

/* ------------------------------------------------------------------ files */

static bool is_file(int file)
{
    struct stat about;
    return fstat(file, &about) == 0 && S_ISREG(about.st_mode);
}

/** Whether the request finds no room; on a full disk something may still have gone in. */
static bool no_room(int file, const char *what)
{
    const bool hit = is_file(file) && fails(&writes, what);
    errno = hit ? ENOSPC : errno;
    return hit;
}

ssize_t write(int file, const void *bytes, size_t len)
{
    return no_room(file, "write") ? -1 : (ssize_t)syscall(SYS_write, file, bytes, len);
}

ssize_t pwrite64(int file, const void *bytes, size_t len, off64_t offset)
{
    if (no_room(file, "pwrite")) {
        (void)syscall(SYS_pwrite64, file, bytes, len / 2, offset);
        errno = ENOSPC;
        return -1;
    }
    return (ssize_t)syscall(SYS_pwrite64, file, bytes, len, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t len, off_t offset)
{
    return pwrite64(file, bytes, len, offset);
}

int ftruncate64(int file, off64_t len)
{
    return no_room(file, "ftruncate") ? -1 : (int)syscall(SYS_ftruncate, file, len);
}

int ftruncate(int file, off_t len)
{
    return ftruncate64(file, len);
}

int fsync(int file)
{
    return no_room(file, "fsync") ? -1 : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    return no_room(file, "fdatasync") ? -1 : (int)syscall(SYS_fdatasync, file);
}

int fcntl64(int file, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *); /* whatever it is, it is passed on as it came */
    va_end(arguments);
    if (command == F_SETLK && ((const struct flock *)argument)->l_type != F_UNLCK && fails(&locks, "lock")) {
        errno = EIO; /* as network file systems say */
        return -1;
    }
    return (int)syscall(SYS_fcntl, file, command, argument);
}

int fcntl(int file, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return fcntl64(file, command, argument);
}

static int open_at(int folder, const char *name, int flags, mode_t mode)
{
    const bool writes_to_disk = (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && strncmp(name, "/dev/", 5) != 0;
    if (writes_to_disk && openings.fail_at != 0) {
        if (atomic_fetch_add(&openings.seen, 1) == 0) {
            tell("open");
        }
        errno = EROFS;
        return -1;
    }
    return (int)syscall(SYS_openat, folder, name, flags, mode);
}

#define MODE_OF(flags, arguments) (((flags) & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0)

int open64(const char *name, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = MODE_OF(flags, arguments);
    va_end(arguments);
    return open_at(AT_FDCWD, name, flags, mode);
}

int open(const char *name, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = MODE_OF(flags, arguments);
    va_end(arguments);
    return open_at(AT_FDCWD, name, flags, mode);
}
