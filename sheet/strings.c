/*
 * Shared texts: what cells refer to by number. Runs of one text are joined; how it is read aloud (phonetic runs) is no part of it.
 */
#include <string.h>

#include "sheet_internal.h"

#define TEXTS_MAX ((size_t)20 * 1000 * 1000)

struct reading_strings {
    int phonetic; /**< depth of open rPh elements */
    bool inside;  /**< an si is open */
    bool text;    /**< a t is open */
    size_t begin;
    size_t count;
};

static void begin_string(struct sheet_xml *xml, const char *name, const char **attributes)
{
    struct reading_strings *reading = xml->state;
    (void)attributes;
    if (strcmp(name, "si") == 0) {
        reading->inside = true;
        reading->begin = xml->book->strings.len;
    } else if (strcmp(name, "rPh") == 0) {
        reading->phonetic++;
    } else if (strcmp(name, "t") == 0) {
        reading->text = reading->inside && reading->phonetic == 0;
    }
}

static void end_string(struct sheet_xml *xml, const char *name)
{
    struct reading_strings *reading = xml->state;
    struct mou_workbook *book = xml->book;
    if (strcmp(name, "t") == 0) {
        reading->text = false;
    } else if (strcmp(name, "rPh") == 0) {
        reading->phonetic--;
    } else if (strcmp(name, "si") == 0) {
        sheet_unescape(&book->strings, reading->begin);
        const uint64_t end = book->strings.len;
        mou_buf_append(&book->string_ends, &end, sizeof end);
        reading->inside = false;
        if (book->strings.failed || book->string_ends.failed || ++reading->count > TEXTS_MAX) {
            sheet_xml_stop(xml, sheet_fail(book, MOU_ERROR_DATA, "共享文字超过 256 MB；请另存为 CSV 后再导入", "the shared texts are longer than 256 MB; save the sheet as CSV and import that"));
        }
    }
}

static void take_string(struct sheet_xml *xml, const char *bytes, size_t len)
{
    const struct reading_strings *reading = xml->state;
    if (reading->text) {
        mou_buf_append(&xml->book->strings, bytes, len);
    }
    if (xml->book->strings.failed) {
        sheet_xml_stop(xml, sheet_fail(xml->book, MOU_ERROR_DATA, "共享文字超过 256 MB；请另存为 CSV 后再导入", "the shared texts are longer than 256 MB; save the sheet as CSV and import that"));
    }
}

enum mou_status sheet_strings_read(struct mou_workbook *book, const struct sheet_part *part)
{
    struct reading_strings reading = {.phonetic = 0};
    struct sheet_xml xml = {.book = book, .part = part, .begin = begin_string, .end = end_string, .text = take_string, .state = &reading};
    return sheet_xml_read(&xml);
}

static uint64_t end_of(const struct mou_workbook *book, uint64_t index)
{
    uint64_t end = 0;
    memcpy(&end, book->string_ends.data + index * sizeof end, sizeof end);
    return end;
}

bool sheet_strings_get(const struct mou_workbook *book, uint64_t index, struct mou_text *text)
{
    if (index >= book->string_ends.len / sizeof(uint64_t)) {
        return false;
    }
    const uint64_t begin = index > 0 ? end_of(book, index - 1) : 0;
    const uint64_t end = end_of(book, index);
    *text = (struct mou_text){end > begin ? book->strings.data + begin : "", (size_t)(end - begin)};
    return true;
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** The code unit of an escape _xHHHH_ at the place, -1 if there is none. */
static int escape_at(const char *bytes, size_t len)
{
    int value = 0;
    if (len < 7 || bytes[0] != '_' || bytes[1] != 'x' || bytes[6] != '_') {
        return -1;
    }
    for (int i = 2; i < 6; i++) {
        const int digit = digit_value(bytes[i]);
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value >= 0xD800 && value <= 0xDFFF ? -1 : value;
}

void sheet_unescape(struct mou_buf *buf, size_t begin)
{
    size_t to = begin;
    for (size_t at = begin; at < buf->len;) {
        const int escaped = escape_at(buf->data + at, buf->len - at);
        if (escaped >= 0) {
            to += mou_utf8_encode((uint32_t)escaped, buf->data + to); /* never longer than the escape */
            at += 7;
        } else {
            buf->data[to++] = buf->data[at++];
        }
    }
    if (buf->len > begin) {
        buf->len = to;
        buf->data[to] = '\0';
    }
}
