/*
 * Which keys a file has had, and which subjects: SipHash of 128 bits under a random key. Two texts would have to collide in all bits to be taken for one.
 */
#include <sodium.h>
#include <string.h>

#include "intake.h"

#define FIRST_SLOTS 1024u
#define SLOTS_BYTES_MAX ((size_t)16 << 30)

_Static_assert(crypto_shorthash_siphashx24_BYTES == 16, "a slot holds two numbers");

struct slot {
    uint64_t high, low;
};

/** One of zeros is empty. */
struct key_slot {
    struct slot hash;
    int64_t version; /**< of the row that has the key */
};

struct mou_seen {
    unsigned char key[crypto_shorthash_siphashx24_KEYBYTES];
    struct mou_buf slots;
    size_t capacity; /**< a power of two, at most three quarters of it used */
    size_t count;
};

/** A buffer of empty slots. */
static bool make_slots(struct mou_buf *slots, size_t capacity)
{
    static const unsigned char nothing[FIRST_SLOTS * sizeof(struct key_slot)];
    mou_buf_init(slots, NULL, SLOTS_BYTES_MAX);
    for (size_t made = 0; made < capacity && !slots->failed; made += FIRST_SLOTS) {
        mou_buf_append(slots, nothing, sizeof nothing);
    }
    return !slots->failed;
}

struct mou_seen *mou_seen_new(struct mou_arena *arena)
{
    struct mou_seen *seen = MOU_NEW(arena, struct mou_seen);
    if (seen == NULL || sodium_init() < 0) {
        return NULL;
    }
    randombytes_buf(seen->key, sizeof seen->key);
    seen->capacity = FIRST_SLOTS;
    return make_slots(&seen->slots, seen->capacity) ? seen : NULL;
}

void mou_seen_free(struct mou_seen *seen)
{
    if (seen != NULL) {
        mou_buf_free(&seen->slots); /* what was freed before is empty */
    }
}

static struct key_slot *slot_at(const struct mou_buf *slots, size_t index)
{
    return (struct key_slot *)(void *)slots->data + index; /* the heap's blocks are aligned for it */
}

static bool is_empty(const struct key_slot *slot)
{
    return (slot->hash.high | slot->hash.low) == 0;
}

/** Where the hash is, or belongs. */
static struct key_slot *find_slot(const struct mou_buf *slots, size_t capacity, struct slot hash)
{
    size_t index = (size_t)hash.low & (capacity - 1);
    struct key_slot *slot = slot_at(slots, index);
    while (!is_empty(slot) && (slot->hash.high != hash.high || slot->hash.low != hash.low)) {
        index = (index + 1) & (capacity - 1);
        slot = slot_at(slots, index);
    }
    return slot;
}

static bool grow(struct mou_seen *seen)
{
    struct mou_buf slots;
    if (!make_slots(&slots, seen->capacity * 2)) {
        mou_buf_free(&slots);
        return false;
    }
    for (size_t i = 0; i < seen->capacity; i++) {
        const struct key_slot *slot = slot_at(&seen->slots, i);
        if (!is_empty(slot)) {
            *find_slot(&slots, seen->capacity * 2, slot->hash) = *slot;
        }
    }
    mou_buf_free(&seen->slots);
    seen->slots = slots;
    seen->capacity *= 2;
    return true;
}

int64_t *mou_seen_add(struct mou_seen *seen, int64_t subject, int64_t number, struct mou_text text)
{
    unsigned char whole[32];
    struct slot hash;
    if (seen->count >= seen->capacity / 4 * 3 && !grow(seen)) {
        return NULL;
    }
    memcpy(whole, &subject, sizeof subject);
    memcpy(whole + 8, &number, sizeof number);
    crypto_shorthash_siphashx24(whole + 16, (const unsigned char *)(text.bytes != NULL ? text.bytes : ""), text.len, seen->key);
    crypto_shorthash_siphashx24((unsigned char *)&hash, whole, sizeof whole, seen->key);
    hash.low |= (hash.high | hash.low) == 0;
    struct key_slot *slot = find_slot(&seen->slots, seen->capacity, hash);
    seen->count += is_empty(slot);
    slot->hash = hash;
    return &slot->version;
}

/* ------------------------------------------------------------------ subjects */

#define FOUND_SLOTS ((size_t)1 << 22)

struct found_slot {
    struct slot hash;
    int64_t subject;
};

struct mou_found {
    unsigned char key[crypto_shorthash_siphashx24_KEYBYTES];
    struct mou_buf slots;
};

struct mou_found *mou_found_new(struct mou_arena *arena)
{
    static const unsigned char nothing[4096 * sizeof(struct found_slot)];
    struct mou_found *found = MOU_NEW(arena, struct mou_found);
    if (found == NULL || sodium_init() < 0) {
        return NULL;
    }
    randombytes_buf(found->key, sizeof found->key);
    mou_buf_init(&found->slots, NULL, FOUND_SLOTS * sizeof(struct found_slot));
    for (size_t made = 0; made < FOUND_SLOTS && !found->slots.failed; made += 4096) {
        mou_buf_append(&found->slots, nothing, sizeof nothing);
    }
    if (found->slots.failed) {
        mou_buf_free(&found->slots);
        return NULL;
    }
    return found;
}

void mou_found_free(struct mou_found *found)
{
    if (found != NULL) {
        mou_buf_free(&found->slots);
    }
}

/** The identifier's hash; what is remembered in its place, if that is it. */
static struct slot found_hash(const struct mou_found *found, struct mou_text identifier)
{
    struct slot hash;
    crypto_shorthash_siphashx24((unsigned char *)&hash, (const unsigned char *)identifier.bytes, identifier.len, found->key);
    return hash;
}

int64_t mou_found_get(const struct mou_found *found, struct mou_text identifier)
{
    struct found_slot slot;
    if (found == NULL) {
        return 0;
    }
    const struct slot hash = found_hash(found, identifier);
    memcpy(&slot, found->slots.data + (hash.low & (FOUND_SLOTS - 1)) * sizeof slot, sizeof slot);
    return slot.hash.high == hash.high && slot.hash.low == hash.low ? slot.subject : 0;
}

void mou_found_put(struct mou_found *found, struct mou_text identifier, int64_t subject)
{
    if (found != NULL && subject != 0) {
        const struct found_slot slot = {found_hash(found, identifier), subject};
        memcpy(found->slots.data + (slot.hash.low & (FOUND_SLOTS - 1)) * sizeof slot, &slot, sizeof slot);
    }
}
