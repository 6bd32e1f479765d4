/*
 * Which records a decision cites: the ground of each triple, or, for findings without grounds and
 * the conditions that they rest on, the rows that made the condition yes (fine print 8, S27), each
 * with the relations between its subject and the target (S28). Walks the instruction graph from its
 * root with a stack; judges nothing anew. Called by decide.c and the explanations.
 */
#include <assert.h>
#include <stdlib.h>

#include "bits.h"
#include "decide.h"
#include "opcodes.h"

/* ------------------------------------------------------------------ paths */

/* Step 0 stands for the target itself. */
static uint32_t path_begin(struct mou_decide_work *work)
{
    work->path.count = 0;
    if (!MOU_VEC_PUSH(work->arena, &work->path, ((struct mou_path_step){0, {NULL, 0}}))) {
        work->failed = true;
    }
    return 0;
}

/* The step from a subject to one on `parent`; the same step is the same number, so that paths
 * compare by number. */
static uint32_t path_step(struct mou_decide_work *work, uint32_t parent, struct mou_text name)
{
    for (size_t i = 1; i < work->path.count; i++) {
        const struct mou_path_step *step = &work->path.items[i];
        if (step->parent == parent && mou_text_equal(step->name, name)) {
            return (uint32_t)i;
        }
    }
    if (!MOU_VEC_PUSH(work->arena, &work->path, ((struct mou_path_step){parent, name}))) {
        work->failed = true;
        return parent;
    }
    return (uint32_t)(work->path.count - 1);
}

/* Names of a path from the ground's subject to the target. */
static const struct mou_text *path_names(struct mou_decide_work *work, uint32_t path,
                                         uint32_t *count)
{
    *count = 0;
    for (uint32_t i = path; i != 0; i = work->path.items[i].parent) {
        (*count)++;
    }
    struct mou_text *names = MOU_NEW_ARRAY(work->naming.arena, *count, struct mou_text);
    if (names == NULL) {
        work->failed = true;
        *count = 0;
        return NULL;
    }
    uint32_t position = 0;
    for (uint32_t i = path; i != 0; i = work->path.items[i].parent) {
        names[position++] = work->path.items[i].name;
    }
    return names;
}

/* ------------------------------------------------------------------ citing a row */

static void cite_row(struct mou_decide_work *work, uint32_t record, uint32_t row, uint32_t path)
{
    const struct mou_machine *machine = work->machine;
    if (mou_record_key_field(machine->pack, record) == MOU_PACK_NONE) {
        return;
    }
    const uint64_t *contested = machine->contested[record];
    work->cites_contested = work->cites_contested || (contested != NULL && mou_bit(contested, row));
    struct mou_ground_ref ground = {
        .subject = machine->batch->subject_id[machine->frames[2 + record].up[row]],
        .record = mou_pack_string(machine->pack, machine->pack->records[record].name),
        .key = mou_record_key(&work->naming, record, row),
    };
    ground.via = path_names(work, path, &ground.via_count);
    if (!MOU_VEC_PUSH(work->arena, &work->grounds, ground)) {
        work->failed = true;
    }
}

/* ------------------------------------------------------------------ the walk */

struct walk {
    struct mou_decide_work *work;
};

static void push_item(const struct walk *walk, struct mou_walk_item item)
{
    struct mou_decide_work *work = walk->work;
    const uint64_t number = item.finding != MOU_PACK_NONE ? item.finding : item.spot.instruction;
    const uint64_t what = number << 3 | (item.finding != MOU_PACK_NONE ? 4u : 0u) |
                          (item.negative ? 2u : 0u) | (item.spot.world == MOU_WORLD_ALL ? 1u : 0u);
    const uint64_t where = (uint64_t)item.spot.frame_row << 32 | item.path;
    mou_walk_push(work, item, what, where);
}

/* Findings are cited by their grounds, not walked as conditions, wherever their register is met. */
static void push_findings(const struct walk *walk, struct mou_walk_item item, uint32_t first)
{
    const struct mou_machine *machine = walk->work->machine;
    const uint32_t subject = mou_spot_subject(machine, item.spot);
    if (item.negative || subject == MOU_PACK_NONE ||
        mou_spot_truth(machine, item.spot) != MOU_YES) {
        return;
    }
    item.spot = mou_spot_at(machine, item.spot.world, item.spot.instruction, 1, subject);
    for (item.finding = first; item.finding != MOU_PACK_NONE;
         item.finding = walk->work->plan->same_holds[item.finding]) {
        push_item(walk, item);
    }
}

/* A cell by which `from` was computed, on the same path unless it leaves the scope of a related
 * subject upward. */
static void push_cell(const struct walk *walk, const struct mou_walk_item *from,
                      struct mou_spot spot, bool negative)
{
    const struct mou_machine *machine = walk->work->machine;
    struct mou_walk_item item = {
        .spot = spot, .path = from->path, .finding = MOU_PACK_NONE, .negative = negative};
    const uint32_t opcode = machine->pack->instructions[from->spot.instruction].opcode;
    if (mou_opcode_info(opcode)->rule == MOU_RULE_UP &&
        machine->pack->frames[from->spot.frame].kind == MOU_FRAME_RELATION) {
        item.path = walk->work->path.items[from->path].parent;
    }
    const uint32_t first = walk->work->plan->finding_of[spot.instruction];
    if (first != MOU_PACK_NONE) {
        push_findings(walk, item, first);
    } else {
        push_item(walk, item);
    }
}

static void push_operand(const struct walk *walk, const struct mou_walk_item *from, uint32_t index,
                         bool negative)
{
    push_cell(walk, from, mou_spot_operand(walk->work->machine, from->spot, index), negative);
}

/* Pushes operand `index` if its truth is `wanted`. */
static void push_if(const struct walk *walk, const struct mou_walk_item *from, uint32_t index,
                    enum mou_truth wanted)
{
    const struct mou_machine *machine = walk->work->machine;
    if (mou_spot_truth(machine, mou_spot_operand(machine, from->spot, index)) == wanted) {
        push_operand(walk, from, index, from->negative);
    }
}

/* Rows of a reduction whose presence and condition are yes: each is cited, and its condition
 * descended into. */
static void walk_rows(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_machine *machine = walk->work->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    const struct mou_spot_rows rows = mou_spot_reduced(machine, item->spot);
    const struct mou_pack_frame *frame = &machine->pack->frames[rows.frame];
    for (uint32_t row = rows.first; row < rows.end && !walk->work->failed; row++) {
        const struct mou_spot presence =
            mou_spot_at(machine, item->spot.world, instruction->a, rows.frame, row);
        const struct mou_spot condition =
            mou_spot_at(machine, item->spot.world, instruction->b, rows.frame, row);
        if (mou_spot_truth(machine, presence) != MOU_YES ||
            mou_spot_truth(machine, condition) != MOU_YES) {
            continue;
        }
        struct mou_walk_item below = *item;
        if (frame->kind == MOU_FRAME_RELATION) {
            const struct mou_text step =
                mou_relation_step(machine->pack, frame->type, frame->inverse == 0);
            below.path = path_step(walk->work, item->path, step);
        } else {
            cite_row(walk->work, frame->type, mou_frame_entity(machine, rows.frame, row),
                     item->path);
        }
        push_cell(walk, &below, condition, false);
    }
}

/* Values are walked for the aggregates in them. */
static void walk_value(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_machine *machine = walk->work->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    if (instruction->opcode == MOU_OP_CODE_TABLE || instruction->opcode == MOU_OP_CODE_TALLY) {
        const bool table = instruction->opcode == MOU_OP_CODE_TABLE;
        const uint32_t list = table ? instruction->b : instruction->a;
        const uint32_t count = table ? instruction->c : instruction->b;
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t operand = machine->pack->lists[list + i];
            if (table || mou_spot_truth(machine, mou_spot_operand(machine, item->spot, operand)) ==
                             MOU_YES) { /* only what is counted is cited */
                push_operand(walk, item, operand, false);
            }
        }
        return;
    }
    for (unsigned i = 0; i < 3; i++) {
        enum mou_form form;
        const uint32_t index = mou_instruction_operand(instruction, i);
        if (mou_operand_form(mou_opcode_operand(instruction->opcode, i), &form) &&
            form != MOU_FORM_CONDITION) {
            push_operand(walk, item, index, false);
        }
    }
}

/* `b` where `a` is yes, `c` where it is no. */
static void walk_choice(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_machine *machine = walk->work->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    switch (mou_spot_truth(machine, mou_spot_operand(machine, item->spot, instruction->a))) {
    case MOU_YES:
        push_operand(walk, item, instruction->b, item->negative);
        break;
    case MOU_NO:
        push_operand(walk, item, instruction->c, item->negative);
        break;
    case MOU_UNKNOWN:
        break;
    }
}

/*
 * Under positive polarity a cell is yes, under negative polarity no: `或` passes on the sides that
 * made it so, and so does a negated `且`.
 */
static void walk_condition(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_pack_instruction *instruction =
        &walk->work->machine->pack->instructions[item->spot.instruction];
    const enum mou_truth wanted = item->negative ? MOU_NO : MOU_YES;
    switch (instruction->opcode) {
    case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR:
        push_if(walk, item, instruction->a, wanted);
        push_if(walk, item, instruction->b, wanted);
        break;
    case MOU_OP_CODE_NOT:
        push_operand(walk, item, instruction->a, !item->negative);
        break;
    case MOU_OP_CODE_UP_CONDITION:
    case MOU_OP_CODE_AT_CONDITION:
    case MOU_OP_CODE_PARENT_CONDITION:
    case MOU_OP_CODE_WRITTEN:
        push_operand(walk, item, instruction->a, item->negative);
        break;
    case MOU_OP_CODE_CHOICE_CONDITION:
        walk_choice(walk, item);
        break;
    case MOU_OP_CODE_ANY:
    case MOU_OP_CODE_EVERY:
        if (!item->negative) {
            walk_rows(walk, item);
        }
        break;
    default: /* comparisons and tests of values */
        if (!item->negative) {
            walk_value(walk, item);
        }
        break;
    }
}

static void walk_cell(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_machine *machine = walk->work->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    switch (instruction->opcode) {
    case MOU_OP_CODE_COUNT:
    case MOU_OP_CODE_COUNT_DISTINCT:
    case MOU_OP_CODE_SUM:
    case MOU_OP_CODE_LARGEST:
    case MOU_OP_CODE_SMALLEST:
    case MOU_OP_CODE_STREAK:
    case MOU_OP_CODE_STREAK_UNTIL:
        walk_rows(walk, item);
        break;
    case MOU_OP_CODE_CHOICE_VALUE:
    case MOU_OP_CODE_CHOICE_FRACTION:
        walk_choice(walk, item);
        break;
    case MOU_OP_CODE_AS_VALUE:
        push_if(walk, item, instruction->a, MOU_YES);
        break;
    default:
        if (mou_opcode_result(instruction->opcode) == MOU_FORM_CONDITION) {
            walk_condition(walk, item);
        } else {
            walk_value(walk, item);
        }
        break;
    }
}

/* The grounds of a finding of the subject that item->spot is a cell of. */
static void walk_finding(const struct walk *walk, const struct mou_walk_item *item)
{
    struct mou_decide_work *work = walk->work;
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_finding *finding = &machine->pack->findings[item->finding];
    const uint32_t subject = item->spot.frame_row;
    assert(item->spot.frame == 1);
    if (finding->ground_count == 0) {
        struct mou_walk_item body = *item;
        body.finding = MOU_PACK_NONE;
        body.spot = mou_spot_at(machine, item->spot.world, finding->holds, 1, subject);
        push_item(walk, body);
        return;
    }
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        const struct mou_pack_ground *section = &machine->pack->grounds[finding->first_ground + i];
        const uint32_t *first = machine->frames[section->frame].first;
        for (uint32_t row = first[subject]; row < first[subject + 1] && !work->failed; row++) {
            if (mou_register_truth(machine, item->spot.world, section->holds, row) == MOU_YES) {
                cite_row(work, section->record, row, item->path);
            }
        }
    }
}

static uint32_t reach_path(struct mou_decide_work *work, const struct mou_triple *triple)
{
    const uint32_t target = path_begin(work);
    if (triple->reach == MOU_PACK_NONE || triple->relation_row == MOU_PACK_NONE) {
        return target;
    }
    const struct mou_pack_reach *reach = &work->machine->pack->reaches[triple->reach];
    return path_step(work, target,
                     mou_relation_step(work->machine->pack, reach->relation, reach->inverse != 0));
}

void mou_grounds_cite(struct mou_decide_work *work, const struct mou_triple *triple)
{
    assert(work != NULL && triple != NULL);
    const uint32_t path = reach_path(work, triple);
    if (work->failed) {
        return;
    }
    if (triple->section != MOU_PACK_NONE) {
        cite_row(work, work->machine->pack->grounds[triple->section].record, triple->row, path);
        return;
    }
    if (triple->holds != MOU_YES) {
        return; /* an unknown condition rests on nothing yet */
    }
    const struct walk walk = {work};
    mou_visits_clear(&work->visits);
    work->stack.count = 0;
    const uint32_t holds = work->machine->pack->findings[triple->finding].holds;
    push_item(&walk,
              (struct mou_walk_item){
                  .spot = mou_spot_at(work->machine, triple->world, holds, 1, triple->source),
                  .path = path,
                  .finding = triple->finding,
              });
    while (work->stack.count > 0 && !work->failed) {
        const struct mou_walk_item item = work->stack.items[--work->stack.count];
        if (item.finding != MOU_PACK_NONE) {
            walk_finding(&walk, &item);
        } else {
            walk_cell(&walk, &item);
        }
    }
}

/* ------------------------------------------------------------------ order */

static int compare_grounds(const void *left, const void *right)
{
    const struct mou_ground_ref *a = left;
    const struct mou_ground_ref *b = right;
    int order = mou_text_compare(a->subject, b->subject);
    order = order != 0 ? order : mou_text_compare(a->record, b->record);
    order = order != 0 ? order : (a->key.bytes != NULL) - (b->key.bytes != NULL);
    order = order != 0 || a->key.bytes == NULL ? order : mou_text_compare(a->key, b->key);
    for (uint32_t i = 0; order == 0 && i < a->via_count && i < b->via_count; i++) {
        order = mou_text_compare(a->via[i], b->via[i]);
    }
    return order != 0 ? order : (a->via_count > b->via_count) - (a->via_count < b->via_count);
}

void mou_grounds_sort(struct mou_decide_work *work)
{
    assert(work != NULL);
    struct mou_ground_ref *items = work->grounds.items;
    const size_t count = work->grounds.count;
    if (count < 2) {
        return;
    }
    qsort(items, count, sizeof(*items), compare_grounds);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (compare_grounds(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    work->grounds.count = kept;
}
