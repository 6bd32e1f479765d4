/*
 * Syntax errors in marks: colons, commas, semicolons and numbers grouped by commas, each with its correction where that is certain. Called by
 * syntax_error.c only.
 */
#include "syntax_error.h"

#include <assert.h>
#include <string.h>

#include "parser.h"

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
    if (last->token != TOK_COLON || before == NULL || mou_syntax_expects(expected, TOK_COLON) ||
        (before->standing != MOU_STANDING_CLAUSE && before->standing != MOU_STANDING_OPENER &&
         before->standing != MOU_STANDING_DECL)) {
        return false;
    }
    report_needless(parse, &parse->previous, last->span);
    return true;
}

/* `标题："…"`: the colon makes a field's name of a word that opens its clause only where it stands alone. */
static bool report_labelled_keyword(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    const struct mou_keyword *keyword = last->token == TOK_LABEL && !last->value.quoted ? mou_keyword_find(parse->keywords, last->value.text) : NULL;
    if (keyword == NULL || !last->first_on_line || !mou_syntax_expects(expected, keyword->token)) {
        return false;
    }
    const struct mou_raw *colon = mou_stream_next(parse);
    report_needless(parse, last, mou_parse_span(parse, colon->begin, colon->end));
    return true;
}

/* `罚款金额：5万元`, `罚款金额 = 5万元`: a value stands behind its field's name, without a mark. */
static bool report_mark_in_value(struct mou_parse *parse)
{
    const struct mou_cooked *last = &parse->last;
    if (!mou_syntax_in_world(parse)) {
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
        mou_syntax_expects(expected, TOK_SEMICOLON)) {
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
    mou_syntax_fixit(diagnostic, mark->span, mou_syntax_in_english(parse) ? MOU_TEXT("; ") : MOU_TEXT("；"));
    mou_amend_mark(parse, diagnostic, mark->span, MOU_READ_SYMBOL, TOK_SEMICOLON);
    return true;
}

/* `不少于 50,000`: digits that were grouped by a comma; those of an amount with its unit are told by the stream. */
static bool report_grouped(struct mou_parse *parse)
{
    const struct mou_cooked *first = &parse->previous;
    const struct mou_raw *next = mou_stream_next(parse);
    if (first->token != TOK_INTEGER || first->span.end != parse->last.span.begin || first->span.end - first->span.begin > 3 ||
        next->kind != MOU_RAW_NUMBER || next->begin != parse->last.span.end || next->end - next->begin != 3) {
        return false;
    }
    const struct mou_text written = mou_parse_slice(parse, first->span.begin, next->end);
    const struct mou_text groups[2] = {mou_parse_slice(parse, first->span.begin, first->span.end), mou_parse_slice(parse, next->begin, next->end)};
    struct mou_diagnostic *diagnostic = mou_parse_report(parse, MOU_DIAG_NUMBER_GROUPED, first->span.begin, next->end, written, MOU_TEXT(""));
    mou_syntax_fixit(diagnostic, diagnostic->span, mou_text_joined(parse, groups[0], groups[1]));
    mou_amend(parse, diagnostic, mou_parse_span(parse, parse->last.span.begin, next->end), MOU_READ_DROPPED);
    return true;
}

/* `甲，乙` between conditions. */
static bool report_comma(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    if (last->token != TOK_COMMA || !mou_syntax_expects(expected, TOK_AND)) {
        return false;
    }
    if (report_grouped(parse)) {
        return true;
    }
    mou_parse_report(parse, MOU_DIAG_SYNTAX_COMMA, last->span.begin, last->span.end,
                     mou_syntax_token(parse, &parse->last, false), MOU_TEXT(""));
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
    struct mou_text colon = mou_syntax_in_english(parse) ? MOU_TEXT(": ") : MOU_TEXT("： ");
    struct mou_span name = token->span;
    if (mark) {
        struct mou_span span = mou_parse_span(parse, next->begin, next->end);
        mou_syntax_fixit(diagnostic, span, colon);
        mou_amend_mark(parse, diagnostic, span, MOU_READ_SYMBOL, TOK_COLON);
        return;
    }
    if (adjoins && (!goes_on || next->kind == MOU_RAW_SYMBOL)) {
        return; /* what should stand behind the colon is missing, too */
    }
    struct mou_text written = mou_parse_slice(parse, name.begin, name.end);
    mou_syntax_fixit(diagnostic, name, mou_text_joined(parse, written, colon));
    mou_amend_mark(parse, diagnostic, name, MOU_READ_WITH_MARK, TOK_COLON);
}

/* `成立日期 日期`: the colon is what makes the line a field or a row. */
static bool report_missing_colon(struct mou_parse *parse, const struct expectations *expected)
{
    const struct mou_cooked *last = &parse->last;
    /* A target of 对, where nothing else fits, or at most the next clause. */
    bool alone = expected->count <= 2 || parse->previous.token == TOK_SEMICOLON;
    if (last->token != TOK_IDENT || !(last->first_on_line || alone) ||
        !mou_syntax_expects(expected, TOK_LABEL) || mou_syntax_expects(expected, TOK_IDENT)) {
        return false;
    }
    const struct mou_text colon =
        mou_syntax_quoted(parse, mou_syntax_in_english(parse) ? MOU_TEXT(":") : MOU_TEXT("："));
    amend_colon(parse, mou_syntax_report_at(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, last, colon, colon), last, true);
    return true;
}

/* `行政处罚 文号 "…"` in a test: the row's type needs its colon. */
static bool report_row_colon(struct mou_parse *parse)
{
    const struct mou_cooked *row = &parse->before_previous;
    bool value = parse->last.token == TOK_TEXT || parse->last.token == TOK_DATE ||
                 parse->last.token == TOK_MONEY || parse->last.token == TOK_INTEGER;
    if (!mou_syntax_in_world(parse) || !value || parse->last.first_on_line || row->token != TOK_IDENT ||
        !row->first_on_line || parse->previous.token != TOK_IDENT || parse->previous.first_on_line) {
        return false;
    }
    const struct mou_text colon =
        mou_syntax_quoted(parse, mou_syntax_in_english(parse) ? MOU_TEXT(":") : MOU_TEXT("："));
    struct mou_diagnostic *diagnostic =
        mou_syntax_report_at(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, row, colon, colon);
    amend_colon(parse, diagnostic, row, false);
    return true;
}

void mou_parse_missing_comma(struct mou_parse *parse, struct mou_span value)
{
    assert(parse != NULL);
    struct mou_text written = mou_parse_slice(parse, value.begin, value.end);
    struct mou_text comma = mou_syntax_in_english(parse) ? MOU_TEXT(",") : MOU_TEXT("、");
    struct mou_text found = mou_syntax_quoted(parse, written);
    struct mou_diagnostic *diagnostic =
        mou_parse_report(parse, MOU_DIAG_SYNTAX_MISSING_AFTER, value.begin, value.end, found, mou_syntax_quoted(parse, comma));
    diagnostic->arguments[2] = diagnostic->arguments[1];
    diagnostic->arguments[3] = found;
    mou_syntax_fixit(diagnostic, value, mou_text_joined(parse, written, comma));
    mou_amend_mark(parse, diagnostic, value, MOU_READ_WITH_MARK, TOK_COMMA);
}

bool mou_syntax_report_mark(struct mou_parse *parse, const struct expectations *expected)
{
    assert(parse != NULL && expected != NULL);
    return report_needless_colon(parse, expected) || report_mark_in_value(parse) || report_mark_at_end(parse, expected) ||
           report_labelled_keyword(parse, expected) || report_target_mark(parse) || report_comma(parse, expected);
}

bool mou_syntax_report_missing_colon(struct mou_parse *parse, const struct expectations *expected)
{
    assert(parse != NULL && expected != NULL);
    return report_missing_colon(parse, expected) || report_row_colon(parse);
}
