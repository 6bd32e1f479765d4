/*
 * The statistics of article 26 of the implementation plan as sections of counted rows: what is pushed, looked up, executed, fed back; decisions; duties;
 * objections; repairs. Numbers only: nobody is named, and nobody is scored.
 */
#ifndef MOU_CLI_REPORT_H
#define MOU_CLI_REPORT_H

#include <jansson.h>

#include "store_commands.h"

enum { MOU_REPORT_LABELS_MAX = 2, MOU_REPORT_VALUES_MAX = 7 };

struct mou_words { const char *zh, *en; };

/** What a section is about. */
struct mou_report_form {
    const char *name; /**< in JSON and CSV */
    struct mou_words title;
    int label_count, value_count;
    struct mou_words labels[MOU_REPORT_LABELS_MAX];
    struct { const char *name; struct mou_words words; } values[MOU_REPORT_VALUES_MAX];
    bool by_label; /**< rows by their labels, not by their numbers */
};

struct mou_report_row {
    struct mou_text labels[MOU_REPORT_LABELS_MAX];
    uint64_t values[MOU_REPORT_VALUES_MAX];
};

struct mou_report_section {
    const struct mou_report_form *form;
    MOU_VEC(struct mou_report_row) rows;
    json_t *index; /**< labels to row */
};

enum { MOU_REPORT_SECTIONS = 10 };

struct mou_report {
    struct mou_cli *cli;
    mou_date from, until; /**< both included */
    struct mou_report_section sections[MOU_REPORT_SECTIONS];
    bool failed;          /**< memory ran out */
};

/** Reads --from and --until, or --month; by default this year until today. Complains and returns false. */
bool mou_report_period(const struct mou_cli *cli, mou_date *from, mou_date *until);
/** Counts everything. Complains on failure. mou_report_free in any case. */
enum mou_exit mou_report_gather(struct mou_cli *cli, struct mou_store *store, struct mou_report *report);
void mou_report_free(struct mou_report *report);
/** Sum of a row's numbers. */
uint64_t mou_report_total(const struct mou_report_section *section, const struct mou_report_row *row);

/* report_put.c */
void mou_report_put_tables(const struct mou_report *report, struct mou_buf *out);
void mou_report_put_csv(const struct mou_report *report, struct mou_buf *out);
void mou_report_put_json(const struct mou_report *report, struct mou_buf *out);
/** "2024-01-01 – 2024-06-30". */
void mou_report_put_period(const struct mou_report *report, struct mou_buf *out);

/* report_html.c */
/** One page with everything in it. */
void mou_report_put_html(const struct mou_report *report, struct mou_buf *out);

#endif
