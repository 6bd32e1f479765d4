/*
 * mou test --watch: compiles, keeping what it read of files that stay as they are, runs the tests in a process of its own, so that nothing is left over from one time to
 * the next, and looks twice a second whether a rule file has changed: one that is named on the command line, lies in a folder named there or beside a file named
 * there, or was read because another uses it. Which state of the files was read is noted before any outcome is shown: who saves a file after that is not missed.
 * Nothing is read before the files have been still for a moment: many editors empty a file and then fill it, and a change of branch writes many. Used by cmd_test.c.
 */
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test_jobs.h"

#define LOOK_EVERY_MS 500
#define STILL_MS 100
#define STILL_TRIES_MAX 50 /* files that are written without end are read as they are */
#define PATH_BYTES_MAX 4096
#define FOLDER_DEPTH_MAX 32

static volatile sig_atomic_t stop_asked;

static void ask_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

/* A number that is another when the file is: of its path, size and time. */
static uint64_t mark_of(const char *path, const struct stat *info)
{
    uint64_t mark = 0xcbf29ce484222325u;
    for (const char *at = path; *at != '\0'; at++) {
        mark = (mark ^ (unsigned char)*at) * 0x100000001b3u;
    }
    const uint64_t parts[] = {(uint64_t)info->st_size, (uint64_t)info->st_mtim.tv_sec, (uint64_t)info->st_mtim.tv_nsec};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        mark = (mark ^ parts[i]) * 0x9e3779b97f4a7c15u;
        mark ^= mark >> 29;
    }
    return mark;
}

static bool is_rule_file(const char *path)
{
    const size_t len = strlen(path);
    return len > 4 && memcmp(path + len - 4, ".mou", 4) == 0;
}

static uint64_t marks_below(const char *path, int depth);

static uint64_t marks_in_folder(const char *path, int depth)
{
    uint64_t marks = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder != NULL ? readdir(folder) : NULL; entry != NULL; entry = readdir(folder)) {
        char inside[PATH_BYTES_MAX];
        const int len = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && len > 0 && (size_t)len < sizeof inside) {
            marks += marks_below(inside, depth + 1); /* a sum: the order of a folder does not matter */
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return marks;
}

static uint64_t marks_below(const char *path, int depth)
{
    struct stat info;
    if (depth > FOLDER_DEPTH_MAX || stat(path, &info) != 0) {
        return 0;
    }
    if (S_ISDIR(info.st_mode)) {
        return marks_in_folder(path, depth);
    }
    return depth == 0 || is_rule_file(path) ? mark_of(path, &info) : 0;
}

/* The rule files in the folder of a file named on the command line, where a name that it uses may turn up; not those below. */
static uint64_t marks_beside(const char *path)
{
    char folder[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    const int len = slash == NULL ? snprintf(folder, sizeof folder, ".") : snprintf(folder, sizeof folder, "%.*s", (int)(slash - path + 1), path);
    return len > 0 && (size_t)len < sizeof folder ? marks_in_folder(folder, FOLDER_DEPTH_MAX - 1) : 0;
}

static uint64_t marks_of_named(const struct mou_cli *cli)
{
    uint64_t marks = 0;
    struct stat info;
    for (int i = 0; i < cli->argument_count; i++) {
        marks += marks_below(cli->arguments[i], 0);
        if (stat(cli->arguments[i], &info) == 0 && !S_ISDIR(info.st_mode)) {
            marks += marks_beside(cli->arguments[i]);
        }
    }
    return marks;
}

/* ------------------------------------------------------------------ rounds */

/** The files that the last round read, in its arena. */
struct read_files {
    const struct mou_source *sources;
    size_t count;
    uint64_t marks; /**< as they were then */
};

static uint64_t marks_of_read(const struct read_files *files)
{
    uint64_t marks = 0;
    for (size_t i = 0; i < files->count; i++) {
        marks += marks_below(files->sources[i].path, 0);
    }
    return marks;
}

/* In a process of its own; false where that could not be begun. */
static bool run_apart(struct mou_test_round *round, enum mou_exit (*run)(struct mou_test_round *round))
{
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGINT, SIG_DFL);
        const enum mou_exit code = run(round);
        _exit(fflush(NULL) == 0 ? (int)code : MOU_EXIT_IO);
    }
    int state = 0;
    while (child > 0 && waitpid(child, &state, 0) < 0 && !stop_asked) {
        continue; /* another signal came in between */
    }
    return child > 0;
}

static void pause_ms(long ms)
{
    const struct timespec pause = {0, ms * 1000000L};
    (void)nanosleep(&pause, NULL);
}

/* After a change was seen: until whoever saves has done. */
static void wait_until_still(const struct mou_test_round *round, const struct read_files *read)
{
    uint64_t before = 0;
    uint64_t now = marks_of_named(&round->cli) + marks_of_read(read);
    for (int i = 0; !stop_asked && i < STILL_TRIES_MAX && now != before; i++) {
        pause_ms(STILL_MS);
        before = now;
        now = marks_of_named(&round->cli) + marks_of_read(read);
    }
}

static void wait_for_change(const struct mou_test_round *round, uint64_t named, const struct read_files *read)
{
    if (!round->cli.quiet && !stop_asked) {
        fprintf(stderr, "%s\n", mou_say(&round->cli, "等待规则文件改动，按 Ctrl-C 停止", "waiting for a rule file to change, Ctrl-C stops"));
    }
    while (!stop_asked && marks_of_named(&round->cli) == named && marks_of_read(read) == read->marks) {
        pause_ms(LOOK_EVERY_MS);
    }
    wait_until_still(round, read);
}

/* Compiles, runs, waits; what the round needs beside the session lives in an arena of its own. */
static enum mou_exit watch_once(struct mou_test_round *round, const struct mou_test_steps *steps)
{
    const uint64_t named = marks_of_named(&round->cli);
    struct read_files read = {0};
    steps->compile(round);
    if (round->compilation != NULL) {
        read.sources = mou_compilation_sources(round->compilation, &read.count);
    }
    read.marks = marks_of_read(&read);
    const bool begun = stop_asked || run_apart(round, steps->run);
    if (begun) {
        wait_for_change(round, named, &read);
    } else {
        mou_complain(&round->cli, "%s", mou_say(&round->cli, "不能新建进程", "no process could be made"));
    }
    if (round->compilation != NULL) {
        mou_compilation_free(round->compilation);
    }
    return begun ? MOU_EXIT_DONE : MOU_EXIT_INTERNAL;
}

static enum mou_exit watch(struct mou_cli *cli, const struct mou_test_steps *steps, struct mou_session *session)
{
    enum mou_exit code = MOU_EXIT_DONE;
    while (code == MOU_EXIT_DONE && !stop_asked) {
        struct mou_test_round round = {.cli = *cli, .files = {.session = session}};
        round.cli.arena = mou_arena_new(NULL);
        code = round.cli.arena != NULL ? watch_once(&round, steps) : mou_out_of_memory(cli);
        mou_arena_free(round.cli.arena);
    }
    return stop_asked ? MOU_EXIT_INTERRUPTED : code;
}

enum mou_exit mou_test_watch(struct mou_cli *cli, const struct mou_test_steps *steps)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ask_stop; /* without SA_RESTART: sleeping and waiting end at once */
    if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0) {
        return MOU_EXIT_INTERNAL;
    }
    struct mou_session *session = mou_session_new(NULL);
    if (session == NULL) {
        return mou_out_of_memory(cli);
    }
    const enum mou_exit code = watch(cli, steps, session);
    mou_session_free(session);
    return code;
}
