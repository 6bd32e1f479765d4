/*
 * What every name in the sources means: the typed expressions know it for names in expressions, the kind of a clause for those in clauses. From
 * the links follow who uses what, and which tests speak of a rule. Used by the weaver alone.
 */
#include <stdlib.h>

#include "names.h"
#include "weave.h"

/* ------------------------------------------------------------------ looking things up */

static const enum mou_thing_class class_of_symbol[MOU_SYMBOL_CLASS_COUNT] = {
    [MOU_SYMBOL_CODE_TABLE] = MOU_THING_CODES,   [MOU_SYMBOL_AUTHORITY] = MOU_THING_AUTHORITY,   [MOU_SYMBOL_KIND] = MOU_THING_KIND,
    [MOU_SYMBOL_RECORD] = MOU_THING_RECORD,      [MOU_SYMBOL_RELATION] = MOU_THING_RELATION,     [MOU_SYMBOL_LIST_KIND] = MOU_THING_LIST,
    [MOU_SYMBOL_ITEM] = MOU_THING_ITEM,          [MOU_SYMBOL_MEMORANDUM] = MOU_THING_MEMORANDUM, [MOU_SYMBOL_PARAMETER] = MOU_THING_PARAMETER,
    [MOU_SYMBOL_DEFINITION] = MOU_THING_DEFINITION, [MOU_SYMBOL_FINDING] = MOU_THING_FINDING,    [MOU_SYMBOL_MEASURE] = MOU_THING_MEASURE,
    [MOU_SYMBOL_TABLE] = MOU_THING_TABLE,        [MOU_SYMBOL_FIXTURE] = MOU_THING_FIXTURE,
};

struct mou_thing mou_weave_vocabulary(const struct mou_weaver *weaver, enum mou_symbol_class symbol_class, struct mou_text name)
{
    uint32_t index = name.len > 0 ? mou_symbols_find(weaver->program->symbols, symbol_class, MOU_NO_INDEX, name) : MOU_NO_INDEX;
    return index != MOU_NO_INDEX ? (struct mou_thing){class_of_symbol[symbol_class], index, 0} : MOU_NO_THING;
}

static struct mou_thing rule_of_class(const struct mou_weaver *weaver, uint32_t memorandum, const struct mou_name_ref *ref, enum mou_symbol_class symbol_class)
{
    struct mou_symbols *symbols = weaver->program->symbols;
    uint32_t index = MOU_NO_INDEX;
    if (ref->qualifier.text.len > 0) {
        uint32_t owner = mou_symbols_find(symbols, MOU_SYMBOL_MEMORANDUM, MOU_NO_INDEX, ref->qualifier.text);
        index = owner != MOU_NO_INDEX ? mou_symbols_find(symbols, symbol_class, owner, ref->name.text) : MOU_NO_INDEX;
    } else if (mou_symbols_look_up(symbols, symbol_class, memorandum, ref->name.text, &index) != MOU_LOOKUP_FOUND) {
        index = MOU_NO_INDEX;
    }
    return index != MOU_NO_INDEX ? (struct mou_thing){class_of_symbol[symbol_class], index, 0} : MOU_NO_THING;
}

/** Repairs, duties and matters are in no table of symbols: the one of that name, its own memorandum's first. */
static struct mou_thing other_rule_named(const struct mou_weaver *weaver, uint32_t memorandum, struct mou_text name)
{
    struct mou_thing found = MOU_NO_THING;
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        const bool other = rule->thing.thing_class == MOU_THING_REPAIR || rule->thing.thing_class == MOU_THING_DUTY || rule->thing.thing_class == MOU_THING_MATTER;
        if (other && mou_text_equal(rule->decl->name.text, name) && (found.thing_class == MOU_THING_NONE || rule->memorandum == memorandum)) {
            found = rule->thing;
        }
    }
    return found;
}

struct mou_thing mou_weave_rule_named(const struct mou_weaver *weaver, uint32_t memorandum, const struct mou_name_ref *ref)
{
    static const enum mou_symbol_class order[] = {MOU_SYMBOL_MEASURE, MOU_SYMBOL_FINDING};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        struct mou_thing thing = rule_of_class(weaver, memorandum, ref, order[i]);
        if (thing.thing_class != MOU_THING_NONE) {
            return thing;
        }
    }
    return other_rule_named(weaver, memorandum, ref->name.text);
}

/* ------------------------------------------------------------------ rules */

/** Position of a declaration in one of the program's tables; MOU_NO_THING if it is not there. */
#define POSITION(weaver, table, class_of_table, decl_sought)                                                          \
    for (size_t i = 0; i < (weaver)->program->table.count; i++) {                                                      \
        if ((weaver)->program->table.items[i].decl == (decl_sought)) {                                                 \
            return (struct mou_thing){(class_of_table), (uint32_t)i, 0};                                               \
        }                                                                                                              \
    }                                                                                                                  \
    return MOU_NO_THING

static struct mou_thing parameter_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, parameters, MOU_THING_PARAMETER, decl); }
static struct mou_thing definition_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, definitions, MOU_THING_DEFINITION, decl); }
static struct mou_thing finding_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, findings, MOU_THING_FINDING, decl); }
static struct mou_thing measure_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, measures, MOU_THING_MEASURE, decl); }
static struct mou_thing table_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, tables, MOU_THING_TABLE, decl); }
static struct mou_thing repair_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, repairs, MOU_THING_REPAIR, decl); }
static struct mou_thing duty_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, duties, MOU_THING_DUTY, decl); }
static struct mou_thing matter_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, matters, MOU_THING_MATTER, decl); }
static struct mou_thing assertion_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, assertions, MOU_THING_ASSERTION, decl); }
static struct mou_thing test_thing(const struct mou_weaver *weaver, const struct mou_decl *decl) { POSITION(weaver, tests, MOU_THING_TEST, decl); }

static struct mou_thing fixture_thing(const struct mou_weaver *weaver, const struct mou_decl *decl)
{
    for (size_t i = 0; i < weaver->program->fixtures.count; i++) {
        if (weaver->program->fixtures.items[i] == decl) {
            return (struct mou_thing){MOU_THING_FIXTURE, (uint32_t)i, 0};
        }
    }
    return MOU_NO_THING;
}

static struct mou_thing thing_of_rule(const struct mou_weaver *weaver, const struct mou_decl *decl)
{
    switch (decl->kind) {
    case MOU_DECL_PARAMETER: return parameter_thing(weaver, decl);
    case MOU_DECL_DEFINITION: return definition_thing(weaver, decl);
    case MOU_DECL_FINDING: return finding_thing(weaver, decl);
    case MOU_DECL_SANCTION: case MOU_DECL_INCENTIVE: return measure_thing(weaver, decl);
    case MOU_DECL_TABLE: return table_thing(weaver, decl);
    case MOU_DECL_REPAIR: return repair_thing(weaver, decl);
    case MOU_DECL_DUTY: return duty_thing(weaver, decl);
    case MOU_DECL_MATTER: return matter_thing(weaver, decl);
    case MOU_DECL_ASSERTION: return assertion_thing(weaver, decl);
    case MOU_DECL_TEST: return test_thing(weaver, decl);
    case MOU_DECL_FIXTURE: return fixture_thing(weaver, decl);
    case MOU_DECL_PACK: case MOU_DECL_USE: case MOU_DECL_CODES: case MOU_DECL_AUTHORITY: case MOU_DECL_SUBJECT_KIND: case MOU_DECL_ATTRIBUTES:
    case MOU_DECL_RECORD: case MOU_DECL_RELATION: case MOU_DECL_LIST_KINDS: case MOU_DECL_CATALOGUE: case MOU_DECL_CALENDAR: case MOU_DECL_INSTRUMENT:
    case MOU_DECL_MEMORANDUM: case MOU_DECL_KIND_COUNT:
        break;
    }
    return MOU_NO_THING;
}

static void list_rules(struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->compilation->trees.count; i++) {
        uint32_t memorandum = MOU_NO_INDEX;
        for (const struct mou_decl *decl = weaver->compilation->trees.items[i]->declarations; decl != NULL; decl = decl->next) {
            if (decl->kind == MOU_DECL_MEMORANDUM) {
                memorandum = mou_weave_vocabulary(weaver, MOU_SYMBOL_MEMORANDUM, decl->name.text).index;
                continue;
            }
            struct mou_woven_rule rule = {thing_of_rule(weaver, decl), decl, memorandum};
            if (rule.thing.thing_class != MOU_THING_NONE) {
                (void)MOU_VEC_PUSH(weaver->arena, &weaver->rules, rule);
            }
        }
    }
}

const struct mou_woven_rule *mou_weave_rule_of(const struct mou_weaver *weaver, struct mou_thing thing)
{
    for (size_t i = 0; i < weaver->rules.count; i++) {
        if (mou_thing_compare(weaver->rules.items[i].thing, thing) == 0) {
            return &weaver->rules.items[i];
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ links */

static void add_link(struct mou_weaver *weaver, struct mou_span span, struct mou_thing thing)
{
    struct mou_link link = {span, thing};
    const bool meant = thing.thing_class != MOU_THING_NONE && thing.index != MOU_NO_INDEX; /* 生效 in an assertion speaks of no one measure */
    if (meant && span.source < weaver->program->source_count && span.begin < span.end) {
        (void)MOU_VEC_PUSH(weaver->arena, &weaver->links, link);
    }
}

static void link_name(struct mou_weaver *weaver, const struct mou_name *name, enum mou_symbol_class symbol_class)
{
    add_link(weaver, name->span, mou_weave_vocabulary(weaver, symbol_class, name->text));
}

static void link_ref(struct mou_weaver *weaver, const struct mou_name_ref *ref, struct mou_thing thing)
{
    struct mou_span span = ref->name.span;
    span.begin = ref->qualifier.text.len > 0 ? ref->qualifier.span.begin : span.begin;
    add_link(weaver, span, thing);
}

static struct mou_thing code_named(const struct mou_weaver *weaver, uint32_t table, struct mou_text name)
{
    uint32_t member = 0;
    if (table == MOU_NO_INDEX) {
        return MOU_NO_THING;
    }
    for (const struct mou_code_item *item = weaver->program->code_tables.items[table].items; item != NULL; item = item->next, member++) {
        if (mou_text_equal(item->name.text, name)) {
            return (struct mou_thing){MOU_THING_CODE, table, member};
        }
    }
    return MOU_NO_THING;
}

static struct mou_thing code_of_value(const struct mou_weaver *weaver, uint32_t table, int64_t value)
{
    uint32_t member = 0;
    for (const struct mou_code_item *item = weaver->program->code_tables.items[table].items; item != NULL; item = item->next, member++) {
        if (item->value == value) {
            return (struct mou_thing){MOU_THING_CODE, table, member};
        }
    }
    return MOU_NO_THING;
}

/** The name that a typed node begins with: of a call the word before the parenthesis, of `X 于 D` the X. */
static struct mou_span leading_name(const struct mou_weaver *weaver, struct mou_span span)
{
    const mou_pieces *pieces = &weaver->pieces[span.source];
    size_t low = 0;
    size_t high = pieces->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pieces->items[middle].begin < span.begin) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct mou_span name = {span.source, span.begin, span.begin};
    for (size_t i = low; i < pieces->count && pieces->items[i].end <= span.end; i += 2) {
        name.end = pieces->items[i].end;
        const bool goes_on = i + 2 < pieces->count && pieces->items[i + 1].end - pieces->items[i + 1].begin == 1 &&
                             weaver->program->sources[span.source].bytes[pieces->items[i + 1].begin] == '.';
        if (!goes_on) {
            break;
        }
    }
    return name;
}

static struct mou_thing thing_of_node(const struct mou_weaver *weaver, const struct mou_texpr *node)
{
    switch ((int)node->kind) {
    case MOU_TX_PARAMETER: return (struct mou_thing){MOU_THING_PARAMETER, node->index, 0};
    case MOU_TX_DEFINITION: return (struct mou_thing){MOU_THING_DEFINITION, node->index, 0};
    case MOU_TX_FINDING: return (struct mou_thing){MOU_THING_FINDING, node->index, 0};
    case MOU_TX_MEASURE: return (struct mou_thing){MOU_THING_MEASURE, node->index, 0};
    case MOU_TX_TABLE: return (struct mou_thing){MOU_THING_TABLE, node->index, 0};
    case MOU_TX_ATTRIBUTE: return (struct mou_thing){MOU_THING_ATTRIBUTE, node->kind_index, node->index};
    case MOU_TX_FIELD:
        if (node->binding == NULL || node->binding->kind == MOU_BINDING_SUBJECT) {
            return MOU_NO_THING;
        }
        return (struct mou_thing){node->binding->kind == MOU_BINDING_RECORD ? MOU_THING_FIELD : MOU_THING_RELATION_FIELD, node->binding->type, node->index};
    case MOU_TX_CONSTANT:
        return node->type.kind == MOU_TYPE_CODE && node->type.code_table != MOU_NO_INDEX ? code_of_value(weaver, node->type.code_table, node->integer) : MOU_NO_THING;
    default: return MOU_NO_THING;
    }
}

/** The rows that a history form goes over are written nowhere: their range is the whole form, and no name in it. */
static void link_range(struct mou_weaver *weaver, const struct mou_binding *range, struct mou_span form)
{
    if (range != NULL && range->kind != MOU_BINDING_SUBJECT && !mou_span_equal(range->span, form)) {
        add_link(weaver, range->span, (struct mou_thing){range->kind == MOU_BINDING_RECORD ? MOU_THING_RECORD : MOU_THING_RELATION, range->type, 0});
    }
}

static void link_nodes(struct mou_weaver *weaver, const struct mou_texpr *node, unsigned depth)
{
    if (node == NULL || depth > MOU_NESTING_MAX * 2) {
        return;
    }
    struct mou_thing thing = thing_of_node(weaver, node);
    if (thing.thing_class != MOU_THING_NONE && node->span.source < weaver->program->source_count) {
        add_link(weaver, leading_name(weaver, node->span), thing);
    }
    link_range(weaver, node->range, node->span);
    if (node->range != NULL) {
        link_nodes(weaver, node->range->at, depth + 1);
    }
    for (uint32_t i = 0; node->arguments != NULL && i < node->argument_count; i++) {
        link_nodes(weaver, node->arguments[i], depth + 1);
    }
}

/** What a history form asks for: a kind of list or, where none has that name, a finding. */
static struct mou_thing listed(const struct mou_weaver *weaver, uint32_t memorandum, const struct mou_name_ref *ref)
{
    struct mou_thing list = ref->qualifier.text.len == 0 ? mou_weave_vocabulary(weaver, MOU_SYMBOL_LIST_KIND, ref->name.text) : MOU_NO_THING;
    return list.thing_class != MOU_THING_NONE ? list : rule_of_class(weaver, memorandum, ref, MOU_SYMBOL_FINDING);
}

static bool asks_history(enum mou_expr_kind kind)
{
    return kind == MOU_EXPR_WAS_LISTED || kind == MOU_EXPR_LISTINGS || kind == MOU_EXPR_LAST_ENTERED || kind == MOU_EXPR_LAST_LEFT;
}

/** What the typed nodes do not keep: names of lists, of what history is asked about, and of named sets. */
static void link_written(struct mou_weaver *weaver, uint32_t memorandum, const struct mou_expr *expr, unsigned depth)
{
    for (; expr != NULL && depth <= MOU_NESTING_MAX * 2; expr = expr->next) {
        if (expr->kind == MOU_EXPR_ON_LIST || expr->kind == MOU_EXPR_LISTS) {
            link_name(weaver, &expr->reference.name, MOU_SYMBOL_LIST_KIND);
        } else if (asks_history(expr->kind)) {
            link_ref(weaver, &expr->reference, listed(weaver, memorandum, &expr->reference));
        } else if (expr->kind == MOU_EXPR_IN && expr->named_set && expr->arguments != NULL) {
            link_ref(weaver, &expr->arguments->reference, rule_of_class(weaver, memorandum, &expr->arguments->reference, MOU_SYMBOL_DEFINITION));
        }
        link_written(weaver, memorandum, expr->left, depth + 1);
        link_written(weaver, memorandum, expr->right, depth + 1);
        link_written(weaver, memorandum, expr->condition, depth + 1);
        link_written(weaver, memorandum, expr->arguments, depth + 1);
    }
}

/* ------------------------------------------------------------------ fixtures and tests */

static void link_values(struct mou_weaver *weaver, const struct mou_fixture_value *values, const struct mou_fields *fields, struct mou_thing owner)
{
    for (const struct mou_fixture_value *value = values; value != NULL; value = value->next) {
        uint32_t field = mou_field_find(fields, value->name.text);
        if (field == MOU_NO_INDEX) {
            continue;
        }
        add_link(weaver, value->name.span, (struct mou_thing){owner.thing_class, owner.index, field});
        if (fields->items[field].type == MOU_FIELD_CODE && value->value != NULL && value->value->kind == MOU_EXPR_NAME) {
            add_link(weaver, value->value->span, code_named(weaver, fields->items[field].code_table, value->value->reference.name.text));
        }
    }
}

static void link_subject(struct mou_weaver *weaver, const struct mou_fixture_subject *subject)
{
    const struct mou_program *program = weaver->program;
    struct mou_thing kind = mou_weave_vocabulary(weaver, MOU_SYMBOL_KIND, subject->kind.text);
    add_link(weaver, subject->kind.span, kind);
    if (kind.thing_class == MOU_THING_KIND) {
        link_values(weaver, subject->attributes, &program->kinds.items[kind.index].attributes, (struct mou_thing){MOU_THING_ATTRIBUTE, kind.index, 0});
    }
    for (const struct mou_fixture_row *row = subject->rows; row != NULL; row = row->next) {
        struct mou_thing record = mou_weave_vocabulary(weaver, MOU_SYMBOL_RECORD, row->type.text);
        add_link(weaver, row->type.span, record);
        if (record.thing_class == MOU_THING_RECORD) {
            link_values(weaver, row->values, &program->records.items[record.index].fields, (struct mou_thing){MOU_THING_FIELD, record.index, 0});
        }
    }
    for (const struct mou_fixture_relation *row = subject->relations; row != NULL; row = row->next) {
        struct mou_thing relation = mou_weave_vocabulary(weaver, MOU_SYMBOL_RELATION, row->relation.text);
        add_link(weaver, row->relation.span, relation);
        if (relation.thing_class == MOU_THING_RELATION) {
            link_values(weaver, row->values, &program->relations.items[relation.index].fields, (struct mou_thing){MOU_THING_RELATION_FIELD, relation.index, 0});
        }
    }
}

static void link_expectation(struct mou_weaver *weaver, uint32_t rule, mou_date on, const struct mou_clause *clause)
{
    const struct mou_name_ref *ref = &clause->expectation.rule;
    struct mou_mention mention = {mou_weave_rule_named(weaver, weaver->rules.items[rule].memorandum, ref), rule, on, clause};
    link_ref(weaver, ref, mention.thing);
    if (mention.thing.thing_class != MOU_THING_NONE) {
        (void)MOU_VEC_PUSH(weaver->arena, &weaver->mentions, mention);
    }
}

/* ------------------------------------------------------------------ clauses */

static void link_names(struct mou_weaver *weaver, const struct mou_name_ref *names, enum mou_symbol_class symbol_class)
{
    for (const struct mou_name_ref *ref = names; ref != NULL; ref = ref->next) {
        link_name(weaver, &ref->name, symbol_class);
    }
}

static void link_rule_names(struct mou_weaver *weaver, uint32_t memorandum, const struct mou_name_ref *names, enum mou_symbol_class symbol_class)
{
    for (const struct mou_name_ref *ref = names; ref != NULL; ref = ref->next) {
        link_ref(weaver, ref, rule_of_class(weaver, memorandum, ref, symbol_class));
    }
}

static void link_targets(struct mou_weaver *weaver, const struct mou_target *targets)
{
    for (const struct mou_target *target = targets; target != NULL; target = target->next) {
        link_name(weaver, &target->subject_kind, MOU_SYMBOL_KIND);
        link_names(weaver, target->relations, MOU_SYMBOL_RELATION);
    }
}

static void link_clause(struct mou_weaver *weaver, uint32_t memorandum, const struct mou_clause *clause)
{
    link_written(weaver, memorandum, clause->expr, 0);
    switch ((int)clause->kind) {
    case MOU_CLAUSE_LEAD: case MOU_CLAUSE_SIGNED_BY: case MOU_CLAUSE_BY:
        link_names(weaver, clause->names, MOU_SYMBOL_AUTHORITY);
        break;
    case MOU_CLAUSE_REPLACES:
        link_names(weaver, clause->names, MOU_SYMBOL_MEMORANDUM);
        break;
    case MOU_CLAUSE_ENTERS:
        link_names(weaver, clause->names, MOU_SYMBOL_LIST_KIND);
        break;
    case MOU_CLAUSE_ON: case MOU_CLAUSE_OF: case MOU_CLAUSE_DONE: case MOU_CLAUSE_ENDED:
        link_names(weaver, clause->names, MOU_SYMBOL_RECORD);
        break;
    case MOU_CLAUSE_ITEM:
        link_names(weaver, clause->names, MOU_SYMBOL_ITEM);
        break;
    case MOU_CLAUSE_BECAUSE:
        link_rule_names(weaver, memorandum, clause->names, MOU_SYMBOL_FINDING);
        break;
    case MOU_CLAUSE_LOOK_UP:
        link_rule_names(weaver, memorandum, clause->names, MOU_SYMBOL_MEASURE);
        break;
    case MOU_CLAUSE_GIVEN:
        link_names(weaver, clause->names, MOU_SYMBOL_FIXTURE);
        break;
    case MOU_CLAUSE_TO:
        link_targets(weaver, clause->targets);
        break;
    case MOU_CLAUSE_SUBJECT:
        if (clause->subject != NULL) {
            link_subject(weaver, clause->subject);
        }
        break;
    case MOU_CLAUSE_OBJECTION:
        link_name(weaver, &clause->objection.record, MOU_SYMBOL_RECORD);
        break;
    default:
        break;
    }
}

static void link_clauses(struct mou_weaver *weaver, uint32_t memorandum, const struct mou_decl *decl)
{
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        link_clause(weaver, memorandum, clause);
    }
}

static void link_fields(struct mou_weaver *weaver, const struct mou_field_decl *fields)
{
    for (const struct mou_field_decl *field = fields; field != NULL; field = field->next) {
        link_name(weaver, &field->code_table, MOU_SYMBOL_CODE_TABLE);
        if (field->default_value != NULL && field->default_value->kind == MOU_EXPR_NAME) {
            struct mou_thing table = mou_weave_vocabulary(weaver, MOU_SYMBOL_CODE_TABLE, field->code_table.text);
            if (table.thing_class != MOU_THING_NONE) {
                add_link(weaver, field->default_value->span, code_named(weaver, table.index, field->default_value->reference.name.text));
            }
        }
    }
}

/* ------------------------------------------------------------------ the program's typed expressions */

static void link_publications(struct mou_weaver *weaver, const struct mou_publication *publications, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        link_nodes(weaver, publications[i].every, 0);
        link_nodes(weaver, publications[i].lasting, 0);
    }
}

/** 领域, 层级, 辖区 of a finding are codes of the table that the program has for them. */
static void link_marks(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    static const enum mou_clause_kind kinds[MOU_MARK_COUNT] = {MOU_CLAUSE_DOMAIN, MOU_CLAUSE_TIER, MOU_CLAUSE_JURISDICTION};
    for (int mark = 0; mark < (int)MOU_MARK_COUNT; mark++) {
        const struct mou_clause *clause = mou_clause_find(decl, kinds[mark]);
        for (const struct mou_name_ref *ref = clause != NULL ? clause->names : NULL; ref != NULL; ref = ref->next) {
            add_link(weaver, ref->name.span, code_named(weaver, weaver->program->mark_tables[mark], ref->name.text));
        }
    }
}

static void link_findings(struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->program->findings.count; i++) {
        const struct mou_finding *finding = &weaver->program->findings.items[i];
        link_nodes(weaver, finding->unless, 0);
        link_nodes(weaver, finding->when, 0);
        link_marks(weaver, finding->decl);
        link_publications(weaver, finding->publications, finding->publication_count);
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const struct mou_section *section = &finding->sections[k];
            link_nodes(weaver, section->when, 0);
            link_nodes(weaver, section->unless, 0);
            link_nodes(weaver, section->from, 0);
            link_nodes(weaver, section->until, 0);
            link_nodes(weaver, section->term, 0);
            for (uint32_t e = 0; e < section->ending_count; e++) {
                link_nodes(weaver, section->endings[e].happened, 0);
                link_nodes(weaver, section->endings[e].date, 0);
            }
        }
    }
}

/** `由 FIELD`: the field of the first record that the measure's findings are on and that has it. */
static void link_authority_field(struct mou_weaver *weaver, const struct mou_measure *measure)
{
    const struct mou_clause *by = mou_clause_find(measure->decl, MOU_CLAUSE_BY);
    if (measure->authority_field.len == 0 || by == NULL || by->names == NULL) {
        return;
    }
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &weaver->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const uint32_t record = finding->sections[k].record;
            const uint32_t field = record != MOU_NO_INDEX ? mou_field_find(&weaver->program->records.items[record].fields, measure->authority_field) : MOU_NO_INDEX;
            if (field != MOU_NO_INDEX) {
                add_link(weaver, by->names->name.span, (struct mou_thing){MOU_THING_FIELD, record, field});
                return;
            }
        }
    }
}

static void link_measures(struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->program->measures.count; i++) {
        const struct mou_measure *measure = &weaver->program->measures.items[i];
        link_nodes(weaver, measure->only_if, 0);
        link_nodes(weaver, measure->unless, 0);
        link_nodes(weaver, measure->term, 0);
        link_nodes(weaver, measure->until, 0);
        for (uint32_t k = 0; k < measure->reach_count; k++) {
            link_nodes(weaver, measure->reaches[k].condition, 0);
        }
        for (uint32_t k = 0; k < measure->grant_count; k++) {
            link_nodes(weaver, measure->grants[k].value, 0);
        }
        for (uint32_t k = 0; k < measure->reach_count; k++) {
            link_nodes(weaver, measure->reaches[k].condition, 0);
        }
        link_authority_field(weaver, measure);
        link_publications(weaver, measure->publications, measure->publication_count);
    }
}

static void link_table(struct mou_weaver *weaver, const struct mou_table *table)
{
    for (const struct mou_table_parameter *parameter = table->decl->table_parameters; parameter != NULL; parameter = parameter->next) {
        link_name(weaver, &parameter->code_table, MOU_SYMBOL_CODE_TABLE);
    }
    for (const struct mou_table_row *row = table->decl->table_rows; row != NULL; row = row->next) {
        uint32_t column = 0;
        for (const struct mou_table_cell *cell = row->cells; cell != NULL && column < table->column_count; cell = cell->next, column++) {
            if (table->columns[column].type.kind == MOU_TYPE_CODE && cell->value != NULL && cell->value->kind == MOU_EXPR_NAME) {
                add_link(weaver, cell->value->span, code_named(weaver, table->columns[column].type.code_table, cell->value->reference.name.text));
            }
        }
    }
    for (uint32_t i = 0; table->results != NULL && i < table->row_count; i++) {
        link_nodes(weaver, table->results[i], 0);
    }
}

static void link_other_rules(struct mou_weaver *weaver)
{
    const struct mou_program *program = weaver->program;
    for (size_t i = 0; i < program->repairs.count; i++) {
        link_nodes(weaver, program->repairs.items[i].eligible, 0);
        link_nodes(weaver, program->repairs.items[i].refused, 0);
    }
    for (size_t i = 0; i < program->duties.count; i++) {
        link_nodes(weaver, program->duties.items[i].start, 0);
        link_nodes(weaver, program->duties.items[i].within, 0);
        link_nodes(weaver, program->duties.items[i].when, 0);
        for (uint32_t k = 0; k < program->duties.items[i].done_count; k++) {
            link_nodes(weaver, program->duties.items[i].done[k], 0);
        }
    }
    for (size_t i = 0; i < program->matters.count; i++) {
        link_nodes(weaver, program->matters.items[i].prohibit, 0);
        link_nodes(weaver, program->matters.items[i].advise, 0);
    }
    for (size_t i = 0; i < program->assertions.count; i++) {
        link_nodes(weaver, program->assertions.items[i].body, 0);
    }
}

static void link_program(struct mou_weaver *weaver)
{
    const struct mou_program *program = weaver->program;
    for (size_t i = 0; i < program->parameters.count; i++) {
        for (uint32_t k = 0; k < program->parameters.items[i].value_count; k++) {
            link_nodes(weaver, program->parameters.items[i].values[k].value, 0);
        }
    }
    for (size_t i = 0; i < program->definitions.count; i++) {
        link_nodes(weaver, program->definitions.items[i].body, 0);
    }
    link_findings(weaver);
    link_measures(weaver);
    for (size_t i = 0; i < program->tables.count; i++) {
        link_table(weaver, &program->tables.items[i]);
    }
    link_other_rules(weaver);
}

/* ------------------------------------------------------------------ declarations */

/** The fields that a record's head names: number, dates of the instrument, validity. */
static void link_head_fields(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    const struct mou_name *const names[] = {&decl->instrument_number, &decl->instrument_made, &decl->instrument_served,
                                            &decl->instrument_act,    &decl->valid_from,      &decl->valid_until};
    const struct mou_thing record = mou_weave_vocabulary(weaver, MOU_SYMBOL_RECORD, decl->name.text);
    for (size_t i = 0; decl->kind == MOU_DECL_RECORD && i < sizeof names / sizeof names[0]; i++) {
        const uint32_t field = names[i]->text.len > 0 ? mou_field_find(&weaver->program->records.items[record.index].fields, names[i]->text) : MOU_NO_INDEX;
        if (field != MOU_NO_INDEX) {
            add_link(weaver, names[i]->span, (struct mou_thing){MOU_THING_FIELD, record.index, field});
        }
    }
}

static void link_vocabulary_decl(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    link_fields(weaver, decl->fields);
    link_head_fields(weaver, decl);
    link_name(weaver, &decl->parent, MOU_SYMBOL_RECORD);
    link_name(weaver, &decl->source_authority, MOU_SYMBOL_AUTHORITY);
    link_name(weaver, &decl->relation_from, MOU_SYMBOL_KIND);
    link_name(weaver, &decl->relation_to, MOU_SYMBOL_KIND);
    if (decl->kind == MOU_DECL_USE) {
        link_name(weaver, &decl->name, MOU_SYMBOL_MEMORANDUM);
    } else if (decl->kind == MOU_DECL_ATTRIBUTES) {
        link_name(weaver, &decl->name, MOU_SYMBOL_KIND);
    }
    for (const struct mou_catalogue_item *item = decl->items; item != NULL; item = item->next) {
        link_names(weaver, item->covers, MOU_SYMBOL_KIND);
        link_names(weaver, item->authorities, MOU_SYMBOL_AUTHORITY);
    }
    for (const struct mou_incompatible *pair = decl->incompatible; pair != NULL; pair = pair->next) {
        link_names(weaver, pair->items, MOU_SYMBOL_ITEM);
    }
}

static void link_declarations(struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->compilation->trees.count; i++) {
        for (const struct mou_decl *decl = weaver->compilation->trees.items[i]->declarations; decl != NULL; decl = decl->next) {
            link_vocabulary_decl(weaver, decl);
            if (decl->kind == MOU_DECL_MEMORANDUM) {
                link_clauses(weaver, MOU_NO_INDEX, decl);
            }
        }
    }
    for (uint32_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule rule = weaver->rules.items[i];
        mou_date on = MOU_DATE_NONE;
        link_clauses(weaver, rule.memorandum, rule.decl);
        link_written(weaver, rule.memorandum, rule.decl->body, 0);
        link_name(weaver, &rule.decl->parameter_record, MOU_SYMBOL_RECORD);
        for (const struct mou_clause *clause = rule.decl->clauses; clause != NULL; clause = clause->next) {
            if (clause->kind == MOU_CLAUSE_AT && clause->expr != NULL) {
                on = clause->expr->date;
            } else if (clause->kind == MOU_CLAUSE_EXPECT || clause->kind == MOU_CLAUSE_REFUTE) {
                link_expectation(weaver, i, on, clause);
            }
        }
    }
}

/* ------------------------------------------------------------------ order */

static int compare_numbers(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

int mou_thing_compare(struct mou_thing a, struct mou_thing b)
{
    int order = compare_numbers((uint32_t)a.thing_class, (uint32_t)b.thing_class);
    order = order != 0 ? order : compare_numbers(a.index, b.index);
    return order != 0 ? order : compare_numbers(a.member, b.member);
}

static int by_place(const void *a, const void *b)
{
    const struct mou_link *one = a;
    const struct mou_link *two = b;
    int order = compare_numbers(one->span.source, two->span.source);
    order = order != 0 ? order : compare_numbers(one->span.begin, two->span.begin);
    order = order != 0 ? order : compare_numbers(one->span.end, two->span.end);
    return order != 0 ? order : mou_thing_compare(one->thing, two->thing);
}

static int by_used(const void *a, const void *b)
{
    const struct mou_use *one = a;
    const struct mou_use *two = b;
    int order = mou_thing_compare(one->thing, two->thing);
    return order != 0 ? order : compare_numbers(one->rule, two->rule);
}

static int by_mentioned(const void *a, const void *b)
{
    const struct mou_mention *one = a;
    const struct mou_mention *two = b;
    int order = mou_thing_compare(one->thing, two->thing);
    order = order != 0 ? order : compare_numbers(one->rule, two->rule);
    return order != 0 ? order : compare_numbers(one->clause->span.begin, two->clause->span.begin);
}

/** One link per place, the first of those that overlap. */
static void sort_links(struct mou_weaver *weaver)
{
    size_t kept = 0;
    if (weaver->links.count > 1) {
        qsort(weaver->links.items, weaver->links.count, sizeof *weaver->links.items, by_place);
    }
    for (size_t i = 0; i < weaver->links.count; i++) {
        const struct mou_link *last = kept > 0 ? &weaver->links.items[kept - 1] : NULL;
        const struct mou_link *next = &weaver->links.items[i];
        if (last == NULL || last->span.source != next->span.source || last->span.end <= next->span.begin) {
            weaver->links.items[kept++] = *next;
        }
    }
    weaver->links.count = kept;
}

size_t mou_weave_link_at(const struct mou_weaver *weaver, uint32_t source, uint32_t offset)
{
    size_t low = 0;
    size_t high = weaver->links.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct mou_span *span = &weaver->links.items[middle].span;
        if (span->source < source || (span->source == source && span->begin < offset)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** A part counts as a use of the whole as well. */
static struct mou_thing whole_of(struct mou_thing thing)
{
    switch ((int)thing.thing_class) {
    case MOU_THING_FIELD: return (struct mou_thing){MOU_THING_RECORD, thing.index, 0};
    case MOU_THING_RELATION_FIELD: return (struct mou_thing){MOU_THING_RELATION, thing.index, 0};
    case MOU_THING_CODE: return (struct mou_thing){MOU_THING_CODES, thing.index, 0};
    default: return MOU_NO_THING;
    }
}

static void find_uses(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        if (rule->thing.thing_class == MOU_THING_TEST || rule->thing.thing_class == MOU_THING_FIXTURE) {
            continue;
        }
        const struct mou_span extent = mou_weave_extent(weaver, rule->decl);
        for (size_t k = mou_weave_link_at(weaver, extent.source, extent.begin);
             k < weaver->links.count && weaver->links.items[k].span.source == extent.source && weaver->links.items[k].span.end <= extent.end; k++) {
            struct mou_use use = {weaver->links.items[k].thing, i};
            struct mou_use whole = {whole_of(use.thing), i};
            (void)MOU_VEC_PUSH(weaver->arena, &weaver->uses, use);
            if (whole.thing.thing_class != MOU_THING_NONE) {
                (void)MOU_VEC_PUSH(weaver->arena, &weaver->uses, whole);
            }
        }
    }
    if (weaver->uses.count > 1) {
        qsort(weaver->uses.items, weaver->uses.count, sizeof *weaver->uses.items, by_used);
    }
    size_t kept = 0;
    for (size_t i = 0; i < weaver->uses.count; i++) {
        if (kept == 0 || by_used(&weaver->uses.items[kept - 1], &weaver->uses.items[i]) != 0) {
            weaver->uses.items[kept++] = weaver->uses.items[i];
        }
    }
    weaver->uses.count = kept;
}

void mou_weave_find_links(struct mou_weaver *weaver)
{
    list_rules(weaver);
    link_declarations(weaver);
    link_program(weaver);
    sort_links(weaver);
    find_uses(weaver);
    if (weaver->mentions.count > 1) {
        qsort(weaver->mentions.items, weaver->mentions.count, sizeof *weaver->mentions.items, by_mentioned);
    }
}

void mou_weave_uses_of(const struct mou_weaver *weaver, struct mou_thing thing, size_t *begin, size_t *end)
{
    size_t at = 0;
    while (at < weaver->uses.count && mou_thing_compare(weaver->uses.items[at].thing, thing) < 0) {
        at++;
    }
    *begin = at;
    while (at < weaver->uses.count && mou_thing_compare(weaver->uses.items[at].thing, thing) == 0) {
        at++;
    }
    *end = at;
}

void mou_weave_mentions_of(const struct mou_weaver *weaver, struct mou_thing thing, size_t *begin, size_t *end)
{
    size_t at = 0;
    while (at < weaver->mentions.count && mou_thing_compare(weaver->mentions.items[at].thing, thing) < 0) {
        at++;
    }
    *begin = at;
    while (at < weaver->mentions.count && mou_thing_compare(weaver->mentions.items[at].thing, thing) == 0) {
        at++;
    }
    *end = at;
}
