/*
 * Rows that a thread of its own reads ahead are those that are read one by one: a large file against the same rows in small ones, cell by cell, with refused rows of all
 * kinds among them; and where reading fails, or is stopped, in the middle of a large file, nothing is stored, the reason is the reader's, and the connection is as before.
 *
 *   read_ahead RULES SCRATCH          SCRATCH: folder for the stores
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "described.h"
#include "mou/compiler.h"

#define ROWS 9000u
#define ROWS_OF_PIECE 500u
#define NOW INT64_C(1735689600000)

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "read_ahead: %s\n", what);
        exit(1);
    }
}

/* ---------------------------------------------------------- rows */

static const char header[] = "主体,文号,作出日,送达日,款额\n";

/**
 * A row by its number: most are fine, some are refused for what they say, for whose they are, or for a key that came before; quotes, long cells and blank lines are among
 * them. Keys come twice only within a piece: in another file the second row would be a correction.
 */
static void put_row(struct mou_buf *out, unsigned number)
{
    static const char *const wrong[] = {"U1,,2021-01-05,,1\n", "U1,w,2021-02-30,,1\n", "U9999,w,2021-01-05,,1\n", ",w,2021-01-05,,1\n", "U1,w,2021-01-05,,一元\n",
                                        "U1,w,2021-01-05\n", "\n"};
    if (number % 50 < sizeof wrong / sizeof wrong[0]) {
        mou_buf_text(out, wrong[number % 50]);
        return;
    }
    mou_buf_printf(out, "u%u,", number % 7);
    if (number % 11 == 0) {
        mou_buf_printf(out, "twice in %u", number / ROWS_OF_PIECE);
    } else {
        mou_buf_printf(out, number % 3 == 0 ? "\"k\"\"%u\"\"\n\"" : "k%u", number);
    }
    for (unsigned i = 0; number % 13 == 0 && i < 40; i++) {
        mou_buf_text(out, number % 3 == 0 ? "" : "某年某月某日");
    }
    mou_buf_printf(out, ",2021-0%u-11,２０２１-03-1%u,%u.50\n", 1 + number % 9, number % 9, number);
}

static struct mou_text rows_from(struct mou_buf *out, unsigned first, unsigned count)
{
    mou_buf_clear(out);
    mou_buf_text(out, header);
    for (unsigned i = first; i < first + count; i++) {
        put_row(out, i);
    }
    require(!out->failed, "out of memory");
    return (struct mou_text){out->data, out->len};
}

/* ---------------------------------------------------------- imports */

/** A file that can be read so often, and a caller that wants so many calls. */
struct delivery {
    struct mou_text text;
    unsigned reads, reads_max, calls, calls_max;
};

static bool read_bytes(void *state, uint64_t offset, void *bytes, size_t len)
{
    struct delivery *delivery = state;
    memcpy(bytes, delivery->text.bytes + offset, len);
    return delivery->reads_max == 0 || ++delivery->reads <= delivery->reads_max;
}

static bool go_on(void *state, uint64_t done, uint64_t total)
{
    struct delivery *delivery = state;
    require(done <= total, "further than the file is long");
    return delivery->calls_max == 0 || ++delivery->calls <= delivery->calls_max;
}

static enum mou_status import(struct mou_store *store, struct delivery *delivery, enum mou_import_target target, struct mou_import_result *result)
{
    const struct mou_import_options options = {.target = target, .record = MOU_TEXT("案"), .format = MOU_IMPORT_CSV, .file_name = MOU_TEXT("f"), .source = MOU_TEXT("s"),
                                               .now = NOW, .known_at = MOU_TIME_NOW, .progress = go_on, .progress_state = delivery};
    const struct mou_import_source source = {.size = delivery->text.len, .read = read_bytes, .state = delivery};
    return mou_store_import_source(store, &source, &options, result);
}

static struct mou_store *make_store(const char *folder, const char *name, const unsigned char *pack, size_t len)
{
    struct mou_store *store = NULL;
    struct mou_import_result result;
    struct delivery subjects = {.text = MOU_TEXT("标识,主体类别\nU0,单位\nU1,单位\nU2,单位\nU3,单位\nU4,单位\nU5,单位\nU6,单位\n")};
    static const char *const endings[] = {"", "-wal", "-shm"};
    char path[512];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        (void)snprintf(path, sizeof path, "%.400s/%s%s", folder, name, endings[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%.400s/%s", folder, name);
    require(mou_store_init(path, pack, len, NOW, MOU_LANG_EN, NULL) == MOU_OK && mou_store_open(path, MOU_LANG_EN, &store, NULL) == MOU_OK, "no store");
    require(import(store, &subjects, MOU_IMPORT_SUBJECTS, &result) == MOU_OK && result.added == 7, "no subjects");
    return store;
}

/* ---------------------------------------------------------- what is in a store */

static void describe_all(struct mou_store *store, struct mou_buf *out)
{
    mou_buf_clear(out);
    require(describe(store, "SELECT \"#version\", \"#subject\", \"#known_until\" IS NULL, 文号, 作出日, 送达日, 款额 FROM 记录_案 ORDER BY 1", out), "the store cannot be read");
    require(describe(store, "SELECT id, column, field, reason, raw FROM quarantine ORDER BY 1", out), "the store cannot be read");
    require(!out->failed, "out of memory");
}

static void print_problem(void *state, const char *text)
{
    (void)state;
    (void)fprintf(stderr, "  %s\n", text);
}

static void check_store(struct mou_store *store)
{
    const struct mou_verify_request request = {.problem = print_problem};
    struct mou_verify_result verified;
    int at_once = 0;
    require(mou_store_verify(store, &request, &verified) == MOU_OK && verified.problems == 0, "the store does not verify");
    require(sqlite3_db_config(store->database, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &at_once) == SQLITE_OK && at_once == 1, "the database does not look up what rows refer to");
}

/* ---------------------------------------------------------- tests */

static void agree(struct mou_store *whole, struct mou_store *pieces)
{
    struct mou_import_result of_whole;
    struct mou_import_result of_piece;
    struct mou_import_result sum = {.rows = 0};
    struct mou_buf text;
    struct mou_buf described[2];
    mou_buf_init(&text, NULL, 16777216);
    mou_buf_init(&described[0], NULL, 16777216);
    mou_buf_init(&described[1], NULL, 16777216);
    for (unsigned first = 0; first < ROWS; first += ROWS_OF_PIECE) {
        struct delivery piece = {.text = rows_from(&text, first, ROWS_OF_PIECE)};
        require(piece.text.len < 100000 && import(pieces, &piece, MOU_IMPORT_RECORDS, &of_piece) == MOU_OK, "a piece is refused");
        sum.rows += of_piece.rows;
        sum.quarantined += of_piece.quarantined;
    }
    struct delivery file = {.text = rows_from(&text, 0, ROWS)};
    require(file.text.len > 600000 && import(whole, &file, MOU_IMPORT_RECORDS, &of_whole) == MOU_OK, "the file is refused");
    describe_all(whole, &described[0]);
    describe_all(pieces, &described[1]);
    require(of_whole.rows == sum.rows && of_whole.quarantined > ROWS / 10, "rows are missing");
    require(sum.quarantined == of_whole.quarantined && described[0].len == described[1].len && memcmp(described[0].data, described[1].data, described[0].len) == 0,
            "the file at once is not the file in pieces");
    check_store(whole);
    check_store(pieces);
    require(import(whole, &file, MOU_IMPORT_RECORDS, &of_whole) == MOU_OK && of_whole.seen_before, "the same file is taken twice");
    mou_buf_free(&text);
    mou_buf_free(&described[0]);
    mou_buf_free(&described[1]);
}

/** Fails at every one of the places that are reached; returns how many there were. */
static unsigned fail_everywhere(struct mou_store *store, struct mou_text text, bool stop, const char *reason)
{
    struct mou_import_result result;
    unsigned failures = 0;
    for (unsigned i = 1; failures == i - 1; i++) {
        struct delivery delivery = {.text = text, .reads_max = stop ? 0 : i, .calls_max = stop ? i : 0};
        if (import(store, &delivery, MOU_IMPORT_RECORDS, &result) != MOU_OK) {
            require(strcmp(mou_store_message(store), reason) == 0, mou_store_message(store));
            check_store(store);
            failures++;
        }
    }
    return failures;
}

static void fail_midway(struct mou_store *stopped, struct mou_store *unread, struct mou_store *endless)
{
    struct mou_import_result result;
    struct mou_buf text;
    mou_buf_init(&text, NULL, (size_t)64 * 1024 * 1024);
    const struct mou_text rows = rows_from(&text, 0, ROWS);
    require(fail_everywhere(stopped, rows, true, "stopped; nothing was stored") > 20, "nothing was stopped");
    require(fail_everywhere(unread, rows, false, "the file cannot be read") > 20, "everything was read");
    mou_buf_text(&text, "U1,\"");
    for (unsigned i = 0; i < 17u * 1024 * 16; i++) {
        mou_buf_text(&text, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n");
    }
    struct delivery file = {.text = {text.data, text.len}};
    require(!text.failed && import(endless, &file, MOU_IMPORT_RECORDS, &result) == MOU_ERROR_DATA && strstr(mou_store_message(endless), "longer than 16 MB") != NULL,
            "a row without end is taken");
    check_store(endless);
    file.text = rows_from(&text, 0, ROWS);
    require(import(endless, &file, MOU_IMPORT_RECORDS, &result) == MOU_OK && result.added > 0 && !result.seen_before, "nothing can be imported afterwards");
    check_store(endless);
    mou_buf_free(&text);
}

int main(int argc, char **argv)
{
    static char rules[65536];
    struct mou_compilation *compilation = NULL;
    struct mou_store *stores[5];
    require(argc == 3, "usage: read_ahead RULES SCRATCH");
    FILE *file = fopen(argv[1], "rb");
    const struct mou_source source = {"histories.mou", rules, file != NULL ? fread(rules, 1, sizeof rules, file) : 0};
    require(file != NULL && fclose(file) == 0 && mou_compile(&source, 1, NULL, &compilation) == MOU_OK, "the rules do not compile");
    size_t len = 0;
    const unsigned char *pack = mou_compilation_pack(compilation, &len);
    for (int i = 0; i < 5; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "ahead-%d.db", i);
        stores[i] = make_store(argv[2], name, pack, len);
    }
    agree(stores[0], stores[1]);
    fail_midway(stores[2], stores[3], stores[4]);
    for (int i = 0; i < 5; i++) {
        mou_store_close(stores[i]);
    }
    mou_compilation_free(compilation);
    (void)printf("2 passed, 0 failed\n");
    return 0;
}
