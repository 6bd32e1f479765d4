/*
 * The union of intervals and its connected pieces, by sorting and one sweep. Knows dates only; may
 * not allocate. Called by triples.c for a finding's end and by decide.c for what a decision shows.
 */
#include "intervals.h"

#include <assert.h>
#include <stdlib.h>

bool mou_interval_empty(struct mou_interval interval)
{
    return interval.from >= interval.until;
}

bool mou_interval_contains(struct mou_interval interval, mou_date date)
{
    return interval.from <= date && date < interval.until;
}

struct mou_interval mou_interval_cut(struct mou_interval a, struct mou_interval b)
{
    return (struct mou_interval){
        .from = a.from > b.from ? a.from : b.from,
        .until = a.until < b.until ? a.until : b.until,
    };
}

static int compare_intervals(const void *left, const void *right)
{
    const struct mou_interval *a = left;
    const struct mou_interval *b = right;
    if (a->from != b->from) {
        return a->from < b->from ? -1 : 1;
    }
    return (a->until > b->until) - (a->until < b->until);
}

/* Most rows come in order of their dates: a subject with one ground, or a few. */
static bool is_sorted(const struct mou_interval *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (items[i].from < items[i - 1].from) {
            return false;
        }
    }
    return true;
}

size_t mou_intervals_join(struct mou_interval *items, size_t count)
{
    assert(items != NULL || count == 0);
    if (!is_sorted(items, count)) {
        qsort(items, count, sizeof(*items), compare_intervals);
    }
    size_t pieces = 0;
    for (size_t i = 0; i < count; i++) {
        if (mou_interval_empty(items[i])) {
            continue;
        }
        if (pieces > 0 && items[i].from <= items[pieces - 1].until) {
            if (items[i].until > items[pieces - 1].until) {
                items[pieces - 1].until = items[i].until;
            }
        } else {
            items[pieces++] = items[i];
        }
    }
    return pieces;
}

/* How many pieces begin on or before `date`. */
static size_t begun(const struct mou_interval *pieces, size_t count, mou_date date)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (pieces[middle].from <= date) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct mou_interval *mou_intervals_at(const struct mou_interval *pieces, size_t count,
                                            mou_date date)
{
    assert(pieces != NULL || count == 0);
    const size_t position = begun(pieces, count, date);
    if (position == 0 || date >= pieces[position - 1].until) {
        return NULL;
    }
    return &pieces[position - 1];
}

const struct mou_interval *mou_intervals_after(const struct mou_interval *pieces, size_t count,
                                               mou_date date)
{
    assert(pieces != NULL || count == 0);
    const size_t position = begun(pieces, count, date);
    return position < count ? &pieces[position] : NULL;
}
