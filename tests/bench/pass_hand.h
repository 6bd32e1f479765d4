/*
 * The twelve decisions of pass/ by hand over columns in memory: what a program written for nothing else needs. Loaded from the database that generate.c
 * makes; judged subject by subject over wide numbers, and over narrow columns in loops that the compiler turns into vector instructions. Used by
 * pass_worker.c only.
 */
#ifndef MOU_BENCH_PASS_HAND_H
#define MOU_BENCH_PASS_HAND_H

#include <sqlite3.h>

#include "mou/base.h"

#define PASS_MEASURES 12
#define PASS_OUTCOMES 4
#define PASS_NUMBERS  3

enum pass_table { PASS_CASES, PASS_PENALTIES, PASS_WAGES, PASS_TAXES, PASS_RATINGS, PASS_COMMITMENTS, PASS_HONOURS, PASS_TABLES };

/** Rows of a table by subject; unknown cells are INT64_MIN in `wide`, 0 in the narrow columns. */
struct pass_rows {
    uint32_t count;
    uint32_t *first;   /**< subject -> its first row, one more at the end */
    uint32_t *subject; /**< row -> subject */
    int64_t *wide[PASS_NUMBERS];
    uint8_t *contested; /**< on the day */
    uint8_t *code;      /**< codes, counts, years */
    uint8_t *code2;
    uint32_t *money;
    uint16_t *day;
    uint16_t *day2;
    uint32_t *contested_rows;
    uint32_t contested_count;
};

struct pass_data {
    uint32_t subject_count;
    struct pass_rows tables[PASS_TABLES];
};

/** Days before which things of so many years ago lie. */
struct pass_days {
    mou_date today, two_years, three_years, five_years;
};

struct pass_counts {
    uint64_t of[PASS_MEASURES][PASS_OUTCOMES];
};

/** Reads the database; false with a message on standard error. Objections are resolved as of the day. */
bool pass_load(const char *path, mou_date today, struct pass_data *data);
void pass_free(struct pass_data *data);
bool pass_days(mou_date today, struct pass_days *days);
/** Subjects [from, to), one after the other, over 64-bit columns. */
void pass_scalar(const struct pass_data *data, const struct pass_days *days, uint32_t from, uint32_t to, struct pass_counts *counts);
/** The same over narrow columns, table by table, in blocks; false when memory ran out. */
bool pass_vector(const struct pass_data *data, const struct pass_days *days, uint32_t from, uint32_t to, struct pass_counts *counts);

#endif
