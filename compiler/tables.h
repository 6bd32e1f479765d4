/*
 * Completeness and consistency of decision tables; called by the lawfulness stage.
 */
#ifndef MOU_COMPILER_TABLES_H
#define MOU_COMPILER_TABLES_H

#include "names.h"

void mou_tables_check(struct mou_front *front);
/** Appends a value as an example in a message has it: a code by its name, an amount in yuan. Also for the examples of doubt_case.c. */
void mou_tables_put_value(const struct mou_program *program, struct mou_type type, int64_t value, struct mou_buf *out);

#endif
