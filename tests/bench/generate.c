/*
 * Makes the data of the full pass: subjects and seven record tables with objections, from a seed and a size. Written twice: as files for `mou import`,
 * and as numbers (subject, n, columns) for those who do without Mou, in files and in an SQLite database whose tables are clustered by subject.
 * Started by suite.py:
 *
 *     bench_generate FOLDER SUBJECTS SEED [by-time]      by-time: subjects came one after the other, and have their records from within a year
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mou/base.h"

#define UNKNOWN   INT64_MIN
#define COLUMNS   3
#define ROWS_MAX  8 /* of one subject in one table */
#define PATH_MAX_ 4096

enum kind { MONEY, DATE, CODE, NUMBER };

/** A column: its name for Mou, its name elsewhere, what it holds, and the words of a code from 1 on. */
struct column {
    const char *name, *plain;
    enum kind kind;
    const char *words[8];
};

struct table {
    const char *name, *plain, *key; /**< key: the column of the document's number, or NULL */
    int columns;
    struct column column[COLUMNS];
};

static const struct table tables[] = {
    {"执行案件", "cases", "案号", 3,
     {{"履行情况", "performed", CODE, {"全部履行", "部分履行", "全部未履行"}},
      {"失信情形", "conduct", CODE, {"有能力不履行", "妨碍执行", "规避执行", "违反报告", "违反限高", "违反和解"}},
      {"列入日期", "listed", DATE, {NULL}}}},
    {"行政处罚", "penalties", "处罚文号", 3,
     {{"处罚种类", "kind", CODE, {"警告", "通报批评", "罚款", "没收", "暂扣许可证件", "吊销许可证件", "责令停产停业", "责令关闭"}},
      {"罚款金额", "fine", MONEY, {NULL}},
      {"处罚日期", "decided", DATE, {NULL}}}},
    {"欠薪决定", "wages", "责令文号", 3, {{"涉及人数", "workers", NUMBER, {NULL}}, {"拖欠金额", "owed", MONEY, {NULL}}, {"责令日期", "ordered", DATE, {NULL}}}},
    {"税案", "taxes", "税案文号", 3,
     {{"情形", "conduct", CODE, {"偷税", "逃避追缴", "骗税", "抗税", "虚开专票", "虚开普票", "伪造发票", "走逃失联"}},
      {"涉案金额", "amount", MONEY, {NULL}},
      {"税案日期", "decided", DATE, {NULL}}}},
    {"纳税评价", "ratings", NULL, 2, {{"年度", "year", NUMBER, {NULL}}, {"级别", "grade", CODE, {"A", "B", "M", "C", "D"}}}},
    {"信用承诺", "commitments", NULL, 2, {{"承诺状态", "state", CODE, {"未到期", "全部履行", "部分履行", "违反承诺"}}, {"承诺日期", "made", DATE, {NULL}}}},
    {"荣誉", "honours", NULL, 3, {{"授予日期", "granted", DATE, {NULL}}, {"撤销日期", "revoked", DATE, {NULL}}, {"等级", "level", NUMBER, {NULL}}}},
};
enum { TABLES = sizeof tables / sizeof tables[0], CONTESTABLE = 4, OBJECTIONS = TABLES };

struct output {
    FILE *mou[TABLES + 1], *plain[TABLES + 1]; /**< the last one: objections */
    FILE *subjects;
    sqlite3 *database;
    sqlite3_stmt *insert[TABLES + 1];
    uint64_t rows;
    uint64_t state; /**< of the random numbers */
    int64_t first_day, days; /**< of the subject at hand: its records are from these days */
};

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "generate: %s\n", what);
        exit(1);
    }
}

/* splitmix64 */
static uint64_t draw(struct output *output)
{
    uint64_t z = (output->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t between(struct output *output, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(output) % (uint64_t)(high - low + 1));
}

static bool in_hundred(struct output *output, int64_t percent)
{
    return between(output, 0, 99) < percent;
}

static int64_t day(int year, int month, int of_month)
{
    const struct mou_civil civil = {year, month, of_month};
    mou_date date = 0;
    require(mou_date_from_civil(civil, &date), "no such day");
    return date;
}

/** Cents: mostly little, sometimes much. */
static int64_t money(struct output *output)
{
    static const int64_t steps[] = {10000, 100000, 1000000, 3000000, 10000000, 50000000};
    return steps[between(output, 0, 5)] * between(output, 1, 9);
}

/* ---------------------------------------------------------- rows */

static void put_cell(FILE *file, const struct column *column, int64_t value)
{
    if (value == UNKNOWN) {
        return;
    }
    if (column->kind == CODE) {
        (void)fputs(column->words[value - 1], file);
    } else if (column->kind == MONEY) {
        (void)fprintf(file, "%" PRId64 ".%02" PRId64, value / 100, value % 100);
    } else if (column->kind == DATE) {
        const struct mou_civil civil = mou_date_to_civil((mou_date)value);
        (void)fprintf(file, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    } else {
        (void)fprintf(file, "%" PRId64, value);
    }
}

static void put_number(FILE *file, int64_t value)
{
    if (value == UNKNOWN) {
        (void)fputc(',', file);
    } else {
        (void)fprintf(file, ",%" PRId64, value);
    }
}

static void insert(struct output *output, int table, const int64_t *values, int count)
{
    sqlite3_stmt *statement = output->insert[table];
    for (int i = 0; i < count; i++) {
        require((values[i] == UNKNOWN ? sqlite3_bind_null(statement, i + 1) : sqlite3_bind_int64(statement, i + 1, values[i])) == SQLITE_OK, "cannot bind");
    }
    require(sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK, sqlite3_errmsg(output->database));
}

static void put_row(struct output *output, int table, int64_t subject, int64_t n, const int64_t *cells)
{
    const struct table *type = &tables[table];
    int64_t values[COLUMNS + 2] = {subject, n};
    (void)fprintf(output->mou[table], "%08" PRId64, subject);
    if (type->key != NULL) {
        (void)fprintf(output->mou[table], ",%" PRId64 "-%" PRId64, subject, n);
    }
    (void)fprintf(output->plain[table], "%" PRId64 ",%" PRId64, subject, n);
    for (int i = 0; i < type->columns; i++) {
        (void)fputc(',', output->mou[table]);
        put_cell(output->mou[table], &type->column[i], cells[i]);
        put_number(output->plain[table], cells[i]);
        values[i + 2] = cells[i];
    }
    (void)fputc('\n', output->mou[table]);
    (void)fputc('\n', output->plain[table]);
    insert(output, table, values, type->columns + 2);
    output->rows++;
}

static void object_to(struct output *output, int table, int64_t subject, int64_t n)
{
    static const struct column date = {"", "", DATE, {NULL}};
    const int64_t lodged = day(2025, 7, 1) + between(output, 0, 270);
    const int64_t closed = in_hundred(output, 60) ? UNKNOWN : lodged + between(output, 1, 60);
    const int64_t values[] = {table, subject, n, lodged, closed};
    (void)fprintf(output->mou[OBJECTIONS], "%08" PRId64 ",%s,%" PRId64 "-%" PRId64 ",", subject, tables[table].name, subject, n);
    put_cell(output->mou[OBJECTIONS], &date, lodged);
    (void)fputc(',', output->mou[OBJECTIONS]);
    put_cell(output->mou[OBJECTIONS], &date, closed);
    (void)fputc('\n', output->mou[OBJECTIONS]);
    (void)fprintf(output->plain[OBJECTIONS], "%d,%" PRId64 ",%" PRId64 ",%" PRId64, table, subject, n, lodged);
    put_number(output->plain[OBJECTIONS], closed);
    (void)fputc('\n', output->plain[OBJECTIONS]);
    insert(output, OBJECTIONS, values, 5);
}

/* ---------------------------------------------------------- what is in them */

static int64_t unknown_or(struct output *output, int64_t percent, int64_t value)
{
    return in_hundred(output, percent) ? UNKNOWN : value;
}

/** Of the last six and a half years; a few lie ahead. With `by_time` a year of these, later for later subjects. */
static void choose_days(struct output *output, int64_t subject, int64_t size, bool by_time)
{
    output->days = by_time ? 365 : 2450;
    output->first_day = day(2019, 7, 1) + (2450 - output->days) * subject / size;
}

static int64_t some_day(struct output *output)
{
    return output->first_day + between(output, 0, output->days);
}

static void fill(struct output *output, int table, int64_t n, int64_t cells[COLUMNS])
{
    const int64_t date = some_day(output);
    switch (table) {
    case 0:
        cells[0] = unknown_or(output, 6, between(output, 1, 3));
        cells[1] = between(output, 1, 6);
        cells[2] = date;
        break;
    case 1:
        cells[0] = between(output, 1, 8) <= 6 ? between(output, 1, 4) : between(output, 1, 8);
        cells[1] = unknown_or(output, 5, money(output));
        cells[2] = date;
        break;
    case 2:
        cells[0] = unknown_or(output, 10, between(output, 1, 30));
        cells[1] = money(output);
        cells[2] = date;
        break;
    case 3:
        cells[0] = between(output, 1, 8);
        cells[1] = unknown_or(output, 5, money(output));
        cells[2] = date;
        break;
    case 4:
        cells[0] = 2022 + n;
        cells[1] = unknown_or(output, 3, in_hundred(output, 60) ? 1 : between(output, 1, 5));
        break;
    case 5:
        cells[0] = unknown_or(output, 4, in_hundred(output, 70) ? 2 : between(output, 1, 4));
        cells[1] = date;
        break;
    default:
        cells[0] = date;
        cells[1] = in_hundred(output, 90) ? UNKNOWN : date + between(output, 1, 700);
        cells[2] = unknown_or(output, 5, between(output, 1, 5));
        break;
    }
}

/** Rows of a subject in a table; one subject in five has most of the adverse ones. */
static int64_t row_count(struct output *output, int table, bool adverse)
{
    switch (table) {
    case 0: return adverse ? between(output, 0, 3) : 0;
    case 1: return adverse ? between(output, 0, 6) : in_hundred(output, 75);
    case 2:
    case 3: return adverse ? between(output, 0, 2) : 0;
    case 4: return in_hundred(output, 40) ? 3 : 0;
    case 5: return in_hundred(output, 45) ? 0 : 1 + in_hundred(output, 45);
    default: return in_hundred(output, 55) ? 0 : 1 + in_hundred(output, 33);
    }
}

static void put_subject(struct output *output, int64_t subject)
{
    const bool adverse = in_hundred(output, 20);
    (void)fprintf(output->subjects, "%08" PRId64 ",单位\n", subject);
    for (int table = 0; table < TABLES; table++) {
        const int64_t count = row_count(output, table, adverse);
        for (int64_t n = 1; n <= count && n <= ROWS_MAX; n++) {
            int64_t cells[COLUMNS] = {0};
            fill(output, table, n, cells);
            put_row(output, table, subject, n, cells);
            if (table < CONTESTABLE && in_hundred(output, 1)) {
                object_to(output, table, subject, n);
            }
        }
    }
}

/* ---------------------------------------------------------- files */

static FILE *open_file(const char *folder, const char *prefix, const char *name)
{
    char path[PATH_MAX_];
    require(snprintf(path, sizeof path, "%s/%s%s.csv", folder, prefix, name) < (int)sizeof path, "the folder's name is too long");
    FILE *file = fopen(path, "w");
    require(file != NULL, path);
    return file;
}

static void run(struct output *output, const char *sql)
{
    require(sqlite3_exec(output->database, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(output->database));
}

static void open_table(struct output *output, const char *folder, int table)
{
    const struct table *type = &tables[table];
    char create[1024];
    char add[256];
    size_t at = (size_t)snprintf(create, sizeof create, "CREATE TABLE %s(subject INTEGER NOT NULL, n INTEGER NOT NULL", type->plain);
    output->mou[table] = open_file(folder, "mou-", type->plain);
    output->plain[table] = open_file(folder, "", type->plain);
    (void)fprintf(output->mou[table], "主体%s%s", type->key != NULL ? "," : "", type->key != NULL ? type->key : "");
    (void)fprintf(output->plain[table], "subject,n");
    for (int i = 0; i < type->columns; i++) {
        (void)fprintf(output->mou[table], ",%s", type->column[i].name);
        (void)fprintf(output->plain[table], ",%s", type->column[i].plain);
        at += (size_t)snprintf(create + at, sizeof create - at, ", %s INTEGER", type->column[i].plain);
    }
    (void)fputc('\n', output->mou[table]);
    (void)fputc('\n', output->plain[table]);
    (void)snprintf(create + at, sizeof create - at, ", PRIMARY KEY(subject, n)) STRICT, WITHOUT ROWID");
    run(output, create);
    (void)snprintf(add, sizeof add, "INSERT INTO %s VALUES(?1, ?2, ?3, ?4%s)", type->plain, type->columns == 3 ? ", ?5" : "");
    require(sqlite3_prepare_v2(output->database, add, -1, &output->insert[table], NULL) == SQLITE_OK, sqlite3_errmsg(output->database));
}

static void open_all(struct output *output, const char *folder)
{
    char path[PATH_MAX_];
    require(snprintf(path, sizeof path, "%s/plain.db", folder) < (int)sizeof path, "the folder's name is too long");
    (void)remove(path);
    require(sqlite3_open(path, &output->database) == SQLITE_OK, path);
    run(output, "PRAGMA journal_mode = OFF");
    run(output, "PRAGMA synchronous = OFF");
    run(output, "BEGIN");
    for (int table = 0; table < TABLES; table++) {
        open_table(output, folder, table);
    }
    run(output, "CREATE TABLE objections(tab INTEGER NOT NULL, subject INTEGER NOT NULL, n INTEGER NOT NULL, lodged INTEGER NOT NULL, closed INTEGER, "
                "PRIMARY KEY(tab, subject, n)) STRICT, WITHOUT ROWID");
    run(output, "CREATE TABLE subjects(subject INTEGER PRIMARY KEY) STRICT");
    require(sqlite3_prepare_v2(output->database, "INSERT INTO objections VALUES(?1, ?2, ?3, ?4, ?5)", -1, &output->insert[OBJECTIONS], NULL) == SQLITE_OK,
            sqlite3_errmsg(output->database));
    output->mou[OBJECTIONS] = open_file(folder, "mou-", "objections");
    output->plain[OBJECTIONS] = open_file(folder, "", "objections");
    output->subjects = open_file(folder, "mou-", "subjects");
    (void)fputs("主体,记录,键,提出,办结\n", output->mou[OBJECTIONS]);
    (void)fputs("tab,subject,n,lodged,closed\n", output->plain[OBJECTIONS]);
    (void)fputs("标识,主体类别\n", output->subjects);
}

static void close_file(FILE *file)
{
    require(ferror(file) == 0 && fclose(file) == 0, "a file was not written completely");
}

static void close_all(struct output *output)
{
    for (int table = 0; table <= TABLES; table++) {
        close_file(output->mou[table]);
        close_file(output->plain[table]);
        sqlite3_finalize(output->insert[table]);
    }
    close_file(output->subjects);
    run(output, "COMMIT");
    run(output, "ANALYZE");
    require(sqlite3_close(output->database) == SQLITE_OK, "the database was not closed");
}

int main(int argc, char **argv)
{
    struct output output = {.rows = 0};
    const bool by_time = argc == 5 && strcmp(argv[4], "by-time") == 0;
    require(argc == 4 || by_time, "usage: bench_generate FOLDER SUBJECTS SEED [by-time]");
    const int64_t size = strtoll(argv[2], NULL, 10);
    require(size > 0 && size < 100000000, "no such size");
    output.state = strtoull(argv[3], NULL, 10);
    open_all(&output, argv[1]);
    for (int64_t subject = 1; subject <= size; subject++) {
        choose_days(&output, subject, size, by_time);
        put_subject(&output, subject);
    }
    char all[256];
    (void)snprintf(all, sizeof all, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %" PRId64 ") INSERT INTO subjects SELECT i FROM n", size);
    run(&output, all);
    close_all(&output);
    (void)printf("%" PRIu64 "\n", output.rows);
    return 0;
}
