/*
 * Expectations of duties, repairs and matters, and the assertions of the memoranda, which every test's world must not refute. An
 * expectation is met by any record that fits it; what there is instead, and what refutes an assertion, is told with the reasons. Used by test_run.c.
 */
#include "test_run.h"

/* Records explained where an expectation is not met. */
#define EXPLAINED_MAX 3

/** One result as the expectations see it. */
struct result {
    enum mou_expected_sort sort;
    struct mou_text subject, rule;
    uint32_t memorandum;
    int outcome;
    struct mou_text key;      /**< bytes NULL without one */
    mou_date from, until;
    const struct mou_missing_ref *missing;
    uint32_t missing_count;
};

static const char *outcome_word(const struct mou_cli *cli, enum mou_expected_sort sort, int outcome)
{
    static const char *const duty_zh[] = {"待办", "完成", "逾期", "未生效", "待核实"};
    static const char *const duty_en[] = {"due", "done", "overdue", "pending", "to verify"};
    static const char *const repair_zh[] = {"可申请", "不予", "未生效", "待核实"};
    static const char *const repair_en[] = {"eligible", "refused", "pending", "to verify"};
    static const char *const matter_zh[] = {"允许", "禁止", "提示", "待核实"};
    static const char *const matter_en[] = {"allow", "prohibit", "advise", "to verify"};
    switch (sort) {
    case MOU_EXPECT_DUTY:
        return mou_say(cli, duty_zh[outcome], duty_en[outcome]);
    case MOU_EXPECT_REPAIR:
        return mou_say(cli, repair_zh[outcome], repair_en[outcome]);
    case MOU_EXPECT_MATTER:
        return mou_say(cli, matter_zh[outcome], matter_en[outcome]);
    case MOU_EXPECT_DECISION:
        break;
    }
    return "";
}

/* ------------------------------------------------------------------ what fits */

static bool is_meant(const struct mou_test_run *run, const struct mou_expected *expected, const struct result *result)
{
    struct mou_text memorandum;
    struct mou_text ignored;
    if (expected->sort != result->sort || expected->on != run->on || !mou_text_equal(expected->subject, result->subject) ||
        !mou_text_equal(expected->rule, result->rule)) {
        return false;
    }
    mou_pack_memorandum(run->pack, result->memorandum, &memorandum, &ignored, &ignored, &ignored);
    if (!mou_text_equal(expected->memorandum, memorandum)) {
        return false;
    }
    for (uint32_t i = 0; i < expected->key_count; i++) {
        if (result->key.bytes != NULL && mou_text_equal(expected->keys[i], result->key)) {
            return true;
        }
    }
    return expected->key_count == 0 || result->sort == MOU_EXPECT_MATTER;
}

static bool misses(const struct result *result, struct mou_text field)
{
    for (uint32_t i = 0; i < result->missing_count; i++) {
        if (result->missing[i].field.bytes != NULL && mou_text_equal(result->missing[i].field, field)) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct mou_expected *expected, const struct result *result)
{
    bool fit = expected->outcome == result->outcome && (!expected->has_from || expected->from == result->from) &&
               (!(expected->has_until || expected->until_open) || expected->until == result->until);
    for (uint32_t i = 0; i < expected->missing_count; i++) {
        fit = fit && misses(result, expected->missing[i]);
    }
    return fit;
}

/* ------------------------------------------------------------------ words */

static void put_dates(const struct mou_test_run *run, mou_date from, mou_date until, struct mou_buf *out)
{
    if (from != MOU_DATE_NONE) {
        mou_buf_text(out, mou_say(run->cli, " 自 ", " from "));
        mou_test_put_date(out, from);
    }
    if (until != MOU_DATE_NONE) {
        mou_buf_text(out, mou_say(run->cli, " 至 ", " until "));
        mou_test_put_date(out, until);
    }
}

/* "“KEY” 逾期 自 … 至 … 缺 …" */
static void put_result(const struct mou_test_run *run, const struct result *result, struct mou_buf *out)
{
    if (result->key.bytes != NULL) {
        mou_buf_printf(out, "“%.*s” ", (int)result->key.len, result->key.bytes);
    }
    mou_buf_text(out, outcome_word(run->cli, result->sort, result->outcome));
    put_dates(run, result->from, result->until, out);
    for (uint32_t i = 0; i < result->missing_count; i++) {
        const struct mou_text field = result->missing[i].field;
        mou_buf_text(out, i == 0 ? mou_say(run->cli, " 缺 ", " missing ") : mou_say(run->cli, "、", ", "));
        mou_buf_append(out, field.bytes != NULL ? field.bytes : "", field.bytes != NULL ? field.len : 0);
    }
}

static void put_expected(const struct mou_test_run *run, const struct mou_expected *expected, struct mou_buf *out)
{
    for (uint32_t i = 0; i < expected->key_count; i++) {
        mou_buf_printf(out, "“%.*s” ", (int)expected->keys[i].len, expected->keys[i].bytes);
    }
    mou_buf_text(out, outcome_word(run->cli, expected->sort, expected->outcome));
    put_dates(run, expected->from, expected->until, out);
    for (uint32_t i = 0; i < expected->missing_count; i++) {
        mou_buf_text(out, i == 0 ? mou_say(run->cli, " 缺 ", " missing ") : mou_say(run->cli, "、", ", "));
        mou_buf_append(out, expected->missing[i].bytes, expected->missing[i].len);
    }
}

/* ------------------------------------------------------------------ results */

static enum mou_status take(struct mou_test_run *run, const struct result *result)
{
    for (uint32_t i = 0; i < run->test->expected_count; i++) {
        const struct mou_expected *expected = &run->test->expected[i];
        if (!is_meant(run, expected, result)) {
            continue;
        }
        if (expected->refuted && (!expected->outcome_stated || fits(expected, result))) {
            mou_test_begin_problem(run, expected);
            mou_buf_text(&run->problems, mou_say(run->cli, "应当没有，实为 ", "there should be none, is "));
            put_result(run, result, &run->problems);
            mou_buf_char(&run->problems, '\n');
            run->wrong[i] = true;
        } else if (!expected->refuted && fits(expected, result)) {
            run->seen[i] = true;
        } else if (!expected->refuted) {
            mou_buf_text(&run->got[i], run->got[i].len > 0 ? mou_say(run->cli, "；", "; ") : "");
            put_result(run, result, &run->got[i]);
        }
    }
    return run->problems.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

enum mou_status mou_test_take_duty(void *state, const struct mou_duty_state *duty)
{
    struct mou_test_run *run = state;
    struct result result = {.sort = MOU_EXPECT_DUTY, .subject = duty->subject, .outcome = (int)duty->outcome, .key = duty->about.key, .from = duty->from, .until = duty->deadline,
                            .missing = duty->missing, .missing_count = duty->missing_count};
    uint32_t record = 0;
    mou_pack_duty(run->pack, duty->rule, &result.rule, &result.memorandum, &record);
    if (run->coverage != NULL && duty->outcome <= MOU_DUTY_IS_OVERDUE) {
        mou_coverage_rule(run->coverage, MOU_RULE_DUTY, duty->rule);
    }
    return take(run, &result);
}

enum mou_status mou_test_take_repair(void *state, const struct mou_repair_state *repair)
{
    struct mou_test_run *run = state;
    struct result result = {.sort = MOU_EXPECT_REPAIR, .subject = repair->subject, .outcome = (int)repair->outcome, .key = repair->about.key, .from = repair->earliest,
                            .until = MOU_DATE_NONE, .missing = repair->missing, .missing_count = repair->missing_count};
    uint32_t record = 0;
    mou_pack_repair(run->pack, repair->rule, &result.rule, &result.memorandum, &record);
    if (run->coverage != NULL && repair->outcome == MOU_REPAIR_IS_ELIGIBLE) {
        mou_coverage_rule(run->coverage, MOU_RULE_REPAIR, repair->rule);
    }
    return take(run, &result);
}

enum mou_status mou_test_take_matter(void *state, const struct mou_matter_state *matter)
{
    struct mou_test_run *run = state;
    struct result result = {.sort = MOU_EXPECT_MATTER, .subject = matter->subject, .outcome = (int)matter->outcome, .from = MOU_DATE_NONE, .until = MOU_DATE_NONE,
                            .missing = matter->missing, .missing_count = matter->missing_count};
    mou_pack_matter(run->pack, matter->rule, &result.rule, &result.memorandum);
    if (run->coverage != NULL && (matter->outcome == MOU_MATTER_IS_DENIED || matter->outcome == MOU_MATTER_IS_ADVISED)) {
        mou_coverage_rule(run->coverage, MOU_RULE_MATTER, matter->rule);
    }
    return take(run, &result);
}

static void explain(struct mou_test_run *run, enum mou_rule_sort sort, uint32_t subject, uint32_t rule, uint32_t row)
{
    const struct mou_explain_options options = {.lang = run->cli->lang, .why_not = true};
    if (mou_machine_explain_rule(run->machine, subject, sort, rule, row, &options, &run->problems) != MOU_OK) {
        run->problems.failed = true;
    }
}

enum mou_status mou_test_take_refutation(void *state, const struct mou_refutation *refutation)
{
    struct mou_test_run *run = state;
    struct mou_text text;
    uint32_t memorandum = 0;
    mou_pack_assertion(run->pack, refutation->rule, &text, &memorandum);
    mou_buf_text(&run->problems, "    ");
    mou_test_put_date(&run->problems, run->on);
    mou_buf_printf(&run->problems, mou_say(run->cli, " 断言“%.*s”不成立：%.*s", " assertion “%.*s” is refuted: %.*s"), (int)text.len, text.bytes,
                   (int)refutation->subject.len, refutation->subject.bytes);
    for (uint32_t i = 0; i < refutation->measure_count; i++) {
        struct mou_text name;
        struct mou_text ignored;
        uint32_t kind = 0;
        mou_pack_measure(run->pack, refutation->measures[i], &name, &memorandum, &kind, &ignored, &ignored);
        mou_buf_text(&run->problems, i == 0 ? " " : mou_say(run->cli, "、", ", "));
        mou_buf_append(&run->problems, name.bytes, name.len);
    }
    mou_buf_char(&run->problems, '\n');
    if (!run->brief) {
        explain(run, MOU_RULE_ASSERTION, refutation->subject_number, refutation->rule, 0);
    }
    return run->problems.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

/* ------------------------------------------------------------------ reasons */

/* The rule's number in the pack and the record type that it is about (UINT32_MAX: none). */
static bool find_rule(const struct mou_test_run *run, const struct mou_expected *expected, struct result *result, uint32_t number, uint32_t *record)
{
    *record = UINT32_MAX;
    *result = (struct result){.sort = expected->sort, .subject = expected->subject};
    if (expected->sort == MOU_EXPECT_DUTY) {
        mou_pack_duty(run->pack, number, &result->rule, &result->memorandum, record);
    } else if (expected->sort == MOU_EXPECT_REPAIR) {
        mou_pack_repair(run->pack, number, &result->rule, &result->memorandum, record);
    } else {
        mou_pack_matter(run->pack, number, &result->rule, &result->memorandum);
    }
    struct mou_expected any = *expected;
    any.key_count = 0;
    return is_meant(run, &any, result);
}

/* The reasons for each record of the subject that the rule could be about. */
static void explain_rule(struct mou_test_run *run, const struct mou_expected *expected, uint32_t rule, uint32_t record)
{
    static const enum mou_rule_sort sorts[] = {[MOU_EXPECT_DUTY] = MOU_RULE_DUTY, [MOU_EXPECT_REPAIR] = MOU_RULE_REPAIR, [MOU_EXPECT_MATTER] = MOU_RULE_MATTER};
    for (uint32_t subject = 0; subject < run->batch->core_count; subject++) {
        if (!mou_text_equal(run->batch->subject_id[subject], expected->subject)) {
            continue;
        }
        if (record == UINT32_MAX) {
            explain(run, sorts[expected->sort], subject, rule, 0);
            return;
        }
        const struct mou_record_columns *rows = &run->batch->records[record];
        for (uint32_t row = 0, told = 0; row < rows->row_count && told < EXPLAINED_MAX; row++) {
            if (rows->subject[row] == subject) {
                explain(run, sorts[expected->sort], subject, rule, row);
                told++;
            }
        }
        return;
    }
}

void mou_test_other_reasons(struct mou_test_run *run, uint32_t expectation)
{
    const struct mou_expected *expected = &run->test->expected[expectation];
    const uint32_t counts[] = {[MOU_EXPECT_DUTY] = mou_pack_duty_count(run->pack), [MOU_EXPECT_REPAIR] = mou_pack_repair_count(run->pack),
                               [MOU_EXPECT_MATTER] = mou_pack_matter_count(run->pack)};
    for (uint32_t rule = 0; !run->brief && rule < counts[expected->sort]; rule++) {
        struct result probe;
        uint32_t record = UINT32_MAX;
        if (find_rule(run, expected, &probe, rule, &record)) {
            explain_rule(run, expected, rule, record);
        }
    }
}

void mou_test_other_unmet(struct mou_test_run *run, uint32_t expectation)
{
    const struct mou_expected *expected = &run->test->expected[expectation];
    const struct mou_buf *got = &run->got[expectation];
    mou_test_begin_problem(run, expected);
    mou_buf_text(&run->problems, mou_say(run->cli, "应为 ", "should be "));
    put_expected(run, expected, &run->problems);
    if (got->len > 0) {
        mou_buf_text(&run->problems, mou_say(run->cli, "，实为 ", ", is "));
        mou_buf_append(&run->problems, got->data, got->len);
    } else {
        mou_buf_text(&run->problems, mou_say(run->cli, "，实际没有", ", there is none"));
    }
    mou_buf_char(&run->problems, '\n');
    mou_test_other_reasons(run, expectation);
}
