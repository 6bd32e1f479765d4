/*
 * XML of a part, piece by piece: no document type, so no entities; limited in depth and in the length of what must be held at once. Hands on names without
 * namespaces, of the formats' own namespaces only (ECMA-376 transitional and strict).
 */
#include <string.h>

#include "sheet_internal.h"

#define BLOCK_BYTES 65536
/** Nothing that a part needs to be held at once, a tag with its attributes, is longer; texts come in pieces. */
#define HELD_BYTES_MAX ((size_t)8 * 1024 * 1024)

/* The parser's own memory: what asks for more is no office's file. */
static void *take_memory(size_t size)
{
    const struct mou_allocator *heap = mou_allocator_default();
    return size <= HELD_BYTES_MAX ? heap->resize(heap->state, NULL, 0, size > 0 ? size : 1) : NULL;
}

static void *change_memory(void *old, size_t size)
{
    const struct mou_allocator *heap = mou_allocator_default();
    return size <= HELD_BYTES_MAX ? heap->resize(heap->state, old, 0, size > 0 ? size : 1) : NULL;
}

static void give_memory(void *old)
{
    const struct mou_allocator *heap = mou_allocator_default();
    if (old != NULL) {
        (void)heap->resize(heap->state, old, 0, 0);
    }
}

/** The name without its namespace; NULL if that is foreign. */
static const char *own_name(const char *name)
{
    static const char *const own[] = {"http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"};
    const char *bar = strrchr(name, '|');
    if (bar == NULL) {
        return name;
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strncmp(name, own[i], strlen(own[i])) == 0) {
            return strncmp(name + strlen(own[i]), "markup-compatibility", 20) == 0 ? NULL : bar + 1;
        }
    }
    return NULL;
}

const char *sheet_attribute(const char **attributes, const char *name, bool qualified)
{
    for (; attributes[0] != NULL; attributes += 2) {
        const char *bar = strrchr(attributes[0], '|');
        if ((bar != NULL) == qualified && strcmp(bar != NULL ? bar + 1 : attributes[0], name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}

void sheet_xml_stop(struct sheet_xml *xml, enum mou_status status)
{
    xml->status = xml->status == MOU_OK ? status : xml->status;
    (void)XML_StopParser(xml->parser, XML_FALSE);
}

static void begin_element(void *state, const char *name, const char **attributes)
{
    struct sheet_xml *xml = state;
    const char *own = own_name(name);
    xml->depth++;
    if (xml->depth > SHEET_DEPTH_MAX) {
        sheet_xml_stop(xml, sheet_fail(xml->book, MOU_ERROR_DATA, "部件“%.*s”嵌套太深", "the part “%.*s” is nested too deeply", (int)xml->part->name.len, xml->part->name.bytes));
        return;
    }
    if (own == NULL && xml->foreign == 0) {
        xml->foreign = xml->depth;
    }
    if (xml->foreign == 0 && xml->status == MOU_OK) {
        xml->begin(xml, own, attributes);
    }
}

static void end_element(void *state, const char *name)
{
    struct sheet_xml *xml = state;
    const char *own = own_name(name);
    if (xml->foreign == 0 && own != NULL && xml->end != NULL && xml->status == MOU_OK) {
        xml->end(xml, own);
    }
    xml->foreign = xml->foreign == xml->depth ? 0 : xml->foreign;
    xml->depth--;
}

static void take_text(void *state, const char *bytes, int len)
{
    struct sheet_xml *xml = state;
    if (xml->foreign == 0 && xml->text != NULL && xml->status == MOU_OK && len > 0) {
        xml->text(xml, bytes, (size_t)len);
    }
}

static void refuse_doctype(void *state, const char *name, const char *system_id, const char *public_id, int internal)
{
    struct sheet_xml *xml = state;
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)internal;
    sheet_xml_stop(xml, sheet_fail(xml->book, MOU_ERROR_DATA, "部件“%.*s”里有文档类型声明，工作簿不会有；不予读取", "the part “%.*s” declares a document type, which no workbook does; it is not read",
                                   (int)xml->part->name.len, xml->part->name.bytes));
}

enum mou_status sheet_xml_begin(struct sheet_xml *xml)
{
    static const XML_Memory_Handling_Suite memory = {take_memory, change_memory, give_memory};
    xml->parser = XML_ParserCreate_MM(NULL, &memory, "|");
    if (xml->parser == NULL) {
        return sheet_out_of_memory(xml->book);
    }
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, begin_element, end_element);
    XML_SetCharacterDataHandler(xml->parser, take_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, refuse_doctype);
    return sheet_part_begin(xml->book, xml->part);
}

static enum mou_status broken(struct sheet_xml *xml)
{
    if (xml->status != MOU_OK) {
        return xml->status;
    }
    const enum XML_Error code = XML_GetErrorCode(xml->parser);
    if (code == XML_ERROR_NO_MEMORY) {
        return sheet_fail(xml->book, MOU_ERROR_DATA, "部件“%.*s”第 %lu 行：标记太长，或者内存不足", "part “%.*s”, line %lu: too long a tag, or out of memory", (int)xml->part->name.len,
                          xml->part->name.bytes, (unsigned long)XML_GetCurrentLineNumber(xml->parser));
    }
    return sheet_fail(xml->book, MOU_ERROR_DATA, "部件“%.*s”第 %lu 行不是合格的 XML（%s）", "part “%.*s”, line %lu: not well-formed XML (%s)", (int)xml->part->name.len, xml->part->name.bytes,
                      (unsigned long)XML_GetCurrentLineNumber(xml->parser), XML_ErrorString(code));
}

enum mou_status sheet_xml_go_on(struct sheet_xml *xml)
{
    enum XML_Status went = XML_STATUS_OK;
    if (xml->suspended) {
        xml->suspended = false;
        went = XML_ResumeParser(xml->parser);
    }
    while (went == XML_STATUS_OK && !xml->ended) {
        size_t len = 0;
        void *block = XML_GetBuffer(xml->parser, BLOCK_BYTES);
        if (block == NULL) {
            return broken(xml);
        }
        enum mou_status status = sheet_part_read(xml->book, xml->part, block, BLOCK_BYTES, &xml->total, &len);
        if (status != MOU_OK) {
            return status;
        }
        xml->ended = len == 0;
        went = XML_ParseBuffer(xml->parser, (int)len, len == 0);
    }
    if (went == XML_STATUS_ERROR || xml->status != MOU_OK) {
        return broken(xml);
    }
    xml->suspended = went == XML_STATUS_SUSPENDED;
    return MOU_OK;
}

void sheet_xml_free(struct sheet_xml *xml)
{
    if (xml->parser != NULL) {
        XML_ParserFree(xml->parser);
        xml->parser = NULL;
    }
}

enum mou_status sheet_xml_read(struct sheet_xml *xml)
{
    enum mou_status status = sheet_xml_begin(xml);
    while (status == MOU_OK && !xml->ended) {
        status = sheet_xml_go_on(xml);
    }
    sheet_xml_free(xml);
    return status;
}
