/*
 * Files that were given for rule files and are none: documents of office programs, pictures, packs, texts in another encoding. Says what a file
 * seems to be, from its first bytes and from how its bytes go together; it reports nothing. Used by text_scan.c before anything is scanned.
 */
#include "scan.h"

#include <assert.h>
#include <string.h>

/* So many places that no text has, and the file is none: a few are damage, each told at its place. */
#define STRANGE_PLACES_MAX 8
/* Characters of two bytes or more that a text in GB18030 has at least. */
#define WIDE_CHARACTERS_MIN 4

struct kind {
    const char *mark; /* what the file begins with, or holds */
    size_t len;
    const char *zh;
    const char *en;
};

#define KIND(mark, zh, en) {mark, sizeof(mark) - 1, zh, en}

/* By what they begin with. A container is told more closely by what it holds. */
static const struct kind beginnings[] = {
    KIND("%PDF-", " PDF 文件", "a PDF file"),
    KIND("{\\rtf", " RTF 文档", "an RTF document"),
    KIND("<!DOCTYPE", "网页", "a web page"),
    KIND("<!doctype", "网页", "a web page"),
    KIND("<html", "网页", "a web page"),
    KIND("<HTML", "网页", "a web page"),
    KIND("<?xml", " XML 文件", "an XML file"),
    KIND("MOUPACK", "编译好的规则包", "a compiled pack"),
    KIND("SQLite format 3", "数据库", "a database"),
    KIND("\x89PNG", "图片", "a picture"),
    KIND("\xFF\xD8\xFF", "图片", "a picture"),
    KIND("GIF8", "图片", "a picture"),
    KIND("\x1F\x8B", "压缩文件", "a compressed file"),
    KIND("7z\xBC\xAF", "压缩文件", "a compressed file"),
    KIND("Rar!\x1A", "压缩文件", "a compressed file")};

static const struct kind in_zip[] = {
    KIND("word/document.xml", " Word 文档", "a Word document"),
    KIND("xl/workbook.xml", " Excel 工作簿", "an Excel workbook"),
    KIND("ppt/presentation.xml", " PowerPoint 演示文稿", "a PowerPoint presentation"),
    KIND("OFD.xml", " OFD 版式文件", "an OFD document"),
    KIND("application/vnd.oasis.opendocument", " OpenDocument 文档", "an OpenDocument file")};

static const struct kind in_compound[] = {
    KIND("W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t", " Word 文档", "a Word document"),
    KIND("W\0o\0r\0k\0b\0o\0o\0k", " Excel 工作簿", "an Excel workbook")};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool begins_with(struct mou_text bytes, const char *mark, size_t len)
{
    return bytes.len >= len && memcmp(bytes.bytes, mark, len) == 0;
}

static bool holds(struct mou_text bytes, const char *mark, size_t len)
{
    const char *at = bytes.bytes;
    const char *end = bytes.bytes + bytes.len;
    while ((size_t)(end - at) >= len && (at = memchr(at, mark[0], (size_t)(end - at) - len + 1)) != NULL) {
        if (memcmp(at, mark, len) == 0) {
            return true;
        }
        at++;
    }
    return false;
}

static struct mou_foreign format_of(const char *zh, const char *en)
{
    return (struct mou_foreign){MOU_FOREIGN_FORMAT, mou_text_of(zh), mou_text_of(en)};
}

static struct mou_foreign held_format(struct mou_text bytes, const struct kind *kinds, size_t count, const char *zh, const char *en)
{
    for (size_t i = 0; i < count; i++) {
        if (holds(bytes, kinds[i].mark, kinds[i].len)) {
            return format_of(kinds[i].zh, kinds[i].en);
        }
    }
    return format_of(zh, en);
}

static struct mou_foreign known_format(struct mou_text bytes)
{
    static const char compound[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    if (begins_with(bytes, "PK\x03\x04", 4)) {
        return held_format(bytes, in_zip, COUNT(in_zip), "压缩文件", "a compressed file");
    }
    if (begins_with(bytes, compound, sizeof(compound) - 1)) {
        return held_format(bytes, in_compound, COUNT(in_compound), "办公软件的文档", "a document of an office program");
    }
    for (size_t i = 0; i < COUNT(beginnings); i++) {
        if (begins_with(bytes, beginnings[i].mark, beginnings[i].len)) {
            return format_of(beginnings[i].zh, beginnings[i].en);
        }
    }
    return (struct mou_foreign){0};
}

/* ------------------------------------------------------------------ encodings */

static struct mou_foreign encoding_of(const char *name)
{
    return (struct mou_foreign){MOU_FOREIGN_ENCODING, mou_text_of(name), mou_text_of(name)};
}

static struct mou_foreign marked_encoding(struct mou_text bytes)
{
    if (begins_with(bytes, "\xFF\xFE\0\0", 4) || begins_with(bytes, "\0\0\xFE\xFF", 4)) {
        return encoding_of("UTF-32");
    }
    if (begins_with(bytes, "\xFF\xFE", 2) || begins_with(bytes, "\xFE\xFF", 2)) {
        return encoding_of("UTF-16");
    }
    return (struct mou_foreign){0};
}

static bool is_control(uint32_t c)
{
    return c < 0x20 && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r';
}

/* Blanks and line ends of a text in UTF-16 of one byte order, without a mark in front; 0 if it is none. */
static size_t blanks_in_utf16(struct mou_text bytes, size_t high)
{
    size_t blanks = 0;
    bool pair = false;
    for (size_t at = 0; at + 1 < bytes.len; at += 2) {
        const uint32_t unit = (uint32_t)(unsigned char)bytes.bytes[at + high] << 8 | (unsigned char)bytes.bytes[at + 1 - high];
        const bool second = unit >= 0xDC00 && unit <= 0xDFFF;
        if (is_control(unit) || unit >= 0xFFFE || second != pair) {
            return 0;
        }
        pair = unit >= 0xD800 && unit <= 0xDBFF;
        blanks += unit == ' ' || unit == '\n';
    }
    return pair || bytes.len % 2 != 0 ? 0 : blanks;
}

static struct mou_foreign unmarked_utf16(struct mou_text bytes)
{
    if (memchr(bytes.bytes, '\0', bytes.len) == NULL) {
        return (struct mou_foreign){0};
    }
    const size_t little = blanks_in_utf16(bytes, 1);
    const size_t big = blanks_in_utf16(bytes, 0);
    return little == big ? (struct mou_foreign){0} : encoding_of(little > big ? "UTF-16LE" : "UTF-16BE");
}

/* Bytes of one character of GB18030 at `at`, 0 if it is none. */
static size_t gb18030_step(const unsigned char *bytes, size_t len)
{
    if (bytes[0] < 0x80) {
        return is_control(bytes[0]) ? 0 : 1;
    }
    if (bytes[0] == 0x80 || bytes[0] == 0xFF || len < 2) {
        return 0;
    }
    bool second_digit = bytes[1] >= 0x30 && bytes[1] <= 0x39;
    if (second_digit) {
        bool four = len >= 4 && bytes[2] >= 0x81 && bytes[2] <= 0xFE && bytes[3] >= 0x30 && bytes[3] <= 0x39;
        return four ? 4 : 0;
    }
    return bytes[1] >= 0x40 && bytes[1] != 0x7F && bytes[1] != 0xFF ? 2 : 0;
}

static struct mou_foreign gb18030(struct mou_text bytes)
{
    size_t wide = 0;
    for (size_t at = 0; at < bytes.len;) {
        const size_t step = gb18030_step((const unsigned char *)bytes.bytes + at, bytes.len - at);
        if (step == 0) {
            return (struct mou_foreign){0};
        }
        wide += step > 1;
        at += step;
    }
    return wide >= WIDE_CHARACTERS_MIN ? encoding_of("GB18030") : (struct mou_foreign){0};
}

/* ------------------------------------------------------------------ no text at all */

/* Runs of bytes that are no UTF-8 or no text; counted until they are too many. */
static bool is_strange(struct mou_text bytes)
{
    size_t places = 0;
    bool inside = false;
    for (size_t at = 0; at < bytes.len && places <= STRANGE_PLACES_MAX;) {
        uint32_t c = 0;
        const size_t step = mou_utf8_decode(bytes.bytes + at, bytes.len - at, &c);
        const bool strange = step == 0 || is_control(c);
        places += strange && !inside;
        inside = strange;
        at += step != 0 ? step : 1;
    }
    return places > STRANGE_PLACES_MAX;
}

struct mou_foreign mou_scan_foreign(struct mou_text bytes)
{
    assert(bytes.bytes != NULL || bytes.len == 0);
    struct mou_foreign found = known_format(bytes);
    if (found.kind == MOU_FOREIGN_NONE) {
        found = marked_encoding(bytes);
    }
    if (found.kind == MOU_FOREIGN_NONE) {
        found = unmarked_utf16(bytes);
    }
    if (found.kind == MOU_FOREIGN_NONE && !mou_utf8_valid(bytes.bytes, bytes.len)) {
        found = gb18030(bytes);
    }
    if (found.kind == MOU_FOREIGN_NONE && is_strange(bytes)) {
        found = format_of("二进制文件，或者几种编码混在一起", "a binary file, or several encodings in one");
    }
    return found;
}
