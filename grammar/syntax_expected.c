/*
 * What was met where something else was expected, and what would fit there, in the spelling of the file, never more than four words; and how
 * words and places get into any message about syntax. Called by syntax_error.c and syntax_marks.c.
 */
#include "syntax_error.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

/* Longest list of expected words, and longest piece of source, that a message repeats. */
#define EXPECTED_WORDS_MAX   4
#define FOUND_CHARACTERS_MAX 20

bool mou_syntax_expects(const struct expectations *expected, int token)
{
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->tokens[i] == token) {
            return true;
        }
    }
    return false;
}

bool mou_syntax_in_english(const struct mou_parse *parse)
{
    return parse->english_keywords > parse->chinese_keywords;
}

bool mou_syntax_in_world(const struct mou_parse *parse)
{
    return parse->family == TOK_TEST || parse->family == TOK_FIXTURE;
}

/* ------------------------------------------------------------------ words of a message */

/* A list under construction, in a buffer of the arena. */
struct phrase {
    struct mou_parse *parse;
    bool english; /* the message's language; keywords keep the file's */
    struct mou_text words[EXPECTED_WORDS_MAX];
    size_t count; /* may run past the limit: then nothing is listed */
};

static void add_word(struct phrase *phrase, struct mou_text word)
{
    if (phrase->count < EXPECTED_WORDS_MAX) {
        phrase->words[phrase->count] = word;
    }
    phrase->count++;
}

static void add_kind(struct phrase *phrase, const char *zh, const char *en)
{
    add_word(phrase, mou_text_of(phrase->english ? en : zh));
}

/* Quotation marks round `text`; a long one is cut at a character. */
struct mou_text mou_syntax_quoted(struct mou_parse *parse, struct mou_text text)
{
    size_t end = 0;
    size_t characters = 0;
    uint32_t c;
    while (end < text.len && characters < FOUND_CHARACTERS_MAX) {
        size_t len = mou_utf8_decode(text.bytes + end, text.len - end, &c);
        end += len != 0 ? len : 1;
        characters++;
    }
    struct mou_text opened =
        mou_text_joined(parse, MOU_TEXT("“"), (struct mou_text){text.bytes, end});
    return mou_text_joined(parse, opened, end < text.len ? MOU_TEXT("…”") : MOU_TEXT("”"));
}

struct mou_text mou_syntax_token(struct mou_parse *parse, const struct mou_cooked *token,
                                     bool english)
{
    if (token->token == TOK_END) {
        return english ? MOU_TEXT("the end of the file") : MOU_TEXT("文件结尾");
    }
    return mou_syntax_quoted(parse, mou_parse_slice(parse, token->span.begin, token->span.end));
}

static struct mou_text joined_words(struct phrase *phrase)
{
    bool english = phrase->english;
    struct mou_text result = phrase->words[0];
    for (size_t i = 1; i < phrase->count; i++) {
        struct mou_text comma = english ? MOU_TEXT(", ") : MOU_TEXT("、");
        struct mou_text or = english ? MOU_TEXT(" or ") : MOU_TEXT("或者");
        result = mou_text_joined(phrase->parse, result, i + 1 < phrase->count ? comma : or);
        result = mou_text_joined(phrase->parse, result, phrase->words[i]);
    }
    return result;
}

/* ------------------------------------------------------------------ what is expected, in groups */

struct mark {
    int token;
    const char *zh;
    const char *en;
};

static const struct mark marks[] = {
    {TOK_COMMA, "、", ","},      {TOK_SEMICOLON, "；", ";"},   {TOK_COLON, "：", ":"},
    {TOK_DOT, ".", "."},         {TOK_BAR, "|", "|"},          {TOK_ARROW, "=>", "=>"},
    {TOK_LEFT_PAREN, "（", "("}, {TOK_RIGHT_PAREN, "）", ")"}, {TOK_LEFT_BRACE, "{", "{"},
    {TOK_RIGHT_BRACE, "}", "}"}, {TOK_ASSIGN, "=", "="}};

static const struct mark literal_kinds[] = {
    {TOK_INTEGER, "整数", "a whole number"}, {TOK_MONEY, "金额", "an amount"},
    {TOK_RATIO, "比例", "a ratio"},          {TOK_DATE, "日期", "a date"},
    {TOK_DURATION, "期间", "a duration"},    {TOK_TEXT, "文字", "a text in quotation marks"},
    {TOK_LAW_TITLE, "《文件名》", "《…》"},  {TOK_DOCUMENT_NUMBER, "发文字号", "a document number"},
    {TOK_ARTICLE, "第…条", "an article"}};

enum {
    MARK_COUNT = sizeof(marks) / sizeof(marks[0]),
    LITERAL_COUNT = sizeof(literal_kinds) / sizeof(literal_kinds[0])
};

/* What was found to be expected as a whole, so that its single words are not named. */
struct groups {
    bool expression;
    bool value;
    bool name;
    bool types;
    bool degrees;
    bool operators;
    bool clauses;
    bool many_clauses;
    bool declarations;
};

static struct groups find_groups(const struct expectations *expected)
{
    struct groups groups = {0};
    groups.expression = mou_syntax_expects(expected, TOK_TODAY) && mou_syntax_expects(expected, TOK_LEFT_PAREN);
    groups.value =
        !groups.expression && mou_syntax_expects(expected, TOK_INTEGER) && mou_syntax_expects(expected, TOK_TEXT);
    groups.name = !groups.expression && !groups.value &&
                  (mou_syntax_expects(expected, TOK_IDENT) || mou_syntax_expects(expected, TOK_LABEL));
    groups.types = mou_syntax_expects(expected, TOK_TYPE_TEXT) && mou_syntax_expects(expected, TOK_TYPE_DATE) &&
                   !mou_syntax_expects(expected, TOK_VALIDITY);
    groups.degrees = mou_syntax_expects(expected, TOK_DEGREE_WORD) && mou_syntax_expects(expected, TOK_PROHIBIT);
    groups.operators =
        mou_syntax_expects(expected, TOK_PLUS) || mou_syntax_expects(expected, TOK_AND) || mou_syntax_expects(expected, TOK_IS_NOT);
    groups.declarations = mou_syntax_expects(expected, TOK_SANCTION) && mou_syntax_expects(expected, TOK_RECORD);
    groups.clauses = mou_syntax_expects(expected, TOK_UNDER) && mou_syntax_expects(expected, TOK_VERBATIM);
    size_t clauses = 0;
    for (size_t i = 0; i < expected->count; i++) {
        const struct mou_keyword *keyword = mou_keyword_of_token(expected->tokens[i]);
        clauses += keyword != NULL && keyword->standing == MOU_STANDING_CLAUSE;
    }
    groups.many_clauses = clauses > EXPECTED_WORDS_MAX;
    return groups;
}

/* A soft keyword is named only where it is one: where any soft keyword fits, it fits as a name. */
static bool is_covered(const struct groups *groups, const struct expectations *expected,
                       const struct mou_keyword *keyword)
{
    switch (keyword->standing) {
    case MOU_STANDING_DECL:
        return groups->declarations;
    case MOU_STANDING_CLAUSE:
        return groups->many_clauses ||
               (groups->clauses &&
                (keyword->token == TOK_UNDER || keyword->token == TOK_VERBATIM)) ||
               (groups->degrees && keyword->token == TOK_PROHIBIT);
    case MOU_STANDING_SOFT:
    case MOU_STANDING_OPENER:
        return mou_syntax_expects(expected, TOK_VALIDITY) || groups->types || groups->degrees ||
               (groups->clauses && keyword->standing == MOU_STANDING_OPENER);
    case MOU_STANDING_CALL:
        return groups->expression;
    case MOU_STANDING_WORD:
        return groups->expression || groups->value || groups->operators;
    case MOU_STANDING_NAME:
        return true;
    }
    return false;
}

static void list_groups(struct phrase *phrase, const struct groups *groups)
{
    if (groups->expression) {
        add_kind(phrase, "表达式", "an expression");
    }
    if (groups->value) {
        add_kind(phrase, "值", "a value");
    }
    if (groups->name) {
        add_kind(phrase, "名称", "a name");
    }
    if (groups->types) {
        add_kind(phrase, "字段类型", "a field type");
    }
    if (groups->degrees) {
        add_kind(phrase, "程度", "a degree");
    }
    if (groups->clauses) {
        add_kind(phrase, "下一个子句", "the next clause");
    }
    if (groups->declarations && !groups->clauses) {
        add_kind(phrase, "下一个条目", "the next declaration");
    }
}

static void list_literals(struct phrase *phrase, const struct groups *groups,
                          const struct expectations *expected)
{
    for (size_t i = 0; i < LITERAL_COUNT; i++) {
        if (mou_syntax_expects(expected, literal_kinds[i].token) && !groups->expression && !groups->value) {
            add_kind(phrase, literal_kinds[i].zh, literal_kinds[i].en);
        }
    }
}

static void list_marks(struct phrase *phrase, const struct groups *groups,
                       const struct expectations *expected)
{
    for (size_t i = 0; i < MARK_COUNT; i++) {
        bool covered =
            (marks[i].token == TOK_LEFT_PAREN && (groups->expression || groups->operators)) ||
            (marks[i].token == TOK_ASSIGN && groups->operators) || (marks[i].token == TOK_DOT);
        if (mou_syntax_expects(expected, marks[i].token) && !covered) {
            add_word(phrase,
                     mou_syntax_quoted(phrase->parse,
                            mou_text_of(mou_syntax_in_english(phrase->parse) ? marks[i].en : marks[i].zh)));
        }
    }
}

static void list_keywords(struct phrase *phrase, const struct groups *groups,
                          const struct expectations *expected)
{
    for (size_t i = 0; i < expected->count; i++) {
        const struct mou_keyword *keyword = mou_keyword_of_token(expected->tokens[i]);
        if (keyword != NULL && !is_covered(groups, expected, keyword)) {
            add_word(phrase, mou_syntax_quoted(phrase->parse,
                                    mou_keyword_spelling(keyword, mou_syntax_in_english(phrase->parse))));
        }
    }
}

/* Behind an expression: the words that a form still lacks, as 否则 behind 若 … 则. */
static void list_closing_words(struct phrase *phrase, const struct expectations *expected)
{
    static const int words[] = {TOK_THEN,   TOK_ELSE, TOK_BETWEEN_AND,
                                TOK_INSIDE, TOK_AGO,  TOK_ONWARD};
    bool english = mou_syntax_in_english(phrase->parse);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (mou_syntax_expects(expected, words[i]) && !(words[i] == TOK_INSIDE && mou_syntax_expects(expected, TOK_IS))) {
            const struct mou_keyword *keyword = mou_keyword_of_token(words[i]);
            add_word(phrase, mou_syntax_quoted(phrase->parse, mou_keyword_spelling(keyword, english)));
        }
    }
    /* 取 x 缺省 v; without 取 any expression may go on with `or default`, also where the clause may end. */
    if (mou_syntax_expects(expected, TOK_OR_DEFAULT) && !mou_syntax_expects(expected, TOK_IS) &&
        !mou_syntax_expects(expected, TOK_AND) && !mou_syntax_expects(expected, TOK_VERBATIM)) {
        struct mou_text word = english ? MOU_TEXT("or default") : MOU_TEXT("缺省");
        add_word(phrase, mou_syntax_quoted(phrase->parse, word));
    }
}

void mou_syntax_fixit(struct mou_diagnostic *diagnostic, struct mou_span span, struct mou_text text)
{
    diagnostic->suggestion = text;
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){span, text};
}

/* 必须 for 必填: an expected keyword that differs in one character (two in a long word) is proposed. */
void mou_syntax_nearest(struct mou_parse *parse, const struct expectations *expected,
                        struct mou_diagnostic *diagnostic)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token != TOK_IDENT || last->value.quoted || mou_syntax_expects(expected, TOK_IDENT)) {
        return;
    }
    size_t characters = mou_text_characters(last->value.text);
    unsigned limit = characters >= 6 ? 2 : characters >= 2 ? 1 : 0;
    struct mou_text nearest = {"", 0};
    size_t count;
    const struct mou_keyword *list = mou_keywords(&count);
    for (size_t i = 0; i < count && limit > 0; i++) {
        bool english = (unsigned char)last->value.text.bytes[0] < 0x80;
        struct mou_text spelling = mou_keyword_spelling(&list[i], english);
        if (!mou_syntax_expects(expected, list[i].token) || mou_text_characters(spelling) < 2 ||
            list[i].standing == MOU_STANDING_NAME ||
            (list[i].standing == MOU_STANDING_DECL && !last->first_on_line)) {
            continue;
        }
        if (mou_text_distance(last->value.text, spelling, limit) <= limit) {
            nearest = spelling;
            limit = mou_text_distance(last->value.text, spelling, limit) - 1;
        }
    }
    diagnostic->suggestion = nearest; /* a guess: shown, never carried out, but good enough to read on */
    if (nearest.len != 0) {
        mou_amend_keyword(parse, diagnostic, last->span, nearest);
    }
}

/* Reports `token`, in both languages, and what would fit there or behind it. */
struct mou_diagnostic *mou_syntax_report_at(struct mou_parse *parse, enum mou_diag_code code,
                                        const struct mou_cooked *token, struct mou_text zh,
                                        struct mou_text en)
{
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, code, token->span.begin, token->span.end, mou_syntax_token(parse, token, false), zh);
    diagnostic->arguments[2] = en;
    diagnostic->arguments[3] = mou_syntax_token(parse, token, true);
    return diagnostic;
}

static struct mou_diagnostic *report_met(struct mou_parse *parse, enum mou_diag_code code,
                                         struct mou_text zh, struct mou_text en)
{
    return mou_syntax_report_at(parse, code, &parse->last, zh, en);
}

/* The words that would fit, in one language; no text where they are none or too many. */
static struct mou_text expected_words(struct mou_parse *parse, const struct groups *groups,
                                      const struct expectations *expected, bool english)
{
    struct phrase phrase = {.parse = parse, .english = english};
    list_marks(&phrase, groups, expected);
    if (groups->operators) {
        list_closing_words(&phrase, expected);
    } else {
        list_literals(&phrase, groups, expected);
        list_keywords(&phrase, groups, expected);
        list_groups(&phrase, groups);
    }
    if (phrase.count == 0 || phrase.count > EXPECTED_WORDS_MAX) {
        return MOU_TEXT("");
    }
    return joined_words(&phrase);
}

/*
 * A line that begins where more was wanted: what is missing is missing at the end of the line
 * before, and what begins may be quite right.
 */
static bool is_missing_before(const struct mou_parse *parse, const struct groups *groups)
{
    const struct mou_cooked *last = &parse->last;
    bool ends_line = (last->first_on_line || last->token == TOK_END) && parse->previous.token != 0;
    return ends_line && !groups->clauses && !groups->declarations;
}

/* `因 甲、` and nothing: the list reads well without its last mark. */
static void report_missing(struct mou_parse *parse, struct mou_text zh, struct mou_text en)
{
    const struct mou_cooked *before = &parse->previous;
    if (mou_is_amended(parse, before->span) || mou_is_amended(parse, parse->before_previous.span)) {
        return;
    }
    struct mou_diagnostic *diagnostic =
        mou_syntax_report_at(parse, MOU_DIAG_SYNTAX_MISSING, before, zh, en);
    if (before->token == TOK_COMMA || before->token == TOK_SEMICOLON) {
        mou_amend(parse, diagnostic, before->span, MOU_READ_DROPPED);
    }
}

/* Nothing is listed behind a complete expression: too much could follow to be of help. */
void mou_syntax_report_expected(struct mou_parse *parse, const struct expectations *expected)
{
    struct groups groups = find_groups(expected);
    const struct mou_text zh = expected_words(parse, &groups, expected, false);
    const struct mou_text en = expected_words(parse, &groups, expected, true);
    if (zh.len == 0) {
        bool inner = groups.operators && !parse->last.first_on_line && parse->last.token != TOK_END;
        enum mou_diag_code code = inner ? MOU_DIAG_SYNTAX_NO_OPERATOR : MOU_DIAG_SYNTAX_UNEXPECTED;
        mou_syntax_nearest(parse, expected, report_met(parse, code, zh, en));
    } else if (is_missing_before(parse, &groups)) {
        report_missing(parse, zh, en);
    } else {
        mou_syntax_nearest(parse, expected, report_met(parse, MOU_DIAG_SYNTAX_EXPECTED, zh, en));
    }
}
