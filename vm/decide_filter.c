/*
 * Which subjects a rule may say anything of, by bitmaps: only they are assembled one by one. A
 * subject is left out only where every triple of the rule is a definite no with nothing ahead; one
 * too many costs time, one too few a decision. Called by decide.c and tally.c.
 */
#include <assert.h>

#include "bits.h"
#include "decide_filter.h"
#include "focus.h"
#include "frames.h"
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

/* Findings whose registers are there, and whose memorandum lasts. */
static bool is_asked(const struct mou_machine *machine, uint32_t finding)
{
    return MOU_IN_FOCUS(machine->options.focus, read_findings, finding) && in_period(machine, machine->pack->findings[finding].memorandum);
}

static void fill_bare(const struct mou_machine *machine, uint32_t index, uint64_t *subjects)
{
    const struct mou_pack_finding *finding = &machine->pack->findings[index];
    const uint32_t count = machine->batch->subject_count;
    for (size_t word = 0; word < mou_words(count); word++) {
        subjects[word] = maybe_word(machine, finding->holds, word) & mou_word_mask(count, word);
    }
}

/* Grounds are rows: those of frames without any say nothing. */
static void fill_findings(struct mou_machine *machine, const struct mou_decide_plan *plan, uint64_t *findings)
{
    const struct mou_pack *pack = machine->pack;
    const uint64_t *filled = machine->offsets->filled;
    const size_t words = mou_words(machine->batch->subject_count);
    for (uint32_t i = 0; i < plan->bare_count; i++) {
        if (is_asked(machine, plan->bare[i])) {
            fill_bare(machine, plan->bare[i], &findings[plan->bare[i] * words]);
        }
    }
    for (uint32_t frame = mou_bits_next(filled, 1, pack->frames_count); frame < pack->frames_count; frame = mou_bits_next(filled, frame + 1, pack->frames_count)) {
        for (uint32_t i = plan->first_section[frame]; i < plan->first_section[frame + 1]; i++) {
            const struct mou_section section = plan->sections_at[i];
            if (is_asked(machine, section.finding)) {
                add_section(machine, &pack->grounds[section.ground], &findings[section.finding * words]);
            }
        }
    }
}

/* The bitmaps of the findings, made when first asked in a run; NULL when memory ran out. */
static const uint64_t *finding_bits(struct mou_machine *machine, const struct mou_decide_plan *plan)
{
    if (machine->finding_bits == NULL) {
        const size_t words = mou_words(machine->batch->subject_count);
        uint64_t *findings = MOU_SLAB_ZEROED(&machine->slab, machine->pack->findings_count * words, uint64_t);
        if (findings != NULL) {
            fill_findings(machine, plan, findings);
        }
        machine->finding_bits = findings;
    }
    return machine->finding_bits;
}

/* ------------------------------------------------------------------ measures */

/* Subjects whose findings may carry the measure: any of its findings, and no guard that is
 * definitely against it. False where there are none. */
static bool fill_sources(const struct mou_machine *machine, const struct mou_pack_measure *measure,
                         const uint64_t *findings, uint64_t *sources)
{
    const size_t words = mou_words(machine->batch->subject_count);
    uint64_t any = 0;
    for (size_t word = 0; word < words; word++) {
        uint64_t active = 0;
        for (uint32_t i = 0; i < measure->because_count; i++) {
            active |= findings[machine->pack->lists[measure->because + i] * words + word];
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

static bool lasts(const struct mou_machine *machine, const struct mou_pack_measure *measure)
{
    return mou_interval_contains(mou_period_of_measure(machine->pack, measure), machine->options.as_of);
}

/* Of `sources`, scratch, and `targets`, zeroed. */
static void fill_measure(const struct mou_machine *machine, const struct mou_decide_plan *plan, uint32_t index, const uint64_t *findings, uint64_t *sources,
                         uint64_t *targets)
{
    const struct mou_pack_measure *measure = &machine->pack->measures[index];
    if (!fill_sources(machine, measure, findings, sources) || !lasts(machine, measure)) {
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

const uint64_t *mou_decide_targets(struct mou_machine *machine, const struct mou_decide_plan *plan, uint32_t measure)
{
    assert(machine != NULL && plan != NULL && measure < machine->pack->measures_count);
    const size_t words = mou_words(machine->batch->subject_count);
    const uint64_t *findings = finding_bits(machine, plan);
    uint64_t *sources = MOU_SLAB_ARRAY(&machine->slab, words, uint64_t);
    uint64_t *targets = MOU_SLAB_ZEROED(&machine->slab, words, uint64_t);
    if (findings == NULL || sources == NULL || targets == NULL) {
        return NULL;
    }
    fill_measure(machine, plan, measure, findings, sources, targets);
    return targets;
}

/* ------------------------------------------------------------------ all rules */

/* Adds `bits` to `any`; false where there are none. */
static bool add_any(uint64_t *any, const uint64_t *bits, size_t words)
{
    uint64_t some = 0;
    for (size_t word = 0; word < words; word++) {
        any[word] |= bits[word];
        some |= bits[word];
    }
    return some != 0;
}

static bool is_there(const uint64_t *bits, size_t words)
{
    uint64_t some = 0;
    for (size_t word = 0; word < words; word++) {
        some |= bits[word];
    }
    return some != 0;
}

/* Places of the rules that the findings there are can bear upon. */
static void mark_rules(const struct mou_machine *machine, const struct mou_decide_plan *plan, const uint64_t *findings, uint64_t *marked)
{
    const size_t words = mou_words(machine->batch->subject_count);
    const struct mou_focus *focus = machine->options.focus;
    for (uint32_t i = 0; i < machine->pack->findings_count; i++) {
        if (!is_there(&findings[i * words], words)) {
            continue;
        }
        if (machine->options.findings && MOU_IN_FOCUS(focus, findings, i)) {
            mou_bit_set(marked, plan->finding_rule[i]);
        }
        for (uint32_t n = plan->first_measure[i]; n < plan->first_measure[i + 1]; n++) {
            if (MOU_IN_FOCUS(focus, measures, plan->rules[plan->measures_of[n]].index)) {
                mou_bit_set(marked, plan->measures_of[n]);
            }
        }
    }
}

bool mou_decide_filter(struct mou_machine *machine, const struct mou_decide_plan *plan, struct mou_targets *targets)
{
    assert(machine != NULL && plan != NULL && targets != NULL);
    struct mou_slab *slab = &machine->slab;
    const size_t words = mou_words(machine->batch->subject_count);
    const uint64_t *findings = finding_bits(machine, plan);
    uint64_t *sources = MOU_SLAB_ARRAY(slab, words, uint64_t);
    uint64_t *any = MOU_SLAB_ZEROED(slab, words, uint64_t);
    uint64_t *marked = MOU_SLAB_ZEROED(slab, mou_words(plan->rule_count), uint64_t);
    if (findings == NULL || slab->failed) {
        return false;
    }
    mark_rules(machine, plan, findings, marked);
    struct mou_target *rules = MOU_SLAB_ARRAY(slab, mou_bits_count(marked, 0, plan->rule_count), struct mou_target);
    *targets = (struct mou_targets){.rules = rules, .any = any};
    for (uint32_t place = mou_bits_next(marked, 0, plan->rule_count); rules != NULL && place < plan->rule_count;
         place = mou_bits_next(marked, place + 1, plan->rule_count)) {
        const struct mou_rule_ref rule = plan->rules[place];
        uint64_t *bits = rule.is_finding ? NULL : MOU_SLAB_ZEROED(slab, words, uint64_t);
        if (slab->failed) {
            return false;
        }
        if (!rule.is_finding) {
            fill_measure(machine, plan, rule.index, findings, sources, bits);
        }
        const uint64_t *of_rule = rule.is_finding ? &findings[rule.index * words] : bits;
        if (add_any(any, of_rule, words)) {
            rules[targets->count++] = (struct mou_target){place, of_rule};
        }
    }
    return rules != NULL;
}
