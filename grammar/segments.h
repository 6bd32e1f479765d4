/*
 * Words that officers write without the blanks between them: 当罚款金额不少于5万元. Cuts such a word
 * into keywords, known names, and numbers with their units. Used for messages by the grammar
 * (run_together.c) and by the compiler's names stage; what it finds is a proposal.
 */
#ifndef MOU_GRAMMAR_SEGMENTS_H
#define MOU_GRAMMAR_SEGMENTS_H

#include "mou/base.h"

/** Whether `word` is known as a name by itself. */
typedef bool (*mou_is_name)(void *state, struct mou_text word);

/** Longest word that is looked into, in characters. */
#define MOU_SEGMENT_CHARACTERS_MAX 64

struct mou_segments {
    struct mou_text split;   /**< the word with blanks between its parts */
    struct mou_text keyword; /**< the first keyword in it */
    bool odd;                /**< a part begins with digits that are no number with its unit: prose, not rules */
    bool whole;              /**< every part is a keyword, a known name or a number, and not all are keywords */
};

/**
 * Cuts the word; false where no keyword hides in it (it may still be two names). Parts that are no known name are guessed from the keywords of
 * several characters beside them.
 */
bool mou_segments_find(struct mou_arena *arena, struct mou_text word, mou_is_name is_name, void *state,
                       struct mou_segments *out);

/** 三年 as 3年, in `arena`; empty if the word is no Chinese number with a unit. */
struct mou_text mou_segments_digits(struct mou_arena *arena, struct mou_text word);

/** 伍万元整, 人民币五万元 as 5万元, in `arena`; empty if the word is no amount so written. */
struct mou_text mou_segments_amount(struct mou_arena *arena, struct mou_text word);

#endif
