/*
 * What the files of the doubt stage share. The stage looks for rules that say nothing: conditions that can never hold, branches that nobody reaches, rules that
 * another one covers, measures that cannot stand beside each other. It reasons over intervals and sets of codes, one imagined case at a time; where it cannot
 * tell, it takes a case for possible, so that it keeps silent rather than be wrong. It changes nothing. Used by doubt_*.c only.
 */
#ifndef MOU_COMPILER_DOUBT_H
#define MOU_COMPILER_DOUBT_H

#include "mou/compiler.h"
#include "names.h"

#define MOU_FACTS_MAX 96
#define MOU_PAIRS_MAX 48
#define MOU_TODO_MAX 192
#define MOU_PREMISES_MAX 48
/** Most alternatives that are open at once, and most steps spent on one question. */
#define MOU_LEVELS_MAX 20
#define MOU_STEPS_MAX 6000

/** Where an expression is read: bindings of a definition (or another rule) stand for bindings of whoever refers to it. */
struct mou_view {
    const struct mou_binding *from[2];
    const struct mou_binding *to[2];
    const struct mou_view *parent; /**< where `to` is read */
    bool through;                  /**< what is not replaced is read in `parent` too */
};

/** What is asked of a condition. The last two are of use only where the value of every field in it is known. */
enum mou_demand { MOU_DEMAND_YES, MOU_DEMAND_NO, MOU_DEMAND_NOT_YES, MOU_DEMAND_NOT_NO };

struct mou_premise {
    const struct mou_texpr *expr; /**< NULL asks nothing */
    const struct mou_view *view;
    enum mou_demand demand;
};

/** A quantity or condition: an expression as read, or a finding or list of a subject. */
struct mou_term {
    enum mou_texpr_kind kind;
    const struct mou_texpr *expr; /**< NULL for MOU_TX_FINDING and MOU_TX_LIST */
    const struct mou_view *view;
    uint32_t index;
    const struct mou_binding *subject;
    bool relative; /**< counted in days from the as-of date */
};

/** What is known of a term in the case at hand. */
struct mou_fact {
    struct mou_term term;
    int64_t lo, hi;
    uint64_t codes; /**< possible items of its code table, by position */
    bool coded;     /**< `codes` speaks */
    bool known;     /**< has a value */
    bool absent;    /**< has none */
    unsigned truth; /**< bits: 1 may be yes, 2 may be no, 4 may be unknown */
};

/** How two terms may stand to each other: bits 1 less, 2 equal, 4 greater. */
struct mou_pair { struct mou_term left, right; unsigned order; };

struct mou_case {
    struct mou_fact facts[MOU_FACTS_MAX];
    uint32_t fact_count;
    struct mou_pair pairs[MOU_PAIRS_MAX];
    uint32_t pair_count;
    struct mou_premise todo[MOU_TODO_MAX];
    uint32_t todo_count;
};

struct mou_doubt {
    struct mou_front *front;
    const struct mou_program *program;
    uint32_t memorandum;       /**< whose rules are looked at */
    struct mou_case *levels;   /**< MOU_LEVELS_MAX */
    const bool *deciding;      /**< per memorandum: it states a finding or a measure (doubt_unused.c) */
    uint32_t steps;
    struct mou_case *found;    /**< the case that was found possible last */
    struct mou_text example;   /**< of two measures that were last found to meet */
    struct mou_text obstacle;  /**< what had no value left when a question was last answered in the negative */
};

/* doubt_case.c: facts of one case; each gives false when the case has become impossible */
const struct mou_binding *mou_view_resolve(const struct mou_view *view, const struct mou_binding *binding);
/** The body of a definition and the view in which to read it. */
const struct mou_texpr *mou_view_enter(struct mou_doubt *doubt, const struct mou_texpr *definition, const struct mou_view *view, const struct mou_view **inner);
bool mou_same_expr(const struct mou_texpr *a, const struct mou_view *a_view, const struct mou_texpr *b, const struct mou_view *b_view);
bool mou_case_truth(struct mou_doubt *doubt, struct mou_case *at, struct mou_term term, enum mou_demand demand);
bool mou_case_compare(struct mou_doubt *doubt, struct mou_case *at, const struct mou_premise *premise);
bool mou_case_filled(struct mou_doubt *doubt, struct mou_case *at, const struct mou_texpr *value, const struct mou_view *view, bool filled);
/** 属于: one of several values of one term; false in *fits when the alternatives are not of that form. */
bool mou_case_one_of(struct mou_doubt *doubt, struct mou_case *at, const struct mou_texpr *alternatives, const struct mou_view *view, bool *fits);
/** The case's values as a person would write them, for an example. */
struct mou_text mou_case_describe(struct mou_doubt *doubt, const struct mou_case *at);

/* doubt_search.c */
/** Whether some subject on some day could meet all premises. True also where that cannot be told. */
bool mou_doubt_possible(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count);
/** The same, with findings and lists that hold for `subject`. */
bool mou_doubt_possible_with(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count, const struct mou_term *holding, uint32_t holding_count);

/* doubt_rules.c */
/** Whether every ground of the section `narrow` is one of `wide` too, for the same time and as long. */
bool mou_doubt_covers(struct mou_doubt *doubt, const struct mou_finding *narrow_of, const struct mou_section *narrow, const struct mou_finding *wide_of,
                      const struct mou_section *wide);

/* doubt_meet.c, doubt_unused.c */
void mou_doubt_meetings(struct mou_doubt *doubt);
void mou_doubt_unused(struct mou_doubt *doubt, uint32_t given_count, const struct mou_compile_options *options);
void mou_doubt_periods(struct mou_doubt *doubt);

/* doubt_days.c */
/** Working days from a date of which the premises say that its calendar is not published. */
void mou_doubt_workdays(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count, const struct mou_texpr *expr);
/** Working days from constants and from today, in all rules. */
void mou_doubt_calendars(struct mou_doubt *doubt);

#endif
