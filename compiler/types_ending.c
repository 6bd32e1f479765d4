/*
 * 终止: an event that ends a ground, told by the ground's own row or by a record of another type. Made into ordinary expressions: whether it has
 * come, whether it may have, and on which day. Called by types_rules.c for each 凭 section.
 */
#include "types.h"

/** *yes* where the condition is *yes* or unknown: never unknown itself. Stands for no words of the source. */
static struct mou_texpr *perhaps(struct mou_typer *typer, struct mou_texpr *condition)
{
    struct mou_type truth = mou_type_of(MOU_TYPE_CONDITION);
    struct mou_texpr *value = mou_tx_unary(typer, MOU_TX_AS_YES_NO, mou_type_of(MOU_TYPE_YES_NO), MOU_NO_SPAN, condition);
    struct mou_texpr *known = mou_tx_unary(typer, MOU_TX_FILLED, truth, MOU_NO_SPAN, value);
    return mou_tx_binary(typer, MOU_TX_OR, truth, MOU_NO_SPAN, condition, mou_tx_unary(typer, MOU_TX_NOT, truth, MOU_NO_SPAN, known));
}

/** A quantifier (value NULL) or the earliest value over the rows of `range`. */
static struct mou_texpr *over(struct mou_typer *typer, struct mou_binding *range, struct mou_texpr *condition, struct mou_texpr *value, struct mou_span span)
{
    struct mou_type type = mou_type_of(value != NULL ? MOU_TYPE_DATE : MOU_TYPE_CONDITION);
    struct mou_texpr *result = mou_tx_new(typer, value != NULL ? MOU_TX_AGGREGATE : MOU_TX_QUANTIFIER, type, span, value != NULL ? 2 : 1);
    result->range = range;
    result->quantifier = MOU_SOME;
    result->aggregate = MOU_EARLIEST;
    if (result->arguments != NULL) {
        result->arguments[0] = condition;
    }
    if (result->arguments != NULL && value != NULL) {
        result->arguments[1] = value;
    }
    return result;
}

/** An event told by records: of those that are there, the earliest counts. */
static void of_records(struct mou_typer *typer, struct mou_binding *range, struct mou_texpr *come, struct mou_texpr *there, struct mou_ending *ending)
{
    ending->happened = over(typer, range, come, NULL, ending->span);
    ending->exists = over(typer, range, there, NULL, MOU_NO_SPAN);
    ending->exact = over(typer, range, there, ending->date, MOU_NO_SPAN);
    ending->voided = ending->voided != NULL ? over(typer, range, ending->voided, NULL, MOU_NO_SPAN) : NULL;
    ending->possible = over(typer, range, there, NULL, MOU_NO_SPAN);
    ending->date = over(typer, range, there, ending->date, MOU_NO_SPAN);
    ending->possible->possible = true;
    ending->date->possible = true;
}

bool mou_type_ending(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *clause, struct mou_texpr *begin, struct mou_ending *ending)
{
    struct mou_scope inner = *row;
    struct mou_type truth = mou_type_of(MOU_TYPE_CONDITION);
    *ending = (struct mou_ending){.span = clause->span};
    if (clause->names != NULL) {
        uint32_t record = mou_front_vocabulary(typer->front, MOU_SYMBOL_RECORD, &clause->names->name, MOU_TEXT("记录"));
        inner = (struct mou_scope){record != MOU_NO_INDEX ? mou_type_record_range(typer, row, record, clause->names->name.span) : NULL, clause->alias.text, row, NULL};
        if (inner.binding == NULL) {
            return false;
        }
    }
    struct mou_texpr *condition = clause->expr != NULL ? mou_type_condition(typer, &inner, clause->expr) : mou_tx_constant(typer, truth, clause->span, 1);
    struct mou_texpr *date = mou_type_timeless(typer, mou_type_wanted(typer, &inner, clause->second, MOU_TYPE_DATE));
    struct mou_texpr *today = mou_tx_today(typer, date->span);
    struct mou_texpr *come = mou_tx_binary(typer, MOU_TX_AND, truth, clause->span, condition, mou_tx_compare(typer, MOU_OP_LE, date->span, date, today));
    struct mou_texpr *dated = mou_tx_compare(typer, MOU_OP_EQ, MOU_NO_SPAN, date, date); /* no where the date is inapplicable: such an event ends nothing */
    struct mou_texpr *there = mou_tx_binary(typer, MOU_TX_AND, truth, MOU_NO_SPAN, condition, dated);
    ending->date = date;
    if (begin != NULL) {
        ending->voided = mou_tx_binary(typer, MOU_TX_AND, truth, MOU_NO_SPAN, condition, mou_tx_compare(typer, MOU_OP_LE, MOU_NO_SPAN, date, begin));
    }
    if (clause->names != NULL) {
        of_records(typer, inner.binding, come, there, ending);
    } else {
        ending->happened = come;
        ending->possible = perhaps(typer, there);
        ending->exists = there;
        ending->exact = date;
    }
    return condition->type.kind != MOU_TYPE_ERROR && date->type.kind != MOU_TYPE_ERROR;
}
