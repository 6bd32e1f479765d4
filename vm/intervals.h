/*
 * Half-open intervals of days and the connected pieces of their union. Pure: no memory of its own, no pack, no machine.
 * Used by triples.c and decide.c, tested on its own.
 */
#ifndef MOU_VM_INTERVALS_H
#define MOU_VM_INTERVALS_H

#include "mou/base.h"

/** An open beginning sorts before every date, an open end behind every date. */
#define MOU_INTERVAL_OPEN_FROM  MOU_DATE_NONE
#define MOU_INTERVAL_OPEN_UNTIL INT32_MAX

/** [from, until); empty where from >= until. */
struct mou_interval {
    mou_date from;
    mou_date until;
};

bool mou_interval_empty(struct mou_interval interval);
bool mou_interval_contains(struct mou_interval interval, mou_date date);
/** What both have in common, possibly empty. */
struct mou_interval mou_interval_cut(struct mou_interval a, struct mou_interval b);

/**
 * Sorts `items` and joins those that overlap or touch ([a,b) and [b,c) connect); empty ones vanish. Returns how many
 * pieces are left at the front of `items`, ascending and apart from each other.
 */
size_t mou_intervals_join(struct mou_interval *items, size_t count);
/** The piece that contains `date`, or NULL. `pieces` come from mou_intervals_join. */
const struct mou_interval *mou_intervals_at(const struct mou_interval *pieces, size_t count, mou_date date);
/** The earliest piece that begins after `date`, or NULL. */
const struct mou_interval *mou_intervals_after(const struct mou_interval *pieces, size_t count, mou_date date);

#endif
