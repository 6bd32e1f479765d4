/*
 * Names, kinds and addresses of things: where on which page each stands. Addresses follow from names, so that a link from outside stays right when
 * other rules are added. Used by the weaver alone.
 */
#include <assert.h>

#include "weave.h"

/** Longest name that a file name takes up whole, in bytes. */
#define FILE_NAME_BYTES_MAX 180

static const struct {
    const char *zh;
    const char *en;
} kinds[] = {
    [MOU_THING_KIND] = {"主体类别", "subject kind"},
    [MOU_THING_RECORD] = {"记录", "record"},
    [MOU_THING_RELATION] = {"关系", "relation"},
    [MOU_THING_LIST] = {"名单类别", "list kind"},
    [MOU_THING_CODES] = {"代码表", "code table"},
    [MOU_THING_AUTHORITY] = {"机关", "authority"},
    [MOU_THING_ITEM] = {"目录项", "catalogue item"},
    [MOU_THING_MEMORANDUM] = {"备忘录", "memorandum"},
    [MOU_THING_PARAMETER] = {"参数", "parameter"},
    [MOU_THING_DEFINITION] = {"定义", "definition"},
    [MOU_THING_FINDING] = {"认定", "finding"},
    [MOU_THING_MEASURE] = {"惩戒", "sanction"},
    [MOU_THING_TABLE] = {"裁量表", "decision table"},
    [MOU_THING_REPAIR] = {"修复", "repair"},
    [MOU_THING_DUTY] = {"职责", "duty"},
    [MOU_THING_MATTER] = {"事项", "matter"},
    [MOU_THING_ASSERTION] = {"断言", "assertion"},
    [MOU_THING_FIXTURE] = {"样例", "fixture"},
    [MOU_THING_TEST] = {"测试", "test"},
    [MOU_THING_ATTRIBUTE] = {"属性", "attribute"},
    [MOU_THING_FIELD] = {"字段", "field"},
    [MOU_THING_RELATION_FIELD] = {"字段", "field"},
    [MOU_THING_CODE] = {"代码", "code"},
    [MOU_THING_NONE] = {"", ""},
};
_Static_assert(sizeof kinds / sizeof kinds[0] == MOU_THING_NONE + 1, "one word for each kind of thing");

static bool is_incentive(const struct mou_weaver *weaver, struct mou_thing thing)
{
    return thing.thing_class == MOU_THING_MEASURE && weaver->program->measures.items[thing.index].kind == MOU_INCENTIVE;
}

const char *mou_thing_kind(const struct mou_weaver *weaver, struct mou_thing thing)
{
    if (is_incentive(weaver, thing)) {
        return mou_weave_say(weaver, "激励", "incentive");
    }
    return mou_weave_say(weaver, kinds[thing.thing_class].zh, kinds[thing.thing_class].en);
}

static struct mou_text code_name(const struct mou_weaver *weaver, struct mou_thing thing)
{
    const struct mou_code_item *item = weaver->program->code_tables.items[thing.index].items;
    for (uint32_t i = 0; item != NULL && i < thing.member; i++) {
        item = item->next;
    }
    return item != NULL ? item->name.text : MOU_TEXT("");
}

struct mou_text mou_thing_name(const struct mou_weaver *weaver, struct mou_thing thing)
{
    const struct mou_program *program = weaver->program;
    switch (thing.thing_class) {
    case MOU_THING_KIND: return program->kinds.items[thing.index].name;
    case MOU_THING_RECORD: return program->records.items[thing.index].name;
    case MOU_THING_RELATION: return program->relations.items[thing.index].name;
    case MOU_THING_LIST: return program->list_kinds.items[thing.index].name;
    case MOU_THING_CODES: return program->code_tables.items[thing.index].name;
    case MOU_THING_AUTHORITY: return program->authorities.items[thing.index].name;
    case MOU_THING_ITEM: return program->items.items[thing.index].code;
    case MOU_THING_MEMORANDUM: return program->memoranda.items[thing.index].name;
    case MOU_THING_PARAMETER: return program->parameters.items[thing.index].name;
    case MOU_THING_DEFINITION: return program->definitions.items[thing.index].name;
    case MOU_THING_FINDING: return program->findings.items[thing.index].name;
    case MOU_THING_MEASURE: return program->measures.items[thing.index].name;
    case MOU_THING_TABLE: return program->tables.items[thing.index].name;
    case MOU_THING_REPAIR: return program->repairs.items[thing.index].name;
    case MOU_THING_DUTY: return program->duties.items[thing.index].name;
    case MOU_THING_MATTER: return program->matters.items[thing.index].name;
    case MOU_THING_ASSERTION: return program->assertions.items[thing.index].text;
    case MOU_THING_FIXTURE: return program->fixtures.items[thing.index]->name.text;
    case MOU_THING_TEST: return program->tests.items[thing.index].decl->display;
    case MOU_THING_ATTRIBUTE: return program->kinds.items[thing.index].attributes.items[thing.member].name;
    case MOU_THING_FIELD: return program->records.items[thing.index].fields.items[thing.member].name;
    case MOU_THING_RELATION_FIELD: return program->relations.items[thing.index].fields.items[thing.member].name;
    case MOU_THING_CODE: return code_name(weaver, thing);
    case MOU_THING_NONE: break;
    }
    return MOU_TEXT("");
}

void mou_weave_escape(struct mou_text name, struct mou_buf *out)
{
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char byte = (unsigned char)name.bytes[i];
        const bool plain = byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_';
        if (plain) {
            mou_buf_char(out, (char)byte);
        } else {
            mou_buf_printf(out, "~%02X", byte);
        }
    }
}

/** A name as part of a file name: cut where it is too long for one, and then told apart by its hash. */
static void put_file_part(struct mou_text name, struct mou_buf *out)
{
    unsigned char hash[32];
    struct mou_text beginning = name;
    if (name.len > FILE_NAME_BYTES_MAX / 3) {
        beginning.len = FILE_NAME_BYTES_MAX / 3;
        while (beginning.len > 0 && ((unsigned char)name.bytes[beginning.len] & 0xC0) == 0x80) {
            beginning.len--;
        }
    }
    mou_weave_escape(beginning, out);
    if (beginning.len < name.len) {
        mou_sha256(name.bytes, name.len, hash);
        mou_buf_printf(out, "~%02X%02X%02X%02X%02X%02X", hash[0], hash[1], hash[2], hash[3], hash[4], hash[5]);
    }
}

void mou_weave_memorandum_page(const struct mou_weaver *weaver, uint32_t memorandum, bool tests, struct mou_buf *out)
{
    if (memorandum == MOU_NO_INDEX) {
        mou_buf_text(out, tests ? "vocabulary-tests.html" : mou_weave_file(MOU_PAGE_VOCABULARY));
        return;
    }
    mou_buf_text(out, "memo-");
    put_file_part(weaver->program->memoranda.items[memorandum].name, out);
    mou_buf_text(out, tests ? "-tests.html" : ".html");
}

/** The memorandum that a rule belongs to. */
static uint32_t memorandum_of(const struct mou_weaver *weaver, struct mou_thing thing)
{
    const struct mou_program *program = weaver->program;
    switch ((int)thing.thing_class) {
    case MOU_THING_MEMORANDUM: return thing.index;
    case MOU_THING_PARAMETER: return program->parameters.items[thing.index].memorandum;
    case MOU_THING_DEFINITION: return program->definitions.items[thing.index].memorandum;
    case MOU_THING_FINDING: return program->findings.items[thing.index].memorandum;
    case MOU_THING_MEASURE: return program->measures.items[thing.index].memorandum;
    case MOU_THING_TABLE: return program->tables.items[thing.index].memorandum;
    case MOU_THING_REPAIR: return program->repairs.items[thing.index].memorandum;
    case MOU_THING_DUTY: return program->duties.items[thing.index].memorandum;
    case MOU_THING_MATTER: return program->matters.items[thing.index].memorandum;
    case MOU_THING_ASSERTION: return program->assertions.items[thing.index].memorandum;
    case MOU_THING_TEST: return program->tests.items[thing.index].memorandum;
    case MOU_THING_FIXTURE: return mou_weave_rule_of(weaver, thing)->memorandum;
    default: return MOU_NO_INDEX;
    }
}

static void put_page(const struct mou_weaver *weaver, struct mou_thing thing, struct mou_buf *out)
{
    switch (thing.thing_class) {
    case MOU_THING_AUTHORITY:
        mou_buf_text(out, mou_weave_file(MOU_PAGE_AUTHORITIES));
        return;
    case MOU_THING_ITEM:
        mou_buf_text(out, mou_weave_file(MOU_PAGE_MEASURES));
        return;
    case MOU_THING_TEST: case MOU_THING_FIXTURE:
        mou_weave_memorandum_page(weaver, memorandum_of(weaver, thing), true, out);
        return;
    case MOU_THING_MEMORANDUM: case MOU_THING_PARAMETER: case MOU_THING_DEFINITION: case MOU_THING_FINDING: case MOU_THING_MEASURE: case MOU_THING_TABLE:
    case MOU_THING_REPAIR: case MOU_THING_DUTY: case MOU_THING_MATTER: case MOU_THING_ASSERTION:
        mou_weave_memorandum_page(weaver, memorandum_of(weaver, thing), false, out);
        return;
    case MOU_THING_KIND: case MOU_THING_RECORD: case MOU_THING_RELATION: case MOU_THING_LIST: case MOU_THING_CODES: case MOU_THING_ATTRIBUTE:
    case MOU_THING_FIELD: case MOU_THING_RELATION_FIELD: case MOU_THING_CODE: case MOU_THING_NONE:
        break;
    }
    mou_buf_text(out, mou_weave_file(MOU_PAGE_VOCABULARY));
}

/** Texts make poor ids, and tests may be called alike: these are counted. */
static bool is_counted(struct mou_thing thing)
{
    return thing.thing_class == MOU_THING_TEST || thing.thing_class == MOU_THING_ASSERTION;
}

/** Position among its like of the same memorandum, from 1. */
static uint32_t ordinal(const struct mou_weaver *weaver, struct mou_thing thing)
{
    uint32_t count = 1;
    const uint32_t memorandum = memorandum_of(weaver, thing);
    for (uint32_t i = 0; i < thing.index; i++) {
        count += memorandum_of(weaver, (struct mou_thing){thing.thing_class, i, 0}) == memorandum;
    }
    return count;
}

void mou_thing_id(const struct mou_weaver *weaver, struct mou_thing thing, struct mou_buf *out)
{
    static const char *const words[] = {
        [MOU_THING_KIND] = "kind", [MOU_THING_RECORD] = "record", [MOU_THING_RELATION] = "relation", [MOU_THING_LIST] = "list", [MOU_THING_CODES] = "codes",
        [MOU_THING_AUTHORITY] = "authority", [MOU_THING_ITEM] = "item", [MOU_THING_MEMORANDUM] = "memorandum", [MOU_THING_PARAMETER] = "parameter",
        [MOU_THING_DEFINITION] = "definition", [MOU_THING_FINDING] = "finding", [MOU_THING_MEASURE] = "measure", [MOU_THING_TABLE] = "table",
        [MOU_THING_REPAIR] = "repair", [MOU_THING_DUTY] = "duty", [MOU_THING_MATTER] = "matter", [MOU_THING_ASSERTION] = "assertion",
        [MOU_THING_FIXTURE] = "fixture", [MOU_THING_TEST] = "test", [MOU_THING_ATTRIBUTE] = "kind", [MOU_THING_FIELD] = "record",
        [MOU_THING_RELATION_FIELD] = "relation", [MOU_THING_CODE] = "codes", [MOU_THING_NONE] = ""};
    static const enum mou_thing_class wholes[] = {[MOU_THING_ATTRIBUTE] = MOU_THING_KIND, [MOU_THING_FIELD] = MOU_THING_RECORD,
                                                  [MOU_THING_RELATION_FIELD] = MOU_THING_RELATION, [MOU_THING_CODE] = MOU_THING_CODES};
    mou_buf_printf(out, "%s-", words[thing.thing_class]);
    if (is_counted(thing)) {
        mou_buf_int(out, ordinal(weaver, thing));
        return;
    }
    if (thing.thing_class >= MOU_THING_ATTRIBUTE && thing.thing_class <= MOU_THING_CODE) {
        mou_weave_escape(mou_thing_name(weaver, (struct mou_thing){wholes[thing.thing_class], thing.index, 0}), out);
        mou_buf_char(out, '-');
    }
    mou_weave_escape(mou_thing_name(weaver, thing), out);
    if (thing.thing_class == MOU_THING_ITEM && weaver->program->items.items[thing.index].code_item != thing.index) {
        mou_buf_printf(out, "-%u", weaver->program->items.items[thing.index].edition + 1); /* the same code in a later edition */
    }
}

void mou_thing_address(const struct mou_weaver *weaver, struct mou_thing thing, struct mou_buf *out)
{
    put_page(weaver, thing, out);
    if (thing.thing_class != MOU_THING_MEMORANDUM) {
        mou_buf_char(out, '#');
        mou_thing_id(weaver, thing, out);
    }
}

void mou_weave_link_as(struct mou_weaver *weaver, struct mou_thing thing, struct mou_text words)
{
    mou_weave_raw(weaver, "<a href=\"");
    mou_thing_address(weaver, thing, &weaver->page);
    mou_weave_raw(weaver, "\">");
    mou_weave_text(weaver, words);
    mou_weave_raw(weaver, "</a>");
}

void mou_weave_link(struct mou_weaver *weaver, struct mou_thing thing)
{
    mou_weave_link_as(weaver, thing, mou_thing_name(weaver, thing));
}
