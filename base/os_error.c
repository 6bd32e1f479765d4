/*
 * The operating system's error numbers in words, in both languages: its own words follow the
 * locale of the process, which here says nothing about the language asked for. Used wherever files
 * are read or written.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "mou/base.h"

static const struct {
    int number;
    const char *zh;
    const char *en;
} words[] = {
    {ENOENT, "没有这个文件或文件夹", "no such file or folder"},
    {EACCES, "没有权限", "permission denied"},
    {EPERM, "不允许这样操作", "operation not permitted"},
    {EROFS, "文件系统只能读", "the file system is read-only"},
    {EEXIST, "已有同名的文件或文件夹", "a file or folder of that name exists"},
    {EISDIR, "这是文件夹，不是文件", "this is a folder, not a file"},
    {ENOTDIR, "路径当中有一段不是文件夹", "part of the path is not a folder"},
    {ENOTEMPTY, "文件夹不是空的", "the folder is not empty"},
    {ENOSPC, "磁盘已满", "no space left on the disk"},
    {EDQUOT, "超出磁盘配额", "the disk quota is used up"},
    {EFBIG, "文件太大", "the file is too large"},
    {EIO, "读写出错，磁盘或者网络盘可能有故障", "input or output failed; the disk or network drive may be faulty"},
    {EMFILE, "本程序打开的文件太多", "too many open files in this program"},
    {ENFILE, "系统打开的文件太多", "too many open files in the system"},
    {ENAMETOOLONG, "文件名太长", "the file name is too long"},
    {ELOOP, "符号链接绕成了圈", "too many symbolic links"},
    {EXDEV, "不在同一个文件系统上", "not on the same file system"},
    {EBUSY, "正在被使用", "it is in use"},
    {ETXTBSY, "正在被使用", "it is in use"},
    {EPIPE, "接收输出的程序已经结束", "the program that takes the output has ended"},
    {EBADF, "没有打开，或者已经关闭", "it is not open, or was closed"},
    {EINVAL, "不能这样使用", "it cannot be used like this"},
    {ENOMEM, "内存不足", "out of memory"},
    {EAGAIN, "暂时不能使用，请稍后再试", "not available now; try again later"},
    {EADDRINUSE, "地址已被占用", "the address is in use"},
    {ECONNREFUSED, "对方拒绝连接", "the connection was refused"},
    {ENODEV, "没有这个设备", "no such device"},
    {ENXIO, "没有这个设备", "no such device"},
};

struct mou_os_words mou_os_error(int number, enum mou_lang lang)
{
    struct mou_os_words out;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].number == number) {
            (void)snprintf(out.text, sizeof out.text, "%s",
                           lang == MOU_LANG_EN ? words[i].en : words[i].zh);
            return out;
        }
    }
    (void)snprintf(out.text, sizeof out.text,
                   lang == MOU_LANG_EN ? "system error %d" : "系统错误 %d", number);
    return out;
}
