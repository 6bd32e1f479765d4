/*
 * Writes expressions of a raw tree as s-expressions, for dump.c. Recursion is bounded by the tree's
 * height, MOU_NESTING_MAX.
 */
#include "dump.h"

#include <assert.h>

#include "parse.h"

const char *mou_dump_op(enum mou_op op)
{
    static const char *const names[] = {[MOU_OP_NONE] = "none",     [MOU_OP_OR] = "or",
                                        [MOU_OP_AND] = "and",       [MOU_OP_NOT] = "not",
                                        [MOU_OP_EQ] = "=",          [MOU_OP_NE] = "!=",
                                        [MOU_OP_LT] = "<",          [MOU_OP_LE] = "<=",
                                        [MOU_OP_GT] = ">",          [MOU_OP_GE] = ">=",
                                        [MOU_OP_ADD] = "+",         [MOU_OP_SUB] = "-",
                                        [MOU_OP_MUL] = "*",         [MOU_OP_DIV] = "/",
                                        [MOU_OP_NEGATE] = "negate", [MOU_OP_PRESENT] = "present",
                                        [MOU_OP_ABSENT] = "absent"};
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
        mou_buf_printf(out, "(ratio %lld/%lld)", (long long)expr->ratio.num,
                       (long long)expr->ratio.den);
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
    for (const struct mou_expr *argument = expr->arguments; argument != NULL;
         argument = argument->next) {
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
    static const char *const names[] = {
        [MOU_SOME] = "some", [MOU_EVERY] = "every", [MOU_NONE_OF] = "none-of"};
    return names[expr->quantifier];
}

static const char *aggregate_label(const struct mou_expr *expr)
{
    static const char *const names[] = {
        [MOU_COUNT] = "count",   [MOU_COUNT_DISTINCT] = "count-distinct",
        [MOU_SUM] = "sum",       [MOU_MAX] = "max",
        [MOU_MIN] = "min",       [MOU_EARLIEST] = "earliest",
        [MOU_LATEST] = "latest", [MOU_STREAK] = "streak"};
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

/* How an expression of a kind is written. */
enum shape { SHAPE_WORD, SHAPE_LITERAL, SHAPE_FORM, SHAPE_NAMED };

static const struct {
    enum shape shape;
    const char *label;
} shapes[] = {
    [MOU_EXPR_INTEGER] = {SHAPE_LITERAL, ""},
    [MOU_EXPR_MONEY] = {SHAPE_LITERAL, ""},
    [MOU_EXPR_RATIO] = {SHAPE_LITERAL, ""},
    [MOU_EXPR_DATE] = {SHAPE_LITERAL, ""},
    [MOU_EXPR_DURATION] = {SHAPE_LITERAL, ""},
    [MOU_EXPR_TEXT] = {SHAPE_LITERAL, ""},
    [MOU_EXPR_YES] = {SHAPE_WORD, "yes"},
    [MOU_EXPR_NO] = {SHAPE_WORD, "no"},
    [MOU_EXPR_TODAY] = {SHAPE_WORD, "today"},
    [MOU_EXPR_ANY] = {SHAPE_WORD, "any"},
    [MOU_EXPR_NAME] = {SHAPE_NAMED, "name"},
    [MOU_EXPR_FIELD] = {SHAPE_NAMED, "field"},
    [MOU_EXPR_CALL] = {SHAPE_NAMED, "call"},
    [MOU_EXPR_AT] = {SHAPE_FORM, "at"},
    [MOU_EXPR_UNARY] = {SHAPE_FORM, NULL}, /* NULL: by operator, flag or state */
    [MOU_EXPR_BINARY] = {SHAPE_FORM, NULL},
    [MOU_EXPR_IN] = {SHAPE_FORM, NULL},
    [MOU_EXPR_BETWEEN] = {SHAPE_FORM, "between"},
    [MOU_EXPR_FILLED] = {SHAPE_FORM, NULL},
    [MOU_EXPR_WITHIN_LAST] = {SHAPE_FORM, "within-last"},
    [MOU_EXPR_AT_LEAST_AGO] = {SHAPE_FORM, "at-least-ago"},
    [MOU_EXPR_WITHIN] = {SHAPE_FORM, "within"},
    [MOU_EXPR_ON_LIST] = {SHAPE_NAMED, "on-list"},
    [MOU_EXPR_LISTS] = {SHAPE_NAMED, "lists"},
    [MOU_EXPR_WAS_LISTED] = {SHAPE_NAMED, "was-listed"},
    [MOU_EXPR_LISTINGS] = {SHAPE_NAMED, "listings"},
    [MOU_EXPR_LAST_ENTERED] = {SHAPE_NAMED, "last-entered"},
    [MOU_EXPR_LAST_LEFT] = {SHAPE_NAMED, "last-left"},
    [MOU_EXPR_DAY_ENTERED] = {SHAPE_WORD, "day-entered"},
    [MOU_EXPR_DAY_LEFT] = {SHAPE_WORD, "day-left"},
    [MOU_EXPR_IN_VALIDITY] = {SHAPE_FORM, "in-validity"},
    [MOU_EXPR_QUANTIFIER] = {SHAPE_FORM, NULL},
    [MOU_EXPR_AGGREGATE] = {SHAPE_FORM, NULL},
    [MOU_EXPR_CHOICE] = {SHAPE_FORM, "choice"},
    [MOU_EXPR_OR_DEFAULT] = {SHAPE_FORM, "or-default"},
    [MOU_EXPR_STATE] = {SHAPE_FORM, NULL},
    [MOU_EXPR_SET] = {SHAPE_FORM, "set"},
    [MOU_EXPR_ERROR] = {SHAPE_WORD, "error"},
};

static_assert(sizeof(shapes) / sizeof(shapes[0]) == MOU_EXPR_ERROR + 1, "a shape for every kind");

/* Label of a form whose kind alone does not say it. */
static const char *label_of(const struct mou_expr *expr)
{
    switch ((int)expr->kind) {
    case MOU_EXPR_IN:
        return expr->named_set ? "in-named" : "in";
    case MOU_EXPR_STATE:
        return state_label(expr);
    case MOU_EXPR_QUANTIFIER:
        return quantifier_label(expr);
    case MOU_EXPR_AGGREGATE:
        return aggregate_label(expr);
    default:
        return shapes[expr->kind].label != NULL ? shapes[expr->kind].label : mou_dump_op(expr->op);
    }
}

void mou_dump_expr(const struct mou_expr *expr, struct mou_buf *out)
{
    assert(out != NULL);
    if (expr == NULL) {
        mou_buf_text(out, "nothing");
        return;
    }
    switch (shapes[expr->kind].shape) {
    case SHAPE_WORD:
        mou_buf_text(out, shapes[expr->kind].label);
        break;
    case SHAPE_LITERAL:
        literal(out, expr);
        break;
    case SHAPE_NAMED:
        named_form(out, shapes[expr->kind].label, expr);
        break;
    case SHAPE_FORM:
        if (expr->kind == MOU_EXPR_QUANTIFIER || expr->kind == MOU_EXPR_AGGREGATE) {
            ranged(out, label_of(expr), expr);
        } else {
            form(out, label_of(expr), expr);
        }
        break;
    }
}
