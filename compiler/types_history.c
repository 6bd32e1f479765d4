/*
 * 曾 列入 and its kin: what the records say of earlier listings. Every 凭 section of a finding is a listing, read off a row as if a definition
 * over its record said so: whether it arose, on which day the subject was entered, on which day it left. The forms become quantifiers and
 * aggregates over the rows of all listings meant. Called by types_expr.c and types_rules.c.
 */
#include "types.h"

/* ------------------------------------------------------------------ which listings */

static uint32_t found(const struct mou_typer *typer, enum mou_symbol_class symbol_class, const struct mou_clause *clause)
{
    return clause->names != NULL ? mou_symbols_find(typer->front->symbols, symbol_class, MOU_NO_INDEX, clause->names->name.text) : MOU_NO_INDEX;
}

/** The listings of a rule that is checked again have the numbers that they had; others may have asked for their records. */
static void number_again(struct mou_typer *typer, struct mou_finding *finding)
{
    struct mou_program *program = typer->program;
    uint32_t next = finding->first_listing;
    for (const struct mou_clause *clause = finding->decl->clauses; clause != NULL; clause = clause->next) {
        const uint32_t record = clause->kind == MOU_CLAUSE_ON ? found(typer, MOU_SYMBOL_RECORD, clause) : MOU_NO_INDEX;
        if (clause->kind == MOU_CLAUSE_ENTERS && finding->list_kind == MOU_NO_INDEX) {
            finding->list_kind = found(typer, MOU_SYMBOL_LIST_KIND, clause);
        } else if (record != MOU_NO_INDEX) {
            struct mou_listing *listing = next < program->listings.count ? &program->listings.items[next++] : NULL;
            program->unfit = program->unfit || listing == NULL || &program->findings.items[listing->finding] != finding || listing->record != record;
            if (listing != NULL) {
                *listing = (struct mou_listing){.finding = listing->finding, .record = listing->record};
            }
        }
    }
    program->unfit = program->unfit || (next < program->listings.count && &program->findings.items[program->listings.items[next].finding] == finding);
}

/** Numbers the listings of all findings, where none is numbered yet. */
static void number_listings(struct mou_typer *typer)
{
    struct mou_program *program = typer->program;
    for (uint32_t i = 0; i < program->findings.count; i++) {
        struct mou_finding *finding = &program->findings.items[i];
        finding->first_listing = (uint32_t)program->listings.count;
        for (const struct mou_clause *clause = finding->decl->clauses; clause != NULL; clause = clause->next) {
            const struct mou_listing listing = {.finding = i, .record = clause->kind == MOU_CLAUSE_ON ? found(typer, MOU_SYMBOL_RECORD, clause) : MOU_NO_INDEX};
            if (clause->kind == MOU_CLAUSE_ENTERS && finding->list_kind == MOU_NO_INDEX) {
                finding->list_kind = found(typer, MOU_SYMBOL_LIST_KIND, clause);
            } else if (listing.record != MOU_NO_INDEX) {
                (void)MOU_VEC_PUSH(typer->front->arena, &program->listings, listing);
            }
        }
    }
}

void mou_type_listings(struct mou_typer *typer)
{
    struct mou_program *program = typer->program;
    if (program->before == NULL) {
        number_listings(typer);
        return;
    }
    for (uint32_t i = 0; i < program->findings.count; i++) {
        if (mou_front_turn_of(typer->front, program->findings.items[i].memorandum)) {
            number_again(typer, &program->findings.items[i]);
        }
    }
}

/** What a form speaks of: a list kind, or one finding. */
struct meant { uint32_t list_kind, finding; };

static bool is_meant(const struct mou_typer *typer, const struct meant *meant, uint32_t finding)
{
    return finding == meant->finding || (meant->list_kind != MOU_NO_INDEX && typer->program->findings.items[finding].list_kind == meant->list_kind);
}

static struct meant find_meant(struct mou_typer *typer, const struct mou_name_ref *ref)
{
    struct meant meant = {MOU_NO_INDEX, MOU_NO_INDEX};
    if (ref->qualifier.text.len == 0) {
        meant.list_kind = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_LIST_KIND, MOU_NO_INDEX, ref->name.text);
    }
    if (meant.list_kind == MOU_NO_INDEX) {
        meant.finding = mou_front_rule(typer->front, MOU_SYMBOL_FINDING, typer->memorandum, ref, MOU_TEXT("名单类别或认定"));
    }
    return meant;
}

/** Findings without 凭 have no days: where nothing else is meant, the question has only one answer. */
static bool refuse_without_days(struct mou_typer *typer, const struct meant *meant, const struct mou_expr *expr)
{
    for (uint32_t i = 0; i < typer->program->findings.count; i++) {
        if (is_meant(typer, meant, i)) {
            mou_front_report(typer->front, MOU_DIAG_NO_HISTORY, expr->reference.name.span, expr->reference.name.text, MOU_NO_TEXT, MOU_NO_TEXT);
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ one listing at a row */

static struct mou_texpr *aspect_of(struct mou_typer *typer, uint32_t listing, enum mou_listing_aspect aspect, struct mou_binding *row, struct mou_span span)
{
    bool day = aspect == MOU_LISTING_ENTERED || aspect == MOU_LISTING_LEFT;
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_LISTING, mou_type_of(day ? MOU_TYPE_DATE : MOU_TYPE_CONDITION), span, 0);
    expr->index = listing;
    expr->kind_index = aspect;
    expr->binding = row;
    return expr;
}

struct mou_texpr *mou_type_listing_day(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    bool left = expr->kind == MOU_EXPR_DAY_LEFT;
    while (scope != NULL && scope->listing == NULL) {
        scope = scope->outer;
    }
    if (scope == NULL || (left && scope->listing->begins_only)) {
        mou_front_report(typer->front, scope == NULL ? MOU_DIAG_LISTING_DAY_PLACE : MOU_DIAG_OWN_END, expr->span, mou_front_source_text(typer->front, expr->span), MOU_NO_TEXT,
                         MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    return aspect_of(typer, scope->listing->index, left ? MOU_LISTING_LEFT : MOU_LISTING_ENTERED, scope->binding, expr->span);
}

/* ------------------------------------------------------------------ the forms */

/** State while a form is made: over the listings so far. */
struct history {
    const struct mou_expr *expr;
    const struct mou_scope *scope;
    bool begins_only;
    struct mou_texpr *any;  /**< some listing is one of those asked for */
    struct mou_texpr *value; /**< count or date over them; NULL for 曾 列入 */
};

static struct mou_texpr *both(struct mou_typer *typer, struct mou_texpr *a, struct mou_texpr *b, struct mou_span span)
{
    return mou_tx_binary(typer, MOU_TX_AND, mou_type_of(MOU_TYPE_CONDITION), span, a, b);
}

static struct mou_texpr *choice(struct mou_typer *typer, struct mou_texpr *condition, struct mou_texpr *then, struct mou_texpr *otherwise, struct mou_span span)
{
    struct mou_texpr *expr = mou_tx_new(typer, MOU_TX_CHOICE, then->type, span, 3);
    if (expr->arguments != NULL) {
        expr->arguments[0] = condition;
        expr->arguments[1] = then;
        expr->arguments[2] = otherwise;
    }
    return expr;
}

static struct mou_texpr *date_constant(struct mou_typer *typer, mou_date date)
{
    return mou_tx_constant(typer, mou_type_of(MOU_TYPE_DATE), MOU_NO_SPAN, date);
}

/** The condition of a listing's row: it arose, has ended where that is asked, and what 满足 says. */
static struct mou_texpr *row_condition(struct mou_typer *typer, const struct history *history, uint32_t listing, struct mou_binding *row)
{
    const struct mou_expr *expr = history->expr;
    const struct mou_listing_scope days = {listing, history->begins_only};
    const struct mou_scope inner = {row, MOU_NO_TEXT, history->scope, &days};
    struct mou_texpr *condition = aspect_of(typer, listing, history->begins_only ? MOU_LISTING_AROSE : MOU_LISTING_HAPPENED, row, expr->span);
    if (expr->kind == MOU_EXPR_LAST_LEFT) {
        struct mou_texpr *left = aspect_of(typer, listing, MOU_LISTING_LEFT, row, expr->span);
        condition = both(typer, condition, mou_tx_compare(typer, MOU_OP_LE, expr->span, left, mou_tx_today(typer, expr->span)), expr->span);
    }
    return expr->condition != NULL ? both(typer, condition, mou_type_condition(typer, &inner, expr->condition), expr->span) : condition;
}

static void add_count(struct mou_typer *typer, struct history *history, struct mou_texpr *count, struct mou_span span)
{
    count->aggregate = MOU_COUNT;
    history->value = history->value == NULL ? count : mou_tx_binary(typer, MOU_TX_COUNT_SUM, count->type, span, history->value, count);
}

/** The latest day so far, the first of all days where there is none. */
static void add_date(struct mou_typer *typer, struct history *history, struct mou_texpr *any, struct mou_texpr *latest, struct mou_span span)
{
    latest->aggregate = MOU_LATEST;
    latest = choice(typer, any, latest, date_constant(typer, MOU_DATE_MIN), MOU_NO_SPAN);
    history->value = history->value == NULL ? latest : mou_tx_binary(typer, MOU_TX_MAX, latest->type, span, history->value, latest);
}

static void add_listing(struct mou_typer *typer, struct history *history, uint32_t index)
{
    const struct mou_expr *expr = history->expr;
    const struct mou_listing *listing = &typer->program->listings.items[index];
    struct mou_binding *row = mou_binding_new(typer, MOU_BINDING_RECORD, listing->record, MOU_RANGE_ALL, expr->span);
    struct mou_texpr *any = mou_tx_new(typer, MOU_TX_QUANTIFIER, mou_type_of(MOU_TYPE_CONDITION), expr->span, 1);
    bool date = expr->kind == MOU_EXPR_LAST_ENTERED || expr->kind == MOU_EXPR_LAST_LEFT;
    if (row == NULL || any->arguments == NULL) {
        return;
    }
    row->outer = history->scope->binding;
    row->owner = mou_scope_subject(history->scope)->binding;
    any->quantifier = MOU_SOME;
    any->range = row;
    any->arguments[0] = row_condition(typer, history, index, row);
    struct mou_texpr *value = mou_tx_new(typer, MOU_TX_AGGREGATE, mou_type_of(date ? MOU_TYPE_DATE : MOU_TYPE_COUNT), expr->span, 2);
    if (value->arguments == NULL) {
        return;
    }
    value->range = row;
    value->arguments[0] = any->arguments[0];
    if (date) {
        value->arguments[1] = aspect_of(typer, index, expr->kind == MOU_EXPR_LAST_LEFT ? MOU_LISTING_LEFT : MOU_LISTING_ENTERED, row, expr->span);
        add_date(typer, history, any, value, expr->span);
    } else if (expr->kind == MOU_EXPR_LISTINGS) {
        value->argument_count = 1;
        add_count(typer, history, value, expr->span);
    }
    history->any = history->any == NULL ? any : mou_tx_binary(typer, MOU_TX_OR, any->type, expr->span, history->any, any);
}

/** Over no listing: never, none, and no day. */
static struct mou_texpr *nothing(struct mou_typer *typer, const struct mou_expr *expr)
{
    if (expr->kind == MOU_EXPR_WAS_LISTED || expr->kind == MOU_EXPR_LISTINGS) {
        return mou_tx_constant(typer, mou_type_of(expr->kind == MOU_EXPR_LISTINGS ? MOU_TYPE_INTEGER : MOU_TYPE_CONDITION), expr->span, 0);
    }
    return mou_tx_new(typer, MOU_TX_INAPPLICABLE, mou_type_of(MOU_TYPE_DATE), expr->span, 0);
}

struct mou_texpr *mou_type_history(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    const struct meant meant = find_meant(typer, &expr->reference);
    const size_t errors = typer->front->diagnostics->error_count;
    struct history history = {expr, scope, typer->own_end_of != MOU_NO_INDEX && is_meant(typer, &meant, typer->own_end_of), NULL, NULL};
    if (meant.list_kind == MOU_NO_INDEX && meant.finding == MOU_NO_INDEX) {
        return mou_tx_error(typer, expr->span);
    }
    if (history.begins_only && expr->kind == MOU_EXPR_LAST_LEFT) {
        mou_front_report(typer->front, MOU_DIAG_OWN_END, expr->span, mou_front_source_text(typer->front, expr->op_span), MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span);
    }
    for (uint32_t i = 0; i < typer->program->listings.count && typer->front->diagnostics->error_count == errors; i++) {
        if (is_meant(typer, &meant, typer->program->listings.items[i].finding)) {
            add_listing(typer, &history, i); /* a mistake in 满足 is told once */
        }
    }
    if (history.any == NULL) {
        return refuse_without_days(typer, &meant, expr) ? mou_tx_error(typer, expr->span) : nothing(typer, expr);
    }
    if (expr->kind == MOU_EXPR_WAS_LISTED || expr->kind == MOU_EXPR_LISTINGS) {
        return expr->kind == MOU_EXPR_WAS_LISTED ? history.any : history.value;
    }
    return choice(typer, history.any, history.value, nothing(typer, expr), MOU_NO_SPAN);
}

/* ------------------------------------------------------------------ bodies */

static struct mou_texpr *joined(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_texpr *a, struct mou_texpr *b)
{
    return a == NULL || b == NULL ? (a == NULL ? b : a) : mou_tx_binary(typer, kind, a->type, MOU_NO_SPAN, a, b);
}

struct mou_texpr *mou_type_begin(struct mou_typer *typer, const struct mou_finding *finding, const struct mou_section *section)
{
    const mou_date effective = typer->program->memoranda.items[finding->memorandum].effective;
    const uint32_t served = typer->program->records.items[section->record].served;
    struct mou_texpr *begin = section->from;
    if (served != MOU_NO_INDEX) {
        struct mou_texpr *field = mou_tx_new(typer, MOU_TX_FIELD, mou_type_of(MOU_TYPE_DATE), MOU_NO_SPAN, 0);
        field->index = served;
        field->binding = section->scope;
        begin = joined(typer, MOU_TX_MAX, begin, field);
    }
    return joined(typer, MOU_TX_MAX, begin, effective != MOU_DATE_NONE ? date_constant(typer, effective) : NULL);
}

/** a 且 非 b; b NULL: a. */
static struct mou_texpr *and_not(struct mou_typer *typer, struct mou_texpr *a, struct mou_texpr *b)
{
    return b == NULL ? a : joined(typer, MOU_TX_AND, a, mou_tx_unary(typer, MOU_TX_NOT, mou_type_of(MOU_TYPE_CONDITION), MOU_NO_SPAN, b));
}

static struct mou_texpr *before(struct mou_typer *typer, struct mou_texpr *condition, struct mou_texpr *begin, struct mou_texpr *end)
{
    return begin == NULL || end == NULL ? condition : joined(typer, MOU_TX_AND, condition, mou_tx_compare(typer, MOU_OP_LT, MOU_NO_SPAN, begin, end));
}

/** The own end of a ground's interval, events and the memorandum's period apart. */
struct mou_texpr *mou_type_own_end(struct mou_typer *typer, const struct mou_section *section)
{
    if (section->until != NULL || section->term == NULL || section->from == NULL) {
        return section->until;
    }
    return mou_tx_binary(typer, MOU_TX_DATE_ADD, mou_type_of(MOU_TYPE_DATE), section->term->span, section->from, section->term);
}

/** The day on which the subject left, as the records say for certain; inapplicable while it has no end. */
static struct mou_texpr *left_on(struct mou_typer *typer, const struct mou_section *section, struct mou_texpr *end)
{
    struct mou_texpr *none = mou_tx_new(typer, MOU_TX_INAPPLICABLE, mou_type_of(MOU_TYPE_DATE), MOU_NO_SPAN, 0);
    struct mou_texpr *left = end != NULL ? end : date_constant(typer, MOU_DATE_MAX + 1);
    for (uint32_t i = 0; i < section->ending_count; i++) {
        const struct mou_ending *ending = &section->endings[i];
        struct mou_texpr *event = choice(typer, ending->exists, ending->exact, date_constant(typer, MOU_DATE_MAX + 1), MOU_NO_SPAN);
        left = joined(typer, MOU_TX_MIN, left, event);
    }
    struct mou_texpr *ends = mou_tx_compare(typer, MOU_OP_LE, MOU_NO_SPAN, left, date_constant(typer, MOU_DATE_MAX));
    return end != NULL ? left : choice(typer, ends, left, none, MOU_NO_SPAN);
}

static void fill(struct mou_typer *typer, const struct mou_finding *finding, const struct mou_section *section, struct mou_listing *listing)
{
    const mou_date repealed = typer->program->memoranda.items[finding->memorandum].repealed;
    struct mou_texpr *over = repealed != MOU_DATE_NONE ? date_constant(typer, repealed) : NULL;
    struct mou_texpr *arose = section->when != NULL ? section->when : mou_tx_constant(typer, mou_type_of(MOU_TYPE_CONDITION), section->span, 1);
    arose = and_not(typer, and_not(typer, arose, section->unless), finding->unless);
    for (uint32_t i = 0; i < section->ending_count; i++) {
        arose = and_not(typer, arose, section->endings[i].voided);
    }
    arose = before(typer, before(typer, arose, section->begin, mou_tx_today(typer, MOU_NO_SPAN)), section->begin, over);
    struct mou_texpr *end = mou_type_own_end(typer, section);
    listing->scope = section->scope;
    listing->aspects[MOU_LISTING_AROSE] = arose;
    listing->aspects[MOU_LISTING_HAPPENED] = before(typer, arose, section->begin, end);
    listing->aspects[MOU_LISTING_ENTERED] = section->begin != NULL ? section->begin : mou_tx_new(typer, MOU_TX_INAPPLICABLE, mou_type_of(MOU_TYPE_DATE), MOU_NO_SPAN, 0);
    listing->aspects[MOU_LISTING_LEFT] = left_on(typer, section, joined(typer, MOU_TX_MIN, end, over));
}

void mou_type_listing_bodies(struct mou_typer *typer)
{
    for (uint32_t i = 0; i < typer->program->findings.count; i++) {
        const struct mou_finding *finding = &typer->program->findings.items[i];
        for (uint32_t k = 0; mou_front_turn_of(typer->front, finding->memorandum) && k < finding->section_count; k++) {
            fill(typer, finding, &finding->sections[k], &typer->program->listings.items[finding->first_listing + k]);
        }
    }
}
