/*
 * Decisions of a pack as trees over conditions, and the goals that belong to them. coverage_plan.c
 * lays them out, coverage.c holds them against registers; mutation.c reads them.
 *
 * A decision is what somebody wrote to be asked as a whole: the 当 of a ground, a guard, a
 * definition, the 满足 of a quantifier or aggregate, the question of 若. Its conditions are what
 * 且 或 非 and 若 join: the WRITTEN instructions of a measured pack. One that is lowered at several
 * places, or in two readings, is one condition. A definition is a decision of its own and one
 * condition where it is used.
 */
#ifndef MOU_VM_COVERAGE_H
#define MOU_VM_COVERAGE_H

#include "machine.h"
#include "mou/coverage.h"

/** Nodes of one tree; larger ones end in conditions early. */
#define MOU_COVER_NODES_MAX 1024u

/** An instruction as it is reached from the decision's root; parents stand before their children. */
struct mou_cover_node {
    uint32_t instruction;
    uint32_t parent;      /**< node of the same decision, MOU_PACK_NONE for the root */
    uint32_t children[3]; /**< nodes of the same decision, MOU_PACK_NONE: none; without any, a leaf */
    uint32_t condition;   /**< number of the condition, MOU_PACK_NONE: nobody wrote it, or an inner node */
};

/** A condition as it is written; its goals follow one another: yes, no, decides yes, decides no. */
struct mou_cover_condition {
    uint32_t instruction; /**< the one found last that stands for it; `twin` leads to the others */
    uint32_t first_goal;
    bool decided[2];      /**< in the test at hand, holding and not holding */
    bool noticed[MOU_TURN_COUNT]; /**< by some test, when it was taken so */
};

struct mou_cover_decision {
    uint32_t root;
    uint32_t presence; /**< rows of which this is a definite no are not asked, MOU_PACK_NONE: all */
    uint32_t first_node, node_count;
};

/** A decision still to be laid out. */
struct mou_cover_request {
    uint32_t root;
    uint32_t presence;
};

/** A choice, table or comparison with its goals. */
struct mou_cover_site {
    uint32_t instruction;
    uint32_t first_goal;
    uint32_t goal_count;
};

struct mou_coverage {
    const struct mou_pack *pack;
    struct mou_arena *arena;
    MOU_VEC(struct mou_goal) goals;
    MOU_VEC(struct mou_cover_node) nodes;
    MOU_VEC(struct mou_cover_condition) conditions;
    MOU_VEC(struct mou_cover_decision) decisions;
    MOU_VEC(struct mou_cover_site) sites;
    MOU_VEC(struct mou_cover_request) requests;
    uint32_t *finding_goal; /**< finding -> its goal */
    uint32_t *measure_goal;
    uint32_t *other_goal[MOU_RULE_ASSERTION]; /**< per sort: duties, repairs, matters */
    uint8_t *is_finding; /**< instruction -> it is the answer of a finding */
    uint32_t *twin;      /**< instruction -> another one of the same condition, MOU_PACK_NONE: no more */
    uint8_t *is_root;    /**< instruction -> a decision was laid out for it */
    /* of the test at hand */
    uint8_t *rests; /**< per instruction: something that the test expects rests on it, once `spread` */
    bool spread;
    /* of the evaluation at hand, one entry per node of a decision */
    struct mou_spot *spots;
    enum mou_truth *truths;
    bool failed; /**< memory ran out */
};

/** Fills decisions, sites and goals; sets `failed` when memory runs out. */
void mou_coverage_lay_out(struct mou_coverage *coverage);

#endif
