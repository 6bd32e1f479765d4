/*
 * The shape in which credit platforms hand out red and black lists: per list the measures that go with it (unionPair) and the subjects on it
 * (redblackDetail). Rows are kept until the end, since a list's rows stand together. Used by mou export.
 */
#include <string.h>

#include "red_black.h"

#define LIST_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/** One list and its subjects' markup so far. */
struct list_text {
    struct mou_text name, memorandum;
    bool red;
    uint64_t rows;
    struct mou_buf details;
};

struct mou_red_black {
    struct mou_cli *cli;
    MOU_VEC(struct list_text) lists;
    bool failed;
};

struct mou_red_black *mou_red_black_begin(struct mou_cli *cli)
{
    struct mou_red_black *lists = MOU_NEW(cli->arena, struct mou_red_black);
    if (lists != NULL) {
        *lists = (struct mou_red_black){.cli = cli};
    }
    return lists;
}

static bool contains(struct mou_text text, const char *part)
{
    const size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.bytes + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool keep(struct mou_red_black *lists, struct mou_text text, struct mou_text *kept)
{
    *kept = (struct mou_text){mou_arena_copy(lists->cli->arena, text.len > 0 ? text.bytes : "", text.len), text.len};
    return kept->bytes != NULL;
}

static struct list_text *list_of(struct mou_red_black *lists, const struct mou_listed *listed, bool red)
{
    for (size_t i = 0; i < lists->lists.count; i++) {
        struct list_text *list = &lists->lists.items[i];
        if (mou_text_equal(list->name, listed->list) && mou_text_equal(list->memorandum, listed->memorandum)) {
            return list;
        }
    }
    struct list_text added = {.red = red};
    mou_buf_init(&added.details, NULL, LIST_BYTES_MAX);
    if (!keep(lists, listed->list, &added.name) || !keep(lists, listed->memorandum, &added.memorandum) || !MOU_VEC_PUSH(lists->cli->arena, &lists->lists, added)) {
        lists->failed = true;
        return NULL;
    }
    return &lists->lists.items[lists->lists.count - 1];
}

static void put_attribute(struct mou_buf *out, const char *name, struct mou_text text)
{
    mou_buf_printf(out, " %s=\"", name);
    mou_buf_markup(out, text);
    mou_buf_char(out, '"');
}

static void put_content(struct mou_buf *out, const char *title, struct mou_text content)
{
    mou_buf_text(out, "<redblackDetailContent");
    put_attribute(out, "title", mou_text_of(title));
    put_attribute(out, "content", content);
    mou_buf_text(out, "/>");
}

bool mou_red_black_add(struct mou_red_black *lists, const struct mou_listed *listed)
{
    const bool red = contains(listed->kind, "红") || contains(listed->kind, "red");
    if (!red && !contains(listed->kind, "黑") && !contains(listed->kind, "black")) {
        return false;
    }
    struct list_text *list = list_of(lists, listed, red);
    if (list == NULL) {
        return true;
    }
    list->rows++;
    mou_buf_printf(&list->details, "<redblackDetail id=\"%llu\"", (unsigned long long)list->rows);
    put_attribute(&list->details, "name", listed->name);
    put_attribute(&list->details, "code", listed->identifier);
    mou_buf_char(&list->details, '>');
    put_content(&list->details, "列入日期", listed->from);
    put_content(&list->details, "预计退出日期", listed->until);
    put_content(&list->details, "列入依据", listed->grounds);
    mou_buf_text(&list->details, "</redblackDetail>\n");
    return true;
}

/** The measures that the memorandum takes: sanctions for a black list, incentives for a red one. */
static void put_measures(const struct mou_pack *pack, const struct list_text *list, struct mou_buf *out)
{
    mou_buf_text(out, "<unionPairList>\n");
    for (uint32_t i = 0; i < mou_pack_measure_count(pack); i++) {
        struct mou_text name;
        struct mou_text item;
        struct mou_text authority;
        struct mou_text memorandum;
        struct mou_text ignored;
        uint32_t number = 0;
        uint32_t kind = 0;
        mou_pack_measure(pack, i, &name, &number, &kind, &item, &authority);
        mou_pack_memorandum(pack, number, &memorandum, &ignored, &ignored, &ignored);
        if (!mou_text_equal(memorandum, list->memorandum) || (kind == 1) != list->red) {
            continue;
        }
        mou_buf_text(out, "<unionPair");
        put_attribute(out, "itemName", name);
        put_attribute(out, "originDept", authority);
        mou_buf_text(out, "><unionPairContent");
        put_attribute(out, "content", item);
        mou_buf_text(out, "/></unionPair>\n");
    }
    mou_buf_text(out, "</unionPairList>\n");
}

void mou_red_black_put(struct mou_red_black *lists, const struct mou_pack *pack, const char *number, struct mou_buf *out)
{
    mou_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rs>\n<result>true</result>\n<resultcode>200</resultcode>\n<message></message>\n<list>\n<redblackTypeList");
    put_attribute(out, "requestId", mou_text_of(number));
    mou_buf_text(out, ">\n");
    for (size_t i = 0; i < lists->lists.count; i++) {
        struct list_text *list = &lists->lists.items[i];
        mou_buf_printf(out, "<redblackType unitedId=\"%zu\" unitedType=\"%s\"", i + 1, list->red ? "red" : "black");
        put_attribute(out, "unitedName", list->name);
        mou_buf_text(out, ">\n");
        put_measures(pack, list, out);
        mou_buf_text(out, "<redblackDetailList>\n");
        mou_buf_append(out, list->details.data, list->details.len);
        mou_buf_text(out, "</redblackDetailList>\n</redblackType>\n");
        lists->failed = lists->failed || list->details.failed;
    }
    mou_buf_text(out, "</redblackTypeList>\n</list>\n<version>1.0</version>\n</rs>\n");
    out->failed = out->failed || lists->failed;
}

void mou_red_black_free(struct mou_red_black *lists)
{
    for (size_t i = 0; lists != NULL && i < lists->lists.count; i++) {
        mou_buf_free(&lists->lists.items[i].details);
    }
}
