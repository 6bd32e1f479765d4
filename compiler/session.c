/*
 * What is kept from one compilation to the next. A file is taken as read before only where its number, path and every byte of its text are the same, so that it
 * cannot matter to what is compiled. Beside it stays one compilation from which others may take (kept.h), and the memory of one that was freed: most of what a
 * compilation costs besides is fresh pages of the operating system.
 */
#include <assert.h>
#include <string.h>

#include "keywords.h"
#include "parse.h"
#include "session.h"

/** Of so many sources; a place for each from the beginning, so that no failure is left behind in the session. */
#define KEPT_MAX 10000

struct mou_session {
    struct mou_allocator allocator;
    struct mou_arena *arena; /**< of what stays as long as the session, this struct too */
    size_t users;            /**< who made it, as long as it is not given up, and compilations */
    struct mou_arena *spare; /**< memory of the last compilation that was freed; NULL: none */
    struct mou_keyword_table *keywords;
    struct mou_reading **readings; /**< by number, KEPT_MAX of them; NULL: none is kept */
    size_t count;            /**< none is kept from there on */
    struct mou_compilation *base; /**< the last one that was made whole, without an error; NULL: none */
};

/* ------------------------------------------------------------------ readings */

struct mou_reading *mou_reading_new(struct mou_arena *arena, const struct mou_source *source, uint32_t number)
{
    struct mou_reading *reading = MOU_NEW(arena, struct mou_reading);
    if (reading == NULL) {
        return NULL;
    }
    reading->arena = arena;
    reading->number = number;
    reading->source = (struct mou_source){mou_arena_copy(arena, source->path, strlen(source->path)), mou_arena_copy(arena, source->bytes, source->len), source->len};
    mou_diagnostics_init(&reading->diagnostics, arena);
    return reading->source.path != NULL && reading->source.bytes != NULL ? reading : NULL;
}

/** What the driver asks of every source, so that it need not go through all trees each time. */
static bool take_notes(struct mou_reading *reading, const struct mou_tree *tree)
{
    bool noted = true;
    for (const struct mou_decl *decl = tree->declarations; noted && decl != NULL; decl = decl->next) {
        const bool head = decl->kind == MOU_DECL_PACK || decl->kind == MOU_DECL_MEMORANDUM;
        reading->calendar = reading->calendar || decl->kind == MOU_DECL_CALENDAR;
        noted = (!head || MOU_VEC_PUSH(reading->arena, &reading->heads, decl)) &&
                (decl->kind != MOU_DECL_USE || decl->broken || MOU_VEC_PUSH(reading->arena, &reading->uses, decl));
    }
    return noted;
}

enum mou_status mou_reading_parse(struct mou_reading *reading, const struct mou_keyword_table *keywords)
{
    struct mou_tree *tree = NULL;
    if (reading->tree != NULL) {
        return MOU_OK;
    }
    enum mou_status status = mou_parse(reading->arena, keywords, &reading->source, reading->number, &reading->diagnostics, &tree);
    if (status == MOU_OK && mou_arena_failed(reading->arena)) {
        status = MOU_ERROR_MEMORY;
    }
    if (status == MOU_OK && !take_notes(reading, tree)) {
        status = MOU_ERROR_MEMORY;
    }
    mou_sha256(reading->source.bytes, reading->source.len, reading->digest);
    reading->tree = status == MOU_OK ? tree : NULL;
    return status;
}

void mou_reading_release(struct mou_reading *reading)
{
    if (reading != NULL && reading->users > 0 && --reading->users == 0) {
        mou_arena_free(reading->arena);
    }
}

/* ------------------------------------------------------------------ the session */

struct mou_session *mou_session_new(const struct mou_allocator *allocator)
{
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_session *session = arena != NULL ? MOU_NEW(arena, struct mou_session) : NULL;
    struct mou_keyword_table *keywords = session != NULL ? mou_keyword_table_new(arena) : NULL;
    struct mou_reading **readings = keywords != NULL ? MOU_NEW_ARRAY(arena, KEPT_MAX, struct mou_reading *) : NULL;
    if (readings == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    session->readings = readings;
    session->allocator = allocator != NULL ? *allocator : *mou_allocator_default();
    session->arena = arena;
    session->users = 1;
    session->keywords = keywords;
    return session;
}

static void leave(struct mou_session *session)
{
    if (--session->users == 0) {
        mou_session_shorten(session, 0);
        mou_arena_free(session->spare);
        mou_arena_free(session->arena);
    }
}

void mou_session_free(struct mou_session *session)
{
    if (session != NULL) {
        mou_session_set_base(session, NULL);
        leave(session);
    }
}

struct mou_compilation *mou_session_base(const struct mou_session *session)
{
    return session->base;
}

void mou_session_set_base(struct mou_session *session, struct mou_compilation *base)
{
    struct mou_compilation *before = session->base;
    session->base = base;
    mou_compilation_free(before);
}

struct mou_arena *mou_session_arena(struct mou_session *session)
{
    struct mou_arena *arena = session->spare != NULL ? session->spare : mou_arena_new(&session->allocator);
    session->spare = NULL;
    session->users += arena != NULL;
    return arena;
}

void mou_session_take_back(struct mou_session *session, struct mou_arena *arena)
{
    if (session->spare == NULL) {
        mou_arena_rewind(arena);
        session->spare = arena;
    } else {
        mou_arena_free(arena);
    }
    leave(session);
}

const struct mou_allocator *mou_session_allocator(const struct mou_session *session)
{
    return &session->allocator;
}

const struct mou_keyword_table *mou_session_keywords(const struct mou_session *session)
{
    return session->keywords;
}

void mou_session_shorten(struct mou_session *session, size_t count)
{
    while (session->count > count) {
        session->count--;
        mou_reading_release(session->readings[session->count]);
        session->readings[session->count] = NULL;
    }
}

/** Whether the reading is that source, read to the end. */
static bool is_same(const struct mou_reading *reading, const struct mou_source *source)
{
    return reading != NULL && reading->tree != NULL && reading->source.len == source->len && strcmp(reading->source.path, source->path) == 0 &&
           (source->len == 0 || memcmp(reading->source.bytes, source->bytes, source->len) == 0);
}

static struct mou_reading *new_reading(struct mou_session *session, const struct mou_source *source, uint32_t number)
{
    struct mou_arena *arena = mou_arena_new(&session->allocator);
    struct mou_reading *reading = arena != NULL ? mou_reading_new(arena, source, number) : NULL;
    if (reading == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    reading->users = 1;
    return reading;
}

struct mou_reading *mou_session_reading(struct mou_session *session, const struct mou_source *source, uint32_t number)
{
    assert(session != NULL && source != NULL);
    struct mou_reading *reading = number < KEPT_MAX ? session->readings[number] : NULL;
    if (is_same(reading, source)) {
        reading->users++;
        return reading;
    }
    reading = new_reading(session, source, number);
    if (reading != NULL && number < KEPT_MAX) {
        mou_reading_release(session->readings[number]);
        session->readings[number] = reading;
        session->count = session->count > number ? session->count : (size_t)number + 1;
        reading->users++;
    }
    return reading;
}
