/*
 * Lowering once more what an earlier compilation has lowered. With a session, each rule's lowering leaves a record of what it asked for, in order: instructions, frames,
 * lists, other rules. A rule of an unchanged source that asks again for what it asked for then gets the same instructions in the same order, only their numbers differ: the
 * record is gone through in the place of the rule. Where it does not hold any more, the rule is lowered as if there were none; what it asked for so far is then found.
 * Used by lower_*.c.
 */
#include <assert.h>
#include <string.h>

#include "lower.h"
#include "parse.h"

/** A word of a record: what was asked for, and its number in the compilation that it is of. */
enum asked {
    ASKED_FOUND,   /**< an instruction that was there, whoever asked for it first and with whatever words */
    ASKED_MADE,    /**< an instruction that was not */
    ASKED_FRAME,
    ASKED_LIST,    /**< of registers; its length follows */
    ASKED_NUMBERS, /**< a list of other numbers, likewise */
    ASKED_PART     /**< struct ask_words follow, and the part's own record where it was not lowered before */
};
#define ASKED_BITS 3
#define ASKED_MASK 7u
#define NUMBER_MAX (UINT32_MAX >> ASKED_BITS)

/** Behind ASKED_PART with its kind. */
struct ask_words {
    uint32_t index;
    uint32_t depth; /**< of nesting, from where the one that asks began */
    uint32_t len;   /**< words of its record; 0: it was there */
};
/** Before the words of a part's own record. */
struct part_words {
    uint32_t source;  /**< in which it is written, MOU_NO_INDEX: in none that could change */
    uint32_t deepest; /**< nesting within it, from where it began */
    uint32_t strings; /**< where those that its entry asks for begin */
    uint32_t note;    /**< its own among the notes */
};
#define WORDS(type) ((uint32_t)(sizeof(type) / sizeof(uint32_t)))

/* ------------------------------------------------------------------ records */

static void write_words(struct mou_lowering *lowering, const void *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t word = 0;
        memcpy(&word, (const char *)words + i * sizeof word, sizeof word);
        lowering->failed = !MOU_VEC_PUSH(lowering->arena, &lowering->record, word) || lowering->failed;
    }
}

static void write_asked(struct mou_lowering *lowering, enum asked asked, size_t number)
{
    if (lowering->recorded) {
        const uint32_t word = (uint32_t)number << ASKED_BITS | (uint32_t)asked;
        lowering->recorded = number <= NUMBER_MAX;
        write_words(lowering, &word, 1);
    }
}

void mou_again_instruction(struct mou_lowering *lowering, uint32_t reg, bool made)
{
    write_asked(lowering, made ? ASKED_MADE : ASKED_FOUND, reg);
}

void mou_again_frame(struct mou_lowering *lowering, uint32_t frame)
{
    write_asked(lowering, ASKED_FRAME, frame);
}

void mou_again_list(struct mou_lowering *lowering, uint32_t offset, uint32_t count, bool registers)
{
    if (lowering->recorded && count > 0) {
        write_asked(lowering, registers ? ASKED_LIST : ASKED_NUMBERS, offset);
        write_words(lowering, &count, 1);
    }
}

struct mou_ask mou_ask(struct mou_lowering *lowering, enum mou_part part, uint32_t index, bool known, struct mou_decl *const *rule)
{
    struct mou_ask ask = {.part = part, .index = index, .fresh = !known && !lowering->failed, .outer_depth = lowering->begun_at, .outer_deepest = lowering->deepest};
    if (lowering->recorded) {
        const struct ask_words asked = {.index = index, .depth = lowering->depth - lowering->begun_at};
        const struct part_words own = {.source = rule != NULL ? (*rule)->span.source : MOU_NO_INDEX};
        write_asked(lowering, ASKED_PART, part);
        write_words(lowering, &asked, WORDS(struct ask_words));
        ask.at = lowering->record.count;
        if (ask.fresh) {
            lowering->parts[part][index] = (uint32_t)lowering->record.count;
            write_words(lowering, &own, WORDS(struct part_words));
        }
    }
    if (ask.fresh) {
        lowering->begun_at = lowering->deepest = lowering->depth;
    }
    return ask;
}

static bool is_one_register(enum mou_part part)
{
    return part <= MOU_PART_LISTING;
}

static uint32_t *register_of(struct mou_lowering *lowering, enum mou_part part, uint32_t index)
{
    uint32_t *const tables[MOU_PART_COUNT] = {
        [MOU_PART_PERIOD] = lowering->periods, [MOU_PART_PRESENCE] = lowering->presence, [MOU_PART_ON_LIST] = lowering->on_list,
        [MOU_PART_DEFINITION] = lowering->definitions, [MOU_PART_RAW_DEFINITION] = lowering->raw_definitions, [MOU_PART_LISTING] = lowering->listings};
    assert(is_one_register(part));
    return &tables[part][index];
}

static uint32_t now(const uint32_t *numbers, uint32_t before)
{
    return before == MOU_NO_REGISTER ? MOU_NO_REGISTER : numbers[before];
}

void mou_answered(struct mou_lowering *lowering, const struct mou_ask *ask)
{
    if (lowering->recorded && !lowering->failed) {
        struct part_words own = {0};
        const uint32_t len = (uint32_t)(lowering->record.count - ask->at);
        lowering->record.items[ask->at - 1] = len;
        if (ask->fresh) {
            memcpy(&own, &lowering->record.items[ask->at], sizeof own);
            own.deepest = lowering->deepest - lowering->begun_at;
            memcpy(&lowering->record.items[ask->at], &own, sizeof own);
        }
    }
    if (ask->fresh) {
        if (is_one_register(ask->part) && lowering->again != NULL) {
            const uint32_t before = *register_of(lowering->again->before, ask->part, ask->index);
            lowering->again->differs[ask->part][ask->index] = now(lowering->again->registers, before) != *register_of(lowering, ask->part, ask->index);
        }
        lowering->begun_at = ask->outer_depth;
        lowering->deepest = ask->outer_deepest;
    }
}

/* ------------------------------------------------------------------ numbers of now and before */

void mou_again_forward(const struct mou_lowering *lowering, void *entry, const size_t *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t reg = 0;
        memcpy(&reg, (char *)entry + fields[i], sizeof reg);
        assert(reg == MOU_NO_REGISTER || lowering->again->registers[reg] != MOU_NO_REGISTER);
        reg = now(lowering->again->registers, reg);
        memcpy((char *)entry + fields[i], &reg, sizeof reg);
    }
}

uint32_t mou_again_list_now(const struct mou_lowering *lowering, uint32_t before, uint32_t count)
{
    return before == MOU_NO_REGISTER || count == 0 ? before : lowering->again->lists[before];
}

void mou_again_compare(struct mou_lowering *lowering, const struct mou_ask *ask, const void *entry, const void *before, const size_t *fields, size_t count)
{
    bool *differs = &lowering->again->differs[ask->part][ask->index];
    for (size_t i = 0; i < count && !*differs; i++) {
        uint32_t reg = 0;
        uint32_t was = 0;
        memcpy(&reg, (const char *)entry + fields[i], sizeof reg);
        memcpy(&was, (const char *)before + fields[i], sizeof was);
        *differs = now(lowering->again->registers, was) != reg;
    }
}

/** What the operands of each opcode are, from the one list. */
static const char operands[][3] = {
#define MOU_OPCODE(name, result, a, b, c, frames, english) {#a[0], #b[0], #c[0]},
#include "opcodes.def"
#undef MOU_OPCODE
};

static uint32_t *operand_of(struct mou_pack_instruction *instruction, int which)
{
    return which == 0 ? &instruction->a : which == 1 ? &instruction->b : &instruction->c;
}

static bool is_register(char operand)
{
    return operand == 'C' || operand == 'V' || operand == 'R' || operand == 'F' || operand == 'X';
}

static bool renumber(uint32_t *number, const uint32_t *numbers)
{
    *number = numbers[*number];
    return *number != MOU_NO_REGISTER;
}

/** What an instruction of now was before; false where it cannot have been there. Lists of registers are each one's own. */
static bool to_before(const struct mou_lowering *lowering, struct mou_pack_instruction *instruction)
{
    const struct mou_again *again = lowering->again;
    bool known = renumber(&instruction->frame, again->frames_before.items);
    for (int i = 0; known && i < 3; i++) {
        const char operand = operands[instruction->opcode][i];
        uint32_t *number = operand_of(instruction, i);
        if (is_register(operand)) {
            known = renumber(number, again->registers_before.items);
        } else if (operand == 'I') {
            *number = mou_intern_find(again->before->text_numbers, lowering->texts.items[*number]);
            known = *number != MOU_INTERN_NONE;
        } else if (operand == 'Q') {
            *number = mou_code_fraction_find(again->before, lowering->fractions.items[*number]);
            known = *number < again->before->fractions.count;
        } else if (operand == 'L') {
            known = *operand_of(instruction, i + 1) == 0;
        }
    }
    if (known && instruction->opcode == MOU_OP_CODE_STREAK_UNTIL) {
        instruction->imm = now(again->registers_before.items, (uint32_t)instruction->imm);
        known = instruction->imm != MOU_NO_REGISTER;
    }
    return known;
}

/** What an instruction of before is now; false where something that it needs is not there. */
static bool to_now(struct mou_lowering *lowering, struct mou_pack_instruction *instruction)
{
    const struct mou_again *again = lowering->again;
    bool known = renumber(&instruction->frame, again->frames);
    for (int i = 0; known && i < 3; i++) {
        const char operand = operands[instruction->opcode][i];
        uint32_t *number = operand_of(instruction, i);
        if (is_register(operand)) {
            known = renumber(number, again->registers);
        } else if (operand == 'I') {
            *number = mou_code_text(lowering, again->before->texts.items[*number]);
        } else if (operand == 'Q') {
            *number = mou_code_fraction(lowering, again->before->fractions.items[*number]);
        } else if (operand == 'L') {
            *number = mou_again_list_now(lowering, *number, *operand_of(instruction, i + 1));
        }
    }
    if (known && instruction->opcode == MOU_OP_CODE_STREAK_UNTIL) {
        instruction->imm = now(again->registers, (uint32_t)instruction->imm);
        known = instruction->imm != MOU_NO_REGISTER;
    }
    return known && !lowering->failed;
}

uint32_t mou_again_find(const struct mou_lowering *lowering, struct mou_pack_instruction instruction, struct mou_pack_span place)
{
    return to_before(lowering, &instruction) ? mou_code_find(lowering->again->before, &instruction, place) : MOU_NO_REGISTER;
}

bool mou_again_number(struct mou_lowering *lowering, uint32_t reg, uint32_t before)
{
    if (before != MOU_NO_REGISTER) {
        lowering->again->registers[before] = reg;
    }
    return MOU_VEC_PUSH(lowering->arena, &lowering->again->registers_before, before);
}

bool mou_again_number_frame(struct mou_lowering *lowering, const struct mou_pack_frame *frame, uint32_t number)
{
    struct mou_again *again = lowering->again;
    struct mou_pack_frame was = *frame;
    uint32_t before = MOU_NO_REGISTER;
    if (renumber(&was.parent, again->frames_before.items) && renumber(&was.owner, again->frames_before.items)) {
        before = mou_code_frame_find(again->before, &was);
        before = before < again->before->frames.count ? before : MOU_NO_REGISTER;
    }
    if (before != MOU_NO_REGISTER) {
        again->frames[before] = number;
    }
    return MOU_VEC_PUSH(lowering->arena, &again->frames_before, before);
}

/* ------------------------------------------------------------------ going through a record */

/** An instruction that its rule was the first to ask for. One that fetches another has that one's place. */
static bool make(struct mou_lowering *lowering, uint32_t before)
{
    const struct mou_lowering *old = lowering->again->before;
    struct mou_pack_instruction instruction = old->instructions.items[before];
    if (!to_now(lowering, &instruction)) {
        return false;
    }
    const bool fetched = instruction.opcode >= MOU_OP_CODE_UP_CONDITION && instruction.opcode <= MOU_OP_CODE_AT_FRACTION;
    const struct mou_pack_span place = fetched ? lowering->spans.items[instruction.a] : old->spans.items[before];
    return mou_code_append(lowering, &instruction, place, old->follows_today.items[before], before) != MOU_NO_REGISTER;
}

static bool make_frame(struct mou_lowering *lowering, uint32_t before)
{
    struct mou_pack_frame frame = lowering->again->before->frames.items[before];
    if (lowering->again->frames[before] != MOU_NO_REGISTER) {
        return true;
    }
    if (!renumber(&frame.parent, lowering->again->frames) || !renumber(&frame.owner, lowering->again->frames)) {
        return false;
    }
    (void)mou_code_frame_add(lowering, frame);
    return !lowering->failed;
}

static bool make_list(struct mou_lowering *lowering, uint32_t before, uint32_t count, bool registers)
{
    const struct mou_again *again = lowering->again;
    const uint32_t offset = (uint32_t)lowering->lists.count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t item = again->before->lists.items[before + i];
        if (registers && item != MOU_NO_REGISTER && !renumber(&item, again->registers)) {
            return false;
        }
        lowering->failed = !MOU_VEC_PUSH(lowering->arena, &lowering->lists, item) || lowering->failed;
    }
    again->lists[before] = offset;
    lowering->failed = !MOU_VEC_PUSH(lowering->arena, &lowering->again->made_lists, offset) || lowering->failed;
    return !lowering->failed;
}

/** Lowers another part; false where it is a list, for which the record cannot say with which words it is asked for. */
static bool lower_part(struct mou_lowering *lowering, enum mou_part part, uint32_t index)
{
    switch (part) {
    case MOU_PART_PERIOD:
        (void)mou_lower_period(lowering, index);
        return true;
    case MOU_PART_PRESENCE:
        (void)mou_lower_presence(lowering, index);
        return true;
    case MOU_PART_DEFINITION: case MOU_PART_RAW_DEFINITION:
        (void)mou_lower_definition(lowering, index);
        return true;
    case MOU_PART_LISTING:
        (void)mou_lower_listing(lowering, index);
        return true;
    case MOU_PART_FINDING:
        (void)mou_lower_finding(lowering, index);
        return true;
    case MOU_PART_ON_LIST: case MOU_PART_MEASURE: case MOU_PART_DUTY: case MOU_PART_REPAIR: case MOU_PART_MATTER: case MOU_PART_ASSERTION: case MOU_PART_COUNT:
        break;
    }
    return false;
}

static bool is_lowered(struct mou_lowering *lowering, enum mou_part part, uint32_t index)
{
    return is_one_register(part) ? *register_of(lowering, part, index) != MOU_NO_REGISTER : part == MOU_PART_FINDING && lowering->findings[index].done;
}

static bool ask_again(struct mou_lowering *lowering, enum mou_part part, const struct ask_words *asked)
{
    const unsigned depth = lowering->depth;
    bool there = is_lowered(lowering, part, asked->index);
    if (!there) {
        lowering->depth = lowering->begun_at + asked->depth;
        there = lower_part(lowering, part, asked->index);
        lowering->depth = depth;
    }
    return there && !lowering->again->differs[part][asked->index];
}

/** The list that was made when the record of the part at hand was gone through, as far as it held: it is not made again. */
bool mou_again_has_list(struct mou_lowering *lowering, uint32_t *offset)
{
    struct mou_again *again = lowering->again;
    if (again == NULL || again->next_list == again->end_list) {
        return false;
    }
    *offset = again->made_lists.items[again->next_list++];
    return true;
}

/** Whether everything that the words ask for is there now, and is what it was. */
static bool go_through(struct mou_lowering *lowering, const uint32_t *words, uint32_t count)
{
    const uint32_t *registers = lowering->again->registers;
    const size_t first_list = lowering->again->made_lists.count;
    struct ask_words asked;
    bool holds = true;
    for (uint32_t at = 0; holds && at < count && !lowering->failed;) {
        const uint32_t number = words[at] >> ASKED_BITS;
        const enum asked kind = (enum asked)(words[at] & ASKED_MASK);
        at++;
        if (kind <= ASKED_MADE) {
            holds = registers[number] != MOU_NO_REGISTER || (kind == ASKED_MADE && make(lowering, number));
        } else if (kind == ASKED_FRAME) {
            holds = make_frame(lowering, number);
        } else if (kind == ASKED_PART) {
            memcpy(&asked, words + at, sizeof asked);
            holds = ask_again(lowering, (enum mou_part)number, &asked);
            at += WORDS(struct ask_words) + asked.len;
        } else {
            holds = make_list(lowering, number, words[at++], kind == ASKED_LIST);
        }
    }
    if (!holds) {
        lowering->again->next_list = first_list;
        lowering->again->end_list = lowering->again->made_lists.count;
    }
    lowering->again->made_lists.count = first_list;
    return holds && !lowering->failed;
}

/** The words of a part's record, if nothing that it says itself has changed; else NULL. */
static const uint32_t *record_of(const struct mou_again *again, enum mou_part part, uint32_t index, struct part_words *own)
{
    const uint32_t begin = again->before->parts[part][index];
    if (begin == 0) {
        return NULL;
    }
    const uint32_t *words = again->before->record.items + begin;
    memcpy(own, words, sizeof *own);
    return own->source == MOU_NO_INDEX || !again->stale[own->source] ? words : NULL;
}

const uint32_t *mou_again_strings(struct mou_lowering *lowering, enum mou_part part, uint32_t index, uint32_t note, const struct mou_pack_note **before)
{
    const struct mou_again *again = lowering->again;
    struct part_words own;
    if (lowering->recorded && lowering->parts[part][index] > 0) {
        uint32_t *words = &lowering->record.items[lowering->parts[part][index]];
        memcpy(&own, words, sizeof own);
        own.strings = (uint32_t)lowering->asked_strings.count;
        own.note = note;
        memcpy(words, &own, sizeof own);
    }
    if (again == NULL || record_of(again, part, index, &own) == NULL) {
        return NULL;
    }
    *before = &again->before->notes[own.note];
    return again->before->asked_strings.items + own.strings;
}

bool mou_again_take(struct mou_lowering *lowering, const struct mou_ask *ask)
{
    struct part_words own;
    const uint32_t *words = lowering->again != NULL && ask->part != MOU_PART_ON_LIST ? record_of(lowering->again, ask->part, ask->index, &own) : NULL;
    if (words == NULL) {
        return false;
    }
    if (lowering->depth + own.deepest > MOU_LOWER_DEPTH_MAX + 1) {
        lowering->failed = true;
        return false;
    }
    return go_through(lowering, words + WORDS(struct part_words), words[-1] - WORDS(struct part_words));
}

bool mou_again_take_register(struct mou_lowering *lowering, const struct mou_ask *ask)
{
    if (!mou_again_take(lowering, ask)) {
        return false;
    }
    const uint32_t before = *register_of(lowering->again->before, ask->part, ask->index);
    *register_of(lowering, ask->part, ask->index) = now(lowering->again->registers, before);
    return true;
}

/* ------------------------------------------------------------------ beginning */

static size_t part_count(const struct mou_program *program, enum mou_part part)
{
    const size_t counts[MOU_PART_COUNT] = {
        [MOU_PART_PERIOD] = program->memoranda.count, [MOU_PART_PRESENCE] = program->records.count, [MOU_PART_ON_LIST] = program->list_kinds.count,
        [MOU_PART_DEFINITION] = program->definitions.count, [MOU_PART_RAW_DEFINITION] = program->definitions.count,
        [MOU_PART_LISTING] = program->listings.count * MOU_LISTING_ASPECT_COUNT * 2, [MOU_PART_FINDING] = program->findings.count,
        [MOU_PART_MEASURE] = program->measures.count, [MOU_PART_DUTY] = program->duties.count, [MOU_PART_REPAIR] = program->repairs.count,
        [MOU_PART_MATTER] = program->matters.count, [MOU_PART_ASSERTION] = program->assertions.count};
    return counts[part];
}

static uint32_t *no_numbers(struct mou_arena *arena, size_t count)
{
    uint32_t *numbers = MOU_NEW_ARRAY(arena, count + 1, uint32_t);
    if (numbers != NULL) {
        memset(numbers, 0xff, (count + 1) * sizeof *numbers);
    }
    return numbers;
}

static bool start_again(struct mou_lowering *lowering, struct mou_lowering *before)
{
    struct mou_again *again = MOU_NEW(lowering->arena, struct mou_again);
    if (again == NULL) {
        return false;
    }
    *again = (struct mou_again){.before = before, .stale = lowering->program->stale};
    again->registers = no_numbers(lowering->arena, before->instructions.count);
    again->frames = no_numbers(lowering->arena, before->frames.count);
    again->lists = no_numbers(lowering->arena, before->lists.count);
    bool ready = again->registers != NULL && again->frames != NULL && again->lists != NULL;
    for (int part = 0; ready && part < MOU_PART_COUNT; part++) {
        again->differs[part] = MOU_NEW_ARRAY(lowering->arena, part_count(lowering->program, (enum mou_part)part) + 1, bool);
        ready = again->differs[part] != NULL;
    }
    for (uint32_t i = 0; ready && i < lowering->frames.count; i++) { /* those of all programs with the same vocabulary */
        again->frames[i] = i;
        ready = MOU_VEC_PUSH(lowering->arena, &again->frames_before, i);
    }
    lowering->again = again;
    return ready;
}

bool mou_again_start(struct mou_lowering *lowering)
{
    struct mou_program *program = lowering->program;
    struct mou_lowering *before = program->before != NULL ? program->before->lowered : NULL;
    if (before != NULL && before->recorded) {
        return start_again(lowering, before);
    }
    lowering->recorded = program->before == NULL && program->is_kept;
    for (int part = 0; lowering->recorded && part < MOU_PART_COUNT; part++) {
        lowering->parts[part] = MOU_NEW_ARRAY(lowering->arena, part_count(program, (enum mou_part)part) + 1, uint32_t);
        if (lowering->parts[part] == NULL) {
            return false;
        }
    }
    return true;
}
