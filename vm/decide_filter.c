/*
 * Which subjects a rule may say anything of, by bitmaps: only they are assembled one by one. A
 * subject is left out only where every triple of the rule is a definite no with nothing ahead; one
 * too many costs time, one too few a decision. Called by decide.c and tally.c.
 */
#include <assert.h>

#include "bits.h"
#include "decide_filter.h"
#include "focus.h"
#include "lean.h"

/* A word of a condition's `yes` or `maybe` bitmap; a register at frame 0 has one cell for all rows.
 */
static uint64_t word_of(const struct mou_register *cells, const uint64_t *bits, size_t word)
{
    assert(!cells->late);
    if (cells->frame == 0) {
        return (bits[0] & 1) != 0 ? UINT64_MAX : 0;
    }
    return bits[word];
}

static uint64_t maybe_word(const struct mou_machine *machine, uint32_t index, size_t word)
{
    const struct mou_register *all = &machine->registers[MOU_WORLD_ALL][index];
    const struct mou_register *rest = &machine->registers[MOU_WORLD_UNCONTESTED][index];
    return word_of(all, all->maybe, word) |
           (machine->two_worlds ? word_of(rest, rest->maybe, word) : 0);
}

/* Yes in both worlds. */
static uint64_t yes_word(const struct mou_machine *machine, uint32_t index, size_t word)
{
    const struct mou_register *all = &machine->registers[MOU_WORLD_ALL][index];
    const struct mou_register *rest = &machine->registers[MOU_WORLD_UNCONTESTED][index];
    return word_of(all, all->yes, word) &
           (machine->two_worlds ? word_of(rest, rest->yes, word) : UINT64_MAX);
}

static bool in_period(const struct mou_machine *machine, uint32_t memorandum)
{
    return mou_interval_contains(mou_period_of(machine->pack, memorandum), machine->options.as_of);
}

/* ------------------------------------------------------------------ findings */

uint64_t mou_decide_pending_word(const struct mou_machine *machine, const struct mou_pack_ground *section, const uint64_t *ahead, size_t word, uint64_t settled)
{
    assert(machine != NULL && section != NULL);
    const struct mou_register *registers = machine->registers[MOU_WORLD_ALL];
    const struct mou_register *condition = &registers[section->condition];
    const struct mou_register *presence = &registers[section->presence];
    const uint64_t open = word_of(condition, condition->yes, word) & ~settled;
    uint64_t pending = open & ~word_of(presence, presence->yes, word);
    if (section->from == MOU_PACK_NONE) {
        return pending;
    }
    if (ahead != NULL) {
        return pending | (open & ahead[word]);
    }
    for (uint64_t rest = open & ~pending; rest != 0; rest &= rest - 1) {
        const uint32_t row = (uint32_t)(word * 64) + mou_lowest_bit(rest);
        if (mou_register_cell(machine, MOU_WORLD_ALL, section->from, row) == MOU_CELL_KNOWN &&
            mou_register_value(machine, MOU_WORLD_ALL, section->from, row) >
                machine->options.as_of) {
            pending |= rest & (~rest + 1);
        }
    }
    return pending;
}

const uint64_t *mou_decide_rows_ahead(struct mou_machine *machine, const struct mou_pack_ground *section)
{
    assert(machine != NULL && section != NULL);
    const uint32_t rows = machine->frames[section->frame].row_count;
    const struct mou_column *from = section->from == MOU_PACK_NONE ? NULL : mou_column_as_it_is(machine, section->from);
    uint64_t *ahead = from == NULL || rows == 0 ? NULL : MOU_SLAB_ZEROED(&machine->slab, mou_words(rows), uint64_t);
    if (ahead != NULL && from->width != 0) {
        mou_column_compare(machine->compare, MOU_RELATION_GREATER, from->width, from->values, machine->options.as_of, rows, ahead);
        for (size_t word = 0; from->known != NULL && word < mou_words(rows); word++) {
            ahead[word] &= from->known[word];
        }
    }
    return ahead;
}

static void add_section(struct mou_machine *machine, const struct mou_pack_ground *section,
                        uint64_t *subjects)
{
    const uint64_t *ahead = mou_decide_rows_ahead(machine, section);
    const uint32_t rows = machine->frames[section->frame].row_count;
    const uint32_t *subject = machine->frames[2 + section->record].up;
    for (size_t word = 0; word < mou_words(rows); word++) {
        const uint64_t mask = mou_word_mask(rows, word);
        uint64_t active = maybe_word(machine, section->holds, word) & mask;
        active |= mou_decide_pending_word(machine, section, ahead, word, active | ~mask);
        for (; active != 0; active &= active - 1) {
            mou_bit_set(subjects, subject[word * 64 + mou_lowest_bit(active)]);
        }
    }
}

static void fill_finding(struct mou_machine *machine, uint32_t index, uint64_t *subjects)
{
    const struct mou_pack_finding *finding = &machine->pack->findings[index];
    if (!in_period(machine, finding->memorandum)) {
        return;
    }
    if (finding->ground_count == 0) {
        const uint32_t count = machine->batch->subject_count;
        for (size_t word = 0; word < mou_words(count); word++) {
            subjects[word] = maybe_word(machine, finding->holds, word) & mou_word_mask(count, word);
        }
        return;
    }
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        add_section(machine, &machine->pack->grounds[finding->first_ground + i], subjects);
    }
}

/* ------------------------------------------------------------------ measures */

/* Subjects whose findings may carry the measure: any of its findings, and no guard that is
 * definitely against it. False where there are none. */
static bool fill_sources(const struct mou_machine *machine, const struct mou_pack_measure *measure,
                         uint64_t *const *findings, uint64_t *sources)
{
    const size_t words = mou_words(machine->batch->subject_count);
    uint64_t any = 0;
    for (size_t word = 0; word < words; word++) {
        uint64_t active = 0;
        for (uint32_t i = 0; i < measure->because_count; i++) {
            active |= findings[machine->pack->lists[measure->because + i]][word];
        }
        if (active != 0 && measure->only_if != MOU_PACK_NONE) {
            active &= maybe_word(machine, measure->only_if, word);
        }
        if (active != 0 && measure->unless != MOU_PACK_NONE) {
            active &= ~yes_word(machine, measure->unless, word);
        }
        sources[word] = active;
        any |= active;
    }
    return any != 0;
}

static void add_self(const struct mou_machine *machine, uint32_t kind, const uint64_t *sources,
                     uint64_t *targets)
{
    const uint32_t core = machine->batch->core_count;
    for (uint32_t s = mou_bits_next(sources, 0, core); s < core;
         s = mou_bits_next(sources, s + 1, core)) {
        if (machine->batch->subject_kind[s] == kind) {
            mou_bit_set(targets, s);
        }
    }
}

static void add_related(const struct mou_machine *machine, struct mou_reach_slot slot,
                        uint32_t kind, const uint64_t *sources, uint64_t *targets)
{
    const uint32_t count = machine->batch->relations[slot.relation].row_count;
    for (uint32_t row = 0; row < count; row++) {
        const uint32_t source = mou_reach_source(machine, slot, row);
        const uint32_t target = mou_reach_target(machine, slot, row);
        if (target < machine->batch->core_count && mou_bit(sources, source) &&
            machine->batch->subject_kind[source] == kind) {
            mou_bit_set(targets, target);
        }
    }
}

static void fill_measure(const struct mou_machine *machine, const struct mou_decide_plan *plan,
                         uint32_t index, uint64_t *const *findings, uint64_t *sources,
                         uint64_t *targets)
{
    const struct mou_pack_measure *measure = &machine->pack->measures[index];
    if (!fill_sources(machine, measure, findings, sources) ||
        !mou_interval_contains(mou_period_of_measure(machine->pack, measure),
                               machine->options.as_of)) {
        return;
    }
    for (uint32_t i = measure->first_reach; i < measure->first_reach + measure->reach_count; i++) {
        const struct mou_pack_reach *reach = &machine->pack->reaches[i];
        if (reach->relation == MOU_PACK_NONE) {
            add_self(machine, reach->kind, sources, targets);
        } else {
            add_related(machine, plan->slots[plan->slot_of[i]], reach->kind, sources, targets);
        }
    }
}

/* ------------------------------------------------------------------ all rules */

static uint64_t **take_bitmaps(struct mou_arena *arena, uint32_t count, size_t words)
{
    uint64_t **bitmaps = MOU_NEW_ARRAY(arena, count, uint64_t *);
    uint64_t *storage = bitmaps == NULL ? NULL : MOU_NEW_ARRAY(arena, words * count, uint64_t);
    if (storage == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        bitmaps[i] = storage + i * words;
    }
    return bitmaps;
}

/* The bitmaps of the findings, made when first asked in a run. */
static uint64_t **finding_bitmaps(struct mou_machine *machine)
{
    const struct mou_pack *pack = machine->pack;
    if (machine->finding_bits == NULL) {
        uint64_t **findings = take_bitmaps(machine->batch_arena, pack->findings_count, mou_words(machine->batch->subject_count));
        for (uint32_t i = 0; findings != NULL && i < pack->findings_count; i++) {
            if (MOU_IN_FOCUS(machine->options.focus, read_findings, i)) {
                fill_finding(machine, i, findings[i]);
            }
        }
        machine->finding_bits = findings;
    }
    return machine->finding_bits;
}

const uint64_t *mou_decide_targets(struct mou_machine *machine, const struct mou_decide_plan *plan, uint32_t measure)
{
    assert(machine != NULL && plan != NULL && measure < machine->pack->measures_count);
    const size_t words = mou_words(machine->batch->subject_count);
    uint64_t **findings = finding_bitmaps(machine);
    uint64_t *sources = MOU_NEW_ARRAY(machine->batch_arena, words, uint64_t);
    uint64_t *targets = MOU_NEW_ARRAY(machine->batch_arena, words, uint64_t);
    if (findings == NULL || sources == NULL || targets == NULL) {
        return NULL;
    }
    fill_measure(machine, plan, measure, findings, sources, targets);
    return targets;
}

uint64_t **mou_decide_filter(struct mou_machine *machine, const struct mou_decide_plan *plan)
{
    assert(machine != NULL && plan != NULL);
    const size_t words = mou_words(machine->batch->subject_count);
    uint64_t **findings = finding_bitmaps(machine);
    uint64_t **targets = take_bitmaps(machine->batch_arena, plan->rule_count, words);
    uint64_t *sources = MOU_NEW_ARRAY(machine->batch_arena, words, uint64_t);
    if (findings == NULL || targets == NULL || sources == NULL) {
        return NULL;
    }
    const struct mou_focus *focus = machine->options.focus;
    for (uint32_t i = 0; i < plan->rule_count; i++) {
        const uint32_t rule = plan->rules[i].index;
        if (!plan->rules[i].is_finding && MOU_IN_FOCUS(focus, measures, rule)) {
            fill_measure(machine, plan, rule, findings, sources, targets[i]);
        } else if (plan->rules[i].is_finding && machine->options.findings && MOU_IN_FOCUS(focus, findings, rule)) {
            targets[i] = findings[rule];
        }
    }
    return targets;
}
