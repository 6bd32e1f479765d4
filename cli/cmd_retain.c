/*
 * mou retain: records that have been kept as long as the rules say, and that nothing rests on any more, are erased. How long is a parameter of the pack, 保存期限, or
 * 记录保存期限 of one type; what a decision, a list or an open objection cites is kept. Also the erasure of one record, for mou erase.
 */
#include <jansson.h>
#include <string.h>

#include "csv_text.h"
#include "mou/measures.h"
#include "masking.h"
#include "pass.h"
#include "retention.h"

#define ROWS_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/* ------------------------------------------------------------------ erasing */

void mou_erase_add(struct mou_buf *rows, const char *record, struct mou_text subject, struct mou_text key)
{
    mou_csv_quoted(rows, subject);
    mou_buf_char(rows, ',');
    mou_csv_quoted(rows, mou_text_of(record));
    mou_buf_char(rows, ',');
    mou_csv_quoted(rows, key);
    mou_buf_char(rows, '\n');
}

enum mou_exit mou_erase_rows(struct mou_cli *cli, struct mou_store *store, struct mou_buf *rows, const char *reason, struct mou_import_result *result)
{
    const struct mou_import_options options = {.target = MOU_IMPORT_WITHDRAWALS, .format = MOU_IMPORT_CSV, .encoding = MOU_ENCODING_UTF8, .erase = true, .typed = true,
                                               .file_name = mou_text_of(reason), .actor = mou_text_of(mou_who_signature(cli)),
                                               .department = mou_text_of(mou_option_value(cli, "department", "")), .now = mou_clock_now(), .known_at = MOU_TIME_NOW};
    struct mou_buf text;
    mou_buf_init(&text, NULL, ROWS_BYTES_MAX);
    mou_buf_text(&text, "主体,记录,键\n");
    mou_buf_append(&text, rows->len > 0 ? rows->data : "", rows->len);
    const enum mou_status status = text.failed || rows->failed ? MOU_ERROR_MEMORY : mou_store_import(store, text.data, text.len, &options, result);
    mou_buf_free(&text);
    return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
}

enum mou_exit mou_erase_one(struct mou_cli *cli, struct mou_store *store, const char *record, const char *subject, const char *key, const char *reason)
{
    struct mou_import_result result;
    struct mou_buf rows;
    mou_buf_init(&rows, NULL, ROWS_BYTES_MAX);
    mou_erase_add(&rows, record, mou_text_of(subject), mou_text_of(key));
    const enum mou_exit code = mou_erase_rows(cli, store, &rows, reason, &result);
    mou_buf_free(&rows);
    if (code == MOU_EXIT_DONE) {
        mou_narrate(cli, mou_say(cli, "记录的内容已删除（第 %lld 次导入），账本和其余各行仍可验证", "what the record says is erased (import %lld); the ledger and every other row can still be verified"),
                    (long long)result.import_id);
    }
    return code;
}

/* ------------------------------------------------------------------ what is to be kept */

/** One retention under way. */
struct retaining {
    struct mou_cli *cli;
    struct mou_store *store;
    const struct mou_pack *pack;
    mou_date as_of;
    json_t *cited; /**< "record TAB subject TAB key" of what decisions and lists rest on */
    struct mou_buf key, line, rows;
    uint32_t record; /**< at hand */
    enum mou_value_type unit;
    int64_t term;
    uint64_t due, kept;
    json_t *counts;
    bool failed;
};

static void put_key(struct retaining *retaining, struct mou_text record, struct mou_text subject, struct mou_text key)
{
    mou_buf_clear(&retaining->key);
    mou_buf_printf(&retaining->key, "%.*s\t%.*s\t%.*s", (int)record.len, record.bytes, (int)subject.len, subject.bytes, (int)key.len, key.len > 0 ? key.bytes : "");
    retaining->failed = retaining->failed || retaining->key.failed;
}

static void cite(struct retaining *retaining, struct mou_text record, struct mou_text subject, struct mou_text key)
{
    put_key(retaining, record, subject, key);
    retaining->failed = retaining->failed || json_object_set_new(retaining->cited, retaining->key.data, json_true()) != 0;
}

static enum mou_status take_decision(void *state, const struct mou_decision *decision)
{
    struct retaining *retaining = state;
    for (uint32_t i = 0; i < decision->ground_count; i++) {
        cite(retaining, decision->grounds[i].record, decision->grounds[i].subject, decision->grounds[i].key);
    }
    return retaining->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

static bool take_measure(void *state, const struct mou_measure *measure)
{
    struct retaining *retaining = state;
    json_t *line = json_loadb(measure->body.bytes, measure->body.len, 0, NULL);
    json_t *grounds = json_object_get(line, "grounds");
    for (size_t i = 0; i < json_array_size(grounds); i++) {
        json_t *ground = json_array_get(grounds, i);
        const char *key = json_string_value(json_object_get(ground, "key"));
        const char *record = json_string_value(json_object_get(ground, "record"));
        const char *subject = json_string_value(json_object_get(ground, "subject"));
        cite(retaining, mou_text_of(record != NULL ? record : ""), mou_text_of(subject != NULL ? subject : ""), mou_text_of(key != NULL ? key : ""));
    }
    retaining->failed = retaining->failed || line == NULL;
    json_decref(line);
    return !retaining->failed;
}

/** What measures that are not at an end, decisions and lists of the day rest on. */
static enum mou_exit gather_cited(struct retaining *retaining)
{
    const struct mou_measure_filter unfinished = {.unfinished = true};
    const struct mou_decision_sink sink = {.state = retaining, .decision = take_decision};
    struct mou_subject_pass pass = {.store = retaining->store, .as_of = retaining->as_of, .known_at = MOU_TIME_NOW, .options = {.findings = true}, .sink = &sink};
    enum mou_status status = mou_store_measures(retaining->store, &unfinished, take_measure, retaining);
    if (status != MOU_OK) {
        return mou_store_complain(retaining->cli, retaining->store, status);
    }
    status = retaining->failed ? MOU_OK : mou_pass_all(retaining->cli, &pass);
    return retaining->failed ? mou_out_of_memory(retaining->cli) : mou_exit_of(status);
}

/* ------------------------------------------------------------------ what is due */

/** How long records of a type are kept: its own parameter, else the common one. False where no rule says so. */
static bool find_term(struct retaining *retaining, struct mou_text record)
{
    struct mou_buf name;
    mou_buf_init(&name, NULL, 65536);
    mou_buf_printf(&name, "%.*s保存期限", (int)record.len, record.bytes);
    const struct mou_text own = {name.failed ? "" : name.data, name.failed ? 0 : name.len};
    const bool found = mou_pack_parameter_on(retaining->pack, MOU_TEXT(""), own, retaining->as_of, &retaining->unit, &retaining->term) ||
                       mou_pack_parameter_on(retaining->pack, MOU_TEXT(""), MOU_TEXT("保存期限"), retaining->as_of, &retaining->unit, &retaining->term);
    mou_buf_free(&name);
    return found && (retaining->unit == MOU_VALUE_MONTHS || retaining->unit == MOU_VALUE_DAYS) && retaining->term > 0;
}

/** Whether the term that began on the day is over. */
static bool is_over(const struct retaining *retaining, mou_date day)
{
    mou_date end = 0;
    const enum mou_fault fault = retaining->unit == MOU_VALUE_MONTHS ? mou_date_add_months(day, retaining->term, &end) : mou_date_add_days(day, retaining->term, &end);
    return fault == MOU_FAULT_NONE && end <= retaining->as_of;
}

static bool take_record(void *state, struct mou_text subject, struct mou_text key, mou_date made, mou_time known)
{
    struct retaining *retaining = state;
    const struct mou_text name = mou_pack_record(retaining->pack, retaining->record).name;
    if (!is_over(retaining, made != MOU_DATE_NONE ? made : mou_clock_day(known))) {
        return true;
    }
    put_key(retaining, name, subject, key);
    if (!retaining->failed && json_object_get(retaining->cited, retaining->key.data) != NULL) {
        retaining->kept++;
        return true;
    }
    struct mou_buf record;
    mou_buf_init(&record, NULL, 65536);
    mou_buf_append(&record, name.bytes, name.len);
    retaining->failed = retaining->failed || record.failed;
    if (!retaining->failed) {
        const json_int_t before = json_integer_value(json_object_get(retaining->counts, record.data));
        retaining->failed = json_object_set_new(retaining->counts, record.data, json_integer(before + 1)) != 0;
        mou_erase_add(&retaining->rows, record.data, subject, key);
        retaining->due++;
    }
    mou_buf_free(&record);
    retaining->failed = retaining->failed || retaining->rows.failed;
    return !retaining->failed;
}

/** Lists the records of every type whose term is over. *ruled tells whether any rule says how long. */
static enum mou_exit gather_due(struct retaining *retaining, bool *ruled)
{
    enum mou_status status = MOU_OK;
    *ruled = false;
    for (uint32_t i = 0; status == MOU_OK && !retaining->failed && i < mou_pack_record_count(retaining->pack); i++) {
        const struct mou_record_info info = mou_pack_record(retaining->pack, i);
        mou_date limit = 0;
        if (info.parent != UINT32_MAX || !find_term(retaining, info.name)) {
            continue;
        }
        *ruled = true;
        retaining->record = i;
        const enum mou_fault fault = retaining->unit == MOU_VALUE_MONTHS ? mou_date_add_months(retaining->as_of, -retaining->term, &limit)
                                                                         : mou_date_add_days(retaining->as_of, -retaining->term, &limit);
        if (fault == MOU_FAULT_NONE) { /* a month's end may lie some days off: take_record reckons forward again */
            status = mou_store_records_until(retaining->store, i, limit + 4, mou_clock_day_end(limit + 4), take_record, retaining);
        }
    }
    return status != MOU_OK ? mou_store_complain(retaining->cli, retaining->store, status) : retaining->failed ? mou_out_of_memory(retaining->cli) : MOU_EXIT_DONE;
}

static void print_counts(const struct retaining *retaining, bool erased, int64_t import)
{
    const struct mou_cli *cli = retaining->cli;
    const char *name = NULL;
    json_t *count = NULL;
    const char *between = "";
    if (cli->json) {
        printf("{\"schema\": \"mou/retain/1\", \"as_of\": \"");
        struct mou_buf day;
        mou_buf_init(&day, NULL, 64);
        mou_date_format(retaining->as_of, &day);
        printf("%s\", \"erased\": %s, \"import\": %lld, \"due\": %llu, \"kept\": %llu, \"records\": {", day.failed ? "" : day.data, erased ? "true" : "false", (long long)import,
               (unsigned long long)retaining->due, (unsigned long long)retaining->kept);
        mou_buf_free(&day);
    }
    json_object_foreach(retaining->counts, name, count)
    {
        if (cli->json) {
            printf("%s\"%s\": %lld", between, name, (long long)json_integer_value(count));
        } else {
            printf("%s %lld\n", name, (long long)json_integer_value(count));
        }
        between = ", ";
    }
    if (cli->json) {
        printf("}}\n");
        return;
    }
    printf(erased ? mou_say(cli, "保存期限届满，已删除 %llu 条；另有 %llu 条届满而仍被引用，继续保存\n", "%llu records were kept long enough and are erased; %llu more are still cited and stay\n")
                  : mou_say(cli, "保存期限届满 %llu 条（没有删除）；另有 %llu 条届满而仍被引用\n", "%llu records were kept long enough (nothing is erased); %llu more are still cited\n"),
           (unsigned long long)retaining->due, (unsigned long long)retaining->kept);
}

static enum mou_exit retain(struct retaining *retaining)
{
    const bool trial = mou_option_given(retaining->cli, "dry-run");
    struct mou_import_result result = {.import_id = 0};
    bool ruled = false;
    enum mou_exit code = gather_cited(retaining);
    code = code == MOU_EXIT_DONE ? gather_due(retaining, &ruled) : code;
    if (code == MOU_EXIT_DONE && !ruled) {
        mou_complain(retaining->cli, "%s", mou_say(retaining->cli, "规则包没有写明保存期限：请在备忘录里写 参数 保存期限，或者 参数 行政处罚保存期限 等，附依据",
                                                   "the pack does not say how long records are kept: write a parameter 保存期限, or 行政处罚保存期限 and the like, with its basis"));
        return MOU_EXIT_USAGE;
    }
    if (code == MOU_EXIT_DONE && !trial && retaining->due > 0) {
        code = mou_erase_rows(retaining->cli, retaining->store, &retaining->rows, mou_option_value(retaining->cli, "reason", mou_say(retaining->cli, "保存期限届满", "kept long enough")), &result);
    }
    if (code == MOU_EXIT_DONE) {
        print_counts(retaining, !trial, result.import_id);
    }
    return code;
}

enum mou_exit mou_cmd_retain(struct mou_cli *cli)
{
    struct retaining *retaining = MOU_NEW(cli->arena, struct retaining);
    bool given = false;
    if (retaining == NULL) {
        return mou_out_of_memory(cli);
    }
    *retaining = (struct retaining){.cli = cli};
    if (!mou_option_date(cli, "as-of", &given, &retaining->as_of)) {
        return MOU_EXIT_USAGE;
    }
    retaining->as_of = given ? retaining->as_of : mou_clock_today();
    if (retaining->as_of > mou_clock_today() && !mou_option_given(cli, "dry-run")) {
        mou_complain(cli, "%s", mou_say(cli, "不能按将来的日期删除；可加 --dry-run 试算", "records are not erased ahead of time; --dry-run tells what would be"));
        return MOU_EXIT_USAGE;
    }
    if (*mou_option_value(cli, "actor", "") == '\0' && !mou_option_given(cli, "dry-run")) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --actor：须写明经办人", "--actor is needed: who does it"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &retaining->store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    const enum mou_status status = mou_store_use_pack(retaining->store, retaining->as_of, MOU_TIME_NOW);
    retaining->pack = mou_store_pack(retaining->store);
    retaining->cited = json_object();
    retaining->counts = json_object();
    mou_buf_init(&retaining->key, NULL, 1024 * 1024);
    mou_buf_init(&retaining->rows, NULL, ROWS_BYTES_MAX);
    code = status != MOU_OK ? mou_store_complain(cli, retaining->store, status) : retaining->cited == NULL || retaining->counts == NULL ? mou_out_of_memory(cli) : retain(retaining);
    json_decref(retaining->cited);
    json_decref(retaining->counts);
    mou_buf_free(&retaining->key);
    mou_buf_free(&retaining->rows);
    mou_store_close(retaining->store);
    return code;
}
