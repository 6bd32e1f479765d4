/*
 * What the files of this folder share: the package of parts, XML with limits, shared texts, styles, cells. Nobody outside sheet/ includes it.
 */
#ifndef MOU_SHEET_INTERNAL_H
#define MOU_SHEET_INTERNAL_H

#include <expat.h>
#include <minizip/unzip.h>

#include "mou/sheet.h"

/** One part of the package. */
struct sheet_part {
    struct mou_text name; /**< without a leading slash */
    unz64_file_pos place;
    uint64_t packed_bytes;
};

/** How numbers of a style are shown. */
enum sheet_form { SHEET_PLAIN, SHEET_DATE, SHEET_ZEROS };
struct sheet_style {
    enum sheet_form form;
    uint32_t digits; /**< SHEET_ZEROS: at least so many */
};

struct sheet_entry {
    struct mou_text name;
    struct mou_text relation; /**< id of its relationship */
    struct mou_text part;
};

/** A piece of the source at hand, as the ZIP library reads in small steps. */
struct sheet_reading {
    const struct mou_sheet_source *source;
    uint64_t at;
    bool failed;
};

struct mou_workbook {
    struct mou_sheet_source source;
    struct sheet_reading reading;
    enum mou_lang lang;
    struct mou_arena *arena;
    struct mou_buf message;
    unzFile zip;
    MOU_VEC(struct sheet_part) parts;
    MOU_VEC(struct sheet_entry) sheets;
    MOU_VEC(struct sheet_style) styles;
    bool days_from_1904;
    struct mou_buf strings;    /**< bytes of the shared texts, one behind the other */
    struct mou_buf string_ends; /**< uint64_t for each */
    struct sheet_rows *rows;   /**< the sheet at hand */
};

/* ---- book.c */
/** Notes a failure in words, the first one only. */
enum mou_status sheet_fail(struct mou_workbook *book, enum mou_status status, const char *zh, const char *en, ...);
enum mou_status sheet_out_of_memory(struct mou_workbook *book);

/* ---- package.c */
enum mou_status sheet_package_open(struct mou_workbook *book) MOU_MUST_USE;
const struct sheet_part *sheet_package_find(const struct mou_workbook *book, struct mou_text name);
/** The part that a relationship's target names, from the folder of `from`; empty if it leads out of the package. */
struct mou_text sheet_package_resolve(struct mou_workbook *book, struct mou_text from, struct mou_text target);
/** Opens a part for reading from its beginning; closes the one that was open. */
enum mou_status sheet_part_begin(struct mou_workbook *book, const struct sheet_part *part) MOU_MUST_USE;
/** Reads on; *len is 0 at the end. */
enum mou_status sheet_part_read(struct mou_workbook *book, const struct sheet_part *part, void *bytes, size_t room, uint64_t *total, size_t *len) MOU_MUST_USE;

/* ---- xml.c */
#define SHEET_DEPTH_MAX 64

/** What reads a part: element names come without their namespace, elements of foreign namespaces not at all. */
struct sheet_xml {
    struct mou_workbook *book;
    const struct sheet_part *part;
    void (*begin)(struct sheet_xml *xml, const char *name, const char **attributes);
    void (*end)(struct sheet_xml *xml, const char *name);
    void (*text)(struct sheet_xml *xml, const char *bytes, size_t len); /**< NULL: none wanted */
    void *state;
    XML_Parser parser;
    enum mou_status status; /**< set by a handler to stop */
    int depth;
    int foreign;     /**< depth within an element of a foreign namespace; 0: outside */
    uint64_t total;  /**< bytes read */
    bool suspended, ended;
};
/** The attribute of that name without namespace, or (`qualified`) of any namespace; NULL if there is none. */
const char *sheet_attribute(const char **attributes, const char *name, bool qualified);
enum mou_status sheet_xml_begin(struct sheet_xml *xml) MOU_MUST_USE;
/** Reads until a handler suspends the parser or the part ends (xml->ended). */
enum mou_status sheet_xml_go_on(struct sheet_xml *xml) MOU_MUST_USE;
void sheet_xml_free(struct sheet_xml *xml);
/** All three at once. */
enum mou_status sheet_xml_read(struct sheet_xml *xml) MOU_MUST_USE;
/** For handlers: stops with a failure that has been noted. */
void sheet_xml_stop(struct sheet_xml *xml, enum mou_status status);

/* ---- strings.c */
enum mou_status sheet_strings_read(struct mou_workbook *book, const struct sheet_part *part) MOU_MUST_USE;
bool sheet_strings_get(const struct mou_workbook *book, uint64_t index, struct mou_text *text);
/** Undoes _x000D_ and the like, in place from `begin` on. */
void sheet_unescape(struct mou_buf *buf, size_t begin);

/* ---- styles.c */
enum mou_status sheet_styles_read(struct mou_workbook *book, const struct sheet_part *part) MOU_MUST_USE;

/* ---- number.c */
enum sheet_number { SHEET_NUMBER_WHOLE, SHEET_NUMBER_LOST, SHEET_NUMBER_WRONG };
/** Writes a number of the file as the spreadsheet means it: fifteen digits, as a decimal or by its style. */
enum sheet_number sheet_number_write(struct mou_text number, const struct sheet_style *style, bool days_from_1904, struct mou_buf *out);
/** A whole number of digits only. */
bool sheet_number_whole(const char *text, uint64_t max, uint64_t *value);

/* ---- merges.c */
struct sheet_merge {
    uint32_t top, bottom, left, right; /**< from 1 */
};
struct sheet_merges {
    MOU_VEC(struct sheet_merge) all;
    size_t next;   /**< the first one that begins below the rows so far */
    struct sheet_merge active[1024];
    uint32_t active_count;
};
bool sheet_reference(const char *text, uint32_t *row, uint32_t *column);
bool sheet_merge_parse(const char *text, struct sheet_merge *merge);
void sheet_merges_order(struct sheet_merges *merges);
/** Goes to a row, not before the last one; false where too many are open. */
bool sheet_merges_move(struct sheet_merges *merges, uint32_t row);
/** The merge that covers the cell in the row at hand, or NULL. */
const struct sheet_merge *sheet_merges_at(const struct sheet_merges *merges, uint32_t row, uint32_t column);

/* ---- rows.c */
#define SHEET_ROWS_MAX 1048576u
enum mou_status sheet_rows_open(struct mou_workbook *book, const struct sheet_part *part, struct mou_table *table) MOU_MUST_USE;
void sheet_rows_close(struct mou_workbook *book);

#endif
