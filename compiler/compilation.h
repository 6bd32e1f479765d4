/*
 * A compilation as its driver and the test reader see it.
 */
#ifndef MOU_COMPILER_COMPILATION_H
#define MOU_COMPILER_COMPILATION_H

#include "mou/compiler.h"
#include "session.h"
#include "stages.h"

/** A message that another compilation may take over, and whose it is (program.h). */
struct mou_kept_message { uint32_t owner; struct mou_diagnostic message; };

struct mou_compilation {
    struct mou_arena *arena; /**< everything lives in it, this struct too */
    size_t users;            /**< who made it, the session, and compilations that have taken something from it */
    struct mou_compilation *base; /**< from which something was taken; NULL: none */
    uint32_t given_count;    /**< sources that were given rather than looked up */
    bool generated, measured;     /**< as in the options */
    MOU_VEC(struct mou_kept_message) kept; /**< for those that take from this one */
    struct mou_diagnostics diagnostics;
    struct mou_session *session;              /**< NULL: nothing is kept of earlier compilations */
    const struct mou_keyword_table *keywords; /**< of the session or this compilation */
    MOU_VEC(struct mou_reading *) readings;         /**< one per source */
    struct mou_intern *paths;                 /**< of the sources */
    MOU_VEC(struct mou_source) sources;
    MOU_VEC(struct mou_tree *) trees;
    MOU_VEC(const unsigned char *) digests; /**< of the sources */
    MOU_VEC(struct mou_text) found; /**< names that some file uses and some file declares */
    struct mou_program program;
    struct mou_allocator room; /**< the arena's, for the pack */
    struct mou_buf pack;
    MOU_VEC(struct mou_test_case) tests;
};

/** tests.c: names and values of all tests and fixtures. */
enum mou_status mou_tests_check(struct mou_compilation *compilation) MOU_MUST_USE;

#endif
