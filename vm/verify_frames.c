/*
 * Frames: parents before children, owners among the ancestors, kinds and types that fit, home
 * frames in their places. Called by pack.c.
 */
#include <assert.h>

#include "vm_limits.h"
#include "opcodes.h"
#include "verify.h"

#define WHOLE              MOU_PACK_NONE
#define REFUSE(entry, ...) MOU_REFUSE(verifier, MOU_SECTION_FRAMES, (entry), __VA_ARGS__)

static bool is_home(const struct mou_pack_frame *frame)
{
    return frame->kind == MOU_FRAME_RECORDS && frame->parent == 1 && frame->owner == 1;
}

static bool fixed_frames_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    if (pack->frames_count < 2 || pack->frames_count - 2 < pack->records_count) {
        return REFUSE(WHOLE, "%u frames leave no room for the home frames of %u record types",
                      pack->frames_count, pack->records_count);
    }
    if (pack->frames[0].kind != MOU_FRAME_UNIT || pack->frames[1].kind != MOU_FRAME_SUBJECT) {
        return REFUSE(WHOLE, "frames 0 and 1 are not UNIT and SUBJECT");
    }
    for (uint32_t i = 0; i < pack->records_count; i++) {
        if (!is_home(&pack->frames[2 + i]) || pack->frames[2 + i].type != i) {
            return REFUSE(2 + i, "not the home frame of record type %u", i);
        }
    }
    return true;
}

/* The owner is the parent or an ancestor of it, and the chain is not too deep. */
static bool chain_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack_frame *frame = &verifier->pack->frames[index];
    if (frame->parent < 1 || frame->parent >= index) {
        return REFUSE(index, "parent %u is not a frame before it", frame->parent);
    }
    bool owned = false;
    uint32_t depth = 1;
    for (uint32_t above = frame->parent;; above = verifier->pack->frames[above].parent) {
        owned = owned || above == frame->owner;
        if (above == 1) {
            break;
        }
        if (depth++ == MOU_FRAME_DEPTH_MAX) {
            return REFUSE(index, "nested deeper than %u", MOU_FRAME_DEPTH_MAX);
        }
    }
    return owned || REFUSE(index, "owner %u is not above it", frame->owner);
}

static bool is_ancestor(const struct mou_pack *pack, uint32_t ancestor, uint32_t type)
{
    for (uint32_t above = pack->records[type].parent; above != MOU_PACK_NONE;
         above = pack->records[above].parent) {
        if (above == ancestor) {
            return true;
        }
    }
    return false;
}

/* Record type of the owner's rows fits what the frame ranges over. */
static bool owner_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_frame *frame = &pack->frames[index];
    const uint32_t owner = mou_frame_record(pack, frame->owner);
    if (frame->kind == MOU_FRAME_SIBLINGS) {
        return owner == frame->type ||
               REFUSE(index, "the rows of owner %u are not of record type %u", frame->owner,
                      frame->type);
    }
    if (frame->kind == MOU_FRAME_CHILDREN) {
        const bool above = owner != MOU_PACK_NONE && is_ancestor(pack, owner, frame->type);
        return above || REFUSE(index, "the rows of owner %u are not above record type %u",
                               frame->owner, frame->type);
    }
    return true;
}

static bool frame_sound(struct mou_verifier *verifier, uint32_t index)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_frame *frame = &pack->frames[index];
    if (frame->kind < MOU_FRAME_RECORDS || frame->kind >= MOU_FRAME_KIND_COUNT) {
        return REFUSE(index, "kind %u cannot stand here", frame->kind);
    }
    const bool relation = frame->kind == MOU_FRAME_RELATION;
    const uint32_t types = relation ? pack->relations_count : pack->records_count;
    if (!mou_verify_index(verifier, MOU_SECTION_FRAMES, index, "type", frame->type, types, false)) {
        return false;
    }
    if (frame->inverse > 1) {
        return REFUSE(index, "inverse is %u", frame->inverse);
    }
    if (index >= 2 + pack->records_count && is_home(frame)) {
        return REFUSE(index, "a second home frame of record type %u", frame->type);
    }
    return chain_sound(verifier, index) && owner_sound(verifier, index);
}

bool mou_verify_frames(struct mou_verifier *verifier)
{
    assert(verifier != NULL && verifier->pack->header != NULL);
    if (!fixed_frames_sound(verifier)) {
        return false;
    }
    for (uint32_t i = 2; i < verifier->pack->frames_count; i++) {
        if (!frame_sound(verifier, i)) {
            return false;
        }
    }
    return true;
}
