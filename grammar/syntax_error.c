/*
 * The wording of syntax errors: what was met and what would fit, in the spelling of the file, never
 * more than four words. A word that runs a keyword together with another, a keyword used as a name
 * and a misspelt declaration get messages of their own, with the correction. Each mistake is
 * reported once; the stream then recovers. Called by the parser only.
 */
#include "amend.h"

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

static struct mou_text text_of_token(struct mou_parse *parse, const struct mou_cooked *token,
                                     bool english)
{
    if (token->token == TOK_END) {
        return english ? MOU_TEXT("the end of the file") : MOU_TEXT("文件结尾");
    }
    return quoted(parse, mou_parse_slice(parse, token->span.begin, token->span.end));
}

static struct mou_text found_text(struct mou_parse *parse, bool english)
{
    return text_of_token(parse, &parse->last, english);
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
static struct mou_diagnostic *report_at(struct mou_parse *parse, enum mou_diag_code code,
                                        const struct mou_cooked *token, struct mou_text zh,
                                        struct mou_text en)
{
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, code, token->span.begin, token->span.end, text_of_token(parse, token, false), zh);
    diagnostic->arguments[2] = en;
    diagnostic->arguments[3] = text_of_token(parse, token, true);
    return diagnostic;
}

static struct mou_diagnostic *report_met(struct mou_parse *parse, enum mou_diag_code code,
                                         struct mou_text zh, struct mou_text en)
{
    return report_at(parse, code, &parse->last, zh, en);
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
        report_at(parse, MOU_DIAG_SYNTAX_MISSING, before, zh, en);
    if (before->token == TOK_COMMA || before->token == TOK_SEMICOLON) {
        mou_amend(parse, diagnostic, before->span, MOU_READ_DROPPED);
    }
}

/* Nothing is listed behind a complete expression: too much could follow to be of help. */
static void report_expected(struct mou_parse *parse, const struct expectations *expected)
{
    struct groups groups = find_groups(expected);
    const struct mou_text zh = expected_words(parse, &groups, expected, false);
    const struct mou_text en = expected_words(parse, &groups, expected, true);
    if (zh.len == 0) {
        bool inner = groups.operators && !parse->last.first_on_line && parse->last.token != TOK_END;
        enum mou_diag_code code = inner ? MOU_DIAG_SYNTAX_NO_OPERATOR : MOU_DIAG_SYNTAX_UNEXPECTED;
        add_nearest(parse, expected, report_met(parse, code, zh, en));
    } else if (is_missing_before(parse, &groups)) {
        report_missing(parse, zh, en);
    } else {
        add_nearest(parse, expected, report_met(parse, MOU_DIAG_SYNTAX_EXPECTED, zh, en));
    }
}

/* ------------------------------------------------------------------ messages of their own */

/* What official prose calls what a clause says; a guess of what the line was meant for. */
static const struct {
    const char *prose;
    const char *keyword;
} clause_words[] = {{"期限", "为期"},     {"有效期", "为期"},   {"时间", "为期"},     {"根据", "依据"},
                    {"法律依据", "依据"}, {"事由", "因"},       {"理由", "因"},       {"原因", "因"},
                    {"条件", "当"},       {"情形", "当"},       {"例外", "除非"},     {"对象", "对"},
                    {"适用对象", "对"},   {"实施机关", "由"},   {"实施单位", "由"},   {"责任单位", "由"},
                    {"目录项", "措施"},   {"措施编号", "措施"}, {"名称", "标题"},     {"发文字号", "文号"},
                    {"实施", "施行"},     {"施行日期", "施行"}, {"生效日期", "施行"}, {"实施日期", "施行"},
                    {"废除", "废止"},     {"牵头单位", "牵头"}, {"会签", "联签"},     {"救济途径", "救济"},
                    {"起始日期", "自"},   {"截止日期", "至"},   {"列入名单", "列入"}, {"期望", "应有"},
                    {"预期", "应有"},     {"不应有", "应无"},   {"应当有", "应有"},   {"日期", "于"}};

/* The clause that official prose calls so, NULL if none. */
static const char *clause_called(struct mou_text word)
{
    for (size_t i = 0; i < sizeof(clause_words) / sizeof(clause_words[0]); i++) {
        if (mou_text_equal(word, mou_text_of(clause_words[i].prose))) {
            return clause_words[i].keyword;
        }
    }
    return NULL;
}

/* 当履行情况 不是: the word met, or the one before it, may hide a keyword. */
static bool report_run_together(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *word = &parse->last;
    struct mou_split split;
    if (word->first_on_line && clause_called(word->value.text) != NULL) {
        return false;
    }
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
    mou_amend_split(parse, diagnostic, word->span, split.text);
    return true;
}

static bool opens_line(const struct mou_parse *parse, uint32_t begin)
{
    const char *bytes = parse->source->bytes;
    while (begin > 0 && (bytes[begin - 1] == ' ' || bytes[begin - 1] == '\t')) {
        begin--;
    }
    return begin == 0 || bytes[begin - 1] == '\n';
}

void mou_parse_alias(struct mou_parse *parse, const struct mou_name *alias)
{
    assert(parse != NULL && alias != NULL);
    struct mou_cooked word = {.token = TOK_IDENT, .span = alias->span, .first_on_line = true};
    struct mou_split split;
    word.value.text = alias->text;
    if (!opens_line(parse, alias->span.begin) || !mou_split_clause(parse, &word, &split)) {
        return;
    }
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_SYNTAX_RUN_TOGETHER, word.span.begin, word.span.end, alias->text, split.keyword);
    set_fixit(diagnostic, word.span, split.text);
    mou_amend_split(parse, diagnostic, word.span, split.text);
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
                mou_amend_keyword(parse, diagnostic, word->span, keyword);
            }
            return true;
        }
    }
    return false;
}

/* A mark that says nothing: it is left out in the next reading, and by --fix. */
static void report_needless(struct mou_parse *parse, const struct mou_cooked *before,
                            struct mou_span mark)
{
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_SYNTAX_COLON, mark.begin, mark.end,
                         mou_parse_slice(parse, before->span.begin, before->span.end),
                         mou_parse_slice(parse, mark.begin, mark.end));
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){mark, MOU_TEXT(" ")};
    mou_amend(parse, diagnostic, mark, MOU_READ_DROPPED);
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
    report_needless(parse, &parse->previous, last->span);
    return true;
}

/* `列入 列入 黑名单` */
static bool report_twice(struct mou_parse *parse)
{
    const struct mou_cooked *last = &parse->last;
    if (last->value.keyword == NULL || last->value.keyword != parse->previous.value.keyword ||
        last->first_on_line) {
        return false;
    }
    struct mou_text word = mou_parse_slice(parse, last->span.begin, last->span.end);
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_CLAUSE_REPEATED, last->span.begin, last->span.end, word, MOU_TEXT(""));
    diagnostic->second = parse->previous.span;
    diagnostic->has_fixit = true;
    diagnostic->fixit = (struct mou_fixit){last->span, MOU_TEXT("")};
    mou_amend(parse, diagnostic, last->span, MOU_READ_DROPPED);
    return true;
}

/* `一般 | 任意 =>` and nothing: the next row's first cell was read as the result. */
static bool report_no_result(struct mou_parse *parse)
{
    const struct mou_cooked *arrow = &parse->before_previous;
    if (parse->last.token != TOK_BAR || !parse->previous.first_on_line ||
        arrow->token != TOK_ARROW) {
        return false;
    }
    (void)report_at(parse, MOU_DIAG_SYNTAX_MISSING, arrow, MOU_TEXT("值"), MOU_TEXT("a value"));
    return true;
}

static bool in_world(const struct mou_parse *parse)
{
    return parse->family == TOK_TEST || parse->family == TOK_FIXTURE;
}

/* `罚款金额：5万元`, `罚款金额 = 5万元`: a value stands behind its field's name, without a mark. */
static bool report_mark_in_value(struct mou_parse *parse)
{
    const struct mou_cooked *last = &parse->last;
    if (!in_world(parse)) {
        return false;
    }
    if (last->token == TOK_LABEL && parse->previous.token == TOK_COMMA && !last->first_on_line) {
        const struct mou_raw *colon = mou_stream_next(parse);
        report_needless(parse, last, mou_parse_span(parse, colon->begin, colon->end));
        return true;
    }
    if (last->token == TOK_ASSIGN && parse->previous.token == TOK_IDENT) {
        report_needless(parse, &parse->previous, last->span);
        return true;
    }
    return false;
}

/* `因 失信单位；`: nothing ends a clause but the next one. */
static bool report_mark_at_end(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    const struct mou_raw *next = mou_stream_next(parse);
    bool ends = next->first_on_line || next->kind == MOU_RAW_END;
    if (last->token != TOK_SEMICOLON || !ends || last->first_on_line ||
        expects(expected, TOK_SEMICOLON)) {
        return false;
    }
    report_needless(parse, &parse->previous, last->span);
    return true;
}

/* `自然人：本人、单位：本单位`: one kind of subject is told from the next by a semicolon. */
static bool report_target_mark(struct mou_parse *parse)
{
    const struct mou_cooked *mark = &parse->previous;
    bool measure = parse->family == TOK_SANCTION || parse->family == TOK_INCENTIVE;
    if (!measure || parse->last.token != TOK_LABEL || mark->token != TOK_COMMA) {
        return false;
    }
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_SYNTAX_TARGETS, mark->span.begin, mark->span.end,
                         mou_parse_slice(parse, mark->span.begin, mark->span.end), MOU_TEXT(""));
    set_fixit(diagnostic, mark->span, in_english(parse) ? MOU_TEXT("; ") : MOU_TEXT("；"));
    mou_amend_mark(parse, diagnostic, mark->span, MOU_READ_SYMBOL, TOK_SEMICOLON);
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

/* The token is read with a colon behind, or with a colon for the mark that stands there. */
static void amend_colon(struct mou_parse *parse, struct mou_diagnostic *diagnostic,
                        const struct mou_cooked *token, bool adjoins)
{
    const struct mou_raw *next = mou_stream_next(parse);
    bool goes_on = next->kind != MOU_RAW_END && !next->first_on_line;
    bool mark = adjoins && next->kind == MOU_RAW_SYMBOL && !next->first_on_line &&
                (next->token == TOK_SEMICOLON || next->token == TOK_DOT || next->token == TOK_ASSIGN);
    struct mou_text colon = in_english(parse) ? MOU_TEXT(": ") : MOU_TEXT("： ");
    struct mou_span name = token->span;
    if (mark) {
        struct mou_span span = mou_parse_span(parse, next->begin, next->end);
        set_fixit(diagnostic, span, colon);
        mou_amend_mark(parse, diagnostic, span, MOU_READ_SYMBOL, TOK_COLON);
        return;
    }
    if (adjoins && (!goes_on || next->kind == MOU_RAW_SYMBOL)) {
        return; /* what should stand behind the colon is missing, too */
    }
    struct mou_text written = mou_parse_slice(parse, name.begin, name.end);
    set_fixit(diagnostic, name, mou_text_joined(parse, written, colon));
    mou_amend_mark(parse, diagnostic, name, MOU_READ_WITH_MARK, TOK_COLON);
}

/* `成立日期 日期`: the colon is what makes the line a field or a row. */
static bool report_missing_colon(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    /* A target of 对, where nothing else fits, or at most the next clause. */
    bool alone = expected->count <= 2 || parse->previous.token == TOK_SEMICOLON;
    if (last->token != TOK_IDENT || !(last->first_on_line || alone) ||
        !expects(expected, TOK_LABEL) || expects(expected, TOK_IDENT)) {
        return false;
    }
    const struct mou_text colon =
        quoted(parse, in_english(parse) ? MOU_TEXT(":") : MOU_TEXT("："));
    amend_colon(parse, report_met(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, colon, colon), last, true);
    return true;
}

/* `行政处罚 文号 "…"` in a test: the row's type needs its colon. */
static bool report_row_colon(struct mou_parse *parse)
{
    const struct mou_cooked *row = &parse->before_previous;
    bool value = parse->last.token == TOK_TEXT || parse->last.token == TOK_DATE ||
                 parse->last.token == TOK_MONEY || parse->last.token == TOK_INTEGER;
    if (!in_world(parse) || !value || parse->last.first_on_line || row->token != TOK_IDENT ||
        !row->first_on_line || parse->previous.token != TOK_IDENT || parse->previous.first_on_line) {
        return false;
    }
    const struct mou_text colon =
        quoted(parse, in_english(parse) ? MOU_TEXT(":") : MOU_TEXT("："));
    struct mou_diagnostic *diagnostic =
        report_at(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, row, colon, colon);
    amend_colon(parse, diagnostic, row, false);
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

void mou_parse_missing_comma(struct mou_parse *parse, struct mou_span value)
{
    assert(parse != NULL);
    struct mou_text written = mou_parse_slice(parse, value.begin, value.end);
    struct mou_text comma = in_english(parse) ? MOU_TEXT(",") : MOU_TEXT("、");
    struct mou_text found = quoted(parse, written);
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, value.begin, value.end, found, quoted(parse, comma));
    diagnostic->arguments[2] = diagnostic->arguments[1];
    diagnostic->arguments[3] = found;
    set_fixit(diagnostic, value, mou_text_joined(parse, written, comma));
    mou_amend_mark(parse, diagnostic, value, MOU_READ_WITH_MARK, TOK_COMMA);
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

/* `引用 "词表"`: names are written without quotation marks. */
static bool report_quoted_name(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token != TOK_TEXT || last->first_on_line || last->value.text.len == 0 ||
        !expects(expected, TOK_IDENT) || expects(expected, TOK_TEXT) ||
        expects(expected, TOK_VERBATIM) || expects(expected, TOK_AND)) {
        return false;
    }
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_QUOTED_TEXT_NAME, last->span.begin, last->span.end,
                         last->value.text, MOU_TEXT(""));
    set_fixit(diagnostic, last->span, last->value.text);
    mou_amend(parse, diagnostic, last->span, MOU_READ_NAME);
    return true;
}

/* What stands from `begin` to the end of its line, without a remark and the blanks before it. */
static struct mou_span rest_of_line(struct mou_parse *parse, uint32_t begin)
{
    const char *bytes = parse->source->bytes; /* the scanner writes its end marks into its copy */
    uint32_t end = begin;
    while (end < parse->len && bytes[end] != '\n' && bytes[end] != '\r' && bytes[end] != '#' &&
           bytes[end] != '"') {
        end++;
    }
    while (end > begin && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
        end--;
    }
    return mou_parse_span(parse, begin, end);
}

/* `救济 依法申请行政复议`: a sentence stands in quotation marks. */
static bool report_bare_text(struct mou_parse *parse, const struct expectations *expected)
{
    static const int openers[] = {TOK_TITLE, TOK_REMEDY, TOK_VERBATIM, TOK_TEST, TOK_ASSERT, TOK_VERSION};
    const struct mou_cooked *last = &parse->last;
    bool opened = false;
    for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
        opened = opened || parse->previous.token == openers[i];
    }
    bool word = last->token == TOK_IDENT || last->token == TOK_LAW_TITLE;
    if (!opened || !word || last->first_on_line || !expects(expected, TOK_TEXT)) {
        return false;
    }
    struct mou_span rest = rest_of_line(parse, last->span.begin);
    struct mou_text words = {parse->source->bytes + rest.begin, rest.end - rest.begin};
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_TEXT_BARE, rest.begin, rest.end, quoted(parse, words), MOU_TEXT(""));
    struct mou_text text = mou_text_joined(parse, mou_text_joined(parse, MOU_TEXT("\""), words), MOU_TEXT("\""));
    set_fixit(diagnostic, rest, text);
    return true;
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

/* The token at the margin of the declaring keywords that is none: the one met, or the one before. */
static const struct mou_cooked *at_margin(const struct mou_parse *parse)
{
    const struct mou_cooked *last = &parse->last;
    const struct mou_cooked *before = &parse->previous;
    bool met = parse->family == 0 || last->column <= parse->family_column;
    if (last->token == TOK_IDENT && last->first_on_line && met) {
        return last;
    }
    bool opened = before->token == TOK_IDENT && before->first_on_line && parse->family != 0 &&
                  before->column <= parse->family_column && !last->first_on_line;
    return opened && nearest_declaration(mou_parse_slice(parse, before->span.begin, before->span.end)).len != 0 ? before : NULL;
}

/* A word at the margin of the declaring keywords, which is none. */
static bool report_no_declaration(struct mou_parse *parse)
{
    const struct mou_cooked *token = at_margin(parse);
    if (token == NULL) {
        return false;
    }
    struct mou_text word = mou_parse_slice(parse, token->span.begin, token->span.end);
    struct mou_text nearest = nearest_declaration(word);
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_NOT_A_DECLARATION, token->span.begin, token->span.end, word, MOU_TEXT(""));
    diagnostic->suggestion = nearest; /* a guess: shown, never carried out */
    if (nearest.len != 0) {
        mou_amend_keyword(parse, diagnostic, token->span, nearest);
    }
    return true;
}

/* `200,000元`: digits are not grouped by commas. */
static bool report_grouped(struct mou_parse *parse)
{
    const struct mou_cooked *last = &parse->last;
    const struct mou_cooked *comma = &parse->previous;
    const struct mou_cooked *first = &parse->before_previous;
    if (last->token != TOK_MONEY || comma->token != TOK_COMMA || first->token != TOK_INTEGER ||
        first->span.end != comma->span.begin || comma->span.end != last->span.begin) {
        return false;
    }
    struct mou_text written = mou_parse_slice(parse, first->span.begin, last->span.end);
    struct mou_text digits = mou_parse_slice(parse, first->span.begin, first->span.end);
    struct mou_text rest = mou_parse_slice(parse, last->span.begin, last->span.end);
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_NUMBER_GROUPED, first->span.begin, last->span.end, written, MOU_TEXT(""));
    set_fixit(diagnostic, diagnostic->span, mou_text_joined(parse, digits, rest));
    return true;
}

/* The clause that the word at the begin of the line was meant for, if the language of offices tells. */
static bool guess_clause(struct mou_parse *parse, const struct expectations *expected,
                         struct mou_text word, struct mou_diagnostic *diagnostic)
{
    const char *called = clause_called(word);
    const struct mou_keyword *keyword =
        called != NULL ? mou_keyword_find(parse->keywords, mou_text_of(called)) : NULL;
    if (keyword == NULL || !expects(expected, keyword->token)) {
        return false;
    }
    diagnostic->suggestion = mou_text_of(called); /* shown, never carried out */
    mou_amend_keyword(parse, diagnostic, parse->last.span, diagnostic->suggestion);
    return true;
}

/* The keyword that the word is where it has a place, be it soft. */
static const struct mou_keyword *keyword_elsewhere(struct mou_parse *parse, struct mou_text word)
{
    const struct mou_keyword *keyword = parse->last.value.keyword;
    if (keyword == NULL && parse->last.token == TOK_IDENT && !parse->last.value.quoted) {
        keyword = mou_keyword_find(parse->keywords, word); /* 标题 is a name outside heads */
    }
    return keyword != NULL && keyword->standing != MOU_STANDING_NAME ? keyword : NULL;
}

/* A clause of another sort of declaration, or a sentence, where a clause belongs. */
static bool report_no_clause(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    const struct mou_keyword *declaration = mou_keyword_of_token(parse->family);
    if (!last->first_on_line || declaration == NULL || !expects(expected, TOK_UNDER) ||
        !expects(expected, TOK_VERBATIM)) {
        return false;
    }
    struct mou_text word = mou_parse_slice(parse, last->span.begin, last->span.end);
    const struct mou_keyword *keyword = keyword_elsewhere(parse, word);
    bool sentence = last->token == TOK_IDENT || last->token == TOK_LABEL || last->token == TOK_LEFT_PAREN;
    if (keyword == NULL && !sentence) {
        return false;
    }
    struct mou_text name = mou_keyword_spelling(declaration, in_english(parse));
    struct mou_diagnostic *diagnostic =
        keyword != NULL ? mou_parse_report(parse, MOU_DIAG_CLAUSE_MISPLACED, last->span.begin, last->span.end, name, word)
                        : mou_parse_report(parse, MOU_DIAG_NOT_A_CLAUSE, last->span.begin, last->span.end, word, MOU_TEXT(""));
    /* A sentence, or a word of many uses, may stand for any clause. */
    parse->skipped_anything = parse->skipped_anything || keyword == NULL || keyword->standing != MOU_STANDING_CLAUSE;
    if (!guess_clause(parse, expected, word, diagnostic)) {
        add_nearest(parse, expected, diagnostic);
    }
    return true;
}

static bool is_amended_here(const struct mou_parse *parse)
{
    return mou_is_amended(parse, parse->last.span) ||
           (!parse->last.first_on_line && mou_is_amended(parse, parse->previous.span));
}

void mou_syntax_error(struct mou_parse *parse, const int *expected, size_t expected_count)
{
    assert(parse != NULL && (expected != NULL || expected_count == 0));
    struct expectations expectations = {expected, expected_count};
    parse->recovering = true;
    const struct mou_span *met = &parse->last.span;
    if ((met->begin == parse->synced_at && parse->echoes) ||
        (parse->lexical_begin <= met->end && parse->lexical_end > met->begin)) {
        return; /* an echo of the mistake before: where reading went on after it, or in a token that has its message */
    }
    if (is_amended_here(parse)) {
        parse->skipped_anything = true;
        return; /* that the reading taken for the mistake does not fit either is no second mistake */
    }
    bool told = report_synonym(parse, &expectations) || report_needless_colon(parse, &expectations) ||
                report_twice(parse) || report_no_result(parse) ||
                report_mark_in_value(parse) || report_mark_at_end(parse, &expectations) ||
                report_target_mark(parse) || report_grouped(parse) || report_comma(parse, &expectations) ||
                report_quoted_name(parse, &expectations) || report_bare_text(parse, &expectations) ||
                report_run_together(parse, &expectations) || report_no_declaration(parse) ||
                report_missing_colon(parse, &expectations) || report_row_colon(parse) ||
                report_keyword_as_name(parse, &expectations) || report_no_clause(parse, &expectations);
    if (!told) {
        report_expected(parse, &expectations);
        /* The rest of a line that ought to have ended may stand for any clause. */
        parse->skipped_anything = parse->skipped_anything ||
                                  (!parse->last.first_on_line && expects(&expectations, TOK_UNDER) && expects(&expectations, TOK_VERBATIM));
    }
}
