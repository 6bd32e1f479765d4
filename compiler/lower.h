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
    size_t slot_count;
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
    bool failed;                    /**< a limit of the format was reached or memory ran out */
};

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
uint32_t mou_code_list(struct mou_lowering *lowering, const uint32_t *items, uint32_t count);

/* ---- lower_expr.c */
uint32_t mou_lower_expr(struct mou_lowering *lowering, const struct mou_texpr *expr, const struct mou_env *env);
uint8_t mou_lower_type(struct mou_type type);
/** Presence of a record type's rows at its home frame (S8). */
uint32_t mou_lower_presence(struct mou_lowering *lowering, uint32_t record);

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
struct mou_lowered_measure { struct mou_pack_measure entry; struct mou_pack_grant *grants; struct mou_pack_reach *reaches; };
void mou_lower_measure(struct mou_lowering *lowering, uint32_t measure, struct mou_lowered_measure *out);
/** Registers of how often and how long; the places are the emitter's. */
struct mou_pack_publication mou_lower_publication(struct mou_lowering *lowering, const struct mou_publication *publication);
/** Puts the code of a rule's publications among what decisions need; the emitter finds it again. */
void mou_lower_publications(struct mou_lowering *lowering, const struct mou_publication *list, uint32_t count);
/** Relation steps within which a finding's conditions can look. */
uint32_t mou_lower_depth(const struct mou_lowering *lowering);

#endif
