/*
 * Red and black lists that another platform hands out in its XML shape (rs, redblackTypeList, redblackDetail), as rows of the record type for exchanged lists. Only
 * elements and attributes are read: a document type, which could hold entities, is refused, and so is a document of unlikely size or depth. Used by mou import.
 */
#include <expat.h>
#include <string.h>

#include "red_black.h"

#define DEPTH_MAX 64u

/** Titles of details and the fields of the rule library's 交换名单 that they fill. */
static const struct {
    const char *title, *field;
} titles[] = {{"列入日期", "名单列入日期"}, {"名单列入日期", "名单列入日期"}, {"预计退出日期", "预计退出日期"}, {"退出日期", "名单退出日期"}, {"名单退出日期", "名单退出日期"},
              {"列入原因", "列入原因"}, {"列入依据", "列入原因"}, {"认定部门", "认定部门"}};

enum { TITLES = sizeof titles / sizeof titles[0] };

/** One document being read. */
struct reading {
    struct mou_arena *arena;
    struct mou_buf *rows;
    XML_Parser parser;
    const char *list_id, *list_name, *list_kind; /**< of the list at hand */
    unsigned depth;
    bool in_detail, filled[TITLES];
    bool refused, shaped; /**< a document type; the shape's root was there */
};

static const char *attribute(const XML_Char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], name) == 0) {
            return attributes[i + 1];
        }
    }
    return "";
}

static const char *keep(struct reading *reading, const char *text)
{
    const char *kept = mou_arena_copy(reading->arena, text, strlen(text));
    return kept != NULL ? kept : "";
}

static void put_member(struct mou_buf *out, const char *name, const char *text, bool first)
{
    mou_buf_text(out, first ? "{" : ", ");
    mou_buf_json_text(out, name, strlen(name));
    mou_buf_text(out, ": ");
    mou_buf_json_text(out, text, strlen(text));
}

/** A listed subject; its number is the platform's own, so that the same list a second time corrects and does not double. */
static void begin_detail(struct reading *reading, const XML_Char **attributes)
{
    struct mou_buf number;
    mou_buf_init(&number, NULL, 65536);
    mou_buf_printf(&number, "%s/%s", reading->list_id, attribute(attributes, "id"));
    put_member(reading->rows, "主体", attribute(attributes, "code"), true);
    put_member(reading->rows, "名单编号", number.failed ? "" : number.data, false);
    put_member(reading->rows, "交换名单类别", strcmp(reading->list_kind, "red") == 0 ? "红名单" : "黑名单", false);
    put_member(reading->rows, "名单名称", reading->list_name, false);
    reading->rows->failed = reading->rows->failed || number.failed;
    mou_buf_free(&number);
    memset(reading->filled, 0, sizeof reading->filled);
    reading->in_detail = true;
}

static void take_content(struct reading *reading, const XML_Char **attributes)
{
    const char *content = attribute(attributes, "content");
    for (size_t i = 0; i < TITLES; i++) {
        bool again = false;
        for (size_t k = 0; k < TITLES; k++) {
            again = again || (reading->filled[k] && strcmp(titles[k].field, titles[i].field) == 0);
        }
        if (!again && *content != '\0' && strcmp(attribute(attributes, "title"), titles[i].title) == 0) {
            put_member(reading->rows, titles[i].field, content, false);
            reading->filled[i] = true;
        }
    }
}

static void XMLCALL begin_element(void *state, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = state;
    if (++reading->depth > DEPTH_MAX || reading->rows->failed) {
        (void)XML_StopParser(reading->parser, XML_FALSE);
    } else if (strcmp(name, "redblackTypeList") == 0) {
        reading->shaped = true;
    } else if (strcmp(name, "redblackType") == 0) {
        reading->list_id = keep(reading, attribute(attributes, "unitedId"));
        reading->list_name = keep(reading, attribute(attributes, "unitedName"));
        reading->list_kind = keep(reading, attribute(attributes, "unitedType"));
    } else if (strcmp(name, "redblackDetail") == 0 && !reading->in_detail) {
        begin_detail(reading, attributes);
    } else if (strcmp(name, "redblackDetailContent") == 0 && reading->in_detail) {
        take_content(reading, attributes);
    }
}

static void XMLCALL end_element(void *state, const XML_Char *name)
{
    struct reading *reading = state;
    reading->depth--;
    if (strcmp(name, "redblackDetail") == 0 && reading->in_detail) {
        mou_buf_text(reading->rows, "}\n");
        reading->in_detail = false;
    }
}

static void XMLCALL refuse_doctype(void *state, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id, int internal)
{
    struct reading *reading = state;
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)internal;
    reading->refused = true;
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

bool mou_red_black_begins(const char *bytes, size_t len)
{
    static const char *const begins[] = {"<?xml", "\xEF\xBB\xBF<?xml", "<rs"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (len >= strlen(begins[i]) && memcmp(bytes, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

/** What is wrong with the document, where something is. */
static bool complain(struct mou_cli *cli, const struct reading *reading, bool parsed)
{
    if (reading->rows->failed || mou_arena_failed(cli->arena)) {
        (void)mou_out_of_memory(cli);
    } else if (reading->refused) {
        mou_complain(cli, "%s", mou_say(cli, "XML 里有文档类型声明，不予读取", "the XML has a document type, which is not read"));
    } else if (!parsed) {
        mou_complain(cli, mou_say(cli, "XML 第 %lu 行有错：%s", "the XML is wrong in line %lu: %s"), (unsigned long)XML_GetCurrentLineNumber(reading->parser),
                     XML_ErrorString(XML_GetErrorCode(reading->parser)));
    } else if (!reading->shaped) {
        mou_complain(cli, "%s", mou_say(cli, "这个 XML 不是红黑名单（没有 redblackTypeList）", "the XML holds no red and black lists (no redblackTypeList)"));
    } else {
        return true;
    }
    return false;
}

bool mou_red_black_read(struct mou_cli *cli, struct mou_text document, struct mou_buf *rows)
{
    struct reading reading = {.arena = cli->arena, .rows = rows, .list_id = "", .list_name = "", .list_kind = ""};
    reading.parser = document.len < (size_t)INT32_MAX ? XML_ParserCreate(NULL) : NULL;
    if (reading.parser == NULL) {
        (void)mou_out_of_memory(cli);
        return false;
    }
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, begin_element, end_element);
    XML_SetStartDoctypeDeclHandler(reading.parser, refuse_doctype);
    const bool parsed = XML_Parse(reading.parser, document.bytes, (int)document.len, XML_TRUE) == XML_STATUS_OK;
    const bool taken = complain(cli, &reading, parsed);
    XML_ParserFree(reading.parser);
    return taken;
}
