/*
 * mou withdraw: one record, or one relation, that its source takes back. It stays in the store as what was known until now.
 */
#include "csv_text.h"
#include "store_commands.h"

enum mou_exit mou_cmd_withdraw(struct mou_cli *cli)
{
    const char *reason = mou_option_value(cli, "reason", "");
    struct mou_import_options options = {.actor = mou_text_of(mou_who_signature(cli)), .department = mou_text_of(mou_option_value(cli, "department", "")), .target = MOU_IMPORT_WITHDRAWALS, .format = MOU_IMPORT_CSV, .encoding = MOU_ENCODING_UTF8, .file_name = mou_text_of(reason),
                                         .source = mou_text_of(mou_option_value(cli, "source", "")), .now = mou_clock_now(), .known_at = MOU_TIME_NOW,
                                         .typed = true};
    struct mou_import_result result;
    struct mou_store *store = NULL;
    struct mou_buf rows;
    if (*reason == '\0') {
        mou_complain(cli, "%s", mou_say(cli, "缺少 --reason：撤回须写明理由", "--reason is needed: a withdrawal says why"));
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    mou_buf_init(&rows, NULL, 1024 * 1024);
    mou_buf_text(&rows, "主体,记录,键\n");
    mou_csv_quoted(&rows, mou_text_of(cli->arguments[2]));
    mou_buf_char(&rows, ',');
    mou_csv_quoted(&rows, mou_text_of(cli->arguments[1]));
    mou_buf_char(&rows, ',');
    mou_csv_quoted(&rows, mou_text_of(cli->arguments[3]));
    mou_buf_char(&rows, '\n');
    enum mou_status status = rows.failed ? MOU_ERROR_MEMORY : mou_store_import(store, rows.data, rows.len, &options, &result);
    if (status != MOU_OK) {
        code = mou_store_complain(cli, store, status);
    } else {
        printf(mou_say(cli, "已撤回 %s %s（第 %lld 次导入）\n", "%s %s is withdrawn (import %lld)\n"), cli->arguments[1], cli->arguments[3], (long long)result.import_id);
    }
    mou_buf_free(&rows);
    mou_store_close(store);
    return code;
}
