/*
 * What the instructions of a pack look at, so that a store need not bring the rest. Judged from the instructions alone; said of the whole pack,
 * not of one rule. Called through vm.h.
 */
#include <assert.h>

#include "machine.h"
#include "opcodes.h"

/* The type and those that its rows lie in. */
static void mark_record(const struct mou_pack *pack, const struct mou_read_marks *marks, uint32_t record)
{
    while (record != MOU_PACK_NONE && !marks->records[record]) {
        marks->records[record] = true;
        record = pack->records[record].parent; /* acyclic: verified */
    }
}

/* What cites a row of a marked type. */
static void mark_cited(const struct mou_pack *pack, const struct mou_read_marks *marks)
{
    for (uint32_t record = 0; record < pack->records_count; record++) {
        const struct mou_pack_record *type = &pack->records[record];
        const uint32_t cited[] = {type->number, type->made, type->served, type->act, type->key};
        for (size_t i = 0; marks->records[record] && i < sizeof cited / sizeof cited[0]; i++) {
            if (cited[i] != MOU_PACK_NONE) {
                marks->fields[record][cited[i]] = true;
            }
        }
    }
}

static void mark_instruction(const struct mou_pack *pack, const struct mou_read_marks *marks, const struct mou_pack_instruction *in)
{
    const uint32_t record = mou_frame_record(pack, in->frame);
    mark_record(pack, marks, record);
    if (in->opcode != MOU_OP_CODE_COLUMN) {
        return;
    }
    if (record != MOU_PACK_NONE && in->a < pack->records[record].field_count) {
        marks->fields[record][in->a] = true;
    } else if (pack->frames[in->frame].kind == MOU_FRAME_SUBJECT) {
        marks->attributes[in->imm][in->a] = true;
    }
}

static void mark_relations(const struct mou_pack *pack, const struct mou_read_marks *marks)
{
    for (uint32_t i = 0; i < pack->frames_count; i++) {
        const struct mou_pack_frame *frame = &pack->frames[i];
        if (frame->kind == MOU_FRAME_RELATION) {
            marks->relations[frame->type] |= frame->inverse != 0 ? MOU_SEEN_TO : MOU_SEEN_FROM;
        }
    }
    for (uint32_t i = 0; i < pack->reaches_count; i++) {
        const struct mou_pack_reach *reach = &pack->reaches[i];
        if (reach->relation != MOU_PACK_NONE) { /* whom the measure reaches looks back at the subject of the finding */
            marks->relations[reach->relation] |= reach->inverse != 0 ? MOU_SEEN_FROM : MOU_SEEN_TO;
        }
    }
}

/* What outcomes rest on. */
static void mark_outcomes(const struct mou_pack *pack, const struct mou_read_marks *marks)
{
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        mark_instruction(pack, marks, &pack->instructions[i]);
    }
    for (uint32_t i = 0; i < pack->grounds_count; i++) {
        mark_record(pack, marks, pack->grounds[i].record);
    }
    mark_relations(pack, marks);
}

bool mou_pack_note_reads(struct mou_pack *pack)
{
    struct mou_read_marks *marks = &pack->outcomes_read;
    marks->attributes = MOU_NEW_ARRAY(pack->arena, (size_t)pack->kinds_count + 1, bool *);
    marks->records = MOU_NEW_ARRAY(pack->arena, (size_t)pack->records_count + 1, bool);
    marks->fields = MOU_NEW_ARRAY(pack->arena, (size_t)pack->records_count + 1, bool *);
    marks->relations = MOU_NEW_ARRAY(pack->arena, (size_t)pack->relations_count + 1, uint8_t);
    if (marks->attributes == NULL || marks->records == NULL || marks->fields == NULL || marks->relations == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->kinds_count; i++) {
        marks->attributes[i] = MOU_NEW_ARRAY(pack->arena, (size_t)pack->kinds[i].field_count + 1, bool);
    }
    for (uint32_t i = 0; i < pack->records_count; i++) {
        marks->fields[i] = MOU_NEW_ARRAY(pack->arena, (size_t)pack->records[i].field_count + 1, bool);
    }
    if (mou_arena_failed(pack->arena)) {
        return false;
    }
    mark_outcomes(pack, marks);
    return true;
}

bool mou_pack_reads_record(const struct mou_pack *pack, uint32_t record)
{
    assert(pack != NULL && record < pack->records_count);
    return pack->outcomes_read.records[record];
}

bool mou_pack_reads_field(const struct mou_pack *pack, uint32_t record, uint32_t field)
{
    assert(pack != NULL && record < pack->records_count && field < pack->records[record].field_count);
    return pack->outcomes_read.fields[record][field];
}

bool mou_pack_reads_attribute(const struct mou_pack *pack, uint32_t kind, uint32_t attribute)
{
    assert(pack != NULL && kind < pack->kinds_count && attribute < pack->kinds[kind].field_count);
    return pack->outcomes_read.attributes[kind][attribute];
}

bool mou_pack_reads_relation(const struct mou_pack *pack, uint32_t relation)
{
    assert(pack != NULL && relation < pack->relations_count);
    return pack->outcomes_read.relations[relation] != 0;
}

/* ---------------------------------------------------------- what is asked of related subjects */

/* Registers that are asked for at a related subject; `of` has one place per instruction. */
struct asked {
    const struct mou_pack *pack;
    const struct mou_read_marks *marks;
    bool *of;
};

static void ask(struct asked *asked, uint32_t index)
{
    if (index < asked->pack->instructions_count) {
        asked->of[index] = true;
    }
}

static void ask_finding(struct asked *asked, uint32_t finding)
{
    const struct mou_pack_finding *entry = &asked->pack->findings[finding];
    const uint32_t own[] = {entry->holds, entry->unless, entry->period, entry->when};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        ask(asked, own[i]);
    }
    for (uint32_t g = entry->first_ground; g < entry->first_ground + entry->ground_count; g++) {
        const struct mou_pack_ground *ground = &asked->pack->grounds[g];
        const uint32_t registers[] = {ground->condition, ground->from, ground->end, ground->presence, ground->served,
                                      ground->made, ground->act, ground->ended, ground->holds};
        asked->marks->related[ground->record] = true;
        for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
            ask(asked, registers[i]);
        }
    }
}

/* A list with one register for each ground section of the measure's findings. */
static void ask_list(struct asked *asked, const struct mou_pack_measure *measure, uint32_t list)
{
    for (uint32_t i = 0; list != MOU_PACK_NONE && i < measure->because_count; i++) {
        const struct mou_pack_finding *finding = &asked->pack->findings[asked->pack->lists[measure->because + i]];
        for (uint32_t g = 0; g < finding->ground_count; g++) {
            ask(asked, asked->pack->lists[list++]);
        }
    }
}

/* A measure that reaches others than the findings' subject is judged at that subject. */
static void ask_measure(struct asked *asked, const struct mou_pack_measure *measure)
{
    bool reaches_others = false;
    for (uint32_t i = measure->first_reach; i < measure->first_reach + measure->reach_count; i++) {
        reaches_others = reaches_others || asked->pack->reaches[i].relation != MOU_PACK_NONE;
        ask(asked, asked->pack->reaches[i].condition);
    }
    if (!reaches_others) {
        return;
    }
    const uint32_t own[] = {measure->only_if, measure->unless, measure->period, measure->term};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        ask(asked, own[i]);
    }
    for (uint32_t i = 0; i < measure->because_count; i++) {
        ask_finding(asked, asked->pack->lists[measure->because + i]);
    }
    ask_list(asked, measure, measure->authorities);
    ask_list(asked, measure, measure->own_ends);
    ask_list(asked, measure, measure->own_end_tests);
    for (uint32_t i = measure->first_grant; i < measure->first_grant + measure->grant_count; i++) {
        ask(asked, asked->pack->grants[i].value);
    }
}

static bool is_behind_relation(const struct mou_pack *pack, uint32_t frame)
{
    while (frame > 1 && pack->frames[frame].kind != MOU_FRAME_RELATION) {
        frame = pack->frames[frame].parent; /* lower: verified */
    }
    return frame > 1;
}

/* Registers read lower ones only, so that one pass downwards finds all. */
static void mark_related(struct asked *asked)
{
    const struct mou_pack *pack = asked->pack;
    for (uint32_t i = pack->instructions_count; i-- > 0;) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (!asked->of[i] && !is_behind_relation(pack, in->frame)) {
            continue;
        }
        const uint32_t record = mou_frame_record(pack, in->frame);
        for (uint32_t n = 0;; n++) {
            const uint32_t read = mou_instruction_reads(pack, in, n);
            if (read == MOU_PACK_NONE) {
                break;
            }
            ask(asked, read);
        }
        if (record != MOU_PACK_NONE) {
            asked->marks->related[record] = true;
        }
        for (uint32_t r = 0; in->opcode == MOU_OP_CODE_MEASURE_STATE && r < pack->records_count; r++) {
            asked->marks->related[r] = true; /* whatever the measure may look at */
        }
    }
    for (uint32_t i = 0; i < pack->records_count; i++) {
        for (uint32_t above = pack->records[i].parent; asked->marks->related[i] && above != MOU_PACK_NONE; above = pack->records[above].parent) {
            asked->marks->related[above] = true;
        }
    }
}

bool mou_pack_mark_reads(const struct mou_pack *pack, const struct mou_allocator *allocator, const struct mou_read_marks *marks)
{
    assert(pack != NULL && marks != NULL);
    struct mou_arena *arena = mou_arena_new(allocator);
    struct asked asked = {pack, marks, arena != NULL ? MOU_NEW_ARRAY(arena, (size_t)pack->instructions_count + 1, bool) : NULL};
    if (asked.of == NULL) {
        mou_arena_free(arena);
        return false;
    }
    mark_outcomes(pack, marks);
    for (uint32_t i = 0; i < pack->duties_count; i++) {
        mark_record(pack, marks, pack->duties[i].record);
    }
    for (uint32_t i = 0; i < pack->repairs_count; i++) {
        mark_record(pack, marks, pack->repairs[i].record);
    }
    mark_cited(pack, marks);
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        ask_measure(&asked, &pack->measures[i]);
    }
    mark_related(&asked);
    mou_arena_free(arena);
    return true;
}

const struct mou_intern *mou_pack_texts(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->own_texts;
}
