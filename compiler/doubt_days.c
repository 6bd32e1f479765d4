/*
 * Working days whose calendar is not published, so that a condition has no certain answer. Three things are certain beforehand: a constant date whose count of
 * working days leaves the published years; working days from today in a memorandum whose whole period lies outside them; and working days from a date of which
 * the conditions around it say that it lies outside. A record's date of which nothing is said may be of any year: nothing is said of it.
 */
#include "doubt.h"

#define DEPTH_MAX 60
/** How many years beyond the published ones are tried to name the year at fault. */
#define YEARS_TRIED_MAX 100

static bool is_published(const struct mou_program *program, int year)
{
    for (size_t i = 0; i < program->calendars.count; i++) {
        if (program->calendars.items[i].year == year) {
            return true;
        }
    }
    return false;
}

/** The first and the last published year; false where there is none. */
static bool published_years(const struct mou_program *program, int *first, int *last)
{
    for (size_t i = 0; i < program->calendars.count; i++) {
        const int year = program->calendars.items[i].year;
        *first = i == 0 || year < *first ? year : *first;
        *last = i == 0 || year > *last ? year : *last;
    }
    return program->calendars.count > 0;
}

static void report(struct mou_doubt *doubt, const struct mou_texpr *expr, int year)
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 32);
    mou_buf_int(&text, year);
    const struct mou_text number = mou_buf_into_arena(&text, doubt->front->arena);
    mou_front_report(doubt->front, MOU_DIAG_CALENDAR_MISSING, expr->span, number, MOU_NO_TEXT, MOU_NO_TEXT);
}

static bool counts_workdays(const struct mou_texpr *expr)
{
    bool adds = (expr->kind == MOU_TX_DATE_ADD || expr->kind == MOU_TX_DATE_SUB) && expr->arguments[1]->type.kind == MOU_TYPE_WORKDAYS;
    return adds || expr->kind == MOU_TX_ROLL_FORWARD || expr->kind == MOU_TX_FIRST_WORKDAY;
}

/** The years of the program in ascending order, so that base can count with them. */
static struct mou_calendar calendar_of(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    struct mou_calendar_year *years = MOU_NEW_ARRAY(doubt->front->arena, program->calendars.count + 1, struct mou_calendar_year);
    struct mou_calendar calendar = {years, 0};
    int first = 0;
    int last = -1;
    (void)published_years(program, &first, &last);
    for (int year = first; years != NULL && year <= last; year++) {
        for (size_t i = 0; i < program->calendars.count; i++) {
            if (program->calendars.items[i].year == year && (calendar.count == 0 || years[calendar.count - 1].year != year)) {
                years[calendar.count++] = program->calendars.items[i].days;
            }
        }
    }
    return calendar;
}

/** A constant date: its year, or the one that its count runs into. */
static void look_at_constant(struct mou_doubt *doubt, const struct mou_texpr *expr)
{
    const struct mou_texpr *date = expr->arguments[0];
    const int year = mou_date_to_civil((mou_date)date->integer).year;
    bool counts = (expr->kind == MOU_TX_DATE_ADD || expr->kind == MOU_TX_DATE_SUB) && expr->arguments[1]->kind == MOU_TX_CONSTANT;
    if (!is_published(doubt->program, year)) {
        report(doubt, expr, year);
    } else if (counts) {
        const struct mou_calendar calendar = calendar_of(doubt);
        const int64_t count = expr->kind == MOU_TX_DATE_ADD ? expr->arguments[1]->integer : -expr->arguments[1]->integer;
        int first = year;
        int last = year;
        mou_date day = MOU_DATE_NONE;
        (void)published_years(doubt->program, &first, &last);
        if (calendar.years != NULL && mou_calendar_add_workdays(&calendar, (mou_date)date->integer, count, &day) == MOU_FAULT_NO_CALENDAR) {
            report(doubt, expr, count > 0 ? last + 1 : first - 1);
        }
    }
}

/** Working days from today: no day of the memorandum's period has a published calendar. */
static void look_at_today(struct mou_doubt *doubt, const struct mou_texpr *expr)
{
    const struct mou_memorandum *memorandum =
        doubt->memorandum != MOU_NO_INDEX ? &doubt->program->memoranda.items[doubt->memorandum] : NULL;
    int first = 0;
    int last = 0;
    if (memorandum == NULL || !published_years(doubt->program, &first, &last)) {
        return;
    }
    if (memorandum->effective != MOU_DATE_NONE && mou_date_to_civil(memorandum->effective).year > last) {
        report(doubt, expr, mou_date_to_civil(memorandum->effective).year);
    } else if (memorandum->repealed != MOU_DATE_NONE && mou_date_to_civil(memorandum->repealed - 1).year < first) {
        report(doubt, expr, mou_date_to_civil(memorandum->repealed - 1).year);
    }
}

/** Whether the date can lie on the day or before it (after it) under the premises. */
static bool can_lie(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count, struct mou_texpr *date, enum mou_op op, mou_date day)
{
    struct mou_premise all[MOU_PREMISES_MAX + 1];
    struct mou_texpr bound = {.kind = MOU_TX_CONSTANT, .type = {MOU_TYPE_DATE, MOU_NO_INDEX}, .span = date->span, .integer = day};
    struct mou_texpr *arguments[2] = {date, &bound};
    struct mou_texpr compare = {.kind = MOU_TX_COMPARE, .type = {MOU_TYPE_CONDITION, MOU_NO_INDEX}, .span = date->span, .op = op, .argument_count = 2};
    compare.arguments = arguments;
    for (uint32_t i = 0; i < count; i++) {
        all[i] = premises[i];
    }
    all[count] = (struct mou_premise){&compare, NULL, MOU_DEMAND_YES};
    return mou_doubt_possible(doubt, all, count + 1);
}

static mou_date first_day(int year)
{
    mou_date day = MOU_DATE_NONE;
    return mou_date_from_civil((struct mou_civil){year, 1, 1}, &day) ? day : MOU_DATE_NONE;
}

void mou_doubt_workdays(struct mou_doubt *doubt, const struct mou_premise *premises, uint32_t count, const struct mou_texpr *expr)
{
    int first = 0;
    int last = 0;
    if (!counts_workdays(expr) || count >= MOU_PREMISES_MAX || !published_years(doubt->program, &first, &last)) {
        return;
    }
    struct mou_texpr *date = expr->arguments[0];
    if (date->kind != MOU_TX_FIELD && date->kind != MOU_TX_ATTRIBUTE) {
        return; /* constants and today are looked at wherever they stand */
    }
    if (!mou_doubt_possible(doubt, premises, count)) {
        return; /* what never holds has a message of its own */
    }
    for (int tried = 0; tried < YEARS_TRIED_MAX && !can_lie(doubt, premises, count, date, MOU_OP_LT, first_day(last + tried + 1)); tried++) {
        if (can_lie(doubt, premises, count, date, MOU_OP_LT, first_day(last + tried + 2))) {
            report(doubt, expr, last + tried + 1);
            return;
        }
    }
    for (int tried = 0; tried < YEARS_TRIED_MAX && !can_lie(doubt, premises, count, date, MOU_OP_GE, first_day(first - tried)); tried++) {
        if (can_lie(doubt, premises, count, date, MOU_OP_GE, first_day(first - tried - 1))) {
            report(doubt, expr, first - tried - 1);
            return;
        }
    }
}

static void look_below(struct mou_doubt *doubt, const struct mou_texpr *expr, unsigned depth)
{
    if (expr == NULL || depth > DEPTH_MAX) {
        return;
    }
    if (counts_workdays(expr)) {
        const struct mou_texpr *date = expr->arguments[0];
        if (date->kind == MOU_TX_CONSTANT && date->type.kind == MOU_TYPE_DATE) {
            look_at_constant(doubt, expr);
        } else if (date->kind == MOU_TX_TODAY) {
            look_at_today(doubt, expr);
        }
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        look_below(doubt, expr->arguments[i], depth + 1);
    }
}

static void look_at_findings(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t i = 0; i < program->findings.count; i++) {
        const struct mou_finding *finding = &program->findings.items[i];
        doubt->memorandum = finding->memorandum;
        if (!mou_front_turn_of(doubt->front, finding->memorandum)) {
            continue;
        }
        look_below(doubt, finding->when, 0);
        look_below(doubt, finding->unless, 0);
        for (uint32_t k = 0; k < finding->section_count; k++) {
            const struct mou_section *section = &finding->sections[k];
            const struct mou_texpr *parts[] = {section->when, section->unless, section->from, section->until};
            for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
                look_below(doubt, parts[p], 0);
            }
            for (uint32_t e = 0; e < section->ending_count; e++) {
                look_below(doubt, section->endings[e].happened, 0);
                look_below(doubt, section->endings[e].date, 0);
            }
        }
    }
}

static void look_at_others(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t i = 0; i < program->repairs.count; i++) {
        doubt->memorandum = program->repairs.items[i].memorandum;
        if (!mou_front_turn(doubt->front, program->repairs.items[i].decl)) {
            continue;
        }
        look_below(doubt, program->repairs.items[i].eligible, 0);
        look_below(doubt, program->repairs.items[i].refused, 0);
    }
    for (size_t i = 0; i < program->duties.count; i++) {
        const struct mou_duty *duty = &program->duties.items[i];
        doubt->memorandum = duty->memorandum;
        if (!mou_front_turn(doubt->front, duty->decl)) {
            continue;
        }
        look_below(doubt, duty->when, 0);
        look_below(doubt, duty->start, 0);
        for (uint32_t k = 0; k < duty->done_count; k++) {
            look_below(doubt, duty->done[k], 0);
        }
    }
    for (size_t i = 0; i < program->matters.count; i++) {
        doubt->memorandum = program->matters.items[i].memorandum;
        if (!mou_front_turn(doubt->front, program->matters.items[i].decl)) {
            continue;
        }
        look_below(doubt, program->matters.items[i].prohibit, 0);
        look_below(doubt, program->matters.items[i].advise, 0);
    }
}

void mou_doubt_calendars(struct mou_doubt *doubt)
{
    const struct mou_program *program = doubt->program;
    for (size_t i = 0; i < program->definitions.count; i++) {
        doubt->memorandum = program->definitions.items[i].memorandum;
        if (mou_front_turn(doubt->front, program->definitions.items[i].decl)) {
            look_below(doubt, program->definitions.items[i].body, 0);
        }
    }
    look_at_findings(doubt);
    for (size_t i = 0; i < program->measures.count; i++) {
        const struct mou_measure *measure = &program->measures.items[i];
        const struct mou_texpr *parts[] = {measure->only_if, measure->unless, measure->until};
        doubt->memorandum = measure->memorandum;
        for (size_t p = 0; mou_front_turn_of(doubt->front, measure->memorandum) && p < sizeof parts / sizeof parts[0]; p++) {
            look_below(doubt, parts[p], 0);
        }
    }
    look_at_others(doubt);
}
