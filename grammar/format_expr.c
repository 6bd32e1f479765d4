/*
 * Lays out expressions. Flat on one line where they fit; a long chain of 且 or 或 is broken before
 * each of its operators, aligned under its first term, as memoranda in force are written.
 * Parentheses are kept as written, since they are where the tree says. Recursion is bounded by the
 * tree's height, MOU_NESTING_MAX.
 */
#include <assert.h>
#include <string.h>

#include "build.h"
#include "format.h"
#include "parser.h"

static void flat(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out);

/* ------------------------------------------------------------------ operators */

/* Signs are written in one form each; words as keywords are. */
static const char *sign_of(enum mou_op op)
{
    static const char *const signs[] = {
        [MOU_OP_NONE] = "",  [MOU_OP_OR] = "",   [MOU_OP_AND] = "",     [MOU_OP_NOT] = "",
        [MOU_OP_EQ] = "=",   [MOU_OP_NE] = "≠",  [MOU_OP_LT] = "<",     [MOU_OP_LE] = "≤",
        [MOU_OP_GT] = ">",   [MOU_OP_GE] = "≥",  [MOU_OP_ADD] = "+",    [MOU_OP_SUB] = "-",
        [MOU_OP_MUL] = "×",  [MOU_OP_DIV] = "÷", [MOU_OP_NEGATE] = "-", [MOU_OP_PRESENT] = "",
        [MOU_OP_ABSENT] = ""};
    return signs[op];
}

static void operator_word(struct mou_layout *layout, const struct mou_expr *expr,
                          struct mou_buf *out)
{
    if (mou_word_find(layout, expr->op_span) != NULL) {
        mou_word_keyword(layout, expr->op_span, out);
    } else {
        mou_buf_text(out, sign_of(expr->op));
    }
}

static bool operator_is_english(const struct mou_layout *layout, const struct mou_expr *expr)
{
    return mou_word_is_english(layout, expr->op_span);
}

static void word(struct mou_layout *layout, int token, bool english, struct mou_buf *out)
{
    bool before = layout->english;
    layout->english = english;
    mou_word_token(layout, token, out);
    layout->english = before;
}

/*
 * ------------------------------------------------------------------ forms with words of their own
 */

static void infix(struct mou_layout *layout, const struct mou_expr *expr, const char *before,
                  const char *after, struct mou_buf *out)
{
    flat(layout, expr->left, out);
    mou_buf_char(out, ' ');
    mou_buf_text(out, before);
    mou_buf_char(out, ' ');
    flat(layout, expr->right, out);
    if (after[0] != '\0') {
        mou_buf_char(out, ' ');
        mou_buf_text(out, after);
    }
}

static void or_default(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    if (operator_is_english(layout, expr)) {
        infix(layout, expr, "or default", "", out);
        return;
    }
    mou_buf_text(out, "取 ");
    infix(layout, expr, "缺省", "", out);
}

static void choice(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    bool english = operator_is_english(layout, expr);
    word(layout, TOK_IF, english, out);
    mou_buf_char(out, ' ');
    flat(layout, expr->condition, out);
    mou_buf_char(out, ' ');
    word(layout, TOK_THEN, english, out);
    mou_buf_char(out, ' ');
    flat(layout, expr->left, out);
    mou_buf_char(out, ' ');
    word(layout, TOK_ELSE, english, out);
    mou_buf_char(out, ' ');
    flat(layout, expr->right, out);
}

static void list(struct mou_layout *layout, const struct mou_expr *items, const char *separator,
                 struct mou_buf *out)
{
    for (const struct mou_expr *item = items; item != NULL; item = item->next) {
        mou_buf_text(out, item == items ? "" : separator);
        flat(layout, item, out);
    }
}

static void membership(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    flat(layout, expr->left, out);
    mou_buf_char(out, ' ');
    operator_word(layout, expr, out);
    mou_buf_char(out, ' ');
    if (expr->named_set) {
        flat(layout, expr->arguments, out);
        return;
    }
    mou_buf_char(out, '{');
    list(layout, expr->arguments, operator_is_english(layout, expr) ? ", " : "、", out);
    mou_buf_char(out, '}');
}

static void between(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    flat(layout, expr->left, out);
    mou_buf_char(out, ' ');
    operator_word(layout, expr, out);
    mou_buf_char(out, ' ');
    flat(layout, expr->arguments, out);
    mou_buf_text(out, operator_is_english(layout, expr) ? " and " : " 和 ");
    flat(layout, expr->arguments != NULL ? expr->arguments->next : NULL, out);
}

/* Built-in functions have a name in each language; names that rules declare have one. */
static void call(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    const struct mou_name *name = &expr->reference.name;
    size_t count;
    const struct mou_keyword *keywords = mou_keywords(&count);
    const struct mou_keyword *function = NULL;
    for (size_t i = 0; i < count && layout->mode != MOU_KEYWORDS_AS_WRITTEN; i++) {
        bool same = mou_text_equal(name->text, mou_text_of(keywords[i].zh)) ||
                    mou_text_equal(name->text, mou_text_of(keywords[i].en));
        if (keywords[i].standing == MOU_STANDING_NAME && same &&
            expr->reference.qualifier.text.len == 0 && !name->quoted) {
            function = &keywords[i];
        }
    }
    if (function != NULL) {
        struct mou_text spelling = mou_keyword_spelling(function, layout->mode == MOU_KEYWORDS_EN);
        mou_buf_append(out, spelling.bytes, spelling.len);
    } else {
        mou_word_ref(layout, &expr->reference, out);
    }
    mou_buf_char(out, '(');
    list(layout, expr->arguments, ", ", out);
    mou_buf_char(out, ')');
}

/* ------------------------------------------------------------------ quantifiers and aggregates */

static void range(struct mou_layout *layout, const struct mou_expr *expr, bool english,
                  struct mou_buf *out)
{
    const struct mou_range *source = &expr->range;
    if (source->measure_kind >= 0) {
        word(layout, source->measure_kind == 0 ? TOK_SANCTION : TOK_INCENTIVE, english, out);
        return;
    }
    mou_word_ref(layout, &source->source, out);
    if (source->field.text.len != 0) {
        mou_buf_char(out, '.');
        mou_word_name(layout, &source->field, out);
    }
    if (source->alias.text.len != 0) {
        mou_buf_char(out, ' ');
        mou_word_name(layout, &source->alias, out);
    }
    if (source->at != NULL) {
        mou_buf_char(out, ' ');
        word(layout, TOK_AT, english, out);
        mou_buf_char(out, ' ');
        flat(layout, source->at, out);
    }
}

static void quantifier_head(struct mou_layout *layout, const struct mou_expr *expr,
                            struct mou_buf *out)
{
    operator_word(layout, expr, out);
    mou_buf_char(out, ' ');
    range(layout, expr, operator_is_english(layout, expr), out);
}

static void where(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    if (expr->condition != NULL) {
        mou_buf_char(out, ' ');
        word(layout, TOK_WHERE, operator_is_english(layout, expr), out);
        mou_buf_char(out, ' ');
        flat(layout, expr->condition, out);
    }
}

static void quantifier(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    quantifier_head(layout, expr, out);
    where(layout, expr, out);
}

static void aggregate(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    bool english = operator_is_english(layout, expr);
    operator_word(layout, expr, out);
    mou_buf_char(out, '(');
    if (expr->aggregate == MOU_COUNT_DISTINCT) {
        word(layout, TOK_DISTINCT, english, out);
        mou_buf_char(out, ' ');
    }
    range(layout, expr, english, out);
    where(layout, expr, out);
    if (expr->right != NULL) {
        mou_buf_char(out, ' ');
        word(layout, TOK_UP_TO, english, out);
        mou_buf_char(out, ' ');
        flat(layout, expr->right, out);
    }
    mou_buf_char(out, ')');
}

static void lists(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    operator_word(layout, expr, out);
    mou_buf_char(out, '(');
    if (expr->range.field.text.len != 0) {
        word(layout, TOK_DISTINCT, operator_is_english(layout, expr), out);
        mou_buf_char(out, ' ');
        mou_word_name(layout, &expr->range.field, out);
        mou_buf_char(out, ' ');
    }
    mou_word_ref(layout, &expr->reference, out);
    where(layout, expr, out);
    mou_buf_char(out, ')');
}

/* ------------------------------------------------------------------ flat */

static void binary(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    flat(layout, expr->left, out);
    mou_buf_char(out, ' ');
    operator_word(layout, expr, out);
    mou_buf_char(out, ' ');
    flat(layout, expr->right, out);
}

static void unary(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    operator_word(layout, expr, out);
    /*
     * A sign stands before its operand; `- -3` keeps its blank, since two signs would be hard to
     * read.
     */
    bool sign = expr->op == MOU_OP_NEGATE;
    bool another =
        expr->left != NULL && !expr->left->parenthesised && expr->left->kind == MOU_EXPR_UNARY;
    mou_buf_text(out, sign && !another ? "" : " ");
    flat(layout, expr->left, out);
}

static void postfix(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    if (expr->left != NULL) {
        flat(layout, expr->left, out);
        mou_buf_char(out, ' ');
    }
    if (expr->kind == MOU_EXPR_IN_VALIDITY) {
        mou_buf_text(out, operator_is_english(layout, expr) ? "in validity" : "在 有效期");
    } else {
        operator_word(layout, expr, out);
    }
}

static void named(struct mou_layout *layout, const struct mou_expr *expr, const char *zh,
                  const char *en, struct mou_buf *out)
{
    mou_buf_text(out, operator_is_english(layout, expr) ? en : zh);
    mou_buf_char(out, ' ');
    mou_word_ref(layout, &expr->reference, out);
}

static void yes_no(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    bool english = mou_word_is_english(layout, expr->span);
    if (expr->kind == MOU_EXPR_YES) {
        mou_buf_text(out, english ? "yes" : "是");
    } else {
        mou_buf_text(out, english ? "no" : "否");
    }
}

static void member(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    flat(layout, expr->left, out);
    mou_buf_char(out, '.');
    mou_word_name(layout, &expr->reference.name, out);
}

static void set(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    mou_buf_char(out, '{');
    list(layout, expr->arguments, mou_word_comma(layout), out);
    mou_buf_char(out, '}');
}

static void literal(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    mou_word_literal(layout, expr, out);
}

static void own_word(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    mou_word_keyword(layout, expr->span, out);
}

static void reference(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    mou_word_ref(layout, &expr->reference, out);
}

/* D 在 近 P, D 满 P, D 在 P 内. */
static void time_form(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    bool english = operator_is_english(layout, expr);
    if (expr->kind == MOU_EXPR_WITHIN_LAST) {
        infix(layout, expr, english ? "within last" : "在 近", "", out);
    } else if (expr->kind == MOU_EXPR_AT_LEAST_AGO) {
        infix(layout, expr, english ? "at least" : "满", english ? "ago" : "", out);
    } else {
        infix(layout, expr, english ? "within" : "在", english ? "" : "内", out);
    }
}

static void list_form(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    if (expr->kind == MOU_EXPR_ON_LIST) {
        named(layout, expr, "在", "on list", out);
    } else {
        named(layout, expr, "曾 列入", "ever entered", out);
        where(layout, expr, out);
    }
}

/* How an expression of a kind is written, its parentheses apart. */
typedef void (*form_fn)(struct mou_layout *layout, const struct mou_expr *expr,
                        struct mou_buf *out);
static const form_fn forms[] = {
    [MOU_EXPR_INTEGER] = literal,
    [MOU_EXPR_MONEY] = literal,
    [MOU_EXPR_RATIO] = literal,
    [MOU_EXPR_DATE] = literal,
    [MOU_EXPR_DURATION] = literal,
    [MOU_EXPR_TEXT] = literal,
    [MOU_EXPR_YES] = yes_no,
    [MOU_EXPR_NO] = yes_no,
    [MOU_EXPR_TODAY] = own_word,
    [MOU_EXPR_ANY] = own_word,
    [MOU_EXPR_NAME] = reference,
    [MOU_EXPR_FIELD] = member,
    [MOU_EXPR_CALL] = call,
    [MOU_EXPR_AT] = binary,
    [MOU_EXPR_UNARY] = unary,
    [MOU_EXPR_BINARY] = binary,
    [MOU_EXPR_IN] = membership,
    [MOU_EXPR_BETWEEN] = between,
    [MOU_EXPR_FILLED] = postfix,
    [MOU_EXPR_WITHIN_LAST] = time_form,
    [MOU_EXPR_AT_LEAST_AGO] = time_form,
    [MOU_EXPR_WITHIN] = time_form,
    [MOU_EXPR_ON_LIST] = list_form,
    [MOU_EXPR_LISTS] = lists,
    [MOU_EXPR_WAS_LISTED] = list_form,
    [MOU_EXPR_LISTINGS] = lists,
    [MOU_EXPR_LAST_ENTERED] = lists,
    [MOU_EXPR_LAST_LEFT] = lists,
    [MOU_EXPR_DAY_ENTERED] = own_word,
    [MOU_EXPR_DAY_LEFT] = own_word,
    [MOU_EXPR_IN_VALIDITY] = postfix,
    [MOU_EXPR_QUANTIFIER] = quantifier,
    [MOU_EXPR_AGGREGATE] = aggregate,
    [MOU_EXPR_CHOICE] = choice,
    [MOU_EXPR_OR_DEFAULT] = or_default,
    [MOU_EXPR_STATE] = postfix,
    [MOU_EXPR_SET] = set,
    [MOU_EXPR_ERROR] = own_word, /* not in an unbroken tree */
};

static_assert(sizeof(forms) / sizeof(forms[0]) == MOU_EXPR_ERROR + 1, "a form for every kind");

static void bare(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    forms[expr->kind](layout, expr, out);
}

static void flat(struct mou_layout *layout, const struct mou_expr *expr, struct mou_buf *out)
{
    if (expr == NULL) {
        return;
    }
    mou_buf_text(out, expr->parenthesised ? "(" : "");
    bare(layout, expr, out);
    mou_buf_text(out, expr->parenthesised ? ")" : "");
}

void mou_layout_expr_flat(struct mou_layout *layout, const struct mou_expr *expr,
                          struct mou_buf *out)
{
    assert(layout != NULL && out != NULL);
    flat(layout, expr, out);
}

/* ------------------------------------------------------------------ broken over lines */

static void broken(struct mou_layout *layout, const struct mou_expr *expr, size_t width_max);

static bool is_chain(const struct mou_expr *expr, enum mou_op op)
{
    return expr != NULL && expr->kind == MOU_EXPR_BINARY && expr->op == op;
}

static bool is_connective(const struct mou_expr *expr)
{
    return is_chain(expr, MOU_OP_AND) || is_chain(expr, MOU_OP_OR);
}

static void append(struct mou_layout *layout, const struct mou_buf *buf)
{
    mou_buf_append(&layout->line, buf->data, buf->len);
}

/*
 * True if a comment stands before a place at which the expression can be broken: it keeps its line.
 */
static bool holds_comment(const struct mou_layout *layout, const struct mou_expr *expr)
{
    if (expr == NULL) {
        return false;
    }
    if (is_connective(expr)) {
        return mou_layout_comment_before(layout, expr->op_span.begin) ||
               holds_comment(layout, expr->right);
    }
    if (expr->kind == MOU_EXPR_UNARY && expr->op == MOU_OP_NOT) {
        return holds_comment(layout, expr->left);
    }
    if (expr->kind == MOU_EXPR_CHOICE && expr->right != NULL) {
        return mou_layout_comment_before(layout, expr->right->span.begin) ||
               holds_comment(layout, expr->right);
    }
    if (expr->kind == MOU_EXPR_QUANTIFIER && expr->condition != NULL) {
        return mou_layout_comment_before(layout, expr->condition->span.begin) ||
               holds_comment(layout, expr->condition);
    }
    return false;
}

/*
 * Writes `expr` flat if it is at most `width_max` wide, fits on the line and holds no comment; else
 * leaves the line as it was.
 */
static bool fits_flat(struct mou_layout *layout, const struct mou_expr *expr, size_t width_max)
{
    if (holds_comment(layout, expr)) {
        return false;
    }
    mou_layout_clear(layout, &layout->scratch);
    flat(layout, expr, &layout->scratch);
    size_t width = mou_text_width((struct mou_text){layout->scratch.data, layout->scratch.len});
    if (width > width_max || mou_layout_column(layout) + width > MOU_WIDTH_TERM) {
        return false;
    }
    append(layout, &layout->scratch);
    mou_layout_wrote(layout, expr->span);
    return true;
}

/*
 * a 且 b 且 c: the first term where the line stands, each further one on a line of its own behind its
 * operator.
 */
static void chain(struct mou_layout *layout, const struct mou_expr *expr, size_t column)
{
    if (is_chain(expr->left, expr->op) && !expr->left->parenthesised) {
        chain(layout, expr->left, column);
    } else {
        broken(layout, expr->left, MOU_WIDTH_TERM);
    }
    mou_layout_line(layout, column, expr->op_span.begin, MOU_BLANKS_NONE);
    operator_word(layout, expr, &layout->line);
    mou_buf_char(&layout->line, ' ');
    broken(layout, expr->right, MOU_WIDTH_TERM);
}

/* 若 …, 则 … and 否则 … under each other. */
static void broken_choice(struct mou_layout *layout, const struct mou_expr *expr, size_t column)
{
    bool english = operator_is_english(layout, expr);
    word(layout, TOK_IF, english, &layout->line);
    mou_buf_char(&layout->line, ' ');
    broken(layout, expr->condition, MOU_WIDTH_TERM);
    mou_layout_line(layout, column, expr->left != NULL ? expr->left->span.begin : 0,
                    MOU_BLANKS_NONE);
    word(layout, TOK_THEN, english, &layout->line);
    mou_buf_char(&layout->line, ' ');
    broken(layout, expr->left, MOU_WIDTH_TERM);
    mou_layout_line(layout, column, expr->right != NULL ? expr->right->span.begin : 0,
                    MOU_BLANKS_NONE);
    word(layout, TOK_ELSE, english, &layout->line);
    mou_buf_char(&layout->line, ' ');
    broken(layout, expr->right, MOU_WIDTH_TERM);
}

/*
 * 任一 R 满足 (…): the condition goes on where the line stands, or below if that leaves it little room.
 */
static void broken_quantifier(struct mou_layout *layout, const struct mou_expr *expr, size_t column)
{
    mou_layout_clear(layout, &layout->scratch);
    quantifier_head(layout, expr, &layout->scratch);
    append(layout, &layout->scratch);
    if (expr->condition == NULL) {
        return;
    }
    mou_buf_char(&layout->line, ' ');
    word(layout, TOK_WHERE, operator_is_english(layout, expr), &layout->line);
    mou_layout_line(layout, column + MOU_INDENT - 1, expr->condition->span.begin, MOU_BLANKS_NONE);
    broken(layout, expr->condition, MOU_WIDTH_TERM);
}

static void broken_bare(struct mou_layout *layout, const struct mou_expr *expr)
{
    size_t column = mou_layout_column(layout);
    if (is_connective(expr)) {
        chain(layout, expr, column);
    } else if (expr->kind == MOU_EXPR_UNARY && expr->op == MOU_OP_NOT) {
        operator_word(layout, expr, &layout->line);
        mou_buf_char(&layout->line, ' ');
        broken(layout, expr->left, MOU_WIDTH_TERM);
    } else if (expr->kind == MOU_EXPR_CHOICE) {
        broken_choice(layout, expr, column);
    } else if (expr->kind == MOU_EXPR_QUANTIFIER) {
        broken_quantifier(layout, expr, column);
    } else {
        mou_layout_clear(layout, &layout->scratch);
        bare(layout, expr, &layout->scratch);
        append(layout, &layout->scratch);
    }
}

static void broken(struct mou_layout *layout, const struct mou_expr *expr, size_t width_max)
{
    if (expr == NULL || fits_flat(layout, expr, width_max)) {
        return;
    }
    mou_buf_text(&layout->line, expr->parenthesised ? "(" : "");
    broken_bare(layout, expr);
    mou_buf_text(&layout->line, expr->parenthesised ? ")" : "");
    mou_layout_wrote(layout, expr->span);
}

void mou_layout_expr(struct mou_layout *layout, const struct mou_expr *expr)
{
    assert(layout != NULL);
    broken(layout, expr,
           is_connective(expr) && !expr->parenthesised ? MOU_WIDTH_CONDITION : MOU_WIDTH_TERM);
}
