/*
 * The compiler's driver: parses the sources and what they use, runs the checking stages in order, so that each mistake is reported whatever stage
 * finds it, and makes a pack where none found an error. That no message follows from another one's mistake is each stage's duty (names.h).
 */
#include <assert.h>
#include <string.h>

#include "compilation.h"
#include "kept.h"
#include "keywords.h"

#define PACK_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define SOURCES_MAX 10000

static bool add_source(struct mou_compilation *compilation, const struct mou_source *source)
{
    const uint32_t number = (uint32_t)compilation->sources.count;
    if (!MOU_VEC_RESERVE(compilation->arena, &compilation->readings)) {
        return false;
    }
    struct mou_reading *reading = compilation->session != NULL ? mou_session_reading(compilation->session, source, number) : mou_reading_new(compilation->arena, source, number);
    if (reading == NULL) {
        return false;
    }
    compilation->readings.items[compilation->readings.count++] = reading;
    return mou_intern_add(compilation->paths, mou_text_of(reading->source.path)) != MOU_INTERN_NONE &&
           MOU_VEC_PUSH(compilation->arena, &compilation->sources, reading->source);
}

static enum mou_status parse_source(struct mou_compilation *compilation, uint32_t index)
{
    struct mou_reading *reading = compilation->readings.items[index];
    enum mou_status status = mou_reading_parse(reading, compilation->keywords);
    if (status == MOU_OK) {
        mou_diagnostics_append(&compilation->diagnostics, &reading->diagnostics);
        status = MOU_VEC_PUSH(compilation->arena, &compilation->trees, reading->tree) && MOU_VEC_PUSH(compilation->arena, &compilation->digests, reading->digest)
                     ? MOU_OK
                     : MOU_ERROR_MEMORY;
    }
    return status;
}

static bool declares(const struct mou_reading *reading, struct mou_text name)
{
    bool found = false;
    for (size_t i = 0; !found && i < reading->heads.count; i++) {
        found = mou_text_equal(reading->heads.items[i]->name.text, name);
    }
    return found;
}

/** Most files use the same few vocabularies: what was found once is not sought again. */
static bool declared_somewhere(struct mou_compilation *compilation, struct mou_text name)
{
    for (size_t i = 0; i < compilation->found.count; i++) {
        if (mou_text_equal(compilation->found.items[i], name)) {
            return true;
        }
    }
    for (size_t i = 0; i < compilation->trees.count; i++) {
        if (declares(compilation->readings.items[i], name)) {
            (void)MOU_VEC_PUSH(compilation->arena, &compilation->found, name); /* else it is sought again */
            return true;
        }
    }
    return false;
}

/** A file that the resolver hands out twice, or that was given, is taken once. */
static bool known_path(const struct mou_compilation *compilation, const char *path)
{
    return mou_intern_find(compilation->paths, mou_text_of(path)) != MOU_INTERN_NONE;
}

static enum mou_status take_used(struct mou_compilation *compilation, const struct mou_compile_options *options, struct mou_text name, uint32_t asking,
                                 bool *found)
{
    struct mou_source source;
    *found = options != NULL && options->resolve != NULL && compilation->sources.count < SOURCES_MAX &&
             options->resolve(options->resolve_state, name, asking, &source);
    if (!*found || known_path(compilation, source.path)) {
        return MOU_OK;
    }
    if (!add_source(compilation, &source)) {
        return MOU_ERROR_MEMORY;
    }
    return parse_source(compilation, (uint32_t)compilation->sources.count - 1);
}

static enum mou_status follow_uses(struct mou_compilation *compilation, const struct mou_compile_options *options, uint32_t index)
{
    const struct mou_reading *reading = compilation->readings.items[index];
    for (size_t i = 0; i < reading->uses.count; i++) {
        const struct mou_decl *decl = reading->uses.items[i];
        bool found = false;
        if (declared_somewhere(compilation, decl->name.text)) {
            continue;
        }
        enum mou_status status = take_used(compilation, options, decl->name.text, index, &found);
        if (status != MOU_OK) {
            return status;
        }
        if (!found || !declared_somewhere(compilation, decl->name.text)) {
            mou_diagnose(&compilation->diagnostics, MOU_DIAG_UNKNOWN_USE, decl->name.span, decl->name.text, MOU_TEXT(""), MOU_TEXT(""));
        }
    }
    return MOU_OK;
}

static bool has_calendar(const struct mou_compilation *compilation)
{
    bool found = false;
    for (size_t i = 0; !found && i < compilation->readings.count; i++) {
        found = compilation->readings.items[i]->calendar;
    }
    return found;
}

static enum mou_status parse_all(struct mou_compilation *compilation, const struct mou_source *sources, size_t count,
                                 const struct mou_compile_options *options)
{
    bool found = false;
    enum mou_status status = MOU_OK;
    for (size_t i = 0; i < count; i++) {
        if (!known_path(compilation, sources[i].path) && !add_source(compilation, &sources[i])) {
            return MOU_ERROR_MEMORY;
        }
    }
    for (uint32_t i = 0; status == MOU_OK && i < compilation->sources.count; i++) {
        status = parse_source(compilation, i);
    }
    for (uint32_t i = 0; status == MOU_OK && i < compilation->trees.count; i++) {
        status = follow_uses(compilation, options, i);
    }
    if (status == MOU_OK && !has_calendar(compilation)) {
        status = take_used(compilation, options, MOU_TEXT("工作日历"), 0, &found);
    }
    return status;
}

static bool failed(const struct mou_compilation *compilation)
{
    return compilation->diagnostics.error_count > 0;
}

/** What was taken from an earlier compilation turns out to be another one's: this one is of no use. */
static bool does_not_fit(const struct mou_compilation *compilation)
{
    return compilation->base != NULL && compilation->program.unfit;
}

static bool has_cycle(const struct mou_diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        if (diagnostics->list.items[i].code == MOU_DIAG_CYCLE || diagnostics->list.items[i].code == MOU_DIAG_TOO_DEEP) {
            return true;
        }
    }
    return false;
}

/** The program's tables: those of an earlier compilation where they are the same but for some rules, else new ones. */
static enum mou_status collect(struct mou_compilation *compilation)
{
    struct mou_program *program = &compilation->program;
    if (compilation->base != NULL) {
        return mou_kept_take(compilation);
    }
    program->arena = compilation->arena;
    program->sources = compilation->sources.items;
    program->source_count = (uint32_t)compilation->sources.count;
    program->digests = compilation->digests.items;
    program->is_kept = compilation->session != NULL;
    return mou_names_collect(program, compilation->trees.items, (uint32_t)compilation->trees.count, &compilation->diagnostics);
}

static enum mou_status run_stages(struct mou_compilation *compilation, const struct mou_compile_options *options)
{
    struct mou_program *program = &compilation->program;
    struct mou_diagnostics *diagnostics = &compilation->diagnostics;
    enum mou_status status = collect(compilation);
    if (status == MOU_OK) {
        status = mou_types_check(program, diagnostics);
    }
    if (status == MOU_OK) {
        status = mou_law_check(program, diagnostics);
    }
    if (status == MOU_OK) {
        status = mou_strata_order(program, diagnostics);
    }
    if (status == MOU_OK) {
        status = mou_tests_check(compilation);
    }
    if (status == MOU_OK && !has_cycle(diagnostics) && !compilation->generated) {
        status = mou_doubt_check(program, diagnostics, compilation->given_count, options);
    }
    if (status == MOU_OK && compilation->base != NULL) {
        mou_kept_tell(compilation);
    }
    if (status == MOU_OK) {
        mou_uses_tell(diagnostics, options);
    }
    if (status == MOU_OK && !failed(compilation) && !does_not_fit(compilation)) {
        status = mou_lower(program, diagnostics, compilation->measured, &compilation->pack);
    }
    return status;
}

static bool prepare(struct mou_compilation *compilation)
{
    compilation->keywords = compilation->session != NULL ? mou_session_keywords(compilation->session) : mou_keyword_table_new(compilation->arena);
    compilation->paths = mou_intern_new(compilation->arena);
    return compilation->keywords != NULL && compilation->paths != NULL;
}

static void give_back(struct mou_session *session, struct mou_arena *arena)
{
    if (session != NULL && arena != NULL) {
        mou_session_take_back(session, arena);
    } else {
        mou_arena_free(arena);
    }
}

static struct mou_compilation *allocate(const struct mou_compile_options *options)
{
    struct mou_session *session = options != NULL ? options->session : NULL;
    const struct mou_allocator *allocator = session != NULL ? mou_session_allocator(session) : options != NULL ? options->allocator : NULL;
    struct mou_arena *arena = session != NULL ? mou_session_arena(session) : mou_arena_new(allocator);
    struct mou_compilation *compilation = arena != NULL ? MOU_NEW(arena, struct mou_compilation) : NULL;
    if (compilation == NULL) {
        give_back(session, arena);
        return NULL;
    }
    compilation->arena = arena;
    compilation->users = 1;
    compilation->session = session;
    compilation->generated = options != NULL && options->generated;
    compilation->measured = options != NULL && options->measured;
    mou_diagnostics_init(&compilation->diagnostics, arena);
    compilation->room = mou_arena_allocator(arena);
    mou_buf_init(&compilation->pack, &compilation->room, PACK_BYTES_MAX);
    if (!prepare(compilation)) {
        mou_compilation_free(compilation);
        return NULL;
    }
    return compilation;
}

/** One attempt; with a session, upon what is kept if `upon_kept`. */
static enum mou_status compile_once(const struct mou_source *sources, size_t source_count, const struct mou_compile_options *options, bool upon_kept,
                                    struct mou_compilation **out)
{
    struct mou_compilation *compilation = allocate(options);
    *out = NULL;
    if (compilation == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = parse_all(compilation, sources, source_count, options);
    compilation->given_count = (uint32_t)(source_count < compilation->sources.count ? source_count : compilation->sources.count);
    if (status == MOU_OK && upon_kept && compilation->session != NULL) {
        compilation->base = mou_kept_base(compilation, mou_session_base(compilation->session));
    }
    if (status == MOU_OK) {
        status = run_stages(compilation, options);
    }
    if (status != MOU_OK || mou_arena_failed(compilation->arena) || compilation->pack.failed) {
        mou_compilation_free(compilation);
        return MOU_ERROR_MEMORY;
    }
    *out = compilation;
    return MOU_OK;
}

/** Leaves with the session what the next compilation can take. */
static enum mou_status keep(struct mou_compilation *compilation)
{
    struct mou_session *session = compilation->session;
    mou_session_shorten(session, compilation->sources.count);
    if (compilation->base == NULL && !failed(compilation)) {
        const bool serves = mou_kept_prepare(compilation);
        if (mou_arena_failed(compilation->arena)) {
            return MOU_ERROR_MEMORY;
        }
        compilation->users += serves;
        mou_session_set_base(session, serves ? compilation : NULL);
    }
    return MOU_OK;
}

enum mou_status mou_compile(const struct mou_source *sources, size_t source_count, const struct mou_compile_options *options,
                            struct mou_compilation **out)
{
    assert(sources != NULL && out != NULL);
    struct mou_compilation *compilation = NULL;
    *out = NULL;
    enum mou_status status = compile_once(sources, source_count, options, true, &compilation);
    if (status == MOU_OK && does_not_fit(compilation)) {
        mou_compilation_free(compilation);
        status = compile_once(sources, source_count, options, false, &compilation);
    }
    if (status == MOU_OK && compilation->session != NULL) {
        status = keep(compilation);
        if (status != MOU_OK) {
            mou_compilation_free(compilation);
        }
    }
    if (status != MOU_OK) {
        return status;
    }
    mou_diagnostics_sort(&compilation->diagnostics);
    *out = compilation;
    return failed(compilation) ? MOU_ERROR_SOURCE : MOU_OK;
}

void mou_compilation_free(struct mou_compilation *compilation)
{
    if (compilation == NULL || --compilation->users > 0) {
        return;
    }
    struct mou_compilation *base = compilation->base;
    for (size_t i = 0; i < compilation->readings.count; i++) {
        mou_reading_release(compilation->readings.items[i]);
    }
    give_back(compilation->session, compilation->arena);
    mou_compilation_free(base);
}

const struct mou_diagnostics *mou_compilation_diagnostics(const struct mou_compilation *compilation)
{
    return &compilation->diagnostics;
}

const struct mou_source *mou_compilation_sources(const struct mou_compilation *compilation, size_t *count)
{
    *count = compilation->sources.count;
    return compilation->sources.items;
}

const unsigned char *mou_compilation_pack(const struct mou_compilation *compilation, size_t *len)
{
    *len = compilation->pack.len;
    return (const unsigned char *)compilation->pack.data;
}

enum mou_status mou_format_source(const struct mou_source *source, int keywords, struct mou_buf *out, struct mou_compilation **result)
{
    static const enum mou_keywords choices[] = {MOU_KEYWORDS_AS_WRITTEN, MOU_KEYWORDS_ZH, MOU_KEYWORDS_EN};
    struct mou_compilation *compilation = allocate(NULL);
    *result = NULL;
    if (compilation == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = add_source(compilation, source) ? parse_source(compilation, 0) : MOU_ERROR_MEMORY;
    if (status == MOU_OK && failed(compilation)) {
        mou_diagnostics_sort(&compilation->diagnostics);
        *result = compilation;
        return MOU_ERROR_SOURCE;
    }
    if (status == MOU_OK) {
        status = mou_format(compilation->trees.items[0], &compilation->sources.items[0], choices[keywords >= 0 && keywords <= 2 ? keywords : 0], out);
    }
    mou_compilation_free(compilation);
    return status;
}
