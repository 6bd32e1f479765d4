/*
 * MC/DC with the tests as judges: each condition that decided in a test that passes is taken
 * otherwise, and the test run again. Only where it then fails is the condition shown to decide.
 * Called by test_run.c.
 */
#include "test_run.h"

/* Runs the test with the condition taken otherwise; `noticed`: it fails. */
static enum mou_status try_turn(struct mou_test_run *run, const struct mou_test_case *test,
                                const struct mou_batch *batch, struct mou_coverage *coverage,
                                uint32_t condition, enum mou_turn turn)
{
    static const char *const words[] = {"", "opposite", "yes", "no"};
    mou_machine_turn(run->machine, mou_coverage_condition_words(coverage, condition), turn);
    const enum mou_status status = mou_test_run_dates(run, test, batch);
    mou_machine_turn(run->machine, MOU_NO_SPAN, MOU_TURN_NONE);
    const bool noticed = run->problems.len > 0;
    mou_buf_clear(&run->problems);
    if (noticed) {
        mou_coverage_noticed(coverage, condition, turn);
    }
    if (run->traced) {
        mou_buf_printf(&run->trace,
                       "{\"condition\": %u, \"taken_as\": \"%s\", \"noticed\": %s}\n",
                       condition, words[turn], noticed ? "true" : "false");
    }
    return status;
}

enum mou_status mou_test_turn_conditions(struct mou_test_run *run,
                                         const struct mou_test_case *test,
                                         const struct mou_batch *batch)
{
    struct mou_coverage *coverage = run->coverage;
    const bool brief = run->brief;
    enum mou_status status = MOU_OK;
    run->coverage = NULL; /* what a turned run does is no coverage */
    run->brief = true;
    run->part = MOU_TEST_EXPECTATIONS;
    for (uint32_t i = 0; i < mou_coverage_condition_count(coverage); i++) {
        for (unsigned turn = MOU_TURN_OPPOSITE; turn < MOU_TURN_COUNT && status == MOU_OK; turn++) {
            if (mou_coverage_wants(coverage, i, (enum mou_turn)turn)) {
                status = try_turn(run, test, batch, coverage, i, (enum mou_turn)turn);
            }
        }
    }
    run->brief = brief;
    run->part = MOU_TEST_WHOLE;
    run->coverage = coverage;
    return status;
}
