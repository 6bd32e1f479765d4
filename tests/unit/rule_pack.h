/*
 * A small pack with rules, for tests of decisions: persons and units, cases with a service date, the legal
 * representative; a finding on cases, one without grounds, a sanction that follows a unit's finding to its
 * representative, and an incentive. Tests change entries before the pack is opened. Results are collected as JSON
 * lines.
 */
#ifndef MOU_TESTS_RULE_PACK_H
#define MOU_TESTS_RULE_PACK_H

#include "pack_builder.h"

enum { RP_PERSON, RP_UNIT };

enum { RP_BORN };

enum { RP_CASE };

enum { RP_KEY, RP_MADE, RP_SERVED, RP_AMOUNT, RP_PAID, RP_TERM };

enum { RP_HEAD };

enum { RP_LISTED, RP_CLEAN }; /* findings */

enum { RP_BAN, RP_GREEN, RP_MEASURES };

/** Registers that tests refer to. */
struct rp_registers {
    uint32_t today, yes, no;
    uint32_t exists, served, made, presence, amount, paid, term;
    uint32_t condition, end, holds;
    uint32_t listed, clean, period, born, adult, own_end, own_end_test;
};

struct rp {
    struct pb pb;
    struct rp_registers r;
    struct mou_pack *pack;
    struct mou_batch_builder *builder;
    struct mou_machine *machine;
    struct mou_buf lines;
    struct mou_run_options options;
};

static inline mou_date rp_day(int year, int month, int day)
{
    mou_date date = 0;
    assert_true(mou_date_from_civil((struct mou_civil){year, month, day}, &date));
    return date;
}

static inline void rp_vocabulary(struct pb *pb)
{
    const uint32_t person = pb_field(pb, "出生日期", MOU_PACK_DATE);
    const uint32_t cases = pb_field(pb, "案号", MOU_PACK_TEXT_FIELD);
    (void)pb_field(pb, "作出日期", MOU_PACK_DATE);
    (void)pb_field(pb, "送达日期", MOU_PACK_DATE);
    (void)pb_field(pb, "金额", MOU_PACK_MONEY);
    (void)pb_field(pb, "已缴", MOU_PACK_YES_NO);
    (void)pb_field(pb, "期限", MOU_PACK_MONTHS);
    (void)pb_kind(pb, "自然人", person, 1);
    (void)pb_kind(pb, "单位", cases, 0);
    const uint32_t record = pb_record(pb, "案件", NONE, cases, 6, RP_KEY);
    struct mou_pack_record *entry = pb_entry(pb, MOU_SECTION_RECORDS, record);
    entry->number = RP_KEY;
    entry->made = RP_MADE;
    entry->served = RP_SERVED;
    const struct mou_pack_relation head = {.name = pb_text(pb, "法定代表人"),
                                           .inverse = pb_text(pb, "任法定代表人的单位"),
                                           .from_kind = RP_UNIT,
                                           .to_kind = RP_PERSON};
    (void)pb_append(pb, MOU_SECTION_RELATIONS, &head, 1);
    (void)pb_frame(pb, MOU_FRAME_UNIT, 0, 0, 0, 0);
    (void)pb_frame(pb, MOU_FRAME_SUBJECT, 0, 0, 0, 0);
    (void)pb_frame(pb, MOU_FRAME_RECORDS, 1, 1, RP_CASE, 0);
    const struct mou_pack_source source = {pb_text(pb, "规则.mou"),
                                           pb_text(pb, "备忘录 甲\n    认定 失信\n        当 金额 > 100 且 非 已缴\n")};
    (void)pb_append(pb, MOU_SECTION_SOURCES, &source, 1);
    const struct mou_pack_memorandum memorandum = {
        .name = pb_text(pb, "甲"), .version = pb_text(pb, "一"), .effective = INT32_MIN, .repealed = INT32_MIN};
    (void)pb_append(pb, MOU_SECTION_MEMORANDA, &memorandum, 1);
}

/** The span of `words` in the source, for the instruction `index`. */
static inline void rp_span(struct pb *pb, uint32_t index, const char *words)
{
    const struct mou_pack_source *source = pb_entry(pb, MOU_SECTION_SOURCES, 0);
    const char *text = (const char *)pb->sections[MOU_SECTION_STRINGS].bytes + source->text.offset;
    const char *found = NULL; /* the section is bytes, not a text with an end */
    for (uint32_t at = 0; found == NULL && at + strlen(words) <= source->text.len; at++) {
        found = memcmp(text + at, words, strlen(words)) == 0 ? text + at : NULL;
    }
    assert_non_null(found);
    struct mou_pack_span *span = pb_entry(pb, MOU_SECTION_SPANS, index);
    *span = (struct mou_pack_span){0, (uint32_t)(found - text), (uint32_t)(found - text + (ptrdiff_t)strlen(words))};
}

/** The ground section: amount over 100 and not paid, from 作出日期, for the case's own 期限. */
static inline void rp_ground(struct pb *pb, struct rp_registers *r)
{
    const uint32_t home = 2 + RP_CASE;
    r->today = pb_typed(pb, OP(TODAY), MOU_PACK_DATE, 0, NONE, NONE, NONE, 0);
    r->yes = pb_op(pb, OP(CONST_CONDITION), 0, NONE, NONE, NONE, 1);
    r->no = pb_op(pb, OP(CONST_CONDITION), 0, NONE, NONE, NONE, 0);
    r->period = r->yes;
    r->exists = pb_op(pb, OP(EXISTS), home, NONE, NONE, NONE, 0);
    r->served = pb_typed(pb, OP(COLUMN), MOU_PACK_DATE, home, RP_SERVED, NONE, NONE, 0);
    r->made = pb_typed(pb, OP(COLUMN), MOU_PACK_DATE, home, RP_MADE, NONE, NONE, 0);
    r->amount = pb_typed(pb, OP(COLUMN), MOU_PACK_MONEY, home, RP_AMOUNT, NONE, NONE, 0);
    r->paid = pb_typed(pb, OP(COLUMN), MOU_PACK_YES_NO, home, RP_PAID, NONE, NONE, 0);
    r->term = pb_typed(pb, OP(COLUMN), MOU_PACK_MONTHS, home, RP_TERM, NONE, NONE, 0);
    const uint32_t is_served = pb_op(pb, OP(COMPARE), home, r->served, r->today, NONE, MOU_COMPARE_LE);
    r->presence = pb_op(pb, OP(AND), home, r->exists, is_served, NONE, 0);
    const uint32_t hundred = pb_typed(pb, OP(CONST), MOU_PACK_MONEY, 0, NONE, NONE, NONE, 100);
    const uint32_t large = pb_op(pb, OP(COMPARE), home, r->amount, hundred, NONE, MOU_COMPARE_GT);
    const uint32_t paid = pb_op(pb, OP(TRUTH), home, r->paid, NONE, NONE, 0);
    const uint32_t unpaid = pb_op(pb, OP(NOT), home, paid, NONE, NONE, 0);
    r->condition = pb_op(pb, OP(AND), home, large, unpaid, NONE, 0);
    rp_span(pb, large, "金额 > 100");
    rp_span(pb, paid, "已缴");
    rp_span(pb, unpaid, "非 已缴");
    rp_span(pb, r->condition, "金额 > 100 且 非 已缴");
    r->end = pb_typed(pb, OP(DATE_ADD_MONTHS), MOU_PACK_DATE, home, r->made, r->term, NONE, 0);
    const uint32_t begun = pb_op(pb, OP(COMPARE), home, r->made, r->today, NONE, MOU_COMPARE_LE);
    const uint32_t runs = pb_op(pb, OP(COMPARE), home, r->today, r->end, NONE, MOU_COMPARE_LT);
    const uint32_t present = pb_op(pb, OP(AND), home, r->presence, r->condition, NONE, 0);
    const uint32_t timely = pb_op(pb, OP(AND), home, begun, runs, NONE, 0);
    r->holds = pb_op(pb, OP(AND), home, present, timely, NONE, 0);
    const struct mou_pack_ground ground = {.record = RP_CASE,
                                           .frame = home,
                                           .condition = r->condition,
                                           .from = r->made,
                                           .end = r->end,
                                           .presence = r->presence,
                                           .served = r->served,
                                           .made = r->made,
                                           .act = NONE,
                                           .ended = NONE,
                                           .holds = r->holds};
    (void)pb_append(pb, MOU_SECTION_GROUNDS, &ground, 1);
}

/** 失信 on cases; 守信, which is a subject with no case at all that counts. */
static inline void rp_findings(struct pb *pb, struct rp_registers *r)
{
    r->listed = pb_op(pb, OP(ANY), 1, r->holds, r->yes, NONE, 0);
    const uint32_t any = pb_op(pb, OP(ANY), 1, r->presence, r->condition, NONE, 0);
    r->clean = pb_op(pb, OP(NOT), 1, any, NONE, NONE, 0);
    const struct mou_pack_finding listed = {.name = pb_text(pb, "失信"),
                                            .list_kind = NONE,
                                            .holds = r->listed,
                                            .unless = NONE,
                                            .period = r->period,
                                            .when = NONE,
                                            .first_ground = 0,
                                            .ground_count = 1,
                                            .note = NONE};
    const struct mou_pack_finding clean = {.name = pb_text(pb, "守信"),
                                           .list_kind = NONE,
                                           .holds = r->clean,
                                           .unless = NONE,
                                           .period = r->period,
                                           .when = r->clean,
                                           .first_ground = 0,
                                           .ground_count = 0,
                                           .note = NONE};
    (void)pb_append(pb, MOU_SECTION_FINDINGS, &listed, 1);
    (void)pb_append(pb, MOU_SECTION_FINDINGS, &clean, 1);
}

static inline void rp_measures(struct pb *pb, struct rp_registers *r)
{
    const uint32_t because[] = {RP_LISTED, RP_CLEAN};
    const uint32_t first = pb_list(pb, because, 2);
    const struct mou_pack_reach reaches[] = {
        {RP_PERSON, NONE, 0, 0, NONE}, {RP_UNIT, RP_HEAD, 0, 0, NONE},
        {RP_PERSON, NONE, 0, 0, NONE}, {RP_UNIT, NONE, 0, 0, NONE}};
    (void)pb_append(pb, MOU_SECTION_REACHES, reaches, 4);
    const struct mou_pack_text basis = pb_text(pb, "《办法》第三条");
    (void)pb_append(pb, MOU_SECTION_TEXTS, &basis, 1);
    const uint32_t year = pb_typed(pb, OP(CONST), MOU_PACK_MONTHS, 0, NONE, NONE, NONE, 12);
    const struct mou_pack_measure ban = {.name = pb_text(pb, "限制"),
                                         .dropped = MOU_DATE_NONE, .authorities = NONE,
                                         .kind = 0,
                                         .item = NONE,
                                         .degree = pb_text(pb, "禁止"),
                                         .authority = pb_text(pb, "民航局"),
                                         .remedy = pb_text(pb, "复议"),
                                         .basis_count = 1,
                                         .because = first,
                                         .because_count = 1,
                                         .only_if = NONE,
                                         .unless = NONE,
                                         .period = r->period,
                                         .holding = MOU_PACK_AT_DETERMINATION,
                                         .first_reach = 0,
                                         .reach_count = 2,
                                         .own_ends = NONE,
                                         .own_end_tests = NONE,
                                         .term = NONE,
                                         .note = NONE};
    const struct mou_pack_measure green = {.name = pb_text(pb, "绿灯"),
                                           .dropped = MOU_DATE_NONE, .authorities = NONE,
                                           .kind = 1,
                                           .item = NONE,
                                           .authority = pb_text(pb, "中心"),
                                           .basis_count = 1,
                                           .because = first + 1,
                                           .because_count = 1,
                                           .only_if = NONE,
                                           .unless = NONE,
                                           .period = r->period,
                                           .first_reach = 2,
                                           .reach_count = 2,
                                           .own_ends = NONE,
                                           .own_end_tests = NONE,
                                           .term = year,
                                           .term_type = MOU_PACK_MONTHS,
                                           .note = NONE};
    (void)pb_append(pb, MOU_SECTION_MEASURES, &ban, 1);
    (void)pb_append(pb, MOU_SECTION_MEASURES, &green, 1);
}

static inline void rp_build(struct rp *rp)
{
    *rp = (struct rp){0};
    pb_init(&rp->pb);
    rp_vocabulary(&rp->pb);
    rp_ground(&rp->pb, &rp->r);
    rp_findings(&rp->pb, &rp->r);
    rp_measures(&rp->pb, &rp->r);
    mou_buf_init(&rp->lines, NULL, (size_t)1 << 20);
}

/** Marks every comparison whose operand follows the as-of date, as the compiler does. */
static inline void rp_mark_time(struct pb *pb)
{
    const uint32_t count = pb->sections[MOU_SECTION_INSTRUCTIONS].count;
    bool *follows = calloc(count, sizeof *follows);
    assert_non_null(follows);
    for (uint32_t i = 0; i < count; i++) {
        struct mou_pack_instruction *in = pb_instruction(pb, i);
        const bool comparison =
            in->opcode == OP(COMPARE) || in->opcode == OP(COMPARE_RANGE) || in->opcode == OP(COMPARE_FRACTION);
        if (!comparison && !mou_opcode_follows_time(in->opcode)) {
            continue;
        }
        bool any = in->opcode == OP(TODAY);
        for (unsigned n = 0; n < 3; n++) {
            enum mou_form form;
            if (mou_operand_form(mou_opcode_operand(in->opcode, n), &form)) {
                any = any || follows[mou_instruction_operand(in, n)];
            }
        }
        follows[i] = any && !comparison;
        in->flags = any && comparison ? MOU_INSTRUCTION_TIME : in->flags;
    }
    free(follows);
}

static inline void rp_open(struct rp *rp, int year, int month, int day)
{
    rp_mark_time(&rp->pb);
    rp->pack = pb_open(&rp->pb);
    rp->builder = mou_batch_builder_new(rp->pack, NULL);
    assert_non_null(rp->builder);
    assert_status(mou_machine_new(rp->pack, NULL, &rp->machine), MOU_OK);
    rp->options = (struct mou_run_options){.as_of = rp_day(year, month, day)};
}

static inline void rp_close(struct rp *rp)
{
    mou_machine_free(rp->machine);
    mou_batch_builder_free(rp->builder);
    mou_pack_close(rp->pack);
    pb_free(&rp->pb);
    mou_buf_free(&rp->lines);
}

/** For cmocka: a fresh pack for each test. */
static inline int rp_setup(void **state)
{
    static struct rp rp;
    rp_build(&rp);
    *state = &rp;
    return 0;
}

static inline int rp_teardown(void **state)
{
    rp_close(*state);
    return 0;
}

static inline uint32_t rp_subject(struct rp *rp, const char *id, uint32_t kind)
{
    return mou_batch_add_subject(rp->builder, mou_text_of(id), kind, true);
}

/** A case of 200 fen, not paid, served on the day it was made; `term` in months. */
static inline uint32_t rp_case(struct rp *rp, uint32_t subject, const char *key, mou_date made, int64_t term)
{
    const uint32_t row = mou_batch_add_row(rp->builder, RP_CASE, subject, UINT32_MAX);
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_KEY, mou_batch_text(rp->builder, mou_text_of(key)));
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_AMOUNT, 200);
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_PAID, 0);
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_TERM, term);
    if (made != MOU_DATE_NONE) {
        mou_batch_set_field(rp->builder, RP_CASE, row, RP_MADE, made);
        mou_batch_set_field(rp->builder, RP_CASE, row, RP_SERVED, made);
    }
    return row;
}

static inline enum mou_status rp_take(void *state, const struct mou_decision *decision)
{
    struct rp *rp = state;
    mou_decision_json(rp->pack, decision, &rp->lines);
    return rp->lines.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static inline enum mou_status rp_take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct rp *rp = state;
    (void)number;
    mou_next_json(subject, next, &rp->lines);
    return MOU_OK;
}

/** Runs; the lines stay with the struct. */
static inline const char *rp_run(struct rp *rp, bool next)
{
    const struct mou_batch *batch = NULL;
    const struct mou_decision_sink sink = {.state = rp, .decision = rp_take, .next = next ? rp_take_next : NULL};
    mou_buf_clear(&rp->lines);
    assert_status(mou_batch_finish(rp->builder, &batch), MOU_OK);
    assert_status(mou_machine_run(rp->machine, batch, &rp->options, &sink), MOU_OK);
    return rp->lines.len == 0 ? "" : rp->lines.data;
}

#endif
