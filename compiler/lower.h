/*
 * Lowering: the checked program to instructions over frames. Shared by lower_*.c and emit.c. The graph mirrors the source: explanations,
 * missing fields and grounds are read off it.
 */
#ifndef MOU_COMPILER_LOWER_H
#define MOU_COMPILER_LOWER_H

#include "pack_format.h"
#include "program.h"

#define MOU_NO_REGISTER MOU_PACK_NONE
#define MOU_FRAME_OF_UNIT 0u
#define MOU_FRAME_OF_SUBJECT 1u

/** Which frame stands for a binding while an expression is lowered. */
struct mou_env {
    const struct mou_binding *binding;
    uint32_t frame;
    const struct mou_env *outer;
};

/** Registers of a rule, for its table entry. */
struct mou_lowered_ground { struct mou_pack_ground entry; };
struct mou_lowered_finding { struct mou_pack_finding entry; bool done; struct mou_lowered_ground *grounds; };
struct mou_lowered_measure { struct mou_pack_measure entry; struct mou_pack_grant *grants; struct mou_pack_reach *reaches; uint32_t ground_count; /**< of its findings: so long are its lists */ };

/** What is lowered by itself, once, and what of it others may ask for (lower_again.c). */
enum mou_part {
    MOU_PART_PERIOD, MOU_PART_PRESENCE, MOU_PART_ON_LIST, MOU_PART_DEFINITION, MOU_PART_RAW_DEFINITION, MOU_PART_LISTING, /* one register each */
    MOU_PART_FINDING,
    MOU_PART_MEASURE, MOU_PART_DUTY, MOU_PART_REPAIR, MOU_PART_MATTER, MOU_PART_ASSERTION, /* nobody asks for these */
    MOU_PART_COUNT
};
/** A part that is asked for. */
struct mou_ask { enum mou_part part; uint32_t index; bool fresh; /**< it is to be lowered now */ size_t at; unsigned outer_depth, outer_deepest; };

/** Lowering upon that of an earlier compilation. NONE: the number has none of the other compilation. */
struct mou_again {
    struct mou_lowering *before; /**< read only */
    const bool *stale;           /**< per source: its rules are lowered anew */
    uint32_t *registers, *frames, *lists; /**< by number of before: that of now */
    MOU_VEC(uint32_t) registers_before;   /**< by number of now: that of before */
    MOU_VEC(uint32_t) frames_before;
    MOU_VEC(uint32_t) made_lists;         /**< by records that are being gone through */
    size_t next_list, end_list;           /**< those of a record that did not hold, of which the part's lowering asks for again first of all */
    bool *differs[MOU_PART_COUNT]; /**< per part: its registers are not those of before */
};

/** Number of an instruction + 1, 0: empty. */
struct mou_code_slot { uint32_t next, hash; };

/** State of lowering; everything lives in the program's arena. */
struct mou_lowering {
    struct mou_program *program;
    struct mou_arena *arena;
    struct mou_diagnostics *diagnostics;
    MOU_VEC(struct mou_pack_instruction) instructions;
    MOU_VEC(struct mou_pack_span) spans;
    MOU_VEC(bool) follows_today; /**< per instruction: reaches TODAY through values */
    struct mou_code_slot *slots; /**< hash table of instructions */
    size_t slot_count, slots_used;
    MOU_VEC(struct mou_pack_frame) frames;
    MOU_VEC(struct mou_pack_fraction) fractions;
    MOU_VEC(uint32_t) lists;
    MOU_VEC(struct mou_text) texts; /**< TEXTS section: literals, basis, signatories */
    struct mou_intern *text_numbers;
    uint32_t *definitions;          /**< register of each, MOU_NO_REGISTER: not yet */
    const struct mou_finding *counted; /**< the finding whose marks MARK reads, while a list is counted */
    uint32_t *listings;             /**< register of each aspect of each listing at its home frame, MOU_NO_REGISTER: not yet; then as duties and repairs see them */
    uint32_t *periods;              /**< register of each memorandum's time, MOU_NO_REGISTER: not yet */
    uint32_t *on_list;              /**< per list: whether the subject is on it; MOU_NO_REGISTER: not yet */
    uint32_t *presence;             /**< per record type, at its home frame */
    struct mou_lowered_finding *findings;
    struct mou_lowered_measure *measures;
    uint32_t first_other;           /**< instructions from here on are asked for by duties, repairs, matters and assertions only */
    struct mou_pack_duty *duties;
    struct mou_pack_repair *repairs;
    struct mou_pack_matter *matters;
    struct mou_pack_assertion *assertions;
    bool raw;                       /**< duties and repairs: rows count whether or not they are served */
    uint32_t *raw_definitions;      /**< as `definitions`, for them */
    bool in_assertion;              /**< states of measures are definite: to verify is not in force */
    uint32_t each_measure;          /**< the measure that a quantifier over measures is at */
    bool measured;                  /**< conditions stand apart where they are written */
    struct mou_span within;         /**< the words of the innermost such condition being lowered */
    unsigned depth;
    unsigned begun_at, deepest;     /**< depth at which the part at hand began, and its greatest */
    MOU_VEC(uint32_t) record;       /**< what each part has asked for (lower_again.c) */
    struct mou_intern *strings;     /**< of the pack; numbers of before stay */
    const struct mou_pack_note *notes; /**< of the pack, once it is there */
    MOU_VEC(uint32_t) asked_strings; /**< with records: numbers of strings in the order in which rules asked for them */
    uint32_t *parts[MOU_PART_COUNT]; /**< where its record begins; 0: nowhere */
    bool recorded;                  /**< there are records, and they are whole */
    struct mou_again *again;        /**< NULL: everything is lowered anew */
    bool failed;                    /**< a limit of the format was reached or memory ran out */
};

/** Nesting of expressions, through all rules that they refer to. */
#define MOU_LOWER_DEPTH_MAX ((unsigned)MOU_NESTING_MAX * 8)

/* ---- lower_code.c */
/** Appends an instruction, or finds an equal one. */
uint32_t mou_code_add(struct mou_lowering *lowering, struct mou_pack_instruction instruction, struct mou_span span);
/** The register's value at `frame`, which hangs below the register's own. */
uint32_t mou_code_bring(struct mou_lowering *lowering, uint32_t reg, uint32_t frame);
/** The deeper of two frames on one chain. */
uint32_t mou_code_join(const struct mou_lowering *lowering, uint32_t a, uint32_t b);
uint32_t mou_code_frame(const struct mou_lowering *lowering, uint32_t reg);
uint32_t mou_code_frame_add(struct mou_lowering *lowering, struct mou_pack_frame frame);
/** An instruction with register operands at one frame: brings the operands to the deepest of theirs. */
uint32_t mou_code_same(struct mou_lowering *lowering, uint16_t opcode, uint8_t type, uint32_t code_table, uint32_t a, uint32_t b, uint32_t c, int64_t imm,
                       struct mou_span span);
uint32_t mou_code_at(struct mou_lowering *lowering, uint32_t reg, uint32_t frame, struct mou_span span);
uint32_t mou_code_constant(struct mou_lowering *lowering, uint8_t type, int64_t value, struct mou_span span);
uint32_t mou_code_truth(struct mou_lowering *lowering, int64_t truth, struct mou_span span);
uint32_t mou_code_compare(struct mou_lowering *lowering, int64_t compare, uint32_t a, uint32_t b, struct mou_span span);
uint32_t mou_code_and(struct mou_lowering *lowering, uint32_t a, uint32_t b, struct mou_span span);
uint32_t mou_code_today(struct mou_lowering *lowering, struct mou_span span);
uint32_t mou_code_column(struct mou_lowering *lowering, uint32_t frame, uint32_t column, uint8_t type, uint32_t code_table, int64_t imm, struct mou_span span);
uint32_t mou_code_text(struct mou_lowering *lowering, struct mou_text text);
uint32_t mou_code_fraction(struct mou_lowering *lowering, struct mou_pack_fraction fraction);
/** Numbers in LISTS, those of registers or, with mou_code_numbers, others; where they begin. Empty lists begin at 0. */
uint32_t mou_code_list(struct mou_lowering *lowering, const uint32_t *registers, uint32_t count);
uint32_t mou_code_numbers(struct mou_lowering *lowering, const uint32_t *numbers, uint32_t count);
/** For lower_again.c: an equal instruction, or NONE; a frame's or fraction's number, or how many there are; an instruction that is not there, with its number of before. */
uint32_t mou_code_find(const struct mou_lowering *lowering, const struct mou_pack_instruction *instruction, struct mou_pack_span place);
uint32_t mou_code_frame_find(const struct mou_lowering *lowering, const struct mou_pack_frame *frame);
uint32_t mou_code_fraction_find(const struct mou_lowering *lowering, struct mou_pack_fraction fraction);
uint32_t mou_code_append(struct mou_lowering *lowering, const struct mou_pack_instruction *instruction, struct mou_pack_span place, bool follows, uint32_t before);

/* ---- lower_again.c */
/** Makes ready for records, or for taking over from an earlier lowering that has them. False when memory ran out. */
bool mou_again_start(struct mou_lowering *lowering) MOU_MUST_USE;
/** Somebody asks for a part, which is `known` or is lowered next and is what that rule says (NULL: the vocabulary, or all rules). It is looked at only where that is noted. */
struct mou_ask mou_ask(struct mou_lowering *lowering, enum mou_part part, uint32_t index, bool known, struct mou_decl *const *rule) MOU_MUST_USE;
void mou_answered(struct mou_lowering *lowering, const struct mou_ask *ask);
/** Whether the part's earlier record was gone through and holds: its entry is that of before, with registers and lists of now. Else it is lowered as any other. */
bool mou_again_take(struct mou_lowering *lowering, const struct mou_ask *ask) MOU_MUST_USE;
/** The same for parts that are one register. */
bool mou_again_take_register(struct mou_lowering *lowering, const struct mou_ask *ask) MOU_MUST_USE;
/** Strings of the pack that a rule asks for: where nothing that it says has changed, their numbers in order, and its note of before; else NULL, and from here on they are noted. */
const uint32_t *mou_again_strings(struct mou_lowering *lowering, enum mou_part part, uint32_t index, uint32_t note, const struct mou_pack_note **before);
/** Makes registers of an entry of before, at these offsets, those of now. */
void mou_again_forward(const struct mou_lowering *lowering, void *entry, const size_t *fields, size_t count);
uint32_t mou_again_list_now(const struct mou_lowering *lowering, uint32_t before, uint32_t count);
/** Notes whether registers of an entry are others than before. */
void mou_again_compare(struct mou_lowering *lowering, const struct mou_ask *ask, const void *entry, const void *before, const size_t *fields, size_t count);
/* For lower_code.c: what is asked for; what was before, or NONE; what a new number was before. */
void mou_again_instruction(struct mou_lowering *lowering, uint32_t reg, bool made);
void mou_again_frame(struct mou_lowering *lowering, uint32_t frame);
void mou_again_list(struct mou_lowering *lowering, uint32_t offset, uint32_t count, bool registers);
bool mou_again_has_list(struct mou_lowering *lowering, uint32_t *offset) MOU_MUST_USE;
uint32_t mou_again_find(const struct mou_lowering *lowering, struct mou_pack_instruction instruction, struct mou_pack_span place);
bool mou_again_number(struct mou_lowering *lowering, uint32_t reg, uint32_t before) MOU_MUST_USE;
bool mou_again_number_frame(struct mou_lowering *lowering, const struct mou_pack_frame *frame, uint32_t number) MOU_MUST_USE;

/* ---- lower_expr.c */
uint32_t mou_lower_expr(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env);
uint8_t mou_lower_type(struct mou_type type);
/** Presence of a record type's rows at its home frame (S8). */
uint32_t mou_lower_presence(struct mou_lowering *lowering, uint32_t record);
/** A definition's body over its own row or subject. */
uint32_t mou_lower_definition(struct mou_lowering *lowering, uint32_t definition);
/** By its place in the table of what listings say. */
uint32_t mou_lower_listing(struct mou_lowering *lowering, uint32_t place);

/* ---- lower_rules.c */
/** Register of `holds` of a finding; lowers it when first asked. */
uint32_t mou_lower_finding(struct mou_lowering *lowering, uint32_t finding);
uint32_t mou_lower_period(struct mou_lowering *lowering, uint32_t memorandum);

/* ---- lower_duties.c */
/** Duties, repairs, matters and assertions, after everything else. */
void mou_lower_others(struct mou_lowering *lowering);
uint32_t mou_lower_measure_state(struct mou_lowering *lowering, const struct mou_texpr *expr);
/** One term per measure, joined. */
uint32_t mou_lower_each_measure(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env);

/* ---- emit.c */
enum mou_status mou_emit(struct mou_lowering *lowering, struct mou_buf *out) MOU_MUST_USE;

/* ---- lower_measures.c */
void mou_lower_measure(struct mou_lowering *lowering, uint32_t measure);
/** Registers of how often and how long; the places are the emitter's. */
struct mou_pack_publication mou_lower_publication(struct mou_lowering *lowering, const struct mou_publication *publication);
/** Puts the code of a rule's publications among what decisions need; the emitter finds it again. */
void mou_lower_publications(struct mou_lowering *lowering, const struct mou_publication *list, uint32_t count);
/** Relation steps within which a finding's conditions can look. */
uint32_t mou_lower_depth(const struct mou_lowering *lowering);

#endif
