/*
 * The weaver's drawing board: boxes in columns, joined by curves, laid out in whole numbers. weave_layout.c puts them where they stand,
 * weave_diagram.c fills and draws them.
 */
#ifndef MOU_COMPILER_WEAVE_DIAGRAM_H
#define MOU_COMPILER_WEAVE_DIAGRAM_H

#include "weave.h"

/** One box: a line for every thing in it. Without lines it is a place where an arrow passes a column. */
struct mou_box {
    MOU_VEC(struct mou_thing) lines;
    const char *style;
    unsigned column;
    int x, y, width, height;
    int pull; /**< where its neighbours would have it; scratch of the layout */
};

/** From the right edge of one box to the left edge of another. */
struct mou_arrow {
    uint32_t from;
    uint32_t to;
};

struct mou_diagram {
    struct mou_arena *arena;
    MOU_VEC(struct mou_box) boxes;
    MOU_VEC(struct mou_arrow) arrows;
    unsigned column_count;
    int width, height;
};

/** Pixels of a line of text and of half a full-width character. */
#define MOU_DIAGRAM_LINE 20
#define MOU_DIAGRAM_CELL 7

/** Index of a new box with one line. */
uint32_t mou_diagram_box(struct mou_diagram *diagram, struct mou_thing thing, const char *style);
/** Index of the box that holds a thing, UINT32_MAX if there is none. */
uint32_t mou_diagram_find(const struct mou_diagram *diagram, struct mou_thing thing);
/** One arrow for each pair of boxes. */
void mou_diagram_arrow(struct mou_diagram *diagram, uint32_t from, uint32_t to);
/** Gives every box a column right of all boxes that it rests on; cycles are cut where they close. */
void mou_diagram_columns(struct mou_diagram *diagram);
/** Sizes and places; columns are given. */
void mou_diagram_lay_out(const struct mou_weaver *weaver, struct mou_diagram *diagram);

#endif
