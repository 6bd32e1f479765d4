/*
 * Manual pages from the command table, in the man macros, one file per command and language. Used by `mou help --man` and by the build, which
 * installs them.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

/** Of the pages' form; what they say follows the table. */
#define FORM_DATE "2026-11-28"
#define LINE_BYTES 72
#define PAGE_BYTES_MAX ((size_t)1024 * 1024)

/** Text as roff text: no character is a request or an escape. */
static void put_text(struct mou_buf *page, struct mou_text text)
{
    bool line_begin = page->len == 0 || page->data[page->len - 1] == '\n';
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.bytes[i];
        if (line_begin && (byte == '.' || byte == '\'')) {
            mou_buf_text(page, "\\&");
        }
        line_begin = byte == '\n';
        if (byte == '\\') {
            mou_buf_text(page, "\\e");
        } else if (byte == '-') {
            mou_buf_text(page, "\\-");
        } else {
            mou_buf_char(page, byte);
        }
    }
}

static void put_words(struct mou_buf *page, const char *words)
{
    put_text(page, mou_text_of(words));
}

/** Running text: long lines are broken where a blank stands. */
static void put_prose(struct mou_buf *page, const char *words)
{
    size_t column = 0;
    while (*words != '\0') {
        const size_t len = strcspn(words, " ");
        if (column > 0) {
            mou_buf_char(page, column + len > LINE_BYTES ? '\n' : ' ');
            column = column + len > LINE_BYTES ? 0 : column + 1;
        }
        put_text(page, (struct mou_text){words, len});
        column += len;
        words += len;
        words += *words == ' ';
    }
    mou_buf_char(page, '\n');
}

static void put_section(const struct mou_cli *cli, struct mou_buf *page, const char *zh, const char *en)
{
    mou_buf_printf(page, ".SH %s\n", mou_say(cli, zh, en));
}

static void put_head(const struct mou_cli *cli, struct mou_buf *page, const char *name, const char *purpose)
{
    mou_buf_text(page, ".TH \"");
    for (const char *letter = name; *letter != '\0'; letter++) {
        mou_buf_char(page, *letter >= 'a' && *letter <= 'z' ? (char)(*letter - 'a' + 'A') : *letter);
    }
    mou_buf_printf(page, "\" 1 \"%s\" \"mou %s\" \"mou\"\n", FORM_DATE, mou_version());
    put_section(cli, page, "名称", "NAME");
    put_words(page, name);
    mou_buf_text(page, " \\- ");
    put_prose(page, purpose);
}

static void put_option(const struct mou_cli *cli, struct mou_buf *page, const struct mou_option *option)
{
    mou_buf_text(page, ".TP\n");
    if (option->letter != 0) {
        mou_buf_printf(page, "\\fB\\-%c\\fR, ", option->letter);
    }
    mou_buf_text(page, "\\fB\\-\\-");
    put_words(page, option->name);
    mou_buf_text(page, "\\fR");
    if (option->argument != NULL) {
        mou_buf_text(page, option->argument[0] == '[' ? "\\fI" : " \\fI");
        put_words(page, option->argument);
        mou_buf_text(page, "\\fR");
    }
    mou_buf_char(page, '\n');
    put_prose(page, mou_say(cli, option->zh, option->en));
}

static void put_examples(const struct mou_cli *cli, struct mou_buf *page, const char *examples)
{
    put_section(cli, page, "示例", "EXAMPLES");
    mou_buf_text(page, ".nf\n");
    put_words(page, examples);
    mou_buf_text(page, "\n.fi\n");
}

static void put_exit_codes(const struct mou_cli *cli, struct mou_buf *page)
{
    static const struct {
        int code;
        const char *zh;
        const char *en;
    } codes[] = {
        {MOU_EXIT_DONE, "完成", "done"},
        {MOU_EXIT_NEGATIVE, "有错误、测试不通过或者文件有差别", "errors found, tests failed or files differ"},
        {MOU_EXIT_USAGE, "用法不对", "wrong use"},
        {MOU_EXIT_PACK, "规则包无效", "pack invalid"},
        {MOU_EXIT_DATA, "数据被拒，或者决定里有故障", "data refused, or a fault in a decision"},
        {MOU_EXIT_IO, "读写、数据库或者内存", "input, output, database or memory"},
        {MOU_EXIT_AUTHORITY, "签名或者权限", "signature or authorisation"},
        {MOU_EXIT_INTERNAL, "内部错误", "internal error"},
    };
    put_section(cli, page, "退出码", "EXIT STATUS");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        mou_buf_printf(page, ".TP\n%d\n%s\n", codes[i].code, mou_say(cli, codes[i].zh, codes[i].en));
    }
}

static void put_command(const struct mou_cli *cli, struct mou_buf *page, const struct mou_command *command)
{
    char name[64];
    snprintf(name, sizeof name, "mou-%s", command->name);
    put_head(cli, page, name, mou_say(cli, command->zh, command->en));
    put_section(cli, page, "用法", "SYNOPSIS");
    mou_buf_printf(page, "\\fBmou %s\\fR [\\fI%s\\fR] ", command->name, mou_say(cli, "选项", "options"));
    put_words(page, command->arguments);
    mou_buf_char(page, '\n');
    put_examples(cli, page, command->examples);
    put_section(cli, page, "选项", "OPTIONS");
    const struct mou_option *option = NULL;
    for (size_t i = 0; (option = mou_command_option(command, i)) != NULL; i++) {
        put_option(cli, page, option);
    }
    put_exit_codes(cli, page);
    put_section(cli, page, "参见", "SEE ALSO");
    mou_buf_text(page, "\\fBmou\\fR(1)\n");
}

static void put_overview(const struct mou_cli *cli, struct mou_buf *page)
{
    put_head(cli, page, "mou", mou_say(cli, "把联合奖惩备忘录写成规则，检查、评价、说明理由", "joint memoranda as rules: check, evaluate, explain"));
    put_section(cli, page, "用法", "SYNOPSIS");
    mou_buf_printf(page, "\\fBmou\\fR \\fI%s\\fR [\\fI%s\\fR] \\fI%s\\fR\n", mou_say(cli, "命令", "command"), mou_say(cli, "选项", "options"),
                   mou_say(cli, "参数", "arguments"));
    put_section(cli, page, "命令", "COMMANDS");
    for (size_t i = 0; i < mou_command_count; i++) {
        mou_buf_printf(page, ".TP\n\\fBmou\\-%s\\fR(1)\n", mou_commands[i].name);
        put_prose(page, mou_say(cli, mou_commands[i].zh, mou_commands[i].en));
    }
    put_exit_codes(cli, page);
    put_section(cli, page, "环境", "ENVIRONMENT");
    mou_buf_text(page, ".TP\nMOU_LIBRARY\n");
    put_prose(page, mou_say(cli, "规则库所在的文件夹", "folder of the rule library"));
    mou_buf_text(page, ".TP\nMOU_ACTOR, MOU_DEPARTMENT\n");
    put_prose(page, mou_say(cli, "没有写 --actor、--department 时的经办人和单位", "actor and department where --actor and --department are not given"));
    mou_buf_text(page, ".TP\nNO_COLOR\n");
    put_prose(page, mou_say(cli, "不着色", "no colour in messages"));
}

static bool write_page(const struct mou_cli *cli, const char *folder, const char *name, const struct mou_buf *page)
{
    struct mou_buf path;
    mou_buf_init(&path, NULL, 65536);
    mou_buf_printf(&path, "%s/%s.1", folder, name);
    const bool whole = !path.failed && !page->failed;
    if (!whole) {
        mou_out_of_memory(cli);
    }
    const bool done = whole && mou_write_file(cli, path.data, page->data, page->len);
    mou_buf_free(&path);
    return done;
}

bool mou_man_write(const struct mou_cli *cli, const char *folder)
{
    struct mou_buf page;
    char name[64];
    mou_buf_init(&page, NULL, PAGE_BYTES_MAX);
    put_overview(cli, &page);
    bool done = write_page(cli, folder, "mou", &page);
    for (size_t i = 0; done && i < mou_command_count; i++) {
        snprintf(name, sizeof name, "mou-%s", mou_commands[i].name);
        mou_buf_clear(&page);
        put_command(cli, &page, &mou_commands[i]);
        done = write_page(cli, folder, name, &page);
    }
    mou_buf_free(&page);
    return done;
}
