/*
 * One line of diagnostics.def as a table entry; shared by diagnostic.c and render.c only.
 */
#ifndef MOU_BASE_DIAGNOSTIC_ENTRY_H
#define MOU_BASE_DIAGNOSTIC_ENTRY_H

#include "mou/base.h"

struct mou_diagnostic_entry {
    const char *code;
    enum mou_severity severity;
    const char *message[2]; /**< by enum mou_lang */
    const char *basis;
    const char *help[2];
};

/** The entry of `code`; never NULL. */
const struct mou_diagnostic_entry *mou_diagnostic_entry_of(enum mou_diag_code code);
/**
 * Appends `text` with {0}…{3} replaced by the diagnostic's arguments in visible form, long ones
 * cut.
 */
void mou_diagnostic_fill(const struct mou_diagnostic *diagnostic, const char *text,
                         enum mou_lang lang, struct mou_buf *out);

#endif
