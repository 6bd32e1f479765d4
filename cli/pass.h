/*
 * Everybody in a store through the machine.
 */
#ifndef MOU_CLI_PASS_H
#define MOU_CLI_PASS_H

#include "store_commands.h"

struct mou_subject_pass {
    struct mou_store *store;
    mou_date as_of;
    mou_time known_at;
    struct mou_run_options options;
    const struct mou_decision_sink *sink;
    const struct mou_batch *batch; /**< the one whose subjects the sink is told of */
};
/** Evaluates all subjects by the store's pack at hand. Complains on failure. */
enum mou_status mou_pass_all(struct mou_cli *cli, struct mou_subject_pass *pass);
#endif
