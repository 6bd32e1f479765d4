/*
 * A full pass read in one way only, which a run would choose by itself: row by row through statements, or by the database's pages;
 * and out of the stored snapshot, which is made and deleted here.
 * Sees the store's own headers. Called by pass_worker.c.
 */
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "pass_worker.h"

static void read_and_count(struct worker *worker, enum mou_scan_way way)
{
    const struct mou_snapshot_request reading = {.known_at = MOU_TIME_NOW, .purpose = MOU_SNAPSHOT_COUNT, .way = way};
    const struct mou_count_request request = {.as_of = worker->today, .threads = 1};
    struct mou_run_count counts[PASS_MEASURES];
    struct mou_run_result result = {.counts = counts, .count_len = PASS_MEASURES};
    struct mou_snapshot *snapshot = NULL;
    memset(counts, 0, sizeof counts);
    pass_require(mou_pack_measure_count(mou_store_pack(worker->store)) == PASS_MEASURES, "another pack");
    pass_require(mou_store_execute(worker->store, "BEGIN") == MOU_OK, mou_store_message(worker->store));
    pass_require(mou_snapshot_read(worker->store, &reading, &snapshot) == MOU_OK, mou_store_message(worker->store));
    pass_require(way == MOU_SCAN_STATEMENTS || snapshot->tables_by_statements == 0, "pages cannot be read: is the store open elsewhere?");
    pass_require(mou_count_outcomes(snapshot, &request, &result) == MOU_OK, "counting fails");
    mou_snapshot_free(snapshot);
    pass_require(mou_store_execute(worker->store, "COMMIT") == MOU_OK, mou_store_message(worker->store));
    for (uint32_t i = 0; i < PASS_MEASURES; i++) {
        memcpy(worker->counts.of[i], counts[i].outcomes, sizeof worker->counts.of[i]);
    }
    worker->counted = true;
}

void pass_work_statements(struct worker *worker, const char *argument)
{
    (void)argument;
    read_and_count(worker, MOU_SCAN_STATEMENTS);
}

void pass_work_pages(struct worker *worker, const char *argument)
{
    (void)argument;
    read_and_count(worker, MOU_SCAN_FASTEST);
}

/* ---------------------------------------------------------- the stored snapshot */

static void open_copy(struct worker *worker)
{
    char path[PASS_LINE_MAX];
    worker->with_snapshot = worker->with_snapshot != NULL ? worker->with_snapshot : pass_open_store(pass_path(worker, "kept.db", path));
}

void pass_prepare_no_snapshot(struct worker *worker, const char *argument)
{
    (void)argument;
    open_copy(worker);
    pass_require(mou_store_snapshot_remove(worker->with_snapshot) == MOU_OK, mou_store_message(worker->with_snapshot));
}

void pass_work_make_snapshot(struct worker *worker, const char *argument)
{
    struct mou_store_snapshot_result result;
    (void)argument;
    pass_require(mou_store_snapshot(worker->with_snapshot, pass_wall_clock(), &result) == MOU_OK, mou_store_message(worker->with_snapshot));
}

/** A run makes a snapshot anew where there is none, or it does not fit. */
void pass_prepare_snapshot(struct worker *worker, const char *argument)
{
    open_copy(worker);
    pass_work_make_snapshot(worker, argument);
}

/** THREADS */
void pass_work_snapshot(struct worker *worker, const char *argument)
{
    pass_require(pass_count(worker, worker->with_snapshot, (uint32_t)strtoul(argument, NULL, 10)), "the snapshot was not used");
}
