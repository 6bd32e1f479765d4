/*
 * What the weaver's files share. The weaver shows a checked program as pages: weave_links.c finds what every name means, weave_text.c writes rule
 * text with those links, weave_rules.c shows one rule, weave_memorandum.c, weave_vocabulary.c, weave_index.c and weave_tests.c make the pages,
 * weave_diagram.c draws what depends on what, weave.c drives. It changes nothing in the program, and nobody else sees this header.
 */
#ifndef MOU_COMPILER_WEAVE_H
#define MOU_COMPILER_WEAVE_H

#include "compilation.h"
#include "mou/weave.h"
#include "symbols.h"

/* ------------------------------------------------------------------ things */

/** Everything that has a place of its own on some page. */
enum mou_thing_class {
    MOU_THING_KIND, MOU_THING_RECORD, MOU_THING_RELATION, MOU_THING_LIST, MOU_THING_CODES, MOU_THING_AUTHORITY, MOU_THING_ITEM, MOU_THING_MEMORANDUM,
    MOU_THING_PARAMETER, MOU_THING_DEFINITION, MOU_THING_FINDING, MOU_THING_MEASURE, MOU_THING_TABLE, MOU_THING_REPAIR, MOU_THING_DUTY,
    MOU_THING_MATTER, MOU_THING_ASSERTION, MOU_THING_FIXTURE, MOU_THING_TEST,
    MOU_THING_ATTRIBUTE,      /**< `member` of kind `index` */
    MOU_THING_FIELD,          /**< `member` of record `index` */
    MOU_THING_RELATION_FIELD, /**< `member` of relation `index` */
    MOU_THING_CODE,           /**< `member`, counted from 0, of code table `index` */
    MOU_THING_NONE
};

struct mou_thing {
    enum mou_thing_class thing_class;
    uint32_t index; /**< in the program's table of that class */
    uint32_t member;
};
#define MOU_NO_THING ((struct mou_thing){MOU_THING_NONE, 0, 0})

/** A declaration that belongs to the rules, in the order of the sources. */
struct mou_woven_rule {
    struct mou_thing thing;
    const struct mou_decl *decl;
    uint32_t memorandum; /**< MOU_NO_INDEX outside of memoranda */
};

/** The bytes of one name, and what it means. */
struct mou_link {
    struct mou_span span;
    struct mou_thing thing;
};

/** `rule` (index into the rules) mentions `thing`. */
struct mou_use {
    struct mou_thing thing;
    uint32_t rule;
};

/** What a test says of a rule. */
struct mou_mention {
    struct mou_thing thing;
    uint32_t rule; /**< of the test */
    mou_date on;
    const struct mou_clause *clause;
};

/** `rule`, or the catalogue item `item`, stands on a law. */
struct mou_citation {
    struct mou_text instrument;
    struct mou_text article;
    uint32_t rule; /**< MOU_NO_INDEX: a catalogue item */
    uint32_t item;
};

struct mou_weaver {
    const struct mou_compilation *compilation;
    const struct mou_program *program;
    struct mou_arena *arena; /**< of this weaving alone */
    enum mou_lang lang;
    mou_page_fn take;
    void *state;
    enum mou_status status; /**< the first that was not MOU_OK */
    mou_pieces *pieces;     /**< one list per source */
    MOU_VEC(struct mou_woven_rule) rules;
    MOU_VEC(struct mou_link) links;       /**< by place */
    MOU_VEC(struct mou_use) uses;         /**< by thing, tests left out */
    MOU_VEC(struct mou_mention) mentions; /**< by thing */
    MOU_VEC(struct mou_citation) citations; /**< by instrument and article */
    struct mou_buf page;                  /**< the page being written */
};

/* ------------------------------------------------------------------ weave_links.c */

/** Fills rules, links, uses and mentions. */
void mou_weave_find_links(struct mou_weaver *weaver);
int mou_thing_compare(struct mou_thing a, struct mou_thing b);
/** The part of a sorted list that speaks of `thing`: first and behind-last index. */
void mou_weave_uses_of(const struct mou_weaver *weaver, struct mou_thing thing, size_t *begin, size_t *end);
void mou_weave_mentions_of(const struct mou_weaver *weaver, struct mou_thing thing, size_t *begin, size_t *end);
/** First link at or behind an offset of a source. */
size_t mou_weave_link_at(const struct mou_weaver *weaver, uint32_t source, uint32_t offset);
/** The rule of a declaration; NULL if it is none. */
const struct mou_woven_rule *mou_weave_rule_of(const struct mou_weaver *weaver, struct mou_thing thing);
/** What a name of a class means as seen from a memorandum; MOU_NO_THING if nothing. */
struct mou_thing mou_weave_vocabulary(const struct mou_weaver *weaver, enum mou_symbol_class symbol_class, struct mou_text name);
struct mou_thing mou_weave_rule_named(const struct mou_weaver *weaver, uint32_t memorandum, const struct mou_name_ref *ref);

/* ------------------------------------------------------------------ weave_things.c: names, kinds and addresses of things */

struct mou_text mou_thing_name(const struct mou_weaver *weaver, struct mou_thing thing);
/** 认定, 惩戒 … in the frame's language. */
const char *mou_thing_kind(const struct mou_weaver *weaver, struct mou_thing thing);
/** The value of `id` on its page. */
void mou_thing_id(const struct mou_weaver *weaver, struct mou_thing thing, struct mou_buf *out);
/** PAGE#ID. */
void mou_thing_address(const struct mou_weaver *weaver, struct mou_thing thing, struct mou_buf *out);
/** `<a href=…>name</a>`. */
void mou_weave_link(struct mou_weaver *weaver, struct mou_thing thing);
/** The same with other words. */
void mou_weave_link_as(struct mou_weaver *weaver, struct mou_thing thing, struct mou_text words);
/** File name of a memorandum's page or of its tests. */
void mou_weave_memorandum_page(const struct mou_weaver *weaver, uint32_t memorandum, bool tests, struct mou_buf *out);
/** A name as part of a file name or an id: anything but letters, digits and `_` as ~XX. */
void mou_weave_escape(struct mou_text name, struct mou_buf *out);

/* ------------------------------------------------------------------ weave_text.c: text within pages */

/** The words of the frame's language. */
const char *mou_weave_say(const struct mou_weaver *weaver, const char *zh, const char *en);
/** Markup as it stands. */
void mou_weave_raw(struct mou_weaver *weaver, const char *markup);
/** Text: no character of it is markup. */
void mou_weave_text(struct mou_weaver *weaver, struct mou_text text);
void mou_weave_words(struct mou_weaver *weaver, const char *zh, const char *en);
/** 2016年1月20日, or 2016-01-20 in English. */
void mou_weave_date(struct mou_weaver *weaver, mou_date date);
/** A declaration from its keyword to its last word; the span in the tree may end at its head. */
struct mou_span mou_weave_extent(const struct mou_weaver *weaver, const struct mou_decl *decl);
/** Rule text of a declaration with colours and links, line breaks kept, clauses of the kind `without` left out (MOU_CLAUSE_KIND_COUNT: none). */
void mou_weave_code(struct mou_weaver *weaver, const struct mou_decl *decl, enum mou_clause_kind without);
/** Rule text of a span on one line, with links and without colours. */
void mou_weave_inline(struct mou_weaver *weaver, struct mou_span span);
/** What a clause says behind its keyword, on one line. */
void mou_weave_clause_body(struct mou_weaver *weaver, const struct mou_clause *clause);
/** The comments right before a declaration, as a note; nothing if there are none. */
void mou_weave_notes(struct mou_weaver *weaver, const struct mou_decl *decl);
/** The heading (`# ---- 三、…`) that stands between two declarations; empty if none does. */
struct mou_text mou_weave_heading_before(const struct mou_weaver *weaver, const struct mou_decl *decl, const struct mou_decl *before);
/** Base name of a source's file. */
struct mou_text mou_weave_file_name(const struct mou_weaver *weaver, uint32_t source);

/* ------------------------------------------------------------------ weave_page.c: the frame of a page */

enum mou_woven_page { MOU_PAGE_HOME, MOU_PAGE_MEASURES, MOU_PAGE_AUTHORITIES, MOU_PAGE_ARTICLES, MOU_PAGE_VOCABULARY, MOU_PAGE_NAMES, MOU_PAGE_CALENDAR, MOU_PAGE_OTHER };
const char *mou_weave_file(enum mou_woven_page page);
/** Begins a page. `subtitle` may be empty. */
void mou_weave_begin(struct mou_weaver *weaver, enum mou_woven_page page, struct mou_text title, struct mou_text subtitle);
/** Ends it and hands it out under `name`. */
void mou_weave_end(struct mou_weaver *weaver, const char *name);
/** `<dt>label</dt><dd>` … `</dd>`. */
void mou_weave_fact(struct mou_weaver *weaver, const char *zh, const char *en);
void mou_weave_fact_end(struct mou_weaver *weaver);

/* ------------------------------------------------------------------ weave_rules.c */

/** One rule: words and rule text side by side. */
void mou_weave_rule(struct mou_weaver *weaver, const struct mou_woven_rule *rule);
/** Legal references, each linked into the index by article. */
void mou_weave_legal(struct mou_weaver *weaver, const struct mou_legal_ref *refs);
/** The names of a clause, joined by 、, as links; authorities by their full names. */
void mou_weave_refs(struct mou_weaver *weaver, const struct mou_clause *clause);
/** The targets of a measure, kind by kind. */
void mou_weave_targets(struct mou_weaver *weaver, const struct mou_clause *clause);
/** Rules of the uses [begin, end) as a list of links. */
void mou_weave_use_list(struct mou_weaver *weaver, size_t begin, size_t end, const char *zh, const char *en);

/* ------------------------------------------------------------------ pages */

void mou_weave_memoranda(struct mou_weaver *weaver);        /* weave_memorandum.c */
void mou_weave_home(struct mou_weaver *weaver);             /* weave_home.c */
void mou_weave_tests(struct mou_weaver *weaver);            /* weave_tests.c */
void mou_weave_vocabulary_page(struct mou_weaver *weaver);  /* weave_vocabulary.c */
void mou_weave_calendar_page(struct mou_weaver *weaver);    /* weave_calendar.c */
void mou_weave_measure_index(struct mou_weaver *weaver);    /* weave_index.c */
void mou_weave_authority_index(struct mou_weaver *weaver);  /* weave_index.c */
void mou_weave_article_index(struct mou_weaver *weaver);    /* weave_articles.c */
void mou_weave_find_citations(struct mou_weaver *weaver);   /* weave_articles.c */
void mou_weave_article_id(struct mou_text instrument, struct mou_text article, struct mou_buf *out); /* weave_articles.c */
void mou_weave_name_index(struct mou_weaver *weaver);       /* weave_names.c */

/* ------------------------------------------------------------------ weave_diagram.c */

/** What the findings of a memorandum rest on, and what rests on them. */
void mou_weave_memorandum_diagram(struct mou_weaver *weaver, uint32_t memorandum);
/** Which memorandum draws on which. */
void mou_weave_overview_diagram(struct mou_weaver *weaver);

#endif
