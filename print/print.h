/*
 * Documents in blocks of text, set as pages. Made as a module of its own that a program loads when it is to print: it needs some thirty libraries, and no other
 * command is to wait until these are loaded. Knows neither rules, nor decisions, nor the record store.
 */
#ifndef MOU_PRINT_PRINT_H
#define MOU_PRINT_PRINT_H

#include "mou/base.h"

/** What a block of a document is. */
enum mou_block_kind { MOU_BLOCK_TITLE, MOU_BLOCK_NUMBER, MOU_BLOCK_ADDRESS, MOU_BLOCK_HEADING, MOU_BLOCK_PARAGRAPH, MOU_BLOCK_ITEM, MOU_BLOCK_CLOSING };
struct mou_block {
    enum mou_block_kind kind;
    struct mou_text text;
};

/**
 * Appends the document as PDF to `out`: A4 pages; the same blocks and day give the same bytes. `day` is the date of the document. False where that fails: *why then says
 * why, in words that stay; or out->failed, where memory ran out. By one thread of a process at a time.
 */
MOU_API bool mou_print_pdf(const struct mou_block *blocks, size_t count, mou_date day, struct mou_buf *out, const char **why);
typedef bool mou_print_pdf_function(const struct mou_block *blocks, size_t count, mou_date day, struct mou_buf *out, const char **why);
/** Its name in the module. */
#define MOU_PRINT_PDF_SYMBOL "mou_print_pdf"

#endif
