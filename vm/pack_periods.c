/*
 * What a pack says of periods to those who reckon with them outside the machine: its dated parameters and its working days. Only reads what the verifier passed.
 */
#include <assert.h>

#include "machine.h"
#include "walk.h"

/* The value in force on the day, or NULL before the first. */
static const struct mou_pack_parameter_value *value_on(const struct mou_pack *pack, const struct mou_pack_parameter *parameter, mou_date day)
{
    const struct mou_pack_parameter_value *found = NULL;
    for (uint32_t i = 0; i < parameter->value_count && pack->parameter_values[parameter->first_value + i].from <= day; i++) {
        found = &pack->parameter_values[parameter->first_value + i];
    }
    return found;
}

bool mou_parameter_in_force(const struct mou_pack *pack, const struct mou_pack_parameter *parameter, mou_date day, int64_t *value)
{
    assert(pack != NULL && parameter != NULL && value != NULL);
    const struct mou_pack_parameter_value *given = value_on(pack, parameter, day);
    *value = given != NULL ? given->value : *value;
    return given != NULL;
}

bool mou_pack_parameter_on(const struct mou_pack *pack, struct mou_text memorandum, struct mou_text name, mou_date day, enum mou_value_type *type, int64_t *value)
{
    assert(pack != NULL && type != NULL && value != NULL);
    bool found = false;
    bool own = false;
    for (uint32_t i = 0; i < pack->parameters_count && !own; i++) {
        const struct mou_pack_parameter *parameter = &pack->parameters[i];
        const struct mou_pack_parameter_value *given = mou_text_equal(mou_pack_string(pack, parameter->name), name) ? value_on(pack, parameter, day) : NULL;
        own = given != NULL && parameter->memorandum < pack->memoranda_count &&
              mou_text_equal(mou_pack_string(pack, pack->memoranda[parameter->memorandum].name), memorandum);
        if (given != NULL && (own || !found)) {
            *type = (enum mou_value_type)parameter->type;
            *value = given->value;
            found = true;
        }
    }
    return found;
}

uint32_t mou_pack_calendar_year_count(const struct mou_pack *pack)
{
    assert(pack != NULL);
    return pack->calendar_count;
}

struct mou_calendar mou_pack_calendar(const struct mou_pack *pack, mou_date day, struct mou_calendar_year *years)
{
    assert(pack != NULL && (years != NULL || pack->calendar_count == 0));
    size_t count = 0;
    for (uint32_t i = 0; i < pack->calendar_count; i++) {
        const struct mou_pack_calendar_year *given = &pack->calendar[i];
        if (given->published > day) {
            continue;
        }
        if (count > 0 && years[count - 1].year == given->year) { /* the latest publication of a year counts */
            count--;
        }
        struct mou_calendar_year *year = &years[count++];
        year->year = given->year;
        for (size_t w = 0; w < sizeof year->rest / sizeof year->rest[0]; w++) {
            year->rest[w] = given->rest[w];
        }
    }
    return (struct mou_calendar){years, count};
}
