/*
 * One line per decision of a subject: what it is, how it stands, from when until when, and the
 * article behind it. Used by mou query.
 */
#ifndef MOU_CLI_QUERY_LINES_H
#define MOU_CLI_QUERY_LINES_H

#include "cli.h"

/** Appends a line for each of `decisions`, the lines of mou_decision_json. False where memory ran out. */
bool mou_query_lines(const struct mou_cli *cli, struct mou_text decisions, struct mou_buf *out);

#endif
