/*
 * Explanations: what an official must find in them, in both languages and as JSON, and what must not be shown.
 */
#include "mou_test.h"

#include "rule_pack.h"

static const char *explain(struct rp *rp, uint32_t subject, uint32_t rule, bool finding,
                           struct mou_explain_options options)
{
    (void)rp_run(rp, false);
    mou_buf_clear(&rp->lines);
    assert_status(mou_machine_explain(rp->machine, subject, rule, finding, &options, &rp->lines), MOU_OK);
    return rp->lines.data;
}

static void in_force_cites_clauses_and_dates(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    (void)rp_case(rp, p, "over", rp_day(2018, 1, 15), 12);
    const char *text = explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH});
    assert_contains(text, "p 限制（2020-06-01）：生效\n");
    assert_contains(text, "  期间：自 2020-01-15 至 2021-01-15（不含当日）\n");
    assert_contains(text, "  实施机关：民航局\n");
    assert_contains(text, "  依据：《办法》第三条\n");
    assert_contains(text, "  救济：复议\n");
    assert_contains(text, "✓ 是　凭：案件 a\n");
    assert_contains(text, "✓ 是　条件：金额 > 100 且 非 已缴（规则.mou:3）\n");
    assert_contains(text, "✓ 是　金额 > 100（规则.mou:3）\n");
    assert_contains(text, "金额：2.00元\n");
    assert_contains(text, "已缴：否\n");
    assert_contains(text, "✓ 是　自：2020-01-15");
    assert_contains(text, "✓ 是　至：2021-01-15");
    assert_null(strstr(text, "over")); /* it is no ground of the decision */
}

static void why_not_names_what_failed(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t a = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    mou_batch_set_field(rp->builder, RP_CASE, a, RP_PAID, 1);
    (void)rp_case(rp, p, "over", rp_day(2018, 1, 15), 12);
    const char *text =
        explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_EN, .why_not = true});
    assert_contains(text, "p 限制 (2020-06-01): does not apply\n");
    assert_contains(text, "✗ no  on: 案件 a\n");
    assert_contains(text, "✗ no  非 已缴 (规则.mou:3)\n");
    assert_contains(text, "已缴: yes\n");
    assert_contains(text, "✗ no  until: 2019-01-15");
}

static void nothing_leads_to_it(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    assert_contains(explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH}), "没有案件记录\n");
    assert_contains(explain(rp, u, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH}),
                    "这项措施不及于该主体");
}

static void objections_show_both_worlds(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t a = rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    mou_batch_add_objection(rp->builder, RP_CASE, a, rp_day(2020, 5, 1), MOU_DATE_NONE);
    const char *text = explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH});
    assert_contains(text, "：暂停\n");
    assert_contains(text, "异议：案件 a\n");
    assert_contains(text, "✓ 是　计入全部记录\n");
    assert_contains(text, "✗ 否　不计有争议的记录\n");
}

static void ways_through_relations(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    const uint32_t u = rp_subject(rp, "u", RP_UNIT);
    (void)rp_case(rp, u, "a", rp_day(2020, 1, 15), 12);
    (void)mou_batch_add_relation(rp->builder, RP_HEAD, u, p, rp_day(2019, 1, 1), rp_day(2020, 3, 1));
    const char *text = explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH});
    assert_contains(text, "对象：u，经 法定代表人 自 2019-01-01 至 2020-03-01");
    assert_contains(text, "✓ 是　法定代表人：2020-01-15 存续\n");
}

static void unknown_fields_are_named(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", MOU_DATE_NONE, 12);
    const char *text = explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH});
    assert_contains(text, "：待核实\n");
    assert_contains(text, "? 不明　自：不明");
    assert_contains(text, "  缺：p 案件 a 作出日期\n");
    assert_contains(text, "  缺：p 案件 a 送达日期\n");
}

static void confidential_fields_are_masked(void **state)
{
    struct rp *rp = *state;
    struct mou_pack_field *amount = pb_entry(&rp->pb, MOU_SECTION_FIELDS, 1 + RP_AMOUNT);
    amount->flags |= MOU_PACK_FIELD_CONFIDENTIAL;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    const char *text = explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH});
    assert_contains(text, "金额：（保密）\n");
    assert_null(strstr(text, "2.00"));
}

static void as_json(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    const char *text = explain(rp, p, RP_BAN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH, .json = true});
    assert_contains(text,
                    "{\"schema\": \"mou/explain/1\", \"subject\": \"p\", \"memorandum\": \"甲\", \"rule\": \"限制\", "
                    "\"as_of\": \"2020-06-01\", \"outcome\": \"in_force\", \"because\": [");
    assert_contains(
        text,
        "{\"about\": \"clause\", \"text\": \"金额 > 100\", \"truth\": \"yes\", \"file\": \"规则.mou\", \"line\": 3, "
        "\"because\": [{\"about\": \"value\", \"name\": \"金额\", \"text\": \"2.00元\"}]}");
    text = explain(rp, p, RP_GREEN, false, (struct mou_explain_options){.lang = MOU_LANG_ZH, .json = true});
    assert_contains(text, "\"outcome\": null");
}

static void findings_too(void **state)
{
    struct rp *rp = *state;
    rp_open(rp, 2020, 6, 1);
    const uint32_t p = rp_subject(rp, "p", RP_PERSON);
    (void)rp_case(rp, p, "a", rp_day(2020, 1, 15), 12);
    assert_contains(explain(rp, p, RP_LISTED, true, (struct mou_explain_options){.lang = MOU_LANG_ZH}),
                    "p 失信（2020-06-01）：生效\n");
    const char *text = explain(rp, p, RP_CLEAN, true, (struct mou_explain_options){.lang = MOU_LANG_ZH});
    assert_contains(text, "p 守信（2020-06-01）：不成立\n");
    assert_contains(text, "✗ 否　认定：守信\n");
}

static void wrong_numbers_are_refused(void **state)
{
    struct rp *rp = *state;
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH};
    rp_open(rp, 2020, 6, 1);
    (void)rp_subject(rp, "p", RP_PERSON);
    assert_status(mou_machine_explain(rp->machine, 0, RP_BAN, false, &options, &rp->lines), MOU_ERROR_USAGE);
    (void)rp_run(rp, false);
    assert_status(mou_machine_explain(rp->machine, 1, RP_BAN, false, &options, &rp->lines), MOU_ERROR_USAGE);
    assert_status(mou_machine_explain(rp->machine, 0, 2, false, &options, &rp->lines), MOU_ERROR_USAGE);
}

static const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, rp_setup, rp_teardown)
    CASE(in_force_cites_clauses_and_dates),
    CASE(why_not_names_what_failed),
    CASE(nothing_leads_to_it),
    CASE(objections_show_both_worlds),
    CASE(ways_through_relations),
    CASE(unknown_fields_are_named),
    CASE(confidential_fields_are_masked),
    CASE(as_json),
    CASE(findings_too),
    CASE(wrong_numbers_are_refused),
#undef CASE
};

MOU_TEST_MAIN(tests)
