/*
 * Worlds made from the vocabulary alone: where tests lack whole kinds of records, their neighbours lack
 * them, too. Used by the suggestions of mou test.
 */
#ifndef MOU_CLI_SEEDS_H
#define MOU_CLI_SEEDS_H

#include <jansson.h>

#include "cli.h"

/**
 * An array of worlds: for each kind of subject and each type of record that rules look at, a subject of that kind with one such record, and
 * related to one subject by each relation that rules look along. Dates lie shortly before `on`. NULL when memory ran out.
 */
json_t *mou_seeds_make(const struct mou_pack *pack, mou_date on) MOU_MUST_USE;

#endif
