/*
 * The builders that the grammar's actions call: each makes one node of the raw tree, or adds to
 * one, in the parse's arena. A builder whose allocation failed returns NULL and every builder takes
 * NULL for what could not be made, so that actions need no checks; mou_parse looks at the arena at
 * the end. Private to the grammar folder.
 */
#ifndef MOU_GRAMMAR_BUILD_H
#define MOU_GRAMMAR_BUILD_H

#include "parse.h"

struct mou_parse;
struct mou_keyword;

/** The value of a token; which members count follows from the token. */
struct mou_lexeme {
    struct mou_text
        text; /**< IDENT and soft keywords: the name; TEXT, LAW_TITLE, DOCUMENT_NUMBER, ARTICLE: canonical value */
    const struct mou_keyword *keyword;
    int64_t integer;
    struct mou_ratio ratio;
    mou_date date;
    enum mou_unit unit;
    bool quoted;
};

/* Lists under construction: first and last node, linked by `next`. */
struct mou_expr_list {
    struct mou_expr *first, *last;
};
struct mou_ref_list {
    struct mou_name_ref *first, *last;
};
struct mou_legal_list {
    struct mou_legal_ref *first, *last;
};
struct mou_clause_list {
    struct mou_clause *first, *last;
};
struct mou_target_list {
    struct mou_target *first, *last;
};
struct mou_step_list {
    struct mou_step *first, *last;
};
struct mou_days_list {
    struct mou_date_range *first, *last;
};
struct mou_parameter_list {
    struct mou_table_parameter *first, *last;
};
struct mou_cell_list {
    struct mou_table_cell *first, *last;
};
struct mou_value_list {
    struct mou_fixture_value *first, *last;
};

/** Appends `item` (one node, or a chain whose rest is walked) to `list`; NULL is nothing. */
#define MOU_APPEND(list, item)                                                                     \
    do {                                                                                           \
        __typeof__((list).first) mou_append_item = (item);                                         \
        if (mou_append_item != NULL) {                                                             \
            if ((list).last != NULL) {                                                             \
                (list).last->next = mou_append_item;                                               \
            } else {                                                                               \
                (list).first = mou_append_item;                                                    \
            }                                                                                      \
            while (mou_append_item->next != NULL) {                                                \
                mou_append_item = mou_append_item->next;                                           \
            }                                                                                      \
            (list).last = mou_append_item;                                                         \
        }                                                                                          \
    } while (0)

/** What 满足 and 截至 add to an aggregate. */
struct mou_filter {
    struct mou_expr *condition;
    struct mou_expr *up_to;
};

/** Whom a measure falls on, of one kind of subject. */
struct mou_reach {
    enum mou_target_kind kind;
    struct mou_ref_list relations;
};

/** A declaration under construction, with the ends of its lists. */
struct mou_parts {
    struct mou_decl *decl;
    struct mou_clause_list clauses;
    struct {
        struct mou_field_decl *first, *last;
    } fields;
    struct {
        struct mou_code_item *first, *last;
    } codes;
    struct {
        struct mou_catalogue_item *first, *last;
    } items;
    struct {
        struct mou_incompatible *first, *last;
    } incompatible;
    struct mou_days_list holidays;
    struct mou_days_list workdays;
    struct {
        struct mou_table_row *first, *last;
    } rows;
    /* a fixture's subject */
    struct mou_value_list attributes;
    struct {
        struct mou_fixture_row *first, *last;
    } fixture_rows;
    struct {
        struct mou_fixture_relation *first, *last;
    } relations;
};

/** What a symbol of the grammar stands for; parser.y says which member each symbol fills. */
union mou_semantic {
    struct mou_lexeme token;
    struct mou_name name;
    struct mou_text text;
    struct mou_expr *expr;
    struct mou_expr_list exprs;
    struct mou_name_ref *ref;
    struct mou_ref_list refs;
    struct mou_legal_list legal;
    struct mou_clause *clause;
    struct mou_clause_list clauses;
    struct mou_parts *parts;
    struct mou_range *range;
    struct mou_target_list targets;
    struct mou_target *target;
    struct mou_reach reach;
    struct mou_step *step;
    struct mou_step_list steps;
    struct mou_fixture_value *value;
    struct mou_value_list values;
    struct mou_field_decl *field;
    struct mou_date_range *days;
    struct mou_days_list days_list;
    struct mou_table_parameter *parameter;
    struct mou_parameter_list parameters;
    struct mou_table_cell *cell;
    struct mou_cell_list cells;
    struct mou_decl *decl;
    struct mou_expectation *expectation;
    enum mou_op op;
    enum mou_quantifier quantifier;
    enum mou_aggregate aggregate;
    enum mou_expr_kind kind;
    enum mou_state state;
    enum mou_holding holding;
    struct mou_filter filter;
};

/* ---- tree.c: names, texts, legal instruments, small nodes */

struct mou_span mou_span_join(struct mou_span first, struct mou_span last);
struct mou_name mou_name_of(const struct mou_lexeme *token, struct mou_span span);
/** A name whose text is the keyword's canonical Chinese. */
struct mou_name mou_name_canonical(const struct mou_lexeme *token, struct mou_span span);
struct mou_name mou_name_none(void);
struct mou_name_ref *mou_ref_new(struct mou_parse *parse, const struct mou_name *qualifier,
                                 const struct mou_name *name);
struct mou_text mou_text_joined(struct mou_parse *parse, struct mou_text a, struct mou_text b);
struct mou_legal_list mou_legal_new(struct mou_parse *parse, struct mou_text instrument,
                                    const struct mou_text *number, const struct mou_text *article,
                                    struct mou_span span);
/** Another article of the last instrument of `list`. */
struct mou_legal_list mou_legal_again(struct mou_parse *parse, const struct mou_legal_list *list,
                                      const struct mou_text *article, struct mou_span span);
struct mou_date_range *mou_days_new(struct mou_parse *parse, mou_date from, mou_date until,
                                    struct mou_span span);
struct mou_reach mou_reach_of(enum mou_target_kind kind, struct mou_name_ref *relation);
/** `股东(持股比例 不少于 5%)`: the reference with what its rows must satisfy. */
struct mou_name_ref *mou_ref_where(struct mou_name_ref *ref, struct mou_expr *condition);
/** `本单位、法定代表人`: the subject itself and relations together; 无 adds nothing. */
struct mou_reach mou_reach_join(struct mou_reach a, struct mou_reach b);
struct mou_target *mou_target_new(struct mou_parse *parse, const struct mou_name *kind,
                                  const struct mou_reach *reach, struct mou_span span);
struct mou_step *mou_step_new(struct mou_parse *parse, const struct mou_name *name,
                              const struct mou_name *object, struct mou_expr *duration);
struct mou_step *mou_step_lifted(struct mou_parse *parse, const struct mou_lexeme *lifted,
                                 struct mou_span lifted_span, const struct mou_lexeme *object,
                                 struct mou_span object_span);
struct mou_field_decl *mou_field_new(struct mou_parse *parse, enum mou_field_type type,
                                     const struct mou_name *code_table);
struct mou_field_decl *mou_field_broken(struct mou_parse *parse);
struct mou_field_decl *mou_field_named(struct mou_field_decl *field, const struct mou_name *name,
                                       struct mou_span span);
enum mou_field_flag { MOU_FIELD_FLAG_REQUIRED, MOU_FIELD_FLAG_KEY, MOU_FIELD_FLAG_CONFIDENTIAL };
void mou_field_set(struct mou_field_decl *field, enum mou_field_flag flag);
void mou_field_default(struct mou_field_decl *field, struct mou_expr *value);
struct mou_table_parameter *mou_table_parameter_new(struct mou_parse *parse,
                                                    const struct mou_name *name,
                                                    const struct mou_field_decl *type,
                                                    enum mou_op op, struct mou_expr *bound,
                                                    struct mou_span span);
struct mou_table_cell *mou_cell_new(struct mou_parse *parse, enum mou_op op, struct mou_expr *value,
                                    struct mou_span span);
struct mou_fixture_value *mou_value_new(struct mou_parse *parse, const struct mou_name *name,
                                        struct mou_expr *value);

/* ---- tree_expr.c */

struct mou_expr *mou_expr_new(struct mou_parse *parse, enum mou_expr_kind kind,
                              struct mou_span span);
struct mou_expr *mou_expr_error(struct mou_parse *parse, struct mou_span span);
struct mou_expr *mou_expr_literal(struct mou_parse *parse, enum mou_expr_kind kind,
                                  const struct mou_lexeme *token, struct mou_span span);
/** A literal with its sign folded in; what has no sign (a text, a date) is reported. */
struct mou_expr *mou_expr_negated(struct mou_parse *parse, struct mou_expr *literal,
                                  struct mou_span op, struct mou_span span);
struct mou_expr *mou_expr_ref(struct mou_parse *parse, struct mou_name_ref *reference,
                              struct mou_span span);
struct mou_expr *mou_expr_named(struct mou_parse *parse, enum mou_expr_kind kind,
                                struct mou_name_ref *reference, struct mou_span op,
                                struct mou_span span);
struct mou_expr *mou_expr_member(struct mou_parse *parse, struct mou_expr *left,
                                 const struct mou_name *name, struct mou_span span);
struct mou_expr *mou_expr_call(struct mou_parse *parse, struct mou_name_ref *reference,
                               const struct mou_expr_list *arguments, struct mou_span span);
struct mou_expr *mou_expr_call_of(struct mou_parse *parse, struct mou_expr *left,
                                  const struct mou_name *name,
                                  const struct mou_expr_list *arguments, struct mou_span span);
/** max(a, b), min(a, b): also `最大(a, b)` is the function `max`. */
struct mou_expr *mou_expr_call_extreme(struct mou_parse *parse, const char *function,
                                       struct mou_span function_span,
                                       const struct mou_expr_list *arguments, struct mou_span span);
struct mou_expr *mou_expr_binary(struct mou_parse *parse, enum mou_op op, struct mou_expr *left,
                                 struct mou_expr *right, struct mou_span op_span,
                                 struct mou_span span);
struct mou_expr *mou_expr_unary(struct mou_parse *parse, enum mou_op op, struct mou_expr *left,
                                struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_postfix(struct mou_parse *parse, enum mou_expr_kind kind, enum mou_op op,
                                  struct mou_expr *left, struct mou_span op_span,
                                  struct mou_span span);
struct mou_expr *mou_expr_pair(struct mou_parse *parse, enum mou_expr_kind kind,
                               struct mou_expr *left, struct mou_expr *right,
                               struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_in(struct mou_parse *parse, struct mou_expr *left,
                             const struct mou_expr_list *items, struct mou_span op_span,
                             struct mou_span span);
struct mou_expr *mou_expr_in_named(struct mou_parse *parse, struct mou_expr *left,
                                   struct mou_name_ref *set, struct mou_span set_span,
                                   struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_set(struct mou_parse *parse, const struct mou_expr_list *items,
                              struct mou_span span);
struct mou_expr *mou_expr_between(struct mou_parse *parse, struct mou_expr *left,
                                  struct mou_expr *low, struct mou_expr *high,
                                  struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_choice(struct mou_parse *parse, struct mou_expr *condition,
                                 struct mou_expr *left, struct mou_expr *right,
                                 struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_state(struct mou_parse *parse, enum mou_state state,
                                struct mou_expr *left, struct mou_span op_span,
                                struct mou_span span);
struct mou_expr *mou_expr_parenthesised(struct mou_parse *parse, struct mou_expr *expr);
struct mou_range *mou_range_new(struct mou_parse *parse, struct mou_name_ref *source,
                                const struct mou_name *alias, struct mou_expr *at);
struct mou_range *mou_range_measures(struct mou_parse *parse, int measure_kind,
                                     struct mou_span span);
/**
 * The range that a term stands for: R, R.f, M.R.f, perhaps `于` a date. Anything else is reported.
 */
struct mou_range *mou_range_of_path(struct mou_parse *parse, struct mou_expr *path,
                                    const struct mou_name *alias, struct mou_expr *at);
struct mou_expr *mou_expr_quantifier(struct mou_parse *parse, enum mou_quantifier quantifier,
                                     const struct mou_range *range, struct mou_expr *condition,
                                     struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_aggregate(struct mou_parse *parse, enum mou_aggregate aggregate,
                                    const struct mou_range *range, const struct mou_filter *filter,
                                    struct mou_span op_span, struct mou_span span);
struct mou_expr *mou_expr_lists(struct mou_parse *parse, const struct mou_name *distinct,
                                struct mou_name_ref *list, struct mou_expr *condition,
                                struct mou_span op_span, struct mou_span span);
/** 曾 列入 and its kin; `condition` may be NULL. */
struct mou_expr *mou_expr_history(struct mou_parse *parse, enum mou_expr_kind kind,
                                  struct mou_name_ref *list, struct mou_expr *condition,
                                  struct mou_span op_span, struct mou_span span);
/** Reports nesting beyond MOU_NESTING_MAX, once for each clause. */
void mou_parse_too_deep(struct mou_parse *parse, struct mou_span span);

/* ---- tree_clause.c */

struct mou_clause *mou_clause_new(struct mou_parse *parse, enum mou_clause_kind kind,
                                  struct mou_span keyword, struct mou_span span);
struct mou_clause *mou_clause_broken(struct mou_parse *parse, enum mou_clause_kind kind,
                                     struct mou_span keyword, struct mou_span span);
/** A body read before its keyword was known to it: sets kind, keyword and span. */
struct mou_clause *mou_clause_as(struct mou_clause *clause, enum mou_clause_kind kind,
                                 struct mou_span keyword, struct mou_span span);
struct mou_clause *mou_clause_text(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_span keyword, struct mou_text text,
                                   struct mou_span span);
struct mou_clause *mou_clause_legal(struct mou_parse *parse, enum mou_clause_kind kind,
                                    struct mou_span keyword, const struct mou_legal_list *basis,
                                    struct mou_span span);
struct mou_clause *mou_clause_names(struct mou_parse *parse, enum mou_clause_kind kind,
                                    struct mou_span keyword, const struct mou_ref_list *names,
                                    struct mou_span span);
struct mou_clause *mou_clause_name(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_name_ref *name, struct mou_span span);
struct mou_clause *mou_clause_expr(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_span keyword, struct mou_expr *expr,
                                   struct mou_span span);
struct mou_clause *mou_clause_two(struct mou_parse *parse, enum mou_clause_kind kind,
                                  struct mou_expr *expr, struct mou_expr *second,
                                  struct mou_span span);
struct mou_clause *mou_clause_value_from(struct mou_parse *parse, struct mou_expr *value,
                                         struct mou_span keyword, struct mou_expr *date,
                                         struct mou_span span);
struct mou_clause *mou_clause_on(struct mou_parse *parse, const struct mou_ref_list *names,
                                 const struct mou_name *alias, struct mou_span span);
struct mou_clause *mou_clause_done(struct mou_parse *parse, struct mou_clause *on,
                                   struct mou_expr *condition);
/* `condition` may be NULL: any record of the type. */
struct mou_clause *mou_clause_ended(struct mou_parse *parse, struct mou_clause *on,
                                    struct mou_expr *condition, struct mou_expr *date);
struct mou_clause *mou_clause_targets(struct mou_parse *parse, struct mou_span keyword,
                                      const struct mou_target_list *targets, struct mou_span span);
struct mou_clause *mou_clause_degree(struct mou_parse *parse, struct mou_span keyword,
                                     const struct mou_name *degree, struct mou_span span);
struct mou_clause *mou_clause_flag(struct mou_parse *parse, enum mou_clause_kind kind,
                                   struct mou_span span);
void mou_clause_set_flag(struct mou_clause *clause);
struct mou_clause *mou_clause_holding(struct mou_parse *parse, enum mou_holding holding,
                                      struct mou_span span);
struct mou_clause *mou_clause_publication(struct mou_parse *parse, const struct mou_ref_list *names,
                                          struct mou_expr *each, struct mou_expr *lasting,
                                          struct mou_span span);
struct mou_clause *mou_clause_grant(struct mou_parse *parse, const struct mou_name *name,
                                    struct mou_expr *value, struct mou_span span);
struct mou_clause *mou_clause_steps(struct mou_parse *parse, enum mou_clause_kind kind,
                                    struct mou_span keyword, const struct mou_step_list *steps,
                                    struct mou_span span);
struct mou_clause *mou_clause_objection(struct mou_parse *parse, const struct mou_name *record,
                                        const struct mou_lexeme *key, struct mou_span key_span,
                                        struct mou_expr *lodged, struct mou_expr *closed,
                                        const struct mou_name *subject, struct mou_span span);
struct mou_expectation *mou_expectation_new(struct mou_parse *parse, const struct mou_name *subject,
                                            struct mou_name_ref *rule);
void mou_expect_outcome(struct mou_expectation *expectation, enum mou_outcome outcome);
void mou_expect_duty(struct mou_expectation *expectation, int duty);
void mou_expect_from(struct mou_expectation *expectation, struct mou_expr *date);
/** `date` NULL: 长期. */
void mou_expect_until(struct mou_expectation *expectation, struct mou_expr *date);
void mou_expect_keys(struct mou_expectation *expectation, const struct mou_expr_list *keys);
void mou_expect_missing(struct mou_expectation *expectation, const struct mou_ref_list *fields);
void mou_expect_through(struct mou_expectation *expectation, const struct mou_name *relation,
                        const struct mou_name *subject);
struct mou_clause *mou_clause_expectation(struct mou_parse *parse, enum mou_clause_kind kind,
                                          const struct mou_expectation *expectation,
                                          struct mou_span keyword, struct mou_span span);

/* ---- tree_decl.c */

struct mou_parts *mou_parts_new(struct mou_parse *parse);
void mou_parts_clause(struct mou_parts *parts, struct mou_clause *clause);
void mou_parts_grants(struct mou_parts *parts, const struct mou_clause_list *grants,
                      struct mou_span keyword);
void mou_parts_display(struct mou_parts *parts, struct mou_text text);
void mou_parts_identified_by(struct mou_parts *parts, const struct mou_name *name);
void mou_parts_source(struct mou_parts *parts, const struct mou_name *name);
void mou_parts_parent(struct mou_parts *parts, const struct mou_name *name);
enum mou_instrument_part {
    MOU_INSTRUMENT_NUMBER,
    MOU_INSTRUMENT_MADE,
    MOU_INSTRUMENT_SERVED,
    MOU_INSTRUMENT_ACT,
    MOU_INSTRUMENT_VALID_FROM,
    MOU_INSTRUMENT_VALID_UNTIL
};
void mou_parts_instrument(struct mou_parts *parts, enum mou_instrument_part part,
                          const struct mou_name *name);
enum mou_relation_part { MOU_RELATION_FROM, MOU_RELATION_TO, MOU_RELATION_INVERSE };
void mou_parts_relation(struct mou_parts *parts, enum mou_relation_part part,
                        const struct mou_name *name);
void mou_parts_field(struct mou_parts *parts, struct mou_field_decl *field);
void mou_parts_code(struct mou_parse *parse, struct mou_parts *parts, const struct mou_name *name,
                    const struct mou_expr *value, struct mou_span span);
void mou_parts_effective(struct mou_parts *parts, mou_date date);
void mou_parts_repealed(struct mou_parts *parts, mou_date date);
void mou_parts_item(struct mou_parse *parse, struct mou_parts *parts, const struct mou_name *code,
                    const struct mou_name *title, struct mou_span span);
void mou_parts_item_nature(struct mou_parts *parts, const struct mou_name *name,
                           struct mou_span span);
void mou_parts_item_degree(struct mou_parts *parts, const struct mou_name *name,
                           struct mou_span span);
void mou_parts_item_covers(struct mou_parts *parts, const struct mou_ref_list *kinds,
                           struct mou_span span);
void mou_parts_item_by(struct mou_parts *parts, const struct mou_ref_list *authorities,
                       struct mou_span span);
/** 依据 ahead of the first item is the catalogue's own. */
void mou_parts_item_under(struct mou_parse *parse, struct mou_parts *parts,
                          const struct mou_legal_list *basis, struct mou_span keyword,
                          struct mou_span span);
void mou_parts_item_broken(struct mou_parts *parts);
void mou_parts_incompatible(struct mou_parse *parse, struct mou_parts *parts,
                            const struct mou_ref_list *items, struct mou_span span);
void mou_parts_days(struct mou_parts *parts, bool workdays, const struct mou_days_list *days);
void mou_parts_row(struct mou_parse *parse, struct mou_parts *parts,
                   const struct mou_cell_list *cells, struct mou_expr *result,
                   struct mou_span span);
void mou_parts_attributes(struct mou_parse *parse, struct mou_parts *parts,
                          const struct mou_value_list *values);
void mou_parts_fixture_row(struct mou_parse *parse, struct mou_parts *parts,
                           const struct mou_name *type, const struct mou_value_list *values,
                           struct mou_span span);
void mou_parts_fixture_relation(struct mou_parse *parse, struct mou_parts *parts,
                                const struct mou_fixture_value *relation, struct mou_expr *from,
                                struct mou_expr *until, const struct mou_value_list *values,
                                struct mou_span span);
/** Ends a fixture's subject, whose items are in `items`, as a clause of `parts`. */
void mou_parts_subject(struct mou_parse *parse, struct mou_parts *parts,
                       const struct mou_parts *items, const struct mou_name *kind,
                       const struct mou_name *name, struct mou_span keyword, struct mou_span span);
struct mou_decl *mou_decl_done(struct mou_parse *parse, struct mou_parts *parts,
                               enum mou_decl_kind kind, const struct mou_name *name,
                               struct mou_span keyword, struct mou_span span);
struct mou_decl *mou_decl_broken(struct mou_parse *parse, struct mou_parts *parts,
                                 enum mou_decl_kind kind, struct mou_span keyword,
                                 struct mou_span span);
struct mou_decl *mou_decl_names(struct mou_parse *parse, struct mou_parts *parts,
                                enum mou_decl_kind kind, const struct mou_ref_list *names,
                                struct mou_span keyword, struct mou_span span);
/** `引用 A、B` is two declarations. */
struct mou_decl *mou_decl_uses(struct mou_parse *parse, struct mou_parts *parts,
                               const struct mou_ref_list *names, struct mou_span keyword,
                               struct mou_span span);
struct mou_decl *mou_decl_text(struct mou_parse *parse, struct mou_parts *parts,
                               enum mou_decl_kind kind, struct mou_text text,
                               struct mou_span keyword, struct mou_span span);
struct mou_decl *mou_decl_assertion(struct mou_parse *parse, struct mou_parts *parts,
                                    struct mou_text text, struct mou_expr *body,
                                    struct mou_span keyword, struct mou_span span);
struct mou_decl *mou_decl_calendar(struct mou_parse *parse, struct mou_parts *parts, int64_t year,
                                   struct mou_span year_span, struct mou_span keyword,
                                   struct mou_span span);
struct mou_decl *mou_decl_statute(struct mou_parse *parse, struct mou_parts *parts,
                                  const struct mou_legal_list *instrument, struct mou_span keyword,
                                  struct mou_span span);
struct mou_decl *mou_decl_table(struct mou_parse *parse, struct mou_parts *parts,
                                const struct mou_parameter_list *parameters,
                                const struct mou_name *name, struct mou_span keyword,
                                struct mou_span span);
struct mou_decl *mou_decl_definition(struct mou_parse *parse, struct mou_parts *parts,
                                     const struct mou_name *name, const struct mou_name *record,
                                     struct mou_expr *body, struct mou_span keyword,
                                     struct mou_span span);
void mou_tree_add(struct mou_parse *parse, struct mou_decl *decl);

#endif
