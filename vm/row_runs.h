/*
 * Rows of one subject as a stretch of bits: which subjects have some row with a bit, or at least so many, a word of 64 rows at a time and without a look at the single row.
 * Knows no machine. Used by the kernels and by tally.c.
 */
#ifndef MOU_VM_ROW_RUNS_H
#define MOU_VM_ROW_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Rows [0, row_count) in stretches, one for each of the parents that have rows, in the parents' order. Bits past the end are zero. */
struct mou_row_runs {
    const uint64_t *ends; /**< rows: the last one of its stretch; the last row of all is one */
    const uint64_t *some; /**< parents that have rows: as many as there are ends */
    uint32_t row_count;
    uint32_t parent_count;
};

/** What a form of processor does fast. */
struct mou_row_runs_form {
    const char *name;
    uint64_t (*count)(const uint64_t *bits, size_t words);
    /** Bits of `rows` at `ends`, one after the other into `packed`, which has words for all of them. */
    void (*pack)(const uint64_t *rows, const uint64_t *ends, size_t words, uint64_t *packed);
    /** The n-th of `packed` at the n-th bit of `some`. */
    void (*spread)(const uint64_t *packed, const uint64_t *some, size_t words, uint64_t *parents);
};

/** The forms that this processor can run, from the plainest on; NULL behind the last. */
const struct mou_row_runs_form *mou_row_runs_form(unsigned index);
/** The fastest of them. */
const struct mou_row_runs_form *mou_row_runs_form_best(void);

/** Whether the two bitmaps fit each other: as many ends as parents with rows, the last row an end, nothing past the end. */
bool mou_row_runs_sound(const struct mou_row_runs_form *form, const struct mou_row_runs *runs);
/** `parents` receives those with at least one row that has a bit. `scratch` holds two bitmaps of the rows. */
void mou_row_runs_any(const struct mou_row_runs_form *form, const struct mou_row_runs *runs, const uint64_t *bits, uint64_t *scratch, uint64_t *parents);
/** `parents` receives those with at least `least` >= 1 rows that have a bit; as many passes over the rows. `scratch` holds three bitmaps of the rows. */
void mou_row_runs_at_least(const struct mou_row_runs_form *form, const struct mou_row_runs *runs, const uint64_t *bits, uint32_t least, uint64_t *scratch,
                           uint64_t *parents);

#endif
