/*
 * From instructions to subjects: the next date of a subject is the least of all rules' cones over itself, and of the cones, over the subjects
 * from which a measure falls on it, of that measure. Also the dates that objections bring. Called by decide.c after mou_next_compute.
 */
#include <assert.h>

#include "next.h"

struct subjects_run {
    struct mou_decide_work *work;
    struct mou_machine *machine;
    uint32_t subject_count;
    bool failed;
};

/* ------------------------------------------------------------------ objections */

static bool is_ancestor(const struct mou_pack *pack, uint32_t ancestor, uint32_t record)
{
    while (record != MOU_PACK_NONE && record != ancestor) {
        record = pack->records[record].parent;
    }
    return record == ancestor;
}

const mou_date *mou_next_of_objections(struct mou_machine *machine, uint32_t record, bool *failed)
{
    assert(machine != NULL && record < machine->pack->records_count && failed != NULL);
    const struct mou_batch *batch = machine->batch;
    const mou_date today = machine->options.as_of;
    mou_date *dates = NULL;
    for (uint32_t i = 0; i < batch->objection_count; i++) {
        const struct mou_objection *objection = &batch->objections[i];
        if (!is_ancestor(machine->pack, objection->record, record)) {
            continue;
        }
        const mou_date lodged = mou_next_after(objection->lodged, today);
        const mou_date closed = mou_next_after(objection->closed, today);
        if (mou_next_least(lodged, closed) == MOU_NEXT_NEVER) {
            continue;
        }
        if (dates == NULL) {
            dates = MOU_NEW_ARRAY(machine->batch_arena, batch->subject_count, mou_date);
            if (dates == NULL) {
                *failed = true;
                return NULL;
            }
            for (uint32_t s = 0; s < batch->subject_count; s++) {
                dates[s] = MOU_NEXT_NEVER;
            }
        }
        mou_date *date = &dates[batch->records[objection->record].subject[objection->row]];
        *date = mou_next_least(*date, mou_next_least(lodged, closed));
    }
    return dates;
}

/* ------------------------------------------------------------------ cones of rules */

static mou_date *new_list(struct subjects_run *run)
{
    mou_date *dates = MOU_NEW_ARRAY(run->machine->batch_arena, run->subject_count, mou_date);
    for (uint32_t s = 0; dates != NULL && s < run->subject_count; s++) {
        dates[s] = MOU_NEXT_NEVER;
    }
    run->failed = run->failed || dates == NULL;
    return dates;
}

/* Lowers `dates` by what changes in the cone of a register. */
static void add_register(const struct subjects_run *run, mou_date *dates, uint32_t index)
{
    if (index == MOU_PACK_NONE || run->machine->next_dates[index] == NULL) {
        return;
    }
    const mou_date *other = run->machine->next_dates[index];
    const bool unit = run->machine->pack->instructions[index].frame == 0;
    for (uint32_t s = 0; s < run->subject_count; s++) {
        dates[s] = mou_next_least(dates[s], other[unit ? 0 : s]);
    }
}

static void add_finding(const struct subjects_run *run, mou_date *dates, uint32_t index)
{
    const struct mou_pack *pack = run->machine->pack;
    const struct mou_pack_finding *finding = &pack->findings[index];
    add_register(run, dates, finding->holds);
    add_register(run, dates, finding->unless);
    add_register(run, dates, finding->period);
    add_register(run, dates, finding->when);
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        const struct mou_pack_ground *section = &pack->grounds[finding->first_ground + i];
        add_register(run, dates, section->holds);
        add_register(run, dates, section->condition);
        add_register(run, dates, section->presence);
        add_register(run, dates, section->from);
        add_register(run, dates, section->end);
    }
}

/* Guards, own ends and period of a measure, without its findings. */
static void add_guards(const struct subjects_run *run, mou_date *dates, const struct mou_pack_measure *measure)
{
    const struct mou_pack *pack = run->machine->pack;
    add_register(run, dates, measure->only_if);
    add_register(run, dates, measure->unless);
    add_register(run, dates, measure->period);
    if (measure->own_end_tests == MOU_PACK_NONE) {
        return;
    }
    uint32_t sections = 0;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        sections += pack->findings[pack->lists[measure->because + i]].ground_count;
    }
    for (uint32_t i = 0; i < sections; i++) {
        add_register(run, dates, pack->lists[measure->own_end_tests + i]);
    }
}

/* ------------------------------------------------------------------ through relations */

/* Whether the measure asks for the relation as it is today: always for 当前, else for grounds that carry no date. */
static bool tests_today(const struct mou_pack *pack, const struct mou_pack_measure *measure)
{
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[pack->lists[measure->because + i]];
        if (finding->ground_count == 0) {
            return true;
        }
        for (uint32_t g = 0; g < finding->ground_count; g++) {
            if (mou_holding_register(pack, measure, finding->first_ground + g) == MOU_PACK_NONE) {
                return true;
            }
        }
    }
    return false;
}

/* The least of the source's dates and, where it counts, of the row's bounds. */
static mou_date date_of_row(const struct subjects_run *run, uint32_t relation, uint32_t row, mou_date source, bool today)
{
    if (!today) {
        return source;
    }
    bool known = false;
    const mou_date as_of = run->machine->options.as_of;
    const struct mou_interval bounds = mou_reach_bounds(run->machine, relation, row, &known);
    const mou_date since = known ? mou_next_after(bounds.from, as_of) : MOU_NEXT_NEVER;
    return mou_next_least(source, mou_next_least(since, mou_next_after(bounds.until, as_of)));
}

static void add_reach(const struct subjects_run *run, mou_date *next, const mou_date *sources, uint32_t reach, bool today)
{
    const struct mou_machine *machine = run->machine;
    const struct mou_pack_reach *entry = &machine->pack->reaches[reach];
    const struct mou_reach_slot slot = run->work->plan->slots[run->work->plan->slot_of[reach]];
    const uint32_t count = machine->batch->relations[entry->relation].row_count;
    for (uint32_t row = 0; row < count; row++) {
        const uint32_t target = mou_reach_target(machine, slot, row);
        const uint32_t source = mou_reach_source(machine, slot, row);
        if (target < machine->batch->core_count && machine->batch->subject_kind[source] == entry->kind) {
            next[target] = mou_next_least(next[target],
                                          date_of_row(run, entry->relation, row, sources[source], today));
        }
    }
}

static bool reaches_others(const struct mou_pack *pack, const struct mou_pack_measure *measure)
{
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        if (pack->reaches[measure->first_reach + i].relation != MOU_PACK_NONE) {
            return true;
        }
    }
    return false;
}

/* What a measure brings to those whom it reaches through relations. `sources` is a list to work in. */
static void add_measure(const struct subjects_run *run, mou_date *next, mou_date *sources,
                        const struct mou_pack_measure *measure)
{
    const struct mou_pack *pack = run->machine->pack;
    for (uint32_t s = 0; s < run->subject_count; s++) {
        sources[s] = MOU_NEXT_NEVER;
    }
    add_guards(run, sources, measure);
    for (uint32_t i = 0; i < measure->because_count; i++) {
        add_finding(run, sources, pack->lists[measure->because + i]);
    }
    const bool today = tests_today(pack, measure);
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        if (pack->reaches[measure->first_reach + i].relation != MOU_PACK_NONE) {
            add_reach(run, next, sources, measure->first_reach + i, today);
        }
    }
}

/* ------------------------------------------------------------------ all subjects */

enum mou_status mou_next_of_subjects(struct mou_decide_work *work, const mou_date **next)
{
    assert(work != NULL && next != NULL && work->machine->next_dates != NULL);
    const struct mou_pack *pack = work->machine->pack;
    struct subjects_run run = {work, work->machine, work->machine->batch->subject_count, false};
    mou_date *dates = new_list(&run);
    mou_date *sources = new_list(&run);
    if (run.failed) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < pack->findings_count; i++) {
        add_finding(&run, dates, i);
    }
    for (uint32_t i = 0; i < pack->measures_count; i++) {
        add_guards(&run, dates, &pack->measures[i]);
        if (reaches_others(pack, &pack->measures[i])) {
            add_measure(&run, dates, sources, &pack->measures[i]);
        }
    }
    for (uint32_t s = 0; s < run.subject_count; s++) {
        dates[s] = dates[s] == MOU_NEXT_NEVER ? MOU_DATE_NONE : dates[s];
    }
    *next = dates;
    return MOU_OK;
}
