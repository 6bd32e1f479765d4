/*
 * Messages of the command line in both languages, on standard error, and whole buffers on standard output.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cli.h"
#include "persons.h"

#define MESSAGE_BYTES_MAX 65536

const char *mou_say(const struct mou_cli *cli, const char *zh, const char *en)
{
    return cli->lang == MOU_LANG_EN ? en : zh;
}

void mou_guard_persons(const struct mou_cli *cli, char *bytes, size_t len)
{
    if (cli->masks_persons && !cli->shows_persons && len > 0) {
        mou_mask_in_place(bytes, len);
    }
}

/** Also when memory has run out: a message has room on the stack, and is cut where it is longer. */
static void put_message(const struct mou_cli *cli, const char *format, va_list arguments)
{
    char text[MESSAGE_BYTES_MAX];
    const int len = vsnprintf(text, sizeof text, format, arguments);
    if (len > 0) {
        mou_guard_persons(cli, text, strlen(text));
        fputs(text, stderr);
    }
    fputc('\n', stderr);
}

void mou_complain(const struct mou_cli *cli, const char *format, ...)
{
    va_list arguments;
    if (cli->mute) {
        return;
    }
    fputs(mou_say(cli, "错误：", "error: "), stderr);
    va_start(arguments, format);
    put_message(cli, format, arguments);
    va_end(arguments);
}

void mou_narrate(const struct mou_cli *cli, const char *format, ...)
{
    va_list arguments;
    if (cli->quiet) {
        return;
    }
    va_start(arguments, format);
    put_message(cli, format, arguments);
    va_end(arguments);
}

enum mou_exit mou_exit_of(enum mou_status status)
{
    switch (status) {
    case MOU_OK:
        return MOU_EXIT_DONE;
    case MOU_ERROR_SOURCE:
        return MOU_EXIT_NEGATIVE;
    case MOU_ERROR_PACK:
        return MOU_EXIT_PACK;
    case MOU_ERROR_DATA:
        return MOU_EXIT_DATA;
    case MOU_ERROR_USAGE:
        return MOU_EXIT_USAGE;
    case MOU_ERROR_AUTHORITY:
        return MOU_EXIT_AUTHORITY;
    case MOU_ERROR_MEMORY:
    case MOU_ERROR_IO:
        return MOU_EXIT_IO;
    case MOU_ERROR_INTERNAL:
        break;
    }
    return MOU_EXIT_INTERNAL;
}

enum mou_exit mou_out_of_memory(const struct mou_cli *cli)
{
    mou_complain(cli, "%s", mou_say(cli, "内存不足", "out of memory"));
    return MOU_EXIT_IO;
}

enum mou_exit mou_output(const struct mou_cli *cli, const struct mou_buf *buf)
{
    if (buf->failed) {
        return mou_out_of_memory(cli);
    }
    mou_guard_persons(cli, buf->data, buf->len);
    if (buf->len > 0 && (fwrite(buf->data, 1, buf->len, stdout) != buf->len || fflush(stdout) != 0)) {
        mou_complain(cli, mou_say(cli, "不能写到标准输出：%s", "cannot write to standard output: %s"), mou_os_error(errno, cli->lang).text);
        return MOU_EXIT_IO;
    }
    return MOU_EXIT_DONE;
}
