/*
 * What the files of the types stage share: scopes with their aliases, and the makers of typed nodes.
 */
#ifndef MOU_COMPILER_TYPES_H
#define MOU_COMPILER_TYPES_H

#include "names.h"

/** What 列入之日 and 移出之日 speak of in the condition of a history form. */
struct mou_listing_scope {
    uint32_t index;   /**< listing */
    bool begins_only; /**< in 为期 or 至 of one of the findings meant: ends are not known yet */
};

/** A lexical scope while it is being checked: the binding and the names by which it can be addressed. */
struct mou_scope {
    struct mou_binding *binding;
    struct mou_text alias;
    const struct mou_scope *outer;
    const struct mou_listing_scope *listing; /**< NULL but in the condition of a history form: the row lends no names */
};

/** 替代: memorandum `new` takes over from `old` on its first day. */
struct mou_succession { uint32_t new, old; };

/** State while one rule is checked. */
struct mou_typer {
    struct mou_front *front;
    struct mou_program *program;
    uint32_t memorandum;
    unsigned depth;
    bool marks_allowed;  /**< within 名单数(… 满足 …): 领域, 层级, 辖区 of the finding */
    uint32_t finding;    /**< whose section is being checked */
    uint32_t own_end_of; /**< finding whose 为期 or 至 is being checked, MOU_NO_INDEX otherwise */
    struct mou_texpr *law; /**< date by which parameters without one of their own are read; NULL: the as-of date */
    bool law_asked;        /**< such a parameter was met since this was last cleared */
    bool lighter;          /**< in a section under 从旧兼从轻: what it reads through definitions cannot be read twice */
    bool states_allowed; /**< in matters and assertions: a measure as a condition, 生效, 有争议 */
    bool in_assertion;   /**< quantifiers over measures, 有争议 */
    bool each_measure;   /**< within a quantifier over measures: a state without a name */
    MOU_VEC(struct mou_succession) successions; /**< by the new memorandum's number */
};

extern const struct mou_type mou_type_error;
struct mou_type mou_type_of(enum mou_type_kind kind);
struct mou_text mou_type_name(const struct mou_typer *typer, struct mou_type type);

/* types_expr.c */
/** Types an expression; `hint` tells which code table a bare name may be of (kind ERROR: none). Never NULL unless memory ran out, then a scrap node. */
struct mou_texpr *mou_type_expr(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, struct mou_type hint);
/** First item of a named set of codes (`定义 NAME 为 {…}`), NULL for other definitions. */
const struct mou_expr *mou_set_body(const struct mou_program *program, uint32_t definition);
/** Whether all items of a set are plain names. */
bool mou_set_of_names(const struct mou_expr *items);
/** Of a set of names that no single code table has: the first one that is not beside those before it; else NULL. */
const struct mou_expr *mou_set_stray(const struct mou_program *program, const struct mou_expr *items);
struct mou_texpr *mou_type_condition(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);
/** Types an expression that must be of one kind; reports otherwise. */
struct mou_texpr *mou_type_wanted(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr, enum mou_type_kind kind);

/* types_nodes.c */
struct mou_texpr *mou_tx_new(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_type type, struct mou_span span, uint32_t argument_count);
struct mou_texpr *mou_tx_error(struct mou_typer *typer, struct mou_span span);
struct mou_texpr *mou_tx_unary(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_type type, struct mou_span span, struct mou_texpr *a);
struct mou_texpr *mou_tx_binary(struct mou_typer *typer, enum mou_texpr_kind kind, struct mou_type type, struct mou_span span, struct mou_texpr *a,
                                struct mou_texpr *b);
struct mou_texpr *mou_tx_compare(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b);
struct mou_texpr *mou_tx_today(struct mou_typer *typer, struct mou_span span);
struct mou_texpr *mou_tx_constant(struct mou_typer *typer, struct mou_type type, struct mou_span span, int64_t integer);
/** Makes a condition of it (S5), reports where that cannot be. */
struct mou_texpr *mou_tx_as_condition(struct mou_typer *typer, struct mou_texpr *expr);
/** COUNT becomes INTEGER; others stay. */
struct mou_texpr *mou_tx_plain(struct mou_typer *typer, struct mou_texpr *expr);
/** 64-bit numbers become fractions. */
struct mou_texpr *mou_tx_fraction(struct mou_typer *typer, struct mou_texpr *expr);
/** Checks and converts both sides of a comparison. */
struct mou_texpr *mou_tx_comparison(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b);
struct mou_texpr *mou_tx_arithmetic(struct mou_typer *typer, enum mou_op op, struct mou_span span, struct mou_texpr *a, struct mou_texpr *b);
/** How the value moves as the as-of date advances: 0 not at all, 1 up, -1 down, 2 neither way for sure. */
int mou_tx_direction(const struct mou_texpr *expr);
/** Brings two alternatives (若, 缺省, min) to one type; reports. */
bool mou_tx_unify(struct mou_typer *typer, struct mou_texpr **a, struct mou_texpr **b, struct mou_span span);

/* types_ranges.c */
struct mou_texpr *mou_type_quantifier(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);
struct mou_texpr *mou_type_aggregate(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);
/** Innermost scope whose binding is the current subject. */
const struct mou_scope *mou_scope_subject(const struct mou_scope *scope);
struct mou_binding *mou_binding_new(struct mou_typer *typer, enum mou_binding_kind kind, uint32_t type, enum mou_range_kind range, struct mou_span span);

/** The rows of a record type as a quantifier in `scope` sees them: siblings, children of a row in scope, or all of the current subject. */
struct mou_binding *mou_type_record_range(struct mou_typer *typer, const struct mou_scope *scope, uint32_t record, struct mou_span span);

/** X 在 有效期: of the row that X names here, else of any row of record type X. */
struct mou_texpr *mou_type_in_validity(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);

/* types_law.c */
/** Whether the memorandum applies 从旧兼从轻. */
bool mou_type_is_lighter(const struct mou_program *program, uint32_t memorandum);
/** Types the clauses of a section by one law; typer->law says which. */
typedef void (*mou_type_clauses_fn)(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *const *slots, struct mou_section *section);
/** A section under 从旧兼从轻 that has asked for parameters: checked again by the law of the act and of the determination, of which the lighter stays. */
void mou_type_lighter(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *const *slots, mou_type_clauses_fn clauses, struct mou_section *section);
/** Which memoranda take over from which; before any section is checked. */
void mou_type_successions(struct mou_typer *typer);
/** 替代: keeps the grounds of the old memorandum and of the new one apart by the day of their instruments. */
void mou_type_succession(struct mou_typer *typer, uint32_t memorandum, struct mou_section *section);

/* types_history.c */
/** The own end of a checked section's grounds; NULL: open. */
struct mou_texpr *mou_type_own_end(struct mou_typer *typer, const struct mou_section *section);
/** Numbers the listings of all findings, before anything can ask for one. */
void mou_type_listings(struct mou_typer *typer);
/** 曾 列入, 列入次数, 上次列入, 上次移出. */
struct mou_texpr *mou_type_history(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);
/** 列入之日, 移出之日. */
struct mou_texpr *mou_type_listing_day(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);
/** The day on which a ground of a checked section begins to count; NULL: open. */
struct mou_texpr *mou_type_begin(struct mou_typer *typer, const struct mou_finding *finding, const struct mou_section *section);
/** What the listings say, once all findings are checked. */
void mou_type_listing_bodies(struct mou_typer *typer);

/* types_ending.c */
/** Checks a 终止 clause of the section whose row is the innermost scope and begins on `begin` (NULL: open); false where a message was given and it says nothing. */
bool mou_type_ending(struct mou_typer *typer, const struct mou_scope *row, const struct mou_clause *clause, struct mou_texpr *begin, struct mou_ending *ending);

/* types_call.c */
struct mou_texpr *mou_type_call(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_expr *expr);
/** A reference to a definition from a scope: binds the subject, or the row given or innermost. */
struct mou_texpr *mou_type_definition(struct mou_typer *typer, const struct mou_scope *scope, uint32_t definition, const struct mou_binding *row,
                                      struct mou_span span);
/** Types of definitions are found when first used, in any order; a cycle is reported by the strata stage. */
struct mou_type mou_type_definition_type(struct mou_typer *typer, uint32_t definition);

/* types_marks.c */
/** Gives all findings their domain, tier and jurisdiction; before any expression is typed. */
void mou_type_marks(struct mou_typer *typer);
bool mou_type_is_mark(enum mou_clause_kind kind);
/** enum mou_mark of a word, MOU_NO_INDEX if it is none. */
uint32_t mou_mark_of_word(struct mou_text word);
/** A mark of the finding that is counted, where that may be said; NULL elsewhere. */
struct mou_texpr *mou_type_mark_name(struct mou_typer *typer, struct mou_text name, struct mou_span span);
/** What a 名单数 asks of the marks: 不同 MARK, 满足 C. */
void mou_type_list_marks(struct mou_typer *typer, const struct mou_expr *expr, struct mou_texpr *list);

/* types_measures.c */
/** Whom the measure falls on (对), with what the rows of relations must satisfy. */
void mou_type_targets(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *clause, const struct mou_scope *subject);
/** Who carries the measure out (由): declared authorities, and one field of the grounds' records. */
void mou_type_authorities(struct mou_typer *typer, struct mou_measure *measure, const struct mou_clause *clause);
/** Appends one 公示 or 共享 clause of a finding or measure. */
void mou_type_publication(struct mou_typer *typer, const struct mou_scope *scope, const struct mou_clause *clause, struct mou_publication **list,
                          uint32_t *count);
/** The declared authorities among the names, joined with 、. */
struct mou_text mou_type_joined_names(struct mou_typer *typer, const struct mou_name_ref *names);
/** Whether a name of 由 is no declared authority, and so can only be a field. */
bool mou_type_authority_field(const struct mou_typer *typer, const struct mou_name_ref *name);
/** Whether a record has a field of that name that can name an authority: a text or a code. */
bool mou_type_names_authority(const struct mou_typer *typer, uint32_t record, struct mou_text field);

/* types_rules.c */
void mou_type_definition_body(struct mou_typer *typer, uint32_t definition);
/** 自, 至 and 为期 do not mention the as-of date: reports where they do. */
struct mou_texpr *mou_type_timeless(struct mou_typer *typer, struct mou_texpr *expr);
void mou_type_findings(struct mou_typer *typer);
void mou_type_measures(struct mou_typer *typer);
void mou_type_tables(struct mou_typer *typer);
void mou_type_other_rules(struct mou_typer *typer);
struct mou_type mou_type_of_field(const struct mou_field *field);

#endif
