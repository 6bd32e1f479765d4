/*
 * Decisions of everybody, told and not stored. Called through store.h.
 */
#include <assert.h>

#include "run_internal.h"

enum mou_status mou_store_evaluate(struct mou_store *store, const struct mou_evaluate_request *request, const struct mou_decision_sink *sink)
{
    assert(store != NULL && request != NULL && sink != NULL);
    struct mou_pass pass = {.store = store, .sink = sink, .as_of = request->as_of, .known_at = request->known_at, .findings = request->findings,
                            .count_only = request->outcomes_only, .threads = request->threads, .batch_subjects = request->batch_subjects};
    mou_store_begin_call(store);
    enum mou_status status = mou_store_execute(store, "BEGIN");
    if (status == MOU_OK) {
        status = mou_run_pass(&pass);
    }
    mou_store_rollback(store);
    return status;
}
