/*
 * Whole files in and out. Writing goes through a temporary and a rename, so that an interruption leaves the old file.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

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

static bool write_all(int descriptor, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(descriptor, bytes, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

/* A new file beside the old one, then in its place: whoever reads sees the one or the other. */
static int replace_file(const char *path, mode_t mode, const char *temporary, const void *bytes, size_t len)
{
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool done = descriptor >= 0 && write_all(descriptor, bytes, len) && fsync(descriptor) == 0;
    int error = errno;
    if (descriptor >= 0 && close(descriptor) != 0) {
        done = false;
        error = errno;
    }
    if (done && rename(temporary, path) != 0) {
        done = false;
        error = errno;
    }
    if (!done) {
        unlink(temporary);
    }
    return done ? 0 : error;
}

/* A pipe or device stays what it is. */
static int write_into(const char *path, const void *bytes, size_t len)
{
    const int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    const bool done = descriptor >= 0 && write_all(descriptor, bytes, len);
    const int error = errno;
    if (descriptor >= 0) {
        close(descriptor);
    }
    return done ? 0 : error;
}

bool mou_write_file(const struct mou_cli *cli, const char *path, const void *bytes, size_t len)
{
    struct mou_buf name;
    struct stat old;
    const bool exists = stat(path, &old) == 0;
    char own[PATH_MAX]; /* where a link leads: the link stays */
    const char *target = exists && S_ISREG(old.st_mode) && realpath(path, own) != NULL ? own : path;
    mou_buf_init(&name, NULL, 65536);
    mou_buf_printf(&name, "%s.%ld.tmp", target, (long)getpid());
    if (name.failed) {
        mou_buf_free(&name);
        mou_out_of_memory(cli);
        return false;
    }
    const int error = exists && !S_ISREG(old.st_mode) ? write_into(path, bytes, len)
                                                      : replace_file(target, exists ? (old.st_mode & 0777) : 0666, name.data, bytes, len);
    if (error != 0) {
        errno = error;
        complain_file(cli, "不能写文件", "cannot write file", path);
    }
    mou_buf_free(&name);
    return error == 0;
}
