/*
 * The inside of the batch builder, shared by batch_builder.c (taking rows) and columns.c (sorting them into columns).
 */
#ifndef MOU_VM_BATCH_BUILDER_H
#define MOU_VM_BATCH_BUILDER_H

#include "machine.h"

struct mou_growing {
    void *data;
    size_t capacity; /**< elements */
};

/** Cells of rows, row after row: value, and whether it was set. */
struct mou_cells {
    struct mou_growing values; /**< int64_t */
    struct mou_growing set;    /**< uint8_t */
};

struct mou_builder_subject {
    struct mou_text id;
    uint32_t kind;
    size_t first_cell; /**< of its attributes */
    bool pointed_at;   /**< nothing is known of it: no defaults */
};

/** Record row: subject and parent row (number handed out). Relation row: the two subjects and the bounds. */
struct mou_builder_row {
    uint32_t subject;
    uint32_t other;
    mou_date since;
    mou_date until;
};

struct mou_builder_rows {
    uint32_t count;
    struct mou_growing heads; /**< struct mou_builder_row */
    struct mou_cells cells;
    struct mou_growing used; /**< uint8_t, per field: 1 where a row has a cell; of rows that are there */
    uint32_t *place; /**< at the end: number handed out -> row of the batch */
};

struct mou_batch_builder {
    const struct mou_pack *pack;
    const struct mou_allocator *allocator;
    struct mou_arena *own_arena;   /**< the builder itself */
    struct mou_arena *batch_arena; /**< texts and the finished batch, reset with the rows */
    struct mou_intern *texts;
    struct mou_growing subjects; /**< struct mou_builder_subject */
    struct mou_cells attributes;
    size_t attribute_cells;
    uint32_t subject_count;
    uint32_t core_count;
    struct mou_builder_rows *records;
    uint32_t *present; /**< record types that have rows, in the order of their first ones */
    uint32_t present_count;
    struct mou_builder_rows *relations;
    struct mou_growing objections; /**< struct mou_objection */
    uint32_t objection_count;
    uint8_t **attributes_used; /**< [kind][attribute]: 1 where a subject has one */
    struct mou_record_columns *record_columns; /**< of the finished batch; those of types without rows stay empty from batch to batch */
    struct mou_relation_columns *relation_columns;
    enum mou_status status; /**< the first failure */
    struct mou_batch batch;
};

/** Remembers the first failure. */
void mou_builder_fail(struct mou_batch_builder *builder, enum mou_status status);

#endif
