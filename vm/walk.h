/*
 * Walking the instruction graph against the direction of evaluation: which cell of an operand a cell was computed from,
 * which cells were seen already, and what subjects, rows and keys are called. Shared by grounds.c, missing.c and
 * explain_*.c; writes no register.
 */
#ifndef MOU_VM_WALK_H
#define MOU_VM_WALK_H

#include "machine.h"

/**
 * One cell: a register and a row of its frame. Registers at frame 0 have one row for all; `frame` and `frame_row`
 * remember the row in whose scope they were read (the same as the register's own otherwise).
 */
struct mou_spot {
    uint32_t instruction;
    uint32_t row;
    uint32_t frame;
    uint32_t frame_row;
    enum mou_world
        world; /**< whose registers are read: below a rule that objections do not stay, those of all records */
};

/** Rows [first, end) of `frame`. */
struct mou_spot_rows {
    uint32_t frame;
    uint32_t first;
    uint32_t end;
};

/** The cell of register `index` at row `row` of `frame`, which is the register's own frame unless that is frame 0. */
struct mou_spot mou_spot_at(const struct mou_machine *machine, enum mou_world world, uint32_t index, uint32_t frame,
                            uint32_t row);
/** The cell of operand `index` that `spot` was computed from. Not for reductions (DOWN). */
struct mou_spot mou_spot_operand(const struct mou_machine *machine, struct mou_spot spot, uint32_t index);
/** The rows that a reduction (DOWN) at `spot` ran over. */
struct mou_spot_rows mou_spot_reduced(const struct mou_machine *machine, struct mou_spot spot);

/** A cell as a truth, with everything that is not a condition counting as unknown or yes (known). */
enum mou_truth mou_spot_truth(const struct mou_machine *machine, struct mou_spot spot);
/** Whether a cell is settled: a condition yes or no, a value known or inapplicable, a range of one number. */
bool mou_spot_settled(const struct mou_machine *machine, struct mou_spot spot);
/** The cell's own fault, MOU_FAULT_NONE where its operation did not fail. */
enum mou_fault mou_spot_fault(const struct mou_machine *machine, struct mou_spot spot);
/** Current subject of the row in scope, MOU_PACK_NONE where there is none. */
uint32_t mou_spot_subject(const struct mou_machine *machine, struct mou_spot spot);

/** The words of the rules that an instruction was made from; MOU_NO_SPAN where it has none. */
struct mou_span mou_spot_span(const struct mou_pack *pack, uint32_t instruction);

/* ------------------------------------------------------------------ what was seen */

struct mou_visit {
    uint64_t a;
    uint64_t b;
    uint32_t generation; /**< 0: never used */
};

/** A set of pairs of numbers that is emptied by counting its generation up. Lives in an arena. */
struct mou_visits {
    struct mou_visit *entries;
    size_t capacity; /**< a power of two, or 0 */
    size_t count;
    uint32_t generation;
};

void mou_visits_clear(struct mou_visits *visits);

enum mou_seen { MOU_SEEN_FIRST, MOU_SEEN_AGAIN, MOU_SEEN_FAILED /**< no memory */ };
enum mou_seen mou_visits_add(struct mou_arena *arena, struct mou_visits *visits, uint64_t a, uint64_t b);

/* ------------------------------------------------------------------ names */

/** A value of a column; false where it is not known. */
bool mou_cell_read(const struct mou_column *column, uint32_t row, int64_t *value);

/** Where texts are made that the batch does not hold: `buf` is used again and again, copies live in `arena`. */
struct mou_naming {
    const struct mou_machine *machine;
    struct mou_arena *arena;
    struct mou_buf buf;
};
/** The key of a record row (主键 or the instrument's number); a NULL pointer where the type has none or the row's is
 * not known. */
struct mou_text mou_record_key(struct mou_naming *naming, uint32_t record, uint32_t row);
/** Number of the key field of a record type, MOU_PACK_NONE where it has none. */
uint32_t mou_record_key_field(const struct mou_pack *pack, uint32_t record);
/** A value as an official writes it: dates ISO, money in yuan, ratios as decimals, durations ISO, codes by name, yes-no
 * as 是 否. */
void mou_value_text(const struct mou_machine *machine, uint32_t type, uint32_t code_table, int64_t value,
                    struct mou_buf *out);
/** Name of a code, empty where the table has none of that value. */
struct mou_text mou_code_name(const struct mou_pack *pack, uint32_t table, int64_t value);
/** "P2Y", "P6M", "P30D", "P7WD" without quotes. */
void mou_duration_text(uint32_t type, int64_t value, struct mou_buf *out);
/** The same in words: 2年6个月, 7个工作日; 2 years 6 months, 7 working days. */
void mou_duration_words(uint32_t type, int64_t value, enum mou_lang lang, struct mou_buf *out);
/** The value of a parameter in force on the day; false, and nothing written, before its first. */
bool mou_parameter_in_force(const struct mou_pack *pack, const struct mou_pack_parameter *parameter, mou_date day, int64_t *value);

#endif
