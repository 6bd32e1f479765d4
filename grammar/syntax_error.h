/*
 * What the files that word syntax errors share: what the parser could have gone on with, and how words and places get into a message. Private to
 * syntax_*.c.
 */
#ifndef MOU_GRAMMAR_SYNTAX_ERROR_H
#define MOU_GRAMMAR_SYNTAX_ERROR_H

#include "amend.h"

/** Tokens that would have fitted where the error is. */
struct expectations {
    const int *tokens;
    size_t count;
};

bool mou_syntax_expects(const struct expectations *expected, int token);
/** Whether the file is written with English keywords. */
bool mou_syntax_in_english(const struct mou_parse *parse);
/** Inside a test or a fixture. */
bool mou_syntax_in_world(const struct mou_parse *parse);
/** Quotation marks round `text`; a long one is cut at a character. */
struct mou_text mou_syntax_quoted(struct mou_parse *parse, struct mou_text text);
/** The token in quotation marks, or the end of the file in words. */
struct mou_text mou_syntax_token(struct mou_parse *parse, const struct mou_cooked *token, bool english);
/** A certain correction: what stands at `span` becomes `text`. */
void mou_syntax_fixit(struct mou_diagnostic *diagnostic, struct mou_span span, struct mou_text text);
/** Reports `token`, in both languages, and what would fit there or behind it. */
struct mou_diagnostic *mou_syntax_report_at(struct mou_parse *parse, enum mou_diag_code code, const struct mou_cooked *token,
                                            struct mou_text zh, struct mou_text en);
/** Proposes an expected keyword that the word met differs from in one character (two in a long word). */
void mou_syntax_nearest(struct mou_parse *parse, const struct expectations *expected, struct mou_diagnostic *diagnostic);

/** syntax_expected.c: what was met and what would fit there. */
void mou_syntax_report_expected(struct mou_parse *parse, const struct expectations *expected);
/** syntax_marks.c: a mark too much, or another than was meant. False: none of these. */
bool mou_syntax_report_mark(struct mou_parse *parse, const struct expectations *expected);
/** syntax_marks.c: a colon that is missing. */
bool mou_syntax_report_missing_colon(struct mou_parse *parse, const struct expectations *expected);
/** syntax_prose.c: a heading, or the numbering of a document. */
bool mou_syntax_report_numbering(struct mou_parse *parse);
/** syntax_prose.c: a condition without 当 before it. */
bool mou_syntax_report_condition(struct mou_parse *parse, const struct expectations *expected);

#endif
