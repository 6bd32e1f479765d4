/*
 * The lowered program as the bytes of a pack: deterministic, without padding garbage, texts once each in order of first use. Knows the format,
 * not the machine.
 */
#include <string.h>

#include "catalogue.h"
#include "lower.h"
#include "pack_cost.h"
#include "stages.h"

#define SECTION_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define ALIGNMENT 8u

/** Sections while they are filled. */
struct emitter {
    struct mou_lowering *lowering;
    struct mou_program *program;
    struct mou_buf sections[MOU_SECTION_COUNT];
    struct mou_text arrays[MOU_SECTION_COUNT]; /**< sections that stand as they are in the lowering's tables */
    uint32_t entry_sizes[MOU_SECTION_COUNT];
    MOU_VEC(uint32_t) string_offsets; /**< by number of the string; NOT_PUT: nowhere yet */
    size_t own_texts;                 /**< of TEXTS: the lowering's own, to which numbers refer; behind them what rules list */
    MOU_VEC(uint32_t) listed;         /**< of the latter: numbers of their strings */
    const uint32_t *known;            /**< strings that the rule at hand asks for next, since it has done so before; NULL: it is to be seen */
    const struct mou_pack_note *known_note;
};
#define NOT_PUT UINT32_MAX

/** The string's number, NONE for an empty one. What is asked for is noted, so that a rule that has not changed need not find it again. */
static uint32_t string_number(struct emitter *emitter, struct mou_text text)
{
    struct mou_lowering *lowering = emitter->lowering;
    const bool empty = text.len == 0 || text.bytes == NULL;
    const uint32_t number = empty ? MOU_INTERN_NONE : mou_intern_add(lowering->strings, text);
    bool noted = (empty || number != MOU_INTERN_NONE) && (!lowering->recorded || MOU_VEC_PUSH(lowering->arena, &lowering->asked_strings, number));
    while (noted && !empty && emitter->string_offsets.count <= number) {
        noted = MOU_VEC_PUSH(lowering->arena, &emitter->string_offsets, NOT_PUT);
    }
    lowering->failed = lowering->failed || !noted;
    return noted ? number : MOU_INTERN_NONE;
}

static struct mou_pack_text put_string(struct emitter *emitter, uint32_t number)
{
    if (number == MOU_INTERN_NONE) {
        return (struct mou_pack_text){0, 0};
    }
    const struct mou_text text = mou_intern_text(emitter->lowering->strings, number);
    uint32_t *offset = &emitter->string_offsets.items[number];
    if (*offset == NOT_PUT) {
        *offset = (uint32_t)emitter->sections[MOU_SECTION_STRINGS].len;
        mou_buf_append(&emitter->sections[MOU_SECTION_STRINGS], text.bytes, text.len);
    }
    return (struct mou_pack_text){*offset, (uint32_t)text.len};
}

static struct mou_pack_text put_text(struct emitter *emitter, struct mou_text text)
{
    return put_string(emitter, string_number(emitter, text));
}

/** A rule's text; what the rule says is not looked at where its strings are known. */
#define PUT_WORDS(emitter, text) ((emitter)->known != NULL ? put_string((emitter), *(emitter)->known++) : put_text((emitter), (text)))

/** One more of TEXTS, whatever was listed before; its bytes are put when all are listed. */
static void list_string(struct emitter *emitter, uint32_t number)
{
    struct mou_lowering *lowering = emitter->lowering;
    const struct mou_text text = number != MOU_INTERN_NONE ? mou_intern_text(lowering->strings, number) : MOU_TEXT("");
    const bool listed = MOU_VEC_PUSH(lowering->arena, &lowering->texts, text) && MOU_VEC_PUSH(lowering->arena, &emitter->listed, number);
    lowering->failed = lowering->failed || !listed;
}

/** A run of its own in TEXTS; gives where it begins. */
static uint32_t list_words(struct emitter *emitter, struct mou_text *const *texts, uint32_t count)
{
    const uint32_t first = (uint32_t)emitter->lowering->texts.count;
    for (uint32_t i = 0; i < count; i++) {
        list_string(emitter, emitter->known != NULL ? *emitter->known++ : string_number(emitter, (*texts)[i]));
    }
    return first;
}

static uint32_t count_of(const struct emitter *emitter, enum mou_pack_section section, size_t size)
{
    return (uint32_t)(emitter->sections[section].len / size);
}

/** From here on the texts of one rule are put. */
static void begin_rule(struct emitter *emitter, enum mou_part part, size_t index)
{
    const uint32_t note = count_of(emitter, MOU_SECTION_RULE_NOTES, sizeof(struct mou_pack_note));
    emitter->known = mou_again_strings(emitter->lowering, part, (uint32_t)index, note, &emitter->known_note);
}

static void end_rules(struct emitter *emitter)
{
    emitter->known = NULL;
}

static void put_entry(struct emitter *emitter, enum mou_pack_section section, const void *entry, size_t size)
{
    emitter->entry_sizes[section] = (uint32_t)size;
    mou_buf_append(&emitter->sections[section], entry, size);
}

#define PUT(emitter, section, entry) put_entry((emitter), (section), &(entry), sizeof(entry))

/* ------------------------------------------------------------------ vocabulary */

/** Whole sources are told apart by their digests: they are half of a pack, and no rule's text. */
static struct mou_pack_text put_source_text(struct emitter *emitter, uint32_t source, struct mou_intern *digests, uint32_t *offsets)
{
    const struct mou_source *text = &emitter->program->sources[source];
    const uint32_t known = mou_intern_count(digests);
    const uint32_t id = mou_intern_add(digests, (struct mou_text){(const char *)emitter->program->digests[source], 32});
    if (text->len == 0 || id == MOU_INTERN_NONE) {
        emitter->lowering->failed = emitter->lowering->failed || id == MOU_INTERN_NONE;
        return (struct mou_pack_text){0, 0};
    }
    if (id == known) {
        offsets[id] = (uint32_t)emitter->sections[MOU_SECTION_STRINGS].len;
        mou_buf_append(&emitter->sections[MOU_SECTION_STRINGS], text->bytes, text->len);
    }
    return (struct mou_pack_text){offsets[id], (uint32_t)text->len};
}

static void put_sources(struct emitter *emitter)
{
    struct mou_intern *digests = mou_intern_new(emitter->lowering->arena);
    uint32_t *offsets = MOU_NEW_ARRAY(emitter->lowering->arena, emitter->program->source_count + 1, uint32_t);
    emitter->lowering->failed = emitter->lowering->failed || digests == NULL || offsets == NULL;
    for (uint32_t i = 0; !emitter->lowering->failed && i < emitter->program->source_count; i++) {
        const char *path = emitter->program->sources[i].path;
        const char *slash = strrchr(path, '/');
        const struct mou_pack_text name = put_text(emitter, mou_text_of(slash != NULL ? slash + 1 : path));
        const struct mou_pack_source entry = {name, put_source_text(emitter, i, digests, offsets)};
        PUT(emitter, MOU_SECTION_SOURCES, entry);
    }
}

/** Appends fields; returns the number of the first. */
static uint32_t put_fields(struct emitter *emitter, const struct mou_fields *fields)
{
    uint32_t first = count_of(emitter, MOU_SECTION_FIELDS, sizeof(struct mou_pack_field));
    for (uint32_t i = 0; i < fields->count; i++) {
        const struct mou_field *field = &fields->items[i];
        struct mou_pack_field entry;
        memset(&entry, 0, sizeof entry);
        entry.name = put_text(emitter, field->name);
        entry.type = (uint32_t)field->type;
        entry.code_table = field->type == MOU_FIELD_CODE ? field->code_table : 0;
        entry.flags = (field->required ? (uint32_t)MOU_PACK_FIELD_REQUIRED : 0) | (field->key ? (uint32_t)MOU_PACK_FIELD_KEY : 0) |
                      (field->confidential ? (uint32_t)MOU_PACK_FIELD_CONFIDENTIAL : 0) | (field->has_default ? (uint32_t)MOU_PACK_FIELD_DEFAULT : 0);
        entry.default_value = field->default_value;
        entry.default_text = put_text(emitter, field->default_text);
        PUT(emitter, MOU_SECTION_FIELDS, entry);
    }
    return first;
}

static void put_vocabulary(struct emitter *emitter)
{
    const struct mou_program *program = emitter->program;
    for (size_t i = 0; i < program->kinds.count; i++) {
        const struct mou_subject_kind *kind = &program->kinds.items[i];
        struct mou_pack_kind entry = {put_text(emitter, kind->name), put_text(emitter, kind->display), put_text(emitter, kind->identified_by),
                                      put_fields(emitter, &kind->attributes), kind->attributes.count};
        PUT(emitter, MOU_SECTION_KINDS, entry);
    }
    for (size_t i = 0; i < program->records.count; i++) {
        const struct mou_record_type *record = &program->records.items[i];
        struct mou_text source = record->source != MOU_NO_INDEX ? program->authorities.items[record->source].name : MOU_TEXT("");
        struct mou_pack_record entry = {.name = put_text(emitter, record->name), .display = put_text(emitter, record->display), .parent = record->parent,
                                        .number = record->number, .made = record->made, .served = record->served, .act = record->act, .key = record->key,
                                        .first_field = put_fields(emitter, &record->fields), .field_count = record->fields.count,
                                        .source = put_text(emitter, source)};
        PUT(emitter, MOU_SECTION_RECORDS, entry);
    }
    for (size_t i = 0; i < program->relations.count; i++) {
        const struct mou_relation_type *relation = &program->relations.items[i];
        struct mou_pack_relation entry = {put_text(emitter, relation->name), put_text(emitter, relation->inverse), relation->from_kind, relation->to_kind,
                                          put_fields(emitter, &relation->fields), relation->fields.count};
        PUT(emitter, MOU_SECTION_RELATIONS, entry);
    }
    for (size_t i = 0; i < program->list_kinds.count; i++) {
        struct mou_pack_list_kind entry = {put_text(emitter, program->list_kinds.items[i].name)};
        PUT(emitter, MOU_SECTION_LIST_KINDS, entry);
    }
}

static void put_codes(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->program->code_tables.count; i++) {
        const struct mou_code_table *table = &emitter->program->code_tables.items[i];
        struct mou_pack_code_table entry = {put_text(emitter, table->name), count_of(emitter, MOU_SECTION_CODES, sizeof(struct mou_pack_code)), table->item_count};
        for (const struct mou_code_item *item = table->items; item != NULL; item = item->next) {
            struct mou_pack_code code = {put_text(emitter, item->name.text), item->value};
            PUT(emitter, MOU_SECTION_CODES, code);
        }
        PUT(emitter, MOU_SECTION_CODE_TABLES, entry);
    }
}

/** What the memorandum says, else the beginning of its source's digest, which `out` has room for. */
static struct mou_text version_of(const struct emitter *emitter, const struct mou_memorandum *memorandum, char out[13])
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *hash = emitter->program->digests[memorandum->source];
    if (memorandum->version.len > 0) {
        return memorandum->version;
    }
    for (int i = 0; i < 6; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
    out[12] = '\0';
    return mou_text_of(out);
}

static void put_memoranda(struct emitter *emitter)
{
    const struct mou_program *program = emitter->program;
    for (size_t i = 0; i < program->items.count; i++) {
        const struct mou_item *item = &program->items.items[i];
        struct mou_pack_item entry = {put_text(emitter, item->code), put_text(emitter, item->title), put_text(emitter, item->nature),
                                      put_text(emitter, mou_degree_word(item->degree)), put_text(emitter, program->editions.items[item->edition].name),
                                      put_text(emitter, program->editions.items[item->edition].version)};
        PUT(emitter, MOU_SECTION_ITEMS, entry);
    }
    for (size_t i = 0; i < program->memoranda.count; i++) {
        const struct mou_memorandum *memorandum = &program->memoranda.items[i];
        struct mou_pack_memorandum entry = {.effective = memorandum->effective, .repealed = memorandum->repealed, .objection_no_stay = memorandum->objection_no_stay,
                                            .source = memorandum->source};
        char version[13];
        begin_rule(emitter, MOU_PART_PERIOD, i);
        entry.name = PUT_WORDS(emitter, memorandum->name);
        entry.title = PUT_WORDS(emitter, memorandum->title);
        entry.number = PUT_WORDS(emitter, memorandum->number);
        entry.version = PUT_WORDS(emitter, version_of(emitter, memorandum, version));
        entry.lead = PUT_WORDS(emitter, memorandum->lead);
        entry.objection_basis = PUT_WORDS(emitter, memorandum->objection_basis);
        PUT(emitter, MOU_SECTION_MEMORANDA, entry);
    }
    end_rules(emitter);
}

static int64_t parameter_value(struct emitter *emitter, const struct mou_texpr *value)
{
    if (value->type.kind == MOU_TYPE_TEXT) {
        return mou_code_text(emitter->lowering, value->text);
    }
    if (value->type.kind == MOU_TYPE_RATIO) {
        return value->ratio.num * (MOU_RATIO_SCALE / value->ratio.den);
    }
    return value->integer;
}

static void put_parameters(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->program->parameters.count; i++) {
        const struct mou_parameter *parameter = &emitter->program->parameters.items[i];
        struct mou_pack_parameter entry = {put_text(emitter, parameter->name), parameter->memorandum, mou_lower_type(parameter->type),
                                           count_of(emitter, MOU_SECTION_PARAMETER_VALUES, sizeof(struct mou_pack_parameter_value)), parameter->value_count};
        for (uint32_t k = 0; k < parameter->value_count; k++) {
            struct mou_pack_parameter_value value = {parameter_value(emitter, parameter->values[k].value), parameter->values[k].from, 0};
            PUT(emitter, MOU_SECTION_PARAMETER_VALUES, value);
        }
        PUT(emitter, MOU_SECTION_PARAMETERS, entry);
    }
}

/** Years ascending, editions of a year by publication. */
static void put_calendar(struct emitter *emitter)
{
    const struct mou_program *program = emitter->program;
    mou_date last_published = MOU_DATE_NONE;
    for (int year = 1900; year <= 2199; year++) {
        last_published = MOU_DATE_NONE;
        for (bool more = true, first = true; more; first = false) {
            const struct mou_calendar_decl *next = NULL;
            for (size_t i = 0; i < program->calendars.count; i++) {
                const struct mou_calendar_decl *one = &program->calendars.items[i];
                bool later = one->year == year && (first ? true : one->published > last_published);
                next = later && (next == NULL || one->published < next->published) ? one : next;
            }
            more = next != NULL;
            if (next != NULL) {
                struct mou_pack_calendar_year entry = {.year = year, .published = next->published};
                memcpy(entry.rest, next->days.rest, sizeof entry.rest);
                PUT(emitter, MOU_SECTION_CALENDAR, entry);
                last_published = next->published;
            }
        }
    }
}

/* ------------------------------------------------------------------ code */

static void put_array(struct emitter *emitter, enum mou_pack_section section, const void *items, size_t count, size_t size)
{
    emitter->entry_sizes[section] = (uint32_t)size;
    emitter->arrays[section] = (struct mou_text){items, count * size};
}

static void put_code(struct emitter *emitter)
{
    const struct mou_lowering *lowering = emitter->lowering;
    put_array(emitter, MOU_SECTION_FRAMES, lowering->frames.items, lowering->frames.count, sizeof(struct mou_pack_frame));
    put_array(emitter, MOU_SECTION_INSTRUCTIONS, lowering->instructions.items, lowering->instructions.count, sizeof(struct mou_pack_instruction));
    put_array(emitter, MOU_SECTION_SPANS, lowering->spans.items, lowering->spans.count, sizeof(struct mou_pack_span));
    put_array(emitter, MOU_SECTION_FRACTIONS, lowering->fractions.items, lowering->fractions.count, sizeof(struct mou_pack_fraction));
}

/** One of each rule; gives its number. */
static uint32_t put_note(struct emitter *emitter, struct mou_decl *const *rule)
{
    const uint32_t number = count_of(emitter, MOU_SECTION_RULE_NOTES, sizeof(struct mou_pack_note));
    struct mou_pack_note note;
    if (emitter->known != NULL) {
        note.span = emitter->known_note->span;
    } else {
        note.span = (struct mou_pack_span){(*rule)->span.source, (*rule)->span.begin, (*rule)->span.end};
    }
    note.verbatim = PUT_WORDS(emitter, (*rule)->verbatim);
    PUT(emitter, MOU_SECTION_RULE_NOTES, note);
    return number;
}

/** Appends a rule's publications, which are already lowered: equal code is found again. Gives the number of the first. */
static uint32_t put_publications(struct emitter *emitter, struct mou_publication *const *list, uint32_t count)
{
    const uint32_t first = count_of(emitter, MOU_SECTION_PUBLICATIONS, sizeof(struct mou_pack_publication));
    for (uint32_t i = 0; i < count; i++) {
        struct mou_publication *publication = &(*list)[i];
        struct mou_pack_publication entry = mou_lower_publication(emitter->lowering, publication);
        entry.first_place = list_words(emitter, &publication->places, publication->place_count);
        entry.place_count = publication->place_count;
        PUT(emitter, MOU_SECTION_PUBLICATIONS, entry);
    }
    return first;
}

static struct mou_text mark_name(const struct mou_finding *finding, enum mou_mark mark)
{
    return finding->marks[mark] != NULL ? finding->marks[mark]->name.text : MOU_TEXT("");
}

static void put_finding(struct emitter *emitter, const struct mou_finding *finding, struct mou_lowered_finding *lowered)
{
    struct mou_pack_finding *entry = &lowered->entry;
    entry->name = PUT_WORDS(emitter, finding->name);
    entry->domain = PUT_WORDS(emitter, mark_name(finding, MOU_MARK_DOMAIN));
    entry->tier = PUT_WORDS(emitter, mark_name(finding, MOU_MARK_TIER));
    entry->jurisdiction = PUT_WORDS(emitter, mark_name(finding, MOU_MARK_JURISDICTION));
    entry->first_ground = count_of(emitter, MOU_SECTION_GROUNDS, sizeof(struct mou_pack_ground));
    entry->first_publication = put_publications(emitter, &finding->publications, entry->publication_count);
    entry->note = put_note(emitter, &finding->decl);
    for (uint32_t k = 0; k < entry->ground_count; k++) {
        PUT(emitter, MOU_SECTION_GROUNDS, lowered->grounds[k].entry);
    }
    PUT(emitter, MOU_SECTION_FINDINGS, *entry);
}

static struct mou_text degree_word(const struct mou_program *program, const struct mou_measure *measure)
{
    const bool of_item = measure->degree == MOU_DEGREE_NONE && measure->item != MOU_NO_INDEX;
    return mou_degree_word(of_item ? program->items.items[measure->item].degree : measure->degree);
}

static void put_measure(struct emitter *emitter, const struct mou_measure *measure, struct mou_lowered_measure *lowered)
{
    struct mou_pack_measure *entry = &lowered->entry;
    entry->name = PUT_WORDS(emitter, measure->name);
    entry->degree = PUT_WORDS(emitter, degree_word(emitter->program, measure));
    entry->authority = PUT_WORDS(emitter, measure->authority);
    entry->authority_field = PUT_WORDS(emitter, measure->authority_field);
    entry->remedy = PUT_WORDS(emitter, measure->remedy);
    entry->lifted = PUT_WORDS(emitter, measure->lifted);
    entry->first_basis = list_words(emitter, &measure->basis.items, entry->basis_count);
    entry->first_reach = count_of(emitter, MOU_SECTION_REACHES, sizeof(struct mou_pack_reach));
    for (uint32_t i = 0; i < entry->reach_count; i++) {
        PUT(emitter, MOU_SECTION_REACHES, lowered->reaches[i]);
    }
    entry->first_grant = count_of(emitter, MOU_SECTION_GRANTS, sizeof(struct mou_pack_grant));
    for (uint32_t i = 0; i < entry->grant_count; i++) {
        lowered->grants[i].name = PUT_WORDS(emitter, measure->grants[i].name);
        PUT(emitter, MOU_SECTION_GRANTS, lowered->grants[i]);
    }
    entry->first_publication = put_publications(emitter, &measure->publications, entry->publication_count);
    entry->note = put_note(emitter, &measure->decl);
    PUT(emitter, MOU_SECTION_MEASURES, *entry);
}

static void put_findings(struct emitter *emitter)
{
    for (uint32_t i = 0; i < emitter->program->findings.count; i++) {
        begin_rule(emitter, MOU_PART_FINDING, i);
        put_finding(emitter, &emitter->program->findings.items[i], &emitter->lowering->findings[i]);
    }
    end_rules(emitter);
}

static void put_measures(struct emitter *emitter)
{
    for (uint32_t i = 0; i < emitter->program->measures.count; i++) {
        begin_rule(emitter, MOU_PART_MEASURE, i);
        put_measure(emitter, &emitter->program->measures.items[i], &emitter->lowering->measures[i]);
    }
    end_rules(emitter);
}

/* ------------------------------------------------------------------ repairs, duties, matters, assertions */

static void put_steps(struct emitter *emitter, const struct mou_repair *repair, struct mou_pack_repair *entry)
{
    entry->first_step = count_of(emitter, MOU_SECTION_STEPS, sizeof(struct mou_pack_step));
    entry->step_count = repair->step_count;
    for (uint32_t k = 0; k < repair->step_count; k++) {
        const struct mou_repair_step *step = &repair->steps[k];
        const struct mou_pack_text name = PUT_WORDS(emitter, step->name);
        const struct mou_pack_text object = PUT_WORDS(emitter, step->object);
        struct mou_pack_step one = {.name = name,
                                    .object = object,
                                    .type = step->type.kind == MOU_TYPE_ERROR ? MOU_PACK_NONE : mou_lower_type(step->type),
                                    .granted = step->granted,
                                    .within = step->within,
                                    .parameter = step->parameter == MOU_NO_INDEX ? MOU_PACK_NONE : step->parameter};
        PUT(emitter, MOU_SECTION_STEPS, one);
    }
}

static void put_repairs(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->program->repairs.count; i++) {
        const struct mou_repair *repair = &emitter->program->repairs.items[i];
        struct mou_pack_repair *entry = &emitter->lowering->repairs[i];
        begin_rule(emitter, MOU_PART_REPAIR, i);
        entry->name = PUT_WORDS(emitter, repair->name);
        put_steps(emitter, repair, entry);
        entry->basis_count = repair->basis.count;
        entry->first_basis = list_words(emitter, &repair->basis.items, entry->basis_count);
        entry->note = put_note(emitter, &repair->decl);
        PUT(emitter, MOU_SECTION_REPAIRS, *entry);
    }
    end_rules(emitter);
}

static void put_duties(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->program->duties.count; i++) {
        const struct mou_duty *duty = &emitter->program->duties.items[i];
        struct mou_pack_duty *entry = &emitter->lowering->duties[i];
        begin_rule(emitter, MOU_PART_DUTY, i);
        entry->name = PUT_WORDS(emitter, duty->name);
        entry->authority = PUT_WORDS(emitter, duty->authority);
        entry->basis_count = duty->basis.count;
        entry->first_basis = list_words(emitter, &duty->basis.items, entry->basis_count);
        entry->note = put_note(emitter, &duty->decl);
        PUT(emitter, MOU_SECTION_DUTIES, *entry);
    }
    end_rules(emitter);
}

static void put_matters(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->program->matters.count; i++) {
        const struct mou_matter *matter = &emitter->program->matters.items[i];
        struct mou_pack_matter *entry = &emitter->lowering->matters[i];
        begin_rule(emitter, MOU_PART_MATTER, i);
        entry->name = PUT_WORDS(emitter, matter->name);
        entry->basis_count = matter->basis.count;
        entry->first_basis = list_words(emitter, &matter->basis.items, entry->basis_count);
        entry->note = put_note(emitter, &matter->decl);
        PUT(emitter, MOU_SECTION_MATTERS, *entry);
    }
    for (size_t i = 0; i < emitter->program->assertions.count; i++) {
        const struct mou_assertion *assertion = &emitter->program->assertions.items[i];
        struct mou_pack_assertion *entry = &emitter->lowering->assertions[i];
        begin_rule(emitter, MOU_PART_ASSERTION, i);
        entry->text = PUT_WORDS(emitter, assertion->text);
        entry->note = put_note(emitter, &assertion->decl);
        PUT(emitter, MOU_SECTION_ASSERTIONS, *entry);
    }
    end_rules(emitter);
}

static void cell_value(struct emitter *emitter, const struct mou_cell *cell, struct mou_type type, struct mou_pack_cell *out)
{
    if (type.kind == MOU_TYPE_TEXT) {
        out->is_text = 1;
        out->value = mou_code_text(emitter->lowering, cell->text);
    } else if (type.kind == MOU_TYPE_RATIO) {
        struct mou_pack_fraction fraction = {cell->ratio.num, cell->ratio.den};
        out->value = (int64_t)emitter->lowering->fractions.count;
        if (!MOU_VEC_PUSH(emitter->lowering->arena, &emitter->lowering->fractions, fraction)) {
            emitter->lowering->failed = true;
        }
    } else {
        out->value = cell->value;
    }
}

static void put_cell(struct emitter *emitter, const struct mou_cell *cell, struct mou_type type)
{
    static const uint32_t compares[] = {[MOU_OP_EQ] = MOU_COMPARE_EQ, [MOU_OP_NE] = MOU_COMPARE_NE, [MOU_OP_LT] = MOU_COMPARE_LT,
                                        [MOU_OP_LE] = MOU_COMPARE_LE, [MOU_OP_GT] = MOU_COMPARE_GT, [MOU_OP_GE] = MOU_COMPARE_GE};
    struct mou_pack_cell entry = {MOU_PACK_NONE, 0, 0};
    if (cell->op >= MOU_OP_EQ && cell->op <= MOU_OP_GE) {
        entry.op = compares[cell->op];
        cell_value(emitter, cell, type, &entry);
    }
    PUT(emitter, MOU_SECTION_CELLS, entry);
}

static void put_tables(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->program->tables.count; i++) {
        const struct mou_table *table = &emitter->program->tables.items[i];
        bool text = table->result_type.kind == MOU_TYPE_TEXT;
        struct mou_pack_table entry = {.name = put_text(emitter, table->name), .column_count = table->column_count, .row_count = table->row_count,
                                       .first_cell = count_of(emitter, MOU_SECTION_CELLS, sizeof(struct mou_pack_cell)), .result_is_text = text};
        for (uint32_t column = 0; column < table->column_count && column < 32; column++) {
            entry.columns_are_fractions |= table->columns[column].type.kind == MOU_TYPE_RATIO ? 1u << column : 0;
        }
        for (uint32_t row = 0; row < table->row_count; row++) {
            for (uint32_t column = 0; column < table->column_count; column++) {
                put_cell(emitter, &table->cells[row * table->column_count + column], table->columns[column].type);
            }
            struct mou_pack_cell result = {MOU_COMPARE_EQ, text, text ? (int64_t)mou_code_text(emitter->lowering, table->results[row]->text) : table->results[row]->integer};
            PUT(emitter, MOU_SECTION_CELLS, result);
        }
        PUT(emitter, MOU_SECTION_TABLES, entry);
    }
}

/* ------------------------------------------------------------------ the file */

static void set_entry_sizes(struct emitter *emitter)
{
    static const uint32_t sizes[MOU_SECTION_COUNT] = {
        [MOU_SECTION_STRINGS] = 1, [MOU_SECTION_SOURCES] = sizeof(struct mou_pack_source), [MOU_SECTION_KINDS] = sizeof(struct mou_pack_kind),
        [MOU_SECTION_FIELDS] = sizeof(struct mou_pack_field), [MOU_SECTION_RECORDS] = sizeof(struct mou_pack_record),
        [MOU_SECTION_RELATIONS] = sizeof(struct mou_pack_relation), [MOU_SECTION_LIST_KINDS] = sizeof(struct mou_pack_list_kind),
        [MOU_SECTION_CODE_TABLES] = sizeof(struct mou_pack_code_table), [MOU_SECTION_CODES] = sizeof(struct mou_pack_code),
        [MOU_SECTION_ITEMS] = sizeof(struct mou_pack_item), [MOU_SECTION_MEMORANDA] = sizeof(struct mou_pack_memorandum),
        [MOU_SECTION_PARAMETERS] = sizeof(struct mou_pack_parameter), [MOU_SECTION_PARAMETER_VALUES] = sizeof(struct mou_pack_parameter_value),
        [MOU_SECTION_CALENDAR] = sizeof(struct mou_pack_calendar_year), [MOU_SECTION_FRAMES] = sizeof(struct mou_pack_frame),
        [MOU_SECTION_INSTRUCTIONS] = sizeof(struct mou_pack_instruction), [MOU_SECTION_SPANS] = sizeof(struct mou_pack_span),
        [MOU_SECTION_FRACTIONS] = sizeof(struct mou_pack_fraction), [MOU_SECTION_LISTS] = sizeof(uint32_t), [MOU_SECTION_TEXTS] = sizeof(struct mou_pack_text),
        [MOU_SECTION_FINDINGS] = sizeof(struct mou_pack_finding), [MOU_SECTION_GROUNDS] = sizeof(struct mou_pack_ground),
        [MOU_SECTION_MEASURES] = sizeof(struct mou_pack_measure), [MOU_SECTION_REACHES] = sizeof(struct mou_pack_reach),
        [MOU_SECTION_GRANTS] = sizeof(struct mou_pack_grant), [MOU_SECTION_PUBLICATIONS] = sizeof(struct mou_pack_publication), [MOU_SECTION_TABLES] = sizeof(struct mou_pack_table),
        [MOU_SECTION_CELLS] = sizeof(struct mou_pack_cell), [MOU_SECTION_RULE_NOTES] = sizeof(struct mou_pack_note),
        [MOU_SECTION_REPAIRS] = sizeof(struct mou_pack_repair), [MOU_SECTION_DUTIES] = sizeof(struct mou_pack_duty),
        [MOU_SECTION_STEPS] = sizeof(struct mou_pack_step), [MOU_SECTION_MATTERS] = sizeof(struct mou_pack_matter),
        [MOU_SECTION_ASSERTIONS] = sizeof(struct mou_pack_assertion)};
    memcpy(emitter->entry_sizes, sizes, sizeof sizes);
}

static void put_zeros(struct mou_buf *out, size_t count)
{
    static const unsigned char zeros[ALIGNMENT] = {0};
    mou_buf_append(out, zeros, count);
}

static struct mou_text section_of(const struct emitter *emitter, int section)
{
    const struct mou_buf *filled = &emitter->sections[section];
    return filled->len > 0 ? (struct mou_text){filled->data, filled->len} : emitter->arrays[section];
}

/** Puts the sections behind the header and fills its table. */
static enum mou_status assemble(struct emitter *emitter, struct mou_buf *out)
{
    struct mou_pack_header header;
    const struct mou_lowering *lowering = emitter->lowering;
    memset(&header, 0, sizeof header);
    memcpy(header.magic, MOU_PACK_MAGIC, sizeof MOU_PACK_MAGIC);
    struct mou_pack_text name = put_text(emitter, emitter->program->pack_name);
    struct mou_pack_text version = put_text(emitter, emitter->program->pack_version);
    header.version = MOU_PACK_VERSION;
    header.section_count = MOU_SECTION_COUNT;
    header.language_edition = 1;
    header.closure_depth = mou_lower_depth(lowering);
    header.cost_per_row = mou_pack_cost(lowering->instructions.items, (uint32_t)lowering->instructions.count,
                                        (const struct mou_pack_table *)(const void *)emitter->sections[MOU_SECTION_TABLES].data,
                                        count_of(emitter, MOU_SECTION_TABLES, sizeof(struct mou_pack_table)));
    header.first_other = lowering->first_other;
    header.pack_name_offset = name.offset;
    header.pack_name_len = name.len;
    header.pack_version_offset = version.offset;
    header.pack_version_len = version.len;
    set_entry_sizes(emitter);
    uint64_t offset = sizeof header;
    for (int i = 0; i < MOU_SECTION_COUNT; i++) {
        const size_t len = section_of(emitter, i).len;
        header.sections[i] = (struct mou_pack_section_entry){(uint32_t)offset, (uint32_t)len, emitter->entry_sizes[i], (uint32_t)(len / emitter->entry_sizes[i])};
        offset = (offset + len + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
    }
    header.file_size = offset;
    if (offset > UINT32_MAX) {
        return MOU_ERROR_MEMORY;
    }
    size_t begin = out->len;
    mou_buf_reserve(out, (size_t)offset);
    mou_buf_append(out, &header, sizeof header);
    for (int i = 0; i < MOU_SECTION_COUNT; i++) {
        const struct mou_text section = section_of(emitter, i);
        if (section.len > 0) {
            mou_buf_append(out, section.bytes, section.len);
        }
        put_zeros(out, (ALIGNMENT - (out->len - begin) % ALIGNMENT) % ALIGNMENT);
    }
    if (out->failed) {
        return MOU_ERROR_MEMORY;
    }
    unsigned char hash[32];
    mou_sha256(out->data + begin, out->len - begin, hash);
    memcpy(out->data + begin + offsetof(struct mou_pack_header, content_hash), hash, sizeof hash);
    emitter->lowering->notes = (const struct mou_pack_note *)(const void *)(out->data + begin + header.sections[MOU_SECTION_RULE_NOTES].offset);
    return MOU_OK;
}

static void put_texts(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->lowering->texts.count; i++) {
        const bool own = i < emitter->own_texts;
        const struct mou_pack_text entry = own ? put_text(emitter, emitter->lowering->texts.items[i]) : put_string(emitter, emitter->listed.items[i - emitter->own_texts]);
        PUT(emitter, MOU_SECTION_TEXTS, entry);
    }
}

static size_t source_bytes(const struct mou_program *program)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < program->source_count; i++) {
        bytes += program->sources[i].len;
    }
    return bytes + bytes / 8; /* the texts of rules are fewer */
}

static enum mou_status fill(struct emitter *emitter)
{
    struct mou_program *program = emitter->program;
    for (uint32_t i = 0; i < program->measures.count; i++) {
        mou_lower_measure(emitter->lowering, i);
    }
    mou_lower_others(emitter->lowering);
    if (emitter->lowering->failed) {
        return MOU_ERROR_MEMORY;
    }
    mou_buf_reserve(&emitter->sections[MOU_SECTION_STRINGS], source_bytes(program));
    put_sources(emitter);
    put_vocabulary(emitter);
    put_codes(emitter);
    put_memoranda(emitter);
    put_parameters(emitter);
    put_calendar(emitter);
    put_tables(emitter);
    emitter->own_texts = emitter->lowering->texts.count;
    put_findings(emitter);
    put_measures(emitter);
    put_repairs(emitter);
    put_duties(emitter);
    put_matters(emitter);
    put_code(emitter);
    put_array(emitter, MOU_SECTION_LISTS, emitter->lowering->lists.items, emitter->lowering->lists.count, sizeof(uint32_t));
    put_texts(emitter);
    return emitter->lowering->failed ? MOU_ERROR_MEMORY : MOU_OK;
}

enum mou_status mou_emit(struct mou_lowering *lowering, struct mou_buf *out)
{
    struct emitter *emitter = MOU_NEW(lowering->arena, struct emitter);
    if (emitter == NULL) {
        return MOU_ERROR_MEMORY;
    }
    emitter->lowering = lowering;
    emitter->program = lowering->program;
    lowering->strings = mou_intern_new_over(lowering->arena, lowering->again != NULL ? lowering->again->before->strings : NULL);
    bool ready = lowering->strings != NULL;
    while (ready && emitter->string_offsets.count < mou_intern_count(lowering->strings)) {
        ready = MOU_VEC_PUSH(lowering->arena, &emitter->string_offsets, NOT_PUT);
    }
    for (int i = 0; i < MOU_SECTION_COUNT; i++) {
        mou_buf_init(&emitter->sections[i], out->allocator, SECTION_BYTES_MAX);
    }
    enum mou_status status = ready ? fill(emitter) : MOU_ERROR_MEMORY;
    for (int i = 0; status == MOU_OK && i < MOU_SECTION_COUNT; i++) {
        status = emitter->sections[i].failed ? MOU_ERROR_MEMORY : MOU_OK;
    }
    if (status == MOU_OK) {
        status = assemble(emitter, out);
    }
    for (int i = 0; i < MOU_SECTION_COUNT; i++) {
        mou_buf_free(&emitter->sections[i]);
    }
    return status;
}
