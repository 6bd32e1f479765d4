/*
 * The world of a test: subjects, rows, relations and objections of the test and of the fixtures that it takes up, as JSON. Used by tests.c.
 */
#ifndef MOU_COMPILER_FIXTURE_WORLD_H
#define MOU_COMPILER_FIXTURE_WORLD_H

#include "names.h"

/** A row with its nested rows. */
struct mou_world_row {
    const struct mou_fixture_row *row;
    uint32_t type;
    struct mou_world_row *children;
    struct mou_world_row *next;
};

/** A subject, gathered from all places that speak of it. */
struct mou_fixture_member {
    struct mou_text name;
    uint32_t kind;
    MOU_VEC(const struct mou_fixture_value *) attributes;
    struct mou_world_row *rows;
    struct mou_world_row *last_row;
    MOU_VEC(const struct mou_fixture_relation *) relations;
    MOU_VEC(const struct mou_fixture_objection *) objections;
};

struct mou_fixture_world {
    struct mou_front *front;
    MOU_VEC(struct mou_fixture_member) members;
    bool incomplete; /**< something that it takes up could not be read: who is missing may be there */
};

void mou_fixture_begin(struct mou_fixture_world *world, struct mou_front *front);
/** Takes up the subjects and objections of a test or fixture, and of the fixtures that it names. */
void mou_fixture_take(struct mou_fixture_world *world, const struct mou_decl *decl, unsigned depth);
struct mou_text mou_fixture_first_subject(const struct mou_fixture_world *world);
bool mou_fixture_has_subject(const struct mou_fixture_world *world, struct mou_text name);
struct mou_text mou_fixture_json(struct mou_fixture_world *world);

#endif
