/*
 * Where the time of runs goes: by instruction of the pack, by rule and memorandum, and by step of the work. Costs nothing where no profile is set; has no part in
 * evaluation. Used by mou run --profile.
 */
#ifndef MOU_PROFILE_H
#define MOU_PROFILE_H

#include "mou/vm.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mou_profile;

/** Sorts of entries. */
enum mou_profile_sort {
    MOU_PROFILE_INSTRUCTION, /**< one instruction over its rows */
    MOU_PROFILE_RULE,        /**< outcomes of one rule, subject by subject, with what their decisions carry */
    MOU_PROFILE_STEP         /**< what is done for no rule in particular */
};

/** Steps; those from MOU_STEP_READ on are the caller's. */
enum mou_profile_step {
    MOU_STEP_ROWS,   /**< checking a batch, rows below rows, rows under objection */
    MOU_STEP_FILTER, /**< whom a rule may say anything of */
    MOU_STEP_NEXT,   /**< next dates */
    MOU_STEP_READ,   /**< tables into columns */
    MOU_STEP_CUT,    /**< batches out of them */
    MOU_STEP_WRITE,  /**< what the caller does with decisions */
    MOU_STEP_COUNT
};

/** One entry; texts live as long as the pack. */
struct mou_profile_entry {
    enum mou_profile_sort sort;
    enum mou_profile_step step; /**< of a step */
    uint32_t number;            /**< instruction, or rule: findings, then measures */
    struct mou_text memorandum; /**< NULL bytes: none, or several have it in common */
    struct mou_text rule;       /**< NULL bytes: the same */
    struct mou_text operation;  /**< name of the instruction's operation */
    struct mou_text file;       /**< where it was written; NULL bytes where that is not known */
    struct mou_place place;
    struct mou_text words;      /**< what was written there */
    uint64_t nanoseconds;       /**< without what was done inside for other entries */
    uint64_t rows;              /**< or subjects */
    uint64_t calls;
};

/** `now` gives nanoseconds from any beginning, never going back. `pack` must outlive the profile. One thread at a time. */
MOU_API enum mou_status mou_profile_new(const struct mou_pack *pack, uint64_t (*now)(void), struct mou_profile **profile) MOU_MUST_USE;
MOU_API void mou_profile_free(struct mou_profile *profile); /**< NULL is fine */
/** Another one for the same pack, with the same clock, for another thread. */
MOU_API enum mou_status mou_profile_fork(const struct mou_profile *profile, struct mou_profile **forked) MOU_MUST_USE;
/** Adds what `from` has seen. Both are of one pack. */
MOU_API void mou_profile_merge(struct mou_profile *into, const struct mou_profile *from);
/** The machine's runs are timed from here on; NULL: no longer. The profile must be of the machine's pack. */
MOU_API void mou_machine_set_profile(struct mou_machine *machine, struct mou_profile *profile);

/** A piece of work under way; what is timed inside it is not counted twice. */
struct mou_profile_mark { uint64_t begin, inside; };
/** Both do nothing where the profile is NULL. */
MOU_API struct mou_profile_mark mou_profile_begin(const struct mou_profile *profile);
MOU_API void mou_profile_end(struct mou_profile *profile, struct mou_profile_mark mark, enum mou_profile_step step, uint64_t rows);

/** Entries that took any time are among [0, count). */
MOU_API uint32_t mou_profile_count(const struct mou_profile *profile);
MOU_API struct mou_profile_entry mou_profile_entry(const struct mou_profile *profile, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
