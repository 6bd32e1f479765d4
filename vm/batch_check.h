/* Soundness of a batch, see batch_check.c. */
#ifndef MOU_VM_BATCH_CHECK_H
#define MOU_VM_BATCH_CHECK_H

#include "machine.h"

/** Whether the batch keeps the rules of struct mou_batch for this pack; `named`: its subjects must have identifiers. */
bool mou_batch_sound(const struct mou_pack *pack, const struct mou_batch *batch, bool named);

#endif
