/*
 * Worlds that tests lack: for goals of coverage that nothing met, and for mutants that nobody
 * noticed. Found by trying the neighbours of the tests' own worlds, printed as tests to be pasted.
 * Used by mou test --suggest.
 */
#ifndef MOU_CLI_SUGGEST_H
#define MOU_CLI_SUGGEST_H

#include "coverage.h"
#include "mou/mutation.h"
#include "mutate.h"

/** Prints a test for every unmet goal that one could be found for; meets these goals. */
enum mou_exit mou_suggest_for_coverage(struct mou_cli *cli, const struct mou_pack *pack,
                                       const struct mou_compilation *compilation,
                                       size_t given_count, const struct mou_test_list *tests,
                                       struct mou_coverage *coverage);

/** A mutant that survived. */
struct mou_survivor {
    const struct mou_mutation *mutation;
    size_t number;        /**< among the mutations */
    bool moved;           /**< it may say something else of the world at hand */
    bool told_apart;      /**< a world was found */
    struct mou_text test; /**< that world as a test that the rules pass and the mutant does not */
};

/** Looks for a world that tells each survivor from the rules. Texts live in the invocation's arena. */
enum mou_exit mou_suggest_for_survivors(struct mou_cli *cli, const struct mou_pack *pack,
                                        const struct mou_mutations *mutations, const struct mou_test_list *tests,
                                        struct mou_survivor *survivors, size_t count);

#endif
