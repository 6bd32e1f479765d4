/*
 * Work on bytes that another thread does in the order in which they come. Nobody outside store/ includes it.
 */
#ifndef MOU_STORE_ASIDE_H
#define MOU_STORE_ASIDE_H

#include "mou/base.h"

struct mou_aside;

/** A thread that gives each piece to `take`, in order; NULL where the system gives none, and the caller calls `take` himself then. To be ended. */
struct mou_aside *mou_aside_new(void (*take)(void *state, struct mou_text piece), void *state) MOU_MUST_USE;
/** Hands a piece over; its bytes are copied. Waits while the thread is far behind. By the thread that made it alone, which leaves the state alone meanwhile. */
void mou_aside_add(struct mou_aside *aside, struct mou_text piece);
/** Waits until all pieces have been taken, and lets go of the thread; the state is the caller's again. NULL is allowed. */
void mou_aside_end(struct mou_aside *aside);

#endif
