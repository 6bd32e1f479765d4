/*
 * Zones: of each column of records and every few thousand neighbouring subjects, what its cells are at the most. They are made when a snapshot is stored, so that counting can tell
 * without a look at the cells in which blocks of subjects no row of a type can match. Asks no database. Used by snapshot_file.c and count.c.
 */
#include <assert.h>

#include "snapshot.h"

static const struct mou_zone nothing = {.least = INT64_MAX, .greatest = INT64_MIN};
static const struct mou_zone anything = {.least = INT64_MIN, .greatest = INT64_MAX, .seen = UINT64_MAX, .gaps = 1};
static const struct mou_zone unknown = {.least = INT64_MAX, .greatest = INT64_MIN, .gaps = 1};

static bool is_known(const struct mou_snapshot_column *column, uint32_t row)
{
    return column->known == NULL || ((column->known[row / 64] >> (row % 64)) & 1u) != 0;
}

/** Cells of rows [begin, end). */
#define SUM_UP(type)                                                                                                        \
    static struct mou_zone sum_up_##type(const struct mou_snapshot_column *column, uint32_t begin, uint32_t end)            \
    {                                                                                                                       \
        const type *values = column->values;                                                                                \
        struct mou_zone zone = nothing;                                                                                     \
        for (uint32_t row = begin; row < end; row++) {                                                                      \
            if (!is_known(column, row)) {                                                                                   \
                zone.gaps = 1;                                                                                              \
                continue;                                                                                                   \
            }                                                                                                               \
            zone.least = values[row] < zone.least ? values[row] : zone.least;                                               \
            zone.greatest = values[row] > zone.greatest ? values[row] : zone.greatest;                                      \
            zone.seen |= UINT64_C(1) << ((uint64_t)values[row] % 64);                                                       \
        }                                                                                                                   \
        return zone;                                                                                                        \
    }

SUM_UP(int8_t)
SUM_UP(int16_t)
SUM_UP(int32_t)
SUM_UP(int64_t)

static struct mou_zone sum_up(const struct mou_snapshot_column *column, uint32_t begin, uint32_t end)
{
    switch (column->width) {
    case 1: return sum_up_int8_t(column, begin, end);
    case 2: return sum_up_int16_t(column, begin, end);
    case 4: return sum_up_int32_t(column, begin, end);
    default: return sum_up_int64_t(column, begin, end);
    }
}

uint32_t mou_snapshot_zone_count(const struct mou_snapshot *snapshot)
{
    assert(snapshot != NULL);
    return snapshot->subject_count / MOU_ZONE_SUBJECTS + (snapshot->subject_count % MOU_ZONE_SUBJECTS != 0 ? 1 : 0);
}

/** The first row of a zone. */
static uint32_t begin_of(const struct mou_snapshot *snapshot, const struct mou_snapshot_record *record, uint32_t zone)
{
    const uint64_t subject = (uint64_t)zone * MOU_ZONE_SUBJECTS;
    return record->first[subject < snapshot->subject_count ? subject : snapshot->subject_count];
}

static bool make_zones(struct mou_snapshot *snapshot, const struct mou_snapshot_record *record, struct mou_snapshot_column *column)
{
    const uint32_t count = mou_snapshot_zone_count(snapshot);
    struct mou_zone *zones = MOU_NEW_ARRAY(snapshot->arena, count, struct mou_zone);
    for (uint32_t i = 0; zones != NULL && i < count; i++) {
        zones[i] = sum_up(column, begin_of(snapshot, record, i), begin_of(snapshot, record, i + 1));
    }
    column->zones = zones;
    return zones != NULL;
}

bool mou_snapshot_make_zones(struct mou_snapshot *snapshot)
{
    assert(snapshot != NULL);
    bool made = true;
    for (uint32_t i = 0; made && i < mou_pack_record_count(snapshot->pack); i++) {
        struct mou_snapshot_record *record = &snapshot->records[i];
        const bool at_top = record->row_count > 0 && record->ends != NULL;
        for (uint32_t f = 0; made && at_top && f < mou_pack_record(snapshot->pack, i).field_count; f++) {
            made = record->fields[f].width == 0 || make_zones(snapshot, record, &record->fields[f]);
        }
    }
    return made;
}

/** Of the zones [first, last] of a column. */
static struct mou_zone join(const struct mou_snapshot_column *column, uint32_t first, uint32_t last)
{
    struct mou_zone joined = nothing;
    if (column->zones == NULL) {
        return column->offsets != NULL ? anything : unknown; /* texts without numbers; or nobody looks at it */
    }
    for (uint32_t i = first; i <= last; i++) {
        const struct mou_zone *zone = &column->zones[i];
        joined.least = zone->least < joined.least ? zone->least : joined.least;
        joined.greatest = zone->greatest > joined.greatest ? zone->greatest : joined.greatest;
        joined.seen |= zone->seen;
        joined.gaps |= zone->gaps;
    }
    return joined;
}

bool mou_snapshot_zones(const struct mou_snapshot *snapshot, uint32_t type, uint32_t first, uint32_t count, struct mou_zone *zones)
{
    assert(snapshot != NULL && count > 0 && first < snapshot->subject_count && count <= snapshot->subject_count - first);
    const struct mou_snapshot_record *record = &snapshot->records[type];
    bool told = record->row_count > 0 && record->ends != NULL;
    bool any = false;
    for (uint32_t f = 0; told && f < mou_pack_record(snapshot->pack, type).field_count; f++) {
        told = record->fields[f].width == 0 || record->fields[f].zones != NULL;
        zones[f] = join(&record->fields[f], first / MOU_ZONE_SUBJECTS, (first + count - 1) / MOU_ZONE_SUBJECTS);
        any = any || (record->fields[f].zones != NULL && (zones[f].gaps != 0 || zones[f].least <= zones[f].greatest));
    }
    return told && any;
}
