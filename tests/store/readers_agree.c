/*
 * Decisions of a whole store, read in every way there is: subjects one by one, batches from the tables, batches cut out of a snapshot in several
 * sizes; outcomes counted from a snapshot without keys; and whole runs on several threads. All must agree. readers_agree STORE DATE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

#define LINES_MAX ((size_t)1 << 30)

/** What one way of reading gives: all lines, and the decisions by outcome. */
struct answer {
    const struct mou_pack *pack;
    struct mou_buf lines;
    uint64_t outcomes[4];
    uint64_t *measures; /**< [measure][outcome] */
    uint64_t subjects;
};

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "readers_agree: %s\n", what);
        exit(1);
    }
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct answer *answer = state;
    mou_decision_json(answer->pack, decision, &answer->lines);
    answer->outcomes[decision->outcome]++;
    if (!decision->is_finding) {
        answer->measures[(size_t)decision->rule * 4 + decision->outcome]++;
    }
    return answer->lines.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static enum mou_status take_next(void *state, struct mou_text subject, uint32_t number, mou_date next)
{
    struct answer *answer = state;
    (void)number;
    mou_next_json(subject, next, &answer->lines);
    return answer->lines.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static struct answer begin(struct mou_store *store)
{
    struct answer answer = {.pack = mou_store_pack(store)};
    mou_buf_init(&answer.lines, NULL, LINES_MAX);
    answer.measures = calloc((size_t)mou_pack_measure_count(answer.pack) * 4 + 1, sizeof *answer.measures);
    require(answer.measures != NULL, "out of memory");
    return answer;
}

static void decide(struct mou_machine *machine, const struct mou_batch *batch, mou_date as_of, bool count_only, struct answer *answer)
{
    const struct mou_run_options options = {.as_of = as_of, .findings = true, .count_only = count_only};
    const struct mou_decision_sink sink = {.state = answer, .decision = take_decision, .next = count_only ? NULL : take_next};
    answer->subjects += batch->core_count;
    require(mou_machine_run(machine, batch, &options, &sink) == MOU_OK, "the machine refuses a batch");
}

static struct answer from_tables(struct mou_store *store, mou_date as_of, uint32_t limit)
{
    struct answer answer = begin(store);
    struct mou_machine *machine = NULL;
    struct mou_batch_builder *builder = mou_batch_builder_new(answer.pack, NULL);
    char after[256] = "";
    uint32_t count = 1;
    require(builder != NULL && mou_machine_new(answer.pack, NULL, &machine) == MOU_OK, "out of memory");
    while (count > 0) {
        const struct mou_batch *batch = NULL;
        require(mou_store_read_batch(store, MOU_TIME_NOW, mou_text_of(after), limit, builder, &batch, &count) == MOU_OK, mou_store_message(store));
        if (count > 0) {
            const struct mou_text last = batch->subject_id[count - 1];
            require(last.len < sizeof after, "an identifier is too long");
            memcpy(after, last.bytes, last.len);
            after[last.len] = '\0';
            decide(machine, batch, as_of, false, &answer);
        }
    }
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    return answer;
}

static struct answer from_snapshot(struct mou_store *store, mou_date as_of, uint32_t limit, enum mou_snapshot_purpose purpose)
{
    struct answer answer = begin(store);
    struct mou_machine *machine = NULL;
    struct mou_snapshot *snapshot = NULL;
    require(mou_snapshot_read(store, MOU_TIME_NOW, purpose, &snapshot) == MOU_OK, mou_store_message(store));
    struct mou_arena *arena = mou_arena_new(NULL);
    const uint64_t *related = NULL;
    require(arena != NULL && (purpose == MOU_SNAPSHOT_CITE || mou_count_related(snapshot, arena, &related) == MOU_OK), "out of memory");
    struct mou_snapshot_cutter *cutter = mou_snapshot_cutter_new(snapshot, related);
    require(cutter != NULL && mou_machine_new(answer.pack, NULL, &machine) == MOU_OK, "out of memory");
    for (uint32_t first = 0; first < snapshot->subject_count; first += limit) {
        const uint32_t rest = snapshot->subject_count - first;
        const struct mou_batch *batch = mou_snapshot_cut(cutter, first, rest < limit ? rest : limit);
        require(batch != NULL, "out of memory");
        decide(machine, batch, as_of, purpose == MOU_SNAPSHOT_COUNT, &answer);
    }
    mou_machine_free(machine);
    mou_snapshot_cutter_free(cutter);
    mou_arena_free(arena);
    mou_snapshot_free(snapshot);
    return answer;
}

static void end(struct answer *answer)
{
    mou_buf_free(&answer->lines);
    free(answer->measures);
}

/** 1 where the answers differ. */
static unsigned compare(const struct answer *wanted, struct answer *found, bool lines, const char *name)
{
    const bool same = wanted->subjects == found->subjects && memcmp(wanted->outcomes, found->outcomes, sizeof wanted->outcomes) == 0 &&
                      (!lines || (wanted->lines.len == found->lines.len && memcmp(wanted->lines.data, found->lines.data, wanted->lines.len) == 0));
    if (!same) {
        size_t at = 0;
        while (at < wanted->lines.len && at < found->lines.len && wanted->lines.data[at] == found->lines.data[at]) {
            at++;
        }
        (void)printf("%s: differs at byte %zu\n", name, at);
    }
    end(found);
    return same ? 0 : 1;
}

/** Counts of a run that stores nothing: those of all decisions, by measure and outcome, whatever the number of threads. */
static unsigned compare_counts(struct mou_store *store, mou_date as_of, const struct answer *wanted)
{
    static const uint32_t threads[] = {1, 2, 3, 64};
    unsigned failed = 0;
    uint64_t faults = 0;
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        const struct mou_run_request request = {.as_of = as_of, .known_at = MOU_TIME_NOW, .threads = threads[i]};
        struct mou_run_result result;
        require(mou_store_run(store, &request, &result) == MOU_OK, mou_store_message(store));
        bool same = result.subjects == wanted->subjects && (i == 0 || result.faults == faults);
        faults = result.faults;
        for (size_t cell = 0; cell < (size_t)result.count_len * 4; cell++) {
            same = same && result.counts[cell / 4].outcomes[cell % 4] == wanted->measures[cell];
        }
        failed += same ? 0 : 1;
        (void)printf("%s", same ? "" : "counts: differ\n");
    }
    return failed;
}

static unsigned compare_all(struct mou_store *store, mou_date as_of)
{
    static const uint32_t sizes[] = {1, 100, 4096};
    struct answer wanted = from_tables(store, as_of, 2048);
    struct answer found = from_tables(store, as_of, 1);
    unsigned failed = compare(&wanted, &found, true, "one by one");
    require(wanted.subjects > 1000 && wanted.outcomes[MOU_IN_FORCE] > 100, "the sample is too small to say anything");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        found = from_snapshot(store, as_of, sizes[i], MOU_SNAPSHOT_CITE);
        failed += compare(&wanted, &found, true, "snapshot");
        found = from_snapshot(store, as_of, sizes[i], MOU_SNAPSHOT_COUNT);
        failed += compare(&wanted, &found, false, "snapshot for counts");
    }
    failed += compare_counts(store, as_of, &wanted);
    end(&wanted);
    return failed;
}

int main(int argc, char **argv)
{
    struct mou_store *store = NULL;
    unsigned failed = 0;
    require(argc > 2, "usage: readers_agree STORE DATE...");
    require(mou_store_open(argv[1], MOU_LANG_EN, &store, NULL) == MOU_OK, "cannot open the store");
    for (int i = 2; i < argc; i++) {
        mou_date as_of = 0;
        require(mou_date_parse(mou_text_of(argv[i]), &as_of), "not a date");
        failed += compare_all(store, as_of);
    }
    mou_store_close(store);
    (void)printf("%u passed, %u failed\n", 11u * (unsigned)(argc - 2) - failed, failed);
    return failed == 0 ? 0 : 1;
}
