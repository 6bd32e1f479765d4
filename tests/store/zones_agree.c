/*
 * Counts with zones are those without: of stores some of whose blocks of subjects cannot match, on days at the edges of what the rules ask for, with every size of batch and number
 * of threads; and tables are passed over in some blocks. Each table is read once. A stored snapshot has its zones. The same of a few subjects, whose zones are then exact, so that every edge is met.
 *
 *   zones_agree STORE IDLE_BLOCKS_AT_LEAST FEW
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "run_internal.h"

#define DAYS_MAX 100u

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "zones_agree: %s\n", what);
        exit(1);
    }
}

static struct mou_snapshot *read_snapshot(struct mou_store *store)
{
    const struct mou_snapshot_request asked = {.known_at = MOU_TIME_NOW, .purpose = MOU_SNAPSHOT_COUNT};
    struct mou_snapshot *snapshot = NULL;
    require(mou_store_execute(store, "BEGIN") == MOU_OK && mou_snapshot_read(store, &asked, &snapshot) == MOU_OK, mou_store_message(store));
    mou_store_rollback(store);
    return snapshot;
}

static struct mou_run_result count(const struct mou_snapshot *snapshot, mou_date as_of, uint32_t threads, uint32_t batch, struct mou_run_count *counts)
{
    const uint32_t measures = mou_pack_measure_count(snapshot->pack);
    struct mou_run_result result = {.counts = counts, .count_len = measures};
    const struct mou_count_request request = {.as_of = as_of, .threads = threads, .batch_subjects = batch};
    memset(counts, 0, measures * sizeof *counts);
    require(mou_count_outcomes(snapshot, &request, &result) == MOU_OK, "counting fails");
    return result;
}

static bool same(const struct mou_run_result *a, const struct mou_run_result *b)
{
    return a->subjects == b->subjects && a->decisions == b->decisions && a->faults == b->faults && memcmp(a->counts, b->counts, a->count_len * sizeof *a->counts) == 0;
}

static uint32_t random_below(uint64_t *state, uint32_t bound)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % bound;
}

/* ---------------------------------------------------------- days */

struct days {
    mou_date of[DAYS_MAX];
    uint32_t count;
    uint32_t met; /**< all that were there to choose from */
    uint64_t random;
};

/** Keeps a fair choice of all days that it is given. */
static void take_day(struct days *days, int64_t day)
{
    if (day < MOU_DATE_MIN || day > MOU_DATE_MAX) {
        return;
    }
    days->met++;
    const uint32_t at = days->count < DAYS_MAX ? days->count++ : random_below(&days->random, days->met);
    if (at < DAYS_MAX) {
        days->of[at] = (mou_date)day;
    }
}

/** Days on which a window of months that a rule may ask for begins or ends to reach the zone's first or last date. */
static void take_edges(struct days *days, const struct mou_zone *zone)
{
    static const int32_t months[] = {0, 12, 24, 36, 60};
    for (size_t i = 0; i < sizeof months / sizeof months[0] && zone->least <= zone->greatest; i++) {
        const mou_date ends[] = {(mou_date)zone->least, (mou_date)zone->greatest};
        for (size_t end = 0; end < 2; end++) {
            mou_date day = 0;
            const bool there = mou_date_add_months(ends[end], months[i], &day) == MOU_FAULT_NONE;
            for (int64_t beside = -1; there && beside <= 1; beside++) {
                take_day(days, day + beside);
            }
        }
    }
}

static void take_days(struct days *days, const struct mou_snapshot *snapshot)
{
    for (uint32_t type = 0; type < mou_pack_record_count(snapshot->pack); type++) {
        for (uint32_t f = 0; f < mou_pack_record(snapshot->pack, type).field_count; f++) {
            const struct mou_snapshot_column *column = &snapshot->records[type].fields[f];
            const bool dates = column->zones != NULL && mou_pack_field(snapshot->pack, type, f).type == MOU_VALUE_DATE;
            for (uint32_t i = 0; dates && i < mou_snapshot_zone_count(snapshot); i++) {
                take_edges(days, &column->zones[i]);
            }
        }
    }
}

/* ---------------------------------------------------------- counts */

/** One day in every way; idle blocks are added up. */
static unsigned compare_day(const struct mou_snapshot *without, const struct mou_snapshot *with, mou_date day, struct mou_run_count *counts, uint64_t *idle)
{
    static const struct {
        uint32_t threads, batch;
    } ways[] = {{1, 0}, {1, MOU_ZONE_SUBJECTS}, {2, 700}, {3, MOU_ZONE_SUBJECTS}, {1, 64}, {1, 3001}};
    const uint32_t measures = mou_pack_measure_count(with->pack);
    const struct mou_run_result wanted = count(without, day, 1, 0, counts);
    unsigned failed = wanted.idle_blocks == 0 ? 0 : 1;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const struct mou_run_result found = count(with, day, ways[i].threads, ways[i].batch, counts + measures);
        const bool agrees = same(&wanted, &found);
        *idle += found.idle_blocks;
        failed += agrees ? 0 : 1;
        if (!agrees) {
            (void)printf("day %d, %u threads, batches of %u: counts differ\n", day, ways[i].threads, ways[i].batch);
        }
    }
    return failed;
}

/* ---------------------------------------------------------- few subjects */

static int64_t cell(const struct mou_column *column, uint32_t row)
{
    switch (column->width) {
    case 1: return ((const int8_t *)column->values)[row];
    case 2: return ((const int16_t *)column->values)[row];
    case 4: return ((const int32_t *)column->values)[row];
    default: return ((const int64_t *)column->values)[row];
    }
}

static struct mou_zone zone_of(const struct mou_column *column, uint32_t rows)
{
    struct mou_zone zone = {.least = INT64_MAX, .greatest = INT64_MIN, .gaps = column->width == 0};
    for (uint32_t row = 0; column->width != 0 && row < rows; row++) {
        const bool known = column->known == NULL || ((column->known[row / 64] >> (row % 64)) & 1u) != 0;
        const int64_t value = known ? cell(column, row) : 0;
        zone.gaps |= known ? 0 : 1;
        zone.least = known && value < zone.least ? value : zone.least;
        zone.greatest = known && value > zone.greatest ? value : zone.greatest;
        zone.seen |= known ? UINT64_C(1) << ((uint64_t)value & 63) : 0;
    }
    return zone;
}

/** What looks at few subjects. */
struct few {
    const struct mou_snapshot *snapshot;
    struct mou_machine *machine;
    struct mou_snapshot_cutter *cutter;
    struct mou_outcome_counts *counts;
    size_t count_bytes;
    struct mou_zone *zones;
    const struct mou_zone **told;
    bool *idle;
    uint64_t random, idle_blocks;
};

static const struct mou_batch *cut_few(struct few *few, const struct mou_snapshot_piece *piece, mou_date day, struct mou_outcome_counts *counts)
{
    const struct mou_batch *batch = mou_snapshot_cut_piece(few->cutter, piece);
    memset(counts, 0, few->count_bytes);
    require(batch != NULL && mou_machine_count(few->machine, batch, day, NULL, counts) == MOU_OK, "counting fails");
    return batch;
}

/** Some neighbours, as if there were no objections. */
static unsigned compare_few(struct few *few, mou_date day)
{
    const struct mou_pack *pack = few->snapshot->pack;
    struct mou_snapshot_piece piece = {.first = random_below(&few->random, few->snapshot->subject_count - 100), .to_count = true, .without_objections = true};
    struct mou_outcome_counts *found = few->counts + mou_pack_measure_count(pack);
    struct mou_zone *zones = few->zones;
    piece.count = 1 + random_below(&few->random, random_below(&few->random, 2) == 0 ? 4 : 90);
    const struct mou_batch *batch = cut_few(few, &piece, day, few->counts);
    for (uint32_t type = 0; type < mou_pack_record_count(pack); type++) {
        const struct mou_record_columns *rows = &batch->records[type];
        few->told[type] = rows->row_count > 0 ? zones : NULL;
        for (uint32_t f = 0; rows->row_count > 0 && f < mou_pack_record(pack, type).field_count; f++) {
            *zones++ = zone_of(&rows->fields[f], rows->row_count);
        }
    }
    piece.idle = mou_machine_find_idle(few->machine, day, few->told, few->idle) ? few->idle : NULL;
    for (uint32_t type = 0; type < mou_pack_record_count(pack); type++) {
        few->idle_blocks += few->idle[type] ? 1 : 0;
    }
    (void)cut_few(few, &piece, day, found);
    const bool agrees = memcmp(found, few->counts, few->count_bytes) == 0;
    if (!agrees) {
        (void)printf("day %d, %u subjects from %u: counts differ\n", day, piece.count, piece.first);
    }
    return agrees ? 0 : 1;
}

static unsigned compare_all_few(const struct mou_snapshot *snapshot, const struct days *days, long count, uint64_t *idle)
{
    const struct mou_pack *pack = snapshot->pack;
    const uint32_t types = mou_pack_record_count(pack);
    uint32_t fields = 0;
    unsigned failed = 0;
    for (uint32_t type = 0; type < types; type++) {
        fields += mou_pack_record(pack, type).field_count;
    }
    struct few few = {.snapshot = snapshot, .cutter = mou_snapshot_cutter_new(snapshot, NULL), .count_bytes = mou_pack_measure_count(pack) * sizeof *few.counts, .random = 5};
    few.counts = calloc((size_t)2 * mou_pack_measure_count(pack) + 1, sizeof *few.counts);
    few.zones = calloc((size_t)fields + 1, sizeof *few.zones);
    few.told = calloc((size_t)types + 1, sizeof *few.told);
    few.idle = calloc((size_t)types + 1, sizeof *few.idle);
    require(few.cutter != NULL && few.counts != NULL && few.zones != NULL && few.told != NULL && few.idle != NULL, "out of memory");
    require(mou_machine_new(pack, NULL, &few.machine) == MOU_OK, "out of memory");
    for (long i = 0; i < count; i++) {
        failed += compare_few(&few, days->of[(uint64_t)i * days->count / (uint64_t)count]);
    }
    *idle = few.idle_blocks;
    mou_machine_free(few.machine);
    mou_snapshot_cutter_free(few.cutter);
    free(few.counts);
    free(few.zones);
    free(few.told);
    free(few.idle);
    return failed;
}

/* ---------------------------------------------------------- what zones say */

/** Whether the zone says of cells what they are, at the most. */
static bool contains(const struct mou_zone *zone, const struct mou_zone *cells)
{
    return zone->least <= cells->least && zone->greatest >= cells->greatest && (cells->seen & ~zone->seen) == 0 && (zone->gaps != 0 || cells->gaps == 0);
}

/** Zones of neighbours, wherever they begin and end, contain the cells of all their rows; where nothing is told, there are no rows, or their columns have no zones. */
static unsigned compare_cells(const struct mou_snapshot *snapshot, uint32_t first, uint32_t count, struct mou_snapshot_cutter *cutter, struct mou_zone *zones)
{
    const struct mou_snapshot_piece piece = {.first = first, .count = count, .to_count = true, .without_objections = true};
    const struct mou_batch *batch = mou_snapshot_cut_piece(cutter, &piece);
    unsigned failed = 0;
    require(batch != NULL, "cutting fails");
    for (uint32_t type = 0; type < mou_pack_record_count(snapshot->pack); type++) {
        const struct mou_record_columns *rows = &batch->records[type];
        const bool told = mou_snapshot_zones(snapshot, type, first, count, zones);
        for (uint32_t f = 0; told && rows->row_count > 0 && f < mou_pack_record(snapshot->pack, type).field_count; f++) {
            const struct mou_zone cells = zone_of(&rows->fields[f], rows->row_count);
            failed += contains(&zones[f], &cells) ? 0 : 1;
        }
        failed += !told && rows->row_count > 0 && snapshot->records[type].ends != NULL && rows->fields[0].width != 0 && snapshot->records[type].fields[0].zones != NULL ? 1 : 0;
    }
    if (failed > 0) {
        (void)printf("%u subjects from %u: zones leave out cells\n", count, first);
    }
    return failed;
}

/** Of neighbours that begin and end beside where zones do, and of some others. */
static unsigned compare_all_cells(const struct mou_snapshot *snapshot)
{
    const uint64_t nobody[8192] = {0};
    uint32_t fields = 1;
    uint64_t random = 7;
    unsigned failed = 0;
    for (uint32_t type = 0; type < mou_pack_record_count(snapshot->pack); type++) {
        fields = mou_pack_record(snapshot->pack, type).field_count > fields ? mou_pack_record(snapshot->pack, type).field_count : fields;
    }
    require(snapshot->subject_count < sizeof nobody * 8, "too many subjects");
    struct mou_zone *zones = calloc(fields, sizeof *zones);
    struct mou_snapshot_cutter *cutter = mou_snapshot_cutter_new(snapshot, nobody);
    require(zones != NULL && cutter != NULL, "out of memory");
    for (uint32_t i = 0; i < 500; i++) {
        const uint32_t zone = random_below(&random, mou_snapshot_zone_count(snapshot));
        const uint32_t beside = zone * MOU_ZONE_SUBJECTS + random_below(&random, 3);
        const uint32_t first = i % 3 == 0 || beside == 0 ? random_below(&random, snapshot->subject_count) : beside - 1 < snapshot->subject_count ? beside - 1 : 0;
        const uint32_t left = snapshot->subject_count - first;
        const uint32_t wanted = (i % 2 == 0 ? MOU_ZONE_SUBJECTS - first % MOU_ZONE_SUBJECTS + random_below(&random, 3) - 1 : 0) + random_below(&random, 2) * random_below(&random, 3000);
        failed += compare_cells(snapshot, first, wanted == 0 ? 1 : wanted < left ? wanted : left, cutter, zones);
    }
    mou_snapshot_cutter_free(cutter);
    free(zones);
    return failed;
}

/* ---------------------------------------------------------- all */

/** How many tables the rules look at: a snapshot reads each once. */
static uint32_t table_count(const struct mou_pack *pack)
{
    uint32_t tables = 1; /* of subjects */
    bool related = false;
    for (uint32_t kind = 0; kind < mou_pack_kind_count(pack); kind++) {
        bool read = false;
        for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
            read = read || mou_pack_reads_attribute(pack, kind, i);
        }
        tables += read ? 1 : 0;
    }
    for (uint32_t type = 0; type < mou_pack_record_count(pack); type++) {
        tables += mou_pack_reads_record(pack, type) ? 1 : 0;
    }
    for (uint32_t i = 0; i < mou_pack_relation_count(pack); i++) {
        related = related || mou_pack_reads_relation(pack, i);
    }
    return tables + (related ? 1 : 0);
}

/** The zones of a snapshot that was stored are those of one that was read. */
static unsigned compare_stored(struct mou_store *store, const struct mou_snapshot *read, const char *path)
{
    struct mou_snapshot_key key;
    unsigned failed = 0;
    require(mou_snapshot_key_of_pack(mou_store_pack(store), &key) && mou_snapshot_save(read, &key, path), "the snapshot cannot be written");
    struct mou_snapshot *stored = mou_snapshot_load(mou_store_pack(store), path, &key);
    require(stored != NULL && remove(path) == 0, "the snapshot cannot be read");
    for (uint32_t type = 0; type < mou_pack_record_count(read->pack); type++) {
        for (uint32_t f = 0; f < mou_pack_record(read->pack, type).field_count; f++) {
            const struct mou_zone *wanted = read->records[type].fields[f].zones;
            const struct mou_zone *found = stored->records[type].fields[f].zones;
            const bool agrees = wanted == NULL ? found == NULL : found != NULL && memcmp(wanted, found, mou_snapshot_zone_count(read) * sizeof *wanted) == 0;
            failed += agrees ? 0 : 1;
        }
    }
    mou_snapshot_free(stored);
    return failed;
}

int main(int argc, char **argv)
{
    struct mou_store *store = NULL;
    struct days days = {.random = 1};
    char path[4096];
    uint64_t idle = 0;
    uint64_t idle_few = 0;
    require(argc == 4 && snprintf(path, sizeof path, "%s-zones", argv[1]) < (int)sizeof path, "usage: zones_agree STORE IDLE_BLOCKS_AT_LEAST FEW");
    require(mou_store_open(argv[1], MOU_LANG_EN, &store, NULL) == MOU_OK, "cannot open the store");
    struct mou_snapshot *without = read_snapshot(store);
    struct mou_snapshot *with = read_snapshot(store);
    struct mou_run_count *counts = calloc((size_t)2 * mou_pack_measure_count(mou_store_pack(store)) + 1, sizeof *counts);
    require(counts != NULL && mou_snapshot_make_zones(with) && with->objection_count > 0, "no zones");
    require(with->tables_by_pages + with->tables_by_statements == table_count(with->pack), "a table is not read once");
    take_days(&days, with);
    unsigned failed = compare_stored(store, with, path) + compare_all_cells(with);
    for (uint32_t i = 0; i < days.count; i++) {
        failed += compare_day(without, with, days.of[i], counts, &idle);
    }
    failed += compare_all_few(with, &days, strtol(argv[3], NULL, 10), &idle_few);
    (void)printf("%u days, a table passed over in %llu blocks and of few subjects in %llu, %u failed\n", days.count, (unsigned long long)idle, (unsigned long long)idle_few, failed);
    require(days.count > 50 && idle >= strtoull(argv[2], NULL, 10) && idle_few > 1000, "zones tell too little");
    free(counts);
    mou_snapshot_free(with);
    mou_snapshot_free(without);
    mou_store_close(store);
    return failed == 0 ? 0 : 1;
}
