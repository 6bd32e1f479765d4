/*
 * Reads the database that generate.c makes into the columns of pass_hand.h: counts rows first, then fills them in the order of the subjects.
 * Called by pass_worker.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pass_hand.h"

/** Where the narrow form of a column goes. */
enum narrow { NOWHERE, CODE, CODE2, YEAR, MONEY, DAY, DAY2 };

static const struct {
    const char *name, *columns;
    enum narrow narrow[PASS_NUMBERS];
} shapes[PASS_TABLES] = {
    {"cases", "performed, conduct, listed", {CODE, CODE2, DAY}},
    {"penalties", "kind, fine, decided", {CODE, MONEY, DAY}},
    {"wages", "workers, owed, ordered", {CODE, MONEY, DAY}},
    {"taxes", "conduct, amount, decided", {CODE, MONEY, DAY}},
    {"ratings", "year, grade, NULL", {YEAR, CODE2, NOWHERE}},
    {"commitments", "state, NULL, NULL", {CODE, NOWHERE, NOWHERE}},
    {"honours", "granted, revoked, level", {DAY, DAY2, CODE}},
};

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "%s\n", sqlite3_errmsg(database));
    }
    return statement;
}

static int64_t number_of(sqlite3 *database, const char *table)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    sqlite3_stmt *statement = prepare(database, sql);
    const int64_t count = statement != NULL && sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return count;
}

static bool make_room(struct pass_rows *rows, uint32_t subjects)
{
    const size_t count = (size_t)rows->count + 1;
    rows->first = calloc((size_t)subjects + 1, sizeof *rows->first);
    rows->subject = calloc(count, sizeof *rows->subject);
    rows->contested = calloc(count, 1);
    rows->contested_rows = calloc(count, sizeof *rows->contested_rows);
    rows->code = calloc(count, 1);
    rows->code2 = calloc(count, 1);
    rows->money = calloc(count, sizeof *rows->money);
    rows->day = calloc(count, sizeof *rows->day);
    rows->day2 = calloc(count, sizeof *rows->day2);
    bool made = rows->first != NULL && rows->subject != NULL && rows->contested != NULL && rows->contested_rows != NULL && rows->code != NULL &&
                rows->code2 != NULL && rows->money != NULL && rows->day != NULL && rows->day2 != NULL;
    for (int i = 0; i < PASS_NUMBERS; i++) {
        rows->wide[i] = calloc(count, sizeof *rows->wide[i]);
        made = made && rows->wide[i] != NULL;
    }
    return made;
}

static void put_narrow(struct pass_rows *rows, uint32_t row, enum narrow narrow, int64_t value)
{
    switch (narrow) {
    case CODE: rows->code[row] = (uint8_t)value; break;
    case CODE2: rows->code2[row] = (uint8_t)value; break;
    case YEAR: rows->code[row] = (uint8_t)(value - 2000); break;
    case MONEY: rows->money[row] = (uint32_t)value; break;
    case DAY: rows->day[row] = (uint16_t)value; break;
    case DAY2: rows->day2[row] = (uint16_t)value; break;
    case NOWHERE: break;
    }
}

static void put_row(struct pass_rows *rows, int table, uint32_t row, sqlite3_stmt *statement)
{
    rows->subject[row] = (uint32_t)(sqlite3_column_int64(statement, 0) - 1);
    for (int i = 0; i < PASS_NUMBERS; i++) {
        const bool known = sqlite3_column_type(statement, i + 1) != SQLITE_NULL;
        rows->wide[i][row] = known ? sqlite3_column_int64(statement, i + 1) : INT64_MIN;
        if (known) {
            put_narrow(rows, row, shapes[table].narrow[i], rows->wide[i][row]);
        }
    }
    rows->contested[row] = (uint8_t)sqlite3_column_int(statement, PASS_NUMBERS + 1);
    if (rows->contested[row] != 0) {
        rows->contested_rows[rows->contested_count++] = row;
    }
}

static bool load_table(sqlite3 *database, mou_date today, int table, struct pass_data *data)
{
    struct pass_rows *rows = &data->tables[table];
    const int64_t count = number_of(database, shapes[table].name);
    rows->count = (uint32_t)count;
    if (count < 0 || count > UINT32_MAX - 1 || !make_room(rows, data->subject_count)) {
        return false;
    }
    char sql[512];
    (void)snprintf(sql, sizeof sql, "SELECT t.subject, %s, o.lodged IS NOT NULL FROM %s t LEFT JOIN objections o ON o.tab = ?1 AND o.subject = t.subject AND o.n = t.n "
                                    "AND o.lodged <= ?2 AND (o.closed IS NULL OR o.closed > ?2) ORDER BY t.subject, t.n",
                   shapes[table].columns, shapes[table].name);
    sqlite3_stmt *statement = prepare(database, sql);
    uint32_t row = 0;
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int(statement, 1, table);
    sqlite3_bind_int64(statement, 2, today);
    for (; row < rows->count && sqlite3_step(statement) == SQLITE_ROW; row++) {
        put_row(rows, table, row, statement);
        rows->first[rows->subject[row] + 1] = row + 1;
    }
    sqlite3_finalize(statement);
    for (uint32_t i = 1; i <= data->subject_count; i++) {
        rows->first[i] = rows->first[i] > rows->first[i - 1] ? rows->first[i] : rows->first[i - 1];
    }
    return row == rows->count;
}

bool pass_load(const char *path, mou_date today, struct pass_data *data)
{
    sqlite3 *database = NULL;
    *data = (struct pass_data){0};
    bool loaded = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;
    const int64_t subjects = loaded ? number_of(database, "subjects") : -1;
    loaded = subjects > 0 && subjects < UINT32_MAX - 1;
    data->subject_count = loaded ? (uint32_t)subjects : 0;
    for (int table = 0; loaded && table < PASS_TABLES; table++) {
        loaded = load_table(database, today, table, data);
    }
    sqlite3_close(database);
    return loaded;
}

void pass_free(struct pass_data *data)
{
    for (int table = 0; table < PASS_TABLES; table++) {
        struct pass_rows *rows = &data->tables[table];
        void *const columns[] = {rows->first, rows->subject, rows->contested, rows->contested_rows, rows->code, rows->code2, rows->money, rows->day, rows->day2};
        for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
            free(columns[i]);
        }
        for (int i = 0; i < PASS_NUMBERS; i++) {
            free(rows->wide[i]);
        }
    }
}
