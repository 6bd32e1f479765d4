/*
 * Words in which a keyword and another word were written without a blank, at the place of a syntax
 * error. Used by syntax_error.c only; unknown names are looked into by the compiler's names stage.
 */
#ifndef MOU_GRAMMAR_RUN_TOGETHER_H
#define MOU_GRAMMAR_RUN_TOGETHER_H

#include "scan.h"

struct mou_split {
    struct mou_text keyword; /**< the first keyword found in the word */
    struct mou_text text;    /**< the word with blanks between its parts */
};

/**
 * Splits the word that the parser did not expect, where it begins with a keyword that it did
 * expect.
 */
bool mou_split_found(struct mou_parse *parse, const struct mou_cooked *word, const int *expected,
                     size_t expected_count, struct mou_split *split);
/** Splits a word that opens a line with a clause's keyword. */
bool mou_split_clause(struct mou_parse *parse, const struct mou_cooked *word, struct mou_split *split);
/**
 * Splits the word before it: one that opens a line with a clause's keyword, or ends with a keyword
 * that was expected.
 */
bool mou_split_before(struct mou_parse *parse, const struct mou_cooked *word, const int *expected,
                      size_t expected_count, struct mou_split *split);

#endif
