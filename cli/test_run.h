/*
 * One test beside the rules while it runs. Used by mou test, for the rules as they are and for
 * mutants of them.
 */
#ifndef MOU_CLI_TEST_RUN_H
#define MOU_CLI_TEST_RUN_H

#include <pthread.h>

#include "mou/coverage.h"
#include "world.h"

/** What of a test is looked at: what it expects, and the assertions of the memoranda in its world. */
enum mou_test_part { MOU_TEST_WHOLE, MOU_TEST_EXPECTATIONS, MOU_TEST_ASSERTIONS };

struct mou_test_run {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_machine *machine;
    struct mou_batch_builder *builder;
    struct mou_arena *arena;       /**< of the test at hand */
    const struct mou_test_case *test;
    mou_date on;
    bool *seen;                    /**< per expectation */
    bool *wrong;                   /**< per expectation: the reasons are owed */
    struct mou_buf *got;           /**< per expectation of a duty, repair or matter: what there is instead */
    const struct mou_batch *batch; /**< of the test at hand */
    struct mou_buf problems;       /**< what failed, a line each; empty: the test passed */
    bool brief;                    /**< without the reasons */
    enum mou_test_part part;       /**< what of the test is looked at */
    const struct mou_focus *focus; /**< rules that are decided; NULL: all */
    pthread_mutex_t *lock;         /**< held while a world is read, where several tests run at a time; else NULL */
    struct mou_coverage *coverage; /**< NULL where it is not asked for */
    bool traced;                   /**< also the raw record */
    struct mou_buf trace;
};

/** Sets up a machine and what it needs; mou_test_run_close in any case. */
enum mou_status mou_test_run_open(struct mou_test_run *run, struct mou_cli *cli, const struct mou_pack *pack) MOU_MUST_USE;
/** Takes up coverage from now on; false when memory ran out. */
bool mou_test_run_cover(struct mou_test_run *run);
void mou_test_run_close(struct mou_test_run *run);
/** After run->problems was handed on: an empty one in its place. */
void mou_test_run_fresh_problems(struct mou_test_run *run);

/** Runs a test; run->problems tells the outcome. */
enum mou_status mou_test_run_case(struct mou_test_run *run, const struct mou_test_case *test) MOU_MUST_USE;
/** The same over a batch made from the test's world before. */
enum mou_status mou_test_run_on(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch) MOU_MUST_USE;

/** The same without looking at coverage's conditions: each date once, as the machine stands. */
enum mou_status mou_test_run_dates(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch) MOU_MUST_USE;

/** The same on one date: only what is expected on it. */
enum mou_status mou_test_run_date(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch, mou_date on) MOU_MUST_USE;
/** Whether an earlier expectation of the test is of the same date as expectation `index`. */
bool mou_test_date_done(const struct mou_test_case *test, uint32_t index);

/* ---- test_conditions.c */
/** After a test that passed: which of the conditions that decided in it the test notices when they are taken otherwise. */
enum mou_status mou_test_turn_conditions(struct mou_test_run *run, const struct mou_test_case *test, const struct mou_batch *batch) MOU_MUST_USE;

/* ---- test_others.c */

/** Takes the results of duties, repairs, matters and assertions; see vm.h. */
enum mou_status mou_test_take_duty(void *state, const struct mou_duty_state *duty) MOU_MUST_USE;
enum mou_status mou_test_take_repair(void *state, const struct mou_repair_state *repair) MOU_MUST_USE;
enum mou_status mou_test_take_matter(void *state, const struct mou_matter_state *matter) MOU_MUST_USE;
enum mou_status mou_test_take_refutation(void *state, const struct mou_refutation *refutation) MOU_MUST_USE;
/** Why the rule of such an expectation gives what it gives; nothing when brief. */
void mou_test_other_reasons(struct mou_test_run *run, uint32_t expectation);
/** What to say of an expectation of such a rule that nothing met, with the reasons unless brief. */
void mou_test_other_unmet(struct mou_test_run *run, uint32_t expectation);
/** Begins a line about an expectation: date, subject and rule. */
void mou_test_begin_problem(struct mou_test_run *run, const struct mou_expected *expected);
void mou_test_put_date(struct mou_buf *out, mou_date date);

#endif
