/*
 * Writes the reports of mou test.
 */
#include <string.h>

#include "test_report.h"

#define REPORT_BYTES_MAX ((size_t)256 * 1024 * 1024)

bool mou_test_report_open(struct mou_test_report *report, struct mou_cli *cli)
{
    const char *format = mou_option_value(cli, "format", mou_option_given(cli, "tap") ? "tap" : "human");
    *report = (struct mou_test_report){.cli = cli, .junit_path = mou_option_value(cli, "junit", NULL)};
    mou_buf_init(&report->junit, NULL, REPORT_BYTES_MAX);
    mou_buf_init(&report->text, NULL, REPORT_BYTES_MAX);
    report->format = strcmp(format, "tap") == 0 ? MOU_TEST_TAP : strcmp(format, "junit") == 0 ? MOU_TEST_JUNIT : MOU_TEST_HUMAN;
    if (report->format == MOU_TEST_HUMAN && strcmp(format, "human") != 0) {
        mou_complain(cli, mou_say(cli, "--format 不能是“%s”；可写 human、junit 或 tap", "--format cannot be “%s”; use human, junit or tap"), format);
        return false;
    }
    return true;
}

static void add_junit(struct mou_test_report *report, const struct mou_test_case *test, const struct mou_buf *problems)
{
    mou_buf_text(&report->junit, "  <testcase classname=\"");
    mou_buf_markup(&report->junit, test->memorandum);
    mou_buf_text(&report->junit, "\" name=\"");
    mou_buf_markup(&report->junit, test->name);
    if (problems->len == 0) {
        mou_buf_text(&report->junit, "\"/>\n");
        return;
    }
    mou_buf_text(&report->junit, "\"><failure>");
    mou_buf_markup(&report->junit, (struct mou_text){problems->data, problems->len});
    mou_buf_text(&report->junit, "</failure></testcase>\n");
}

/** TAP's lines below a failure are comments. */
static void add_tap(struct mou_test_report *report, const struct mou_test_case *test, const struct mou_buf *problems)
{
    bool begin = true;
    mou_buf_printf(&report->text, "%s %zu - %.*s\n", problems->len == 0 ? "ok" : "not ok", report->passed + report->failed, (int)test->name.len, test->name.bytes);
    for (size_t i = 0; i < problems->len; i++) {
        mou_buf_text(&report->text, begin ? "# " : "");
        mou_buf_char(&report->text, problems->data[i]);
        begin = problems->data[i] == '\n';
    }
}

void mou_test_report_add(struct mou_test_report *report, const struct mou_test_case *test, const struct mou_source *source, const struct mou_buf *problems)
{
    report->passed += problems->len == 0;
    report->failed += problems->len > 0;
    add_junit(report, test, problems);
    if (report->format == MOU_TEST_TAP) {
        add_tap(report, test, problems);
    } else if (report->format == MOU_TEST_HUMAN && problems->len > 0) {
        struct mou_place place = mou_source_place(source, test->span.begin);
        printf("%s “%.*s” (%s:%u)\n%s", mou_say(report->cli, "不通过", "failed"), (int)test->name.len, test->name.bytes, source->path, place.line, problems->data);
    }
}

static void junit_document(const struct mou_test_report *report, struct mou_buf *out)
{
    mou_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"mou\" tests=\"%zu\" failures=\"%zu\">\n", report->passed + report->failed,
                   report->failed);
    mou_buf_append(out, report->junit.data != NULL ? report->junit.data : "", report->junit.len);
    mou_buf_text(out, "</testsuite>\n");
}

enum mou_exit mou_test_report_close(struct mou_test_report *report)
{
    struct mou_buf document;
    enum mou_exit code = MOU_EXIT_DONE;
    mou_buf_init(&document, NULL, REPORT_BYTES_MAX);
    junit_document(report, &document);
    if (report->junit_path != NULL && !mou_write_file(report->cli, report->junit_path, document.data, document.len)) {
        code = MOU_EXIT_IO;
    }
    if (report->format == MOU_TEST_JUNIT) {
        code = code == MOU_EXIT_DONE ? mou_output(report->cli, &document) : code;
    } else {
        if (report->format == MOU_TEST_TAP) {
            printf("TAP version 13\n1..%zu\n%s", report->passed + report->failed, report->text.len > 0 ? report->text.data : "");
        }
        printf("%zu passed, %zu failed\n", report->passed, report->failed);
    }
    mou_buf_free(&document);
    return code != MOU_EXIT_DONE ? code : report->failed > 0 ? MOU_EXIT_NEGATIVE : MOU_EXIT_DONE;
}

void mou_test_report_free(struct mou_test_report *report)
{
    mou_buf_free(&report->junit);
    mou_buf_free(&report->text);
}
