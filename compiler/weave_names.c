/*
 * The index of names: everything that has a name, in the order of its characters, with what it is and where it stands. Used by the weaver alone.
 */
#include <stdlib.h>

#include "weave.h"

struct entry {
    struct mou_text name;
    struct mou_thing thing;
    struct mou_text of; /**< memorandum, record or table that it belongs to */
};

typedef MOU_VEC(struct entry) entries;

static int by_name(const void *a, const void *b)
{
    const struct entry *one = a;
    const struct entry *two = b;
    int order = mou_text_compare(one->name, two->name);
    return order != 0 ? order : mou_thing_compare(one->thing, two->thing);
}

static void add_class(struct mou_weaver *weaver, entries *list, enum mou_thing_class thing_class, size_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct entry entry = {.thing = {thing_class, i, 0}};
        entry.name = mou_thing_name(weaver, entry.thing);
        (void)MOU_VEC_PUSH(weaver->arena, list, entry);
    }
}

static void add_rules(struct mou_weaver *weaver, entries *list)
{
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        struct entry entry = {mou_thing_name(weaver, rule->thing), rule->thing, MOU_TEXT("")};
        if (rule->memorandum != MOU_NO_INDEX) {
            entry.of = weaver->program->memoranda.items[rule->memorandum].name;
        }
        if (rule->thing.thing_class != MOU_THING_TEST && rule->thing.thing_class != MOU_THING_ASSERTION) {
            (void)MOU_VEC_PUSH(weaver->arena, list, entry);
        }
    }
}

static void add_fields(struct mou_weaver *weaver, entries *list, enum mou_thing_class part, uint32_t whole, struct mou_text of, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct entry entry = {.thing = {part, whole, i}, .of = of};
        entry.name = mou_thing_name(weaver, entry.thing);
        (void)MOU_VEC_PUSH(weaver->arena, list, entry);
    }
}

static void gather(struct mou_weaver *weaver, entries *list)
{
    const struct mou_program *program = weaver->program;
    add_class(weaver, list, MOU_THING_KIND, program->kinds.count);
    add_class(weaver, list, MOU_THING_RECORD, program->records.count);
    add_class(weaver, list, MOU_THING_RELATION, program->relations.count);
    add_class(weaver, list, MOU_THING_LIST, program->list_kinds.count);
    add_class(weaver, list, MOU_THING_CODES, program->code_tables.count);
    add_class(weaver, list, MOU_THING_AUTHORITY, program->authorities.count);
    add_class(weaver, list, MOU_THING_MEMORANDUM, program->memoranda.count);
    add_rules(weaver, list);
    for (uint32_t i = 0; i < program->kinds.count; i++) {
        add_fields(weaver, list, MOU_THING_ATTRIBUTE, i, program->kinds.items[i].name, program->kinds.items[i].attributes.count);
    }
    for (uint32_t i = 0; i < program->records.count; i++) {
        add_fields(weaver, list, MOU_THING_FIELD, i, program->records.items[i].name, program->records.items[i].fields.count);
    }
    for (uint32_t i = 0; i < program->relations.count; i++) {
        add_fields(weaver, list, MOU_THING_RELATION_FIELD, i, program->relations.items[i].name, program->relations.items[i].fields.count);
    }
    for (uint32_t i = 0; i < program->code_tables.count; i++) {
        add_fields(weaver, list, MOU_THING_CODE, i, program->code_tables.items[i].name, program->code_tables.items[i].item_count);
    }
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, by_name);
    }
}

void mou_weave_name_index(struct mou_weaver *weaver)
{
    entries list = {0};
    gather(weaver, &list);
    mou_weave_begin(weaver, MOU_PAGE_NAMES, mou_text_of(mou_weave_say(weaver, "名称索引", "Index of names")),
                    mou_text_of(mou_weave_say(weaver, "规则中的全部名称，按字符顺序", "all names of the rules in the order of their characters")));
    mou_weave_raw(weaver, "<ul class=\"names\">\n");
    for (size_t i = 0; i < list.count; i++) {
        const struct entry *entry = &list.items[i];
        mou_weave_raw(weaver, "<li>");
        mou_weave_link(weaver, entry->thing);
        mou_weave_raw(weaver, " <span class=\"of\">");
        mou_weave_raw(weaver, mou_thing_kind(weaver, entry->thing));
        mou_weave_raw(weaver, entry->of.len > 0 ? "，" : "");
        mou_weave_text(weaver, entry->of);
        mou_weave_raw(weaver, "</span></li>\n");
    }
    mou_weave_raw(weaver, "</ul>\n");
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_NAMES));
}
