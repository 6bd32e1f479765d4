/*
 * How long it takes to compile a folder of rules, and to compile it again with a session after one file was changed and changed back. Both give the same
 * bytes, or there is no time to be told. Used by compiling.py.
 *
 *     bench_recompile FOLDER FILE OLD NEW ROUNDS
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mou/compiler.h"

#define FILES_MAX 10000
#define FILE_BYTES_MAX ((size_t)16 * 1024 * 1024)

static struct mou_source sources[FILES_MAX];
static size_t source_count;

static void fail(const char *what)
{
    fprintf(stderr, "bench_recompile: %s\n", what);
    exit(1);
}

static double milliseconds(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) {
        fail("no clock");
    }
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int is_rules(const struct dirent *entry)
{
    const size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".mou") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void take_file(struct mou_arena *arena, const char *folder, const char *name)
{
    char block[65536];
    char *path = mou_arena_alloc(arena, strlen(folder) + strlen(name) + 2);
    struct mou_buf text;
    mou_buf_init(&text, NULL, FILE_BYTES_MAX);
    if (path == NULL || source_count == FILES_MAX) {
        fail("too much");
    }
    (void)stpcpy(stpcpy(stpcpy(path, folder), "/"), name);
    FILE *file = fopen(path, "rb");
    for (size_t got = 1; file != NULL && got > 0;) {
        got = fread(block, 1, sizeof block, file);
        mou_buf_append(&text, block, got);
    }
    if (file == NULL || fclose(file) != 0 || text.failed) {
        fail(path);
    }
    const size_t len = text.len;
    sources[source_count++] = (struct mou_source){path, mou_buf_into_arena(&text, arena).bytes, len};
}

static void take_folder(struct mou_arena *arena, const char *folder)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_rules, by_bytes);
    for (int i = 0; i < count; i++) {
        take_file(arena, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (source_count == 0) {
        fail("no rules");
    }
}

/** The file of that name with the first `old` in it made `new`. */
static size_t changed_file(struct mou_arena *arena, const char *name, const char *old, const char *new, struct mou_source *changed)
{
    for (size_t i = 0; i < source_count; i++) {
        const char *slash = strrchr(sources[i].path, '/');
        const char *at = strcmp(slash + 1, name) == 0 ? strstr(sources[i].bytes, old) : NULL;
        if (at != NULL) {
            const size_t before = (size_t)(at - sources[i].bytes);
            struct mou_buf text;
            mou_buf_init(&text, NULL, FILE_BYTES_MAX);
            mou_buf_append(&text, sources[i].bytes, before);
            mou_buf_text(&text, new);
            mou_buf_append(&text, at + strlen(old), sources[i].len - before - strlen(old));
            const size_t len = text.len;
            *changed = (struct mou_source){sources[i].path, mou_buf_into_arena(&text, arena).bytes, len};
            return i;
        }
    }
    fail("nothing to change");
    return 0;
}

static struct mou_compilation *compile(struct mou_session *session, double *took)
{
    const struct mou_compile_options options = {.session = session};
    struct mou_compilation *compilation = NULL;
    const double begin = milliseconds();
    const enum mou_status status = mou_compile(sources, source_count, &options, &compilation);
    *took = milliseconds() - begin;
    if (status != MOU_OK) {
        fail("the rules have errors");
    }
    return compilation;
}

static void compare(const struct mou_compilation *a, const struct mou_compilation *b)
{
    size_t len_a = 0;
    size_t len_b = 0;
    const unsigned char *bytes_a = mou_compilation_pack(a, &len_a);
    const unsigned char *bytes_b = mou_compilation_pack(b, &len_b);
    if (len_a != len_b || memcmp(bytes_a, bytes_b, len_a) != 0) {
        fail("compiled again it is another pack");
    }
}

int main(int argc, char **argv)
{
    struct mou_arena *arena = mou_arena_new(NULL);
    struct mou_session *session = mou_session_new(NULL);
    if (argc != 6 || arena == NULL || session == NULL) {
        fail("FOLDER FILE OLD NEW ROUNDS");
    }
    take_folder(arena, argv[1]);
    struct mou_source changed;
    const size_t file = changed_file(arena, argv[2], argv[3], argv[4], &changed);
    const long rounds = strtol(argv[5], NULL, 10);
    double took = 0;
    mou_compilation_free(compile(session, &took));
    for (long round = 0; round < rounds; round++) {
        const struct mou_source other = sources[file];
        double anew = 0;
        double again = 0;
        sources[file] = changed;
        changed = other;
        struct mou_compilation *kept = compile(session, &again);
        struct mou_compilation *whole = compile(NULL, &anew);
        compare(kept, whole);
        mou_compilation_free(kept);
        mou_compilation_free(whole);
        printf("%.3f %.3f\n", again, anew);
    }
    mou_session_free(session);
    mou_arena_free(arena);
    return fflush(stdout) == 0 ? 0 : 1;
}
