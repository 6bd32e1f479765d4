/*
 * mou build and mou dump: rule files to a pack file, and a pack file shown.
 */
#include <string.h>

#include "cli.h"

enum mou_exit mou_cmd_build(struct mou_cli *cli)
{
    const char *output = mou_option_value(cli, "output", NULL);
    struct mou_rule_files files = {0};
    struct mou_compilation *compilation = NULL;
    if (output == NULL) {
        mou_complain(cli, "%s", mou_say(cli, "缺少 -o：请写明规则包文件，例如 -o 规则.moup", "-o is missing: name the pack file, for instance -o rules.moup"));
        return MOU_EXIT_USAGE;
    }
    if (!mou_rules_load(cli, cli->arguments, cli->argument_count, &files)) {
        return MOU_EXIT_IO;
    }
    enum mou_exit code = mou_rules_compile(cli, &files, false, &compilation);
    if (code == MOU_EXIT_DONE) {
        size_t len = 0;
        const unsigned char *bytes = mou_compilation_pack(compilation, &len);
        if (!mou_write_file(cli, output, bytes, len)) {
            code = MOU_EXIT_IO;
        } else {
            mou_narrate(cli, mou_say(cli, "已写入 %s（%zu 字节）", "wrote %s (%zu bytes)"), output, len);
        }
    }
    if (compilation != NULL) {
        mou_compilation_free(compilation);
    }
    return code;
}

enum mou_exit mou_cmd_dump(struct mou_cli *cli)
{
    struct mou_loaded_pack loaded;
    enum mou_exit code = mou_rules_open_pack(cli, cli->arguments[0], &loaded);
    if (code != MOU_EXIT_DONE) {
        return code;
    }
    struct mou_buf out;
    mou_buf_init(&out, NULL, (size_t)1024 * 1024 * 1024);
    mou_pack_dump(loaded.pack, &out);
    code = mou_output(cli, &out);
    mou_buf_free(&out);
    mou_loaded_pack_close(&loaded);
    return code;
}
