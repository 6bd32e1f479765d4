/*
 * A world as a test in the language, ready to be pasted into a rule file. Used by the suggestions of
 * mou test.
 */
#ifndef MOU_CLI_SCENARIO_H
#define MOU_CLI_SCENARIO_H

#include <jansson.h>

#include "cli.h"

/** Finds what a member of a JSON world is: the field of a record, or the attribute of a kind; false where the pack has none of that name. */
bool mou_scenario_field(const struct mou_pack *pack, const char *owner, const char *name,
                        struct mou_field_info *field);

/** The same of a relation's own fields. */
bool mou_scenario_relation_field(const struct mou_pack *pack, const char *relation, const char *name, struct mou_field_info *field);

/** Appends the subjects of a world and their objections, as they stand in a test. */
void mou_scenario_put(const struct mou_pack *pack, json_t *document, struct mou_buf *out);

#endif
