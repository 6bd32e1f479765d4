/*
 * The names stage's part for rules: each gets its place in the program's tables; what they say is filled in by the types stage.
 */
#include <assert.h>

#include "names.h"

static bool declare(struct mou_front *front, enum mou_symbol_class symbol_class, uint32_t memorandum, const struct mou_decl *decl, size_t index,
                    struct mou_span (*place)(const struct mou_program *, uint32_t))
{
    uint32_t known = 0;
    if (mou_symbols_declare(front->symbols, symbol_class, memorandum, decl->name.text, (uint32_t)index, &known)) {
        return true;
    }
    mou_front_report(front, MOU_DIAG_DUPLICATE_NAME, decl->name.span, decl->name.text, MOU_NO_TEXT, MOU_NO_TEXT)->second = place(front->program, known);
    return false;
}

static struct mou_span parameter_place(const struct mou_program *program, uint32_t i)
{
    return program->parameters.items[i].decl->name.span;
}
static struct mou_span definition_place(const struct mou_program *program, uint32_t i)
{
    return program->definitions.items[i].decl->name.span;
}
static struct mou_span finding_place(const struct mou_program *program, uint32_t i)
{
    return program->findings.items[i].decl->name.span;
}
static struct mou_span measure_place(const struct mou_program *program, uint32_t i)
{
    return program->measures.items[i].decl->name.span;
}
static struct mou_span table_place(const struct mou_program *program, uint32_t i)
{
    return program->tables.items[i].decl->name.span;
}
static struct mou_span fixture_place(const struct mou_program *program, uint32_t i)
{
    return program->fixtures.items[i]->name.span;
}

/** Rules other than parameters, definitions, tables and assertions belong to a memorandum. */
static bool in_memorandum(struct mou_front *front, const struct mou_decl *decl, uint32_t memorandum)
{
    if (memorandum != MOU_NO_INDEX) {
        return true;
    }
    mou_front_report(front, MOU_DIAG_NO_MEMORANDUM, decl->keyword, mou_front_source_text(front, decl->keyword), MOU_NO_TEXT, MOU_NO_TEXT);
    (void)MOU_VEC_PUSH(front->arena, &front->program->unread, decl->name.text); /* declared, if nowhere: whoever refers to it has no message */
    return false;
}

/* What an entry is before its rule is checked. */

static struct mou_parameter new_parameter(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_parameter){.name = decl->name.text, .memorandum = memorandum, .decl = decl};
}
static struct mou_definition new_definition(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_definition){.name = decl->name.text, .memorandum = memorandum, .record = MOU_NO_INDEX, .decl = decl};
}
static struct mou_table new_table(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_table){.name = decl->name.text, .memorandum = memorandum, .decl = decl};
}
static struct mou_measure new_measure(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_measure){.name = decl->name.text, .kind = decl->kind == MOU_DECL_SANCTION ? MOU_SANCTION : MOU_INCENTIVE, .memorandum = memorandum,
                                .item = MOU_NO_INDEX, .dropped = MOU_DATE_NONE, .decl = decl};
}
static struct mou_finding new_finding(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_finding){.name = decl->name.text, .memorandum = memorandum, .list_kind = MOU_NO_INDEX, .decl = decl};
}
static struct mou_repair new_repair(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_repair){.name = decl->name.text, .memorandum = memorandum, .record = MOU_NO_INDEX, .decl = decl};
}
static struct mou_duty new_duty(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_duty){.name = decl->name.text, .memorandum = memorandum, .record = MOU_NO_INDEX, .decl = decl};
}
static struct mou_matter new_matter(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_matter){.name = decl->name.text, .memorandum = memorandum, .decl = decl};
}
static struct mou_assertion new_assertion(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_assertion){.text = decl->display, .memorandum = memorandum, .decl = decl};
}
static struct mou_test_decl new_test(struct mou_decl *decl, uint32_t memorandum)
{
    return (struct mou_test_decl){memorandum, decl};
}

static void add_measure(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    if (in_memorandum(front, decl, memorandum) &&
        declare(front, MOU_SYMBOL_MEASURE, memorandum, decl, front->program->measures.count, measure_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->measures, new_measure(decl, memorandum));
    }
}

static void add_finding(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    if (in_memorandum(front, decl, memorandum) &&
        declare(front, MOU_SYMBOL_FINDING, memorandum, decl, front->program->findings.count, finding_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->findings, new_finding(decl, memorandum));
    }
}

static void add_other_rule(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    struct mou_program *program = front->program;
    bool rule = decl->kind == MOU_DECL_REPAIR || decl->kind == MOU_DECL_DUTY || decl->kind == MOU_DECL_MATTER;
    if (rule && !in_memorandum(front, decl, memorandum)) {
        return;
    }
    if (decl->kind == MOU_DECL_REPAIR) {
        (void)MOU_VEC_PUSH(front->arena, &program->repairs, new_repair(decl, memorandum));
    } else if (decl->kind == MOU_DECL_DUTY) {
        (void)MOU_VEC_PUSH(front->arena, &program->duties, new_duty(decl, memorandum));
    } else if (decl->kind == MOU_DECL_MATTER) {
        (void)MOU_VEC_PUSH(front->arena, &program->matters, new_matter(decl, memorandum));
    } else if (decl->kind == MOU_DECL_ASSERTION) {
        (void)MOU_VEC_PUSH(front->arena, &program->assertions, new_assertion(decl, memorandum));
    } else if (decl->kind == MOU_DECL_TEST) {
        (void)MOU_VEC_PUSH(front->arena, &program->tests, new_test(decl, memorandum));
    } else if (decl->kind == MOU_DECL_FIXTURE && declare(front, MOU_SYMBOL_FIXTURE, MOU_NO_INDEX, decl, program->fixtures.count, fixture_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->fixtures, decl);
    }
}

void mou_names_rule(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    struct mou_program *program = front->program;
    if (decl->kind == MOU_DECL_PARAMETER && declare(front, MOU_SYMBOL_PARAMETER, memorandum, decl, program->parameters.count, parameter_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->parameters, new_parameter(decl, memorandum));
    } else if (decl->kind == MOU_DECL_DEFINITION && declare(front, MOU_SYMBOL_DEFINITION, memorandum, decl, program->definitions.count, definition_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->definitions, new_definition(decl, memorandum));
    } else if (decl->kind == MOU_DECL_TABLE && declare(front, MOU_SYMBOL_TABLE, memorandum, decl, program->tables.count, table_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->tables, new_table(decl, memorandum));
    } else if (decl->kind == MOU_DECL_FINDING) {
        add_finding(front, decl, memorandum);
    } else if (decl->kind == MOU_DECL_SANCTION || decl->kind == MOU_DECL_INCENTIVE) {
        add_measure(front, decl, memorandum);
    } else {
        add_other_rule(front, decl, memorandum);
    }
}

/* ------------------------------------------------------------------ checked again */

/** The entry of a table that was made of that declaration, at the place or behind it; every rule of an accepted program has one. */
#define FIND(table, place, old)                                                        \
    do {                                                                               \
        while ((place) + 1 < (table)->count && (table)->items[(place)].decl != (old)) { \
            (place)++;                                                                 \
        }                                                                              \
        assert((table)->items[(place)].decl == (old));                                 \
    } while (0)

#define RENEW(table, place, old, decl, maker)                                                  \
    do {                                                                                       \
        FIND(table, place, old);                                                               \
        (table)->items[(place)] = maker((decl), (table)->items[(place)].memorandum);           \
    } while (0)

static void renew_finding(struct mou_program *program, const struct mou_decl *old, struct mou_decl *decl, size_t *place)
{
    FIND(&program->findings, *place, old);
    struct mou_finding *finding = &program->findings.items[*place];
    const uint32_t first_listing = finding->first_listing;
    *finding = new_finding(decl, finding->memorandum);
    finding->first_listing = first_listing;
}

static void renew_fixture(struct mou_program *program, const struct mou_decl *old, struct mou_decl *decl, size_t *place)
{
    while (*place + 1 < program->fixtures.count && program->fixtures.items[*place] != old) {
        ++*place;
    }
    program->fixtures.items[*place] = decl;
}

void mou_names_renew(struct mou_program *program, const struct mou_decl *old, struct mou_decl *decl, struct mou_names_places *places)
{
    switch ((int)old->kind) {
    case MOU_DECL_PARAMETER:
        RENEW(&program->parameters, places->parameters, old, decl, new_parameter);
        break;
    case MOU_DECL_DEFINITION:
        RENEW(&program->definitions, places->definitions, old, decl, new_definition);
        break;
    case MOU_DECL_TABLE:
        RENEW(&program->tables, places->tables, old, decl, new_table);
        break;
    case MOU_DECL_FINDING:
        renew_finding(program, old, decl, &places->findings);
        break;
    case MOU_DECL_SANCTION: case MOU_DECL_INCENTIVE:
        RENEW(&program->measures, places->measures, old, decl, new_measure);
        break;
    case MOU_DECL_REPAIR:
        RENEW(&program->repairs, places->repairs, old, decl, new_repair);
        break;
    case MOU_DECL_DUTY:
        RENEW(&program->duties, places->duties, old, decl, new_duty);
        break;
    case MOU_DECL_MATTER:
        RENEW(&program->matters, places->matters, old, decl, new_matter);
        break;
    case MOU_DECL_ASSERTION:
        RENEW(&program->assertions, places->assertions, old, decl, new_assertion);
        break;
    case MOU_DECL_TEST:
        RENEW(&program->tests, places->tests, old, decl, new_test);
        break;
    case MOU_DECL_FIXTURE:
        renew_fixture(program, old, decl, &places->fixtures);
        break;
    default:
        break; /* vocabulary is as it was */
    }
}
