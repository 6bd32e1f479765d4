/*
 * Findings, grounds, measures and what hangs on them: every register named has the form, the frame
 * and, for dates, the type that the machine reads it by. A register at frame 0 stands for all rows
 * and fits everywhere. Called by pack.c.
 */
#include <assert.h>

#include "vm_limits.h"
#include "opcodes.h"
#include "verify.h"

/* The entry at work, so that the checks below stay short. */
struct place {
    struct mou_verifier *verifier;
    const struct mou_pack *pack;
    uint32_t section;
    uint32_t entry;
};

#define REFUSE(place, ...)                                                                         \
    MOU_REFUSE((place)->verifier, (place)->section, (place)->entry, __VA_ARGS__)

static struct place place_at(struct mou_verifier *verifier, uint32_t section, uint32_t entry)
{
    return (struct place){verifier, verifier->pack, section, entry};
}

static bool text_sound(const struct place *place, const char *member, struct mou_pack_text text)
{
    return mou_verify_text(place->verifier, place->section, place->entry, member, text);
}

static bool index_sound(const struct place *place, const char *member, uint32_t value,
                        uint32_t count, bool optional)
{
    return mou_verify_index(place->verifier, place->section, place->entry, member, value, count,
                            optional);
}

static bool range_sound(const struct place *place, const char *member, uint32_t first,
                        uint32_t count, uint32_t total)
{
    return mou_verify_range(place->verifier, place->section, place->entry, member, first, count,
                            total);
}

/* What decisions need stands ahead of what only other rules do: a run may stop there. */
static bool is_decided(const struct place *place)
{
    return place->section == MOU_SECTION_FINDINGS || place->section == MOU_SECTION_GROUNDS ||
           place->section == MOU_SECTION_MEASURES || place->section == MOU_SECTION_GRANTS;
}

/* Register `index`, which must be there, of a form and at a frame or frame 0. */
static bool needed(const struct place *place, const char *member, uint32_t index,
                   enum mou_form form, uint32_t frame)
{
    if (!index_sound(place, member, index, place->pack->instructions_count, false)) {
        return false;
    }
    const uint32_t first_other = place->pack->header->first_other;
    if (is_decided(place) && index >= first_other) {
        return REFUSE(place, "%s: register %u is not below %u", member, index, first_other);
    }
    const struct mou_pack_instruction *in = &place->pack->instructions[index];
    if (mou_opcode_result(in->opcode) != form) {
        return REFUSE(place, "%s: register %u is no %s", member, index, mou_form_name(form));
    }
    if (in->frame != 0 && in->frame != frame) {
        return REFUSE(place, "%s: register %u is at frame %u instead of %u", member, index,
                      in->frame, frame);
    }
    return true;
}

static bool optional(const struct place *place, const char *member, uint32_t index,
                     enum mou_form form, uint32_t frame)
{
    return index == MOU_PACK_NONE || needed(place, member, index, form, frame);
}

static bool optional_date(const struct place *place, const char *member, uint32_t index,
                          uint32_t frame)
{
    if (!optional(place, member, index, MOU_FORM_VALUE, frame)) {
        return false;
    }
    if (index != MOU_PACK_NONE && place->pack->instructions[index].type != MOU_PACK_DATE) {
        return REFUSE(place, "%s: register %u is no date", member, index);
    }
    return true;
}

static bool optional_condition(const struct place *place, const char *member, uint32_t index,
                               uint32_t frame)
{
    return optional(place, member, index, MOU_FORM_CONDITION, frame);
}

static bool memorandum_sound(const struct place *place, uint32_t memorandum)
{
    return index_sound(place, "memorandum", memorandum, place->pack->memoranda_count, false);
}

static bool note_sound(const struct place *place, uint32_t note)
{
    return index_sound(place, "note", note, place->pack->notes_count, true);
}

/* ---------------------------------------------------------- findings */

static bool finding_sound(const struct place *place, const struct mou_pack_finding *finding)
{
    return text_sound(place, "name", finding->name) &&
           text_sound(place, "domain", finding->domain) &&
           text_sound(place, "tier", finding->tier) &&
           text_sound(place, "jurisdiction", finding->jurisdiction) &&
           memorandum_sound(place, finding->memorandum) &&
           index_sound(place, "list kind", finding->list_kind, place->pack->list_kinds_count,
                       true) &&
           needed(place, "holds", finding->holds, MOU_FORM_CONDITION, 1) &&
           optional_condition(place, "unless", finding->unless, 1) &&
           optional_condition(place, "period", finding->period, 0) &&
           optional_condition(place, "when", finding->when, 1) &&
           range_sound(place, "grounds", finding->first_ground, finding->ground_count,
                       place->pack->grounds_count) &&
           range_sound(place, "publications", finding->first_publication,
                       finding->publication_count, place->pack->publications_count) &&
           note_sound(place, finding->note);
}

static bool home_sound(const struct place *place, uint32_t record, uint32_t frame)
{
    if (!index_sound(place, "record", record, place->pack->records_count, false)) {
        return false;
    }
    return frame == 2 + record ||
           REFUSE(place, "frame %u is not the home frame of record type %u", frame, record);
}

static bool ground_sound(const struct place *place, const struct mou_pack_ground *ground)
{
    return home_sound(place, ground->record, ground->frame) &&
           needed(place, "condition", ground->condition, MOU_FORM_CONDITION, ground->frame) &&
           needed(place, "presence", ground->presence, MOU_FORM_CONDITION, ground->frame) &&
           needed(place, "holds", ground->holds, MOU_FORM_CONDITION, ground->frame) &&
           optional_condition(place, "ended", ground->ended, ground->frame) &&
           optional_date(place, "from", ground->from, ground->frame) &&
           optional_date(place, "end", ground->end, ground->frame) &&
           optional_date(place, "served", ground->served, ground->frame) &&
           optional_date(place, "made", ground->made, ground->frame) &&
           optional_date(place, "act", ground->act, ground->frame);
}

/* ---------------------------------------------------------- measures */

static bool causes_sound(const struct place *place, const struct mou_pack_measure *measure)
{
    if (!range_sound(place, "because", measure->because, measure->because_count,
                     place->pack->lists_count)) {
        return false;
    }
    for (uint32_t i = 0; i < measure->because_count; i++) {
        if (!index_sound(place, "because", place->pack->lists[measure->because + i],
                         place->pack->findings_count, false)) {
            return false;
        }
    }
    return true;
}

/* A list with one register per ground section of the findings in `because`, in order. */
static bool own_list_sound(const struct place *place, const struct mou_pack_measure *measure,
                           const char *member, uint32_t list, bool dates)
{
    const struct mou_pack *pack = place->pack;
    if (list == MOU_PACK_NONE) {
        return true;
    }
    uint64_t at = list;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[pack->lists[measure->because + i]];
        for (uint32_t g = 0; g < finding->ground_count; g++, at++) {
            if (at >= pack->lists_count) {
                return REFUSE(place, "%s: the list runs past %u", member, pack->lists_count);
            }
            const uint32_t frame = pack->grounds[finding->first_ground + g].frame;
            const uint32_t index = pack->lists[at];
            if (!(dates ? optional_date(place, member, index, frame)
                        : optional_condition(place, member, index, frame))) {
                return false;
            }
        }
    }
    return true;
}

/* A list of columns that name authorities, texts or codes, one per ground section of the findings,
 * none of which is without grounds. */
static bool authorities_sound(const struct place *place, const struct mou_pack_measure *measure)
{
    const struct mou_pack *pack = place->pack;
    if (measure->authorities == MOU_PACK_NONE) {
        return true;
    }
    uint64_t at = measure->authorities;
    for (uint32_t i = 0; i < measure->because_count; i++) {
        const struct mou_pack_finding *finding = &pack->findings[pack->lists[measure->because + i]];
        for (uint32_t g = 0; g < finding->ground_count; g++, at++) {
            if (at >= pack->lists_count) {
                return REFUSE(place, "authorities: the list runs past %u", pack->lists_count);
            }
            const uint32_t index = pack->lists[at];
            if (!needed(place, "authorities", index, MOU_FORM_VALUE,
                        pack->grounds[finding->first_ground + g].frame)) {
                return false;
            }
            const struct mou_pack_instruction *in = &pack->instructions[index];
            if (in->opcode != MOU_OP_CODE_COLUMN ||
                (in->type != MOU_PACK_TEXT_FIELD && in->type != MOU_PACK_CODE)) {
                return REFUSE(place, "authorities: register %u names nobody", index);
            }
        }
        if (finding->ground_count == 0) {
            return REFUSE(place, "authorities: a finding has no grounds");
        }
    }
    return true;
}

static bool measure_texts_sound(const struct place *place, const struct mou_pack_measure *measure)
{
    return text_sound(place, "name", measure->name) &&
           text_sound(place, "degree", measure->degree) &&
           text_sound(place, "authority", measure->authority) &&
           text_sound(place, "authority field", measure->authority_field) &&
           text_sound(place, "remedy", measure->remedy) &&
           text_sound(place, "lifted", measure->lifted) &&
           range_sound(place, "basis", measure->first_basis, measure->basis_count,
                       place->pack->texts_count);
}

static bool term_sound(const struct place *place, const struct mou_pack_measure *measure)
{
    if (measure->term == MOU_PACK_NONE) {
        return true;
    }
    if (measure->term_type != MOU_PACK_MONTHS && measure->term_type != MOU_PACK_DAYS &&
        measure->term_type != MOU_PACK_WORKDAYS) {
        return REFUSE(place, "term type %u is no duration", measure->term_type);
    }
    return needed(place, "term", measure->term, MOU_FORM_VALUE, 1);
}

static bool measure_sound(const struct place *place, const struct mou_pack_measure *measure)
{
    const struct mou_pack *pack = place->pack;
    if (measure->kind > 1 || measure->holding > MOU_PACK_CURRENT) {
        return REFUSE(place, "kind %u, holding %u are not known", measure->kind, measure->holding);
    }
    if (measure->dropped != MOU_DATE_NONE &&
        (measure->dropped < MOU_DATE_MIN || measure->dropped > MOU_DATE_MAX)) {
        return REFUSE(place, "dropped: date %d lies outside the calendar", measure->dropped);
    }
    return measure_texts_sound(place, measure) && memorandum_sound(place, measure->memorandum) &&
           index_sound(place, "item", measure->item, pack->items_count, true) &&
           causes_sound(place, measure) &&
           optional_condition(place, "only if", measure->only_if, 1) &&
           optional_condition(place, "unless", measure->unless, 1) &&
           optional_condition(place, "period", measure->period, 0) &&
           range_sound(place, "reaches", measure->first_reach, measure->reach_count,
                       pack->reaches_count) &&
           own_list_sound(place, measure, "own ends", measure->own_ends, true) &&
           own_list_sound(place, measure, "own end tests", measure->own_end_tests, false) &&
           authorities_sound(place, measure) &&
           term_sound(place, measure) &&
           range_sound(place, "grants", measure->first_grant, measure->grant_count,
                       pack->grants_count) &&
           range_sound(place, "publications", measure->first_publication,
                       measure->publication_count, pack->publications_count) &&
           note_sound(place, measure->note);
}

static bool reach_sound(const struct place *place, const struct mou_pack_reach *reach)
{
    if (reach->inverse > 1) {
        return REFUSE(place, "inverse is %u", reach->inverse);
    }
    if (!index_sound(place, "kind", reach->kind, place->pack->kinds_count, false) ||
        !index_sound(place, "relation", reach->relation, place->pack->relations_count, true)) {
        return false;
    }
    if (reach->condition == MOU_PACK_NONE) {
        return reach->frame == 0 || REFUSE(place, "frame %u without a condition", reach->frame);
    }
    if (!index_sound(place, "frame", reach->frame, place->pack->frames_count, false)) {
        return false;
    }
    const struct mou_pack_frame *frame = &place->pack->frames[reach->frame];
    if (frame->kind != MOU_FRAME_RELATION || frame->parent != 1 || frame->owner != 1 ||
        frame->type != reach->relation || frame->inverse != reach->inverse) {
        return REFUSE(place, "frame %u does not hold the rows of the relation", reach->frame);
    }
    return needed(place, "condition", reach->condition, MOU_FORM_CONDITION, reach->frame);
}

static bool interval_sound(const struct place *place, const char *member, uint32_t index,
                           uint32_t type)
{
    if (type != MOU_PACK_MONTHS && type != MOU_PACK_DAYS) {
        return REFUSE(place, "%s: type %u is neither months nor days", member, type);
    }
    return optional(place, member, index, MOU_FORM_VALUE, 0);
}

static bool publication_sound(const struct place *place,
                              const struct mou_pack_publication *publication)
{
    if (publication->share > 1) {
        return REFUSE(place, "share is %u", publication->share);
    }
    return range_sound(place, "places", publication->first_place, publication->place_count,
                       place->pack->texts_count) &&
           interval_sound(place, "every", publication->every, publication->every_type) &&
           interval_sound(place, "lasting", publication->lasting, publication->lasting_type);
}

static bool grant_sound(const struct place *place, const struct mou_pack_grant *grant)
{
    const struct mou_pack *pack = place->pack;
    if (grant->type >= MOU_PACK_FIELD_TYPE_COUNT) {
        return REFUSE(place, "type %u is not known", grant->type);
    }
    if (!text_sound(place, "name", grant->name) ||
        !needed(place, "value", grant->value, MOU_FORM_VALUE, 1)) {
        return false;
    }
    if (grant->type == MOU_PACK_CODE &&
        !index_sound(place, "code table", grant->code_table, pack->code_tables_count, false)) {
        return false;
    }
    const bool looked_up = grant->type == MOU_PACK_TEXT_FIELD || grant->type == MOU_PACK_DATE;
    const uint32_t type = pack->instructions[grant->value].type;
    return !looked_up || type == grant->type ||
           REFUSE(place, "value: register %u is no %s", grant->value,
                  mou_field_type_name(grant->type));
}

/* ---------------------------------------------------------- repairs, duties, matters, notes */

static bool basis_sound(const struct place *place, uint32_t first, uint32_t count)
{
    return range_sound(place, "basis", first, count, place->pack->texts_count);
}

static bool repair_sound(const struct place *place, const struct mou_pack_repair *repair)
{
    return text_sound(place, "name", repair->name) && memorandum_sound(place, repair->memorandum) &&
           home_sound(place, repair->record, repair->frame) &&
           optional_condition(place, "eligible", repair->eligible, repair->frame) &&
           optional_condition(place, "refused", repair->refused, repair->frame) &&
           range_sound(place, "steps", repair->first_step, repair->step_count,
                       place->pack->steps_count) &&
           basis_sound(place, repair->first_basis, repair->basis_count) &&
           note_sound(place, repair->note);
}

static bool step_sound(const struct place *place, const struct mou_pack_step *step)
{
    const bool timed = step->type == MOU_PACK_MONTHS || step->type == MOU_PACK_DAYS ||
                       step->type == MOU_PACK_WORKDAYS;
    if ((!timed && step->type != MOU_PACK_NONE) || step->granted > 1) {
        return REFUSE(place, "type %u, granted %u are not known", step->type, step->granted);
    }
    if (step->parameter != MOU_PACK_NONE &&
        (step->parameter >= place->pack->parameters_count || place->pack->parameters[step->parameter].type != step->type)) {
        return REFUSE(place, "parameter %u is none of type %u", step->parameter, step->type);
    }
    return text_sound(place, "name", step->name) && text_sound(place, "object", step->object);
}

/* The records that show that a duty is done: quantifiers over rows of records. */
static bool evidence_sound(const struct place *place, const struct mou_pack_duty *duty)
{
    const struct mou_pack *pack = place->pack;
    if (!range_sound(place, "evidence", duty->evidence, duty->evidence_count, pack->lists_count)) {
        return false;
    }
    for (uint32_t i = 0; i < duty->evidence_count; i++) {
        const uint32_t index = pack->lists[duty->evidence + i];
        if (!index_sound(place, "evidence", index, pack->instructions_count, false)) {
            return false;
        }
        const struct mou_pack_instruction *in = &pack->instructions[index];
        if (in->opcode != MOU_OP_CODE_ANY || (in->frame != 1 && in->frame != duty->frame)) {
            return REFUSE(place, "evidence: register %u asks for no records of the row or subject",
                          index);
        }
    }
    return true;
}

/* Who has the duty, where a row says so. */
static bool authority_sound(const struct place *place, const struct mou_pack_duty *duty)
{
    if (!optional(place, "authority", duty->authority_of, MOU_FORM_VALUE, duty->frame)) {
        return false;
    }
    if (duty->authority_of == MOU_PACK_NONE) {
        return true;
    }
    const uint32_t type = place->pack->instructions[duty->authority_of].type;
    return type == MOU_PACK_TEXT_FIELD || type == MOU_PACK_CODE ||
           REFUSE(place, "authority: register %u is no text and no code", duty->authority_of);
}

static bool duty_sound(const struct place *place, const struct mou_pack_duty *duty)
{
    return text_sound(place, "name", duty->name) &&
           text_sound(place, "authority", duty->authority) &&
           memorandum_sound(place, duty->memorandum) &&
           home_sound(place, duty->record, duty->frame) &&
           optional_condition(place, "condition", duty->condition, duty->frame) &&
           needed(place, "start", duty->start, MOU_FORM_VALUE, duty->frame) &&
           needed(place, "deadline", duty->deadline, MOU_FORM_VALUE, duty->frame) &&
           optional_date(place, "start", duty->start, duty->frame) &&
           optional_date(place, "deadline", duty->deadline, duty->frame) &&
           needed(place, "begun", duty->begun, MOU_FORM_CONDITION, duty->frame) &&
           needed(place, "over", duty->over, MOU_FORM_CONDITION, duty->frame) &&
           optional_condition(place, "done", duty->done, duty->frame) &&
           evidence_sound(place, duty) && authority_sound(place, duty) &&
           basis_sound(place, duty->first_basis, duty->basis_count) &&
           note_sound(place, duty->note);
}

static bool matter_sound(const struct place *place, const struct mou_pack_matter *matter)
{
    if (!text_sound(place, "name", matter->name) || !memorandum_sound(place, matter->memorandum) ||
        !range_sound(place, "measures", matter->measures, matter->measure_count,
                     place->pack->lists_count)) {
        return false;
    }
    for (uint32_t i = 0; i < matter->measure_count; i++) {
        if (!index_sound(place, "measures", place->pack->lists[matter->measures + i],
                         place->pack->measures_count, false)) {
            return false;
        }
    }
    return optional_condition(place, "prohibit", matter->prohibit, 1) &&
           optional_condition(place, "advise", matter->advise, 1) &&
           basis_sound(place, matter->first_basis, matter->basis_count) &&
           note_sound(place, matter->note);
}

static bool assertion_sound(const struct place *place, const struct mou_pack_assertion *assertion)
{
    return text_sound(place, "text", assertion->text) &&
           memorandum_sound(place, assertion->memorandum) &&
           needed(place, "holds", assertion->holds, MOU_FORM_CONDITION, 1) &&
           note_sound(place, assertion->note);
}

static bool rule_note_sound(const struct place *place, const struct mou_pack_note *note)
{
    return text_sound(place, "verbatim", note->verbatim) &&
           mou_verify_span(place->verifier, place->section, place->entry, note->span);
}

bool mou_verify_rules(struct mou_verifier *verifier)
{
    assert(verifier != NULL && verifier->pack->header != NULL);
    const struct mou_pack *pack = verifier->pack;
#define EACH(section, name, check)                                                                 \
    for (uint32_t i = 0; i < pack->name##_count; i++) {                                            \
        const struct place place = place_at(verifier, MOU_SECTION_##section, i);                   \
        if (!check(&place, &pack->name[i])) {                                                      \
            return false;                                                                          \
        }                                                                                          \
    }
    EACH(GROUNDS, grounds, ground_sound) /* before what refers to them */
    EACH(FINDINGS, findings, finding_sound)
    EACH(REACHES, reaches, reach_sound)
    EACH(GRANTS, grants, grant_sound)
    EACH(PUBLICATIONS, publications, publication_sound)
    EACH(MEASURES, measures, measure_sound)
    EACH(RULE_NOTES, notes, rule_note_sound)
    EACH(STEPS, steps, step_sound)
    EACH(REPAIRS, repairs, repair_sound)
    EACH(DUTIES, duties, duty_sound)
    EACH(MATTERS, matters, matter_sound)
    EACH(ASSERTIONS, assertions, assertion_sound)
#undef EACH
    return true;
}
