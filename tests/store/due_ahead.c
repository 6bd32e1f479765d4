/*
 * A run that builds on the one before leaves the same rows on any number of threads, whatever becomes of the connection over which the second one reads ahead: where it cannot be
 * opened, breaks off at any place, or sees another state of the store, the first one reads. And it leaves the decisions of a run that looks at everybody.
 *
 *   due_ahead RULES SCRATCH          SCRATCH: folder for the stores
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "described.h"
#include "mou/compiler.h"

#define SUBJECTS 1300u
#define CHANGED 900u
#define NOW INT64_C(1735689600000)
#define TEXT_BYTES_MAX ((size_t)16 * 1024 * 1024)

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "due_ahead: %s\n", what);
        exit(1);
    }
}

/* ---------------------------------------------------------- what happens to connections that are opened */

/** What is done to the next connections, and what they did. The callbacks of SQLite have no other way to it. */
static struct {
    bool refuse;          /**< none can be opened */
    bool other_head;      /**< they see another head of the ledger */
    int break_off;        /**< they break off after so many questions; 0: they do not */
    bool awaited;         /**< the run does not go on before one reads, or has broken off */
    atomic_int opened;    /**< so many */
    atomic_int questions; /**< that the database asked them */
    atomic_int rows;      /**< statements over records that were begun */
} others;

static int go_on(void *state)
{
    (void)state;
    return ++others.questions == others.break_off;
}

static int count_statement(unsigned sort, void *state, void *statement, void *text)
{
    (void)sort;
    (void)state;
    (void)statement;
    others.rows += strstr(text, "记录_案") != NULL ? 1 : 0;
    return 0;
}

static int meet_connection(sqlite3 *database, const char **message, const struct sqlite3_api_routines *routines)
{
    (void)message;
    (void)routines;
    others.opened++;
    if (others.refuse) {
        return SQLITE_ERROR;
    }
    (void)sqlite3_trace_v2(database, SQLITE_TRACE_STMT, count_statement, NULL);
    if (others.break_off != 0) {
        sqlite3_progress_handler(database, 20, go_on, NULL);
    }
    return others.other_head ? sqlite3_exec(database, "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE meta(name, value); INSERT INTO temp.meta VALUES('ledger_head', '1 00')", NULL, NULL, NULL) : SQLITE_OK;
}

/* ---------------------------------------------------------- the stores */

static void put_path(char path[512], const char *folder, const char *name, const char *ending)
{
    (void)snprintf(path, 512, "%.400s/due-%s.db%s", folder, name, ending);
}

static void remove_store(const char *folder, const char *name)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char path[512];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        put_path(path, folder, name, endings[i]);
        (void)unlink(path);
    }
}

static struct mou_store *open_store(const char *folder, const char *name)
{
    struct mou_store *store = NULL;
    char path[512];
    put_path(path, folder, name, "");
    require(mou_store_open(path, MOU_LANG_EN, &store, NULL) == MOU_OK, "no store");
    return store;
}

/** Stores are closed, so that all of them is in one file. */
static void copy_store(const char *folder, const char *from, const char *to)
{
    char path[512];
    static char bytes[65536];
    size_t len = 0;
    remove_store(folder, to);
    put_path(path, folder, from, "");
    FILE *in = fopen(path, "rb");
    put_path(path, folder, to, "");
    FILE *out = fopen(path, "wb");
    require(in != NULL && out != NULL, "no copy");
    while ((len = fread(bytes, 1, sizeof bytes, in)) > 0) {
        require(fwrite(bytes, 1, len, out) == len, "no copy");
    }
    require(fclose(in) == 0 && fclose(out) == 0, "no copy");
}

static void import(struct mou_store *store, enum mou_import_target target, struct mou_buf *file, mou_time now, uint64_t least)
{
    struct mou_import_result result;
    const struct mou_import_options options = {.target = target, .record = MOU_TEXT("案"), .format = MOU_IMPORT_CSV, .file_name = MOU_TEXT("f"), .source = MOU_TEXT("s"),
                                               .now = now, .known_at = MOU_TIME_NOW};
    require(!file->failed && mou_store_import(store, file->data, file->len, &options, &result) == MOU_OK, mou_store_message(store));
    require(result.added >= least && result.quarantined == 0, "rows are refused");
    mou_buf_clear(file);
}

/** Identifiers are not in the order in which subjects came. */
static unsigned identifier_of(unsigned number)
{
    return number * 911u % SUBJECTS;
}

static void put_subjects(struct mou_buf *out, unsigned first, unsigned count)
{
    mou_buf_text(out, "标识,主体类别,规模\n");
    for (unsigned i = first; i < first + count; i++) {
        mou_buf_printf(out, "U%04u,单位,%u\n", identifier_of(i), i % 7);
    }
}

/** Most get one or two records more, a hundred new subjects among them; of some an earlier record is corrected. */
static void put_records(struct mou_buf *out, unsigned count, unsigned round)
{
    mou_buf_text(out, "主体,文号,作出日,款额\n");
    for (unsigned i = 0; i < count; i++) {
        const unsigned subject = identifier_of((i + round * 400) % SUBJECTS);
        const unsigned again = round > 0 && i % 9 == 0 ? round - 1 : round; /* a record that there is already says something else now */
        mou_buf_printf(out, "U%04u,k%u-%u,2024-0%u-1%u,%u.00\n", subject, subject, again, 1 + (i + round) % 3, i % 10, 50 + (i * 37 + round * 150) % 400);
        if (i % 4 == 0) {
            mou_buf_printf(out, "U%04u,m%u-%u,2023-1%u-05,%u.00\n", subject, subject, round, i % 3, 100 + i % 200);
        }
    }
}

static mou_date day(int month, int date)
{
    mou_date found = 0;
    require(mou_date_from_civil((struct mou_civil){2024, month, date}, &found), "no such day");
    return found;
}

static void await_reading(void)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; others.awaited && others.rows == 0 && (others.break_off == 0 || others.questions < others.break_off) && i < 20000; i++) {
        (void)nanosleep(&moment, NULL);
    }
}

struct watched {
    uint64_t calls, calls_max; /**< 0: as many as there are */
};

static bool watch(void *state, uint64_t done, uint64_t total)
{
    struct watched *watched = state;
    await_reading();
    require(done <= total, "more than there are");
    return watched->calls_max == 0 || ++watched->calls <= watched->calls_max;
}

static enum mou_status run(struct mou_store *store, uint32_t threads, bool full, uint64_t stop, struct mou_run_result *result)
{
    struct watched watched = {.calls_max = stop};
    const struct mou_run_request request = {.as_of = day(3, 25), .known_at = MOU_TIME_NOW, .now = NOW + 3000, .store_results = true, .full = full, .threads = threads,
                                            .progress = watch, .progress_state = &watched};
    return mou_store_run(store, &request, result);
}

/** A store with a run, and what changed since. */
static void make_store(const char *folder, const unsigned char *pack, size_t len)
{
    char path[512];
    struct mou_buf file;
    struct mou_run_result result;
    remove_store(folder, "base");
    put_path(path, folder, "base", "");
    mou_buf_init(&file, NULL, TEXT_BYTES_MAX);
    require(mou_store_init(path, pack, len, NOW, MOU_LANG_EN, NULL) == MOU_OK, "no store");
    struct mou_store *store = open_store(folder, "base");
    put_subjects(&file, 0, SUBJECTS - 100);
    import(store, MOU_IMPORT_SUBJECTS, &file, NOW, SUBJECTS - 100);
    put_records(&file, SUBJECTS - 100, 0);
    import(store, MOU_IMPORT_RECORDS, &file, NOW, SUBJECTS - 100);
    const struct mou_run_request request = {.as_of = day(3, 20), .known_at = MOU_TIME_NOW, .now = NOW + 1000, .store_results = true};
    require(mou_store_run(store, &request, &result) == MOU_OK && result.opened > SUBJECTS / 4, "no first run");
    put_subjects(&file, SUBJECTS - 100, 100);
    import(store, MOU_IMPORT_SUBJECTS, &file, NOW + 2000, 100);
    put_records(&file, CHANGED, 1);
    import(store, MOU_IMPORT_RECORDS, &file, NOW + 2000, CHANGED);
    mou_store_close(store);
    mou_buf_free(&file);
}

/* ---------------------------------------------------------- what is in a store */

static void print_problem(void *state, const char *text)
{
    (void)state;
    (void)fprintf(stderr, "  %s\n", text);
}

/** What a run leaves, but for salts and what hashes them. */
static void describe_rows(struct mou_store *store, struct mou_buf *out)
{
    static const char *const tables[] = {"decision", "decision_status", "decision_step", "lasting", "wake", "standing_count"};
    char sql[64];
    const struct mou_verify_request request = {.problem = print_problem};
    struct mou_verify_result verified;
    mou_buf_clear(out);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2", tables[i]);
        require(describe(store, sql, out), "the store cannot be read");
    }
    require(describe(store, "SELECT id, as_of, subjects, decisions, opened, changed, closed, hex(result_hash) FROM run ORDER BY id", out), "the store cannot be read");
    require(!out->failed && mou_store_verify(store, &request, &verified) == MOU_OK && verified.problems == 0, "the store does not verify");
}

/** One run on a copy of the base, and what it leaves. */
static void run_copy(const char *folder, uint32_t threads, struct mou_buf *out)
{
    struct mou_run_result result;
    copy_store(folder, "base", "copy");
    struct mou_store *store = open_store(folder, "copy");
    (void)sqlite3_auto_extension((void (*)(void))meet_connection);
    others.opened = 0;
    others.questions = 0;
    others.rows = 0;
    require(run(store, threads, false, 0, &result) == MOU_OK, mou_store_message(store));
    sqlite3_reset_auto_extension();
    require(result.incremental && result.evaluated > CHANGED / 2 && result.opened > 100 && result.changed > 50 && result.closed > 10 && *mou_store_message(store) == '\0',
            "the run found nothing");
    describe_rows(store, out);
    mou_store_close(store);
}

/* ---------------------------------------------------------- tests */

static void demand_same(const struct mou_buf *a, const struct mou_buf *b, const char *what)
{
    require(a->len > 10000 && a->len == b->len && memcmp(a->data, b->data, a->len) == 0, what);
}

static void any_threads(const char *folder, struct mou_buf *wanted, struct mou_buf *found)
{
    run_copy(folder, 1, wanted);
    require(others.opened == 0, "one thread opens two connections");
    others.awaited = true;
    for (uint32_t threads = 2; threads < 6; threads += 2) {
        run_copy(folder, threads, found);
        require(others.opened == 1 && others.rows > 0, "nobody reads ahead");
        demand_same(wanted, found, "the number of threads shows");
    }
}

static void broken_connections(const char *folder, const struct mou_buf *wanted, struct mou_buf *found)
{
    bool broken = true;
    others.awaited = false;
    others.refuse = true;
    run_copy(folder, 2, found);
    require(others.opened == 1 && others.rows == 0, "a connection is there that could not be opened");
    demand_same(wanted, found, "a connection that cannot be opened shows");
    others.refuse = false;
    others.other_head = true;
    run_copy(folder, 2, found);
    require(others.opened == 1 && others.rows == 0, "another state of the store is read");
    demand_same(wanted, found, "a connection to another state shows");
    others.other_head = false;
    others.awaited = true;
    for (int at = 1; broken; at += 1 + at / 3) {
        others.break_off = at;
        run_copy(folder, 2, found);
        demand_same(wanted, found, "a connection that breaks off shows");
        broken = others.questions >= at;
    }
    require(others.break_off > 100, "nothing was broken off");
    others.break_off = 0;
    others.awaited = false;
}

/** The file has got another name: what has the old one is not the store. */
static void moved_store(const char *folder, const struct mou_buf *wanted, struct mou_buf *found)
{
    struct mou_run_result result;
    char path[512];
    char elsewhere[512];
    copy_store(folder, "base", "copy");
    struct mou_store *store = open_store(folder, "copy");
    put_path(path, folder, "copy", "");
    put_path(elsewhere, folder, "moved", "");
    require(rename(path, elsewhere) == 0, "no other name");
    (void)sqlite3_auto_extension((void (*)(void))meet_connection);
    others.opened = 0;
    require(run(store, 2, false, 0, &result) == MOU_OK && others.opened == 0, "a file that was moved is opened again");
    sqlite3_reset_auto_extension();
    describe_rows(store, found);
    demand_same(wanted, found, "a file that was moved shows");
    mou_store_close(store);
    remove_store(folder, "moved");
}

/** Stopped behind any batch the store is as before, and the next run leaves what it would have left. */
static void stopped_runs(const char *folder, const struct mou_buf *wanted, struct mou_buf *found)
{
    struct mou_run_result result;
    copy_store(folder, "base", "copy");
    struct mou_store *store = open_store(folder, "copy");
    uint64_t stops = 0;
    while (run(store, 2, false, stops + 1, &result) != MOU_OK) {
        require(strcmp(mou_store_message(store), "stopped; the database is as before") == 0, mou_store_message(store));
        stops++;
    }
    require(stops > 3, "nothing was stopped");
    describe_rows(store, found);
    demand_same(wanted, found, "a run that was stopped shows");
    mou_store_close(store);
}

static bool take_line(void *state, struct mou_text line)
{
    mou_buf_append(state, line.bytes, line.len);
    mou_buf_char(state, '\n');
    return true;
}

static void full_run(const char *folder)
{
    struct mou_run_result result;
    struct mou_buf lines[2];
    for (int i = 0; i < 2; i++) {
        mou_buf_init(&lines[i], NULL, TEXT_BYTES_MAX);
        copy_store(folder, "base", "copy");
        struct mou_store *store = open_store(folder, "copy");
        require(run(store, 2, i == 1, 0, &result) == MOU_OK && mou_store_decisions(store, take_line, &lines[i]) == MOU_OK, mou_store_message(store));
        const size_t decisions = lines[i].len;
        require(describe(store, "SELECT d.subject, d.rule_key, p.event, p.state, p.day, p.due FROM decision_step p JOIN decision d ON d.id = p.decision WHERE p.due IS NOT NULL ORDER BY 1, 2, p.id", &lines[i]),
                "the store cannot be read");
        require(lines[i].len > decisions + 10000, "nobody has a deadline");
        mou_store_close(store);
    }
    demand_same(&lines[0], &lines[1], "a run of everybody finds something else");
    mou_buf_free(&lines[0]);
    mou_buf_free(&lines[1]);
}

int main(int argc, char **argv)
{
    static char rules[65536];
    struct mou_compilation *compilation = NULL;
    struct mou_buf wanted;
    struct mou_buf found;
    size_t len = 0;
    require(argc == 3, "usage: due_ahead RULES SCRATCH");
    FILE *file = fopen(argv[1], "rb");
    const struct mou_source source = {"due.mou", rules, file != NULL ? fread(rules, 1, sizeof rules, file) : 0};
    require(file != NULL && fclose(file) == 0 && mou_compile(&source, 1, NULL, &compilation) == MOU_OK, "the rules do not compile");
    const unsigned char *pack = mou_compilation_pack(compilation, &len);
    mou_buf_init(&wanted, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&found, NULL, TEXT_BYTES_MAX);
    make_store(argv[2], pack, len);
    any_threads(argv[2], &wanted, &found);
    broken_connections(argv[2], &wanted, &found);
    moved_store(argv[2], &wanted, &found);
    stopped_runs(argv[2], &wanted, &found);
    full_run(argv[2]);
    remove_store(argv[2], "base");
    remove_store(argv[2], "copy");
    mou_buf_free(&wanted);
    mou_buf_free(&found);
    mou_compilation_free(compilation);
    (void)printf("5 passed, 0 failed\n");
    return 0;
}
