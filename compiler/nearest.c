/*
 * The nearest name: what a misspelt name was meant for. Chinese names are misremembered rather than mistyped (罚款数额 for 罚款金额, 法人代表 for
 * 法定代表人), so that characters in common count beside the number of edits. Looks only, changes nothing. Used where a name is unknown.
 */
#include "names.h"

#define CHARACTERS_MAX 64

/** The best candidate so far. */
struct nearest {
    struct mou_text wanted;
    struct mou_text best;
    int score;
    bool elsewhere; /**< the name itself was met: another record's field, and no guess is worth more than none */
};

static size_t characters_of(struct mou_text text, uint32_t out[CHARACTERS_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < text.len && count < CHARACTERS_MAX; count++) {
        const size_t step = mou_utf8_decode(text.bytes + at, text.len - at, &out[count]);
        at += step > 0 ? step : 1;
    }
    return count;
}

/** Characters in common, each as often as both have it. */
static int shared_characters(struct mou_text a, struct mou_text b)
{
    uint32_t left[CHARACTERS_MAX];
    uint32_t right[CHARACTERS_MAX];
    const size_t left_count = characters_of(a, left);
    const size_t right_count = characters_of(b, right);
    int shared = 0;
    for (size_t i = 0; i < left_count; i++) {
        for (size_t k = 0; k < right_count; k++) {
            if (left[i] == right[k]) {
                right[k] = UINT32_MAX;
                shared++;
                break;
            }
        }
    }
    return shared;
}

/** A candidate is near by few edits, or by more than half of its characters in common; the one with more in common and fewer edits wins. */
static void consider(struct nearest *nearest, struct mou_text candidate)
{
    nearest->elsewhere = nearest->elsewhere || mou_text_equal(nearest->wanted, candidate);
    const int wanted = (int)mou_text_characters(nearest->wanted);
    const int length = (int)mou_text_characters(candidate);
    const int longer = wanted > length ? wanted : length;
    const int limit = wanted <= 2 ? 1 : wanted <= 5 ? 2 : 3;
    const int distance = (int)mou_text_distance(nearest->wanted, candidate, (unsigned)longer);
    const int shared = shared_characters(nearest->wanted, candidate);
    const int foreign = length - shared; /* what was left out is misremembered more often than what was never there */
    const int score = 4 * shared - 2 * distance - foreign - (longer - (wanted < length ? wanted : length));
    const bool near = (distance <= limit && distance < wanted && shared > 0) || (shared >= 2 && 2 * shared > longer);
    if (near && (nearest->best.len == 0 || score > nearest->score)) {
        nearest->best = candidate;
        nearest->score = score;
    }
}

static void consider_fields(struct nearest *nearest, const struct mou_fields *fields)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        consider(nearest, fields->items[i].name);
    }
}

/** What the name was meant for, by the word that messages use for it. */
static unsigned classes_of(struct mou_text what)
{
    static const struct {
        const char *word;
        unsigned classes;
    } words[] = {{"机关", 1u << MOU_SYMBOL_AUTHORITY},
                 {"记录", 1u << MOU_SYMBOL_RECORD},
                 {"关系", 1u << MOU_SYMBOL_RELATION},
                 {"记录或关系", 1u << MOU_SYMBOL_RECORD | 1u << MOU_SYMBOL_RELATION},
                 {"代码表", 1u << MOU_SYMBOL_CODE_TABLE},
                 {"主体类别", 1u << MOU_SYMBOL_KIND},
                 {"名单类别", 1u << MOU_SYMBOL_LIST_KIND},
                 {"措施目录项", 1u << MOU_SYMBOL_ITEM},
                 {"备忘录", 1u << MOU_SYMBOL_MEMORANDUM},
                 {"认定", 1u << MOU_SYMBOL_FINDING},
                 {"措施", 1u << MOU_SYMBOL_MEASURE},
                 {"措施或认定", 1u << MOU_SYMBOL_MEASURE | 1u << MOU_SYMBOL_FINDING},
                 {"函数、定义或裁量表", 1u << MOU_SYMBOL_DEFINITION | 1u << MOU_SYMBOL_TABLE},
                 {"字段", 0},
                 {"字段、定义、参数或认定", 1u << MOU_SYMBOL_DEFINITION | 1u << MOU_SYMBOL_PARAMETER | 1u << MOU_SYMBOL_FINDING}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mou_text_equal(what, mou_text_of(words[i].word))) {
            return words[i].classes;
        }
    }
    return (1u << MOU_SYMBOL_CLASS_COUNT) - 1;
}

static void consider_symbol(void *state, struct mou_text name)
{
    consider(state, name);
}

struct mou_text mou_front_nearest(const struct mou_front *front, struct mou_text name, struct mou_text what)
{
    static const char fields_word[] = "字段";
    struct nearest nearest = {.wanted = name, .best = {"", 0}};
    const struct mou_program *program = front->program;
    const bool fields = what.len >= sizeof fields_word - 1 && mou_text_equal((struct mou_text){what.bytes, sizeof fields_word - 1}, MOU_TEXT(fields_word));
    for (size_t i = 0; fields && i < program->records.count; i++) {
        consider_fields(&nearest, &program->records.items[i].fields);
    }
    for (size_t i = 0; fields && i < program->kinds.count; i++) {
        consider_fields(&nearest, &program->kinds.items[i].attributes);
    }
    for (size_t i = 0; fields && i < program->relations.count; i++) {
        consider_fields(&nearest, &program->relations.items[i].fields);
    }
    mou_symbols_each(front->symbols, classes_of(what), consider_symbol, &nearest);
    return nearest.elsewhere ? MOU_TEXT("") : nearest.best;
}

struct mou_text mou_front_nearest_code(const struct mou_code_table *table, struct mou_text name)
{
    struct nearest nearest = {.wanted = name, .best = {"", 0}};
    for (const struct mou_code_item *item = table->items; item != NULL; item = item->next) {
        consider(&nearest, item->name.text);
    }
    return nearest.best;
}
