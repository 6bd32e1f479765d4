/*
 * Clauses in an explanation: a condition in the words of the rule with its truth, its parts below
 * it, and at the leaves the values that were compared. Synthetic steps without words of their own,
 * and steps that only carry a row's value elsewhere, are passed through. Used by explain*.c.
 */
#include <assert.h>

#include "explain.h"
#include "opcodes.h"

/* Rows shown of one quantifier. */
#define ROWS_MAX 20u

/* Past UP, AT and WRITTEN to the condition itself. */
static struct mou_spot settle(const struct mou_machine *machine, struct mou_spot spot)
{
    for (;;) {
        const struct mou_pack_instruction *instruction =
            &machine->pack->instructions[spot.instruction];
        if (instruction->opcode != MOU_OP_CODE_UP_CONDITION &&
            instruction->opcode != MOU_OP_CODE_AT_CONDITION &&
            instruction->opcode != MOU_OP_CODE_PARENT_CONDITION &&
            instruction->opcode != MOU_OP_CODE_WRITTEN) {
            return spot;
        }
        spot = mou_spot_operand(machine, spot, instruction->a);
    }
}

/* A condition that says nothing: a constant yes, where the rule has no condition. */
static bool is_constant(const struct mou_machine *machine, struct mou_spot spot)
{
    return machine->pack->instructions[settle(machine, spot).instruction].opcode ==
           MOU_OP_CODE_CONST_CONDITION;
}

struct clause {
    struct mou_explain_node *node;
    struct mou_span span; /* what the node stands for */
    unsigned depth;
    bool whole; /* all parts are shown, not only those that made it what it is */
};

static void expand(struct mou_explain *explain, struct clause at, struct mou_spot spot);

static uint32_t opcode_of(const struct mou_explain *explain, struct mou_spot spot)
{
    return explain->machine->pack->instructions[spot.instruction].opcode;
}

static bool is_finding(const struct mou_explain *explain, struct mou_spot spot)
{
    return explain->work.plan->finding_of[spot.instruction] != MOU_PACK_NONE;
}

static bool begins_with(struct mou_text words, const char *beginning)
{
    const size_t len = strlen(beginning);
    return words.len >= len && memcmp(words.bytes, beginning, len) == 0;
}

static bool ends_with(struct mou_text words, const char *ending)
{
    const size_t len = strlen(ending);
    return words.len >= len && memcmp(words.bytes + words.len - len, ending, len) == 0;
}

/* Words that say the negation themselves: 无 R 满足 …, x 未填. Not those of 除非 任一 R 满足 …, which are lowered alike. */
static bool negates_in_words(struct mou_explain *explain, uint32_t opcode, struct mou_span span)
{
    if (opcode != MOU_OP_CODE_ANY && opcode != MOU_OP_CODE_EVERY && opcode != MOU_OP_CODE_FILLED && opcode != MOU_OP_CODE_FILLED_FRACTION) {
        return false;
    }
    if (span.source == UINT32_MAX) {
        return true;
    }
    const struct mou_text words = mou_explain_words(explain, span);
    return opcode == MOU_OP_CODE_ANY || opcode == MOU_OP_CODE_EVERY ? begins_with(words, "无") || begins_with(words, "no")
                                                                    : ends_with(words, "未填") || ends_with(words, "absent");
}

/*
 * `除非 C` is lowered to "not C" with the words of C: shown is C, as the exception that it is.
 * False where it is no such negation.
 */
static bool add_exception(struct mou_explain *explain, struct clause at, struct mou_spot spot)
{
    const struct mou_machine *machine = explain->machine;
    if (opcode_of(explain, spot) != MOU_OP_CODE_NOT || is_finding(explain, spot)) {
        return false;
    }
    const uint32_t index = machine->pack->instructions[spot.instruction].a;
    const struct mou_spot inner = settle(machine, mou_spot_operand(machine, spot, index));
    const struct mou_span span = mou_explain_span(explain, spot.instruction);
    const bool same =
        mou_span_equal(span, mou_explain_span(explain, inner.instruction)) || span.source == UINT32_MAX;
    if (!same || negates_in_words(explain, opcode_of(explain, inner), span)) {
        return false;
    }
    mou_explain_clause(explain, at.node, MOU_EXPLAIN_UNLESS, inner, at.depth + 1);
    return true;
}

/* A part of a clause: a line of its own, unless it has the same words as the whole, or, joining
 * others, none. */
static void add_part(struct mou_explain *explain, struct clause at, struct mou_spot spot)
{
    spot = settle(explain->machine, spot);
    const struct mou_span span = mou_explain_span(explain, spot.instruction);
    const uint32_t opcode = opcode_of(explain, spot);
    const bool joins = opcode == MOU_OP_CODE_AND || opcode == MOU_OP_CODE_OR;
    const bool wordless = span.source == UINT32_MAX || span.begin >= span.end;
    if (add_exception(explain, at, spot)) {
        return;
    }
    if (!is_finding(explain, spot) && (mou_span_equal(span, at.span) || (wordless && joins))) {
        at.depth++;
        expand(explain, at, spot);
    } else {
        mou_explain_clause(explain, at.node, MOU_EXPLAIN_CLAUSE, spot, at.depth + 1);
    }
}

/* Of `且` that is no, the parts that are no tell; of `或` that is yes, those that are; of an
 * unknown one, what is not settled. */
static bool part_tells(uint32_t opcode, enum mou_truth whole, enum mou_truth part)
{
    if (whole == MOU_UNKNOWN) {
        return part == MOU_UNKNOWN;
    }
    return (opcode == MOU_OP_CODE_AND) == (whole == MOU_YES) || part == whole;
}

/* `a 且 b 且 c` is one clause with three parts. */
static void add_side(struct mou_explain *explain, struct clause at, struct mou_spot from,
                     uint32_t index)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_spot spot = mou_spot_operand(machine, from, index);
    const bool same = opcode_of(explain, spot) == opcode_of(explain, from);
    const enum mou_truth whole = mou_spot_truth(machine, from);
    if (!at.whole && !part_tells(opcode_of(explain, from), whole, mou_spot_truth(machine, spot))) {
        return;
    }
    if (same && !is_finding(explain, spot) && at.depth < MOU_EXPLAIN_DEPTH_MAX) {
        at.depth++;
        expand(explain, at, spot);
    } else {
        add_part(explain, at, spot);
    }
}

static void add_choice(struct mou_explain *explain, struct clause at, struct mou_spot spot)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[spot.instruction];
    const struct mou_spot condition = mou_spot_operand(machine, spot, instruction->a);
    add_part(explain, at, condition);
    const enum mou_truth truth = mou_spot_truth(machine, condition);
    if (truth != MOU_UNKNOWN) {
        add_part(
            explain, at,
            mou_spot_operand(machine, spot, truth == MOU_YES ? instruction->b : instruction->c));
    }
}

/* Values compared: every operand that is no condition. */
static void add_values(struct mou_explain *explain, struct clause at, struct mou_spot spot)
{
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_instruction *instruction = &pack->instructions[spot.instruction];
    uint32_t operand = mou_instruction_reads(pack, instruction, 0);
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        mou_explain_values(explain, at.node, mou_spot_operand(explain->machine, spot, operand),
                           at.depth + 1);
        operand = mou_instruction_reads(pack, instruction, n);
    }
}

static void expand(struct mou_explain *explain, struct clause at, struct mou_spot spot)
{
    const struct mou_pack_instruction *instruction =
        &explain->machine->pack->instructions[spot.instruction];
    if (at.depth > MOU_EXPLAIN_DEPTH_MAX || explain->tree.cut) {
        explain->tree.cut =
            true; /* shared parts are written out each time: the bound on lines ends that too */
        return;
    }
    switch (instruction->opcode) {
    case MOU_OP_CODE_AND:
    case MOU_OP_CODE_OR:
        add_side(explain, at, spot, instruction->a);
        add_side(explain, at, spot, instruction->b);
        break;
    case MOU_OP_CODE_NOT:
        add_part(explain, at, mou_spot_operand(explain->machine, spot, instruction->a));
        break;
    case MOU_OP_CODE_CHOICE_CONDITION:
        add_choice(explain, at, spot);
        break;
    case MOU_OP_CODE_ANY:
    case MOU_OP_CODE_EVERY:
        mou_explain_rows(explain, at.node, spot, at.depth + 1);
        break;
    case MOU_OP_CODE_CONST_CONDITION:
    case MOU_OP_CODE_EXISTS:
        break;
    case MOU_OP_CODE_MEASURE_STATE:
        mou_explain_looked_up(explain, at.node, instruction->a, spot.frame_row);
        break;
    default:
        add_values(explain, at, spot);
        break;
    }
}

/* Whether the condition has its line already: the same definition, asked twice by one value. The same words may be those
 * of two conditions, as of one clause read by two laws, or where nobody wrote them: each has its line. */
static bool is_shown(const struct mou_explain_node *parent, enum mou_explain_kind kind,
                     struct mou_text words, uint32_t step)
{
    for (const struct mou_explain_node *child = parent->first; child != NULL; child = child->next) {
        if (child->kind == kind && child->label.len == 0 && child->step == step &&
            mou_text_equal(child->text, words)) {
            return true;
        }
    }
    return false;
}

/* A comparison that was added to a value, as `自 ≤ 今日`, stands at the value's words, which do not say it. */
static bool words_of_operand(const struct mou_explain *explain, uint32_t index, struct mou_span span)
{
    const struct mou_pack_instruction *in = &explain->machine->pack->instructions[index];
    if (in->opcode != MOU_OP_CODE_COMPARE || span.source == UINT32_MAX) {
        return false;
    }
    const uint32_t left = explain->machine->pack->instructions[in->a].opcode;
    const bool reckoned = left == MOU_OP_CODE_DATE_ADD_MONTHS || left == MOU_OP_CODE_DATE_ADD_DAYS ||
                          left == MOU_OP_CODE_DATE_ADD_WORKDAYS; /* `D 满 P` has its words for the whole */
    return !reckoned && mou_span_equal(span, mou_explain_span(explain, in->a));
}

static struct mou_text words_of(struct mou_explain *explain, uint32_t index, struct mou_span span)
{
    if (words_of_operand(explain, index, span)) {
        return mou_explain_unwritten(explain, index);
    }
    const struct mou_text words = mou_explain_excerpt(explain, span);
    return words.len > 0 ? words : mou_explain_unwritten(explain, index);
}

/* A finding that a condition refers to: its name, and its own condition below. */
static void add_finding(struct mou_explain *explain, struct mou_explain_node *node,
                        struct mou_spot spot, uint32_t finding, unsigned depth)
{
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_finding *entry = &pack->findings[finding];
    struct mou_explain_node *below = mou_explain_add(&explain->tree, node, MOU_EXPLAIN_FINDING,
                                                     mou_pack_string(pack, entry->name));
    mou_explain_judge(below, mou_spot_truth(explain->machine, spot));
    if (entry->note < pack->notes_count) {
        const struct mou_pack_span span = pack->notes[entry->note].span;
        mou_explain_place(explain, below, (struct mou_span){span.source, span.begin, span.end});
    }
    expand(explain, (struct clause){below, MOU_NO_SPAN, depth + 1, false}, spot);
}

void mou_explain_clause(struct mou_explain *explain, struct mou_explain_node *parent,
                        enum mou_explain_kind kind, struct mou_spot spot, unsigned depth)
{
    assert(explain != NULL && parent != NULL);
    const struct mou_machine *machine = explain->machine;
    spot = settle(machine, spot);
    if (depth > MOU_EXPLAIN_DEPTH_MAX || explain->tree.cut) {
        explain->tree.cut = true;
        return;
    }
    const uint32_t finding = explain->work.plan->finding_of[spot.instruction];
    if (finding != MOU_PACK_NONE && kind == MOU_EXPLAIN_CLAUSE) {
        add_finding(explain, parent, spot, finding, depth);
        return;
    }
    const struct mou_span span = mou_explain_span(explain, spot.instruction);
    /* A list or a finding asked for by itself shares the finding's step: its name says what was asked. */
    const struct mou_text words =
        finding != MOU_PACK_NONE && kind != MOU_EXPLAIN_CLAUSE
            ? mou_pack_string(machine->pack, machine->pack->findings[finding].name)
            : words_of(explain, spot.instruction, span);
    if (is_shown(parent, kind, words, spot.instruction)) {
        return;
    }
    struct mou_explain_node *node = mou_explain_add(&explain->tree, parent, kind, words);
    node->step = spot.instruction;
    mou_explain_judge(node, mou_spot_truth(machine, spot));
    mou_explain_place(explain, node, span);
    if (finding != MOU_PACK_NONE) {
        add_finding(explain, node, spot, finding, depth);
    } else {
        expand(explain, (struct clause){node, span, depth, kind != MOU_EXPLAIN_CLAUSE}, spot);
    }
}

/* ------------------------------------------------------------------ rows */

/* Why a row does not count, or that this is not known. */
static void add_presence(struct mou_explain *explain, struct mou_explain_node *node,
                         struct mou_spot presence)
{
    const enum mou_truth truth = mou_spot_truth(explain->machine, presence);
    if (truth != MOU_YES) {
        mou_explain_clause(explain, node, MOU_EXPLAIN_CLAUSE, presence, MOU_EXPLAIN_DEPTH_MAX - 4);
    }
}

static struct mou_explain_node *
add_row(struct mou_explain *explain, struct mou_explain_node *parent, uint32_t frame, uint32_t row)
{
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_frame *entry = &machine->pack->frames[frame];
    if (entry->kind != MOU_FRAME_RELATION) {
        const struct mou_text name =
            mou_explain_row_name(explain, entry->type, mou_frame_entity(machine, frame, row));
        return mou_explain_add(&explain->tree, parent, MOU_EXPLAIN_ROW, name);
    }
    bool known = false;
    const struct mou_interval bounds =
        mou_reach_bounds(machine, entry->type, machine->frames[frame].relation_row[row], &known);
    const struct mou_text other = machine->batch->subject_id[machine->frames[frame].entity[row]];
    const struct mou_text when =
        known ? mou_explain_interval(explain, bounds)
              : mou_explain_say(&explain->tree, "起始不明", "beginning unknown");
    struct mou_buf *buf = &explain->tree.buf;
    mou_buf_append(buf, other.bytes, other.len);
    mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "，" : ", ");
    mou_buf_append(buf, when.bytes, when.len);
    return mou_explain_add_named(&explain->tree, parent, MOU_EXPLAIN_RELATION,
                                 mou_relation_step(machine->pack, entry->type, entry->inverse != 0),
                                 mou_explain_keep(&explain->tree));
}

/* The row's part in a reduction. */
static enum mou_truth part_of(uint32_t opcode, enum mou_truth present, enum mou_truth holds)
{
    return opcode == MOU_OP_CODE_EVERY ? mou_truth_or(mou_truth_not(present), holds)
                                       : mou_truth_and(present, holds);
}

/* Whether a row tells something about the result. */
static bool tells(uint32_t opcode, enum mou_truth result, enum mou_truth part)
{
    if (opcode == MOU_OP_CODE_ANY) {
        return result == MOU_NO || part == result;
    }
    if (opcode == MOU_OP_CODE_EVERY) {
        return result == MOU_YES || part == result;
    }
    return part != MOU_NO;
}

void mou_explain_rows(struct mou_explain *explain, struct mou_explain_node *parent,
                      struct mou_spot spot, unsigned depth)
{
    assert(explain != NULL && parent != NULL);
    const struct mou_machine *machine = explain->machine;
    const struct mou_pack_instruction *instruction = &machine->pack->instructions[spot.instruction];
    const struct mou_spot_rows rows = mou_spot_reduced(machine, spot);
    const enum mou_truth result = mou_spot_truth(machine, spot);
    uint32_t shown = 0;
    for (uint32_t row = rows.first; row < rows.end && depth <= MOU_EXPLAIN_DEPTH_MAX; row++) {
        const struct mou_spot presence =
            mou_spot_at(machine, spot.world, instruction->a, rows.frame, row);
        const struct mou_spot condition =
            mou_spot_at(machine, spot.world, instruction->b, rows.frame, row);
        const enum mou_truth present = mou_spot_truth(machine, presence);
        const enum mou_truth part =
            part_of(instruction->opcode, present, mou_spot_truth(machine, condition));
        if (!tells(instruction->opcode, result, part) || ++shown > ROWS_MAX) {
            continue;
        }
        struct mou_explain_node *node = add_row(explain, parent, rows.frame, row);
        mou_explain_judge(node, part);
        add_presence(explain, node, presence);
        if (!is_constant(machine, condition)) {
            mou_explain_clause(explain, node, MOU_EXPLAIN_CLAUSE, condition, depth + 1);
        }
        if (mou_opcode_operand(instruction->opcode, 2) == MOU_OPERAND_VALUE) {
            mou_explain_values(explain, node,
                               mou_spot_at(machine, spot.world, instruction->c, rows.frame, row),
                               depth + 1);
        }
    }
    if (rows.first == rows.end) {
        (void)mou_explain_add(
            &explain->tree, parent, MOU_EXPLAIN_NOTE,
            mou_explain_say(&explain->tree, "没有这样的记录", "there is no such record"));
    } else if (shown > ROWS_MAX) {
        mou_buf_printf(&explain->tree.buf,
                       explain->tree.lang == MOU_LANG_ZH ? "另有 %u 条" : "and %u more",
                       shown - ROWS_MAX);
        (void)mou_explain_add(&explain->tree, parent, MOU_EXPLAIN_NOTE,
                              mou_explain_keep(&explain->tree));
    }
}
