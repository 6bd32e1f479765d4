/*
 * A report as one page of HTML: tables, and stacked bars as SVG, everything in the file. Bars differ by hatching as well as by colour and carry their numbers,
 * so that the page says the same on paper without colours; a section stays on one sheet where it can.
 */
#include <string.h>

#include "report.h"

enum { BAR_ROWS_MAX = 24, BAR_HEIGHT = 16, ROW_HEIGHT = 24, LABEL_SPACE = 410, BAR_SPACE = 470, CHART_WIDTH = 950, LABEL_CELLS_MAX = 62, LEGEND_ROW = 20, LEGEND_COLUMNS = 7, LEGEND_WIDTH = 135 };

static const char style[] =
    "body{font:14px/1.6 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif;color:#1a1a1a;max-width:1000px;margin:2em auto;padding:0 1em}"
    "h1{font-size:22px;margin:0}h2{font-size:16px;margin:2em 0 .5em;border-bottom:2px solid #1f4e79;padding-bottom:.2em}p.period{color:#444;margin:.2em 0 1em}"
    "table{border-collapse:collapse;width:100%;font-size:13px}th,td{border-bottom:1px solid #ccc;padding:3px 8px;text-align:left;vertical-align:top}"
    "th{background:#eef3f8}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}tr.total td{font-weight:bold;border-top:2px solid #888}"
    "svg{display:block;max-width:100%;height:auto;margin:.5em 0 1em}svg text{font-size:12px;fill:#1a1a1a}p.none{color:#666}footer{margin-top:3em;color:#666;font-size:12px}"
    "section{break-inside:auto}svg,tr,h2{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}"
    "@page{size:A4;margin:18mm 15mm}@media print{body{margin:0;max-width:none;padding:0;font-size:11pt}table{font-size:9.5pt}a{color:inherit;text-decoration:none}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

/* Seven fills, each with a hatching of its own. */
static const char patterns[] =
    "<defs><pattern id=\"f0\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"#1f4e79\"/></pattern>"
    "<pattern id=\"f1\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#f2b134\"/><path d=\"M0 6L6 0\" stroke=\"#5c3d00\" stroke-width=\"1.2\"/></pattern>"
    "<pattern id=\"f2\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#7fb069\"/><circle cx=\"3\" cy=\"3\" r=\"1.3\" fill=\"#1d3b12\"/></pattern>"
    "<pattern id=\"f3\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/><path d=\"M0 0L6 6\" stroke=\"#b03a2e\" stroke-width=\"1.6\"/></pattern>"
    "<pattern id=\"f4\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#c9c3e6\"/><path d=\"M3 0V6\" stroke=\"#3d2f7f\" stroke-width=\"1.2\"/></pattern>"
    "<pattern id=\"f5\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/><path d=\"M0 3H6\" stroke=\"#555\" stroke-width=\"1.4\"/></pattern>"
    "<pattern id=\"f6\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#e7e0d3\"/><path d=\"M0 3H6M3 0V6\" stroke=\"#7a5c2e\" stroke-width=\".8\"/></pattern></defs>";

static const char *say(const struct mou_report *report, struct mou_words words)
{
    return mou_say(report->cli, words.zh, words.en);
}

/* ------------------------------------------------------------------ bars */

/** The labels of a row, cut to the space that they have. */
static void put_label(const struct mou_report_section *section, const struct mou_report_row *row, struct mou_buf *out)
{
    size_t width = 0;
    for (int i = 0; i < section->form->label_count; i++) {
        const struct mou_text label = row->labels[i];
        size_t at = 0;
        if (width >= LABEL_CELLS_MAX) {
            return;
        }
        if (i > 0 && label.len > 0) {
            mou_buf_text(out, " · ");
            width += 3;
        }
        while (at < label.len && width < LABEL_CELLS_MAX) {
            size_t len = 1;
            while (at + len < label.len && ((unsigned char)label.bytes[at + len] & 0xC0) == 0x80) {
                len++;
            }
            const struct mou_text character = {label.bytes + at, len};
            width += mou_text_width(character);
            mou_buf_markup(out, character);
            at += len;
        }
        mou_buf_text(out, at < label.len ? "…" : "");
    }
}

static uint64_t greatest(const struct mou_report_section *section, const size_t *rows, size_t count)
{
    uint64_t most = 1;
    for (size_t i = 0; i < count; i++) {
        const uint64_t total = mou_report_total(section, &section->rows.items[rows[i]]);
        most = total > most ? total : most;
    }
    return most;
}

/** The rows that are drawn: all in order, or of many the greatest ones. */
static size_t choose_rows(const struct mou_report_section *section, size_t rows[BAR_ROWS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < section->rows.count; i++) {
        const uint64_t total = mou_report_total(section, &section->rows.items[i]);
        if (total == 0) {
            continue;
        }
        if (count < BAR_ROWS_MAX) {
            rows[count++] = i;
            continue;
        }
        size_t least = 0;
        for (size_t k = 1; k < count; k++) {
            least = mou_report_total(section, &section->rows.items[rows[k]]) < mou_report_total(section, &section->rows.items[rows[least]]) ? k : least;
        }
        if (total > mou_report_total(section, &section->rows.items[rows[least]])) {
            memmove(rows + least, rows + least + 1, (count - least - 1) * sizeof *rows);
            rows[count - 1] = i;
        }
    }
    return count;
}

static void put_bar(const struct mou_report *report, const struct mou_report_section *section, const struct mou_report_row *row, uint64_t most, size_t y, struct mou_buf *out)
{
    uint64_t before = 0;
    const uint64_t total = mou_report_total(section, row);
    mou_buf_printf(out, "<text x=\"%d\" y=\"%zu\" text-anchor=\"end\">", LABEL_SPACE - 8, y + 13);
    put_label(section, row, out);
    mou_buf_text(out, "</text>");
    for (int i = 0; i < section->form->value_count; i++) {
        const uint64_t begin = LABEL_SPACE + before * BAR_SPACE / most;
        before += row->values[i];
        const uint64_t end = LABEL_SPACE + before * BAR_SPACE / most;
        if (row->values[i] > 0) {
            mou_buf_printf(out, "<rect x=\"%llu\" y=\"%zu\" width=\"%llu\" height=\"%d\" fill=\"url(#f%d)\" stroke=\"#333\" stroke-width=\".5\"><title>%s %llu</title></rect>", (unsigned long long)begin, y,
                           (unsigned long long)(end > begin ? end - begin : 1), BAR_HEIGHT, i, say(report, section->form->values[i].words), (unsigned long long)row->values[i]);
        }
    }
    mou_buf_printf(out, "<text x=\"%llu\" y=\"%zu\">%llu</text>\n", (unsigned long long)(LABEL_SPACE + total * BAR_SPACE / most + 6), y + 13, (unsigned long long)total);
}

static void put_legend(const struct mou_report *report, const struct mou_report_section *section, struct mou_buf *out)
{
    for (int i = 0; section->form->value_count > 1 && i < section->form->value_count; i++) {
        const int x = (i % LEGEND_COLUMNS) * LEGEND_WIDTH;
        const int y = (i / LEGEND_COLUMNS) * LEGEND_ROW;
        mou_buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"14\" fill=\"url(#f%d)\" stroke=\"#333\" stroke-width=\".5\"/><text x=\"%d\" y=\"%d\">%s</text>", x + 1, y + 1, i, x + 20,
                       y + 13, say(report, section->form->values[i].words));
    }
}

static void put_chart(const struct mou_report *report, const struct mou_report_section *section, struct mou_buf *out)
{
    size_t rows[BAR_ROWS_MAX];
    const size_t count = choose_rows(section, rows);
    const uint64_t most = greatest(section, rows, count);
    const size_t legend = section->form->value_count > 1 ? (size_t)((section->form->value_count + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS) * LEGEND_ROW + 8 : 0;
    if (count == 0) {
        return;
    }
    mou_buf_printf(out, "<svg viewBox=\"0 0 %d %zu\" width=\"%d\" role=\"img\" aria-label=\"%s\">\n", CHART_WIDTH, legend + count * ROW_HEIGHT, CHART_WIDTH, say(report, section->form->title));
    put_legend(report, section, out);
    for (size_t i = 0; i < count; i++) {
        put_bar(report, section, &section->rows.items[rows[i]], most, legend + i * ROW_HEIGHT, out);
    }
    mou_buf_text(out, "</svg>\n");
    if (count == BAR_ROWS_MAX && section->rows.count > count) {
        mou_buf_printf(out, "<p class=\"none\">%s</p>\n", mou_say(report->cli, "图中只画数目最大的各行，全部见表。", "The chart shows the greatest rows only; the table has all."));
    }
}

/* ------------------------------------------------------------------ tables */

static void put_cell(struct mou_buf *out, const char *tag, struct mou_text text)
{
    mou_buf_printf(out, "<%s>", tag);
    mou_buf_markup(out, text);
    mou_buf_printf(out, "</%.2s>", tag);
}

static void put_table(const struct mou_report *report, const struct mou_report_section *section, struct mou_buf *out)
{
    uint64_t totals[MOU_REPORT_VALUES_MAX] = {0};
    mou_buf_text(out, "<table><thead><tr>");
    for (int i = 0; i < section->form->label_count; i++) {
        put_cell(out, "th", mou_text_of(say(report, section->form->labels[i])));
    }
    for (int i = 0; i < section->form->value_count; i++) {
        mou_buf_printf(out, "<th class=\"n\">%s</th>", say(report, section->form->values[i].words));
    }
    mou_buf_text(out, "</tr></thead><tbody>\n");
    for (size_t row = 0; row < section->rows.count; row++) {
        mou_buf_text(out, "<tr>");
        for (int i = 0; i < section->form->label_count; i++) {
            put_cell(out, "td", section->rows.items[row].labels[i]);
        }
        for (int i = 0; i < section->form->value_count; i++) {
            totals[i] += section->rows.items[row].values[i];
            mou_buf_printf(out, "<td class=\"n\">%llu</td>", (unsigned long long)section->rows.items[row].values[i]);
        }
        mou_buf_text(out, "</tr>\n");
    }
    mou_buf_printf(out, "<tr class=\"total\"><td colspan=\"%d\">%s</td>", section->form->label_count, mou_say(report->cli, "合计", "total"));
    for (int i = 0; i < section->form->value_count; i++) {
        mou_buf_printf(out, "<td class=\"n\">%llu</td>", (unsigned long long)totals[i]);
    }
    mou_buf_text(out, "</tr></tbody></table>\n");
}

static void put_section(const struct mou_report *report, const struct mou_report_section *section, struct mou_buf *out)
{
    mou_buf_printf(out, "<section id=\"%s\"><h2>%s</h2>\n", section->form->name, say(report, section->form->title));
    if (section->rows.count == 0) {
        mou_buf_printf(out, "<p class=\"none\">%s</p>\n", mou_say(report->cli, "本期没有。", "None in this period."));
    } else {
        put_chart(report, section, out);
        put_table(report, section, out);
    }
    mou_buf_text(out, "</section>\n");
}

void mou_report_put_html(const struct mou_report *report, struct mou_buf *out)
{
    const char *title = mou_say(report->cli, "联合奖惩执行情况统计", "Joint incentives and sanctions: statistics");
    mou_buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>\n<style>%s</style></head>\n<body>\n",
                   report->cli->lang == MOU_LANG_EN ? "en" : "zh-CN", title, style);
    mou_buf_printf(out, "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">%s</svg>\n<h1>%s</h1>\n<p class=\"period\">", patterns, title);
    mou_report_put_period(report, out);
    mou_buf_text(out, "</p>\n");
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        put_section(report, &report->sections[i], out);
    }
    mou_buf_printf(out, "<footer>%s</footer>\n</body>\n</html>\n",
                   mou_say(report->cli, "依《揭府〔2017〕34号》第二十六条统计。只有件数，没有给任何人打分。", "Statistics under article 26 of the implementation plan. Numbers of cases only; nobody is scored."));
}
