/*
 * One rule as a reader of the law wants it: what it says in words at the left, the memorandum's own text first, and the rule text at the right.
 * Used by the weaver alone.
 */
#include "names.h"
#include "weave.h"

struct label {
    const char *zh;
    const char *en;
};

/** Clauses that are shown as facts, and under which word; a clause without a word is read in the rule text. */
static const struct label labels[MOU_CLAUSE_KIND_COUNT] = {
    [MOU_CLAUSE_ITEM] = {"目录措施", "Catalogue item"},
    [MOU_CLAUSE_BECAUSE] = {"因何认定", "Rests on"},
    [MOU_CLAUSE_ENTERS] = {"列入名单", "Enters list"},
    [MOU_CLAUSE_ON] = {"凭据记录", "On records"},
    [MOU_CLAUSE_OF] = {"针对", "Of"},
    [MOU_CLAUSE_TO] = {"对象", "Falls on"},
    [MOU_CLAUSE_HOLDING] = {"任职时点", "Holding office"},
    [MOU_CLAUSE_BY] = {"实施机关", "Carried out by"},
    [MOU_CLAUSE_DEGREE] = {"程度", "Degree"},
    [MOU_CLAUSE_ONLY_IF] = {"前提", "Only if"},
    [MOU_CLAUSE_TERM] = {"期限", "Term"},
    [MOU_CLAUSE_FOLLOWS_FINDING] = {"期限", "Term"},
    [MOU_CLAUSE_OPEN_ENDED] = {"期限", "Term"},
    [MOU_CLAUSE_LIFTED] = {"解除", "Lifted"},
    [MOU_CLAUSE_GRANT] = {"给予", "Grants"},
    [MOU_CLAUSE_PUBLISH] = {"公示", "Published"},
    [MOU_CLAUSE_SHARE] = {"共享", "Shared"},
    [MOU_CLAUSE_ELIGIBLE] = {"可以申请", "Eligible"},
    [MOU_CLAUSE_REFUSED] = {"不予修复", "Refused"},
    [MOU_CLAUSE_HANDLED] = {"办理期限", "Handled within"},
    [MOU_CLAUSE_ONCE_GRANTED] = {"准予以后", "Once granted"},
    [MOU_CLAUSE_WITHIN] = {"时限", "Deadline"},
    [MOU_CLAUSE_DONE] = {"完成", "Done"},
    [MOU_CLAUSE_LOOK_UP] = {"查询", "Looks up"},
    [MOU_CLAUSE_PROHIBIT] = {"不得通过", "Deny"},
    [MOU_CLAUSE_ADVISE] = {"应予提示", "Advise"},
    [MOU_CLAUSE_ENDED] = {"提前终止", "Ended early"},
    [MOU_CLAUSE_DOMAIN] = {"领域", "Domain"},
    [MOU_CLAUSE_TIER] = {"层级", "Tier"},
    [MOU_CLAUSE_JURISDICTION] = {"辖区", "Jurisdiction"},
    [MOU_CLAUSE_REMEDY] = {"救济", "Remedy"},
    [MOU_CLAUSE_UNDER] = {"依据", "Legal basis"},
};

/** The order in which they are shown. */
static const enum mou_clause_kind fact_order[] = {
    MOU_CLAUSE_ITEM, MOU_CLAUSE_BECAUSE, MOU_CLAUSE_ENTERS, MOU_CLAUSE_ON, MOU_CLAUSE_OF, MOU_CLAUSE_LOOK_UP, MOU_CLAUSE_PROHIBIT, MOU_CLAUSE_ADVISE,
    MOU_CLAUSE_DOMAIN, MOU_CLAUSE_TIER, MOU_CLAUSE_JURISDICTION, MOU_CLAUSE_ELIGIBLE, MOU_CLAUSE_REFUSED, MOU_CLAUSE_HANDLED, MOU_CLAUSE_ONCE_GRANTED,
    MOU_CLAUSE_ONLY_IF, MOU_CLAUSE_UNLESS, MOU_CLAUSE_UNDER, MOU_CLAUSE_BY, MOU_CLAUSE_TO, MOU_CLAUSE_HOLDING, MOU_CLAUSE_DEGREE, MOU_CLAUSE_GRANT,
    MOU_CLAUSE_TERM, MOU_CLAUSE_FOLLOWS_FINDING, MOU_CLAUSE_OPEN_ENDED, MOU_CLAUSE_ENDED, MOU_CLAUSE_WITHIN, MOU_CLAUSE_DONE, MOU_CLAUSE_LIFTED,
    MOU_CLAUSE_PUBLISH, MOU_CLAUSE_SHARE, MOU_CLAUSE_REMEDY,
};

/* ------------------------------------------------------------------ contents of facts */

void mou_weave_legal(struct mou_weaver *weaver, const struct mou_legal_ref *refs)
{
    for (const struct mou_legal_ref *ref = refs; ref != NULL; ref = ref->next) {
        mou_buf_printf(&weaver->page, "<span class=\"law\"><a href=\"%s#", mou_weave_file(MOU_PAGE_ARTICLES));
        mou_weave_article_id(ref->instrument, ref->article, &weaver->page);
        mou_weave_raw(weaver, "\">");
        mou_weave_text(weaver, ref->instrument);
        if (ref->number.len > 0) {
            mou_weave_raw(weaver, "（");
            mou_weave_text(weaver, ref->number);
            mou_weave_raw(weaver, "）");
        }
        mou_weave_text(weaver, ref->article);
        mou_weave_raw(weaver, "</a></span>");
        mou_weave_raw(weaver, ref->next != NULL ? "<br>" : "");
    }
}

static enum mou_symbol_class class_of_names(enum mou_clause_kind kind)
{
    switch ((int)kind) {
    case MOU_CLAUSE_ENTERS: return MOU_SYMBOL_LIST_KIND;
    case MOU_CLAUSE_ON: case MOU_CLAUSE_OF: return MOU_SYMBOL_RECORD;
    case MOU_CLAUSE_BY: case MOU_CLAUSE_LEAD: case MOU_CLAUSE_SIGNED_BY: return MOU_SYMBOL_AUTHORITY;
    case MOU_CLAUSE_REPLACES: return MOU_SYMBOL_MEMORANDUM;
    case MOU_CLAUSE_ITEM: return MOU_SYMBOL_ITEM;
    default: return MOU_SYMBOL_CLASS_COUNT;
    }
}

/** The long name of an authority or a record beside the short one. */
static struct mou_text display_of(const struct mou_weaver *weaver, struct mou_thing thing)
{
    struct mou_text display = MOU_TEXT("");
    if (thing.thing_class == MOU_THING_AUTHORITY) {
        display = weaver->program->authorities.items[thing.index].display;
    } else if (thing.thing_class == MOU_THING_RECORD) {
        display = weaver->program->records.items[thing.index].display;
    } else if (thing.thing_class == MOU_THING_ITEM) {
        display = weaver->program->items.items[thing.index].title;
    } else if (thing.thing_class == MOU_THING_MEMORANDUM) {
        display = weaver->program->memoranda.items[thing.index].title;
    }
    return display;
}

static void put_thing_named(struct mou_weaver *weaver, struct mou_thing thing, const struct mou_name_ref *ref)
{
    if (thing.thing_class == MOU_THING_NONE) {
        mou_weave_text(weaver, ref->name.text);
        return;
    }
    struct mou_text display = display_of(weaver, thing);
    if (thing.thing_class == MOU_THING_ITEM) {
        mou_weave_link(weaver, thing);
        mou_weave_raw(weaver, " ");
        mou_weave_text(weaver, display);
        return;
    }
    const bool longer = thing.thing_class == MOU_THING_AUTHORITY && display.len > 0;
    mou_weave_link_as(weaver, thing, longer ? display : ref->name.text);
}

void mou_weave_refs(struct mou_weaver *weaver, const struct mou_clause *clause)
{
    const enum mou_symbol_class symbol_class = class_of_names(clause->kind);
    for (const struct mou_name_ref *ref = clause->names; ref != NULL; ref = ref->next) {
        struct mou_thing thing = symbol_class != MOU_SYMBOL_CLASS_COUNT ? mou_weave_vocabulary(weaver, symbol_class, ref->name.text) : MOU_NO_THING;
        put_thing_named(weaver, thing, ref);
        mou_weave_raw(weaver, ref->next != NULL ? "、" : "");
    }
}

/** Begin of what stands behind the colon of `KIND：…`. */
static uint32_t behind_colon(const struct mou_weaver *weaver, const struct mou_target *target)
{
    const mou_pieces *pieces = &weaver->pieces[target->span.source];
    uint32_t begin = target->subject_kind.span.end;
    for (size_t i = 0; i < pieces->count && pieces->items[i].begin < target->span.end; i++) {
        const struct mou_piece *piece = &pieces->items[i];
        const bool label = piece->begin <= target->subject_kind.span.begin && piece->end > target->subject_kind.span.end;
        const bool colon = piece->begin >= target->subject_kind.span.end && piece->piece_class == MOU_PIECE_MARK;
        if (label || colon) {
            return piece->end;
        }
    }
    return begin;
}

void mou_weave_targets(struct mou_weaver *weaver, const struct mou_clause *clause)
{
    for (const struct mou_target *target = clause->targets; target != NULL; target = target->next) {
        mou_weave_text(weaver, target->subject_kind.text);
        mou_weave_raw(weaver, "：");
        mou_weave_inline(weaver, (struct mou_span){target->span.source, behind_colon(weaver, target), target->span.end});
        mou_weave_raw(weaver, target->next != NULL ? "<br>" : "");
    }
}

/** Declared authorities by their full names; a field of the record that names the authority as such. */
static void put_authorities(struct mou_weaver *weaver, const struct mou_clause *clause)
{
    for (const struct mou_name_ref *ref = clause->names; ref != NULL; ref = ref->next) {
        const struct mou_thing authority = mou_weave_vocabulary(weaver, MOU_SYMBOL_AUTHORITY, ref->name.text);
        if (authority.thing_class != MOU_THING_NONE) {
            put_thing_named(weaver, authority, ref);
        } else {
            mou_weave_inline(weaver, ref->name.span);
            mou_weave_words(weaver, "（由记录载明）", " (as the record says)");
        }
        mou_weave_raw(weaver, ref->next != NULL ? "、" : "");
    }
}

static void put_clause(struct mou_weaver *weaver, const struct mou_clause *clause)
{
    switch ((int)clause->kind) {
    case MOU_CLAUSE_UNDER:
        mou_weave_legal(weaver, clause->basis);
        break;
    case MOU_CLAUSE_BY:
        put_authorities(weaver, clause);
        break;
    case MOU_CLAUSE_ITEM: case MOU_CLAUSE_ON: case MOU_CLAUSE_OF: case MOU_CLAUSE_ENTERS:
        mou_weave_refs(weaver, clause);
        break;
    case MOU_CLAUSE_TO:
        mou_weave_targets(weaver, clause);
        break;
    case MOU_CLAUSE_REMEDY:
        mou_weave_text(weaver, clause->text);
        break;
    case MOU_CLAUSE_FOLLOWS_FINDING:
        mou_weave_words(weaver, "随认定：认定成立期间有效", "as long as the finding holds");
        break;
    case MOU_CLAUSE_OPEN_ENDED:
        mou_weave_words(weaver, "长期", "open-ended");
        break;
    default:
        mou_weave_clause_body(weaver, clause);
        break;
    }
}

static const char *separator_of(enum mou_clause_kind kind)
{
    return kind == MOU_CLAUSE_ON ? "、" : "<br>";
}

/** The same record in several sections is named once. */
static bool said_before(const struct mou_decl *decl, const struct mou_clause *clause)
{
    for (const struct mou_clause *before = decl->clauses; before != clause; before = before->next) {
        if (clause->kind == MOU_CLAUSE_ON && before->kind == MOU_CLAUSE_ON && before->names != NULL && clause->names != NULL &&
            mou_text_equal(before->names->name.text, clause->names->name.text)) {
            return true;
        }
    }
    return false;
}

/** Exceptions are facts of measures; those of findings are read in the rule text. */
static struct label label_of(const struct mou_woven_rule *rule, enum mou_clause_kind kind)
{
    if (kind == MOU_CLAUSE_UNLESS && rule->thing.thing_class == MOU_THING_MEASURE) {
        return (struct label){"例外", "Unless"};
    }
    if (kind == MOU_CLAUSE_BY && rule->thing.thing_class == MOU_THING_DUTY) {
        return (struct label){"责任机关", "Owed by"};
    }
    const bool of_section = kind == MOU_CLAUSE_TERM || kind == MOU_CLAUSE_OPEN_ENDED;
    if (of_section && rule->thing.thing_class == MOU_THING_FINDING) {
        return (struct label){NULL, NULL}; /* put_periods says it section by section */
    }
    return labels[kind];
}

/** From when until when each section's grounds hold. */
static void put_periods(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    bool begun = false;
    bool section = false;
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        const bool limit = clause->kind == MOU_CLAUSE_FROM || clause->kind == MOU_CLAUSE_UNTIL || clause->kind == MOU_CLAUSE_TERM || clause->kind == MOU_CLAUSE_OPEN_ENDED;
        section = section || clause->kind == MOU_CLAUSE_ON;
        if (!limit) {
            continue;
        }
        if (!begun) {
            mou_weave_fact(weaver, "期间", "Period");
        }
        mou_weave_raw(weaver, !begun ? "" : section ? "<br>" : " ");
        begun = true;
        section = false;
        mou_weave_inline(weaver, clause->span);
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

static void put_facts(struct mou_weaver *weaver, const struct mou_woven_rule *rule)
{
    for (size_t i = 0; i < sizeof fact_order / sizeof fact_order[0]; i++) {
        struct label label = label_of(rule, fact_order[i]);
        bool begun = false;
        for (const struct mou_clause *clause = rule->decl->clauses; label.zh != NULL && clause != NULL; clause = clause->next) {
            if (clause->kind != fact_order[i] || said_before(rule->decl, clause)) {
                continue;
            }
            if (begun) {
                mou_weave_raw(weaver, separator_of(clause->kind));
            } else {
                mou_weave_fact(weaver, label.zh, label.en);
            }
            begun = true;
            put_clause(weaver, clause);
        }
        if (begun) {
            mou_weave_fact_end(weaver);
        }
    }
}

/* ------------------------------------------------------------------ what is known from elsewhere */

void mou_weave_use_list(struct mou_weaver *weaver, size_t begin, size_t end, const char *zh, const char *en)
{
    const char *kind = NULL;
    if (begin == end) {
        return;
    }
    mou_weave_fact(weaver, zh, en);
    for (size_t i = begin; i < end; i++) {
        struct mou_thing thing = weaver->rules.items[weaver->uses.items[i].rule].thing;
        const bool other_kind = kind != mou_thing_kind(weaver, thing);
        kind = mou_thing_kind(weaver, thing);
        mou_weave_raw(weaver, i == begin ? "" : other_kind ? "；" : "、");
        if (other_kind) {
            mou_buf_printf(&weaver->page, "<span class=\"kind\">%s</span>", kind);
        }
        mou_weave_link(weaver, thing);
    }
    mou_weave_fact_end(weaver);
}

/** Repairs of the records that the measure's findings are on. */
static bool repairs_measure(const struct mou_weaver *weaver, const struct mou_repair *repair, const struct mou_measure *measure)
{
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &weaver->program->findings.items[measure->because[i]];
        for (uint32_t k = 0; k < finding->section_count; k++) {
            if (finding->sections[k].record == repair->record && repair->record != MOU_NO_INDEX) {
                return true;
            }
        }
    }
    return false;
}

/** The events that end the findings of a measure before their time, and the measure with them. */
static void put_endings(struct mou_weaver *weaver, const struct mou_measure *measure)
{
    bool begun = false;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_finding *finding = &weaver->program->findings.items[measure->because[i]];
        for (const struct mou_clause *clause = finding->decl->clauses; clause != NULL; clause = clause->next) {
            if (clause->kind != MOU_CLAUSE_ENDED) {
                continue;
            }
            if (begun) {
                mou_weave_raw(weaver, "<br>");
            } else {
                mou_weave_fact(weaver, "提前终止", "Ended early");
            }
            begun = true;
            mou_weave_link(weaver, (struct mou_thing){MOU_THING_FINDING, measure->because[i], 0});
            mou_weave_raw(weaver, "：");
            mou_weave_clause_body(weaver, clause);
        }
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

static void put_repairs(struct mou_weaver *weaver, const struct mou_measure *measure)
{
    bool begun = false;
    for (uint32_t i = 0; measure->kind == MOU_SANCTION && i < weaver->program->repairs.count; i++) {
        if (repairs_measure(weaver, &weaver->program->repairs.items[i], measure)) {
            if (begun) {
                mou_weave_raw(weaver, "、");
            } else {
                mou_weave_fact(weaver, "信用修复", "Credit repair");
            }
            begun = true;
            mou_weave_link(weaver, (struct mou_thing){MOU_THING_REPAIR, i, 0});
        }
    }
    if (begun) {
        mou_weave_fact_end(weaver);
    }
}

static void put_mention(struct mou_weaver *weaver, const struct mou_mention *mention)
{
    const struct mou_clause *clause = mention->clause;
    const struct mou_expectation *said = &clause->expectation;
    struct mou_span rest = {clause->span.source, said->rule.name.span.end, clause->span.end};
    const bool finding = mention->thing.thing_class == MOU_THING_FINDING;
    if (mention->on != MOU_DATE_NONE) {
        mou_weave_date(weaver, mention->on);
        mou_weave_raw(weaver, " ");
    }
    if (said->subject.text.len > 0) {
        mou_weave_text(weaver, said->subject.text);
        mou_weave_raw(weaver, " ");
    }
    if (clause->kind == MOU_CLAUSE_REFUTE) {
        mou_weave_words(weaver, finding ? "不成立" : "无", finding ? "does not hold" : "none");
        return;
    }
    if (said->outcome == MOU_OUTCOME_UNSTATED && (finding || mention->thing.thing_class == MOU_THING_MEASURE)) {
        mou_weave_words(weaver, finding ? "成立 " : "生效 ", finding ? "holds " : "in force ");
    }
    mou_weave_inline(weaver, rest);
}

static void put_tests(struct mou_weaver *weaver, struct mou_thing thing)
{
    size_t begin = 0;
    size_t end = 0;
    size_t tests = 0;
    mou_weave_mentions_of(weaver, thing, &begin, &end);
    for (size_t i = begin; i < end; i++) {
        tests += i == begin || weaver->mentions.items[i].rule != weaver->mentions.items[i - 1].rule;
    }
    if (tests == 0) {
        return;
    }
    mou_buf_printf(&weaver->page, "<div class=\"tests\"><p class=\"label\">%s（%zu）</p>\n<ul>\n", mou_weave_say(weaver, "测试", "Tests"), tests);
    for (size_t i = begin; i < end; i++) {
        const bool first = i == begin || weaver->mentions.items[i].rule != weaver->mentions.items[i - 1].rule;
        if (first) {
            mou_weave_raw(weaver, i > begin ? "</li>\n<li>" : "<li>");
            mou_weave_link(weaver, weaver->rules.items[weaver->mentions.items[i].rule].thing);
            mou_weave_raw(weaver, "：");
        } else {
            mou_weave_raw(weaver, "；");
        }
        put_mention(weaver, &weaver->mentions.items[i]);
    }
    mou_weave_raw(weaver, "</li>\n</ul></div>\n");
}

static void put_related(struct mou_weaver *weaver, struct mou_thing thing)
{
    size_t begin = 0;
    size_t end = 0;
    if (thing.thing_class == MOU_THING_MEASURE) {
        put_endings(weaver, &weaver->program->measures.items[thing.index]);
        put_repairs(weaver, &weaver->program->measures.items[thing.index]);
    }
    mou_weave_uses_of(weaver, thing, &begin, &end);
    mou_weave_use_list(weaver, begin, end, "用于", "Used by");
}

/* ------------------------------------------------------------------ tables */

/** The dated values of a parameter: one is a fact, several are a table. */
static void put_parameter_values(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    mou_weave_raw(weaver, "<table class=\"values\"><thead><tr><th scope=\"col\">");
    mou_weave_words(weaver, "数值", "Value");
    mou_weave_raw(weaver, "</th><th scope=\"col\">");
    mou_weave_words(weaver, "自", "From");
    mou_weave_raw(weaver, "</th></tr></thead><tbody>\n");
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_VALUE_FROM) {
            mou_weave_raw(weaver, "<tr><td>");
            mou_weave_inline(weaver, clause->expr->span);
            mou_weave_raw(weaver, "</td><td>");
            mou_weave_date(weaver, clause->second->date);
            mou_weave_raw(weaver, "</td></tr>\n");
        }
    }
    mou_weave_raw(weaver, "</tbody></table>\n");
}

static void put_only_value(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    const struct mou_clause *clause = mou_clause_find(decl, MOU_CLAUSE_VALUE_FROM);
    mou_weave_fact(weaver, "数值", "Value");
    mou_weave_inline(weaver, clause->expr->span);
    mou_weave_words(weaver, "，自", ", from ");
    mou_weave_date(weaver, clause->second->date);
    mou_weave_words(weaver, "起", " on");
    mou_weave_fact_end(weaver);
}

static void put_decision_table(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    mou_weave_raw(weaver, "<table class=\"values\"><thead><tr>");
    for (const struct mou_table_parameter *parameter = decl->table_parameters; parameter != NULL; parameter = parameter->next) {
        mou_weave_raw(weaver, "<th scope=\"col\">");
        mou_weave_text(weaver, parameter->name.text);
        mou_weave_raw(weaver, "</th>");
    }
    mou_weave_raw(weaver, "<th scope=\"col\">");
    mou_weave_words(weaver, "结果", "Result");
    mou_weave_raw(weaver, "</th></tr></thead><tbody>\n");
    for (const struct mou_table_row *row = decl->table_rows; row != NULL; row = row->next) {
        mou_weave_raw(weaver, "<tr>");
        for (const struct mou_table_cell *cell = row->cells; cell != NULL; cell = cell->next) {
            mou_weave_raw(weaver, "<td>");
            mou_weave_inline(weaver, cell->span);
            mou_weave_raw(weaver, "</td>");
        }
        mou_weave_raw(weaver, "<td>");
        if (row->result != NULL) {
            mou_weave_inline(weaver, row->result->span);
        }
        mou_weave_raw(weaver, "</td></tr>\n");
    }
    mou_weave_raw(weaver, "</tbody></table>\n");
}

/* ------------------------------------------------------------------ the whole rule */

static void put_verbatim(struct mou_weaver *weaver, const struct mou_decl *decl)
{
    for (const struct mou_clause *clause = decl->clauses; clause != NULL; clause = clause->next) {
        if (clause->kind == MOU_CLAUSE_VERBATIM) {
            mou_weave_raw(weaver, "<blockquote class=\"verbatim\"><p>");
            mou_weave_text(weaver, clause->text);
            mou_weave_raw(weaver, "</p></blockquote>\n");
        }
    }
}

void mou_weave_rule(struct mou_weaver *weaver, const struct mou_woven_rule *rule)
{
    mou_weave_raw(weaver, "<section class=\"rule\" id=\"");
    mou_thing_id(weaver, rule->thing, &weaver->page);
    mou_weave_raw(weaver, "\">\n<h3><span class=\"kind\">");
    mou_weave_raw(weaver, mou_thing_kind(weaver, rule->thing));
    mou_weave_raw(weaver, "</span> ");
    mou_weave_text(weaver, mou_thing_name(weaver, rule->thing));
    mou_weave_raw(weaver, "</h3>\n<div class=\"beside\">\n<div class=\"words\">\n");
    put_verbatim(weaver, rule->decl);
    mou_weave_notes(weaver, rule->decl);
    const bool parameter = rule->thing.thing_class == MOU_THING_PARAMETER;
    const bool several = parameter && weaver->program->parameters.items[rule->thing.index].value_count > 1;
    if (several) {
        put_parameter_values(weaver, rule->decl);
    } else if (rule->thing.thing_class == MOU_THING_TABLE) {
        put_decision_table(weaver, rule->decl);
    }
    const size_t empty = weaver->page.len;
    mou_weave_raw(weaver, "<dl class=\"facts\">\n");
    const size_t begin = weaver->page.len;
    if (parameter && !several) {
        put_only_value(weaver, rule->decl);
    }
    put_facts(weaver, rule);
    if (rule->thing.thing_class == MOU_THING_FINDING) {
        put_periods(weaver, rule->decl);
    }
    put_related(weaver, rule->thing);
    if (weaver->page.len == begin) {
        weaver->page.len = empty; /* a list needs an entry */
    } else {
        mou_weave_raw(weaver, "</dl>\n");
    }
    mou_weave_raw(weaver, "</div>\n");
    mou_weave_code(weaver, rule->decl, MOU_CLAUSE_VERBATIM);
    mou_weave_raw(weaver, "</div>\n");
    put_tests(weaver, rule->thing);
    mou_weave_raw(weaver, "</section>\n");
}
