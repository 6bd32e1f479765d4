/*
 * The compiler's stages, in order. One stage, one file (or a few of one prefix), one verb; each takes what the one before it made, adds to it
 * or refuses it, and never reaches back. A stage reports into the diagnostics and returns MOU_OK also when it reported errors;
 * compile.c stops after the first stage that did.
 */
#ifndef MOU_COMPILER_STAGES_H
#define MOU_COMPILER_STAGES_H

#include "mou/compiler.h"
#include "program.h"
#include "parse.h"

/** names_*.c: declarations of all trees into the program's tables; duplicates, unknown names, misplaced or repeated clauses. */
enum mou_status mou_names_collect(struct mou_program *program, struct mou_tree *const *trees, uint32_t tree_count,
                                  struct mou_diagnostics *diagnostics) MOU_MUST_USE;
/** types_*.c: raw expressions to typed expressions; units, codes, scopes. */
enum mou_status mou_types_check(struct mou_program *program, struct mou_diagnostics *diagnostics) MOU_MUST_USE;
/** law_*.c: what the law asks of every measure (language section 8). */
enum mou_status mou_law_check(struct mou_program *program, struct mou_diagnostics *diagnostics) MOU_MUST_USE;
/** strata.c: orders definitions and findings, refuses cycles and shows them. Renumbers nothing that was handed out: it sorts the tables and rewrites the indexes. */
enum mou_status mou_strata_order(struct mou_program *program, struct mou_diagnostics *diagnostics) MOU_MUST_USE;
struct mou_compile_options; /* mou/compiler.h */
/** uses_missing.c: tells of unknown names that a file not used declares. */
void mou_uses_tell(struct mou_diagnostics *diagnostics, const struct mou_compile_options *options);
/** doubt_*.c: rules that say nothing or contradict each other. `given_count`: how many of the sources were given rather than looked up. */
enum mou_status mou_doubt_check(struct mou_program *program, struct mou_diagnostics *diagnostics, uint32_t given_count,
                                const struct mou_compile_options *options) MOU_MUST_USE;
/** lower_*.c and emit.c: the checked program to the bytes of a pack, appended to `out`. */
/** With `measured`, every condition keeps an instruction of its own where it is written. */
enum mou_status mou_lower(struct mou_program *program, struct mou_diagnostics *diagnostics, bool measured, struct mou_buf *out) MOU_MUST_USE;

#endif
