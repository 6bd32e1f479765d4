/*
 * The indexes by catalogue item and by authority. Used by the weaver alone.
 */
#include "names.h"
#include "weave.h"

/* ------------------------------------------------------------------ by catalogue item */

static void put_measure_of_item(struct mou_weaver *weaver, uint32_t index)
{
    const struct mou_measure *measure = &weaver->program->measures.items[index];
    const struct mou_clause *to = mou_clause_find(measure->decl, MOU_CLAUSE_TO);
    const struct mou_clause *by = mou_clause_find(measure->decl, MOU_CLAUSE_BY);
    const struct mou_clause *degree = mou_clause_find(measure->decl, MOU_CLAUSE_DEGREE);
    mou_weave_raw(weaver, "<tr><th scope=\"row\">");
    mou_weave_link(weaver, (struct mou_thing){MOU_THING_MEASURE, index, 0});
    mou_weave_raw(weaver, "</th><td>");
    mou_weave_link(weaver, (struct mou_thing){MOU_THING_MEMORANDUM, measure->memorandum, 0});
    mou_weave_raw(weaver, "</td><td>");
    if (to != NULL) {
        mou_weave_targets(weaver, to);
    }
    mou_weave_raw(weaver, "</td><td>");
    if (by != NULL) {
        mou_weave_clause_body(weaver, by);
    }
    mou_weave_raw(weaver, "</td><td class=\"short\">");
    if (degree != NULL) {
        mou_weave_clause_body(weaver, degree);
    }
    mou_weave_raw(weaver, "</td></tr>\n");
}

static void put_measures_of_item(struct mou_weaver *weaver, uint32_t item)
{
    bool begun = false;
    for (uint32_t i = 0; i < weaver->program->measures.count; i++) {
        if (weaver->program->measures.items[i].item != item) {
            continue;
        }
        if (!begun) {
            mou_weave_raw(weaver, "<table class=\"glance\"><thead><tr>");
            mou_weave_raw(weaver, mou_weave_say(weaver,
                                                "<th scope=\"col\">措施</th><th scope=\"col\">备忘录</th><th scope=\"col\">对象</th><th scope=\"col\">实施机关</th><th scope=\"col\">程度</th>",
                                                "<th scope=\"col\">Measure</th><th scope=\"col\">Memorandum</th><th scope=\"col\">Falls on</th><th scope=\"col\">Carried out by</th><th scope=\"col\">Degree</th>"));
            mou_weave_raw(weaver, "</tr></thead><tbody>\n");
        }
        begun = true;
        put_measure_of_item(weaver, i);
    }
    mou_weave_raw(weaver, begun ? "</tbody></table>\n" : "");
    if (!begun) {
        mou_weave_raw(weaver, "<p class=\"none\">");
        mou_weave_words(weaver, "没有备忘录使用本项。", "No memorandum uses this item.");
        mou_weave_raw(weaver, "</p>\n");
    }
}

/** Names as links, joined by 、; `without` is left out. */
static void put_names(struct mou_weaver *weaver, const struct mou_name_ref *names, enum mou_symbol_class symbol_class, struct mou_text without)
{
    bool begun = false;
    for (const struct mou_name_ref *ref = names; ref != NULL; ref = ref->next) {
        struct mou_thing thing = mou_weave_vocabulary(weaver, symbol_class, ref->name.text);
        if (mou_text_equal(ref->name.text, without)) {
            continue;
        }
        mou_weave_raw(weaver, begun ? "、" : "");
        begun = true;
        if (thing.thing_class != MOU_THING_NONE) {
            mou_weave_link(weaver, thing);
        } else {
            mou_weave_text(weaver, ref->name.text);
        }
    }
}

/** The items with which one is incompatible, as the catalogues say. */
static void put_incompatible(struct mou_weaver *weaver, struct mou_text code)
{
    bool begun = false;
    for (size_t i = 0; i < weaver->compilation->trees.count; i++) {
        for (const struct mou_decl *decl = weaver->compilation->trees.items[i]->declarations; decl != NULL; decl = decl->next) {
            for (const struct mou_incompatible *pair = decl->incompatible; pair != NULL; pair = pair->next) {
                bool named = false;
                for (const struct mou_name_ref *ref = pair->items; ref != NULL; ref = ref->next) {
                    named = named || mou_text_equal(ref->name.text, code);
                }
                if (named) {
                    if (begun) {
                        mou_weave_raw(weaver, "、");
                    } else {
                        mou_weave_fact(weaver, "不相容", "Incompatible");
                    }
                    begun = true;
                    put_names(weaver, pair->items, MOU_SYMBOL_ITEM, code);
                }
            }
        }
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

/** Which catalogue an item is from, and from when on. */
static void put_edition(struct mou_weaver *weaver, const struct mou_item *item)
{
    const struct mou_edition *edition = &weaver->program->editions.items[item->edition];
    mou_weave_fact(weaver, "目录", "Catalogue");
    mou_weave_text(weaver, edition->name);
    if (edition->version.len > 0) {
        mou_weave_raw(weaver, "，");
        mou_weave_text(weaver, edition->version);
    }
    if (edition->effective != MOU_DATE_NONE) {
        mou_weave_words(weaver, "，自", ", from ");
        mou_weave_date(weaver, edition->effective);
        mou_weave_words(weaver, "起", " on");
    }
    mou_weave_fact_end(weaver);
}

static void put_item(struct mou_weaver *weaver, uint32_t index)
{
    const struct mou_item *item = &weaver->program->items.items[index];
    mou_weave_raw(weaver, "<section class=\"entry\" id=\"");
    mou_thing_id(weaver, (struct mou_thing){MOU_THING_ITEM, index, 0}, &weaver->page);
    mou_weave_raw(weaver, "\">\n<h2><span class=\"code-number\">");
    mou_weave_text(weaver, item->code);
    mou_weave_raw(weaver, "</span> ");
    mou_weave_text(weaver, item->title);
    mou_weave_raw(weaver, "</h2>\n<dl class=\"facts\">\n");
    put_edition(weaver, item);
    mou_weave_fact(weaver, "性质", "Nature");
    mou_weave_text(weaver, item->nature);
    mou_weave_fact_end(weaver);
    if (item->entry->degree.text.len > 0) {
        mou_weave_fact(weaver, "最重程度", "Greatest degree");
        mou_weave_text(weaver, item->entry->degree.text);
        mou_weave_fact_end(weaver);
    }
    mou_weave_fact(weaver, "适用", "Covers");
    put_names(weaver, item->entry->covers, MOU_SYMBOL_KIND, MOU_TEXT(""));
    mou_weave_fact_end(weaver);
    if (item->entry->authorities != NULL) {
        mou_weave_fact(weaver, "通常的实施机关", "Usually carried out by");
        put_names(weaver, item->entry->authorities, MOU_SYMBOL_AUTHORITY, MOU_TEXT(""));
        mou_weave_fact_end(weaver);
    }
    if (item->entry->basis != NULL) {
        mou_weave_fact(weaver, "依据", "Legal basis");
        mou_weave_legal(weaver, item->entry->basis);
        mou_weave_fact_end(weaver);
    }
    put_incompatible(weaver, item->code);
    mou_weave_raw(weaver, "</dl>\n");
    put_measures_of_item(weaver, index);
    mou_weave_raw(weaver, "</section>\n");
}

void mou_weave_measure_index(struct mou_weaver *weaver)
{
    mou_weave_begin(weaver, MOU_PAGE_MEASURES, mou_text_of(mou_weave_say(weaver, "措施目录", "Catalogue of measures")),
                    mou_text_of(mou_weave_say(weaver, "每一目录项之下，列出各备忘录的措施", "under every item the measures of the memoranda")));
    for (uint32_t i = 0; i < weaver->program->items.count; i++) {
        put_item(weaver, i);
    }
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_MEASURES));
}

/* ------------------------------------------------------------------ by authority */

static bool names_authority(const struct mou_decl *decl, enum mou_clause_kind kind, struct mou_text name)
{
    const struct mou_clause *clause = mou_clause_find(decl, kind);
    for (const struct mou_name_ref *ref = clause != NULL ? clause->names : NULL; ref != NULL; ref = ref->next) {
        if (mou_text_equal(ref->name.text, name)) {
            return true;
        }
    }
    return false;
}

static void put_memoranda_of(struct mou_weaver *weaver, struct mou_text authority, enum mou_clause_kind kind, const char *zh, const char *en)
{
    bool begun = false;
    for (uint32_t i = 0; i < weaver->program->memoranda.count; i++) {
        if (!names_authority(weaver->program->memoranda.items[i].decl, kind, authority)) {
            continue;
        }
        if (begun) {
            mou_weave_raw(weaver, "、");
        } else {
            mou_weave_fact(weaver, zh, en);
        }
        begun = true;
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_MEMORANDUM, i, 0});
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

/** The rules of one class that an authority carries out, memorandum by memorandum. */
static void put_rules_of(struct mou_weaver *weaver, struct mou_thing authority, enum mou_thing_class wanted, const char *zh, const char *en)
{
    size_t begin = 0;
    size_t end = 0;
    uint32_t memorandum = MOU_NO_INDEX;
    bool begun = false;
    mou_weave_uses_of(weaver, authority, &begin, &end);
    for (size_t i = begin; i < end; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[weaver->uses.items[i].rule];
        if (rule->thing.thing_class != wanted) {
            continue;
        }
        if (!begun) {
            mou_weave_fact(weaver, zh, en);
        }
        if (!begun || rule->memorandum != memorandum) {
            mou_weave_raw(weaver, begun ? "</p><p class=\"by\">" : "<p class=\"by\">");
            mou_weave_raw(weaver, "<span class=\"of\">");
            if (rule->memorandum != MOU_NO_INDEX) {
                mou_weave_text(weaver, weaver->program->memoranda.items[rule->memorandum].name);
            }
            mou_weave_raw(weaver, "：</span>");
        } else {
            mou_weave_raw(weaver, "、");
        }
        begun = true;
        memorandum = rule->memorandum;
        mou_weave_link(weaver, rule->thing);
    }
    if (begun) {
        mou_weave_raw(weaver, "</p>");
        mou_weave_fact_end(weaver);
    }
}

static void put_records_of(struct mou_weaver *weaver, uint32_t authority)
{
    bool begun = false;
    for (uint32_t i = 0; i < weaver->program->records.count; i++) {
        if (weaver->program->records.items[i].source != authority) {
            continue;
        }
        if (begun) {
            mou_weave_raw(weaver, "、");
        } else {
            mou_weave_fact(weaver, "提供记录", "Source of records");
        }
        begun = true;
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_RECORD, i, 0});
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

static void put_authority(struct mou_weaver *weaver, uint32_t index)
{
    const struct mou_authority *authority = &weaver->program->authorities.items[index];
    const struct mou_thing thing = {MOU_THING_AUTHORITY, index, 0};
    mou_weave_raw(weaver, "<section class=\"entry\" id=\"");
    mou_thing_id(weaver, thing, &weaver->page);
    mou_weave_raw(weaver, "\">\n<h2>");
    mou_weave_text(weaver, authority->display.len > 0 ? authority->display : authority->name);
    mou_weave_raw(weaver, "</h2>\n<dl class=\"facts\">\n");
    mou_weave_fact(weaver, "规则中称", "Called in the rules");
    mou_weave_text(weaver, authority->name);
    mou_weave_fact_end(weaver);
    put_rules_of(weaver, thing, MOU_THING_MEASURE, "实施措施", "Carries out");
    put_rules_of(weaver, thing, MOU_THING_DUTY, "职责", "Duties");
    put_memoranda_of(weaver, authority->name, MOU_CLAUSE_LEAD, "牵头", "Leads");
    put_memoranda_of(weaver, authority->name, MOU_CLAUSE_SIGNED_BY, "联签", "Signs");
    put_records_of(weaver, index);
    mou_weave_raw(weaver, "</dl>\n</section>\n");
}

void mou_weave_authority_index(struct mou_weaver *weaver)
{
    mou_weave_begin(weaver, MOU_PAGE_AUTHORITIES, mou_text_of(mou_weave_say(weaver, "机关索引", "Index of authorities")),
                    mou_text_of(mou_weave_say(weaver, "每个机关实施哪些措施、负哪些职责、签署哪些备忘录", "what each authority carries out, owes, leads and signs")));
    for (uint32_t i = 0; i < weaver->program->authorities.count; i++) {
        put_authority(weaver, i);
    }
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_AUTHORITIES));
}
