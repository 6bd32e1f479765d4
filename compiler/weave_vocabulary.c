/*
 * The vocabulary as a glossary: kinds of subjects, records with their fields, relations, lists, codes; and rules that belong to no memorandum.
 * Used by the weaver alone.
 */
#include "names.h"
#include "weave.h"

static const struct {
    const char *zh;
    const char *en;
} field_types[] = {
    [MOU_FIELD_TEXT] = {"文本", "text"},       [MOU_FIELD_INTEGER] = {"整数", "integer"},     [MOU_FIELD_MONEY] = {"金额", "money"},
    [MOU_FIELD_RATIO] = {"比例", "ratio"},     [MOU_FIELD_DATE] = {"日期", "date"},           [MOU_FIELD_MONTHS] = {"期间（年、月）", "duration (months)"},
    [MOU_FIELD_DAYS] = {"期间（日）", "duration (days)"}, [MOU_FIELD_WORKDAYS] = {"期间（工作日）", "duration (working days)"},
    [MOU_FIELD_YES_NO] = {"是否", "yes or no"}, [MOU_FIELD_CODE] = {"代码", "code"},
};

static void put_entry(struct mou_weaver *weaver, struct mou_thing thing, struct mou_text display)
{
    mou_weave_raw(weaver, "<section class=\"entry\" id=\"");
    mou_thing_id(weaver, thing, &weaver->page);
    mou_weave_raw(weaver, "\">\n<h3>");
    mou_weave_text(weaver, mou_thing_name(weaver, thing));
    if (display.len > 0 && !mou_text_equal(display, mou_thing_name(weaver, thing))) {
        mou_weave_raw(weaver, " <span class=\"display\">");
        mou_weave_text(weaver, display);
        mou_weave_raw(weaver, "</span>");
    }
    mou_weave_raw(weaver, "</h3>\n");
}

static void put_uses(struct mou_weaver *weaver, struct mou_thing thing)
{
    size_t begin = 0;
    size_t end = 0;
    mou_weave_uses_of(weaver, thing, &begin, &end);
    mou_weave_use_list(weaver, begin, end, "用于", "Used by");
}

/* ------------------------------------------------------------------ fields */

static void put_field_type(struct mou_weaver *weaver, const struct mou_field *field)
{
    if (field->type == MOU_FIELD_CODE && field->code_table != MOU_NO_INDEX) {
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_CODES, field->code_table, 0});
    } else {
        mou_weave_words(weaver, field_types[field->type].zh, field_types[field->type].en);
    }
}

static void put_field(struct mou_weaver *weaver, struct mou_thing thing, const struct mou_field *field)
{
    mou_weave_raw(weaver, "<tr id=\"");
    mou_thing_id(weaver, thing, &weaver->page);
    mou_weave_raw(weaver, "\"><th scope=\"row\">");
    mou_weave_text(weaver, field->name);
    mou_weave_raw(weaver, "</th><td>");
    put_field_type(weaver, field);
    mou_weave_raw(weaver, "</td><td>");
    mou_weave_words(weaver, field->key ? "主键 " : "", field->key ? "key " : "");
    mou_weave_words(weaver, field->required ? "必填 " : "", field->required ? "required " : "");
    mou_weave_words(weaver, field->confidential ? "保密 " : "", field->confidential ? "confidential " : "");
    mou_weave_words(weaver, field->has_default ? "有默认值" : "", field->has_default ? "has a default" : "");
    mou_weave_raw(weaver, "</td></tr>\n");
}

static void put_fields(struct mou_weaver *weaver, struct mou_thing whole, enum mou_thing_class part, const struct mou_fields *fields)
{
    if (fields->count == 0) {
        return;
    }
    mou_weave_raw(weaver, "<table class=\"values\"><thead><tr>");
    mou_weave_raw(weaver, mou_weave_say(weaver, "<th scope=\"col\">名称</th><th scope=\"col\">类型</th><th scope=\"col\">说明</th>",
                                        "<th scope=\"col\">Name</th><th scope=\"col\">Type</th><th scope=\"col\">Notes</th>"));
    mou_weave_raw(weaver, "</tr></thead><tbody>\n");
    for (uint32_t i = 0; i < fields->count; i++) {
        put_field(weaver, (struct mou_thing){part, whole.index, i}, &fields->items[i]);
    }
    mou_weave_raw(weaver, "</tbody></table>\n");
}

/* ------------------------------------------------------------------ kinds, records, relations, lists, codes */

static void put_kinds(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->kinds.count; i++) {
        const struct mou_subject_kind *kind = &weaver->program->kinds.items[i];
        const struct mou_thing thing = {MOU_THING_KIND, i, 0};
        put_entry(weaver, thing, kind->display);
        mou_weave_raw(weaver, "<dl class=\"facts\">\n");
        mou_weave_fact(weaver, "标识", "Identified by");
        mou_weave_text(weaver, kind->identified_by);
        mou_weave_fact_end(weaver);
        mou_weave_raw(weaver, "</dl>\n");
        put_fields(weaver, thing, MOU_THING_ATTRIBUTE, &kind->attributes);
        mou_weave_raw(weaver, "</section>\n");
    }
}

static void put_part_of_instrument(struct mou_weaver *weaver, const struct mou_record_type *record, uint32_t field, const char *zh, const char *en)
{
    if (field != MOU_NO_INDEX) {
        mou_weave_words(weaver, zh, en);
        mou_weave_text(weaver, record->fields.items[field].name);
        mou_weave_raw(weaver, "　");
    }
}

static void put_record(struct mou_weaver *weaver, uint32_t index)
{
    const struct mou_record_type *record = &weaver->program->records.items[index];
    const struct mou_thing thing = {MOU_THING_RECORD, index, 0};
    put_entry(weaver, thing, record->display);
    mou_weave_raw(weaver, "<dl class=\"facts\">\n");
    if (record->source != MOU_NO_INDEX) {
        mou_weave_fact(weaver, "来源", "Source");
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_AUTHORITY, record->source, 0});
        mou_weave_fact_end(weaver);
    }
    if (record->parent != MOU_NO_INDEX) {
        mou_weave_fact(weaver, "隶属", "Part of");
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_RECORD, record->parent, 0});
        mou_weave_fact_end(weaver);
    }
    if (record->made != MOU_NO_INDEX) {
        mou_weave_fact(weaver, "法律文书", "Legal instrument");
        put_part_of_instrument(weaver, record, record->number, "文号：", "number: ");
        put_part_of_instrument(weaver, record, record->made, "作出：", "made: ");
        put_part_of_instrument(weaver, record, record->served, "送达：", "served: ");
        put_part_of_instrument(weaver, record, record->act, "行为：", "act: ");
        mou_weave_fact_end(weaver);
    }
    if (record->valid_from != MOU_NO_INDEX || record->valid_until != MOU_NO_INDEX) {
        mou_weave_fact(weaver, "有效期", "Valid");
        put_part_of_instrument(weaver, record, record->valid_from, "自 ", "from ");
        put_part_of_instrument(weaver, record, record->valid_until, "至 ", "until ");
        mou_weave_fact_end(weaver);
    }
    put_uses(weaver, thing);
    mou_weave_raw(weaver, "</dl>\n");
    put_fields(weaver, thing, MOU_THING_FIELD, &record->fields);
    mou_weave_raw(weaver, "</section>\n");
}

static void put_records(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->records.count; i++) {
        put_record(weaver, i);
    }
}

static void put_relations(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->relations.count; i++) {
        const struct mou_relation_type *relation = &weaver->program->relations.items[i];
        const struct mou_thing thing = {MOU_THING_RELATION, i, 0};
        put_entry(weaver, thing, MOU_TEXT(""));
        mou_weave_raw(weaver, "<dl class=\"facts\">\n");
        if (relation->from_kind != MOU_NO_INDEX && relation->to_kind != MOU_NO_INDEX) {
            mou_weave_fact(weaver, "从…到…", "From … to …");
            mou_weave_link(weaver, (struct mou_thing){MOU_THING_KIND, relation->from_kind, 0});
            mou_weave_raw(weaver, " → ");
            mou_weave_link(weaver, (struct mou_thing){MOU_THING_KIND, relation->to_kind, 0});
            mou_weave_fact_end(weaver);
        }
        if (relation->inverse.len > 0) {
            mou_weave_fact(weaver, "反称", "Inverse");
            mou_weave_text(weaver, relation->inverse);
            mou_weave_fact_end(weaver);
        }
        put_uses(weaver, thing);
        mou_weave_raw(weaver, "</dl>\n");
        put_fields(weaver, thing, MOU_THING_RELATION_FIELD, &relation->fields);
        mou_weave_raw(weaver, "</section>\n");
    }
}

/** The findings that put a subject on a list. */
static void put_entering(struct mou_weaver *weaver, uint32_t list)
{
    bool begun = false;
    for (uint32_t i = 0; i < weaver->program->findings.count; i++) {
        if (weaver->program->findings.items[i].list_kind != list) {
            continue;
        }
        if (begun) {
            mou_weave_raw(weaver, "、");
        } else {
            mou_weave_fact(weaver, "由此列入", "Entered by");
        }
        begun = true;
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_FINDING, i, 0});
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

static void put_lists(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->list_kinds.count; i++) {
        const struct mou_thing thing = {MOU_THING_LIST, i, 0};
        put_entry(weaver, thing, MOU_TEXT(""));
        const size_t empty = weaver->page.len;
        mou_weave_raw(weaver, "<dl class=\"facts\">\n");
        const size_t begin = weaver->page.len;
        put_entering(weaver, i);
        put_uses(weaver, thing);
        if (weaver->page.len == begin) {
            weaver->page.len = empty;
        } else {
            mou_weave_raw(weaver, "</dl>\n");
        }
        mou_weave_raw(weaver, "</section>\n");
    }
}

static void put_codes(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->code_tables.count; i++) {
        const struct mou_thing thing = {MOU_THING_CODES, i, 0};
        uint32_t member = 0;
        put_entry(weaver, thing, MOU_TEXT(""));
        mou_weave_raw(weaver, "<ul class=\"codes\">\n");
        for (const struct mou_code_item *item = weaver->program->code_tables.items[i].items; item != NULL; item = item->next, member++) {
            mou_weave_raw(weaver, "<li id=\"");
            mou_thing_id(weaver, (struct mou_thing){MOU_THING_CODE, i, member}, &weaver->page);
            mou_buf_printf(&weaver->page, "\"><span class=\"code-number\">%lld</span> ", (long long)item->value);
            mou_weave_text(weaver, item->name.text);
            mou_weave_raw(weaver, "</li>\n");
        }
        mou_weave_raw(weaver, "</ul>\n</section>\n");
    }
}

static void put_common_rules(struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        if (rule->memorandum == MOU_NO_INDEX && rule->thing.thing_class != MOU_THING_TEST && rule->thing.thing_class != MOU_THING_FIXTURE) {
            mou_weave_rule(weaver, rule);
        }
    }
}

/* ------------------------------------------------------------------ the page */

static bool has_common_rules(const struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        if (rule->memorandum == MOU_NO_INDEX && rule->thing.thing_class != MOU_THING_TEST && rule->thing.thing_class != MOU_THING_FIXTURE) {
            return true;
        }
    }
    return false;
}

static void put_part(struct mou_weaver *weaver, const char *zh, const char *en, void (*put)(struct mou_weaver *))
{
    mou_weave_raw(weaver, "<section class=\"part\">\n<h2>");
    mou_weave_words(weaver, zh, en);
    mou_weave_raw(weaver, "</h2>\n");
    put(weaver);
    mou_weave_raw(weaver, "</section>\n");
}

void mou_weave_vocabulary_page(struct mou_weaver *weaver)
{
    const struct mou_program *program = weaver->program;
    mou_weave_begin(weaver, MOU_PAGE_VOCABULARY, mou_text_of(mou_weave_say(weaver, "词表", "Vocabulary")),
                    mou_text_of(mou_weave_say(weaver, "规则所用的主体、记录、关系、名单和代码", "the subjects, records, relations, lists and codes that the rules speak of")));
    const struct {
        size_t count;
        const char *zh;
        const char *en;
        void (*put)(struct mou_weaver *);
    } parts[] = {
        {program->kinds.count, "主体类别和属性", "Kinds of subjects", put_kinds},
        {program->records.count, "记录", "Records", put_records},
        {program->relations.count, "关系", "Relations", put_relations},
        {program->list_kinds.count, "名单类别", "Lists", put_lists},
        {program->code_tables.count, "代码表", "Code tables", put_codes},
        {has_common_rules(weaver), "各备忘录共用的规则", "Rules common to all memoranda", put_common_rules},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].count > 0) {
            put_part(weaver, parts[i].zh, parts[i].en, parts[i].put);
        }
    }
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_VOCABULARY));
}
