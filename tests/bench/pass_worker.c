/*
 * Does one work of the full pass after the other, as its caller says on standard input, and tells how long each took and what it counted: so that
 * works in several programs can take turns in one run. Started by suite.py:
 *
 *     bench_pass FOLDER DATE          FOLDER has mou.db, its copy kept.db, which gets a snapshot, and plain.db
 *
 * Each line names a work: see `works`. The answer is one line of JSON: nanoseconds elapsed and of processors, counts by measure and outcome (empty where a work has none), and the most
 * memory that the program has had so far.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pass_worker.h"

#define THREADS_MAX 64

void pass_require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "pass_worker: %s\n", what);
        exit(1);
    }
}

int64_t pass_clock(int clock)
{
    struct timespec at;
    pass_require(clock_gettime(clock, &at) == 0, "no clock");
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

struct mou_store *pass_open_store(const char *path)
{
    struct mou_store *store = NULL;
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    const enum mou_status status = mou_store_open(path, MOU_LANG_EN, &store, &message);
    pass_require(status == MOU_OK, message.len > 0 ? message.data : path);
    mou_buf_free(&message);
    return store;
}

mou_time pass_wall_clock(void)
{
    return pass_clock(CLOCK_REALTIME) / 1000000;
}

const char *pass_path(const struct worker *worker, const char *name, char *path)
{
    pass_require(snprintf(path, PASS_LINE_MAX, "%s/%s", worker->folder, name) < PASS_LINE_MAX, "the folder's name is too long");
    return path;
}

static sqlite3 *open_plain(const struct worker *worker, const char *name)
{
    char path[PASS_LINE_MAX];
    sqlite3 *database = NULL;
    pass_require(sqlite3_open_v2(pass_path(worker, name, path), &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK, path);
    pass_require(sqlite3_exec(database, "PRAGMA cache_size = -262144; PRAGMA mmap_size = 4294967296", NULL, NULL, NULL) == SQLITE_OK, "cannot set up SQLite");
    return database;
}

/* ---------------------------------------------------------- works; each gets its argument, and is timed from prepare's end to its own */

static void prepare_store(struct worker *worker, const char *argument)
{
    char path[PASS_LINE_MAX];
    (void)argument;
    worker->store = worker->store != NULL ? worker->store : pass_open_store(pass_path(worker, "mou.db", path));
}

bool pass_count(struct worker *worker, struct mou_store *store, uint32_t threads)
{
    const struct mou_run_request request = {.as_of = worker->today, .known_at = MOU_TIME_NOW, .now = pass_wall_clock(), .threads = threads};
    struct mou_run_result result;
    pass_require(mou_store_run(store, &request, &result) == MOU_OK, mou_store_message(store));
    pass_require(result.count_len % PASS_MEASURES == 0, "another pack");
    for (uint32_t i = 0; i < PASS_MEASURES; i++) {
        memcpy(worker->counts.of[i], result.counts[i].outcomes, sizeof worker->counts.of[i]);
    }
    worker->counted = true;
    return result.stored_snapshot;
}

static void work_count(struct worker *worker, const char *argument)
{
    pass_require(!pass_count(worker, worker->store, (uint32_t)strtoul(argument, NULL, 10)), "mou.db has a snapshot");
}

/** Takes the pack that the argument names, to be tried on the store. */
static void work_try(struct worker *worker, const char *argument)
{
    FILE *file = fopen(argument, "rb");
    long len = 0;
    pass_require(file != NULL && fseek(file, 0, SEEK_END) == 0 && (len = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0, argument);
    unsigned char *bytes = malloc((size_t)len);
    pass_require(bytes != NULL && fread(bytes, 1, (size_t)len, file) == (size_t)len, argument);
    pass_require(mou_store_try_pack(worker->store, bytes, (size_t)len) == MOU_OK, mou_store_message(worker->store));
    free(bytes);
    (void)fclose(file);
}

static void prepare_scan(struct worker *worker, const char *argument)
{
    (void)argument;
    worker->scanned = worker->scanned != NULL ? worker->scanned : open_plain(worker, "mou.db");
}

/** The columns that the rules need, row by row through SQLite's interface; nothing is done with them. */
static void work_scan(struct worker *worker, const char *argument)
{
    static const char *const texts[] = {
        "SELECT id, identifier, kind FROM subject",
        "SELECT \"#subject\", 履行情况, 失信情形, 列入日期 FROM \"记录_执行案件\" WHERE \"#known_until\" IS NULL",
        "SELECT \"#subject\", 处罚种类, 罚款金额, 处罚日期 FROM \"记录_行政处罚\" WHERE \"#known_until\" IS NULL",
        "SELECT \"#subject\", 涉及人数, 拖欠金额, 责令日期 FROM \"记录_欠薪决定\" WHERE \"#known_until\" IS NULL",
        "SELECT \"#subject\", 情形, 涉案金额, 税案日期 FROM \"记录_税案\" WHERE \"#known_until\" IS NULL",
        "SELECT \"#subject\", 年度, 级别 FROM \"记录_纳税评价\" WHERE \"#known_until\" IS NULL",
        "SELECT \"#subject\", 承诺状态 FROM \"记录_信用承诺\" WHERE \"#known_until\" IS NULL",
        "SELECT \"#subject\", 授予日期, 撤销日期, 等级 FROM \"记录_荣誉\" WHERE \"#known_until\" IS NULL",
        "SELECT subject, record, key, lodged, closed FROM objection WHERE known_until IS NULL",
    };
    int64_t sum = 0;
    (void)argument;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        sqlite3_stmt *statement = NULL;
        pass_require(sqlite3_prepare_v2(worker->scanned, texts[i], -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(worker->scanned));
        const int columns = sqlite3_column_count(statement);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int c = 0; c < columns; c++) {
                sum += sqlite3_column_type(statement, c) == SQLITE_TEXT ? sqlite3_column_bytes(statement, c) : sqlite3_column_int64(statement, c);
            }
        }
        sqlite3_finalize(statement);
    }
    pass_require(sum != 0, "nothing was read");
    pass_require(sqlite3_close(worker->scanned) == SQLITE_OK, "the database stays open"); /* works that read its pages want it for themselves */
    worker->scanned = NULL;
}

static void prepare_sql(struct worker *worker, const char *argument)
{
    (void)argument;
    worker->plain = worker->plain != NULL ? worker->plain : open_plain(worker, "plain.db");
}

/** A query in a file: one row, with the measures' outcomes one after the other. */
static void work_sql(struct worker *worker, const char *argument)
{
    static char text[65536];
    FILE *file = fopen(argument, "r");
    pass_require(file != NULL, argument);
    const size_t len = fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    (void)fclose(file);
    sqlite3_stmt *statement = NULL;
    pass_require(sqlite3_prepare_v2(worker->plain, text, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(worker->plain));
    pass_require(sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_count(statement) == PASS_MEASURES * PASS_OUTCOMES, sqlite3_errmsg(worker->plain));
    for (int i = 0; i < PASS_MEASURES * PASS_OUTCOMES; i++) {
        worker->counts.of[i / PASS_OUTCOMES][i % PASS_OUTCOMES] = (uint64_t)sqlite3_column_int64(statement, i);
    }
    sqlite3_finalize(statement);
    worker->counted = true;
}

static void prepare_hand(struct worker *worker, const char *argument)
{
    char path[PASS_LINE_MAX];
    (void)argument;
    if (worker->data.subject_count == 0) {
        pass_require(pass_load(pass_path(worker, "plain.db", path), worker->today, &worker->data), "the plain data cannot be read");
    }
}

static void work_scalar(struct worker *worker, const char *argument)
{
    (void)argument;
    pass_scalar(&worker->data, &worker->days, 0, worker->data.subject_count, &worker->counts);
    worker->counted = true;
}

/** A share of the subjects, for one thread. */
struct share {
    const struct worker *worker;
    uint32_t from, to;
    struct pass_counts counts;
    bool done;
};

static void *judge_share(void *state)
{
    struct share *share = state;
    share->done = pass_vector(&share->worker->data, &share->worker->days, share->from, share->to, &share->counts);
    return NULL;
}

static void work_vector(struct worker *worker, const char *argument)
{
    static struct share shares[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    const uint32_t count = (uint32_t)strtoul(argument, NULL, 10);
    const uint64_t subjects = worker->data.subject_count;
    pass_require(count >= 1 && count <= THREADS_MAX, "no such number of threads");
    for (uint32_t i = 0; i < count; i++) {
        shares[i] = (struct share){.worker = worker, .from = (uint32_t)(subjects * i / count), .to = (uint32_t)(subjects * (i + 1) / count)};
        pass_require(i == 0 || pthread_create(&threads[i], NULL, judge_share, &shares[i]) == 0, "no thread");
    }
    (void)judge_share(&shares[0]);
    for (uint32_t i = 0; i < count; i++) {
        pass_require(i == 0 || pthread_join(threads[i], NULL) == 0, "a thread is lost");
        pass_require(shares[i].done, "out of memory");
        for (int m = 0; m < PASS_MEASURES * PASS_OUTCOMES; m++) {
            worker->counts.of[m / PASS_OUTCOMES][m % PASS_OUTCOMES] += shares[i].counts.of[m / PASS_OUTCOMES][m % PASS_OUTCOMES];
        }
    }
    worker->counted = true;
}

static void prepare_sample(struct worker *worker, const char *argument)
{
    prepare_store(worker, argument);
    prepare_hand(worker, argument);
}

static const struct work {
    const char *name;
    void (*prepare)(struct worker *worker, const char *argument);
    void (*run)(struct worker *worker, const char *argument);
} works[] = {
    {"count", prepare_store, work_count},  /* THREADS */
    {"try", prepare_store, work_try},      /* PACK */
    {"snapshot", pass_prepare_snapshot, pass_work_snapshot}, /* THREADS */
    {"make", pass_prepare_no_snapshot, pass_work_make_snapshot},
    {"statements", prepare_store, pass_work_statements},
    {"pages", prepare_store, pass_work_pages},
    {"scan", prepare_scan, work_scan},
    {"sql", prepare_sql, work_sql},        /* FILE */
    {"scalar", prepare_hand, work_scalar},
    {"vector", prepare_hand, work_vector}, /* THREADS */
    {"sample", prepare_sample, pass_work_sample},
    {"run", pass_prepare_kept, pass_work_run},
    {"full", pass_prepare_kept, pass_work_full},
    {"say", pass_prepare_kept, pass_work_say},
    {"change", pass_prepare_kept, pass_work_change},
    {"bulk", pass_prepare_kept, pass_work_bulk},
};

/** The most memory that this program has had, in kilobytes; not what its parent had before. */
static long most_memory(void)
{
    char line[256];
    long kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && kilobytes == 0 && fgets(line, sizeof line, status) != NULL) {
        kilobytes = strncmp(line, "VmHWM:", 6) == 0 ? strtol(line + 6, NULL, 10) : 0;
    }
    pass_require(status != NULL && fclose(status) == 0, "the system does not say how much memory there is");
    return kilobytes;
}

static void answer(const struct worker *worker, int64_t taken, int64_t used)
{
    (void)printf("{\"ns\": %" PRId64 ", \"cpu\": %" PRId64 ", \"kilobytes\": %ld, \"counts\": [", taken, used, most_memory());
    for (int i = 0; worker->counted && i < PASS_MEASURES * PASS_OUTCOMES; i++) {
        (void)printf("%s%" PRIu64, i == 0 ? "" : ", ", worker->counts.of[i / PASS_OUTCOMES][i % PASS_OUTCOMES]);
    }
    (void)printf("], \"outcomes\": \"%s\"}\n", worker->outcomes != NULL ? worker->outcomes : "");
    (void)fflush(stdout);
}

static void do_work(struct worker *worker, char *line)
{
    char *argument = strchr(line, ' ');
    if (argument != NULL) {
        *argument++ = '\0';
    }
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        if (strcmp(works[i].name, line) == 0) {
            memset(&worker->counts, 0, sizeof worker->counts);
            worker->counted = false;
            worker->less_ns = 0;
            worker->less_cpu = 0;
            free(worker->outcomes);
            worker->outcomes = NULL;
            works[i].prepare(worker, argument != NULL ? argument : "");
            const int64_t begin = pass_clock(CLOCK_MONOTONIC);
            const int64_t before = pass_clock(CLOCK_PROCESS_CPUTIME_ID);
            works[i].run(worker, argument != NULL ? argument : "");
            const int64_t taken = pass_clock(CLOCK_MONOTONIC) - begin - worker->less_ns;
            answer(worker, taken, pass_clock(CLOCK_PROCESS_CPUTIME_ID) - before - worker->less_cpu);
            return;
        }
    }
    pass_require(false, "no such work");
}

int main(int argc, char **argv)
{
    struct worker worker = {0};
    char line[PASS_LINE_MAX];
    pass_require(argc == 3 && mou_date_parse(mou_text_of(argv[2]), &worker.today) && pass_days(worker.today, &worker.days), "usage: bench_pass FOLDER DATE");
    worker.folder = argv[1];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        do_work(&worker, line);
    }
    free(worker.outcomes);
    pass_close_kept(&worker);
    mou_store_close(worker.store);
    mou_store_close(worker.with_snapshot);
    sqlite3_close(worker.plain);
    pass_free(&worker.data);
    return 0;
}
