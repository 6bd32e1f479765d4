/*
 * Workers of mou test: each has a machine of its own and takes the next test until none is left. Only the order of the tests decides the
 * order of the results. Used by cmd_test.c.
 */
#include <stdatomic.h>
#include <unistd.h>

#include "test_jobs.h"

#define JOBS_MAX 256

struct pool {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    const struct mou_test_case *const *tests;
    size_t count;
    struct mou_test_result *results;
    atomic_size_t next;
    pthread_mutex_t lock;
};

/** Takes tests until there are none; a worker that could not be set up leaves them to the others. */
static enum mou_status work(struct pool *pool)
{
    struct mou_test_run run;
    enum mou_status status = mou_test_run_open(&run, pool->cli, pool->pack);
    run.lock = &pool->lock;
    while (status == MOU_OK) {
        const size_t i = atomic_fetch_add(&pool->next, 1);
        if (i >= pool->count) {
            break;
        }
        pool->results[i].status = mou_test_run_case(&run, pool->tests[i]);
        pool->results[i].problems = run.problems;
        mou_test_run_fresh_problems(&run);
    }
    mou_test_run_close(&run);
    return status;
}

static void *run_worker(void *state)
{
    (void)work(state);
    return NULL;
}

bool mou_test_jobs_option(struct mou_cli *cli, long *jobs)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return mou_option_number(cli, "jobs", 1, JOBS_MAX, processors < 1 ? 1 : processors > JOBS_MAX ? JOBS_MAX : processors, jobs);
}

struct mou_test_result *mou_test_jobs_run(struct mou_cli *cli, const struct mou_pack *pack, const struct mou_test_case *const *tests, size_t count, long jobs)
{
    struct pool pool = {.cli = cli, .pack = pack, .tests = tests, .count = count, .results = MOU_NEW_ARRAY(cli->arena, count + 1, struct mou_test_result)};
    pthread_t *threads = MOU_NEW_ARRAY(cli->arena, (size_t)jobs, pthread_t);
    if (pool.results == NULL || threads == NULL || pthread_mutex_init(&pool.lock, NULL) != 0) {
        return NULL;
    }
    long started = 0;
    while (started + 1 < jobs && (size_t)started + 1 < count && pthread_create(&threads[started], NULL, run_worker, &pool) == 0) {
        started++;
    }
    const enum mou_status status = work(&pool); /* this thread works, too */
    for (long i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    (void)pthread_mutex_destroy(&pool.lock);
    return status == MOU_OK || started > 0 ? pool.results : NULL;
}
