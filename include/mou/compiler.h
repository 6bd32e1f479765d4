/*
 * The compiler's public face: rule sources in, diagnostics and a pack out. No input or output: the caller loads files.
 */
#ifndef MOU_COMPILER_H
#define MOU_COMPILER_H

#include "mou/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Finds the source that declares `name` (a pack or a memorandum) for `引用 name`. Called with the number of the source that asks. Returns true and
 * fills `source` (bytes must stay valid as long as the compilation) or false if there is none.
 */
typedef bool (*mou_resolve_fn)(void *state, struct mou_text name, uint32_t asking_source, struct mou_source *source);

/**
 * What is kept from one compilation to the next, for those who compile again and again while files change: an editor, a watching command. A file whose
 * number among the sources, path and text are as they were is not parsed again; where only the inside of some rules has changed, the others are not checked
 * again. The compilation is the same, byte for byte, as one without a session, its diagnostics too. It holds the files of the last compilation, about thirty
 * times their size, one compilation, and the memory of one that was freed, for the next. Compilations made with it may outlive it.
 * Thread rule: a session and all compilations made with it, one thread at a time. After MOU_ERROR_MEMORY it can be used on.
 */
struct mou_session;
/** NULL `allocator`: default; it serves the compilations, too, and stays valid as long as any of them. NULL when memory ran out. */
MOU_API struct mou_session *mou_session_new(const struct mou_allocator *allocator) MOU_MUST_USE;
MOU_API void mou_session_free(struct mou_session *session); /**< NULL is fine */

struct mou_compile_options {
    mou_resolve_fn resolve; /**< NULL: only the sources given */
    void *resolve_state;
    /** Whether a rule file that is not compiled here mentions `name`, so that it is no unused one; NULL: nothing is known of other files. */
    bool (*mentioned)(void *state, struct mou_text name);
    /** Whether a rule file that is not compiled here declares `name`; *owner is then the pack or memorandum that `引用` would name, valid as long as the compilation. NULL: nothing is known of other files. */
    bool (*declared)(void *state, struct mou_text name, struct mou_text *owner);
    bool generated; /**< the rules were written by a program: rules that say nothing are not looked for */
    /** The pack is one by which tests are measured (coverage.h): the same answers, and each condition apart where it is written. */
    bool measured;
    const struct mou_allocator *allocator; /**< NULL: default; not used with a session, which has its own */
    struct mou_session *session; /**< NULL: everything is read anew */
};

/** A finished compilation: sources (given and resolved), diagnostics, and the pack if there was no error. */
struct mou_compilation;

/**
 * Compiles `sources`. Always produces a compilation that holds diagnostics unless memory ran out (then *out is NULL and MOU_ERROR_MEMORY returned).
 * MOU_OK: a pack was made. MOU_ERROR_SOURCE: see the diagnostics. Thread rule: one compilation, one thread.
 */
MOU_API enum mou_status mou_compile(const struct mou_source *sources, size_t source_count, const struct mou_compile_options *options,
                                    struct mou_compilation **out) MOU_MUST_USE;
MOU_API void mou_compilation_free(struct mou_compilation *compilation);
MOU_API const struct mou_diagnostics *mou_compilation_diagnostics(const struct mou_compilation *compilation);
/** All sources, those found through the resolver behind those given. */
MOU_API const struct mou_source *mou_compilation_sources(const struct mou_compilation *compilation, size_t *count);
/** The pack's bytes, borrowed; NULL and 0 when there were errors. */
MOU_API const unsigned char *mou_compilation_pack(const struct mou_compilation *compilation, size_t *len);

/** Canonical layout; `keywords`: 0 as written, 1 Chinese, 2 English. MOU_ERROR_SOURCE with diagnostics in *compilation (caller frees) if it does not parse. */
MOU_API enum mou_status mou_format_source(const struct mou_source *source, int keywords, struct mou_buf *out,
                                          struct mou_compilation **compilation) MOU_MUST_USE;

/* ------------------------------------------------------------------ tests beside the rules */

/** What an expectation speaks of: measures and findings; duties; repairs; matters. */
enum mou_expected_sort { MOU_EXPECT_DECISION, MOU_EXPECT_DUTY, MOU_EXPECT_REPAIR, MOU_EXPECT_MATTER };

/** What a test expects of one rule and subject on one date. Texts are borrowed from the compilation. */
struct mou_expected {
    mou_date on;
    enum mou_expected_sort sort;
    bool refuted;              /**< 应无: no outcome at all, or not the one stated */
    bool outcome_stated;
    struct mou_text subject;
    struct mou_text rule;      /**< its name */
    struct mou_text memorandum; /**< qualifier, empty if none was written */
    bool is_finding;
    /** enum mou_decision_outcome, mou_duty_outcome, mou_repair_outcome or mou_matter_outcome of mou/vm.h; unstated means in force, due or eligible. */
    int outcome;
    bool has_from, has_until, until_open;
    mou_date from, until;           /**< of duties the beginning and the last day; of repairs `from` is the first day on which it would be possible */
    const struct mou_text *keys;    /**< 凭; of duties and repairs: the records meant, all without it */
    uint32_t key_count;
    const struct mou_text *missing; /**< 缺 */
    uint32_t missing_count;
    struct mou_text via_relation;   /**< 经 */
    struct mou_text via_subject;
    struct mou_span span;
};

struct mou_test_case {
    struct mou_text name;
    struct mou_text memorandum;
    struct mou_text world;          /**< JSON in the documented shape; subjects are called as in the test */
    const struct mou_expected *expected;
    uint32_t expected_count;
    struct mou_span span;
};

/** Tests of a compilation without errors, in the order of the sources. */
MOU_API size_t mou_compilation_test_count(const struct mou_compilation *compilation);
MOU_API const struct mou_test_case *mou_compilation_test(const struct mou_compilation *compilation, size_t index);

#ifdef __cplusplus
}
#endif
#endif
