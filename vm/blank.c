/*
 * Which instructions rest on which tables, and the registers of subjects without rows; see blank.h. May not run instructions: kernels_run.c does.
 */
#include "blank.h"

#include <assert.h>
#include <string.h>

#include "bits.h"
#include "frames.h"
#include "opcodes.h"

/* ------------------------------------------------------------------ what instructions rest on */

/* A register at a frame of rows rests on that frame: without rows it has no cell. `sets`: per instruction at the subjects' frame a bitmap of the frames below it that it looks
 * at, and of that frame itself where it looks at what is the subjects' own. Operands come before their users. */
static void find_frames(const struct mou_pack *pack, uint64_t *sets, size_t set_words, uint32_t index)
{
    const struct mou_pack_instruction *in = &pack->instructions[index];
    uint64_t *set = &sets[index * set_words];
    if (in->frame >= 2 || in->opcode == MOU_OP_CODE_COLUMN || in->opcode == MOU_OP_CODE_MEASURE_STATE) {
        mou_bit_set(set, in->frame);
    }
    uint32_t operand = in->frame == 1 ? mou_instruction_reads(pack, in, 0) : MOU_PACK_NONE;
    for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
        for (size_t w = 0; w < set_words; w++) {
            set[w] |= sets[operand * set_words + w];
        }
        operand = mou_instruction_reads(pack, in, n);
    }
}

static void note(const struct mou_pack *pack, struct mou_blank *blank, const uint64_t *set, uint32_t index)
{
    const uint32_t frame = pack->instructions[index].frame;
    for (uint32_t f = mou_bits_next(set, 0, pack->frames_count); f < pack->frames_count; f = mou_bits_next(set, f + 1, pack->frames_count)) {
        mou_bit_set(&blank->rests_on[f * blank->words], index);
    }
    if (frame == 0) {
        mou_bit_set(blank->units, index);
    } else if (frame == 1 && !mou_bit(set, 1)) {
        mou_bit_set(blank->of_nobody, index);
    }
}

/* A register of a frame that has no rows. */
static struct mou_register empty_register(const struct mou_machine *machine, uint32_t index)
{
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    struct mou_register made = {.form = mou_opcode_result(in->opcode), .frame = in->frame};
    if (made.form == MOU_FORM_CONDITION) {
        made.yes = machine->nothing;
        made.maybe = machine->nothing;
        return made;
    }
    made.known = machine->nothing;
    made.value = (int64_t *)machine->nothing;
    made.high = made.form == MOU_FORM_RANGE ? made.value : NULL;
    made.fraction = (struct mou_ratio *)machine->nothing;
    return made;
}

/* Bitmaps of a whole pack; `rests_on` stays NULL where it would be too large. */
static bool take_bitmaps(const struct mou_machine *machine, struct mou_arena *arena, struct mou_blank *blank)
{
    const uint32_t count = machine->pack->instructions_count;
    const size_t words = mou_words(count);
    const uint32_t frames = machine->pack->frames_count;
    uint64_t *bitmaps = MOU_NEW_ARRAY(arena, words * 5 + 1, uint64_t);
    if (bitmaps == NULL) {
        return false;
    }
    *blank = (struct mou_blank){.words = words, .units = bitmaps, .of_nobody = bitmaps + words, .settled = bitmaps + 2 * words, .used = bitmaps + 3 * words,
                                .active = bitmaps + 4 * words};
    blank->cells = MOU_NEW_ARRAY(arena, (size_t)count + 1, struct mou_register);
    const bool small = words <= MOU_BLANK_WORDS_MAX / frames;
    blank->rests_on = small ? MOU_NEW_ARRAY(arena, words * frames + 1, uint64_t) : NULL;
    return blank->cells != NULL && (!small || blank->rests_on != NULL);
}

struct mou_blank *mou_blank_new(const struct mou_machine *machine, struct mou_arena *arena)
{
    assert(machine != NULL && arena != NULL && machine->nothing != NULL);
    const struct mou_pack *pack = machine->pack;
    const uint32_t count = pack->instructions_count;
    const size_t set_words = mou_words(pack->frames_count);
    struct mou_blank *blank = MOU_NEW(arena, struct mou_blank);
    if (blank == NULL || !take_bitmaps(machine, arena, blank)) {
        return NULL;
    }
    struct mou_arena *scratch = blank->rests_on != NULL ? mou_arena_new(machine->allocator) : NULL;
    uint64_t *sets = scratch != NULL ? MOU_NEW_ARRAY(scratch, (size_t)count * set_words + 1, uint64_t) : NULL;
    const bool ready = blank->rests_on == NULL || sets != NULL;
    for (uint32_t i = 0; ready && i < count; i++) {
        blank->cells[i] = empty_register(machine, i);
        if (sets != NULL) {
            find_frames(pack, sets, set_words, i);
            note(pack, blank, &sets[i * set_words], i);
        } else if (pack->instructions[i].frame == 0) {
            mou_bit_set(blank->units, i);
        }
    }
    mou_arena_free(scratch);
    return ready ? blank : NULL;
}

/* ------------------------------------------------------------------ of a run */

void mou_blank_forget(struct mou_machine *machine)
{
    assert(machine != NULL);
    struct mou_blank *blank = machine->blank;
    for (size_t w = 0; w < blank->words; w++) {
        for (uint64_t left = blank->settled[w]; left != 0; left &= left - 1) {
            const uint32_t index = (uint32_t)(w * 64) + mou_lowest_bit(left);
            blank->cells[index] = empty_register(machine, index);
        }
        blank->settled[w] = 0;
        blank->used[w] = UINT64_MAX;
    }
    if (blank->words > 0 && machine->pack->instructions_count % 64 != 0) {
        blank->used[blank->words - 1] = mou_word_mask(machine->pack->instructions_count, blank->words - 1);
    }
}

static void add_all(const struct mou_machine *machine)
{
    struct mou_blank *blank = machine->blank;
    for (size_t w = 0; w < blank->words; w++) {
        blank->active[w] = mou_word_mask(machine->pack->instructions_count, w) & ~blank->units[w];
    }
}

static void add_words(uint64_t *restrict to, const uint64_t *restrict from, size_t words)
{
    for (size_t w = 0; w < words; w++) {
        to[w] |= from[w];
    }
}

void mou_blank_find_active(struct mou_machine *machine)
{
    assert(machine != NULL && machine->batch != NULL && machine->frames != NULL);
    struct mou_blank *blank = machine->blank;
    const uint32_t subjects = machine->batch->subject_count;
    blank->everybody = subjects == 0 ? 0 : mou_word_mask(subjects, 0);
    if (blank->whole || blank->rests_on == NULL) {
        add_all(machine);
        return;
    }
    for (size_t w = 0; w < blank->words; w++) {
        blank->active[w] = subjects > MOU_BLANK_SUBJECTS ? blank->of_nobody[w] : 0;
    }
    const uint32_t frames = machine->pack->frames_count;
    const uint64_t *filled = machine->offsets->filled;
    for (uint32_t frame = mou_bits_next(filled, 1, frames); frame < frames; frame = mou_bits_next(filled, frame + 1, frames)) {
        if (machine->frames[frame].row_count > 0) {
            add_words(blank->active, &blank->rests_on[frame * blank->words], blank->words);
        }
    }
}

void mou_blank_put(struct mou_machine *machine, uint32_t index)
{
    machine->cells[MOU_WORLD_ALL][index] = machine->blank->cells[index];
    machine->cells[MOU_WORLD_UNCONTESTED][index] = machine->blank->cells[index];
    machine->differs[index] = 0;
}

void mou_blank_put_back(struct mou_machine *machine)
{
    assert(machine != NULL);
    struct mou_blank *blank = machine->blank;
    for (size_t word = 0; word < blank->words; word++) {
        for (uint64_t left = blank->used[word] & ~blank->active[word]; left != 0; left &= left - 1) {
            mou_blank_put(machine, (uint32_t)(word * 64) + mou_lowest_bit(left));
        }
        blank->used[word] = blank->active[word];
    }
}

/* ------------------------------------------------------------------ registers for everybody */

/* All subjects' bit, or nobody's, as that of the first. */
static uint64_t *bits_for_all(struct mou_machine *machine, const uint64_t *bits)
{
    return bits != NULL && (bits[0] & 1u) != 0 ? &machine->blank->everybody : machine->nothing;
}

/* The first subject's cell for as many as there can be. False when memory ran out. */
static bool cells_for_all(struct mou_machine *machine, void *cells, size_t size, void **copies)
{
    unsigned char *made = cells != NULL ? mou_slab_take(&machine->unit_slab, MOU_BLANK_SUBJECTS, size) : NULL;
    for (size_t i = 0; made != NULL && i < MOU_BLANK_SUBJECTS; i++) {
        memcpy(made + i * size, cells, size);
    }
    *copies = made;
    return cells == NULL || made != NULL;
}

static bool spread(struct mou_machine *machine, const struct mou_register *from, struct mou_register *to)
{
    void *value = NULL;
    void *high = NULL;
    void *fraction = NULL;
    void *fault = NULL;
    *to = (struct mou_register){.form = from->form, .frame = from->frame};
    if (from->form == MOU_FORM_CONDITION) {
        to->yes = bits_for_all(machine, from->yes);
        to->maybe = bits_for_all(machine, from->maybe);
    } else {
        to->known = bits_for_all(machine, from->known);
        to->inapplicable = from->inapplicable != NULL ? bits_for_all(machine, from->inapplicable) : NULL;
    }
    if (!cells_for_all(machine, from->value, sizeof *from->value, &value) || !cells_for_all(machine, from->high, sizeof *from->high, &high) ||
        !cells_for_all(machine, from->fraction, sizeof *from->fraction, &fraction) ||
        !cells_for_all(machine, from->fault, sizeof *from->fault, &fault)) {
        return false;
    }
    to->value = value;
    to->high = high;
    to->fraction = fraction;
    to->fault = fault;
    return true;
}

bool mou_blank_settle(struct mou_machine *machine, uint32_t index)
{
    assert(machine != NULL && index < machine->pack->instructions_count);
    struct mou_blank *blank = machine->blank;
    const struct mou_register made = machine->cells[MOU_WORLD_ALL][index];
    if (made.frame == 0) {
        blank->cells[index] = made;
    } else if (!spread(machine, &made, &blank->cells[index])) {
        return false;
    }
    mou_bit_set(blank->settled, index);
    mou_blank_put(machine, index);
    return true;
}
