/*
 * Rows of one subject in runs that only count: where they are only asked whether some, every or so many of them fulfil a condition, whole words of rows are looked at
 * and nobody asks whose a row is. Judged once per machine from the instructions. Called by lean.c, kernels_run.c and frames.c.
 */
#include "decide.h"
#include "lean.h"
#include "opcodes.h"
#include "reduce.h"

/* ------------------------------------------------------------------ what is asked of rows one by one */

static void need_lists(const struct mou_pack *pack, struct mou_lean_plan *plan, uint32_t frame)
{
    if (frame >= 2 && frame < 2 + pack->records_count) {
        plan->as_bits[frame - 2] = 0;
    }
}

/* Rows of other frames hang from these, or are these again. */
static void need_for_frames(const struct mou_pack *pack, struct mou_lean_plan *plan)
{
    for (uint32_t i = 0; i < pack->records_count; i++) {
        if (pack->records[i].parent != MOU_PACK_NONE) {
            need_lists(pack, plan, 2 + i);
            need_lists(pack, plan, 2 + pack->records[i].parent);
        }
    }
    for (uint32_t i = 2 + pack->records_count; i < pack->frames_count; i++) {
        const uint32_t record = mou_frame_record(pack, i);
        need_lists(pack, plan, pack->frames[i].parent);
        need_lists(pack, plan, pack->frames[i].owner);
        need_lists(pack, plan, record != MOU_PACK_NONE ? 2 + record : 0);
    }
}

/* Also of instructions that are late: somebody may ask for them after all. */
static void need_for_instruction(const struct mou_pack *pack, struct mou_lean_plan *plan, uint32_t index)
{
    const struct mou_pack_instruction *in = &pack->instructions[index];
    const enum mou_frame_rule rule = mou_opcode_info(in->opcode)->rule;
    const bool by_bits = in->opcode == MOU_OP_CODE_ANY || in->opcode == MOU_OP_CODE_EVERY || (in->opcode == MOU_OP_CODE_COUNT && plan->late[index] != 0);
    if (rule == MOU_RULE_UP || rule == MOU_RULE_PARENT) {
        need_lists(pack, plan, in->frame);
    }
    uint32_t operand = rule == MOU_RULE_DOWN && !by_bits ? mou_instruction_reads(pack, in, 0) : MOU_PACK_NONE;
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        need_lists(pack, plan, pack->instructions[operand].frame);
        operand = mou_instruction_reads(pack, in, n);
    }
}

/* Whether every measure is counted off bitmaps and none is ever judged for one subject. */
static bool judges_nobody(const struct mou_pack *pack)
{
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        if (!mou_measure_by_registers(pack, &pack->measures[i]) || mou_period_of_measure(pack, &pack->measures[i]).until != MOU_INTERVAL_OPEN_UNTIL) {
            return false;
        }
    }
    return true;
}

void mou_lean_find_rows(const struct mou_pack *pack, struct mou_lean_plan *plan)
{
    assert(pack != NULL && plan != NULL);
    bool asks_states = false;
    memset(plan->as_bits, 1, pack->records_count);
    need_for_frames(pack, plan);
    for (uint32_t i = 0; i < pack->header->first_other; i++) {
        asks_states = asks_states || pack->instructions[i].opcode == MOU_OP_CODE_MEASURE_STATE;
        need_for_instruction(pack, plan, i);
    }
    const bool judges = asks_states || !judges_nobody(pack);
    for (uint32_t i = 0; i < pack->grounds_count; i++) {
        if (judges || pack->grounds[i].frame != 2 + pack->grounds[i].record) {
            need_lists(pack, plan, 2 + pack->grounds[i].record);
        }
    }
}

enum mou_status mou_pack_rows_by_bits(const struct mou_pack *pack, bool *types)
{
    assert(pack != NULL && types != NULL);
    struct mou_arena *arena = mou_arena_new(pack->allocator);
    const struct mou_lean_plan *plan = arena != NULL ? mou_lean_plan_new(pack, arena) : NULL;
    for (uint32_t i = 0; plan != NULL && i < pack->records_count; i++) {
        types[i] = plan->as_bits[i] != 0;
    }
    mou_arena_free(arena);
    return plan != NULL ? MOU_OK : MOU_ERROR_MEMORY;
}

/* ------------------------------------------------------------------ counts against small numbers */

static bool is_small(const struct mou_pack *pack, uint32_t range)
{
    const struct mou_pack_instruction *in = &pack->instructions[range];
    const struct mou_pack_instruction *of = in->opcode == MOU_OP_CODE_RANGE_OF ? &pack->instructions[in->a] : in;
    return in->frame == 0 && of->opcode == MOU_OP_CODE_CONST && of->imm >= 0 && of->imm <= MOU_LEAN_COUNT_MAX;
}

uint32_t mou_lean_find_count(const struct mou_pack *pack, const struct mou_pack_instruction *instruction)
{
    assert(pack != NULL && instruction != NULL);
    if (instruction->opcode != MOU_OP_CODE_COMPARE_RANGE || instruction->frame != 1 || !is_small(pack, instruction->b)) {
        return MOU_PACK_NONE;
    }
    const struct mou_pack_instruction *count = &pack->instructions[instruction->a];
    return count->opcode == MOU_OP_CODE_COUNT && count->frame == 1 ? instruction->a : MOU_PACK_NONE;
}

/* A comparison as a count of at least `least`, and with `exactly` not of one more. */
struct count_test {
    int64_t least;
    bool exactly;
    bool inverted;
};

static struct count_test test_of(int64_t compare, int64_t number)
{
    return (struct count_test){
        .least = compare == MOU_COMPARE_GT || compare == MOU_COMPARE_LE ? number + 1 : number,
        .exactly = compare == MOU_COMPARE_EQ || compare == MOU_COMPARE_NE,
        .inverted = compare == MOU_COMPARE_LT || compare == MOU_COMPARE_LE || compare == MOU_COMPARE_NE,
    };
}

/* Subjects with at least `least` of the rows with a bit. */
static void at_least(const struct mou_kernel *kernel, const struct mou_reduction *reduction, const uint64_t *rows, int64_t least, uint64_t *scratch, uint64_t *subjects)
{
    if (least == 0 || reduction->rows == 0) {
        memset(subjects, least == 0 ? 0xff : 0, kernel->words * sizeof *subjects);
    } else {
        mou_row_runs_at_least(kernel->machine->runs, &reduction->frame->runs, rows, (uint32_t)least, scratch, subjects);
    }
}

/* yes: the number of rows that are in it for certain passes; maybe: that of all that may be. */
static void test_counts(struct mou_kernel *kernel, const struct mou_reduction *reduction, const struct count_test *test, uint64_t *scratch)
{
    uint64_t *yes = kernel->out->yes;
    uint64_t *maybe = kernel->out->maybe;
    uint64_t *beyond = scratch + 3 * reduction->words;
    at_least(kernel, reduction, reduction->yes, test->least, scratch, yes);
    at_least(kernel, reduction, reduction->maybe, test->least, scratch, maybe);
    if (test->exactly) {
        at_least(kernel, reduction, reduction->maybe, test->least + 1, scratch, beyond);
        for (size_t w = 0; w < kernel->words; w++) {
            yes[w] &= ~beyond[w];
        }
        at_least(kernel, reduction, reduction->yes, test->least + 1, scratch, beyond);
        for (size_t w = 0; w < kernel->words; w++) {
            maybe[w] &= ~beyond[w];
        }
    }
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t certain = test->inverted ? ~maybe[w] : yes[w];
        const uint64_t possible = test->inverted ? ~yes[w] : maybe[w];
        yes[w] = certain & mou_kernel_mask(kernel, w);
        maybe[w] = possible & mou_kernel_mask(kernel, w);
    }
}

bool mou_lean_compare_count(struct mou_kernel *kernel, uint32_t index, bool *done)
{
    assert(kernel != NULL && done != NULL && kernel->machine->lean_plan != NULL);
    const int64_t number = kernel->registers[kernel->instruction->b].value[0];
    const struct count_test test = test_of(kernel->instruction->imm, number);
    struct mou_kernel counting = *kernel; /* whose rows are looked at; its result is not made */
    struct mou_reduction reduction;
    counting.instruction = &kernel->machine->pack->instructions[kernel->machine->lean_plan->count_of[index]];
    *done = false;
    if (!mou_reduction_combined(&counting, &reduction)) {
        return false;
    }
    if (reduction.rows > 0 && reduction.frame->runs.ends == NULL) {
        return true;
    }
    uint64_t *scratch = MOU_SLAB_ARRAY(kernel->slab, 3 * reduction.words + kernel->words, uint64_t);
    if (scratch == NULL || !mou_kernel_take_condition(kernel)) {
        return false;
    }
    test_counts(kernel, &reduction, &test, scratch);
    *done = true;
    return true;
}
