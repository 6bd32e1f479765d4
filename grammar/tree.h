/*
 * The raw tree of a rule file: what was written, with spans, and nothing else. The parser builds it, the formatter prints it,
 * the compiler reads it. It knows no names, no types and no law. All nodes live in the arena of the parse and are never changed
 * after it. Spans are byte ranges of the source; parentheses round an expression are not part of its span.
 */
#ifndef MOU_GRAMMAR_TREE_H
#define MOU_GRAMMAR_TREE_H

#include "mou/base.h"

/** An identifier as written, without quotes; text after NFC. */
struct mou_name {
    struct mou_text text;
    struct mou_span span;
    bool quoted;
};

/** NAME or MEMORANDUM.NAME; `qualifier.text.len` is 0 without one. Lists are linked. */
struct mou_name_ref {
    struct mou_name qualifier;
    struct mou_name name;
    struct mou_expr *condition; /**< TO: `股东(持股比例 不少于 5%)`: what the relation's row must satisfy; NULL without */
    struct mou_name_ref *next;
};

/** An instrument with its article: `《…》第三条第一款`, `揭府〔2017〕34号 第四条`, `《…》 article 3(1)(1)`. */
struct mou_legal_ref {
    struct mou_text instrument; /**< canonical: with 《》, or the document number with 〔〕 */
    struct mou_text article;    /**< canonical Chinese form "第三条第一款第（一）项", empty if none */
    struct mou_text number;     /**< `《…》（发改财金〔2016〕141号）第三条`: the number in parentheses, empty if none */
    struct mou_span span;
    struct mou_legal_ref *next;
};

/* ------------------------------------------------------------------ expressions */

enum mou_unit { MOU_UNIT_MONTHS, MOU_UNIT_DAYS, MOU_UNIT_WORKDAYS };

enum mou_expr_kind {
    MOU_EXPR_INTEGER,   /**< integer */
    MOU_EXPR_MONEY,     /**< integer: fen */
    MOU_EXPR_RATIO,     /**< ratio, lowest terms */
    MOU_EXPR_DATE,      /**< date */
    MOU_EXPR_DURATION,  /**< integer in unit; years are twelve months */
    MOU_EXPR_TEXT,      /**< text, escapes resolved */
    MOU_EXPR_YES,       /**< 是 as a value (yes) */
    MOU_EXPR_NO,        /**< 否 as a value (no) */
    MOU_EXPR_TODAY,     /**< 今日 */
    MOU_EXPR_ANY,       /**< 任意, only in table cells */
    MOU_EXPR_NAME,      /**< reference: qualifier.name */
    MOU_EXPR_FIELD,     /**< left is a NAME (alias, record or memorandum), reference.name the member: parsed as NAME with qualifier; used only for deeper chains */
    MOU_EXPR_CALL,      /**< reference(arguments...): function, definition of a record, decision table */
    MOU_EXPR_AT,        /**< left 于 right: a parameter on another date */
    MOU_EXPR_UNARY,     /**< op NOT or NEGATE on left */
    MOU_EXPR_BINARY,    /**< left op right: arithmetic, and, or, comparison */
    MOU_EXPR_IN,        /**< left 属于 {arguments} or a named set: arguments */
    MOU_EXPR_BETWEEN,   /**< left 介于 arguments[0] 和 arguments[1] */
    MOU_EXPR_FILLED,    /**< left 已填 (yes) or 未填 (op MOU_OP_ABSENT) */
    MOU_EXPR_WITHIN_LAST, /**< left 在 近 right */
    MOU_EXPR_AT_LEAST_AGO, /**< left 满 right */
    MOU_EXPR_WITHIN,    /**< left 在 right 内 */
    MOU_EXPR_ON_LIST,   /**< 在 reference: current subject is on a list of that kind */
    MOU_EXPR_LISTS,     /**< 名单数([不同 领域|层级|辖区] reference [满足 condition]): number of findings of that list kind that hold; range.field names what must differ */
    MOU_EXPR_WAS_LISTED, /**< 曾 列入 reference [满足 condition] */
    MOU_EXPR_LISTINGS,  /**< 列入次数(reference [满足 condition]) */
    MOU_EXPR_LAST_ENTERED, /**< 上次列入(reference [满足 condition]) */
    MOU_EXPR_LAST_LEFT, /**< 上次移出(reference [满足 condition]) */
    MOU_EXPR_DAY_ENTERED, /**< 列入之日: in the condition of the four above */
    MOU_EXPR_DAY_LEFT,  /**< 移出之日 */
    MOU_EXPR_IN_VALIDITY, /**< left 在 有效期 */
    MOU_EXPR_QUANTIFIER, /**< quantifier over range 满足 condition */
    MOU_EXPR_AGGREGATE, /**< aggregate( [不同] range[.field] [满足 condition] [截至 right] ) */
    MOU_EXPR_CHOICE,    /**< 若 condition 则 left 否则 right */
    MOU_EXPR_OR_DEFAULT, /**< 取 left 缺省 right */
    MOU_EXPR_STATE,     /**< 生效, 有争议 …: a measure's state, only in assertions and matters; left may name the measure */
    MOU_EXPR_SET,       /**< {arguments}: a named set of codes, only as the body of a definition */
    MOU_EXPR_ERROR      /**< stands for something that could not be parsed; a message was given */
};

enum mou_op {
    MOU_OP_NONE,
    MOU_OP_OR, MOU_OP_AND, MOU_OP_NOT,
    MOU_OP_EQ, MOU_OP_NE, MOU_OP_LT, MOU_OP_LE, MOU_OP_GT, MOU_OP_GE,
    MOU_OP_ADD, MOU_OP_SUB, MOU_OP_MUL, MOU_OP_DIV, MOU_OP_NEGATE,
    MOU_OP_PRESENT, MOU_OP_ABSENT
};

enum mou_quantifier { MOU_SOME, MOU_EVERY, MOU_NONE_OF };

enum mou_aggregate {
    MOU_COUNT, MOU_COUNT_DISTINCT, MOU_SUM, MOU_MAX, MOU_MIN, MOU_EARLIEST, MOU_LATEST, MOU_STREAK
};

enum mou_state { MOU_STATE_IN_FORCE, MOU_STATE_SUSPENDED, MOU_STATE_TO_VERIFY, MOU_STATE_PENDING, MOU_STATE_CONTESTED };

/** What a quantifier or aggregate ranges over: `R [alias] [于 date]` or in aggregates `R.f`. */
struct mou_range {
    struct mou_name_ref source; /**< record type, relation, or measure/sanction keyword in assertions */
    struct mou_name alias;      /**< text.len 0 without one */
    struct mou_name field;      /**< aggregates over a field; text.len 0 without one */
    struct mou_expr *at;        /**< date on which a relation must hold, NULL for today */
    int measure_kind;           /**< assertions: -1 none, 0 惩戒, 1 激励 (`每个 惩戒 满足 …`) */
};

struct mou_expr {
    enum mou_expr_kind kind;
    struct mou_span span;
    struct mou_span op_span; /**< of the operator word, for messages; of a literal with a sign: the literal without it */
    enum mou_op op;
    int64_t integer;
    struct mou_ratio ratio;
    mou_date date;
    enum mou_unit unit;
    struct mou_text text;
    struct mou_name_ref reference;
    struct mou_expr *left;
    struct mou_expr *right;
    struct mou_expr *condition;
    struct mou_expr *arguments; /**< first of a list linked by `next` */
    struct mou_expr *next;
    enum mou_quantifier quantifier;
    enum mou_aggregate aggregate;
    enum mou_state state;
    struct mou_range range;
    bool parenthesised; /**< for the formatter */
    bool named_set;     /**< IN: `属于 NAME` without braces, arguments is that one name */
    uint16_t height;    /**< levels of expressions below and including this one, at most MOU_NESTING_MAX */
};

/* ------------------------------------------------------------------ vocabulary */

enum mou_field_type {
    MOU_FIELD_TEXT, MOU_FIELD_INTEGER, MOU_FIELD_MONEY, MOU_FIELD_RATIO, MOU_FIELD_DATE,
    MOU_FIELD_MONTHS, MOU_FIELD_DAYS, MOU_FIELD_WORKDAYS, /* 期间, 期间 日, 期间 工作日 */
    MOU_FIELD_YES_NO, MOU_FIELD_CODE
};

struct mou_field_decl {
    struct mou_name name;
    enum mou_field_type type;
    struct mou_name code_table; /**< of MOU_FIELD_CODE */
    bool required;
    bool key;
    bool confidential;
    struct mou_expr *default_value; /**< literal or code name, NULL if none */
    bool broken;                    /**< a message was given; the type may be wrong */
    struct mou_span span;
    struct mou_field_decl *next;
};

struct mou_code_item {
    struct mou_name name;
    int64_t value;
    bool broken; /**< a message was given; the value may be wrong */
    struct mou_span span;
    struct mou_code_item *next;
};

struct mou_catalogue_item {
    struct mou_name code;
    struct mou_name title;
    struct mou_name nature;           /**< 减损权益, 管理措施, 便利服务 … */
    struct mou_name degree;           /**< 禁止 … 优先; text.len 0 if none */
    struct mou_name_ref *covers;      /**< subject kinds */
    struct mou_name_ref *authorities; /**< 由 …, optional */
    struct mou_legal_ref *basis;      /**< 依据 …, optional */
    bool broken;                      /**< a message was given; members may be missing */
    struct mou_span span;
    struct mou_catalogue_item *next;
};

/** `不相容 M01、I01` in a catalogue. */
struct mou_incompatible {
    struct mou_name_ref *items;
    struct mou_span span;
    struct mou_incompatible *next;
};

/** Days or ranges of days of a calendar clause. */
struct mou_date_range {
    mou_date from;
    mou_date until; /**< last day included; equals `from` for a single day */
    struct mou_span span;
    struct mou_date_range *next;
};

/* ------------------------------------------------------------------ clauses */

enum mou_clause_kind {
    /* memorandum head */
    MOU_CLAUSE_TITLE, MOU_CLAUSE_NUMBER, MOU_CLAUSE_LEAD, MOU_CLAUSE_SIGNED_BY, MOU_CLAUSE_EFFECTIVE, MOU_CLAUSE_REPEALED,
    MOU_CLAUSE_REPLACES, MOU_CLAUSE_VERSION, MOU_CLAUSE_OBJECTION_NO_STAY, /* 异议 不停止执行 依据 … */
    /* any declaration */
    MOU_CLAUSE_VERBATIM, MOU_CLAUSE_UNDER,
    /* parameter */
    MOU_CLAUSE_VALUE_FROM, /* VALUE 自 DATE */
    /* finding, measure */
    MOU_CLAUSE_ENTERS, MOU_CLAUSE_ON, MOU_CLAUSE_WHEN, MOU_CLAUSE_UNLESS, MOU_CLAUSE_ONLY_IF, MOU_CLAUSE_FROM,
    MOU_CLAUSE_UNTIL, MOU_CLAUSE_TERM, MOU_CLAUSE_OPEN_ENDED, MOU_CLAUSE_FOLLOWS_FINDING,
    MOU_CLAUSE_ITEM, MOU_CLAUSE_BECAUSE, MOU_CLAUSE_TO, MOU_CLAUSE_HOLDING, MOU_CLAUSE_BY, MOU_CLAUSE_DEGREE,
    MOU_CLAUSE_LIFTED, MOU_CLAUSE_REMEDY, MOU_CLAUSE_GRANT,
    /* repair */
    MOU_CLAUSE_OF, MOU_CLAUSE_ELIGIBLE, MOU_CLAUSE_REFUSED, MOU_CLAUSE_HANDLED, MOU_CLAUSE_ONCE_GRANTED,
    /* duty */
    MOU_CLAUSE_WITHIN, MOU_CLAUSE_DONE,
    /* matter */
    MOU_CLAUSE_LOOK_UP, MOU_CLAUSE_PROHIBIT, MOU_CLAUSE_ADVISE,
    /* fixture, test */
    MOU_CLAUSE_SUBJECT, MOU_CLAUSE_GIVEN, MOU_CLAUSE_AT, MOU_CLAUSE_OBJECTION, MOU_CLAUSE_EXPECT, MOU_CLAUSE_REFUTE,
    /* further clauses of a finding or measure */
    MOU_CLAUSE_ENDED,        /**< 终止 [凭 names alias] [当 expr] 自 second: a ground ended by an event */
    MOU_CLAUSE_DOMAIN,       /**< 领域 names */
    MOU_CLAUSE_TIER,         /**< 层级 names */
    MOU_CLAUSE_JURISDICTION, /**< 辖区 names */
    MOU_CLAUSE_PUBLISH,      /**< 公示 names [每隔 second] [期限 expr] */
    MOU_CLAUSE_SHARE,        /**< 共享 names [每隔 second] [期限 expr] */
    MOU_CLAUSE_LIGHTER_LAW,  /**< memorandum head: 从旧兼从轻 */
    MOU_CLAUSE_KIND_COUNT
};

enum mou_target_kind { MOU_TARGET_SELF, MOU_TARGET_NONE, MOU_TARGET_RELATIONS };

/** One `KIND：…` of `对`. */
struct mou_target {
    struct mou_name subject_kind;
    enum mou_target_kind kind;      /**< SELF may be joined with relations: then `relations` is not NULL */
    struct mou_name_ref *relations;
    struct mou_span span;
    struct mou_target *next;
};

enum mou_holding { MOU_HOLDING_AT_DETERMINATION, MOU_HOLDING_AT_ACT, MOU_HOLDING_CURRENT };

/** `受理 3个工作日` of 办理, and `停止公示`, `解除 惩戒` of 准予后. */
struct mou_step {
    struct mou_name name;
    struct mou_name object; /**< second word, text.len 0 if none */
    struct mou_expr *duration;
    struct mou_step *next;
};

/* ---- subjects of fixtures and tests */

struct mou_fixture_value {
    struct mou_name name;
    struct mou_expr *value; /**< literal, code name (NAME), 是 / 否 */
    struct mou_fixture_value *next;
};

/** `执行案件： 案号 "…"、…`, deeper indented rows follow in source order; the compiler nests them by their type's parent. */
struct mou_fixture_row {
    struct mou_name type;
    struct mou_fixture_value *values;
    struct mou_span span;
    struct mou_fixture_row *next;
};

/** `法定代表人 王某 自 2015年1月1日 [至 …]`. */
struct mou_fixture_relation {
    struct mou_name relation;
    struct mou_name subject;
    struct mou_expr *from;  /**< date literal or NULL */
    struct mou_expr *until;
    struct mou_fixture_value *values; /**< fields of the relation, usually NULL */
    struct mou_span span;
    struct mou_fixture_relation *next;
};

struct mou_fixture_subject {
    struct mou_name kind;
    struct mou_name name;
    struct mou_fixture_value *attributes;
    struct mou_fixture_row *rows;
    struct mou_fixture_relation *relations;
    struct mou_span span;
    struct mou_fixture_subject *next;
};

/** `异议 执行案件 "…" 提出 D [办结 D] [对 SUBJECT]`. */
struct mou_fixture_objection {
    struct mou_name record;
    struct mou_text key;
    struct mou_span key_span;
    struct mou_expr *lodged;
    struct mou_expr *closed;
    struct mou_name subject; /**< text.len 0: the first subject that has such a record */
};

enum mou_outcome { MOU_OUTCOME_IN_FORCE, MOU_OUTCOME_SUSPENDED, MOU_OUTCOME_TO_VERIFY, MOU_OUTCOME_PENDING, MOU_OUTCOME_UNSTATED };

/** `应有 [SUBJECT] RULE [OUTCOME] [自 D] [至 D|长期] [凭 "KEY"、…] [缺 FIELD、…] [经 RELATION SUBJECT]`. */
struct mou_expectation {
    struct mou_name subject; /**< text.len 0: the first subject of the test */
    struct mou_name_ref rule;
    enum mou_outcome outcome;
    struct mou_expr *from;
    struct mou_expr *until;
    bool until_open;
    struct mou_expr *keys;         /**< texts linked by next */
    struct mou_name_ref *missing;
    struct mou_name via_relation;
    struct mou_name via_subject;
    enum { MOU_DUTY_UNSTATED, MOU_DUTY_DUE, MOU_DUTY_DONE, MOU_DUTY_OVERDUE, MOU_MATTER_ALLOW, MOU_MATTER_DENY, MOU_MATTER_ADVISE,
           MOU_REPAIR_ELIGIBLE, MOU_REPAIR_REFUSED } duty; /**< outcomes of duties, matters and repairs */
};

struct mou_clause {
    enum mou_clause_kind kind;
    struct mou_span span;    /**< keyword to last token */
    struct mou_span keyword; /**< the keyword alone */
    struct mou_text text;            /**< TITLE, NUMBER (canonical), VERSION, VERBATIM, REMEDY */
    struct mou_name_ref *names;      /**< LEAD, SIGNED_BY, REPLACES, ENTERS, ON, ITEM, BECAUSE, BY, OF, LOOK_UP, GIVEN, DONE (record) */
    struct mou_name alias;           /**< ON with alias */
    struct mou_expr *expr;           /**< WHEN … PROHIBIT, ADVISE, FROM, UNTIL, TERM, VALUE_FROM value, WITHIN start, GRANT value, DONE condition, LIFTED condition, EFFECTIVE and REPEALED and AT date */
    struct mou_expr *second;         /**< VALUE_FROM date, WITHIN duration */
    bool flag;                       /**< WITHIN: 顺延; LIFTED: 自动 */
    struct mou_name name;            /**< DEGREE word (canonical Chinese), GRANT name */
    enum mou_holding holding;
    struct mou_legal_ref *basis;     /**< UNDER, OBJECTION_NO_STAY */
    struct mou_target *targets;      /**< TO */
    struct mou_step *steps;          /**< HANDLED, ONCE_GRANTED */
    struct mou_fixture_subject *subject; /**< SUBJECT */
    struct mou_fixture_objection objection; /**< OBJECTION */
    struct mou_expectation expectation; /**< EXPECT, REFUTE */
    bool broken; /**< could not be read and a message was given: any member may be missing */
    struct mou_clause *next;
};

/* ------------------------------------------------------------------ declarations */

enum mou_decl_kind {
    MOU_DECL_PACK, MOU_DECL_USE, MOU_DECL_CODES, MOU_DECL_AUTHORITY, MOU_DECL_SUBJECT_KIND, MOU_DECL_ATTRIBUTES,
    MOU_DECL_RECORD, MOU_DECL_RELATION, MOU_DECL_LIST_KINDS, MOU_DECL_CATALOGUE, MOU_DECL_CALENDAR, MOU_DECL_INSTRUMENT,
    MOU_DECL_MEMORANDUM, MOU_DECL_PARAMETER, MOU_DECL_DEFINITION, MOU_DECL_FINDING, MOU_DECL_SANCTION, MOU_DECL_INCENTIVE,
    MOU_DECL_REPAIR, MOU_DECL_DUTY, MOU_DECL_MATTER, MOU_DECL_TABLE, MOU_DECL_FIXTURE, MOU_DECL_TEST, MOU_DECL_ASSERTION,
    MOU_DECL_KIND_COUNT
};

/** `(严重程度: 代码 严重程度、近三年次数: 整数 ≥ 1)` of a decision table. */
struct mou_table_parameter {
    struct mou_name name;
    enum mou_field_type type;
    struct mou_name code_table;
    enum mou_op bound_op; /**< MOU_OP_NONE without a bound */
    struct mou_expr *bound;
    struct mou_span span;
    struct mou_table_parameter *next;
};

/** A cell: ANY, a literal or code (EQ), or op with a literal. */
struct mou_table_cell {
    enum mou_op op; /**< MOU_OP_NONE for 任意, MOU_OP_EQ for a plain value */
    struct mou_expr *value;
    struct mou_span span;
    struct mou_table_cell *next;
};

struct mou_table_row {
    struct mou_table_cell *cells;
    struct mou_expr *result; /**< text or NAME (as text or code) */
    struct mou_span span;
    struct mou_table_row *next;
};

struct mou_decl {
    /* what every stage asks for comes first, in one line of the cache */
    enum mou_decl_kind kind;
    struct mou_span span;    /**< first to last token */
    struct mou_text verbatim; /**< what its first 原文 says; empty: nothing */
    struct mou_name name;    /**< the declared name; of USE the name used; of ATTRIBUTES the kind */
    struct mou_span keyword;
    struct mou_text display; /**< display text of AUTHORITY, RECORD, SUBJECT_KIND; text of TEST, ASSERTION; version of PACK, CATALOGUE */
    struct mou_clause *clauses;
    /* vocabulary */
    struct mou_field_decl *fields;       /**< ATTRIBUTES, RECORD, RELATION */
    struct mou_code_item *codes;         /**< CODES */
    struct mou_name identified_by;       /**< SUBJECT_KIND */
    struct mou_name parent;              /**< RECORD: 隶属 */
    struct mou_name source_authority;    /**< RECORD: 来源 */
    struct mou_name instrument_number;   /**< RECORD: 文书 F */
    struct mou_name instrument_made;     /**< 作出 F */
    struct mou_name instrument_served;   /**< 送达 F */
    struct mou_name instrument_act;      /**< 行为 F */
    struct mou_name valid_from;          /**< RECORD: 有效 自 F */
    struct mou_name valid_until;         /**< RECORD: 有效 至 F, or behind 自 */
    struct mou_name relation_from;       /**< RELATION */
    struct mou_name relation_to;
    struct mou_name relation_inverse;
    struct mou_name_ref *names;          /**< LIST_KINDS */
    struct mou_catalogue_item *items;    /**< CATALOGUE */
    struct mou_incompatible *incompatible;
    mou_date effective;                  /**< CATALOGUE 自, CALENDAR 自 (publication), INSTRUMENT 施行; MOU_DATE_NONE if not given */
    mou_date repealed;                   /**< INSTRUMENT 废止 */
    int year;                            /**< CALENDAR */
    struct mou_date_range *holidays;
    struct mou_date_range *workdays;
    struct mou_legal_ref *instrument;    /**< INSTRUMENT: 法规 《…》 */
    /* rules */
    struct mou_name parameter_record;    /**< DEFINITION NAME(RECORD) */
    struct mou_expr *body;               /**< DEFINITION, ASSERTION */
    struct mou_table_parameter *table_parameters;
    struct mou_table_row *table_rows;
    bool broken; /**< the head could not be read and a message was given: even the name may be missing */
    bool unread; /**< something in it could not be read and may be any clause, and a message was given */
    struct mou_decl *next;
};

struct mou_comment {
    struct mou_span span; /**< without the line break */
    bool own_line;        /**< nothing but white space before it on its line */
};

/** The result of parsing one source. `broken` tells that errors were reported. */
struct mou_tree {
    struct mou_decl *declarations;
    MOU_VEC(struct mou_comment) comments;
    bool broken;
};

#endif
