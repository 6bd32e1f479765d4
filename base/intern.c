/*
 * Interning: equal texts get equal numbers, counted in order of first sight, so that the numbers do
 * not depend on hashes and are the same on every machine. Open addressing over powers of two; lives
 * in an arena and is never freed alone. A table may stand on another one, which it only reads.
 */
#include <assert.h>
#include <string.h>

#include "mou/base.h"

#define FIRST_SLOTS 64u

/** One text with its hash, kept so that growing needs no text and probing rarely compares one. */
struct entry {
    struct mou_text text;
    uint32_t hash;
};

struct mou_intern {
    struct mou_arena *arena;
    const struct mou_intern *base; /**< has the numbers below base_count; NULL: none */
    uint32_t base_count;
    MOU_VEC(struct entry) entries; /**< from number base_count on */
    uint32_t
        *slots; /**< index of the entry + 1, 0 empty; a power of two, at most half of them used */
    size_t slot_count;
};

/**
 * Eight bytes at a time, since whole rule files are interned. The numbers do not depend on it, so
 * that the order of bytes in a word does not matter.
 */
static uint32_t hash_of(struct mou_text text)
{
    uint64_t hash = 0xcbf29ce484222325u ^ text.len;
    uint64_t word = 0;
    size_t at = 0;
    for (; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.bytes + at, sizeof word);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    if (at < text.len) {
        word = 0;
        memcpy(&word, text.bytes + at, text.len - at);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return (uint32_t)(hash ^ hash >> 29);
}

struct mou_intern *mou_intern_new(struct mou_arena *arena)
{
    return mou_intern_new_over(arena, NULL);
}

struct mou_intern *mou_intern_new_over(struct mou_arena *arena, const struct mou_intern *base)
{
    assert(arena != NULL);
    struct mou_intern *table = MOU_NEW(arena, struct mou_intern);
    if (table == NULL) {
        return NULL;
    }
    table->arena = arena;
    table->base = base;
    table->base_count = base == NULL ? 0 : mou_intern_count(base);
    table->slot_count = FIRST_SLOTS;
    table->slots = MOU_NEW_ARRAY(arena, table->slot_count, uint32_t);
    return table->slots != NULL ? table : NULL;
}

/** Slot that holds `text`, or the empty one where it belongs. */
static size_t find_slot(const struct mou_intern *table, struct mou_text text, uint32_t hash)
{
    const size_t mask = table->slot_count - 1;
    size_t slot = hash & mask;
    assert((table->slot_count & mask) == 0);
    while (table->slots[slot] != 0) {
        const struct entry *entry = &table->entries.items[table->slots[slot] - 1];
        if (entry->hash == hash && mou_text_equal(entry->text, text)) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

static bool grow_slots(struct mou_intern *table)
{
    const size_t mask = table->slot_count * 2 - 1;
    uint32_t *slots = MOU_NEW_ARRAY(table->arena, mask + 1, uint32_t);
    if (slots == NULL) {
        return false;
    }
    for (uint32_t id = 0; id < table->entries.count; id++) {
        size_t slot = table->entries.items[id].hash & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = id + 1;
    }
    table->slots = slots;
    table->slot_count = mask + 1;
    return true;
}

const struct mou_intern *mou_intern_base(const struct mou_intern *table)
{
    assert(table != NULL);
    return table->base;
}

/** Number of a text that is there, in the table or below it. */
static uint32_t find(const struct mou_intern *table, struct mou_text text, uint32_t hash)
{
    if (table->base != NULL) {
        const uint32_t number = find(table->base, text, hash);
        if (number < table->base_count) {
            return number;
        }
    }
    const uint32_t index = table->slots[find_slot(table, text, hash)];
    return index != 0 ? table->base_count + index - 1 : MOU_INTERN_NONE;
}

uint32_t mou_intern_find(const struct mou_intern *table, struct mou_text text)
{
    assert(table != NULL);
    return find(table, text, hash_of(text));
}

uint32_t mou_intern_add(struct mou_intern *table, struct mou_text text)
{
    assert(table != NULL && (text.bytes != NULL || text.len == 0));
    const uint32_t hash = hash_of(text);
    const uint32_t known = find(table, text, hash);
    if (known != MOU_INTERN_NONE) {
        return known;
    }
    if (table->entries.count >= UINT32_MAX - 2 - table->base_count) {
        return MOU_INTERN_NONE;
    }
    if (table->entries.count * 2 >= table->slot_count && !grow_slots(table)) {
        return MOU_INTERN_NONE;
    }
    const size_t slot = find_slot(table, text, hash);
    const struct entry entry = {{mou_arena_copy(table->arena, text.bytes, text.len), text.len},
                                hash};
    if (entry.text.bytes == NULL || !MOU_VEC_PUSH(table->arena, &table->entries, entry)) {
        return MOU_INTERN_NONE;
    }
    table->slots[slot] = (uint32_t)table->entries.count;
    return table->base_count + (uint32_t)table->entries.count - 1;
}

struct mou_text mou_intern_text(const struct mou_intern *table, uint32_t id)
{
    assert(table != NULL && id < mou_intern_count(table));
    if (id < table->base_count) {
        return mou_intern_text(table->base, id);
    }
    return table->entries.items[id - table->base_count].text;
}

uint32_t mou_intern_count(const struct mou_intern *table)
{
    assert(table != NULL);
    return table->base_count + (uint32_t)table->entries.count;
}
