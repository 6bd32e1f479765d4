/*
 * Random histories of a store: subjects, records, corrections, withdrawals, late arrivals, relations that begin, change and end, objections, time passing in small
 * and large steps, other packs, and what officers do: measures taken from step to step, objections opened and closed, records corrected, repairs granted, records erased. After every event a
 * run is stored as it comes, mostly incremental; then the decisions that stand must be, byte by byte, those of a full evaluation that stores nothing, and counted out of a stored snapshot, which
 * may be old, damaged or deleted meanwhile, they must be as many. At the end of a history every past day, by the knowledge of its time, must give the very bytes that it gave then (where
 * nothing was erased since), every past run must repeat, and the ledger hold.
 *
 *     histories RULES COUNT [SEED]      prints one line of counts; exit code 1 if any history failed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mou/compiler.h"
#include "mou/measures.h"
#include "store_internal.h"

#define SUBJECTS 9
#define EVENTS 14
#define FIRST_DAY 44196u  /* 2021-01-01 */
#define FIRST_TIME INT64_C(1609459200000)

struct history {
    uint64_t seed, state;
    char path[128];
    struct mou_store *store;
    mou_time now;
    mou_date day;
    const struct mou_text *packs; /**< two packs that differ in thresholds; the other one has a record type more */
    int pack;                     /**< the one in force */
    unsigned keys, checks;
    unsigned incremental;         /**< runs that built on the one before */
    unsigned snapshots, reread;   /**< summaries out of a stored snapshot; those that had to read changed subjects, too */
    uint64_t deeds;               /**< what officers do: likewise a sequence of its own */
    mou_date latest;              /**< day that was reached: officers' today */
    unsigned acts;                /**< of officers, that were taken */
    bool erases;                  /**< one history in four erases records: days before cannot be had again */
    struct past {
        mou_date as_of;
        mou_time known_at;
        struct mou_buf decisions; /**< of everybody, in full */
    } past[EVENTS];
    unsigned past_count;
    uint64_t luck;                /**< what happens to the snapshot: a sequence of its own, so that seeds give the same histories as ever */
    struct mou_buf rows, full, stands;
};

static void fail(const struct history *history, const char *what)
{
    (void)fprintf(stderr, "history %llu: %s: %s\n", (unsigned long long)history->seed, what, history->store != NULL ? mou_store_message(history->store) : "");
    exit(1);
}

static void require(const struct history *history, bool holds, const char *what)
{
    if (!holds) {
        fail(history, what);
    }
}

/** splitmix64 */
static uint64_t next(struct history *history)
{
    uint64_t z = history->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(struct history *history, unsigned limit)
{
    return (unsigned)(next(history) % limit);
}

static bool is_person(unsigned subject)
{
    return subject % 3 == 2;
}

static void put_subject(struct history *history, unsigned subject)
{
    mou_buf_printf(&history->rows, "%c%u", is_person(subject) ? 'P' : 'U', subject);
}

/** A day round today, or nothing. */
static void put_day(struct history *history, int before, int after, unsigned missing_in)
{
    if (missing_in == 0 || below(history, missing_in) != 0) {
        mou_date_format(history->day - before + (int)below(history, (unsigned)(before + after + 1)), &history->rows);
    }
}

static void import(struct history *history, enum mou_import_target target, const char *record, enum mou_import_format format)
{
    struct mou_import_options options = {.target = target, .record = mou_text_of(record), .format = format, .encoding = MOU_ENCODING_UTF8, .file_name = MOU_TEXT("f"),
                                         .source = MOU_TEXT("s"), .now = history->now, .known_at = MOU_TIME_NOW, .typed = true};
    struct mou_import_result result;
    enum mou_status status = mou_store_import(history->store, history->rows.data, history->rows.len, &options, &result);
    require(history, status == MOU_OK || status == MOU_ERROR_DATA, "import"); /* refused: an objection to nothing, an end before the beginning */
}

static void add_subject(struct history *history, unsigned subject)
{
    mou_buf_clear(&history->rows);
    mou_buf_text(&history->rows, is_person(subject) ? "标识,主体类别,出生日期\n" : "标识,主体类别,规模\n");
    put_subject(history, subject);
    if (is_person(subject)) {
        mou_buf_text(&history->rows, ",自然人,");
        mou_date_format(history->day - 18 * 365 - (int)below(history, 1500), &history->rows);
    } else {
        mou_buf_printf(&history->rows, ",单位,%u", below(history, 9));
    }
    mou_buf_char(&history->rows, '\n');
    import(history, MOU_IMPORT_SUBJECTS, "", MOU_IMPORT_CSV);
}

/** A new record, a correction of one, or one that arrives long after its date; with nested rows at times. */
static void add_case(struct history *history)
{
    const unsigned key = history->keys > 0 && below(history, 2) == 0 ? below(history, history->keys) : history->keys++;
    mou_buf_clear(&history->rows);
    mou_buf_text(&history->rows, "{\"主体\": \"");
    put_subject(history, key % SUBJECTS);
    mou_buf_printf(&history->rows, "\", \"文号\": \"k%u\", \"作出日\": \"", key);
    put_day(history, below(history, 4) == 0 ? 900 : 60, 40, 0);
    mou_buf_char(&history->rows, '"');
    if (below(history, 3) > 0) {
        mou_buf_text(&history->rows, ", \"送达日\": \"");
        put_day(history, 50, 50, 0);
        mou_buf_char(&history->rows, '"');
    }
    if (below(history, 8) > 0) {
        mou_buf_printf(&history->rows, ", \"款额\": \"%u\"", below(history, 4) * 60);
    }
    if (below(history, 3) == 0) {
        mou_buf_printf(&history->rows, ", \"分项\": [{\"税额\": \"%u\"}]", below(history, 3) * 10);
    }
    mou_buf_text(&history->rows, "}\n");
    import(history, MOU_IMPORT_RECORDS, "案", MOU_IMPORT_NDJSON);
}

static void add_review(struct history *history)
{
    mou_buf_clear(&history->rows);
    mou_buf_text(&history->rows, "主体,年度,合格\n");
    put_subject(history, below(history, SUBJECTS));
    mou_buf_printf(&history->rows, ",%d,%s\n", mou_date_to_civil(history->day).year + 1 - (int)below(history, 4), below(history, 4) == 0 ? "否" : "是");
    import(history, MOU_IMPORT_RECORDS, "年检", MOU_IMPORT_CSV);
}

/** Two subjects that the relation fits. */
static void put_pair(struct history *history, bool heads)
{
    const unsigned unit = below(history, SUBJECTS / 3) * 3 + below(history, 2);
    const unsigned other = heads ? below(history, SUBJECTS / 3) * 3 + 2 : below(history, SUBJECTS / 3) * 3 + below(history, 2);
    put_subject(history, unit);
    mou_buf_text(&history->rows, heads ? ",法人," : ",股东,");
    put_subject(history, other);
}

static void add_relation(struct history *history)
{
    mou_buf_clear(&history->rows);
    mou_buf_text(&history->rows, "从,关系,到,自,至\n");
    put_pair(history, below(history, 2) == 0);
    mou_buf_char(&history->rows, ',');
    if (below(history, 2) == 0) {
        mou_buf_text(&history->rows, "2020-05-01,"); /* the same again: its end is corrected */
    } else {
        put_day(history, 300, 30, 4);
        mou_buf_char(&history->rows, ',');
    }
    put_day(history, 30, 200, 2);
    mou_buf_char(&history->rows, '\n');
    import(history, MOU_IMPORT_RELATIONS, "", MOU_IMPORT_CSV);
}

static void withdraw(struct history *history)
{
    mou_buf_clear(&history->rows);
    mou_buf_text(&history->rows, "主体,记录,键\n");
    if (below(history, 2) == 0) {
        put_pair(history, below(history, 2) == 0);
    } else {
        const unsigned key = below(history, history->keys + 1);
        put_subject(history, key % SUBJECTS);
        mou_buf_printf(&history->rows, ",案,k%u", key);
    }
    mou_buf_char(&history->rows, '\n');
    import(history, MOU_IMPORT_WITHDRAWALS, "", MOU_IMPORT_CSV);
}

static void object(struct history *history)
{
    const unsigned key = below(history, history->keys + 1);
    mou_buf_clear(&history->rows);
    mou_buf_text(&history->rows, "主体,记录,键,提出,办结\n");
    put_subject(history, key % SUBJECTS);
    mou_buf_printf(&history->rows, ",案,k%u,", key);
    mou_date_format(history->day - (history->day - (int)FIRST_DAY) % 20, &history->rows); /* so that some are closed later */
    mou_buf_char(&history->rows, ',');
    put_day(history, 0, 30, 2);
    mou_buf_char(&history->rows, '\n');
    import(history, MOU_IMPORT_OBJECTIONS, "", MOU_IMPORT_CSV);
}

static void change_pack(struct history *history)
{
    const int other = 1 - history->pack;
    struct mou_pack *pack = NULL;
    struct mou_pack_request request = {.bytes = (const unsigned char *)history->packs[other].bytes, .len = history->packs[other].len, .actor = MOU_TEXT("甲"),
                                       .effective = history->day, .now = history->now};
    require(history, mou_pack_open(request.bytes, request.len, NULL, &pack, NULL) == MOU_OK, "pack");
    memcpy(request.hash, mou_pack_hash(pack), 32);
    mou_pack_close(pack);
    require(history, mou_store_pack_act(history->store, &request) == MOU_OK, "propose");
    request.approve = true;
    require(history, mou_store_pack_act(history->store, &request) == MOU_ERROR_AUTHORITY, "one person approves his own proposal");
    request.actor = MOU_TEXT("乙");
    require(history, mou_store_pack_act(history->store, &request) == MOU_OK, "approve");
    for (uint32_t i = 0; i < mou_pack_record_count(history->store->pack); i++) {
        require(history, history->store->records[i].type != 0, "a record type has no number: its rows would not be found");
    }
    history->pack = other;
}

/* ------------------------------------------------------------------ what officers do */

static unsigned deed(struct history *history, unsigned limit)
{
    history->deeds = history->deeds * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(history->deeds >> 33) % limit;
}

static struct mou_officer officer(struct history *history)
{
    return (struct mou_officer){.actor = deed(history, 2) == 0 ? MOU_TEXT("甲") : MOU_TEXT("乙"), .reason = MOU_TEXT("r"), .day = history->latest, .today = history->latest,
                                .now = history->now};
}

/** Taken, or refused with a reason; nothing else. */
static void note_act(struct history *history, enum mou_status status, const char *what)
{
    require(history, status == MOU_OK || status == MOU_ERROR_DATA || status == MOU_ERROR_USAGE || status == MOU_ERROR_AUTHORITY, what);
    history->acts += status == MOU_OK;
}

/** A measure chosen at random, and the event that leads on from where it stands. */
struct chosen {
    unsigned left;
    int64_t decision;
    enum mou_measure_state state;
};

static bool choose(void *state, const struct mou_measure *measure)
{
    struct chosen *chosen = state;
    chosen->decision = measure->decision;
    chosen->state = measure->state;
    return chosen->left-- > 0;
}

static void take_further(struct history *history)
{
    static const enum mou_measure_event others[] = {MOU_MEASURE_BY_REJECT, MOU_MEASURE_BY_LIFT, MOU_MEASURE_BY_ANNUL, MOU_MEASURE_BY_CONFIRM};
    const struct mou_measure_filter filter = {.unfinished = true};
    struct chosen chosen = {.left = deed(history, 12)};
    require(history, mou_store_measures(history->store, &filter, choose, &chosen) == MOU_OK, "measures");
    const enum mou_measure_event on = chosen.state == MOU_MEASURE_PROPOSED    ? MOU_MEASURE_BY_NOTIFY
                                      : chosen.state == MOU_MEASURE_NOTIFIED  ? MOU_MEASURE_BY_SERVE
                                      : chosen.state == MOU_MEASURE_SERVED    ? MOU_MEASURE_BY_CONFIRM
                                      : chosen.state == MOU_MEASURE_CONFIRMED ? MOU_MEASURE_BY_EXECUTE
                                                                              : MOU_MEASURE_BY_LIFT;
    const struct mou_measure_item item = {.decision = chosen.decision};
    const struct mou_measure_request request = {.event = deed(history, 5) == 0 ? others[deed(history, 4)] : on, .items = &item, .count = 1, .by = officer(history)};
    int64_t act = 0;
    if (chosen.decision != 0) {
        note_act(history, mou_store_decide(history->store, &request, &act), "an officer's act");
    }
}

/** Subject and key of a record that there may be. */
static void name_record(struct history *history, char subject[16], char key[16])
{
    const unsigned number = deed(history, history->keys + 1);
    (void)snprintf(subject, 16, "%c%u", is_person(number % SUBJECTS) ? 'P' : 'U', number % SUBJECTS);
    (void)snprintf(key, 16, "k%u", number);
}

static void answer_objection(struct history *history)
{
    char subject[16];
    char key[16];
    struct mou_objection_result result;
    const unsigned outcome = deed(history, MOU_OBJECTION_OUTCOME_COUNT);
    name_record(history, subject, key);
    const struct mou_objection_request request = {.subject = mou_text_of(subject), .record = MOU_TEXT("案"), .key = mou_text_of(key), .by = officer(history),
                                                  .outcome = deed(history, 2) == 0 ? MOU_OBJECTION_OPEN : (enum mou_objection_outcome)outcome};
    note_act(history, mou_store_object(history->store, &request, &result), "objection");
}

static void correct(struct history *history)
{
    static const struct mou_field_change changes[] = {{{"款额", 6}, {"30", 2}}, {{"款额", 6}, {"150", 3}}, {{"款额", 6}, {"", 0}}};
    char subject[16];
    char key[16];
    struct mou_correction_result result;
    name_record(history, subject, key);
    const struct mou_correction_request request = {.record = MOU_TEXT("案"), .subject = mou_text_of(subject), .key = mou_text_of(key), .changes = &changes[deed(history, 3)],
                                                   .change_count = 1, .withdraw = deed(history, 4) == 0, .by = officer(history)};
    note_act(history, mou_store_correct(history->store, &request, &result), "correction");
}

static void repair(struct history *history)
{
    char subject[16];
    char key[16];
    struct mou_repair_result result;
    name_record(history, subject, key);
    struct mou_repair_request request = {.subject = mou_text_of(subject), .rule = MOU_TEXT("移出"), .key = mou_text_of(key), .by = officer(history)};
    if (deed(history, 3) == 0) {
        request.application = 1 + deed(history, 4);
        request.grant = deed(history, 2) == 0;
    }
    note_act(history, mou_store_repair(history->store, &request, &result), "repair");
}

static void erase_record(struct history *history)
{
    char subject[16];
    char key[16];
    struct mou_import_result result;
    const struct mou_import_options options = {.target = MOU_IMPORT_WITHDRAWALS, .format = MOU_IMPORT_CSV, .encoding = MOU_ENCODING_UTF8, .file_name = MOU_TEXT("f"),
                                               .source = MOU_TEXT("s"), .actor = officer(history).actor, .now = history->now, .known_at = MOU_TIME_NOW, .typed = true, .erase = true};
    name_record(history, subject, key);
    mou_buf_clear(&history->rows);
    mou_buf_printf(&history->rows, "主体,记录,键\n%s,案,%s\n", subject, key);
    note_act(history, mou_store_import(history->store, history->rows.data, history->rows.len, &options, &result), "erasure");
}

static void do_office_work(struct history *history)
{
    static void (*const deeds[])(struct history *history) = {take_further, take_further, take_further, take_further, answer_objection, answer_objection, correct, repair, repair};
    for (unsigned left = deed(history, 5); left > 0; left--) {
        deeds[deed(history, sizeof deeds / sizeof deeds[0])](history);
    }
    if (history->erases && deed(history, 6) == 0) {
        erase_record(history);
    }
}

/* ------------------------------------------------------------------ runs */

static enum mou_status take_full(void *state, const struct mou_pack *pack, const struct mou_decision *decision)
{
    struct history *history = state;
    mou_decision_json(pack, decision, &history->full);
    return history->full.failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static bool take_line(void *state, struct mou_text line)
{
    struct history *history = state;
    mou_buf_append(&history->stands, line.bytes, line.len);
    mou_buf_char(&history->stands, '\n');
    return true;
}

static unsigned luck(struct history *history, unsigned limit)
{
    history->luck = history->luck * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(history->luck >> 33) % limit;
}

/** Flips a byte of the stored snapshot, cuts its end off, or puts something else in its place. */
static void damage_snapshot(struct history *history)
{
    char name[160];
    (void)snprintf(name, sizeof name, "%s-snapshot", history->path);
    FILE *file = fopen(name, "r+b");
    if (file == NULL) {
        return;
    }
    require(history, fseek(file, 0, SEEK_END) == 0, "damage");
    const long len = ftell(file);
    const long at = len > 0 ? (long)luck(history, (unsigned)len) : 0;
    bool done = true;
    if (luck(history, 4) == 0) {
        done = ftruncate(fileno(file), at) == 0;
    } else {
        done = fseek(file, at, SEEK_SET) == 0;
        const int byte = fgetc(file);
        done = done && fseek(file, at, SEEK_SET) == 0 && fputc(byte ^ (1 << luck(history, 8)), file) != EOF;
    }
    require(history, fclose(file) == 0 && done, "damage");
}

/** The counts of a full run, which `full` is, must be those of a summary. */
static void summarize(struct history *history, const struct mou_run_result *full)
{
    const struct mou_run_request request = {.as_of = history->day, .known_at = MOU_TIME_NOW, .now = history->now, .threads = 1 + luck(history, 2)};
    struct mou_run_count counts[64];
    struct mou_run_result result;
    struct mou_store_snapshot_result stored;
    const uint64_t decisions = full->decisions;
    const uint64_t subjects = full->subjects;
    const uint32_t count = full->count_len;
    require(history, count <= 64, "counts");
    memcpy(counts, full->counts, count * sizeof *counts);
    if (luck(history, 5) == 0) {
        require(history, mou_store_snapshot(history->store, history->now, &stored) == MOU_OK && stored.subjects == subjects, "snapshot");
    } else if (luck(history, 12) == 0) {
        require(history, mou_store_snapshot_remove(history->store) == MOU_OK, "snapshot");
    } else if (luck(history, 6) == 0) {
        damage_snapshot(history);
    }
    require(history, mou_store_run(history->store, &request, &result) == MOU_OK, "summary");
    require(history, result.decisions == decisions && result.subjects == subjects && memcmp(counts, result.counts, count * sizeof *counts) == 0,
            "the summary's counts are not those of a full run");
    history->snapshots += result.stored_snapshot;
    history->reread += result.reread > 0;
}

/** What everybody's decisions are today, by what the run knew. */
static void remember(struct history *history)
{
    sqlite3_stmt *statement = NULL;
    struct past *past = &history->past[history->past_count++];
    require(history, sqlite3_prepare_v2(history->store->database, "SELECT known_at FROM run ORDER BY id DESC LIMIT 1", -1, &statement, NULL) == SQLITE_OK &&
                         sqlite3_step(statement) == SQLITE_ROW, "the run's knowledge");
    past->as_of = history->day;
    past->known_at = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    mou_buf_clear(&past->decisions);
    mou_buf_append(&past->decisions, history->full.len > 0 ? history->full.data : "", history->full.len);
    require(history, !past->decisions.failed, "out of memory");
}

static void run(struct history *history)
{
    struct mou_run_request stored = {.as_of = history->day, .known_at = MOU_TIME_NOW, .now = history->now, .store_results = true, .full = below(history, 12) == 0,
                                     .threads = 1 + history->checks % 2};
    struct mou_run_request full = {.as_of = history->day, .known_at = MOU_TIME_NOW, .now = history->now, .decision = take_full, .decision_state = history};
    struct mou_run_result result;
    require(history, mou_store_use_pack(history->store, history->day, MOU_TIME_NOW) == MOU_OK, "pack in force");
    require(history, mou_store_run(history->store, &stored, &result) == MOU_OK, "run");
    int looks_up = 0;
    (void)sqlite3_db_config(history->store->database, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &looks_up);
    require(history, looks_up == 1, "the database does not look up what rows refer to");
    history->incremental += result.incremental;
    const uint64_t decisions = result.decisions;
    const uint64_t subjects = result.subjects;
    mou_buf_clear(&history->full);
    mou_buf_clear(&history->stands);
    require(history, mou_store_run(history->store, &full, &result) == MOU_OK, "full run");
    require(history, mou_store_decisions(history->store, take_line, history) == MOU_OK, "decisions");
    require(history, result.decisions == decisions && result.subjects == subjects, "count of decisions or subjects");
    const bool same = history->full.len == history->stands.len && (history->full.len == 0 || memcmp(history->full.data, history->stands.data, history->full.len) == 0);
    if (!same) {
        (void)fprintf(stderr, "in full:\n%sas stored:\n%s", history->full.len > 0 ? history->full.data : "", history->stands.len > 0 ? history->stands.data : "");
        fail(history, "the incremental result is not the full one");
    }
    remember(history);
    summarize(history, &result);
    history->checks++;
}

/** Every past day, by the knowledge of its time, whatever came since. */
static void look_back(struct history *history)
{
    for (unsigned i = 0; i < history->past_count; i++) {
        const struct past *past = &history->past[i];
        const struct mou_run_request full = {.as_of = past->as_of, .known_at = past->known_at, .now = history->now, .decision = take_full, .decision_state = history};
        struct mou_run_result result;
        mou_buf_clear(&history->full);
        require(history, mou_store_use_pack(history->store, past->as_of, past->known_at) == MOU_OK, "pack in force then");
        require(history, mou_store_run(history->store, &full, &result) == MOU_OK, "a past day");
        require(history, history->full.len == past->decisions.len && (history->full.len == 0 || memcmp(history->full.data, past->decisions.data, history->full.len) == 0),
                "a past day is not what it was");
    }
}

static void pass_time(struct history *history)
{
    static const int steps[] = {0, 1, 1, 3, 10, 30, 45, 200};
    history->day += steps[below(history, sizeof steps / sizeof steps[0])];
    history->day -= below(history, 15) == 0 ? 40 : 0; /* back: a run of a day that is past */
    history->latest = history->day > history->latest ? history->day : history->latest;
    history->now += below(history, 5) == 0 ? 0 : (mou_time)below(history, 100000);
}

static void happen(struct history *history)
{
    static void (*const events[])(struct history *history) = {add_case, add_case, add_case, add_case, add_review, add_review, add_relation,
                                                             add_relation, withdraw, object, object};
    if (below(history, 12) == 0) {
        change_pack(history);
    } else if (below(history, 10) == 0) {
        add_subject(history, below(history, SUBJECTS));
    } else {
        events[below(history, sizeof events / sizeof events[0])](history);
    }
}

static void print_problem(void *state, const char *text)
{
    (void)state;
    (void)fprintf(stderr, "%s\n", text);
}

static void remove_files(const struct history *history)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-snapshot", "-snapshot.part"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char name[160];
        (void)snprintf(name, sizeof name, "%s%s", history->path, endings[i]);
        (void)unlink(name);
    }
}

static void run_history(struct history *history)
{
    const struct mou_verify_request verify = {.repeat_runs = true, .problem = print_problem};
    struct mou_verify_result verified;
    remove_files(history);
    require(history, mou_store_init(history->path, (const unsigned char *)history->packs[0].bytes, history->packs[0].len, history->now, MOU_LANG_EN, NULL) == MOU_OK, "init");
    require(history, mou_store_open(history->path, MOU_LANG_EN, &history->store, NULL) == MOU_OK, "open");
    for (unsigned subject = 0; subject < SUBJECTS; subject++) {
        add_subject(history, subject);
    }
    for (unsigned i = 0; i < SUBJECTS; i++) { /* enough relations that what happens to one subject matters to others, two steps away, too */
        add_relation(history);
        add_case(history);
    }
    for (unsigned i = 0; i < EVENTS; i++) {
        for (unsigned k = below(history, 4); k > 0; k--) {
            happen(history);
        }
        pass_time(history);
        run(history);
        do_office_work(history);
    }
    if (!history->erases) {
        look_back(history);
    }
    require(history, mou_store_verify(history->store, &verify, &verified) == MOU_OK && verified.problems == 0 && verified.runs == EVENTS, "verification");
    mou_store_close(history->store);
    history->store = NULL;
    remove_files(history);
}

/** The rules, with and without another threshold. */
static struct mou_text compile(const char *path, bool other, struct mou_compilation **compilation)
{
    static char text[65536];
    static const char threshold[] = "    100元 自";
    static const char memorandum[] = "备忘录 历史备忘录";
    static const char more[] = "记录 投诉 \"投诉\"\n    来源 甲局\n    年度： 整数 必填\n\n";
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(text, 1, sizeof text - sizeof more, file) : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    text[len] = '\0';
    char *at = strstr(text, threshold);
    char *place = strstr(text, memorandum);
    if (len == 0 || at == NULL || place == NULL) {
        (void)fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    if (other) {
        at[4] = '0'; /* 000元 */
        memmove(place + sizeof more - 1, place, len - (size_t)(place - text) + 1);
        memcpy(place, more, sizeof more - 1);
        len += sizeof more - 1;
    }
    const struct mou_source source = {"histories.mou", text, len};
    size_t pack_len = 0;
    if (mou_compile(&source, 1, NULL, compilation) != MOU_OK) {
        (void)fprintf(stderr, "%s does not compile\n", path);
        exit(2);
    }
    const unsigned char *pack = mou_compilation_pack(*compilation, &pack_len);
    return (struct mou_text){(const char *)pack, pack_len};
}

int main(int argc, char **argv)
{
    struct mou_compilation *compilations[2];
    struct mou_text packs[2];
    struct history history = {.packs = packs};
    if (argc < 3) {
        (void)fprintf(stderr, "usage: histories RULES COUNT [SEED]\n");
        return 2;
    }
    const unsigned long count = strtoul(argv[2], NULL, 10);
    const uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    packs[0] = compile(argv[1], false, &compilations[0]);
    packs[1] = compile(argv[1], true, &compilations[1]);
    const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(history.path, sizeof history.path, "%s/mou-history-%ld.db", folder, (long)getpid());
    mou_buf_init(&history.rows, NULL, 65536);
    mou_buf_init(&history.full, NULL, 16777216);
    mou_buf_init(&history.stands, NULL, 16777216);
    for (unsigned i = 0; i < EVENTS; i++) {
        mou_buf_init(&history.past[i].decisions, NULL, 16777216);
    }
    for (unsigned long i = 0; i < count; i++) {
        history.seed = seed + i;
        history.state = history.seed;
        history.now = FIRST_TIME;
        history.day = (mou_date)FIRST_DAY;
        history.pack = 0;
        history.keys = 0;
        history.luck = history.seed;
        history.deeds = history.seed;
        history.latest = history.day;
        history.erases = history.seed % 4 == 0;
        history.past_count = 0;
        run_history(&history);
    }
    (void)printf("%lu histories, %u runs, %u of them incremental, all equal to full ones; %u acts of officers; %u summaries out of a stored snapshot, %u of these with changed subjects\n",
                 count, history.checks, history.incremental, history.acts, history.snapshots, history.reread);
    (void)printf("%lu passed, 0 failed\n", count);
    mou_buf_free(&history.rows);
    mou_buf_free(&history.full);
    mou_buf_free(&history.stands);
    for (unsigned i = 0; i < EVENTS; i++) {
        mou_buf_free(&history.past[i].decisions);
    }
    mou_compilation_free(compilations[0]);
    mou_compilation_free(compilations[1]);
    return 0;
}
