/*
 * The compiler's driver: parses the sources and what they use, runs the checking stages in order, so that each mistake is reported whatever stage
 * finds it, and makes a pack where none found an error. That no message follows from another one's mistake is each stage's duty (names.h).
 */
#include <assert.h>
#include <string.h>

#include "compilation.h"

#define PACK_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define SOURCES_MAX 10000

static bool add_source(struct mou_compilation *compilation, const struct mou_source *source)
{
    struct mou_source copy = *source;
    copy.path = mou_arena_copy(compilation->arena, source->path, strlen(source->path));
    copy.bytes = mou_arena_copy(compilation->arena, source->bytes, source->len);
    return copy.path != NULL && copy.bytes != NULL && MOU_VEC_PUSH(compilation->arena, &compilation->sources, copy);
}

static enum mou_status parse_source(struct mou_compilation *compilation, uint32_t index)
{
    struct mou_tree *tree = NULL;
    enum mou_status status = mou_parse(compilation->arena, &compilation->sources.items[index], index, &compilation->diagnostics, &tree);
    if (status == MOU_OK && !MOU_VEC_PUSH(compilation->arena, &compilation->trees, tree)) {
        status = MOU_ERROR_MEMORY;
    }
    return status;
}

static bool declares(const struct mou_tree *tree, struct mou_text name)
{
    for (const struct mou_decl *decl = tree->declarations; decl != NULL; decl = decl->next) {
        if ((decl->kind == MOU_DECL_PACK || decl->kind == MOU_DECL_MEMORANDUM) && mou_text_equal(decl->name.text, name)) {
            return true;
        }
    }
    return false;
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
        if (declares(compilation->trees.items[i], name)) {
            (void)MOU_VEC_PUSH(compilation->arena, &compilation->found, name); /* else it is sought again */
            return true;
        }
    }
    return false;
}

/** A file that the resolver hands out twice, or that was given, is taken once. */
static bool known_path(const struct mou_compilation *compilation, const char *path)
{
    for (size_t i = 0; i < compilation->sources.count; i++) {
        if (strcmp(compilation->sources.items[i].path, path) == 0) {
            return true;
        }
    }
    return false;
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
    for (const struct mou_decl *decl = compilation->trees.items[index]->declarations; decl != NULL; decl = decl->next) {
        bool found = false;
        if (decl->kind != MOU_DECL_USE || decl->broken || declared_somewhere(compilation, decl->name.text)) {
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
    for (size_t i = 0; i < compilation->trees.count; i++) {
        for (const struct mou_decl *decl = compilation->trees.items[i]->declarations; decl != NULL; decl = decl->next) {
            if (decl->kind == MOU_DECL_CALENDAR) {
                return true;
            }
        }
    }
    return false;
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

static bool has_cycle(const struct mou_diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        if (diagnostics->list.items[i].code == MOU_DIAG_CYCLE || diagnostics->list.items[i].code == MOU_DIAG_TOO_DEEP) {
            return true;
        }
    }
    return false;
}

static enum mou_status run_stages(struct mou_compilation *compilation, uint32_t given_count, const struct mou_compile_options *options)
{
    struct mou_program *program = &compilation->program;
    struct mou_diagnostics *diagnostics = &compilation->diagnostics;
    program->arena = compilation->arena;
    program->sources = compilation->sources.items;
    program->source_count = (uint32_t)compilation->sources.count;
    enum mou_status status = mou_names_collect(program, compilation->trees.items, (uint32_t)compilation->trees.count, diagnostics);
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
    if (status == MOU_OK && !has_cycle(diagnostics) && (options == NULL || !options->generated)) {
        status = mou_doubt_check(program, diagnostics, given_count, options);
    }
    if (status == MOU_OK && !failed(compilation)) {
        status = mou_lower(program, diagnostics, options != NULL && options->measured, &compilation->pack);
    }
    return status;
}

static struct mou_compilation *allocate(const struct mou_compile_options *options)
{
    const struct mou_allocator *allocator = options != NULL ? options->allocator : NULL;
    struct mou_arena *arena = mou_arena_new(allocator);
    struct mou_compilation *compilation = arena != NULL ? MOU_NEW(arena, struct mou_compilation) : NULL;
    if (compilation == NULL) {
        mou_arena_free(arena);
        return NULL;
    }
    compilation->arena = arena;
    mou_diagnostics_init(&compilation->diagnostics, arena);
    mou_buf_init(&compilation->pack, allocator, PACK_BYTES_MAX);
    return compilation;
}

enum mou_status mou_compile(const struct mou_source *sources, size_t source_count, const struct mou_compile_options *options,
                            struct mou_compilation **out)
{
    assert(sources != NULL && out != NULL);
    struct mou_compilation *compilation = allocate(options);
    *out = NULL;
    if (compilation == NULL) {
        return MOU_ERROR_MEMORY;
    }
    enum mou_status status = parse_all(compilation, sources, source_count, options);
    if (status == MOU_OK) {
        status = run_stages(compilation, (uint32_t)(source_count < compilation->sources.count ? source_count : compilation->sources.count), options);
    }
    if (status != MOU_OK || mou_arena_failed(compilation->arena) || compilation->pack.failed) {
        mou_compilation_free(compilation);
        return MOU_ERROR_MEMORY;
    }
    mou_diagnostics_sort(&compilation->diagnostics);
    *out = compilation;
    return failed(compilation) ? MOU_ERROR_SOURCE : MOU_OK;
}

void mou_compilation_free(struct mou_compilation *compilation)
{
    if (compilation != NULL) {
        mou_buf_free(&compilation->pack);
        mou_arena_free(compilation->arena);
    }
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
