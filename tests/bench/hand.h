/*
 * The twelve decisions of twelve.mou written by hand in C, as a user without Mou would: prepared statements that read the columns needed,
 * structs in memory, one function per rule. What the bench compares the machine with; used by lookup.c only.
 */
#ifndef MOU_BENCH_HAND_H
#define MOU_BENCH_HAND_H

#include <sqlite3.h>

#include "mou/base.h"

#define HAND_DECISIONS 12
#define HAND_ROWS_MAX  128
#define HAND_TEXT_MAX  96
#define HAND_UNKNOWN   INT64_MIN /* an empty field */

enum hand_truth { HAND_NO, HAND_UNKNOWN_TRUTH, HAND_YES };

/** As in the decision's JSON; HAND_NONE: no decision. */
enum hand_outcome { HAND_IN_FORCE, HAND_SUSPENDED, HAND_TO_VERIFY, HAND_PENDING, HAND_NONE };

/** One record: its cells in the order of the SELECT. */
struct hand_row {
    int64_t cell[5];
    char key[HAND_TEXT_MAX];
    char other[HAND_TEXT_MAX]; /**< a second text where the type needs one */
    bool contested;
};

struct hand_rows {
    uint32_t count;
    struct hand_row rows[HAND_ROWS_MAX];
};

enum hand_table {
    HAND_CASES,      /**< 履行情况, 失信情形, 列入日期 */
    HAND_ORDERS,     /**< 签发日期, 解除日期 */
    HAND_PENALTIES,  /**< 处罚种类, 罚款金额, 处罚决定日期 */
    HAND_LISTINGS,   /**< 列入决定日期, 列入送达日期; other: 依据责令文书文号 */
    HAND_WAGES,      /**< 送达日期, 涉及人数, 拖欠金额 */
    HAND_TAX,        /**< 情形, 涉案金额, 决定日期, 送达日期 */
    HAND_RATINGS,    /**< 年度, 级别 */
    HAND_HONOURS,    /**< 典型认定日期, 典型撤销日期 */
    HAND_VOLUNTEERS, /**< 星级, 优秀青年志愿者 */
    HAND_COMMITMENTS, /**< 履行状态 */
    HAND_TABLES
};

struct hand_post {
    int64_t since, until;
    struct hand_rows cases; /**< of the organisation */
};

struct hand_subject {
    int64_t id;
    bool person;
    int64_t born;
    struct hand_rows tables[HAND_TABLES];
    uint32_t post_count;
    struct hand_post
        posts[16]; /**< organisations of which the person is the legal representative */
};

#define HAND_TYPES_MAX 256

struct hand_reader {
    sqlite3 *database;
    sqlite3_stmt *begin, *commit, *find, *born, *entries, *objections, *posts;
    sqlite3_stmt *tables[HAND_TABLES];
    unsigned char table_of[HAND_TYPES_MAX]; /**< the store's number of a record type -> table, or HAND_TABLES */
};

/** Opens the store's file and prepares the statements; false with a message on standard error. */
bool hand_open(struct hand_reader *reader, const char *path);
void hand_close(struct hand_reader *reader);
/** Reads what the rules need of one subject as known now; false if there is none, or it has more rows than the arrays hold. */
bool hand_read(struct hand_reader *reader, struct mou_text identifier, mou_date today,
               struct hand_subject *subject);
/** Judges the twelve rules, in the order of twelve.mou. */
void hand_decide(const struct hand_subject *subject, mou_date today,
                 enum hand_outcome outcomes[HAND_DECISIONS]);

#endif
