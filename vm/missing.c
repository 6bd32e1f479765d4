/*
 * What would have to be known to settle an unknown truth (S31): from the unknown root down into unknown operands, to fields, parameters,
 * relation bounds and faults. Each cell is entered once, so a walk is linear in the cells that are unknown. Called by decide.c and the
 * explanations.
 */
#include <assert.h>
#include <stdlib.h>

#include "decide.h"
#include "opcodes.h"

struct walk {
    struct mou_decide_work *work;
    const struct mou_machine *machine;
};

/* ------------------------------------------------------------------ entries */

static void add_entry(struct mou_decide_work *work, struct mou_missing_ref entry)
{
    if (!MOU_VEC_PUSH(work->arena, &work->missing, entry)) {
        work->failed = true;
    }
}

/* The record row in scope, if there is one: its type and key. */
static void name_row(struct mou_decide_work *work, struct mou_spot spot, struct mou_missing_ref *entry)
{
    const struct mou_machine *machine = work->machine;
    const uint32_t record = mou_frame_record(machine->pack, spot.frame);
    const uint32_t subject = mou_spot_subject(machine, spot);
    if (subject != MOU_PACK_NONE) {
        entry->subject = machine->batch->subject_id[subject];
    }
    if (record != MOU_PACK_NONE) {
        const uint32_t row = mou_frame_entity(machine, spot.frame, spot.frame_row);
        entry->record = mou_pack_string(machine->pack, machine->pack->records[record].name);
        entry->key = mou_record_key(&work->naming, record, row);
    }
}

static void add_fault(const struct walk *walk, struct mou_spot spot, enum mou_fault fault)
{
    const struct mou_pack *pack = walk->machine->pack;
    struct mou_missing_ref entry = {.fault = fault};
    name_row(walk->work, spot, &entry);
    if (spot.instruction < pack->spans_count && pack->spans[spot.instruction].source < pack->sources_count) {
        const struct mou_pack_span *span = &pack->spans[spot.instruction];
        const struct mou_pack_source *file = &pack->sources[span->source];
        const struct mou_text text = mou_pack_string(pack, file->text);
        const struct mou_source source = {"", text.bytes, text.len};
        entry.source = mou_pack_string(pack, file->path);
        entry.place = mou_source_place(&source, span->begin);
    }
    add_entry(walk->work, entry);
}

/* A parameter without a value is a matter of the rules, not of a record: its name stands where a field would. */
static void add_parameter(const struct walk *walk, struct mou_spot spot, uint32_t parameter)
{
    const struct mou_machine *machine = walk->machine;
    const uint32_t subject = mou_spot_subject(machine, spot);
    struct mou_missing_ref entry = {
        .field = mou_pack_string(machine->pack, machine->pack->parameters[parameter].name),
    };
    if (subject != MOU_PACK_NONE) {
        entry.subject = machine->batch->subject_id[subject];
    }
    add_entry(walk->work, entry);
}

/* A cell of a relation row is named from the `from` end, with the other end as its key. */
static void add_relation_cell(struct mou_decide_work *work, uint32_t relation, uint32_t row, struct mou_text field)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_relation_columns *rows = &machine->batch->relations[relation];
    add_entry(work, (struct mou_missing_ref){
                        .subject = machine->batch->subject_id[rows->from_subject[row]],
                        .record = mou_pack_string(machine->pack, machine->pack->relations[relation].name),
                        .key = machine->batch->subject_id[rows->to_subject[row]],
                        .field = field,
                    });
}

static struct mou_text field_name(const struct mou_pack *pack, uint32_t field)
{
    return mou_pack_string(pack, pack->fields[field].name);
}

static void add_column(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_machine *machine = walk->machine;
    const struct mou_pack *pack = machine->pack;
    const struct mou_pack_instruction *instruction = &pack->instructions[spot.instruction];
    const struct mou_pack_frame *frame = &pack->frames[spot.frame];
    if (frame->kind == MOU_FRAME_RELATION) {
        const uint32_t row = machine->frames[spot.frame].relation_row[spot.frame_row];
        const struct mou_text field =
            instruction->a == MOU_COLUMN_RELATION_FROM
                ? MOU_TEXT("自")
                : instruction->a == MOU_COLUMN_RELATION_UNTIL
                      ? MOU_TEXT("至")
                      : field_name(pack, pack->relations[frame->type].first_field + instruction->a);
        add_relation_cell(walk->work, frame->type, row, field);
        return;
    }
    struct mou_missing_ref entry = {0};
    name_row(walk->work, spot, &entry);
    const uint32_t record = mou_frame_record(pack, spot.frame);
    const uint32_t first =
        record != MOU_PACK_NONE ? pack->records[record].first_field : pack->kinds[instruction->imm].first_field;
    entry.field = field_name(pack, first + instruction->a);
    add_entry(walk->work, entry);
}

/* ------------------------------------------------------------------ the walk */

static void push(const struct walk *walk, struct mou_spot spot)
{
    struct mou_decide_work *work = walk->work;
    if (mou_spot_settled(walk->machine, spot)) {
        return;
    }
    const uint64_t a = (uint64_t)spot.instruction << 32 | spot.frame;
    const uint64_t b = (uint64_t)spot.frame_row << 1 | (spot.world == MOU_WORLD_ALL ? 1u : 0u);
    switch (mou_visits_add(work->arena, &work->visits, a, b)) {
    case MOU_SEEN_FIRST:
        if (!MOU_VEC_PUSH(work->arena, &work->stack, ((struct mou_walk_item){.spot = spot}))) {
            work->failed = true;
        }
        break;
    case MOU_SEEN_FAILED:
        work->failed = true;
        break;
    case MOU_SEEN_AGAIN:
        break;
    }
}

static void push_operand(const struct walk *walk, struct mou_spot spot, uint32_t index)
{
    push(walk, mou_spot_operand(walk->machine, spot, index));
}

static void push_operands(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_pack_instruction *instruction = &walk->machine->pack->instructions[spot.instruction];
    for (unsigned i = 0; i < 3; i++) {
        enum mou_form form;
        const uint32_t index = mou_instruction_operand(instruction, i);
        if (index != MOU_PACK_NONE && mou_operand_form(mou_opcode_operand(instruction->opcode, i), &form)) {
            push_operand(walk, spot, index);
        }
    }
}

static void push_list(const struct walk *walk, struct mou_spot spot, uint32_t list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        push_operand(walk, spot, walk->machine->pack->lists[list + i]);
    }
}

/* An unknown condition of a choice hides both branches; a settled one shows one. */
static void walk_choice(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_pack_instruction *instruction = &walk->machine->pack->instructions[spot.instruction];
    const struct mou_spot condition = mou_spot_operand(walk->machine, spot, instruction->a);
    switch (mou_spot_truth(walk->machine, condition)) {
    case MOU_UNKNOWN:
        push(walk, condition);
        break;
    case MOU_YES:
        push_operand(walk, spot, instruction->b);
        break;
    case MOU_NO:
        push_operand(walk, spot, instruction->c);
        break;
    }
}

/*
 * Rows that leave a reduction unsettled: those whose part (presence and condition; under `每个` not present or condition) is unknown,
 * and those that take part with an unknown value.
 */
static void walk_rows(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_machine *machine = walk->machine;
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[spot.instruction];
    const bool every = instruction->opcode == MOU_OP_CODE_EVERY;
    const bool quantifier = every || instruction->opcode == MOU_OP_CODE_ANY;
    const bool valued = !quantifier && instruction->opcode != MOU_OP_CODE_COUNT;
    const struct mou_spot_rows rows = mou_spot_reduced(machine, spot);
    for (uint32_t row = rows.first; row < rows.end && !walk->work->failed; row++) {
        const struct mou_spot presence = mou_spot_at(machine, spot.world, instruction->a, rows.frame, row);
        const struct mou_spot condition = mou_spot_at(machine, spot.world, instruction->b, rows.frame, row);
        const enum mou_truth present = mou_spot_truth(machine, presence);
        const enum mou_truth holds = mou_spot_truth(machine, condition);
        const enum mou_truth part =
            every ? mou_truth_or(mou_truth_not(present), holds) : mou_truth_and(present, holds);
        if (part == MOU_UNKNOWN) {
            push(walk, presence);
            push(walk, condition);
        }
        if (valued && part != MOU_NO) {
            push(walk, mou_spot_at(machine, spot.world, instruction->c, rows.frame, row));
        }
    }
    if (instruction->opcode == MOU_OP_CODE_STREAK_UNTIL) {
        push_operand(walk, spot, (uint32_t)instruction->imm);
    }
}

/* A parameter on an unknown date waits for the date, on a known one for a value. */
static void walk_parameter_at(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_pack_instruction *instruction = &walk->machine->pack->instructions[spot.instruction];
    const struct mou_spot date = mou_spot_operand(walk->machine, spot, instruction->b);
    if (mou_spot_settled(walk->machine, date)) {
        add_parameter(walk, spot, instruction->a);
    } else {
        push(walk, date);
    }
}

static void walk_cell(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_pack_instruction *instruction = &walk->machine->pack->instructions[spot.instruction];
    const enum mou_fault fault = mou_spot_fault(walk->machine, spot);
    if (fault != MOU_FAULT_NONE && mou_opcode_info(instruction->opcode)->rule != MOU_RULE_UP &&
        mou_opcode_info(instruction->opcode)->rule != MOU_RULE_AT) {
        add_fault(walk, spot, fault);
        return;
    }
    switch (instruction->opcode) {
    case MOU_OP_CODE_COLUMN:
        add_column(walk, spot);
        break;
    case MOU_OP_CODE_PARAMETER:
        add_parameter(walk, spot, instruction->a);
        break;
    case MOU_OP_CODE_PARAMETER_AT:
        walk_parameter_at(walk, spot);
        break;
    case MOU_OP_CODE_CHOICE_CONDITION:
    case MOU_OP_CODE_CHOICE_VALUE:
    case MOU_OP_CODE_CHOICE_FRACTION:
        walk_choice(walk, spot);
        break;
    case MOU_OP_CODE_OR_DEFAULT:
    case MOU_OP_CODE_OR_DEFAULT_FRACTION:
        push_operand(walk, spot, instruction->b); /* what the default stands for is not asked after */
        break;
    case MOU_OP_CODE_TALLY:
        push_list(walk, spot, instruction->a, instruction->b);
        break;
    case MOU_OP_CODE_TABLE:
        push_list(walk, spot, instruction->b, instruction->c);
        break;
    default:
        if (mou_opcode_info(instruction->opcode)->rule == MOU_RULE_DOWN) {
            walk_rows(walk, spot);
        } else {
            push_operands(walk, spot);
        }
        break;
    }
}

static void run(const struct walk *walk)
{
    struct mou_decide_work *work = walk->work;
    while (work->stack.count > 0 && !work->failed) {
        const struct mou_walk_item item = work->stack.items[--work->stack.count];
        walk_cell(walk, item.spot);
    }
}

/* ------------------------------------------------------------------ roots */

/* The date at which a relation must hold, and the row's beginning, where they are what is not known. */
static void collect_relation(const struct walk *walk, const struct mou_pack_measure *measure,
                             const struct mou_triple *triple)
{
    const struct mou_machine *machine = walk->machine;
    const struct mou_pack *pack = machine->pack;
    const uint32_t relation = pack->reaches[triple->reach].relation;
    const uint32_t date = mou_holding_register(pack, measure, triple->section);
    bool known = false;
    mou_reach_bounds(machine, relation, triple->relation_row, &known);
    if (!known) {
        add_relation_cell(walk->work, relation, triple->relation_row, MOU_TEXT("自"));
    }
    if (date != MOU_PACK_NONE) {
        push(walk, mou_spot_at(machine, triple->way_world, date, pack->grounds[triple->section].frame, triple->row));
    }
}

/* The ground's own part of a triple. */
static void collect_ground(const struct walk *walk, const struct mou_triple *triple)
{
    const struct mou_pack *pack = walk->machine->pack;
    if (triple->section == MOU_PACK_NONE) {
        push(walk, mou_spot_at(walk->machine, triple->world, pack->findings[triple->finding].holds, 1, triple->source));
    } else {
        const struct mou_pack_ground *section = &pack->grounds[triple->section];
        push(walk, mou_spot_at(walk->machine, triple->world, section->holds, section->frame, triple->row));
    }
}

/* The measure's part: its own end, the relation, the guards. */
static void collect_way(const struct walk *walk, const struct mou_pack_measure *measure,
                        const struct mou_triple *triple)
{
    const struct mou_machine *machine = walk->machine;
    const uint32_t test = mou_own_end_register(machine->pack, measure->own_end_tests, triple->own_end);
    if (test != MOU_PACK_NONE) {
        push(walk, mou_spot_at(machine, triple->way_world, test, machine->pack->grounds[triple->section].frame, triple->row));
    }
    if (triple->held == MOU_UNKNOWN) {
        collect_relation(walk, measure, triple);
    }
    if (measure->only_if != MOU_PACK_NONE) {
        push(walk, mou_spot_at(machine, triple->way_world, measure->only_if, 1, triple->source));
    }
    if (measure->unless != MOU_PACK_NONE) {
        push(walk, mou_spot_at(machine, triple->way_world, measure->unless, 1, triple->source));
    }
}

void mou_missing_collect(struct mou_decide_work *work, const struct mou_pack_measure *measure,
                         const mou_triples *triples)
{
    assert(work != NULL && triples != NULL);
    const struct walk walk = {work, work->machine};
    mou_visits_clear(&work->visits);
    work->stack.count = 0;
    for (size_t i = 0; i < triples->count; i++) {
        if (triples->items[i].truth == MOU_UNKNOWN) {
            collect_ground(&walk, &triples->items[i]);
            if (measure != NULL) {
                collect_way(&walk, measure, &triples->items[i]);
            }
        }
    }
    run(&walk);
}

/* ------------------------------------------------------------------ order */

static int compare_text_or_null(struct mou_text a, struct mou_text b)
{
    if (a.bytes == NULL || b.bytes == NULL) {
        return (a.bytes != NULL) - (b.bytes != NULL);
    }
    return mou_text_compare(a, b);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* The text "file:line:column" without making it. */
struct span_text {
    struct mou_text file;
    char tail[24];
    size_t tail_len;
};

static size_t put_number(char *out, uint32_t number)
{
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (size_t i = 0; i < count; i++) {
        out[i] = digits[count - 1 - i];
    }
    return count;
}

static struct span_text span_text_of(const struct mou_missing_ref *entry)
{
    struct span_text text = {.file = entry->source};
    text.tail[text.tail_len++] = ':';
    text.tail_len += put_number(text.tail + text.tail_len, entry->place.line);
    text.tail[text.tail_len++] = ':';
    text.tail_len += put_number(text.tail + text.tail_len, entry->place.column);
    return text;
}

static int span_byte(const struct span_text *text, size_t position)
{
    if (position < text->file.len) {
        return (unsigned char)text->file.bytes[position];
    }
    position -= text->file.len;
    return position < text->tail_len ? (unsigned char)text->tail[position] : -1;
}

static int compare_spans(const struct mou_missing_ref *a, const struct mou_missing_ref *b)
{
    if (a->fault == MOU_FAULT_NONE) {
        return 0;
    }
    const struct span_text left = span_text_of(a);
    const struct span_text right = span_text_of(b);
    for (size_t i = 0;; i++) {
        const int order = span_byte(&left, i) - span_byte(&right, i);
        if (order != 0 || span_byte(&left, i) < 0) {
            return order;
        }
    }
}

static int compare_missing(const void *left, const void *right)
{
    const struct mou_missing_ref *a = left;
    const struct mou_missing_ref *b = right;
    int order = compare_text_or_null(a->subject, b->subject);
    order = order != 0 ? order : compare_text_or_null(a->record, b->record);
    order = order != 0 ? order : compare_text_or_null(a->key, b->key);
    order = order != 0 ? order : compare_text_or_null(a->field, b->field);
    order = order != 0 ? order : compare_numbers((uint32_t)a->fault, (uint32_t)b->fault);
    return order != 0 ? order : compare_spans(a, b);
}

void mou_missing_sort(struct mou_decide_work *work)
{
    assert(work != NULL);
    struct mou_missing_ref *items = work->missing.items;
    const size_t count = work->missing.count;
    if (count < 2) {
        return;
    }
    qsort(items, count, sizeof(*items), compare_missing);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (compare_missing(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    work->missing.count = kept;
}
