/*
 * Quantifiers and aggregates: what they range over (all rows, child rows, siblings, relations) and the scope that they open; 在 有效期, which is one.
 */
#include "types.h"

struct mou_binding *mou_binding_new(struct mou_typer *typer, enum mou_binding_kind kind, uint32_t type, enum mou_range_kind range, struct mou_span span)
{
    struct mou_binding *binding = MOU_NEW(typer->front->arena, struct mou_binding);
    if (binding == NULL) {
        return NULL;
    }
    *binding = (struct mou_binding){.kind = kind, .type = type, .range = range, .span = span};
    return binding;
}

const struct mou_scope *mou_scope_subject(const struct mou_scope *scope)
{
    while (scope->outer != NULL && scope->binding->kind == MOU_BINDING_RECORD) {
        scope = scope->outer;
    }
    return scope;
}

/** Whether `ancestor` is above `type` in the nesting of record types. */
static bool above(const struct mou_program *program, uint32_t ancestor, uint32_t type)
{
    for (uint32_t at = program->records.items[type].parent, steps = 0; at != MOU_NO_INDEX && steps < program->records.count; at = program->records.items[at].parent, steps++) {
        if (at == ancestor) {
            return true;
        }
    }
    return false;
}

struct mou_binding *mou_type_record_range(struct mou_typer *typer, const struct mou_scope *scope, uint32_t type, struct mou_span span)
{
    struct mou_binding *binding = mou_binding_new(typer, MOU_BINDING_RECORD, type, MOU_RANGE_ALL, span);
    if (binding == NULL) {
        return NULL;
    }
    binding->outer = scope->binding;
    while (scope->listing != NULL && scope->outer != NULL) {
        scope = scope->outer; /* nobody named the row of a listing */
    }
    if (scope->binding->kind == MOU_BINDING_RECORD && scope->binding->type == type) {
        binding->range = MOU_RANGE_SIBLINGS;
        binding->owner = scope->binding;
        return binding;
    }
    for (const struct mou_scope *at = scope; at->binding->kind == MOU_BINDING_RECORD && at->outer != NULL; at = at->outer) {
        if (above(typer->program, at->binding->type, type)) {
            binding->range = MOU_RANGE_CHILDREN;
            binding->owner = at->binding;
            return binding;
        }
    }
    binding->owner = mou_scope_subject(scope)->binding;
    return binding;
}

static struct mou_binding *relation_range(struct mou_typer *typer, const struct mou_scope *scope, uint32_t type, const struct mou_range *range)
{
    const struct mou_relation_type *relation = &typer->program->relations.items[type];
    const struct mou_binding *subject = mou_scope_subject(scope)->binding;
    struct mou_binding *binding = mou_binding_new(typer, MOU_BINDING_RELATION, type, MOU_RANGE_ALL, range->source.name.span);
    if (binding == NULL) {
        return NULL;
    }
    binding->inverse = !mou_text_equal(relation->name, range->source.name.text);
    binding->owner = mou_scope_subject(scope)->binding;
    binding->outer = scope->binding;
    uint32_t from = binding->inverse ? relation->to_kind : relation->from_kind;
    uint32_t known = subject->kind == MOU_BINDING_RELATION ? (subject->inverse ? typer->program->relations.items[subject->type].from_kind
                                                                                : typer->program->relations.items[subject->type].to_kind)
                                                           : subject->type;
    if (known != MOU_NO_INDEX && from != MOU_NO_INDEX && known != from) {
        mou_front_report(typer->front, MOU_DIAG_RELATION_KIND, range->source.name.span, range->source.name.text, typer->program->kinds.items[known].name, MOU_NO_TEXT);
    }
    if (range->at != NULL) {
        binding->at = mou_type_wanted(typer, scope, range->at, MOU_TYPE_DATE);
    }
    return binding;
}

/** The scope that the range opens; NULL with a message when its name is unknown. */
static struct mou_binding *open_range(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_range *range)
{
    const struct mou_name *name = &range->source.name;
    uint32_t record = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_RECORD, MOU_NO_INDEX, name->text);
    uint32_t relation = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_RELATION, MOU_NO_INDEX, name->text);
    if (record != MOU_NO_INDEX) {
        return mou_type_record_range(typer, scope, record, name->span);
    }
    if (relation != MOU_NO_INDEX) {
        return relation_range(typer, scope, relation, range);
    }
    mou_front_unknown(typer->front, name, MOU_TEXT("记录或关系"));
    return NULL;
}

/** `每个 惩戒 满足 …`: every measure of the program, of whatever memorandum. */
static struct mou_texpr *type_each_measure(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    bool outer = typer->each_measure;
    if (!typer->in_assertion || outer || expr->condition == NULL) {
        mou_front_report(typer->front, MOU_DIAG_EACH_MEASURE_PLACE, expr->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    typer->each_measure = true;
    struct mou_texpr *result = mou_tx_unary(typer, MOU_TX_EACH_MEASURE, mou_type_of(MOU_TYPE_CONDITION), expr->span, mou_type_condition(typer, scope, expr->condition));
    typer->each_measure = outer;
    result->quantifier = expr->quantifier;
    result->index = (uint32_t)expr->range.measure_kind;
    return result;
}

struct mou_texpr *mou_type_quantifier(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    if (expr->range.measure_kind >= 0) {
        return type_each_measure(typer, scope, expr);
    }
    struct mou_binding *binding = open_range(typer, scope, &expr->range);
    struct mou_scope inner = {binding, expr->range.alias.text, scope, NULL};
    if (binding == NULL) {
        return mou_tx_error(typer, expr->span);
    }
    struct mou_texpr *result = mou_tx_new(typer, MOU_TX_QUANTIFIER, mou_type_of(MOU_TYPE_CONDITION), expr->span, 1);
    result->quantifier = expr->quantifier;
    result->range = binding;
    if (result->arguments != NULL) {
        result->arguments[0] = expr->condition != NULL ? mou_type_condition(typer, &inner, expr->condition)
                                                       : mou_tx_constant(typer, mou_type_of(MOU_TYPE_CONDITION), expr->span, 1);
    }
    return result;
}

/** The value that an aggregate is over: the field named. */
static struct mou_texpr *aggregate_value(struct mou_typer *typer, const struct mou_binding *binding, const struct mou_expr *expr)
{
    const struct mou_fields *fields = binding->kind == MOU_BINDING_RECORD ? &typer->program->records.items[binding->type].fields
                                                                          : &typer->program->relations.items[binding->type].fields;
    const struct mou_name *name = &expr->range.field;
    if (name->text.len == 0) {
        mou_front_report(typer->front, MOU_DIAG_AGGREGATE_FIELD, expr->range.source.name.span, expr->range.source.name.text, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    uint32_t field = mou_field_find(fields, name->text);
    if (field == MOU_NO_INDEX) {
        mou_front_unknown(typer->front, name, MOU_TEXT("字段"));
        return mou_tx_error(typer, name->span);
    }
    struct mou_texpr *value = mou_tx_new(typer, MOU_TX_FIELD, mou_type_of_field(&fields->items[field]), name->span, 0);
    value->index = field;
    value->binding = expr->range.source.name.text.len > 0 ? (struct mou_binding *)(uintptr_t)binding : NULL;
    return value;
}

static bool value_fits(enum mou_aggregate aggregate, enum mou_type_kind kind)
{
    bool number = kind == MOU_TYPE_INTEGER || kind == MOU_TYPE_MONEY || kind == MOU_TYPE_RATIO || kind == MOU_TYPE_MONTHS || kind == MOU_TYPE_DAYS ||
                  kind == MOU_TYPE_WORKDAYS;
    switch (aggregate) {
    case MOU_COUNT: case MOU_COUNT_DISTINCT:
        return true;
    case MOU_SUM:
        return number;
    case MOU_MAX: case MOU_MIN:
        return number || kind == MOU_TYPE_DATE;
    case MOU_EARLIEST: case MOU_LATEST:
        return kind == MOU_TYPE_DATE;
    case MOU_STREAK:
        return kind == MOU_TYPE_INTEGER;
    }
    return false;
}

/** 计数(记录.字段): a field where only a record is counted. */
static bool counts_field(const struct mou_typer *typer, const struct mou_expr *expr)
{
    const struct mou_name_ref *source = &expr->range.source;
    const uint32_t record = expr->aggregate == MOU_COUNT && source->qualifier.text.len > 0
                                ? mou_symbols_find(typer->front->symbols, MOU_SYMBOL_RECORD, MOU_NO_INDEX, source->qualifier.text)
                                : MOU_NO_INDEX;
    return record != MOU_NO_INDEX && mou_field_find(&typer->program->records.items[record].fields, source->name.text) != MOU_NO_INDEX;
}

struct mou_texpr *mou_type_aggregate(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    if (counts_field(typer, expr)) {
        const struct mou_name *field = &expr->range.source.name;
        mou_front_report(typer->front, MOU_DIAG_COUNT_FIELD, field->span, field->text, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    struct mou_binding *binding = open_range(typer, scope, &expr->range);
    struct mou_scope inner = {binding, expr->range.alias.text, scope, NULL};
    bool counted = expr->aggregate == MOU_COUNT || expr->aggregate == MOU_COUNT_DISTINCT || expr->aggregate == MOU_STREAK;
    if (binding == NULL) {
        return mou_tx_error(typer, expr->span);
    }
    struct mou_texpr *result = mou_tx_new(typer, MOU_TX_AGGREGATE, mou_type_of(MOU_TYPE_COUNT), expr->span, 3);
    if (result->arguments == NULL) {
        return result;
    }
    result->aggregate = expr->aggregate;
    result->range = binding;
    result->arguments[0] = expr->condition != NULL ? mou_type_condition(typer, &inner, expr->condition)
                                                   : mou_tx_constant(typer, mou_type_of(MOU_TYPE_CONDITION), expr->span, 1);
    if (expr->aggregate != MOU_COUNT) {
        result->arguments[1] = aggregate_value(typer, binding, expr);
        struct mou_type type = result->arguments[1]->type;
        if (type.kind != MOU_TYPE_ERROR && !value_fits(expr->aggregate, type.kind)) {
            mou_front_report(typer->front, MOU_DIAG_AGGREGATE_TYPE, expr->span, mou_type_name(typer, type), MOU_NO_TEXT, MOU_NO_TEXT);
            return mou_tx_error(typer, expr->span);
        }
        result->type = counted && type.kind != MOU_TYPE_ERROR ? result->type : type;
    } else if (expr->range.field.text.len > 0) {
        mou_front_report(typer->front, MOU_DIAG_COUNT_FIELD, expr->range.field.span, expr->range.field.text, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    if (expr->right != NULL) {
        result->arguments[2] = mou_tx_plain(typer, mou_type_wanted(typer, scope, expr->right, MOU_TYPE_INTEGER));
    }
    return result;
}

/* ------------------------------------------------------------------ validity */

static struct mou_texpr *date_field(struct mou_typer *typer, struct mou_binding *row, uint32_t field, struct mou_span span)
{
    struct mou_texpr *date = mou_tx_new(typer, MOU_TX_FIELD, mou_type_of(MOU_TYPE_DATE), span, 0);
    date->index = field;
    date->binding = row;
    return date;
}

/** The row's first day of validity is not ahead, and its last not over: both days count. A bound that the type does not declare is open. */
static struct mou_texpr *row_in_validity(struct mou_typer *typer, struct mou_binding *row, struct mou_span span)
{
    const struct mou_record_type *record = &typer->program->records.items[row->type];
    struct mou_texpr *today = mou_tx_today(typer, span);
    struct mou_texpr *begun = record->valid_from == MOU_NO_INDEX ? NULL : mou_tx_compare(typer, MOU_OP_LE, span, date_field(typer, row, record->valid_from, span), today);
    struct mou_texpr *lasts = record->valid_until == MOU_NO_INDEX ? NULL : mou_tx_compare(typer, MOU_OP_LE, span, today, date_field(typer, row, record->valid_until, span));
    if (begun == NULL || lasts == NULL) {
        return begun == NULL ? lasts : begun;
    }
    return mou_tx_binary(typer, MOU_TX_AND, mou_type_of(MOU_TYPE_CONDITION), span, begun, lasts);
}

struct mou_texpr *mou_type_in_validity(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    const struct mou_expr *name = expr->left;
    const bool plain = name->kind == MOU_EXPR_NAME && name->reference.qualifier.text.len == 0;
    const struct mou_text text = plain ? name->reference.name.text : mou_front_source_text(typer->front, name->span);
    uint32_t record = plain ? mou_symbols_find(typer->front->symbols, MOU_SYMBOL_RECORD, MOU_NO_INDEX, text) : MOU_NO_INDEX;
    struct mou_binding *row = NULL;
    for (const struct mou_scope *at = scope; at != NULL && row == NULL; at = at->outer) {
        bool named = at->listing == NULL && at->binding->kind == MOU_BINDING_RECORD && (at->binding->type == record || (at->alias.len > 0 && mou_text_equal(at->alias, text)));
        row = named ? at->binding : NULL;
    }
    record = row != NULL ? row->type : record;
    bool declared = record != MOU_NO_INDEX && (typer->program->records.items[record].valid_from != MOU_NO_INDEX ||
                                               typer->program->records.items[record].valid_until != MOU_NO_INDEX);
    if (!declared) {
        if (!typer->front->names_lost) { /* else the clause may be what could not be read */
            mou_front_report(typer->front, MOU_DIAG_NO_VALIDITY, name->span, text, MOU_NO_TEXT, MOU_NO_TEXT);
        }
        return mou_tx_error(typer, expr->span);
    }
    if (row != NULL) {
        return row_in_validity(typer, row, expr->span);
    }
    struct mou_texpr *some = mou_tx_new(typer, MOU_TX_QUANTIFIER, mou_type_of(MOU_TYPE_CONDITION), expr->span, 1);
    some->quantifier = MOU_SOME;
    some->range = mou_type_record_range(typer, scope, record, name->span);
    if (some->arguments != NULL && some->range != NULL) {
        some->arguments[0] = row_in_validity(typer, some->range, expr->span);
    }
    return some;
}
