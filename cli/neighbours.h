/*
 * Worlds a little different from given ones: one value absent, a unit more or less, another that
 * occurs elsewhere, one row or relation gone, one row more. The tests of a pack are the best hint at which worlds
 * matter to it. Used by the suggestions of mou test.
 */
#ifndef MOU_CLI_NEIGHBOURS_H
#define MOU_CLI_NEIGHBOURS_H

#include <jansson.h>

#include "cli.h"

struct mou_neighbours {
    const struct mou_pack *pack;
    json_t *pool; /**< owner → field → array of values seen */
    json_t *rows; /**< record type → a row that a subject can have besides its own */
};

/** What to do with one such world; false ends the walk. The document is lent for the call and must be left as it is. */
typedef bool (*mou_neighbour_fn)(void *state, json_t *document);

/** False when memory ran out; mou_neighbours_close in any case. */
bool mou_neighbours_open(struct mou_neighbours *neighbours, const struct mou_pack *pack);
void mou_neighbours_close(struct mou_neighbours *neighbours);
/** Remembers the values that occur in a world. */
void mou_neighbours_learn(struct mou_neighbours *neighbours, json_t *document);
/** Offers the rows of a world as rows that subjects can have besides their own, one of each type. */
void mou_neighbours_offer(struct mou_neighbours *neighbours, json_t *document);
/**
 * Calls `visit` for the world itself and for each of its neighbours; false where a visit said so. The document is changed
 * and put right again.
 */
bool mou_neighbours_walk(const struct mou_neighbours *neighbours, json_t *document,
                         mou_neighbour_fn visit, void *state);

#endif
