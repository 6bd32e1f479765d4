/*
 * Times one subject's decisions: the machine alone on records in memory, reading from the open store, and, where the store has the pack of
 * twelve.mou, a program written by hand (hand.h). Results are compared before anything is timed. Started by lookup.py:
 *
 *     bench_lookup STORE AS-OF ROUNDS hand|- [WORK] < identifiers
 *
 * Prints one line per round and work: name, subjects, p50, p99, all in nanoseconds, separated by tabs. With WORK that
 * one only, for a profiler.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hand.h"
#include "mou/store.h"

#define SUBJECTS_MAX 4096
#define CALLS        3 /* timed calls per subject and round, after one that is not */
#define TEXT_MAX     ((size_t)1 << 26)

/** One subject with its records in memory, for both sides. */
struct entry {
    char identifier[64];
    struct mou_batch_builder *builder;
    const struct mou_batch *batch;
    struct hand_subject *hand;
};

struct bench {
    struct mou_store *store;
    struct mou_machine *machine;
    struct mou_batch_builder *builder; /* for reading again and again */
    struct hand_reader reader;
    bool by_hand;
    mou_date today;
    struct entry *entries;
    uint32_t count;
    uint32_t measures;
    uint32_t *rules; /* decisions of the last run */
    uint32_t rule_count;
    enum hand_outcome *outcomes; /* by measure, of the last run */
    struct mou_buf text;
    struct hand_subject *scratch;
    uint64_t sum; /* keeps the compiler from dropping work */
    bool failed;
};

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct bench *bench = state;
    bench->rules[bench->rule_count++] = decision->rule;
    bench->outcomes[decision->rule] = (enum hand_outcome)decision->outcome;
    return MOU_OK;
}

static void run_machine(struct bench *bench, const struct mou_batch *batch, bool count_only)
{
    const struct mou_run_options options = {.as_of = bench->today, .count_only = count_only};
    const struct mou_decision_sink sink = {.state = bench, .decision = take_decision};
    bench->rule_count = 0;
    if (mou_machine_run(bench->machine, batch, &options, &sink) != MOU_OK) {
        bench->failed = true;
    }
}

/* ------------------------------------------------------------------ the works that are timed */

static void work_counts(struct bench *bench, const struct entry *entry)
{
    run_machine(bench, entry->batch, true);
}

static void work_grounds(struct bench *bench, const struct entry *entry)
{
    run_machine(bench, entry->batch, false);
}

/** Decisions with grounds, and the first one explained. */
static void work_explain(struct bench *bench, const struct entry *entry)
{
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH};
    run_machine(bench, entry->batch, false);
    mou_buf_clear(&bench->text);
    const uint32_t rule = bench->rule_count > 0 ? bench->rules[0] : 0;
    if (mou_machine_explain(bench->machine, 0, rule, false, &options, &bench->text) != MOU_OK) {
        bench->failed = true;
    }
    bench->sum += bench->text.len;
}

static void work_store(struct bench *bench, const struct entry *entry)
{
    const struct mou_batch *batch = NULL;
    bool found = false;
    if (mou_store_read_subject(bench->store, MOU_TIME_NOW, mou_text_of(entry->identifier),
                               bench->builder, &batch, &found) != MOU_OK ||
        !found) {
        bench->failed = true;
        return;
    }
    run_machine(bench, batch, true);
}

static void work_hand(struct bench *bench, const struct entry *entry)
{
    enum hand_outcome outcomes[HAND_DECISIONS];
    hand_decide(entry->hand, bench->today, outcomes);
    for (int i = 0; i < HAND_DECISIONS; i++) {
        bench->sum += outcomes[i];
    }
}

static void work_hand_store(struct bench *bench, const struct entry *entry)
{
    enum hand_outcome outcomes[HAND_DECISIONS];
    if (!hand_read(&bench->reader, mou_text_of(entry->identifier), bench->today, bench->scratch)) {
        bench->failed = true;
    }
    hand_decide(bench->scratch, bench->today, outcomes);
    bench->sum += outcomes[0];
}

static void work_nothing(struct bench *bench, const struct entry *entry)
{
    bench->sum += entry->identifier[0] != '\0' ? 1 : 0;
}

static const struct work {
    const char *name;
    void (*run)(struct bench *bench, const struct entry *entry);
    bool by_hand;
} works[] = {
    {"clock", work_nothing, false},
    {"machine counts", work_counts, false},
    {"machine grounds", work_grounds, false},
    {"machine explanation", work_explain, false},
    {"store and machine", work_store, false},
    {"hand in memory", work_hand, true},
    {"hand from the store", work_hand_store, true},
};

/* ------------------------------------------------------------------ timing */

static int compare_times(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void time_work(struct bench *bench, const struct work *work, uint64_t *times)
{
    size_t count = 0;
    for (uint32_t i = 0; i < bench->count; i++) {
        work->run(bench, &bench->entries[i]);
        for (int call = 0; call < CALLS; call++) {
            const uint64_t begin = now();
            work->run(bench, &bench->entries[i]);
            times[count++] = now() - begin;
        }
    }
    qsort(times, count, sizeof(*times), compare_times);
    printf("%s\t%" PRIu32 "\t%" PRIu64 "\t%" PRIu64 "\n", work->name, bench->count,
           times[count / 2], times[count * 99 / 100]);
}

/* ------------------------------------------------------------------ agreement */

/** The machine's outcomes of an entry, HAND_NONE where there is no decision. */
static void outcomes_of(struct bench *bench, const struct mou_batch *batch, bool count_only,
                        enum hand_outcome *out)
{
    for (uint32_t i = 0; i < bench->measures; i++) {
        bench->outcomes[i] = HAND_NONE;
    }
    run_machine(bench, batch, count_only);
    memcpy(out, bench->outcomes, bench->measures * sizeof(*out));
}

static bool same(const struct entry *entry, const char *what, const enum hand_outcome *a,
                 const enum hand_outcome *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (a[i] != b[i]) {
            fprintf(stderr, "%s: %s: measure %" PRIu32 " has outcomes %d and %d\n",
                    entry->identifier, what, i, (int)a[i], (int)b[i]);
            return false;
        }
    }
    return true;
}

static bool agree(struct bench *bench, struct entry *entry, enum hand_outcome *first,
                  enum hand_outcome *second)
{
    enum hand_outcome by_hand[HAND_DECISIONS];
    outcomes_of(bench, entry->batch, true, first);
    outcomes_of(bench, entry->batch, false, second);
    if (bench->failed || !same(entry, "counts and grounds", first, second, bench->measures)) {
        return false;
    }
    if (!bench->by_hand) {
        return true;
    }
    hand_decide(entry->hand, bench->today, by_hand);
    return same(entry, "machine and hand", first, by_hand, HAND_DECISIONS);
}

static bool all_agree(struct bench *bench)
{
    enum hand_outcome *first = calloc(bench->measures, sizeof(*first));
    enum hand_outcome *second = calloc(bench->measures, sizeof(*second));
    bool agreed =
        first != NULL && second != NULL && (!bench->by_hand || bench->measures == HAND_DECISIONS);
    for (uint32_t i = 0; agreed && i < bench->count; i++) {
        agreed = agree(bench, &bench->entries[i], first, second);
    }
    free(first);
    free(second);
    return agreed;
}

/* ------------------------------------------------------------------ set-up */

static bool load_entry(struct bench *bench, struct entry *entry)
{
    bool found = false;
    entry->builder = mou_batch_builder_new(mou_store_pack(bench->store), NULL);
    const struct mou_text identifier = mou_text_of(entry->identifier);
    if (entry->builder == NULL ||
        mou_store_read_subject(bench->store, MOU_TIME_NOW, identifier, entry->builder,
                               &entry->batch, &found) != MOU_OK ||
        !found) {
        fprintf(stderr, "%s: cannot be read\n", entry->identifier);
        return false;
    }
    if (bench->by_hand) {
        entry->hand = malloc(sizeof(*entry->hand));
        return entry->hand != NULL &&
               hand_read(&bench->reader, identifier, bench->today, entry->hand);
    }
    return true;
}

static bool load_entries(struct bench *bench)
{
    bench->entries = calloc(SUBJECTS_MAX, sizeof(*bench->entries));
    while (bench->entries != NULL && bench->count < SUBJECTS_MAX &&
           scanf("%63s", bench->entries[bench->count].identifier) == 1) {
        if (!load_entry(bench, &bench->entries[bench->count++])) {
            return false;
        }
    }
    return bench->count > 0;
}

static bool set_up(struct bench *bench, char **arguments)
{
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    mou_buf_init(&bench->text, NULL, TEXT_MAX);
    bench->by_hand = strcmp(arguments[4], "hand") == 0;
    bool ready = mou_date_parse(mou_text_of(arguments[2]), &bench->today) &&
                 mou_store_open(arguments[1], MOU_LANG_EN, &bench->store, &message) == MOU_OK;
    if (!ready) {
        fprintf(stderr, "%s\n", message.len > 0 ? message.data : "wrong use");
    }
    mou_buf_free(&message);
    if (!ready || mou_machine_new(mou_store_pack(bench->store), NULL, &bench->machine) != MOU_OK) {
        return false;
    }
    bench->measures = mou_pack_measure_count(mou_store_pack(bench->store));
    bench->rules = calloc(bench->measures + 1, sizeof(*bench->rules));
    bench->outcomes = calloc(bench->measures + 1, sizeof(*bench->outcomes));
    bench->builder = mou_batch_builder_new(mou_store_pack(bench->store), NULL);
    bench->scratch = malloc(sizeof(*bench->scratch));
    return bench->rules != NULL && bench->outcomes != NULL && bench->builder != NULL &&
           bench->scratch != NULL && (!bench->by_hand || hand_open(&bench->reader, arguments[1])) &&
           load_entries(bench);
}

static void tear_down(struct bench *bench)
{
    for (uint32_t i = 0; i < bench->count; i++) {
        mou_batch_builder_free(bench->entries[i].builder);
        free(bench->entries[i].hand);
    }
    free(bench->entries);
    free(bench->rules);
    free(bench->outcomes);
    free(bench->scratch);
    hand_close(&bench->reader);
    mou_batch_builder_free(bench->builder);
    mou_machine_free(bench->machine);
    mou_store_close(bench->store);
    mou_buf_free(&bench->text);
}

int main(int count, char **arguments)
{
    struct bench bench = {0};
    if (count != 5 && count != 6) {
        fprintf(stderr, "usage: bench_lookup STORE AS-OF ROUNDS hand|- [WORK] < identifiers\n");
        return 2;
    }
    bool good = set_up(&bench, arguments) && all_agree(&bench);
    uint64_t *times = good ? calloc((size_t)bench.count * CALLS, sizeof(*times)) : NULL;
    const long rounds = strtol(arguments[3], NULL, 10);
    for (long round = 0; times != NULL && round < rounds; round++) {
        for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
            const bool wanted = count == 5 || strcmp(arguments[5], works[i].name) == 0;
            if (wanted && (!works[i].by_hand || bench.by_hand)) {
                time_work(&bench, &works[i], times);
            }
        }
    }
    free(times);
    tear_down(&bench);
    return good && times != NULL && !bench.failed ? 0 : 1;
}
