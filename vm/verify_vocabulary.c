/*
 * The tables of a pack that hold no code: strings, sources, vocabulary, catalogue, memoranda,
 * parameters, calendar, pools. Called by pack.c.
 */
#include <assert.h>

#include "vm_limits.h"
#include "opcodes.h"
#include "verify.h"

#define WHOLE MOU_PACK_NONE
#define TEXT(section, entry, owner, member)                                                        \
    mou_verify_text(verifier, MOU_SECTION_##section, (entry), #member, (owner)->member)

/* ---------------------------------------------------------- texts and sources */

static bool header_texts_sound(struct mou_verifier *verifier)
{
    const struct mou_pack_header *header = verifier->pack->header;
    const struct mou_pack_text name = {header->pack_name_offset, header->pack_name_len};
    const struct mou_pack_text version = {header->pack_version_offset, header->pack_version_len};
    return mou_verify_text(verifier, MOU_PACK_NONE, WHOLE, "pack name", name) &&
           mou_verify_text(verifier, MOU_PACK_NONE, WHOLE, "pack version", version);
}

static bool sources_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->sources_count; i++) {
        if (!TEXT(SOURCES, i, &pack->sources[i], path) ||
            !TEXT(SOURCES, i, &pack->sources[i], text)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < pack->texts_count; i++) {
        if (!mou_verify_text(verifier, MOU_SECTION_TEXTS, i, "text", pack->texts[i])) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- fields */

/* The table of a code type; nobody looks at that of another type. */
static bool code_table_sound(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                             uint32_t type, uint32_t code_table)
{
    if (type >= MOU_PACK_FIELD_TYPE_COUNT) {
        return MOU_REFUSE(verifier, section, entry, "type %u is not known", type);
    }
    return type != MOU_PACK_CODE ||
           mou_verify_index(verifier, section, entry, "code table", code_table,
                            verifier->pack->code_tables_count, false);
}

/* A constant of a date type lies in the calendar. */
static bool value_sound(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                        uint32_t type, int64_t value)
{
    if (type != MOU_PACK_DATE || (value >= MOU_DATE_MIN && value <= MOU_DATE_MAX)) {
        return true;
    }
    return MOU_REFUSE(verifier, section, entry, "date %lld lies outside the calendar",
                      (long long)value);
}

static bool fields_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    const uint32_t flags = MOU_PACK_FIELD_REQUIRED | MOU_PACK_FIELD_KEY |
                           MOU_PACK_FIELD_CONFIDENTIAL | MOU_PACK_FIELD_DEFAULT;
    for (uint32_t i = 0; i < pack->fields_count; i++) {
        const struct mou_pack_field *field = &pack->fields[i];
        if (!TEXT(FIELDS, i, field, name) || !TEXT(FIELDS, i, field, default_text) ||
            !code_table_sound(verifier, MOU_SECTION_FIELDS, i, field->type, field->code_table)) {
            return false;
        }
        if ((field->flags & ~flags) != 0) {
            return MOU_REFUSE(verifier, MOU_SECTION_FIELDS, i, "flags %#x are not known",
                              field->flags);
        }
        if ((field->flags & MOU_PACK_FIELD_DEFAULT) != 0 &&
            !value_sound(verifier, MOU_SECTION_FIELDS, i, field->type, field->default_value)) {
            return false;
        }
    }
    return true;
}

static bool kinds_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->kinds_count; i++) {
        const struct mou_pack_kind *kind = &pack->kinds[i];
        if (!TEXT(KINDS, i, kind, name) || !TEXT(KINDS, i, kind, display) ||
            !TEXT(KINDS, i, kind, identified_by) ||
            !mou_verify_range(verifier, MOU_SECTION_KINDS, i, "fields", kind->first_field,
                              kind->field_count, pack->fields_count)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- records */

/* A chain of parents that is longer than the limit is too deep, or a circle. */
static bool parents_sound(struct mou_verifier *verifier, uint32_t record)
{
    const struct mou_pack *pack = verifier->pack;
    uint32_t depth = 0;
    for (uint32_t above = record; above != MOU_PACK_NONE; above = pack->records[above].parent) {
        if (!mou_verify_index(verifier, MOU_SECTION_RECORDS, record, "parent", above,
                              pack->records_count, false)) {
            return false;
        }
        if (depth++ == MOU_RECORD_DEPTH_MAX) {
            return MOU_REFUSE(verifier, MOU_SECTION_RECORDS, record,
                              "parents form a circle or are nested deeper than %u",
                              MOU_RECORD_DEPTH_MAX);
        }
    }
    return true;
}

static bool record_field_sound(struct mou_verifier *verifier, uint32_t record, const char *member,
                               uint32_t field, bool is_date)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_record *type = &pack->records[record];
    if (!mou_verify_index(verifier, MOU_SECTION_RECORDS, record, member, field, type->field_count,
                          true)) {
        return false;
    }
    if (field != MOU_PACK_NONE && is_date &&
        pack->fields[type->first_field + field].type != MOU_PACK_DATE) {
        return MOU_REFUSE(verifier, MOU_SECTION_RECORDS, record, "%s: field %u is no date", member,
                          field);
    }
    return true;
}

static bool records_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->records_count; i++) {
        const struct mou_pack_record *record = &pack->records[i];
        if (!TEXT(RECORDS, i, record, name) || !TEXT(RECORDS, i, record, display) ||
            !TEXT(RECORDS, i, record, source) ||
            !mou_verify_range(verifier, MOU_SECTION_RECORDS, i, "fields", record->first_field,
                              record->field_count, pack->fields_count) ||
            !parents_sound(verifier, i) ||
            !record_field_sound(verifier, i, "number", record->number, false) ||
            !record_field_sound(verifier, i, "key", record->key, false) ||
            !record_field_sound(verifier, i, "made", record->made, true) ||
            !record_field_sound(verifier, i, "served", record->served, true) ||
            !record_field_sound(verifier, i, "act", record->act, true)) {
            return false;
        }
    }
    return true;
}

static bool relations_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->relations_count; i++) {
        const struct mou_pack_relation *relation = &pack->relations[i];
        if (!TEXT(RELATIONS, i, relation, name) || !TEXT(RELATIONS, i, relation, inverse) ||
            !mou_verify_index(verifier, MOU_SECTION_RELATIONS, i, "from", relation->from_kind,
                              pack->kinds_count, false) ||
            !mou_verify_index(verifier, MOU_SECTION_RELATIONS, i, "to", relation->to_kind,
                              pack->kinds_count, false) ||
            !mou_verify_range(verifier, MOU_SECTION_RELATIONS, i, "fields", relation->first_field,
                              relation->field_count, pack->fields_count)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- codes, catalogue, memoranda */

static bool codes_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->codes_count; i++) {
        if (!TEXT(CODES, i, &pack->codes[i], name)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < pack->code_tables_count; i++) {
        const struct mou_pack_code_table *table = &pack->code_tables[i];
        if (!TEXT(CODE_TABLES, i, table, name) ||
            !mou_verify_range(verifier, MOU_SECTION_CODE_TABLES, i, "codes", table->first_code,
                              table->code_count, pack->codes_count)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < pack->list_kinds_count; i++) {
        if (!TEXT(LIST_KINDS, i, &pack->list_kinds[i], name)) {
            return false;
        }
    }
    return true;
}

static bool items_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->items_count; i++) {
        const struct mou_pack_item *item = &pack->items[i];
        if (!TEXT(ITEMS, i, item, code) || !TEXT(ITEMS, i, item, title) ||
            !TEXT(ITEMS, i, item, nature) || !TEXT(ITEMS, i, item, degree) ||
            !TEXT(ITEMS, i, item, catalogue) || !TEXT(ITEMS, i, item, edition)) {
            return false;
        }
    }
    return true;
}

static bool open_date_sound(struct mou_verifier *verifier, uint32_t section, uint32_t entry,
                            const char *member, int32_t date)
{
    if (date == MOU_DATE_NONE || (date >= MOU_DATE_MIN && date <= MOU_DATE_MAX)) {
        return true;
    }
    return MOU_REFUSE(verifier, section, entry, "%s: date %d lies outside the calendar", member,
                      date);
}

static bool memoranda_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->memoranda_count; i++) {
        const struct mou_pack_memorandum *memorandum = &pack->memoranda[i];
        if (!TEXT(MEMORANDA, i, memorandum, name) || !TEXT(MEMORANDA, i, memorandum, title) ||
            !TEXT(MEMORANDA, i, memorandum, number) || !TEXT(MEMORANDA, i, memorandum, version) ||
            !TEXT(MEMORANDA, i, memorandum, lead) ||
            !TEXT(MEMORANDA, i, memorandum, objection_basis) ||
            !mou_verify_index(verifier, MOU_SECTION_MEMORANDA, i, "source", memorandum->source,
                              pack->sources_count, true) ||
            !open_date_sound(verifier, MOU_SECTION_MEMORANDA, i, "effective",
                             memorandum->effective) ||
            !open_date_sound(verifier, MOU_SECTION_MEMORANDA, i, "repealed",
                             memorandum->repealed)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------- parameters, calendar, pools */

static bool parameter_value_sound(struct mou_verifier *verifier,
                                  const struct mou_pack_parameter *parameter, uint32_t i)
{
    const struct mou_pack *pack = verifier->pack;
    const struct mou_pack_parameter_value *value = &pack->parameter_values[i];
    if (!open_date_sound(verifier, MOU_SECTION_PARAMETER_VALUES, i, "from", value->from) ||
        !value_sound(verifier, MOU_SECTION_PARAMETER_VALUES, i, parameter->type, value->value)) {
        return false;
    }
    if (i > parameter->first_value && value->from < pack->parameter_values[i - 1].from) {
        return MOU_REFUSE(verifier, MOU_SECTION_PARAMETER_VALUES, i,
                          "dates of a parameter do not ascend");
    }
    if (parameter->type == MOU_PACK_TEXT_FIELD &&
        (value->value < 0 || value->value >= pack->texts_count)) {
        return MOU_REFUSE(verifier, MOU_SECTION_PARAMETER_VALUES, i, "text %lld is not below %u",
                          (long long)value->value, pack->texts_count);
    }
    return true;
}

static bool parameters_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    uint32_t taken = 0;
    for (uint32_t i = 0; i < pack->parameters_count; i++) {
        const struct mou_pack_parameter *parameter = &pack->parameters[i];
        if (!TEXT(PARAMETERS, i, parameter, name) ||
            !mou_verify_index(verifier, MOU_SECTION_PARAMETERS, i, "memorandum",
                              parameter->memorandum, pack->memoranda_count, true) ||
            !mou_verify_range(verifier, MOU_SECTION_PARAMETERS, i, "values", parameter->first_value,
                              parameter->value_count, pack->parameter_values_count)) {
            return false;
        }
        if (parameter->type >= MOU_PACK_FIELD_TYPE_COUNT) {
            return MOU_REFUSE(verifier, MOU_SECTION_PARAMETERS, i, "type %u is not known",
                              parameter->type);
        }
        if (parameter->first_value < taken) {
            return MOU_REFUSE(verifier, MOU_SECTION_PARAMETERS, i,
                              "values are shared with the parameter before");
        }
        taken = parameter->first_value + parameter->value_count;
        for (uint32_t v = parameter->first_value; v < taken; v++) {
            if (!parameter_value_sound(verifier, parameter, v)) {
                return false;
            }
        }
    }
    return true;
}

static bool calendar_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->calendar_count; i++) {
        const struct mou_pack_calendar_year *year = &pack->calendar[i];
        if (year->year < 1900 || year->year > 2199) {
            return MOU_REFUSE(verifier, MOU_SECTION_CALENDAR, i,
                              "year %d lies outside the calendar", year->year);
        }
        if (!open_date_sound(verifier, MOU_SECTION_CALENDAR, i, "published", year->published)) {
            return false;
        }
        if (i == 0) {
            continue;
        }
        const struct mou_pack_calendar_year *before = &pack->calendar[i - 1];
        if (year->year < before->year ||
            (year->year == before->year && year->published <= before->published)) {
            return MOU_REFUSE(verifier, MOU_SECTION_CALENDAR, i,
                              "years do not ascend by year and publication");
        }
    }
    return true;
}

static bool fractions_sound(struct mou_verifier *verifier)
{
    const struct mou_pack *pack = verifier->pack;
    for (uint32_t i = 0; i < pack->fractions_count; i++) {
        if (pack->fractions[i].den <= 0) {
            return MOU_REFUSE(verifier, MOU_SECTION_FRACTIONS, i,
                              "denominator %lld is not positive",
                              (long long)pack->fractions[i].den);
        }
    }
    return true;
}

bool mou_verify_strings(struct mou_verifier *verifier)
{
    assert(verifier != NULL && verifier->pack->header != NULL);
    const struct mou_pack *pack = verifier->pack;
    return mou_utf8_valid(pack->strings, pack->strings_len) || MOU_REFUSE(verifier, MOU_SECTION_STRINGS, WHOLE, "not UTF-8");
}

bool mou_verify_vocabulary(struct mou_verifier *verifier)
{
    assert(verifier != NULL && verifier->pack->header != NULL);
    return header_texts_sound(verifier) && sources_sound(verifier) && fields_sound(verifier) &&
           kinds_sound(verifier) && records_sound(verifier) && relations_sound(verifier) &&
           codes_sound(verifier) && items_sound(verifier) && memoranda_sound(verifier) &&
           parameters_sound(verifier) && calendar_sound(verifier) && fractions_sound(verifier);
}
