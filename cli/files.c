/*
 * Whole files in and out. Writing goes through a temporary and a rename, so that an interruption leaves the old file.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#define CANNOT_WRITE "不能写文件", "cannot write file"

static bool complain_file(const struct mou_cli *cli, const char *zh, const char *en, const char *path)
{
    mou_complain(cli, "%s：%s：%s", mou_say(cli, zh, en), path, mou_os_error(errno, cli->lang).text);
    return false;
}

/** Reads the open descriptor to its end into `buf`. */
static bool read_all(int descriptor, struct mou_buf *buf)
{
    char block[65536];
    for (;;) {
        ssize_t got = read(descriptor, block, sizeof block);
        if (got == 0) {
            return true;
        }
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        const bool too_large = (size_t)got > buf->max_bytes - buf->len;
        mou_buf_append(buf, block, (size_t)got);
        if (buf->failed) {
            errno = too_large ? EFBIG : ENOMEM;
            return false;
        }
    }
}

const char *mou_beside_program(const struct mou_cli *cli, const char *below)
{
    char program[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    program[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(program, '/');
    const size_t below_len = strlen(below);
    if (slash == NULL || (size_t)(slash + 1 - program) + below_len >= sizeof program) {
        return NULL;
    }
    memcpy(slash + 1, below, below_len + 1);
    return access(program, R_OK) == 0 ? mou_arena_copy(cli->arena, program, strlen(program)) : NULL;
}

bool mou_read_file(const struct mou_cli *cli, const char *path, size_t max_bytes, struct mou_text *content)
{
    bool standard_input = strcmp(path, "-") == 0;
    int descriptor = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return complain_file(cli, "不能打开文件", "cannot open file", path);
    }
    struct mou_buf buf;
    mou_buf_init(&buf, NULL, max_bytes);
    bool read_ok = read_all(descriptor, &buf);
    if (!read_ok) {
        complain_file(cli, "不能读取文件", "cannot read file", path);
    }
    if (!standard_input) {
        close(descriptor);
    }
    if (read_ok) {
        content->bytes = mou_arena_copy(cli->arena, buf.len > 0 ? buf.data : "", buf.len);
        content->len = buf.len;
        read_ok = content->bytes != NULL;
        if (!read_ok) {
            mou_out_of_memory(cli);
        }
    }
    mou_buf_free(&buf);
    return read_ok;
}

/* ------------------------------------------------------------------ new files */

/* Signals that end the program wait while a file is written and takes its name: nothing unfinished is left lying about. */
static void hold_signals(sigset_t *before)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &ending, before);
}

/* Where what is written goes: beside a file that it replaces, into a pipe or device itself, which stays what it is. Returns the descriptor, -1 with errno. */
static int open_beside(const char *path, struct mou_new_file *file)
{
    struct stat old;
    const bool exists = stat(path, &old) == 0;
    char own[PATH_MAX]; /* where a link leads: the link stays */
    const char *target = exists && S_ISREG(old.st_mode) && realpath(path, own) != NULL ? own : path;
    file->in_place = exists && !S_ISREG(old.st_mode);
    if (file->in_place) {
        return open(path, O_WRONLY | O_CLOEXEC);
    }
    mou_buf_text(&file->target, target);
    mou_buf_printf(&file->temporary, "%s.%ld.tmp", target, (long)getpid());
    if (file->target.failed || file->temporary.failed) {
        errno = ENOMEM;
        return -1;
    }
    return open(file->temporary.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, exists ? (old.st_mode & 0777) : (mode_t)0666);
}

static void forget_names(struct mou_new_file *file)
{
    mou_buf_free(&file->target);
    mou_buf_free(&file->temporary);
}

bool mou_new_file_open(const struct mou_cli *cli, const char *path, struct mou_new_file *file)
{
    *file = (struct mou_new_file){.path = path};
    mou_buf_init(&file->target, NULL, 65536);
    mou_buf_init(&file->temporary, NULL, 65536);
    const int descriptor = open_beside(path, file);
    file->stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (file->stream != NULL) {
        return true;
    }
    complain_file(cli, CANNOT_WRITE, path);
    if (descriptor >= 0) {
        close(descriptor);
        (void)(file->in_place || unlink(file->temporary.data) == 0);
    }
    forget_names(file);
    return false;
}

bool mou_new_file_close(const struct mou_cli *cli, struct mou_new_file *file, bool whole)
{
    if (file->stream == NULL) {
        return true;
    }
    bool done = whole && fflush(file->stream) == 0 && (file->in_place || fsync(fileno(file->stream)) == 0);
    int error = errno;
    if (fclose(file->stream) != 0 && done) {
        done = false;
        error = errno;
    }
    if (done && !file->in_place && rename(file->temporary.data, file->target.data) != 0) {
        done = false;
        error = errno;
    }
    if (!done && !file->in_place) {
        (void)unlink(file->temporary.data);
    }
    if (!done && whole) {
        errno = error;
        complain_file(cli, CANNOT_WRITE, file->path);
    }
    file->stream = NULL;
    forget_names(file);
    return done;
}

bool mou_write_file(const struct mou_cli *cli, const char *path, const void *bytes, size_t len)
{
    struct mou_new_file file;
    sigset_t before;
    hold_signals(&before);
    bool written = mou_new_file_open(cli, path, &file);
    if (written) {
        const bool put = fwrite(bytes, 1, len, file.stream) == len;
        const int error = errno;
        written = mou_new_file_close(cli, &file, put);
        if (!put) {
            errno = error;
            complain_file(cli, CANNOT_WRITE, path);
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return written;
}

enum mou_exit mou_deliver_file(const struct mou_cli *cli, const char *path, const struct mou_buf *buf)
{
    if (buf->failed) {
        return mou_out_of_memory(cli);
    }
    if (!mou_write_file(cli, path, buf->data, buf->len)) {
        return MOU_EXIT_IO;
    }
    mou_narrate(cli, mou_say(cli, "已写入 %s", "wrote %s"), path);
    return MOU_EXIT_DONE;
}
