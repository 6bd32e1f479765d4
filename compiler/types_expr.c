/*
 * Expressions: names resolved from the innermost scope outward, codes against the other operand's table, operators with their units, time forms
 * spelled out (S7).
 */
#include <assert.h>
#include <string.h>

#include "parse.h"
#include "types.h"

struct mou_type mou_type_of_field(const struct mou_field *field)
{
    static const enum mou_type_kind kinds[] = {MOU_TYPE_TEXT, MOU_TYPE_INTEGER, MOU_TYPE_MONEY,    MOU_TYPE_RATIO,  MOU_TYPE_DATE,
                                               MOU_TYPE_MONTHS, MOU_TYPE_DAYS,  MOU_TYPE_WORKDAYS, MOU_TYPE_YES_NO, MOU_TYPE_CODE};
    if (field->unread || (field->type == MOU_FIELD_CODE && field->code_table == MOU_NO_INDEX)) {
        return mou_type_error; /* a message was given */
    }
    return (struct mou_type){kinds[field->type], field->type == MOU_FIELD_CODE ? field->code_table : MOU_NO_INDEX};
}

/* ------------------------------------------------------------------ names */

static struct mou_texpr *field_of(struct mou_typer *typer, struct mou_binding *binding, const struct mou_fields *fields, struct mou_text name,
                                  struct mou_span span)
{
    uint32_t index = mou_field_find(fields, name);
    if (index == MOU_NO_INDEX) {
        return NULL;
    }
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_FIELD, mou_type_of_field(&fields->items[index]), span, 0);
    expr->index = index;
    expr->binding = binding;
    return expr;
}

static struct mou_texpr *attribute_of_kind(struct mou_typer *typer, struct mou_binding *binding, uint32_t kind, struct mou_text name, struct mou_span span)
{
    const struct mou_fields *attributes = &typer->program->kinds.items[kind].attributes;
    uint32_t index = mou_field_find(attributes, name);
    if (index == MOU_NO_INDEX) {
        return NULL;
    }
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_ATTRIBUTE, mou_type_of_field(&attributes->items[index]), span, 0);
    expr->index = index;
    expr->kind_index = kind;
    expr->binding = binding;
    return expr;
}

/**
 * An attribute that several kinds declare: of the kind that the subject has. The condition compares the value with itself, which is *no* where it is
 * inapplicable and unknown where it is unknown.
 */
static struct mou_texpr *attribute_of_any_kind(struct mou_typer *typer, struct mou_binding *binding, struct mou_text name, struct mou_span span)
{
    struct mou_texpr *found = NULL;
    for (uint32_t kind = (uint32_t)typer->program->kinds.count; kind > 0; kind--) {
        struct mou_texpr *one = attribute_of_kind(typer, binding, kind - 1, name, span);
        if (one == NULL) {
            continue;
        }
        if (found == NULL) {
            found = one;
            continue;
        }
        struct mou_texpr *choice = mou_tx_new(typer, MOU_TX_CHOICE, one->type, span, 3);
        if (one->type.kind != found->type.kind || one->type.code_table != found->type.code_table || choice->arguments == NULL) {
            continue;
        }
        choice->arguments[0] = mou_tx_compare(typer, MOU_OP_EQ, span, one, one);
        choice->arguments[1] = one;
        choice->arguments[2] = found;
        found = choice;
    }
    return found;
}

static uint32_t kind_of_subject(const struct mou_typer *typer, const struct mou_binding *binding)
{
    if (binding->kind != MOU_BINDING_RELATION) {
        return binding->type;
    }
    const struct mou_relation_type *relation = &typer->program->relations.items[binding->type];
    return binding->inverse ? relation->from_kind : relation->to_kind;
}

/** A member of one scope; NULL if it has none of that name. */
static struct mou_texpr *member_of_scope(struct mou_typer *typer, const struct mou_scope *scope, struct mou_text name, struct mou_span span)
{
    struct mou_binding *binding = scope->binding;
    if (scope->listing != NULL) {
        return NULL;
    }
    if (binding->kind == MOU_BINDING_RECORD) {
        return field_of(typer, binding, &typer->program->records.items[binding->type].fields, name, span);
    }
    if (binding->kind == MOU_BINDING_RELATION) {
        struct mou_texpr *field = field_of(typer, binding, &typer->program->relations.items[binding->type].fields, name, span);
        if (field != NULL) {
            return field;
        }
    }
    uint32_t kind = kind_of_subject(typer, binding);
    return kind != MOU_NO_INDEX ? attribute_of_kind(typer, binding, kind, name, span) : attribute_of_any_kind(typer, binding, name, span);
}

static struct mou_texpr *finding_of(struct mou_typer *typer, const struct mou_scope *scope, uint32_t finding, struct mou_span span)
{
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_FINDING, mou_type_of(MOU_TYPE_CONDITION), span, 0);
    expr->index = finding;
    expr->binding = mou_scope_subject(scope)->binding;
    return expr;
}

/** The state of a measure of the rule's own subject. */
static struct mou_texpr *measure_of(struct mou_typer *typer, const struct mou_scope *scope, uint32_t measure, enum mou_state state, struct mou_span span)
{
    if (mou_scope_subject(scope)->binding->kind != MOU_BINDING_SUBJECT) {
        mou_front_report(typer->front, MOU_DIAG_STATE_OF_RELATED, span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, span);
    }
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_MEASURE, mou_type_of(MOU_TYPE_CONDITION), span, 0);
    expr->index = measure;
    expr->state = state;
    return expr;
}

static struct mou_texpr *parameter_of(struct mou_typer *typer, uint32_t parameter, struct mou_texpr *date, struct mou_span span)
{
    typer->law_asked = typer->law_asked || date == NULL;
    date = date != NULL ? date : typer->law;
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_PARAMETER, typer->program->parameters.items[parameter].type, span, date != NULL);
    expr->index = parameter;
    if (date != NULL && expr->arguments != NULL) {
        expr->arguments[0] = date;
    }
    return expr;
}

/** Looks a rule's name up without a message; *ambiguous is set where several have it. */
static uint32_t quiet_rule(const struct mou_typer *typer, enum mou_symbol_class symbol_class, const struct mou_name_ref *ref, bool *ambiguous)
{
    uint32_t index = MOU_NO_INDEX;
    if (ref->qualifier.text.len > 0) {
        uint32_t memorandum = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_MEMORANDUM, MOU_NO_INDEX, ref->qualifier.text);
        return memorandum != MOU_NO_INDEX ? mou_symbols_find(typer->front->symbols, symbol_class, memorandum, ref->name.text) : MOU_NO_INDEX;
    }
    enum mou_lookup lookup = mou_symbols_look_up(typer->front->symbols, symbol_class, typer->memorandum, ref->name.text, &index);
    *ambiguous = *ambiguous || lookup == MOU_LOOKUP_AMBIGUOUS;
    return lookup == MOU_LOOKUP_FOUND ? index : MOU_NO_INDEX;
}

const struct mou_expr *mou_set_body(const struct mou_program *program, uint32_t definition)
{
    const struct mou_expr *body = program->definitions.items[definition].decl->body;
    return body != NULL && body->kind == MOU_EXPR_SET ? body->arguments : NULL;
}

static bool table_has(const struct mou_code_table *table, const struct mou_expr *name)
{
    for (const struct mou_code_item *item = table->items; item != NULL; item = item->next) {
        if (mou_text_equal(item->name.text, name->reference.name.text)) {
            return true;
        }
    }
    return false;
}

bool mou_set_of_names(const struct mou_expr *items)
{
    for (const struct mou_expr *item = items; item != NULL; item = item->next) {
        if (item->kind != MOU_EXPR_NAME || item->reference.qualifier.text.len > 0) {
            return false;
        }
    }
    return true;
}

const struct mou_expr *mou_set_stray(const struct mou_program *program, const struct mou_expr *items)
{
    if (!mou_set_of_names(items)) {
        return NULL;
    }
    const struct mou_expr *furthest = items;
    for (size_t t = 0; t < program->code_tables.count; t++) {
        const struct mou_expr *item = items;
        while (item != NULL && table_has(&program->code_tables.items[t], item)) {
            item = item->next;
        }
        if (item == NULL) {
            return NULL;
        }
        furthest = item->span.begin > furthest->span.begin ? item : furthest;
    }
    return furthest;
}

/** Definitions, parameters, findings, and where allowed measures. */
static struct mou_texpr *rule_name(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_name_ref *ref, struct mou_span span)
{
    bool ambiguous = false;
    uint32_t index = quiet_rule(typer, MOU_SYMBOL_DEFINITION, ref, &ambiguous);
    if (index != MOU_NO_INDEX && mou_set_body(typer->program, index) != NULL) {
        mou_front_report(typer->front, MOU_DIAG_SET_USE, ref->name.span, ref->name.text, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, span);
    }
    if (index != MOU_NO_INDEX) {
        return mou_type_definition(typer, scope, index, NULL, span);
    }
    index = quiet_rule(typer, MOU_SYMBOL_PARAMETER, ref, &ambiguous);
    if (index != MOU_NO_INDEX) {
        return parameter_of(typer, index, NULL, span);
    }
    index = quiet_rule(typer, MOU_SYMBOL_FINDING, ref, &ambiguous);
    if (index != MOU_NO_INDEX) {
        return finding_of(typer, scope, index, span);
    }
    index = typer->states_allowed ? quiet_rule(typer, MOU_SYMBOL_MEASURE, ref, &ambiguous) : MOU_NO_INDEX;
    if (index != MOU_NO_INDEX) {
        return measure_of(typer, scope, index, MOU_STATE_IN_FORCE, span);
    }
    if (ambiguous) {
        mou_front_report(typer->front, MOU_DIAG_AMBIGUOUS_NAME, ref->name.span, ref->name.text, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, span);
    }
    return NULL;
}

static struct mou_texpr *qualified_name(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_name_ref *ref, struct mou_span span)
{
    for (const struct mou_scope *at = scope; at != NULL; at = at->outer) {
        bool record_name = at->listing == NULL && at->binding->kind == MOU_BINDING_RECORD &&
                           mou_text_equal(typer->program->records.items[at->binding->type].name, ref->qualifier.text);
        if ((at->alias.len > 0 && mou_text_equal(at->alias, ref->qualifier.text)) || record_name) {
            struct mou_texpr *member = member_of_scope(typer, at, ref->name.text, span);
            if (member == NULL) {
                mou_front_unknown(typer->front, &ref->name, MOU_TEXT("字段"));
                return mou_tx_error(typer, span);
            }
            return member;
        }
    }
    return rule_name(typer, scope, ref, span);
}

static struct mou_texpr *code_of(struct mou_typer *typer, struct mou_type hint, struct mou_text name, struct mou_span span)
{
    if (hint.kind != MOU_TYPE_CODE || hint.code_table == MOU_NO_INDEX) {
        return NULL;
    }
    for (const struct mou_code_item *item = typer->program->code_tables.items[hint.code_table].items; item != NULL; item = item->next) {
        if (mou_text_equal(item->name.text, name)) {
            return mou_tx_constant(typer, hint, span, item->value);
        }
    }
    return NULL;
}

/** A plain name: what it means here, NULL if nothing. A code of the hinted table wins over anything that is not of that table. */
static struct mou_texpr *plain_name(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_name_ref *ref, struct mou_type hint,
                                    struct mou_span span)
{
    struct mou_texpr *found = NULL;
    struct mou_texpr *code = code_of(typer, hint, ref->name.text, span);
    if (ref->qualifier.text.len > 0) {
        return qualified_name(typer, scope, ref, span);
    }
    found = mou_type_mark_name(typer, ref->name.text, span);
    for (const struct mou_scope *at = scope; at != NULL && found == NULL; at = at->outer) {
        found = member_of_scope(typer, at, ref->name.text, span);
    }
    if (found == NULL) {
        found = rule_name(typer, scope, ref, span);
    }
    bool same_table = found != NULL && found->type.kind == MOU_TYPE_CODE && found->type.code_table == hint.code_table;
    return code != NULL && !same_table ? code : found;
}

static void unknown_name(struct mou_typer *typer, const struct mou_name_ref *ref, struct mou_type hint)
{
    if (hint.kind == MOU_TYPE_CODE && hint.code_table != MOU_NO_INDEX && ref->qualifier.text.len == 0 && !typer->front->names_lost) {
        const struct mou_code_table *table = &typer->program->code_tables.items[hint.code_table];
        mou_front_report(typer->front, MOU_DIAG_UNKNOWN_CODE, ref->name.span, ref->name.text, table->name, MOU_NO_TEXT)->suggestion =
            mou_front_nearest_code(table, ref->name.text);
        return;
    }
    mou_front_unknown(typer->front, &ref->name, MOU_TEXT("字段、定义、参数或认定"));
}

static struct mou_texpr *type_name(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, struct mou_type hint)
{
    struct mou_texpr *found = plain_name(typer, scope, &expr->reference, hint, expr->span);
    if (found == NULL) {
        unknown_name(typer, &expr->reference, hint);
        return mou_tx_error(typer, expr->span);
    }
    return found;
}

/* ------------------------------------------------------------------ operators */

/** A name that means something only against a code table, so that the other side must be typed first. */
static bool needs_hint(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    return expr->kind == MOU_EXPR_NAME && plain_name(typer, scope, &expr->reference, mou_type_error, expr->span) == NULL;
}

static struct mou_texpr *type_comparison(struct mou_typer *typer, const struct mou_scope *scope, enum mou_op op, struct mou_span span,
                                         const struct mou_expr *left, const struct mou_expr *right)
{
    struct mou_texpr *a = NULL;
    struct mou_texpr *b = NULL;
    if (needs_hint(typer, scope, left) && !needs_hint(typer, scope, right)) {
        b = mou_type_expr(typer, scope, right, mou_type_error);
        a = mou_type_expr(typer, scope, left, b->type);
    } else {
        a = mou_type_expr(typer, scope, left, mou_type_error);
        b = mou_type_expr(typer, scope, right, a->type);
    }
    return mou_tx_comparison(typer, op, span, a, b);
}

static struct mou_texpr *type_binary(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    switch (expr->op) {
    case MOU_OP_AND:
    case MOU_OP_OR:
        return mou_tx_binary(typer, expr->op == MOU_OP_AND ? MOU_TX_AND : MOU_TX_OR, mou_type_of(MOU_TYPE_CONDITION), expr->span,
                             mou_type_condition(typer, scope, expr->left), mou_type_condition(typer, scope, expr->right));
    case MOU_OP_EQ: case MOU_OP_NE: case MOU_OP_LT: case MOU_OP_LE: case MOU_OP_GT: case MOU_OP_GE:
        return type_comparison(typer, scope, expr->op, expr->span, expr->left, expr->right);
    case MOU_OP_ADD: case MOU_OP_SUB: case MOU_OP_MUL: case MOU_OP_DIV: {
        struct mou_texpr *left = mou_type_expr(typer, scope, expr->left, mou_type_error);
        struct mou_texpr *right = mou_type_expr(typer, scope, expr->right, mou_type_error);
        return mou_tx_arithmetic(typer, expr->op, expr->span, left, right);
    }
    case MOU_OP_NONE: case MOU_OP_NOT: case MOU_OP_NEGATE: case MOU_OP_PRESENT: case MOU_OP_ABSENT:
        break;
    }
    return mou_tx_error(typer, expr->span);
}

static struct mou_texpr *type_unary(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    if (expr->op == MOU_OP_NOT) {
        return mou_tx_unary(typer, MOU_TX_NOT, mou_type_of(MOU_TYPE_CONDITION), expr->span, mou_type_condition(typer, scope, expr->left));
    }
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, expr->left, mou_type_error));
    enum mou_type_kind kind = value->type.kind;
    if (kind == MOU_TYPE_RATIO || kind == MOU_TYPE_MONEY_FRACTION) {
        struct mou_texpr *zero = mou_tx_fraction(typer, mou_tx_constant(typer, mou_type_of(kind == MOU_TYPE_RATIO ? MOU_TYPE_INTEGER : MOU_TYPE_MONEY), expr->span, 0));
        return mou_tx_arithmetic(typer, MOU_OP_SUB, expr->span, zero, value);
    }
    bool number = kind == MOU_TYPE_INTEGER || kind == MOU_TYPE_MONEY || kind == MOU_TYPE_MONTHS || kind == MOU_TYPE_DAYS || kind == MOU_TYPE_WORKDAYS ||
                  kind == MOU_TYPE_SPAN || kind == MOU_TYPE_ERROR;
    if (!number) {
        mou_front_report(typer->front, MOU_DIAG_BAD_ARITHMETIC, expr->span, mou_type_name(typer, value->type), MOU_TEXT("负号"), MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    return mou_tx_unary(typer, MOU_TX_NEGATE, value->type, expr->span, value);
}

/** Equal to one of the items, which mean what they mean in `scope`. */
static struct mou_texpr *equal_to_one(struct mou_typer *typer, const struct mou_scope *scope, struct mou_span span, struct mou_texpr *value,
                                      const struct mou_expr *items)
{
    struct mou_texpr *result = NULL;
    for (const struct mou_expr *item = items; item != NULL; item = item->next) {
        struct mou_texpr *equal = mou_tx_comparison(typer, MOU_OP_EQ, span, value, mou_type_expr(typer, scope, item, value->type));
        result = result == NULL ? equal : mou_tx_binary(typer, MOU_TX_OR, mou_type_of(MOU_TYPE_CONDITION), span, result, equal);
    }
    return result != NULL ? result : mou_tx_error(typer, span);
}

/** 属于 NAME: the items of a named set see its own memorandum, and nothing of the place where the set is used. */
static struct mou_texpr *in_named_set(struct mou_typer *typer, const struct mou_expr *expr, struct mou_texpr *value)
{
    const struct mou_name_ref *name = &expr->arguments->reference;
    bool ambiguous = false;
    uint32_t index = quiet_rule(typer, MOU_SYMBOL_DEFINITION, name, &ambiguous);
    const struct mou_expr *items = index != MOU_NO_INDEX ? mou_set_body(typer->program, index) : NULL;
    uint32_t outer = typer->memorandum;
    if (items == NULL) {
        if (ambiguous) {
            mou_front_report(typer->front, MOU_DIAG_AMBIGUOUS_NAME, name->name.span, name->name.text, MOU_NO_TEXT, MOU_NO_TEXT);
        } else {
            mou_front_unknown(typer->front, &name->name, MOU_TEXT("一组代码"));
        }
        return mou_tx_error(typer, expr->span);
    }
    if (mou_set_stray(typer->program, items) != NULL) {
        return mou_tx_error(typer, expr->span); /* reported where the set is declared */
    }
    struct mou_scope own = {mou_binding_new(typer, MOU_BINDING_SUBJECT, MOU_NO_INDEX, MOU_RANGE_ALL, expr->span), MOU_NO_TEXT, NULL, NULL};
    typer->memorandum = typer->program->definitions.items[index].memorandum;
    struct mou_texpr *result = equal_to_one(typer, &own, expr->span, value, items);
    typer->memorandum = outer;
    return result;
}

static struct mou_texpr *type_in(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *value = mou_type_expr(typer, scope, expr->left, mou_type_error);
    return expr->named_set ? in_named_set(typer, expr, value) : equal_to_one(typer, scope, expr->span, value, expr->arguments);
}

static struct mou_texpr *both(struct mou_typer *typer, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b)
{
    return mou_tx_binary(typer, MOU_TX_AND, mou_type_of(MOU_TYPE_CONDITION), span, a, b);
}

static struct mou_texpr *type_between(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *value = mou_type_expr(typer, scope, expr->left, mou_type_error);
    struct mou_texpr *low = mou_type_expr(typer, scope, expr->arguments, value->type);
    struct mou_texpr *high = mou_type_expr(typer, scope, expr->arguments->next, value->type);
    return both(typer, expr->span, mou_tx_comparison(typer, MOU_OP_GE, expr->span, value, low),
                mou_tx_comparison(typer, MOU_OP_LE, expr->span, value, high));
}

/** A duration of any unit. */
static struct mou_texpr *type_duration(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, expr, mou_type_error));
    enum mou_type_kind kind = value->type.kind;
    if (kind != MOU_TYPE_MONTHS && kind != MOU_TYPE_DAYS && kind != MOU_TYPE_WORKDAYS && kind != MOU_TYPE_ERROR) {
        mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, value->span, MOU_TEXT("期间"), mou_type_name(typer, value->type), MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    return value;
}

static struct mou_texpr *type_time_form(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *date = mou_type_wanted(typer, scope, expr->left, MOU_TYPE_DATE);
    struct mou_texpr *period = type_duration(typer, scope, expr->right);
    struct mou_texpr *today = mou_tx_today(typer, expr->span);
    struct mou_type type = mou_type_of(MOU_TYPE_DATE);
    if (expr->kind == MOU_EXPR_WITHIN_LAST) {
        struct mou_texpr *begin = mou_tx_binary(typer, MOU_TX_DATE_SUB, type, expr->span, today, period);
        return both(typer, expr->span, mou_tx_compare(typer, MOU_OP_LT, expr->span, begin, date), mou_tx_compare(typer, MOU_OP_LE, expr->span, date, today));
    }
    struct mou_texpr *end = mou_tx_binary(typer, MOU_TX_DATE_ADD, type, expr->span, date, period);
    if (expr->kind == MOU_EXPR_AT_LEAST_AGO) {
        return mou_tx_compare(typer, MOU_OP_LE, expr->span, end, today);
    }
    return both(typer, expr->span, mou_tx_compare(typer, MOU_OP_LE, expr->span, date, today), mou_tx_compare(typer, MOU_OP_LE, expr->span, today, end));
}

static struct mou_texpr *type_at(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *date = mou_type_wanted(typer, scope, expr->right, MOU_TYPE_DATE);
    uint32_t parameter = expr->left->kind == MOU_EXPR_NAME
                             ? mou_front_rule(typer->front, MOU_SYMBOL_PARAMETER, typer->memorandum, &expr->left->reference, MOU_TEXT("参数"))
                             : MOU_NO_INDEX;
    if (expr->left->kind != MOU_EXPR_NAME) {
        mou_front_report(typer->front, MOU_DIAG_AT_PARAMETER, expr->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    return parameter != MOU_NO_INDEX ? parameter_of(typer, parameter, date, expr->span) : mou_tx_error(typer, expr->span);
}

static struct mou_texpr *type_list(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    uint32_t kind = mou_front_vocabulary(typer->front, MOU_SYMBOL_LIST_KIND, &expr->reference.name, MOU_TEXT("名单类别"));
    bool count = expr->kind == MOU_EXPR_LISTS;
    if (kind == MOU_NO_INDEX) {
        return mou_tx_error(typer, expr->span);
    }
    struct mou_texpr *list = mou_tx_new(typer, count ? MOU_TX_LIST_COUNT : MOU_TX_LIST, mou_type_of(count ? MOU_TYPE_COUNT : MOU_TYPE_CONDITION), expr->span, count && expr->condition != NULL);
    list->index = kind;
    list->binding = mou_scope_subject(scope)->binding;
    if (count) {
        mou_type_list_marks(typer, expr, list);
    }
    return list;
}

static struct mou_texpr *type_choice(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, struct mou_type hint)
{
    struct mou_texpr *condition = mou_type_condition(typer, scope, expr->condition);
    struct mou_texpr *left = mou_type_expr(typer, scope, expr->left, hint);
    struct mou_texpr *right = mou_type_expr(typer, scope, expr->right, left->type.kind != MOU_TYPE_ERROR ? left->type : hint);
    if (!mou_tx_unify(typer, &left, &right, expr->span)) {
        return mou_tx_error(typer, expr->span);
    }
    struct mou_texpr *choice = mou_tx_new(typer, MOU_TX_CHOICE, left->type.kind == MOU_TYPE_ERROR ? right->type : left->type, expr->span, 3);
    if (choice->arguments != NULL) {
        choice->arguments[0] = condition;
        choice->arguments[1] = left;
        choice->arguments[2] = right;
    }
    return choice;
}

static struct mou_texpr *type_or_default(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, struct mou_type hint)
{
    struct mou_texpr *left = mou_tx_plain(typer, mou_type_expr(typer, scope, expr->left, hint));
    struct mou_texpr *right = mou_tx_plain(typer, mou_type_expr(typer, scope, expr->right, left->type));
    if (!mou_tx_unify(typer, &left, &right, expr->span)) {
        return mou_tx_error(typer, expr->span);
    }
    return mou_tx_binary(typer, MOU_TX_OR_DEFAULT, left->type, expr->span, left, right);
}

static struct mou_texpr *type_filled(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, expr->left, mou_type_error));
    struct mou_texpr *filled = mou_tx_unary(typer, MOU_TX_FILLED, mou_type_of(MOU_TYPE_CONDITION), expr->span, value);
    return expr->op == MOU_OP_ABSENT ? mou_tx_unary(typer, MOU_TX_NOT, mou_type_of(MOU_TYPE_CONDITION), expr->span, filled) : filled;
}

static struct mou_texpr *type_literal(struct mou_typer *typer, const struct mou_expr *expr)
{
    static const enum mou_type_kind units[] = {MOU_TYPE_MONTHS, MOU_TYPE_DAYS, MOU_TYPE_WORKDAYS};
    enum mou_type_kind kind = expr->kind == MOU_EXPR_INTEGER    ? MOU_TYPE_INTEGER
                              : expr->kind == MOU_EXPR_MONEY    ? MOU_TYPE_MONEY
                              : expr->kind == MOU_EXPR_RATIO    ? MOU_TYPE_RATIO
                              : expr->kind == MOU_EXPR_DATE     ? MOU_TYPE_DATE
                              : expr->kind == MOU_EXPR_DURATION ? units[expr->unit]
                              : expr->kind == MOU_EXPR_TEXT     ? MOU_TYPE_TEXT
                                                                : MOU_TYPE_YES_NO;
    struct mou_texpr *constant = mou_tx_constant(typer, mou_type_of(kind), expr->span, expr->integer);
    constant->integer = kind == MOU_TYPE_DATE ? expr->date : kind == MOU_TYPE_YES_NO ? expr->kind == MOU_EXPR_YES : expr->integer;
    constant->ratio = expr->ratio;
    constant->text = expr->text;
    return constant;
}

static struct mou_texpr *type_state(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    bool named = expr->left != NULL && expr->left->kind == MOU_EXPR_NAME;
    bool contested = expr->state == MOU_STATE_CONTESTED;
    if (!typer->states_allowed || (contested && !typer->in_assertion) || (!named && !typer->each_measure)) {
        mou_front_report(typer->front, MOU_DIAG_STATE_PLACE, expr->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    if (!named) {
        return measure_of(typer, scope, MOU_NO_INDEX, expr->state, expr->span);
    }
    uint32_t measure = mou_front_rule(typer->front, MOU_SYMBOL_MEASURE, typer->memorandum, &expr->left->reference, MOU_TEXT("措施"));
    return measure != MOU_NO_INDEX ? measure_of(typer, scope, measure, expr->state, expr->span) : mou_tx_error(typer, expr->span);
}

static struct mou_texpr *unsupported(struct mou_typer *typer, const struct mou_expr *expr)
{
    mou_front_report(typer->front, MOU_DIAG_UNSUPPORTED, expr->span, mou_front_source_text(typer->front, expr->span), MOU_NO_TEXT, MOU_NO_TEXT);
    return mou_tx_error(typer, expr->span);
}

static struct mou_texpr *dispatch(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, struct mou_type hint)
{
    switch (expr->kind) {
    case MOU_EXPR_INTEGER: case MOU_EXPR_MONEY: case MOU_EXPR_RATIO: case MOU_EXPR_DATE: case MOU_EXPR_DURATION: case MOU_EXPR_TEXT: case MOU_EXPR_YES:
    case MOU_EXPR_NO:
        return type_literal(typer, expr);
    case MOU_EXPR_TODAY:
        return mou_tx_today(typer, expr->span);
    case MOU_EXPR_NAME:
        return type_name(typer, scope, expr, hint);
    case MOU_EXPR_CALL:
        return mou_type_call(typer, scope, expr);
    case MOU_EXPR_AT:
        return type_at(typer, scope, expr);
    case MOU_EXPR_UNARY:
        return type_unary(typer, scope, expr);
    case MOU_EXPR_BINARY:
        return type_binary(typer, scope, expr);
    case MOU_EXPR_IN:
        return type_in(typer, scope, expr);
    case MOU_EXPR_BETWEEN:
        return type_between(typer, scope, expr);
    case MOU_EXPR_FILLED:
        return type_filled(typer, scope, expr);
    case MOU_EXPR_WITHIN_LAST: case MOU_EXPR_AT_LEAST_AGO: case MOU_EXPR_WITHIN:
        return type_time_form(typer, scope, expr);
    case MOU_EXPR_ON_LIST: case MOU_EXPR_LISTS:
        return type_list(typer, scope, expr);
    case MOU_EXPR_QUANTIFIER:
        return mou_type_quantifier(typer, scope, expr);
    case MOU_EXPR_AGGREGATE:
        return mou_type_aggregate(typer, scope, expr);
    case MOU_EXPR_CHOICE:
        return type_choice(typer, scope, expr, hint);
    case MOU_EXPR_OR_DEFAULT:
        return type_or_default(typer, scope, expr, hint);
    case MOU_EXPR_STATE:
        return type_state(typer, scope, expr);
    case MOU_EXPR_ERROR:
        return mou_tx_error(typer, expr->span);
    case MOU_EXPR_WAS_LISTED: case MOU_EXPR_LISTINGS: case MOU_EXPR_LAST_ENTERED: case MOU_EXPR_LAST_LEFT:
        return mou_type_history(typer, scope, expr);
    case MOU_EXPR_DAY_ENTERED: case MOU_EXPR_DAY_LEFT:
        return mou_type_listing_day(typer, scope, expr);
    case MOU_EXPR_IN_VALIDITY:
        return mou_type_in_validity(typer, scope, expr);
    case MOU_EXPR_ANY: case MOU_EXPR_FIELD: case MOU_EXPR_SET:
        break;
    }
    return unsupported(typer, expr);
}

struct mou_texpr *mou_type_expr(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, struct mou_type hint)
{
    if (expr == NULL) {
        return mou_tx_error(typer, MOU_NO_SPAN);
    }
    if (typer->depth >= MOU_NESTING_MAX) {
        mou_front_report(typer->front, MOU_DIAG_TOO_DEEP, expr->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    typer->depth++;
    struct mou_texpr *typed = dispatch(typer, scope, expr, hint);
    typer->depth--;
    return typed;
}

struct mou_texpr *mou_type_condition(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    return mou_tx_as_condition(typer, mou_type_expr(typer, scope, expr, mou_type_error));
}

struct mou_texpr *mou_type_wanted(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, enum mou_type_kind kind)
{
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, expr, mou_type_error));
    if (value->type.kind != kind && value->type.kind != MOU_TYPE_ERROR) {
        mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, value->span, mou_type_name(typer, mou_type_of(kind)), mou_type_name(typer, value->type), MOU_NO_TEXT);
        return mou_tx_error(typer, value->span);
    }
    return value;
}
