/* Sorting of plain numbers in place, without memory of its own and without recursion. */
#ifndef MOU_VM_SORT_H
#define MOU_VM_SORT_H

#include <stddef.h>
#include <stdint.h>

/** Ascending. */
void mou_sort_values(int64_t *values, size_t count);

#endif
