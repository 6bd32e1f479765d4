/*
 * Workers of mou test: each has a machine of its own and takes the next test until none is left. Only the order of the tests decides the
 * order of the results. Used by cmd_test.c.
 */
#include <stdatomic.h>
#include <unistd.h>

#include "test_jobs.h"

#define JOBS_MAX 256

struct pool {
    const struct mou_test_case *const *tests;
    size_t count;
    struct mou_test_result *results;
    atomic_size_t next;
    pthread_mutex_t lock;
    bool covers; /**< every worker takes up coverage of its own */
};

/** A further thread, with the machine that it works with. */
struct worker {
    struct pool *pool;
    pthread_t thread;
    struct mou_test_run run;
};

/** Takes tests until there are none. */
static void work(struct pool *pool, struct mou_test_run *run)
{
    for (size_t i = atomic_fetch_add(&pool->next, 1); i < pool->count; i = atomic_fetch_add(&pool->next, 1)) {
        pool->results[i].status = mou_test_run_case(run, pool->tests[i]);
        pool->results[i].problems = run->problems;
        mou_test_run_fresh_problems(run);
    }
}

/** A worker that could not be set up leaves the tests to the others. */
static void *run_worker(void *state)
{
    struct worker *worker = state;
    if (worker->run.machine != NULL && (!worker->pool->covers || mou_test_run_cover(&worker->run))) {
        work(worker->pool, &worker->run);
    }
    return NULL;
}

static bool start(struct worker *worker, struct pool *pool, const struct mou_test_run *first)
{
    worker->pool = pool;
    bool started = mou_test_run_open(&worker->run, first->cli, first->pack) == MOU_OK;
    worker->run.lock = &pool->lock;
    started = started && pthread_create(&worker->thread, NULL, run_worker, worker) == 0;
    if (!started) {
        mou_test_run_close(&worker->run);
    }
    return started;
}

/** Waits for a worker and takes over what it saw. */
static void finish(struct worker *worker, struct mou_test_run *first)
{
    (void)pthread_join(worker->thread, NULL);
    if (worker->run.coverage != NULL) {
        mou_coverage_merge(first->coverage, worker->run.coverage);
    }
    mou_test_run_close(&worker->run);
}

bool mou_test_jobs_option(struct mou_cli *cli, long *jobs)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return mou_option_number(cli, "jobs", 1, JOBS_MAX, processors < 1 ? 1 : processors > JOBS_MAX ? JOBS_MAX : processors, jobs);
}

struct mou_test_result *mou_test_jobs_run(struct mou_test_run *run, const struct mou_test_case *const *tests, size_t count, long jobs)
{
    struct mou_arena *arena = run->cli->arena;
    struct pool pool = {.tests = tests, .count = count, .covers = run->coverage != NULL, .results = MOU_NEW_ARRAY(arena, count + 1, struct mou_test_result)};
    struct worker *workers = MOU_NEW_ARRAY(arena, (size_t)jobs, struct worker);
    if (pool.results == NULL || workers == NULL || pthread_mutex_init(&pool.lock, NULL) != 0) {
        return NULL;
    }
    long started = 0;
    while (started + 1 < jobs && (size_t)started + 1 < count && start(&workers[started], &pool, run)) {
        started++;
    }
    run->lock = &pool.lock;
    work(&pool, run); /* this thread works, too */
    for (long i = 0; i < started; i++) {
        finish(&workers[i], run);
    }
    run->lock = NULL;
    (void)pthread_mutex_destroy(&pool.lock);
    return pool.results;
}
