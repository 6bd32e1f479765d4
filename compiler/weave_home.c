/*
 * The first page: all memoranda, how they draw on each other, how to read the pages. Used by the weaver alone.
 */
#include "names.h"
#include "weave.h"

/** How many rules of a memorandum are of a class; of measures only those of one kind. */
static size_t count_rules(const struct mou_weaver *weaver, uint32_t memorandum, enum mou_thing_class thing_class, enum mou_measure_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        const bool wanted = rule->memorandum == memorandum && rule->thing.thing_class == thing_class;
        count += wanted && (thing_class != MOU_THING_MEASURE || weaver->program->measures.items[rule->thing.index].kind == kind);
    }
    return count;
}

static void put_number(struct mou_weaver *weaver, size_t number)
{
    if (number > 0) {
        mou_buf_printf(&weaver->page, "<td class=\"number\">%zu</td>", number);
    } else {
        mou_weave_raw(weaver, "<td class=\"number\">—</td>");
    }
}

static void put_memorandum(struct mou_weaver *weaver, uint32_t index)
{
    const struct mou_memorandum *memorandum = &weaver->program->memoranda.items[index];
    const struct mou_thing lead = mou_weave_vocabulary(weaver, MOU_SYMBOL_AUTHORITY, memorandum->lead);
    mou_weave_raw(weaver, "<tr><th scope=\"row\">");
    mou_weave_link_as(weaver, (struct mou_thing){MOU_THING_MEMORANDUM, index, 0}, memorandum->title.len > 0 ? memorandum->title : memorandum->name);
    mou_weave_raw(weaver, "</th><td>");
    mou_weave_text(weaver, memorandum->number);
    mou_weave_raw(weaver, "</td><td>");
    if (lead.thing_class != MOU_THING_NONE) {
        mou_weave_link(weaver, lead);
    }
    mou_weave_raw(weaver, "</td><td class=\"date\">");
    if (memorandum->effective != MOU_DATE_NONE) {
        mou_weave_date(weaver, memorandum->effective);
    }
    if (memorandum->repealed != MOU_DATE_NONE) {
        mou_weave_words(weaver, "，废止 ", ", repealed ");
        mou_weave_date(weaver, memorandum->repealed);
    }
    mou_weave_raw(weaver, "</td>");
    put_number(weaver, count_rules(weaver, index, MOU_THING_FINDING, MOU_SANCTION));
    put_number(weaver, count_rules(weaver, index, MOU_THING_MEASURE, MOU_SANCTION));
    put_number(weaver, count_rules(weaver, index, MOU_THING_MEASURE, MOU_INCENTIVE));
    put_number(weaver, count_rules(weaver, index, MOU_THING_TEST, MOU_SANCTION));
    mou_weave_raw(weaver, "</tr>\n");
}

static void put_memoranda(struct mou_weaver *weaver)
{
    mou_weave_raw(weaver, "<section class=\"part\">\n<h2>");
    mou_weave_words(weaver, "备忘录", "Memoranda");
    mou_weave_raw(weaver, "</h2>\n<table class=\"glance\"><thead><tr>");
    mou_weave_raw(weaver, mou_weave_say(weaver,
                                        "<th scope=\"col\">标题</th><th scope=\"col\">文号</th><th scope=\"col\">牵头</th><th scope=\"col\">施行</th>"
                                        "<th scope=\"col\" class=\"number\">认定</th><th scope=\"col\" class=\"number\">惩戒</th><th scope=\"col\" class=\"number\">激励</th><th scope=\"col\" class=\"number\">测试</th>",
                                        "<th scope=\"col\">Title</th><th scope=\"col\">Number</th><th scope=\"col\">Lead</th><th scope=\"col\">Effective</th>"
                                        "<th scope=\"col\" class=\"number\">Findings</th><th scope=\"col\" class=\"number\">Sanctions</th><th scope=\"col\" class=\"number\">Incentives</th><th scope=\"col\" class=\"number\">Tests</th>"));
    mou_weave_raw(weaver, "</tr></thead><tbody>\n");
    for (uint32_t i = 0; i < weaver->program->memoranda.count; i++) {
        put_memorandum(weaver, i);
    }
    mou_weave_raw(weaver, "</tbody></table>\n</section>\n");
}

static void put_guide(struct mou_weaver *weaver)
{
    static const struct {
        const char *zh;
        const char *en;
        const char *zh_text;
        const char *en_text;
    } entries[] = {
        {"左栏", "Left column", "备忘录原文，和规则各项的说明：依据、机关、对象、期限、解除、救济，以及讲到它的测试。",
         "the memorandum’s own words, and what the rule says: basis, authority, whom it falls on, term, end, remedy, and the tests that speak of it."},
        {"右栏", "Right column", "规则原文。机器执行的就是这一栏；每个名称都可以点开看它的出处。", "the rule itself, which is what the machine carries out; every name leads to where it is declared."},
        {"认定", "Finding", "哪些主体、凭什么文书、从哪天到哪天，属于本备忘录所称的对象。", "which subjects the memorandum speaks of, on which instruments, from when until when."},
        {"惩戒、激励", "Measure", "认定成立时，由哪个机关对谁采取什么措施。没有依据、机关、期限、解除、救济的惩戒不能编译。",
         "what is done to whom by which authority while a finding holds. A sanction without basis, authority, end or remedy does not compile."},
        {"生效、暂停、待核实、未生效", "In force, suspended, to verify, pending",
         "生效：条件全部成立；暂停：所凭记录有未办结的异议；待核实：资料不明，指明缺哪一项，不作惩戒；未生效：只差起算日未到。",
         "in force: all conditions hold; suspended: it rests on a record under objection; to verify: something is unknown, which is named, and nothing is done; pending: only the beginning lies ahead."},
    };
    mou_weave_raw(weaver, "<section class=\"part\">\n<h2>");
    mou_weave_words(weaver, "怎样读", "How to read these pages");
    mou_weave_raw(weaver, "</h2>\n<dl class=\"facts\">\n");
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        mou_weave_fact(weaver, entries[i].zh, entries[i].en);
        mou_weave_words(weaver, entries[i].zh_text, entries[i].en_text);
        mou_weave_fact_end(weaver);
    }
    mou_weave_raw(weaver, "</dl>\n</section>\n");
}

void mou_weave_home(struct mou_weaver *weaver)
{
    mou_weave_begin(weaver, MOU_PAGE_HOME, mou_text_of(mou_weave_say(weaver, "合作备忘录及其规则", "Joint memoranda and their rules")), MOU_TEXT(""));
    put_memoranda(weaver);
    mou_weave_overview_diagram(weaver);
    put_guide(weaver);
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_HOME));
}
