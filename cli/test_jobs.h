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

/** Calls `once` in a process of its own, again after every change of the rule files that it reads, until an interrupt. It tells those to the descriptor. */
enum mou_exit mou_test_watch(struct mou_cli *cli, enum mou_exit (*once)(struct mou_cli *cli, int told));
/** Tells a watching process which files were read, before any outcome is shown, and closes the descriptor. What cannot be told is not watched. */
void mou_test_watch_tell(int told, const struct mou_source *sources, size_t count);

#endif
