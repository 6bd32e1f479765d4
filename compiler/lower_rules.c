/*
 * Findings, periods and the other rules to registers, and the stage's entry. A finding is lowered when first referred to; the strata stage made
 * sure that this ends.
 */
#include <assert.h>

#include "lower.h"
#include "stages.h"

static uint32_t lower_period(struct mou_lowering *lowering, uint32_t memorandum)
{
    const struct mou_memorandum *in = &lowering->program->memoranda.items[memorandum];
    const struct mou_clause *effective = NULL;
    const struct mou_clause *repealed = NULL;
    uint32_t period = MOU_NO_REGISTER;
    for (const struct mou_clause *clause = in->decl->clauses; clause != NULL; clause = clause->next) {
        effective = clause->kind == MOU_CLAUSE_EFFECTIVE ? clause : effective;
        repealed = clause->kind == MOU_CLAUSE_REPEALED ? clause : repealed;
    }
    if (in->effective != MOU_DATE_NONE) {
        uint32_t date = mou_code_constant(lowering, MOU_PACK_DATE, in->effective, effective->span);
        period = mou_code_compare(lowering, MOU_COMPARE_LE, date, mou_code_today(lowering, effective->span), effective->span);
    }
    if (in->repealed != MOU_DATE_NONE) {
        uint32_t date = mou_code_constant(lowering, MOU_PACK_DATE, in->repealed, repealed->span);
        uint32_t before = mou_code_compare(lowering, MOU_COMPARE_LT, mou_code_today(lowering, repealed->span), date, repealed->span);
        period = mou_code_and(lowering, period, before, in->decl->name.span);
    }
    return period != MOU_NO_REGISTER ? period : mou_code_truth(lowering, 1, in->decl->name.span);
}

uint32_t mou_lower_period(struct mou_lowering *lowering, uint32_t memorandum)
{
    const bool known = lowering->periods[memorandum] != MOU_NO_REGISTER;
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_PERIOD, memorandum, known, &lowering->program->memoranda.items[memorandum].decl);
    if (ask.fresh && !mou_again_take_register(lowering, &ask)) {
        lowering->periods[memorandum] = lower_period(lowering, memorandum);
    }
    mou_answered(lowering, &ask);
    return lowering->periods[memorandum];
}

static uint32_t negated(struct mou_lowering *lowering, uint32_t condition, struct mou_span span)
{
    return mou_code_same(lowering, MOU_OP_CODE_NOT, MOU_PACK_YES_NO, 0, condition, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, span);
}

/** 自 + a term. A fault of it is told at its first operand, the words of 自. */
static uint32_t end_after(struct mou_lowering *lowering, uint32_t from, const struct mou_texpr *term, struct mou_span words, const struct mou_env *env)
{
    uint16_t opcode = term->type.kind == MOU_TYPE_MONTHS     ? MOU_OP_CODE_DATE_ADD_MONTHS
                      : term->type.kind == MOU_TYPE_WORKDAYS ? MOU_OP_CODE_DATE_ADD_WORKDAYS
                                                             : MOU_OP_CODE_DATE_ADD_DAYS;
    return mou_code_same(lowering, opcode, MOU_PACK_DATE, 0, from, mou_lower_expr(lowering, term, env), MOU_NO_REGISTER, 0, words);
}

static uint32_t date_column(struct mou_lowering *lowering, const struct mou_record_type *record, uint32_t frame, uint32_t field)
{
    return field == MOU_NO_INDEX ? MOU_NO_REGISTER : mou_code_column(lowering, frame, field, MOU_PACK_DATE, 0, 0, record->fields.items[field].span);
}

/** Condition of a section: when, and not the section's unless, and not the finding's. */
static uint32_t section_condition(struct mou_lowering *lowering, const struct mou_section *section, uint32_t finding_unless, const struct mou_env *env)
{
    uint32_t condition = section->when != NULL ? mou_lower_expr(lowering, section->when, env) : mou_code_truth(lowering, 1, section->span);
    if (section->unless != NULL) {
        condition = mou_code_and(lowering, condition, negated(lowering, mou_lower_expr(lowering, section->unless, env), section->unless->span), section->span);
    }
    if (finding_unless != MOU_NO_REGISTER) {
        condition = mou_code_and(lowering, condition, finding_unless, section->span);
    }
    return condition;
}

/** Open end of an interval as a date, like that of a relation's row. */
#define OPEN_END ((int64_t)MOU_DATE_MAX + 1)

static uint32_t or_else(struct mou_lowering *lowering, uint32_t a, uint32_t b, struct mou_span span)
{
    return a == MOU_NO_REGISTER ? b : mou_code_same(lowering, MOU_OP_CODE_OR, MOU_PACK_YES_NO, 0, a, b, MOU_NO_REGISTER, 0, span);
}

/** Brings the ground's end forward to the events that are or may be there; returns whether one has come, NONE without 终止. */
static uint32_t lower_endings(struct mou_lowering *lowering, const struct mou_section *section, const struct mou_env *row, struct mou_pack_ground *ground)
{
    uint32_t ended = MOU_NO_REGISTER;
    for (uint32_t i = 0; i < section->ending_count && !lowering->failed; i++) {
        const struct mou_ending *ending = &section->endings[i];
        uint32_t end = ground->end != MOU_NO_REGISTER ? ground->end : mou_code_constant(lowering, MOU_PACK_DATE, OPEN_END, MOU_NO_SPAN);
        uint32_t date = mou_lower_expr(lowering, ending->date, row);
        uint32_t sooner = mou_code_same(lowering, MOU_OP_CODE_MIN, MOU_PACK_DATE, 0, end, date, MOU_NO_REGISTER, 0, MOU_NO_SPAN);
        uint32_t possible = mou_lower_expr(lowering, ending->possible, row);
        end = mou_code_same(lowering, MOU_OP_CODE_CHOICE_VALUE, MOU_PACK_DATE, 0, possible, sooner, end, 0, MOU_NO_SPAN);
        ground->end = mou_code_bring(lowering, end, ground->frame);
        ended = or_else(lowering, ended, mou_lower_expr(lowering, ending->happened, row), ending->span);
    }
    return ended != MOU_NO_REGISTER ? mou_code_bring(lowering, ended, ground->frame) : MOU_NO_REGISTER;
}

static void lower_section(struct mou_lowering *lowering, const struct mou_finding *finding, const struct mou_section *section, uint32_t unless, uint32_t period,
                          struct mou_pack_ground *ground)
{
    const struct mou_record_type *record = &lowering->program->records.items[section->record];
    uint32_t frame = 2 + section->record;
    struct mou_env subject = {finding->scope, MOU_FRAME_OF_SUBJECT, NULL};
    struct mou_env row = {section->scope, frame, &subject};
    uint32_t today = mou_code_today(lowering, section->span);
    *ground = (struct mou_pack_ground){.record = section->record, .frame = frame, .from = MOU_NO_REGISTER, .end = MOU_NO_REGISTER, .ended = MOU_NO_REGISTER};
    ground->condition = mou_code_bring(lowering, section_condition(lowering, section, unless, &row), frame);
    ground->presence = mou_lower_presence(lowering, section->record);
    ground->served = date_column(lowering, record, frame, record->served);
    ground->made = date_column(lowering, record, frame, record->made);
    ground->act = date_column(lowering, record, frame, record->act);
    uint32_t holds = mou_code_and(lowering, ground->condition, ground->presence, section->span);
    if (section->from != NULL) {
        ground->from = mou_code_bring(lowering, mou_lower_expr(lowering, section->from, &row), frame);
        holds = mou_code_and(lowering, holds, mou_code_compare(lowering, MOU_COMPARE_LE, ground->from, today, section->from->span), section->span);
    }
    if (section->until != NULL) {
        ground->end = mou_code_bring(lowering, mou_lower_expr(lowering, section->until, &row), frame);
    } else if (section->term != NULL && section->from != NULL) {
        ground->end = end_after(lowering, ground->from, section->term, section->from->span, &row);
        ground->end = mou_code_bring(lowering, ground->end, frame);
    }
    if (ground->end != MOU_NO_REGISTER) {
        holds = mou_code_and(lowering, holds, mou_code_compare(lowering, MOU_COMPARE_LT, today, ground->end, section->span), section->span);
    }
    ground->ended = lower_endings(lowering, section, &row, ground);
    if (ground->ended != MOU_NO_REGISTER) {
        holds = mou_code_and(lowering, holds, negated(lowering, ground->ended, section->span), section->span);
    }
    ground->holds = mou_code_bring(lowering, mou_code_and(lowering, holds, period, section->span), frame);
}

/** A register of its own that the world without contested records copies from the one with them. */
static uint32_t without_stay(struct mou_lowering *lowering, uint32_t holds, struct mou_span span)
{
    struct mou_pack_instruction kept = {.opcode = MOU_OP_CODE_AND, .type = MOU_PACK_YES_NO, .flags = MOU_INSTRUCTION_NO_STAY,
                                        .frame = mou_code_frame(lowering, holds), .a = holds, .b = mou_code_truth(lowering, 1, span)};
    return mou_code_add(lowering, kept, span);
}

static uint32_t sections_hold(struct mou_lowering *lowering, uint32_t index, uint32_t unless, uint32_t period)
{
    const struct mou_finding *finding = &lowering->program->findings.items[index];
    struct mou_lowered_finding *lowered = &lowering->findings[index];
    uint32_t holds = MOU_NO_REGISTER;
    for (uint32_t i = 0; i < finding->section_count && !lowering->failed; i++) {
        const struct mou_section *section = &finding->sections[i];
        struct mou_pack_ground *ground = &lowered->grounds[i].entry;
        lower_section(lowering, finding, section, unless, period, ground);
        struct mou_pack_instruction any = {.opcode = MOU_OP_CODE_ANY, .type = MOU_PACK_YES_NO, .frame = MOU_FRAME_OF_SUBJECT, .a = ground->presence, .b = ground->holds};
        uint32_t one = mou_code_add(lowering, any, section->span);
        holds = holds == MOU_NO_REGISTER ? one : mou_code_same(lowering, MOU_OP_CODE_OR, MOU_PACK_YES_NO, 0, holds, one, MOU_NO_REGISTER, 0, finding->decl->name.span);
    }
    return holds;
}

static const size_t finding_registers[] = {offsetof(struct mou_pack_finding, holds), offsetof(struct mou_pack_finding, unless),
                                           offsetof(struct mou_pack_finding, when), offsetof(struct mou_pack_finding, period)};
static const size_t ground_registers[] = {
    offsetof(struct mou_pack_ground, condition), offsetof(struct mou_pack_ground, presence), offsetof(struct mou_pack_ground, from),
    offsetof(struct mou_pack_ground, end),       offsetof(struct mou_pack_ground, ended),    offsetof(struct mou_pack_ground, holds),
    offsetof(struct mou_pack_ground, served),    offsetof(struct mou_pack_ground, made),     offsetof(struct mou_pack_ground, act)};
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void make_room(struct mou_lowering *lowering, struct mou_lowered_finding *lowered, uint32_t ground_count)
{
    lowered->grounds = MOU_NEW_ARRAY(lowering->arena, ground_count, struct mou_lowered_ground);
    lowering->failed = lowering->failed || lowered->grounds == NULL;
}

/** The finding as it was before, with the registers of now. */
static bool take_finding(struct mou_lowering *lowering, const struct mou_ask *ask, struct mou_lowered_finding *lowered)
{
    if (!mou_again_take(lowering, ask)) {
        return false;
    }
    const struct mou_lowered_finding *before = &lowering->again->before->findings[ask->index];
    lowered->entry = before->entry;
    mou_again_forward(lowering, &lowered->entry, finding_registers, COUNT_OF(finding_registers));
    make_room(lowering, lowered, before->entry.ground_count);
    for (uint32_t i = 0; i < before->entry.ground_count && !lowering->failed; i++) {
        lowered->grounds[i] = before->grounds[i];
        mou_again_forward(lowering, &lowered->grounds[i].entry, ground_registers, COUNT_OF(ground_registers));
    }
    return true;
}

/** Whoever reads the grounds asks for the finding. */
static void compare_finding(struct mou_lowering *lowering, const struct mou_ask *ask, const struct mou_lowered_finding *lowered)
{
    const struct mou_lowered_finding *before = &lowering->again->before->findings[ask->index];
    mou_again_compare(lowering, ask, &lowered->entry, &before->entry, finding_registers, COUNT_OF(finding_registers));
    for (uint32_t i = 0; i < lowered->entry.ground_count && i < before->entry.ground_count; i++) {
        mou_again_compare(lowering, ask, &lowered->grounds[i].entry, &before->grounds[i].entry, ground_registers, COUNT_OF(ground_registers));
    }
}

static void lower_finding(struct mou_lowering *lowering, uint32_t index)
{
    const struct mou_finding *finding = &lowering->program->findings.items[index];
    struct mou_lowered_finding *lowered = &lowering->findings[index];
    struct mou_env subject = {finding->scope, MOU_FRAME_OF_SUBJECT, NULL};
    struct mou_span span = finding->decl->name.span;
    make_room(lowering, lowered, finding->section_count);
    if (lowering->failed) {
        return;
    }
    lowered->entry = (struct mou_pack_finding){.memorandum = finding->memorandum, .list_kind = finding->list_kind, .unless = MOU_NO_REGISTER,
                                               .when = MOU_NO_REGISTER, .ground_count = finding->section_count, .publication_count = finding->publication_count};
    uint32_t period = mou_lower_period(lowering, finding->memorandum);
    uint32_t allowed = MOU_NO_REGISTER;
    if (finding->unless != NULL) {
        uint32_t unless = mou_lower_expr(lowering, finding->unless, &subject);
        lowered->entry.unless = mou_code_bring(lowering, unless, MOU_FRAME_OF_SUBJECT);
        allowed = negated(lowering, unless, finding->unless->span);
    }
    uint32_t holds = MOU_NO_REGISTER;
    if (finding->section_count > 0) {
        holds = sections_hold(lowering, index, allowed, period);
    } else {
        uint32_t when = mou_lower_expr(lowering, finding->when, &subject);
        lowered->entry.when = when;
        holds = mou_code_and(lowering, mou_code_and(lowering, when, allowed, span), period, span);
    }
    if (lowering->program->memoranda.items[finding->memorandum].objection_no_stay) {
        holds = without_stay(lowering, holds, span);
    }
    mou_lower_publications(lowering, finding->publications, finding->publication_count);
    lowered->entry.period = period;
    lowered->entry.holds = holds;
}

uint32_t mou_lower_finding(struct mou_lowering *lowering, uint32_t index)
{
    struct mou_lowered_finding *lowered = &lowering->findings[index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_FINDING, index, lowered->done, &lowering->program->findings.items[index].decl);
    lowered->done = lowered->done || ask.fresh;
    if (ask.fresh && !take_finding(lowering, &ask, lowered)) {
        lower_finding(lowering, index);
        if (lowering->again != NULL && !lowering->failed) {
            compare_finding(lowering, &ask, lowered);
        }
    }
    mou_answered(lowering, &ask);
    return lowered->entry.holds;
}

/* ------------------------------------------------------------------ the stage */

static bool start(struct mou_lowering *lowering)
{
    struct mou_program *program = lowering->program;
    const struct mou_pack_frame unit = {MOU_FRAME_UNIT, 0, 0, MOU_PACK_NONE, 0};
    const struct mou_pack_frame subject = {MOU_FRAME_SUBJECT, 0, 0, MOU_PACK_NONE, 0};
    lowering->text_numbers = mou_intern_new(lowering->arena);
    lowering->definitions = MOU_NEW_ARRAY(lowering->arena, program->definitions.count + 1, uint32_t);
    lowering->listings = MOU_NEW_ARRAY(lowering->arena, program->listings.count * MOU_LISTING_ASPECT_COUNT * 2 + 1, uint32_t);
    lowering->periods = MOU_NEW_ARRAY(lowering->arena, program->memoranda.count + 1, uint32_t);
    lowering->on_list = MOU_NEW_ARRAY(lowering->arena, program->list_kinds.count + 1, uint32_t);
    lowering->presence = MOU_NEW_ARRAY(lowering->arena, program->records.count + 1, uint32_t);
    lowering->findings = MOU_NEW_ARRAY(lowering->arena, program->findings.count + 1, struct mou_lowered_finding);
    lowering->measures = MOU_NEW_ARRAY(lowering->arena, program->measures.count + 1, struct mou_lowered_measure);
    bool ready = lowering->text_numbers != NULL && lowering->definitions != NULL && lowering->listings != NULL && lowering->periods != NULL && lowering->on_list != NULL &&
                 lowering->presence != NULL && lowering->findings != NULL && lowering->measures != NULL &&
                 MOU_VEC_PUSH(lowering->arena, &lowering->frames, unit) && MOU_VEC_PUSH(lowering->arena, &lowering->frames, subject);
    for (uint32_t i = 0; ready && i < program->definitions.count; i++) {
        lowering->definitions[i] = MOU_NO_REGISTER;
    }
    for (uint32_t i = 0; ready && i < program->listings.count * MOU_LISTING_ASPECT_COUNT * 2; i++) {
        lowering->listings[i] = MOU_NO_REGISTER;
    }
    for (uint32_t i = 0; ready && i < program->memoranda.count; i++) {
        lowering->periods[i] = MOU_NO_REGISTER;
    }
    for (uint32_t i = 0; ready && i < program->list_kinds.count; i++) {
        lowering->on_list[i] = MOU_NO_REGISTER;
    }
    for (uint32_t i = 0; ready && i < program->records.count; i++) {
        const struct mou_pack_frame home = {MOU_FRAME_RECORDS, MOU_FRAME_OF_SUBJECT, MOU_FRAME_OF_SUBJECT, i, 0};
        lowering->presence[i] = MOU_NO_REGISTER;
        ready = MOU_VEC_PUSH(lowering->arena, &lowering->frames, home);
    }
    return ready && mou_again_start(lowering);
}

enum mou_status mou_lower(struct mou_program *program, struct mou_diagnostics *diagnostics, bool measured, struct mou_buf *out)
{
    struct mou_lowering *lowering = MOU_NEW(program->arena, struct mou_lowering);
    if (lowering == NULL) {
        return MOU_ERROR_MEMORY;
    }
    *lowering = (struct mou_lowering){.program = program, .arena = program->arena, .diagnostics = diagnostics, .measured = measured, .within = MOU_NO_SPAN};
    if (!start(lowering)) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < program->findings.count; i++) {
        (void)mou_lower_finding(lowering, i);
    }
    if (lowering->failed && !mou_arena_failed(program->arena)) {
        mou_diagnose(diagnostics, MOU_DIAG_TOO_DEEP, MOU_NO_SPAN, MOU_TEXT(""), MOU_TEXT(""), MOU_TEXT(""));
        return MOU_OK;
    }
    enum mou_status status = lowering->failed ? MOU_ERROR_MEMORY : mou_emit(lowering, out);
    program->lowered = status == MOU_OK && lowering->recorded ? lowering : NULL;
    return status;
}
