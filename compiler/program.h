/*
 * The checked program: what the names, types, lawfulness and strata stages make of the raw trees, and what lowering reads. Every
 * reference is an index, every expression has a type and explicit conversions, every scope is a binding. Nothing here points back to a
 * name that still has to be looked up. Lives in the compilation's arena.
 */
#ifndef MOU_COMPILER_PROGRAM_H
#define MOU_COMPILER_PROGRAM_H

#include "mou/base.h"
#include "tree.h"

#define MOU_NO_INDEX UINT32_MAX

/* ------------------------------------------------------------------ types */

enum mou_type_kind {
    MOU_TYPE_ERROR,     /**< already reported; agrees with everything */
    MOU_TYPE_CONDITION, /**< three-valued */
    MOU_TYPE_YES_NO,    /**< a yes-no value, which may be unknown or inapplicable */
    MOU_TYPE_INTEGER,
    MOU_TYPE_COUNT,     /**< integer range (S10) */
    MOU_TYPE_MONEY,
    MOU_TYPE_RATIO,     /**< exact fraction without unit: ratio fields, literals, quotients */
    MOU_TYPE_MONEY_FRACTION, /**< exact fraction of fen */
    MOU_TYPE_DATE,
    MOU_TYPE_MONTHS,
    MOU_TYPE_DAYS,
    MOU_TYPE_WORKDAYS,
    MOU_TYPE_SPAN,      /**< difference of two dates in days */
    MOU_TYPE_TEXT,
    MOU_TYPE_CODE       /**< of table `code_table` */
};

struct mou_type {
    enum mou_type_kind kind;
    uint32_t code_table; /**< MOU_NO_INDEX unless MOU_TYPE_CODE */
};

/* ------------------------------------------------------------------ vocabulary */

struct mou_code_table { struct mou_text name; struct mou_code_item *items; uint32_t item_count; struct mou_span span; const struct mou_decl *decl; /**< NULL: the table of degrees */ };
struct mou_authority { struct mou_text name; struct mou_text display; struct mou_span span; };

struct mou_field {
    struct mou_text name;
    enum mou_field_type type;
    uint32_t code_table;
    bool required, key, confidential;
    bool unread;                   /**< its type could not be read: a message was given, and none follows */
    bool has_default;
    int64_t default_value;         /**< number, date, code value, fen, 0/1, scaled ratio */
    struct mou_text default_text;
    struct mou_span span;
};

/** A table of fields: attributes of a subject kind, fields of a record type, fields of a relation. */
struct mou_fields { struct mou_field *items; uint32_t count; };

struct mou_subject_kind { struct mou_text name, display, identified_by; struct mou_fields attributes; struct mou_span span; };

struct mou_record_type {
    struct mou_text name, display;
    uint32_t parent;       /**< record type, MOU_NO_INDEX at top level */
    uint32_t source;       /**< authority or MOU_NO_INDEX */
    uint32_t number, made, served, act; /**< field indexes or MOU_NO_INDEX; `made` set means legal instrument */
    bool instrument_lost;  /**< what was said to be `made` is no field of it, and a message was given */
    uint32_t valid_from, valid_until;   /**< dates of 有效, or MOU_NO_INDEX */
    uint32_t key;          /**< field: 主键, else the instrument's number, else MOU_NO_INDEX */
    struct mou_fields fields;
    struct mou_span span;
};

struct mou_relation_type { struct mou_text name, inverse; uint32_t from_kind, to_kind; struct mou_fields fields; struct mou_span span; };
struct mou_list_kind { struct mou_text name; struct mou_span span; };

enum mou_degree { MOU_DEGREE_NONE, MOU_DEGREE_ENCOURAGE, MOU_DEGREE_CONSIDER, MOU_DEGREE_STRICT, MOU_DEGREE_RESTRICT, MOU_DEGREE_PROHIBIT, MOU_DEGREE_PREFER };

/** One edition of a catalogue; editions of one name succeed each other. */
struct mou_edition { struct mou_text name, version; mou_date effective; /**< MOU_DATE_NONE: from the beginning */ struct mou_span span; };

struct mou_item {
    struct mou_text code, title, nature;
    enum mou_degree degree;
    uint32_t *covers; uint32_t cover_count;
    uint32_t edition;
    uint32_t code_item;    /**< the item of the same code that was declared first, for comparing codes: itself, if it is that one */
    uint32_t next_edition; /**< the item of the same code in another edition, MOU_NO_INDEX at the end; the list begins at the item declared first */
    struct mou_span span;
    const struct mou_catalogue_item *entry;
};

/** A legal instrument whose fate the vocabulary knows: 法规 《…》 施行 … 废止 …. */
struct mou_statute { const struct mou_legal_ref *instrument; mou_date effective, repealed; /**< MOU_DATE_NONE if not given */ struct mou_span span; };
/** Two catalogue items that cannot fall on one subject. */
/** Two items that are not to fall on one subject, by `code_item`. */
struct mou_incompatible_pair { uint32_t first, second; struct mou_span span; };

/* ------------------------------------------------------------------ scopes and expressions */

enum mou_binding_kind {
    MOU_BINDING_SUBJECT,  /**< the rule's own subject: outermost */
    MOU_BINDING_RECORD,   /**< a row of `type` */
    MOU_BINDING_RELATION  /**< a row of relation `type` and with it the related subject, which is the current subject inside */
};

/** How a RECORD binding's rows are chosen from its outer bindings. */
enum mou_range_kind {
    MOU_RANGE_ALL,      /**< every row of the type that `owner` (a subject: SUBJECT or RELATION binding) has, at any depth of nesting */
    MOU_RANGE_CHILDREN, /**< rows whose parent is the row of `owner` (RECORD binding of the parent type, or a further ancestor) */
    MOU_RANGE_SIBLINGS, /**< rows with the same parent (or subject) as the row of `owner` (RECORD binding of the same type) */
    MOU_RANGE_GIVEN     /**< the row handed in: 凭 section, parameter of a definition; evaluated over all rows of the type */
};

/** One lexical scope. The chain `outer` ends at a SUBJECT binding. */
struct mou_binding {
    enum mou_binding_kind kind;
    uint32_t type;       /**< record type, relation, or subject kind (MOU_NO_INDEX: any kind) */
    enum mou_range_kind range;
    bool inverse;        /**< RELATION walked from its `to` side to its `from` side */
    struct mou_binding *owner; /**< the binding whose rows or subject is ranged from; for RELATION the current subject's binding */
    struct mou_binding *outer;
    struct mou_texpr *at;      /**< RELATION: date on which it must hold, NULL for today; evaluated outside this binding */
    struct mou_span span;
};

enum mou_texpr_kind {
    MOU_TX_CONSTANT,    /**< integer, date, code, yes/no as 0/1, duration count in `integer`; `ratio` for RATIO; `text` for TEXT; CONDITION as 0/1 */
    MOU_TX_TODAY,
    MOU_TX_PARAMETER,   /**< `index`; arguments[0] the date, none for the as-of date */
    MOU_TX_FIELD,       /**< field `index` of the record (or relation) row bound by `binding` */
    MOU_TX_ATTRIBUTE,   /**< attribute `index` of subject kind `kind_index` of the subject bound by `binding` (inapplicable for other kinds) */
    MOU_TX_INAPPLICABLE, /**< an attribute that no subject in scope can have; type as declared */
    MOU_TX_DEFINITION,  /**< definition `index`, of the subject or row bound by `binding` */
    MOU_TX_FINDING,     /**< finding `index` holds for the subject bound by `binding` */
    MOU_TX_LIST,        /**< subject is on a list of kind `index`; findings[] enumerated */
    MOU_TX_LISTING,     /**< aspect `kind_index` of listing `index` at the row bound by `binding` */
    MOU_TX_LIST_COUNT,  /**< COUNT of the findings of list kind `index` that hold; arguments[0] what their marks must satisfy, or NULL; `kind_index` the mark
                             whose different codes are counted instead, or MOU_NO_INDEX */
    MOU_TX_MARK,        /**< mark `index` of the finding counted, only in arguments[0] of LIST_COUNT */
    MOU_TX_MEASURE,     /**< only in matters and assertions: measure `index` (MOU_NO_INDEX: that of the enclosing EACH_MEASURE) is in `state` */
    MOU_TX_EACH_MEASURE, /**< only in assertions: `quantifier` over all measures of kind `index`, arguments[0] the condition */
    MOU_TX_AND, MOU_TX_OR, MOU_TX_NOT,
    MOU_TX_COMPARE,     /**< `op`; both arguments of comparable types after conversions */
    MOU_TX_FILLED,      /**< arguments[0] known: definite */
    MOU_TX_TRUTH,       /**< YES_NO value as condition (S5) */
    MOU_TX_AS_YES_NO,   /**< condition as YES_NO value */
    MOU_TX_QUANTIFIER,  /**< over `range`: arguments[0] the condition (constant yes without 满足) */
    MOU_TX_AGGREGATE,   /**< over `range`: arguments[0] condition, arguments[1] value (not for COUNT), arguments[2] last year for STREAK or NULL */
    MOU_TX_CHOICE,      /**< arguments: condition, then, else */
    MOU_TX_OR_DEFAULT,  /**< arguments: value, default */
    MOU_TX_MIN, MOU_TX_MAX, /**< two arguments of one type */
    MOU_TX_ADD, MOU_TX_SUB, MOU_TX_MUL, MOU_TX_NEGATE, /**< on INTEGER, MONEY, durations, SPAN (64-bit) */
    MOU_TX_TO_FRACTION, /**< INTEGER, MONEY, SPAN as a fraction over 1 */
    MOU_TX_FRACTION_ADD, MOU_TX_FRACTION_SUB, MOU_TX_FRACTION_MUL, MOU_TX_FRACTION_DIV,
    MOU_TX_ROUND,       /**< fraction to INTEGER or MONEY; `rounding` */
    MOU_TX_COUNT_SUM,   /**< COUNT + COUNT, bound by bound */
    MOU_TX_COUNT_VALUE, /**< COUNT as INTEGER: unknown where lo < hi */
    MOU_TX_DATE_ADD,    /**< date, duration (unit from its type) */
    MOU_TX_DATE_SUB,    /**< date, duration */
    MOU_TX_DATE_DIFFERENCE, /**< date, date: SPAN */
    MOU_TX_YEAR, MOU_TX_MONTH_START, MOU_TX_AGE, /**< one date; AGE also reads today */
    MOU_TX_NEXT_MONTH_DAY, /**< date, integer */
    MOU_TX_ROLL_FORWARD, MOU_TX_FIRST_WORKDAY, /**< one date */
    MOU_TX_TABLE        /**< decision table `index` of the arguments; COUNT arguments stay ranges, unknown if lo < hi */
};

/**
 * 属于 becomes OR of COMPAREs, 介于 AND of two, 在 近 / 满 / 在 … 内 the comparisons of S7, 不是 a COMPARE with op NE. `span` is the source expression's;
 * `source_span` is the same unless the node was made by such an expansion, then it is the whole written expression.
 */
struct mou_texpr {
    enum mou_texpr_kind kind;
    struct mou_type type;
    struct mou_span span;
    int64_t integer;
    struct mou_ratio ratio;
    struct mou_text text;
    uint32_t index;
    uint32_t kind_index;
    enum mou_op op;
    enum mou_quantifier quantifier;
    enum mou_aggregate aggregate;
    enum mou_rounding rounding;
    enum mou_state state;
    struct mou_binding *binding; /**< the scope that a FIELD, ATTRIBUTE, DEFINITION, FINDING, LIST speaks of */
    struct mou_binding *range;   /**< QUANTIFIER, AGGREGATE: the scope that it opens */
    struct mou_texpr **arguments;
    uint32_t argument_count;
    bool possible; /**< QUANTIFIER, AGGREGATE: a row of unknown presence or condition counts like one of *yes* */
    int direction; /**< DEFINITION: how the body's value moves with the as-of date (types stage) */
};

/* ------------------------------------------------------------------ rules */

struct mou_parameter_value { struct mou_texpr *value; mou_date from; };
struct mou_parameter { struct mou_text name; uint32_t memorandum; struct mou_type type; struct mou_parameter_value *values; uint32_t value_count; /**< ascending dates */ struct mou_decl *decl; };
struct mou_definition { struct mou_text name; uint32_t memorandum; uint32_t record; /**< MOU_NO_INDEX: over the subject */ struct mou_binding *scope; struct mou_texpr *body; struct mou_decl *decl; bool bare_parameter; /**< reads a parameter as on the as-of date */ bool in_progress; bool alone; /**< as of a finding */ };

/** One 终止 of a section: an event that ends its grounds, told by the ground's own row or by records of another type. */
struct mou_ending {
    struct mou_texpr *happened; /**< condition: the event is there and its date is not after today */
    struct mou_texpr *possible; /**< condition, never unknown: an event is or may be there */
    struct mou_texpr *date;     /**< date: of the earliest event that is or may be there */
    struct mou_texpr *exists;   /**< condition: an event is there, whenever */
    struct mou_texpr *exact;    /**< date of the earliest event; unknown where one only may be there */
    struct mou_texpr *voided;   /**< condition: an event is not after the beginning; NULL where there is none */
    struct mou_span span;
};

/** One 凭 section. */
struct mou_section {
    struct mou_binding *scope; /**< RECORD, MOU_RANGE_GIVEN, outer SUBJECT */
    uint32_t record;
    struct mou_texpr *when;   /**< NULL: yes */
    struct mou_texpr *unless; /**< NULL: no */
    struct mou_texpr *from;   /**< date or NULL: open beginning */
    struct mou_texpr *until;  /**< date, or NULL */
    struct mou_texpr *term;   /**< MONTHS, DAYS or WORKDAYS, or NULL; at most one of until and term */
    struct mou_texpr *begin;  /**< the later of 自, service and 施行; NULL where there is none of them */
    struct mou_ending *endings; uint32_t ending_count;
    struct mou_span span;
};

/** What findings carry and can be counted by: 领域, 层级, 辖区. */
enum mou_mark { MOU_MARK_DOMAIN, MOU_MARK_TIER, MOU_MARK_JURISDICTION, MOU_MARK_COUNT };

/** What can be asked of a listing: a row of a 凭 section as history. */
enum mou_listing_aspect {
    MOU_LISTING_AROSE,    /**< condition: it began before today and was not undone; its own end is not asked */
    MOU_LISTING_HAPPENED, /**< condition: the same, and it was in effect for a day at least */
    MOU_LISTING_ENTERED,  /**< date */
    MOU_LISTING_LEFT,     /**< date; inapplicable while it has no end */
    MOU_LISTING_ASPECT_COUNT
};

/** Section `record` of a finding as a listing; expressions over its row, filled once all findings are checked. */
struct mou_listing {
    uint32_t finding, record;
    struct mou_binding *scope;
    struct mou_texpr *aspects[MOU_LISTING_ASPECT_COUNT];
    bool alone[MOU_LISTING_ASPECT_COUNT]; /**< as of a finding */
};

struct mou_finding {
    struct mou_text name;
    const struct mou_code_item *marks[MOU_MARK_COUNT]; /**< NULL: not stated; of the program's table for that mark */
    uint32_t memorandum;
    uint32_t list_kind;        /**< MOU_NO_INDEX if it enters none */
    struct mou_binding *scope; /**< SUBJECT */
    struct mou_texpr *unless;  /**< subject level, NULL: no */
    struct mou_section *sections; uint32_t section_count;
    uint32_t first_listing;    /**< of its sections, in their order */
    struct mou_texpr *when;    /**< only without sections */
    struct mou_publication *publications; uint32_t publication_count;
    bool section_lost;         /**< a section could not be read and a message was given */
    bool alone;                /**< known to refer to no definition, finding, list or listing (strata stage) */
    bool named_again;          /**< its name is known to stand elsewhere in its own source, too (doubt stage) */
    struct mou_decl *decl;
};

/** 依据 of a rule, one text per article. */
struct mou_basis { struct mou_text *items; uint32_t count; };
/** 公示 or 共享: where, how often, how long from the decision's beginning; durations in months or days, NULL if not stated. */
struct mou_publication { bool share; struct mou_text *places; uint32_t place_count; struct mou_texpr *every, *lasting; };

/** One way in which a measure falls on someone. */
struct mou_reach {
    uint32_t kind;     /**< of the finding's subject */
    uint32_t relation; /**< MOU_NO_INDEX: the subject itself */
    bool inverse;
    struct mou_binding *scope;   /**< RELATION, outer SUBJECT of the measure; only with a condition */
    struct mou_texpr *condition; /**< what the relation's row must satisfy, NULL: nothing */
};
struct mou_grant { struct mou_text name; struct mou_texpr *value; };
enum mou_measure_kind { MOU_SANCTION, MOU_INCENTIVE };

struct mou_measure {
    struct mou_text name;
    enum mou_measure_kind kind;
    uint32_t memorandum;
    uint32_t item;             /**< catalogue item, of the edition against which the memorandum is held */
    mou_date dropped;          /**< the day on which a later edition no longer allows the measure: its end; MOU_DATE_NONE if none does */
    uint32_t *because; uint32_t because_count; /**< findings */
    struct mou_binding *scope; /**< SUBJECT: the finding's subject */
    struct mou_texpr *only_if, *unless;
    struct mou_reach *reaches; uint32_t reach_count;
    enum mou_holding holding;
    struct mou_text authority; /**< declared names joined with 、 */
    struct mou_text authority_field; /**< `由 FIELD`: the field of the grounds' records that names who acts; empty if none */
    struct mou_basis basis;
    enum mou_degree degree;
    struct mou_texpr *term;    /**< own term: MONTHS, DAYS, WORKDAYS; NULL: follows the finding or open-ended. May mention the ground's record only through one binding per section */
    struct mou_texpr *until;   /**< own end date or NULL */
    bool open_ended;
    struct mou_text remedy;
    struct mou_text lifted;
    struct mou_grant *grants; uint32_t grant_count;
    struct mou_publication *publications; uint32_t publication_count;
    struct mou_decl *decl;
};

struct mou_table_column { struct mou_text name; struct mou_type type; };
struct mou_cell { enum mou_op op; /**< MOU_OP_NONE: any */ int64_t value; struct mou_ratio ratio; struct mou_text text; };
struct mou_table {
    struct mou_text name; uint32_t memorandum;
    struct mou_table_column *columns; uint32_t column_count;
    struct mou_cell *cells; /**< row major */ struct mou_texpr **results; uint32_t row_count;
    struct mou_type result_type; struct mou_decl *decl;
};

struct mou_memorandum {
    struct mou_text name, title, number, version;
    struct mou_text *signatories; uint32_t signatory_count;
    struct mou_text lead;
    mou_date effective, repealed; /**< MOU_DATE_NONE if not given */
    bool objection_no_stay;
    struct mou_text objection_basis;
    uint32_t source;              /**< source number */
    struct mou_decl *decl;
};

/** A step of 办理 or of 准予后; the type of `within` is ERROR where no time is given. */
struct mou_repair_step { struct mou_text name, object; struct mou_type type; int64_t within; uint32_t parameter; /**< that says how long, or MOU_NO_INDEX */ bool granted; };
/** Checked repairs, duties, matters, assertions: condition trees ready for lowering. */
struct mou_repair {
    struct mou_text name;
    uint32_t memorandum, record;
    struct mou_binding *scope;
    struct mou_texpr *eligible, *refused; /**< NULL: yes, no */
    struct mou_repair_step *steps; uint32_t step_count;
    struct mou_basis basis;
    struct mou_decl *decl;
};
struct mou_duty {
    struct mou_text name;
    uint32_t memorandum, record;
    struct mou_binding *scope;
    struct mou_texpr *when;          /**< NULL: yes */
    struct mou_texpr *start, *within;
    bool roll_forward;
    struct mou_texpr **done; uint32_t done_count; /**< one per 完成: a condition over the row, or that some record is there (QUANTIFIER) */
    struct mou_text authority;       /**< declared names joined with 、; empty where it is taken from the row */
    struct mou_texpr *authority_of;  /**< the row's field, or NULL */
    struct mou_basis basis;
    struct mou_decl *decl;
};
struct mou_matter {
    struct mou_text name;
    uint32_t memorandum;
    uint32_t *measures; uint32_t measure_count; /**< those looked up, then others that the conditions ask for */
    struct mou_binding *scope;
    struct mou_texpr *prohibit, *advise;
    struct mou_basis basis;
    struct mou_decl *decl;
};
struct mou_assertion { struct mou_text text; uint32_t memorandum; struct mou_binding *scope; struct mou_texpr *body; struct mou_decl *decl; };

/** A calendar year as declared; several of one year differ in `published`. */
struct mou_calendar_decl { int year; mou_date published; /**< MOU_DATE_NONE: always */ struct mou_calendar_year days; struct mou_decl *decl; };

/** A test with its fixtures resolved is read from the declarations by the test runner (compiler/tests.h). */
struct mou_test_decl { uint32_t memorandum; struct mou_decl *decl; };

/** Whose message it is: a source's, of the program before any rule is looked at, or of all rules together, to be made anew each time. */
#define MOU_TOLD_OF_GROUND UINT32_MAX
#define MOU_TOLD_OF_ALL (UINT32_MAX - 1)
/** A message, by its place among the messages while none is sorted. */
struct mou_told { uint32_t message, owner; };

#define MOU_TABLE_OF(type, name) MOU_VEC(type) name
struct mou_program {
    struct mou_arena *arena;
    const struct mou_source *sources; uint32_t source_count;
    const unsigned char **digests; /**< SHA-256 of each source */
    struct mou_text pack_name, pack_version;
    MOU_TABLE_OF(struct mou_code_table, code_tables);
    MOU_TABLE_OF(struct mou_authority, authorities);
    MOU_TABLE_OF(struct mou_subject_kind, kinds);
    MOU_TABLE_OF(struct mou_record_type, records);
    MOU_TABLE_OF(struct mou_relation_type, relations);
    MOU_TABLE_OF(struct mou_list_kind, list_kinds);
    MOU_TABLE_OF(struct mou_edition, editions);
    MOU_TABLE_OF(struct mou_item, items);
    MOU_TABLE_OF(struct mou_incompatible_pair, incompatible);
    MOU_TABLE_OF(struct mou_statute, statutes);
    MOU_TABLE_OF(struct mou_calendar_decl, calendars);
    MOU_TABLE_OF(struct mou_memorandum, memoranda);
    MOU_TABLE_OF(struct mou_parameter, parameters);
    MOU_TABLE_OF(struct mou_definition, definitions); 
    MOU_TABLE_OF(struct mou_finding, findings);       
    MOU_TABLE_OF(struct mou_listing, listings);
    MOU_TABLE_OF(struct mou_measure, measures);
    MOU_TABLE_OF(struct mou_table, tables);
    MOU_TABLE_OF(struct mou_repair, repairs);
    MOU_TABLE_OF(struct mou_duty, duties);
    MOU_TABLE_OF(struct mou_matter, matters);
    MOU_TABLE_OF(struct mou_assertion, assertions);
    MOU_TABLE_OF(struct mou_test_decl, tests);
    MOU_TABLE_OF(struct mou_decl *, fixtures);
    uint32_t mark_tables[MOU_MARK_COUNT]; /**< code table of each mark, MOU_NO_INDEX: no finding states one */
    bool names_lost;             /**< a declaration could not be read, nor its name */
    MOU_TABLE_OF(struct mou_text, unread); /**< names of declarations that could not be read: unknown, but declared */
    struct mou_symbols *symbols; /**< names to indexes, for the stages behind the names stage */
    MOU_TABLE_OF(struct mou_told, told);           /**< whose rules each message of the checking stages came of */
    struct mou_lowering *lowered; /**< how it was lowered, for those that take from it (lower_again.c); NULL: nothing is known */
    bool is_kept;                /**< others may take from it */
    const struct mou_program *before; /**< of an earlier compilation, from which tables were taken (kept.h); NULL: everything is done anew */
    const bool *stale;           /**< with it, per source: its rules are checked anew */
    bool unfit;                  /**< what was taken does not fit after all, or nothing can be taken from this one: its messages hang together */
    struct mou_texpr scrap;      /**< handed out where memory ran out */
};

#endif
