/*
 * The sections of a pack file that are tables, one line each: section, entry type, member of struct mou_pack. STRINGS
 * and LISTS, whose entries are no structs, are handled beside it. Opening and verification derive from this list.
 */
#ifndef MOU_VM_SECTIONS_H
#define MOU_VM_SECTIONS_H

#define MOU_PACK_SECTIONS(X)                                                                                           \
    X(SOURCES, mou_pack_source, sources)                                                                               \
    X(KINDS, mou_pack_kind, kinds)                                                                                     \
    X(FIELDS, mou_pack_field, fields)                                                                                  \
    X(RECORDS, mou_pack_record, records)                                                                               \
    X(RELATIONS, mou_pack_relation, relations)                                                                         \
    X(LIST_KINDS, mou_pack_list_kind, list_kinds)                                                                      \
    X(CODE_TABLES, mou_pack_code_table, code_tables)                                                                   \
    X(CODES, mou_pack_code, codes)                                                                                     \
    X(ITEMS, mou_pack_item, items)                                                                                     \
    X(MEMORANDA, mou_pack_memorandum, memoranda)                                                                       \
    X(PARAMETERS, mou_pack_parameter, parameters)                                                                      \
    X(PARAMETER_VALUES, mou_pack_parameter_value, parameter_values)                                                    \
    X(CALENDAR, mou_pack_calendar_year, calendar)                                                                      \
    X(FRAMES, mou_pack_frame, frames)                                                                                  \
    X(INSTRUCTIONS, mou_pack_instruction, instructions)                                                                \
    X(SPANS, mou_pack_span, spans)                                                                                     \
    X(FRACTIONS, mou_pack_fraction, fractions)                                                                         \
    X(TEXTS, mou_pack_text, texts)                                                                                     \
    X(FINDINGS, mou_pack_finding, findings)                                                                            \
    X(GROUNDS, mou_pack_ground, grounds)                                                                               \
    X(MEASURES, mou_pack_measure, measures)                                                                            \
    X(REACHES, mou_pack_reach, reaches)                                                                                \
    X(GRANTS, mou_pack_grant, grants)                                                                                  \
    X(PUBLICATIONS, mou_pack_publication, publications)                                                                \
    X(TABLES, mou_pack_table, tables)                                                                                  \
    X(CELLS, mou_pack_cell, cells)                                                                                     \
    X(RULE_NOTES, mou_pack_note, notes)                                                                                \
    X(REPAIRS, mou_pack_repair, repairs)                                                                               \
    X(STEPS, mou_pack_step, steps)                                                                                     \
    X(DUTIES, mou_pack_duty, duties)                                                                                   \
    X(MATTERS, mou_pack_matter, matters)                                                                               \
    X(ASSERTIONS, mou_pack_assertion, assertions)

#endif
