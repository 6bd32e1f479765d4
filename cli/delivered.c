/*
 * Delivered files as sources of bytes. A pipe is copied into a file without a name, private to the user, so that it can be read twice; the limit bounds
 * what it may take on the disk.
 */
#include "delivered.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((uint64_t)64 * 1024 * 1024 * 1024)
#define COPY_BYTES 65536

static bool read_at(void *state, uint64_t offset, void *bytes, size_t len)
{
    const struct mou_delivered *delivered = state;
    char *to = bytes;
    while (len > 0) {
        const ssize_t got = pread(delivered->file, to, len, (off_t)offset);
        if (got <= 0) {
            if (got < 0 && errno == EINTR) {
                continue;
            }
            return false;
        }
        to += got;
        offset += (uint64_t)got;
        len -= (size_t)got;
    }
    return true;
}

static bool unchanged(void *state)
{
    const struct mou_delivered *delivered = state;
    struct stat status;
    return fstat(delivered->file, &status) == 0 && (uint64_t)status.st_size == delivered->source.size && status.st_mtim.tv_sec == delivered->seconds &&
           status.st_mtim.tv_nsec == delivered->nanoseconds;
}

/** A file without a name; -1 if none can be made. */
static int nameless_file(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    const int len = snprintf(path, sizeof path, "%s/mou-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/tmp");
    const int file = len > 0 && (size_t)len < sizeof path ? mkstemp(path) : -1;
    if (file >= 0) {
        (void)unlink(path);
    }
    return file;
}

static bool write_whole(int file, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t put = write(file, bytes, len);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        bytes += put > 0 ? put : 0;
        len -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

/** Copies a pipe; -1 where that fails. */
static int keep_pipe(int pipe)
{
    char block[COPY_BYTES];
    const int file = nameless_file();
    uint64_t total = 0;
    ssize_t got = file >= 0 ? 1 : -1;
    while (got > 0 && total <= FILE_BYTES_MAX) {
        got = read(pipe, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        total += got > 0 ? (uint64_t)got : 0;
        if (got > 0 && !write_whole(file, block, (size_t)got)) {
            got = -1;
        }
    }
    if (got == 0 && total <= FILE_BYTES_MAX) {
        return file;
    }
    if (file >= 0) {
        (void)close(file);
    }
    return -1;
}

bool mou_delivered_open(struct mou_cli *cli, const char *path, struct mou_delivered *delivered)
{
    struct stat status;
    const bool standard = strcmp(path, "-") == 0;
    *delivered = (struct mou_delivered){.file = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)};
    const bool found = delivered->file >= 0 && fstat(delivered->file, &status) == 0;
    if (!found || S_ISDIR(status.st_mode)) {
        mou_complain(cli, mou_say(cli, "不能读文件 %s：%s", "cannot read file %s: %s"), path, mou_os_error(found ? EISDIR : errno, cli->lang).text);
        mou_delivered_close(delivered);
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        const int kept = keep_pipe(delivered->file);
        (void)close(delivered->file);
        delivered->file = kept;
        if (kept < 0 || fstat(kept, &status) != 0) {
            mou_complain(cli, mou_say(cli, "%s 读不完，或者太大、没有地方存放", "%s cannot be read to its end, is too large, or there is no room to keep it"), path);
            return false;
        }
    }
    delivered->source = (struct mou_import_source){.size = (uint64_t)status.st_size, .read = read_at, .unchanged = unchanged, .state = delivered};
    delivered->seconds = status.st_mtim.tv_sec;
    delivered->nanoseconds = status.st_mtim.tv_nsec;
    return true;
}

void mou_delivered_close(struct mou_delivered *delivered)
{
    if (delivered->file >= 0) {
        (void)close(delivered->file);
        delivered->file = -1;
    }
}
