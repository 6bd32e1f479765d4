/*
 * The verifier: the lawful pack is taken, and every rule of it has one pack that breaks it and
 * nothing else, refused with section, entry and reason.
 */
#include "mou_test.h"

#include "vm_limits.h"
#include "pack_lawful.h"

typedef void (*breaker)(struct pb *pb, const struct lawful *l);

struct refusal {
    const char *name;
    breaker break_it;
    const char *message; /* part of it */
};

#define ENTRY(type, section, index)                                                                \
    ((struct mou_pack_##type *)pb_entry(pb, MOU_SECTION_##section, (index)))
#define IN(index) pb_instruction(pb, (index))
#define BREAK(name, statement)                                                                     \
    static void break_##name(struct pb *pb, const struct lawful *l)                                \
    {                                                                                              \
        (void)l;                                                                                   \
        (void)pb;                                                                                  \
        statement;                                                                                 \
    }

/* ---------------------------------------------------------- header: broken before the seal */

BREAK(magic, pb->header.magic[0] = 'X')
BREAK(version, pb->header.version = MOU_PACK_VERSION - 1)
BREAK(edition, pb->header.language_edition = 2)
BREAK(section_count, pb->header.section_count--)
BREAK(closure, pb->header.closure_depth = MOU_CLOSURE_DEPTH_MAX + 1)
BREAK(pack_name, pb->header.pack_name_len = 1u << 20)
BREAK(pack_version, pb->header.pack_version_offset = UINT32_MAX)

/* ---------------------------------------------------------- vocabulary */

BREAK(utf8, ((char *)pb->sections[MOU_SECTION_STRINGS].bytes)[0] = (char)0xFF)
BREAK(text_outside, ENTRY(kind, KINDS, 0)->name.offset = UINT32_MAX)
BREAK(text_cut_begin, ENTRY(kind, KINDS, 0)->name.offset++)
BREAK(text_cut_end, ENTRY(kind, KINDS, 0)->display.len = 1)
BREAK(source_text, ENTRY(source, SOURCES, 0)->text.len = UINT32_MAX)
BREAK(texts, ENTRY(text, TEXTS, 0)->len--)
BREAK(kind_fields, ENTRY(kind, KINDS, 0)->field_count = UINT32_MAX)
BREAK(field_type, ENTRY(field, FIELDS, 0)->type = MOU_PACK_FIELD_TYPE_COUNT)
BREAK(field_code_table,
      (ENTRY(field, FIELDS, 9)->type = MOU_PACK_CODE, ENTRY(field, FIELDS, 9)->code_table = 1))
BREAK(field_no_code_table, ENTRY(field, FIELDS, 9)->type = MOU_PACK_CODE)
BREAK(field_flags, ENTRY(field, FIELDS, 0)->flags = 16)
BREAK(field_default, (ENTRY(field, FIELDS, 0)->flags = MOU_PACK_FIELD_DEFAULT,
                      ENTRY(field, FIELDS, 0)->default_value = -1))
BREAK(record_fields, ENTRY(record, RECORDS, 0)->first_field = 1000)
BREAK(record_parent, ENTRY(record, RECORDS, 3)->parent = 4)
BREAK(record_circle, ENTRY(record, RECORDS, 0)->parent = RECORD_NOTE)
BREAK(record_self, ENTRY(record, RECORDS, 3)->parent = 3)
BREAK(record_key, ENTRY(record, RECORDS, 0)->key = 4)
BREAK(record_number, ENTRY(record, RECORDS, 0)->number = 4)
BREAK(record_made, ENTRY(record, RECORDS, 0)->made = CASE_AMOUNT)
BREAK(record_served, ENTRY(record, RECORDS, 0)->served = CASE_KEY)
BREAK(record_act, ENTRY(record, RECORDS, 0)->act = CASE_PAID)
BREAK(relation_from, ENTRY(relation, RELATIONS, 0)->from_kind = 2)
BREAK(relation_to, ENTRY(relation, RELATIONS, 0)->to_kind = NONE)
BREAK(relation_fields, ENTRY(relation, RELATIONS, 0)->field_count = 1000)
BREAK(list_kind, ENTRY(list_kind, LIST_KINDS, 0)->name.len = UINT32_MAX)
BREAK(codes, ENTRY(code, CODES, 1)->name.offset = UINT32_MAX)
BREAK(code_tables, ENTRY(code_table, CODE_TABLES, 0)->code_count = 3)
BREAK(items, ENTRY(item, ITEMS, 0)->degree.len = UINT32_MAX)
BREAK(memorandum_source, ENTRY(memorandum, MEMORANDA, 0)->source = 1)
BREAK(memorandum_effective, ENTRY(memorandum, MEMORANDA, 0)->effective = -1)
BREAK(memorandum_repealed, ENTRY(memorandum, MEMORANDA, 0)->repealed = MOU_DATE_MAX + 1)
BREAK(memorandum_text, ENTRY(memorandum, MEMORANDA, 0)->lead.len = UINT32_MAX)
BREAK(parameter_memorandum, ENTRY(parameter, PARAMETERS, 0)->memorandum = 1)
BREAK(parameter_values, ENTRY(parameter, PARAMETERS, 0)->value_count = 3)
BREAK(parameter_type, ENTRY(parameter, PARAMETERS, 0)->type = 99)
BREAK(parameter_order, ENTRY(parameter_value, PARAMETER_VALUES, 0)->from = 42001)
BREAK(parameter_from, ENTRY(parameter_value, PARAMETER_VALUES, 1)->from = MOU_DATE_MAX + 1)
BREAK(parameter_date, ENTRY(parameter, PARAMETERS, 0)->type = MOU_PACK_DATE;
      ENTRY(parameter_value, PARAMETER_VALUES, 1)->value = -1)
BREAK(parameter_text, ENTRY(parameter, PARAMETERS, 0)->type = MOU_PACK_TEXT_FIELD)

static void break_parameter_shared(struct pb *pb, const struct lawful *l)
{
    (void)l;
    const struct mou_pack_parameter again = *ENTRY(parameter, PARAMETERS, 0);
    (void)pb_append(pb, MOU_SECTION_PARAMETERS, &again, 1);
}

BREAK(calendar_year, ENTRY(calendar_year, CALENDAR, 1)->year = 2200)
BREAK(calendar_published, ENTRY(calendar_year, CALENDAR, 1)->published = MOU_DATE_MAX + 1)
BREAK(calendar_order, ENTRY(calendar_year, CALENDAR, 1)->year = 2013)
BREAK(calendar_twice, ENTRY(calendar_year, CALENDAR, 0)->year = 2015;
      ENTRY(calendar_year, CALENDAR, 1)->published = INT32_MIN)
BREAK(fraction, ENTRY(fraction, FRACTIONS, 0)->den = 0)
BREAK(fraction_negative, ENTRY(fraction, FRACTIONS, 0)->den = -2)

/* ---------------------------------------------------------- frames */

BREAK(frame_unit, ENTRY(frame, FRAMES, 0)->kind = MOU_FRAME_SUBJECT)
BREAK(frame_home, ENTRY(frame, FRAMES, 3)->type = RECORD_CASE)
BREAK(frame_home_kind, ENTRY(frame, FRAMES, 3)->kind = MOU_FRAME_SIBLINGS)
BREAK(frame_kind, ENTRY(frame, FRAMES, l->siblings)->kind = MOU_FRAME_KIND_COUNT)
BREAK(frame_kind_subject, ENTRY(frame, FRAMES, l->siblings)->kind = MOU_FRAME_SUBJECT)
BREAK(frame_parent_later, ENTRY(frame, FRAMES, l->siblings)->parent = l->siblings)
BREAK(frame_parent_unit, ENTRY(frame, FRAMES, l->siblings)->parent = 0)
BREAK(frame_owner, ENTRY(frame, FRAMES, l->siblings)->owner = FRAME_YEAR)
BREAK(frame_owner_unit, ENTRY(frame, FRAMES, l->theirs)->owner = 0)
BREAK(frame_type, ENTRY(frame, FRAMES, l->siblings)->type = 4)
BREAK(frame_relation, ENTRY(frame, FRAMES, l->heads)->type = 1)
BREAK(frame_inverse, ENTRY(frame, FRAMES, l->heads)->inverse = 2)
BREAK(frame_siblings, ENTRY(frame, FRAMES, l->siblings)->type = RECORD_YEAR)
BREAK(frame_children, ENTRY(frame, FRAMES, l->children)->type = RECORD_LOOSE)
BREAK(frame_children_self, ENTRY(frame, FRAMES, l->children)->type = RECORD_CASE)
BREAK(frame_children_subject, ENTRY(frame, FRAMES, l->children)->owner = 1)

static void break_frame_second_home(struct pb *pb, const struct lawful *l)
{
    (void)l;
    (void)pb_frame(pb, MOU_FRAME_RECORDS, 1, 1, RECORD_CASE, 0);
}

static void break_frame_depth(struct pb *pb, const struct lawful *l)
{
    uint32_t frame = l->siblings;
    for (uint32_t i = 0; i < MOU_FRAME_DEPTH_MAX; i++) {
        frame = pb_frame(pb, MOU_FRAME_SIBLINGS, frame, FRAME_CASE, RECORD_CASE, 0);
    }
}

static void break_frames_few(struct pb *pb, const struct lawful *l)
{
    (void)l;
    pb->sections[MOU_SECTION_FRAMES].count = 5;
}

static void break_record_deep(struct pb *pb, const struct lawful *l)
{
    (void)l;
    uint32_t parent = RECORD_LOOSE;
    for (uint32_t i = 0; i < MOU_RECORD_DEPTH_MAX; i++) {
        parent = pb_record(pb, "深", parent, 0, 0, NONE);
    }
}

/* ---------------------------------------------------------- instructions */

BREAK(opcode, IN(l->any)->opcode = MOU_OPCODE_COUNT)
BREAK(flags, IN(l->any)->flags = 4)
BREAK(type, IN(l->any)->type = MOU_PACK_FIELD_TYPE_COUNT)
BREAK(code_table, IN(l->any)->type = MOU_PACK_CODE; IN(l->any)->code_table = 1)
BREAK(code_without_table, IN(l->any)->type = MOU_PACK_CODE)
BREAK(in_frame, IN(l->any)->frame = 99)
BREAK(unit_frame, IN(l->seven)->frame = 1)
BREAK(operand_itself, IN(l->choice)->b = l->choice)
BREAK(operand_later, IN(l->choice)->b = UINT32_MAX)
BREAK(operand_form, IN(l->choice)->a = l->amount)
BREAK(operand_form_fraction, IN(l->round)->a = l->amount)
BREAK(operand_frame, IN(l->choice)->b = l->born)
BREAK(up_frame, IN(l->up)->a = l->late)
BREAK(up_constant, IN(l->up)->a = l->yes)
BREAK(up_nowhere, IN(l->up)->frame = 1)
BREAK(at_frame, IN(l->at)->a = l->adult)
BREAK(at_constant, IN(l->at)->a = l->yes)
BREAK(parent_frame, IN(l->parent)->a = l->adult)
BREAK(parent_constant, IN(l->parent)->a = l->yes)
BREAK(parent_not_home, IN(l->parent)->frame = l->children)
BREAK(parent_top, IN(l->parent)->frame = FRAME_CASE)
BREAK(down_frame, IN(l->any)->frame = FRAME_CASE)
BREAK(down_mixed, IN(l->count + 2)->c = l->year)
BREAK(down_constant, IN(l->any)->a = l->yes; IN(l->any)->b = l->yes)
BREAK(down_same, IN(l->count)->b = l->adult)
BREAK(column_kind, IN(l->born)->imm = 2)
BREAK(column_kind_negative, IN(l->born)->imm = -1)
BREAK(column_attribute, IN(l->born)->a = 2)
BREAK(column_field, IN(l->made)->a = 4)
BREAK(column_relation, IN(l->until)->a = 0x80000002u)
BREAK(column_unit, IN(l->made)->frame = 0)
BREAK(column_type, IN(l->made)->type = MOU_PACK_MONEY)
BREAK(column_bound_type, IN(l->until)->type = MOU_PACK_INTEGER)
BREAK(parameter_index, IN(l->parameter_at)->a = 1)
BREAK(text_index, IN(l->text)->a = 1)
BREAK(pool_index, IN(l->half)->a = 1)
BREAK(table_index, IN(l->table)->a = 1)
BREAK(table_list, IN(l->table)->b = 1000)
BREAK(table_arguments, IN(l->table)->c = 1)
BREAK(table_argument_form, ENTRY(table, TABLES, 0)->columns_are_fractions = 0)
BREAK(list_range, IN(l->tally)->b = 1000)
BREAK(list_form, *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS, IN(l->tally)->a) = l->born)
BREAK(list_frame, *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS, IN(l->tally)->a) = l->late)
BREAK(list_later, *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS, IN(l->tally)->a) = l->tally)
BREAK(imm_condition, IN(l->yes)->imm = 3)
BREAK(imm_compare, IN(l->late)->imm = MOU_COMPARE_COUNT)
BREAK(imm_compare_negative, IN(l->late)->imm = -1)
BREAK(imm_fraction, IN(l->to_fraction)->imm = 0)
BREAK(imm_round, IN(l->round)->imm = 3)
BREAK(imm_streak_later, IN(l->streak + 1)->imm = l->streak + 1)
BREAK(imm_streak_form, IN(l->streak + 1)->imm = l->yes)
BREAK(imm_streak_frame, IN(l->streak + 1)->imm = l->amount)
BREAK(type_text, IN(l->choice)->type = MOU_PACK_TEXT_FIELD)
BREAK(type_text_sum, IN(l->seven)->type = MOU_PACK_TEXT_FIELD)
BREAK(type_date, IN(l->seven)->type = MOU_PACK_DATE; IN(l->seven)->imm = -1)
BREAK(type_parameter, IN(l->parameter_at)->type = MOU_PACK_DATE)
BREAK(spans_count, pb->sections[MOU_SECTION_SPANS].count--)
BREAK(span_source, ENTRY(span, SPANS, 3)->source = 1)
BREAK(span_none, ENTRY(span, SPANS, 3)->end = 1)
BREAK(span_end, *ENTRY(span, SPANS, 3) = ((struct mou_pack_span){0, 0, 1000}))
BREAK(span_order, *ENTRY(span, SPANS, 3) = ((struct mou_pack_span){0, 6, 3}))
BREAK(span_character, *ENTRY(span, SPANS, 3) = ((struct mou_pack_span){0, 1, 3}))
BREAK(time_missing, IN(l->late)->flags = 0)
BREAK(time_idle, IN(l->late)->b = l->made)
BREAK(time_elsewhere, IN(l->any)->flags = MOU_INSTRUCTION_TIME)

/* A chain of additions to TODAY, compared at its end. */
static void time_chain(struct pb *pb, uint32_t value, uint32_t length, bool doubling)
{
    const uint32_t seven = 1;
    for (uint32_t i = 0; i < length; i++) {
        value = pb_op(pb, OP(MIN), 0, value, doubling ? value : seven, NONE, 0);
    }
    const uint32_t compare = pb_op(pb, OP(COMPARE), 0, value, seven, NONE, MOU_COMPARE_LT);
    IN(compare)->flags = MOU_INSTRUCTION_TIME;
}
BREAK(time_deep, time_chain(pb, l->today, MOU_TIME_DEPTH_MAX, false))
BREAK(time_wide, time_chain(pb, l->today, 12, true))
BREAK(fine_time_deep, time_chain(pb, l->today, MOU_TIME_DEPTH_MAX - 1, false))
BREAK(fine_time_wide, time_chain(pb, l->today, 10, true))

/* ---------------------------------------------------------- decision tables */

BREAK(table_name, ENTRY(table, TABLES, 0)->name.len = UINT32_MAX)
BREAK(table_columns, ENTRY(table, TABLES, 0)->column_count = 33)
BREAK(table_rows, ENTRY(table, TABLES, 0)->row_count = 3)
BREAK(table_result, ENTRY(table, TABLES, 0)->result_is_text = 2)
BREAK(cell_op, ENTRY(cell, CELLS, 0)->op = MOU_COMPARE_COUNT)
BREAK(cell_text, ENTRY(cell, CELLS, 2)->value = 1)
BREAK(cell_pool, ENTRY(cell, CELLS, 1)->value = 1)
BREAK(cell_pool_text, ENTRY(cell, CELLS, 1)->is_text = 1)
BREAK(cell_result_kind, ENTRY(cell, CELLS, 2)->is_text = 0)

static void break_table_overlap(struct pb *pb, const struct lawful *l)
{
    (void)l;
    const struct mou_pack_table again = *ENTRY(table, TABLES, 0);
    (void)pb_append(pb, MOU_SECTION_TABLES, &again, 1);
}

/* ---------------------------------------------------------- rules */

BREAK(finding_name, ENTRY(finding, FINDINGS, 0)->name.len = UINT32_MAX)
BREAK(finding_memorandum, ENTRY(finding, FINDINGS, 0)->memorandum = NONE)
BREAK(finding_list, ENTRY(finding, FINDINGS, 0)->list_kind = 1)
BREAK(finding_holds, ENTRY(finding, FINDINGS, 0)->holds = NONE)
BREAK(finding_holds_form, ENTRY(finding, FINDINGS, 0)->holds = l->born)
BREAK(finding_holds_frame, ENTRY(finding, FINDINGS, 0)->holds = l->late)
BREAK(finding_unless, ENTRY(finding, FINDINGS, 0)->unless = l->late)
BREAK(finding_period, ENTRY(finding, FINDINGS, 0)->period = l->adult)
BREAK(finding_when, ENTRY(finding, FINDINGS, 1)->when = l->late)
BREAK(finding_grounds, ENTRY(finding, FINDINGS, 0)->ground_count = 2)
BREAK(finding_note, ENTRY(finding, FINDINGS, 0)->note = 1)
BREAK(ground_record, ENTRY(ground, GROUNDS, 0)->record = 4)
BREAK(ground_frame, ENTRY(ground, GROUNDS, 0)->frame = FRAME_YEAR)
BREAK(ground_condition, ENTRY(ground, GROUNDS, 0)->condition = NONE)
BREAK(ground_presence, ENTRY(ground, GROUNDS, 0)->presence = l->adult)
BREAK(ground_holds, ENTRY(ground, GROUNDS, 0)->holds = l->amount)
BREAK(ground_from, ENTRY(ground, GROUNDS, 0)->from = l->amount)
BREAK(ground_end, ENTRY(ground, GROUNDS, 0)->end = l->born)
BREAK(ground_served, ENTRY(ground, GROUNDS, 0)->served = l->late)
BREAK(ground_made, ENTRY(ground, GROUNDS, 0)->made = l->amount)
BREAK(ground_act, ENTRY(ground, GROUNDS, 0)->act = 1000)
BREAK(ground_ended, ENTRY(ground, GROUNDS, 0)->ended = l->made)
BREAK(measure_kind, ENTRY(measure, MEASURES, 0)->kind = 2)
BREAK(measure_holding, ENTRY(measure, MEASURES, 0)->holding = 3)
BREAK(measure_dropped, ENTRY(measure, MEASURES, 0)->dropped = -1)
BREAK(measure_text, ENTRY(measure, MEASURES, 0)->remedy.len = UINT32_MAX)
BREAK(measure_basis, ENTRY(measure, MEASURES, 0)->basis_count = 2)
BREAK(measure_memorandum, ENTRY(measure, MEASURES, 0)->memorandum = 1)
BREAK(measure_item, ENTRY(measure, MEASURES, 0)->item = 1)
BREAK(measure_because, ENTRY(measure, MEASURES, 0)->because_count = 1000)
BREAK(measure_because_entry,
      *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS, ENTRY(measure, MEASURES, 0)->because) = 2)
BREAK(measure_only_if, ENTRY(measure, MEASURES, 0)->only_if = l->late)
BREAK(measure_unless, ENTRY(measure, MEASURES, 0)->unless = l->born)
BREAK(measure_period, ENTRY(measure, MEASURES, 0)->period = l->adult)
BREAK(measure_reaches, ENTRY(measure, MEASURES, 0)->reach_count = 3)
BREAK(measure_own_ends, ENTRY(measure, MEASURES, 0)->own_ends = 1000)
BREAK(measure_own_end_date,
      *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS,
                            ENTRY(measure, MEASURES, 0)->own_ends) = l->amount)
BREAK(measure_own_test,
      *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS,
                            ENTRY(measure, MEASURES, 0)->own_end_tests) = l->adult)
BREAK(measure_term_type, ENTRY(measure, MEASURES, 0)->term_type = MOU_PACK_MONEY)
BREAK(measure_term, ENTRY(measure, MEASURES, 0)->term = l->amount)
BREAK(measure_grants, ENTRY(measure, MEASURES, 0)->first_grant = 1)
BREAK(measure_note, ENTRY(measure, MEASURES, 0)->note = 1)
BREAK(reach_frame, ENTRY(reach, REACHES, 1)->frame = 3)
BREAK(reach_condition, ENTRY(reach, REACHES, 1)->condition = l->yes)
BREAK(measure_authorities, ENTRY(measure, MEASURES, 0)->authorities = 1000)
BREAK(measure_authority,
      ENTRY(measure, MEASURES, 0)->authorities = ENTRY(measure, MEASURES, 0)->own_ends)
BREAK(reach_kind, ENTRY(reach, REACHES, 0)->kind = 2)
BREAK(reach_relation, ENTRY(reach, REACHES, 1)->relation = 1)
BREAK(reach_inverse, ENTRY(reach, REACHES, 1)->inverse = 2)
BREAK(measure_publications, ENTRY(measure, MEASURES, 0)->publication_count = 2)
BREAK(publication_share, ENTRY(publication, PUBLICATIONS, 0)->share = 2)
BREAK(publication_places, ENTRY(publication, PUBLICATIONS, 0)->place_count = 1000)
BREAK(publication_every, ENTRY(publication, PUBLICATIONS, 0)->every = l->amount)
BREAK(publication_type, ENTRY(publication, PUBLICATIONS, 0)->lasting_type = MOU_PACK_WORKDAYS)
BREAK(finding_publications, ENTRY(finding, FINDINGS, 0)->publication_count = 2)
BREAK(grant_type, ENTRY(grant, GRANTS, 0)->type = 99)
BREAK(grant_value, ENTRY(grant, GRANTS, 0)->value = l->amount)
BREAK(grant_text, ENTRY(grant, GRANTS, 0)->type = MOU_PACK_TEXT_FIELD)
BREAK(grant_code, ENTRY(grant, GRANTS, 0)->type = MOU_PACK_CODE)
BREAK(note_span, ENTRY(note, RULE_NOTES, 0)->span.end = 1000)
BREAK(note_text, ENTRY(note, RULE_NOTES, 0)->verbatim.len = UINT32_MAX)
BREAK(repair_frame, ENTRY(repair, REPAIRS, 0)->frame = 1)
BREAK(repair_condition, ENTRY(repair, REPAIRS, 0)->eligible = l->adult)
BREAK(duty_start, ENTRY(duty, DUTIES, 0)->start = l->amount)
BREAK(duty_condition, ENTRY(duty, DUTIES, 0)->condition = l->born)
BREAK(duty_begun, ENTRY(duty, DUTIES, 0)->begun = NONE)
BREAK(duty_evidence, ENTRY(duty, DUTIES, 0)->evidence_count = 1000)
BREAK(duty_evidence_kind, *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS, ENTRY(duty, DUTIES, 0)->evidence) = l->late)
BREAK(duty_authority, ENTRY(duty, DUTIES, 0)->authority_of = l->amount)
BREAK(duty_basis, ENTRY(duty, DUTIES, 0)->basis_count = 1000)
BREAK(repair_steps, ENTRY(repair, REPAIRS, 0)->step_count = 3)
BREAK(step_type, ENTRY(step, STEPS, 0)->type = MOU_PACK_DATE)
BREAK(step_granted, ENTRY(step, STEPS, 0)->granted = 2)
BREAK(matter_prohibit, ENTRY(matter, MATTERS, 0)->prohibit = l->late)
BREAK(assertion_holds, ENTRY(assertion, ASSERTIONS, 0)->holds = NONE)
BREAK(assertion_text, ENTRY(assertion, ASSERTIONS, 0)->text.len = UINT32_MAX)
BREAK(first_other, pb->header.first_other = 100000)
BREAK(decided_behind, ENTRY(measure, MEASURES, 0)->only_if = l->state)
BREAK(state_measure, pb_instruction(pb, l->state)->a = 1)
BREAK(state_asked, pb_instruction(pb, l->state)->imm = MOU_PACK_STATE_COUNT)
BREAK(state_frame, pb_instruction(pb, l->state)->frame = FRAME_CASE)
BREAK(state_early, pb->header.first_other = l->state + 1)
BREAK(duty_done, ENTRY(duty, DUTIES, 0)->done = l->born)
BREAK(matter_range, ENTRY(matter, MATTERS, 0)->measure_count = 1000)
BREAK(matter_measure,
      *(uint32_t *)pb_entry(pb, MOU_SECTION_LISTS, ENTRY(matter, MATTERS, 0)->measures) = 1)

#define ROW(name, message)                                                                         \
    {                                                                                              \
#name, break_##name, message                                                               \
    }
static const struct refusal refusals[] = {
    ROW(magic, "header: not a pack"),
    ROW(version, "header: format version 2, this machine reads 3; build the rules again"),
    ROW(edition, "header: language edition 2"),
    ROW(section_count, "header: 33 sections"),
    ROW(closure, "header: closure depth"),
    ROW(pack_name, "header: pack name: text"),
    ROW(pack_version, "header: pack version: text"),
    ROW(utf8, "strings: not UTF-8"),
    ROW(text_outside, "kinds[0]: name: text 4294967295+9 lies outside"),
    ROW(text_cut_begin, "kinds[0]: name: text"),
    ROW(text_cut_end, "kinds[0]: display: text 0+1 cuts a character"),
    ROW(source_text, "sources[0]: text: text"),
    ROW(texts, "texts[0]: text: text"),
    ROW(kind_fields, "kinds[0]: fields: 4294967295 entries"),
    ROW(field_type, "fields[0]: type 10 is not known"),
    ROW(field_code_table, "fields[9]: code table: 1 is not below 1"),
    ROW(field_no_code_table, "fields[9]: code table: 4294967295"),
    ROW(field_flags, "fields[0]: flags 0x10"),
    ROW(field_default, "fields[0]: date -1 lies outside"),
    ROW(record_fields, "records[0]: fields: 4 entries from 1000"),
    ROW(record_parent, "records[3]: parent: 4 is not below 4"),
    ROW(record_circle, "records[0]: parents form a circle"),
    ROW(record_self, "records[3]: parents form a circle"),
    ROW(record_deep, "parents form a circle or are nested deeper than 16"),
    ROW(record_key, "records[0]: key: 4"),
    ROW(record_number, "records[0]: number: 4"),
    ROW(record_made, "records[0]: made: field 2 is no date"),
    ROW(record_served, "records[0]: served: field 0 is no date"),
    ROW(record_act, "records[0]: act: field 3 is no date"),
    ROW(relation_from, "relations[0]: from: 2"),
    ROW(relation_to, "relations[0]: to: 4294967295"),
    ROW(relation_fields, "relations[0]: fields"),
    ROW(list_kind, "list kinds[0]: name"),
    ROW(codes, "codes[1]: name"),
    ROW(code_tables, "code tables[0]: codes: 3 entries"),
    ROW(items, "items[0]: degree"),
    ROW(memorandum_source, "memoranda[0]: source: 1"),
    ROW(memorandum_effective, "memoranda[0]: effective: date -1"),
    ROW(memorandum_repealed, "memoranda[0]: repealed: date 109573"),
    ROW(memorandum_text, "memoranda[0]: lead"),
    ROW(parameter_memorandum, "parameters[0]: memorandum: 1"),
    ROW(parameter_values, "parameters[0]: values: 3 entries"),
    ROW(parameter_type, "parameters[0]: type 99"),
    ROW(parameter_order, "parameter values[1]: dates of a parameter do not ascend"),
    ROW(parameter_from, "parameter values[1]: from: date"),
    ROW(parameter_date, "parameter values[1]: date -1"),
    ROW(parameter_text, "parameter values[0]: text 40 is not below 1"),
    ROW(parameter_shared, "parameters[1]: values are shared"),
    ROW(calendar_year, "calendar[1]: year 2200"),
    ROW(calendar_published, "calendar[1]: published: date"),
    ROW(calendar_order, "calendar[1]: years do not ascend"),
    ROW(calendar_twice, "calendar[1]: years do not ascend"),
    ROW(fraction, "fractions[0]: denominator 0"),
    ROW(fraction_negative, "fractions[0]: denominator -2"),
    ROW(frame_unit, "frames: frames 0 and 1"),
    ROW(frames_few, "frames: 5 frames leave no room"),
    ROW(frame_home, "frames[3]: not the home frame"),
    ROW(frame_home_kind, "frames[3]: not the home frame"),
    ROW(frame_kind, "frames[7]: kind 6"),
    ROW(frame_kind_subject, "frames[7]: kind 1"),
    ROW(frame_parent_later, "frames[7]: parent 7"),
    ROW(frame_parent_unit, "frames[7]: parent 0"),
    ROW(frame_owner, "frames[7]: owner 3 is not above it"),
    ROW(frame_owner_unit, "frames[9]: owner 0 is not above it"),
    ROW(frame_type, "frames[7]: type: 4"),
    ROW(frame_relation, "frames[6]: type: 1"),
    ROW(frame_inverse, "frames[6]: inverse is 2"),
    ROW(frame_siblings, "frames[7]: the rows of owner 2 are not of record type 1"),
    ROW(frame_children, "frames[8]: the rows of owner 2 are not above record type 3"),
    ROW(frame_children_self, "frames[8]: the rows of owner 2 are not above record type 0"),
    ROW(frame_children_subject, "frames[8]: the rows of owner 1 are not above"),
    ROW(frame_second_home, "frames[10]: a second home frame"),
    ROW(frame_depth, "nested deeper than 24"),
    ROW(opcode, "is not known"),
    ROW(flags, "flags 0x4 are not known"),
    ROW(type, "type 10 is not known"),
    ROW(code_table, "code table: 1"),
    ROW(code_without_table, "code table: 4294967295"),
    ROW(in_frame, "frame: 99"),
    ROW(unit_frame, "instructions[1]: CONST stands at frame 0 only"),
    ROW(operand_itself, "is not below its own"),
    ROW(operand_later, "register 4294967295 is not below its own"),
    ROW(operand_form, "is a value, not a condition"),
    ROW(operand_form_fraction, "is a value, not a fraction"),
    ROW(operand_frame, "is at frame 1 instead of 2"),
    ROW(up_frame, "is at frame 2 instead of 1"),
    ROW(up_constant, "register 0 is at frame 0 instead of 1"),
    ROW(up_nowhere, "frame 1 has no parent row"),
    ROW(at_frame, "is at frame 1 instead of 2"),
    ROW(at_constant, "register 0 is at frame 0 instead of 2"),
    ROW(parent_frame, "is at frame 1 instead of 2"),
    ROW(parent_constant, "is at frame 0 instead of 2"),
    ROW(parent_not_home, "frame 8 is not the home frame of a nested record type"),
    ROW(parent_top, "frame 2 is not the home frame of a nested record type"),
    ROW(down_frame, "which is not below frame 2"),
    ROW(down_mixed, "operands at frames 2 and 3"),
    ROW(down_constant, "no operand is below frame 1"),
    ROW(down_same, "is at frame 1, which is not below frame 1"),
    ROW(column_kind, "kind 2 is not below 2"),
    ROW(column_kind_negative, "kind -1 is not below 2"),
    ROW(column_attribute, "column: 2 is not below 2"),
    ROW(column_field, "column: 4 is not below 4"),
    ROW(column_relation, "column: 2147483650 is not below 1"),
    ROW(column_unit, "frame 0 has no columns"),
    ROW(column_type, "the column is of type date, the instruction says money"),
    ROW(column_bound_type, "a bound of a relation is a date"),
    ROW(parameter_index, "parameter: 1 is not below 1"),
    ROW(text_index, "text: 1 is not below 1"),
    ROW(pool_index, "fraction: 1 is not below 1"),
    ROW(table_index, "table: 1 is not below 1"),
    ROW(table_list, "list: 2 entries from 1000"),
    ROW(table_arguments, "1 arguments for the 2 columns of table 0"),
    ROW(table_argument_form, "is a fraction, not a value"),
    ROW(list_range, "list: 1000 entries"),
    ROW(list_form, "is a value, not a condition"),
    ROW(list_frame, "is at frame 2 instead of 1"),
    ROW(list_later, "is not below its own"),
    ROW(imm_condition, "instructions[0]: immediate 3 is not from 0 to 2"),
    ROW(imm_compare, "immediate 6 is not from 0 to 5"),
    ROW(imm_compare_negative, "immediate -1 is not from 0 to 5"),
    ROW(imm_fraction, "immediate 0 is not from 1"),
    ROW(imm_round, "immediate 3 is not from 0 to 2"),
    ROW(imm_streak_later, "immediate"),
    ROW(imm_streak_form, "the last year, register 0, is no value"),
    ROW(imm_streak_frame, "is no value at frame 1 or 0"),
    ROW(type_text, "is no text"),
    ROW(type_text_sum, "CONST gives no text"),
    ROW(type_date, "CONST gives no date"),
    ROW(type_parameter, "PARAMETER_AT gives no date"),
    ROW(spans_count, "spans: "),
    ROW(span_source, "spans[3]: source: 1"),
    ROW(span_none, "spans[3]: source: 4294967295"),
    ROW(span_end, "spans[3]: span 0 to 1000"),
    ROW(span_order, "spans[3]: span 6 to 3"),
    ROW(span_character, "spans[3]: span 1 to 3"),
    ROW(time_missing, "TIME is not set although the operands follow"),
    ROW(time_idle, "TIME is set although the operands do not follow"),
    ROW(time_elsewhere, "TIME on ANY"),
    ROW(time_deep, "is longer than 4096 steps or deeper than 64"),
    ROW(time_wide, "is longer than 4096 steps or deeper than 64"),
    ROW(table_name, "tables[0]: name"),
    ROW(table_columns, "tables[0]: 33 columns"),
    ROW(table_rows, "tables[0]: cells from 0 overlap or run past 6"),
    ROW(table_overlap, "tables[1]: cells from 0 overlap"),
    ROW(table_result, "tables[0]: 2 columns, result_is_text 2"),
    ROW(cell_op, "cells[0]: comparison 6"),
    ROW(cell_text, "cells[2]: value 1 is not below 1"),
    ROW(cell_pool, "cells[1]: value 1 is not below 1"),
    ROW(cell_pool_text, "cells[1]: is_text 1"),
    ROW(cell_result_kind, "cells[2]: is_text 0"),
    ROW(finding_name, "findings[0]: name"),
    ROW(finding_memorandum, "findings[0]: memorandum"),
    ROW(finding_list, "findings[0]: list kind: 1"),
    ROW(finding_holds, "findings[0]: holds: 4294967295"),
    ROW(finding_holds_form, "findings[0]: holds: register"),
    ROW(finding_holds_frame, "is at frame 2 instead of 1"),
    ROW(finding_unless, "findings[0]: unless"),
    ROW(finding_period, "findings[0]: period"),
    ROW(finding_when, "findings[1]: when"),
    ROW(finding_grounds, "findings[0]: grounds: 2 entries"),
    ROW(finding_note, "findings[0]: note: 1"),
    ROW(ground_record, "grounds[0]: record: 4"),
    ROW(ground_frame, "grounds[0]: frame 3 is not the home frame of record type 0"),
    ROW(ground_condition, "grounds[0]: condition"),
    ROW(ground_presence, "grounds[0]: presence"),
    ROW(ground_holds, "grounds[0]: holds"),
    ROW(ground_from, "grounds[0]: from: register 8 is no date"),
    ROW(ground_end, "grounds[0]: end: register 12 is at frame 1"),
    ROW(ground_ended, "grounds[0]: ended"),
    ROW(ground_served, "grounds[0]: served"),
    ROW(ground_made, "grounds[0]: made"),
    ROW(ground_act, "grounds[0]: act: 1000"),
    ROW(measure_kind, "measures[0]: kind 2"),
    ROW(measure_holding, "measures[0]: kind 0, holding 3"),
    ROW(measure_dropped, "measures[0]: dropped: date -1"),
    ROW(measure_text, "measures[0]: remedy"),
    ROW(measure_basis, "measures[0]: basis: 2 entries"),
    ROW(measure_memorandum, "measures[0]: memorandum"),
    ROW(measure_item, "measures[0]: item: 1"),
    ROW(measure_because, "measures[0]: because: 1000 entries"),
    ROW(measure_because_entry, "measures[0]: because: 2 is not below 2"),
    ROW(measure_only_if, "measures[0]: only if"),
    ROW(measure_unless, "measures[0]: unless"),
    ROW(measure_period, "measures[0]: period"),
    ROW(measure_reaches, "measures[0]: reaches: 3 entries"),
    ROW(measure_own_ends, "measures[0]: own ends: the list runs past"),
    ROW(measure_own_end_date, "measures[0]: own ends: register 8 is no date"),
    ROW(measure_own_test, "measures[0]: own end tests"),
    ROW(measure_term_type, "measures[0]: term type 2"),
    ROW(measure_term, "measures[0]: term: register"),
    ROW(measure_grants, "measures[0]: grants: 1 entries from 1"),
    ROW(measure_note, "measures[0]: note: 1"),
    ROW(reach_frame, "reaches[1]: frame 3 without a condition"),
    ROW(reach_condition, "reaches[1]: frame 0 does not hold the rows of the relation"),
    ROW(measure_authorities, "measures[0]: authorities: the list runs past"),
    ROW(measure_authority, "measures[0]: authorities: register 26 names nobody"),
    ROW(reach_kind, "reaches[0]: kind: 2"),
    ROW(reach_relation, "reaches[1]: relation: 1"),
    ROW(reach_inverse, "reaches[1]: inverse is 2"),
    ROW(measure_publications, "measures[0]: publications"),
    ROW(publication_share, "publications[0]: share is 2"),
    ROW(publication_places, "publications[0]: places"),
    ROW(publication_every, "publications[0]: every"),
    ROW(publication_type, "publications[0]: lasting: type 7 is neither months nor days"),
    ROW(finding_publications, "findings[0]: publications"),
    ROW(grant_type, "grants[0]: type 99"),
    ROW(grant_value, "grants[0]: value: register 8 is at frame 2"),
    ROW(grant_text, "grants[0]: value: register 1 is no text"),
    ROW(grant_code, "grants[0]: code table"),
    ROW(note_span, "rule notes[0]: span 0 to 1000"),
    ROW(note_text, "rule notes[0]: verbatim"),
    ROW(repair_frame, "repairs[0]: frame 1"),
    ROW(repair_condition, "repairs[0]: eligible"),
    ROW(duty_start, "duties[0]: start: register 8 is no date"),
    ROW(duty_done, "duties[0]: done"),
    ROW(matter_range, "matters[0]: measures: 1000 entries"),
    ROW(duty_condition, "duties[0]: condition: register"),
    ROW(duty_begun, "duties[0]: begun"),
    ROW(duty_evidence, "duties[0]: evidence"),
    ROW(duty_evidence_kind, "duties[0]: evidence: register"),
    ROW(duty_authority, "duties[0]: authority: register 8 is no text and no code"),
    ROW(duty_basis, "duties[0]: basis"),
    ROW(repair_steps, "repairs[0]: steps"),
    ROW(step_type, "steps[0]: type"),
    ROW(step_granted, "steps[0]: type"),
    ROW(matter_prohibit, "matters[0]: prohibit"),
    ROW(assertion_holds, "assertions[0]: holds"),
    ROW(assertion_text, "assertions[0]: text"),
    ROW(first_other, "header: decisions need 100000 of"),
    ROW(decided_behind, "measures[0]: only if: register"),
    ROW(state_measure, "instructions["),
    ROW(state_asked, "instructions["),
    ROW(state_frame, "instructions["),
    ROW(state_early, "a measure's state is asked at frame 1"),
    ROW(matter_measure, "matters[0]: measures: 1 is not below 1"),
};

static enum mou_status open_sealed(struct pb *pb, struct mou_buf *message)
{
    struct mou_pack *pack = NULL;
    mou_buf_clear(message);
    const enum mou_status status = mou_pack_open(pb->file, pb->file_len, NULL, &pack, message);
    assert_true((status == MOU_OK) == (pack != NULL));
    mou_pack_close(pack);
    return status;
}

static void lawful_pack_is_taken(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    mou_pack_close(pb_open(&pb));
    pb_free(&pb);
}

/*
 * Every opcode occurs in the lawful pack, so that no rule of the verifier goes untested for want of
 * one.
 */
static void lawful_pack_has_every_opcode(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    bool seen[MOU_OPCODE_COUNT] = {false};
    for (uint32_t i = 0; i < pb.sections[MOU_SECTION_INSTRUCTIONS].count; i++) {
        seen[pb_instruction(&pb, i)->opcode] = true;
    }
    int lacking = 0;
    for (uint32_t i = 0; i < MOU_OPCODE_COUNT; i++) {
        if (!seen[i]) {
            print_error("no %s\n", mou_opcode_info(i)->name);
            lacking++;
        }
    }
    for (uint32_t i = 0; i < MOU_SECTION_COUNT; i++) {
        lacking += pb.sections[i].count == 0 ? 1 : 0;
    }
    pb_free(&pb);
    assert_i64_equal(lacking, 0);
}

static void each_rule_refuses(void **state)
{
    (void)state;
    int wrong = 0;
    struct mou_buf message;
    mou_buf_init(&message, mou_allocator_default(), 4096);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct pb pb;
        const struct lawful lawful = pb_lawful(&pb);
        refusals[i].break_it(&pb, &lawful);
        pb_seal(&pb);
        const enum mou_status status = open_sealed(&pb, &message);
        if (status != MOU_ERROR_PACK || strstr(message.data, refusals[i].message) == NULL) {
            print_error("%s: status %d, message “%s”, wanted “%s”\n", refusals[i].name, (int)status,
                        message.data != NULL ? message.data : "", refusals[i].message);
            wrong++;
        }
        pb_free(&pb);
    }
    mou_buf_free(&message);
    assert_i64_equal(wrong, 0);
}

static void limits_are_reached_and_taken(void **state)
{
    (void)state;
    const breaker fine[] = {break_fine_time_deep, break_fine_time_wide};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        struct pb pb;
        const struct lawful lawful = pb_lawful(&pb);
        fine[i](&pb, &lawful);
        mou_pack_close(pb_open(&pb));
        pb_free(&pb);
    }
}

/* ---------------------------------------------------------- the outer form, broken after the seal */

typedef void (*damage)(struct pb *pb, struct mou_pack_header *header);
static void damage_hash(struct pb *pb, struct mou_pack_header *header)
{
    (void)pb;
    header->content_hash[3] ^= 1;
}
static void damage_size(struct pb *pb, struct mou_pack_header *header)
{
    header->file_size++;
    pb_rehash(pb->file, pb->file_len);
}
static void damage_entry_size(struct pb *pb, struct mou_pack_header *header)
{
    header->sections[MOU_SECTION_FRAMES].entry_size = 16;
    pb_rehash(pb->file, pb->file_len);
}
static void damage_count(struct pb *pb, struct mou_pack_header *header)
{
    header->sections[MOU_SECTION_FRAMES].count++;
    pb_rehash(pb->file, pb->file_len);
}
static void damage_alignment(struct pb *pb, struct mou_pack_header *header)
{
    header->sections[MOU_SECTION_MATTERS].offset += 4;
    pb_rehash(pb->file, pb->file_len);
}
static void damage_overlap(struct pb *pb, struct mou_pack_header *header)
{
    header->sections[MOU_SECTION_MATTERS].offset = header->sections[MOU_SECTION_DUTIES].offset;
    pb_rehash(pb->file, pb->file_len);
}
static void damage_into_header(struct pb *pb, struct mou_pack_header *header)
{
    header->sections[MOU_SECTION_STRINGS].offset = 0;
    pb_rehash(pb->file, pb->file_len);
}
static void damage_past_end(struct pb *pb, struct mou_pack_header *header)
{
    header->sections[MOU_SECTION_MATTERS].count = 100;
    header->sections[MOU_SECTION_MATTERS].size = 100 * (uint32_t)sizeof(struct mou_pack_matter);
    pb_rehash(pb->file, pb->file_len);
}
static void damage_cost(struct pb *pb, struct mou_pack_header *header)
{
    header->cost_per_row++;
    pb_rehash(pb->file, pb->file_len);
}

static void outer_form_is_checked(void **state)
{
    (void)state;
    const struct {
        damage damage;
        const char *message;
    } rows[] = {
        {damage_hash, "header: the content does not match its hash"},
        {damage_size, "header: the pack says that it has"},
        {damage_entry_size, "frames: entries of 16 bytes instead of 20"},
        {damage_count, "frames: 11 entries do not make"},
        {damage_alignment, "matters: offset"},
        {damage_overlap, "matters: offset"},
        {damage_into_header, "strings: offset 0"},
        {damage_past_end, "matters: 4000 bytes from"},
        {damage_cost, "header: the cost bound is"},
    };
    struct mou_buf message;
    mou_buf_init(&message, mou_allocator_default(), 4096);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pb pb;
        (void)pb_lawful(&pb);
        pb_seal(&pb);
        rows[i].damage(&pb, (void *)pb.file);
        assert_status(open_sealed(&pb, &message), MOU_ERROR_PACK);
        assert_contains(message.data, rows[i].message);
        pb_free(&pb);
    }
    mou_buf_free(&message);
}

/* Every prefix of a pack is refused, also with nobody to tell. */
static void truncated_packs_are_refused(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    pb_seal(&pb);
    for (size_t len = 0; len < pb.file_len; len += len < 2000 ? 1 : 97) {
        unsigned char *copy = malloc(len > 0 ? len : 1);
        assert_non_null(copy);
        memcpy(copy, pb.file, len);
        struct mou_pack *pack = NULL;
        assert_status(mou_pack_open(copy, len, NULL, &pack, NULL), MOU_ERROR_PACK);
        free(copy);
    }
    pb_free(&pb);
}

static void misaligned_memory_is_refused(void **state)
{
    (void)state;
    struct pb pb;
    (void)pb_lawful(&pb);
    pb_seal(&pb);
    unsigned char *copy = malloc(pb.file_len + 8);
    assert_non_null(copy);
    memcpy(copy + 4, pb.file, pb.file_len);
    struct mou_buf message;
    mou_buf_init(&message, mou_allocator_default(), 4096);
    struct mou_pack *pack = NULL;
    assert_status(mou_pack_open(copy + 4, pb.file_len, NULL, &pack, &message), MOU_ERROR_PACK);
    assert_contains(message.data, "aligned");
    mou_buf_free(&message);
    free(copy);
    pb_free(&pb);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(lawful_pack_is_taken),
    cmocka_unit_test(lawful_pack_has_every_opcode),
    cmocka_unit_test(each_rule_refuses),
    cmocka_unit_test(limits_are_reached_and_taken),
    cmocka_unit_test(outer_form_is_checked),
    cmocka_unit_test(truncated_packs_are_refused),
    cmocka_unit_test(misaligned_memory_is_refused),
};
MOU_TEST_MAIN(tests)
