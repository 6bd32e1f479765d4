/*
 * Rows in quarantine as they may be shown.
 */
#ifndef MOU_CLI_MASK_ROW_H
#define MOU_CLI_MASK_ROW_H

#include "masking.h"

/** Appends the reason and the row with confidential cells and identity numbers masked, or as they are with --unmask. */
void mou_mask_row(const struct mou_cli *cli, const struct mou_pack *pack, const struct mou_quarantine_row *row, struct mou_buf *reason, struct mou_buf *raw);

#endif
