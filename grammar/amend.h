/*
 * Readings that a mistake was meant for, kept from one reading of a source to the next. Private to
 * the grammar folder; see amend.c.
 */
#ifndef MOU_GRAMMAR_AMEND_H
#define MOU_GRAMMAR_AMEND_H

#include "scan.h"

/** How a token that stood in the way is read the next time. */
enum mou_reading {
    MOU_READ_SPLIT,      /**< a word as several */
    MOU_READ_DROPPED,    /**< left out, with all that begins within its span */
    MOU_READ_WITH_MARK,  /**< with a mark behind that is not there */
    MOU_READ_SYMBOL,     /**< as another mark */
    MOU_READ_KEYWORD,    /**< a word as a keyword */
    MOU_READ_BEHIND,     /**< with a keyword before it that is not there */
    MOU_READ_NAME        /**< a text as a name in quotation marks */
};

struct mou_amendment {
    uint32_t begin;
    uint32_t end;
    enum mou_reading reading;
    int token;                         /**< of MOU_READ_SYMBOL and MOU_READ_WITH_MARK */
    const struct mou_keyword *keyword; /**< of MOU_READ_KEYWORD and MOU_READ_BEHIND */
    uint32_t cuts[MOU_PIECES_MAX];     /**< of MOU_READ_SPLIT: offsets in the source, ascending */
    size_t cut_count;
    struct mou_diagnostic message; /**< what was reported, and is reported in every reading */
};

#define MOU_AMENDMENTS_MAX 200

struct mou_amendments {
    struct mou_amendment items[MOU_AMENDMENTS_MAX];
    size_t count;
    size_t known; /**< those that the present reading follows; the others were found in it */
};

/** The next raw token, read as the amendments say. */
void mou_amend_lex(struct mou_parse *parse, struct mou_raw *raw);
/** Whether the present reading takes something within `span` otherwise than it is written. */
bool mou_is_amended(const struct mou_parse *parse, struct mou_span span);
/** The next reading cuts the word where `split`, its correction, has blanks. */
void mou_amend_split(struct mou_parse *parse, const struct mou_diagnostic *message,
                     struct mou_span word, struct mou_text split);
/** Leaves the token out, or takes it for a name. */
void mou_amend(struct mou_parse *parse, const struct mou_diagnostic *message, struct mou_span span,
               enum mou_reading reading);
/** Takes the token for a mark, or puts the mark behind it. */
void mou_amend_mark(struct mou_parse *parse, const struct mou_diagnostic *message, struct mou_span span,
                    enum mou_reading reading, int token);
/** Takes the word for the keyword of that spelling. */
void mou_amend_keyword(struct mou_parse *parse, const struct mou_diagnostic *message,
                       struct mou_span span, struct mou_text spelling);
/** Puts the keyword of that spelling before the token. */
void mou_amend_behind(struct mou_parse *parse, const struct mou_diagnostic *message,
                      struct mou_span span, struct mou_text spelling);
/**
 * Whether the source is to be read again. Then the messages are back to what they were `before` the first
 * reading, and those of the amendments.
 */
bool mou_amend_again(struct mou_amendments *amendments, struct mou_diagnostics *diagnostics,
                     const struct mou_diagnostics *before);

#endif
