/*
 * What `mou test --coverage` says: a table per memorandum and the goals that no test met on the
 * terminal, the whole in files for browsers and for CI. Used by cmd_test.c only.
 */
#ifndef MOU_CLI_COVERAGE_H
#define MOU_CLI_COVERAGE_H

#include "cli.h"
#include "mou/coverage.h"

/** The goals of the sources named on the command line, in the order of their places. */
struct mou_coverage_view {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    const struct mou_source *sources; /**< those of the compilation */
    size_t source_count;              /**< of these, named on the command line */
    const struct mou_goal **goals;
    size_t count;
};

/** How many goals of each kind there are, and how many are met. */
struct mou_coverage_tally {
    size_t met[MOU_GOAL_KIND_COUNT];
    size_t all[MOU_GOAL_KIND_COUNT];
};

/* ---- coverage_report.c */
/** Checks the options that belong to coverage; complains and returns false when they are wrong. */
bool mou_coverage_options_fit(struct mou_cli *cli);
/** Whether anything about coverage is asked for. */
bool mou_coverage_wanted(const struct mou_cli *cli);
/** Prints the report and writes the files asked for; MOU_EXIT_NEGATIVE below the threshold. */
enum mou_exit mou_coverage_report(struct mou_cli *cli, const struct mou_pack *pack,
                                  const struct mou_compilation *compilation, size_t given_count,
                                  const struct mou_coverage *coverage);
/** Tally of the goals of a memorandum, UINT32_MAX: of all. */
struct mou_coverage_tally mou_coverage_count(const struct mou_coverage_view *view,
                                             uint32_t memorandum);
/** Name of a kind of goal, and what a goal asks for, in words. */
const char *mou_goal_kind_word(const struct mou_cli *cli, enum mou_goal_kind kind);
const char *mou_goal_want_word(const struct mou_cli *cli, enum mou_goal_want want);

/* ---- coverage_files.c */
/** Writes one file in the form that its name's ending says: .html, .xml (Cobertura), .info (LCOV), .json. */
enum mou_exit mou_coverage_write(const struct mou_coverage_view *view, const char *path);
/** Whether the ending of a file's name is one of these. */
bool mou_coverage_form_known(const char *path);

#endif
