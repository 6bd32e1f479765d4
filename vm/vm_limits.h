/*
 * Every limit of the machine by name. A pack or a batch beyond one of them is refused with a message or a status;
 * nothing is cut off silently. Used by the verifier, the frames and the memory of a run.
 */
#ifndef MOU_VM_VM_LIMITS_H
#define MOU_VM_VM_LIMITS_H

/* Files beyond this are no packs: offsets are 32 bits wide. */
#define MOU_PACK_BYTES_MAX UINT32_MAX
/* Nesting of record types and of frames: what a person can still read, and what walks up a chain may cost. */
#define MOU_RECORD_DEPTH_MAX 16u
#define MOU_FRAME_DEPTH_MAX  24u
/* Relation steps between a subject and what its decisions depend on. */
#define MOU_CLOSURE_DEPTH_MAX 64u
/*
 * A time comparison is evaluated again for other days (next dates) by walking its operands down to TODAY. The walk is
 * recursive, so its depth and the number of its steps are bounded by the verifier.
 */
#define MOU_TIME_DEPTH_MAX 64u
#define MOU_TIME_STEPS_MAX 4096u
/* Kernel steps per row; a pack beyond it is no rule book but an attack. */
#define MOU_COST_MAX ((uint64_t)1 << 24)
/* Arguments of a decision table: one bit each in columns_are_fractions. */
#define MOU_TABLE_COLUMNS_MAX 32u
/* Rows of one frame; nested quantifiers multiply. */
#define MOU_FRAME_ROWS_MAX 0x7FFFFFFFu
/* Bytes of frames and registers of one run; a machine's own bound may be set lower. */
#define MOU_RUN_BYTES_MAX ((size_t)2 << 30)
/* Days on which the conditions of repairs are run again, in search of the first on which one is possible: every day of the calendar. */
#define MOU_EARLIEST_STEPS_MAX 110000u
/* Findings named by measures, and grounds of findings, all told: what deciding keeps lists of. */
#define MOU_PLAN_ENTRIES_MAX ((size_t)1 << 26)
/* First chunk of a run's memory, kept between runs. */
#define MOU_SLAB_FIRST_BYTES ((size_t)256 << 10)
/* Longest message that the verifier gives. */
#define MOU_MESSAGE_BYTES_MAX ((size_t)4096)

#endif
