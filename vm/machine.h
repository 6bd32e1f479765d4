/*
 * The machine's inside: an opened pack as typed tables, frames of a batch, registers, and the two worlds. frames.c fills frames, kernels_*.c
 * fill registers, next.c computes next dates, decide.c, grounds.c, missing.c and explain.c read them. Nobody outside vm/ includes it.
 */
#ifndef MOU_VM_MACHINE_H
#define MOU_VM_MACHINE_H

#include "mou/coverage.h"
#include "mou/vm.h"
#include "format/pack_format.h"
#include "row_runs.h"
#include "slab.h"

/* ------------------------------------------------------------------ pack */

/** Section pointers into the mapped bytes, valid after verification. */
struct mou_pack {
    const struct mou_allocator *allocator;
    struct mou_arena *arena;
    const unsigned char *bytes;
    size_t len;
    const struct mou_pack_header *header;
#define MOU_PACK_TABLE(type, name) const struct type *name; uint32_t name##_count
    MOU_PACK_TABLE(mou_pack_source, sources);
    MOU_PACK_TABLE(mou_pack_kind, kinds);
    MOU_PACK_TABLE(mou_pack_field, fields);
    MOU_PACK_TABLE(mou_pack_record, records);
    MOU_PACK_TABLE(mou_pack_relation, relations);
    MOU_PACK_TABLE(mou_pack_list_kind, list_kinds);
    MOU_PACK_TABLE(mou_pack_code_table, code_tables);
    MOU_PACK_TABLE(mou_pack_code, codes);
    MOU_PACK_TABLE(mou_pack_item, items);
    MOU_PACK_TABLE(mou_pack_memorandum, memoranda);
    MOU_PACK_TABLE(mou_pack_parameter, parameters);
    MOU_PACK_TABLE(mou_pack_parameter_value, parameter_values);
    MOU_PACK_TABLE(mou_pack_calendar_year, calendar);
    MOU_PACK_TABLE(mou_pack_frame, frames);
    MOU_PACK_TABLE(mou_pack_instruction, instructions);
    MOU_PACK_TABLE(mou_pack_span, spans);
    MOU_PACK_TABLE(mou_pack_fraction, fractions);
    const uint32_t *lists; uint32_t lists_count;
    MOU_PACK_TABLE(mou_pack_text, texts);
    MOU_PACK_TABLE(mou_pack_finding, findings);
    MOU_PACK_TABLE(mou_pack_ground, grounds);
    MOU_PACK_TABLE(mou_pack_measure, measures);
    MOU_PACK_TABLE(mou_pack_reach, reaches);
    MOU_PACK_TABLE(mou_pack_grant, grants);
    MOU_PACK_TABLE(mou_pack_publication, publications);
    MOU_PACK_TABLE(mou_pack_table, tables);
    MOU_PACK_TABLE(mou_pack_cell, cells);
    MOU_PACK_TABLE(mou_pack_note, notes);
    MOU_PACK_TABLE(mou_pack_repair, repairs);
    MOU_PACK_TABLE(mou_pack_step, steps);
    MOU_PACK_TABLE(mou_pack_duty, duties);
    MOU_PACK_TABLE(mou_pack_matter, matters);
    MOU_PACK_TABLE(mou_pack_assertion, assertions);
    const char *strings; uint32_t strings_len;
    const struct mou_intern *own_texts; /**< its text literals; batches made for the pack stand on it */
    const int64_t *own_numbers;         /**< TEXTS index -> number in own_texts */
    struct mou_read_marks outcomes_read; /**< pack_reads.c: what outcomes rest on; without `related` */
};
/** pack_reads.c: fills outcomes_read of a pack whose contents are sound; false when memory ran out. */
bool mou_pack_note_reads(struct mou_pack *pack) MOU_MUST_USE;
/** pack.c: sets header and section pointers from `bytes`, whose layout is sound. */
void mou_pack_point(struct mou_pack *pack);
/** pack.c: verifies the contents of a pack in memory once more; layout, hash and strings, which never change there, are not looked at. */
enum mou_status mou_pack_check(const struct mou_pack *pack) MOU_MUST_USE;
/** Text of a reference; verified to be inside the strings section. An empty text has a pointer too. */
struct mou_text mou_pack_string(const struct mou_pack *pack, struct mou_pack_text text);

/* ------------------------------------------------------------------ frames */

/** Rows of a frame. Rows of one parent row are contiguous: parent row p has rows [first[p], first[p + 1]). */
struct mou_frame {
    uint32_t row_count;
    const uint32_t *first;    /**< parent's row_count + 1 entries; NULL for UNIT and SUBJECT */
    const uint32_t *up;       /**< row -> row of the parent frame; NULL for UNIT and SUBJECT */
    const uint32_t *entity;   /**< row -> row of the home frame (record), or subject number (SUBJECT, RELATION); NULL: identity */
    const uint32_t *relation_row; /**< RELATION: row -> row of the relation's columns */
    const uint32_t *root;     /**< row -> row of SUBJECT that it hangs from through `up`; NULL: identity */
    struct mou_row_runs runs; /**< home frames of batches that tell rows' subjects by bits; `ends` NULL: none. first, up and root may then be NULL: see lean.h */
    const uint64_t *all;      /**< bitmap with the bit of every row set; a register that shares it as `known` is known throughout */
};
/** Current subject of a row: the related one for RELATION, else that of the parent row; UNIT has none. */
uint32_t mou_frame_subject(const struct mou_machine *machine, uint32_t frame, uint32_t row);
/** Record type of the rows of a record frame (RECORDS, CHILDREN, SIBLINGS), else MOU_PACK_NONE. */
uint32_t mou_frame_record(const struct mou_pack *pack, uint32_t frame);
/** Home frame of what the rows of `frame` are: 2 + type for record frames, SUBJECT for RELATION and SUBJECT, UNIT for UNIT. */
uint32_t mou_frame_home(const struct mou_pack *pack, uint32_t frame);
/** Row of the home frame that a row of `frame` is (UNIT: 0). */
uint32_t mou_frame_entity(const struct mou_machine *machine, uint32_t frame, uint32_t row);

/* ------------------------------------------------------------------ registers */

enum mou_form { MOU_FORM_CONDITION, MOU_FORM_VALUE, MOU_FORM_RANGE, MOU_FORM_FRACTION };

/**
 * A register: one cell per row of its frame. Condition: `yes` and `maybe` bitmaps, yes implies maybe (maybe and not yes: unknown), bits past the end are zero.
 * Others: `known` bitmap; `inapplicable` bitmap (NULL: none), disjoint from known; `fault` (NULL: none) has an enum mou_fault for cells whose own
 * operation failed (they are unknown). Ranges are known with lo <= hi, or unknown, or inapplicable.
 */
struct mou_register {
    enum mou_form form;
    uint32_t frame;
    uint64_t *yes, *maybe;
    int64_t *value;                  /**< VALUE; RANGE: lo */
    int64_t *high;                   /**< RANGE */
    struct mou_ratio *fraction;
    uint64_t *known, *inapplicable;
    uint8_t *fault;
    bool late; /**< not yet computed: mou_register_wake does it; see lean.h */
};
enum mou_truth { MOU_NO, MOU_YES, MOU_UNKNOWN };
enum mou_cell { MOU_CELL_KNOWN, MOU_CELL_UNKNOWN, MOU_CELL_INAPPLICABLE };

enum mou_world { MOU_WORLD_ALL, MOU_WORLD_UNCONTESTED, MOU_WORLD_COUNT }; /* F and D */

/** Where the lines of a source of the pack begin, ascending. */
struct mou_line_index {
    const uint32_t *begins; /**< NULL: not made yet */
    uint32_t count;
};

struct mou_machine {
    const struct mou_pack *pack;
    const struct mou_allocator *allocator;
    struct mou_arena *pack_arena;  /**< lives with the machine: closure lists, slices, opcode tables */
    struct mou_arena *batch_arena; /**< reset at each run */
    const struct mou_batch *batch;
    struct mou_run_options options;
    struct mou_calendar calendar;  /**< years in force on the as-of date */
    struct mou_calendar_year *calendar_years; /**< storage of `calendar` */
    struct mou_slab slab;          /**< frames and registers of a run, kept between runs; its max_bytes may be lowered after mou_machine_new */
    struct mou_slab unit_slab;     /**< registers that rest on no row: they follow the as-of date and the numbers of texts only, and stay until one changes */
    mou_date unit_date;            /**< as-of date of what is in unit_slab, in the pack's own numbers; MOU_DATE_NONE: of nothing */
    struct mou_blank *blank;       /**< which registers these are */
    uint32_t *wake_stack;          /**< registers that are being computed late, each for the one before */
    uint32_t wake_depth;
    uint32_t ran;                  /**< instructions of the last run: all, or those that decisions need */
    const uint64_t *finding_bits;  /**< decide_filter.c: per finding a bitmap of the subjects that it may say anything of; NULL: not yet asked for */
    uint8_t **states;              /**< states.c: per measure and core subject what was decided; NULL entries: not yet asked for */
    struct mou_register *cells[MOU_WORLD_COUNT]; /**< storage of `registers` */
    uint64_t *nothing;             /**< what registers without rows point at */
    mou_date calendar_date;        /**< as-of date of `calendar`; MOU_DATE_NONE: none yet */
    struct mou_offsets *offsets;   /**< frames.c: frames and what tells whose their rows are, kept between runs */
    struct mou_frame *frames;      /**< those of the batch; NULL: none yet */
    uint64_t **kind_bits;          /**< per subject kind: bitmap of the batch's subjects of that kind; NULL where all are */
    uint8_t *differs;              /**< per instruction: 1 where its register in the uncontested world is one of its own */
    uint8_t *follows_today;        /**< per instruction: 1 where its value follows TODAY through values alone (see mou_opcode_follows_time) */
    struct mou_register *registers[MOU_WORLD_COUNT];
    bool lean;                     /**< this run only counts outcomes: see lean.h */
    struct mou_profile *profile;   /**< NULL: nothing is timed */
    bool deciding;                 /**< the sink is being called */
    struct mou_lean_plan *lean_plan; /**< made at the first such run, lives with the machine */
    struct mou_idle_plan *idle_plan; /**< idle.c: made when first asked for, lives with the machine */
    bool counting;                 /**< and names no subject: see tally.c */
    const struct mou_compare_form *compare; /**< comparisons of columns in the form for this processor */
    const struct mou_row_runs_form *runs; /**< reductions of rows that are told by bits, the same */
    struct mou_machine *self;      /**< for registers that are computed when read, by those who only read */
    bool two_worlds;               /**< false: the second pointer is the first */
    uint64_t **contested;          /**< per record type, bitmap over home rows on the as-of date, ancestors included; NULL entries: none */
    const int64_t *text_numbers;   /**< TEXTS index -> number in the batch's interning table */
    /** next.c: per instruction and row: least date after t on which something in the cell's cone changes (INT32_MAX: never); NULL: nothing in the instruction's cone does. */
    mou_date **next_dates;
    const struct mou_reach_index *reach_index; /**< reach.c: made once per run; NULL before */
    struct mou_line_index *lines;  /**< explain_value.c: per source; made when first asked, lives with the machine */
    struct mou_span turned;        /**< the words of the condition that is taken otherwise, where `turn` says how */
    enum mou_turn turn;
    struct mou_decide_plan *decide_plan; /**< decide_plan.c: made at the first run, lives with the machine */
};

/** Registers at frame 0 are read at row 0 whatever `row` says; all others at `row` of their own frame. */
enum mou_truth mou_register_truth(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t row);
enum mou_cell mou_register_cell(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t row);
/** Value of a known cell. */
int64_t mou_register_value(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t row);
/** Whether a cell is known, and its value; of a register that is late only this cell is computed, where that is a column, or a date moved by days or months. */
bool mou_register_known(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t row, int64_t *value);

/**
 * Checks the batch's order and ranges, and fills calendar, contested bitmaps and frames. MOU_ERROR_DATA for a batch that breaks the rules of
 * struct mou_batch, MOU_ERROR_MEMORY beyond MOU_FRAME_ROWS_MAX rows or the slab's bound.
 */
enum mou_status mou_frames_fill(struct mou_machine *machine) MOU_MUST_USE;
/** Finds what the instructions rest on and makes all registers those of frames without rows; false when memory ran out. */
bool mou_registers_prepare(struct mou_machine *machine);
/** Whether a run is asked for more than decisions. */
static inline bool mou_machine_wants_others(const struct mou_machine *machine)
{
    return machine->options.duties || machine->options.repairs || machine->options.matters || machine->options.assertions;
}
/** How a WRITTEN instruction is to be taken. */
enum mou_turn mou_machine_turn_of(const struct mou_machine *machine, uint32_t index);
/** Runs the instructions in both worlds (one where nothing is contested): those that decisions need, and the others where they are asked for. */
enum mou_status mou_kernels_run(struct mou_machine *machine) MOU_MUST_USE;
/** What an instruction gives over the registers of the last run, which stay as they are; its memory is the run's. False when memory ran out. */
bool mou_kernels_again(struct mou_machine *machine, enum mou_world world, uint32_t index, struct mou_register *again) MOU_MUST_USE;
/** Whether two registers of one instruction are the same in every cell of `rows`. */
bool mou_register_same(const struct mou_register *a, const struct mou_register *b, uint32_t rows);
/**
 * Evaluates one instruction's result for a single row as if today were `today`, where its cone reaches TODAY only through value instructions (the verifier and compiler see
 * to it): used to find the date on which a time comparison changes. Other registers keep their value. Row is of the instruction's frame.
 */
enum mou_truth mou_kernel_compare_on(const struct mou_machine *machine, enum mou_world world, uint32_t instruction, uint32_t row, mou_date today);
/** Computes a register that is late, and those that it rests on. False when memory ran out, which the slab remembers. */
bool mou_register_wake(struct mou_machine *machine, enum mou_world world, uint32_t index) MOU_MUST_USE;
/** Everything of a run before next dates and decisions: texts, frames, registers. `options` and `batch` are kept in the machine. */
enum mou_status mou_machine_evaluate(struct mou_machine *machine, const struct mou_batch *batch, const struct mou_run_options *options) MOU_MUST_USE;
/** The same for a run that only counts outcomes. */
enum mou_status mou_machine_evaluate_lean(struct mou_machine *machine, const struct mou_batch *batch, const struct mou_run_options *options) MOU_MUST_USE;
/** The same where no decision is made of it: see tally.c. */
enum mou_status mou_machine_evaluate_counting(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of) MOU_MUST_USE;
/** After a run that only counted: evaluates the same batch once more, as for whole decisions; else nothing. For those who look at more than outcomes. */
enum mou_status mou_machine_complete(struct mou_machine *machine) MOU_MUST_USE;
/**
 * How the operands of such a comparison lie to each other on `today`: *position rises or falls with the days and tells, where it is the same, that the truth is too. Unknown
 * (also by a fault) and inapplicable as their dominance says.
 */
enum mou_cell mou_kernel_position_on(const struct mou_machine *machine, enum mou_world world, uint32_t instruction, uint32_t row, mou_date today, int *position);
/** Runs, on another day and in the world with all records, those instructions that `wanted` marks; the frames stay. */
bool mou_kernels_run_marked(struct mou_machine *machine, const uint8_t *wanted) MOU_MUST_USE;
/** next.c: of the instructions that `wanted` marks, NULL: of all that were run. */
enum mou_status mou_next_compute_marked(struct mou_machine *machine, const uint8_t *wanted) MOU_MUST_USE;
/** next.c. */
enum mou_status mou_next_compute(struct mou_machine *machine) MOU_MUST_USE;
/** decide.c: decisions and next dates of the core subjects to the sink. */
enum mou_status mou_decide(struct mou_machine *machine, const struct mou_decision_sink *sink) MOU_MUST_USE;

#endif
