/*
 * Names of the program: which entity a name means where. Vocabulary is one space per class; rules are named within their memorandum. Used by
 * the names, types and test stages.
 */
#ifndef MOU_COMPILER_SYMBOLS_H
#define MOU_COMPILER_SYMBOLS_H

#include "program.h"

enum mou_symbol_class {
    MOU_SYMBOL_CODE_TABLE, MOU_SYMBOL_AUTHORITY, MOU_SYMBOL_KIND, MOU_SYMBOL_RECORD, MOU_SYMBOL_RELATION, MOU_SYMBOL_LIST_KIND, MOU_SYMBOL_ITEM,
    MOU_SYMBOL_MEMORANDUM, MOU_SYMBOL_PARAMETER, MOU_SYMBOL_DEFINITION, MOU_SYMBOL_FINDING, MOU_SYMBOL_MEASURE, MOU_SYMBOL_TABLE, MOU_SYMBOL_FIXTURE,
    MOU_SYMBOL_CLASS_COUNT
};

struct mou_symbols;
struct mou_symbols *mou_symbols_new(struct mou_arena *arena) MOU_MUST_USE;

/** Result of a look-up of a rule's name. */
enum mou_lookup { MOU_LOOKUP_FOUND, MOU_LOOKUP_NONE, MOU_LOOKUP_AMBIGUOUS };

/** A rule of one source asked for one of another. */
struct mou_symbol_use { uint32_t from, to; };
/** What is declared and asked for from now on is so by that source; MOU_NO_INDEX: nothing is noted. */
void mou_symbols_turn(struct mou_symbols *symbols, uint32_t source);
/** Which sources have asked for rules of which, by a name that was found; the same may stand there more than once. */
const struct mou_symbol_use *mou_symbols_uses(const struct mou_symbols *symbols, size_t *count);

/** Declares; false when the class (and memorandum) has the name already, then *known is its index. `memorandum` MOU_NO_INDEX for vocabulary. */
bool mou_symbols_declare(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name, uint32_t index,
                         uint32_t *known);
/** In exactly this memorandum; MOU_NO_INDEX if there is none. */
uint32_t mou_symbols_find(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name);
/** As seen from a memorandum: its own, else the only one of all. */
enum mou_lookup mou_symbols_look_up(struct mou_symbols *symbols, enum mou_symbol_class symbol_class, uint32_t memorandum, struct mou_text name,
                                    uint32_t *index);
/** Whether something of that name is declared, of whatever class and memorandum. */
bool mou_symbols_known(const struct mou_symbols *symbols, struct mou_text name);
/** Visits every name that is declared in one of the classes (bit 1 << class), once, in the order of declaration. */
void mou_symbols_each(const struct mou_symbols *symbols, unsigned classes, void (*visit)(void *state, struct mou_text name), void *state);

#endif
