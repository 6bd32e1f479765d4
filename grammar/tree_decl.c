/*
 * Builders of declarations. A declaration is built from its parts in the order of the source; a
 * part that comes twice replaces the first where the tree has room for one (clauses are kept, so
 * that the compiler can point at the repetition). Called from the grammar's actions only; NULL
 * stands for an allocation that failed.
 */
#include "scan.h"

#include <assert.h>

struct mou_parts *mou_parts_new(struct mou_parse *parse)
{
    assert(parse != NULL);
    struct mou_parts *parts = MOU_NEW(parse->arena, struct mou_parts);
    struct mou_decl *decl = MOU_NEW(parse->arena, struct mou_decl);
    if (parts == NULL || decl == NULL) {
        return NULL;
    }
    decl->effective = MOU_DATE_NONE;
    decl->repealed = MOU_DATE_NONE;
    parts->decl = decl;
    return parts;
}

void mou_parts_clause(struct mou_parts *parts, struct mou_clause *clause)
{
    if (parts != NULL) {
        MOU_APPEND(parts->clauses, clause);
    }
}

/** 给予 a = 1、b = 2 is a clause for each. */
void mou_parts_grants(struct mou_parts *parts, const struct mou_clause_list *grants,
                      struct mou_span keyword)
{
    assert(grants != NULL);
    for (struct mou_clause *grant = grants->first; grant != NULL; grant = grant->next) {
        grant->keyword = keyword;
    }
    mou_parts_clause(parts, grants->first);
}

void mou_parts_display(struct mou_parts *parts, struct mou_text text)
{
    if (parts != NULL) {
        parts->decl->display = text;
    }
}

void mou_parts_identified_by(struct mou_parts *parts, const struct mou_name *name)
{
    assert(name != NULL);
    if (parts != NULL) {
        parts->decl->identified_by = *name;
    }
}

void mou_parts_source(struct mou_parts *parts, const struct mou_name *name)
{
    assert(name != NULL);
    if (parts != NULL) {
        parts->decl->source_authority = *name;
    }
}

void mou_parts_parent(struct mou_parts *parts, const struct mou_name *name)
{
    assert(name != NULL);
    if (parts != NULL) {
        parts->decl->parent = *name;
    }
}

void mou_parts_instrument(struct mou_parts *parts, enum mou_instrument_part part,
                          const struct mou_name *name)
{
    assert(name != NULL);
    if (parts == NULL) {
        return;
    }
    switch (part) {
    case MOU_INSTRUMENT_NUMBER:
        parts->decl->instrument_number = *name;
        break;
    case MOU_INSTRUMENT_MADE:
        parts->decl->instrument_made = *name;
        break;
    case MOU_INSTRUMENT_SERVED:
        parts->decl->instrument_served = *name;
        break;
    case MOU_INSTRUMENT_ACT:
        parts->decl->instrument_act = *name;
        break;
    case MOU_INSTRUMENT_VALID_FROM:
        parts->decl->valid_from = *name;
        break;
    case MOU_INSTRUMENT_VALID_UNTIL:
        parts->decl->valid_until = *name;
        break;
    }
}

void mou_parts_relation(struct mou_parts *parts, enum mou_relation_part part,
                        const struct mou_name *name)
{
    assert(name != NULL);
    if (parts == NULL) {
        return;
    }
    switch (part) {
    case MOU_RELATION_FROM:
        parts->decl->relation_from = *name;
        break;
    case MOU_RELATION_TO:
        parts->decl->relation_to = *name;
        break;
    case MOU_RELATION_INVERSE:
        parts->decl->relation_inverse = *name;
        break;
    }
}

void mou_parts_field(struct mou_parts *parts, struct mou_field_decl *field)
{
    if (parts != NULL) {
        MOU_APPEND(parts->fields, field);
    }
}

void mou_parts_code(struct mou_parse *parse, struct mou_parts *parts, const struct mou_name *name,
                    const struct mou_expr *value, struct mou_span span)
{
    assert(parse != NULL && name != NULL);
    struct mou_code_item *item = MOU_NEW(parse->arena, struct mou_code_item);
    if (parts == NULL || item == NULL || value == NULL) {
        return;
    }
    item->name = *name;
    item->value = value->integer;
    item->broken = value->kind == MOU_EXPR_ERROR;
    item->span = span;
    MOU_APPEND(parts->codes, item);
}

void mou_parts_effective(struct mou_parts *parts, mou_date date)
{
    if (parts != NULL) {
        parts->decl->effective = date;
    }
}

void mou_parts_repealed(struct mou_parts *parts, mou_date date)
{
    if (parts != NULL) {
        parts->decl->repealed = date;
    }
}

/* ------------------------------------------------------------------ catalogues */

void mou_parts_item(struct mou_parse *parse, struct mou_parts *parts, const struct mou_name *code,
                    const struct mou_name *title, struct mou_span span)
{
    assert(parse != NULL && code != NULL && title != NULL);
    struct mou_catalogue_item *item = MOU_NEW(parse->arena, struct mou_catalogue_item);
    if (parts == NULL || item == NULL) {
        return;
    }
    item->code = *code;
    item->title = *title;
    item->span = span;
    MOU_APPEND(parts->items, item);
}

/* The item that a part belongs to, its span extended to the part; NULL ahead of the first item. */
static struct mou_catalogue_item *item_of(struct mou_parts *parts, struct mou_span span)
{
    struct mou_catalogue_item *item = parts != NULL ? parts->items.last : NULL;
    if (item != NULL) {
        item->span = mou_span_join(item->span, span);
    }
    return item;
}

void mou_parts_item_nature(struct mou_parts *parts, const struct mou_name *name,
                           struct mou_span span)
{
    assert(name != NULL);
    struct mou_catalogue_item *item = item_of(parts, span);
    if (item != NULL) {
        item->nature = *name;
    }
}

void mou_parts_item_degree(struct mou_parts *parts, const struct mou_name *name,
                           struct mou_span span)
{
    assert(name != NULL);
    struct mou_catalogue_item *item = item_of(parts, span);
    if (item != NULL) {
        item->degree = *name;
    }
}

void mou_parts_item_covers(struct mou_parts *parts, const struct mou_ref_list *kinds,
                           struct mou_span span)
{
    assert(kinds != NULL);
    struct mou_catalogue_item *item = item_of(parts, span);
    if (item != NULL) {
        item->covers = kinds->first;
    }
}

void mou_parts_item_by(struct mou_parts *parts, const struct mou_ref_list *authorities,
                       struct mou_span span)
{
    assert(authorities != NULL);
    struct mou_catalogue_item *item = item_of(parts, span);
    if (item != NULL) {
        item->authorities = authorities->first;
    }
}

void mou_parts_item_under(struct mou_parse *parse, struct mou_parts *parts,
                          const struct mou_legal_list *basis, struct mou_span keyword,
                          struct mou_span span)
{
    assert(basis != NULL);
    struct mou_catalogue_item *item = item_of(parts, span);
    if (item != NULL) {
        item->basis = basis->first;
        item->broken = item->broken || basis->first == NULL;
    } else {
        mou_parts_clause(parts, mou_clause_legal(parse, MOU_CLAUSE_UNDER, keyword, basis, span));
    }
}

void mou_parts_item_broken(struct mou_parts *parts)
{
    if (parts != NULL && parts->items.last != NULL) {
        parts->items.last->broken = true;
    }
}

void mou_parts_incompatible(struct mou_parse *parse, struct mou_parts *parts,
                            const struct mou_ref_list *items, struct mou_span span)
{
    assert(parse != NULL && items != NULL);
    struct mou_incompatible *incompatible = MOU_NEW(parse->arena, struct mou_incompatible);
    if (parts != NULL && incompatible != NULL) {
        incompatible->items = items->first;
        incompatible->span = span;
        MOU_APPEND(parts->incompatible, incompatible);
    }
}

void mou_parts_days(struct mou_parts *parts, bool workdays, const struct mou_days_list *days)
{
    assert(days != NULL);
    if (parts == NULL) {
        return;
    }
    if (workdays) {
        MOU_APPEND(parts->workdays, days->first);
    } else {
        MOU_APPEND(parts->holidays, days->first);
    }
}

void mou_parts_row(struct mou_parse *parse, struct mou_parts *parts,
                   const struct mou_cell_list *cells, struct mou_expr *result, struct mou_span span)
{
    assert(parse != NULL && cells != NULL);
    struct mou_table_row *row = MOU_NEW(parse->arena, struct mou_table_row);
    if (parts != NULL && row != NULL) {
        row->cells = cells->first;
        row->result = result;
        row->span = span;
        MOU_APPEND(parts->rows, row);
    }
}

/* ------------------------------------------------------------------ fixtures */

/*
 * `行政处罚： 文号 "…" 决定日期 …`: what follows a row on its line belongs to it. The next reading puts
 * the comma behind the value.
 */
static bool lacks_comma(struct mou_parse *parse, const struct mou_fixture_row *row,
                        const struct mou_fixture_value *next)
{
    const struct mou_fixture_value *last = row != NULL ? row->values : NULL;
    while (last != NULL && last->next != NULL) {
        last = last->next;
    }
    if (next == NULL || last == NULL || last->value == NULL || last->value->span.end > next->name.span.begin) {
        return false;
    }
    struct mou_span value = last->value->span;
    for (uint32_t at = value.end; at < next->name.span.begin; at++) {
        if (parse->source->bytes[at] != ' ' && parse->source->bytes[at] != '\t') {
            return false;
        }
    }
    mou_parse_missing_comma(parse, value);
    return true;
}

void mou_parts_attributes(struct mou_parse *parse, struct mou_parts *parts,
                          const struct mou_value_list *values)
{
    assert(parse != NULL && values != NULL);
    if (parts != NULL && !lacks_comma(parse, parts->fixture_rows.last, values->first)) {
        MOU_APPEND(parts->attributes, values->first);
    }
}

void mou_parts_fixture_row(struct mou_parse *parse, struct mou_parts *parts,
                           const struct mou_name *type, const struct mou_value_list *values,
                           struct mou_span span)
{
    assert(parse != NULL && type != NULL && values != NULL);
    struct mou_fixture_row *row = MOU_NEW(parse->arena, struct mou_fixture_row);
    if (parts != NULL && row != NULL) {
        row->type = *type;
        row->values = values->first;
        row->span = span;
        MOU_APPEND(parts->fixture_rows, row);
    }
}

/** `法定代表人 王某 自 …` was read as a value whose value is a name; anything else before 自 is reported. */
void mou_parts_fixture_relation(struct mou_parse *parse, struct mou_parts *parts,
                                const struct mou_fixture_value *relation, struct mou_expr *from,
                                struct mou_expr *until, const struct mou_value_list *values,
                                struct mou_span span)
{
    assert(parse != NULL && values != NULL);
    struct mou_fixture_relation *result = MOU_NEW(parse->arena, struct mou_fixture_relation);
    if (parts == NULL || result == NULL || relation == NULL || relation->value == NULL) {
        return;
    }
    if (relation->value->kind != MOU_EXPR_NAME) {
        mou_diagnose(parse->diagnostics, MOU_DIAG_NOT_A_SUBJECT, relation->value->span,
                     (struct mou_text){"", 0}, (struct mou_text){"", 0}, (struct mou_text){"", 0});
        return;
    }
    result->relation = relation->name;
    result->subject = relation->value->reference.name;
    result->from = from;
    result->until = until;
    result->values = values->first;
    result->span = span;
    MOU_APPEND(parts->relations, result);
}

void mou_parts_subject(struct mou_parse *parse, struct mou_parts *parts,
                       const struct mou_parts *items, const struct mou_name *kind,
                       const struct mou_name *name, struct mou_span keyword, struct mou_span span)
{
    assert(kind != NULL && name != NULL);
    struct mou_clause *clause = mou_clause_new(parse, MOU_CLAUSE_SUBJECT, keyword, span);
    struct mou_fixture_subject *subject = MOU_NEW(parse->arena, struct mou_fixture_subject);
    if (clause == NULL || subject == NULL || items == NULL) {
        return;
    }
    subject->kind = *kind;
    subject->name = *name;
    subject->attributes = items->attributes.first;
    subject->rows = items->fixture_rows.first;
    subject->relations = items->relations.first;
    subject->span = span;
    clause->subject = subject;
    mou_parts_clause(parts, clause);
}

/* ------------------------------------------------------------------ declarations */

static struct mou_text first_verbatim(const struct mou_clause *clause)
{
    while (clause != NULL && (clause->kind != MOU_CLAUSE_VERBATIM || clause->text.len == 0)) {
        clause = clause->next;
    }
    return clause != NULL ? clause->text : (struct mou_text){"", 0};
}

/* Moves the collected lists into the declaration. */
static struct mou_decl *settle(struct mou_parts *parts, enum mou_decl_kind kind,
                               struct mou_span keyword, struct mou_span span)
{
    if (parts == NULL) {
        return NULL;
    }
    struct mou_decl *decl = parts->decl;
    decl->kind = kind;
    decl->keyword = keyword;
    decl->span = span;
    decl->clauses = parts->clauses.first;
    decl->verbatim = first_verbatim(decl->clauses);
    decl->fields = parts->fields.first;
    decl->codes = parts->codes.first;
    decl->items = parts->items.first;
    decl->incompatible = parts->incompatible.first;
    decl->holidays = parts->holidays.first;
    decl->workdays = parts->workdays.first;
    decl->table_rows = parts->rows.first;
    return decl;
}

struct mou_decl *mou_decl_done(struct mou_parse *parse, struct mou_parts *parts,
                               enum mou_decl_kind kind, const struct mou_name *name,
                               struct mou_span keyword, struct mou_span span)
{
    assert(parse != NULL && name != NULL);
    (void)parse;
    struct mou_decl *decl = settle(parts, kind, keyword, span);
    if (decl != NULL) {
        decl->name = *name;
        decl->broken = name->text.len == 0;
    }
    return decl;
}

struct mou_decl *mou_decl_broken(struct mou_parse *parse, struct mou_parts *parts,
                                 enum mou_decl_kind kind, struct mou_span keyword,
                                 struct mou_span span)
{
    struct mou_name none = mou_name_none();
    return mou_decl_done(parse, parts, kind, &none, keyword, span);
}

struct mou_decl *mou_decl_names(struct mou_parse *parse, struct mou_parts *parts,
                                enum mou_decl_kind kind, const struct mou_ref_list *names,
                                struct mou_span keyword, struct mou_span span)
{
    assert(parse != NULL && names != NULL);
    (void)parse;
    struct mou_decl *decl = settle(parts, kind, keyword, span);
    if (decl != NULL) {
        decl->names = names->first;
        decl->broken = names->first == NULL;
    }
    return decl;
}

struct mou_decl *mou_decl_uses(struct mou_parse *parse, struct mou_parts *parts,
                               const struct mou_ref_list *names, struct mou_span keyword,
                               struct mou_span span)
{
    assert(parse != NULL && names != NULL);
    struct mou_decl *decl = settle(parts, MOU_DECL_USE, keyword, span);
    if (decl == NULL || names->first == NULL) {
        if (decl != NULL) {
            decl->broken = true;
        }
        return decl;
    }
    decl->name = names->first->name;
    struct mou_decl *last = decl;
    for (const struct mou_name_ref *ref = names->first->next; ref != NULL; ref = ref->next) {
        struct mou_parts *more = mou_parts_new(parse);
        struct mou_decl *next = settle(more, MOU_DECL_USE, keyword, ref->name.span);
        if (next == NULL) {
            return decl;
        }
        next->name = ref->name;
        last->next = next;
        last = next;
    }
    return decl;
}

struct mou_decl *mou_decl_text(struct mou_parse *parse, struct mou_parts *parts,
                               enum mou_decl_kind kind, struct mou_text text,
                               struct mou_span keyword, struct mou_span span)
{
    assert(parse != NULL);
    (void)parse;
    struct mou_decl *decl = settle(parts, kind, keyword, span);
    if (decl != NULL) {
        decl->display = text;
        decl->broken = text.bytes == NULL;
    }
    return decl;
}

struct mou_decl *mou_decl_assertion(struct mou_parse *parse, struct mou_parts *parts,
                                    struct mou_text text, struct mou_expr *body,
                                    struct mou_span keyword, struct mou_span span)
{
    struct mou_decl *decl = mou_decl_text(parse, parts, MOU_DECL_ASSERTION, text, keyword, span);
    if (decl != NULL) {
        decl->body = body;
    }
    return decl;
}

struct mou_decl *mou_decl_calendar(struct mou_parse *parse, struct mou_parts *parts, int64_t year,
                                   struct mou_span year_span, struct mou_span keyword,
                                   struct mou_span span)
{
    assert(parse != NULL);
    struct mou_decl *decl = settle(parts, MOU_DECL_CALENDAR, keyword, span);
    if (decl == NULL) {
        return NULL;
    }
    mou_date day;
    struct mou_civil first = {year >= 0 && year <= 9999 ? (int)year : 0, 1, 1};
    if (mou_date_from_civil(first, &day)) {
        decl->year = first.year;
    } else {
        decl->broken = true;
        mou_diagnose(parse->diagnostics, MOU_DIAG_NUMBER_OVERFLOW, year_span,
                     mou_parse_slice(parse, year_span.begin, year_span.end),
                     (struct mou_text){"", 0}, (struct mou_text){"", 0});
    }
    return decl;
}

struct mou_decl *mou_decl_statute(struct mou_parse *parse, struct mou_parts *parts,
                                  const struct mou_legal_list *instrument, struct mou_span keyword,
                                  struct mou_span span)
{
    assert(parse != NULL && instrument != NULL);
    (void)parse;
    struct mou_decl *decl = settle(parts, MOU_DECL_INSTRUMENT, keyword, span);
    if (decl != NULL) {
        decl->instrument = instrument->first;
        decl->broken = instrument->first == NULL;
    }
    return decl;
}

struct mou_decl *mou_decl_table(struct mou_parse *parse, struct mou_parts *parts,
                                const struct mou_parameter_list *parameters,
                                const struct mou_name *name, struct mou_span keyword,
                                struct mou_span span)
{
    assert(parameters != NULL);
    struct mou_decl *decl = mou_decl_done(parse, parts, MOU_DECL_TABLE, name, keyword, span);
    if (decl != NULL) {
        decl->table_parameters = parameters->first;
        decl->broken = decl->broken || parameters->first == NULL;
    }
    return decl;
}

struct mou_decl *mou_decl_definition(struct mou_parse *parse, struct mou_parts *parts,
                                     const struct mou_name *name, const struct mou_name *record,
                                     struct mou_expr *body, struct mou_span keyword,
                                     struct mou_span span)
{
    struct mou_decl *decl = mou_decl_done(parse, parts, MOU_DECL_DEFINITION, name, keyword, span);
    if (decl != NULL) {
        decl->parameter_record = record != NULL ? *record : mou_name_none();
        decl->body = body;
    }
    return decl;
}

/** Appends to the file; a chain (引用 A、B) as a whole. */
void mou_tree_add(struct mou_parse *parse, struct mou_decl *decl)
{
    assert(parse != NULL);
    if (decl != NULL) {
        decl->unread = parse->skipped_anything;
    }
    parse->skipped_anything = false;
    MOU_APPEND(parse->declarations, decl);
}
