/*
 * Look-up of keywords by spelling, and their spelling in either language. Used by the token stream,
 * the messages and the formatter. The list itself is keywords.def.
 */
#ifndef MOU_GRAMMAR_KEYWORDS_H
#define MOU_GRAMMAR_KEYWORDS_H

#include "parse.h"

/** How freely a keyword may serve as a name; see keywords.def. */
enum mou_standing {
    MOU_STANDING_DECL,
    MOU_STANDING_CLAUSE,
    MOU_STANDING_WORD,
    MOU_STANDING_OPENER,
    MOU_STANDING_SOFT,
    MOU_STANDING_CALL,
    MOU_STANDING_NAME
};

struct mou_keyword {
    int token;      /**< token number of the parser */
    const char *zh; /**< canonical spellings, "" where the language has none */
    const char *en;
    const char *more; /**< further spellings, separated by '|' */
    enum mou_standing standing;
};

/** Most words that one keyword may have, and most bytes of its spelling. */
#define MOU_PHRASE_WORDS_MAX  3
#define MOU_KEYWORD_BYTES_MAX 48

/** All keywords in the order of keywords.def. */
const struct mou_keyword *mou_keywords(size_t *count);

/** Index by spelling; lives in the arena. NULL when memory ran out. */
struct mou_keyword_table;
struct mou_keyword_table *mou_keyword_table_new(struct mou_arena *arena) MOU_MUST_USE;
/** The keyword of that spelling (several words joined by one blank), or NULL. */
const struct mou_keyword *mou_keyword_find(const struct mou_keyword_table *table,
                                           struct mou_text spelling);
/** True if some keyword of several words begins with this word. */
bool mou_keyword_begins_phrase(const struct mou_keyword_table *table, struct mou_text word);
/** First line of keywords.def with this token, or NULL. */
const struct mou_keyword *mou_keyword_of_token(int token);
/** Canonical spelling in the language asked for, in the other one where it has none. */
struct mou_text mou_keyword_spelling(const struct mou_keyword *keyword, bool english);
/** True for a keyword that never is a plain name. */
bool mou_keyword_reserved(const struct mou_keyword *keyword);

#endif
