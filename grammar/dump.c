/*
 * Writes declarations and clauses of a raw tree as s-expressions; expressions are in dump_expr.c.
 * Prints every member that carries meaning, so that two trees with one dump mean the same. Reads
 * only.
 */
#include "dump.h"

#include <assert.h>

static const char *const decl_names[MOU_DECL_KIND_COUNT] = {
    [MOU_DECL_PACK] = "pack",
    [MOU_DECL_USE] = "use",
    [MOU_DECL_CODES] = "codes",
    [MOU_DECL_AUTHORITY] = "authority",
    [MOU_DECL_SUBJECT_KIND] = "subject-kind",
    [MOU_DECL_ATTRIBUTES] = "attributes",
    [MOU_DECL_RECORD] = "record",
    [MOU_DECL_RELATION] = "relation",
    [MOU_DECL_LIST_KINDS] = "list-kinds",
    [MOU_DECL_CATALOGUE] = "catalogue",
    [MOU_DECL_CALENDAR] = "calendar",
    [MOU_DECL_INSTRUMENT] = "statute",
    [MOU_DECL_MEMORANDUM] = "memorandum",
    [MOU_DECL_PARAMETER] = "parameter",
    [MOU_DECL_DEFINITION] = "define",
    [MOU_DECL_FINDING] = "finding",
    [MOU_DECL_SANCTION] = "sanction",
    [MOU_DECL_INCENTIVE] = "incentive",
    [MOU_DECL_REPAIR] = "repair",
    [MOU_DECL_DUTY] = "duty",
    [MOU_DECL_MATTER] = "matter",
    [MOU_DECL_TABLE] = "table",
    [MOU_DECL_FIXTURE] = "fixture",
    [MOU_DECL_TEST] = "test",
    [MOU_DECL_ASSERTION] = "assert",
};

static const char *const clause_names[MOU_CLAUSE_KIND_COUNT] = {
    [MOU_CLAUSE_TITLE] = "title",
    [MOU_CLAUSE_NUMBER] = "number",
    [MOU_CLAUSE_LEAD] = "lead",
    [MOU_CLAUSE_SIGNED_BY] = "signed-by",
    [MOU_CLAUSE_EFFECTIVE] = "effective",
    [MOU_CLAUSE_REPEALED] = "repealed",
    [MOU_CLAUSE_REPLACES] = "replaces",
    [MOU_CLAUSE_VERSION] = "version",
    [MOU_CLAUSE_OBJECTION_NO_STAY] = "objection-no-stay",
    [MOU_CLAUSE_VERBATIM] = "verbatim",
    [MOU_CLAUSE_UNDER] = "under",
    [MOU_CLAUSE_VALUE_FROM] = "value-from",
    [MOU_CLAUSE_ENTERS] = "enters",
    [MOU_CLAUSE_ON] = "on",
    [MOU_CLAUSE_WHEN] = "when",
    [MOU_CLAUSE_UNLESS] = "unless",
    [MOU_CLAUSE_ONLY_IF] = "only-if",
    [MOU_CLAUSE_FROM] = "from",
    [MOU_CLAUSE_UNTIL] = "until",
    [MOU_CLAUSE_TERM] = "term",
    [MOU_CLAUSE_OPEN_ENDED] = "open-ended",
    [MOU_CLAUSE_FOLLOWS_FINDING] = "follows-finding",
    [MOU_CLAUSE_ITEM] = "item",
    [MOU_CLAUSE_BECAUSE] = "because",
    [MOU_CLAUSE_TO] = "to",
    [MOU_CLAUSE_HOLDING] = "holding",
    [MOU_CLAUSE_BY] = "by",
    [MOU_CLAUSE_DEGREE] = "degree",
    [MOU_CLAUSE_LIFTED] = "lifted",
    [MOU_CLAUSE_REMEDY] = "remedy",
    [MOU_CLAUSE_GRANT] = "grant",
    [MOU_CLAUSE_OF] = "of",
    [MOU_CLAUSE_ELIGIBLE] = "eligible",
    [MOU_CLAUSE_REFUSED] = "refused",
    [MOU_CLAUSE_HANDLED] = "handled",
    [MOU_CLAUSE_ONCE_GRANTED] = "once-granted",
    [MOU_CLAUSE_WITHIN] = "within",
    [MOU_CLAUSE_DONE] = "done",
    [MOU_CLAUSE_LOOK_UP] = "look-up",
    [MOU_CLAUSE_PROHIBIT] = "prohibit",
    [MOU_CLAUSE_ADVISE] = "advise",
    [MOU_CLAUSE_SUBJECT] = "subject",
    [MOU_CLAUSE_GIVEN] = "given",
    [MOU_CLAUSE_AT] = "at",
    [MOU_CLAUSE_OBJECTION] = "objection",
    [MOU_CLAUSE_EXPECT] = "expect",
    [MOU_CLAUSE_REFUTE] = "refute",
    [MOU_CLAUSE_ENDED] = "ended",
    [MOU_CLAUSE_DOMAIN] = "domain",
    [MOU_CLAUSE_TIER] = "tier",
    [MOU_CLAUSE_JURISDICTION] = "jurisdiction",
    [MOU_CLAUSE_PUBLISH] = "publish",
    [MOU_CLAUSE_SHARE] = "share",
    [MOU_CLAUSE_LIGHTER_LAW] = "lighter-law",
};

/* ------------------------------------------------------------------ small things */

static void word(struct mou_buf *out, const char *text)
{
    mou_buf_char(out, ' ');
    mou_buf_text(out, text);
}

static void text(struct mou_buf *out, struct mou_text value)
{
    mou_buf_char(out, ' ');
    mou_buf_json_text(out, value.bytes, value.len);
}

/* (label "name") where the name is given. */
static void labelled(struct mou_buf *out, const char *label, const struct mou_name *name)
{
    if (name->text.len != 0) {
        mou_buf_printf(out, " (%s", label);
        text(out, name->text);
        mou_buf_char(out, ')');
    }
}

static void expr(struct mou_buf *out, const struct mou_expr *value)
{
    mou_buf_char(out, ' ');
    mou_dump_expr(value, out);
}

static void labelled_expr(struct mou_buf *out, const char *label, const struct mou_expr *value)
{
    if (value != NULL) {
        mou_buf_printf(out, " (%s", label);
        expr(out, value);
        mou_buf_char(out, ')');
    }
}

static void refs(struct mou_buf *out, const struct mou_name_ref *list)
{
    for (; list != NULL; list = list->next) {
        mou_buf_char(out, ' ');
        if (list->qualifier.text.len != 0) {
            mou_buf_json_text(out, list->qualifier.text.bytes, list->qualifier.text.len);
            mou_buf_char(out, '.');
        }
        mou_buf_json_text(out, list->name.text.bytes, list->name.text.len);
    }
}

static void labelled_refs(struct mou_buf *out, const char *label, const struct mou_name_ref *list)
{
    if (list != NULL) {
        mou_buf_printf(out, " (%s", label);
        refs(out, list);
        mou_buf_char(out, ')');
    }
}

static void legal(struct mou_buf *out, const struct mou_legal_ref *list)
{
    for (; list != NULL; list = list->next) {
        mou_buf_text(out, " (law");
        text(out, list->instrument);
        if (list->number.len != 0) {
            text(out, list->number);
        }
        text(out, list->article);
        mou_buf_char(out, ')');
    }
}

static void date(struct mou_buf *out, const char *label, mou_date value)
{
    if (value != MOU_DATE_NONE) {
        mou_buf_printf(out, " (%s ", label);
        mou_date_format(value, out);
        mou_buf_char(out, ')');
    }
}

static void open_line(struct mou_buf *out, int depth, const char *name)
{
    mou_buf_char(out, '\n');
    for (int i = 0; i < depth; i++) {
        mou_buf_text(out, "  ");
    }
    mou_buf_char(out, '(');
    mou_buf_text(out, name);
}

static void close(struct mou_buf *out)
{
    mou_buf_char(out, ')');
}

/* ------------------------------------------------------------------ clauses */

static void target_list(struct mou_buf *out, const struct mou_target *target)
{
    static const char *const kinds[] = {[MOU_TARGET_SELF] = "self",
                                        [MOU_TARGET_NONE] = "none",
                                        [MOU_TARGET_RELATIONS] = "relations"};
    for (; target != NULL; target = target->next) {
        mou_buf_text(out, " (target");
        text(out, target->subject_kind.text);
        word(out, kinds[target->kind]);
        refs(out, target->relations);
        for (const struct mou_name_ref *ref = target->relations; ref != NULL; ref = ref->next) {
            labelled_expr(out, "where", ref->condition);
        }
        close(out);
    }
}

static void step_list(struct mou_buf *out, const struct mou_step *step)
{
    for (; step != NULL; step = step->next) {
        mou_buf_text(out, " (step");
        text(out, step->name.text);
        labelled(out, "object", &step->object);
        labelled_expr(out, "duration", step->duration);
        close(out);
    }
}

static void values(struct mou_buf *out, const struct mou_fixture_value *value)
{
    for (; value != NULL; value = value->next) {
        mou_buf_text(out, " (value");
        text(out, value->name.text);
        expr(out, value->value);
        close(out);
    }
}

static void subject(struct mou_buf *out, const struct mou_fixture_subject *value)
{
    text(out, value->kind.text);
    text(out, value->name.text);
    values(out, value->attributes);
    for (const struct mou_fixture_row *row = value->rows; row != NULL; row = row->next) {
        open_line(out, 2, "row");
        text(out, row->type.text);
        values(out, row->values);
        close(out);
    }
    for (const struct mou_fixture_relation *relation = value->relations; relation != NULL;
         relation = relation->next) {
        open_line(out, 2, "relation");
        text(out, relation->relation.text);
        text(out, relation->subject.text);
        labelled_expr(out, "from", relation->from);
        labelled_expr(out, "until", relation->until);
        values(out, relation->values);
        close(out);
    }
}

static void objection(struct mou_buf *out, const struct mou_fixture_objection *value)
{
    text(out, value->record.text);
    text(out, value->key);
    labelled_expr(out, "lodged", value->lodged);
    labelled_expr(out, "closed", value->closed);
    labelled(out, "of", &value->subject);
}

static void expectation(struct mou_buf *out, const struct mou_expectation *value)
{
    static const char *const outcomes[] = {[MOU_OUTCOME_IN_FORCE] = "in-force",
                                           [MOU_OUTCOME_SUSPENDED] = "suspended",
                                           [MOU_OUTCOME_TO_VERIFY] = "to-verify",
                                           [MOU_OUTCOME_PENDING] = "pending",
                                           [MOU_OUTCOME_UNSTATED] = "unstated"};
    labelled(out, "subject", &value->subject);
    refs(out, &value->rule);
    word(out, outcomes[value->outcome]);
    labelled_expr(out, "from", value->from);
    labelled_expr(out, "until", value->until);
    if (value->until_open) {
        word(out, "open-ended");
    }
    for (const struct mou_expr *key = value->keys; key != NULL; key = key->next) {
        labelled_expr(out, "key", key);
    }
    labelled_refs(out, "missing", value->missing);
    labelled(out, "through", &value->via_relation);
    labelled(out, "of", &value->via_subject);
    if (value->duty != MOU_DUTY_UNSTATED) {
        mou_buf_printf(out, " (duty %d)", (int)value->duty);
    }
}

/* Members that only some kinds fill; empty ones print nothing. */
static void clause_members(struct mou_buf *out, const struct mou_clause *clause)
{
    if (clause->text.bytes != NULL) {
        text(out, clause->text);
    }
    refs(out, clause->names);
    labelled(out, "alias", &clause->alias);
    labelled(out, "name", &clause->name);
    if (clause->expr != NULL) {
        expr(out, clause->expr);
    }
    labelled_expr(out, "second", clause->second);
    legal(out, clause->basis);
    target_list(out, clause->targets);
    step_list(out, clause->steps);
    if (clause->flag) {
        word(out, "flag");
    }
}

static void clause_line(struct mou_buf *out, const struct mou_clause *clause)
{
    static const char *const holdings[] = {[MOU_HOLDING_AT_DETERMINATION] = "at-determination",
                                           [MOU_HOLDING_AT_ACT] = "at-act",
                                           [MOU_HOLDING_CURRENT] = "current"};
    open_line(out, 1, clause_names[clause->kind]);
    if (clause->broken) {
        word(out, "broken");
    }
    clause_members(out, clause);
    if (clause->kind == MOU_CLAUSE_HOLDING) {
        word(out, holdings[clause->holding]);
    } else if (clause->kind == MOU_CLAUSE_SUBJECT && clause->subject != NULL) {
        subject(out, clause->subject);
    } else if (clause->kind == MOU_CLAUSE_OBJECTION && clause->objection.lodged != NULL) {
        objection(out, &clause->objection);
    } else if ((clause->kind == MOU_CLAUSE_EXPECT || clause->kind == MOU_CLAUSE_REFUTE) &&
               !clause->broken) {
        expectation(out, &clause->expectation);
    }
    close(out);
}

/* ------------------------------------------------------------------ vocabulary */

static const char *type_name(enum mou_field_type type)
{
    static const char *const names[] = {
        [MOU_FIELD_TEXT] = "text",     [MOU_FIELD_INTEGER] = "integer",
        [MOU_FIELD_MONEY] = "money",   [MOU_FIELD_RATIO] = "ratio",
        [MOU_FIELD_DATE] = "date",     [MOU_FIELD_MONTHS] = "months",
        [MOU_FIELD_DAYS] = "days",     [MOU_FIELD_WORKDAYS] = "workdays",
        [MOU_FIELD_YES_NO] = "yes-no", [MOU_FIELD_CODE] = "code"};
    return names[type];
}

static void fields(struct mou_buf *out, const struct mou_field_decl *field)
{
    for (; field != NULL; field = field->next) {
        open_line(out, 1, "field");
        text(out, field->name.text);
        word(out, type_name(field->type));
        labelled(out, "of", &field->code_table);
        mou_buf_text(out, field->required ? " required" : "");
        mou_buf_text(out, field->key ? " key" : "");
        mou_buf_text(out, field->confidential ? " confidential" : "");
        mou_buf_text(out, field->broken ? " broken" : "");
        labelled_expr(out, "default", field->default_value);
        close(out);
    }
}

static void codes(struct mou_buf *out, const struct mou_code_item *code)
{
    for (; code != NULL; code = code->next) {
        open_line(out, 1, code->broken ? "code broken" : "code");
        text(out, code->name.text);
        mou_buf_char(out, ' ');
        mou_buf_int(out, code->value);
        close(out);
    }
}

static void items(struct mou_buf *out, const struct mou_catalogue_item *item)
{
    for (; item != NULL; item = item->next) {
        open_line(out, 1, item->broken ? "item broken" : "item");
        text(out, item->code.text);
        text(out, item->title.text);
        labelled(out, "nature", &item->nature);
        labelled(out, "degree", &item->degree);
        labelled_refs(out, "covers", item->covers);
        labelled_refs(out, "by", item->authorities);
        legal(out, item->basis);
        close(out);
    }
}

static void days(struct mou_buf *out, const char *label, const struct mou_date_range *range)
{
    for (; range != NULL; range = range->next) {
        open_line(out, 1, label);
        date(out, "from", range->from);
        date(out, "until", range->until);
        close(out);
    }
}

static void table(struct mou_buf *out, const struct mou_decl *decl)
{
    for (const struct mou_table_parameter *p = decl->table_parameters; p != NULL; p = p->next) {
        open_line(out, 1, "parameter");
        text(out, p->name.text);
        word(out, type_name(p->type));
        labelled(out, "of", &p->code_table);
        if (p->bound_op != MOU_OP_NONE) {
            word(out, mou_dump_op(p->bound_op));
            expr(out, p->bound);
        }
        close(out);
    }
    for (const struct mou_table_row *row = decl->table_rows; row != NULL; row = row->next) {
        open_line(out, 1, "row");
        for (const struct mou_table_cell *cell = row->cells; cell != NULL; cell = cell->next) {
            mou_buf_printf(out, " (%s", cell->op == MOU_OP_NONE ? "any" : mou_dump_op(cell->op));
            if (cell->op != MOU_OP_NONE) {
                expr(out, cell->value);
            }
            close(out);
        }
        labelled_expr(out, "result", row->result);
        close(out);
    }
}

/* ------------------------------------------------------------------ declarations */

static void head(struct mou_buf *out, const struct mou_decl *decl)
{
    mou_buf_char(out, '(');
    mou_buf_text(out, decl_names[decl->kind]);
    mou_buf_text(out, decl->broken ? " broken" : "");
    if (decl->name.text.len != 0) {
        text(out, decl->name.text);
    }
    if (decl->display.bytes != NULL) {
        mou_buf_text(out, " (display");
        text(out, decl->display);
        mou_buf_char(out, ')');
    }
    labelled(out, "identified-by", &decl->identified_by);
    labelled(out, "part-of", &decl->parent);
    labelled(out, "source", &decl->source_authority);
    labelled(out, "number", &decl->instrument_number);
    labelled(out, "made", &decl->instrument_made);
    labelled(out, "served", &decl->instrument_served);
    labelled(out, "act", &decl->instrument_act);
    labelled(out, "valid-from", &decl->valid_from);
    labelled(out, "valid-until", &decl->valid_until);
    labelled(out, "from", &decl->relation_from);
    labelled(out, "to", &decl->relation_to);
    labelled(out, "inverse", &decl->relation_inverse);
    labelled(out, "record", &decl->parameter_record);
    refs(out, decl->names);
    legal(out, decl->instrument);
    date(out, "effective", decl->effective);
    date(out, "repealed", decl->repealed);
}

static void declaration(struct mou_buf *out, const struct mou_decl *decl)
{
    head(out, decl);
    if (decl->kind == MOU_DECL_CALENDAR) {
        mou_buf_printf(out, " %d", decl->year);
    }
    fields(out, decl->fields);
    codes(out, decl->codes);
    items(out, decl->items);
    for (const struct mou_incompatible *pair = decl->incompatible; pair != NULL;
         pair = pair->next) {
        open_line(out, 1, "incompatible");
        refs(out, pair->items);
        close(out);
    }
    days(out, "holiday", decl->holidays);
    days(out, "workday", decl->workdays);
    table(out, decl);
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        clause_line(out, clause);
    }
    if (decl->body != NULL) {
        open_line(out, 1, "body");
        expr(out, decl->body);
        close(out);
    }
    mou_buf_text(out, ")\n");
}

void mou_dump_tree(const struct mou_tree *tree, struct mou_buf *out)
{
    assert(tree != NULL && out != NULL);
    for (const struct mou_decl *decl = tree->declarations; decl != NULL; decl = decl->next) {
        declaration(out, decl);
    }
}
