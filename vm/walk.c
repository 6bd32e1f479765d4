/*
 * From a cell back to the cells that it was computed from, with the row mapping of each kind of
 * operand. Reads frames and registers of a run that is done; writes nothing. Used by grounds.c,
 * missing.c and explain_*.c.
 */
#include "walk.h"

#include <assert.h>

#include "bits.h"
#include "opcodes.h"

struct mou_spot mou_spot_at(const struct mou_machine *machine, enum mou_world world, uint32_t index,
                            uint32_t frame, uint32_t row)
{
    assert(index < machine->pack->instructions_count && frame < machine->pack->frames_count);
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[index];
    const uint32_t own = instruction->frame;
    assert(own == 0 || own == frame);
    return (struct mou_spot){
        .instruction = index,
        .row = own == 0 ? 0 : row,
        .frame = frame,
        .frame_row = row,
        .world = (instruction->flags & MOU_INSTRUCTION_NO_STAY) != 0 ? MOU_WORLD_ALL : world,
    };
}

/* Row of the home frame that holds the same record, or the related subject. */
static struct mou_spot home_spot(const struct mou_machine *machine, struct mou_spot spot,
                                 uint32_t index)
{
    const uint32_t home = mou_frame_home(machine->pack, spot.frame);
    return mou_spot_at(machine, spot.world, index, home,
                       mou_frame_entity(machine, spot.frame, spot.frame_row));
}

static struct mou_spot parent_spot(const struct mou_machine *machine, struct mou_spot spot,
                                   uint32_t index)
{
    const uint32_t *up = machine->frames[spot.frame].up;
    return mou_spot_at(machine, spot.world, index, machine->pack->frames[spot.frame].parent,
                       up == NULL ? 0 : up[spot.frame_row]);
}

struct mou_spot mou_spot_operand(const struct mou_machine *machine, struct mou_spot spot,
                                 uint32_t index)
{
    assert(machine != NULL && index < spot.instruction);
    switch (mou_opcode_info(machine->pack->instructions[spot.instruction].opcode)->rule) {
    case MOU_RULE_UP:
        return parent_spot(machine, spot, index);
    case MOU_RULE_AT:
        return home_spot(machine, spot, index);
    case MOU_RULE_PARENT: {
        const uint32_t type = machine->pack->frames[spot.frame].type;
        return mou_spot_at(machine, spot.world, index, 2 + machine->pack->records[type].parent,
                           machine->batch->records[type].parent[spot.frame_row]);
    }
    case MOU_RULE_UNIT:
    case MOU_RULE_SELF:
    case MOU_RULE_SAME:
    case MOU_RULE_DOWN: /* STREAK_UNTIL reads its last year at the result's frame */
        break;
    }
    return mou_spot_at(machine, spot.world, index, spot.frame, spot.frame_row);
}

struct mou_spot_rows mou_spot_reduced(const struct mou_machine *machine, struct mou_spot spot)
{
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[spot.instruction];
    assert(mou_opcode_info(instruction->opcode)->rule == MOU_RULE_DOWN);
    uint32_t frame = 0;
    for (unsigned i = 0; i < 3 && frame == 0; i++) {
        enum mou_form form;
        if (mou_operand_form(mou_opcode_operand(instruction->opcode, i), &form)) {
            frame = machine->pack->instructions[mou_instruction_operand(instruction, i)].frame;
        }
    }
    assert(frame != 0 && machine->pack->frames[frame].parent == instruction->frame);
    const uint32_t *first = machine->frames[frame].first;
    return (struct mou_spot_rows){
        .frame = frame, .first = first[spot.row], .end = first[spot.row + 1]};
}

enum mou_truth mou_spot_truth(const struct mou_machine *machine, struct mou_spot spot)
{
    if (machine->registers[spot.world][spot.instruction].form == MOU_FORM_CONDITION) {
        return mou_register_truth(machine, spot.world, spot.instruction, spot.row);
    }
    return mou_spot_settled(machine, spot) ? MOU_YES : MOU_UNKNOWN;
}

bool mou_spot_settled(const struct mou_machine *machine, struct mou_spot spot)
{
    assert(machine != NULL);
    const struct mou_register *cells = &machine->registers[spot.world][spot.instruction];
    if (cells->form == MOU_FORM_CONDITION) {
        return mou_register_truth(machine, spot.world, spot.instruction, spot.row) != MOU_UNKNOWN;
    }
    const enum mou_cell cell = mou_register_cell(machine, spot.world, spot.instruction, spot.row);
    if (cell == MOU_CELL_KNOWN && cells->form == MOU_FORM_RANGE) {
        return cells->value[spot.row] == cells->high[spot.row];
    }
    return cell != MOU_CELL_UNKNOWN;
}

enum mou_fault mou_spot_fault(const struct mou_machine *machine, struct mou_spot spot)
{
    assert(machine != NULL);
    const struct mou_register *cells = &machine->registers[spot.world][spot.instruction];
    return cells->fault == NULL ? MOU_FAULT_NONE : (enum mou_fault)cells->fault[spot.row];
}

uint32_t mou_spot_subject(const struct mou_machine *machine, struct mou_spot spot)
{
    assert(machine != NULL);
    return spot.frame == 0 ? MOU_PACK_NONE : mou_frame_subject(machine, spot.frame, spot.frame_row);
}

struct mou_span mou_spot_span(const struct mou_pack *pack, uint32_t instruction)
{
    assert(pack != NULL && instruction < pack->instructions_count);
    if (instruction >= pack->spans_count ||
        pack->spans[instruction].source >= pack->sources_count) {
        return MOU_NO_SPAN;
    }
    const struct mou_pack_span *span = &pack->spans[instruction];
    return (struct mou_span){span->source, span->begin, span->end};
}

/* ------------------------------------------------------------------ what was seen */

#define VISITS_FIRST_CAPACITY 64u

void mou_visits_clear(struct mou_visits *visits)
{
    assert(visits != NULL);
    visits->count = 0;
    if (visits->generation == UINT32_MAX) {
        *visits = (struct mou_visits){0}; /* the old table stays with its arena */
    }
    visits->generation++;
}

static size_t visit_slot(const struct mou_visits *visits, uint64_t a, uint64_t b)
{
    uint64_t hash = (a ^ (b >> 32 | b << 32)) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 29;
    size_t slot = (size_t)(hash * UINT64_C(0xBF58476D1CE4E5B9) >> 20) & (visits->capacity - 1);
    while (visits->entries[slot].generation == visits->generation &&
           (visits->entries[slot].a != a || visits->entries[slot].b != b)) {
        slot = (slot + 1) & (visits->capacity - 1);
    }
    return slot;
}

static bool visits_grow(struct mou_arena *arena, struct mou_visits *visits)
{
    struct mou_visits larger = *visits;
    larger.capacity = visits->capacity == 0 ? VISITS_FIRST_CAPACITY : visits->capacity * 2;
    larger.entries = MOU_NEW_ARRAY(arena, larger.capacity, struct mou_visit);
    if (larger.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < visits->capacity; i++) {
        const struct mou_visit *entry = &visits->entries[i];
        if (entry->generation == visits->generation) {
            larger.entries[visit_slot(&larger, entry->a, entry->b)] = *entry;
        }
    }
    *visits = larger;
    return true;
}

enum mou_seen mou_visits_add(struct mou_arena *arena, struct mou_visits *visits, uint64_t a,
                             uint64_t b)
{
    assert(visits != NULL && visits->generation != 0);
    if (visits->count * 2 >= visits->capacity && !visits_grow(arena, visits)) {
        return MOU_SEEN_FAILED;
    }
    struct mou_visit *entry = &visits->entries[visit_slot(visits, a, b)];
    if (entry->generation == visits->generation) {
        return MOU_SEEN_AGAIN;
    }
    *entry = (struct mou_visit){a, b, visits->generation};
    visits->count++;
    return MOU_SEEN_FIRST;
}

/* ------------------------------------------------------------------ names */

bool mou_cell_read(const struct mou_column *column, uint32_t row, int64_t *value)
{
    assert(column != NULL && value != NULL);
    if (column->width == 0 || (column->known != NULL && !mou_bit(column->known, row))) {
        return false;
    }
    switch (column->width) {
    case 1:
        *value = ((const int8_t *)column->values)[row];
        return true;
    case 2:
        *value = ((const int16_t *)column->values)[row];
        return true;
    case 4:
        *value = ((const int32_t *)column->values)[row];
        return true;
    default:
        *value = ((const int64_t *)column->values)[row];
        return true;
    }
}

struct mou_text mou_code_name(const struct mou_pack *pack, uint32_t table, int64_t value)
{
    assert(pack != NULL);
    if (table >= pack->code_tables_count) {
        return (struct mou_text){"", 0};
    }
    const struct mou_pack_code_table *codes = &pack->code_tables[table];
    for (uint32_t i = 0; i < codes->code_count; i++) {
        const struct mou_pack_code *code = &pack->codes[codes->first_code + i];
        if (code->value == value) {
            return mou_pack_string(pack, code->name);
        }
    }
    return (struct mou_text){"", 0};
}

void mou_duration_text(uint32_t type, int64_t value, struct mou_buf *out)
{
    assert(out != NULL);
    mou_buf_char(out, 'P');
    if (type != MOU_PACK_MONTHS) {
        mou_buf_int(out, value);
        mou_buf_text(out, type == MOU_PACK_WORKDAYS ? "WD" : "D");
        return;
    }
    if (value / 12 != 0) {
        mou_buf_int(out, value / 12);
        mou_buf_char(out, 'Y');
    }
    if (value % 12 != 0 || value == 0) {
        mou_buf_int(out, value % 12);
        mou_buf_char(out, 'M');
    }
}

static void counted(int64_t count, const char *zh, const char *en, enum mou_lang lang, struct mou_buf *out)
{
    mou_buf_int(out, count);
    mou_buf_text(out, lang == MOU_LANG_ZH ? zh : en);
    if (lang != MOU_LANG_ZH && count != 1) {
        mou_buf_char(out, 's');
    }
}

void mou_duration_words(uint32_t type, int64_t value, enum mou_lang lang, struct mou_buf *out)
{
    assert(out != NULL);
    if (type != MOU_PACK_MONTHS) {
        const bool workdays = type == MOU_PACK_WORKDAYS;
        counted(value, workdays ? "个工作日" : "日", workdays ? " working day" : " day", lang, out);
        return;
    }
    if (value / 12 != 0) {
        counted(value / 12, "年", " year", lang, out);
    }
    if (value % 12 != 0 || value == 0) {
        mou_buf_text(out, value / 12 != 0 && lang != MOU_LANG_ZH ? " " : "");
        counted(value % 12, "个月", " month", lang, out);
    }
}

static void date_text(int64_t value, struct mou_buf *out)
{
    if (value < MOU_DATE_MIN || value > MOU_DATE_MAX) {
        mou_buf_text(out, "-"); /* an open relation bound */
        return;
    }
    mou_date_format((mou_date)value, out);
}

static void code_text(const struct mou_pack *pack, uint32_t table, int64_t value,
                      struct mou_buf *out)
{
    const struct mou_text name = mou_code_name(pack, table, value);
    if (name.len == 0) {
        mou_buf_int(out, value);
    } else {
        mou_buf_append(out, name.bytes, name.len);
    }
}

void mou_value_text(const struct mou_machine *machine, uint32_t type, uint32_t code_table,
                    int64_t value, struct mou_buf *out)
{
    assert(machine != NULL && out != NULL);
    switch ((enum mou_pack_field_type)type) {
    case MOU_PACK_TEXT_FIELD: {
        const bool sound = value >= 0 && value < (int64_t)mou_intern_count(machine->batch->texts);
        const struct mou_text text = sound ? mou_intern_text(machine->batch->texts, (uint32_t)value)
                                           : (struct mou_text){"", 0};
        mou_buf_append(out, text.bytes, text.len);
        break;
    }
    case MOU_PACK_MONEY:
        mou_money_format(value, out);
        break;
    case MOU_PACK_RATIO:
        mou_ratio_format(value, out);
        break;
    case MOU_PACK_DATE:
        date_text(value, out);
        break;
    case MOU_PACK_MONTHS:
    case MOU_PACK_DAYS:
    case MOU_PACK_WORKDAYS:
        mou_duration_text(type, value, out);
        break;
    case MOU_PACK_YES_NO:
        mou_buf_text(out, value != 0 ? "是" : "否");
        break;
    case MOU_PACK_CODE:
        code_text(machine->pack, code_table, value, out);
        break;
    case MOU_PACK_INTEGER:
    case MOU_PACK_FIELD_TYPE_COUNT:
        mou_buf_int(out, value);
        break;
    }
}

uint32_t mou_record_key_field(const struct mou_pack *pack, uint32_t record)
{
    assert(pack != NULL && record < pack->records_count);
    const struct mou_pack_record *type = &pack->records[record];
    return type->key != MOU_PACK_NONE ? type->key : type->number;
}

struct mou_text mou_record_key(struct mou_naming *naming, uint32_t record, uint32_t row)
{
    assert(naming != NULL);
    const struct mou_machine *machine = naming->machine;
    const struct mou_text none = {NULL, 0};
    const uint32_t number = mou_record_key_field(machine->pack, record);
    int64_t value = 0;
    if (number == MOU_PACK_NONE ||
        !mou_cell_read(&machine->batch->records[record].fields[number], row, &value)) {
        return none;
    }
    const struct mou_pack_field *field =
        &machine->pack->fields[machine->pack->records[record].first_field + number];
    if (field->type == MOU_PACK_TEXT_FIELD) {
        const bool sound = value >= 0 && value < (int64_t)mou_intern_count(machine->batch->texts);
        return sound ? mou_intern_text(machine->batch->texts, (uint32_t)value) : none;
    }
    mou_buf_clear(&naming->buf);
    mou_value_text(machine, field->type, field->code_table, value, &naming->buf);
    const char *copy = naming->buf.failed
                           ? NULL
                           : mou_arena_copy(naming->arena, naming->buf.data, naming->buf.len);
    return (struct mou_text){copy, copy == NULL ? 0 : naming->buf.len};
}
