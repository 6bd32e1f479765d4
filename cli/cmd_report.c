/*
 * mou report: the statistics of article 26 as tables, CSV, JSON, or one page of HTML.
 */
#include <string.h>

#include "report.h"

#define REPORT_BYTES_MAX ((size_t)256 * 1024 * 1024)

static enum mou_exit deliver(struct mou_cli *cli, const struct mou_report *report)
{
    const char *html = mou_option_value(cli, "html", NULL);
    struct mou_buf out;
    mou_buf_init(&out, NULL, REPORT_BYTES_MAX);
    enum mou_exit code = MOU_EXIT_DONE;
    if (html != NULL) {
        mou_report_put_html(report, &out);
        code = mou_deliver_file(cli, html, &out);
    } else {
        if (cli->json) {
            mou_report_put_json(report, &out);
        } else if (mou_option_given(cli, "csv")) {
            mou_report_put_csv(report, &out);
        } else {
            mou_report_put_tables(report, &out);
        }
        code = mou_output(cli, &out);
    }
    mou_buf_free(&out);
    return code;
}

enum mou_exit mou_cmd_report(struct mou_cli *cli)
{
    struct mou_report *report = MOU_NEW(cli->arena, struct mou_report);
    struct mou_store *store = NULL;
    if (report == NULL) {
        return mou_out_of_memory(cli);
    }
    if (!mou_report_period(cli, &report->from, &report->until)) {
        return MOU_EXIT_USAGE;
    }
    enum mou_exit code = mou_open_store(cli, cli->arguments[0], &store);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    code = mou_report_gather(cli, store, report);
    code = code == MOU_EXIT_DONE ? deliver(cli, report) : code;
    mou_report_free(report);
    mou_store_close(store);
    return code;
}
