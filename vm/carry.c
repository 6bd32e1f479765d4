/*
 * What a decision carries that is read off its grounds: who acts, where the rule leaves that to a
 * field of the record, and where the decision is published and shared. Reads columns and registers of a case that is judged. Called by decide.c.
 */
#include <assert.h>
#include <stdlib.h>

#include "decide.h"

static int compare_texts(const void *left, const void *right)
{
    return mou_text_compare(*(const struct mou_text *)left, *(const struct mou_text *)right);
}

/* Sorts work->words and drops repeats. */
static void sort_words(struct mou_decide_work *work)
{
    size_t kept = 0;
    if (work->words.count > 1) {
        qsort(work->words.items, work->words.count, sizeof(*work->words.items), compare_texts);
    }
    for (size_t i = 0; i < work->words.count; i++) {
        if (kept == 0 || !mou_text_equal(work->words.items[kept - 1], work->words.items[i])) {
            work->words.items[kept++] = work->words.items[i];
        }
    }
    work->words.count = kept;
}

/* Appends the text or the code's name of a known cell to work->words. */
static void add_word(struct mou_decide_work *work, enum mou_world world, uint32_t index,
                     uint32_t row)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_instruction *in = &machine->pack->instructions[index];
    if (mou_register_cell(machine, world, index, row) != MOU_CELL_KNOWN) {
        return;
    }
    const int64_t value = mou_register_value(machine, world, index, row);
    struct mou_text word = {"", 0};
    if (in->type == MOU_PACK_CODE) {
        word = mou_code_name(machine->pack, in->code_table, value);
    } else if (value >= 0 && value < (int64_t)mou_intern_count(machine->batch->texts)) {
        word = mou_intern_text(machine->batch->texts, (uint32_t)value);
    }
    if (!MOU_VEC_PUSH(work->arena, &work->words, word)) {
        work->failed = true;
    }
}

/* The authorities that the rule names, then those of the cited grounds, by their bytes. */
static struct mou_text joined(struct mou_decide_work *work, struct mou_text named)
{
    struct mou_buf *buf = &work->naming.buf;
    mou_buf_clear(buf);
    mou_buf_append(buf, named.bytes, named.len);
    for (size_t i = 0; i < work->words.count; i++) {
        mou_buf_text(buf, buf->len > 0 ? "、" : "");
        mou_buf_append(buf, work->words.items[i].bytes, work->words.items[i].len);
    }
    char *copy = mou_arena_copy(work->naming.arena, buf->data, buf->len);
    work->failed = work->failed || buf->failed || copy == NULL;
    return (struct mou_text){copy, buf->len};
}

struct mou_text mou_carry_authority(struct mou_decide_work *work, const struct mou_case *judged,
                                    const struct mou_pack_measure *measure)
{
    assert(work != NULL && judged != NULL && measure != NULL);
    const struct mou_pack *pack = work->machine->pack;
    const struct mou_text named = mou_pack_string(pack, measure->authority);
    const mou_triples *triples = &work->triples[judged->world];
    work->words.count = 0;
    for (size_t i = 0; measure->authorities != MOU_PACK_NONE && i < triples->count; i++) {
        const struct mou_triple *triple = &triples->items[i];
        const uint32_t index = mou_authority_register(pack, measure, triple->authority);
        if (index != MOU_PACK_NONE && mou_case_cites(judged, triple)) {
            add_word(work, triple->way_world, index, triple->row);
        }
    }
    sort_words(work);
    return work->words.count == 0 ? named : joined(work, named);
}

/* ------------------------------------------------------------------ publication and sharing */

/* A duration at frame 0; false where there is none, or a parameter has no value yet. */
static bool known_interval(const struct mou_machine *machine, uint32_t index, int64_t *value)
{
    if (index == MOU_PACK_NONE ||
        mou_register_cell(machine, MOU_WORLD_ALL, index, 0) != MOU_CELL_KNOWN) {
        return false;
    }
    *value = mou_register_value(machine, MOU_WORLD_ALL, index, 0);
    return true;
}

/* The day on which it is to be withdrawn: the term from the decision's beginning, else its end. */
static mou_date withdrawn(const struct mou_publication_value *value,
                          const struct mou_decision *decision)
{
    mou_date until = MOU_DATE_NONE;
    if (!value->has_lasting || decision->from == MOU_DATE_NONE) {
        return value->has_lasting ? MOU_DATE_NONE : decision->until;
    }
    const enum mou_fault fault = value->lasting_type == MOU_VALUE_MONTHS
                                     ? mou_date_add_months(decision->from, value->lasting, &until)
                                     : mou_date_add_days(decision->from, value->lasting, &until);
    return fault == MOU_FAULT_NONE ? until : MOU_DATE_NONE;
}

static const struct mou_text *place_names(struct mou_decide_work *work,
                                          const struct mou_pack_publication *entry)
{
    const struct mou_pack *pack = work->machine->pack;
    struct mou_text *names =
        MOU_NEW_ARRAY(work->naming.arena, entry->place_count, struct mou_text);
    for (uint32_t i = 0; names != NULL && i < entry->place_count; i++) {
        names[i] = mou_pack_string(pack, pack->texts[entry->first_place + i]);
    }
    work->failed = work->failed || names == NULL;
    return names;
}

void mou_carry_publications(struct mou_decide_work *work, const struct mou_case *judged,
                            const struct mou_decision *decision)
{
    assert(work != NULL && judged != NULL && decision != NULL);
    const struct mou_machine *machine = work->machine;
    const struct mou_pack *pack = machine->pack;
    const uint32_t rule = judged->rule.index;
    const uint32_t first = judged->rule.is_finding ? pack->findings[rule].first_publication
                                                   : pack->measures[rule].first_publication;
    const uint32_t count = judged->rule.is_finding ? pack->findings[rule].publication_count
                                                   : pack->measures[rule].publication_count;
    work->publications.count = 0;
    for (uint32_t i = 0; judged->outcome == MOU_IN_FORCE && i < count; i++) {
        const struct mou_pack_publication *entry = &pack->publications[first + i];
        struct mou_publication_value value = {
            .share = entry->share != 0,
            .places = place_names(work, entry),
            .place_count = entry->place_count,
            .every_type = (enum mou_value_type)entry->every_type,
            .lasting_type = (enum mou_value_type)entry->lasting_type,
            .from = decision->from,
        };
        value.has_every = known_interval(machine, entry->every, &value.every);
        value.has_lasting = known_interval(machine, entry->lasting, &value.lasting);
        if (entry->lasting != MOU_PACK_NONE && !value.has_lasting) {
            continue; /* how long is not known yet: nothing is published */
        }
        value.until = withdrawn(&value, decision);
        if (!MOU_VEC_PUSH(work->arena, &work->publications, value)) {
            work->failed = true;
        }
    }
}
