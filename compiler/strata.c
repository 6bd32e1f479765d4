/*
 * The strata stage: definitions and findings may refer to each other as long as no chain of references comes back. A cycle is shown as the
 * cycle it is. Orders nothing, since lowering visits rules on demand; notes which rules refer to no other, for whoever takes them over as checked.
 */
#include <string.h>

#include "names.h"
#include "stages.h"

/** Longest chain of rules. */
#define CHAIN_MAX 400

enum mark { UNSEEN, ON_PATH, DONE };

/** Nodes: definitions first, then findings, then what can be asked of each listing. */
struct strata {
    struct mou_front front;
    unsigned char *marks;
    uint32_t *path;
    struct mou_span *ways; /**< where each node of the path refers to the next */
    uint32_t path_length;
    uint32_t definition_count;
    size_t references; /**< met so far */
    bool reported;
};

static void visit(struct strata *strata, uint32_t node);

/** The finding that a node behind the definitions belongs to. */
static const struct mou_finding *finding_of(const struct strata *strata, uint32_t node)
{
    const struct mou_program *program = strata->front.program;
    const uint32_t number = node - strata->definition_count;
    const uint32_t finding = number < program->findings.count
                                 ? number
                                 : program->listings.items[(number - program->findings.count) / MOU_LISTING_ASPECT_COUNT].finding;
    return &program->findings.items[finding];
}

static struct mou_text name_of(const struct strata *strata, uint32_t node)
{
    return node < strata->definition_count ? strata->front.program->definitions.items[node].name : finding_of(strata, node)->name;
}

static struct mou_span place_of(const struct strata *strata, uint32_t node)
{
    const struct mou_decl *decl = node < strata->definition_count ? strata->front.program->definitions.items[node].decl : finding_of(strata, node)->decl;
    return decl->name.span;
}

/** "甲 → 乙 → 甲", each reference of it as a place. */
static void report_cycle(struct strata *strata, uint32_t node)
{
    struct mou_buf text;
    uint32_t begin = strata->path_length;
    mou_buf_init(&text, NULL, 65536);
    while (begin > 0 && strata->path[begin - 1] != node) {
        begin--;
    }
    for (uint32_t i = begin > 0 ? begin - 1 : 0; i < strata->path_length; i++) {
        struct mou_text name = name_of(strata, strata->path[i]);
        mou_buf_append(&text, name.bytes, name.len);
        mou_buf_text(&text, " → ");
    }
    struct mou_text last = name_of(strata, node);
    mou_buf_append(&text, last.bytes, last.len);
    const struct mou_text path = mou_buf_into_arena(&text, strata->front.arena);
    struct mou_diagnostic *diagnostic = mou_front_report(&strata->front, MOU_DIAG_CYCLE, place_of(strata, node), last, path, MOU_NO_TEXT);
    const uint32_t first = begin > 0 ? begin - 1 : 0;
    const uint32_t count = strata->path_length - first;
    struct mou_span *places = MOU_NEW_ARRAY(strata->front.arena, count + 1, struct mou_span);
    if (places != NULL && count > 0) {
        memcpy(places, strata->ways + first, count * sizeof *places);
        diagnostic->second = places[0];
        diagnostic->further = places + 1;
        diagnostic->further_count = count - 1;
    }
    strata->reported = true;
}

static void visit_list(struct strata *strata, uint32_t list_kind)
{
    for (uint32_t i = 0; i < strata->front.program->findings.count; i++) {
        if (strata->front.program->findings.items[i].list_kind == list_kind) {
            visit(strata, strata->definition_count + i);
        }
    }
}

static bool refers(const struct mou_texpr *expr)
{
    return expr->kind == MOU_TX_DEFINITION || expr->kind == MOU_TX_FINDING || expr->kind == MOU_TX_LISTING || expr->kind == MOU_TX_LIST ||
           expr->kind == MOU_TX_LIST_COUNT;
}

static void visit_expr(struct strata *strata, const struct mou_texpr *expr)
{
    if (expr == NULL) {
        return;
    }
    if (strata->path_length > 0) {
        strata->ways[strata->path_length - 1] = expr->span;
    }
    strata->references += refers(expr);
    if (expr->kind == MOU_TX_DEFINITION) {
        visit(strata, expr->index);
    } else if (expr->kind == MOU_TX_FINDING) {
        visit(strata, strata->definition_count + expr->index);
    } else if (expr->kind == MOU_TX_LISTING) {
        const uint32_t findings = (uint32_t)strata->front.program->findings.count;
        visit(strata, strata->definition_count + findings + expr->index * MOU_LISTING_ASPECT_COUNT + expr->kind_index);
    } else if (expr->kind == MOU_TX_LIST || expr->kind == MOU_TX_LIST_COUNT) {
        visit_list(strata, expr->index);
    }
    if (expr->range != NULL) {
        visit_expr(strata, expr->range->at);
    }
    for (uint32_t i = 0; i < expr->argument_count; i++) {
        visit_expr(strata, expr->arguments[i]);
    }
}

static void visit_finding(struct strata *strata, const struct mou_finding *finding)
{
    visit_expr(strata, finding->unless);
    visit_expr(strata, finding->when);
    for (uint32_t i = 0; i < finding->section_count; i++) {
        const struct mou_section *section = &finding->sections[i];
        visit_expr(strata, section->when);
        visit_expr(strata, section->unless);
        visit_expr(strata, section->from);
        visit_expr(strata, section->until);
        visit_expr(strata, section->term);
        for (uint32_t k = 0; k < section->ending_count; k++) {
            visit_expr(strata, section->endings[k].happened);
        }
    }
}

static bool *alone_of(const struct strata *strata, uint32_t node)
{
    struct mou_program *program = strata->front.program;
    const uint32_t finding = node - strata->definition_count;
    const uint32_t aspect = finding - (uint32_t)program->findings.count;
    return node < strata->definition_count    ? &program->definitions.items[node].alone
           : finding < program->findings.count ? &program->findings.items[finding].alone
                                               : &program->listings.items[aspect / MOU_LISTING_ASPECT_COUNT].alone[aspect % MOU_LISTING_ASPECT_COUNT];
}

static void visit_inside(struct strata *strata, uint32_t node)
{
    const struct mou_program *program = strata->front.program;
    if (node < strata->definition_count) {
        visit_expr(strata, program->definitions.items[node].body);
    } else if (node - strata->definition_count < program->findings.count) {
        visit_finding(strata, &program->findings.items[node - strata->definition_count]);
    } else {
        const uint32_t number = node - strata->definition_count - (uint32_t)program->findings.count;
        visit_expr(strata, program->listings.items[number / MOU_LISTING_ASPECT_COUNT].aspects[number % MOU_LISTING_ASPECT_COUNT]);
    }
}

static void visit(struct strata *strata, uint32_t node)
{
    if (strata->marks[node] == ON_PATH) {
        report_cycle(strata, node);
        return;
    }
    if (strata->marks[node] == DONE) {
        return;
    }
    if (strata->path_length == CHAIN_MAX) {
        mou_front_report(&strata->front, MOU_DIAG_TOO_DEEP, place_of(strata, node), MOU_NO_TEXT, MOU_NO_TEXT, MOU_NO_TEXT);
        return;
    }
    bool *alone = alone_of(strata, node);
    if (!*alone) {
        const size_t references = strata->references;
        strata->marks[node] = ON_PATH;
        strata->path[strata->path_length++] = node;
        visit_inside(strata, node);
        strata->path_length--;
        *alone = strata->references == references;
    }
    strata->marks[node] = DONE;
}

enum mou_status mou_strata_order(struct mou_program *program, struct mou_diagnostics *diagnostics)
{
    struct strata strata = {.front = mou_front_of(program, diagnostics),
                            .definition_count = (uint32_t)program->definitions.count};
    size_t nodes = program->definitions.count + program->findings.count + program->listings.count * MOU_LISTING_ASPECT_COUNT;
    strata.marks = MOU_NEW_ARRAY(program->arena, nodes + 1, unsigned char);
    strata.path = MOU_NEW_ARRAY(program->arena, CHAIN_MAX + 1, uint32_t);
    strata.ways = MOU_NEW_ARRAY(program->arena, CHAIN_MAX + 1, struct mou_span);
    if (strata.marks == NULL || strata.path == NULL || strata.ways == NULL) {
        return MOU_ERROR_MEMORY;
    }
    for (uint32_t node = 0; node < nodes && !strata.reported; node++) {
        visit(&strata, node);
    }
    return MOU_OK;
}
