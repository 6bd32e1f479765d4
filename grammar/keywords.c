/*
 * The keyword table: keywords.def as an array, and an open-addressing index by spelling that is
 * built for each parse, so that there is no global state to guard. Knows spellings only; what a
 * keyword means is the grammar's affair.
 */
#include "keywords.h"

#include <assert.h>
#include <string.h>

#include "build.h"
#include "parser.h"

#define SLOT_COUNT 1024u

static const struct mou_keyword keyword_list[] = {
#define MOU_KEYWORD(token, zh, en, more, standing)                                                 \
    {TOK_##token, zh, en, more, MOU_STANDING_##standing},
#include "keywords.def"
#undef MOU_KEYWORD
};

enum { KEYWORD_COUNT = sizeof(keyword_list) / sizeof(keyword_list[0]) };

/*
 * Three spellings per line on average at the very most; the index must stay half empty to be quick.
 */
static_assert(KEYWORD_COUNT * 2 < SLOT_COUNT, "enlarge SLOT_COUNT");

struct slot {
    struct mou_text spelling;
    const struct mou_keyword *keyword; /* NULL for a word that only begins a phrase */
    bool begins_phrase;
};

struct mou_keyword_table {
    struct slot slots[SLOT_COUNT];
};

const struct mou_keyword *mou_keywords(size_t *count)
{
    assert(count != NULL);
    *count = KEYWORD_COUNT;
    return keyword_list;
}

/* FNV-1a: short keys, no adversary (the key set is fixed). */
static uint32_t hash(struct mou_text text)
{
    uint32_t value = 2166136261u;
    for (size_t i = 0; i < text.len; i++) {
        value ^= (unsigned char)text.bytes[i];
        value = (uint32_t)((uint64_t)value * 16777619u);
    }
    return value;
}

/* The slot that holds `text` or where it belongs. */
static size_t slot_of(const struct mou_keyword_table *table, struct mou_text text)
{
    size_t at = hash(text) & (SLOT_COUNT - 1);
    while (table->slots[at].spelling.len != 0 && !mou_text_equal(table->slots[at].spelling, text)) {
        at = (at + 1) & (SLOT_COUNT - 1);
    }
    return at;
}

/* The first line that claims a spelling keeps it. */
static void add(struct mou_keyword_table *table, struct mou_text spelling,
                const struct mou_keyword *keyword)
{
    if (spelling.len == 0) {
        return;
    }
    struct slot *slot = &table->slots[slot_of(table, spelling)];
    slot->spelling = spelling;
    if (slot->keyword == NULL) {
        slot->keyword = keyword;
    }
    const char *blank = memchr(spelling.bytes, ' ', spelling.len);
    if (blank != NULL) {
        struct mou_text first = {spelling.bytes, (size_t)(blank - spelling.bytes)};
        struct slot *begin = &table->slots[slot_of(table, first)];
        begin->spelling = first;
        begin->begins_phrase = true;
    }
}

static void add_all_spellings(struct mou_keyword_table *table, const struct mou_keyword *keyword)
{
    add(table, mou_text_of(keyword->zh), keyword);
    add(table, mou_text_of(keyword->en), keyword);
    const char *at = keyword->more;
    while (*at != '\0') {
        size_t len = strcspn(at, "|");
        add(table, (struct mou_text){at, len}, keyword);
        at += len;
        at += *at == '|';
    }
}

struct mou_keyword_table *mou_keyword_table_new(struct mou_arena *arena)
{
    assert(arena != NULL);
    struct mou_keyword_table *table = MOU_NEW(arena, struct mou_keyword_table);
    if (table == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        if (keyword_list[i].standing != MOU_STANDING_NAME) {
            add_all_spellings(table, &keyword_list[i]);
        }
    }
    return table;
}

const struct mou_keyword *mou_keyword_find(const struct mou_keyword_table *table,
                                           struct mou_text spelling)
{
    assert(table != NULL);
    if (spelling.len == 0 || spelling.len > MOU_KEYWORD_BYTES_MAX) {
        return NULL;
    }
    return table->slots[slot_of(table, spelling)].keyword;
}

bool mou_keyword_begins_phrase(const struct mou_keyword_table *table, struct mou_text word)
{
    assert(table != NULL);
    if (word.len == 0 || word.len > MOU_KEYWORD_BYTES_MAX) {
        return false;
    }
    return table->slots[slot_of(table, word)].begins_phrase;
}

const struct mou_keyword *mou_keyword_of_token(int token)
{
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        if (keyword_list[i].token == token && keyword_list[i].standing != MOU_STANDING_NAME) {
            return &keyword_list[i];
        }
    }
    return NULL;
}

struct mou_text mou_keyword_spelling(const struct mou_keyword *keyword, bool english)
{
    assert(keyword != NULL);
    const char *wanted = english ? keyword->en : keyword->zh;
    const char *other = english ? keyword->zh : keyword->en;
    return mou_text_of(wanted[0] != '\0' ? wanted : other);
}

bool mou_keyword_reserved(const struct mou_keyword *keyword)
{
    assert(keyword != NULL);
    return keyword->standing == MOU_STANDING_DECL || keyword->standing == MOU_STANDING_CLAUSE ||
           keyword->standing == MOU_STANDING_WORD;
}
