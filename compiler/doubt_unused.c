/*
 * What a memorandum declares and nobody uses; parameters and working days that have no value when the memorandum is in force. A name counts as used where it
 * stands anywhere else in the sources, so that nothing is called unused that some clause mentions.
 */
#include <string.h>

#include "doubt.h"

/* ------------------------------------------------------------------ unused declarations */

/** How often `name` stands in the text, at most 2. */
static unsigned count_in(const struct mou_source *source, struct mou_text name)
{
    unsigned count = 0;
    const char *at = source->bytes;
    const char *end = source->bytes + source->len;
    while (count < 2 && (size_t)(end - at) >= name.len && (at = memchr(at, name.bytes[0], (size_t)(end - at))) != NULL) {
        bool same = (size_t)(end - at) >= name.len && memcmp(at, name.bytes, name.len) == 0;
        count += same;
        at += same ? name.len : 1;
    }
    return count;
}

/** Whether the name stands twice somewhere. It is sought first where it is declared: most are used there, and other sources need not be gone through. */
static bool is_used(const struct mou_program *program, struct mou_text name, uint32_t home)
{
    unsigned count = home < program->source_count ? count_in(&program->sources[home], name) : 0;
    for (uint32_t i = 0; i < program->source_count && count < 2; i++) {
        count += i != home ? count_in(&program->sources[i], name) : 0;
    }
    return count >= 2;
}

/** Parameters that no clause mentions but the record store reads: the periods of notice, hearing, confirmation and the like. */
static bool is_period_of_the_store(struct mou_text name)
{
    static const char *const names[] = {
#define MOU_MEASURE_STATE(id, word, zh, en, effect, held, final, parameter, workdays) parameter,
#define MOU_MEASURE_PERIOD(id, parameter, workdays) parameter,
#include "mou/measure_states.def"
#undef MOU_MEASURE_STATE
#undef MOU_MEASURE_PERIOD
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name.len > 0 && mou_text_equal(name, mou_text_of(names[i]))) {
            return true;
        }
    }
    return false;
}

/** 保存期限, how long records are kept, or that of one type of records, 行政处罚保存期限: mou retain reads them. */
static bool is_retention(const struct mou_program *program, struct mou_text name)
{
    const struct mou_text word = MOU_TEXT("保存期限");
    if (name.len < word.len || memcmp(name.bytes + name.len - word.len, word.bytes, word.len) != 0) {
        return false;
    }
    const struct mou_text record = {name.bytes, name.len - word.len};
    bool found = record.len == 0;
    for (size_t i = 0; i < program->records.count && !found; i++) {
        found = mou_text_equal(program->records.items[i].name, record);
    }
    return found;
}

/** Which memoranda state a finding or a measure; NULL when memory ran out. */
static const bool *deciding(const struct mou_program *program)
{
    bool *decides = MOU_NEW_ARRAY(program->arena, program->memoranda.count + 1, bool);
    for (size_t i = 0; decides != NULL && i < program->findings.count; i++) {
        decides[program->findings.items[i].memorandum] = true;
    }
    for (size_t i = 0; decides != NULL && i < program->measures.count; i++) {
        decides[program->measures.items[i].memorandum] = true;
    }
    return decides;
}

/** Definitions and tables of a memorandum that states no finding and no measure are there for others. */
static bool is_for_others(const struct mou_doubt *doubt, uint32_t memorandum)
{
    return memorandum == MOU_NO_INDEX || !doubt->deciding[memorandum];
}

static void look_at_name(struct mou_doubt *doubt, const struct mou_decl *decl, uint32_t memorandum, uint32_t given_count,
                         const struct mou_compile_options *options)
{
    bool given = decl->span.source < given_count && !decl->broken && decl->name.text.len > 0;
    if (!given || is_for_others(doubt, memorandum) || is_used(doubt->program, decl->name.text, decl->span.source)) {
        return;
    }
    bool elsewhere = options != NULL && options->mentioned != NULL && options->mentioned(options->resolve_state, decl->name.text);
    if (!elsewhere) {
        mou_front_report(doubt->front, MOU_DIAG_UNUSED, decl->name.span, mou_front_source_text(doubt->front, decl->keyword), decl->name.text, MOU_NO_TEXT);
    }
}

/** A memorandum of the source that states findings or measures, whose vocabulary the source declares for itself; MOU_NO_INDEX: it is there for others. */
static uint32_t owner_of_source(const struct mou_doubt *doubt, uint32_t source)
{
    const struct mou_program *program = doubt->program;
    for (uint32_t i = 0; i < program->memoranda.count; i++) {
        if (program->memoranda.items[i].source == source && !is_for_others(doubt, i)) {
            return i;
        }
    }
    return MOU_NO_INDEX;
}

void mou_doubt_unused(struct mou_doubt *doubt, uint32_t given_count, const struct mou_compile_options *options)
{
    const struct mou_program *program = doubt->program;
    doubt->deciding = deciding(program);
    if (doubt->deciding == NULL) {
        return; /* memory ran out: the arena remembers */
    }
    for (size_t i = 0; i < program->parameters.count; i++) {
        const struct mou_text name = program->parameters.items[i].name;
        if (!is_period_of_the_store(name) && !is_retention(program, name)) {
            look_at_name(doubt, program->parameters.items[i].decl, program->parameters.items[i].memorandum, given_count, options);
        }
    }
    for (size_t i = 0; i < program->definitions.count; i++) {
        look_at_name(doubt, program->definitions.items[i].decl, program->definitions.items[i].memorandum, given_count, options);
    }
    for (size_t i = 0; i < program->tables.count; i++) {
        look_at_name(doubt, program->tables.items[i].decl, program->tables.items[i].memorandum, given_count, options);
    }
    for (size_t i = 0; i < program->findings.count; i++) {
        struct mou_finding *finding = &doubt->front->program->findings.items[i];
        if (finding->list_kind != MOU_NO_INDEX || finding->named_again) {
            continue;
        }
        finding->named_again = count_in(&program->sources[finding->decl->span.source], finding->name) >= 2;
        if (!finding->named_again) {
            look_at_name(doubt, program->findings.items[i].decl, program->findings.items[i].memorandum, given_count, options);
        }
    }
    for (size_t i = 0; i < program->code_tables.count; i++) {
        const struct mou_code_table *table = &program->code_tables.items[i];
        const uint32_t owner = table->decl != NULL ? owner_of_source(doubt, table->decl->span.source) : MOU_NO_INDEX;
        bool used = is_for_others(doubt, owner);
        for (const struct mou_code_item *item = table->items; !used && item != NULL; item = item->next) {
            used = is_used(program, item->name.text, table->decl->span.source); /* the table of a mark is named by its codes alone */
        }
        if (!used) {
            look_at_name(doubt, table->decl, owner, given_count, options);
        }
    }
    for (size_t i = 0; i < program->fixtures.count; i++) {
        look_at_name(doubt, program->fixtures.items[i], program->memoranda.count > 0 && program->findings.count > 0 ? program->findings.items[0].memorandum : MOU_NO_INDEX,
                     given_count, options);
    }
}

/* ------------------------------------------------------------------ parameters and calendars */

/** A bare parameter has its value from its first date on: before that everything that rests on it is to be verified. */
static void look_at_parameter(struct mou_doubt *doubt, const struct mou_parameter *parameter)
{
    if (parameter->memorandum == MOU_NO_INDEX || parameter->value_count == 0 || mou_front_faulty(doubt->front, parameter->decl->span)) {
        return;
    }
    const struct mou_memorandum *owner = &doubt->program->memoranda.items[parameter->memorandum];
    const mou_date first = parameter->values[0].from;
    bool never = owner->repealed != MOU_DATE_NONE && first >= owner->repealed;
    bool late = !never && owner->effective != MOU_DATE_NONE && first > owner->effective;
    if (!never && !late) {
        return;
    }
    struct mou_buf day;
    mou_buf_init(&day, NULL, 64);
    mou_date_format(first, &day);
    const struct mou_text text = mou_buf_into_arena(&day, doubt->front->arena);
    mou_front_report(doubt->front, never ? MOU_DIAG_PARAMETER_NEVER : MOU_DIAG_PARAMETER_LATE, parameter->decl->name.span, parameter->name, text, owner->name)->second =
        owner->decl->name.span;
}

void mou_doubt_periods(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t i = 0; i < program->parameters.count; i++) {
        if (mou_front_turn(doubt->front, program->parameters.items[i].decl)) {
            look_at_parameter(doubt, &program->parameters.items[i]);
        }
    }
}
