/*
 * Whether a snapshot out of a file leads nowhere but into its own arrays. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_SNAPSHOT_CHECK_H
#define MOU_STORE_SNAPSHOT_CHECK_H

#include "snapshot.h"

/** Numbers of rows, subjects and texts in range and in order, as snapshot_batch.c and the machine rely on it. Linear in the rows, without memory. */
bool mou_snapshot_sound(const struct mou_snapshot *snapshot) MOU_MUST_USE;
/** The same of the identifiers, which are looked at later or not at all. */
bool mou_snapshot_names_sound(const struct mou_snapshot *snapshot) MOU_MUST_USE;

#endif
