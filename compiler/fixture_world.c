/*
 * Gathers a test's world and writes it as JSON. Values are checked against the types of their fields; a name or value that does not fit is
 * reported at its place.
 */
#include "fixture_world.h"

#define FIXTURE_DEPTH_MAX 20
#define WORLD_BYTES_MAX ((size_t)16 * 1024 * 1024)

void mou_fixture_begin(struct mou_fixture_world *world, struct mou_front *front)
{
    *world = (struct mou_fixture_world){.front = front};
}

static struct mou_fixture_member *find_member(const struct mou_fixture_world *world, struct mou_text name)
{
    for (size_t i = 0; i < world->members.count; i++) {
        if (mou_text_equal(world->members.items[i].name, name)) {
            return &world->members.items[i];
        }
    }
    return NULL;
}

struct mou_text mou_fixture_first_subject(const struct mou_fixture_world *world)
{
    return world->members.count > 0 ? world->members.items[0].name : MOU_NO_TEXT;
}

/** Whether the world holds the subject, or a relation points at it. */
bool mou_fixture_has_subject(const struct mou_fixture_world *world, struct mou_text name)
{
    if (find_member(world, name) != NULL) {
        return true;
    }
    for (size_t i = 0; i < world->members.count; i++) {
        for (size_t k = 0; k < world->members.items[i].relations.count; k++) {
            if (mou_text_equal(world->members.items[i].relations.items[k]->subject.text, name)) {
                return true;
            }
        }
    }
    return false;
}

/* ------------------------------------------------------------------ gathering */

/** The last row of a type under a chain of rows. */
static struct mou_world_row *last_of_type(struct mou_world_row *rows, uint32_t type)
{
    struct mou_world_row *found = NULL;
    for (struct mou_world_row *row = rows; row != NULL; row = row->next) {
        struct mou_world_row *below = last_of_type(row->children, type);
        found = row->type == type ? row : below != NULL ? below : found;
    }
    return found;
}

static void append_row(struct mou_world_row **list, struct mou_world_row *row)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = row;
}

static void take_row(struct mou_fixture_world *world, struct mou_fixture_member *member, const struct mou_fixture_row *row)
{
    struct mou_front *front = world->front;
    struct mou_world_row *made = MOU_NEW(front->arena, struct mou_world_row);
    uint32_t type = mou_front_vocabulary(front, MOU_SYMBOL_RECORD, &row->type, MOU_TEXT("记录"));
    if (made == NULL || type == MOU_NO_INDEX) {
        return;
    }
    *made = (struct mou_world_row){.row = row, .type = type};
    uint32_t parent = front->program->records.items[type].parent;
    if (parent == MOU_NO_INDEX) {
        append_row(&member->rows, made);
        return;
    }
    struct mou_world_row *above = last_of_type(member->rows, parent);
    if (above == NULL) {
        mou_front_report(front, MOU_DIAG_TEST_ROW, row->type.span, row->type.text, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    append_row(&above->children, made);
}

/** An attribute that a fixture has given already takes the later value. */
static void take_attribute(struct mou_fixture_world *world, struct mou_fixture_member *member, const struct mou_fixture_value *value)
{
    for (size_t i = 0; i < member->attributes.count; i++) {
        if (mou_text_equal(member->attributes.items[i]->name.text, value->name.text)) {
            member->attributes.items[i] = value;
            return;
        }
    }
    (void)MOU_VEC_PUSH(world->front->arena, &member->attributes, value);
}

static void take_subject(struct mou_fixture_world *world, const struct mou_fixture_subject *subject)
{
    struct mou_front *front = world->front;
    uint32_t kind = mou_front_vocabulary(front, MOU_SYMBOL_KIND, &subject->kind, MOU_TEXT("主体类别"));
    struct mou_fixture_member *member = find_member(world, subject->name.text);
    struct mou_fixture_member fresh = {.name = subject->name.text, .kind = kind};
    if (kind == MOU_NO_INDEX) {
        world->incomplete = true;
        return;
    }
    if (member == NULL) {
        if (!MOU_VEC_PUSH(front->arena, &world->members, fresh)) {
            return;
        }
        member = &world->members.items[world->members.count - 1];
    }
    for (const struct mou_fixture_value *value = subject->attributes; value != NULL; value = value->next) {
        take_attribute(world, member, value);
    }
    for (const struct mou_fixture_row *row = subject->rows; row != NULL; row = row->next) {
        take_row(world, member, row);
    }
    for (const struct mou_fixture_relation *relation = subject->relations; relation != NULL; relation = relation->next) {
        (void)MOU_VEC_PUSH(front->arena, &member->relations, relation);
    }
}

static uint32_t key_field(const struct mou_fixture_world *world, uint32_t type)
{
    return world->front->program->records.items[type].key;
}

/** Whether the rows hold one of that type and key. */
static bool has_row(const struct mou_fixture_world *world, const struct mou_world_row *rows, uint32_t type, struct mou_text key)
{
    for (const struct mou_world_row *row = rows; row != NULL; row = row->next) {
        const struct mou_fields *fields = &world->front->program->records.items[row->type].fields;
        for (const struct mou_fixture_value *value = row->type == type ? row->row->values : NULL; value != NULL; value = value->next) {
            bool is_key = key_field(world, type) != MOU_NO_INDEX && mou_text_equal(fields->items[key_field(world, type)].name, value->name.text);
            if (is_key && value->value != NULL && mou_text_equal(value->value->text, key)) {
                return true;
            }
        }
        if (has_row(world, row->children, type, key)) {
            return true;
        }
    }
    return false;
}

static void take_objection(struct mou_fixture_world *world, const struct mou_fixture_objection *objection)
{
    uint32_t type = mou_front_vocabulary(world->front, MOU_SYMBOL_RECORD, &objection->record, MOU_TEXT("记录"));
    if (type == MOU_NO_INDEX) {
        return;
    }
    for (size_t i = 0; i < world->members.count; i++) {
        struct mou_fixture_member *member = &world->members.items[i];
        bool named = objection->subject.text.len > 0 && mou_text_equal(objection->subject.text, member->name);
        if (named || (objection->subject.text.len == 0 && has_row(world, member->rows, type, objection->key))) {
            (void)MOU_VEC_PUSH(world->front->arena, &member->objections, objection);
            return;
        }
    }
    if (world->incomplete) {
        return;
    }
    mou_front_report(world->front, MOU_DIAG_UNKNOWN_NAME, objection->key_span, objection->key, objection->record.text, MOU_NO_TEXT);
}

void mou_fixture_take(struct mou_fixture_world *world, const struct mou_decl *decl, unsigned depth)
{
    if (depth > FIXTURE_DEPTH_MAX) {
        mou_front_report(world->front, MOU_DIAG_TOO_DEEP, decl->name.span, MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    world->incomplete = world->incomplete || decl->unread;
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        bool brings = clause->kind == MOU_CLAUSE_GIVEN || clause->kind == MOU_CLAUSE_SUBJECT;
        world->incomplete = world->incomplete || (brings && clause->broken);
        for (const struct mou_name_ref *ref = clause->kind == MOU_CLAUSE_GIVEN ? clause->names : NULL; ref != NULL; ref = ref->next) {
            uint32_t fixture = mou_front_vocabulary(world->front, MOU_SYMBOL_FIXTURE, &ref->name, MOU_TEXT("样例"));
            world->incomplete = world->incomplete || fixture == MOU_NO_INDEX;
            if (fixture != MOU_NO_INDEX) {
                mou_fixture_take(world, world->front->program->fixtures.items[fixture], depth + 1);
            }
        }
        if (clause->kind == MOU_CLAUSE_SUBJECT && clause->subject != NULL && !clause->broken) {
            take_subject(world, clause->subject);
        }
    }
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_OBJECTION && !clause->broken) {
            take_objection(world, &clause->objection);
        }
    }
}

/* ------------------------------------------------------------------ JSON */

static void put_text(struct mou_buf *out, struct mou_text text)
{
    mou_buf_json_text(out, text.bytes, text.len);
}

static void put_date(struct mou_buf *out, const struct mou_expr *date)
{
    if (date == NULL || date->kind != MOU_EXPR_DATE) {
        mou_buf_text(out, "null");
        return;
    }
    mou_buf_char(out, '"');
    mou_date_format(date->date, out);
    mou_buf_char(out, '"');
}

static bool put_code(struct mou_fixture_world *world, const struct mou_field *field, const struct mou_expr *value, struct mou_buf *out)
{
    const struct mou_code_table *table = &world->front->program->code_tables.items[field->code_table];
    for (const struct mou_code_item *item = table->items; item != NULL; item = item->next) {
        bool named = value->kind == MOU_EXPR_NAME && mou_text_equal(item->name.text, value->reference.name.text);
        if (named || (value->kind == MOU_EXPR_INTEGER && item->value == value->integer)) {
            mou_buf_int(out, item->value);
            return true;
        }
    }
    return false;
}

static bool put_duration(const struct mou_field *field, const struct mou_expr *value, struct mou_buf *out)
{
    static const char units[] = {'M', 'D', 'D'};
    if (value->kind != MOU_EXPR_DURATION || (int)value->unit != (int)field->type - (int)MOU_FIELD_MONTHS) {
        return false;
    }
    mou_buf_text(out, "\"P");
    mou_buf_int(out, value->integer);
    mou_buf_char(out, units[value->unit]);
    mou_buf_char(out, '"');
    return true;
}

static bool put_ratio(const struct mou_expr *value, struct mou_buf *out)
{
    if (value->kind != MOU_EXPR_RATIO || MOU_RATIO_SCALE % value->ratio.den != 0) {
        return false;
    }
    mou_buf_char(out, '"');
    mou_ratio_format(value->ratio.num * (MOU_RATIO_SCALE / value->ratio.den), out);
    mou_buf_char(out, '"');
    return true;
}

/** Appends a value as its field's type asks; false where it does not fit. */
static bool put_value(struct mou_fixture_world *world, const struct mou_field *field, const struct mou_expr *value, struct mou_buf *out)
{
    if (field->unread) {
        return true;
    }
    switch (field->type) {
    case MOU_FIELD_TEXT:
        put_text(out, value->kind == MOU_EXPR_NAME ? value->reference.name.text : value->text);
        return value->kind == MOU_EXPR_TEXT || value->kind == MOU_EXPR_NAME;
    case MOU_FIELD_INTEGER:
        mou_buf_int(out, value->integer);
        return value->kind == MOU_EXPR_INTEGER;
    case MOU_FIELD_MONEY:
        mou_buf_char(out, '"');
        mou_money_format(value->integer, out);
        mou_buf_char(out, '"');
        return value->kind == MOU_EXPR_MONEY;
    case MOU_FIELD_RATIO:
        return put_ratio(value, out);
    case MOU_FIELD_DATE:
        put_date(out, value);
        return value->kind == MOU_EXPR_DATE;
    case MOU_FIELD_MONTHS: case MOU_FIELD_DAYS: case MOU_FIELD_WORKDAYS:
        return put_duration(field, value, out);
    case MOU_FIELD_YES_NO:
        mou_buf_text(out, value->kind == MOU_EXPR_YES ? "true" : "false");
        return value->kind == MOU_EXPR_YES || value->kind == MOU_EXPR_NO;
    case MOU_FIELD_CODE:
        return field->code_table != MOU_NO_INDEX && put_code(world, field, value, out);
    }
    return false;
}

static void put_member(struct mou_fixture_world *world, const struct mou_fields *fields, const struct mou_fixture_value *value, const char *before,
                       struct mou_buf *out)
{
    uint32_t field = mou_field_find(fields, value->name.text);
    if (field == MOU_NO_INDEX) {
        mou_front_unknown(world->front, &value->name, MOU_TEXT("字段"));
        return;
    }
    mou_buf_text(out, before);
    put_text(out, value->name.text);
    mou_buf_text(out, ": ");
    if (value->value != NULL && value->value->kind == MOU_EXPR_ERROR) {
        return; /* could not be read, and a message was given */
    }
    if (value->value == NULL || !put_value(world, &fields->items[field], value->value, out)) {
        const bool named = value->value != NULL && value->value->kind == MOU_EXPR_NAME;
        if (named && fields->items[field].type == MOU_FIELD_MONEY && mou_front_amount_in_words(world->front, &value->value->reference.name)) {
            return;
        }
        mou_front_report(world->front, MOU_DIAG_TEST_VALUE, value->value != NULL ? value->value->span : value->name.span, value->name.text, MOU_NO_TEXT, MOU_NO_TEXT);
    }
}

static void put_rows(struct mou_fixture_world *world, const struct mou_world_row *rows, const char *before, struct mou_buf *out);

static void put_row(struct mou_fixture_world *world, const struct mou_world_row *row, struct mou_buf *out)
{
    const struct mou_fields *fields = &world->front->program->records.items[row->type].fields;
    mou_buf_char(out, '{');
    for (const struct mou_fixture_value *value = row->row->values; value != NULL; value = value->next) {
        put_member(world, fields, value, value != row->row->values ? ", " : "", out);
    }
    put_rows(world, row->children, row->row->values != NULL ? ", " : "", out);
    mou_buf_char(out, '}');
}

/** Rows grouped by type, as members `TYPE: [rows]`. */
static void put_rows(struct mou_fixture_world *world, const struct mou_world_row *rows, const char *before, struct mou_buf *out)
{
    bool any = false;
    for (uint32_t type = 0; rows != NULL && type < world->front->program->records.count; type++) {
        bool first = true;
        for (const struct mou_world_row *row = rows; row != NULL; row = row->next) {
            if (row->type != type) {
                continue;
            }
            if (first) {
                mou_buf_text(out, any ? ", " : before);
                put_text(out, world->front->program->records.items[type].name);
                mou_buf_text(out, ": [");
            }
            mou_buf_text(out, first ? "" : ", ");
            put_row(world, row, out);
            first = false;
            any = true;
        }
        mou_buf_text(out, first ? "" : "]");
    }
}

static void put_relations(struct mou_fixture_world *world, const struct mou_fixture_member *member, struct mou_buf *out)
{
    for (size_t i = 0; i < member->relations.count; i++) {
        const struct mou_fixture_relation *relation = member->relations.items[i];
        bool repeated = false;
        uint32_t type = mou_front_vocabulary(world->front, MOU_SYMBOL_RELATION, &relation->relation, MOU_TEXT("关系"));
        for (size_t k = 0; k < i; k++) {
            repeated = repeated || mou_text_equal(member->relations.items[k]->relation.text, relation->relation.text);
        }
        if (repeated || type == MOU_NO_INDEX) {
            continue;
        }
        mou_buf_text(out, i > 0 ? ", " : "");
        put_text(out, relation->relation.text);
        mou_buf_text(out, ": [");
        for (size_t k = i; k < member->relations.count; k++) {
            const struct mou_fixture_relation *row = member->relations.items[k];
            if (!mou_text_equal(row->relation.text, relation->relation.text)) {
                continue;
            }
            mou_buf_text(out, k > i ? ", {\"to\": " : "{\"to\": ");
            put_text(out, row->subject.text);
            mou_buf_text(out, ", \"from\": ");
            put_date(out, row->from);
            mou_buf_text(out, ", \"until\": ");
            put_date(out, row->until);
            for (const struct mou_fixture_value *value = row->values; value != NULL; value = value->next) {
                put_member(world, &world->front->program->relations.items[type].fields, value, ", ", out);
            }
            mou_buf_char(out, '}');
        }
        mou_buf_char(out, ']');
    }
}

static void put_objections(const struct mou_fixture_member *member, struct mou_buf *out)
{
    for (size_t i = 0; i < member->objections.count; i++) {
        const struct mou_fixture_objection *objection = member->objections.items[i];
        mou_buf_text(out, i > 0 ? ", {\"record\": " : "{\"record\": ");
        put_text(out, objection->record.text);
        mou_buf_text(out, ", \"key\": ");
        put_text(out, objection->key);
        mou_buf_text(out, ", \"lodged\": ");
        put_date(out, objection->lodged);
        mou_buf_text(out, ", \"closed\": ");
        put_date(out, objection->closed);
        mou_buf_char(out, '}');
    }
}

static void put_subject(struct mou_fixture_world *world, const struct mou_fixture_member *member, struct mou_buf *out)
{
    const struct mou_subject_kind *kind = &world->front->program->kinds.items[member->kind];
    mou_buf_text(out, "{\"id\": ");
    put_text(out, member->name);
    mou_buf_text(out, ", \"kind\": ");
    put_text(out, kind->name);
    mou_buf_text(out, ", \"attributes\": {");
    for (size_t i = 0; i < member->attributes.count; i++) {
        put_member(world, &kind->attributes, member->attributes.items[i], i > 0 ? ", " : "", out);
    }
    mou_buf_text(out, "}, \"records\": {");
    put_rows(world, member->rows, "", out);
    mou_buf_text(out, "}, \"relations\": {");
    put_relations(world, member, out);
    mou_buf_text(out, "}, \"objections\": [");
    put_objections(member, out);
    mou_buf_text(out, "]}");
}

struct mou_text mou_fixture_json(struct mou_fixture_world *world)
{
    struct mou_buf out;
    mou_buf_init(&out, NULL, WORLD_BYTES_MAX);
    mou_buf_text(&out, "{\"subjects\": [");
    for (size_t i = 0; i < world->members.count; i++) {
        mou_buf_text(&out, i > 0 ? ", " : "");
        put_subject(world, &world->members.items[i], &out);
    }
    mou_buf_text(&out, "]}");
    return mou_buf_into_arena(&out, world->front->arena);
}
