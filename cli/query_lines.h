/*
 * One line per decision of a subject: what it is, what it comes to, where the measure stands among
 * the acts of officers, from when until when, and the article behind it. Used by mou query.
 */
#ifndef MOU_CLI_QUERY_LINES_H
#define MOU_CLI_QUERY_LINES_H

#include "cli.h"
#include "mou/measures.h"

/** Where the newest measure of a rule stands. */
struct mou_standing {
    struct mou_text memorandum, rule;
    enum mou_measure_state state;
};
/** Where all of a subject's measures stand as of now, in the program's arena. */
struct mou_standings {
    const struct mou_cli *cli;
    MOU_VEC(struct mou_standing) measures;
};
enum mou_status mou_standings_read(struct mou_standings *standings, struct mou_store *store, struct mou_text subject) MOU_MUST_USE;
/** MOU_MEASURE_NONE where no run has found the measure yet. */
enum mou_measure_state mou_standing_of(const struct mou_standings *standings, struct mou_text memorandum, struct mou_text rule);

/** Appends a line for each of `decisions`, the lines of mou_decision_json. False where memory ran out. */
bool mou_query_lines(const struct mou_standings *standings, struct mou_text decisions, struct mou_buf *out);

#endif
