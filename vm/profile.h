/*
 * What the machine notes while a profile is set. Inline, so that a machine without one pays a look at a pointer. Used by the machine's files only.
 */
#ifndef MOU_VM_PROFILE_H
#define MOU_VM_PROFILE_H

#include "machine.h"
#include "mou/profile.h"

struct mou_profile_cell { uint64_t nanoseconds, rows, calls; };

/** Whose an instruction is. */
struct mou_profile_owner {
    uint32_t rule;       /**< finding, or number of findings + measure; MOU_PACK_NONE: of none, or of several */
    uint32_t memorandum; /**< MOU_PACK_NONE: the same */
};

struct mou_profile {
    const struct mou_pack *pack;
    struct mou_arena *arena;
    uint64_t (*now)(void);
    uint64_t inside; /**< time of all work that has ended inside of work under way */
    struct mou_profile_cell *instructions;
    struct mou_profile_cell *rules; /**< findings, then measures */
    struct mou_profile_cell steps[MOU_STEP_COUNT];
    struct mou_profile_owner *owners; /**< per instruction */
};

static inline void mou_profile_note(struct mou_profile *profile, struct mou_profile_mark mark, struct mou_profile_cell *cell, uint64_t rows)
{
    const uint64_t elapsed = profile->now() - mark.begin;
    const uint64_t inside = profile->inside - mark.inside;
    cell->nanoseconds += elapsed > inside ? elapsed - inside : 0;
    cell->rows += rows;
    cell->calls++;
    profile->inside = mark.inside + elapsed;
}

#endif
