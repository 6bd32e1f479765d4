/*
 * The page of a memorandum: its head, all its measures at a glance, what depends on what, and its rules in the order of the document, under the
 * headings that the file has. Used by the weaver alone.
 */
#include "names.h"
#include "weave.h"

/** A stretch of rules under one heading. */
struct section {
    struct mou_text title;
    size_t begin;
    size_t end;
};

/** The rules of one memorandum, tests and fixtures left out. */
struct chapter {
    uint32_t memorandum;
    MOU_VEC(const struct mou_woven_rule *) rules;
    MOU_VEC(struct section) sections;
    size_t test_count;
};

/* ------------------------------------------------------------------ sections */

static const char *group_title(const struct mou_weaver *weaver, enum mou_thing_class thing_class)
{
    switch ((int)thing_class) {
    case MOU_THING_PARAMETER: return mou_weave_say(weaver, "参数", "Parameters");
    case MOU_THING_DEFINITION: return mou_weave_say(weaver, "定义", "Definitions");
    case MOU_THING_FINDING: return mou_weave_say(weaver, "认定", "Findings");
    case MOU_THING_MEASURE: return mou_weave_say(weaver, "惩戒和激励措施", "Measures");
    case MOU_THING_TABLE: return mou_weave_say(weaver, "裁量表", "Decision tables");
    case MOU_THING_REPAIR: return mou_weave_say(weaver, "信用修复", "Repairs");
    case MOU_THING_DUTY: return mou_weave_say(weaver, "职责", "Duties");
    case MOU_THING_MATTER: return mou_weave_say(weaver, "查询事项", "Matters");
    default: return mou_weave_say(weaver, "断言", "Assertions");
    }
}

static void add_section(struct mou_weaver *weaver, struct chapter *chapter, struct mou_text title, size_t begin)
{
    struct section section = {title, begin, begin};
    if (chapter->sections.count > 0 && chapter->sections.items[chapter->sections.count - 1].begin == begin) {
        chapter->sections.count--; /* a heading without rules */
    }
    (void)MOU_VEC_PUSH(weaver->arena, &chapter->sections, section);
}

static void gather(struct mou_weaver *weaver, struct chapter *chapter)
{
    const struct mou_decl *before = weaver->program->memoranda.items[chapter->memorandum].decl;
    bool headed = false;
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        if (rule->memorandum != chapter->memorandum) {
            continue;
        }
        struct mou_text heading = mou_weave_heading_before(weaver, rule->decl, before);
        before = rule->decl;
        chapter->test_count += rule->thing.thing_class == MOU_THING_TEST;
        if (rule->thing.thing_class == MOU_THING_TEST || rule->thing.thing_class == MOU_THING_FIXTURE) {
            continue;
        }
        if (heading.len > 0) {
            headed = true;
            add_section(weaver, chapter, heading, chapter->rules.count);
        } else if (chapter->rules.count == 0) {
            add_section(weaver, chapter, mou_text_of(group_title(weaver, rule->thing.thing_class)), 0);
        } else if (!headed && rule->thing.thing_class != chapter->rules.items[chapter->rules.count - 1]->thing.thing_class) {
            add_section(weaver, chapter, mou_text_of(group_title(weaver, rule->thing.thing_class)), chapter->rules.count);
        }
        (void)MOU_VEC_PUSH(weaver->arena, &chapter->rules, rule);
    }
    for (size_t i = 0; i < chapter->sections.count; i++) {
        chapter->sections.items[i].end = i + 1 < chapter->sections.count ? chapter->sections.items[i + 1].begin : chapter->rules.count;
    }
}

/* ------------------------------------------------------------------ head */

static void put_head_clause(struct mou_weaver *weaver, const struct mou_decl *decl, enum mou_clause_kind kind, const char *zh, const char *en)
{
    const struct mou_clause *clause = mou_clause_find(decl, kind);
    if (clause == NULL) {
        return;
    }
    mou_weave_fact(weaver, zh, en);
    if (clause->expr != NULL && clause->expr->kind == MOU_EXPR_DATE) {
        mou_weave_date(weaver, clause->expr->date);
    } else if (clause->names != NULL) {
        mou_weave_refs(weaver, clause);
    } else if (clause->basis != NULL) {
        mou_weave_legal(weaver, clause->basis);
    } else if (kind == MOU_CLAUSE_LIGHTER_LAW) {
        mou_weave_words(weaver, "所凭的参数按行为时和作出决定时各读一次：都成立才成立，期限取较短的",
                        "parameters of each ground are read by the day of the act and by the day of the decision: both must hold, and the shorter term counts");
    } else {
        mou_weave_text(weaver, clause->text);
    }
    mou_weave_fact_end(weaver);
}

/** What becomes of what the old memorandum determined: it ends where the old one is repealed, else it runs out. */
static void put_running(struct mou_weaver *weaver, const struct mou_memorandum *old)
{
    if (old->repealed == MOU_DATE_NONE) {
        mou_weave_words(weaver, "：以文书作出之日为界，本备忘录施行以前的认定按旧的执行到期，施行之日起的归本备忘录",
                        ": the day of the instrument decides; what was determined before this one took effect runs out under the old one, what is made from that day on belongs to this one");
        return;
    }
    mou_weave_words(weaver, "：其认定和措施到废止之日（", ": what rests on it ends on the day of its repeal, ");
    mou_weave_date(weaver, old->repealed);
    mou_weave_words(weaver, "）一律终止，由本备忘录按全部记录重新认定", "; this one judges all records anew");
}

static void put_replaced(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    const struct mou_clause *clause = mou_clause_find(decl, MOU_CLAUSE_REPLACES);
    for (const struct mou_name_ref *ref = clause != NULL ? clause->names : NULL; ref != NULL; ref = ref->next) {
        const struct mou_thing old = mou_weave_vocabulary(weaver, MOU_SYMBOL_MEMORANDUM, ref->name.text);
        if (old.thing_class != MOU_THING_NONE) {
            mou_weave_fact(weaver, "替代", "Replaces");
            mou_weave_link(weaver, old);
            put_running(weaver, &weaver->program->memoranda.items[old.index]);
            mou_weave_fact_end(weaver);
        }
    }
}

static void put_version(struct mou_weaver *weaver, const struct mou_memorandum *memorandum)
{
    unsigned char hash[32];
    const struct mou_source *source = &weaver->program->sources[memorandum->source];
    mou_weave_fact(weaver, "规则版本", "Version of the rules");
    if (memorandum->version.len > 0) {
        mou_weave_text(weaver, memorandum->version);
    } else {
        mou_sha256(source->bytes, source->len, hash);
        mou_buf_printf(&weaver->page, "<code>%02x%02x%02x%02x%02x%02x</code>", hash[0], hash[1], hash[2], hash[3], hash[4], hash[5]);
    }
    mou_weave_words(weaver, "，规则文件 ", ", file ");
    mou_weave_text(weaver, mou_weave_file_name(weaver, memorandum->source));
    mou_weave_fact_end(weaver);
}

static void put_head(struct mou_weaver *weaver, const struct mou_memorandum *memorandum)
{
    const struct mou_decl *decl = memorandum->decl;
    mou_weave_raw(weaver, "<dl class=\"facts head\">\n");
    mou_weave_fact(weaver, "规则中称", "Called in the rules");
    mou_weave_text(weaver, memorandum->name);
    mou_weave_fact_end(weaver);
    put_head_clause(weaver, decl, MOU_CLAUSE_LEAD, "牵头", "Lead");
    put_head_clause(weaver, decl, MOU_CLAUSE_SIGNED_BY, "联签", "Signed by");
    put_head_clause(weaver, decl, MOU_CLAUSE_EFFECTIVE, "施行", "Effective");
    put_head_clause(weaver, decl, MOU_CLAUSE_REPEALED, "废止", "Repealed");
    put_replaced(weaver, decl);
    put_head_clause(weaver, decl, MOU_CLAUSE_OBJECTION_NO_STAY, "异议不停止执行，依据", "An objection does not stay, under");
    put_head_clause(weaver, decl, MOU_CLAUSE_LIGHTER_LAW, "从旧兼从轻", "Lighter law");
    put_version(weaver, memorandum);
    mou_weave_raw(weaver, "</dl>\n");
    mou_weave_notes(weaver, decl);
}

/* ------------------------------------------------------------------ at a glance */

static void put_cell_clause(struct mou_weaver *weaver, const struct mou_decl *decl, enum mou_clause_kind kind)
{
    const struct mou_clause *clause = mou_clause_find(decl, kind);
    mou_weave_raw(weaver, kind == MOU_CLAUSE_DEGREE ? "<td class=\"short\">" : kind == MOU_CLAUSE_UNDER ? "<td class=\"laws\">" : "<td>");
    if (clause != NULL && kind == MOU_CLAUSE_TO) {
        mou_weave_targets(weaver, clause);
    } else if (clause != NULL && kind == MOU_CLAUSE_UNDER) {
        mou_weave_legal(weaver, clause->basis);
    } else if (clause != NULL) {
        mou_weave_clause_body(weaver, clause);
    }
    mou_weave_raw(weaver, "</td>");
}

/* What only measures of the kind say: how far a sanction goes, what an incentive grants. */
static enum mou_clause_kind own_clause(enum mou_measure_kind kind)
{
    return kind == MOU_SANCTION ? MOU_CLAUSE_DEGREE : MOU_CLAUSE_GRANT;
}

static void put_measure_row(struct mou_weaver *weaver, const struct mou_woven_rule *rule, bool own_column)
{
    const struct mou_measure *measure = &weaver->program->measures.items[rule->thing.index];
    mou_weave_raw(weaver, "<tr><th scope=\"row\">");
    mou_weave_link(weaver, rule->thing);
    mou_weave_raw(weaver, "</th><td>");
    if (measure->item != MOU_NO_INDEX) {
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_ITEM, measure->item, 0});
    }
    mou_weave_raw(weaver, "</td>");
    put_cell_clause(weaver, rule->decl, MOU_CLAUSE_TO);
    put_cell_clause(weaver, rule->decl, MOU_CLAUSE_BY);
    if (own_column) {
        put_cell_clause(weaver, rule->decl, own_clause(measure->kind));
    }
    put_cell_clause(weaver, rule->decl, MOU_CLAUSE_UNDER);
    mou_weave_raw(weaver, "</tr>\n");
}

static void put_column(struct mou_weaver *weaver, const char *zh, const char *en)
{
    mou_weave_raw(weaver, "<th scope=\"col\">");
    mou_weave_words(weaver, zh, en);
    mou_weave_raw(weaver, "</th>");
}

static void put_glance_head(struct mou_weaver *weaver, enum mou_measure_kind kind, bool own_column)
{
    const bool sanction = kind == MOU_SANCTION;
    mou_weave_raw(weaver, "<table class=\"glance\"><caption>");
    mou_weave_words(weaver, sanction ? "惩戒措施一览" : "激励措施一览", sanction ? "Sanctions at a glance" : "Incentives at a glance");
    mou_weave_raw(weaver, "</caption>\n<thead><tr>");
    put_column(weaver, "措施", "Measure");
    put_column(weaver, "目录", "Item");
    put_column(weaver, "对象", "Falls on");
    put_column(weaver, "实施机关", "Carried out by");
    if (own_column) {
        put_column(weaver, sanction ? "程度" : "给予", sanction ? "Degree" : "Grants");
    }
    put_column(weaver, "依据", "Legal basis");
    mou_weave_raw(weaver, "</tr></thead><tbody>\n");
}

static bool is_measure(const struct mou_weaver *weaver, const struct mou_woven_rule *rule, enum mou_measure_kind kind)
{
    return rule->thing.thing_class == MOU_THING_MEASURE && weaver->program->measures.items[rule->thing.index].kind == kind;
}

/* An empty column would make the reader look for what is not there. */
static bool has_own_column(const struct mou_weaver *weaver, const struct chapter *chapter, enum mou_measure_kind kind)
{
    bool found = false;
    for (size_t i = 0; i < chapter->rules.count && !found; i++) {
        const struct mou_woven_rule *rule = chapter->rules.items[i];
        found = is_measure(weaver, rule, kind) && mou_clause_find(rule->decl, own_clause(kind)) != NULL;
    }
    return found;
}

static void put_glance(struct mou_weaver *weaver, const struct chapter *chapter, enum mou_measure_kind kind)
{
    const bool own_column = has_own_column(weaver, chapter, kind);
    bool begun = false;
    for (size_t i = 0; i < chapter->rules.count; i++) {
        const struct mou_woven_rule *rule = chapter->rules.items[i];
        if (!is_measure(weaver, rule, kind)) {
            continue;
        }
        if (!begun) {
            put_glance_head(weaver, kind, own_column);
        }
        begun = true;
        put_measure_row(weaver, rule, own_column);
    }
    mou_weave_raw(weaver, begun ? "</tbody></table>\n" : "");
}

/* ------------------------------------------------------------------ contents and rules */

static void put_contents(struct mou_weaver *weaver, const struct chapter *chapter)
{
    if (chapter->sections.count == 0) {
        return; /* a memorandum that is only named, as one that another replaced */
    }
    mou_buf_printf(&weaver->page, "<nav class=\"contents\" aria-label=\"%s\">\n<h2>%s</h2>\n<ol>\n", mou_weave_say(weaver, "本页目录", "Contents"),
                   mou_weave_say(weaver, "目录", "Contents"));
    for (size_t i = 0; i < chapter->sections.count; i++) {
        const struct section *section = &chapter->sections.items[i];
        mou_buf_printf(&weaver->page, "<li><a href=\"#section-%zu\">", i + 1);
        mou_weave_text(weaver, section->title);
        mou_weave_raw(weaver, "</a> <span class=\"of\">");
        for (size_t k = section->begin; k < section->end; k++) {
            mou_weave_raw(weaver, k > section->begin ? "、" : "");
            mou_weave_link(weaver, chapter->rules.items[k]->thing);
        }
        mou_weave_raw(weaver, "</span></li>\n");
    }
    mou_weave_raw(weaver, "</ol>\n</nav>\n");
}

static void put_sections(struct mou_weaver *weaver, const struct chapter *chapter)
{
    for (size_t i = 0; i < chapter->sections.count; i++) {
        const struct section *section = &chapter->sections.items[i];
        mou_buf_printf(&weaver->page, "<section class=\"part\" id=\"section-%zu\">\n<h2>", i + 1);
        mou_weave_text(weaver, section->title);
        mou_weave_raw(weaver, "</h2>\n");
        for (size_t k = section->begin; k < section->end; k++) {
            mou_weave_rule(weaver, chapter->rules.items[k]);
        }
        mou_weave_raw(weaver, "</section>\n");
    }
}

static void put_tests_link(struct mou_weaver *weaver, const struct chapter *chapter)
{
    if (chapter->test_count == 0) {
        return;
    }
    mou_weave_raw(weaver, "<p class=\"totests\"><a href=\"");
    mou_weave_memorandum_page(weaver, chapter->memorandum, true, &weaver->page);
    mou_weave_raw(weaver, "\">");
    mou_weave_words(weaver, "本备忘录的全部测试", "All tests of this memorandum");
    mou_buf_printf(&weaver->page, "</a> <span class=\"of\">（%zu）</span></p>\n", chapter->test_count);
}

static void write_memorandum(struct mou_weaver *weaver, uint32_t index)
{
    const struct mou_memorandum *memorandum = &weaver->program->memoranda.items[index];
    struct chapter chapter = {.memorandum = index};
    struct mou_buf name;
    gather(weaver, &chapter);
    mou_weave_begin(weaver, MOU_PAGE_OTHER, memorandum->title.len > 0 ? memorandum->title : memorandum->name, memorandum->number);
    put_head(weaver, memorandum);
    put_contents(weaver, &chapter);
    put_glance(weaver, &chapter, MOU_SANCTION);
    put_glance(weaver, &chapter, MOU_INCENTIVE);
    mou_weave_memorandum_diagram(weaver, index);
    put_sections(weaver, &chapter);
    put_tests_link(weaver, &chapter);
    mou_buf_init(&name, NULL, 4096);
    mou_weave_memorandum_page(weaver, index, false, &name);
    mou_weave_end(weaver, name.failed ? "" : name.data);
    mou_buf_free(&name);
}

void mou_weave_memoranda(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->program->memoranda.count; i++) {
        write_memorandum(weaver, i);
    }
}
