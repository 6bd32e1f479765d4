/*
 * Every versioned table of a store read by its pages and by statements, record for record: the same cells, now and as known at earlier times; not by pages where
 * these need not be what the transaction sees; in the order of versions whatever the columns are called; on copies with bytes altered at random, never anything but the same cells or a refusal; and a refusal where a row
 * says that it is shorter than what its head says lies in it.
 *
 *   pages_agree STORE SCRATCH ALTERATIONS SEED
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table_scan.h"

#define FILE_BYTES_MAX ((long)256 * 1024 * 1024)

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "pages_agree: %s\n", what);
        exit(1);
    }
}

/** A table with all of its columns. */
struct table {
    struct mou_text name;
    struct mou_scan_column *columns;
    bool *is_text;
    uint32_t count;
    bool versioned;
};

static struct table describe(struct mou_store *store, struct mou_arena *arena, struct mou_text name, bool versioned)
{
    struct table table = {.name = name, .columns = MOU_NEW_ARRAY(arena, 256, struct mou_scan_column), .is_text = MOU_NEW_ARRAY(arena, 256, bool), .versioned = versioned};
    sqlite3_stmt *statement = mou_schema_columns(store, name);
    require(statement != NULL && table.columns != NULL && table.is_text != NULL, "a table cannot be described");
    while (sqlite3_step(statement) == SQLITE_ROW && table.count < 255) {
        const struct mou_text column = mou_store_column_text(statement, 1);
        const struct mou_text type = mou_store_column_text(statement, 2);
        table.is_text[table.count] = mou_text_equal(type, MOU_TEXT("TEXT"));
        table.columns[table.count++] = (struct mou_scan_column){{mou_arena_copy(arena, column.bytes, column.len), column.len}, mou_text_equal(type, MOU_TEXT("TEXT"))};
    }
    sqlite3_finalize(statement);
    table.columns[table.count] = (struct mou_scan_column){MOU_TEXT("没有这一列"), true};
    table.is_text[table.count++] = true;
    return table;
}

static bool read_table(struct mou_scan *scan, const struct table *table, const char *prefix, struct mou_arena *arena, struct mou_scan_rows *rows)
{
    char from[32];
    char until[32];
    (void)snprintf(from, sizeof from, "%sknown_from", prefix);
    (void)snprintf(until, sizeof until, "%sknown_until", prefix);
    const struct mou_scan_table wanted = {table->name, table->columns, table->count, from, table->versioned ? until : NULL};
    require(mou_scan_rows_init(rows, arena, table->count, table->is_text), "out of memory");
    return mou_scan_read(scan, &wanted, arena, rows) == MOU_OK;
}

static bool same_bytes(const struct mou_buf *a, const struct mou_buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static bool same_rows(const struct mou_scan_rows *a, const struct mou_scan_rows *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->column_count; i++) {
        const struct mou_scan_cells *x = &a->cells[i];
        const struct mou_scan_cells *y = &b->cells[i];
        same = x->gaps == y->gaps && x->width == y->width && same_bytes(&x->numbers, &y->numbers) && same_bytes(&x->bytes, &y->bytes) &&
               same_bytes(&x->unknown, &y->unknown);
    }
    return same;
}

/** What came of the comparison of one state. */
struct outcome {
    uint32_t by_pages, refused, failed, differing;
    uint32_t believed; /**< read by pages where statements fail */
    uint64_t rows;
};

static void compare_table(struct mou_store *store, const struct table *table, const char *prefix, mou_time known_at, struct outcome *outcome)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_scan fast;
    struct mou_scan plain;
    struct mou_scan_rows found;
    struct mou_scan_rows wanted;
    mou_scan_begin(&fast, store, known_at, MOU_SCAN_FASTEST);
    mou_scan_begin(&plain, store, known_at, MOU_SCAN_STATEMENTS);
    require(arena != NULL && plain.pages == NULL, "out of memory");
    const bool read_fast = read_table(&fast, table, prefix, arena, &found);
    const bool read_plain = read_table(&plain, table, prefix, arena, &wanted);
    outcome->by_pages += fast.by_pages;
    outcome->refused += fast.by_statements;
    outcome->failed += read_plain ? 0 : 1;
    outcome->believed += read_fast && !read_plain ? 1 : 0;
    outcome->differing += read_fast && read_plain && !same_rows(&found, &wanted) ? 1 : 0;
    outcome->rows += read_plain ? wanted.count : 0;
    mou_scan_rows_free(&found);
    mou_scan_rows_free(&wanted);
    mou_scan_end(&fast);
    mou_scan_end(&plain);
    mou_arena_free(arena);
}

/** All tables in one transaction. */
static struct outcome compare_state(struct mou_store *store, const char *begin, mou_time known_at)
{
    struct outcome outcome = {0};
    struct mou_arena *arena = mou_arena_new(NULL);
    MOU_VEC(struct mou_text) names = {0};
    require(arena != NULL, "out of memory");
    if (mou_store_execute(store, begin) == MOU_OK) {
        sqlite3_stmt *statement = mou_store_statement(store, MOU_SQL_VOCABULARY_TABLES);
        while (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
            const struct mou_text name = mou_store_column_text(statement, 0);
            const struct mou_text copy = {mou_arena_copy(arena, name.bytes, name.len), name.len};
            require(MOU_VEC_PUSH(arena, &names, copy), "out of memory");
        }
        sqlite3_reset(statement);
        for (size_t i = 0; i < names.count; i++) {
            const struct table table = describe(store, arena, names.items[i], true);
            compare_table(store, &table, "#", known_at, &outcome);
        }
        static const char *const fixed[] = {"subject", "relation", "objection"};
        for (size_t i = 0; i < 3; i++) {
            const struct table table = describe(store, arena, mou_text_of(fixed[i]), i > 0);
            compare_table(store, &table, "", known_at, &outcome);
        }
    }
    mou_store_rollback(store);
    mou_arena_free(arena);
    return outcome;
}

static struct mou_store *open_store(const char *path)
{
    struct mou_store *store = NULL;
    return mou_store_open_bare(path, MOU_LANG_EN, &store, NULL) == MOU_OK ? store : NULL;
}

static mou_time middle_time(struct mou_store *store)
{
    sqlite3_stmt *statement = mou_store_prepare(store, "SELECT known_at FROM import ORDER BY id LIMIT 1 OFFSET (SELECT count(*) / 2 FROM import)");
    require(statement != NULL && sqlite3_step(statement) == SQLITE_ROW, "the store has no imports");
    const mou_time time = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return time;
}

/** Sound stores: all tables by pages, all the same. */
static unsigned compare_sound(const char *path)
{
    struct mou_store *store = open_store(path);
    require(store != NULL, "cannot open the store");
    const mou_time times[] = {MOU_TIME_NOW, middle_time(store), 0};
    unsigned failed = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct outcome outcome = compare_state(store, "BEGIN", times[i]);
        require(i > 0 || outcome.rows > 1000, "the sample is too small to say anything");
        failed += outcome.refused > 0 || outcome.failed > 0 || outcome.differing > 0 || outcome.by_pages < 10 ? 1 : 0;
    }
    const struct outcome writing = compare_state(store, "BEGIN IMMEDIATE", MOU_TIME_NOW);
    failed += writing.by_pages > 0 || writing.differing > 0 ? 1 : 0;
    mou_store_close(store);
    return failed;
}

/* ---------------------------------------------------------- copies */

static unsigned char *read_file(const char *path, long *len)
{
    FILE *file = fopen(path, "rb");
    require(file != NULL && fseek(file, 0, SEEK_END) == 0, "cannot read the store");
    *len = ftell(file);
    require(*len > 0 && *len < FILE_BYTES_MAX && fseek(file, 0, SEEK_SET) == 0, "the store is too large");
    unsigned char *bytes = malloc((size_t)*len);
    require(bytes != NULL && fread(bytes, 1, (size_t)*len, file) == (size_t)*len && fclose(file) == 0, "cannot read the store");
    return bytes;
}

static void write_at(const char *path, const char *mode, long offset, const unsigned char *bytes, size_t len)
{
    FILE *file = fopen(path, mode);
    require(file != NULL && fseek(file, offset, SEEK_SET) == 0 && fwrite(bytes, 1, len, file) == len && fclose(file) == 0, "cannot write the copy");
}

/** While the log beside the file holds anything, pages must not be read; another program writes here. */
static unsigned compare_while_written(const char *path)
{
    struct mou_store *store = open_store(path);
    sqlite3 *other = NULL;
    require(store != NULL && sqlite3_open(path, &other) == SQLITE_OK, "cannot open the copy");
    require(sqlite3_exec(other, "INSERT INTO meta VALUES('probe', '1')", NULL, NULL, NULL) == SQLITE_OK, "cannot write the copy");
    struct outcome outcome = compare_state(store, "BEGIN", MOU_TIME_NOW);
    unsigned failed = outcome.by_pages > 0 || outcome.differing > 0 ? 1 : 0;
    require(sqlite3_exec(other, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) == SQLITE_OK, "cannot write the copy");
    outcome = compare_state(store, "BEGIN", MOU_TIME_NOW);
    failed += outcome.refused > 0 || outcome.differing > 0 ? 1 : 0;
    require(sqlite3_exec(other, "DELETE FROM meta WHERE name = 'probe'", NULL, NULL, NULL) == SQLITE_OK, "cannot write the copy");
    sqlite3_close(other);
    mou_store_close(store);
    return failed;
}

/** A table of too many columns to be gathered, one of them called as SQLite calls the number of a row, and falling: rows come in the order of versions all the same. */
static unsigned compare_row_numbers(const char *path)
{
    struct mou_store *store = open_store(path);
    struct mou_buf sql;
    mou_buf_init(&sql, NULL, 65536);
    mou_buf_text(&sql, "CREATE TABLE \"记录_行号\"(\"#version\" INTEGER PRIMARY KEY, \"#subject\" INTEGER, \"#known_from\" INTEGER, \"#known_until\" INTEGER, rowid INTEGER");
    for (int i = 0; i < 130; i++) {
        mou_buf_printf(&sql, ", c%d INTEGER", i);
    }
    mou_buf_text(&sql, ") STRICT; WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
                       "INSERT INTO \"记录_行号\"(\"#subject\", \"#known_from\", rowid, c129) SELECT i, 0, 1000 - i, i FROM n; PRAGMA wal_checkpoint(TRUNCATE)");
    require(store != NULL && !sql.failed && sqlite3_exec(store->database, sql.data, NULL, NULL, NULL) == SQLITE_OK, "cannot write the copy");
    const struct outcome outcome = compare_state(store, "BEGIN", MOU_TIME_NOW);
    require(sqlite3_exec(store->database, "DROP TABLE \"记录_行号\"; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) == SQLITE_OK, "cannot write the copy");
    mou_buf_free(&sql);
    mou_store_close(store);
    return outcome.refused > 0 || outcome.failed > 0 || outcome.differing > 0 ? 1 : 0;
}

static uint32_t random_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/** Bytes near the beginning of a page are its header and its cells' places; altered there, it is another tree. */
static unsigned compare_altered(const char *path, const unsigned char *bytes, long len, long alterations, uint64_t seed)
{
    const uint32_t page_size = (uint32_t)bytes[16] << 8 | bytes[17];
    const uint32_t pages = (uint32_t)(len / (long)page_size);
    unsigned failed = 0;
    uint32_t by_pages = 0;
    uint32_t refused = 0;
    for (long i = 0; i < alterations; i++) {
        const uint32_t page = 1 + random_number(&seed) % (pages - 1);
        const uint32_t within = random_number(&seed) % (random_number(&seed) % 2 == 0 ? 64 : page_size);
        const long offset = (long)page * page_size + (long)within;
        const unsigned char altered = (unsigned char)(bytes[offset] ^ (1u << random_number(&seed) % 8));
        write_at(path, "r+b", offset, &altered, 1);
        struct mou_store *store = open_store(path);
        if (store != NULL) {
            const struct outcome outcome = compare_state(store, "BEGIN", MOU_TIME_NOW);
            by_pages += outcome.by_pages;
            refused += outcome.refused;
            if (outcome.differing > 0) {
                (void)printf("altered at %ld: other rows by pages\n", offset);
                failed++;
            }
            mou_store_close(store);
        }
        write_at(path, "r+b", offset, &bytes[offset], 1);
    }
    (void)printf("%u tables by pages, %u refused\n", by_pages, refused);
    require(alterations == 0 || (by_pages > 0 && refused > 0), "alterations hit nothing");
    return failed;
}

/** Where the file says how long a row's payload is, by any cell of that leaf; 0: the page is none, or that takes more than a byte, or leaves nothing to shorten. */
static long length_at(const unsigned char *bytes, uint32_t page_size, uint32_t page, uint32_t any)
{
    const unsigned char *const leaf = bytes + (size_t)page * page_size;
    const uint32_t cells = (uint32_t)leaf[3] << 8 | leaf[4];
    if (leaf[0] != 13 || cells == 0 || 8 + 2 * cells > page_size) {
        return 0;
    }
    const unsigned char *const place = leaf + 8 + 2 * (size_t)(any % cells);
    const uint32_t cell = (uint32_t)place[0] << 8 | place[1];
    return cell < page_size && leaf[cell] > 32 && leaf[cell] < 128 ? (long)page * (long)page_size + (long)cell : 0;
}

/** A length that is too small: other rows with the same head were sound before it. */
static unsigned compare_shortened(const char *path, const unsigned char *bytes, long len, long alterations, uint64_t seed)
{
    const uint32_t page_size = (uint32_t)bytes[16] << 8 | bytes[17];
    const uint32_t pages = (uint32_t)(len / (long)page_size);
    unsigned failed = 0;
    uint32_t refused = 0;
    for (long done = 0, tried = 0; done < alterations && tried < 1000 * alterations; tried++) {
        const uint32_t page = 1 + random_number(&seed) % (pages - 1);
        const long offset = length_at(bytes, page_size, page, random_number(&seed));
        if (offset == 0) {
            continue;
        }
        const unsigned char shorter = (unsigned char)(bytes[offset] - (1u + random_number(&seed) % 8));
        write_at(path, "r+b", offset, &shorter, 1);
        struct mou_store *store = open_store(path);
        const struct outcome outcome = store != NULL ? compare_state(store, "BEGIN", MOU_TIME_NOW) : (struct outcome){0};
        refused += outcome.refused;
        if (outcome.differing > 0 || outcome.believed > 0) {
            (void)printf("shortened at %ld: believed by pages\n", offset);
            failed++;
        }
        mou_store_close(store);
        write_at(path, "r+b", offset, &bytes[offset], 1);
        done++;
    }
    (void)printf("%u tables with a shortened row refused\n", refused);
    require(alterations == 0 || refused > 0, "no table that is read had a shortened row");
    return failed;
}

int main(int argc, char **argv)
{
    require(argc == 5, "usage: pages_agree STORE SCRATCH ALTERATIONS SEED");
    long len = 0;
    unsigned failed = compare_sound(argv[1]);
    unsigned char *bytes = read_file(argv[1], &len);
    write_at(argv[2], "wb", 0, bytes, (size_t)len);
    failed += compare_while_written(argv[2]);
    failed += compare_row_numbers(argv[2]);
    free(bytes);
    bytes = read_file(argv[2], &len);
    failed += compare_altered(argv[2], bytes, len, strtol(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
    failed += compare_shortened(argv[2], bytes, len, strtol(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
    free(bytes);
    (void)remove(argv[2]);
    (void)printf("%u failed\n", failed);
    return failed == 0 ? 0 : 1;
}
