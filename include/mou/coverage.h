/*
 * What tests have shown of a pack: which rules took effect, which branches were taken, which
 * conditions were seen both ways and decided both ways (masking MC/DC), and whether every bound was
 * tried on both sides. Used by mou test; has no part in evaluation.
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
    MOU_GOAL_RULE,      /**< a finding or measure that took effect once */
    MOU_GOAL_BRANCH,    /**< a branch of a choice or a row of a decision table, taken */
    MOU_GOAL_CONDITION, /**< a condition seen to hold, and not to hold */
    MOU_GOAL_MCDC,      /**< a condition seen to decide: with it turned, the whole would not be what it is */
    MOU_GOAL_BOUNDARY,  /**< a bound tried at the value itself and one unit beyond */
    MOU_GOAL_KIND_COUNT
};

/** What exactly has to be seen. */
enum mou_goal_want {
    MOU_WANT_IN_FORCE,
    MOU_WANT_YES,
    MOU_WANT_NO,
    MOU_WANT_DECIDES_YES, /**< holds, and the decision would be another if it did not */
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
    struct mou_span span;     /**< where it is used; `source` counts the sources of the compilation */
    struct mou_span words;    /**< the words meant: those of `span`, or written elsewhere and used there */
    uint32_t memorandum;      /**< UINT32_MAX: words of no memorandum */
    uint32_t rule;            /**< finding or measure whose words they are, UINT32_MAX: a definition's */
    bool is_finding;
    uint32_t decision;        /**< CONDITION, MCDC: number of the decision in traces, else UINT32_MAX */
    uint32_t condition;       /**< CONDITION, MCDC: number of the condition within that decision */
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
/** Takes up one decision of that run: a rule in force. */
MOU_API void mou_coverage_decision(struct mou_coverage *coverage, const struct mou_decision *decision);

MOU_API size_t mou_coverage_goal_count(const struct mou_coverage *coverage);
/** Goals in the order in which they were laid out; borrowed until the coverage is freed. */
MOU_API const struct mou_goal *mou_coverage_goal(const struct mou_coverage *coverage, size_t index);
/** Writes, per decision, a JSON line with its place and its tree over numbered conditions, for those who recompute figures from traces. */
MOU_API void mou_coverage_trace_head(const struct mou_coverage *coverage, struct mou_buf *trace);

#ifdef __cplusplus
}
#endif
#endif
