/*
 * Rows of a column, in the width that it has, against one value: a bit per row. One form for every processor, others for those that compare more at once; which
 * one is used never shows in a result. Used by the kernels; the unit tests hold all forms against each other.
 */
#ifndef MOU_VM_COLUMN_COMPARE_H
#define MOU_VM_COLUMN_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The six comparisons are three and their complements. */
enum mou_relation { MOU_RELATION_EQUAL, MOU_RELATION_LESS, MOU_RELATION_GREATER, MOU_RELATION_COUNT };

/** Fills the words of `rows` rows; bits past the last row are zero. */
typedef void mou_compare_rows(const void *values, int64_t value, uint32_t rows, uint64_t *bits);

/** One form: a function for each relation and width, by the width's logarithm. */
struct mou_compare_form {
    const char *name;
    mou_compare_rows *rows[MOU_RELATION_COUNT][4];
};

/** Form `index` of those that this processor has, the plain one first; NULL behind the last, which is the fastest. */
const struct mou_compare_form *mou_compare_form(unsigned index);
/** The fastest. */
const struct mou_compare_form *mou_compare_form_best(void);
/** Compares by a form; `width` is 1, 2, 4 or 8, and `value` may be one that the width cannot hold. */
void mou_column_compare(const struct mou_compare_form *form, enum mou_relation relation, uint32_t width, const void *values, int64_t value, uint32_t rows,
                        uint64_t *bits);

#endif
