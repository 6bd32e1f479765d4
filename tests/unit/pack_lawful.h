/*
 * A lawful pack with an entry in every section and every opcode at least once, over the sample vocabulary: what
 * refusals are tested against, what is flipped and dumped, and a seed for fuzzing.
 */
#ifndef MOU_TESTS_PACK_LAWFUL_H
#define MOU_TESTS_PACK_LAWFUL_H

#include "pack_builder.h"

/** Registers and frames by which tests change the pack. */
struct lawful {
    uint32_t heads, siblings, children, theirs; /* frames */
    uint32_t yes, seven, today, text, half;     /* at frame 0 */
    uint32_t made, amount, key, present, late;  /* at the case frame */
    uint32_t year, tax;                         /* at the year frame */
    uint32_t born, adult;                       /* at SUBJECT */
    uint32_t any, count, up, at, parent, streak, tally, table, choice, to_fraction, round, until, parameter_at,
        add_days, any_below;
    uint32_t state; /* behind what decisions need */
};

/* Constants, parameters and columns. */
static inline void pb_lawful_sources(struct pb *pb, struct lawful *l)
{
    l->yes = pb_op(pb, OP(CONST_CONDITION), 0, NONE, NONE, NONE, MOU_YES);
    l->seven = pb_op(pb, OP(CONST), 0, NONE, NONE, NONE, 7);
    l->text = pb_typed(pb, OP(CONST_TEXT), MOU_PACK_TEXT_FIELD, 0, 0, NONE, NONE, 0);
    l->half = pb_op(pb, OP(CONST_FRACTION), 0, 0, NONE, NONE, 0);
    (void)pb_op(pb, OP(INAPPLICABLE), 0, NONE, NONE, NONE, 0);
    l->today = pb_typed(pb, OP(TODAY), MOU_PACK_DATE, 0, NONE, NONE, NONE, 0);
    (void)pb_op(pb, OP(PARAMETER), 0, 0, NONE, NONE, 0);
    l->made = pb_typed(pb, OP(COLUMN), MOU_PACK_DATE, FRAME_CASE, CASE_MADE, NONE, NONE, 0);
    l->amount = pb_typed(pb, OP(COLUMN), MOU_PACK_MONEY, FRAME_CASE, CASE_AMOUNT, NONE, NONE, 0);
    l->key = pb_typed(pb, OP(COLUMN), MOU_PACK_TEXT_FIELD, FRAME_CASE, CASE_KEY, NONE, NONE, 0);
    l->year = pb_typed(pb, OP(COLUMN), MOU_PACK_INTEGER, FRAME_YEAR, YEAR_YEAR, NONE, NONE, 0);
    l->tax = pb_typed(pb, OP(COLUMN), MOU_PACK_MONEY, FRAME_YEAR, YEAR_TAX, NONE, NONE, 0);
    l->born = pb_typed(pb, OP(COLUMN), MOU_PACK_DATE, FRAME_SUBJECT, PERSON_BORN, NONE, NONE, KIND_PERSON);
    l->parameter_at = pb_op(pb, OP(PARAMETER_AT), FRAME_CASE, 0, l->made, NONE, 0);
    l->until = pb_typed(pb, OP(COLUMN), MOU_PACK_DATE, l->heads, MOU_COLUMN_RELATION_UNTIL, NONE, NONE, 0);
    (void)pb_typed(pb, OP(COLUMN), MOU_PACK_DATE, l->heads, MOU_COLUMN_RELATION_FROM, NONE, NONE, 0);
    (void)pb_typed(pb, OP(COLUMN), MOU_PACK_INTEGER, l->heads, HEAD_SHARE, NONE, NONE, 0);
    (void)pb_typed(pb, OP(COLUMN), MOU_PACK_MONEY, l->siblings, CASE_AMOUNT, NONE, NONE, 0);
    l->present = pb_op(pb, OP(EXISTS), FRAME_CASE, NONE, NONE, NONE, 0);
}

/* Values, dates and fractions at the case frame. */
static inline void pb_lawful_values(struct pb *pb, struct lawful *l)
{
    const uint32_t sum = pb_op(pb, OP(ADD), FRAME_CASE, l->amount, l->seven, NONE, 0);
    const uint32_t product = pb_op(pb, OP(MUL), FRAME_CASE, l->seven, l->amount, NONE, 0);
    (void)pb_op(pb, OP(SUB), FRAME_CASE, sum, product, NONE, 0);
    (void)pb_op(pb, OP(NEGATE), FRAME_CASE, sum, NONE, NONE, 0);
    (void)pb_op(pb, OP(MIN), FRAME_CASE, sum, product, NONE, 0);
    (void)pb_op(pb, OP(MAX), FRAME_CASE, sum, product, NONE, 0);
    (void)pb_typed(pb, OP(DATE_ADD_MONTHS), MOU_PACK_DATE, FRAME_CASE, l->made, l->seven, NONE, 0);
    l->add_days = pb_typed(pb, OP(DATE_ADD_DAYS), MOU_PACK_DATE, FRAME_CASE, l->made, l->seven, NONE, 0);
    (void)pb_typed(pb, OP(DATE_ADD_WORKDAYS), MOU_PACK_DATE, FRAME_CASE, l->made, l->seven, NONE, 0);
    (void)pb_op(pb, OP(DATE_DIFFERENCE), FRAME_CASE, l->today, l->made, NONE, 0);
    (void)pb_op(pb, OP(YEAR), FRAME_CASE, l->made, NONE, NONE, 0);
    (void)pb_typed(pb, OP(MONTH_START), MOU_PACK_DATE, FRAME_CASE, l->made, NONE, NONE, 0);
    (void)pb_typed(pb, OP(NEXT_MONTH_DAY), MOU_PACK_DATE, FRAME_CASE, l->made, l->seven, NONE, 0);
    (void)pb_typed(pb, OP(ROLL_FORWARD), MOU_PACK_DATE, FRAME_CASE, l->made, NONE, NONE, 0);
    (void)pb_typed(pb, OP(FIRST_WORKDAY), MOU_PACK_DATE, FRAME_CASE, l->made, NONE, NONE, 0);
    l->to_fraction = pb_op(pb, OP(TO_FRACTION), FRAME_CASE, l->amount, NONE, NONE, 100);
    const uint32_t more = pb_op(pb, OP(FRACTION_ADD), FRAME_CASE, l->to_fraction, l->half, NONE, 0);
    const uint32_t less = pb_op(pb, OP(FRACTION_SUB), FRAME_CASE, l->to_fraction, l->half, NONE, 0);
    (void)pb_op(pb, OP(FRACTION_MUL), FRAME_CASE, more, less, NONE, 0);
    const uint32_t quotient = pb_op(pb, OP(FRACTION_DIV), FRAME_CASE, more, less, NONE, 0);
    l->round = pb_op(pb, OP(ROUND), FRAME_CASE, quotient, NONE, NONE, MOU_ROUND_HALF_UP);
    const uint32_t range = pb_op(pb, OP(RANGE_OF), FRAME_CASE, l->amount, NONE, NONE, 0);
    (void)pb_op(pb, OP(RANGE_VALUE), FRAME_CASE, range, NONE, NONE, 0);
    (void)pb_op(pb, OP(RANGE_ADD), FRAME_CASE, range, range, NONE, 0);
    (void)pb_op(pb, OP(COMPARE_RANGE), FRAME_CASE, range, range, NONE, MOU_COMPARE_LE);
    (void)pb_op(pb, OP(COMPARE_FRACTION), FRAME_CASE, quotient, l->half, NONE, MOU_COMPARE_GT);
    (void)pb_op(pb, OP(FILLED_FRACTION), FRAME_CASE, quotient, NONE, NONE, 0);
    const uint32_t arguments[2] = {l->amount, quotient};
    l->table = pb_typed(pb, OP(TABLE), MOU_PACK_TEXT_FIELD, FRAME_CASE, 0, pb_list(pb, arguments, 2), 2, 0);
    (void)pb_op(pb, OP(OR_DEFAULT_FRACTION), FRAME_CASE, quotient, l->half, NONE, 0);
}

/* Conditions, choices, other frames and reductions. */
static inline void pb_lawful_conditions(struct pb *pb, struct lawful *l)
{
    l->late = pb_op(pb, OP(COMPARE), FRAME_CASE, l->made, l->today, NONE, MOU_COMPARE_LE);
    pb_instruction(pb, l->late)->flags = MOU_INSTRUCTION_TIME;
    const uint32_t filled = pb_op(pb, OP(FILLED), FRAME_CASE, l->made, NONE, NONE, 0);
    const uint32_t both = pb_op(pb, OP(AND), FRAME_CASE, l->late, filled, NONE, 0);
    const uint32_t either = pb_op(pb, OP(OR), FRAME_CASE, both, l->yes, NONE, 0);
    const uint32_t not_either = pb_op(pb, OP(NOT), FRAME_CASE, either, NONE, NONE, 0);
    (void)pb_op(pb, OP(CHOICE_CONDITION), FRAME_CASE, both, either, not_either, 0);
    (void)pb_op(pb, OP(WRITTEN), FRAME_CASE, both, NONE, NONE, 0);
    l->choice = pb_op(pb, OP(CHOICE_VALUE), FRAME_CASE, both, l->amount, l->seven, 0);
    (void)pb_op(pb, OP(CHOICE_FRACTION), FRAME_CASE, both, l->to_fraction, l->half, 0);
    (void)pb_op(pb, OP(OR_DEFAULT), FRAME_CASE, l->amount, l->seven, NONE, 0);
    const uint32_t paid = pb_op(pb, OP(AS_VALUE), FRAME_CASE, both, NONE, NONE, 0);
    (void)pb_op(pb, OP(TRUTH), FRAME_CASE, paid, NONE, NONE, 0);
    const uint32_t age = pb_op(pb, OP(AGE), FRAME_SUBJECT, l->born, l->today, NONE, 0);
    l->adult = pb_op(pb, OP(COMPARE), FRAME_SUBJECT, age, l->seven, NONE, MOU_COMPARE_GE);
    pb_instruction(pb, l->adult)->flags = MOU_INSTRUCTION_TIME;
    l->up = pb_op(pb, OP(UP_CONDITION), FRAME_CASE, l->adult, NONE, NONE, 0);
    (void)pb_op(pb, OP(UP_VALUE), FRAME_CASE, age, NONE, NONE, 0);
    (void)pb_op(pb, OP(UP_RANGE), FRAME_CASE, pb_op(pb, OP(RANGE_OF), FRAME_SUBJECT, age, NONE, NONE, 0), NONE, NONE,
                0);
    (void)pb_op(pb, OP(UP_FRACTION), FRAME_CASE, pb_op(pb, OP(TO_FRACTION), FRAME_SUBJECT, age, NONE, NONE, 1), NONE,
                NONE, 0);
    l->at = pb_op(pb, OP(AT_CONDITION), l->siblings, l->late, NONE, NONE, 0);
    (void)pb_op(pb, OP(AT_VALUE), l->siblings, l->amount, NONE, NONE, 0);
    (void)pb_op(pb, OP(AT_FRACTION), l->siblings, l->to_fraction, NONE, NONE, 0);
    l->parent = pb_op(pb, OP(PARENT_CONDITION), FRAME_YEAR, l->late, NONE, NONE, 0);
    l->any = pb_op(pb, OP(ANY), FRAME_SUBJECT, l->present, both, NONE, 0);
    (void)pb_op(pb, OP(EVERY), FRAME_SUBJECT, l->present, both, NONE, 0);
    l->count = pb_op(pb, OP(COUNT), FRAME_SUBJECT, l->present, l->late, NONE, 0);
    (void)pb_op(pb, OP(AT_RANGE), l->heads, l->count, NONE, NONE, 0);
    (void)pb_op(pb, OP(COUNT_DISTINCT), FRAME_SUBJECT, l->present, l->late, l->key, 0);
    (void)pb_op(pb, OP(SUM), FRAME_SUBJECT, l->present, l->yes, l->amount, 0);
    (void)pb_typed(pb, OP(LARGEST), MOU_PACK_DATE, FRAME_SUBJECT, l->present, l->yes, l->made, 0);
    (void)pb_typed(pb, OP(SMALLEST), MOU_PACK_DATE, FRAME_SUBJECT, l->present, l->yes, l->made, 0);
    l->streak = pb_op(pb, OP(STREAK), FRAME_SUBJECT, l->yes, l->yes, l->year, 0);
    (void)pb_op(pb, OP(STREAK_UNTIL), FRAME_SUBJECT, l->yes, l->yes, l->year, l->seven);
    l->any_below = pb_op(pb, OP(ANY), FRAME_CASE, l->at, l->at, NONE, 0);
    const uint32_t listed[3] = {l->any, l->adult, l->yes};
    l->tally = pb_op(pb, OP(TALLY), FRAME_SUBJECT, pb_list(pb, listed, 3), 3, NONE, 0);
    l->state = pb_op(pb, OP(MEASURE_STATE), FRAME_SUBJECT, 0, NONE, NONE, MOU_PACK_STATE_IN_FORCE_IF_KNOWN);
    pb->header.first_other = l->state;
}

/* Tables that instructions refer to. */
static inline void pb_lawful_tables(struct pb *pb)
{
    const struct mou_pack_code codes[] = {{pb_text(pb, "全部履行"), 1}, {pb_text(pb, "未履行"), 2}};
    (void)pb_append(pb, MOU_SECTION_CODES, codes, 2);
    const struct mou_pack_code_table codings = {pb_text(pb, "履行情况"), 0, 2};
    (void)pb_append(pb, MOU_SECTION_CODE_TABLES, &codings, 1);
    const struct mou_pack_fraction half = {1, 2};
    (void)pb_append(pb, MOU_SECTION_FRACTIONS, &half, 1);
    const struct mou_pack_parameter_value values[] = {{40, INT32_MIN, 0}, {100, 42000, 0}};
    (void)pb_append(pb, MOU_SECTION_PARAMETER_VALUES, values, 2);
    const struct mou_pack_parameter parameter = {pb_text(pb, "门槛"), 0, MOU_PACK_INTEGER, 0, 2};
    (void)pb_append(pb, MOU_SECTION_PARAMETERS, &parameter, 1);
    struct mou_pack_calendar_year calendar[2] = {{.year = 2014, .published = INT32_MIN},
                                                 {.year = 2015, .published = 41000}};
    (void)pb_append(pb, MOU_SECTION_CALENDAR, calendar, 2);
    const struct mou_pack_cell cells[] = {
        {MOU_COMPARE_LT, 0, 10}, {MOU_COMPARE_LE, 0, 0}, {NONE, 1, 0}, {NONE, 0, 0}, {NONE, 0, 0}, {NONE, 1, 0}};
    (void)pb_append(pb, MOU_SECTION_CELLS, cells, 6);
    const struct mou_pack_table table = {pb_text(pb, "裁量"), 2, 2, 0, 1, 2, 0};
    (void)pb_append(pb, MOU_SECTION_TABLES, &table, 1);
    const struct mou_pack_list_kind black = {pb_text(pb, "黑名单")};
    (void)pb_append(pb, MOU_SECTION_LIST_KINDS, &black, 1);
    const struct mou_pack_item item = {pb_text(pb, "M15"), pb_text(pb, "限制乘坐飞机"), pb_text(pb, "惩戒"),
                                       pb_text(pb, "禁止"), pb_text(pb, "目录"), pb_text(pb, "1")};
    (void)pb_append(pb, MOU_SECTION_ITEMS, &item, 1);
    const struct mou_pack_note note = {{0, 0, 9}, pb_text(pb, "原文")};
    (void)pb_append(pb, MOU_SECTION_RULE_NOTES, &note, 1);
}

/* Findings with and without grounds, a measure on both, a repair, a duty, a matter. */
static inline void pb_lawful_rules(struct pb *pb, const struct lawful *l)
{
    const struct mou_pack_ground ground = {RECORD_CASE, FRAME_CASE, l->late, l->made, l->add_days,
                                           l->present,  NONE,       l->made, NONE,    l->late,
                                           l->late};
    (void)pb_append(pb, MOU_SECTION_GROUNDS, &ground, 1);
    const struct mou_pack_finding findings[] = {
        {pb_text(pb, "失信"), 0, 0, l->any, l->adult, l->yes, NONE, 0, 1, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}},
        {pb_text(pb, "成年"), 0, NONE, l->adult, NONE, l->yes, l->adult, 1, 0, 0, 0, NONE, {0, 0}, {0, 0}, {0, 0}}};
    (void)pb_append(pb, MOU_SECTION_FINDINGS, findings, 2);
    const struct mou_pack_reach reaches[] = {{KIND_PERSON, NONE, 0, 0, NONE},
                                             {KIND_UNIT, RELATION_HEAD, 0, 0, NONE}};
    (void)pb_append(pb, MOU_SECTION_REACHES, reaches, 2);
    const struct mou_pack_grant grant = {pb_text(pb, "期限"), l->seven, MOU_PACK_INTEGER, NONE};
    (void)pb_append(pb, MOU_SECTION_GRANTS, &grant, 1);
    const struct mou_pack_publication publication = {0, 0, 1, l->seven, MOU_PACK_DAYS, l->seven, MOU_PACK_MONTHS, 0};
    (void)pb_append(pb, MOU_SECTION_PUBLICATIONS, &publication, 1);
    const uint32_t because[2] = {0, 1};
    const uint32_t own_ends[1] = {l->add_days};
    const uint32_t own_tests[1] = {l->late};
    const struct mou_pack_measure measure = {.name = pb_text(pb, "限飞"),
                                             .dropped = MOU_DATE_NONE, .authorities = NONE,
                                             .because = pb_list(pb, because, 2),
                                             .because_count = 2,
                                             .basis_count = 1,
                                             .authority = pb_text(pb, "民航局"),
                                             .only_if = l->adult,
                                             .unless = NONE,
                                             .period = l->yes,
                                             .reach_count = 2,
                                             .own_ends = pb_list(pb, own_ends, 1),
                                             .own_end_tests = pb_list(pb, own_tests, 1),
                                             .term = l->seven,
                                             .term_type = MOU_PACK_MONTHS,
                                             .grant_count = 1,
                                             .publication_count = 1,
                                             .note = 0};
    (void)pb_append(pb, MOU_SECTION_MEASURES, &measure, 1);
    const struct mou_pack_step steps[] = {{pb_text(pb, "受理"), pb_text(pb, ""), MOU_PACK_WORKDAYS, 0, 3, NONE, 0},
                                          {pb_text(pb, "停止"), pb_text(pb, "公示"), NONE, 1, 0, NONE, 0}};
    (void)pb_append(pb, MOU_SECTION_STEPS, steps, 2);
    const struct mou_pack_repair repair = {.name = pb_text(pb, "修复"), .record = RECORD_CASE, .frame = FRAME_CASE, .eligible = l->late,
                                           .refused = NONE, .step_count = 2, .basis_count = 1, .note = NONE};
    (void)pb_append(pb, MOU_SECTION_REPAIRS, &repair, 1);
    const uint32_t evidence[1] = {l->any};
    const struct mou_pack_duty duty = {.name = pb_text(pb, "公示"), .authority = pb_text(pb, "机关"), .record = RECORD_CASE, .frame = FRAME_CASE,
                                       .condition = NONE, .start = l->made, .deadline = l->add_days, .begun = l->late, .over = l->late,
                                       .done = l->any_below, .evidence = pb_list(pb, evidence, 1), .evidence_count = 1, .authority_of = NONE, .basis_count = 1, .note = NONE};
    (void)pb_append(pb, MOU_SECTION_DUTIES, &duty, 1);
    const struct mou_pack_matter matter = {.name = pb_text(pb, "审查"), .measures = pb_list(pb, because, 1), .measure_count = 1,
                                           .prohibit = l->state, .advise = NONE, .basis_count = 1, .note = NONE};
    (void)pb_append(pb, MOU_SECTION_MATTERS, &matter, 1);
    const struct mou_pack_assertion assertion = {.text = pb_text(pb, "不矛盾"), .holds = l->state, .note = NONE};
    (void)pb_append(pb, MOU_SECTION_ASSERTIONS, &assertion, 1);
}

static inline struct lawful pb_lawful(struct pb *pb)
{
    struct lawful l = {0};
    pb_sample(pb);
    pb_lawful_tables(pb);
    l.heads = pb_frame(pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 0);
    l.siblings = pb_frame(pb, MOU_FRAME_SIBLINGS, FRAME_CASE, FRAME_CASE, RECORD_CASE, 0);
    l.children = pb_frame(pb, MOU_FRAME_CHILDREN, FRAME_CASE, FRAME_CASE, RECORD_YEAR, 0);
    l.theirs = pb_frame(pb, MOU_FRAME_RECORDS, l.heads, l.heads, RECORD_CASE, 0);
    pb_lawful_sources(pb, &l);
    pb_lawful_values(pb, &l);
    pb_lawful_conditions(pb, &l);
    pb_lawful_rules(pb, &l);
    return l;
}

#endif
