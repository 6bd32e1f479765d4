/*
 * Matters and assertions: whether a subject may be let through at a point of an approval, with the measures looked up; and whether it
 * refutes what the rules promise. What records under objection alone would bring is stayed. Called by others.c and the explanations.
 */
#include <assert.h>

#include "opcodes.h"
#include "others.h"
#include "states.h"

/* ------------------------------------------------------------------ clauses */

static enum mou_answer answer_of(const struct mou_machine *machine, uint32_t memorandum, uint32_t index, uint32_t subject)
{
    if (index == MOU_PACK_NONE) {
        return MOU_ANSWER_NONE;
    }
    const enum mou_world rest = mou_world_of(machine, memorandum, MOU_WORLD_UNCONTESTED);
    switch (mou_register_truth(machine, MOU_WORLD_ALL, index, subject)) {
    case MOU_YES:
        return mou_register_truth(machine, rest, index, subject) == MOU_YES ? MOU_ANSWER_YES : MOU_ANSWER_SUSPENDED;
    case MOU_UNKNOWN:
        return MOU_ANSWER_UNKNOWN;
    case MOU_NO:
        break;
    }
    return MOU_ANSWER_NO;
}

enum mou_matter_outcome mou_matter_judge(const struct mou_machine *machine, const struct mou_pack_matter *matter, uint32_t subject, enum mou_answer *prohibit,
                                         enum mou_answer *advise)
{
    assert(machine != NULL && matter != NULL && prohibit != NULL && advise != NULL);
    *prohibit = answer_of(machine, matter->memorandum, matter->prohibit, subject);
    *advise = answer_of(machine, matter->memorandum, matter->advise, subject);
    if (*prohibit == MOU_ANSWER_YES) {
        return MOU_MATTER_IS_DENIED;
    }
    if (*prohibit == MOU_ANSWER_UNKNOWN) {
        return MOU_MATTER_IS_TO_VERIFY;
    }
    if (*advise == MOU_ANSWER_YES) {
        return MOU_MATTER_IS_ADVISED;
    }
    return *advise == MOU_ANSWER_UNKNOWN ? MOU_MATTER_IS_TO_VERIFY : MOU_MATTER_IS_ALLOWED;
}

/* ------------------------------------------------------------------ measures that tell */

/* Of `且` that is no, the parts that are no tell; of `或` that is yes, those that are; of an unknown one, what is not settled. */
static bool part_tells(uint32_t opcode, enum mou_truth whole, enum mou_truth part)
{
    if (whole == MOU_UNKNOWN) {
        return part == MOU_UNKNOWN;
    }
    return (opcode == MOU_OP_CODE_AND) == (whole == MOU_YES) || part == whole;
}

static void push(struct mou_decide_work *work, uint32_t index, uint32_t subject)
{
    const struct mou_walk_item item = {.spot = mou_spot_at(work->machine, MOU_WORLD_ALL, index, 1, subject)};
    mou_walk_push(work, item, index, subject);
}

static void push_parts(struct mou_decide_work *work, struct mou_spot spot, uint32_t subject)
{
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_instruction *in = &machine->pack->instructions[spot.instruction];
    const uint32_t parts[] = {in->a, in->b};
    const enum mou_truth whole = mou_spot_truth(machine, spot);
    for (size_t i = 0; i < 2; i++) {
        if (part_tells(in->opcode, whole, mou_register_truth(machine, MOU_WORLD_ALL, parts[i], subject))) {
            push(work, parts[i], subject);
        }
    }
}

static void add_measure(struct mou_others *others, uint32_t measure)
{
    for (size_t i = 0; i < others->measures.count; i++) {
        if (others->measures.items[i] == measure) {
            return;
        }
    }
    if (!MOU_VEC_PUSH(others->work->arena, &others->measures, measure)) {
        others->work->failed = true;
    }
}

/* Appends to others->measures those whose state makes the condition what it is. */
static void collect_decisive(struct mou_others *others, uint32_t index, uint32_t subject)
{
    struct mou_decide_work *work = others->work;
    mou_visits_clear(&work->visits);
    work->stack.count = 0;
    push(work, index, subject);
    while (work->stack.count > 0 && !work->failed) {
        const struct mou_spot spot = work->stack.items[--work->stack.count].spot;
        const struct mou_pack_instruction *in = &work->machine->pack->instructions[spot.instruction];
        if (in->opcode == MOU_OP_CODE_MEASURE_STATE) {
            add_measure(others, in->a);
        } else if (in->opcode == MOU_OP_CODE_AND || in->opcode == MOU_OP_CODE_OR) {
            push_parts(work, spot, subject);
        } else if (in->opcode == MOU_OP_CODE_NOT || in->opcode == MOU_OP_CODE_WRITTEN) {
            push(work, in->a, subject);
        }
    }
}

/* ------------------------------------------------------------------ matters */

static bool is_decisive(const struct mou_others *others, uint32_t measure)
{
    for (size_t i = 0; i < others->measures.count; i++) {
        if (others->measures.items[i] == measure) {
            return true;
        }
    }
    return false;
}

static mou_date shown(mou_date date)
{
    return date < MOU_DATE_MIN || date > MOU_DATE_MAX ? MOU_DATE_NONE : date;
}

static void look_up(struct mou_others *others, uint32_t measure, uint32_t subject)
{
    struct mou_case judged;
    mou_case_judge(others->work, (struct mou_rule_ref){measure, false}, subject, &judged);
    const struct mou_looked_up found = {
        .measure = measure,
        .decided = judged.decided,
        .outcome = judged.decided ? judged.outcome : MOU_IN_FORCE,
        .from = judged.decided && judged.has_interval ? shown(judged.interval.from) : MOU_DATE_NONE,
        .until = judged.decided && judged.has_interval ? shown(judged.interval.until) : MOU_DATE_NONE,
        .decisive = is_decisive(others, measure),
        .standing = mou_standing_at(others->work->machine, measure, subject),
    };
    if (!MOU_VEC_PUSH(others->work->arena, &others->looked_up, found)) {
        others->work->failed = true;
    }
}

static void find_missing(struct mou_others *others, const struct mou_pack_matter *matter, const struct mou_matter_state *state)
{
    if (state->outcome != MOU_MATTER_IS_TO_VERIFY) {
        return;
    }
    if (state->prohibit == MOU_ANSWER_UNKNOWN) {
        mou_missing_of_register(others->work, MOU_WORLD_ALL, matter->note, matter->prohibit, 1, state->subject_number);
    }
    if (state->advise == MOU_ANSWER_UNKNOWN) {
        mou_missing_of_register(others->work, MOU_WORLD_ALL, matter->note, matter->advise, 1, state->subject_number);
    }
    mou_missing_sort(others->work);
}

/* The measures by which a clause says other than no. */
static void find_decisive(struct mou_others *others, const struct mou_pack_matter *matter, const struct mou_matter_state *state)
{
    others->measures.count = 0;
    if (state->prohibit > MOU_ANSWER_NO) {
        collect_decisive(others, matter->prohibit, state->subject_number);
    }
    if (state->advise > MOU_ANSWER_NO) {
        collect_decisive(others, matter->advise, state->subject_number);
    }
}

enum mou_status mou_matter_of_subject(struct mou_others *others, uint32_t matter, uint32_t subject)
{
    struct mou_decide_work *work = others->work;
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_matter *entry = &machine->pack->matters[matter];
    struct mou_matter_state state = {.subject = machine->batch->subject_id[subject], .subject_number = subject, .rule = matter};
    state.outcome = mou_matter_judge(machine, entry, subject, &state.prohibit, &state.advise);
    others->looked_up.count = 0;
    work->missing.count = 0;
    find_decisive(others, entry, &state);
    for (uint32_t i = 0; i < entry->measure_count; i++) {
        look_up(others, machine->pack->lists[entry->measures + i], subject);
    }
    find_missing(others, entry, &state);
    state.looked_up = others->looked_up.items;
    state.looked_up_count = (uint32_t)others->looked_up.count;
    state.missing = work->missing.items;
    state.missing_count = (uint32_t)work->missing.count;
    return work->failed ? MOU_ERROR_MEMORY : others->sink->matter(others->sink->state, &state);
}

/* ------------------------------------------------------------------ assertions */

/* In the order in which rules are decided. */
static void order_measures(struct mou_others *others)
{
    const struct mou_decide_plan *plan = others->work->plan;
    size_t placed = 0;
    for (uint32_t i = 0; i < plan->rule_count; i++) {
        for (size_t k = placed; !plan->rules[i].is_finding && k < others->measures.count; k++) {
            const uint32_t measure = others->measures.items[k];
            if (measure == plan->rules[i].index) {
                others->measures.items[k] = others->measures.items[placed];
                others->measures.items[placed++] = measure;
            }
        }
    }
}

enum mou_status mou_assertion_of_subject(struct mou_others *others, uint32_t assertion, uint32_t subject)
{
    struct mou_decide_work *work = others->work;
    const struct mou_machine *machine = work->machine;
    const struct mou_pack_assertion *entry = &machine->pack->assertions[assertion];
    if (mou_register_truth(machine, MOU_WORLD_ALL, entry->holds, subject) != MOU_NO ||
        mou_register_truth(machine, MOU_WORLD_UNCONTESTED, entry->holds, subject) != MOU_NO) {
        return MOU_OK;
    }
    others->measures.count = 0;
    collect_decisive(others, entry->holds, subject);
    order_measures(others);
    const struct mou_refutation refutation = {
        .subject = machine->batch->subject_id[subject],
        .subject_number = subject,
        .rule = assertion,
        .measures = others->measures.items,
        .measure_count = (uint32_t)others->measures.count,
    };
    return work->failed ? MOU_ERROR_MEMORY : others->sink->refuted(others->sink->state, &refutation);
}
