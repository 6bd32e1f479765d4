/*
 * Finds keywords inside run-together Chinese words and proposes the split. Guesses only at the
 * place of a syntax error, and only where the keyword found is one that fits there; what it finds
 * is a suggestion, never a reading.
 */
#include "run_together.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

static bool is_expected(int token, const int *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (expected[i] == token) {
            return true;
        }
    }
    return false;
}

static bool is_candidate(const struct mou_cooked *word)
{
    return word->token == TOK_IDENT && !word->value.quoted && word->value.text.len >= 6 &&
           (unsigned char)word->value.text.bytes[0] >= 0x80;
}

enum side { AT_BEGIN, AT_END };
enum sort { ANY_KEYWORD, INNER_WORDS, OPERATORS, OPENERS };

static bool fits(struct mou_text word, struct mou_text keyword, enum side side)
{
    if (keyword.len == 0 || (unsigned char)keyword.bytes[0] < 0x80 || keyword.len >= word.len) {
        return false;
    }
    const char *at = side == AT_BEGIN ? word.bytes : word.bytes + word.len - keyword.len;
    return memcmp(at, keyword.bytes, keyword.len) == 0;
}

static bool is_of_sort(const struct mou_keyword *keyword, enum sort sort)
{
    bool opens = keyword->standing == MOU_STANDING_DECL || keyword->standing == MOU_STANDING_CLAUSE;
    switch (sort) {
    case ANY_KEYWORD:
        return keyword->standing != MOU_STANDING_NAME;
    case INNER_WORDS:
        return keyword->standing != MOU_STANDING_NAME && !opens;
    case OPERATORS:
        return keyword->standing == MOU_STANDING_WORD;
    case OPENERS:
        return opens;
    }
    return false;
}

/*
 * The longest keyword of that sort on that side of the word; openers need not be expected, since
 * the error lies behind them.
 */
static struct mou_text longest(struct mou_text word, enum side side, enum sort sort,
                               const int *expected, size_t expected_count)
{
    size_t count;
    const struct mou_keyword *list = mou_keywords(&count);
    struct mou_text best = {"", 0};
    for (size_t i = 0; i < count; i++) {
        bool accepted = is_of_sort(&list[i], sort) &&
                        (sort == OPENERS || is_expected(list[i].token, expected, expected_count));
        struct mou_text spelling = mou_text_of(list[i].zh);
        if (accepted && spelling.len > best.len && fits(word, spelling, side)) {
            best = spelling;
        }
    }
    return best;
}

/*
 * An operator of at least two characters within a word; single characters stand in too many names.
 */
static bool find_operator(struct mou_text word, size_t *at, size_t *len)
{
    size_t count;
    const struct mou_keyword *list = mou_keywords(&count);
    *len = 0;
    for (size_t i = 0; i < count; i++) {
        struct mou_text spelling = mou_text_of(list[i].zh);
        if (list[i].standing != MOU_STANDING_WORD || spelling.len < 6 || spelling.len <= *len) {
            continue;
        }
        for (size_t begin = 1; begin + spelling.len <= word.len; begin++) {
            if (memcmp(word.bytes + begin, spelling.bytes, spelling.len) == 0) {
                *at = begin;
                *len = spelling.len;
                break;
            }
        }
    }
    return *len != 0;
}

static struct mou_text with_blank(struct mou_parse *parse, struct mou_text a, struct mou_text b)
{
    return mou_text_joined(parse, mou_text_joined(parse, a, MOU_TEXT(" ")), b);
}

/* `履行情况不是全部履行` as `履行情况 不是 全部履行`. */
static struct mou_text split_operators(struct mou_parse *parse, struct mou_text word)
{
    size_t at = 0;
    size_t len = 0;
    if (!find_operator(word, &at, &len)) {
        return word;
    }
    struct mou_text result = with_blank(parse, (struct mou_text){word.bytes, at},
                                        (struct mou_text){word.bytes + at, len});
    if (at + len < word.len) {
        result = with_blank(parse, result,
                            (struct mou_text){word.bytes + at + len, word.len - at - len});
    }
    return result;
}

bool mou_split_found(struct mou_parse *parse, const struct mou_cooked *word, const int *expected,
                     size_t expected_count, struct mou_split *split)
{
    assert(parse != NULL && word != NULL && split != NULL);
    if (!is_candidate(word)) {
        return false;
    }
    struct mou_text text = word->value.text;
    /* Clauses open lines; in the middle of one, only a word of some length is no chance. */
    struct mou_text keyword = longest(
        text, AT_BEGIN, word->first_on_line ? ANY_KEYWORD : INNER_WORDS, expected, expected_count);
    struct mou_text rest = {text.bytes + keyword.len, text.len - keyword.len};
    if (keyword.len == 0 || (!word->first_on_line && (keyword.len <= 3 || rest.len <= 3))) {
        return false;
    }
    split->keyword = keyword;
    split->text = with_blank(parse, keyword, split_operators(parse, rest));
    return true;
}

/* `生效自`: nothing but two keywords. */
static bool split_keywords(struct mou_parse *parse, struct mou_text word, struct mou_split *split)
{
    for (size_t at = 1; at < word.len; at++) {
        struct mou_text first = {word.bytes, at};
        struct mou_text second = {word.bytes + at, word.len - at};
        const struct mou_keyword *one = mou_keyword_find(parse->keywords, first);
        const struct mou_keyword *two = mou_keyword_find(parse->keywords, second);
        if (one != NULL && two != NULL && mou_keyword_reserved(one) && mou_keyword_reserved(two)) {
            split->keyword = first;
            split->text = with_blank(parse, first, second);
            return true;
        }
    }
    return false;
}

bool mou_split_before(struct mou_parse *parse, const struct mou_cooked *word, const int *expected,
                      size_t expected_count, struct mou_split *split)
{
    assert(parse != NULL && word != NULL && split != NULL);
    if (!is_candidate(word)) {
        return false;
    }
    struct mou_text text = word->value.text;
    if (split_keywords(parse, text, split)) {
        return true;
    }
    struct mou_text keyword = longest(text, AT_END, OPERATORS, expected, expected_count);
    if (keyword.len > 3 || mou_text_equal(keyword, MOU_TEXT("且")) || mou_text_equal(keyword, MOU_TEXT("或"))) {
        split->keyword = keyword;
        split->text =
            with_blank(parse, (struct mou_text){text.bytes, text.len - keyword.len}, keyword);
        return true;
    }
    keyword = word->first_on_line ? longest(text, AT_BEGIN, OPENERS, expected, expected_count)
                                  : (struct mou_text){"", 0};
    if (keyword.len == 0) {
        return false;
    }
    struct mou_text rest = {text.bytes + keyword.len, text.len - keyword.len};
    split->keyword = keyword;
    split->text = with_blank(parse, keyword, split_operators(parse, rest));
    return true;
}
