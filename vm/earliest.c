/*
 * The first day on which a repair is possible by the passing of time alone. From one day on which something changes to the next (next.c)
 * the conditions of repairs are run again by the same instructions, on registers of their own, in the world with all records: nothing is
 * estimated. Called by others.c.
 */
#include <assert.h>

#include "focus.h"
#include "frames.h"
#include "next.h"
#include "opcodes.h"
#include "others.h"
#include "vm_limits.h"

/** One row that waits for its day. */
struct waiting {
    uint32_t repair;
    uint32_t row;
    mou_date next;
};

struct search {
    struct mou_decide_work *work;
    struct mou_machine *machine;
    uint8_t *wanted;       /* instructions that repairs rest on */
    bool counts_years;     /* a streak of years is among them: it can change on the first of January */
    MOU_VEC(struct waiting) waiting;
    mou_date **earliest;
};

/* ------------------------------------------------------------------ what repairs rest on */

static void mark(uint8_t *wanted, uint32_t index)
{
    if (index != MOU_PACK_NONE) {
        wanted[index] = 1;
    }
}

/* A finding's dates are those of its parts, too (next.c). */
static void mark_finding(const struct search *search, uint32_t index)
{
    const struct mou_decide_plan *plan = search->work->plan;
    for (uint32_t f = plan->finding_of[index]; f != MOU_PACK_NONE; f = plan->same_holds[f]) {
        mark(search->wanted, search->machine->pack->findings[f].unless);
        mark(search->wanted, search->machine->pack->findings[f].when);
    }
}

static bool mark_all(struct search *search)
{
    const struct mou_pack *pack = search->machine->pack;
    search->wanted = MOU_NEW_ARRAY(search->work->arena, pack->instructions_count, uint8_t);
    if (search->wanted == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < pack->repairs_count; i++) {
        if (MOU_IN_FOCUS(search->machine->options.focus, repairs, i)) {
            mark(search->wanted, pack->repairs[i].eligible);
            mark(search->wanted, pack->repairs[i].refused);
        }
    }
    for (uint32_t i = pack->instructions_count; i-- > 0;) {
        const struct mou_pack_instruction *in = &pack->instructions[i];
        uint32_t operand = search->wanted[i] == 0 ? MOU_PACK_NONE : mou_instruction_reads(pack, in, 0);
        if (search->wanted[i] != 0) {
            search->counts_years = search->counts_years || in->opcode == MOU_OP_CODE_STREAK;
            mark_finding(search, i);
        }
        for (uint32_t n = 1; operand != MOU_PACK_NONE; n++) {
            search->wanted[operand] = 1;
            operand = mou_instruction_reads(pack, in, n);
        }
    }
    return true;
}

/* ------------------------------------------------------------------ the next day */

static mou_date of_parameters(const struct search *search, mou_date today)
{
    const struct mou_pack *pack = search->machine->pack;
    mou_date least = MOU_NEXT_NEVER;
    for (uint32_t i = 0; i < pack->instructions_count; i++) {
        if (search->wanted[i] == 0 || pack->instructions[i].opcode != MOU_OP_CODE_PARAMETER) {
            continue;
        }
        const struct mou_pack_parameter *parameter = &pack->parameters[pack->instructions[i].a];
        for (uint32_t v = 0; v < parameter->value_count; v++) {
            least = mou_next_least(least, mou_next_after(pack->parameter_values[parameter->first_value + v].from, today));
        }
    }
    return least;
}

static mou_date of_register(const struct search *search, uint32_t index, uint32_t row)
{
    const mou_date *dates = index == MOU_PACK_NONE ? NULL : search->machine->next_dates[index];
    const bool unit = index != MOU_PACK_NONE && search->machine->pack->instructions[index].frame == 0;
    return dates == NULL ? MOU_NEXT_NEVER : dates[unit ? 0 : row];
}

/* The first day after `today` on which anything that the row's repair rests on can change; the memorandum's end closes the search. */
static mou_date next_of_row(const struct search *search, uint32_t repair, uint32_t row, mou_date everyone, mou_date today)
{
    const struct mou_pack_repair *entry = &search->machine->pack->repairs[repair];
    mou_date next = mou_next_least(of_register(search, entry->eligible, row), of_register(search, entry->refused, row));
    next = mou_next_least(next, everyone);
    if (search->counts_years) {
        const struct mou_civil new_year = {mou_date_to_civil(today).year + 1, 1, 1};
        mou_date date = MOU_DATE_NONE;
        next = mou_date_from_civil(new_year, &date) ? mou_next_least(next, mou_next_after(date, today)) : next;
    }
    return next < mou_period_of(search->machine->pack, entry->memorandum).until ? next : MOU_NEXT_NEVER;
}

/* ------------------------------------------------------------------ the search */

static bool possible(const struct search *search, uint32_t repair, uint32_t row)
{
    return mou_repair_judge(search->machine, &search->machine->pack->repairs[repair], row) == MOU_REPAIR_IS_ELIGIBLE;
}

/* All rows as of the day of the run: those that are possible have their day, the others wait for theirs. */
static bool begin(struct search *search, mou_date today)
{
    const struct mou_pack *pack = search->machine->pack;
    const mou_date everyone = of_parameters(search, today);
    for (uint32_t r = 0; r < pack->repairs_count; r++) {
        const bool asked = MOU_IN_FOCUS(search->machine->options.focus, repairs, r);
        const uint32_t rows = asked ? search->machine->frames[pack->repairs[r].frame].row_count : 0;
        search->earliest[r] = MOU_NEW_ARRAY(search->work->arena, (size_t)rows + 1, mou_date);
        if (search->earliest[r] == NULL) {
            return false;
        }
        for (uint32_t row = 0; row < rows; row++) {
            const bool now = possible(search, r, row);
            const struct waiting waiting = {r, row, now ? MOU_NEXT_NEVER : next_of_row(search, r, row, everyone, today)};
            search->earliest[r][row] = now ? today : MOU_DATE_NONE;
            if (waiting.next != MOU_NEXT_NEVER && !MOU_VEC_PUSH(search->work->arena, &search->waiting, waiting)) {
                return false;
            }
        }
    }
    return true;
}

/* Rows whose day has come: done, or wait for the next. */
static void settle(struct search *search, mou_date today)
{
    const mou_date everyone = of_parameters(search, today);
    size_t kept = 0;
    for (size_t i = 0; i < search->waiting.count; i++) {
        struct waiting waiting = search->waiting.items[i];
        if (waiting.next == today) {
            if (possible(search, waiting.repair, waiting.row)) {
                search->earliest[waiting.repair][waiting.row] = today;
                continue;
            }
            waiting.next = next_of_row(search, waiting.repair, waiting.row, everyone, today);
        }
        if (waiting.next != MOU_NEXT_NEVER) {
            search->waiting.items[kept++] = waiting;
        }
    }
    search->waiting.count = kept;
}

static bool run_on(struct search *search, mou_date today)
{
    struct mou_machine *machine = search->machine;
    mou_slab_reset(&machine->slab);
    mou_slab_reset(&machine->unit_slab);
    machine->options.as_of = today;
    mou_calendar_in_force(machine);
    return mou_kernels_run_marked(machine, search->wanted) && mou_next_compute_marked(machine, search->wanted) == MOU_OK;
}

static bool walk_days(struct search *search)
{
    for (uint32_t steps = 0; search->waiting.count > 0 && steps < MOU_EARLIEST_STEPS_MAX; steps++) {
        mou_date today = MOU_NEXT_NEVER;
        for (size_t i = 0; i < search->waiting.count; i++) {
            today = mou_next_least(today, search->waiting.items[i].next);
        }
        if (!run_on(search, today)) {
            return false;
        }
        settle(search, today);
    }
    return true;
}

/* Other days are run on registers of their own; what the run has found stays for those who read it. */
static bool search_apart(struct search *search)
{
    struct mou_machine *machine = search->machine;
    const struct mou_machine kept = *machine;
    struct mou_register *cells = MOU_NEW_ARRAY(search->work->arena, machine->pack->instructions_count, struct mou_register);
    if (cells == NULL) {
        return false;
    }
    mou_slab_init(&machine->slab, machine->allocator, kept.slab.max_bytes);
    mou_slab_init(&machine->unit_slab, machine->allocator, kept.unit_slab.max_bytes);
    machine->registers[MOU_WORLD_ALL] = cells;
    machine->registers[MOU_WORLD_UNCONTESTED] = cells;
    machine->two_worlds = false;
    const bool found = walk_days(search);
    mou_slab_free(&machine->slab);
    mou_slab_free(&machine->unit_slab);
    *machine = kept;
    machine->calendar_date = MOU_DATE_NONE;
    mou_calendar_in_force(machine);
    return found;
}

mou_date **mou_earliest_repairs(struct mou_decide_work *work)
{
    assert(work != NULL && work->machine->ran == work->machine->pack->instructions_count);
    struct mou_machine *machine = work->machine;
    struct search search = {.work = work, .machine = machine};
    search.earliest = MOU_NEW_ARRAY(work->arena, (size_t)machine->pack->repairs_count + 1, mou_date *);
    mou_date **next_dates = machine->next_dates;
    const bool ready = search.earliest != NULL && mark_all(&search) && mou_next_compute_marked(machine, search.wanted) == MOU_OK;
    const bool found = ready && begin(&search, machine->options.as_of) && (search.waiting.count == 0 || search_apart(&search));
    machine->next_dates = next_dates;
    return found ? search.earliest : NULL;
}
