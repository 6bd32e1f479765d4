/*
 * The vocabulary of a pack as vm.h shows it to importers and stores: kinds, attributes, record
 * types, fields, relations, codes, memoranda, measures and findings. Only reads what the verifier
 * passed; indexes given by the caller are asserted.
 */
#include <assert.h>

#include "machine.h"
#include "walk.h"

_Static_assert((int)MOU_VALUE_TEXT == (int)MOU_PACK_TEXT_FIELD &&
                   (int)MOU_VALUE_INTEGER == (int)MOU_PACK_INTEGER &&
                   (int)MOU_VALUE_MONEY == (int)MOU_PACK_MONEY &&
                   (int)MOU_VALUE_RATIO == (int)MOU_PACK_RATIO &&
                   (int)MOU_VALUE_DATE == (int)MOU_PACK_DATE &&
                   (int)MOU_VALUE_MONTHS == (int)MOU_PACK_MONTHS &&
                   (int)MOU_VALUE_DAYS == (int)MOU_PACK_DAYS &&
                   (int)MOU_VALUE_WORKDAYS == (int)MOU_PACK_WORKDAYS &&
                   (int)MOU_VALUE_YES_NO == (int)MOU_PACK_YES_NO &&
                   (int)MOU_VALUE_CODE == (int)MOU_PACK_CODE,
               "value types of the public header are those of the format");

static struct mou_field_info field_info(const struct mou_pack *pack, uint32_t index)
{
    assert(index < pack->fields_count);
    const struct mou_pack_field *field = &pack->fields[index];
    return (struct mou_field_info){
        .name = mou_pack_string(pack, field->name),
        .type = (enum mou_value_type)field->type,
        .code_table = field->type == MOU_PACK_CODE ? field->code_table : MOU_PACK_NONE,
        .required = (field->flags & MOU_PACK_FIELD_REQUIRED) != 0,
        .key = (field->flags & MOU_PACK_FIELD_KEY) != 0,
        .confidential = (field->flags & MOU_PACK_FIELD_CONFIDENTIAL) != 0,
        .has_default = (field->flags & MOU_PACK_FIELD_DEFAULT) != 0,
        .default_value = field->default_value,
        .default_text = mou_pack_string(pack, field->default_text),
    };
}

uint32_t mou_pack_kind_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->kinds_count;
}

struct mou_text mou_pack_kind_name(const struct mou_pack *pack, uint32_t kind)
{
    assert(pack != NULL && kind < pack->kinds_count);
    return mou_pack_string(pack, pack->kinds[kind].name);
}

struct mou_text mou_pack_kind_identifier(const struct mou_pack *pack, uint32_t kind)
{
    assert(pack != NULL && kind < pack->kinds_count);
    return mou_pack_string(pack, pack->kinds[kind].identified_by);
}

uint32_t mou_pack_attribute_count(const struct mou_pack *pack, uint32_t kind)
{
    assert(pack != NULL && kind < pack->kinds_count);
    return pack->kinds[kind].field_count;
}

struct mou_field_info mou_pack_attribute(const struct mou_pack *pack, uint32_t kind,
                                         uint32_t attribute)
{
    assert(pack != NULL && kind < pack->kinds_count);
    assert(attribute < pack->kinds[kind].field_count);
    return field_info(pack, pack->kinds[kind].first_field + attribute);
}

uint32_t mou_pack_record_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->records_count;
}

struct mou_record_info mou_pack_record(const struct mou_pack *pack, uint32_t record)
{
    assert(pack != NULL && record < pack->records_count);
    const struct mou_pack_record *entry = &pack->records[record];
    return (struct mou_record_info){
        .name = mou_pack_string(pack, entry->name),
        .display = mou_pack_string(pack, entry->display),
        .parent = entry->parent,
        .number = entry->number,
        .made = entry->made,
        .served = entry->served,
        .act = entry->act,
        .key = entry->key,
        .field_count = entry->field_count,
    };
}

struct mou_field_info mou_pack_field(const struct mou_pack *pack, uint32_t record, uint32_t field)
{
    assert(pack != NULL && record < pack->records_count);
    assert(field < pack->records[record].field_count);
    return field_info(pack, pack->records[record].first_field + field);
}

uint32_t mou_pack_relation_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->relations_count;
}

struct mou_relation_info mou_pack_relation(const struct mou_pack *pack, uint32_t relation)
{
    assert(pack != NULL && relation < pack->relations_count);
    const struct mou_pack_relation *entry = &pack->relations[relation];
    return (struct mou_relation_info){
        .name = mou_pack_string(pack, entry->name),
        .inverse = mou_pack_string(pack, entry->inverse),
        .from_kind = entry->from_kind,
        .to_kind = entry->to_kind,
        .field_count = entry->field_count,
    };
}

struct mou_field_info mou_pack_relation_field(const struct mou_pack *pack, uint32_t relation,
                                              uint32_t field)
{
    assert(pack != NULL && relation < pack->relations_count);
    assert(field < pack->relations[relation].field_count);
    return field_info(pack, pack->relations[relation].first_field + field);
}

uint32_t mou_pack_code_table_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->code_tables_count;
}

struct mou_text mou_pack_code_table_name(const struct mou_pack *pack, uint32_t table)
{
    assert(pack != NULL && table < pack->code_tables_count);
    return mou_pack_string(pack, pack->code_tables[table].name);
}

uint32_t mou_pack_code_count(const struct mou_pack *pack, uint32_t table)
{
    assert(pack != NULL && table < pack->code_tables_count);
    return pack->code_tables[table].code_count;
}

void mou_pack_code(const struct mou_pack *pack, uint32_t table, uint32_t index,
                   struct mou_text *name, int64_t *value)
{
    assert(pack != NULL && table < pack->code_tables_count &&
           index < pack->code_tables[table].code_count);
    assert(name != NULL && value != NULL);
    const struct mou_pack_code *code = &pack->codes[pack->code_tables[table].first_code + index];
    *name = mou_pack_string(pack, code->name);
    *value = code->value;
}

uint32_t mou_pack_memorandum_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->memoranda_count;
}

void mou_pack_memorandum(const struct mou_pack *pack, uint32_t memorandum, struct mou_text *name,
                         struct mou_text *title, struct mou_text *number, struct mou_text *version)
{
    assert(pack != NULL && memorandum < pack->memoranda_count);
    assert(name != NULL && title != NULL && number != NULL && version != NULL);
    const struct mou_pack_memorandum *entry = &pack->memoranda[memorandum];
    *name = mou_pack_string(pack, entry->name);
    *title = mou_pack_string(pack, entry->title);
    *number = mou_pack_string(pack, entry->number);
    *version = mou_pack_string(pack, entry->version);
}

uint32_t mou_pack_measure_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->measures_count;
}

void mou_pack_measure(const struct mou_pack *pack, uint32_t measure, struct mou_text *name,
                      uint32_t *memorandum, uint32_t *kind, struct mou_text *item,
                      struct mou_text *authority)
{
    assert(pack != NULL && measure < pack->measures_count);
    assert(name != NULL && memorandum != NULL && kind != NULL && item != NULL && authority != NULL);
    const struct mou_pack_measure *entry = &pack->measures[measure];
    *name = mou_pack_string(pack, entry->name);
    *memorandum = entry->memorandum;
    *kind = entry->kind;
    *item = entry->item == MOU_PACK_NONE ? MOU_TEXT("")
                                         : mou_pack_string(pack, pack->items[entry->item].code);
    *authority = mou_pack_string(pack, entry->authority);
}

uint32_t mou_pack_finding_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->findings_count;
}

void mou_pack_finding(const struct mou_pack *pack, uint32_t finding, struct mou_text *name,
                      uint32_t *memorandum, struct mou_text *list_kind)
{
    assert(pack != NULL && finding < pack->findings_count);
    assert(name != NULL && memorandum != NULL && list_kind != NULL);
    const struct mou_pack_finding *entry = &pack->findings[finding];
    *name = mou_pack_string(pack, entry->name);
    *memorandum = entry->memorandum;
    *list_kind = entry->list_kind == MOU_PACK_NONE
                     ? MOU_TEXT("")
                     : mou_pack_string(pack, pack->list_kinds[entry->list_kind].name);
}

uint32_t mou_pack_closure_depth(const struct mou_pack *pack)
{
    assert(pack != NULL && pack->header != NULL);
    return pack->header->closure_depth;
}

/* ------------------------------------------------------------------ duties, repairs, matters, assertions */

uint32_t mou_pack_duty_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->duties_count;
}

void mou_pack_duty(const struct mou_pack *pack, uint32_t duty, struct mou_text *name,
                   uint32_t *memorandum, uint32_t *record)
{
    assert(pack != NULL && duty < pack->duties_count);
    *name = mou_pack_string(pack, pack->duties[duty].name);
    *memorandum = pack->duties[duty].memorandum;
    *record = pack->duties[duty].record;
}

uint32_t mou_pack_repair_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->repairs_count;
}

void mou_pack_repair(const struct mou_pack *pack, uint32_t repair, struct mou_text *name,
                     uint32_t *memorandum, uint32_t *record)
{
    assert(pack != NULL && repair < pack->repairs_count);
    *name = mou_pack_string(pack, pack->repairs[repair].name);
    *memorandum = pack->repairs[repair].memorandum;
    *record = pack->repairs[repair].record;
}

uint32_t mou_pack_repair_step_count(const struct mou_pack *pack, uint32_t repair)
{
    assert(pack != NULL && repair < pack->repairs_count);
    return pack->repairs[repair].step_count;
}

struct mou_repair_step_info mou_pack_repair_step(const struct mou_pack *pack, uint32_t repair,
                                                 uint32_t step, mou_date day)
{
    assert(pack != NULL && repair < pack->repairs_count &&
           step < pack->repairs[repair].step_count);
    const struct mou_pack_step *entry = &pack->steps[pack->repairs[repair].first_step + step];
    const bool named = entry->parameter != MOU_PACK_NONE;
    const struct mou_pack_parameter *parameter = named ? &pack->parameters[entry->parameter] : NULL;
    int64_t within = entry->within;
    const bool timed = entry->type != MOU_PACK_NONE && (!named || mou_parameter_in_force(pack, parameter, day, &within));
    return (struct mou_repair_step_info){
        .parameter = named ? mou_pack_string(pack, parameter->name) : (struct mou_text){"", 0},
        .name = mou_pack_string(pack, entry->name),
        .object = mou_pack_string(pack, entry->object),
        .granted = entry->granted != 0,
        .timed = timed,
        .type = timed ? (enum mou_value_type)entry->type : MOU_VALUE_DAYS,
        .within = within,
    };
}

uint32_t mou_pack_matter_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->matters_count;
}

void mou_pack_matter(const struct mou_pack *pack, uint32_t matter, struct mou_text *name,
                     uint32_t *memorandum)
{
    assert(pack != NULL && matter < pack->matters_count);
    *name = mou_pack_string(pack, pack->matters[matter].name);
    *memorandum = pack->matters[matter].memorandum;
}

uint32_t mou_pack_assertion_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->assertions_count;
}

void mou_pack_assertion(const struct mou_pack *pack, uint32_t assertion, struct mou_text *text,
                        uint32_t *memorandum)
{
    assert(pack != NULL && assertion < pack->assertions_count);
    *text = mou_pack_string(pack, pack->assertions[assertion].text);
    *memorandum = pack->assertions[assertion].memorandum;
}
