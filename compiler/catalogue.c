/*
 * Catalogues of measures: editions of one name that succeed each other by their dates, each with its items; which edition a memorandum is held
 * against, and on which day a later one ends a measure. Degrees and their order. Judges no measure by itself: law.c does.
 */
#include "catalogue.h"

#include <assert.h>

/* ------------------------------------------------------------------ degrees */

static const char *const degree_words[] = {[MOU_DEGREE_NONE] = "",         [MOU_DEGREE_ENCOURAGE] = "引导", [MOU_DEGREE_CONSIDER] = "参考",
                                           [MOU_DEGREE_STRICT] = "从严",   [MOU_DEGREE_RESTRICT] = "限制",  [MOU_DEGREE_PROHIBIT] = "禁止",
                                           [MOU_DEGREE_PREFER] = "优先"};

enum mou_degree mou_degree_of(struct mou_text word)
{
    for (int degree = MOU_DEGREE_ENCOURAGE; degree <= MOU_DEGREE_PREFER; degree++) {
        if (mou_text_equal(word, mou_text_of(degree_words[degree]))) {
            return (enum mou_degree)degree;
        }
    }
    return MOU_DEGREE_NONE;
}

struct mou_text mou_degree_word(enum mou_degree degree)
{
    assert(degree >= MOU_DEGREE_NONE && degree <= MOU_DEGREE_PREFER);
    return mou_text_of(degree_words[degree]);
}

bool mou_degree_ordered(enum mou_degree degree)
{
    return degree >= MOU_DEGREE_ENCOURAGE && degree <= MOU_DEGREE_PROHIBIT;
}

static uint32_t add_degree_table(struct mou_front *front)
{
    uint32_t known = 0;
    struct mou_code_table table = {.name = MOU_DEGREE_TABLE, .span = MOU_NO_SPAN};
    struct mou_code_item **end = &table.items;
    if (!mou_symbols_declare(front->symbols, MOU_SYMBOL_CODE_TABLE, MOU_NO_INDEX, table.name, (uint32_t)front->program->code_tables.count, &known)) {
        return known;
    }
    for (int degree = MOU_DEGREE_ENCOURAGE; degree <= MOU_DEGREE_PROHIBIT; degree++) {
        struct mou_code_item *item = MOU_NEW(front->arena, struct mou_code_item);
        if (item == NULL) {
            return MOU_NO_INDEX;
        }
        *item = (struct mou_code_item){.name = {.text = mou_text_of(degree_words[degree]), .span = MOU_NO_SPAN}, .value = degree, .span = MOU_NO_SPAN};
        *end = item;
        end = &item->next;
        table.item_count++;
    }
    return MOU_VEC_PUSH(front->arena, &front->program->code_tables, table) ? (uint32_t)front->program->code_tables.count - 1 : MOU_NO_INDEX;
}

uint32_t mou_degree_table(struct mou_front *front)
{
    struct mou_program *program = front->program;
    const uint32_t known = mou_symbols_find(front->symbols, MOU_SYMBOL_CODE_TABLE, MOU_NO_INDEX, MOU_DEGREE_TABLE);
    if (known != MOU_NO_INDEX) {
        return known;
    }
    program->unfit = program->unfit || front->owner != MOU_TOLD_OF_GROUND; /* rules that were checked before have not seen it */
    return program->before == NULL ? add_degree_table(front) : MOU_NO_INDEX;
}

enum mou_degree mou_degree_known(struct mou_front *front, const struct mou_name *name)
{
    assert(front != NULL && name != NULL);
    enum mou_degree degree = mou_degree_of(name->text);
    if (degree == MOU_DEGREE_NONE && name->text.len > 0) {
        uint32_t table = mou_degree_table(front);
        struct mou_diagnostic *diagnostic = mou_front_report(front, MOU_DIAG_UNKNOWN_CODE, name->span, name->text, MOU_DEGREE_TABLE, MOU_NO_TEXT);
        if (table != MOU_NO_INDEX) {
            diagnostic->suggestion = mou_front_nearest_code(&front->program->code_tables.items[table], name->text);
        }
    }
    return degree;
}

/* ------------------------------------------------------------------ declarations */

static const struct mou_edition *edition_of(const struct mou_program *program, const struct mou_item *item)
{
    return &program->editions.items[item->edition];
}

static bool same_catalogue(const struct mou_edition *a, const struct mou_edition *b)
{
    return mou_text_equal(a->name, b->name);
}

/** A second edition from the same day is refused: nobody could say which of them is in force. */
static bool declare_edition(struct mou_front *front, const struct mou_decl *decl)
{
    struct mou_edition edition = {decl->name.text, decl->display, decl->effective, decl->name.span};
    for (size_t i = 0; i < front->program->editions.count; i++) {
        const struct mou_edition *other = &front->program->editions.items[i];
        if (same_catalogue(&edition, other) && edition.effective == other->effective) {
            mou_front_report(front, MOU_DIAG_LAW_SAME_EDITION, decl->name.span, edition.name, MOU_NO_TEXT, MOU_NO_TEXT)->second = other->span;
            return false;
        }
    }
    return MOU_VEC_PUSH(front->arena, &front->program->editions, edition);
}

/** An item of a code that an edition of another catalogue, or this one, has already is a duplicate. */
static bool fits_beside(struct mou_front *front, const struct mou_item *item, uint32_t first)
{
    const struct mou_program *program = front->program;
    for (uint32_t at = first; at != MOU_NO_INDEX; at = program->items.items[at].next_edition) {
        const struct mou_item *other = &program->items.items[at];
        if (other->edition == item->edition || !same_catalogue(edition_of(program, other), edition_of(program, item))) {
            mou_front_report(front, MOU_DIAG_DUPLICATE_NAME, item->span, item->code, MOU_NO_TEXT, MOU_NO_TEXT)->second = other->span;
            return false;
        }
    }
    return true;
}

static void declare_item(struct mou_front *front, const struct mou_catalogue_item *entry, uint32_t edition)
{
    struct mou_program *program = front->program;
    uint32_t index = (uint32_t)program->items.count;
    uint32_t first = MOU_NO_INDEX;
    struct mou_item item = {.code = entry->code.text, .title = entry->title.text, .nature = entry->nature.text, .degree = mou_degree_known(front, &entry->degree),
                            .edition = edition, .code_item = index, .next_edition = MOU_NO_INDEX, .span = entry->code.span, .entry = entry};
    if (!mou_symbols_declare(front->symbols, MOU_SYMBOL_ITEM, MOU_NO_INDEX, item.code, index, &first)) {
        if (!fits_beside(front, &item, first)) {
            return;
        }
        item.code_item = first;
        item.next_edition = program->items.items[first].next_edition;
        program->items.items[first].next_edition = index;
    }
    (void)MOU_VEC_PUSH(front->arena, &program->items, item);
}

void mou_catalogue_declare(struct mou_front *front, struct mou_decl *decl)
{
    if (!declare_edition(front, decl)) {
        return;
    }
    uint32_t edition = (uint32_t)front->program->editions.count - 1;
    for (const struct mou_catalogue_item *entry = decl->items; entry != NULL; entry = entry->next) {
        declare_item(front, entry, edition);
    }
}

static void link_item(struct mou_front *front, struct mou_item *item)
{
    uint32_t at = 0;
    for (const struct mou_name_ref *ref = item->entry->covers; ref != NULL; ref = ref->next) {
        item->cover_count++;
    }
    item->covers = MOU_NEW_ARRAY(front->arena, item->cover_count + 1, uint32_t);
    for (const struct mou_name_ref *ref = item->entry->covers; item->covers != NULL && ref != NULL; ref = ref->next) {
        item->covers[at++] = mou_front_vocabulary(front, MOU_SYMBOL_KIND, &ref->name, MOU_TEXT("主体类别"));
    }
    for (const struct mou_name_ref *ref = item->entry->authorities; ref != NULL; ref = ref->next) {
        (void)mou_front_vocabulary(front, MOU_SYMBOL_AUTHORITY, &ref->name, MOU_TEXT("机关"));
    }
}

void mou_catalogue_link(struct mou_front *front, const struct mou_decl *decl)
{
    for (const struct mou_catalogue_item *entry = decl->items; entry != NULL; entry = entry->next) {
        for (size_t i = 0; i < front->program->items.count; i++) {
            if (front->program->items.items[i].entry == entry) {
                link_item(front, &front->program->items.items[i]);
            }
        }
    }
}

/* ------------------------------------------------------------------ editions in force */

/** The edition of `catalogue` against which the memorandum is held. */
static uint32_t edition_for(const struct mou_program *program, const struct mou_edition *catalogue, const struct mou_memorandum *memorandum)
{
    uint32_t chosen = MOU_NO_INDEX;
    for (uint32_t i = 0; i < program->editions.count; i++) {
        const struct mou_edition *edition = &program->editions.items[i];
        if (!same_catalogue(edition, catalogue)) {
            continue;
        }
        mou_date best = chosen != MOU_NO_INDEX ? program->editions.items[chosen].effective : MOU_DATE_NONE;
        bool dated = memorandum->effective != MOU_DATE_NONE;
        bool in_force = !dated || edition->effective <= memorandum->effective;
        bool best_in_force = !dated || best <= memorandum->effective;
        bool better = in_force ? !best_in_force || edition->effective > best : !best_in_force && edition->effective < best;
        chosen = chosen == MOU_NO_INDEX || better ? i : chosen;
    }
    return chosen;
}

static uint32_t item_in(const struct mou_program *program, uint32_t item, uint32_t edition)
{
    for (uint32_t at = program->items.items[item].code_item; at != MOU_NO_INDEX; at = program->items.items[at].next_edition) {
        if (program->items.items[at].edition == edition) {
            return at;
        }
    }
    return MOU_NO_INDEX;
}

uint32_t mou_catalogue_item(const struct mou_program *program, uint32_t item, const struct mou_memorandum *memorandum)
{
    assert(item < program->items.count);
    return item_in(program, item, edition_for(program, edition_of(program, &program->items.items[item]), memorandum));
}

bool mou_catalogue_covers(const struct mou_item *item, uint32_t kind)
{
    for (uint32_t i = 0; i < item->cover_count; i++) {
        if (item->covers[i] == kind) {
            return true;
        }
    }
    return item->cover_count == 0;
}

uint32_t mou_catalogue_reached(const struct mou_program *program, const struct mou_reach *reach)
{
    if (reach->relation == MOU_NO_INDEX) {
        return reach->kind;
    }
    const struct mou_relation_type *relation = &program->relations.items[reach->relation];
    return reach->inverse ? relation->from_kind : relation->to_kind;
}

/** Whether an item still allows what the measure does: its degree, and on those whom it reaches. */
static bool allows(const struct mou_program *program, const struct mou_item *item, const struct mou_measure *measure)
{
    enum mou_degree degree = measure->degree != MOU_DEGREE_NONE ? measure->degree : program->items.items[measure->item].degree;
    if (mou_degree_ordered(degree) && mou_degree_ordered(item->degree) && degree > item->degree) {
        return false;
    }
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        uint32_t kind = mou_catalogue_reached(program, &measure->reaches[i]);
        if (kind != MOU_NO_INDEX && !mou_catalogue_covers(item, kind)) {
            return false;
        }
    }
    return true;
}

static struct mou_text date_text(struct mou_front *front, mou_date date)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 64);
    mou_date_format(date, &text);
    return mou_buf_into_arena(&text, front->arena);
}

void mou_catalogue_follow(struct mou_front *front, struct mou_measure *measure)
{
    const struct mou_program *program = front->program;
    const struct mou_memorandum *memorandum = &program->memoranda.items[measure->memorandum];
    const struct mou_edition *held = measure->item != MOU_NO_INDEX ? edition_of(program, &program->items.items[measure->item]) : NULL;
    const struct mou_edition *ending = NULL;
    bool gone = false;
    for (uint32_t i = 0; held != NULL && i < program->editions.count; i++) {
        const struct mou_edition *edition = &program->editions.items[i];
        bool later = same_catalogue(edition, held) && edition->effective > held->effective &&
                     (memorandum->repealed == MOU_DATE_NONE || edition->effective < memorandum->repealed);
        if (!later || (ending != NULL && ending->effective < edition->effective)) {
            continue;
        }
        uint32_t item = item_in(program, measure->item, i);
        if (item == MOU_NO_INDEX || !allows(program, &program->items.items[item], measure)) {
            ending = edition;
            gone = item == MOU_NO_INDEX;
        }
    }
    measure->dropped = ending != NULL ? ending->effective : MOU_DATE_NONE;
    if (ending != NULL) {
        mou_front_report(front, gone ? MOU_DIAG_LAW_ITEM_DROPPED : MOU_DIAG_LAW_ITEM_NARROWED, mou_clause_find(measure->decl, MOU_CLAUSE_ITEM)->span,
                         measure->name, program->items.items[measure->item].code, date_text(front, ending->effective))
            ->second = ending->span;
    }
}
