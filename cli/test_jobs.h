/*
 * Several tests at a time, and again whenever a rule file changes. Used by cmd_test.c only.
 */
#ifndef MOU_CLI_TEST_JOBS_H
#define MOU_CLI_TEST_JOBS_H

#include "test_run.h"

/** What became of one test. */
struct mou_test_result {
    enum mou_status status;
    struct mou_buf problems; /**< to be freed by the caller */
};

/**
 * Runs the tests with as many workers as --jobs says, at most one per processor without it; the first works with `run`, whose coverage
 * (NULL: none) takes up what all of them saw. Results are in the order of the tests, whatever the number. NULL when memory ran out.
 */
struct mou_test_result *mou_test_jobs_run(struct mou_test_run *run, const struct mou_test_case *const *tests, size_t count, long jobs);
/** --jobs, checked; false after a message. */
bool mou_test_jobs_option(struct mou_cli *cli, long *jobs);

/** One time that the tests are run. */
struct mou_test_round {
    struct mou_cli cli;
    struct mou_rule_files files;
    struct mou_compilation *compilation; /**< NULL where there is none, then `code` says why */
    enum mou_exit code;                  /**< of reading and compiling */
    bool compiled;                       /**< it was tried */
};
struct mou_test_steps {
    void (*compile)(struct mou_test_round *round);
    enum mou_exit (*run)(struct mou_test_round *round); /**< of what was compiled, in a process of its own */
};

/** Compiles and runs, again after every change of the rule files that were read, until an interrupt. */
enum mou_exit mou_test_watch(struct mou_cli *cli, const struct mou_test_steps *steps);

#endif
