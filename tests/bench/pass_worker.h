/*
 * What the works of pass_worker.c share with those over stores that keep decisions (pass_store.c).
 */
#ifndef MOU_BENCH_PASS_WORKER_H
#define MOU_BENCH_PASS_WORKER_H

#include "mou/store.h"
#include "pass_hand.h"

#define PASS_LINE_MAX 4096

struct worker {
    const char *folder;
    mou_date today;
    struct pass_days days;
    struct mou_store *store; /**< opened by the first work that needs it, as are the others */
    struct mou_store *with_snapshot;
    struct pass_data data;
    sqlite3 *plain, *scanned;
    struct pass_counts counts;
    bool counted;
    char *outcomes;          /**< of a sample of subjects; NULL without one */
    int64_t less_ns, less_cpu; /**< parts of the work that do not count */
    struct mou_store *kept;  /**< a store that keeps decisions, by its path */
    char kept_path[PASS_LINE_MAX];
};

/** Ends the program where something does not hold. */
void pass_require(bool holds, const char *what);
int64_t pass_clock(int clock);
struct mou_store *pass_open_store(const char *path);
/** FOLDER/name in `path`, which holds PASS_LINE_MAX bytes. */
const char *pass_path(const struct worker *worker, const char *name, char *path);
mou_time pass_wall_clock(void);
/** A run over the store that only counts; returns whether it read the stored snapshot. */
bool pass_count(struct worker *worker, struct mou_store *store, uint32_t threads);

/* ---- pass_ways.c */
void pass_work_statements(struct worker *worker, const char *argument);
void pass_work_pages(struct worker *worker, const char *argument);
void pass_prepare_snapshot(struct worker *worker, const char *argument);
void pass_work_snapshot(struct worker *worker, const char *argument);
void pass_prepare_no_snapshot(struct worker *worker, const char *argument);
void pass_work_make_snapshot(struct worker *worker, const char *argument);

/* ---- pass_store.c; each gets its argument */
void pass_prepare_kept(struct worker *worker, const char *argument);
void pass_work_run(struct worker *worker, const char *argument);
void pass_work_full(struct worker *worker, const char *argument);
void pass_work_say(struct worker *worker, const char *argument);
void pass_work_change(struct worker *worker, const char *argument);
void pass_work_bulk(struct worker *worker, const char *argument);
void pass_work_sample(struct worker *worker, const char *argument);
void pass_close_kept(struct worker *worker);

#endif
