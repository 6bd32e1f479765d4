/*
 * A world given as JSON (the documented shape), checked against a pack's vocabulary and handed to the machine in batches: core subjects in
 * byte order of their identifiers, each batch with the related subjects that its decisions can depend on. Used by eval and test.
 */
#ifndef MOU_CLI_WORLD_H
#define MOU_CLI_WORLD_H

#include <jansson.h>

#include "cli.h"

/** One relation row of the world: both ends as subject numbers. */
struct mou_world_edge {
    uint32_t relation;
    uint32_t from;
    uint32_t to;
    json_t *row; /**< borrowed from the document */
};

/** A subject of the world; those only pointed at have no `json`. */
struct mou_world_subject {
    struct mou_text id;
    uint32_t kind;
    json_t *json;
    uint32_t first_edge; /**< into `edge_index`: edges that touch the subject */
    uint32_t edge_count;
};

struct mou_world {
    struct mou_cli *cli;
    const struct mou_pack *pack;
    struct mou_arena *arena;
    json_t *document;
    struct mou_intern *ids;
    MOU_VEC(struct mou_world_subject) subjects;
    MOU_VEC(struct mou_world_edge) edges;
    uint32_t *edge_index;
    uint32_t *order;        /**< subjects in byte order of their identifiers */
    struct mou_buf problem; /**< the first thing refused, with its path */
};

/** Reads and checks the shape of the document. MOU_ERROR_DATA with a complaint that names the place. */
enum mou_status mou_world_open(struct mou_world *world, struct mou_cli *cli, const struct mou_pack *pack, struct mou_text json) MOU_MUST_USE;
void mou_world_close(struct mou_world *world);

/** Fills the builder with the subjects order[first … first + count) as core, and what is related to them. */
enum mou_status mou_world_batch(struct mou_world *world, uint32_t first, uint32_t count, struct mou_batch_builder *builder,
                                const struct mou_batch **batch) MOU_MUST_USE;

/* world_values.c */
/** Converts one JSON value to a field's cell; false with `world->problem` filled when it cannot be taken. */
bool mou_world_value(struct mou_world *world, struct mou_batch_builder *builder, const struct mou_field_info *field, json_t *value, const char *path,
                     int64_t *cell);
bool mou_world_date(struct mou_world *world, json_t *object, const char *name, const char *path, mou_date *date);
/** Notes what is refused, once. Always returns false. */
bool mou_world_refuse(struct mou_world *world, const char *path, const char *zh, const char *en);

#endif
