/*
 * Decisions that outlive the sink: a copy with all that a decision points to. Called through vm.h.
 */
#include <assert.h>
#include <string.h>

#include "mou/vm.h"

/* Where copies go; the first failure is the arena's. */
static void copy_text(struct mou_arena *arena, struct mou_text *text)
{
    if (text->bytes != NULL) {
        text->bytes = mou_arena_copy(arena, text->bytes, text->len);
    }
}

/* `count` elements of `size` bytes, as they are. */
static void *copy_array(struct mou_arena *arena, const void *from, uint32_t count, size_t size)
{
    void *made = count > 0 ? mou_arena_array(arena, count, size) : NULL;
    if (made != NULL) {
        memcpy(made, from, count * size);
    }
    return made;
}

static struct mou_text *copy_texts(struct mou_arena *arena, const struct mou_text *from, uint32_t count)
{
    struct mou_text *made = copy_array(arena, from, count, sizeof *from);
    for (uint32_t i = 0; made != NULL && i < count; i++) {
        copy_text(arena, &made[i]);
    }
    return made;
}

static struct mou_ground_ref *copy_grounds(struct mou_arena *arena, const struct mou_decision *from)
{
    struct mou_ground_ref *made = copy_array(arena, from->grounds, from->ground_count, sizeof *made);
    for (uint32_t i = 0; made != NULL && i < from->ground_count; i++) {
        copy_text(arena, &made[i].subject);
        copy_text(arena, &made[i].record);
        copy_text(arena, &made[i].key);
        made[i].via = copy_texts(arena, made[i].via, made[i].via_count);
    }
    return made;
}

static struct mou_missing_ref *copy_missing(struct mou_arena *arena, const struct mou_decision *from)
{
    struct mou_missing_ref *made = copy_array(arena, from->missing, from->missing_count, sizeof *made);
    for (uint32_t i = 0; made != NULL && i < from->missing_count; i++) {
        copy_text(arena, &made[i].subject);
        copy_text(arena, &made[i].record);
        copy_text(arena, &made[i].key);
        copy_text(arena, &made[i].field);
        copy_text(arena, &made[i].source);
    }
    return made;
}

static struct mou_grant_value *copy_grants(struct mou_arena *arena, const struct mou_decision *from)
{
    struct mou_grant_value *made = copy_array(arena, from->grants, from->grant_count, sizeof *made);
    for (uint32_t i = 0; made != NULL && i < from->grant_count; i++) {
        copy_text(arena, &made[i].name);
        copy_text(arena, &made[i].text);
    }
    return made;
}

static struct mou_publication_value *copy_publications(struct mou_arena *arena, const struct mou_decision *from)
{
    struct mou_publication_value *made = copy_array(arena, from->publications, from->publication_count, sizeof *made);
    for (uint32_t i = 0; made != NULL && i < from->publication_count; i++) {
        made[i].places = copy_texts(arena, made[i].places, made[i].place_count);
    }
    return made;
}

enum mou_status mou_decision_copy(const struct mou_decision *from, struct mou_arena *arena, struct mou_decision *to)
{
    assert(from != NULL && arena != NULL && to != NULL);
    *to = *from;
    copy_text(arena, &to->subject);
    copy_text(arena, &to->authority);
    to->grounds = copy_grounds(arena, from);
    to->missing = copy_missing(arena, from);
    to->grants = copy_grants(arena, from);
    to->publications = copy_publications(arena, from);
    return mou_arena_failed(arena) ? MOU_ERROR_MEMORY : MOU_OK;
}
