/*
 * mou doc: the memoranda woven with their rules into a folder of pages. The folder is made whole beside its place and then put there; one that
 * holds anything but pages of an earlier run is left alone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "mou/weave.h"

/** Lists the pages of a run, one a line; its presence tells that the folder is ours. */
#define LIST_NAME ".mou-doc"
#define NAME_BYTES_MAX 255
#define LIST_BYTES_MAX ((size_t)16 * 1024 * 1024)

/** One run. */
struct doc_job {
    struct mou_cli *cli;
    const char *target;
    struct mou_buf fresh; /**< path of the folder that is being made */
    struct mou_buf old;   /**< path that the folder before it is moved to */
    struct mou_buf list;  /**< names of the pages, one a line */
    enum mou_exit code;
};

static bool complain_path(const struct mou_cli *cli, const char *zh, const char *en, const char *path)
{
    mou_complain(cli, "%s：%s：%s", mou_say(cli, zh, en), path, mou_os_error(errno, cli->lang).text);
    return false;
}

/** Whether the list has a line of that name. */
static bool is_listed(struct mou_text list, const char *name)
{
    const size_t len = strlen(name);
    for (size_t begin = 0; begin < list.len;) {
        const char *stop = memchr(list.bytes + begin, '\n', list.len - begin);
        const size_t end = stop != NULL ? (size_t)(stop - list.bytes) : list.len;
        if (end - begin == len && memcmp(list.bytes + begin, name, len) == 0) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

static bool put_path(const struct mou_cli *cli, struct mou_buf *path, const char *folder, const char *name)
{
    mou_buf_clear(path);
    mou_buf_printf(path, "%s/%s", folder, name);
    if (path->failed) {
        mou_out_of_memory(cli);
    }
    return !path->failed;
}

/** Reads the list of a folder; an empty one where there is none. */
static bool read_list(struct mou_cli *cli, const char *folder, struct mou_text *list)
{
    struct mou_buf path;
    struct stat info;
    mou_buf_init(&path, NULL, 65536);
    *list = (struct mou_text){"", 0};
    bool done = put_path(cli, &path, folder, LIST_NAME);
    if (done && lstat(path.data, &info) == 0 && S_ISREG(info.st_mode)) {
        done = mou_read_file(cli, path.data, LIST_BYTES_MAX, list);
    }
    mou_buf_free(&path);
    return done;
}

/** The first entry of a folder that is no page of an earlier run is shown, and the folder refused. */
static bool is_ours(struct mou_cli *cli, const char *folder, struct mou_text list)
{
    DIR *open_folder = opendir(folder);
    bool ours = true;
    if (open_folder == NULL) {
        return complain_path(cli, "不能打开文件夹", "cannot open folder", folder);
    }
    for (struct dirent *entry = readdir(open_folder); ours && entry != NULL; entry = readdir(open_folder)) {
        const char *name = entry->d_name;
        const bool self = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (strcmp(name, LIST_NAME) == 0 && list.len > 0);
        if (!self && !is_listed(list, name)) {
            mou_complain(cli, mou_say(cli, "%s 里的 %s 不是 mou doc 写的；请换一个文件夹", "%2$s in %1$s was not written by mou doc; choose another folder"), folder, name);
            ours = false;
        }
    }
    closedir(open_folder);
    return ours;
}

/** Takes away the pages that are listed, the list and the folder. Needs no memory, so that it also works when there is none. */
static bool remove_pages(const struct mou_cli *cli, const char *folder, struct mou_text list)
{
    char name[NAME_BYTES_MAX + 1];
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = descriptor >= 0;
    for (size_t begin = 0; done && begin < list.len;) {
        const char *stop = memchr(list.bytes + begin, '\n', list.len - begin);
        const size_t end = stop != NULL ? (size_t)(stop - list.bytes) : list.len;
        if (end - begin <= NAME_BYTES_MAX) {
            memcpy(name, list.bytes + begin, end - begin);
            name[end - begin] = '\0';
            done = unlinkat(descriptor, name, 0) == 0 || errno == ENOENT;
        }
        begin = end + 1;
    }
    done = done && (unlinkat(descriptor, LIST_NAME, 0) == 0 || errno == ENOENT);
    if (descriptor >= 0) {
        close(descriptor);
    }
    done = done && rmdir(folder) == 0;
    return done || complain_path(cli, "不能删除文件夹", "cannot remove folder", folder);
}

static enum mou_status take_page(void *state, const char *name, const void *bytes, size_t len)
{
    struct doc_job *job = state;
    struct mou_buf path;
    mou_buf_init(&path, NULL, 65536);
    mou_buf_printf(&job->list, "%s\n", name); /* first, so that nothing stays that is not listed */
    if (job->list.failed) {
        mou_out_of_memory(job->cli);
    }
    const bool done = !job->list.failed && put_path(job->cli, &path, job->fresh.data, name) && mou_write_file(job->cli, path.data, bytes, len);
    mou_buf_free(&path);
    if (!done) {
        job->code = MOU_EXIT_IO;
        return MOU_ERROR_IO;
    }
    return MOU_OK;
}

static bool write_list(struct doc_job *job)
{
    struct mou_buf path;
    mou_buf_init(&path, NULL, 65536);
    const bool done = put_path(job->cli, &path, job->fresh.data, LIST_NAME) && mou_write_file(job->cli, path.data, job->list.data, job->list.len);
    mou_buf_free(&path);
    return done;
}

/** Puts the finished folder into its place; what stood there comes back if that fails. */
static bool put_in_place(struct doc_job *job, bool stands, struct mou_text earlier)
{
    if (stands && rename(job->target, job->old.data) != 0) {
        return complain_path(job->cli, "不能改名", "cannot rename", job->target);
    }
    if (rename(job->fresh.data, job->target) != 0) {
        complain_path(job->cli, "不能改名", "cannot rename", job->fresh.data);
        if (stands && rename(job->old.data, job->target) != 0) {
            complain_path(job->cli, "不能改名", "cannot rename", job->old.data);
        }
        return false;
    }
    return !stands || remove_pages(job->cli, job->old.data, earlier);
}

static enum mou_exit weave_into_folder(struct doc_job *job, const struct mou_compilation *compilation)
{
    struct stat info;
    struct mou_text earlier = {"", 0};
    const bool stands = lstat(job->target, &info) == 0;
    if (stands && !S_ISDIR(info.st_mode)) {
        mou_complain(job->cli, mou_say(job->cli, "%s 不是文件夹", "%s is no folder"), job->target);
        return MOU_EXIT_IO;
    }
    if (stands && (!read_list(job->cli, job->target, &earlier) || !is_ours(job->cli, job->target, earlier))) {
        return MOU_EXIT_IO;
    }
    if (mkdir(job->fresh.data, 0777) != 0) {
        complain_path(job->cli, "不能新建文件夹", "cannot make folder", job->fresh.data);
        return MOU_EXIT_IO;
    }
    job->code = MOU_EXIT_IO;
    const enum mou_status status = mou_weave(compilation, job->cli->lang, NULL, take_page, job);
    const bool done = status == MOU_OK && write_list(job) && put_in_place(job, stands, earlier);
    if (!done && access(job->fresh.data, F_OK) == 0) {
        (void)remove_pages(job->cli, job->fresh.data, (struct mou_text){job->list.data != NULL ? job->list.data : "", job->list.len});
    }
    return done ? MOU_EXIT_DONE : status == MOU_ERROR_MEMORY ? mou_out_of_memory(job->cli) : job->code;
}

/** The target without slashes at its end, so that names can be put behind it. */
static const char *trimmed(struct mou_cli *cli, const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    return mou_arena_copy(cli->arena, path, len);
}

enum mou_exit mou_cmd_doc(struct mou_cli *cli)
{
    const char *output = mou_option_value(cli, "output", NULL);
    struct mou_rule_files files = {0};
    struct mou_compilation *compilation = NULL;
    if (output == NULL || *output == '\0') {
        mou_complain(cli, "%s", mou_say(cli, "请用 -o 指明写到哪个文件夹", "say with -o which folder to write"));
        return MOU_EXIT_USAGE;
    }
    struct doc_job job = {.cli = cli, .target = trimmed(cli, output)};
    if (job.target == NULL || !mou_rules_load(cli, cli->arguments, cli->argument_count, &files)) {
        return MOU_EXIT_IO;
    }
    enum mou_exit code = mou_rules_compile(cli, &files, false, &compilation);
    mou_buf_init(&job.fresh, NULL, 65536);
    mou_buf_init(&job.old, NULL, 65536);
    mou_buf_init(&job.list, NULL, LIST_BYTES_MAX);
    mou_buf_printf(&job.fresh, "%s.%ld.tmp", job.target, (long)getpid());
    mou_buf_printf(&job.old, "%s.%ld.old", job.target, (long)getpid());
    if (code == MOU_EXIT_DONE) {
        code = job.fresh.failed || job.old.failed ? mou_out_of_memory(cli) : weave_into_folder(&job, compilation);
    }
    if (code == MOU_EXIT_DONE) {
        mou_narrate(cli, mou_say(cli, "已写入 %s；从 %s/index.html 读起", "wrote %s; begin with %s/index.html"), job.target, job.target);
    }
    mou_buf_free(&job.fresh);
    mou_buf_free(&job.old);
    mou_buf_free(&job.list);
    if (compilation != NULL) {
        mou_compilation_free(compilation);
    }
    return code;
}
