/*
 * Duties, repairs, matters and assertions of a run: the plan of a pack (rules in order), what one subject's rules come to, and the
 * dates on which repairs become possible. duties.c, repairs.c and matters.c each do one part; decide.c calls others.c after the
 * decisions of each subject. Nobody outside vm/ includes it.
 */
#ifndef MOU_VM_OTHERS_H
#define MOU_VM_OTHERS_H

#include "decide.h"

/** Rules of each sort by the bytes of name, then memorandum. */
struct mou_others {
    struct mou_decide_work *work;
    const struct mou_decision_sink *sink;
    uint32_t *duties, *repairs, *matters, *assertions;
    mou_date **earliest; /**< per repair and row of its record: earliest.c */
    MOU_VEC(uint32_t) rows;
    MOU_VEC(struct mou_record_ref) refs;
    MOU_VEC(struct mou_looked_up) looked_up;
    MOU_VEC(uint32_t) measures;
};

/** Puts the rules in order and finds out what is found for all subjects at once. */
enum mou_status mou_others_init(struct mou_others *others, struct mou_decide_work *work, const struct mou_decision_sink *sink) MOU_MUST_USE;
/** What the run asks for of one core subject, to the sink. */
enum mou_status mou_others_of_subject(struct mou_others *others, uint32_t subject) MOU_MUST_USE;

/** Each rule's results for one subject, to the sink. */
enum mou_status mou_duty_of_subject(struct mou_others *others, uint32_t duty, uint32_t subject) MOU_MUST_USE;
enum mou_status mou_repair_of_subject(struct mou_others *others, uint32_t repair, uint32_t subject) MOU_MUST_USE;
enum mou_status mou_matter_of_subject(struct mou_others *others, uint32_t matter, uint32_t subject) MOU_MUST_USE;
enum mou_status mou_assertion_of_subject(struct mou_others *others, uint32_t assertion, uint32_t subject) MOU_MUST_USE;

/** others->rows: the subject's rows of a record type by key, then as they came. False when memory ran out. */
bool mou_others_rows(struct mou_others *others, uint32_t record, uint32_t subject);
/** A record row by its type's name and its key. */
struct mou_record_ref mou_others_ref(struct mou_others *others, uint32_t record, uint32_t row);
/** Truth of a register at a row in the world with all records, `otherwise` where there is none. */
enum mou_truth mou_others_truth(const struct mou_machine *machine, uint32_t index, uint32_t row, enum mou_truth otherwise);
/** A known date of a register, MOU_DATE_NONE else. */
mou_date mou_others_date(const struct mou_machine *machine, uint32_t index, uint32_t row);
/** Puts into work->missing what is missing for those registers of a rule (some MOU_PACK_NONE) that are unknown at a row of `frame`. */
void mou_others_missing(struct mou_decide_work *work, uint32_t note, const uint32_t *registers, size_t count, uint32_t frame, uint32_t row);
int mou_others_compare_refs(const void *left, const void *right);

/** What the conditions of a rule come to for a row; shared with the explanations. */
bool mou_duty_judge(const struct mou_machine *machine, const struct mou_pack_duty *duty, uint32_t row, enum mou_duty_outcome *outcome);
enum mou_repair_outcome mou_repair_judge(const struct mou_machine *machine, const struct mou_pack_repair *repair, uint32_t row);
enum mou_matter_outcome mou_matter_judge(const struct mou_machine *machine, const struct mou_pack_matter *matter, uint32_t subject, enum mou_answer *prohibit,
                                         enum mou_answer *advise);

/**
 * earliest.c: per repair and row the as-of date where the repair is possible, else the first later day on which it would be by the passing of time
 * alone, MOU_DATE_NONE without one. NULL when memory ran out. Registers of the run stay as they are.
 */
mou_date **mou_earliest_repairs(struct mou_decide_work *work);

#endif
