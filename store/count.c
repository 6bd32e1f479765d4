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

/** One thread's share. */
struct worker {
    struct counting *counting;
    struct mou_arena *arena;
    struct mou_machine *machine;
    struct mou_snapshot_cutter *cutter;
    struct mou_outcome_counts *counts;
    uint64_t faults, subjects;
    uint64_t *passed_over;       /**< bit per subject of the batch at hand; NULL: nobody is */
    struct mou_profile *profile; /**< NULL: nothing is timed */
    enum mou_status status;
    bool calls_progress;
    pthread_t thread;
    bool started;
};

/** What one batch's faults are counted by. */
struct fault_count {
    const uint64_t *passed_over;
    uint64_t faults;
};

static enum mou_status take_faults(void *state, const struct mou_decision *decision)
{
    struct fault_count *count = state;
    const uint32_t subject = decision->subject_number;
    const bool counts = count->passed_over == NULL || ((count->passed_over[subject / 64] >> (subject % 64)) & 1u) == 0;
    for (uint32_t i = 0; counts && i < decision->missing_count; i++) {
        count->faults += decision->missing[i].fault != MOU_FAULT_NONE;
    }
    return MOU_OK;
}

/* Faults are named where decisions are assembled in full, so a batch in which an operation failed is assembled for them. */
enum mou_status mou_count_batch(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, const uint64_t *passed_over,
                                struct mou_outcome_counts *counts, uint64_t *faults)
{
    assert(machine != NULL && batch != NULL && counts != NULL && faults != NULL);
    enum mou_status status = mou_machine_count(machine, batch, as_of, passed_over, counts);
    if (status == MOU_OK && mou_machine_faulted(machine)) {
        struct fault_count count = {.passed_over = passed_over};
        const struct mou_run_options options = {.as_of = as_of};
        const struct mou_decision_sink sink = {.state = &count, .decision = take_faults};
        status = mou_machine_run(machine, batch, &options, &sink);
        *faults += count.faults;
    }
    return status;
}

void mou_count_add(const struct mou_outcome_counts *counts, struct mou_run_result *result)
{
    for (uint32_t i = 0; counts != NULL && i < result->count_len; i++) {
        for (unsigned outcome = 0; outcome < 4; outcome++) {
            result->counts[i].outcomes[outcome] += counts[i].of[outcome];
            result->decisions += counts[i].of[outcome];
        }
    }
}

/** The bits of subjects [first, first + count) of those that the request passes over; the number of the others. */
static uint32_t choose_counted(struct worker *worker, uint32_t first, uint32_t count)
{
    const uint64_t *from = worker->counting->request->passed_over;
    uint32_t passed_over = 0;
    for (uint32_t i = 0; from != NULL && i < count; i += 64) {
        const uint32_t at = first + i;
        uint64_t word = from[at / 64] >> (at % 64);
        if (at % 64 != 0 && count - i > 64 - at % 64) {
            word |= from[at / 64 + 1] << (64 - at % 64);
        }
        worker->passed_over[i / 64] = count - i >= 64 ? word : word & ((UINT64_C(1) << (count - i)) - 1);
        passed_over += (uint32_t)__builtin_popcountll(worker->passed_over[i / 64]);
    }
    return count - passed_over;
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
        worker->subjects += choose_counted(worker, first, count);
        worker->status = batch == NULL ? MOU_ERROR_MEMORY
                                       : mou_count_batch(worker->machine, batch, counting->request->as_of, worker->passed_over, worker->counts, &worker->faults);
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
    if (worker->arena == NULL) {
        return false;
    }
    worker->counts = MOU_NEW_ARRAY(worker->arena, (size_t)mou_pack_measure_count(pack) + 1, struct mou_outcome_counts);
    worker->passed_over = counting->request->passed_over != NULL ? MOU_NEW_ARRAY(worker->arena, (size_t)counting->size / 64 + 1, uint64_t) : NULL;
    worker->cutter = mou_snapshot_cutter_new(counting->snapshot, counting->related);
    if (mou_arena_failed(worker->arena) || worker->cutter == NULL || mou_machine_new(pack, NULL, &worker->machine) != MOU_OK) {
        return false;
    }
    if (counting->request->profile != NULL && mou_profile_fork(counting->request->profile, &worker->profile) != MOU_OK) {
        return false;
    }
    mou_machine_set_profile(worker->machine, worker->profile);
    return true;
}

static void collect(struct worker *worker, struct mou_run_result *result)
{
    mou_count_add(worker->counts, result);
    result->faults += worker->faults;
    result->subjects += worker->subjects;
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
        collect(&workers[i], result);
    }
    mou_arena_free(arena);
    return status;
}
