/*
 * Text within HTML and XML. Used wherever the command line writes pages or reports.
 */
#ifndef MOU_CLI_MARKUP_H
#define MOU_CLI_MARKUP_H

#include "mou/base.h"

/** Appends text so that no character of it is markup; control characters, which XML refuses, are left out. */
void mou_put_markup(struct mou_buf *out, struct mou_text text);

#endif
