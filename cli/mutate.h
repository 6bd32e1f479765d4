/*
 * mou test --mutate: small mistakes put into the rules one at a time, to see whether a test notices.
 * Used by cmd_test.c.
 */
#ifndef MOU_CLI_MUTATE_H
#define MOU_CLI_MUTATE_H

#include "cli.h"

/** Tests that were chosen; borrowed from the compilation. */
struct mou_test_list {
    const struct mou_test_case **items;
    size_t count;
};

/**
 * With `jobs` workers, tries every mutant of the sources named on the command line against tests that all pass, and prints figures and
 * survivors; with --suggest also, for each survivor that one was found for, a test that would notice it.
 */
enum mou_exit mou_mutate(struct mou_cli *cli, const struct mou_pack *pack, const struct mou_compilation *compilation, size_t given_count,
                         const struct mou_test_list *tests, long jobs);

#endif
