/*
 * Seeded random numbers and batches over a pack's own vocabulary: subjects, rows, relations, objections, with unknown
 * fields, equal values and extremes. Deterministic, for tests of the machine and for fuzzing.
 */
#ifndef MOU_TESTS_RANDOM_BATCH_H
#define MOU_TESTS_RANDOM_BATCH_H

#include "machine.h"
#include "mou/vm.h"

struct rng {
    uint64_t state;
};

/** splitmix64. */
static inline uint64_t rng_next(struct rng *rng)
{
    uint64_t z = rng->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/** 0 to `bound` - 1. */
static inline uint32_t rng_below(struct rng *rng, uint32_t bound)
{
    return (uint32_t)(rng_next(rng) % bound);
}

/** True once in `odds`. */
static inline bool rng_once_in(struct rng *rng, uint32_t odds)
{
    return rng_below(rng, odds) == 0;
}

struct batch_plan {
    uint32_t subjects;
    uint32_t rows;           /**< at most, per subject and top-level type, and per parent row */
    uint32_t relations;      /**< per relation and subject, at most */
    uint32_t rows_total;     /**< at most, per type */
    uint32_t objection_odds; /**< one row in so many; 0: none */
    mou_date as_of;
};

static inline int64_t random_value(struct rng *rng, struct mou_batch_builder *builder,
                                   const struct mou_field_info *field, mou_date as_of)
{
    static const char *const texts[] = {"甲", "乙", "丙", ""};
    static const int64_t extremes[] = {INT64_MAX, INT64_MIN,    INT64_MAX - 1, INT64_C(1) << 62,
                                       -1,        MOU_DATE_MAX, 3037000500};
    if (field->type == MOU_VALUE_TEXT) {
        return mou_batch_text(builder, mou_text_of(texts[rng_below(rng, 4)]));
    }
    if (rng_once_in(rng, 24)) {
        return extremes[rng_below(rng, sizeof extremes / sizeof extremes[0])];
    }
    switch (field->type) {
    case MOU_VALUE_DATE: return as_of - 800 + (int64_t)rng_below(rng, 1000);
    case MOU_VALUE_YES_NO: return (int64_t)rng_below(rng, 2);
    case MOU_VALUE_INTEGER:
        return rng_once_in(rng, 3) ? 2008 + (int64_t)rng_below(rng, 9) : (int64_t)rng_below(rng, 9) - 3;
    case MOU_VALUE_TEXT:
    case MOU_VALUE_MONEY:
    case MOU_VALUE_RATIO:
    case MOU_VALUE_MONTHS:
    case MOU_VALUE_DAYS:
    case MOU_VALUE_WORKDAYS:
    case MOU_VALUE_CODE: break;
    }
    return (int64_t)rng_below(rng, 40) - 5;
}

static inline void random_row(struct rng *rng, const struct mou_pack *pack, struct mou_batch_builder *builder,
                              uint32_t record, uint32_t subject, uint32_t parent, const struct batch_plan *plan)
{
    const uint32_t row = mou_batch_add_row(builder, record, subject, parent);
    for (uint32_t f = 0; row != UINT32_MAX && f < mou_pack_record(pack, record).field_count; f++) {
        const struct mou_field_info field = mou_pack_field(pack, record, f);
        if (!rng_once_in(rng, 6)) {
            mou_batch_set_field(builder, record, row, f, random_value(rng, builder, &field, plan->as_of));
        }
    }
    if (plan->objection_odds > 0 && rng_once_in(rng, plan->objection_odds)) {
        const mou_date lodged = plan->as_of - 2 + (mou_date)rng_below(rng, 4);
        mou_batch_add_objection(builder, record, row, lodged, rng_once_in(rng, 2) ? MOU_DATE_NONE : lodged + 2);
    }
}

/* Rows of one type: below the rows of the parent type, which are there already, or below the subjects. */
static inline void random_rows(struct rng *rng, const struct mou_pack *pack, struct mou_batch_builder *builder,
                               uint32_t record, uint32_t *counts, uint32_t **owners, const struct batch_plan *plan)
{
    const uint32_t parent = mou_pack_record(pack, record).parent;
    const uint32_t parents = parent == UINT32_MAX ? plan->subjects : counts[parent];
    counts[record] = 0;
    for (uint32_t p = 0; p < parents; p++) {
        for (uint32_t n = rng_below(rng, plan->rows + 1); n > 0 && counts[record] < plan->rows_total; n--) {
            const uint32_t subject = parent == UINT32_MAX ? p : owners[parent][p];
            random_row(rng, pack, builder, record, subject, parent == UINT32_MAX ? UINT32_MAX : p, plan);
            owners[record][counts[record]++] = subject;
        }
    }
}

static inline void random_relations(struct rng *rng, const struct mou_pack *pack, struct mou_batch_builder *builder,
                                    uint32_t relation, const struct batch_plan *plan)
{
    for (uint32_t s = 0; s < plan->subjects; s++) {
        for (uint32_t n = rng_below(rng, plan->relations + 1); n > 0; n--) {
            const mou_date since =
                rng_once_in(rng, 4) ? MOU_DATE_NONE : plan->as_of - 100 + (mou_date)rng_below(rng, 200);
            const mou_date until =
                rng_once_in(rng, 2) ? MOU_DATE_NONE : plan->as_of - 50 + (mou_date)rng_below(rng, 200);
            const uint32_t row =
                mou_batch_add_relation(builder, relation, s, rng_below(rng, plan->subjects), since, until);
            for (uint32_t f = 0; f < mou_pack_relation(pack, relation).field_count; f++) {
                const struct mou_field_info field = mou_pack_relation_field(pack, relation, f);
                if (!rng_once_in(rng, 6)) {
                    mou_batch_set_relation_field(builder, relation, row, f,
                                                 random_value(rng, builder, &field, plan->as_of));
                }
            }
        }
    }
}

/** Fills a fresh builder. `arena` is for scratch. False when memory ran out. */
static inline bool random_batch(struct rng *rng, const struct mou_pack *pack, struct mou_batch_builder *builder,
                                struct mou_arena *arena, const struct batch_plan *plan)
{
    const uint32_t kinds = mou_pack_kind_count(pack);
    const uint32_t records = mou_pack_record_count(pack);
    uint32_t *counts = MOU_NEW_ARRAY(arena, records, uint32_t);
    uint32_t **owners = MOU_NEW_ARRAY(arena, records, uint32_t *);
    bool *done = MOU_NEW_ARRAY(arena, records, bool);
    for (uint32_t r = 0; owners != NULL && r < records; r++) {
        owners[r] = MOU_NEW_ARRAY(arena, plan->rows_total, uint32_t);
    }
    if (mou_arena_failed(arena)) {
        return false;
    }
    for (uint32_t s = 0; kinds > 0 && s < plan->subjects; s++) {
        const uint32_t kind = rng_below(rng, kinds);
        const char id[3] = {(char)('a' + s / 26 % 26), (char)('a' + s % 26), '\0'};
        const uint32_t number =
            mou_batch_add_subject(builder, mou_text_of(id), kind, s < plan->subjects - plan->subjects / 8);
        for (uint32_t a = 0; a < mou_pack_attribute_count(pack, kind); a++) {
            const struct mou_field_info field = mou_pack_attribute(pack, kind, a);
            if (!rng_once_in(rng, 6)) {
                mou_batch_set_attribute(builder, number, a, random_value(rng, builder, &field, plan->as_of));
            }
        }
    }
    for (uint32_t left = kinds > 0 ? records : 0; left > 0;) { /* parents first */
        for (uint32_t r = 0; r < records; r++) {
            const uint32_t parent = mou_pack_record(pack, r).parent;
            if (!done[r] && (parent == UINT32_MAX || done[parent])) {
                random_rows(rng, pack, builder, r, counts, owners, plan);
                done[r] = true;
                left--;
            }
        }
    }
    for (uint32_t r = 0; kinds > 0 && r < mou_pack_relation_count(pack); r++) {
        random_relations(rng, pack, builder, r, plan);
    }
    return true;
}

#endif
