/*
 * Domain, tier and jurisdiction of findings: codes that a finding carries, each kind of them from one code table of the whole program; and lists
 * counted by them. Called by types_rules.c before any expression is typed, and by types_expr.c.
 */
#include "types.h"

static const enum mou_clause_kind mark_clauses[MOU_MARK_COUNT] = {MOU_CLAUSE_DOMAIN, MOU_CLAUSE_TIER, MOU_CLAUSE_JURISDICTION};
static const char *const mark_words[MOU_MARK_COUNT][2] = {{"领域", "domain"}, {"层级", "tier"}, {"辖区", "jurisdiction"}};

uint32_t mou_mark_of_word(struct mou_text word)
{
    for (uint32_t mark = 0; mark < MOU_MARK_COUNT; mark++) {
        if (mou_text_equal(word, mou_text_of(mark_words[mark][0])) || mou_text_equal(word, mou_text_of(mark_words[mark][1]))) {
            return mark;
        }
    }
    return MOU_NO_INDEX;
}

/* ------------------------------------------------------------------ findings */

static const struct mou_code_item *item_of(const struct mou_code_table *table, struct mou_text name)
{
    for (const struct mou_code_item *item = table->items; item != NULL; item = item->next) {
        if (mou_text_equal(item->name.text, name)) {
            return item;
        }
    }
    return NULL;
}

/** The only table that has the code, or the one named before the point. */
static uint32_t table_of(struct mou_typer *typer, const struct mou_name_ref *ref)
{
    uint32_t found = MOU_NO_INDEX;
    if (ref->qualifier.text.len > 0) {
        return mou_front_vocabulary(typer->front, MOU_SYMBOL_CODE_TABLE, &ref->qualifier, MOU_TEXT("代码表"));
    }
    for (uint32_t t = 0; t < typer->program->code_tables.count; t++) {
        if (item_of(&typer->program->code_tables.items[t], ref->name.text) == NULL) {
            continue;
        }
        if (found != MOU_NO_INDEX) {
            mou_front_report(typer->front, MOU_DIAG_MARK_AMBIGUOUS, ref->name.span, ref->name.text, typer->program->code_tables.items[found].name,
                             typer->program->code_tables.items[t].name);
            return MOU_NO_INDEX;
        }
        found = t;
    }
    if (found == MOU_NO_INDEX) {
        mou_front_unknown(typer->front, &ref->name, MOU_TEXT("代码"));
    }
    return found;
}

static void type_mark(struct mou_typer *typer, struct mou_finding *finding, uint32_t mark, const struct mou_clause *clause)
{
    struct mou_program *program = typer->program;
    uint32_t *shared = &program->mark_tables[mark];
    uint32_t table = clause->names != NULL ? table_of(typer, clause->names) : MOU_NO_INDEX;
    if (table == MOU_NO_INDEX) {
        return;
    }
    if (*shared != MOU_NO_INDEX && *shared != table) {
        mou_front_report(typer->front, MOU_DIAG_MARK_TABLES, clause->names->name.span, clause->names->name.text, program->code_tables.items[table].name,
                         program->code_tables.items[*shared].name);
        return;
    }
    *shared = table;
    finding->marks[mark] = item_of(&program->code_tables.items[table], clause->names->name.text);
    if (finding->marks[mark] == NULL) {
        mou_front_report(typer->front, MOU_DIAG_UNKNOWN_CODE, clause->names->name.span, clause->names->name.text, program->code_tables.items[table].name,
                         MOU_NO_TEXT);
    }
}

void mou_type_marks(struct mou_typer *typer)
{
    for (uint32_t mark = 0; typer->program->before == NULL && mark < MOU_MARK_COUNT; mark++) {
        typer->program->mark_tables[mark] = MOU_NO_INDEX;
    }
    for (size_t i = 0; i < typer->program->findings.count; i++) {
        struct mou_finding *finding = &typer->program->findings.items[i];
        const bool turn = mou_front_turn_of(typer->front, finding->memorandum);
        for (uint32_t mark = 0; turn && mark < MOU_MARK_COUNT; mark++) {
            const struct mou_clause *clause = mou_clause_find(finding->decl, mark_clauses[mark]);
            if (clause != NULL && !clause->broken) {
                type_mark(typer, finding, mark, clause);
            }
        }
    }
}

bool mou_type_is_mark(enum mou_clause_kind kind)
{
    return kind == MOU_CLAUSE_DOMAIN || kind == MOU_CLAUSE_TIER || kind == MOU_CLAUSE_JURISDICTION;
}

/* ------------------------------------------------------------------ lists counted by marks */

struct mou_texpr *mou_type_mark_name(struct mou_typer *typer, struct mou_text name, struct mou_span span)
{
    uint32_t mark = typer->marks_allowed ? mou_mark_of_word(name) : MOU_NO_INDEX;
    if (mark == MOU_NO_INDEX) {
        return NULL;
    }
    if (typer->program->mark_tables[mark] == MOU_NO_INDEX) {
        mou_front_report(typer->front, MOU_DIAG_MARK_NOWHERE, span, name, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, span);
    }
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_MARK, (struct mou_type){MOU_TYPE_CODE, typer->program->mark_tables[mark]}, span, 0);
    expr->index = mark;
    return expr;
}

/** The condition speaks of the marks alone: what else it could ask is no matter of the list. */
static bool of_marks_alone(const struct mou_texpr *expr)
{
    switch ((int)expr->kind) {
    case MOU_TX_MARK: case MOU_TX_CONSTANT: case MOU_TX_AND: case MOU_TX_OR: case MOU_TX_NOT: case MOU_TX_COMPARE: case MOU_TX_FILLED:
        break;
    default:
        return expr->type.kind == MOU_TYPE_ERROR;
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        if (!of_marks_alone(expr->arguments[i])) {
            return false;
        }
    }
    return true;
}

static struct mou_texpr *type_mark_condition(struct mou_typer *typer, const struct mou_expr *expr)
{
    struct mou_scope scope = {mou_binding_new(typer, MOU_BINDING_SUBJECT, MOU_NO_INDEX, MOU_RANGE_ALL, expr->span), MOU_NO_TEXT, NULL, NULL};
    typer->marks_allowed = true;
    struct mou_texpr *condition = mou_type_condition(typer, &scope, expr);
    typer->marks_allowed = false;
    if (!of_marks_alone(condition)) {
        mou_front_report(typer->front, MOU_DIAG_MARK_CONDITION, expr->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    return condition;
}

void mou_type_list_marks(struct mou_typer *typer, const struct mou_expr *expr, struct mou_texpr *list)
{
    const struct mou_name *distinct = &expr->range.field;
    list->kind_index = MOU_NO_INDEX;
    if (distinct->text.len > 0) {
        list->kind_index = mou_mark_of_word(distinct->text);
        if (list->kind_index == MOU_NO_INDEX || typer->program->mark_tables[list->kind_index] == MOU_NO_INDEX) {
            mou_front_report(typer->front, MOU_DIAG_MARK_NOWHERE, distinct->span, distinct->text, MOU_NO_TEXT, MOU_NO_TEXT);
            list->type = mou_type_error;
        }
    }
    if (expr->condition != NULL && list->arguments != NULL) {
        list->arguments[0] = type_mark_condition(typer, expr->condition);
    }
}
