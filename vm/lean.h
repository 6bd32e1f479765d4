/*
 * Runs that only count outcomes. Registers that outcomes do not rest on are late: computed when somebody asks for one of their cells. Comparisons of a column with
 * one value, also through a monotone function of dates such as a term or an age, read the column as it is, in its own width. Used by the kernels and registers.c.
 */
#ifndef MOU_VM_LEAN_H
#define MOU_VM_LEAN_H

#include "column_compare.h"
#include "kernels.h"

/** What a condition asks of a column directly. */
struct mou_direct {
    uint32_t column;     /**< COLUMN instruction */
    uint32_t function;   /**< instruction between the column and the comparison, or MOU_PACK_NONE */
    uint32_t other;      /**< register at frame 0 that is compared with; MOU_PACK_NONE for TRUTH and FILLED */
    uint32_t compare;    /**< enum mou_compare, the column on the left */
};

/** The same on the as-of date: the column's value is less than, equal to or greater than `value`, or not. */
struct mou_bound {
    bool found;   /**< looked for on this date */
    bool there;   /**< false: no such value, the instruction must be run as it stands */
    enum mou_relation relation;
    uint64_t invert;
    int64_t value;
    int64_t least, greatest; /**< values of the column beyond which the function fails */
};

struct mou_lean_plan {
    uint8_t *late;              /**< per instruction */
    uint32_t *direct_of;        /**< per instruction: entry of `directs`, or MOU_PACK_NONE */
    struct mou_direct *directs;
    struct mou_bound *bounds;   /**< per entry; forgotten when registers at frame 0 are */
    uint32_t direct_count;
    uint32_t *count_of;         /**< per instruction: the COUNT that it compares with a small number, or MOU_PACK_NONE */
    uint8_t *as_bits;           /**< per record type: whether runs that count look at its rows as bits alone, and need no lists of whose they are */
};

#define MOU_LEAN_COUNT_MAX 15 /**< numbers with which counts are compared without being made */

/** What a pack's runs that only count leave out, in `arena`; NULL when memory ran out. */
struct mou_lean_plan *mou_lean_plan_new(const struct mou_pack *pack, struct mou_arena *arena);
/** The machine's, made at its first run that only counts; false when memory ran out. */
bool mou_lean_prepare(struct mou_machine *machine) MOU_MUST_USE;
/** Forgets what was found for a date. */
void mou_lean_forget(struct mou_machine *machine);
/** What a condition that reads its column directly compares it with, on the date of the registers at frame 0. */
const struct mou_bound *mou_lean_bound(const struct mou_machine *machine, uint32_t index);
/** Runs a condition that reads its column directly. *done: false where it must be run as it stands. False when memory ran out. */
bool mou_lean_direct(struct mou_kernel *kernel, uint32_t index, bool *done) MOU_MUST_USE;
/** Runs a comparison of a count with a small number on bits. *done: false where it must be run as it stands. False when memory ran out. */
bool mou_lean_compare_count(struct mou_kernel *kernel, uint32_t index, bool *done) MOU_MUST_USE;
/** The COUNT of a subject's own rows that a comparison has on its left, a small number on its right; else MOU_PACK_NONE. */
uint32_t mou_lean_find_count(const struct mou_pack *pack, const struct mou_pack_instruction *instruction);
/** Fills in `as_bits`, when all else of the plan is there. */
void mou_lean_find_rows(const struct mou_pack *pack, struct mou_lean_plan *plan);
/** The batch's column of a COLUMN instruction whose rows are the column's rows, NULL of others. */
const struct mou_column *mou_column_as_it_is(const struct mou_machine *machine, uint32_t instruction);

#endif
