/*
 * Makers of typed nodes: conversions, comparisons, arithmetic with units, and how a value moves with the as-of date.
 */
#include <assert.h>

#include "catalogue.h"
#include "types.h"

const struct mou_type mou_type_error = {MOU_TYPE_ERROR, MOU_NO_INDEX};

struct mou_type mou_type_of(enum mou_type_kind kind)
{
    return (struct mou_type){kind, MOU_NO_INDEX};
}

struct mou_text mou_type_name(const struct mou_typer *typer, struct mou_type type)
{
    static const char *const names[] = {"（有误）", "条件", "是否", "整数", "计数", "金额", "比例", "金额（未取整）", "日期", "年月期间", "日数期间", "工作日期间", "相差日数", "文本", "代码"};
    if (type.kind == MOU_TYPE_CODE && type.code_table != MOU_NO_INDEX) {
        return typer->program->code_tables.items[type.code_table].name;
    }
    return mou_text_of(names[type.kind]);
}

struct mou_texpr *mou_tx_new(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_type type, struct mou_span span, uint32_t argument_count)
{
    struct mou_texpr *expr = MOU_NEW(typer->front->arena, struct mou_texpr);
    if (expr == NULL) {
        return &typer->program->scrap;
    }
    expr->kind = kind;
    expr->type = type;
    expr->span = span;
    expr->argument_count = argument_count;
    expr->arguments = argument_count > 0 ? MOU_NEW_ARRAY(typer->front->arena, argument_count, struct mou_texpr *) : NULL;
    return argument_count > 0 && expr->arguments == NULL ? &typer->program->scrap : expr;
}

struct mou_texpr *mou_tx_error(struct mou_typer *typer, struct mou_span span)
{
    return mou_tx_new(typer, MOU_TX_CONSTANT, mou_type_error, span, 0);
}

struct mou_texpr *mou_tx_unary(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_type type, struct mou_span span, struct mou_texpr *a)
{
    struct mou_texpr *expr = mou_tx_new(typer, kind, a->type.kind == MOU_TYPE_ERROR ? mou_type_error : type, span, 1);
    if (expr->arguments != NULL) {
        expr->arguments[0] = a;
    }
    return expr;
}

struct mou_texpr *mou_tx_binary(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_type type, struct mou_span span, struct mou_texpr *a,
                                struct mou_texpr *b)
{
    bool error = a->type.kind == MOU_TYPE_ERROR || b->type.kind == MOU_TYPE_ERROR;
    struct mou_texpr *expr = mou_tx_new(typer, kind, error ? mou_type_error : type, span, 2);
    if (expr->arguments != NULL) {
        expr->arguments[0] = a;
        expr->arguments[1] = b;
    }
    return expr;
}

struct mou_texpr *mou_tx_compare(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    struct mou_texpr *expr = mou_tx_binary(typer, MOU_TX_COMPARE, mou_type_of(MOU_TYPE_CONDITION), span, a, b);
    expr->op = op;
    int left = mou_tx_direction(a);
    int right = mou_tx_direction(b);
    if (left == 2 || right == 2 || (left != 0 && right != 0)) {
        mou_front_report(typer->front, MOU_DIAG_TODAY_NOT_MONOTONE, span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    return expr;
}

struct mou_texpr *mou_tx_today(struct mou_typer *typer, struct mou_span span)
{
    return mou_tx_new(typer, MOU_TX_TODAY, mou_type_of(MOU_TYPE_DATE), span, 0);
}

struct mou_texpr *mou_tx_constant(struct mou_typer *typer, struct mou_type type, struct mou_span span, int64_t integer)
{
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_CONSTANT, type, span, 0);
    expr->integer = integer;
    return expr;
}

static void mismatch(struct mou_typer *typer, enum mou_diag_code code, struct mou_span span, const struct mou_texpr *a, const struct mou_texpr *b)
{
    if (a->type.kind != MOU_TYPE_ERROR && b->type.kind != MOU_TYPE_ERROR) {
        mou_front_report(typer->front, code, span, mou_type_name(typer, a->type), mou_type_name(typer, b->type), MOU_NO_TEXT);
    }
}

struct mou_texpr *mou_tx_as_condition(struct mou_typer *typer, struct mou_texpr *expr)
{
    if (expr->type.kind == MOU_TYPE_CONDITION || expr->type.kind == MOU_TYPE_ERROR) {
        return expr;
    }
    if (expr->type.kind == MOU_TYPE_YES_NO) {
        return mou_tx_unary(typer, MOU_TX_TRUTH, mou_type_of(MOU_TYPE_CONDITION), expr->span, expr);
    }
    mou_front_report(typer->front, MOU_DIAG_NOT_CONDITION, expr->span, mou_type_name(typer, expr->type), MOU_NO_TEXT, MOU_NO_TEXT);
    return mou_tx_error(typer, expr->span);
}

struct mou_texpr *mou_tx_plain(struct mou_typer *typer, struct mou_texpr *expr)
{
    if (expr->type.kind == MOU_TYPE_COUNT) {
        return mou_tx_unary(typer, MOU_TX_COUNT_VALUE, mou_type_of(MOU_TYPE_INTEGER), expr->span, expr);
    }
    if (expr->type.kind == MOU_TYPE_CONDITION) {
        return mou_tx_unary(typer, MOU_TX_AS_YES_NO, mou_type_of(MOU_TYPE_YES_NO), expr->span, expr);
    }
    return expr;
}

static bool is_fraction(enum mou_type_kind kind)
{
    return kind == MOU_TYPE_RATIO || kind == MOU_TYPE_MONEY_FRACTION;
}

static bool is_money(enum mou_type_kind kind)
{
    return kind == MOU_TYPE_MONEY || kind == MOU_TYPE_MONEY_FRACTION;
}

/** A number without unit. */
static bool is_pure(enum mou_type_kind kind)
{
    return kind == MOU_TYPE_INTEGER || kind == MOU_TYPE_COUNT || kind == MOU_TYPE_RATIO;
}

static bool is_duration(enum mou_type_kind kind)
{
    return kind == MOU_TYPE_MONTHS || kind == MOU_TYPE_DAYS || kind == MOU_TYPE_WORKDAYS;
}

struct mou_texpr *mou_tx_fraction(struct mou_typer *typer, struct mou_texpr *expr)
{
    struct mou_texpr *plain = mou_tx_plain(typer, expr);
    if (is_fraction(plain->type.kind) || plain->type.kind == MOU_TYPE_ERROR) {
        return plain;
    }
    return mou_tx_unary(typer, MOU_TX_TO_FRACTION, mou_type_of(is_money(plain->type.kind) ? MOU_TYPE_MONEY_FRACTION : MOU_TYPE_RATIO), expr->span, plain);
}

static bool is_day_count(enum mou_type_kind kind)
{
    return kind == MOU_TYPE_SPAN || kind == MOU_TYPE_DAYS || kind == MOU_TYPE_INTEGER;
}

static bool same_type(struct mou_type a, struct mou_type b)
{
    return a.kind == b.kind && (a.kind != MOU_TYPE_CODE || a.code_table == b.code_table);
}

/** Of all codes only degrees have an order. */
static bool is_degree(const struct mou_typer *typer, struct mou_type type)
{
    return type.kind == MOU_TYPE_CODE && type.code_table != MOU_NO_INDEX &&
           mou_text_equal(typer->program->code_tables.items[type.code_table].name, MOU_DEGREE_TABLE);
}

struct mou_texpr *mou_tx_comparison(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    enum mou_type_kind left = a->type.kind;
    enum mou_type_kind right = b->type.kind;
    bool ordered = op != MOU_OP_EQ && op != MOU_OP_NE;
    bool orderable = (left != MOU_TYPE_CODE || is_degree(typer, a->type)) && left != MOU_TYPE_TEXT && left != MOU_TYPE_YES_NO && left != MOU_TYPE_CONDITION;
    if (left == MOU_TYPE_ERROR || right == MOU_TYPE_ERROR) {
        return mou_tx_compare(typer, op, span, a, b);
    }
    if ((left == MOU_TYPE_COUNT || right == MOU_TYPE_COUNT) && !is_fraction(left) && !is_fraction(right) && is_pure(left) && is_pure(right)) {
        return mou_tx_compare(typer, op, span, a, b);
    }
    a = mou_tx_plain(typer, a);
    b = mou_tx_plain(typer, b);
    bool fractions = is_fraction(a->type.kind) || is_fraction(b->type.kind);
    bool units_agree = (is_money(left) && is_money(right)) || (is_pure(left) && is_pure(right));
    if (fractions && units_agree) {
        return mou_tx_compare(typer, op, span, mou_tx_fraction(typer, a), mou_tx_fraction(typer, b));
    }
    bool days = (a->type.kind == MOU_TYPE_SPAN || b->type.kind == MOU_TYPE_SPAN) && is_day_count(a->type.kind) && is_day_count(b->type.kind);
    if ((same_type(a->type, b->type) || days) && (!ordered || orderable)) {
        return mou_tx_compare(typer, op, span, a, b);
    }
    mismatch(typer, ordered && !orderable ? MOU_DIAG_NOT_ORDERED : MOU_DIAG_TYPE_MISMATCH, span, a, b);
    return mou_tx_error(typer, span);
}

/* ------------------------------------------------------------------ arithmetic */

static struct mou_texpr *date_arithmetic(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    if (op == MOU_OP_SUB && b->type.kind == MOU_TYPE_DATE) {
        return mou_tx_binary(typer, MOU_TX_DATE_DIFFERENCE, mou_type_of(MOU_TYPE_SPAN), span, a, b);
    }
    if (is_duration(b->type.kind) || b->type.kind == MOU_TYPE_SPAN) {
        return mou_tx_binary(typer, op == MOU_OP_ADD ? MOU_TX_DATE_ADD : MOU_TX_DATE_SUB, mou_type_of(MOU_TYPE_DATE), span, a, b);
    }
    mismatch(typer, MOU_DIAG_BAD_ARITHMETIC, span, a, b);
    return mou_tx_error(typer, span);
}

static struct mou_texpr *sum(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    enum mou_texpr_kind kind = op == MOU_OP_ADD ? MOU_TX_ADD : MOU_TX_SUB;
    enum mou_type_kind left = a->type.kind;
    enum mou_type_kind right = b->type.kind;
    if (left == MOU_TYPE_DATE) {
        return date_arithmetic(typer, op, span, a, b);
    }
    if (left == right && (left == MOU_TYPE_INTEGER || left == MOU_TYPE_MONEY || is_duration(left) || left == MOU_TYPE_SPAN)) {
        return mou_tx_binary(typer, kind, a->type, span, a, b);
    }
    if (is_day_count(left) && is_day_count(right) && (left == MOU_TYPE_SPAN || right == MOU_TYPE_SPAN)) {
        return mou_tx_binary(typer, kind, mou_type_of(MOU_TYPE_SPAN), span, a, b);
    }
    if ((is_money(left) && is_money(right)) || (is_pure(left) && is_pure(right))) {
        enum mou_type_kind result = is_money(left) ? MOU_TYPE_MONEY_FRACTION : MOU_TYPE_RATIO;
        return mou_tx_binary(typer, op == MOU_OP_ADD ? MOU_TX_FRACTION_ADD : MOU_TX_FRACTION_SUB, mou_type_of(result), span, mou_tx_fraction(typer, a),
                             mou_tx_fraction(typer, b));
    }
    mismatch(typer, MOU_DIAG_BAD_ARITHMETIC, span, a, b);
    return mou_tx_error(typer, span);
}

static struct mou_texpr *product(struct mou_typer *typer, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    enum mou_type_kind left = a->type.kind;
    enum mou_type_kind right = b->type.kind;
    bool scalable = left == MOU_TYPE_MONEY || is_duration(left) || left == MOU_TYPE_SPAN;
    if (right == MOU_TYPE_INTEGER && (left == MOU_TYPE_INTEGER || scalable)) {
        return mou_tx_binary(typer, MOU_TX_MUL, a->type, span, a, b);
    }
    if (left == MOU_TYPE_INTEGER && (right == MOU_TYPE_MONEY || is_duration(right) || right == MOU_TYPE_SPAN)) {
        return mou_tx_binary(typer, MOU_TX_MUL, b->type, span, a, b);
    }
    bool fits = (is_money(left) || is_pure(left)) && (is_money(right) || is_pure(right)) && !(is_money(left) && is_money(right));
    if (fits) {
        enum mou_type_kind result = is_money(left) || is_money(right) ? MOU_TYPE_MONEY_FRACTION : MOU_TYPE_RATIO;
        return mou_tx_binary(typer, MOU_TX_FRACTION_MUL, mou_type_of(result), span, mou_tx_fraction(typer, a), mou_tx_fraction(typer, b));
    }
    mismatch(typer, MOU_DIAG_BAD_ARITHMETIC, span, a, b);
    return mou_tx_error(typer, span);
}

static struct mou_texpr *quotient(struct mou_typer *typer, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    enum mou_type_kind left = a->type.kind;
    enum mou_type_kind right = b->type.kind;
    bool fits = (is_money(left) || is_pure(left)) && (is_pure(right) || (is_money(left) && is_money(right)));
    if (fits) {
        enum mou_type_kind result = is_money(left) && !is_money(right) ? MOU_TYPE_MONEY_FRACTION : MOU_TYPE_RATIO;
        return mou_tx_binary(typer, MOU_TX_FRACTION_DIV, mou_type_of(result), span, mou_tx_fraction(typer, a), mou_tx_fraction(typer, b));
    }
    mismatch(typer, MOU_DIAG_BAD_ARITHMETIC, span, a, b);
    return mou_tx_error(typer, span);
}

struct mou_texpr *mou_tx_arithmetic(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    a = mou_tx_plain(typer, a);
    b = mou_tx_plain(typer, b);
    if (a->type.kind == MOU_TYPE_ERROR || b->type.kind == MOU_TYPE_ERROR) {
        return mou_tx_error(typer, span);
    }
    return op == MOU_OP_MUL ? product(typer, span, a, b) : op == MOU_OP_DIV ? quotient(typer, span, a, b) : sum(typer, op, span, a, b);
}

/* ------------------------------------------------------------------ the as-of date */

static int joined(int a, int b)
{
    return a == 0 ? b : b == 0 || a == b ? a : 2;
}

static int argument_direction(const struct mou_texpr *expr, uint32_t index)
{
    return index < expr->argument_count && expr->arguments[index] != NULL ? mou_tx_direction(expr->arguments[index]) : 0;
}

static int opposite(int direction)
{
    return direction == 2 ? 2 : -direction;
}

int mou_tx_direction(const struct mou_texpr *expr)
{
    int first = 0;
    switch (expr->kind) {
    case MOU_TX_TODAY:
    case MOU_TX_AGE:
        return 1;
    case MOU_TX_ADD: case MOU_TX_DATE_ADD: case MOU_TX_MIN: case MOU_TX_MAX: case MOU_TX_FRACTION_ADD:
        return joined(argument_direction(expr, 0), argument_direction(expr, 1));
    case MOU_TX_SUB: case MOU_TX_DATE_SUB: case MOU_TX_DATE_DIFFERENCE: case MOU_TX_FRACTION_SUB:
        return joined(argument_direction(expr, 0), opposite(argument_direction(expr, 1)));
    case MOU_TX_NEGATE:
        return opposite(argument_direction(expr, 0));
    case MOU_TX_YEAR: case MOU_TX_MONTH_START: case MOU_TX_NEXT_MONTH_DAY: case MOU_TX_ROLL_FORWARD: case MOU_TX_FIRST_WORKDAY: case MOU_TX_TO_FRACTION:
    case MOU_TX_ROUND:
        return argument_direction(expr, 0);
    case MOU_TX_DEFINITION:
        return expr->direction;
    case MOU_TX_MUL: case MOU_TX_FRACTION_MUL: case MOU_TX_FRACTION_DIV: case MOU_TX_OR_DEFAULT: case MOU_TX_TABLE: case MOU_TX_AS_YES_NO:
        for (uint32_t i = 0; i < expr->argument_count; i++) {
            first = first != 0 || (expr->arguments[i]->type.kind != MOU_TYPE_CONDITION && argument_direction(expr, i) != 0);
        }
        return first != 0 ? 2 : 0;
    case MOU_TX_CHOICE:
        first = joined(argument_direction(expr, 1), argument_direction(expr, 2));
        return first == 0 ? 0 : 2;
    case MOU_TX_CONSTANT: case MOU_TX_PARAMETER: case MOU_TX_FIELD: case MOU_TX_ATTRIBUTE: case MOU_TX_INAPPLICABLE: case MOU_TX_FINDING: case MOU_TX_LIST: case MOU_TX_LISTING:
    case MOU_TX_LIST_COUNT: case MOU_TX_MARK: case MOU_TX_MEASURE: case MOU_TX_EACH_MEASURE: case MOU_TX_AND: case MOU_TX_OR: case MOU_TX_NOT: case MOU_TX_COMPARE:
    case MOU_TX_FILLED: case MOU_TX_TRUTH: case MOU_TX_QUANTIFIER: case MOU_TX_AGGREGATE: case MOU_TX_COUNT_VALUE: case MOU_TX_COUNT_SUM:
        break;
    }
    return 0;
}

bool mou_tx_unify(struct mou_typer *typer, struct mou_texpr **a, struct mou_texpr **b, struct mou_span span)
{
    if ((*a)->type.kind == MOU_TYPE_CONDITION && (*b)->type.kind == MOU_TYPE_CONDITION) {
        return true;
    }
    *a = mou_tx_plain(typer, *a);
    *b = mou_tx_plain(typer, *b);
    enum mou_type_kind left = (*a)->type.kind;
    enum mou_type_kind right = (*b)->type.kind;
    if (left == MOU_TYPE_ERROR || right == MOU_TYPE_ERROR || same_type((*a)->type, (*b)->type)) {
        return true;
    }
    if ((is_fraction(left) || is_fraction(right)) && ((is_money(left) && is_money(right)) || (is_pure(left) && is_pure(right)))) {
        *a = mou_tx_fraction(typer, *a);
        *b = mou_tx_fraction(typer, *b);
        return true;
    }
    mismatch(typer, MOU_DIAG_TYPE_MISMATCH, span, *a, *b);
    return false;
}
