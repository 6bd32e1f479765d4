/*
 * Opening a pack: verify the bytes, then point at the sections inside them. The bytes stay the
 * caller's and are never written. May not use a section before the verifier has passed it. Called
 * through vm.h by everyone who runs packs.
 */
#include <assert.h>
#include <string.h>

#include "machine.h"
#include "sections.h"
#include "verify.h"
#include "vm_limits.h"

struct mou_text mou_pack_string(const struct mou_pack *pack, struct mou_pack_text text)
{
    assert(pack != NULL);
    assert(text.offset <= pack->strings_len && text.len <= pack->strings_len - text.offset);
    return (struct mou_text){pack->strings + text.offset, text.len};
}

static const void *section_bytes(const struct mou_pack *pack, uint32_t section)
{
    return pack->bytes + pack->header->sections[section].offset;
}

/* Only after mou_verify_layout: offsets, sizes and entry sizes hold. */
static void point_at_sections(struct mou_pack *pack)
{
    const struct mou_pack_section_entry *entries = pack->header->sections;
#define POINT(section, type, name)                                                                 \
    pack->name = section_bytes(pack, MOU_SECTION_##section);                                       \
    pack->name##_count = entries[MOU_SECTION_##section].count;
    MOU_PACK_SECTIONS(POINT)
#undef POINT
    pack->lists = section_bytes(pack, MOU_SECTION_LISTS);
    pack->lists_count = entries[MOU_SECTION_LISTS].count;
    pack->strings = section_bytes(pack, MOU_SECTION_STRINGS);
    pack->strings_len = entries[MOU_SECTION_STRINGS].size;
}

void mou_pack_point(struct mou_pack *pack)
{
    assert(pack != NULL && pack->bytes != NULL);
    pack->header = (const void *)pack->bytes;
    point_at_sections(pack);
}

static bool contents_sound(struct mou_verifier *verifier)
{
    return mou_verify_vocabulary(verifier) && mou_verify_frames(verifier) && mou_verify_code(verifier) && mou_verify_rules(verifier);
}

enum mou_status mou_pack_check(const struct mou_pack *pack)
{
    assert(pack != NULL && pack->header != NULL);
    struct mou_verifier verifier = {.pack = pack, .arena = mou_arena_new(pack->allocator)};
    const bool accepted = verifier.arena != NULL && contents_sound(&verifier);
    const bool failed = verifier.arena == NULL || verifier.out_of_memory;
    mou_arena_free(verifier.arena);
    return failed ? MOU_ERROR_MEMORY : accepted ? MOU_OK : MOU_ERROR_PACK;
}

static enum mou_status verify(struct mou_pack *pack, struct mou_buf *message)
{
    struct mou_verifier verifier = {
        .pack = pack, .message = message, .arena = mou_arena_new(pack->allocator)};
    if (verifier.arena == NULL) {
        return MOU_ERROR_MEMORY;
    }
    bool accepted = mou_verify_layout(&verifier, pack->bytes, pack->len);
    if (accepted) {
        mou_pack_point(pack);
        accepted = mou_verify_strings(&verifier) && contents_sound(&verifier);
    }
    mou_arena_free(verifier.arena);
    if (verifier.out_of_memory) {
        return MOU_ERROR_MEMORY;
    }
    return accepted ? MOU_OK : MOU_ERROR_PACK;
}

/* The pack's text literals, numbered once for all batches that are made for it. */
static bool number_texts(struct mou_pack *pack)
{
    struct mou_intern *texts = mou_intern_new(pack->arena);
    int64_t *numbers = MOU_NEW_ARRAY(pack->arena, pack->texts_count, int64_t);
    for (uint32_t i = 0; texts != NULL && numbers != NULL && i < pack->texts_count; i++) {
        const uint32_t number = mou_intern_add(texts, mou_pack_string(pack, pack->texts[i]));
        if (number == MOU_INTERN_NONE) {
            return false;
        }
        numbers[i] = number;
    }
    pack->own_texts = texts;
    pack->own_numbers = numbers;
    return texts != NULL && numbers != NULL;
}

enum mou_status mou_pack_open(const unsigned char *bytes, size_t len,
                              const struct mou_allocator *allocator, struct mou_pack **pack,
                              struct mou_buf *message)
{
    assert(bytes != NULL && pack != NULL);
    *pack = NULL;
    if (allocator == NULL) {
        allocator = mou_allocator_default();
    }
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_pack *opened = arena == NULL ? NULL : MOU_NEW(arena, struct mou_pack);
    if (opened == NULL) {
        mou_arena_free(arena);
        return MOU_ERROR_MEMORY;
    }
    opened->allocator = allocator;
    opened->arena = arena;
    opened->bytes = bytes;
    opened->len = len;
    enum mou_status status = verify(opened, message);
    if (status == MOU_OK && (!number_texts(opened) || !mou_pack_note_reads(opened))) {
        status = MOU_ERROR_MEMORY;
    }
    if (status != MOU_OK) {
        mou_arena_free(arena);
        return status;
    }
    *pack = opened;
    return MOU_OK;
}

void mou_pack_close(struct mou_pack *pack)
{
    if (pack != NULL) {
        mou_arena_free(pack->arena);
    }
}

const unsigned char *mou_pack_hash(const struct mou_pack *pack)
{
    assert(pack != NULL && pack->header != NULL);
    return pack->header->content_hash;
}

uint32_t mou_pack_instruction_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->instructions_count;
}
