/*
 * Duties, repairs, matters and assertions subject by subject, in the order of their names. Asks duties.c, repairs.c and matters.c. Called
 * by decide.c after the decisions of each subject.
 */
#include "others.h"

#include <assert.h>
#include <stdlib.h>

#include "focus.h"

/* ------------------------------------------------------------------ order of the rules */

struct named {
    struct mou_text name;
    struct mou_text memorandum;
    uint32_t index;
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left;
    const struct named *b = right;
    int order = mou_text_compare(a->name, b->name);
    order = order != 0 ? order : mou_text_compare(a->memorandum, b->memorandum);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

static struct mou_text memorandum_name(const struct mou_pack *pack, uint32_t memorandum)
{
    return mou_pack_string(pack, pack->memoranda[memorandum].name);
}

static uint32_t *sorted(struct mou_arena *arena, struct named *named, uint32_t count)
{
    uint32_t *indexes = MOU_NEW_ARRAY(arena, (size_t)count + 1, uint32_t);
    if (indexes == NULL || named == NULL) {
        return NULL;
    }
    if (count > 1) {
        qsort(named, count, sizeof *named, compare_named);
    }
    for (uint32_t i = 0; i < count; i++) {
        indexes[i] = named[i].index;
    }
    return indexes;
}

#define SORTED(pack, arena, table, member, out)                                                                                \
    do {                                                                                                                       \
        struct named *named = MOU_NEW_ARRAY((arena), (size_t)(pack)->table##_count + 1, struct named);                         \
        for (uint32_t i = 0; named != NULL && i < (pack)->table##_count; i++) {                                                \
            named[i] = (struct named){mou_pack_string((pack), (pack)->table[i].member),                                        \
                                      memorandum_name((pack), (pack)->table[i].memorandum), i};                                \
        }                                                                                                                      \
        (out) = sorted((arena), named, (pack)->table##_count);                                                                 \
    } while (0)

enum mou_status mou_others_init(struct mou_others *others, struct mou_decide_work *work, const struct mou_decision_sink *sink)
{
    assert(others != NULL && work != NULL && sink != NULL);
    const struct mou_machine *machine = work->machine;
    const struct mou_pack *pack = machine->pack;
    *others = (struct mou_others){.work = work, .sink = sink};
    SORTED(pack, work->arena, duties, name, others->duties);
    SORTED(pack, work->arena, repairs, name, others->repairs);
    SORTED(pack, work->arena, matters, name, others->matters);
    SORTED(pack, work->arena, assertions, text, others->assertions);
    const bool ordered = others->duties != NULL && others->repairs != NULL && others->matters != NULL && others->assertions != NULL;
    if (ordered && machine->options.repairs && sink->repair != NULL) {
        others->earliest = mou_earliest_repairs(work);
        return others->earliest != NULL ? MOU_OK : MOU_ERROR_MEMORY;
    }
    return ordered ? MOU_OK : MOU_ERROR_MEMORY;
}

/* ------------------------------------------------------------------ rows and registers */

struct mou_record_ref mou_others_ref(struct mou_others *others, uint32_t record, uint32_t row)
{
    const struct mou_pack *pack = others->work->machine->pack;
    return (struct mou_record_ref){mou_pack_string(pack, pack->records[record].name), mou_record_key(&others->work->naming, record, row)};
}

void mou_others_missing(struct mou_decide_work *work, uint32_t note, const uint32_t *registers, size_t count, uint32_t frame, uint32_t row)
{
    for (size_t i = 0; i < count; i++) {
        if (mou_others_truth(work->machine, registers[i], row, MOU_YES) == MOU_UNKNOWN) {
            mou_missing_of_register(work, MOU_WORLD_ALL, note, registers[i], frame, row);
        }
    }
    mou_missing_sort(work);
}

int mou_others_compare_refs(const void *left, const void *right)
{
    const struct mou_record_ref *a = left;
    const struct mou_record_ref *b = right;
    const int order = mou_text_compare(a->record, b->record);
    if (order != 0 || a->key.bytes == NULL || b->key.bytes == NULL) {
        return order != 0 ? order : (a->key.bytes != NULL) - (b->key.bytes != NULL);
    }
    return mou_text_compare(a->key, b->key);
}

/* Few rows per subject: sorted by insertion, so that equal keys stay as they came. */
bool mou_others_rows(struct mou_others *others, uint32_t record, uint32_t subject)
{
    const struct mou_machine *machine = others->work->machine;
    const uint32_t *first = machine->frames[2 + record].first;
    others->rows.count = 0;
    for (uint32_t row = first[subject]; row < first[subject + 1]; row++) {
        if (!MOU_VEC_PUSH(others->work->arena, &others->rows, row)) {
            others->work->failed = true;
            return false;
        }
        const struct mou_record_ref own = mou_others_ref(others, record, row);
        for (size_t i = others->rows.count - 1; i > 0; i--) {
            const struct mou_record_ref before = mou_others_ref(others, record, others->rows.items[i - 1]);
            if (mou_others_compare_refs(&before, &own) <= 0) {
                break;
            }
            others->rows.items[i] = others->rows.items[i - 1];
            others->rows.items[i - 1] = row;
        }
    }
    return true;
}

enum mou_truth mou_others_truth(const struct mou_machine *machine, uint32_t index, uint32_t row, enum mou_truth otherwise)
{
    return index == MOU_PACK_NONE ? otherwise : mou_register_truth(machine, MOU_WORLD_ALL, index, row);
}

mou_date mou_others_date(const struct mou_machine *machine, uint32_t index, uint32_t row)
{
    return mou_register_cell(machine, MOU_WORLD_ALL, index, row) == MOU_CELL_KNOWN ? (mou_date)mou_register_value(machine, MOU_WORLD_ALL, index, row)
                                                                                   : MOU_DATE_NONE;
}

/* ------------------------------------------------------------------ one subject */

typedef enum mou_status (*rule_of_subject)(struct mou_others *others, uint32_t rule, uint32_t subject);

/* Outside its memorandum's period a rule says nothing. */
static bool in_period(const struct mou_machine *machine, uint32_t memorandum)
{
    return mou_interval_contains(mou_period_of(machine->pack, memorandum), machine->options.as_of);
}

#define EACH(table, wanted, rule_function)                                                                                     \
    for (uint32_t i = 0; status == MOU_OK && (wanted) && i < pack->table##_count; i++) {                                       \
        if (MOU_IN_FOCUS(options->focus, table, others->table[i]) &&                                                           \
            in_period(machine, pack->table[others->table[i]].memorandum)) {                                                    \
            status = rule_function(others, others->table[i], subject);                                                         \
        }                                                                                                                      \
    }

enum mou_status mou_others_of_subject(struct mou_others *others, uint32_t subject)
{
    const struct mou_machine *machine = others->work->machine;
    const struct mou_pack *pack = machine->pack;
    const struct mou_run_options *options = &machine->options;
    enum mou_status status = MOU_OK;
    assert(subject < machine->batch->core_count);
    EACH(duties, options->duties && others->sink->duty != NULL, mou_duty_of_subject)
    EACH(repairs, options->repairs && others->sink->repair != NULL, mou_repair_of_subject)
    EACH(matters, options->matters && others->sink->matter != NULL, mou_matter_of_subject)
    EACH(assertions, options->assertions && others->sink->refuted != NULL, mou_assertion_of_subject)
    mou_decide_work_rewind(others->work);
    return status;
}
