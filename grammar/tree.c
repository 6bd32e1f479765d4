/*
 * Builders of the small nodes: names, references, legal instruments, targets, steps, fields, cells.
 * They copy what the tokens hold and know nothing else. Called from the grammar's actions only;
 * NULL stands for an allocation that failed.
 */
#include "scan.h"

#include <assert.h>
#include <string.h>

/**
 * From the first byte of `first` to the last of `last`. An empty `last` (an empty rule) adds
 * nothing.
 */
struct mou_span mou_span_join(struct mou_span first, struct mou_span last)
{
    if (first.begin == first.end && last.begin < last.end) {
        return last;
    }
    if (last.begin == last.end) {
        return first;
    }
    return (struct mou_span){first.source, first.begin, last.end};
}

struct mou_name mou_name_of(const struct mou_lexeme *token, struct mou_span span)
{
    assert(token != NULL);
    return (struct mou_name){token->text, span, token->quoted};
}

struct mou_name mou_name_canonical(const struct mou_lexeme *token, struct mou_span span)
{
    assert(token != NULL && token->keyword != NULL);
    return (struct mou_name){mou_keyword_spelling(token->keyword, false), span, false};
}

struct mou_name mou_name_none(void)
{
    return (struct mou_name){{"", 0}, MOU_NO_SPAN, false};
}

struct mou_name_ref *mou_ref_new(struct mou_parse *parse, const struct mou_name *qualifier,
                                 const struct mou_name *name)
{
    assert(parse != NULL && name != NULL);
    struct mou_name_ref *ref = MOU_NEW(parse->arena, struct mou_name_ref);
    if (ref != NULL) {
        ref->qualifier = qualifier != NULL ? *qualifier : mou_name_none();
        ref->name = *name;
    }
    return ref;
}

struct mou_name_ref *mou_ref_where(struct mou_name_ref *ref, struct mou_expr *condition)
{
    if (ref != NULL) {
        ref->condition = condition;
    }
    return ref;
}

struct mou_text mou_text_joined(struct mou_parse *parse, struct mou_text a, struct mou_text b)
{
    assert(parse != NULL);
    char *bytes = mou_arena_alloc(parse->arena, a.len + b.len + 1);
    if (bytes == NULL) {
        return a;
    }
    if (a.len != 0) {
        memcpy(bytes, a.bytes, a.len);
    }
    if (b.len != 0) {
        memcpy(bytes + a.len, b.bytes, b.len);
    }
    return (struct mou_text){bytes, a.len + b.len};
}

/* ------------------------------------------------------------------ legal instruments */

struct mou_legal_list mou_legal_new(struct mou_parse *parse, struct mou_text instrument,
                                    const struct mou_text *number, const struct mou_text *article,
                                    struct mou_span span)
{
    assert(parse != NULL);
    struct mou_legal_ref *ref = MOU_NEW(parse->arena, struct mou_legal_ref);
    if (ref != NULL) {
        ref->instrument = instrument;
        ref->number = number != NULL ? *number : (struct mou_text){"", 0};
        ref->article = article != NULL ? *article : (struct mou_text){"", 0};
        ref->span = span;
    }
    return (struct mou_legal_list){ref, ref};
}

struct mou_legal_list mou_legal_again(struct mou_parse *parse, const struct mou_legal_list *list,
                                      const struct mou_text *article, struct mou_span span)
{
    assert(parse != NULL && list != NULL && article != NULL);
    if (list->last == NULL) {
        return *list;
    }
    struct mou_legal_list more =
        mou_legal_new(parse, list->last->instrument, &list->last->number, article, span);
    struct mou_legal_list result = *list;
    MOU_APPEND(result, more.first);
    return result;
}

/* ------------------------------------------------------------------ small nodes */

struct mou_date_range *mou_days_new(struct mou_parse *parse, mou_date from, mou_date until,
                                    struct mou_span span)
{
    assert(parse != NULL);
    struct mou_date_range *range = MOU_NEW(parse->arena, struct mou_date_range);
    if (range != NULL) {
        *range = (struct mou_date_range){from, until, span, NULL};
    }
    return range;
}

struct mou_reach mou_reach_of(enum mou_target_kind kind, struct mou_name_ref *relation)
{
    return (struct mou_reach){kind, {relation, relation}};
}

struct mou_reach mou_reach_join(struct mou_reach a, struct mou_reach b)
{
    if (a.kind == MOU_TARGET_NONE || b.kind == MOU_TARGET_SELF) {
        a.kind = b.kind;
    }
    MOU_APPEND(a.relations, b.relations.first);
    return a;
}

struct mou_target *mou_target_new(struct mou_parse *parse, const struct mou_name *kind,
                                  const struct mou_reach *reach, struct mou_span span)
{
    assert(parse != NULL && kind != NULL && reach != NULL);
    struct mou_target *target = MOU_NEW(parse->arena, struct mou_target);
    if (target != NULL) {
        target->subject_kind = *kind;
        target->kind = reach->kind;
        target->relations = reach->relations.first;
        target->span = span;
    }
    return target;
}

struct mou_step *mou_step_new(struct mou_parse *parse, const struct mou_name *name,
                              const struct mou_name *object, struct mou_expr *duration)
{
    assert(parse != NULL && name != NULL);
    struct mou_step *step = MOU_NEW(parse->arena, struct mou_step);
    if (step != NULL) {
        step->name = *name;
        step->object = object != NULL ? *object : mou_name_none();
        step->duration = duration;
    }
    return step;
}

struct mou_step *mou_step_lifted(struct mou_parse *parse, const struct mou_lexeme *lifted,
                                 struct mou_span lifted_span, const struct mou_lexeme *object,
                                 struct mou_span object_span)
{
    assert(parse != NULL && lifted != NULL && object != NULL);
    struct mou_name name = mou_name_canonical(lifted, lifted_span);
    struct mou_name what = object->keyword != NULL ? mou_name_canonical(object, object_span)
                                                   : mou_name_of(object, object_span);
    return mou_step_new(parse, &name, &what, NULL);
}

struct mou_field_decl *mou_field_new(struct mou_parse *parse, enum mou_field_type type,
                                     const struct mou_name *code_table)
{
    assert(parse != NULL);
    struct mou_field_decl *field = MOU_NEW(parse->arena, struct mou_field_decl);
    if (field != NULL) {
        field->type = type;
        field->code_table = code_table != NULL ? *code_table : mou_name_none();
    }
    return field;
}

struct mou_field_decl *mou_field_broken(struct mou_parse *parse)
{
    struct mou_field_decl *field = mou_field_new(parse, MOU_FIELD_TEXT, NULL);
    if (field != NULL) {
        field->broken = true;
    }
    return field;
}

struct mou_field_decl *mou_field_named(struct mou_field_decl *field, const struct mou_name *name,
                                       struct mou_span span)
{
    assert(name != NULL);
    if (field != NULL) {
        field->name = *name;
        field->span = span;
    }
    return field;
}

void mou_field_set(struct mou_field_decl *field, enum mou_field_flag flag)
{
    if (field == NULL) {
        return;
    }
    switch (flag) {
    case MOU_FIELD_FLAG_REQUIRED:
        field->required = true;
        break;
    case MOU_FIELD_FLAG_KEY:
        field->key = true;
        break;
    case MOU_FIELD_FLAG_CONFIDENTIAL:
        field->confidential = true;
        break;
    }
}

void mou_field_default(struct mou_field_decl *field, struct mou_expr *value)
{
    if (field != NULL) {
        field->default_value = value;
    }
}

struct mou_table_parameter *mou_table_parameter_new(struct mou_parse *parse,
                                                    const struct mou_name *name,
                                                    const struct mou_field_decl *type,
                                                    enum mou_op op, struct mou_expr *bound,
                                                    struct mou_span span)
{
    assert(parse != NULL && name != NULL);
    struct mou_table_parameter *parameter = MOU_NEW(parse->arena, struct mou_table_parameter);
    if (parameter != NULL && type != NULL) {
        parameter->name = *name;
        parameter->type = type->type;
        parameter->code_table = type->code_table;
        parameter->bound_op = op;
        parameter->bound = bound;
        parameter->span = span;
    }
    return parameter;
}

struct mou_table_cell *mou_cell_new(struct mou_parse *parse, enum mou_op op, struct mou_expr *value,
                                    struct mou_span span)
{
    assert(parse != NULL);
    struct mou_table_cell *cell = MOU_NEW(parse->arena, struct mou_table_cell);
    if (cell != NULL) {
        cell->op = op;
        cell->value = value;
        cell->span = span;
    }
    return cell;
}

struct mou_fixture_value *mou_value_new(struct mou_parse *parse, const struct mou_name *name,
                                        struct mou_expr *value)
{
    assert(parse != NULL && name != NULL);
    struct mou_fixture_value *result = MOU_NEW(parse->arena, struct mou_fixture_value);
    if (result != NULL) {
        result->name = *name;
        result->value = value;
    }
    return result;
}
