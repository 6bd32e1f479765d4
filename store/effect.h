/*
 * Where measures stand for a subject, within a transaction that is under way. Made by effect.c, used by read.c.
 */
#ifndef MOU_STORE_EFFECT_H
#define MOU_STORE_EFFECT_H

#include "mou/measures.h"
#include "store_internal.h"

/** One entry for each measure of the pack at hand. */
enum mou_status mou_standings_read(struct mou_store *store, const struct mou_look_up *asked, struct mou_standing *standings) MOU_MUST_USE;

#endif
