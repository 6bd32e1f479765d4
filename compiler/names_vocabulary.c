/*
 * The names stage's part for vocabulary: code tables, authorities, kinds, records, relations, lists, catalogues, calendars and memoranda.
 */
#include <string.h>

#include "catalogue.h"

/** Declares a vocabulary name; reports a second one with the place of the first. */
static bool declare(struct mou_front *front, enum mou_symbol_class symbol_class, const struct mou_name *name, size_t index, struct mou_span (*place)(const struct mou_program *, uint32_t))
{
    uint32_t known = 0;
    if (mou_symbols_declare(front->symbols, symbol_class, MOU_NO_INDEX, name->text, (uint32_t)index, &known)) {
        return true;
    }
    mou_front_report(front, MOU_DIAG_DUPLICATE_NAME, name->span, name->text, MOU_NO_TEXT, MOU_NO_TEXT)->second = place(front->program, known);
    return false;
}

static struct mou_span table_place(const struct mou_program *program, uint32_t i)
{
    return program->code_tables.items[i].span;
}
static struct mou_span authority_place(const struct mou_program *program, uint32_t i)
{
    return program->authorities.items[i].span;
}
static struct mou_span kind_place(const struct mou_program *program, uint32_t i)
{
    return program->kinds.items[i].span;
}
static struct mou_span record_place(const struct mou_program *program, uint32_t i)
{
    return program->records.items[i].span;
}
static struct mou_span relation_place(const struct mou_program *program, uint32_t i)
{
    return program->relations.items[i].span;
}
static struct mou_span list_place(const struct mou_program *program, uint32_t i)
{
    return program->list_kinds.items[i].span;
}
static struct mou_span memorandum_place(const struct mou_program *program, uint32_t i)
{
    return program->memoranda.items[i].decl->name.span;
}

static void add_codes(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_code_table table = {.name = decl->name.text, .items = decl->codes, .span = decl->name.span, .decl = decl};
    for (const struct mou_code_item *item = decl->codes; item != NULL; item = item->next) {
        table.item_count++;
        for (const struct mou_code_item *other = decl->codes; other != item; other = other->next) {
            if (mou_text_equal(other->name.text, item->name.text) || (other->value == item->value && !other->broken && !item->broken)) {
                mou_front_report(front, MOU_DIAG_DUPLICATE_CODE, item->span, item->name.text, other->name.text, MOU_NO_TEXT)->second = other->span;
                break;
            }
        }
    }
    if (declare(front, MOU_SYMBOL_CODE_TABLE, &decl->name, front->program->code_tables.count, table_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->code_tables, table);
    }
}

static void add_authority(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_authority authority = {decl->name.text, decl->display, decl->name.span};
    if (declare(front, MOU_SYMBOL_AUTHORITY, &decl->name, front->program->authorities.count, authority_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->authorities, authority);
    }
}

static void add_kind(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_subject_kind kind = {.name = decl->name.text, .display = decl->display, .identified_by = decl->identified_by.text, .span = decl->name.span};
    if (declare(front, MOU_SYMBOL_KIND, &decl->name, front->program->kinds.count, kind_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->kinds, kind);
    }
}

static void add_record(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_record_type record = {.name = decl->name.text, .display = decl->display, .parent = MOU_NO_INDEX, .source = MOU_NO_INDEX, .number = MOU_NO_INDEX,
                                     .made = MOU_NO_INDEX, .served = MOU_NO_INDEX, .act = MOU_NO_INDEX, .valid_from = MOU_NO_INDEX, .valid_until = MOU_NO_INDEX, .key = MOU_NO_INDEX, .span = decl->name.span};
    if (declare(front, MOU_SYMBOL_RECORD, &decl->name, front->program->records.count, record_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->records, record);
    }
}

static void add_relation(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_relation_type relation = {.name = decl->name.text, .inverse = decl->relation_inverse.text, .from_kind = MOU_NO_INDEX, .to_kind = MOU_NO_INDEX,
                                         .span = decl->name.span};
    size_t index = front->program->relations.count;
    if (declare(front, MOU_SYMBOL_RELATION, &decl->name, index, relation_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->relations, relation);
        if (decl->relation_inverse.text.len > 0) {
            (void)declare(front, MOU_SYMBOL_RELATION, &decl->relation_inverse, index, relation_place);
        }
    }
}

static void add_list_kinds(struct mou_front *front, struct mou_decl *decl)
{
    for (const struct mou_name_ref *ref = decl->names; ref != NULL; ref = ref->next) {
        struct mou_list_kind kind = {ref->name.text, ref->name.span};
        if (declare(front, MOU_SYMBOL_LIST_KIND, &ref->name, front->program->list_kinds.count, list_place)) {
            (void)MOU_VEC_PUSH(front->arena, &front->program->list_kinds, kind);
        }
    }
}

static void set_days(struct mou_front *front, struct mou_calendar_decl *calendar, const struct mou_date_range *ranges, bool rest)
{
    for (const struct mou_date_range *range = ranges; range != NULL; range = range->next) {
        if (range->until < range->from || mou_date_to_civil(range->from).year != calendar->year || mou_date_to_civil(range->until).year != calendar->year) {
            mou_front_report(front, MOU_DIAG_CALENDAR_DAY, range->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
            continue;
        }
        for (mou_date day = range->from; day <= range->until; day++) {
            mou_calendar_year_set(&calendar->days, day, rest);
        }
    }
}

static void add_calendar(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_calendar_decl calendar = {.year = decl->year, .published = decl->effective, .decl = decl};
    if (decl->year < 1900 || decl->year > 2199) {
        mou_front_report(front, MOU_DIAG_CALENDAR_DAY, decl->span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    mou_calendar_year_init(&calendar.days, decl->year);
    set_days(front, &calendar, decl->holidays, true);
    set_days(front, &calendar, decl->workdays, false);
    (void)MOU_VEC_PUSH(front->arena, &front->program->calendars, calendar);
}

static mou_date clause_date(const struct mou_decl *decl, enum mou_clause_kind kind)
{
    const struct mou_clause *clause = mou_clause_find(decl, kind);
    return clause != NULL && clause->expr != NULL && clause->expr->kind == MOU_EXPR_DATE ? clause->expr->date : MOU_DATE_NONE;
}

static struct mou_text clause_text(const struct mou_decl *decl, enum mou_clause_kind kind)
{
    const struct mou_clause *clause = mou_clause_find(decl, kind);
    return clause != NULL ? clause->text : MOU_NO_TEXT;
}

/** Each clause of a head stands once. */
static void check_head(struct mou_front *front, const struct mou_decl *decl)
{
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        const struct mou_clause *first = mou_clause_find(decl, clause->kind);
        if (first != clause && clause->kind != MOU_CLAUSE_VERBATIM && clause->kind != MOU_CLAUSE_UNDER) {
            mou_front_report(front, MOU_DIAG_CLAUSE_REPEATED, clause->keyword, mou_front_source_text(front, clause->keyword), MOU_NO_TEXT, MOU_NO_TEXT)->second =
                first->keyword;
        }
    }
}

static void add_memorandum(struct mou_front *front, struct mou_decl *decl)
{
    struct mou_memorandum memorandum = {.name = decl->name.text, .title = clause_text(decl, MOU_CLAUSE_TITLE), .number = clause_text(decl, MOU_CLAUSE_NUMBER),
                                        .version = clause_text(decl, MOU_CLAUSE_VERSION), .effective = clause_date(decl, MOU_CLAUSE_EFFECTIVE),
                                        .repealed = clause_date(decl, MOU_CLAUSE_REPEALED), .source = decl->span.source, .decl = decl};
    const struct mou_clause *lead = mou_clause_find(decl, MOU_CLAUSE_LEAD);
    const struct mou_clause *no_stay = mou_clause_find(decl, MOU_CLAUSE_OBJECTION_NO_STAY);
    memorandum.lead = lead != NULL && lead->names != NULL ? lead->names->name.text : MOU_NO_TEXT;
    memorandum.objection_no_stay = no_stay != NULL;
    memorandum.objection_basis = no_stay != NULL && no_stay->basis != NULL ? no_stay->basis->instrument : MOU_NO_TEXT;
    if (decl->broken) { /* without a name that could be used; its rules have a place */
        (void)MOU_VEC_PUSH(front->arena, &front->program->memoranda, memorandum);
        return;
    }
    check_head(front, decl);
    if (declare(front, MOU_SYMBOL_MEMORANDUM, &decl->name, front->program->memoranda.count, memorandum_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->memoranda, memorandum);
    }
}

void mou_names_vocabulary(struct mou_front *front, struct mou_decl *decl)
{
    switch (decl->kind) {
    case MOU_DECL_PACK:
        if (front->program->pack_name.len == 0) {
            front->program->pack_name = decl->name.text;
            front->program->pack_version = decl->display;
        }
        break;
    case MOU_DECL_CODES:
        add_codes(front, decl);
        break;
    case MOU_DECL_AUTHORITY:
        add_authority(front, decl);
        break;
    case MOU_DECL_SUBJECT_KIND:
        add_kind(front, decl);
        break;
    case MOU_DECL_RECORD:
        add_record(front, decl);
        break;
    case MOU_DECL_RELATION:
        add_relation(front, decl);
        break;
    case MOU_DECL_LIST_KINDS:
        add_list_kinds(front, decl);
        break;
    case MOU_DECL_CATALOGUE:
        mou_catalogue_declare(front, decl);
        break;
    case MOU_DECL_CALENDAR:
        add_calendar(front, decl);
        break;
    case MOU_DECL_MEMORANDUM:
        add_memorandum(front, decl);
        break;
    case MOU_DECL_USE: case MOU_DECL_ATTRIBUTES: case MOU_DECL_INSTRUMENT: case MOU_DECL_PARAMETER: case MOU_DECL_DEFINITION: case MOU_DECL_FINDING:
    case MOU_DECL_SANCTION: case MOU_DECL_INCENTIVE: case MOU_DECL_REPAIR: case MOU_DECL_DUTY: case MOU_DECL_MATTER: case MOU_DECL_TABLE:
    case MOU_DECL_FIXTURE: case MOU_DECL_TEST: case MOU_DECL_ASSERTION: case MOU_DECL_KIND_COUNT:
        break;
    }
}

/* ------------------------------------------------------------------ linking */

/** A default value as the number or text that absent cells get. */
static void set_default(struct mou_front *front, struct mou_field *field, const struct mou_field_decl *decl)
{
    const struct mou_expr *value = decl->default_value;
    if (value == NULL) {
        return;
    }
    bool fits = true;
    field->has_default = true;
    switch (field->type) {
    case MOU_FIELD_TEXT:
        fits = value->kind == MOU_EXPR_TEXT;
        field->default_text = value->text;
        break;
    case MOU_FIELD_RATIO:
        fits = value->kind == MOU_EXPR_RATIO && MOU_RATIO_SCALE % value->ratio.den == 0;
        field->default_value = fits ? value->ratio.num * (MOU_RATIO_SCALE / value->ratio.den) : 0;
        break;
    case MOU_FIELD_DATE:
        fits = value->kind == MOU_EXPR_DATE;
        field->default_value = value->date;
        break;
    case MOU_FIELD_YES_NO:
        fits = value->kind == MOU_EXPR_YES || value->kind == MOU_EXPR_NO;
        field->default_value = value->kind == MOU_EXPR_YES;
        break;
    case MOU_FIELD_CODE:
        fits = false;
        for (const struct mou_code_item *item = field->code_table != MOU_NO_INDEX ? front->program->code_tables.items[field->code_table].items : NULL; item != NULL; item = item->next) {
            if (value->kind == MOU_EXPR_NAME && mou_text_equal(item->name.text, value->reference.name.text)) {
                fits = true;
                field->default_value = item->value;
            }
        }
        break;
    case MOU_FIELD_INTEGER:
        fits = value->kind == MOU_EXPR_INTEGER;
        field->default_value = value->integer;
        break;
    case MOU_FIELD_MONEY:
        fits = value->kind == MOU_EXPR_MONEY;
        field->default_value = value->integer;
        break;
    case MOU_FIELD_MONTHS: case MOU_FIELD_DAYS: case MOU_FIELD_WORKDAYS:
        fits = value->kind == MOU_EXPR_DURATION && (int)value->unit == (int)field->type - (int)MOU_FIELD_MONTHS;
        field->default_value = value->integer;
        break;
    }
    if (!fits) {
        mou_front_report(front, MOU_DIAG_BAD_VALUE, value->span, field->name, MOU_NO_TEXT, MOU_NO_TEXT);
    }
}

/** The field whose name differs from this one in case, if in anything. */
static uint32_t find_letters(const struct mou_fields *fields, struct mou_text name)
{
    uint32_t i = 0;
    while (i < fields->count && !mou_text_equal_letters(fields->items[i].name, name)) {
        i++;
    }
    return i < fields->count ? i : MOU_NO_INDEX;
}

/** Whether the name may stand beside the fields: false where it is one of them. What only the record store could not hold beside them is reported, and stands. */
static bool fits_beside(struct mou_front *front, const struct mou_fields *fields, struct mou_text name, struct mou_span span)
{
    const uint32_t same = mou_field_find(fields, name);
    const uint32_t near = same != MOU_NO_INDEX ? same : find_letters(fields, name);
    if (same != MOU_NO_INDEX) {
        mou_front_report(front, MOU_DIAG_DUPLICATE_NAME, span, name, MOU_NO_TEXT, MOU_NO_TEXT)->second = fields->items[same].span;
    } else if (near != MOU_NO_INDEX) {
        mou_front_report(front, MOU_DIAG_NAME_CASE, span, name, fields->items[near].name, MOU_NO_TEXT)->second = fields->items[near].span;
    }
    return same == MOU_NO_INDEX;
}

static struct mou_fields link_fields(struct mou_front *front, const struct mou_field_decl *decls)
{
    struct mou_fields fields = {NULL, 0};
    uint32_t count = 0;
    for (const struct mou_field_decl *decl = decls; decl != NULL; decl = decl->next) {
        count++;
    }
    fields.items = MOU_NEW_ARRAY(front->arena, count + 1, struct mou_field);
    for (const struct mou_field_decl *decl = decls; fields.items != NULL && decl != NULL; decl = decl->next) {
        if (decl->name.text.len == 0) {
            continue;
        }
        if (!fits_beside(front, &fields, decl->name.text, decl->name.span)) {
            continue;
        }
        if (decl->name.text.bytes[0] == '#') {
            mou_front_report(front, MOU_DIAG_FIELD_NAME, decl->name.span, decl->name.text, MOU_NO_TEXT, MOU_NO_TEXT);
        }
        struct mou_field *field = &fields.items[fields.count++];
        *field = (struct mou_field){.name = decl->name.text, .type = decl->type, .code_table = MOU_NO_INDEX, .required = decl->required, .key = decl->key,
                                    .confidential = decl->confidential, .unread = decl->broken, .default_text = MOU_NO_TEXT, .span = decl->name.span};
        if (decl->type == MOU_FIELD_CODE && !decl->broken) {
            field->code_table = mou_front_vocabulary(front, MOU_SYMBOL_CODE_TABLE, &decl->code_table, MOU_TEXT("代码表"));
        }
        if (!decl->broken) {
            set_default(front, field, decl);
        }
    }
    return fields;
}

static uint32_t link_field(struct mou_front *front, const struct mou_fields *fields, const struct mou_name *name, bool date)
{
    if (name->text.len == 0) {
        return MOU_NO_INDEX;
    }
    uint32_t field = mou_field_find(fields, name->text);
    if (field == MOU_NO_INDEX) {
        mou_front_unknown(front, name, MOU_TEXT("字段"));
    } else if (date && !fields->items[field].unread && fields->items[field].type != MOU_FIELD_DATE) {
        mou_front_report(front, MOU_DIAG_BAD_VALUE, name->span, name->text, MOU_NO_TEXT, MOU_NO_TEXT);
    }
    return field;
}

static void link_record(struct mou_front *front, struct mou_decl *decl)
{
    uint32_t index = mou_symbols_find(front->symbols, MOU_SYMBOL_RECORD, MOU_NO_INDEX, decl->name.text);
    struct mou_record_type *record = &front->program->records.items[index];
    if (record->span.begin != decl->name.span.begin || record->span.source != decl->name.span.source) {
        return; /* a duplicate, reported already */
    }
    record->parent = mou_front_vocabulary(front, MOU_SYMBOL_RECORD, &decl->parent, MOU_TEXT("记录"));
    record->source = mou_front_vocabulary(front, MOU_SYMBOL_AUTHORITY, &decl->source_authority, MOU_TEXT("机关"));
    record->fields = link_fields(front, decl->fields);
    record->number = link_field(front, &record->fields, &decl->instrument_number, false);
    record->made = link_field(front, &record->fields, &decl->instrument_made, true);
    record->served = link_field(front, &record->fields, &decl->instrument_served, true);
    record->act = link_field(front, &record->fields, &decl->instrument_act, true);
    record->valid_from = link_field(front, &record->fields, &decl->valid_from, true);
    record->valid_until = link_field(front, &record->fields, &decl->valid_until, true);
    record->instrument_lost = record->made == MOU_NO_INDEX && decl->instrument_made.text.len > 0;
    record->key = record->number;
    for (uint32_t i = 0; i < record->fields.count; i++) {
        record->key = record->fields.items[i].key ? i : record->key;
    }
}

static void link_relation(struct mou_front *front, struct mou_decl *decl)
{
    uint32_t index = mou_symbols_find(front->symbols, MOU_SYMBOL_RELATION, MOU_NO_INDEX, decl->name.text);
    struct mou_relation_type *relation = &front->program->relations.items[index];
    relation->from_kind = mou_front_vocabulary(front, MOU_SYMBOL_KIND, &decl->relation_from, MOU_TEXT("主体类别"));
    relation->to_kind = mou_front_vocabulary(front, MOU_SYMBOL_KIND, &decl->relation_to, MOU_TEXT("主体类别"));
    relation->fields = link_fields(front, decl->fields);
}

/** Attributes of one kind may be declared in several places. */
static void link_attributes(struct mou_front *front, struct mou_decl *decl)
{
    uint32_t index = mou_front_vocabulary(front, MOU_SYMBOL_KIND, &decl->name, MOU_TEXT("主体类别"));
    if (index == MOU_NO_INDEX) {
        return;
    }
    struct mou_fields *attributes = &front->program->kinds.items[index].attributes;
    struct mou_fields more = link_fields(front, decl->fields);
    struct mou_field *joined = MOU_NEW_ARRAY(front->arena, attributes->count + more.count + 1, struct mou_field);
    if (joined == NULL) {
        return;
    }
    if (attributes->count > 0) {
        memcpy(joined, attributes->items, attributes->count * sizeof *joined);
    }
    uint32_t count = attributes->count;
    for (uint32_t i = 0; i < more.count; i++) {
        if (fits_beside(front, attributes, more.items[i].name, more.items[i].span)) {
            joined[count++] = more.items[i];
        }
    }
    *attributes = (struct mou_fields){joined, count};
}

/** 不相容 A、B、C: each two of them. */
static void link_incompatible(struct mou_front *front, const struct mou_decl *decl)
{
    for (const struct mou_incompatible *line = decl->incompatible; line != NULL; line = line->next) {
        for (const struct mou_name_ref *a = line->items; a != NULL; a = a->next) {
            const uint32_t first = mou_front_vocabulary(front, MOU_SYMBOL_ITEM, &a->name, MOU_TEXT("措施目录项"));
            for (const struct mou_name_ref *b = line->items; first != MOU_NO_INDEX && b != a; b = b->next) {
                const uint32_t second = mou_symbols_find(front->symbols, MOU_SYMBOL_ITEM, MOU_NO_INDEX, b->name.text);
                const struct mou_incompatible_pair pair = {second, first, line->span};
                if (second != MOU_NO_INDEX && !MOU_VEC_PUSH(front->arena, &front->program->incompatible, pair)) {
                    return;
                }
            }
        }
    }
}

static void add_statute(struct mou_front *front, const struct mou_decl *decl)
{
    for (const struct mou_legal_ref *ref = decl->instrument; ref != NULL; ref = ref->next) {
        const struct mou_statute statute = {ref, decl->effective, decl->repealed, decl->span};
        (void)MOU_VEC_PUSH(front->arena, &front->program->statutes, statute);
    }
}

static void link_memorandum(struct mou_front *front, struct mou_decl *decl)
{
    const struct mou_clause *lead = mou_clause_find(decl, MOU_CLAUSE_LEAD);
    const struct mou_clause *signed_by = mou_clause_find(decl, MOU_CLAUSE_SIGNED_BY);
    if (lead != NULL && lead->names != NULL) {
        (void)mou_front_vocabulary(front, MOU_SYMBOL_AUTHORITY, &lead->names->name, MOU_TEXT("机关"));
    }
    for (const struct mou_name_ref *ref = signed_by != NULL ? signed_by->names : NULL; ref != NULL; ref = ref->next) {
        (void)mou_front_vocabulary(front, MOU_SYMBOL_AUTHORITY, &ref->name, MOU_TEXT("机关"));
    }
}

/** Reports the names that differ from an earlier one in case only. What differs in nothing was reported where it was declared. */
static void check_letters(struct mou_front *front, size_t count, struct mou_text (*name_of)(const struct mou_program *, uint32_t), struct mou_span (*place)(const struct mou_program *, uint32_t))
{
    struct mou_intern *seen = mou_intern_new(front->arena);
    uint32_t *first = MOU_NEW_ARRAY(front->arena, count + 1, uint32_t); /* per interned name */
    for (uint32_t i = 0; seen != NULL && first != NULL && i < count; i++) {
        const struct mou_text name = name_of(front->program, i);
        char *lower = mou_arena_copy(front->arena, name.bytes, name.len);
        for (size_t at = 0; lower != NULL && at < name.len; at++) {
            lower[at] = mou_text_lower(lower[at]);
        }
        const uint32_t before = mou_intern_count(seen);
        const uint32_t id = lower != NULL ? mou_intern_add(seen, (struct mou_text){lower, name.len}) : MOU_INTERN_NONE;
        if (id == MOU_INTERN_NONE) {
            return; /* the arena remembers */
        }
        if (id == before) {
            first[id] = i;
        } else {
            mou_front_report(front, MOU_DIAG_NAME_CASE, place(front->program, i), name, name_of(front->program, first[id]), MOU_NO_TEXT)->second = place(front->program, first[id]);
        }
    }
}

static struct mou_text kind_name(const struct mou_program *program, uint32_t i)
{
    return program->kinds.items[i].name;
}
static struct mou_text record_name(const struct mou_program *program, uint32_t i)
{
    return program->records.items[i].name;
}

void mou_names_check_letters(struct mou_front *front)
{
    check_letters(front, front->program->kinds.count, kind_name, kind_place);
    check_letters(front, front->program->records.count, record_name, record_place);
}

void mou_names_check_nesting(struct mou_front *front)
{
    struct mou_program *program = front->program;
    for (uint32_t i = 0; i < program->records.count; i++) {
        uint32_t at = program->records.items[i].parent;
        for (uint32_t steps = 0; at != MOU_NO_INDEX && at != i && steps < program->records.count; steps++) {
            at = program->records.items[at].parent;
        }
        if (at == i) {
            mou_front_report(front, MOU_DIAG_RECORD_NESTING, program->records.items[i].span, program->records.items[i].name, MOU_NO_TEXT, MOU_NO_TEXT);
            program->records.items[i].parent = MOU_NO_INDEX; /* the rest of the circle has a top now, and no message */
        }
    }
}

void mou_names_link_vocabulary(struct mou_front *front, struct mou_decl *decl)
{
    if (decl->kind == MOU_DECL_RECORD) {
        link_record(front, decl);
    } else if (decl->kind == MOU_DECL_RELATION) {
        link_relation(front, decl);
    } else if (decl->kind == MOU_DECL_ATTRIBUTES) {
        link_attributes(front, decl);
    } else if (decl->kind == MOU_DECL_CATALOGUE) {
        mou_catalogue_link(front, decl);
        link_incompatible(front, decl);
    } else if (decl->kind == MOU_DECL_INSTRUMENT) {
        add_statute(front, decl);
    } else if (decl->kind == MOU_DECL_MEMORANDUM) {
        link_memorandum(front, decl);
    }
}
