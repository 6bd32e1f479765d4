/*
 * What depends on what, drawn: records, findings and measures of a memorandum; memoranda among themselves. Used by the weaver alone.
 */
#include "weave_diagram.h"

#include "names.h"

/** How far definitions are followed. */
#define DEFINITIONS_DEEP 32

/* ------------------------------------------------------------------ drawing */

static void draw_arrow(struct mou_weaver *weaver, const struct mou_diagram *diagram, const struct mou_arrow *arrow)
{
    const struct mou_box *from = &diagram->boxes.items[arrow->from];
    const struct mou_box *to = &diagram->boxes.items[arrow->to];
    const int x1 = from->x + from->width;
    const int y1 = from->y + from->height / 2;
    const int y2 = to->y + to->height / 2;
    const int bend = (to->x - x1) / 2;
    mou_buf_printf(&weaver->page, "<path d=\"M%d %dC%d %d %d %d %d %d\"/>\n", x1, y1, x1 + bend, y1, to->x - bend, y2, to->x, y2);
}

static void draw_passage(struct mou_weaver *weaver, const struct mou_box *box)
{
    if (box->lines.count == 0) {
        mou_buf_printf(&weaver->page, "<path d=\"M%d %dh%d\"/>\n", box->x, box->y + box->height / 2, box->width);
    }
}

static void draw_box(struct mou_weaver *weaver, const struct mou_box *box)
{
    if (box->lines.count == 0) {
        return;
    }
    mou_buf_printf(&weaver->page, "<g class=\"%s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>\n", box->style, box->x, box->y, box->width,
                   box->height);
    for (size_t i = 0; i < box->lines.count; i++) {
        mou_weave_raw(weaver, "<a href=\"");
        mou_thing_address(weaver, box->lines.items[i], &weaver->page);
        mou_buf_printf(&weaver->page, "\"><text x=\"%d\" y=\"%d\">", box->x + 8, box->y + 4 + (int)i * MOU_DIAGRAM_LINE + 15);
        mou_weave_text(weaver, mou_thing_name(weaver, box->lines.items[i]));
        mou_weave_raw(weaver, "</text></a>\n");
    }
    mou_weave_raw(weaver, "</g>\n");
}

static void draw(struct mou_weaver *weaver, struct mou_diagram *diagram, const char *heading, const char *caption)
{
    mou_diagram_lay_out(weaver, diagram);
    mou_buf_printf(&weaver->page, "<section class=\"part\">\n<h2>%s</h2>\n<figure class=\"diagram\">\n", heading);
    mou_buf_printf(&weaver->page, "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"group\" aria-label=\"%s\">\n<g class=\"arrows\">\n", diagram->width,
                   diagram->height, diagram->width, diagram->height, heading);
    for (size_t i = 0; i < diagram->arrows.count; i++) {
        draw_arrow(weaver, diagram, &diagram->arrows.items[i]);
    }
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        draw_passage(weaver, &diagram->boxes.items[i]);
    }
    mou_weave_raw(weaver, "</g>\n");
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        draw_box(weaver, &diagram->boxes.items[i]);
    }
    mou_buf_printf(&weaver->page, "</svg>\n<figcaption>%s</figcaption>\n</figure>\n</section>\n", caption);
}

/* ------------------------------------------------------------------ one memorandum */

static const char *style_of(const struct mou_weaver *weaver, struct mou_thing thing, uint32_t memorandum)
{
    switch ((int)thing.thing_class) {
    case MOU_THING_RECORD: return "box record";
    case MOU_THING_LIST: return "box list";
    case MOU_THING_FINDING: return weaver->program->findings.items[thing.index].memorandum == memorandum ? "box finding" : "box finding other";
    default: return weaver->program->measures.items[thing.index].kind == MOU_SANCTION ? "box sanction" : "box incentive";
    }
}

static uint32_t box_of(const struct mou_weaver *weaver, struct mou_diagram *diagram, uint32_t memorandum, struct mou_thing thing)
{
    const uint32_t known = mou_diagram_find(diagram, thing);
    return known != UINT32_MAX ? known : mou_diagram_box(diagram, thing, style_of(weaver, thing, memorandum));
}

/** Joins everything that a rule's text names, definitions followed, to its box. */
static void draw_on(const struct mou_weaver *weaver, struct mou_diagram *diagram, uint32_t memorandum, const struct mou_decl *decl, uint32_t box, unsigned depth)
{
    const struct mou_span extent = mou_weave_extent(weaver, decl);
    const struct mou_clause *enters = mou_clause_find(decl, MOU_CLAUSE_ENTERS);
    for (size_t i = mou_weave_link_at(weaver, extent.source, extent.begin);
         i < weaver->links.count && weaver->links.items[i].span.source == extent.source && weaver->links.items[i].span.end <= extent.end; i++) {
        const struct mou_link *link = &weaver->links.items[i];
        const struct mou_thing thing = link->thing;
        const bool own_list = enters != NULL && link->span.begin >= enters->span.begin && link->span.end <= enters->span.end;
        if (thing.thing_class == MOU_THING_DEFINITION && depth < DEFINITIONS_DEEP) {
            draw_on(weaver, diagram, memorandum, weaver->program->definitions.items[thing.index].decl, box, depth + 1);
        } else if (thing.thing_class == MOU_THING_RECORD || thing.thing_class == MOU_THING_FINDING || (thing.thing_class == MOU_THING_LIST && !own_list)) {
            mou_diagram_arrow(diagram, box_of(weaver, diagram, memorandum, thing), box);
        }
    }
}

typedef MOU_VEC(struct mou_thing) mou_things;

static void add_once(const struct mou_weaver *weaver, mou_things *things, struct mou_thing thing)
{
    for (size_t i = 0; i < things->count; i++) {
        if (things->items[i].thing_class == thing.thing_class && things->items[i].index == thing.index) {
            return;
        }
    }
    (void)MOU_VEC_PUSH(weaver->arena, things, thing);
}

/** Records, lists and findings that a text names, definitions followed. */
static void gather(const struct mou_weaver *weaver, struct mou_span extent, mou_things *things, unsigned depth)
{
    for (size_t i = mou_weave_link_at(weaver, extent.source, extent.begin);
         i < weaver->links.count && weaver->links.items[i].span.source == extent.source && weaver->links.items[i].span.end <= extent.end; i++) {
        const struct mou_thing thing = weaver->links.items[i].thing;
        if (thing.thing_class == MOU_THING_DEFINITION && depth < DEFINITIONS_DEEP) {
            gather(weaver, mou_weave_extent(weaver, weaver->program->definitions.items[thing.index].decl), things, depth + 1);
        } else if (thing.thing_class == MOU_THING_RECORD || thing.thing_class == MOU_THING_FINDING || thing.thing_class == MOU_THING_LIST) {
            add_once(weaver, things, thing);
        }
    }
}

/** What 仅当 and 除非 of a measure ask for. */
static mou_things guards_of(const struct mou_weaver *weaver, const struct mou_measure *measure)
{
    mou_things things = {0};
    const enum mou_clause_kind kinds[] = {MOU_CLAUSE_ONLY_IF, MOU_CLAUSE_UNLESS};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct mou_clause *clause = mou_clause_find(measure->decl, kinds[i]);
        if (clause != NULL) {
            gather(weaver, clause->span, &things, 0);
        }
    }
    return things;
}

static bool same_things(const mou_things *a, const mou_things *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->items[i].thing_class == b->items[i].thing_class && a->items[i].index == b->items[i].index;
    }
    return same;
}

static bool same_because(const struct mou_weaver *weaver, const struct mou_measure *a, const struct mou_measure *b)
{
    const mou_things of_a = guards_of(weaver, a);
    const mou_things of_b = guards_of(weaver, b);
    bool same = a->kind == b->kind && a->because_count == b->because_count && same_things(&of_a, &of_b);
    for (uint32_t i = 0; same && i < a->because_count; i++) {
        same = a->because[i] == b->because[i];
    }
    return same;
}

/** Measures with the same findings and guards share a box. */
static void add_measure(const struct mou_weaver *weaver, struct mou_diagram *diagram, uint32_t memorandum, uint32_t index)
{
    const struct mou_measure *measure = &weaver->program->measures.items[index];
    const struct mou_thing thing = {MOU_THING_MEASURE, index, 0};
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        struct mou_box *box = &diagram->boxes.items[i];
        const struct mou_thing first = box->lines.items[0];
        if (first.thing_class == MOU_THING_MEASURE && same_because(weaver, measure, &weaver->program->measures.items[first.index])) {
            (void)MOU_VEC_PUSH(diagram->arena, &box->lines, thing);
            return;
        }
    }
    const uint32_t box = box_of(weaver, diagram, memorandum, thing);
    for (uint32_t i = 0; i < measure->because_count; i++) {
        mou_diagram_arrow(diagram, box_of(weaver, diagram, memorandum, (struct mou_thing){MOU_THING_FINDING, measure->because[i], 0}), box);
    }
    const mou_things guards = guards_of(weaver, measure);
    for (size_t i = 0; i < guards.count; i++) {
        mou_diagram_arrow(diagram, box_of(weaver, diagram, memorandum, guards.items[i]), box);
    }
}

/** Measures stand in the last column; what nothing leads to stands right before the first thing that rests on it. */
static void set_columns(struct mou_diagram *diagram)
{
    unsigned last = 0;
    mou_diagram_columns(diagram);
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        last = diagram->boxes.items[i].column > last ? diagram->boxes.items[i].column : last;
    }
    for (uint32_t i = 0; i < diagram->boxes.count; i++) {
        struct mou_box *box = &diagram->boxes.items[i];
        bool led_to = false;
        unsigned nearest = last;
        for (size_t k = 0; k < diagram->arrows.count; k++) {
            led_to = led_to || diagram->arrows.items[k].to == i;
            if (diagram->arrows.items[k].from == i) {
                const unsigned column = diagram->boxes.items[diagram->arrows.items[k].to].column;
                nearest = column < nearest ? column : nearest;
            }
        }
        if (box->lines.items[0].thing_class == MOU_THING_MEASURE) {
            box->column = last;
        } else if (!led_to && box->lines.items[0].thing_class != MOU_THING_RECORD && nearest > 0) {
            box->column = nearest - 1;
        }
    }
}

void mou_weave_memorandum_diagram(struct mou_weaver *weaver, uint32_t memorandum)
{
    struct mou_diagram diagram = {.arena = weaver->arena};
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        if (rule->memorandum == memorandum && rule->thing.thing_class == MOU_THING_FINDING) {
            draw_on(weaver, &diagram, memorandum, rule->decl, box_of(weaver, &diagram, memorandum, rule->thing), 0);
        }
    }
    for (size_t i = 0; i < weaver->rules.count; i++) {
        const struct mou_woven_rule *rule = &weaver->rules.items[i];
        if (rule->memorandum == memorandum && rule->thing.thing_class == MOU_THING_MEASURE) {
            add_measure(weaver, &diagram, memorandum, rule->thing.index);
        }
    }
    if (diagram.arrows.count == 0 || mou_arena_failed(weaver->arena)) {
        return;
    }
    set_columns(&diagram);
    draw(weaver, &diagram, mou_weave_say(weaver, "凭什么，认定什么，采取什么措施", "From records to findings to measures"),
         mou_weave_say(weaver, "左为所凭的记录和名单，中为认定，右为措施；虚线框是其他备忘录的认定。认定和除外情形都相同的措施写在一个框里。",
                       "Records and lists at the left, findings in the middle, measures at the right; findings of other memoranda have dashed boxes. Measures that rest on the same findings, with the same exceptions, share a box."));
}

/* ------------------------------------------------------------------ all memoranda */

static uint32_t memorandum_of_thing(const struct mou_weaver *weaver, struct mou_thing thing)
{
    const struct mou_woven_rule *rule = thing.thing_class >= MOU_THING_PARAMETER && thing.thing_class <= MOU_THING_TABLE ? mou_weave_rule_of(weaver, thing) : NULL;
    return rule != NULL ? rule->memorandum : MOU_NO_INDEX;
}

void mou_weave_overview_diagram(struct mou_weaver *weaver)
{
    struct mou_diagram diagram = {.arena = weaver->arena};
    for (size_t i = 0; i < weaver->uses.count; i++) {
        const uint32_t from = memorandum_of_thing(weaver, weaver->uses.items[i].thing);
        const uint32_t to = weaver->rules.items[weaver->uses.items[i].rule].memorandum;
        if (from == MOU_NO_INDEX || to == MOU_NO_INDEX || from == to) {
            continue;
        }
        struct mou_thing things[] = {{MOU_THING_MEMORANDUM, from, 0}, {MOU_THING_MEMORANDUM, to, 0}};
        uint32_t boxes[2];
        for (int k = 0; k < 2; k++) {
            boxes[k] = mou_diagram_find(&diagram, things[k]);
            boxes[k] = boxes[k] != UINT32_MAX ? boxes[k] : mou_diagram_box(&diagram, things[k], "box memorandum");
        }
        mou_diagram_arrow(&diagram, boxes[0], boxes[1]);
    }
    if (diagram.arrows.count == 0 || mou_arena_failed(weaver->arena)) {
        return;
    }
    mou_diagram_columns(&diagram);
    draw(weaver, &diagram, mou_weave_say(weaver, "备忘录之间", "Between memoranda"),
         mou_weave_say(weaver, "右边的备忘录引用左边的认定、定义或者参数。", "A memorandum at the right draws on findings, definitions or parameters of those at its left."));
}
