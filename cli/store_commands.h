/*
 * What the commands over a store share: opening it with a message, the clock, progress.
 */
#ifndef MOU_CLI_STORE_COMMANDS_H
#define MOU_CLI_STORE_COMMANDS_H

#include "cli.h"
#include "mou/store.h"

mou_time mou_clock_now(void);
/** Nanoseconds from some beginning, for how long things take. */
uint64_t mou_clock_nanoseconds(void);
/** Today in China. */
mou_date mou_clock_today(void);
/** The day in China of a point in time; the last moment of a day in China. */
mou_date mou_clock_day(mou_time time);
mou_time mou_clock_day_end(mou_date day);
/** A point in time given as an option. Prints what is wrong and returns false. */
bool mou_option_time(const struct mou_cli *cli, const char *name, mou_time otherwise, mou_time *result);

/** --threads: one for each processor where nothing is said. */
bool mou_threads_option(const struct mou_cli *cli, long *threads);

/** Opens the store at `path`; complains on failure. */
enum mou_exit mou_open_store(struct mou_cli *cli, const char *path, struct mou_store **store);
/** The same without opening any pack. */
enum mou_exit mou_open_bare_store(struct mou_cli *cli, const char *path, struct mou_store **store);
/** Complains with the store's own message. */
enum mou_exit mou_store_complain(struct mou_cli *cli, const struct mou_store *store, enum mou_status status);

/** What a run came to, on standard output: the decisions by memorandum and measure, those that have any. */
enum mou_exit mou_print_run(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_run_request *request, const struct mou_run_result *result);

/** Where the time went: as tables on standard output for --profile, and into the file that --flame names. */
enum mou_exit mou_profile_report(struct mou_cli *cli, const struct mou_profile *profile);

/** Progress on standard error: a line that is rewritten on a terminal, else a line every ten seconds; nothing in the first second. */
struct mou_progress {
    const struct mou_cli *cli;
    mou_time started;
    mou_time shown;
    bool terminal;
    bool bytes; /**< what is counted are bytes */
};
void mou_progress_start(struct mou_progress *progress, const struct mou_cli *cli);
/** False once the user has asked to stop. */
bool mou_progress_show(struct mou_progress *progress, uint64_t done, uint64_t total);
void mou_progress_end(struct mou_progress *progress);

#endif
