/*
 * What would have to be known to settle an unknown truth (S31): from the unknown root down into
 * unknown operands, to fields, parameters, relation bounds and faults. Each cell is entered once,
 * so a walk is linear in the cells that are unknown. Called by decide.c and the explanations.
 */
#include <assert.h>

#include "decide.h"
#include "focus.h"
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

/* A row: its subject, and of a record row type and key. */
static void name_row(struct mou_decide_work *work, uint32_t frame, uint32_t row,
                     struct mou_missing_ref *entry)
{
    const struct mou_machine *machine = work->machine;
    const uint32_t record = mou_frame_record(machine->pack, frame);
    if (frame != 0) {
        entry->subject = machine->batch->subject_id[mou_frame_subject(machine, frame, row)];
    }
    if (record != MOU_PACK_NONE) {
        entry->record = mou_pack_string(machine->pack, machine->pack->records[record].name);
        entry->key = mou_record_key(&work->naming, record, mou_frame_entity(machine, frame, row));
    }
}

static void add_fault(const struct walk *walk, const struct mou_walk_item *item,
                      enum mou_fault fault)
{
    const struct mou_pack *pack = walk->machine->pack;
    const struct mou_span span = mou_spot_span(pack, item->spot.instruction);
    struct mou_missing_ref entry = {.fault = fault};
    name_row(walk->work, item->scope_frame, item->scope_row, &entry);
    if (span.source < pack->sources_count) {
        const struct mou_pack_source *file = &pack->sources[span.source];
        const struct mou_text text = mou_pack_string(pack, file->text);
        const struct mou_source source = {"", text.bytes, text.len};
        entry.source = mou_pack_string(pack, file->path);
        entry.place = mou_source_place(&source, span.begin);
    }
    add_entry(walk->work, entry);
}

/* A parameter without a value is a matter of the rules: its name stands where a field would, and
 * no subject, for where it was asked for depends on what conditions share. */
static void add_parameter(const struct walk *walk, uint32_t parameter)
{
    const struct mou_pack *pack = walk->machine->pack;
    const struct mou_missing_ref entry = {.field = mou_pack_string(pack, pack->parameters[parameter].name)};
    add_entry(walk->work, entry);
}

/* A cell of a relation row is named from the `from` end, with the other end as its key. */
static void add_relation_cell(struct mou_decide_work *work, uint32_t relation, uint32_t row,
                              struct mou_text field)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_relation_columns *rows = &machine->batch->relations[relation];
    add_entry(work,
              (struct mou_missing_ref){
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
            instruction->a == MOU_COLUMN_RELATION_FROM ? MOU_TEXT("自")
            : instruction->a == MOU_COLUMN_RELATION_UNTIL
                ? MOU_TEXT("至")
                : field_name(pack, pack->relations[frame->type].first_field + instruction->a);
        add_relation_cell(walk->work, frame->type, row, field);
        return;
    }
    struct mou_missing_ref entry = {0};
    name_row(walk->work, spot.frame, spot.frame_row, &entry);
    const uint32_t record = mou_frame_record(pack, spot.frame);
    const uint32_t first = record != MOU_PACK_NONE ? pack->records[record].first_field
                                                   : pack->kinds[instruction->imm].first_field;
    entry.field = field_name(pack, first + instruction->a);
    add_entry(walk->work, entry);
}

/* ------------------------------------------------------------------ scopes */

/*
 * A fault is named by the row in whose scope the operation is written, which is not always the
 * frame that it was computed at: what needs no field of the row is computed further out. An
 * operation whose words lie inside those of the rule that led to it keeps the scope; other words
 * are a definition's, and begin in the scope of their own row.
 */
static bool encloses(struct mou_span outer, struct mou_span inner)
{
    return outer.source == inner.source && outer.begin <= inner.begin && inner.end <= outer.end;
}

/* Which instructions have a failed cell in their cone: only they are walked once per scope. False
 * when memory ran out. */
static bool mark_faulty(struct mou_decide_work *work)
{
    const struct mou_pack *pack = work->machine->pack;
    if (work->faulty != NULL) {
        return true;
    }
    work->faulty = MOU_NEW_ARRAY(work->arena, pack->instructions_count, uint8_t);
    if (work->faulty == NULL) {
        work->failed = true;
        return false;
    }
    bool any = false; /* mostly nothing failed, and no operand need be looked at */
    for (uint32_t i = 0; i < work->machine->ran; i++) {
        if (!MOU_IN_FOCUS(work->machine->options.focus, wanted, i)) {
            continue;
        }
        uint8_t faulty = work->machine->registers[MOU_WORLD_ALL][i].fault != NULL ||
                         work->machine->registers[MOU_WORLD_UNCONTESTED][i].fault != NULL;
        const bool looks = any && faulty == 0;
        uint32_t operand =
            looks ? mou_instruction_reads(pack, &pack->instructions[i], 0) : MOU_PACK_NONE;
        for (uint32_t n = 1; faulty == 0 && operand != MOU_PACK_NONE; n++) {
            faulty = work->faulty[operand];
            operand = mou_instruction_reads(pack, &pack->instructions[i], n);
        }
        work->faulty[i] = faulty;
        any = any || faulty != 0;
    }
    return true;
}

/* The cell's own row as its scope; of a cell that all rows share, the subject. */
static void own_scope(const struct walk *walk, struct mou_walk_item *item)
{
    const bool shared = walk->machine->pack->instructions[item->spot.instruction].frame == 0;
    item->scope_frame = shared ? 1 : item->spot.frame;
    item->scope_row = shared ? mou_spot_subject(walk->machine, item->spot) : item->spot.frame_row;
}

/* ------------------------------------------------------------------ the walk */

static void push(const struct walk *walk, struct mou_walk_item item)
{
    struct mou_decide_work *work = walk->work;
    const struct mou_spot spot = item.spot;
    if (mou_spot_settled(walk->machine, spot)) {
        return;
    }
    if (work->faulty[spot.instruction] == 0) {
        own_scope(walk, &item);
    }
    const uint64_t a = (uint64_t)spot.instruction << 32 | item.scope_frame << 1 |
                       (spot.world == MOU_WORLD_ALL ? 1u : 0u);
    const uint64_t b = (uint64_t)spot.frame_row << 32 | item.scope_row;
    mou_walk_push(work, item, a, b);
}

/* The words that a cell belongs to: of a finding's answer all of the finding, whose sections are
 * written side by side. */
static struct mou_span words_of(const struct walk *walk, struct mou_spot spot)
{
    const struct mou_pack *pack = walk->machine->pack;
    const struct mou_decide_plan *plan = walk->work->plan;
    const struct mou_span own = mou_spot_span(pack, spot.instruction);
    for (uint32_t f = plan->finding_of[spot.instruction]; f != MOU_PACK_NONE;
         f = plan->same_holds[f]) {
        if (pack->findings[f].note < pack->notes_count) {
            const struct mou_pack_span note = pack->notes[pack->findings[f].note].span;
            const struct mou_span rule = {note.source, note.begin, note.end};
            if (encloses(rule, own)) {
                return rule;
            }
        }
    }
    return own;
}

/* A cell that `from` was computed from. */
static void push_spot(const struct walk *walk, const struct mou_walk_item *from,
                      struct mou_spot spot)
{
    struct mou_walk_item item = *from;
    const struct mou_span words = words_of(walk, spot);
    item.spot = spot;
    if (words.source != UINT32_MAX && !encloses(item.anchor, words)) {
        item.anchor = words;
        own_scope(walk, &item);
    }
    if (walk->work->plan->is_guard[spot.instruction]) {
        own_scope(walk, &item);
    }
    push(walk, item);
}

static void push_operand(const struct walk *walk, const struct mou_walk_item *from, uint32_t index)
{
    push_spot(walk, from, mou_spot_operand(walk->machine, from->spot, index));
}

static void push_operands(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_pack *pack = walk->machine->pack;
    const struct mou_pack_instruction *instruction = &pack->instructions[item->spot.instruction];
    uint32_t operand = mou_instruction_reads(pack, instruction, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        push_operand(walk, item, operand);
        operand = mou_instruction_reads(pack, instruction, n);
    }
}

/* An unknown condition of a choice hides both branches; a settled one shows one. */
static void walk_choice(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_pack_instruction *instruction =
        &walk->machine->pack->instructions[item->spot.instruction];
    switch (mou_spot_truth(walk->machine,
                           mou_spot_operand(walk->machine, item->spot, instruction->a))) {
    case MOU_UNKNOWN:
        push_operand(walk, item, instruction->a);
        break;
    case MOU_YES:
        push_operand(walk, item, instruction->b);
        break;
    case MOU_NO:
        push_operand(walk, item, instruction->c);
        break;
    }
}

/* ------------------------------------------------------------------ rows */

static bool known_value(const struct mou_machine *machine, struct mou_spot spot, int64_t *value)
{
    if (mou_register_cell(machine, spot.world, spot.instruction, spot.row) != MOU_CELL_KNOWN) {
        return false;
    }
    *value = mou_register_value(machine, spot.world, spot.instruction, spot.row);
    return true;
}

/* The last year of a streak (S13): as given, or the latest, not after this one, of a row that may
 * be present. False without one. */
static bool last_year(const struct walk *walk, const struct mou_walk_item *item,
                      struct mou_spot_rows rows, int64_t *last)
{
    const struct mou_machine *machine = walk->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    if (instruction->opcode == MOU_OP_CODE_STREAK_UNTIL) {
        return known_value(machine,
                           mou_spot_operand(machine, item->spot, (uint32_t)instruction->imm), last);
    }
    const int64_t this_year = mou_date_to_civil(machine->options.as_of).year;
    bool found = false;
    for (uint32_t row = rows.first; row < rows.end; row++) {
        int64_t year = 0;
        const struct mou_spot presence =
            mou_spot_at(machine, item->spot.world, instruction->a, rows.frame, row);
        if (mou_spot_truth(machine, presence) != MOU_NO &&
            known_value(machine,
                        mou_spot_at(machine, item->spot.world, instruction->c, rows.frame, row),
                        &year) &&
            year <= this_year && (!found || year > *last)) {
            *last = year;
            found = true;
        }
    }
    return found;
}

/* One row: unknown where its part (presence and condition; under `每个` not present or condition)
 * is, or its value is. */
static void walk_row(const struct walk *walk, const struct mou_walk_item *item, uint32_t frame,
                     uint32_t row, bool valued)
{
    const struct mou_machine *machine = walk->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    const struct mou_spot presence =
        mou_spot_at(machine, item->spot.world, instruction->a, frame, row);
    const struct mou_spot condition =
        mou_spot_at(machine, item->spot.world, instruction->b, frame, row);
    const enum mou_truth present = mou_spot_truth(machine, presence);
    const enum mou_truth holds = mou_spot_truth(machine, condition);
    const enum mou_truth part = instruction->opcode == MOU_OP_CODE_EVERY
                                    ? mou_truth_or(mou_truth_not(present), holds)
                                    : mou_truth_and(present, holds);
    struct mou_walk_item below = *item;
    below.scope_frame = frame;
    below.scope_row = row;
    if (part == MOU_UNKNOWN) {
        push_spot(walk, &below, presence);
        push_spot(walk, &below, condition);
    }
    if (valued && part != MOU_NO) {
        push_spot(walk, &below, mou_spot_at(machine, item->spot.world, instruction->c, frame, row));
    }
}

/* Rows of a streak whose year is unknown or later than the last one play no part. */
static void walk_streak(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_machine *machine = walk->machine;
    const struct mou_pack_instruction *instruction =
        &machine->pack->instructions[item->spot.instruction];
    const struct mou_spot_rows rows = mou_spot_reduced(machine, item->spot);
    int64_t last = 0;
    if (!last_year(walk, item, rows, &last)) {
        if (instruction->opcode == MOU_OP_CODE_STREAK_UNTIL) {
            push_operand(walk, item, (uint32_t)instruction->imm);
        }
        return;
    }
    for (uint32_t row = rows.first; row < rows.end && !walk->work->failed; row++) {
        int64_t year = 0;
        const struct mou_spot value =
            mou_spot_at(machine, item->spot.world, instruction->c, rows.frame, row);
        if (known_value(machine, value, &year) && year <= last) {
            walk_row(walk, item, rows.frame, row, false);
        }
    }
}

static void walk_rows(const struct walk *walk, const struct mou_walk_item *item)
{
    const uint32_t opcode = walk->machine->pack->instructions[item->spot.instruction].opcode;
    const bool valued = mou_opcode_operand(opcode, 2) == MOU_OPERAND_VALUE;
    const struct mou_spot_rows rows = mou_spot_reduced(walk->machine, item->spot);
    for (uint32_t row = rows.first; row < rows.end && !walk->work->failed; row++) {
        walk_row(walk, item, rows.frame, row, valued);
    }
}

/* ------------------------------------------------------------------ cells */

/* A parameter on an unknown date waits for the date, on a known one for a value. */
static void walk_parameter_at(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_pack_instruction *instruction =
        &walk->machine->pack->instructions[item->spot.instruction];
    if (mou_spot_settled(walk->machine,
                         mou_spot_operand(walk->machine, item->spot, instruction->b))) {
        add_parameter(walk, instruction->a);
    } else {
        push_operand(walk, item, instruction->b);
    }
}

/* Whether a cell's fault is its own: moves hand on that of the cell they read. */
static bool fails_itself(uint32_t opcode)
{
    const enum mou_frame_rule rule = mou_opcode_info(opcode)->rule;
    return rule != MOU_RULE_UP && rule != MOU_RULE_AT && rule != MOU_RULE_PARENT;
}

static void walk_cell(const struct walk *walk, const struct mou_walk_item *item)
{
    const struct mou_pack_instruction *instruction =
        &walk->machine->pack->instructions[item->spot.instruction];
    const enum mou_fault fault = mou_spot_fault(walk->machine, item->spot);
    if (fault != MOU_FAULT_NONE && fails_itself(instruction->opcode)) {
        add_fault(walk, item, fault);
        return;
    }
    switch (instruction->opcode) {
    case MOU_OP_CODE_COLUMN:
        add_column(walk, item->spot);
        break;
    case MOU_OP_CODE_PARAMETER:
        add_parameter(walk, instruction->a);
        break;
    case MOU_OP_CODE_PARAMETER_AT:
        walk_parameter_at(walk, item);
        break;
    case MOU_OP_CODE_MEASURE_STATE: /* judged when this walk is done: that is a walk of its own */
        if (!MOU_VEC_PUSH(walk->work->arena, &walk->work->unverified, instruction->a)) {
            walk->work->failed = true;
        }
        break;
    case MOU_OP_CODE_CHOICE_CONDITION:
    case MOU_OP_CODE_CHOICE_VALUE:
    case MOU_OP_CODE_CHOICE_FRACTION:
        walk_choice(walk, item);
        break;
    case MOU_OP_CODE_OR_DEFAULT:
    case MOU_OP_CODE_OR_DEFAULT_FRACTION:
        push_operand(walk, item,
                     instruction->b); /* what the default stands for is not asked after */
        break;
    case MOU_OP_CODE_STREAK:
    case MOU_OP_CODE_STREAK_UNTIL:
        walk_streak(walk, item);
        break;
    default:
        if (mou_opcode_info(instruction->opcode)->rule == MOU_RULE_DOWN) {
            walk_rows(walk, item);
        } else {
            push_operands(walk, item);
        }
        break;
    }
}

static void run(const struct walk *walk)
{
    struct mou_decide_work *work = walk->work;
    while (work->stack.count > 0 && !work->failed) {
        const struct mou_walk_item item = work->stack.items[--work->stack.count];
        walk_cell(walk, &item);
    }
}

/* ------------------------------------------------------------------ roots */

/* A register at a row of `frame`, in the words of the rule noted. */
static void push_root(const struct walk *walk, enum mou_world world, uint32_t note, uint32_t index,
                      uint32_t frame, uint32_t row)
{
    const struct mou_pack *pack = walk->machine->pack;
    struct mou_walk_item item = {
        .spot = mou_spot_at(walk->machine, world, index, frame, row),
        .scope_frame = frame,
        .scope_row = row,
        .anchor = MOU_NO_SPAN,
    };
    if (note < pack->notes_count) {
        const struct mou_pack_span span = pack->notes[note].span;
        item.anchor = (struct mou_span){span.source, span.begin, span.end};
    }
    push_spot(walk, &item, item.spot);
}

/* The ground's own part of a triple. */
static void collect_ground(const struct walk *walk, const struct mou_triple *triple)
{
    const struct mou_pack *pack = walk->machine->pack;
    const struct mou_pack_finding *finding = &pack->findings[triple->finding];
    if (triple->section == MOU_PACK_NONE) {
        push_root(walk, triple->world, finding->note, finding->holds, 1, triple->source);
    } else {
        const struct mou_pack_ground *section = &pack->grounds[triple->section];
        push_root(walk, triple->world, finding->note, section->holds, section->frame, triple->row);
    }
}

/* The date at which a relation must hold, and the row's beginning, where they are what is not
 * known. */
static void collect_relation(const struct walk *walk, const struct mou_pack_measure *measure,
                             const struct mou_triple *triple)
{
    const struct mou_pack *pack = walk->machine->pack;
    const uint32_t relation = pack->reaches[triple->reach].relation;
    const uint32_t date = mou_holding_register(pack, measure, triple->section);
    bool known = false;
    mou_reach_bounds(walk->machine, relation, triple->relation_row, &known);
    if (!known) {
        add_relation_cell(walk->work, relation, triple->relation_row, MOU_TEXT("自"));
    }
    if (date != MOU_PACK_NONE) {
        push_root(walk, triple->way_world, measure->note, date,
                  pack->grounds[triple->section].frame, triple->row);
    }
}

/* The measure's part: its own end, the relation, the guards. */
static void collect_way(const struct walk *walk, const struct mou_pack_measure *measure,
                        const struct mou_triple *triple)
{
    const struct mou_pack *pack = walk->machine->pack;
    const uint32_t test = mou_own_end_register(pack, measure->own_end_tests, triple->own_end);
    if (test != MOU_PACK_NONE) {
        push_root(walk, triple->way_world, measure->note, test,
                  pack->grounds[triple->section].frame, triple->row);
    }
    if (triple->held == MOU_UNKNOWN) {
        collect_relation(walk, measure, triple);
    }
    const uint32_t authority = mou_authority_register(pack, measure, triple->authority);
    if (authority != MOU_PACK_NONE) {
        push_root(walk, triple->way_world, measure->note, authority,
                  pack->grounds[triple->section].frame, triple->row);
    }
    const struct mou_pack_reach *reach = &pack->reaches[triple->reach];
    if (reach->condition != MOU_PACK_NONE) {
        push_root(walk, triple->way_world, measure->note, reach->condition, reach->frame,
                  mou_reach_frame_row(walk->machine, reach, triple->source, triple->relation_row));
    }
    if (measure->only_if != MOU_PACK_NONE) {
        push_root(walk, triple->way_world, measure->note, measure->only_if, 1, triple->source);
    }
    if (measure->unless != MOU_PACK_NONE) {
        push_root(walk, triple->way_world, measure->note, measure->unless, 1, triple->source);
    }
}

void mou_missing_collect(struct mou_decide_work *work, const struct mou_pack_measure *measure,
                         const mou_triples *triples)
{
    assert(work != NULL && triples != NULL);
    const struct walk walk = {work, work->machine};
    if (!mark_faulty(work)) {
        return;
    }
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

/* What the decisions that were asked for, and are to be verified, wait for. */
static void collect_unverified(struct mou_decide_work *work, uint32_t subject)
{
    for (size_t i = 0; i < work->unverified.count && !work->failed; i++) {
        const struct mou_rule_ref rule = {work->unverified.items[i], false};
        struct mou_case judged;
        mou_case_judge(work, rule, subject, &judged);
        if (judged.decided && judged.outcome == MOU_TO_VERIFY) {
            mou_missing_collect(work, &work->machine->pack->measures[rule.index],
                                &work->triples[judged.world]);
        }
    }
}

void mou_missing_of_register(struct mou_decide_work *work, enum mou_world world, uint32_t note,
                             uint32_t index, uint32_t frame, uint32_t row)
{
    assert(work != NULL && index < work->machine->ran);
    const struct walk walk = {work, work->machine};
    if (!mark_faulty(work)) {
        return;
    }
    mou_visits_clear(&work->visits);
    work->stack.count = 0;
    work->unverified.count = 0;
    push_root(&walk, world, note, index, frame, row);
    run(&walk);
    if (frame == 1) {
        collect_unverified(work, row);
    }
}
