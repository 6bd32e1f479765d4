/*
 * Decisions of a whole store, read in every way there is: subjects one by one, batches from the tables, batches cut out of a snapshot in several
 * sizes; outcomes counted from a snapshot without keys; and whole runs on several threads; and
 * one subject with all that the store has of it, and with what its rules look at. All must agree. readers_agree STORE DATE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "run_internal.h"

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

static struct answer from_snapshot(struct mou_store *store, mou_date as_of, uint32_t limit, const struct mou_snapshot_request *request)
{
    struct answer answer = begin(store);
    struct mou_machine *machine = NULL;
    struct mou_snapshot *snapshot = NULL;
    require(mou_store_execute(store, "BEGIN") == MOU_OK && mou_snapshot_read(store, request, &snapshot) == MOU_OK, mou_store_message(store));
    mou_store_rollback(store);
    struct mou_arena *arena = mou_arena_new(NULL);
    const uint64_t *related = NULL;
    require(arena != NULL && (request->purpose == MOU_SNAPSHOT_CITE || mou_count_related(snapshot, arena, &related) == MOU_OK), "out of memory");
    struct mou_snapshot_cutter *cutter = mou_snapshot_cutter_new(snapshot, related);
    require(cutter != NULL && mou_machine_new(answer.pack, NULL, &machine) == MOU_OK, "out of memory");
    for (uint32_t first = 0; first < snapshot->subject_count; first += limit) {
        const uint32_t rest = snapshot->subject_count - first;
        const struct mou_batch *batch = mou_snapshot_cut(cutter, first, rest < limit ? rest : limit);
        require(batch != NULL, "out of memory");
        decide(machine, batch, as_of, request->purpose == MOU_SNAPSHOT_COUNT, &answer);
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

/* ---------------------------------------------------------- what reading leaves out */

/** All columns of a table, however few the rules look at. */
static void widen_table(struct mou_store_table *table, const struct mou_store_column *columns)
{
    table->columns = calloc((size_t)table->field_count + 1, sizeof *columns);
    require(table->columns != NULL, "out of memory");
    memcpy(table->columns, columns, table->field_count * sizeof *columns);
    table->column_count = table->field_count;
    table->seen = MOU_SEEN_FROM | MOU_SEEN_TO;
    table->related = true;
}

/** Makes the store read every table, column and relation. */
static void widen(struct mou_store *store)
{
    const struct mou_pack *pack = mou_store_pack(store);
    const uint32_t records = mou_pack_record_count(pack);
    struct mou_store_column columns[256];
    for (uint32_t kind = 0; kind < mou_pack_kind_count(pack); kind++) {
        for (uint32_t i = 0; i < mou_pack_attribute_count(pack, kind); i++) {
            columns[i] = (struct mou_store_column){i, mou_pack_attribute(pack, kind, i).type == MOU_VALUE_TEXT, false};
        }
        widen_table(&store->kinds[kind], columns);
    }
    for (uint32_t record = 0; record < records; record++) {
        for (uint32_t i = 0; i < mou_pack_record(pack, record).field_count; i++) {
            columns[i] = (struct mou_store_column){i, mou_pack_field(pack, record, i).type == MOU_VALUE_TEXT, i == mou_pack_record(pack, record).key};
        }
        widen_table(&store->records[record], columns);
    }
    memset(store->seen_relations, MOU_SEEN_FROM | MOU_SEEN_TO, mou_pack_relation_count(pack));
    store->read_count = 0;
    for (int nested = 0; nested < 2; nested++) { /* the library nests types once */
        for (uint32_t record = 0; record < records; record++) {
            if ((mou_pack_record(pack, record).parent != UINT32_MAX) == (nested == 1)) {
                store->records[record].place = store->read_count;
                store->read_order[store->read_count++] = record;
            }
        }
    }
    store->related_count = store->read_count;
}

static void unwiden(struct mou_store *store)
{
    for (uint32_t i = 0; i < mou_pack_kind_count(store->pack); i++) {
        free(store->kinds[i].columns);
    }
    for (uint32_t i = 0; i < mou_pack_record_count(store->pack); i++) {
        free(store->records[i].columns);
    }
}

/** Decisions of one subject, and every rule explained. Rows of the subject itself come first in every batch. */
static void explain_subject(struct mou_store *store, struct mou_machine *machine, struct mou_batch_builder *builder, struct mou_text subject, mou_date as_of,
                            struct answer *answer)
{
    const struct mou_explain_options options = {.lang = MOU_LANG_ZH, .json = true, .why_not = true};
    const struct mou_pack *pack = mou_store_pack(store);
    const struct mou_run_options run = {.as_of = as_of, .findings = true, .matters = true};
    const struct mou_decision_sink sink = {.state = answer, .decision = take_decision, .next = take_next};
    const struct mou_batch *batch = NULL;
    bool found = false;
    require(mou_store_read_subject(store, MOU_TIME_NOW, subject, builder, &batch, &found) == MOU_OK && found, "a subject cannot be read");
    require(mou_machine_run(machine, batch, &run, &sink) == MOU_OK, "the machine refuses a batch");
    for (uint32_t i = 0; i < mou_pack_measure_count(pack); i++) {
        require(mou_machine_explain(machine, 0, i, false, &options, &answer->lines) == MOU_OK, "a measure is not explained");
    }
    for (uint32_t i = 0; i < mou_pack_duty_count(pack) + mou_pack_repair_count(pack); i++) {
        const bool duty = i < mou_pack_duty_count(pack);
        const uint32_t rule = duty ? i : i - mou_pack_duty_count(pack);
        struct mou_text name;
        uint32_t memorandum = 0;
        uint32_t record = 0;
        (duty ? mou_pack_duty : mou_pack_repair)(pack, rule, &name, &memorandum, &record);
        for (uint32_t row = 0; row < batch->records[record].row_count && batch->records[record].subject[row] == 0; row++) {
            require(mou_machine_explain_rule(machine, 0, duty ? MOU_RULE_DUTY : MOU_RULE_REPAIR, rule, row, &options, &answer->lines) == MOU_OK,
                    "a duty or repair is not explained");
        }
    }
    for (uint32_t i = 0; i < mou_pack_matter_count(pack); i++) {
        require(mou_machine_explain_rule(machine, 0, MOU_RULE_MATTER, i, 0, &options, &answer->lines) == MOU_OK, "a matter is not explained");
    }
}

/** Subjects with decisions, as far apart as `count` of them can be. */
static struct answer explained(struct mou_store *store, mou_date as_of, uint32_t count)
{
    struct answer answer = begin(store);
    struct mou_machine *machine = NULL;
    sqlite3_stmt *subjects = NULL;
    struct mou_batch_builder *builder = mou_batch_builder_new(answer.pack, NULL);
    require(builder != NULL && mou_machine_new(answer.pack, NULL, &machine) == MOU_OK, "out of memory");
    require(sqlite3_prepare_v2(store->database, "SELECT identifier FROM (SELECT identifier, row_number() OVER (ORDER BY identifier) n, count(*) OVER () total "
                                                "FROM subject WHERE id IN (SELECT subject FROM objection UNION SELECT from_subject FROM relation "
                                                "UNION SELECT to_subject FROM relation)) WHERE n % max(1, total / ?1) = 0", -1, &subjects, NULL) == SQLITE_OK,
            "the subjects cannot be listed");
    sqlite3_bind_int64(subjects, 1, count);
    while (sqlite3_step(subjects) == SQLITE_ROW) {
        explain_subject(store, machine, builder, mou_store_column_text(subjects, 0), as_of, &answer);
        answer.subjects++;
    }
    sqlite3_finalize(subjects);
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    return answer;
}

/** What the rules do not look at is not read; nothing that is said of a subject may miss it. */
static unsigned compare_explanations(const char *path, struct mou_store *store, mou_date as_of, uint32_t count)
{
    struct mou_store *wide = NULL;
    require(mou_store_open(path, MOU_LANG_EN, &wide, NULL) == MOU_OK, "cannot open the store");
    widen(wide);
    struct answer wanted = explained(wide, as_of, count);
    struct answer found = explained(store, as_of, count);
    require(wanted.subjects >= count && wanted.outcomes[MOU_IN_FORCE] > 0, "the sample is too small to say anything");
    const unsigned failed = compare(&wanted, &found, true, "explanations");
    end(&wanted);
    unwiden(wide);
    mou_store_close(wide);
    return failed;
}

/** One pass over everybody, as a run makes it. */
static struct answer from_pass(struct mou_store *store, mou_date as_of, uint32_t threads, uint32_t batch)
{
    struct answer answer = begin(store);
    const struct mou_decision_sink sink = {.state = &answer, .decision = take_decision, .next = take_next};
    struct mou_pass pass = {.store = store, .sink = &sink, .as_of = as_of, .known_at = MOU_TIME_NOW, .threads = threads, .batch_subjects = batch};
    require(mou_run_pass(&pass) == MOU_OK, mou_store_message(store));
    answer.subjects = pass.subjects;
    return answer;
}

/** The same bytes on any number of threads, in batches of any size. */
static unsigned compare_passes(struct mou_store *store, mou_date as_of)
{
    static const struct {
        uint32_t threads, batch;
    } ways[] = {{1, 7}, {2, 64}, {3, 10}, {8, 3}, {64, 50}};
    struct answer wanted = from_pass(store, as_of, 1, 0);
    unsigned failed = 0;
    require(wanted.subjects > 1000 && wanted.lines.len > 10000, "the sample is too small to say anything");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct answer found = from_pass(store, as_of, ways[i].threads, ways[i].batch);
        failed += compare(&wanted, &found, true, "a pass on several threads");
    }
    end(&wanted);
    return failed;
}

/** Counts: those of all decisions, by measure and outcome, whatever the number of threads and the size of batches. */
static bool same_counts(const struct mou_snapshot *snapshot, mou_date as_of, uint32_t threads, uint32_t batch, const struct answer *wanted)
{
    const uint32_t measures = mou_pack_measure_count(wanted->pack);
    struct mou_run_count *counts = calloc((size_t)measures + 1, sizeof *counts);
    struct mou_run_result result = {.counts = counts, .count_len = measures};
    const struct mou_count_request request = {.as_of = as_of, .threads = threads, .batch_subjects = batch};
    require(counts != NULL && mou_count_outcomes(snapshot, &request, &result) == MOU_OK, "counting fails");
    bool same = result.subjects == wanted->subjects;
    for (size_t cell = 0; cell < (size_t)measures * 4; cell++) {
        same = same && counts[cell / 4].outcomes[cell % 4] == wanted->measures[cell];
    }
    free(counts);
    return same;
}

static unsigned compare_counts(struct mou_store *store, mou_date as_of, const struct answer *wanted)
{
    static const struct {
        uint32_t threads, batch;
    } ways[] = {{1, 0}, {1, 33}, {2, 100}, {3, 7}, {64, 20}};
    const struct mou_snapshot_request asked = {.known_at = MOU_TIME_NOW, .purpose = MOU_SNAPSHOT_COUNT};
    struct mou_snapshot *snapshot = NULL;
    unsigned failed = 0;
    require(mou_snapshot_read(store, &asked, &snapshot) == MOU_OK, mou_store_message(store));
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const bool same = same_counts(snapshot, as_of, ways[i].threads, ways[i].batch, wanted);
        failed += same ? 0 : 1;
        (void)printf("%s", same ? "" : "counts: differ\n");
    }
    mou_snapshot_free(snapshot);
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
        struct mou_snapshot_request request = {.known_at = MOU_TIME_NOW, .purpose = MOU_SNAPSHOT_CITE, .way = i % 2 == 0 ? MOU_SCAN_FASTEST : MOU_SCAN_STATEMENTS};
        request.second_thread = i > 0;
        found = from_snapshot(store, as_of, sizes[i], &request);
        failed += compare(&wanted, &found, true, "snapshot");
        request.purpose = MOU_SNAPSHOT_COUNT;
        found = from_snapshot(store, as_of, sizes[i], &request);
        failed += compare(&wanted, &found, false, "snapshot for counts");
    }
    failed += compare_counts(store, as_of, &wanted) + compare_passes(store, as_of);
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
        failed += compare_explanations(argv[1], store, as_of, 40);
    }
    mou_store_close(store);
    (void)printf("%u passed, %u failed\n", 18u * (unsigned)(argc - 2) - failed, failed);
    return failed == 0 ? 0 : 1;
}
