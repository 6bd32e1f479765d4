/*
 * The wording of syntax errors: what was met and what would fit, in the spelling of the file, never
 * more than four words. A word that runs a keyword together with another, a keyword used as a name
 * and a misspelt declaration get messages of their own, with the correction. Each mistake is
 * reported once; the stream then recovers. Called by the parser only.
 */
#include "scan.h"

#include <assert.h>
#include <string.h>

#include "parser.h"
#include "run_together.h"

/* Longest list of expected words, and longest piece of source, that a message repeats. */
#define EXPECTED_WORDS_MAX   4
#define FOUND_CHARACTERS_MAX 20

struct expectations {
    const int *tokens;
    size_t count;
};

static bool expects(const struct expectations *expected, int token)
{
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->tokens[i] == token) {
            return true;
        }
    }
    return false;
}

static bool in_english(const struct mou_parse *parse)
{
    return parse->english_keywords > parse->chinese_keywords;
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
static struct mou_text quoted(struct mou_parse *parse, struct mou_text text)
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

static struct mou_text found_text(struct mou_parse *parse, bool english)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token == TOK_END) {
        return english ? MOU_TEXT("the end of the file") : MOU_TEXT("文件结尾");
    }
    return quoted(parse, mou_parse_slice(parse, last->span.begin, last->span.end));
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
    groups.expression = expects(expected, TOK_TODAY) && expects(expected, TOK_LEFT_PAREN);
    groups.value =
        !groups.expression && expects(expected, TOK_INTEGER) && expects(expected, TOK_TEXT);
    groups.name = !groups.expression && !groups.value &&
                  (expects(expected, TOK_IDENT) || expects(expected, TOK_LABEL));
    groups.types = expects(expected, TOK_TYPE_TEXT) && expects(expected, TOK_TYPE_DATE) &&
                   !expects(expected, TOK_VALIDITY);
    groups.degrees = expects(expected, TOK_DEGREE_WORD) && expects(expected, TOK_PROHIBIT);
    groups.operators =
        expects(expected, TOK_PLUS) || expects(expected, TOK_AND) || expects(expected, TOK_IS_NOT);
    groups.declarations = expects(expected, TOK_SANCTION) && expects(expected, TOK_RECORD);
    groups.clauses = expects(expected, TOK_UNDER) && expects(expected, TOK_VERBATIM);
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
        return expects(expected, TOK_VALIDITY) || groups->types || groups->degrees ||
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
        if (expects(expected, literal_kinds[i].token) && !groups->expression && !groups->value) {
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
        if (expects(expected, marks[i].token) && !covered) {
            add_word(phrase,
                     quoted(phrase->parse,
                            mou_text_of(in_english(phrase->parse) ? marks[i].en : marks[i].zh)));
        }
    }
}

static void list_keywords(struct phrase *phrase, const struct groups *groups,
                          const struct expectations *expected)
{
    for (size_t i = 0; i < expected->count; i++) {
        const struct mou_keyword *keyword = mou_keyword_of_token(expected->tokens[i]);
        if (keyword != NULL && !is_covered(groups, expected, keyword)) {
            add_word(phrase, quoted(phrase->parse,
                                    mou_keyword_spelling(keyword, in_english(phrase->parse))));
        }
    }
}

/* Behind an expression: the words that a form still lacks, as 否则 behind 若 … 则. */
static void list_closing_words(struct phrase *phrase, const struct expectations *expected)
{
    static const int words[] = {TOK_THEN,   TOK_ELSE, TOK_BETWEEN_AND,
                                TOK_INSIDE, TOK_AGO,  TOK_ONWARD};
    bool english = in_english(phrase->parse);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (expects(expected, words[i]) && !(words[i] == TOK_INSIDE && expects(expected, TOK_IS))) {
            const struct mou_keyword *keyword = mou_keyword_of_token(words[i]);
            add_word(phrase, quoted(phrase->parse, mou_keyword_spelling(keyword, english)));
        }
    }
    /* 取 x 缺省 v; without 取 any expression may go on with `or default`, also where the clause may end. */
    if (expects(expected, TOK_OR_DEFAULT) && !expects(expected, TOK_IS) &&
        !expects(expected, TOK_AND) && !expects(expected, TOK_VERBATIM)) {
        struct mou_text word = english ? MOU_TEXT("or default") : MOU_TEXT("缺省");
        add_word(phrase, quoted(phrase->parse, word));
    }
}

static void set_fixit(struct mou_diagnostic *diagnostic, struct mou_span span, struct mou_text text)
{
    diagnostic->suggestion = text;
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){span, text};
}

/* 必须 for 必填: an expected keyword that differs in one character (two in a long word) is proposed. */
static void add_nearest(struct mou_parse *parse, const struct expectations *expected,
                        struct mou_diagnostic *diagnostic)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token != TOK_IDENT || last->value.quoted || expects(expected, TOK_IDENT)) {
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
        if (!expects(expected, list[i].token) || mou_text_characters(spelling) < 2 ||
            list[i].standing == MOU_STANDING_NAME) {
            continue;
        }
        if (mou_text_distance(last->value.text, spelling, limit) <= limit) {
            nearest = spelling;
            limit = mou_text_distance(last->value.text, spelling, limit) - 1;
        }
    }
    diagnostic->suggestion = nearest; /* a guess: shown, never carried out */
}

/* Reports what was met, in both languages, and what would fit. */
static struct mou_diagnostic *report_met(struct mou_parse *parse, enum mou_diag_code code,
                                         struct mou_text zh, struct mou_text en)
{
    const struct mou_cooked *last = &parse->last;
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, code, last->span.begin, last->span.end, found_text(parse, false), zh);
    diagnostic->arguments[2] = en;
    diagnostic->arguments[3] = found_text(parse, true);
    return diagnostic;
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

/* Nothing is listed behind a complete expression: too much could follow to be of help. */
static void report_expected(struct mou_parse *parse, const struct expectations *expected)
{
    struct groups groups = find_groups(expected);
    const struct mou_cooked *last = &parse->last;
    const struct mou_text zh = expected_words(parse, &groups, expected, false);
    const struct mou_text en = expected_words(parse, &groups, expected, true);
    if (zh.len == 0) {
        add_nearest(parse, expected, report_met(parse, MOU_DIAG_SYNTAX_UNEXPECTED, zh, en));
        return;
    }
    bool begins_anew =
        last->token == TOK_END ||
        (last->first_on_line && (last->value.keyword != NULL || last->token == TOK_LABEL));
    bool asks_for_more =
        groups.expression || groups.value || !(groups.clauses || groups.declarations);
    enum mou_diag_code code =
        begins_anew && asks_for_more ? MOU_DIAG_SYNTAX_MISSING : MOU_DIAG_SYNTAX_EXPECTED;
    add_nearest(parse, expected, report_met(parse, code, zh, en));
}

/* ------------------------------------------------------------------ messages of their own */

/* 当履行情况 不是: the word met, or the one before it, may hide a keyword. */
static bool report_run_together(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *word = &parse->last;
    struct mou_split split;
    if (!mou_split_found(parse, word, expected->tokens, expected->count, &split)) {
        word = &parse->previous;
        if (!mou_split_before(parse, word, expected->tokens, expected->count, &split)) {
            return false;
        }
    }
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_SYNTAX_RUN_TOGETHER, word->span.begin, word->span.end,
                         mou_parse_slice(parse, word->span.begin, word->span.end), split.keyword);
    set_fixit(diagnostic, word->span, split.text);
    return true;
}

/* What official prose says where the language has one word. */
static const struct {
    const char *prose;
    const char *keyword;
    int token;
} synonyms[] = {{"如果", "若", TOK_IF},
                {"如", "若", TOK_IF},
                {"倘若", "若", TOK_IF},
                {"那么", "则", TOK_THEN},
                {"并", "且", TOK_AND},
                {"而且", "且", TOK_AND},
                {"同时", "且", TOK_AND},
                {"以及", "且", TOK_AND},
                {"或是", "或", TOK_OR},
                {"大于等于", "不少于", TOK_NOT_LESS},
                {"大于或等于", "不少于", TOK_NOT_LESS},
                {"不得少于", "不少于", TOK_NOT_LESS},
                {"至少", "不少于", TOK_NOT_LESS},
                {"小于等于", "不超过", TOK_NOT_GREATER},
                {"小于或等于", "不超过", TOK_NOT_GREATER},
                {"不得超过", "不超过", TOK_NOT_GREATER},
                {"至多", "不超过", TOK_NOT_GREATER},
                {"不满", "不足", TOK_LESS},
                {"未满", "不足", TOK_LESS},
                {"不属于", "非 … 属于", TOK_IN},
                {"为空", "未填", TOK_ABSENT},
                {"不为空", "已填", TOK_PRESENT}};

/* The word at hand, or the one before it that was taken for a name, is prose for a keyword. */
static bool report_synonym(struct mou_parse *parse, const struct expectations *expected)
{
    for (int before = 0; before < 2; before++) {
        const struct mou_cooked *word = before ? &parse->previous : &parse->last;
        for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
            bool fits = before ? synonyms[i].token == TOK_IF : expects(expected, synonyms[i].token);
            if (word->token != TOK_IDENT || word->value.quoted || !fits ||
                !mou_text_equal(word->value.text, mou_text_of(synonyms[i].prose))) {
                continue;
            }
            struct mou_text keyword = mou_text_of(synonyms[i].keyword);
            struct mou_diagnostic *diagnostic =
                mou_parse_report(parse, MOU_DIAG_SYNTAX_SYNONYM, word->span.begin, word->span.end,
                                 word->value.text, keyword);
            if (synonyms[i].token != TOK_IN) {
                set_fixit(diagnostic, word->span, keyword);
            }
            return true;
        }
    }
    return false;
}

/* `措施：M01`: no colon between a clause's keyword and what it says. */
static bool report_needless_colon(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    const struct mou_keyword *before = parse->previous.value.keyword;
    if (last->token != TOK_COLON || before == NULL || expects(expected, TOK_COLON) ||
        (before->standing != MOU_STANDING_CLAUSE && before->standing != MOU_STANDING_OPENER &&
         before->standing != MOU_STANDING_DECL)) {
        return false;
    }
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_SYNTAX_COLON, last->span.begin, last->span.end,
        mou_parse_slice(parse, parse->previous.span.begin, parse->previous.span.end), MOU_TEXT(""));
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){last->span, MOU_TEXT(" ")};
    return true;
}

/* `甲，乙` between conditions. */
static bool report_comma(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token != TOK_COMMA || !expects(expected, TOK_AND)) {
        return false;
    }
    mou_parse_report(parse, MOU_DIAG_SYNTAX_COMMA, last->span.begin, last->span.end,
                     found_text(parse, false), MOU_TEXT(""));
    return true;
}

/* `成立日期 日期`: the colon is what makes the line a field or a row. */
static bool report_missing_colon(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    bool alone = expected->count <= 2; /* a target of 对, where nothing else fits */
    if (last->token != TOK_IDENT || !(last->first_on_line || alone) ||
        !expects(expected, TOK_LABEL) || expects(expected, TOK_IDENT)) {
        return false;
    }
    const struct mou_text colon =
        quoted(parse, in_english(parse) ? MOU_TEXT(":") : MOU_TEXT("："));
    (void)report_met(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, colon, colon);
    return true;
}

static bool reads_like_a_name(const struct mou_keyword *keyword)
{
    bool state = keyword->token == TOK_IN_FORCE || keyword->token == TOK_SUSPENDED ||
                 keyword->token == TOK_TO_VERIFY || keyword->token == TOK_PENDING ||
                 keyword->token == TOK_CONTESTED;
    return keyword->standing == MOU_STANDING_DECL || keyword->standing == MOU_STANDING_CLAUSE ||
           state;
}

void mou_parse_unexpected(struct mou_parse *parse, struct mou_span span)
{
    assert(parse != NULL);
    struct mou_text found = quoted(parse, mou_parse_slice(parse, span.begin, span.end));
    mou_parse_report(parse, MOU_DIAG_SYNTAX_UNEXPECTED, span.begin, span.end, found, MOU_TEXT(""))
        ->arguments[3] = found;
}

void mou_parse_keyword_as_name(struct mou_parse *parse, struct mou_span span)
{
    assert(parse != NULL);
    struct mou_text word = mou_parse_slice(parse, span.begin, span.end);
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_KEYWORD_AS_NAME, span.begin, span.end, word, MOU_TEXT(""));
    struct mou_text fixed =
        mou_text_joined(parse, mou_text_joined(parse, MOU_TEXT("「"), word), MOU_TEXT("」"));
    set_fixit(diagnostic, span, fixed);
}

/* A keyword in the middle of a line where a name belongs was meant for one. */
static bool report_keyword_as_name(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    if (last->value.keyword == NULL || last->first_on_line || !expects(expected, TOK_IDENT) ||
        !reads_like_a_name(last->value.keyword)) {
        return false;
    }
    struct mou_text word = mou_parse_slice(parse, last->span.begin, last->span.end);
    if (mou_text_characters(word) < 2) {
        return false;
    }
    mou_parse_keyword_as_name(parse, last->span);
    return true;
}

/* The declaring keyword that `word` is nearest to, within one character in three. */
static struct mou_text nearest_declaration(struct mou_text word)
{
    size_t count;
    const struct mou_keyword *list = mou_keywords(&count);
    unsigned limit = (unsigned)(mou_text_characters(word) / 3 + 1);
    struct mou_text nearest = MOU_TEXT("");
    for (size_t i = 0; i < count; i++) {
        for (int english = 0; english < 2 && list[i].standing == MOU_STANDING_DECL; english++) {
            struct mou_text spelling = mou_keyword_spelling(&list[i], english != 0);
            unsigned distance = mou_text_distance(word, spelling, limit);
            if (distance < limit ||
                (distance == limit && nearest.len == 0 && mou_text_characters(spelling) > 1)) {
                nearest = spelling;
                limit = distance;
            }
        }
    }
    return nearest;
}

/* A word at the margin of the declaring keywords, which is none. */
static bool report_no_declaration(struct mou_parse *parse)
{
    const struct mou_cooked *last = &parse->last;
    bool at_margin = parse->family == 0 || last->column <= parse->family_column;
    if (last->token != TOK_IDENT || !last->first_on_line || !at_margin) {
        return false;
    }
    struct mou_text word = mou_parse_slice(parse, last->span.begin, last->span.end);
    struct mou_text nearest = nearest_declaration(word);
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_NOT_A_DECLARATION, last->span.begin, last->span.end, word, MOU_TEXT(""));
    diagnostic->suggestion = nearest; /* a guess: shown, never carried out */
    return true;
}

void mou_syntax_error(struct mou_parse *parse, const int *expected, size_t expected_count)
{
    assert(parse != NULL && (expected != NULL || expected_count == 0));
    struct expectations expectations = {expected, expected_count};
    parse->recovering = true;
    const struct mou_span *met = &parse->last.span;
    if ((met->begin == parse->synced_at && parse->echoes) ||
        (parse->lexical_begin < met->end && parse->lexical_end > met->begin)) {
        return; /* an echo of the mistake before: where reading went on after it, or in a token that has its message */
    }
    if (!report_synonym(parse, &expectations) && !report_needless_colon(parse, &expectations) &&
        !report_comma(parse, &expectations) && !report_run_together(parse, &expectations) && !report_no_declaration(parse) &&
        !report_missing_colon(parse, &expectations) &&
        !report_keyword_as_name(parse, &expectations)) {
        report_expected(parse, &expectations);
    }
}
