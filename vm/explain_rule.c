/*
 * The head of an explanation: what the decision says, on whose authority and by which article, in
 * which memorandum, until when, how it is lifted and where to object. Used by explain.c.
 */
#include <assert.h>

#include "explain.h"

static const struct mou_pack_measure *measure_of(const struct mou_explain *explain)
{
    const struct mou_rule_ref rule = explain->judged.rule;
    return rule.is_finding ? NULL : &explain->machine->pack->measures[rule.index];
}

static const struct mou_pack_finding *finding_of(const struct mou_explain *explain)
{
    const struct mou_rule_ref rule = explain->judged.rule;
    return rule.is_finding ? &explain->machine->pack->findings[rule.index] : NULL;
}

struct mou_text mou_explain_rule_name(const struct mou_explain *explain)
{
    assert(explain != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_rule_ref rule = explain->judged.rule;
    return mou_pack_string(pack, rule.is_finding ? pack->findings[rule.index].name
                                                 : pack->measures[rule.index].name);
}

uint32_t mou_explain_memorandum(const struct mou_explain *explain)
{
    assert(explain != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_rule_ref rule = explain->judged.rule;
    return rule.is_finding ? pack->findings[rule.index].memorandum
                           : pack->measures[rule.index].memorandum;
}

static struct mou_explain_node *add(struct mou_explain *explain, enum mou_explain_kind kind,
                                    struct mou_text text)
{
    return mou_explain_add(&explain->tree, explain->tree.root, kind, text);
}

static void put(struct mou_explain *explain, struct mou_text text, const char *before)
{
    if (text.len > 0) {
        mou_buf_text(&explain->tree.buf, explain->tree.buf.len > 0 ? before : "");
        mou_buf_append(&explain->tree.buf, text.bytes, text.len);
    }
}

static void put_packed(struct mou_explain *explain, struct mou_pack_text text, const char *before)
{
    put(explain, mou_pack_string(explain->machine->pack, text), before);
}

static void add_packed(struct mou_explain *explain, enum mou_explain_kind kind,
                       struct mou_pack_text text)
{
    if (text.len > 0) {
        (void)add(explain, kind, mou_pack_string(explain->machine->pack, text));
    }
}

void mou_explain_note(struct mou_explain *explain, struct mou_explain_node *node, uint32_t note)
{
    assert(explain != NULL && node != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    if (note >= pack->notes_count) {
        return;
    }
    const struct mou_pack_span span = pack->notes[note].span;
    mou_explain_place(explain, node, (struct mou_span){span.source, span.begin, span.end});
    if (pack->notes[note].verbatim.len > 0) {
        (void)mou_explain_add(&explain->tree, node, MOU_EXPLAIN_VERBATIM,
                              mou_pack_string(pack, pack->notes[note].verbatim));
    }
}

/* ------------------------------------------------------------------ what is shown of a decision */

static void add_interval(struct mou_explain *explain, const struct mou_decision *decision)
{
    if (explain->judged.has_interval) {
        (void)add(explain, MOU_EXPLAIN_INTERVAL,
                  mou_explain_interval(explain, explain->judged.interval));
    }
    if (decision->has_term) {
        mou_duration_words((uint32_t)decision->term_type, decision->term, explain->tree.lang, &explain->tree.buf);
        (void)add(explain, MOU_EXPLAIN_TERM, mou_explain_keep(&explain->tree));
    }
}

/* Whether what is granted would give a confidential field away. */
static bool hides_grant(const struct mou_explain *explain, uint32_t measure, uint32_t grant)
{
    struct mou_text name;
    bool confidential = false;
    mou_pack_grant(explain->machine->pack, measure, grant, &name, &confidential);
    return confidential;
}

static void add_grants(struct mou_explain *explain, const struct mou_decision *decision)
{
    for (uint32_t i = 0; i < decision->grant_count; i++) {
        const struct mou_grant_value *grant = &decision->grants[i];
        put(explain, grant->name, "");
        mou_buf_text(&explain->tree.buf, " = ");
        if (!grant->known) {
            put(explain, mou_explain_say(&explain->tree, "不明", "unknown"), "");
        } else if (!explain->unmask && hides_grant(explain, decision->rule, i)) {
            put(explain, mou_explain_masked(explain), "");
        } else if (grant->text.len > 0) {
            put(explain, grant->text, "");
        } else {
            mou_explain_put_value(explain, (uint32_t)grant->type, MOU_PACK_NONE, grant->value);
        }
        (void)add(explain, MOU_EXPLAIN_GRANT, mou_explain_keep(&explain->tree));
    }
}

/* Where it stands, how often it is given, and until when. */
static void add_publications(struct mou_explain *explain, const struct mou_decision *decision)
{
    struct mou_buf *buf = &explain->tree.buf;
    for (uint32_t i = 0; i < decision->publication_count; i++) {
        const struct mou_publication_value *value = &decision->publications[i];
        for (uint32_t k = 0; k < value->place_count; k++) {
            put(explain, value->places[k], "、");
        }
        if (value->has_every) {
            mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "，每隔 " : ", each ");
            mou_duration_words((uint32_t)value->every_type, value->every, explain->tree.lang, buf);
        }
        if (value->until != MOU_DATE_NONE) {
            mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "，撤下 " : ", withdrawn ");
            mou_date_format(value->until, buf);
        } else if (value->has_lasting) {
            mou_buf_text(buf, explain->tree.lang == MOU_LANG_ZH ? "，期限 " : ", lasting ");
            mou_duration_words((uint32_t)value->lasting_type, value->lasting, explain->tree.lang, buf);
        }
        (void)add(explain, value->share ? MOU_EXPLAIN_SHARE : MOU_EXPLAIN_PUBLISH,
                  mou_explain_keep(&explain->tree));
    }
}

/* The edition of the catalogue that the item is of, and the day on which a later one ends it. */
static void add_edition(struct mou_explain *explain, struct mou_explain_node *node,
                        const struct mou_pack_item *item, mou_date dropped)
{
    put_packed(explain, item->catalogue, "");
    put_packed(explain, item->edition, " ");
    if (explain->tree.buf.len > 0) {
        (void)mou_explain_add(&explain->tree, node, MOU_EXPLAIN_EDITION,
                              mou_explain_keep(&explain->tree));
    }
    if (dropped != MOU_DATE_NONE) {
        mou_date_format(dropped, &explain->tree.buf);
        struct mou_explain_node *end = mou_explain_add(
            &explain->tree, node, MOU_EXPLAIN_DROPPED, mou_explain_keep(&explain->tree));
        mou_explain_judge(end, explain->machine->options.as_of < dropped ? MOU_YES : MOU_NO);
    }
}

/* A word of the language that the pack keeps in Chinese, in the language of the explanation. */
static void put_word(struct mou_explain *explain, struct mou_pack_text text, const char *before)
{
    static const char *const words[][2] = {{"引导", "encourage"}, {"参考", "consider"}, {"从严", "strict"},
                                           {"限制", "restrict"},  {"禁止", "prohibit"}, {"优先", "prefer"},
                                           {"自动", "automatically"}};
    const struct mou_text word = mou_pack_string(explain->machine->pack, text);
    for (size_t i = 0; explain->tree.lang != MOU_LANG_ZH && i < sizeof words / sizeof words[0]; i++) {
        if (mou_text_equal(word, mou_text_of(words[i][0]))) {
            put(explain, mou_text_of(words[i][1]), before);
            return;
        }
    }
    put_packed(explain, text, before);
}

/* Catalogue item with its degree, authority and articles. */
static void add_measure(struct mou_explain *explain, const struct mou_pack_measure *measure,
                        struct mou_text authority)
{
    const struct mou_pack *pack = explain->machine->pack;
    if (measure->item < pack->items_count) {
        const struct mou_pack_item *item = &pack->items[measure->item];
        put_packed(explain, item->code, "");
        put_packed(explain, item->title, " ");
        put_packed(explain, item->nature, explain->tree.lang == MOU_LANG_ZH ? "，" : ", ");
        put_word(explain, measure->degree.len > 0 ? measure->degree : item->degree,
                   explain->tree.lang == MOU_LANG_ZH ? "，" : ", ");
        add_edition(explain, add(explain, MOU_EXPLAIN_ITEM, mou_explain_keep(&explain->tree)), item,
                    measure->dropped);
    }
    if (authority.len > 0) {
        (void)add(explain, MOU_EXPLAIN_AUTHORITY, authority);
    } else {
        add_packed(explain, MOU_EXPLAIN_AUTHORITY, measure->authority);
        add_packed(explain, MOU_EXPLAIN_AUTHORITY_FIELD, measure->authority_field);
    }
    for (uint32_t i = 0; i < measure->basis_count; i++) {
        add_packed(explain, MOU_EXPLAIN_BASIS, pack->texts[measure->first_basis + i]);
    }
}

void mou_explain_add_memorandum(struct mou_explain *explain, uint32_t index)
{
    assert(explain != NULL && index < explain->machine->pack->memoranda_count);
    const struct mou_pack_memorandum *memorandum = &explain->machine->pack->memoranda[index];
    const struct mou_interval period = mou_period_of(explain->machine->pack, index);
    put_packed(explain, memorandum->name, "");
    put_packed(explain, memorandum->title, " ");
    put_packed(explain, memorandum->number, " ");
    put_packed(explain, memorandum->version,
               explain->tree.lang == MOU_LANG_ZH ? "，版本 " : ", version ");
    struct mou_explain_node *node =
        add(explain, MOU_EXPLAIN_MEMORANDUM, mou_explain_keep(&explain->tree));
    if (period.from != MOU_INTERVAL_OPEN_FROM || period.until != MOU_INTERVAL_OPEN_UNTIL) {
        struct mou_explain_node *below = mou_explain_add(&explain->tree, node, MOU_EXPLAIN_PERIOD,
                                                         mou_explain_interval(explain, period));
        mou_explain_judge(below, mou_interval_contains(period, explain->machine->options.as_of)
                                     ? MOU_YES
                                     : MOU_NO);
    }
    if (memorandum->objection_no_stay != 0) {
        put(explain,
            mou_explain_say(&explain->tree, "异议不停止执行",
                            "objections do not stay its measures"),
            "");
        put_packed(explain, memorandum->objection_basis,
                   explain->tree.lang == MOU_LANG_ZH ? "，依据 " : ", under ");
        (void)mou_explain_add(&explain->tree, node, MOU_EXPLAIN_NOTE,
                              mou_explain_keep(&explain->tree));
    }
}

void mou_explain_head(struct mou_explain *explain, const struct mou_decision *decision)
{
    assert(explain != NULL && decision != NULL);
    const struct mou_pack *pack = explain->machine->pack;
    const struct mou_pack_measure *measure = measure_of(explain);
    const struct mou_pack_finding *finding = finding_of(explain);
    add_interval(explain, decision);
    if (measure != NULL) {
        add_measure(explain, measure, decision->authority);
    } else if (finding != NULL && finding->list_kind < pack->list_kinds_count) {
        add_packed(explain, MOU_EXPLAIN_LIST, pack->list_kinds[finding->list_kind].name);
    }
    if (finding != NULL) {
        add_packed(explain, MOU_EXPLAIN_DOMAIN, finding->domain);
        add_packed(explain, MOU_EXPLAIN_TIER, finding->tier);
        add_packed(explain, MOU_EXPLAIN_JURISDICTION, finding->jurisdiction);
    }
    mou_explain_add_memorandum(explain, mou_explain_memorandum(explain));
    mou_explain_note(explain, explain->tree.root, measure != NULL ? measure->note : finding->note);
    if (measure != NULL) {
        put_word(explain, measure->lifted, "");
        if (explain->tree.buf.len > 0) {
            (void)add(explain, MOU_EXPLAIN_LIFTED, mou_explain_keep(&explain->tree));
        }
        add_packed(explain, MOU_EXPLAIN_REMEDY, measure->remedy);
        add_grants(explain, decision);
    }
    add_publications(explain, decision);
}
