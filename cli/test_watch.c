/*
 * mou test --watch: runs the tests in a process of its own, so that nothing is left over from one time to the next, and looks twice a
 * second whether a rule file has changed: one that is named on the command line, lies in a folder named there or beside a file named
 * there, or was read because another uses it. The process tells through a pipe which files it read, before it shows any outcome: who saves a file after that is not missed. Used by cmd_test.c.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test_jobs.h"

#define LOOK_EVERY_MS 500
#define PATH_BYTES_MAX 4096
#define FOLDER_DEPTH_MAX 32
#define READ_NAMES_MAX ((size_t)16 * 1024 * 1024)

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

/* ------------------------------------------------------------------ what a round read */

/* A round tells the marks of the files that it read, then their paths, NUL behind each. */
#define PATHS_AT sizeof(uint64_t)

void mou_test_watch_tell(int told, const struct mou_source *sources, size_t count)
{
    struct mou_buf text;
    uint64_t marks = 0;
    for (size_t i = 0; i < count; i++) {
        marks += marks_below(sources[i].path, 0);
    }
    mou_buf_init(&text, NULL, READ_NAMES_MAX);
    mou_buf_append(&text, (const char *)&marks, sizeof marks);
    for (size_t i = 0; i < count; i++) {
        mou_buf_append(&text, sources[i].path, strlen(sources[i].path) + 1);
    }
    size_t done = 0;
    for (ssize_t written = 1; !text.failed && written > 0 && done < text.len; done += written > 0 ? (size_t)written : 0) {
        written = write(told, text.data + done, text.len - done);
    }
    mou_buf_free(&text);
    (void)close(told);
}

/* Takes what the round tells until it has closed its end. */
static void take_told(int end, struct mou_buf *told)
{
    char block[4096];
    mou_buf_clear(told);
    for (;;) {
        const ssize_t got = read(end, block, sizeof block);
        if (got > 0) {
            mou_buf_append(told, block, (size_t)got);
        } else if (got == 0 || errno != EINTR || stop_asked) {
            break;
        }
    }
    if (told->failed || told->len <= PATHS_AT || told->data[told->len - 1] != '\0') {
        mou_buf_clear(told); /* cut short: then only what is named is watched */
    }
}

/* Whether a file that the last round read has changed since. */
static bool read_has_changed(const struct mou_buf *told)
{
    uint64_t then = 0;
    uint64_t marks = 0;
    if (told->len > PATHS_AT) {
        memcpy(&then, told->data, sizeof then);
    }
    for (size_t at = PATHS_AT; at < told->len; at += strlen(told->data + at) + 1) {
        marks += marks_below(told->data + at, 0);
    }
    return marks != then;
}

/* Once, in a process of its own; false where that could not be begun. */
static bool run_once(struct mou_cli *cli, enum mou_exit (*once)(struct mou_cli *cli, int told), struct mou_buf *told)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return false;
    }
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGINT, SIG_DFL);
        (void)close(ends[0]);
        const enum mou_exit code = once(cli, ends[1]);
        _exit(fflush(NULL) == 0 ? (int)code : MOU_EXIT_IO);
    }
    (void)close(ends[1]);
    if (child > 0) {
        take_told(ends[0], told);
    }
    (void)close(ends[0]);
    int state = 0;
    while (child > 0 && waitpid(child, &state, 0) < 0 && !stop_asked) {
        continue; /* another signal came in between */
    }
    return child > 0;
}

static enum mou_exit watch(struct mou_cli *cli, enum mou_exit (*once)(struct mou_cli *cli, int told), struct mou_buf *told)
{
    const struct timespec pause = {0, LOOK_EVERY_MS * 1000000L};
    while (!stop_asked) {
        const uint64_t named = marks_of_named(cli);
        if (!run_once(cli, once, told)) {
            mou_complain(cli, "%s", mou_say(cli, "不能新建进程", "no process could be made"));
            return MOU_EXIT_INTERNAL;
        }
        if (!cli->quiet && !stop_asked) {
            fprintf(stderr, "%s\n", mou_say(cli, "等待规则文件改动，按 Ctrl-C 停止", "waiting for a rule file to change, Ctrl-C stops"));
        }
        while (!stop_asked && marks_of_named(cli) == named && !read_has_changed(told)) {
            (void)nanosleep(&pause, NULL);
        }
    }
    return MOU_EXIT_INTERRUPTED;
}

enum mou_exit mou_test_watch(struct mou_cli *cli, enum mou_exit (*once)(struct mou_cli *cli, int told))
{
    struct sigaction action;
    struct mou_buf told;
    memset(&action, 0, sizeof action);
    action.sa_handler = ask_stop; /* without SA_RESTART: sleeping and waiting end at once */
    if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0) {
        return MOU_EXIT_INTERNAL;
    }
    mou_buf_init(&told, NULL, READ_NAMES_MAX);
    const enum mou_exit code = watch(cli, once, &told);
    mou_buf_free(&told);
    return code;
}
