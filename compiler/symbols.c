/*
 * The program's names as a hash table from (class, memorandum, name) to an index.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "symbols.h"


/** One declared name. */
struct symbol {
    enum mou_symbol_class symbol_class;
    uint32_t memorandum;
    uint32_t index;
    uint32_t next; /**< of the same name, MOU_NO_INDEX at the end */
};

struct mou_symbols {
    struct mou_arena *arena;
    struct mou_intern *names;
    MOU_VEC(uint32_t) first; /**< per interned name */
    MOU_VEC(struct symbol) symbols;
};

struct mou_symbols *mou_symbols_new(struct mou_arena *arena)
{
    struct mou_symbols *symbols = MOU_NEW(arena, struct mou_symbols);
    if (symbols == NULL) {
        return NULL;
    }
    symbols->arena = arena;
    symbols->names = mou_intern_new(arena);
    return symbols->names != NULL ? symbols : NULL;
}

static uint32_t first_of(const struct mou_symbols *symbols, struct mou_text name)
{
    uint32_t id = mou_intern_find(symbols->names, name);
    return id != MOU_INTERN_NONE ? symbols->first.items[id] : MOU_NO_INDEX;
}

static const struct symbol *find(const struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name)
{
    for (uint32_t at = first_of(symbols, name); at != MOU_NO_INDEX; at = symbols->symbols.items[at].next) {
        const struct symbol *symbol = &symbols->symbols.items[at];
        if (symbol->symbol_class == symbol_class && symbol->memorandum == memorandum) {
            return symbol;
        }
    }
    return NULL;
}

bool mou_symbols_declare(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name, uint32_t index,
                         uint32_t *known)
{
    const struct symbol *same = find(symbols, symbol_class, memorandum, name);
    if (same != NULL) {
        *known = same->index;
        return false;
    }
    uint32_t id = mou_intern_add(symbols->names, name);
    if (id == MOU_INTERN_NONE || (id == symbols->first.count && !MOU_VEC_PUSH(symbols->arena, &symbols->first, MOU_NO_INDEX))) {
        return true; /* memory ran out: the arena remembers */
    }
    struct symbol symbol = {symbol_class, memorandum, index, symbols->first.items[id]};
    if (MOU_VEC_PUSH(symbols->arena, &symbols->symbols, symbol)) {
        symbols->first.items[id] = (uint32_t)symbols->symbols.count - 1;
    }
    return true;
}

uint32_t mou_symbols_find(const struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name)
{
    const struct symbol *symbol = find(symbols, symbol_class, memorandum, name);
    return symbol != NULL ? symbol->index : MOU_NO_INDEX;
}

enum mou_lookup mou_symbols_look_up(const struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name,
                                    uint32_t *index)
{
    const struct symbol *own = find(symbols, symbol_class, memorandum, name);
    uint32_t found = 0;
    if (own != NULL) {
        *index = own->index;
        return MOU_LOOKUP_FOUND;
    }
    for (uint32_t at = first_of(symbols, name); at != MOU_NO_INDEX; at = symbols->symbols.items[at].next) {
        if (symbols->symbols.items[at].symbol_class == symbol_class) {
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
