/*
 * What the tests of messages share: an arena, a list of diagnostics and a buffer, fresh for each test.
 */
#ifndef MOU_TESTS_MESSAGE_FIXTURE_H
#define MOU_TESTS_MESSAGE_FIXTURE_H

#include "mou_test.h"

#define NOTHING ((struct mou_text){"", 0})

/** One list of diagnostics, the source that they speak of, and what they look like. */
struct fixture {
    struct mou_arena *arena;
    struct mou_diagnostics list;
    struct mou_buf out;
    struct mou_source source;
};

static inline int setup(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.arena = mou_arena_new(NULL)};
    mou_diagnostics_init(&fixture.list, fixture.arena);
    mou_buf_init(&fixture.out, NULL, 1000000);
    *state = &fixture;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    mou_arena_free(fixture->arena);
    mou_buf_free(&fixture->out);
    return 0;
}

#endif
