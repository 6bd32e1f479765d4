/*
 * A workbook: its relationships, its sheets, and which parts of the package they are. Opens and closes; the rows are for rows.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sheet_internal.h"

#define MESSAGE_BYTES_MAX 4096u
#define STRINGS_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define SHEETS_MAX 1000u
#define NAME_BYTES_MAX 1024u

enum mou_status sheet_fail(struct mou_workbook *book, enum mou_status status, const char *zh, const char *en, ...)
{
    char text[1024];
    va_list arguments;
    if (book->message.len > 0) {
        return status;
    }
    va_start(arguments, en);
    (void)vsnprintf(text, sizeof text, book->lang == MOU_LANG_ZH ? zh : en, arguments);
    va_end(arguments);
    const size_t len = strlen(text);
    uint32_t code_point = 0;
    for (size_t at = 0; at < len;) { /* a name from the file may have been cut */
        const size_t step = mou_utf8_decode(text + at, len - at, &code_point);
        mou_buf_append(&book->message, step > 0 ? text + at : "?", step > 0 ? step : 1);
        at += step > 0 ? step : 1;
    }
    return status;
}

enum mou_status sheet_out_of_memory(struct mou_workbook *book)
{
    return sheet_fail(book, MOU_ERROR_MEMORY, "内存不足", "out of memory");
}

bool mou_workbook_begins(const void *bytes, size_t len)
{
    return len >= 4 && (memcmp(bytes, "PK\x03\x04", 4) == 0 || memcmp(bytes, "PK\x05\x06", 4) == 0);
}

/* ------------------------------------------------------------------ relationships */

/** Relationships of a part: what is looked for, and what was found. */
struct relations {
    struct mou_text from;
    struct mou_text workbook, strings, styles;
};

static bool ends_with(const char *text, const char *suffix)
{
    const size_t len = strlen(text);
    const size_t suffix_len = strlen(suffix);
    return len >= suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

static void take_relation(struct sheet_xml *xml, const char *name, const char **attributes)
{
    struct relations *relations = xml->state;
    const char *id = sheet_attribute(attributes, "Id", false);
    const char *type = sheet_attribute(attributes, "Type", false);
    const char *target = sheet_attribute(attributes, "Target", false);
    const char *mode = sheet_attribute(attributes, "TargetMode", false);
    if (strcmp(name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL || (mode != NULL && strcmp(mode, "External") == 0)) {
        return; /* what lies outside is never fetched */
    }
    const struct mou_text part = sheet_package_resolve(xml->book, relations->from, mou_text_of(target));
    if (ends_with(type, "/officeDocument") && relations->workbook.len == 0) {
        relations->workbook = part;
    } else if (ends_with(type, "/sharedStrings") && relations->strings.len == 0) {
        relations->strings = part;
    } else if (ends_with(type, "/styles") && relations->styles.len == 0) {
        relations->styles = part;
    } else if (ends_with(type, "/worksheet")) {
        for (size_t i = 0; i < xml->book->sheets.count; i++) {
            if (mou_text_equal(xml->book->sheets.items[i].relation, mou_text_of(id))) {
                xml->book->sheets.items[i].part = part;
            }
        }
    }
}

/** Reads the relationships of a part (empty: the package's own). */
static enum mou_status read_relations(struct mou_workbook *book, struct relations *relations)
{
    char name[NAME_BYTES_MAX];
    const struct mou_text from = relations->from;
    size_t folder = from.len;
    while (folder > 0 && from.bytes[folder - 1] != '/') {
        folder--;
    }
    const int len = snprintf(name, sizeof name, "%.*s_rels/%.*s.rels", (int)folder, from.bytes, (int)(from.len - folder), from.bytes + folder);
    struct sheet_xml xml = {.book = book, .begin = take_relation, .state = relations};
    xml.part = len > 0 && (size_t)len < sizeof name ? sheet_package_find(book, mou_text_of(name)) : NULL;
    if (xml.part == NULL) {
        return sheet_fail(book, MOU_ERROR_DATA, "不是 .xlsx 工作簿（没有 %s）", "not an .xlsx workbook (there is no %s)", len > 0 && (size_t)len < sizeof name ? name : ".rels");
    }
    return sheet_xml_read(&xml);
}

/* ------------------------------------------------------------------ the workbook's own part */

static void take_sheet(struct sheet_xml *xml, const char *name, const char **attributes)
{
    struct mou_workbook *book = xml->book;
    if (strcmp(name, "workbookPr") == 0) {
        const char *from_1904 = sheet_attribute(attributes, "date1904", false);
        book->days_from_1904 = from_1904 != NULL && (strcmp(from_1904, "1") == 0 || strcmp(from_1904, "true") == 0 || strcmp(from_1904, "on") == 0);
    }
    const char *title = sheet_attribute(attributes, "name", false);
    const char *id = sheet_attribute(attributes, "id", true);
    if (strcmp(name, "sheet") != 0 || title == NULL || id == NULL) {
        return;
    }
    const struct sheet_entry entry = {.name = {mou_arena_copy(book->arena, title, strlen(title)), strlen(title)},
                                      .relation = {mou_arena_copy(book->arena, id, strlen(id)), strlen(id)}};
    if (book->sheets.count >= SHEETS_MAX || entry.name.len > NAME_BYTES_MAX) {
        sheet_xml_stop(xml, sheet_fail(book, MOU_ERROR_DATA, "工作表太多，或者名称太长", "too many sheets, or too long a name"));
    } else if (entry.name.bytes == NULL || entry.relation.bytes == NULL || !MOU_VEC_PUSH(book->arena, &book->sheets, entry)) {
        sheet_xml_stop(xml, sheet_out_of_memory(book));
    }
}

static enum mou_status read_book(struct mou_workbook *book)
{
    struct relations relations = {.from = MOU_TEXT("")};
    enum mou_status status = sheet_package_open(book);
    status = status == MOU_OK ? read_relations(book, &relations) : status;
    if (status != MOU_OK) {
        return status;
    }
    const struct mou_text workbook = relations.workbook;
    struct sheet_xml xml = {.book = book, .begin = take_sheet, .part = workbook.len > 0 ? sheet_package_find(book, workbook) : NULL};
    if (xml.part == NULL) {
        return sheet_fail(book, MOU_ERROR_DATA, "不是 .xlsx 工作簿（没有工作簿部件）", "not an .xlsx workbook (there is no workbook part)");
    }
    status = sheet_xml_read(&xml);
    relations = (struct relations){.from = workbook};
    status = status == MOU_OK ? read_relations(book, &relations) : status;
    const struct sheet_part *styles = status == MOU_OK && relations.styles.len > 0 ? sheet_package_find(book, relations.styles) : NULL;
    const struct sheet_part *strings = status == MOU_OK && relations.strings.len > 0 ? sheet_package_find(book, relations.strings) : NULL;
    status = styles != NULL ? sheet_styles_read(book, styles) : status;
    status = status == MOU_OK && strings != NULL ? sheet_strings_read(book, strings) : status;
    if (status == MOU_OK && book->sheets.count == 0) {
        status = sheet_fail(book, MOU_ERROR_DATA, "工作簿里没有工作表", "the workbook has no sheets");
    }
    return status;
}

/* ------------------------------------------------------------------ the contract */

enum mou_status mou_workbook_open(const struct mou_sheet_source *source, enum mou_lang lang, struct mou_workbook **book, struct mou_buf *message)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_workbook *made = arena != NULL ? MOU_NEW(arena, struct mou_workbook) : NULL;
    *book = NULL;
    if (made == NULL) {
        mou_arena_free(arena);
        mou_buf_text(message, lang == MOU_LANG_ZH ? "内存不足" : "out of memory");
        return MOU_ERROR_MEMORY;
    }
    *made = (struct mou_workbook){.source = *source, .lang = lang, .arena = arena};
    mou_buf_init(&made->message, NULL, MESSAGE_BYTES_MAX);
    mou_buf_init(&made->strings, NULL, STRINGS_BYTES_MAX);
    mou_buf_init(&made->string_ends, NULL, STRINGS_BYTES_MAX);
    enum mou_status status = read_book(made);
    if (status != MOU_OK) {
        mou_buf_append(message, made->message.len > 0 ? made->message.data : "?", made->message.len > 0 ? made->message.len : 1);
        mou_workbook_close(made);
        return status;
    }
    *book = made;
    return MOU_OK;
}

void mou_workbook_close(struct mou_workbook *book)
{
    if (book == NULL) {
        return;
    }
    sheet_rows_close(book);
    if (book->zip != NULL) {
        (void)unzCloseCurrentFile(book->zip);
        (void)unzClose(book->zip);
    }
    mou_buf_free(&book->message);
    mou_buf_free(&book->strings);
    mou_buf_free(&book->string_ends);
    mou_arena_free(book->arena);
}

uint32_t mou_workbook_sheet_count(const struct mou_workbook *book)
{
    return (uint32_t)book->sheets.count;
}

struct mou_text mou_workbook_sheet_name(const struct mou_workbook *book, uint32_t sheet)
{
    return book->sheets.items[sheet].name;
}

bool mou_workbook_days_from_1904(const struct mou_workbook *book)
{
    return book->days_from_1904;
}

enum mou_status mou_workbook_table(struct mou_workbook *book, uint32_t sheet, struct mou_table *table)
{
    const struct sheet_entry *entry = &book->sheets.items[sheet];
    const struct sheet_part *part = entry->part.len > 0 ? sheet_package_find(book, entry->part) : NULL;
    if (part == NULL) {
        return sheet_fail(book, MOU_ERROR_DATA, "工作表“%.*s”没有内容部件", "the sheet “%.*s” has no part of its own", (int)entry->name.len, entry->name.bytes);
    }
    sheet_rows_close(book);
    *table = (struct mou_table){.name = entry->name};
    return sheet_rows_open(book, part, table);
}

const char *mou_workbook_message(const struct mou_workbook *book)
{
    return book->message.len > 0 ? book->message.data : "";
}
