/*
 * Makes the n-th request of a running program fail: preloaded before the C library and SQLite, counted from the program's
 * start. For sweep.sh; never linked into anything.
 *
 *   FAIL_MALLOC=n   the n-th malloc, calloc or realloc returns NULL
 *   FAIL_SQLITE=n   the n-th sqlite3_open_v2, _prepare_v2, _step or _exec does nothing and returns FAIL_CODE
 *   FAIL_CODE=c     SQLite's result code, 10 (input/output) unless given
 *   FAIL_FROM=1     all later ones fail, too
 *   FAIL_REPORT=f   file that is made when something failed: without it the run was a clean one
 *   FAIL_ABORT=1    stop there with a core dump, to see in a debugger who asked
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
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
static bool from_there_on;
static bool stop_there;
static int result_code = SQLITE_IOERR;
static const char *report;

static __typeof__(sqlite3_open_v2) *real_open;
static __typeof__(sqlite3_prepare_v2) *real_prepare;
static __typeof__(sqlite3_step) *real_step;
static __typeof__(sqlite3_exec) *real_exec;

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
    find("sqlite3_step", &real_step);
    find("sqlite3_exec", &real_exec);
    from_there_on = number_of("FAIL_FROM") != 0;
    stop_there = number_of("FAIL_ABORT") != 0;
    result_code = number_of("FAIL_CODE") != 0 ? (int)number_of("FAIL_CODE") : SQLITE_IOERR;
    report = getenv("FAIL_REPORT");
    allocations.fail_at = number_of("FAIL_MALLOC");
    statements.fail_at = number_of("FAIL_SQLITE");
}

/** Leaves a trace by system calls alone: whoever fails must not ask for memory. */
static void tell(const char *what)
{
    const int file = report != NULL ? open(report, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (file >= 0) {
        const ssize_t written = write(file, what, strlen(what)) + write(file, "\n", 1);
        (void)written;
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
