/*
 * From rows to subjects: the next date of a subject is the least of all rules' cones over itself,
 * of the cones, over the subjects from which a measure falls on it, of that measure, and of what
 * counts for everyone: parameters and periods. Also the dates that objections bring. Called by
 * decide.c after mou_next_compute.
 */
#include <assert.h>

#include "next.h"
#include "opcodes.h"

struct subjects_run {
    struct mou_decide_work *work;
    struct mou_machine *machine;
    uint32_t subject_count;
    bool failed;
};

/* ------------------------------------------------------------------ objections */

/* Lowers the dates of the rows of `record` that hang below the contested row, or are it. */
static void add_objection(const struct mou_machine *machine, const struct mou_objection *objection,
                          uint32_t record, mou_date date, mou_date *dates)
{
    const struct mou_record_columns *columns = machine->batch->records;
    const uint32_t subject = columns[objection->record].subject[objection->row];
    const uint32_t *first = machine->frames[2 + record].first;
    for (uint32_t row = first[subject]; row < first[subject + 1]; row++) {
        uint32_t above = row;
        for (uint32_t type = record; type != objection->record;
             type = machine->pack->records[type].parent) {
            above = columns[type].parent[above];
        }
        if (above == objection->row) {
            dates[row] = mou_next_least(dates[row], date);
        }
    }
}

static bool is_ancestor(const struct mou_pack *pack, uint32_t ancestor, uint32_t record)
{
    while (record != MOU_PACK_NONE && record != ancestor) {
        record = pack->records[record].parent;
    }
    return record == ancestor;
}

mou_date *mou_next_of_objections(struct mou_machine *machine, uint32_t record, bool *failed)
{
    assert(machine != NULL && record < machine->pack->records_count && failed != NULL);
    const struct mou_batch *batch = machine->batch;
    const mou_date today = machine->options.as_of;
    const size_t rows = batch->records[record].row_count;
    mou_date *dates = NULL;
    for (uint32_t i = 0; i < batch->objection_count; i++) {
        const struct mou_objection *objection = &batch->objections[i];
        const mou_date date = mou_next_least(mou_next_after(objection->lodged, today),
                                             mou_next_after(objection->closed, today));
        if (date == MOU_NEXT_NEVER || !is_ancestor(machine->pack, objection->record, record)) {
            continue;
        }
        if (dates == NULL) {
            dates = MOU_SLAB_ARRAY(&machine->slab, rows, mou_date);
            if (dates == NULL) {
                *failed = true;
                return NULL;
            }
            for (size_t row = 0; row < rows; row++) {
                dates[row] = MOU_NEXT_NEVER;
            }
        }
        add_objection(machine, objection, record, date, dates);
    }
    return dates;
}

/* ------------------------------------------------------------------ cones of rules */

static mou_date *new_list(struct subjects_run *run)
{
    mou_date *dates = MOU_SLAB_ARRAY(&run->machine->slab, run->subject_count, mou_date);
    for (uint32_t s = 0; dates != NULL && s < run->subject_count; s++) {
        dates[s] = MOU_NEXT_NEVER;
    }
    run->failed = run->failed || dates == NULL;
    return dates;
}

/* Lowers `dates` by what changes in the cone of a register at SUBJECT or UNIT. */
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

/* The same for a register at the home frame of a record type, or one for all its rows. */
static void add_record_register(const struct subjects_run *run, mou_date *dates, uint32_t record,
                                uint32_t index)
{
    const struct mou_machine *machine = run->machine;
    if (index == MOU_PACK_NONE || machine->next_dates[index] == NULL) {
        return;
    }
    const mou_date *other = machine->next_dates[index];
    const bool unit = machine->pack->instructions[index].frame == 0;
    const struct mou_record_columns *rows = &machine->batch->records[record];
    for (uint32_t row = 0; row < rows->row_count; row++) {
        mou_date *date = &dates[rows->subject[row]];
        *date = mou_next_least(*date, other[unit ? 0 : row]);
    }
}

static void add_row_register(const struct subjects_run *run, mou_date *dates, uint32_t section,
                             uint32_t index)
{
    add_record_register(run, dates, run->machine->pack->grounds[section].record, index);
}

/* `holds` rests on everything that the finding is made of; `unless` counts where there are no
 * grounds, too. */
static void add_finding(const struct subjects_run *run, mou_date *dates, uint32_t index)
{
    const struct mou_pack *pack = run->machine->pack;
    const struct mou_pack_finding *finding = &pack->findings[index];
    add_register(run, dates, finding->holds);
    add_register(run, dates, finding->unless);
    add_register(run, dates, finding->period);
    add_register(run, dates, finding->when);
    for (uint32_t i = 0; i < finding->ground_count; i++) {
        add_row_register(run, dates, finding->first_ground + i,
                         pack->grounds[finding->first_ground + i].holds);
    }
}

/* What a measure asks of the rows of a relation counts for the finding's subject. */
static void add_reach_condition(const struct subjects_run *run, mou_date *dates,
                                const struct mou_pack_reach *reach)
{
    const struct mou_machine *machine = run->machine;
    if (reach->condition == MOU_PACK_NONE || machine->next_dates[reach->condition] == NULL) {
        return;
    }
    const struct mou_frame *frame = &machine->frames[reach->frame];
    const mou_date *other = machine->next_dates[reach->condition];
    const bool unit = machine->pack->instructions[reach->condition].frame == 0;
    for (uint32_t row = 0; row < frame->row_count; row++) {
        mou_date *date = &dates[frame->up[row]];
        *date = mou_next_least(*date, other[unit ? 0 : row]);
    }
}

/* Guards, own ends, grants and period of a measure, without its findings. */
static void add_guards(const struct subjects_run *run, mou_date *dates,
                       const struct mou_pack_measure *measure)
{
    const struct mou_pack *pack = run->machine->pack;
    add_register(run, dates, measure->only_if);
    add_register(run, dates, measure->unless);
    add_register(run, dates, measure->period);
    add_register(run, dates, measure->term);
    for (uint32_t i = 0; i < measure->grant_count; i++) {
        add_register(run, dates, pack->grants[measure->first_grant + i].value);
    }
    for (uint32_t i = 0; i < measure->reach_count; i++) {
        add_reach_condition(run, dates, &pack->reaches[measure->first_reach + i]);
    }
    uint32_t own_end = 0;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[pack->lists[measure->because + i]];
        for (uint32_t g = 0; g < finding->ground_count; g++) {
            add_row_register(run, dates, finding->first_ground + g,
                             mou_own_end_register(pack, measure->own_end_tests, own_end++));
        }
    }
}

/* ------------------------------------------------------------------ parameters and periods */

static mou_date date_of_parameter(const struct subjects_run *run, uint32_t index)
{
    const struct mou_pack *pack = run->machine->pack;
    const struct mou_pack_parameter *parameter = &pack->parameters[index];
    mou_date least = MOU_NEXT_NEVER;
    for (uint32_t v = 0; v < parameter->value_count; v++) {
        const mou_date from = pack->parameter_values[parameter->first_value + v].from;
        least = mou_next_least(least, mou_next_after(from, run->machine->options.as_of));
    }
    return least;
}

/* The dates of a parameter in force count for every subject, whether or not a row asks for it
 * today. */
static mou_date date_of_parameters(const struct subjects_run *run)
{
    const struct mou_decide_plan *plan = run->work->plan;
    mou_date least = MOU_NEXT_NEVER;
    for (uint32_t i = 0; i < plan->parameter_count; i++) {
        least = mou_next_least(least, date_of_parameter(run, plan->parameters[i]));
    }
    return least;
}

/* Memoranda with rules begin and end for everyone. */
static mou_date date_of_periods(const struct subjects_run *run)
{
    const struct mou_pack *pack = run->machine->pack;
    mou_date least = MOU_NEXT_NEVER;
    for (uint32_t i = 0; i < run->work->plan->rule_count; i++) {
        const struct mou_rule_ref rule = run->work->plan->rules[i];
        const struct mou_interval period = mou_period_of_rule(pack, rule);
        least = mou_next_least(least, mou_next_after(period.from, run->machine->options.as_of));
        least = mou_next_least(least, mou_next_after(period.until, run->machine->options.as_of));
    }
    return least;
}

/* ------------------------------------------------------------------ through relations */

/* Whether the measure asks for the relation as it is today: always for 当前, else for grounds that
 * carry no date. */
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
static mou_date date_of_row(const struct subjects_run *run, uint32_t relation, uint32_t row,
                            mou_date source, bool today)
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

static void add_reach(const struct subjects_run *run, mou_date *next, const mou_date *sources,
                      uint32_t reach, bool today)
{
    const struct mou_machine *machine = run->machine;
    const struct mou_pack_reach *entry = &machine->pack->reaches[reach];
    const struct mou_reach_slot slot = run->work->plan->slots[run->work->plan->slot_of[reach]];
    const uint32_t count = machine->batch->relations[entry->relation].row_count;
    for (uint32_t row = 0; row < count; row++) {
        const uint32_t target = mou_reach_target(machine, slot, row);
        const uint32_t source = mou_reach_source(machine, slot, row);
        if (target < machine->batch->core_count &&
            machine->batch->subject_kind[source] == entry->kind) {
            next[target] = mou_next_least(
                next[target], date_of_row(run, entry->relation, row, sources[source], today));
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

/* What a measure brings to those whom it reaches through relations. `sources` is a list to work in.
 */
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

/* ------------------------------------------------------------------ what else is asked for */

/* The dates on which a memorandum begins and ends count for everyone. */
static void add_period(const struct subjects_run *run, mou_date *everyone, uint32_t memorandum)
{
    const struct mou_interval period = mou_period_of(run->machine->pack, memorandum);
    const mou_date as_of = run->machine->options.as_of;
    *everyone = mou_next_least(*everyone, mou_next_least(mou_next_after(period.from, as_of),
                                                         mou_next_after(period.until, as_of)));
}

/* A register of such a rule over rows of `record`, or, MOU_PACK_NONE, over the subject. */
static void add_part(const struct subjects_run *run, mou_date *dates, uint8_t *used,
                     uint32_t record, uint32_t index)
{
    if (index == MOU_PACK_NONE) {
        return;
    }
    used[index] = 1;
    if (record == MOU_PACK_NONE) {
        add_register(run, dates, index);
    } else {
        add_record_register(run, dates, record, index);
    }
}

/* So do those of the parameters that what was marked asks for. */
static void add_used_parameters(const struct subjects_run *run, uint8_t *used, mou_date *everyone)
{
    const struct mou_pack *pack = run->machine->pack;
    for (uint32_t i = pack->instructions_count; i-- > 0;) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        if (used[i] == 0) {
            continue;
        }
        uint32_t operand = mou_instruction_reads(pack, in, 0);
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            used[operand] = 1;
            operand = mou_instruction_reads(pack, in, n);
        }
        if (in->opcode == MOU_OP_CODE_PARAMETER) {
            *everyone = mou_next_least(*everyone, date_of_parameter(run, in->a));
        }
    }
}

static mou_date add_others(struct subjects_run *run, mou_date *dates)
{
    const struct mou_pack *pack = run->machine->pack;
    const struct mou_run_options *options = &run->machine->options;
    mou_date everyone = MOU_NEXT_NEVER;
    uint8_t *used = MOU_SLAB_ZEROED(&run->machine->slab, pack->instructions_count, uint8_t);
    if (used == NULL) {
        run->failed = true;
        return everyone;
    }
    for (uint32_t i = 0; options->duties && i < pack->duties_count; i++) {
        const struct mou_pack_duty *duty = &pack->duties[i];
        const uint32_t parts[] = {duty->condition, duty->begun, duty->over, duty->done};
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            add_part(run, dates, used, duty->record, parts[k]);
        }
        add_period(run, &everyone, duty->memorandum);
    }
    for (uint32_t i = 0; options->repairs && i < pack->repairs_count; i++) {
        add_part(run, dates, used, pack->repairs[i].record, pack->repairs[i].eligible);
        add_part(run, dates, used, pack->repairs[i].record, pack->repairs[i].refused);
        add_period(run, &everyone, pack->repairs[i].memorandum);
    }
    for (uint32_t i = 0; options->matters && i < pack->matters_count; i++) {
        add_part(run, dates, used, MOU_PACK_NONE, pack->matters[i].prohibit);
        add_part(run, dates, used, MOU_PACK_NONE, pack->matters[i].advise);
        add_period(run, &everyone, pack->matters[i].memorandum);
    }
    for (uint32_t i = 0; options->assertions && i < pack->assertions_count; i++) {
        add_part(run, dates, used, MOU_PACK_NONE, pack->assertions[i].holds);
        add_period(run, &everyone, pack->assertions[i].memorandum);
    }
    add_used_parameters(run, used, &everyone);
    return everyone;
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
    mou_date everyone = mou_next_least(date_of_parameters(&run), date_of_periods(&run));
    if (mou_machine_wants_others(run.machine)) {
        everyone = mou_next_least(everyone, add_others(&run, dates));
    }
    if (run.failed) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t s = 0; s < run.subject_count; s++) {
        dates[s] = mou_next_least(dates[s], everyone);
        dates[s] = dates[s] == MOU_NEXT_NEVER ? MOU_DATE_NONE : dates[s];
    }
    *next = dates;
    return MOU_OK;
}
