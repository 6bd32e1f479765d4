/*
 * mou snapshot: what the rules look at, stored as columns beside the database, for summaries.
 */
#include "store_commands.h"

static enum mou_exit make(struct mou_cli *cli, struct mou_store *store)
{
    struct mou_store_snapshot_result result;
    const enum mou_status status = mou_store_snapshot(store, mou_clock_now(), &result);
    if (status != MOU_OK) {
        return mou_store_complain(cli, store, status);
    }
    if (cli->json) {
        printf("{\"schema\": \"mou/snapshot/1\", \"subjects\": %llu, \"bytes\": %llu, \"kept\": %s}\n", (unsigned long long)result.subjects,
               (unsigned long long)result.bytes, result.kept ? "true" : "false");
    } else if (!cli->quiet) {
        printf(mou_say(cli, "快照%s：主体 %llu 个，%llu 字节\n", "snapshot %s: %llu subjects, %llu bytes\n"),
               result.kept ? mou_say(cli, "已是最新", "is up to date") : mou_say(cli, "已写好", "written"), (unsigned long long)result.subjects,
               (unsigned long long)result.bytes);
    }
    return MOU_EXIT_DONE;
}

enum mou_exit mou_cmd_snapshot(struct mou_cli *cli)
{
    struct mou_store *store = NULL;
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    if (mou_option_given(cli, "remove")) {
        const enum mou_status status = mou_store_snapshot_remove(store);
        code = status != MOU_OK ? mou_store_complain(cli, store, status) : MOU_EXIT_DONE;
    } else {
        code = make(cli, store);
    }
    mou_store_close(store);
    return code;
}
