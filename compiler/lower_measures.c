/*
 * Measures: guards, own terms per ground, grants; and how far through relations a decision can look.
 */
#include "lower.h"
#include "names.h"

/** Own end of the measure at one ground: 自 + own term, whose fault is told at the words of 自, or the measure's own end date. */
static uint32_t own_end(struct mou_lowering *lowering, const struct mou_measure *measure, const struct mou_section *section, const struct mou_pack_ground *ground,
                        const struct mou_env *env)
{
    if (measure->until != NULL) {
        return mou_code_bring(lowering, mou_lower_expr(lowering, measure->until, env), ground->frame);
    }
    if (measure->term == NULL || ground->from == MOU_NO_REGISTER) {
        return MOU_NO_REGISTER;
    }
    uint16_t opcode = measure->term->type.kind == MOU_TYPE_MONTHS     ? MOU_OP_CODE_DATE_ADD_MONTHS
                      : measure->term->type.kind == MOU_TYPE_WORKDAYS ? MOU_OP_CODE_DATE_ADD_WORKDAYS
                                                                      : MOU_OP_CODE_DATE_ADD_DAYS;
    uint32_t term = mou_lower_expr(lowering, measure->term, env);
    uint32_t end = mou_code_same(lowering, opcode, MOU_PACK_DATE, 0, ground->from, term, MOU_NO_REGISTER, 0, section->from->span);
    return mou_code_bring(lowering, end, ground->frame);
}

/** Lists of own ends and of the tests `t < own end`, for all grounds of all findings. */
static void lower_own_ends(struct mou_lowering *lowering, const struct mou_measure *measure, struct mou_pack_measure *entry, const struct mou_env *env)
{
    MOU_VEC(uint32_t) ends = {0};
    MOU_VEC(uint32_t) tests = {0};
    struct mou_span span = measure->term != NULL ? measure->term->span : measure->until->span;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &lowering->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const struct mou_pack_ground *ground = &lowering->findings[measure->because[i]].grounds[k].entry;
            uint32_t end = own_end(lowering, measure, &finding->sections[k], ground, env);
            uint32_t test = end != MOU_NO_REGISTER ? mou_code_bring(lowering, mou_code_compare(lowering, MOU_COMPARE_LT, mou_code_today(lowering, span), end, span), ground->frame)
                                                   : MOU_NO_REGISTER;
            if (!MOU_VEC_PUSH(lowering->arena, &ends, end) || !MOU_VEC_PUSH(lowering->arena, &tests, test)) {
                lowering->failed = true;
                return;
            }
        }
    }
    entry->own_ends = mou_code_list(lowering, ends.items, (uint32_t)ends.count);
    entry->own_end_tests = mou_code_list(lowering, tests.items, (uint32_t)tests.count);
}

static uint32_t guard(struct mou_lowering *lowering, const struct mou_texpr *condition, const struct mou_env *env)
{
    return condition == NULL ? MOU_NO_REGISTER : mou_code_bring(lowering, mou_lower_expr(lowering, condition, env), MOU_FRAME_OF_SUBJECT);
}

/** A grant's value; constant ratios as scaled integers. */
static uint32_t grant_value(struct mou_lowering *lowering, const struct mou_texpr *value, const struct mou_env *env)
{
    if (value->kind == MOU_TX_CONSTANT && value->type.kind == MOU_TYPE_RATIO) {
        return mou_code_constant(lowering, MOU_PACK_RATIO, value->ratio.num * (MOU_RATIO_SCALE / value->ratio.den), value->span);
    }
    return mou_lower_expr(lowering, value, env);
}

/** The memorandum's period, and only before the catalogue drops the item. */
static uint32_t measure_period(struct mou_lowering *lowering, const struct mou_measure *measure)
{
    uint32_t period = mou_lower_period(lowering, measure->memorandum);
    if (measure->dropped == MOU_DATE_NONE) {
        return period;
    }
    struct mou_span span = measure->decl->name.span;
    uint32_t date = mou_code_constant(lowering, MOU_PACK_DATE, measure->dropped, span);
    return mou_code_and(lowering, period, mou_code_compare(lowering, MOU_COMPARE_LT, mou_code_today(lowering, span), date, span), span);
}

/** `由 FIELD`: the field's column per ground section of all findings. */
static uint32_t authority_columns(struct mou_lowering *lowering, const struct mou_measure *measure)
{
    MOU_VEC(uint32_t) columns = {0};
    if (measure->authority_field.len == 0) {
        return MOU_NO_REGISTER;
    }
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &lowering->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const struct mou_fields *fields = &lowering->program->records.items[finding->sections[k].record].fields;
            uint32_t index = mou_field_find(fields, measure->authority_field);
            const struct mou_field *field = &fields->items[index];
            uint32_t table = field->type == MOU_FIELD_CODE ? field->code_table : 0;
            uint32_t column = mou_code_column(lowering, 2 + finding->sections[k].record, index, (uint8_t)field->type, table, 0, measure->decl->name.span);
            if (!MOU_VEC_PUSH(lowering->arena, &columns, column)) {
                lowering->failed = true;
                return MOU_NO_REGISTER;
            }
        }
    }
    return mou_code_list(lowering, columns.items, (uint32_t)columns.count);
}

/** What the rows of a reach must satisfy, at the frame of those rows below the finding's subject. */
static void lower_reach(struct mou_lowering *lowering, const struct mou_reach *reach, const struct mou_env *subject, struct mou_pack_reach *out)
{
    *out = (struct mou_pack_reach){reach->kind, reach->relation, reach->inverse, 0, MOU_NO_REGISTER};
    if (reach->condition == NULL) {
        return;
    }
    const struct mou_pack_frame frame = {.kind = MOU_FRAME_RELATION, .parent = MOU_FRAME_OF_SUBJECT, .owner = MOU_FRAME_OF_SUBJECT, .type = reach->relation,
                                         .inverse = reach->inverse};
    out->frame = mou_code_frame_add(lowering, frame);
    const struct mou_env row = {reach->scope, out->frame, subject};
    out->condition = mou_code_bring(lowering, mou_lower_expr(lowering, reach->condition, &row), out->frame);
}

static void make_room(struct mou_lowering *lowering, struct mou_lowered_measure *out, uint32_t reach_count, uint32_t grant_count)
{
    out->reaches = reach_count > 0 ? MOU_NEW_ARRAY(lowering->arena, reach_count, struct mou_pack_reach) : NULL;
    out->grants = grant_count > 0 ? MOU_NEW_ARRAY(lowering->arena, grant_count, struct mou_pack_grant) : NULL;
    lowering->failed = lowering->failed || mou_arena_failed(lowering->arena);
}

/** So many grounds have the findings of a measure's decision. */
static uint32_t ground_count(const struct mou_program *program, const struct mou_measure *measure)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        count += program->findings.items[measure->because[i]].section_count;
    }
    return count;
}

static void lower_measure(struct mou_lowering *lowering, const struct mou_measure *measure, struct mou_lowered_measure *out)
{
    struct mou_env env = {measure->scope, MOU_FRAME_OF_SUBJECT, NULL};
    struct mou_pack_measure *entry = &out->entry;
    out->ground_count = ground_count(lowering->program, measure);
    *entry = (struct mou_pack_measure){.kind = measure->kind == MOU_SANCTION ? 0 : 1, .memorandum = measure->memorandum, .item = measure->item, .dropped = measure->dropped,
                                       .because_count = measure->because_count, .holding = (uint32_t)measure->holding, .own_ends = MOU_NO_REGISTER,
                                       .own_end_tests = MOU_NO_REGISTER, .term = MOU_NO_REGISTER, .term_type = MOU_PACK_MONTHS,
                                       .reach_count = measure->reach_count, .grant_count = measure->grant_count,
                                       .basis_count = measure->basis.count, .publication_count = measure->publication_count};
    entry->because = mou_code_numbers(lowering, measure->because, measure->because_count);
    for (uint32_t i = 0; i < measure->because_count; i++) {
        (void)mou_lower_finding(lowering, measure->because[i]); /* long since; its grounds are read here */
    }
    entry->only_if = guard(lowering, measure->only_if, &env);
    entry->unless = guard(lowering, measure->unless, &env);
    entry->period = measure_period(lowering, measure);
    if (measure->term != NULL || measure->until != NULL) {
        lower_own_ends(lowering, measure, entry, &env);
    }
    if (measure->term != NULL) {
        entry->term = mou_lower_expr(lowering, measure->term, &env);
        entry->term_type = mou_lower_type(measure->term->type);
    }
    entry->authorities = authority_columns(lowering, measure);
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        lower_reach(lowering, &measure->reaches[i], &env, &out->reaches[i]);
    }
    mou_lower_publications(lowering, measure->publications, measure->publication_count);
    for (uint32_t i = 0; i < measure->grant_count; i++) {
        const struct mou_texpr *value = measure->grants[i].value;
        out->grants[i] = (struct mou_pack_grant){.value = grant_value(lowering, value, &env), .type = mou_lower_type(value->type),
                                                 .code_table = value->type.kind == MOU_TYPE_CODE ? value->type.code_table : 0};
    }
}

/** The measure as it was before, with the registers and lists of now. */
static bool take_measure(struct mou_lowering *lowering, const struct mou_ask *ask, struct mou_lowered_measure *out)
{
    static const size_t registers[] = {offsetof(struct mou_pack_measure, only_if), offsetof(struct mou_pack_measure, unless), offsetof(struct mou_pack_measure, period),
                                       offsetof(struct mou_pack_measure, term)};
    static const size_t value[] = {offsetof(struct mou_pack_grant, value)};
    static const size_t condition[] = {offsetof(struct mou_pack_reach, condition)};
    if (!mou_again_take(lowering, ask)) {
        return false;
    }
    const struct mou_lowered_measure *before = &lowering->again->before->measures[ask->index];
    struct mou_pack_measure *entry = &out->entry;
    make_room(lowering, out, before->entry.reach_count, before->entry.grant_count);
    *entry = before->entry;
    out->ground_count = before->ground_count;
    mou_again_forward(lowering, entry, registers, sizeof registers / sizeof registers[0]);
    entry->because = mou_again_list_now(lowering, entry->because, entry->because_count);
    entry->own_ends = mou_again_list_now(lowering, entry->own_ends, out->ground_count);
    entry->own_end_tests = mou_again_list_now(lowering, entry->own_end_tests, out->ground_count);
    entry->authorities = mou_again_list_now(lowering, entry->authorities, out->ground_count);
    for (uint32_t i = 0; i < entry->reach_count && !lowering->failed; i++) {
        out->reaches[i] = before->reaches[i];
        out->reaches[i].frame = lowering->again->frames[out->reaches[i].frame];
        mou_again_forward(lowering, &out->reaches[i], condition, 1);
    }
    for (uint32_t i = 0; i < entry->grant_count && !lowering->failed; i++) {
        out->grants[i] = before->grants[i];
        mou_again_forward(lowering, &out->grants[i], value, 1);
    }
    return true;
}

void mou_lower_measure(struct mou_lowering *lowering, uint32_t index)
{
    const struct mou_measure *measure = &lowering->program->measures.items[index];
    struct mou_lowered_measure *out = &lowering->measures[index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_MEASURE, index, false, &measure->decl);
    if (!take_measure(lowering, &ask, out)) {
        make_room(lowering, out, measure->reach_count, measure->grant_count);
        if (!lowering->failed) {
            lower_measure(lowering, measure, out);
        }
    }
    mou_answered(lowering, &ask);
}

static uint32_t interval_register(struct mou_lowering *lowering, const struct mou_texpr *interval)
{
    return interval == NULL ? MOU_NO_REGISTER : mou_lower_expr(lowering, interval, NULL);
}

struct mou_pack_publication mou_lower_publication(struct mou_lowering *lowering, const struct mou_publication *publication)
{
    struct mou_pack_publication out = {.share = publication->share, .every_type = MOU_PACK_MONTHS, .lasting_type = MOU_PACK_MONTHS};
    out.every = interval_register(lowering, publication->every);
    out.lasting = interval_register(lowering, publication->lasting);
    out.every_type = publication->every != NULL ? mou_lower_type(publication->every->type) : out.every_type;
    out.lasting_type = publication->lasting != NULL ? mou_lower_type(publication->lasting->type) : out.lasting_type;
    return out;
}

void mou_lower_publications(struct mou_lowering *lowering, const struct mou_publication *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        (void)mou_lower_publication(lowering, &list[i]);
    }
}

/* ------------------------------------------------------------------ depth */

/** Relation frames between a frame and the subject that it hangs from. */
static uint32_t frame_depth(const struct mou_lowering *lowering, uint32_t frame)
{
    uint32_t depth = 0;
    while (frame > MOU_FRAME_OF_SUBJECT) {
        depth += lowering->frames.items[frame].kind == MOU_FRAME_RELATION;
        frame = lowering->frames.items[frame].parent;
    }
    return depth;
}

uint32_t mou_lower_depth(const struct mou_lowering *lowering)
{
    uint32_t *depths = MOU_NEW_ARRAY(lowering->arena, lowering->instructions.count + 1, uint32_t);
    uint32_t deepest = 0;
    bool reaches = false;
    if (depths == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < lowering->instructions.count; i++) {
        const struct mou_pack_instruction *in = &lowering->instructions.items[i];
        const uint32_t operands[3] = {in->a, in->b, in->c};
        bool list = in->opcode == MOU_OP_CODE_TALLY || in->opcode == MOU_OP_CODE_TABLE;
        uint32_t own = frame_depth(lowering, in->frame);
        bool no_registers = in->opcode <= MOU_OP_CODE_PARAMETER || in->opcode == MOU_OP_CODE_COLUMN || in->opcode == MOU_OP_CODE_EXISTS ||
                            in->opcode == MOU_OP_CODE_MEASURE_STATE;
        depths[i] = own;
        for (uint32_t k = 0; !no_registers && !list && k < 3; k++) {
            if (operands[k] < i) {
                /* what is fetched at a related subject looks as far from there as it does from its own */
                bool fetched = in->opcode >= MOU_OP_CODE_AT_CONDITION && in->opcode <= MOU_OP_CODE_AT_FRACTION;
                uint32_t reach = depths[operands[k]] + (fetched ? own : 0);
                depths[i] = depths[i] > reach ? depths[i] : reach;
            }
        }
        for (uint32_t k = 0; list && k < (in->opcode == MOU_OP_CODE_TALLY ? in->b : in->c); k++) {
            uint32_t operand = lowering->lists.items[(in->opcode == MOU_OP_CODE_TALLY ? in->a : in->b) + k];
            depths[i] = depths[i] > depths[operand] ? depths[i] : depths[operand];
        }
        deepest = deepest > depths[i] ? deepest : depths[i];
    }
    for (size_t i = 0; i < lowering->program->measures.count; i++) {
        for (uint32_t k = 0; k < lowering->program->measures.items[i].reach_count; k++) {
            reaches = reaches || lowering->program->measures.items[i].reaches[k].relation != MOU_NO_INDEX;
        }
    }
    return deepest + reaches;
}
