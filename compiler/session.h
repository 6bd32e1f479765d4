/*
 * Sources as they were read: text, tree and what the parser said of it. A compilation holds the readings of its sources; a session keeps
 * them for the next one. Used by the driver.
 */
#ifndef MOU_COMPILER_SESSION_H
#define MOU_COMPILER_SESSION_H

#include "mou/compiler.h"
#include "tree.h"

/** Nothing in it changes once it is read: any number of compilations have it at once. */
struct mou_reading {
    struct mou_arena *arena; /**< everything of it lives there, this struct too */
    size_t users;            /**< compilations and the session that have it; 0 in a compilation's own arena, which frees it */
    struct mou_source source;
    uint32_t number;         /**< of the source; the spans in the tree say it */
    struct mou_tree *tree;   /**< NULL: not read yet */
    MOU_VEC(const struct mou_decl *) uses;  /**< 引用 */
    MOU_VEC(const struct mou_decl *) heads; /**< packs and memoranda, which can be used */
    bool calendar;           /**< it declares one */
    unsigned char digest[32]; /**< SHA-256 of the source, once it is read */
    struct mou_diagnostics diagnostics; /**< of reading alone */
};

struct mou_keyword_table;

/** A reading of the compilation's own arena, with a copy of the source; NULL when memory ran out. */
struct mou_reading *mou_reading_new(struct mou_arena *arena, const struct mou_source *source, uint32_t number) MOU_MUST_USE;
/** Reads the source, if that was not done before. After MOU_ERROR_MEMORY the reading is no good. */
enum mou_status mou_reading_parse(struct mou_reading *reading, const struct mou_keyword_table *keywords) MOU_MUST_USE;
void mou_reading_release(struct mou_reading *reading);

/** The reading of a source of that number, path and text: the one that is kept, else a new one in its place. The caller releases it. NULL when memory ran out. */
struct mou_reading *mou_session_reading(struct mou_session *session, const struct mou_source *source, uint32_t number) MOU_MUST_USE;
/** Lets go of the readings of sources that are no more: those with greater numbers. */
void mou_session_shorten(struct mou_session *session, size_t count);
/** An empty arena for a compilation, which gives it back when it is freed and keeps the session alive so long; NULL when memory ran out. */
struct mou_arena *mou_session_arena(struct mou_session *session) MOU_MUST_USE;
void mou_session_take_back(struct mou_session *session, struct mou_arena *arena);
/** The compilation from which the next one may take; NULL: none. The session is one of its users. */
struct mou_compilation *mou_session_base(const struct mou_session *session);
/** Lets go of the one before. */
void mou_session_set_base(struct mou_session *session, struct mou_compilation *base);
const struct mou_allocator *mou_session_allocator(const struct mou_session *session);
const struct mou_keyword_table *mou_session_keywords(const struct mou_session *session);

#endif
