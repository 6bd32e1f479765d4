/*
 * Past runs, repeated and compared: what verify.c asks of replay.c.
 */
#ifndef MOU_STORE_REPLAY_H
#define MOU_STORE_REPLAY_H

#include "run_internal.h"

struct mou_replay_request {
    /** A run whose repetition differs: in how many decisions, and the first subject or the reason why it cannot be repeated. */
    void (*differs)(void *state, int64_t run, uint64_t count, const char *first);
    void *state;
    bool (*progress)(void *state, uint64_t done, uint64_t total);
    void *progress_state;
};
enum mou_status mou_replay_runs(struct mou_store *store, const struct mou_replay_request *request, uint64_t *runs) MOU_MUST_USE;

#endif
