/*
 * Reads one subject from the store's tables through prepared statements: the columns that the twelve rules need, and nothing else. The index
 * over all records says which tables have rows; one statement per table, kept for the next subject. Called by lookup.c.
 */
#include <stdio.h>
#include <string.h>

#include "hand.h"

#define ROWS(table, columns) "SELECT " columns " FROM record_of o CROSS JOIN \"记录_" table "\" r ON r.\"#version\" = o.version WHERE o.subject = ?1 AND o.type = ?2 AND r.\"#known_until\" IS NULL"

static const struct {
    const char *record; /* as objections call it */
    const char *sql;    /* key, second text, then the cells */
    int cells;
} shapes[HAND_TABLES] = {
    {"执行案件", ROWS("执行案件", "案号, NULL, 履行情况, 失信情形, 列入日期"), 3},
    {"限制消费令", ROWS("限制消费令", "限制消费令文号, NULL, 签发日期, 解除日期"), 2},
    {"行政处罚", ROWS("行政处罚", "处罚决定书文号, NULL, 处罚种类, 罚款金额, 处罚决定日期"), 3},
    {"欠薪列入决定", ROWS("欠薪列入决定", "列入决定书文号, 依据责令文书文号, 列入决定日期, 列入送达日期"), 2},
    {"拖欠工资决定", ROWS("拖欠工资决定", "责令文书文号, NULL, 送达日期, 涉及人数, 拖欠金额"), 3},
    {"税收违法案件", ROWS("税收违法案件", "决定书文号, NULL, 情形, 涉案金额, 决定日期, 送达日期"), 4},
    {"纳税信用评价", ROWS("纳税信用评价", "NULL, NULL, 年度, 级别"), 2},
    {"诚信典型认定", ROWS("诚信典型认定", "NULL, NULL, 典型认定日期, 典型撤销日期"), 2},
    {"志愿者评定", ROWS("志愿者评定", "NULL, NULL, 星级, coalesce(优秀青年志愿者, 0)"), 2},
    {"信用承诺", ROWS("信用承诺", "NULL, NULL, 履行状态"), 1},
};

static bool prepare(struct hand_reader *reader, const char *sql, sqlite3_stmt **statement)
{
    if (sqlite3_prepare_v3(reader->database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) ==
        SQLITE_OK) {
        return true;
    }
    fprintf(stderr, "%s\n", sqlite3_errmsg(reader->database));
    return false;
}

/* Which of the tables has the type of that number. */
static bool find_types(struct hand_reader *reader)
{
    sqlite3_stmt *types = NULL;
    bool fits = prepare(reader, "SELECT type, name FROM record_type", &types);
    memset(reader->table_of, HAND_TABLES, sizeof reader->table_of);
    while (fits && sqlite3_step(types) == SQLITE_ROW) {
        const int64_t type = sqlite3_column_int64(types, 0);
        fits = type >= 0 && type < HAND_TYPES_MAX;
        for (int i = 0; fits && i < HAND_TABLES; i++) {
            if (strcmp((const char *)sqlite3_column_text(types, 1), shapes[i].record) == 0) {
                reader->table_of[type] = (unsigned char)i;
            }
        }
    }
    sqlite3_finalize(types);
    return fits;
}

bool hand_open(struct hand_reader *reader, const char *path)
{
    *reader = (struct hand_reader){0};
    if (sqlite3_open_v2(path, &reader->database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(reader->database));
        return false;
    }
    bool ready =
        prepare(reader, "BEGIN", &reader->begin) && prepare(reader, "COMMIT", &reader->commit) &&
        prepare(reader, "SELECT id, kind FROM subject WHERE identifier = ?1", &reader->find) &&
        prepare(reader,
                "SELECT 出生日期 FROM \"主体_自然人\" WHERE \"#subject\" = ?1 AND \"#known_until\" "
                "IS NULL",
                &reader->born) &&
        prepare(reader, "SELECT DISTINCT type FROM record_of WHERE subject = ?1", &reader->entries) &&
        prepare(reader,
                "SELECT record, key, lodged, closed FROM objection WHERE subject = ?1 AND "
                "known_until IS NULL",
                &reader->objections) &&
        prepare(reader,
                "SELECT from_subject, since, until FROM relation WHERE to_subject = ?1 AND "
                "relation = '法定代表人' AND known_until IS NULL "
                "ORDER BY version",
                &reader->posts);
    for (int i = 0; ready && i < HAND_TABLES; i++) {
        ready = prepare(reader, shapes[i].sql, &reader->tables[i]);
    }
    return ready && find_types(reader);
}

void hand_close(struct hand_reader *reader)
{
    sqlite3_finalize(reader->begin);
    sqlite3_finalize(reader->commit);
    sqlite3_finalize(reader->find);
    sqlite3_finalize(reader->born);
    sqlite3_finalize(reader->entries);
    sqlite3_finalize(reader->objections);
    sqlite3_finalize(reader->posts);
    for (int i = 0; i < HAND_TABLES; i++) {
        sqlite3_finalize(reader->tables[i]);
    }
    sqlite3_close(reader->database);
}

static int64_t cell(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? HAND_UNKNOWN
               : sqlite3_column_int64(statement, column);
}

static bool copy_text(sqlite3_stmt *statement, int column, char out[HAND_TEXT_MAX])
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    int len = sqlite3_column_bytes(statement, column);
    if (len >= HAND_TEXT_MAX) {
        return false;
    }
    if (len > 0) {
        memcpy(out, text, (size_t)len);
    }
    out[len] = '\0';
    return true;
}

static bool read_table(struct hand_reader *reader, int table, int64_t subject, int64_t type, struct hand_rows *rows)
{
    sqlite3_stmt *statement = reader->tables[table];
    bool fits = true;
    sqlite3_bind_int64(statement, 1, subject);
    sqlite3_bind_int64(statement, 2, type);
    while (fits && sqlite3_step(statement) == SQLITE_ROW) {
        struct hand_row *row = &rows->rows[rows->count];
        fits = copy_text(statement, 0, row->key) && copy_text(statement, 1, row->other);
        for (int i = 0; i < shapes[table].cells; i++) {
            row->cell[i] = cell(statement, i + 2);
        }
        row->contested = false;
        fits = fits && ++rows->count < HAND_ROWS_MAX;
    }
    sqlite3_reset(statement);
    return fits;
}

/** Rows of the first `count` tables. */
static bool read_tables(struct hand_reader *reader, int64_t subject, struct hand_rows *tables, int count)
{
    bool fits = true;
    for (int i = 0; i < count; i++) {
        tables[i].count = 0;
    }
    sqlite3_bind_int64(reader->entries, 1, subject);
    while (fits && sqlite3_step(reader->entries) == SQLITE_ROW) {
        const int64_t type = sqlite3_column_int64(reader->entries, 0);
        const int table = type >= 0 && type < HAND_TYPES_MAX ? reader->table_of[type] : HAND_TABLES;
        if (table < count) {
            fits = read_table(reader, table, subject, type, &tables[table]);
        }
    }
    sqlite3_reset(reader->entries);
    return fits;
}

static void contest(struct hand_rows *rows, const char *key)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->rows[i].key, key) == 0) {
            rows->rows[i].contested = true;
        }
    }
}

/** Marks the rows under objection; `tables` holds those of the first `count` types. */
static void read_objections(struct hand_reader *reader, int64_t subject, mou_date today,
                            struct hand_rows *tables, int count)
{
    sqlite3_bind_int64(reader->objections, 1, subject);
    while (sqlite3_step(reader->objections) == SQLITE_ROW) {
        const char *record = (const char *)sqlite3_column_text(reader->objections, 0);
        int64_t closed = cell(reader->objections, 3);
        if (sqlite3_column_int64(reader->objections, 2) > today ||
            (closed != HAND_UNKNOWN && closed <= today)) {
            continue;
        }
        for (int i = 0; i < count; i++) {
            if (strcmp(record, shapes[i].record) == 0) {
                contest(&tables[i], (const char *)sqlite3_column_text(reader->objections, 1));
            }
        }
    }
    sqlite3_reset(reader->objections);
}

static bool read_posts(struct hand_reader *reader, mou_date today, struct hand_subject *subject)
{
    int64_t organisations[16];
    bool fits = true;
    subject->post_count = 0;
    sqlite3_bind_int64(reader->posts, 1, subject->id);
    while (fits && sqlite3_step(reader->posts) == SQLITE_ROW) {
        organisations[subject->post_count] = sqlite3_column_int64(reader->posts, 0);
        subject->posts[subject->post_count].since = cell(reader->posts, 1);
        subject->posts[subject->post_count].until = cell(reader->posts, 2);
        fits = ++subject->post_count < 16;
    }
    sqlite3_reset(reader->posts);
    for (uint32_t i = 0; fits && i < subject->post_count; i++) {
        fits = read_tables(reader, organisations[i], &subject->posts[i].cases, 1); /* HAND_CASES is the first */
        read_objections(reader, organisations[i], today, &subject->posts[i].cases, 1);
    }
    return fits;
}

static bool find(struct hand_reader *reader, struct mou_text identifier,
                 struct hand_subject *subject)
{
    sqlite3_bind_text(reader->find, 1, identifier.bytes, (int)identifier.len, SQLITE_STATIC);
    bool found = sqlite3_step(reader->find) == SQLITE_ROW;
    if (found) {
        subject->id = sqlite3_column_int64(reader->find, 0);
        subject->person = strcmp((const char *)sqlite3_column_text(reader->find, 1), "自然人") == 0;
    }
    sqlite3_reset(reader->find);
    return found;
}

static bool step_once(sqlite3_stmt *statement)
{
    const bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return done;
}

static bool read_all(struct hand_reader *reader, struct mou_text identifier, mou_date today,
                     struct hand_subject *subject)
{
    if (!find(reader, identifier, subject)) {
        return false;
    }
    subject->post_count = 0;
    bool fits = read_tables(reader, subject->id, subject->tables, HAND_TABLES);
    read_objections(reader, subject->id, today, subject->tables, HAND_TABLES);
    if (subject->person) {
        sqlite3_bind_int64(reader->born, 1, subject->id);
        subject->born =
            sqlite3_step(reader->born) == SQLITE_ROW ? cell(reader->born, 0) : HAND_UNKNOWN;
        sqlite3_reset(reader->born);
        fits = fits && read_posts(reader, today, subject);
    }
    return fits;
}

/* In one transaction: all rows are of one state, and the file is locked once. */
bool hand_read(struct hand_reader *reader, struct mou_text identifier, mou_date today,
               struct hand_subject *subject)
{
    const bool begun = step_once(reader->begin);
    const bool read = begun && read_all(reader, identifier, today, subject);
    return step_once(reader->commit) && read;
}
