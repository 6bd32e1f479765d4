/*
 * mou init and run: making a store, running the rules over it.
 */
#include <string.h>
#include <unistd.h>

#include "run_output.h"

/* More than this no machine of an office has; the store takes no more. */
#define THREADS_MAX 64L

/** Opens a store by one of the library's ways. */
static enum mou_exit open_store(struct mou_cli *cli, const char *path, struct mou_store **store,
                                enum mou_status (*open)(const char *path, enum mou_lang lang, struct mou_store **store, struct mou_buf *message))
{
    struct mou_buf message;
    cli->masks_persons = true;
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = open(path, cli->lang, store, &message);
    if (status != MOU_OK) {
        mou_complain(cli, "%s", message.len > 0 ? message.data : mou_say(cli, "内存不足", "out of memory"));
    }
    mou_buf_free(&message);
    return mou_exit_of(status);
}

enum mou_exit mou_open_store(struct mou_cli *cli, const char *path, struct mou_store **store)
{
    return open_store(cli, path, store, mou_store_open);
}

enum mou_exit mou_open_bare_store(struct mou_cli *cli, const char *path, struct mou_store **store)
{
    return open_store(cli, path, store, mou_store_open_bare);
}

enum mou_exit mou_store_complain(struct mou_cli *cli, const struct mou_store *store, enum mou_status status)
{
    mou_complain(cli, "%s", *mou_store_message(store) != '\0' ? mou_store_message(store) : mou_say(cli, "内存不足", "out of memory"));
    return mou_exit_of(status);
}

/** Makes or brings up the store; the pack is for a new one. */
static enum mou_exit init_store(struct mou_cli *cli, const char *database, struct mou_text pack)
{
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = mou_store_init(database, (const unsigned char *)pack.bytes, pack.len, mou_clock_now(), cli->lang, &message);
    if (status != MOU_OK) {
        mou_complain(cli, "%s", message.len > 0 ? message.data : mou_say(cli, "内存不足", "out of memory"));
    }
    mou_buf_free(&message);
    return mou_exit_of(status);
}

enum mou_exit mou_cmd_init(struct mou_cli *cli)
{
    const char *pack = mou_option_value(cli, "pack", NULL);
    const char *database = cli->arguments[0];
    enum mou_exit code = MOU_EXIT_DONE;
    if (pack == NULL && access(database, F_OK) != 0) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --pack：数据库的表依规则包的词表而定", "--pack is needed: the store's tables follow the pack's vocabulary"));
        return MOU_EXIT_USAGE;
    }
    if (pack == NULL) {
        code = init_store(cli, database, (struct mou_text){NULL, 0});
    } else {
        struct mou_loaded_pack loaded;
        code = mou_rules_open_pack(cli, pack, &loaded);
        code = code == MOU_EXIT_DONE ? init_store(cli, database, loaded.bytes) : code;
        mou_loaded_pack_close(&loaded);
    }
    if (code == MOU_EXIT_DONE) {
        mou_narrate(cli, mou_say(cli, "数据库 %s 已就绪", "store %s is ready"), database);
    }
    return code;
}

/* ------------------------------------------------------------------ run */

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

/** Runs, and writes the decisions to `output` where it has a file. */
static enum mou_status run_into(struct mou_cli *cli, struct mou_store *store, struct mou_run_request *request, struct mou_run_output *output,
                                struct mou_run_result *result)
{
    struct mou_progress progress;
    if (output->file.stream != NULL && !request->store_results) {
        request->decision = mou_run_output_decision;
        request->decision_state = output;
    }
    mou_progress_start(&progress, cli);
    request->progress = show_subjects;
    request->progress_state = &progress;
    enum mou_status status = mou_store_run(store, request, result);
    mou_progress_end(&progress);
    if (status == MOU_OK && output->file.stream != NULL && request->store_results) {
        status = mou_store_decisions(store, mou_run_output_line, output);
    }
    return status;
}

static enum mou_exit run_store(struct mou_cli *cli, struct mou_store *store, struct mou_run_request *request)
{
    const char *out = mou_option_value(cli, "out", NULL);
    struct mou_run_output output = {.cli = cli};
    struct mou_run_result result;
    if (out != NULL) {
        const enum mou_exit noted = mou_masking_note(cli, store, "run");
        if (noted != MOU_EXIT_DONE) {
            return noted;
        }
        if (!mou_run_output_open(&output, cli, out, mou_store_pack(store))) {
            return MOU_EXIT_IO;
        }
    }
    enum mou_status status = run_into(cli, store, request, &output, &result);
    if (!mou_run_output_close(&output, status == MOU_OK)) {
        return MOU_EXIT_IO;
    }
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    enum mou_exit code = mou_print_run(cli, mou_store_pack(store), request, &result);
    if (code == MOU_EXIT_DONE && !cli->json) {
        code = print_quarantine(cli, store);
    }
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    return result.faults > 0 ? MOU_EXIT_DATA : MOU_EXIT_DONE;
}

/** Takes the pack that is in force, or for a trial the one given. What is given for a run that is stored must be the one in force. */
static enum mou_exit choose_pack(struct mou_cli *cli, struct mou_store *store, const struct mou_run_request *request)
{
    const char *path = mou_option_value(cli, "pack", NULL);
    struct mou_loaded_pack loaded;
    enum mou_status status = MOU_OK;
    if (path == NULL) {
        status = mou_store_use_pack(store, request->as_of, request->known_at);
        return status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
    }
    enum mou_exit code = mou_rules_open_pack(cli, path, &loaded);
    if (code == MOU_EXIT_DONE) {
        status = request->store_results ? mou_store_use_pack(store, request->as_of, request->known_at)
                                        : mou_store_try_pack(store, (const unsigned char *)loaded.bytes.bytes, loaded.bytes.len);
        code = status == MOU_OK ? MOU_EXIT_DONE : mou_store_complain(cli, store, status);
    }
    if (code == MOU_EXIT_DONE && memcmp(mou_pack_hash(loaded.pack), mou_pack_hash(mou_store_pack(store)), 32) != 0) {
        mou_complain(cli, "%s", mou_say(cli, "这个规则包这一天没有生效：先以 mou pack install 提议、由另一人批准；只试算的用 --summary",
                                        "this pack is not in force on this date: propose it with mou pack install and let another person approve it; --summary tries it"));
        code = MOU_EXIT_AUTHORITY;
    }
    mou_loaded_pack_close(&loaded);
    return code;
}

bool mou_threads_option(const struct mou_cli *cli, long *threads)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return mou_option_number(cli, "threads", 1, THREADS_MAX, processors < 1 ? 1 : processors < THREADS_MAX ? processors : THREADS_MAX, threads);
}

/** Runs, with a profile where one is asked for. */
static enum mou_exit run_timed(struct mou_cli *cli, struct mou_store *store, struct mou_run_request *request)
{
    if (!mou_option_given(cli, "profile") && !mou_option_given(cli, "flame")) {
        return run_store(cli, store, request);
    }
    if (mou_profile_new(mou_store_pack(store), mou_clock_nanoseconds, &request->profile) != MOU_OK) {
        return mou_out_of_memory(cli);
    }
    enum mou_exit code = run_store(cli, store, request);
    if (code == MOU_EXIT_DONE || code == MOU_EXIT_DATA) { /* faults in the data do not spoil the times */
        const enum mou_exit reported = mou_profile_report(cli, request->profile);
        code = reported == MOU_EXIT_DONE ? code : reported;
    }
    mou_profile_free(request->profile);
    return code;
}

enum mou_exit mou_cmd_run(struct mou_cli *cli)
{
    struct mou_run_request request = {.today = mou_clock_today(), .now = mou_clock_now(), .store_results = !mou_option_given(cli, "summary"), .full = mou_option_given(cli, "full")};
    struct mou_store *store = NULL;
    bool as_of_given = false;
    if (!mou_option_date(cli, "as-of", &as_of_given, &request.as_of) || !mou_option_time(cli, "known-at", MOU_TIME_NOW, &request.known_at) || !mou_masking_allowed(cli)) {
        return MOU_EXIT_USAGE;
    }
    if (cli->json && mou_option_given(cli, "profile")) {
        mou_complain(cli, "%s", mou_say(cli, "--profile 不能同 --json 一起用，可用 --flame", "--profile does not go with --json; --flame does"));
        return MOU_EXIT_USAGE;
    }
    long threads = 0;
    if (!mou_threads_option(cli, &threads)) {
        return MOU_EXIT_USAGE;
    }
    request.threads = (uint32_t)threads;
    request.actor = mou_text_of(mou_who_signature(cli));
    request.department = mou_text_of(mou_option_value(cli, "department", ""));
    request.as_of = as_of_given ? request.as_of : mou_clock_today();
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = choose_pack(cli, store, &request);
    code = code == MOU_EXIT_DONE ? run_timed(cli, store, &request) : code;
    mou_store_close(store);
    return code;
}
