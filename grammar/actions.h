/*
 * What the actions of parser.y need beside the builders: the spans of rules, and short names of the
 * builders that are called most. Included by the generated parser only.
 */
#ifndef MOU_GRAMMAR_ACTIONS_H
#define MOU_GRAMMAR_ACTIONS_H

#include "scan.h"

/* The parser's stack; the stream refuses deeper nesting before it is full. */
#define YYMAXDEPTH 20000

#define YYLLOC_DEFAULT(current, rhs, n) ((current) = mou_rule_span((rhs), (size_t)(n)))

/** From the first symbol to the last that is not empty; an empty rule is the empty place behind the symbol before. */
static inline struct mou_span mou_rule_span(const struct mou_span *rhs, size_t n)
{
    if (n == 0) {
        return (struct mou_span){rhs[0].source, rhs[0].end, rhs[0].end};
    }
    while (n > 1 && rhs[n].begin == rhs[n].end) {
        n--; /* an empty list behind the last word */
    }
    return mou_span_join(rhs[1], rhs[n]);
}

int mou_yylex(union mou_semantic *value, struct mou_span *span, struct mou_parse *parse);

#define NAMES(kind, key, names, span) \
    mou_clause_names(parse, MOU_CLAUSE_##kind, key, &(names), span)
#define EXPR(kind, key, expr, span) mou_clause_expr(parse, MOU_CLAUSE_##kind, key, expr, span)
#define WORDS(kind, key, text, span) mou_clause_text(parse, MOU_CLAUSE_##kind, key, text, span)
#define LEGAL(kind, key, legal, span) \
    mou_clause_legal(parse, MOU_CLAUSE_##kind, key, &(legal), span)
#define BROKEN(kind, key, span) mou_clause_broken(parse, MOU_CLAUSE_##kind, key, span)
#define AS(kind, body, key, span) mou_clause_as(body, MOU_CLAUSE_##kind, key, span)
#define DECL(kind, parts, name, key, span) \
    mou_decl_done(parse, parts, MOU_DECL_##kind, &(name), key, span)
#define LITERAL(kind, token, span) mou_expr_literal(parse, MOU_EXPR_##kind, &(token), span)
#define FIELD(kind, table) mou_field_new(parse, MOU_FIELD_##kind, table)

#endif
