/*
 * What a compilation takes from an earlier one. It is sound by what is compared: every source declares the same names, kind by kind, in the same order, so that all
 * tables have the same numbers and every name means the same; vocabulary has the same words at the same place, heads of memoranda have the same words; and a rule is taken as
 * checked only if it stands in a source with the same tree and has asked by name for no rule of a source that is checked again. What rules learn of each other
 * otherwise, through lists, is compared when they have been checked (types_rules.c, types_history.c).
 */
#include <assert.h>
#include <string.h>

#include "kept.h"
#include "names.h"

/* ------------------------------------------------------------------ whether there is something to take */

static bool is_rule(const struct mou_decl *decl)
{
    return decl->kind > MOU_DECL_MEMORANDUM;
}

/** What stands before the rules of a memorandum: the tables show no place in it. */
static bool is_head(const struct mou_decl *decl)
{
    return decl->kind == MOU_DECL_PACK || decl->kind == MOU_DECL_USE || decl->kind == MOU_DECL_MEMORANDUM;
}

static bool same_words(const struct mou_source *a, struct mou_span in_a, const struct mou_source *b, struct mou_span in_b)
{
    const uint32_t len = in_a.end - in_a.begin;
    return in_b.end - in_b.begin == len && in_a.end <= a->len && in_b.end <= b->len && memcmp(a->bytes + in_a.begin, b->bytes + in_b.begin, len) == 0;
}

/** Whether a rule or a piece of vocabulary declares the same name, and the vocabulary the same things. */
static bool same_declaration(const struct mou_source *source_a, const struct mou_decl *a, const struct mou_source *source_b, const struct mou_decl *b)
{
    const bool place = is_rule(a) || is_head(a) || a->span.begin == b->span.begin;
    return a->kind == b->kind && !a->broken && !b->broken && place && mou_text_equal(a->name.text, b->name.text) &&
           (is_rule(a) || same_words(source_a, a->span, source_b, b->span));
}

/** Whether two sources declare the same, but for what rules say. */
static bool same_declarations(const struct mou_reading *a, const struct mou_reading *b)
{
    const struct mou_decl *one = a->tree->declarations;
    const struct mou_decl *other = b->tree->declarations;
    while (one != NULL && other != NULL && same_declaration(&a->source, one, &b->source, other)) {
        one = one->next;
        other = other->next;
    }
    return one == NULL && other == NULL && strcmp(a->source.path, b->source.path) == 0;
}

struct mou_compilation *mou_kept_base(const struct mou_compilation *compilation, struct mou_compilation *earlier)
{
    size_t changed = 0;
    if (earlier == NULL || compilation->readings.count != earlier->readings.count || compilation->given_count != earlier->given_count ||
        compilation->generated != earlier->generated || compilation->measured != earlier->measured || compilation->diagnostics.error_count > 0) {
        return NULL;
    }
    for (size_t i = 0; i < compilation->readings.count; i++) {
        const struct mou_reading *reading = compilation->readings.items[i];
        if (reading == earlier->readings.items[i]) {
            continue;
        }
        if (!same_declarations(reading, earlier->readings.items[i])) {
            return NULL;
        }
        changed++;
    }
    if (changed > compilation->readings.count / 2) {
        return NULL; /* it would cost more than it spares */
    }
    earlier->users++;
    return earlier;
}

/* ------------------------------------------------------------------ tables */

static bool is_changed(const struct mou_compilation *compilation, uint32_t source)
{
    return compilation->trees.items[source] != compilation->base->trees.items[source];
}

/** Which sources are checked again: those that have changed, and whoever has asked for rules of one that is checked again. NULL when memory ran out. */
static const bool *find_stale(const struct mou_compilation *compilation)
{
    size_t use_count = 0;
    const struct mou_symbol_use *uses = mou_symbols_uses(compilation->base->program.symbols, &use_count);
    bool *stale = MOU_NEW_ARRAY(compilation->arena, compilation->trees.count + 1, bool);
    for (uint32_t i = 0; stale != NULL && i < compilation->trees.count; i++) {
        stale[i] = is_changed(compilation, i);
    }
    for (bool more = stale != NULL; more;) {
        more = false;
        for (size_t i = 0; i < use_count; i++) {
            more = more || (stale[uses[i].to] && !stale[uses[i].from]);
            stale[uses[i].from] = stale[uses[i].from] || stale[uses[i].to];
        }
    }
    return stale;
}

static void *own(struct mou_arena *arena, const void *items, size_t size)
{
    return size > 0 ? mou_arena_copy(arena, items, size) : NULL;
}

/** A table of the program's own with the entries that it has. */
#define OWN(program, table)                                                                                                       \
    do {                                                                                                                          \
        (program)->table.items = own((program)->arena, (program)->table.items, (program)->table.count * sizeof *(program)->table.items); \
        (program)->table.capacity = (program)->table.count;                                                                       \
    } while (0)

static void own_tables(struct mou_program *program)
{
    OWN(program, memoranda);
    OWN(program, parameters);
    OWN(program, definitions);
    OWN(program, findings);
    OWN(program, listings);
    OWN(program, measures);
    OWN(program, tables);
    OWN(program, repairs);
    OWN(program, duties);
    OWN(program, matters);
    OWN(program, assertions);
    OWN(program, tests);
    OWN(program, fixtures);
}

static void renew_head(struct mou_program *program, const struct mou_decl *old, struct mou_decl *decl)
{
    for (size_t i = 0; i < program->memoranda.count; i++) {
        if (program->memoranda.items[i].decl == old) {
            program->memoranda.items[i].decl = decl;
        }
    }
}

static void renew(struct mou_compilation *compilation)
{
    struct mou_program *program = &compilation->program;
    struct mou_names_places places = {0};
    for (uint32_t i = 0; i < compilation->trees.count; i++) {
        struct mou_decl *decl = program->stale[i] ? compilation->trees.items[i]->declarations : NULL;
        for (const struct mou_decl *old = compilation->base->trees.items[i]->declarations; decl != NULL; decl = decl->next, old = old->next) {
            if (decl->kind == MOU_DECL_MEMORANDUM) {
                renew_head(program, old, decl);
            }
            mou_names_renew(program, old, decl, &places);
        }
    }
}

enum mou_status mou_kept_take(struct mou_compilation *compilation)
{
    struct mou_program *program = &compilation->program;
    const bool *stale = find_stale(compilation);
    *program = compilation->base->program;
    program->arena = compilation->arena;
    program->sources = compilation->sources.items;
    program->digests = compilation->digests.items;
    program->before = &compilation->base->program;
    program->stale = stale;
    program->lowered = NULL;
    program->told.items = NULL;
    program->told.count = program->told.capacity = 0;
    own_tables(program);
    if (mou_arena_failed(compilation->arena)) {
        return MOU_ERROR_MEMORY;
    }
    renew(compilation);
    return MOU_OK;
}

/* ------------------------------------------------------------------ messages */

static bool lies_in_changed(const struct mou_compilation *compilation, struct mou_span span)
{
    return span.source < compilation->trees.count && is_changed(compilation, span.source);
}

/** Whether the message shows a place that may have moved. */
static bool shows_changed(const struct mou_compilation *compilation, const struct mou_diagnostic *message)
{
    bool shows = lies_in_changed(compilation, message->span) || lies_in_changed(compilation, message->second);
    for (uint32_t i = 0; !shows && i < message->further_count; i++) {
        shows = lies_in_changed(compilation, message->further[i]);
    }
    return shows;
}

void mou_kept_tell(struct mou_compilation *compilation)
{
    struct mou_program *program = &compilation->program;
    struct mou_diagnostics *diagnostics = &compilation->diagnostics;
    for (size_t i = 0; i < compilation->base->kept.count && !program->unfit; i++) {
        const struct mou_kept_message *kept = &compilation->base->kept.items[i];
        const struct mou_diagnostic *message = &kept->message;
        if (kept->owner != MOU_TOLD_OF_GROUND && program->stale[kept->owner]) {
            continue;
        }
        const size_t count = diagnostics->list.count;
        *mou_diagnose(diagnostics, message->code, message->span, message->arguments[0], message->arguments[1], message->arguments[2]) = *message;
        program->unfit = shows_changed(compilation, message) || diagnostics->list.count == count; /* known of other rules: which of both would stay? */
    }
    program->unfit = program->unfit || diagnostics->overflowed;
}

bool mou_kept_prepare(struct mou_compilation *compilation)
{
    const struct mou_program *program = &compilation->program;
    const struct mou_diagnostics *diagnostics = &compilation->diagnostics;
    if (program->unfit || diagnostics->overflowed) {
        return false;
    }
    for (size_t i = 0; i < program->told.count; i++) {
        const struct mou_told *told = &program->told.items[i];
        const struct mou_kept_message kept = {told->owner, diagnostics->list.items[told->message]};
        if (told->owner != MOU_TOLD_OF_ALL && !MOU_VEC_PUSH(compilation->arena, &compilation->kept, kept)) {
            return false;
        }
    }
    return true;
}
