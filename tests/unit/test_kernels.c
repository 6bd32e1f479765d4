/*
 * The kernels against the scalar definitions of kernel_oracle.h: random lawful programs over random
 * batches whose sizes lie around the word of 64 rows, every register, every row, both worlds; and
 * single instructions on chosen values.
 */
#include "mou_test.h"

#include "kernel_oracle.h"
#include "vm_limits.h"
#include "pack_lawful.h"
#include "random_batch.h"
#include "sort.h"

#define AS_OF          42000
#define PROGRAM_LENGTH 160
#define STEPS_MAX      200 /* of the way to TODAY: far below the verifier's limit */

/* ---------------------------------------------------------- random programs */

struct program {
    struct pb pb;
    struct rng rng;
    uint32_t frames[16];
    uint32_t frame_count;
    uint32_t steps[1024]; /* per instruction: of its way to TODAY; 0: does not follow it */
};

static void program_frames(struct program *p)
{
    struct pb *pb = &p->pb;
    for (uint32_t i = 0; i < FRAME_FIRST_OWN; i++) {
        p->frames[p->frame_count++] = i;
    }
    const uint32_t heads =
        pb_frame(pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 0);
    const uint32_t units =
        pb_frame(pb, MOU_FRAME_RELATION, FRAME_SUBJECT, FRAME_SUBJECT, RELATION_HEAD, 1);
    const uint32_t siblings =
        pb_frame(pb, MOU_FRAME_SIBLINGS, FRAME_CASE, FRAME_CASE, RECORD_CASE, 0);
    const uint32_t own[] = {
        heads,
        units,
        siblings,
        pb_frame(pb, MOU_FRAME_CHILDREN, FRAME_CASE, FRAME_CASE, RECORD_YEAR, 0),
        pb_frame(pb, MOU_FRAME_CHILDREN, siblings, siblings, RECORD_YEAR, 0),
        pb_frame(pb, MOU_FRAME_RECORDS, units, units, RECORD_CASE, 0),
        pb_frame(pb, MOU_FRAME_RECORDS, heads, FRAME_SUBJECT, RECORD_LOOSE, 0)};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        p->frames[p->frame_count++] = own[i];
    }
}

static uint32_t instruction_count(const struct program *p)
{
    return p->pb.sections[MOU_SECTION_INSTRUCTIONS].count;
}

/*
 * A register of a form at `frame`, or at frame 0 where allowed; late ones preferred so that
 * programs grow deep.
 */
static uint32_t pick(struct program *p, enum mou_form form, uint32_t frame, bool constant)
{
    const uint32_t count = instruction_count(p);
    if (rng_once_in(&p->rng, 4)) { /* one that follows the as-of date, if there is any */
        const uint32_t start = count > 0 ? rng_below(&p->rng, count) : 0;
        for (uint32_t n = 0; n < count; n++) {
            const uint32_t i = (start + n) % count;
            const struct mou_pack_instruction *in = pb_instruction(&p->pb, i);
            if (p->steps[i] > 0 && p->steps[i] < STEPS_MAX / 4 &&
                mou_opcode_result(in->opcode) == form &&
                (in->frame == frame || (constant && in->frame == 0))) {
                return i;
            }
        }
    }
    for (int attempt = 0; attempt < 40 && count > 0; attempt++) {
        const uint32_t i = rng_once_in(&p->rng, 2) ? rng_below(&p->rng, count)
                                                   : count - 1 - rng_below(&p->rng, count) / 3;
        const struct mou_pack_instruction *in = pb_instruction(&p->pb, i);
        if (mou_opcode_result(in->opcode) == form &&
            (in->frame == frame || (constant && in->frame == 0))) {
            return i;
        }
    }
    return NONE;
}

static void add(struct program *p, struct mou_pack_instruction in)
{
    uint32_t steps = in.opcode == OP(TODAY) ? 1 : 0;
    struct mou_pack view = {.lists = (const void *)p->pb.sections[MOU_SECTION_LISTS].bytes};
    uint32_t operand = mou_instruction_reads(&view, &in, 0);
    for (uint32_t n = 1; operand != NONE; n++) {
        steps += p->steps[operand] > 0 ? p->steps[operand] + 1 : 0;
        operand = mou_instruction_reads(&view, &in, n);
    }
    const bool compares = in.opcode == OP(COMPARE) || in.opcode == OP(COMPARE_RANGE) ||
                          in.opcode == OP(COMPARE_FRACTION);
    if (steps > STEPS_MAX || instruction_count(p) >= 1000) {
        return;
    }
    const uint32_t index = pb_typed(&p->pb, in.opcode, in.type, in.frame, in.a, in.b, in.c, in.imm);
    pb_instruction(&p->pb, index)->flags = compares && steps > 0 ? MOU_INSTRUCTION_TIME : in.flags;
    p->steps[index] = mou_opcode_follows_time(in.opcode) ? steps : 0;
}

static int64_t random_immediate(struct program *p, uint32_t opcode)
{
    static const int64_t constants[] = {0,     1,          7,         -1,        12,       2012,
                                        AS_OF, AS_OF - 30, INT64_MAX, INT64_MIN, 100000000};
    switch (opcode) {
    case OP(CONST_CONDITION): return (int64_t)rng_below(&p->rng, 3);
    case OP(CONST): return constants[rng_below(&p->rng, sizeof constants / sizeof constants[0])];
    case OP(COMPARE):
    case OP(COMPARE_RANGE):
    case OP(COMPARE_FRACTION): return (int64_t)rng_below(&p->rng, MOU_COMPARE_COUNT);
    case OP(TO_FRACTION): return rng_once_in(&p->rng, 2) ? 1 : MOU_RATIO_SCALE;
    case OP(ROUND): return (int64_t)rng_below(&p->rng, 3);
    default: return 0;
    }
}

/* Columns: of a random field of the frame. False where the frame has none. */
static bool random_column(struct program *p, struct mou_pack_instruction *in)
{
    static const uint32_t field_counts[] = {4, 2, 1, 1};
    const struct mou_pack_frame *frame = pb_entry(&p->pb, MOU_SECTION_FRAMES, in->frame);
    uint32_t first = 0;
    if (in->frame == 0) {
        return false;
    }
    if (in->frame == 1) {
        in->imm = (int64_t)rng_below(&p->rng, 2);
        in->a = in->imm == KIND_PERSON ? rng_below(&p->rng, 2) : 0;
        first = in->imm == KIND_PERSON ? 0 : 2;
    } else if (frame->kind == MOU_FRAME_RELATION) {
        const uint32_t columns[] = {MOU_COLUMN_RELATION_FROM, MOU_COLUMN_RELATION_UNTIL,
                                    HEAD_SHARE};
        in->a = columns[rng_below(&p->rng, 3)];
        in->type = in->a == HEAD_SHARE ? MOU_PACK_INTEGER : MOU_PACK_DATE;
        return true;
    } else {
        in->a = rng_below(&p->rng, field_counts[frame->type]);
        const struct mou_pack_record *record = pb_entry(&p->pb, MOU_SECTION_RECORDS, frame->type);
        first = record->first_field;
    }
    in->type = (uint8_t)((const struct mou_pack_field *)pb_entry(&p->pb, MOU_SECTION_FIELDS,
                                                                 first + in->a))
                   ->type;
    return true;
}

/* Frame in which the operands of an instruction must be. */
static uint32_t operand_frame(struct program *p, const struct mou_pack_instruction *in)
{
    const struct mou_pack_frame *frames = (const void *)p->pb.sections[MOU_SECTION_FRAMES].bytes;
    switch (mou_opcode_info(in->opcode)->rule) {
    case MOU_RULE_UP: return in->frame < 2 ? NONE : frames[in->frame].parent;
    case MOU_RULE_AT:
        if (in->frame < 2) {
            return NONE;
        }
        return frames[in->frame].kind == MOU_FRAME_RELATION ? 1 : 2 + frames[in->frame].type;
    case MOU_RULE_PARENT:
        return in->frame == FRAME_YEAR ? FRAME_CASE : in->frame == FRAME_NOTE ? FRAME_YEAR : NONE;
    case MOU_RULE_DOWN:
        for (int attempt = 0; attempt < 20; attempt++) {
            const uint32_t frame = p->frames[rng_below(&p->rng, p->frame_count)];
            if (frame >= 2 && frames[frame].parent == in->frame) {
                return frame;
            }
        }
        return NONE;
    case MOU_RULE_UNIT:
    case MOU_RULE_SELF:
    case MOU_RULE_SAME: break;
    }
    return in->frame;
}

/* TALLY and TABLE. */
static bool random_list(struct program *p, struct mou_pack_instruction *in)
{
    uint32_t registers[4];
    const bool table = in->opcode == OP(TABLE);
    const uint32_t count = table ? 2 : rng_below(&p->rng, 5);
    for (uint32_t i = 0; i < count; i++) {
        const enum mou_form form = !table   ? MOU_FORM_CONDITION
                                   : i == 1 ? MOU_FORM_FRACTION
                                            : MOU_FORM_VALUE;
        registers[i] = pick(p, form, in->frame, true);
        if (registers[i] == NONE) {
            return false;
        }
    }
    const uint32_t list = pb_list(&p->pb, registers, count);
    in->a = table ? 0 : list;
    in->b = table ? list : count;
    in->c = table ? count : NONE;
    return true;
}

static bool random_operands(struct program *p, struct mou_pack_instruction *in)
{
    const enum mou_frame_rule rule = mou_opcode_info(in->opcode)->rule;
    uint32_t *places[3] = {&in->a, &in->b, &in->c};
    const uint32_t frame = operand_frame(p, in);
    const bool constants = rule == MOU_RULE_SAME || rule == MOU_RULE_DOWN;
    bool below = false;
    if (frame == NONE) {
        return false;
    }
    for (unsigned i = 0; i < 3; i++) {
        enum mou_form form = MOU_FORM_CONDITION;
        if (mou_operand_form(mou_opcode_operand(in->opcode, i), &form)) {
            *places[i] = pick(p, form, frame, constants);
            if (*places[i] == NONE) {
                return false;
            }
            below = below || pb_instruction(&p->pb, *places[i])->frame != 0;
        } else {
            *places[i] = mou_opcode_operand(in->opcode, i) == MOU_OPERAND_NONE ? NONE : 0;
        }
    }
    if (in->opcode == OP(STREAK_UNTIL)) {
        const uint32_t until = pick(p, MOU_FORM_VALUE, in->frame, true);
        in->imm = until;
        below = below && until != NONE;
    }
    return rule != MOU_RULE_DOWN || below;
}

static void random_instruction(struct program *p, uint32_t opcode)
{
    struct mou_pack_instruction in = {.opcode = (uint16_t)opcode, .type = MOU_PACK_INTEGER};
    const bool unit = mou_opcode_info(opcode)->rule == MOU_RULE_UNIT;
    if (opcode == OP(MEASURE_STATE)) {
        return; /* asks for decisions, of which a random program has none */
    }
    in.frame = unit ? 0 : p->frames[rng_below(&p->rng, p->frame_count)];
    in.imm = random_immediate(p, opcode);
    if (rng_once_in(&p->rng, 12)) {
        in.flags = MOU_INSTRUCTION_NO_STAY;
    }
    bool made = true;
    if (opcode == OP(COLUMN)) {
        made = random_column(p, &in);
    } else if (opcode == OP(TALLY) || opcode == OP(TABLE)) {
        made = random_list(p, &in);
    } else {
        made = random_operands(p, &in);
    }
    if (made) {
        add(p, in);
    }
}

static void program_base(struct program *p, uint64_t seed)
{
    *p = (struct program){.rng = {seed}};
    pb_sample(&p->pb);
    pb_lawful_tables(&p->pb);
    /* results of the table as numbers */
    for (uint32_t row = 0; row < 2; row++) {
        struct mou_pack_cell *cell = pb_entry(&p->pb, MOU_SECTION_CELLS, row * 3 + 2);
        *cell = (struct mou_pack_cell){NONE, 0, 5 + row};
    }
    ((struct mou_pack_table *)pb_entry(&p->pb, MOU_SECTION_TABLES, 0))->result_is_text = 0;
    program_frames(p);
}

static void program_random(struct program *p, uint64_t seed)
{
    program_base(p, seed);
    for (uint32_t i = 0; i < 40; i++) {
        random_instruction(p, rng_once_in(&p->rng, 4) ? OP(EXISTS) : OP(COLUMN));
    }
    for (uint32_t opcode = OP(CONST_CONDITION); opcode <= OP(PARAMETER); opcode++) {
        random_instruction(p, opcode);
    }
    for (uint32_t i = 0; i < 200 && instruction_count(p) < PROGRAM_LENGTH / 2;
         i++) { /* ways to the as-of date */
        const uint32_t opcode = rng_below(&p->rng, MOU_OPCODE_COUNT);
        if (mou_opcode_follows_time(opcode)) {
            random_instruction(p, opcode);
        }
    }
    while (instruction_count(p) < PROGRAM_LENGTH) {
        random_instruction(p, rng_below(&p->rng, MOU_OPCODE_COUNT));
    }
}

/* ---------------------------------------------------------- comparison */

static void oracle_run(struct oracle *o, enum mou_world world, struct mou_arena *arena)
{
    const struct mou_pack *pack = o->machine->pack;
    struct ocell **all = o->cells;
    o->without_contested = world == MOU_WORLD_UNCONTESTED;
    o->cells = MOU_NEW_ARRAY(arena, pack->instructions_count, struct ocell *);
    uint32_t most = 1;
    for (uint32_t f = 0; f < pack->frames_count; f++) {
        most = o->machine->frames[f].row_count > most ? o->machine->frames[f].row_count : most;
    }
    struct orow *scratch = MOU_NEW_ARRAY(arena, most, struct orow);
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const uint32_t rows = o->machine->frames[pack->instructions[i].frame].row_count;
        if (all != NULL && (pack->instructions[i].flags & MOU_INSTRUCTION_NO_STAY) != 0) {
            o->cells[i] = all[i];
            continue;
        }
        o->cells[i] = MOU_NEW_ARRAY(arena, rows, struct ocell);
        for (uint32_t row = 0; row < rows; row++) {
            o->cells[i][row] = o_evaluate(o, i, row, scratch);
        }
    }
}

static int disagreements(const struct oracle *o, enum mou_world world, uint64_t seed,
                         uint32_t subjects)
{
    const struct mou_pack *pack = o->machine->pack;
    int wrong = 0;
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        for (uint32_t row = 0; row < o->machine->frames[in->frame].row_count && wrong < 5; row++) {
            if (!o_agrees(o, world, i, row)) {
                print_error("seed %llu, %u subjects, world %u: r%u %s at frame %u, row %u\n",
                            (unsigned long long)seed, subjects, (unsigned)world, i,
                            mou_opcode_info(in->opcode)->name, in->frame, row);
                wrong++;
            }
        }
    }
    return wrong;
}

/* Bits past the last row are zero in every bitmap. */
static int stray_bits(const struct mou_machine *machine, enum mou_world world)
{
    int wrong = 0;
    for (uint32_t i = 0; i < machine->pack->instructions_count; i++) {
        const struct mou_register *r = &machine->registers[world][i];
        const uint32_t rows = machine->frames[r->frame].row_count;
        const uint64_t *bitmaps[4] = {r->yes, r->maybe, r->known, r->inapplicable};
        for (int b = 0; b < 4 && rows % 64 != 0; b++) {
            if (bitmaps[b] != NULL &&
                (bitmaps[b][rows / 64] & ~mou_word_mask(rows, rows / 64)) != 0) {
                print_error("r%u has bits past its %u rows\n", i, rows);
                wrong++;
            }
        }
    }
    return wrong;
}

/* Time comparisons on other days: the cells that follow TODAY computed again, all others kept. */
static int other_days(struct oracle *o, const struct program *p, enum mou_world world,
                      struct mou_arena *arena)
{
    static const mou_date days[] = {AS_OF, AS_OF + 1, AS_OF - 400, MOU_DATE_MAX, MOU_DATE_MIN};
    const struct mou_pack *pack = o->machine->pack;
    struct ocell **kept = o->cells;
    int wrong = 0;
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        o->cells = MOU_NEW_ARRAY(arena, pack->instructions_count, struct ocell *);
        for (uint32_t i = 0; i < pack->instructions_count; i++) {
            const struct mou_pack_instruction *in = &pack->instructions[i];
            const uint32_t rows = o->machine->frames[in->frame].row_count;
            o->cells[i] = kept[i];
            if (p->steps[i] > 0) {
                o->cells[i] = MOU_NEW_ARRAY(arena, rows, struct ocell);
            }
            for (uint32_t row = 0;
                 row < rows && (p->steps[i] > 0 || (in->flags & MOU_INSTRUCTION_TIME) != 0);
                 row++) {
                const struct ocell cell =
                    in->opcode == OP(TODAY) ? o_known(days[d]) : o_evaluate(o, i, row, NULL);
                if (p->steps[i] > 0) {
                    o->cells[i][row] = cell;
                } else if (wrong < 5 && mou_kernel_compare_on(o->machine, world, i, row, days[d]) !=
                                            cell.truth) {
                    print_error("r%u, row %u, day %d\n", i, row, days[d]);
                    wrong++;
                }
            }
        }
        o->cells = kept;
    }
    return wrong;
}

/* A machine for the pack that was built, and batches made for it. */
struct stand {
    struct pb *pb;
    struct mou_pack *pack;
    struct mou_batch_builder *builder;
    struct mou_machine *machine;
};

static struct stand stand_on(struct pb *pb)
{
    struct stand stand = {.pb = pb, .pack = pb_open(pb)};
    stand.builder = mou_batch_builder_new(stand.pack, NULL);
    assert_non_null(stand.builder);
    assert_status(mou_machine_new(stand.pack, NULL, &stand.machine), MOU_OK);
    return stand;
}

static const struct mou_batch *stand_finish(const struct stand *stand)
{
    const struct mou_batch *batch = NULL;
    assert_status(mou_batch_finish(stand->builder, &batch), MOU_OK);
    return batch;
}

static void stand_evaluate(const struct stand *stand, const struct mou_batch *batch)
{
    const struct mou_run_options options = {.as_of = AS_OF};
    assert_status(mou_machine_evaluate(stand->machine, batch, &options), MOU_OK);
}

/* One person, and a case of theirs. */
static uint32_t stand_person(const struct stand *stand)
{
    return mou_batch_add_subject(stand->builder, MOU_TEXT("x"), KIND_PERSON, true);
}

static uint32_t stand_case(const struct stand *stand, uint32_t subject)
{
    return mou_batch_add_row(stand->builder, RECORD_CASE, subject, UINT32_MAX);
}

static void stand_down(struct stand *stand)
{
    mou_machine_free(stand->machine);
    mou_batch_builder_free(stand->builder);
    mou_pack_close(stand->pack);
    pb_free(stand->pb);
}

static int compare_once(struct program *p, const struct stand *stand, uint64_t seed, uint32_t subjects, uint32_t objection_odds)
{
    struct mou_machine *machine = stand->machine;
    const uint32_t rows =
        subjects < 3 ? 40 : 3; /* few subjects with many rows, or the other way round */
    const struct batch_plan plan = {subjects,       rows, 2, rows == 40 ? 90 : 3 * subjects,
                                    objection_odds, AS_OF};
    struct mou_arena *arena = mou_arena_new(NULL);
    mou_batch_builder_reset(stand->builder);
    assert_true(random_batch(&p->rng, machine->pack, stand->builder, arena, &plan));
    stand_evaluate(stand, stand_finish(stand));
    struct oracle oracle = {.machine = machine};
    int wrong = 0;
    for (unsigned world = 0; world < (machine->two_worlds ? 2u : 1u); world++) {
        oracle_run(&oracle, (enum mou_world)world, arena);
        wrong += disagreements(&oracle, (enum mou_world)world, seed, subjects);
        wrong += stray_bits(machine, (enum mou_world)world);
        wrong += subjects < 100 ? other_days(&oracle, p, (enum mou_world)world, arena) : 0;
    }
    mou_arena_free(arena);
    return wrong;
}

/*
 * Many equal and different values below one parent, past the length where sorting changes its way.
 */
static void sorting_puts_values_in_order(void **state)
{
    (void)state;
    struct rng rng = {7};
    int64_t values[300];
    for (uint32_t count = 0; count <= 300; count += count < 60 ? 1 : 60) {
        uint64_t sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            values[i] = rng_once_in(&rng, 9) ? INT64_MIN : (int64_t)rng_below(&rng, count) - 20;
            sum += (uint64_t)values[i] * (uint64_t)values[i];
        }
        mou_sort_values(values, count);
        for (uint32_t i = 0; i < count; i++) {
            sum -= (uint64_t)values[i] * (uint64_t)values[i];
            assert_true(i == 0 || values[i - 1] <= values[i]);
        }
        assert_true(sum == 0);
    }
}

static void random_programs_agree(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 2, 5, 21, 63, 64, 65, 127, 128, 129};
    int wrong = 0;
    for (uint64_t seed = 1; seed <= 60 && wrong == 0; seed++) {
        struct program program;
        program_random(&program, seed);
        struct stand stand = stand_on(&program.pb);
        for (int i = 0; i < 3;
             i++) { /* one machine for several batches: nothing of the last one may linger */
            const uint32_t size = sizes[rng_below(&program.rng, sizeof sizes / sizeof sizes[0])];
            wrong += compare_once(&program, &stand, seed, size, rng_below(&program.rng, 2) * 9);
        }
        stand_down(&stand);
    }
    assert_i64_equal(wrong, 0);
}

/* ---------------------------------------------------------- every way to the as-of date */

static uint32_t emit(struct program *p, uint32_t opcode, uint32_t frame, uint32_t a, uint32_t b,
                     uint32_t c, int64_t imm)
{
    add(p, (struct mou_pack_instruction){.opcode = (uint16_t)opcode,
                                         .type = MOU_PACK_INTEGER,
                                         .frame = frame,
                                         .a = a,
                                         .b = b,
                                         .c = c,
                                         .imm = imm});
    return instruction_count(p) - 1;
}

static uint32_t emit_column(struct program *p, uint32_t frame, uint32_t column, uint32_t type,
                            int64_t kind)
{
    const uint32_t index = emit(p, OP(COLUMN), frame, column, NONE, NONE, kind);
    pb_instruction(&p->pb, index)->type = (uint8_t)type;
    return index;
}

/* A comparison of each kind at the end of every instruction that follows the as-of date. */
static void compare_all(struct program *p, uint32_t value, uint32_t range, uint32_t fraction)
{
    const uint32_t count = instruction_count(p);
    for (uint32_t i = 0; i < count; i++) {
        const struct mou_pack_instruction in = *pb_instruction(&p->pb, i);
        if (p->steps[i] == 0) {
            continue;
        }
        const enum mou_form form = mou_opcode_result(in.opcode);
        const uint32_t opcode = form == MOU_FORM_VALUE   ? OP(COMPARE)
                                : form == MOU_FORM_RANGE ? OP(COMPARE_RANGE)
                                                         : OP(COMPARE_FRACTION);
        const uint32_t other = form == MOU_FORM_VALUE   ? value
                               : form == MOU_FORM_RANGE ? range
                                                        : fraction;
        (void)emit(p, opcode, in.frame, i, other, NONE,
                   (int64_t)rng_below(&p->rng, MOU_COMPARE_COUNT));
    }
}

static void program_ways(struct program *p)
{
    const uint32_t heads = p->frames[FRAME_FIRST_OWN];
    const uint32_t half = emit(p, OP(CONST_FRACTION), 0, 0, NONE, NONE, 0);
    const uint32_t one = emit(p, OP(CONST), 0, NONE, NONE, NONE, 1);
    const uint32_t today = emit(p, OP(TODAY), 0, NONE, NONE, NONE, 0);
    const uint32_t born = emit_column(p, FRAME_SUBJECT, PERSON_BORN, MOU_PACK_DATE, KIND_PERSON);
    const uint32_t amount = emit_column(p, FRAME_CASE, CASE_AMOUNT, MOU_PACK_MONEY, 0);
    const uint32_t paid =
        emit(p, OP(TRUTH), FRAME_CASE, emit_column(p, FRAME_CASE, CASE_PAID, MOU_PACK_YES_NO, 0),
             NONE, NONE, 0);
    const uint32_t age = emit(p, OP(AGE), FRAME_SUBJECT, born, today, NONE, 0);
    const uint32_t since = emit(p, OP(DATE_DIFFERENCE), FRAME_SUBJECT, today, born, NONE, 0);
    const uint32_t range = emit(p, OP(RANGE_OF), FRAME_SUBJECT, since, NONE, NONE, 0);
    const uint32_t fraction = emit(p, OP(TO_FRACTION), FRAME_SUBJECT, since, NONE, NONE, 365);
    const uint32_t above = emit(p, OP(UP_VALUE), FRAME_CASE, since, NONE, NONE, 0);
    const uint32_t above_fraction = emit(p, OP(UP_FRACTION), FRAME_CASE, fraction, NONE, NONE, 0);
    (void)emit(p, OP(UP_RANGE), FRAME_CASE, range, NONE, NONE, 0);
    (void)emit(p, OP(AT_VALUE), heads, age, NONE, NONE, 0);
    (void)emit(p, OP(AT_RANGE), heads, range, NONE, NONE, 0);
    (void)emit(p, OP(AT_FRACTION), heads, fraction, NONE, NONE, 0);
    (void)emit(p, OP(RANGE_VALUE), FRAME_SUBJECT, range, NONE, NONE, 0);
    const uint32_t twice = emit(p, OP(RANGE_ADD), FRAME_SUBJECT, range, range, NONE, 0);
    (void)emit(p, OP(RANGE_ADD), FRAME_SUBJECT, twice, range, NONE, 0);
    (void)emit(p, OP(CHOICE_VALUE), FRAME_CASE, paid, above, amount, 0);
    (void)emit(p, OP(CHOICE_FRACTION), FRAME_CASE, paid, half, above_fraction, 0);
    (void)emit(p, OP(OR_DEFAULT), FRAME_CASE, amount, above, NONE, 0);
    (void)emit(p, OP(OR_DEFAULT), FRAME_CASE, above, amount, NONE, 0);
    (void)emit(p, OP(OR_DEFAULT_FRACTION), FRAME_CASE, above_fraction, half, NONE, 0);
    (void)emit(p, OP(ROUND), FRAME_SUBJECT,
               emit(p, OP(FRACTION_ADD), FRAME_SUBJECT, fraction, half, NONE, 0), NONE, NONE, 0);
    (void)emit(p, OP(ROUND), FRAME_SUBJECT,
               emit(p, OP(FRACTION_SUB), FRAME_SUBJECT, half, fraction, NONE, 0), NONE, NONE, 1);
    (void)emit(p, OP(ROUND), FRAME_SUBJECT,
               emit(p, OP(FRACTION_MUL), FRAME_SUBJECT, fraction, fraction, NONE, 0), NONE, NONE,
               2);
    (void)emit(p, OP(ROUND), FRAME_SUBJECT,
               emit(p, OP(FRACTION_DIV), FRAME_SUBJECT, half, fraction, NONE, 0), NONE, NONE, 0);
    const uint32_t arguments[2] = {age, fraction};
    (void)emit(p, OP(TABLE), FRAME_SUBJECT, 0, pb_list(&p->pb, arguments, 2), 2, 0);
    for (uint32_t opcode = OP(DATE_ADD_MONTHS); opcode < OP(AGE); opcode++) {
        (void)emit(p, opcode, 0, today,
                   mou_opcode_operand(opcode, 1) == MOU_OPERAND_NONE ? NONE : one, NONE, 0);
    }
    for (uint32_t opcode = OP(ADD); opcode <= OP(MAX); opcode++) {
        (void)emit(p, opcode, FRAME_CASE, above, opcode == OP(NEGATE) ? NONE : amount, NONE, 0);
    }
    compare_all(p, one, emit(p, OP(RANGE_OF), 0, one, NONE, NONE, 0), half);
}

static void every_way_to_the_as_of_date(void **state)
{
    (void)state;
    int wrong = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct program program;
        program_base(&program, seed);
        program_ways(&program);
        struct stand stand = stand_on(&program.pb);
        wrong += compare_once(&program, &stand, seed, 70, 0);
        stand_down(&stand);
    }
    assert_i64_equal(wrong, 0);
}

/* ---------------------------------------------------------- a batch in pieces gives what it gives
 * whole */

static void subjects_do_not_depend_on_their_neighbours(void **state)
{
    (void)state;
    struct pb pb;
    const struct lawful l = pb_lawful(&pb);
    struct stand stand = stand_on(&pb);
    int64_t whole[100];
    for (uint32_t from = 0, step = 100; step > 0; from = 0, step = step == 100 ? 1 : 0) {
        for (; from < 100; from += step) {
            mou_batch_builder_reset(stand.builder);
            for (uint32_t s = from; s < from + step; s++) {
                const uint32_t number = stand_person(&stand);
                for (uint32_t i = 0; i < s % 5; i++) {
                    mou_batch_set_field(stand.builder, RECORD_CASE, stand_case(&stand, number), CASE_MADE, AS_OF - 2 + i);
                }
            }
            stand_evaluate(&stand, stand_finish(&stand));
            for (uint32_t s = 0; s < step; s++) {
                const int64_t count = stand.machine->registers[MOU_WORLD_ALL][l.count].value[s];
                if (step == 100) {
                    whole[s] = count;
                }
                assert_i64_equal(count, whole[from + s]);
                assert_i64_equal(count, (from + s) % 5 < 3 ? (from + s) % 5 : 3);
            }
        }
    }
    stand_down(&stand);
}

/* ---------------------------------------------------------- columns of every width */

static void narrow_columns_are_widened(void **state)
{
    (void)state;
    struct pb pb;
    const struct lawful l = pb_lawful(&pb);
    struct stand stand = stand_on(&pb);
    const uint32_t s = stand_person(&stand);
    (void)stand_case(&stand, s);
    (void)stand_case(&stand, s);
    const struct mou_batch *made = stand_finish(&stand);
    const int8_t narrow1[] = {-1, 100};
    const int16_t narrow2[] = {-1, 100};
    const int32_t narrow4[] = {-1, 100};
    const int64_t wide[] = {-1, 100};
    const uint64_t stray =
        UINT64_MAX - 1; /* bits past the rows are set: they must not get through */
    const struct mou_column columns[] = {{narrow1, &stray, 1},
                                         {narrow2, &stray, 2},
                                         {narrow4, &stray, 4},
                                         {wide, &stray, 8},
                                         {NULL, NULL, 0}};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        struct mou_batch batch = *made;
        struct mou_record_columns records[4];
        struct mou_column fields[4];
        memcpy(records, made->records, sizeof records);
        memcpy(fields, records[RECORD_CASE].fields, sizeof fields);
        fields[CASE_AMOUNT] = columns[i];
        records[RECORD_CASE].fields = fields;
        batch.records = records;
        stand_evaluate(&stand, &batch);
        assert_i64_equal(stand.machine->registers[MOU_WORLD_ALL][l.amount].known[0], columns[i].width == 0 ? 0 : 2);
        if (columns[i].width > 0) {
            assert_i64_equal(mou_register_value(stand.machine, MOU_WORLD_ALL, l.amount, 1), 100);
        }
    }
    stand_down(&stand);
}

/* An attribute of another kind is inapplicable even where its column has a value. */
static void attributes_belong_to_their_kind(void **state)
{
    (void)state;
    struct pb pb;
    const struct lawful l = pb_lawful(&pb);
    struct stand stand = stand_on(&pb);
    (void)stand_person(&stand);
    (void)mou_batch_add_subject(stand.builder, MOU_TEXT("u"), KIND_UNIT, true);
    const struct mou_batch *made = stand_finish(&stand);
    const int32_t born[] = {100, 200};
    const struct mou_column person[] = {{born, NULL, 4}, {NULL, NULL, 0}};
    const struct mou_column *const attributes[] = {person, made->attributes[KIND_UNIT]};
    struct mou_batch batch = *made;
    batch.attributes = attributes;
    stand_evaluate(&stand, &batch);
    assert_i64_equal(mou_register_cell(stand.machine, MOU_WORLD_ALL, l.born, 0), MOU_CELL_KNOWN);
    assert_i64_equal(mou_register_cell(stand.machine, MOU_WORLD_ALL, l.born, 1), MOU_CELL_INAPPLICABLE);
    stand_down(&stand);
}

/* ---------------------------------------------------------- the fine print of aggregates */

#define NIL INT64_MIN /* an unknown field, or an unknown presence */

struct chosen_row {
    int64_t present; /* 0, 1 or NIL */
    int64_t value;   /* or NIL */
};

struct chosen {
    struct chosen_row rows[4];
    uint32_t count;
    int64_t low, high; /* wanted; low NIL: unknown */
    enum mou_fault fault;
    uint32_t opcode;
};

/* Result of `opcode` over the rows of one subject, presence as given and every condition yes. */
static void check_chosen(const struct chosen *chosen)
{
    struct pb pb;
    pb_sample(&pb);
    const uint32_t paid =
        pb_typed(&pb, OP(COLUMN), MOU_PACK_YES_NO, FRAME_CASE, CASE_PAID, NONE, NONE, 0);
    const uint32_t amount =
        pb_typed(&pb, OP(COLUMN), MOU_PACK_MONEY, FRAME_CASE, CASE_AMOUNT, NONE, NONE, 0);
    const uint32_t present = pb_op(&pb, OP(TRUTH), FRAME_CASE, paid, NONE, NONE, 0);
    const uint32_t yes = pb_op(&pb, OP(CONST_CONDITION), 0, NONE, NONE, NONE, MOU_YES);
    const uint32_t result = pb_op(&pb, chosen->opcode, FRAME_SUBJECT, present, yes, amount, 0);
    struct stand stand = stand_on(&pb);
    const uint32_t subject = stand_person(&stand);
    for (uint32_t i = 0; i < chosen->count; i++) {
        const uint32_t row = stand_case(&stand, subject);
        if (chosen->rows[i].present != NIL) {
            mou_batch_set_field(stand.builder, RECORD_CASE, row, CASE_PAID, chosen->rows[i].present);
        }
        if (chosen->rows[i].value != NIL) {
            mou_batch_set_field(stand.builder, RECORD_CASE, row, CASE_AMOUNT, chosen->rows[i].value);
        }
    }
    stand_evaluate(&stand, stand_finish(&stand)); /* in 2014 */
    const struct mou_register *got = &stand.machine->registers[MOU_WORLD_ALL][result];
    const enum mou_cell cell = mou_register_cell(stand.machine, MOU_WORLD_ALL, result, 0);
    assert_i64_equal(cell, chosen->low == NIL ? MOU_CELL_UNKNOWN : MOU_CELL_KNOWN);
    assert_i64_equal(got->fault == NULL ? 0 : got->fault[0], chosen->fault);
    if (cell == MOU_CELL_KNOWN) {
        assert_i64_equal(got->value[0], chosen->low);
        assert_i64_equal(got->form == MOU_FORM_RANGE ? got->high[0] : chosen->high, chosen->high);
    }
    stand_down(&stand);
}

static void aggregates_follow_the_fine_print(void **state)
{
    (void)state;
    const enum mou_fault none = MOU_FAULT_NONE;
    const struct chosen cases[] = {
        /* S11: a sure row without value is at least one value; each such row may be another one */
        {{{1, NIL}, {1, NIL}}, 2, 1, 2, none, OP(COUNT_DISTINCT)},
        {{{1, 5}, {1, NIL}}, 2, 1, 2, none, OP(COUNT_DISTINCT)},
        {{{1, 5}, {NIL, 5}, {NIL, 6}}, 3, 1, 2, none, OP(COUNT_DISTINCT)},
        {{{NIL, NIL}, {0, 7}}, 2, 0, 1, none, OP(COUNT_DISTINCT)},
        {{{0, 0}}, 0, 0, 0, none, OP(COUNT_DISTINCT)},
        /* S12: rows of no are left out, a doubtful one leaves all unknown, only the sum at the end
           must fit */
        {{{1, INT64_MAX - 1}, {1, 1}}, 2, INT64_MAX, INT64_MAX, none, OP(SUM)},
        {{{1, INT64_MAX}, {1, 1}}, 2, NIL, 0, MOU_FAULT_OVERFLOW, OP(SUM)},
        {{{1, INT64_MAX}, {1, 1}, {1, -1}}, 3, INT64_MAX, INT64_MAX, none, OP(SUM)},
        {{{1, 3}, {0, NIL}}, 2, 3, 3, none, OP(SUM)},
        {{{1, 3}, {NIL, 0}}, 2, NIL, 0, none, OP(SUM)},
        {{{1, 3}, {1, NIL}}, 2, NIL, 0, none, OP(LARGEST)},
        {{{1, -3}, {1, -9}, {0, 9}}, 3, -3, -3, none, OP(LARGEST)},
        {{{1, -3}, {1, -9}, {0, -99}}, 3, -9, -9, none, OP(SMALLEST)},
        /* S13: the last year is one in which a row may be present, whether or not it counts for
           certain */
        {{{1, 2012}, {1, 2013}, {NIL, 2014}}, 3, 0, 3, none, OP(STREAK)},
        {{{1, 2012}, {1, 2013}, {0, 2014}}, 3, 2, 2, none, OP(STREAK)},
        {{{1, 2013}, {1, 2013}, {1, 2014}, {1, 2015}}, 4, 2, 2, none, OP(STREAK)},
        {{{1, 2010}, {1, 2012}, {1, NIL}}, 3, 1, 1, none, OP(STREAK)},
        {{{1, 2016}}, 1, 0, 0, none, OP(STREAK)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_chosen(&cases[i]);
    }
}

/* ---------------------------------------------------------- worlds */

/* An objection hides rows in the second world only, and NO_STAY keeps the first world's value. */
static void worlds_differ_where_contested(void **state)
{
    (void)state;
    for (int no_stay = 0; no_stay < 2; no_stay++) {
        struct pb pb;
        const struct lawful l = pb_lawful(&pb);
        pb_instruction(&pb, l.count)->flags = no_stay != 0 ? MOU_INSTRUCTION_NO_STAY : 0;
        struct stand stand = stand_on(&pb);
        const uint32_t s = stand_person(&stand);
        for (int i = 0; i < 2; i++) {
            const uint32_t row = stand_case(&stand, s);
            mou_batch_set_field(stand.builder, RECORD_CASE, row, CASE_MADE, AS_OF - 10);
            if (i == 1) {
                mou_batch_add_objection(stand.builder, RECORD_CASE, row, AS_OF - 1, MOU_DATE_NONE);
            }
        }
        stand_evaluate(&stand, stand_finish(&stand));
        struct mou_register *const *registers = stand.machine->registers;
        assert_true(stand.machine->two_worlds);
        assert_i64_equal(registers[MOU_WORLD_ALL][l.count].value[0], 2);
        assert_i64_equal(registers[MOU_WORLD_UNCONTESTED][l.count].value[0], no_stay != 0 ? 2 : 1);
        assert_true(registers[MOU_WORLD_UNCONTESTED][l.amount].value == registers[MOU_WORLD_ALL][l.amount].value);
        stand_down(&stand);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sorting_puts_values_in_order),
    cmocka_unit_test(random_programs_agree),
    cmocka_unit_test(every_way_to_the_as_of_date),
    cmocka_unit_test(subjects_do_not_depend_on_their_neighbours),
    cmocka_unit_test(narrow_columns_are_widened),
    cmocka_unit_test(attributes_belong_to_their_kind),
    cmocka_unit_test(aggregates_follow_the_fine_print),
    cmocka_unit_test(worlds_differ_where_contested),
};
MOU_TEST_MAIN(tests)
