/*
 * The token stream: raw tokens in, the grammar's tokens out. It joins keywords of several words and
 * numbers with their units, lets soft keywords be names where only a name fits, limits nesting, and
 * finds the place where reading goes on after a mistake. It is the parser's mou_yylex; nobody else
 * calls it.
 */
#include "amend.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

/*
 * Prefix words and parentheses of one clause; each takes a few places on the parser's stack of
 * YYMAXDEPTH.
 */
#define PREFIXES_MAX 1000
/* How often recovery may stop at one place. */
#define SYNCS_MAX 3

int mou_yylex(union mou_semantic *value, struct mou_span *span, struct mou_parse *parse);

/* ------------------------------------------------------------------ raw tokens with look-ahead */

static const struct mou_raw *peek(struct mou_parse *parse, size_t index)
{
    assert(index < MOU_RAW_LOOKAHEAD);
    while (parse->ahead_count <= index) {
        if (parse->ahead_count > 0 && parse->ahead[parse->ahead_count - 1].kind == MOU_RAW_END) {
            return &parse->ahead[parse->ahead_count - 1];
        }
        mou_amend_lex(parse, &parse->ahead[parse->ahead_count]);
        parse->ahead_count++;
    }
    return &parse->ahead[index];
}

const struct mou_raw *mou_stream_next(struct mou_parse *parse)
{
    assert(parse != NULL);
    return peek(parse, 0);
}

static struct mou_raw take(struct mou_parse *parse)
{
    struct mou_raw raw = *peek(parse, 0);
    if (raw.kind != MOU_RAW_END) {
        parse->ahead_count--;
        memmove(parse->ahead, parse->ahead + 1, parse->ahead_count * sizeof(parse->ahead[0]));
    }
    return raw;
}

static bool next_is(struct mou_parse *parse, int symbol)
{
    const struct mou_raw *raw = peek(parse, 0);
    return raw->kind == MOU_RAW_SYMBOL && raw->token == symbol;
}

static struct mou_text text_of(const struct mou_parse *parse, const struct mou_raw *raw)
{
    return mou_parse_slice(parse, raw->begin, raw->end);
}

static struct mou_cooked cook(const struct mou_parse *parse, const struct mou_raw *raw, int token)
{
    struct mou_cooked cooked = {.token = token,
                                .span = mou_parse_span(parse, raw->begin, raw->end),
                                .column = raw->begin - raw->line_begin,
                                .first_on_line = raw->first_on_line};
    cooked.value.ratio.den = 1;
    return cooked;
}

/* ------------------------------------------------------------------ words */

/*
 * True if only blanks lie between: a keyword of several words does not run over a line or a
 * comment.
 */
static bool on_one_line(const struct mou_parse *parse, uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at < to; at++) {
        if (parse->text[at] != ' ' && parse->text[at] != '\t') {
            return false;
        }
    }
    return from < to;
}

/*
 * The longest keyword of several words that begins with `first`; *words its number of further raw
 * tokens.
 */
static const struct mou_keyword *find_phrase(struct mou_parse *parse, const struct mou_raw *first,
                                             size_t *words)
{
    char spelling[MOU_KEYWORD_BYTES_MAX + 1];
    struct mou_text word = text_of(parse, first);
    size_t len = word.len;
    const struct mou_keyword *found = NULL;
    memcpy(spelling, word.bytes, len);
    uint32_t end = first->end;
    for (size_t i = 0; i + 1 < MOU_PHRASE_WORDS_MAX; i++) {
        const struct mou_raw *next = peek(parse, i);
        struct mou_text more = text_of(parse, next);
        if (next->kind != MOU_RAW_WORD || !on_one_line(parse, end, next->begin) ||
            len + 1 + more.len > MOU_KEYWORD_BYTES_MAX) {
            break;
        }
        spelling[len++] = ' ';
        memcpy(spelling + len, more.bytes, more.len);
        len += more.len;
        end = next->end;
        const struct mou_keyword *keyword =
            mou_keyword_find(parse->keywords, (struct mou_text){spelling, len});
        if (keyword != NULL) {
            found = keyword;
            *words = i + 1;
        }
    }
    return found;
}

static bool is_ascii(struct mou_text text)
{
    return text.len > 0 && (unsigned char)text.bytes[0] < 0x80;
}

static bool is_declaration(int token)
{
    const struct mou_keyword *keyword = mou_keyword_of_token(token);
    return keyword != NULL && keyword->standing == MOU_STANDING_DECL;
}

/* A declaring keyword that names what is meant instead: 每个 惩戒, 解除 惩戒. */
static bool is_mention(int before, bool first_on_line)
{
    if (first_on_line) {
        return false;
    }
    return before == TOK_SOME || before == TOK_EVERY || before == TOK_NO || before == TOK_LIFTED;
}

/*
 * In the middle of a line and without anything that it could declare, a declaring keyword is a
 * code's name: `机关 = 4`, `是 机关`.
 */
static bool declares_nothing(struct mou_parse *parse, const struct mou_raw *raw)
{
    const struct mou_raw *next = peek(parse, 0);
    if (raw->first_on_line || is_mention(parse->last.token, raw->first_on_line)) {
        return false;
    }
    if (next->first_on_line || next->kind == MOU_RAW_SYMBOL || next->kind == MOU_RAW_END) {
        return true;
    }
    const struct mou_keyword *keyword =
        next->kind == MOU_RAW_WORD ? mou_keyword_find(parse->keywords, text_of(parse, next)) : NULL;
    return keyword != NULL && mou_keyword_reserved(keyword);
}

/* Clauses of heads and of vocabulary, by declaration. */
static bool opens_part(int token, int family)
{
    switch (family) {
    case TOK_PACK:
        return token == TOK_VERSION;
    case TOK_SUBJECT_KIND:
        return token == TOK_IDENTIFIED_BY;
    case TOK_ATTRIBUTES:
    case TOK_RECORD:
        return token == TOK_SOURCE || token == TOK_PART_OF || token == TOK_INSTRUMENT ||
               token == TOK_MADE || token == TOK_SERVED || token == TOK_ACT || token == TOK_VALID;
    case TOK_RELATION:
        return token == TOK_FROM_KIND || token == TOK_TO_KIND || token == TOK_INVERSE;
    case TOK_CATALOGUE:
        return token == TOK_VERSION || token == TOK_FROM || token == TOK_INCOMPATIBLE;
    case TOK_CALENDAR:
        return token == TOK_FROM || token == TOK_HOLIDAYS || token == TOK_WORKDAYS;
    case TOK_STATUTE:
        return token == TOK_EFFECTIVE || token == TOK_REPEALED;
    case TOK_MEMORANDUM:
        return token == TOK_TITLE || token == TOK_NUMBER || token == TOK_LEAD ||
               token == TOK_SIGNED_BY || token == TOK_EFFECTIVE || token == TOK_REPEALED ||
               token == TOK_REPLACES || token == TOK_VERSION || token == TOK_LIGHTER_LAW ||
               token == TOK_OBJECTION;
    default:
        return false;
    }
}

static bool opens_rule_clause(int token)
{
    return token == TOK_DOMAIN || token == TOK_TIER || token == TOK_JURISDICTION ||
           token == TOK_PUBLISH || token == TOK_SHARE;
}

/*
 * `记录： 文本`: a reserved word as a field's name is reported here and then read as the name that it
 * was meant for.
 */
static bool labels_field(struct mou_parse *parse, const struct mou_raw *raw)
{
    bool fields = parse->family == TOK_RECORD || parse->family == TOK_ATTRIBUTES ||
                  parse->family == TOK_RELATION;
    if (!fields || !next_is(parse, TOK_COLON)) {
        return false;
    }
    mou_parse_keyword_as_name(parse, mou_parse_span(parse, raw->begin, raw->end));
    return true;
}

/*
 * A soft keyword is a name where no keyword could stand: behind a declaring keyword, a comma or a
 * dot, before a colon or a dot.
 */
static bool is_name_here(struct mou_parse *parse, const struct mou_keyword *keyword,
                         const struct mou_raw *raw)
{
    if (keyword->standing == MOU_STANDING_CALL) {
        return !next_is(parse, TOK_LEFT_PAREN);
    }
    if (keyword->standing == MOU_STANDING_DECL && declares_nothing(parse, raw)) {
        return true;
    }
    if (mou_keyword_reserved(keyword)) {
        return (parse->last.token == TOK_DOT && !raw->first_on_line) || labels_field(parse, raw);
    }
    int before = parse->last.token;
    /*
     * Those of heads and vocabulary open their part anywhere in it, those of rules at the beginning
     * of a line.
     */
    bool opens = opens_part(keyword->token, parse->family) ||
                 (opens_rule_clause(keyword->token) && raw->first_on_line);
    if (keyword->standing == MOU_STANDING_OPENER && !opens) {
        return true;
    }
    return next_is(parse, TOK_COLON) || next_is(parse, TOK_DOT) ||
           (parse->family == TOK_CODES && next_is(parse, TOK_ASSIGN)) || before == TOK_DOT ||
           before == TOK_COMMA || (!raw->first_on_line && parse->family == before && before != 0);
}

static struct mou_cooked cook_name(struct mou_parse *parse, const struct mou_raw *raw)
{
    struct mou_cooked cooked = cook(parse, raw, TOK_IDENT);
    cooked.value.text = mou_scan_name(parse, raw->begin, raw->end, false);
    if (next_is(parse, TOK_COLON)) {
        cooked.token = TOK_LABEL;
    }
    return cooked;
}

/* `no` before something that it can range over is the quantifier 无, else the value 否. */
static bool has_range_behind(struct mou_parse *parse)
{
    const struct mou_raw *next = peek(parse, 0);
    if (next->kind != MOU_RAW_WORD) {
        return next->kind == MOU_RAW_QUOTED;
    }
    const struct mou_keyword *keyword = mou_keyword_find(parse->keywords, text_of(parse, next));
    return keyword == NULL || keyword->token == TOK_SANCTION || keyword->token == TOK_INCENTIVE ||
           !(mou_keyword_reserved(keyword) ||
             (keyword->standing == MOU_STANDING_OPENER && next->first_on_line));
}

/*
 * English has two words of two meanings each. `within` opens the clause 时限 before `from`, else it
 * says 在 … 内.
 */
static int token_of(struct mou_parse *parse, const struct mou_keyword *keyword,
                    struct mou_text spelling)
{
    if (keyword->token == TOK_WITHIN && is_ascii(spelling)) {
        const struct mou_raw *next = peek(parse, 0);
        const struct mou_keyword *after =
            next->kind == MOU_RAW_WORD ? mou_keyword_find(parse->keywords, text_of(parse, next))
                                       : NULL;
        return after != NULL && after->token == TOK_FROM ? TOK_WITHIN : TOK_INSIDE;
    }
    if (keyword->token == TOK_NO && is_ascii(spelling)) {
        return has_range_behind(parse) ? TOK_NO : TOK_NO_VALUE;
    }
    return keyword->token;
}

static struct mou_cooked cook_keyword(struct mou_parse *parse, const struct mou_raw *raw,
                                      const struct mou_keyword *keyword)
{
    struct mou_text spelling = text_of(parse, raw);
    struct mou_cooked cooked = cook(parse, raw, token_of(parse, keyword, spelling));
    cooked.value.text = spelling;
    cooked.value.keyword = keyword;
    if (is_ascii(spelling)) {
        parse->english_keywords++;
    } else {
        parse->chinese_keywords++;
    }
    return cooked;
}

/* 两次 is the number 2; but before = it is a name, as in a code table. */
static bool counts_times(struct mou_parse *parse, struct mou_text word, int64_t *value)
{
    struct mou_text times = MOU_TEXT("次");
    if (word.len <= times.len ||
        memcmp(word.bytes + word.len - times.len, times.bytes, times.len) != 0) {
        return false;
    }
    return mou_literal_chinese_number((struct mou_text){word.bytes, word.len - times.len}, value) &&
           !next_is(parse, TOK_ASSIGN);
}

/* 百分之十 */
static bool is_chinese_percent(struct mou_text word)
{
    struct mou_text percent = MOU_TEXT("百分之");
    int64_t value;
    return word.len > percent.len && memcmp(word.bytes, percent.bytes, percent.len) == 0 &&
           mou_literal_chinese_number(
               (struct mou_text){word.bytes + percent.len, word.len - percent.len}, &value);
}

static struct mou_cooked cook_word(struct mou_parse *parse, struct mou_raw *raw)
{
    struct mou_text word = text_of(parse, raw);
    const struct mou_keyword *keyword = NULL;
    size_t further = 0;
    if (raw->keyword != NULL) {
        return cook_keyword(parse, raw, raw->keyword);
    }
    if (mou_keyword_begins_phrase(parse->keywords, word)) {
        keyword = find_phrase(parse, raw, &further);
    }
    if (keyword != NULL) {
        for (size_t i = 0; i < further; i++) {
            raw->end = take(parse).end;
        }
    } else {
        keyword = mou_keyword_find(parse->keywords, word);
    }
    if (keyword != NULL && !is_name_here(parse, keyword, raw)) {
        return cook_keyword(parse, raw, keyword);
    }
    struct mou_cooked cooked = cook(parse, raw, TOK_INTEGER);
    if (counts_times(parse, word, &cooked.value.integer)) {
        return cooked;
    }
    if (is_chinese_percent(word)) {
        mou_literal_ratio(parse, cooked.span, &cooked);
        return cooked;
    }
    if (mou_literal_chinese_date(parse, word, cooked.span, &cooked)) {
        return cooked;
    }
    return cook_name(parse, raw);
}

/* ------------------------------------------------------------------ numbers and their units */

/* What the unit of everyday speech is called here; empty where it is none. */
static struct mou_text unit_meant(struct mou_text suffix)
{
    static const struct {
        const char *said;
        const char *unit;
    } units[] = {{"万", "万元"}, {"亿", "亿元"}, {"块", "元"}, {"天", "日"}, {"月", "个月"}, {"万块", "万元"}, {"圆", "元"}, {"元整", "元"}, {"万元整", "万元"}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (mou_text_equal(suffix, mou_text_of(units[i].said))) {
            return mou_text_of(units[i].unit);
        }
    }
    return MOU_TEXT("");
}

static void report_suffix(struct mou_parse *parse, const struct mou_raw *suffix)
{
    if (suffix->line_begin != parse->skipped_line) {
        const struct mou_text text = text_of(parse, suffix);
        struct mou_diagnostic *diagnostic =
            mou_parse_report(parse, MOU_DIAG_NUMBER_SUFFIX, suffix->begin, suffix->end, text, MOU_TEXT(""));
        diagnostic->suggestion = unit_meant(text); /* a guess: shown, never carried out */
        if (mou_text_equal(text, MOU_TEXT("整")) || mou_text_equal(text, MOU_TEXT("正"))) { /* 5万元整 */
            diagnostic->has_fixit = true;
            diagnostic->fixit = (struct mou_fixit){diagnostic->span, MOU_TEXT("")};
        }
    }
}

/*
 * A word right behind a literal, without a blank, must be a word of its own: a keyword that Chinese
 * puts there, as in 3年 内.
 */
static void check_adjacent(struct mou_parse *parse, struct mou_cooked *literal)
{
    const struct mou_raw *next = peek(parse, 0);
    if (next->kind != MOU_RAW_WORD || next->begin != literal->span.end) {
        return;
    }
    struct mou_text word = text_of(parse, next);
    if (mou_keyword_find(parse->keywords, word) != NULL) {
        return;
    }
    struct mou_raw skipped = take(parse);
    report_suffix(parse, &skipped);
}

/*
 * The part of a word behind a unit stands on its own if it is a keyword (内, 起); a digit there is an
 * unfinished date.
 */
static void split_unit(struct mou_parse *parse, const struct mou_raw *number, struct mou_raw *word,
                       size_t unit_len)
{
    struct mou_raw rest = *word;
    rest.begin += (uint32_t)unit_len;
    rest.first_on_line = false;
    word->end = rest.begin;
    struct mou_text text = text_of(parse, &rest);
    const struct mou_keyword *keyword = mou_keyword_find(parse->keywords, text);
    if (keyword != NULL) {
        parse->pending = cook_keyword(parse, &rest, keyword);
        parse->has_pending = true;
    } else if (text.bytes[0] >= '0' && text.bytes[0] <= '9') {
        struct mou_text written = mou_parse_slice(parse, number->begin, rest.end);
        mou_parse_report(parse, MOU_DIAG_DATE_INCOMPLETE, number->begin, rest.end, written, MOU_TEXT(""))
            ->suggestion = mou_literal_in_months(parse, written);
    } else {
        report_suffix(parse, &rest);
    }
}

/* A word without a blank behind a number: a unit, a unit and a keyword, or a mistake. */
static struct mou_cooked cook_adjoined(struct mou_parse *parse, const struct mou_raw *number)
{
    struct mou_raw word = take(parse);
    struct mou_text text = text_of(parse, &word);
    struct mou_cooked cooked = cook(parse, number, TOK_INTEGER);
    size_t unit = mou_literal_unit_len(text);
    if (unit == 0) {
        report_suffix(parse, &word);
        /*
         * 3C认证 was meant for a name, 10人 for a number: behind = a number is needed, elsewhere a
         * name fits as well.
         */
        if (parse->last.token != TOK_ASSIGN) {
            cooked = cook(parse, number, TOK_IDENT);
            cooked.span.end = word.end;
            cooked.value.text = mou_parse_slice(parse, number->begin, word.end);
            return cooked;
        }
        (void)mou_literal_number(parse, text_of(parse, number), MOU_TEXT(""), cooked.span, &cooked);
        return cooked;
    }
    if (unit < text.len) {
        split_unit(parse, number, &word, unit);
    }
    cooked.span.end = word.end;
    (void)mou_literal_number(parse, text_of(parse, number), text_of(parse, &word), cooked.span,
                             &cooked);
    return cooked;
}

/*
 * `5000 yuan`, `2 working days`, `3 年`: a unit after a blank, unless it is being named or called.
 */
static size_t spaced_unit(struct mou_parse *parse, const struct mou_raw *number, char *spelling,
                          uint32_t *end)
{
    size_t len = 0;
    size_t best = 0;
    size_t words = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct mou_raw *next = peek(parse, i);
        struct mou_text word = text_of(parse, next);
        uint32_t before = i == 0 ? number->end : peek(parse, i - 1)->end;
        if (next->kind != MOU_RAW_WORD || !on_one_line(parse, before, next->begin) ||
            len + 1 + word.len > MOU_KEYWORD_BYTES_MAX) {
            break;
        }
        spelling[len] = ' ';
        len += i > 0;
        memcpy(spelling + len, word.bytes, word.len);
        len += word.len;
        if (mou_literal_unit_len((struct mou_text){spelling, len}) == len) {
            best = len;
            words = i + 1;
            *end = next->end;
        }
    }
    const struct mou_raw *after = peek(parse, words);
    int mark = after->kind == MOU_RAW_SYMBOL ? after->token : 0;
    if (mark == TOK_COLON || (mark == TOK_ASSIGN && parse->family == TOK_CODES)) {
        return 0;
    }
    for (size_t i = 0; i < words; i++) {
        (void)take(parse);
    }
    return best;
}

static struct mou_cooked cook_number(struct mou_parse *parse, const struct mou_raw *number)
{
    const struct mou_raw *next = peek(parse, 0);
    if (next->kind == MOU_RAW_WORD && next->begin == number->end) {
        return cook_adjoined(parse, number);
    }
    char spelling[MOU_KEYWORD_BYTES_MAX + 1];
    uint32_t end = number->end;
    size_t len = spaced_unit(parse, number, spelling, &end);
    struct mou_cooked cooked = cook(parse, number, TOK_INTEGER);
    cooked.span.end = len != 0 ? end : number->end;
    (void)mou_literal_number(parse, text_of(parse, number), (struct mou_text){spelling, len},
                             cooked.span, &cooked);
    return cooked;
}

/* ------------------------------------------------------------------ quoted things */

/* The bytes between the marks at both ends, whose lengths follow from the first byte. */
static void inner(const struct mou_parse *parse, const struct mou_raw *raw, uint32_t *begin,
                  uint32_t *end)
{
    uint32_t mark = (unsigned char)parse->text[raw->begin] < 0x80 ? 1 : 3;
    *begin = raw->begin + mark;
    *end = raw->unterminated ? raw->end : raw->end - mark;
}

static struct mou_cooked cook_text(struct mou_parse *parse, const struct mou_raw *raw)
{
    struct mou_cooked cooked = cook(parse, raw, TOK_TEXT);
    uint32_t begin;
    uint32_t end;
    inner(parse, raw, &begin, &end);
    cooked.value.text = mou_scan_text(parse, begin, end);
    return cooked;
}

static struct mou_cooked cook_quoted(struct mou_parse *parse, const struct mou_raw *raw)
{
    struct mou_cooked cooked = cook(parse, raw, TOK_IDENT);
    uint32_t begin;
    uint32_t end;
    inner(parse, raw, &begin, &end);
    if (begin == end && !raw->unterminated) {
        mou_parse_report(parse, MOU_DIAG_QUOTED_NAME, raw->begin, raw->end, MOU_TEXT(""),
                         MOU_TEXT(""));
    }
    cooked.value.text = begin < end ? mou_scan_name(parse, begin, end, true) : MOU_TEXT("_");
    cooked.value.quoted = true;
    if (next_is(parse, TOK_COLON)) {
        cooked.token = TOK_LABEL;
    }
    return cooked;
}

/* Marks that are no marks here, by what they were meant for; those of one group come in pairs. */
static const struct {
    const char *written;
    const char *meant;
    int token;
    int group;
} strange_marks[] = {{"[", "{", TOK_LEFT_BRACE, 1},  {"]", "}", TOK_RIGHT_BRACE, 1},
                     {"【", "{", TOK_LEFT_BRACE, 1}, {"】", "}", TOK_RIGHT_BRACE, 1},
                     {"［", "{", TOK_LEFT_BRACE, 1}, {"］", "}", TOK_RIGHT_BRACE, 1},
                     {"〔", "{", TOK_LEFT_BRACE, 1}, {"〕", "}", TOK_RIGHT_BRACE, 1},
                     {"〈", "《", 0, 2},             {"〉", "》", 0, 2},
                     {"'", "\"", 0, 3},              {"‘", "“", 0, 4},
                     {"’", "”", 0, 4},               {"&", "且", 0, 5},
                     {"～", "和", 0, 6},             {"~", "和", 0, 6},
                     {"￥", "元", 0, 7},             {"¥", "元", 0, 7}};

/* A character that has no meaning here: once for a pair of them in a line. */
static struct mou_cooked cook_bad(struct mou_parse *parse, const struct mou_raw *raw)
{
    struct mou_text text = text_of(parse, raw);
    const char *meant = "";
    int token = TOK_MOU_YYerror;
    int group = 0;
    uint32_t c = 0;
    for (size_t i = 0; i < sizeof(strange_marks) / sizeof(strange_marks[0]); i++) {
        if (mou_text_equal(text, mou_text_of(strange_marks[i].written))) {
            meant = strange_marks[i].meant;
            token = strange_marks[i].token != 0 ? strange_marks[i].token : token;
            group = strange_marks[i].group;
        }
    }
    bool second = group != 0 && group == parse->strange_group && raw->line_begin == parse->strange_line;
    parse->strange_group = group;
    parse->strange_line = raw->line_begin;
    (void)mou_utf8_decode(text.bytes, text.len, &c);
    if (!second) {
        mou_parse_report(parse, MOU_DIAG_BAD_CHARACTER, raw->begin, raw->end, text,
                         mou_scan_code_point(parse, c))
            ->suggestion = mou_text_of(meant);
    }
    return cook(parse, raw, token);
}

/* ------------------------------------------------------------------ one token */

static struct mou_cooked cook_next(struct mou_parse *parse)
{
    if (parse->has_pending) {
        parse->has_pending = false;
        return parse->pending;
    }
    struct mou_raw raw = take(parse);
    struct mou_cooked cooked = cook(parse, &raw, raw.token);
    switch (raw.kind) {
    case MOU_RAW_WORD:
    case MOU_RAW_HYPHEN_WORD:
        return cook_word(parse, &raw);
    case MOU_RAW_QUOTED:
        return cook_quoted(parse, &raw);
    case MOU_RAW_NUMBER:
        return cook_number(parse, &raw);
    case MOU_RAW_TEXT:
        return cook_text(parse, &raw);
    case MOU_RAW_RATIO:
        mou_literal_ratio(parse, cooked.span, &cooked);
        check_adjacent(parse, &cooked);
        return cooked;
    case MOU_RAW_DATE:
        mou_literal_date(parse, cooked.span, &cooked);
        check_adjacent(parse, &cooked);
        return cooked;
    case MOU_RAW_TITLE:
        cooked.token = TOK_LAW_TITLE;
        cooked.value.text = mou_literal_title(parse, raw.begin, raw.end);
        return cooked;
    case MOU_RAW_DOCUMENT_NUMBER:
        cooked.token = TOK_DOCUMENT_NUMBER;
        cooked.value.text = mou_literal_document_number(parse, cooked.span);
        return cooked;
    case MOU_RAW_ARTICLE:
        cooked.token = TOK_ARTICLE;
        cooked.value.text = mou_literal_article(parse, text_of(parse, &raw));
        return cooked;
    case MOU_RAW_SYMBOL:
        return cooked;
    case MOU_RAW_BAD:
        return cook_bad(parse, &raw);
    case MOU_RAW_END:
        cooked.token = TOK_END;
        cooked.first_on_line = true;
        cooked.column = 0;
        return cooked;
    }
    return cooked;
}

/* ------------------------------------------------------------------ recovery */

static bool opens_clause(const struct mou_cooked *token, const struct mou_keyword *keyword,
                         int family)
{
    (void)token;
    switch (family) {
    case TOK_FIXTURE:
    case TOK_TEST:
        return keyword->token == TOK_SUBJECT || keyword->token == TOK_GIVEN ||
               keyword->token == TOK_AT || keyword->token == TOK_EXPECT ||
               keyword->token == TOK_REFUTE || keyword->token == TOK_OBJECTION ||
               keyword->token == TOK_UNDER || keyword->token == TOK_VERBATIM;
    case TOK_FINDING:
    case TOK_SANCTION:
    case TOK_INCENTIVE:
    case TOK_REPAIR:
    case TOK_DUTY:
    case TOK_MATTER:
        return (keyword->standing == MOU_STANDING_CLAUSE && keyword->token != TOK_AT &&
                keyword->token != TOK_SUBJECT && keyword->token != TOK_GIVEN &&
                keyword->token != TOK_EXPECT && keyword->token != TOK_REFUTE &&
                keyword->token != TOK_OBJECTION) ||
               opens_rule_clause(keyword->token);
    default:
        return keyword->token == TOK_UNDER || keyword->token == TOK_VERBATIM;
    }
}

/* `成立日期 日期`: a field without its colon, which is a mistake of its own. */
static bool lacks_colon(struct mou_parse *parse, const struct mou_cooked *token)
{
    const struct mou_raw *next = peek(parse, 0);
    const struct mou_keyword *keyword =
        next->kind == MOU_RAW_WORD && !next->first_on_line
            ? mou_keyword_find(parse->keywords, text_of(parse, next))
            : NULL;
    return token->token == TOK_IDENT && token->first_on_line && keyword != NULL &&
           keyword->token >= TOK_TYPE_TEXT && keyword->token <= TOK_TYPE_CODE;
}

/* Lines that open with a name or a value: fields, codes, items, rows. */
static bool opens_line(struct mou_parse *parse, const struct mou_cooked *token)
{
    switch (parse->family) {
    case TOK_ATTRIBUTES:
    case TOK_RECORD:
    case TOK_RELATION:
        return token->token == TOK_LABEL || lacks_colon(parse, token);
    case TOK_CODES:
        return token->token == TOK_IDENT && next_is(parse, TOK_ASSIGN);
    case TOK_CATALOGUE:
        return token->token == TOK_IDENT &&
               (peek(parse, 0)->kind == MOU_RAW_WORD || peek(parse, 0)->kind == MOU_RAW_QUOTED);
    case TOK_PARAMETER:
    case TOK_TABLE:
        return token->token != TOK_END && token->token != TOK_MOU_YYerror;
    case TOK_FIXTURE:
    case TOK_TEST:
        return token->token == TOK_LABEL;
    default:
        return false;
    }
}

/* A word at the margin that is no keyword: a misspelt declaration, which is a mistake of its own. */
static bool lacks_declaration(const struct mou_parse *parse, const struct mou_cooked *token)
{
    return token->token == TOK_IDENT && token->first_on_line && parse->family != 0 &&
           token->column <= parse->family_column;
}

/*
 * Where reading goes on: the first thing of a line that opens a declaration or fits into the one
 * being read.
 */
static bool is_resting_place(struct mou_parse *parse, const struct mou_cooked *token, int before,
                             bool declarations_only)
{
    if (token->token == TOK_END) {
        return true;
    }
    const struct mou_keyword *keyword = token->value.keyword;
    if (keyword != NULL && keyword->standing == MOU_STANDING_DECL &&
        !is_mention(before, token->first_on_line)) {
        return token->first_on_line || peek(parse, 0)->kind == MOU_RAW_WORD;
    }
    if (lacks_declaration(parse, token)) {
        return true;
    }
    if (declarations_only ||
        (!token->first_on_line && before != TOK_STOP && parse->family != TOK_CODES)) {
        return false;
    }
    if (keyword != NULL && (opens_clause(token, keyword, parse->family) ||
                            opens_part(keyword->token, parse->family))) {
        return true;
    }
    return opens_line(parse, token);
}

/*
 * A mistake at the very margin of the declaring keywords spoils a whole declaration, not a clause
 * of the one before.
 */
static bool spoils_declaration(const struct mou_parse *parse)
{
    return parse->family == 0 ||
           (parse->last.first_on_line && parse->last.column <= parse->family_column &&
            parse->last.value.keyword == NULL);
}

/*
 * Skips from the token that the parser stumbled over to the next resting place; the parser gets
 * SYNC for what was skipped.
 */
static struct mou_cooked recover(struct mou_parse *parse)
{
    struct mou_cooked token = parse->last;
    int before = parse->previous.token;
    bool declarations_only = spoils_declaration(parse);
    /* The same place may end several parts that miss their ends, but not for ever. */
    bool again = token.span.begin == parse->synced_at;
    parse->syncs = again ? parse->syncs + 1 : 0;
    parse->skipped_line = token.span.begin - token.column;
    while ((token.span.begin == parse->synced_at && parse->syncs > SYNCS_MAX) ||
           !is_resting_place(parse, &token, before, declarations_only)) {
        if (token.token == TOK_END) {
            break;
        }
        before = token.token;
        token = cook_next(parse);
    }
    parse->recovering = false;
    parse->skipped_line = UINT32_MAX;
    parse->synced_at = token.span.begin;
    parse->echoes = !lacks_colon(parse, &token) && !lacks_declaration(parse, &token);
    parse->pending = token;
    parse->has_pending = true;
    parse->parentheses = 0;
    parse->prefixes = 0;
    struct mou_cooked sync = token;
    sync.token = TOK_SYNC;
    sync.span.end = sync.span.begin;
    return sync;
}

/* ------------------------------------------------------------------ nesting, families */

static bool is_prefix(int token)
{
    return token == TOK_NOT || token == TOK_MINUS || token == TOK_IF || token == TOK_TAKE ||
           token == TOK_WHERE || token == TOK_OR_DEFAULT || token == TOK_AT;
}

/* Counts what may nest; true where it goes beyond every tree that would be accepted. */
static bool nests_too_deep(struct mou_parse *parse, const struct mou_cooked *token)
{
    const struct mou_keyword *keyword = token->value.keyword;
    if (keyword != NULL && token->token != TOK_AT &&
        (keyword->standing == MOU_STANDING_DECL || keyword->standing == MOU_STANDING_CLAUSE)) {
        parse->parentheses = 0;
        parse->prefixes = 0;
        parse->clause_begin = token->span.begin;
    }
    if (token->token == TOK_LEFT_PAREN) {
        parse->parentheses++;
    } else if (token->token == TOK_RIGHT_PAREN && parse->parentheses > 0) {
        parse->parentheses--;
    } else if (token->token == TOK_COMMA && parse->parentheses == 0) {
        parse->prefixes = 0;
    } else if (is_prefix(token->token)) {
        parse->prefixes++;
    }
    return parse->parentheses > MOU_NESTING_MAX || parse->prefixes > PREFIXES_MAX;
}

static void enter_family(struct mou_parse *parse, const struct mou_cooked *token)
{
    if (token->value.keyword != NULL && is_declaration(token->token) &&
        !is_mention(parse->last.token, token->first_on_line)) {
        parse->family = token->token;
        parse->family_column = token->column;
    }
}

static enum mou_piece_class class_of_piece(const struct mou_cooked *token)
{
    const struct mou_keyword *keyword = token->value.keyword;
    switch (token->token) {
    case TOK_IDENT:
    case TOK_LABEL:
        return MOU_PIECE_NAME;
    case TOK_INTEGER:
    case TOK_MONEY:
    case TOK_RATIO:
    case TOK_DATE:
    case TOK_DURATION:
        return MOU_PIECE_VALUE;
    case TOK_TEXT:
        return MOU_PIECE_TEXT;
    case TOK_LAW_TITLE:
    case TOK_DOCUMENT_NUMBER:
    case TOK_ARTICLE:
        return MOU_PIECE_LAW;
    default:
        break;
    }
    if (keyword == NULL) {
        return MOU_PIECE_MARK;
    }
    return keyword->standing == MOU_STANDING_DECL     ? MOU_PIECE_DECLARATION
           : keyword->standing == MOU_STANDING_CLAUSE ? MOU_PIECE_CLAUSE
                                                      : MOU_PIECE_KEYWORD;
}

/* A failure is sticky in the arena, which the parse checks at its end. */
static void note_piece(struct mou_parse *parse, const struct mou_cooked *token)
{
    struct mou_piece piece = {token->span.begin, token->span.end, class_of_piece(token)};
    if (token->token != TOK_END) {
        (void)MOU_VEC_PUSH(parse->arena, parse->pieces, piece);
    }
}

static void hand_out(struct mou_parse *parse, const struct mou_cooked *token, union mou_semantic *value,
                     struct mou_span *span)
{
    if (parse->pieces != NULL) {
        note_piece(parse, token);
    }
    parse->before_previous = parse->previous;
    parse->previous = parse->last;
    parse->last = *token;
    value->token = token->value;
    *span = token->span;
}

int mou_yylex(union mou_semantic *value, struct mou_span *span, struct mou_parse *parse)
{
    assert(value != NULL && span != NULL && parse != NULL);
    if (parse->at_end || mou_arena_failed(parse->arena)) {
        *span = mou_parse_span(parse, (uint32_t)parse->len, (uint32_t)parse->len);
        return TOK_YYEOF;
    }
    struct mou_cooked token = parse->recovering ? recover(parse) : cook_next(parse);
    if (token.token == TOK_SYNC) {
        *span = token.span;
        return TOK_SYNC;
    }
    enter_family(parse, &token);
    if (nests_too_deep(parse, &token)) {
        mou_parse_too_deep(parse, token.span);
        token.token = TOK_MOU_YYerror;
        parse->parentheses = 0;
        parse->prefixes = 0;
    }
    parse->at_end = token.token == TOK_END;
    hand_out(parse, &token, value, span);
    if (token.token == TOK_MOU_YYerror) {
        parse->recovering = true;
    }
    return token.token;
}
