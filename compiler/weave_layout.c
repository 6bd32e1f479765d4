/*
 * Lays a diagram out: columns by dependence, order within a column by the middle of the neighbours, then places that pull boxes level with what
 * they are joined to. All in whole numbers, so that every machine draws the same. Used by weave_diagram.c.
 */
#include <stdlib.h>

#include "weave_diagram.h"

#define MARGIN 4
#define GAP_X 64
#define GAP_Y 10
#define PADDING 8
#define PASSAGE 4
#define SWEEPS 8

uint32_t mou_diagram_box(struct mou_diagram *diagram, struct mou_thing thing, const char *style)
{
    struct mou_box box = {.style = style};
    const uint32_t index = (uint32_t)diagram->boxes.count;
    (void)MOU_VEC_PUSH(diagram->arena, &box.lines, thing);
    (void)MOU_VEC_PUSH(diagram->arena, &diagram->boxes, box);
    return index;
}

uint32_t mou_diagram_find(const struct mou_diagram *diagram, struct mou_thing thing)
{
    for (uint32_t i = 0; i < diagram->boxes.count; i++) {
        for (size_t k = 0; k < diagram->boxes.items[i].lines.count; k++) {
            if (mou_thing_compare(diagram->boxes.items[i].lines.items[k], thing) == 0) {
                return i;
            }
        }
    }
    return UINT32_MAX;
}

void mou_diagram_arrow(struct mou_diagram *diagram, uint32_t from, uint32_t to)
{
    struct mou_arrow arrow = {from, to};
    bool known = from == to;
    for (size_t i = 0; i < diagram->arrows.count; i++) {
        known = known || (diagram->arrows.items[i].from == from && diagram->arrows.items[i].to == to);
    }
    if (!known) {
        (void)MOU_VEC_PUSH(diagram->arena, &diagram->arrows, arrow);
    }
}

void mou_diagram_columns(struct mou_diagram *diagram)
{
    bool moved = true;
    for (size_t round = 0; moved && round < diagram->boxes.count; round++) {
        moved = false;
        for (size_t i = 0; i < diagram->arrows.count; i++) {
            const struct mou_arrow *arrow = &diagram->arrows.items[i];
            const unsigned least = diagram->boxes.items[arrow->from].column + 1;
            if (diagram->boxes.items[arrow->to].column < least && least < diagram->boxes.count) {
                diagram->boxes.items[arrow->to].column = least;
                moved = true;
            }
        }
    }
}

/* ------------------------------------------------------------------ sizes */

static void measure_boxes(const struct mou_weaver *weaver, struct mou_diagram *diagram)
{
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        struct mou_box *box = &diagram->boxes.items[i];
        size_t cells = box->lines.count > 0 ? 4 : 0;
        for (size_t k = 0; k < box->lines.count; k++) {
            const size_t width = mou_text_width(mou_thing_name(weaver, box->lines.items[k]));
            cells = width > cells ? width : cells;
        }
        box->width = (int)(cells > 200 ? 200 : cells) * MOU_DIAGRAM_CELL + 2 * PADDING;
        box->height = box->lines.count > 0 ? (int)box->lines.count * MOU_DIAGRAM_LINE + PADDING : PASSAGE;
        diagram->column_count = box->column + 1 > diagram->column_count ? box->column + 1 : diagram->column_count;
    }
}

/** Boxes of a column are as wide as its widest; columns stand side by side. */
static void place_columns(struct mou_diagram *diagram)
{
    int x = MARGIN;
    for (unsigned column = 0; column < diagram->column_count; column++) {
        int widest = 0;
        for (size_t i = 0; i < diagram->boxes.count; i++) {
            const struct mou_box *box = &diagram->boxes.items[i];
            widest = box->column == column && box->width > widest ? box->width : widest;
        }
        for (size_t i = 0; i < diagram->boxes.count; i++) {
            struct mou_box *box = &diagram->boxes.items[i];
            if (box->column == column) {
                box->x = x;
                box->width = widest;
            }
        }
        x += widest > 0 ? widest + GAP_X : 0;
    }
    diagram->width = x - GAP_X + MARGIN;
}

/* ------------------------------------------------------------------ long arrows */

/** The passage of arrows from `from` through a column: one for all of them. */
static uint32_t passage(struct mou_diagram *diagram, uint32_t before, unsigned column, size_t first)
{
    struct mou_box box = {.column = column, .style = ""};
    for (size_t i = 0; i < diagram->arrows.count; i++) {
        const struct mou_arrow *arrow = &diagram->arrows.items[i];
        if (arrow->from == before && arrow->to >= first && diagram->boxes.items[arrow->to].column == column) {
            return arrow->to;
        }
    }
    (void)MOU_VEC_PUSH(diagram->arena, &diagram->boxes, box);
    mou_diagram_arrow(diagram, before, (uint32_t)diagram->boxes.count - 1);
    return (uint32_t)diagram->boxes.count - 1;
}

/** An arrow over several columns goes through a passage in each, so that it runs between boxes and not behind them. */
static void cut_long_arrows(struct mou_diagram *diagram)
{
    const size_t first = diagram->boxes.count;
    const size_t count = diagram->arrows.count;
    for (size_t i = 0; i < count && !mou_arena_failed(diagram->arena); i++) {
        const struct mou_arrow arrow = diagram->arrows.items[i];
        uint32_t at = arrow.from;
        for (unsigned column = diagram->boxes.items[arrow.from].column + 1;
             column < diagram->boxes.items[arrow.to].column && !mou_arena_failed(diagram->arena); column++) {
            at = passage(diagram, at, column, first);
        }
        if (at != arrow.from && !mou_arena_failed(diagram->arena)) {
            diagram->arrows.items[i].from = at;
        }
    }
}

/* ------------------------------------------------------------------ places */

static int middle_of(const struct mou_box *box)
{
    return box->y + box->height / 2;
}

/** The mean middle of a box's neighbours on one side (or its own where it has none there). */
static int pull_of(const struct mou_diagram *diagram, uint32_t index, bool left)
{
    long sum = 0;
    int count = 0;
    for (size_t i = 0; i < diagram->arrows.count; i++) {
        const struct mou_arrow *arrow = &diagram->arrows.items[i];
        if ((left ? arrow->to : arrow->from) == index) {
            sum += middle_of(&diagram->boxes.items[left ? arrow->from : arrow->to]);
            count++;
        }
    }
    return count > 0 ? (int)(sum / count) : middle_of(&diagram->boxes.items[index]);
}

static int by_pull(const void *a, const void *b)
{
    const struct mou_box *const *one = a;
    const struct mou_box *const *two = b;
    if ((*one)->pull != (*two)->pull) {
        return (*one)->pull < (*two)->pull ? -1 : 1;
    }
    return *one < *two ? -1 : *one > *two; /* both in one array: the order of the sources */
}

/** Puts a column's boxes in order as near to their pulls as they fit, without overlap. */
static void settle(struct mou_box **boxes, size_t count)
{
    int bottom = MARGIN;
    long drift = 0;
    for (size_t i = 0; i < count; i++) {
        const int wanted = boxes[i]->pull - boxes[i]->height / 2;
        boxes[i]->y = wanted > bottom ? wanted : bottom;
        drift += boxes[i]->y - wanted;
        bottom = boxes[i]->y + boxes[i]->height + GAP_Y;
    }
    int shift = count > 0 ? (int)(drift / (long)count) : 0;
    const int room = count > 0 ? boxes[0]->y - MARGIN : 0;
    shift = shift > room ? room : shift;
    for (size_t i = 0; shift > 0 && i < count; i++) {
        boxes[i]->y -= shift;
    }
}

static void sweep(struct mou_diagram *diagram, struct mou_box **scratch, bool left)
{
    for (unsigned step = 0; step < diagram->column_count; step++) {
        const unsigned column = left ? step : diagram->column_count - 1 - step;
        size_t count = 0;
        for (uint32_t i = 0; i < diagram->boxes.count; i++) {
            if (diagram->boxes.items[i].column == column) {
                diagram->boxes.items[i].pull = pull_of(diagram, i, left);
                scratch[count++] = &diagram->boxes.items[i];
            }
        }
        if (count > 0) {
            qsort(scratch, count, sizeof *scratch, by_pull);
            settle(scratch, count);
        }
    }
}

/** First order: that of the sources, stacked. */
static void stack(struct mou_diagram *diagram)
{
    for (unsigned column = 0; column < diagram->column_count; column++) {
        int y = MARGIN;
        for (size_t i = 0; i < diagram->boxes.count; i++) {
            struct mou_box *box = &diagram->boxes.items[i];
            if (box->column == column) {
                box->y = y;
                y += box->height + GAP_Y;
            }
        }
    }
}

void mou_diagram_lay_out(const struct mou_weaver *weaver, struct mou_diagram *diagram)
{
    cut_long_arrows(diagram);
    struct mou_box **scratch = MOU_NEW_ARRAY(diagram->arena, diagram->boxes.count + 1, struct mou_box *);
    if (scratch == NULL) {
        return;
    }
    measure_boxes(weaver, diagram);
    place_columns(diagram);
    stack(diagram);
    for (int i = 0; i < SWEEPS; i++) {
        sweep(diagram, scratch, i % 2 == 0);
    }
    int top = INT32_MAX;
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        top = diagram->boxes.items[i].y < top ? diagram->boxes.items[i].y : top;
    }
    for (size_t i = 0; i < diagram->boxes.count; i++) {
        struct mou_box *box = &diagram->boxes.items[i];
        box->y -= top - MARGIN;
        const int bottom = box->y + box->height + MARGIN;
        diagram->height = bottom > diagram->height ? bottom : diagram->height;
    }
}
