/*
 * Syntax errors that have a message of their own: words run together, prose for keywords, keywords as names, texts without quotation marks, and
 * what begins no declaration or clause. Each mistake is reported once, with its correction where that is certain; the stream then recovers.
 * Called by the parser only.
 */
#include "syntax_error.h"

#include <assert.h>
#include <string.h>

#include "parser.h"
#include "run_together.h"

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
    mou_syntax_fixit(diagnostic, word->span, split.text);
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
    mou_syntax_fixit(diagnostic, word.span, split.text);
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
            bool fits = before ? synonyms[i].token == TOK_IF : mou_syntax_expects(expected, synonyms[i].token);
            if (word->token != TOK_IDENT || word->value.quoted || !fits ||
                !mou_text_equal(word->value.text, mou_text_of(synonyms[i].prose))) {
                continue;
            }
            struct mou_text keyword = mou_text_of(synonyms[i].keyword);
            struct mou_diagnostic *diagnostic =
                mou_parse_report(parse, MOU_DIAG_SYNTAX_SYNONYM, word->span.begin, word->span.end,
                                 word->value.text, keyword);
            if (synonyms[i].token != TOK_IN) {
                mou_syntax_fixit(diagnostic, word->span, keyword);
                mou_amend_keyword(parse, diagnostic, word->span, keyword);
            }
            return true;
        }
    }
    return false;
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
    (void)mou_syntax_report_at(parse, MOU_DIAG_SYNTAX_MISSING, arrow, MOU_TEXT("值"), MOU_TEXT("a value"));
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
    struct mou_text found = mou_syntax_quoted(parse, mou_parse_slice(parse, span.begin, span.end));
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
    mou_syntax_fixit(diagnostic, span, fixed);
}

/* `引用 "词表"`: names are written without quotation marks. */
static bool report_quoted_name(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token != TOK_TEXT || last->first_on_line || last->value.text.len == 0 ||
        !mou_syntax_expects(expected, TOK_IDENT) || mou_syntax_expects(expected, TOK_TEXT) ||
        mou_syntax_expects(expected, TOK_VERBATIM) || mou_syntax_expects(expected, TOK_AND)) {
        return false;
    }
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_QUOTED_TEXT_NAME, last->span.begin, last->span.end,
                         last->value.text, MOU_TEXT(""));
    mou_syntax_fixit(diagnostic, last->span, last->value.text);
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

/* 某部令第45号: the number of an order has no year in brackets, and is written as a text. */
static bool is_order(struct mou_text word)
{
    static const char mark[] = "令第";
    for (size_t at = 0; at + sizeof mark - 1 <= word.len; at++) {
        if (memcmp(word.bytes + at, mark, sizeof mark - 1) == 0) {
            return true;
        }
    }
    return false;
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
    opened = opened || (parse->previous.token == TOK_NUMBER && is_order(last->value.text));
    if (!opened || !word || last->first_on_line || !mou_syntax_expects(expected, TOK_TEXT)) {
        return false;
    }
    struct mou_span rest = rest_of_line(parse, last->span.begin);
    struct mou_text words = {parse->source->bytes + rest.begin, rest.end - rest.begin};
    struct mou_diagnostic *diagnostic = mou_parse_report(
        parse, MOU_DIAG_TEXT_BARE, rest.begin, rest.end, mou_syntax_quoted(parse, words), MOU_TEXT(""));
    struct mou_text text = mou_text_joined(parse, mou_text_joined(parse, MOU_TEXT("\""), words), MOU_TEXT("\""));
    mou_syntax_fixit(diagnostic, rest, text);
    return true;
}

/* A keyword in the middle of a line where a name belongs was meant for one. */
static bool report_keyword_as_name(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    if (last->value.keyword == NULL || last->first_on_line || !mou_syntax_expects(expected, TOK_IDENT) ||
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

/* The clause that the word at the begin of the line was meant for, if the language of offices tells. */
static bool guess_clause(struct mou_parse *parse, const struct expectations *expected,
                         struct mou_text word, struct mou_diagnostic *diagnostic)
{
    const char *called = clause_called(word);
    const struct mou_keyword *keyword =
        called != NULL ? mou_keyword_find(parse->keywords, mou_text_of(called)) : NULL;
    if (keyword == NULL || !mou_syntax_expects(expected, keyword->token)) {
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
    if (!last->first_on_line || declaration == NULL || !mou_syntax_expects(expected, TOK_UNDER) ||
        !mou_syntax_expects(expected, TOK_VERBATIM)) {
        return false;
    }
    struct mou_text word = mou_parse_slice(parse, last->span.begin, last->span.end);
    const struct mou_keyword *keyword = keyword_elsewhere(parse, word);
    bool sentence = last->token == TOK_IDENT || last->token == TOK_LABEL || last->token == TOK_LEFT_PAREN;
    if (keyword == NULL && !sentence) {
        return false;
    }
    struct mou_text name = mou_keyword_spelling(declaration, mou_syntax_in_english(parse));
    struct mou_diagnostic *diagnostic =
        keyword != NULL ? mou_parse_report(parse, MOU_DIAG_CLAUSE_MISPLACED, last->span.begin, last->span.end, name, word)
                        : mou_parse_report(parse, MOU_DIAG_NOT_A_CLAUSE, last->span.begin, last->span.end, word, MOU_TEXT(""));
    /* A sentence, or a word of many uses, may stand for any clause. */
    parse->skipped_anything = parse->skipped_anything || keyword == NULL || keyword->standing != MOU_STANDING_CLAUSE;
    if (!guess_clause(parse, expected, word, diagnostic)) {
        mou_syntax_nearest(parse, expected, diagnostic);
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
    bool told = mou_syntax_report_numbering(parse) || report_synonym(parse, &expectations) || report_twice(parse) || report_no_result(parse) ||
                mou_syntax_report_mark(parse, &expectations) || report_quoted_name(parse, &expectations) || report_bare_text(parse, &expectations) ||
                report_run_together(parse, &expectations) || report_no_declaration(parse) ||
                mou_syntax_report_missing_colon(parse, &expectations) ||
                report_keyword_as_name(parse, &expectations) ||
                mou_syntax_report_condition(parse, &expectations) || report_no_clause(parse, &expectations);
    if (!told) {
        mou_syntax_report_expected(parse, &expectations);
        /* The rest of a line that ought to have ended may stand for any clause. */
        parse->skipped_anything = parse->skipped_anything ||
                                  (!parse->last.first_on_line && mou_syntax_expects(&expectations, TOK_UNDER) && mou_syntax_expects(&expectations, TOK_VERBATIM));
    }
}
