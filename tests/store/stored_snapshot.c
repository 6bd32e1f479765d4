/*
 * The stored snapshot: counts out of it are those out of the tables; it is private; one that is cut short, of another pack, or no snapshot at all is not taken; one that is altered
 * anywhere is not whole, and what is counted of it is what was counted before; and one that was forged, with checksums that fit, leads nowhere outside its arrays (run under
 * the sanitizers).
 *
 *   stored_snapshot STORE OTHER_STORE SCRATCH ALTERATIONS SEED        SCRATCH: name of a copy of STORE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count.h"

#define DAY 45290 /* 2023-12-31 */

/* The file's format, written down once more. */
#define HEADER_WORDS 24
#define BLOCK 65536u
enum { WORD_FILE_BYTES = 2, WORD_DATA_END = 16, WORD_PLAN = 17, WORD_BLOCKS = 18, WORD_PLAN_SUM = 19, WORD_BLOCKS_SUM = 20, WORD_ROWS = 22, WORD_HEADER_SUM = 23 };

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "stored_snapshot: %s\n", what);
        exit(1);
    }
}

static uint32_t random_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static uint64_t checksum(const unsigned char *bytes, uint64_t len)
{
    uint64_t lanes[8] = {1, 2, 3, 4, 5, 6, 7, len};
    const uint64_t whole = len / 64 * 64;
    for (uint64_t at = 0; at < len; at += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + at, len - at < 8 ? (size_t)(len - at) : 8);
        uint64_t *lane = &lanes[at < whole ? at / 8 % 8 : (at - whole) / 8];
        *lane = (*lane ^ word) * 0x9e3779b97f4a7c15u;
        *lane ^= *lane >> 29;
    }
    uint64_t sum = 0;
    for (int i = 0; i < 8; i++) {
        sum = (sum ^ lanes[i]) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 32;
    }
    return sum;
}

/* ---------------------------------------------------------- files */

static unsigned char *read_file(const char *path, size_t *len)
{
    struct stat about;
    require(stat(path, &about) == 0 && about.st_size > 0, "no such file");
    unsigned char *bytes = aligned_alloc(8, ((size_t)about.st_size + 7) / 8 * 8);
    FILE *file = fopen(path, "rb");
    require(bytes != NULL && file != NULL && fread(bytes, 1, (size_t)about.st_size, file) == (size_t)about.st_size && fclose(file) == 0, "cannot read a file");
    *len = (size_t)about.st_size;
    return bytes;
}

static void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    require(file != NULL && fwrite(bytes, 1, len, file) == len && fclose(file) == 0, "cannot write a file");
}

/* ---------------------------------------------------------- counts */

static struct mou_run_result summarize(struct mou_store *store, struct mou_run_count *counts)
{
    const struct mou_run_request request = {.as_of = DAY, .known_at = MOU_TIME_NOW, .threads = 2};
    struct mou_run_result result;
    require(mou_store_run(store, &request, &result) == MOU_OK, mou_store_message(store));
    memcpy(counts, result.counts, result.count_len * sizeof *counts);
    result.counts = counts;
    return result;
}

static bool same(const struct mou_run_result *a, const struct mou_run_result *b)
{
    return a->subjects == b->subjects && a->decisions == b->decisions && a->faults == b->faults && a->count_len == b->count_len &&
           memcmp(a->counts, b->counts, a->count_len * sizeof *a->counts) == 0;
}

static unsigned check_counts(struct mou_store *store, const char *path)
{
    struct mou_store_snapshot_result stored;
    struct stat about;
    const uint32_t measures = mou_pack_measure_count(mou_store_pack(store));
    struct mou_run_count *counts = calloc((size_t)2 * measures + 1, sizeof *counts);
    require(counts != NULL, "out of memory");
    const struct mou_run_result wanted = summarize(store, counts);
    require(!wanted.stored_snapshot && wanted.decisions > 100, "the sample is too small to say anything");
    require(mou_store_snapshot(store, 0, &stored) == MOU_OK && !stored.kept && stored.subjects == wanted.subjects, mou_store_message(store));
    require(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600 && (uint64_t)about.st_size == stored.bytes, "the snapshot is not private");
    struct mou_run_result found = summarize(store, counts + measures);
    unsigned failed = found.stored_snapshot && same(&wanted, &found) ? 0 : 1;
    require(mou_store_snapshot(store, 0, &stored) == MOU_OK && stored.kept, "a snapshot of now is made again");
    write_file(path, "no snapshot", 11);
    found = summarize(store, counts + measures);
    failed += !found.stored_snapshot && found.renewed_snapshot && same(&wanted, &found) ? 0 : 1;
    found = summarize(store, counts + measures);
    failed += found.stored_snapshot && same(&wanted, &found) ? 0 : 1;
    free(counts);
    return failed;
}

/* ---------------------------------------------------------- alterations */

static enum mou_status ignore(void *state, const struct mou_decision *decision)
{
    (void)state;
    (void)decision;
    return MOU_OK;
}

/** Counts what there is, by bits; where the snapshot turns out to be altered, nothing is. `counts` receives the numbers of measures. */
static bool count_snapshot(const struct mou_snapshot *snapshot, struct mou_run_count *counts)
{
    const uint32_t measures = mou_pack_measure_count(snapshot->pack);
    struct mou_run_result result = {.counts = counts, .count_len = measures};
    const struct mou_count_request request = {.as_of = DAY, .threads = 1, .batch_subjects = 500};
    memset(counts, 0, measures * sizeof *counts);
    const enum mou_status status = mou_count_outcomes(snapshot, &request, &result);
    require(status == MOU_OK || result.subjects == 0, "what failed was counted");
    return status == MOU_OK;
}

/** Cuts all batches, and runs those that the machine takes: a forged one may be refused. */
static void run_snapshot(const struct mou_snapshot *snapshot)
{
    struct mou_machine *machine = NULL;
    struct mou_snapshot_cutter *cutter = mou_snapshot_cutter_new(snapshot, NULL);
    const struct mou_run_options options = {.as_of = DAY, .count_only = true};
    const struct mou_decision_sink sink = {.decision = ignore};
    require(cutter != NULL && mou_machine_new(snapshot->pack, NULL, &machine) == MOU_OK, "out of memory");
    for (uint32_t first = 0; first < snapshot->subject_count; first += 500) {
        const uint32_t rest = snapshot->subject_count - first;
        const struct mou_batch *batch = mou_snapshot_cut(cutter, first, rest < 500 ? rest : 500);
        require(batch != NULL || mou_snapshot_cutter_damaged(cutter), "out of memory");
        const enum mou_status status = batch != NULL ? mou_machine_run(machine, batch, &options, &sink) : MOU_ERROR_DATA;
        (void)status;
    }
    mou_machine_free(machine);
    mou_snapshot_cutter_free(cutter);
}

/** What is made of a file. */
struct taken {
    bool loaded, counted, whole;
    struct mou_run_count *counts; /**< where it was counted */
};

static void take(const struct mou_pack *pack, const char *path, struct taken *taken)
{
    struct mou_snapshot_key key;
    require(mou_snapshot_key_of_pack(pack, &key), "out of memory");
    struct mou_snapshot *snapshot = mou_snapshot_load(pack, path, &key);
    *taken = (struct taken){.loaded = snapshot != NULL, .counts = calloc((size_t)mou_pack_measure_count(pack) + 1, sizeof *taken->counts)};
    require(taken->counts != NULL, "out of memory");
    if (snapshot != NULL) {
        taken->counted = count_snapshot(snapshot, taken->counts); /* which does not look at identifiers */
        taken->whole = mou_snapshot_whole(snapshot);
        if (mou_snapshot_named(snapshot)) {
            run_snapshot(snapshot);
        }
        mou_snapshot_free(snapshot);
    }
}

static bool is_taken(const struct mou_pack *pack, const char *path)
{
    struct taken taken;
    take(pack, path, &taken);
    free(taken.counts);
    return taken.loaded;
}

/** Of a file that was altered by accident: it is not whole, and what is counted of it is what was counted before. */
static bool is_harmless(const struct mou_pack *pack, const char *path, const struct mou_run_count *wanted)
{
    struct taken taken;
    take(pack, path, &taken);
    const bool same = memcmp(taken.counts, wanted, mou_pack_measure_count(pack) * sizeof *wanted) == 0;
    free(taken.counts);
    return !taken.whole && (!taken.counted || same);
}

/** Whether who looks at the byte that was altered, which is not looked at before, is told. */
static bool is_told(const struct mou_pack *pack, const char *path, size_t at)
{
    struct mou_snapshot_key key;
    require(mou_snapshot_key_of_pack(pack, &key), "out of memory");
    struct mou_snapshot *snapshot = mou_snapshot_load(pack, path, &key);
    const bool told = snapshot != NULL && !mou_snapshot_intact(snapshot, (const char *)snapshot->mapping + at, 1) && !mou_snapshot_intact(snapshot, (const char *)snapshot->mapping + at, 1);
    mou_snapshot_free(snapshot);
    return told;
}

/** Checksums that fit what the file has come to be. */
static void forge(unsigned char *bytes)
{
    uint64_t header[HEADER_WORDS];
    memcpy(header, bytes, sizeof header);
    const uint64_t end = header[WORD_DATA_END];
    unsigned char *sums = bytes + end + header[WORD_PLAN] * 8;
    for (uint64_t block = 0; block < header[WORD_BLOCKS]; block++) {
        const uint64_t begin = sizeof header + block * BLOCK;
        const uint64_t sum = checksum(bytes + begin, end - begin < BLOCK ? end - begin : BLOCK);
        memcpy(sums + block * 8, &sum, 8);
    }
    header[WORD_PLAN_SUM] = checksum(bytes + end, header[WORD_PLAN] * 8);
    header[WORD_BLOCKS_SUM] = checksum(sums, header[WORD_BLOCKS] * 8);
    header[WORD_HEADER_SUM] = checksum((const unsigned char *)header, sizeof header - 8);
    memcpy(bytes, header, sizeof header);
}

static unsigned alter(const struct mou_pack *pack, const char *path, long alterations, uint64_t seed)
{
    size_t len = 0;
    unsigned char *bytes = read_file(path, &len);
    unsigned char *altered = aligned_alloc(8, (len + 7) / 8 * 8);
    uint64_t header[HEADER_WORDS];
    unsigned failed = 0;
    uint32_t taken = 0;
    uint32_t later = 0;
    struct taken wanted;
    take(pack, path, &wanted);
    require(altered != NULL && wanted.counted && wanted.whole, "the snapshot is not taken as it is");
    memcpy(header, bytes, sizeof header);
    require(header[WORD_FILE_BYTES] == len && header[WORD_DATA_END] < len, "the format is another one");
    for (long i = 0; i < alterations; i++) {
        memcpy(altered, bytes, len);
        const bool in_plan = random_number(&seed) % 3 == 0; /* which is small, and says where everything is */
        const size_t plan_bytes = (size_t)header[WORD_PLAN] * 8;
        const size_t at = in_plan ? (size_t)header[WORD_DATA_END] + random_number(&seed) % plan_bytes : random_number(&seed) % len;
        altered[at] = (unsigned char)(altered[at] ^ (1u << random_number(&seed) % 8));
        write_file(path, altered, len);
        failed += is_harmless(pack, path, wanted.counts) ? 0 : 1;
        if (at >= header[WORD_ROWS] + BLOCK && at < header[WORD_DATA_END]) { /* behind the blocks that are checked at once */
            failed += is_told(pack, path, at) ? 0 : 1;
            later++;
        }
        if (at >= sizeof header) {
            forge(altered);
            write_file(path, altered, len);
            taken += is_taken(pack, path) ? 1 : 0;
        }
        write_file(path, bytes, random_number(&seed) % len);
        failed += is_taken(pack, path) ? 1 : 0;
    }
    memcpy(altered, bytes, len);
    forge(altered);
    require(memcmp(altered, bytes, len) == 0, "checksums are other ones");
    (void)printf("%u files altered where it is checked later, %u forged files taken\n", later, taken);
    require(later > 0, "no rows are checked when they are looked at");
    write_file(path, bytes, len);
    free(wanted.counts);
    free(bytes);
    free(altered);
    return failed;
}

int main(int argc, char **argv)
{
    struct mou_store *store = NULL;
    struct mou_store *other = NULL;
    char path[512];
    size_t len = 0;
    require(argc == 6, "usage: stored_snapshot STORE OTHER_STORE SCRATCH ALTERATIONS SEED");
    (void)snprintf(path, sizeof path, "%s-snapshot", argv[3]);
    (void)unlink(path);
    unsigned char *bytes = read_file(argv[1], &len);
    write_file(argv[3], bytes, len);
    free(bytes);
    require(mou_store_open(argv[3], MOU_LANG_EN, &store, NULL) == MOU_OK && mou_store_open(argv[2], MOU_LANG_EN, &other, NULL) == MOU_OK, "cannot open the stores");
    unsigned failed = check_counts(store, path);
    failed += is_taken(mou_store_pack(other), path) ? 1 : 0;
    failed += alter(mou_store_pack(store), path, strtol(argv[4], NULL, 10), strtoull(argv[5], NULL, 10));
    require(mou_store_snapshot_remove(store) == MOU_OK && access(path, F_OK) != 0, "the snapshot cannot be removed");
    mou_store_close(store);
    mou_store_close(other);
    (void)remove(argv[3]);
    (void)printf("%u failed\n", failed);
    return failed == 0 ? 0 : 1;
}
