/*
 * mou fmt: canonical layout of rule files, in place, on standard output, or as a check.
 */
#include <string.h>

#include "cli.h"

#define FORMATTED_BYTES_MAX ((size_t)64 * 1024 * 1024)

/** What to do with one file, and what came of it. */
struct fmt_job {
    int keywords;
    bool check;
    bool to_stdout;
    bool differs;
};

static enum mou_exit finish_file(struct mou_cli *cli, struct fmt_job *job, const struct mou_source *source, const struct mou_buf *formatted)
{
    bool same = formatted->len == source->len && (source->len == 0 || memcmp(formatted->data, source->bytes, source->len) == 0);
    if (job->to_stdout || strcmp(source->path, "-") == 0) {
        return mou_output(cli, formatted);
    }
    if (same) {
        return MOU_EXIT_DONE;
    }
    job->differs = true;
    if (job->check) {
        printf("%s\n", source->path);
        return MOU_EXIT_DONE;
    }
    return mou_write_file(cli, source->path, formatted->data, formatted->len) ? MOU_EXIT_DONE : MOU_EXIT_IO;
}

static enum mou_exit format_file(struct mou_cli *cli, struct fmt_job *job, const struct mou_source *source)
{
    struct mou_compilation *compilation = NULL;
    struct mou_buf formatted;
    mou_buf_init(&formatted, NULL, FORMATTED_BYTES_MAX);
    enum mou_status status = mou_format_source(source, job->keywords, &formatted, &compilation);
    enum mou_exit code = mou_exit_of(status);
    if (status == MOU_OK) {
        code = formatted.failed ? mou_out_of_memory(cli) : finish_file(cli, job, source, &formatted);
    } else if (compilation != NULL) {
        code = mou_rules_print_diagnostics(cli, compilation) == MOU_EXIT_DONE ? code : MOU_EXIT_IO;
    } else {
        code = mou_out_of_memory(cli);
    }
    if (compilation != NULL) {
        mou_compilation_free(compilation);
    }
    mou_buf_free(&formatted);
    return code;
}

enum mou_exit mou_cmd_fmt(struct mou_cli *cli)
{
    const char *keywords = mou_option_value(cli, "keywords", "");
    struct fmt_job job = {.check = mou_option_given(cli, "check"), .to_stdout = mou_option_given(cli, "stdout")};
    struct mou_rule_files files = {0};
    enum mou_exit worst = MOU_EXIT_DONE;
    job.keywords = strcmp(keywords, "zh") == 0 ? 1 : strcmp(keywords, "en") == 0 ? 2 : 0;
    if (*keywords != '\0' && job.keywords == 0) {
        mou_complain(cli, "%s", mou_say(cli, "--keywords 只能是 zh 或 en", "--keywords must be zh or en"));
        return MOU_EXIT_USAGE;
    }
    if (!mou_rules_load(cli, cli->arguments, cli->argument_count, &files)) {
        return MOU_EXIT_IO;
    }
    for (size_t i = 0; i < files.count; i++) {
        enum mou_exit code = format_file(cli, &job, &files.sources[i]);
        worst = code > worst ? code : worst;
    }
    return worst != MOU_EXIT_DONE ? worst : job.check && job.differs ? MOU_EXIT_NEGATIVE : MOU_EXIT_DONE;
}
