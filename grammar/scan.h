/*
 * The state of one parse, and the two layers under the parser: raw tokens as flex cuts them
 * (lexer.l), and the stream that turns them into the grammar's tokens (stream.c: keywords of
 * several words, literals with their units, soft keywords, recovery). Private to the grammar
 * folder.
 */
#ifndef MOU_GRAMMAR_SCAN_H
#define MOU_GRAMMAR_SCAN_H

#include "build.h"
#include "keywords.h"

/** What flex tells apart. Values are read from the source text by span later. */
enum mou_raw_kind {
    MOU_RAW_END,
    MOU_RAW_WORD,        /**< letters, digits, underscores, not beginning with a digit */
    MOU_RAW_HYPHEN_WORD, /**< yes-no, open-ended */
    MOU_RAW_QUOTED,      /**< 「…」 or `…` */
    MOU_RAW_NUMBER,      /**< digits, perhaps with decimals, without unit */
    MOU_RAW_RATIO,       /**< number with % or ‰, 百分之 with number */
    MOU_RAW_DATE,
    MOU_RAW_TEXT,
    MOU_RAW_TITLE, /**< 《…》 */
    MOU_RAW_DOCUMENT_NUMBER,
    MOU_RAW_ARTICLE,
    MOU_RAW_SYMBOL,
    MOU_RAW_BAD /**< a message was given */
};

struct mou_raw {
    enum mou_raw_kind kind;
    int token; /**< of MOU_RAW_SYMBOL */
    uint32_t begin;
    uint32_t end;
    uint32_t line_begin; /**< offset of the line that it begins on */
    bool first_on_line;
    bool unterminated; /**< quoted things whose end is missing; a message was given */
    const struct mou_keyword *keyword; /**< what a misspelt word is taken for, NULL mostly */
};

/** One token of the grammar, ready to be handed to the parser. */
struct mou_cooked {
    int token;
    struct mou_lexeme value;
    struct mou_span span;
    uint32_t column; /**< bytes of indentation before it on its line */
    bool first_on_line;
};

#define MOU_RAW_LOOKAHEAD 4
/** Pieces that a run-together word is cut into; a number and its unit are two raw tokens. */
#define MOU_PIECES_MAX 16
#define MOU_QUEUED_MAX (2 * MOU_PIECES_MAX)

struct mou_amendments;

struct mou_parse {
    struct mou_arena *arena;
    const struct mou_source *source;
    uint32_t source_index;
    struct mou_diagnostics *diagnostics;
    struct mou_tree *tree;
    struct {
        struct mou_decl *first, *last;
    } declarations;
    const struct mou_keyword_table *keywords;
    char *text; /**< the source with refused bytes blanked out; flex reads it in place */
    size_t len;

    /* flex */
    void *scanner;
    char *scanner_memory;
    size_t scanner_memory_used;
    uint32_t offset; /**< just behind the last match */
    uint32_t line_begin;
    bool line_empty;      /**< nothing but white space yet on this line */
    uint32_t quote_begin; /**< of a text or title that is being read */
    uint32_t quote_line_begin;
    bool quote_first;
    unsigned quote_depth;

    /* raw tokens read ahead */
    struct mou_raw ahead[MOU_RAW_LOOKAHEAD];
    size_t ahead_count;
    struct mou_amendments *amendments; /**< NULL before the first one */
    struct mou_raw queued[MOU_QUEUED_MAX]; /**< of one amended token, to be read ahead next */
    size_t queued_count;
    size_t queued_at;

    /* stream */
    struct mou_cooked last;     /**< handed out last */
    struct mou_cooked previous; /**< the one before */
    struct mou_cooked before_previous;
    bool skipped_anything; /**< what is skipped may be any clause: its declaration may lack nothing */
    struct mou_cooked pending;  /**< to hand out next */
    bool has_pending;
    bool at_end; /**< the end token was handed out */
    int family;  /**< token of the declaration being read, 0 before the first */
    uint32_t family_column;
    bool recovering;        /**< the parser waits for the SYNC token */
    uint32_t synced_at;     /**< offset of the last token that recovery stopped at */
    unsigned syncs;             /**< how often recovery stopped there */
    bool echoes;            /**< an error at that token is the echo of the one before */
    uint32_t lexical_begin; /**< what the scanner or the stream has reported on last */
    uint32_t lexical_end;
    int strange_group; /**< pair of strange marks that was reported last, and its line */
    uint32_t strange_line;
    uint32_t skipped_line; /**< begin of the line whose rest recovery skips: what else is wrong in it is not told */
    unsigned parentheses;
    unsigned prefixes; /**< prefix words since the last clause: nesting without parentheses */
    uint32_t clause_begin;
    uint32_t nesting_reported_at; /**< clause_begin of the last report of deep nesting */
    mou_pieces *pieces; /**< where every token is noted, NULL if nobody asked */
    struct mou_intern *words; /**< that stand by themselves in the source, NULL before they are asked for */
    size_t english_keywords;
    size_t chinese_keywords;
};

/* parse.c */

/**
 * A parse whose scanner stands before the first token; refused characters are already reported.
 * `keywords` as in mou_parse.
 * NULL when memory ran out.
 */
struct mou_parse *mou_parse_begin(struct mou_arena *arena, const struct mou_keyword_table *keywords,
                                  const struct mou_source *source, uint32_t source_index,
                                  struct mou_diagnostics *diagnostics,
                                  struct mou_tree *tree) MOU_MUST_USE;

/* text_scan.c: whole-source refusals, and checks and values of words and texts */

/** What a file that is no rule text seems to be. */
struct mou_foreign {
    enum mou_foreign_kind {
        MOU_FOREIGN_NONE,     /**< a text in UTF-8, apart from damage here and there */
        MOU_FOREIGN_ENCODING, /**< a text in another encoding, whose name iconv knows */
        MOU_FOREIGN_FORMAT    /**< no text, or one of another kind */
    } kind;
    struct mou_text zh; /**< constant, as `en` */
    struct mou_text en;
};
/** foreign.c: what `bytes` seem to be. */
struct mou_foreign mou_scan_foreign(struct mou_text bytes);
/** Reports what no rule file may hold and blanks it in `parse->text`. */
void mou_scan_refuse(struct mou_parse *parse);
/** The name in [begin, end), checked and in NFC. */
struct mou_text mou_scan_name(struct mou_parse *parse, uint32_t begin, uint32_t end, bool quoted);
/** The value of a text literal between its quotation marks, escapes resolved. */
struct mou_text mou_scan_text(struct mou_parse *parse, uint32_t begin, uint32_t end);
/** "U+1234" in the arena, for messages. */
struct mou_text mou_scan_code_point(struct mou_parse *parse, uint32_t code_point);
/** The source text of [begin, end); borrowed from the parse. */
struct mou_text mou_parse_slice(const struct mou_parse *parse, uint32_t begin, uint32_t end);
struct mou_span mou_parse_span(const struct mou_parse *parse, uint32_t begin, uint32_t end);
/** A number as text in the arena, for messages. */
struct mou_text mou_parse_number(struct mou_parse *parse, int64_t value);
/** Reports `code` at [begin, end) with up to two arguments. */
struct mou_diagnostic *mou_parse_report(struct mou_parse *parse, enum mou_diag_code code,
                                        uint32_t begin, uint32_t end, struct mou_text a0,
                                        struct mou_text a1);

/** Reports a quoted thing whose end is missing. */
void mou_scan_unterminated(struct mou_parse *parse, enum mou_raw_kind kind, uint32_t begin,
                           uint32_t end);
/** Bytes of the word that a match begins with: up to the bracket or blank behind it. */
size_t mou_scan_word_len(const char *match, size_t len);
/** Bytes up to the last digit. */
size_t mou_scan_digits_len(const char *match, size_t len);
/** Whether a word, a year in brackets and a number are a document number and not a name before brackets; without 号, or behind a blank, only where no name could stand so. */
bool mou_scan_is_document_number(const struct mou_parse *parse, struct mou_text match);
/** True if the byte behind the last match belongs to a word. */
bool mou_scan_word_goes_on(const struct mou_parse *parse);

/* literal.c: values of numbers, dates, articles */

/**
 * Fills token and value of a number with the unit word in `unit` (len 0: none). False if `unit` is
 * no unit.
 */
bool mou_literal_number(struct mou_parse *parse, struct mou_text number, struct mou_text unit,
                        struct mou_span span, struct mou_cooked *out);
void mou_literal_ratio(struct mou_parse *parse, struct mou_span span, struct mou_cooked *out);
void mou_literal_date(struct mou_parse *parse, struct mou_span span, struct mou_cooked *out);
/** Bytes of the longest unit that `word` begins with, 0 if none. */
size_t mou_literal_unit_len(struct mou_text word);
/** Reads Chinese numerals (一百三十三, 两, 十); false if `text` is anything else. */
bool mou_literal_chinese_number(struct mou_text text, int64_t *value);
/** Reads 二〇二〇年一月一日, reports the form and makes the date of it; false if the word is anything else. */
bool mou_literal_chinese_date(struct mou_parse *parse, struct mou_text word, struct mou_span span,
                              struct mou_cooked *out);
/** 1年6个月 as 18个月, in the arena; empty if the text is anything else. */
struct mou_text mou_literal_in_months(struct mou_parse *parse, struct mou_text written);
/** Appends 三年 as 3年; false, and nothing, if the word is no Chinese number with a unit. */
bool mou_literal_in_digits(struct mou_text word, struct mou_buf *out);
/** Canonical Chinese form of an article given in Chinese or English. */
struct mou_text mou_literal_article(struct mou_parse *parse, struct mou_text written);
/** Canonical form of a document number: 〔〕 round the year, ASCII digits, no blanks. One without its 号 is reported. */
struct mou_text mou_literal_document_number(struct mou_parse *parse, struct mou_span span);
/** Canonical title: without white space at its ends. */
struct mou_text mou_literal_title(struct mou_parse *parse, uint32_t begin, uint32_t end);

/* stream.c */

/** The raw token behind the one that was handed out last; borrowed until the next one is handed out. */
const struct mou_raw *mou_stream_next(struct mou_parse *parse);
/** Next raw token, as the generated scanner reads it. */
int mou_raw_lex(struct mou_raw *raw, void *scanner);
/** Opens and closes the scanner over `parse->text`; false when memory ran out. */
bool mou_scanner_open(struct mou_parse *parse) MOU_MUST_USE;
void mou_scanner_close(struct mou_parse *parse);

/* syntax_error.c */

/** One syntax error at `parse->last`; `expected` are token numbers. */
/** What stands at `span` fits the grammar, but not what stands before it. */
void mou_parse_unexpected(struct mou_parse *parse, struct mou_span span);
/** An alias that opens its line: a clause whose keyword was written without a blank behind it. */
void mou_parse_alias(struct mou_parse *parse, const struct mou_name *alias);
/** A value of a row behind which the next one stands without a comma. */
void mou_parse_missing_comma(struct mou_parse *parse, struct mou_span value);
/** A keyword that was meant for a name, with the quoted name as correction. */
void mou_parse_keyword_as_name(struct mou_parse *parse, struct mou_span span);
void mou_syntax_error(struct mou_parse *parse, const int *expected, size_t expected_count);

#endif
