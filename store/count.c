/*
 * Outcomes of a whole snapshot, batch by batch; the batches go to whichever thread is free, and numbers are added up at the end. Threads share the
 * snapshot, which they only read, and the number of the next batch; each has a machine of its own. Touches no database.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "count.h"

/** What the threads share. */
struct counting {
    const struct mou_snapshot *snapshot;
    const struct mou_count_request *request;
    const uint64_t *related; /**< bit per subject: whether outcomes of others may depend on it; NULL: all may */
    uint32_t size;       /**< subjects of a batch */
    atomic_uint next;      /**< first subject of the next batch */
    atomic_uint done;      /**< subjects counted */
    atomic_bool stopped;   /**< nobody begins another batch */
};

/** Outcomes of batches, one after the other. */
struct tally {
    struct mou_run_result *result;
    const uint64_t *passed_over; /**< NULL: nobody is */
    uint32_t first;              /**< subject of the snapshot that is the batch's first */
};

/** One thread's share. */
struct worker {
    struct counting *counting;
    struct mou_arena *arena;
    struct mou_machine *machine;
    struct mou_snapshot_cutter *cutter;
    struct mou_run_result result; /**< counts, decisions, faults, subjects */
    struct mou_profile *profile; /**< NULL: nothing is timed */
    enum mou_status status;
    bool calls_progress;
    pthread_t thread;
    bool started;
};

static bool is_passed_over(const struct tally *tally, uint32_t number)
{
    const uint32_t subject = tally->first + number;
    return tally->passed_over != NULL && ((tally->passed_over[subject / 64] >> (subject % 64)) & 1u) != 0;
}

static enum mou_status take_count(void *state, const struct mou_decision *decision)
{
    struct tally *tally = state;
    if (is_passed_over(tally, decision->subject_number)) {
        return MOU_OK;
    }
    tally->result->decisions++;
    if (!decision->is_finding) {
        tally->result->counts[decision->rule].outcomes[decision->outcome]++;
    }
    return MOU_OK;
}

static enum mou_status take_faults(void *state, const struct mou_decision *decision)
{
    struct tally *tally = state;
    for (uint32_t i = 0; i < decision->missing_count && !is_passed_over(tally, decision->subject_number); i++) {
        tally->result->faults += decision->missing[i].fault != MOU_FAULT_NONE;
    }
    return MOU_OK;
}

/** Faults are named where decisions are assembled in full, so a batch in which an operation failed is assembled for them. */
static enum mou_status count_batch(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, struct tally *tally)
{
    struct mou_run_options options = {.as_of = as_of, .count_only = true};
    struct mou_decision_sink sink = {.state = tally, .decision = take_count};
    enum mou_status status = mou_machine_run(machine, batch, &options, &sink);
    if (status == MOU_OK && mou_machine_faulted(machine)) {
        options.count_only = false;
        sink.decision = take_faults;
        status = mou_machine_run(machine, batch, &options, &sink);
    }
    return status;
}

enum mou_status mou_count_batch(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, struct mou_run_result *result)
{
    struct tally tally = {.result = result};
    return count_batch(machine, batch, as_of, &tally);
}

/** How many of `count` subjects from the tally's first one on are counted. */
static uint32_t counted(const struct tally *tally, uint32_t count)
{
    uint32_t number = 0;
    for (uint32_t i = 0; tally->passed_over != NULL && i < count; i++) {
        number += is_passed_over(tally, i) ? 0 : 1;
    }
    return tally->passed_over != NULL ? number : count;
}

static enum mou_status report(const struct worker *worker)
{
    const struct counting *counting = worker->counting;
    const struct mou_count_request *request = counting->request;
    const bool goes_on = !worker->calls_progress || request->progress == NULL ||
                         request->progress(request->progress_state, atomic_load(&counting->done), counting->snapshot->subject_count);
    return goes_on ? MOU_OK : MOU_ERROR_IO;
}

static void work(struct worker *worker)
{
    struct counting *counting = worker->counting;
    const uint32_t total = counting->snapshot->subject_count;
    while (worker->status == MOU_OK && !atomic_load(&counting->stopped)) {
        const uint32_t first = atomic_fetch_add(&counting->next, counting->size);
        if (first >= total) {
            break;
        }
        const uint32_t count = total - first < counting->size ? total - first : counting->size;
        const struct mou_profile_mark mark = mou_profile_begin(worker->profile);
        const struct mou_batch *batch = mou_snapshot_cut(worker->cutter, first, count);
        mou_profile_end(worker->profile, mark, MOU_STEP_CUT, count);
        struct tally tally = {&worker->result, counting->request->passed_over, first};
        worker->status = batch != NULL ? count_batch(worker->machine, batch, counting->request->as_of, &tally) : MOU_ERROR_MEMORY;
        worker->result.subjects += counted(&tally, count);
        (void)atomic_fetch_add(&counting->done, count);
        if (worker->status == MOU_OK) {
            worker->status = report(worker);
        }
    }
    if (worker->status != MOU_OK) {
        atomic_store(&counting->stopped, true);
    }
}

static void *run_thread(void *state)
{
    work(state);
    return NULL;
}

static bool prepare(struct worker *worker, struct counting *counting)
{
    const struct mou_pack *pack = counting->snapshot->pack;
    worker->counting = counting;
    worker->arena = mou_arena_new(NULL);
    worker->result.counts = worker->arena != NULL ? MOU_NEW_ARRAY(worker->arena, (size_t)mou_pack_measure_count(pack) + 1, struct mou_run_count) : NULL;
    worker->cutter = mou_snapshot_cutter_new(counting->snapshot, counting->related);
    if (worker->result.counts == NULL || worker->cutter == NULL || mou_machine_new(pack, NULL, &worker->machine) != MOU_OK) {
        return false;
    }
    if (counting->request->profile != NULL && mou_profile_fork(counting->request->profile, &worker->profile) != MOU_OK) {
        return false;
    }
    mou_machine_set_profile(worker->machine, worker->profile);
    return true;
}

static void collect(struct worker *worker, uint32_t measures, struct mou_run_result *result)
{
    for (uint32_t i = 0; worker->result.counts != NULL && i < measures; i++) {
        for (unsigned outcome = 0; outcome < 4; outcome++) {
            result->counts[i].outcomes[outcome] += worker->result.counts[i].outcomes[outcome];
        }
    }
    result->decisions += worker->result.decisions;
    result->faults += worker->result.faults;
    result->subjects += worker->result.subjects;
    if (worker->profile != NULL) {
        mou_profile_merge(worker->counting->request->profile, worker->profile);
        mou_profile_free(worker->profile);
    }
    mou_machine_free(worker->machine);
    mou_snapshot_cutter_free(worker->cutter);
    mou_arena_free(worker->arena);
}

enum mou_status mou_count_related(const struct mou_snapshot *snapshot, struct mou_arena *arena, const uint64_t **related)
{
    assert(snapshot != NULL && arena != NULL && related != NULL);
    const uint32_t type_count = mou_pack_record_count(snapshot->pack);
    bool *types = MOU_NEW_ARRAY(arena, (size_t)type_count + 1, bool);
    bool all = true;
    *related = NULL;
    if (types == NULL || mou_pack_related_types(snapshot->pack, types, &all) != MOU_OK) {
        return MOU_ERROR_MEMORY;
    }
    uint64_t mask = 0;
    for (uint32_t type = 0; type < type_count; type++) {
        mask |= types[type] ? UINT64_C(1) << (type % 64) : 0;
    }
    uint64_t *bits = all ? NULL : MOU_NEW_ARRAY(arena, (size_t)snapshot->subject_count / 64 + 1, uint64_t);
    for (uint32_t s = 0; bits != NULL && s < snapshot->subject_count; s++) {
        bits[s / 64] |= (uint64_t)((snapshot->types[s] & mask) != 0) << (s % 64);
    }
    *related = bits;
    return all || bits != NULL ? MOU_OK : MOU_ERROR_MEMORY;
}

/* The caller's thread works, too; where the system gives no more threads, those that there are do all the work. */
enum mou_status mou_count_outcomes(const struct mou_snapshot *snapshot, const struct mou_count_request *request, struct mou_run_result *result)
{
    assert(snapshot != NULL && request != NULL && result != NULL && request->threads >= 1 && request->threads <= MOU_COUNT_THREADS_MAX);
    struct counting counting = {.snapshot = snapshot, .request = request, .size = request->batch_subjects != 0 ? request->batch_subjects : MOU_BATCH_SUBJECTS};
    struct worker workers[MOU_COUNT_THREADS_MAX] = {0};
    struct mou_arena *arena = mou_arena_new(NULL);
    workers[0].calls_progress = true;
    workers[0].status = arena != NULL ? mou_count_related(snapshot, arena, &counting.related) : MOU_ERROR_MEMORY;
    if (workers[0].status == MOU_OK && !prepare(&workers[0], &counting)) {
        workers[0].status = MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 1; workers[0].status == MOU_OK && i < request->threads && (uint64_t)i * counting.size < snapshot->subject_count; i++) {
        workers[i].started = prepare(&workers[i], &counting) && pthread_create(&workers[i].thread, NULL, run_thread, &workers[i]) == 0;
    }
    if (workers[0].status == MOU_OK) {
        work(&workers[0]);
    }
    enum mou_status status = workers[0].status;
    for (uint32_t i = 0; i < request->threads; i++) {
        if (workers[i].started) {
            (void)pthread_join(workers[i].thread, NULL);
        }
        status = status == MOU_OK ? workers[i].status : status;
        collect(&workers[i], result->count_len, result);
    }
    mou_arena_free(arena);
    return status;
}
