/*
 * What the files that assemble decisions share: the plan of a pack (rules in order, registers of findings, ways of
 * reach), the workspace of a run, triples of subject, ground and way (S22), and the walks over conditions. decide.c
 * drives; triples.c, reach.c, grounds.c and missing.c each do one part; explain_*.c reads the same triples. Nobody
 * outside vm/ includes it.
 */
#ifndef MOU_VM_DECIDE_H
#define MOU_VM_DECIDE_H

#include "intervals.h"
#include "machine.h"
#include "walk.h"

/* ------------------------------------------------------------------ the plan of a pack */

struct mou_rule_ref {
    uint32_t index; /**< finding or measure */
    bool is_finding;
};

/** A relation seen from the target of a measure: rows whose near end is the target, and the finding's subject at the
 * far end. */
struct mou_reach_slot {
    uint32_t relation;
    bool inverse; /**< the finding's subject is at the `to` end */
};

/** A ground of a finding. */
struct mou_section {
    uint32_t finding;
    uint32_t ground; /**< entry of the pack's grounds */
};

/** How the truth of a comparison follows the days. */
enum mou_time_shape {
    MOU_TIME_NONE,     /**< not at all */
    MOU_TIME_PLAIN,    /**< today against a date */
    MOU_TIME_SHIFTED,  /**< today plus months against a date */
    MOU_TIME_AGE,      /**< age on today against a number */
    MOU_TIME_CALENDAR, /**< anything that counts working days */
    MOU_TIME_OTHER
};

struct mou_time_comparison {
    enum mou_time_shape shape;
    uint32_t instruction;
    int64_t compare;  /**< enum mou_compare, read from the side of today */
    uint32_t against; /**< register of the other side */
    uint32_t operand; /**< SHIFTED: the months; AGE: the date of birth */
};

/** Made once per machine, in its pack arena. */
struct mou_decide_plan {
    struct mou_rule_ref *rules; /**< findings and measures by the bytes of name, then memorandum */
    uint32_t rule_count;
    uint32_t *finding_of; /**< instruction -> a finding whose `holds` it is, or MOU_PACK_NONE */
    uint32_t *same_holds; /**< finding -> the next one with the same register, or MOU_PACK_NONE */
    bool *is_guard;       /**< instruction -> it is the 除非 of a whole finding, asked of the subject */
    uint32_t *slot_of;    /**< reach -> slot, or MOU_PACK_NONE for the subject itself */
    struct mou_reach_slot *slots;
    uint32_t slot_count;
    uint32_t *finding_rule;      /**< finding -> its place in `rules` */
    uint32_t *measures_of;       /**< places in `rules` of the measures by a finding that they rest on; those of finding f from first_measure[f] on */
    uint32_t *first_measure;
    struct mou_section *sections_at; /**< grounds of findings by the frame of their rows; those of frame f from first_section[f] on */
    uint32_t *first_section;
    uint32_t *bare;              /**< findings without grounds */
    uint32_t bare_count;
    struct mou_time_comparison *times; /**< per instruction */
    uint32_t *parameters;              /**< those that rules ask for on the as-of date */
    uint32_t parameter_count;
};

/** Marks the registers that a rule reads itself, whatever they rest on; not those of its findings. */
void mou_decide_mark_rule(const struct mou_pack *pack, struct mou_rule_ref rule, uint8_t *used);
/** Looks once more at which ways measures come, after the pack was changed in place (mutant.c). */
void mou_decide_plan_ways(struct mou_machine *machine);
/** The machine's plan, made at the first call; NULL when memory ran out. */
const struct mou_decide_plan *mou_decide_plan_get(struct mou_machine *machine);

/* ------------------------------------------------------------------ relations from the target's side */

/** Rows of one slot by the subject that a measure would fall on. */
struct mou_reach_index {
    const uint32_t *first; /**< subject -> first place in `rows`; subject_count + 1 entries */
    const uint32_t *rows;  /**< place -> row of the relation's columns */
};

/** Fills one index per slot of the plan, in the batch arena; NULL when memory ran out. */
const struct mou_reach_index *mou_reach_fill(struct mou_machine *machine, const struct mou_decide_plan *plan);
/** The finding's subject of a relation row. */
uint32_t mou_reach_source(const struct mou_machine *machine, struct mou_reach_slot slot, uint32_t relation_row);
/** Row of the reach's frame that a relation row of `source` is; only for a reach with a condition. */
uint32_t mou_reach_frame_row(const struct mou_machine *machine, const struct mou_pack_reach *reach,
                             uint32_t source, uint32_t relation_row);
/** The subject that a measure falls on through a relation row. */
uint32_t mou_reach_target(const struct mou_machine *machine, struct mou_reach_slot slot, uint32_t relation_row);
/** Whether a relation row holds on `date` (known), by its bounds: no `until` is open, no `from` is unknown. */
enum mou_truth mou_reach_held(const struct mou_machine *machine, uint32_t relation, uint32_t relation_row,
                              mou_date date);
/** The row's bounds; `known` false where it has no `from`. */
struct mou_interval mou_reach_bounds(const struct mou_machine *machine, uint32_t relation, uint32_t relation_row,
                                     bool *known);
/** Name of the step from the subject at the row's far end to the target, or the other way round. */
struct mou_text mou_relation_step(const struct mou_pack *pack, uint32_t relation, bool against);

/* ------------------------------------------------------------------ triples */

/** A ground of a finding and the way in which it reaches the target, judged in one world. */
struct mou_triple {
    uint32_t source; /**< the finding's subject */
    uint32_t finding;
    uint32_t section;         /**< entry of the pack's grounds, or MOU_PACK_NONE: a finding without them */
    uint32_t own_end;         /**< index into the measure's own_ends, or MOU_PACK_NONE */
    uint32_t authority;       /**< index into the measure's authorities, or MOU_PACK_NONE */
    uint32_t row;             /**< home row of the ground's record */
    uint32_t reach;           /**< entry of the pack's reaches, or MOU_PACK_NONE: the subject itself */
    uint32_t relation_row;    /**< or MOU_PACK_NONE */
    enum mou_world world;     /**< registers that the ground was read from */
    enum mou_world way_world; /**< registers that the guards were read from */
    enum mou_truth truth;
    enum mou_truth holds; /**< the ground's part of the truth */
    enum mou_truth held;  /**< the relation's part */
    bool timely;          /**< yes apart from time, with an interval */
    struct mou_interval interval;
};

typedef MOU_VEC(struct mou_triple) mou_triples;

/** Workspace of one run. Vectors keep their storage from subject to subject; `naming.arena` is emptied after each. */
struct mou_decide_work {
    struct mou_machine *machine;
    const struct mou_decide_plan *plan;
    const struct mou_reach_index *reach;
    struct mou_arena *arena; /**< the batch arena */
    mou_triples triples[MOU_WORLD_COUNT];
    MOU_VEC(struct mou_interval) pieces;
    struct mou_naming naming;
    /* results */
    MOU_VEC(struct mou_ground_ref) grounds;
    MOU_VEC(struct mou_missing_ref) missing;
    MOU_VEC(struct mou_grant_value) grants;
    MOU_VEC(struct mou_publication_value) publications;
    MOU_VEC(struct mou_text) words; /**< carry.c: texts of the cited grounds */
    /* walks */
    struct mou_visits visits;
    MOU_VEC(struct mou_walk_item) stack;
    MOU_VEC(struct mou_path_step) path;
    MOU_VEC(uint32_t) unverified; /**< missing.c: measures whose state a walk came to without an answer */
    /** missing.c: instruction -> whether a cell of its cone failed in this run; NULL before it is asked. */
    uint8_t *faulty;
    bool cites_contested; /**< grounds.c: a record cited since this was cleared is under objection */
    bool keep_all; /**< also the triples that are a definite no: for explanations */
    bool failed;   /**< memory ran out */
};

/** Sets up a workspace over a run that is done; false when memory ran out. mou_decide_work_free in any case. */
bool mou_decide_work_init(struct mou_machine *machine, struct mou_decide_work *work);
void mou_decide_work_free(struct mou_decide_work *work);
/** Forgets the texts made for one subject. */
void mou_decide_work_rewind(struct mou_decide_work *work);

/** The world in which a memorandum's own rules are read (S16). */
enum mou_world mou_world_of(const struct mou_machine *machine, uint32_t memorandum, enum mou_world world);
enum mou_truth mou_truth_and(enum mou_truth a, enum mou_truth b);
enum mou_truth mou_truth_or(enum mou_truth a, enum mou_truth b);
enum mou_truth mou_truth_not(enum mou_truth a);
/** Truth of a register at SUBJECT or UNIT, `otherwise` where there is none. */
enum mou_truth mou_subject_truth(const struct mou_machine *machine, enum mou_world world, uint32_t index,
                                 uint32_t subject, enum mou_truth otherwise);

/** Puts the triples of a measure for a target into work->triples[world] and gives their truth. Definite no's may be
 * left out. */
enum mou_truth mou_triples_of_measure(struct mou_decide_work *work, uint32_t measure, uint32_t target,
                                      enum mou_world world);
/** The same for a finding and its own subject. */
enum mou_truth mou_triples_of_finding(struct mou_decide_work *work, uint32_t finding, uint32_t subject,
                                      enum mou_world world);
/** Whether what a measure comes to can be read off registers of its targets: it does not come through relations, has no end of its own and does not ask who acts. */
bool mou_measure_by_registers(const struct mou_pack *pack, const struct mou_pack_measure *measure);
/** The truth of a rule for a subject as its triples would have it, off registers. False where they do not tell, see mou_measure_by_registers. */
bool mou_truth_of_rule(const struct mou_decide_work *work, struct mou_rule_ref rule, uint32_t target, enum mou_world world, enum mou_truth *truth);
/** The interval of a ground by S20; false where it has none. */
bool mou_ground_interval(const struct mou_machine *machine, enum mou_world world, const struct mou_pack_ground *section, uint32_t row,
                         struct mou_interval *interval);
/** The period of a memorandum as an interval. */
struct mou_interval mou_period_of(const struct mou_pack *pack, uint32_t memorandum);
/** The same for a measure, which ends earlier where the catalogue drops its item. */
struct mou_interval mou_period_of_measure(const struct mou_pack *pack,
                                          const struct mou_pack_measure *measure);
/** The period of a rule's memorandum, or of a measure. */
struct mou_interval mou_period_of_rule(const struct mou_pack *pack, struct mou_rule_ref rule);
/** Register `own_end` of a measure's list of own ends or of tests of them; MOU_PACK_NONE where there is none. */
uint32_t mou_own_end_register(const struct mou_pack *pack, uint32_t list, uint32_t own_end);
/** Register of the column that names who acts on a triple's ground; MOU_PACK_NONE: no field does. */
uint32_t mou_authority_register(const struct mou_pack *pack,
                                const struct mou_pack_measure *measure, uint32_t authority);
/** Register of the date on which the relation must hold for a ground of `section`; MOU_PACK_NONE: today. */
uint32_t mou_holding_register(const struct mou_pack *pack, const struct mou_pack_measure *measure, uint32_t section);

/* ------------------------------------------------------------------ walks */

/** A step from a subject to the one it was reached from; 0 is the end: the target. */
struct mou_path_step {
    uint32_t parent;
    struct mou_text name;
};

/** An entry of a walk's stack. */
struct mou_walk_item {
    struct mou_spot spot;
    /* grounds.c: a cell, or a finding of a subject */
    uint32_t path;
    uint32_t finding; /**< or MOU_PACK_NONE */
    bool negative;
    /* missing.c: the row in whose scope the words stand, and a span of the rules that encloses them */
    uint32_t scope_frame;
    uint32_t scope_row;
    struct mou_span anchor;
};

/** Puts an item on work->stack unless what the two numbers say of it has been met since the visits were cleared. */
void mou_walk_push(struct mou_decide_work *work, struct mou_walk_item item, uint64_t what, uint64_t where);
/** Appends the ground of a triple, or what its finding's condition cites, to work->grounds. */
void mou_grounds_cite(struct mou_decide_work *work, const struct mou_triple *triple);
/** Sorts work->grounds and drops repeats. */
void mou_grounds_sort(struct mou_decide_work *work);
/** Appends what is missing for the unknown triples of `measure` (NULL for a finding) to work->missing. */
void mou_missing_collect(struct mou_decide_work *work, const struct mou_pack_measure *measure,
                         const mou_triples *triples);
void mou_missing_sort(struct mou_decide_work *work);
/** Appends what is missing for an unknown register of a rule (its note: whose words it is in) at a row of `frame`. */
void mou_missing_of_register(struct mou_decide_work *work, enum mou_world world, uint32_t note, uint32_t index, uint32_t frame, uint32_t row);

/* ------------------------------------------------------------------ decisions */

/** What a rule says of a subject: outcome and the triples that it rests on. */
struct mou_case {
    struct mou_rule_ref rule;
    uint32_t target;
    bool decided; /**< false: no outcome */
    enum mou_decision_outcome outcome;
    enum mou_world world; /**< whose triples the decision shows */
    enum mou_truth truth[MOU_WORLD_COUNT];
    struct mou_interval interval; /**< open ends where there is none */
    bool has_interval;
    bool two_worlds; /**< the triples of both worlds are in the workspace */
};

/** Judges a rule for a subject: fills the triples of the workspace and the outcome. */
void mou_case_judge(struct mou_decide_work *work, struct mou_rule_ref rule, uint32_t target, struct mou_case *out);
/** Makes the decision of a case that is decided; it borrows from the workspace. */
void mou_case_decision(struct mou_decide_work *work, const struct mou_case *judged, struct mou_decision *decision);
/** Whether a decided case cites a record under objection. */
bool mou_case_contested(struct mou_decide_work *work, const struct mou_case *judged);
/** Fills work->publications with where a decision in force is published and shared. */
void mou_carry_publications(struct mou_decide_work *work, const struct mou_case *judged,
                            const struct mou_decision *decision);
/** Who carries a decided measure out: the authorities named, and what the field of the cited grounds says. */
struct mou_text mou_carry_authority(struct mou_decide_work *work, const struct mou_case *judged,
                                    const struct mou_pack_measure *measure);
/** Whether a triple is one that the case's decision cites. */
bool mou_case_cites(const struct mou_case *judged, const struct mou_triple *triple);

#endif
