/*
 * Finds keywords inside run-together Chinese words and proposes the split. Guesses only at the
 * place of a syntax error, and only where the keyword found is one that fits there; what it finds
 * is a suggestion, never a reading.
 */
#include "run_together.h"

#include <assert.h>
#include <string.h>

#include "parser.h"
#include "segments.h"

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

static struct mou_text with_blank(struct mou_parse *parse, struct mou_text a, struct mou_text b)
{
    return mou_text_joined(parse, mou_text_joined(parse, a, MOU_TEXT(" ")), b);
}

/* ------------------------------------------------------------------ the words that the file uses */

static bool in_word(uint32_t c)
{
    bool ascii = c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    bool punctuation = (c >= 0x2000 && c <= 0x303F && c != 0x3007) || c >= 0xFF00;
    return c < 0x80 ? ascii : !punctuation;
}

/* Words with such a keyword in them may run together themselves. */
static bool hides_operator(struct mou_text word)
{
    size_t count;
    const struct mou_keyword *list = mou_keywords(&count);
    for (size_t i = 0; i < count; i++) {
        struct mou_text spelling = mou_text_of(list[i].zh);
        for (size_t at = 0; list[i].standing == MOU_STANDING_WORD && spelling.len >= 6 && at + spelling.len <= word.len; at++) {
            if (memcmp(word.bytes + at, spelling.bytes, spelling.len) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Every word that stands by itself somewhere in the file: most of them are names. */
static struct mou_intern *words_of(struct mou_parse *parse)
{
    if (parse->words != NULL) {
        return parse->words;
    }
    parse->words = mou_intern_new(parse->arena);
    const char *bytes = parse->source->bytes; /* the scanner writes its end marks into its copy */
    size_t begin = 0;
    for (size_t at = 0; parse->words != NULL && at < parse->len;) {
        uint32_t c = 0;
        size_t len = mou_utf8_decode(bytes + at, parse->len - at, &c);
        if (len == 0 || !in_word(c)) {
            begin = at + (len != 0 ? len : 1);
            at = begin;
            continue;
        }
        at += len;
        bool ends = at >= parse->len || mou_utf8_decode(bytes + at, parse->len - at, &c) == 0 || !in_word(c);
        struct mou_text word = {bytes + begin, at - begin};
        if (ends && word.len >= 6 && !hides_operator(word) && mou_intern_add(parse->words, word) == MOU_INTERN_NONE) {
            break; /* memory ran out, which the arena remembers */
        }
    }
    return parse->words;
}

static bool is_used_word(void *state, struct mou_text word)
{
    struct mou_parse *parse = state;
    struct mou_intern *words =
        mou_keyword_find(parse->keywords, word) == NULL ? words_of(parse) : NULL;
    return words != NULL && mou_intern_find(words, word) != MOU_INTERN_NONE;
}

/* `履行情况不是全部履行` as `履行情况 不是 全部履行`; `whole` tells that nothing in it is guessed. */
static struct mou_text segmented(struct mou_parse *parse, struct mou_text word, bool *whole)
{
    struct mou_segments segments;
    bool found = mou_segments_find(parse->arena, word, is_used_word, parse, &segments);
    *whole = found && segments.whole;
    return found ? segments.split : word;
}

/* The keyword at the begin of the word, by itself, and what the rest is made of. */
static struct mou_text split_behind(struct mou_parse *parse, struct mou_text word, size_t keyword_len)
{
    struct mou_segments segments;
    struct mou_text keyword = {word.bytes, keyword_len};
    struct mou_text rest = {word.bytes + keyword_len, word.len - keyword_len};
    bool found = mou_segments_find(parse->arena, rest, is_used_word, parse, &segments);
    size_t kind = rest.len;
    while (mou_text_equal(keyword, MOU_TEXT("主体")) && --kind > 0) {
        if (is_used_word(parse, (struct mou_text){rest.bytes, kind})) { /* 主体单位甲公司: a kind and a name */
            struct mou_text subject = {rest.bytes + kind, rest.len - kind};
            return with_blank(parse, keyword, with_blank(parse, (struct mou_text){rest.bytes, kind}, subject));
        }
    }
    return with_blank(parse, keyword, found ? segments.split : rest);
}

/* 在近3年: all parts are known, and the first of them is a keyword that fits. */
static bool split_whole(struct mou_parse *parse, struct mou_text word, const int *expected,
                        size_t expected_count, struct mou_split *split)
{
    struct mou_segments segments;
    if (!mou_segments_find(parse->arena, word, is_used_word, parse, &segments) || !segments.whole) {
        return false;
    }
    struct mou_text first = {segments.split.bytes, 0};
    while (first.len < segments.split.len && segments.split.bytes[first.len] != ' ') {
        first.len++;
    }
    const struct mou_keyword *keyword = mou_keyword_find(parse->keywords, first);
    *split = (struct mou_split){segments.keyword, segments.split};
    return expected == NULL || (keyword != NULL && is_expected(keyword->token, expected, expected_count));
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
        return split_whole(parse, text, expected, expected_count, split);
    }
    split->keyword = keyword;
    split->text = split_behind(parse, text, keyword.len);
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

bool mou_split_clause(struct mou_parse *parse, const struct mou_cooked *word, struct mou_split *split)
{
    assert(parse != NULL && word != NULL && split != NULL);
    struct mou_text text = word->value.text;
    struct mou_text keyword =
        is_candidate(word) ? longest(text, AT_BEGIN, OPENERS, NULL, 0) : (struct mou_text){"", 0};
    if (keyword.len == 0) {
        return false;
    }
    split->keyword = keyword;
    split->text = split_behind(parse, text, keyword.len);
    return true;
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
        bool whole = false;
        struct mou_text before = {text.bytes, text.len - keyword.len};
        split->text = with_blank(parse, segmented(parse, before, &whole), keyword);
        return true;
    }
    return (word->first_on_line && mou_split_clause(parse, word, split)) ||
           split_whole(parse, text, NULL, 0, split);
}
