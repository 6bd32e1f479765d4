/*
 * The pack file: the only contract between compiler and machine. Little endian, 8-byte aligned sections of fixed-size entries, offsets and
 * indexes instead of pointers. Written by the compiler's emit stage, read through the verifier. Changing anything here means a new
 * MOU_PACK_VERSION.
 */
#ifndef MOU_VM_PACK_FORMAT_H
#define MOU_VM_PACK_FORMAT_H

#include <stdint.h>

#define MOU_PACK_MAGIC "MOUPACK"      /* 8 bytes with the NUL */
#define MOU_PACK_VERSION 3u
#define MOU_PACK_NONE UINT32_MAX      /* no index, no register */

enum mou_opcode {
#define MOU_OPCODE(name, result, a, b, c, frames, english) MOU_OP_CODE_##name,
#include "opcodes.def"
#undef MOU_OPCODE
    MOU_OPCODE_COUNT
};

enum mou_compare { MOU_COMPARE_EQ, MOU_COMPARE_NE, MOU_COMPARE_LT, MOU_COMPARE_LE, MOU_COMPARE_GT, MOU_COMPARE_GE, MOU_COMPARE_COUNT };

enum mou_pack_section {
    MOU_SECTION_STRINGS,     /* bytes (entry_size 1, count = size), UTF-8 as a whole; texts are (offset, length) into it, at character boundaries */
    MOU_SECTION_SOURCES, MOU_SECTION_KINDS, MOU_SECTION_FIELDS, MOU_SECTION_RECORDS, MOU_SECTION_RELATIONS, MOU_SECTION_LIST_KINDS,
    MOU_SECTION_CODE_TABLES, MOU_SECTION_CODES, MOU_SECTION_ITEMS, MOU_SECTION_MEMORANDA, MOU_SECTION_PARAMETERS, MOU_SECTION_PARAMETER_VALUES,
    MOU_SECTION_CALENDAR, MOU_SECTION_FRAMES, MOU_SECTION_INSTRUCTIONS,
    MOU_SECTION_SPANS,       /* one per instruction; source MOU_PACK_NONE (and begin = end = 0) where it has no place of its own */
    MOU_SECTION_FRACTIONS, MOU_SECTION_LISTS,
    MOU_SECTION_TEXTS,       /* struct mou_pack_text list: basis, signatories, text literals of CONST_TEXT (operand I) */
    MOU_SECTION_FINDINGS, MOU_SECTION_GROUNDS, MOU_SECTION_MEASURES, MOU_SECTION_REACHES, MOU_SECTION_GRANTS, MOU_SECTION_PUBLICATIONS, MOU_SECTION_TABLES, MOU_SECTION_CELLS,
    MOU_SECTION_RULE_NOTES,  /* struct mou_pack_note: verbatim text and span per rule, for explanations */
    MOU_SECTION_REPAIRS, MOU_SECTION_STEPS, MOU_SECTION_DUTIES, MOU_SECTION_MATTERS, MOU_SECTION_ASSERTIONS,
    MOU_SECTION_COUNT
};

/* Every section is listed with the size of its entries, also where count is 0; size = entry_size x count; offsets are multiples of 8, ascending. */
struct mou_pack_section_entry { uint32_t offset, size; /* bytes */ uint32_t entry_size, count; };

struct mou_pack_header {
    char magic[8];
    uint32_t version, section_count;
    uint64_t file_size;
    unsigned char content_hash[32]; /* SHA-256 of the whole file with this field zero */
    uint32_t language_edition;      /* 1 */
    uint32_t closure_depth;         /* relation steps that a decision can depend on */
    uint64_t cost_per_row;          /* static bound: kernel steps per row of the deepest frame, by mou_pack_cost (pack_cost.h) */
    uint32_t pack_name_offset, pack_name_len, pack_version_offset, pack_version_len;
    uint32_t first_other; /* instructions below it are all that findings and measures need; the others are run when duties, repairs, matters or assertions are asked for */
    uint32_t pad;
    struct mou_pack_section_entry sections[MOU_SECTION_COUNT];
};

struct mou_pack_text { uint32_t offset, len; };
struct mou_pack_source { struct mou_pack_text path /* base name */, text; };
struct mou_pack_span { uint32_t source, begin, end; };

struct mou_pack_kind { struct mou_pack_text name, display, identified_by; uint32_t first_field, field_count; };
/* type: enum mou_pack_field_type */
enum mou_pack_field_type {
    MOU_PACK_TEXT_FIELD, MOU_PACK_INTEGER, MOU_PACK_MONEY, MOU_PACK_RATIO, MOU_PACK_DATE, MOU_PACK_MONTHS, MOU_PACK_DAYS, MOU_PACK_WORKDAYS,
    MOU_PACK_YES_NO, MOU_PACK_CODE, MOU_PACK_FIELD_TYPE_COUNT
};
enum { MOU_PACK_FIELD_REQUIRED = 1, MOU_PACK_FIELD_KEY = 2, MOU_PACK_FIELD_CONFIDENTIAL = 4, MOU_PACK_FIELD_DEFAULT = 8 };
struct mou_pack_field { struct mou_pack_text name; uint32_t type, code_table, flags, pad; int64_t default_value; struct mou_pack_text default_text; };
struct mou_pack_record {
    struct mou_pack_text name, display;
    uint32_t parent, number, made, served, act, key; /* field numbers within the record, or MOU_PACK_NONE */
    uint32_t first_field, field_count;
    struct mou_pack_text source; /* authority */
};
struct mou_pack_relation { struct mou_pack_text name, inverse; uint32_t from_kind, to_kind, first_field, field_count; };
struct mou_pack_list_kind { struct mou_pack_text name; };
struct mou_pack_code_table { struct mou_pack_text name; uint32_t first_code, code_count; };
struct mou_pack_code { struct mou_pack_text name; int64_t value; };
struct mou_pack_item { struct mou_pack_text code, title, nature, degree, catalogue, edition; };
struct mou_pack_memorandum {
    struct mou_pack_text name, title, number, version, lead;
    int32_t effective, repealed; /* days, INT32_MIN if open */
    uint32_t objection_no_stay;
    struct mou_pack_text objection_basis;
    uint32_t source;
};
/* type: enum mou_pack_field_type; for RATIO the value is scaled by 10^8, for TEXT it is a TEXTS index. Values in ascending order of `from` (INT32_MIN: always). */
struct mou_pack_parameter { struct mou_pack_text name; uint32_t memorandum, type, first_value, value_count; };
struct mou_pack_parameter_value { int64_t value; int32_t from; uint32_t pad; };
struct mou_pack_calendar_year { int32_t year; uint32_t rest[12]; int32_t published; /* INT32_MIN: always; among equal years the latest not after the as-of date counts; sorted by year, published */ };

enum mou_frame_kind {
    MOU_FRAME_UNIT,     /* frame 0: one row */
    MOU_FRAME_SUBJECT,  /* frame 1: one row per subject of the batch */
    MOU_FRAME_RECORDS,  /* under `parent`: every row of record type `type` of the current subject of frame `owner` */
    MOU_FRAME_CHILDREN, /* under `parent`: rows of `type` below the record row of frame `owner` (whose type is an ancestor of `type`) */
    MOU_FRAME_SIBLINGS, /* under `parent`: rows of `type` with the same parent row (top level: same subject) as the row of frame `owner` (of the same type) */
    MOU_FRAME_RELATION, /* under `parent`: rows of relation `type` of the current subject of `owner`; the row's subject is the one at the other end */
    MOU_FRAME_KIND_COUNT
};
/*
 * `owner` is `parent` or one of its ancestors. The current subject of a frame is that of its parent, for RELATION the related one.
 * The home frame of a record type is the frame {RECORDS, parent SUBJECT, owner SUBJECT}; there is exactly one for every record type that the pack declares, at
 * index 2 + type. Further frames follow, each after its parent.
 */
struct mou_pack_frame { uint32_t kind, parent, owner, type, inverse; };

enum {
    MOU_INSTRUCTION_TIME = 1,   /* a COMPARE, COMPARE_RANGE or COMPARE_FRACTION whose truth can change by the mere passing of time: an operand reaches TODAY without crossing a condition, aggregate, or another frame's reduction */
    MOU_INSTRUCTION_NO_STAY = 2 /* in the world without contested records this register is a copy of the one with all records */
};
/* Column operand K: field or attribute number, or one of these for RELATION frames. For SUBJECT-like attributes `imm` is the subject kind. */
#define MOU_COLUMN_RELATION_FROM 0x80000000u
#define MOU_COLUMN_RELATION_UNTIL 0x80000001u /* absent reads as the day after MOU_DATE_MAX: open */
/* type: enum mou_pack_field_type of V registers (for display); MOU_PACK_YES_NO for C */
struct mou_pack_instruction { uint16_t opcode; uint8_t type; uint8_t flags; uint32_t frame, a, b, c, code_table; int64_t imm; };

struct mou_pack_fraction { int64_t num, den; };

/* Registers are instruction numbers; MOU_PACK_NONE where there is none. */
struct mou_pack_finding {
    struct mou_pack_text name;
    uint32_t memorandum, list_kind;
    uint32_t holds;  /* C at SUBJECT: or over the grounds (or `when`), and the period, and not unless */
    uint32_t unless; /* C at SUBJECT */
    uint32_t period; /* C at UNIT */
    uint32_t when;   /* C at SUBJECT, only without grounds */
    uint32_t first_ground, ground_count;
    uint32_t first_publication, publication_count;
    uint32_t note;   /* RULE_NOTES */
    struct mou_pack_text domain, tier, jurisdiction; /* names of codes, empty where not stated */
};
/* One 凭 section. All registers at `frame`, the home frame of `record`. */
struct mou_pack_ground {
    uint32_t record, frame;
    uint32_t condition; /* C: when, and not the section's unless, and not the finding's unless */
    uint32_t from;      /* V date or none: open beginning */
    uint32_t end;       /* V date or none: open end, as is the day after MOU_DATE_MAX */
    uint32_t presence;  /* C */
    uint32_t served, made, act; /* V date or none */
    uint32_t ended;     /* C: an event that ends the ground (终止) has come; none without such a clause */
    uint32_t holds;     /* C: presence and condition and from <= t and t < end and not ended and the period */
};
struct mou_pack_measure {
    struct mou_pack_text name;
    uint32_t kind;      /* 0 sanction, 1 incentive */
    uint32_t memorandum, item;
    int32_t dropped;    /* days: from here on a later edition of the catalogue no longer allows the measure, INT32_MIN if none does */
    struct mou_pack_text degree, authority, remedy, lifted;
    struct mou_pack_text authority_field; /* `由 FIELD`: name of the field of the grounds' records that names who acts */
    uint32_t authorities;                 /* LISTS: per finding of because, per ground section in order: COLUMN of that field at the section's frame; NONE: no field */
    uint32_t first_basis, basis_count;    /* TEXTS */
    uint32_t because, because_count;      /* LISTS: findings */
    uint32_t only_if, unless;             /* C at SUBJECT (the finding's subject) or none */
    uint32_t period;                      /* C at UNIT */
    uint32_t holding;                     /* enum mou_pack_holding */
    uint32_t first_reach, reach_count;
    uint32_t own_ends;                    /* LISTS: per finding of because, per ground section in order: V date at the section's frame = 自 + own term, or none; NONE: no own term */
    uint32_t own_end_tests;               /* LISTS, same shape: C (t < own end) at the section's frame, or none; NONE: no own term */
    uint32_t term;                        /* V at SUBJECT or UNIT: own term for findings without grounds, or none */
    uint32_t term_type;                   /* enum mou_pack_field_type: MONTHS, DAYS, WORKDAYS */
    uint32_t first_grant, grant_count;
    uint32_t first_publication, publication_count;
    uint32_t note;
};
enum mou_pack_holding { MOU_PACK_AT_DETERMINATION, MOU_PACK_AT_ACT, MOU_PACK_CURRENT };
struct mou_pack_reach {
    uint32_t kind, relation /* NONE: the subject itself */, inverse;
    uint32_t frame;     /* {RELATION, parent SUBJECT, owner SUBJECT} of that relation and direction; 0 without a condition */
    uint32_t condition; /* C at `frame`: what the relation's row must satisfy; none */
};
/* 公示 (share 0) or 共享 (1) of a finding or measure. `every` and `lasting` are V registers at frame 0, or none; their types MONTHS or DAYS. */
struct mou_pack_publication { uint32_t share, first_place, place_count /* TEXTS */, every, every_type, lasting, lasting_type, pad; };
struct mou_pack_grant { struct mou_pack_text name; uint32_t value /* V at SUBJECT or UNIT */, type, code_table; };
struct mou_pack_table { struct mou_pack_text name; uint32_t column_count, row_count, first_cell, result_is_text; uint32_t columns_are_fractions /* bit per column */, pad; };
/* row major, the result as a last cell per row: op MOU_PACK_NONE = any; value: number, or TEXTS index for texts (is_text), or fraction pool index for fraction columns */
struct mou_pack_cell { uint32_t op, is_text; int64_t value; };
struct mou_pack_note { struct mou_pack_span span; struct mou_pack_text verbatim; };
/* Duties and repairs: all registers at `frame`, the home frame of `record`, read in the world with all records. */
struct mou_pack_repair {
    struct mou_pack_text name;
    uint32_t memorandum, record, frame;
    uint32_t eligible; /* C, or none: always */
    uint32_t refused;  /* C, or none: never */
    uint32_t first_step, step_count, first_basis, basis_count /* TEXTS */, note;
};
/* type: MONTHS, DAYS, WORKDAYS, or NONE where no time is given; `granted`: what follows from the repair, else how it is handled */
struct mou_pack_step { struct mou_pack_text name, object; uint32_t type, granted; int64_t within; uint32_t parameter /* that says how long, or none: `within` does */, pad; };
struct mou_pack_duty {
    struct mou_pack_text name, authority; /* authority empty where the row names it */
    uint32_t memorandum, record, frame;
    uint32_t condition;       /* C, or none: always */
    uint32_t start, deadline; /* V date; the deadline is the last day */
    uint32_t begun, over;     /* C: start <= t, t > deadline */
    uint32_t done;            /* C, or none: never */
    uint32_t evidence, evidence_count; /* LISTS: those ANYs among what makes it done, at `frame` or SUBJECT, over the records that show it */
    uint32_t authority_of;    /* V text or code, or none */
    uint32_t first_basis, basis_count /* TEXTS */, note;
};
struct mou_pack_matter {
    struct mou_pack_text name;
    uint32_t memorandum, measures, measure_count /* LISTS */;
    uint32_t prohibit, advise; /* C at SUBJECT, or none: never */
    uint32_t first_basis, basis_count /* TEXTS */, note;
};
struct mou_pack_assertion { struct mou_pack_text text; uint32_t memorandum, holds /* C at SUBJECT */, note; };
/* What MEASURE_STATE asks. Definite, but for the last: unknown where the decision is to be verified. */
enum mou_pack_state {
    MOU_PACK_STATE_IN_FORCE, MOU_PACK_STATE_SUSPENDED, MOU_PACK_STATE_TO_VERIFY, MOU_PACK_STATE_PENDING,
    MOU_PACK_STATE_CONTESTED, /* the decision cites a record under objection */
    MOU_PACK_STATE_IN_FORCE_IF_KNOWN, MOU_PACK_STATE_COUNT
};

#endif
