/*
 * The rules of the program: parameters, definitions, findings with their sections, measures, decision tables, repairs, duties, matters and
 * assertions, clause by clause.
 */
#include <string.h>

#include "catalogue.h"
#include "stages.h"
#include "types.h"

/* ------------------------------------------------------------------ clauses */

static void misplaced(struct mou_typer *typer, const struct mou_decl *decl, const struct mou_clause *clause)
{
    mou_front_report(typer->front, MOU_DIAG_CLAUSE_MISPLACED, clause->keyword, mou_front_source_text(typer->front, decl->keyword),
                     mou_front_source_text(typer->front, clause->keyword), MOU_NO_TEXT);
}

/** What a declaration lacks, unless something in it could not be read: that may be the clause. */
static void lacks(struct mou_typer *typer, const struct mou_decl *decl, struct mou_text sort, struct mou_text clause)
{
    if (!decl->unread) {
        mou_front_report(typer->front, MOU_DIAG_CLAUSE_MISSING, decl->name.span, sort, decl->name.text, clause);
    }
}

/** A clause that may stand once: the first one stays, a second is reported with both places. */
static void once(struct mou_typer *typer, const struct mou_clause **slot, const struct mou_clause *clause)
{
    if (*slot != NULL) {
        mou_front_report(typer->front, MOU_DIAG_CLAUSE_REPEATED, clause->keyword, mou_front_source_text(typer->front, clause->keyword), MOU_NO_TEXT, MOU_NO_TEXT)
            ->second = (*slot)->keyword;
        return;
    }
    *slot = clause;
}

static struct mou_scope subject_scope(struct mou_typer *typer, struct mou_span span)
{
    struct mou_scope scope = {mou_binding_new(typer, MOU_BINDING_SUBJECT, MOU_NO_INDEX, MOU_RANGE_ALL, span), MOU_NO_TEXT, NULL, NULL};
    return scope;
}

/** The scope of a row handed in, within a subject's. */
static struct mou_scope row_scope(struct mou_typer *typer, const struct mou_scope *subject, uint32_t record, struct mou_text alias, struct mou_span span)
{
    struct mou_scope scope = {mou_binding_new(typer, MOU_BINDING_RECORD, record, MOU_RANGE_GIVEN, span), alias, subject, NULL};
    if (scope.binding != NULL) {
        scope.binding->outer = subject->binding;
        scope.binding->owner = subject->binding;
    }
    return scope;
}

struct mou_texpr *mou_type_timeless(struct mou_typer *typer, struct mou_texpr *expr)
{
    if (mou_tx_direction(expr) != 0) {
        mou_front_report(typer->front, MOU_DIAG_TODAY_FORBIDDEN, expr->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return mou_tx_error(typer, expr->span); /* what is made of it says nothing more */
    }
    return expr;
}

static struct mou_texpr *type_term(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr)
{
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, expr, mou_type_error));
    enum mou_type_kind kind = value->type.kind;
    if (kind != MOU_TYPE_MONTHS && kind != MOU_TYPE_DAYS && kind != MOU_TYPE_WORKDAYS && kind != MOU_TYPE_ERROR) {
        mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, value->span, MOU_TEXT("期间"), mou_type_name(typer, value->type), MOU_NO_TEXT);
        return mou_tx_error(typer, value->span);
    }
    return mou_type_timeless(typer, value);
}

/* ------------------------------------------------------------------ parameters and definitions */

static void type_parameter(struct mou_typer *typer, struct mou_parameter *parameter)
{
    struct mou_scope scope = subject_scope(typer, parameter->decl->span);
    uint32_t count = 0;
    for (const struct mou_clause *clause = parameter->decl->clauses; clause != NULL; clause = clause->next) {
        count += clause->kind == MOU_CLAUSE_VALUE_FROM;
    }
    parameter->type = mou_type_error;
    parameter->values = MOU_NEW_ARRAY(typer->front->arena, count + 1, struct mou_parameter_value);
    for (const struct mou_clause *clause = parameter->decl->clauses; clause != NULL && parameter->values != NULL; clause = clause->next) {
        if (clause->kind != MOU_CLAUSE_VALUE_FROM || clause->broken || clause->expr == NULL || clause->second == NULL) {
            continue;
        }
        struct mou_texpr *value = mou_type_expr(typer, &scope, clause->expr, parameter->type);
        mou_date from = clause->second->kind == MOU_EXPR_DATE ? clause->second->date : MOU_DATE_MIN;
        if (value->kind != MOU_TX_CONSTANT || value->type.kind == MOU_TYPE_ERROR) {
            if (!mou_front_faulty(typer->front, value->span)) {
                mou_front_report(typer->front, MOU_DIAG_NOT_CONSTANT, value->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
            }
            continue;
        }
        if (parameter->value_count > 0 && parameter->values[parameter->value_count - 1].from >= from) {
            mou_front_report(typer->front, MOU_DIAG_PARAMETER_ORDER, clause->second->span, parameter->name, MOU_NO_TEXT, MOU_NO_TEXT);
            continue;
        }
        if (parameter->value_count > 0 && value->type.kind != parameter->type.kind) {
            mou_front_report(typer->front, MOU_DIAG_TYPE_MISMATCH, value->span, mou_type_name(typer, parameter->type), mou_type_name(typer, value->type), MOU_NO_TEXT);
            continue;
        }
        parameter->type = value->type;
        parameter->values[parameter->value_count++] = (struct mou_parameter_value){value, from};
    }
    if (parameter->value_count == 0 && !parameter->decl->broken && count == 0) {
        lacks(typer, parameter->decl, MOU_TEXT("参数"), MOU_TEXT("数值 自 日期"));
    }
}

struct mou_type mou_type_definition_type(struct mou_typer *typer, uint32_t definition)
{
    struct mou_definition *named = &typer->program->definitions.items[definition];
    if (named->body == NULL && !named->in_progress) {
        mou_type_definition_body(typer, definition);
        named = &typer->program->definitions.items[definition];
    }
    if (named->body != NULL) {
        return named->body->type;
    }
    return mou_type_error; /* a cycle: the strata stage reports it with its whole way */
}

/** The items of a named set are codes of one table, or values of one type; the set speaks of no record. */
static void check_set(struct mou_typer *typer, const struct mou_definition *definition)
{
    struct mou_scope scope = subject_scope(typer, definition->decl->span);
    const struct mou_expr *items = definition->decl->body->arguments;
    const struct mou_name *record = &definition->decl->parameter_record;
    struct mou_type type = mou_type_error;
    if (items->kind == MOU_EXPR_NAME && mou_degree_ordered(mou_degree_of(items->reference.name.text))) {
        (void)mou_degree_table(typer->front);
    }
    const struct mou_expr *stray = mou_set_stray(typer->program, items);
    typer->memorandum = definition->memorandum;
    if (record->text.len > 0) {
        mou_front_report(typer->front, MOU_DIAG_SET_RECORD, record->span, definition->name, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    if (stray != NULL && !typer->front->names_lost) {
        mou_front_report(typer->front, MOU_DIAG_SET_TABLE, stray->span, definition->name, stray->reference.name.text, MOU_NO_TEXT);
    }
    for (const struct mou_expr *item = items; !mou_set_of_names(items) && item != NULL; item = item->next) {
        struct mou_texpr *value = mou_type_expr(typer, &scope, item, type);
        if (type.kind != MOU_TYPE_ERROR) {
            struct mou_texpr *first = mou_tx_constant(typer, type, items->span, 0);
            (void)mou_tx_unify(typer, &first, &value, item->span);
        }
        type = type.kind == MOU_TYPE_ERROR ? value->type : type;
    }
}

static void type_definition_body(struct mou_typer *typer, uint32_t index)
{
    struct mou_definition *definition = &typer->program->definitions.items[index];
    uint32_t outer_memorandum = typer->memorandum;
    unsigned outer_depth = typer->depth;
    if (definition->body != NULL || definition->in_progress || definition->decl->body == NULL) {
        return;
    }
    if (mou_set_body(typer->program, index) != NULL) {
        check_set(typer, definition);
        return;
    }
    definition->in_progress = true;
    uint32_t outer_own_end = typer->own_end_of;
    typer->memorandum = definition->memorandum;
    struct mou_texpr *outer_law = typer->law;
    bool outer_asked = typer->law_asked;
    bool outer_lighter = typer->lighter;
    typer->own_end_of = MOU_NO_INDEX;
    typer->law = NULL;
    typer->law_asked = typer->lighter = false;
    struct mou_scope subject = subject_scope(typer, definition->decl->span);
    definition->record = mou_front_vocabulary(typer->front, MOU_SYMBOL_RECORD, &definition->decl->parameter_record, MOU_TEXT("记录"));
    struct mou_scope row = definition->record != MOU_NO_INDEX ? row_scope(typer, &subject, definition->record, MOU_NO_TEXT, definition->decl->span) : subject;
    bool bad_record = definition->record == MOU_NO_INDEX && definition->decl->parameter_record.text.len > 0;
    definition->scope = row.binding;
    struct mou_texpr *body = bad_record ? mou_tx_error(typer, definition->decl->span) : mou_type_expr(typer, &row, definition->decl->body, mou_type_error);
    if (body->type.kind == MOU_TYPE_COUNT) {
        body = mou_tx_plain(typer, body);
    }
    definition->body = body;
    definition->in_progress = false;
    typer->memorandum = outer_memorandum;
    typer->own_end_of = outer_own_end;
    definition->bare_parameter = typer->law_asked;
    typer->law = outer_law;
    typer->law_asked = outer_asked;
    typer->lighter = outer_lighter;
    typer->depth = outer_depth;
}

void mou_type_definition_body(struct mou_typer *typer, uint32_t index)
{
    const uint32_t outer_owner = typer->front->owner;
    (void)mou_front_turn(typer->front, typer->program->definitions.items[index].decl);
    type_definition_body(typer, index);
    mou_front_turn_back(typer->front, outer_owner);
}

/* ------------------------------------------------------------------ findings */

static bool starts_section(const struct mou_clause *clause)
{
    return clause->kind == MOU_CLAUSE_ON;
}

/** Every 终止 of a section, up to the next section. */
static void type_endings(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *on, struct mou_section *section)
{
    uint32_t count = 0;
    for (const struct mou_clause *clause = on->next; clause != NULL && !starts_section(clause); clause = clause->next) {
        count += clause->kind == MOU_CLAUSE_ENDED && !clause->broken;
    }
    section->endings = MOU_NEW_ARRAY(typer->front->arena, count + 1, struct mou_ending);
    for (const struct mou_clause *clause = on->next; clause != NULL && !starts_section(clause) && section->endings != NULL; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_ENDED && !clause->broken) {
            section->ending_count += mou_type_ending(typer, row, clause, section->begin, &section->endings[section->ending_count]);
        }
    }
}

/** The clauses of a section that say whether and when its grounds hold, by the law that the typer applies. */
static void type_clauses(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *const *slots, struct mou_section *section)
{
    const struct mou_clause *when = slots[MOU_CLAUSE_WHEN];
    const struct mou_clause *unless = slots[MOU_CLAUSE_UNLESS];
    const struct mou_clause *from = slots[MOU_CLAUSE_FROM];
    const struct mou_clause *until = slots[MOU_CLAUSE_UNTIL];
    const struct mou_clause *term = slots[MOU_CLAUSE_TERM];
    section->when = when != NULL && !when->broken ? mou_type_condition(typer, row, when->expr) : NULL;
    section->unless = unless != NULL && !unless->broken ? mou_type_condition(typer, row, unless->expr) : NULL;
    section->from = from != NULL && !from->broken ? mou_type_timeless(typer, mou_type_wanted(typer, row, from->expr, MOU_TYPE_DATE)) : NULL;
    typer->own_end_of = typer->finding;
    section->until = until != NULL && !until->broken ? mou_type_timeless(typer, mou_type_wanted(typer, row, until->expr, MOU_TYPE_DATE)) : NULL;
    section->term = term != NULL && !term->broken ? type_term(typer, row, term->expr) : NULL;
    typer->own_end_of = MOU_NO_INDEX;
}

/** Fills one 凭 section from its clauses, up to the next section. */
static void type_section(struct mou_typer *typer, const struct mou_finding *finding, const struct mou_clause *on, const struct mou_scope *subject,
                         struct mou_section *section)
{
    const struct mou_clause *slots[MOU_CLAUSE_KIND_COUNT] = {NULL};
    uint32_t record = on->names != NULL ? mou_front_vocabulary(typer->front, MOU_SYMBOL_RECORD, &on->names->name, MOU_TEXT("记录")) : MOU_NO_INDEX;
    *section = (struct mou_section){.record = record, .span = on->span};
    if (record == MOU_NO_INDEX) {
        return;
    }
    struct mou_scope row = row_scope(typer, subject, record, on->alias.text, on->span);
    section->scope = row.binding;
    for (const struct mou_clause *clause = on->next; clause != NULL && !starts_section(clause); clause = clause->next) {
        switch ((int)clause->kind) {
        case MOU_CLAUSE_WHEN: case MOU_CLAUSE_UNLESS: case MOU_CLAUSE_FROM: case MOU_CLAUSE_UNTIL: case MOU_CLAUSE_TERM: case MOU_CLAUSE_OPEN_ENDED:
            once(typer, &slots[clause->kind], clause);
            break;
        case MOU_CLAUSE_VERBATIM: case MOU_CLAUSE_UNDER: case MOU_CLAUSE_ENTERS: case MOU_CLAUSE_PUBLISH: case MOU_CLAUSE_SHARE: case MOU_CLAUSE_ENDED:
        case MOU_CLAUSE_DOMAIN: case MOU_CLAUSE_TIER: case MOU_CLAUSE_JURISDICTION:
            break;
        default:
            misplaced(typer, finding->decl, clause);
            break;
        }
    }
    const struct mou_clause *until = slots[MOU_CLAUSE_UNTIL];
    const struct mou_clause *term = slots[MOU_CLAUSE_TERM];
    typer->finding = (uint32_t)(finding - typer->program->findings.items);
    typer->law_asked = false;
    typer->lighter = mou_type_is_lighter(typer->program, finding->memorandum);
    type_clauses(typer, &row, slots, section);
    const bool termed = section->term != NULL;
    if (typer->lighter && typer->law_asked) {
        mou_type_lighter(typer, &row, slots, type_clauses, section);
    }
    typer->lighter = false;
    mou_type_succession(typer, finding->memorandum, section);
    section->begin = mou_type_begin(typer, finding, section);
    type_endings(typer, &row, on, section);
    if (term != NULL && (until != NULL || slots[MOU_CLAUSE_OPEN_ENDED] != NULL)) {
        once(typer, &term, until != NULL ? until : slots[MOU_CLAUSE_OPEN_ENDED]);
    }
    if (termed && section->from == NULL && slots[MOU_CLAUSE_FROM] == NULL && !finding->decl->unread) {
        mou_front_report(typer->front, MOU_DIAG_TERM_WITHOUT_FROM, term->keyword, finding->name, MOU_NO_TEXT, MOU_NO_TEXT);
    }
}

static void type_finding(struct mou_typer *typer, struct mou_finding *finding)
{
    struct mou_scope *subject = MOU_NEW(typer->front->arena, struct mou_scope);
    const struct mou_clause *slots[MOU_CLAUSE_KIND_COUNT] = {NULL};
    bool in_section = false;
    uint32_t sections = 0;
    if (subject == NULL) {
        return;
    }
    *subject = subject_scope(typer, finding->decl->span);
    finding->scope = subject->binding;
    typer->memorandum = finding->memorandum;
    for (const struct mou_clause *clause = finding->decl->clauses; clause != NULL; clause = clause->next) {
        sections += starts_section(clause);
    }
    finding->sections = MOU_NEW_ARRAY(typer->front->arena, sections + 1, struct mou_section);
    for (const struct mou_clause *clause = finding->decl->clauses; clause != NULL && finding->sections != NULL; clause = clause->next) {
        if (starts_section(clause)) {
            in_section = true;
            type_section(typer, finding, clause, subject, &finding->sections[finding->section_count]);
            finding->section_count += finding->sections[finding->section_count].record != MOU_NO_INDEX;
            finding->section_lost = finding->section_lost || clause->broken || finding->section_count == 0;
            continue;
        }
        bool head = clause->kind == MOU_CLAUSE_UNLESS || clause->kind == MOU_CLAUSE_WHEN;
        if (clause->kind == MOU_CLAUSE_PUBLISH || clause->kind == MOU_CLAUSE_SHARE) {
            mou_type_publication(typer, subject, clause, &finding->publications, &finding->publication_count);
            continue;
        }
        if (clause->kind == MOU_CLAUSE_ENTERS || mou_type_is_mark(clause->kind)) {
            once(typer, &slots[clause->kind], clause);
        } else if (!in_section && head) {
            once(typer, &slots[clause->kind], clause);
        } else if (!in_section && clause->kind != MOU_CLAUSE_VERBATIM && clause->kind != MOU_CLAUSE_UNDER && !finding->decl->unread) {
            misplaced(typer, finding->decl, clause);
        }
    }
    const struct mou_clause *enters = slots[MOU_CLAUSE_ENTERS];
    const struct mou_clause *unless = slots[MOU_CLAUSE_UNLESS];
    const struct mou_clause *when = slots[MOU_CLAUSE_WHEN];
    if (enters != NULL && enters->names != NULL) {
        finding->list_kind = mou_front_vocabulary(typer->front, MOU_SYMBOL_LIST_KIND, &enters->names->name, MOU_TEXT("名单类别"));
    }
    finding->unless = unless != NULL && !unless->broken ? mou_type_condition(typer, subject, unless->expr) : NULL;
    bool section_unread = sections == 0 && finding->decl->unread; /* the condition may be one over a record */
    finding->section_lost = finding->section_lost || section_unread;
    finding->when = when != NULL && !when->broken && !section_unread ? mou_type_condition(typer, subject, when->expr) : NULL;
    if (sections > 0 && when != NULL) {
        misplaced(typer, finding->decl, when);
    }
    if (sections == 0 && when == NULL) {
        lacks(typer, finding->decl, MOU_TEXT("认定"), MOU_TEXT("凭 或 当"));
    }
}

void mou_type_findings(struct mou_typer *typer)
{
    for (size_t i = 0; i < typer->program->findings.count; i++) {
        if (mou_front_turn_of(typer->front, typer->program->findings.items[i].memorandum)) {
            type_finding(typer, &typer->program->findings.items[i]);
        }
    }
}

/* ------------------------------------------------------------------ measures */

/** Appends one 依据 clause's references. */
static void add_basis(struct mou_typer *typer, struct mou_basis *basis, const struct mou_clause *clause)
{
    MOU_VEC(struct mou_text) all = {basis->items, basis->count, basis->count};
    for (const struct mou_legal_ref *ref = clause->basis; ref != NULL; ref = ref->next) {
        struct mou_buf text;
        mou_buf_init(&text, NULL, 65536);
        mou_buf_append(&text, ref->instrument.bytes, ref->instrument.len);
        if (ref->number.len > 0) {
            mou_buf_text(&text, "（");
            mou_buf_append(&text, ref->number.bytes, ref->number.len);
            mou_buf_text(&text, "）");
        }
        mou_buf_append(&text, ref->article.bytes != NULL ? ref->article.bytes : "", ref->article.len);
        const struct mou_text line = mou_buf_into_arena(&text, typer->front->arena);
        (void)MOU_VEC_PUSH(typer->front->arena, &all, line);
    }
    basis->items = all.items;
    basis->count = (uint32_t)all.count;
}

static void type_because(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *clause)
{
    MOU_VEC(uint32_t) because = {0};
    for (const struct mou_name_ref *ref = clause->names; ref != NULL; ref = ref->next) {
        uint32_t finding = mou_front_rule(typer->front, MOU_SYMBOL_FINDING, measure->memorandum, ref, MOU_TEXT("认定"));
        bool repeated = false;
        for (size_t i = 0; i < because.count; i++) {
            repeated = repeated || because.items[i] == finding;
        }
        if (finding != MOU_NO_INDEX && !repeated) {
            (void)MOU_VEC_PUSH(typer->front->arena, &because, finding);
        }
    }
    measure->because = because.items;
    measure->because_count = (uint32_t)because.count;
}

static void add_grant(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *clause, const struct mou_scope *scope)
{
    MOU_VEC(struct mou_grant) grants = {measure->grants, measure->grant_count, measure->grant_count};
    struct mou_texpr *value = mou_tx_plain(typer, mou_type_expr(typer, scope, clause->expr, mou_type_error));
    struct mou_grant grant = {clause->name.text, value};
    if (value->type.kind == MOU_TYPE_RATIO || value->type.kind == MOU_TYPE_MONEY_FRACTION) {
        bool exact = value->kind == MOU_TX_CONSTANT && MOU_RATIO_SCALE % value->ratio.den == 0;
        if (!exact) {
            mou_front_report(typer->front, MOU_DIAG_FRACTION_USE, value->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
            return;
        }
    }
    (void)MOU_VEC_PUSH(typer->front->arena, &grants, grant);
    measure->grants = grants.items;
    measure->grant_count = (uint32_t)grants.count;
}

static bool repeatable(enum mou_clause_kind kind)
{
    return kind == MOU_CLAUSE_PUBLISH || kind == MOU_CLAUSE_SHARE || kind == MOU_CLAUSE_UNDER || kind == MOU_CLAUSE_GRANT || kind == MOU_CLAUSE_VERBATIM;
}

static bool belongs_to_measure(enum mou_clause_kind kind)
{
    switch ((int)kind) {
    case MOU_CLAUSE_ITEM: case MOU_CLAUSE_BECAUSE: case MOU_CLAUSE_TO: case MOU_CLAUSE_HOLDING: case MOU_CLAUSE_BY: case MOU_CLAUSE_UNDER:
    case MOU_CLAUSE_DEGREE: case MOU_CLAUSE_UNLESS: case MOU_CLAUSE_ONLY_IF: case MOU_CLAUSE_TERM: case MOU_CLAUSE_UNTIL: case MOU_CLAUSE_OPEN_ENDED:
    case MOU_CLAUSE_FOLLOWS_FINDING: case MOU_CLAUSE_LIFTED: case MOU_CLAUSE_REMEDY: case MOU_CLAUSE_GRANT: case MOU_CLAUSE_VERBATIM:
    case MOU_CLAUSE_PUBLISH: case MOU_CLAUSE_SHARE:
        return true;
    default:
        return false;
    }
}

/** The clauses that hold expressions over the finding's subject. */
static void type_measure_conditions(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *const *slots, const struct mou_scope *scope)
{
    const struct mou_clause *only_if = slots[MOU_CLAUSE_ONLY_IF];
    const struct mou_clause *unless = slots[MOU_CLAUSE_UNLESS];
    const struct mou_clause *term = slots[MOU_CLAUSE_TERM];
    const struct mou_clause *until = slots[MOU_CLAUSE_UNTIL];
    measure->only_if = only_if != NULL && !only_if->broken ? mou_type_condition(typer, scope, only_if->expr) : NULL;
    measure->unless = unless != NULL && !unless->broken ? mou_type_condition(typer, scope, unless->expr) : NULL;
    measure->term = term != NULL && !term->broken ? type_term(typer, scope, term->expr) : NULL;
    measure->until = until != NULL && !until->broken ? mou_type_timeless(typer, mou_type_wanted(typer, scope, until->expr, MOU_TYPE_DATE)) : NULL;
    measure->open_ended = slots[MOU_CLAUSE_OPEN_ENDED] != NULL;
}

/** How the measure is lifted, in the rule's own words: of itself when the finding ends, or when an authority finds that a condition is met. */
static struct mou_text type_lifting(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_clause *clause)
{
    if (clause->broken || clause->flag) {
        return MOU_TEXT("自动");
    }
    if (clause->expr == NULL && clause->names != NULL) {
        uint32_t index = MOU_NO_INDEX;
        const struct mou_name *name = &clause->names->name;
        if (mou_symbols_look_up(typer->front->symbols, MOU_SYMBOL_DEFINITION, typer->memorandum, name->text, &index) == MOU_LOOKUP_NONE &&
            !mou_front_maybe_declared(typer->front, name)) {
            mou_front_report(typer->front, MOU_DIAG_UNKNOWN_NAME, name->span, name->text, MOU_TEXT("定义"), MOU_NO_TEXT)->suggestion = MOU_TEXT("自动");
        }
        return name->text;
    }
    if (clause->expr != NULL) {
        (void)mou_type_condition(typer, scope, clause->expr);
        return mou_front_source_text(typer->front, clause->expr->span);
    }
    return MOU_TEXT("自动");
}

static void type_measure(struct mou_typer *typer, struct mou_measure *measure)
{
    const struct mou_clause *slots[MOU_CLAUSE_KIND_COUNT] = {NULL};
    struct mou_scope scope = subject_scope(typer, measure->decl->span);
    typer->memorandum = measure->memorandum;
    measure->scope = scope.binding;
    for (const struct mou_clause *clause = measure->decl->clauses; clause != NULL; clause = clause->next) {
        if (!belongs_to_measure(clause->kind)) {
            misplaced(typer, measure->decl, clause);
        } else if (!repeatable(clause->kind)) {
            once(typer, &slots[clause->kind], clause);
        } else if (clause->kind == MOU_CLAUSE_UNDER && !clause->broken) {
            add_basis(typer, &measure->basis, clause);
        } else if (clause->kind == MOU_CLAUSE_GRANT && !clause->broken && clause->expr != NULL) {
            add_grant(typer, measure, clause, &scope);
        } else if (clause->kind == MOU_CLAUSE_PUBLISH || clause->kind == MOU_CLAUSE_SHARE) {
            mou_type_publication(typer, &scope, clause, &measure->publications, &measure->publication_count);
        }
    }
    if (slots[MOU_CLAUSE_ITEM] != NULL && slots[MOU_CLAUSE_ITEM]->names != NULL) {
        measure->item = mou_front_vocabulary(typer->front, MOU_SYMBOL_ITEM, &slots[MOU_CLAUSE_ITEM]->names->name, MOU_TEXT("措施目录项"));
    }
    if (slots[MOU_CLAUSE_BECAUSE] != NULL) {
        type_because(typer, measure, slots[MOU_CLAUSE_BECAUSE]);
    }
    if (slots[MOU_CLAUSE_TO] != NULL) {
        mou_type_targets(typer, measure, slots[MOU_CLAUSE_TO], &scope);
    }
    if (slots[MOU_CLAUSE_BY] != NULL) {
        mou_type_authorities(typer, measure, slots[MOU_CLAUSE_BY]);
    }
    measure->holding = slots[MOU_CLAUSE_HOLDING] != NULL ? slots[MOU_CLAUSE_HOLDING]->holding : MOU_HOLDING_AT_DETERMINATION;
    if (slots[MOU_CLAUSE_DEGREE] != NULL && !slots[MOU_CLAUSE_DEGREE]->broken) {
        const struct mou_name *degree = &slots[MOU_CLAUSE_DEGREE]->name;
        measure->degree = mou_degree_known(typer->front, degree);
    }
    measure->remedy = slots[MOU_CLAUSE_REMEDY] != NULL ? slots[MOU_CLAUSE_REMEDY]->text : MOU_NO_TEXT;
    measure->lifted = slots[MOU_CLAUSE_LIFTED] != NULL ? type_lifting(typer, &scope, slots[MOU_CLAUSE_LIFTED]) : MOU_NO_TEXT;
    type_measure_conditions(typer, measure, slots, &scope);
}

void mou_type_measures(struct mou_typer *typer)
{
    for (size_t i = 0; i < typer->program->measures.count; i++) {
        if (mou_front_turn_of(typer->front, typer->program->measures.items[i].memorandum)) {
            type_measure(typer, &typer->program->measures.items[i]);
        }
    }
}

/* ------------------------------------------------------------------ decision tables */

static void type_cell(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_table_cell *raw, struct mou_type column, struct mou_cell *cell)
{
    *cell = (struct mou_cell){.op = MOU_OP_NONE};
    if (raw->op == MOU_OP_NONE || raw->value == NULL || column.kind == MOU_TYPE_ERROR) {
        return;
    }
    struct mou_texpr *value = mou_type_expr(typer, scope, raw->value, column);
    bool ratio = column.kind == MOU_TYPE_RATIO && value->type.kind == MOU_TYPE_INTEGER;
    bool fits = value->kind == MOU_TX_CONSTANT && (ratio || (value->type.kind == column.kind && value->type.code_table == column.code_table));
    if (!fits) {
        if (value->type.kind != MOU_TYPE_ERROR) {
            mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, value->span, mou_type_name(typer, column), mou_type_name(typer, value->type), MOU_NO_TEXT);
        }
        return;
    }
    *cell = (struct mou_cell){raw->op, value->integer, ratio ? (struct mou_ratio){value->integer, 1} : value->ratio, value->text};
}

static void type_table_columns(struct mou_typer *typer, struct mou_table *table)
{
    for (const struct mou_table_parameter *parameter = table->decl->table_parameters; parameter != NULL; parameter = parameter->next) {
        table->column_count++;
    }
    table->columns = MOU_NEW_ARRAY(typer->front->arena, table->column_count + 1, struct mou_table_column);
    uint32_t at = 0;
    for (const struct mou_table_parameter *parameter = table->decl->table_parameters; table->columns != NULL && parameter != NULL; parameter = parameter->next) {
        struct mou_field field = {.type = parameter->type, .code_table = MOU_NO_INDEX};
        if (parameter->type == MOU_FIELD_CODE) {
            field.code_table = mou_front_vocabulary(typer->front, MOU_SYMBOL_CODE_TABLE, &parameter->code_table, MOU_TEXT("代码表"));
        }
        table->columns[at++] = (struct mou_table_column){parameter->name.text, mou_type_of_field(&field)};
    }
}

/** A result is a text, a code, or a bare word that is taken as text. */
static struct mou_texpr *type_result(struct mou_typer *typer, const struct mou_expr *result, struct mou_type hint)
{
    if (result != NULL && result->kind == MOU_EXPR_NAME) {
        if (hint.kind == MOU_TYPE_CODE) {
            for (const struct mou_code_item *item = typer->program->code_tables.items[hint.code_table].items; item != NULL; item = item->next) {
                if (mou_text_equal(item->name.text, result->reference.name.text)) {
                    return mou_tx_constant(typer, hint, result->span, item->value);
                }
            }
        }
        struct mou_texpr *text = mou_tx_constant(typer, mou_type_of(MOU_TYPE_TEXT), result->span, 0);
        text->text = result->reference.name.text;
        return text;
    }
    struct mou_scope scope = subject_scope(typer, result != NULL ? result->span : MOU_NO_SPAN);
    return mou_type_expr(typer, &scope, result, mou_type_error);
}

/** The one code table that has all the results, if any has. */
static struct mou_type result_table(struct mou_typer *typer, const struct mou_table *table)
{
    const struct mou_expr *result = table->decl->table_rows != NULL ? table->decl->table_rows->result : NULL;
    if (result != NULL && result->kind == MOU_EXPR_NAME && mou_degree_ordered(mou_degree_of(result->reference.name.text))) {
        (void)mou_degree_table(typer->front);
    }
    for (uint32_t t = 0; t < typer->program->code_tables.count; t++) {
        struct mou_type type = {MOU_TYPE_CODE, t};
        bool all = table->decl->table_rows != NULL;
        for (const struct mou_table_row *row = table->decl->table_rows; row != NULL; row = row->next) {
            all = all && row->result != NULL && row->result->kind == MOU_EXPR_NAME && type_result(typer, row->result, type)->type.kind == MOU_TYPE_CODE;
        }
        if (all) {
            return type;
        }
    }
    return mou_type_of(MOU_TYPE_TEXT);
}

static void type_table(struct mou_typer *typer, struct mou_table *table)
{
    struct mou_scope scope = subject_scope(typer, table->decl->span);
    uint32_t rows = 0;
    typer->memorandum = table->memorandum;
    type_table_columns(typer, table);
    for (const struct mou_table_row *row = table->decl->table_rows; row != NULL; row = row->next) {
        rows++;
    }
    table->result_type = result_table(typer, table);
    table->cells = MOU_NEW_ARRAY(typer->front->arena, (size_t)rows * table->column_count + 1, struct mou_cell);
    table->results = MOU_NEW_ARRAY(typer->front->arena, rows + 1, struct mou_texpr *);
    for (const struct mou_table_row *row = table->decl->table_rows; row != NULL && table->cells != NULL && table->results != NULL; row = row->next) {
        uint32_t count = 0;
        for (const struct mou_table_cell *cell = row->cells; cell != NULL; cell = cell->next) {
            if (count < table->column_count) {
                type_cell(typer, &scope, cell, table->columns[count].type, &table->cells[table->row_count * table->column_count + count]);
            }
            count++;
        }
        if (count != table->column_count) {
            mou_front_report(typer->front, MOU_DIAG_TABLE_WIDTH, row->span, table->name, MOU_NO_TEXT, MOU_NO_TEXT);
            continue;
        }
        table->results[table->row_count++] = type_result(typer, row->result, table->result_type);
    }
}

void mou_type_tables(struct mou_typer *typer)
{
    for (size_t i = 0; i < typer->program->tables.count; i++) {
        if (mou_front_turn(typer->front, typer->program->tables.items[i].decl)) {
            type_table(typer, &typer->program->tables.items[i]);
        }
    }
}

/* ------------------------------------------------------------------ repairs, duties, matters, assertions */

/** The clauses that a declaration may have, each once; others are reported. */
static void take_clauses(struct mou_typer *typer, const struct mou_decl *decl, const enum mou_clause_kind *allowed, const struct mou_clause **slots, struct mou_basis *basis)
{
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        const enum mou_clause_kind *kind = allowed;
        while (*kind != MOU_CLAUSE_KIND_COUNT && *kind != clause->kind) {
            kind++;
        }
        if (clause->kind == MOU_CLAUSE_UNDER) {
            if (!clause->broken) {
                add_basis(typer, basis, clause);
            }
        } else if (*kind == MOU_CLAUSE_KIND_COUNT) {
            if (clause->kind != MOU_CLAUSE_VERBATIM) {
                misplaced(typer, decl, clause);
            }
        } else if (clause->kind != MOU_CLAUSE_DONE && clause->kind != MOU_CLAUSE_PROHIBIT && clause->kind != MOU_CLAUSE_ADVISE) {
            once(typer, &slots[clause->kind], clause);
        }
    }
}

/** The condition of a clause, NULL where there is none or it could not be read. */
static struct mou_texpr *condition_of(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_clause *clause)
{
    return clause != NULL && !clause->broken && clause->expr != NULL ? mou_type_condition(typer, scope, clause->expr) : NULL;
}

/** The record that a rule is about; reports where it is not said. */
static uint32_t record_of(struct mou_typer *typer, const struct mou_decl *decl, const struct mou_clause *clause, struct mou_text rule, struct mou_text wanted)
{
    if (clause == NULL) {
        lacks(typer, decl, rule, wanted);
        return MOU_NO_INDEX;
    }
    return clause->names != NULL ? mou_front_vocabulary(typer->front, MOU_SYMBOL_RECORD, &clause->names->name, MOU_TEXT("记录")) : MOU_NO_INDEX;
}

/** `受理 名单修复受理期限`: a parameter that says how long the step takes; anything else behind a step's name is what it is about. */
static void take_parameter(struct mou_typer *typer, uint32_t memorandum, const struct mou_step *written, struct mou_repair_step *step)
{
    uint32_t index = MOU_NO_INDEX;
    if (step->granted || step->object.len == 0 || written->duration != NULL ||
        mou_symbols_look_up(typer->front->symbols, MOU_SYMBOL_PARAMETER, memorandum, step->object, &index) != MOU_LOOKUP_FOUND) {
        return;
    }
    const struct mou_type type = typer->program->parameters.items[index].type;
    if (type.kind != MOU_TYPE_MONTHS && type.kind != MOU_TYPE_DAYS && type.kind != MOU_TYPE_WORKDAYS) {
        if (type.kind != MOU_TYPE_ERROR) {
            mou_front_report(typer->front, MOU_DIAG_WANTED_TYPE, written->object.span, MOU_TEXT("期间"), mou_type_name(typer, type), MOU_NO_TEXT);
        }
        return;
    }
    step->parameter = index;
    step->type = type;
    step->object = MOU_NO_TEXT;
}

static void type_steps(struct mou_typer *typer, struct mou_repair *repair)
{
    static const enum mou_type_kind units[] = {MOU_TYPE_MONTHS, MOU_TYPE_DAYS, MOU_TYPE_WORKDAYS};
    MOU_VEC(struct mou_repair_step) steps = {0};
    for (const struct mou_clause *clause = repair->decl->clauses; clause != NULL; clause = clause->next) {
        bool granted = clause->kind == MOU_CLAUSE_ONCE_GRANTED;
        bool stepped = (granted || clause->kind == MOU_CLAUSE_HANDLED) && !clause->broken;
        for (const struct mou_step *step = stepped ? clause->steps : NULL; step != NULL; step = step->next) {
            struct mou_repair_step one = {.name = step->name.text, .object = step->object.text, .type = mou_type_error, .parameter = MOU_NO_INDEX, .granted = granted};
            take_parameter(typer, repair->memorandum, step, &one);
            if (step->duration != NULL && step->duration->kind == MOU_EXPR_DURATION) {
                one.type = mou_type_of(units[step->duration->unit]);
                one.within = step->duration->integer;
            }
            (void)MOU_VEC_PUSH(typer->front->arena, &steps, one);
        }
    }
    repair->steps = steps.items;
    repair->step_count = (uint32_t)steps.count;
}

static void type_repair(struct mou_typer *typer, struct mou_repair *repair)
{
    static const enum mou_clause_kind allowed[] = {MOU_CLAUSE_OF, MOU_CLAUSE_ELIGIBLE, MOU_CLAUSE_REFUSED, MOU_CLAUSE_HANDLED, MOU_CLAUSE_ONCE_GRANTED,
                                                   MOU_CLAUSE_KIND_COUNT};
    const struct mou_clause *slots[MOU_CLAUSE_KIND_COUNT] = {NULL};
    struct mou_scope subject = subject_scope(typer, repair->decl->span);
    typer->memorandum = repair->memorandum;
    take_clauses(typer, repair->decl, allowed, slots, &repair->basis);
    repair->record = record_of(typer, repair->decl, slots[MOU_CLAUSE_OF], MOU_TEXT("修复"), MOU_TEXT("针对"));
    if (repair->record == MOU_NO_INDEX) {
        return;
    }
    struct mou_scope row = row_scope(typer, &subject, repair->record, MOU_NO_TEXT, repair->decl->span);
    repair->scope = row.binding;
    if (row.binding == NULL || subject.binding == NULL) {
        return; /* memory ran out, which the stage tells in the end */
    }
    repair->eligible = condition_of(typer, &row, slots[MOU_CLAUSE_ELIGIBLE]);
    repair->refused = condition_of(typer, &row, slots[MOU_CLAUSE_REFUSED]);
    type_steps(typer, repair);
}

/** `完成 凭 R 当 C`: some row of R of the same subject; `完成 当 C`: the row itself. */
static struct mou_texpr *type_completion(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *clause)
{
    if (clause->names == NULL) {
        return condition_of(typer, row, clause);
    }
    uint32_t record = mou_front_vocabulary(typer->front, MOU_SYMBOL_RECORD, &clause->names->name, MOU_TEXT("记录"));
    struct mou_binding *binding = record != MOU_NO_INDEX ? mou_binding_new(typer, MOU_BINDING_RECORD, record, MOU_RANGE_ALL, clause->span) : NULL;
    if (binding == NULL) {
        return NULL;
    }
    struct mou_scope inner = {binding, clause->alias.text, row, NULL};
    binding->owner = row->outer->binding;
    binding->outer = row->binding;
    struct mou_texpr *condition = clause->expr != NULL ? mou_type_condition(typer, &inner, clause->expr)
                                                       : mou_tx_constant(typer, mou_type_of(MOU_TYPE_CONDITION), clause->span, 1);
    struct mou_texpr *some = mou_tx_unary(typer, MOU_TX_QUANTIFIER, mou_type_of(MOU_TYPE_CONDITION), clause->span, condition);
    some->quantifier = MOU_SOME;
    some->range = binding;
    return some;
}

/** Whether an expression reads the row or what hangs on it. */
static bool mentions(const struct mou_texpr *expr, const struct mou_binding *binding)
{
    if (expr == NULL || expr->binding == binding) {
        return expr != NULL;
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        if (mentions(expr->arguments[i], binding)) {
            return true;
        }
    }
    return false;
}

/** A duty about records that other records of the type complete: the row itself is among them, so a condition on it alone is met by the row. */
static void warn_of_itself(struct mou_typer *typer, const struct mou_duty *duty, const struct mou_scope *row, const struct mou_clause *clause, const struct mou_texpr *done)
{
    bool own_type = done->kind == MOU_TX_QUANTIFIER && done->range->kind == MOU_BINDING_RECORD && done->range->type == duty->record;
    if (clause->names != NULL && own_type && !mentions(done->arguments[0], row->binding)) {
        mou_front_report(typer->front, MOU_DIAG_DUTY_DONE_BY_ITSELF, clause->names->name.span, duty->name, clause->names->name.text, MOU_NO_TEXT);
    }
}

static void type_completions(struct mou_typer *typer, struct mou_duty *duty, const struct mou_scope *row)
{
    MOU_VEC(struct mou_texpr *) done = {0};
    for (const struct mou_clause *clause = duty->decl->clauses; clause != NULL; clause = clause->next) {
        struct mou_texpr *one = clause->kind == MOU_CLAUSE_DONE && !clause->broken ? type_completion(typer, row, clause) : NULL;
        if (one != NULL) {
            warn_of_itself(typer, duty, row, clause, one);
            (void)MOU_VEC_PUSH(typer->front->arena, &done, one);
        }
    }
    duty->done = done.items;
    duty->done_count = (uint32_t)done.count;
}

/** Declared authorities, or one field of the row that says who it is. */
static void type_duty_authority(struct mou_typer *typer, struct mou_duty *duty, const struct mou_scope *row, const struct mou_clause *by)
{
    const struct mou_record_type *record = &typer->program->records.items[duty->record];
    bool sayable = by->names != NULL && by->names->next == NULL && mou_type_names_authority(typer, duty->record, by->names->name.text);
    for (const struct mou_name_ref *ref = by->names; ref != NULL; ref = ref->next) {
        bool declared = mou_symbols_find(typer->front->symbols, MOU_SYMBOL_AUTHORITY, MOU_NO_INDEX, ref->name.text) != MOU_NO_INDEX;
        if (!declared && !sayable && mou_front_maybe_declared(typer->front, &ref->name)) {
            return;
        }
        if (!declared && !sayable) {
            mou_front_report(typer->front, MOU_DIAG_DUTY_AUTHORITY, ref->name.span, ref->name.text, record->name, MOU_NO_TEXT);
            return;
        }
        sayable = sayable && !declared;
    }
    if (!sayable) {
        duty->authority = mou_type_joined_names(typer, by->names);
        return;
    }
    const uint32_t field = mou_field_find(&record->fields, by->names->name.text);
    duty->authority_of = mou_tx_new(typer, MOU_TX_FIELD, mou_type_of_field(&record->fields.items[field]), by->names->name.span, 0);
    duty->authority_of->binding = row->binding;
    duty->authority_of->index = field;
}

static void type_duty(struct mou_typer *typer, struct mou_duty *duty)
{
    static const enum mou_clause_kind allowed[] = {MOU_CLAUSE_ON, MOU_CLAUSE_WHEN, MOU_CLAUSE_BY, MOU_CLAUSE_WITHIN, MOU_CLAUSE_DONE, MOU_CLAUSE_KIND_COUNT};
    const struct mou_clause *slots[MOU_CLAUSE_KIND_COUNT] = {NULL};
    struct mou_scope subject = subject_scope(typer, duty->decl->span);
    typer->memorandum = duty->memorandum;
    take_clauses(typer, duty->decl, allowed, slots, &duty->basis);
    const struct mou_clause *on = slots[MOU_CLAUSE_ON];
    const struct mou_clause *within = slots[MOU_CLAUSE_WITHIN];
    duty->record = record_of(typer, duty->decl, on, MOU_TEXT("职责"), MOU_TEXT("凭"));
    if (duty->record == MOU_NO_INDEX) {
        return;
    }
    struct mou_scope row = row_scope(typer, &subject, duty->record, on->alias.text, on->span);
    duty->scope = row.binding;
    if (row.binding == NULL || subject.binding == NULL) {
        return;
    }
    duty->when = condition_of(typer, &row, slots[MOU_CLAUSE_WHEN]);
    if (within == NULL) {
        lacks(typer, duty->decl, MOU_TEXT("职责"), MOU_TEXT("时限"));
    } else if (!within->broken) {
        duty->start = mou_type_timeless(typer, mou_type_wanted(typer, &row, within->expr, MOU_TYPE_DATE));
        duty->within = type_term(typer, &row, within->second);
        duty->roll_forward = within->flag;
    }
    type_completions(typer, duty, &row);
    if (slots[MOU_CLAUSE_BY] == NULL) {
        lacks(typer, duty->decl, MOU_TEXT("职责"), MOU_TEXT("由"));
    } else if (!slots[MOU_CLAUSE_BY]->broken) {
        type_duty_authority(typer, duty, &row, slots[MOU_CLAUSE_BY]);
    }
}

typedef MOU_VEC(uint32_t) index_list;

static void add_index(struct mou_typer *typer, index_list *list, uint32_t index)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == index) {
            return;
        }
    }
    if (index != MOU_NO_INDEX) {
        (void)MOU_VEC_PUSH(typer->front->arena, list, index);
    }
}

/** The measures whose state a condition asks for. */
static void add_measures(struct mou_typer *typer, index_list *list, const struct mou_texpr *expr)
{
    if (expr == NULL) {
        return;
    }
    if (expr->kind == MOU_TX_MEASURE) {
        add_index(typer, list, expr->index);
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        add_measures(typer, list, expr->arguments[i]);
    }
}

static void type_matter(struct mou_typer *typer, struct mou_matter *matter)
{
    static const enum mou_clause_kind allowed[] = {MOU_CLAUSE_LOOK_UP, MOU_CLAUSE_PROHIBIT, MOU_CLAUSE_ADVISE, MOU_CLAUSE_KIND_COUNT};
    const struct mou_clause *slots[MOU_CLAUSE_KIND_COUNT] = {NULL};
    index_list measures = {0};
    struct mou_scope subject = subject_scope(typer, matter->decl->span);
    typer->memorandum = matter->memorandum;
    matter->scope = subject.binding;
    if (subject.binding == NULL) {
        return;
    }
    typer->states_allowed = true;
    take_clauses(typer, matter->decl, allowed, slots, &matter->basis);
    for (const struct mou_name_ref *ref = slots[MOU_CLAUSE_LOOK_UP] != NULL ? slots[MOU_CLAUSE_LOOK_UP]->names : NULL; ref != NULL; ref = ref->next) {
        add_index(typer, &measures, mou_front_rule(typer->front, MOU_SYMBOL_MEASURE, matter->memorandum, ref, MOU_TEXT("措施")));
    }
    for (const struct mou_clause *clause = matter->decl->clauses; clause != NULL; clause = clause->next) {
        bool prohibit = clause->kind == MOU_CLAUSE_PROHIBIT;
        if ((prohibit || clause->kind == MOU_CLAUSE_ADVISE) && !clause->broken) {
            struct mou_texpr *condition = mou_type_condition(typer, &subject, clause->expr);
            struct mou_texpr **slot = prohibit ? &matter->prohibit : &matter->advise;
            *slot = *slot == NULL ? condition : mou_tx_binary(typer, MOU_TX_OR, mou_type_of(MOU_TYPE_CONDITION), clause->span, *slot, condition);
        }
    }
    typer->states_allowed = false;
    add_measures(typer, &measures, matter->prohibit);
    add_measures(typer, &measures, matter->advise);
    matter->measures = measures.items;
    matter->measure_count = (uint32_t)measures.count;
}

static void type_assertion(struct mou_typer *typer, struct mou_assertion *assertion)
{
    struct mou_scope subject = subject_scope(typer, assertion->decl->span);
    typer->memorandum = assertion->memorandum;
    assertion->scope = subject.binding;
    if (subject.binding == NULL) {
        return;
    }
    typer->states_allowed = true;
    typer->in_assertion = true;
    assertion->body = assertion->decl->body != NULL ? mou_type_condition(typer, &subject, assertion->decl->body) : NULL;
    typer->states_allowed = false;
    typer->in_assertion = false;
}

void mou_type_other_rules(struct mou_typer *typer)
{
    struct mou_program *program = typer->program;
    for (size_t i = 0; i < program->repairs.count; i++) {
        if (mou_front_turn(typer->front, program->repairs.items[i].decl)) {
            type_repair(typer, &program->repairs.items[i]);
        }
    }
    for (size_t i = 0; i < program->duties.count; i++) {
        if (mou_front_turn(typer->front, program->duties.items[i].decl)) {
            type_duty(typer, &program->duties.items[i]);
        }
    }
    for (size_t i = 0; i < program->matters.count; i++) {
        if (mou_front_turn(typer->front, program->matters.items[i].decl)) {
            type_matter(typer, &program->matters.items[i]);
        }
    }
    for (size_t i = 0; i < program->assertions.count; i++) {
        if (mou_front_turn(typer->front, program->assertions.items[i].decl)) {
            type_assertion(typer, &program->assertions.items[i]);
        }
    }
}

/* ------------------------------------------------------------------ the stage */

/** What others learn of findings without asking for them by name, through lists, is as it was before; else those would have to be checked again. */
static void check_answers(struct mou_program *program)
{
    for (size_t i = 0; i < program->findings.count; i++) {
        const struct mou_finding *now = &program->findings.items[i];
        const struct mou_finding *before = &program->before->findings.items[i];
        if (program->stale[now->decl->span.source]) {
            const bool marked = memcmp(now->marks, before->marks, sizeof now->marks) == 0;
            program->unfit = program->unfit || now->list_kind != before->list_kind || !marked;
        }
    }
}

enum mou_status mou_types_check(struct mou_program *program, struct mou_diagnostics *diagnostics)
{
    struct mou_front front = mou_front_of(program, diagnostics);
    struct mou_typer typer = {.front = &front, .program = program, .memorandum = MOU_NO_INDEX, .own_end_of = MOU_NO_INDEX};
    front.noted = program->before == NULL;
    mou_type_successions(&typer);
    mou_type_listings(&typer);
    for (size_t i = 0; i < program->parameters.count; i++) {
        typer.memorandum = program->parameters.items[i].memorandum;
        if (mou_front_turn(&front, program->parameters.items[i].decl)) {
            type_parameter(&typer, &program->parameters.items[i]);
        }
    }
    mou_type_marks(&typer);
    mou_type_tables(&typer);
    for (uint32_t i = 0; i < program->definitions.count; i++) {
        if (mou_front_turn(&front, program->definitions.items[i].decl)) {
            mou_type_definition_body(&typer, i);
        }
    }
    mou_type_findings(&typer);
    mou_type_listing_bodies(&typer);
    mou_type_measures(&typer);
    mou_type_other_rules(&typer);
    if (program->before == NULL) {
        mou_symbols_turn(program->symbols, MOU_NO_INDEX);
    } else {
        check_answers(program);
    }
    return mou_arena_failed(program->arena) ? MOU_ERROR_MEMORY : MOU_OK;
}
