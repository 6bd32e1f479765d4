/*
 * What a compilation takes from an earlier one: the program's tables, as long as nothing but the inside of some rules has changed. Of the checking stages only
 * those rules then pass again, and those that have asked for them; the messages of the others are taken over. Used by the driver.
 */
#ifndef MOU_COMPILER_KEPT_H
#define MOU_COMPILER_KEPT_H

#include "compilation.h"

/**
 * `earlier` (NULL is fine) with a user more, if the sources that were read are the same as its own up to the inside of rules and they have no error so far; else NULL.
 */
struct mou_compilation *mou_kept_base(const struct mou_compilation *compilation, struct mou_compilation *earlier) MOU_MUST_USE;
/** In the place of the names stage: the program's tables from those of the base, with entries to be checked for rules that have changed or ask for such rules. */
enum mou_status mou_kept_take(struct mou_compilation *compilation) MOU_MUST_USE;
/** After the checking stages: the base's messages about all other rules. The program is marked unfit where they cannot stand as they are. */
void mou_kept_tell(struct mou_compilation *compilation);
/** Before messages are sorted: notes those that others can take over. False where nothing can be taken from this compilation. */
bool mou_kept_prepare(struct mou_compilation *compilation) MOU_MUST_USE;

#endif
