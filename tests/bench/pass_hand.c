/*
 * The twelve decisions of pass/ over columns. Two forms of the same rules: subject by subject in 64-bit numbers, and column by column in narrow ones.
 * The second is as near to the memory's speed as plain C comes; it is the limit that the machine is compared with.
 */
#include "pass_hand.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN INT64_MIN
#define NO      0
#define MAYBE   1
#define YES     2
#define NONE    PASS_OUTCOMES /* no decision */

bool pass_days(mou_date today, struct pass_days *days)
{
    *days = (struct pass_days){.today = today};
    return mou_date_add_months(today, -24, &days->two_years) == MOU_FAULT_NONE && mou_date_add_months(today, -36, &days->three_years) == MOU_FAULT_NONE &&
           mou_date_add_months(today, -60, &days->five_years) == MOU_FAULT_NONE;
}

/* ---------------------------------------------------------- subject by subject */

/** What is found of a subject in one world. */
struct found {
    int cases, taxes, penalties, often, wages, obstructed, rated, honour, level, kept;
    bool cases_ahead, taxes_ahead, penalties_ahead, honour_ahead;
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/** Adds a ground that begins on its date and lasts until that is not after `end`. */
static void add_ground(int condition, int64_t date, mou_date today, mou_date end, int *truth, bool *ahead)
{
    if (date > today) {
        *ahead = *ahead || condition == YES;
    } else if (date > end) {
        *truth = larger(*truth, condition);
    }
}

static void find_adverse(const struct pass_data *data, const struct pass_days *days, uint32_t subject, bool all, struct found *found)
{
    const struct pass_rows *rows = &data->tables[PASS_CASES];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        if (all || rows->contested[i] == 0) {
            const int condition = rows->wide[1][i] == 1 || rows->wide[0][i] == 1 ? NO : rows->wide[0][i] == UNKNOWN ? MAYBE : YES;
            add_ground(condition, rows->wide[2][i], days->today, days->two_years, &found->cases, &found->cases_ahead);
            if (rows->wide[1][i] == 2 && rows->wide[2][i] > days->five_years && rows->wide[2][i] <= days->today) {
                found->obstructed = YES;
            }
        }
    }
    int recent = 0;
    rows = &data->tables[PASS_PENALTIES];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        if (all || rows->contested[i] == 0) {
            const int condition = rows->wide[0][i] >= 5 || rows->wide[1][i] >= 10000000 ? YES : rows->wide[1][i] == UNKNOWN ? MAYBE : NO;
            add_ground(condition, rows->wide[2][i], days->today, days->three_years, &found->penalties, &found->penalties_ahead);
            recent += rows->wide[2][i] > days->two_years && rows->wide[2][i] <= days->today;
        }
    }
    found->often = recent >= 2 ? YES : NO;
    rows = &data->tables[PASS_WAGES];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        if ((all || rows->contested[i] == 0) && rows->wide[2][i] > days->three_years && rows->wide[2][i] <= days->today) {
            const int condition = rows->wide[0][i] >= 10 || rows->wide[1][i] >= 3000000 ? YES : rows->wide[0][i] == UNKNOWN ? MAYBE : NO;
            found->wages = larger(found->wages, condition);
        }
    }
    rows = &data->tables[PASS_TAXES];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        if (all || rows->contested[i] == 0) {
            const int condition = rows->wide[0][i] == 8 ? NO : rows->wide[1][i] >= 100000000 ? YES : rows->wide[1][i] == UNKNOWN ? MAYBE : NO;
            add_ground(condition, rows->wide[2][i], days->today, days->three_years, &found->taxes, &found->taxes_ahead);
        }
    }
}

static void find_good(const struct pass_data *data, const struct pass_days *days, uint32_t subject, struct found *found)
{
    int low = 0;
    int high = 0;
    int kept = NO;
    int broken = NO;
    const struct pass_rows *rows = &data->tables[PASS_RATINGS];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        if (rows->wide[0][i] >= 2023) {
            low += rows->wide[1][i] == 1;
            high += rows->wide[1][i] == 1 || rows->wide[1][i] == UNKNOWN;
        }
    }
    found->rated = low >= 3 ? YES : high >= 3 ? MAYBE : NO;
    rows = &data->tables[PASS_COMMITMENTS];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        kept = larger(kept, rows->wide[0][i] == 2 ? YES : rows->wide[0][i] == UNKNOWN ? MAYBE : NO);
        broken = larger(broken, rows->wide[0][i] == 4 ? YES : rows->wide[0][i] == UNKNOWN ? MAYBE : NO);
    }
    found->kept = smaller(kept, YES - broken);
    rows = &data->tables[PASS_HONOURS];
    for (uint32_t i = rows->first[subject]; i < rows->first[subject + 1]; i++) {
        add_ground(rows->wide[1][i] == UNKNOWN ? YES : NO, rows->wide[0][i], days->today, days->three_years, &found->honour, &found->honour_ahead);
        found->level = larger(found->level, rows->wide[2][i] >= 4 ? YES : rows->wide[2][i] == UNKNOWN ? MAYBE : NO);
    }
}

/** Truths of the twelve measures, and whether they lie ahead. */
static void judge(const struct found *found, int truth[PASS_MEASURES], bool ahead[PASS_MEASURES])
{
    const int black = larger(found->cases, found->taxes);
    const int unlisted = YES - black;
    const int clean = YES - larger(black, larger(found->penalties, found->often));
    const int all[PASS_MEASURES] = {found->cases, found->taxes, found->penalties, found->often, found->wages, found->obstructed,
                                    larger(found->cases, found->penalties), smaller(found->rated, clean),
                                    smaller(larger(found->rated, found->honour), unlisted), smaller(found->honour, unlisted),
                                    smaller(found->kept, clean), smaller(found->level, unlisted)};
    const bool honour = found->honour_ahead && unlisted == YES;
    const bool later[PASS_MEASURES] = {found->cases_ahead, found->taxes_ahead, found->penalties_ahead, false, false, false,
                                       found->cases_ahead || found->penalties_ahead, false, honour, honour, false, false};
    memcpy(truth, all, sizeof all);
    memcpy(ahead, later, sizeof later);
}

static int outcome_of(int measure, int all, int rest, bool ahead)
{
    if (measure < 7) {
        return all == YES ? (rest == YES ? 0 : 1) : all == MAYBE ? 2 : ahead ? 3 : NONE;
    }
    return all == YES || rest == YES ? 0 : all == MAYBE || rest == MAYBE ? 2 : ahead ? 3 : NONE;
}

void pass_scalar(const struct pass_data *data, const struct pass_days *days, uint32_t from, uint32_t to, struct pass_counts *counts)
{
    for (uint32_t subject = from; subject < to; subject++) {
        struct found with = {.cases = NO};
        int all[PASS_MEASURES];
        int rest[PASS_MEASURES];
        bool ahead[PASS_MEASURES];
        bool ignored[PASS_MEASURES];
        find_good(data, days, subject, &with);
        struct found without = with;
        find_adverse(data, days, subject, true, &with);
        find_adverse(data, days, subject, false, &without);
        judge(&with, all, ahead);
        judge(&without, rest, ignored);
        for (int m = 0; m < PASS_MEASURES; m++) {
            const int outcome = outcome_of(m, all[m], rest[m], ahead[m]);
            if (outcome != NONE) {
                counts->of[m][outcome]++;
            }
        }
    }
}

/* ---------------------------------------------------------- column by column */

/* What a row says: bits for the world with all records, the same shifted by 4 for the world without contested ones. */
enum { IS = 1, MAY_BE = 2, ALSO = 4, AHEAD = 8, REST = 4 };

#define BLOCK 192 /* fewer than 256, so that a byte counts them */

/** Bytes of all subjects: flags of the seven tables; counts of recent penalties and of ratings, low and high in one byte. */
struct sums {
    uint8_t *cases, *penalties, *wages, *taxes, *commitments, *honours, *recent, *ratings;
};

/** No contested row counts in the other world. Rows under objection come in order; *next is the first that was not met yet. */
static void drop_contested(const struct pass_rows *rows, uint32_t first, uint32_t end, uint32_t *next, uint8_t *flags, uint8_t kept)
{
    for (; *next < rows->contested_count && rows->contested_rows[*next] < end; ++*next) {
        flags[rows->contested_rows[*next] - first] &= kept;
    }
}

static void gather_or(const struct pass_rows *rows, uint32_t first, uint32_t end, const uint8_t *flags, uint32_t from, uint8_t *sums)
{
    const uint32_t *subject = rows->subject + first;
    for (uint32_t i = 0; i < end - first; i++) {
        sums[subject[i] - from] |= flags[i];
    }
}

static void gather_sum(const struct pass_rows *rows, uint32_t first, uint32_t end, const uint8_t *flags, uint32_t from, uint8_t *sums)
{
    const uint32_t *subject = rows->subject + first;
    for (uint32_t i = 0; i < end - first; i++) {
        sums[subject[i] - from] = (uint8_t)(sums[subject[i] - from] + flags[i]);
    }
}

/** AHEAD stands at 8 and is said of the world with all records only; the other world's bits are REST places higher. */
#define IN_BOTH_WORLDS(flags) (uint8_t)((flags) | (uint8_t)(((flags) & (IS | MAY_BE | ALSO)) << REST))

static void flag_cases(const struct pass_rows *rows, const struct pass_days *days, uint32_t first, uint32_t count, uint8_t *flags)
{
    const uint8_t *restrict performed = rows->code + first;
    const uint8_t *restrict conduct = rows->code2 + first;
    const uint16_t *restrict listed = rows->day + first;
    const uint16_t today = (uint16_t)days->today;
    const uint16_t two = (uint16_t)days->two_years;
    const uint16_t five = (uint16_t)days->five_years;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t runs = (uint8_t)(listed[i] <= today) & (uint8_t)(listed[i] > two);
        const uint8_t able = (uint8_t)(conduct[i] != 1);
        const uint8_t yes = (uint8_t)(performed[i] > 1) & able;
        const uint8_t may = (uint8_t)(performed[i] == 0) & able;
        const uint8_t also = (uint8_t)(conduct[i] == 2) & (uint8_t)(listed[i] > five) & (uint8_t)(listed[i] <= today);
        const uint8_t ahead = yes & (uint8_t)(listed[i] > today);
        const uint8_t all = (uint8_t)((yes & runs) * IS | (may & runs) * MAY_BE | also * ALSO | ahead * AHEAD);
        flags[i] = IN_BOTH_WORLDS(all);
    }
}

static void flag_penalties(const struct pass_rows *rows, const struct pass_days *days, uint32_t first, uint32_t count, uint8_t *flags, uint8_t *recent)
{
    const uint8_t *restrict kind = rows->code + first;
    const uint32_t *restrict fine = rows->money + first;
    const uint16_t *restrict decided = rows->day + first;
    const uint16_t today = (uint16_t)days->today;
    const uint16_t two = (uint16_t)days->two_years;
    const uint16_t three = (uint16_t)days->three_years;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t past = (uint8_t)(decided[i] <= today);
        const uint8_t runs = past & (uint8_t)(decided[i] > three);
        const uint8_t yes = (uint8_t)(kind[i] >= 5) | (uint8_t)(fine[i] >= 10000000);
        const uint8_t may = (uint8_t)(kind[i] < 5) & (uint8_t)(fine[i] == 0);
        const uint8_t all = (uint8_t)((yes & runs) * IS | (may & runs) * MAY_BE | (yes & (1 - past)) * AHEAD);
        flags[i] = IN_BOTH_WORLDS(all);
        recent[i] = (uint8_t)((past & (uint8_t)(decided[i] > two)) * 0x11);
    }
}

static void flag_wages(const struct pass_rows *rows, const struct pass_days *days, uint32_t first, uint32_t count, uint8_t *flags)
{
    const uint8_t *restrict workers = rows->code + first;
    const uint32_t *restrict owed = rows->money + first;
    const uint16_t *restrict ordered = rows->day + first;
    const uint16_t today = (uint16_t)days->today;
    const uint16_t three = (uint16_t)days->three_years;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t runs = (uint8_t)(ordered[i] <= today) & (uint8_t)(ordered[i] > three);
        const uint8_t yes = (uint8_t)(workers[i] >= 10) | (uint8_t)(owed[i] >= 3000000);
        const uint8_t may = (uint8_t)(workers[i] == 0) & (uint8_t)(owed[i] < 3000000);
        const uint8_t all = (uint8_t)((yes & runs) * IS | (may & runs) * MAY_BE);
        flags[i] = IN_BOTH_WORLDS(all);
    }
}

static void flag_taxes(const struct pass_rows *rows, const struct pass_days *days, uint32_t first, uint32_t count, uint8_t *flags)
{
    const uint8_t *restrict conduct = rows->code + first;
    const uint32_t *restrict amount = rows->money + first;
    const uint16_t *restrict decided = rows->day + first;
    const uint16_t today = (uint16_t)days->today;
    const uint16_t three = (uint16_t)days->three_years;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t past = (uint8_t)(decided[i] <= today);
        const uint8_t runs = past & (uint8_t)(decided[i] > three);
        const uint8_t here = (uint8_t)(conduct[i] != 8);
        const uint8_t yes = here & (uint8_t)(amount[i] >= 100000000);
        const uint8_t may = here & (uint8_t)(amount[i] == 0);
        const uint8_t all = (uint8_t)((yes & runs) * IS | (may & runs) * MAY_BE | (yes & (1 - past)) * AHEAD);
        flags[i] = IN_BOTH_WORLDS(all);
    }
}

static void flag_ratings(const struct pass_rows *rows, uint32_t first, uint32_t count, uint8_t *flags)
{
    const uint8_t *restrict year = rows->code + first;
    const uint8_t *restrict grade = rows->code2 + first;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t late = (uint8_t)(year[i] >= 23);
        flags[i] = (uint8_t)((late & (uint8_t)(grade[i] == 1)) | (late & (uint8_t)(grade[i] <= 1)) << 4);
    }
}

static void flag_commitments(const struct pass_rows *rows, uint32_t first, uint32_t count, uint8_t *flags)
{
    const uint8_t *restrict state = rows->code + first;
    for (uint32_t i = 0; i < count; i++) {
        flags[i] = (uint8_t)((uint8_t)(state[i] == 2) * IS | (uint8_t)(state[i] == 0) * MAY_BE | (uint8_t)(state[i] == 4) * ALSO);
    }
}

static void flag_honours(const struct pass_rows *rows, const struct pass_days *days, uint32_t first, uint32_t count, uint8_t *flags)
{
    const uint16_t *restrict granted = rows->day + first;
    const uint16_t *restrict revoked = rows->day2 + first;
    const uint8_t *restrict level = rows->code + first;
    const uint16_t today = (uint16_t)days->today;
    const uint16_t three = (uint16_t)days->three_years;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t past = (uint8_t)(granted[i] <= today);
        const uint8_t stands = (uint8_t)(revoked[i] == 0);
        const uint8_t runs = past & (uint8_t)(granted[i] > three) & stands;
        flags[i] = (uint8_t)(runs * IS | (uint8_t)(level[i] == 0) * MAY_BE | (uint8_t)(level[i] >= 4) * ALSO | (stands & (1 - past)) * AHEAD);
    }
}

/** What a thread works with: room for the rows of one chunk, and how far it is in each table's contested rows. */
struct chunk_room {
    uint8_t *flags, *recent;
    uint32_t contested[PASS_TABLES];
};

/** Reads the tables' rows of the subjects [from, to) into their sums. */
static void sum_tables(const struct pass_data *data, const struct pass_days *days, uint32_t from, uint32_t to, struct sums *sums, struct chunk_room *room)
{
    uint8_t *into[PASS_TABLES] = {sums->cases, sums->penalties, sums->wages, sums->taxes, sums->ratings, sums->commitments, sums->honours};
    uint8_t *flags = room->flags;
    for (int t = 0; t < PASS_TABLES; t++) {
        const struct pass_rows *rows = &data->tables[t];
        const uint32_t first = rows->first[from];
        const uint32_t end = rows->first[to];
        uint32_t next = room->contested[t];
        switch (t) {
        case PASS_CASES: flag_cases(rows, days, first, end - first, flags); break;
        case PASS_PENALTIES: flag_penalties(rows, days, first, end - first, flags, room->recent); break;
        case PASS_WAGES: flag_wages(rows, days, first, end - first, flags); break;
        case PASS_TAXES: flag_taxes(rows, days, first, end - first, flags); break;
        case PASS_RATINGS: flag_ratings(rows, first, end - first, flags); break;
        case PASS_COMMITMENTS: flag_commitments(rows, first, end - first, flags); break;
        default: flag_honours(rows, days, first, end - first, flags); break;
        }
        drop_contested(rows, first, end, &room->contested[t], flags, IS | MAY_BE | ALSO | AHEAD);
        if (t == PASS_RATINGS) {
            gather_sum(rows, first, end, flags, from, into[t]);
        } else {
            gather_or(rows, first, end, flags, from, into[t]);
        }
        if (t == PASS_PENALTIES) {
            drop_contested(rows, first, end, &next, room->recent, 0x0f);
            gather_sum(rows, first, end, room->recent, from, sums->recent);
        }
    }
}

/* Without a branch, as all of what follows, so that the compiler makes vectors of it. */
static inline uint8_t level_of(uint8_t yes, uint8_t may)
{
    const uint8_t is = (uint8_t)(yes != 0);
    return (uint8_t)(YES * is | (MAYBE * (uint8_t)(may != 0) & (uint8_t)(is - 1)));
}

static inline uint8_t yes_if(uint8_t bits)
{
    return (uint8_t)(YES * (uint8_t)(bits != 0));
}

static inline uint8_t high(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static inline uint8_t low(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/** Truths of one block in one world: `shift` 0 with all records, REST without the contested ones. */
static inline void judge_block(const struct sums *sums, uint32_t at, int shift, uint8_t (*restrict truth)[BLOCK])
{
    const uint8_t *restrict all_cases = sums->cases + at;
    const uint8_t *restrict all_penalties = sums->penalties + at;
    const uint8_t *restrict all_wages = sums->wages + at;
    const uint8_t *restrict all_taxes = sums->taxes + at;
    const uint8_t *restrict all_recent = sums->recent + at;
    const uint8_t *restrict ratings = sums->ratings + at;
    const uint8_t *restrict commitments = sums->commitments + at;
    const uint8_t *restrict honours = sums->honours + at;
    for (uint32_t i = 0; i < BLOCK; i++) {
        const uint8_t cases = (uint8_t)(all_cases[i] >> shift);
        const uint8_t penalties = (uint8_t)(all_penalties[i] >> shift);
        const uint8_t wages = (uint8_t)(all_wages[i] >> shift);
        const uint8_t taxes = (uint8_t)(all_taxes[i] >> shift);
        const uint8_t recent = (uint8_t)((all_recent[i] >> shift) & 0x0f);
        const uint8_t defaulter = level_of(cases & IS, cases & MAY_BE);
        const uint8_t tax = level_of(taxes & IS, taxes & MAY_BE);
        const uint8_t grave = level_of(penalties & IS, penalties & MAY_BE);
        const uint8_t often = yes_if((uint8_t)(recent >= 2));
        const uint8_t rated = level_of((uint8_t)((ratings[i] & 0x0f) >= 3), (uint8_t)((ratings[i] >> 4) >= 3));
        const uint8_t kept = level_of(commitments[i] & IS, commitments[i] & MAY_BE);
        const uint8_t broken = level_of(commitments[i] & ALSO, commitments[i] & MAY_BE);
        const uint8_t honour = yes_if(honours[i] & IS);
        const uint8_t black = high(defaulter, tax);
        const uint8_t unlisted = (uint8_t)(YES - black);
        const uint8_t clean = (uint8_t)(YES - high(black, high(grave, often)));
        truth[0][i] = defaulter;
        truth[1][i] = tax;
        truth[2][i] = grave;
        truth[3][i] = often;
        truth[4][i] = level_of(wages & IS, wages & MAY_BE);
        truth[5][i] = yes_if(cases & ALSO);
        truth[6][i] = high(defaulter, grave);
        truth[7][i] = low(rated, clean);
        truth[8][i] = low(high(rated, honour), unlisted);
        truth[9][i] = low(honour, unlisted);
        truth[10][i] = low(low(kept, (uint8_t)(YES - broken)), clean);
        truth[11][i] = low(level_of(honours[i] & ALSO, honours[i] & MAY_BE), unlisted);
    }
}

static inline void find_ahead(const struct sums *sums, uint32_t at, uint8_t (*restrict truth)[BLOCK], uint8_t (*restrict ahead)[BLOCK])
{
    const uint8_t *restrict cases = sums->cases + at;
    const uint8_t *restrict penalties = sums->penalties + at;
    const uint8_t *restrict taxes = sums->taxes + at;
    const uint8_t *restrict honours = sums->honours + at;
    for (uint32_t i = 0; i < BLOCK; i++) {
        const uint8_t unlisted = (uint8_t)(high(truth[0][i], truth[1][i]) == NO);
        const uint8_t honour = (uint8_t)((honours[i] & AHEAD) != 0) & unlisted;
        ahead[0][i] = (uint8_t)((cases[i] & AHEAD) != 0);
        ahead[1][i] = (uint8_t)((taxes[i] & AHEAD) != 0);
        ahead[2][i] = (uint8_t)((penalties[i] & AHEAD) != 0);
        ahead[6][i] = (uint8_t)(((cases[i] | penalties[i]) & AHEAD) != 0);
        ahead[8][i] = honour;
        ahead[9][i] = honour;
    }
}

static inline void count_block(const uint8_t *all, const uint8_t *rest, const uint8_t *ahead, bool sanction, uint64_t counts[PASS_OUTCOMES])
{
    uint8_t in_force = 0;
    uint8_t suspended = 0;
    uint8_t unclear = 0;
    uint8_t pending = 0;
    for (uint32_t i = 0; i < BLOCK; i++) {
        const uint8_t either = sanction ? all[i] : high(all[i], rest[i]);
        const uint8_t stays = sanction ? (uint8_t)(rest[i] == YES) : 1;
        in_force = (uint8_t)(in_force + ((uint8_t)(either == YES) & stays));
        suspended = (uint8_t)(suspended + ((uint8_t)(either == YES) & (1 - stays)));
        unclear = (uint8_t)(unclear + (uint8_t)(either == MAYBE));
        pending = (uint8_t)(pending + ((uint8_t)(either == NO) & ahead[i]));
    }
    counts[0] += in_force;
    counts[1] += suspended;
    counts[2] += unclear;
    counts[3] += pending;
}

static void count_all(const struct sums *sums, uint32_t count, struct pass_counts *counts)
{
    static const uint8_t zeros[BLOCK];
    uint8_t all[PASS_MEASURES][BLOCK];
    uint8_t rest[PASS_MEASURES][BLOCK];
    uint8_t ahead[PASS_MEASURES][BLOCK];
    for (uint32_t at = 0; at < count; at += BLOCK) {
        judge_block(sums, at, 0, all);
        judge_block(sums, at, REST, rest);
        find_ahead(sums, at, all, ahead);
        for (int m = 0; m < PASS_MEASURES; m++) {
            const bool can_wait = m < 3 || m == 6 || m == 8 || m == 9;
            count_block(all[m], rest[m], can_wait ? ahead[m] : zeros, m < 7, counts->of[m]);
        }
    }
}

/** Skips the contested rows before subject `from`. */
static void start_room(const struct pass_data *data, uint32_t from, struct chunk_room *room)
{
    for (int t = 0; t < PASS_TABLES; t++) {
        const struct pass_rows *rows = &data->tables[t];
        room->contested[t] = 0;
        while (room->contested[t] < rows->contested_count && rows->contested_rows[room->contested[t]] < rows->first[from]) {
            room->contested[t]++;
        }
    }
}

#define CHUNK (64 * BLOCK) /* what is known of so many subjects stays in the processor's cache */

static uint32_t chunk_end(uint32_t at, uint32_t to)
{
    return to - at < CHUNK ? to : at + CHUNK;
}

/** Room for the rows of the largest chunk; false when memory ran out. */
static bool make_room(const struct pass_data *data, uint32_t from, uint32_t to, struct chunk_room *room)
{
    size_t most = 1;
    for (int t = 0; t < PASS_TABLES; t++) {
        for (uint32_t at = from; at < to; at += CHUNK) {
            const size_t own = data->tables[t].first[chunk_end(at, to)] - data->tables[t].first[at];
            most = own > most ? own : most;
        }
    }
    room->flags = malloc(2 * most);
    room->recent = room->flags != NULL ? room->flags + most : NULL;
    return room->flags != NULL;
}

bool pass_vector(const struct pass_data *data, const struct pass_days *days, uint32_t from, uint32_t to, struct pass_counts *counts)
{
    struct chunk_room room;
    uint8_t *bytes = malloc((size_t)8 * CHUNK);
    const bool made = make_room(data, from, to, &room) && bytes != NULL;
    if (made) {
        struct sums sums = {bytes, bytes + CHUNK, bytes + 2 * CHUNK, bytes + 3 * CHUNK, bytes + 4 * CHUNK, bytes + 5 * CHUNK, bytes + 6 * CHUNK, bytes + 7 * CHUNK};
        start_room(data, from, &room);
        for (uint32_t at = from; at < to; at += CHUNK) {
            memset(bytes, 0, (size_t)8 * CHUNK); /* what lies behind the end is 0 and decides nothing */
            sum_tables(data, days, at, chunk_end(at, to), &sums, &room);
            count_all(&sums, chunk_end(at, to) - at, counts);
        }
    }
    free(bytes);
    free(room.flags);
    return made;
}
