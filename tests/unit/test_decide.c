/*
 * Outcomes, intervals, grounds and ways of decisions, on a small pack made by hand.
 */
#include "mou_test.h"

#include "failing_allocator.h"
#include "rule_pack.h"

#define HEAD_BAN(subject)                                                                                                  \
    "{\"subject\": \"" subject "\", \"memorandum\": \"甲\", \"version\": \"一\", \"rule\": \"限制\", \"item\": null, " \
    "\"kind\": \"sanction\", \"degree\": \"禁止\", \"outcome\": "
#define TAIL_BAN "\"authority\": \"民航局\", \"basis\": [\"《办法》第三条\"], \"remedy\": \"复议\", \"grant\": {}, "

static void in_force_with_its_interval(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, p, "b", rp_day(2021, 1, 15), 12); /* touches the first: one piece */
    (void)rp_case(rp, p, "c", rp_day(2018, 1, 15), 6);  /* over, and apart */
    assert_text_equal(
        rp_run(rp, false),
        HEAD_BAN("p") "\"in_force\", \"from\": \"2020-01-15\", \"until\": \"2022-01-15\", \"term\": null, " TAIL_BAN
                      "\"grounds\": [{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"a\", \"via\": []}], "
                      "\"missing\": []}\n");
}

static void nothing_without_a_yes(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t paid = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    mou_batch_set_field(rp->builder, RP_CASE, paid, RP_PAID, 1);
    rp_case(rp, p, "b", rp_day(2018, 1, 15), 12);
    const char *lines = rp_run(rp, false);
    assert_null(strstr(lines, "限制"));
}

static void pending_shows_the_earliest_piece(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "late", rp_day(2022, 1, 1), 12);
    (void)rp_case(rp, p, "next", rp_day(2020, 7, 1), 12);
    const uint32_t served = rp_case(rp, p, "served", rp_day(2020, 5, 1), 4); /* from its service, until 自 + 为期 */
    mou_batch_set_field(rp->builder, RP_CASE, served, RP_SERVED, rp_day(2020, 7, 1));
    const char *lines = rp_run(rp, false);
    assert_contains(lines, "\"outcome\": \"pending\", \"from\": \"2020-07-01\", \"until\": \"2021-07-01\"");
    assert_contains(lines, "\"key\": \"next\"");
    assert_contains(lines, "\"key\": \"served\"");
    assert_null(strstr(lines, "\"key\": \"late\""));
}

static void to_verify_cites_the_unknown(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "undated", MOU_DATE_NONE, 12);
    (void)rp_case(rp, p, "over", rp_day(2018, 1, 15), 12);
    assert_text_equal(
        rp_run(rp, false),
        HEAD_BAN("p") "\"to_verify\", \"from\": null, \"until\": null, \"term\": null, " TAIL_BAN
                      "\"grounds\": [{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"undated\", \"via\": []}], "
                      "\"missing\": [{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"undated\", \"field\": "
                      "\"作出日期\"}, "
                      "{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"undated\", \"field\": \"送达日期\"}]}\n");
}

static void objections_suspend(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    const uint32_t a = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    const uint32_t b = rp_case(rp, q, "b", rp_day(2020, 1, 15), 24);
    (void)rp_case(rp, q, "c", rp_day(2020, 3, 1), 12);
    mou_batch_add_objection(rp->builder, RP_CASE, a, rp_day(2020, 6, 1), MOU_DATE_NONE);
    mou_batch_add_objection(rp->builder, RP_CASE, b, rp_day(2020, 5, 1), rp_day(2020, 6, 2));
    const char *lines = rp_run(rp, false);
    assert_contains(lines, HEAD_BAN("p") "\"suspended\", \"from\": \"2020-01-15\", \"until\": \"2021-01-15\"");
    /* in force by the other case alone: grounds and interval as without the contested one */
    assert_contains(lines, HEAD_BAN("q") "\"in_force\", \"from\": \"2020-03-01\", \"until\": \"2021-03-01\"");
    assert_null(strstr(lines, "\"key\": \"b\""));
    /* the incentive has the benefit of the doubt: without the contested record p is clean */
    assert_contains(
        lines, "{\"subject\": \"p\", \"memorandum\": \"甲\", \"version\": \"一\", \"rule\": \"绿灯\", \"item\": null, "
               "\"kind\": \"incentive\", \"degree\": null, \"outcome\": \"in_force\", \"from\": null, \"until\": null, "
               "\"term\": \"P1Y\"");
}

static void no_stay_keeps_it_in_force(void **state)
{
    struct rp *rp = *state;
    struct mou_pack_memorandum *memorandum = pb_entry(&rp->pb, MOU_SECTION_MEMORANDA, 0);
    memorandum->objection_no_stay = 1;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t a = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    mou_batch_add_objection(rp->builder, RP_CASE, a, rp_day(2020, 5, 1), MOU_DATE_NONE);
    assert_contains(rp_run(rp, false), HEAD_BAN("p") "\"in_force\"");
}

static void through_the_relation_at_determination(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    const uint32_t r = rp_subject(rp, "r", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    (void)rp_case(rp, u, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, p, "own", rp_day(2020, 2, 1), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, p, rp_day(2019, 1, 1), rp_day(2020, 3, 1)); /* then */
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, q, rp_day(2020, 3, 1), MOU_DATE_NONE);      /* only now */
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, r, MOU_DATE_NONE, MOU_DATE_NONE);
    const char *lines = rp_run(rp, false);
    assert_contains(lines, HEAD_BAN("p") "\"in_force\", \"from\": \"2020-01-15\", \"until\": \"2021-02-01\"");
    assert_contains(lines, "\"grounds\": [{\"subject\": \"p\", \"record\": \"案件\", \"key\": \"own\", \"via\": []}, "
                           "{\"subject\": \"u\", \"record\": \"案件\", \"key\": \"a\", \"via\": [\"法定代表人\"]}]");
    assert_null(strstr(lines, HEAD_BAN("q")));
    assert_contains(lines, HEAD_BAN("r") "\"to_verify\"");
    assert_contains(
        lines, "\"missing\": [{\"subject\": \"u\", \"record\": \"法定代表人\", \"key\": \"r\", \"field\": \"自\"}]");
    assert_null(strstr(lines, HEAD_BAN("u"))); /* no reach of a unit to itself */
}

static void current_cuts_the_interval(void **state)
{
    struct rp *rp = *state;
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->holding = MOU_PACK_CURRENT;
    rp_open(rp, 2020, 6, 1);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    const uint32_t r = rp_subject(rp, "r", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    (void)rp_case(rp, u, "a", rp_day(2020, 1, 15), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, q, rp_day(2020, 3, 1), rp_day(2020, 9, 1));
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, r, rp_day(2020, 9, 1), MOU_DATE_NONE);
    const char *lines = rp_run(rp, false);
    assert_contains(lines, HEAD_BAN("q") "\"in_force\", \"from\": \"2020-03-01\", \"until\": \"2020-09-01\"");
    assert_contains(lines, HEAD_BAN("r") "\"pending\", \"from\": \"2020-09-01\", \"until\": \"2021-01-15\"");
}

static void own_end_never_outlives_the_finding(void **state)
{
    struct rp *rp = *state;
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    const uint32_t six = pb_typed(&rp->pb, OP(CONST), MOU_PACK_MONTHS, 0, NONE, NONE, NONE, 6);
    const uint32_t own_end = pb_typed(&rp->pb, OP(DATE_ADD_MONTHS), MOU_PACK_DATE, 2, rp->r.made, six, NONE, 0);
    const uint32_t test = pb_op(&rp->pb, OP(COMPARE), 2, rp->r.today, own_end, NONE, MOU_COMPARE_LT);
    ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->own_ends = pb_list(&rp->pb, &own_end, 1);
    ban->own_end_tests = pb_list(&rp->pb, &test, 1);
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    const uint32_t s = rp_subject(rp, "s", RP_PERSON);
    (void)rp_case(rp, p, "long", rp_day(2020, 1, 15), 24);
    (void)rp_case(rp, q, "short", rp_day(2020, 5, 15), 1);
    (void)rp_case(rp, s, "over", rp_day(2019, 11, 15), 24);
    const char *lines = rp_run(rp, false);
    assert_contains(lines, HEAD_BAN("p") "\"in_force\", \"from\": \"2020-01-15\", \"until\": \"2020-07-15\"");
    assert_contains(lines, HEAD_BAN("q") "\"in_force\", \"from\": \"2020-05-15\", \"until\": \"2020-06-15\"");
    assert_null(strstr(lines, HEAD_BAN("s")));
}

static void outside_the_period_there_is_nothing(void **state)
{
    struct rp *rp = *state;
    struct mou_pack_memorandum *memorandum = pb_entry(&rp->pb, MOU_SECTION_MEMORANDA, 0);
    memorandum->effective = rp_day(2020, 3, 1);
    memorandum->repealed = rp_day(2020, 10, 1);
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = rp_subject(rp, "q", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, q, "b", rp_day(2020, 10, 1), 12); /* begins as the memorandum ends */
    const char *lines = rp_run(rp, false);
    assert_contains(lines, HEAD_BAN("p") "\"in_force\", \"from\": \"2020-03-01\", \"until\": \"2020-10-01\"");
    assert_null(strstr(lines, HEAD_BAN("q")));
    rp->options.as_of = rp_day(2020, 10, 1);
    assert_text_equal(rp_run(rp, false), "");
}

static void guards_are_of_the_findings_subject(void **state)
{
    struct rp *rp = *state;
    const uint32_t born = pb_typed(&rp->pb, OP(COLUMN), MOU_PACK_DATE, 1, RP_BORN, NONE, NONE, RP_PERSON);
    const uint32_t age = pb_op(&rp->pb, OP(AGE), 1, born, rp->r.today, NONE, 0);
    const uint32_t eighteen = pb_op(&rp->pb, OP(CONST), 0, NONE, NONE, NONE, 18);
    const uint32_t minor = pb_op(&rp->pb, OP(COMPARE), 1, age, eighteen, NONE, MOU_COMPARE_LT);
    struct mou_pack_measure *ban = pb_entry(&rp->pb, MOU_SECTION_MEASURES, RP_BAN);
    ban->unless = minor;
    rp_open(rp, 2020, 6, 1);
    const uint32_t adult = rp_subject(rp, "adult", RP_PERSON);
    const uint32_t child = rp_subject(rp, "child", RP_PERSON);
    const uint32_t unknown = rp_subject(rp, "unknown", RP_PERSON);
    const uint32_t unit = rp_subject(rp, "unit", RP_UNIT);
    mou_batch_set_attribute(rp->builder, adult, RP_BORN, rp_day(1980, 1, 1));
    mou_batch_set_attribute(rp->builder, child, RP_BORN, rp_day(2010, 1, 1));
    (void)rp_case(rp, adult, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, child, "b", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, unknown, "c", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, unit, "d", rp_day(2020, 1, 15), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, unit, child, rp_day(2019, 1, 1), MOU_DATE_NONE);
    const char *lines = rp_run(rp, false);
    assert_contains(lines, HEAD_BAN("adult") "\"in_force\"");
    /* the child is the target, not the subject of the unit's finding; a unit has no age */
    assert_contains(lines, HEAD_BAN("child") "\"in_force\"");
    assert_contains(
        lines,
        "\"grounds\": [{\"subject\": \"unit\", \"record\": \"案件\", \"key\": \"d\", \"via\": [\"法定代表人\"]}]");
    assert_contains(lines, HEAD_BAN("unknown") "\"to_verify\"");
    assert_contains(
        lines, "\"missing\": [{\"subject\": \"unknown\", \"record\": null, \"key\": null, \"field\": \"出生日期\"}]");
}

static void findings_on_request(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    rp->options.findings = true;
    const char *lines = rp_run(rp, false);
    const char *finding = strstr(lines, "\"rule\": \"失信\"");
    const char *measure = strstr(lines, "\"rule\": \"限制\"");
    assert_non_null(finding);
    assert_non_null(measure);
    assert_true(finding < measure);
    assert_contains(lines,
                    "\"rule\": \"失信\", \"item\": null, \"kind\": \"finding\", \"list\": null, \"degree\": null, "
                    "\"outcome\": \"in_force\", \"from\": \"2020-01-15\", \"until\": \"2021-01-15\", \"term\": null, "
                    "\"authority\": null, \"basis\": [], \"remedy\": null, \"grant\": {}, ");
}

static void only_core_subjects_are_decided(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    (void)rp_subject(rp, "p", RP_PERSON);
    const uint32_t q = mou_batch_add_subject(rp->builder, mou_text_of("q"), RP_PERSON, false);
    (void)rp_case(rp, q, "a", rp_day(2020, 1, 15), 12);
    assert_null(strstr(rp_run(rp, true), "\"q\""));
}

/* One run and an explanation with an allocator that fails; whether it got through. */
static bool runs_with(struct rp *rp, const struct mou_batch *batch, const struct mou_allocator *allocator)
{
    const struct mou_decision_sink sink = {.state = rp, .decision = rp_take, .next = rp_take_next};
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH, .why_not = true};
    struct mou_machine *machine = NULL;
    enum mou_status status = mou_machine_new(rp->pack, allocator, &machine);
    mou_buf_clear(&rp->lines);
    if (status == MOU_OK) {
        status = mou_machine_run(machine, batch, &rp->options, &sink);
    }
    if (status == MOU_OK) {
        status = mou_machine_explain(machine, 0, RP_BAN, false, &options, &rp->lines);
    }
    mou_machine_free(machine);
    assert_true(status == MOU_OK || status == MOU_ERROR_MEMORY);
    return status == MOU_OK;
}

static void memory_that_runs_out_is_told(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    const uint32_t a = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, u, "b", MOU_DATE_NONE, 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, p, MOU_DATE_NONE, MOU_DATE_NONE);
    mou_batch_add_objection(rp->builder, RP_CASE, a, rp_day(2020, 5, 1), rp_day(2020, 7, 1));
    const struct mou_batch *batch = NULL;
    assert_status(mou_batch_finish(rp->builder, &batch), MOU_OK);
    bool through = false;
    size_t failures = 0;
    for (; !through; failures++) {
        struct failing_allocator failing;
        failing_allocator_init(&failing, failures + 1);
        through = runs_with(rp, batch, &failing.allocator);
        assert_i64_equal(failing.live_bytes, 0);
        assert_false(failing.wrong_size);
        assert_true(failures < 10000);
    }
    assert_true(failures > 3);
}

static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, rp_setup, rp_teardown)
    CASE(in_force_with_its_interval),
    CASE(nothing_without_a_yes),
    CASE(pending_shows_the_earliest_piece),
    CASE(to_verify_cites_the_unknown),
    CASE(objections_suspend),
    CASE(no_stay_keeps_it_in_force),
    CASE(through_the_relation_at_determination),
    CASE(current_cuts_the_interval),
    CASE(own_end_never_outlives_the_finding),
    CASE(outside_the_period_there_is_nothing),
    CASE(guards_are_of_the_findings_subject),
    CASE(findings_on_request),
    CASE(only_core_subjects_are_decided),
    CASE(memory_that_runs_out_is_told),
#undef CASE
};

MOU_TEST_MAIN(tests)
