/*
 * The program's names as a hash table from (class, memorandum, name) to an index; beside it, all that bear a name, for those who look from another memorandum.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "symbols.h"

#define FIRST_SLOTS 256u

/** One declared name. */
struct symbol {
    enum mou_symbol_class symbol_class;
    uint32_t memorandum;
    uint32_t name; /**< interned */
    uint32_t index;
    uint32_t next; /**< of the same name, MOU_NO_INDEX at the end */
    uint32_t source;
};

struct mou_symbols {
    struct mou_arena *arena;
    struct mou_intern *names;
    MOU_VEC(uint32_t) first; /**< per interned name */
    MOU_VEC(struct symbol) symbols;
    uint32_t *slots; /**< number of the symbol + 1, 0 empty; a power of two, at most half of them used */
    size_t slot_count;
    uint32_t turn; /**< the source that declares or asks */
    MOU_VEC(struct mou_symbol_use) uses;
};

struct mou_symbols *mou_symbols_new(struct mou_arena *arena)
{
    struct mou_symbols *symbols = MOU_NEW(arena, struct mou_symbols);
    if (symbols == NULL) {
        return NULL;
    }
    symbols->arena = arena;
    symbols->turn = MOU_NO_INDEX;
    symbols->names = mou_intern_new(arena);
    symbols->slot_count = FIRST_SLOTS;
    symbols->slots = MOU_NEW_ARRAY(arena, FIRST_SLOTS, uint32_t);
    return symbols->names != NULL && symbols->slots != NULL ? symbols : NULL;
}

static uint32_t first_of(const struct mou_symbols *symbols, struct mou_text name)
{
    uint32_t id = mou_intern_find(symbols->names, name);
    return id != MOU_INTERN_NONE ? symbols->first.items[id] : MOU_NO_INDEX;
}

/** Many memoranda call their rules the same: a name alone tells nothing apart. */
static size_t slot_of(const struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, uint32_t name)
{
    uint64_t hash = ((uint64_t)memorandum << 32 | name) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 29 ^ (uint64_t)symbol_class) * 0xbf58476d1ce4e5b9u;
    size_t slot = (size_t)(hash ^ hash >> 32) & (symbols->slot_count - 1);
    for (; symbols->slots[slot] != 0; slot = (slot + 1) & (symbols->slot_count - 1)) {
        const struct symbol *symbol = &symbols->symbols.items[symbols->slots[slot] - 1];
        if (symbol->name == name && symbol->memorandum == memorandum && symbol->symbol_class == symbol_class) {
            break;
        }
    }
    return slot;
}

static const struct symbol *find(const struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name)
{
    const uint32_t id = mou_intern_find(symbols->names, name);
    const uint32_t found = id != MOU_INTERN_NONE ? symbols->slots[slot_of(symbols, symbol_class, memorandum, id)] : 0;
    return found != 0 ? &symbols->symbols.items[found - 1] : NULL;
}

static bool grow_slots(struct mou_symbols *symbols)
{
    uint32_t *slots = MOU_NEW_ARRAY(symbols->arena, symbols->slot_count * 2, uint32_t);
    if (slots == NULL) {
        return false;
    }
    symbols->slots = slots;
    symbols->slot_count *= 2;
    for (uint32_t i = 0; i < symbols->symbols.count; i++) {
        const struct symbol *symbol = &symbols->symbols.items[i];
        symbols->slots[slot_of(symbols, symbol->symbol_class, symbol->memorandum, symbol->name)] = i + 1;
    }
    return true;
}

bool mou_symbols_declare(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name, uint32_t index,
                         uint32_t *known)
{
    const uint32_t id = mou_arena_failed(symbols->arena) ? MOU_INTERN_NONE : mou_intern_add(symbols->names, name);
    if (id == MOU_INTERN_NONE || (id == symbols->first.count && !MOU_VEC_PUSH(symbols->arena, &symbols->first, MOU_NO_INDEX)) ||
        (symbols->symbols.count * 2 >= symbols->slot_count && !grow_slots(symbols))) {
        return true; /* memory ran out, perhaps before the entry of a name known here found its place: the arena remembers */
    }
    const size_t slot = slot_of(symbols, symbol_class, memorandum, id);
    if (symbols->slots[slot] != 0) {
        *known = symbols->symbols.items[symbols->slots[slot] - 1].index;
        return false;
    }
    const struct symbol symbol = {symbol_class, memorandum, id, index, symbols->first.items[id], symbols->turn};
    if (MOU_VEC_PUSH(symbols->arena, &symbols->symbols, symbol)) {
        symbols->slots[slot] = (uint32_t)symbols->symbols.count;
        symbols->first.items[id] = (uint32_t)symbols->symbols.count - 1;
    }
    return true;
}

void mou_symbols_turn(struct mou_symbols *symbols, uint32_t source)
{
    symbols->turn = source;
}

const struct mou_symbol_use *mou_symbols_uses(const struct mou_symbols *symbols, size_t *count)
{
    *count = symbols->uses.count;
    return symbols->uses.items;
}

/** Only rules: vocabulary is asked for by everyone. */
static void note_use(struct mou_symbols *symbols, const struct symbol *symbol)
{
    const struct mou_symbol_use use = {symbols->turn, symbol->source};
    const struct mou_symbol_use *last = symbols->uses.count > 0 ? &symbols->uses.items[symbols->uses.count - 1] : NULL;
    const bool rule = symbol->symbol_class >= MOU_SYMBOL_PARAMETER && symbol->symbol_class <= MOU_SYMBOL_TABLE;
    if (rule && use.from != MOU_NO_INDEX && use.from != use.to && (last == NULL || last->from != use.from || last->to != use.to)) {
        (void)MOU_VEC_PUSH(symbols->arena, &symbols->uses, use); /* else the arena remembers */
    }
}

uint32_t mou_symbols_find(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name)
{
    const struct symbol *symbol = find(symbols, symbol_class, memorandum, name);
    if (symbol != NULL) {
        note_use(symbols, symbol);
    }
    return symbol != NULL ? symbol->index : MOU_NO_INDEX;
}

enum mou_lookup mou_symbols_look_up(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name,
                                    uint32_t *index)
{
    const struct symbol *own = find(symbols, symbol_class, memorandum, name);
    uint32_t found = 0;
    if (own != NULL) {
        note_use(symbols, own);
        *index = own->index;
        return MOU_LOOKUP_FOUND;
    }
    for (uint32_t at = first_of(symbols, name); at != MOU_NO_INDEX && found < 2; at = symbols->symbols.items[at].next) {
        if (symbols->symbols.items[at].symbol_class == symbol_class) {
            note_use(symbols, &symbols->symbols.items[at]);
            *index = symbols->symbols.items[at].index;
            found++;
        }
    }
    return found == 0 ? MOU_LOOKUP_NONE : found == 1 ? MOU_LOOKUP_FOUND : MOU_LOOKUP_AMBIGUOUS;
}

bool mou_symbols_known(const struct mou_symbols *symbols, struct mou_text name)
{
    return first_of(symbols, name) != MOU_NO_INDEX;
}

void mou_symbols_each(const struct mou_symbols *symbols, unsigned classes, void (*visit)(void *state, struct mou_text name), void *state)
{
    for (uint32_t id = 0; id < mou_intern_count(symbols->names); id++) {
        bool wanted = false;
        for (uint32_t at = symbols->first.items[id]; at != MOU_NO_INDEX && !wanted; at = symbols->symbols.items[at].next) {
            wanted = (classes >> symbols->symbols.items[at].symbol_class & 1u) != 0;
        }
        if (wanted) {
            visit(state, mou_intern_text(symbols->names, id));
        }
    }
}
