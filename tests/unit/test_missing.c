/*
 * What is named as missing: unknown operands only, each once; rows of quantifiers; parameters; faults with their scope
 * and place.
 */
#include "mou_test.h"

#include "rule_pack.h"

static void set_guard(struct rp *rp, uint32_t only_if)
{
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->only_if = only_if;
}

/* A case of which nothing but its key and dates is known. */
static uint32_t bare_case(struct rp *rp, uint32_t subject, const char *key)
{
    const uint32_t row = mou_batch_add_row(rp->builder, RP_CASE, subject, UINT32_MAX);
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_KEY, mou_batch_text(rp->builder, mou_text_of(key)));
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_MADE, rp_day(2020, 1, 15));
    mou_batch_set_field(rp->builder, RP_CASE, row, RP_SERVED, rp_day(2020, 1, 15));
    return row;
}

#define FIELD(key, field) "{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"" key "\", \"field\": \"" field "\"}"

static void only_unknown_operands(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t a = bare_case(rp, p, "a");
    mou_batch_set_field(rp->builder, RP_CASE, a, RP_AMOUNT, 200); /* yes: not asked after */
    const uint32_t b = bare_case(rp, p, "b");
    mou_batch_set_field(rp->builder, RP_CASE, b, RP_AMOUNT, 1); /* no: the case is excluded, whatever else is unknown */
    const uint32_t c = bare_case(rp, p, "c");
    mou_batch_set_field(rp->builder, RP_CASE, c, RP_PAID, 0);
    mou_batch_set_field(rp->builder, RP_CASE, c, RP_TERM, 12);
    const char *lines = rp_run(rp, false);
    assert_contains(lines, "\"missing\": [" FIELD("a", "已缴") ", " FIELD("a", "期限") ", " FIELD("c", "金额") "]");
}

static void an_inapplicable_operand_is_not_missing(void **state)
{
    struct rp *rp = *state;
    const uint32_t born = pb_typed(&rp->pb, OP(COLUMN), MOU_PACK_DATE, 1, RP_BORN, NONE, NONE, RP_PERSON);
    const uint32_t old = pb_op(&rp->pb, OP(COMPARE), 1, born, rp->r.today, NONE, MOU_COMPARE_LE);
    const uint32_t young = pb_op(&rp->pb, OP(NOT), 1, old, NONE, NONE, 0);
    set_guard(rp, young);
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, u, "b", rp_day(2020, 1, 15), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, q, rp_day(2019, 1, 1), MOU_DATE_NONE);
    const char *lines = rp_run(rp, false);
    assert_contains(lines,
                    "\"missing\": [{\"subject\": \"p\", \"record\": null, \"key\": null, \"field\": \"出生日期\"}]");
    assert_null(strstr(lines, "\"subject\": \"u\", \"record\": null")); /* a unit has no birth date: the guard is yes */
}

/* At least two cases of an amount over 100, in a guard. */
static void counts_name_the_rows_that_matter(void **state)
{
    struct rp *rp = *state;
    const uint32_t hundred = pb_typed(&rp->pb, OP(CONST), MOU_PACK_MONEY, 0, NONE, NONE, NONE, 100);
    const uint32_t large = pb_op(&rp->pb, OP(COMPARE), 2, rp->r.amount, hundred, NONE, MOU_COMPARE_GT);
    const uint32_t count = pb_op(&rp->pb, OP(COUNT), 1, rp->r.presence, large, NONE, 0);
    const uint32_t two = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, 2);
    const uint32_t range = pb_op(&rp->pb, OP(RANGE_OF), 0, two, NONE, NONE, 0);
    set_guard(rp, pb_op(&rp->pb, OP(COMPARE_RANGE), 1, count, range, NONE, MOU_COMPARE_GE));
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)bare_case(rp, p, "b");
    const uint32_t paid = rp_case(rp, p, "c", rp_day(2018, 1, 15), 12); /* counts, but is no ground */
    mou_batch_set_field(rp->builder, RP_CASE, paid, RP_AMOUNT, 50);
    const char *lines = rp_run(rp, false);
    /* b is unknown as a ground, too: its own fields are named with those that the count asks for, each once */
    assert_contains(lines, "\"missing\": [" FIELD("b", "已缴") ", " FIELD("b", "期限") ", " FIELD("b", "金额") "]");
}

static void a_choice_hides_its_branches(void **state)
{
    struct rp *rp = *state;
    const uint32_t hundred = pb_typed(&rp->pb, OP(CONST), MOU_PACK_MONEY, 0, NONE, NONE, NONE, 100);
    const uint32_t large = pb_op(&rp->pb, OP(COMPARE), 2, rp->r.amount, hundred, NONE, MOU_COMPARE_GT);
    const uint32_t paid = pb_op(&rp->pb, OP(TRUTH), 2, rp->r.paid, NONE, NONE, 0);
    const uint32_t filled = pb_op(&rp->pb, OP(FILLED), 2, rp->r.amount, NONE, NONE, 0);
    const uint32_t choice = pb_op(&rp->pb, OP(CHOICE_CONDITION), 2, filled, large, paid, 0);
    set_guard(rp, pb_op(&rp->pb, OP(EVERY), 1, rp->r.presence, choice, NONE, 0));
    struct mou_pack_ground *ground = pb_entry(&rp->pb, MOU_SECTION_GROUNDS, 0);
    const uint32_t begun = pb_op(&rp->pb, OP(COMPARE), 2, rp->r.made, rp->r.today, NONE, MOU_COMPARE_LE);
    ground->condition = rp->r.yes;
    ground->end = NONE;
    ground->holds = pb_op(&rp->pb, OP(AND), 2, rp->r.presence, begun, NONE, 0);
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)bare_case(rp, p, "a");
    assert_contains(rp_run(rp, false), "\"missing\": [" FIELD("a", "已缴") "]");
}

static void parameters_before_their_first_date(void **state)
{
    struct rp *rp = *state;
    const struct mou_pack_parameter parameter = {
        .name = pb_text(&rp->pb, "门槛"), .type = MOU_PACK_INTEGER, .value_count = 1};
    (void)pb_append(&rp->pb, MOU_SECTION_PARAMETERS, &parameter, 1);
    const struct mou_pack_parameter_value value = {1, rp_day(2021, 1, 1), 0};
    (void)pb_append(&rp->pb, MOU_SECTION_PARAMETER_VALUES, &value, 1);
    const uint32_t now = pb_op(&rp->pb, OP(PARAMETER), 0, 0, NONE, NONE, 0);
    const uint32_t then = pb_op(&rp->pb, OP(PARAMETER_AT), 2, 0, rp->r.made, NONE, 0);
    const uint32_t one = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, 1);
    const uint32_t today = pb_op(&rp->pb, OP(COMPARE), 0, now, one, NONE, MOU_COMPARE_EQ);
    const uint32_t at = pb_op(&rp->pb, OP(COMPARE), 2, then, one, NONE, MOU_COMPARE_EQ);
    const uint32_t any = pb_op(&rp->pb, OP(ANY), 1, rp->r.exists, at, NONE, 0);
    set_guard(rp, pb_op(&rp->pb, OP(AND), 1, today, any, NONE, 0));
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    assert_contains(rp_run(rp, false),
                    "\"missing\": [{\"subject\": null, \"record\": null, \"key\": null, \"field\": \"门槛\"}]}\n");
}

/*
 * 金额 × 金额 overflows, written in the section: named by the case, with the place of its first character. The same
 * words as a definition's, outside of the rule: named by the subject.
 */
static void faults_are_named_by_scope_and_place(void **state)
{
    struct rp *rp = *state;
    const uint32_t largest = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, INT64_MAX);
    const uint32_t twice = pb_op(&rp->pb, OP(ADD), 0, largest, largest, NONE, 0);
    const uint32_t above = pb_op(&rp->pb, OP(COMPARE), 2, rp->r.amount, twice, NONE, MOU_COMPARE_GT);
    rp_span(&rp->pb, twice, "金额");
    rp_span(&rp->pb, above, "金额 > 100");
    set_guard(rp, pb_op(&rp->pb, OP(ANY), 1, rp->r.presence, above, NONE, 0));
    const struct mou_pack_source *source = pb_entry(&rp->pb, MOU_SECTION_SOURCES, 0);
    const struct mou_pack_note whole = {{0, 0, source->text.len}, {0, 0}};
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->note = pb_append(&rp->pb, MOU_SECTION_RULE_NOTES, &whole, 1);
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    assert_contains(rp_run(rp, false),
                    "\"missing\": [{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"a\", \"field\": null, "
                    "\"code\": \"F001\", \"span\": \"规则.mou:3:11\"}]");
}

static void faults_of_a_definition_are_the_subjects(void **state)
{
    struct rp *rp = *state;
    const uint32_t largest = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, INT64_MAX);
    const uint32_t twice = pb_op(&rp->pb, OP(ADD), 0, largest, largest, NONE, 0);
    const uint32_t above = pb_op(&rp->pb, OP(COMPARE), 2, rp->r.amount, twice, NONE, MOU_COMPARE_GT);
    rp_span(&rp->pb, twice, "备忘录");
    rp_span(&rp->pb, above, "金额 > 100");
    set_guard(rp, pb_op(&rp->pb, OP(ANY), 1, rp->r.presence, above, NONE, 0));
    const struct mou_pack_source *source = pb_entry(&rp->pb, MOU_SECTION_SOURCES, 0);
    const struct mou_pack_note rule = {{0, 15, source->text.len}, {0, 0}};
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->note = pb_append(&rp->pb, MOU_SECTION_RULE_NOTES, &rule, 1);
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, p, "b", rp_day(2020, 1, 15), 12);
    assert_contains(rp_run(rp, false),
                    "\"missing\": [{\"subject\": \"p\", \"record\": null, \"key\": null, \"field\": null, "
                    "\"code\": \"F001\", \"span\": \"规则.mou:1:1\"}]");
}

/* Every unknown cell is entered once: a chain of doublings would take 2^60 steps otherwise. */
static void a_walk_is_linear(void **state)
{
    struct rp *rp = *state;
    const uint32_t paid = pb_op(&rp->pb, OP(TRUTH), 2, rp->r.paid, NONE, NONE, 0);
    uint32_t chain = paid;
    for (unsigned i = 0; i < 60; i++) {
        chain = pb_op(&rp->pb, i % 2 == 0 ? OP(AND) : OP(OR), 2, chain, chain, NONE, 0);
    }
    set_guard(rp, pb_op(&rp->pb, OP(ANY), 1, rp->r.presence, chain, NONE, 0));
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)bare_case(rp, p, "b");
    const char *lines = rp_run(rp, false);
    assert_contains(lines, FIELD("b", "已缴"));
}

static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, rp_setup, rp_teardown)
    CASE(only_unknown_operands),
    CASE(an_inapplicable_operand_is_not_missing),
    CASE(counts_name_the_rows_that_matter),
    CASE(a_choice_hides_its_branches),
    CASE(parameters_before_their_first_date),
    CASE(faults_are_named_by_scope_and_place),
    CASE(faults_of_a_definition_are_the_subjects),
    CASE(a_walk_is_linear),
#undef CASE
};

MOU_TEST_MAIN(tests)
