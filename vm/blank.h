/*
 * Registers that rest on no row of the batch. What is said of a subject that has no row of the tables that an instruction looks at is the same for every such subject; it is
 * found out once, for an as-of date, and stays. A run then computes the instructions that rest on rows which are there, and no others. Used by kernels_run.c and machine.c.
 */
#ifndef MOU_VM_BLANK_H
#define MOU_VM_BLANK_H

#include "machine.h"

#define MOU_BLANK_WORDS_MAX ((size_t)4 * 1024 * 1024) /**< of `rests_on`; larger packs compute everything */
#define MOU_BLANK_SUBJECTS 64u /**< batches of more compute all registers of subjects: in these somebody has rows of most tables */

/** Bitmaps have a bit for each instruction. */
struct mou_blank {
    size_t words;         /**< of a bitmap */
    uint64_t *rests_on;   /**< [frame]: instructions that are to be computed where the frame has rows; NULL: all are to be */
    uint64_t *units;      /**< at frame 0 */
    uint64_t *of_nobody;  /**< at the subjects' frame, and not resting on their attributes */
    uint64_t *settled;    /**< `cells` has them as of the machine's unit_date */
    uint64_t *used;       /**< computed by an earlier run or this one: the machine's register may be another than that of `cells` */
    uint64_t *active;     /**< to be computed by this run */
    struct mou_register *cells; /**< by instruction: its register where no row is there */
    uint64_t everybody;   /**< the bits of the batch's subjects: what these registers point at where a bit is set */
    bool whole;           /**< everything is computed: the instructions are not those that were looked at */
};

/** Looks at the pack's instructions; NULL when memory ran out. */
struct mou_blank *mou_blank_new(const struct mou_machine *machine, struct mou_arena *arena);
/** Forgets what holds on a date, and for registers that others left behind. */
void mou_blank_forget(struct mou_machine *machine);
/** Finds what rests on the rows of the batch. */
void mou_blank_find_active(struct mou_machine *machine);
/** Of a word's instructions: those that no run has yet computed for this date and that rest on no row; `all`: every bit where the batch has subjects, else none. */
static inline uint64_t mou_blank_unsettled(const struct mou_blank *blank, size_t word, uint64_t all)
{
    return (blank->units[word] | (blank->of_nobody[word] & all)) & ~blank->settled[word] & ~blank->active[word];
}
/** Puts the registers of instructions back that earlier runs computed and this one does not. */
void mou_blank_put_back(struct mou_machine *machine);
/** The register of one instruction as it is without rows. */
void mou_blank_put(struct mou_machine *machine, uint32_t index);
/** Keeps the register that was just computed. False when memory ran out. */
bool mou_blank_settle(struct mou_machine *machine, uint32_t index) MOU_MUST_USE;

#endif
