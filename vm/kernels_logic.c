/*
 * Conditions as two bitmaps, `yes` and `maybe` (yes or unknown), 64 rows a step: Kleene logic, and
 * the passage between conditions and values. Called by kernels_run.c.
 */
#include "kernels.h"

/* yes, maybe: words of the result from words of the operands; the last word is masked. */
#define LOGIC_LOOP(kernel, yes_word, maybe_word)                                                   \
    for (size_t w = 0; w < (kernel)->words; w++) {                                                 \
        const uint64_t mask = mou_kernel_mask((kernel), w);                                        \
        (kernel)->out->yes[w] = (yes_word)&mask;                                                   \
        (kernel)->out->maybe[w] = (maybe_word)&mask;                                               \
    }
#define YES(view)   mou_view_word((view).yes, w)
#define MAYBE(view) mou_view_word((view).maybe, w)

bool mou_kernel_logic(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_condition_view a = mou_condition_view(kernel, in->a, in->frame);
    if (in->opcode == MOU_OP_CODE_NOT) {
        LOGIC_LOOP(kernel, ~MAYBE(a), ~YES(a))
        return true;
    }
    const struct mou_condition_view b = mou_condition_view(kernel, in->b, in->frame);
    if (in->opcode == MOU_OP_CODE_AND) {
        LOGIC_LOOP(kernel, YES(a) & YES(b), MAYBE(a) & MAYBE(b))
    } else if (in->opcode == MOU_OP_CODE_OR) {
        LOGIC_LOOP(kernel, YES(a) | YES(b), MAYBE(a) | MAYBE(b))
    } else {
        assert(in->opcode == MOU_OP_CODE_CHOICE_CONDITION);
        const struct mou_condition_view c = mou_condition_view(kernel, in->c, in->frame);
        LOGIC_LOOP(kernel, (YES(a) & YES(b)) | (~MAYBE(a) & YES(c)),
                   (YES(a) & MAYBE(b)) | (~MAYBE(a) & MAYBE(c)) | (MAYBE(a) & ~YES(a)))
    }
    return true;
}

/* The condition as it is, or as the machine was told to take those words (mou_machine_turn). */
bool mou_kernel_written(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    const uint32_t index = (uint32_t)(in - kernel->machine->pack->instructions);
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_condition_view a = mou_condition_view(kernel, in->a, in->frame);
    switch (mou_machine_turn_of(kernel->machine, index)) {
    case MOU_TURN_KNOWN: LOGIC_LOOP(kernel, YES(a), YES(a)) break;
    case MOU_TURN_NONE: LOGIC_LOOP(kernel, YES(a), MAYBE(a)) break;
    case MOU_TURN_OPPOSITE: LOGIC_LOOP(kernel, ~MAYBE(a), ~YES(a)) break;
    case MOU_TURN_YES: LOGIC_LOOP(kernel, ~UINT64_C(0), ~UINT64_C(0)) break;
    case MOU_TURN_NO: LOGIC_LOOP(kernel, UINT64_C(0), UINT64_C(0)) break;
    }
    return true;
}

bool mou_kernel_exists(struct mou_kernel *kernel)
{
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const uint32_t frame = kernel->instruction->frame;
    const uint32_t record = mou_frame_record(kernel->machine->pack, frame);
    const bool without = kernel->world == MOU_WORLD_UNCONTESTED && record != MOU_PACK_NONE;
    const uint64_t *contested = without ? kernel->machine->contested[record] : NULL;
    const uint32_t *entity = kernel->machine->frames[frame].entity;
    for (size_t w = 0; w < kernel->words; w++) {
        uint64_t bits = mou_kernel_mask(kernel, w);
        if (contested != NULL && entity == NULL) {
            bits &= ~contested[w];
        } else if (contested != NULL) {
            const uint32_t count = mou_kernel_rows(kernel, w);
            for (uint32_t j = 0; j < count; j++) {
                bits &= ~(mou_bit_word(contested, entity[w * 64 + j]) << j);
            }
        }
        kernel->out->yes[w] = bits;
        kernel->out->maybe[w] = bits;
    }
    return true;
}

bool mou_kernel_filled(struct mou_kernel *kernel)
{
    if (!mou_kernel_take_condition(kernel)) {
        return false;
    }
    const struct mou_value_view a =
        mou_value_view(kernel, kernel->instruction->a, kernel->instruction->frame);
    LOGIC_LOOP(kernel, mou_view_word(a.known, w), mou_view_word(a.known, w))
    return true;
}

bool mou_kernel_as_value(struct mou_kernel *kernel)
{
    const struct mou_pack_instruction *in = kernel->instruction;
    if (!mou_kernel_take_value(kernel)) {
        return false;
    }
    const struct mou_condition_view a = mou_condition_view(kernel, in->a, in->frame);
    for (size_t w = 0; w < kernel->words; w++) {
        const uint64_t yes = YES(a);
        kernel->out->known[w] = (yes | ~MAYBE(a)) & mou_kernel_mask(kernel, w);
        const uint32_t count = mou_kernel_rows(kernel, w);
        for (uint32_t j = 0; j < count; j++) {
            kernel->out->value[w * 64 + j] = (int64_t)((yes >> j) & 1u);
        }
    }
    return true;
}
