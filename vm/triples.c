/*
 * Triples of a measure or finding for one subject (S20 to S23): which grounds of which subjects
 * reach it in which way, how true each is in a world, and its interval. Reads registers and
 * columns; decides nothing. Called by decide.c and the explanations.
 */
#include <assert.h>

#include "bits.h"
#include "decide.h"

/* ------------------------------------------------------------------ truths */

enum mou_truth mou_truth_and(enum mou_truth a, enum mou_truth b)
{
    if (a == MOU_NO || b == MOU_NO) {
        return MOU_NO;
    }
    return a == MOU_YES && b == MOU_YES ? MOU_YES : MOU_UNKNOWN;
}

enum mou_truth mou_truth_or(enum mou_truth a, enum mou_truth b)
{
    if (a == MOU_YES || b == MOU_YES) {
        return MOU_YES;
    }
    return a == MOU_NO && b == MOU_NO ? MOU_NO : MOU_UNKNOWN;
}

enum mou_truth mou_truth_not(enum mou_truth a)
{
    if (a == MOU_UNKNOWN) {
        return MOU_UNKNOWN;
    }
    return a == MOU_YES ? MOU_NO : MOU_YES;
}

enum mou_world mou_world_of(const struct mou_machine *machine, uint32_t memorandum,
                            enum mou_world world)
{
    assert(machine != NULL && memorandum < machine->pack->memoranda_count);
    return machine->pack->memoranda[memorandum].objection_no_stay != 0 ? MOU_WORLD_ALL : world;
}

enum mou_truth mou_subject_truth(const struct mou_machine *machine, enum mou_world world,
                                 uint32_t index, uint32_t subject, enum mou_truth otherwise)
{
    assert(machine != NULL && subject < machine->batch->subject_count);
    return index == MOU_PACK_NONE ? otherwise : mou_register_truth(machine, world, index, subject);
}

struct mou_interval mou_period_of(const struct mou_pack *pack, uint32_t memorandum)
{
    assert(pack != NULL && memorandum < pack->memoranda_count);
    const struct mou_pack_memorandum *entry = &pack->memoranda[memorandum];
    return (struct mou_interval){
        .from = entry->effective, /* open: INT32_MIN in both */
        .until = entry->repealed == MOU_DATE_NONE ? MOU_INTERVAL_OPEN_UNTIL : entry->repealed,
    };
}

struct mou_interval mou_period_of_measure(const struct mou_pack *pack,
                                          const struct mou_pack_measure *measure)
{
    assert(pack != NULL && measure != NULL);
    struct mou_interval period = mou_period_of(pack, measure->memorandum);
    if (measure->dropped != MOU_DATE_NONE && measure->dropped < period.until) {
        period.until = measure->dropped;
    }
    return period;
}

struct mou_interval mou_period_of_rule(const struct mou_pack *pack, struct mou_rule_ref rule)
{
    assert(pack != NULL);
    return rule.is_finding ? mou_period_of(pack, pack->findings[rule.index].memorandum)
                           : mou_period_of_measure(pack, &pack->measures[rule.index]);
}

static bool in_period(const struct mou_machine *machine, uint32_t memorandum)
{
    return mou_interval_contains(mou_period_of(machine->pack, memorandum), machine->options.as_of);
}

/* ------------------------------------------------------------------ the interval of a ground */

/* A known date of a register; false where it is unknown or inapplicable. */
static bool known_date(const struct mou_machine *machine, enum mou_world world, uint32_t index,
                       uint32_t row, mou_date *date)
{
    int64_t value = 0;
    const bool known = mou_register_known(machine, world, index, row, &value);
    *date = known ? (mou_date)value : *date;
    return known;
}

/* Raises *from to the service dates of a record row and of the rows that it is part of; false where
 * one is not known. */
static bool served_from(const struct mou_machine *machine, uint32_t record, uint32_t row,
                        mou_date *from)
{
    for (;;) {
        const struct mou_pack_record *type = &machine->pack->records[record];
        int64_t served = 0;
        if (type->served != MOU_PACK_NONE) {
            if (!mou_cell_read(&machine->batch->records[record].fields[type->served], row,
                               &served)) {
                return false;
            }
            *from = served > *from ? (mou_date)served : *from;
        }
        if (type->parent == MOU_PACK_NONE) {
            return true;
        }
        row = machine->batch->records[record].parent[row];
        record = type->parent;
    }
}

static bool row_exists(const struct mou_machine *machine, enum mou_world world, uint32_t record,
                       uint32_t row)
{
    if (world == MOU_WORLD_ALL || !machine->two_worlds || machine->contested[record] == NULL) {
        return true;
    }
    return !mou_bit(machine->contested[record], row);
}

bool mou_ground_interval(const struct mou_machine *machine, enum mou_world world, const struct mou_pack_ground *section, uint32_t row,
                         struct mou_interval *interval)
{
    assert(machine != NULL && section != NULL && interval != NULL);
    *interval = (struct mou_interval){MOU_INTERVAL_OPEN_FROM, MOU_INTERVAL_OPEN_UNTIL};
    if (mou_register_truth(machine, world, section->condition, row) != MOU_YES ||
        !row_exists(machine, world, section->record, row)) {
        return false;
    }
    if (section->from != MOU_PACK_NONE &&
        !known_date(machine, world, section->from, row, &interval->from)) {
        return false;
    }
    if (section->end != MOU_PACK_NONE &&
        !known_date(machine, world, section->end, row, &interval->until)) {
        return false;
    }
    if (interval->until > MOU_DATE_MAX) {
        interval->until = MOU_INTERVAL_OPEN_UNTIL;
    }
    return served_from(machine, section->record, row, &interval->from) &&
           !mou_interval_empty(*interval);
}

/* ------------------------------------------------------------------ the union of a finding */

/* work->pieces: the pieces of the union of all grounds of a finding of one subject. */
static void finding_pieces(struct mou_decide_work *work, const struct mou_pack_finding *finding,
                           uint32_t subject, enum mou_world world)
{
    const struct mou_machine *machine = work->machine;
    work->pieces.count = 0;
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        const struct mou_pack_ground *section = &machine->pack->grounds[finding->first_ground + i];
        const uint32_t *first = machine->frames[section->frame].first;
        for (uint32_t row = first[subject]; row < first[subject + 1]; row++) {
            struct mou_interval interval;
            if (mou_ground_interval(machine, world, section, row, &interval) &&
                !MOU_VEC_PUSH(work->arena, &work->pieces, interval)) {
                work->failed = true;
                return;
            }
        }
    }
    work->pieces.count = mou_intervals_join(work->pieces.items, work->pieces.count);
}

/* Cuts a ground's interval by the measure's own end, which never outlives the piece that it belongs
 * to (S22). */
static void cut_to_own_end(const struct mou_decide_work *work, mou_date own_end,
                           struct mou_interval *interval)
{
    const struct mou_interval *piece = NULL;
    for (size_t i = 0; i < work->pieces.count && piece == NULL; i++) {
        const struct mou_interval *candidate = &work->pieces.items[i];
        piece = candidate->from <= interval->from && interval->until <= candidate->until ? candidate
                                                                                         : NULL;
    }
    assert(piece != NULL || work->failed);
    interval->until = piece != NULL && piece->until < own_end ? piece->until : own_end;
}

/* ------------------------------------------------------------------ triples */

/* One way to a target: the source, the guards' truth on it, and the relation row if there is one.
 */
struct way {
    const struct mou_pack_measure *measure; /* NULL: a finding of the subject itself */
    uint32_t source;
    uint32_t reach;
    uint32_t relation_row;
    enum mou_truth guards; /* no outside the measure's period */
    enum mou_world world;
    bool in_period; /* of the finding's memorandum */
};

uint32_t mou_holding_register(const struct mou_pack *pack, const struct mou_pack_measure *measure,
                              uint32_t section)
{
    assert(pack != NULL && measure != NULL);
    if (section == MOU_PACK_NONE || measure->holding == MOU_PACK_CURRENT) {
        return MOU_PACK_NONE;
    }
    const struct mou_pack_ground *ground = &pack->grounds[section];
    return measure->holding == MOU_PACK_AT_ACT ? ground->act : ground->made;
}

/* Whether the relation of a way held at the date that the measure asks for. */
static enum mou_truth relation_held(const struct mou_machine *machine, const struct way *way,
                                    uint32_t section, uint32_t row)
{
    if (way->relation_row == MOU_PACK_NONE) {
        return MOU_YES;
    }
    const uint32_t relation = machine->pack->reaches[way->reach].relation;
    const uint32_t index = mou_holding_register(machine->pack, way->measure, section);
    mou_date date = machine->options.as_of;
    if (index != MOU_PACK_NONE && !known_date(machine, way->world, index, row, &date)) {
        return mou_register_cell(machine, way->world, index, row) == MOU_CELL_INAPPLICABLE
                   ? MOU_NO
                   : MOU_UNKNOWN;
    }
    return mou_reach_held(machine, relation, way->relation_row, date);
}

/* Yes apart from time: everything but the dates of the ground, and of the relation where it must
 * hold today. */
static bool is_timely(struct mou_decide_work *work, const struct way *way,
                      struct mou_triple *triple)
{
    if (way->guards != MOU_YES || triple->interval.from >= triple->interval.until) {
        return false;
    }
    if (way->relation_row == MOU_PACK_NONE) {
        return true;
    }
    if (way->measure->holding != MOU_PACK_CURRENT) {
        return triple->held == MOU_YES;
    }
    bool known = false;
    const uint32_t relation = work->machine->pack->reaches[way->reach].relation;
    triple->interval = mou_interval_cut(
        triple->interval, mou_reach_bounds(work->machine, relation, way->relation_row, &known));
    return known && !mou_interval_empty(triple->interval);
}

static void push_triple(struct mou_decide_work *work, mou_triples *triples,
                        const struct mou_triple *triple)
{
    if (!MOU_VEC_PUSH(work->arena, triples, *triple)) {
        work->failed = true;
    }
}

uint32_t mou_own_end_register(const struct mou_pack *pack, uint32_t list, uint32_t own_end)
{
    assert(pack != NULL);
    return list == MOU_PACK_NONE || own_end == MOU_PACK_NONE ? MOU_PACK_NONE
                                                             : pack->lists[list + own_end];
}

/* The measure's own term: it must not be over today, and cuts the interval. */
static void apply_own_end(struct mou_decide_work *work, const struct way *way,
                          struct mou_triple *triple)
{
    const struct mou_machine *machine = work->machine;
    const uint32_t test =
        mou_own_end_register(machine->pack, way->measure->own_end_tests, triple->own_end);
    const uint32_t end =
        mou_own_end_register(machine->pack, way->measure->own_ends, triple->own_end);
    mou_date own_end = 0;
    if (test != MOU_PACK_NONE) {
        triple->truth = mou_truth_and(triple->truth,
                                      mou_register_truth(machine, way->world, test, triple->row));
    }
    if (end == MOU_PACK_NONE || !triple->timely) {
        return;
    }
    triple->timely = known_date(machine, way->world, end, triple->row, &own_end);
    if (triple->timely) {
        cut_to_own_end(work, own_end, &triple->interval);
    }
}

uint32_t mou_authority_register(const struct mou_pack *pack,
                                const struct mou_pack_measure *measure, uint32_t authority)
{
    assert(pack != NULL && measure != NULL);
    return measure->authorities == MOU_PACK_NONE || authority == MOU_PACK_NONE
               ? MOU_PACK_NONE
               : pack->lists[measure->authorities + authority];
}

/* Where a field of the ground names who acts, it must be known. */
static void apply_authority(const struct mou_machine *machine, const struct way *way,
                            struct mou_triple *triple)
{
    const uint32_t index = mou_authority_register(machine->pack, way->measure, triple->authority);
    if (index != MOU_PACK_NONE &&
        mou_register_cell(machine, way->world, index, triple->row) != MOU_CELL_KNOWN) {
        triple->truth = mou_truth_and(triple->truth, MOU_UNKNOWN);
        triple->timely = false;
    }
}

/* The triple of one ground row. */
static void add_row(struct mou_decide_work *work, const struct way *way, struct mou_triple triple,
                    mou_triples *triples)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_ground *section = &machine->pack->grounds[triple.section];
    if (!work->keep_all &&
        mou_register_truth(machine, triple.world, section->condition, triple.row) == MOU_NO) {
        return;
    }
    triple.held = relation_held(machine, way, triple.section, triple.row);
    triple.holds = mou_register_truth(machine, triple.world, section->holds, triple.row);
    triple.truth = mou_truth_and(mou_truth_and(triple.holds, triple.held), way->guards);
    triple.timely = mou_ground_interval(machine, triple.world, section, triple.row, &triple.interval);
    if (triple.own_end != MOU_PACK_NONE) {
        apply_own_end(work, way, &triple);
    }
    if (triple.authority != MOU_PACK_NONE) {
        apply_authority(machine, way, &triple);
    }
    triple.timely = triple.timely && way->in_period && is_timely(work, way, &triple);
    if (work->keep_all || triple.truth != MOU_NO || triple.timely) {
        push_triple(work, triples, &triple);
    }
}

/* A finding without grounds is one triple, without interval. */
static void add_whole(struct mou_decide_work *work, const struct way *way, struct mou_triple triple,
                      mou_triples *triples)
{
    const struct mou_pack_finding *finding = &work->machine->pack->findings[triple.finding];
    triple.holds =
        mou_subject_truth(work->machine, triple.world, finding->holds, way->source, MOU_NO);
    triple.held = relation_held(work->machine, way, MOU_PACK_NONE, 0);
    triple.truth = mou_truth_and(mou_truth_and(triple.holds, triple.held), way->guards);
    if (work->keep_all || triple.truth != MOU_NO) {
        push_triple(work, triples, &triple);
    }
}

/* All triples of one finding through one way. `own_end` is where the measure's own ends for this
 * finding begin. */
static void add_finding(struct mou_decide_work *work, struct way *way, uint32_t index,
                        uint32_t own_end, mou_triples *triples)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_finding *finding = &machine->pack->findings[index];
    struct mou_triple triple = {
        .source = way->source,
        .finding = index,
        .section = MOU_PACK_NONE,
        .own_end = MOU_PACK_NONE,
        .authority = MOU_PACK_NONE,
        .reach = way->reach,
        .relation_row = way->relation_row,
        .world = mou_world_of(machine, finding->memorandum, way->world),
        .way_world = way->world,
    };
    way->in_period = in_period(machine, finding->memorandum);
    if (!way->in_period && !work->keep_all) {
        return;
    }
    if (finding->ground_count == 0) {
        add_whole(work, way, triple, triples);
        return;
    }
    const bool has_own_ends = way->measure != NULL && way->measure->own_ends != MOU_PACK_NONE;
    const bool names_authority = way->measure != NULL && way->measure->authorities != MOU_PACK_NONE;
    if (has_own_ends) {
        finding_pieces(work, finding, way->source, triple.world);
    }
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        triple.section = finding->first_ground + i;
        triple.own_end = has_own_ends ? own_end + i : MOU_PACK_NONE;
        triple.authority = names_authority ? own_end + i : MOU_PACK_NONE;
        const uint32_t *first = machine->frames[machine->pack->grounds[triple.section].frame].first;
        for (triple.row = first[way->source]; triple.row < first[way->source + 1]; triple.row++) {
            add_row(work, way, triple, triples);
        }
    }
}

/* What the measure asks of the relation's row is a guard of this way alone. */
static enum mou_truth reach_condition(const struct mou_machine *machine, const struct way *way)
{
    const struct mou_pack_reach *reach = &machine->pack->reaches[way->reach];
    if (reach->condition == MOU_PACK_NONE) {
        return MOU_YES;
    }
    return mou_register_truth(machine, way->world, reach->condition,
                              mou_reach_frame_row(machine, reach, way->source, way->relation_row));
}

/* All findings of a measure through one way. */
static void add_way(struct mou_decide_work *work, struct way way, mou_triples *triples)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_measure *measure = way.measure;
    way.guards = mou_truth_and(
        mou_subject_truth(machine, way.world, measure->only_if, way.source, MOU_YES),
        mou_truth_not(mou_subject_truth(machine, way.world, measure->unless, way.source, MOU_NO)));
    way.guards = mou_truth_and(way.guards, reach_condition(machine, &way));
    if (!mou_interval_contains(mou_period_of_measure(machine->pack, measure),
                               machine->options.as_of)) {
        way.guards = MOU_NO;
    }
    if (way.guards == MOU_NO && !work->keep_all) {
        return;
    }
    uint32_t own_end = 0;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const uint32_t finding = machine->pack->lists[measure->because + i];
        add_finding(work, &way, finding, own_end, triples);
        own_end += machine->pack->findings[finding].ground_count;
    }
}

static enum mou_truth truth_of(const mou_triples *triples)
{
    enum mou_truth truth = MOU_NO;
    for (size_t i = 0; i < triples->count; i++) {
        truth = mou_truth_or(truth, triples->items[i].truth);
    }
    return truth;
}

/* A finding of a subject as a whole: its register is the `or` over its grounds. */
static enum mou_truth whole_finding(const struct mou_machine *machine, uint32_t index, uint32_t subject, enum mou_world world)
{
    const struct mou_pack_finding *finding = &machine->pack->findings[index];
    if (!in_period(machine, finding->memorandum)) {
        return MOU_NO;
    }
    return mou_subject_truth(machine, mou_world_of(machine, finding->memorandum, world), finding->holds, subject, MOU_NO);
}

static enum mou_truth whole_measure(const struct mou_machine *machine, const struct mou_pack_measure *measure, uint32_t target, enum mou_world world)
{
    enum mou_truth truth = MOU_NO;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        truth = mou_truth_or(truth, whole_finding(machine, machine->pack->lists[measure->because + i], target, world));
    }
    if (truth != MOU_NO) {
        truth = mou_truth_and(truth, mou_subject_truth(machine, world, measure->only_if, target, MOU_YES));
        truth = mou_truth_and(truth, mou_truth_not(mou_subject_truth(machine, world, measure->unless, target, MOU_NO)));
    }
    return truth;
}

/* Whether a list that has an entry for each ground of the measure's findings names a register for any of them. */
static bool names_any(const struct mou_pack *pack, const struct mou_pack_measure *measure, uint32_t list)
{
    uint32_t entry = list;
    for (uint32_t i = 0; list != MOU_PACK_NONE && i < measure->because_count; i++) {
        const uint32_t grounds = pack->findings[pack->lists[measure->because + i]].ground_count;
        for (uint32_t g = 0; g < grounds; g++) {
            if (pack->lists[entry++] != MOU_PACK_NONE) {
                return true;
            }
        }
    }
    return false;
}

bool mou_measure_by_registers(const struct mou_pack *pack, const struct mou_pack_measure *measure)
{
    assert(pack != NULL && measure != NULL);
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        if (pack->reaches[measure->first_reach + i].relation != MOU_PACK_NONE) {
            return false;
        }
    }
    return !names_any(pack, measure, measure->own_ends) && !names_any(pack, measure, measure->own_end_tests) && !names_any(pack, measure, measure->authorities);
}

bool mou_truth_of_rule(const struct mou_decide_work *work, struct mou_rule_ref rule, uint32_t target, enum mou_world world, enum mou_truth *truth)
{
    assert(work != NULL && truth != NULL);
    const struct mou_machine *machine = work->machine;
    if (rule.is_finding) {
        *truth = whole_finding(machine, rule.index, target, world);
        return true;
    }
    const struct mou_pack_measure *measure = &machine->pack->measures[rule.index];
    if (!mou_measure_by_registers(machine->pack, measure)) {
        return false;
    }
    bool reached = false;
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        reached = reached || machine->pack->reaches[measure->first_reach + i].kind == machine->batch->subject_kind[target];
    }
    const bool lasts = mou_interval_contains(mou_period_of_measure(machine->pack, measure), machine->options.as_of);
    *truth = reached && lasts ? whole_measure(machine, measure, target, mou_world_of(machine, measure->memorandum, world)) : MOU_NO;
    return true;
}

/* All relation rows by which a reach falls on `target`. */
static void add_relation(struct mou_decide_work *work, struct way way, uint32_t target,
                         mou_triples *triples)
{
    const struct mou_pack_reach *reach = &work->machine->pack->reaches[way.reach];
    const uint32_t slot = work->plan->slot_of[way.reach];
    const struct mou_reach_index *index = &work->reach[slot];
    for (uint32_t i = index->first[target]; i < index->first[target + 1]; i++) {
        way.relation_row = index->rows[i];
        way.source = mou_reach_source(work->machine, work->plan->slots[slot], way.relation_row);
        if (work->machine->batch->subject_kind[way.source] == reach->kind) {
            add_way(work, way, triples);
        }
    }
}

enum mou_truth mou_triples_of_measure(struct mou_decide_work *work, uint32_t measure,
                                      uint32_t target, enum mou_world world)
{
    assert(work != NULL && measure < work->machine->pack->measures_count);
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_measure *entry = &machine->pack->measures[measure];
    mou_triples *triples = &work->triples[world];
    triples->count = 0;
    if (!work->keep_all && !mou_interval_contains(mou_period_of_measure(machine->pack, entry),
                                                  machine->options.as_of)) {
        return MOU_NO;
    }
    struct way way = {.measure = entry, .world = mou_world_of(machine, entry->memorandum, world)};
    for (uint32_t i = 0; i < entry->reach_count; i++) {
        way.reach = entry->first_reach + i;
        way.relation_row = MOU_PACK_NONE;
        if (machine->pack->reaches[way.reach].relation != MOU_PACK_NONE) {
            add_relation(work, way, target, triples);
        } else if (machine->batch->subject_kind[target] == machine->pack->reaches[way.reach].kind) {
            way.source = target;
            add_way(work, way, triples);
        }
    }
    return truth_of(triples);
}

enum mou_truth mou_triples_of_finding(struct mou_decide_work *work, uint32_t finding,
                                      uint32_t subject, enum mou_world world)
{
    assert(work != NULL && finding < work->machine->pack->findings_count);
    struct way way = {
        .source = subject,
        .reach = MOU_PACK_NONE,
        .relation_row = MOU_PACK_NONE,
        .guards = MOU_YES,
        .world = world,
    };
    work->triples[world].count = 0;
    add_finding(work, &way, finding, 0, &work->triples[world]);
    return truth_of(&work->triples[world]);
}
