/*
 * mou init, import and run: making a store, filling it, running the rules over it.
 */
#include <string.h>
#include <unistd.h>

#include "store_commands.h"

/* More than this no machine of an office has; the store takes no more. */
#define THREADS_MAX 64L

#define IMPORT_BYTES_MAX ((size_t)8 * 1024 * 1024 * 1024)

enum mou_exit mou_open_store(struct mou_cli *cli, const char *path, struct mou_store **store)
{
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = mou_store_open(path, cli->lang, store, &message);
    if (status != MOU_OK) {
        mou_complain(cli, "%s", message.len > 0 ? message.data : mou_say(cli, "内存不足", "out of memory"));
    }
    mou_buf_free(&message);
    return mou_exit_of(status);
}

enum mou_exit mou_store_complain(struct mou_cli *cli, const struct mou_store *store, enum mou_status status)
{
    mou_complain(cli, "%s", *mou_store_message(store) != '\0' ? mou_store_message(store) : mou_say(cli, "内存不足", "out of memory"));
    return mou_exit_of(status);
}

/** Compiles or reads the pack and makes it the store's. */
static enum mou_exit install_pack(struct mou_cli *cli, const char *database, const char *pack_path)
{
    struct mou_loaded_pack loaded;
    struct mou_buf message;
    enum mou_exit code = mou_rules_open_pack(cli, pack_path, &loaded);
    if (code == MOU_EXIT_DONE) {
        mou_buf_init(&message, NULL, 65536);
        enum mou_status status = mou_store_init(database, (const unsigned char *)loaded.bytes.bytes, loaded.bytes.len, mou_clock_now(), cli->lang, &message);
        if (status != MOU_OK) {
            mou_complain(cli, "%s", message.len > 0 ? message.data : mou_say(cli, "内存不足", "out of memory"));
        }
        code = mou_exit_of(status);
        mou_buf_free(&message);
    }
    mou_loaded_pack_close(&loaded);
    return code;
}

enum mou_exit mou_cmd_init(struct mou_cli *cli)
{
    const char *pack = mou_option_value(cli, "pack", NULL);
    if (pack == NULL) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --pack：数据库的表依规则包的词表而定", "--pack is needed: the store's tables follow the pack's vocabulary"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = install_pack(cli, cli->arguments[0], pack);
    if (code == MOU_EXIT_DONE) {
        mou_narrate(cli, mou_say(cli, "数据库 %s 已就绪", "store %s is ready"), cli->arguments[0]);
    }
    return code;
}

/* ------------------------------------------------------------------ import */

static bool choose_target(struct mou_cli *cli, struct mou_import_options *options)
{
    static const struct {
        const char *word;
        enum mou_import_target target;
    } words[] = {{"主体", MOU_IMPORT_SUBJECTS}, {"subjects", MOU_IMPORT_SUBJECTS},     {"关系", MOU_IMPORT_RELATIONS}, {"relations", MOU_IMPORT_RELATIONS},
                 {"异议", MOU_IMPORT_OBJECTIONS}, {"objections", MOU_IMPORT_OBJECTIONS}};
    const char *as = mou_option_value(cli, "as", NULL);
    if (as == NULL) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --as：请写明导入的是什么，例如 --as 行政处罚，或 --as 主体、关系、异议",
                                        "--as is needed: say what is imported, for instance --as 行政处罚, or 主体, 关系, 异议"));
        return false;
    }
    options->target = MOU_IMPORT_RECORDS;
    options->record = mou_text_of(as);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(as, words[i].word) == 0) {
            options->target = words[i].target;
        }
    }
    return true;
}

static bool choose_form(struct mou_cli *cli, struct mou_import_options *options, const char *path)
{
    const char *layout = mou_option_value(cli, "layout", "plain");
    const char *encoding = mou_option_value(cli, "encoding", "");
    size_t len = strlen(path);
    bool json = (len > 7 && strcmp(path + len - 7, ".ndjson") == 0) || (len > 6 && strcmp(path + len - 6, ".jsonl") == 0);
    options->format = json ? MOU_IMPORT_NDJSON : MOU_IMPORT_CSV;
    options->layout = strcmp(layout, "双公示") == 0 || strcmp(layout, "national") == 0 ? MOU_LAYOUT_NATIONAL : MOU_LAYOUT_PLAIN;
    options->encoding = strcmp(encoding, "gb18030") == 0 ? MOU_ENCODING_GB18030 : strcmp(encoding, "utf-8") == 0 ? MOU_ENCODING_UTF8 : MOU_ENCODING_DETECT;
    if (options->layout == MOU_LAYOUT_PLAIN && strcmp(layout, "plain") != 0) {
        mou_complain(cli, mou_say(cli, "--layout 不能是“%s”；可写 plain 或 双公示", "--layout cannot be “%s”; use plain or 双公示"), layout);
        return false;
    }
    if (options->encoding == MOU_ENCODING_DETECT && *encoding != '\0') {
        mou_complain(cli, mou_say(cli, "--encoding 不能是“%s”；可写 utf-8 或 gb18030", "--encoding cannot be “%s”; use utf-8 or gb18030"), encoding);
        return false;
    }
    return mou_option_time(cli, "known-at", mou_clock_now(), &options->known_at);
}

static void print_import(const struct mou_cli *cli, const char *path, const struct mou_import_result *result, bool dry_run)
{
    if (cli->json) {
        printf("{\"schema\": \"mou/import/1\", \"import\": %lld, \"seen_before\": %s, \"dry_run\": %s, \"rows\": %llu, \"added\": %llu, \"corrected\": %llu, "
               "\"unchanged\": %llu, \"quarantined\": %llu, \"warnings\": %llu}\n",
               (long long)result->import_id, result->seen_before ? "true" : "false", dry_run ? "true" : "false", (unsigned long long)result->rows,
               (unsigned long long)result->added, (unsigned long long)result->corrected, (unsigned long long)result->unchanged,
               (unsigned long long)result->quarantined, (unsigned long long)result->warnings);
        return;
    }
    if (result->seen_before) {
        printf(mou_say(cli, "%s：同一文件已导入过（第 %lld 次导入），没有改动\n", "%s: this file was imported before (import %lld), nothing changed\n"), path,
               (long long)result->import_id);
        return;
    }
    printf(mou_say(cli, "%s：%s读入 %llu 行，新增 %llu，更正 %llu，未变 %llu，隔离 %llu\n", "%s: %s%llu rows read, %llu added, %llu corrected, %llu unchanged, %llu quarantined\n"),
           path, dry_run ? mou_say(cli, "（试导入，未写入）", "(dry run, nothing stored) ") : "", (unsigned long long)result->rows, (unsigned long long)result->added,
           (unsigned long long)result->corrected, (unsigned long long)result->unchanged, (unsigned long long)result->quarantined);
}

static bool show_bytes(void *state, size_t done, size_t total)
{
    return mou_progress_show(state, done, total);
}

enum mou_exit mou_cmd_import(struct mou_cli *cli)
{
    const char *path = cli->arguments[1];
    struct mou_import_options options = {.file_name = mou_text_of(path), .source = mou_text_of(mou_option_value(cli, "source", "")),
                                         .dry_run = mou_option_given(cli, "dry-run"), .accept_check_digit = mou_option_given(cli, "accept-check-digit")};
    struct mou_import_result result = {0};
    struct mou_store *store = NULL;
    struct mou_text content;
    struct mou_progress progress;
    if (!choose_target(cli, &options) || !choose_form(cli, &options, path)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    if (!mou_read_file(cli, path, IMPORT_BYTES_MAX, &content)) {
        mou_store_close(store);
        return MOU_EXIT_IO;
    }
    mou_progress_start(&progress, cli);
    options.progress = show_bytes;
    options.progress_state = &progress;
    enum mou_status status = mou_store_import(store, content.bytes, content.len, &options, &result);
    mou_progress_end(&progress);
    if (status == MOU_OK) {
        print_import(cli, path, &result, options.dry_run);
    } else {
        mou_store_complain(cli, store, status);
    }
    mou_store_close(store);
    return mou_exit_of(status);
}

/* ------------------------------------------------------------------ run */

/** Output of --out. */
struct run_output {
    FILE *file;
    struct mou_buf line;
};

static enum mou_status write_line(void *state, const struct mou_pack *pack, const struct mou_decision *decision)
{
    struct run_output *output = state;
    mou_buf_clear(&output->line);
    mou_decision_json(pack, decision, &output->line);
    bool written = !output->line.failed && fwrite(output->line.data, 1, output->line.len, output->file) == output->line.len;
    return written ? MOU_OK : MOU_ERROR_IO;
}

static bool show_subjects(void *state, uint64_t done, uint64_t total)
{
    return mou_progress_show(state, done, total);
}

static bool count_row(void *state, const struct mou_quarantine_row *row)
{
    (void)row;
    ++*(uint64_t *)state;
    return true;
}

/** How many delivered rows wait in quarantine: a run speaks of what was taken, and says what was not. */
static enum mou_exit print_quarantine(struct mou_cli *cli, struct mou_store *store)
{
    uint64_t rows = 0;
    enum mou_status status = mou_store_quarantine(store, 0, count_row, &rows);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    if (rows > 0) {
        printf(mou_say(cli, "隔离待核的数据行：%llu\n", "rows in quarantine: %llu\n"), (unsigned long long)rows);
    }
    return MOU_EXIT_DONE;
}

static enum mou_exit run_store(struct mou_cli *cli, struct mou_store *store, struct mou_run_request *request)
{
    const char *out = mou_option_value(cli, "out", NULL);
    struct run_output output = {.file = NULL};
    struct mou_run_result result;
    struct mou_progress progress;
    if (out != NULL) {
        output.file = fopen(out, "w");
        if (output.file == NULL) {
            mou_complain(cli, mou_say(cli, "不能写文件 %s", "cannot write file %s"), out);
            return MOU_EXIT_IO;
        }
        request->decision = write_line;
        request->decision_state = &output;
    }
    mou_buf_init(&output.line, NULL, (size_t)256 * 1024 * 1024);
    mou_progress_start(&progress, cli);
    request->progress = show_subjects;
    request->progress_state = &progress;
    enum mou_status status = mou_store_run(store, request, &result);
    mou_progress_end(&progress);
    mou_buf_free(&output.line);
    if (output.file != NULL && (fclose(output.file) != 0 || (status == MOU_ERROR_IO && *mou_store_message(store) == '\0'))) {
        mou_complain(cli, mou_say(cli, "文件 %s 没有写完整", "file %s was not written completely"), out);
        return MOU_EXIT_IO;
    }
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    mou_print_run(cli, mou_store_pack(store), request, &result);
    if (!cli->json && print_quarantine(cli, store) != MOU_EXIT_DONE) {
        return MOU_EXIT_IO;
    }
    return result.faults > 0 ? MOU_EXIT_DATA : MOU_EXIT_DONE;
}

static long processor_count(void)
{
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count;
}

enum mou_exit mou_cmd_run(struct mou_cli *cli)
{
    const char *pack = mou_option_value(cli, "pack", NULL);
    struct mou_run_request request = {.now = mou_clock_now(), .store_results = !mou_option_given(cli, "summary")};
    struct mou_store *store = NULL;
    bool as_of_given = false;
    if (!mou_option_date(cli, "as-of", &as_of_given, &request.as_of) || !mou_option_time(cli, "known-at", MOU_TIME_NOW, &request.known_at)) {
        return MOU_EXIT_USAGE;
    }
    long threads = 0;
    if (!mou_option_number(cli, "threads", 1, THREADS_MAX, processor_count() < THREADS_MAX ? processor_count() : THREADS_MAX, &threads)) {
        return MOU_EXIT_USAGE;
    }
    request.threads = (uint32_t)threads;
    request.as_of = as_of_given ? request.as_of : mou_clock_today();
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code == MOU_EXIT_DONE && pack != NULL) {
        mou_store_close(store); /* a store to install into exists: now the pack */
        code = install_pack(cli, cli->arguments[0], pack);
        if (code == MOU_EXIT_DONE) {
            code = mou_open_store(cli, cli->arguments[0], &store);
        }
    }
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = run_store(cli, store, &request);
    mou_store_close(store);
    return code;
}
