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
    MOU_MUTATE_CHANGE_DATE, /**< a parameter's new value one day later, or never */
    MOU_MUTATE_TARGET,      /**< somebody whom a measure reaches left out */
    MOU_MUTATE_HOLDING,     /**< another date on which the office must be held */
    MOU_MUTATE_OBJECTION,   /**< objections stay execution where they do not, and do not where they do */
    MOU_MUTATE_TABLE,       /**< a bound or an answer of a decision table changed */
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

/** The instruction that the mutation changes, UINT32_MAX where it changes something else (or a condition that has several). */
MOU_API uint32_t mou_mutation_instruction(const struct mou_mutation *mutation);
/** How a machine over the pack itself is to take the words of the mutation (mou_machine_turn); MOU_TURN_NONE: bytes are changed instead. */
MOU_API enum mou_turn mou_mutation_turn(const struct mou_mutation *mutation);

/**
 * Changes a copy of the pack's bytes and gives it its own content hash, so that it opens like any pack. Not every mutant
 * is a valid pack: mou_pack_open tells.
 * @param bytes a copy of the bytes that `pack` was opened from, of the same length, 8-byte aligned.
 */
MOU_API void mou_mutation_apply(const struct mou_pack *pack, const struct mou_mutation *mutation, unsigned char *bytes, size_t len);

#ifdef __cplusplus
}
#endif
#endif
