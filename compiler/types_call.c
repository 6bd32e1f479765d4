/*
 * Calls: built-in functions in both languages, definitions over a record, decision tables.
 */
#include <string.h>

#include "types.h"

enum builtin {
    BUILTIN_AGE, BUILTIN_YEAR, BUILTIN_MONTH_START, BUILTIN_NEXT_MONTH, BUILTIN_ROLL, BUILTIN_FIRST_WORKDAY, BUILTIN_MIN, BUILTIN_MAX, BUILTIN_HALF_UP,
    BUILTIN_TRUNCATE, BUILTIN_AWAY
};

static const struct {
    const char *name;
    enum builtin builtin;
    uint32_t arguments; /**< 0: two or more */
} builtins[] = {
    {"周岁", BUILTIN_AGE, 1},      {"age", BUILTIN_AGE, 1},       {"年", BUILTIN_YEAR, 1},          {"year", BUILTIN_YEAR, 1},
    {"月初", BUILTIN_MONTH_START, 1}, {"month_start", BUILTIN_MONTH_START, 1}, {"次月", BUILTIN_NEXT_MONTH, 2}, {"next_month", BUILTIN_NEXT_MONTH, 2},
    {"当日或次一工作日", BUILTIN_ROLL, 1}, {"same_or_next_workday", BUILTIN_ROLL, 1}, {"首个工作日", BUILTIN_FIRST_WORKDAY, 1}, {"first_workday", BUILTIN_FIRST_WORKDAY, 1},
    {"较早", BUILTIN_MIN, 0},      {"earlier", BUILTIN_MIN, 0},   {"min", BUILTIN_MIN, 0},          {"最小", BUILTIN_MIN, 0},
    {"较晚", BUILTIN_MAX, 0},      {"later", BUILTIN_MAX, 0},     {"max", BUILTIN_MAX, 0},          {"最大", BUILTIN_MAX, 0},
    {"四舍五入", BUILTIN_HALF_UP, 1}, {"round", BUILTIN_HALF_UP, 1}, {"舍去", BUILTIN_TRUNCATE, 1},   {"truncate", BUILTIN_TRUNCATE, 1},
    {"进位", BUILTIN_AWAY, 1},     {"round_up", BUILTIN_AWAY, 1},
};

static uint32_t argument_count(const struct mou_expr *call)
{
    uint32_t count = 0;
    for (const struct mou_expr *argument = call->arguments; argument != NULL; argument = argument->next) {
        count++;
    }
    return count;
}

static struct mou_texpr *extreme(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call, enum mou_texpr_kind kind)
{
    struct mou_texpr *result = mou_tx_plain(typer, mou_type_expr(typer, scope, call->arguments, mou_type_error));
    for (const struct mou_expr *argument = call->arguments->next; argument != NULL; argument = argument->next) {
        struct mou_texpr *other = mou_tx_plain(typer, mou_type_expr(typer, scope, argument, result->type));
        bool ordered = result->type.kind != MOU_TYPE_TEXT && result->type.kind != MOU_TYPE_YES_NO && result->type.kind != MOU_TYPE_CODE &&
                       result->type.kind != MOU_TYPE_RATIO && result->type.kind != MOU_TYPE_MONEY_FRACTION;
        if (!ordered || !mou_tx_unify(typer, &result, &other, call->span)) {
            if (!ordered) {
                mou_front_report(typer->front, MOU_DIAG_NOT_ORDERED, call->span, mou_type_name(typer, result->type), mou_type_name(typer, other->type), MOU_NO_TEXT);
            }
            return mou_tx_error(typer, call->span);
        }
        result = mou_tx_binary(typer, kind, result->type, call->span, result, other);
    }
    return result;
}

static struct mou_texpr *rounded(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call, enum mou_rounding mode)
{
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, call->arguments, mou_type_error));
    bool money = value->type.kind == MOU_TYPE_MONEY || value->type.kind == MOU_TYPE_MONEY_FRACTION;
    bool number = money || value->type.kind == MOU_TYPE_INTEGER || value->type.kind == MOU_TYPE_RATIO;
    if (!number && value->type.kind != MOU_TYPE_ERROR) {
        mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, value->span, MOU_TEXT("数"), mou_type_name(typer, value->type), MOU_NO_TEXT);
        return mou_tx_error(typer, call->span);
    }
    struct mou_texpr *result = mou_tx_unary(typer, MOU_TX_ROUND, mou_type_of(money ? MOU_TYPE_MONEY : MOU_TYPE_INTEGER), call->span,
                                            value->type.kind == MOU_TYPE_ERROR ? value : mou_tx_fraction(typer, value));
    result->rounding = mode;
    return result;
}

static struct mou_texpr *of_date(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call, enum mou_texpr_kind kind,
                                 enum mou_type_kind type)
{
    return mou_tx_unary(typer, kind, mou_type_of(type), call->span, mou_type_wanted(typer, scope, call->arguments, MOU_TYPE_DATE));
}

static struct mou_texpr *type_builtin(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call, enum builtin builtin)
{
    switch (builtin) {
    case BUILTIN_AGE:
        return of_date(typer, scope, call, MOU_TX_AGE, MOU_TYPE_INTEGER);
    case BUILTIN_YEAR:
        return of_date(typer, scope, call, MOU_TX_YEAR, MOU_TYPE_INTEGER);
    case BUILTIN_MONTH_START:
        return of_date(typer, scope, call, MOU_TX_MONTH_START, MOU_TYPE_DATE);
    case BUILTIN_ROLL:
        return of_date(typer, scope, call, MOU_TX_ROLL_FORWARD, MOU_TYPE_DATE);
    case BUILTIN_FIRST_WORKDAY:
        return of_date(typer, scope, call, MOU_TX_FIRST_WORKDAY, MOU_TYPE_DATE);
    case BUILTIN_NEXT_MONTH:
        return mou_tx_binary(typer, MOU_TX_NEXT_MONTH_DAY, mou_type_of(MOU_TYPE_DATE), call->span,
                             mou_type_wanted(typer, scope, call->arguments, MOU_TYPE_DATE),
                             mou_type_wanted(typer, scope, call->arguments->next, MOU_TYPE_INTEGER));
    case BUILTIN_MIN:
        return extreme(typer, scope, call, MOU_TX_MIN);
    case BUILTIN_MAX:
        return extreme(typer, scope, call, MOU_TX_MAX);
    case BUILTIN_HALF_UP:
        return rounded(typer, scope, call, MOU_ROUND_HALF_UP);
    case BUILTIN_TRUNCATE:
        return rounded(typer, scope, call, MOU_ROUND_TOWARD_ZERO);
    case BUILTIN_AWAY:
        break;
    }
    return rounded(typer, scope, call, MOU_ROUND_AWAY);
}

static struct mou_texpr *wrong_count(struct mou_typer *typer, const struct mou_expr *call)
{
    mou_front_report(typer->front, MOU_DIAG_ARGUMENT_COUNT, call->span, call->reference.name.text, MOU_NO_TEXT, MOU_NO_TEXT);
    return mou_tx_error(typer, call->span);
}

/* ------------------------------------------------------------------ definitions */

struct mou_texpr *mou_type_definition(struct mou_typer *typer, const struct mou_scope *scope, uint32_t definition, const struct mou_binding *row,
                                      struct mou_span span)
{
    const struct mou_definition *named = &typer->program->definitions.items[definition];
    struct mou_binding *binding = NULL;
    uint32_t record = named->decl->parameter_record.text.len > 0
                          ? mou_symbols_find(typer->front->symbols, MOU_SYMBOL_RECORD, MOU_NO_INDEX, named->decl->parameter_record.text)
                          : MOU_NO_INDEX;
    if (named->decl->parameter_record.text.len == 0) {
        binding = mou_scope_subject(scope)->binding;
    } else if (row != NULL) {
        binding = (struct mou_binding *)(uintptr_t)row;
    } else {
        for (const struct mou_scope *at = scope; at != NULL && binding == NULL; at = at->outer) {
            binding = at->listing == NULL && at->binding->kind == MOU_BINDING_RECORD && at->binding->type == record ? at->binding : NULL;
        }
    }
    if (binding == NULL || (row != NULL && row->type != record)) {
        mou_front_report(typer->front, MOU_DIAG_DEFINITION_ROW, span, named->name, named->decl->parameter_record.text, MOU_NO_TEXT);
        return mou_tx_error(typer, span);
    }
    struct mou_type type = mou_type_definition_type(typer, definition);
    const bool bare = typer->program->definitions.items[definition].bare_parameter;
    typer->law_asked = typer->law_asked || bare;
    if (bare && typer->lighter) {
        mou_front_report(typer->front, MOU_DIAG_LIGHTER_DEFINITION, span, named->name, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_DEFINITION, type, span, 0);
    expr->index = definition;
    expr->binding = binding;
    expr->direction = named->body != NULL ? mou_tx_direction(named->body) : 0;
    return expr;
}

/** The row that an argument names: an alias or a record type in scope. */
static const struct mou_binding *row_argument(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *argument)
{
    for (const struct mou_scope *at = scope; argument->kind == MOU_EXPR_NAME && at != NULL; at = at->outer) {
        struct mou_text name = argument->reference.name.text;
        bool alias = at->alias.len > 0 && mou_text_equal(at->alias, name);
        if (at->listing == NULL && at->binding->kind == MOU_BINDING_RECORD && (alias || mou_text_equal(typer->program->records.items[at->binding->type].name, name))) {
            return at->binding;
        }
    }
    return NULL;
}

static struct mou_texpr *call_definition(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call, uint32_t definition)
{
    if (argument_count(call) == 0) {
        return mou_type_definition(typer, scope, definition, NULL, call->span);
    }
    const struct mou_binding *row = argument_count(call) == 1 ? row_argument(typer, scope, call->arguments) : NULL;
    if (row == NULL) {
        mou_front_report(typer->front, MOU_DIAG_DEFINITION_ROW, call->span, call->reference.name.text,
                         typer->program->definitions.items[definition].decl->parameter_record.text, MOU_NO_TEXT);
        return mou_tx_error(typer, call->span);
    }
    return mou_type_definition(typer, scope, definition, row, call->span);
}

/* ------------------------------------------------------------------ tables */

static bool fits_column(struct mou_type column, struct mou_type argument)
{
    if (column.kind == MOU_TYPE_CODE) {
        return argument.kind == MOU_TYPE_CODE && column.code_table == argument.code_table;
    }
    return column.kind == argument.kind || (column.kind == MOU_TYPE_INTEGER && argument.kind == MOU_TYPE_SPAN);
}

static struct mou_texpr *call_table(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call, uint32_t index)
{
    const struct mou_table *table = &typer->program->tables.items[index];
    if (argument_count(call) != table->column_count) {
        return wrong_count(typer, call);
    }
    struct mou_texpr *result = mou_tx_new(typer, MOU_TX_TABLE, table->result_type, call->span, table->column_count);
    uint32_t at = 0;
    result->index = index;
    for (const struct mou_expr *argument = call->arguments; result->arguments != NULL && argument != NULL; argument = argument->next, at++) {
        struct mou_type column = table->columns[at].type;
        struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, argument, column));
        if (column.kind == MOU_TYPE_RATIO && value->type.kind == MOU_TYPE_INTEGER) {
            value = mou_tx_fraction(typer, value);
        }
        if (value->type.kind != MOU_TYPE_ERROR && !fits_column(column, value->type)) {
            mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, value->span, mou_type_name(typer, column), mou_type_name(typer, value->type), MOU_NO_TEXT);
            return mou_tx_error(typer, call->span);
        }
        result->arguments[at] = value;
    }
    return result;
}

struct mou_texpr *mou_type_call(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *call)
{
    const struct mou_name_ref *ref = &call->reference;
    uint32_t index = MOU_NO_INDEX;
    if (ref->qualifier.text.len == 0 && !ref->name.quoted) {
        for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
            if (mou_text_equal(ref->name.text, mou_text_of(builtins[i].name))) {
                uint32_t count = argument_count(call);
                bool fits = builtins[i].arguments == 0 ? count >= 2 : count == builtins[i].arguments;
                return fits ? type_builtin(typer, scope, call, builtins[i].builtin) : wrong_count(typer, call);
            }
        }
    }
    enum mou_lookup lookup = ref->qualifier.text.len > 0 ? MOU_LOOKUP_NONE
                                                         : mou_symbols_look_up(typer->front->symbols, MOU_SYMBOL_TABLE, typer->memorandum, ref->name.text, &index);
    if (ref->qualifier.text.len > 0) {
        uint32_t owner = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_MEMORANDUM, MOU_NO_INDEX, ref->qualifier.text);
        index = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_TABLE, owner, ref->name.text);
        lookup = index != MOU_NO_INDEX ? MOU_LOOKUP_FOUND : MOU_LOOKUP_NONE;
    }
    if (lookup == MOU_LOOKUP_FOUND) {
        return call_table(typer, scope, call, index);
    }
    index = mou_front_rule(typer->front, MOU_SYMBOL_DEFINITION, typer->memorandum, ref, MOU_TEXT("函数、定义或裁量表"));
    return index != MOU_NO_INDEX ? call_definition(typer, scope, call, index) : mou_tx_error(typer, call->span);
}
