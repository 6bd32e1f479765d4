/*
 * Whether a snapshot out of a file leads nowhere but into its own arrays. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_SNAPSHOT_CHECK_H
#define MOU_STORE_SNAPSHOT_CHECK_H

#include "snapshot.h"

/** Numbers of rows, subjects and texts in range and in order, as snapshot_batch.c and the machine rely on it, but for rows that are late. Linear in the rows, without memory. */
bool mou_snapshot_sound(const struct mou_snapshot *snapshot) MOU_MUST_USE;
/** Numbers of texts, of unknown cells, too. */
bool mou_snapshot_texts_sound(const struct mou_snapshot *snapshot, uint32_t width, const void *values, uint32_t count) MOU_MUST_USE;
/** The same of the identifiers, which are looked at later or not at all. */
bool mou_snapshot_names_sound(const struct mou_snapshot *snapshot) MOU_MUST_USE;

#endif
