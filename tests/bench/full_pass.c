/*
 * A full pass over a store, timed part by part: a bare scan of the columns that the rules look at, the snapshot made of them, outcomes counted from
 * it on one and on several threads; and, against these, batches read from the tables for the first subjects. Called by full_pass.py.
 *
 *   full_pass STORE DATE ROUNDS THREADS SUBJECTS    prints NAME<TAB>ROUND<TAB>NANOSECONDS, after outcomes agree
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "count.h"

/** Outcomes of all measures together. */
struct tally {
    uint64_t outcomes[4];
    uint64_t subjects;
};

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "full_pass: %s\n", what);
        exit(1);
    }
}

static int64_t now(void)
{
    struct timespec at;
    require(clock_gettime(CLOCK_MONOTONIC, &at) == 0, "no clock");
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* ---------------------------------------------------------- a bare scan */

/** Steps through one statement and reads its cells, as any program in C would have to. */
static int64_t step_through(sqlite3_stmt *statement, uint64_t *rows)
{
    int64_t sum = 0;
    const int columns = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            sum += sqlite3_column_type(statement, i) == SQLITE_TEXT ? sqlite3_column_bytes(statement, i) : sqlite3_column_int64(statement, i);
        }
        ++*rows;
    }
    return sum;
}

static uint64_t scan_table(struct mou_store *store, uint32_t table, uint32_t field_count, uint32_t kind_count)
{
    const struct mou_pack *pack = mou_store_pack(store);
    bool *kept = calloc((size_t)field_count + 1, sizeof *kept);
    uint64_t rows = 0;
    bool any = false;
    require(kept != NULL, "out of memory");
    for (uint32_t i = 0; i < field_count; i++) {
        kept[i] = table < kind_count ? mou_pack_reads_attribute(pack, table, i) : mou_pack_reads_field(pack, table - kind_count, i);
        any = any || kept[i];
    }
    if (table < kind_count ? any : mou_pack_reads_record(pack, table - kind_count)) {
        sqlite3_stmt *statement = mou_schema_scan(store, table, kept);
        require(statement != NULL, mou_store_message(store));
        sqlite3_bind_int64(statement, 1, MOU_TIME_NOW);
        (void)step_through(statement, &rows);
        sqlite3_finalize(statement);
    }
    free(kept);
    return rows;
}

static uint64_t scan_fixed(struct mou_store *store, enum mou_statement id)
{
    uint64_t rows = 0;
    sqlite3_stmt *statement = mou_store_statement(store, id);
    require(statement != NULL, mou_store_message(store));
    sqlite3_bind_int64(statement, 1, MOU_TIME_NOW);
    (void)step_through(statement, &rows);
    sqlite3_reset(statement);
    return rows;
}

static uint64_t bare_scan(struct mou_store *store)
{
    const struct mou_pack *pack = mou_store_pack(store);
    const uint32_t kinds = mou_pack_kind_count(pack);
    uint64_t rows = scan_fixed(store, MOU_SQL_SUBJECTS_ALL) + scan_fixed(store, MOU_SQL_RELATIONS_ALL) + scan_fixed(store, MOU_SQL_OBJECTIONS_ALL);
    for (uint32_t i = 0; i < kinds + mou_pack_record_count(pack); i++) {
        const uint32_t fields = i < kinds ? mou_pack_attribute_count(pack, i) : mou_pack_record(pack, i - kinds).field_count;
        rows += scan_table(store, i, fields, kinds);
    }
    return rows;
}

/* ---------------------------------------------------------- passes */

static struct tally count_snapshot(struct mou_store *store, const struct mou_snapshot *snapshot, mou_date as_of, uint32_t threads)
{
    const uint32_t measures = mou_pack_measure_count(mou_store_pack(store));
    struct mou_run_count *counts = calloc((size_t)measures + 1, sizeof *counts);
    struct mou_run_result result = {.counts = counts, .count_len = measures};
    const struct mou_count_request request = {.as_of = as_of, .threads = threads};
    struct tally tally = {{0}, 0};
    require(counts != NULL && mou_count_outcomes(snapshot, &request, &result) == MOU_OK, "counting fails");
    for (uint32_t i = 0; i < measures; i++) {
        for (int outcome = 0; outcome < 4; outcome++) {
            tally.outcomes[outcome] += counts[i].outcomes[outcome];
        }
    }
    tally.subjects = result.subjects;
    free(counts);
    return tally;
}

static enum mou_status take(void *state, const struct mou_decision *decision)
{
    ((struct tally *)state)->outcomes[decision->outcome]++;
    return MOU_OK;
}

/** Batches out of the tables, up to `limit` subjects. */
static struct tally count_tables(struct mou_store *store, mou_date as_of, uint64_t limit)
{
    struct tally tally = {{0}, 0};
    struct mou_machine *machine = NULL;
    struct mou_batch_builder *builder = mou_batch_builder_new(mou_store_pack(store), NULL);
    const struct mou_run_options options = {.as_of = as_of, .count_only = true};
    const struct mou_decision_sink sink = {.state = &tally, .decision = take};
    char after[256] = "";
    uint32_t count = 1;
    require(builder != NULL && mou_machine_new(mou_store_pack(store), NULL, &machine) == MOU_OK, "out of memory");
    while (count > 0 && tally.subjects < limit) {
        const struct mou_batch *batch = NULL;
        require(mou_store_read_batch(store, MOU_TIME_NOW, mou_text_of(after), MOU_BATCH_SUBJECTS, builder, &batch, &count) == MOU_OK, mou_store_message(store));
        if (count > 0) {
            const struct mou_text last = batch->subject_id[count - 1];
            require(last.len < sizeof after && mou_machine_run(machine, batch, &options, &sink) == MOU_OK, "a batch fails");
            memcpy(after, last.bytes, last.len);
            after[last.len] = '\0';
            tally.subjects += count;
        }
    }
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    return tally;
}

static bool same(const struct tally *a, const struct tally *b)
{
    return a->subjects == b->subjects && memcmp(a->outcomes, b->outcomes, sizeof a->outcomes) == 0;
}

static void check(struct mou_store *store, mou_date as_of, uint32_t threads)
{
    struct mou_snapshot *snapshot = NULL;
    require(mou_snapshot_read(store, MOU_TIME_NOW, MOU_SNAPSHOT_COUNT, &snapshot) == MOU_OK, mou_store_message(store));
    const struct tally tables = count_tables(store, as_of, UINT64_MAX);
    const struct tally one = count_snapshot(store, snapshot, as_of, 1);
    const struct tally many = count_snapshot(store, snapshot, as_of, threads);
    mou_snapshot_free(snapshot);
    require(same(&tables, &one) && same(&tables, &many), "the ways of counting do not agree");
    printf("subjects\t0\t%llu\nrows\t0\t%llu\n", (unsigned long long)tables.subjects, (unsigned long long)bare_scan(store));
}

static void measure(struct mou_store *store, mou_date as_of, long round, uint32_t threads, uint64_t subjects)
{
    struct mou_snapshot *snapshot = NULL;
    int64_t times[7];
    times[0] = now();
    (void)bare_scan(store);
    times[1] = now();
    require(mou_snapshot_read(store, MOU_TIME_NOW, MOU_SNAPSHOT_COUNT, &snapshot) == MOU_OK, mou_store_message(store));
    times[2] = now();
    (void)count_snapshot(store, snapshot, as_of, 1);
    times[3] = now();
    (void)count_snapshot(store, snapshot, as_of, threads);
    times[4] = now();
    mou_snapshot_free(snapshot);
    times[5] = now();
    (void)count_tables(store, as_of, subjects);
    times[6] = now();
    static const char *const names[] = {"scan", "snapshot", "count", "count threads", "", "tables"};
    for (int i = 0; i < 6; i++) {
        if (names[i][0] != '\0') {
            printf("%s\t%ld\t%lld\n", names[i], round, (long long)(times[i + 1] - times[i]));
        }
    }
}

int main(int argc, char **argv)
{
    struct mou_store *store = NULL;
    mou_date as_of = 0;
    require(argc == 6, "usage: full_pass STORE DATE ROUNDS THREADS SUBJECTS");
    require(mou_date_parse(mou_text_of(argv[2]), &as_of), "not a date");
    const long rounds = strtol(argv[3], NULL, 10);
    const unsigned long threads = strtoul(argv[4], NULL, 10);
    const unsigned long long subjects = strtoull(argv[5], NULL, 10);
    require(threads >= 1 && threads <= MOU_COUNT_THREADS_MAX, "no such number of threads");
    require(mou_store_open(argv[1], MOU_LANG_EN, &store, NULL) == MOU_OK, "cannot open the store");
    require(mou_store_execute(store, "BEGIN") == MOU_OK, "cannot read");
    check(store, as_of, (uint32_t)threads);
    for (long round = 1; round <= rounds; round++) {
        measure(store, as_of, round, (uint32_t)threads, subjects);
    }
    mou_store_close(store);
    return 0;
}
