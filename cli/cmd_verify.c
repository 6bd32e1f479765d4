/*
 * mou verify: whether anything in a store was altered, removed or added behind the ledger's back, and whether past runs repeat.
 */
#include <string.h>

#include "ledger_files.h"
#include "store_commands.h"

#define HEADS_MAX 64
#define LINE_BYTES_MAX ((size_t)1024 * 1024)

/** Findings as they come: lines, or the elements of a JSON list. */
struct findings {
    const struct mou_cli *cli;
    struct mou_buf json;
};

static void take_problem(void *state, const char *text)
{
    struct findings *findings = state;
    if (!findings->cli->json) {
        struct mou_buf line;
        mou_buf_init(&line, NULL, LINE_BYTES_MAX);
        mou_buf_printf(&line, "%s\n", text);
        (void)mou_output(findings->cli, &line);
        mou_buf_free(&line);
        return;
    }
    mou_buf_text(&findings->json, findings->json.len > 0 ? ", " : "");
    mou_buf_json_text(&findings->json, text, strlen(text));
}

static bool show_runs(void *state, uint64_t done, uint64_t total)
{
    return mou_progress_show(state, done, total);
}

static void print_result(const struct mou_cli *cli, const struct findings *findings, const struct mou_verify_result *result)
{
    struct mou_buf root;
    mou_buf_init(&root, NULL, 64);
    mou_buf_hex(&root, result->root, sizeof result->root);
    const char *hex = root.len > 0 ? root.data : "";
    mou_guard_persons(cli, findings->json.data, findings->json.len);
    if (cli->json) {
        printf("{\"schema\": \"mou/verify/1\", \"entries\": %lld, \"erased\": %llu, \"events\": %llu, \"runs\": %llu, \"waiting\": %llu, \"root\": \"%s\", \"problems\": [%s]}\n",
               (long long)result->entries, (unsigned long long)result->erased, (unsigned long long)result->events, (unsigned long long)result->runs, (unsigned long long)result->waiting, hex,
               findings->json.len > 0 ? findings->json.data : "");
    } else {
        printf(mou_say(cli, "账本 %lld 条（其中 %llu 条的内容已删除），事项 %llu 件，重做的运行 %llu 次；问题 %llu 处\n根哈希 %s\n",
                       "%lld receipts (%llu of them erased), %llu events, %llu runs repeated; %llu problems\nroot %s\n"),
               (long long)result->entries, (unsigned long long)result->erased, (unsigned long long)result->events, (unsigned long long)result->runs,
               (unsigned long long)result->problems, hex);
        if (result->waiting > 0) {
            printf(mou_say(cli, "另有 %llu 份查询收据在数据库旁待入账（-waiting），还不在树中，下一次写入时入账\n",
                           "%llu receipts of look-ups wait beside the store (-waiting): they are not in the tree yet and go into it with the next commit\n"),
                   (unsigned long long)result->waiting);
        }
    }
    mou_buf_free(&root);
}

static enum mou_exit verify_store(struct mou_cli *cli, struct mou_store *store, const struct mou_tree_head *heads, size_t head_count)
{
    struct findings findings = {.cli = cli};
    struct mou_progress progress;
    const struct mou_verify_request request = {.heads = heads, .head_count = head_count, .problem = take_problem, .state = &findings,
                                               .repeat_runs = mou_option_given(cli, "runs"), .progress = show_runs, .progress_state = &progress};
    struct mou_verify_result result;
    mou_buf_init(&findings.json, NULL, (size_t)64 * 1024 * 1024);
    mou_progress_start(&progress, cli);
    enum mou_status status = mou_store_verify(store, &request, &result);
    mou_progress_end(&progress);
    enum mou_exit code = MOU_EXIT_DONE;
    if (status != MOU_OK) {
        code = mou_store_complain(cli, store, status);
    } else if (findings.json.failed) {
        code = mou_out_of_memory(cli);
    } else {
        print_result(cli, &findings, &result);
        if (result.problems > 0) { /* also for who sees only standard error, as a timer's mail does */
            mou_complain(cli, mou_say(cli, "数据库没有通过核对：%llu 处问题", "the store does not verify: %llu problems"), (unsigned long long)result.problems);
            code = MOU_EXIT_NEGATIVE;
        }
    }
    mou_buf_free(&findings.json);
    return code;
}

enum mou_exit mou_cmd_verify(struct mou_cli *cli)
{
    struct mou_tree_head heads[HEADS_MAX];
    size_t head_count = 0;
    struct mou_store *store = NULL;
    for (int i = 0; i < cli->given_count; i++) {
        if (strcmp(cli->given[i].option->name, "head") == 0 && head_count < HEADS_MAX) {
            const enum mou_exit code = mou_head_file_read(cli, cli->given[i].value, &heads[head_count++]);
            if (code != MOU_EXIT_DONE) {
                return code;
            }
        }
    }
    enum mou_exit code = mou_open_bare_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = verify_store(cli, store, heads, head_count);
    mou_store_close(store);
    return code;
}
