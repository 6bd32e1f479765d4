/*
 * Works over a store that keeps its decisions: runs, days on which a few subjects change, and by hand the rows that a run wrote, as fast as SQLite takes
 * them. And subjects one by one, by the machine and by hand. Called by pass_worker.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pass_worker.h"

/** Opens the store that the argument names first, and closes another one. */
void pass_prepare_kept(struct worker *worker, const char *argument)
{
    char path[PASS_LINE_MAX];
    (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(argument, " "), argument);
    if (strcmp(path, worker->kept_path) != 0 || worker->kept == NULL) {
        pass_close_kept(worker);
        worker->kept = pass_open_store(path);
        memcpy(worker->kept_path, path, sizeof path);
    }
}

void pass_close_kept(struct worker *worker)
{
    mou_store_close(worker->kept);
    worker->kept = NULL;
}

static void run_kept(struct worker *worker, bool full, uint32_t threads)
{
    const struct mou_run_request request = {.as_of = worker->today, .known_at = MOU_TIME_NOW, .now = pass_wall_clock(), .store_results = true, .full = full, .threads = threads};
    struct mou_run_result result;
    pass_require(mou_store_run(worker->kept, &request, &result) == MOU_OK, mou_store_message(worker->kept));
    for (uint32_t i = 0; i < PASS_MEASURES; i++) {
        memcpy(worker->counts.of[i], result.counts[i].outcomes, sizeof worker->counts.of[i]);
    }
    worker->counted = true;
}

/** One, where nothing is said behind the path. */
static uint32_t threads_of(const char *argument)
{
    const char *threads = strchr(argument, ' ');
    return threads != NULL ? (uint32_t)strtoul(threads, NULL, 10) : 1;
}

/** PATH [THREADS]: the next run. */
void pass_work_run(struct worker *worker, const char *argument)
{
    run_kept(worker, false, threads_of(argument));
}

/** PATH [THREADS]: a run that looks at everybody. */
void pass_work_full(struct worker *worker, const char *argument)
{
    run_kept(worker, true, threads_of(argument));
}

/** The run has put the decision into words by then. */
static enum mou_status hear_decision(void *state, const struct mou_pack *pack, const struct mou_decision *decision)
{
    uint64_t *heard = state;
    (void)pack;
    *heard += !decision->is_finding;
    return MOU_OK;
}

/** PATH: everybody judged and every decision put into words, nothing stored. */
void pass_work_say(struct worker *worker, const char *argument)
{
    struct mou_run_result result;
    uint64_t heard = 0;
    (void)argument;
    const struct mou_run_request request = {.as_of = worker->today, .known_at = MOU_TIME_NOW, .now = pass_wall_clock(), .decision = hear_decision, .decision_state = &heard, .threads = 1};
    pass_require(mou_store_run(worker->kept, &request, &result) == MOU_OK && heard == result.decisions, mou_store_message(worker->kept));
}

/** PATH COUNT ROUND: so many subjects get a record more. Other ones in every round. */
void pass_work_change(struct worker *worker, const char *argument)
{
    char path[PASS_LINE_MAX];
    unsigned long count = 0;
    unsigned long round = 0;
    uint64_t subjects = 0;
    struct mou_buf file;
    struct mou_import_result result;
    const struct mou_import_options options = {.target = MOU_IMPORT_RECORDS, .record = MOU_TEXT("行政处罚"), .file_name = MOU_TEXT("change.csv"), .source = MOU_TEXT(""),
                                               .now = pass_wall_clock(), .known_at = MOU_TIME_NOW};
    pass_require(sscanf(argument, "%4000s %lu %lu", path, &count, &round) == 3 && count > 0, "change PATH COUNT ROUND");
    pass_require(mou_store_subject_count(worker->kept, MOU_TIME_NOW, &subjects) == MOU_OK && subjects >= count, "too few subjects");
    mou_buf_init(&file, NULL, (size_t)1 << 30);
    mou_buf_text(&file, "主体,处罚文号,处罚种类,罚款金额,处罚日期\n");
    for (unsigned long i = 0; i < count; i++) {
        const uint64_t subject = 1 + (i * (subjects / count) + round * 37) % subjects;
        mou_buf_printf(&file, "%08" PRIu64 ",%" PRIu64 "-c%lu,罚款,150000.00,2025-11-03\n", subject, subject, round);
    }
    pass_require(!file.failed && mou_store_import(worker->kept, file.data, file.len, &options, &result) == MOU_OK, mou_store_message(worker->kept));
    pass_require(result.added == count, "not all rows were taken");
    mou_buf_free(&file);
}

/* ---------------------------------------------------------- the same rows by hand */

static void run_text(sqlite3 *database, const char *sql)
{
    pass_require(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(database));
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    pass_require(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(database));
    return statement;
}

/** Tables and indexes of what runs write, without the triggers. */
static void make_tables(sqlite3 *from, sqlite3 *into)
{
    sqlite3_stmt *schema = prepare(from, "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('decision', 'decision_status', 'decision_step', 'lasting', 'wake') AND type IN ('table', 'index') "
                                         "AND sql IS NOT NULL ORDER BY type DESC");
    while (sqlite3_step(schema) == SQLITE_ROW) {
        run_text(into, (const char *)sqlite3_column_text(schema, 0));
    }
    sqlite3_finalize(schema);
}

#define ROWS_AT_ONCE 1024u

/** The next rows, kept in memory: how many. */
static size_t read_rows(sqlite3_stmt *rows, sqlite3_value **values)
{
    const size_t columns = (size_t)sqlite3_column_count(rows);
    size_t count = 0;
    for (; count < ROWS_AT_ONCE && sqlite3_step(rows) == SQLITE_ROW; count++) {
        for (size_t i = 0; i < columns; i++) {
            values[count * columns + i] = sqlite3_value_dup(sqlite3_column_value(rows, (int)i));
            pass_require(values[count * columns + i] != NULL, "out of memory");
        }
    }
    return count;
}

static void write_rows(sqlite3_stmt *add, sqlite3_value *const *values, size_t count)
{
    const size_t columns = (size_t)sqlite3_bind_parameter_count(add);
    for (size_t row = 0; row < count; row++) {
        for (size_t i = 0; i < columns; i++) {
            pass_require(sqlite3_bind_value(add, (int)i + 1, values[row * columns + i]) == SQLITE_OK, "cannot bind");
        }
        pass_require(sqlite3_step(add) == SQLITE_DONE && sqlite3_reset(add) == SQLITE_OK, "cannot insert");
    }
}

/** What passes between the two does not count: a program of one's own has its rows at hand. */
static void leave_out(struct worker *worker, int64_t begin, int64_t used)
{
    worker->less_ns += pass_clock(CLOCK_MONOTONIC) - begin;
    worker->less_cpu += pass_clock(CLOCK_PROCESS_CPUTIME_ID) - used;
}

/** Rows are read, which does not count, and written in turns. */
static uint64_t copy_rows(struct worker *worker, sqlite3_stmt *rows, sqlite3_stmt *add)
{
    const size_t columns = (size_t)sqlite3_column_count(rows);
    sqlite3_value **values = calloc(ROWS_AT_ONCE * columns, sizeof *values);
    uint64_t written = 0;
    pass_require(values != NULL, "out of memory");
    for (size_t count = ROWS_AT_ONCE; count == ROWS_AT_ONCE; written += count) {
        int64_t begin = pass_clock(CLOCK_MONOTONIC);
        int64_t used = pass_clock(CLOCK_PROCESS_CPUTIME_ID);
        count = read_rows(rows, values);
        leave_out(worker, begin, used);
        write_rows(add, values, count);
        begin = pass_clock(CLOCK_MONOTONIC);
        used = pass_clock(CLOCK_PROCESS_CPUTIME_ID);
        for (size_t i = 0; i < count * columns; i++) {
            sqlite3_value_free(values[i]);
        }
        leave_out(worker, begin, used);
    }
    free(values);
    return written;
}

static uint64_t copy_table(struct worker *worker, sqlite3 *from, sqlite3 *into, const char *name)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", name);
    sqlite3_stmt *rows = prepare(from, sql);
    size_t at = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(?1", name);
    for (int i = 1; i < sqlite3_column_count(rows); i++) {
        at += (size_t)snprintf(sql + at, sizeof sql - at, ", ?%d", i + 1);
    }
    (void)snprintf(sql + at, sizeof sql - at, ")");
    sqlite3_stmt *add = prepare(into, sql);
    const uint64_t count = copy_rows(worker, rows, add);
    sqlite3_finalize(rows);
    sqlite3_finalize(add);
    return count;
}

/** PATH: what the store's run wrote, by prepared statements in one transaction into a new database with the same tables and indexes, as durable. */
void pass_work_bulk(struct worker *worker, const char *argument)
{
    static const char *const tables[] = {"decision", "decision_status", "decision_step", "lasting", "wake"};
    char path[PASS_LINE_MAX + 16];
    sqlite3 *from = NULL;
    sqlite3 *into = NULL;
    pass_close_kept(worker);
    (void)snprintf(path, sizeof path, "%s-bulk", argument);
    (void)remove(path);
    pass_require(sqlite3_open_v2(argument, &from, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK && sqlite3_open(path, &into) == SQLITE_OK, path);
    run_text(into, "PRAGMA journal_mode = WAL");
    run_text(into, "PRAGMA synchronous = FULL");
    run_text(into, "PRAGMA cache_size = -65536");
    run_text(into, "BEGIN");
    make_tables(from, into);
    uint64_t count = 0;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        count += copy_table(worker, from, into, tables[i]);
    }
    run_text(into, "COMMIT");
    pass_require(count > 0, "the store has no decisions");
    pass_require(sqlite3_close(from) == SQLITE_OK && sqlite3_close(into) == SQLITE_OK, "a database stays open");
    (void)remove(path);
}

/* ---------------------------------------------------------- subjects one by one */

static enum mou_status take_outcome(void *state, const struct mou_decision *decision)
{
    ((char *)state)[decision->rule] = (char)('0' + decision->outcome);
    return MOU_OK;
}

static void by_hand(const struct worker *worker, uint32_t subject, char digits[PASS_MEASURES])
{
    struct pass_counts counts = {{{0}}};
    pass_scalar(&worker->data, &worker->days, subject, subject + 1, &counts);
    for (int m = 0; m < PASS_MEASURES; m++) {
        digits[m] = '4';
        for (int outcome = 0; outcome < PASS_OUTCOMES; outcome++) {
            digits[m] = counts.of[m][outcome] > 0 ? (char)('0' + outcome) : digits[m];
        }
    }
}

/** COUNT: evenly spaced subjects, read from the store and judged by the machine; the program by hand must say the same of each. */
void pass_work_sample(struct worker *worker, const char *argument)
{
    const struct mou_run_options options = {.as_of = worker->today, .count_only = true};
    const uint32_t count = (uint32_t)strtoul(argument, NULL, 10);
    const uint32_t step = count > 0 && worker->data.subject_count > count ? worker->data.subject_count / count : 1;
    struct mou_machine *machine = NULL;
    struct mou_batch_builder *builder = mou_batch_builder_new(mou_store_pack(worker->store), NULL);
    size_t at = 0;
    worker->outcomes = realloc(worker->outcomes, (size_t)(count + 1) * (PASS_MEASURES + 1));
    pass_require(worker->outcomes != NULL && builder != NULL && mou_machine_new(mou_store_pack(worker->store), NULL, &machine) == MOU_OK, "out of memory");
    for (uint32_t i = 0; i < count && i * step < worker->data.subject_count; i++) {
        char identifier[16];
        char digits[PASS_MEASURES];
        const struct mou_batch *batch = NULL;
        const struct mou_decision_sink sink = {.state = worker->outcomes + at, .decision = take_outcome};
        bool found = false;
        (void)snprintf(identifier, sizeof identifier, "%08" PRIu32, 1 + i * step);
        pass_require(mou_store_read_subject(worker->store, MOU_TIME_NOW, mou_text_of(identifier), builder, &batch, &found) == MOU_OK && found, identifier);
        memset(worker->outcomes + at, '4', PASS_MEASURES);
        pass_require(mou_machine_run(machine, batch, &options, &sink) == MOU_OK, identifier);
        by_hand(worker, i * step, digits);
        pass_require(memcmp(digits, worker->outcomes + at, PASS_MEASURES) == 0, identifier);
        at += PASS_MEASURES;
        worker->outcomes[at++] = ' ';
    }
    worker->outcomes[at > 0 ? at - 1 : 0] = '\0';
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
}
