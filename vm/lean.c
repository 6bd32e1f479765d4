/*
 * What a run that only counts outcomes may leave out, and what its conditions ask of columns directly; see lean.h. Judged once per machine from the instructions,
 * and once per as-of date for the values compared with. Called by kernels_run.c.
 */
#include "lean.h"

#include "opcodes.h"

/* ------------------------------------------------------------------ what is asked of columns */

static bool is_home(const struct mou_pack *pack, uint32_t frame)
{
    return frame >= 1 && frame < 2 + pack->records_count;
}

/* A type without rows may have no columns. */
static const struct mou_column no_rows = {.width = 0};

const struct mou_column *mou_column_as_it_is(const struct mou_machine *machine, uint32_t instruction)
{
    assert(machine != NULL && instruction < machine->pack->instructions_count);
    const struct mou_pack *pack = machine->pack;
    const struct mou_pack_instruction *in = &pack->instructions[instruction];
    if (in->opcode != MOU_OP_CODE_COLUMN || !is_home(pack, in->frame)) {
        return NULL;
    }
    if (in->frame == 1) {
        return &machine->batch->attributes[in->imm][in->a];
    }
    const struct mou_column *fields = machine->batch->records[in->frame - 2].fields;
    return fields != NULL ? &fields[in->a] : &no_rows;
}

static bool is_unit(const struct mou_pack *pack, uint32_t index)
{
    return pack->instructions[index].frame == 0;
}

static uint32_t mirrored(int64_t compare)
{
    switch ((enum mou_compare)compare) {
    case MOU_COMPARE_LT: return MOU_COMPARE_GT;
    case MOU_COMPARE_LE: return MOU_COMPARE_GE;
    case MOU_COMPARE_GT: return MOU_COMPARE_LT;
    case MOU_COMPARE_GE: return MOU_COMPARE_LE;
    case MOU_COMPARE_EQ:
    case MOU_COMPARE_NE:
    case MOU_COMPARE_COUNT: break;
    }
    return (uint32_t)compare;
}

/* The function rises or falls with the date in its first operand, and nothing else in it goes by rows. */
static bool is_monotone(const struct mou_pack *pack, const struct mou_pack_instruction *in)
{
    switch (in->opcode) {
    case MOU_OP_CODE_YEAR: return true;
    case MOU_OP_CODE_DATE_ADD_MONTHS:
    case MOU_OP_CODE_DATE_ADD_DAYS:
    case MOU_OP_CODE_AGE: return is_unit(pack, in->b);
    default: return false;
    }
}

/* Whether `index`, at `frame`, is a column as it is, or a function of one. */
static bool find_column(const struct mou_pack *pack, uint32_t index, uint32_t frame, struct mou_direct *direct)
{
    const struct mou_pack_instruction *in = &pack->instructions[index];
    direct->function = MOU_PACK_NONE;
    if (is_monotone(pack, in) && mirrored(direct->compare) != direct->compare) {
        direct->function = index;
        index = in->a;
    }
    direct->column = index;
    return pack->instructions[index].opcode == MOU_OP_CODE_COLUMN && pack->instructions[index].frame == frame && is_home(pack, frame);
}

static bool find_direct(const struct mou_pack *pack, const struct mou_pack_instruction *in, struct mou_direct *direct)
{
    *direct = (struct mou_direct){.other = MOU_PACK_NONE, .compare = MOU_COMPARE_EQ};
    switch (in->opcode) {
    case MOU_OP_CODE_FILLED:
    case MOU_OP_CODE_TRUTH: return find_column(pack, in->a, in->frame, direct);
    case MOU_OP_CODE_COMPARE: break;
    default: return false;
    }
    const bool left = is_unit(pack, in->b);
    direct->other = left ? in->b : in->a;
    direct->compare = left ? (uint32_t)in->imm : mirrored(in->imm);
    return is_unit(pack, direct->other) && find_column(pack, left ? in->a : in->b, in->frame, direct);
}

/* ------------------------------------------------------------------ what outcomes rest on */

static void need(uint8_t *late, uint32_t index)
{
    if (index != MOU_PACK_NONE) {
        late[index] = 0;
    }
}

/* Registers that are read for whole batches; what else outcomes rest on is asked of few rows. */
static void need_roots(const struct mou_pack *pack, uint8_t *late)
{
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        need(late, pack->findings[i].holds);
    }
    for (uint32_t i = 0; i < pack->grounds_count; i++) {
        need(late, pack->grounds[i].condition);
        need(late, pack->grounds[i].presence);
        need(late, pack->grounds[i].holds);
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        need(late, pack->measures[i].only_if);
        need(late, pack->measures[i].unless);
    }
}

/* What the instruction reads of registers, where nothing of it is late. */
static void need_operands(const struct mou_pack *pack, uint8_t *late, uint32_t index)
{
    uint32_t operand = mou_instruction_reads(pack, &pack->instructions[index], 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        need(late, operand);
        operand = mou_instruction_reads(pack, &pack->instructions[index], n);
    }
}

static void find_late(const struct mou_pack *pack, struct mou_lean_plan *plan)
{
    memset(plan->late, 1, pack->instructions_count);
    need_roots(pack, plan->late);
    for (uint32_t i = pack->instructions_count; i-- > 0;) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        need(plan->late, in->frame == 0 ? i : MOU_PACK_NONE);
        if (plan->late[i] == 0 && plan->direct_of[i] == MOU_PACK_NONE) {
            need_operands(pack, plan->late, plan->count_of[i] != MOU_PACK_NONE ? plan->count_of[i] : i);
        }
    }
}

struct mou_lean_plan *mou_lean_plan_new(const struct mou_pack *pack, struct mou_arena *arena)
{
    assert(pack != NULL && arena != NULL);
    struct mou_lean_plan *plan = MOU_NEW(arena, struct mou_lean_plan);
    if (plan == NULL) {
        return NULL;
    }
    plan->late = MOU_NEW_ARRAY(arena, pack->instructions_count, uint8_t);
    plan->direct_of = MOU_NEW_ARRAY(arena, pack->instructions_count, uint32_t);
    plan->directs = MOU_NEW_ARRAY(arena, pack->instructions_count, struct mou_direct);
    plan->bounds = MOU_NEW_ARRAY(arena, pack->instructions_count, struct mou_bound);
    plan->count_of = MOU_NEW_ARRAY(arena, pack->instructions_count, uint32_t);
    plan->as_bits = MOU_NEW_ARRAY(arena, (size_t)pack->records_count + 1, uint8_t);
    if (mou_arena_failed(arena)) {
        return NULL;
    }
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const bool found = find_direct(pack, &pack->instructions[i], &plan->directs[plan->direct_count]);
        plan->direct_of[i] = found ? plan->direct_count++ : MOU_PACK_NONE;
        plan->count_of[i] = mou_lean_find_count(pack, &pack->instructions[i]);
    }
    find_late(pack, plan);
    mou_lean_find_rows(pack, plan);
    return plan;
}

bool mou_lean_prepare(struct mou_machine *machine)
{
    assert(machine != NULL);
    if (machine->lean_plan == NULL) {
        machine->lean_plan = mou_lean_plan_new(machine->pack, machine->pack_arena);
    }
    return machine->lean_plan != NULL;
}

void mou_lean_forget(struct mou_machine *machine)
{
    assert(machine != NULL);
    for (uint32_t i = 0; machine->lean_plan != NULL && i < machine->lean_plan->direct_count; i++) {
        machine->lean_plan->bounds[i].found = false;
    }
}

/* ------------------------------------------------------------------ values on a date */

/* Known registers at frame 0, for the search. */
struct search {
    const struct mou_machine *machine;
    const struct mou_direct *direct;
    uint32_t opcode;
    int64_t argument; /* second operand of the function */
    int64_t other;
};

static bool unit_value(const struct mou_machine *machine, uint32_t index, int64_t *value)
{
    const struct mou_register *cells = &machine->registers[MOU_WORLD_ALL][index];
    *value = cells->value[0];
    return (cells->known[0] & 1u) != 0;
}

static bool succeeds(const struct search *search, int64_t date)
{
    return mou_scalar_value(search->machine, search->opcode, date, search->argument).fault == MOU_FAULT_NONE;
}

static bool holds(const struct search *search, int64_t date)
{
    const int64_t value = mou_scalar_value(search->machine, search->opcode, date, search->argument).value;
    return mou_scalar_compare(search->direct->compare, (value > search->other) - (value < search->other));
}

/* The first date of (low, high] for which `asked` says something else than for `low`; it does for `high`, and once only. */
static int64_t first_other(const struct search *search, bool (*asked)(const struct search *, int64_t), int64_t low, int64_t high)
{
    const bool at_low = asked(search, low);
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (asked(search, middle) == at_low) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* Dates on which the function succeeds: all, or all up to one, or all from one. */
static bool find_ends(const struct search *search, struct mou_bound *bound)
{
    bound->least = MOU_DATE_MIN;
    bound->greatest = MOU_DATE_MAX;
    const bool first = succeeds(search, MOU_DATE_MIN);
    const bool last = succeeds(search, MOU_DATE_MAX);
    if (first && !last) {
        bound->greatest = first_other(search, succeeds, MOU_DATE_MIN, MOU_DATE_MAX) - 1;
    } else if (last && !first) {
        bound->least = first_other(search, succeeds, MOU_DATE_MIN, MOU_DATE_MAX);
    }
    return first || last;
}

static void find_through(const struct search *search, struct mou_bound *bound)
{
    bound->there = find_ends(search, bound);
    if (!bound->there) {
        return;
    }
    const bool at_least = holds(search, bound->least);
    bound->relation = MOU_RELATION_LESS;
    bound->invert = at_least ? 0 : UINT64_MAX;
    bound->value = at_least == holds(search, bound->greatest) ? INT64_MAX : first_other(search, holds, bound->least, bound->greatest);
}

static void find_plain(const struct search *search, struct mou_bound *bound)
{
    const uint32_t compare = search->direct->compare;
    bound->there = true;
    bound->value = search->other;
    bound->least = INT64_MIN;
    bound->greatest = INT64_MAX;
    bound->relation = compare == MOU_COMPARE_EQ || compare == MOU_COMPARE_NE   ? MOU_RELATION_EQUAL
                      : compare == MOU_COMPARE_LT || compare == MOU_COMPARE_GE ? MOU_RELATION_LESS
                                                                               : MOU_RELATION_GREATER;
    bound->invert = compare == MOU_COMPARE_NE || compare == MOU_COMPARE_GE || compare == MOU_COMPARE_LE ? UINT64_MAX : 0;
}

static void find_bound(const struct mou_machine *machine, const struct mou_direct *direct, struct mou_bound *bound)
{
    struct search search = {.machine = machine, .direct = direct, .other = 1}; /* of TRUTH */
    *bound = (struct mou_bound){.found = true};
    if (direct->other != MOU_PACK_NONE && !unit_value(machine, direct->other, &search.other)) {
        return;
    }
    if (direct->function == MOU_PACK_NONE) {
        find_plain(&search, bound);
        return;
    }
    const struct mou_pack_instruction *function = &machine->pack->instructions[direct->function];
    search.opcode = function->opcode;
    if (function->opcode == MOU_OP_CODE_YEAR || unit_value(machine, function->b, &search.argument)) {
        find_through(&search, bound);
    }
}

const struct mou_bound *mou_lean_bound(const struct mou_machine *machine, uint32_t index)
{
    assert(machine != NULL && machine->lean_plan != NULL && machine->lean_plan->direct_of[index] != MOU_PACK_NONE);
    const uint32_t entry = machine->lean_plan->direct_of[index];
    struct mou_bound *bound = &machine->lean_plan->bounds[entry];
    if (!bound->found) {
        find_bound(machine, &machine->lean_plan->directs[entry], bound);
    }
    return bound;
}

/* ------------------------------------------------------------------ columns */

/* Known cells and inapplicable ones, of word `w`. */
static uint64_t known_word(const struct mou_kernel *kernel, const struct mou_column *column, const uint64_t *of_kind, size_t w)
{
    uint64_t known = column->width == 0 ? 0 : column->known == NULL ? UINT64_MAX : column->known[w];
    known &= of_kind == NULL ? UINT64_MAX : of_kind[w];
    return known & mou_kernel_mask(kernel, w);
}

/* Whether a known cell lies where the function fails. */
static bool reaches_fault(struct mou_kernel *kernel, const struct mou_column *column, const uint64_t *of_kind, const struct mou_bound *bound, uint64_t *scratch)
{
    const struct {
        bool asked;
        enum mou_relation relation;
        int64_t value;
    } ends[] = {{bound->least > MOU_DATE_MIN, MOU_RELATION_LESS, bound->least}, {bound->greatest < MOU_DATE_MAX, MOU_RELATION_GREATER, bound->greatest}};
    uint64_t any = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (ends[i].asked) {
            mou_column_compare(kernel->machine->compare, ends[i].relation, column->width, column->values, ends[i].value, kernel->rows, scratch);
            for (size_t w = 0; w < kernel->words; w++) {
                any |= scratch[w] & known_word(kernel, column, of_kind, w);
            }
        }
    }
    return any != 0;
}

bool mou_lean_direct(struct mou_kernel *kernel, uint32_t index, bool *done)
{
    assert(kernel != NULL && done != NULL && kernel->machine->lean_plan != NULL);
    const struct mou_lean_plan *plan = kernel->machine->lean_plan;
    const struct mou_direct *direct = &plan->directs[plan->direct_of[index]];
    const struct mou_bound *bound = mou_lean_bound(kernel->machine, index);
    const struct mou_pack_instruction *in = &kernel->machine->pack->instructions[direct->column];
    const struct mou_column *column = mou_column_as_it_is(kernel->machine, direct->column);
    const uint64_t *of_kind = in->frame == 1 ? kernel->machine->kind_bits[in->imm] : NULL;
    *done = false;
    if (!bound->there) {
        return true;
    }
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    uint64_t *yes = kernel->out->yes;
    const bool filled = kernel->instruction->opcode == MOU_OP_CODE_FILLED;
    if (filled || column->width == 0) {
        memset(yes, filled ? 0xff : 0, kernel->words * sizeof *yes);
    } else {
        if (direct->function != MOU_PACK_NONE && reaches_fault(kernel, column, of_kind, bound, yes)) {
            return true;
        }
        mou_column_compare(kernel->machine->compare, bound->relation, column->width, column->values, bound->value, kernel->rows, yes);
    }
    const uint64_t invert = filled ? 0 : bound->invert;
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t known = known_word(kernel, column, of_kind, w);
        const uint64_t open = filled ? 0 : ~known & (of_kind == NULL ? UINT64_MAX : of_kind[w]) & mou_kernel_mask(kernel, w);
        yes[w] = (yes[w] ^ invert) & known;
        kernel->out->maybe[w] = yes[w] | open;
    }
    *done = true;
    return true;
}
