/*
 * One test beside the rules while it runs. Used by mou test, for the rules as they are and for
 * mutants of them.
 */
#ifndef MOU_CLI_TEST_RUN_H
#define MOU_CLI_TEST_RUN_H

#include "mou/coverage.h"
#include "world.h"

struct mou_test_run {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_machine *machine;
    struct mou_batch_builder *builder;
    struct mou_arena *arena;       /**< of the test at hand */
    const struct mou_test_case *test;
    mou_date on;
    bool *seen;                    /**< per expectation */
    struct mou_buf problems;       /**< what failed, a line each; empty: the test passed */
    bool brief;                    /**< without the reasons */
    struct mou_coverage *coverage; /**< NULL where it is not asked for */
    bool traced;                   /**< also the raw record */
    struct mou_buf trace;
};

/** Sets up a machine and what it needs; mou_test_run_close in any case. */
enum mou_status mou_test_run_open(struct mou_test_run *run, struct mou_cli *cli, const struct mou_pack *pack) MOU_MUST_USE;
/** Takes up coverage from now on; false when memory ran out. */
bool mou_test_run_cover(struct mou_test_run *run);
void mou_test_run_close(struct mou_test_run *run);

/** Runs a test; run->problems tells the outcome. */
enum mou_status mou_test_run_case(struct mou_test_run *run, const struct mou_test_case *test) MOU_MUST_USE;
/** The same over a batch made from the test's world before. */
enum mou_status mou_test_run_on(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch) MOU_MUST_USE;

#endif
