/*
 * Builders of clauses: one struct for all, each builder fills the members that its kind uses
 * (tree.h names them). Called from the grammar's actions only; NULL stands for an allocation that
 * failed.
 */
#include "scan.h"

#include <assert.h>

struct mou_clause *mou_clause_new(struct mou_parse *parse, enum mou_clause_kind kind,
                                  struct mou_span keyword, struct mou_span span)
{
    assert(parse != NULL);
    struct mou_clause *clause = MOU_NEW(parse->arena, struct mou_clause);
    if (clause != NULL) {
        clause->kind = kind;
        clause->keyword = keyword;
        clause->span = span;
    }
    return clause;
}

struct mou_clause *mou_clause_broken(struct mou_parse *parse, enum mou_clause_kind kind,
                                     struct mou_span keyword, struct mou_span span)
{
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        clause->broken = true;
    }
    return clause;
}

struct mou_clause *mou_clause_as(struct mou_clause *clause, enum mou_clause_kind kind,
                                 struct mou_span keyword, struct mou_span span)
{
    if (clause != NULL) {
        clause->kind = kind;
        clause->keyword = keyword;
        clause->span = span;
    }
    return clause;
}

struct mou_clause *mou_clause_text(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_span keyword, struct mou_text text,
                                   struct mou_span span)
{
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        clause->text = text;
        clause->broken = text.bytes == NULL;
    }
    return clause;
}

struct mou_clause *mou_clause_legal(struct mou_parse *parse, enum mou_clause_kind kind,
                                    struct mou_span keyword, const struct mou_legal_list *basis,
                                    struct mou_span span)
{
    assert(basis != NULL);
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        clause->basis = basis->first;
        clause->broken = basis->first == NULL;
    }
    return clause;
}

struct mou_clause *mou_clause_names(struct mou_parse *parse, enum mou_clause_kind kind,
                                    struct mou_span keyword, const struct mou_ref_list *names,
                                    struct mou_span span)
{
    assert(names != NULL);
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        clause->names = names->first;
        clause->broken = names->first == NULL;
    }
    return clause;
}

struct mou_clause *mou_clause_name(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_name_ref *name, struct mou_span span)
{
    struct mou_ref_list names = {name, name};
    return mou_clause_names(parse, kind, span, &names, span);
}

static bool is_error(const struct mou_expr *expr)
{
    return expr == NULL || expr->kind == MOU_EXPR_ERROR;
}

struct mou_clause *mou_clause_expr(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_span keyword, struct mou_expr *expr,
                                   struct mou_span span)
{
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        clause->expr = expr;
        clause->broken = is_error(expr);
    }
    return clause;
}

struct mou_clause *mou_clause_two(struct mou_parse *parse, enum mou_clause_kind kind,
                                  struct mou_expr *expr, struct mou_expr *second,
                                  struct mou_span span)
{
    struct mou_clause *clause = mou_clause_expr(parse, kind, span, expr, span);
    if (clause != NULL) {
        clause->second = second;
        clause->broken = clause->broken || is_error(second);
    }
    return clause;
}

struct mou_clause *mou_clause_value_from(struct mou_parse *parse, struct mou_expr *value,
                                         struct mou_span keyword, struct mou_expr *date,
                                         struct mou_span span)
{
    struct mou_clause *clause = mou_clause_two(parse, MOU_CLAUSE_VALUE_FROM, value, date, span);
    return mou_clause_as(clause, MOU_CLAUSE_VALUE_FROM, keyword, span);
}

struct mou_clause *mou_clause_on(struct mou_parse *parse, const struct mou_ref_list *names,
                                 const struct mou_name *alias, struct mou_span span)
{
    assert(alias != NULL);
    if (alias->text.len > 0 && !alias->quoted) {
        mou_parse_alias(parse, alias);
    }
    struct mou_clause *clause = mou_clause_names(parse, MOU_CLAUSE_ON, span, names, span);
    if (clause != NULL) {
        clause->alias = *alias;
    }
    return clause;
}

struct mou_clause *mou_clause_done(struct mou_parse *parse, struct mou_clause *on,
                                   struct mou_expr *condition)
{
    assert(parse != NULL);
    (void)parse;
    if (on != NULL) {
        on->expr = condition;
        on->broken = on->broken || is_error(condition);
    }
    return on;
}

struct mou_clause *mou_clause_ended(struct mou_parse *parse, struct mou_clause *on,
                                    struct mou_expr *condition, struct mou_expr *date)
{
    assert(parse != NULL);
    (void)parse;
    if (on != NULL) {
        on->expr = condition;
        on->second = date;
        on->broken = on->broken || is_error(date) || (condition != NULL && is_error(condition));
    }
    return on;
}

struct mou_clause *mou_clause_targets(struct mou_parse *parse, struct mou_span keyword,
                                      const struct mou_target_list *targets, struct mou_span span)
{
    assert(targets != NULL);
    struct mou_clause *clause = mou_clause_new(parse, MOU_CLAUSE_TO, keyword, span);
    if (clause != NULL) {
        clause->targets = targets->first;
        clause->broken = targets->first == NULL;
    }
    return clause;
}

struct mou_clause *mou_clause_degree(struct mou_parse *parse, struct mou_span keyword,
                                     const struct mou_name *degree, struct mou_span span)
{
    assert(degree != NULL);
    struct mou_clause *clause = mou_clause_new(parse, MOU_CLAUSE_DEGREE, keyword, span);
    if (clause != NULL) {
        clause->name = *degree;
    }
    return clause;
}

struct mou_clause *mou_clause_flag(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_span span)
{
    struct mou_clause *clause = mou_clause_new(parse, kind, span, span);
    mou_clause_set_flag(clause);
    return clause;
}

void mou_clause_set_flag(struct mou_clause *clause)
{
    if (clause != NULL) {
        clause->flag = true;
    }
}

struct mou_clause *mou_clause_holding(struct mou_parse *parse, enum mou_holding holding,
                                      struct mou_span span)
{
    struct mou_clause *clause = mou_clause_new(parse, MOU_CLAUSE_HOLDING, span, span);
    if (clause != NULL) {
        clause->holding = holding;
    }
    return clause;
}

struct mou_clause *mou_clause_publication(struct mou_parse *parse, const struct mou_ref_list *names,
                                          struct mou_expr *each, struct mou_expr *lasting,
                                          struct mou_span span)
{
    struct mou_clause *clause = mou_clause_names(parse, MOU_CLAUSE_PUBLISH, span, names, span);
    if (clause != NULL) {
        clause->expr = lasting;
        clause->second = each;
    }
    return clause;
}

struct mou_clause *mou_clause_grant(struct mou_parse *parse, const struct mou_name *name,
                                    struct mou_expr *value, struct mou_span span)
{
    assert(name != NULL);
    struct mou_clause *clause = mou_clause_expr(parse, MOU_CLAUSE_GRANT, span, value, span);
    if (clause != NULL) {
        clause->name = *name;
    }
    return clause;
}

struct mou_clause *mou_clause_steps(struct mou_parse *parse, enum mou_clause_kind kind,
                                    struct mou_span keyword, const struct mou_step_list *steps,
                                    struct mou_span span)
{
    assert(steps != NULL);
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        clause->steps = steps->first;
        clause->broken = steps->first == NULL;
    }
    return clause;
}

/* ------------------------------------------------------------------ tests */

struct mou_clause *mou_clause_objection(struct mou_parse *parse, const struct mou_name *record,
                                        const struct mou_lexeme *key, struct mou_span key_span,
                                        struct mou_expr *lodged, struct mou_expr *closed,
                                        const struct mou_name *subject, struct mou_span span)
{
    assert(record != NULL && key != NULL);
    struct mou_clause *clause = mou_clause_new(parse, MOU_CLAUSE_OBJECTION, span, span);
    if (clause != NULL) {
        clause->objection.record = *record;
        clause->objection.key = key->text;
        clause->objection.key_span = key_span;
        clause->objection.lodged = lodged;
        clause->objection.closed = closed;
        clause->objection.subject = subject != NULL ? *subject : mou_name_none();
    }
    return clause;
}

struct mou_expectation *mou_expectation_new(struct mou_parse *parse, const struct mou_name *subject,
                                            struct mou_name_ref *rule)
{
    assert(parse != NULL);
    struct mou_expectation *expectation = MOU_NEW(parse->arena, struct mou_expectation);
    if (expectation != NULL && rule != NULL) {
        expectation->subject = subject != NULL ? *subject : mou_name_none();
        expectation->rule = *rule;
        expectation->outcome = MOU_OUTCOME_UNSTATED;
    }
    return expectation;
}

void mou_expect_outcome(struct mou_expectation *expectation, enum mou_outcome outcome)
{
    if (expectation != NULL) {
        expectation->outcome = outcome;
    }
}

/* The enumeration of the member has no name of its own. */
void mou_expect_duty(struct mou_expectation *expectation, int duty)
{
    if (expectation != NULL) {
        expectation->duty = (__typeof__(expectation->duty))duty;
    }
}

void mou_expect_from(struct mou_expectation *expectation, struct mou_expr *date)
{
    if (expectation != NULL) {
        expectation->from = date;
    }
}

void mou_expect_until(struct mou_expectation *expectation, struct mou_expr *date)
{
    if (expectation != NULL) {
        expectation->until = date;
        expectation->until_open = date == NULL;
    }
}

void mou_expect_keys(struct mou_expectation *expectation, const struct mou_expr_list *keys)
{
    assert(keys != NULL);
    if (expectation != NULL) {
        expectation->keys = keys->first;
    }
}

void mou_expect_missing(struct mou_expectation *expectation, const struct mou_ref_list *fields)
{
    assert(fields != NULL);
    if (expectation != NULL) {
        expectation->missing = fields->first;
    }
}

void mou_expect_through(struct mou_expectation *expectation, const struct mou_name *relation,
                        const struct mou_name *subject)
{
    assert(relation != NULL && subject != NULL);
    if (expectation != NULL) {
        expectation->via_relation = *relation;
        expectation->via_subject = *subject;
    }
}

struct mou_clause *mou_clause_expectation(struct mou_parse *parse, enum mou_clause_kind kind,
                                          const struct mou_expectation *expectation,
                                          struct mou_span keyword, struct mou_span span)
{
    struct mou_clause *clause = mou_clause_new(parse, kind, keyword, span);
    if (clause != NULL) {
        if (expectation != NULL) {
            clause->expectation = *expectation;
        } else {
            clause->expectation.outcome = MOU_OUTCOME_UNSTATED;
            clause->broken = true;
        }
    }
    return clause;
}
