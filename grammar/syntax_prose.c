/*
 * Syntax errors of those who write a rule file like the document: headings and numbering before declarations and clauses, and a condition without
 * the word that opens it. Called by syntax_error.c only.
 */
#include "syntax_error.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

/* ------------------------------------------------------------------ headings and numbering */

/* Bytes of the mark that `text` begins with, 0 if it is none of them. */
static size_t any_of(struct mou_text text, const char *const *choices, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(choices[i]);
        if (text.len >= len && memcmp(text.bytes, choices[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

static struct mou_text behind(struct mou_text text, size_t len)
{
    return (struct mou_text){text.bytes + len, text.len - len};
}

/* A run of digits, or of Chinese numerals, of which no more than four count a document's parts. */
static size_t ordinal_len(struct mou_text text, bool digits)
{
    static const char *const chinese[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百"};
    static const char *const arabic[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    size_t len = 0;
    for (int i = 0; i < 4; i++) {
        len += digits ? any_of(behind(text, len), arabic, 10) : any_of(behind(text, len), chinese, 11);
    }
    return len;
}

/* 一、 1. （一） (1) 第一章 at the begin of the text: its bytes, 0 if there is none. */
static size_t numbering_len(struct mou_text text)
{
    static const char *const opening[] = {"（", "("};
    static const char *const closing[] = {"）、", "）", ")"};
    static const char *const stops[] = {"、", "．", ".", "，"};
    static const char *const parts[] = {"章", "节", "条", "编", "部分"};
    static const char *const ordinal[] = {"第"};
    const size_t open = any_of(text, opening, 2);
    const size_t nth = any_of(text, ordinal, 1);
    const size_t begin = open + nth;
    const size_t han = ordinal_len(behind(text, begin), false);
    const size_t number = han != 0 ? han : ordinal_len(behind(text, begin), true);
    const struct mou_text rest = behind(text, begin + number);
    const size_t end = open != 0 ? any_of(rest, closing, 3) : nth != 0 ? any_of(rest, parts, 5) : any_of(rest, stops, 4);
    return number == 0 || end == 0 || ordinal_len(behind(rest, end), true) != 0 ? 0 : begin + number + end;
}

static struct mou_text without_blanks(struct mou_text text)
{
    static const char *const blanks[] = {" ", "\t", "　"};
    for (size_t len = 1; (len = any_of(text, blanks, 3)) != 0;) {
        text = behind(text, len);
    }
    while (text.len > 0 && (text.bytes[text.len - 1] == ' ' || text.bytes[text.len - 1] == '\t' || text.bytes[text.len - 1] == '\r')) {
        text.len--;
    }
    return text;
}

/* Whether a declaration or clause stands there: its keyword, and something behind it. */
static bool says_something(struct mou_parse *parse, struct mou_text text)
{
    static const char *const ends[] = {" ", "\t", "　", "："};
    size_t len = 0;
    while (len < text.len && any_of(behind(text, len), ends, 4) == 0) {
        len++;
    }
    const struct mou_keyword *keyword = mou_keyword_find(parse->keywords, (struct mou_text){text.bytes, len});
    const bool opens = keyword != NULL && (keyword->standing == MOU_STANDING_DECL || keyword->standing == MOU_STANDING_CLAUSE ||
                                           keyword->standing == MOU_STANDING_OPENER);
    return opens && without_blanks(behind(text, len)).len > 0;
}

/* A sentence ends with a mark, a heading with none. */
static bool is_sentence(struct mou_text text)
{
    static const char *const ends[] = {"。", "；", "，", "：", ";", ",", ":"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const size_t len = strlen(ends[i]);
        if (text.len >= len && memcmp(text.bytes + text.len - len, ends[i], len) == 0) {
            return true;
        }
    }
    return false;
}

bool mou_syntax_report_numbering(struct mou_parse *parse)
{
    assert(parse != NULL);
    size_t line_begin = 0;
    const struct mou_text line = mou_source_line(parse->source, parse->last.span.begin, &line_begin);
    const struct mou_text text = without_blanks(line);
    const size_t len = numbering_len(text);
    const uint32_t begin = (uint32_t)(line_begin + (size_t)(text.bytes - line.bytes));
    if (len == 0 || parse->family == TOK_CODES || parse->last.token == TOK_END || parse->last.span.begin > begin + len) {
        return false;
    }
    const struct mou_text rest = without_blanks(behind(text, len));
    const bool rule = says_something(parse, rest);
    if (!rule && is_sentence(text)) {
        return false; /* what it says may be any clause */
    }
    const uint32_t end = begin + (uint32_t)(rule ? (size_t)(rest.bytes - text.bytes) : text.len);
    struct mou_diagnostic *diagnostic = mou_parse_report(parse, rule ? MOU_DIAG_SYNTAX_NUMBERING : MOU_DIAG_SYNTAX_HEADING, begin, rule ? begin + (uint32_t)len : end,
                                                         rule ? (struct mou_text){text.bytes, len} : text, MOU_TEXT(""));
    const struct mou_span span = mou_parse_span(parse, begin, end);
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){span, rule ? MOU_TEXT("") : mou_text_joined(parse, MOU_TEXT("# "), text)};
    diagnostic->suggestion = diagnostic->fixit.text;
    mou_amend(parse, diagnostic, span, MOU_READ_DROPPED);
    return true;
}

/* ------------------------------------------------------------------ a condition without 当 */

/* A word or sign that stands between the two sides of a comparison, or goes on from a name. */
static bool compares(const struct mou_keyword *keyword, int token)
{
    static const int words[] = {TOK_IS,       TOK_IS_NOT,      TOK_EQUALS,  TOK_DIFFERS, TOK_GREATER, TOK_LESS,
                                TOK_NOT_LESS, TOK_NOT_GREATER, TOK_IN,      TOK_BETWEEN, TOK_PRESENT, TOK_ABSENT,
                                TOK_ON_LIST,  TOK_FULL,        TOK_IN_VALIDITY};
    static const int signs[] = {TOK_DOT,        TOK_PLUS,         TOK_MINUS,     TOK_TIMES,      TOK_ASSIGN,
                                TOK_NOT_EQUAL,  TOK_LESS_SIGN,    TOK_NOT_GREATER_SIGN, TOK_GREATER_SIGN, TOK_NOT_LESS_SIGN};
    for (size_t i = 0; keyword != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (keyword->token == words[i]) {
            return true;
        }
    }
    for (size_t i = 0; keyword == NULL && i < sizeof signs / sizeof signs[0]; i++) {
        if (token == signs[i]) {
            return true;
        }
    }
    return false;
}

/* What only a condition begins with. */
static bool begins_condition(const struct mou_cooked *token)
{
    static const int words[] = {TOK_SOME, TOK_EVERY, TOK_NO, TOK_NOT, TOK_EVER, TOK_ON_LIST};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (token->token == words[i]) {
            return true;
        }
    }
    return token->value.keyword != NULL && token->value.keyword->standing == MOU_STANDING_CALL;
}

/* The word behind the one that was handed out last compares it. */
static bool is_compared_next(struct mou_parse *parse)
{
    const struct mou_raw *next = mou_stream_next(parse);
    if (next->first_on_line || (next->kind != MOU_RAW_WORD && next->kind != MOU_RAW_SYMBOL)) {
        return false;
    }
    const struct mou_keyword *keyword = next->kind == MOU_RAW_WORD ? mou_keyword_find(parse->keywords, mou_parse_slice(parse, next->begin, next->end)) : NULL;
    return compares(keyword, next->kind == MOU_RAW_SYMBOL ? next->token : 0);
}

bool mou_syntax_report_condition(struct mou_parse *parse, const struct expectations *expected)
{
    assert(parse != NULL && expected != NULL);
    const struct mou_cooked *last = &parse->last;
    const struct mou_cooked *word = last;
    const bool family = parse->family == TOK_FINDING || parse->family == TOK_DUTY || parse->family == TOK_REPAIR;
    if (!family || !mou_syntax_expects(expected, TOK_WHEN)) {
        return false;
    }
    if (parse->previous.token == TOK_IDENT && !last->first_on_line && compares(last->value.keyword, last->token)) {
        word = &parse->previous; /* it was taken for another name of the record before it */
    } else if (!last->first_on_line || !(begins_condition(last) || (last->token == TOK_IDENT && is_compared_next(parse)))) {
        return false;
    }
    const struct mou_text when = mou_keyword_spelling(mou_keyword_of_token(TOK_WHEN), mou_syntax_in_english(parse));
    const struct mou_text written = mou_parse_slice(parse, word->span.begin, word->span.end);
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_CONDITION_BARE, word->span.begin, word->span.end, written, when);
    mou_syntax_fixit(diagnostic, word->span, mou_text_joined(parse, mou_text_joined(parse, when, MOU_TEXT(" ")), written));
    /* Farther down another 当 may stand already: then it is a guess. */
    diagnostic->has_fixit = word != last || parse->before_previous.token == TOK_ON || parse->before_previous.token == TOK_ENTERS;
    mou_amend_behind(parse, diagnostic, word->span, when);
    return true;
}
