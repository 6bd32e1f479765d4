/*
 * The pages of docs/errors within the program. The table is made at build time (cmake/embed_pages.cmake). Used by cmd_explain_error.c.
 */
#ifndef MOU_CLI_ERROR_PAGES_H
#define MOU_CLI_ERROR_PAGES_H

#include <stddef.h>

struct mou_error_page {
    const char *code;          /**< "E0501" */
    const unsigned char *text; /**< Markdown */
    size_t len;
};
extern const struct mou_error_page mou_error_pages[]; /**< in the order of the codes */
extern const size_t mou_error_page_count;

#endif
