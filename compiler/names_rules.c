/*
 * The names stage's part for rules: each gets its place in the program's tables; what they say is filled in by the types stage.
 */
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

static void add_measure(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    struct mou_measure measure = {.name = decl->name.text, .kind = decl->kind == MOU_DECL_SANCTION ? MOU_SANCTION : MOU_INCENTIVE, .memorandum = memorandum,
                                  .item = MOU_NO_INDEX, .dropped = MOU_DATE_NONE, .decl = decl};
    if (in_memorandum(front, decl, memorandum) &&
        declare(front, MOU_SYMBOL_MEASURE, memorandum, decl, front->program->measures.count, measure_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->measures, measure);
    }
}

static void add_finding(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    struct mou_finding finding = {.name = decl->name.text, .memorandum = memorandum, .list_kind = MOU_NO_INDEX, .decl = decl};
    if (in_memorandum(front, decl, memorandum) &&
        declare(front, MOU_SYMBOL_FINDING, memorandum, decl, front->program->findings.count, finding_place)) {
        (void)MOU_VEC_PUSH(front->arena, &front->program->findings, finding);
    }
}

static void add_other_rule(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    struct mou_program *program = front->program;
    struct mou_repair repair = {.name = decl->name.text, .memorandum = memorandum, .record = MOU_NO_INDEX, .decl = decl};
    struct mou_duty duty = {.name = decl->name.text, .memorandum = memorandum, .record = MOU_NO_INDEX, .decl = decl};
    struct mou_matter matter = {.name = decl->name.text, .memorandum = memorandum, .decl = decl};
    struct mou_assertion assertion = {.text = decl->display, .memorandum = memorandum, .decl = decl};
    struct mou_test_decl test = {memorandum, decl};
    bool rule = decl->kind == MOU_DECL_REPAIR || decl->kind == MOU_DECL_DUTY || decl->kind == MOU_DECL_MATTER;
    if (rule && !in_memorandum(front, decl, memorandum)) {
        return;
    }
    if (decl->kind == MOU_DECL_REPAIR) {
        (void)MOU_VEC_PUSH(front->arena, &program->repairs, repair);
    } else if (decl->kind == MOU_DECL_DUTY) {
        (void)MOU_VEC_PUSH(front->arena, &program->duties, duty);
    } else if (decl->kind == MOU_DECL_MATTER) {
        (void)MOU_VEC_PUSH(front->arena, &program->matters, matter);
    } else if (decl->kind == MOU_DECL_ASSERTION) {
        (void)MOU_VEC_PUSH(front->arena, &program->assertions, assertion);
    } else if (decl->kind == MOU_DECL_TEST) {
        (void)MOU_VEC_PUSH(front->arena, &program->tests, test);
    } else if (decl->kind == MOU_DECL_FIXTURE && declare(front, MOU_SYMBOL_FIXTURE, MOU_NO_INDEX, decl, program->fixtures.count, fixture_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->fixtures, decl);
    }
}

void mou_names_rule(struct mou_front *front, struct mou_decl *decl, uint32_t memorandum)
{
    struct mou_program *program = front->program;
    struct mou_parameter parameter = {.name = decl->name.text, .memorandum = memorandum, .decl = decl};
    struct mou_definition definition = {.name = decl->name.text, .memorandum = memorandum, .record = MOU_NO_INDEX, .decl = decl};
    struct mou_table table = {.name = decl->name.text, .memorandum = memorandum, .decl = decl};
    if (decl->kind == MOU_DECL_PARAMETER && declare(front, MOU_SYMBOL_PARAMETER, memorandum, decl, program->parameters.count, parameter_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->parameters, parameter);
    } else if (decl->kind == MOU_DECL_DEFINITION && declare(front, MOU_SYMBOL_DEFINITION, memorandum, decl, program->definitions.count, definition_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->definitions, definition);
    } else if (decl->kind == MOU_DECL_TABLE && declare(front, MOU_SYMBOL_TABLE, memorandum, decl, program->tables.count, table_place)) {
        (void)MOU_VEC_PUSH(front->arena, &program->tables, table);
    } else if (decl->kind == MOU_DECL_FINDING) {
        add_finding(front, decl, memorandum);
    } else if (decl->kind == MOU_DECL_SANCTION || decl->kind == MOU_DECL_INCENTIVE) {
        add_measure(front, decl, memorandum);
    } else {
        add_other_rule(front, decl, memorandum);
    }
}
