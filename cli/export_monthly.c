/*
 * The monthly report to the municipal platform: a month's statistics, one number a row, as any other export. Used by mou export.
 */
#include "export.h"
#include "report.h"

const struct mou_table_column mou_monthly_columns[MOU_MONTHLY_COLUMNS] = {
    {"month", "月份", "month"}, {"section", "统计", "section"}, {"first", "项目一", "first"}, {"second", "项目二", "second"}, {"indicator", "指标", "indicator"}, {"count", "数", "count"}};

static void put_row(struct mou_exporting *exporting, const struct mou_report_section *section, const struct mou_report_row *row, struct mou_text month)
{
    for (int i = 0; i < section->form->value_count; i++) {
        mou_export_cell(exporting, month);
        mou_export_word(exporting, mou_say(exporting->cli, section->form->title.zh, section->form->title.en));
        mou_export_cell(exporting, row->labels[0]);
        mou_export_cell(exporting, row->labels[1]);
        mou_export_word(exporting, mou_say(exporting->cli, section->form->values[i].words.zh, section->form->values[i].words.en));
        mou_export_number(exporting, row->values[i]);
        mou_export_row(exporting);
    }
}

enum mou_status mou_fill_monthly(struct mou_exporting *exporting)
{
    struct mou_report *report = MOU_NEW(exporting->cli->arena, struct mou_report);
    const char *month = mou_option_value(exporting->cli, "month", NULL);
    if (month == NULL) {
        mou_complain(exporting->cli, "%s", mou_say(exporting->cli, "缺少 --month，例如 --month 2024-06", "--month is needed, for instance --month 2024-06"));
        return MOU_ERROR_USAGE;
    }
    if (report == NULL) {
        exporting->failed = true;
        return MOU_OK;
    }
    if (!mou_report_period(exporting->cli, &report->from, &report->until)) {
        return MOU_ERROR_USAGE;
    }
    const enum mou_exit code = mou_report_gather(exporting->cli, exporting->store, report);
    for (int i = 0; code == MOU_EXIT_DONE && i < MOU_REPORT_SECTIONS; i++) {
        for (size_t row = 0; row < report->sections[i].rows.count; row++) {
            put_row(exporting, &report->sections[i], &report->sections[i].rows.items[row], mou_text_of(month));
        }
    }
    mou_report_free(report);
    return code == MOU_EXIT_DONE ? MOU_OK : MOU_ERROR_IO;
}
