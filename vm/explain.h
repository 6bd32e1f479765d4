/*
 * What the files of the explanation share: the workspace of deciding, the tree in the making, and how clauses, values
 * and rows become lines. Everything is read off the registers of the last run; nothing is evaluated a second time. Used
 * by explain*.c only.
 */
#ifndef MOU_VM_EXPLAIN_H
#define MOU_VM_EXPLAIN_H

#include "decide.h"
#include "explain_tree.h"

struct mou_explain {
    struct mou_machine *machine;
    struct mou_decide_work work;
    struct mou_explain_tree tree;
    enum mou_world world; /**< whose registers are shown */
    bool why_not;         /**< also what does not apply */
    bool unmask;          /**< confidential values are shown */
    struct mou_case judged;
};

/* explain_value.c */

/** Sets file and line of a node to the beginning of a span. */
void mou_explain_place(struct mou_explain *explain, struct mou_explain_node *node, struct mou_span span);
/** The words of a span as they are; borrowed from the pack. */
struct mou_text mou_explain_words(const struct mou_explain *explain, struct mou_span span);
/** The words of a span, white space collapsed, cut to a readable length. */
struct mou_text mou_explain_excerpt(struct mou_explain *explain, struct mou_span span);
/** Field of the pack that a COLUMN reads, MOU_PACK_NONE for a relation's bounds. */
uint32_t mou_explain_field(const struct mou_pack *pack, const struct mou_pack_instruction *instruction);
/** What stands for a confidential value. */
struct mou_text mou_explain_masked(const struct mou_explain *explain);
/** Span of an instruction; source MOU_PACK_NONE where it has none. */
struct mou_span mou_explain_span(const struct mou_explain *explain, uint32_t instruction);
/** Adds the values that a value cell was computed from: fields, parameters, results. */
void mou_explain_values(struct mou_explain *explain, struct mou_explain_node *parent, struct mou_spot spot,
                        unsigned depth);
/** The same for its operands only: its own result is shown already. */
void mou_explain_operands(struct mou_explain *explain, struct mou_explain_node *parent, struct mou_spot spot,
                          unsigned depth);
/** "执行案件 （2016）粤52执1号": a record row by its key, or by its number where it has none. Confidential keys are
 * masked. */
struct mou_text mou_explain_row_name(struct mou_explain *explain, uint32_t record, uint32_t row);
/** What went wrong, in words. */
struct mou_text mou_explain_fault_words(enum mou_lang lang, enum mou_fault fault);
/** Whether a date is the end of a term, whose words are those of the term alone. */
bool mou_explain_ends_term(const struct mou_explain *explain, uint32_t index);
/** Appends a value in the language of the explanation: yes-no, durations in words, the rest as everywhere. */
void mou_explain_put_value(struct mou_explain *explain, uint32_t type, uint32_t code_table, int64_t value);
/** A date of a register, or that it is open, unknown or inapplicable. `index` may be MOU_PACK_NONE. */
struct mou_text mou_explain_date(struct mou_explain *explain, uint32_t index, uint32_t row);
/** "自 … 至 …" of an interval with open ends. */
struct mou_text mou_explain_interval(struct mou_explain *explain, struct mou_interval interval);

/* pack_confidential.c */

/** Whether the value of an instruction is, or was reckoned from, a confidential field: it would give the field away. */
bool mou_instruction_confidential(const struct mou_pack *pack, uint32_t index);

/* explain_words.c */

/** What a condition without words of its own says, by names and not by values. */
struct mou_text mou_explain_unwritten(struct mou_explain *explain, uint32_t index);

/* explain_clause.c */

#define MOU_EXPLAIN_DEPTH_MAX 32u
/** Adds a condition with its parts down to the values of fields. */
void mou_explain_clause(struct mou_explain *explain, struct mou_explain_node *parent, enum mou_explain_kind kind,
                        struct mou_spot spot, unsigned depth);
/** Adds the rows that a reduction looked at, as far as they tell why it is what it is. */
void mou_explain_rows(struct mou_explain *explain, struct mou_explain_node *parent, struct mou_spot spot,
                      unsigned depth);

/* explain_rule.c */

/** Head of a measure or finding: interval, item, authority, basis, memorandum, remedy, its own words. */
void mou_explain_head(struct mou_explain *explain, const struct mou_decision *decision);
/** Name of the rule at hand. */
struct mou_text mou_explain_rule_name(const struct mou_explain *explain);
uint32_t mou_explain_memorandum(const struct mou_explain *explain);
/** 原文 and place of a rule note, below or on `node`. */
void mou_explain_note(struct mou_explain *explain, struct mou_explain_node *node, uint32_t note);

/* explain_others.c */

/** A measure that was looked up: its name and what was decided. */
void mou_explain_looked_up(struct mou_explain *explain, struct mou_explain_node *parent, uint32_t measure, uint32_t subject);
/** What is missing, as lines below the root. */
void mou_explain_missing(struct mou_explain *explain, const struct mou_missing_ref *missing, uint32_t count);
/** An outcome in words. */
const char *mou_explain_outcome(enum mou_decision_outcome outcome, enum mou_lang lang);
/** Memorandum, period and what it says of objections, as a line below the root. */
void mou_explain_add_memorandum(struct mou_explain *explain, uint32_t memorandum);

/* explain_why.c */

/** Ways, guards, findings and grounds, and what objections change. */
void mou_explain_why(struct mou_explain *explain);

#endif
