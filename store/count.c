/*
 * Outcomes of a whole snapshot, batch by batch; the batches go to whichever thread is free, and numbers are added up at the end. Threads share the
 * snapshot, which they only read, and the number of the next batch; each has a machine of its own. Touches no database.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "count.h"

#define CONCERNED_PART 4u /**< as long as no more than one in so many subjects is concerned by objections, these are counted apart */
#define WINDOW_SUBJECTS (1024u * 1024u)
#define RUN_BATCHES 8u    /**< a run of neighbours is so many times as long as a batch of whose subjects decisions are made */

/**
 * What the threads share. Batches are runs of neighbouring subjects without any objection; those who an open objection may concern stay out of them and are counted apart, in
 * batches of their own: only they have two worlds.
 */
struct counting {
    const struct mou_snapshot *snapshot;
    const struct mou_count_request *request;
    const uint64_t *related; /**< bit per subject: whether outcomes of others may depend on it; NULL: all may */
    const uint64_t *apart;   /**< bit per subject that is passed over by runs of neighbours; NULL: nobody is, and objections are theirs */
    const uint32_t *concerned; /**< subjects counted apart */
    uint32_t concerned_count;
    uint32_t size, apart_size; /**< subjects of a batch */
    uint32_t runs;         /**< batches of neighbours */
    uint32_t batches;      /**< these and those apart, in the order of their last subjects */
    uint32_t window;       /**< after so many what they looked at need not stay in memory */
    atomic_uint next;      /**< next batch */
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
    struct mou_zone **zones;     /**< [record type][field] of the batch at hand */
    const struct mou_zone **told; /**< per record type: entry of `zones`, or NULL */
    bool *idle;                  /**< record types no row of which can matter in it */
    uint64_t idle_blocks;
    struct mou_profile *profile; /**< NULL: nothing is timed */
    enum mou_status status;
    bool calls_progress;
    pthread_t thread;
    bool started;
};

enum mou_status mou_count_batch(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, struct mou_outcome_counts *counts, uint64_t *faults)
{
    assert(machine != NULL && batch != NULL && counts != NULL && faults != NULL);
    const enum mou_status status = mou_machine_count(machine, batch, as_of, NULL, counts);
    return status == MOU_OK && mou_machine_faulted(machine) ? mou_machine_count_faults(machine, batch, as_of, NULL, faults) : status;
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

/** The bits of subjects [first, first + count) of those that are passed over; the number of the others. */
static uint32_t choose_counted(struct worker *worker, uint32_t first, uint32_t count)
{
    const uint64_t *from = worker->counting->apart;
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

/** Place of a batch apart among all batches: behind the neighbours among whom its last subject is, so that what they lie in is in memory. */
static uint32_t place_apart(const struct counting *counting, uint32_t batch)
{
    const uint32_t end = counting->concerned_count - batch * counting->apart_size < counting->apart_size ? counting->concerned_count : (batch + 1) * counting->apart_size;
    return counting->concerned[end - 1] / counting->size + 1 + batch;
}

/** How many batches apart come before the one of this number. */
static uint32_t count_apart_before(const struct counting *counting, uint32_t number)
{
    uint32_t low = 0;
    uint32_t high = counting->batches - counting->runs;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (place_apart(counting, middle) < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct mou_snapshot_piece piece_of(const struct counting *counting, uint32_t number)
{
    const uint32_t before = count_apart_before(counting, number);
    const bool apart = before < counting->batches - counting->runs && place_apart(counting, before) == number;
    const uint32_t size = apart ? counting->apart_size : counting->size;
    const uint32_t total = apart ? counting->concerned_count : counting->snapshot->subject_count;
    const uint32_t first = (apart ? before : number - before) * size;
    return (struct mou_snapshot_piece){
        .first = first,
        .count = total - first < size ? total - first : size,
        .chosen = apart ? counting->concerned + first : NULL,
        .to_count = true,
        .without_objections = counting->concerned != NULL && !apart,
    };
}

/** Record types of neighbours that need not be looked at; NULL: all must be. Objections would make other worlds, in which zones do not reckon. */
static const bool *find_idle(struct worker *w, const struct mou_snapshot_piece *piece)
{
    const struct mou_snapshot *snapshot = w->counting->snapshot;
    const uint32_t types = mou_pack_record_count(snapshot->pack);
    if (piece->chosen != NULL || (snapshot->objection_count > 0 && !piece->without_objections)) {
        return NULL;
    }
    for (uint32_t i = 0; i < types; i++) {
        w->told[i] = mou_snapshot_zones(snapshot, i, piece->first, piece->count, w->zones[i]) ? w->zones[i] : NULL;
    }
    if (!mou_machine_find_idle(w->machine, w->counting->request->as_of, w->told, w->idle)) {
        return NULL;
    }
    for (uint32_t i = 0; i < types; i++) {
        w->idle_blocks += w->idle[i] ? 1 : 0;
    }
    return w->idle;
}

/** Faults are named where decisions are assembled in full, so a batch in which an operation failed is cut and assembled for them. */
static enum mou_status count_piece(struct worker *w, struct mou_snapshot_piece piece)
{
    const struct mou_profile_mark mark = mou_profile_begin(w->profile);
    piece.idle = find_idle(w, &piece);
    const struct mou_batch *batch = mou_snapshot_cut_piece(w->cutter, &piece);
    mou_profile_end(w->profile, mark, MOU_STEP_CUT, piece.count);
    const uint64_t *passed_over = piece.chosen == NULL && w->counting->apart != NULL ? w->passed_over : NULL;
    const mou_date as_of = w->counting->request->as_of;
    w->subjects += piece.chosen == NULL ? choose_counted(w, piece.first, piece.count) : piece.count;
    enum mou_status status = batch != NULL ? mou_machine_count(w->machine, batch, as_of, passed_over, w->counts)
                             : mou_snapshot_cutter_damaged(w->cutter) ? MOU_ERROR_DATA : MOU_ERROR_MEMORY;
    if (status == MOU_OK && mou_machine_faulted(w->machine)) {
        piece.to_count = false;
        piece.idle = NULL;
        batch = mou_snapshot_named(w->counting->snapshot) ? mou_snapshot_cut_piece(w->cutter, &piece) : NULL;
        status = batch != NULL ? mou_machine_count_faults(w->machine, batch, as_of, passed_over, &w->faults) : MOU_ERROR_DATA;
    }
    return status;
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
    while (worker->status == MOU_OK && !atomic_load(&counting->stopped)) {
        const uint32_t number = atomic_fetch_add(&counting->next, 1);
        if (number >= counting->batches) {
            break;
        }
        const struct mou_snapshot_piece piece = piece_of(counting, number);
        worker->status = count_piece(worker, piece);
        if ((number + 1) % counting->window == 0) {
            mou_snapshot_pass(counting->snapshot);
        }
        (void)atomic_fetch_add(&counting->done, piece.chosen == NULL ? piece.count : 0);
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

/** Room for zones; and what holds on the date is found out by a batch of nobody. */
static bool prepare_zones(struct worker *w)
{
    const struct mou_pack *pack = w->counting->snapshot->pack;
    const uint32_t types = mou_pack_record_count(pack);
    const struct mou_snapshot_piece nobody = {.to_count = true, .without_objections = true};
    w->zones = MOU_NEW_ARRAY(w->arena, (size_t)types + 1, struct mou_zone *);
    w->told = MOU_NEW_ARRAY(w->arena, (size_t)types + 1, const struct mou_zone *);
    w->idle = MOU_NEW_ARRAY(w->arena, (size_t)types + 1, bool);
    for (uint32_t i = 0; w->zones != NULL && i < types; i++) {
        w->zones[i] = MOU_NEW_ARRAY(w->arena, (size_t)mou_pack_record(pack, i).field_count + 1, struct mou_zone);
    }
    const struct mou_batch *batch = mou_arena_failed(w->arena) ? NULL : mou_snapshot_cut_piece(w->cutter, &nobody);
    return batch != NULL && mou_machine_count(w->machine, batch, w->counting->request->as_of, NULL, w->counts) == MOU_OK;
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
    worker->passed_over = counting->apart != NULL ? MOU_NEW_ARRAY(worker->arena, (size_t)counting->size / 64 + 1, uint64_t) : NULL;
    worker->cutter = mou_snapshot_cutter_new(counting->snapshot, counting->related);
    if (mou_arena_failed(worker->arena) || worker->cutter == NULL || mou_machine_new(pack, NULL, &worker->machine) != MOU_OK) {
        return false;
    }
    if (counting->request->profile != NULL && mou_profile_fork(counting->request->profile, &worker->profile) != MOU_OK) {
        return false;
    }
    mou_machine_set_profile(worker->machine, worker->profile);
    return prepare_zones(worker);
}

/** `counted` is false where the count came to nothing. */
static void collect(struct worker *worker, bool counted, struct mou_run_result *result)
{
    mou_count_add(counted ? worker->counts : NULL, result);
    result->faults += counted ? worker->faults : 0;
    result->subjects += counted ? worker->subjects : 0;
    result->idle_blocks += counted ? worker->idle_blocks : 0;
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
    if (snapshot->neighbours == NULL) {
        return MOU_OK; /* nobody is related to anybody */
    }
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

/* ---------------------------------------------------------- who is concerned by an objection */

/** Marks the subjects at the other ends of relations of the marked ones, as many steps as decisions look along them. */
static bool mark_related(const struct mou_snapshot *snapshot, struct mou_arena *arena, uint64_t *marked)
{
    const size_t words = (size_t)snapshot->subject_count / 64 + 1;
    uint64_t *before = snapshot->neighbours != NULL ? MOU_NEW_ARRAY(arena, words, uint64_t) : NULL;
    for (uint32_t step = 0; before != NULL && step < mou_pack_closure_depth(snapshot->pack); step++) {
        memcpy(before, marked, words * sizeof *marked);
        for (uint32_t s = 0; s < snapshot->subject_count; s++) {
            const bool is_marked = ((before[s / 64] >> (s % 64)) & 1u) != 0;
            for (uint32_t n = snapshot->neighbour_first[s]; is_marked && n < snapshot->neighbour_first[s + 1]; n++) {
                marked[snapshot->neighbours[n] / 64] |= UINT64_C(1) << (snapshot->neighbours[n] % 64);
            }
        }
    }
    return before != NULL || snapshot->neighbours == NULL;
}

static uint32_t count_marked(const uint64_t *marked, uint32_t subjects)
{
    uint32_t count = 0;
    for (size_t word = 0; word <= subjects / 64; word++) {
        count += (uint32_t)__builtin_popcountll(marked[word]);
    }
    return count;
}

/** Lists those who are concerned and not passed over; passes all of them over otherwise. */
static bool set_apart(struct counting *counting, struct mou_arena *arena, uint64_t *marked, uint32_t count)
{
    const uint64_t *passed_over = counting->request->passed_over;
    uint32_t *list = MOU_NEW_ARRAY(arena, (size_t)count + 1, uint32_t);
    uint32_t listed = 0;
    for (size_t word = 0; list != NULL && word <= counting->snapshot->subject_count / 64; word++) {
        for (uint64_t left = marked[word] & (passed_over != NULL ? ~passed_over[word] : UINT64_MAX); left != 0; left &= left - 1) {
            list[listed++] = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(left);
        }
        marked[word] |= passed_over != NULL ? passed_over[word] : 0;
    }
    counting->concerned = list;
    counting->concerned_count = listed;
    counting->apart = marked;
    return list != NULL;
}

/** An objection concerns the subject of its record, and whoever's decisions may depend on that one. Where it is many, nobody is counted apart. */
static bool find_concerned(struct counting *counting, struct mou_arena *arena)
{
    const struct mou_snapshot *snapshot = counting->snapshot;
    const mou_date today = counting->request->as_of;
    counting->apart = counting->request->passed_over;
    if (snapshot->objection_count == 0) {
        return true;
    }
    uint64_t *marked = MOU_NEW_ARRAY(arena, (size_t)snapshot->subject_count / 64 + 1, uint64_t);
    for (uint32_t i = 0; marked != NULL && i < snapshot->objection_count; i++) {
        const struct mou_snapshot_objection *objection = &snapshot->objections[i];
        if (objection->lodged <= today && (objection->closed == MOU_DATE_NONE || today < objection->closed)) {
            marked[objection->subject / 64] |= UINT64_C(1) << (objection->subject % 64);
        }
    }
    if (marked == NULL || !mark_related(snapshot, arena, marked)) {
        return false;
    }
    const uint32_t count = count_marked(marked, snapshot->subject_count);
    return count > snapshot->subject_count / CONCERNED_PART || set_apart(counting, arena, marked, count);
}

static void plan_batches(struct counting *counting)
{
    const uint32_t asked = counting->request->batch_subjects;
    counting->size = asked != 0 ? asked : MOU_BATCH_SUBJECTS * RUN_BATCHES;
    counting->apart_size = asked != 0 ? asked : MOU_BATCH_SUBJECTS;
    counting->window = counting->size < WINDOW_SUBJECTS ? WINDOW_SUBJECTS / counting->size : 1;
    counting->runs = (uint32_t)(((uint64_t)counting->snapshot->subject_count + counting->size - 1) / counting->size);
    counting->batches = counting->runs + (uint32_t)(((uint64_t)counting->concerned_count + counting->apart_size - 1) / counting->apart_size);
}

/* The caller's thread works, too; where the system gives no more threads, those that there are do all the work. */
enum mou_status mou_count_outcomes(const struct mou_snapshot *snapshot, const struct mou_count_request *request, struct mou_run_result *result)
{
    assert(snapshot != NULL && request != NULL && result != NULL && request->threads >= 1 && request->threads <= MOU_COUNT_THREADS_MAX);
    struct counting counting = {.snapshot = snapshot, .request = request};
    struct worker workers[MOU_COUNT_THREADS_MAX] = {0};
    struct mou_arena *arena = mou_arena_new(NULL);
    workers[0].calls_progress = true;
    workers[0].status = arena != NULL ? mou_count_related(snapshot, arena, &counting.related) : MOU_ERROR_MEMORY;
    if (workers[0].status == MOU_OK && !find_concerned(&counting, arena)) {
        workers[0].status = MOU_ERROR_MEMORY;
    }
    plan_batches(&counting);
    if (workers[0].status == MOU_OK && !prepare(&workers[0], &counting)) {
        workers[0].status = MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 1; workers[0].status == MOU_OK && i < request->threads && i < counting.batches; i++) {
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
    }
    for (uint32_t i = 0; i < request->threads; i++) {
        collect(&workers[i], status == MOU_OK, result);
    }
    mou_arena_free(arena);
    return status;
}
