/*
 * Small mistakes that somebody could make in a rule, as changes of a pack: to find out whether tests
 * would notice them. Used by mou test --mutate; has no part in evaluation.
 */
#ifndef MOU_MUTATION_H
#define MOU_MUTATION_H

#include "mou/coverage.h"
#include "mou/vm.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is changed. */
enum mou_mutation_kind {
    MOU_MUTATE_BOUND,       /**< < and ≤, > and ≥ exchanged */
    MOU_MUTATE_EQUALITY,    /**< = and ≠ exchanged */
    MOU_MUTATE_THRESHOLD,   /**< a number, amount, date or period one unit more or less */
    MOU_MUTATE_JUNCTION,    /**< 且 and 或 exchanged */
    MOU_MUTATE_CONDITION,   /**< one side of 且 or 或 dropped */
    MOU_MUTATE_NEGATION,    /**< 非 dropped */
    MOU_MUTATE_OPPOSITE,    /**< a condition taken as its opposite */
    MOU_MUTATE_ALWAYS,      /**< a condition taken as always so */
    MOU_MUTATE_NEVER,       /**< a condition taken as never so */
    MOU_MUTATE_GUARD,       /**< 除非 or 仅当 of a whole rule dropped */
    MOU_MUTATE_QUANTIFIER,  /**< 任一 and 每个 exchanged */
    MOU_MUTATE_CALENDAR,    /**< working days counted as days */
    MOU_MUTATE_PARAMETER,   /**< a value of a parameter one unit more or less */
    MOU_MUTATE_CHANGE_DATE, /**< a parameter's new value one day later, never, or in the place of the one before it */
    MOU_MUTATE_TARGET,      /**< somebody whom a measure reaches left out */
    MOU_MUTATE_HOLDING,     /**< another date on which the office must be held */
    MOU_MUTATE_OBJECTION,   /**< objections stay execution where they do not, and do not where they do */
    MOU_MUTATE_TABLE,       /**< a bound or an answer of a decision table changed */
    MOU_MUTATE_UNKNOWN,     /**< what is not known taken as no, in all conditions of a source */
    MOU_MUTATE_KIND_COUNT
};

/** One mutation of a pack. */
struct mou_mutation {
    enum mou_mutation_kind kind;
    struct mou_span span; /**< the words changed; `source` counts the sources of the compilation */
    uint32_t entry;       /**< index into the table of the pack that the kind changes */
    uint32_t part;        /**< which operand, guard, cell or way */
    int64_t delta;        /**< how much more, where a number changes */
};

struct mou_mutations;
/**
 * All mutations of a pack, those of single conditions where it is one that is measured (compiler.h). The pack must stay open.
 * @return NULL when memory ran out.
 */
MOU_API struct mou_mutations *mou_mutations_new(const struct mou_pack *pack, const struct mou_allocator *allocator) MOU_MUST_USE;
MOU_API void mou_mutations_free(struct mou_mutations *mutations);
MOU_API size_t mou_mutations_count(const struct mou_mutations *mutations);
/** Borrowed until the mutations are freed. */
MOU_API const struct mou_mutation *mou_mutations_get(const struct mou_mutations *mutations, size_t index);

/** Whether what the rules of a focus say can change by a mutation at all. */
MOU_API bool mou_mutation_concerns(const struct mou_mutations *mutations, size_t index, const struct mou_focus *focus);

/** A copy of a pack that mutations are made in, one at a time. Batches made for the pack fit it. */
struct mou_mutant;
/** `pack` and its mutations must stay. NULL when memory ran out. */
MOU_API struct mou_mutant *mou_mutant_new(const struct mou_pack *pack, const struct mou_mutations *mutations, const struct mou_allocator *allocator) MOU_MUST_USE;
MOU_API void mou_mutant_free(struct mou_mutant *mutant);
/** The copy, to make a machine for; borrowed. */
MOU_API const struct mou_pack *mou_mutant_pack(const struct mou_mutant *mutant);
/** Whether the mutation makes a valid pack: MOU_ERROR_PACK where the verifier refuses it. Not while another one is made. */
MOU_API enum mou_status mou_mutant_check(struct mou_mutant *mutant, size_t index) MOU_MUST_USE;
/** Makes a mutation that was checked; `machine` is one for the copy, and the only one in use. */
MOU_API void mou_mutant_become(struct mou_mutant *mutant, struct mou_machine *machine, size_t index);
/** Takes it back. */
MOU_API void mou_mutant_return(struct mou_mutant *mutant, struct mou_machine *machine);
/**
 * After a run of the rules as they are, and once the mutation is made: whether a run with it could say anything else. Without
 * `reasons` the same outcomes and dates are the same, whatever they rest on and miss. The machine is left as it was.
 */
MOU_API bool mou_mutant_moves(const struct mou_mutant *mutant, struct mou_machine *machine, size_t index, bool reasons);

#ifdef __cplusplus
}
#endif
#endif
