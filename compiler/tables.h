/*
 * Completeness and consistency of decision tables; called by the lawfulness stage.
 */
#ifndef MOU_COMPILER_TABLES_H
#define MOU_COMPILER_TABLES_H

#include "names.h"

void mou_tables_check(struct mou_front *front);

#endif
