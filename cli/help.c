/*
 * Help texts and shell completions, all from the command table.
 */
#include <string.h>

#include "cli.h"

static void print_option(const struct mou_cli *cli, const struct mou_option *option, FILE *out)
{
    char left[64];
    char letter[6] = "    ";
    if (option->letter != 0) {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->argument != NULL && option->argument[0] != '[' ? " " : "", option->argument != NULL ? option->argument : "");
    size_t width = mou_text_width(mou_text_of(left));
    fprintf(out, "  %s%*s  %s\n", left, width < 34 ? (int)(34 - width) : 0, "", mou_say(cli, option->zh, option->en));
}

static void print_indented(const char *lines, FILE *out)
{
    while (*lines != '\0') {
        size_t len = strcspn(lines, "\n");
        fprintf(out, "  %.*s\n", (int)len, lines);
        lines += len;
        lines += *lines == '\n';
    }
}

void mou_help_command(const struct mou_cli *cli, const struct mou_command *command, FILE *out)
{
    fprintf(out, "%s\n", mou_say(cli, "示例：", "Examples:"));
    print_indented(command->examples, out);
    fprintf(out, "\nmou %s [%s] %s\n  %s\n", command->name, mou_say(cli, "选项", "options"), command->arguments, mou_say(cli, command->zh, command->en));
    const struct mou_option *option = NULL;
    for (size_t i = 0; (option = mou_command_option(command, i)) != NULL; i++) {
        if (option == mou_common_options) {
            fprintf(out, "\n%s\n", mou_say(cli, "通用选项：", "Common options:"));
        } else if (i == 0) {
            fprintf(out, "\n%s\n", mou_say(cli, "选项：", "Options:"));
        }
        print_option(cli, option, out);
    }
}

void mou_help_overview(const struct mou_cli *cli, FILE *out)
{
    fprintf(out, "%s\n\n", mou_say(cli, "mou：把联合奖惩备忘录写成规则，检查、评价、说明理由", "mou: joint memoranda as rules: check, evaluate, explain"));
    fprintf(out, "%s\n", mou_say(cli, "用法：mou 命令 [选项] 参数", "Usage: mou COMMAND [options] arguments"));
    for (size_t i = 0; i < mou_command_count; i++) {
        fprintf(out, "  %-12s %s\n", mou_commands[i].name, mou_say(cli, mou_commands[i].zh, mou_commands[i].en));
    }
    fprintf(out, "\n%s\n", mou_say(cli, "各命令的说明：mou help 命令。版本：mou --version", "Help on a command: mou help COMMAND. Version: mou --version"));
    fprintf(out, "%s\n",
            mou_say(cli, "退出码：0 完成，1 有错误、测试不通过或文件有差别，2 用法不对，3 规则包无效，4 数据被拒，5 读写或数据库，6 签名或权限，70 内部错误",
                    "Exit codes: 0 done, 1 errors found, tests failed or files differ, 2 wrong use, 3 invalid pack, 4 data refused, 5 input/output or database, 6 signature or authorisation, 70 internal error"));
}

const struct mou_command *mou_help_nearest(const char *name)
{
    const struct mou_command *best = NULL;
    unsigned best_distance = 3;
    for (size_t i = 0; i < mou_command_count; i++) {
        unsigned distance = mou_text_distance(mou_text_of(name), mou_text_of(mou_commands[i].name), 3);
        if (distance < best_distance) {
            best_distance = distance;
            best = &mou_commands[i];
        }
    }
    return best;
}

enum mou_exit mou_cmd_help(struct mou_cli *cli)
{
    const char *folder = mou_option_value(cli, "man", NULL);
    if (folder != NULL) {
        return mou_man_write(cli, folder) ? MOU_EXIT_DONE : MOU_EXIT_IO;
    }
    if (cli->argument_count == 0) {
        mou_help_overview(cli, stdout);
        return MOU_EXIT_DONE;
    }
    for (size_t i = 0; i < mou_command_count; i++) {
        if (strcmp(mou_commands[i].name, cli->arguments[0]) == 0) {
            mou_help_command(cli, &mou_commands[i], stdout);
            return MOU_EXIT_DONE;
        }
    }
    mou_complain(cli, mou_say(cli, "没有命令“%s”", "there is no command “%s”"), cli->arguments[0]);
    return MOU_EXIT_USAGE;
}

static void print_words(const struct mou_command *command, const char *prefix, FILE *out)
{
    const struct mou_option *option = NULL;
    for (size_t i = 0; (option = mou_command_option(command, i)) != NULL; i++) {
        fprintf(out, "%s%s ", prefix, option->name);
    }
}

static void print_bash(void)
{
    puts("_mou() {\n  local words\n  case \"${COMP_WORDS[1]}\" in");
    for (size_t i = 0; i < mou_command_count; i++) {
        printf("  %s) words=\"", mou_commands[i].name);
        print_words(&mou_commands[i], "--", stdout);
        puts("\" ;;");
    }
    fputs("  *) words=\"", stdout);
    for (size_t i = 0; i < mou_command_count; i++) {
        printf("%s ", mou_commands[i].name);
    }
    puts("\" ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\") $(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -F _mou mou");
}

static void print_fish(const struct mou_cli *cli)
{
    for (size_t i = 0; i < mou_command_count; i++) {
        const struct mou_command *command = &mou_commands[i];
        printf("complete -c mou -n __fish_use_subcommand -a %s -d '%s'\n", command->name, mou_say(cli, command->zh, command->en));
        const struct mou_option *option = NULL;
        for (size_t k = 0; (option = mou_command_option(command, k)) != NULL; k++) {
            printf("complete -c mou -n '__fish_seen_subcommand_from %s' -l %s -d '%s'\n", command->name, option->name, mou_say(cli, option->zh, option->en));
        }
    }
}

enum mou_exit mou_cmd_completion(struct mou_cli *cli)
{
    const char *shell = cli->arguments[0];
    if (strcmp(shell, "bash") == 0) {
        print_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        puts("autoload -U +X bashcompinit && bashcompinit");
        print_bash();
    } else if (strcmp(shell, "fish") == 0) {
        print_fish(cli);
    } else {
        mou_complain(cli, mou_say(cli, "不支持“%s”；可写 bash、zsh 或 fish", "“%s” is not supported; use bash, zsh or fish"), shell);
        return MOU_EXIT_USAGE;
    }
    return MOU_EXIT_DONE;
}
