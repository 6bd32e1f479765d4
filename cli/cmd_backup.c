/*
 * mou backup and mou restore: copies of a store that are verified before they get their name.
 */
#include "store_commands.h"

static bool goes_on(void *state)
{
    return mou_progress_show(state, 0, 0);
}

static enum mou_exit copy_store(struct mou_cli *cli, struct mou_store *store, const char *path)
{
    struct mou_verify_result result;
    struct mou_progress progress;
    mou_progress_start(&progress, cli);
    const enum mou_status status = mou_store_backup(store, path, goes_on, &progress, &result);
    mou_progress_end(&progress);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    if (cli->json) {
        printf("{\"schema\": \"mou/backup/1\", \"entries\": %lld, \"events\": %llu, \"waiting\": %llu}\n", (long long)result.entries, (unsigned long long)result.events,
               (unsigned long long)result.waiting);
    } else {
        printf(mou_say(cli, "%s 已写好并核对：账本 %lld 条，事项 %llu 件\n", "%s is written and verified: %lld receipts, %llu events\n"), path, (long long)result.entries,
               (unsigned long long)result.events);
        if (result.waiting > 0) {
            printf(mou_say(cli, "另有 %llu 份查询收据待入账，在 %s-waiting，须与它放在一起\n", "%llu receipts of look-ups that wait for the ledger are in %s-waiting, which belongs with it\n"),
                   (unsigned long long)result.waiting, path);
        }
    }
    return MOU_EXIT_DONE;
}

enum mou_exit mou_cmd_backup(struct mou_cli *cli)
{
    struct mou_store *store = NULL;
    enum mou_exit code = mou_open_bare_store(cli, cli->arguments[0], &store);
    if (code == MOU_EXIT_DONE) {
        code = copy_store(cli, store, cli->arguments[1]);
        mou_store_close(store);
    }
    return code;
}
