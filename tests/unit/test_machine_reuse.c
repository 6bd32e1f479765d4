/*
 * vm/kernels_run.c, machine.c: what a machine keeps from run to run must not show. One machine over batches of all shapes and dates says what a
 * fresh machine says of each, also where the batch's texts are numbered apart from the pack's.
 */
#include "mou_test.h"

#include "random_batch.h"
#include "rule_pack.h"

#define RUNS 120

static int setup(void **state)
{
    static struct rp rp;
    rp_build(&rp);
    /* the incentive not where some case's key is 甲: a text literal of the pack against texts of the batch */
    struct pb *pb = &rp.pb;
    const struct mou_pack_text word = pb_text(pb, "甲");
    const uint32_t text = pb_append(pb, MOU_SECTION_TEXTS, &word, 1);
    const uint32_t literal =
        pb_typed(pb, OP(CONST_TEXT), MOU_PACK_TEXT_FIELD, 0, text, NONE, NONE, 0);
    const uint32_t key =
        pb_typed(pb, OP(COLUMN), MOU_PACK_TEXT_FIELD, 2 + RP_CASE, RP_KEY, NONE, NONE, 0);
    const uint32_t equal = pb_op(pb, OP(COMPARE), 2 + RP_CASE, key, literal, NONE, MOU_COMPARE_EQ);
    const uint32_t some = pb_op(pb, OP(ANY), 1, rp.r.exists, equal, NONE, 0);
    struct mou_pack_measure *green = pb_entry(pb, MOU_SECTION_MEASURES, RP_GREEN);
    green->unless = some;
    rp_open(&rp, 2020, 6, 1);
    *state = &rp;
    return 0;
}

static int teardown(void **state)
{
    rp_close(*state);
    return 0;
}

/* Everything that a machine says of a batch. */
static void say_all(struct rp *rp, struct mou_machine *machine, const struct mou_batch *batch,
                    struct mou_buf *out)
{
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH, .why_not = true};
    const struct mou_decision_sink sink = {.state = rp, .decision = rp_take, .next = rp_take_next};
    mou_buf_clear(&rp->lines);
    mou_buf_clear(out);
    assert_status(mou_machine_run(machine, batch, &rp->options, &sink), MOU_OK);
    for (uint32_t s = 0; s < batch->core_count; s++) {
        assert_status(mou_machine_explain(machine, s, RP_BAN, false, &options, out), MOU_OK);
        assert_status(mou_machine_explain(machine, s, RP_GREEN, false, &options, out), MOU_OK);
    }
    mou_buf_append(out, rp->lines.data, rp->lines.len);
    assert_false(out->failed);
}

/* The batch over a table of its own in which every number is one more; keys are the only texts of the vocabulary. */
static struct mou_batch apart(const struct mou_batch *batch, struct mou_arena *arena)
{
    struct mou_batch copy = *batch;
    struct mou_record_columns *cases = MOU_NEW(arena, struct mou_record_columns);
    struct mou_column *fields = MOU_NEW_ARRAY(arena, RP_TERM + 1, struct mou_column);
    int64_t *keys = MOU_NEW_ARRAY(arena, batch->records->row_count, int64_t);
    copy.texts = mou_intern_new(arena);
    assert_i64_equal(mou_intern_add(copy.texts, MOU_TEXT("别的")), 0);
    for (uint32_t i = 0; i < mou_intern_count(batch->texts); i++) {
        assert_i64_equal(mou_intern_add(copy.texts, mou_intern_text(batch->texts, i)), i + 1);
    }
    *cases = *batch->records;
    if (cases->row_count > 0) {
        memcpy(fields, cases->fields, (RP_TERM + 1) * sizeof(*fields));
    }
    for (uint32_t row = 0; fields[RP_KEY].width != 0 && row < cases->row_count; row++) {
        keys[row] = ((const int64_t *)fields[RP_KEY].values)[row] + 1;
    }
    fields[RP_KEY].values = fields[RP_KEY].width != 0 ? keys : NULL;
    cases->fields = fields;
    copy.records = cases;
    return copy;
}

static void a_machine_used_again_says_the_same(void **state)
{
    struct rp *rp = *state;
    struct rng rng = {7};
    struct mou_buf again;
    struct mou_buf fresh;
    size_t said = 0;
    mou_buf_init(&again, NULL, (size_t)1 << 24);
    mou_buf_init(&fresh, NULL, (size_t)1 << 24);
    for (uint32_t run = 0; run < RUNS; run++) {
        const mou_date as_of = rp_day(2020, 6, 1) + (mou_date)(200 * rng_below(&rng, 3));
        const struct batch_plan plan = {
            1 + rng_below(&rng, 5), rng_below(&rng, 3), rng_below(&rng, 2), 24, 3, as_of};
        const struct mou_batch *batch = NULL;
        struct mou_machine *machine = NULL;
        struct mou_arena *arena = mou_arena_new(NULL);
        assert_non_null(arena);
        mou_batch_builder_reset(rp->builder);
        assert_true(random_batch(&rng, rp->pack, rp->builder, arena, &plan));
        assert_status(mou_batch_finish(rp->builder, &batch), MOU_OK);
        assert_ptr_equal(mou_intern_base(batch->texts), rp->pack->own_texts);
        rp->options = (struct mou_run_options){.as_of = as_of, .findings = true};
        assert_status(mou_machine_new(rp->pack, NULL, &machine), MOU_OK);
        say_all(rp, machine, batch, &fresh);
        say_all(rp, rp->machine, batch, &again);
        assert_text_equal(again.data, fresh.data);
        if (rng_once_in(&rng, 2)) {
            const struct mou_batch other = apart(batch, arena);
            say_all(rp, rp->machine, &other, &again);
            assert_text_equal(again.data, fresh.data);
        }
        said += fresh.len;
        mou_machine_free(machine);
        mou_arena_free(arena);
    }
    assert_i64_between(said, 50000, INT64_MAX); /* it was about something */
    mou_buf_free(&again);
    mou_buf_free(&fresh);
}

/* Outcomes as lines. */
static enum mou_status take_outcome(void *state, const struct mou_decision *decision)
{
    struct rp *rp = state;
    mou_outcome_json(rp->pack, decision, &rp->lines);
    return MOU_OK;
}

static enum mou_status explain_inside(void *state, const struct mou_decision *decision)
{
    struct rp *rp = state;
    struct mou_buf out;
    mou_buf_init(&out, NULL, (size_t)1 << 20);
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH};
    assert_status(mou_machine_explain(rp->machine, decision->subject_number, decision->rule, decision->is_finding, &options, &out), MOU_ERROR_USAGE);
    mou_buf_free(&out);
    return MOU_OK;
}

/* Outcomes, then the reasons of two measures for everybody: in `out`. */
static void say_outcomes(struct rp *rp, const struct mou_batch *batch, bool count_only, struct mou_buf *out)
{
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH, .why_not = true};
    const struct mou_decision_sink sink = {.state = rp, .decision = take_outcome};
    mou_buf_clear(&rp->lines);
    mou_buf_clear(out);
    rp->options.count_only = count_only;
    assert_status(mou_machine_run(rp->machine, batch, &rp->options, &sink), MOU_OK);
    for (uint32_t s = 0; s < batch->core_count; s++) {
        assert_status(mou_machine_explain(rp->machine, s, RP_BAN, false, &options, out), MOU_OK);
        assert_status(mou_machine_explain(rp->machine, s, RP_GREEN, false, &options, out), MOU_OK);
    }
    mou_buf_append(out, rp->lines.data, rp->lines.len);
    assert_false(out->failed);
}

static void counting_gives_the_same_outcomes_and_reasons(void **state)
{
    struct rp *rp = *state;
    struct rng rng = {11};
    struct mou_buf full;
    struct mou_buf counted;
    size_t said = 0;
    mou_buf_init(&full, NULL, (size_t)1 << 24);
    mou_buf_init(&counted, NULL, (size_t)1 << 24);
    for (uint32_t run = 0; run < RUNS; run++) {
        const mou_date as_of = rp_day(2020, 6, 1) + (mou_date)(200 * rng_below(&rng, 3));
        const struct batch_plan plan = {1 + rng_below(&rng, 90), rng_below(&rng, 3), rng_below(&rng, 2), 24, 3, as_of};
        const struct mou_batch *batch = NULL;
        struct mou_arena *arena = mou_arena_new(NULL);
        assert_non_null(arena);
        mou_batch_builder_reset(rp->builder);
        assert_true(random_batch(&rng, rp->pack, rp->builder, arena, &plan));
        assert_status(mou_batch_finish(rp->builder, &batch), MOU_OK);
        rp->options = (struct mou_run_options){.as_of = as_of, .findings = true};
        say_outcomes(rp, batch, false, &full);
        say_outcomes(rp, batch, true, &counted);
        assert_text_equal(counted.data, full.data);
        const struct mou_decision_sink inside = {.state = rp, .decision = explain_inside};
        assert_status(mou_machine_run(rp->machine, batch, &rp->options, &inside), MOU_OK);
        said += rp->lines.len;
        mou_arena_free(arena);
    }
    assert_i64_between(said, 50000, INT64_MAX);
    mou_buf_free(&counted);
    mou_buf_free(&full);
}

/* Outcomes of measures of subjects that are not passed over. */
struct tallied {
    const uint64_t *passed_over;
    struct mou_outcome_counts counts[RP_MEASURES];
};

static enum mou_status tally_outcome(void *state, const struct mou_decision *decision)
{
    struct tallied *tallied = state;
    if (!decision->is_finding && ((tallied->passed_over[decision->subject_number / 64] >> (decision->subject_number % 64)) & 1u) == 0) {
        tallied->counts[decision->rule].of[decision->outcome]++;
    }
    return MOU_OK;
}

/* The batch with its cases told by bits. */
static struct mou_batch by_bits(const struct mou_batch *batch, struct mou_arena *arena)
{
    struct mou_batch copy = *batch;
    struct mou_record_columns *cases = MOU_NEW(arena, struct mou_record_columns);
    uint64_t *ends = MOU_NEW_ARRAY(arena, batch->records->row_count / 64 + 1, uint64_t);
    uint64_t *some = MOU_NEW_ARRAY(arena, batch->subject_count / 64 + 1, uint64_t);
    assert_true(cases != NULL && ends != NULL && some != NULL);
    *cases = *batch->records;
    for (uint32_t row = 0; row < cases->row_count; row++) {
        const uint32_t subject = cases->subject[row];
        some[subject / 64] |= UINT64_C(1) << (subject % 64);
        if (row + 1 == cases->row_count || cases->subject[row + 1] != subject) {
            ends[row / 64] |= UINT64_C(1) << (row % 64);
        }
    }
    cases->subject = NULL;
    cases->first = NULL;
    cases->ends = ends;
    cases->some = some;
    copy.records = cases;
    return copy;
}

static void counts_without_decisions_are_those_of_decisions(void **state)
{
    struct rp *rp = *state;
    struct rng rng = {13};
    uint64_t seen[4] = {0};
    for (uint32_t run = 0; run < 8 * RUNS; run++) {
        const mou_date as_of = rp_day(2020, 6, 1) + (mou_date)(200 * rng_below(&rng, 3));
        const struct batch_plan plan = {1 + rng_below(&rng, 150), rng_below(&rng, 3), rng_below(&rng, 2), 24, 3, as_of};
        const uint64_t passed_over[3] = {rng_next(&rng) & rng_next(&rng), rng_next(&rng) & rng_next(&rng), rng_next(&rng) & rng_next(&rng)};
        const struct mou_run_options options = {.as_of = as_of};
        struct tallied wanted = {.passed_over = passed_over};
        struct tallied found = {.passed_over = passed_over};
        const struct mou_decision_sink sink = {.state = &wanted, .decision = tally_outcome};
        const struct mou_batch *batch = NULL;
        struct mou_arena *arena = mou_arena_new(NULL);
        assert_non_null(arena);
        mou_batch_builder_reset(rp->builder);
        assert_true(random_batch(&rng, rp->pack, rp->builder, arena, &plan));
        assert_status(mou_batch_finish(rp->builder, &batch), MOU_OK);
        assert_status(mou_machine_run(rp->machine, batch, &options, &sink), MOU_OK);
        assert_status(mou_machine_count(rp->machine, batch, as_of, passed_over, found.counts), MOU_OK);
        assert_memory_equal(found.counts, wanted.counts, sizeof wanted.counts);
        struct mou_batch bits = by_bits(batch, arena);
        struct tallied decided = {.passed_over = passed_over};
        const struct mou_decision_sink again = {.state = &decided, .decision = tally_outcome};
        assert_status(mou_machine_run(rp->machine, &bits, &options, &again), MOU_OK);
        assert_memory_equal(decided.counts, wanted.counts, sizeof wanted.counts);
        bits.subject_id = NULL;
        memset(found.counts, 0, sizeof found.counts);
        assert_status(mou_machine_count(rp->machine, &bits, as_of, passed_over, found.counts), MOU_OK);
        assert_memory_equal(found.counts, wanted.counts, sizeof wanted.counts);
        for (uint32_t i = 0; i < 4 * RP_MEASURES; i++) {
            seen[i % 4] += wanted.counts[i / 4].of[i % 4];
        }
        mou_arena_free(arena);
    }
    for (uint32_t outcome = 0; outcome < 4; outcome++) {
        assert_i64_between((int64_t)seen[outcome], 1, INT64_MAX); /* there was something to count */
    }
}

/* The decisions of one rule, whatever else is decided. */
struct one_rule {
    struct rp *rp;
    uint32_t rule;
    bool is_finding;
};

static enum mou_status take_of_rule(void *state, const struct mou_decision *decision)
{
    const struct one_rule *one = state;
    const bool meant = decision->rule == one->rule && decision->is_finding == one->is_finding;
    return meant ? rp_take(one->rp, decision) : MOU_OK;
}

static struct mou_focus *focus_of(const struct rp *rp, const struct one_rule *one)
{
    struct mou_rule_name name;
    struct mou_text ignored;
    uint32_t memorandum = 0;
    uint32_t kind = 0;
    if (one->is_finding) {
        mou_pack_finding(rp->pack, one->rule, &name.rule, &memorandum, &ignored);
    } else {
        mou_pack_measure(rp->pack, one->rule, &name.rule, &memorandum, &kind, &ignored, &ignored);
    }
    mou_pack_memorandum(rp->pack, memorandum, &name.memorandum, &ignored, &ignored, &ignored);
    struct mou_focus *focus = mou_focus_new(rp->pack, &name, 1, NULL);
    assert_non_null(focus);
    return focus;
}

/* What is said of one rule, in a run of all rules and in one of this rule only, the machine used in turns. */
static size_t narrow(struct rp *rp, const struct mou_batch *batch, struct one_rule one)
{
    struct mou_buf all;
    struct mou_focus *focus = focus_of(rp, &one);
    const struct mou_decision_sink sink = {.state = &one, .decision = take_of_rule};
    const struct mou_decision_sink whole = {.state = rp, .decision = rp_take};
    mou_buf_init(&all, NULL, (size_t)1 << 24);
    mou_buf_clear(&rp->lines);
    rp->options.focus = NULL;
    assert_status(mou_machine_run(rp->machine, batch, &rp->options, &sink), MOU_OK);
    mou_buf_append(&all, rp->lines.data, rp->lines.len);
    mou_buf_clear(&rp->lines);
    rp->options.focus = focus;
    assert_status(mou_machine_run(rp->machine, batch, &rp->options, &whole), MOU_OK);
    assert_i64_equal(rp->lines.len, all.len);
    assert_true(all.len == 0 || memcmp(rp->lines.data, all.data, all.len) == 0);
    const size_t said = all.len;
    mou_buf_free(&all);
    mou_focus_free(focus);
    return said;
}

static void a_run_of_one_rule_says_of_it_what_a_run_of_all_says(void **state)
{
    static const struct {
        uint32_t rule;
        bool is_finding;
    } rules[] = {{RP_LISTED, true}, {RP_CLEAN, true}, {RP_BAN, false}, {RP_GREEN, false}};
    struct rp *rp = *state;
    struct rng rng = {13};
    size_t said[4] = {0};
    for (uint32_t run = 0; run < RUNS; run++) {
        const mou_date as_of = rp_day(2020, 6, 1) + (mou_date)(200 * rng_below(&rng, 3));
        const struct batch_plan plan = {1 + rng_below(&rng, 9), rng_below(&rng, 3), rng_below(&rng, 2), 24, 3, as_of};
        const struct mou_batch *batch = NULL;
        struct mou_arena *arena = mou_arena_new(NULL);
        assert_non_null(arena);
        mou_batch_builder_reset(rp->builder);
        assert_true(random_batch(&rng, rp->pack, rp->builder, arena, &plan));
        assert_status(mou_batch_finish(rp->builder, &batch), MOU_OK);
        rp->options = (struct mou_run_options){.as_of = as_of, .findings = true};
        for (size_t i = 0; i < 4; i++) {
            said[i] += narrow(rp, batch, (struct one_rule){rp, rules[i].rule, rules[i].is_finding});
        }
        mou_arena_free(arena);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_i64_between(said[i], 1000, INT64_MAX);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(a_run_of_one_rule_says_of_it_what_a_run_of_all_says, setup, teardown),
    cmocka_unit_test_setup_teardown(counts_without_decisions_are_those_of_decisions, setup, teardown),
    cmocka_unit_test_setup_teardown(counting_gives_the_same_outcomes_and_reasons, setup, teardown),
    cmocka_unit_test_setup_teardown(a_machine_used_again_says_the_same, setup, teardown),
};

MOU_TEST_MAIN(tests)
