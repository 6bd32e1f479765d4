/*
 * Batches of a pass go to whichever thread is free. What a thread other than the caller's finds is written down and handed to the sink by the caller's thread when it
 * is the batch's turn; so that thread alone touches the database, and nothing shows how many there were. Where the batch whose turn it is has not been taken by
 * anybody, the caller's thread evaluates it itself, straight into the sink. Few batches are under way at a time: memory does not grow with the store.
 */
#include "pass_threads.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "count.h"

#define THREADS_MAX 64u
#define AHEAD_PER_THREAD 2u

/** A decision, or a subject's next date. */
struct found {
    struct mou_decision decision;
    struct mou_text line; /**< its JSON, if that is wanted */
    struct mou_text subject;
    mou_date next;
    uint32_t number;
    bool is_next;
};

/** A batch that a thread took: what it found there. */
struct written {
    struct mou_arena *arena;
    const struct mou_pack *words; /**< of which decisions are put into words; NULL: they are not */
    struct mou_buf line;
    MOU_VEC(struct found) found;
    enum mou_status status;
    bool done;
};

/** What the threads share. */
struct shared {
    const struct mou_snapshot *snapshot;
    struct mou_run_options options;
    const uint64_t *related; /**< bit per subject that others need; NULL: all */
    bool wants_next;
    bool worded;
    pthread_mutex_t lock; /**< of what follows */
    pthread_cond_t moved;
    uint32_t taken;       /**< batches that somebody has taken: always the first ones */
    uint32_t handed_over; /**< batches that the sink has had */
    uint32_t batch_count;
    bool stopped;
    uint32_t size;  /**< subjects of a batch */
    uint32_t ahead; /**< so many batches may be taken and not yet handed over */
    struct written written[THREADS_MAX * AHEAD_PER_THREAD]; /**< batch b in entry b mod ahead */
};

/** One thread with its own machine. */
struct passer {
    struct shared *shared;
    struct mou_machine *machine;
    struct mou_snapshot_cutter *cutter;
    struct mou_profile *profile; /**< NULL: nothing is timed */
    pthread_t thread;
    bool started;
};

/* ------------------------------------------------------------------ one batch */

static uint32_t batch_subjects(const struct shared *shared, uint32_t batch)
{
    const uint32_t left = shared->snapshot->subject_count - batch * shared->size;
    return left < shared->size ? left : shared->size;
}

static enum mou_status evaluate(struct passer *passer, uint32_t number, const struct mou_decision_sink *sink)
{
    const uint32_t count = batch_subjects(passer->shared, number);
    const struct mou_profile_mark mark = mou_profile_begin(passer->profile);
    const struct mou_batch *batch = mou_snapshot_cut(passer->cutter, number * passer->shared->size, count);
    mou_profile_end(passer->profile, mark, MOU_STEP_CUT, count);
    return batch != NULL ? mou_machine_run(passer->machine, batch, &passer->shared->options, sink) : MOU_ERROR_MEMORY;
}

static bool word(struct written *written, const struct mou_decision *decision, struct mou_text *line)
{
    mou_buf_clear(&written->line);
    mou_decision_json(written->words, decision, &written->line);
    const char *kept = written->line.failed ? NULL : mou_arena_copy(written->arena, written->line.data, written->line.len);
    *line = (struct mou_text){kept, written->line.len};
    return kept != NULL;
}

static enum mou_status write_decision(void *state, const struct mou_decision *decision)
{
    struct written *written = state;
    struct found found = {.is_next = false};
    const bool copied = mou_decision_copy(decision, written->arena, &found.decision) == MOU_OK;
    const bool worded = copied && (written->words == NULL || word(written, decision, &found.line));
    return worded && MOU_VEC_PUSH(written->arena, &written->found, found) ? MOU_OK : MOU_ERROR_MEMORY;
}

/** Identifiers are the snapshot's and stay. */
static enum mou_status write_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct written *written = state;
    const struct found found = {.subject = subject, .next = next, .number = number, .is_next = true};
    return MOU_VEC_PUSH(written->arena, &written->found, found) ? MOU_OK : MOU_ERROR_MEMORY;
}

static void write_batch(struct passer *passer, uint32_t batch, struct written *written)
{
    const struct mou_decision_sink sink = {.state = written, .decision = write_decision, .next = passer->shared->wants_next ? write_next : NULL};
    mou_arena_reset(written->arena);
    memset(&written->found, 0, sizeof written->found);
    written->status = evaluate(passer, batch, &sink);
}

static enum mou_status hand_over(struct mou_pass *pass, const struct written *written)
{
    const struct mou_decision_sink *sink = pass->sink;
    enum mou_status status = written->status;
    for (size_t i = 0; status == MOU_OK && i < written->found.count; i++) {
        const struct found *found = &written->found.items[i];
        pass->line = found->line;
        status = found->is_next ? sink->next(sink->state, found->subject, found->number, found->next) : sink->decision(sink->state, &found->decision);
    }
    pass->line = (struct mou_text){0};
    return status;
}

/* ------------------------------------------------------------------ threads */

/** The next batch to take, UINT32_MAX when there is nothing more to do. Waits while too many are under way. */
static uint32_t take(struct shared *shared)
{
    pthread_mutex_lock(&shared->lock);
    while (!shared->stopped && shared->taken < shared->batch_count && shared->taken - shared->handed_over >= shared->ahead) {
        pthread_cond_wait(&shared->moved, &shared->lock);
    }
    const uint32_t batch = shared->stopped || shared->taken >= shared->batch_count ? UINT32_MAX : shared->taken++;
    pthread_mutex_unlock(&shared->lock);
    return batch;
}

static void *run_thread(void *state)
{
    struct passer *passer = state;
    struct shared *shared = passer->shared;
    for (uint32_t batch = take(shared); batch != UINT32_MAX; batch = take(shared)) {
        struct written *written = &shared->written[batch % shared->ahead];
        write_batch(passer, batch, written);
        pthread_mutex_lock(&shared->lock);
        written->done = true;
        pthread_cond_broadcast(&shared->moved);
        pthread_mutex_unlock(&shared->lock);
    }
    return NULL;
}

/** The turn of batch `batch`: true where nobody has taken it, and it is the caller's now; else it has been written down. */
static bool take_turn(struct shared *shared, uint32_t batch)
{
    pthread_mutex_lock(&shared->lock);
    const bool mine = shared->taken == batch;
    shared->taken += mine ? 1 : 0;
    while (!mine && !shared->written[batch % shared->ahead].done) {
        pthread_cond_wait(&shared->moved, &shared->lock);
    }
    pthread_mutex_unlock(&shared->lock);
    return mine;
}

static void end_turn(struct shared *shared, uint32_t batch, bool mine, bool failed)
{
    pthread_mutex_lock(&shared->lock);
    if (!mine) {
        shared->written[batch % shared->ahead].done = false;
    }
    shared->handed_over = batch + 1;
    shared->stopped = shared->stopped || failed;
    pthread_cond_broadcast(&shared->moved);
    pthread_mutex_unlock(&shared->lock);
}

static enum mou_status go_through(struct mou_pass *pass, struct passer *own)
{
    struct shared *shared = own->shared;
    enum mou_status status = MOU_OK;
    for (uint32_t batch = 0; status == MOU_OK && batch < shared->batch_count; batch++) {
        const bool mine = take_turn(shared, batch);
        pass->subjects += batch_subjects(shared, batch);
        status = mine ? evaluate(own, batch, pass->sink) : hand_over(pass, &shared->written[batch % shared->ahead]);
        if (status == MOU_ERROR_MEMORY) {
            status = mou_store_out_of_memory(pass->store);
        }
        if (status == MOU_OK && pass->progress != NULL && !pass->progress(pass->progress_state, pass->subjects, pass->total)) {
            status = mou_run_stopped(pass->store);
        }
        end_turn(shared, batch, mine, status != MOU_OK);
    }
    return status;
}

/* ------------------------------------------------------------------ life */

static bool prepare(struct passer *passer, struct shared *shared, struct mou_profile *profile, bool forks)
{
    passer->shared = shared;
    passer->cutter = mou_snapshot_cutter_new(shared->snapshot, shared->related);
    if (passer->cutter == NULL || mou_machine_new(shared->snapshot->pack, NULL, &passer->machine) != MOU_OK) {
        return false;
    }
    passer->profile = profile;
    if (profile != NULL && forks && mou_profile_fork(profile, &passer->profile) != MOU_OK) {
        passer->profile = NULL;
        return false;
    }
    mou_machine_set_profile(passer->machine, passer->profile);
    return true;
}

static void release(struct passer *passer, struct mou_profile *profile)
{
    if (passer->profile != NULL && passer->profile != profile) {
        mou_profile_merge(profile, passer->profile);
        mou_profile_free(passer->profile);
    }
    mou_machine_free(passer->machine);
    mou_snapshot_cutter_free(passer->cutter);
}

/** Starts threads besides the caller's; where the system gives fewer, or memory is short, those that there are do the work. */
static void start(struct passer *passers, struct shared *shared, uint32_t threads, struct mou_profile *profile)
{
    bool prepared = true;
    shared->ahead = (threads - 1) * AHEAD_PER_THREAD;
    for (uint32_t i = 0; prepared && i < shared->ahead; i++) {
        shared->written[i].arena = mou_arena_new(NULL);
        shared->written[i].words = shared->worded ? shared->snapshot->pack : NULL;
        mou_buf_init(&shared->written[i].line, NULL, MOU_LINE_BYTES_MAX);
        prepared = shared->written[i].arena != NULL;
    }
    for (uint32_t i = 1; prepared && i < threads && i < shared->batch_count; i++) {
        passers[i].started = prepare(&passers[i], shared, profile, true) && pthread_create(&passers[i].thread, NULL, run_thread, &passers[i]) == 0;
    }
}

static enum mou_status pass_with(struct mou_pass *pass, struct shared *shared, struct passer *passers, uint32_t threads)
{
    enum mou_status status = MOU_ERROR_MEMORY;
    if (prepare(&passers[0], shared, pass->profile, false)) {
        if (threads > 1) {
            start(passers, shared, threads, pass->profile);
        }
        status = go_through(pass, &passers[0]);
    } else {
        status = mou_store_out_of_memory(pass->store);
    }
    for (uint32_t i = 0; i < threads; i++) {
        if (passers[i].started) {
            (void)pthread_join(passers[i].thread, NULL);
        }
        release(&passers[i], pass->profile);
    }
    for (uint32_t i = 0; i < shared->ahead && shared->written[i].line.allocator != NULL; i++) {
        mou_buf_free(&shared->written[i].line);
        mou_arena_free(shared->written[i].arena);
    }
    return status;
}

enum mou_status mou_pass_snapshot(struct mou_pass *pass, const struct mou_snapshot *snapshot)
{
    assert(pass != NULL && snapshot != NULL);
    struct passer passers[THREADS_MAX] = {0};
    struct shared shared = {.snapshot = snapshot,
                            .options = {.as_of = pass->as_of, .findings = pass->findings, .count_only = pass->count_only},
                            .wants_next = pass->sink->next != NULL,
                            .worded = pass->worded};
    const uint32_t threads = pass->threads > THREADS_MAX ? THREADS_MAX : pass->threads < 1 ? 1 : pass->threads;
    shared.size = pass->batch_subjects != 0 ? pass->batch_subjects : MOU_BATCH_SUBJECTS;
    shared.batch_count = snapshot->subject_count / shared.size + (snapshot->subject_count % shared.size != 0 ? 1 : 0);
    if (pthread_mutex_init(&shared.lock, NULL) != 0) {
        return mou_store_out_of_memory(pass->store);
    }
    if (pthread_cond_init(&shared.moved, NULL) != 0) {
        pthread_mutex_destroy(&shared.lock);
        return mou_store_out_of_memory(pass->store);
    }
    struct mou_arena *arena = mou_arena_new(NULL);
    enum mou_status status = arena != NULL ? MOU_OK : MOU_ERROR_MEMORY;
    if (status == MOU_OK && pass->count_only && !shared.wants_next) {
        status = mou_count_related(snapshot, arena, &shared.related);
    }
    status = status == MOU_OK ? pass_with(pass, &shared, passers, threads) : mou_store_out_of_memory(pass->store);
    mou_arena_free(arena);
    pthread_cond_destroy(&shared.moved);
    pthread_mutex_destroy(&shared.lock);
    return status;
}
