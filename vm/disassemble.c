/*
 * A verified pack as readable text: sections with sizes, vocabulary, frames, instructions with
 * their places in the source, rules, cost bound. Operands are printed by their kind, so a new
 * opcode needs nothing here. Called through vm.h, by `mou dump` and by golden tests.
 */
#include <assert.h>
#include <string.h>

#include "opcodes.h"

/* Longest piece of source shown beside an instruction, in characters. */
#define EXCERPT_CHARACTERS 40

static void text(struct mou_buf *out, struct mou_text value)
{
    mou_buf_append(out, value.bytes, value.len);
}

static void pack_text(const struct mou_pack *pack, struct mou_buf *out, struct mou_pack_text value)
{
    text(out, mou_pack_string(pack, value));
}

/* A number, or a dash for none. */
static void number(struct mou_buf *out, uint32_t value)
{
    if (value == MOU_PACK_NONE) {
        mou_buf_char(out, '-');
    } else {
        mou_buf_printf(out, "%u", value);
    }
}

static void date(struct mou_buf *out, int32_t value)
{
    if (value == MOU_DATE_NONE) {
        mou_buf_char(out, '-');
    } else {
        mou_date_format(value, out);
    }
}

static void named_number(struct mou_buf *out, const char *name, uint32_t value)
{
    mou_buf_printf(out, " %s ", name);
    number(out, value);
}

/* ---------------------------------------------------------- head and sections */

static void dump_head(const struct mou_pack *pack, struct mou_buf *out)
{
    const struct mou_pack_header *header = pack->header;
    mou_buf_text(out, "pack ");
    pack_text(pack, out, (struct mou_pack_text){header->pack_name_offset, header->pack_name_len});
    mou_buf_text(out, " version ");
    pack_text(pack, out,
              (struct mou_pack_text){header->pack_version_offset, header->pack_version_len});
    mou_buf_printf(out, "\nformat %u, language edition %u, %llu bytes\nhash ", header->version,
                   header->language_edition, (unsigned long long)header->file_size);
    for (size_t i = 0; i < sizeof header->content_hash; i++) {
        mou_buf_printf(out, "%02x", header->content_hash[i]);
    }
    mou_buf_printf(out, "\ncost per row %llu, closure depth %u\n",
                   (unsigned long long)header->cost_per_row, header->closure_depth);
    mou_buf_text(out, "\nsections\n");
    for (uint32_t i = 0; i < MOU_SECTION_COUNT; i++) {
        const struct mou_pack_section_entry *entry = &header->sections[i];
        mou_buf_printf(out, "  %-17s %8u entries %10u bytes at %u\n", mou_section_name(i),
                       entry->count, entry->size, entry->offset);
    }
}

/* ---------------------------------------------------------- vocabulary */

static void dump_fields(const struct mou_pack *pack, uint32_t first, uint32_t count,
                        struct mou_buf *out)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct mou_pack_field *field = &pack->fields[first + i];
        mou_buf_printf(out, "    %3u ", i);
        pack_text(pack, out, field->name);
        mou_buf_printf(out, ": %s", mou_field_type_name(field->type));
        if (field->type == MOU_PACK_CODE) {
            mou_buf_char(out, ' ');
            pack_text(pack, out, pack->code_tables[field->code_table].name);
        }
        mou_buf_text(out, (field->flags & MOU_PACK_FIELD_REQUIRED) != 0 ? " required" : "");
        mou_buf_text(out, (field->flags & MOU_PACK_FIELD_KEY) != 0 ? " key" : "");
        mou_buf_text(out, (field->flags & MOU_PACK_FIELD_CONFIDENTIAL) != 0 ? " confidential" : "");
        if ((field->flags & MOU_PACK_FIELD_DEFAULT) != 0) {
            mou_buf_text(out, " default ");
            if (field->type == MOU_PACK_TEXT_FIELD) {
                pack_text(pack, out, field->default_text);
            } else {
                mou_buf_int(out, field->default_value);
            }
        }
        mou_buf_char(out, '\n');
    }
}

static void dump_kinds(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nsubject kinds\n");
    for (uint32_t i = 0; i < pack->kinds_count; i++) {
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, pack->kinds[i].name);
        mou_buf_text(out, " identified by ");
        pack_text(pack, out, pack->kinds[i].identified_by);
        mou_buf_char(out, '\n');
        dump_fields(pack, pack->kinds[i].first_field, pack->kinds[i].field_count, out);
    }
}

static void dump_records(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nrecords\n");
    for (uint32_t i = 0; i < pack->records_count; i++) {
        const struct mou_pack_record *record = &pack->records[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, record->name);
        named_number(out, "in", record->parent);
        named_number(out, "key", record->key);
        named_number(out, "number", record->number);
        named_number(out, "made", record->made);
        named_number(out, "served", record->served);
        named_number(out, "act", record->act);
        mou_buf_char(out, '\n');
        dump_fields(pack, record->first_field, record->field_count, out);
    }
    mou_buf_text(out, "\nrelations\n");
    for (uint32_t i = 0; i < pack->relations_count; i++) {
        const struct mou_pack_relation *relation = &pack->relations[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, relation->name);
        mou_buf_text(out, " inverse ");
        pack_text(pack, out, relation->inverse);
        mou_buf_printf(out, " from kind %u to kind %u\n", relation->from_kind, relation->to_kind);
        dump_fields(pack, relation->first_field, relation->field_count, out);
    }
}

static void dump_codes(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\ncode tables\n");
    for (uint32_t i = 0; i < pack->code_tables_count; i++) {
        const struct mou_pack_code_table *table = &pack->code_tables[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, table->name);
        for (uint32_t c = 0; c < table->code_count; c++) {
            mou_buf_text(out, c == 0 ? ": " : ", ");
            pack_text(pack, out, pack->codes[table->first_code + c].name);
            mou_buf_text(out, " = ");
            mou_buf_int(out, pack->codes[table->first_code + c].value);
        }
        mou_buf_char(out, '\n');
    }
    mou_buf_text(out, "\nlist kinds\n");
    for (uint32_t i = 0; i < pack->list_kinds_count; i++) {
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, pack->list_kinds[i].name);
        mou_buf_char(out, '\n');
    }
    mou_buf_text(out, "\nmeasure items\n");
    for (uint32_t i = 0; i < pack->items_count; i++) {
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, pack->items[i].code);
        mou_buf_char(out, ' ');
        pack_text(pack, out, pack->items[i].title);
        if (pack->items[i].edition.len > 0) {
            mou_buf_text(out, " edition ");
            pack_text(pack, out, pack->items[i].edition);
        }
        mou_buf_char(out, '\n');
    }
}

static void dump_memoranda(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nmemoranda\n");
    for (uint32_t i = 0; i < pack->memoranda_count; i++) {
        const struct mou_pack_memorandum *memorandum = &pack->memoranda[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, memorandum->name);
        mou_buf_char(out, ' ');
        pack_text(pack, out, memorandum->number);
        mou_buf_text(out, " from ");
        date(out, memorandum->effective);
        mou_buf_text(out, " until ");
        date(out, memorandum->repealed);
        mou_buf_text(out, memorandum->objection_no_stay != 0 ? " objections do not stay\n" : "\n");
    }
    mou_buf_text(out, "\nparameters\n");
    for (uint32_t i = 0; i < pack->parameters_count; i++) {
        const struct mou_pack_parameter *parameter = &pack->parameters[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, parameter->name);
        mou_buf_printf(out, " (%s):", mou_field_type_name(parameter->type));
        for (uint32_t v = parameter->first_value;
             v < parameter->first_value + parameter->value_count; v++) {
            mou_buf_char(out, ' ');
            mou_buf_int(out, pack->parameter_values[v].value);
            mou_buf_text(out, " from ");
            date(out, pack->parameter_values[v].from);
        }
        mou_buf_char(out, '\n');
    }
    mou_buf_text(out, "\ncalendar\n");
    for (uint32_t i = 0; i < pack->calendar_count; i++) {
        mou_buf_printf(out, "  %d published ", pack->calendar[i].year);
        date(out, pack->calendar[i].published);
        mou_buf_char(out, '\n');
    }
}

/* ---------------------------------------------------------- code */

static void dump_frames(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nframes\n");
    for (uint32_t i = 0; i < pack->frames_count; i++) {
        const struct mou_pack_frame *frame = &pack->frames[i];
        mou_buf_printf(out, "  %3u %s", i, mou_frame_kind_name(frame->kind));
        if (i >= 2) {
            const struct mou_pack_text name = frame->kind == MOU_FRAME_RELATION
                                                  ? pack->relations[frame->type].name
                                                  : pack->records[frame->type].name;
            mou_buf_char(out, ' ');
            pack_text(pack, out, name);
            mou_buf_printf(out, " under %u of %u%s", frame->parent, frame->owner,
                           frame->kind == MOU_FRAME_RELATION && frame->inverse != 0 ? " inverse"
                                                                                    : "");
        }
        mou_buf_char(out, '\n');
    }
}

/* Name of the field that a COLUMN reads. */
static void column_name(const struct mou_pack *pack, const struct mou_pack_instruction *in,
                        struct mou_buf *out)
{
    const struct mou_pack_frame *frame = &pack->frames[in->frame];
    uint32_t first = 0;
    if (in->a == MOU_COLUMN_RELATION_FROM || in->a == MOU_COLUMN_RELATION_UNTIL) {
        mou_buf_text(out, in->a == MOU_COLUMN_RELATION_FROM ? "from" : "until");
        return;
    }
    if (frame->kind == MOU_FRAME_SUBJECT) {
        pack_text(pack, out, pack->kinds[in->imm].name);
        mou_buf_char(out, '.');
        first = pack->kinds[in->imm].first_field;
    } else if (frame->kind == MOU_FRAME_RELATION) {
        first = pack->relations[frame->type].first_field;
    } else {
        first = pack->records[frame->type].first_field;
    }
    pack_text(pack, out, pack->fields[first + in->a].name);
}

static void dump_operand(const struct mou_pack *pack, const struct mou_pack_instruction *in,
                         unsigned place, struct mou_buf *out)
{
    const uint32_t value = mou_instruction_operand(in, place);
    switch (mou_opcode_operand(in->opcode, place)) {
    case MOU_OPERAND_CONDITION:
    case MOU_OPERAND_VALUE:
    case MOU_OPERAND_RANGE:
    case MOU_OPERAND_FRACTION: mou_buf_printf(out, " r%u", value); break;
    case MOU_OPERAND_MEASURE:
        mou_buf_char(out, ' ');
        pack_text(pack, out, pack->measures[value].name);
        break;
    case MOU_OPERAND_PARAMETER:
        mou_buf_char(out, ' ');
        pack_text(pack, out, pack->parameters[value].name);
        break;
    case MOU_OPERAND_COLUMN:
        mou_buf_char(out, ' ');
        column_name(pack, in, out);
        break;
    case MOU_OPERAND_TABLE:
        mou_buf_char(out, ' ');
        pack_text(pack, out, pack->tables[value].name);
        break;
    case MOU_OPERAND_LIST:
        for (uint32_t i = 0; i < mou_instruction_operand(in, place + 1); i++) {
            mou_buf_printf(out, "%sr%u", i == 0 ? " [" : " ", pack->lists[value + i]);
        }
        mou_buf_text(out, mou_instruction_operand(in, place + 1) == 0 ? " []" : "]");
        break;
    case MOU_OPERAND_TEXT:
        mou_buf_char(out, ' ');
        mou_buf_json_text(out, mou_pack_string(pack, pack->texts[value]).bytes,
                          pack->texts[value].len);
        break;
    case MOU_OPERAND_POOL:
        mou_buf_char(out, ' ');
        mou_buf_int(out, pack->fractions[value].num);
        mou_buf_char(out, '/');
        mou_buf_int(out, pack->fractions[value].den);
        break;
    case MOU_OPERAND_COUNT:
    case MOU_OPERAND_NONE: break;
    }
}

static void dump_immediate(const struct mou_pack_instruction *in, struct mou_buf *out)
{
    static const char *const truths[] = {"no", "yes", "unknown"};
    static const char *const roundings[] = {"half-up", "toward-zero", "away"};
    switch (in->opcode) {
    case MOU_OP_CODE_COMPARE:
    case MOU_OP_CODE_COMPARE_RANGE:
    case MOU_OP_CODE_COMPARE_FRACTION: mou_buf_printf(out, " %s", mou_compare_name(in->imm)); break;
    case MOU_OP_CODE_CONST_CONDITION: mou_buf_printf(out, " %s", truths[in->imm]); break;
    case MOU_OP_CODE_ROUND: mou_buf_printf(out, " %s", roundings[in->imm]); break;
    case MOU_OP_CODE_CONST:
    case MOU_OP_CODE_TO_FRACTION:
        mou_buf_char(out, ' ');
        mou_buf_int(out, in->imm);
        break;
    case MOU_OP_CODE_STREAK_UNTIL:
        mou_buf_printf(out, " until r%llu", (unsigned long long)in->imm);
        break;
    default: break;
    }
}

/* "; file:line:column piece of source", on one line. */
static void dump_place(const struct mou_pack *pack, struct mou_pack_span span, struct mou_buf *out)
{
    if (span.source == MOU_PACK_NONE) {
        return;
    }
    const struct mou_text path = mou_pack_string(pack, pack->sources[span.source].path);
    const struct mou_text source = mou_pack_string(pack, pack->sources[span.source].text);
    const struct mou_source whole = {"", source.bytes, source.len};
    const struct mou_place place = mou_source_place(&whole, span.begin);
    mou_buf_text(out, "  ; ");
    text(out, path);
    mou_buf_printf(out, ":%u:%u ", place.line, place.column);
    size_t at = span.begin;
    for (unsigned shown = 0; at < span.end && shown < EXCERPT_CHARACTERS; shown++) {
        uint32_t code_point = 0;
        const size_t len = mou_utf8_decode(source.bytes + at, span.end - at, &code_point);
        if (len == 0) {
            break;
        }
        if (code_point < 0x20) {
            mou_buf_char(out, ' ');
        } else {
            mou_buf_append(out, source.bytes + at, len);
        }
        at += len;
    }
    mou_buf_text(out, at < span.end ? "…" : "");
}

static void dump_instructions(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\ninstructions\n");
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        mou_buf_printf(out, "  r%-5u @%-3u %s", i, in->frame, mou_opcode_info(in->opcode)->name);
        for (unsigned place = 0; place < 3; place++) {
            dump_operand(pack, in, place, out);
        }
        dump_immediate(in, out);
        if (mou_opcode_result(in->opcode) == MOU_FORM_VALUE) {
            mou_buf_printf(out, " : %s", mou_field_type_name(in->type));
        }
        mou_buf_text(out, (in->flags & MOU_INSTRUCTION_TIME) != 0 ? " TIME" : "");
        mou_buf_text(out, (in->flags & MOU_INSTRUCTION_NO_STAY) != 0 ? " NO_STAY" : "");
        dump_place(pack, pack->spans[i], out);
        mou_buf_char(out, '\n');
    }
}

/* ---------------------------------------------------------- rules */

static void dump_register(struct mou_buf *out, const char *name, uint32_t index)
{
    if (index != MOU_PACK_NONE) {
        mou_buf_printf(out, " %s r%u", name, index);
    }
}

static void dump_findings(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nfindings\n");
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, finding->name);
        mou_buf_printf(out, " (%u)", finding->memorandum);
        if (finding->list_kind != MOU_PACK_NONE) {
            mou_buf_text(out, " enters ");
            pack_text(pack, out, pack->list_kinds[finding->list_kind].name);
        }
        dump_register(out, "holds", finding->holds);
        dump_register(out, "unless", finding->unless);
        dump_register(out, "period", finding->period);
        dump_register(out, "when", finding->when);
        mou_buf_char(out, '\n');
        for (uint32_t g = finding->first_ground; g < finding->first_ground + finding->ground_count;
             g++) {
            const struct mou_pack_ground *ground = &pack->grounds[g];
            mou_buf_text(out, "    on ");
            pack_text(pack, out, pack->records[ground->record].name);
            dump_register(out, "condition", ground->condition);
            dump_register(out, "from", ground->from);
            dump_register(out, "end", ground->end);
            dump_register(out, "ended", ground->ended);
            dump_register(out, "presence", ground->presence);
            dump_register(out, "served", ground->served);
            dump_register(out, "made", ground->made);
            dump_register(out, "act", ground->act);
            dump_register(out, "holds", ground->holds);
            mou_buf_char(out, '\n');
        }
    }
}

static void dump_reaches(const struct mou_pack *pack, const struct mou_pack_measure *measure,
                         struct mou_buf *out)
{
    for (uint32_t i = measure->first_reach; i < measure->first_reach + measure->reach_count; i++) {
        const struct mou_pack_reach *reach = &pack->reaches[i];
        mou_buf_text(out, "    to ");
        pack_text(pack, out, pack->kinds[reach->kind].name);
        if (reach->relation == MOU_PACK_NONE) {
            mou_buf_text(out, ": self\n");
        } else {
            mou_buf_text(out, reach->inverse != 0 ? ": inverse of " : ": ");
            pack_text(pack, out, pack->relations[reach->relation].name);
            dump_register(out, "where", reach->condition);
            mou_buf_char(out, '\n');
        }
    }
    for (uint32_t i = measure->first_grant; i < measure->first_grant + measure->grant_count; i++) {
        mou_buf_text(out, "    grants ");
        pack_text(pack, out, pack->grants[i].name);
        dump_register(out, "=", pack->grants[i].value);
        mou_buf_char(out, '\n');
    }
}

static void dump_measures(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nmeasures\n");
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        const struct mou_pack_measure *measure = &pack->measures[i];
        mou_buf_printf(out, "  %u %s ", i, measure->kind == 0 ? "sanction" : "incentive");
        pack_text(pack, out, measure->name);
        mou_buf_printf(out, " (%u)", measure->memorandum);
        if (measure->item != MOU_PACK_NONE) {
            mou_buf_text(out, " item ");
            pack_text(pack, out, pack->items[measure->item].code);
        }
        for (uint32_t f = 0; f < measure->because_count; f++) {
            mou_buf_text(out, f == 0 ? " because " : ", ");
            pack_text(pack, out, pack->findings[pack->lists[measure->because + f]].name);
        }
        if (measure->dropped != MOU_DATE_NONE) {
            mou_buf_text(out, " dropped ");
            mou_date_format(measure->dropped, out);
        }
        dump_register(out, "only if", measure->only_if);
        dump_register(out, "unless", measure->unless);
        dump_register(out, "period", measure->period);
        mou_buf_printf(out, " publications %u", measure->publication_count);
        dump_register(out, "term", measure->term);
        mou_buf_char(out, '\n');
        dump_reaches(pack, measure, out);
    }
}

static void dump_others(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\nrepairs, duties, matters, assertions\n");
    for (uint32_t i = 0; i < pack->repairs_count; i++) {
        mou_buf_text(out, "  repair ");
        pack_text(pack, out, pack->repairs[i].name);
        dump_register(out, "eligible", pack->repairs[i].eligible);
        dump_register(out, "refused", pack->repairs[i].refused);
        mou_buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < pack->duties_count; i++) {
        mou_buf_text(out, "  duty ");
        pack_text(pack, out, pack->duties[i].name);
        dump_register(out, "when", pack->duties[i].condition);
        dump_register(out, "start", pack->duties[i].start);
        dump_register(out, "deadline", pack->duties[i].deadline);
        dump_register(out, "done", pack->duties[i].done);
        mou_buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < pack->matters_count; i++) {
        mou_buf_text(out, "  matter ");
        pack_text(pack, out, pack->matters[i].name);
        for (uint32_t m = 0; m < pack->matters[i].measure_count; m++) {
            mou_buf_text(out, m == 0 ? ": " : ", ");
            pack_text(pack, out, pack->measures[pack->lists[pack->matters[i].measures + m]].name);
        }
        dump_register(out, "prohibit", pack->matters[i].prohibit);
        dump_register(out, "advise", pack->matters[i].advise);
        mou_buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < pack->assertions_count; i++) {
        mou_buf_text(out, "  assertion ");
        pack_text(pack, out, pack->assertions[i].text);
        dump_register(out, "holds", pack->assertions[i].holds);
        mou_buf_char(out, '\n');
    }
}

static void dump_cell(const struct mou_pack *pack, const struct mou_pack_cell *cell,
                      bool is_fraction, bool is_result, struct mou_buf *out)
{
    mou_buf_char(out, ' ');
    if (!is_result && cell->op == MOU_PACK_NONE) {
        mou_buf_text(out, "any");
        return;
    }
    if (!is_result) {
        mou_buf_printf(out, "%s ", mou_compare_name(cell->op));
    }
    if (cell->is_text != 0) {
        pack_text(pack, out, pack->texts[cell->value]);
    } else if (is_fraction) {
        mou_buf_int(out, pack->fractions[cell->value].num);
        mou_buf_char(out, '/');
        mou_buf_int(out, pack->fractions[cell->value].den);
    } else {
        mou_buf_int(out, cell->value);
    }
}

static void dump_tables(const struct mou_pack *pack, struct mou_buf *out)
{
    mou_buf_text(out, "\ndecision tables\n");
    for (uint32_t i = 0; i < pack->tables_count; i++) {
        const struct mou_pack_table *table = &pack->tables[i];
        mou_buf_printf(out, "  %u ", i);
        pack_text(pack, out, table->name);
        mou_buf_char(out, '\n');
        const struct mou_pack_cell *cell = &pack->cells[table->first_cell];
        for (uint32_t row = 0; row < table->row_count; row++) {
            mou_buf_text(out, "   ");
            for (uint32_t c = 0; c <= table->column_count; c++, cell++) {
                const bool is_result = c == table->column_count;
                mou_buf_text(out, is_result ? " =>" : c > 0 ? " |" : "");
                dump_cell(pack, cell, !is_result && (table->columns_are_fractions >> c & 1u) != 0,
                          is_result, out);
            }
            mou_buf_char(out, '\n');
        }
    }
}

void mou_pack_dump(const struct mou_pack *pack, struct mou_buf *out)
{
    assert(pack != NULL && out != NULL);
    dump_head(pack, out);
    dump_kinds(pack, out);
    dump_records(pack, out);
    dump_codes(pack, out);
    dump_memoranda(pack, out);
    dump_frames(pack, out);
    dump_instructions(pack, out);
    dump_findings(pack, out);
    dump_measures(pack, out);
    dump_others(pack, out);
    dump_tables(pack, out);
}
