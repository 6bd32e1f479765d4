/*
 * Reads the words of the command line by the command table. Long options take `--name value` or `--name=value`, `--` ends the options,
 * options and arguments may be mixed. An argument in brackets may be left out, and is only taken from the same word. Changes nothing but the invocation's state.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct mou_option *mou_command_option(const struct mou_command *command, size_t index)
{
    const size_t shared = strstr(command->arguments, "DB") != NULL ? mou_store_option_count : 0;
    if (index < command->option_count) {
        return &command->options[index];
    }
    index -= command->option_count;
    if (index < shared) {
        return &mou_store_options[index];
    }
    index -= shared;
    return index < mou_common_option_count ? &mou_common_options[index] : NULL;
}

static const struct mou_option *find_long(const struct mou_command *command, const char *name, size_t len)
{
    const struct mou_option *option = NULL;
    for (size_t i = 0; (option = mou_command_option(command, i)) != NULL; i++) {
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0) {
            return option;
        }
    }
    return NULL;
}

static const struct mou_option *find_letter(const struct mou_command *command, char letter)
{
    const struct mou_option *option = NULL;
    for (size_t i = 0; (option = mou_command_option(command, i)) != NULL; i++) {
        if (option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

/** Name of the option of this command that is most like `name`, or NULL. */
static const char *nearest_option(const struct mou_cli *cli, struct mou_text name)
{
    const char *best = NULL;
    const struct mou_option *option = NULL;
    unsigned best_distance = 3;
    for (size_t i = 0; (option = mou_command_option(cli->command, i)) != NULL; i++) {
        unsigned distance = mou_text_distance(name, mou_text_of(option->name), 3);
        if (distance < best_distance) {
            best_distance = distance;
            best = option->name;
        }
    }
    return best;
}

static bool unknown_option(const struct mou_cli *cli, const char *word)
{
    const char *name = word[0] == '-' && word[1] == '-' ? word + 2 : word + 1;
    struct mou_text text = {name, strcspn(name, "=")};
    const char *near = nearest_option(cli, text);
    if (near != NULL) {
        mou_complain(cli, mou_say(cli, "命令 %s 没有选项 %s；是否要用 --%s？", "command %s has no option %s; did you mean --%s?"), cli->command->name,
                     word, near);
    } else {
        mou_complain(cli, mou_say(cli, "命令 %s 没有选项 %s；见 mou help %s", "command %s has no option %s; see mou help %s"), cli->command->name, word,
                     cli->command->name);
    }
    return false;
}

static bool record(struct mou_cli *cli, const struct mou_option *option, const char *value)
{
    if (cli->given_count == MOU_CLI_OPTIONS_MAX) {
        mou_complain(cli, "%s", mou_say(cli, "选项太多", "too many options"));
        return false;
    }
    cli->given[cli->given_count].option = option;
    cli->given[cli->given_count].value = value;
    cli->given_count++;
    return true;
}

/** Takes the option at argv[*index], and its value from the same or the next word. */
static bool take_option(struct mou_cli *cli, int argc, char **argv, int *index)
{
    const char *word = argv[*index];
    const struct mou_option *option = NULL;
    const char *value = NULL;
    if (word[1] == '-') {
        size_t len = strcspn(word + 2, "=");
        option = find_long(cli->command, word + 2, len);
        value = word[2 + len] == '=' ? word + 2 + len + 1 : NULL;
    } else {
        option = find_letter(cli->command, word[1]);
        value = word[1] != '\0' && word[2] != '\0' ? word + 2 : NULL;
    }
    if (option == NULL) {
        return unknown_option(cli, word);
    }
    if (option->argument == NULL && value != NULL) {
        mou_complain(cli, mou_say(cli, "选项 --%s 不带值", "option --%s takes no value"), option->name);
        return false;
    }
    if (option->argument != NULL && option->argument[0] != '[' && value == NULL) {
        if (*index + 1 >= argc) {
            mou_complain(cli, mou_say(cli, "选项 --%s 缺少值（%s）", "option --%s needs a value (%s)"), option->name, option->argument);
            return false;
        }
        value = argv[++*index];
    }
    return record(cli, option, value);
}

static bool check_argument_count(const struct mou_cli *cli)
{
    const struct mou_command *command = cli->command;
    if (mou_option_given(cli, "help")) {
        return true;
    }
    if (cli->argument_count < command->arguments_min) {
        mou_complain(cli, mou_say(cli, "缺少参数。用法：mou %s %s", "an argument is missing. Usage: mou %s %s"), command->name, command->arguments);
        return false;
    }
    if (command->arguments_max >= 0 && cli->argument_count > command->arguments_max) {
        mou_complain(cli, mou_say(cli, "多出参数“%s”。用法：mou %s %s", "unexpected argument “%s”. Usage: mou %s %s"),
                     cli->arguments[command->arguments_max], command->name, command->arguments);
        return false;
    }
    return true;
}

bool mou_options_parse(struct mou_cli *cli, int argc, char **argv)
{
    bool options_ended = false;
    cli->arguments = MOU_NEW_ARRAY(cli->arena, (size_t)argc + 1, const char *);
    if (cli->arguments == NULL) {
        return false;
    }
    for (int i = 0; i < argc; i++) {
        if (!options_ended && strcmp(argv[i], "--") == 0) {
            options_ended = true;
        } else if (!options_ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!take_option(cli, argc, argv, &i)) {
                return false;
            }
        } else {
            cli->arguments[cli->argument_count++] = argv[i];
        }
    }
    return check_argument_count(cli);
}

bool mou_option_given(const struct mou_cli *cli, const char *name)
{
    return mou_option_value(cli, name, NULL) != NULL;
}

const char *mou_option_value(const struct mou_cli *cli, const char *name, const char *otherwise)
{
    for (int i = cli->given_count - 1; i >= 0; i--) {
        if (strcmp(cli->given[i].option->name, name) == 0) {
            return cli->given[i].value != NULL ? cli->given[i].value : "";
        }
    }
    return otherwise;
}

bool mou_option_date(const struct mou_cli *cli, const char *name, bool *given, mou_date *date)
{
    const char *value = mou_option_value(cli, name, NULL);
    *given = value != NULL;
    if (value == NULL || mou_date_parse(mou_text_of(value), date)) {
        return true;
    }
    mou_complain(cli, mou_say(cli, "--%s 的“%s”不是日历上的日期（1900 至 2199 年），请写成 2024-05-01", "--%s: “%s” is not a date of the calendar (1900 to 2199); write 2024-05-01"),
                 name, value);
    return false;
}

bool mou_option_number(const struct mou_cli *cli, const char *name, long min, long max, long otherwise, long *number)
{
    const char *value = mou_option_value(cli, name, NULL);
    *number = otherwise;
    if (value == NULL) {
        return true;
    }
    char *end = NULL;
    long parsed = strtol(value, &end, 10);
    if (*value == '\0' || *end != '\0' || parsed < min || parsed > max) {
        mou_complain(cli, mou_say(cli, "--%s 的“%s”应是 %ld 到 %ld 的整数", "--%s: “%s” must be a whole number from %ld to %ld"), name, value, min, max);
        return false;
    }
    *number = parsed;
    return true;
}
