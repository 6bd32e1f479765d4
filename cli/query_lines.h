/*
 * One line per decision of a subject: what it is, what it comes to, where the measure stands among
 * the acts of officers, from when until when, and the article behind it. Used by mou query.
 */
#ifndef MOU_CLI_QUERY_LINES_H
#define MOU_CLI_QUERY_LINES_H

#include "cli.h"

/** Appends a line for each of `decisions`, the lines of mou_decision_json, those of measures with mou_standing_json. False where memory ran out. */
bool mou_query_lines(const struct mou_cli *cli, struct mou_text decisions, struct mou_buf *out);

#endif
