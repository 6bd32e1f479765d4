/*
 * Expressions to registers. Leaves are taken at their home frame and fetched to where the row at hand is; a quantifier opens a frame under the
 * innermost row that its body needs, and where the body needs only a related subject it is lowered once for all subjects.
 */
#include <assert.h>

#include "lower.h"
#include "parse.h"

uint8_t mou_lower_type(struct mou_type type)
{
    switch (type.kind) {
    case MOU_TYPE_MONEY: case MOU_TYPE_MONEY_FRACTION:
        return MOU_PACK_MONEY;
    case MOU_TYPE_RATIO:
        return MOU_PACK_RATIO;
    case MOU_TYPE_DATE:
        return MOU_PACK_DATE;
    case MOU_TYPE_MONTHS:
        return MOU_PACK_MONTHS;
    case MOU_TYPE_DAYS: case MOU_TYPE_SPAN:
        return MOU_PACK_DAYS;
    case MOU_TYPE_WORKDAYS:
        return MOU_PACK_WORKDAYS;
    case MOU_TYPE_TEXT:
        return MOU_PACK_TEXT_FIELD;
    case MOU_TYPE_CODE:
        return MOU_PACK_CODE;
    case MOU_TYPE_YES_NO: case MOU_TYPE_CONDITION:
        return MOU_PACK_YES_NO;
    case MOU_TYPE_INTEGER: case MOU_TYPE_COUNT: case MOU_TYPE_ERROR:
        break;
    }
    return MOU_PACK_INTEGER;
}

static uint32_t table_of(struct mou_type type)
{
    return type.kind == MOU_TYPE_CODE && type.code_table != MOU_NO_INDEX ? type.code_table : 0;
}

static uint32_t home_frame(uint32_t record)
{
    return 2 + record;
}

static const struct mou_env *find_env(const struct mou_env *env, const struct mou_binding *binding)
{
    while (env != NULL && env->binding != binding) {
        env = env->outer;
    }
    return env;
}

static uint32_t frame_of(const struct mou_env *env, const struct mou_binding *binding)
{
    const struct mou_env *found = find_env(env, binding);
    assert(found != NULL);
    return found != NULL ? found->frame : MOU_FRAME_OF_SUBJECT;
}

static bool is_fraction(struct mou_type type)
{
    return type.kind == MOU_TYPE_RATIO || type.kind == MOU_TYPE_MONEY_FRACTION;
}

/** Ratio columns are integers of 10^-8 and become fractions; other columns stay. */
static uint32_t as_typed(struct mou_lowering *lowering, uint32_t reg, struct mou_type type, struct mou_span span)
{
    return type.kind == MOU_TYPE_RATIO ? mou_code_same(lowering, MOU_OP_CODE_TO_FRACTION, MOU_PACK_RATIO, 0, reg, MOU_NO_REGISTER, MOU_NO_REGISTER, MOU_RATIO_SCALE, span)
                                       : reg;
}

/* ------------------------------------------------------------------ leaves */

static uint32_t raw_field(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    uint32_t frame = frame_of(env, expr->binding);
    uint8_t type = mou_lower_type(expr->type);
    if (expr->binding->kind == MOU_BINDING_RELATION) {
        return mou_code_column(lowering, frame, expr->index, type, table_of(expr->type), 0, expr->span);
    }
    uint32_t home = mou_code_column(lowering, home_frame(expr->binding->type), expr->index, type, table_of(expr->type), 0, expr->span);
    return mou_code_at(lowering, home, frame, expr->span);
}

/** A register at SUBJECT as seen from the subject that a binding stands for. */
static uint32_t of_subject(struct mou_lowering *lowering, uint32_t reg, const struct mou_binding *binding, const struct mou_env *env, struct mou_span span)
{
    return mou_code_at(lowering, reg, frame_of(env, binding), span);
}

static uint32_t lower_constant(struct mou_lowering *lowering, const struct mou_texpr *expr)
{
    if (expr->type.kind == MOU_TYPE_CONDITION) {
        return mou_code_truth(lowering, expr->integer, expr->span);
    }
    if (expr->type.kind == MOU_TYPE_TEXT) {
        struct mou_pack_instruction text = {.opcode = MOU_OP_CODE_CONST_TEXT, .type = MOU_PACK_TEXT_FIELD, .a = mou_code_text(lowering, expr->text)};
        return mou_code_add(lowering, text, expr->span);
    }
    if (is_fraction(expr->type)) {
        const struct mou_pack_fraction fraction = {expr->ratio.num, expr->ratio.den};
        const struct mou_pack_instruction constant = {.opcode = MOU_OP_CODE_CONST_FRACTION, .type = mou_lower_type(expr->type), .a = mou_code_fraction(lowering, fraction)};
        return mou_code_add(lowering, constant, expr->span);
    }
    struct mou_pack_instruction constant = {.opcode = MOU_OP_CODE_CONST, .type = mou_lower_type(expr->type), .code_table = table_of(expr->type), .imm = expr->integer};
    return mou_code_add(lowering, constant, expr->span);
}

static uint32_t lower_parameter(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    struct mou_pack_instruction parameter = {.opcode = MOU_OP_CODE_PARAMETER, .type = mou_lower_type(expr->type), .a = expr->index, .code_table = table_of(expr->type)};
    if (expr->argument_count > 0) {
        uint32_t date = mou_lower_expr(lowering, expr->arguments[0], env);
        parameter.opcode = MOU_OP_CODE_PARAMETER_AT;
        parameter.b = date;
        parameter.frame = mou_code_frame(lowering, date);
    }
    return as_typed(lowering, mou_code_add(lowering, parameter, expr->span), expr->type, expr->span);
}

uint32_t mou_lower_definition(struct mou_lowering *lowering, uint32_t index)
{
    const struct mou_definition *definition = &lowering->program->definitions.items[index];
    uint32_t *known = lowering->raw ? &lowering->raw_definitions[index] : &lowering->definitions[index];
    const enum mou_part part = lowering->raw ? MOU_PART_RAW_DEFINITION : MOU_PART_DEFINITION;
    const struct mou_ask ask = mou_ask(lowering, part, index, *known != MOU_NO_REGISTER, &definition->decl);
    if (ask.fresh && !mou_again_take_register(lowering, &ask)) {
        bool row = definition->record != MOU_NO_INDEX;
        struct mou_env subject = {row ? definition->scope->outer : definition->scope, MOU_FRAME_OF_SUBJECT, NULL};
        struct mou_env record = {definition->scope, row ? home_frame(definition->record) : MOU_FRAME_OF_SUBJECT, &subject};
        *known = mou_lower_expr(lowering, definition->body, row ? &record : &subject);
    }
    mou_answered(lowering, &ask);
    return *known;
}

static uint32_t lower_definition(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    const struct mou_definition *definition = &lowering->program->definitions.items[expr->index];
    /* The definition's value may rest on less than its own frame; it is fetched only where it rests on the row or the subject. */
    uint32_t reg = mou_lower_definition(lowering, expr->index);
    uint32_t home = definition->record != MOU_NO_INDEX ? home_frame(definition->record) : MOU_FRAME_OF_SUBJECT;
    uint32_t frame = frame_of(env, expr->binding);
    if (mou_code_frame(lowering, reg) == MOU_FRAME_OF_UNIT) {
        return reg;
    }
    return mou_code_at(lowering, mou_code_bring(lowering, reg, home), frame, expr->span);
}

/** A mark of the finding that is being counted; inapplicable where it states none. */
static uint32_t lower_mark(struct mou_lowering *lowering, const struct mou_texpr *expr)
{
    const struct mou_code_item *item = lowering->counted->marks[expr->index];
    struct mou_pack_instruction mark = {.opcode = item != NULL ? MOU_OP_CODE_CONST : MOU_OP_CODE_INAPPLICABLE, .type = MOU_PACK_CODE,
                                        .code_table = expr->type.code_table, .imm = item != NULL ? item->value : 0};
    return mou_code_add(lowering, mark, expr->span);
}

/** A finding as it counts: it holds, and its marks satisfy what is asked. */
static uint32_t counted_finding(struct mou_lowering *lowering, const struct mou_texpr *expr, uint32_t finding)
{
    uint32_t holds = mou_lower_finding(lowering, finding);
    if (expr->argument_count == 0) {
        return holds;
    }
    const struct mou_finding *outer = lowering->counted;
    lowering->counted = &lowering->program->findings.items[finding];
    uint32_t wanted = mou_lower_expr(lowering, expr->arguments[0], NULL);
    lowering->counted = outer;
    return mou_code_and(lowering, holds, wanted, expr->span);
}

/** One condition per finding of the list, or per code of the mark that must differ: some finding of that code counts. */
static uint32_t lower_list_count(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    MOU_VEC(uint32_t) conditions = {0};
    MOU_VEC(const struct mou_code_item *) codes = {0};
    bool distinct = expr->kind_index != MOU_NO_INDEX;
    for (uint32_t i = 0; i < lowering->program->findings.count && !lowering->failed; i++) {
        const struct mou_finding *finding = &lowering->program->findings.items[i];
        const struct mou_code_item *code = distinct ? finding->marks[expr->kind_index] : NULL;
        if (finding->list_kind != expr->index || (distinct && code == NULL)) {
            continue;
        }
        uint32_t one = counted_finding(lowering, expr, i);
        size_t at = 0;
        while (at < codes.count && (!distinct || codes.items[at] != code)) {
            at++;
        }
        if (at < codes.count) {
            conditions.items[at] = mou_code_same(lowering, MOU_OP_CODE_OR, MOU_PACK_YES_NO, 0, conditions.items[at], one, MOU_NO_REGISTER, 0, expr->span);
        } else if (!MOU_VEC_PUSH(lowering->arena, &conditions, one) || !MOU_VEC_PUSH(lowering->arena, &codes, code)) {
            lowering->failed = true;
        }
    }
    for (size_t i = 0; i < conditions.count; i++) {
        conditions.items[i] = mou_code_bring(lowering, conditions.items[i], MOU_FRAME_OF_SUBJECT);
    }
    struct mou_pack_instruction tally = {.opcode = MOU_OP_CODE_TALLY, .type = MOU_PACK_INTEGER, .frame = MOU_FRAME_OF_SUBJECT,
                                         .a = mou_code_list(lowering, conditions.items, (uint32_t)conditions.count), .b = (uint32_t)conditions.count};
    return of_subject(lowering, mou_code_add(lowering, tally, expr->span), expr->binding, env, expr->span);
}

/** What a listing says of its row: found out once, at the record's home frame. */
uint32_t mou_lower_listing(struct mou_lowering *lowering, uint32_t place)
{
    const struct mou_program *program = lowering->program;
    const struct mou_listing *listing = &program->listings.items[place / MOU_LISTING_ASPECT_COUNT % program->listings.count];
    uint32_t *known = &lowering->listings[place];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_LISTING, place, *known != MOU_NO_REGISTER, &program->findings.items[listing->finding].decl);
    if (ask.fresh && !mou_again_take_register(lowering, &ask)) {
        const struct mou_env subject = {listing->scope->outer, MOU_FRAME_OF_SUBJECT, NULL};
        const struct mou_env row = {listing->scope, home_frame(listing->record), &subject};
        *known = mou_lower_expr(lowering, listing->aspects[place % MOU_LISTING_ASPECT_COUNT], &row);
    }
    mou_answered(lowering, &ask);
    return *known;
}

static uint32_t lower_listing(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    const struct mou_listing *listing = &lowering->program->listings.items[expr->index];
    const uint32_t raw = lowering->raw ? (uint32_t)lowering->program->listings.count : 0;
    const uint32_t reg = mou_lower_listing(lowering, (raw + expr->index) * MOU_LISTING_ASPECT_COUNT + expr->kind_index);
    if (mou_code_frame(lowering, reg) == MOU_FRAME_OF_UNIT) {
        return reg;
    }
    return mou_code_at(lowering, mou_code_bring(lowering, reg, home_frame(listing->record)), frame_of(env, expr->binding), expr->span);
}

/** Whether the subject is on the list by any finding of any memorandum; MOU_NO_REGISTER where none puts anybody on it. */
static uint32_t on_list(struct mou_lowering *lowering, uint32_t list, struct mou_span span)
{
    MOU_VEC(uint32_t) holds = {0};
    uint32_t result = MOU_NO_REGISTER;
    for (uint32_t i = 0; i < lowering->program->findings.count; i++) {
        if (lowering->program->findings.items[i].list_kind == list && !MOU_VEC_PUSH(lowering->arena, &holds, mou_lower_finding(lowering, i))) {
            lowering->failed = true;
        }
    }
    for (size_t i = 0; i < holds.count; i++) {
        result = result == MOU_NO_REGISTER ? holds.items[i]
                                           : mou_code_same(lowering, MOU_OP_CODE_OR, MOU_PACK_YES_NO, 0, result, holds.items[i], MOU_NO_REGISTER, 0, span);
    }
    return result;
}

/** Once for each list: every memorandum may ask, and every one may put somebody on it. */
static uint32_t lower_list(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    uint32_t *known = &lowering->on_list[expr->index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_ON_LIST, expr->index, *known != MOU_NO_REGISTER, NULL);
    if (ask.fresh) {
        *known = on_list(lowering, expr->index, expr->span);
    }
    mou_answered(lowering, &ask);
    return *known == MOU_NO_REGISTER ? mou_code_truth(lowering, 0, expr->span) : of_subject(lowering, *known, expr->binding, env, expr->span);
}

/* ------------------------------------------------------------------ presence */

static uint32_t lower_presence(struct mou_lowering *lowering, uint32_t record, struct mou_pack_instruction exists)
{
    const struct mou_record_type *type = &lowering->program->records.items[record];
    uint32_t present = mou_code_add(lowering, exists, MOU_NO_SPAN);
    if (type->served != MOU_NO_INDEX) {
        uint32_t served = mou_code_column(lowering, home_frame(record), type->served, MOU_PACK_DATE, 0, 0, type->fields.items[type->served].span);
        uint32_t in_effect = mou_code_compare(lowering, MOU_COMPARE_LE, served, mou_code_today(lowering, MOU_NO_SPAN), type->fields.items[type->served].span);
        present = mou_code_and(lowering, present, in_effect, MOU_NO_SPAN);
    }
    if (type->parent != MOU_NO_INDEX) {
        struct mou_pack_instruction parent = {.opcode = MOU_OP_CODE_PARENT_CONDITION, .type = MOU_PACK_YES_NO, .frame = home_frame(record),
                                              .a = mou_lower_presence(lowering, type->parent)};
        present = mou_code_and(lowering, present, mou_code_add(lowering, parent, MOU_NO_SPAN), MOU_NO_SPAN);
    }
    return present;
}

uint32_t mou_lower_presence(struct mou_lowering *lowering, uint32_t record)
{
    struct mou_pack_instruction exists = {.opcode = MOU_OP_CODE_EXISTS, .type = MOU_PACK_YES_NO, .frame = home_frame(record)};
    if (lowering->raw) {
        return mou_code_add(lowering, exists, MOU_NO_SPAN);
    }
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_PRESENCE, record, lowering->presence[record] != MOU_NO_REGISTER, NULL);
    if (ask.fresh && !mou_again_take_register(lowering, &ask)) {
        lowering->presence[record] = lower_presence(lowering, record, exists);
    }
    mou_answered(lowering, &ask);
    return lowering->presence[record];
}

static uint32_t relation_presence(struct mou_lowering *lowering, const struct mou_binding *range, uint32_t frame, const struct mou_env *env)
{
    uint32_t date = range->at != NULL ? mou_lower_expr(lowering, range->at, env) : mou_code_today(lowering, range->span);
    uint32_t from = mou_code_column(lowering, frame, MOU_COLUMN_RELATION_FROM, MOU_PACK_DATE, 0, 0, range->span);
    uint32_t until = mou_code_column(lowering, frame, MOU_COLUMN_RELATION_UNTIL, MOU_PACK_DATE, 0, 0, range->span);
    return mou_code_and(lowering, mou_code_compare(lowering, MOU_COMPARE_LE, from, date, range->span),
                        mou_code_compare(lowering, MOU_COMPARE_LT, date, until, range->span), range->span);
}

/* ------------------------------------------------------------------ quantifiers and aggregates */

/** The innermost binding of `env` that is needed, and whether a relation's own row (not only its subject) is. */
struct need {
    const struct mou_env *env;
    const struct mou_env *innermost;
    bool relation_row;
};

static void need_binding(struct need *need, const struct mou_binding *binding)
{
    const struct mou_env *found = find_env(need->env, binding);
    if (found == NULL) {
        return; /* opened inside the expression */
    }
    for (const struct mou_env *at = need->env; at != NULL; at = at->outer) {
        if (at == need->innermost) {
            return;
        }
        if (at == found) {
            need->innermost = found;
            return;
        }
    }
}

static void need_expr(struct need *need, const struct mou_texpr *expr)
{
    if (expr == NULL) {
        return;
    }
    if (expr->binding != NULL) {
        need_binding(need, expr->binding);
        bool own_row = expr->kind == MOU_TX_FIELD && expr->binding->kind == MOU_BINDING_RELATION;
        need->relation_row = need->relation_row || (own_row && find_env(need->env, expr->binding) != NULL);
    }
    if (expr->range != NULL) {
        need_binding(need, expr->range->owner);
        need_expr(need, expr->range->at);
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        need_expr(need, expr->arguments[i]);
    }
}

static uint32_t open_frame(struct mou_lowering *lowering, const struct mou_binding *range, uint32_t parent, const struct mou_env *env)
{
    static const uint32_t kinds[] = {MOU_FRAME_RECORDS, MOU_FRAME_CHILDREN, MOU_FRAME_SIBLINGS, MOU_FRAME_RECORDS};
    struct mou_pack_frame frame = {.kind = range->kind == MOU_BINDING_RELATION ? MOU_FRAME_RELATION : kinds[range->range], .parent = parent,
                                   .owner = frame_of(env, range->owner), .type = range->type, .inverse = range->inverse};
    return mou_code_frame_add(lowering, frame);
}

static uint16_t aggregate_opcode(const struct mou_texpr *expr)
{
    switch (expr->aggregate) {
    case MOU_COUNT:
        return MOU_OP_CODE_COUNT;
    case MOU_COUNT_DISTINCT:
        return MOU_OP_CODE_COUNT_DISTINCT;
    case MOU_SUM:
        return MOU_OP_CODE_SUM;
    case MOU_MAX: case MOU_LATEST:
        return MOU_OP_CODE_LARGEST;
    case MOU_MIN: case MOU_EARLIEST:
        return MOU_OP_CODE_SMALLEST;
    case MOU_STREAK:
        break;
    }
    return expr->argument_count > 2 && expr->arguments[2] != NULL ? MOU_OP_CODE_STREAK_UNTIL : MOU_OP_CODE_STREAK;
}

/** *yes* where the condition is *yes* or unknown: never unknown itself. */
static uint32_t perhaps(struct mou_lowering *lowering, uint32_t condition)
{
    uint32_t value = mou_code_same(lowering, MOU_OP_CODE_AS_VALUE, MOU_PACK_YES_NO, 0, condition, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, MOU_NO_SPAN);
    uint32_t known = mou_code_same(lowering, MOU_OP_CODE_FILLED, MOU_PACK_YES_NO, 0, value, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, MOU_NO_SPAN);
    uint32_t unknown = mou_code_same(lowering, MOU_OP_CODE_NOT, MOU_PACK_YES_NO, 0, known, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, MOU_NO_SPAN);
    return mou_code_same(lowering, MOU_OP_CODE_OR, MOU_PACK_YES_NO, 0, condition, unknown, MOU_NO_REGISTER, 0, MOU_NO_SPAN);
}

/** The reduction itself, its operands at the frame of the range. */
static uint32_t reduce(struct mou_lowering *lowering, const struct mou_texpr *expr, uint32_t parent, uint32_t frame, const struct mou_env *env)
{
    const struct mou_binding *range = expr->range;
    struct mou_env inner = {range, frame, env};
    uint32_t presence = range->kind == MOU_BINDING_RELATION ? relation_presence(lowering, range, frame, env)
                                                            : mou_code_at(lowering, mou_lower_presence(lowering, range->type), frame, expr->span);
    uint32_t condition = mou_lower_expr(lowering, expr->arguments[0], &inner);
    if (expr->possible) {
        presence = perhaps(lowering, presence);
        condition = perhaps(lowering, condition);
    }
    struct mou_pack_instruction reduction = {.frame = parent, .a = mou_code_bring(lowering, presence, frame), .b = mou_code_bring(lowering, condition, frame)};
    if (expr->kind == MOU_TX_QUANTIFIER) {
        reduction.opcode = expr->quantifier == MOU_EVERY ? MOU_OP_CODE_EVERY : MOU_OP_CODE_ANY;
        reduction.type = MOU_PACK_YES_NO;
        uint32_t found = mou_code_add(lowering, reduction, expr->span);
        return expr->quantifier == MOU_NONE_OF ? mou_code_same(lowering, MOU_OP_CODE_NOT, MOU_PACK_YES_NO, 0, found, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, expr->span)
                                               : found;
    }
    reduction.opcode = aggregate_opcode(expr);
    reduction.type = mou_lower_type(expr->type);
    reduction.code_table = table_of(expr->type);
    if (expr->aggregate != MOU_COUNT) {
        const struct mou_texpr *value = expr->arguments[1];
        uint32_t over = value->kind == MOU_TX_FIELD ? raw_field(lowering, value, &inner) : mou_lower_expr(lowering, value, &inner);
        reduction.c = mou_code_bring(lowering, over, frame);
    }
    if (reduction.opcode == MOU_OP_CODE_STREAK_UNTIL) {
        reduction.imm = mou_code_bring(lowering, mou_lower_expr(lowering, expr->arguments[2], env), parent);
    }
    return as_typed(lowering, mou_code_add(lowering, reduction, expr->span), expr->type, expr->span);
}

static uint32_t lower_range(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    struct need need = {env, NULL, false};
    need_expr(&need, expr);
    if (need.innermost == NULL) {
        need.innermost = find_env(env, expr->range->owner);
    }
    assert(need.innermost != NULL);
    const struct mou_env *at = need.innermost;
    bool needs_subject_only = at->binding->kind == MOU_BINDING_RELATION && !need.relation_row && at->frame != MOU_FRAME_OF_SUBJECT;
    for (const struct mou_env *outer = at->outer; needs_subject_only && outer != NULL; outer = outer->outer) {
        struct need rest = {outer, NULL, false};
        need_expr(&rest, expr);
        needs_subject_only = rest.innermost == NULL;
    }
    if (needs_subject_only) {
        struct mou_env alone = {at->binding, MOU_FRAME_OF_SUBJECT, NULL};
        return mou_code_at(lowering, mou_code_bring(lowering, lower_range(lowering, expr, &alone), MOU_FRAME_OF_SUBJECT), at->frame, expr->span);
    }
    uint32_t frame = open_frame(lowering, expr->range, at->frame, env);
    return reduce(lowering, expr, at->frame, frame, env);
}

/* ------------------------------------------------------------------ operators */

static int64_t compare_of(enum mou_op op)
{
    switch ((int)op) {
    case MOU_OP_EQ:
        return MOU_COMPARE_EQ;
    case MOU_OP_NE:
        return MOU_COMPARE_NE;
    case MOU_OP_LT:
        return MOU_COMPARE_LT;
    case MOU_OP_LE:
        return MOU_COMPARE_LE;
    case MOU_OP_GT:
        return MOU_COMPARE_GT;
    default:
        return MOU_COMPARE_GE;
    }
}

static uint32_t as_range(struct mou_lowering *lowering, uint32_t reg, const struct mou_texpr *expr)
{
    return expr->type.kind == MOU_TYPE_COUNT ? reg
                                             : mou_code_same(lowering, MOU_OP_CODE_RANGE_OF, MOU_PACK_INTEGER, 0, reg, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, expr->span);
}

static uint32_t lower_compare(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    const struct mou_texpr *left = expr->arguments[0];
    const struct mou_texpr *right = expr->arguments[1];
    uint32_t a = mou_lower_expr(lowering, left, env);
    uint32_t b = mou_lower_expr(lowering, right, env);
    uint16_t opcode = MOU_OP_CODE_COMPARE;
    if (left->type.kind == MOU_TYPE_COUNT || right->type.kind == MOU_TYPE_COUNT) {
        opcode = MOU_OP_CODE_COMPARE_RANGE;
        a = as_range(lowering, a, left);
        b = as_range(lowering, b, right);
    } else if (is_fraction(left->type)) {
        opcode = MOU_OP_CODE_COMPARE_FRACTION;
    }
    return mou_code_same(lowering, opcode, MOU_PACK_YES_NO, 0, a, b, MOU_NO_REGISTER, compare_of(expr->op), expr->span);
}

static uint32_t lower_choice(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    uint16_t opcode = expr->type.kind == MOU_TYPE_CONDITION ? MOU_OP_CODE_CHOICE_CONDITION
                      : is_fraction(expr->type)             ? MOU_OP_CODE_CHOICE_FRACTION
                                                            : MOU_OP_CODE_CHOICE_VALUE;
    uint32_t condition = mou_lower_expr(lowering, expr->arguments[0], env);
    uint32_t then = mou_lower_expr(lowering, expr->arguments[1], env);
    uint32_t otherwise = mou_lower_expr(lowering, expr->arguments[2], env);
    return mou_code_same(lowering, opcode, mou_lower_type(expr->type), table_of(expr->type), condition, then, otherwise, 0, expr->span);
}

static uint32_t lower_table(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    uint32_t *registers = MOU_NEW_ARRAY(lowering->arena, expr->argument_count + 1, uint32_t);
    uint32_t frame = MOU_FRAME_OF_UNIT;
    if (registers == NULL) {
        lowering->failed = true;
        return 0;
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        registers[i] = mou_lower_expr(lowering, expr->arguments[i], env);
        frame = mou_code_join(lowering, frame, mou_code_frame(lowering, registers[i]));
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        registers[i] = mou_code_bring(lowering, registers[i], frame);
    }
    struct mou_pack_instruction look_up = {.opcode = MOU_OP_CODE_TABLE, .type = mou_lower_type(expr->type), .code_table = table_of(expr->type), .frame = frame,
                                           .a = expr->index, .b = mou_code_list(lowering, registers, expr->argument_count), .c = expr->argument_count};
    return mou_code_add(lowering, look_up, expr->span);
}

/** DATE_ADD and DATE_SUB: the opcode depends on the duration's unit. */
static uint32_t lower_date_sum(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    enum mou_type_kind unit = expr->arguments[1]->type.kind;
    uint16_t opcode = unit == MOU_TYPE_MONTHS ? MOU_OP_CODE_DATE_ADD_MONTHS : unit == MOU_TYPE_WORKDAYS ? MOU_OP_CODE_DATE_ADD_WORKDAYS : MOU_OP_CODE_DATE_ADD_DAYS;
    uint32_t date = mou_lower_expr(lowering, expr->arguments[0], env);
    uint32_t duration = mou_lower_expr(lowering, expr->arguments[1], env);
    if (expr->kind == MOU_TX_DATE_SUB) {
        duration = mou_code_same(lowering, MOU_OP_CODE_NEGATE, mou_lower_type(expr->arguments[1]->type), 0, duration, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, expr->span);
    }
    return mou_code_same(lowering, opcode, MOU_PACK_DATE, 0, date, duration, MOU_NO_REGISTER, 0, expr->span);
}

/** Operators that are one instruction over their arguments. */
static uint16_t plain_opcode(const struct mou_texpr *expr)
{
    switch ((int)expr->kind) {
    case MOU_TX_AND:
        return MOU_OP_CODE_AND;
    case MOU_TX_OR:
        return MOU_OP_CODE_OR;
    case MOU_TX_NOT:
        return MOU_OP_CODE_NOT;
    case MOU_TX_FILLED:
        return is_fraction(expr->arguments[0]->type) ? MOU_OP_CODE_FILLED_FRACTION : MOU_OP_CODE_FILLED;
    case MOU_TX_TRUTH:
        return MOU_OP_CODE_TRUTH;
    case MOU_TX_AS_YES_NO:
        return MOU_OP_CODE_AS_VALUE;
    case MOU_TX_OR_DEFAULT:
        return is_fraction(expr->type) ? MOU_OP_CODE_OR_DEFAULT_FRACTION : MOU_OP_CODE_OR_DEFAULT;
    case MOU_TX_MIN:
        return MOU_OP_CODE_MIN;
    case MOU_TX_MAX:
        return MOU_OP_CODE_MAX;
    case MOU_TX_ADD:
        return MOU_OP_CODE_ADD;
    case MOU_TX_SUB:
        return MOU_OP_CODE_SUB;
    case MOU_TX_MUL:
        return MOU_OP_CODE_MUL;
    case MOU_TX_NEGATE:
        return MOU_OP_CODE_NEGATE;
    case MOU_TX_TO_FRACTION:
        return MOU_OP_CODE_TO_FRACTION;
    case MOU_TX_FRACTION_ADD:
        return MOU_OP_CODE_FRACTION_ADD;
    case MOU_TX_FRACTION_SUB:
        return MOU_OP_CODE_FRACTION_SUB;
    case MOU_TX_FRACTION_MUL:
        return MOU_OP_CODE_FRACTION_MUL;
    case MOU_TX_FRACTION_DIV:
        return MOU_OP_CODE_FRACTION_DIV;
    case MOU_TX_ROUND:
        return MOU_OP_CODE_ROUND;
    case MOU_TX_COUNT_SUM:
        return MOU_OP_CODE_RANGE_ADD;
    case MOU_TX_COUNT_VALUE:
        return MOU_OP_CODE_RANGE_VALUE;
    case MOU_TX_DATE_DIFFERENCE:
        return MOU_OP_CODE_DATE_DIFFERENCE;
    case MOU_TX_YEAR:
        return MOU_OP_CODE_YEAR;
    case MOU_TX_MONTH_START:
        return MOU_OP_CODE_MONTH_START;
    case MOU_TX_NEXT_MONTH_DAY:
        return MOU_OP_CODE_NEXT_MONTH_DAY;
    case MOU_TX_ROLL_FORWARD:
        return MOU_OP_CODE_ROLL_FORWARD;
    case MOU_TX_FIRST_WORKDAY:
        return MOU_OP_CODE_FIRST_WORKDAY;
    case MOU_TX_AGE:
        return MOU_OP_CODE_AGE;
    default:
        return MOU_OPCODE_COUNT;
    }
}

static uint32_t lower_plain(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    uint16_t opcode = plain_opcode(expr);
    int64_t imm = opcode == MOU_OP_CODE_TO_FRACTION ? 1 : opcode == MOU_OP_CODE_ROUND ? (int64_t)expr->rounding : 0;
    uint32_t a = mou_lower_expr(lowering, expr->arguments[0], env);
    uint32_t b = expr->argument_count > 1 ? mou_lower_expr(lowering, expr->arguments[1], env)
                 : expr->kind == MOU_TX_AGE ? mou_code_today(lowering, expr->span)
                                            : MOU_NO_REGISTER;
    assert(opcode < MOU_OPCODE_COUNT);
    return mou_code_same(lowering, opcode, mou_lower_type(expr->type), table_of(expr->type), a, b, MOU_NO_REGISTER, imm, expr->span);
}

static uint32_t dispatch(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    switch ((int)expr->kind) {
    case MOU_TX_CONSTANT:
        return lower_constant(lowering, expr);
    case MOU_TX_TODAY:
        return mou_code_today(lowering, expr->span);
    case MOU_TX_PARAMETER:
        return lower_parameter(lowering, expr, env);
    case MOU_TX_FIELD:
        return as_typed(lowering, raw_field(lowering, expr, env), expr->type, expr->span);
    case MOU_TX_ATTRIBUTE: {
        uint32_t column = mou_code_column(lowering, MOU_FRAME_OF_SUBJECT, expr->index, mou_lower_type(expr->type), table_of(expr->type), expr->kind_index, expr->span);
        return as_typed(lowering, of_subject(lowering, column, expr->binding, env, expr->span), expr->type, expr->span);
    }
    case MOU_TX_INAPPLICABLE:
        return mou_code_add(lowering, (struct mou_pack_instruction){.opcode = MOU_OP_CODE_INAPPLICABLE, .type = mou_lower_type(expr->type)}, expr->span);
    case MOU_TX_DEFINITION:
        return lower_definition(lowering, expr, env);
    case MOU_TX_FINDING:
        return of_subject(lowering, mou_code_bring(lowering, mou_lower_finding(lowering, expr->index), MOU_FRAME_OF_SUBJECT), expr->binding, env, expr->span);
    case MOU_TX_LIST_COUNT:
        return lower_list_count(lowering, expr, env);
    case MOU_TX_MARK:
        return lower_mark(lowering, expr);
    case MOU_TX_LISTING:
        return lower_listing(lowering, expr, env);
    case MOU_TX_LIST:
        return lower_list(lowering, expr, env);
    case MOU_TX_COMPARE:
        return lower_compare(lowering, expr, env);
    case MOU_TX_QUANTIFIER: case MOU_TX_AGGREGATE:
        return lower_range(lowering, expr, env);
    case MOU_TX_CHOICE:
        return lower_choice(lowering, expr, env);
    case MOU_TX_DATE_ADD: case MOU_TX_DATE_SUB:
        return lower_date_sum(lowering, expr, env);
    case MOU_TX_TABLE:
        return lower_table(lowering, expr, env);
    case MOU_TX_MEASURE:
        return mou_lower_measure_state(lowering, expr);
    case MOU_TX_EACH_MEASURE:
        return mou_lower_each_measure(lowering, expr, env);
    default:
        return lower_plain(lowering, expr, env);
    }
}

static bool same_words(struct mou_span a, struct mou_span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

/** Whether an operator joins conditions that are written themselves: those of 介于, 属于 and their kin have the words of the whole. */
static bool joins_conditions(const struct mou_texpr *expr)
{
    bool apart = expr->kind == MOU_TX_AND || expr->kind == MOU_TX_OR || expr->kind == MOU_TX_NOT || expr->kind == MOU_TX_CHOICE;
    for (uint32_t i = 0; apart && i < expr->argument_count; i++) {
        apart = !same_words(expr->arguments[i]->span, expr->span);
    }
    return apart;
}

/** Whether somebody wrote this as one condition, without 且, 或, 非 or 若. */
static bool is_written(const struct mou_lowering *lowering, const struct mou_texpr *expr)
{
    return lowering->measured && expr->type.kind == MOU_TYPE_CONDITION && expr->kind != MOU_TX_CONSTANT && expr->span.source != UINT32_MAX &&
           !same_words(expr->span, lowering->within) && !joins_conditions(expr);
}

/** The condition with an instruction of its own at these words; whatever it is made of may be shared. */
static uint32_t lower_written(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    const struct mou_span outer = lowering->within;
    lowering->within = expr->span;
    uint32_t reg = dispatch(lowering, expr, env);
    lowering->within = outer;
    return mou_code_same(lowering, MOU_OP_CODE_WRITTEN, MOU_PACK_YES_NO, 0, reg, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, expr->span);
}

uint32_t mou_lower_expr(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    if (lowering->failed || lowering->depth > MOU_LOWER_DEPTH_MAX) {
        lowering->failed = true;
        return 0;
    }
    lowering->depth++;
    lowering->deepest = lowering->deepest > lowering->depth ? lowering->deepest : lowering->depth;
    uint32_t reg = is_written(lowering, expr) ? lower_written(lowering, expr, env) : dispatch(lowering, expr, env);
    lowering->depth--;
    return reg;
}
