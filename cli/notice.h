/*
 * Notices to subjects: one text in blocks, made from a decision's own explanation, and the forms that it is printed in. The files between here and the pages know no store.
 */
#ifndef MOU_CLI_NOTICE_H
#define MOU_CLI_NOTICE_H

#include <jansson.h>

#include "measure_text.h"
#include "print.h"

enum mou_notice_kind {
    MOU_NOTICE_PROPOSED, /**< 告知书: before anything is decided */
    MOU_NOTICE_DECIDED,  /**< 决定书: confirmed or in effect */
    MOU_NOTICE_ENDED     /**< 解除通知书 */
};

struct mou_notice {
    struct mou_cli *cli;
    mou_date day;
    MOU_VEC(struct mou_block) blocks;
    bool failed;
};

/** What a notice is made from. Texts are borrowed. */
struct mou_notice_facts {
    enum mou_notice_kind kind;
    const struct mou_measure *measure;
    const struct mou_pack *pack;
    const json_t *line;        /**< the decision */
    const json_t *explanation; /**< why it is so */
    struct mou_text subject;   /**< identifier, as it is to be shown */
    struct mou_text name;      /**< empty where it is not known */
    struct mou_text identified_by;
    struct mou_text title, number_of_memorandum, memorandum;
    struct mou_text document;  /**< number of the notice */
    bool person;
    int64_t hearing_days;      /**< length of the period for statements */
    enum mou_value_type hearing_type;
};

/* ---- notice_text.c */
/** Writes the blocks in the invocation's language; notice->failed tells when memory ran out. */
void mou_notice_write(struct mou_notice *notice, const struct mou_notice_facts *facts);
/* ---- notice_forms.c */
void mou_notice_put_text(const struct mou_notice *notice, struct mou_buf *out);
void mou_notice_put_html(const struct mou_notice *notice, struct mou_buf *out);
/* ---- notice_pdf.c */
/** A4 pages; the same notice gives the same bytes. False with a complaint where that fails. */
bool mou_notice_put_pdf(const struct mou_notice *notice, struct mou_buf *out);

#endif
