/*
 * Builders of expressions. They fold nothing and judge nothing; the one thing they watch is height,
 * so that no later stage can be made to recurse without end. Called from the grammar's actions
 * only; NULL stands for an allocation that failed.
 */
#include "scan.h"

#include <assert.h>

#include "parser.h"

struct mou_expr *mou_expr_new(struct mou_parse *parse, enum mou_expr_kind kind,
                              struct mou_span span)
{
    assert(parse != NULL);
    struct mou_expr *expr = MOU_NEW(parse->arena, struct mou_expr);
    if (expr != NULL) {
        expr->kind = kind;
        expr->span = span;
        expr->op_span = MOU_NO_SPAN;
        expr->height = 1;
        expr->range.measure_kind = -1;
    }
    return expr;
}

struct mou_expr *mou_expr_error(struct mou_parse *parse, struct mou_span span)
{
    return mou_expr_new(parse, MOU_EXPR_ERROR, span);
}

/* ------------------------------------------------------------------ height */

void mou_parse_too_deep(struct mou_parse *parse, struct mou_span span)
{
    assert(parse != NULL);
    if (parse->nesting_reported_at == parse->clause_begin) {
        return;
    }
    parse->nesting_reported_at = parse->clause_begin;
    mou_diagnose(parse->diagnostics, MOU_DIAG_NESTED_TOO_DEEP, span,
                 mou_parse_number(parse, MOU_NESTING_MAX), (struct mou_text){"", 0},
                 (struct mou_text){"", 0});
}

static unsigned height_of(const struct mou_expr *expr)
{
    return expr != NULL ? expr->height : 0;
}

static unsigned higher(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/*
 * Ends a node with children: refuses one that is too high, which then stands as an error of height
 * one.
 */
static struct mou_expr *finish(struct mou_parse *parse, struct mou_expr *expr)
{
    if (expr == NULL) {
        return NULL;
    }
    unsigned height = higher(height_of(expr->left), height_of(expr->right));
    height = higher(height, higher(height_of(expr->condition), height_of(expr->range.at)));
    for (const struct mou_expr *argument = expr->arguments; argument != NULL;
         argument = argument->next) {
        height = higher(height, argument->height);
    }
    if (height >= MOU_NESTING_MAX) {
        mou_parse_too_deep(parse, expr->span);
        return mou_expr_error(parse, expr->span);
    }
    expr->height = (uint16_t)(height + 1);
    return expr;
}

static struct mou_expr *node(struct mou_parse *parse, enum mou_expr_kind kind,
                             struct mou_expr *left, struct mou_expr *right, struct mou_span op_span,
                             struct mou_span span)
{
    struct mou_expr *expr = mou_expr_new(parse, kind, span);
    if (expr != NULL) {
        expr->left = left;
        expr->right = right;
        expr->op_span = op_span;
    }
    return expr;
}

/* ------------------------------------------------------------------ leaves */

struct mou_expr *mou_expr_literal(struct mou_parse *parse, enum mou_expr_kind kind,
                                  const struct mou_lexeme *token, struct mou_span span)
{
    assert(token != NULL);
    struct mou_expr *expr = mou_expr_new(parse, kind, span);
    if (expr != NULL) {
        expr->integer = token->integer;
        expr->ratio = token->ratio;
        expr->date = token->date;
        expr->unit = token->unit;
        expr->text = token->text;
    }
    return expr;
}

struct mou_expr *mou_expr_negated(struct mou_parse *parse, struct mou_expr *literal,
                                  struct mou_span op, struct mou_span span)
{
    if (literal == NULL) {
        return NULL;
    }
    if (literal->kind != MOU_EXPR_INTEGER && literal->kind != MOU_EXPR_MONEY &&
        literal->kind != MOU_EXPR_RATIO && literal->kind != MOU_EXPR_DURATION) {
        mou_parse_unexpected(parse, op);
        return mou_expr_error(parse, span);
    }
    literal->integer = -literal->integer;
    literal->ratio.num = -literal->ratio.num;
    literal->op_span = literal->span;
    literal->span = span;
    return literal;
}

struct mou_expr *mou_expr_ref(struct mou_parse *parse, struct mou_name_ref *reference,
                              struct mou_span span)
{
    struct mou_expr *expr = mou_expr_new(parse, MOU_EXPR_NAME, span);
    if (expr != NULL && reference != NULL) {
        expr->reference = *reference;
    }
    return expr;
}

struct mou_expr *mou_expr_named(struct mou_parse *parse, enum mou_expr_kind kind,
                                struct mou_name_ref *reference, struct mou_span op,
                                struct mou_span span)
{
    struct mou_expr *expr = mou_expr_new(parse, kind, span);
    if (expr != NULL && reference != NULL) {
        expr->reference = *reference;
        expr->op_span = op;
    }
    return expr;
}

static bool is_plain_name(const struct mou_expr *expr)
{
    return expr != NULL && expr->kind == MOU_EXPR_NAME && !expr->parenthesised &&
           expr->reference.qualifier.text.len == 0;
}

struct mou_expr *mou_expr_member(struct mou_parse *parse, struct mou_expr *left,
                                 const struct mou_name *name, struct mou_span span)
{
    assert(name != NULL);
    if (is_plain_name(left)) {
        left->reference.qualifier = left->reference.name;
        left->reference.name = *name;
        left->span = span;
        return left;
    }
    struct mou_expr *expr = node(parse, MOU_EXPR_FIELD, left, NULL, MOU_NO_SPAN, span);
    if (expr != NULL) {
        expr->reference.qualifier = mou_name_none();
        expr->reference.name = *name;
    }
    return finish(parse, expr);
}

/* ------------------------------------------------------------------ calls */

struct mou_expr *mou_expr_call(struct mou_parse *parse, struct mou_name_ref *reference,
                               const struct mou_expr_list *arguments, struct mou_span span)
{
    struct mou_expr *expr = mou_expr_new(parse, MOU_EXPR_CALL, span);
    if (expr != NULL && reference != NULL) {
        expr->reference = *reference;
        expr->arguments = arguments != NULL ? arguments->first : NULL;
        expr->op_span = reference->name.span;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_call_of(struct mou_parse *parse, struct mou_expr *left,
                                  const struct mou_name *name,
                                  const struct mou_expr_list *arguments, struct mou_span span)
{
    assert(name != NULL);
    if (left == NULL) {
        return NULL;
    }
    if (!is_plain_name(left)) {
        mou_parse_unexpected(parse, name->span);
        return mou_expr_error(parse, span);
    }
    struct mou_name qualifier = left->reference.name;
    return mou_expr_call(parse, mou_ref_new(parse, &qualifier, name), arguments, span);
}

struct mou_expr *mou_expr_call_extreme(struct mou_parse *parse, const char *function,
                                       struct mou_span function_span,
                                       const struct mou_expr_list *arguments, struct mou_span span)
{
    struct mou_name name = {mou_text_of(function), function_span, false};
    return mou_expr_call(parse, mou_ref_new(parse, NULL, &name), arguments, span);
}

/* ------------------------------------------------------------------ operators */

struct mou_expr *mou_expr_binary(struct mou_parse *parse, enum mou_op op, struct mou_expr *left,
                                 struct mou_expr *right, struct mou_span op_span,
                                 struct mou_span span)
{
    struct mou_expr *expr = node(parse, MOU_EXPR_BINARY, left, right, op_span, span);
    if (expr != NULL) {
        expr->op = op;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_unary(struct mou_parse *parse, enum mou_op op, struct mou_expr *left,
                                struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = node(parse, MOU_EXPR_UNARY, left, NULL, op_span, span);
    if (expr != NULL) {
        expr->op = op;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_postfix(struct mou_parse *parse, enum mou_expr_kind kind, enum mou_op op,
                                  struct mou_expr *left, struct mou_span op_span,
                                  struct mou_span span)
{
    struct mou_expr *expr = node(parse, kind, left, NULL, op_span, span);
    if (expr != NULL) {
        expr->op = op;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_pair(struct mou_parse *parse, enum mou_expr_kind kind,
                               struct mou_expr *left, struct mou_expr *right,
                               struct mou_span op_span, struct mou_span span)
{
    return finish(parse, node(parse, kind, left, right, op_span, span));
}

struct mou_expr *mou_expr_in(struct mou_parse *parse, struct mou_expr *left,
                             const struct mou_expr_list *items, struct mou_span op_span,
                             struct mou_span span)
{
    assert(items != NULL);
    struct mou_expr *expr = node(parse, MOU_EXPR_IN, left, NULL, op_span, span);
    if (expr != NULL) {
        expr->arguments = items->first;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_in_named(struct mou_parse *parse, struct mou_expr *left,
                                   struct mou_name_ref *set, struct mou_span set_span,
                                   struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = node(parse, MOU_EXPR_IN, left, NULL, op_span, span);
    if (expr != NULL) {
        expr->arguments = mou_expr_ref(parse, set, set_span);
        expr->named_set = true;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_set(struct mou_parse *parse, const struct mou_expr_list *items,
                              struct mou_span span)
{
    assert(items != NULL);
    struct mou_expr *expr = mou_expr_new(parse, MOU_EXPR_SET, span);
    if (expr != NULL) {
        expr->arguments = items->first;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_between(struct mou_parse *parse, struct mou_expr *left,
                                  struct mou_expr *low, struct mou_expr *high,
                                  struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = node(parse, MOU_EXPR_BETWEEN, left, NULL, op_span, span);
    if (expr == NULL || low == NULL) {
        return NULL;
    }
    expr->arguments = low;
    low->next = high;
    return finish(parse, expr);
}

struct mou_expr *mou_expr_choice(struct mou_parse *parse, struct mou_expr *condition,
                                 struct mou_expr *left, struct mou_expr *right,
                                 struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = node(parse, MOU_EXPR_CHOICE, left, right, op_span, span);
    if (expr != NULL) {
        expr->condition = condition;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_state(struct mou_parse *parse, enum mou_state state,
                                struct mou_expr *left, struct mou_span op_span,
                                struct mou_span span)
{
    struct mou_expr *expr = node(parse, MOU_EXPR_STATE, left, NULL, op_span, span);
    if (expr != NULL) {
        expr->state = state;
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_parenthesised(struct mou_parse *parse, struct mou_expr *expr)
{
    assert(parse != NULL);
    (void)parse;
    if (expr != NULL) {
        expr->parenthesised = true;
    }
    return expr;
}

/* ------------------------------------------------------------------ quantifiers and aggregates */

struct mou_range *mou_range_new(struct mou_parse *parse, struct mou_name_ref *source,
                                const struct mou_name *alias, struct mou_expr *at)
{
    assert(parse != NULL);
    struct mou_range *range = MOU_NEW(parse->arena, struct mou_range);
    if (range == NULL || source == NULL) {
        return NULL;
    }
    range->source = *source;
    range->alias = alias != NULL ? *alias : mou_name_none();
    range->field = mou_name_none();
    range->at = at;
    range->measure_kind = -1;
    return range;
}

struct mou_range *mou_range_measures(struct mou_parse *parse, int measure_kind,
                                     struct mou_span span)
{
    assert(parse != NULL);
    struct mou_range *range = MOU_NEW(parse->arena, struct mou_range);
    if (range != NULL) {
        range->source.qualifier = mou_name_none();
        range->source.name =
            (struct mou_name){measure_kind == 0 ? MOU_TEXT("惩戒") : MOU_TEXT("激励"), span, false};
        range->alias = mou_name_none();
        range->field = mou_name_none();
        range->measure_kind = measure_kind;
    }
    return range;
}

/*
 * NAME, QUALIFIER.NAME, or a FIELD of such: up to three names from left to right. 0 if it is
 * anything else.
 */
static size_t path_names(const struct mou_expr *path, struct mou_name names[3])
{
    size_t count = 0;
    const struct mou_expr *base = path;
    if (base != NULL && base->kind == MOU_EXPR_FIELD && !base->parenthesised) {
        base = base->left;
    }
    if (base == NULL || base->kind != MOU_EXPR_NAME || base->parenthesised) {
        return 0;
    }
    if (base->reference.qualifier.text.len != 0) {
        names[count++] = base->reference.qualifier;
    }
    names[count++] = base->reference.name;
    if (base != path) {
        names[count++] = path->reference.name;
    }
    return count;
}

struct mou_range *mou_range_of_path(struct mou_parse *parse, struct mou_expr *path,
                                    const struct mou_name *alias, struct mou_expr *at)
{
    assert(parse != NULL);
    if (path == NULL) {
        return NULL;
    }
    if (path->kind == MOU_EXPR_AT && at == NULL && !path->parenthesised) {
        at = path->right;
        path = path->left;
    }
    struct mou_name names[3];
    size_t count = path_names(path, names);
    if (count == 0) {
        if (path != NULL && path->kind != MOU_EXPR_ERROR) {
            mou_diagnose(parse->diagnostics, MOU_DIAG_NOT_A_RANGE, path->span,
                         (struct mou_text){"", 0}, (struct mou_text){"", 0},
                         (struct mou_text){"", 0});
        }
        return NULL;
    }
    /*
     * The last of several names is a field here; a plain count, which has none, puts it back
     * (mou_expr_aggregate).
     */
    struct mou_name_ref *source =
        count == 3 ? mou_ref_new(parse, &names[0], &names[1]) : mou_ref_new(parse, NULL, &names[0]);
    struct mou_range *range = mou_range_new(parse, source, alias, at);
    if (range != NULL && count > 1) {
        range->field = names[count - 1];
    }
    return range;
}

struct mou_expr *mou_expr_quantifier(struct mou_parse *parse, enum mou_quantifier quantifier,
                                     const struct mou_range *range, struct mou_expr *condition,
                                     struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = mou_expr_new(parse, MOU_EXPR_QUANTIFIER, span);
    if (expr == NULL || range == NULL) {
        return expr;
    }
    expr->op_span = op_span;
    expr->quantifier = quantifier;
    expr->range = *range;
    expr->condition = condition;
    return finish(parse, expr);
}

struct mou_expr *mou_expr_aggregate(struct mou_parse *parse, enum mou_aggregate aggregate,
                                    const struct mou_range *range, const struct mou_filter *filter,
                                    struct mou_span op_span, struct mou_span span)
{
    assert(filter != NULL);
    if (range == NULL) {
        return mou_expr_error(parse, span);
    }
    struct mou_expr *expr = mou_expr_new(parse, MOU_EXPR_AGGREGATE, span);
    if (expr == NULL) {
        return NULL;
    }
    expr->op_span = op_span;
    expr->aggregate = aggregate;
    expr->range = *range;
    expr->condition = filter->condition;
    expr->right = filter->up_to;
    if (aggregate == MOU_COUNT && expr->range.field.text.len != 0 &&
        expr->range.source.qualifier.text.len == 0) {
        expr->range.source.qualifier = expr->range.source.name;
        expr->range.source.name = expr->range.field;
        expr->range.field = mou_name_none();
    }
    return finish(parse, expr);
}

struct mou_expr *mou_expr_lists(struct mou_parse *parse, const struct mou_name *distinct,
                                struct mou_name_ref *list, struct mou_expr *condition,
                                struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = mou_expr_named(parse, MOU_EXPR_LISTS, list, op_span, span);
    if (expr == NULL) {
        return NULL;
    }
    expr->range.field = distinct != NULL ? *distinct : mou_name_none();
    expr->condition = condition;
    return finish(parse, expr);
}

struct mou_expr *mou_expr_history(struct mou_parse *parse, enum mou_expr_kind kind,
                                  struct mou_name_ref *list, struct mou_expr *condition,
                                  struct mou_span op_span, struct mou_span span)
{
    struct mou_expr *expr = mou_expr_named(parse, kind, list, op_span, span);
    if (expr != NULL) {
        expr->condition = condition;
    }
    return finish(parse, expr);
}
