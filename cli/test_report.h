/*
 * Reports of mou test: for people, as TAP, as JUnit XML. The last line of the first two is the count.
 */
#ifndef MOU_CLI_TEST_REPORT_H
#define MOU_CLI_TEST_REPORT_H

#include "cli.h"

enum mou_test_format { MOU_TEST_HUMAN, MOU_TEST_TAP, MOU_TEST_JUNIT };

struct mou_test_report {
    struct mou_cli *cli;
    enum mou_test_format format;
    const char *junit_path; /**< NULL without --junit */
    struct mou_buf junit;   /**< the cases so far */
    struct mou_buf text;    /**< TAP lines so far */
    size_t given_count;     /**< sources named on the command line */
    size_t passed;
    size_t failed;
};

/** Reads the options; complains and returns false when they are wrong. */
bool mou_test_report_open(struct mou_test_report *report, struct mou_cli *cli);
/** One finished test; no problems: passed. */
void mou_test_report_add(struct mou_test_report *report, const struct mou_test_case *test, const struct mou_source *source, const struct mou_buf *problems);
/** Writes what is left; MOU_EXIT_NEGATIVE where a test failed. */
enum mou_exit mou_test_report_close(struct mou_test_report *report);
void mou_test_report_free(struct mou_test_report *report);

#endif
