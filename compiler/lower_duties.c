/*
 * Duties, repairs, matters and assertions to registers. They come behind everything that decisions need, so that a run without them can stop
 * short of them. Duties and repairs see raw records (fine print 3): rows that are not served yet are there.
 */
#include <string.h>

#include "lower.h"

static uint32_t at_home(struct mou_lowering *lowering, uint32_t reg, uint32_t frame)
{
    return reg == MOU_NO_REGISTER ? MOU_NO_REGISTER : mou_code_bring(lowering, reg, frame);
}

/** A condition over the row at hand, or NONE. */
static uint32_t row_condition(struct mou_lowering *lowering, const struct mou_texpr *condition, const struct mou_env *row)
{
    return condition == NULL ? MOU_NO_REGISTER : at_home(lowering, mou_lower_expr(lowering, condition, row), row->frame);
}

/** The last day: start plus the time given, moved to a working day where the rule says so. */
static uint32_t deadline(struct mou_lowering *lowering, const struct mou_duty *duty, uint32_t start, const struct mou_env *row)
{
    uint16_t opcode = duty->within->type.kind == MOU_TYPE_MONTHS     ? MOU_OP_CODE_DATE_ADD_MONTHS
                      : duty->within->type.kind == MOU_TYPE_WORKDAYS ? MOU_OP_CODE_DATE_ADD_WORKDAYS
                                                                     : MOU_OP_CODE_DATE_ADD_DAYS;
    uint32_t within = mou_lower_expr(lowering, duty->within, row);
    uint32_t last = mou_code_same(lowering, opcode, MOU_PACK_DATE, 0, start, within, MOU_NO_REGISTER, 0, duty->within->span);
    if (duty->roll_forward) {
        last = mou_code_same(lowering, MOU_OP_CODE_ROLL_FORWARD, MOU_PACK_DATE, 0, last, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, duty->within->span);
    }
    return last;
}

/** The quantifier itself, where it has an instruction of its own as a condition. */
static uint32_t quantifier_of(const struct mou_lowering *lowering, uint32_t reg)
{
    const struct mou_pack_instruction *in = &lowering->instructions.items[reg];
    return in->opcode == MOU_OP_CODE_WRITTEN ? in->a : reg;
}

/** 完成: any of them; those that ask for another record are listed, so that the record can be named. */
static void lower_completions(struct mou_lowering *lowering, const struct mou_duty *duty, const struct mou_env *row, struct mou_pack_duty *out)
{
    MOU_VEC(uint32_t) evidence = {0};
    for (uint32_t i = 0; i < duty->done_count; i++) {
        uint32_t one = mou_lower_expr(lowering, duty->done[i], row);
        if (duty->done[i]->kind == MOU_TX_QUANTIFIER && duty->done[i]->quantifier == MOU_SOME && !MOU_VEC_PUSH(lowering->arena, &evidence, quantifier_of(lowering, one))) {
            lowering->failed = true;
        }
        out->done = out->done == MOU_NO_REGISTER ? one
                                                 : mou_code_same(lowering, MOU_OP_CODE_OR, MOU_PACK_YES_NO, 0, out->done, one, MOU_NO_REGISTER, 0, duty->decl->name.span);
    }
    out->done = at_home(lowering, out->done, row->frame);
    out->evidence = mou_code_list(lowering, evidence.items, (uint32_t)evidence.count);
    out->evidence_count = (uint32_t)evidence.count;
}

static void lower_duty(struct mou_lowering *lowering, const struct mou_duty *duty, struct mou_pack_duty *out)
{
    const uint32_t frame = 2 + duty->record;
    struct mou_env subject = {duty->scope->outer, MOU_FRAME_OF_SUBJECT, NULL};
    struct mou_env row = {duty->scope, frame, &subject};
    uint32_t today = mou_code_today(lowering, duty->decl->name.span);
    *out = (struct mou_pack_duty){.memorandum = duty->memorandum, .record = duty->record, .frame = frame, .done = MOU_NO_REGISTER, .authority_of = MOU_NO_REGISTER};
    out->condition = row_condition(lowering, duty->when, &row);
    out->start = at_home(lowering, mou_lower_expr(lowering, duty->start, &row), frame);
    out->deadline = at_home(lowering, deadline(lowering, duty, out->start, &row), frame);
    out->begun = at_home(lowering, mou_code_compare(lowering, MOU_COMPARE_LE, out->start, today, duty->start->span), frame);
    out->over = at_home(lowering, mou_code_compare(lowering, MOU_COMPARE_GT, today, out->deadline, duty->within->span), frame);
    lower_completions(lowering, duty, &row, out);
    if (duty->authority_of != NULL) {
        out->authority_of = at_home(lowering, mou_lower_expr(lowering, duty->authority_of, &row), frame);
    }
}

static void lower_repair(struct mou_lowering *lowering, const struct mou_repair *repair, struct mou_pack_repair *out)
{
    const uint32_t frame = 2 + repair->record;
    struct mou_env subject = {repair->scope->outer, MOU_FRAME_OF_SUBJECT, NULL};
    struct mou_env row = {repair->scope, frame, &subject};
    *out = (struct mou_pack_repair){.memorandum = repair->memorandum, .record = repair->record, .frame = frame};
    out->eligible = row_condition(lowering, repair->eligible, &row);
    out->refused = row_condition(lowering, repair->refused, &row);
}

static uint32_t subject_condition(struct mou_lowering *lowering, const struct mou_texpr *condition, const struct mou_binding *scope)
{
    struct mou_env subject = {scope, MOU_FRAME_OF_SUBJECT, NULL};
    return row_condition(lowering, condition, &subject);
}

uint32_t mou_lower_measure_state(struct mou_lowering *lowering, const struct mou_texpr *expr)
{
    static const uint32_t states[] = {MOU_PACK_STATE_IN_FORCE, MOU_PACK_STATE_SUSPENDED, MOU_PACK_STATE_TO_VERIFY, MOU_PACK_STATE_PENDING, MOU_PACK_STATE_CONTESTED};
    struct mou_pack_instruction state = {.opcode = MOU_OP_CODE_MEASURE_STATE, .type = MOU_PACK_YES_NO, .frame = MOU_FRAME_OF_SUBJECT,
                                         .a = expr->index != MOU_NO_INDEX ? expr->index : lowering->each_measure, .imm = states[expr->state]};
    if (!lowering->in_assertion && expr->state == MOU_STATE_IN_FORCE) {
        state.imm = MOU_PACK_STATE_IN_FORCE_IF_KNOWN;
    }
    return mou_code_add(lowering, state, expr->span);
}

uint32_t mou_lower_each_measure(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env)
{
    const uint16_t join = expr->quantifier == MOU_EVERY ? MOU_OP_CODE_AND : MOU_OP_CODE_OR;
    uint32_t all = MOU_NO_REGISTER;
    for (uint32_t i = 0; i < lowering->program->measures.count && !lowering->failed; i++) {
        if ((uint32_t)lowering->program->measures.items[i].kind != expr->index) {
            continue;
        }
        lowering->each_measure = i;
        uint32_t one = mou_lower_expr(lowering, expr->arguments[0], env);
        all = all == MOU_NO_REGISTER ? one : mou_code_same(lowering, join, MOU_PACK_YES_NO, 0, all, one, MOU_NO_REGISTER, 0, expr->span);
    }
    if (all == MOU_NO_REGISTER) {
        all = mou_code_truth(lowering, expr->quantifier == MOU_EVERY, expr->span);
    }
    return expr->quantifier == MOU_NONE_OF ? mou_code_same(lowering, MOU_OP_CODE_NOT, MOU_PACK_YES_NO, 0, all, MOU_NO_REGISTER, MOU_NO_REGISTER, 0, expr->span) : all;
}

/* ------------------------------------------------------------------ as they were before */

/** An entry as it was before, with the registers of now. */
static bool take(struct mou_lowering *lowering, const struct mou_ask *ask, void *entry, const void *before, size_t size, const size_t *registers, size_t count)
{
    if (!mou_again_take(lowering, ask)) {
        return false;
    }
    memcpy(entry, before, size);
    mou_again_forward(lowering, entry, registers, count);
    return true;
}

#define TAKE(lowering, ask, table, registers)                                                                                    \
    ((lowering)->again != NULL && take((lowering), &(ask), &(lowering)->table[(ask).index], &(lowering)->again->before->table[(ask).index], \
                                       sizeof *(lowering)->table, (registers), sizeof(registers) / sizeof(registers)[0]))

static void duty_at(struct mou_lowering *lowering, uint32_t index)
{
    static const size_t registers[] = {offsetof(struct mou_pack_duty, condition), offsetof(struct mou_pack_duty, start), offsetof(struct mou_pack_duty, deadline),
                                       offsetof(struct mou_pack_duty, begun), offsetof(struct mou_pack_duty, over), offsetof(struct mou_pack_duty, done),
                                       offsetof(struct mou_pack_duty, authority_of)};
    const struct mou_duty *duty = &lowering->program->duties.items[index];
    struct mou_pack_duty *out = &lowering->duties[index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_DUTY, index, false, &duty->decl);
    if (TAKE(lowering, ask, duties, registers)) {
        out->evidence = mou_again_list_now(lowering, out->evidence, out->evidence_count);
    } else {
        lower_duty(lowering, duty, out);
    }
    mou_answered(lowering, &ask);
}

static void repair_at(struct mou_lowering *lowering, uint32_t index)
{
    static const size_t registers[] = {offsetof(struct mou_pack_repair, eligible), offsetof(struct mou_pack_repair, refused)};
    const struct mou_repair *repair = &lowering->program->repairs.items[index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_REPAIR, index, false, &repair->decl);
    if (!TAKE(lowering, ask, repairs, registers)) {
        lower_repair(lowering, repair, &lowering->repairs[index]);
    }
    mou_answered(lowering, &ask);
}

static void matter_at(struct mou_lowering *lowering, uint32_t index)
{
    static const size_t registers[] = {offsetof(struct mou_pack_matter, prohibit), offsetof(struct mou_pack_matter, advise)};
    const struct mou_matter *matter = &lowering->program->matters.items[index];
    struct mou_pack_matter *out = &lowering->matters[index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_MATTER, index, false, &matter->decl);
    if (TAKE(lowering, ask, matters, registers)) {
        out->measures = mou_again_list_now(lowering, out->measures, out->measure_count);
    } else {
        *out = (struct mou_pack_matter){.memorandum = matter->memorandum, .measure_count = matter->measure_count};
        out->measures = mou_code_numbers(lowering, matter->measures, matter->measure_count);
        out->prohibit = subject_condition(lowering, matter->prohibit, matter->scope);
        out->advise = subject_condition(lowering, matter->advise, matter->scope);
    }
    mou_answered(lowering, &ask);
}

static void assertion_at(struct mou_lowering *lowering, uint32_t index)
{
    static const size_t registers[] = {offsetof(struct mou_pack_assertion, holds)};
    const struct mou_assertion *assertion = &lowering->program->assertions.items[index];
    struct mou_pack_assertion *out = &lowering->assertions[index];
    const struct mou_ask ask = mou_ask(lowering, MOU_PART_ASSERTION, index, false, &assertion->decl);
    if (!TAKE(lowering, ask, assertions, registers)) {
        *out = (struct mou_pack_assertion){.memorandum = assertion->memorandum};
        out->holds = subject_condition(lowering, assertion->body, assertion->scope);
    }
    mou_answered(lowering, &ask);
}

/* ------------------------------------------------------------------ all of them */

/** Sets up the room for the entries; false when memory ran out. */
static bool prepare(struct mou_lowering *lowering)
{
    const struct mou_program *program = lowering->program;
    lowering->duties = MOU_NEW_ARRAY(lowering->arena, program->duties.count + 1, struct mou_pack_duty);
    lowering->repairs = MOU_NEW_ARRAY(lowering->arena, program->repairs.count + 1, struct mou_pack_repair);
    lowering->matters = MOU_NEW_ARRAY(lowering->arena, program->matters.count + 1, struct mou_pack_matter);
    lowering->assertions = MOU_NEW_ARRAY(lowering->arena, program->assertions.count + 1, struct mou_pack_assertion);
    lowering->raw_definitions = MOU_NEW_ARRAY(lowering->arena, program->definitions.count + 1, uint32_t);
    for (uint32_t i = 0; lowering->raw_definitions != NULL && i < program->definitions.count; i++) {
        lowering->raw_definitions[i] = MOU_NO_REGISTER;
    }
    return !mou_arena_failed(lowering->arena);
}

void mou_lower_others(struct mou_lowering *lowering)
{
    struct mou_program *program = lowering->program;
    lowering->first_other = (uint32_t)lowering->instructions.count;
    if (!prepare(lowering)) {
        lowering->failed = true;
        return;
    }
    lowering->raw = true;
    for (uint32_t i = 0; i < program->duties.count; i++) {
        duty_at(lowering, i);
    }
    for (uint32_t i = 0; i < program->repairs.count; i++) {
        repair_at(lowering, i);
    }
    lowering->raw = false;
    for (uint32_t i = 0; i < program->matters.count; i++) {
        matter_at(lowering, i);
    }
    lowering->in_assertion = true;
    for (uint32_t i = 0; i < program->assertions.count; i++) {
        assertion_at(lowering, i);
    }
    lowering->in_assertion = false;
}
