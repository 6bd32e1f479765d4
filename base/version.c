/*
 * The version, and what the whole code takes for granted of compiler and machine, checked where it
 * is cheapest.
 */
#include <limits.h>

#include "mou/base.h"

_Static_assert(CHAR_BIT == 8, "bytes have eight bits");
_Static_assert(sizeof(int) >= 4, "an int holds days and months of all years");
_Static_assert(sizeof(size_t) >= 4, "sources and batches fit into memory");
_Static_assert(sizeof(mou_wide) == 16, "products of two 64-bit numbers fit");
_Static_assert((-1 >> 1) == -1, "right shift of negative numbers keeps the sign");
_Static_assert((int64_t)UINT64_MAX == -1, "conversion to signed is two's complement");

const char *mou_version(void)
{
    return MOU_VERSION_TEXT;
}
