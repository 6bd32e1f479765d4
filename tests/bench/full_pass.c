/*
 * A full pass over a store, timed part by part: a bare scan of the columns that the rules look at, the snapshot made of them, outcomes counted from
 * it on one and on several threads; and, against these, batches read from the tables for the first subjects. Called by full_pass.py.
 *
 *   full_pass STORE DATE ROUNDS THREADS SUBJECTS    prints NAME, ROUND, NANOSECONDS elapsed, of processors; after outcomes agree
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

/** Elapsed time, and processor time of the whole process: on a machine that does other work, too, the second one says more. */
struct moment {
    int64_t elapsed, used;
};

static int64_t clock_now(clockid_t clock)
{
    struct timespec at;
    require(clock_gettime(clock, &at) == 0, "no clock");
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static struct moment now(void)
{
    return (struct moment){clock_now(CLOCK_MONOTONIC), clock_now(CLOCK_PROCESS_CPUTIME_ID)};
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

#define COLUMNS_MAX 512

/** A table's columns, as a program that needs no more than they would ask for them. */
struct wanted {
    struct mou_scan_column columns[COLUMNS_MAX];
    uint32_t count;
};

static void want(struct wanted *wanted, struct mou_text name, bool is_text)
{
    require(wanted->count < COLUMNS_MAX, "too many columns");
    wanted->columns[wanted->count++] = (struct mou_scan_column){name, is_text};
}

static uint64_t scan(struct mou_store *store, const char *prefix, struct mou_text name, const struct wanted *wanted, const char *known_from, const char *known_until)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_buf full;
    struct mou_scan_plan plan;
    uint64_t rows = 0;
    mou_buf_init(&full, NULL, 65536);
    mou_buf_text(&full, prefix);
    mou_buf_append(&full, name.bytes, name.len);
    const struct mou_scan_table table = {{full.data, full.len}, wanted->columns, wanted->count, known_from, known_until};
    require(arena != NULL && mou_scan_plan_make(store, &table, arena, &plan) == MOU_OK && plan.exists, mou_store_message(store));
    sqlite3_stmt *statement = mou_scan_statement(store, &plan, false);
    require(statement != NULL, mou_store_message(store));
    sqlite3_bind_int64(statement, 1, MOU_TIME_NOW);
    (void)step_through(statement, &rows);
    sqlite3_finalize(statement);
    mou_buf_free(&full);
    mou_arena_free(arena);
    return rows;
}

static uint64_t scan_vocabulary(struct mou_store *store, uint32_t table)
{
    const struct mou_pack *pack = mou_store_pack(store);
    const uint32_t kinds = mou_pack_kind_count(pack);
    const bool is_kind = table < kinds;
    const struct mou_record_info info = is_kind ? (struct mou_record_info){.parent = UINT32_MAX, .field_count = mou_pack_attribute_count(pack, table)}
                                                : mou_pack_record(pack, table - kinds);
    struct wanted wanted = {.count = 0};
    bool any = !is_kind && mou_pack_reads_record(pack, table - kinds);
    want(&wanted, MOU_TEXT("#subject"), false);
    if (info.parent != UINT32_MAX) {
        want(&wanted, MOU_TEXT("#parent"), false);
    }
    for (uint32_t i = 0; i < info.field_count; i++) {
        const struct mou_field_info field = is_kind ? mou_pack_attribute(pack, table, i) : mou_pack_field(pack, table - kinds, i);
        if (is_kind ? mou_pack_reads_attribute(pack, table, i) : mou_pack_reads_field(pack, table - kinds, i)) {
            want(&wanted, field.name, field.type == MOU_VALUE_TEXT);
            any = true;
        }
    }
    return any ? scan(store, is_kind ? "主体_" : "记录_", is_kind ? mou_pack_kind_name(pack, table) : info.name, &wanted, "#known_from", "#known_until") : 0;
}

static uint64_t bare_scan(struct mou_store *store)
{
    const struct mou_pack *pack = mou_store_pack(store);
    struct wanted subjects = {.count = 0};
    struct wanted relations = {.count = 0};
    want(&subjects, MOU_TEXT("id"), false);
    want(&subjects, MOU_TEXT("identifier"), true);
    want(&subjects, MOU_TEXT("kind"), true);
    want(&relations, MOU_TEXT("relation"), true);
    want(&relations, MOU_TEXT("from_subject"), false);
    want(&relations, MOU_TEXT("to_subject"), false);
    want(&relations, MOU_TEXT("since"), false);
    want(&relations, MOU_TEXT("until"), false);
    want(&relations, MOU_TEXT("fields"), true);
    uint64_t rows = scan(store, "", MOU_TEXT("subject"), &subjects, "known_from", NULL) +
                    scan(store, "", MOU_TEXT("relation"), &relations, "known_from", "known_until");
    for (uint32_t i = 0; i < mou_pack_kind_count(pack) + mou_pack_record_count(pack); i++) {
        rows += scan_vocabulary(store, i);
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

static struct mou_snapshot *read_snapshot(struct mou_store *store, enum mou_scan_way way, bool second_thread)
{
    const struct mou_snapshot_request request = {.known_at = MOU_TIME_NOW, .purpose = MOU_SNAPSHOT_COUNT, .way = way, .second_thread = second_thread};
    struct mou_snapshot *snapshot = NULL;
    require(mou_snapshot_read(store, &request, &snapshot) == MOU_OK, mou_store_message(store));
    return snapshot;
}

/** SUBJECTS 0: the ways of reading whole tables against each other only. */
static void check(struct mou_store *store, mou_date as_of, uint32_t threads, uint64_t subjects)
{
    struct tally tables = subjects > 0 ? count_tables(store, as_of, UINT64_MAX) : (struct tally){{0}, 0};
    for (int way = 0; way < 4; way++) {
        struct mou_snapshot *snapshot = read_snapshot(store, way % 2 == 0 ? MOU_SCAN_FASTEST : MOU_SCAN_STATEMENTS, way >= 2);
        if (way == 0 && subjects == 0) {
            tables = count_snapshot(store, snapshot, as_of, 1);
        }
        const struct tally one = count_snapshot(store, snapshot, as_of, 1);
        const struct tally many = count_snapshot(store, snapshot, as_of, threads);
        require(same(&tables, &one) && same(&tables, &many), "the ways of counting do not agree");
        require(way % 2 == 1 || snapshot->tables_by_statements == 0, "pages cannot be read: is the store open elsewhere?");
        mou_snapshot_free(snapshot);
    }
    printf("subjects\t0\t%llu\t0\nrows\t0\t%llu\t0\n", (unsigned long long)tables.subjects, (unsigned long long)bare_scan(store));
}

static void tell(const char *name, long round, struct moment begin)
{
    const struct moment end = now();
    printf("%s\t%ld\t%lld\t%lld\n", name, round, (long long)(end.elapsed - begin.elapsed), (long long)(end.used - begin.used));
}

static void measure_reading(struct mou_store *store, const char *name, long round, enum mou_scan_way way, bool second_thread)
{
    const struct moment begin = now();
    struct mou_snapshot *snapshot = read_snapshot(store, way, second_thread);
    tell(name, round, begin);
    mou_snapshot_free(snapshot);
}

/** Stored beside the store's own, under a name that nobody else uses, and taken from there again. */
static void measure_stored(struct mou_store *store, const struct mou_snapshot *snapshot, mou_date as_of, long round, uint32_t threads)
{
    const struct mou_pack *pack = mou_store_pack(store);
    struct mou_snapshot_key key;
    struct mou_buf path;
    mou_buf_init(&path, NULL, 65536);
    mou_buf_text(&path, sqlite3_db_filename(store->database, "main"));
    mou_buf_text(&path, "-measured");
    require(!path.failed && mou_snapshot_key_of_pack(pack, &key), "out of memory");
    struct moment begin = now();
    require(mou_snapshot_save(snapshot, &key, path.data), "the snapshot cannot be stored");
    tell("store", round, begin);
    begin = now();
    struct mou_snapshot *stored = mou_snapshot_load(pack, path.data, &key);
    require(stored != NULL, "the stored snapshot is not taken");
    tell("take", round, begin);
    begin = now();
    const struct tally one = count_snapshot(store, stored, as_of, 1);
    tell("count stored", round, begin);
    begin = now();
    const struct tally many = count_snapshot(store, stored, as_of, threads);
    tell("count stored threads", round, begin);
    require(same(&one, &many), "the ways of counting do not agree");
    mou_snapshot_free(stored);
    (void)remove(path.data);
    mou_buf_free(&path);
}

static void measure(struct mou_store *store, mou_date as_of, long round, uint32_t threads, uint64_t subjects)
{
    struct moment begin = now();
    (void)bare_scan(store);
    tell("scan", round, begin);
    measure_reading(store, "statements", round, MOU_SCAN_STATEMENTS, false);
    measure_reading(store, "statements threads", round, MOU_SCAN_STATEMENTS, true);
    measure_reading(store, "pages", round, MOU_SCAN_FASTEST, false);
    measure_reading(store, "pages threads", round, MOU_SCAN_FASTEST, true);
    struct mou_snapshot *snapshot = read_snapshot(store, MOU_SCAN_FASTEST, true);
    begin = now();
    (void)count_snapshot(store, snapshot, as_of, 1);
    tell("count", round, begin);
    begin = now();
    (void)count_snapshot(store, snapshot, as_of, threads);
    tell("count threads", round, begin);
    measure_stored(store, snapshot, as_of, round, threads);
    mou_snapshot_free(snapshot);
    if (subjects > 0) {
        begin = now();
        (void)count_tables(store, as_of, subjects);
        tell("tables", round, begin);
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
    check(store, as_of, (uint32_t)threads, subjects);
    for (long round = 1; round <= rounds; round++) {
        measure(store, as_of, round, (uint32_t)threads, subjects);
    }
    mou_store_close(store);
    return 0;
}
