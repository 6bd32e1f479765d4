/*
 * What tests have shown of a pack: which rules took effect, which branches were taken, which
 * conditions were seen both ways and decided both ways so that a test noticed (MC/DC), and whether
 * every bound was tried on both sides. The pack is one compiled to be `measured`: in it every
 * condition can be turned alone, where it is written. Used by mou test; has no part in evaluation.
 */
#ifndef MOU_COVERAGE_H
#define MOU_COVERAGE_H

#include "mou/vm.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mou_coverage;

/** Sorts of goals, in the order of reports. */
enum mou_goal_kind {
    MOU_GOAL_RULE,      /**< a finding, measure, duty, repair or matter that took effect once */
    MOU_GOAL_BRANCH,    /**< a branch of a choice or a row of a decision table, taken */
    MOU_GOAL_CONDITION, /**< a condition seen to hold, and not to hold */
    MOU_GOAL_MCDC,      /**< a condition seen to decide, and what a test expects with it: see mou_turn */
    MOU_GOAL_BOUNDARY,  /**< a bound tried at the value itself and one unit beyond */
    MOU_GOAL_KIND_COUNT
};

/** What exactly has to be seen. */
enum mou_goal_want {
    MOU_WANT_IN_FORCE,
    MOU_WANT_YES,
    MOU_WANT_NO,
    MOU_WANT_DECIDES_YES, /**< holds, and a test notices when it is taken not to */
    MOU_WANT_DECIDES_NO,
    MOU_WANT_EQUAL,       /**< the bound itself */
    MOU_WANT_ONE_BELOW,   /**< one unit (day, fen, 1) below */
    MOU_WANT_ONE_ABOVE,
    MOU_WANT_TABLE_ROW    /**< row `table_row` of the decision table */
};

/** One thing that tests should show. */
struct mou_goal {
    enum mou_goal_kind kind;
    enum mou_goal_want want;
    bool met;
    struct mou_span span;     /**< the words meant; `source` counts the sources of the compilation */
    uint32_t memorandum;      /**< UINT32_MAX: words of no memorandum */
    uint32_t rule;            /**< finding or measure whose words they are, UINT32_MAX: a definition's */
    bool is_finding;
    uint32_t condition;       /**< CONDITION, MCDC: number of the condition in traces, else UINT32_MAX */
    uint32_t table_row;       /**< MOU_WANT_TABLE_ROW, from 0 */
    struct mou_text table;    /**< name of that table */
};

/**
 * Lays out the goals of a pack. The pack must stay open.
 * @return NULL when memory ran out.
 */
MOU_API struct mou_coverage *mou_coverage_new(const struct mou_pack *pack, const struct mou_allocator *allocator) MOU_MUST_USE;
MOU_API void mou_coverage_free(struct mou_coverage *coverage);

/**
 * Takes up what the last mou_machine_run of a machine over the same pack has evaluated; both worlds.
 * @param trace NULL, or receives a JSON line per evaluation of a decision: the truths of its conditions in order (Y, N, ?) and its own.
 */
MOU_API enum mou_status mou_coverage_observe(struct mou_coverage *coverage, const struct mou_machine *machine, struct mou_buf *trace) MOU_MUST_USE;
/* MC/DC: a condition is shown to decide as yes (as no) by a test in which it is so, decides its decision, and which notices when the condition is
 * taken as never (always) so; besides, some test in which it decides notices when it is taken as its opposite. Then no mutant of that one condition
 * survives. */

/** How a machine takes a condition. MC/DC asks for those below MOU_TURN_COUNT; MOU_TURN_KNOWN, unknown as no, is for mutants. */
enum mou_turn { MOU_TURN_NONE, MOU_TURN_OPPOSITE, MOU_TURN_YES, MOU_TURN_NO, MOU_TURN_COUNT, MOU_TURN_KNOWN = MOU_TURN_COUNT };

/** From the next run on the condition of these words is taken otherwise wherever it is asked; MOU_TURN_NONE: as it is; MOU_TURN_KNOWN: every condition
 * of the words' source. Only in measured packs. */
MOU_API void mou_machine_turn(struct mou_machine *machine, struct mou_span words, enum mou_turn turn);
/** What is observed from here on belongs to another test. */
MOU_API void mou_coverage_begin_test(struct mou_coverage *coverage);
/** That test expects something of a rule: of a memorandum's finding, measure, duty, repair or matter. Conditions on which none of them rests decide
 * nothing for the test. */
MOU_API void mou_coverage_expect(struct mou_coverage *coverage, struct mou_text memorandum, struct mou_text rule);
/** That test expects something of every rule. */
MOU_API void mou_coverage_expect_all(struct mou_coverage *coverage);
/** Whether something that the test at hand expects rests on an instruction of the pack. */
MOU_API bool mou_coverage_rests(struct mou_coverage *coverage, uint32_t instruction);
/** The conditions of a pack, numbered as in traces. */
MOU_API uint32_t mou_coverage_condition_count(const struct mou_coverage *coverage);
MOU_API struct mou_span mou_coverage_condition_words(const struct mou_coverage *coverage, uint32_t condition);
/** Whether a condition has decided in the test at hand where `turn` would change it, and no test has noticed that turn before. */
MOU_API bool mou_coverage_wants(struct mou_coverage *coverage, uint32_t condition, enum mou_turn turn);
/** The test at hand noticed that the condition was taken so. */
MOU_API void mou_coverage_noticed(struct mou_coverage *coverage, uint32_t condition, enum mou_turn turn);
/** Takes over what another coverage of the same pack has met. */
MOU_API void mou_coverage_merge(struct mou_coverage *coverage, const struct mou_coverage *other);

/** Takes up that a duty was there (due, done or overdue), a repair could be applied for, or a matter denied or advised. */
MOU_API void mou_coverage_rule(struct mou_coverage *coverage, enum mou_rule_sort sort, uint32_t rule);
/** Takes up one decision of that run: a rule in force. */
MOU_API void mou_coverage_decision(struct mou_coverage *coverage, const struct mou_decision *decision);

MOU_API size_t mou_coverage_goal_count(const struct mou_coverage *coverage);
/** Goals in the order in which they were laid out; borrowed until the coverage is freed. */
MOU_API const struct mou_goal *mou_coverage_goal(const struct mou_coverage *coverage, size_t index);
/** Writes, per decision, a JSON line with its tree over numbered conditions, for those who recompute figures from traces. */
MOU_API void mou_coverage_trace_head(const struct mou_coverage *coverage, struct mou_buf *trace);

#ifdef __cplusplus
}
#endif
#endif
