/*
 * One imagined case: what each quantity can still be. Comparisons narrow it; a quantity with nothing left makes the case impossible. Durations of months are
 * taken with their shortest and longest number of days, parameters with all the values they ever have, so that only what is certain is refused.
 */
#include <string.h>

#include "doubt.h"
#include "tables.h"

#define FAR_BELOW (INT64_MIN / 4)
#define FAR_ABOVE (INT64_MAX / 4)
#define DEPTH_MAX 64

/** A quantity as a term and what is added to it: from `lo` to `hi`. */
struct sum {
    const struct mou_texpr *term; /**< NULL: a plain value */
    const struct mou_view *view;
    bool today; /**< the as-of date is added too */
    bool exact; /**< false: nothing can be said */
    int64_t lo, hi;
};

/* ------------------------------------------------------------------ views and equality */

const struct mou_binding *mou_view_resolve(const struct mou_view *view, const struct mou_binding *binding)
{
    for (unsigned depth = 0; view != NULL && depth < DEPTH_MAX; depth++) {
        if (binding != NULL && binding == view->from[0]) {
            binding = view->to[0];
        } else if (binding != NULL && binding == view->from[1]) {
            binding = view->to[1];
        } else if (!view->through) {
            return binding;
        }
        view = view->parent;
    }
    return binding;
}

static const struct mou_binding *subject_of(const struct mou_binding *binding)
{
    while (binding != NULL && binding->kind == MOU_BINDING_RECORD && binding->owner != NULL) {
        binding = binding->owner;
    }
    return binding;
}

const struct mou_texpr *mou_view_enter(struct mou_doubt *doubt, const struct mou_texpr *expr, const struct mou_view *view, const struct mou_view **inner)
{
    const struct mou_definition *definition = &doubt->program->definitions.items[expr->index];
    struct mou_view *made = MOU_NEW(doubt->front->arena, struct mou_view);
    if (definition->body == NULL || definition->scope == NULL || made == NULL) {
        return NULL;
    }
    *made = (struct mou_view){{definition->scope, subject_of(definition->scope)}, {expr->binding, subject_of(expr->binding)}, view, false};
    *inner = made;
    return definition->body;
}

static bool same_range(const struct mou_binding *a, const struct mou_view *a_view, const struct mou_binding *b, const struct mou_view *b_view)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return a->kind == b->kind && a->type == b->type && a->range == b->range && a->inverse == b->inverse && a->at == NULL && b->at == NULL &&
           mou_view_resolve(a_view, a->owner) == mou_view_resolve(b_view, b->owner);
}

bool mou_same_expr(const struct mou_texpr *a, const struct mou_view *a_view, const struct mou_texpr *b, const struct mou_view *b_view)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    bool alike = a->kind == b->kind && a->type.kind == b->type.kind && a->type.code_table == b->type.code_table && a->integer == b->integer &&
                 a->ratio.num == b->ratio.num && a->ratio.den == b->ratio.den && mou_text_equal(a->text, b->text) && a->index == b->index &&
                 a->kind_index == b->kind_index && a->op == b->op && a->quantifier == b->quantifier && a->aggregate == b->aggregate &&
                 a->rounding == b->rounding && a->state == b->state && a->argument_count == b->argument_count &&
                 mou_view_resolve(a_view, a->binding) == mou_view_resolve(b_view, b->binding) && same_range(a->range, a_view, b->range, b_view);
    if (!alike) {
        return false;
    }
    /* The rows of two like ranges stand for each other inside. */
    struct mou_view inside = {{a->range, NULL}, {b->range, NULL}, NULL, false};
    const struct mou_view *view = a_view;
    if (a->range != NULL && a->range != b->range) {
        if (a_view != NULL) {
            return false; /* a row within a definition: not told apart */
        }
        view = &inside;
    }
    for (uint32_t i = 0; i < a->argument_count; i++) {
        if (!mou_same_expr(a->arguments[i], view, b->arguments[i], b_view)) {
            return false;
        }
    }
    return true;
}

static bool same_term(const struct mou_term *a, const struct mou_term *b)
{
    if (a->relative != b->relative || (a->expr == NULL) != (b->expr == NULL)) {
        return false;
    }
    if (a->expr == NULL) {
        return a->kind == b->kind && a->index == b->index && a->subject == b->subject;
    }
    return mou_same_expr(a->expr, a->view, b->expr, b->view);
}

/* ------------------------------------------------------------------ facts */

static void set_whole(const struct mou_program *program, struct mou_fact *fact)
{
    fact->lo = FAR_BELOW;
    fact->hi = FAR_ABOVE;
    fact->truth = 7;
    if (fact->term.expr == NULL || fact->term.relative) {
        return;
    }
    const struct mou_type type = fact->term.expr->type;
    if (type.kind == MOU_TYPE_COUNT || fact->term.expr->kind == MOU_TX_COUNT_VALUE) {
        fact->lo = 0;
    } else if (type.kind == MOU_TYPE_YES_NO) {
        fact->lo = 0;
        fact->hi = 1;
    } else if (type.kind == MOU_TYPE_CODE && type.code_table != MOU_NO_INDEX && program->code_tables.items[type.code_table].item_count <= 64) {
        const uint32_t count = program->code_tables.items[type.code_table].item_count;
        fact->coded = true;
        fact->codes = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    }
}

/** The fact of a term, made when it is first spoken of; NULL when the case holds no more. */
static struct mou_fact *fact_of(struct mou_doubt *doubt, struct mou_case *at, struct mou_term term)
{
    for (uint32_t i = 0; i < at->fact_count; i++) {
        if (same_term(&at->facts[i].term, &term)) {
            return &at->facts[i];
        }
    }
    if (at->fact_count == MOU_FACTS_MAX) {
        return NULL;
    }
    struct mou_fact *fact = &at->facts[at->fact_count++];
    *fact = (struct mou_fact){.term = term};
    set_whole(doubt->program, fact);
    return fact;
}

static struct mou_term term_of(const struct mou_texpr *expr, const struct mou_view *view, bool relative)
{
    return (struct mou_term){.kind = expr->kind, .expr = expr, .view = view, .relative = relative};
}

static bool still_possible(struct mou_doubt *doubt, const struct mou_fact *fact)
{
    bool possible = fact->lo <= fact->hi && (!fact->coded || fact->codes != 0) && !(fact->known && fact->absent) && fact->truth != 0;
    if (!possible && fact->term.expr != NULL) {
        doubt->obstacle = mou_front_source_text(doubt->front, fact->term.expr->span);
    }
    return possible;
}

bool mou_case_truth(struct mou_doubt *doubt, struct mou_case *at, struct mou_term term, enum mou_demand demand)
{
    static const unsigned allowed[] = {1, 2, 2 | 4, 1 | 4};
    struct mou_fact *fact = fact_of(doubt, at, term);
    if (fact == NULL) {
        return true;
    }
    fact->truth &= allowed[demand];
    return still_possible(doubt, fact);
}

/** Operators that have a value only where their operands have one. */
static bool is_strict(enum mou_texpr_kind kind)
{
    switch ((int)kind) {
    case MOU_TX_ADD: case MOU_TX_SUB: case MOU_TX_MUL: case MOU_TX_NEGATE: case MOU_TX_TO_FRACTION: case MOU_TX_FRACTION_ADD: case MOU_TX_FRACTION_SUB:
    case MOU_TX_FRACTION_MUL: case MOU_TX_DATE_ADD: case MOU_TX_DATE_SUB: case MOU_TX_DATE_DIFFERENCE: case MOU_TX_YEAR: case MOU_TX_MONTH_START: case MOU_TX_AGE:
    case MOU_TX_MIN: case MOU_TX_MAX: case MOU_TX_TRUTH: case MOU_TX_COMPARE: case MOU_TX_COUNT_SUM:
        return true;
    default:
        return false;
    }
}

/** Marks the fields that the value needs as having one. */
static bool require_known(struct mou_doubt *doubt, struct mou_case *at, const struct mou_texpr *expr, const struct mou_view *view)
{
    if (expr->kind == MOU_TX_FIELD || expr->kind == MOU_TX_ATTRIBUTE) {
        return mou_case_filled(doubt, at, expr, view, true);
    }
    for (uint32_t i = 0; is_strict(expr->kind) && i < expr->argument_count; i++) {
        if (!require_known(doubt, at, expr->arguments[i], view)) {
            return false;
        }
    }
    return true;
}

bool mou_case_filled(struct mou_doubt *doubt, struct mou_case *at, const struct mou_texpr *value, const struct mou_view *view, bool filled)
{
    if (value->kind != MOU_TX_FIELD && value->kind != MOU_TX_ATTRIBUTE) {
        return true;
    }
    struct mou_fact *fact = fact_of(doubt, at, term_of(value, view, false));
    if (fact == NULL) {
        return true;
    }
    fact->known = fact->known || filled;
    fact->absent = fact->absent || !filled;
    return still_possible(doubt, fact);
}

/** Whether the value can be neither inapplicable nor (when `known` is asked) unknown in this case. */
static bool is_definite(struct mou_doubt *doubt, struct mou_case *at, const struct mou_texpr *expr, const struct mou_view *view, bool known)
{
    if (expr->kind == MOU_TX_CONSTANT) {
        return true;
    }
    if (expr->kind == MOU_TX_TODAY) {
        return true;
    }
    if (expr->kind == MOU_TX_PARAMETER) {
        const struct mou_parameter *parameter = &doubt->program->parameters.items[expr->index];
        const mou_date effective = doubt->memorandum != MOU_NO_INDEX ? doubt->program->memoranda.items[doubt->memorandum].effective : MOU_DATE_NONE;
        return !known || (expr->argument_count == 0 && parameter->value_count > 0 && effective != MOU_DATE_NONE && parameter->values[0].from <= effective);
    }
    if (expr->kind == MOU_TX_FIELD) {
        const struct mou_fact *fact = known ? fact_of(doubt, at, term_of(expr, view, false)) : NULL;
        const struct mou_binding *binding = mou_view_resolve(view, expr->binding);
        return binding != NULL && binding->kind == MOU_BINDING_RECORD && (!known || (fact != NULL && fact->known));
    }
    if (expr->kind == MOU_TX_AGGREGATE) {
        return !known && (expr->aggregate == MOU_COUNT || expr->aggregate == MOU_COUNT_DISTINCT);
    }
    bool definite = is_strict(expr->kind) && expr->kind != MOU_TX_AGE;
    for (uint32_t i = 0; definite && i < expr->argument_count; i++) {
        definite = is_definite(doubt, at, expr->arguments[i], view, known);
    }
    return definite;
}

/* ------------------------------------------------------------------ values and sums */

/** The least and greatest that a constant or parameter can be; durations in days. */
static bool value_range(const struct mou_program *program, const struct mou_texpr *expr, int64_t *lo, int64_t *hi)
{
    if (expr->kind == MOU_TX_PARAMETER) {
        const struct mou_parameter *parameter = &program->parameters.items[expr->index];
        *lo = FAR_ABOVE;
        *hi = FAR_BELOW;
        for (uint32_t i = 0; i < parameter->value_count; i++) {
            int64_t low = 0;
            int64_t high = 0;
            if (!value_range(program, parameter->values[i].value, &low, &high)) {
                return false;
            }
            *lo = low < *lo ? low : *lo;
            *hi = high > *hi ? high : *hi;
        }
        return parameter->value_count > 0;
    }
    if (expr->kind == MOU_TX_TO_FRACTION && expr->type.kind == MOU_TYPE_RATIO && value_range(program, expr->arguments[0], lo, hi)) {
        *lo *= MOU_RATIO_SCALE;
        *hi *= MOU_RATIO_SCALE;
        return *hi < FAR_ABOVE / 64 && *lo > FAR_BELOW / 64;
    }
    if (expr->kind == MOU_TX_CONSTANT && expr->type.kind == MOU_TYPE_RATIO) {
        *lo = *hi = expr->ratio.den > 0 && MOU_RATIO_SCALE % expr->ratio.den == 0 ? expr->ratio.num * (MOU_RATIO_SCALE / expr->ratio.den) : 0;
        return expr->ratio.den > 0 && MOU_RATIO_SCALE % expr->ratio.den == 0 && expr->ratio.num < FAR_ABOVE / 64 / MOU_RATIO_SCALE;
    }
    if (expr->kind != MOU_TX_CONSTANT || expr->integer < FAR_BELOW / 64 || expr->integer > FAR_ABOVE / 64) {
        return false;
    }
    *lo = *hi = expr->integer;
    switch ((int)expr->type.kind) {
    case MOU_TYPE_INTEGER: case MOU_TYPE_COUNT: case MOU_TYPE_MONEY: case MOU_TYPE_DATE: case MOU_TYPE_DAYS: case MOU_TYPE_SPAN: case MOU_TYPE_YES_NO:
    case MOU_TYPE_CODE:
        return true;
    case MOU_TYPE_MONTHS:
        *lo = expr->integer * 365 / 12 - 4;
        *hi = expr->integer * 366 / 12 + 4;
        return expr->integer >= 0 && expr->integer < 12000;
    default:
        return false;
    }
}

static struct sum unsaid(void)
{
    return (struct sum){NULL, NULL, false, false, 0, 0};
}

static struct sum sum_of(struct mou_doubt *doubt, const struct mou_texpr *expr, const struct mou_view *view, unsigned depth)
{
    int64_t lo = 0;
    int64_t hi = 0;
    if (depth > DEPTH_MAX) {
        return unsaid();
    }
    if (expr->kind == MOU_TX_TODAY) {
        return (struct sum){NULL, NULL, true, true, 0, 0};
    }
    if (expr->kind == MOU_TX_DEFINITION) {
        const struct mou_view *inner = NULL;
        const struct mou_texpr *body = mou_view_enter(doubt, expr, view, &inner);
        return body != NULL ? sum_of(doubt, body, inner, depth + 1) : unsaid();
    }
    if (value_range(doubt->program, expr, &lo, &hi)) {
        return (struct sum){NULL, NULL, false, true, lo, hi};
    }
    bool plus = expr->kind == MOU_TX_ADD || expr->kind == MOU_TX_DATE_ADD;
    bool minus = expr->kind == MOU_TX_SUB || expr->kind == MOU_TX_DATE_SUB;
    if ((plus || minus) && value_range(doubt->program, expr->arguments[1], &lo, &hi) && expr->arguments[1]->type.kind != MOU_TYPE_WORKDAYS) {
        struct sum sum = sum_of(doubt, expr->arguments[0], view, depth + 1);
        sum.lo += plus ? lo : -hi;
        sum.hi += plus ? hi : -lo;
        return sum;
    }
    bool numeric = expr->type.kind == MOU_TYPE_INTEGER || expr->type.kind == MOU_TYPE_COUNT || expr->type.kind == MOU_TYPE_MONEY || expr->type.kind == MOU_TYPE_DATE ||
                   expr->type.kind == MOU_TYPE_CODE || expr->type.kind == MOU_TYPE_YES_NO || expr->type.kind == MOU_TYPE_SPAN || expr->type.kind == MOU_TYPE_DAYS ||
                   (expr->type.kind == MOU_TYPE_RATIO && expr->kind == MOU_TX_FIELD);
    return numeric ? (struct sum){expr, view, false, true, 0, 0} : unsaid();
}

static enum mou_op negated(enum mou_op op)
{
    switch ((int)op) {
    case MOU_OP_EQ: return MOU_OP_NE;
    case MOU_OP_NE: return MOU_OP_EQ;
    case MOU_OP_LT: return MOU_OP_GE;
    case MOU_OP_LE: return MOU_OP_GT;
    case MOU_OP_GT: return MOU_OP_LE;
    default: return MOU_OP_LT;
    }
}

static enum mou_op mirrored(enum mou_op op)
{
    switch ((int)op) {
    case MOU_OP_LT: return MOU_OP_GT;
    case MOU_OP_LE: return MOU_OP_GE;
    case MOU_OP_GT: return MOU_OP_LT;
    case MOU_OP_GE: return MOU_OP_LE;
    default: return op;
    }
}

/** Bits of struct mou_pair. */
static unsigned order_of(enum mou_op op)
{
    switch ((int)op) {
    case MOU_OP_EQ: return 2;
    case MOU_OP_NE: return 1 | 4;
    case MOU_OP_LT: return 1;
    case MOU_OP_LE: return 1 | 2;
    case MOU_OP_GT: return 4;
    default: return 4 | 2;
    }
}

/** The position of a code in its table. */
static uint64_t code_bit(const struct mou_program *program, uint32_t table, int64_t value)
{
    uint64_t bit = 1;
    for (const struct mou_code_item *item = program->code_tables.items[table].items; item != NULL; item = item->next, bit <<= 1) {
        if (item->value == value) {
            return bit;
        }
    }
    return 0;
}

/** fact op some value from lo to hi. */
static void narrow(const struct mou_program *program, struct mou_fact *fact, enum mou_op op, int64_t lo, int64_t hi)
{
    if (fact->coded) {
        const uint64_t bit = lo == hi ? code_bit(program, fact->term.expr->type.code_table, lo) : UINT64_MAX;
        fact->codes &= op == MOU_OP_EQ ? bit : op == MOU_OP_NE && lo == hi ? ~bit : UINT64_MAX;
        return;
    }
    bool from_below = op == MOU_OP_EQ || op == MOU_OP_GE || op == MOU_OP_GT;
    bool from_above = op == MOU_OP_EQ || op == MOU_OP_LE || op == MOU_OP_LT;
    const int64_t least = lo + (op == MOU_OP_GT);
    const int64_t most = hi - (op == MOU_OP_LT);
    fact->lo = from_below && least > fact->lo ? least : fact->lo;
    fact->hi = from_above && most < fact->hi ? most : fact->hi;
    if (op == MOU_OP_NE && lo == hi) {
        fact->lo += fact->lo == lo;
        fact->hi -= fact->hi == lo;
    }
}

static bool compare_pair(struct mou_doubt *doubt, struct mou_case *at, struct mou_term left, struct mou_term right, unsigned order)
{
    for (uint32_t i = 0; i < at->pair_count; i++) {
        struct mou_pair *pair = &at->pairs[i];
        bool same = same_term(&pair->left, &left) && same_term(&pair->right, &right);
        bool swapped = !same && same_term(&pair->left, &right) && same_term(&pair->right, &left);
        if (same || swapped) {
            pair->order &= same ? order : (order & 2) | (order & 1) << 2 | (order & 4) >> 2;
            if (pair->order == 0) {
                doubt->obstacle = mou_front_source_text(doubt->front, left.expr->span);
            }
            return pair->order != 0;
        }
    }
    if (at->pair_count < MOU_PAIRS_MAX) {
        at->pairs[at->pair_count++] = (struct mou_pair){left, right, order};
    }
    return true;
}

/** Two sums compared: the term against the other side, or the two terms. */
static bool compare_sums(struct mou_doubt *doubt, struct mou_case *at, enum mou_op op, struct sum a, struct sum b)
{
    if (a.term == NULL && b.term != NULL) {
        const struct sum other = a;
        a = b;
        b = other;
        op = mirrored(op);
    }
    if (a.term != NULL && b.term != NULL) {
        const struct mou_term left = term_of(a.term, a.view, false);
        const struct mou_term right = term_of(b.term, b.view, false);
        if (same_term(&left, &right)) { /* what is added decides */
            struct mou_fact difference = {.lo = 0, .hi = 0, .truth = 7};
            narrow(doubt->program, &difference, op, b.lo - a.hi, b.hi - a.lo);
            return difference.lo <= difference.hi;
        }
        bool plain = a.lo == 0 && a.hi == 0 && b.lo == 0 && b.hi == 0;
        return !plain || compare_pair(doubt, at, left, right, order_of(op));
    }
    const int64_t lo = b.lo - a.hi;
    const int64_t hi = b.hi - a.lo;
    struct mou_fact side = {.lo = 0, .hi = 0, .truth = 7};
    if (a.term == NULL && a.today == b.today) {
        narrow(doubt->program, &side, op, lo, hi);
        return side.lo <= side.hi;
    }
    if (a.term == NULL) {
        return true; /* the as-of date against a day: true at some time */
    }
    struct mou_fact *fact = fact_of(doubt, at, term_of(a.term, a.view, b.today));
    if (fact == NULL) {
        return true;
    }
    narrow(doubt->program, fact, op, lo, hi);
    return still_possible(doubt, fact);
}

/** A day, and no other. */
static struct sum day_of(int64_t day)
{
    return (struct sum){NULL, NULL, false, true, day, day};
}

/** `年(D) op y` says between which days D lies. */
static bool compare_year(struct mou_doubt *doubt, struct mou_case *at, enum mou_op op, struct sum date, int64_t year)
{
    mou_date begin = MOU_DATE_NONE;
    mou_date end = MOU_DATE_NONE;
    if (year < 1901 || year > 2198 || op == MOU_OP_NE || !mou_date_from_civil((struct mou_civil){(int)year, 1, 1}, &begin) ||
        !mou_date_from_civil((struct mou_civil){(int)year + 1, 1, 1}, &end)) {
        return true;
    }
    bool above = op == MOU_OP_EQ || op == MOU_OP_GE || op == MOU_OP_GT;
    bool below = op == MOU_OP_EQ || op == MOU_OP_LE || op == MOU_OP_LT;
    return (!above || compare_sums(doubt, at, MOU_OP_GE, date, day_of(op == MOU_OP_GT ? end : begin))) &&
           (!below || compare_sums(doubt, at, MOU_OP_LT, date, day_of(op == MOU_OP_LT ? begin : end)));
}

/** `周岁(D) op n` says how long before today D lies. */
static bool compare_age(struct mou_doubt *doubt, struct mou_case *at, enum mou_op op, struct sum birth, int64_t age)
{
    static const struct sum today = {NULL, NULL, true, true, 0, 0};
    if (age < 0 || age > 900 || op == MOU_OP_NE) {
        return true;
    }
    bool above = op == MOU_OP_EQ || op == MOU_OP_GE || op == MOU_OP_GT;
    bool below = op == MOU_OP_EQ || op == MOU_OP_LE || op == MOU_OP_LT;
    const int64_t least = age + (op == MOU_OP_GT);
    const int64_t beyond = age + (op != MOU_OP_LT);
    struct sum reached = birth;
    struct sum ahead = birth;
    reached.lo += least * 365;
    reached.hi += least * 366 + 1;
    ahead.lo += beyond * 365;
    ahead.hi += beyond * 366 + 1;
    return (!above || compare_sums(doubt, at, MOU_OP_LE, reached, today)) && (!below || compare_sums(doubt, at, MOU_OP_GT, ahead, today));
}

/** What a function of dates against a number says of the dates themselves, where it is one. */
static bool compare_dates(struct mou_doubt *doubt, struct mou_case *at, enum mou_op op, const struct mou_texpr *a, const struct mou_texpr *b, const struct mou_view *view)
{
    int64_t lo = 0;
    int64_t hi = 0;
    bool number = value_range(doubt->program, b, &lo, &hi);
    bool one = number && lo == hi && (a->kind == MOU_TX_YEAR || a->kind == MOU_TX_AGE);
    if (!one && !(number && a->kind == MOU_TX_DATE_DIFFERENCE)) {
        return true;
    }
    const struct sum date = sum_of(doubt, a->arguments[0], view, 0);
    struct sum other = one ? day_of(0) : sum_of(doubt, a->arguments[1], view, 0);
    if (!date.exact || !other.exact) {
        return true;
    }
    if (one) {
        return a->kind == MOU_TX_YEAR ? compare_year(doubt, at, op, date, lo) : compare_age(doubt, at, op, date, lo);
    }
    other.lo += lo; /* x - y op n is x op y + n */
    other.hi += hi;
    return compare_sums(doubt, at, op, date, other);
}

bool mou_case_compare(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise)
{
    const struct mou_texpr *expr = premise->expr;
    const struct mou_texpr *a = expr->arguments[0];
    const struct mou_texpr *b = expr->arguments[1];
    bool positive = premise->demand == MOU_DEMAND_YES || premise->demand == MOU_DEMAND_NOT_NO;
    bool certain = premise->demand == MOU_DEMAND_YES || premise->demand == MOU_DEMAND_NO;
    if (premise->demand != MOU_DEMAND_YES &&
        !(is_definite(doubt, at, a, premise->view, !certain) && is_definite(doubt, at, b, premise->view, !certain))) {
        return true;
    }
    if (certain && !(require_known(doubt, at, a, premise->view) && require_known(doubt, at, b, premise->view))) {
        return false;
    }
    const enum mou_op op = positive ? expr->op : negated(expr->op);
    if (!compare_dates(doubt, at, op, a, b, premise->view) || !compare_dates(doubt, at, mirrored(op), b, a, premise->view)) {
        return false;
    }
    const struct sum left = sum_of(doubt, a, premise->view, 0);
    const struct sum right = sum_of(doubt, b, premise->view, 0);
    if (!left.exact || !right.exact) {
        bool same_truth = mou_case_truth(doubt, at, term_of(expr, premise->view, false), premise->demand);
        return same_truth;
    }
    return compare_sums(doubt, at, op, left, right);
}

/* ------------------------------------------------------------------ 属于 */

/** Narrows `fact` to the values of all alternatives together, if each is `term = value`. */
static bool gather(struct mou_doubt *doubt, const struct mou_texpr *expr, const struct mou_view *view, struct mou_fact *whole, bool first)
{
    if (expr->kind == MOU_TX_OR) {
        return gather(doubt, expr->arguments[0], view, whole, first) && gather(doubt, expr->arguments[1], view, whole, false);
    }
    if (expr->kind != MOU_TX_COMPARE || expr->op != MOU_OP_EQ) {
        return false;
    }
    const struct sum left = sum_of(doubt, expr->arguments[0], view, 0);
    const struct sum right = sum_of(doubt, expr->arguments[1], view, 0);
    if (!left.exact || !right.exact || left.term == NULL || right.term != NULL || right.today || left.lo != 0 || left.hi != 0) {
        return false;
    }
    const struct mou_term term = term_of(left.term, left.view, false);
    if (first) {
        *whole = (struct mou_fact){.term = term, .lo = FAR_ABOVE, .hi = FAR_BELOW};
    } else if (!same_term(&whole->term, &term)) {
        return false;
    }
    if (left.term->type.kind == MOU_TYPE_CODE && right.lo == right.hi) {
        whole->codes |= code_bit(doubt->program, left.term->type.code_table, right.lo);
    }
    whole->lo = right.lo < whole->lo ? right.lo : whole->lo;
    whole->hi = right.hi > whole->hi ? right.hi : whole->hi;
    return true;
}

bool mou_case_one_of(struct mou_doubt *doubt, struct mou_case *at, const struct mou_texpr *alternatives, const struct mou_view *view, bool *fits)
{
    struct mou_fact whole = {.truth = 7};
    *fits = gather(doubt, alternatives, view, &whole, true);
    if (!*fits) {
        return true;
    }
    struct mou_fact *fact = fact_of(doubt, at, whole.term);
    if (fact == NULL) {
        return true;
    }
    if (fact->coded) {
        fact->codes &= whole.codes;
    } else {
        fact->lo = whole.lo > fact->lo ? whole.lo : fact->lo;
        fact->hi = whole.hi < fact->hi ? whole.hi : fact->hi;
    }
    return still_possible(doubt, fact) && require_known(doubt, at, whole.term.expr, whole.term.view);
}

/* ------------------------------------------------------------------ examples */

static void describe_value(const struct mou_program *program, const struct mou_fact *fact, struct mou_buf *out)
{
    const struct mou_type type = fact->term.expr->type;
    const int64_t value = fact->lo > FAR_BELOW / 2 ? fact->lo : fact->hi;
    if (fact->coded) {
        uint64_t bit = 1;
        for (const struct mou_code_item *item = program->code_tables.items[type.code_table].items; item != NULL; item = item->next, bit <<= 1) {
            if ((fact->codes & bit) != 0) {
                mou_buf_append(out, item->name.text.bytes, item->name.text.len);
                return;
            }
        }
    } else {
        mou_tables_put_value(program, type, value, out);
    }
}

struct mou_text mou_case_describe(struct mou_doubt *doubt, const struct mou_case *at)
{
    struct mou_buf text;
    bool any = false;
    mou_buf_init(&text, NULL, 4096);
    for (uint32_t i = 0; i < at->fact_count; i++) {
        const struct mou_fact *fact = &at->facts[i];
        const struct mou_texpr *expr = fact->term.expr;
        bool valued = expr != NULL && !fact->term.relative && (fact->coded || fact->lo > FAR_BELOW / 2 || fact->hi < FAR_ABOVE / 2);
        if (!valued || (expr->kind != MOU_TX_FIELD && expr->kind != MOU_TX_ATTRIBUTE)) {
            continue;
        }
        const struct mou_binding *binding = mou_view_resolve(fact->term.view, expr->binding);
        bool row = expr->kind == MOU_TX_FIELD && binding != NULL && binding->kind == MOU_BINDING_RECORD;
        const struct mou_record_type *record = row ? &doubt->program->records.items[binding->type] : NULL;
        const struct mou_text name = row ? record->fields.items[expr->index].name : mou_front_source_text(doubt->front, expr->span);
        mou_buf_text(&text, any ? "、" : "");
        if (row) {
            mou_buf_append(&text, record->name.bytes, record->name.len);
            mou_buf_text(&text, ".");
        }
        mou_buf_append(&text, name.bytes, name.len);
        mou_buf_text(&text, " ");
        describe_value(doubt->program, fact, &text);
        any = true;
    }
    if (!any) {
        mou_buf_text(&text, "任何同时符合两项认定的主体");
    }
    return mou_buf_into_arena(&text, doubt->front->arena);
}
