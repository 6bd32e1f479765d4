/*
 * Parts of measures that look into the grounds or the relations: whom a measure falls on, who carries it out, and
 * where it is published and shared. Called by types_rules.c.
 */
#include "types.h"

/* ------------------------------------------------------------------ targets */

typedef MOU_VEC(struct mou_reach) reach_list;

/** The condition in parentheses speaks of the relation's row, and of the subject at its other end. */
static void type_reach_condition(struct mou_typer *typer, struct mou_reach *reach, const struct mou_name_ref *ref, const struct mou_scope *subject)
{
    if (ref->condition == NULL) {
        return;
    }
    reach->scope = mou_binding_new(typer, MOU_BINDING_RELATION, reach->relation, MOU_RANGE_ALL, ref->name.span);
    if (reach->scope == NULL) {
        return;
    }
    reach->scope->inverse = reach->inverse;
    reach->scope->owner = subject->binding;
    reach->scope->outer = subject->binding;
    struct mou_scope row = {reach->scope, MOU_NO_TEXT, subject, NULL};
    reach->condition = mou_type_condition(typer, &row, ref->condition);
}

static void add_reach(struct mou_typer *typer, reach_list *reaches, uint32_t kind, const struct mou_name_ref *ref, const struct mou_scope *subject)
{
    struct mou_reach reach = {kind, MOU_NO_INDEX, false, NULL, NULL};
    if (ref != NULL) {
        reach.relation = mou_front_vocabulary(typer->front, MOU_SYMBOL_RELATION, &ref->name, MOU_TEXT("关系"));
        if (reach.relation == MOU_NO_INDEX) {
            return;
        }
        const struct mou_relation_type *relation = &typer->program->relations.items[reach.relation];
        reach.inverse = !mou_text_equal(relation->name, ref->name.text);
        if ((reach.inverse ? relation->to_kind : relation->from_kind) != kind) {
            mou_front_report(typer->front, MOU_DIAG_RELATION_KIND, ref->name.span, ref->name.text, typer->program->kinds.items[kind].name, MOU_NO_TEXT);
            return;
        }
        type_reach_condition(typer, &reach, ref, subject);
    }
    (void)MOU_VEC_PUSH(typer->front->arena, reaches, reach);
}

void mou_type_targets(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *clause, const struct mou_scope *subject)
{
    reach_list reaches = {0};
    for (const struct mou_target *target = clause->targets; target != NULL; target = target->next) {
        uint32_t kind = mou_front_vocabulary(typer->front, MOU_SYMBOL_KIND, &target->subject_kind, MOU_TEXT("主体类别"));
        if (kind == MOU_NO_INDEX) {
            continue;
        }
        if (target->kind == MOU_TARGET_SELF) {
            add_reach(typer, &reaches, kind, NULL, subject);
        }
        for (const struct mou_name_ref *ref = target->kind != MOU_TARGET_NONE ? target->relations : NULL; ref != NULL; ref = ref->next) {
            add_reach(typer, &reaches, kind, ref, subject);
        }
    }
    measure->reaches = reaches.items;
    measure->reach_count = (uint32_t)reaches.count;
}

/* ------------------------------------------------------------------ authorities */

struct mou_text mou_type_joined_names(struct mou_typer *typer, const struct mou_name_ref *names)
{
    struct mou_buf text;
    bool first = true;
    mou_buf_init(&text, NULL, 65536);
    for (const struct mou_name_ref *ref = names; ref != NULL; ref = ref->next) {
        if (mou_type_authority_field(typer, ref)) {
            continue;
        }
        mou_buf_text(&text, first ? "" : "、");
        mou_buf_append(&text, ref->name.text.bytes, ref->name.text.len);
        first = false;
    }
    return mou_buf_into_arena(&text, typer->front->arena);
}

bool mou_type_authority_field(const struct mou_typer *typer, const struct mou_name_ref *name)
{
    return mou_symbols_find(typer->front->symbols, MOU_SYMBOL_AUTHORITY, MOU_NO_INDEX, name->name.text) == MOU_NO_INDEX;
}

bool mou_type_names_authority(const struct mou_typer *typer, uint32_t record, struct mou_text field)
{
    const struct mou_fields *fields = &typer->program->records.items[record].fields;
    uint32_t index = mou_field_find(fields, field);
    return index != MOU_NO_INDEX && (fields->items[index].unread || fields->items[index].type == MOU_FIELD_TEXT || fields->items[index].type == MOU_FIELD_CODE);
}

/** Every ground of the measure must have the field: else nobody would act on some of them. */
static bool all_grounds_name(struct mou_typer *typer, const struct mou_measure *measure, const struct mou_name_ref *name)
{
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &typer->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            if (!mou_type_names_authority(typer, finding->sections[k].record, name->name.text)) {
                if (mou_front_maybe_declared(typer->front, &name->name)) {
                    return false;
                }
                mou_front_report(typer->front, MOU_DIAG_AUTHORITY_FIELD, name->name.span, name->name.text,
                                 typer->program->records.items[finding->sections[k].record].name, MOU_NO_TEXT)->second = finding->sections[k].span;
                return false;
            }
        }
        if (finding->section_count == 0 && !finding->section_lost) {
            mou_front_report(typer->front, MOU_DIAG_AUTHORITY_GROUND, name->name.span, name->name.text, finding->name, MOU_NO_TEXT)->second =
                finding->decl->name.span;
            return false;
        }
    }
    return true;
}

static bool field_of_any_record(const struct mou_program *program, struct mou_text name)
{
    for (size_t i = 0; i < program->records.count; i++) {
        if (mou_field_find(&program->records.items[i].fields, name) != MOU_NO_INDEX) {
            return true;
        }
    }
    return false;
}

void mou_type_authorities(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *clause)
{
    const struct mou_name_ref *first = NULL;
    measure->authority = mou_type_joined_names(typer, clause->names);
    for (const struct mou_name_ref *ref = clause->names; ref != NULL; ref = ref->next) {
        if (!mou_type_authority_field(typer, ref) || !field_of_any_record(typer->program, ref->name.text)) {
            continue; /* declared, or unknown: law.c says so */
        }
        if (first != NULL) {
            mou_front_report(typer->front, MOU_DIAG_AUTHORITY_FIELDS, ref->name.span, first->name.text, ref->name.text, MOU_NO_TEXT)->second = first->name.span;
            return;
        }
        first = ref;
        if (all_grounds_name(typer, measure, ref)) {
            measure->authority_field = ref->name.text;
        }
    }
}

/* ------------------------------------------------------------------ publication and sharing */

/** What is published is the same for everyone: constants, parameters and what is reckoned from them. */
static bool same_for_all(const struct mou_texpr *expr)
{
    switch ((int)expr->kind) {
    case MOU_TX_CONSTANT: case MOU_TX_PARAMETER: case MOU_TX_ADD: case MOU_TX_SUB: case MOU_TX_MUL: case MOU_TX_MIN: case MOU_TX_MAX:
        break;
    default:
        return expr->type.kind == MOU_TYPE_ERROR;
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        if (expr->arguments[i] != NULL && !same_for_all(expr->arguments[i])) {
            return false;
        }
    }
    return true;
}

static struct mou_texpr *type_interval(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    if (expr == NULL) {
        return NULL;
    }
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, expr, mou_type_error));
    bool fits = value->type.kind == MOU_TYPE_MONTHS || value->type.kind == MOU_TYPE_DAYS || value->type.kind == MOU_TYPE_ERROR;
    if (!fits || !same_for_all(value)) {
        mou_front_report(typer->front, MOU_DIAG_PUBLICATION_TERM, value->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return NULL;
    }
    return value->type.kind == MOU_TYPE_ERROR ? NULL : value;
}

void mou_type_publication(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_clause *clause, struct mou_publication **list,
                          uint32_t *count)
{
    MOU_VEC(struct mou_text) places = {0};
    MOU_VEC(struct mou_publication) all = {*list, *count, *count};
    for (const struct mou_name_ref *ref = clause->broken ? NULL : clause->names; ref != NULL; ref = ref->next) {
        if (mou_front_vocabulary(typer->front, MOU_SYMBOL_AUTHORITY, &ref->name, MOU_TEXT("机关")) != MOU_NO_INDEX) {
            (void)MOU_VEC_PUSH(typer->front->arena, &places, ref->name.text);
        }
    }
    struct mou_publication one = {clause->kind == MOU_CLAUSE_SHARE, places.items, (uint32_t)places.count, NULL, NULL};
    if (!clause->broken) {
        one.every = type_interval(typer, scope, clause->second);
        one.lasting = type_interval(typer, scope, clause->expr);
    }
    (void)MOU_VEC_PUSH(typer->front->arena, &all, one);
    *list = all.items;
    *count = (uint32_t)all.count;
}
