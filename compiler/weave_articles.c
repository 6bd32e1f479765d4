/*
 * The index by article of law: which rules stand on which instrument and article. Used by the weaver alone.
 */
#include <stdlib.h>

#include "weave.h"

/* ------------------------------------------------------------------ order of articles */

/** A Chinese numeral below a thousand at `*at`; moves behind it. 0 if there is none. */
static uint32_t read_numeral(struct mou_text text, size_t *at)
{
    static const char *const digits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    uint32_t total = 0;
    uint32_t digit = 0;
    bool more = true;
    while (more && *at + 3 <= text.len) {
        struct mou_text word = {text.bytes + *at, 3};
        more = false;
        for (uint32_t i = 0; i < 10; i++) {
            if (mou_text_equal(word, mou_text_of(digits[i]))) {
                digit = i;
                more = true;
            }
        }
        if (mou_text_equal(word, MOU_TEXT("十"))) {
            total += (digit == 0 ? 1 : digit) * 10;
            digit = 0;
            more = true;
        } else if (mou_text_equal(word, MOU_TEXT("百"))) {
            total += digit * 100;
            digit = 0;
            more = true;
        }
        *at += more ? 3 : 0;
    }
    return total + digit;
}

/** Articles in the order of the law: by the first four numerals that they name. */
static uint64_t article_order(struct mou_text article)
{
    uint64_t order = 0;
    unsigned parts = 0;
    for (size_t at = 0; at < article.len && parts < 4;) {
        const size_t before = at;
        const uint32_t number = read_numeral(article, &at);
        if (at > before) {
            order = order << 16 | (number & 0xFFFF);
            parts++;
        } else {
            at++;
        }
    }
    return parts == 0 ? 0 : order << 16 * (4 - parts);
}

static int by_law(const void *a, const void *b)
{
    const struct mou_citation *one = a;
    const struct mou_citation *two = b;
    int order = mou_text_compare(one->instrument, two->instrument);
    if (order == 0) {
        const uint64_t first = article_order(one->article);
        const uint64_t second = article_order(two->article);
        order = first < second ? -1 : first > second;
    }
    order = order != 0 ? order : mou_text_compare(one->article, two->article);
    order = order != 0 ? order : one->rule < two->rule ? -1 : one->rule > two->rule;
    return order != 0 ? order : one->item < two->item ? -1 : one->item > two->item;
}

/* ------------------------------------------------------------------ finding them */

static void add_citations(struct mou_weaver *weaver, const struct mou_legal_ref *refs, uint32_t rule, uint32_t item)
{
    for (const struct mou_legal_ref *ref = refs; ref != NULL; ref = ref->next) {
        struct mou_citation citation = {ref->instrument, ref->article, rule, item};
        (void)MOU_VEC_PUSH(weaver->arena, &weaver->citations, citation);
    }
}

static void add_declared(struct mou_weaver *weaver)
{
    for (size_t i = 0; i < weaver->compilation->trees.count; i++) {
        for (const struct mou_decl *decl = weaver->compilation->trees.items[i]->declarations; decl != NULL; decl = decl->next) {
            if (decl->kind == MOU_DECL_INSTRUMENT && decl->instrument != NULL) {
                struct mou_citation citation = {decl->instrument->instrument, MOU_TEXT(""), MOU_NO_INDEX, MOU_NO_INDEX};
                (void)MOU_VEC_PUSH(weaver->arena, &weaver->citations, citation);
            }
            for (const struct mou_clause *clause = decl->kind == MOU_DECL_MEMORANDUM || decl->kind == MOU_DECL_CALENDAR ? decl->clauses : NULL; clause != NULL; clause = clause->next) {
                add_citations(weaver, clause->basis, MOU_NO_INDEX, MOU_NO_INDEX);
            }
        }
    }
}

void mou_weave_find_citations(struct mou_weaver *weaver)
{
    for (uint32_t i = 0; i < weaver->rules.count; i++) {
        for (const struct mou_clause *clause = weaver->rules.items[i].decl->clauses; clause != NULL; clause = clause->next) {
            add_citations(weaver, clause->basis, i, MOU_NO_INDEX);
        }
    }
    for (uint32_t i = 0; i < weaver->program->items.count; i++) {
        add_citations(weaver, weaver->program->items.items[i].entry->basis, MOU_NO_INDEX, i);
    }
    add_declared(weaver);
    if (weaver->citations.count > 1) {
        qsort(weaver->citations.items, weaver->citations.count, sizeof *weaver->citations.items, by_law);
    }
}

/* ------------------------------------------------------------------ the page */

void mou_weave_article_id(struct mou_text instrument, struct mou_text article, struct mou_buf *out)
{
    mou_buf_text(out, "law-");
    mou_weave_escape(instrument, out);
    if (article.len > 0) {
        mou_buf_char(out, '-');
        mou_weave_escape(article, out);
    }
}

static void put_id(struct mou_weaver *weaver, struct mou_text instrument, struct mou_text article)
{
    mou_weave_raw(weaver, " id=\"");
    mou_weave_article_id(instrument, article, &weaver->page);
    mou_weave_raw(weaver, "\"");
}

/** When the instrument itself took effect and was repealed, where the vocabulary knows it. */
static void put_periods(struct mou_weaver *weaver, struct mou_text instrument)
{
    for (size_t i = 0; i < weaver->compilation->trees.count; i++) {
        for (const struct mou_decl *decl = weaver->compilation->trees.items[i]->declarations; decl != NULL; decl = decl->next) {
            if (decl->kind != MOU_DECL_INSTRUMENT || decl->instrument == NULL || !mou_text_equal(decl->instrument->instrument, instrument)) {
                continue;
            }
            mou_weave_raw(weaver, "<p class=\"period\">");
            if (decl->effective != MOU_DATE_NONE) {
                mou_weave_words(weaver, "施行：", "effective ");
                mou_weave_date(weaver, decl->effective);
                mou_weave_raw(weaver, "　");
            }
            if (decl->repealed != MOU_DATE_NONE) {
                mou_weave_words(weaver, "废止：", "repealed ");
                mou_weave_date(weaver, decl->repealed);
            }
            mou_weave_raw(weaver, "</p>\n");
        }
    }
}

static void put_citing(struct mou_weaver *weaver, const struct mou_citation *citation)
{
    if (citation->rule != MOU_NO_INDEX) {
        const struct mou_woven_rule *rule = &weaver->rules.items[citation->rule];
        mou_weave_raw(weaver, "<span class=\"kind\">");
        mou_weave_raw(weaver, mou_thing_kind(weaver, rule->thing));
        mou_weave_raw(weaver, "</span>");
        mou_weave_link(weaver, rule->thing);
        if (rule->memorandum != MOU_NO_INDEX) {
            mou_weave_raw(weaver, "<span class=\"of\">（");
            mou_weave_text(weaver, weaver->program->memoranda.items[rule->memorandum].name);
            mou_weave_raw(weaver, "）</span>");
        }
    } else {
        mou_weave_raw(weaver, "<span class=\"kind\">");
        mou_weave_words(weaver, "目录项", "catalogue item");
        mou_weave_raw(weaver, "</span>");
        mou_weave_link(weaver, (struct mou_thing){MOU_THING_ITEM, citation->item, 0});
        mou_weave_raw(weaver, " ");
        mou_weave_text(weaver, weaver->program->items.items[citation->item].title);
    }
}

/** Whether the entry names who cites; the same rule is named once an article. */
static bool names_citing(const struct mou_citation *citations, size_t at, bool first)
{
    const struct mou_citation *citation = &citations[at];
    const bool again = !first && citation[-1].rule == citation->rule && citation[-1].item == citation->item;
    return !again && (citation->rule != MOU_NO_INDEX || citation->item != MOU_NO_INDEX);
}

/** The citations [begin, end) of one instrument. */
static void put_instrument(struct mou_weaver *weaver, size_t begin, size_t end)
{
    const struct mou_citation *citations = weaver->citations.items;
    mou_weave_raw(weaver, "<section class=\"entry\"");
    put_id(weaver, citations[begin].instrument, MOU_TEXT(""));
    mou_weave_raw(weaver, ">\n<h2>");
    mou_weave_text(weaver, citations[begin].instrument);
    mou_weave_raw(weaver, "</h2>\n");
    put_periods(weaver, citations[begin].instrument);
    mou_weave_raw(weaver, "<table class=\"index\"><tbody>\n");
    for (size_t i = begin; i < end; i++) {
        const bool first = i == begin || !mou_text_equal(citations[i - 1].article, citations[i].article);
        const bool last = i + 1 == end || !mou_text_equal(citations[i + 1].article, citations[i].article);
        if (first) {
            mou_weave_raw(weaver, "<tr><th scope=\"row\"");
            if (citations[i].article.len > 0) {
                put_id(weaver, citations[i].instrument, citations[i].article);
                mou_weave_raw(weaver, ">");
                mou_weave_text(weaver, citations[i].article);
            } else {
                mou_weave_raw(weaver, ">");
                mou_weave_words(weaver, "全文", "as a whole");
            }
            mou_weave_raw(weaver, "</th><td>");
        }
        if (names_citing(citations, i, first)) {
            mou_weave_raw(weaver, "<span class=\"citing\">");
            put_citing(weaver, &citations[i]);
            mou_weave_raw(weaver, "</span> ");
        }
        mou_weave_raw(weaver, last ? "</td></tr>\n" : "");
    }
    mou_weave_raw(weaver, "</tbody></table>\n</section>\n");
}

void mou_weave_article_index(struct mou_weaver *weaver)
{
    mou_weave_begin(weaver, MOU_PAGE_ARTICLES, mou_text_of(mou_weave_say(weaver, "法规依据索引", "Index of legal bases")),
                    mou_text_of(mou_weave_say(weaver, "每一部法规、每一条之下，列出以它为依据的规则", "under every article the rules that stand on it")));
    for (size_t begin = 0; begin < weaver->citations.count;) {
        size_t end = begin + 1;
        while (end < weaver->citations.count && mou_text_equal(weaver->citations.items[begin].instrument, weaver->citations.items[end].instrument)) {
            end++;
        }
        put_instrument(weaver, begin, end);
        begin = end;
    }
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_ARTICLES));
}
