/*
 * Writes expressions of a raw tree as s-expressions, for dump.c. Recursion is bounded by the tree's height, MOU_NESTING_MAX.
 */
#include "dump.h"

#include <assert.h>

#include "parse.h"

const char *mou_dump_op(enum mou_op op)
{
    static const char *const names[] = {
        [MOU_OP_NONE] = "none", [MOU_OP_OR] = "or",  [MOU_OP_AND] = "and", [MOU_OP_NOT] = "not",       [MOU_OP_EQ] = "=",
        [MOU_OP_NE] = "!=",     [MOU_OP_LT] = "<",   [MOU_OP_LE] = "<=",   [MOU_OP_GT] = ">",          [MOU_OP_GE] = ">=",
        [MOU_OP_ADD] = "+",     [MOU_OP_SUB] = "-",  [MOU_OP_MUL] = "*",   [MOU_OP_DIV] = "/",         [MOU_OP_NEGATE] = "negate",
        [MOU_OP_PRESENT] = "present", [MOU_OP_ABSENT] = "absent"};
    return names[op];
}

static void name(struct mou_buf *out, const struct mou_name_ref *ref)
{
    if (ref->qualifier.text.len != 0) {
        mou_buf_json_text(out, ref->qualifier.text.bytes, ref->qualifier.text.len);
        mou_buf_char(out, '.');
    }
    mou_buf_json_text(out, ref->name.text.bytes, ref->name.text.len);
}

static void literal(struct mou_buf *out, const struct mou_expr *expr)
{
    static const char *const units[] = {
        [MOU_UNIT_MONTHS] = "months", [MOU_UNIT_DAYS] = "days", [MOU_UNIT_WORKDAYS] = "workdays"};
    switch ((int)expr->kind) {
    case MOU_EXPR_INTEGER:
        mou_buf_int(out, expr->integer);
        break;
    case MOU_EXPR_MONEY:
        mou_buf_printf(out, "(fen %lld)", (long long)expr->integer);
        break;
    case MOU_EXPR_RATIO:
        mou_buf_printf(out, "(ratio %lld/%lld)", (long long)expr->ratio.num, (long long)expr->ratio.den);
        break;
    case MOU_EXPR_DATE:
        mou_date_format(expr->date, out);
        break;
    case MOU_EXPR_DURATION:
        mou_buf_printf(out, "(%s %lld)", units[expr->unit], (long long)expr->integer);
        break;
    default:
        mou_buf_json_text(out, expr->text.bytes, expr->text.len);
        break;
    }
}

static void operands(struct mou_buf *out, const struct mou_expr *expr)
{
    const struct mou_expr *const parts[] = {expr->condition, expr->left, expr->right};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i] != NULL) {
            mou_buf_char(out, ' ');
            mou_dump_expr(parts[i], out);
        }
    }
    for (const struct mou_expr *argument = expr->arguments; argument != NULL; argument = argument->next) {
        mou_buf_char(out, ' ');
        mou_dump_expr(argument, out);
    }
}

static void form(struct mou_buf *out, const char *label, const struct mou_expr *expr)
{
    mou_buf_char(out, '(');
    mou_buf_text(out, label);
    operands(out, expr);
    mou_buf_char(out, ')');
}

static void named_form(struct mou_buf *out, const char *label, const struct mou_expr *expr)
{
    mou_buf_char(out, '(');
    mou_buf_text(out, label);
    mou_buf_char(out, ' ');
    name(out, &expr->reference);
    if (expr->range.field.text.len != 0) {
        mou_buf_char(out, ' ');
        mou_buf_json_text(out, expr->range.field.text.bytes, expr->range.field.text.len);
    }
    operands(out, expr);
    mou_buf_char(out, ')');
}

static void ranged(struct mou_buf *out, const char *label, const struct mou_expr *expr)
{
    const struct mou_range *range = &expr->range;
    mou_buf_printf(out, "(%s (range ", label);
    if (range->measure_kind >= 0) {
        mou_buf_text(out, range->measure_kind == 0 ? "sanctions" : "incentives");
    } else {
        name(out, &range->source);
    }
    const struct {
        const char *label;
        struct mou_text text;
    } names[] = {{"field", range->field.text}, {"alias", range->alias.text}};
    for (size_t i = 0; i < 2; i++) {
        if (names[i].text.len != 0) {
            mou_buf_printf(out, " (%s ", names[i].label);
            mou_buf_json_text(out, names[i].text.bytes, names[i].text.len);
            mou_buf_char(out, ')');
        }
    }
    if (range->at != NULL) {
        mou_buf_text(out, " (at ");
        mou_dump_expr(range->at, out);
        mou_buf_char(out, ')');
    }
    mou_buf_char(out, ')');
    if (expr->condition != NULL) {
        mou_buf_text(out, " (where ");
        mou_dump_expr(expr->condition, out);
        mou_buf_char(out, ')');
    }
    if (expr->right != NULL) {
        mou_buf_text(out, " (up-to ");
        mou_dump_expr(expr->right, out);
        mou_buf_char(out, ')');
    }
    mou_buf_char(out, ')');
}

static const char *quantifier_label(const struct mou_expr *expr)
{
    static const char *const names[] = {[MOU_SOME] = "some", [MOU_EVERY] = "every", [MOU_NONE_OF] = "none-of"};
    return names[expr->quantifier];
}

static const char *aggregate_label(const struct mou_expr *expr)
{
    static const char *const names[] = {
        [MOU_COUNT] = "count",       [MOU_COUNT_DISTINCT] = "count-distinct", [MOU_SUM] = "sum",       [MOU_MAX] = "max",
        [MOU_MIN] = "min",           [MOU_EARLIEST] = "earliest",             [MOU_LATEST] = "latest", [MOU_STREAK] = "streak"};
    return names[expr->aggregate];
}

static const char *state_label(const struct mou_expr *expr)
{
    static const char *const names[] = {[MOU_STATE_IN_FORCE] = "in-force",
                                        [MOU_STATE_SUSPENDED] = "suspended",
                                        [MOU_STATE_TO_VERIFY] = "to-verify",
                                        [MOU_STATE_PENDING] = "pending",
                                        [MOU_STATE_CONTESTED] = "contested"};
    return names[expr->state];
}

void mou_dump_expr(const struct mou_expr *expr, struct mou_buf *out)
{
    assert(out != NULL);
    if (expr == NULL) {
        mou_buf_text(out, "nothing");
        return;
    }
    switch (expr->kind) {
    case MOU_EXPR_INTEGER: case MOU_EXPR_MONEY: case MOU_EXPR_RATIO:
    case MOU_EXPR_DATE: case MOU_EXPR_DURATION: case MOU_EXPR_TEXT:
        literal(out, expr);
        break;
    case MOU_EXPR_YES:
        mou_buf_text(out, "yes");
        break;
    case MOU_EXPR_NO:
        mou_buf_text(out, "no");
        break;
    case MOU_EXPR_TODAY:
        mou_buf_text(out, "today");
        break;
    case MOU_EXPR_ANY:
        mou_buf_text(out, "any");
        break;
    case MOU_EXPR_NAME:
        mou_buf_text(out, "(name ");
        name(out, &expr->reference);
        mou_buf_char(out, ')');
        break;
    case MOU_EXPR_FIELD:
        named_form(out, "field", expr);
        break;
    case MOU_EXPR_CALL:
        named_form(out, "call", expr);
        break;
    case MOU_EXPR_AT:
        form(out, "at", expr);
        break;
    case MOU_EXPR_UNARY: case MOU_EXPR_BINARY: case MOU_EXPR_FILLED:
        form(out, mou_dump_op(expr->op), expr);
        break;
    case MOU_EXPR_IN:
        form(out, expr->named_set ? "in-named" : "in", expr);
        break;
    case MOU_EXPR_BETWEEN:
        form(out, "between", expr);
        break;
    case MOU_EXPR_WITHIN_LAST:
        form(out, "within-last", expr);
        break;
    case MOU_EXPR_AT_LEAST_AGO:
        form(out, "at-least-ago", expr);
        break;
    case MOU_EXPR_WITHIN:
        form(out, "within", expr);
        break;
    case MOU_EXPR_ON_LIST:
        named_form(out, "on-list", expr);
        break;
    case MOU_EXPR_LISTS:
        named_form(out, "lists", expr);
        break;
    case MOU_EXPR_WAS_LISTED:
        named_form(out, "was-listed", expr);
        break;
    case MOU_EXPR_IN_VALIDITY:
        form(out, "in-validity", expr);
        break;
    case MOU_EXPR_QUANTIFIER:
        ranged(out, quantifier_label(expr), expr);
        break;
    case MOU_EXPR_AGGREGATE:
        ranged(out, aggregate_label(expr), expr);
        break;
    case MOU_EXPR_CHOICE:
        form(out, "choice", expr);
        break;
    case MOU_EXPR_OR_DEFAULT:
        form(out, "or-default", expr);
        break;
    case MOU_EXPR_STATE:
        form(out, state_label(expr), expr);
        break;
    case MOU_EXPR_SET:
        form(out, "set", expr);
        break;
    case MOU_EXPR_ERROR:
        mou_buf_text(out, "error");
        break;
    }
}
