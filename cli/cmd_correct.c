/*
 * mou correct: a record put right or taken back, and what that changes of the past: which decisions were wrong, for how many days, and who is to be told (article 21 of the plan).
 */
#include <jansson.h>
#include <string.h>

#include "measure_text.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define TEXT_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define CHANGES_MAX 256

struct reporting {
    struct mou_cli *cli;
    struct mou_masking masking;
    struct mou_buf subject, out;
    uint64_t count;
    int64_t days_in_effect;
};

static const char *say_outcome(const struct mou_cli *cli, struct mou_text word)
{
    static const struct {
        const char *word, *zh, *en;
    } words[] = {{"in_force", "生效", "in force"}, {"suspended", "暂停", "suspended"}, {"to_verify", "待核实", "to verify"}, {"pending", "未生效", "pending"}, {"", "没有", "none"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mou_text_equal(word, mou_text_of(words[i].word))) {
            return mou_say(cli, words[i].zh, words[i].en);
        }
    }
    return "";
}

/** Appends a name of somebody to tell: JSON, or text behind the ones before. */
static void put_tell(struct reporting *reporting, const char *name, bool *first)
{
    struct mou_buf *out = &reporting->out;
    if (reporting->cli->json) {
        mou_buf_text(out, *first ? "" : ", ");
        mou_buf_json_text(out, name, strlen(name));
    } else {
        mou_buf_printf(out, "%s%s", *first ? "" : mou_say(reporting->cli, "、", ", "), name);
    }
    *first = false;
}

/** The subject, who carried the measure out, and where it was published or shared. */
static void put_all_to_tell(struct reporting *reporting, const struct mou_correction_entry *entry)
{
    json_t *body = json_loadb(entry->body.bytes, entry->body.len, 0, NULL);
    const json_t *publications = json_object_get(body, "publications");
    char authority[1024];
    bool first = true;
    put_tell(reporting, mou_say(reporting->cli, "主体本人", "the subject"), &first);
    if (entry->authority.len > 0 && entry->authority.len < sizeof authority) {
        memcpy(authority, entry->authority.bytes, entry->authority.len);
        authority[entry->authority.len] = '\0';
        put_tell(reporting, authority, &first);
    }
    for (size_t i = 0; i < json_array_size(publications); i++) {
        const json_t *places = json_object_get(json_array_get(publications, i), "places");
        for (size_t k = 0; k < json_array_size(places); k++) {
            put_tell(reporting, json_string_value(json_array_get(places, k)), &first);
        }
    }
    json_decref(body);
}

static void put_json(struct reporting *reporting, const struct mou_correction_entry *entry, struct mou_text subject)
{
    struct mou_buf *out = &reporting->out;
    mou_buf_printf(out, "%s{\"decision\": %lld, \"act\": %lld", reporting->count > 1 ? ", " : "", (long long)entry->decision, (long long)entry->act);
    mou_put_json_text(out, "subject", subject);
    mou_put_json_text(out, "memorandum", entry->memorandum);
    mou_put_json_text(out, "rule", entry->rule);
    mou_put_json_text(out, "kind", entry->kind);
    mou_put_json_text(out, "before", entry->before);
    mou_buf_text(out, ", \"after\": ");
    if (entry->after.len > 0) {
        mou_buf_json_text(out, entry->after.bytes, entry->after.len);
    } else {
        mou_buf_text(out, "null");
    }
    mou_put_json_date(out, "since", entry->since);
    mou_put_json_date(out, "until", entry->until);
    mou_buf_printf(out, ", \"days\": %lld, \"days_in_effect\": %lld, \"tell\": [", (long long)entry->days, (long long)entry->days_in_effect);
    put_all_to_tell(reporting, entry);
    mou_buf_text(out, "]}");
}

static void put_text(struct reporting *reporting, const struct mou_correction_entry *entry, struct mou_text subject)
{
    const struct mou_cli *cli = reporting->cli;
    struct mou_buf *out = &reporting->out;
    mou_buf_printf(out, mou_say(cli, "第 %lld 号决定  %.*s  %.*s.%.*s：%s", "decision %lld  %.*s  %.*s.%.*s: %s"), (long long)entry->decision, (int)subject.len, subject.bytes, (int)entry->memorandum.len,
                   entry->memorandum.bytes, (int)entry->rule.len, entry->rule.bytes, say_outcome(cli, entry->before));
    mou_buf_printf(out, mou_say(cli, " → 应为%s，", " → %s, "), mou_text_equal(entry->before, entry->after) ? mou_say(cli, "另一期间", "another interval") : say_outcome(cli, entry->after));
    mou_put_date(out, entry->since);
    mou_buf_text(out, mou_say(cli, " 至 ", " to "));
    mou_put_date(out, entry->until);
    mou_buf_printf(out, mou_say(cli, "，共 %lld 日，其中执行 %lld 日\n    须告知：", ", %lld days, %lld of them in effect\n    to be told: "), (long long)entry->days, (long long)entry->days_in_effect);
    put_all_to_tell(reporting, entry);
    mou_buf_char(out, '\n');
}

static bool take_entry(void *state, const struct mou_correction_entry *entry)
{
    struct reporting *reporting = state;
    const struct mou_text subject = mou_shown_subject(&reporting->masking, entry->subject, &reporting->subject);
    reporting->count++;
    reporting->days_in_effect += entry->days_in_effect;
    (reporting->cli->json ? put_json : put_text)(reporting, entry, subject);
    return !reporting->out.failed;
}

/** Prints what one correction, or (0) every one, changes. */
static enum mou_exit report(struct mou_cli *cli, struct mou_store *store, const struct mou_correction_result *result)
{
    struct reporting reporting = {.cli = cli};
    mou_masking_init(&reporting.masking, cli, mou_store_pack(store));
    mou_buf_init(&reporting.out, NULL, TEXT_BYTES_MAX);
    mou_buf_init(&reporting.subject, NULL, 65536);
    if (cli->json) {
        mou_buf_printf(&reporting.out, "{\"schema\": \"mou/correct/1\", \"act\": %lld, \"import\": %lld, \"runs\": %llu, \"decisions\": [", (long long)result->act, (long long)result->import,
                       (unsigned long long)result->runs);
    } else if (result->act != 0) {
        mou_buf_printf(&reporting.out, mou_say(cli, "已更正（第 %lld 号经办，第 %lld 次导入）；核对历次运行 %llu 次，影响以往决定 %llu 项\n",
                                               "corrected (act %lld, import %lld); %llu past runs looked at, %llu past decisions are changed\n"),
                       (long long)result->act, (long long)result->import, (unsigned long long)result->runs, (unsigned long long)result->decisions);
    }
    const enum mou_status status = mou_store_corrections(store, result->act, take_entry, &reporting);
    if (cli->json) {
        mou_buf_text(&reporting.out, "]}\n");
    } else if (reporting.days_in_effect > 0) {
        mou_buf_text(&reporting.out, mou_say(cli, "依实施方案第二十一条，因错误采取措施损害主体权益的，须恢复其信誉、消除不良影响。\n",
                                             "By article 21 of the plan, whose rights were harmed by measures taken in error is to be restored to good repute.\n"));
    }
    enum mou_exit code = status == MOU_OK ? mou_output(cli, &reporting.out) : mou_store_complain(cli, store, status);
    mou_buf_free(&reporting.out);
    mou_buf_free(&reporting.subject);
    return code;
}

/* ------------------------------------------------------------------ the request */

static bool take_changes(struct mou_cli *cli, struct mou_field_change *changes, struct mou_correction_request *request)
{
    for (int i = 4; i < cli->argument_count; i++) {
        const char *equals = strchr(cli->arguments[i], '=');
        if (equals == NULL || equals == cli->arguments[i] || request->change_count == CHANGES_MAX) {
            mou_complain(cli, mou_say(cli, "“%s”应写成 字段=值", "“%s”: write FIELD=VALUE"), cli->arguments[i]);
            return false;
        }
        changes[request->change_count++] = (struct mou_field_change){{cli->arguments[i], (size_t)(equals - cli->arguments[i])}, mou_text_of(equals + 1)};
    }
    request->changes = changes;
    return true;
}

static bool take_file(struct mou_cli *cli, const char *path, struct mou_correction_request *request)
{
    struct mou_text content;
    const size_t len = strlen(path);
    if (!mou_read_file(cli, path, FILE_BYTES_MAX, &content)) {
        return false;
    }
    request->file = content.bytes;
    request->file_len = content.len;
    request->file_name = mou_text_of(path);
    request->format = (len > 7 && strcmp(path + len - 7, ".ndjson") == 0) || (len > 6 && strcmp(path + len - 6, ".jsonl") == 0) ? MOU_IMPORT_NDJSON : MOU_IMPORT_CSV;
    return true;
}

static enum mou_exit take_request(struct mou_cli *cli, struct mou_field_change *changes, struct mou_correction_request *request)
{
    const char *file = mou_option_value(cli, "file", NULL);
    const int count = cli->argument_count;
    request->withdraw = mou_option_given(cli, "withdraw");
    if (file != NULL ? count != 2 || request->withdraw : request->withdraw ? count != 4 : count < 5) {
        mou_complain(cli, "%s", mou_say(cli, "用法：mou correct DB 记录 主体 文号 字段=值…，或者 --withdraw（撤回），或者 mou correct DB 记录 --file 文件",
                                        "usage: mou correct DB RECORD SUBJECT KEY FIELD=VALUE..., or --withdraw, or mou correct DB RECORD --file FILE"));
        return MOU_EXIT_USAGE;
    }
    request->record = mou_text_of(cli->arguments[1]);
    if (file != NULL) {
        return take_file(cli, file, request) ? MOU_EXIT_DONE : MOU_EXIT_IO;
    }
    request->subject = mou_text_of(cli->arguments[2]);
    request->key = mou_text_of(cli->arguments[3]);
    return take_changes(cli, changes, request) ? MOU_EXIT_DONE : MOU_EXIT_USAGE;
}

static enum mou_exit list(struct mou_cli *cli)
{
    const struct mou_correction_result everything = {.act = 0};
    struct mou_store *store = NULL;
    enum mou_exit code = mou_masking_allowed(cli) ? mou_open_store(cli, cli->arguments[0], &store) : MOU_EXIT_USAGE;
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_masking_note(cli, store, "correct");
    code = code == MOU_EXIT_DONE ? report(cli, store, &everything) : code;
    mou_store_close(store);
    return code;
}

enum mou_exit mou_cmd_correct(struct mou_cli *cli)
{
    struct mou_field_change changes[CHANGES_MAX];
    struct mou_correction_request request = {.file = NULL};
    struct mou_correction_result result;
    struct mou_store *store = NULL;
    if (cli->argument_count == 1) {
        return list(cli);
    }
    enum mou_exit code = take_request(cli, changes, &request);
    if (code == MOU_EXIT_DONE && (!mou_officer_of(cli, true, &request.by) || !mou_masking_allowed(cli))) {
        code = MOU_EXIT_USAGE;
    }
    code = code == MOU_EXIT_DONE ? mou_open_store_for(cli, cli->arguments[0], &request.by, &store) : code;
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_masking_note(cli, store, "correct");
    if (code == MOU_EXIT_DONE) {
        const enum mou_status status = mou_store_correct(store, &request, &result);
        code = status == MOU_OK ? report(cli, store, &result) : mou_store_complain(cli, store, status);
    }
    mou_store_close(store);
    return code;
}
