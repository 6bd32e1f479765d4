/*
 * The file of `mou run --out`: decisions as JSON lines, or as CSV where its name ends so. Used by cmd_store.c.
 */
#ifndef MOU_CLI_RUN_OUTPUT_H
#define MOU_CLI_RUN_OUTPUT_H

#include "masking.h"
#include "store_commands.h"

struct mou_run_output {
    struct mou_cli *cli;
    struct mou_new_file file;
    bool csv;
    bool failed;
    struct mou_buf line;
    struct mou_buf shown; /**< the line with confidential keys and grants hidden */
    struct mou_buf row;   /**< the same as cells */
    struct mou_masking masking;
};

/** Opens the file, with its head; complains and returns false where that cannot be done. */
bool mou_run_output_open(struct mou_run_output *output, struct mou_cli *cli, const char *path, const struct mou_pack *pack);
/** For mou_run_request: a decision of a run that stores nothing. */
enum mou_status mou_run_output_decision(void *state, const struct mou_pack *pack, const struct mou_decision *decision);
/** For mou_store_decisions: one that stands after a run that was stored. */
bool mou_run_output_line(void *state, struct mou_text line);
/** Gives the file its name where the run was done and all of it was written; else what was there before stays. False, after a complaint, where something could not be written. */
bool mou_run_output_close(struct mou_run_output *output, bool done);

#endif
