/*
 * A report on the terminal, as CSV of one number a row, and as JSON.
 */
#include <string.h>

#include "csv_text.h"
#include "report.h"

enum { VALUE_WIDTH = 12, LABEL_WIDTH_MAX = 60 };

void mou_report_put_period(const struct mou_report *report, struct mou_buf *out)
{
    mou_date_format(report->from, out);
    mou_buf_text(out, " – ");
    mou_date_format(report->until, out);
}

static const char *words(const struct mou_report *report, struct mou_words words)
{
    return mou_say(report->cli, words.zh, words.en);
}

/** Text, then blanks up to `width` columns of the terminal. */
static void put_padded(struct mou_buf *out, struct mou_text text, size_t width)
{
    const size_t shown = mou_text_width(text);
    mou_buf_append(out, text.bytes, text.len);
    mou_buf_printf(out, "%*s", shown < width ? (int)(width - shown) : 0, "");
}

static size_t label_width(const struct mou_report *report, const struct mou_report_section *section, int label)
{
    size_t width = mou_text_width(mou_text_of(words(report, section->form->labels[label])));
    for (size_t i = 0; i < section->rows.count; i++) {
        const size_t shown = mou_text_width(section->rows.items[i].labels[label]);
        width = shown > width ? shown : width;
    }
    return (width < LABEL_WIDTH_MAX ? width : LABEL_WIDTH_MAX) + 2;
}

static void put_right(struct mou_buf *out, const char *text, size_t width)
{
    const size_t shown = mou_text_width(mou_text_of(text));
    mou_buf_printf(out, "%*s%s", shown < width ? (int)(width - shown) : 0, "", text);
}

static size_t value_width(const struct mou_report *report, const struct mou_report_section *section, int value)
{
    const size_t head = mou_text_width(mou_text_of(words(report, section->form->values[value].words)));
    return head + 2 > VALUE_WIDTH ? head + 2 : VALUE_WIDTH;
}

static void put_table(const struct mou_report *report, const struct mou_report_section *section, struct mou_buf *out)
{
    size_t widths[MOU_REPORT_LABELS_MAX] = {0};
    mou_buf_printf(out, "\n%s\n", words(report, section->form->title));
    if (section->rows.count == 0) {
        mou_buf_printf(out, "  %s\n", mou_say(report->cli, "（没有）", "(none)"));
        return;
    }
    mou_buf_text(out, "  ");
    for (int i = 0; i < section->form->label_count; i++) {
        widths[i] = label_width(report, section, i);
        put_padded(out, mou_text_of(words(report, section->form->labels[i])), widths[i]);
    }
    for (int i = 0; i < section->form->value_count; i++) {
        put_right(out, words(report, section->form->values[i].words), value_width(report, section, i));
    }
    mou_buf_char(out, '\n');
    for (size_t row = 0; row < section->rows.count; row++) {
        mou_buf_text(out, "  ");
        for (int i = 0; i < section->form->label_count; i++) {
            put_padded(out, section->rows.items[row].labels[i], widths[i]);
        }
        for (int i = 0; i < section->form->value_count; i++) {
            mou_buf_printf(out, "%*llu", (int)value_width(report, section, i), (unsigned long long)section->rows.items[row].values[i]);
        }
        mou_buf_char(out, '\n');
    }
}

void mou_report_put_tables(const struct mou_report *report, struct mou_buf *out)
{
    mou_buf_text(out, mou_say(report->cli, "联合奖惩执行情况统计  ", "Joint incentives and sanctions: statistics  "));
    mou_report_put_period(report, out);
    mou_buf_char(out, '\n');
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        put_table(report, &report->sections[i], out);
    }
}

void mou_report_put_csv(const struct mou_report *report, struct mou_buf *out)
{
    mou_buf_text(out, "\xEF\xBB\xBF");
    mou_buf_text(out, mou_say(report->cli, "统计,项目一,项目二,指标,数\r\n", "section,first,second,number of,count\r\n"));
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        const struct mou_report_section *section = &report->sections[i];
        for (size_t row = 0; row < section->rows.count; row++) {
            for (int value = 0; value < section->form->value_count; value++) {
                mou_csv_cell(out, mou_text_of(words(report, section->form->title)), true);
                mou_csv_cell(out, section->rows.items[row].labels[0], false);
                mou_csv_cell(out, section->rows.items[row].labels[1], false);
                mou_csv_word(out, words(report, section->form->values[value].words));
                mou_buf_printf(out, ",%llu\r\n", (unsigned long long)section->rows.items[row].values[value]);
            }
        }
    }
}

static void put_json_row(const struct mou_report_section *section, const struct mou_report_row *row, struct mou_buf *out)
{
    mou_buf_char(out, '{');
    for (int i = 0; i < section->form->label_count; i++) {
        mou_buf_printf(out, "%s\"%s\": ", i == 0 ? "" : ", ", section->form->labels[i].en);
        mou_buf_json_text(out, row->labels[i].bytes, row->labels[i].len);
    }
    for (int i = 0; i < section->form->value_count; i++) {
        mou_buf_printf(out, ", \"%s\": %llu", section->form->values[i].name, (unsigned long long)row->values[i]);
    }
    mou_buf_char(out, '}');
}

void mou_report_put_json(const struct mou_report *report, struct mou_buf *out)
{
    mou_buf_text(out, "{\"schema\": \"mou/report/1\", \"from\": \"");
    mou_date_format(report->from, out);
    mou_buf_text(out, "\", \"until\": \"");
    mou_date_format(report->until, out);
    mou_buf_char(out, '"');
    for (int i = 0; i < MOU_REPORT_SECTIONS; i++) {
        const struct mou_report_section *section = &report->sections[i];
        mou_buf_printf(out, ", \"%s\": [", section->form->name);
        for (size_t row = 0; row < section->rows.count; row++) {
            mou_buf_text(out, row == 0 ? "" : ", ");
            put_json_row(section, &section->rows.items[row], out);
        }
        mou_buf_char(out, ']');
    }
    mou_buf_text(out, "}\n");
}
